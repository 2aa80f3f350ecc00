/* base/io_process.h: what a process has of the system beside files of its own: the standard
 * streams, a port on loopback, the signals that end it, and files that strangers name. */
#ifndef WH_BASE_IO_PROCESS_H
#define WH_BASE_IO_PROCESS_H

#include "base/io.h"

/*
 * Called first in main: where a standard stream is closed, the next file that is opened would take
 * its number, and our messages would be written into it. Puts something there that refuses to be
 * written (and reads as empty). From here on a reader that has gone and a limit on the size of
 * files (ulimit -f) are failed writes, not deaths.
 */
WH_MUST_USE enum wh_status wh_process_guard_streams(struct wh_error *err);

/*
 * A listening TCP socket on 127.0.0.1 and nowhere else; port 0 takes a free one; *ret_port says
 * which. The caller owns *ret_fd. WH_ERR_USAGE: the port is taken or not ours to take.
 */
WH_MUST_USE enum wh_status wh_process_listen(uint16_t port, int *ret_fd, uint16_t *ret_port,
                                             struct wh_error *err);
void wh_process_close(int fd);

/* From here on SIGINT, SIGTERM and SIGHUP wait to be asked for; before threads are made, which
 * inherit it. */
WH_MUST_USE enum wh_status wh_process_hold_stops(struct wh_error *err);
/* Sleeps until one of them comes. */
WH_MUST_USE enum wh_status wh_process_wait_for_stop(struct wh_error *err);

enum wh_beneath { WH_BENEATH_FILE, WH_BENEATH_FOLDER, WH_BENEATH_NOTHING };

/*
 * Opens a name that a stranger gave ("a/b.png", no leading slash) below `folder`: neither "..", nor
 * a symbolic link, nor an absolute name leads out of it (openat2, RESOLVE_BENEATH); only regular
 * files are opened. *ret_fd (a file, read only; the caller closes it) and *ret_info are set for
 * WH_BENEATH_FILE. All that cannot be had is WH_BENEATH_NOTHING. The folder is opened anew each
 * time, so that `current` is followed when it moves. WH_ERR_INPUT: no folder, or a system without
 * openat2.
 */
WH_MUST_USE enum wh_status wh_io_open_beneath(const char *folder, const char *name,
                                              enum wh_beneath *ret, int *ret_fd,
                                              struct wh_file_info *ret_info, struct wh_error *err);

#endif
