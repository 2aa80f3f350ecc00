/* cli/hotspots_methods.c: the methods beside hot spots themselves: each a call of the library and a
 * table or a layer. */
#include "cli/hotspots_methods.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <wardheat/clusters.h>
#include <wardheat/patterns.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/points_input.h"
#include "geo/areas.h"
#include "publish/emit.h"
#include "publish/geometry.h"

#define MOST_CELLS 1e6
#define SECONDS_A_DAY 86400
#define PERIODS_A_WINDOW 3
#define MOST_PERIODS 24
#define REPLICATES 999
enum { DECIMALS = 6, P_DECIMALS = 15, CIRCLE_SIDES = 64 };

/* ---- output ---- */

struct output {
    struct wh_ctx *ctx;
    struct wh_transform *to_lonlat;
    struct wh_buf buf;
    struct wh_emitter emit;
    size_t n;
    double box[4];
};

static enum wh_status output_open(struct wh_ctx *ctx, const struct wh_method_input *input,
                                  struct output *output, struct wh_error *err)
{
    *output = (struct output){.ctx = ctx};
    wh_buf_init(&output->buf, ctx);
    wh_buf_c(&output->buf, "{\"type\":\"FeatureCollection\",\"features\":[");
    return wh_points_transform(ctx, input->crs, "EPSG:4326", &output->to_lonlat, err);
}

static void feature_begin(struct output *output)
{
    wh_buf_c(&output->buf, output->n++ == 0 ? "\n" : ",\n");
    wh_buf_c(&output->buf, "{\"type\":\"Feature\",\"properties\":");
    output->emit = (struct wh_emitter){.buf = &output->buf, .is_compact = true};
    wh_emit_object(&output->emit, NULL);
}

static enum wh_status feature_end(struct output *output, const struct wh_shape *shape,
                                  struct wh_error *err)
{
    struct wh_shape lonlat = {0};
    const enum wh_status status =
        wh_shape_to_lonlat(output->ctx, output->to_lonlat, shape, &lonlat, err);
    if (status == WH_OK) {
        wh_emit_object_end(&output->emit);
        wh_buf_c(&output->buf, ",\"geometry\":");
        wh_geometry_add(&output->buf, &lonlat, output->box);
        wh_buf_char(&output->buf, '}');
    }
    wh_shape_finish(output->ctx, &lonlat);
    return status;
}

static enum wh_status feature_ring(struct output *output, double *x, double *y, uint32_t n,
                                   struct wh_error *err)
{
    uint32_t part_start[2] = {0, 1}, ring_start[2] = {0, n};
    const struct wh_shape shape = {1, 1, n, part_start, ring_start, x, y};
    return feature_end(output, &shape, err);
}

static enum wh_status feature_cell(struct output *output, const struct wh_lattice *lattice,
                                   size_t cell, struct wh_error *err)
{
    double x[7], y[7];
    const unsigned n = wh_lattice_outline(lattice, cell, x, y);
    return feature_ring(output, x, y, n, err);
}

static enum wh_status feature_circle(struct output *output, double x, double y, double radius_m,
                                     struct wh_error *err)
{
    double rx[CIRCLE_SIDES + 1], ry[CIRCLE_SIDES + 1];
    for (unsigned i = 0; i <= CIRCLE_SIDES; i++) {
        const double angle = 2 * 3.141592653589793 * (i % CIRCLE_SIDES) / CIRCLE_SIDES;
        rx[i] = x + radius_m * cos(angle);
        ry[i] = y + radius_m * sin(angle);
    }
    return feature_ring(output, rx, ry, CIRCLE_SIDES + 1, err);
}

static void feature_point(struct output *output, double x, double y)
{
    wh_transform_points(output->to_lonlat, false, &x, &y, 1);
    wh_emit_object_end(&output->emit);
    wh_buf_c(&output->buf, ",\"geometry\":{\"type\":\"Point\",\"coordinates\":[");
    wh_lonlat_add(&output->buf, x);
    wh_buf_char(&output->buf, ',');
    wh_lonlat_add(&output->buf, y);
    wh_buf_c(&output->buf, "]}}");
}

