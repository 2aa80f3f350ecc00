/* publish/geopackage.c: layers that GeoJSON holds already, the tables beside them, and their
 * styles. */
#include "publish/geopackage.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "publish/fields.h"
#include "publish/ledger.h"
#include "publish/qgis_project.h"
#include "publish/qml.h"
#include "publish/sld.h"

enum { N_TABLES = 4, N_PAIRS = 8 };

/* A table without shapes being filled: `values` gets a row's members. */
struct table {
    const char *name, *title, *definition;
    const struct wh_vector_field *field;
    size_t n_fields, n;
    struct wh_values values;
    struct wh_buf unused; /* the JSON of its rows */
    struct wh_emitter emit;
};

static void open_table(struct table *table, struct wh_ctx *ctx, const char *name, const char *title,
                       const char *definition, const struct wh_vector_field *field, size_t n_fields)
{
    *table = (struct table){.name = name,
                            .title = title,
                            .definition = definition,
                            .field = field,
                            .n_fields = n_fields};
    wh_arena_init(&table->values.arena, ctx);
    wh_buf_init(&table->unused, ctx);
    table->emit =
        (struct wh_emitter){.buf = &table->unused, .is_compact = true, .values = &table->values};
}

static void close_table(struct table *table)
{
    wh_free(table->values.arena.ctx, table->values.value);
    wh_arena_finish(&table->values.arena);
    wh_buf_finish(&table->unused);
}

static void begin_row(struct table *table)
{
    wh_buf_clear(&table->unused);
    wh_emit_object(&table->emit, NULL);
    table->n++;
}

static void end_row(struct table *table)
{
    wh_emit_object_end(&table->emit);
}

/* Nulls have their field's kind. */
static enum wh_status give_table(const struct table *table, struct wh_vector_layer *ret,
                                 struct wh_error *err)
{
    if (table->values.failed || table->unused.failed) {
        return wh_fail_memory(table->values.arena.ctx, err);
    }
    if (table->values.n != table->n * table->n_fields) {
        return wh_fail(err, WH_ERR_INTERNAL, "table %s has other columns than its rows",
                       table->name);
    }
    *ret = (struct wh_vector_layer){.name = table->name,
                                    .title = table->title,
                                    .definition = table->definition,
                                    .n_fields = table->n_fields,
                                    .field = table->field,
                                    .n = table->n,
                                    .value = table->values.value};
    return WH_OK;
}

/* ---- the tables ---- */

static const struct wh_vector_field RUN_FIELD[] = {
    {"release", "Release", "Identifier of the release: its date and a hash of its content.",
     WH_VALUE_TEXT},
    {"title", "Council", "Who publishes it.", WH_VALUE_TEXT},
    {"edition", "Edition", "public, or officer: exact figures, not for publication.",
     WH_VALUE_TEXT},
    {"as_of", "As of", "Date of the run.", WH_VALUE_DAY},
    {"data_through", "Data through", "Day of the newest request that is counted.", WH_VALUE_DAY},
    {"received", "Requests", "Requests of all sources.", WH_VALUE_INTEGER},
    {"placed", "Placed", "Those that could be placed.", WH_VALUE_INTEGER},
    {"hide_below", "Hidden below", "Counts from 1 to one less are hidden; 0: none is.",
     WH_VALUE_INTEGER},
    {"crs", "CRS", "Of every layer in this file.", WH_VALUE_TEXT},
    {"datum_note", "Datum", "How good positions are, where they are not exact.", WH_VALUE_TEXT},
};

static void fill_runs(const struct wh_job *job, struct table *table)
{
    const struct wh_report *report = job->report;
    const bool is_public = report->edition == WH_EDITION_PUBLIC;
    begin_row(table);
    wh_emit_text(&table->emit, "release", report->release_id);
    wh_emit_text(&table->emit, "title", report->title);
    wh_emit_text(&table->emit, "edition", is_public ? "public" : "officer");
    wh_emit_day(&table->emit, "as_of", report->as_of_day);
    wh_emit_day(&table->emit, "data_through", report->data_through_day);
    wh_emit_count(&table->emit, "received", report->n_received);
    wh_emit_count(&table->emit, "placed", report->n_placed);
    wh_emit_count(&table->emit, "hide_below", is_public ? report->hide_below : 0);
    wh_emit_text(&table->emit, "crs", report->crs);
    wh_emit_text(&table->emit, "datum_note", report->datum_note);
    end_row(table);
}

