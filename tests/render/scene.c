/* tests/render/scene.c: see scene.h. */
#include "scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"
#include "geo/raster.h"
#include "geo/shape_ops.h"

static void need(enum wh_status status, const struct wh_error *err)
{
    char text[1500];
    if (status != WH_OK) {
        fprintf(stderr, "scene: %s\n", wh_error_text(err, text, sizeof text));
        exit(1);
    }
}

static double next_random(uint64_t *state)
{
    /* splitmix64 */
    uint64_t z = (*state += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

struct bump {
    double x, y, sigma, height;
};

static void fill_density(struct scene *scene, const struct scene_spec *spec, struct wh_grid *grid)
{
    const size_t n = (size_t)grid->nx * grid->ny;
    double *const x = wh_alloc_array(scene->ctx, n, sizeof *x);
    double *const y = wh_alloc_array(scene->ctx, n, sizeof *y);
    int32_t *const ward = wh_alloc_array(scene->ctx, n, sizeof *ward);
    struct wh_error err;
    struct bump bump[200];
    uint64_t state = spec->seed;
    double box[4];
    wh_areas_box(&scene->wards, box);
    for (unsigned i = 0; i < spec->n_bumps; i++) {
        do {
            /* Towards the middle of the largest crowd of small wards: a town. */
            const struct wh_shape *const shape =
                &scene->wards.shape[(uint32_t)(next_random(&state) * scene->wards.n)];
            double b[4];
            wh_shape_box(shape, b);
            bump[i].x = b[0] + next_random(&state) * (b[2] - b[0]);
            bump[i].y = b[1] + next_random(&state) * (b[3] - b[1]);
        } while (!wh_shape_contains(&scene->area, bump[i].x, bump[i].y));
        bump[i].sigma = spec->sigma_m * (0.6 + 0.9 * next_random(&state));
        bump[i].height = 30 + 700 * pow(next_random(&state), 3);
    }
    for (size_t i = 0; i < n; i++) {
        x[i] = grid->x0 + ((double)(i % grid->nx) + 0.5) * grid->cell_m;
        y[i] = grid->y0 + ((double)(i / grid->nx) + 0.5) * grid->cell_m;
    }
    need(wh_areas_assign(scene->ctx, &scene->wards, x, y, n, ward, &err), &err);
    for (size_t i = 0; i < n; i++) {
        double sum = 2;
        for (unsigned b = 0; b < spec->n_bumps; b++) {
            const double d2 =
                (x[i] - bump[b].x) * (x[i] - bump[b].x) + (y[i] - bump[b].y) * (y[i] - bump[b].y);
            sum += bump[b].height * exp(-0.5 * d2 / (bump[b].sigma * bump[b].sigma));
        }
        grid->v[i] = ward[i] < 0 ? (double)NAN : sum;
        if (ward[i] >= 0) {
            const double here = sum * grid->cell_m * grid->cell_m / 1e6;
            scene->theme_report.ward[ward[i]].per_km2 += here; /* a count for now */
        }
    }
    wh_free(scene->ctx, ward);
    wh_free(scene->ctx, y);
    wh_free(scene->ctx, x);
}

static int by_value(const void *a, const void *b)
{
    const double *const p = a, *const q = b;
    return *p < *q ? -1 : *p > *q;
}

static void classify(struct scene *scene, const struct wh_grid *grid, double *ret_level)
{
    static const double QUANTILE[5] = {0.70, 0.86, 0.94, 0.975, 0.993};
    struct wh_theme_report *const t = &scene->theme_report;
    const size_t n = (size_t)grid->nx * grid->ny;
    double *const sorted = wh_alloc_array(scene->ctx, n, sizeof *sorted);
    size_t n_inside = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(grid->v[i])) {
            sorted[n_inside++] = grid->v[i];
        }
    }
    qsort(sorted, n_inside, sizeof *sorted, by_value);
    t->legend.n = 5;
    snprintf(t->legend.unit, sizeof t->legend.unit, "requests per km² in 90 days");
    for (int i = 0; i < 5; i++) {
        const double at = sorted[(size_t)(QUANTILE[i] * (double)(n_inside - 1))];
        const double step = pow(10, floor(log10(fmax(at, 1))));
        t->legend.break_at[i] =
            fmax(ceil(at / step * 2) / 2 * step, i > 0 ? t->legend.break_at[i - 1] * 1.2 : 1);
    }
    *ret_level = sorted[(size_t)(0.982 * (double)(n_inside - 1))];
    t->surface.grid = *grid;
    t->surface.grid.v = NULL;
    t->surface.class_of = wh_alloc(scene->ctx, n);
    for (size_t i = 0; i < n; i++) {
        uint8_t class_of = 0;
        while (class_of < 5 && grid->v[i] >= t->legend.break_at[class_of]) {
            class_of++;
        }
        t->surface.class_of[i] = isnan(grid->v[i]) ? WH_CLASS_OUTSIDE : class_of;
    }
    wh_free(scene->ctx, sorted);
}