static enum wh_status output_close(struct output *output, const char *path, enum wh_status status,
                                   struct wh_error *err)
{
    wh_buf_c(&output->buf, "\n]}\n");
    if (status == WH_OK) {
        status = wh_buf_ok(&output->buf, err);
    }
    if (status == WH_OK) {
        status = wh_io_replace(output->ctx, path, wh_buf_view(&output->buf), err);
    }
    wh_buf_finish(&output->buf);
    wh_transform_destroy(output->ctx, output->to_lonlat);
    return status;
}

static void add_cell(struct wh_buf *buf, double value, int decimals, char after)
{
    if (!isnan(value)) {
        wh_buf_number(buf, value, decimals);
    }
    wh_buf_char(buf, after);
}

static enum wh_status write_table(struct wh_ctx *ctx, const char *path, struct wh_buf *buf,
                                  struct wh_error *err)
{
    const enum wh_status status = wh_buf_ok(buf, err);
    return status == WH_OK ? wh_io_replace(ctx, path, wh_buf_view(buf), err) : status;
}

/* ---- gi-star ---- */

/* Counts less what the base explains; NaN outside the study area. */
static enum wh_status count_cells(struct wh_ctx *ctx, const struct wh_method_input *input,
                                  const struct wh_lattice *lattice, double *count, double *value,
                                  struct wh_error *err)
{
    const size_t n = (size_t)lattice->nx * lattice->ny;
    const struct wh_grid *grid = &input->mask->grid;
    double *base = wh_alloc_array(ctx, n, sizeof *base), base_total = 0;
    size_t cell;
    if (base == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        value[i] = (double)NAN;
    }
    for (size_t i = 0; i < (size_t)grid->nx * grid->ny; i++) {
        const double x = grid->x0 + ((double)(i % grid->nx) + 0.5) * grid->cell_m;
        const double y = grid->y0 + ((double)(i / grid->nx) + 0.5) * grid->cell_m;
        if (input->mask->inside[i] != 0 && wh_lattice_cell_of(lattice, x, y, &cell)) {
            value[cell] = 0;
        }
    }
    for (size_t i = 0; i < input->points->n; i++) {
        if (wh_lattice_cell_of(lattice, input->points->x[i], input->points->y[i], &cell)) {
            count[cell] += input->points->weight[i];
        }
    }
    for (size_t i = 0; i < input->base->n; i++) {
        if (wh_lattice_cell_of(lattice, input->base->x[i], input->base->y[i], &cell)) {
            base[cell] += input->base->weight[i];
            base_total += input->base->weight[i];
        }
    }
    for (size_t i = 0; i < n; i++) {
        const double explained =
            base_total > 0 ? (double)input->points->n * base[i] / base_total : 0;
        value[i] += count[i] - explained; /* NaN stays */
    }
    wh_free(ctx, base);
    return WH_OK;
}

static void emit_gi_star(struct wh_emitter *emit, double count, double z, double p, double q)
{
    wh_emit_real(emit, "count", count, 1);
    wh_emit_real(emit, "z", z, DECIMALS);
    wh_emit_real(emit, "p", p, P_DECIMALS);
    wh_emit_real(emit, "q", q, P_DECIMALS);
    wh_emit_int(emit, "bin", wh_bin_of(z, q));
}

struct cell_work {
    double *count, *value, *z, *p, *q;
};

static enum wh_status cell_work_open(struct wh_ctx *ctx, size_t n, struct cell_work *work,
                                     struct wh_error *err)
{
    double *all = wh_alloc_array(ctx, 5 * n + 1, sizeof *all);
    *work = (struct cell_work){all, all + n, all + 2 * n, all + 3 * n, all + 4 * n};
    return all == NULL ? wh_fail_memory(ctx, err) : WH_OK;
}

