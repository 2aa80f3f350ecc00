/* render/basemap_draw.c: areas and lines of the base map. */
#include "render/basemap_draw.h"

#include <math.h>

#include <cairo.h>

/* A feature can reach into the view by half its line. */
#define MARGIN_PX 24.0
/* How much is shown over the density of an area that the style has below it. */
#define BELOW_SHOWN 0.5

bool wh_style_layer_is_on(const struct wh_style_layer *layer, double zoom)
{
    return zoom >= layer->min_zoom && zoom < layer->max_zoom;
}

static bool is_taken(const struct wh_style_layer *layer, const struct wh_map_feature *feature)
{
    return layer->source_layer != WH_BASEMAP_ROADS || (layer->roads >> feature->sort & 1U) != 0;
}

/* One path for the whole layer: a crossing of two streets of a kind is drawn once, not twice as
 * dark. */
static bool add_features(cairo_t *cr, const struct wh_feature_set *set,
                         const struct wh_style_layer *layer, const struct wh_view *view,
                         enum wh_geometry kind)
{
    const double margin = MARGIN_PX * view->px / view->k;
    const double box[4] = {view->ground[0] - margin, view->ground[1] - margin,
                           view->ground[2] + margin, view->ground[3] + margin};
    bool has_any = false;
    for (size_t i = 0; i < set->n; i++) {
        const struct wh_map_feature *const f = &set->feature[i];
        /* A line layer draws the borders of areas too, as in MapLibre. */
        const bool is_kind =
            f->kind == kind || (kind == WH_GEOMETRY_LINE && f->kind == WH_GEOMETRY_POLYGON);
        if (is_kind && is_taken(layer, f) && wh_boxes_touch(f->box, box)) {
            wh_view_add_rings(cr, view, &f->shape, 0, f->shape.n_rings,
                              f->kind == WH_GEOMETRY_POLYGON);
            has_any = true;
        }
    }
    return has_any;
}

static void draw_fill(struct wh_canvas *canvas, const struct wh_feature_set *set,
                      const struct wh_style_layer *layer, const struct wh_view *view, double share)
{
    cairo_new_path(canvas->cr);
    if (add_features(canvas->cr, set, layer, view, WH_GEOMETRY_POLYGON)) {
        wh_canvas_colour(canvas, layer->colour, share * layer->opacity);
        cairo_fill(canvas->cr);
    }
    cairo_new_path(canvas->cr);
}

static void draw_line(struct wh_canvas *canvas, const struct wh_feature_set *set,
                      const struct wh_style_layer *layer, const struct wh_view *view)
{
    cairo_t *const cr = canvas->cr;
    const double width = wh_stops_at(&layer->width, view->zoom) * view->px;
    double dash[WH_MAX_DASHES];
    cairo_new_path(cr);
    if (add_features(cr, set, layer, view, WH_GEOMETRY_LINE)) {
        for (size_t i = 0; i < layer->n_dashes; i++) {
            dash[i] = layer->dash[i] * width;
        }
        cairo_set_dash(cr, dash, (int)layer->n_dashes, 0);
        cairo_set_line_width(cr, width);
        cairo_set_line_cap(cr, layer->n_dashes > 0 ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
        cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
        wh_canvas_colour(canvas, layer->colour, layer->opacity);
        cairo_stroke(cr);
        cairo_set_dash(cr, NULL, 0, 0);
    }
    cairo_new_path(cr);
}

void wh_basemap_draw(struct wh_canvas *canvas, const struct wh_basemap *basemap,
                     const struct wh_style *style, const struct wh_view *view, wh_density_fn *fn,
                     void *user)
{
    for (size_t i = 0; i < style->n_layers; i++) {
        const struct wh_style_layer *const layer = &style->layer[i];
        const struct wh_feature_set *const set =
            basemap != NULL ? &basemap->set[layer->source_layer] : NULL;
        if (!wh_style_layer_is_on(layer, view->zoom)) {
            continue;
        }
        switch (layer->kind) {
        case WH_STYLE_BACKGROUND:
            wh_canvas_colour(canvas, layer->colour, 1.0);
            cairo_rectangle(canvas->cr, view->x, view->y, view->w, view->h);
            cairo_fill(canvas->cr);
            break;
        case WH_STYLE_FILL:
            if (set != NULL) {
                draw_fill(canvas, set, layer, view, 1.0);
            }
            break;
        case WH_STYLE_LINE:
            if (set != NULL) {
                draw_line(canvas, set, layer, view);
            }
            break;
        case WH_STYLE_DENSITY:
            if (fn != NULL) {
                fn(user, canvas, view);
            }
            break;
        case WH_STYLE_SYMBOL: /* names come last, in labels.c */
            break;
        }
    }
}

void wh_basemap_draw_over(struct wh_canvas *canvas, const struct wh_basemap *basemap,
                          const struct wh_style *style, const struct wh_view *view)
{
    bool is_below = true;
    for (size_t i = 0; i < style->n_layers; i++) {
        const struct wh_style_layer *const layer = &style->layer[i];
        is_below = is_below && layer->kind != WH_STYLE_DENSITY;
        if (!wh_style_layer_is_on(layer, view->zoom)) {
            continue;
        }
        if (layer->kind == WH_STYLE_FILL) {
            draw_fill(canvas, &basemap->set[layer->source_layer], layer, view,
                      is_below ? BELOW_SHOWN : 1.0);
        } else if (layer->kind == WH_STYLE_LINE) {
            draw_line(canvas, &basemap->set[layer->source_layer], layer, view);
        }
    }
}
