/* Shapes and grids: arithmetic, containment, masks, contours, overlay. */
#include <time.h>

#include "geo/raster.h"
#include "geo/shape_internal.h"
#include "geo/shape_ops.h"
#include "geo_test.h"

/* ---- shapes to test with; freed by wh_shape_finish() ---- */

static void make(const double *xy, const uint32_t *ring_of, uint32_t n_parts, const uint32_t *rings,
                 struct wh_shape *ret)
{
    struct wh_error err = {0};
    uint32_t n_rings = 0, n = 0;
    for (uint32_t p = 0; p < n_parts; p++) {
        n_rings += rings[p];
    }
    for (uint32_t r = 0; r < n_rings; r++) {
        n += ring_of[r];
    }
    assert_wh_ok(wh_shape_allocate(ctx, n_parts, n_rings, n, ret, &err));
    for (uint32_t p = 0; p < n_parts; p++) {
        ret->part_start[p + 1] = ret->part_start[p] + rings[p];
    }
    for (uint32_t r = 0; r < n_rings; r++) {
        ret->ring_start[r + 1] = ret->ring_start[r] + ring_of[r];
    }
    for (uint32_t i = 0; i < n; i++) {
        ret->x[i] = xy[2 * i];
        ret->y[i] = xy[2 * i + 1];
    }
}

static void box_shape(double w, double s, double e, double n, struct wh_shape *ret)
{
    const double xy[] = {w, s, e, s, e, n, w, n, w, s};
    make(xy, (const uint32_t[]){5}, 1, (const uint32_t[]){1}, ret);
}

static void frame_shape(struct wh_shape *ret)
{
    const double xy[] = {0, 0, 10, 0, 10, 10, 0, 10, 0, 0, 3, 3, 3, 7, 7, 7, 7, 3, 3, 3};
    make(xy, (const uint32_t[]){5, 5}, 1, (const uint32_t[]){2}, ret);
}

/* ---- grids ---- */

static void a_grid_covers_its_box_on_multiples_of_the_cell(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_grid grid;
    const double box[4] = {105, -17, 198, 31};
    assert_wh_ok(wh_grid_cover(ctx, box, 10, 20, 1e6, &grid, &err));
    assert_near(grid.x0, 80, 0);
    assert_near(grid.y0, -40, 0);
    assert_int_equal(grid.nx, 7); /* to 220 */
    assert_int_equal(grid.ny, 5); /* to 60 */
    assert_near(grid.v[34], 0, 0);
    struct wh_grid other;
    assert_wh_ok(wh_grid_like(ctx, &grid, &other, &err));
    assert_int_equal(other.nx, 7);
    assert_ptr_not_equal(other.v, grid.v);
    wh_grid_finish(ctx, &other);
    wh_grid_finish(ctx, &grid);
    assert_null(grid.v);
    const double point[4] = {40, 40, 40, 40}; /* on a cell's corner: still one cell */
    assert_wh_ok(wh_grid_cover(ctx, point, 0, 20, 10, &grid, &err));
    assert_int_equal(grid.nx * grid.ny, 1);
    wh_grid_finish(ctx, &grid);
    const double corner[4] = {3, 5, 63.3, 64.9}; /* 3.015 and 2.995 cells */
    assert_wh_ok(wh_grid_from_corner(ctx, corner, 20, 100, &grid, &err));
    assert_true(grid.nx == 4 && grid.ny == 3);
    assert_near(grid.x0, 3, 0);
    assert_near(grid.y0, 5, 0);
    wh_grid_finish(ctx, &grid);
}

