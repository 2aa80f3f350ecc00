/* hotspot/other_base.c: would the place of a hot spot be one, were requests set against another
 * base? */
#include <math.h>

#include "geo/shape_ops.h"
#include "hotspot/hotspot_internal.h"
#include "hotspot/risk_internal.h"
#include "model/evidence.h"

struct tally {
    size_t n, n_hot;
};

static bool is_hot(const struct wh_risk *risk, size_t cell, double least_log_ratio)
{
    return risk->p.v[cell] <= risk->p_threshold && risk->log_ratio.v[cell] >= least_log_ratio;
}

/* The cells whose centre is inside the outline, and those of them that are hot. */
static struct tally count_cells(const struct wh_risk *risk, const struct wh_shape *shape,
                                double least_log_ratio)
{
    const struct wh_grid *grid = &risk->p;
    struct tally tally = {0};
    double box[4];
    wh_shape_box(shape, box);
    const double first_row = fmax(0, floor((box[1] - grid->y0) / grid->cell_m));
    const double first_col = fmax(0, floor((box[0] - grid->x0) / grid->cell_m));
    for (uint32_t row = (uint32_t)first_row; row < grid->ny; row++) {
        const double y = grid->y0 + (row + 0.5) * grid->cell_m;
        for (uint32_t col = (uint32_t)first_col; y <= box[3] && col < grid->nx; col++) {
            const double x = grid->x0 + (col + 0.5) * grid->cell_m;
            const size_t cell = (size_t)row * grid->nx + col;
            if (x > box[2]) {
                break;
            }
            if (!isnan(risk->p.v[cell]) && wh_shape_contains(shape, x, y)) {
                tally.n++;
                tally.n_hot += is_hot(risk, cell, least_log_ratio);
            }
        }
    }
    return tally;
}

void wh_hotspot_try_base(const struct wh_hotspot_input *other, const struct wh_mask *mask,
                         double least_ratio, const struct wh_hotspot *hotspot,
                         struct wh_base_trial *ret)
{
    const double least = log(least_ratio);
    const struct tally tally = count_cells(other->risk, &hotspot->shape, least);
    size_t peak = 0;
    *ret = (struct wh_base_trial){
        .total = other->base_total,
        .evidence = wh_hotspot_evidence(other, &hotspot->shape, hotspot->figures.count.n),
        .hot_share = tally.n > 0 ? (double)tally.n_hot / (double)tally.n : 0};
    ret->is_peak_hot = wh_risk_cell_of(mask, hotspot->peak_x, hotspot->peak_y, &peak) &&
                       is_hot(other->risk, peak, least);
    ret->stands = ret->is_peak_hot || ret->hot_share >= WH_SAME_FROM;
}
