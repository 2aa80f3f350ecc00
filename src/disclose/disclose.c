/* disclose/disclose.c: the officer's report copied, then made fit for the public. */
#include <string.h>
#include <wardheat/disclose.h>

#include "base/alloc.h"
#include "base/error.h"
#include "disclose/disclose_internal.h"

enum wh_status wh_disclose(struct wh_ctx *ctx, const struct wh_officer_report *officer,
                           const struct wh_disclose_options *opt, struct wh_public_report *ret,
                           struct wh_disclose_stats *ret_stats, struct wh_error *err)
{
    struct wh_public_report report = {0};
    struct wh_disclose_stats stats = {0};
    enum wh_status status = wh_report_copy(ctx, &officer->body, &report.body, err);
    report.body.edition = WH_EDITION_PUBLIC;
    for (size_t i = 0; status == WH_OK && i < report.body.n_themes; i++) {
        struct wh_theme_report *theme = &report.body.theme[i];
        uint64_t blank = 0;
        status = wh_disclose_surface(ctx, &officer->density[i], officer->support[i],
                                     opt->hide_below, &theme->legend, &theme->surface, &blank, err);
        stats.cells_blank += blank;
    }
    if (status == WH_OK && report.body.overall != NULL) {
        struct wh_theme_report *overall = report.body.overall;
        uint64_t blank = 0;
        status =
            wh_disclose_surface(ctx, &officer->overall_density, officer->overall_support,
                                opt->hide_below, &overall->legend, &overall->surface, &blank, err);
        stats.cells_blank += blank;
    }
    if (status == WH_OK) {
        status = wh_report_protect(ctx, &report.body, opt->hide_below, &stats, err);
    }
    if (status == WH_OK) {
        status = wh_levels_protect(ctx, officer, &report.body, opt->hide_below, &stats, err);
    }
    if (status == WH_OK) {
        status = wh_cells_protect(ctx, officer, &report.body, opt->hide_below, &stats, err);
    }
    if (status == WH_OK) {
        wh_months_protect(&officer->body, &report.body, opt->hide_below);
        status = wh_spots_protect(ctx, &officer->body, &report.body, opt->hide_below, err);
    }
    if (status != WH_OK) {
        wh_public_report_finish(ctx, &report);
        return status;
    }
    report.body.hide_below = opt->hide_below;
    *ret = report;
    *ret_stats = stats;
    return WH_OK;
}

enum wh_status wh_disclose_audit(struct wh_ctx *ctx, const struct wh_count *count, size_t n_rows,
                                 size_t n_cols, uint32_t k, uint64_t *ret_exposed,
                                 struct wh_error *err)
{
    struct wh_table table = {0};
    enum wh_status status = wh_table_init(ctx, &table, n_rows, n_cols, err);
    if (status == WH_OK) {
        memcpy(table.count, count, (n_rows + 1) * (n_cols + 1) * sizeof *count);
        status = wh_table_audit(ctx, &table, k, ret_exposed, err);
    }
    wh_table_finish(ctx, &table);
    return status;
}
