/*
 * render/svg_ids.c: cairo 1.16 numbers surfaces through the whole process, and names an SVG's
 * elements by that: the same drawing gets other names the second time. Names are counted anew.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "render/svg.h"

/* What stands before a name, and what ends it. */
static const struct place {
    const char *before;
    char end;
} PLACE[] = {{"id=\"", '"'}, {"href=\"#", '"'}, {"url(#", ')'}};
#define N_PLACES (sizeof PLACE / sizeof PLACE[0])

struct names {
    struct wh_ctx *ctx;
    size_t n, cap; /* cap: a power of two, at most half full */
    struct name {
        struct wh_str text; /* in the drawing; empty: free */
        uint32_t number;    /* from 1, in the order in which names first stand */
    } * slot;
};

static struct name *find(const struct names *names, struct wh_str text)
{
    size_t at = wh_str_hash(text) & (names->cap - 1);
    while (names->slot[at].text.len > 0 && !wh_str_eq(names->slot[at].text, text)) {
        at = (at + 1) & (names->cap - 1);
    }
    return &names->slot[at];
}

static enum wh_status grow(struct names *names, struct wh_error *err)
{
    struct names larger = {.ctx = names->ctx, .n = names->n};
    larger.cap = names->cap == 0 ? 1024 : 2 * names->cap;
    larger.slot = wh_alloc_array(names->ctx, larger.cap, sizeof *larger.slot);
    if (larger.slot == NULL) {
        return wh_fail_memory(names->ctx, err);
    }
    for (size_t i = 0; i < names->cap; i++) {
        if (names->slot[i].text.len > 0) {
            *find(&larger, names->slot[i].text) = names->slot[i];
        }
    }
    wh_free(names->ctx, names->slot);
    *names = larger;
    return WH_OK;
}

static enum wh_status number_of(struct names *names, struct wh_str text, uint32_t *ret,
                                struct wh_error *err)
{
    if (2 * (names->n + 1) > names->cap) {
        const enum wh_status status = grow(names, err);
        if (status != WH_OK) {
            return status;
        }
    }
    struct name *const name = find(names, text);
    if (name->text.len == 0) {
        *name = (struct name){text, (uint32_t)++names->n};
    }
    *ret = name->number;
    return WH_OK;
}

/* The name that begins here, or nothing. */
static struct wh_str name_at(struct wh_str rest, size_t *ret_before)
{
    for (size_t i = 0; i < N_PLACES; i++) {
        if (wh_str_has_prefix(rest, PLACE[i].before)) {
            const size_t before = strlen(PLACE[i].before);
            const struct wh_str tail = wh_str_slice(rest, before, rest.len);
            *ret_before = before;
            return wh_str_slice(tail, 0, wh_str_find(tail, PLACE[i].end));
        }
    }
    return (struct wh_str){0};
}

enum wh_status wh_svg_number_ids(struct wh_ctx *ctx, struct wh_str svg, struct wh_buf *ret,
                                 struct wh_error *err)
{
    struct names names = {.ctx = ctx};
    enum wh_status status = WH_OK;
    size_t done = 0;
    for (size_t at = 0; at < svg.len && status == WH_OK; at++) {
        const char c = svg.ptr[at];
        size_t before = 0;
        uint32_t number = 0;
        if (c != 'i' && c != 'h' && c != 'u') {
            continue;
        }
        const struct wh_str name = name_at(wh_str_slice(svg, at, svg.len), &before);
        if (name.len == 0) {
            continue;
        }
        status = number_of(&names, name, &number, err);
        wh_buf_str(ret, wh_str_slice(svg, done, at + before));
        wh_buf_printf(ret, "i%u", number);
        done = at + before + name.len;
        at = done - 1;
    }
    wh_buf_str(ret, wh_str_slice(svg, done, svg.len));
    wh_free(ctx, names.slot);
    return status == WH_OK ? wh_buf_ok(ret, err) : status;
}

enum wh_status wh_svg_finish(struct wh_ctx *ctx, struct wh_str svg, const char *language,
                             struct wh_str title, struct wh_str words, struct wh_buf *ret,
                             struct wh_error *err)
{
    struct wh_buf numbered;
    wh_buf_init(&numbered, ctx);
    enum wh_status status = wh_svg_number_ids(ctx, svg, &numbered, err);
    const struct wh_str text = wh_buf_view(&numbered);
    const char *const root = text.len == 0 ? NULL : strstr(text.ptr, "<svg ");
    const char *const end = root == NULL ? NULL : strchr(root, '>');
    if (status == WH_OK && end == NULL) {
        status = wh_fail(err, WH_ERR_INTERNAL, "a drawing is no SVG");
    }
    if (status == WH_OK) {
        const size_t at = (size_t)(end - text.ptr);
        wh_buf_str(ret, wh_str_slice(text, 0, at));
        wh_buf_printf(ret, " role=\"img\" lang=\"%s\">\n<title>", language);
        wh_buf_html(ret, title);
        wh_buf_c(ret, "</title>\n<desc>");
        wh_buf_html(ret, words);
        wh_buf_c(ret, "</desc>");
        wh_buf_str(ret, wh_str_slice(text, at + 1, text.len));
        status = wh_buf_ok(ret, err);
    }
    wh_buf_finish(&numbered);
    return status;
}
