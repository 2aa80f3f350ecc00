/* ingest/records.h: rows of whatever a source is made of: CSV, spreadsheets, vector layers, tables
 * of a database, Open311 answers. For the files of src/ingest. */
#ifndef WH_INGEST_RECORDS_H
#define WH_INGEST_RECORDS_H

#include "base/csv.h"
#include "geo/crs.h"
#include "ingest/ingest.h"

struct records;

struct records_kind {
    const char *row_word; /* how messages name a row: "feature" 12; NULL: by its line, ":12" */
    enum wh_status (*next)(struct records *records, struct wh_csv_row *ret, bool *ret_end,
                           struct wh_error *err);
    /* Frees it; may find, now that all is read, that the file changed meanwhile. */
    enum wh_status (*close)(struct records *records, struct wh_error *err);
};

/* The first member of each kind's own struct. */
struct records {
    const struct records_kind *kind;
    struct wh_ctx *ctx;
    size_t n_columns;
    const struct wh_str *column;
    bool has_every_column; /* a column that nobody has named is empty, and no fault */
    bool has_raw;          /* a row that cannot be read is there as it stands in the file; else its
                              fields are */
    bool has_points;       /* rows have a place of their own, in the source's CRS */
    bool has_typed_times;  /* times may stand in ISO 8601, whatever the source's form */
    bool has_point;        /* of the row that was given last: */
    double x, y;           /* its place; NaN: it has one that does not fit */
    uint64_t bytes_read;   /* so far, for the bar */
    const char *note;      /* about the whole, once it is read; or NULL */
    char sha256[65];       /* of what was read, once it is read */
};

struct records_options {
    const struct wh_source *source;
    const struct wh_crs_options *crs_opt;
    /* Names of the columns that are wanted: an Open311 answer has no list of its own. */
    const char *const *wanted;
    size_t n_wanted;
};

/* A file, by what its name says it is. The kinds below are opened by it. */
WH_MUST_USE enum wh_status wh_records_open(struct wh_ctx *ctx, const char *path,
                                           const struct records_options *opt, struct records **ret,
                                           struct wh_error *err);
/* NULL is fine; gone whatever is returned. */
WH_MUST_USE enum wh_status wh_records_close(struct records *records, struct wh_error *err);
/* Index of a column by name (outer blanks and ASCII case ignored), or -1. */
int wh_records_find(const struct records *records, const char *name);

/* A .csv, plain or .gz. */
WH_MUST_USE enum wh_status wh_records_open_csv(struct wh_ctx *ctx, const char *path,
                                               const struct records_options *opt, bool is_gzip,
                                               struct records **ret, struct wh_error *err);
/* A spreadsheet, a vector file, or (`path` NULL) the source's table of a database. */
WH_MUST_USE enum wh_status wh_records_open_table(struct wh_ctx *ctx, const char *path,
                                                 const struct records_options *opt, bool is_sheet,
                                                 struct records **ret, struct wh_error *err);

/* Does the name end like this, in any case? */
bool wh_records_has_ending(const char *path, const char *ending);

/* ---- gunzip.c ---- */

/* Unpacks while a CSV is read (wh_csv_read_fn): at most a hundred times its size, and 8 GiB. */
struct gunzip;
WH_MUST_USE enum wh_status wh_gunzip_create(struct wh_ctx *ctx, const char *path,
                                            struct gunzip **ret, struct wh_error *err);
void wh_gunzip_destroy(struct gunzip *gunzip); /* NULL is fine */
WH_MUST_USE enum wh_status wh_gunzip_read(void *gunzip, struct wh_reader *reader,
                                          struct wh_sha256 *sha, void *bytes, size_t size,
                                          size_t *ret_len, struct wh_error *err);

#endif
