/* run/evidence_requests.c: a hot spot's requests, one by one. */
#include "run/evidence_requests.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/shape_ops.h"
#include "model/requests.h"

#define NEAR_M 50.0

/* Square of the distance from a place to a segment. */
static double segment_m2(double x, double y, const double *sx, const double *sy)
{
    const double dx = sx[1] - sx[0], dy = sy[1] - sy[0], length2 = dx * dx + dy * dy;
    const double along =
        length2 > 0 ? fmax(0, fmin(1, ((x - sx[0]) * dx + (y - sy[0]) * dy) / length2)) : 0;
    const double ex = sx[0] + along * dx - x, ey = sy[0] + along * dy - y;
    return ex * ex + ey * ey;
}

/* Named lines that come near the hot spot. */
struct streets {
    size_t n;
    const struct wh_feature **line;
    uint32_t *count; /* requests of which it is the nearest */
};

static bool is_street(const struct wh_feature *feature, const double box[4])
{
    if (feature->kind != WH_GEOMETRY_LINE || feature->value[0] == NULL ||
        feature->value[0][0] == '\0') {
        return false;
    }
    double low_x = (double)INFINITY, low_y = low_x, high_x = -low_x, high_y = -low_x;
    for (uint32_t v = 0; v < feature->shape.n_vertices; v++) {
        low_x = fmin(low_x, feature->shape.x[v]);
        high_x = fmax(high_x, feature->shape.x[v]);
        low_y = fmin(low_y, feature->shape.y[v]);
        high_y = fmax(high_y, feature->shape.y[v]);
    }
    return high_x >= box[0] - NEAR_M && low_x <= box[2] + NEAR_M && high_y >= box[1] - NEAR_M &&
           low_y <= box[3] + NEAR_M;
}

static enum wh_status list_streets(struct wh_ctx *ctx, const struct wh_layer *layer,
                                   const double box[4], struct streets *ret, struct wh_error *err)
{
    const size_t n = layer == NULL ? 0 : layer->n;
    ret->line = wh_alloc_array(ctx, n, sizeof *ret->line);
    ret->count = wh_alloc_array(ctx, n, sizeof *ret->count);
    if (ret->line == NULL || ret->count == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        if (is_street(&layer->feature[i], box)) {
            ret->line[ret->n++] = &layer->feature[i];
        }
    }
    return WH_OK;
}

/* Counts a request for its nearest street. */
static void count_street(struct streets *streets, double x, double y)
{
    double best = NEAR_M * NEAR_M;
    size_t nearest = streets->n;
    for (size_t i = 0; i < streets->n; i++) {
        const struct wh_shape *line = &streets->line[i]->shape;
        for (uint32_t r = 0; r < line->n_rings; r++) {
            for (uint32_t v = line->ring_start[r]; v + 1 < line->ring_start[r + 1]; v++) {
                const double m2 = segment_m2(x, y, line->x + v, line->y + v);
                if (m2 < best) {
                    best = m2;
                    nearest = i;
                }
            }
        }
    }
    if (nearest < streets->n) {
        streets->count[nearest]++;
    }
}

static int compare_counts(const void *left, const void *right)
{
    const struct wh_street_count *a = left, *b = right;
    if (a->n != b->n) {
        return a->n > b->n ? -1 : 1;
    }
    return strcmp(a->name, b->name);
}

/* Lines of one name are one street. */
static enum wh_status rank_streets(struct wh_ctx *ctx, const struct streets *streets,
                                   struct wh_evidence_record *ret, struct wh_error *err)
{
    struct wh_street_count *named = wh_alloc_array(ctx, streets->n, sizeof *named);
    size_t n = 0;
    if (named == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < streets->n; i++) {
        size_t at = 0;
        while (at < n && strcmp(named[at].name, streets->line[i]->value[0]) != 0) {
            at++;
        }
        if (streets->count[i] > 0) {
            named[at].name = streets->line[i]->value[0];
            named[at].n += streets->count[i];
            n += at == n;
        }
    }
    if (n > 1) {
        qsort(named, n, sizeof *named, compare_counts);
    }
    for (; ret->n_streets < WH_TOP_STREETS && ret->n_streets < n; ret->n_streets++) {
        ret->street[ret->n_streets] = named[ret->n_streets];
    }
    wh_free(ctx, named);
    return WH_OK;
}

static void count_one(const struct wh_requests *requests, size_t i, int64_t end_utc,
                      struct wh_evidence_record *ret)
{
    const int64_t closed = requests->closed_at[i], due = requests->due_at[i];
    const bool is_open = closed == WH_NO_TIME || closed >= end_utc;
    ret->by_method[requests->method[i]]++;
    ret->n_open += is_open;
    ret->n_overdue += is_open && due != WH_NO_TIME && due < end_utc;
}

static enum wh_status list_targets(struct wh_ctx *ctx, const struct wh_targets *targets,
                                   const struct wh_requests *requests, const uint8_t *has_category,
                                   struct wh_evidence_record *ret, struct wh_error *err)
{
    ret->target = wh_alloc_array(ctx, requests->n_categories, sizeof *ret->target);
    if (ret->target == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t c = 0; c < requests->n_categories; c++) {
        const struct wh_target *target =
            has_category[c] ? wh_targets_find(targets, wh_str_c(requests->category_name[c])) : NULL;
        if (target != NULL && (target->owner != NULL || target->contact != NULL)) {
            ret->target[ret->n_targets++] = target;
        }
    }
    return WH_OK;
}

enum wh_status wh_evidence_requests_find(struct wh_ctx *ctx, const struct wh_session *session,
                                         const struct wh_theme_report *theme,
                                         const struct wh_hotspot *hotspot,
                                         struct wh_evidence_record *ret, struct wh_error *err)
{
    const struct wh_requests *requests = &session->unplaced.requests;
    struct wh_points points = {0};
    struct streets streets = {0};
    double box[4];
    wh_shape_box(&hotspot->shape, box);
    uint8_t *has_category = wh_alloc_array(ctx, requests->n_categories, 1);
    enum wh_status status = has_category == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    if (status == WH_OK) {
        status = wh_theme_points(ctx, theme->theme, requests, &theme->period, &points, NULL, err);
    }
    if (status == WH_OK) {
        status = list_streets(ctx, wh_basemap_streets(session->basemap), box, &streets, err);
    }
    for (size_t i = 0; status == WH_OK && i < points.n; i++) {
        if (wh_shape_contains(&hotspot->shape, points.x[i], points.y[i])) {
            count_one(requests, points.request[i], theme->period.to_utc, ret);
            count_street(&streets, points.x[i], points.y[i]);
            has_category[points.category[i]] = 1;
        }
    }
    if (status == WH_OK) {
        status = rank_streets(ctx, &streets, ret, err);
    }
    if (status == WH_OK) {
        status = list_targets(ctx, &session->targets, requests, has_category, ret, err);
    }
    wh_free(ctx, has_category);
    wh_free(ctx, streets.line);
    wh_free(ctx, streets.count);
    wh_points_finish(ctx, &points);
    return status;
}
