/* geo/transform.c: choosing the operation between two CRSs, and running it. */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "geo/crs.h"
#include "geo/proj_internal.h"

/* An operation counts for an area when it covers this share of what the widest one covers:
 * EPSG:1314 (Helmert for Great Britain) covers 97 % of the National Grid's area; operations for one
 * county or oil field cover less than half. */
#define MIN_COVERAGE 0.9
/* A control point may move this far by a change of datum: the largest known ones are below 2 km
 * (Web Mercator stretches them). */
#define CONTROL_SHIFT_M 10000.0
#define CONTROL_SHIFT_DEG 0.1
#define SAMPLES 33 /* a side: how finely an area of use is sampled for its box in a CRS */

struct side {
    double box[4]; /* coordinates that make sense: area of use and a margin */
    bool is_geographic;
};

struct wh_transform {
    PJ_CONTEXT *pj;
    PJ *operation; /* NULL: identity */
    struct side from, to;
    struct wh_transform_info info;
    struct wh_proj_log log;
    pthread_mutex_t mutex; /* a PJ belongs to one thread at a time */
};

/* ---- choosing ---- */

struct candidate {
    int index;
    double accuracy_m; /* INFINITY: not known */
    bool is_ballpark, is_usable;
    char grid[128]; /* first missing grid, or "" */
};

struct choice {
    struct candidate best, usable; /* index -1: none */
};

static double coverage(PJ_CONTEXT *pj, const PJ *op, const double area[4])
{
    double box[4];
    wh_proj_area(pj, op, box);
    const double w = fmin(box[2], area[2]) - fmax(box[0], area[0]);
    const double h = fmin(box[3], area[3]) - fmax(box[1], area[1]);
    const double whole = (area[2] - area[0]) * (area[3] - area[1]);
    return w > 0 && h > 0 && whole > 0 ? w * h / whole : 0.0;
}

static void find_missing_grid(PJ_CONTEXT *pj, const PJ *op, char grid[128])
{
    grid[0] = '\0';
    const int n = proj_coordoperation_get_grid_used_count(pj, op);
    for (int i = 0; i < n; i++) {
        const char *name = NULL;
        int is_available = 0;
        if (proj_coordoperation_get_grid_used(pj, op, i, &name, NULL, NULL, NULL, NULL, NULL,
                                              &is_available) &&
            !is_available && name != NULL) {
            (void)snprintf(grid, 128, "%s", name);
            return;
        }
    }
}

static struct candidate look_at(PJ_CONTEXT *pj, const PJ *op, int index)
{
    struct candidate c = {.index = index};
    const double accuracy = proj_coordoperation_get_accuracy(pj, op);
    c.is_ballpark = proj_coordoperation_has_ballpark_transformation(pj, op) != 0;
    c.accuracy_m = accuracy >= 0 ? accuracy : (double)INFINITY;
    if (proj_get_type(op) == PJ_TYPE_CONVERSION && !c.is_ballpark) {
        c.accuracy_m = 0.0; /* arithmetic by definition, no datum in it */
    }
    find_missing_grid(pj, op, c.grid);
    c.is_usable = c.grid[0] == '\0' && proj_coordoperation_is_instantiable(pj, op) != 0;
    return c;
}

/* Any operation beats a ballpark one; then the more accurate; then the one that PROJ lists first.
 */
static bool is_better(const struct candidate *a, const struct candidate *b)
{
    if (b->index < 0 || a->is_ballpark != b->is_ballpark) {
        return b->index < 0 || b->is_ballpark;
    }
    return a->accuracy_m < b->accuracy_m;
}

static struct choice choose(PJ_CONTEXT *pj, const PJ_OBJ_LIST *list, const double area[4])
{
    struct choice choice = {.best.index = -1, .usable.index = -1};
    const int n = proj_list_get_count(list);
    double widest = 0.0;
    for (int i = 0; i < n; i++) {
        PJ *const op = proj_list_get(pj, list, i);
        if (!proj_coordoperation_has_ballpark_transformation(pj, op)) {
            widest = fmax(widest, coverage(pj, op, area));
        }
        proj_destroy(op);
    }
    for (int i = 0; i < n; i++) {
        PJ *const op = proj_list_get(pj, list, i);
        const struct candidate c = look_at(pj, op, i);
        if (coverage(pj, op, area) >= MIN_COVERAGE * widest) {
            choice.best = is_better(&c, &choice.best) ? c : choice.best;
            choice.usable = c.is_usable && is_better(&c, &choice.usable) ? c : choice.usable;
        }
        proj_destroy(op);
    }
    return choice;
}

