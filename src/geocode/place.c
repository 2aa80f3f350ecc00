/* geocode/place.c: coordinates first, then the postcode; the ward by point in polygon; what is
 * withheld; a ledger a source. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "geocode/geocode.h"

#define PROGRESS_REQUESTS 65536u /* between two steps of the bar */

static const struct wh_source_crs *find_source(const struct wh_geocode_options *opt, const char *id)
{
    for (size_t i = 0; i < opt->n_sources; i++) {
        if (strcmp(opt->source[i].source_id, id) == 0) {
            return &opt->source[i];
        }
    }
    return NULL;
}

/* Transforms in pieces, so that a bar can move. */
static void transform_run(struct wh_ctx *ctx, const struct wh_source_crs *source, double *x,
                          double *y, size_t n)
{
    for (size_t from = 0; from < n; from += PROGRESS_REQUESTS) {
        const size_t left = n - from, piece = left < PROGRESS_REQUESTS ? left : PROGRESS_REQUESTS;
        wh_transform_points(source->to_working, false, x + from, y + from, piece);
        wh_progress_add(ctx, piece);
    }
}

/* Requests stand sorted by source: the coordinates of one source are one run. */
static void place_by_coordinate(struct wh_ctx *ctx, const struct wh_geocode_options *opt,
                                struct wh_unplaced *unplaced)
{
    struct wh_requests *requests = &unplaced->requests;
    memcpy(requests->x, unplaced->given_x, requests->n * sizeof *requests->x);
    memcpy(requests->y, unplaced->given_y, requests->n * sizeof *requests->y);
    for (size_t from = 0, end = 0; from < requests->n; from = end) {
        while (end < requests->n && requests->source[end] == requests->source[from]) {
            end++;
        }
        const struct wh_source_crs *source =
            find_source(opt, requests->source_id[requests->source[from]]);
        if (source != NULL) {
            transform_run(ctx, source, requests->x + from, requests->y + from, end - from);
        }
        for (size_t i = from; i < end; i++) {
            /* Of a source that the config no longer names nothing is placed. */
            if (source != NULL && isfinite(requests->x[i]) && isfinite(requests->y[i])) {
                requests->method[i] = WH_METHOD_COORDINATE;
                requests->precision_m[i] = (float)source->precision_m;
            } else { /* half a coordinate is none */
                requests->x[i] = requests->y[i] = (double)NAN;
            }
        }
    }
}

static void place_by_postcode(const struct wh_geocode_options *opt, struct wh_unplaced *unplaced)
{
    struct wh_requests *requests = &unplaced->requests;
    for (size_t i = 0; i < requests->n; i++) {
        double x = 0, y = 0, precision_m = 0;
        if (requests->method[i] != WH_METHOD_NONE || unplaced->postcode[i] == NULL ||
            find_source(opt, requests->source_id[requests->source[i]]) == NULL) {
            continue;
        }
        if (opt->postcodes != NULL &&
            wh_postcodes_find(opt->postcodes, wh_str_c(unplaced->postcode[i]), &x, &y,
                              &precision_m)) {
            requests->x[i] = x;
            requests->y[i] = y;
            requests->precision_m[i] = (float)precision_m;
            requests->method[i] = WH_METHOD_POSTCODE;
        }
    }
}

static bool is_sensitive(const struct wh_geocode_options *opt, const char *category)
{
    for (size_t i = 0; i < opt->n_sensitive; i++) {
        if (wh_str_eq_fold(wh_str_trim(wh_str_c(opt->sensitive[i])),
                           wh_str_trim(wh_str_c(category)))) {
            return true;
        }
    }
    return false;
}

static enum wh_status settle_outcomes(struct wh_ctx *ctx, const struct wh_geocode_options *opt,
                                      struct wh_requests *requests, struct wh_error *err)
{
    bool *sensitive = wh_alloc_array(ctx, requests->n_categories, sizeof *sensitive);
    if (sensitive == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < requests->n_categories; i++) {
        sensitive[i] = is_sensitive(opt, requests->category_name[i]);
    }
    for (size_t i = 0; i < requests->n; i++) {
        requests->outcome[i] = requests->method[i] == WH_METHOD_NONE ? WH_OUTCOME_NOT_PLACED
                               : requests->ward[i] < 0               ? WH_OUTCOME_OUTSIDE
                               : sensitive[requests->category[i]]    ? WH_OUTCOME_WITHHELD_SENSITIVE
                                                                     : WH_OUTCOME_MAPPED;
    }
    wh_free(ctx, sensitive);
    return WH_OK;
}

/* One given coordinate of one source. */
struct spot {
    double x, y;
    size_t request;
};

static int compare_spots(const void *left, const void *right)
{
    const struct spot *a = left, *b = right;
    if (a->x < b->x || a->x > b->x) {
        return a->x < b->x ? -1 : 1;
    }
    if (a->y < b->y || a->y > b->y) {
        return a->y < b->y ? -1 : 1;
    }
    return a->request < b->request ? -1 : a->request > b->request;
}

static bool is_same_spot(const struct spot *a, const struct spot *b)
{
    return memcmp(&a->x, &b->x, sizeof a->x) == 0 && memcmp(&a->y, &b->y, sizeof a->y) == 0;
}

