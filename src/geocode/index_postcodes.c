/* geocode/index_postcodes.c: one place a postcode, how good it is, and which are near a point. */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geocode/index_internal.h"

#define CELL_CM 25000.0 /* of the grid over postcodes in use */
#define MOST_CELLS 4000000.0
#define LEAST_ADDRESSES 3u /* from which on a postcode's own addresses say how far it reaches */
#define LEAST_PRECISION_M 10.0
#define ADDRESSES_RANK 70u /* the middle of the addresses beats only a sector's mean */

/*
 * 1 sigma by quality, as Code-Point Open's user guide and the ONS's describe it: 10, 20: in the
 * building nearest the mean of the addresses; 30: within 50 m of it; 40: their mean; 50: guessed
 * from neighbouring postcodes; 60: the mean of the sector; 80: ended long ago, its last known
 * place. The 60 m are what docs/geocoding.md measures.
 */
static float precision_of(uint8_t quality)
{
    return quality >= 80   ? 100.0F
           : quality >= 60 ? 1000.0F
           : quality >= 50 ? 150.0F
           : quality >= 30 ? 75.0F
                           : 60.0F;
}

static int compare_postcodes(const void *left, const void *right)
{
    const struct wh_index_postcode *a = left, *b = right;
    if (a->key != b->key) {
        return a->key < b->key ? -1 : 1;
    }
    if (a->rank != b->rank) {
        return a->rank < b->rank ? -1 : 1;
    }
    if (a->to != b->to) { /* of two that were ended, the later */
        return a->to > b->to ? -1 : 1;
    }
    if (a->x_cm != b->x_cm) { /* so that the order of files and rows does not decide */
        return a->x_cm < b->x_cm ? -1 : 1;
    }
    return (a->y_cm > b->y_cm) - (a->y_cm < b->y_cm);
}

struct sum {
    double x, y;
    uint32_t n;
    struct wh_gaz_ref ref;
};

static int compare_keys(const void *left, const void *right)
{
    const struct raw_entry *const *a = left, *const *b = right;
    return ((*a)->postcode > (*b)->postcode) - ((*a)->postcode < (*b)->postcode);
}

/* A postcode that only addresses know stands in their middle. */
static enum wh_status add_middles(struct wh_index_builder *builder, struct wh_error *err)
{
    struct wh_index *index = builder->index;
    const struct raw_entry **by_key =
        wh_alloc_array(builder->ctx, builder->n_entries, sizeof *by_key);
    size_t n = 0;
    enum wh_status status = by_key == NULL ? wh_fail_memory(builder->ctx, err) : WH_OK;
    for (size_t i = 0; status == WH_OK && i < builder->n_entries; i++) {
        if (builder->entry[i].postcode != 0) {
            by_key[n++] = &builder->entry[i];
        }
    }
    if (n > 1) {
        qsort(by_key, n, sizeof *by_key, compare_keys);
    }
    for (size_t i = 0, end = 0; status == WH_OK && i < n; i = end) {
        int64_t x = 0, y = 0; /* whole numbers: their sum has no order */
        for (end = i; end < n && by_key[end]->postcode == by_key[i]->postcode; end++) {
            x += by_key[end]->x_cm;
            y += by_key[end]->y_cm;
        }
        const int64_t count = (int64_t)(end - i);
        status =
            WH_GROW(builder->ctx, index->postcode, index->n_postcodes, builder->cap_postcodes, err);
        if (status == WH_OK) {
            index->postcode[index->n_postcodes++] =
                (struct wh_index_postcode){.key = by_key[i]->postcode,
                                           .x_cm = (int32_t)(x / count),
                                           .y_cm = (int32_t)(y / count),
                                           .rank = ADDRESSES_RANK,
                                           .quality = 0,
                                           .ref = by_key[i]->ref};
        }
    }
    wh_free(builder->ctx, by_key);
    return status;
}