static void a_grid_too_big_or_senseless_is_refused(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_grid grid = {0};
    const double box[4] = {0, 0, 1000000, 1000000};
    assert_int_equal(wh_grid_cover(ctx, box, 0, 20, 1e8, &grid, &err), WH_ERR_LIMIT);
    assert_string_equal(err.message,
                        "the grid would need 2,500,000,000 cells; the limit is 100,000,000: "
                        "cells of 110 m would do");
    assert_int_equal(wh_grid_cover(ctx, box, 0, 1e-9, 1e8, &grid, &err), WH_ERR_LIMIT);
    assert_int_equal(wh_grid_from_corner(ctx, box, 20, 1e8, &grid, &err), WH_ERR_LIMIT);
    assert_int_equal(wh_grid_cover(ctx, box, 0, 0, 1e8, &grid, &err), WH_ERR_CONFIG);
    assert_int_equal(wh_grid_cover(ctx, box, 0, (double)NAN, 1e8, &grid, &err), WH_ERR_CONFIG);
    assert_int_equal(wh_grid_cover(ctx, box, -1, 20, 1e8, &grid, &err), WH_ERR_CONFIG);
    const double wrong[4] = {0, 0, (double)NAN, 1}, inverted[4] = {10, 0, 0, 10};
    assert_int_equal(wh_grid_cover(ctx, wrong, 0, 20, 1e8, &grid, &err), WH_ERR_CONFIG);
    assert_int_equal(wh_grid_cover(ctx, inverted, 0, 20, 1e8, &grid, &err), WH_ERR_CONFIG);
    assert_null(grid.v);
}

/* ---- plain shapes ---- */

static void area_and_box_are_those_of_the_drawing(void **state)
{
    (void)state;
    struct wh_shape frame, copy, empty = {0};
    struct wh_error err = {0};
    double box[4];
    frame_shape(&frame);
    assert_near(wh_shape_area_km2(&frame), 84e-6, 1e-18);
    assert_wh_ok(wh_shape_copy(ctx, &frame, &copy, &err));
    wh_shape_finish(ctx, &frame);
    assert_near(wh_shape_area_km2(&copy), 84e-6, 1e-18);
    wh_shape_box(&copy, box);
    assert_near(box[0] + box[1], 0, 0);
    assert_near(box[2] + box[3], 20, 0);
    wh_shape_finish(ctx, &copy);
    assert_near(wh_shape_area_km2(&empty), 0, 0);
    wh_shape_box(&empty, box);
    assert_near(box[2], 0, 0);
    assert_wh_ok(wh_shape_copy(ctx, &empty, &copy, &err));
    assert_int_equal(copy.n_parts, 0);
}

static void orientation_is_exact_where_doubles_are_not(void **state)
{
    (void)state;
    assert_int_equal(wh_orient(0, 0, 1, 0, 0.5, 1), 1);
    assert_int_equal(wh_orient(0, 0, 1, 0, 0.5, -1), -1);
    assert_int_equal(wh_orient(0, 0, 1, 0, 7, 0), 0);
    /* 12 + 24 is on the line of slope 1 through (12, 12), (24, 24): Kettner et al. 2008, where the
     * plain formula fails. */
    const double u = 0x1p-53;
    for (int i = 0; i < 64; i++) {
        for (int j = 0; j < 64; j++) {
            const int expected = (j > i) - (j < i);
            assert_int_equal(wh_orient(12, 12, 24, 24, 0.5 + i * u, 0.5 + j * u), expected);
        }
    }
}

static void borders_and_vertices_are_contained_and_holes_are_not(void **state)
{
    (void)state;
    struct wh_shape frame;
    frame_shape(&frame);
    assert_true(wh_shape_contains(&frame, 0, 0));
    assert_true(wh_shape_contains(&frame, 10, 5));
    assert_true(wh_shape_contains(&frame, 1, 3)); /* at the height of vertices */
    assert_true(wh_shape_contains(&frame, 3, 5)); /* border of the hole */
    assert_true(wh_shape_contains(&frame, 7, 7));
    assert_false(wh_shape_contains(&frame, 5, 5));
    assert_false(wh_shape_contains(&frame, 10.000001, 5));
    assert_false(wh_shape_contains(&frame, -1, 0)); /* on an edge's line, outside of it */
    assert_false(wh_shape_contains(&frame, (double)NAN, 5));
    wh_shape_finish(ctx, &frame);
}

