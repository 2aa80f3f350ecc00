/* Hot spots over nights: the same stays the same; splits, merges, returns. */
#include <wardheat/identity.h>

#include "base/arena.h"
#include "base/time.h"
#include "model/report.h"
#include "wh_test_ctx.h"

#define MOST 8

/* Squares as one night's hot spots. */
struct night {
    struct wh_arena arena;
    struct wh_hotspot hotspot[MOST];
    struct wh_theme_report theme;
};

static void night_open(struct night *night)
{
    memset(night, 0, sizeof *night);
    wh_arena_init(&night->arena, ctx);
    night->theme.hotspot = night->hotspot;
}

static void night_add(struct night *night, double x, double y, double w, double h, uint32_t n,
                      enum wh_trend trend)
{
    struct wh_hotspot *hotspot = &night->hotspot[night->theme.n_hotspots++];
    uint32_t *start = wh_arena_alloc(&night->arena, 4, sizeof *start);
    double *px = wh_arena_alloc(&night->arena, 5, sizeof *px);
    double *py = wh_arena_alloc(&night->arena, 5, sizeof *py);
    const double corner[5][2] = {{0, 0}, {w, 0}, {w, h}, {0, h}, {0, 0}};
    for (unsigned i = 0; i < 5; i++) {
        px[i] = x + corner[i][0];
        py[i] = y + corner[i][1];
    }
    start[1] = 1;
    start[3] = 5;
    hotspot->shape = (struct wh_shape){1, 1, 5, start, start + 2, px, py};
    hotspot->id = wh_arena_printf(&night->arena, "t-e%.0f-n%.0f", floor((x + w / 2) / 100),
                                  floor((y + h / 2) / 100));
    hotspot->figures.count.n = n;
    hotspot->trend = trend;
    hotspot->since_day = WH_NO_DAY;
}

static void night_end(struct night *night, int64_t day, struct wh_spot_memory *memory)
{
    struct wh_error err = {0};
    struct wh_spot_memory after = {0};
    const struct wh_identity_options opt = {day, 0.5, 92};
    assert_wh_ok(
        wh_hotspot_identify(ctx, &opt, memory, &night->arena, &night->theme, &after, &err));
    assert_int_equal(after.day, day);
    wh_spot_memory_finish(ctx, memory);
    *memory = after;
}

static void what_stays_keeps_its_id_and_ages(void **unused)
{
    (void)unused;
    struct wh_spot_memory memory = {0};
    for (int64_t day = 100; day < 150; day++) { /* drifts by 20 m a night */
        struct night night;
        night_open(&night);
        night_add(&night, 1000 + 20.0 * (double)(day - 100), 1000, 300, 300, (uint32_t)day,
                  WH_TREND_STEADY);
        night_add(&night, 9000, 9000, 200, 200, 30, WH_TREND_GROWING);
        night_end(&night, day, &memory);
        assert_string_equal(night.hotspot[0].id, "t-e11-n11");
        assert_int_equal(night.hotspot[0].since_day, 100);
        assert_int_equal(night.hotspot[0].n_counts, day - 99);
        assert_int_equal(night.hotspot[0].history[day - 100].n, day);
        assert_int_equal(night.hotspot[0].n_parents, 0);
        assert_string_equal(night.hotspot[1].id, "t-e91-n91");
        wh_arena_finish(&night.arena);
    }
    assert_int_equal(memory.n, 2);
    wh_spot_memory_finish(ctx, &memory);
}

