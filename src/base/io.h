/* base/io.h: the only caller of open, write, fsync, rename and their kin. */
#ifndef WH_BASE_IO_H
#define WH_BASE_IO_H

#include "base/str.h"

struct wh_file_info {
    uint64_t size_bytes;
    int64_t modified_ns;
    uint64_t device, inode;
    bool is_regular, is_folder, is_link;
};

/* False when there is nothing of that name (or it cannot be looked at). Follows links, but for is_link. */
bool wh_io_stat(const char *path, struct wh_file_info *ret);

/* Could `path` be the name of a file only? Not a name of GDAL's virtual file systems, a URL, a connection string or a
 * document itself. A colon may stand after a slash ("a/b:c.csv", "./C:d.csv"). */
bool wh_io_is_plain_name(const char *path);

/*
 * An input file must be an existing, regular, readable file with a plain name: refuses folders, FIFOs, devices ("not a
 * regular file"), names of GDAL's virtual file systems, URLs and connection strings ("input must be a file path", WH_ERR_CONFIG). `ret` may be NULL.
 */
WH_MUST_USE enum wh_status wh_io_check_input(const char *path, struct wh_file_info *ret,
                                             struct wh_error *err);

/* Reads a whole file of at most `limit` bytes into `buf` (initialised by the caller). WH_ERR_INPUT, or WH_ERR_LIMIT. */
WH_MUST_USE enum wh_status wh_io_read_all(struct wh_ctx *ctx, const char *path, uint64_t limit,
                                          struct wh_buf *buf, struct wh_error *err);

/* Sequential reading of what wh_io_check_input() accepts; caller closes. */
struct wh_reader;
WH_MUST_USE enum wh_status wh_reader_open(struct wh_ctx *ctx, const char *path,
                                          struct wh_reader **ret, struct wh_error *err);
/* Fills up to `size` bytes; *ret_len is 0 at the end. */
WH_MUST_USE enum wh_status wh_reader_read(struct wh_reader *reader, void *bytes, size_t size,
                                          size_t *ret_len, struct wh_error *err);
/* WH_ERR_INPUT "changed while being read" when size or time differ from those at opening. */
WH_MUST_USE enum wh_status wh_reader_check_unchanged(const struct wh_reader *reader,
                                                     struct wh_error *err);
void wh_reader_close(struct wh_reader *reader); /* NULL is fine */

/*
 * Sequential writing of a new file (mode 0640 & ~umask). Nothing is durable before wh_writer_close(). A regular file of
 * that name is replaced by a new one, never written into (it may have other names); anything else there is refused.
 */
struct wh_writer;
WH_MUST_USE enum wh_status wh_writer_open(struct wh_ctx *ctx, const char *path,
                                          struct wh_writer **ret, struct wh_error *err);
WH_MUST_USE enum wh_status wh_writer_write(struct wh_writer *writer, const void *bytes, size_t len,
                                           struct wh_error *err);
/* Writes what is left, fsyncs and closes; the writer is gone whatever is returned, on failure with its file. */
WH_MUST_USE enum wh_status wh_writer_close(struct wh_writer *writer, struct wh_error *err);
/* Closes and deletes the unfinished file; NULL is fine. */
void wh_writer_abandon(struct wh_writer *writer);

/* Tests only, as wh_alloc_fail_at(): fails the n-th write or fsync of a writer from now with this errno. */
void wh_io_fail_at(struct wh_ctx *ctx, uint64_t n, int sys_errno, bool sticky);

/* A whole new file, fsynced. */
WH_MUST_USE enum wh_status wh_io_write_all(struct wh_ctx *ctx, const char *path,
                                           struct wh_str content, struct wh_error *err);
/*
 * Thousands of small files: each fsync waits for the disk, one syncfs(2) for all of them waits once
 * and is as safe. wh_sync_begin() on their folder before the first is written, for it remembers
 * which errors of the disk were told already (Linux 5.8 on); wh_io_write_unsynced() for each, which
 * is not safe yet; wh_sync_end() makes all of them, and their folders, safe, or fails.
 */
struct wh_sync {
    struct wh_ctx *ctx;
    int fd;
};
WH_MUST_USE enum wh_status wh_sync_begin(struct wh_sync *sync, struct wh_ctx *ctx,
                                         const char *folder, struct wh_error *err);
WH_MUST_USE enum wh_status wh_io_write_unsynced(struct wh_ctx *ctx, const char *path,
                                                struct wh_str content, struct wh_error *err);
WH_MUST_USE enum wh_status wh_sync_end(struct wh_sync *sync, const char *folder,
                                       struct wh_error *err);
/* Instead of wh_sync_end(), after a failure. */
void wh_sync_abandon(struct wh_sync *sync);
/* A file that readers see whole, old or new: temporary name in the same folder, fsync, rename, fsync of the folder. */
WH_MUST_USE enum wh_status wh_io_replace(struct wh_ctx *ctx, const char *path, struct wh_str content,
                                         struct wh_error *err);

