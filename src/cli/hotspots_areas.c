/* cli/hotspots_areas.c: is a value hot where its neighbours are, too? gi-star of cells and areas,
 * moran and global of areas. */
#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/error.h"
#include "cli/hotspots_layer.h"
#include "geo/areas.h"

#define MOST_CELLS 1e6
#define REPLICATES 999

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
    wh_emit_real(emit, "z", z, WH_METHOD_DECIMALS);
    wh_emit_real(emit, "p", p, WH_METHOD_P_DECIMALS);
    wh_emit_real(emit, "q", q, WH_METHOD_P_DECIMALS);
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
                                    struct wh_layer_out *output, struct wh_error *err)
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
            wh_layer_out_begin(output);
            emit_gi_star(&output->emit, work.count[i], work.z[i], work.p[i], work.q[i]);
            status = wh_layer_out_cell(output, &lattice, i, err);
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
                                    struct wh_layer_out *output, struct wh_error *err)
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
        wh_layer_out_begin(output);
        wh_method_area(&output->emit, input->areas, i);
        emit_gi_star(&output->emit, work.count[i], work.z[i], work.p[i], work.q[i]);
        status = wh_layer_out_end(output, &input->areas->shape[i], err);
    }
    wh_neighbours_finish(ctx, &beside);
    wh_neighbours_finish(ctx, &with_self);
    wh_free(ctx, work.count);
    return status;
}

enum wh_status wh_method_gi_star(struct wh_ctx *ctx, const struct wh_method_input *input,
                                 struct wh_layer_out *output, struct wh_error *err)
{
    return input->cells == WH_CELLS_AREAS ? gi_star_areas(ctx, input, output, err)
                                          : gi_star_cells(ctx, input, output, err);
}

/* ---- moran ---- */

enum wh_status wh_method_moran(struct wh_ctx *ctx, const struct wh_method_input *input,
                               struct wh_layer_out *output, struct wh_error *err)
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
        wh_layer_out_begin(output);
        wh_method_area(emit, input->areas, i);
        wh_emit_real(emit, "count", work.count[i], 1);
        wh_emit_real(emit, "value", work.value[i], WH_METHOD_DECIMALS);
        wh_emit_real(emit, "empirical_bayes_per_1000",
                     has_people(input->areas) ? 1000 * work.q[i] : (double)NAN, WH_METHOD_DECIMALS);
        wh_emit_real(emit, "moran", local[i].value, WH_METHOD_DECIMALS);
        wh_emit_real(emit, "z", local[i].z, WH_METHOD_DECIMALS);
        wh_emit_real(emit, "p", local[i].p_permuted, WH_METHOD_DECIMALS);
        wh_emit_text(emit, "quadrant", wh_quadrant_name(local[i].quadrant));
        status = wh_layer_out_end(output, &input->areas->shape[i], err);
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
    wh_table_out_number(buf, of->value, WH_METHOD_DECIMALS, ',');
    wh_table_out_number(buf, of->expected, WH_METHOD_DECIMALS, ',');
    wh_table_out_number(buf, of->z_random, WH_METHOD_DECIMALS, ',');
    wh_table_out_number(buf, of->p_random, WH_METHOD_P_DECIMALS, '\n');
}

/* One number each for all areas: do like values lie together (Moran, Geary), and are they the high
 * ones (Getis and Ord)? */
enum wh_status wh_method_global(struct wh_ctx *ctx, const struct wh_method_input *input,
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
        status = wh_table_out_write(ctx, input->out, &buf, err);
    }
    wh_buf_finish(&buf);
    wh_neighbours_finish(ctx, &beside);
    wh_free(ctx, work.count);
    return status;
}
