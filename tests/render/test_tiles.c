/* Class tiles against the slow way: PROJ for every pixel, and the cell that holds it. */
#include <png.h>

#include "geo/geo.h"
#include "render/mercator.h"
#include "render/tiles.h"
#include "wh_test_files.h"

enum { NX = 90, NY = 70, MOST_TILES = 600, N_CLASSES = 3 };

struct kept {
    uint32_t z, x, y;
    uint8_t *png;
    size_t len;
};

struct tiles {
    struct kept tile[MOST_TILES];
    size_t n;
};

struct ground {
    struct wh_ctx *ctx;
    struct wh_style *style;
    struct wh_transform *to_lonlat;
    struct wh_surface surface;
    uint8_t class_of[NX * NY];
};

static int set_up(void **state)
{
    static const uint8_t CLASS[] = {WH_CLASS_OUTSIDE, WH_CLASS_NONE, 1, 2, 3, WH_CLASS_BLANK};
    uint64_t seed = test_seed("tiles");
    struct ground *const g = calloc(1, sizeof *g);
    const struct wh_crs_options coarse = {.datum = WH_DATUM_COARSE};
    struct wh_error err = {0};
    assert_non_null(g);
    g->ctx = wh_test_ctx();
    assert_wh_ok(wh_geo_start(g->ctx, &err));
    assert_wh_ok(wh_style_load(g->ctx, WH_SOURCE_ROOT "/styles", "standard", &g->style, &err));
    assert_wh_ok(
        wh_transform_create(g->ctx, "EPSG:27700", "EPSG:4326", &coarse, &g->to_lonlat, &err));
    g->surface.grid =
        (struct wh_grid){.x0 = 371000, .y0 = 161000, .cell_m = 50, .nx = NX, .ny = NY};
    g->surface.class_of = g->class_of;
    for (size_t i = 0; i < sizeof g->class_of; i++) { /* blocks of 5 x 5 cells, some noise */
        const size_t block = (i % NX / 5 * 7 + i / NX / 5 * 13) % 6;
        g->class_of[i] = CLASS[random_below(&seed, 8) == 0 ? random_below(&seed, 6) : block];
    }
    *state = g;
    return 0;
}

static int tear_down(void **state)
{
    struct ground *const g = *state;
    wh_transform_destroy(g->ctx, g->to_lonlat);
    wh_style_destroy(g->ctx, g->style);
    wh_ctx_destroy(g->ctx);
    free(g);
    return 0;
}

static enum wh_status keep(void *user, uint32_t z, uint32_t x, uint32_t y, const uint8_t *png,
                           size_t len, struct wh_error *err)
{
    struct tiles *const tiles = user;
    (void)err;
    assert_true(tiles->n < MOST_TILES);
    for (size_t i = 0; i < tiles->n; i++) {
        assert_false(tiles->tile[i].z == z && tiles->tile[i].x == x && tiles->tile[i].y == y);
    }
    struct kept *const kept = &tiles->tile[tiles->n++];
    *kept = (struct kept){z, x, y, malloc(len), len};
    assert_non_null(kept->png);
    memcpy(kept->png, png, len);
    return WH_OK;
}

static struct tiles *draw_in_bands(const struct ground *g, struct wh_ctx *ctx, uint32_t zoom_min,
                                   uint32_t zoom_max, uint32_t scale, uint32_t band_rows)
{
    struct tiles *const tiles = calloc(1, sizeof *tiles);
    const struct wh_tile_options opt = {zoom_min, zoom_max, scale, band_rows};
    struct wh_tile_stats stats;
    struct wh_error err = {0};
    assert_non_null(tiles);
    const struct wh_tile_source source = wh_tile_source_of_classes(&g->surface);
    const struct wh_tile_paint paint = wh_tile_paint_classes(g->style, N_CLASSES);
    assert_wh_ok(
        wh_render_tiles(ctx, &source, &paint, g->to_lonlat, &opt, keep, tiles, &stats, &err));
    assert_int_equal(stats.tiles, tiles->n);
    return tiles;
}

static struct tiles *draw(const struct ground *g, struct wh_ctx *ctx, uint32_t zoom_min,
                          uint32_t zoom_max, uint32_t scale)
{
    return draw_in_bands(g, ctx, zoom_min, zoom_max, scale, 0);
}

