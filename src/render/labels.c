/* render/labels.c: a set of names that keep clear of each other. */
#include "render/labels.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geo/shape_ops.h"
#include "render/labels_internal.h"

#define PAD_PX 2.5    /* clear space round a name */
#define EDGE_PX 4.0   /* and to the edge of the map */
#define BORDER_PX 2.0 /* half the width of a border, as an obstacle */
#define BUCKET_PX 96.0
#define SAME_NAME_PX 260.0
#define INK_HEIGHT 0.72 /* of a line's height is letters */
#define FADED 0.42      /* how far a faded name goes towards white */

enum wh_status wh_labels_init(struct wh_labels *labels, struct wh_ctx *ctx,
                              const struct wh_view *view, struct wh_error *err)
{
    const double bounds[4] = {view->x, view->y, view->x + view->w, view->y + view->h};
    *labels = (struct wh_labels){.ctx = ctx, .view = *view};
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

struct wh_font wh_label_font(const struct wh_labels *labels, const struct wh_style_layer *layer,
                             const struct wh_subject *subject)
{
    const struct wh_view *const v = &labels->view;
    const struct wh_colour colour = wh_layer_colour(layer, WH_SLOT_COLOUR, v->zoom, subject);
    const struct wh_colour halo = wh_layer_colour(layer, WH_SLOT_EDGE, v->zoom, subject);
    double size = wh_layer_number(layer, WH_SLOT_SIZE, v->zoom, subject) * v->px;
    if (v->px < 1) { /* paper */
        size = fmax(size, wh_text_least_pt(WH_TEXT_MAP));
    }
    return (struct wh_font){
        .role = WH_TEXT_MAP,
        .size = size,
        .colour = wh_colour_rgb(colour),
        .clear = 1 - colour.a,
        .halo = halo.a > 0 ? wh_layer_number(layer, WH_SLOT_WIDTH, v->zoom, subject) * v->px : 0,
        .halo_colour = wh_colour_rgb(halo),
        .halo_alpha = halo.a,
        .families = layer->families,
        .weight = layer->weight,
        .is_italic = layer->is_italic};
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

/* Outside the ward of the map a name stands back, on the veil that is there already. */
static void fade(const struct wh_labels *labels, double x, double y, struct wh_font *font)
{
    const struct wh_view *const v = &labels->view;
    const double ground_x = v->ground[0] + (x - v->x) / v->k;
    const double ground_y = v->ground[3] - (y - v->y) / v->k;
    if (labels->bright != NULL && !wh_shape_contains(labels->bright, ground_x, ground_y)) {
        font->halo = 0;
        font->colour = wh_rgb_mix(font->colour, labels->veil, FADED);
    }
}

enum wh_status wh_label_try(struct wh_labels *labels, const struct wh_wording *wording, double x,
                            double y, double angle_rad, bool *ret_placed, struct wh_error *err)
{
    const struct wh_view *const v = &labels->view;
    const double pad = PAD_PX * v->px;
    const struct wh_turned_box box = {x,
                                      y,
                                      0.5 * wording->width + pad,
                                      0.5 * INK_HEIGHT * wording->height + 0.5 * pad,
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
    uint32_t *const same = &labels->same[hash_of_name(wording->name)];
    struct wh_label *const label = &labels->label[labels->n];
    *label = (struct wh_label){.name = wording->name,
                               .text = wording->text,
                               .font = wording->font,
                               .box = box,
                               .angle_rad = angle_rad,
                               .wrap = wording->wrap,
                               .next_same = *same};
    fade(labels, x, y, &label->font);
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

/* A wording at a point: wrapped where its one line would be longer than the layer lets it. */
static struct wh_wording word_point(const struct wh_labels *labels, struct wh_canvas *canvas,
                                    const struct wh_style_layer *layer,
                                    const struct wh_subject *subject, const char *text)
{
    struct wh_wording w = {
        .name = text, .text = text, .font = wh_label_font(labels, layer, subject)};
    const double most = layer->max_width_em * w.font.size;
    wh_text_measure(canvas, &w.font, text, 0, &w.width, &w.height);
    if (w.width > most) {
        w.wrap = most;
        wh_text_measure(canvas, &w.font, text, most, &w.width, &w.height);
    }
    return w;
}

/* The middle of a text whose anchor is at the point. */
static void anchored(enum wh_anchor anchor, const struct wh_wording *w, double *x, double *y)
{
    *x += anchor == WH_ANCHOR_LEFT    ? 0.5 * w->width
          : anchor == WH_ANCHOR_RIGHT ? -0.5 * w->width
                                      : 0;
    *y += anchor == WH_ANCHOR_TOP      ? 0.5 * w->height
          : anchor == WH_ANCHOR_BOTTOM ? -0.5 * w->height
                                       : 0;
}

enum wh_status wh_labels_add_point(struct wh_labels *labels, struct wh_canvas *canvas,
                                   const struct wh_style_layer *layer,
                                   const struct wh_subject *subject, double ground_x,
                                   double ground_y, struct wh_error *err)
{
    static const double SHIFT[] = {0.0, -1.0, 1.0, -2.0, 2.0}; /* lines */
    char room[32];
    double x = wh_view_x(&labels->view, ground_x), y = wh_view_y(&labels->view, ground_y);
    const char *text = wh_layer_text(layer, labels->view.zoom, subject, room);
    enum wh_status status = WH_OK;
    bool is_placed = wh_label_is_near(labels, text, x, y, SAME_NAME_PX * labels->view.px);
    if (text[0] == '\0' || is_placed) {
        return WH_OK;
    }
    if (text == room) {
        text = wh_arena_c(&labels->arena, wh_str_c(room));
        if (text == NULL) {
            return wh_fail_memory(labels->ctx, err);
        }
    }
    const struct wh_wording w = word_point(labels, canvas, layer, subject, text);
    const double line = w.font.size * 1.2;
    anchored(layer->anchor, &w, &x, &y);
    for (size_t i = 0; i < sizeof SHIFT / sizeof SHIFT[0] && !is_placed && status == WH_OK; i++) {
        status = wh_label_try(labels, &w, x, y + SHIFT[i] * line, 0, &is_placed, err);
    }
    return status;
}

/* What a layer may name, and in which order. */
struct candidate {
    double priority;
    size_t idx;
};

static int by_priority(const void *a, const void *b)
{
    const struct candidate *const p = a, *const q = b;
    if (p->priority < q->priority || p->priority > q->priority) {
        return p->priority < q->priority ? -1 : 1;
    }
    return p->idx < q->idx ? -1 : p->idx > q->idx;
}

/* A street's name does not need its shape to be asked for. */
static struct wh_map_feature stand_in(const struct wh_chain *chain)
{
    return (struct wh_map_feature){
        .kind = WH_GEOMETRY_LINE, .sort = (uint8_t)chain->road, .name = chain->name};
}

/* The features that a layer names, of those in view: points of its set, or chains of roads. */
static size_t find_candidates(const struct wh_labels *labels, const struct wh_basemap *basemap,
                              const struct wh_style_layer *layer, struct candidate *ret)
{
    const struct wh_feature_set *const set = &basemap->set[layer->source_layer];
    const size_t most = layer->is_along_line ? basemap->n_chains : set->n;
    size_t n = 0;
    for (size_t i = 0; i < most; i++) {
        const struct wh_map_feature street =
            layer->is_along_line ? stand_in(&basemap->chain[i]) : (struct wh_map_feature){0};
        const struct wh_map_feature *const f = layer->is_along_line ? &street : &set->feature[i];
        const double *const box = layer->is_along_line ? basemap->chain[i].box : f->box;
        const struct wh_subject subject = wh_map_subject(layer->source_layer, f);
        if ((layer->is_along_line || f->kind == WH_GEOMETRY_POINT) &&
            wh_boxes_touch(box, labels->view.ground) && wh_layer_takes(layer, &subject)) {
            ret[n++] = (struct candidate){
                wh_layer_number(layer, WH_SLOT_PRIORITY, labels->view.zoom, &subject), i};
        }
    }
    qsort(ret, n, sizeof *ret, by_priority);
    return n;
}

static enum wh_status add_candidate(struct wh_labels *labels, struct wh_canvas *canvas,
                                    const struct wh_basemap *basemap,
                                    const struct wh_style_layer *layer, size_t idx,
                                    struct wh_error *err)
{
    if (layer->is_along_line) {
        return wh_label_add_street(labels, canvas, layer, &basemap->chain[idx], err);
    }
    const struct wh_map_feature *const f = &basemap->set[layer->source_layer].feature[idx];
    const struct wh_subject subject = wh_map_subject(layer->source_layer, f);
    return wh_labels_add_point(labels, canvas, layer, &subject, f->shape.x[0], f->shape.y[0], err);
}

enum wh_status wh_labels_add_layer(struct wh_labels *labels, struct wh_canvas *canvas,
                                   const struct wh_basemap *basemap,
                                   const struct wh_style_layer *layer, struct wh_error *err)
{
    const size_t most =
        layer->is_along_line ? basemap->n_chains : basemap->set[layer->source_layer].n;
    enum wh_status status = WH_OK;
    if (layer->is_along_line && layer->source_layer != WH_BASEMAP_ROADS) {
        return WH_OK; /* only streets have lines that are joined for their names */
    }
    struct candidate *const candidate = wh_alloc_array(labels->ctx, most, sizeof *candidate);
    if (candidate == NULL) {
        return wh_fail_memory(labels->ctx, err);
    }
    const size_t n = find_candidates(labels, basemap, layer, candidate);
    for (size_t i = 0; i < n && status == WH_OK; i++) {
        status = add_candidate(labels, canvas, basemap, layer, candidate[i].idx, err);
    }
    wh_free(labels->ctx, candidate);
    return status;
}

enum wh_status wh_labels_add_basemap(struct wh_labels *labels, struct wh_canvas *canvas,
                                     const struct wh_basemap *basemap, const struct wh_style *style,
                                     struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = style->n_layers; i-- > 0 && status == WH_OK;) {
        const struct wh_style_layer *const layer = &style->layer[i];
        if (layer->kind == WH_STYLE_SYMBOL && layer->source == WH_SOURCE_BASEMAP &&
            wh_layer_is_on(layer, labels->view.zoom)) {
            status = wh_labels_add_layer(labels, canvas, basemap, layer, err);
        }
    }
    return status;
}

void wh_labels_draw(const struct wh_labels *labels, struct wh_canvas *canvas, const double box[4],
                    double to_x, double to_y)
{
    const double reach = PAD_PX * labels->view.px + 4; /* the halo */
    const double wide[4] = {box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach};
    for (size_t i = labels->n; i-- > 0;) { /* those placed first on top */
        const struct wh_label *const label = &labels->label[i];
        double bounds[4];
        wh_turned_box_bounds(&label->box, bounds);
        if (wh_boxes_touch(bounds, wide)) {
            wh_text_draw_turned(canvas, &label->font, label->text, label->box.x - box[0] + to_x,
                                label->box.y - box[1] + to_y, label->wrap, label->angle_rad);
        }
    }
}