static PJ_OBJ_LIST *list_operations(PJ_CONTEXT *pj, const PJ *from, const PJ *to)
{
    PJ_OPERATION_FACTORY_CONTEXT *const factory = proj_create_operation_factory_context(pj, NULL);
    if (factory == NULL) {
        return NULL;
    }
    proj_operation_factory_context_set_spatial_criterion(
        pj, factory, PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION);
    /* The list must show what would be best, whether its grid is here or not. */
    proj_operation_factory_context_set_grid_availability_use(pj, factory,
                                                             PROJ_GRID_AVAILABILITY_IGNORED);
    PJ_OBJ_LIST *const list = proj_create_operations(pj, from, to, factory);
    proj_operation_factory_context_destroy(factory);
    return list;
}

static enum wh_status fail_grid(const struct choice *choice, const char *from, const char *to,
                                bool can_be_coarse, struct wh_error *err)
{
    char coarse[96] = "";
    if (can_be_coarse && isfinite(choice->usable.accuracy_m)) {
        (void)snprintf(coarse, sizeof coarse, ", or set datum: coarse to go on with about %g m",
                       choice->usable.accuracy_m);
    } else if (can_be_coarse) {
        (void)snprintf(coarse, sizeof coarse, ", or set datum: coarse");
    }
    return wh_fail(err, WH_ERR_CONFIG,
                   "the exact transformation from %s to %s needs the grid file %s, which was not "
                   "found: put it into /usr/share/proj-ostn15 or the folder that proj_data names%s",
                   from, to, choice->best.grid, coarse);
}

/* Applies the datum rule; then choice->usable is the one to take. */
static enum wh_status judge(const struct choice *choice, const char *from, const char *to,
                            enum wh_datum datum, struct wh_error *err)
{
    if (choice->best.index < 0) {
        return wh_fail(err, WH_ERR_CONFIG, "PROJ knows no transformation from %s to %s", from, to);
    }
    const bool is_missing = !choice->best.is_usable && choice->best.grid[0] != '\0';
    /* A ballpark operation only ignores the datum: a hundred metres off in Great Britain. */
    const bool can_be_coarse = choice->usable.index >= 0 && !choice->usable.is_ballpark;
    if (is_missing && (datum == WH_DATUM_REQUIRE || !can_be_coarse)) {
        return fail_grid(choice, from, to, can_be_coarse, err);
    }
    if (choice->usable.index < 0 || (choice->usable.is_ballpark && datum == WH_DATUM_REQUIRE)) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "PROJ knows no transformation from %s to %s that takes the datum into "
                       "account",
                       from, to);
    }
    return WH_OK;
}

static void describe(struct wh_transform *t, const PJ *op, const struct choice *choice)
{
    const char *const name = proj_get_name(op);
    const double accuracy = choice->usable.accuracy_m;
    (void)snprintf(t->info.operation, sizeof t->info.operation, "%s",
                   name != NULL ? name : "unnamed");
    t->info.accuracy_m = isfinite(accuracy) ? accuracy : -1.0;
    t->info.uses_grid = proj_coordoperation_get_grid_used_count(t->pj, op) > 0;
    t->info.is_best = choice->usable.index == choice->best.index;
    if (!t->info.is_best) {
        (void)snprintf(t->info.missing_grid, sizeof t->info.missing_grid, "%s", choice->best.grid);
    }
}

static enum wh_status take_operation(struct wh_transform *t, const PJ *from, const PJ *to,
                                     const char *from_name, const char *to_name,
                                     const double area[4], enum wh_datum datum,
                                     struct wh_error *err)
{
    PJ_OBJ_LIST *const list = list_operations(t->pj, from, to);
    if (list == NULL) {
        return wh_fail(err, WH_ERR_CONFIG, "PROJ knows no transformation from %s to %s: %s",
                       from_name, to_name, t->log.text);
    }
    const struct choice choice = choose(t->pj, list, area);
    enum wh_status status = judge(&choice, from_name, to_name, datum, err);
    if (status == WH_OK) {
        PJ *const op = proj_list_get(t->pj, list, choice.usable.index);
        /* East first, north second, whatever the authority's order: the only place where that is
         * decided. */
        t->operation = op != NULL ? proj_normalize_for_visualization(t->pj, op) : NULL;
        if (t->operation == NULL) {
            status = wh_fail(err, WH_ERR_INTERNAL, "PROJ could not set up %s to %s: %s", from_name,
                             to_name, t->log.text);
        } else {
            describe(t, op, &choice);
        }
        proj_destroy(op);
    }
    proj_list_destroy(list);
    return status;
}

/* ---- what makes sense in each CRS, and the control point ---- */

static bool is_placed(double x, double y)
{
    return isfinite(x) && isfinite(y);
}

