/* disclose/disclose_internal.h: what the files of src/disclose share. */
#ifndef WH_DISCLOSE_INTERNAL_H
#define WH_DISCLOSE_INTERNAL_H

#include <wardheat/disclose.h>

#include "disclose/table.h"
#include "model/report.h"

/*
 * One theme in one period: a table of wards by hot spots. Columns are the hot spots and, last, the
 * rest of each ward, which is never printed but follows from what is.
 */
struct wh_slice {
    const struct wh_theme *theme;
    struct wh_period period;
    size_t n_wards;
    struct wh_table table;
};

/* The count of a ward, or with ward = n_wards of all of them. */
struct wh_count *wh_slice_ward(const struct wh_slice *slice, size_t ward);

/*
 * Protects wards against subtraction between slices: where others lie within one (some categories
 * of a theme, a shorter period), what they leave of it is a count too, though nobody prints it.
 * Hides more wards and totals of `slice` where it must.
 */
WH_MUST_USE enum wh_status wh_nested_protect(struct wh_ctx *ctx, const struct wh_slice *slice,
                                             size_t n, uint32_t k, struct wh_error *err);

/* Hides counts of the report, and what rests on them. */
WH_MUST_USE enum wh_status wh_report_protect(struct wh_ctx *ctx, struct wh_report *report,
                                             uint32_t k, struct wh_disclose_stats *stats,
                                             struct wh_error *err);

/*
 * levels.c: further figures by ward and level, once wh_report_protect() has settled the wards'
 * counts, which are not touched. `officer` holds the true numbers and what levels share.
 */
WH_MUST_USE enum wh_status wh_levels_protect(struct wh_ctx *ctx,
                                             const struct wh_officer_report *officer,
                                             struct wh_report *report, uint32_t k,
                                             struct wh_disclose_stats *stats, struct wh_error *err);

/* cells.c: the theme's cells, once all else is settled. */
WH_MUST_USE enum wh_status wh_cells_protect(struct wh_ctx *ctx,
                                            const struct wh_officer_report *officer,
                                            struct wh_report *report, uint32_t k,
                                            struct wh_disclose_stats *stats, struct wh_error *err);

/*
 * months.c: the overall months, once wards and levels are settled. What of them stays is rounded to
 * multiples of k. The themes' months are told to nobody.
 */
void wh_months_protect(const struct wh_report *officer, struct wh_report *report, uint32_t k);

/* spots.c: what became of hot spots' requests, and what was done there, once levels are settled. */
WH_MUST_USE enum wh_status wh_spots_protect(struct wh_ctx *ctx, const struct wh_report *officer,
                                            struct wh_report *report, uint32_t k,
                                            struct wh_error *err);

/* A copy of the body in memory of its own, but for surfaces, which it lacks, and what `from`
 * borrows. Caller finishes, also on failure. */
WH_MUST_USE enum wh_status wh_report_copy(struct wh_ctx *ctx, const struct wh_report *from,
                                          struct wh_report *ret, struct wh_error *err);
#endif
