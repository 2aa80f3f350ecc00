/* render/colour.h: colours as numbers: sRGB, CSS's #hex, lightness. Pure. */
#ifndef WH_RENDER_COLOUR_H
#define WH_RENDER_COLOUR_H

#include <stdbool.h>

#include "render/style.h"

/* Straight sRGB with its opacity, 0..1 each. */
struct wh_colour {
    double r, g, b, a;
};

/* "#rgb", "#rgba", "#rrggbb", "#rrggbbaa"; false: something else, *ret as it was. */
bool wh_colour_parse(const char *text, struct wh_colour *ret);
struct wh_rgb wh_colour_rgb(struct wh_colour colour);
/* t 0: a, 1: b. By sRGB values, not premultiplied, as MapLibre does. */
struct wh_colour wh_colour_mix(struct wh_colour a, struct wh_colour b, double t);
/* By sRGB values, rounded. */
struct wh_rgb wh_rgb_mix(struct wh_rgb a, struct wh_rgb b, double t);
/* CIE L* of an sRGB colour (D65), 0..100. */
double wh_rgb_lightness(struct wh_rgb colour);

#endif
