/* cli/hotspots_methods.c: the methods beside hot spots themselves: clusters and hdbscan, and which
 * method is which. */
#include "cli/hotspots_methods.h"

#include <stdio.h>
#include <string.h>
#include <wardheat/clusters.h>

#include "base/alloc.h"
#include "base/error.h"
#include "cli/hotspots_layer.h"

/* ---- clusters ---- */

/* Points in knots, each with its knot's number; `strength` NULL: it is not known. */
static void emit_clusters(const struct wh_points *points, const uint32_t *cluster,
                          const double *strength, struct wh_layer_out *output)
{
    for (size_t i = 0; i < points->n; i++) {
        if (cluster[i] != WH_CLUSTER_NONE) {
            wh_layer_out_begin(output);
            wh_emit_count(&output->emit, "cluster", cluster[i]);
            if (strength != NULL) {
                wh_emit_real(&output->emit, "strength", strength[i], WH_METHOD_DECIMALS);
            }
            wh_layer_out_point(output, points->x[i], points->y[i]);
        }
    }
}

static enum wh_status clusters(struct wh_ctx *ctx, const struct wh_method_input *input,
                               struct wh_layer_out *output, struct wh_error *err)
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
                            struct wh_layer_out *output, struct wh_error *err)
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

/* ---- which ---- */

static const struct {
    const char *name;
    enum wh_status (*layer)(struct wh_ctx *ctx, const struct wh_method_input *input,
                            struct wh_layer_out *output, struct wh_error *err);
    enum wh_status (*table)(struct wh_ctx *ctx, const struct wh_method_input *input,
                            struct wh_error *err);
    bool needs_dates, needs_base;
} METHODS[] = {
    {"gi-star", wh_method_gi_star, NULL, false, false},
    {"moran", wh_method_moran, NULL, false, false},
    {"global", NULL, wh_method_global, false, false},
    {"scan", wh_method_scan, NULL, false, true},
    {"new-scan", wh_method_new_scan, NULL, true, false},
    {"clusters", clusters, NULL, false, false},
    {"hdbscan", knots, NULL, false, false},
    {"emerging", wh_method_emerging, NULL, true, false},
    {"near-repeats", NULL, wh_method_near_repeats, true, false},
    {"predict", NULL, wh_method_predict, true, false},
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
    struct wh_layer_out output;
    enum wh_status status = wh_layer_out_open(ctx, input, &output, err);
    if (status == WH_OK) {
        status = METHODS[i].layer(ctx, input, &output, err);
    }
    return wh_layer_out_close(&output, input->out, status, err);
}
