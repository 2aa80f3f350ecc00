/* geocode/gazetteers.c: every gazetteer of the config -> one index. */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/log.h"
#include "base/sha256.h"
#include "base/time.h"
#include "geocode/geocode.h"

struct wh_gazetteers {
    struct wh_index *index;
    size_t n_files, cap_files;
    struct wh_gazetteer_note *file;
};

struct opening {
    struct wh_ctx *ctx;
    const struct wh_gazetteers_options *opt;
    struct wh_gazetteer_options read;
    struct wh_gazetteers *out;
    struct wh_index_builder *builder;
    size_t n_kept, cap_kept;
    int64_t *kept; /* ids in the store of the gazetteers that the config names */
};

/* ---- rows that the state keeps ---- */

/* All but the file's content that decides what its rows become. */
static enum wh_status say_recipe(const struct opening *opening,
                                 const struct wh_gazetteer *gazetteer, struct wh_buf *recipe,
                                 struct wh_error *err)
{
    const struct wh_gazetteers_options *opt = opening->opt;
    wh_buf_printf(recipe, "1 %s %s", wh_gazetteer_type_name(gazetteer->type), opt->working_crs);
    wh_buf_printf(recipe, " crs=%s layer=%s", gazetteer->crs == NULL ? "" : gazetteer->crs,
                  gazetteer->layer == NULL ? "" : gazetteer->layer);
    for (size_t i = 0; i < WH_N_GAZETTEER_FIELDS; i++) {
        if (gazetteer->field[i] != NULL) {
            wh_buf_printf(recipe, " %s=%s", wh_gazetteer_field_name((enum wh_gazetteer_field)i),
                          gazetteer->field[i]);
        }
    }
    wh_buf_printf(recipe, " datum=%d grids=%s area=%.0f,%.0f,%.0f,%.0f", (int)opt->crs_opt->datum,
                  opt->crs_opt->proj_data == NULL ? "" : opt->crs_opt->proj_data,
                  opening->read.area[0], opening->read.area[1], opening->read.area[2],
                  opening->read.area[3]);
    wh_buf_printf(recipe, " edition=%lld", (long long)gazetteer->edition_day);
    return wh_buf_ok(recipe, err);
}

struct keeping {
    struct wh_store *store;
    int64_t id;
    struct wh_index_builder *builder;
};

static enum wh_status keep_row(void *user, const struct wh_gazetteer_row *row, struct wh_error *err)
{
    struct keeping *keeping = user;
    const enum wh_status status = wh_store_gazetteer_put(keeping->store, keeping->id, row, err);
    return status != WH_OK ? status : wh_index_add(keeping->builder, row, err);
}

static enum wh_status read_and_keep(struct opening *opening, const struct wh_gazetteer *gazetteer,
                                    const char *path, const char *recipe, uint16_t file,
                                    struct wh_gazetteer_note *note, int64_t *ret_id,
                                    struct wh_error *err)
{
    struct keeping keeping = {.store = opening->opt->store, .builder = opening->builder};
    enum wh_status status = wh_store_gazetteer_begin(keeping.store, path, recipe, &keeping.id, err);
    if (status == WH_OK) {
        status = wh_gazetteer_read(opening->ctx, gazetteer, &opening->read, path, file, keep_row,
                                   &keeping, note, err);
    }
    if (status == WH_OK) {
        status = wh_store_gazetteer_end(keeping.store, keeping.id, note, err);
    }
    *ret_id = keeping.id;
    return status;
}

static enum wh_status note_kept(struct opening *opening, int64_t id, struct wh_error *err)
{
    void *array = opening->kept;
    const enum wh_status status =
        wh_grow(opening->ctx, &array, opening->n_kept, &opening->cap_kept, sizeof id, err);
    opening->kept = array;
    if (status == WH_OK) {
        opening->kept[opening->n_kept++] = id;
    }
    return status;
}

/* From the state if the file has not changed, else from the file into the state. */
static enum wh_status take_kept(struct opening *opening, const struct wh_gazetteer *gazetteer,
                                const char *path, uint16_t file, struct wh_gazetteer_note *note,
                                struct wh_error *err)
{
    struct wh_store *store = opening->opt->store;
    struct wh_buf recipe;
    char sha256[65];
    int64_t id = 0;
    wh_buf_init(&recipe, opening->ctx);
    note->type = gazetteer->type;
    enum wh_status status = say_recipe(opening, gazetteer, &recipe, err);
    if (status == WH_OK) {
        status = wh_sha256_file(opening->ctx, path, sha256, err);
    }
    if (status == WH_OK) {
        status = wh_store_gazetteer_find(store, path, recipe.ptr, sha256, &id, note, err);
    }
    if (status == WH_OK) {
        status = id != 0
                     ? wh_store_gazetteer_each(store, id, file, wh_index_add, opening->builder, err)
                     : read_and_keep(opening, gazetteer, path, recipe.ptr, file, note, &id, err);
    }
    wh_buf_finish(&recipe);
    return status != WH_OK ? status : note_kept(opening, id, err);
}

