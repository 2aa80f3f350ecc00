/* geo/areas.c: opening an area layer: codes, numbers, valid polygons. */
#include "geo/areas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/number.h"
#include "base/str.h"
#include "geo/areas_internal.h"
#include "geo/shape_ops.h"

/* Of one area. Full-resolution wards of Great Britain have up to a few hundred thousand; to mend a
 * ring of millions takes minutes. */
#define MOST_VERTICES 1000000u

enum { FIELD_CODE, FIELD_NAME, FIELD_POPULATION, FIELD_HOUSEHOLDS, N_FIELDS };

struct opening {
    struct wh_ctx *ctx;
    const struct wh_areas_spec *spec;
    struct wh_arena arena;
    struct wh_layer layer;
};

static int compare_features(const void *left, const void *right)
{
    const struct wh_feature *const a = left, *const b = right;
    const int order = strcmp(a->value[FIELD_CODE], b->value[FIELD_CODE]);
    return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

static const char *shown(const struct wh_feature *feature, char *out, size_t size)
{
    return wh_log_escape(wh_str_c(feature->value[FIELD_CODE]), out, size);
}

/* Blanks around a code are nobody's meaning. */
static enum wh_status check_codes(struct opening *o, struct wh_error *err)
{
    for (size_t i = 0; i < o->layer.n; i++) {
        struct wh_feature *const f = &o->layer.feature[i];
        for (int k = FIELD_CODE; k <= FIELD_NAME; k++) {
            if (f->value[k] != NULL) {
                f->value[k] = wh_arena_c(&o->arena, wh_str_trim(wh_str_c(f->value[k])));
                if (f->value[k] == NULL) {
                    return wh_fail_memory(o->ctx, err);
                }
            }
        }
        if (f->value[FIELD_CODE] == NULL || f->value[FIELD_CODE][0] == '\0') {
            return wh_fail(err, WH_ERR_INPUT, "feature %llu has no code in attribute %s",
                           (unsigned long long)f->number, o->spec->code);
        }
    }
    qsort(o->layer.feature, o->layer.n, sizeof *o->layer.feature, compare_features);
    for (size_t i = 1; i < o->layer.n; i++) {
        const struct wh_feature *const a = &o->layer.feature[i - 1], *const b = a + 1;
        if (strcmp(a->value[FIELD_CODE], b->value[FIELD_CODE]) == 0) {
            char code[128];
            return wh_fail(err, WH_ERR_INPUT,
                           "the code %s appears twice: at features %llu and %llu",
                           shown(a, code, sizeof code), (unsigned long long)a->number,
                           (unsigned long long)b->number);
        }
    }
    return WH_OK;
}

/* ---- polygons ---- */

static enum wh_status copy_to_arena(struct opening *o, const struct wh_shape *from,
                                    struct wh_shape *ret, struct wh_error *err)
{
    struct wh_shape to = *from;
    const size_t parts = (size_t)from->n_parts + 1, rings = (size_t)from->n_rings + 1;
    to.part_start = wh_arena_alloc(&o->arena, parts, sizeof *to.part_start);
    to.ring_start = wh_arena_alloc(&o->arena, rings, sizeof *to.ring_start);
    to.x = wh_arena_alloc(&o->arena, from->n_vertices, sizeof *to.x);
    to.y = wh_arena_alloc(&o->arena, from->n_vertices, sizeof *to.y);
    if (to.part_start == NULL || to.ring_start == NULL || to.x == NULL || to.y == NULL) {
        return wh_fail_memory(o->ctx, err);
    }
    memcpy(to.part_start, from->part_start, parts * sizeof *to.part_start);
    memcpy(to.ring_start, from->ring_start, rings * sizeof *to.ring_start);
    memcpy(to.x, from->x, from->n_vertices * sizeof *to.x);
    memcpy(to.y, from->y, from->n_vertices * sizeof *to.y);
    *ret = to;
    return WH_OK;
}

/*
 * A ring that touches itself is invalid in the simple-features sense, yet says clearly what it
 * covers; published wards have it. GEOS takes it apart; when that changes the area, the ring
 * crosses itself and there is no one meaning: it stays.
 */
static enum wh_status mend_touching(struct opening *o, struct wh_shape *shape, bool *ret_is_mended,
                                    struct wh_error *err)
{
    struct wh_shape mended = {0};
    struct wh_error own = {0};
    const double before_km2 = wh_shape_area_km2(shape);
    *ret_is_mended = false;
    if (!(before_km2 > 0)) { /* NaN too */
        return WH_OK;
    }
    enum wh_status status = wh_shape_make_valid(o->ctx, shape, &mended, &own);
    if (status == WH_ERR_LIMIT) {
        return wh_fail_memory(o->ctx, err);
    }
    const double change_km2 = fabs(wh_shape_area_km2(&mended) - before_km2);
    if (status == WH_OK && mended.n_parts > 0 && change_km2 <= 1e-9 * before_km2) {
        status = copy_to_arena(o, &mended, shape, err);
        *ret_is_mended = status == WH_OK;
    } else {
        status = WH_OK; /* not to be mended: the caller knows what is wrong with it */
    }
    wh_shape_finish(o->ctx, &mended);
    return status;
}

static enum wh_status check_polygon(struct opening *o, struct wh_feature *f, struct wh_error *err)
{
    char code[128];
    if (f->kind != WH_GEOMETRY_POLYGON) {
        return wh_fail(err, WH_ERR_INPUT, "area %s (feature %llu) has no polygon",
                       shown(f, code, sizeof code), (unsigned long long)f->number);
    }
    if (f->shape.n_vertices > MOST_VERTICES) {
        char n[32], most[32];
        return wh_fail(err, WH_ERR_INPUT,
                       "area %s (feature %llu) has %s vertices, %s at most: take a generalised "
                       "boundary",
                       shown(f, code, sizeof code), (unsigned long long)f->number,
                       wh_format_count(f->shape.n_vertices, n, sizeof n),
                       wh_format_count(MOST_VERTICES, most, sizeof most));
    }
    struct wh_error reason = {0};
    enum wh_status status = wh_shape_check(o->ctx, &f->shape, &reason);
    if (status == WH_ERR_LIMIT) {
        return wh_fail_memory(o->ctx, err);
    }
    if (status == WH_OK) {
        return WH_OK;
    }
    bool is_mended = false;
    status = mend_touching(o, &f->shape, &is_mended, err);
    if (status != WH_OK || is_mended) {
        return status;
    }
    return wh_fail(err, WH_ERR_INPUT, "area %s (feature %llu): %s", shown(f, code, sizeof code),
                   (unsigned long long)f->number, reason.message);
}

/* ---- filling ---- */

static enum wh_status read_number(const struct opening *o, const struct wh_feature *f, int field,
                                  const char *attribute, double *ret, struct wh_error *err)
{
    *ret = (double)NAN;
    const struct wh_str text = wh_str_trim(wh_str_c(f->value[field]));
    double value = 0;
    if (text.len == 0) {
        return WH_OK;
    }
    if (!wh_parse_double(text, &value)) {
        char code[128], wrong[128];
        (void)o;
        return wh_fail(err, WH_ERR_INPUT,
                       "area %s (feature %llu): attribute %s is not a number: \"%s\"",
                       shown(f, code, sizeof code), (unsigned long long)f->number, attribute,
                       wh_log_escape(text, wrong, sizeof wrong));
    }
    *ret = value >= 0 ? value : (double)NAN;
    return WH_OK;
}

static enum wh_status fill(struct opening *o, struct wh_areas *areas, struct wh_error *err)
{
    const size_t n = o->layer.n;
    areas->n = (uint32_t)n;
    areas->code = wh_arena_alloc(&o->arena, n, sizeof *areas->code);
    areas->name = wh_arena_alloc(&o->arena, n, sizeof *areas->name);
    areas->population = wh_arena_alloc(&o->arena, n, sizeof *areas->population);
    areas->households = wh_arena_alloc(&o->arena, n, sizeof *areas->households);
    areas->area_km2 = wh_arena_alloc(&o->arena, n, sizeof *areas->area_km2);
    areas->shape = wh_arena_alloc(&o->arena, n, sizeof *areas->shape);
    if (areas->code == NULL || areas->name == NULL || areas->population == NULL ||
        areas->households == NULL || areas->area_km2 == NULL || areas->shape == NULL) {
        return wh_fail_memory(o->ctx, err);
    }
    enum wh_status status = WH_OK;
    for (size_t i = 0; i < n && status == WH_OK; i++) {
        struct wh_feature *const f = &o->layer.feature[i];
        const char *const name = f->value[FIELD_NAME];
        status = check_polygon(o, f, err);
        areas->code[i] = f->value[FIELD_CODE];
        areas->name[i] = name != NULL && name[0] != '\0' ? name : f->value[FIELD_CODE];
        areas->shape[i] = f->shape;
        areas->area_km2[i] = wh_shape_area_km2(&f->shape);
        if (status == WH_OK) {
            status = read_number(o, f, FIELD_POPULATION, o->spec->population, &areas->population[i],
                                 err);
        }
        if (status == WH_OK) {
            status = read_number(o, f, FIELD_HOUSEHOLDS, o->spec->households, &areas->households[i],
                                 err);
        }
    }
    return status;
}

static enum wh_status read_polygons(struct opening *o, const char *crs,
                                    const struct wh_crs_options *crs_opt, struct wh_error *err)
{
    const struct wh_areas_spec *const spec = o->spec;
    const char *const field[N_FIELDS] = {spec->code, spec->name, spec->population,
                                         spec->households};
    struct wh_layer_spec layer = {.path = spec->path,
                                  .layer = spec->layer,
                                  .postgis = spec->postgis,
                                  .field = field,
                                  .n_fields = N_FIELDS,
                                  .crs = crs,
                                  .from = spec->from};
    if (crs_opt != NULL) {
        layer.crs_opt = *crs_opt;
    }
    enum wh_status status = wh_layer_read(o->ctx, &layer, &o->arena, &o->layer, err);
    if (status == WH_OK && o->layer.n == 0) {
        status = wh_fail(err, WH_ERR_INPUT, "the layer has no areas");
    }
    if (status == WH_OK && o->layer.n > (size_t)INT32_MAX) {
        status = wh_fail(err, WH_ERR_LIMIT, "more than 2,147,483,647 areas");
    }
    return status == WH_OK ? check_codes(o, err) : status;
}

enum wh_status wh_areas_open(struct wh_ctx *ctx, const struct wh_areas_spec *spec, const char *crs,
                             const struct wh_crs_options *crs_opt, struct wh_areas *ret,
                             struct wh_error *err)
{
    struct opening o = {.ctx = ctx, .spec = spec};
    struct wh_areas areas = {0};
    char name[WH_POSTGIS_NAME];
    const char *const where =
        spec->postgis != NULL ? wh_postgis_name(spec->postgis, name, sizeof name) : spec->path;
    if (spec->code == NULL || spec->code[0] == '\0') {
        return wh_fail_at(err, WH_ERR_CONFIG, where, 0, 0,
                          "an area layer needs the name of its code attribute");
    }
    wh_arena_init(&o.arena, ctx);
    enum wh_status status = read_polygons(&o, crs, crs_opt, err);
    if (status == WH_OK) {
        status = fill(&o, &areas, err);
    }
    if (status == WH_OK) {
        status = wh_areas_check_overlaps(ctx, &areas, err);
    }
    if (status == WH_OK) {
        status = wh_areas_index(ctx, &areas, err);
    }
    if (status != WH_OK) {
        wh_arena_finish(&o.arena);
        (void)wh_fail_in(err, where);
        return status;
    }
    areas.index->arena = o.arena;
    areas.index->owns_areas = true;
    *ret = areas;
    return WH_OK;
}

enum wh_status wh_areas_union(struct wh_ctx *ctx, const struct wh_areas *areas,
                              struct wh_shape *ret, struct wh_error *err)
{
    struct wh_geos geos = {0};
    GEOSGeometry *collection = NULL, *whole = NULL;
    GEOSGeometry **const part = wh_alloc_array(ctx, areas->n, sizeof(GEOSGeometry *));
    if (part == NULL) {
        return wh_fail_memory(ctx, err);
    }
    uint32_t n = 0;
    enum wh_status status = wh_geos_open(ctx, &geos, err);
    while (status == WH_OK && n < areas->n) {
        status = wh_geos_from_shape(ctx, &geos, &areas->shape[n], &part[n], err);
        n += status == WH_OK;
    }
    if (status == WH_OK) { /* takes the parts, whatever comes of it */
        collection = GEOSGeom_createCollection_r(geos.handle, GEOS_GEOMETRYCOLLECTION, part, n);
        n = 0;
        whole = collection != NULL ? GEOSUnaryUnion_r(geos.handle, collection) : NULL;
        status = whole != NULL ? wh_geos_to_shape(ctx, &geos, whole, ret, err)
                               : wh_fail(err, WH_ERR_INPUT, "the areas could not be united: %s",
                                         geos.message);
    }
    for (uint32_t i = 0; i < n; i++) {
        GEOSGeom_destroy_r(geos.handle, part[i]);
    }
    if (geos.handle != NULL) {
        GEOSGeom_destroy_r(geos.handle, whole);
        GEOSGeom_destroy_r(geos.handle, collection);
    }
    wh_geos_close(&geos);
    wh_free(ctx, part);
    return status;
}