/* A ring of n vertices around the middle of a 100 x 100 square, on a 0.5 lattice; with a hole. */
static void random_star(uint64_t *seed, struct wh_shape *ret)
{
    double xy[4 * 60];
    const uint32_t n = 5 + (uint32_t)(40 * random_unit(seed));
    for (uint32_t k = 0; k < 2; k++) {
        for (uint32_t i = 0; i <= n; i++) {
            const double r = k == 0 ? 20 + 29 * random_unit(seed) : 4 + 8 * random_unit(seed);
            const double a = 6.283185307179586 * (k == 0 ? i : n - i) / n;
            const uint32_t at = 2 * (k * (n + 1) + i);
            xy[at] = round(100 + 2 * r * cos(a)) / 2;
            xy[at + 1] = round(100 + 2 * r * sin(a)) / 2;
        }
        xy[2 * (k * (n + 1) + n)] = xy[2 * k * (n + 1)];
        xy[2 * (k * (n + 1) + n) + 1] = xy[2 * k * (n + 1) + 1];
    }
    make(xy, (const uint32_t[]){n + 1, n + 1}, 1, (const uint32_t[]){2}, ret);
}

static void a_mask_is_containment_of_every_cells_centre(void **state)
{
    (void)state;
    const uint64_t start = (uint64_t)time(NULL);
    uint64_t seed = start;
    print_message("seed %" PRIu64 "\n", start);
    size_t inside = 0;
    for (int round = 0; round < 200; round++) {
        struct wh_shape shape;
        struct wh_mask mask;
        struct wh_error err = {0};
        random_star(&seed, &shape);
        /* Centres on the vertices' lattice, off it, and a grid that cuts the shape. */
        const double cell[] = {1.0, 0.5, 0.7, 3.0};
        const double x0 = round % 3 == 0 ? 30.25 : 0.0;
        const struct wh_grid grid = {.x0 = x0,
                                     .y0 = -2 * random_unit(&seed) * (round % 2),
                                     .cell_m = cell[round % 4],
                                     .nx = 60,
                                     .ny = 90};
        assert_wh_ok(wh_mask_from_shape(ctx, &grid, &shape, &mask, &err));
        assert_null(mask.grid.v);
        for (uint32_t row = 0; row < grid.ny; row++) {
            for (uint32_t col = 0; col < grid.nx; col++) {
                const double x = grid.x0 + (col + 0.5) * grid.cell_m;
                const double y = grid.y0 + (row + 0.5) * grid.cell_m;
                const uint8_t got = mask.inside[row * grid.nx + col];
                if (got != wh_shape_contains(&shape, x, y)) {
                    fail_msg("seed %" PRIu64 " round %d: cell %u, %u is %d", start, round, col, row,
                             got);
                }
                inside += got;
            }
        }
        wh_mask_finish(ctx, &mask);
        wh_shape_finish(ctx, &shape);
    }
    assert_true(inside > 10000);
}

/* ---- contours ---- */

static void smooth_grid(uint64_t *seed, struct wh_grid *grid)
{
    double bump[12][4];
    const int n = 1 + (int)(11 * random_unit(seed));
    for (int k = 0; k < n; k++) {
        bump[k][0] = grid->nx * random_unit(seed);
        bump[k][1] = grid->ny * random_unit(seed);
        bump[k][2] = 1 + 6 * random_unit(seed);
        bump[k][3] = 2 * random_unit(seed) - 0.6;
    }
    for (uint32_t i = 0; i < grid->nx * grid->ny; i++) {
        double sum = 0;
        for (int k = 0; k < n; k++) {
            const double dx = i % grid->nx - bump[k][0], dy = i / grid->nx - bump[k][1];
            sum += bump[k][3] * exp(-(dx * dx + dy * dy) / (2 * bump[k][2] * bump[k][2]));
        }
        grid->v[i] = sum;
    }
}