static const struct wh_vector_field THEME_FIELD[] = {
    {"theme", "Theme", "Identifier of the theme.", WH_VALUE_TEXT},
    {"theme_title", "Theme title", "Name of the theme for people.", WH_VALUE_TEXT},
    {"owner", "Owner", "Who deals with this theme.", WH_VALUE_TEXT},
    {"period_from", "Period from", "First day of the period that is counted.", WH_VALUE_DAY},
    {"period_to", "Period to", "Last day of the period that is counted.", WH_VALUE_DAY},
    {"count", "Requests", "Requests of the whole area; empty where hidden.", WH_VALUE_INTEGER},
    {"count_shown", "Requests as printed", "The count in the words of every page.", WH_VALUE_TEXT},
    {"relative_to", "Compared with", "What hot spots are compared with; empty: with nothing.",
     WH_VALUE_TEXT},
    {"kernel", "Kernel", "Of the density.", WH_VALUE_TEXT},
    {"bandwidth_m", "Bandwidth", "Of the density, in metres.", WH_VALUE_REAL},
    {"density_unit", "Unit of the density", "What the legend's numbers are.", WH_VALUE_TEXT},
    {"square_m", "Side of a square", "Of the layer grid_<theme>, in metres.", WH_VALUE_REAL},
    {"square_step", "Step of squares' counts",
     "Counts of squares are rounded down to a multiple of it.", WH_VALUE_INTEGER},
    {"squares_sum", "Sum of squares' counts",
     "What they add up to; the rest of the theme's requests is in no count.", WH_VALUE_INTEGER},
};

static void fill_themes(const struct wh_job *job, struct table *table)
{
    const struct wh_report *report = job->report;
    struct wh_emitter *emit = &table->emit;
    for (size_t i = 0; i < report->n_themes; i++) {
        const struct wh_theme_report *theme = &report->theme[i];
        const struct wh_count *count = &theme->total.count;
        char words[64];
        begin_row(table);
        wh_emit_text(emit, "theme", theme->theme->id);
        wh_emit_text(emit, "theme_title", theme->theme->title);
        wh_emit_text(emit, "owner", theme->theme->owner);
        wh_emit_day(emit, "period_from", theme->period.from_day);
        wh_emit_day(emit, "period_to", theme->period.to_day - 1);
        if (count->shown == WH_SHOWN) {
            wh_emit_count(emit, "count", count->n);
        } else {
            wh_emit_null(emit, "count");
        }
        wh_emit_text(emit, "count_shown",
                     wh_count_words(count, report->hide_below, words, sizeof words));
        wh_emit_text(emit, "relative_to",
                     theme->base.kind == WH_BASE_NONE ? NULL : wh_base_name(theme->base.kind));
        wh_emit_text(emit, "kernel", theme->kernel);
        wh_emit_real(emit, "bandwidth_m", theme->bandwidth_m, 3);
        wh_emit_text(emit, "density_unit", theme->legend.unit);
        wh_emit_real(emit, "square_m", theme->cells.cell_m, 3);
        wh_emit_count(emit, "square_step", theme->cells.step);
        wh_emit_count(emit, "squares_sum", wh_cells_sum(&theme->cells));
        end_row(table);
    }
}

