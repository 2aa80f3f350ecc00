/* cli/density.c: wardheat density: points in, one density surface out. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <wardheat/density.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "base/number.h"
#include "base/str.h"
#include "cli/bandwidth_choice.h"
#include "cli/points_input.h"
#include "cli/study_area.h"
#include "density/kernel.h"
#include "geo/raster.h"

#define MAX_GRID_CELLS 1e8
#define MAX_BANDWIDTH_M 1e6
#define MIN_LENGTH_M 0.001
#define DEFAULT_PERIODS 4

struct density_options {
    struct wh_points_input input;
    const char *out, *bandwidth, *periods, *cell, *kernel, *bounds, *edge;
    struct wh_bandwidth_wish wish;
    struct wh_density_options opt;
    double cell_m;
    bool has_box, is_adaptive;
    double box[4];
};

/* "X0,Y0,X1,Y1" */
static enum wh_status read_box(const char *text, double ret[4], struct wh_error *err)
{
    struct wh_str rest = wh_str_c(text);
    size_t n = 0;
    bool is_good = true;
    for (; n < 4 && is_good && rest.ptr != NULL; n++) {
        const size_t end = wh_str_find(rest, ',');
        is_good = wh_parse_double(wh_str_trim(wh_str_slice(rest, 0, end)), &ret[n]);
        rest = end < rest.len ? wh_str_slice(rest, end + 1, rest.len) : (struct wh_str){NULL, 0};
    }
    if (!is_good || n != 4 || rest.ptr != NULL || ret[0] >= ret[2] || ret[1] >= ret[3]) {
        char shown[128];
        return wh_fail(
            err, WH_ERR_USAGE,
            "--bounds: expected west,south,east,north as in 354000,436000,358000,440000, "
            "not %s",
            wh_log_escape(wh_str_c(text), shown, sizeof shown));
    }
    return WH_OK;
}

/* Dates serve a bandwidth that is judged by the next period. */
static enum wh_status read_dates(struct density_options *o, struct wh_error *err)
{
    o->wish.n_periods = DEFAULT_PERIODS;
    if (o->input.opened == NULL && (o->input.date_format != NULL || o->periods != NULL)) {
        return wh_fail(err, WH_ERR_USAGE,
                       "--date-format and --periods need --opened: which column has the dates?");
    }
    enum wh_status status = wh_points_date_format(&o->input, err);
    if (status == WH_OK && o->periods != NULL) {
        status = wh_args_whole("periods", o->periods, 2, WH_MOST_PERIODS, &o->wish.n_periods, err);
    }
    if (o->input.opened == NULL) {
        o->wish.n_periods = 0;
    }
    return status;
}

static enum wh_status read_numbers(struct density_options *o, struct wh_error *err)
{
    if (o->bandwidth == NULL || o->cell == NULL) {
        return wh_fail(err, WH_ERR_USAGE, "--%s is needed: how many metres?",
                       o->bandwidth == NULL ? "bandwidth" : "cell");
    }
    if (o->out == NULL && !o->wish.explain) {
        return wh_fail(err, WH_ERR_USAGE,
                       "which file shall the surface be written to? (None with --explain.)");
    }
    o->opt.edge = o->edge == NULL ? WH_EDGE_NONE : WH_EDGE_DIGGLE;
    enum wh_status status =
        wh_bandwidth_wish_read(o->bandwidth, MIN_LENGTH_M, MAX_BANDWIDTH_M, &o->wish, err);
    if (status == WH_OK && o->wish.explain && !o->wish.is_auto) {
        status = wh_fail(err, WH_ERR_USAGE, "--explain is for --bandwidth auto");
    }
    if (status == WH_OK) {
        status = wh_args_number("cell", o->cell, MIN_LENGTH_M, MAX_BANDWIDTH_M, "metres",
                                &o->cell_m, err);
    }
    if (status == WH_OK) {
        status = wh_points_kernel(o->kernel, &o->opt.kernel, err);
    }
    if (status == WH_OK) {
        status = read_dates(o, err);
    }
    if (status == WH_OK && o->bounds != NULL) {
        o->has_box = true;
        status = read_box(o->bounds, o->box, err);
    }
    return status;
}

/* Cells from the south-west corner of the box on, which the last ones may overhang. */
static enum wh_status grid_from_box(struct wh_ctx *ctx, const double box[4], double cell_m,
                                    struct wh_grid *ret, struct wh_error *err)
{
    const double slack = 1e-9; /* a box of whole cells in decimals is not one more */
    const double nx = ceil((box[2] - box[0]) / cell_m - slack);
    const double ny = ceil((box[3] - box[1]) / cell_m - slack);
    if (!(nx * ny <= MAX_GRID_CELLS)) {
        char limit[32];
        return wh_fail(err, WH_ERR_LIMIT, "the grid would need %.3g cells; the limit is %s",
                       nx * ny, wh_format_count((uint64_t)MAX_GRID_CELLS, limit, sizeof limit));
    }
    const struct wh_grid grid = {.x0 = box[0],
                                 .y0 = box[1],
                                 .cell_m = cell_m,
                                 .nx = (uint32_t)fmax(1, nx),
                                 .ny = (uint32_t)fmax(1, ny)};
    return wh_grid_like(ctx, &grid, ret, err);
}