static void a_split_names_its_parent(void **unused)
{
    (void)unused;
    struct wh_spot_memory memory = {0};
    struct night first, second;
    night_open(&first);
    night_add(&first, 0, 0, 1000, 300, 50, WH_TREND_NEW);
    night_end(&first, 1, &memory);
    night_open(&second);
    night_add(&second, 700, 0, 300, 300, 20, WH_TREND_STEADY);
    night_add(&second, 0, 0, 500, 300, 30, WH_TREND_STEADY);
    night_end(&second, 2, &memory);
    assert_string_equal(second.hotspot[1].id, "t-e5-n1"); /* the larger half keeps it */
    assert_int_equal(second.hotspot[1].n_parents, 0);
    assert_int_equal(second.hotspot[1].since_day, 1);
    assert_string_equal(second.hotspot[0].id, "t-e8-n1");
    assert_int_equal(second.hotspot[0].n_parents, 1);
    assert_string_equal(second.hotspot[0].parent[0], "t-e5-n1");
    assert_int_equal(second.hotspot[0].since_day, 2);
    assert_int_equal(memory.n, 2);
    wh_arena_finish(&first.arena);
    wh_arena_finish(&second.arena);
    wh_spot_memory_finish(ctx, &memory);
}

static void a_merger_names_what_it_took(void **unused)
{
    (void)unused;
    struct wh_spot_memory memory = {0};
    struct night first, second, third;
    night_open(&first);
    night_add(&first, 0, 0, 500, 300, 50, WH_TREND_NEW);
    night_add(&first, 700, 0, 300, 300, 50, WH_TREND_NEW);
    night_end(&first, 1, &memory);
    night_open(&second);
    night_add(&second, 0, 0, 1000, 300, 90, WH_TREND_GROWING);
    night_end(&second, 2, &memory);
    assert_string_equal(second.hotspot[0].id, "t-e2-n1");
    assert_int_equal(second.hotspot[0].n_parents, 1);
    assert_string_equal(second.hotspot[0].parent[0], "t-e8-n1");
    assert_int_equal(memory.n, 1); /* what merged does not come back as itself */
    night_open(&third);
    night_add(&third, 0, 0, 1000, 300, 90, WH_TREND_STEADY);
    night_end(&third, 3, &memory);
    assert_int_equal(third.hotspot[0].n_parents, 1);
    assert_string_equal(third.hotspot[0].parent[0], "t-e8-n1");
    wh_arena_finish(&first.arena);
    wh_arena_finish(&second.arena);
    wh_arena_finish(&third.arena);
    wh_spot_memory_finish(ctx, &memory);
}

static void what_returns_is_known_for_three_months(void **unused)
{
    (void)unused;
    for (unsigned round = 0; round < 2; round++) {
        struct wh_spot_memory memory = {0};
        struct night first, quiet, back;
        const int64_t return_day = round == 0 ? 93 : 94;
        night_open(&first);
        night_add(&first, 0, 0, 500, 500, 50, WH_TREND_NEW);
        night_end(&first, 1, &memory);
        night_open(&quiet); /* it has fallen off: told once as gone, by its own id */
        night_add(&quiet, 100, 0, 500, 500, 3, WH_TREND_GONE);
        night_end(&quiet, return_day, &memory);
        assert_string_equal(quiet.hotspot[0].id, "t-e2-n2");
        assert_int_equal(quiet.hotspot[0].since_day, 1);
        assert_int_equal(quiet.hotspot[0].n_counts, 1);
        night_open(&back);
        night_add(&back, 0, 0, 400, 500, 50, WH_TREND_GROWING);
        night_end(&back, return_day + 1, &memory);
        assert_int_equal(back.hotspot[0].since_day, round == 0 ? 1 : return_day + 1);
        wh_arena_finish(&first.arena);
        wh_arena_finish(&quiet.arena);
        wh_arena_finish(&back.arena);
        wh_spot_memory_finish(ctx, &memory);
    }
}

static void no_two_have_one_id(void **unused)
{
    (void)unused;
    struct wh_spot_memory memory = {0};
    struct night first, second;
    night_open(&first);
    night_add(&first, 0, 0, 900, 900, 50, WH_TREND_NEW);
    night_end(&first, 1, &memory);
    /* Elsewhere now, while a new one peaks where the old one did: too small a part of it to be it.
     */
    night_open(&second);
    night_add(&second, 420, 420, 60, 2000, 20, WH_TREND_NEW);
    second.hotspot[0].id = "t-e4-n4";
    night_end(&second, 2, &memory);
    assert_string_equal(second.hotspot[0].id, "t-e4-n4-2");
    assert_int_equal(memory.n, 2);
    wh_arena_finish(&first.arena);
    wh_arena_finish(&second.arena);
    wh_spot_memory_finish(ctx, &memory);
}

