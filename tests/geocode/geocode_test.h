/* Gazetteers for tests, and what they know of a postcode. */
#ifndef GEOCODE_TEST_H
#define GEOCODE_TEST_H

#include "geocode/geocode.h"
#include "wh_test_files.h"

static const struct wh_crs_options coarse = {.datum = WH_DATUM_COARSE};
static const struct wh_gazetteers_options plain = {.working_crs = "EPSG:27700", .crs_opt = &coarse};

static inline struct wh_gazetteers *open_gazetteers(struct wh_ctx *ctx,
                                                    const struct wh_gazetteer *gazetteer, size_t n)
{
    struct wh_gazetteers *gazetteers = NULL;
    struct wh_error err = {0};
    assert_wh_ok(wh_gazetteers_open(ctx, gazetteer, n, &plain, &gazetteers, &err));
    return gazetteers;
}

/* As anybody writes it; the results stay as they were when it is not known. */
static inline bool find_postcode(const struct wh_gazetteers *gazetteers, const char *text,
                                 double *ret_x, double *ret_y, double *ret_precision_m)
{
    const struct wh_index *index = wh_gazetteers_index(gazetteers);
    char postcode[9];
    if (!wh_postcode_normalise(wh_str_c(text), postcode)) {
        return false;
    }
    const uint32_t idx = wh_index_find_postcode(index, wh_postcode_key(postcode));
    if (idx == UINT32_MAX) {
        return false;
    }
    *ret_x = index->postcode[idx].x_cm / 100.0;
    *ret_y = index->postcode[idx].y_cm / 100.0;
    *ret_precision_m = (double)index->postcode[idx].precision_m;
    return true;
}

#endif
