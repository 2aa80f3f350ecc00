/* ingest/row.h: one CSV record -> one request, or the reason why not. */
#ifndef WH_INGEST_ROW_H
#define WH_INGEST_ROW_H

#include "ingest/csv.h"
#include "ingest/ingest.h"

#define WH_MAX_NAME_BYTES 256u /* of a reference or a category */

/* Columns of a file by field; -1: not mapped. */
struct wh_row_map {
    int column[WH_N_FIELDS];
};

/* Finds each mapped column. WH_ERR_INPUT: `no column "easting"; found: ...`. */
WH_MUST_USE enum wh_status wh_row_map(const struct wh_source *source, const struct wh_csv *csv,
                                      const char *path, struct wh_row_map *ret,
                                      struct wh_error *err);

struct wh_row_fault {
    uint32_t column; /* from 1; 0: the whole row */
    char reason[256];
};

/* False: the row could not be read, `fault` says why. Field faults are flags of the request. */
bool wh_row_read(const struct wh_source *source, const struct wh_ingest_options *opt,
                 const struct wh_row_map *map, const struct wh_csv_row *row, struct wh_request *ret,
                 struct wh_row_fault *fault);

/* What the coordinates of a file say about its CRS, counted row by row. */
struct wh_axis_check {
    uint64_t n, inside, inside_if_exchanged;
};
void wh_axis_check_add(struct wh_axis_check *check, const struct wh_source *source,
                       const struct wh_ingest_options *opt, const struct wh_row_map *map,
                       const struct wh_csv_row *row);
/* WH_ERR_INPUT: nearly all would be inside with x and y exchanged, or nearly none fits the CRS. */
WH_MUST_USE enum wh_status wh_axis_check_end(const struct wh_axis_check *check,
                                             const struct wh_source *source, const char *path,
                                             struct wh_error *err);
#endif
