/* render/basemap_draw.c: areas, lines and points of the base map. */
#include "render/basemap_draw.h"

#include "render/layer_draw.h"

/* A feature can reach into the view by half its line. */
#define MARGIN_PX 34.0

static void add_to_path(cairo_t *cr, const struct wh_map_feature *f, const struct wh_view *view)
{
    wh_view_add_rings(cr, view, &f->shape, 0, f->shape.n_rings, f->kind == WH_GEOMETRY_POLYGON);
}

static void circle_points(struct wh_canvas *canvas, const struct wh_style_layer *layer,
                          const struct wh_map_feature *f, const struct wh_view *view,
                          const struct wh_subject *subject)
{
    for (uint32_t i = 0; i < f->shape.n_vertices; i++) {
        wh_layer_circle(canvas, layer, view->zoom, view->px, subject,
                        wh_view_x(view, f->shape.x[i]), wh_view_y(view, f->shape.y[i]));
    }
}

static void paint_path(struct wh_canvas *canvas, const struct wh_style_layer *layer,
                       const struct wh_view *view, const struct wh_subject *subject)
{
    if (layer->kind == WH_STYLE_FILL) {
        wh_layer_fill(canvas, layer, view->zoom, view->px, subject);
    } else {
        wh_layer_stroke(canvas, layer, view->zoom, view->px, subject);
    }
}

/* A line layer draws the borders of areas too, as in MapLibre. */
static bool can_draw(enum wh_style_kind kind, enum wh_geometry geometry)
{
    return (kind == WH_STYLE_FILL && geometry == WH_GEOMETRY_POLYGON) ||
           (kind == WH_STYLE_LINE &&
            (geometry == WH_GEOMETRY_LINE || geometry == WH_GEOMETRY_POLYGON)) ||
           (kind == WH_STYLE_CIRCLE && geometry == WH_GEOMETRY_POINT);
}

/* One path for the whole layer where all features look alike: a crossing of two streets of a kind
 * is drawn once, not twice as dark. */
static void draw_layer(struct wh_canvas *canvas, const struct wh_basemap *basemap,
                       const struct wh_style_layer *layer, const struct wh_view *view)
{
    const struct wh_feature_set *const set = &basemap->set[layer->source_layer];
    const double margin = MARGIN_PX * view->px / view->k;
    const double box[4] = {view->ground[0] - margin, view->ground[1] - margin,
                           view->ground[2] + margin, view->ground[3] + margin};
    bool has_any = false;
    cairo_new_path(canvas->cr);
    for (size_t i = 0; i < set->n; i++) {
        const struct wh_map_feature *const f = &set->feature[i];
        const struct wh_subject subject = wh_map_subject(layer->source_layer, f);
        if (!can_draw(layer->kind, f->kind) || !wh_boxes_touch(f->box, box) ||
            !wh_layer_takes(layer, &subject)) {
            continue;
        }
        if (layer->kind == WH_STYLE_CIRCLE) {
            circle_points(canvas, layer, f, view, &subject);
            continue;
        }
        add_to_path(canvas->cr, f, view);
        has_any = true;
        if (layer->asks_feature) {
            paint_path(canvas, layer, view, &subject);
        }
    }
    if (has_any && !layer->asks_feature) {
        paint_path(canvas, layer, view, NULL);
    }
    cairo_new_path(canvas->cr);
}

static void draw_background(struct wh_canvas *canvas, const struct wh_style_layer *layer,
                            const struct wh_view *view)
{
    const struct wh_colour colour = wh_layer_colour(layer, WH_SLOT_COLOUR, view->zoom, NULL);
    cairo_set_source_rgba(canvas->cr, colour.r, colour.g, colour.b, colour.a);
    cairo_rectangle(canvas->cr, view->x, view->y, view->w, view->h);
    cairo_fill(canvas->cr);
}

void wh_map_layers_draw(struct wh_canvas *canvas, const struct wh_map_layers *map,
                        const struct wh_view *view)
{
    enum wh_map_part part = WH_PART_BELOW;
    for (size_t i = 0; i < map->style->n_layers; i++) {
        const struct wh_style_layer *const layer = &map->style->layer[i];
        part = layer->kind == WH_STYLE_RASTER ? WH_PART_ABOVE : part;
        if (!wh_layer_is_on(layer, view->zoom) || layer->kind == WH_STYLE_SYMBOL ||
            (map->part != WH_PART_ALL && map->part != part)) {
            continue;
        }
        if (layer->kind == WH_STYLE_BACKGROUND) {
            if (map->part == WH_PART_ALL) {
                draw_background(canvas, layer, view);
            }
        } else if (layer->source != WH_SOURCE_BASEMAP) {
            if (map->fn != NULL) {
                map->fn(map->user, canvas, layer, view);
            }
        } else if (map->basemap != NULL) {
            draw_layer(canvas, map->basemap, layer, view);
        }
    }
}
