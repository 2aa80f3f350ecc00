/* cli/density_output.c: what a surface says of itself. */
#include "cli/density_output.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/number.h"
#include "geo/raster.h"
#include "model/report.h"

#define FLOAT_ROUNDING 6e-8 /* 2^-24 */
#define MOST_PAIRS 24
#define TEXT_BYTES 256

/* Metadata of the file, and the texts that it points to. */
struct meta {
    const char *key[MOST_PAIRS], *value[MOST_PAIRS];
    char text[MOST_PAIRS][TEXT_BYTES];
    size_t n;
};

__attribute__((format(printf, 3, 4))) static void add(struct meta *meta, const char *key,
                                                      const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(meta->text[meta->n], TEXT_BYTES, format, args);
    va_end(args);
    meta->key[meta->n] = key;
    meta->value[meta->n] = meta->text[meta->n];
    meta->n++;
}

static double grid_mass(const struct wh_grid *grid)
{
    double sum = 0;
    for (size_t i = 0; i < (size_t)grid->nx * grid->ny; i++) {
        sum += isnan(grid->v[i]) ? 0 : grid->v[i];
    }
    return sum * grid->cell_m * grid->cell_m / 1e6;
}

/* As a fraction of the highest value; what a float rounds away comes on top. */
static double error_bound(const struct wh_density_request *r,
                          const struct wh_density_surface *surface)
{
    return surface->stats.error_bound + (r->said.is_float32 ? FLOAT_ROUNDING : 0);
}

static void unit_words(const struct wh_density_input *input, char *out, size_t size)
{
    if (input->view.theme != NULL) {
        snprintf(out, size, "requests per km² in %u days", input->view.theme->window_days);
    } else {
        snprintf(out, size, "events per km²");
    }
}

static void add_theme(struct meta *meta, const struct wh_density_request *r,
                      const struct wh_theme_view *view)
{
    char period[64];
    if (view->theme == NULL) {
        return;
    }
    add(meta, "TITLE", "%s", view->session.config.title);
    add(meta, "THEME", "%s", view->theme->title);
    add(meta, "PERIOD", "%s", wh_period_words(&view->period, period, sizeof period));
    add(meta, "EDITION", "officer: exact figures, not for publication");
    if (r->said.bandwidth == NULL) {
        add(meta, "BANDWIDTH_WHY", "%s", view->bandwidth_why);
    }
}

static void add_bandwidth(struct meta *meta, const struct wh_density_request *r,
                          const struct wh_density_surface *surface)
{
    const struct wh_density_options *opt = &surface->opt;
    char range[64] = "";
    if (opt->bandwidth_of_point_m != NULL) {
        snprintf(range, sizeof range, ", adaptive from %.4g to %.4g m", surface->narrowest_m,
                 surface->widest_m);
    }
    add(meta, "BANDWIDTH", "%g m (%s kernel, edge correction: %s%s)", opt->bandwidth_m,
        wh_kernel_name(opt->kernel), wh_edge_name(opt->edge), range);
    add(meta, "BANDWIDTH_M", "%.10g", opt->bandwidth_m);
    add(meta, "KERNEL", "%s", wh_kernel_name(opt->kernel));
    if (opt->widen_by_precision) {
        add(meta, "PRECISION", "kernels widened at equal variance by each point's own (%s)",
            r->is_config ? "as placed" : r->said.input.precision);
    }
}

static void describe(struct meta *meta, const struct wh_density_request *r,
                     const struct wh_density_input *input, const struct wh_density_surface *surface)
{
    const struct wh_density_stats *stats = &surface->stats;
    char unit[64];
    unit_words(input, unit, sizeof unit);
    add_theme(meta, r, &input->view);
    add(meta, "UNIT", "%s", unit);
    add_bandwidth(meta, r, surface);
    add(meta, "EDGE", "%s", wh_edge_name(surface->opt.edge));
    add(meta, "STUDY_AREA", "%s", input->area_name == NULL ? "none" : input->area_name);
    add(meta, "CELL_M", "%.10g", surface->grid.cell_m);
    add(meta, "CRS", "%s", wh_density_crs(input));
    add(meta, "POINTS", "%zu", wh_density_points(input)->n);
    add(meta, "EVENTS", "%.15g", stats->total_weight);
    add(meta, "EVENTS_ON_SURFACE", "%.10g", grid_mass(&surface->grid));
    add(meta, "OUTSIDE", "%llu", (unsigned long long)input->n_outside);
    add(meta, "BEYOND_BOUNDS", "%zu", surface->n_beyond);
    add(meta, "ENGINE", "%s", wh_engine_name(stats->engine));
    add(meta, "ERROR_BOUND", "%.3g of the highest value", error_bound(r, surface));
    add(meta, "SOFTWARE", "wardheat %s", wh_version());
}

