/* model/geocoding.c: sums and classes of the geocoding report. */
#include "model/geocoding.h"

#include <math.h>

uint64_t wh_hits_placed(const struct wh_hits *hits)
{
    return hits->requests - hits->by_method[WH_METHOD_NONE] - hits->by_method[WH_METHOD_WARD];
}

const char *wh_breakdown_name(enum wh_breakdown breakdown)
{
    static const char *const name[WH_N_BREAKDOWNS] = {"source", "category", "channel", "ward"};
    return (unsigned)breakdown < WH_N_BREAKDOWNS ? name[breakdown] : "";
}

double wh_precision_limit_m(size_t precision)
{
    static const double limit_m[WH_N_PRECISIONS - 1] = {1, 10, 30, 100, 300, 1000};
    return precision < WH_N_PRECISIONS - 1 ? limit_m[precision] : (double)INFINITY;
}

size_t wh_precision_class(double precision_m)
{
    size_t i = 0;
    while (i + 1 < WH_N_PRECISIONS && !(precision_m <= wh_precision_limit_m(i))) {
        i++;
    }
    return i;
}
