/* run/explain_hotspot.h: a hot spot's numbers, worked out again from the state. */
#ifndef WH_RUN_EXPLAIN_HOTSPOT_H
#define WH_RUN_EXPLAIN_HOTSPOT_H

#include <wardheat/base.h>

#include "base/str.h"

/*
 * Of the release that stands: finds the hot spot again from the state, tells in words and numbers
 * what was observed and expected, how likely that is by chance, what redraws and other methods say,
 * and what actions did; compares with hotspots.csv and the hot spot's evidence, to the last digit.
 * WH_ERR_USAGE: no hot spot has that id (the ids are named); WH_ERR_INPUT: nothing is published, or
 * the state has gone on; WH_ERR_INTERNAL: a number differs; `ret` says which.
 */
WH_MUST_USE enum wh_status wh_explain_hotspot(struct wh_ctx *ctx, const char *config_path,
                                              const char *hotspot_id, struct wh_buf *ret,
                                              struct wh_error *err);
#endif