static enum wh_status gi_star_cells(struct wh_ctx *ctx, const struct wh_method_input *input,
                                    struct output *output, struct wh_error *err)
{
    const struct wh_grid *grid = &input->mask->grid;
    const double box[4] = {grid->x0, grid->y0, grid->x0 + grid->nx * grid->cell_m,
                           grid->y0 + grid->ny * grid->cell_m};
    const double cell_m = input->density.bandwidth_m / 2;
    struct wh_lattice lattice;
    struct cell_work work = {0};
    enum wh_status status = input->cells == WH_CELLS_HEXAGONS
                                ? wh_lattice_hexagons(box, cell_m, MOST_CELLS, &lattice, err)
                                : wh_lattice_squares(box, cell_m, MOST_CELLS, &lattice, err);
    if (status != WH_OK) {
        return status;
    }
    const size_t n = (size_t)lattice.nx * lattice.ny;
    status = cell_work_open(ctx, n, &work, err);
    if (status == WH_OK) {
        status = count_cells(ctx, input, &lattice, work.count, work.value, err);
    }
    if (status == WH_OK) {
        status = wh_getis_ord_lattice(ctx, &lattice, work.value, input->density.bandwidth_m, work.z,
                                      work.p, err);
    }
    if (status == WH_OK) {
        status = wh_false_discovery(ctx, work.p, NULL, n, WH_DISCOVERY_BH, work.q, err);
    }
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        if (!isnan(work.value[i])) {
            feature_begin(output);
            emit_gi_star(&output->emit, work.count[i], work.z[i], work.p[i], work.q[i]);
            status = feature_cell(output, &lattice, i, err);
        }
    }
    wh_free(ctx, work.count);
    return status;
}

/* Each area's count, and per 1,000 residents where the layer says how many there are. */
static void count_areas(const struct wh_method_input *input, double *count, double *value)
{
    const struct wh_areas *areas = input->areas;
    for (size_t i = 0; i < input->points->n; i++) {
        count[input->area_of[i]] += input->points->weight[i];
    }
    for (uint32_t i = 0; i < areas->n; i++) {
        const double people = areas->population[i];
        value[i] = people > 0 ? 1000 * count[i] / people : count[i];
    }
}

static bool has_people(const struct wh_areas *areas)
{
    bool is_known = true;
    for (uint32_t i = 0; i < areas->n; i++) {
        is_known = is_known && areas->population[i] > 0;
    }
    return is_known;
}

static void emit_area(struct wh_emitter *emit, const struct wh_areas *areas, uint32_t i)
{
    wh_emit_text(emit, "code", areas->code[i]);
    wh_emit_text(emit, "name", areas->name[i]);
}

/* Rates where every area has people, else counts. */
static enum wh_status area_values(struct wh_ctx *ctx, const struct wh_method_input *input,
                                  struct cell_work *work, struct wh_error *err)
{
    const enum wh_status status = cell_work_open(ctx, input->areas->n, work, err);
    if (status == WH_OK) {
        count_areas(input, work->count, work->value);
        for (uint32_t i = 0; !has_people(input->areas) && i < input->areas->n; i++) {
            work->value[i] = work->count[i];
        }
    }
    return status;
}

static enum wh_status gi_star_areas(struct wh_ctx *ctx, const struct wh_method_input *input,
                                    struct output *output, struct wh_error *err)
{
    struct wh_neighbours beside = {0}, with_self = {0};
    struct cell_work work = {0};
    const uint32_t n = input->areas->n;
    enum wh_status status = area_values(ctx, input, &work, err);
    if (status == WH_OK) {
        status =
            wh_neighbours_contiguous(ctx, input->areas, WH_CONTIGUITY_QUEEN, 0.01, &beside, err);
    }
    if (status == WH_OK) {
        status = wh_neighbours_with_self(ctx, &beside, &with_self, err);
    }
    if (status == WH_OK) {
        status = wh_getis_ord(ctx, &with_self, work.value, true, work.z, work.p, err);
    }
    if (status == WH_OK) {
        status = wh_false_discovery(ctx, work.p, NULL, n, WH_DISCOVERY_BH, work.q, err);
    }
    for (uint32_t i = 0; status == WH_OK && i < n; i++) {
        feature_begin(output);
        emit_area(&output->emit, input->areas, i);
        emit_gi_star(&output->emit, work.count[i], work.z[i], work.p[i], work.q[i]);
        status = feature_end(output, &input->areas->shape[i], err);
    }
    wh_neighbours_finish(ctx, &beside);
    wh_neighbours_finish(ctx, &with_self);
    wh_free(ctx, work.count);
    return status;
}

static enum wh_status gi_star(struct wh_ctx *ctx, const struct wh_method_input *input,
                              struct output *output, struct wh_error *err)
{
    return input->cells == WH_CELLS_AREAS ? gi_star_areas(ctx, input, output, err)
                                          : gi_star_cells(ctx, input, output, err);
}

/* ---- moran ---- */

