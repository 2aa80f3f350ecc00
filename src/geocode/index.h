/*
 * geocode/index.h: every gazetteer row in memory, ready to be looked up: struct-of-arrays, names as
 * numbers, sorted, so that millions of addresses take some 50 bytes each. Built once; then read by
 * many threads. What it finds does not depend on the order of files or rows.
 */
#ifndef WH_GEOCODE_INDEX_H
#define WH_GEOCODE_INDEX_H

#include "geocode/phrases.h"
#include "model/gazetteer.h"

#define WH_NO_STREET UINT32_MAX
#define WH_NO_ENTRY UINT32_MAX

/* Where in the gazetteers something stands. */
struct wh_gaz_ref {
    uint32_t line;
    uint16_t file; /* UINT16_MAX: nowhere */
};

/* A postcode: one row of a gazetteer of postcodes, or the middle of its addresses where there is
 * none. */
struct wh_index_postcode {
    uint64_t key; /* the eight characters of "BA1 1AA", the first in the highest byte */
    int32_t x_cm, y_cm;
    int32_t to; /* month in which it was ended, 199606; 0: in use */
    float precision_m;
    uint8_t quality; /* 10 to 60; 0: not said */
    uint8_t rank;    /* while building: lower is better */
    struct wh_gaz_ref ref;
};

/* Streets of one name whose parts lie near one another. */
struct wh_index_street {
    uint32_t name;     /* a phrase */
    uint32_t usrn;     /* 0: none */
    int32_t box_cm[4]; /* of its lines and houses: x min, y min, x max, y max */
    int32_t middle_cm[2];
    float precision_m; /* of the middle: of all of it */
    struct wh_gaz_ref ref;
};

struct wh_index_place {
    uint32_t name;
    int32_t x_cm, y_cm;
    float spread_m;
    struct wh_gaz_ref ref;
};

struct wh_index_junction {
    uint32_t name, other; /* phrases, name <= other */
    int32_t x_cm, y_cm;
    struct wh_gaz_ref ref;
};

/* Lists of numbers, one a key: list k is value[start[k]] .. value[start[k + 1]]. */
struct wh_lists {
    size_t n;
    uint32_t *start, *value;
};

struct wh_index {
    struct wh_ctx *ctx;
    struct wh_phrases phrases;
    size_t n_rows[WH_N_GAZETTEER_TYPES];

    /* Addresses, by street, number, suffix, unit. */
    size_t n_entries;
    int32_t *entry_x_cm, *entry_y_cm;
    uint32_t *entry_street;                    /* index, or WH_NO_STREET */
    uint32_t *entry_unit;                      /* phrase, or WH_NO_PHRASE */
    uint32_t *entry_postcode;                  /* index, or UINT32_MAX */
    uint16_t *entry_number, *entry_number_end; /* 0: none */
    char *entry_suffix;
    uint64_t *entry_uprn; /* 0: none */
    struct wh_gaz_ref *entry_ref;

    /* UPRNs of gazetteers that have only a point for each, by UPRN. */
    size_t n_points;
    uint64_t *point_uprn;
    int32_t *point_x_cm, *point_y_cm;
    struct wh_gaz_ref *point_ref;
    /* UPRNs of addresses, sorted, and their entries. */
    size_t n_uprns;
    uint64_t *uprn;
    uint32_t *uprn_entry;

    /* Streets, by name. */
    size_t n_streets;
    struct wh_index_street *street;
    uint32_t *street_entry;            /* n_streets + 1: the entries of each */
    struct wh_lists street_postcodes;  /* indices, of the addresses of each */
    struct wh_lists street_localities; /* phrases, sorted */
    struct wh_lists street_pieces;     /* its lines */
    size_t n_pieces;
    uint32_t *piece_start;  /* n_pieces + 1: vertices of each */
    int32_t *vertex_cm;     /* x, y, x, y */
    float *piece_spread_m;  /* of a piece that is only a point: half its length */
    uint32_t *first_street; /* by phrase: 1 + the first street of that name; 0: none */

    size_t n_postcodes;
    struct wh_index_postcode *postcode; /* by key */
    struct wh_lists postcode_entries, postcode_streets;
    struct wh_lists postcode_cells; /* postcodes in use, by cell of a grid over them */
    int32_t cells_x0_cm, cells_y0_cm;
    uint32_t cells_nx, cells_ny;
    double cells_cm;

    /* Houses and who has them, by phrase: entries. */
    size_t n_names;
    uint32_t *name_phrase, *name_entry; /* sorted by both */

    size_t n_places;
    struct wh_index_place *place; /* by name */
    size_t n_junctions;
    struct wh_index_junction *junction; /* by names */
    size_t n_wards;
    struct wh_index_place *ward; /* in the order in which they were added */

    /* Street names by their words, and words by what is left of them without a letter or two. */
    size_t n_street_names;
    uint32_t *street_name;        /* phrases, sorted */
    struct wh_lists word_names;   /* by word: positions in street_name */
    float *word_weight;           /* by word: how telling it is, 0 to 1 */
    uint32_t n_buckets;           /* of the letters' table; a power of 2 */
    struct wh_lists letter_words; /* by bucket: words */
};

/* Rows on their way into an index. add() as often as there are rows, then make(). */
struct wh_index_builder;
WH_MUST_USE enum wh_status wh_index_begin(struct wh_ctx *ctx, struct wh_index_builder **ret,
                                          struct wh_error *err);
/* A wh_gazetteer_row_fn; `user` is the builder. */
WH_MUST_USE enum wh_status wh_index_add(void *user, const struct wh_gazetteer_row *row,
                                        struct wh_error *err);
/* A ward's name and box, so that an address that says no more is known as such. */
WH_MUST_USE enum wh_status wh_index_add_ward(struct wh_index_builder *builder, struct wh_str name,
                                             const double box[4], struct wh_error *err);
/* The builder is gone whatever is returned. */
WH_MUST_USE enum wh_status wh_index_make(struct wh_index_builder *builder, struct wh_index **ret,
                                         struct wh_error *err);
void wh_index_abandon(struct wh_index_builder *builder); /* NULL is fine */
void wh_index_destroy(struct wh_index *index);           /* NULL is fine */

/* ---- exact look-ups ---- */

/* The eight characters of a postcode as wh_postcode_normalise() writes it, as a number; shorter
 * ones end in zeros. */
uint64_t wh_postcode_key(const char *postcode);
/* Index of a postcode by its key, or UINT32_MAX. */
uint32_t wh_index_find_postcode(const struct wh_index *index, uint64_t key);
/* The place of a UPRN, an address's before a mere point's; false: not known. */
bool wh_index_uprn(const struct wh_index *index, uint64_t uprn, int32_t ret_at_cm[2],
                   struct wh_gaz_ref *ret_ref);
/* "BA1 1AA" of a key; `out` has 9 bytes. */
const char *wh_postcode_of_key(uint64_t key, char out[9]);

/* The first street of a name and how many there are. */
size_t wh_index_streets(const struct wh_index *index, uint32_t name, uint32_t *ret_first);
/* Places of a name: the first, and how many. */
size_t wh_index_places(const struct wh_index *index, uint32_t name, size_t *ret_first);

/* Words that are spelled nearly like `text` and stand in names of streets, the nearest first: at
 * most `most`; returns how many. */
struct wh_like_word {
    uint32_t word;
    float likeness; /* as wh_word_likeness() */
};
size_t wh_index_near_words(const struct wh_index *index, struct wh_str text,
                           struct wh_like_word *ret, size_t most);

#endif
