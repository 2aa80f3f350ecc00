/* geocode/junction.h: where two streets of a text meet. */
#ifndef WH_GEOCODE_JUNCTION_H
#define WH_GEOCODE_JUNCTION_H

#include "geocode/match.h"

/* Do the words between two names say that the streets meet: "High St / Mill Ln", "A and B", "A at
 * B"? */
bool wh_joins_streets(const struct wh_asked *asked, const struct wh_candidate *a,
                      const struct wh_candidate *b);
/*
 * The one place where streets of two names meet, from a gazetteer of junctions or by their lines.
 * False: none, or *ret_is_tied: several.
 */
bool wh_junction_find(const struct wh_index *index, uint32_t name, uint32_t other,
                      struct wh_spot *ret, struct wh_gaz_ref *ret_ref, bool *ret_is_tied);

#endif
