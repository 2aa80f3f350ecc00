/* run/explain.h: numbers of the release that stands, counted again from the state. */
#ifndef WH_RUN_EXPLAIN_H
#define WH_RUN_EXPLAIN_H

#include <wardheat/base.h>

#include "base/str.h"

struct wh_explain_options {
    const char *level_id;             /* NULL: wards */
    const char *area_code;            /* of that level, or "(all)" */
    const char *metric_id, *theme_id; /* NULL: all */
    bool is_public;                   /* of the public's edition, not the officers' */
};

/* A metric's entry in the dictionary, as text. WH_ERR_USAGE names the ids that there are. */
WH_MUST_USE enum wh_status wh_explain_metric(const char *metric_id, struct wh_buf *ret,
                                             struct wh_error *err);
/* Definition, stored inputs, result and published number of an area's metrics, the inputs counted
 * again from the state where that has not gone on. WH_ERR_INTERNAL: an input or number was
 * published with another value. */
WH_MUST_USE enum wh_status wh_explain_area(struct wh_ctx *ctx, const char *config_path,
                                           const struct wh_explain_options *opt, struct wh_buf *ret,
                                           struct wh_error *err);
/*
 * Makes every file of numbers of both editions again from the state, and compares; one line says
 * how many agree. WH_ERR_INTERNAL: something differs: up to 20 lines name file, field, id and both
 * values, the message the first; WH_ERR_INPUT: the state that a part was made from is not there.
 */
WH_MUST_USE enum wh_status wh_explain_check(struct wh_ctx *ctx, const char *config_path,
                                            struct wh_buf *ret, struct wh_error *err);

#endif