static void those_that_stand_choose_first(void **unused)
{
    (void)unused;
    struct wh_spot_memory memory = {0};
    struct night first, second;
    night_open(&first);
    night_add(&first, 0, 0, 600, 600, 50, WH_TREND_NEW);
    night_end(&first, 1, &memory);
    night_open(&second);
    night_add(&second, 0, 0, 600, 600, 3, WH_TREND_GONE); /* more ground, but gone */
    night_add(&second, 0, 0, 400, 600, 30, WH_TREND_STEADY);
    night_end(&second, 2, &memory);
    assert_string_equal(second.hotspot[1].id, "t-e3-n3");
    assert_string_equal(second.hotspot[0].id, "t-e3-n3-2");
    wh_arena_finish(&first.arena);
    wh_arena_finish(&second.arena);
    wh_spot_memory_finish(ctx, &memory);
}

static void history_has_an_end(void **unused)
{
    (void)unused;
    struct wh_spot_memory memory = {0};
    for (int64_t day = 0; day < WH_MOST_COUNTS + 20; day++) {
        struct night night;
        night_open(&night);
        night_add(&night, 0, 0, 600, 600, 50, WH_TREND_STEADY);
        night_end(&night, day, &memory);
        wh_arena_finish(&night.arena);
    }
    assert_int_equal(memory.spot[0].n_counts, WH_MOST_COUNTS);
    assert_int_equal(memory.spot[0].count[0].day, 20);
    assert_int_equal(memory.spot[0].first_day, 0);
    wh_spot_memory_finish(ctx, &memory);
}

static void memory_that_ends_leaves_nothing_behind(void **unused)
{
    (void)unused;
    if (!wh_fault_injection_built()) {
        print_message(
            "SKIPPED: this build has no fault injection (meson option fault_injection)\n");
        skip();
    }
    struct wh_spot_memory memory = {0};
    struct night first;
    night_open(&first);
    night_add(&first, 0, 0, 500, 300, 50, WH_TREND_NEW);
    night_add(&first, 700, 0, 300, 300, 50, WH_TREND_NEW);
    night_end(&first, 1, &memory);
    wh_arena_finish(&first.arena);
    enum wh_status status = WH_ERR_LIMIT;
    for (uint64_t n = 1; status != WH_OK; n++) {
        struct wh_error err = {0};
        struct wh_spot_memory after = {0};
        struct night second;
        const struct wh_identity_options opt = {2, 0.5, 92};
        night_open(&second);
        night_add(&second, 0, 0, 1000, 300, 90, WH_TREND_GROWING);
        night_add(&second, 5000, 0, 100, 300, 90, WH_TREND_NEW);
        wh_alloc_fail_at(ctx, n, false);
        status =
            wh_hotspot_identify(ctx, &opt, &memory, &second.arena, &second.theme, &after, &err);
        wh_alloc_fail_at(ctx, 0, false);
        assert_true(status == WH_OK || status == WH_ERR_LIMIT);
        wh_spot_memory_finish(ctx, &after);
        wh_arena_finish(&second.arena);
    }
    wh_spot_memory_finish(ctx, &memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stays_keeps_its_id_and_ages),
        cmocka_unit_test(a_split_names_its_parent),
        cmocka_unit_test(a_merger_names_what_it_took),
        cmocka_unit_test(what_returns_is_known_for_three_months),
        cmocka_unit_test(no_two_have_one_id),
        cmocka_unit_test(those_that_stand_choose_first),
        cmocka_unit_test(history_has_an_end),
        cmocka_unit_test(memory_that_ends_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
