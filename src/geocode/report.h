/* geocode/report.h: how well requests were placed, counted. */
#ifndef WH_GEOCODE_REPORT_H
#define WH_GEOCODE_REPORT_H

#include "geocode/geocode.h"

/* Counts what wh_geocode() left in `unplaced`. `ret` borrows the gazetteers' notes. */
WH_MUST_USE enum wh_status wh_geocoding_make(struct wh_ctx *ctx,
                                             const struct wh_gazetteers *gazetteers,
                                             const struct wh_areas *wards,
                                             const struct wh_unplaced *unplaced,
                                             const struct wh_geocode_report *report,
                                             struct wh_geocoding *ret, struct wh_error *err);
void wh_geocoding_finish(struct wh_geocoding *geocoding);

#endif
