/* The history of hot spots: any bytes are read or refused; what is read is written and read the
 * same. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "run/history.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct wh_ctx_options opt = {.quiet = true, .jobs = 1};
    struct wh_ctx *ctx = NULL;
    struct wh_spot_memory memory = {0}, again = {0};
    struct wh_error err = {0};
    FUZZ_PROMISE(wh_ctx_create(&opt, &ctx, &err) == WH_OK);
    struct wh_buf text, twice;
    wh_buf_init(&text, ctx);
    wh_buf_init(&twice, ctx);
    if (wh_history_read(ctx, (struct wh_str){(const char *)data, size}, &memory, &err) == WH_OK) {
        wh_history_write(&text, &memory);
        FUZZ_PROMISE(wh_history_read(ctx, wh_buf_view(&text), &again, &err) == WH_OK);
        wh_history_write(&twice, &again);
        FUZZ_PROMISE(strcmp(text.ptr, twice.ptr) == 0);
    }
    wh_buf_finish(&text);
    wh_buf_finish(&twice);
    wh_spot_memory_finish(ctx, &memory);
    wh_spot_memory_finish(ctx, &again);
    wh_ctx_destroy(ctx);
    return 0;
}
