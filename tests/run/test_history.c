/* The history of hot spots as text: there and back, and what is damaged is told. */
#include "run/history.h"
#include "wh_test_ctx.h"

static const char TEXT[] = "day 20760\n"
                           "spot noise-e3562-n4386 20700 20760\n"
                           "parent noise-e3561-n4380\n"
                           "count 20700 40\n"
                           "count 20760 51\n"
                           "shape 1 1 4 1 4 356000000001 438000000000 356500000000 438000000000 "
                           "356500000000 438500000000 356000000001 438000000000\n"
                           "spot noise-e3600-n4400 20000 20740\n"
                           "shape 0 0 0\n";

static void a_history_goes_there_and_back(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct wh_spot_memory memory = {0};
    struct wh_buf again;
    wh_buf_init(&again, ctx);
    assert_wh_ok(wh_history_read(ctx, wh_str_c(TEXT), &memory, &err));
    assert_int_equal(memory.day, 20760);
    assert_int_equal(memory.n, 2);
    const struct wh_known_spot *spot = &memory.spot[0];
    assert_string_equal(spot->id, "noise-e3562-n4386");
    assert_int_equal(spot->n_parents, 1);
    assert_int_equal(spot->count[1].n, 51);
    assert_int_equal(spot->shape.n_vertices, 4);
    assert_true(fabs(spot->shape.x[0] - 356000.000001) < 1e-9);
    assert_int_equal(memory.spot[1].last_day, 20740);
    wh_history_write(&again, &memory);
    assert_string_equal(again.ptr, TEXT);
    wh_buf_finish(&again);
    wh_spot_memory_finish(ctx, &memory);
    assert_wh_ok(wh_history_read(ctx, wh_str_c(""), &memory, &err));
    assert_int_equal(memory.n, 0);
    wh_spot_memory_finish(ctx, &memory);
}

static void what_is_damaged_is_told(void **unused)
{
    (void)unused;
    static const char *const BAD[] = {
        "day x\n",
        "night 3\n",
        "count 1 2\n", /* of no spot */
        "spot a 1\n",
        "spot a 1 99999999999999999999\n",
        "spot a 1 2\ncount 5 -1\n",
        "spot a 1 2\nshape 1 1 4000000 1 4\n",
        "spot a 1 2\nshape 1 1 2 1 3 0 0 0 0\n",
        "spot a 1 2\nshape 1 1 2 2 2 0 0 0 0\n",
        "spot a 1 2\nshape 1 1 2 1 2 0 0 0\n",
        "spot a 1 2\nshape 1 1 2 1 2 0 0 0 1e5\n",
    };
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct wh_error err = {0};
        struct wh_spot_memory memory = {0};
        if (wh_history_read(ctx, wh_str_c(BAD[i]), &memory, &err) != WH_ERR_INPUT) {
            fail_msg("accepted: %s", BAD[i]);
        }
        assert_true(err.message[0] != '\0' && memory.n == 0);
    }
}

static void any_cut_or_changed_byte_is_read_or_refused(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("damage");
    for (unsigned round = 0; round < 4000; round++) {
        char text[sizeof TEXT];
        struct wh_error err = {0};
        struct wh_spot_memory memory = {0};
        memcpy(text, TEXT, sizeof text);
        const size_t len = random_below(&seed, sizeof text);
        for (unsigned k = 0; k < round % 4; k++) {
            text[random_below(&seed, sizeof text - 1)] = (char)(1 + random_below(&seed, 255));
        }
        (void)!wh_history_read(ctx, (struct wh_str){text, len}, &memory, &err);
        wh_spot_memory_finish(ctx, &memory);
    }
}

static void memory_that_ends_leaves_nothing_behind(void **unused)
{
    (void)unused;
    if (!wh_fault_injection_built()) {
        print_message(
            "SKIPPED: this build has no fault injection (meson option fault_injection)\n");
        skip();
    }
    enum wh_status status = WH_ERR_LIMIT;
    for (uint64_t n = 1; status != WH_OK; n++) {
        struct wh_error err = {0};
        struct wh_spot_memory memory = {0};
        wh_alloc_fail_at(ctx, n, false);
        status = wh_history_read(ctx, wh_str_c(TEXT), &memory, &err);
        wh_alloc_fail_at(ctx, 0, false);
        assert_true(status == WH_OK || status == WH_ERR_LIMIT);
        wh_spot_memory_finish(ctx, &memory);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_history_goes_there_and_back),
        cmocka_unit_test(what_is_damaged_is_told),
        cmocka_unit_test(any_cut_or_changed_byte_is_read_or_refused),
        cmocka_unit_test(memory_that_ends_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
