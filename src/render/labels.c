/* render/labels.c: a set of names that keep clear of each other. */
#include "render/labels.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/shape_ops.h"
#include "render/basemap_draw.h"
#include "render/labels_internal.h"

#define PAD_PX 2.5    /* clear space round a name */
#define EDGE_PX 4.0   /* and to the edge of the map */
#define BORDER_PX 2.0 /* half the width of a border, as an obstacle */
#define BUCKET_PX 96.0
#define SAME_NAME_PX 260.0
#define INK_HEIGHT 0.72 /* of a line's height is letters */
#define FADED 0.42      /* how far a faded name goes towards white */

enum wh_status wh_labels_init(struct wh_labels *labels, struct wh_ctx *ctx,
                              const struct wh_view *view, const struct wh_shape *bright,
                              struct wh_error *err)
{
    const double bounds[4] = {view->x, view->y, view->x + view->w, view->y + view->h};
    *labels = (struct wh_labels){.ctx = ctx, .view = *view, .bright = bright};
    wh_arena_init(&labels->arena, ctx);
    return wh_boxes_init(&labels->taken, ctx, bounds, BUCKET_PX * view->px, err);
}

void wh_labels_finish(struct wh_labels *labels)
{
    if (labels->ctx != NULL) {
        wh_boxes_finish(&labels->taken);
        wh_arena_finish(&labels->arena);
        wh_free(labels->ctx, labels->label);
    }
    *labels = (struct wh_labels){0};
}

enum wh_status wh_labels_keep_off_box(struct wh_labels *labels, double x, double y, double half_w,
                                      double half_h, struct wh_error *err)
{
    const struct wh_turned_box box = {x, y, half_w, half_h, 1, 0};
    return wh_boxes_add(&labels->taken, &box, err);
}

static enum wh_status keep_off_segment(struct wh_labels *labels, double x0, double y0, double x1,
                                       double y1, struct wh_error *err)
{
    const struct wh_view *const v = &labels->view;
    const double length = hypot(x1 - x0, y1 - y0);
    const double margin = EDGE_PX * v->px;
    if (!(length > 0) || fmax(x0, x1) < v->x - margin || fmin(x0, x1) > v->x + v->w + margin ||
        fmax(y0, y1) < v->y - margin || fmin(y0, y1) > v->y + v->h + margin) {
        return WH_OK;
    }
    const struct wh_turned_box box = {0.5 * (x0 + x1),   0.5 * (y0 + y1),    0.5 * length,
                                      BORDER_PX * v->px, (x1 - x0) / length, (y1 - y0) / length};
    return wh_boxes_add(&labels->taken, &box, err);
}

enum wh_status wh_labels_keep_off_shape(struct wh_labels *labels, const struct wh_shape *shape,
                                        struct wh_error *err)
{
    const struct wh_view *const v = &labels->view;
    const double least = v->px; /* borders have thousands of vertices; a pixel is near enough */
    for (uint32_t r = 0; r < shape->n_rings; r++) {
        double last_x = 0, last_y = 0;
        for (uint32_t i = shape->ring_start[r]; i < shape->ring_start[r + 1]; i++) {
            const double x = wh_view_x(v, shape->x[i]), y = wh_view_y(v, shape->y[i]);
            if (i > shape->ring_start[r]) {
                if (i + 1 < shape->ring_start[r + 1] && hypot(x - last_x, y - last_y) < least) {
                    continue;
                }
                const enum wh_status status = keep_off_segment(labels, last_x, last_y, x, y, err);
                if (status != WH_OK) {
                    return status;
                }
            }
            last_x = x;
            last_y = y;
        }
    }
    return WH_OK;
}

struct wh_font wh_label_font(const struct wh_labels *labels, const struct wh_style_layer *layer)
{
    const struct wh_view *const v = &labels->view;
    double size = wh_stops_at(&layer->text_size, v->zoom) * v->px;
    if (v->px < 1) { /* paper */
        size = fmax(size, wh_text_least_pt(WH_TEXT_MAP));
    }
    return (struct wh_font){.role = WH_TEXT_MAP,
                            .size = size,
                            .is_bold = layer->is_bold,
                            .colour = layer->colour,
                            .halo = layer->halo_width * v->px,
                            .halo_colour = layer->halo};
}

