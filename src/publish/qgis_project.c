/* publish/qgis_project.c: the part of QGIS's project format that our layers need. */
#include "publish/qgis_project.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "publish/qml.h"
#include "publish/zip.h"

#define PROJECT "wardheat.qgz"
#define GEOPACKAGE "./wardheat.gpkg"
#define LAYER_ID "wardheat_%s_%s" /* QGIS takes no id of 10 characters or fewer */

struct project {
    const struct wh_job *job;
    struct wh_buf xml;
    const struct wh_layers *layers;
    const struct wh_geopackage_style *style;
    size_t n_styles;
};

static void add_element(struct wh_buf *buf, const char *tag, const char *text)
{
    wh_buf_printf(buf, "<%s>", tag);
    wh_buf_html(buf, wh_str_c(text));
    wh_buf_printf(buf, "</%s>\n", tag);
}

/* QGIS 3.22 looks at the authority's code only where a number of its own stands beside it, which it
 * then does not use (QgsCoordinateReferenceSystem::readXml()). */
static void add_crs(struct project *project, const char *tag)
{
    wh_buf_printf(&project->xml, "<%s><spatialrefsys><srsid>1</srsid>", tag);
    add_element(&project->xml, "authid", project->job->report->crs);
    wh_buf_printf(&project->xml, "</spatialrefsys></%s>\n", tag);
}

/* One layer of the project: a table of the GeoPackage, whole or of one theme, or a density. */
struct entry {
    const char *prefix, *name; /* together its id */
    const char *title;
    const char *table; /* NULL: a density */
    bool is_of_theme;  /* only the theme's rows */
    bool is_shown;
    const struct wh_theme_report *theme; /* or NULL */
};

typedef void entry_fn(struct project *project, const struct entry *entry, const char *qml);

/* Where a layer is, seen from the project. */
static void add_source(struct wh_buf *buf, const struct entry *entry)
{
    if (entry->table == NULL) {
        wh_buf_printf(buf, "./density/%s.tif", entry->theme->theme->id);
        return;
    }
    wh_buf_printf(buf, GEOPACKAGE "|layername=%s", entry->table);
    if (entry->is_of_theme) {
        wh_buf_printf(buf, "|subset=&quot;theme&quot; = &#39;%s&#39;", entry->theme->theme->id);
    }
}

/* ---- the tree ---- */

static void add_leaf(struct project *project, const struct entry *entry, const char *qml)
{
    (void)qml;
    struct wh_buf *buf = &project->xml;
    wh_buf_printf(buf, "<layer-tree-layer id=\"" LAYER_ID "\" name=\"", entry->prefix, entry->name);
    wh_buf_html(buf, wh_str_c(entry->title));
    wh_buf_c(buf, "\" source=\"");
    add_source(buf, entry);
    wh_buf_printf(buf, "\" providerKey=\"%s\" checked=\"%s\" expanded=\"0\"/>\n",
                  entry->table == NULL ? "gdal" : "ogr",
                  entry->is_shown ? "Qt::Checked" : "Qt::Unchecked");
}

/* ---- layers ---- */

/* What stands between <qgis ...> and </qgis> of a style. */
static void add_inside(struct wh_buf *buf, struct wh_str qml)
{
    static const char OPEN[] = "<qgis ", CLOSE[] = "</qgis>";
    size_t from = 0, to = qml.len;
    for (size_t i = 0; i + sizeof OPEN <= qml.len && from == 0; i++) {
        if (memcmp(qml.ptr + i, OPEN, sizeof OPEN - 1) == 0) {
            from = i + wh_str_find(wh_str_slice(qml, i, qml.len), '>') + 1;
        }
    }
    while (to > from && !wh_str_has_prefix(wh_str_slice(qml, to, qml.len), CLOSE)) {
        to--;
    }
    wh_buf_str(buf, wh_str_slice(qml, from, to));
}