static const char *street_near(const struct scene *scene, double x, double y, const char *but)
{
    const struct wh_layer *const streets =
        scene->basemap != NULL ? wh_basemap_streets(scene->basemap) : NULL;
    const char *name = NULL;
    double best = HUGE_VAL;
    for (size_t i = 0; streets != NULL && i < streets->n; i++) {
        const struct wh_feature *const f = &streets->feature[i];
        for (uint32_t v = 0; v < f->shape.n_vertices; v++) {
            const double d = hypot(f->shape.x[v] - x, f->shape.y[v] - y);
            if (d < best && (but == NULL || strcmp(but, f->value[0]) != 0)) {
                best = d;
                name = f->value[0];
            }
        }
    }
    return name;
}

static double cells_in(const struct wh_grid *grid, const struct wh_shape *shape, double *ret_x,
                       double *ret_y)
{
    double box[4], sum = 0, highest = -1;
    wh_shape_box(shape, box);
    for (size_t i = 0; i < (size_t)grid->nx * grid->ny; i++) {
        const double x = grid->x0 + ((double)(i % grid->nx) + 0.5) * grid->cell_m;
        const double y = grid->y0 + ((double)(i / grid->nx) + 0.5) * grid->cell_m;
        if (x < box[0] || x > box[2] || y < box[1] || y > box[3] || isnan(grid->v[i]) ||
            !wh_shape_contains(shape, x, y)) {
            continue;
        }
        sum += grid->v[i] * grid->cell_m * grid->cell_m / 1e6;
        if (grid->v[i] > highest) {
            highest = grid->v[i];
            *ret_x = x;
            *ret_y = y;
        }
    }
    return sum;
}

static struct wh_figures figures_of(double count, double area_km2, double population, double growth)
{
    const uint32_t n = (uint32_t)lround(count);
    return (struct wh_figures){.count = {n, WH_SHOWN},
                               .previous = {(uint32_t)lround(count * growth), WH_SHOWN},
                               .per_km2 = n / area_km2,
                               .per_1000 = population > 0 ? n * 1000 / population : (double)NAN};
}

static void fill_parts(struct scene *scene, const struct wh_grid *grid, struct wh_hotspot *h)
{
    struct wh_error err;
    h->part = wh_arena_alloc(&scene->report.arena, scene->wards.n, sizeof *h->part);
    for (uint32_t w = 0; w < scene->wards.n; w++) {
        struct wh_shape shape = {0};
        double x, y;
        need(wh_shape_intersection(scene->ctx, &h->shape, &scene->wards.shape[w], &shape, &err),
             &err);
        const double area_km2 = wh_shape_area_km2(&shape);
        if (area_km2 > 0.001) {
            h->part[h->n_parts++] = (struct wh_hotspot_part){
                .ward = w,
                .shape = shape,
                .figures = figures_of(cells_in(grid, &shape, &x, &y), area_km2, 0, 0.9)};
        } else {
            wh_shape_finish(scene->ctx, &shape);
        }
    }
}

