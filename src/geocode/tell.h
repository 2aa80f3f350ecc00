/* geocode/tell.h: what was weighed, in words: for those who ask why. */
#ifndef WH_GEOCODE_TELL_H
#define WH_GEOCODE_TELL_H

#include "base/str.h"
#include "geocode/ladder.h"

/* "street 100 %, number not said, ..." in `out`, which is returned. */
const char *wh_tell_parts(const struct wh_match *match, char *out, size_t size);
/* "0.87  BROAD STREET at x 374950, y 165170 (street 100 %, ...)" */
void wh_tell_match(const struct wh_index *index, const struct wh_match *match, struct wh_buf *out);
/* The best few places of a request that was not placed, " | " between them; nothing where none was
 * near. */
void wh_tell_nearest(const struct wh_index *index, const struct wh_question *question,
                     struct wh_buf *out);

/* The part of a text that no gazetteer knows and that ought to be a street's name: without house
 * number, unit, postcode and known places. Capitals; empty: nothing is left. */
void wh_tell_unknown_street(const struct wh_index *index, const struct wh_question *question,
                            struct wh_buf *out);

#endif
