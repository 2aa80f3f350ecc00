/* tests/hotspot/town.h: a small town of crooked wards with two periods of requests, and slow
 * readings of them that share nothing with src/hotspot. */
#ifndef HOTSPOT_TOWN_H
#define HOTSPOT_TOWN_H

#include <wardheat/density.h>
#include <wardheat/hotspot.h>

#include "base/arena.h"
#include "geo/areas.h"
#include "geo/raster.h"
#include "geo/shape_ops.h"
#include "model/report.h"
#include "wh_test.h"
#include "wh_test_files.h"

#define COLS 3
#define ROWS 2
#define N_WARDS (COLS * ROWS)
#define TOWN_W 3000.0
#define TOWN_H 2000.0

struct town {
    struct wh_ctx *ctx;
    struct wh_areas wards;
    const char *code[N_WARDS], *name[N_WARDS];
    double population[N_WARDS], area_km2[N_WARDS];
    struct wh_shape ward_shape[N_WARDS];
    struct wh_shape area;
    struct wh_mask mask;
    struct wh_points points[2]; /* now, before */
    int32_t *ward[2];
    struct wh_grid density[2];
    struct wh_layer streets, places; /* filled by the test; its own */
    struct wh_arena arena;
    struct wh_theme theme;
    struct wh_theme_report report;
};

double town_unit(uint64_t *seed); /* 0..1 */
/* Wards as crooked quadrangles that share their corners. The town is empty of requests. */
void town_open(struct town *town, uint64_t *seed);
/* A request; period 0 is now, 1 before. Nothing happens outside the town. */
void town_add(struct town *town, unsigned period, double x, double y);
void town_scatter(struct town *town, uint64_t *seed, unsigned period, size_t n);
void town_cluster(struct town *town, uint64_t *seed, unsigned period, double x, double y,
                  double radius_m, size_t n);
/* Assigns wards, makes both densities, then figures and hot spots into town->report. */
void town_run(struct town *town, double bandwidth_m, double cell_m,
              const struct wh_hotspot_options *opt);
/* Gives back what town_run() made, so that it can run again. */
void town_reset(struct town *town);
void town_close(struct town *town);

/* Inside by the winding number (the program counts crossings). */
bool town_inside(const struct wh_shape *shape, double x, double y);
double town_perimeter_m(const struct wh_shape *shape);

#endif
