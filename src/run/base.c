/* run/base.c: bases: addresses, households and residents spread over them, all requests, land. */
#include "run/base.h"

#include <math.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "model/requests.h"

#define BLOCKS_A_BANDWIDTH 6.0 /* land is summed in blocks so much smaller than a bandwidth */

void wh_bases_finish(struct wh_ctx *ctx, struct wh_bases *bases)
{
    wh_points_finish(ctx, &bases->homes);
    wh_free(ctx, bases->ward);
    for (size_t i = 0; i < sizeof bases->kept / sizeof bases->kept[0]; i++) {
        wh_points_finish(ctx, &bases->kept[i].points);
        wh_risk_base_finish(ctx, &bases->kept[i].surface);
    }
    *bases = (struct wh_bases){0};
}

/* Addresses with what they are called; where no gazetteer has those, bare UPRNs. */
static enum wh_status read_homes(struct wh_ctx *ctx, const struct wh_index *index,
                                 struct wh_points *ret, struct wh_error *err)
{
    const bool has_entries = index->n_entries > 0;
    const size_t n = has_entries ? index->n_entries : index->n_points;
    const int32_t *x_cm = has_entries ? index->entry_x_cm : index->point_x_cm;
    const int32_t *y_cm = has_entries ? index->entry_y_cm : index->point_y_cm;
    enum wh_status status = wh_points_reserve(ctx, ret, n, err);
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        status =
            wh_points_push(ctx, ret, x_cm[i] / 100.0, y_cm[i] / 100.0, 0, 0, 0, (uint32_t)i, err);
    }
    return status;
}

static enum wh_status list_homes(struct wh_ctx *ctx, const struct wh_session *session,
                                 struct wh_bases *bases, struct wh_error *err)
{
    if (bases->has_homes) {
        return WH_OK;
    }
    enum wh_status status =
        read_homes(ctx, wh_gazetteers_index(session->gazetteers), &bases->homes, err);
    if (status == WH_OK) {
        bases->ward = wh_alloc_array(ctx, bases->homes.n, sizeof *bases->ward);
        status = bases->ward == NULL
                     ? wh_fail_memory(ctx, err)
                     : wh_areas_assign(ctx, &session->wards, bases->homes.x, bases->homes.y,
                                       bases->homes.n, bases->ward, err);
    }
    bases->has_homes = status == WH_OK;
    return status;
}

static const double *ward_values(const struct wh_session *session, enum wh_base kind)
{
    return kind == WH_BASE_POPULATION   ? session->wards.population
           : kind == WH_BASE_HOUSEHOLDS ? session->wards.households
                                        : NULL;
}

/* The first ward whose value is not known; n_wards where all are, or none is asked for. */
static uint32_t ward_without(const struct wh_session *session, enum wh_base kind)
{
    const double *const value = ward_values(session, kind);
    uint32_t i = 0;
    while (i < session->wards.n && (value == NULL || !isnan(value[i]))) {
        i++;
    }
    return i;
}

enum wh_status wh_base_is_known(struct wh_ctx *ctx, const struct wh_session *session,
                                enum wh_base kind, struct wh_bases *bases, bool *ret,
                                struct wh_error *err)
{
    enum wh_status status = WH_OK;
    if (kind == WH_BASE_ADDRESSES || kind == WH_BASE_HOUSEHOLDS || kind == WH_BASE_POPULATION) {
        status = list_homes(ctx, session, bases, err);
    }
    *ret = status == WH_OK && kind != WH_BASE_NONE &&
           (kind != WH_BASE_ADDRESSES || bases->homes.n > 0) &&
           ward_without(session, kind) == session->wards.n;
    return status;
}

enum wh_status wh_base_choose(struct wh_ctx *ctx, struct wh_session *session,
                              const struct wh_theme *theme, struct wh_bases *bases,
                              enum wh_base *ret, struct wh_error *err)
{
    const enum wh_base kind = theme->relative_to;
    bool is_known = false;
    *ret = WH_BASE_NONE;
    if (session->config.hotspots.method == WH_HOTSPOT_DENSEST || kind == WH_BASE_NONE) {
        return WH_OK;
    }
    const enum wh_status status = wh_base_is_known(ctx, session, kind, bases, &is_known, err);
    if (status == WH_OK && !is_known && kind == WH_BASE_ADDRESSES) {
        wh_log(ctx, WH_LOG_WARNING,
               "theme %s is relative to addresses, but no gazetteer has any: its hot spots are the "
               "densest places",
               theme->id);
    } else if (status == WH_OK && !is_known) {
        wh_log(ctx, WH_LOG_WARNING,
               "theme %s is relative to %s, which ward %s does not have: its hot spots are the "
               "densest places",
               theme->id, wh_base_name(kind), session->wards.code[ward_without(session, kind)]);
    }
    *ret = is_known ? kind : WH_BASE_NONE;
    return status;
}

