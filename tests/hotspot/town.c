#include "town.h"

double town_unit(uint64_t *seed)
{
    return (double)(next_random(seed) >> 11) * 0x1p-53;
}

static struct wh_shape quadrangle(struct wh_ctx *ctx, const double corner[4][2])
{
    struct wh_shape shape = {.n_parts = 1, .n_rings = 1, .n_vertices = 5};
    shape.part_start = wh_alloc_array(ctx, 2, sizeof *shape.part_start);
    shape.ring_start = wh_alloc_array(ctx, 2, sizeof *shape.ring_start);
    shape.x = wh_alloc_array(ctx, 5, sizeof *shape.x);
    shape.y = wh_alloc_array(ctx, 5, sizeof *shape.y);
    shape.part_start[1] = 1;
    shape.ring_start[1] = 5;
    for (size_t i = 0; i < 5; i++) {
        shape.x[i] = corner[i % 4][0];
        shape.y[i] = corner[i % 4][1];
    }
    return shape;
}

void town_open(struct town *town, uint64_t *seed)
{
    static const char *const CODES[N_WARDS] = {"W1", "W2", "W3", "W4", "W5", "W6"};
    struct wh_error err = {0};
    double corner[ROWS + 1][COLS + 1][2];
    *town = (struct town){.ctx = wh_test_ctx()};
    for (size_t row = 0; row <= ROWS; row++) {
        for (size_t col = 0; col <= COLS; col++) {
            const bool is_rim = row == 0 || row == ROWS || col == 0 || col == COLS;
            corner[row][col][0] = TOWN_W * (double)col / COLS;
            corner[row][col][1] = TOWN_H * (double)row / ROWS;
            for (size_t axis = 0; axis < 2 && !is_rim; axis++) {
                corner[row][col][axis] += 400 * (town_unit(seed) - 0.5);
            }
        }
    }
    for (size_t i = 0; i < N_WARDS; i++) {
        const size_t row = i / COLS, col = i % COLS;
        const double ring[4][2] = {{corner[row][col][0], corner[row][col][1]},
                                   {corner[row][col + 1][0], corner[row][col + 1][1]},
                                   {corner[row + 1][col + 1][0], corner[row + 1][col + 1][1]},
                                   {corner[row + 1][col][0], corner[row + 1][col][1]}};
        town->ward_shape[i] = quadrangle(town->ctx, ring);
        town->area_km2[i] = wh_shape_area_km2(&town->ward_shape[i]);
        town->population[i] = floor(500 + 4000 * town_unit(seed));
        town->code[i] = town->name[i] = CODES[i];
    }
    town->wards = (struct wh_areas){.n = N_WARDS,
                                    .code = town->code,
                                    .name = town->name,
                                    .population = town->population,
                                    .households = town->population,
                                    .area_km2 = town->area_km2,
                                    .shape = town->ward_shape};
    assert_wh_ok(wh_areas_index(town->ctx, &town->wards, &err));
    assert_wh_ok(wh_areas_union(town->ctx, &town->wards, &town->area, &err));
    town->theme = (struct wh_theme){.id = "potholes", .title = "Potholes", .window_days = 90};
}

void town_add(struct town *town, unsigned period, double x, double y)
{
    struct wh_error err = {0};
    if (x > 0 && x < TOWN_W && y > 0 && y < TOWN_H) {
        assert_wh_ok(wh_points_push(town->ctx, &town->points[period], x, y, 0, 0, 0,
                                    (uint32_t)town->points[period].n, &err));
    }
}

void town_scatter(struct town *town, uint64_t *seed, unsigned period, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double x = TOWN_W * town_unit(seed);
        town_add(town, period, x, TOWN_H * town_unit(seed));
    }
}

void town_cluster(struct town *town, uint64_t *seed, unsigned period, double x, double y,
                  double radius_m, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double angle = 6.283185307179586 * town_unit(seed);
        const double distance = radius_m * sqrt(town_unit(seed));
        town_add(town, period, x + distance * cos(angle), y + distance * sin(angle));
    }
}

