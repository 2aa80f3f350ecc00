/* run/explain_hotspot.h: a hot spot's numbers, worked out again from what the release stores. */
#ifndef WH_RUN_EXPLAIN_HOTSPOT_H
#define WH_RUN_EXPLAIN_HOTSPOT_H

#include <wardheat/base.h>

#include "base/str.h"

/*
 * Of the release that stands: reads the hot spot's row of officer/evidence/inputs.csv, works out
 * every number that follows, and compares each with officer/tables/hotspots.csv, to the last digit.
 * WH_ERR_USAGE: no hot spot has that id (the ids are named); WH_ERR_INPUT: nothing is published;
 * WH_ERR_INTERNAL: a number does not follow; `ret` says which.
 */
WH_MUST_USE enum wh_status wh_explain_hotspot(struct wh_ctx *ctx, const char *config_path,
                                              const char *hotspot_id, struct wh_buf *ret,
                                              struct wh_error *err);
#endif
