/* geocode/index_make.c: parts -> the index: sorts, packs, lists. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geocode/index_internal.h"
#include "geocode/street.h"

/* ---- addresses ---- */

struct entry_order {
    uint64_t key; /* street, number, suffix */
    uint32_t idx;
};

/* qsort() hands no context on: what the keys leave equal is told apart by the entries beside them.
 */
struct entry_key {
    struct entry_order order;
    const struct raw_entry *entry;
};

#define COMPARE(field)                                                                             \
    if (a->entry->field != b->entry->field) {                                                      \
        return a->entry->field < b->entry->field ? -1 : 1;                                         \
    }

static int compare_entries(const void *left, const void *right)
{
    const struct entry_key *a = left, *b = right;
    if (a->order.key != b->order.key) {
        return a->order.key < b->order.key ? -1 : 1;
    }
    COMPARE(number_end)
    COMPARE(unit)
    COMPARE(postcode)
    COMPARE(uprn)
    COMPARE(x_cm)
    COMPARE(y_cm)
    COMPARE(ref.file)
    COMPARE(ref.line)
    return 0;
}
#undef COMPARE

static enum wh_status alloc_entries(struct wh_index *index, size_t n, struct wh_error *err)
{
    struct wh_ctx *ctx = index->ctx;
    index->n_entries = n;
    index->entry_x_cm = wh_alloc_array(ctx, n, sizeof *index->entry_x_cm);
    index->entry_y_cm = wh_alloc_array(ctx, n, sizeof *index->entry_y_cm);
    index->entry_street = wh_alloc_array(ctx, n, sizeof *index->entry_street);
    index->entry_unit = wh_alloc_array(ctx, n, sizeof *index->entry_unit);
    index->entry_postcode = wh_alloc_array(ctx, n, sizeof *index->entry_postcode);
    index->entry_number = wh_alloc_array(ctx, n, sizeof *index->entry_number);
    index->entry_number_end = wh_alloc_array(ctx, n, sizeof *index->entry_number_end);
    index->entry_suffix = wh_alloc_array(ctx, n, sizeof *index->entry_suffix);
    index->entry_uprn = wh_alloc_array(ctx, n, sizeof *index->entry_uprn);
    index->entry_ref = wh_alloc_array(ctx, n, sizeof *index->entry_ref);
    index->street_entry = wh_alloc_array(ctx, index->n_streets + 1, sizeof *index->street_entry);
    return index->entry_x_cm == NULL || index->entry_y_cm == NULL || index->entry_street == NULL ||
                   index->entry_unit == NULL || index->entry_postcode == NULL ||
                   index->entry_number == NULL || index->entry_number_end == NULL ||
                   index->entry_suffix == NULL || index->entry_uprn == NULL ||
                   index->entry_ref == NULL || index->street_entry == NULL
               ? wh_fail_memory(ctx, err)
               : WH_OK;
}

static void pack_entry(struct wh_index *index, size_t i, const struct raw_entry *entry)
{
    index->entry_x_cm[i] = entry->x_cm;
    index->entry_y_cm[i] = entry->y_cm;
    index->entry_street[i] = entry->street;
    index->entry_unit[i] = entry->unit;
    index->entry_postcode[i] = wh_index_find_postcode(index, entry->postcode);
    index->entry_number[i] = entry->number;
    index->entry_number_end[i] = entry->number_end;
    index->entry_suffix[i] = entry->suffix;
    index->entry_uprn[i] = entry->uprn;
    index->entry_ref[i] = entry->ref;
    if (entry->street != WH_NO_STREET) {
        index->street_entry[entry->street + 1]++;
    }
}

/* Addresses without a street have the highest number of one: they stand at the end. */
static enum wh_status pack_entries(struct wh_index_builder *builder, uint32_t **ret_position,
                                   struct wh_error *err)
{
    struct wh_index *index = builder->index;
    const size_t n = builder->n_entries;
    struct entry_key *key = wh_alloc_array(builder->ctx, n, sizeof *key);
    uint32_t *position = wh_alloc_array(builder->ctx, n, sizeof *position);
    enum wh_status status = key == NULL || position == NULL ? wh_fail_memory(builder->ctx, err)
                                                            : alloc_entries(index, n, err);
    if (status == WH_OK) {
        for (size_t i = 0; i < n; i++) {
            const struct raw_entry *e = &builder->entry[i];
            key[i].entry = e;
            key[i].order.idx = (uint32_t)i;
            key[i].order.key =
                ((uint64_t)e->street << 32) | ((uint64_t)e->number << 8) | (unsigned char)e->suffix;
        }
        if (n > 1) {
            qsort(key, n, sizeof *key, compare_entries);
        }
        for (size_t i = 0; i < n; i++) {
            pack_entry(index, i, key[i].entry);
            position[key[i].order.idx] = (uint32_t)i;
        }
        for (size_t i = 0; i < index->n_streets; i++) {
            index->street_entry[i + 1] += index->street_entry[i];
        }
        *ret_position = position;
        position = NULL;
    }
    wh_free(builder->ctx, position);
    wh_free(builder->ctx, key);
    return status;
}

