/* model/handling.c: what a status means. */
#include "model/handling.h"

#include "base/alloc.h"

enum wh_standing wh_standing_of(struct wh_str status)
{
    /* FixMyStreet's and Open311's closed states, and what CRMs call theirs. */
    static const char *const closed[] = {
        "closed",       "fixed",     "resolved",          "complete",          "completed",
        "done",         "finished",  "cancelled",         "canceled",          "rejected",
        "duplicate",    "archived",  "no further action", "unable to fix",     "not responsible",
        "fixed - user", "not found", "fixed - council",   "internal referral", "withdrawn"};
    const struct wh_str text = wh_str_trim(status);
    if (text.len == 0) {
        return WH_STANDING_NOT_SAID;
    }
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        if (wh_str_eq_fold(text, wh_str_c(closed[i]))) {
            return WH_STANDING_CLOSED;
        }
    }
    return WH_STANDING_OPEN;
}

void wh_handling_finish(struct wh_ctx *ctx, struct wh_handling *handling)
{
    wh_free(ctx, handling->channel);
    wh_free(ctx, handling->provider);
    wh_free(ctx, handling->cost);
    wh_free(ctx, handling->standing);
    wh_free(ctx, handling->reopened_at);
    wh_arena_finish(&handling->arena);
    *handling = (struct wh_handling){0};
}
