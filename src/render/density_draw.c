/* render/density_draw.c: the classes of a surface as nested smooth areas, painted as one
 * translucent sheet. */
#include "render/density_draw.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "render/layer_draw.h"
#include "render/outline.h"

#define MARGIN_CELLS 3
#define SPREADS                                                                                    \
    3 /* cells by which classes are carried on beyond the study area, which then clips them */
#define TOLERANCE_PX 0.15
#define ROUNDING 0.75 /* cells of a side, at most, that a corner takes */
#define HAIR 0.02     /* canvas units: nothing */

/* The part of the surface that the view shows, with classes carried on past the border. */
struct window {
    uint32_t col, row, nx, ny;
    uint8_t *class_of, *spread, *in;
};

static uint32_t clamp_cell(double cell, uint32_t n)
{
    return cell < 0 ? 0 : cell > n ? n : (uint32_t)cell;
}

static bool find_window(const struct wh_grid *grid, const struct wh_view *view,
                        struct window *window)
{
    const double west = floor((view->ground[0] - grid->x0) / grid->cell_m) - MARGIN_CELLS;
    const double south = floor((view->ground[1] - grid->y0) / grid->cell_m) - MARGIN_CELLS;
    const double east = ceil((view->ground[2] - grid->x0) / grid->cell_m) + MARGIN_CELLS;
    const double north = ceil((view->ground[3] - grid->y0) / grid->cell_m) + MARGIN_CELLS;
    window->col = clamp_cell(west, grid->nx);
    window->row = clamp_cell(south, grid->ny);
    window->nx = clamp_cell(east, grid->nx) - window->col;
    window->ny = clamp_cell(north, grid->ny) - window->row;
    return window->nx > 0 && window->ny > 0;
}

/* The class of an outside cell's first inside neighbour, sides before corners. */
static uint8_t neighbour_class(const struct window *window, uint32_t col, uint32_t row)
{
    static const int DX[8] = {0, -1, 1, 0, -1, 1, -1, 1}, DY[8] = {-1, 0, 0, 1, -1, -1, 1, 1};
    for (int i = 0; i < 8; i++) {
        const int64_t c = (int64_t)col + DX[i], r = (int64_t)row + DY[i];
        if (c >= 0 && r >= 0 && c < window->nx && r < window->ny) {
            const uint8_t found = window->class_of[(size_t)r * window->nx + (size_t)c];
            if (found != WH_CLASS_OUTSIDE) {
                return found;
            }
        }
    }
    return WH_CLASS_OUTSIDE;
}

/* Without this the sheet would end in steps of cells just short of the border. */
static void spread_outwards(struct window *window)
{
    const size_t n = (size_t)window->nx * window->ny;
    for (int round = 0; round < SPREADS; round++) {
        memcpy(window->spread, window->class_of, n);
        for (uint32_t row = 0; row < window->ny; row++) {
            for (uint32_t col = 0; col < window->nx; col++) {
                const size_t i = (size_t)row * window->nx + col;
                if (window->class_of[i] == WH_CLASS_OUTSIDE) {
                    window->spread[i] = neighbour_class(window, col, row);
                }
            }
        }
        memcpy(window->class_of, window->spread, n);
    }
}

struct ring_sink {
    cairo_t *cr;
    const struct wh_view *view;
    const struct wh_grid *grid;
    const struct window *window;
};

static double ring_x(const struct ring_sink *sink, double col)
{
    return wh_view_x(sink->view,
                     sink->grid->x0 + (sink->window->col + col + 0.5) * sink->grid->cell_m);
}

static double ring_y(const struct ring_sink *sink, double row)
{
    return wh_view_y(sink->view,
                     sink->grid->y0 + (sink->window->row + row + 0.5) * sink->grid->cell_m);
}