static void box_of_points(const struct wh_points *points, double ret[4])
{
    ret[0] = ret[1] = (double)INFINITY;
    ret[2] = ret[3] = -(double)INFINITY;
    for (size_t i = 0; i < points->n; i++) {
        ret[0] = fmin(ret[0], points->x[i]);
        ret[1] = fmin(ret[1], points->y[i]);
        ret[2] = fmax(ret[2], points->x[i]);
        ret[3] = fmax(ret[3], points->y[i]);
    }
}

/* `widest_m`: the widest bandwidth of a point, as far as a surface without bounds reaches beyond
 * them. */
static enum wh_status make_grid(struct wh_ctx *ctx, const struct density_options *o,
                                const struct wh_points *points, const struct wh_study_area *area,
                                double widest_m, struct wh_grid *ret, struct wh_error *err)
{
    double box[4];
    if (o->has_box) {
        return grid_from_box(ctx, o->box, o->cell_m, ret, err);
    }
    if (o->edge != NULL) {
        wh_areas_box(&area->areas, box);
        return wh_grid_cover(ctx, box, 0, o->cell_m, MAX_GRID_CELLS, ret, err);
    }
    box_of_points(points, box);
    const double reach_m = wh_kernel_reach_m(o->opt.kernel, widest_m);
    return wh_grid_cover(ctx, box, reach_m, o->cell_m, MAX_GRID_CELLS, ret, err);
}

struct density_work {
    struct wh_study_area area;
    struct wh_grid grid;
    struct wh_mask mask;
    struct wh_density_stats stats;
    double *bandwidth_of_point_m; /* adaptive */
    double narrowest_m, widest_m;
    uint64_t n_outside;
};

static double grid_mass(const struct wh_grid *grid)
{
    double sum = 0;
    for (size_t i = 0; i < (size_t)grid->nx * grid->ny; i++) {
        sum += isnan(grid->v[i]) ? 0 : grid->v[i];
    }
    return sum * grid->cell_m * grid->cell_m / 1e6;
}

static enum wh_status write_grid(struct wh_ctx *ctx, const struct density_options *o,
                                 const char *crs, const struct density_work *work, size_t n_points,
                                 struct wh_error *err)
{
    char points[32], range[64] = "", bandwidth[192], description[224];
    wh_format_count(n_points, points, sizeof points);
    if (o->opt.bandwidth_of_point_m != NULL) {
        snprintf(range, sizeof range, ", adaptive from %.4g to %.4g m", work->narrowest_m,
                 work->widest_m);
    }
    snprintf(bandwidth, sizeof bandwidth, "%g m (%s kernel, %s edge correction%s)",
             o->opt.bandwidth_m, wh_kernel_name(o->opt.kernel), wh_edge_name(o->opt.edge), range);
    snprintf(description, sizeof description, "events per km², bandwidth %s", bandwidth);
    const char *const key[] = {"UNIT", "BANDWIDTH", "POINTS"};
    const char *const value[] = {"events per km²", bandwidth, points};
    const struct wh_raster_meta meta = {.crs = crs,
                                        .description = description,
                                        .unit = "events per km²",
                                        .key = key,
                                        .value = value,
                                        .n = sizeof key / sizeof *key,
                                        .is_float64 = true};
    return wh_raster_write(ctx, o->out, &work->grid, &meta, err);
}

static void say(struct wh_ctx *ctx, const struct density_options *o, const char *crs,
                const struct wh_grid *grid, const struct wh_points *points,
                const struct wh_density_stats *stats, uint64_t n_outside)
{
    char n[40], most[32], mass[32];
    if (n_outside > 0) {
        wh_log(ctx, WH_LOG_WARNING, "outside %s, and not counted: %s", o->edge,
               wh_points_words(n_outside, n, sizeof n));
    }
    if (o->edge != NULL && stats->n_used < points->n) {
        wh_log(ctx, WH_LOG_WARNING,
               "inside, but without a cell of the study area near: %s; choose smaller cells",
               wh_points_words(points->n - stats->n_used, n, sizeof n));
    }
    wh_log(ctx, WH_LOG_INFO,
           "%s: %s, %u x %u cells of %g m in %s, at most %s per km², %s events in all", o->out,
           wh_points_words(points->n, n, sizeof n), grid->nx, grid->ny, grid->cell_m, crs,
           wh_format_decimal(stats->max_per_km2, 3, most, sizeof most),
           wh_format_decimal(grid_mass(grid), 3, mass, sizeof mass));
}

