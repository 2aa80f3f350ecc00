/* publish/sld.c: a rule a class. Line widths are pixels of 0.28 mm (SLD 1.0, section 11.3). */
#include "publish/sld.h"

#include <stdio.h>

#include "publish/fields.h"
#include "publish/fill.h"

#define PIXEL_MM 0.28

static void add_text(struct wh_buf *buf, const char *tag, const char *text)
{
    wh_buf_printf(buf, "<%s>", tag);
    wh_buf_html(buf, wh_str_c(text));
    wh_buf_printf(buf, "</%s>", tag);
}

static void add_head(struct wh_buf *buf, const char *layer)
{
    wh_buf_c(buf, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<StyledLayerDescriptor version=\"1.0.0\" "
                  "xmlns=\"http://www.opengis.net/sld\" "
                  "xmlns:ogc=\"http://www.opengis.net/ogc\">\n<NamedLayer>");
    add_text(buf, "Name", layer);
    wh_buf_c(buf, "<UserStyle><FeatureTypeStyle>\n");
}

static void add_tail(struct wh_buf *buf)
{
    wh_buf_c(buf, "</FeatureTypeStyle></UserStyle></NamedLayer>\n</StyledLayerDescriptor>\n");
}

static void add_colour(struct wh_buf *buf, const char *name, struct wh_rgb colour)
{
    wh_buf_printf(buf, "<CssParameter name=\"%s\">#%02x%02x%02x</CssParameter>", name, colour.r,
                  colour.g, colour.b);
}

static void add_number(struct wh_buf *buf, const char *name, double value)
{
    wh_buf_printf(buf, "<CssParameter name=\"%s\">", name);
    wh_buf_number(buf, value, 2);
    wh_buf_c(buf, "</CssParameter>");
}

static void add_symbol(struct wh_buf *buf, const struct wh_fill *fill)
{
    wh_buf_c(buf, "<PolygonSymbolizer>");
    if (fill->alpha > 0) {
        wh_buf_c(buf, "<Fill>");
        add_colour(buf, "fill", fill->colour);
        add_number(buf, "fill-opacity", fill->alpha);
        wh_buf_c(buf, "</Fill>");
    }
    wh_buf_c(buf, "<Stroke>");
    add_colour(buf, "stroke", fill->outline);
    add_number(buf, "stroke-width", fill->outline_mm / PIXEL_MM);
    if (fill->line[0] == 'd') {
        wh_buf_printf(buf, "<CssParameter name=\"stroke-dasharray\">%s</CssParameter>",
                      fill->line[1] == 'a' ? "5 3" : "1 3");
    }
    wh_buf_c(buf, "</Stroke></PolygonSymbolizer>");
}

static void add_comparison(struct wh_buf *buf, const char *operator, const char * field,
                           double limit)
{
    wh_buf_printf(buf, "<ogc:%s>", operator);
    add_text(buf, "ogc:PropertyName", field);
    wh_buf_c(buf, "<ogc:Literal>");
    wh_buf_number(buf, limit, 9);
    wh_buf_printf(buf, "</ogc:Literal></ogc:%s>", operator);
}

/* lower <= field < upper; `upper` of 0 or less: no upper end. */
static void add_range(struct wh_buf *buf, const char *field, double lower, double upper)
{
    wh_buf_c(buf, upper > 0 ? "<ogc:Filter><ogc:And>" : "<ogc:Filter>");
    add_comparison(buf, "PropertyIsGreaterThanOrEqualTo", field, lower);
    if (upper > 0) {
        add_comparison(buf, "PropertyIsLessThan", field, upper);
    }
    wh_buf_c(buf, upper > 0 ? "</ogc:And></ogc:Filter>" : "</ogc:Filter>");
}

/* The legend's classes of a field that is `scale` times what they are of. */
static void add_classes(struct wh_buf *buf, const struct wh_style *style,
                        const struct wh_legend *legend, const char *field, double scale)
{
    char words[64];
    for (uint32_t i = 0; i <= legend->n + 1; i++) {
        const struct wh_fill fill = wh_fill_of_class(style, legend, i);
        const bool is_hidden = i > legend->n;
        wh_buf_c(buf, "<Rule>");
        add_text(buf, "Name",
                 is_hidden ? "not shown" : wh_class_words(legend, i, words, sizeof words));
        if (is_hidden) {
            wh_buf_c(buf, "<ogc:Filter><ogc:PropertyIsNull>");
            add_text(buf, "ogc:PropertyName", field);
            wh_buf_c(buf, "</ogc:PropertyIsNull></ogc:Filter>");
        } else {
            add_range(buf, field, i == 0 ? 0 : scale * legend->break_at[i - 1],
                      i < legend->n ? scale * legend->break_at[i] : 0);
        }
        add_symbol(buf, &fill);
        wh_buf_c(buf, "</Rule>\n");
    }
}

void wh_sld_of_areas(struct wh_buf *buf, const struct wh_job *job,
                     const struct wh_theme_report *theme, const char *layer)
{
    char prefix[80], field[128];
    (void)snprintf(field, sizeof field, "%sper_km2",
                   wh_field_prefix(theme->theme, prefix, sizeof prefix));
    add_head(buf, layer);
    add_classes(buf, job->opt->style, &theme->legend, field, 1);
    add_tail(buf);
}

void wh_sld_of_cells(struct wh_buf *buf, const struct wh_job *job,
                     const struct wh_theme_report *theme, const char *layer)
{
    const double km = theme->cells.cell_m / 1000;
    add_head(buf, layer);
    add_classes(buf, job->opt->style, &theme->legend, "count", km * km);
    add_tail(buf);
}

void wh_sld_of_hotspots(struct wh_buf *buf, const struct wh_job *job, const char *layer)
{
    add_head(buf, layer);
    for (unsigned i = WH_TREND_NEW; i <= WH_TREND_UNKNOWN; i++) {
        const struct wh_fill fill = wh_fill_of_trend(job->opt->style, (enum wh_trend)i);
        wh_buf_c(buf, "<Rule>");
        add_text(buf, "Name", wh_trend_words((enum wh_trend)i));
        wh_buf_c(buf, "<ogc:Filter><ogc:PropertyIsEqualTo>");
        add_text(buf, "ogc:PropertyName", "trend");
        add_text(buf, "ogc:Literal", wh_trend_name((enum wh_trend)i));
        wh_buf_c(buf, "</ogc:PropertyIsEqualTo></ogc:Filter>");
        add_symbol(buf, &fill);
        wh_buf_c(buf, "</Rule>\n");
    }
    add_tail(buf);
}
