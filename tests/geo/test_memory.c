/* Every allocation of ours fails once, and from there on: each call ends with a sentence and leaves
 * nothing behind. */
#include <gdal.h>

#include "geo/areas.h"
#include "geo/raster.h"
#include "geo/shape_ops.h"
#include "geo_test.h"

#if WH_FAULT_INJECTION

#define TWO_AREAS                                                                                  \
    "{\"type\":\"FeatureCollection\",\"features\":["                                               \
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"A\",\"pop\":10},\"geometry\":{\"type\":"     \
    "\"Polygon\",\"coordinates\":[[[0,0],[1000,0],[1000,1000],[2000,1000],[2000,2000],[1000,2000]" \
    ","                                                                                            \
    "[1000,1000],[0,1000],[0,0]]]}},"                                                              \
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"B\",\"pop\":20},\"geometry\":{\"type\":"     \
    "\"Polygon\",\"coordinates\":[[[3000,0],[4000,0],[4000,1000],[3000,1000],[3000,0]]]}}]}"

static enum wh_status use_areas(struct wh_error *err)
{
    const struct wh_areas_spec spec = {.path = temp_path("two.geojson"),
                                       .code = "code",
                                       .population = "pop",
                                       .from = "EPSG:27700"};
    const struct wh_crs_options opt = {.datum = WH_DATUM_COARSE};
    struct wh_areas areas = {0};
    struct wh_shape whole = {0};
    const double x[2] = {500, 3500}, y[2] = {500, 500};
    int32_t area[2] = {-9, -9};
    enum wh_status status = wh_areas_open(ctx, &spec, "EPSG:27700", &opt, &areas, err);
    if (status == WH_OK) {
        status = wh_areas_assign(ctx, &areas, x, y, 2, area, err);
    }
    if (status == WH_OK) {
        assert_int_equal(area[0], 0);
        assert_int_equal(area[1], 1);
        status = wh_areas_union(ctx, &areas, &whole, err);
    }
    wh_shape_finish(ctx, &whole);
    wh_areas_finish(ctx, &areas);
    return status;
}

static enum wh_status use_transform(struct wh_error *err)
{
    const struct wh_crs_options opt = {.datum = WH_DATUM_COARSE};
    struct wh_transform *t = NULL;
    const enum wh_status status =
        wh_transform_create(ctx, "EPSG:27700", "EPSG:4326", &opt, &t, err);
    wh_transform_destroy(ctx, t);
    return status;
}

static enum wh_status use_grids(struct wh_error *err)
{
    const double box[4] = {0, 0, 200, 200};
    struct wh_grid grid = {0}, back = {0};
    struct wh_shape *shape = NULL, rest = {0};
    struct wh_mask mask = {0};
    size_t n = 0;
    char crs[64];
    const struct wh_raster_meta meta = {.crs = "EPSG:27700"};
    enum wh_status status = wh_grid_cover(ctx, box, 0, 10, 1e6, &grid, err);
    for (uint32_t i = 0; status == WH_OK && i < grid.nx * grid.ny; i++) {
        grid.v[i] = (i % 7) * (i / 20 % 5);
    }
    if (status == WH_OK) {
        status = wh_grid_contour(ctx, &grid, 2.5, &shape, &n, err);
    }
    if (status == WH_OK) {
        assert_true(n > 3);
        status = wh_shape_difference(ctx, &shape[0], &shape[1], &rest, err);
    }
    if (status == WH_OK) {
        status = wh_mask_from_shape(ctx, &grid, &shape[0], &mask, err);
    }
    if (status == WH_OK) {
        status = wh_raster_write(ctx, temp_path("g.tif"), &grid, &meta, err);
    }
    if (status == WH_OK) {
        status = read_raster(temp_path("g.tif"), &back, crs, err);
    }
    for (size_t i = 0; i < n; i++) {
        wh_shape_finish(ctx, &shape[i]);
    }
    wh_free(ctx, shape);
    wh_shape_finish(ctx, &rest);
    wh_mask_finish(ctx, &mask);
    wh_grid_finish(ctx, &back);
    wh_grid_finish(ctx, &grid);
    return status;
}

static void sweep(enum wh_status (*use)(struct wh_error *))
{
    struct wh_error err = {0};
    assert_wh_ok(use(&err));
    for (int sticky = 0; sticky < 2; sticky++) {
        uint64_t n = 1;
        for (;; n++) {
            memset(&err, 0, sizeof err);
            wh_alloc_fail_at(ctx, n, sticky != 0);
            const enum wh_status status = use(&err);
            wh_alloc_fail_at(ctx, 0, false);
            if (wh_alloc_in_use(ctx) != 0) {
                fail_msg("failure %" PRIu64 " left %zu bytes", n, wh_alloc_in_use(ctx));
            }
            if (status == WH_OK) {
                break;
            }
            assert_int_equal(status, WH_ERR_LIMIT);
            assert_int_equal(err.status, WH_ERR_LIMIT);
            assert_text_has(err.message, "memory");
        }
        print_message("%" PRIu64 " failures, %s\n", n - 1, sticky ? "for good" : "once");
        assert_true(n > 3);
    }
}

static void areas_survive_every_failed_allocation(void **state)
{
    (void)state;
    (void)write_text("two.geojson", TWO_AREAS);
    sweep(use_areas);
}

static void transforms_survive_every_failed_allocation(void **state)
{
    (void)state;
    sweep(use_transform);
}

static void grids_survive_every_failed_allocation(void **state)
{
    (void)state;
    sweep(use_grids);
}

#else

static void areas_survive_every_failed_allocation(void **state)
{
    (void)state;
    print_message("SKIPPED: this build has no fault injection (meson option fault_injection)\n");
    skip();
}
#define transforms_survive_every_failed_allocation areas_survive_every_failed_allocation
#define grids_survive_every_failed_allocation areas_survive_every_failed_allocation

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(areas_survive_every_failed_allocation),
        cmocka_unit_test(transforms_survive_every_failed_allocation),
        cmocka_unit_test(grids_survive_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, set_up_folder, tear_down_folder);
}
