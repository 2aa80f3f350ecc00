/* publish/fields.h: the dictionary of fields: what every column and property is called, means and
 * is measured in. */
#ifndef WH_PUBLISH_FIELDS_H
#define WH_PUBLISH_FIELDS_H

#include "geo/vector_write.h"
#include "publish/job.h"

/* Of a hot spot's evidence: the same in tables and GeoJSON. */
enum { WH_EXPECTED_DECIMALS = 1, WH_RATIO_DECIMALS = 2, WH_Q_DECIMALS = 6 };

enum wh_out_file {
    WH_OUT_WARDS_GEOJSON,
    WH_OUT_HOTSPOTS_GEOJSON,
    WH_OUT_PARTS_GEOJSON,
    WH_OUT_AREAS_GEOJSON, /* one a level beside the wards */
    WH_OUT_CELLS_GEOJSON, /* one a theme */
    WH_OUT_WARDS_TILES, /* layers of a theme's vector tiles */
    WH_OUT_HOTSPOTS_TILES,
    WH_OUT_CELLS_TILES,
    WH_OUT_WARDS_CSV,
    WH_OUT_HOTSPOTS_CSV,
    WH_OUT_PARTS_CSV,
    WH_OUT_THEMES_CSV,
    WH_OUT_AREAS_CSV,
    WH_OUT_FIGURES_CSV,
    WH_OUT_BREAKDOWNS_CSV,
    WH_OUT_INPUTS_CSV,
    WH_OUT_HOURS_CSV, /* officers only, as are the next */
    WH_OUT_EVIDENCE_CSV,
    WH_OUT_REQUESTS_GEOJSON,
    WH_N_OUT_FILES
};

/* A field of one file, by its name there: "count", or "fly_tipping_count" in wards.geojson. */
struct wh_out_field {
    const char *name, *alias, *unit, *definition;
    bool may_be_hidden;      /* small numbers: null or words instead of a figure */
    enum wh_value_kind kind; /* where a form has types: the same every night, even if all is null */
};
typedef void wh_out_field_fn(void *user, const struct wh_out_field *field);

/* "geojson/wards.geojson": below the folder of the edition; a star stands for an id where there is
 * a file a theme or level. */
const char *wh_out_file_name(enum wh_out_file file);
/* How many files of a kind a report has, and the name of each, into `out` (128 bytes). */
size_t wh_out_file_count(const struct wh_report *report, enum wh_out_file file);
/* Index of the level in struct wh_theme_report that area layer `idx` shows: wards and segments,
 * which have no shapes of their own, are left out. */
size_t wh_area_layer(const struct wh_report *report, size_t idx);
const char *wh_out_file_of(const struct wh_report *report, enum wh_out_file file, size_t idx,
                           char *out, size_t size);
/* Every field of a file, in the order of the file. */
void wh_fields_each(const struct wh_report *report, enum wh_out_file file, wh_out_field_fn *fn,
                    void *user);
/* Columns of metrics, in files that have one a metric: those that the older columns lack, and
 * limits. `part`: 0 the value, 1 and 2 its limits. */
typedef void wh_metric_column_fn(void *user, enum wh_metric metric, int part);
void wh_metric_columns(wh_metric_column_fn *fn, void *user);
/* Do files of this report have them? */
bool wh_has_metrics(const struct wh_report *report);
/* "per_1000_low" */
const char *wh_metric_column_name(enum wh_metric metric, int part, char *out, size_t size);
/* The theme's prefix of field names: "fly-tipping" -> "fly_tipping_", into `out`. */
const char *wh_field_prefix(const struct wh_theme *theme, char *out, size_t size);

/* tables/fields.csv is at the top: fields.csv. */
WH_MUST_USE enum wh_status wh_fields_write(const struct wh_job *job, struct wh_error *err);

#endif
