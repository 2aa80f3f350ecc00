/* wardheat/hotspot.h: hot spots and ward figures from points and their density. Pure; deterministic. */
#ifndef WARDHEAT_HOTSPOT_H
#define WARDHEAT_HOTSPOT_H

#include <wardheat/geo.h>
#include <wardheat/model.h>

#ifdef __cplusplus
extern "C" {
#endif

struct wh_theme_report;
struct wh_layer;
struct wh_arena;

struct wh_risk;

enum wh_hotspot_method {
    WH_HOTSPOT_DENSEST,      /* a count map: the densest places */
    WH_HOTSPOT_RELATIVE_RISK /* more than the base explains, beyond chance */
};
const char *wh_hotspot_method_name(enum wh_hotspot_method method); /* "relative-risk", "densest" */

struct wh_hotspot_options {
    enum wh_hotspot_method method;
    double false_discovery; /* RELATIVE_RISK: share of the base inside hot spots that may be there by chance; 0.05 */
    double ratio;           /* and at least so many times what the base explains; 1.3 */
    double share;          /* DENSEST: hot spots are the smallest area that holds this share of the theme's requests (a highest-density region, Hyndman 1996); 0.2 */
    uint32_t at_least;     /* requests in the period for a region to be one; 10 */
    double min_area_km2;   /* smaller regions need twice as many requests; 0.01 */
    uint32_t at_most;      /* by excess or count; 15 */
    double change_z;       /* growing or shrinking: |count - previous| > z * sqrt(count + previous), two Poisson counts; 1.96 */
};

/*
 * One period's points with their ward and density. Grids share one geometry. RELATIVE_RISK: the risk surface of the period, against `base` (points of which
 * those of positive weight inside the area sum to base_total).
 */
struct wh_hotspot_input {
    const struct wh_points *points;
    const int32_t *ward; /* parallel to points; index into the areas or -1 */
    const struct wh_grid *density;
    const struct wh_risk *risk;
    const struct wh_points *base;
    double base_total;
};

/*
 * Fills n_hotspots and hotspot of `ret` (its theme, periods and previous_is_complete are set; memory from `arena`): regions of the current period where q is at most
 * false_discovery and the ratio at least `ratio` (RELATIVE_RISK), or where the density reaches the highest-density level (DENSEST); cut by ward, counted now and before, set
 * against what the base explains, named after the streets they cover (`streets`: lines with their name as value[0]; `places`: points with value[0]; both may be
 * NULL); then regions of the previous period that meet none of them and have lost more than chance takes, as GONE, with today's count in the old outline. Sorted by
 * excess over the expected number (DENSEST: by count), the gone last; ids from the peak's place to 100 m. Where the previous period is not complete every trend is UNKNOWN and
 * nothing is GONE.
 * A region with fewer requests than a hot spot needs, that would be called were it the only one, is drawn anew where p is twice, four times, ... p_threshold, up to 0.01, and is
 * one if it then holds enough without meeting another.
 * New: beyond chance, and fewer than half of at_least before.
 */
WH_MUST_USE enum wh_status wh_hotspots(struct wh_ctx *ctx, const struct wh_hotspot_options *opt,
                                       const struct wh_hotspot_input *current,
                                       const struct wh_hotspot_input *previous,
                                       const struct wh_areas *areas, const struct wh_layer *streets,
                                       const struct wh_layer *places, struct wh_arena *arena,
                                       struct wh_theme_report *ret, struct wh_error *err);

/*
 * Would the place of a hot spot be one, were the theme's requests set against another base?
 * `other`: that base, its total and the risk against it, of the same bandwidth and on the cells of
 * `mask`; its points, ward and density are not looked at. A cell is hot where q is at most the
 * false_discovery that the risk was made with and the ratio at least `least_ratio`. The place
 * stands where its peak's cell is hot, or half or more of its cells with such a base are.
 * Fills all of `ret` but its kind.
 */
struct wh_base_trial;
struct wh_hotspot;
void wh_hotspot_try_base(const struct wh_hotspot_input *other, const struct wh_mask *mask,
                         double least_ratio, const struct wh_hotspot *hotspot,
                         struct wh_base_trial *ret);

/* Fills ward[] and total of `ret` from both periods' points: counts, per km², per 1,000 residents. */
WH_MUST_USE enum wh_status wh_area_figures(struct wh_ctx *ctx,
                                           const struct wh_hotspot_input *current,
                                           const struct wh_hotspot_input *previous,
                                           const struct wh_areas *areas, struct wh_arena *arena,
                                           struct wh_theme_report *ret, struct wh_error *err);

/* The density level above which the cells hold `share` of the mass; NaN when there is none. */
WH_MUST_USE enum wh_status wh_highest_density_level(struct wh_ctx *ctx, const struct wh_grid *density,
                                                    double share, double *ret_level,
                                                    struct wh_error *err);

/* Rounded breaks for `n` classes from a density (head/tail-like quantiles of the positive cells, rounded to 2 digits, strictly rising). */
struct wh_legend;
WH_MUST_USE enum wh_status wh_legend_breaks(struct wh_ctx *ctx, const struct wh_grid *density,
                                            uint32_t n, struct wh_legend *ret, struct wh_error *err);

#ifdef __cplusplus
}
#endif
#endif
