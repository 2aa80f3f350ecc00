/* tests/publish/test_pmtiles.c: the archive's bytes, read back here plainly and by the npm reader
 * in tests/browser. */
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "fixture.h"
#include "publish/tile_set.h"
#include "wh_test_ctx.h"

static void ids_follow_the_examples_of_the_specification(void **state)
{
    (void)state;
    assert_int_equal(wh_tile_id(0, 0, 0), 0);
    assert_int_equal(wh_tile_id(1, 0, 0), 1);
    assert_int_equal(wh_tile_id(1, 0, 1), 2);
    assert_int_equal(wh_tile_id(1, 1, 1), 3);
    assert_int_equal(wh_tile_id(1, 1, 0), 4);
    assert_int_equal(wh_tile_id(2, 0, 0), 5);
    assert_int_equal(wh_tile_id(12, 3423, 1763), 19078479);
}

static void every_zoom_is_walked_once_in_steps_of_one_tile(void **state)
{
    (void)state;
    enum { Z = 6, SIDE = 1 << Z };
    static unsigned char seen[SIDE * SIDE];
    static unsigned at_x[SIDE * SIDE], at_y[SIDE * SIDE];
    const uint64_t first = wh_tile_id(Z, 0, 0);
    for (unsigned y = 0; y < SIDE; y++) {
        for (unsigned x = 0; x < SIDE; x++) {
            const uint64_t i = wh_tile_id(Z, x, y) - first;
            assert_true(i < SIDE * SIDE);
            assert_int_equal(seen[i]++, 0);
            at_x[i] = x;
            at_y[i] = y;
        }
    }
    for (unsigned i = 1; i < SIDE * SIDE; i++) {
        assert_int_equal(
            abs((int)at_x[i] - (int)at_x[i - 1]) + abs((int)at_y[i] - (int)at_y[i - 1]), 1);
    }
}

static struct wh_tile_set *open_archive(uint32_t zoom_max)
{
    struct wh_error err = {0};
    struct wh_tile_set *set = NULL;
    const struct wh_tile_meta meta = {.name = "Fly-tipping",
                                      .description = "requests per km² in 90 days",
                                      .attribution = "&copy; Northmere",
                                      .box = {-2.5, 51.3, -2.2, 51.5},
                                      .zoom_min = 0,
                                      .zoom_max = zoom_max};
    assert_wh_ok(wh_tile_set_create(ctx, &meta, &set, &err));
    return set;
}

/* As PMTiles; the set is gone. */
static enum wh_status write_all(struct wh_tile_set *set, const char *path, struct wh_error *err)
{
    const enum wh_status status = wh_tile_set_write(set, WH_TILES_PMTILES, path, err);
    wh_tile_set_destroy(set);
    return status;
}

/* Content that says where it belongs. */
static size_t content_of(uint32_t z, uint32_t x, uint32_t y, char out[64])
{
    return (size_t)snprintf(out, 64, "tile %u/%u/%u", z, x, y);
}

static uint64_t get_u64(const char *at)
{
    uint64_t n = 0;
    for (unsigned i = 8; i > 0; i--) {
        n = n << 8 | (unsigned char)at[i - 1];
    }
    return n;
}

static void equal_tiles_are_stored_once_and_runs_are_one_entry(void **state)
{
    (void)state;
    char folder[512], path[600];
    struct wh_error err = {0};
    fixture_folder(folder, sizeof folder, "runs");
    struct wh_tile_set *set = open_archive(3);
    for (uint32_t x = 0; x < 8; x++) {
        for (uint32_t y = 0; y < 8; y++) {
            const uint8_t *same = (const uint8_t *)(x < 4 ? "left" : "right");
            assert_wh_ok(wh_tile_set_add(set, 3, x, y, same, x < 4 ? 4 : 5, &err));
        }
    }
    snprintf(path, sizeof path, "%s/a.pmtiles", folder);
    assert_wh_ok(write_all(set, path, &err));
    char *bytes = fixture_read(folder, "a.pmtiles");
    assert_memory_equal(bytes, "PMTiles\003", 8);
    assert_int_equal(get_u64(bytes + 72), 64);    /* tiles */
    assert_int_equal(get_u64(bytes + 80), 2);     /* entries: the left half, the right half */
    assert_int_equal(get_u64(bytes + 88), 2);     /* contents */
    assert_int_equal(get_u64(bytes + 64), 4 + 5); /* their bytes */
    assert_int_equal(bytes[96], 1);
    free(bytes);
}

