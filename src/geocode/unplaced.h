/* geocode/unplaced.h: lists of what could not be placed, ready to be filled in as corrections. */
#ifndef WH_GEOCODE_UNPLACED_H
#define WH_GEOCODE_UNPLACED_H

#include "geocode/geocode.h"

/*
 * Writes `folder`/<source>.csv for every source with requests that have no place, or only a ward:
 * where each stands, why it has none, what it says of its place, which places were nearest, and
 * empty columns x, y and uprn. Files of sources without any, and of sources that are gone, are
 * removed. WH_ERR_OUTPUT.
 */
WH_MUST_USE enum wh_status wh_unplaced_write(struct wh_ctx *ctx,
                                             const struct wh_gazetteers *gazetteers,
                                             const struct wh_unplaced *unplaced,
                                             struct wh_store *store, const char *folder,
                                             struct wh_error *err);
#endif
