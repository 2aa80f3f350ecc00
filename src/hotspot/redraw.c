/* hotspot/redraw.c: hot spots again and again, with each request where it may as well have been. */
#include <math.h>
#include <wardheat/redraw.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/random.h"
#include "density/kernel.h"
#include "geo/shape_ops.h"
#include "hotspot/hotspot_internal.h"
#include "hotspot/risk_internal.h"
#include "model/report.h"
#include "model/spots.h"

#define STREAM_REDRAW UINT64_C(0x52647277) << 32
#define SIGMAS 4.0     /* farther than that from a hot spot no request is drawn into it */
#define MOST_TRIES 32u /* of a place inside the area */

/* What all hot spots of a theme are redrawn with. */
struct redraw {
    struct wh_ctx *ctx;
    const struct wh_redraw_options *opt;
    const struct wh_hotspot_input *input;
    const struct wh_risk_base *base; /* NULL: densest places */
    const struct wh_mask *mask;
    double level; /* densest */
};

/* One hot spot's surroundings: the part of the mask that its cells' values depend on. */
struct scene {
    struct wh_mask mask;
    uint32_t col, row;             /* of the part's south-west cell in the whole */
    size_t n_cells, *cell;         /* of the hot spot, in the part */
    struct wh_points given, drawn; /* requests that may come near */
    bool is_exact;                 /* none of them can move */
    double p_threshold; /* the night's, or that of an outline which was widened: its cells' highest
                           p */
};

static void scene_finish(struct wh_ctx *ctx, struct scene *scene)
{
    wh_mask_finish(ctx, &scene->mask);
    wh_free(ctx, scene->cell);
    wh_points_finish(ctx, &scene->given);
    wh_points_finish(ctx, &scene->drawn);
}

/* The mask's cells within `margin_m` of the box. */
static enum wh_status cut_mask(const struct redraw *redraw, const double box[4], double margin_m,
                               struct scene *scene, struct wh_error *err)
{
    const struct wh_grid *whole = &redraw->mask->grid;
    const double west = floor((box[0] - margin_m - whole->x0) / whole->cell_m);
    const double south = floor((box[1] - margin_m - whole->y0) / whole->cell_m);
    const double east = ceil((box[2] + margin_m - whole->x0) / whole->cell_m);
    const double north = ceil((box[3] + margin_m - whole->y0) / whole->cell_m);
    scene->col = (uint32_t)fmax(0, fmin(west, whole->nx - 1.0));
    scene->row = (uint32_t)fmax(0, fmin(south, whole->ny - 1.0));
    struct wh_grid *part = &scene->mask.grid;
    *part = (struct wh_grid){.x0 = whole->x0 + scene->col * whole->cell_m,
                             .y0 = whole->y0 + scene->row * whole->cell_m,
                             .cell_m = whole->cell_m,
                             .nx = (uint32_t)fmax(1, fmin(east, whole->nx) - scene->col),
                             .ny = (uint32_t)fmax(1, fmin(north, whole->ny) - scene->row)};
    scene->mask.inside = wh_alloc_array(redraw->ctx, part->nx, part->ny);
    if (scene->mask.inside == NULL) {
        return wh_fail_memory(redraw->ctx, err);
    }
    for (uint32_t row = 0; row < part->ny; row++) {
        for (uint32_t col = 0; col < part->nx; col++) {
            scene->mask.inside[(size_t)row * part->nx + col] =
                redraw->mask->inside[((size_t)scene->row + row) * whole->nx + scene->col + col];
        }
    }
    return WH_OK;
}

/* A cell of the part in the whole. */
static size_t whole_cell(const struct redraw *redraw, const struct scene *scene, size_t cell)
{
    const uint32_t nx = scene->mask.grid.nx;
    return (scene->row + cell / nx) * redraw->mask->grid.nx + scene->col + cell % nx;
}