/* ---- names of houses ---- */

static enum wh_status list_names(struct wh_index_builder *builder, const uint32_t *position,
                                 struct wh_error *err)
{
    struct wh_index *index = builder->index;
    struct wh_pair *pair = wh_alloc_array(builder->ctx, builder->n_entries, 2 * sizeof *pair);
    size_t n = 0;
    if (pair == NULL) {
        return wh_fail_memory(builder->ctx, err);
    }
    for (size_t i = 0; i < builder->n_entries; i++) {
        const struct raw_entry *entry = &builder->entry[i];
        if (entry->house != WH_NO_PHRASE) {
            pair[n++] = (struct wh_pair){entry->house, position[i]};
        }
        if (entry->organisation != WH_NO_PHRASE && entry->organisation != entry->house) {
            pair[n++] = (struct wh_pair){entry->organisation, position[i]};
        }
    }
    wh_pairs_sort(pair, n);
    index->name_phrase = wh_alloc_array(builder->ctx, n, sizeof *index->name_phrase);
    index->name_entry = wh_alloc_array(builder->ctx, n, sizeof *index->name_entry);
    enum wh_status status = index->name_phrase == NULL || index->name_entry == NULL
                                ? wh_fail_memory(builder->ctx, err)
                                : WH_OK;
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        index->name_phrase[i] = pair[i].key;
        index->name_entry[i] = pair[i].value;
    }
    index->n_names = status == WH_OK ? n : 0;
    wh_free(builder->ctx, pair);
    return status;
}

/* ---- UPRNs ---- */

struct uprn_order {
    uint64_t uprn;
    uint32_t idx;
};

static int compare_uprns(const void *left, const void *right)
{
    const struct uprn_order *a = left, *b = right;
    if (a->uprn != b->uprn) {
        return a->uprn < b->uprn ? -1 : 1;
    }
    return (a->idx > b->idx) - (a->idx < b->idx);
}

static int compare_points(const void *left, const void *right)
{
    const struct raw_point *a = left, *b = right;
    if (a->uprn != b->uprn) {
        return a->uprn < b->uprn ? -1 : 1;
    }
    if (a->x_cm != b->x_cm) {
        return a->x_cm < b->x_cm ? -1 : 1;
    }
    return (a->y_cm > b->y_cm) - (a->y_cm < b->y_cm);
}

static enum wh_status pack_points(struct wh_index_builder *builder, struct wh_error *err)
{
    struct wh_index *index = builder->index;
    const size_t n = builder->n_points;
    if (n > 1) {
        qsort(builder->point, n, sizeof *builder->point, compare_points);
    }
    index->point_uprn = wh_alloc_array(builder->ctx, n, sizeof *index->point_uprn);
    index->point_x_cm = wh_alloc_array(builder->ctx, n, sizeof *index->point_x_cm);
    index->point_y_cm = wh_alloc_array(builder->ctx, n, sizeof *index->point_y_cm);
    index->point_ref = wh_alloc_array(builder->ctx, n, sizeof *index->point_ref);
    if (index->point_uprn == NULL || index->point_x_cm == NULL || index->point_y_cm == NULL ||
        index->point_ref == NULL) {
        return wh_fail_memory(builder->ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        index->point_uprn[i] = builder->point[i].uprn;
        index->point_x_cm[i] = builder->point[i].x_cm;
        index->point_y_cm[i] = builder->point[i].y_cm;
        index->point_ref[i] = builder->point[i].ref;
    }
    index->n_points = n;
    return WH_OK;
}

static enum wh_status list_uprns(struct wh_index *index, struct wh_error *err)
{
    struct uprn_order *order = wh_alloc_array(index->ctx, index->n_entries, sizeof *order);
    size_t n = 0;
    if (order == NULL) {
        return wh_fail_memory(index->ctx, err);
    }
    for (size_t i = 0; i < index->n_entries; i++) {
        if (index->entry_uprn[i] != 0) {
            order[n++] = (struct uprn_order){index->entry_uprn[i], (uint32_t)i};
        }
    }
    if (n > 1) {
        qsort(order, n, sizeof *order, compare_uprns);
    }
    index->uprn = wh_alloc_array(index->ctx, n, sizeof *index->uprn);
    index->uprn_entry = wh_alloc_array(index->ctx, n, sizeof *index->uprn_entry);
    enum wh_status status =
        index->uprn == NULL || index->uprn_entry == NULL ? wh_fail_memory(index->ctx, err) : WH_OK;
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        index->uprn[i] = order[i].uprn;
        index->uprn_entry[i] = order[i].idx;
    }
    index->n_uprns = status == WH_OK ? n : 0;
    wh_free(index->ctx, order);
    return status;
}

/* ---- places and junctions ---- */

static int compare_places(const void *left, const void *right)
{
    const struct wh_index_place *a = left, *b = right;
    if (a->name != b->name) {
        return a->name < b->name ? -1 : 1;
    }
    if (a->x_cm != b->x_cm) {
        return a->x_cm < b->x_cm ? -1 : 1;
    }
    return (a->y_cm > b->y_cm) - (a->y_cm < b->y_cm);
}

