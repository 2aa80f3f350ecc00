/* GeoTIFFs: what is written is read back; what does not fit is refused. */
#include <gdal.h>
#include <ogr_srs_api.h>

#include "base/sha256.h"
#include "geo/raster.h"
#include "geo_test.h"

static const char *const keys[] = {"THEME", "PERIOD"};
static const char *const values[] = {"fly-tipping", "2026-01-01/2026-03-31"};

static struct wh_raster_meta meta_of(bool is_float64)
{
    return (struct wh_raster_meta){.crs = "EPSG:27700",
                                   .description = "Density of requests (requests per km²)",
                                   .unit = "requests per km2",
                                   .key = keys,
                                   .value = values,
                                   .n = 2,
                                   .is_float64 = is_float64};
}

static struct wh_grid random_grid(uint32_t nx, uint32_t ny)
{
    struct wh_error err = {0};
    struct wh_grid grid = {.x0 = 372000, .y0 = 165000, .cell_m = 20, .nx = nx, .ny = ny};
    assert_wh_ok(wh_grid_like(ctx, &grid, &grid, &err));
    uint64_t seed = nx;
    for (uint32_t i = 0; i < nx * ny; i++) {
        grid.v[i] = random_unit(&seed) < 0.1 ? (double)NAN : 1000 * random_unit(&seed);
    }
    return grid;
}

static void a_raster_comes_back_as_it_went(void **state)
{
    (void)state;
    for (int is_double = 0; is_double < 2; is_double++) {
        struct wh_grid grid = random_grid(700, 601), back;
        struct wh_error err = {0};
        char crs[64] = "";
        const struct wh_raster_meta meta = meta_of(is_double != 0);
        assert_wh_ok(wh_raster_write(ctx, temp_path("a.tif"), &grid, &meta, &err));
        assert_wh_ok(read_raster(temp_path("a.tif"), &back, crs, &err));
        assert_string_equal(crs, "EPSG:27700");
        assert_near(back.x0, grid.x0, 0);
        assert_near(back.y0, grid.y0, 0);
        assert_near(back.cell_m, 20, 0);
        assert_int_equal(back.nx, 700);
        assert_int_equal(back.ny, 601);
        for (uint32_t i = 0; i < 700 * 601; i++) {
            const double expected = (double)(float)grid.v[i];
            if (isnan(expected) != isnan(back.v[i]) || fabs(expected - back.v[i]) > 0) {
                fail_msg("cell %u is %.17g, not %.17g", i, back.v[i], expected);
            }
        }
        GDALDatasetH ds = GDALOpen(temp_path("a.tif"), GA_ReadOnly);
        double north[700]; /* as the file holds them */
        assert_int_equal(GDALRasterIO(GDALGetRasterBand(ds, 1), GF_Read, 0, 0, 700, 1, north, 700,
                                      1, GDT_Float64, 0, 0),
                         CE_None);
        GDALClose(ds);
        for (uint32_t i = 0; i < 700; i++) {
            const double cell = grid.v[600 * 700 + i];
            const double expected = is_double ? cell : (double)(float)cell;
            assert_true(isnan(expected) ? isnan(north[i]) : fabs(north[i] - expected) <= 0);
        }
        wh_grid_finish(ctx, &back);
        wh_grid_finish(ctx, &grid);
    }
}

