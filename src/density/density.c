/*
 * density/density.c: kernel density: bandwidths into classes, points into places, the engine that
 * suits, edges, units.
 */
#include <math.h>
#include <string.h>
#include <wardheat/density.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "density/bounded.h"
#include "density/direct.h"
#include "density/edge.h"
#include "density/jobs.h"
#include "density/kernel.h"
#include "density/runs.h"

#define M2_PER_KM2 1e6
/* Narrower Gaussians are added cell by cell: their lattice would be as fine as the grid. */
#define LATTICE_MIN_SIGMA_PX 4
#define EXACT_LATTICE_ERROR 1e-12
/* Fewer kernel values than this are added up one by one: it takes a few ms, and nothing is lost to
 * cancellation. */
#define FEW_VALUES 1e6
/* Bandwidths of a class differ by at most this factor. */
#define CLASS_RATIO 2.0
#define GAUSSIAN_CLASS_RATIO 1.189207115002721 /* 2^(1/4): spreading grows with it */
/* Radius, in sigmas, within which a Gaussian is said to reach a cell: that of a quartic of its
 * variance. */
#define GAUSSIAN_SUPPORT 2.8284271247461903

/* One call's work. */
struct work {
    const struct wh_points *points;
    const struct wh_mask *mask;
    const struct wh_density_options *opt;
    struct wh_grid *grid;
    uint32_t *support; /* or NULL */
    struct wh_spans spans;
    struct wh_widths widths;
    bool is_small;     /* few kernel values in all */
    bool has_removals; /* points of negative weight */
    struct wh_density_stats stats;
};

static bool is_same_geometry(const struct wh_grid *a, const struct wh_grid *b)
{
    return a->nx == b->nx && a->ny == b->ny && !(a->x0 < b->x0 || a->x0 > b->x0) &&
           !(a->y0 < b->y0 || a->y0 > b->y0) && !(a->cell_m < b->cell_m || a->cell_m > b->cell_m);
}

static enum wh_status check_options(const struct wh_mask *mask,
                                    const struct wh_density_options *opt,
                                    const struct wh_grid *grid, struct wh_error *err)
{
    if (!isfinite(opt->bandwidth_m) || opt->bandwidth_m <= 0) {
        return wh_fail(err, WH_ERR_CONFIG, "the bandwidth must be a number of metres above 0");
    }
    if (opt->bandwidth_m < grid->cell_m) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "the bandwidth (%g m) is smaller than one cell (%g m); choose smaller cells",
                       opt->bandwidth_m, grid->cell_m);
    }
    if (!(opt->max_error >= 0) || opt->max_error > WH_MOST_ERROR) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "the largest error must be a fraction of the maximum from 0 to %g, not %g",
                       WH_MOST_ERROR, opt->max_error);
    }
    if (mask == NULL && opt->edge != WH_EDGE_NONE) {
        return wh_fail(err, WH_ERR_CONFIG, "edge correction %s needs a study area",
                       wh_edge_name(opt->edge));
    }
    if (mask != NULL && !is_same_geometry(&mask->grid, grid)) {
        return wh_fail(err, WH_ERR_CONFIG, "the study area's mask and the grid differ in geometry");
    }
    return WH_OK;
}

/* ---- one class of bandwidths, one engine ---- */

/* An engine adds the places' kernels to grid and support; weights are values at the centre. */
struct engine {
    enum wh_density_engine kind;
    struct wh_place_class class;
    double min_px;
    struct wh_gauss lattice;   /* LATTICE */
    struct wh_bounded bounded; /* BOUNDED */
};

/* Counts the places whose circle of `factor` times their bandwidth holds a cell's centre. */
static enum wh_status count_support(struct wh_ctx *ctx, struct work *work,
                                    const struct engine *engine, struct wh_place_set *places,
                                    double factor, struct wh_error *err)
{
    const double unit_px = factor * engine->class.h_max_px;
    for (size_t band = 0; band < places->n_bands; band++) {
        for (size_t i = 0; i < places->n_of[band]; i++) {
            places->at[places->start[band] + i].h *= factor;
        }
    }
    if (factor * engine->min_px < WH_RUNS_MIN_BANDWIDTH_PX) {
        wh_direct_splat(ctx, WH_KERNEL_UNIFORM, places, unit_px, work->grid, NULL, work->support);
        return WH_OK;
    }
    return wh_runs_splat(ctx, wh_runs_best(0), places, unit_px, false, work->grid, NULL,
                         work->support, err);
}

