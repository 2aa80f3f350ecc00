/* geocode/corrections.c: corrections of places from a table or a layer, and their requests. */
#include "geocode/corrections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/number.h"
#include "base/sha256.h"
#include "geo/layer.h"
#include "geocode/gazetteer_internal.h"

enum { SOURCE, REFERENCE, UPRN, X, Y, N_COLUMNS };

struct reading {
    struct wh_ctx *ctx;
    const struct wh_corrections_spec *spec;
    struct wh_corrections *out;
    size_t cap;
    int at[N_COLUMNS]; /* columns; -1: none */
    struct wh_transform *to_working;
};

static enum wh_status find_columns(struct reading *in, const struct wh_str *name, size_t n,
                                   bool is_layer, const char **ret_crs, struct wh_error *err)
{
    static const struct wh_gazetteer any = {.type = WH_GAZETTEER_PLACE};
    struct gazetteer_columns columns = {.crs = NULL};
    const char *missing = NULL;
    columns.at[WH_GAZ_X] = columns.at[WH_GAZ_Y] = -1;
    if (!is_layer) {
        wh_gazetteer_find_places(&any, name, n, &columns);
    }
    in->at[SOURCE] = wh_gazetteer_find_column(name, n, "source");
    in->at[REFERENCE] = wh_gazetteer_find_column(name, n, "reference");
    in->at[UPRN] = wh_gazetteer_find_column(name, n, "uprn");
    in->at[X] = columns.at[WH_GAZ_X];
    in->at[Y] = columns.at[WH_GAZ_Y];
    *ret_crs = columns.crs;
    if (in->at[SOURCE] < 0) {
        missing = "source";
    } else if (in->at[REFERENCE] < 0) {
        missing = "reference";
    } else if (!is_layer && in->at[X] < 0 && in->at[UPRN] < 0) {
        missing = "x and y, lon and lat, or uprn";
    }
    return missing == NULL ? WH_OK
                           : wh_fail_at(err, WH_ERR_INPUT, in->spec->path, 1, 0,
                                        "no column %s; corrections say source, reference and a "
                                        "place",
                                        missing);
}

static enum wh_status add(struct reading *in, struct wh_str source, struct wh_str reference,
                          const struct wh_correction *place, struct wh_error *err)
{
    struct wh_corrections *out = in->out;
    if (!isfinite(place->x) && place->uprn == 0) {
        out->n_blank++;
        return WH_OK;
    }
    if (source.len == 0 || reference.len == 0) {
        return wh_fail_at(err, WH_ERR_INPUT, in->spec->path, place->line, 0,
                          "the %s is empty: whose place is it?",
                          source.len == 0 ? "source" : "reference");
    }
    const enum wh_status status =
        wh_grow(in->ctx, (void **)&out->at, out->n, &in->cap, sizeof *out->at, err);
    if (status != WH_OK) {
        return status;
    }
    struct wh_correction *correction = &out->at[out->n++];
    *correction = *place;
    correction->source_id = wh_arena_c(&out->arena, source);
    correction->reference = wh_arena_c(&out->arena, reference);
    return correction->source_id == NULL || correction->reference == NULL
               ? wh_fail_memory(in->ctx, err)
               : WH_OK;
}

static enum wh_status fail_number(const struct reading *in, uint64_t line, const char *what,
                                  struct wh_str text, struct wh_error *err)
{
    char shown[64];
    return wh_fail_at(err, WH_ERR_INPUT, in->spec->path, line, 0, "the %s is \"%s\", not a number",
                      what, wh_log_escape(text, shown, sizeof shown));
}

static enum wh_status read_uprn(const struct reading *in, struct wh_str text,
                                struct wh_correction *place, struct wh_error *err)
{
    int64_t uprn = 0;
    text = wh_str_trim(text);
    if (text.len > 0 && (!wh_parse_int(text, &uprn) || uprn < 0)) {
        return fail_number(in, place->line, "uprn", text, err);
    }
    place->uprn = (uint64_t)uprn;
    return WH_OK;
}

static enum wh_status read_point(const struct reading *in, const struct wh_str *field,
                                 struct wh_correction *place, struct wh_error *err)
{
    const struct wh_str x = wh_str_trim(field[in->at[X]]), y = wh_str_trim(field[in->at[Y]]);
    if (x.len == 0 && y.len == 0) {
        return WH_OK;
    }
    if (!wh_parse_double(x, &place->x)) {
        return fail_number(in, place->line, "x", x, err);
    }
    if (!wh_parse_double(y, &place->y)) {
        return fail_number(in, place->line, "y", y, err);
    }
    wh_transform_points(in->to_working, false, &place->x, &place->y, 1);
    if (!isfinite(place->x) || !isfinite(place->y)) {
        return wh_fail_at(err, WH_ERR_INPUT, in->spec->path, place->line, 0,
                          "x and y are no place of their CRS");
    }
    return WH_OK;
}

