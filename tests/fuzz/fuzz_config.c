/* Any bytes as a config: a refused text comes with a sentence. */
#include <stdlib.h>

#include "config/config.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wh_ctx *ctx = NULL;
    struct wh_error err = {0};
    struct wh_config config;
    struct wh_config_faults faults;
    const struct wh_ctx_options opt = {.quiet = true, .memory_limit_bytes = 64u << 20};
    if (wh_ctx_create(&opt, &ctx, &err) != WH_OK) {
        abort();
    }
    const struct wh_str text = {.ptr = (const char *)data, .len = size};
    const enum wh_status status =
        wh_config_read(ctx, "fuzz/council.yaml", text, &config, &faults, &err);
    if (status != WH_OK && (err.message[0] == '\0' || err.status != status)) {
        abort();
    }
    for (size_t i = 0; i < faults.n; i++) {
        if (faults.fault[i].message[0] == '\0') {
            abort();
        }
    }
    wh_config_faults_finish(ctx, &faults);
    wh_config_finish(ctx, &config);
    wh_ctx_destroy(ctx);
    return 0;
}
