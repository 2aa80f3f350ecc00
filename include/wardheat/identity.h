/*
 * wardheat/identity.h: hot spots that stay the same over nights: history in, ids and history out.
 * Pure; deterministic.
 *
 * The rule: a hot spot is the one known before with which it shares the most ground, when that is
 * at least half of the smaller of the two. Pairs are settled from the largest common ground down,
 * one to one. A known one that is left over and shares so much ground with a hot spot has merged
 * into it: its id becomes a parent. A hot spot that is left over and shares so much with a known
 * one has split off: the known id is its parent, its own id is new. One that was not there for a
 * while is remembered, and gets its id back when it returns.
 */
#ifndef WARDHEAT_IDENTITY_H
#define WARDHEAT_IDENTITY_H

#include <wardheat/geo.h>

#ifdef __cplusplus
extern "C" {
#endif

struct wh_theme_report;
struct wh_arena;

struct wh_spot_count {
    int64_t day; /* the as-of day */
    uint32_t n;  /* requests in its window then */
};

/* A hot spot as it last stood. All memory is its own (wh_alloc). */
struct wh_known_spot {
    char *id;
    int64_t first_day, last_day; /* as-of days on which it first and last stood */
    size_t n_parents;
    char **parent; /* ids that it came from by merging or splitting */
    size_t n_counts;
    struct wh_spot_count *count; /* oldest first; the last WH_MOST_COUNTS */
    struct wh_shape shape;
};
#define WH_MOST_COUNTS 400

/* What one theme's nights have left. */
struct wh_spot_memory {
    int64_t day; /* as-of day of the night that it is of */
    size_t n;
    struct wh_known_spot *spot; /* by id */
};
void wh_spot_memory_finish(struct wh_ctx *ctx, struct wh_spot_memory *memory);

struct wh_identity_options {
    int64_t as_of_day;
    double overlap;         /* of the smaller one's area; 0.5 */
    uint32_t remember_days; /* since one last stood; 92 */
};

/*
 * Gives the theme's hot spots their ids, first day, parents and counts over nights (memory from
 * `arena`), from what was known before; *ret is what is known now. Hot spots that stand choose
 * first, those that are gone (whose requests have fallen off) after them. `before` may be empty:
 * every hot spot is new then, and keeps the id that it has. On failure ret is not touched; the
 * report's hot spots may have some of their new ids.
 */
WH_MUST_USE enum wh_status wh_hotspot_identify(struct wh_ctx *ctx,
                                               const struct wh_identity_options *opt,
                                               const struct wh_spot_memory *before,
                                               struct wh_arena *arena,
                                               struct wh_theme_report *theme,
                                               struct wh_spot_memory *ret, struct wh_error *err);

#ifdef __cplusplus
}
#endif
#endif
