/* publish/qml.c: the part of QGIS's style format that our layers need: renderer, labels, aliases.
 */
#include "publish/qml.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "publish/fill.h"

#define QGIS_VERSION "3.22.16"
#define OPEN_END 1e12 /* requests per km²: what the last class reaches up to */

static void add_head(struct wh_buf *buf, const char *categories)
{
    wh_buf_printf(buf,
                  "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
                  "<qgis version=\"" QGIS_VERSION "\" styleCategories=\"%s\">\n",
                  categories);
}

static void add_attribute(struct wh_buf *buf, const char *name, const char *value)
{
    wh_buf_printf(buf, " %s=\"", name);
    wh_buf_html(buf, wh_str_c(value));
    wh_buf_char(buf, '"');
}

static void add_property(struct wh_buf *buf, const char *key, const char *value)
{
    wh_buf_printf(buf, "          <prop k=\"%s\" v=\"%s\"/>\n", key, value);
}

static void add_colour(struct wh_buf *buf, const char *key, struct wh_rgb colour, double alpha)
{
    char value[40];
    snprintf(value, sizeof value, "%u,%u,%u,%ld", colour.r, colour.g, colour.b, lrint(alpha * 255));
    add_property(buf, key, value);
}

static void add_symbol(struct wh_buf *buf, unsigned name, const struct wh_fill *fill)
{
    char width[32];
    snprintf(width, sizeof width, "%ld.%02ld", lrint(fill->outline_mm * 100) / 100,
             lrint(fill->outline_mm * 100) % 100);
    wh_buf_printf(buf,
                  "      <symbol type=\"fill\" name=\"%u\" alpha=\"1\" clip_to_extent=\"1\" "
                  "force_rhr=\"0\">\n        <layer class=\"SimpleFill\" enabled=\"1\" "
                  "locked=\"0\" pass=\"0\">\n",
                  name);
    add_colour(buf, "color", fill->colour, fill->alpha);
    add_property(buf, "style", fill->alpha > 0 ? "solid" : "no");
    add_colour(buf, "outline_color", fill->outline, 1);
    add_property(buf, "outline_style", fill->line);
    add_property(buf, "outline_width", width);
    add_property(buf, "outline_width_unit", "MM");
    add_property(buf, "joinstyle", "round");
    wh_buf_c(buf, "        </layer>\n      </symbol>\n");
}

static void add_labels(struct wh_buf *buf, const char *field, struct wh_rgb colour)
{
    wh_buf_printf(buf,
                  "  <labeling type=\"simple\">\n    <settings calloutType=\"simple\">\n"
                  "      <text-style fieldName=\"%s\" isExpression=\"0\" fontSize=\"9\" "
                  "fontSizeUnit=\"Point\" fontFamily=\"Sans\" textColor=\"%u,%u,%u,255\" "
                  "textOpacity=\"1\">\n"
                  "        <text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" bufferSizeUnits=\"MM\" "
                  "bufferColor=\"255,255,255,255\" bufferOpacity=\"1\"/>\n"
                  "      </text-style>\n"
                  "      <placement placement=\"1\" dist=\"0\"/>\n"
                  "      <rendering drawLabels=\"1\" obstacle=\"0\" displayAll=\"0\"/>\n"
                  "    </settings>\n  </labeling>\n",
                  field, colour.r, colour.g, colour.b);
}

struct aliases {
    struct wh_buf *buf;
    unsigned n;
};

static void add_alias(void *user, const struct wh_out_field *field)
{
    struct aliases *aliases = user;
    wh_buf_printf(aliases->buf, "    <alias index=\"%u\"", aliases->n++);
    add_attribute(aliases->buf, "field", field->name);
    add_attribute(aliases->buf, "name", field->alias);
    wh_buf_c(aliases->buf, "/>\n");
}

static void add_tail(struct wh_buf *buf, const struct wh_report *report, enum wh_out_file file)
{
    struct aliases aliases = {buf, 0};
    wh_buf_c(buf, "  <aliases>\n");
    wh_fields_each(report, file, add_alias, &aliases);
    wh_buf_c(buf, "  </aliases>\n  <layerGeometryType>2</layerGeometryType>\n</qgis>\n");
}