/* What breaks contour code: plateaus at the level, chessboards, holes in the data, infinities. */
static void spoil(uint64_t *seed, struct wh_grid *grid, int how)
{
    for (uint32_t i = 0; i < grid->nx * grid->ny; i++) {
        if (how == 1) {
            grid->v[i] = random_unit(seed) < 0.5 ? 0.25 : random_unit(seed) - 0.2;
        } else if (how == 2) {
            grid->v[i] = round(4 * grid->v[i]) / 4;
        } else if (how == 3 && random_unit(seed) < 0.1) {
            grid->v[i] = random_unit(seed) < 0.8   ? (double)NAN
                         : random_unit(seed) < 0.5 ? (double)INFINITY
                                                   : -(double)INFINITY;
        } else if (how == 4) {
            grid->v[i] = (i % grid->nx + i / grid->nx) % 2 == 0 ? 0.3 : 0.2;
        }
    }
}

static void check_contour(const struct wh_grid *grid, double level, uint64_t start)
{
    struct wh_error err = {0};
    struct wh_shape *shape = NULL;
    size_t n = 0;
    assert_wh_ok(wh_grid_contour(ctx, grid, level, &shape, &n, &err));
    for (uint32_t i = 0; i < grid->nx * grid->ny; i++) {
        const double x = grid->x0 + (i % grid->nx + 0.5) * grid->cell_m;
        const double y = grid->y0 + (i / grid->nx + 0.5) * grid->cell_m;
        int holders = 0;
        for (size_t k = 0; k < n; k++) {
            holders += wh_shape_contains(&shape[k], x, y);
        }
        if (holders != (grid->v[i] >= level)) {
            fail_msg("seed %" PRIu64 ": cell %u of value %g is in %d shapes at level %g", start, i,
                     grid->v[i], holders, level);
        }
    }
    for (size_t k = 0; k < n; k++) {
        if (wh_shape_check(ctx, &shape[k], &err) != WH_OK) {
            fail_msg("seed %" PRIu64 ": shape %zu: %s", start, k, err.message);
        }
        assert_int_equal(shape[k].n_parts, 1);
        assert_true(wh_ring_area_m2(shape[k].x, shape[k].y, shape[k].ring_start[1]) > 0);
        for (uint32_t r = 1; r < shape[k].n_rings; r++) {
            const uint32_t from = shape[k].ring_start[r], to = shape[k].ring_start[r + 1];
            assert_true(wh_ring_area_m2(shape[k].x + from, shape[k].y + from, to - from) < 0);
        }
        assert_true(k == 0 || wh_shape_area_km2(&shape[k]) <= wh_shape_area_km2(&shape[k - 1]));
        for (size_t j = 0; j < k && n < 20; j++) { /* regions do not overlap */
            struct wh_shape both;
            assert_wh_ok(wh_shape_intersection(ctx, &shape[j], &shape[k], &both, &err));
            assert_int_equal(both.n_parts, 0);
            wh_shape_finish(ctx, &both);
        }
    }
    for (size_t k = 0; k < n; k++) {
        wh_shape_finish(ctx, &shape[k]);
    }
    wh_free(ctx, shape);
}

static void contours_part_the_cells_at_the_level_and_are_valid(void **state)
{
    (void)state;
    const uint64_t start = (uint64_t)time(NULL);
    uint64_t seed = start;
    print_message("seed %" PRIu64 "\n", start);
    for (int round = 0; round < 150; round++) {
        struct wh_grid grid = {.x0 = 372000,
                               .y0 = 165000,
                               .cell_m = 20,
                               .nx = 1 + (uint32_t)(39 * random_unit(&seed)),
                               .ny = 1 + (uint32_t)(29 * random_unit(&seed))};
        struct wh_error err = {0};
        assert_wh_ok(wh_grid_like(ctx, &grid, &grid, &err));
        smooth_grid(&seed, &grid);
        spoil(&seed, &grid, round % 5);
        check_contour(&grid, 0.25, start);
        wh_grid_finish(ctx, &grid);
    }
}

