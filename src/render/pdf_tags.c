/* render/pdf_tags.c: what a PDF's structure says, kept while it is drawn: cairo 1.16 writes the
 * tags and drops the rest. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "render/canvas.h"
#include "render/pdf_finish.h"

static cairo_t *tagged(const struct wh_canvas *canvas)
{
    return canvas->pdf_cr != NULL ? canvas->pdf_cr : canvas->cr;
}

void wh_canvas_tag_begin(struct wh_canvas *canvas, const char *role, const char *alt)
{
    struct wh_error err;
    void *array = canvas->tag;
    if (canvas->is_svg && alt != NULL && alt[0] != '\0') {
        wh_buf_c(&canvas->alt, canvas->alt.len > 0 ? " " : "");
        wh_text_clean(&canvas->alt, wh_str_c(alt));
    }
    if (!canvas->is_pdf) {
        return;
    }
    if (wh_grow(canvas->ctx, &array, canvas->n_tags, &canvas->cap_tags, sizeof *canvas->tag,
                &err) != WH_OK) {
        canvas->has_failed = true;
        return;
    }
    canvas->tag = array;
    struct wh_pdf_tag *const tag = &canvas->tag[canvas->n_tags++];
    *tag = (struct wh_pdf_tag){.role = role, .alt_start = canvas->alt.len};
    snprintf(tag->language, sizeof tag->language, "%s", canvas->language);
    if (alt != NULL) {
        wh_text_clean(&canvas->alt, wh_str_c(alt));
    }
    tag->alt_len = canvas->alt.len - tag->alt_start;
    cairo_tag_begin(tagged(canvas), role, "");
}

void wh_canvas_tag_end(struct wh_canvas *canvas, const char *role)
{
    if (canvas->is_pdf) {
        cairo_tag_end(tagged(canvas), role);
    }
}

void wh_canvas_set_language(struct wh_canvas *canvas, const char *language)
{
    snprintf(canvas->language, sizeof canvas->language, "%s", language);
    pango_context_set_language(canvas->pango, pango_language_from_string(language));
}