static void a_planner_finds_unit_description_overviews_and_no_data(void **state)
{
    (void)state;
    struct wh_grid grid = random_grid(1100, 600);
    struct wh_error err = {0};
    const struct wh_raster_meta meta = meta_of(false);
    assert_wh_ok(wh_raster_write(ctx, temp_path("b.tif"), &grid, &meta, &err));
    GDALDatasetH ds = GDALOpen(temp_path("b.tif"), GA_ReadOnly);
    assert_non_null(ds);
    GDALRasterBandH band = GDALGetRasterBand(ds, 1);
    int has_no_data = 0;
    assert_true(isnan(GDALGetRasterNoDataValue(band, &has_no_data)) && has_no_data);
    assert_string_equal(GDALGetRasterUnitType(band), "requests per km2");
    assert_string_equal(GDALGetDescription(band), "Density of requests (requests per km²)");
    assert_string_equal(GDALGetMetadataItem(ds, "THEME", NULL), "fly-tipping");
    assert_string_equal(GDALGetMetadataItem(ds, "PERIOD", NULL), "2026-01-01/2026-03-31");
    assert_string_equal(GDALGetMetadataItem(ds, "COMPRESSION", "IMAGE_STRUCTURE"), "DEFLATE");
    assert_string_equal(GDALGetMetadataItem(ds, "LAYOUT", "IMAGE_STRUCTURE"), "COG");
    assert_null(GDALGetMetadataItem(ds, "TIFFTAG_DATETIME", NULL));
    assert_true(GDALGetOverviewCount(band) >= 1);
    double place[6];
    assert_int_equal(GDALGetGeoTransform(ds, place), CE_None);
    assert_near(place[3], 165000 + 600 * 20, 0); /* north up */
    assert_near(place[5], -20, 0);
    GDALClose(ds);
    wh_grid_finish(ctx, &grid);
}

static void the_same_cells_give_the_same_bytes_and_nothing_beside_them(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_grid grid = random_grid(300, 200);
    const struct wh_raster_meta meta = meta_of(false);
    char first[65], second[65];
    const char *const folder = temp_path("d");
    assert_wh_ok(wh_io_make_folders(folder, 0755, &err));
    assert_wh_ok(wh_raster_write(ctx, temp_path("d/1.tif"), &grid, &meta, &err));
    assert_wh_ok(wh_raster_write(ctx, temp_path("d/2.tif"), &grid, &meta, &err));
    assert_wh_ok(
        wh_raster_write(ctx, temp_path("d/2.tif"), &grid, &meta, &err)); /* over the old one */
    assert_wh_ok(wh_sha256_file(ctx, temp_path("d/1.tif"), first, &err));
    assert_wh_ok(wh_sha256_file(ctx, temp_path("d/2.tif"), second, &err));
    assert_string_equal(first, second);
    struct wh_paths names = {0};
    assert_wh_ok(wh_io_list(ctx, temp_path("d"), &names, &err));
    assert_int_equal(names.n, 2);
    wh_paths_finish(ctx, &names);
    wh_grid_finish(ctx, &grid);
}

static void classes_keep_their_colours_and_no_data(void **state)
{
    (void)state;
    struct wh_error err = {0};
    const struct wh_grid grid = {.x0 = 0, .y0 = 0, .cell_m = 50, .nx = 600, .ny = 700};
    uint8_t *classes = malloc(600 * 700);
    for (uint32_t i = 0; i < 600 * 700; i++) {
        classes[i] = i / 600 < 10 ? 255 : (uint8_t)(i % 600 / 200);
    }
    const uint8_t rgb[] = {255, 255, 204, 253, 141, 60, 128, 0, 38};
    const struct wh_raster_meta meta = meta_of(false);
    assert_wh_ok(
        wh_raster_write_classes(ctx, temp_path("c.tif"), &grid, classes, rgb, 3, &meta, &err));
    GDALDatasetH ds = GDALOpen(temp_path("c.tif"), GA_ReadOnly);
    GDALRasterBandH band = GDALGetRasterBand(ds, 1);
    assert_int_equal(GDALGetRasterDataType(band), GDT_Byte);
    assert_near(GDALGetRasterNoDataValue(band, NULL), 255, 0);
    const GDALColorEntry *entry = GDALGetColorEntry(GDALGetRasterColorTable(band), 1);
    assert_int_equal(entry->c1, 253);
    assert_int_equal(entry->c3, 60);
    GDALRasterBandH small = GDALGetOverview(band, 0);
    assert_non_null(small);
    uint8_t cell = 9; /* a class, never a mixture of two */
    assert_int_equal(GDALRasterIO(small, GF_Read, 299, 0, 1, 1, &cell, 1, 1, GDT_Byte, 0, 0),
                     CE_None);
    assert_int_equal(cell, 2);
    GDALClose(ds);
    struct wh_grid back;
    char crs[64];
    assert_wh_ok(read_raster(temp_path("c.tif"), &back, crs, &err));
    assert_true(isnan(back.v[0])); /* south row */
    assert_near(back.v[600 * 10 + 250], 1, 0);
    wh_grid_finish(ctx, &back);
    free(classes);
}