static enum wh_status splat_runs(struct wh_ctx *ctx, struct work *work, const struct engine *engine,
                                 struct wh_place_set *places, struct wh_error *err)
{
    const int degree = wh_kernel_degree(work->opt->kernel);
    const double unit_px = engine->class.h_max_px;
    for (size_t band = 0; band < places->n_bands; band++) {
        for (size_t i = 0; i < places->n_of[band]; i++) {
            struct wh_place *place = &places->at[places->start[band] + i];
            const double ratio2 = (unit_px / place->h) * (unit_px / place->h);
            for (int j = 0; j < degree; j++) {
                place->weight *= ratio2;
            }
        }
    }
    return wh_runs_splat(ctx, wh_runs_best(degree), places, unit_px,
                         work->has_removals && wh_place_set_are_signed(places), work->grid,
                         work->grid->v, work->support, err);
}

static enum wh_status splat(struct wh_ctx *ctx, struct work *work, struct engine *engine,
                            struct wh_place_set *places, struct wh_error *err)
{
    const enum wh_kernel kernel = work->opt->kernel;
    if (engine->kind == WH_ENGINE_RUNS) {
        return splat_runs(ctx, work, engine, places, err);
    }
    const bool is_gaussian = kernel == WH_KERNEL_GAUSSIAN;
    if (engine->kind == WH_ENGINE_LATTICE) {
        wh_gauss_add(ctx, &engine->lattice, places, engine->class.h_max_px);
        wh_points_done(ctx, places->n, 0, 1);
    } else if (engine->kind == WH_ENGINE_BOUNDED) {
        wh_bounded_add(ctx, &engine->bounded, places);
        wh_points_done(ctx, places->n, 0, 1);
    } else {
        wh_direct_splat(ctx, kernel, places, engine->class.reach_px, work->grid, work->grid->v,
                        is_gaussian ? NULL : work->support);
    }
    return work->support == NULL || (engine->kind == WH_ENGINE_DIRECT && !is_gaussian)
               ? WH_OK
               : count_support(ctx, work, engine, places, is_gaussian ? GAUSSIAN_SUPPORT : 1, err);
}

/* Gathers a stretch of places, corrects them, adds them. */
static enum wh_status do_stretch(struct wh_ctx *ctx, struct work *work, struct engine *engine,
                                 const struct wh_place_plan *plan, size_t begin, size_t end,
                                 struct wh_error *err)
{
    struct wh_place_set places = {0};
    enum wh_status status = wh_place_set_gather(ctx, plan, begin, end, &places, err);
    if (status != WH_OK) {
        return status;
    }
    for (size_t band = 0; band < places.n_bands; band++) {
        work->stats.n_places += places.n_of[band];
    }
    if (work->opt->edge == WH_EDGE_DIGGLE) {
        const struct wh_edge_area area = {
            work->mask, &work->spans, engine->kind == WH_ENGINE_LATTICE ? &engine->lattice : NULL,
            work->opt->kernel};
        work->stats.n_used += wh_edge_diggle(ctx, &area, &places, work->grid->v, work->support);
    } else {
        work->stats.n_used += wh_edge_none(ctx, work->opt->kernel, &places);
    }
    status = splat(ctx, work, engine, &places, err);
    wh_place_set_finish(ctx, &places);
    return status;
}

/* The fraction of the surface that a lattice of Gaussians may be off by: a kernel's mass inside is
 * off by as much as its values are. */
static double lattice_error(const struct work *work)
{
    return fmax(EXACT_LATTICE_ERROR, work->has_removals ? 0 : work->opt->max_error / 2);
}