static enum wh_status moran(struct wh_ctx *ctx, const struct wh_method_input *input,
                            struct output *output, struct wh_error *err)
{
    struct wh_neighbours beside = {0};
    struct cell_work work = {0};
    struct wh_global whole = {0};
    const uint32_t n = input->areas->n;
    struct wh_local_moran *local = wh_alloc_array(ctx, n, sizeof *local);
    enum wh_status status = local == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    if (status == WH_OK) {
        status = area_values(ctx, input, &work, err);
    }
    if (status == WH_OK) {
        status =
            wh_neighbours_contiguous(ctx, input->areas, WH_CONTIGUITY_QUEEN, 0.01, &beside, err);
    }
    if (status == WH_OK) {
        status = wh_neighbours_standardise(ctx, &beside, err);
    }
    if (status == WH_OK) {
        status = wh_moran(ctx, &beside, work.value, &whole, err);
    }
    if (status == WH_OK) {
        status = wh_local_moran(ctx, &beside, work.value, REPLICATES, local, err);
    }
    if (status == WH_OK && has_people(input->areas)) {
        wh_empirical_bayes(work.count, input->areas->population, n, NULL, work.q);
    }
    for (uint32_t i = 0; status == WH_OK && i < n; i++) {
        struct wh_emitter *emit = &output->emit;
        feature_begin(output);
        emit_area(emit, input->areas, i);
        wh_emit_real(emit, "count", work.count[i], 1);
        wh_emit_real(emit, "value", work.value[i], DECIMALS);
        wh_emit_real(emit, "empirical_bayes_per_1000",
                     has_people(input->areas) ? 1000 * work.q[i] : (double)NAN, DECIMALS);
        wh_emit_real(emit, "moran", local[i].value, DECIMALS);
        wh_emit_real(emit, "z", local[i].z, DECIMALS);
        wh_emit_real(emit, "p", local[i].p_permuted, DECIMALS);
        wh_emit_text(emit, "quadrant", wh_quadrant_name(local[i].quadrant));
        status = feature_end(output, &input->areas->shape[i], err);
    }
    if (status == WH_OK) {
        printf("moran,expected,z,p\n%.6f,%.6f,%.6f,%.6g\n", whole.value, whole.expected,
               whole.z_random, whole.p_random);
    }
    wh_neighbours_finish(ctx, &beside);
    wh_free(ctx, work.count);
    wh_free(ctx, local);
    return status;
}

/* ---- the whole pattern ---- */

static void add_global(struct wh_buf *buf, const char *name, const struct wh_global *of)
{
    wh_buf_c(buf, name);
    wh_buf_char(buf, ',');
    add_cell(buf, of->value, DECIMALS, ',');
    add_cell(buf, of->expected, DECIMALS, ',');
    add_cell(buf, of->z_random, DECIMALS, ',');
    add_cell(buf, of->p_random, P_DECIMALS, '\n');
}

/* One number each for all areas: do like values lie together (Moran, Geary), and are they the high
 * ones (Getis and Ord)? */
static enum wh_status global(struct wh_ctx *ctx, const struct wh_method_input *input,
                             struct wh_error *err)
{
    struct wh_neighbours beside = {0};
    struct cell_work work = {0};
    struct wh_global moran_i, geary_c, getis_g;
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    enum wh_status status = area_values(ctx, input, &work, err);
    if (status == WH_OK) {
        status =
            wh_neighbours_contiguous(ctx, input->areas, WH_CONTIGUITY_QUEEN, 0.01, &beside, err);
    }
    if (status == WH_OK) { /* G is of neighbours as they are; the other two of equal shares */
        status = wh_global_getis_ord(ctx, &beside, work.value, &getis_g, err);
    }
    if (status == WH_OK) {
        status = wh_neighbours_standardise(ctx, &beside, err);
    }
    if (status == WH_OK) {
        status = wh_moran(ctx, &beside, work.value, &moran_i, err);
    }
    if (status == WH_OK) {
        status = wh_geary(ctx, &beside, work.value, &geary_c, err);
    }
    if (status == WH_OK) {
        wh_buf_c(&buf, "statistic,value,expected,z,p\n");
        add_global(&buf, "moran_i", &moran_i);
        add_global(&buf, "geary_c", &geary_c);
        add_global(&buf, "getis_ord_g", &getis_g);
        status = write_table(ctx, input->out, &buf, err);
    }
    wh_buf_finish(&buf);
    wh_neighbours_finish(ctx, &beside);
    wh_free(ctx, work.count);
    return status;
}