/* ---- files ---- */

static enum wh_status read_file(struct opening *opening, const struct wh_gazetteer *gazetteer,
                                const char *path, struct wh_error *err)
{
    struct wh_gazetteers *out = opening->out;
    void *array = out->file;
    enum wh_status status =
        wh_grow(opening->ctx, &array, out->n_files, &out->cap_files, sizeof *out->file, err);
    out->file = array;
    if (status != WH_OK) {
        return status;
    }
    if (out->n_files >= WH_NO_GAZETTEER) {
        return wh_fail(err, WH_ERR_LIMIT, "more than 65,534 gazetteer files");
    }
    struct wh_gazetteer_note *note = &out->file[out->n_files];
    *note = (struct wh_gazetteer_note){.path = wh_strdup(opening->ctx, path)};
    if (note->path == NULL) {
        return wh_fail_memory(opening->ctx, err);
    }
    const uint16_t file = (uint16_t)out->n_files++;
    /* What a table of a database holds is known when it has been read: there is nothing to save. */
    return opening->opt->store == NULL || gazetteer->postgis != NULL
               ? wh_gazetteer_read(opening->ctx, gazetteer, &opening->read, path, file,
                                   wh_index_add, opening->builder, note, err)
               : take_kept(opening, gazetteer, path, file, note, err);
}

static enum wh_status read_gazetteer(struct opening *opening, const struct wh_gazetteer *gazetteer,
                                     struct wh_error *err)
{
    struct wh_paths paths = {0};
    if (gazetteer->postgis != NULL) {
        char name[WH_POSTGIS_NAME];
        return read_file(opening, gazetteer, wh_postgis_name(gazetteer->postgis, name, sizeof name),
                         err);
    }
    enum wh_status status = wh_io_glob(opening->ctx, gazetteer->pattern, &paths, err);
    if (status == WH_OK && paths.n == 0) {
        status = wh_fail_at(err, WH_ERR_INPUT, gazetteer->pattern, 0, 0, "no file matches");
    }
    for (size_t i = 0; status == WH_OK && i < paths.n; i++) {
        status = read_file(opening, gazetteer, paths.path[i], err);
    }
    wh_paths_finish(opening->ctx, &paths);
    return status;
}

static enum wh_status add_wards(struct opening *opening, struct wh_error *err)
{
    const struct wh_areas *wards = opening->opt->wards;
    enum wh_status status = WH_OK;
    for (uint32_t i = 0; status == WH_OK && wards != NULL && i < wards->n; i++) {
        double box[4];
        wh_shape_box(&wards->shape[i], box);
        status = wh_index_add_ward(opening->builder, wh_str_c(wards->name[i]), box, err);
    }
    return status;
}

enum wh_status wh_gazetteers_open(struct wh_ctx *ctx, const struct wh_gazetteer *gazetteer,
                                  size_t n, const struct wh_gazetteers_options *opt,
                                  struct wh_gazetteers **ret, struct wh_error *err)
{
    struct opening opening = {
        .ctx = ctx,
        .opt = opt,
        .read = {.working_crs = opt->working_crs, .crs_opt = opt->crs_opt},
        .out = wh_alloc(ctx, sizeof *opening.out),
    };
    enum wh_status status = opening.out == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    if (opt->wards != NULL && opt->wards->n > 0) {
        wh_areas_box(opt->wards, opening.read.area);
        opening.read.has_area = true;
    }
    if (status == WH_OK) {
        status = wh_index_begin(ctx, &opening.builder, err);
    }
    if (status == WH_OK) {
        status = add_wards(&opening, err);
    }
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        status = read_gazetteer(&opening, &gazetteer[i], err);
    }
    if (status == WH_OK && opt->store != NULL) {
        status = wh_store_gazetteers_keep(opt->store, opening.kept, opening.n_kept, err);
    }
    wh_free(ctx, opening.kept);
    if (status == WH_OK) {
        status = wh_index_make(opening.builder, &opening.out->index, err);
        opening.builder = NULL;
    }
    if (status != WH_OK) {
        wh_index_abandon(opening.builder);
        wh_gazetteers_destroy(ctx, opening.out);
        return status;
    }
    *ret = opening.out;
    return WH_OK;
}

void wh_gazetteers_destroy(struct wh_ctx *ctx, struct wh_gazetteers *gazetteers)
{
    if (gazetteers == NULL) {
        return;
    }
    wh_index_destroy(gazetteers->index);
    for (size_t i = 0; i < gazetteers->n_files; i++) {
        wh_free(ctx, gazetteers->file[i].path);
    }
    wh_free(ctx, gazetteers->file);
    wh_free(ctx, gazetteers);
}

const struct wh_index *wh_gazetteers_index(const struct wh_gazetteers *gazetteers)
{
    return gazetteers->index;
}

const struct wh_gazetteer_note *wh_gazetteers_files(const struct wh_gazetteers *gazetteers,
                                                    size_t *ret_n)
{
    *ret_n = gazetteers->n_files;
    return gazetteers->file;
}