static void drop(struct tiles *tiles)
{
    for (size_t i = 0; i < tiles->n; i++) {
        free(tiles->tile[i].png);
    }
    free(tiles);
}

/* RGBA pixels; free(). */
static uint8_t *decode(const struct kept *kept, uint32_t size_px)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_int_equal(png_image_begin_read_from_memory(&image, kept->png, kept->len), 1);
    assert_int_equal(image.width, size_px);
    assert_int_equal(image.height, size_px);
    image.format = PNG_FORMAT_RGBA;
    uint8_t *const ret = malloc(PNG_IMAGE_SIZE(image));
    assert_non_null(ret);
    assert_int_equal(png_image_finish_read(&image, NULL, ret, 0, NULL), 1);
    return ret;
}

static const struct kept *find(const struct tiles *tiles, uint32_t z, uint32_t x, uint32_t y)
{
    for (size_t i = 0; i < tiles->n; i++) {
        if (tiles->tile[i].z == z && tiles->tile[i].x == x && tiles->tile[i].y == y) {
            return &tiles->tile[i];
        }
    }
    return NULL;
}

/* The colour that a class has; class 0 and what is outside is clear. */
static void colour_of(const struct ground *g, uint8_t class_of, uint8_t ret[4])
{
    memset(ret, 0, 4);
    if (class_of == WH_CLASS_BLANK || (class_of >= 1 && class_of <= N_CLASSES)) {
        const struct wh_rgb rgb = class_of == WH_CLASS_BLANK
                                      ? wh_style_blank(g->style)
                                      : wh_style_class(g->style, class_of, N_CLASSES);
        ret[0] = rgb.r;
        ret[1] = rgb.g;
        ret[2] = rgb.b;
        ret[3] =
            (uint8_t)lround(255 * (class_of == WH_CLASS_BLANK ? WH_STYLE_BLANK_ALPHA
                                                              : wh_style_class_alpha(g->style)));
    }
}

/* A cell's value: its class, or none (NaN) where it is blank, outside, or not there. */
static double value_of(const struct ground *g, long col, long row)
{
    if (col < 0 || row < 0 || col >= NX || row >= NY) {
        return (double)NAN;
    }
    const uint8_t class_of = g->class_of[row * NX + col];
    return class_of == WH_CLASS_BLANK || class_of == WH_CLASS_OUTSIDE ? (double)NAN : class_of;
}

/* Keys's kernel with a = -1/2, as he wrote it (1981, equation 15). */
static double keys(double s)
{
    const double d = fabs(s);
    return d < 1   ? 1.5 * d * d * d - 2.5 * d * d + 1
           : d < 2 ? -0.5 * d * d * d + 2.5 * d * d - 4 * d + 2
                   : 0;
}

/* The plain way: the nearest cell decides on blank and outside; else all cells in reach, weighed,
 * within what the four around hold. */
static uint8_t class_at(const struct ground *g, double x, double y)
{
    const double u = (x - g->surface.grid.x0) / 50 - 0.5, v = (y - g->surface.grid.y0) / 50 - 0.5;
    const long col = lround(u), row = lround(v);
    if (col < 0 || row < 0 || col >= NX || row >= NY || isnan(value_of(g, col, row))) {
        return col < 0 || row < 0 || col >= NX || row >= NY ? WH_CLASS_OUTSIDE
                                                            : g->class_of[row * NX + col];
    }
    const double near = value_of(g, col, row);
    double sum = near, least = near, most = near;
    for (long r = (long)floor(v) - 1; r <= (long)floor(v) + 2; r++) {
        for (long c = (long)floor(u) - 1; c <= (long)floor(u) + 2; c++) {
            const double value = value_of(g, c, r);
            if (isnan(value)) {
                continue;
            }
            sum += keys(u - (double)c) * keys(v - (double)r) * (value - near);
            if (fabs(u - (double)c) <= 1 && fabs(v - (double)r) <= 1) {
                least = fmin(least, value);
                most = fmax(most, value);
            }
        }
    }
    return (uint8_t)floor(fmin(most, fmax(least, sum)) + 0.5);
}