/* ---- clusters ---- */

/* Points in knots, each with its knot's number; `strength` NULL: it is not known. */
static void emit_clusters(const struct wh_points *points, const uint32_t *cluster,
                          const double *strength, struct output *output)
{
    for (size_t i = 0; i < points->n; i++) {
        if (cluster[i] != WH_CLUSTER_NONE) {
            feature_begin(output);
            wh_emit_count(&output->emit, "cluster", cluster[i]);
            if (strength != NULL) {
                wh_emit_real(&output->emit, "strength", strength[i], DECIMALS);
            }
            feature_point(output, points->x[i], points->y[i]);
        }
    }
}

static enum wh_status clusters(struct wh_ctx *ctx, const struct wh_method_input *input,
                               struct output *output, struct wh_error *err)
{
    const struct wh_points *points = input->points;
    struct wh_clusters found = {0};
    uint32_t *cluster = wh_alloc_array(ctx, points->n, sizeof *cluster);
    enum wh_status status =
        cluster == NULL
            ? wh_fail_memory(ctx, err)
            : wh_dbscan(ctx, points->x, points->y, (uint32_t)points->n, input->density.bandwidth_m,
                        input->at_least, cluster, &found, err);
    if (status == WH_OK) {
        emit_clusters(points, cluster, NULL, output);
        printf("clusters,points_in_none\n%u,%u\n", found.n, found.n_noise);
    }
    wh_free(ctx, cluster);
    return status;
}

static enum wh_status knots(struct wh_ctx *ctx, const struct wh_method_input *input,
                            struct output *output, struct wh_error *err)
{
    const struct wh_points *points = input->points;
    const uint32_t least = input->at_least < 2 ? 2 : input->at_least;
    const struct wh_hdbscan_options opt = {
        .min_points = least, .min_cluster = least, .least_m = 1, .may_be_one = false};
    struct wh_clusters found = {0};
    uint32_t *cluster = wh_alloc_array(ctx, points->n, sizeof *cluster);
    double *strength = wh_alloc_array(ctx, points->n, sizeof *strength);
    enum wh_status status = cluster == NULL || strength == NULL
                                ? wh_fail_memory(ctx, err)
                                : wh_hdbscan(ctx, points->x, points->y, (uint32_t)points->n, &opt,
                                             cluster, strength, &found, err);
    if (status == WH_OK) {
        emit_clusters(points, cluster, strength, output);
        printf("clusters,points_in_none\n%u,%u\n", found.n, found.n_noise);
    }
    wh_free(ctx, cluster);
    wh_free(ctx, strength);
    return status;
}

/* ---- the past ---- */

/* All whole periods up to the end, a third of a window each; without dates one window of all. */
static uint32_t list_periods(const struct wh_method_input *input, int64_t ret_utc[MOST_PERIODS + 1])
{
    const struct wh_points *points = input->points;
    int64_t oldest = INT64_MAX, newest = INT64_MIN;
    for (size_t i = 0; i < points->n; i++) {
        oldest = points->opened_at[i] < oldest ? points->opened_at[i] : oldest;
        newest = points->opened_at[i] > newest ? points->opened_at[i] : newest;
    }
    if (!input->has_dates) {
        ret_utc[0] = oldest;
        ret_utc[1] = newest + 1;
        return 1;
    }
    const int64_t period_s =
        (input->window_days / PERIODS_A_WINDOW > 0 ? input->window_days / PERIODS_A_WINDOW : 1) *
        SECONDS_A_DAY;
    const int64_t end =
        (input->end_day != WH_NO_DAY ? input->end_day : newest / SECONDS_A_DAY + 1) * SECONDS_A_DAY;
    int64_t n = (end - oldest + SECONDS_A_DAY) / period_s; /* the first may lack a day */
    n = n < 1 ? 1 : n > MOST_PERIODS ? MOST_PERIODS : n;
    for (int64_t i = 0; i <= n; i++) {
        ret_utc[i] = end - (n - i) * period_s;
    }
    return (uint32_t)n;
}

