/* render/hotspots_draw.c: hot spots as their own outlines, with the number that the table gives
 * them. */
#include "render/hotspots_draw.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/shape_ops.h"
#include "render/boxes.h"
#include "render/layer_draw.h"

#define N_DIRECTIONS 8
#define CROWD 15
#define POINT_RADIUS 18.0 /* pixels, of the circle that stands for an outline that is not known */
#define LEGEND_ZOOM 13.0
#define CROWDED 0.8       /* of a disc's usual size */
#define USUAL_RADIUS 11.0 /* pixels, of a disc where the style has none */

/* A hot spot, as a style's expressions see it. */
struct asked {
    const struct wh_hotspot *hotspot;
    const char *theme; /* or NULL */
};

static struct wh_value hotspot_property(const void *feature, const char *property)
{
    const struct asked *const asked = feature;
    const char *const text = strcmp(property, "theme") == 0   ? asked->theme
                             : strcmp(property, "trend") == 0 ? wh_trend_name(asked->hotspot->trend)
                             : strcmp(property, "name") == 0  ? asked->hotspot->name
                             : strcmp(property, "firmness") == 0
                                 ? wh_firmness_name(asked->hotspot->firmness)
                                 : NULL;
    if (strcmp(property, "rank") == 0) {
        return (struct wh_value){.kind = WH_VALUE_NUMBER, .number = asked->hotspot->rank};
    }
    return text == NULL ? (struct wh_value){.kind = WH_VALUE_NULL}
                        : (struct wh_value){.kind = WH_VALUE_TEXT, .text = text};
}

static struct wh_subject subject_of(const struct asked *asked)
{
    return (struct wh_subject){asked, hotspot_property, WH_GEOMETRY_POLYGON};
}

bool wh_hotspot_is_in(const struct wh_report *report, const struct wh_hotspot *hotspot,
                      int32_t ward_idx)
{
    if (ward_idx < 0) {
        return true;
    }
    for (size_t i = 0; i < hotspot->n_parts; i++) {
        const struct wh_count *const count = &hotspot->part[i].figures.count;
        if (hotspot->part[i].ward == (uint32_t)ward_idx) {
            /* An outline reaches over borders behind which nothing was reported. */
            return count->shown != WH_SHOWN || count->n > 0 || hotspot->trend == WH_TREND_GONE;
        }
    }
    return hotspot->n_parts == 0 &&
           wh_shape_contains(&report->wards->shape[ward_idx], hotspot->peak_x, hotspot->peak_y);
}

void wh_hotspot_stroke(struct wh_canvas *canvas, const struct wh_style *style, enum wh_trend trend,
                       enum wh_firmness firmness, double px)
{
    const struct wh_hotspot hotspot = {.trend = trend, .firmness = firmness, .rank = 1};
    const struct asked asked = {&hotspot, NULL};
    const struct wh_subject subject = subject_of(&asked);
    cairo_path_t *const path = cairo_copy_path(canvas->cr);
    for (size_t i = 0; i < style->n_layers; i++) {
        const struct wh_style_layer *const layer = &style->layer[i];
        if (layer->source == WH_SOURCE_HOTSPOTS && layer->kind == WH_STYLE_LINE &&
            wh_layer_is_on(layer, LEGEND_ZOOM) && wh_layer_takes(layer, &subject)) {
            cairo_new_path(canvas->cr);
            cairo_append_path(canvas->cr, path);
            wh_layer_stroke(canvas, layer, LEGEND_ZOOM, px, &subject);
        }
    }
    cairo_new_path(canvas->cr);
    cairo_path_destroy(path);
}