static int compare_junctions(const void *left, const void *right)
{
    const struct wh_index_junction *a = left, *b = right;
    if (a->name != b->name) {
        return a->name < b->name ? -1 : 1;
    }
    if (a->other != b->other) {
        return a->other < b->other ? -1 : 1;
    }
    if (a->x_cm != b->x_cm) {
        return a->x_cm < b->x_cm ? -1 : 1;
    }
    return (a->y_cm > b->y_cm) - (a->y_cm < b->y_cm);
}

static enum wh_status list_streets(struct wh_index *index, struct wh_error *err)
{
    struct wh_pair *pair = wh_alloc_array(index->ctx, index->n_entries, sizeof *pair);
    size_t n = 0;
    index->first_street =
        wh_alloc_array(index->ctx, index->phrases.n_nodes, sizeof *index->first_street);
    enum wh_status status =
        pair == NULL || index->first_street == NULL ? wh_fail_memory(index->ctx, err) : WH_OK;
    for (size_t i = index->n_streets; status == WH_OK && i > 0; i--) {
        index->first_street[index->street[i - 1].name] = (uint32_t)i;
    }
    for (size_t i = 0; status == WH_OK && i < index->n_entries; i++) {
        if (index->entry_street[i] != WH_NO_STREET && index->entry_postcode[i] != UINT32_MAX) {
            pair[n++] = (struct wh_pair){index->entry_street[i], index->entry_postcode[i]};
        }
    }
    if (status == WH_OK) {
        status =
            wh_lists_make(index->ctx, pair, n, index->n_streets, &index->street_postcodes, err);
    }
    wh_free(index->ctx, pair);
    return status;
}

/* ---- all ---- */

static void finish_builder(struct wh_index_builder *builder)
{
    wh_free(builder->ctx, builder->entry);
    wh_free(builder->ctx, builder->piece);
    wh_free(builder->ctx, builder->vertex_cm);
    wh_free(builder->ctx, builder->point);
    wh_free(builder->ctx, builder);
}

void wh_index_abandon(struct wh_index_builder *builder)
{
    if (builder != NULL) {
        wh_index_destroy(builder->index);
        finish_builder(builder);
    }
}

static enum wh_status make(struct wh_index_builder *builder, struct wh_error *err)
{
    struct wh_index *index = builder->index;
    uint32_t *position = NULL;
    enum wh_status status = wh_index_make_streets(builder, err);
    if (status == WH_OK) {
        status = wh_index_make_postcodes(builder, err);
    }
    if (status == WH_OK) {
        status = pack_entries(builder, &position, err);
    }
    if (status == WH_OK) {
        status = list_names(builder, position, err);
    }
    wh_free(builder->ctx, position);
    if (status == WH_OK) {
        status = pack_points(builder, err);
    }
    if (status == WH_OK) {
        status = list_uprns(index, err);
    }
    if (status == WH_OK) {
        status = list_streets(index, err);
    }
    if (status == WH_OK) {
        status = wh_index_measure_postcodes(index, err);
    }
    if (status == WH_OK) {
        if (index->n_places > 1) {
            qsort(index->place, index->n_places, sizeof *index->place, compare_places);
        }
        if (index->n_junctions > 1) {
            qsort(index->junction, index->n_junctions, sizeof *index->junction, compare_junctions);
        }
        wh_streets_measure(index);
        status = wh_index_make_words(index, err);
    }
    return status;
}

enum wh_status wh_index_make(struct wh_index_builder *builder, struct wh_index **ret,
                             struct wh_error *err)
{
    const enum wh_status status = make(builder, err);
    if (status != WH_OK) {
        wh_index_abandon(builder);
        return status;
    }
    *ret = builder->index;
    finish_builder(builder);
    return WH_OK;
}

void wh_index_destroy(struct wh_index *index)
{
    if (index == NULL) {
        return;
    }
    struct wh_ctx *ctx = index->ctx;
    void *const array[] = {index->entry_x_cm,       index->entry_y_cm,     index->entry_street,
                           index->entry_unit,       index->entry_postcode, index->entry_number,
                           index->entry_number_end, index->entry_suffix,   index->entry_uprn,
                           index->entry_ref,        index->point_uprn,     index->point_x_cm,
                           index->point_y_cm,       index->point_ref,      index->uprn,
                           index->uprn_entry,       index->street,         index->street_entry,
                           index->piece_start,      index->vertex_cm,      index->piece_spread_m,
                           index->first_street,     index->postcode,       index->name_phrase,
                           index->name_entry,       index->place,          index->junction,
                           index->street_name,      index->word_weight,    index->ward};
    struct wh_lists *const lists[] = {&index->street_postcodes, &index->street_localities,
                                      &index->street_pieces,    &index->postcode_entries,
                                      &index->postcode_streets, &index->postcode_cells,
                                      &index->word_names,       &index->letter_words};
    for (size_t i = 0; i < sizeof array / sizeof *array; i++) {
        wh_free(ctx, array[i]);
    }
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        wh_lists_finish(ctx, lists[i]);
    }
    wh_phrases_finish(&index->phrases);
    wh_free(ctx, index);
}
