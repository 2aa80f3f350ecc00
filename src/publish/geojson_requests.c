/* publish/geojson_requests.c: placed requests as points, for officers. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"
#include "publish/collection.h"
#include "publish/fields.h"
#include "publish/geojson.h"

/* What the maps count: from the first period before to the last period. */
static void counted_period(const struct wh_report *report, int64_t *ret_from, int64_t *ret_to)
{
    *ret_from = INT64_MAX;
    *ret_to = INT64_MIN;
    for (size_t i = 0; i < report->n_themes; i++) {
        const struct wh_theme_report *theme = &report->theme[i];
        *ret_from = theme->previous.from_utc < *ret_from ? theme->previous.from_utc : *ret_from;
        *ret_to = theme->period.to_utc > *ret_to ? theme->period.to_utc : *ret_to;
    }
}

static const char *outcome_words(uint8_t outcome)
{
    switch ((enum wh_outcome)outcome) {
    case WH_OUTCOME_MAPPED:
        return "mapped";
    case WH_OUTCOME_OUTSIDE:
        return "outside the area";
    case WH_OUTCOME_WITHHELD_DEFAULT:
        return "withheld: at a default location";
    case WH_OUTCOME_WITHHELD_SENSITIVE:
        return "withheld: sensitive";
    case WH_OUTCOME_WITHHELD_COARSE:
        return "withheld: place not known well enough";
    case WH_OUTCOME_NOT_PLACED:
        break;
    }
    return "not placed";
}

static bool is_wanted(const struct wh_requests *requests, size_t i, int64_t from, int64_t to)
{
    return requests->outcome[i] != WH_OUTCOME_WITHHELD_SENSITIVE && isfinite(requests->x[i]) &&
           isfinite(requests->y[i]) && requests->opened_at[i] >= from &&
           requests->opened_at[i] < to;
}

static void add_request(struct wh_collection *collection, const struct wh_officer_report *report,
                        size_t i, double lon, double lat)
{
    const struct wh_requests *requests = report->requests;
    const struct wh_areas *wards = collection->job->report->wards;
    struct wh_emitter *emit = &collection->emit;
    char text[40];
    snprintf(text, sizeof text, "%" PRId64, requests->row[i]);
    wh_feature_begin(collection, text);
    wh_emit_text(emit, "ward_code", requests->ward[i] >= 0 ? wards->code[requests->ward[i]] : NULL);
    wh_emit_text(emit, "category", requests->category_name[requests->category[i]]);
    wh_emit_text(emit, "source", requests->source_id[requests->source[i]]);
    wh_emit_text(emit, "opened", wh_format_utc(requests->opened_at[i], text, sizeof text));
    wh_emit_text(emit, "method", wh_method_name((enum wh_method)requests->method[i]));
    wh_emit_real(emit, "precision_m", (double)requests->precision_m[i], 1);
    const struct wh_placing *placing = &requests->placing[i];
    wh_emit_real(emit, "score", (double)placing->score, 2);
    wh_emit_bool(emit, "tied", (placing->flags & WH_PLACING_TIE) != 0);
    wh_emit_real(
        emit, "from_postcode_m",
        (placing->flags & WH_PLACING_CONFLICT) != 0 ? (double)placing->conflict_m : (double)NAN, 0);
    wh_emit_text(emit, "outcome", outcome_words(requests->outcome[i]));
    snprintf(text, sizeof text, "%" PRId64, requests->row[report->problem[i]]);
    wh_emit_text(emit, "problem", text);
    wh_feature_end_point(collection, lon, lat);
}

enum wh_status wh_geojson_write_requests(const struct wh_job *job,
                                         const struct wh_officer_report *report,
                                         struct wh_error *err)
{
    const struct wh_requests *requests = report->requests;
    struct wh_collection collection;
    enum wh_status status = WH_OK;
    int64_t from = 0, to = 0;
    double *lonlat = wh_alloc_array(job->ctx, requests->n, 2 * sizeof *lonlat);
    if (lonlat == NULL) {
        return wh_fail_memory(job->ctx, err);
    }
    double *lon = lonlat, *lat = lonlat + requests->n;
    for (size_t i = 0; i < requests->n; i++) {
        lon[i] = requests->x[i];
        lat[i] = requests->y[i];
    }
    wh_transform_points(job->opt->to_lonlat, false, lon, lat, requests->n);
    counted_period(&report->body, &from, &to);
    wh_collection_init(&collection, job, WH_OUT_REQUESTS_GEOJSON, false);
    for (size_t i = 0; i < requests->n; i++) {
        if (is_wanted(requests, i, from, to) && isfinite(lon[i]) && isfinite(lat[i])) {
            add_request(&collection, report, i, lon[i], lat[i]);
        }
    }
    status = wh_collection_write(&collection, wh_out_file_name(WH_OUT_REQUESTS_GEOJSON), "requests",
                                 err);
    wh_collection_finish(&collection);
    wh_free(job->ctx, lonlat);
    return status;
}