static enum wh_status look_back(struct wh_ctx *ctx, const struct wh_method_input *input,
                                struct wh_patterns *ret, struct wh_error *err)
{
    int64_t period_utc[MOST_PERIODS + 1];
    const uint32_t n = list_periods(input, period_utc);
    const struct wh_pattern_input past = {.points = input->points,
                                          .n_periods = n,
                                          .period_utc = period_utc,
                                          .n_window = input->has_dates ? PERIODS_A_WINDOW : 1,
                                          .base = input->base->n > 0 ? input->base : NULL,
                                          .mask = input->mask,
                                          .area = input->shape,
                                          .density = input->density};
    const struct wh_pattern_options opt = {.alpha = input->alpha,
                                           .area_share = 0.05,
                                           .n_replicates = REPLICATES,
                                           .most_in_knox = 5000,
                                           .most_in_scan = 400};
    return wh_patterns(ctx, &past, &opt, ret, err);
}

static enum wh_status emerging(struct wh_ctx *ctx, const struct wh_method_input *input,
                               struct output *output, struct wh_error *err)
{
    struct wh_patterns patterns = {0};
    enum wh_status status = look_back(ctx, input, &patterns, err);
    const struct wh_emerging_map *map = &patterns.emerging;
    const size_t n = map->class_of == NULL ? 0 : (size_t)map->lattice.nx * map->lattice.ny;
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        if (!isnan(map->z[i])) {
            feature_begin(output);
            wh_emit_text(&output->emit, "class", wh_emerging_name(map->class_of[i]));
            wh_emit_text(&output->emit, "words", wh_emerging_words(map->class_of[i]));
            wh_emit_real(&output->emit, "z", map->z[i], DECIMALS);
            wh_emit_real(&output->emit, "q", map->q[i], P_DECIMALS);
            status = feature_cell(output, &map->lattice, i, err);
        }
    }
    if (status == WH_OK) {
        printf("periods\n%u\n", patterns.n_periods);
    }
    wh_patterns_finish(ctx, &patterns);
    return status;
}

static enum wh_status scan(struct wh_ctx *ctx, const struct wh_method_input *input,
                           struct output *output, struct wh_error *err)
{
    struct wh_patterns patterns = {0};
    enum wh_status status = look_back(ctx, input, &patterns, err);
    for (size_t i = 0; status == WH_OK && i < patterns.scan.n; i++) {
        const struct wh_scan_cluster *cluster = &patterns.scan.cluster[i];
        struct wh_emitter *emit = &output->emit;
        double x, y;
        wh_lattice_centre(&patterns.scan_lattice, patterns.scan_cell[cluster->centre], &x, &y);
        feature_begin(output);
        wh_emit_count(emit, "rank", i + 1);
        wh_emit_real(emit, "cases", cluster->cases, 1);
        wh_emit_real(emit, "expected", cluster->expected, DECIMALS);
        wh_emit_real(emit, "relative_risk", cluster->relative_risk, DECIMALS);
        wh_emit_real(emit, "llr", cluster->llr, DECIMALS);
        wh_emit_real(emit, "p", cluster->p, DECIMALS);
        wh_emit_real(emit, "radius_m", cluster->radius_m, 1);
        status = feature_circle(output, x, y, cluster->radius_m + patterns.scan_cell_m / 2, err);
    }
    wh_patterns_finish(ctx, &patterns);
    return status;
}

/*
 * What is new tonight: cylinders of areas and their last periods that hold more than their own past
 * and the period explain (Kulldorff and others 2005), over the --areas.
 */
