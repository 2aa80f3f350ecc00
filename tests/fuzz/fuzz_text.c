/* Any bytes as text to be shown: what goes to JSON, HTML, CSV, a message and a file name is
 * well-formed and harmless. */
#include <string.h>

#include "base/str.h"
#include "fuzz/fuzz.h"
#include "model/report.h"

static bool is_utf8(struct wh_str text)
{
    return wh_utf8_check(text) == text.len;
}

static bool has_byte_below(struct wh_str text, unsigned char least, const char *allowed)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        if (c < least && (c == '\0' || strchr(allowed, c) == NULL)) {
            return true;
        }
    }
    return false;
}

static void check_json(struct wh_str out)
{
    FUZZ_PROMISE(is_utf8(out) && !has_byte_below(out, 0x20, ""));
    for (size_t i = 0; i < out.len; i++) {
        FUZZ_PROMISE(strchr("<>&\"", out.ptr[i]) == NULL);
        if (out.ptr[i] == '\\') {
            i++;
            FUZZ_PROMISE(i < out.len && strchr("\"\\nrtu", out.ptr[i]) != NULL);
        }
    }
    FUZZ_PROMISE(memmem(out.ptr, out.len, "\xE2\x80\xA8", 3) == NULL &&
                 memmem(out.ptr, out.len, "\xE2\x80\xA9", 3) == NULL);
}

static void check_html(struct wh_str out)
{
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    FUZZ_PROMISE(is_utf8(out) && !has_byte_below(out, 0x20, "\t\n"));
    for (size_t i = 0; i < out.len; i++) {
        FUZZ_PROMISE(strchr("<>\"'", out.ptr[i]) == NULL);
        bool is_entity = out.ptr[i] != '&';
        for (size_t e = 0; e < sizeof entities / sizeof *entities; e++) {
            is_entity = is_entity || wh_str_has_prefix(wh_str_slice(out, i, out.len), entities[e]);
        }
        FUZZ_PROMISE(is_entity);
    }
}

/* One cell: read back as a CSV reader would, it is the text, or the text behind one '. */
static void check_csv(struct wh_str text, struct wh_str out)
{
    char *cell = calloc(out.len + 1, 1);
    size_t n = 0;
    FUZZ_PROMISE(cell != NULL);
    const bool is_quoted = out.len > 0 && out.ptr[0] == '"';
    FUZZ_PROMISE(!is_quoted || (out.len >= 2 && out.ptr[out.len - 1] == '"'));
    for (size_t i = is_quoted; i < out.len - is_quoted; i++) {
        const char c = out.ptr[i];
        if (c == '"') {
            FUZZ_PROMISE(is_quoted && ++i < out.len - 1 && out.ptr[i] == '"');
        }
        FUZZ_PROMISE(is_quoted || (c != ',' && c != '\n' && c != '\r'));
        cell[n++] = c;
    }
    const bool is_marked = n == text.len + 1 && cell[0] == '\'';
    FUZZ_PROMISE(n == 0 || memchr("=+-@\t\r\n", cell[0], 7) == NULL);
    FUZZ_PROMISE(n - is_marked == text.len &&
                 (text.len == 0 || memcmp(cell + is_marked, text.ptr, text.len) == 0));
    free(cell);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wh_ctx *ctx = NULL;
    struct wh_error err = {0};
    struct wh_buf buf;
    const struct wh_str text = {(const char *)data, size};
    FUZZ_PROMISE(wh_ctx_create(NULL, &ctx, &err) == WH_OK);
    wh_buf_init(&buf, ctx);
    wh_buf_json(&buf, text);
    check_json(wh_buf_view(&buf));
    wh_buf_clear(&buf);
    wh_buf_html(&buf, text);
    check_html(wh_buf_view(&buf));
    wh_buf_clear(&buf);
    wh_buf_csv(&buf, text);
    check_csv(text, wh_buf_view(&buf));
    wh_buf_finish(&buf);

    char out[128], slug[65];
    const struct wh_str shown =
        wh_str_c(wh_log_escape(text, out, size == 0 ? sizeof out : data[0] % sizeof out + 1));
    FUZZ_PROMISE(is_utf8(shown) && shown.len <= 83 && !has_byte_below(shown, 0x20, ""));
    wh_slug(text, slug, sizeof slug);
    FUZZ_PROMISE(slug[0] != '\0' &&
                 strspn(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(slug));
    for (size_t pos = 0, n = 0; pos < size; n++) { /* ends, whatever the bytes */
        FUZZ_PROMISE(n <= size);
        (void)wh_utf8_next(text, &pos);
    }
    wh_ctx_destroy(ctx);
    return 0;
}
