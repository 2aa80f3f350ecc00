/* wardheat/disclose.h: officer's report in, public report out. Pure. The only maker of the public report. */
#ifndef WARDHEAT_DISCLOSE_H
#define WARDHEAT_DISCLOSE_H

#include <wardheat/base.h>

#ifdef __cplusplus
extern "C" {
#endif

struct wh_officer_report;
struct wh_public_report;
struct wh_surface;
struct wh_legend;
struct wh_grid;

struct wh_disclose_options {
    uint32_t hide_below; /* k: counts 1..k-1 are hidden; 0 and 1: nothing is */
};

struct wh_disclose_stats {
    uint64_t counts, hidden_small, hidden_secondary; /* cells of all tables, and how many were hidden for which reason */
    uint64_t cells_blank;                            /* of all surfaces */
};

struct wh_theme;
/* Can no request be in both? By categories and sources. */
bool wh_themes_are_apart(const struct wh_theme *a, const struct wh_theme *b);

/*
 * Copies the report and hides: every ward, total and hot-spot count (now and before) of 1..k-1; then further ones so that no hidden number follows from shown ones by
 * subtraction over wards, totals, hot spots with their parts and the rest of their ward, themes within themes and periods within periods. Rates, changes, trends, orders and outlines that
 * rest on a hidden count are hidden too (a hot spot whose own count is hidden is left out; one no longer there needs the count before). Surfaces as below. Caller finishes.
 *
 * WH_ERR_INTERNAL  parts that do not add up, or a small count that could still be worked out: nothing is published then
 */
WH_MUST_USE enum wh_status wh_disclose(struct wh_ctx *ctx, const struct wh_officer_report *officer,
                                       const struct wh_disclose_options *opt,
                                       struct wh_public_report *ret,
                                       struct wh_disclose_stats *ret_stats, struct wh_error *err);

/*
 * Density to classes by the legend; NaN is outside. A class above 0 is shown only where at least k requests contribute to each such cell of its 100 m tile; where fewer do, the rest of the
 * 500 m block is WH_CLASS_BLANK: a blank of the kernel's own shape would be a circle round somebody's home. Class 0 ("under 15") says nothing of how many contribute. `support` NULL or
 * `k` < 2: nothing is blank. ret->class_of is wh_alloc'ed.
 */
WH_MUST_USE enum wh_status wh_disclose_surface(struct wh_ctx *ctx, const struct wh_grid *density,
                                               const uint32_t *support, uint32_t k,
                                               const struct wh_legend *legend,
                                               struct wh_surface *ret, uint64_t *ret_blank,
                                               struct wh_error *err);

/*
 * One attacker: a table of n_rows x n_cols counts with row, column and grand totals ((n_rows + 1) * (n_cols + 1) cells, totals last, `shown` flags as published, true numbers in n). How many
 * of the counts of 1..k-1 can be bounded more narrowly than "1 to k - 1" by somebody who knows every shown number, that all are at least 0, and what is said of the hidden ones?
 */
struct wh_count;
WH_MUST_USE enum wh_status wh_disclose_audit(struct wh_ctx *ctx, const struct wh_count *count,
                                             size_t n_rows, size_t n_cols, uint32_t k,
                                             uint64_t *ret_exposed, struct wh_error *err);

#ifdef __cplusplus
}
#endif
#endif
