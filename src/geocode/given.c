/* geocode/given.c: given coordinates: placeholders, exchanged axes, degrees among metres, places
 * that a CRS is not for. */
#include <math.h>
#include <string.h>

#include "base/log.h"
#include "geocode/geocode_internal.h"

#define PROGRESS_REQUESTS 65536u /* between two steps of the bar */
#define NEAR_M 50000.0           /* further outside the wards a digit or an axis may be wrong */

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

static bool is_in_box(const double box[4], double margin_m, double x, double y)
{
    return x >= box[0] - margin_m && x <= box[2] + margin_m && y >= box[1] - margin_m &&
           y <= box[3] + margin_m;
}

/* Why a given pair is no place; NONE: it is one. x and y: transformed. */
static enum wh_place_reason fault_of(const struct wh_source_crs *source, const double box[4],
                                     double given_x, double given_y, double x, double y)
{
    if (!(fabs(given_x) > 0) && !(fabs(given_y) > 0)) {
        return WH_REASON_COORDINATE_ZERO;
    }
    if (isfinite(x) && isfinite(y) && is_in_box(box, NEAR_M, x, y)) {
        return WH_REASON_NONE;
    }
    double swapped_x = given_y, swapped_y = given_x;
    wh_transform_points(source->to_working, false, &swapped_x, &swapped_y, 1);
    if (is_in_box(box, 0, swapped_x, swapped_y)) {
        return WH_REASON_COORDINATE_SWAPPED;
    }
    if (!source->is_geographic && fabs(given_x) <= 180 && fabs(given_y) <= 180) {
        return WH_REASON_COORDINATE_CRS;
    }
    if (source->to_lonlat != NULL) { /* a transform that changes nothing checks nothing */
        wh_transform_points(source->to_lonlat, false, &x, &y, 1);
    }
    return isfinite(x) && isfinite(y) ? WH_REASON_NONE : WH_REASON_COORDINATE_NOWHERE;
}

enum wh_place_reason wh_given_check(const struct wh_source_crs *source, const double area[4],
                                    double *x, double *y)
{
    const double given_x = *x, given_y = *y;
    wh_transform_points(source->to_working, false, x, y, 1);
    return fault_of(source, area, given_x, given_y, *x, *y);
}

static void check_run(const struct wh_source_crs *source, const double box[4],
                      struct wh_unplaced *unplaced, size_t from, size_t end)
{
    struct wh_requests *requests = &unplaced->requests;
    for (size_t i = from; i < end; i++) {
        const double given_x = unplaced->given_x[i], given_y = unplaced->given_y[i];
        const bool was_fault = (requests->placing[i].flags & WH_PLACING_PLACEHOLDER) != 0;
        enum wh_place_reason fault = was_fault ? WH_REASON_COORDINATE_FAULT : WH_REASON_NOTHING;
        if (source != NULL && isfinite(given_x) && isfinite(given_y)) {
            fault = fault_of(source, box, given_x, given_y, requests->x[i], requests->y[i]);
            if (fault == WH_REASON_NONE) {
                continue;
            }
            requests->placing[i].flags |= WH_PLACING_PLACEHOLDER;
        }
        requests->placing[i].reason = (uint8_t)fault;
        requests->x[i] = requests->y[i] = (double)NAN; /* half a coordinate is none */
    }
}

/* Requests stand sorted by source: the coordinates of one source are one run. */
void wh_geocode_given(struct wh_ctx *ctx, const struct wh_geocode_options *opt,
                      struct wh_unplaced *unplaced)
{
    struct wh_requests *requests = &unplaced->requests;
    double box[4];
    wh_areas_box(opt->wards, box);
    memcpy(requests->x, unplaced->given_x, requests->n * sizeof *requests->x);
    memcpy(requests->y, unplaced->given_y, requests->n * sizeof *requests->y);
    for (size_t from = 0, end = 0; from < requests->n; from = end) {
        while (end < requests->n && requests->source[end] == requests->source[from]) {
            end++;
        }
        /* Of a source that the config no longer names nothing is placed. */
        const struct wh_source_crs *source =
            wh_geocode_source(opt, requests->source_id[requests->source[from]]);
        if (source != NULL) {
            transform_run(ctx, source, requests->x + from, requests->y + from, end - from);
        }
        check_run(source, box, unplaced, from, end);
    }
}