static void add_range(struct wh_buf *buf, unsigned symbol, double lower, double upper,
                      const char *label)
{
    wh_buf_printf(buf, "      <range render=\"true\" symbol=\"%u\" lower=\"", symbol);
    wh_buf_number(buf, lower, 9);
    wh_buf_c(buf, "\" upper=\"");
    wh_buf_number(buf, upper, 9);
    wh_buf_char(buf, '"');
    add_attribute(buf, "label", label);
    wh_buf_c(buf, "/>\n");
}

/*
 * Highest class first: QGIS takes the first range that holds a value, both ends included, and a
 * value on a break belongs to the upper class. Hidden figures are null, which no range holds: they
 * are read as -1.
 */
static void add_ranges(struct wh_buf *buf, const struct wh_legend *legend)
{
    char words[64];
    wh_buf_c(buf, "    <ranges>\n");
    for (uint32_t i = legend->n; i > 0; i--) {
        add_range(buf, i, legend->break_at[i - 1], i < legend->n ? legend->break_at[i] : OPEN_END,
                  wh_class_words(legend, i, words, sizeof words));
    }
    if (legend->n > 0) {
        add_range(buf, 0, 0, legend->break_at[0], wh_class_words(legend, 0, words, sizeof words));
    }
    add_range(buf, legend->n + 1, -1, -1, "not shown");
    wh_buf_c(buf, "    </ranges>\n");
}

static void add_class_symbols(struct wh_buf *buf, const struct wh_style *style,
                              const struct wh_legend *legend)
{
    wh_buf_c(buf, "    <symbols>\n");
    for (uint32_t i = 0; i <= legend->n + 1; i++) {
        const struct wh_fill fill = wh_fill_of_class(style, legend, i);
        add_symbol(buf, i, &fill);
    }
    wh_buf_c(buf, "    </symbols>\n");
}

/* Polygons in the classes and colours of the theme's legend by an expression; `label`: a field. */
static void add_graduated(struct wh_buf *buf, const struct wh_job *job,
                          const struct wh_theme_report *theme, enum wh_out_file file,
                          const char *expression, const char *label)
{
    add_head(buf, "Symbology|Labeling|Fields");
    wh_buf_c(buf, "  <renderer-v2 type=\"graduatedSymbol\" graduatedMethod=\"GraduatedColor\" "
                  "symbollevels=\"0\" enableorderby=\"0\" forceraster=\"0\"");
    add_attribute(buf, "attr", expression);
    wh_buf_c(buf, ">\n");
    add_ranges(buf, &theme->legend);
    add_class_symbols(buf, job->opt->style, &theme->legend);
    wh_buf_c(buf, "  </renderer-v2>\n");
    add_labels(buf, label, (struct wh_rgb){40, 40, 40});
    add_tail(buf, job->report, file);
}

void wh_qml_of_areas(struct wh_buf *buf, const struct wh_job *job,
                     const struct wh_theme_report *theme, enum wh_out_file file)
{
    char prefix[80], expression[160];
    snprintf(expression, sizeof expression, "coalesce(\"%sper_km2\", -1)",
             wh_field_prefix(theme->theme, prefix, sizeof prefix));
    add_graduated(buf, job, theme, file, expression,
                  file == WH_OUT_WARDS_GEOJSON ? "name" : "area_name");
}

void wh_qml_of_outlines(struct wh_buf *buf, const struct wh_job *job)
{
    const struct wh_legend none = {0};
    const struct wh_fill fill = wh_fill_of_class(job->opt->style, &none, 0);
    add_head(buf, "Symbology|Labeling|Fields");
    wh_buf_c(buf, "  <renderer-v2 type=\"singleSymbol\" symbollevels=\"0\" enableorderby=\"0\" "
                  "forceraster=\"0\">\n    <symbols>\n");
    add_symbol(buf, 0, &fill);
    wh_buf_c(buf, "    </symbols>\n  </renderer-v2>\n");
    add_labels(buf, "name", (struct wh_rgb){40, 40, 40});
    add_tail(buf, job->report, WH_OUT_WARDS_GEOJSON);
}

