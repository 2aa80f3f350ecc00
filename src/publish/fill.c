/* publish/fill.c: from the map's style to fills. */
#include "publish/fill.h"

static const struct wh_rgb grey = {190, 190, 190};
static const struct wh_rgb dark_grey = {110, 110, 110};

struct wh_fill wh_fill_of_class(const struct wh_style *style, const struct wh_legend *legend,
                                uint32_t class_idx)
{
    struct wh_fill fill = {.outline = dark_grey, .outline_mm = 0.3, .line = "solid"};
    if (class_idx > legend->n) {
        fill.colour = grey;
        fill.alpha = wh_style_class_alpha(style);
        fill.line = "dot";
    } else if (class_idx > 0) {
        fill.colour = wh_style_class(style, class_idx, legend->n);
        fill.alpha = wh_style_class_alpha(style);
    }
    return fill;
}

struct wh_fill wh_fill_of_trend(const struct wh_style *style, enum wh_trend trend)
{
    const struct wh_rgb colour = wh_style_hotspot(style);
    switch (trend) {
    case WH_TREND_NEW:
    case WH_TREND_GROWING:
        return (struct wh_fill){colour, colour, 0.18, 1.0, "solid"};
    case WH_TREND_STEADY:
    case WH_TREND_UNKNOWN:
        return (struct wh_fill){colour, colour, 0.10, 0.66, "solid"};
    case WH_TREND_SHRINKING:
        return (struct wh_fill){colour, colour, 0, 0.5, "dash"};
    case WH_TREND_GONE:
        break;
    }
    return (struct wh_fill){grey, dark_grey, 0, 0.4, "dot"};
}
