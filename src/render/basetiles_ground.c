/* render/basetiles_ground.c: base map, wards and density of tiles; which of them a sheet shows. */
#include "render/basetiles_ground.h"

#include "base/alloc.h"
#include "base/error.h"
#include "geo/areas.h"
#include "geo/shape_ops.h"
#include "render/layer_draw.h"
#include "render/mercator.h"

static const char *const SHEET[WH_N_SHEETS] = {"below", "above", "names", "map"};

const char *wh_base_sheet_name(enum wh_base_sheet sheet)
{
    return SHEET[sheet];
}

/* ---- what is there ---- */

static bool has_names(const struct wh_ground *ground)
{
    return ground->sheet == WH_SHEET_NAMES || ground->sheet == WH_SHEET_WHOLE;
}

static enum wh_status add_ward(struct wh_ground *ground, uint32_t idx,
                               struct wh_transform *to_lonlat, struct wh_error *err)
{
    const struct wh_areas *const wards = ground->map.wards;
    struct wh_ward_ground *const ward = &ground->ward[ground->n_wards];
    double x = 0, y = 0;
    const enum wh_status status =
        wh_shape_label_point(ground->ctx, &wards->shape[idx], &x, &y, err);
    if (status != WH_OK) {
        return status;
    }
    *ward = (struct wh_ward_ground){.name = {wards->code[idx], wards->name[idx]},
                                    .shape = wards->shape[idx]};
    const size_t n = ward->shape.n_vertices;
    ward->shape.x = wh_arena_alloc(&ground->arena, n, sizeof *ward->shape.x);
    ward->shape.y = wh_arena_alloc(&ground->arena, n, sizeof *ward->shape.y);
    if (ward->shape.x == NULL || ward->shape.y == NULL) {
        return wh_fail_memory(ground->ctx, err);
    }
    if (wh_to_mercator(to_lonlat, wards->shape[idx].x, wards->shape[idx].y, n, ward->shape.x,
                       ward->shape.y) &&
        wh_to_mercator(to_lonlat, &x, &y, 1, &ward->at[0], &ward->at[1])) {
        wh_box_of(ward->shape.x, ward->shape.y, n, ward->box);
        ground->n_wards++;
    }
    return WH_OK;
}

static enum wh_status add_wards(struct wh_ground *ground, struct wh_transform *to_lonlat,
                                struct wh_error *err)
{
    const struct wh_areas *const wards = ground->map.wards;
    enum wh_status status = WH_OK;
    if (wards == NULL || wards->n == 0 || !has_names(ground)) {
        return WH_OK;
    }
    ground->ward = wh_arena_alloc(&ground->arena, wards->n, sizeof *ground->ward);
    if (ground->ward == NULL) {
        return wh_fail_memory(ground->ctx, err);
    }
    for (uint32_t i = 0; status == WH_OK && i < wards->n; i++) {
        if (wards->shape[i].n_vertices > 0) {
            status = add_ward(ground, i, to_lonlat, err);
        }
    }
    return status;
}

/* In one band, for tiles come by zoom and each zoom needs all of it. */
static enum wh_status add_density(struct wh_ground *ground, struct wh_error *err)
{
    const struct wh_tile_source *const source = ground->map.density;
    if (source == NULL || ground->sheet != WH_SHEET_WHOLE) {
        return WH_OK;
    }
    const enum wh_status status =
        wh_sampler_init(&ground->sampler, ground->ctx, source, &ground->map.paint->shades,
                        source->grid.ny + 1, err);
    return status == WH_OK ? wh_sampler_next(&ground->sampler, err) : status;
}

enum wh_status wh_ground_init(struct wh_ground *ground, struct wh_ctx *ctx,
                              const struct wh_base_map *map, enum wh_base_sheet sheet,
                              struct wh_transform *to_lonlat, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    *ground = (struct wh_ground){.ctx = ctx, .map = *map, .sheet = sheet};
    wh_arena_init(&ground->arena, ctx);
    if (map->basemap != NULL) {
        status = wh_basemap_to_mercator(ctx, map->basemap, to_lonlat, &ground->basemap, err);
    }
    if (status == WH_OK) {
        status = add_wards(ground, to_lonlat, err);
    }
    if (status == WH_OK) {
        status = add_density(ground, err);
    }
    return status;
}

void wh_ground_finish(struct wh_ground *ground)
{
    if (ground->ctx == NULL) {
        return;
    }
    wh_basemap_destroy(ground->ctx, ground->basemap);
    if (ground->sampler.ctx != NULL) {
        wh_sampler_finish(&ground->sampler);
    }
    wh_arena_finish(&ground->arena);
    *ground = (struct wh_ground){0};
}

/* ---- names ---- */

static enum wh_status name_wards(const struct wh_ground *ground, struct wh_canvas *canvas,
                                 const struct wh_style_layer *layer, struct wh_labels *labels,
                                 struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < ground->n_wards; i++) {
        const struct wh_ward_ground *const ward = &ground->ward[i];
        const struct wh_subject subject = wh_area_subject(&ward->name);
        if (wh_layer_takes(layer, &subject)) {
            status =
                wh_labels_add_point(labels, canvas, layer, &subject, ward->at[0], ward->at[1], err);
        }
    }
    return status;
}

