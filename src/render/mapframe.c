/* render/mapframe.c: one map, from the ground up. */
#include "render/mapframe.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/areas.h"
#include "geo/shape_ops.h"
#include "render/basemap_draw.h"
#include "render/density_draw.h"
#include "render/hotspots_draw.h"
#include "render/labels.h"

#define METRES_PER_PT (0.0254 / 72.0)
#define ROOM 1.10          /* the ward with ground round it */
#define WAIT_FOR_WARDS 2.0 /* zooms: on a map of all wards their names come before villages' */
#define LEAST_SCALE 2500.0 /* a ward of one street is not drawn larger than this */

static const struct wh_rgb WHITE = {255, 255, 255};
static const struct wh_rgb WARD_LINE = {28, 30, 38};
static const struct wh_rgb NEIGHBOUR_LINE = {96, 98, 106};
static const struct wh_rgb FRAME_LINE = {60, 62, 70};

/* The next of a series of numbers that people know from printed maps. */
static double round_scale(double least)
{
    static const double SERIES[] = {1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5, 6, 7.5, 8, 9, 10};
    const double decade = pow(10, floor(log10(least)));
    for (size_t i = 0; i < sizeof SERIES / sizeof SERIES[0]; i++) {
        if (SERIES[i] * decade >= least * (1 - 1e-9)) {
            return SERIES[i] * decade;
        }
    }
    return 10 * decade;
}

/* A whole council has no scale that anybody knows, and room matters more: two digits will do. */
static double two_digit_scale(double least)
{
    const double step = pow(10, floor(log10(least)) - 1);
    return ceil(least / step - 1e-9) * step;
}

struct wh_view wh_map_view(const struct wh_map_spec *spec)
{
    double box[4];
    if (spec->ward_idx >= 0) {
        wh_shape_box(&spec->report->wards->shape[spec->ward_idx], box);
    } else {
        wh_shape_box(spec->report->area, box);
    }
    double metres = fmax((box[2] - box[0]) / spec->w, (box[3] - box[1]) / spec->h) *
                    (spec->ward_idx >= 0 ? ROOM : 1.04);
    if (spec->is_paper) {
        const double least = fmax(metres / METRES_PER_PT, LEAST_SCALE);
        metres =
            (spec->ward_idx >= 0 ? round_scale(least) : two_digit_scale(least)) * METRES_PER_PT;
    } else {
        metres = fmax(metres, LEAST_SCALE * METRES_PER_PT);
    }
    return wh_view_make(spec->x, spec->y, spec->w, spec->h, 0.5 * (box[0] + box[2]),
                        0.5 * (box[1] + box[3]), metres, spec->px);
}

double wh_view_scale_number(const struct wh_view *view)
{
    return 1.0 / (view->k * METRES_PER_PT);
}

/* Lays a white veil over everything but a shape. */
static void veil(struct wh_canvas *canvas, const struct wh_view *view, const struct wh_shape *shape,
                 double alpha)
{
    cairo_t *const cr = canvas->cr;
    cairo_new_path(cr);
    cairo_rectangle(cr, view->x, view->y, view->w, view->h);
    wh_view_add_shape(cr, view, shape);
    cairo_set_fill_rule(cr, CAIRO_FILL_RULE_EVEN_ODD);
    wh_canvas_colour(canvas, WHITE, alpha);
    cairo_fill(cr);
    cairo_set_fill_rule(cr, CAIRO_FILL_RULE_WINDING);
}