/* A 3 x 2 raster as others make them. */
static const char *write_other(const char *name, const double *place, const char *crs)
{
    GDALAllRegister();
    const char *const path = temp_path(name);
    GDALDatasetH ds = GDALCreate(GDALGetDriverByName("GTiff"), path, 3, 2, 1, GDT_Int16, NULL);
    assert_non_null(ds);
    double copy[6];
    if (place != NULL) {
        memcpy(copy, place, sizeof copy);
        assert_int_equal(GDALSetGeoTransform(ds, copy), CE_None);
    }
    if (crs != NULL) {
        OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
        assert_int_equal(OSRSetFromUserInput(srs, crs), OGRERR_NONE);
        assert_int_equal(GDALSetSpatialRef(ds, srs), CE_None);
        OSRDestroySpatialReference(srs);
    }
    GDALRasterBandH band = GDALGetRasterBand(ds, 1);
    assert_int_equal(GDALSetRasterNoDataValue(band, -9), CE_None);
    int16_t cells[6] = {1, 2, 3, 4, -9, 6};
    assert_int_equal(GDALRasterIO(band, GF_Write, 0, 0, 3, 2, cells, 3, 2, GDT_Int16, 0, 0),
                     CE_None);
    GDALClose(ds);
    return path;
}

static void rasters_of_others_are_read_south_row_first(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_grid grid;
    char crs[64];
    const double north_up[6] = {1000, 10, 0, 2000, 0, -10},
                 south_up[6] = {1000, 10, 0, 1980, 0, 10};
    assert_wh_ok(read_raster(write_other("n.tif", north_up, "EPSG:27700"), &grid, crs, &err));
    assert_near(grid.y0, 1980, 0);
    assert_near(grid.v[0], 4, 0);
    assert_true(isnan(grid.v[1]));
    assert_near(grid.v[5], 3, 0);
    wh_grid_finish(ctx, &grid);
    assert_wh_ok(read_raster(write_other("s.tif", south_up, "EPSG:27700"), &grid, crs, &err));
    assert_near(grid.y0, 1980, 0);
    assert_near(grid.v[0], 1, 0);
    wh_grid_finish(ctx, &grid);
}

/* Bands of any height, and every k-th cell, against the whole. */
static void rows_and_samples_are_what_the_whole_holds(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_grid grid = random_grid(530, 1101), some = {0};
    const struct wh_raster_meta meta = meta_of(false);
    struct wh_raster *raster = NULL;
    assert_wh_ok(wh_raster_write(ctx, temp_path("bands.tif"), &grid, &meta, &err));
    assert_wh_ok(wh_raster_open(ctx, temp_path("bands.tif"), &raster, &err));
    assert_int_equal(wh_raster_grid(raster).ny, 1101);
    for (uint32_t n = 111; n <= 1101; n = 3 * n + 1) { /* each band unpacks whole blocks */
        float *const band = calloc((size_t)n * 530, sizeof *band);
        assert_non_null(band);
        for (uint32_t row = 0; row < 1101; row += n) {
            const uint32_t count = 1101 - row < n ? 1101 - row : n;
            assert_wh_ok(wh_raster_rows(raster, row, count, band, &err));
            for (size_t i = 0; i < (size_t)count * 530; i++) {
                const float expected = (float)grid.v[(size_t)row * 530 + i];
                assert_true(isnan(expected) ? isnan(band[i]) : fabsf(band[i] - expected) <= 0);
            }
        }
        free(band);
    }
    assert_wh_ok(wh_raster_sample(raster, 40000, &some, &err));
    assert_near(some.cell_m, 80, 0); /* every 4th of 20 m: 133 x 276 */
    assert_int_equal(some.nx, 133);
    assert_int_equal(some.ny, 276);
    for (size_t i = 0; i < (size_t)some.nx * some.ny; i++) {
        const double cell = grid.v[i / 133 * 4 * 530 + i % 133 * 4];
        assert_true(isnan(cell) ? isnan(some.v[i]) : fabs(some.v[i] - (double)(float)cell) <= 0);
    }
    wh_raster_close(raster);
    wh_grid_finish(ctx, &some);
    wh_grid_finish(ctx, &grid);
}

