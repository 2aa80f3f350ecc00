/* render/basemap_load.c: reading the base map's files once, whatever their makers call things. */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "render/basemap_internal.h"

#define MAX_FIELDS 12

static const char *const KEYS[WH_N_BASEMAP] = {"water", "green", "woodland", "buildings",
                                               "rail",  "roads", "places",   "boundaries"};
/* Attribute names tried where the config names none, best first; the first that holds a text wins,
 * feature by feature. */
static const char *const NAME_FIELDS[] = {"name",      "distname",  "name1",  "roadname",
                                          "roadname1", "road_name", "street", "streetname",
                                          "name0",     "distname1"};
static const char *const CLASS_FIELDS[] = {
    "class",  "highway", "classifica", "classification", "function",   "roadfunction",
    "fclass", "kind",    "place",      "type",           "local_type", "road_class"};
static const char *const NUMBER_FIELDS[] = {"number", "roadnumber", "ref", "classnumber",
                                            "roadclassi"};

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

const char *wh_basemap_key(enum wh_basemap_kind kind)
{
    return KEYS[kind];
}

void wh_box_of(const double *x, const double *y, size_t n, double ret[4])
{
    ret[0] = ret[1] = ret[2] = ret[3] = 0;
    for (size_t i = 0; i < n; i++) {
        ret[0] = i == 0 || x[i] < ret[0] ? x[i] : ret[0];
        ret[1] = i == 0 || y[i] < ret[1] ? y[i] : ret[1];
        ret[2] = i == 0 || x[i] > ret[2] ? x[i] : ret[2];
        ret[3] = i == 0 || y[i] > ret[3] ? y[i] : ret[3];
    }
}