/* Only postcodes in use: to tell which one a point belongs to. */
static enum wh_status make_cells(struct wh_index *index, struct wh_error *err)
{
    int32_t x0 = INT32_MAX, y0 = INT32_MAX, x1 = INT32_MIN, y1 = INT32_MIN;
    size_t n = 0;
    struct wh_pair *pair = wh_alloc_array(index->ctx, index->n_postcodes, sizeof *pair);
    if (pair == NULL) {
        return wh_fail_memory(index->ctx, err);
    }
    for (size_t i = 0; i < index->n_postcodes; i++) {
        const struct wh_index_postcode *p = &index->postcode[i];
        x0 = p->x_cm < x0 ? p->x_cm : x0;
        y0 = p->y_cm < y0 ? p->y_cm : y0;
        x1 = p->x_cm > x1 ? p->x_cm : x1;
        y1 = p->y_cm > y1 ? p->y_cm : y1;
    }
    index->cells_cm = CELL_CM; /* larger where they cover a whole country */
    if (index->n_postcodes > 0) {
        const double area = ((double)x1 - x0 + 1) * ((double)y1 - y0 + 1);
        index->cells_cm = fmax(CELL_CM, sqrt(area / MOST_CELLS));
        index->cells_x0_cm = x0;
        index->cells_y0_cm = y0;
        index->cells_nx = (uint32_t)(((double)x1 - x0) / index->cells_cm) + 1;
        index->cells_ny = (uint32_t)(((double)y1 - y0) / index->cells_cm) + 1;
    }
    for (size_t i = 0; i < index->n_postcodes; i++) {
        const struct wh_index_postcode *p = &index->postcode[i];
        if (p->to == 0 && p->quality < 60) {
            const uint32_t cx = (uint32_t)(((double)p->x_cm - x0) / index->cells_cm);
            const uint32_t cy = (uint32_t)(((double)p->y_cm - y0) / index->cells_cm);
            pair[n++] = (struct wh_pair){cy * index->cells_nx + cx, (uint32_t)i};
        }
    }
    const enum wh_status status =
        wh_lists_make(index->ctx, pair, n, (size_t)index->cells_nx * index->cells_ny,
                      &index->postcode_cells, err);
    wh_free(index->ctx, pair);
    return status;
}

enum wh_status wh_index_make_postcodes(struct wh_index_builder *builder, struct wh_error *err)
{
    struct wh_index *index = builder->index;
    enum wh_status status = add_middles(builder, err);
    if (status != WH_OK) {
        return status;
    }
    if (index->n_postcodes > 1) {
        qsort(index->postcode, index->n_postcodes, sizeof *index->postcode, compare_postcodes);
    }
    size_t n = 0;
    for (size_t i = 0; i < index->n_postcodes; i++) {
        if (i == 0 || index->postcode[i].key != index->postcode[n - 1].key) {
            index->postcode[n] = index->postcode[i];
            index->postcode[n].precision_m = precision_of(index->postcode[i].quality);
            n++;
        }
    }
    index->n_postcodes = n;
    return make_cells(index, err);
}

enum wh_status wh_index_measure_postcodes(struct wh_index *index, struct wh_error *err)
{
    struct wh_pair *pair = wh_alloc_array(index->ctx, index->n_entries, 2 * sizeof *pair);
    size_t n = 0, n_streets = 0;
    if (pair == NULL) {
        return wh_fail_memory(index->ctx, err);
    }
    struct wh_pair *street = pair + index->n_entries;
    for (size_t i = 0; i < index->n_entries; i++) {
        if (index->entry_postcode[i] != UINT32_MAX) {
            pair[n++] = (struct wh_pair){index->entry_postcode[i], (uint32_t)i};
            if (index->entry_street[i] != WH_NO_STREET) {
                street[n_streets++] =
                    (struct wh_pair){index->entry_postcode[i], index->entry_street[i]};
            }
        }
    }
    enum wh_status status =
        wh_lists_make(index->ctx, pair, n, index->n_postcodes, &index->postcode_entries, err);
    if (status == WH_OK) {
        status = wh_lists_make(index->ctx, street, n_streets, index->n_postcodes,
                               &index->postcode_streets, err);
    }
    for (size_t i = 0; status == WH_OK && i < index->n_postcodes; i++) {
        struct wh_index_postcode *p = &index->postcode[i];
        const uint32_t from = index->postcode_entries.start[i];
        const uint32_t to = index->postcode_entries.start[i + 1];
        double sum = 0;
        for (uint32_t k = from; k < to; k++) {
            const uint32_t e = index->postcode_entries.value[k];
            const double dx = (double)index->entry_x_cm[e] - p->x_cm;
            const double dy = (double)index->entry_y_cm[e] - p->y_cm;
            sum += (dx * dx + dy * dy) / 1e4;
        }
        if (to - from >= LEAST_ADDRESSES) { /* per axis: half of the squared distance */
            p->precision_m = (float)fmax(LEAST_PRECISION_M, sqrt(sum / (to - from) / 2));
        }
    }
    wh_free(index->ctx, pair);
    return status;
}
