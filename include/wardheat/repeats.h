/* wardheat/repeats.h: repeat contacts: several reports of one problem. */
#ifndef WARDHEAT_REPEATS_H
#define WARDHEAT_REPEATS_H

#include <wardheat/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reports of the same category, so near to each other and so soon after each other, tell of one
 * problem. */
struct wh_repeat_options {
    double distance_m; /* > 0 */
    uint32_t days;     /* of 86,400 seconds; > 0 */
};

/*
 * A problem is its first report and the later ones of the same category within `distance_m` of the
 * first and within `days` of it, both ends included. Reports are taken in the order of their
 * opening, those of the same instant in that of the points; each joins the nearest problem that
 * takes it, of equally near ones the one that began first, or begins one. So there are no chains: a
 * report near another repeat, but not near the first, begins a problem of its own. A report whose
 * place is not known to within `distance_m` (1 sigma), or that has no time, is a problem of its own
 * and nothing joins it.
 *
 * ret_first[i], of points->n, is the index of the first report of point i's problem (i itself: it
 * is the first). *ret_n_problems may be NULL. WH_ERR_INTERNAL: an option that is not greater than
 * 0.
 */
WH_MUST_USE enum wh_status wh_repeats_link(struct wh_ctx *ctx, const struct wh_points *points,
                                           const struct wh_repeat_options *opt, uint32_t *ret_first,
                                           size_t *ret_n_problems, struct wh_error *err);

#ifdef __cplusplus
}
#endif
#endif
