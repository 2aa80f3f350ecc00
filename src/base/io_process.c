/* base/io_process.c: streams, a port, signals, and names from strangers. */
#include "base/io_process.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"
#include "base/io_internal.h"

enum wh_status wh_process_guard_streams(struct wh_error *err)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) {
            continue;
        }
        /* The lowest free number is this one: those below were looked at before. Read-only, so that
         * what would be lost in it is an error. */
        if (open("/dev/null", O_RDONLY) != fd) {
            return wh_fail_errno(err, WH_ERR_INTERNAL, errno, "/dev/null");
        }
    }
    /* write() then says EPIPE and EFBIG, and who wrote cleans up. */
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR || signal(SIGXFSZ, SIG_IGN) == SIG_ERR) {
        return wh_fail_errno(err, WH_ERR_INTERNAL, errno, "signal");
    }
    return WH_OK;
}

static enum wh_status fail_port(uint16_t port, int sys_errno, struct wh_error *err)
{
    if (sys_errno == EADDRINUSE) {
        return wh_fail(err, WH_ERR_USAGE,
                       "port %u is taken; choose another with --port (0 takes a free one)", port);
    }
    if (sys_errno == EACCES) {
        return wh_fail(err, WH_ERR_USAGE,
                       "port %u is not allowed to this user; choose one from 1024 on", port);
    }
    return wh_fail_errno(err, WH_ERR_INTERNAL, sys_errno, "127.0.0.1");
}

enum wh_status wh_process_listen(uint16_t port, int *ret_fd, uint16_t *ret_port,
                                 struct wh_error *err)
{
    enum { BACKLOG = 64 };
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t len = sizeof address;
    const int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return fail_port(port, errno, err);
    }
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(fd, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, BACKLOG) != 0 || getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        const int sys_errno = errno;
        close(fd);
        return fail_port(port, sys_errno, err);
    }
    *ret_fd = fd;
    *ret_port = ntohs(address.sin_port);
    return WH_OK;
}

void wh_process_close(int fd)
{
    if (fd >= 0) {
        close(fd);
    }
}

static void stop_signals(sigset_t *ret)
{
    sigemptyset(ret);
    sigaddset(ret, SIGINT);
    sigaddset(ret, SIGTERM);
    sigaddset(ret, SIGHUP);
}

enum wh_status wh_process_hold_stops(struct wh_error *err)
{
    sigset_t stops;
    stop_signals(&stops);
    const int fault = pthread_sigmask(SIG_BLOCK, &stops, NULL);
    return fault == 0 ? WH_OK : wh_fail_errno(err, WH_ERR_INTERNAL, fault, "pthread_sigmask");
}

enum wh_status wh_process_wait_for_stop(struct wh_error *err)
{
    sigset_t stops;
    int signal_number = 0;
    stop_signals(&stops);
    const int fault = sigwait(&stops, &signal_number);
    return fault == 0 ? WH_OK : wh_fail_errno(err, WH_ERR_INTERNAL, fault, "sigwait");
}

static enum wh_status open_in(int folder_fd, const char *folder, const char *name,
                              enum wh_beneath *ret, int *ret_fd, struct wh_file_info *ret_info,
                              struct wh_error *err)
{
    /* O_NONBLOCK: a FIFO must not hold the server up. */
    const struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
                                 .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    struct stat st = {0};
    const int fd = (int)syscall(SYS_openat2, folder_fd, name, &how, sizeof how);
    if (fd < 0 && (errno == ENOSYS || errno == E2BIG || errno == EMFILE || errno == ENFILE)) {
        return wh_fail_errno(err, WH_ERR_INPUT, errno, folder);
    }
    *ret = WH_BENEATH_NOTHING;
    if (fd < 0) {
        return WH_OK;
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        *ret = S_ISDIR(st.st_mode) ? WH_BENEATH_FOLDER : WH_BENEATH_NOTHING;
        close(fd);
        return WH_OK;
    }
    *ret = WH_BENEATH_FILE;
    *ret_fd = fd;
    *ret_info = wh_file_info_of(&st, false);
    return WH_OK;
}

enum wh_status wh_io_open_beneath(const char *folder, const char *name, enum wh_beneath *ret,
                                  int *ret_fd, struct wh_file_info *ret_info, struct wh_error *err)
{
    const int folder_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder_fd < 0) {
        return wh_fail_errno(err, WH_ERR_INPUT, errno, folder);
    }
    const enum wh_status status =
        open_in(folder_fd, folder, name[0] == '\0' ? "." : name, ret, ret_fd, ret_info, err);
    close(folder_fd);
    return status;
}