static enum wh_status open_exact(struct wh_ctx *ctx, const struct work *work,
                                 const struct wh_place_class *class, struct engine *ret,
                                 struct wh_error *err)
{
    const enum wh_kernel kernel = work->opt->kernel;
    struct engine engine = {.kind = WH_ENGINE_DIRECT, .class = *class};
    engine.min_px = fmax(class->h_above_px, work->widths.min_px);
    engine.class.reach_px = wh_kernel_reach_m(kernel, class->h_max_px);
    enum wh_status status = WH_OK;
    if (work->is_small &&
        (kernel != WH_KERNEL_GAUSSIAN || engine.class.reach_px <= WH_DIRECT_MAX_REACH_PX)) {
        engine.kind = WH_ENGINE_DIRECT;
    } else if (kernel == WH_KERNEL_GAUSSIAN && engine.min_px >= LATTICE_MIN_SIGMA_PX) {
        engine.kind = WH_ENGINE_LATTICE;
        status = wh_gauss_init(ctx, work->grid, engine.min_px, lattice_error(work), &engine.lattice,
                               err);
        if (status == WH_OK) {
            engine.class.reach_px = wh_gauss_reach_px(&engine.lattice, class->h_max_px);
        }
        if (status == WH_OK && work->opt->edge == WH_EDGE_DIGGLE) {
            status = wh_gauss_set_area(ctx, &engine.lattice, work->mask, err);
        }
        engine.class.lattice_bytes = wh_gauss_bytes(&engine.lattice);
    } else if (wh_kernel_degree(kernel) >= 0 && engine.min_px >= WH_RUNS_MIN_BANDWIDTH_PX) {
        engine.kind = WH_ENGINE_RUNS;
    }
    *ret = engine;
    return status;
}

/* Feeds all places of its class to an engine, a stretch at a time. */
static enum wh_status feed(struct wh_ctx *ctx, struct work *work, struct engine *engine,
                           struct wh_error *err)
{
    struct wh_place_plan plan = {0};
    enum wh_status status =
        wh_place_plan_init(ctx, &work->widths, work->grid, &engine->class, &plan, err);
    for (size_t begin = 0; status == WH_OK && begin < plan.n_bands;) {
        const size_t end = wh_place_plan_next(&plan, begin);
        status = do_stretch(ctx, work, engine, &plan, begin, end, err);
        begin = end;
    }
    wh_place_plan_finish(ctx, &plan);
    return status;
}

static enum wh_status do_class(struct wh_ctx *ctx, struct work *work,
                               const struct wh_place_class *class, struct wh_error *err)
{
    struct engine engine = {0};
    enum wh_status status = open_exact(ctx, work, class, &engine, err);
    if (status == WH_OK) {
        status = feed(ctx, work, &engine, err);
    }
    if (status == WH_OK && engine.kind == WH_ENGINE_LATTICE) {
        status = wh_gauss_sum(ctx, &engine.lattice, work->grid, work->grid->v, err);
    }
    work->stats.engine = engine.kind;
    work->stats.error_bound =
        engine.kind == WH_ENGINE_LATTICE
            ? fmax(2 * lattice_error(work), wh_kernel_error(WH_KERNEL_GAUSSIAN))
            : wh_kernel_error(work->opt->kernel);
    wh_gauss_finish(ctx, &engine.lattice);
    return status;
}

/* ---- bounded ---- */

/* One number of lattice steps; *ret_is_done when its error is certified to be small enough. Else
 * all is as it was. */
static enum wh_status try_bounded(struct wh_ctx *ctx, struct work *work, uint32_t steps,
                                  bool *ret_is_done, struct wh_error *err)
{
    struct engine engine = {
        .kind = WH_ENGINE_BOUNDED,
        .class = {.h_max_px = work->widths.max_px, .reach_px = work->widths.max_px},
        .min_px = work->widths.max_px};
    const size_t n_cells = (size_t)work->grid->nx * work->grid->ny;
    const struct wh_density_stats before = work->stats;
    double error = 0, max = 0;
    enum wh_status status = wh_bounded_init(ctx, work->opt->kernel, work->grid, work->widths.max_px,
                                            steps, &engine.bounded, err);
    if (status == WH_OK) {
        engine.class.lattice_bytes = wh_bounded_bytes(&engine.bounded);
        status = feed(ctx, work, &engine, err);
    }
    if (status == WH_OK) {
        status = wh_bounded_convolve(ctx, &engine.bounded, &error, err);
    }
    if (status == WH_OK) {
        status = wh_bounded_sum(ctx, &engine.bounded, work->grid, work->grid->v, err);
    }
    for (size_t i = 0; status == WH_OK && i < n_cells; i++) {
        if (work->mask == NULL || work->mask->inside[i]) {
            max = work->grid->v[i] > max ? work->grid->v[i] : max;
        }
    }
    wh_bounded_finish(ctx, &engine.bounded);
    if (status != WH_OK) {
        return status;
    }
    work->stats.engine = WH_ENGINE_BOUNDED;
    work->stats.error_bound =
        error > 0 ? error / fmax(max - error, 0) : 0; /* the true maximum may be less */
    *ret_is_done = work->stats.error_bound <= work->opt->max_error;
    if (!*ret_is_done) {
        work->stats = before;
        memset(work->grid->v, 0, n_cells * sizeof *work->grid->v);
        if (work->support != NULL) {
            memset(work->support, 0, n_cells * sizeof *work->support);
        }
    }
    return WH_OK;
}

