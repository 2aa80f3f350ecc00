/* ingest/lists.h: small tables that a council keeps by hand: categories, targets, holidays. */
#ifndef WH_INGEST_LISTS_H
#define WH_INGEST_LISTS_H

#include "base/arena.h"
#include "model/spot_notes.h"
#include "model/targets.h"

/*
 * What a source calls a thing -> the category that it is: a CSV with columns `code` and `category`.
 * Codes are compared ignoring ASCII case and outer blanks; one that stands twice is WH_ERR_INPUT.
 */
struct wh_crosswalk {
    size_t n, n_slots;
    const char **code, **category; /* in the arena */
    uint32_t *slot;                /* hash table of index + 1; 0: free */
    char sha256[65];
};
WH_MUST_USE enum wh_status wh_crosswalk_read(struct wh_ctx *ctx, const char *path,
                                             struct wh_arena *arena, struct wh_crosswalk *ret,
                                             struct wh_error *err);
/* NULL: not in the list. */
const char *wh_crosswalk_find(const struct wh_crosswalk *crosswalk, struct wh_str code);

/* Category of what is in no list. */
#define WH_CATEGORY_OTHER "other"

/*
 * Targets from a CSV with the columns category, working_days, owner, contact (the last three may be
 * empty), holidays from one with the column date (2026-12-25); either path may be NULL. Everything
 * is in the arena. WH_ERR_INPUT: a category or a day that is none.
 */
WH_MUST_USE enum wh_status wh_targets_read(struct wh_ctx *ctx, const char *targets_path,
                                           const char *holidays_path, struct wh_arena *arena,
                                           struct wh_targets *ret, struct wh_error *err);

/*
 * Notes on hot spots from a CSV with the columns hotspot, note, and, where wanted, date
 * (2026-11-03) and by; or actions (`are_actions`), with the columns hotspot, date, action, and,
 * where wanted, by, and share (public: everybody may read it; officer, or empty: not). Everything
 * is in the arena. WH_ERR_INPUT: an empty cell that is needed, or a day that is none.
 */
WH_MUST_USE enum wh_status wh_spot_notes_read(struct wh_ctx *ctx, const char *path,
                                              bool are_actions, struct wh_arena *arena,
                                              struct wh_spot_notes *ret, struct wh_error *err);
#endif