static void contours_interpolate_and_close_along_the_edge(void **state)
{
    (void)state;
    struct wh_error err = {0};
    double v[25] = {0};
    const struct wh_grid grid = {.x0 = 100, .y0 = 200, .cell_m = 10, .nx = 5, .ny = 5, .v = v};
    struct wh_shape *shape = NULL;
    size_t n = 0;
    double box[4];
    v[12] = 4; /* the middle: level 1 is three quarters of the way to the zeros around */
    assert_wh_ok(wh_grid_contour(ctx, &grid, 1, &shape, &n, &err));
    assert_int_equal(n, 1);
    wh_shape_box(&shape[0], box);
    assert_near(box[0], 125 - 7.5, 1e-9);
    assert_near(box[3], 225 + 7.5, 1e-9);
    wh_shape_finish(ctx, &shape[0]);
    wh_free(ctx, shape);
    for (int i = 0; i < 25; i++) {
        v[i] = 3; /* all inside: the region ends at the grid's edge */
    }
    assert_wh_ok(wh_grid_contour(ctx, &grid, 1, &shape, &n, &err));
    assert_int_equal(n, 1);
    wh_shape_box(&shape[0], box);
    assert_near(box[0], 100, 0);
    assert_near(box[1], 200, 0);
    assert_near(box[2], 150, 0);
    assert_near(box[3], 250, 0);
    wh_shape_finish(ctx, &shape[0]);
    wh_free(ctx, shape);
    assert_wh_ok(wh_grid_contour(ctx, &grid, 5, &shape, &n, &err));
    assert_int_equal(n, 0);
    wh_free(ctx, shape);
    assert_int_equal(wh_grid_contour(ctx, &grid, (double)NAN, &shape, &n, &err), WH_ERR_CONFIG);
}

static void a_ring_of_values_has_a_hole_with_an_island_of_its_own(void **state)
{
    (void)state;
    struct wh_error err = {0};
    double v[49] = {0};
    const struct wh_grid grid = {.cell_m = 1, .nx = 7, .ny = 7, .v = v};
    for (int i = 0; i < 49; i++) {
        const int d = abs(i % 7 - 3) > abs(i / 7 - 3) ? abs(i % 7 - 3) : abs(i / 7 - 3);
        v[i] = d == 2 || d == 0 ? 1 : 0;
    }
    struct wh_shape *shape = NULL;
    size_t n = 0;
    assert_wh_ok(wh_grid_contour(ctx, &grid, 0.5, &shape, &n, &err));
    assert_int_equal(n, 2);
    assert_int_equal(shape[0].n_rings, 2);
    assert_int_equal(shape[1].n_rings, 1);
    assert_true(wh_shape_contains(&shape[1], 3.5, 3.5));
    for (size_t k = 0; k < n; k++) {
        wh_shape_finish(ctx, &shape[k]);
    }
    wh_free(ctx, shape);
}

/* ---- overlay ---- */

