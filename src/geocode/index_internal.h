/* geocode/index_internal.h: what the builders of the index share. */
#ifndef WH_GEOCODE_INDEX_INTERNAL_H
#define WH_GEOCODE_INDEX_INTERNAL_H

#include "geocode/index.h"

/* An address on its way in. */
struct raw_entry {
    uint32_t street_name, locality, town, unit, house, organisation; /* phrases */
    uint32_t street;
    uint32_t usrn;
    uint64_t postcode, uprn;
    int32_t x_cm, y_cm;
    struct wh_gaz_ref ref;
    uint16_t number, number_end;
    char suffix;
};

/* One line of a street, or one point of it. */
struct raw_piece {
    uint32_t street_name, locality, town;
    uint32_t street;
    uint32_t usrn;
    size_t first_vertex;
    uint32_t n_vertices;
    float spread_m;
    struct wh_gaz_ref ref;
};

struct raw_point {
    uint64_t uprn;
    int32_t x_cm, y_cm;
    struct wh_gaz_ref ref;
};

struct wh_index_builder {
    struct wh_ctx *ctx;
    struct wh_index *index;
    struct wh_words words; /* of the text in hand */
    size_t n_entries, cap_entries;
    struct raw_entry *entry;
    size_t n_pieces, cap_pieces;
    struct raw_piece *piece;
    size_t n_vertices, cap_vertices; /* pairs */
    int32_t *vertex_cm;
    size_t n_points, cap_points;
    struct raw_point *point;
    size_t cap_postcodes, cap_places, cap_junctions, cap_wards;
};

/* Makes room for one more element, typed. */
#define WH_GROW(ctx, array, n, cap, err)                                                           \
    wh_index_grow((ctx), (void **)&(array), (n), &(cap), sizeof *(array), (err))
WH_MUST_USE enum wh_status wh_index_grow(struct wh_ctx *ctx, void **array, size_t n, size_t *cap,
                                         size_t size, struct wh_error *err);

/* Pairs (key, value) -> lists by key, values in the order of the pairs, sorted by the caller. */
struct wh_pair {
    uint32_t key, value;
};
void wh_pairs_sort(struct wh_pair *pair, size_t n);
/* Sorts the pairs, drops equal ones, and lists them by key, 0 to n_keys - 1. */
WH_MUST_USE enum wh_status wh_lists_make(struct wh_ctx *ctx, struct wh_pair *pair, size_t n,
                                         size_t n_keys, struct wh_lists *ret, struct wh_error *err);
void wh_lists_finish(struct wh_ctx *ctx, struct wh_lists *lists);

/* index_streets.c: parts -> streets: fills `street` of every entry and piece, and the index's
 * streets. */
WH_MUST_USE enum wh_status wh_index_make_streets(struct wh_index_builder *builder,
                                                 struct wh_error *err);
/* index_words.c: words of street names, and near spellings. */
WH_MUST_USE enum wh_status wh_index_make_words(struct wh_index *index, struct wh_error *err);
/* index_postcodes.c: settles doubled ones, middles of addresses, the grid over them. */
WH_MUST_USE enum wh_status wh_index_make_postcodes(struct wh_index_builder *builder,
                                                   struct wh_error *err);
/* After entries have their final order. */
WH_MUST_USE enum wh_status wh_index_measure_postcodes(struct wh_index *index, struct wh_error *err);

#endif
