/* model/report.c: what follows from a report's figures alone; what it owns, and how that is given
 * back. */
#include "model/report.h"

#include <math.h>

#include "base/alloc.h"
#include "geo/areas.h"

bool wh_is_beyond_chance(uint32_t now, uint32_t before, double z)
{
    return fabs((double)now - (double)before) > z * sqrt((double)now + (double)before);
}

static bool comes_before(const struct wh_count *a, const struct wh_count *b)
{
    if (a->shown != WH_SHOWN || b->shown != WH_SHOWN) {
        return a->shown == WH_SHOWN && b->shown != WH_SHOWN;
    }
    return a->n > b->n;
}

void wh_theme_rank_wards(const struct wh_theme_report *theme, uint32_t n_wards, uint32_t *ret)
{
    /* Insertion keeps equals in order; wards are counted in tens or hundreds. */
    for (uint32_t i = 0; i < n_wards; i++) {
        uint32_t at = i;
        for (; at > 0 && comes_before(&theme->ward[i].count, &theme->ward[ret[at - 1]].count);
             at--) {
            ret[at] = ret[at - 1];
        }
        ret[at] = i;
    }
}

uint32_t wh_theme_ward_rank(const struct wh_theme_report *theme, uint32_t n_wards, uint32_t ward)
{
    uint32_t n_before = 0;
    for (uint32_t i = 0; i < n_wards; i++) {
        n_before += comes_before(&theme->ward[i].count, &theme->ward[ward].count);
    }
    return theme->ward[ward].count.shown == WH_SHOWN ? n_before + 1 : 0;
}

bool wh_report_has_residents(const struct wh_report *report)
{
    for (uint32_t i = 0; i < report->wards->n; i++) {
        if (report->wards->population[i] > 0) {
            return true;
        }
    }
    return false;
}

void wh_hotspot_finish(struct wh_ctx *ctx, struct wh_hotspot *hotspot)
{
    for (size_t i = 0; i < hotspot->n_parts; i++) {
        wh_shape_finish(ctx, &hotspot->part[i].shape);
    }
    wh_shape_finish(ctx, &hotspot->shape);
}

void wh_report_finish(struct wh_ctx *ctx, struct wh_report *report)
{
    if (report->overall != NULL) {
        wh_free(ctx, report->overall->surface.class_of);
    }
    for (size_t i = 0; report->theme != NULL && i < report->n_themes; i++) {
        struct wh_theme_report *theme = &report->theme[i];
        for (size_t j = 0; theme->hotspot != NULL && j < theme->n_hotspots; j++) {
            wh_hotspot_finish(ctx, &theme->hotspot[j]);
        }
        wh_free(ctx, theme->surface.class_of);
    }
    wh_arena_finish(&report->arena);
    *report = (struct wh_report){0};
}

void wh_officer_report_finish(struct wh_ctx *ctx, struct wh_officer_report *report)
{
    for (size_t i = 0; report->density != NULL && i < report->body.n_themes; i++) {
        wh_grid_finish(ctx, &report->density[i]);
    }
    for (size_t i = 0; report->support != NULL && i < report->body.n_themes; i++) {
        wh_free(ctx, report->support[i]);
    }
    wh_grid_finish(ctx, &report->overall_density);
    wh_free(ctx, report->overall_support);
    wh_free(ctx, report->density);
    wh_free(ctx, report->support);
    wh_report_finish(ctx, &report->body);
    *report = (struct wh_officer_report){0};
}

void wh_public_report_finish(struct wh_ctx *ctx, struct wh_public_report *report)
{
    wh_report_finish(ctx, &report->body);
}