static enum wh_status whats_new(struct wh_ctx *ctx, const struct wh_method_input *input,
                                struct output *output, struct wh_error *err)
{
    const uint32_t n = input->areas->n;
    int64_t period_utc[MOST_PERIODS + 1];
    const uint32_t n_periods = list_periods(input, period_utc);
    double *place = wh_alloc_array(ctx, (size_t)n * (2 + n_periods), sizeof *place);
    if (place == NULL) {
        return wh_fail_memory(ctx, err);
    }
    double *const x = place, *const y = place + n, *const cases = place + 2 * (size_t)n;
    for (uint32_t i = 0; i < n; i++) {
        double box[4];
        wh_shape_box(&input->areas->shape[i], box);
        x[i] = (box[0] + box[2]) / 2;
        y[i] = (box[1] + box[3]) / 2;
    }
    for (size_t i = 0; i < input->points->n; i++) {
        for (uint32_t k = 0; k < n_periods; k++) {
            if (input->points->opened_at[i] >= period_utc[k] &&
                input->points->opened_at[i] < period_utc[k + 1]) {
                cases[(size_t)input->area_of[i] * n_periods + k] += 1;
            }
        }
    }
    const struct wh_scan_input past = {
        .n = n, .x = x, .y = y, .n_periods = n_periods, .cases = cases};
    const struct wh_scan_options opt = {.model = WH_SCAN_PERMUTATION,
                                        .most_share = 0.5,
                                        .n_replicates = REPLICATES,
                                        .at_most = 10,
                                        .p_at_most = input->alpha};
    struct wh_scan scan = {0};
    enum wh_status status = wh_scan(ctx, &past, &opt, &scan, err);
    for (size_t i = 0; status == WH_OK && i < scan.n; i++) {
        const struct wh_scan_cluster *cluster = &scan.cluster[i];
        for (uint32_t k = 0; status == WH_OK && k < cluster->n_areas; k++) {
            struct wh_emitter *emit = &output->emit;
            feature_begin(output);
            emit_area(emit, input->areas, cluster->area[k]);
            wh_emit_count(emit, "rank", i + 1);
            wh_emit_count(emit, "periods", cluster->n_periods);
            wh_emit_real(emit, "cases", cluster->cases, 1);
            wh_emit_real(emit, "expected", cluster->expected, DECIMALS);
            wh_emit_real(emit, "llr", cluster->llr, DECIMALS);
            wh_emit_real(emit, "p", cluster->p, DECIMALS);
            status = feature_end(output, &input->areas->shape[cluster->area[k]], err);
        }
    }
    if (status == WH_OK) {
        printf("periods,days_a_period,clusters\n%u,%" PRId64 ",%zu\n", n_periods,
               (period_utc[1] - period_utc[0]) / SECONDS_A_DAY, scan.n);
    }
    wh_scan_finish(ctx, &scan);
    wh_free(ctx, place);
    return status;
}

static enum wh_status near_repeats(struct wh_ctx *ctx, const struct wh_method_input *input,
                                   struct wh_error *err)
{
    struct wh_patterns patterns = {0};
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    enum wh_status status = look_back(ctx, input, &patterns, err);
    wh_buf_c(&buf, "up_to_m,up_to_days,pairs,expected,ratio,p\n");
    for (unsigned i = 0; patterns.n_knox > 0 && i < WH_N_KNOX_DISTANCES * WH_N_KNOX_DAYS; i++) {
        const struct wh_knox_cell *cell = &patterns.knox[i];
        add_cell(&buf, patterns.knox_distance_m[i / WH_N_KNOX_DAYS], 1, ',');
        add_cell(&buf, patterns.knox_day[i % WH_N_KNOX_DAYS], 0, ',');
        add_cell(&buf, cell->pairs, 0, ',');
        add_cell(&buf, cell->expected, DECIMALS, ',');
        add_cell(&buf, cell->ratio, DECIMALS, ',');
        add_cell(&buf, cell->p, DECIMALS, '\n');
    }
    if (status == WH_OK) {
        status = write_table(ctx, input->out, &buf, err);
    }
    wh_buf_finish(&buf);
    wh_patterns_finish(ctx, &patterns);
    return status;
}

static void add_limits(struct wh_buf *buf, const struct wh_limits *limits, char after)
{
    add_cell(buf, limits->lower, DECIMALS, ',');
    add_cell(buf, limits->upper, DECIMALS, after);
}