static const struct wh_vector_field SOURCE_FIELD[] = {
    {"source", "Source", "Identifier of the source.", WH_VALUE_TEXT},
    {"attribution", "Attribution", "Its licence line.", WH_VALUE_TEXT},
    {"read", "Rows read", "Rows of its files in the last run that read it.", WH_VALUE_INTEGER},
    {"added", "New", "Rows that are new requests.", WH_VALUE_INTEGER},
    {"updated", "Updated", "Rows that change a request.", WH_VALUE_INTEGER},
    {"unchanged", "Unchanged", "Rows that say what is known.", WH_VALUE_INTEGER},
    {"duplicate", "Duplicate", "Rows that equal an earlier one.", WH_VALUE_INTEGER},
    {"unreadable", "Could not be read", "Rows that could not be read.", WH_VALUE_INTEGER},
};

enum { N_BEFORE_PARTS = 3 }; /* then the parts of WH_LEDGER_ROWS, in their order */

static void fill_sources(const struct wh_job *job, struct table *table)
{
    struct wh_emitter *emit = &table->emit;
    const uint32_t k = job->report->edition == WH_EDITION_PUBLIC ? job->report->hide_below : 0;
    for (size_t i = 0; i < job->report->n_sources; i++) {
        const struct wh_source_note *source = &job->report->source[i];
        const struct wh_ledger_line line = wh_ledger_line(WH_LEDGER_ROWS, source, k);
        begin_row(table);
        wh_emit_text(emit, "source", source->id);
        wh_emit_text(emit, "attribution", source->attribution);
        wh_emit_count(emit, "read", line.total);
        for (size_t p = 0; p < line.n; p++) { /* as in the manifest: small numbers are hidden */
            const char *const name = SOURCE_FIELD[N_BEFORE_PARTS + p].name;
            if (line.part[p].is_hidden) {
                wh_emit_null(emit, name);
            } else {
                wh_emit_count(emit, name, line.part[p].n);
            }
        }
        end_row(table);
    }
}

static const struct wh_vector_field FIELD_FIELD[] = {
    {"layer", "Layer", "Table of this file.", WH_VALUE_TEXT},
    {"field", "Field", "Column of the table.", WH_VALUE_TEXT},
    {"alias", "Alias", "Its name for people.", WH_VALUE_TEXT},
    {"unit", "Unit", "What it is measured in.", WH_VALUE_TEXT},
    {"definition", "Definition", "What it means.", WH_VALUE_TEXT},
    {"may_be_hidden", "May be hidden", "yes: empty where a number is too small to show.",
     WH_VALUE_TEXT},
};

struct field_rows {
    struct table *table;
    const char *layer;
};

static void add_field_row(void *user, const struct wh_out_field *field)
{
    const struct field_rows *rows = user;
    struct wh_emitter *emit = &rows->table->emit;
    begin_row(rows->table);
    wh_emit_text(emit, "layer", rows->layer);
    wh_emit_text(emit, "field", field->name);
    wh_emit_text(emit, "alias", field->alias);
    wh_emit_text(emit, "unit", field->unit);
    wh_emit_text(emit, "definition", field->definition);
    wh_emit_text(emit, "may_be_hidden", field->may_be_hidden ? "yes" : "no");
    end_row(rows->table);
}

/* Of the layers, then of the tables, itself included. */
static void fill_fields(const struct wh_job *job, const struct wh_layers *layers,
                        struct table table[N_TABLES])
{
    for (size_t i = 0; i < layers->n; i++) {
        struct field_rows rows = {&table[N_TABLES - 1], layers->layer[i].name};
        wh_fields_each(job->report, layers->layer[i].collection.file, add_field_row, &rows);
    }
    for (int i = 0; i < N_TABLES; i++) {
        struct field_rows rows = {&table[N_TABLES - 1], table[i].name};
        for (size_t j = 0; j < table[i].n_fields; j++) {
            const struct wh_vector_field *field = &table[i].field[j];
            const struct wh_out_field row = {field->name,       field->alias, "",
                                             field->definition, false,        field->kind};
            add_field_row(&rows, &row);
        }
    }
}

#define N_OF(array) (sizeof(array) / sizeof *(array))