static void overlay_gives_polygons_only(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_shape a, b, far, touching, got;
    box_shape(0, 0, 10, 10, &a);
    box_shape(5, 5, 15, 15, &b);
    box_shape(100, 100, 110, 110, &far);
    box_shape(10, 0, 20, 10, &touching);
    assert_wh_ok(wh_shape_intersection(ctx, &a, &b, &got, &err));
    assert_near(wh_shape_area_km2(&got), 25e-6, 1e-15);
    assert_true(wh_ring_area_m2(got.x, got.y, got.n_vertices) > 0);
    wh_shape_finish(ctx, &got);
    assert_wh_ok(wh_shape_difference(ctx, &a, &b, &got, &err));
    assert_near(wh_shape_area_km2(&got), 75e-6, 1e-15);
    wh_shape_finish(ctx, &got);
    assert_wh_ok(wh_shape_intersection(ctx, &a, &far, &got, &err));
    assert_int_equal(got.n_parts, 0);
    assert_wh_ok(wh_shape_intersection(ctx, &a, &touching, &got, &err)); /* a line */
    assert_int_equal(got.n_parts, 0);
    wh_shape_finish(ctx, &got);
    assert_wh_ok(wh_shape_difference(ctx, &a, &far, &got, &err));
    assert_near(wh_shape_area_km2(&got), 100e-6, 1e-15);
    wh_shape_finish(ctx, &got);
    assert_wh_ok(wh_shape_difference(ctx, &a, &a, &got, &err));
    assert_int_equal(got.n_parts, 0);
    wh_shape_finish(ctx, &got);
    wh_shape_finish(ctx, &a);
    wh_shape_finish(ctx, &b);
    wh_shape_finish(ctx, &far);
    wh_shape_finish(ctx, &touching);
}

static void an_invalid_shape_is_told_where_and_can_be_mended(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_shape bow, got, empty = {0};
    const double xy[] = {0, 0, 10, 10, 10, 0, 0, 10, 0, 0};
    make(xy, (const uint32_t[]){5}, 1, (const uint32_t[]){1}, &bow);
    bow.y[1] = 12; /* so that the halves differ */
    assert_int_equal(wh_shape_check(ctx, &bow, &err), WH_ERR_INPUT);
    assert_text_has(err.message, "self-intersection near (4.55, 5.45)");
    assert_wh_ok(wh_shape_make_valid(ctx, &bow, &got, &err));
    assert_wh_ok(wh_shape_check(ctx, &got, &err));
    assert_int_equal(got.n_parts, 2);
    wh_shape_finish(ctx, &got);
    bow.x[2] = (double)NAN;
    assert_int_equal(wh_shape_check(ctx, &bow, &err), WH_ERR_INPUT);
    assert_text_has(err.message, "vertex 3 is not a finite number");
    wh_shape_finish(ctx, &bow);
    assert_int_equal(wh_shape_check(ctx, &empty, &err), WH_ERR_INPUT);
}

static void a_label_point_is_well_inside(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_shape shape, empty = {0};
    double x = 0, y = 0;
    /* A U: its centroid is outside. */
    const double xy[] = {0, 0, 30, 0, 30, 30, 20, 30, 20, 10, 10, 10, 10, 30, 0, 30, 0, 0};
    make(xy, (const uint32_t[]){9}, 1, (const uint32_t[]){1}, &shape);
    assert_wh_ok(wh_shape_label_point(ctx, &shape, &x, &y, &err));
    assert_true(wh_shape_contains(&shape, x, y));
    for (int k = 0; k < 8; k++) { /* and 3 m around it too */
        assert_true(wh_shape_contains(&shape, x + 3 * cos(k), y + 3 * sin(k)));
    }
    wh_shape_finish(ctx, &shape);
    assert_int_equal(wh_shape_label_point(ctx, &empty, &x, &y, &err), WH_ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grid_covers_its_box_on_multiples_of_the_cell),
        cmocka_unit_test(a_grid_too_big_or_senseless_is_refused),
        cmocka_unit_test(area_and_box_are_those_of_the_drawing),
        cmocka_unit_test(orientation_is_exact_where_doubles_are_not),
        cmocka_unit_test(borders_and_vertices_are_contained_and_holes_are_not),
        cmocka_unit_test(a_mask_is_containment_of_every_cells_centre),
        cmocka_unit_test(contours_part_the_cells_at_the_level_and_are_valid),
        cmocka_unit_test(contours_interpolate_and_close_along_the_edge),
        cmocka_unit_test(a_ring_of_values_has_a_hole_with_an_island_of_its_own),
        cmocka_unit_test(overlay_gives_polygons_only),
        cmocka_unit_test(an_invalid_shape_is_told_where_and_can_be_mended),
        cmocka_unit_test(a_label_point_is_well_inside),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
