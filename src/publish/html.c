/* publish/html.c: the pieces: figures, legend, pictures, templates. */
#include "publish/html.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/number.h"
#include "base/time.h"
#include "render/words.h"

#define MAX_TEMPLATE_BYTES (1u << 20)

void wh_html_text(struct wh_buf *buf, const char *text)
{
    if (text != NULL) {
        wh_buf_html(buf, wh_str_c(text));
    }
}

/* "Data to 31 October 2026, made 3 November 2026." */
static void add_freshness(struct wh_buf *buf, const struct wh_report *report)
{
    char day[32];
    wh_buf_printf(buf, "Data to <strong>%s</strong>, ",
                  wh_format_day_words(report->data_through_day, day, sizeof day));
    wh_buf_printf(buf, "<span>made %s</span>.",
                  wh_format_day_words(report->as_of_day, day, sizeof day));
}

/* `value` NaN: hidden; sorts last. */
static void add_cell(struct wh_buf *buf, double value, const char *words)
{
    wh_buf_c(buf, "<td");
    if (!isnan(value)) {
        wh_buf_c(buf, " data-value=\"");
        wh_buf_number(buf, value, 1);
        wh_buf_c(buf, "\">");
    } else {
        wh_buf_c(buf, " class=\"hidden-figure\">");
    }
    wh_html_text(buf, words);
    wh_buf_c(buf, "</td>");
}

static void add_count_cell(struct wh_buf *buf, const struct wh_count *count, uint32_t hide_below)
{
    char words[64];
    add_cell(buf, count->shown == WH_SHOWN ? count->n : (double)NAN,
             wh_count_words(count, hide_below, words, sizeof words));
}

void wh_html_figure_cells(struct wh_buf *buf, const struct wh_report *report,
                          const struct wh_theme_report *theme, const struct wh_figures *figures)
{
    char words[64];
    int64_t change = 0;
    add_count_cell(buf, &figures->count, report->hide_below);
    if (theme->previous_is_complete) {
        add_count_cell(buf, &figures->previous, report->hide_below);
    } else {
        add_cell(buf, (double)NAN, "not known");
    }
    const bool has_change = wh_change(figures, theme->previous_is_complete, &change);
    add_cell(buf, has_change ? (double)change : (double)NAN,
             wh_change_words(figures, theme->previous_is_complete, words, sizeof words));
    add_cell(buf, wh_job_rate(figures->per_km2),
             wh_rate_words(figures->per_km2, &figures->count, words, sizeof words));
    if (wh_report_has_residents(report)) {
        add_cell(buf, wh_job_rate(figures->per_1000),
                 wh_rate_words(figures->per_1000, &figures->count, words, sizeof words));
    }
}

void wh_html_figure_headers(struct wh_buf *buf, const struct wh_report *report, bool is_sortable)
{
    static const char *const header[] = {"Requests", "Period before", "Change",
                                         "Per km<sup>2</sup>", "Per 1,000 residents"};
    const size_t n = sizeof header / sizeof header[0] - !wh_report_has_residents(report);
    for (size_t i = 0; i < n; i++) {
        wh_buf_printf(buf, "<th scope=\"col\" class=\"number\"%s>%s</th>",
                      is_sortable ? " data-sort=\"number\"" : "", header[i]);
    }
}

/* Colours stand in attributes of SVG: the pages allow no inline style. `alpha` as on the map, so
 * that the key shows the colours that the map has; the ground under it is in site.css. */
static void add_swatch(struct wh_buf *buf, struct wh_rgb colour, double alpha, const char *words)
{
    wh_buf_printf(buf,
                  "<li><svg class=\"swatch\" width=\"28\" height=\"18\" aria-hidden=\"true\" "
                  "focusable=\"false\"><rect x=\"0.5\" y=\"0.5\" width=\"27\" height=\"17\" "
                  "fill=\"#%02x%02x%02x\" fill-opacity=\"%.2f\" stroke=\"#5b6470\"/></svg> ",
                  colour.r, colour.g, colour.b, alpha);
    wh_html_text(buf, words);
    wh_buf_c(buf, "</li>");
}

