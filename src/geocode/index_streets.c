/*
 * geocode/index_streets.c: which parts of one name are one street: those whose lines and houses lie
 * in the same or neighbouring cells of a grid, and those with one USRN. There are often several
 * High Streets in a council; no list says where one ends and the next begins.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geocode/index_internal.h"

#define CELL_CM 20000.0 /* parts within 200 m are always joined, beyond 566 m never */
#define STEP_CM 10000.0 /* along a line: less than a cell */

/* A cell that a part of a street lies in. */
struct place_of_part {
    uint32_t name;
    int32_t cell_y, cell_x;
    uint32_t part; /* entries first, then pieces */
};

struct joiner {
    struct wh_index_builder *builder;
    size_t n, cap;
    struct place_of_part *at;
    size_t n_parts;
    uint32_t *joined_to; /* union-find over parts (Tarjan 1975), the lower number the root */
};

static uint32_t root_of(uint32_t *joined_to, uint32_t part)
{
    while (joined_to[part] != part) {
        joined_to[part] = joined_to[joined_to[part]];
        part = joined_to[part];
    }
    return part;
}

static void join(uint32_t *joined_to, uint32_t a, uint32_t b)
{
    a = root_of(joined_to, a);
    b = root_of(joined_to, b);
    if (a < b) {
        joined_to[b] = a;
    } else {
        joined_to[a] = b;
    }
}

static enum wh_status push(struct joiner *joiner, uint32_t name, double x_cm, double y_cm,
                           uint32_t part, struct wh_error *err)
{
    const struct place_of_part at = {.name = name,
                                     .cell_y = (int32_t)floor(y_cm / CELL_CM),
                                     .cell_x = (int32_t)floor(x_cm / CELL_CM),
                                     .part = part};
    if (joiner->n > 0 && memcmp(&joiner->at[joiner->n - 1], &at, sizeof at) == 0) {
        return WH_OK;
    }
    void *array = joiner->at;
    const enum wh_status status =
        wh_grow(joiner->builder->ctx, &array, joiner->n, &joiner->cap, sizeof at, err);
    joiner->at = array;
    if (status == WH_OK) {
        joiner->at[joiner->n++] = at;
    }
    return status;
}

static enum wh_status push_piece(struct joiner *joiner, const struct raw_piece *piece,
                                 uint32_t part, struct wh_error *err)
{
    const int32_t *v = joiner->builder->vertex_cm + 2 * piece->first_vertex;
    enum wh_status status = push(joiner, piece->street_name, v[0], v[1], part, err);
    for (uint32_t i = 1; status == WH_OK && i < piece->n_vertices; i++) {
        const double dx = (double)v[2 * i] - v[2 * i - 2], dy = (double)v[2 * i + 1] - v[2 * i - 1];
        const double n_steps = ceil(fmax(1, hypot(dx, dy) / STEP_CM));
        for (double k = 1; status == WH_OK && k <= n_steps; k++) {
            status = push(joiner, piece->street_name, v[2 * i - 2] + dx * k / n_steps,
                          v[2 * i - 1] + dy * k / n_steps, part, err);
        }
    }
    return status;
}

static int compare_places(const void *left, const void *right)
{
    const struct place_of_part *a = left, *b = right;
    if (a->name != b->name) {
        return a->name < b->name ? -1 : 1;
    }
    if (a->cell_y != b->cell_y) {
        return a->cell_y < b->cell_y ? -1 : 1;
    }
    if (a->cell_x != b->cell_x) {
        return a->cell_x < b->cell_x ? -1 : 1;
    }
    return (a->part > b->part) - (a->part < b->part);
}

