/* publish/site.c: index.html: every theme with its sentence, map, hot spots and ranked wards. */
#include "publish/site.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/shape_ops.h"
#include "publish/fields.h"
#include "publish/html.h"
#include "publish/site_figures.h"
#include "publish/site_ward.h"
#include "render/words.h"

/* A page being filled; slots have no way to return a status, so the first failure stays here. */
struct page {
    const struct wh_job *job;
    enum wh_status status;
    struct wh_error *err;
};

static void add_label_point(struct wh_buf *buf, struct page *page, const struct wh_hotspot *hotspot)
{
    double lon = 0, lat = 0;
    page->status = wh_shape_label_point(page->job->ctx, &hotspot->shape, &lon, &lat, page->err);
    if (page->status != WH_OK) {
        return;
    }
    wh_transform_points(page->job->opt->to_lonlat, false, &lon, &lat, 1);
    wh_buf_c(buf, " data-lon=\"");
    wh_buf_number(buf, lon, 6);
    wh_buf_c(buf, "\" data-lat=\"");
    wh_buf_number(buf, lat, 6);
    wh_buf_char(buf, '"');
}

static void add_hotspots(struct wh_buf *buf, struct page *page, const struct wh_theme_report *theme)
{
    wh_buf_c(buf, "<div class=\"hotspots\">\n<h3>Hot spots</h3>\n");
    if (theme->n_hotspots == 0) {
        wh_buf_c(buf, "<p>There is no hot spot in this period.</p>\n</div>\n");
        return;
    }
    wh_buf_c(buf, "<ol>\n");
    for (size_t i = 0; page->status == WH_OK && i < theme->n_hotspots; i++) {
        const struct wh_hotspot *hotspot = &theme->hotspot[i];
        wh_buf_c(buf, "<li id=\"");
        wh_html_text(buf, hotspot->id);
        wh_buf_printf(buf, "\" value=\"%u\" data-rank=\"%u\" class=\"trend-%s\"", hotspot->rank,
                      hotspot->rank, wh_trend_name(hotspot->trend));
        if (hotspot->shape.n_parts > 0) {
            add_label_point(buf, page, hotspot);
        }
        wh_buf_c(buf, "><span class=\"trend\">");
        wh_html_text(buf, wh_trend_words(hotspot->trend));
        wh_buf_c(buf, "</span> <span class=\"sentence\">");
        struct wh_buf sentence;
        wh_buf_init(&sentence, page->job->ctx);
        wh_say_hotspot(&sentence, page->job->opt->english, page->job->report, theme, hotspot);
        wh_buf_html(buf, wh_buf_view(&sentence));
        buf->failed = buf->failed || sentence.failed;
        wh_buf_finish(&sentence);
        wh_buf_c(buf, "</span>");
        if (hotspot->emerging != NULL) {
            wh_buf_c(buf, " <span class=\"past\">Over the past periods: ");
            wh_html_text(buf, hotspot->emerging_words);
            wh_buf_c(buf, ".</span>");
        }
        wh_buf_c(buf, "</li>\n");
    }
    wh_buf_c(buf, "</ol>\n</div>\n");
}

static void add_ward_row(struct wh_buf *buf, const struct wh_job *job,
                         const struct wh_theme_report *theme, uint32_t ward)
{
    const struct wh_areas *wards = job->report->wards;
    wh_buf_c(buf, "<tr data-code=\"");
    wh_html_text(buf, wards->code[ward]);
    wh_buf_c(buf, "\">");
    const uint32_t rank = wh_theme_ward_rank(theme, wards->n, ward);
    if (rank > 0) {
        wh_buf_printf(buf, "<td class=\"rank\" data-value=\"%u\">%u</td>", rank, rank);
    } else {
        wh_buf_c(buf, "<td class=\"rank hidden-figure\">–</td>");
    }
    wh_buf_printf(buf, "<th scope=\"row\"><a href=\"wards/%s.html\">", job->ward_slug[ward]);
    wh_html_text(buf, wards->name[ward]);
    wh_buf_c(buf, "</a></th>");
    wh_html_figure_cells(buf, job->report, theme, &theme->ward[ward]);
    wh_buf_c(buf, "</tr>\n");
}

