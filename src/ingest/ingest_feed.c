/* ingest/ingest_feed.c: since when a server is asked. */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "base/time.h"
#include "ingest/ingest_internal.h"
#include "ingest/open311.h"

#define DAY_S INT64_C(86400)

/* "changes.web": the key in the state. */
static const char *cursor_key(struct ingest *in)
{
    return wh_arena_printf(&in->arena, "changes.%s", in->source->id);
}

/* WH_NO_TIME: there is none yet, or it was met under other rules, so that everything is asked for
 * anew. */
static enum wh_status find_cursor(struct ingest *in, int64_t *ret, struct wh_error *err)
{
    const char *const key = cursor_key(in), *text = NULL;
    struct wh_civil civil;
    *ret = WH_NO_TIME;
    if (key == NULL) {
        return wh_fail_memory(in->ctx, err);
    }
    if (wh_store_known_file(in->store, in->report.file[0].path) == NULL) {
        return WH_OK;
    }
    const enum wh_status status = wh_store_get(in->store, key, &in->arena, &text, err);
    if (status == WH_OK && text != NULL && wh_time_parse("iso", wh_str_c(text), &civil)) {
        (void)wh_zone_to_utc(in->opt->zone, &civil, ret); /* it names its own offset */
    }
    return status;
}

enum wh_status wh_ingest_open_feed(struct ingest *in, const struct records_options *opt,
                                   struct wh_error *err)
{
    const struct wh_open311_feed *const feed = in->source->open311;
    int64_t from_utc = in->opt->as_of_utc - feed->window_days * DAY_S, cursor = WH_NO_TIME;
    if (in->store == NULL) {
        from_utc = in->opt->as_of_utc - DAY_S; /* to see whether it answers */
    } else if (feed->changes != WH_CHANGES_WINDOW) {
        const enum wh_status status = find_cursor(in, &cursor, err);
        if (status != WH_OK) {
            return status;
        }
    }
    from_utc = cursor != WH_NO_TIME ? cursor : from_utc;
    in->newest_change_utc = cursor;
    return wh_open311_open_feed(in->ctx, feed, opt, from_utc, in->opt->latest_utc, &in->records,
                                err);
}

enum wh_status wh_ingest_keep_cursor(struct ingest *in, struct wh_error *err)
{
    char text[32];
    const char *const key = cursor_key(in);
    if (in->newest_change_utc > in->opt->latest_utc) { /* a change of next year hides none before */
        in->newest_change_utc = in->opt->latest_utc;
    }
    if (key == NULL) {
        return wh_fail_memory(in->ctx, err);
    }
    return in->newest_change_utc == WH_NO_TIME
               ? WH_OK
               : wh_store_set(in->store, key,
                              wh_format_utc(in->newest_change_utc, text, sizeof text), err);
}