/* The first place at or after a cell. */
static size_t find_cell(const struct joiner *joiner, uint32_t name, int32_t cell_y, int32_t cell_x)
{
    const struct place_of_part key = {.name = name, .cell_y = cell_y, .cell_x = cell_x};
    size_t from = 0, to = joiner->n;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (compare_places(&joiner->at[middle], &key) < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

static bool is_cell(const struct joiner *joiner, size_t i, uint32_t name, int32_t cell_y,
                    int32_t cell_x)
{
    return i < joiner->n && joiner->at[i].name == name && joiner->at[i].cell_y == cell_y &&
           joiner->at[i].cell_x == cell_x;
}

/* The next in the same cell, and the cells to the east and north: the others look back at this one.
 */
static void join_neighbours(struct joiner *joiner)
{
    for (size_t i = 0; i < joiner->n; i++) {
        const struct place_of_part *at = &joiner->at[i];
        if (is_cell(joiner, i + 1, at->name, at->cell_y, at->cell_x)) {
            join(joiner->joined_to, at->part, joiner->at[i + 1].part);
            continue; /* the last of a cell speaks for all of it */
        }
        if (is_cell(joiner, i + 1, at->name, at->cell_y, at->cell_x + 1)) {
            join(joiner->joined_to, at->part, joiner->at[i + 1].part);
        }
        size_t above = find_cell(joiner, at->name, at->cell_y + 1, at->cell_x - 1);
        for (; above < joiner->n && joiner->at[above].name == at->name &&
               joiner->at[above].cell_y == at->cell_y + 1 &&
               joiner->at[above].cell_x <= at->cell_x + 1;
             above++) {
            join(joiner->joined_to, at->part, joiner->at[above].part);
        }
    }
}

static uint32_t usrn_of(const struct wh_index_builder *builder, uint32_t part)
{
    return part < builder->n_entries ? builder->entry[part].usrn
                                     : builder->piece[part - builder->n_entries].usrn;
}

static uint32_t name_of(const struct wh_index_builder *builder, uint32_t part)
{
    return part < builder->n_entries ? builder->entry[part].street_name
                                     : builder->piece[part - builder->n_entries].street_name;
}

static enum wh_status join_usrns(struct joiner *joiner, struct wh_error *err)
{
    struct wh_index_builder *builder = joiner->builder;
    struct wh_pair *pair = wh_alloc_array(builder->ctx, joiner->n_parts, sizeof *pair);
    size_t n = 0;
    if (pair == NULL) {
        return wh_fail_memory(builder->ctx, err);
    }
    for (uint32_t i = 0; i < joiner->n_parts; i++) {
        if (usrn_of(builder, i) != 0 && name_of(builder, i) != WH_NO_PHRASE) {
            pair[n++] = (struct wh_pair){usrn_of(builder, i), i};
        }
    }
    wh_pairs_sort(pair, n);
    for (size_t i = 1; i < n; i++) {
        if (pair[i].key == pair[i - 1].key &&
            name_of(builder, pair[i].value) == name_of(builder, pair[i - 1].value)) {
            join(joiner->joined_to, pair[i - 1].value, pair[i].value);
        }
    }
    wh_free(builder->ctx, pair);
    return WH_OK;
}

/* Numbers the streets by name, then by their first cell, and tells every part its own. */
static enum wh_status number_streets(struct joiner *joiner, struct wh_error *err)
{
    struct wh_index_builder *builder = joiner->builder;
    struct wh_index *index = builder->index;
    uint32_t *street_of = wh_alloc_array(builder->ctx, joiner->n_parts, sizeof *street_of);
    size_t cap = 0;
    enum wh_status status = street_of == NULL ? wh_fail_memory(builder->ctx, err) : WH_OK;
    for (size_t i = 0; status == WH_OK && i < joiner->n; i++) {
        const uint32_t root = root_of(joiner->joined_to, joiner->at[i].part);
        if (street_of[root] != 0) {
            continue;
        }
        status = WH_GROW(builder->ctx, index->street, index->n_streets, cap, err);
        if (status == WH_OK) {
            index->street[index->n_streets] = (struct wh_index_street){
                .name = joiner->at[i].name, .ref = {.line = 0, .file = UINT16_MAX}};
            street_of[root] = (uint32_t)++index->n_streets;
        }
    }
    for (uint32_t part = 0; status == WH_OK && part < joiner->n_parts; part++) {
        if (name_of(builder, part) == WH_NO_PHRASE) {
            continue;
        }
        const uint32_t street = street_of[root_of(joiner->joined_to, part)] - 1;
        struct wh_index_street *of = &index->street[street];
        const bool is_entry = part < builder->n_entries;
        const struct wh_gaz_ref ref =
            is_entry ? builder->entry[part].ref : builder->piece[part - builder->n_entries].ref;
        *(is_entry ? &builder->entry[part].street
                   : &builder->piece[part - builder->n_entries].street) = street;
        of->usrn = of->usrn == 0 ? usrn_of(builder, part) : of->usrn;
        if (!is_entry || of->ref.file == UINT16_MAX) { /* a street's own row before a house's */
            of->ref = ref;
        }
    }
    wh_free(builder->ctx, street_of);
    return status;
}

static enum wh_status list_localities(struct wh_index_builder *builder, struct wh_error *err)
{
    const size_t n_parts = builder->n_entries + builder->n_pieces;
    struct wh_pair *pair = wh_alloc_array(builder->ctx, 2 * n_parts, sizeof *pair);
    size_t n = 0;
    if (pair == NULL) {
        return wh_fail_memory(builder->ctx, err);
    }
    for (size_t i = 0; i < n_parts; i++) {
        const bool is_entry = i < builder->n_entries;
        const struct raw_entry *entry = is_entry ? &builder->entry[i] : NULL;
        const struct raw_piece *piece = is_entry ? NULL : &builder->piece[i - builder->n_entries];
        const uint32_t street = is_entry ? entry->street : piece->street;
        const uint32_t locality[2] = {is_entry ? entry->locality : piece->locality,
                                      is_entry ? entry->town : piece->town};
        for (size_t k = 0; k < 2; k++) {
            if (street != WH_NO_STREET && locality[k] != WH_NO_PHRASE) {
                pair[n++] = (struct wh_pair){street, locality[k]};
            }
        }
    }
    const enum wh_status status = wh_lists_make(builder->ctx, pair, n, builder->index->n_streets,
                                                &builder->index->street_localities, err);
    wh_free(builder->ctx, pair);
    return status;
}

static int compare_pieces(const void *left, const void *right)
{
    const struct raw_piece *a = left, *b = right;
    if (a->street != b->street) {
        return a->street < b->street ? -1 : 1;
    }
    if (a->ref.file != b->ref.file) {
        return a->ref.file < b->ref.file ? -1 : 1;
    }
    if (a->ref.line != b->ref.line) {
        return a->ref.line < b->ref.line ? -1 : 1;
    }
    return (a->first_vertex > b->first_vertex) - (a->first_vertex < b->first_vertex);
}

static enum wh_status pack_pieces(struct wh_index_builder *builder, struct wh_error *err)
{
    struct wh_index *index = builder->index;
    struct wh_ctx *ctx = builder->ctx;
    struct wh_pair *pair = wh_alloc_array(ctx, builder->n_pieces, sizeof *pair);
    index->n_pieces = builder->n_pieces;
    index->piece_start = wh_alloc_array(ctx, index->n_pieces + 1, sizeof *index->piece_start);
    index->piece_spread_m = wh_alloc_array(ctx, index->n_pieces, sizeof *index->piece_spread_m);
    index->vertex_cm = wh_alloc_array(ctx, builder->n_vertices, 2 * sizeof *index->vertex_cm);
    if (pair == NULL || index->piece_start == NULL || index->piece_spread_m == NULL ||
        index->vertex_cm == NULL) {
        wh_free(ctx, pair);
        return wh_fail_memory(ctx, err);
    }
    if (builder->n_pieces > 1) {
        qsort(builder->piece, builder->n_pieces, sizeof *builder->piece, compare_pieces);
    }
    size_t n = 0;
    for (size_t i = 0; i < builder->n_pieces; i++) {
        const struct raw_piece *piece = &builder->piece[i];
        memcpy(index->vertex_cm + 2 * n, builder->vertex_cm + 2 * piece->first_vertex,
               2 * piece->n_vertices * sizeof *index->vertex_cm);
        index->piece_start[i] = (uint32_t)n;
        index->piece_spread_m[i] = piece->spread_m;
        n += piece->n_vertices;
        pair[i] = (struct wh_pair){piece->street, (uint32_t)i};
    }
    index->piece_start[index->n_pieces] = (uint32_t)n;
    const enum wh_status status =
        wh_lists_make(ctx, pair, builder->n_pieces, index->n_streets, &index->street_pieces, err);
    wh_free(ctx, pair);
    return status;
}

static enum wh_status find_parts(struct joiner *joiner, struct wh_error *err)
{
    struct wh_index_builder *builder = joiner->builder;
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < builder->n_entries; i++) {
        const struct raw_entry *entry = &builder->entry[i];
        if (entry->street_name != WH_NO_PHRASE) {
            status = push(joiner, entry->street_name, entry->x_cm, entry->y_cm, (uint32_t)i, err);
        }
    }
    for (size_t i = 0; status == WH_OK && i < builder->n_pieces; i++) {
        status = push_piece(joiner, &builder->piece[i], (uint32_t)(builder->n_entries + i), err);
    }
    return status;
}

enum wh_status wh_index_make_streets(struct wh_index_builder *builder, struct wh_error *err)
{
    struct joiner joiner = {.builder = builder, .n_parts = builder->n_entries + builder->n_pieces};
    if (joiner.n_parts >= UINT32_MAX - 1) {
        return wh_fail(err, WH_ERR_LIMIT, "more gazetteer rows than can be numbered");
    }
    joiner.joined_to = wh_alloc_array(builder->ctx, joiner.n_parts, sizeof *joiner.joined_to);
    enum wh_status status = joiner.joined_to == NULL ? wh_fail_memory(builder->ctx, err) : WH_OK;
    for (uint32_t i = 0; status == WH_OK && i < joiner.n_parts; i++) {
        joiner.joined_to[i] = i;
    }
    if (status == WH_OK) {
        status = find_parts(&joiner, err);
    }
    if (status == WH_OK) {
        if (joiner.n > 1) {
            qsort(joiner.at, joiner.n, sizeof *joiner.at, compare_places);
        }
        join_neighbours(&joiner);
        status = join_usrns(&joiner, err);
    }
    if (status == WH_OK) {
        status = number_streets(&joiner, err);
    }
    wh_free(builder->ctx, joiner.at);
    wh_free(builder->ctx, joiner.joined_to);
    if (status == WH_OK) {
        status = list_localities(builder, err);
    }
    return status != WH_OK ? status : pack_pieces(builder, err);
}