/* The key to the map: classes with colour and numbers, the unit, what grey and outlines mean. */
static void add_legend(struct wh_buf *buf, const struct wh_job *job,
                       const struct wh_theme_report *theme)
{
    char words[64];
    const struct wh_style *style = job->opt->style;
    wh_buf_c(buf, "<p class=\"unit\">");
    wh_html_text(buf, theme->legend.unit);
    wh_buf_c(buf, "</p>\n<ul class=\"classes\">");
    for (uint32_t i = 1; i <= theme->legend.n; i++) {
        add_swatch(buf, wh_style_class(style, i, theme->legend.n), wh_style_class_alpha(style),
                   wh_class_words(&theme->legend, i, words, sizeof words));
    }
    if (theme->legend.n > 0) {
        wh_buf_printf(buf, "<li>no colour: %s</li>",
                      wh_class_words(&theme->legend, 0, words, sizeof words));
    }
    if (job->report->edition == WH_EDITION_PUBLIC && job->report->hide_below > 1) {
        add_swatch(buf, wh_style_blank(style), WH_STYLE_BLANK_ALPHA, "too few requests to show");
    }
    const struct wh_rgb outline = wh_style_hotspot(style);
    wh_buf_printf(
        buf,
        "<li><svg class=\"swatch\" width=\"28\" height=\"18\" aria-hidden=\"true\" "
        "focusable=\"false\"><rect x=\"1.5\" y=\"1.5\" width=\"25\" height=\"15\" rx=\"5\" "
        "fill=\"none\" stroke=\"#%02x%02x%02x\" stroke-width=\"2.5\"/></svg> hot spot, "
        "numbered by size</li>",
        outline.r, outline.g, outline.b);
    wh_buf_c(buf, "</ul>\n");
}