static void add_ward_table(struct wh_buf *buf, struct page *page,
                           const struct wh_theme_report *theme)
{
    const struct wh_job *job = page->job;
    uint32_t *order = wh_alloc_array(job->ctx, job->report->wards->n, sizeof *order);
    if (order == NULL) {
        page->status = wh_fail_memory(job->ctx, page->err);
        return;
    }
    wh_theme_rank_wards(theme, job->report->wards->n, order);
    wh_buf_printf(buf,
                  "<h3 id=\"%s-wards\">Wards</h3>\n<div class=\"scroll\" role=\"region\" "
                  "aria-labelledby=\"%s-wards\" tabindex=\"0\">\n<table class=\"wards\">\n"
                  "<caption><span>Ranked by number of requests: counts, not "
                  "rates.</span></caption>\n<thead><tr>"
                  "<th scope=\"col\" class=\"rank\" data-sort=\"number\">Rank</th>"
                  "<th scope=\"col\" data-sort=\"text\">Ward</th>",
                  theme->theme->id, theme->theme->id);
    wh_html_figure_headers(buf, job->report, true);
    wh_buf_c(buf, "</tr></thead>\n<tbody>\n");
    for (uint32_t i = 0; i < job->report->wards->n; i++) {
        add_ward_row(buf, job, theme, order[i]);
    }
    wh_buf_c(buf, "</tbody>\n<tfoot><tr><td></td><th scope=\"row\">All wards</th>");
    wh_html_figure_cells(buf, job->report, theme, &theme->total);
    wh_buf_c(buf, "</tr></tfoot>\n</table>\n</div>\n");
    wh_free(job->ctx, order);
}

static void add_theme(struct wh_buf *buf, struct page *page, size_t theme_idx)
{
    const struct wh_theme_report *theme = &page->job->report->theme[theme_idx];
    const char *id = theme->theme->id;
    wh_buf_printf(buf,
                  "<section class=\"theme\" id=\"%s\" aria-labelledby=\"%s-title\">\n"
                  "<h2 id=\"%s-title\" tabindex=\"-1\">",
                  id, id, id);
    wh_html_text(buf, theme->theme->title);
    wh_buf_c(buf, "</h2>\n");
    wh_html_lead(buf, page->job, theme, -1);
    wh_buf_c(buf, "<div class=\"columns\">\n");
    page->status = wh_html_figure(buf, page->job, theme_idx, -1, page->err);
    if (page->status == WH_OK) {
        add_hotspots(buf, page, theme);
    }
    wh_buf_c(buf, "</div>\n");
    if (page->status == WH_OK) {
        wh_site_silent_areas(buf, theme);
        add_ward_table(buf, page, theme);
    }
    wh_buf_c(buf, "</section>\n");
}

static void add_theme_links(struct wh_buf *buf, const struct wh_report *report)
{
    for (size_t i = 0; i < report->n_themes; i++) {
        wh_buf_printf(buf, "<li><a href=\"#%s\">", report->theme[i].theme->id);
        wh_html_text(buf, report->theme[i].theme->title);
        wh_buf_c(buf, "</a></li>\n");
    }
}

static void add_download(struct wh_buf *buf, const char *href, const char *text, const char *kind)
{
    wh_buf_printf(buf, "<li><a href=\"%s\" download>", href);
    wh_html_text(buf, text);
    wh_buf_printf(buf, "</a> <span class=\"kind\">%s</span></li>\n", kind);
}

