/* geocode/geocode_internal.h: what the steps of placing all requests share. */
#ifndef WH_GEOCODE_GEOCODE_INTERNAL_H
#define WH_GEOCODE_GEOCODE_INTERNAL_H

#include "geocode/geocode.h"

/* The config's source of a request's source id, or NULL. */
const struct wh_source_crs *wh_geocode_source(const struct wh_geocode_options *opt, const char *id);

/*
 * given.c: given coordinates -> working CRS, in requests->x and y; what cannot be a place becomes
 * NaN with its reason in placing.
 */
void wh_geocode_given(struct wh_ctx *ctx, const struct wh_geocode_options *opt,
                      struct wh_unplaced *unplaced);

/* defaults.c: coordinates and postcodes that hold far more of a source or a category than any real
 * place does. */
WH_MUST_USE enum wh_status wh_geocode_defaults(struct wh_ctx *ctx,
                                               const struct wh_geocode_options *opt,
                                               struct wh_unplaced *unplaced,
                                               struct wh_geocode_report *report,
                                               struct wh_error *err);

/* spots.c: fills requests->spots; `postcode` has one a request, of the index, or UINT32_MAX. */
WH_MUST_USE enum wh_status wh_geocode_spots(struct wh_ctx *ctx,
                                            const struct wh_geocode_options *opt,
                                            const uint32_t *postcode, struct wh_requests *requests,
                                            struct wh_error *err);
#endif