static bool is_inside_view(const struct wh_view *v, const struct wh_turned_box *box)
{
    double b[4];
    const double edge = EDGE_PX * v->px;
    wh_turned_box_bounds(box, b);
    return b[0] >= v->x + edge && b[1] >= v->y + edge && b[2] <= v->x + v->w - edge &&
           b[3] <= v->y + v->h - edge;
}

/* Whatever the case of its letters: some gazetteers write their towns in capitals. */
static size_t hash_of_name(const char *name)
{
    return wh_str_hash_fold(wh_str_c(name)) % WH_LABEL_HASHES;
}

enum wh_status wh_label_try(struct wh_labels *labels, const struct wh_style_layer *layer,
                            const char *name, const char *text, const struct wh_font *font,
                            double x, double y, double angle_rad, double width, double height,
                            bool *ret_placed, struct wh_error *err)
{
    const struct wh_view *const v = &labels->view;
    const double pad = PAD_PX * v->px;
    const struct wh_turned_box box = {x,
                                      y,
                                      0.5 * width + pad,
                                      0.5 * INK_HEIGHT * height + 0.5 * pad,
                                      cos(angle_rad),
                                      sin(angle_rad)};
    void *array = labels->label;
    *ret_placed = false;
    if (!is_inside_view(v, &box) || wh_boxes_hit(&labels->taken, &box)) {
        return WH_OK;
    }
    enum wh_status status =
        wh_grow(labels->ctx, &array, labels->n, &labels->cap, sizeof *labels->label, err);
    if (status == WH_OK) {
        labels->label = array;
        status = wh_boxes_add(&labels->taken, &box, err);
    }
    if (status != WH_OK) {
        return status;
    }
    const double ground_x = v->ground[0] + (x - v->x) / v->k;
    const double ground_y = v->ground[3] - (y - v->y) / v->k;
    uint32_t *const same = &labels->same[hash_of_name(name)];
    labels->label[labels->n] =
        (struct wh_label){.name = name,
                          .text = text,
                          .layer = layer,
                          .box = box,
                          .angle_rad = angle_rad,
                          .size = font->size,
                          .is_faded = labels->bright != NULL &&
                                      !wh_shape_contains(labels->bright, ground_x, ground_y),
                          .next_same = *same};
    *same = (uint32_t)++labels->n;
    *ret_placed = true;
    return WH_OK;
}

bool wh_label_is_near(const struct wh_labels *labels, const char *name, double x, double y,
                      double distance)
{
    uint32_t at = labels->same[hash_of_name(name)];
    for (; at != 0; at = labels->label[at - 1].next_same) {
        const struct wh_label *const other = &labels->label[at - 1];
        if (hypot(other->box.x - x, other->box.y - y) < distance &&
            wh_str_eq_fold(wh_str_c(other->name), wh_str_c(name))) {
            return true;
        }
    }
    return false;
}

enum wh_status wh_labels_add_point(struct wh_labels *labels, struct wh_canvas *canvas,
                                   const struct wh_style_layer *layer, const char *name,
                                   double ground_x, double ground_y, struct wh_error *err)
{
    static const double SHIFT[] = {0.0, -1.0, 1.0, -2.0, 2.0};
    const struct wh_font font = wh_label_font(labels, layer);
    const double x = wh_view_x(&labels->view, ground_x), y = wh_view_y(&labels->view, ground_y);
    double width, height;
    bool is_placed = wh_label_is_near(labels, name, x, y, SAME_NAME_PX * labels->view.px);
    enum wh_status status = WH_OK;
    wh_text_measure(canvas, &font, name, 0, &width, &height);
    for (size_t i = 0; i < sizeof SHIFT / sizeof SHIFT[0] && !is_placed && status == WH_OK; i++) {
        status = wh_label_try(labels, layer, name, name, &font, x, y + SHIFT[i] * height, 0, width,
                              height, &is_placed, err);
    }
    return status;
}