static void add_downloads(struct wh_buf *buf, const struct wh_job *job)
{
    char href[160], text[512];
    wh_buf_c(buf, "<div><h3>Tables</h3>\n<ul>\n");
    add_download(buf, "tables/wards.csv", "Wards", "CSV");
    add_download(buf, "tables/hotspots.csv", "Hot spots", "CSV");
    add_download(buf, "tables/hotspots-by-ward.csv", "Hot spots by ward", "CSV");
    add_download(buf, "tables/themes.csv", "Totals", "CSV");
    if (wh_has_metrics(job->report)) {
        add_download(buf, "tables/areas.csv", "Figures of wards and all other areas", "CSV");
        add_download(buf, "tables/figures.csv", "The same, one figure a row, with its limits",
                     "CSV");
        add_download(buf, "tables/figures.json", "The same for programs", "JSON");
        add_download(buf, "tables/breakdowns.csv", "By channel, provider and segment", "CSV");
        add_download(buf, "tables/inputs.csv", "What the figures are worked out from", "CSV");
        add_download(buf, "metrics.csv", "How each figure is defined", "CSV");
    }
    add_download(buf, "fields.csv", "What each field means", "CSV");
    if (job->report->edition == WH_EDITION_PUBLIC) {
        /* The officer's stands above both editions. */
        add_download(buf, "manifest.json", "What this was made from, and how", "JSON");
    } else if (job->has_geocoding) {
        wh_buf_c(buf, "<li><a href=\"geocoding.html\">How requests were placed</a></li>\n");
    }
    wh_buf_c(buf, "</ul></div>\n");
    wh_buf_c(buf, "<div><h3>For maps (QGIS and others)</h3>\n<ul>\n");
    if (job->opt->wants_geojson) {
        add_download(buf, "geojson/wards.geojson", "Wards", "GeoJSON");
        add_download(buf, "geojson/hotspots.geojson", "Hot spots", "GeoJSON");
        add_download(buf, "geojson/hotspots-by-ward.geojson", "Hot spots by ward", "GeoJSON");
    }
    if (job->opt->wants_geopackage) {
        add_download(buf, "wardheat.gpkg", "All layers, styled for QGIS", "GeoPackage");
        add_download(buf, "wardheat.qgz",
                     "A map of them; keep it beside the GeoPackage and the densities",
                     "QGIS project");
    }
    for (size_t i = 0;
         job->opt->wants_geojson && i < wh_out_file_count(job->report, WH_OUT_AREAS_GEOJSON); i++) {
        const size_t level = wh_area_layer(job->report, i);
        add_download(buf, wh_out_file_of(job->report, WH_OUT_AREAS_GEOJSON, i, href, sizeof href),
                     job->report->theme[0].level[level].level->title, "GeoJSON");
    }
    for (size_t i = 0; i < job->report->n_themes; i++) {
        const struct wh_theme *theme = job->report->theme[i].theme;
        snprintf(href, sizeof href, "density/%s.tif", theme->id);
        snprintf(text, sizeof text, "Density: %s", theme->title);
        add_download(buf, href, text, "GeoTIFF");
        if (job->opt->wants_geojson) {
            snprintf(text, sizeof text, "Counts by squares: %s", theme->title);
            add_download(buf,
                         wh_out_file_of(job->report, WH_OUT_CELLS_GEOJSON, i, href, sizeof href),
                         text, "GeoJSON");
        }
    }
    wh_buf_c(buf, "</ul></div>\n");
    if (job->opt->wants_print) {
        wh_buf_c(buf, "<div><h3>To print</h3>\n<ul>\n");
        add_download(buf, "print/atlas.pdf", "All wards and themes", "PDF");
        wh_buf_c(buf, "</ul>\n<p>The sheet of a ward is on the ward's own page.</p>"
                      "</div>\n");
    }
}

static void add_map_head(struct wh_buf *buf, const struct wh_job *job)
{
    if (job->has_map) {
        wh_buf_c(buf, "<link rel=\"stylesheet\" href=\"assets/maplibre-gl.css\">\n"
                      "<script src=\"assets/pmtiles.js\" defer></script>\n"
                      "<script src=\"assets/map.js\" type=\"module\"></script>\n");
    }
}

static bool fill(void *user, struct wh_str name, struct wh_buf *buf)
{
    struct page *page = user;
    const struct wh_job *job = page->job;
    const struct wh_report *report = job->report;
    if (wh_str_eq_c(name, "theme_links")) {
        add_theme_links(buf, report);
    } else if (wh_str_eq_c(name, "themes")) {
        for (size_t i = 0; page->status == WH_OK && i < report->n_themes; i++) {
            add_theme(buf, page, i);
        }
    } else if (wh_str_eq_c(name, "downloads")) {
        add_downloads(buf, job);
    } else if (wh_str_eq_c(name, "map_head")) {
        add_map_head(buf, job);
    } else {
        return wh_html_fill(job, name, buf);
    }
    return true;
}

enum wh_status wh_site_write(const struct wh_job *job, struct wh_error *err)
{
    struct wh_buf html;
    struct page page = {.job = job, .err = err};
    wh_buf_init(&html, job->ctx);
    enum wh_status status = wh_html_template(job, "index.html", fill, &page, &html, err);
    if (status == WH_OK) {
        status = page.status;
    }
    if (status == WH_OK) {
        status = wh_job_write(job, "index.html", &html, err);
    }
    wh_buf_finish(&html);
    for (uint32_t i = 0; status == WH_OK && i < job->report->wards->n; i++) {
        status = wh_site_write_ward(job, i, err);
    }
    return status;
}