/* Coarse lattices first. The uniform correction would divide the error by less than 1, and removals
 * could cancel the maximum: those stay exact. */
static enum wh_status do_bounded(struct wh_ctx *ctx, struct work *work, bool *ret_is_done,
                                 struct wh_error *err)
{
    const struct wh_density_options *opt = work->opt;
    *ret_is_done = false;
    if (!work->widths.is_same || work->has_removals || opt->edge == WH_EDGE_UNIFORM ||
        !(opt->max_error > 0)) {
        return WH_OK;
    }
    enum wh_status status = WH_OK;
    const struct wh_bounded_wish wish = {.kernel = opt->kernel,
                                         .grid = work->grid,
                                         .h_px = work->widths.max_px,
                                         .max_error = opt->max_error,
                                         .n_points = work->points->n};
    uint32_t steps = wh_bounded_steps(&wish, 0);
    while (status == WH_OK && steps != 0 && !*ret_is_done) {
        status = try_bounded(ctx, work, steps, ret_is_done, err);
        steps = wh_bounded_steps(&wish, steps);
    }
    return status;
}

/* Classes from the widest bandwidth down: their borders depend on nothing but the widest. */
static enum wh_status do_classes(struct wh_ctx *ctx, struct work *work, struct wh_error *err)
{
    const double ratio =
        work->opt->kernel == WH_KERNEL_GAUSSIAN ? GAUSSIAN_CLASS_RATIO : CLASS_RATIO;
    bool is_done = false;
    enum wh_status status = do_bounded(ctx, work, &is_done, err);
    for (double widest = work->widths.max_px;
         status == WH_OK && !is_done && widest >= work->widths.min_px; widest /= ratio) {
        const struct wh_place_class class = {.h_max_px = widest, .h_above_px = widest / ratio};
        status = do_class(ctx, work, &class, err);
    }
    return status;
}

/* ---- the whole ---- */

/* Points whose own cell is outside the grid or the area. */
static size_t count_outside(struct wh_ctx *ctx, const struct work *work)
{
    const struct wh_grid *grid = work->grid;
    const struct wh_points *points = work->points;
    const double per_cell = 1 / grid->cell_m;
    const int jobs = wh_jobs_for(ctx, (double)points->n);
    size_t n = 0;
#pragma omp parallel for num_threads(jobs) schedule(static) reduction(+ : n)
    for (size_t i = 0; i < points->n; i++) {
        const double col = (points->x[i] - grid->x0) * per_cell;
        const double row = (points->y[i] - grid->y0) * per_cell;
        const bool is_in = col >= 0 && col < grid->nx && row >= 0 && row < grid->ny;
        n += !is_in ||
             (work->mask != NULL && !work->mask->inside[(size_t)row * grid->nx + (size_t)col]);
    }
    return n;
}

static enum wh_status correct_uniform(struct wh_ctx *ctx, struct work *work, struct wh_error *err)
{
    const double h_px = work->opt->bandwidth_m / work->grid->cell_m;
    struct wh_edge_area area = {work->mask, &work->spans, NULL, work->opt->kernel};
    struct wh_gauss lattice = {0};
    enum wh_status status = WH_OK;
    if (work->opt->kernel == WH_KERNEL_GAUSSIAN) {
        status = wh_gauss_init(ctx, work->grid, h_px, EXACT_LATTICE_ERROR, &lattice, err);
        if (status == WH_OK) {
            status = wh_gauss_set_area(ctx, &lattice, work->mask, err);
        }
        area.lattice = &lattice;
    }
    if (status == WH_OK) {
        status = wh_edge_uniform(ctx, &area, h_px, work->grid->v, err);
    }
    wh_gauss_finish(ctx, &lattice);
    return status;
}

