/* render/atlas.c: many sheets in one document, with bookmarks and page numbers through it. */
#include <stdio.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/io.h"
#include "base/log.h"
#include "render/message.h"
#include "render/page_internal.h"

#define FOLIO_FROM_EDGE 13.0 /* A4 points: inside what printers reach, below the sheets' margin */

/* "Atlas page 3 of 120" on pages that hold nothing else. */
static enum wh_status draw_folio(struct wh_ctx *ctx, const struct wh_report *report,
                                 const struct wh_page_options *opt, uint32_t n_pages,
                                 struct wh_buf *ret, struct wh_error *err)
{
    struct wh_canvas canvas = {0};
    struct wh_buf text, subject;
    double w, h;
    wh_paper_size(opt->paper, &w, &h);
    wh_buf_init(&text, ctx);
    wh_buf_init(&subject, ctx);
    enum wh_status status = wh_canvas_open_pdf(&canvas, ctx, opt->style, w, h, err);
    if (status == WH_OK) {
        wh_canvas_speak(&canvas, opt->language);
        const struct wh_sheet sheet = wh_sheet_make(&canvas, report, 0, -1, opt);
        const struct wh_font font = wh_sheet_font(&sheet, WH_TEXT_SMALL, 8, false, WH_GREY_INK);
        wh_say_with(&text, opt->language, "atlas.title", wh_arg_text("area", report->title));
        wh_say(&subject, opt->language, "atlas.subject");
        wh_pdf_describe(&canvas, report, wh_buf_view(&text).ptr, wh_buf_view(&subject).ptr);
        for (uint32_t page = 1; page <= n_pages; page++) {
            if (page > 1) {
                wh_canvas_next_page(&canvas);
            }
            wh_buf_clear(&text);
            wh_say_with(&text, opt->language, "atlas.page", wh_arg_count("page", page),
                        wh_arg_count("pages", n_pages));
            wh_text_draw(&canvas, &font, wh_buf_view(&text).ptr, 0.5 * w,
                         h - FOLIO_FROM_EDGE * sheet.scale - font.size, 0, WH_ALIGN_CENTRE);
        }
        status = wh_canvas_close(&canvas, err);
    }
    if (status == WH_OK) {
        wh_buf_str(ret, wh_buf_view(&canvas.bytes));
        status = text.failed || subject.failed ? wh_fail_memory(ctx, err) : wh_buf_ok(ret, err);
    }
    wh_canvas_finish(&canvas);
    wh_buf_finish(&text);
    wh_buf_finish(&subject);
    return status;
}

/* The names of bookmarks, one after the other, each terminated. */
static void add_names(struct wh_buf *buf, const struct wh_report *report,
                      const struct wh_atlas_sheet *sheet, size_t n)
{
    bool has_theme = false; /* above the wards */
    for (size_t i = 0; i < n; i++) {
        const bool is_of_all = sheet[i].theme_idx == WH_ALL_THEMES;
        const char *const theme = is_of_all ? "" : report->theme[sheet[i].theme_idx].theme->title;
        if (sheet[i].ward_idx >= 0) {
            wh_text_clean(buf, wh_str_c(report->wards->name[sheet[i].ward_idx]));
        }
        if (sheet[i].ward_idx >= 0 && !has_theme && !is_of_all) {
            wh_buf_c(buf, ": ");
        }
        if (sheet[i].ward_idx < 0 || !has_theme) {
            wh_text_clean(buf, wh_str_c(theme));
        }
        has_theme |= sheet[i].ward_idx < 0;
        wh_buf_char(buf, '\0');
    }
}

enum wh_status wh_atlas_join(struct wh_ctx *ctx, const struct wh_report *report,
                             const struct wh_page_options *opt, const struct wh_atlas_sheet *sheet,
                             size_t n, struct wh_buf *ret, struct wh_error *err)
{
    struct wh_buf folio, names;
    uint32_t n_pages = 0;
    const bool has_overviews = n > 0 && sheet[0].ward_idx < 0;
    struct wh_pdf_part *const part = wh_alloc_array(ctx, n, sizeof *part);
    wh_buf_init(&folio, ctx);
    wh_buf_init(&names, ctx);
    add_names(&names, report, sheet, n);
    enum wh_status status = part == NULL ? wh_fail_memory(ctx, err) : wh_buf_ok(&names, err);
    if (status != WH_OK) {
        goto out;
    }
    const char *name = names.ptr;
    for (size_t i = 0; i < n; i++) {
        part[i] = (struct wh_pdf_part){.pdf = wh_buf_view(&sheet[i].file->pdf),
                                       .bookmark = name,
                                       .is_below = has_overviews && sheet[i].ward_idx >= 0 &&
                                                   sheet[i].theme_idx != WH_ALL_THEMES};
        name += wh_str_c(name).len + 1;
        n_pages += sheet[i].file->n_pages;
    }
    status = draw_folio(ctx, report, opt, n_pages, &folio, err);
    if (status == WH_OK) {
        status = wh_pdf_join(ctx, part, n, wh_buf_view(&folio), ret, err);
    }
out:
    wh_buf_finish(&folio);
    wh_buf_finish(&names);
    wh_free(ctx, part);
    return status;
}