/* The point on the side from vertex `i` to `to` where the rounding of the corner at `i` ends. */
static void round_from(const double *x, const double *y, size_t i, size_t to, double *ret_x,
                       double *ret_y)
{
    const double length = hypot(x[to] - x[i], y[to] - y[i]);
    const double t = length > 2 * ROUNDING ? ROUNDING / length : 0.5;
    *ret_x = x[i] + t * (x[to] - x[i]);
    *ret_y = y[i] + t * (y[to] - y[i]);
}

/*
 * A quadratic B-spline, with the vertices as controls, where they are near each other: through the
 * middles of the sides. A long side stays straight but for its ends.
 */
static void add_ring(void *user, const double *x, const double *y, size_t n)
{
    const struct ring_sink *const sink = user;
    for (size_t i = 0; i < n; i++) {
        double from_x, from_y, to_x, to_y;
        round_from(x, y, i, i == 0 ? n - 1 : i - 1, &from_x, &from_y);
        round_from(x, y, i, i + 1 == n ? 0 : i + 1, &to_x, &to_y);
        const double at_x = ring_x(sink, from_x), at_y = ring_y(sink, from_y);
        const double by_x = ring_x(sink, x[i]), by_y = ring_y(sink, y[i]);
        to_x = ring_x(sink, to_x);
        to_y = ring_y(sink, to_y);
        if (i == 0) {
            cairo_move_to(sink->cr, at_x, at_y);
        } else {
            double pen_x, pen_y;
            cairo_get_current_point(sink->cr, &pen_x, &pen_y);
            if (hypot(pen_x - at_x, pen_y - at_y) > HAIR) {
                cairo_line_to(sink->cr, at_x, at_y);
            }
        }
        cairo_curve_to(sink->cr, at_x + (by_x - at_x) * 2 / 3, at_y + (by_y - at_y) * 2 / 3,
                       to_x + (by_x - to_x) * 2 / 3, to_y + (by_y - to_y) * 2 / 3, to_x, to_y);
    }
    cairo_close_path(sink->cr);
}

/* Puts the outline of the cells of classes low..high on the path; false when there are none. */
static bool add_classes(struct wh_canvas *canvas, struct window *window, uint8_t low, uint8_t high,
                        struct ring_sink *sink)
{
    const size_t n = (size_t)window->nx * window->ny;
    bool has_any = false;
    struct wh_error err;
    for (size_t i = 0; i < n; i++) {
        window->in[i] = window->class_of[i] >= low && window->class_of[i] <= high;
        has_any |= window->in[i] != 0;
    }
    cairo_new_path(canvas->cr);
    const double tolerance = TOLERANCE_PX * sink->view->px / sink->view->k / sink->grid->cell_m;
    if (has_any && wh_outline_trace(canvas->ctx, window->in, window->nx, window->ny, tolerance,
                                    add_ring, sink, &err) != WH_OK) {
        canvas->has_failed = true;
    }
    return has_any;
}

/*
 * The classes as one sheet: darker ones cover lighter ones in it, and the sheet as a whole lets the
 * base map through. (Not a cairo group: cairo 1.16 frees those twice that draw on two surfaces.)
 */
static cairo_surface_t *draw_sheet(struct wh_canvas *canvas, const struct wh_density_layer *layer,
                                   struct window *window, struct ring_sink *sink)
{
    const struct wh_view *const view = sink->view;
    const cairo_rectangle_t extents = {view->x, view->y, view->w, view->h};
    cairo_surface_t *const sheet =
        cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &extents);
    cairo_t *const below = canvas->cr;
    canvas->cr = sink->cr = cairo_create(sheet);
    cairo_set_antialias(canvas->cr, cairo_get_antialias(below));
    for (uint32_t c = 1; c <= layer->n_classes; c++) {
        if (add_classes(canvas, window, (uint8_t)c, (uint8_t)layer->n_classes, sink)) {
            wh_canvas_colour(canvas, wh_style_class(layer->style, c, layer->n_classes), 1.0);
            cairo_fill(canvas->cr);
        }
    }
    canvas->has_failed |= cairo_status(canvas->cr) != CAIRO_STATUS_SUCCESS;
    cairo_destroy(canvas->cr);
    canvas->cr = sink->cr = below;
    return sheet;
}

