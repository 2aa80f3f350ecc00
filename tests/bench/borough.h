/* tests/bench/borough.h: the fixture borough's wards and addresses, and events drawn among them. */
#ifndef WH_BENCH_BOROUGH_H
#define WH_BENCH_BOROUGH_H

#include <math.h>
#include <string.h>
#include <wardheat/model.h>

#include "base/io.h"
#include "base/number.h"
#include "base/str.h"
#include "bench.h"
#include "geo/areas.h"
#include "geo/geo.h"
#include "geo/raster.h"

struct borough {
    struct wh_ctx *ctx;
    struct wh_areas wards;
    struct wh_shape area;
    struct wh_points addresses; /* inside, weight 1 */
};

/* Field `nth` (from 0) of a line without quotes. */
static inline struct wh_str borough_field(const char *line, const char *end, unsigned nth)
{
    for (; nth > 0; nth--) {
        const char *comma = memchr(line, ',', (size_t)(end - line));
        line = comma == NULL ? end : comma + 1;
    }
    const char *comma = memchr(line, ',', (size_t)(end - line));
    return (struct wh_str){line, (size_t)((comma == NULL ? end : comma) - line)};
}

static inline void borough_read_addresses(struct borough *borough)
{
    struct wh_error err = {0};
    FILE *file = fopen("fixtures/borough/addresses.csv", "rb");
    char line[512];
    if (file == NULL || fgets(line, sizeof line, file) == NULL) {
        (void)fprintf(stderr, "run this from the project's root\n");
        exit(1);
    }
    while (fgets(line, sizeof line, file) != NULL) {
        const char *end = line + strcspn(line, "\r\n");
        double x, y;
        if (wh_parse_double(borough_field(line, end, 5), &x) &&
            wh_parse_double(borough_field(line, end, 6), &y)) {
            bench_ok(wh_points_push(borough->ctx, &borough->addresses, x, y, 0, 0, 0,
                                    (uint32_t)borough->addresses.n, &err),
                     &err);
        }
    }
    (void)fclose(file);
}

static inline void borough_open(struct borough *borough)
{
    struct wh_error err = {0};
    const struct wh_areas_spec spec = {.path = "fixtures/borough/wards.geojson",
                                       .code = "ward_code",
                                       .name = "ward_name",
                                       .population = "population",
                                       .households = "households"};
    const struct wh_crs_options crs_opt = {.datum = WH_DATUM_COARSE};
    *borough = (struct borough){.ctx = bench_ctx(2, 1)};
    bench_ok(wh_geo_start(borough->ctx, &err), &err);
    bench_ok(wh_areas_open(borough->ctx, &spec, "EPSG:27700", &crs_opt, &borough->wards, &err),
             &err);
    bench_ok(wh_areas_union(borough->ctx, &borough->wards, &borough->area, &err), &err);
    borough_read_addresses(borough);
}

static inline void borough_close(struct borough *borough)
{
    wh_points_finish(borough->ctx, &borough->addresses);
    wh_shape_finish(borough->ctx, &borough->area);
    wh_areas_finish(borough->ctx, &borough->wards);
    wh_ctx_destroy(borough->ctx);
}

static inline void borough_mask(struct borough *borough, double cell_m, struct wh_mask *ret)
{
    struct wh_error err = {0};
    struct wh_grid grid = {0};
    double box[4];
    wh_areas_box(&borough->wards, box);
    bench_ok(wh_grid_cover(borough->ctx, box, 0, cell_m, 1e8, &grid, &err), &err);
    bench_ok(wh_mask_from_shape(borough->ctx, &grid, &borough->area, ret, &err), &err);
    wh_grid_finish(borough->ctx, &grid);
}

static inline void borough_push(struct borough *borough, uint32_t address, struct wh_points *ret)
{
    struct wh_error err = {0};
    const struct wh_points *from = &borough->addresses;
    bench_ok(wh_points_push(borough->ctx, ret, from->x[address], from->y[address], 0, 0, 0,
                            (uint32_t)ret->n, &err),
             &err);
}

/* Events at addresses drawn with equal chance. */
static inline void borough_draw(struct borough *borough, size_t n, uint64_t run,
                                struct wh_points *ret)
{
    struct wh_random random;
    wh_random_init(&random, 77, run);
    for (size_t i = 0; i < n; i++) {
        borough_push(borough, (uint32_t)wh_random_below(&random, borough->addresses.n), ret);
    }
}

/*
 * The same with a spot: at an address round which about n_inside / risk events are expected within
 * radius_m, n_inside of the n events lie inside, the others outside. *ret_x, *ret_y: its middle.
 */
static inline void borough_draw_with_spot(struct borough *borough, size_t n, size_t n_inside,
                                          double radius_m, double risk, uint64_t run,
                                          struct wh_points *ret, double *ret_x, double *ret_y)
{
    const struct wh_points *from = &borough->addresses;
    const double wanted = (double)n_inside / risk / (double)n * (double)from->n;
    uint32_t *inside = bench_array(borough->ctx, from->n, sizeof *inside), n_near = 0;
    struct wh_random random;
    wh_random_init(&random, 78, run);
    do {
        const size_t centre = (size_t)wh_random_below(&random, from->n);
        *ret_x = from->x[centre];
        *ret_y = from->y[centre];
        n_near = 0;
        for (uint32_t i = 0; i < from->n; i++) {
            if (hypot(from->x[i] - *ret_x, from->y[i] - *ret_y) <= radius_m) {
                inside[n_near++] = i;
            }
        }
    } while (fabs(n_near / wanted - 1) > 0.1);
    for (size_t i = 0; i < n_inside; i++) {
        borough_push(borough, inside[wh_random_below(&random, n_near)], ret);
    }
    while (ret->n < n) {
        const uint32_t i = (uint32_t)wh_random_below(&random, from->n);
        if (hypot(from->x[i] - *ret_x, from->y[i] - *ret_y) > radius_m) {
            borough_push(borough, i, ret);
        }
    }
    wh_free(borough->ctx, inside);
}

/* Events at addresses of which those within radius_m of one of `n_spots`, at addresses drawn by
 * chance, are drawn `risk` times as often; ret_x, ret_y: the spots' middles. */
static inline void borough_draw_with_spots(struct borough *borough, size_t n, unsigned n_spots,
                                           double radius_m, unsigned risk, uint64_t run,
                                           struct wh_points *ret, double *ret_x, double *ret_y)
{
    const struct wh_points *from = &borough->addresses;
    uint32_t *ticket = bench_array(borough->ctx, from->n * risk, sizeof *ticket), n_tickets = 0;
    struct wh_random random;
    wh_random_init(&random, 79, run);
    for (unsigned spot = 0; spot < n_spots; spot++) {
        const size_t centre = (size_t)wh_random_below(&random, from->n);
        ret_x[spot] = from->x[centre];
        ret_y[spot] = from->y[centre];
    }
    for (uint32_t i = 0; i < from->n; i++) {
        bool is_in = false;
        for (unsigned spot = 0; !is_in && spot < n_spots; spot++) {
            is_in = hypot(from->x[i] - ret_x[spot], from->y[i] - ret_y[spot]) <= radius_m;
        }
        for (unsigned k = 0; k < (is_in ? risk : 1); k++) {
            ticket[n_tickets++] = i;
        }
    }
    for (size_t i = 0; i < n; i++) {
        borough_push(borough, ticket[wh_random_below(&random, n_tickets)], ret);
    }
    wh_free(borough->ctx, ticket);
}

#endif
