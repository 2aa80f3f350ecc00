/* hotspot/risk_internal.h: what the halves of the relative risk share. */
#ifndef WH_HOTSPOT_RISK_INTERNAL_H
#define WH_HOTSPOT_RISK_INTERNAL_H

#include <wardheat/risk.h>

/* The cell that holds a point, or one inside beside it; false when there is none. */
bool wh_risk_cell_of(const struct wh_mask *mask, double x, double y, size_t *ret);
/* Density on the mask's grid, with the options' bandwidth for every point; caller finishes. */
WH_MUST_USE enum wh_status wh_risk_density(struct wh_ctx *ctx, const struct wh_points *points,
                                           const struct wh_mask *mask,
                                           const struct wh_risk_options *opt, struct wh_grid *ret,
                                           struct wh_error *err);
/* The sum of a density over its cells, in events. */
double wh_risk_mass(const struct wh_grid *density);
/* p of one cell of the base's grid, by counts, where the requests' density is `density`, and its
 * log ratio; 1 and -infinity without requests or base. */
double wh_risk_cell_p(const struct wh_risk_base *base, const struct wh_risk *risk, size_t cell,
                      double density, double *ret_log_ratio);
/* Adds, for every cell, the kernel over its value at 0 summed over the area, and its square, in m².
 */
WH_MUST_USE enum wh_status wh_risk_edge_moments(struct wh_ctx *ctx, const struct wh_mask *mask,
                                                const struct wh_risk_options *opt, double *ret_sum,
                                                double *ret_sum2, struct wh_error *err);

#endif
