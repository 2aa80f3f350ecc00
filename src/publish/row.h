/* publish/row.h: a row of a CSV table being written, cell by cell. */
#ifndef WH_PUBLISH_ROW_H
#define WH_PUBLISH_ROW_H

#include "base/str.h"

struct wh_row {
    struct wh_buf *buf; /* failure sticks in it */
    bool has_cell;
};

void wh_row_cell(struct wh_row *row); /* begins one; write it to `buf` */
void wh_row_text(struct wh_row *row, const char *text);
void wh_row_day(struct wh_row *row, int64_t day); /* "2026-11-03"; WH_NO_DAY: empty */
void wh_row_uint(struct wh_row *row, uint64_t n);
void wh_row_real(struct wh_row *row, double value, int decimals); /* NaN: empty */
void wh_row_end(struct wh_row *row);

#endif
