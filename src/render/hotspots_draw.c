/* render/hotspots_draw.c: hot spots as their own outlines, with the number that the table gives
 * them. */
#include "render/hotspots_draw.h"

#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/shape_ops.h"
#include "render/boxes.h"

#define N_DIRECTIONS 8
#define CROWD 15
#define POINT_RADIUS                                                                               \
    14.0 /* of the circle that stands for a hot spot whose outline is not known                    \
          */

static const struct wh_rgb WHITE = {255, 255, 255};

bool wh_hotspot_is_in(const struct wh_report *report, const struct wh_hotspot *hotspot,
                      int32_t ward_idx)
{
    if (ward_idx < 0) {
        return true;
    }
    for (size_t i = 0; i < hotspot->n_parts; i++) {
        if (hotspot->part[i].ward == (uint32_t)ward_idx) {
            return true;
        }
    }
    return hotspot->n_parts == 0 &&
           wh_shape_contains(&report->wards->shape[ward_idx], hotspot->peak_x, hotspot->peak_y);
}

void wh_hotspot_stroke(struct wh_canvas *canvas, const struct wh_style *style, bool is_gone,
                       double width)
{
    const double dash[2] = {3.2 * width, 2.2 * width};
    cairo_t *const cr = canvas->cr;
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
    cairo_set_line_width(cr, 2.4 * width);
    wh_canvas_colour(canvas, WHITE, 0.7);
    cairo_stroke_preserve(cr);
    cairo_set_dash(cr, dash, is_gone ? 2 : 0, 0);
    cairo_set_line_width(cr, width);
    wh_canvas_colour(canvas, wh_style_hotspot(style), 1.0);
    cairo_stroke(cr);
    cairo_set_dash(cr, NULL, 0, 0);
}

static void add_outline(struct wh_canvas *canvas, const struct wh_map_spec *spec,
                        const struct wh_view *view, const struct wh_hotspot *hotspot)
{
    cairo_new_path(canvas->cr);
    if (hotspot->shape.n_vertices > 0) {
        wh_view_add_shape(canvas->cr, view, &hotspot->shape);
    } else {
        cairo_arc(canvas->cr, wh_view_x(view, hotspot->peak_x), wh_view_y(view, hotspot->peak_y),
                  POINT_RADIUS * spec->scale * spec->px / 0.75, 0, 6.283185307179586);
    }
}

static bool is_in_view(const struct wh_hotspot *hotspot, const struct wh_view *view)
{
    double box[4] = {hotspot->peak_x, hotspot->peak_y, hotspot->peak_x, hotspot->peak_y};
    if (hotspot->shape.n_vertices > 0) {
        wh_shape_box(&hotspot->shape, box);
    }
    return wh_boxes_touch(box, view->ground);
}

void wh_hotspots_outline(struct wh_canvas *canvas, const struct wh_map_spec *spec,
                         const struct wh_view *view)
{
    const struct wh_theme_report *const theme = &spec->report->theme[spec->theme_idx];
    const double width = 1.5 * spec->scale * spec->px / 0.75;
    for (int pass = 0; pass < 2; pass++) { /* the faint ones first */
        for (size_t i = theme->n_hotspots; i-- > 0;) {
            const struct wh_hotspot *const h = &theme->hotspot[i];
            const bool is_here = wh_hotspot_is_in(spec->report, h, spec->ward_idx);
            if (is_here != (pass == 1) || !is_in_view(h, view)) {
                continue;
            }
            add_outline(canvas, spec, view, h);
            if (is_here) {
                wh_hotspot_stroke(canvas, spec->style, h->trend == WH_TREND_GONE, width);
            } else {
                cairo_set_line_width(canvas->cr, 0.7 * width);
                wh_canvas_colour(canvas, wh_style_hotspot(spec->style), 0.4);
                cairo_stroke(canvas->cr);
            }
        }
    }
}

/* On the map of everything discs are smaller when there are many, and only the largest get one. */
static double disc_radius(const struct wh_map_spec *spec)
{
    const bool is_crowded =
        spec->ward_idx < 0 && spec->report->theme[spec->theme_idx].n_hotspots > CROWD;
    return (is_crowded ? 6.6 : 8.2) * spec->scale * spec->px / 0.75;
}

/* The shape on which the disc sits: the part in the map's ward, so that the number stands where the
 * table says. */
static const struct wh_shape *disc_shape(const struct wh_hotspot *hotspot, int32_t ward_idx)
{
    for (size_t i = 0; ward_idx >= 0 && i < hotspot->n_parts; i++) {
        if (hotspot->part[i].ward == (uint32_t)ward_idx && hotspot->part[i].shape.n_vertices > 0) {
            return &hotspot->part[i].shape;
        }
    }
    return &hotspot->shape;
}

