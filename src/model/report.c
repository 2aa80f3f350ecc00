/* model/report.c: what a report owns, and how it is given back. */
#include "model/report.h"

#include <math.h>

#include "base/alloc.h"

bool wh_is_beyond_chance(uint32_t now, uint32_t before, double z)
{
    return fabs((double)now - (double)before) > z * sqrt((double)now + (double)before);
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
    wh_free(ctx, report->density);
    wh_free(ctx, report->support);
    wh_report_finish(ctx, &report->body);
    *report = (struct wh_officer_report){0};
}

void wh_public_report_finish(struct wh_ctx *ctx, struct wh_public_report *report)
{
    wh_report_finish(ctx, &report->body);
}
