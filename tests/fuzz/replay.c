/* replay FOLDER: gives every file of a target's corpus to it, in the normal test run, without a
 * fuzzer. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "fuzz/fuzz.h"

static enum wh_status replay(struct wh_ctx *ctx, const char *folder, const char *name,
                             struct wh_error *err)
{
    struct wh_buf buf;
    char *path = wh_path_join(ctx, folder, name);
    wh_buf_init(&buf, ctx);
    enum wh_status status =
        path == NULL ? wh_fail_memory(ctx, err) : wh_io_read_all(ctx, path, 1u << 20, &buf, err);
    if (status == WH_OK) {
        /* An exact copy, so that a sanitizer sees a read past its end. */
        uint8_t *bytes = malloc(buf.len > 0 ? buf.len : 1);
        FUZZ_PROMISE(bytes != NULL);
        memcpy(bytes, buf.ptr, buf.len);
        (void)LLVMFuzzerTestOneInput(bytes, buf.len);
        free(bytes);
    }
    wh_buf_finish(&buf);
    wh_free(ctx, path);
    return status;
}

int main(int argc, char **argv)
{
    struct wh_ctx *ctx = NULL;
    struct wh_error err = {0};
    struct wh_paths names = {0};
    char text[1400];
    enum wh_status status = wh_ctx_create(NULL, &ctx, &err);
    if (status == WH_OK) {
        status = argc == 2 ? wh_io_list(ctx, argv[1], &names, &err)
                           : wh_fail(&err, WH_ERR_USAGE, "usage: replay FOLDER");
    }
    for (size_t i = 0; status == WH_OK && i < names.n; i++) {
        printf("%s\n", names.path[i]); /* the last line names the one that broke a promise */
        (void)fflush(stdout);
        status = replay(ctx, argv[1], names.path[i], &err);
    }
    if (status == WH_OK && names.n == 0) {
        status = wh_fail_at(&err, WH_ERR_INPUT, argv[1], 0, 0, "no files");
    }
    if (status != WH_OK) {
        fprintf(stderr, "%s\n", wh_error_text(&err, text, sizeof text));
    }
    wh_paths_finish(ctx, &names);
    wh_ctx_destroy(ctx);
    return status == WH_OK ? 0 : 1;
}
