/* density/spans.h: a study area's cells row by row: from the first to the last, and the gaps
 * between. */
#ifndef WH_DENSITY_SPANS_H
#define WH_DENSITY_SPANS_H

#include <wardheat/geo.h>

struct wh_spans {
    uint32_t n_rows;
    int32_t *first, *end; /* a row's cells of the area lie in [first, end); empty: 0, 0. Four rows
                             more than there are, empty */
    uint32_t *gap_of_row; /* n_rows + 1: a row's gaps */
    int32_t *gap_first, *gap_end;
};

/* WH_ERR_LIMIT: no room. */
WH_MUST_USE enum wh_status wh_spans_init(struct wh_ctx *ctx, const struct wh_mask *mask,
                                         struct wh_spans *ret, struct wh_error *err);
void wh_spans_finish(struct wh_ctx *ctx, struct wh_spans *spans);

#endif