static void add_layer(struct project *project, const struct entry *entry, const char *qml)
{
    struct wh_buf *buf = &project->xml;
    const bool is_raster = entry->table == NULL;
    wh_buf_printf(buf, "<maplayer type=\"%s\">\n<id>" LAYER_ID "</id>\n<datasource>",
                  is_raster ? "raster" : "vector\" geometry=\"Polygon\" wkbType=\"MultiPolygon",
                  entry->prefix, entry->name);
    add_source(buf, entry);
    wh_buf_c(buf, "</datasource>\n");
    add_element(buf, "layername", entry->title);
    add_crs(project, "srs");
    wh_buf_printf(buf, "<provider%s>%s</provider>\n", is_raster ? "" : " encoding=\"UTF-8\"",
                  is_raster ? "gdal" : "ogr");
    add_inside(buf, wh_str_c(qml));
    wh_buf_c(buf, "</maplayer>\n");
}

/* ---- what is in it ---- */

static void give_density(struct project *project, const struct wh_theme_report *theme,
                         bool is_shown, entry_fn *fn)
{
    const struct wh_job *job = project->job;
    const struct entry entry = {.prefix = "density",
                                .name = theme->theme->id,
                                .title = "Density",
                                .is_shown = is_shown,
                                .theme = theme};
    struct wh_buf qml;
    wh_buf_init(&qml, job->ctx);
    wh_qml_of_density(&qml, job, theme, job->report->edition == WH_EDITION_OFFICER);
    if (!qml.failed) {
        fn(project, &entry, qml.ptr);
    }
    project->xml.failed = project->xml.failed || qml.failed;
    wh_buf_finish(&qml);
}

/* The style that the layer has for a theme (its `idx`-th), or its only one. */
static const char *find_style(const struct project *project, const char *table, size_t idx)
{
    const char *found = "";
    size_t seen = 0;
    for (size_t i = 0; i < project->n_styles; i++) {
        if (strcmp(project->style[i].layer, table) == 0 && seen++ <= idx) {
            found = project->style[i].qml;
        }
    }
    return found;
}

/* A theme's hot spots, squares, areas in its classes, and density, top first. */
static void give_theme(struct project *project, size_t idx, entry_fn *fn)
{
    static const enum wh_out_file ORDER[] = {WH_OUT_HOTSPOTS_GEOJSON, WH_OUT_PARTS_GEOJSON,
                                             WH_OUT_CELLS_GEOJSON, WH_OUT_AREAS_GEOJSON,
                                             WH_OUT_WARDS_GEOJSON};
    const struct wh_theme_report *theme = &project->job->report->theme[idx];
    for (size_t o = 0; o < sizeof ORDER / sizeof *ORDER; o++) {
        size_t n_cells = 0;
        for (size_t i = 0; i < project->layers->n; i++) {
            const struct wh_kept_layer *layer = &project->layers->layer[i];
            const enum wh_out_file file = layer->collection.file;
            const bool is_cells = file == WH_OUT_CELLS_GEOJSON;
            const bool is_other = is_cells && n_cells++ != idx; /* another theme's squares */
            if (file != ORDER[o] || is_other) {
                continue;
            }
            const struct entry entry = {.prefix = theme->theme->id,
                                        .name = layer->name,
                                        .title = is_cells ? "Squares" : layer->title,
                                        .table = layer->name,
                                        .is_of_theme = file == WH_OUT_HOTSPOTS_GEOJSON ||
                                                       file == WH_OUT_PARTS_GEOJSON,
                                        .is_shown = file == WH_OUT_HOTSPOTS_GEOJSON,
                                        .theme = theme};
            fn(project, &entry, find_style(project, layer->name, is_cells ? 0 : idx));
        }
    }
    give_density(project, theme, true, fn);
}

/* Wards' outlines and names lie over all themes. */
static void give_outlines(struct project *project, entry_fn *fn)
{
    static const struct entry ENTRY = {.prefix = "outlines",
                                       .name = "wards",
                                       .title = "Wards (outlines)",
                                       .table = "wards",
                                       .is_shown = true};
    struct wh_buf qml;
    wh_buf_init(&qml, project->job->ctx);
    wh_qml_of_outlines(&qml, project->job);
    if (!qml.failed) {
        fn(project, &ENTRY, qml.ptr);
    }
    project->xml.failed = project->xml.failed || qml.failed;
    wh_buf_finish(&qml);
}

