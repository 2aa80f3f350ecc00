/* cli/hotspots_past.c: what the points' own past says: emerging, scan, new-scan, near-repeats,
 * predict.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <wardheat/patterns.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"
#include "cli/hotspots_layer.h"
#include "geo/areas.h"

#define SECONDS_A_DAY 86400
#define PERIODS_A_WINDOW 3
#define MOST_PERIODS 24
#define REPLICATES 999

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

enum wh_status wh_method_emerging(struct wh_ctx *ctx, const struct wh_method_input *input,
                                  struct wh_layer_out *output, struct wh_error *err)
{
    struct wh_patterns patterns = {0};
    enum wh_status status = look_back(ctx, input, &patterns, err);
    const struct wh_emerging_map *map = &patterns.emerging;
    const size_t n = map->class_of == NULL ? 0 : (size_t)map->lattice.nx * map->lattice.ny;
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        if (!isnan(map->z[i])) {
            wh_layer_out_begin(output);
            wh_emit_text(&output->emit, "class", wh_emerging_name(map->class_of[i]));
            wh_emit_text(&output->emit, "words", wh_emerging_words(map->class_of[i]));
            wh_emit_real(&output->emit, "z", map->z[i], WH_METHOD_DECIMALS);
            wh_emit_real(&output->emit, "q", map->q[i], WH_METHOD_P_DECIMALS);
            status = wh_layer_out_cell(output, &map->lattice, i, err);
        }
    }
    if (status == WH_OK) {
        printf("periods\n%u\n", patterns.n_periods);
    }
    wh_patterns_finish(ctx, &patterns);
    return status;
}

enum wh_status wh_method_scan(struct wh_ctx *ctx, const struct wh_method_input *input,
                              struct wh_layer_out *output, struct wh_error *err)
{
    struct wh_patterns patterns = {0};
    enum wh_status status = look_back(ctx, input, &patterns, err);
    for (size_t i = 0; status == WH_OK && i < patterns.scan.n; i++) {
        const struct wh_scan_cluster *cluster = &patterns.scan.cluster[i];
        struct wh_emitter *emit = &output->emit;
        double x, y;
        wh_lattice_centre(&patterns.scan_lattice, patterns.scan_cell[cluster->centre], &x, &y);
        wh_layer_out_begin(output);
        wh_emit_count(emit, "rank", i + 1);
        wh_emit_real(emit, "cases", cluster->cases, 1);
        wh_emit_real(emit, "expected", cluster->expected, WH_METHOD_DECIMALS);
        wh_emit_real(emit, "relative_risk", cluster->relative_risk, WH_METHOD_DECIMALS);
        wh_emit_real(emit, "llr", cluster->llr, WH_METHOD_DECIMALS);
        wh_emit_real(emit, "p", cluster->p, WH_METHOD_DECIMALS);
        wh_emit_real(emit, "radius_m", cluster->radius_m, 1);
        status =
            wh_layer_out_circle(output, x, y, cluster->radius_m + patterns.scan_cell_m / 2, err);
    }
    wh_patterns_finish(ctx, &patterns);
    return status;
}

/*
 * What is new tonight: cylinders of areas and their last periods that hold more than their own past
 * and the period explain (Kulldorff and others 2005), over the --areas.
 */
enum wh_status wh_method_new_scan(struct wh_ctx *ctx, const struct wh_method_input *input,
                                  struct wh_layer_out *output, struct wh_error *err)
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
            wh_layer_out_begin(output);
            wh_method_area(emit, input->areas, cluster->area[k]);
            wh_emit_count(emit, "rank", i + 1);
            wh_emit_count(emit, "periods", cluster->n_periods);
            wh_emit_real(emit, "cases", cluster->cases, 1);
            wh_emit_real(emit, "expected", cluster->expected, WH_METHOD_DECIMALS);
            wh_emit_real(emit, "llr", cluster->llr, WH_METHOD_DECIMALS);
            wh_emit_real(emit, "p", cluster->p, WH_METHOD_DECIMALS);
            status = wh_layer_out_end(output, &input->areas->shape[cluster->area[k]], err);
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

enum wh_status wh_method_near_repeats(struct wh_ctx *ctx, const struct wh_method_input *input,
                                      struct wh_error *err)
{
    struct wh_patterns patterns = {0};
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    enum wh_status status = look_back(ctx, input, &patterns, err);
    wh_buf_c(&buf, "up_to_m,up_to_days,pairs,expected,ratio,p\n");
    for (unsigned i = 0; patterns.n_knox > 0 && i < WH_N_KNOX_DISTANCES * WH_N_KNOX_DAYS; i++) {
        const struct wh_knox_cell *cell = &patterns.knox[i];
        wh_table_out_number(&buf, patterns.knox_distance_m[i / WH_N_KNOX_DAYS], 1, ',');
        wh_table_out_number(&buf, patterns.knox_day[i % WH_N_KNOX_DAYS], 0, ',');
        wh_table_out_number(&buf, cell->pairs, 0, ',');
        wh_table_out_number(&buf, cell->expected, WH_METHOD_DECIMALS, ',');
        wh_table_out_number(&buf, cell->ratio, WH_METHOD_DECIMALS, ',');
        wh_table_out_number(&buf, cell->p, WH_METHOD_DECIMALS, '\n');
    }
    if (status == WH_OK) {
        status = wh_table_out_write(ctx, input->out, &buf, err);
    }
    wh_buf_finish(&buf);
    wh_patterns_finish(ctx, &patterns);
    return status;
}

static void add_limits(struct wh_buf *buf, const struct wh_limits *limits, char after)
{
    wh_table_out_number(buf, limits->lower, WH_METHOD_DECIMALS, ',');
    wh_table_out_number(buf, limits->upper, WH_METHOD_DECIMALS, after);
}

enum wh_status wh_method_predict(struct wh_ctx *ctx, const struct wh_method_input *input,
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
        wh_table_out_number(
            &buf, i == WH_FORECAST_DENSITY ? input->density.bandwidth_m : (double)NAN, 3, ',');
        wh_table_out_number(&buf, patterns.forecast_cell_m, 3, ',');
        wh_table_out_number(&buf, a->pai, WH_METHOD_DECIMALS, ',');
        add_limits(&buf, &a->pai_limits, ',');
        wh_table_out_number(&buf, a->pei, WH_METHOD_DECIMALS, ',');
        add_limits(&buf, &a->pei_limits, ',');
        wh_table_out_number(&buf, a->rri, WH_METHOD_DECIMALS, ',');
        add_limits(&buf, &a->rri_limits, ',');
        wh_table_out_number(&buf, a->gain, WH_METHOD_DECIMALS, ',');
        add_limits(&buf, &a->gain_limits, '\n');
    }
    for (unsigned i = 0; patterns.n_forecasts > 0 && i < WH_N_SENSITIVITIES; i++) {
        wh_buf_c(&buf, "sensitivity,");
        wh_table_out_number(&buf, patterns.sensitivity[i].bandwidth_m, 3, ',');
        wh_table_out_number(&buf, patterns.sensitivity[i].cell_m, 3, ',');
        wh_table_out_number(&buf, patterns.sensitivity[i].pai, WH_METHOD_DECIMALS, ',');
        wh_buf_c(&buf, ",,,,,,,,,,\n");
    }
    if (status == WH_OK) {
        status = wh_table_out_write(ctx, input->out, &buf, err);
    }
    if (status == WH_OK) {
        puts(wh_verdict_words(wh_patterns_verdict(&patterns)));
    }
    wh_buf_finish(&buf);
    wh_patterns_finish(ctx, &patterns);
    return status;
}
