/* hotspot/scan_internal.h: what the two halves of the scan share: its zones, and what they hold. */
#ifndef WH_HOTSPOT_SCAN_INTERNAL_H
#define WH_HOTSPOT_SCAN_INTERNAL_H

#include <wardheat/scan.h>

/*
 * The scan's terms: areas that take part, and for each of them and each height (1 to n_heights
 * newest periods) the cases and the expected number, cumulated over those periods.
 */
struct scan_table {
    uint32_t n, n_heights, n_periods;
    uint32_t *area; /* index in the input */
    double *x, *y, *base;
    double *cases, *expected; /* n * n_heights, area by area */
    double *period_cases;     /* n * n_periods, area by area */
    double total_cases, total_base;
    const struct wh_scan_options *opt;
};

struct zone_step {
    double distance2;
    uint32_t area;
    uint32_t is_end; /* a zone ends here: the next area is farther */
};

/*
 * Areas by distance from `centre` into `step` (room for n), as far as zones may grow; returns how
 * many. The last one is always an end.
 */
uint32_t wh_scan_steps(const struct scan_table *table, uint32_t centre, struct zone_step *step);

/* The highest LLR of each replicate: `highest` holds n_replicates numbers. */
WH_MUST_USE enum wh_status wh_scan_replicates(struct wh_ctx *ctx, const struct scan_table *table,
                                              double *highest, struct wh_error *err);

#endif