/* Is the pixel right at its centre, or, an approximation being allowed, a tenth of a pixel off? */
static void check_pixel(const struct ground *g, const struct kept *kept, uint32_t size_px,
                        uint32_t col, uint32_t row, const uint8_t got[4], size_t *n_off)
{
    static const double OFF[9][2] = {{0, 0},     {-0.1, -0.1}, {-0.1, 0.1}, {0.1, -0.1}, {0.1, 0.1},
                                     {-0.05, 0}, {0.05, 0},    {0, -0.05},  {0, 0.05}};
    for (int i = 0; i < 9; i++) {
        uint8_t want[4];
        double x = wh_tile_lon(kept->x + (col + 0.5 + OFF[i][0]) / size_px, kept->z);
        double y = wh_tile_lat(kept->y + (row + 0.5 + OFF[i][1]) / size_px, kept->z);
        wh_transform_points(g->to_lonlat, true, &x, &y, 1);
        colour_of(g, class_at(g, x, y), want);
        if (memcmp(want, got, 4) == 0) {
            *n_off += i > 0;
            return;
        }
    }
    fail_msg("tile %u/%u/%u, pixel %u, %u is of another class", kept->z, kept->x, kept->y, col,
             row);
}

static void each_pixel_has_the_class_of_the_surface_at_its_centre(void **state)
{
    const struct ground *const g = *state;
    for (uint32_t scale = 1; scale <= 2; scale++) {
        const uint32_t size_px = 256 * scale;
        struct tiles *const tiles = draw(g, g->ctx, 8, 14, scale);
        size_t n = 0, n_off = 0;
        for (size_t i = 0; i < tiles->n; i++) {
            uint8_t *const got = decode(&tiles->tile[i], size_px);
            for (uint32_t row = 1; row < size_px; row += 7) {
                for (uint32_t col = row % 5; col < size_px; col += 5, n++) {
                    check_pixel(g, &tiles->tile[i], size_px, col, row,
                                &got[4 * ((size_t)row * size_px + col)], &n_off);
                }
            }
            free(got);
        }
        assert_true(tiles->n > 20);
        assert_true(n_off * 100 < n); /* as a rule the centre itself is right */
        drop(tiles);
    }
}

static void tiles_that_are_not_there_are_clear(void **state)
{
    const struct ground *const g = *state;
    struct tiles *const tiles = draw(g, g->ctx, 13, 13, 1);
    size_t n_missing = 0;
    const struct kept *const first = &tiles->tile[0];
    for (uint32_t x = first->x - 2; x < first->x + 8; x++) {
        for (uint32_t y = first->y - 4; y < first->y + 8; y++) {
            if (find(tiles, 13, x, y) != NULL) {
                continue;
            }
            n_missing++;
            for (uint32_t i = 0; i < 256; i += 3) {
                uint8_t want[4];
                double lon = wh_tile_lon(x + (i + 0.5) / 256, 13);
                double lat = wh_tile_lat(y + (i * 7 % 256 + 0.5) / 256, 13);
                wh_transform_points(g->to_lonlat, true, &lon, &lat, 1);
                colour_of(g, class_at(g, lon, lat), want);
                assert_int_equal(want[3], 0);
            }
        }
    }
    assert_true(n_missing > 0);
    drop(tiles);
}

/* Tiles against one picture of the same pixels: not one differs, at the seams or elsewhere. */
static void tiles_are_one_large_picture_cut_up(void **state)
{
    static const uint32_t SCALE[] = {1, 2};
    const struct ground *const g = *state;
    enum { MORE = 4, SIDE = 1 << MORE, BIG_PX = 256 * SIDE };
    struct tiles *const whole = draw(g, g->ctx, 10, 10, SIDE);
    for (size_t turn = 0; turn < 2; turn++) {
        const uint32_t z = 10 + MORE - (uint32_t)turn, px = 256 * SCALE[turn];
        const uint32_t n_side = BIG_PX / px;
        struct tiles *const tiles = draw(g, g->ctx, z, z, SCALE[turn]);
        size_t n_found = 0;
        for (size_t i = 0; i < whole->n; i++) {
            uint8_t *const big = decode(&whole->tile[i], BIG_PX);
            for (uint32_t q = 0; q < n_side * n_side; q++) {
                const uint32_t left = q % n_side, top = q / n_side;
                const struct kept *const kept = find(tiles, z, whole->tile[i].x * n_side + left,
                                                     whole->tile[i].y * n_side + top);
                uint8_t *const part = kept != NULL ? decode(kept, px) : calloc((size_t)px * px, 4);
                assert_non_null(part);
                n_found += kept != NULL;
                for (uint32_t row = 0; row < px; row++) {
                    assert_memory_equal(
                        &part[4 * (size_t)row * px],
                        &big[4 * ((size_t)(top * px + row) * BIG_PX + (size_t)left * px)],
                        4 * (size_t)px);
                }
                free(part);
            }
            free(big);
        }
        assert_int_equal(n_found, tiles->n);
        drop(tiles);
    }
    drop(whole);
}

