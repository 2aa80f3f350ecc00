/* geocode/postcodes.c: the postcode gazetteer: CSV or a layer of points -> a sorted table, looked
 * up by bisection. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/io.h"
#include "base/number.h"
#include "base/sha256.h"
#include "base/str.h"
#include "geocode/geocode.h"

/* Of a postcode's centroid, 1 sigma: half the spread of a unit's addresses in a town. */
#define POSTCODE_PRECISION_M 60.0

struct entry {
    char postcode[9];
    double x, y;
};

struct wh_postcodes {
    size_t n, cap;
    struct entry *entry;
    size_t n_files, cap_files;
    struct wh_gazetteer_note *file;
};

static const char *const postcode_names[] = {"postcode", "pc", "pcds", "pcd", "PC", "Postcode"};
static const char *const x_names[] = {"easting",   "eastings", "x",  "oseast1m",
                                      "longitude", "long",     "lon"};
static const char *const y_names[] = {"northing", "northings", "y", "osnrth1m", "latitude", "lat"};

static int compare_postcodes(const void *left, const void *right)
{
    return strcmp(((const struct entry *)left)->postcode, ((const struct entry *)right)->postcode);
}

/* Rows of one postcode by place, so that the order of files and rows does not decide. */
static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    const int order = compare_postcodes(a, b);
    if (order != 0) {
        return order;
    }
    return a->x < b->x || (!(a->x > b->x) && a->y < b->y)   ? -1
           : a->x > b->x || (!(a->x < b->x) && a->y > b->y) ? 1
                                                            : 0;
}

static enum wh_status push_entry(struct wh_ctx *ctx, struct wh_postcodes *postcodes,
                                 struct wh_str text, double x, double y, bool *ret_is_good,
                                 struct wh_error *err)
{
    struct entry entry = {.x = x, .y = y};
    *ret_is_good = wh_postcode_normalise(text, entry.postcode) && isfinite(x) && isfinite(y);
    if (!*ret_is_good) {
        return WH_OK;
    }
    void *array = postcodes->entry;
    const enum wh_status status =
        wh_grow(ctx, &array, postcodes->n, &postcodes->cap, sizeof entry, err);
    postcodes->entry = array;
    if (status == WH_OK) {
        postcodes->entry[postcodes->n++] = entry;
    }
    return status;
}

static int find_column(const struct wh_csv *csv, const char *asked, const char *const *known,
                       size_t n)
{
    if (asked != NULL) {
        return wh_csv_find(csv, asked);
    }
    for (size_t i = 0; i < n; i++) {
        const int found = wh_csv_find(csv, known[i]);
        if (found >= 0) {
            return found;
        }
    }
    return -1;
}

static enum wh_status read_csv(struct wh_ctx *ctx, const struct wh_gazetteer *gazetteer,
                               const char *path, struct wh_transform *to_working,
                               struct wh_postcodes *postcodes, struct wh_gazetteer_note *note,
                               struct wh_error *err)
{
    struct wh_csv *csv = NULL;
    const struct wh_csv_options opt = {.delimiter = ','};
    enum wh_status status = wh_csv_open(ctx, path, &opt, &csv, err);
    if (status != WH_OK) {
        return status;
    }
    const int pc = find_column(csv, gazetteer->postcode, postcode_names,
                               sizeof postcode_names / sizeof *postcode_names);
    const int cx = find_column(csv, gazetteer->x, x_names, sizeof x_names / sizeof *x_names);
    const int cy = find_column(csv, gazetteer->y, y_names, sizeof y_names / sizeof *y_names);
    if (pc < 0 || cx < 0 || cy < 0) {
        status = wh_fail_at(err, WH_ERR_INPUT, path, 1, 0,
                            "no column for the %s; name it in the gazetteer's fields",
                            pc < 0   ? "postcode"
                            : cx < 0 ? "easting (x)"
                                     : "northing (y)");
    }
    bool is_end = false;
    while (status == WH_OK) {
        struct wh_csv_row row;
        double x = 0, y = 0;
        bool is_good = false;
        status = wh_csv_next(csv, &row, &is_end, err);
        if (status != WH_OK || is_end) {
            break;
        }
        note->rows++;
        if (!row.is_bad && wh_parse_double(wh_str_trim(row.field[cx]), &x) &&
            wh_parse_double(wh_str_trim(row.field[cy]), &y)) {
            wh_transform_points(to_working, false, &x, &y, 1);
            status = push_entry(ctx, postcodes, row.field[pc], x, y, &is_good, err);
        }
        note->bad_rows += !is_good;
    }
    if (status == WH_OK) { /* of the bytes that were read, not of what the file is by now */
        wh_csv_sha256(csv, note->sha256);
    }
    wh_csv_close(csv);
    return status;
}