/* Every mapped request of the period, of the sources that the theme may draw on. */
static enum wh_status all_requests(struct wh_ctx *ctx, const struct wh_session *session,
                                   const struct wh_base_use *use, struct wh_points *ret,
                                   struct wh_error *err)
{
    struct wh_theme everything = *use->filter;
    everything.n_categories = 0;
    return wh_theme_points(ctx, &everything, &session->unplaced.requests, use->period, ret, NULL,
                           err);
}

static enum wh_status make_points(struct wh_ctx *ctx, const struct wh_session *session,
                                  const struct wh_base_use *use, const struct wh_mask *mask,
                                  const struct wh_bases *bases, struct wh_points *ret,
                                  struct wh_error *err)
{
    const double *value = ward_values(session, use->kind);
    if (use->kind == WH_BASE_ALL_REQUESTS) {
        return all_requests(ctx, session, use, ret, err);
    }
    return use->kind != WH_BASE_AREA && bases->homes.n > 0
               ? wh_base_over_homes(ctx, &bases->homes, bases->ward, session->wards.n, value, ret,
                                    err)
               : wh_base_over_land(ctx, &session->wards, mask,
                                   use->bandwidth_m / BLOCKS_A_BANDWIDTH, value, ret, err);
}

/* The base's points and surface in `bases`, made anew unless they are those asked for. */
static enum wh_status prepare(struct wh_ctx *ctx, const struct wh_session *session,
                              const struct wh_base_use *use, const struct wh_mask *mask,
                              const struct wh_risk_options *opt, struct wh_bases *bases,
                              struct wh_error *err)
{
    struct wh_kept_base *const kept = &bases->kept[use->kind];
    if (kept->surface.density.v != NULL && use->kind != WH_BASE_ALL_REQUESTS &&
        !(fabs(kept->bandwidth_m - use->bandwidth_m) > 0)) {
        return WH_OK;
    }
    wh_risk_base_finish(ctx, &kept->surface);
    kept->points.n = 0;
    kept->bandwidth_m = use->bandwidth_m;
    const enum wh_status status = make_points(ctx, session, use, mask, bases, &kept->points, err);
    return status != WH_OK ? status
                           : wh_risk_base(ctx, &kept->points, mask, opt, &kept->surface, err);
}

enum wh_status wh_base_compare(struct wh_ctx *ctx, const struct wh_session *session,
                               const struct wh_base_use *use, const struct wh_points *requests,
                               const struct wh_mask *mask, struct wh_bases *bases,
                               struct wh_comparison *ret, struct wh_error *err)
{
    const struct wh_risk_options opt = {.kernel = session->config.density.kernel,
                                        .edge = session->config.density.edge,
                                        .bandwidth_m = use->bandwidth_m,
                                        .base_is_sample = use->kind == WH_BASE_ALL_REQUESTS};
    enum wh_status status = prepare(ctx, session, use, mask, &opt, bases, err);
    struct wh_kept_base *const kept = &bases->kept[use->kind];
    if (status == WH_OK) {
        status = wh_relative_risk(ctx, &kept->surface, requests, mask, &opt,
                                  session->config.hotspots.false_discovery, &ret->risk, err);
    }
    ret->base = &kept->points;
    ret->surface = &kept->surface;
    ret->base_total = kept->surface.total;
    if (use->kind == WH_BASE_ALL_REQUESTS) { /* the other period has others */
        ret->own = kept->points;
        ret->base = &ret->own;
        kept->points = (struct wh_points){0};
        ret->own_surface = kept->surface;
        ret->surface = &ret->own_surface;
        kept->surface = (struct wh_risk_base){0};
    }
    return status;
}

void wh_comparison_finish(struct wh_ctx *ctx, struct wh_comparison *comparison)
{
    wh_risk_finish(ctx, &comparison->risk);
    wh_points_finish(ctx, &comparison->own);
    wh_risk_base_finish(ctx, &comparison->own_surface);
}