static void the_order_of_adding_does_not_change_a_byte(void **state)
{
    (void)state;
    char folder[512], path[600];
    struct wh_error err = {0};
    fixture_folder(folder, sizeof folder, "order");
    for (unsigned turn = 0; turn < 2; turn++) {
        struct wh_tile_set *set = open_archive(5);
        for (uint32_t i = 0; i < 1024; i++) {
            const uint32_t at = turn == 0 ? i : 1023 - i;
            char content[64];
            const size_t len = content_of(5, at % 32, at / 64, content);
            assert_wh_ok(wh_tile_set_add(set, 5, at % 32, at / 32, (uint8_t *)content, len, &err));
        }
        snprintf(path, sizeof path, "%s/%u.pmtiles", folder, turn);
        assert_wh_ok(write_all(set, path, &err));
    }
    char *one = fixture_read(folder, "0.pmtiles");
    char *other = fixture_read(folder, "1.pmtiles");
    const uint64_t len = get_u64(one + 56) + get_u64(one + 64);
    assert_memory_equal(one, other, len);
    free(one);
    free(other);
}

static void a_tile_twice_or_outside_the_zooms_is_refused(void **state)
{
    (void)state;
    char folder[512], path[600];
    struct wh_error err = {0};
    fixture_folder(folder, sizeof folder, "twice");
    struct wh_tile_set *set = open_archive(3);
    const uint8_t *png = (const uint8_t *)"x";
    assert_int_equal(wh_tile_set_add(set, 4, 0, 0, png, 1, &err), WH_ERR_INTERNAL);
    assert_int_equal(wh_tile_set_add(set, 2, 4, 0, png, 1, &err), WH_ERR_INTERNAL);
    assert_wh_ok(wh_tile_set_add(set, 2, 1, 1, png, 1, &err));
    assert_wh_ok(wh_tile_set_add(set, 2, 1, 1, png, 1, &err));
    snprintf(path, sizeof path, "%s/a.pmtiles", folder);
    assert_int_equal(write_all(set, path, &err), WH_ERR_INTERNAL);
}

/* Runs node with the script; its exit code, or -1 when there is no node or no reader. */
static int run_node(const char *script, const char *argument)
{
    if (access(WH_BROWSER_DIR "/node_modules/pmtiles", F_OK) != 0 ||
        system("node --version >/dev/null 2>&1") != 0) {
        return -1;
    }
    const pid_t child = fork();
    if (child == 0) {
        execlp("node", "node", script, argument, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    assert_true(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void the_npm_reader_finds_every_tile_of_an_archive_with_leaves(void **state)
{
    (void)state;
    char folder[512], path[600];
    struct wh_error err = {0};
    fixture_folder(folder, sizeof folder, "leaves");
    struct wh_tile_set *set = open_archive(8);
    for (uint32_t z = 0; z <= 8; z++) {
        for (uint32_t x = 0; x < 1u << z; x++) {
            for (uint32_t y = 0; y < 1u << z; y++) {
                char content[64];
                /* A hash-like length keeps the directories from packing well: leaves are needed. */
                size_t len = content_of(z, x, y, content);
                for (uint32_t pad = (x * 2654435761u + y * 40503u) >> 7 & 31; pad > 0; pad--) {
                    content[len++] = ' ';
                }
                assert_wh_ok(wh_tile_set_add(set, z, x, y, (uint8_t *)content, len, &err));
            }
        }
    }
    snprintf(path, sizeof path, "%s/leaves.pmtiles", folder);
    assert_wh_ok(write_all(set, path, &err));
    char *bytes = fixture_read(folder, "leaves.pmtiles");
    assert_true(get_u64(bytes + 16) <= 16257); /* root directory */
    assert_true(get_u64(bytes + 48) > 0);      /* leaves */
    assert_true(get_u64(bytes + 88) > 16384);  /* contents */
    free(bytes);
    const int code = run_node(WH_BROWSER_DIR "/read-leaves.mjs", path);
    if (code < 0) {
        print_message("SKIPPED: no node, or no npm packages in tests/browser\n");
        skip();
    }
    assert_int_equal(code, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_follow_the_examples_of_the_specification),
        cmocka_unit_test(every_zoom_is_walked_once_in_steps_of_one_tile),
        cmocka_unit_test(equal_tiles_are_stored_once_and_runs_are_one_entry),
        cmocka_unit_test(the_order_of_adding_does_not_change_a_byte),
        cmocka_unit_test(a_tile_twice_or_outside_the_zooms_is_refused),
        cmocka_unit_test(the_npm_reader_finds_every_tile_of_an_archive_with_leaves),
    };
    return cmocka_run_group_tests_name("publish pmtiles", tests, make_ctx, drop_ctx);
}
