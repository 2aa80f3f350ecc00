/* model/handling.h: how requests came in and were dealt with. */
#ifndef WH_MODEL_HANDLING_H
#define WH_MODEL_HANDLING_H

#include "base/arena.h"
#include "base/str.h"

/* What a request's status says of its being closed. */
enum wh_standing { WH_STANDING_NOT_SAID, WH_STANDING_OPEN, WH_STANDING_CLOSED };
/*
 * By the words that councils, FixMyStreet and Open311 end a request with: "closed", "fixed -
 * council", "no further action"; whatever else is said is open. Case and outer blanks do not count.
 */
enum wh_standing wh_standing_of(struct wh_str status);

/* Parallel to the requests of one state. Names are sorted; the first is "": not said. */
struct wh_handling {
    size_t n;
    uint16_t *channel, *provider; /* indices of names */
    double *cost;                 /* NaN: none */
    uint8_t *standing;            /* enum wh_standing */
    int64_t
        *reopened_at; /* when it was first open again after having been closed; WH_NO_TIME: never */
    size_t n_channels, n_providers;
    const char **channel_name, **provider_name; /* in `arena` */
    struct wh_arena arena;
};
/* Frees all; what is zeroed is fine. */
void wh_handling_finish(struct wh_ctx *ctx, struct wh_handling *handling);

#endif