/* A group a theme; the first is switched on. */
static void add_tree(struct project *project)
{
    const struct wh_report *report = project->job->report;
    struct wh_buf *buf = &project->xml;
    wh_buf_c(buf, "<layer-tree-group>\n");
    give_outlines(project, add_leaf);
    for (size_t i = 0; i < report->n_themes; i++) {
        wh_buf_printf(buf, "<layer-tree-group checked=\"%s\" expanded=\"%d\" name=\"",
                      i == 0 ? "Qt::Checked" : "Qt::Unchecked", i == 0);
        wh_buf_html(buf, wh_str_c(report->theme[i].theme->title));
        wh_buf_c(buf, "\">\n");
        give_theme(project, i, add_leaf);
        wh_buf_c(buf, "</layer-tree-group>\n");
    }
    wh_buf_c(buf, "</layer-tree-group>\n");
}

static void add_extent(struct project *project)
{
    static const char *const TAG[] = {"xmin", "ymin", "xmax", "ymax"};
    struct wh_buf *buf = &project->xml;
    double box[4];
    wh_shape_box(project->job->report->area, box);
    wh_buf_c(buf, "<mapcanvas name=\"theMapCanvas\"><units>meters</units><extent>");
    for (unsigned i = 0; i < 4; i++) {
        wh_buf_printf(buf, "<%s>", TAG[i]);
        wh_buf_number(buf, box[i], 1);
        wh_buf_printf(buf, "</%s>", TAG[i]);
    }
    wh_buf_c(buf, "</extent>\n");
    add_crs(project, "destinationsrs");
    wh_buf_c(buf, "</mapcanvas>\n");
}

static void make_xml(struct project *project)
{
    const struct wh_report *report = project->job->report;
    struct wh_buf *buf = &project->xml;
    wh_buf_c(buf, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
                  "<qgis version=\"3.22.16\" projectname=\"");
    wh_buf_html(buf, wh_str_c(report->title));
    wh_buf_c(buf, "\">\n");
    add_element(buf, "title", report->title);
    add_crs(project, "projectCrs");
    add_tree(project);
    add_extent(project);
    wh_buf_c(buf, "<projectlayers>\n");
    give_outlines(project, add_layer);
    for (size_t i = 0; i < report->n_themes; i++) {
        give_theme(project, i, add_layer);
    }
    wh_buf_c(buf, "</projectlayers>\n<properties>\n"
                  "<Paths><Absolute type=\"bool\">false</Absolute></Paths>\n"
                  "<SpatialRefSys><ProjectionsEnabled type=\"int\">1</ProjectionsEnabled>"
                  "</SpatialRefSys>\n</properties>\n</qgis>\n");
}

enum wh_status wh_qgis_project_write(const struct wh_job *job, const struct wh_layers *layers,
                                     const struct wh_geopackage_style *style, size_t n_styles,
                                     struct wh_error *err)
{
    struct project project = {.job = job, .layers = layers, .style = style, .n_styles = n_styles};
    struct wh_buf zip;
    wh_buf_init(&project.xml, job->ctx);
    wh_buf_init(&zip, job->ctx);
    make_xml(&project);
    enum wh_status status = wh_buf_ok(&project.xml, err);
    if (status == WH_OK && job->text != NULL) { /* it is packed: the leak check reads it here */
        wh_buf_str(job->text, wh_buf_view(&project.xml));
    }
    if (status == WH_OK) {
        status = wh_zip_one(job->ctx, "wardheat.qgs", job->report->as_of_day,
                            wh_buf_view(&project.xml), &zip, err);
    }
    if (status == WH_OK) {
        status = wh_job_write(job, PROJECT, &zip, err);
    }
    wh_buf_finish(&project.xml);
    wh_buf_finish(&zip);
    return status;
}
