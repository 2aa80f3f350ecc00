/* cli/geocode_place.c: questions as requests of one unnamed source. */
#include "cli/geocode_place.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

#define SOURCE_ID "table"

enum wh_status wh_places_init(struct wh_ctx *ctx, size_t n, struct wh_places *ret,
                              struct wh_error *err)
{
    struct wh_places places = {0};
    struct wh_requests *requests = &places.asked.requests;
    wh_arena_init(&requests->arena, ctx);
    requests->n = n;
    requests->x = wh_alloc_array(ctx, n, sizeof *requests->x);
    requests->y = wh_alloc_array(ctx, n, sizeof *requests->y);
    requests->precision_m = wh_alloc_array(ctx, n, sizeof *requests->precision_m);
    requests->category = wh_alloc_array(ctx, n, sizeof *requests->category);
    requests->source = wh_alloc_array(ctx, n, sizeof *requests->source);
    requests->ward = wh_alloc_array(ctx, n, sizeof *requests->ward);
    requests->method = wh_alloc_array(ctx, n, sizeof *requests->method);
    requests->outcome = wh_alloc_array(ctx, n, sizeof *requests->outcome);
    requests->category_name = wh_arena_alloc(&requests->arena, 1, sizeof *requests->category_name);
    requests->source_id = wh_arena_alloc(&requests->arena, 1, sizeof *requests->source_id);
    places.asked.given_x = wh_alloc_array(ctx, n, sizeof *places.asked.given_x);
    places.asked.given_y = wh_alloc_array(ctx, n, sizeof *places.asked.given_y);
    places.asked.postcode = wh_alloc_array(ctx, n, sizeof *places.asked.postcode);
    places.asked.address = wh_alloc_array(ctx, n, sizeof *places.asked.address);
    places.asked.ward = wh_alloc_array(ctx, n, sizeof *places.asked.ward);
    places.asked.uprn = wh_alloc_array(ctx, n, sizeof *places.asked.uprn);
    places.asked.usrn = wh_alloc_array(ctx, n, sizeof *places.asked.usrn);
    requests->placing = wh_alloc_array(ctx, n, sizeof *requests->placing);
    places.lon = wh_alloc_array(ctx, n, sizeof *places.lon);
    places.lat = wh_alloc_array(ctx, n, sizeof *places.lat);
    const void *const array[] = {requests->x,
                                 requests->y,
                                 requests->precision_m,
                                 requests->category,
                                 requests->source,
                                 requests->ward,
                                 requests->method,
                                 requests->outcome,
                                 requests->placing,
                                 requests->category_name,
                                 requests->source_id,
                                 places.asked.given_x,
                                 places.asked.given_y,
                                 places.asked.postcode,
                                 places.asked.address,
                                 places.asked.ward,
                                 places.asked.uprn,
                                 places.asked.usrn,
                                 places.lon,
                                 places.lat};
    for (size_t i = 0; i < sizeof array / sizeof *array; i++) {
        if (array[i] == NULL) {
            wh_places_finish(ctx, &places);
            return wh_fail_memory(ctx, err);
        }
    }
    requests->n_categories = requests->n_sources = 1;
    requests->category_name[0] = "";
    requests->source_id[0] = SOURCE_ID;
    for (size_t i = 0; i < n; i++) {
        places.asked.given_x[i] = places.asked.given_y[i] = (double)NAN;
        requests->x[i] = requests->y[i] = (double)NAN;
        requests->ward[i] = -1;
    }
    *ret = places;
    return WH_OK;
}

enum wh_status wh_places_find(struct wh_ctx *ctx, const struct wh_session *session, const char *crs,
                              struct wh_places *places, struct wh_error *err)
{
    struct wh_geocode_report report = {0};
    struct wh_requests *requests = &places->asked.requests;
    struct wh_source_crs source = {
        .source_id = SOURCE_ID, .to_lonlat = session->to_lonlat, .may_pile_up = true};
    enum wh_status status = wh_transform_create(ctx, crs, session->config.crs,
                                                &session->config.crs_opt, &source.to_working, err);
    if (status != WH_OK) {
        return status;
    }
    const struct wh_geocode_options opt = {.wards = &session->wards,
                                           .gazetteers = session->gazetteers,
                                           .ladder = wh_session_ladder(session),
                                           .source = &source,
                                           .n_sources = 1};
    status = wh_crs_is_geographic(ctx, crs, &source.is_geographic, err);
    if (status != WH_OK) {
        wh_transform_destroy(ctx, source.to_working);
        return status;
    }
    status = wh_geocode(ctx, &opt, &places->asked, &report, err);
    if (status == WH_OK && requests->n > 0) {
        memcpy(places->lon, requests->x, requests->n * sizeof *places->lon);
        memcpy(places->lat, requests->y, requests->n * sizeof *places->lat);
        wh_transform_points(session->to_lonlat, false, places->lon, places->lat, requests->n);
    }
    wh_geocode_report_finish(ctx, &report);
    wh_transform_destroy(ctx, source.to_working);
    return status;
}

void wh_places_finish(struct wh_ctx *ctx, struct wh_places *places)
{
    wh_unplaced_finish(ctx, &places->asked);
    wh_free(ctx, places->lon);
    wh_free(ctx, places->lat);
    *places = (struct wh_places){0};
}