bool wh_boxes_touch(const double a[4], const double b[4])
{
    return a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

/* The attributes to ask for: names first, then classes, then numbers. */
struct wanted {
    const char *field[MAX_FIELDS * 3];
    size_t n_names, n_classes, n_numbers;
};

/* Adds the configured attribute, or those of the well-known ones that the file has. */
static size_t want(struct wanted *wanted, size_t at, const char *configured,
                   const char *const *known, size_t n_known, const char *const *have, size_t n_have)
{
    size_t n = 0;
    if (configured != NULL && configured[0] != '\0') {
        wanted->field[at] = configured;
        return 1;
    }
    for (size_t k = 0; k < n_known; k++) {
        for (size_t i = 0; i < n_have && n < MAX_FIELDS; i++) {
            if (wh_str_eq_fold(wh_str_c(have[i]), wh_str_c(known[k]))) {
                wanted->field[at + n++] = have[i];
            }
        }
    }
    return n;
}

static enum wh_status choose_fields(struct wh_ctx *ctx, const struct wh_basemap_layer *from,
                                    enum wh_basemap_kind kind, struct wh_arena *arena,
                                    struct wanted *ret, struct wh_error *err)
{
    const char **have = NULL;
    size_t n_have = 0;
    *ret = (struct wanted){0};
    if (kind != WH_BASEMAP_ROADS && kind != WH_BASEMAP_PLACES) {
        return WH_OK; /* the others are drawn alike and without names */
    }
    const struct wh_layer_spec spec = {.path = from->path, .layer = from->layer};
    const enum wh_status status = wh_layer_fields(ctx, &spec, arena, &have, &n_have, err);
    if (status != WH_OK) {
        return status;
    }
    ret->n_names = want(ret, 0, from->name, NAME_FIELDS, N_OF(NAME_FIELDS), have, n_have);
    ret->n_classes =
        want(ret, ret->n_names, from->class_of, CLASS_FIELDS, N_OF(CLASS_FIELDS), have, n_have);
    if (kind == WH_BASEMAP_ROADS) {
        ret->n_numbers = want(ret, ret->n_names + ret->n_classes, from->number, NUMBER_FIELDS,
                              N_OF(NUMBER_FIELDS), have, n_have);
    }
    return WH_OK;
}

/* The first of n values that holds more than blanks. */
static const char *first_text(const struct wh_feature *feature, size_t from, size_t n)
{
    for (size_t i = from; i < from + n; i++) {
        if (feature->value[i] != NULL && wh_str_trim(wh_str_c(feature->value[i])).len > 0) {
            return feature->value[i];
        }
    }
    return NULL;
}

static enum wh_status take_features(const struct wh_layer *layer, enum wh_basemap_kind kind,
                                    const struct wanted *wanted, struct wh_arena *arena,
                                    struct wh_feature_set *ret, struct wh_error *err)
{
    ret->feature = wh_arena_alloc(arena, layer->n > 0 ? layer->n : 1, sizeof *ret->feature);
    if (ret->feature == NULL) {
        return wh_fail_memory(arena->ctx, err);
    }
    for (size_t i = 0; i < layer->n; i++) {
        const struct wh_feature *const from = &layer->feature[i];
        struct wh_map_feature *const to = &ret->feature[ret->n];
        if (from->kind == WH_GEOMETRY_NONE || from->shape.n_vertices == 0) {
            continue;
        }
        const char *const words = first_text(from, wanted->n_names, wanted->n_classes);
        *to = (struct wh_map_feature){.kind = from->kind, .shape = from->shape};
        to->name = first_text(from, 0, wanted->n_names);
        if (kind == WH_BASEMAP_ROADS) {
            to->sort = (uint8_t)wh_road_from_words(words);
            if (to->name == NULL) {
                to->name = first_text(from, wanted->n_names + wanted->n_classes, wanted->n_numbers);
            }
        } else if (kind == WH_BASEMAP_PLACES) {
            to->sort = (uint8_t)wh_place_from_words(words, to->name);
        }
        wh_box_of(to->shape.x, to->shape.y, to->shape.n_vertices, to->box);
        ret->n++;
    }
    return WH_OK;
}

static enum wh_status load_layer(struct wh_ctx *ctx, const struct wh_basemap_options *opt,
                                 enum wh_basemap_kind kind, struct wh_basemap *basemap,
                                 struct wh_error *err)
{
    const struct wh_basemap_layer *const from = &opt->layer[kind];
    struct wh_feature_set *const set = &basemap->set[kind];
    struct wh_layer layer = {0};
    struct wanted wanted;
    enum wh_status status = wh_io_check_input(from->path, NULL, err);
    if (status != WH_OK) {
        return status;
    }
    if (kind == WH_BASEMAP_PLACES && wh_str_has_suffix(wh_str_c(from->path), ".csv")) {
        return wh_places_read_csv(ctx, from->path, &basemap->arena, set, err);
    }
    status = choose_fields(ctx, from, kind, &basemap->arena, &wanted, err);
    if (status == WH_OK) {
        const struct wh_layer_spec spec = {.path = from->path,
                                           .layer = from->layer,
                                           .field = wanted.field,
                                           .n_fields =
                                               wanted.n_names + wanted.n_classes + wanted.n_numbers,
                                           .crs = opt->crs,
                                           .from = from->from,
                                           .crs_opt = opt->crs_opt};
        status = wh_layer_read(ctx, &spec, &basemap->arena, &layer, err);
    }
    if (status == WH_OK) {
        status = take_features(&layer, kind, &wanted, &basemap->arena, set, err);
    }
    return status;
}

/* The layer that naming reads: features with a name of their own, value[0] the name. */
static enum wh_status make_named(struct wh_basemap *basemap, enum wh_basemap_kind kind,
                                 struct wh_layer *ret, struct wh_error *err)
{
    const struct wh_feature_set *const set = &basemap->set[kind];
    const size_t room = set->n > 0 ? set->n : 1;
    ret->feature = wh_arena_alloc(&basemap->arena, room, sizeof *ret->feature);
    const char **const value = wh_arena_alloc(&basemap->arena, room, sizeof *value);
    if (ret->feature == NULL || value == NULL) {
        return wh_fail_memory(basemap->arena.ctx, err);
    }
    for (size_t i = 0; i < set->n; i++) {
        if (set->feature[i].name != NULL) {
            value[ret->n] = set->feature[i].name;
            ret->feature[ret->n] = (struct wh_feature){.kind = set->feature[i].kind,
                                                       .shape = set->feature[i].shape,
                                                       .value = &value[ret->n],
                                                       .number = i + 1};
            ret->n++;
        }
    }
    return WH_OK;
}

enum wh_status wh_basemap_load(struct wh_ctx *ctx, const struct wh_basemap_options *opt,
                               struct wh_basemap **ret, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    struct wh_basemap *const basemap = wh_alloc(ctx, sizeof *basemap);
    if (basemap == NULL) {
        return wh_fail_memory(ctx, err);
    }
    wh_arena_init(&basemap->arena, ctx);
    for (int kind = 0; kind < WH_N_BASEMAP && status == WH_OK; kind++) {
        if (opt->layer[kind].path == NULL) {
            continue;
        }
        basemap->is_configured[kind] = true;
        basemap->path[kind] = wh_arena_c(&basemap->arena, wh_str_c(opt->layer[kind].path));
        status = basemap->path[kind] == NULL
                     ? wh_fail_memory(ctx, err)
                     : load_layer(ctx, opt, (enum wh_basemap_kind)kind, basemap, err);
    }
    if (status == WH_OK) {
        status = make_named(basemap, WH_BASEMAP_ROADS, &basemap->streets, err);
    }
    if (status == WH_OK) {
        status = make_named(basemap, WH_BASEMAP_PLACES, &basemap->places, err);
    }
    if (status == WH_OK) {
        status = wh_chains_build(ctx, &basemap->set[WH_BASEMAP_ROADS], &basemap->arena,
                                 &basemap->chain, &basemap->n_chains, err);
    }
    if (status != WH_OK) {
        wh_basemap_destroy(ctx, basemap);
        return status;
    }
    *ret = basemap;
    return WH_OK;
}

void wh_basemap_destroy(struct wh_ctx *ctx, struct wh_basemap *basemap)
{
    if (basemap != NULL) {
        wh_arena_finish(&basemap->arena);
        wh_free(ctx, basemap);
    }
}

const struct wh_layer *wh_basemap_streets(const struct wh_basemap *basemap)
{
    return basemap->is_configured[WH_BASEMAP_ROADS] ? &basemap->streets : NULL;
}

const struct wh_layer *wh_basemap_places(const struct wh_basemap *basemap)
{
    return basemap->is_configured[WH_BASEMAP_PLACES] ? &basemap->places : NULL;
}

size_t wh_basemap_files(const struct wh_basemap *basemap, const char *ret_path[WH_N_BASEMAP])
{
    size_t n = 0;
    for (int kind = 0; kind < WH_N_BASEMAP; kind++) {
        if (basemap->is_configured[kind]) {
            ret_path[n++] = basemap->path[kind];
        }
    }
    return n;
}
