/* tests/geo/geo_test.h: what the tests of geo share: a context that must end empty, nearness, small
 * files, random numbers. */
#ifndef GEO_TEST_H
#define GEO_TEST_H

#include <inttypes.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/io.h"
#include "geo/raster.h"
#include "wh_test.h"

static struct wh_ctx *ctx;

__attribute__((unused)) static int set_up(void **state)
{
    (void)state;
    ctx = wh_test_ctx();
    return 0;
}

/* Fails when a test has left memory behind. */
__attribute__((unused)) static int tear_down(void **state)
{
    (void)state;
    return wh_test_drop_ctx(ctx);
}

#define assert_near(actual, expected, tolerance)                                                   \
    do {                                                                                           \
        const double near_a_ = (actual), near_e_ = (expected), near_t_ = (tolerance);              \
        if (!(fabs(near_a_ - near_e_) <= near_t_)) {                                               \
            fail_msg("%s is %.12g, not %.12g (within %g)", #actual, near_a_, near_e_, near_t_);    \
        }                                                                                          \
    } while (0)

#define assert_text_has(text, part)                                                                \
    do {                                                                                           \
        if (strstr((text), (part)) == NULL) {                                                      \
            fail_msg("\"%s\" is not in \"%s\"", (part), (text));                                   \
        }                                                                                          \
    } while (0)

#define skip_without_data()                                                                        \
    do {                                                                                           \
        if (wh_test_data() == NULL) {                                                              \
            print_message("SKIPPED: WARDHEAT_DATA is not set: no real data to test with\n");       \
            skip();                                                                                \
        }                                                                                          \
    } while (0)

/* splitmix64 (Steele, Lea, Flood 2014): the same draws everywhere. */
__attribute__((unused)) static double random_unit(uint64_t *seed)
{
    uint64_t z = (*seed += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* A folder below the working folder (the build's), and files in it. */
static char temp_folder[64];

__attribute__((unused)) static int set_up_folder(void **state)
{
    (void)snprintf(temp_folder, sizeof temp_folder, "wh-geo-XXXXXX");
    return mkdtemp(temp_folder) != NULL ? set_up(state) : -1;
}

__attribute__((unused)) static int tear_down_folder(void **state)
{
    struct wh_error err = {0};
    const enum wh_status status = wh_io_remove_tree(ctx, temp_folder, &err);
    return tear_down(state) == 0 && status == WH_OK ? 0 : -1;
}

__attribute__((unused)) static const char *temp_path(const char *name)
{
    static char path[2][256];
    static int turn;
    turn = 1 - turn;
    (void)snprintf(path[turn], sizeof path[turn], "%s/%s", temp_folder, name);
    return path[turn];
}

__attribute__((unused)) static const char *write_bytes(const char *name, const void *bytes,
                                                       size_t len)
{
    const char *const path = temp_path(name);
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    return path;
}

__attribute__((unused)) static const char *write_text(const char *name, const char *text)
{
    return write_bytes(name, text, strlen(text));
}

/* All cells of a raster; `crs` gets its name. Nothing is touched on failure. */
__attribute__((unused)) static enum wh_status read_raster(const char *path, struct wh_grid *ret,
                                                          char crs[64], struct wh_error *err)
{
    struct wh_raster *raster = NULL;
    enum wh_status status = wh_raster_open(ctx, path, &raster, err);
    if (status == WH_OK) {
        status = wh_raster_sample(raster, SIZE_MAX, ret, err);
    }
    if (status == WH_OK) {
        (void)snprintf(crs, 64, "%s", wh_raster_crs(raster));
    }
    wh_raster_close(raster);
    return status;
}

#endif
