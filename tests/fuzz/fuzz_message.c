/* Any bytes as a catalogue of messages: what is refused comes with a sentence; what is taken can be
 * said with arguments of any kind. */
#include <stdio.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "render/message_internal.h"

/* Every message, each of its arguments as the `turn`-th kind. */
static void say_all(struct wh_ctx *ctx, const struct wh_language *lang, unsigned turn)
{
    struct wh_buf said;
    wh_buf_init(&said, ctx);
    for (size_t i = 0; i < lang->n_messages; i++) {
        const struct wh_message *const m = &lang->message[i];
        struct wh_arg arg[WH_MESSAGE_SLOTS];
        char name[WH_MESSAGE_SLOTS][40];
        for (uint32_t k = 0; k < m->n_slots; k++) {
            snprintf(name[k], sizeof name[k], "%.*s", (int)m->slot[k].name.len,
                     m->slot[k].name.ptr);
            const struct wh_arg any[] = {
                wh_arg_text(name[k], "other"), wh_arg_text(name[k], "\xd7\x90\xff"),
                wh_arg_number(name[k], -1234567.875, 2), wh_arg_day(name[k], 20000)};
            arg[k] = any[(turn + k) % 4];
        }
        wh_say_args(&said, lang, m->key, arg, m->n_slots);
    }
    FUZZ_PROMISE(!said.failed);
    wh_buf_finish(&said);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wh_ctx *ctx = NULL;
    struct wh_error err = {0};
    struct wh_language *lang = NULL;
    struct wh_buf text;
    const struct wh_ctx_options opt = {.quiet = true, .memory_limit_bytes = 64u << 20};
    if (wh_ctx_create(&opt, &ctx, &err) != WH_OK ||
        wh_language_create(ctx, "en", NULL, &lang, &err) != WH_OK) {
        abort();
    }
    wh_buf_init(&text, ctx);
    wh_buf_add(&text, data, size);
    const enum wh_status status = wh_language_add(lang, "fuzz.json", &text, &err);
    FUZZ_PROMISE(status == WH_OK || (err.message[0] != '\0' && err.status == status));
    if (status == WH_OK) {
        FUZZ_PROMISE(wh_language_list_gaps(lang, &err) == WH_OK);
        for (unsigned turn = 0; turn < 4; turn++) {
            say_all(ctx, lang, turn);
        }
    }
    wh_buf_finish(&text);
    wh_language_destroy(ctx, lang);
    wh_ctx_destroy(ctx);
    return 0;
}