/* Box of the area of use in the CRS's own coordinates, by sampling, with a tenth of margin on each
 * side. */
static void side_box(PJ *own, const double area[4], struct side *side)
{
    double box[4] = {(double)INFINITY, (double)INFINITY, -(double)INFINITY, -(double)INFINITY};
    for (int i = 0; i < SAMPLES * SAMPLES; i++) {
        const double u = (i % SAMPLES) / (SAMPLES - 1.0), v = (i / SAMPLES) / (SAMPLES - 1.0);
        const PJ_COORD at = proj_trans(
            own, PJ_FWD,
            proj_coord(area[0] + u * (area[2] - area[0]), area[1] + v * (area[3] - area[1]), 0, 0));
        if (is_placed(at.xy.x, at.xy.y)) {
            box[0] = fmin(box[0], at.xy.x);
            box[1] = fmin(box[1], at.xy.y);
            box[2] = fmax(box[2], at.xy.x);
            box[3] = fmax(box[3], at.xy.y);
        }
    }
    const double dx = 0.1 * (box[2] - box[0]), dy = 0.1 * (box[3] - box[1]);
    side->box[0] = box[0] - dx;
    side->box[1] = box[1] - dy;
    side->box[2] = box[2] + dx;
    side->box[3] = box[3] + dy;
    if (side->is_geographic) { /* a rounding past 180 is no reason to lose a point */
        side->box[0] = fmax(side->box[0], -180.0 - 1e-9);
        side->box[1] = fmax(side->box[1], -90.0);
        side->box[2] = fmin(side->box[2], 180.0 + 1e-9);
        side->box[3] = fmin(side->box[3], 90.0);
    }
}

static bool is_in(const struct side *side, double x, double y)
{
    return x >= side->box[0] && x <= side->box[2] && y >= side->box[1] && y <= side->box[3];
}

enum control { CONTROL_GOOD, CONTROL_WRONG, CONTROL_UNPLACED };

/* Sends one point (degrees) through both CRSs' own definitions and through the operation, there and
 * back. */
static enum control check_point(const struct wh_transform *t, PJ *own_from, PJ *own_to, double lon,
                                double lat)
{
    const PJ_COORD point = proj_coord(lon, lat, 0, 0);
    const PJ_COORD a = proj_trans(own_from, PJ_FWD, point);
    const PJ_COORD expected = proj_trans(own_to, PJ_FWD, point);
    const PJ_COORD b = proj_trans(t->operation, PJ_FWD, a);
    const PJ_COORD back = proj_trans(t->operation, PJ_INV, b);
    if (!is_placed(b.xy.x, b.xy.y) || !is_placed(back.xy.x, back.xy.y)) {
        return CONTROL_UNPLACED; /* outside the grid, at sea */
    }
    const double far_to = t->to.is_geographic ? CONTROL_SHIFT_DEG : CONTROL_SHIFT_M;
    const double far_from = t->from.is_geographic ? 1e-5 : 1.0;
    const bool is_near = hypot(b.xy.x - expected.xy.x, b.xy.y - expected.xy.y) < far_to &&
                         hypot(back.xy.x - a.xy.x, back.xy.y - a.xy.y) < far_from;
    return is_near ? CONTROL_GOOD : CONTROL_WRONG;
}

/* An exchanged axis, or degrees taken for radians, is thousands of kilometres off. */
static bool passes_control(const struct wh_transform *t, PJ *own_from, PJ *own_to,
                           const double area[4])
{
    int good = 0;
    for (int i = 0; i < 25; i++) {
        const double u = (i % 5 + 0.63) / 5, v = (i / 5 + 0.37) / 5;
        const enum control result =
            check_point(t, own_from, own_to, area[0] + u * (area[2] - area[0]),
                        area[1] + v * (area[3] - area[1]));
        if (result == CONTROL_WRONG) {
            return false;
        }
        good += result == CONTROL_GOOD;
    }
    return good > 0;
}

static enum wh_status set_sides(struct wh_transform *t, const PJ *from, const PJ *to,
                                const char *from_name, const char *to_name, const double area[4],
                                struct wh_error *err)
{
    t->from.is_geographic = wh_proj_is_geographic(from);
    t->to.is_geographic = wh_proj_is_geographic(to);
    PJ *const own_from = wh_proj_own_conversion(t->pj, from);
    PJ *const own_to = wh_proj_own_conversion(t->pj, to);
    enum wh_status status = WH_OK;
    if (own_from == NULL || own_to == NULL) {
        status = wh_fail(err, WH_ERR_CONFIG,
                         "%s is not a CRS on the ground (longitude and latitude, or projected)",
                         own_from == NULL ? from_name : to_name);
    } else {
        side_box(own_from, area, &t->from);
        side_box(own_to, area, &t->to);
        if (!passes_control(t, own_from, own_to, area)) {
            status = wh_fail(err, WH_ERR_INTERNAL,
                             "PROJ's transformation from %s to %s puts the control point in the "
                             "wrong place (%s)",
                             from_name, to_name, t->info.operation);
        }
    }
    proj_destroy(own_from);
    proj_destroy(own_to);
    return status;
}

