/* hotspot/lattice.c: squares and hexagons in rows. */
#include <math.h>
#include <wardheat/statistics.h>

#include "base/error.h"

#define SQRT_3 1.73205080756887729353

static enum wh_status cover(const double box[4], struct wh_lattice lattice, double max_cells,
                            struct wh_lattice *ret, struct wh_error *err)
{
    if (!(lattice.dx > 0) || !isfinite(lattice.dx)) {
        return wh_fail(err, WH_ERR_CONFIG, "the cell size must be a number of metres above 0");
    }
    lattice.x0 = floor(box[0] / lattice.dx) * lattice.dx;
    lattice.y0 = floor(box[1] / lattice.dy) * lattice.dy;
    if (lattice.shift >
        0) { /* room for the halves that odd rows leave in the west, and for points */
        lattice.x0 -= lattice.dx;
        lattice.y0 -= lattice.dy;
    }
    const double nx = ceil((box[2] - lattice.x0) / lattice.dx) + (lattice.shift > 0 ? 1 : 0);
    const double ny = ceil((box[3] - lattice.y0) / lattice.dy) + (lattice.shift > 0 ? 1 : 0);
    if (!(nx * ny <= max_cells) || !(nx * ny <= UINT32_MAX)) {
        return wh_fail(err, WH_ERR_LIMIT,
                       "%.0f x %.0f cells are more than %.0f: choose larger cells", nx, ny,
                       max_cells);
    }
    lattice.nx = nx < 1 ? 1 : (uint32_t)nx;
    lattice.ny = ny < 1 ? 1 : (uint32_t)ny;
    *ret = lattice;
    return WH_OK;
}

enum wh_status wh_lattice_squares(const double box[4], double cell_m, double max_cells,
                                  struct wh_lattice *ret, struct wh_error *err)
{
    return cover(box, (struct wh_lattice){.dx = cell_m, .dy = cell_m}, max_cells, ret, err);
}

enum wh_status wh_lattice_hexagons(const double box[4], double cell_m, double max_cells,
                                   struct wh_lattice *ret, struct wh_error *err)
{
    const struct wh_lattice lattice = {.dx = cell_m, .dy = cell_m * SQRT_3 / 2, .shift = 0.5};
    return cover(box, lattice, max_cells, ret, err);
}

void wh_lattice_centre(const struct wh_lattice *lattice, size_t cell, double *ret_x, double *ret_y)
{
    const size_t row = cell / lattice->nx, col = cell % lattice->nx;
    const double shift = row % 2 == 1 ? lattice->shift : 0;
    *ret_x = lattice->x0 + ((double)col + 0.5 + shift) * lattice->dx;
    *ret_y = lattice->y0 + ((double)row + 0.5) * lattice->dy;
}

/* The nearest centre of a row; false where the row has none so near that the point could be its. */
static bool nearest_in_row(const struct wh_lattice *lattice, double row, double x, double y,
                           size_t *ret_cell, double *ret_distance2)
{
    if (!(row >= 0 && row < lattice->ny)) {
        return false;
    }
    const double shift = fmod(row, 2) > 0.5 ? lattice->shift : 0;
    const double col = floor((x - lattice->x0) / lattice->dx - shift);
    if (!(col >= 0 && col < lattice->nx)) {
        return false;
    }
    *ret_cell = (size_t)row * lattice->nx + (size_t)col;
    double centre_x, centre_y;
    wh_lattice_centre(lattice, *ret_cell, &centre_x, &centre_y);
    *ret_distance2 = (x - centre_x) * (x - centre_x) + (y - centre_y) * (y - centre_y);
    return true;
}

bool wh_lattice_cell_of(const struct wh_lattice *lattice, double x, double y, size_t *ret_cell)
{
    const double row = floor((y - lattice->y0) / lattice->dy);
    double nearest = (double)INFINITY;
    bool is_found = false;
    /* A hexagon reaches into the rows below and above. */
    const double reach = lattice->shift > 0 ? 1 : 0;
    for (double r = row - reach; r <= row + reach; r++) {
        size_t cell = 0;
        double distance2 = 0;
        if (nearest_in_row(lattice, r, x, y, &cell, &distance2) && distance2 < nearest) {
            nearest = distance2;
            *ret_cell = cell;
            is_found = true;
        }
    }
    return is_found;
}

unsigned wh_lattice_outline(const struct wh_lattice *lattice, size_t cell, double ret_x[7],
                            double ret_y[7])
{
    static const double SQUARE[5][2] = {
        {-0.5, -0.5}, {0.5, -0.5}, {0.5, 0.5}, {-0.5, 0.5}, {-0.5, -0.5}};
    /* In widths; a corner is 1 / sqrt(3) from the centre, dy is sqrt(3) / 2: two thirds of dy. */
    static const double HEXAGON[7][2] = {{0, -2 / 3.0}, {0.5, -1 / 3.0}, {0.5, 1 / 3.0},
                                         {0, 2 / 3.0},  {-0.5, 1 / 3.0}, {-0.5, -1 / 3.0},
                                         {0, -2 / 3.0}};
    double x, y;
    wh_lattice_centre(lattice, cell, &x, &y);
    const bool is_square = !(lattice->shift > 0);
    const unsigned n = is_square ? 5 : 7;
    for (unsigned i = 0; i < n; i++) {
        const double *corner = is_square ? SQUARE[i] : HEXAGON[i];
        ret_x[i] = x + corner[0] * lattice->dx;
        ret_y[i] = y + corner[1] * lattice->dy;
    }
    return n;
}