void wh_qml_of_cells(struct wh_buf *buf, const struct wh_job *job,
                     const struct wh_theme_report *theme)
{
    char expression[96];
    const double km = theme->cells.cell_m / 1000;
    snprintf(expression, sizeof expression, "\"count\" / %.9g", km * km);
    add_graduated(buf, job, theme, WH_OUT_CELLS_GEOJSON, expression, "count_words");
}

/* Beside a layer, under its name. */
static enum wh_status write_style(const struct wh_job *job, const char *name, struct wh_buf *buf,
                                  struct wh_error *err)
{
    const enum wh_status status = wh_job_write(job, name, buf, err);
    wh_buf_clear(buf);
    return status;
}

enum wh_status wh_qml_write_wards(const struct wh_job *job, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    struct wh_buf buf;
    wh_buf_init(&buf, job->ctx);
    for (size_t i = 0; status == WH_OK && i < job->report->n_themes; i++) {
        const struct wh_theme_report *theme = &job->report->theme[i];
        char name[128];
        snprintf(name, sizeof name, "geojson/wards-%s.qml", theme->theme->id);
        wh_qml_of_areas(&buf, job, theme, WH_OUT_WARDS_GEOJSON);
        status = write_style(job, name, &buf, err);
        if (status == WH_OK && i == 0) {
            wh_qml_of_areas(&buf, job, theme, WH_OUT_WARDS_GEOJSON);
            status = write_style(job, "geojson/wards.qml", &buf, err);
        }
    }
    wh_buf_finish(&buf);
    return status;
}

enum wh_status wh_qml_write_areas(const struct wh_job *job, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    struct wh_buf buf;
    wh_buf_init(&buf, job->ctx);
    for (size_t i = 0; status == WH_OK && i < wh_out_file_count(job->report, WH_OUT_AREAS_GEOJSON);
         i++) {
        const size_t level = wh_area_layer(job->report, i);
        char name[128];
        snprintf(name, sizeof name, "geojson/areas-%s.qml",
                 job->report->theme[0].level[level].level->id);
        wh_qml_of_areas(&buf, job, &job->report->theme[0], WH_OUT_AREAS_GEOJSON);
        status = write_style(job, name, &buf, err);
    }
    wh_buf_finish(&buf);
    return status;
}

enum wh_status wh_qml_write_cells(const struct wh_job *job, const struct wh_theme_report *theme,
                                  struct wh_error *err)
{
    struct wh_buf buf;
    char name[128];
    snprintf(name, sizeof name, "geojson/cells-%s.qml", theme->theme->id);
    wh_buf_init(&buf, job->ctx);
    wh_qml_of_cells(&buf, job, theme);
    const enum wh_status status = write_style(job, name, &buf, err);
    wh_buf_finish(&buf);
    return status;
}

void wh_qml_of_hotspots(struct wh_buf *buf, const struct wh_job *job, enum wh_out_file file)
{
    add_head(buf, "Symbology|Labeling|Fields");
    wh_buf_c(buf, "  <renderer-v2 type=\"categorizedSymbol\" attr=\"trend\" symbollevels=\"0\" "
                  "enableorderby=\"0\" forceraster=\"0\">\n    <categories>\n");
    for (unsigned i = WH_TREND_NEW; i <= WH_TREND_UNKNOWN; i++) {
        wh_buf_printf(buf, "      <category render=\"true\" symbol=\"%u\" type=\"string\"", i);
        add_attribute(buf, "value", wh_trend_name((enum wh_trend)i));
        add_attribute(buf, "label", wh_trend_words((enum wh_trend)i));
        wh_buf_c(buf, "/>\n");
    }
    wh_buf_c(buf, "    </categories>\n    <symbols>\n");
    for (unsigned i = WH_TREND_NEW; i <= WH_TREND_UNKNOWN; i++) {
        const struct wh_fill fill = wh_fill_of_trend(job->opt->style, (enum wh_trend)i);
        add_symbol(buf, i, &fill);
    }
    wh_buf_c(buf, "    </symbols>\n  </renderer-v2>\n");
    add_labels(buf, "rank", wh_style_hotspot(job->opt->style));
    add_tail(buf, job->report, file);
}

