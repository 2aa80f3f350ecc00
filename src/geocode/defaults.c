/*
 * geocode/defaults.c: default locations: one coordinate or postcode that holds far more of a
 * source, or of a category, than any real place does, is where somebody clicked for want of
 * another: the town hall, the depot.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geocode/geocode_internal.h"

/* One request's spot: its given coordinate, or its postcode. */
struct spot {
    double x, y;
    uint64_t postcode; /* 0: a coordinate */
    uint16_t category;
    uint32_t request;
};

static int compare_spots(const void *left, const void *right)
{
    const struct spot *a = left, *b = right;
    if (a->postcode != b->postcode) {
        return a->postcode < b->postcode ? -1 : 1;
    }
    if (a->x < b->x || a->x > b->x) {
        return a->x < b->x ? -1 : 1;
    }
    if (a->y < b->y || a->y > b->y) {
        return a->y < b->y ? -1 : 1;
    }
    if (a->category != b->category) {
        return a->category < b->category ? -1 : 1;
    }
    return a->request < b->request ? -1 : a->request > b->request;
}

static bool is_same_spot(const struct spot *a, const struct spot *b)
{
    return a->postcode == b->postcode && memcmp(&a->x, &b->x, sizeof a->x) == 0 &&
           memcmp(&a->y, &b->y, sizeof a->y) == 0;
}

struct search {
    struct wh_ctx *ctx;
    const struct wh_geocode_options *opt;
    struct wh_unplaced *unplaced;
    struct wh_geocode_report *report;
    size_t cap;
    uint64_t n_source;     /* requests of the source in hand */
    uint64_t *of_category; /* of those, by category */
};

static enum wh_status withhold_spot(struct search *search, const struct spot *spot, size_t n,
                                    struct wh_error *err)
{
    struct wh_requests *requests = &search->unplaced->requests;
    struct wh_geocode_report *report = search->report;
    void *array = report->default_location;
    const enum wh_status status = wh_grow(search->ctx, &array, report->n_defaults, &search->cap,
                                          sizeof *report->default_location, err);
    report->default_location = array;
    if (status != WH_OK) {
        return status;
    }
    struct wh_default_location *found = &report->default_location[report->n_defaults++];
    *found = (struct wh_default_location){
        .source_id = requests->source_id[requests->source[spot[0].request]],
        .x = requests->x[spot[0].request],
        .y = requests->y[spot[0].request],
        .n = n,
        .is_withheld = !search->opt->default_is_kept};
    if (spot[0].postcode != 0) {
        wh_postcode_of_key(spot[0].postcode, found->postcode);
    }
    for (size_t i = 0; found->is_withheld && i < n; i++) {
        if (requests->outcome[spot[i].request] == WH_OUTCOME_MAPPED) {
            requests->outcome[spot[i].request] = WH_OUTCOME_WITHHELD_DEFAULT;
        }
    }
    return WH_OK;
}

/* Does the spot hold too large a share of all, or of one of its categories? */
static bool is_default(const struct search *search, const struct spot *spot, size_t n)
{
    const struct wh_geocode_options *opt = search->opt;
    if ((double)n >= fmax(opt->default_at_least, opt->default_share * (double)search->n_source)) {
        return true;
    }
    for (size_t i = 0, end = 0; i < n; i = end) {
        while (end < n && spot[end].category == spot[i].category) {
            end++;
        }
        const double all = (double)search->of_category[spot[i].category];
        if ((double)(end - i) >= fmax(opt->default_at_least, opt->default_category_share * all)) {
            return true;
        }
    }
    return false;
}

/* Coordinates and postcodes of one source's requests [from, end). */
static size_t list_spots(const struct search *search, size_t from, size_t end, struct spot *spot)
{
    const struct wh_unplaced *unplaced = search->unplaced;
    const struct wh_requests *requests = &unplaced->requests;
    size_t n = 0;
    for (size_t i = from; i < end; i++) {
        const bool is_postcode = requests->method[i] == WH_METHOD_POSTCODE ||
                                 requests->method[i] == WH_METHOD_ENDED_POSTCODE;
        if (requests->method[i] == WH_METHOD_COORDINATE) {
            spot[n++] = (struct spot){unplaced->given_x[i], unplaced->given_y[i], 0,
                                      requests->category[i], (uint32_t)i};
        } else if (is_postcode && unplaced->postcode[i] != NULL) {
            spot[n++] = (struct spot){0, 0, wh_postcode_key(unplaced->postcode[i]),
                                      requests->category[i], (uint32_t)i};
        }
    }
    return n;
}

enum wh_status wh_geocode_defaults(struct wh_ctx *ctx, const struct wh_geocode_options *opt,
                                   struct wh_unplaced *unplaced, struct wh_geocode_report *report,
                                   struct wh_error *err)
{
    struct wh_requests *requests = &unplaced->requests;
    struct search search = {.ctx = ctx, .opt = opt, .unplaced = unplaced, .report = report};
    struct spot *spot = wh_alloc_array(ctx, requests->n, sizeof *spot);
    search.of_category = wh_alloc_array(ctx, requests->n_categories, sizeof *search.of_category);
    enum wh_status status =
        spot == NULL || search.of_category == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    for (size_t from = 0, end = 0; status == WH_OK && from < requests->n; from = end) {
        memset(search.of_category, 0, requests->n_categories * sizeof *search.of_category);
        while (end < requests->n && requests->source[end] == requests->source[from]) {
            search.of_category[requests->category[end++]]++;
        }
        search.n_source = end - from;
        const struct wh_source_crs *source =
            wh_geocode_source(opt, requests->source_id[requests->source[from]]);
        if (source == NULL || source->may_pile_up || opt->default_at_least == 0) {
            continue;
        }
        const size_t n = list_spots(&search, from, end, spot);
        if (n > 1) {
            qsort(spot, n, sizeof *spot, compare_spots);
        }
        for (size_t i = 0, j = 0; status == WH_OK && i < n; i = j) {
            while (j < n && is_same_spot(&spot[i], &spot[j])) {
                j++;
            }
            if (is_default(&search, &spot[i], j - i)) {
                status = withhold_spot(&search, &spot[i], j - i, err);
            }
        }
    }
    wh_free(ctx, spot);
    wh_free(ctx, search.of_category);
    return status;
}