static void make_tables(const struct wh_job *job, const struct wh_layers *layers,
                        struct table table[N_TABLES])
{
    open_table(&table[0], job->ctx, "runs", "Run", "The run that made this file.", RUN_FIELD,
               N_OF(RUN_FIELD));
    open_table(&table[1], job->ctx, "themes", "Themes", "What each theme counts, and how.",
               THEME_FIELD, N_OF(THEME_FIELD));
    open_table(&table[2], job->ctx, "unreadable_rows", "Rows that could not be read",
               "What became of each source's rows.", SOURCE_FIELD, N_OF(SOURCE_FIELD));
    open_table(&table[3], job->ctx, "fields", "Fields", "What every column of this file means.",
               FIELD_FIELD, N_OF(FIELD_FIELD));
    fill_runs(job, &table[0]);
    fill_themes(job, &table[1]);
    fill_sources(job, &table[2]);
    fill_fields(job, layers, table);
}

/* ---- styles ---- */

struct styles {
    struct wh_arena arena;
    size_t n, cap;
    struct wh_geopackage_style *style;
    bool failed;
};

static void add_style(struct styles *styles, const char *layer, const char *name,
                      const struct wh_buf *qml, const struct wh_buf *sld)
{
    struct wh_arena *arena = &styles->arena;
    struct wh_error ignored;
    const struct wh_geopackage_style style = {
        .layer = wh_arena_c(arena, wh_str_c(layer)),
        .name = wh_arena_c(arena, wh_str_c(name)),
        .description = wh_arena_c(arena, wh_str_c(name)),
        .qml = wh_arena_str(arena, wh_buf_view(qml)).ptr,
        .sld = wh_arena_str(arena, wh_buf_view(sld)).ptr,
    };
    if (qml->failed || sld->failed || style.layer == NULL || style.name == NULL ||
        style.description == NULL || style.qml == NULL || style.sld == NULL ||
        wh_grow(arena->ctx, (void **)&styles->style, styles->n, &styles->cap, sizeof *styles->style,
                &ignored) != WH_OK) {
        styles->failed = true;
        return;
    }
    styles->style[styles->n++] = style;
}

/* Wards and areas have a style a theme; the first theme's is the one they open with. */
static void style_areas(const struct wh_job *job, const struct wh_kept_layer *layer,
                        struct styles *styles, struct wh_buf *qml, struct wh_buf *sld)
{
    for (size_t i = 0; i < job->report->n_themes; i++) {
        const struct wh_theme_report *theme = &job->report->theme[i];
        wh_buf_clear(qml);
        wh_buf_clear(sld);
        wh_qml_of_areas(qml, job, theme, layer->collection.file);
        wh_sld_of_areas(sld, job, theme, layer->name);
        add_style(styles, layer->name, theme->theme->title, qml, sld);
    }
}

static void style_layer(const struct wh_job *job, const struct wh_kept_layer *layer,
                        size_t *cells_seen, struct styles *styles, struct wh_buf *qml,
                        struct wh_buf *sld)
{
    const enum wh_out_file file = layer->collection.file;
    if (file == WH_OUT_WARDS_GEOJSON || file == WH_OUT_AREAS_GEOJSON) {
        style_areas(job, layer, styles, qml, sld);
        return;
    }
    wh_buf_clear(qml);
    wh_buf_clear(sld);
    if (file == WH_OUT_CELLS_GEOJSON) {
        const struct wh_theme_report *theme = &job->report->theme[(*cells_seen)++];
        wh_qml_of_cells(qml, job, theme);
        wh_sld_of_cells(sld, job, theme, layer->name);
        add_style(styles, layer->name, theme->theme->title, qml, sld);
    } else {
        wh_qml_of_hotspots(qml, job, file);
        wh_sld_of_hotspots(sld, job, layer->name);
        add_style(styles, layer->name, "Hot spots by trend", qml, sld);
    }
}

