/* Any bytes as the layout of a ward sheet: what is refused comes with a sentence; what is taken has
 * frames on the paper, and text that can be read. */
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "fuzz/fuzz.h"
#include "render/layout.h"

static void check_page(const struct wh_layout_page *page)
{
    const double *const frame = page->frame_mm;
    FUZZ_PROMISE(frame[0] >= 0 && frame[0] + frame[2] <= 210 + 1e-6);
    FUZZ_PROMISE(frame[1] >= 0 && frame[1] + frame[3] <= 297 + 1e-6);
    FUZZ_PROMISE(page->n_rows > 0 && page->n_rows <= WH_LAYOUT_ROWS);
    for (size_t r = 0; r < page->n_rows; r++) {
        const struct wh_layout_row *const row = &page->row[r];
        double width = 0;
        FUZZ_PROMISE(row->n_cells > 0 && row->n_cells <= WH_LAYOUT_CELLS);
        for (size_t c = 0; c < row->n_cells; c++) {
            width += row->cell[c].width;
            FUZZ_PROMISE(row->cell[c].width > 0 && row->cell[c].n <= WH_LAYOUT_SHOWN);
            for (size_t i = 0; i < row->cell[c].n; i++) {
                FUZZ_PROMISE((unsigned)row->cell[c].element[i] < WH_N_ELEMENTS);
                FUZZ_PROMISE(wh_element_name(row->cell[c].element[i])[0] != '\0');
            }
        }
        FUZZ_PROMISE(width <= 1.01);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wh_ctx *ctx = NULL;
    struct wh_error err = {0};
    struct wh_layout layout;
    struct wh_buf text;
    const struct wh_ctx_options opt = {.quiet = true, .memory_limit_bytes = 64u << 20};
    if (wh_ctx_create(&opt, &ctx, &err) != WH_OK) {
        abort();
    }
    wh_buf_init(&text, ctx);
    wh_buf_add(&text, data, size);
    const enum wh_status status = wh_layout_parse("fuzz.json", &text, &layout, &err);
    FUZZ_PROMISE(status == WH_OK || (err.message[0] != '\0' && err.status == status));
    if (status == WH_OK) {
        check_page(&layout.front);
        check_page(&layout.back);
        for (size_t i = 0; i < WH_LAYOUT_N_SIZES; i++) {
            FUZZ_PROMISE(layout.size[i] >= 8 && isfinite(layout.size[i]));
        }
        FUZZ_PROMISE(memchr(layout.crest, '\0', sizeof layout.crest) != NULL);
    }
    wh_buf_finish(&text);
    wh_ctx_destroy(ctx);
    return 0;
}