/* The study area, and of the points those inside; *ret_outside says how many others there were. */
static enum wh_status open_area(struct wh_ctx *ctx, const struct density_options *o,
                                struct wh_points_set *set, struct wh_study_area *ret,
                                uint64_t *ret_outside, struct wh_error *err)
{
    enum wh_status status = wh_study_area_open(ctx, o->edge, set->crs, ret, err);
    if (status == WH_OK) {
        status = wh_study_area_keep(ctx, &ret->areas, &set->points, ret_outside, NULL, err);
    }
    if (status == WH_OK && set->points.n == 0) {
        status = wh_fail_at(err, WH_ERR_INPUT, o->edge, 0, 0,
                            "none of the points lies in it; are both in their right CRS?");
    }
    return status;
}

/* Grid, mask and bandwidth. A grid round the points waits for the bandwidth, which it reaches
 * beyond them. */
static enum wh_status prepare(struct wh_ctx *ctx, struct density_options *o,
                              const struct wh_points *points, struct density_work *work,
                              struct wh_error *err)
{
    const bool has_area = o->edge != NULL;
    enum wh_status status = WH_OK;
    if (has_area) {
        status = make_grid(ctx, o, points, &work->area, o->opt.bandwidth_m, &work->grid, err);
    }
    if (status == WH_OK && has_area) {
        status = wh_mask_from_shape(ctx, &work->grid, &work->area.shape, &work->mask, err);
    }
    if (status == WH_OK) {
        status = wh_bandwidth_wish_grant(ctx, &o->wish, points, o->opt.kernel, o->cell_m,
                                         has_area ? &work->mask : NULL, &o->opt.bandwidth_m, err);
    }
    if (status == WH_OK && !has_area && o->out != NULL) {
        status = make_grid(ctx, o, points, &work->area, o->opt.bandwidth_m, &work->grid, err);
    }
    return status;
}

/* A bandwidth a point, by a pilot surface of the fixed one; a grid round the points then reaches as
 * far as the widest. */