static void bands_change_no_byte(void **state)
{
    const struct ground *const g = *state;
    struct tiles *const all = draw(g, g->ctx, 7, 14, 1);
    for (uint32_t rows = 1; rows <= 64; rows = rows * 3 + 1) {
        struct tiles *const some = draw_in_bands(g, g->ctx, 7, 14, 1, rows);
        assert_int_equal(all->n, some->n);
        for (size_t i = 0; i < all->n; i++) {
            const struct kept *const one = &all->tile[i];
            const struct kept *const other = find(some, one->z, one->x, one->y);
            if (other == NULL || one->len != other->len ||
                memcmp(one->png, other->png, one->len) != 0) {
                fail_msg("tile %u/%u/%u differs in bands of %u rows", one->z, one->x, one->y, rows);
            }
        }
        drop(some);
    }
    drop(all);
}

static void threads_change_no_byte(void **state)
{
    const struct ground *const g = *state;
    struct tiles *const two = draw(g, g->ctx, 9, 14, 2);
    const struct wh_ctx_options opt = {.quiet = true, .jobs = 1};
    struct wh_ctx *one_thread = NULL;
    struct wh_error err = {0};
    assert_wh_ok(wh_ctx_create(&opt, &one_thread, &err));
    struct tiles *const one = draw(g, one_thread, 9, 14, 2);
    assert_int_equal(one->n, two->n);
    for (size_t i = 0; i < one->n; i++) {
        assert_int_equal(one->tile[i].z, two->tile[i].z);
        assert_int_equal(one->tile[i].x, two->tile[i].x);
        assert_int_equal(one->tile[i].y, two->tile[i].y);
        assert_int_equal(one->tile[i].len, two->tile[i].len);
        assert_memory_equal(one->tile[i].png, two->tile[i].png, one->tile[i].len);
    }
    drop(one);
    drop(two);
    wh_ctx_destroy(one_thread);
}

static void no_zoom_is_deeper_than_a_cell_allows(void **state)
{
    (void)state;
    /* 20 m at 52 degrees: 5.9 m a pixel at 14, a third of a cell; 11.8 m at 13 are too many. */
    assert_int_equal(wh_tiles_deepest_zoom(20, 52, 9, 16), 14);
    assert_int_equal(wh_tiles_deepest_zoom(40, 52, 9, 16), 13);
    assert_int_equal(wh_tiles_deepest_zoom(500, 52, 9, 16), 10);
    assert_int_equal(wh_tiles_deepest_zoom(1, 52, 9, 16), 16);
    assert_int_equal(wh_tiles_deepest_zoom(50000, 52, 9, 16), 9);
}

/* Smooth: at most 64 colours, clear and blank among them, and a class's edge is a shade's edge. */
static void a_smooth_surface_has_few_shades_and_the_classes_edges(void **state)
{
    const struct ground *const g = *state;
    for (uint32_t n = 1; n <= WH_MAX_CLASSES; n++) {
        struct wh_legend legend = {.n = n};
        for (uint32_t i = 0; i < n; i++) {
            legend.break_at[i] = 10 * pow(2.5, i);
        }
        const struct wh_tile_paint smooth = wh_tile_paint_densities(g->style, &legend, true);
        const struct wh_tile_paint classes = wh_tile_paint_densities(g->style, &legend, false);
        assert_int_equal(classes.shades.n, n);
        assert_true(smooth.shades.n + 2 <= 64 && smooth.shades.n > 64 - 2 - n);
        for (uint32_t i = 0; i < n; i++) {
            bool is_found = false;
            for (uint32_t k = 0; k < smooth.shades.n; k++) {
                is_found |= fabsf(smooth.shades.from[k] - classes.shades.from[i]) < 1e-4F;
                assert_true(k == 0 || smooth.shades.from[k] > smooth.shades.from[k - 1]);
            }
            assert_true(is_found);
        }
    }
}