/* The cells whose centre is inside the outline; of one too thin to hold a centre, its peak's. */
static enum wh_status list_cells(const struct redraw *redraw, const struct wh_hotspot *hotspot,
                                 struct scene *scene, struct wh_error *err)
{
    const struct wh_grid *part = &scene->mask.grid;
    const size_t n = (size_t)part->nx * part->ny;
    scene->cell = wh_alloc_array(redraw->ctx, n, sizeof *scene->cell);
    if (scene->cell == NULL) {
        return wh_fail_memory(redraw->ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        const double x = part->x0 + ((double)(i % part->nx) + 0.5) * part->cell_m;
        const double y = part->y0 + ((double)(i / part->nx) + 0.5) * part->cell_m;
        if (scene->mask.inside[i] != 0 && wh_shape_contains(&hotspot->shape, x, y)) {
            scene->cell[scene->n_cells++] = i;
        }
    }
    size_t peak = 0;
    const struct wh_risk *risk = redraw->input->risk;
    scene->p_threshold = risk != NULL ? risk->p_threshold : 0;
    for (size_t i = 0; risk != NULL && i < scene->n_cells; i++) {
        scene->p_threshold =
            fmax(scene->p_threshold, risk->p.v[whole_cell(redraw, scene, scene->cell[i])]);
    }
    if (scene->n_cells == 0 &&
        wh_risk_cell_of(&scene->mask, hotspot->peak_x, hotspot->peak_y, &peak)) {
        scene->cell[scene->n_cells++] = peak;
    }
    return WH_OK;
}

/* Where a request may be: the places of its set, or its own. */
struct places {
    size_t n;
    const double *x, *y;
    double precision_m;
};

static struct places places_of(const struct redraw *redraw, const struct wh_points *points,
                               size_t i)
{
    const struct wh_spots *spots = redraw->opt->spots;
    if (spots != NULL && spots->of_request != NULL) {
        const uint32_t set = spots->of_request[points->request[i]];
        if (set != WH_NO_SPOTS) {
            const uint32_t from = spots->start[set];
            return (struct places){spots->start[set + 1] - from, spots->x + from, spots->y + from,
                                   (double)spots->precision_m};
        }
    }
    return (struct places){1, &points->x[i], &points->y[i], points->precision_m[i]};
}

static bool any_is_near(const struct places *places, const double box[4], double reach_m)
{
    const double far_m = reach_m + SIGMAS * places->precision_m;
    for (size_t k = 0; k < places->n; k++) {
        if (places->x[k] >= box[0] - far_m && places->x[k] <= box[2] + far_m &&
            places->y[k] >= box[1] - far_m && places->y[k] <= box[3] + far_m) {
            return true;
        }
    }
    return false;
}

/* Requests whose kernel may reach the hot spot where they may be drawn to. */
static enum wh_status list_points(const struct redraw *redraw, const double box[4], double reach_m,
                                  struct scene *scene, struct wh_error *err)
{
    const struct wh_points *all = redraw->input->points;
    enum wh_status status = WH_OK;
    scene->is_exact = true;
    for (size_t i = 0; status == WH_OK && i < all->n; i++) {
        const struct places places = places_of(redraw, all, i);
        if (!any_is_near(&places, box, reach_m)) {
            continue;
        }
        status = wh_points_push(redraw->ctx, &scene->given, all->x[i], all->y[i],
                                all->precision_m[i], 0, 0, all->request[i], err);
        if (status == WH_OK) {
            scene->given.weight[scene->given.n - 1] = all->weight[i];
            scene->is_exact = scene->is_exact && places.n == 1 && !(places.precision_m > 0);
        }
    }
    return status;
}

static enum wh_status scene_open(const struct redraw *redraw, const struct wh_hotspot *hotspot,
                                 struct scene *scene, struct wh_error *err)
{
    double box[4];
    const double reach_m =
        wh_kernel_reach_m(redraw->opt->density.kernel, redraw->opt->density.bandwidth_m);
    wh_shape_box(&hotspot->shape, box);
    /* A cell sums kernels of points within reach; a point's edge correction, cells within reach. */
    enum wh_status status = cut_mask(redraw, box, 2 * reach_m, scene, err);
    if (status == WH_OK) {
        status = list_cells(redraw, hotspot, scene, err);
    }
    return status == WH_OK ? list_points(redraw, box, reach_m, scene, err) : status;
}

/* Is a place in the study area? By the whole mask: the part may end before the draw does. */
static bool is_inside(const struct wh_mask *mask, double x, double y)
{
    const double col = floor((x - mask->grid.x0) / mask->grid.cell_m);
    const double row = floor((y - mask->grid.y0) / mask->grid.cell_m);
    return col >= 0 && col < mask->grid.nx && row >= 0 && row < mask->grid.ny &&
           mask->inside[(size_t)row * mask->grid.nx + (size_t)col] != 0;
}

/* Is a place on the part's grid? What is not reaches no cell of the hot spot. */
static bool is_on(const struct wh_grid *part, double x, double y)
{
    return x >= part->x0 && x < part->x0 + part->nx * part->cell_m && y >= part->y0 &&
           y < part->y0 + part->ny * part->cell_m;
}

/* One of the places, and round it by its precision, inside the study area if that can be. */
static void draw_place(const struct redraw *redraw, const struct places *places,
                       struct wh_random *random, double *ret_x, double *ret_y)
{
    const size_t k = places->n > 1 ? (size_t)wh_random_below(random, places->n) : 0;
    *ret_x = places->x[k];
    *ret_y = places->y[k];
    for (unsigned tries = 0; places->precision_m > 0 && tries < MOST_TRIES; tries++) {
        const double east = places->x[k] + places->precision_m * wh_random_normal(random);
        const double north = places->y[k] + places->precision_m * wh_random_normal(random);
        if (is_inside(redraw->mask, east, north)) {
            *ret_x = east;
            *ret_y = north;
            return;
        }
    }
}

static enum wh_status draw_places(const struct redraw *redraw, uint32_t draw, struct scene *scene,
                                  struct wh_error *err)
{
    const struct wh_points *given = &scene->given;
    enum wh_status status = WH_OK;
    scene->drawn.n = 0;
    for (size_t i = 0; status == WH_OK && i < given->n; i++) {
        const struct places places = places_of(redraw, given, i);
        struct wh_random random;
        double x, y;
        wh_random_init(&random, wh_ctx_seed(redraw->ctx) + draw,
                       (STREAM_REDRAW) | given->request[i]);
        draw_place(redraw, &places, &random, &x, &y);
        if (is_on(&scene->mask.grid, x, y)) {
            status =
                wh_points_push(redraw->ctx, &scene->drawn, x, y, 0, 0, 0, given->request[i], err);
            if (status == WH_OK) {
                scene->drawn.weight[scene->drawn.n - 1] = given->weight[i];
            }
        }
    }
    return status;
}

static bool is_hot(const struct redraw *redraw, const struct scene *scene, size_t cell,
                   double density)
{
    const struct wh_risk *risk = redraw->input->risk;
    if (risk == NULL) {
        return density >= redraw->level;
    }
    double log_ratio;
    const double p =
        wh_risk_cell_p(redraw->base, risk, whole_cell(redraw, scene, cell), density, &log_ratio);
    return p <= scene->p_threshold && log_ratio >= log(redraw->opt->ratio);
}

static enum wh_status survives(const struct redraw *redraw, uint32_t draw, struct scene *scene,
                               struct wh_grid *density, bool *ret, struct wh_error *err)
{
    struct wh_density_options opt = redraw->opt->density;
    struct wh_density_stats stats;
    opt.widen_by_precision = false;
    opt.max_error = 0;
    enum wh_status status = draw_places(redraw, draw, scene, err);
    if (status == WH_OK) {
        status =
            wh_density(redraw->ctx, &scene->drawn, &scene->mask, &opt, density, NULL, &stats, err);
    }
    size_t n_hot = 0;
    for (size_t i = 0; status == WH_OK && i < scene->n_cells; i++) {
        n_hot += is_hot(redraw, scene, scene->cell[i], density->v[scene->cell[i]]);
    }
    *ret = (double)n_hot >= WH_SAME_FROM * (double)scene->n_cells;
    return status;
}

static enum wh_status redraw_hotspot(const struct redraw *redraw, struct wh_hotspot *hotspot,
                                     struct wh_error *err)
{
    struct scene scene = {0};
    struct wh_grid density = {0};
    uint32_t n_survived = 0;
    enum wh_status status = scene_open(redraw, hotspot, &scene, err);
    if (status == WH_OK) {
        status = wh_grid_like(redraw->ctx, &scene.mask.grid, &density, err);
    }
    const uint32_t n_draws = redraw->opt->n_draws;
    for (uint32_t draw = 0; status == WH_OK && !scene.is_exact && draw < n_draws; draw++) {
        bool is_there = false;
        status = survives(redraw, draw, &scene, &density, &is_there, err);
        n_survived += is_there;
    }
    if (status == WH_OK) {
        hotspot->survival = scene.is_exact ? 1 : (double)n_survived / n_draws;
        hotspot->firmness = hotspot->survival >= redraw->opt->firm_share ? WH_FIRM : WH_TENTATIVE;
    }
    wh_grid_finish(redraw->ctx, &density);
    scene_finish(redraw->ctx, &scene);
    return status;
}

struct outcome {
    enum wh_status status;
    struct wh_error err;
};

/* A thread a hot spot: the grids are too small to share one. */
static enum wh_status redraw_all(const struct redraw *redraw, struct wh_theme_report *theme,
                                 struct wh_error *err)
{
    const int jobs = (int)wh_ctx_jobs(redraw->ctx);
    const size_t n = theme->n_hotspots;
    struct outcome *outcome = wh_alloc_array(redraw->ctx, n, sizeof *outcome);
    if (outcome == NULL) {
        return wh_fail_memory(redraw->ctx, err);
    }
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 1)
    for (size_t i = 0; i < n; i++) {
        if (theme->hotspot[i].trend != WH_TREND_GONE) {
            outcome[i].status = redraw_hotspot(redraw, &theme->hotspot[i], &outcome[i].err);
        }
    }
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        status = outcome[i].status;
        if (status != WH_OK && err != NULL) {
            *err = outcome[i].err;
        }
    }
    wh_free(redraw->ctx, outcome);
    return status;
}

enum wh_status wh_hotspots_redraw(struct wh_ctx *ctx, const struct wh_redraw_options *opt,
                                  const struct wh_hotspot_input *input,
                                  const struct wh_risk_base *base, const struct wh_mask *mask,
                                  struct wh_theme_report *theme, struct wh_error *err)
{
    struct redraw redraw = {.ctx = ctx, .opt = opt, .input = input, .base = base, .mask = mask};
    enum wh_status status = WH_OK;
    theme->n_draws = opt->n_draws;
    theme->firm_share = opt->firm_share;
    if (input->risk == NULL) {
        status = wh_highest_density_level(ctx, input->density, opt->share, &redraw.level, err);
    }
    return status == WH_OK && opt->n_draws > 0 ? redraw_all(&redraw, theme, err) : status;
}