static enum wh_status read_rows(struct reading *in, struct wh_csv *csv, struct wh_error *err)
{
    for (;;) {
        struct wh_csv_row row;
        struct wh_correction place = {.x = (double)NAN, .y = (double)NAN};
        bool is_end = false;
        enum wh_status status = wh_csv_next(csv, &row, &is_end, err);
        if (status != WH_OK || is_end) {
            return status;
        }
        place.line = (uint32_t)row.line;
        if (row.is_bad) {
            return wh_fail_at(err, WH_ERR_INPUT, in->spec->path, row.line, 0, "%s", row.fault);
        }
        if (in->at[UPRN] >= 0) {
            status = read_uprn(in, row.field[in->at[UPRN]], &place, err);
        }
        if (status == WH_OK && in->at[X] >= 0) {
            status = read_point(in, row.field, &place, err);
        }
        if (status == WH_OK) {
            status = add(in, wh_str_trim(row.field[in->at[SOURCE]]),
                         wh_str_trim(row.field[in->at[REFERENCE]]), &place, err);
        }
        if (status != WH_OK) {
            return status;
        }
    }
}

static enum wh_status read_table(struct reading *in, const char *working_crs,
                                 const struct wh_crs_options *crs_opt, struct wh_error *err)
{
    const struct wh_csv_options opt = {.delimiter = ',', .may_be_empty = true};
    const char *crs = NULL;
    struct wh_csv *csv = NULL;
    enum wh_status status = wh_csv_open(in->ctx, in->spec->path, &opt, &csv, err);
    if (status != WH_OK) {
        return status;
    }
    const size_t n = wh_csv_columns(csv);
    struct wh_str *name = wh_arena_alloc(&in->out->arena, n + 1, sizeof *name);
    status = name == NULL ? wh_fail_memory(in->ctx, err) : WH_OK;
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        name[i] = wh_csv_column(csv, i);
    }
    if (status == WH_OK) {
        status = find_columns(in, name, n, false, &crs, err);
    }
    if (status == WH_OK) {
        crs = in->spec->crs != NULL ? in->spec->crs : crs != NULL ? crs : working_crs;
        status = wh_transform_create(in->ctx, crs, working_crs, crs_opt, &in->to_working, err);
    }
    if (status == WH_OK) {
        status = read_rows(in, csv, err);
    }
    if (status == WH_OK) {
        wh_csv_sha256(csv, in->out->sha256);
    }
    wh_transform_destroy(in->ctx, in->to_working);
    wh_csv_close(csv);
    return status;
}

static enum wh_status read_feature(struct reading *in, const struct wh_feature *feature,
                                   struct wh_error *err)
{
    struct wh_correction place = {
        .x = (double)NAN, .y = (double)NAN, .line = (uint32_t)feature->number};
    enum wh_status status = WH_OK;
    if (feature->shape.n_vertices > 0) {
        if (feature->kind != WH_GEOMETRY_POINT || feature->shape.n_vertices != 1) {
            return wh_fail_at(err, WH_ERR_INPUT, in->spec->path, 0, 0, "feature %u is not a point",
                              place.line);
        }
        place.x = feature->shape.x[0];
        place.y = feature->shape.y[0];
    }
    if (in->at[UPRN] >= 0) {
        status = read_uprn(in, wh_str_c(feature->value[in->at[UPRN]]), &place, err);
    }
    return status == WH_OK
               ? add(in, wh_str_trim(wh_str_c(feature->value[in->at[SOURCE]])),
                     wh_str_trim(wh_str_c(feature->value[in->at[REFERENCE]])), &place, err)
               : status;
}

static enum wh_status read_layer(struct reading *in, const char *working_crs,
                                 const struct wh_crs_options *crs_opt, struct wh_error *err)
{
    struct wh_arena arena;
    struct wh_layer layer = {0};
    const char **field = NULL, *ignored = NULL;
    struct wh_str *name = NULL;
    size_t n = 0;
    wh_arena_init(&arena, in->ctx);
    const struct wh_layer_spec named = {.path = in->spec->path, .layer = in->spec->layer};
    enum wh_status status = wh_layer_fields(in->ctx, &named, &arena, &field, &n, err);
    if (status == WH_OK) {
        name = wh_arena_alloc(&arena, n + 1, sizeof *name);
        status = name == NULL ? wh_fail_memory(in->ctx, err) : WH_OK;
    }
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        name[i] = wh_str_c(field[i]);
    }
    if (status == WH_OK) {
        status = find_columns(in, name, n, true, &ignored, err);
    }
    if (status == WH_OK) {
        const struct wh_layer_spec spec = {.path = in->spec->path,
                                           .layer = in->spec->layer,
                                           .field = field,
                                           .n_fields = n,
                                           .crs = working_crs,
                                           .from = in->spec->crs,
                                           .crs_opt = *crs_opt};
        status = wh_layer_read(in->ctx, &spec, &arena, &layer, err);
    }
    for (size_t i = 0; status == WH_OK && i < layer.n; i++) {
        status = read_feature(in, &layer.feature[i], err);
    }
    if (status == WH_OK) {
        status = wh_sha256_file(in->ctx, in->spec->path, in->out->sha256, err);
    }
    wh_arena_finish(&arena);
    return status;
}