static int by_count(const void *a, const void *b)
{
    const struct wh_hotspot *const p = a, *const q = b;
    const bool p_gone = p->trend == WH_TREND_GONE, q_gone = q->trend == WH_TREND_GONE;
    if (p_gone != q_gone) {
        return p_gone ? 1 : -1;
    }
    return p->figures.count.n > q->figures.count.n ? -1 : p->figures.count.n < q->figures.count.n;
}

static void add_hotspots(struct scene *scene, const struct scene_spec *spec,
                         const struct wh_grid *grid, double level)
{
    static const double GROWTH[5] = {0.6, 1.02, 1.6, 0.2, 0.97};
    static const enum wh_trend TREND[5] = {WH_TREND_GROWING, WH_TREND_STEADY, WH_TREND_SHRINKING,
                                           WH_TREND_NEW, WH_TREND_GONE};
    struct wh_theme_report *const t = &scene->theme_report;
    struct wh_shape *shape = NULL;
    size_t n = 0;
    struct wh_error err;
    need(wh_grid_contour(scene->ctx, grid, level, &shape, &n, &err), &err);
    t->n_hotspots = n < spec->most_hotspots ? n : spec->most_hotspots;
    t->hotspot = wh_arena_alloc(&scene->report.arena, n + 1, sizeof *t->hotspot);
    for (size_t i = 0; i < n; i++) {
        struct wh_hotspot *const h = &t->hotspot[i];
        if (i >= t->n_hotspots) {
            wh_shape_finish(scene->ctx, &shape[i]);
            continue;
        }
        h->shape = shape[i];
        h->area_km2 = wh_shape_area_km2(&h->shape);
        const double count = cells_in(grid, &h->shape, &h->peak_x, &h->peak_y);
        h->figures = figures_of(count, h->area_km2, 0, GROWTH[i % 5]);
        h->trend = TREND[i % 5];
        const char *const one = street_near(scene, h->peak_x, h->peak_y, NULL);
        const char *const two = one ? street_near(scene, h->peak_x, h->peak_y, one) : NULL;
        h->name = one ? wh_arena_printf(&scene->report.arena, "around %s and %s", one, two)
                      : "around nowhere in particular";
        h->id = wh_arena_printf(&scene->report.arena, "noise-%zu", i);
        fill_parts(scene, grid, h);
    }
    qsort(t->hotspot, t->n_hotspots, sizeof *t->hotspot, by_count);
    for (size_t i = 0; i < t->n_hotspots; i++) {
        t->hotspot[i].rank = (uint32_t)i + 1;
    }
    wh_free(scene->ctx, shape);
}

static void fill_report(struct scene *scene, const struct scene_spec *spec)
{
    static const char *licence[] = {"Contains OS data © Crown copyright and database right 2018",
                                    "Contains public sector information licensed under the Open "
                                    "Government Licence v3.0"};
    struct wh_report *const r = &scene->report;
    const int64_t day = wh_day_from_civil(2026, 11, 3);
    r->title = spec->title;
    r->release_id = "2026-11-03-1a2b3c4d";
    r->as_of_day = day;
    r->data_through_day = day - 1;
    r->hide_below = 5;
    r->crs = spec->crs;
    r->datum_note = "positions are good to about 2 m (the OSTN15 grid is not installed)";
    r->wards = &scene->wards;
    r->area = &scene->area;
    r->n_received = 4997;
    r->n_placed = 4812;
    r->licence = licence;
    r->n_licences = 2;
    r->theme = &scene->theme_report;
    r->n_themes = 1;
    scene->theme = (struct wh_theme){.id = "noise",
                                     .title = "Noise complaints",
                                     .window_days = 90,
                                     .owner = "Environmental Protection, 01225 000000"};
    scene->theme_report.theme = &scene->theme;
    scene->theme_report.period = (struct wh_period){.from_day = day - 90, .to_day = day};
    scene->theme_report.previous = (struct wh_period){.from_day = day - 180, .to_day = day - 90};
    scene->theme_report.previous_is_complete = true;
    scene->theme_report.bandwidth_m = 400;
    scene->theme_report.cell_m = spec->cell_m;
    scene->theme_report.kernel = "quartic";
    scene->theme_report.edge = "diggle";
    scene->theme_report.bandwidth_why = "Scott's rule, chosen on 2026-11-03";
    scene->theme_report.hotspot_share = 0.2;
}

