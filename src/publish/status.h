/* publish/status.h: publish/status.json and status.html, the only mutable files beside `current`.
 */
#ifndef WH_PUBLISH_STATUS_H
#define WH_PUBLISH_STATUS_H

#include "base/time.h"
#include "model/report.h"

struct wh_publish_status {
    const char *title;
    const char *current_id; /* "" when nothing was ever published */
    int64_t current_as_of_day;
    int64_t data_through_day; /* WH_NO_DAY: not known, because the last run did not get so far */
    int64_t attempted_at_utc; /* of the last run */
    bool is_ok;               /* the last run published or had nothing new */
    const char *why_not;      /* one sentence without personal data, or NULL */
    size_t n_sources;         /* 0: the last run did not get so far */
    const struct wh_source_note *source; /* their ledgers */
    uint32_t hide_below;                 /* in which small numbers are hidden, as in the manifest */
};
WH_MUST_USE enum wh_status wh_publish_status_write(struct wh_ctx *ctx, const char *publish_root,
                                                   const struct wh_publish_status *status,
                                                   struct wh_error *err);
#endif