enum wh_status wh_corrections_read(struct wh_ctx *ctx, const struct wh_corrections_spec *spec,
                                   const char *working_crs, const struct wh_crs_options *crs_opt,
                                   struct wh_corrections *ret, struct wh_error *err)
{
    struct wh_corrections out = {0};
    struct reading in = {.ctx = ctx, .spec = spec, .out = &out};
    const struct wh_str name = wh_str_c(spec->path);
    wh_arena_init(&out.arena, ctx);
    const bool is_table = wh_str_has_suffix(name, ".csv") || wh_str_has_suffix(name, ".CSV");
    const enum wh_status status = is_table ? read_table(&in, working_crs, crs_opt, err)
                                           : read_layer(&in, working_crs, crs_opt, err);
    if (status != WH_OK) {
        wh_corrections_finish(ctx, &out);
        return status;
    }
    *ret = out;
    return WH_OK;
}

void wh_corrections_finish(struct wh_ctx *ctx, struct wh_corrections *corrections)
{
    wh_free(ctx, corrections->at);
    wh_arena_finish(&corrections->arena);
    *corrections = (struct wh_corrections){0};
}

/* ---- their requests ---- */

/* The row of a request in the state, and the correction that asked for it. */
struct found {
    int64_t row;
    uint32_t correction, request;
};

struct finding {
    struct wh_ctx *ctx;
    struct found *found;
    size_t n, cap;
};

static enum wh_status keep_found(void *user, size_t reference_idx, int64_t row,
                                 struct wh_error *err)
{
    struct finding *finding = user;
    const enum wh_status status = wh_grow(finding->ctx, (void **)&finding->found, finding->n,
                                          &finding->cap, sizeof *finding->found, err);
    if (status == WH_OK) {
        finding->found[finding->n++] =
            (struct found){.row = row, .correction = (uint32_t)reference_idx};
    }
    return status;
}

static int compare_rows(const void *a, const void *b)
{
    const struct found *fa = a, *fb = b;
    return (fa->row > fb->row) - (fa->row < fb->row);
}

static int compare_corrections(const void *a, const void *b)
{
    const struct wh_fix *fa = a, *fb = b;
    if (fa->correction != fb->correction) {
        return fa->correction < fb->correction ? -1 : 1;
    }
    return (fa->request > fb->request) - (fa->request < fb->request);
}

/* Sets the indices of the rows found, by one pass over all requests. */
static void find_indices(struct finding *finding, const struct wh_requests *requests)
{
    qsort(finding->found, finding->n, sizeof *finding->found, compare_rows);
    for (size_t i = 0; i < requests->n; i++) {
        size_t low = 0, high = finding->n;
        while (low < high) {
            const size_t middle = low + (high - low) / 2;
            if (finding->found[middle].row < requests->row[i]) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (; low < finding->n && finding->found[low].row == requests->row[i]; low++) {
            finding->found[low].request = (uint32_t)i;
        }
    }
}

static enum wh_status list_fixes(struct finding *finding, size_t n_corrections, struct wh_fix **ret,
                                 size_t *ret_unknown, struct wh_error *err)
{
    struct wh_fix *fix = wh_alloc_array(finding->ctx, finding->n, sizeof *fix);
    if (fix == NULL) {
        return wh_fail_memory(finding->ctx, err);
    }
    for (size_t i = 0; i < finding->n; i++) {
        fix[i] = (struct wh_fix){finding->found[i].request, finding->found[i].correction};
    }
    qsort(fix, finding->n, sizeof *fix, compare_corrections);
    *ret_unknown = n_corrections;
    for (size_t i = 0; i < finding->n; i++) {
        *ret_unknown -= i == 0 || fix[i].correction != fix[i - 1].correction;
    }
    *ret = fix;
    return WH_OK;
}

enum wh_status wh_corrections_find(struct wh_ctx *ctx, const struct wh_corrections *corrections,
                                   struct wh_store *store, const struct wh_requests *requests,
                                   struct wh_fix **ret, size_t *ret_n, size_t *ret_unknown,
                                   struct wh_error *err)
{
    struct finding finding = {.ctx = ctx};
    struct wh_reference *reference = wh_alloc_array(ctx, corrections->n, sizeof *reference);
    if (reference == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < corrections->n; i++) {
        reference[i] = (struct wh_reference){corrections->at[i].source_id,
                                             wh_str_c(corrections->at[i].reference)};
    }
    enum wh_status status =
        wh_store_find_references(store, reference, corrections->n, keep_found, &finding, err);
    if (status == WH_OK) {
        if (finding.n > 0) {
            find_indices(&finding, requests);
        }
        status = list_fixes(&finding, corrections->n, ret, ret_unknown, err);
        *ret_n = finding.n;
    }
    wh_free(ctx, reference);
    wh_free(ctx, finding.found);
    return status;
}
