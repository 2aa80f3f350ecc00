/* render/tile_paint.c: what tiles are cut from, and in which colours. */
#include <math.h>
#include <string.h>

#include "render/tiles.h"

static void put_colour(struct wh_tile_paint *paint, uint32_t shade, struct wh_rgb rgb,
                       double opacity)
{
    const uint8_t rgba[4] = {rgb.r, rgb.g, rgb.b, (uint8_t)lround(255 * opacity)};
    memcpy(&paint->rgba[4 * (size_t)shade], rgba, sizeof rgba);
}

static void put_blank(struct wh_tile_paint *paint, const struct wh_style *style)
{
    put_colour(paint, paint->shades.n + 1, wh_style_blank(style), WH_STYLE_BLANK_ALPHA);
}

static void put_classes(struct wh_tile_paint *paint, const struct wh_style *style, uint32_t n)
{
    paint->shades.n = n;
    for (uint32_t i = 1; i <= n; i++) {
        put_colour(paint, i, wh_style_class(style, i, n), wh_style_class_alpha(style));
    }
    put_blank(paint, style);
}

struct wh_tile_paint wh_tile_paint_classes(const struct wh_style *style, uint32_t n_classes)
{
    struct wh_tile_paint paint = {0};
    put_classes(&paint, style, n_classes);
    for (uint32_t i = 0; i < n_classes; i++) {
        paint.shades.from[i] = (float)i + 0.5F;
    }
    return paint;
}

static uint8_t mix(uint8_t from, uint8_t to, double t)
{
    const double mixed = from + t * (to - from);
    return (uint8_t)lround(fmin(255, fmax(0, mixed)));
}

/* Class colours stand for the middles of their classes; before the first and after the last it goes
 * on as between them. */
static struct wh_rgb colour_between(const struct wh_style *style, uint32_t n_classes, double at)
{
    if (n_classes == 1) {
        return wh_style_class(style, 1, 1);
    }
    const double low = fmin(n_classes - 1.0, fmax(1, floor(at)));
    const struct wh_rgb from = wh_style_class(style, (uint32_t)low, n_classes);
    const struct wh_rgb to = wh_style_class(style, (uint32_t)low + 1, n_classes);
    return (struct wh_rgb){mix(from.r, to.r, at - low), mix(from.g, to.g, at - low),
                           mix(from.b, to.b, at - low)};
}

static void put_smooth(struct wh_tile_paint *paint, const struct wh_style *style,
                       const struct wh_legend *legend)
{
    const uint32_t steps = WH_MAX_SHADES / legend->n;
    paint->shades.n = steps * legend->n;
    for (uint32_t i = 0; i < legend->n; i++) {
        /* The last class has no end: it is taken to be as wide as the one before. */
        const double from = legend->break_at[i];
        const double wide = i + 1 < legend->n ? legend->break_at[i + 1] - from
                            : i > 0           ? from - legend->break_at[i - 1]
                                              : from;
        for (uint32_t k = 0; k < steps; k++) {
            const uint32_t shade = i * steps + k;
            paint->shades.from[shade] = (float)(from + wide * k / steps);
            put_colour(paint, shade + 1,
                       colour_between(style, legend->n, i + 0.5 + (k + 0.5) / steps),
                       wh_style_class_alpha(style));
        }
    }
    put_blank(paint, style);
}

struct wh_tile_paint wh_tile_paint_densities(const struct wh_style *style,
                                             const struct wh_legend *legend, bool is_smooth)
{
    struct wh_tile_paint paint = {0};
    if (is_smooth) {
        put_smooth(&paint, style, legend);
        return paint;
    }
    put_classes(&paint, style, legend->n);
    for (uint32_t i = 0; i < legend->n; i++) {
        paint.shades.from[i] = (float)legend->break_at[i];
    }
    return paint;
}

static enum wh_status read_classes(const void *user, uint32_t row, uint32_t n, float *ret,
                                   struct wh_error *err)
{
    const struct wh_surface *const surface = user;
    const uint8_t *const class_of = surface->class_of + (size_t)row * surface->grid.nx;
    (void)err;
    for (size_t i = 0; i < (size_t)n * surface->grid.nx; i++) {
        ret[i] = class_of[i] == WH_CLASS_OUTSIDE ? nanf("")
                 : class_of[i] == WH_CLASS_BLANK ? WH_SAMPLER_BLANK
                                                 : (float)class_of[i];
    }
    return WH_OK;
}

struct wh_tile_source wh_tile_source_of_classes(const struct wh_surface *surface)
{
    return (struct wh_tile_source){.grid = surface->grid, .read = read_classes, .user = surface};
}

static enum wh_status read_grid(const void *user, uint32_t row, uint32_t n, float *ret,
                                struct wh_error *err)
{
    const struct wh_grid *const grid = user;
    const double *const value = grid->v + (size_t)row * grid->nx;
    (void)err;
    for (size_t i = 0; i < (size_t)n * grid->nx; i++) {
        ret[i] = (float)value[i];
    }
    return WH_OK;
}

struct wh_tile_source wh_tile_source_of_grid(const struct wh_grid *grid)
{
    return (struct wh_tile_source){.grid = *grid, .read = read_grid, .user = grid};
}