static void refuse(const char *path, const char *sentence)
{
    struct wh_error err = {0};
    struct wh_grid grid = {0};
    char crs[64] = "unchanged", text[1400];
    assert_int_equal(read_raster(path, &grid, crs, &err), WH_ERR_INPUT);
    assert_text_has(wh_error_text(&err, text, sizeof text), sentence);
    assert_text_has(text, path);
    assert_null(grid.v);
    assert_string_equal(crs, "unchanged");
}

static void rasters_that_do_not_fit_are_refused_with_the_reason(void **state)
{
    (void)state;
    const double plain[6] = {1000, 10, 0, 2000, 0, -10}, rotated[6] = {1000, 10, 1, 2000, 1, -10},
                 oblong[6] = {1000, 10, 0, 2000, 0, -20},
                 mirrored[6] = {1000, -10, 0, 2000, 0, -10}, degrees[6] = {-2, 0.1, 0, 52, 0, -0.1};
    refuse(write_other("rotated.tif", rotated, "EPSG:27700"), "rotated");
    refuse(write_other("oblong.tif", oblong, "EPSG:27700"), "not square: 10 wide, 20 high");
    refuse(write_other("mirrored.tif", mirrored, "EPSG:27700"), "west to east");
    refuse(write_other("nowhere.tif", NULL, "EPSG:27700"), "does not say where it lies");
    refuse(write_other("nocrs.tif", plain, NULL), "does not say its CRS");
    refuse(write_other("degrees.tif", degrees, "EPSG:4326"), "in degrees");
    refuse(write_text("text.tif", "hello"), "not a GeoTIFF");
    refuse(write_text("json.tif", "{}"), "not a GeoTIFF");
    refuse(write_bytes("cut.tif", "II*\0\x08\0\0\0", 8), "GeoTIFF");
    struct wh_error err = {0};
    struct wh_grid grid;
    char crs[64];
    assert_int_equal(read_raster("/vsicurl/http://127.0.0.1/a.tif", &grid, crs, &err),
                     WH_ERR_CONFIG);
    /* A whole file cut short: the directory is there, the cells are not. */
    struct wh_grid made = random_grid(300, 300);
    const struct wh_raster_meta meta = meta_of(false);
    assert_wh_ok(wh_raster_write(ctx, temp_path("whole.tif"), &made, &meta, &err));
    wh_grid_finish(ctx, &made);
    assert_int_equal(truncate(temp_path("whole.tif"), 20000), 0);
    refuse(temp_path("whole.tif"), "GeoTIFF");
}

static void what_cannot_be_written_is_said_and_leaves_nothing(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_grid grid = random_grid(10, 10);
    struct wh_raster_meta meta = meta_of(false);
    assert_int_equal(wh_raster_write(ctx, temp_path("no/such/folder.tif"), &grid, &meta, &err),
                     WH_ERR_OUTPUT);
    const char *const wrong[] = {NULL, "", "nonsense", "EPSG:999999", "EPSG:27700x", "/etc/passwd"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        meta.crs = wrong[i];
        assert_int_equal(wh_raster_write(ctx, temp_path("e.tif"), &grid, &meta, &err),
                         WH_ERR_CONFIG);
    }
    struct wh_file_info info;
    assert_false(wh_io_stat(temp_path("e.tif"), &info));
    wh_grid_finish(ctx, &grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_raster_comes_back_as_it_went),
        cmocka_unit_test(a_planner_finds_unit_description_overviews_and_no_data),
        cmocka_unit_test(the_same_cells_give_the_same_bytes_and_nothing_beside_them),
        cmocka_unit_test(classes_keep_their_colours_and_no_data),
        cmocka_unit_test(rasters_of_others_are_read_south_row_first),
        cmocka_unit_test(rows_and_samples_are_what_the_whole_holds),
        cmocka_unit_test(rasters_that_do_not_fit_are_refused_with_the_reason),
        cmocka_unit_test(what_cannot_be_written_is_said_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, set_up_folder, tear_down_folder);
}
