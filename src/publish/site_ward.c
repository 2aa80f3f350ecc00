/* publish/site_ward.c: wards/<code>.html. */
#include "publish/site_ward.h"

#include <stdio.h>

#include "base/alloc.h"
#include "publish/html.h"
#include "publish/site_figures.h"
#include "render/words.h"

/* As in site.c: the first failure stays here. */
struct page {
    const struct wh_job *job;
    uint32_t ward;
    enum wh_status status;
    struct wh_error *err;
};

static void add_figures(struct wh_buf *buf, const struct page *page)
{
    const struct wh_report *report = page->job->report;
    wh_buf_c(buf, "<div class=\"scroll\" role=\"region\" aria-labelledby=\"figures\" "
                  "tabindex=\"0\">\n<table>\n<thead><tr><th scope=\"col\">Theme</th>");
    wh_html_figure_headers(buf, report, false);
    wh_buf_c(buf, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < report->n_themes; i++) {
        const struct wh_theme_report *theme = &report->theme[i];
        wh_buf_printf(buf, "<tr><th scope=\"row\"><a href=\"#%s\">", theme->theme->id);
        wh_html_text(buf, theme->theme->title);
        wh_buf_c(buf, "</a></th>");
        wh_html_figure_cells(buf, report, theme, &theme->ward[page->ward]);
        wh_buf_c(buf, "</tr>\n");
    }
    wh_buf_c(buf, "</tbody>\n</table>\n</div>\n");
}

static const struct wh_hotspot_part *part_in(const struct wh_hotspot *hotspot, uint32_t ward)
{
    for (size_t i = 0; i < hotspot->n_parts; i++) {
        if (hotspot->part[i].ward == ward) {
            return &hotspot->part[i];
        }
    }
    return NULL;
}

static void add_hotspot(struct wh_buf *buf, const struct page *page,
                        const struct wh_theme_report *theme, const struct wh_hotspot *hotspot,
                        const struct wh_hotspot_part *part)
{
    const struct wh_report *report = page->job->report;
    char words[64];
    struct wh_buf sentence;
    wh_buf_printf(buf,
                  "<li value=\"%u\" data-rank=\"%u\" class=\"trend-%s\"><span class=\"trend\">",
                  hotspot->rank, hotspot->rank, wh_trend_name(hotspot->trend));
    wh_html_text(buf, wh_trend_words(hotspot->trend));
    wh_buf_c(buf, "</span> ");
    wh_buf_init(&sentence, page->job->ctx);
    wh_say_hotspot(&sentence, page->job->opt->english, report, theme, hotspot);
    wh_buf_html(buf, wh_buf_view(&sentence));
    buf->failed = buf->failed || sentence.failed;
    wh_buf_finish(&sentence);
    const struct wh_count *count = &part->figures.count;
    if (hotspot->n_parts > 1) {
        wh_buf_c(buf, " In this ward: ");
        wh_html_text(buf, count->shown == WH_SHOWN && count->n == 0
                              ? "none of them"
                              : wh_count_words(count, report->hide_below, words, sizeof words));
        wh_buf_c(buf, ".");
    }
    wh_buf_c(buf, "</li>\n");
}

static void add_hotspots(struct wh_buf *buf, const struct page *page,
                         const struct wh_theme_report *theme)
{
    size_t n = 0;
    wh_buf_c(buf, "<div class=\"hotspots\">\n<h3>Hot spots in this ward</h3>\n");
    for (size_t i = 0; i < theme->n_hotspots; i++) {
        const struct wh_hotspot_part *part = part_in(&theme->hotspot[i], page->ward);
        if (part != NULL) {
            wh_buf_c(buf, n++ == 0 ? "<ol>\n" : "");
            add_hotspot(buf, page, theme, &theme->hotspot[i], part);
        }
    }
    wh_buf_c(buf, n == 0 ? "<p>There is none in this period.</p>\n" : "</ol>\n");
    if (page->job->opt->wants_print && page->job->opt->wants_print_by_theme) {
        wh_buf_printf(buf, "<p class=\"print\"><a href=\"../print/%s/%s.pdf\">Page to print ",
                      theme->theme->id, page->job->ward_slug[page->ward]);
        wh_buf_c(buf, "<span class=\"visually-hidden\">about ");
        wh_html_text(buf, theme->theme->title);
        wh_buf_c(buf, "</span></a> <span class=\"kind\">PDF</span></p>\n");
    }
    wh_buf_c(buf, "</div>\n");
}

