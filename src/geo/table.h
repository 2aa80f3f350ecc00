/* geo/table.h: rows of a spreadsheet, a vector layer or a PostGIS table, one after the other, every
 * value as text. */
#ifndef WH_GEO_TABLE_H
#define WH_GEO_TABLE_H

#include "geo/crs.h"
#include "geo/postgis.h"

struct wh_table_spec {
    const char *path;  /* a plain file */
    const char *layer; /* of a vector file, or sheet of a spreadsheet; NULL: the first */
    const struct wh_postgis *postgis; /* a table of a database instead of a file, or NULL */
    bool is_sheet;    /* XLSX or ODS, whose first row names the columns; false: a vector file */
    const char *crs;  /* that points are given in */
    const char *from; /* CRS of a file that does not say its own; NULL: `crs` */
    struct wh_crs_options crs_opt;
};

struct wh_table;

/*
 * WH_ERR_INPUT as wh_layer_read(); also a spreadsheet that unpacks to more than a hundred times its
 * size, and a database that cannot be reached or read. The session with a database is read-only.
 */
WH_MUST_USE enum wh_status wh_table_open(struct wh_ctx *ctx, const struct wh_table_spec *spec,
                                         struct wh_table **ret, struct wh_error *err);
/* WH_ERR_INPUT when the file changed meanwhile. NULL is fine; the table is gone whatever is
 * returned. */
WH_MUST_USE enum wh_status wh_table_close(struct wh_table *table, struct wh_error *err);

size_t wh_table_columns(const struct wh_table *table);
struct wh_str wh_table_column(const struct wh_table *table, size_t column_idx);
/* Have the rows a geometry? */
bool wh_table_has_points(const struct wh_table *table);

/*
 * Values are UTF-8 text, empty for none. Dates and times of a column that is one are ISO 8601
 * ("2026-11-03T14:05:00"), of a column that mixes them with text as GDAL writes them ("2026/11/03
 * 14:05:00"). x and y: the point, the middle of a line, or a point inside of a polygon; NaN where
 * there is none or it does not fit the CRS.
 */
struct wh_table_row {
    uint64_t number;            /* of the row in its sheet, or of the feature, from 1 */
    const struct wh_str *value; /* wh_table_columns() of them; valid until the next call */
    bool has_point;
    double x, y;
    uint32_t fault_column; /* from 1; 0: the row can be read */
    char fault[160];
};
WH_MUST_USE enum wh_status wh_table_next(struct wh_table *table, struct wh_table_row *ret,
                                         bool *ret_end, struct wh_error *err);
#endif