static void fill_wards(struct scene *scene)
{
    struct wh_theme_report *const t = &scene->theme_report;
    double total = 0, area = 0, people = 0, before = 0;
    for (uint32_t i = 0; i < scene->wards.n; i++) {
        const double count = t->ward[i].per_km2, growth = 0.8 + 0.05 * (i % 9);
        const double km2 = wh_shape_area_km2(&scene->wards.shape[i]);
        const double population =
            isnan(scene->wards.population[i]) ? 4200 + 137 * i : scene->wards.population[i];
        t->ward[i] = figures_of(count, km2, population, growth);
        total += t->ward[i].count.n;
        before += t->ward[i].previous.n;
        area += km2;
        people += population;
    }
    t->total = figures_of(total, area, people, before / fmax(total, 1));
}

void scene_make(struct scene *scene, struct wh_ctx *ctx, const struct scene_spec *spec)
{
    struct wh_error err;
    struct wh_grid grid;
    double box[4], level = 0;
    *scene = (struct scene){.ctx = ctx};
    wh_arena_init(&scene->report.arena, ctx);
    need(wh_areas_open(ctx, &spec->wards, spec->crs, &spec->crs_opt, &scene->wards, &err), &err);
    need(wh_areas_union(ctx, &scene->wards, &scene->area, &err), &err);
    need(wh_style_load(ctx, spec->styles_dir, "standard", &scene->style, &err), &err);
    need(wh_language_load(ctx, spec->styles_dir, NULL, "en", &scene->language, &err), &err);
    bool has_basemap = false;
    for (int i = 0; i < WH_N_BASEMAP; i++) {
        has_basemap |= spec->basemap.layer[i].path != NULL;
    }
    if (has_basemap) {
        need(wh_basemap_load(ctx, &spec->basemap, &scene->basemap, &err), &err);
    }
    fill_report(scene, spec);
    scene->theme_report.ward =
        wh_arena_alloc(&scene->report.arena, scene->wards.n, sizeof *scene->theme_report.ward);
    wh_areas_box(&scene->wards, box);
    need(wh_grid_cover(ctx, box, 100, spec->cell_m, 4e7, &grid, &err), &err);
    fill_density(scene, spec, &grid);
    classify(scene, &grid, &level);
    add_hotspots(scene, spec, &grid, level);
    fill_wards(scene);
    wh_grid_finish(ctx, &grid);
    scene->opt = (struct wh_page_options){.paper = WH_PAPER_A4,
                                          .basemap = scene->basemap,
                                          .style = scene->style,
                                          .language = scene->language};
}

void scene_finish(struct scene *scene)
{
    struct wh_theme_report *const t = &scene->theme_report;
    for (size_t i = 0; i < t->n_hotspots; i++) {
        for (size_t p = 0; p < t->hotspot[i].n_parts; p++) {
            wh_shape_finish(scene->ctx, &t->hotspot[i].part[p].shape);
        }
        wh_shape_finish(scene->ctx, &t->hotspot[i].shape);
    }
    wh_free(scene->ctx, t->surface.class_of);
    wh_basemap_destroy(scene->ctx, scene->basemap);
    wh_style_destroy(scene->ctx, scene->style);
    wh_language_destroy(scene->ctx, scene->language);
    wh_shape_finish(scene->ctx, &scene->area);
    wh_areas_finish(scene->ctx, &scene->wards);
    wh_arena_finish(&scene->report.arena);
}

static const char *at(char *out, size_t size, const char *folder, const char *name)
{
    snprintf(out, size, "%s/%s", folder, name);
    return out;
}

/* Files of the base map, by kind; NULL: none. */
struct files {
    const char *wards, *layer[WH_N_BASEMAP];
};