static enum wh_status predict(struct wh_ctx *ctx, const struct wh_method_input *input,
                              struct wh_error *err)
{
    struct wh_patterns patterns = {0};
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    enum wh_status status = look_back(ctx, input, &patterns, err);
    wh_buf_c(&buf, "forecast,bandwidth_m,cell_m,pai,pai_low,pai_high,pei,pei_low,pei_high,rri,"
                   "rri_low,rri_high,gain,gain_low,gain_high\n");
    for (unsigned i = 0; i < patterns.n_forecasts; i++) {
        const struct wh_accuracy *a = &patterns.accuracy[i];
        wh_buf_c(&buf, wh_forecast_name((enum wh_forecast_kind)i));
        wh_buf_char(&buf, ',');
        add_cell(&buf, i == WH_FORECAST_DENSITY ? input->density.bandwidth_m : (double)NAN, 3, ',');
        add_cell(&buf, patterns.forecast_cell_m, 3, ',');
        add_cell(&buf, a->pai, DECIMALS, ',');
        add_limits(&buf, &a->pai_limits, ',');
        add_cell(&buf, a->pei, DECIMALS, ',');
        add_limits(&buf, &a->pei_limits, ',');
        add_cell(&buf, a->rri, DECIMALS, ',');
        add_limits(&buf, &a->rri_limits, ',');
        add_cell(&buf, a->gain, DECIMALS, ',');
        add_limits(&buf, &a->gain_limits, '\n');
    }
    for (unsigned i = 0; patterns.n_forecasts > 0 && i < WH_N_SENSITIVITIES; i++) {
        wh_buf_c(&buf, "sensitivity,");
        add_cell(&buf, patterns.sensitivity[i].bandwidth_m, 3, ',');
        add_cell(&buf, patterns.sensitivity[i].cell_m, 3, ',');
        add_cell(&buf, patterns.sensitivity[i].pai, DECIMALS, ',');
        wh_buf_c(&buf, ",,,,,,,,,,\n");
    }
    if (status == WH_OK) {
        status = write_table(ctx, input->out, &buf, err);
    }
    if (status == WH_OK) {
        puts(wh_verdict_words(wh_patterns_verdict(&patterns)));
    }
    wh_buf_finish(&buf);
    wh_patterns_finish(ctx, &patterns);
    return status;
}

/* ---- which ---- */

static const struct {
    const char *name;
    enum wh_status (*layer)(struct wh_ctx *ctx, const struct wh_method_input *input,
                            struct output *output, struct wh_error *err);
    enum wh_status (*table)(struct wh_ctx *ctx, const struct wh_method_input *input,
                            struct wh_error *err);
    bool needs_dates, needs_base;
} METHODS[] = {
    {"gi-star", gi_star, NULL, false, false},
    {"moran", moran, NULL, false, false},
    {"global", NULL, global, false, false},
    {"scan", scan, NULL, false, true},
    {"new-scan", whats_new, NULL, true, false},
    {"clusters", clusters, NULL, false, false},
    {"hdbscan", knots, NULL, false, false},
    {"emerging", emerging, NULL, true, false},
    {"near-repeats", NULL, near_repeats, true, false},
    {"predict", NULL, predict, true, false},
};
#define N_METHODS (sizeof METHODS / sizeof *METHODS)

static size_t find_method(const char *method)
{
    size_t i = 0;
    while (i < N_METHODS && (method == NULL || strcmp(METHODS[i].name, method) != 0)) {
        i++;
    }
    return i;
}

bool wh_method_is_known(const char *method)
{
    return find_method(method) < N_METHODS;
}

enum wh_status wh_method_cells(const char *text, enum wh_cells *ret, struct wh_error *err)
{
    static const char *const name[] = {"squares", "hexagons", "areas"};
    for (int i = 0; text != NULL && i < 3; i++) {
        if (strcmp(text, name[i]) == 0) {
            *ret = (enum wh_cells)i;
            return WH_OK;
        }
    }
    return text == NULL
               ? WH_OK
               : wh_fail(err, WH_ERR_USAGE, "--cells: expected squares, hexagons or areas");
}

enum wh_status wh_method_run(struct wh_ctx *ctx, const char *method,
                             const struct wh_method_input *input, struct wh_error *err)
{
    const size_t i = find_method(method);
    const bool is_layer = METHODS[i].layer != NULL;
    const char *ending = is_layer ? ".geojson" : ".csv";
    if (METHODS[i].needs_dates && !input->has_dates) {
        return wh_fail(err, WH_ERR_USAGE, "--method %s needs --opened: which column has the dates?",
                       method);
    }
    if (METHODS[i].needs_base && input->base->n == 0) {
        return wh_fail(err, WH_ERR_USAGE,
                       "--method %s needs --relative-to: a file of addresses, or area, or "
                       "population",
                       method);
    }
    if (!wh_str_has_suffix(wh_str_c(input->out), ending)) {
        return wh_fail(err, WH_ERR_USAGE,
                       "the output of --method %s must be a name that ends in %s", method, ending);
    }
    if (!is_layer) {
        return METHODS[i].table(ctx, input, err);
    }
    struct output output;
    enum wh_status status = output_open(ctx, input, &output, err);
    if (status == WH_OK) {
        status = METHODS[i].layer(ctx, input, &output, err);
    }
    return output_close(&output, input->out, status, err);
}
