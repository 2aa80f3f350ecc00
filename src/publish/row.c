/* publish/row.c: commas, quotes and line ends (RFC 4180). */
#include "publish/row.h"

#include <inttypes.h>
#include <math.h>

#include "base/time.h"

void wh_row_cell(struct wh_row *row)
{
    if (row->has_cell) {
        wh_buf_char(row->buf, ',');
    }
    row->has_cell = true;
}

void wh_row_end(struct wh_row *row)
{
    wh_buf_c(row->buf, "\r\n");
    row->has_cell = false;
}

void wh_row_text(struct wh_row *row, const char *text)
{
    wh_row_cell(row);
    wh_buf_csv(row->buf, wh_str_c(text));
}

void wh_row_day(struct wh_row *row, int64_t day)
{
    char text[16];
    wh_row_cell(row);
    wh_buf_c(row->buf, day == WH_NO_DAY ? "" : wh_format_day(day, text, sizeof text));
}

void wh_row_uint(struct wh_row *row, uint64_t n)
{
    wh_row_cell(row);
    wh_buf_printf(row->buf, "%" PRIu64, n);
}

void wh_row_real(struct wh_row *row, double value, int decimals)
{
    wh_row_cell(row);
    if (!isnan(value)) {
        wh_buf_number(row->buf, value, decimals);
    }
}