/* Width and height from the head of a PNG file (IHDR); zero when it is none. */
static enum wh_status read_png_size(const struct wh_job *job, const char *name, uint32_t ret[2],
                                    struct wh_error *err)
{
    enum { HEAD = 24 };
    uint8_t head[HEAD];
    size_t len = 0, got = 0;
    struct wh_reader *reader = NULL;
    char *path = wh_path_join(job->ctx, job->folder, name);
    enum wh_status status =
        path == NULL ? wh_fail_memory(job->ctx, err) : wh_reader_open(job->ctx, path, &reader, err);
    do {
        if (status == WH_OK) {
            status = wh_reader_read(reader, head + len, HEAD - len, &got, err);
            len += got;
        }
    } while (status == WH_OK && got > 0 && len < HEAD);
    for (unsigned i = 0; status == WH_OK && i < 2; i++) {
        const uint8_t *at = head + 16 + 4 * i;
        ret[i] = len < HEAD
                     ? 0
                     : (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    }
    wh_reader_close(reader);
    wh_free(job->ctx, path);
    return status;
}

static enum wh_status add_picture(struct wh_buf *buf, const struct wh_job *job, size_t theme_idx,
                                  int32_t ward, struct wh_error *err)
{
    const struct wh_report *report = job->report;
    const struct wh_theme *theme = report->theme[theme_idx].theme;
    char name[192];
    uint32_t size[2] = {0, 0};
    snprintf(name, sizeof name, "maps/%s%s%s.png", theme->id, ward < 0 ? "" : "/",
             ward < 0 ? "" : job->ward_slug[ward]);
    const enum wh_status status = read_png_size(job, name, size, err);
    if (status != WH_OK) {
        return status;
    }
    wh_buf_printf(
        buf, "<img src=\"%s%s\" width=\"%u\" height=\"%u\"%s alt=\"Map: ", ward < 0 ? "" : "../",
        name, size[0], size[1], theme_idx > 0 ? " loading=\"lazy\"" : "");
    wh_html_text(buf, theme->title);
    wh_buf_c(buf, " in ");
    wh_html_text(buf, ward < 0 ? report->title : report->wards->name[ward]);
    wh_buf_c(buf, ". The map in words follows.\">");
    return WH_OK;
}

void wh_html_lead(struct wh_buf *buf, const struct wh_job *job, const struct wh_theme_report *theme,
                  int32_t ward)
{
    char words[64];
    struct wh_buf sentence;
    wh_buf_printf(buf, "<p class=\"period\">%s",
                  wh_period_words(&theme->period, words, sizeof words));
    if (theme->theme->owner != NULL) {
        wh_buf_c(buf, " · dealt with by ");
        wh_html_text(buf, theme->theme->owner);
    }
    wh_buf_c(buf, "</p>\n<p class=\"lead\">");
    wh_buf_init(&sentence, job->ctx);
    wh_say_ward(&sentence, job->opt->english, job->report, theme, ward);
    wh_buf_html(buf, wh_buf_view(&sentence));
    buf->failed = buf->failed || sentence.failed;
    wh_buf_finish(&sentence);
    wh_buf_c(buf, "</p>\n");
}

enum wh_status wh_html_figure(struct wh_buf *buf, const struct wh_job *job, size_t theme_idx,
                              int32_t ward, struct wh_error *err)
{
    const struct wh_theme_report *theme = &job->report->theme[theme_idx];
    struct wh_buf in_words;
    wh_buf_printf(buf, "<figure class=\"map\" data-theme=\"%s\">\n<div class=\"picture\">",
                  theme->theme->id);
    const enum wh_status status = add_picture(buf, job, theme_idx, ward, err);
    wh_buf_c(buf, "</div>\n<figcaption>\n");
    add_legend(buf, job, theme);
    wh_buf_c(buf, "<details><summary>The map in words</summary><p>");
    wh_buf_init(&in_words, job->ctx);
    wh_map_alt_text(&in_words, job->opt->english, job->report, theme_idx, ward);
    wh_buf_html(buf, wh_buf_view(&in_words));
    buf->failed = buf->failed || in_words.failed;
    wh_buf_finish(&in_words);
    wh_buf_c(buf, "</p></details>\n</figcaption>\n</figure>\n");
    return status;
}

/* What figures mean and what not. */
static void add_meaning(struct wh_buf *buf, const struct wh_language *english,
                        const struct wh_report *report)
{
    char received[32], placed[32];
    wh_buf_c(buf, "<ul>\n<li>The maps show <strong>requests that people made</strong>: where more "
                  "is reported, not always where more is wrong. Places where people report "
                  "little look quiet.</li>\n"
                  "<li>Counts are <strong>counts, not rates</strong>. A ward with more homes has "
                  "more requests; compare wards by the figure per 1,000 residents.</li>\n"
                  "<li>The colours are a <strong>smoothed surface</strong> of requests per "
                  "km<sup>2</sup>. They do not point at houses, and a dark patch is not an "
                  "address.</li>\n");
    if (report->n_themes > 0) {
        wh_buf_c(buf, "<li><strong>Hot spots:</strong> ");
        struct wh_buf method;
        wh_buf_init(&method, buf->ctx);
        wh_say_hotspot_method(&method, english, &report->theme[0]);
        wh_buf_html(buf, wh_buf_view(&method));
        buf->failed |= method.failed;
        wh_buf_finish(&method);
        wh_buf_c(buf, " It does not say that somebody is to blame.</li>\n");
    }
    if (report->hide_below > 1 && report->edition == WH_EDITION_PUBLIC) {
        wh_buf_printf(buf,
                      "<li>Numbers below %u are <strong>not shown</strong>, so that nobody can be "
                      "recognised; some others are not shown so that these cannot be worked out. "
                      "Grey on the map means too few requests.</li>\n",
                      report->hide_below);
    }
    if (report->n_received > 0) {
        wh_buf_printf(
            buf,
            "<li>%.1f&nbsp;%% of %s requests could be placed (%s). The others had no "
            "usable place, and are in no figure here. Nor are those from outside the area, of a "
            "sensitive kind, or at a default location (entered when none is known).</li>\n",
            100.0 * (double)report->n_placed / (double)report->n_received,
            wh_format_count(report->n_received, received, sizeof received),
            wh_format_count(report->n_placed, placed, sizeof placed));
    }
    if (report->datum_note != NULL) {
        wh_buf_c(buf, "<li>On the map, ");
        wh_html_text(buf, report->datum_note);
        wh_buf_c(buf, ".</li>\n");
    }
    wh_buf_c(buf, "</ul>\n");
}

static void add_licences(struct wh_buf *buf, const struct wh_report *report)
{
    for (size_t i = 0; i < report->n_licences; i++) {
        wh_buf_c(buf, "<li>");
        wh_html_text(buf, report->licence[i]);
        wh_buf_c(buf, "</li>\n");
    }
}

/* The template's text with its slots filled. */
static enum wh_status fill_slots(struct wh_str text, const char *file, wh_slot_fn *fn, void *user,
                                 struct wh_buf *ret, struct wh_error *err)
{
    size_t pos = 0;
    while (pos < text.len) {
        const char *open = memmem(text.ptr + pos, text.len - pos, "{{", 2);
        const char *close =
            open == NULL ? NULL : memmem(open, text.len - (size_t)(open - text.ptr), "}}", 2);
        if (close == NULL) {
            break;
        }
        wh_buf_str(ret, wh_str_slice(text, pos, (size_t)(open - text.ptr)));
        const struct wh_str name = {open + 2, (size_t)(close - open) - 2};
        if (!fn(user, name, ret)) {
            return wh_fail_at(err, WH_ERR_INTERNAL, file, 0, 0, "unknown slot \"%.*s\"",
                              (int)(name.len < 40 ? name.len : 40), name.ptr);
        }
        pos = (size_t)(close - text.ptr) + 2;
    }
    wh_buf_str(ret, wh_str_slice(text, pos, text.len));
    return WH_OK;
}

bool wh_html_fill(const struct wh_job *job, struct wh_str name, struct wh_buf *buf)
{
    const struct wh_report *const report = job->report;
    if (wh_str_eq_c(name, "title")) {
        wh_html_text(buf, report->title);
    } else if (wh_str_eq_c(name, "freshness")) {
        add_freshness(buf, report);
    } else if (wh_str_eq_c(name, "banner")) {
        wh_buf_c(buf, report->edition == WH_EDITION_OFFICER
                          ? "<p class=\"banner\">For officers only: exact figures, not for "
                            "publication.</p>"
                          : "");
    } else if (wh_str_eq_c(name, "meaning")) {
        add_meaning(buf, job->opt->english, report);
    } else if (wh_str_eq_c(name, "licences")) {
        add_licences(buf, report);
    } else if (wh_str_eq_c(name, "release")) {
        wh_html_text(buf, report->release_id);
    } else {
        return false;
    }
    return true;
}

enum wh_status wh_html_template(const struct wh_job *job, const char *file, wh_slot_fn *fn,
                                void *user, struct wh_buf *ret, struct wh_error *err)
{
    struct wh_buf text;
    wh_buf_init(&text, job->ctx);
    char *path = wh_path_join(job->ctx, job->opt->dashboard_dir, file);
    enum wh_status status = path == NULL
                                ? wh_fail_memory(job->ctx, err)
                                : wh_io_read_all(job->ctx, path, MAX_TEMPLATE_BYTES, &text, err);
    if (status == WH_OK) {
        status = fill_slots(wh_buf_view(&text), file, fn, user, ret, err);
    }
    wh_free(job->ctx, path);
    wh_buf_finish(&text);
    return status;
}
