/* wardheat/ratio.h: the ratio of two surfaces of one geometry. Pure; deterministic; thread-safe. */
#ifndef WARDHEAT_RATIO_H
#define WARDHEAT_RATIO_H

#include <wardheat/geo.h>

#ifdef __cplusplus
extern "C" {
#endif

enum wh_ratio_scale {
    WH_RATIO_PLAIN,    /* f / g: requests a household, this year over last */
    WH_RATIO_RELATIVE, /* each over its own sum first: 1 where both have the same share (Bithell 1990) */
    WH_RATIO_LOG       /* ln of that (Kelsall and Diggle 1995); -infinity where f is 0 */
};

struct wh_ratio_options {
    enum wh_ratio_scale scale;
    double least_below; /* of g, as a share of its maximum: where it is less there is no ratio; 0: only where it is 0 */
};

struct wh_ratio_stats {
    size_t n_defined, n_undefined; /* cells where both have a value: with a ratio; and without, as g is too small */
    double least, most;            /* of the defined; both NaN when there are none */
};

/*
 * Fills `ret` (geometry given, may be `above` or `below` itself) with above / below. NaN where either has none and where there is no ratio: 0 over 0
 * is not 1. For whether a ratio could be chance see <wardheat/risk.h>.
 *
 * WH_ERR_CONFIG  the geometries differ; least_below outside 0 to 1; a negative value in either
 */
WH_MUST_USE enum wh_status wh_ratio(const struct wh_grid *above, const struct wh_grid *below,
                                    const struct wh_ratio_options *opt, struct wh_grid *ret,
                                    struct wh_ratio_stats *ret_stats, struct wh_error *err);

#ifdef __cplusplus
}
#endif
#endif