static enum wh_status withhold_spot(struct wh_ctx *ctx, const struct spot *spot, size_t n,
                                    struct wh_requests *requests, struct wh_geocode_report *report,
                                    size_t *cap, struct wh_error *err)
{
    void *array = report->default_location;
    const enum wh_status status =
        wh_grow(ctx, &array, report->n_defaults, cap, sizeof *report->default_location, err);
    report->default_location = array;
    if (status != WH_OK) {
        return status;
    }
    report->default_location[report->n_defaults++] = (struct wh_default_location){
        .source_id = requests->source_id[requests->source[spot[0].request]],
        .x = requests->x[spot[0].request],
        .y = requests->y[spot[0].request],
        .n = n};
    for (size_t i = 0; i < n; i++) {
        if (requests->outcome[spot[i].request] == WH_OUTCOME_MAPPED) {
            requests->outcome[spot[i].request] = WH_OUTCOME_WITHHELD_DEFAULT;
        }
    }
    return WH_OK;
}

/* One coordinate that holds far more of a source than any real place does is where somebody clicked
 * for want of another. */
static enum wh_status withhold_defaults(struct wh_ctx *ctx, const struct wh_geocode_options *opt,
                                        struct wh_unplaced *unplaced,
                                        struct wh_geocode_report *report, struct wh_error *err)
{
    struct wh_requests *requests = &unplaced->requests;
    struct spot *spot = wh_alloc_array(ctx, requests->n, sizeof *spot);
    size_t cap = 0;
    enum wh_status status = WH_OK;
    if (spot == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t from = 0, end = 0; status == WH_OK && from < requests->n; from = end) {
        size_t n = 0;
        for (end = from; end < requests->n && requests->source[end] == requests->source[from];
             end++) {
            if (requests->method[end] == WH_METHOD_COORDINATE) {
                spot[n++] = (struct spot){unplaced->given_x[end], unplaced->given_y[end], end};
            }
        }
        const struct wh_source_crs *source =
            find_source(opt, requests->source_id[requests->source[from]]);
        if (source == NULL || source->may_pile_up || opt->default_at_least == 0 || n == 0) {
            continue;
        }
        qsort(spot, n, sizeof *spot, compare_spots);
        const double least = fmax(opt->default_at_least, opt->default_share * (double)(end - from));
        for (size_t i = 0, j = 0; status == WH_OK && i < n; i = j) {
            while (j < n && is_same_spot(&spot[i], &spot[j])) {
                j++;
            }
            if ((double)(j - i) >= least) {
                status = withhold_spot(ctx, &spot[i], j - i, requests, report, &cap, err);
            }
        }
    }
    wh_free(ctx, spot);
    return status;
}

static void count_outcomes(const struct wh_requests *requests, struct wh_geocode_report *report)
{
    for (size_t i = 0; i < requests->n; i++) {
        struct wh_placing_ledger *ledger = &report->ledger[requests->source[i]];
        ledger->requests++;
        ledger->by_coordinate += requests->method[i] == WH_METHOD_COORDINATE;
        ledger->by_postcode += requests->method[i] == WH_METHOD_POSTCODE;
        switch ((enum wh_outcome)requests->outcome[i]) {
        case WH_OUTCOME_NOT_PLACED:
            ledger->not_placed++;
            continue;
        case WH_OUTCOME_OUTSIDE:
            ledger->outside++;
            continue;
        case WH_OUTCOME_MAPPED:
            ledger->mapped++;
            break;
        case WH_OUTCOME_WITHHELD_SENSITIVE:
            ledger->withheld_sensitive++;
            break;
        case WH_OUTCOME_WITHHELD_DEFAULT:
            ledger->withheld_default++;
            break;
        }
        ledger->in_ward++;
    }
}

enum wh_status wh_geocode(struct wh_ctx *ctx, const struct wh_geocode_options *opt,
                          struct wh_unplaced *unplaced, struct wh_geocode_report *ret,
                          struct wh_error *err)
{
    struct wh_requests *requests = &unplaced->requests;
    struct wh_geocode_report report = {.n_sources = requests->n_sources};
    report.ledger = wh_alloc_array(ctx, requests->n_sources, sizeof *report.ledger);
    if (report.ledger == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = WH_OK;
    if (requests->n > 0) {
        wh_progress_start(ctx, "placing", 2 * requests->n, "steps");
        place_by_coordinate(ctx, opt, unplaced);
        place_by_postcode(opt, unplaced);
        status = wh_areas_assign(ctx, opt->wards, requests->x, requests->y, requests->n,
                                 requests->ward, err);
        wh_progress_add(ctx, requests->n);
        wh_progress_done(ctx);
        if (status == WH_OK) {
            status = settle_outcomes(ctx, opt, requests, err);
        }
        if (status == WH_OK) {
            status = withhold_defaults(ctx, opt, unplaced, &report, err);
        }
    }
    if (status != WH_OK) {
        wh_geocode_report_finish(ctx, &report);
        return status;
    }
    count_outcomes(requests, &report);
    *ret = report;
    return WH_OK;
}

void wh_geocode_report_finish(struct wh_ctx *ctx, struct wh_geocode_report *report)
{
    wh_free(ctx, report->ledger);
    wh_free(ctx, report->default_location);
    *report = (struct wh_geocode_report){0};
}
