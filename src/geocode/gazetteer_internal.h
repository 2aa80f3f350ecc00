/* geocode/gazetteer_internal.h: what the readers of gazetteer files share. */
#ifndef WH_GEOCODE_GAZETTEER_INTERNAL_H
#define WH_GEOCODE_GAZETTEER_INTERNAL_H

#include "base/str.h"
#include "geocode/gazetteer.h"

/* Parts of a BS 7666 addressable object, which other files have in one column. */
enum bs7666_part {
    PAO_TEXT,
    PAO_START,
    PAO_START_SUFFIX,
    PAO_END,
    PAO_END_SUFFIX,
    SAO_TEXT,
    SAO_START,
    SAO_START_SUFFIX,
    SAO_END,
    SAO_END_SUFFIX,
    N_BS7666_PARTS
};

/* Where a file has what: indices of its columns; -1: nowhere. */
struct gazetteer_columns {
    int at[WH_N_GAZETTEER_FIELDS];
    int bs7666[N_BS7666_PARTS];
    int local_type;  /* of OS Open Names: rows of other types are passed over */
    int box[4];      /* of OS Open Names: x min, y min, x max, y max */
    int lon, lat;    /* of the ONS's files: beside the Irish Grid of Northern Ireland */
    const char *crs; /* of x and y as their names tell; NULL: not told */
};

/*
 * Finds the columns among `name`; `is_layer`: the places are geometries. WH_ERR_INPUT: one that the
 * config names is not there, or what the type needs cannot be guessed.
 */
WH_MUST_USE enum wh_status wh_gazetteer_find_columns(const struct wh_gazetteer *gazetteer,
                                                     const char *path, const struct wh_str *name,
                                                     size_t n, bool is_layer,
                                                     struct gazetteer_columns *ret,
                                                     struct wh_error *err);
/* Index of a column by its name, whatever its case; -1: none. */
int wh_gazetteer_find_column(const struct wh_str *name, size_t n, const char *wanted);
/* Sets at[WH_GAZ_X] and [WH_GAZ_Y] (-1 when called, where the gazetteer does not name them), lon,
 * lat and crs by the names that publishers use. */
void wh_gazetteer_find_places(const struct wh_gazetteer *gazetteer, const struct wh_str *name,
                              size_t n, struct gazetteer_columns *columns);
/* The header that a file of a publisher who writes none ought to have, by its first record; NULL:
 * it has its own. */
const char *wh_gazetteer_missing_header(const struct wh_str *field, size_t n);

/* One reading of one file. */
struct gazetteer_reading {
    struct wh_ctx *ctx;
    const struct wh_gazetteer *gazetteer;
    const struct wh_gazetteer_options *opt;
    const char *path;
    uint16_t file;
    wh_gazetteer_row_fn *fn;
    void *user;
    struct wh_gazetteer_note *note;
    struct gazetteer_columns columns;
};

/* Counts a row and, if it is good and near, hands it on. */
WH_MUST_USE enum wh_status wh_gazetteer_give(struct gazetteer_reading *reading,
                                             const struct wh_gazetteer_row *row,
                                             struct wh_error *err);
/* Fills the texts, quality and months of a row from the file's columns; `buf` holds what had to be
 * put together. False: a row of a type that the file's other rows are not asked for. */
bool wh_gazetteer_fill(const struct gazetteer_reading *reading, const struct wh_str *field,
                       struct wh_buf *buf, struct wh_gazetteer_row *row);

WH_MUST_USE enum wh_status wh_gazetteer_read_table(struct gazetteer_reading *reading,
                                                   struct wh_error *err);
WH_MUST_USE enum wh_status wh_gazetteer_read_layer(struct gazetteer_reading *reading,
                                                   struct wh_error *err);
#endif