/* To events per km², no data outside; finds the largest value. */
static void finish_values(struct wh_ctx *ctx, struct work *work)
{
    const struct wh_grid *grid = work->grid;
    const double per_km2 = M2_PER_KM2 / (grid->cell_m * grid->cell_m);
    const int jobs = wh_jobs_for(ctx, (double)grid->nx * grid->ny);
    double max = 0;
#pragma omp parallel for num_threads(jobs) schedule(static) reduction(max : max)
    for (uint32_t row = 0; row < grid->ny; row++) {
        for (size_t i = (size_t)row * grid->nx; i < ((size_t)row + 1) * grid->nx; i++) {
            if (work->mask != NULL && !work->mask->inside[i]) {
                grid->v[i] = (double)NAN;
                if (work->support != NULL) {
                    work->support[i] = 0;
                }
                continue;
            }
            grid->v[i] *= per_km2;
            max = grid->v[i] > max ? grid->v[i] : max;
        }
    }
    work->stats.max_per_km2 = max;
}

/* The kernel values that cell by cell work would take. */
static double count_values(const struct work *work)
{
    const double side = 2 * wh_kernel_reach_m(work->opt->kernel, work->widths.max_px) + 1;
    return (double)work->points->n * fmin(side, work->grid->nx) * fmin(side, work->grid->ny);
}

static enum wh_status estimate(struct wh_ctx *ctx, struct work *work, struct wh_error *err)
{
    enum wh_status status =
        wh_widths_init(work->points, work->opt, work->grid->cell_m, &work->widths, err);
    if (status == WH_OK && work->mask != NULL) {
        status = wh_spans_init(ctx, work->mask, &work->spans, err);
    }
    if (status == WH_OK) {
        work->is_small = count_values(work) <= FEW_VALUES;
        status = do_classes(ctx, work, err);
    }
    if (status == WH_OK && work->opt->edge == WH_EDGE_UNIFORM) {
        status = correct_uniform(ctx, work, err);
    }
    if (status == WH_OK) {
        finish_values(ctx, work);
        work->stats.n_outside = count_outside(ctx, work);
    }
    return status;
}

static bool is_point(const struct wh_points *points, size_t i, bool has_precision)
{
    return isfinite(points->x[i]) && isfinite(points->y[i]) && isfinite(points->weight[i]) &&
           (!has_precision || isfinite(points->precision_m[i]));
}

/* Sums the weights; what is no number has no place on a surface, and would spoil all of it. */
static enum wh_status weigh(struct work *work, struct wh_error *err)
{
    const struct wh_points *points = work->points;
    for (size_t i = 0; i < points->n; i++) {
        if (!is_point(points, i, work->opt->widen_by_precision)) {
            return wh_fail(err, WH_ERR_INPUT,
                           "point %zu: its place, weight and precision must be finite numbers",
                           i + 1);
        }
        work->stats.total_weight += points->weight[i];
        work->has_removals = work->has_removals || points->weight[i] < 0;
    }
    return WH_OK;
}

enum wh_status wh_density(struct wh_ctx *ctx, const struct wh_points *points,
                          const struct wh_mask *mask, const struct wh_density_options *opt,
                          struct wh_grid *grid, uint32_t *ret_support,
                          struct wh_density_stats *ret_stats, struct wh_error *err)
{
    struct work work = {
        .points = points, .mask = mask, .opt = opt, .grid = grid, .support = ret_support};
    enum wh_status status = check_options(mask, opt, grid, err);
    if (status == WH_OK) {
        status = weigh(&work, err);
    }
    if (status != WH_OK) {
        return status;
    }
    const size_t n_cells = (size_t)grid->nx * grid->ny;
    memset(grid->v, 0, n_cells * sizeof *grid->v);
    if (ret_support != NULL) {
        memset(ret_support, 0, n_cells * sizeof *ret_support);
    }
    wh_progress_start(ctx, "estimating", points->n, "points");
    status = estimate(ctx, &work, err);
    wh_progress_done(ctx);
    wh_spans_finish(ctx, &work.spans);
    if (status == WH_OK) {
        *ret_stats = work.stats;
    }
    return status;
}
