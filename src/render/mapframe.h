/* render/mapframe.h: the map of a page or picture: base map, density, wards, hot spots with
 * numbers, names. */
#ifndef WH_RENDER_MAPFRAME_H
#define WH_RENDER_MAPFRAME_H

#include "model/report.h"
#include "render/basemap_internal.h"
#include "render/view.h"

struct wh_map_spec {
    const struct wh_report *report;
    const struct wh_theme_report *theme;
    int32_t ward_idx;                 /* -1: the whole area */
    const struct wh_basemap *basemap; /* or NULL */
    const struct wh_style *style;
    double x, y, w, h; /* of the frame on the canvas */
    double px;         /* canvas units a CSS pixel: 0.75 on paper, 1 in a picture on a screen */
    double scale;      /* of discs and ward lines: 1 on A4 */
    bool is_paper;     /* a round scale such as 1 : 12,500 is chosen */
};

/* What the frame shows: the ward, or the whole area, with some ground round it. */
struct wh_view wh_map_view(const struct wh_map_spec *spec);
/* "1 : 12,500" of a view on paper. */
double wh_view_scale_number(const struct wh_view *view);

WH_MUST_USE enum wh_status wh_map_draw(struct wh_canvas *canvas, const struct wh_map_spec *spec,
                                       const struct wh_view *view, struct wh_error *err);

/* Has (a part of) the hot spot requests in the ward, shown or hidden? ward_idx -1: always. */
bool wh_hotspot_is_in(const struct wh_report *report, const struct wh_hotspot *hotspot,
                      int32_t ward_idx);
#define WH_MOST_DISCS 30 /* on the map of the whole area */
/* The numbered disc of a hot spot, as the style's circle and symbol layers of hot spots say. */
void wh_disc_draw(struct wh_canvas *canvas, const struct wh_style *style,
                  const struct wh_hotspot *hotspot, double x, double y, double radius);
/* The canvas's path as the outline of a hot spot, as the style's line layers say; ends the path.
 * For legends. */
void wh_hotspot_stroke(struct wh_canvas *canvas, const struct wh_style *style, enum wh_trend trend,
                       enum wh_firmness firmness, double px);

/* A bar of a round length of at most `most_w` canvas units, top left at (x, y), with its numbers.
 */
struct wh_scale_bar {
    double length_m, drawn;
};
struct wh_scale_bar wh_scale_bar_size(const struct wh_view *view, double most_w);
double wh_scale_bar_draw(struct wh_canvas *canvas, const struct wh_language *lang,
                         const struct wh_scale_bar *bar, double x, double y, double text_size);
/* Arrow to grid north, `h` high, its middle at x. */
void wh_north_arrow_draw(struct wh_canvas *canvas, const struct wh_language *lang, double x,
                         double y, double h, double text_size);
/* The whole area small, with the ward in it dark and the frame's ground as a box (view NULL: none).
 */
void wh_locator_draw(struct wh_canvas *canvas, const struct wh_report *report, int32_t ward_idx,
                     const struct wh_view *view, double x, double y, double w, double h);

#endif