static void add_theme(struct wh_buf *buf, struct page *page, size_t theme_idx)
{
    const struct wh_theme_report *theme = &page->job->report->theme[theme_idx];
    wh_buf_printf(buf, "<section class=\"theme\" id=\"%s\">\n<h2>", theme->theme->id);
    wh_html_text(buf, theme->theme->title);
    wh_buf_c(buf, "</h2>\n");
    wh_html_lead(buf, page->job, theme, (int32_t)page->ward);
    wh_site_ward_facts(buf, page->job, theme, page->ward);
    wh_buf_c(buf, "<div class=\"columns\">\n");
    page->status = wh_html_figure(buf, page->job, theme_idx, (int32_t)page->ward, page->err);
    add_hotspots(buf, page, theme);
    wh_buf_c(buf, "</div>\n</section>\n");
}

static void add_ward_links(struct wh_buf *buf, const struct page *page)
{
    const struct wh_areas *wards = page->job->report->wards;
    for (uint32_t i = 0; i < wards->n; i++) {
        const uint32_t ward = page->job->ward_by_name[i];
        wh_buf_printf(buf, "<li><a href=\"%s.html\"%s>", page->job->ward_slug[ward],
                      ward == page->ward ? " aria-current=\"page\"" : "");
        wh_html_text(buf, wards->name[ward]);
        wh_buf_c(buf, "</a></li>\n");
    }
}

/* The ward's sheet, front and back. */
static void add_sheet_link(struct wh_buf *buf, const struct page *page)
{
    if (page->job->opt->wants_print && page->job->opt->n_forms > 0 &&
        page->job->opt->form[0].page.layout != NULL) {
        wh_buf_printf(buf,
                      "<p class=\"print\"><a href=\"../print/%s.pdf\">Sheet of the ward to print"
                      "</a> <span class=\"kind\">PDF</span></p>\n",
                      page->job->ward_slug[page->ward]);
    }
}

static bool fill(void *user, struct wh_str name, struct wh_buf *buf)
{
    struct page *page = user;
    const struct wh_report *report = page->job->report;
    if (wh_str_eq_c(name, "ward")) {
        wh_html_text(buf, report->wards->name[page->ward]);
    } else if (wh_str_eq_c(name, "code")) {
        wh_html_text(buf, report->wards->code[page->ward]);
    } else if (wh_str_eq_c(name, "figures")) {
        add_figures(buf, page);
        add_sheet_link(buf, page);
    } else if (wh_str_eq_c(name, "themes")) {
        for (size_t i = 0; page->status == WH_OK && i < report->n_themes; i++) {
            add_theme(buf, page, i);
        }
    } else if (wh_str_eq_c(name, "ward_links")) {
        add_ward_links(buf, page);
    } else {
        return wh_html_fill(page->job, name, buf);
    }
    return true;
}

enum wh_status wh_site_write_ward(const struct wh_job *job, uint32_t ward, struct wh_error *err)
{
    struct wh_buf html;
    char name[96];
    struct page page = {.job = job, .ward = ward, .err = err};
    wh_buf_init(&html, job->ctx);
    enum wh_status status = wh_html_template(job, "ward.html", fill, &page, &html, err);
    if (status == WH_OK) {
        status = page.status;
    }
    if (status == WH_OK) {
        snprintf(name, sizeof name, "wards/%s.html", job->ward_slug[ward]);
        status = wh_job_write(job, name, &html, err);
    }
    wh_buf_finish(&html);
    return status;
}
