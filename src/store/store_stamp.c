/* store/store_stamp.c: is the state's file as we left it? Then nobody can have damaged it, and it
 * is not read from end to end before it is used. */
#include <inttypes.h>
#include <stdio.h>

#include "base/io.h"
#include "base/str.h"
#include "store/store_internal.h"

#define MOST_BYTES 256u

/* "size modified inode" of the state's file, and the name of the file that remembers it. */
static bool describe(const char *path, char name[4096], char text[96])
{
    struct wh_file_info info;
    const int len = snprintf(name, 4096, "%s-checked", path);
    if (len < 0 || len >= 4096 || !wh_io_stat(path, &info)) {
        return false;
    }
    snprintf(text, 96, "%" PRIu64 " %" PRId64 " %" PRIu64 "\n", info.size_bytes, info.modified_ns,
             info.inode);
    return true;
}

bool wh_store_is_as_left(struct wh_ctx *ctx, const char *path)
{
    char name[4096], text[96];
    struct wh_error ignored = {0};
    struct wh_file_info info;
    struct wh_buf buf;
    if (!describe(path, name, text) || !wh_io_stat(name, &info)) {
        return false;
    }
    wh_buf_init(&buf, ctx);
    const bool is_same = wh_io_read_all(ctx, name, MOST_BYTES, &buf, &ignored) == WH_OK &&
                         wh_str_eq_c(wh_buf_view(&buf), text);
    wh_buf_finish(&buf);
    return is_same;
}

void wh_store_remember_as_left(struct wh_ctx *ctx, const char *path)
{
    char name[4096], text[96];
    struct wh_error ignored = {0};
    if (!wh_store_is_as_left(ctx, path) && describe(path, name, text)) {
        (void)!wh_io_replace(ctx, name, wh_str_c(text), &ignored); /* then it is read again */
    }
}
