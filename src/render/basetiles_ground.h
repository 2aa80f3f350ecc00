/* render/basetiles_ground.h: what base-map tiles show, moved into Web Mercator once, for
 * basetiles.c. */
#ifndef WH_RENDER_BASETILES_GROUND_H
#define WH_RENDER_BASETILES_GROUND_H

#include "render/basemap_draw.h"
#include "render/basetiles.h"
#include "render/labels.h"

struct wh_ward_ground {
    struct wh_area_name name;
    struct wh_shape shape; /* its x and y in the arena, the rest borrowed */
    double box[4];
    double at[2]; /* of its name */
};

struct wh_ground {
    struct wh_ctx *ctx;
    struct wh_base_map map;
    enum wh_base_sheet sheet;
    struct wh_arena arena;
    struct wh_basemap *basemap; /* or NULL */
    size_t n_wards;
    struct wh_ward_ground *ward;
    struct wh_sampler sampler; /* all of the density in hand; ctx NULL: there is none */
};

WH_MUST_USE enum wh_status wh_ground_init(struct wh_ground *ground, struct wh_ctx *ctx,
                                          const struct wh_base_map *map, enum wh_base_sheet sheet,
                                          struct wh_transform *to_lonlat, struct wh_error *err);
void wh_ground_finish(struct wh_ground *ground);

/* Chooses the names of a view; none on sheets without. `canvas` only measures. */
WH_MUST_USE enum wh_status wh_ground_place_names(const struct wh_ground *ground,
                                                 struct wh_canvas *canvas, struct wh_labels *labels,
                                                 struct wh_error *err);

/* A piece of a zoom: its view, and which pixels of the density lie on it. */
struct wh_ground_piece {
    struct wh_view view;
    struct wh_patches patches; /* mesh NULL: no density */
    uint8_t *shade;            /* room for the piece's pixels, all 0; NULL: no density */
    uint32_t w_px, h_px;
};
/* All but the names. */
void wh_ground_draw(const struct wh_ground *ground, struct wh_canvas *canvas,
                    const struct wh_ground_piece *piece);

#endif