/* The outline's outermost vertex in a direction, of those inside the frame. */
static bool outermost(const struct wh_shape *shape, const struct wh_view *view, double inset,
                      double dx, double dy, double *ret_x, double *ret_y)
{
    double best = -HUGE_VAL;
    for (uint32_t i = 0; i < shape->n_vertices; i++) {
        const double x = wh_view_x(view, shape->x[i]), y = wh_view_y(view, shape->y[i]);
        const bool is_inside = x >= view->x + inset && x <= view->x + view->w - inset &&
                               y >= view->y + inset && y <= view->y + view->h - inset;
        if (is_inside && x * dx + y * dy > best) {
            best = x * dx + y * dy;
            *ret_x = x;
            *ret_y = y;
        }
    }
    return best > -HUGE_VAL;
}

static bool is_clear(const struct wh_discs *discs, double x, double y)
{
    for (size_t i = 0; i < discs->n; i++) {
        if (hypot(discs->disc[i].x - x, discs->disc[i].y - y) < 2.15 * discs->radius) {
            return false;
        }
    }
    return true;
}

static double held(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

/* Sidesteps along a spiral from where it would be until it is clear; a crowd of discs ends as a
 * cluster of touching ones. */
static void place_near(const struct wh_discs *discs, const struct wh_view *view, double *x,
                       double *y)
{
    const double inset = discs->radius * 1.2, from_x = *x, from_y = *y;
    for (int i = 0; i < 400; i++) {
        const double angle = i * 2.399963229728653; /* the golden angle: even cover */
        const double reach = 0.45 * discs->radius * sqrt((double)i);
        *x = held(from_x + reach * cos(angle), view->x + inset, view->x + view->w - inset);
        *y = held(from_y + reach * sin(angle), view->y + inset, view->y + view->h - inset);
        if (is_clear(discs, *x, *y)) {
            return;
        }
    }
}

static void place_disc(const struct wh_map_spec *spec, const struct wh_view *view,
                       const struct wh_hotspot *hotspot, struct wh_discs *discs, double *ret_x,
                       double *ret_y)
{
    static const double DX[N_DIRECTIONS] = {1, 1, 0, -1, 1, 0, -1, -1};
    static const double DY[N_DIRECTIONS] = {-1, 0, -1, -1, 1, 1, 0, 1};
    const struct wh_shape *const shape = disc_shape(hotspot, spec->ward_idx);
    const double inset = discs->radius * 1.2;
    for (int i = 0; i < N_DIRECTIONS; i++) {
        if (outermost(shape, view, inset, DX[i], DY[i], ret_x, ret_y) &&
            is_clear(discs, *ret_x, *ret_y)) {
            return;
        }
    }
    *ret_x = wh_view_x(view, hotspot->peak_x);
    *ret_y = wh_view_y(view, hotspot->peak_y);
    place_near(discs, view, ret_x, ret_y);
}

enum wh_status wh_discs_place(struct wh_ctx *ctx, const struct wh_map_spec *spec,
                              const struct wh_view *view, struct wh_discs *ret,
                              struct wh_error *err)
{
    const struct wh_theme_report *const theme = &spec->report->theme[spec->theme_idx];
    *ret = (struct wh_discs){.radius = disc_radius(spec)};
    ret->disc = wh_alloc_array(ctx, theme->n_hotspots, sizeof *ret->disc);
    if (ret->disc == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < theme->n_hotspots; i++) {
        const struct wh_hotspot *const h = &theme->hotspot[i];
        if (wh_hotspot_is_in(spec->report, h, spec->ward_idx) &&
            (spec->ward_idx >= 0 || i < WH_MOST_DISCS)) {
            struct wh_disc disc = {.hotspot = i};
            place_disc(spec, view, h, ret, &disc.x, &disc.y);
            ret->disc[ret->n++] = disc;
        }
    }
    return WH_OK;
}

void wh_discs_finish(struct wh_ctx *ctx, struct wh_discs *discs)
{
    wh_free(ctx, discs->disc);
    *discs = (struct wh_discs){0};
}

void wh_disc_draw(struct wh_canvas *canvas, const struct wh_style *style,
                  const struct wh_hotspot *hotspot, double x, double y, double radius)
{
    const struct wh_rgb dark = wh_style_hotspot(style);
    const bool is_gone = hotspot->trend == WH_TREND_GONE;
    cairo_t *const cr = canvas->cr;
    char number[16];
    double width, height;
    snprintf(number, sizeof number, "%u", hotspot->rank);
    cairo_new_path(cr);
    cairo_arc(cr, x, y, radius * 1.12, 0, 6.283185307179586);
    wh_canvas_colour(canvas, WHITE, 1.0);
    cairo_fill(cr);
    cairo_arc(cr, x, y, radius, 0, 6.283185307179586);
    wh_canvas_colour(canvas, dark, 1.0);
    if (is_gone) {
        cairo_set_line_width(cr, radius * 0.16);
        cairo_stroke(cr);
    } else {
        cairo_fill(cr);
    }
    const struct wh_font font = {.role = WH_TEXT_MAP,
                                 .size = radius * (hotspot->rank > 99 ? 1.0 : 1.25),
                                 .is_bold = true,
                                 .colour = is_gone ? dark : WHITE};
    wh_text_measure(canvas, &font, number, 0, &width, &height);
    wh_text_draw(canvas, &font, number, x, y - 0.5 * height, 0, WH_ALIGN_CENTRE);
}
