/* disclose/surface.c: densities as classes, blank where too few requests stand behind a cell. */
#include <math.h>
#include <wardheat/disclose.h>

#include "base/alloc.h"
#include "base/error.h"
#include "model/report.h"

static uint8_t class_of(double density, const struct wh_legend *legend)
{
    uint8_t found = WH_CLASS_NONE;
    for (uint32_t i = 0; i < legend->n && density >= legend->break_at[i]; i++) {
        found = (uint8_t)(i + 1);
    }
    return found;
}

enum wh_status wh_disclose_surface(struct wh_ctx *ctx, const struct wh_grid *density,
                                   const uint32_t *support, uint32_t k,
                                   const struct wh_legend *legend, struct wh_surface *ret,
                                   uint64_t *ret_blank, struct wh_error *err)
{
    const size_t n = (size_t)density->nx * density->ny;
    struct wh_surface surface = {.grid = *density};
    surface.grid.v = NULL;
    surface.class_of = wh_alloc(ctx, n);
    if (surface.class_of == NULL) {
        return wh_fail_memory(ctx, err);
    }
    uint64_t blank = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(density->v[i])) {
            surface.class_of[i] = WH_CLASS_OUTSIDE;
        } else if (support != NULL && k >= 2 && support[i] > 0 && support[i] < k) {
            surface.class_of[i] = WH_CLASS_BLANK;
            blank++;
        } else {
            surface.class_of[i] = class_of(density->v[i], legend);
        }
    }
    *ret = surface;
    *ret_blank = blank;
    return WH_OK;
}
