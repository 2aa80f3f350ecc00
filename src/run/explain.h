/* run/explain.h: numbers of the release that stands, worked out again from what it stores. */
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
/* Definition, stored inputs, result and published number of an area's metrics. WH_ERR_INTERNAL: a
 * published number is not what follows from its inputs. */
WH_MUST_USE enum wh_status wh_explain_area(struct wh_ctx *ctx, const char *config_path,
                                           const struct wh_explain_options *opt, struct wh_buf *ret,
                                           struct wh_error *err);
/* Works out every published number of both editions. */
WH_MUST_USE enum wh_status wh_explain_check(struct wh_ctx *ctx, const char *config_path,
                                            struct wh_buf *ret, struct wh_error *err);

#endif