static enum wh_status read_layer(struct wh_ctx *ctx, const struct wh_gazetteer *gazetteer,
                                 const char *path, const char *working_crs,
                                 const struct wh_crs_options *crs_opt,
                                 struct wh_postcodes *postcodes, struct wh_gazetteer_note *note,
                                 struct wh_error *err)
{
    struct wh_arena arena;
    struct wh_layer layer = {0};
    const char **name = NULL;
    const char *field = gazetteer->postcode;
    size_t n_names = 0;
    wh_arena_init(&arena, ctx);
    enum wh_status status =
        wh_layer_fields(ctx, path, gazetteer->layer, &arena, &name, &n_names, err);
    for (size_t i = 0; status == WH_OK && field == NULL && i < n_names; i++) {
        for (size_t j = 0; j < sizeof postcode_names / sizeof *postcode_names; j++) {
            if (strcmp(name[i], postcode_names[j]) == 0) {
                field = name[i];
            }
        }
    }
    if (status == WH_OK && field == NULL) {
        status =
            wh_fail_at(err, WH_ERR_INPUT, path, 0, 0,
                       "no attribute looks like a postcode; name it in the gazetteer's fields");
    }
    if (status == WH_OK) {
        const struct wh_layer_spec spec = {.path = path,
                                           .layer = gazetteer->layer,
                                           .field = &field,
                                           .n_fields = 1,
                                           .crs = working_crs,
                                           .from = gazetteer->crs,
                                           .crs_opt = *crs_opt};
        status = wh_layer_read(ctx, &spec, &arena, &layer, err);
    }
    for (size_t i = 0; status == WH_OK && i < layer.n; i++) {
        const struct wh_feature *feature = &layer.feature[i];
        bool is_good = false;
        note->rows++;
        if (feature->kind == WH_GEOMETRY_POINT && feature->value[0] != NULL &&
            feature->shape.n_vertices > 0) {
            status = push_entry(ctx, postcodes, wh_str_c(feature->value[0]), feature->shape.x[0],
                                feature->shape.y[0], &is_good, err);
        }
        note->bad_rows += !is_good;
    }
    wh_arena_finish(&arena);
    return status;
}

static bool is_csv(const char *path)
{
    return wh_str_has_suffix(wh_str_c(path), ".csv") || wh_str_has_suffix(wh_str_c(path), ".CSV");
}

static enum wh_status read_file(struct wh_ctx *ctx, const struct wh_gazetteer *gazetteer,
                                const char *path, const char *working_crs,
                                const struct wh_crs_options *crs_opt,
                                struct wh_postcodes *postcodes, struct wh_error *err)
{
    void *array = postcodes->file;
    enum wh_status status = wh_grow(ctx, &array, postcodes->n_files, &postcodes->cap_files,
                                    sizeof *postcodes->file, err);
    postcodes->file = array;
    if (status != WH_OK) {
        return status;
    }
    struct wh_gazetteer_note *note = &postcodes->file[postcodes->n_files];
    *note = (struct wh_gazetteer_note){.path = wh_strdup(ctx, path)};
    if (note->path == NULL) {
        return wh_fail_memory(ctx, err);
    }
    postcodes->n_files++;
    if (is_csv(path)) {
        struct wh_transform *to_working = NULL;
        status = wh_transform_create(ctx, gazetteer->crs == NULL ? working_crs : gazetteer->crs,
                                     working_crs, crs_opt, &to_working, err);
        if (status == WH_OK) {
            status = read_csv(ctx, gazetteer, path, to_working, postcodes, note, err);
        }
        wh_transform_destroy(ctx, to_working);
    } else {
        status = read_layer(ctx, gazetteer, path, working_crs, crs_opt, postcodes, note, err);
        if (status == WH_OK) {
            status = wh_sha256_file(ctx, path, note->sha256, err);
        }
    }
    return status;
}

enum wh_status wh_postcodes_open(struct wh_ctx *ctx, const struct wh_gazetteer *gazetteer, size_t n,
                                 const char *working_crs, const struct wh_crs_options *crs_opt,
                                 struct wh_postcodes **ret, struct wh_error *err)
{
    struct wh_postcodes *postcodes = wh_alloc(ctx, sizeof *postcodes);
    enum wh_status status = postcodes == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        struct wh_paths paths = {0};
        if (gazetteer[i].type != WH_GAZETTEER_POSTCODE) {
            continue;
        }
        status = wh_io_glob(ctx, gazetteer[i].pattern, &paths, err);
        if (status == WH_OK && paths.n == 0) {
            status = wh_fail_at(err, WH_ERR_INPUT, gazetteer[i].pattern, 0, 0, "no file matches");
        }
        for (size_t j = 0; status == WH_OK && j < paths.n; j++) {
            status =
                read_file(ctx, &gazetteer[i], paths.path[j], working_crs, crs_opt, postcodes, err);
        }
        wh_paths_finish(ctx, &paths);
    }
    if (status != WH_OK) {
        wh_postcodes_destroy(ctx, postcodes);
        return status;
    }
    if (postcodes->n > 1) {
        qsort(postcodes->entry, postcodes->n, sizeof *postcodes->entry, compare_entries);
    }
    *ret = postcodes;
    return WH_OK;
}

void wh_postcodes_destroy(struct wh_ctx *ctx, struct wh_postcodes *postcodes)
{
    if (postcodes == NULL) {
        return;
    }
    for (size_t i = 0; i < postcodes->n_files; i++) {
        wh_free(ctx, postcodes->file[i].path);
    }
    wh_free(ctx, postcodes->file);
    wh_free(ctx, postcodes->entry);
    wh_free(ctx, postcodes);
}

size_t wh_postcodes_n(const struct wh_postcodes *postcodes)
{
    return postcodes->n;
}

const struct wh_gazetteer_note *wh_postcodes_files(const struct wh_postcodes *postcodes,
                                                   size_t *ret_n)
{
    *ret_n = postcodes->n_files;
    return postcodes->file;
}

bool wh_postcodes_find(const struct wh_postcodes *postcodes, struct wh_str postcode, double *ret_x,
                       double *ret_y, double *ret_precision_m)
{
    struct entry key = {0};
    if (postcodes->n == 0 || !wh_postcode_normalise(postcode, key.postcode)) {
        return false;
    }
    const struct entry *found =
        bsearch(&key, postcodes->entry, postcodes->n, sizeof *postcodes->entry, compare_postcodes);
    if (found == NULL) {
        return false;
    }
    *ret_x = found->x;
    *ret_y = found->y;
    *ret_precision_m = POSTCODE_PRECISION_M;
    return true;
}