static enum wh_status adapt(struct wh_ctx *ctx, struct density_options *o,
                            const struct wh_points *points, struct density_work *work,
                            struct wh_error *err)
{
    const struct wh_adaptive_options opt = {.bandwidth_m = o->opt.bandwidth_m,
                                            .narrowest_m = fmax(o->opt.bandwidth_m / 5, o->cell_m)};
    struct wh_density_stats stats;
    work->bandwidth_of_point_m = wh_alloc_array(ctx, points->n, sizeof *work->bandwidth_of_point_m);
    if (work->bandwidth_of_point_m == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = wh_density(ctx, points, o->edge != NULL ? &work->mask : NULL, &o->opt,
                                       &work->grid, NULL, &stats, err);
    if (status == WH_OK) {
        status = wh_bandwidth_adapt(points, &work->grid, &opt, work->bandwidth_of_point_m, err);
    }
    if (status != WH_OK) {
        return status;
    }
    work->narrowest_m = (double)INFINITY;
    for (size_t i = 0; i < points->n; i++) {
        work->narrowest_m = fmin(work->narrowest_m, work->bandwidth_of_point_m[i]);
        work->widest_m = fmax(work->widest_m, work->bandwidth_of_point_m[i]);
    }
    o->opt.bandwidth_of_point_m = work->bandwidth_of_point_m;
    if (o->edge == NULL && !o->has_box) {
        wh_grid_finish(ctx, &work->grid);
        status = make_grid(ctx, o, points, &work->area, work->widest_m, &work->grid, err);
    }
    return status;
}

static enum wh_status estimate(struct wh_ctx *ctx, struct density_options *o,
                               struct wh_points_set *set, struct wh_error *err)
{
    struct density_work work = {0};
    enum wh_status status = WH_OK;
    if (o->edge != NULL) {
        status = open_area(ctx, o, set, &work.area, &work.n_outside, err);
    }
    if (status == WH_OK) {
        status = prepare(ctx, o, &set->points, &work, err);
    }
    if (status == WH_OK && o->is_adaptive && o->out != NULL) {
        status = adapt(ctx, o, &set->points, &work, err);
    }
    if (status == WH_OK && o->out != NULL) {
        status = wh_density(ctx, &set->points, o->edge != NULL ? &work.mask : NULL, &o->opt,
                            &work.grid, NULL, &work.stats, err);
        if (status == WH_OK) {
            status = write_grid(ctx, o, set->crs, &work, set->points.n, err);
        }
        if (status == WH_OK) {
            say(ctx, o, set->crs, &work.grid, &set->points, &work.stats, work.n_outside);
        }
    }
    wh_free(ctx, work.bandwidth_of_point_m);
    wh_mask_finish(ctx, &work.mask);
    wh_grid_finish(ctx, &work.grid);
    wh_study_area_finish(ctx, &work.area);
    return status;
}

static enum wh_status density(struct wh_ctx *ctx, const struct wh_command *command, int argc,
                              char **argv, struct wh_error *err)
{
    struct density_options o = {0};
    const char *argument[2] = {NULL, NULL};
    const struct wh_option option[] = {
        {"bandwidth", "M",
         "metres, at least a cell: radius of the quartic kernel, sigma of the\nGaussian; or auto: "
         "as the points ask for; or auto:METHOD, one of scott,\nsilverman, likelihood, diggle, "
         "isj, next-likelihood, next-pai (required)",
         &o.bandwidth, NULL},
        {"explain", NULL,
         "with auto: prints what each method says, and why that bandwidth; OUT.tif\nmay be left "
         "out then",
         NULL, &o.wish.explain},
        {"adaptive", NULL,
         "narrower kernels where points are dense, wider ones where they are not\n(Abramson 1982), "
         "from a fifth of the bandwidth to five times it (default: all\nalike)",
         NULL, &o.is_adaptive},
        {"opened", "COL",
         "column of dates: auto then takes the bandwidth that best foretells each\nperiod from "
         "the one before (default: no dates are read)",
         &o.input.opened, NULL},
        {"date-format", "F", WH_POINTS_DATE_FORMAT_HELP, &o.input.date_format, NULL},
        {"periods", "N", "that the dates are cut in, all of one length (default: 4)", &o.periods,
         NULL},
        {"cell", "M", "metres: side of a cell (required)", &o.cell, NULL},
        {"kernel", "K", "quartic or gaussian (default: quartic)", &o.kernel, NULL},
        {"bounds", "X0,Y0,X1,Y1",
         "west, south, east, north of the surface, in metres of its CRS (default:\nthe areas of "
         "--edge, or all that the points reach)",
         &o.bounds, NULL},
        {"edge", "AREAS",
         "polygons of the study area: only events inside count, each with its whole\nweight "
         "(Diggle's correction); cells outside have no data (default: none)",
         &o.edge, NULL},
        {"crs", "C", WH_POINTS_CRS_HELP, &o.input.crs, NULL},
        {"x", "COL", WH_POINTS_X_HELP, &o.input.x, NULL},
        {"y", "COL", WH_POINTS_Y_HELP, &o.input.y, NULL},
        {"weight", "COL", WH_POINTS_WEIGHT_HELP, &o.input.weight, NULL},
    };
    const size_t n_options = sizeof option / sizeof *option;
    if (wh_args_wants_help(argc, argv)) {
        wh_args_help(stdout, command, option, n_options);
        return WH_OK;
    }
    struct wh_points_set set = {0};
    enum wh_status status = wh_args_read(command, argc, argv, option, n_options, argument, err);
    o.input.path = argument[0];
    o.out = argument[1];
    if (status == WH_OK) {
        status = read_numbers(&o, err);
    }
    if (status == WH_OK) {
        status = wh_points_read(ctx, &o.input, &set, err);
    }
    if (status == WH_OK) {
        status = estimate(ctx, &o, &set, err);
    }
    wh_points_set_finish(ctx, &set);
    return wh_args_blame(status, err);
}

const struct wh_command wh_command_density = {
    .name = "density",
    .arguments = "POINTS OUT.tif --bandwidth M --cell M",
    .summary = "one density surface from points",
    .details =
        "Reads POINTS (CSV, GeoJSON, GeoPackage, Shapefile, FlatGeobuf) and writes a GeoTIFF of "
        "events\n"
        "per km²: at each cell's centre the sum of the points' kernels, each of mass 1 (or its\n"
        "weight). Metres are metres on the ground. The sum of all cells times their area is the\n"
        "number of events, exactly so with --edge.\n\n"
        "Examples:\n"
        "  wardheat density requests.csv heat.tif --bandwidth 400 --cell 20 --crs EPSG:27700\n"
        "  wardheat density reports.geojson heat.tif --bandwidth 300 --cell 25 --edge wards.gpkg\n"
        "  wardheat density requests.csv --bandwidth auto --explain --cell 20 --crs EPSG:27700 \\\n"
        "      --edge wards.gpkg --opened reported --date-format %d/%m/%Y\n"
        "  wardheat density trees.csv heat.tif --bandwidth 50 --cell 5 --crs EPSG:25832 \\\n"
        "      --x rechtswert --y hochwert --kernel gaussian --weight height\n",
    .n_arguments = 1,
    .n_optional = 1,
    .more_usage = "POINTS --bandwidth auto --cell M --explain",
    .run = density,
};