/* The zoom from which a place is worth naming: a hamlet on a map of a county hides the towns. */
static double least_zoom(const struct wh_labels *labels, uint8_t place)
{
    static const double ZOOM[] = {0, 8, 10.5, 12.5, 14.5};
    return ZOOM[place <= WH_PLACE_LOCALITY ? place : WH_PLACE_LOCALITY] +
           (place > WH_PLACE_TOWN ? labels->wait_zooms : 0);
}

static enum wh_status add_places(struct wh_labels *labels, struct wh_canvas *canvas,
                                 const struct wh_feature_set *set,
                                 const struct wh_style_layer *layer, enum wh_place smallest,
                                 struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (uint8_t place = 0; place <= smallest; place++) {
        for (size_t i = 0; i < set->n && status == WH_OK; i++) {
            const struct wh_map_feature *const f = &set->feature[i];
            if (f->kind == WH_GEOMETRY_POINT && f->sort == place && f->name != NULL &&
                labels->view.zoom >= least_zoom(labels, place)) {
                status = wh_labels_add_point(labels, canvas, layer, f->name, f->shape.x[0],
                                             f->shape.y[0], err);
            }
        }
    }
    return status;
}

static bool has_place_names(const struct wh_style_layer *layer, double zoom)
{
    return layer->kind == WH_STYLE_SYMBOL && !layer->is_along_line &&
           wh_style_layer_is_on(layer, zoom);
}

enum wh_status wh_labels_add_towns(struct wh_labels *labels, struct wh_canvas *canvas,
                                   const struct wh_basemap *basemap, const struct wh_style *style,
                                   struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; i < style->n_layers && status == WH_OK; i++) {
        const struct wh_style_layer *const layer = &style->layer[i];
        if (has_place_names(layer, labels->view.zoom)) {
            status = add_places(labels, canvas, &basemap->set[layer->source_layer], layer,
                                WH_PLACE_TOWN, err);
        }
    }
    return status;
}

enum wh_status wh_labels_add_basemap(struct wh_labels *labels, struct wh_canvas *canvas,
                                     const struct wh_basemap *basemap, const struct wh_style *style,
                                     struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; i < style->n_layers && status == WH_OK; i++) {
        const struct wh_style_layer *const layer = &style->layer[i];
        if (layer->kind != WH_STYLE_SYMBOL || !wh_style_layer_is_on(layer, labels->view.zoom)) {
            continue;
        }
        if (!layer->is_along_line) {
            status = add_places(labels, canvas, &basemap->set[layer->source_layer], layer,
                                WH_PLACE_LOCALITY, err);
            continue;
        }
        for (size_t c = 0; c < basemap->n_chains && status == WH_OK; c++) {
            const struct wh_chain *const chain = &basemap->chain[c];
            if ((layer->roads >> chain->road & 1U) != 0 &&
                wh_boxes_touch(chain->box, labels->view.ground)) {
                status = wh_label_add_street(labels, canvas, layer, chain, err);
            }
        }
    }
    return status;
}

static uint8_t towards_white(uint8_t channel, double share)
{
    return (uint8_t)lround(channel + (255 - channel) * share);
}

void wh_labels_draw(const struct wh_labels *labels, struct wh_canvas *canvas, const double box[4],
                    double to_x, double to_y)
{
    const double reach = PAD_PX * labels->view.px + 4; /* the halo */
    const double wide[4] = {box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach};
    for (size_t i = 0; i < labels->n; i++) {
        const struct wh_label *const label = &labels->label[i];
        struct wh_font font = wh_label_font(labels, label->layer);
        double bounds[4];
        wh_turned_box_bounds(&label->box, bounds);
        if (!wh_boxes_touch(bounds, wide)) {
            continue;
        }
        if (label->is_faded) {
            font.halo = 0; /* it stands on a veil already */
            font.colour.r = towards_white(font.colour.r, FADED);
            font.colour.g = towards_white(font.colour.g, FADED);
            font.colour.b = towards_white(font.colour.b, FADED);
        }
        wh_text_draw_turned(canvas, &font, label->text, label->box.x - box[0] + to_x,
                            label->box.y - box[1] + to_y, label->angle_rad);
    }
}
