/* publish/compare_internal.h: the comparing of one file, by its kind. */
#ifndef WH_PUBLISH_COMPARE_INTERNAL_H
#define WH_PUBLISH_COMPARE_INTERNAL_H

#include "publish/compare.h"

struct wh_compared {
    struct wh_agreement *agreement;
    const char *name, *published, *again; /* what it is called; both paths */
    const char *const *ignored;
};

/* Words in the place of a number that is hidden: "fewer than 5", "not shown", "few", "withheld". */
bool wh_is_hidden_words(struct wh_str text);

/* compare_table.c, compare_json.c, compare_database.c */
WH_MUST_USE enum wh_status wh_compare_table(const struct wh_compared *file, struct wh_error *err);
WH_MUST_USE enum wh_status wh_compare_json(const struct wh_compared *file, struct wh_error *err);
WH_MUST_USE enum wh_status wh_compare_database(const struct wh_compared *file,
                                               struct wh_error *err);

#endif