static void stroke_shape(struct wh_canvas *canvas, const struct wh_view *view,
                         const struct wh_shape *shape, struct wh_rgb colour, double alpha,
                         double width)
{
    cairo_new_path(canvas->cr);
    wh_view_add_shape(canvas->cr, view, shape);
    cairo_set_line_join(canvas->cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(canvas->cr, CAIRO_LINE_CAP_BUTT);
    cairo_set_line_width(canvas->cr, width);
    wh_canvas_colour(canvas, colour, alpha);
    cairo_stroke(canvas->cr);
}

static void draw_wards(struct wh_canvas *canvas, const struct wh_map_spec *spec,
                       const struct wh_view *view)
{
    static const double DASH[] = {4.0, 2.5};
    const struct wh_areas *const wards = spec->report->wards;
    const double unit = spec->scale * spec->px / 0.75;
    cairo_set_dash(canvas->cr, DASH, spec->ward_idx >= 0 ? 2 : 0, 0);
    for (uint32_t i = 0; i < wards->n; i++) {
        double box[4];
        wh_shape_box(&wards->shape[i], box);
        if (wh_boxes_touch(box, view->ground) && (int32_t)i != spec->ward_idx) {
            stroke_shape(canvas, view, &wards->shape[i], NEIGHBOUR_LINE,
                         spec->ward_idx >= 0 ? 0.8 : 0.75, 0.8 * unit);
        }
    }
    cairo_set_dash(canvas->cr, NULL, 0, 0);
    const struct wh_shape *const main_shape =
        spec->ward_idx >= 0 ? &wards->shape[spec->ward_idx] : spec->report->area;
    stroke_shape(canvas, view, main_shape, WHITE, 0.75, (spec->ward_idx >= 0 ? 4.2 : 2.6) * unit);
    stroke_shape(canvas, view, main_shape, WARD_LINE, 1.0,
                 (spec->ward_idx >= 0 ? 2.1 : 1.3) * unit);
}

/* The look of ward names: the style's place names, where it has any. */
static const struct wh_style_layer *ward_name_layer(const struct wh_style *style)
{
    for (size_t i = 0; i < style->n_layers; i++) {
        if (style->layer[i].kind == WH_STYLE_SYMBOL && !style->layer[i].is_along_line) {
            return &style->layer[i];
        }
    }
    return NULL;
}

/* Names a ward where it is in view: at the middle of its visible part. */
static enum wh_status name_ward(struct wh_labels *labels, struct wh_canvas *canvas,
                                const struct wh_style_layer *layer, const struct wh_areas *wards,
                                uint32_t ward, struct wh_error *err)
{
    const double *const g = labels->view.ground;
    double x[5] = {g[0], g[2], g[2], g[0], g[0]}, y[5] = {g[1], g[1], g[3], g[3], g[1]};
    double label_x = 0, label_y = 0;
    uint32_t part_start[2] = {0, 1}, ring_start[2] = {0, 5};
    const struct wh_shape frame = {.n_parts = 1,
                                   .n_rings = 1,
                                   .n_vertices = 5,
                                   .part_start = part_start,
                                   .ring_start = ring_start,
                                   .x = x,
                                   .y = y};
    struct wh_shape seen = {0};
    enum wh_status status =
        wh_shape_intersection(labels->ctx, &wards->shape[ward], &frame, &seen, err);
    if (status == WH_OK && seen.n_vertices > 0) {
        status = wh_shape_label_point(labels->ctx, &seen, &label_x, &label_y, err);
        if (status == WH_OK) {
            status = wh_labels_add_point(labels, canvas, layer, wards->name[ward], label_x, label_y,
                                         err);
        }
    }
    wh_shape_finish(labels->ctx, &seen);
    return status;
}

static enum wh_status place_names(struct wh_labels *labels, struct wh_canvas *canvas,
                                  const struct wh_map_spec *spec, struct wh_error *err)
{
    const struct wh_areas *const wards = spec->report->wards;
    const struct wh_style_layer *const layer = ward_name_layer(spec->style);
    enum wh_status status = WH_OK;
    if (spec->ward_idx >= 0) {
        status = wh_labels_keep_off_shape(labels, &wards->shape[spec->ward_idx], err);
    }
    if (spec->ward_idx < 0 && spec->basemap != NULL) {
        labels->wait_zooms = WAIT_FOR_WARDS;
        status = wh_labels_add_towns(labels, canvas, spec->basemap, spec->style, err);
    }
    for (uint32_t i = 0; layer != NULL && i < wards->n && status == WH_OK; i++) {
        double box[4];
        wh_shape_box(&wards->shape[i], box);
        if (wh_boxes_touch(box, labels->view.ground) && (int32_t)i != spec->ward_idx) {
            status = name_ward(labels, canvas, layer, wards, i, err);
        }
    }
    for (uint32_t i = 0; spec->ward_idx >= 0 && i < wards->n && status == WH_OK; i++) {
        double box[4];
        wh_shape_box(&wards->shape[i], box);
        if (wh_boxes_touch(box, labels->view.ground) && (int32_t)i != spec->ward_idx) {
            status = wh_labels_keep_off_shape(labels, &wards->shape[i], err);
        }
    }
    if (status == WH_OK && spec->basemap != NULL) {
        status = wh_labels_add_basemap(labels, canvas, spec->basemap, spec->style, err);
    }
    return status;
}

static enum wh_status draw_inside(struct wh_canvas *canvas, const struct wh_map_spec *spec,
                                  const struct wh_view *view, struct wh_error *err)
{
    const struct wh_theme_report *const theme = &spec->report->theme[spec->theme_idx];
    const struct wh_shape *const bright =
        spec->ward_idx >= 0 ? &spec->report->wards->shape[spec->ward_idx] : NULL;
    struct wh_density_layer density = {.surface = &theme->surface,
                                       .n_classes = theme->legend.n,
                                       .style = spec->style,
                                       .area = spec->report->area};
    const double box[4] = {view->x, view->y, view->x + view->w, view->y + view->h};
    struct wh_labels labels = {0};
    struct wh_discs discs = {0};
    wh_basemap_draw(canvas, spec->basemap, spec->style, view, wh_density_draw, &density);
    veil(canvas, view, bright != NULL ? bright : spec->report->area, spec->style->fade);
    draw_wards(canvas, spec, view);
    wh_hotspots_outline(canvas, spec, view);
    enum wh_status status = wh_discs_place(canvas->ctx, spec, view, &discs, err);
    if (status == WH_OK) {
        status = wh_labels_init(&labels, canvas->ctx, view, bright, err);
    }
    for (size_t i = 0; i < discs.n && status == WH_OK; i++) {
        status = wh_labels_keep_off_box(&labels, discs.disc[i].x, discs.disc[i].y,
                                        discs.radius * 1.15, discs.radius * 1.15, err);
    }
    if (status == WH_OK) {
        status = place_names(&labels, canvas, spec, err);
    }
    if (status == WH_OK) {
        wh_labels_draw(&labels, canvas, box, view->x, view->y);
        for (size_t i = 0; i < discs.n; i++) {
            wh_disc_draw(canvas, spec->style, &theme->hotspot[discs.disc[i].hotspot],
                         discs.disc[i].x, discs.disc[i].y, discs.radius);
        }
    }
    wh_labels_finish(&labels);
    wh_discs_finish(canvas->ctx, &discs);
    return status;
}

enum wh_status wh_map_draw(struct wh_canvas *canvas, const struct wh_map_spec *spec,
                           const struct wh_view *view, struct wh_error *err)
{
    cairo_t *const cr = canvas->cr;
    cairo_save(cr);
    cairo_rectangle(cr, view->x, view->y, view->w, view->h);
    cairo_clip(cr);
    const enum wh_status status = draw_inside(canvas, spec, view, err);
    cairo_restore(cr);
    if (status == WH_OK && spec->is_paper) {
        cairo_new_path(cr);
        cairo_rectangle(cr, view->x, view->y, view->w, view->h);
        cairo_set_line_width(cr, 0.8);
        wh_canvas_colour(canvas, FRAME_LINE, 1.0);
        cairo_stroke(cr);
    }
    return status;
}