/* The mesh against PROJ at random pixels of every zoom, in a datum shift and without. */
static void no_pixel_is_further_from_proj_than_the_bound(void **state)
{
    const struct ground *const g = *state;
    static const char *const CRS[] = {"EPSG:27700", "EPSG:32630", "EPSG:2154", "EPSG:3035"};
    static const double CORNER[][2] = {
        {371000, 161000}, {530000, 5680000}, {650000, 6860000}, {3600000, 3200000}};
    uint64_t seed = test_seed("mesh");
    double worst = 0;
    for (size_t k = 0; k < sizeof CRS / sizeof *CRS; k++) {
        const struct wh_grid grid = {
            .x0 = CORNER[k][0], .y0 = CORNER[k][1], .cell_m = 20, .nx = 1500, .ny = 900};
        const double box[4] = {grid.x0, grid.y0, grid.x0 + grid.nx * grid.cell_m,
                               grid.y0 + grid.ny * grid.cell_m};
        const struct wh_crs_options coarse = {.datum = WH_DATUM_COARSE};
        struct wh_transform *to_lonlat = NULL;
        struct wh_error err = {0};
        double lonlat[4];
        assert_wh_ok(wh_transform_create(g->ctx, CRS[k], "EPSG:4326", &coarse, &to_lonlat, &err));
        wh_box_to_lonlat(to_lonlat, box, lonlat);
        for (uint32_t z = 0; z <= 18; z++) {
            struct wh_tile_range range = wh_tile_range(lonlat, z);
            struct wh_mesh mesh;
            range.x1 = range.x1 < range.x0 + 6 ? range.x1 : range.x0 + 6;
            range.y1 = range.y1 < range.y0 + 6 ? range.y1 : range.y0 + 6;
            assert_wh_ok(
                wh_mesh_init(&mesh, g->ctx, &grid, to_lonlat, lonlat, &range, z, 256, &err));
            for (int i = 0; i < 400; i++) {
                const uint32_t col = (uint32_t)random_below(&seed, mesh.nx - 1);
                const uint32_t row = (uint32_t)random_below(&seed, mesh.ny - 1);
                const uint32_t x = (uint32_t)random_below(&seed, mesh.step_px);
                const uint32_t y = (uint32_t)random_below(&seed, mesh.step_px);
                struct wh_patch patch;
                double u, v, east_u, east_v;
                const double px = mesh.px + (double)col * mesh.step_px + x + 0.5;
                const double py = mesh.py + (double)row * mesh.step_px + y + 0.5;
                if (!wh_mesh_patch(&mesh, col, row, &patch)) {
                    continue;
                }
                wh_mesh_place(&mesh, px, py, &u, &v);
                wh_mesh_place(&mesh, px + 1, py, &east_u, &east_v);
                if (u < 0 || u > grid.nx + 1 || v < 0 || v > grid.ny + 1) {
                    continue; /* only the ground of the grid counts */
                }
                const struct wh_patch_row line = wh_patch_row(&patch, y);
                const double off = hypot(line.u + x * line.du - u, line.v + x * line.dv - v) /
                                   hypot(east_u - u, east_v - v);
                worst = fmax(worst, off);
            }
            wh_mesh_finish(&mesh, g->ctx);
        }
        wh_transform_destroy(g->ctx, to_lonlat);
    }
    print_message("at most %.4f px from PROJ\n", worst);
    assert_true(worst <= WH_MESH_BOUND_PX && worst > 0);
}