/* `room` holds the paths for as long as the scene is made. */
static void set_files(struct scene_spec *spec, const struct files *files, const char *folder,
                      char room[WH_N_BASEMAP + 1][512])
{
    spec->wards.path = at(room[WH_N_BASEMAP], sizeof room[0], folder, files->wards);
    spec->basemap.crs = spec->crs;
    spec->basemap.crs_opt = spec->crs_opt;
    for (int i = 0; i < WH_N_BASEMAP; i++) {
        if (files->layer[i] != NULL) {
            spec->basemap.layer[i].path = at(room[i], sizeof room[i], folder, files->layer[i]);
        }
    }
}

void scene_borough(struct scene *scene, struct wh_ctx *ctx, const char *source_root,
                   bool with_basemap)
{
    static const struct files FILES = {"wards.geojson",
                                       {[WH_BASEMAP_WATER] = "water.geojson",
                                        [WH_BASEMAP_GREEN] = "green.geojson",
                                        [WH_BASEMAP_BUILDINGS] = "buildings.geojson",
                                        [WH_BASEMAP_RAIL] = "rail.geojson",
                                        [WH_BASEMAP_ROADS] = "roads.geojson",
                                        [WH_BASEMAP_PLACES] = "places.csv"}};
    static const struct files BARE = {.wards = "wards.geojson"};
    char room[WH_N_BASEMAP + 1][512], styles[512], folder[512];
    struct scene_spec spec = {
        .wards = {.code = "ward_code", .name = "ward_name", .population = "population"},
        .crs = "EPSG:27700",
        .crs_opt = {.datum = WH_DATUM_COARSE},
        .styles_dir = at(styles, sizeof styles, source_root, "styles"),
        .title = "Northmere Borough Council",
        .cell_m = 25,
        .n_bumps = 60,
        .sigma_m = 160,
        .seed = 7,
        .most_hotspots = 40};
    at(folder, sizeof folder, source_root, "fixtures/borough");
    set_files(&spec, with_basemap ? &FILES : &BARE, folder, room);
    scene_make(scene, ctx, &spec);
}

void scene_bath(struct scene *scene, struct wh_ctx *ctx, const char *source_root,
                const char *data_dir)
{
    static const struct files FILES = {
        "boundaries/ons_ward_2011.geojson",
        {[WH_BASEMAP_WATER] = "basemap/os_surface_water_area.geojson",
         [WH_BASEMAP_GREEN] = "basemap/os_greenspace_site.geojson",
         [WH_BASEMAP_WOODLAND] = "basemap/ne_ancient_woodland.geojson",
         [WH_BASEMAP_BUILDINGS] = "basemap/os_important_buildings.geojson",
         [WH_BASEMAP_RAIL] = "basemap/os_rail_track.geojson",
         [WH_BASEMAP_ROADS] = "basemap/os_roads.geojson",
         [WH_BASEMAP_PLACES] = "gazetteer/os_settlements.geojson"}};
    char room[WH_N_BASEMAP + 1][512], styles[512], folder[512];
    struct scene_spec spec = {.wards = {.code = "wd11cd", .name = "wd11nm"},
                              .crs = "EPSG:27700",
                              .crs_opt = {.datum = WH_DATUM_COARSE},
                              .styles_dir = at(styles, sizeof styles, source_root, "styles"),
                              .title = "Bath & North East Somerset Council",
                              .cell_m = 25,
                              .n_bumps = 150,
                              .sigma_m = 120,
                              .seed = 3,
                              .most_hotspots = 60};
    at(folder, sizeof folder, data_dir, "bath");
    set_files(&spec, &FILES, folder, room);
    scene_make(scene, ctx, &spec);
}

void scene_draw_sheet(const struct scene *scene, int32_t ward, const char *pdf, const char *png,
                      struct wh_buf *text)
{
    struct wh_sheet_file file;
    struct wh_error err = {0};
    need(wh_render_sheet(scene->ctx, &scene->report, 0, ward, &scene->opt, png != NULL, &file, text,
                         &err),
         &err);
    need(wh_sheet_file_write(scene->ctx, &file, pdf, png, &err), &err);
    wh_sheet_file_finish(scene->ctx, &file);
}