static void draw_classes(struct wh_canvas *canvas, const struct wh_density_layer *layer,
                         struct window *window, struct ring_sink *sink)
{
    cairo_t *const cr = canvas->cr;
    cairo_save(cr);
    cairo_surface_t *const sheet = draw_sheet(canvas, layer, window, sink);
    if (layer->area != NULL) { /* only now: inside the sheet a PDF would repeat it for each class */
        cairo_new_path(cr);
        wh_view_add_shape(cr, sink->view, layer->area);
        cairo_clip(cr);
    }
    cairo_set_source_surface(cr, sheet, 0, 0);
    cairo_paint_with_alpha(cr, layer->style->class_alpha);
    cairo_surface_destroy(sheet);
    cairo_new_path(cr);
    cairo_restore(cr);
}

static void draw_blank(struct wh_canvas *canvas, const struct wh_density_layer *layer,
                       const struct wh_style_layer *paint, struct window *window,
                       struct ring_sink *sink)
{
    cairo_t *const cr = canvas->cr;
    cairo_save(cr);
    if (layer->area != NULL) {
        cairo_new_path(cr);
        wh_view_add_shape(cr, sink->view, layer->area);
        cairo_clip(cr);
    }
    if (add_classes(canvas, window, WH_CLASS_BLANK, WH_CLASS_BLANK, sink)) {
        wh_layer_fill(canvas, paint, sink->view->zoom, sink->view->px, NULL);
    }
    cairo_new_path(cr);
    cairo_restore(cr);
}

/* `paint` NULL: the classes; else the blank cells. */
static void draw_part(struct wh_canvas *canvas, const struct wh_density_layer *layer,
                      const struct wh_style_layer *paint, const struct wh_view *view)
{
    const struct wh_grid *const grid = &layer->surface->grid;
    struct window window = {0};
    if (!find_window(grid, view, &window)) {
        return;
    }
    const size_t n = (size_t)window.nx * window.ny;
    window.class_of = wh_alloc(canvas->ctx, n);
    window.spread = wh_alloc(canvas->ctx, n);
    window.in = wh_alloc(canvas->ctx, n);
    if (window.class_of == NULL || window.spread == NULL || window.in == NULL) {
        canvas->has_failed = true;
    } else {
        struct ring_sink sink = {.cr = canvas->cr, .view = view, .grid = grid, .window = &window};
        for (uint32_t row = 0; row < window.ny; row++) {
            memcpy(window.class_of + (size_t)row * window.nx,
                   layer->surface->class_of + (size_t)(window.row + row) * grid->nx + window.col,
                   window.nx);
        }
        spread_outwards(&window);
        if (paint == NULL) {
            draw_classes(canvas, layer, &window, &sink);
        } else {
            draw_blank(canvas, layer, paint, &window, &sink);
        }
    }
    wh_free(canvas->ctx, window.in);
    wh_free(canvas->ctx, window.spread);
    wh_free(canvas->ctx, window.class_of);
}

void wh_density_draw(struct wh_canvas *canvas, const struct wh_density_layer *density,
                     const struct wh_view *view)
{
    draw_part(canvas, density, NULL, view);
}

void wh_suppressed_draw(struct wh_canvas *canvas, const struct wh_density_layer *density,
                        const struct wh_style_layer *layer, const struct wh_view *view)
{
    draw_part(canvas, density, layer, view);
}

void wh_suppressed_swatch(struct wh_canvas *canvas, const struct wh_style *style, double px,
                          double x, double y, double w, double h)
{
    for (size_t i = 0; i < style->n_layers; i++) {
        if (style->layer[i].source == WH_SOURCE_SUPPRESSED &&
            style->layer[i].kind == WH_STYLE_FILL) {
            cairo_new_path(canvas->cr);
            cairo_rectangle(canvas->cr, x, y, w, h);
            wh_layer_fill(canvas, &style->layer[i], 13, px, NULL);
        }
    }
}