static enum wh_status make_styles(const struct wh_job *job, const struct wh_layers *layers,
                                  struct styles *styles, struct wh_error *err)
{
    struct wh_buf qml, sld;
    size_t cells_seen = 0;
    wh_buf_init(&qml, job->ctx);
    wh_buf_init(&sld, job->ctx);
    wh_arena_init(&styles->arena, job->ctx);
    for (size_t i = 0; i < layers->n; i++) {
        style_layer(job, &layers->layer[i], &cells_seen, styles, &qml, &sld);
    }
    wh_buf_finish(&qml);
    wh_buf_finish(&sld);
    return styles->failed ? wh_fail_memory(job->ctx, err) : WH_OK;
}

/* ---- the file ---- */

/* The licence lines as one text; in the styles' arena, as they live as long. */
static const char *join_licences(const struct wh_job *job, struct wh_arena *arena)
{
    struct wh_buf buf;
    wh_buf_init(&buf, job->ctx);
    for (size_t i = 0; i < job->report->n_licences; i++) {
        wh_buf_c(&buf, i == 0 ? "" : "; ");
        wh_buf_c(&buf, job->report->licence[i]);
    }
    const char *text = buf.failed ? NULL : wh_arena_str(arena, wh_buf_view(&buf)).ptr;
    wh_buf_finish(&buf);
    return text;
}

static enum wh_status write_file(const struct wh_job *job, const struct wh_vector_layer *layer,
                                 size_t n, struct styles *styles, struct wh_error *err)
{
    const struct wh_report *report = job->report;
    static const char *const KEY[N_PAIRS] = {"title", "release",  "edition",  "data_through",
                                             "crs",   "licences", "manifest", "fields"};
    char day[16];
    const char *const value[N_PAIRS] = {
        report->title,
        report->release_id,
        report->edition == WH_EDITION_PUBLIC ? "public" : "officer: not for publication",
        wh_format_day(report->data_through_day, day, sizeof day),
        report->crs,
        join_licences(job, &styles->arena),
        "manifest.json beside this file: inputs, parameters and versions",
        "table fields"};
    const struct wh_geopackage content = {.crs = report->crs,
                                          .day = report->as_of_day,
                                          .n_layers = n,
                                          .layer = layer,
                                          .n_styles = styles->n,
                                          .style = styles->style,
                                          .n_pairs = N_PAIRS,
                                          .key = KEY,
                                          .value = value};
    char *path = NULL;
    enum wh_status status = value[5] == NULL ? wh_fail_memory(job->ctx, err)
                                             : wh_job_path(job, "wardheat.gpkg", &path, err);
    if (status == WH_OK) {
        status = wh_geopackage_write(job->ctx, &content, path, err);
    }
    wh_free(job->ctx, path);
    return status;
}

enum wh_status wh_geopackage_publish(const struct wh_job *job, struct wh_layers *layers,
                                     struct wh_error *err)
{
    struct table table[N_TABLES];
    struct styles styles = {0};
    const size_t n = layers->n + N_TABLES;
    struct wh_vector_layer *layer = wh_alloc_array(job->ctx, n, sizeof *layer);
    enum wh_status status = layer == NULL ? wh_fail_memory(job->ctx, err) : WH_OK;
    make_tables(job, layers, table);
    for (size_t i = 0; status == WH_OK && i < layers->n; i++) {
        struct wh_kept_layer *kept = &layers->layer[i];
        status = wh_collection_layer(&kept->collection, kept->name, false, &layer[i], err);
        if (status == WH_OK) {
            layer[i].title = kept->title;
            layer[i].definition = "What its columns mean is in the table fields.";
        }
    }
    for (size_t i = 0; status == WH_OK && i < N_TABLES; i++) {
        status = give_table(&table[i], &layer[layers->n + i], err);
    }
    if (status == WH_OK) {
        status = make_styles(job, layers, &styles, err);
    }
    if (status == WH_OK) {
        status = write_file(job, layer, n, &styles, err);
    }
    if (status == WH_OK) {
        status = wh_qgis_project_write(job, layers, &styles.style[0], styles.n, err);
    }
    for (int i = 0; i < N_TABLES; i++) {
        close_table(&table[i]);
    }
    wh_free(job->ctx, styles.style);
    wh_arena_finish(&styles.arena);
    wh_free(job->ctx, layer);
    return status;
}