/* Where both CRSs may be used; false when nowhere. */
static bool common_area(PJ_CONTEXT *pj, const PJ *from, const PJ *to, double ret[4])
{
    double a[4], b[4];
    wh_proj_area(pj, from, a);
    wh_proj_area(pj, to, b);
    ret[0] = fmax(a[0], b[0]);
    ret[1] = fmax(a[1], b[1]);
    ret[2] = fmin(a[2], b[2]);
    ret[3] = fmin(a[3], b[3]);
    return ret[0] < ret[2] && ret[1] < ret[3];
}

static enum wh_status set_up(struct wh_transform *t, const char *from_name, const char *to_name,
                             enum wh_datum datum, struct wh_error *err)
{
    PJ *from = NULL, *to = NULL;
    double area[4];
    enum wh_status status = wh_proj_crs(t->pj, from_name, &from, err);
    if (status == WH_OK) {
        status = wh_proj_crs(t->pj, to_name, &to, err);
    }
    if (status != WH_OK) {
        goto out;
    }
    if (proj_is_equivalent_to_with_ctx(t->pj, from, to,
                                       PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS)) {
        t->info = (struct wh_transform_info){.operation = "none: the same CRS", .is_best = true};
        goto out;
    }
    if (!common_area(t->pj, from, to, area)) {
        status =
            wh_fail(err, WH_ERR_CONFIG, "%s and %s have no area in common: is one of them wrong?",
                    from_name, to_name);
        goto out;
    }
    status = take_operation(t, from, to, from_name, to_name, area, datum, err);
    if (status == WH_OK) {
        status = set_sides(t, from, to, from_name, to_name, area, err);
    }
out:
    proj_destroy(from);
    proj_destroy(to);
    return status;
}

enum wh_status wh_transform_create(struct wh_ctx *ctx, const char *from, const char *to,
                                   const struct wh_crs_options *opt, struct wh_transform **ret,
                                   struct wh_error *err)
{
    static const struct wh_crs_options defaults = {.datum = WH_DATUM_REQUIRE};
    const struct wh_crs_options *const use = opt != NULL ? opt : &defaults;
    struct wh_transform *const t = wh_alloc(ctx, sizeof *t);
    if (t == NULL) {
        return wh_fail_memory(ctx, err);
    }
    if (pthread_mutex_init(&t->mutex, NULL) != 0) {
        wh_free(ctx, t);
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = wh_proj_open(ctx, use->proj_data, &t->log, &t->pj, err);
    if (status == WH_OK) {
        status = set_up(t, from, to, use->datum, err);
    }
    if (status != WH_OK) {
        wh_transform_destroy(ctx, t);
        return status;
    }
    *ret = t;
    return WH_OK;
}

void wh_transform_destroy(struct wh_ctx *ctx, struct wh_transform *transform)
{
    if (transform == NULL) {
        return;
    }
    proj_destroy(transform->operation);
    if (transform->pj != NULL) {
        proj_context_destroy(transform->pj);
    }
    (void)pthread_mutex_destroy(&transform->mutex);
    wh_free(ctx, transform);
}

const struct wh_transform_info *wh_transform_info(const struct wh_transform *transform)
{
    return &transform->info;
}

/* ---- running ---- */

void wh_transform_points(struct wh_transform *transform, bool inverse, double *x, double *y,
                         size_t n)
{
    if (transform->operation == NULL) {
        return;
    }
    const struct side *const in = inverse ? &transform->to : &transform->from;
    const struct side *const out = inverse ? &transform->from : &transform->to;
    const PJ_DIRECTION direction = inverse ? PJ_INV : PJ_FWD;
    (void)pthread_mutex_lock(&transform->mutex);
    for (size_t i = 0; i < n; i++) {
        PJ_COORD at = {.xyzt = {(double)NAN, (double)NAN, 0, 0}};
        if (is_in(in, x[i], y[i])) {
            at = proj_trans(transform->operation, direction, proj_coord(x[i], y[i], 0, 0));
        }
        const bool is_good = is_in(out, at.xy.x, at.xy.y);
        x[i] = is_good ? at.xy.x : (double)NAN;
        y[i] = is_good ? at.xy.y : (double)NAN;
    }
    (void)pthread_mutex_unlock(&transform->mutex);
}