enum wh_status wh_qml_write_hotspots(const struct wh_job *job, enum wh_out_file file,
                                     struct wh_error *err)
{
    struct wh_buf buf;
    char name[128];
    const char *layer = wh_out_file_name(file);
    snprintf(name, sizeof name, "%.*s.qml", (int)(strrchr(layer, '.') - layer), layer);
    wh_buf_init(&buf, job->ctx);
    wh_qml_of_hotspots(&buf, job, file);
    const enum wh_status status = write_style(job, name, &buf, err);
    wh_buf_finish(&buf);
    return status;
}

static void add_hex(struct wh_buf *buf, struct wh_rgb colour, unsigned alpha)
{
    wh_buf_printf(buf, " color=\"#%02x%02x%02x\" alpha=\"%u\"", colour.r, colour.g, colour.b,
                  alpha);
}

static void add_palette(struct wh_buf *buf, const struct wh_style *style,
                        const struct wh_legend *legend)
{
    char words[64];
    wh_buf_c(buf, "      <colorPalette>\n");
    for (uint32_t i = 0; i <= legend->n; i++) {
        wh_buf_printf(buf, "        <paletteEntry value=\"%u\"", i);
        add_hex(buf, i == 0 ? (struct wh_rgb){255, 255, 255} : wh_style_class(style, i, legend->n),
                i == 0 ? 0 : 255);
        add_attribute(buf, "label", wh_class_words(legend, i, words, sizeof words));
        wh_buf_c(buf, "/>\n");
    }
    wh_buf_printf(buf, "        <paletteEntry value=\"%u\"", WH_CLASS_BLANK);
    add_hex(buf, wh_style_blank(style), 255);
    wh_buf_c(buf, " label=\"too few requests to show\"/>\n      </colorPalette>\n");
}

/* An item of a discrete ramp colours what is at most its value. */
static void add_ramp(struct wh_buf *buf, const struct wh_style *style,
                     const struct wh_legend *legend)
{
    char words[64];
    wh_buf_c(buf, "      <rastershader>\n        <colorrampshader colorRampType=\"DISCRETE\" "
                  "classificationMode=\"1\" clip=\"0\">\n");
    for (uint32_t i = 0; i <= legend->n; i++) {
        wh_buf_c(buf, "          <item value=\"");
        if (i < legend->n) {
            wh_buf_number(buf, legend->break_at[i], 9);
        } else {
            wh_buf_c(buf, "inf");
        }
        wh_buf_char(buf, '"');
        add_hex(buf, i == 0 ? (struct wh_rgb){255, 255, 255} : wh_style_class(style, i, legend->n),
                i == 0 ? 0 : 255);
        add_attribute(buf, "label", wh_class_words(legend, i, words, sizeof words));
        wh_buf_c(buf, "/>\n");
    }
    wh_buf_c(buf, "        </colorrampshader>\n      </rastershader>\n");
}

void wh_qml_of_density(struct wh_buf *buf, const struct wh_job *job,
                       const struct wh_theme_report *theme, bool is_float)
{
    add_head(buf, "Symbology");
    wh_buf_printf(
        buf, "  <pipe>\n    <rasterrenderer type=\"%s\" band=\"1\" alphaBand=\"-1\" opacity=\"",
        is_float ? "singlebandpseudocolor" : "paletted");
    wh_buf_number(buf, wh_style_class_alpha(job->opt->style), 3);
    wh_buf_c(buf, "\">\n      <rasterTransparency/>\n");
    if (is_float) {
        add_ramp(buf, job->opt->style, &theme->legend);
    } else {
        add_palette(buf, job->opt->style, &theme->legend);
    }
    wh_buf_c(buf, "    </rasterrenderer>\n    <brightnesscontrast/>\n    <huesaturation/>\n"
                  "    <rasterresampler/>\n  </pipe>\n</qgis>\n");
}

enum wh_status wh_qml_write_density(const struct wh_job *job, const struct wh_theme_report *theme,
                                    bool is_float, struct wh_error *err)
{
    struct wh_buf buf;
    char name[128];
    wh_buf_init(&buf, job->ctx);
    wh_qml_of_density(&buf, job, theme, is_float);
    snprintf(name, sizeof name, "density/%s.qml", theme->theme->id);
    const enum wh_status status = write_style(job, name, &buf, err);
    wh_buf_finish(&buf);
    return status;
}