static void add_outline(struct wh_canvas *canvas, const struct wh_map_spec *spec,
                        const struct wh_view *view, const struct wh_hotspot *hotspot)
{
    cairo_new_path(canvas->cr);
    if (hotspot->shape.n_vertices > 0) {
        wh_view_add_shape(canvas->cr, view, &hotspot->shape);
    } else {
        cairo_arc(canvas->cr, wh_view_x(view, hotspot->peak_x), wh_view_y(view, hotspot->peak_y),
                  POINT_RADIUS * spec->scale * spec->px, 0, 6.283185307179586);
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

void wh_hotspots_draw(struct wh_canvas *canvas, const struct wh_map_spec *spec,
                      const struct wh_style_layer *layer, const struct wh_view *view)
{
    const struct wh_theme_report *const theme = spec->theme;
    const bool wants_here = layer->source == WH_SOURCE_HOTSPOTS;
    const double px = spec->scale * view->px;
    for (size_t i = theme->n_hotspots; i-- > 0;) {
        const struct asked asked = {&theme->hotspot[i], theme->theme->id};
        const struct wh_subject subject = subject_of(&asked);
        if (wh_hotspot_is_in(spec->report, asked.hotspot, spec->ward_idx) != wants_here ||
            !is_in_view(asked.hotspot, view) || !wh_layer_takes(layer, &subject)) {
            continue;
        }
        add_outline(canvas, spec, view, asked.hotspot);
        if (layer->kind == WH_STYLE_FILL) {
            wh_layer_fill(canvas, layer, view->zoom, px, &subject);
        } else {
            wh_layer_stroke(canvas, layer, view->zoom, px, &subject);
        }
    }
}

static bool is_of_discs(const struct wh_style_layer *layer, enum wh_style_kind kind)
{
    return layer->source == WH_SOURCE_HOTSPOTS && layer->kind == kind && !layer->is_hidden;
}

/* On the map of everything discs are smaller when there are many, and only the largest get one. */
static double disc_radius(const struct wh_map_spec *spec, double zoom)
{
    const bool is_crowded = spec->ward_idx < 0 && spec->theme->n_hotspots > CROWD;
    double radius = 0;
    for (size_t i = 0; i < spec->style->n_layers; i++) {
        const struct wh_style_layer *const layer = &spec->style->layer[i];
        if (is_of_discs(layer, WH_STYLE_CIRCLE)) {
            radius = fmax(radius, wh_layer_number(layer, WH_SLOT_SIZE, zoom, NULL));
        }
    }
    return (radius > 0 ? radius : USUAL_RADIUS) * (is_crowded ? CROWDED : 1.0) * spec->scale *
           spec->px;
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
    const struct wh_theme_report *const theme = spec->theme;
    *ret = (struct wh_discs){.radius = disc_radius(spec, view->zoom)};
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

/* The number in the colour and face that the layer says, as large as the disc allows. */
static void draw_number(struct wh_canvas *canvas, const struct wh_style_layer *layer,
                        const struct wh_subject *subject, unsigned rank, double x, double y,
                        double radius)
{
    const struct wh_colour colour = wh_layer_colour(layer, WH_SLOT_COLOUR, LEGEND_ZOOM, subject);
    const struct wh_font font = {.role = WH_TEXT_MAP,
                                 .size = radius * (rank > 99 ? 1.0 : 1.25),
                                 .colour = wh_colour_rgb(colour),
                                 .families = layer->families,
                                 .weight = layer->weight,
                                 .is_italic = layer->is_italic};
    char room[32];
    double width, height;
    const char *const text = wh_layer_text(layer, LEGEND_ZOOM, subject, room);
    wh_text_measure(canvas, &font, text, 0, &width, &height);
    wh_text_draw(canvas, &font, text, x, y - 0.5 * height, 0, WH_ALIGN_CENTRE);
}

void wh_disc_draw(struct wh_canvas *canvas, const struct wh_style *style,
                  const struct wh_hotspot *hotspot, double x, double y, double radius)
{
    const struct asked asked = {hotspot, NULL};
    const struct wh_subject subject = subject_of(&asked);
    for (size_t i = 0; i < style->n_layers; i++) {
        const struct wh_style_layer *const layer = &style->layer[i];
        if (!wh_layer_takes(layer, &subject)) {
            continue;
        }
        if (is_of_discs(layer, WH_STYLE_CIRCLE)) {
            const double usual = wh_layer_number(layer, WH_SLOT_SIZE, LEGEND_ZOOM, &subject);
            wh_layer_circle(canvas, layer, LEGEND_ZOOM, usual > 0 ? radius / usual : 1, &subject, x,
                            y);
        } else if (is_of_discs(layer, WH_STYLE_SYMBOL)) {
            draw_number(canvas, layer, &subject, hotspot->rank, x, y, radius);
        }
    }
}