/* ---- drawn for the atlas alone ---- */

struct drawing {
    struct wh_atlas_sheet *sheet;
    struct wh_sheet_file *file;
    enum wh_status *status;
    struct wh_error *err;
    size_t n;
};

static void add_sheet(struct drawing *d, size_t theme_idx, int32_t ward_idx)
{
    d->sheet[d->n] = (struct wh_atlas_sheet){theme_idx, ward_idx, &d->file[d->n]};
    d->n++;
}

static void add_wards(struct drawing *d, const struct wh_report *report, size_t theme_idx,
                      int32_t ward_idx)
{
    const int32_t first = ward_idx >= 0 ? ward_idx : 0;
    const int32_t end = ward_idx >= 0 ? ward_idx + 1 : (int32_t)report->wards->n;
    for (int32_t w = first; w < end; w++) {
        add_sheet(d, theme_idx, w);
    }
}

/* Of one theme, its overview and wards. Of all, every overview; then each ward over all themes,
 * where there are such sheets. */
static void list_sheets(struct drawing *d, const struct wh_report *report,
                        const struct wh_page_options *opt, int32_t theme_idx, int32_t ward_idx)
{
    const bool is_together = theme_idx < 0 && opt->layout != NULL && report->overall != NULL;
    for (size_t t = 0; t < report->n_themes; t++) {
        if (theme_idx >= 0 && t != (size_t)theme_idx) {
            continue;
        }
        if (ward_idx < 0) {
            add_sheet(d, t, -1);
        }
        if (!is_together) {
            add_wards(d, report, t, ward_idx);
        }
    }
    if (is_together) {
        add_wards(d, report, WH_ALL_THEMES, ward_idx);
    }
}

static void draw_sheets(struct drawing *d, struct wh_ctx *ctx, const struct wh_report *report,
                        const struct wh_page_options *opt)
{
    wh_progress_start(ctx, "pages", d->n, "pages");
#pragma omp parallel for schedule(dynamic, 1) num_threads(wh_ctx_jobs(ctx))
    for (size_t i = 0; i < d->n; i++) {
        d->status[i] = wh_render_sheet(ctx, report, d->sheet[i].theme_idx, d->sheet[i].ward_idx,
                                       opt, false, &d->file[i], NULL, &d->err[i]);
        wh_progress_add(ctx, 1);
    }
    wh_progress_done(ctx);
}

/* The sheets as one file; one alone is itself. */
static enum wh_status write_sheets(const struct drawing *d, struct wh_ctx *ctx,
                                   const struct wh_report *report,
                                   const struct wh_page_options *opt, const char *pdf_path,
                                   struct wh_error *err)
{
    struct wh_buf bytes;
    for (size_t i = 0; i < d->n; i++) {
        if (d->status[i] != WH_OK) {
            if (err != NULL) {
                *err = d->err[i];
            }
            return d->status[i];
        }
    }
    if (d->n == 1) {
        return wh_sheet_file_write(ctx, &d->file[0], pdf_path, NULL, err);
    }
    wh_buf_init(&bytes, ctx);
    enum wh_status status = wh_atlas_join(ctx, report, opt, d->sheet, d->n, &bytes, err);
    if (status == WH_OK) {
        status = wh_io_write_all(ctx, pdf_path, wh_buf_view(&bytes), err);
    }
    wh_buf_finish(&bytes);
    return status;
}

enum wh_status wh_render_atlas(struct wh_ctx *ctx, const struct wh_report *report,
                               int32_t theme_idx, int32_t ward_idx,
                               const struct wh_page_options *opt, const char *pdf_path,
                               struct wh_error *err)
{
    const size_t most = (report->n_themes + 1) * ((size_t)report->wards->n + 1);
    struct drawing d = {.sheet = wh_alloc_array(ctx, most, sizeof *d.sheet),
                        .file = wh_alloc_array(ctx, most, sizeof *d.file),
                        .status = wh_alloc_array(ctx, most, sizeof *d.status),
                        .err = wh_alloc_array(ctx, most, sizeof *d.err)};
    enum wh_status status = WH_OK;
    if (d.sheet == NULL || d.file == NULL || d.status == NULL || d.err == NULL) {
        status = wh_fail_memory(ctx, err);
    } else {
        list_sheets(&d, report, opt, theme_idx, ward_idx);
        draw_sheets(&d, ctx, report, opt);
        status = write_sheets(&d, ctx, report, opt, pdf_path, err);
    }
    for (size_t i = 0; i < d.n; i++) {
        wh_sheet_file_finish(ctx, &d.file[i]);
    }
    wh_free(ctx, d.sheet);
    wh_free(ctx, d.file);
    wh_free(ctx, d.status);
    wh_free(ctx, d.err);
    return status;
}