/* Of a cone, 1 at 500 m from its top and rising: ACCEPTANCE.md D5, at 51.5 degrees north. */
static void five_hundred_metres_are_as_wide_as_the_ground_says(void **state)
{
    static const double SPAN_PX[] = {[10] = 5.25, [12] = 21.0, [14] = 84.1, [16] = 336};
    const struct ground *const g = *state;
    struct wh_grid grid = {.x0 = 530000, .y0 = 179000, .cell_m = 20, .nx = 151, .ny = 151};
    const struct wh_legend legend = {.n = 1, .break_at = {1}};
    const struct wh_tile_paint paint = wh_tile_paint_densities(g->style, &legend, false);
    struct wh_error err = {0};
    assert_wh_ok(wh_grid_like(g->ctx, &grid, &grid, &err));
    for (uint32_t i = 0; i < grid.nx * grid.ny; i++) {
        const double away = 20 * hypot(i % 151 - 75.0, (double)(i / 151) - 75.0);
        grid.v[i] = fmax(0, 1 + (500 - away) / 1000);
    }
    const struct wh_tile_source source = wh_tile_source_of_grid(&grid);
    for (uint32_t z = 10; z <= 16; z += 2) {
        struct tiles *const tiles = calloc(1, sizeof *tiles);
        const struct wh_tile_options opt = {z, z, 1, 0};
        struct wh_tile_stats stats;
        double n_drawn = 0;
        assert_non_null(tiles);
        assert_wh_ok(wh_render_tiles(g->ctx, &source, &paint, g->to_lonlat, &opt, keep, tiles,
                                     &stats, &err));
        for (size_t i = 0; i < tiles->n; i++) {
            uint8_t *const rgba = decode(&tiles->tile[i], 256);
            for (size_t k = 0; k < (size_t)256 * 256; k++) {
                n_drawn += rgba[4 * k + 3] != 0;
            }
            free(rgba);
        }
        /* A disc of radius r covers pi r^2 pixels. */
        const double radius_px = sqrt(n_drawn / 3.14159265358979);
        if (fabs(radius_px - SPAN_PX[z]) > 1) {
            fail_msg("500 m are %.2f px at zoom %u, not %.2f", radius_px, z, SPAN_PX[z]);
        }
        drop(tiles);
    }
    wh_grid_finish(g->ctx, &grid);
}

static enum wh_status refuse(void *user, uint32_t z, uint32_t x, uint32_t y, const uint8_t *png,
                             size_t len, struct wh_error *err)
{
    (void)user, (void)z, (void)x, (void)y, (void)png, (void)len;
    err->status = WH_ERR_OUTPUT;
    snprintf(err->message, sizeof err->message, "the disk is full");
    return WH_ERR_OUTPUT;
}

static void a_writer_that_fails_stops_the_drawing(void **state)
{
    const struct ground *const g = *state;
    const struct wh_tile_options opt = {9, 14, 1, 0}, wrong = {15, 14, 1, 0}, large = {9, 14, 3, 0};
    const struct wh_tile_source source = wh_tile_source_of_classes(&g->surface);
    const struct wh_tile_paint paint = wh_tile_paint_classes(g->style, N_CLASSES);
    struct wh_tile_stats stats;
    struct wh_error err = {0};
    assert_int_equal(
        wh_render_tiles(g->ctx, &source, &paint, g->to_lonlat, &opt, refuse, NULL, &stats, &err),
        WH_ERR_OUTPUT);
    assert_string_equal(err.message, "the disk is full");
    assert_int_equal(
        wh_render_tiles(g->ctx, &source, &paint, g->to_lonlat, &wrong, refuse, NULL, &stats, &err),
        WH_ERR_INTERNAL);
    assert_int_equal(
        wh_render_tiles(g->ctx, &source, &paint, g->to_lonlat, &large, refuse, NULL, &stats, &err),
        WH_ERR_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pixel_has_the_class_of_the_surface_at_its_centre),
        cmocka_unit_test(tiles_that_are_not_there_are_clear),
        cmocka_unit_test(tiles_are_one_large_picture_cut_up),
        cmocka_unit_test(bands_change_no_byte),
        cmocka_unit_test(a_smooth_surface_has_few_shades_and_the_classes_edges),
        cmocka_unit_test(no_pixel_is_further_from_proj_than_the_bound),
        cmocka_unit_test(threads_change_no_byte),
        cmocka_unit_test(no_zoom_is_deeper_than_a_cell_allows),
        cmocka_unit_test(five_hundred_metres_are_as_wide_as_the_ground_says),
        cmocka_unit_test(a_writer_that_fails_stops_the_drawing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
