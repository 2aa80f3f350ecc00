/* density/spans.c */
#include "density/spans.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

#define ROWS_BEYOND 4

/* The first cell from `col` on that is inside (or, with `is_inside` false, outside); nx when there
 * is none. */
static int32_t next_cell(const uint8_t *row, int32_t nx, int32_t col, bool is_inside)
{
    if (!is_inside) {
        const uint8_t *found = col < nx ? memchr(row + col, 0, (size_t)(nx - col)) : NULL;
        return found == NULL ? nx : (int32_t)(found - row);
    }
    while (col < nx && row[col] == 0) {
        col++;
    }
    return col;
}

static uint32_t count_gaps(const struct wh_mask *mask)
{
    const int32_t nx = (int32_t)mask->grid.nx;
    uint32_t n = 0;
    for (uint32_t r = 0; r < mask->grid.ny; r++) {
        const uint8_t *row = mask->inside + (size_t)r * mask->grid.nx;
        int32_t end = next_cell(row, nx, next_cell(row, nx, 0, true), false);
        for (int32_t next = next_cell(row, nx, end, true); next < nx;
             next = next_cell(row, nx, end, true)) {
            n++;
            end = next_cell(row, nx, next, false);
        }
    }
    return n;
}

static void fill(const struct wh_mask *mask, struct wh_spans *spans)
{
    const int32_t nx = (int32_t)mask->grid.nx;
    uint32_t n = 0;
    for (uint32_t r = 0; r < mask->grid.ny; r++) {
        const uint8_t *row = mask->inside + (size_t)r * mask->grid.nx;
        const int32_t first = next_cell(row, nx, 0, true);
        spans->gap_of_row[r] = n;
        if (first == nx) {
            continue;
        }
        int32_t end = next_cell(row, nx, first, false);
        for (int32_t next = next_cell(row, nx, end, true); next < nx;
             next = next_cell(row, nx, end, true)) {
            spans->gap_first[n] = end;
            spans->gap_end[n++] = next;
            end = next_cell(row, nx, next, false);
        }
        spans->first[r] = first;
        spans->end[r] = end;
    }
    spans->gap_of_row[mask->grid.ny] = n;
}

enum wh_status wh_spans_init(struct wh_ctx *ctx, const struct wh_mask *mask, struct wh_spans *ret,
                             struct wh_error *err)
{
    const size_t n_rows = mask->grid.ny;
    const size_t n_gaps = count_gaps(mask);
    struct wh_spans spans = {.n_rows = mask->grid.ny};
    spans.first = wh_alloc_array(ctx, n_rows + ROWS_BEYOND, sizeof *spans.first);
    spans.end = wh_alloc_array(ctx, n_rows + ROWS_BEYOND, sizeof *spans.end);
    spans.gap_of_row = wh_alloc_array(ctx, n_rows + 1, sizeof *spans.gap_of_row);
    spans.gap_first = wh_alloc_array(ctx, n_gaps, sizeof *spans.gap_first);
    spans.gap_end = wh_alloc_array(ctx, n_gaps, sizeof *spans.gap_end);
    if (spans.first == NULL || spans.end == NULL || spans.gap_of_row == NULL ||
        spans.gap_first == NULL || spans.gap_end == NULL) {
        wh_spans_finish(ctx, &spans);
        return wh_fail_memory(ctx, err);
    }
    fill(mask, &spans);
    *ret = spans;
    return WH_OK;
}

void wh_spans_finish(struct wh_ctx *ctx, struct wh_spans *spans)
{
    wh_free(ctx, spans->first);
    wh_free(ctx, spans->end);
    wh_free(ctx, spans->gap_of_row);
    wh_free(ctx, spans->gap_first);
    wh_free(ctx, spans->gap_end);
    *spans = (struct wh_spans){0};
}