enum wh_status wh_ground_place_names(const struct wh_ground *ground, struct wh_canvas *canvas,
                                     struct wh_labels *labels, struct wh_error *err)
{
    const struct wh_style *const style = ground->map.style;
    enum wh_status status = WH_OK;
    for (size_t i = style->n_layers; has_names(ground) && i-- > 0 && status == WH_OK;) {
        const struct wh_style_layer *const layer = &style->layer[i];
        if (layer->kind != WH_STYLE_SYMBOL || !wh_layer_is_on(layer, labels->view.zoom)) {
            continue;
        }
        if (layer->source == WH_SOURCE_WARDS) {
            status = name_wards(ground, canvas, layer, labels, err);
        } else if (layer->source == WH_SOURCE_BASEMAP && ground->basemap != NULL) {
            status = wh_labels_add_layer(labels, canvas, ground->basemap, layer, err);
        }
    }
    return status;
}

/* ---- drawing ---- */

/* Colour over an opaque pixel as cairo has it. */
static uint32_t lay_over(uint32_t pixel, const uint8_t rgba[4])
{
    uint32_t ret = pixel & 0xff000000U;
    for (unsigned i = 0; i < 3; i++) {
        const uint32_t shift = 16 - 8 * i, below = pixel >> shift & 255U;
        const uint32_t sum = rgba[i] * (uint32_t)rgba[3] + below * (255U - rgba[3]);
        ret |= (sum + 127) / 255 << shift;
    }
    return ret;
}

/* The same pixels, in the same colours, as tiles of the density alone. */
static void draw_density(const struct wh_ground *ground, struct wh_canvas *canvas,
                         const struct wh_ground_piece *piece)
{
    uint64_t used = 0;
    if (piece->shade == NULL) {
        return;
    }
    wh_sampler_draw_patches(&ground->sampler, &piece->patches, piece->shade, piece->w_px, &used);
    if ((used & ~UINT64_C(1)) == 0) {
        return;
    }
    cairo_surface_flush(canvas->surface);
    const size_t stride = (size_t)cairo_image_surface_get_stride(canvas->surface) / 4;
    /* Rows of cairo's ARGB32 are 32-bit words by definition, and its data is aligned for them. */
    void *const data = cairo_image_surface_get_data(canvas->surface);
    uint32_t *const pixel = data;
    for (uint32_t y = 0; y < piece->h_px; y++) {
        const uint8_t *const shade = piece->shade + (size_t)y * piece->w_px;
        for (uint32_t x = 0; x < piece->w_px; x++) {
            if (shade[x] != 0) {
                uint32_t *const at = &pixel[y * stride + x];
                *at = lay_over(*at, &ground->map.paint->rgba[4 * (size_t)shade[x]]);
            }
        }
    }
    cairo_surface_mark_dirty(canvas->surface);
}

static void draw_wards(const struct wh_ground *ground, struct wh_canvas *canvas,
                       const struct wh_style_layer *layer, const struct wh_view *view)
{
    const double reach = view->w / view->k * 0.1; /* more than half of any line */
    const double box[4] = {view->ground[0] - reach, view->ground[1] - reach,
                           view->ground[2] + reach, view->ground[3] + reach};
    for (size_t i = 0; i < ground->n_wards; i++) {
        const struct wh_ward_ground *const ward = &ground->ward[i];
        const struct wh_subject subject = wh_area_subject(&ward->name);
        if (!wh_boxes_touch(ward->box, box) || !wh_layer_takes(layer, &subject)) {
            continue;
        }
        cairo_new_path(canvas->cr);
        wh_view_add_shape(canvas->cr, view, &ward->shape);
        if (layer->kind == WH_STYLE_FILL) {
            wh_layer_fill(canvas, layer, view->zoom, view->px, &subject);
        } else if (layer->kind == WH_STYLE_LINE) {
            wh_layer_stroke(canvas, layer, view->zoom, view->px, &subject);
        }
    }
    cairo_new_path(canvas->cr);
}

struct drawing {
    const struct wh_ground *ground;
    const struct wh_ground_piece *piece;
};

/* A wh_layer_fn. */
static void draw_layer(void *user, struct wh_canvas *canvas, const struct wh_style_layer *layer,
                       const struct wh_view *view)
{
    const struct drawing *const drawing = user;
    if (drawing->ground->sheet != WH_SHEET_WHOLE) {
        return;
    }
    if (layer->source == WH_SOURCE_DENSITY) {
        draw_density(drawing->ground, canvas, drawing->piece);
    } else if (layer->source == WH_SOURCE_WARDS) {
        draw_wards(drawing->ground, canvas, layer, view);
    }
}

void wh_ground_draw(const struct wh_ground *ground, struct wh_canvas *canvas,
                    const struct wh_ground_piece *piece)
{
    static const enum wh_map_part PART[WH_N_SHEETS] = {[WH_SHEET_BELOW] = WH_PART_BELOW,
                                                       [WH_SHEET_ABOVE] = WH_PART_ABOVE,
                                                       [WH_SHEET_WHOLE] = WH_PART_ALL};
    struct drawing drawing = {ground, piece};
    const struct wh_map_layers layers = {.basemap = ground->basemap,
                                         .style = ground->map.style,
                                         .part = PART[ground->sheet],
                                         .fn = draw_layer,
                                         .user = &drawing};
    if (ground->sheet != WH_SHEET_NAMES) {
        wh_map_layers_draw(canvas, &layers, &piece->view);
    }
}