/* Makes the folder and its missing parents with this mode (less the umask). */
WH_MUST_USE enum wh_status wh_io_make_folders(const char *path, unsigned mode,
                                              struct wh_error *err);
/* Could wh_io_make_folders() and a write into the folder succeed? Changes nothing; WH_ERR_OUTPUT names what is in the way. */
WH_MUST_USE enum wh_status wh_io_may_write(const char *folder, struct wh_error *err);
/* A new folder of its own (mode 0700) in $TMPDIR, or /tmp; *ret is wh_alloc'ed. Caller removes it. */
WH_MUST_USE enum wh_status wh_io_make_scratch(struct wh_ctx *ctx, char **ret, struct wh_error *err);
WH_MUST_USE enum wh_status wh_io_set_mode(const char *path, unsigned mode, struct wh_error *err);
WH_MUST_USE enum wh_status wh_io_sync_file(const char *path, struct wh_error *err); /* a library wrote it */
WH_MUST_USE enum wh_status wh_io_sync_folder(const char *path, struct wh_error *err);
/* renameat2(RENAME_NOREPLACE); WH_ERR_OUTPUT with sys_errno EEXIST when `to` stands. */
WH_MUST_USE enum wh_status wh_io_rename_new(const char *from, const char *to, struct wh_error *err);
/* A finished file takes the place of another, or of none, at once; fsyncs the folder. What is no regular file is not replaced. */
WH_MUST_USE enum wh_status wh_io_rename_over(struct wh_ctx *ctx, const char *from, const char *to,
                                             struct wh_error *err);
/* Points the symbolic link at `target`, atomically, and fsyncs its folder. */
WH_MUST_USE enum wh_status wh_io_swap_link(const char *link, const char *target,
                                           struct wh_error *err);
/* The target of a link; *ret is wh_alloc'ed; NULL target when there is no link. */
WH_MUST_USE enum wh_status wh_io_read_link(struct wh_ctx *ctx, const char *link, char **ret,
                                           struct wh_error *err);
/* A file with the same content; fsynced. */
WH_MUST_USE enum wh_status wh_io_copy(struct wh_ctx *ctx, const char *from, const char *to,
                                      struct wh_error *err);
/* A hard link, or a copy where the file system refuses; fsynced. */
WH_MUST_USE enum wh_status wh_io_link_or_copy(struct wh_ctx *ctx, const char *from, const char *to,
                                              struct wh_error *err);
WH_MUST_USE enum wh_status wh_io_remove_file(const char *path, struct wh_error *err); /* missing is fine */
WH_MUST_USE enum wh_status wh_io_remove_tree(struct wh_ctx *ctx, const char *path,
                                             struct wh_error *err); /* missing is fine; links are not followed */
uint64_t wh_io_free_bytes(const char *path); /* for statvfs checks; UINT64_MAX when unknown */

/* Paths, sorted by bytes; all wh_alloc'ed; wh_paths_finish(). */
struct wh_paths {
    size_t n, cap;
    char **path;
};
/* Frees all; what is zeroed is fine. */
void wh_paths_finish(struct wh_ctx *ctx, struct wh_paths *paths);
/* Appends a copy of `path`. */
WH_MUST_USE enum wh_status wh_paths_push(struct wh_ctx *ctx, struct wh_paths *paths,
                                         const char *path, struct wh_error *err);
/* Names in one folder (not . and ..). */
WH_MUST_USE enum wh_status wh_io_list(struct wh_ctx *ctx, const char *folder,
                                      struct wh_paths *ret, struct wh_error *err);
/* Every regular file under a folder, as paths relative to it ("a/b.csv"). */
WH_MUST_USE enum wh_status wh_io_walk(struct wh_ctx *ctx, const char *folder,
                                      struct wh_paths *ret, struct wh_error *err);
/* Expands * and ? in the last component and in folders; a pattern without them gives itself. None found: empty. */
WH_MUST_USE enum wh_status wh_io_glob(struct wh_ctx *ctx, const char *pattern,
                                      struct wh_paths *ret, struct wh_error *err);
/* "a/b" + "c" -> "a/b/c"; an absolute `name` gives itself; wh_alloc'ed or NULL. */
char *wh_path_join(struct wh_ctx *ctx, const char *folder, const char *name);

/* A lock that dies with its process (flock). WH_ERR_BUSY names the holder's pid and start. */
struct wh_lock;
WH_MUST_USE enum wh_status wh_lock_take(struct wh_ctx *ctx, const char *path, struct wh_lock **ret,
                                        struct wh_error *err);
/*
 * Holds off takers while it reads, without writing a byte: for those who must change nothing. *ret is NULL where there is
 * no lock file. WH_ERR_BUSY as above.
 */
WH_MUST_USE enum wh_status wh_lock_share(struct wh_ctx *ctx, const char *path, struct wh_lock **ret,
                                         struct wh_error *err);
void wh_lock_release(struct wh_lock *lock); /* NULL is fine */

#endif
