/* publish/own_table.h: reads back a table that a release holds: whatever is wrong in it is an
 * error. */
#ifndef WH_PUBLISH_OWN_TABLE_H
#define WH_PUBLISH_OWN_TABLE_H

#include "base/csv.h"

struct wh_own_table {
    struct wh_ctx *ctx;
    const char *path; /* borrowed */
    struct wh_csv *csv;
    struct wh_csv_row row; /* the last one read */
};

/* A header alone is no fault. WH_ERR_INPUT: it is missing, or no CSV. Caller closes, also after a
 * failure. */
WH_MUST_USE enum wh_status wh_own_table_open(struct wh_ctx *ctx, const char *path,
                                             struct wh_own_table *ret, struct wh_error *err);
void wh_own_table_close(struct wh_own_table *table);
/* WH_ERR_INPUT: there is no column of this name. */
WH_MUST_USE enum wh_status wh_own_table_column(const struct wh_own_table *table, const char *name,
                                               int *ret, struct wh_error *err);
/* Reads the next row; *ret_end true after the last. WH_ERR_INPUT names the line of a bad one. */
WH_MUST_USE enum wh_status wh_own_table_next(struct wh_own_table *table, bool *ret_end,
                                             struct wh_error *err);
/* WH_ERR_INPUT that names the row which was read last. */
WH_MUST_USE enum wh_status wh_own_table_fail(const struct wh_own_table *table, const char *what,
                                             struct wh_error *err);

#endif