void town_run(struct town *town, double bandwidth_m, double cell_m,
              const struct wh_hotspot_options *opt)
{
    struct wh_error err = {0};
    struct wh_ctx *ctx = town->ctx;
    struct wh_grid grid = {0};
    const double box[4] = {0, 0, TOWN_W, TOWN_H};
    const struct wh_density_options density = {.edge = WH_EDGE_DIGGLE, .bandwidth_m = bandwidth_m};
    assert_wh_ok(wh_grid_cover(ctx, box, 0, cell_m, 1e6, &grid, &err));
    assert_wh_ok(wh_mask_from_shape(ctx, &grid, &town->area, &town->mask, &err));
    wh_grid_finish(ctx, &grid);
    for (unsigned i = 0; i < 2; i++) {
        struct wh_density_stats stats;
        const struct wh_points *points = &town->points[i];
        town->ward[i] = wh_alloc_array(ctx, points->n, sizeof *town->ward[i]);
        assert_wh_ok(wh_areas_assign(ctx, &town->wards, points->x, points->y, points->n,
                                     town->ward[i], &err));
        assert_wh_ok(wh_grid_like(ctx, &town->mask.grid, &town->density[i], &err));
        assert_wh_ok(
            wh_density(ctx, points, &town->mask, &density, &town->density[i], NULL, &stats, &err));
    }
    const struct wh_hotspot_input now = {
        .points = &town->points[0], .ward = town->ward[0], .density = &town->density[0]};
    const struct wh_hotspot_input before = {
        .points = &town->points[1], .ward = town->ward[1], .density = &town->density[1]};
    wh_arena_init(&town->arena, ctx);
    const bool is_complete = town->report.previous_is_complete;
    town->report =
        (struct wh_theme_report){.theme = &town->theme, .previous_is_complete = is_complete};
    assert_wh_ok(
        wh_area_figures(ctx, &now, &before, &town->wards, &town->arena, &town->report, &err));
    assert_wh_ok(wh_hotspots(ctx, opt, &now, &before, &town->wards, &town->streets, &town->places,
                             &town->arena, &town->report, &err));
}

void town_reset(struct town *town)
{
    for (size_t i = 0; i < town->report.n_hotspots; i++) {
        wh_hotspot_finish(town->ctx, &town->report.hotspot[i]);
    }
    town->report =
        (struct wh_theme_report){.previous_is_complete = town->report.previous_is_complete};
    for (unsigned i = 0; i < 2; i++) {
        wh_free(town->ctx, town->ward[i]);
        town->ward[i] = NULL;
        wh_grid_finish(town->ctx, &town->density[i]);
    }
    wh_mask_finish(town->ctx, &town->mask);
    wh_arena_finish(&town->arena);
}

void town_close(struct town *town)
{
    town_reset(town);
    for (unsigned i = 0; i < 2; i++) {
        wh_points_finish(town->ctx, &town->points[i]);
    }
    wh_areas_finish(town->ctx, &town->wards);
    for (size_t i = 0; i < N_WARDS; i++) {
        wh_shape_finish(town->ctx, &town->ward_shape[i]);
    }
    wh_shape_finish(town->ctx, &town->area);
    (void)wh_test_drop_ctx(town->ctx);
}

bool town_inside(const struct wh_shape *shape, double x, double y)
{
    int winding = 0;
    for (uint32_t r = 0; r < shape->n_rings; r++) {
        for (uint32_t v = shape->ring_start[r]; v + 1 < shape->ring_start[r + 1]; v++) {
            const double x0 = shape->x[v], y0 = shape->y[v];
            const double x1 = shape->x[v + 1], y1 = shape->y[v + 1];
            const double side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0);
            winding += (y0 <= y && y1 > y && side > 0) - (y0 > y && y1 <= y && side < 0);
        }
    }
    return winding != 0;
}

double town_perimeter_m(const struct wh_shape *shape)
{
    double length = 0;
    for (uint32_t r = 0; r < shape->n_rings; r++) {
        for (uint32_t v = shape->ring_start[r]; v + 1 < shape->ring_start[r + 1]; v++) {
            length += hypot(shape->x[v + 1] - shape->x[v], shape->y[v + 1] - shape->y[v]);
        }
    }
    return length;
}
