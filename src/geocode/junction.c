/* geocode/junction.c: junctions of a gazetteer, else of the streets' lines. */
#include "geocode/junction.h"

#include <math.h>

#include "base/str.h"

#define LISTED_PRECISION_M 10.0
#define ONE_JUNCTION_M 100.0 /* junctions of the same streets that are nearer are one */
enum { MOST_STREETS = 24 };  /* of one name that are tried against each other */

bool wh_joins_streets(const struct wh_asked *asked, const struct wh_candidate *a,
                      const struct wh_candidate *b)
{
    static const char *const joins[] = {"/", "AND", "AT", "WITH", "MEETS"};
    const struct wh_candidate *first = a->from < b->from ? a : b;
    const struct wh_candidate *second = first == a ? b : a;
    if (second->from != first->to + 1) {
        return false;
    }
    for (size_t i = 0; i < sizeof joins / sizeof *joins; i++) {
        if (wh_str_eq_c(asked->words.word[first->to].text, joins[i])) {
            return true;
        }
    }
    return false;
}

/* First row of a pair of names, which stand in the order of their numbers. */
static size_t find_listed(const struct wh_index *index, uint32_t name, uint32_t other)
{
    size_t from = 0, to = index->n_junctions;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        const struct wh_index_junction *at = &index->junction[middle];
        if (at->name < name || (at->name == name && at->other < other)) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

struct meetings {
    struct wh_spot spot;
    struct wh_gaz_ref ref;
    size_t n; /* places that are further apart than one junction is wide */
};

static void add(struct meetings *meetings, const struct wh_spot *spot, struct wh_gaz_ref ref)
{
    if (meetings->n > 0 &&
        hypot(spot->x - meetings->spot.x, spot->y - meetings->spot.y) <= ONE_JUNCTION_M) {
        return;
    }
    meetings->spot = meetings->n == 0 ? *spot : meetings->spot;
    meetings->ref = meetings->n == 0 ? ref : meetings->ref;
    meetings->n++;
}

bool wh_junction_find(const struct wh_index *index, uint32_t name, uint32_t other,
                      struct wh_spot *ret, struct wh_gaz_ref *ret_ref, bool *ret_is_tied)
{
    const uint32_t low = name < other ? name : other, high = name < other ? other : name;
    struct meetings meetings = {.n = 0};
    *ret_is_tied = false;
    for (size_t i = find_listed(index, low, high);
         i < index->n_junctions && index->junction[i].name == low &&
         index->junction[i].other == high;
         i++) {
        const struct wh_spot spot = {index->junction[i].x_cm / 100.0,
                                     index->junction[i].y_cm / 100.0, LISTED_PRECISION_M};
        add(&meetings, &spot, index->junction[i].ref);
    }
    uint32_t a = 0, b = 0;
    const size_t n_a = wh_index_streets(index, name, &a), n_b = wh_index_streets(index, other, &b);
    const bool is_listed = meetings.n > 0;
    for (size_t i = 0; !is_listed && name != other && i < n_a && n_a <= MOST_STREETS; i++) {
        for (size_t k = 0; k < n_b && n_b <= MOST_STREETS; k++) {
            struct wh_spot spot;
            bool is_tied = false;
            if (wh_streets_meet(index, a + (uint32_t)i, b + (uint32_t)k, &spot, &is_tied)) {
                add(&meetings, &spot, index->street[a + i].ref);
            }
            *ret_is_tied = *ret_is_tied || is_tied;
        }
    }
    *ret_is_tied = *ret_is_tied || meetings.n > 1;
    if (meetings.n != 1 || *ret_is_tied) {
        return false;
    }
    *ret = meetings.spot;
    *ret_ref = meetings.ref;
    return true;
}