/* Points that do not count as one might think. */
static void warn(struct wh_ctx *ctx, const struct wh_density_input *input,
                 const struct wh_density_surface *surface)
{
    const size_t n_points = wh_density_points(input)->n;
    char n[40];
    if (input->n_outside > 0) {
        wh_log(ctx, WH_LOG_WARNING, "outside %s, and not counted: %s", input->area_name,
               wh_points_words(input->n_outside, n, sizeof n));
    }
    if (surface->n_beyond > 0) {
        wh_log(ctx, WH_LOG_WARNING, "beyond the bounds: %s, which count where they reach in",
               wh_points_words(surface->n_beyond, n, sizeof n));
    }
    if (input->areas != NULL && surface->stats.n_used < n_points) {
        wh_log(ctx, WH_LOG_WARNING,
               "inside, but without a cell of the study area near: %s; choose smaller cells",
               wh_points_words(n_points - surface->stats.n_used, n, sizeof n));
    }
}

static void say(struct wh_ctx *ctx, const struct wh_density_request *r,
                const struct wh_density_input *input, const struct wh_density_surface *surface)
{
    const struct wh_grid *grid = &surface->grid;
    const struct wh_theme_view *view = &input->view;
    char n[40], most[32], mass[32], period[64];
    if (view->theme != NULL) {
        wh_log(ctx, WH_LOG_INFO, "%s, %s: bandwidth %g m (%s); exact figures, not for publication",
               view->theme->title, wh_period_words(&view->period, period, sizeof period),
               surface->opt.bandwidth_m,
               r->said.bandwidth == NULL ? view->bandwidth_why : "as asked for");
    }
    const bool is_certified = surface->stats.engine == WH_ENGINE_BOUNDED;
    wh_log(ctx, WH_LOG_INFO,
           "%s: %s, %u x %u cells of %g m in %s, at most %s per km², %s event%s in all; %s %.2g of "
           "the highest value",
           r->said.out, wh_points_words(wh_density_points(input)->n, n, sizeof n), grid->nx,
           grid->ny, grid->cell_m, wh_density_crs(input),
           wh_format_decimal(surface->stats.max_per_km2, 3, most, sizeof most),
           wh_format_decimal(grid_mass(grid), 3, mass, sizeof mass),
           strcmp(mass, "1") == 0 ? "" : "s",
           is_certified ? "certified: no cell is off by more than" : "exact to",
           error_bound(r, surface));
}

enum wh_status wh_density_write(struct wh_ctx *ctx, const struct wh_density_request *request,
                                const struct wh_density_input *input,
                                const struct wh_density_surface *surface, struct wh_error *err)
{
    struct meta meta = {.n = 0};
    char unit[64], description[224];
    unit_words(input, unit, sizeof unit);
    describe(&meta, request, input, surface);
    snprintf(description, sizeof description, "%s, bandwidth %g m", unit, surface->opt.bandwidth_m);
    const struct wh_raster_meta raster = {.crs = wh_density_crs(input),
                                          .description = description,
                                          .unit = unit,
                                          .key = meta.key,
                                          .value = meta.value,
                                          .n = meta.n,
                                          .is_float64 = !request->said.is_float32};
    const enum wh_status status =
        wh_raster_write(ctx, request->said.out, &surface->grid, &raster, err);
    if (status == WH_OK) {
        warn(ctx, input, surface);
        say(ctx, request, input, surface);
    }
    return status;
}
