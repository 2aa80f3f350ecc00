/* Every allocation fails once, and from there on: hot spots end with a sentence and leave nothing
 * behind. */
#include "town.h"

static enum wh_status find_hotspots(struct town *town, struct wh_error *err)
{
    const struct wh_hotspot_options opt = {
        .share = 0.5, .at_least = 5, .at_most = 15, .change_z = 1.96};
    const struct wh_hotspot_input now = {
        .points = &town->points[0], .ward = town->ward[0], .density = &town->density[0]};
    const struct wh_hotspot_input before = {
        .points = &town->points[1], .ward = town->ward[1], .density = &town->density[1]};
    struct wh_theme_report *theme = &town->report;
    struct wh_report report = {.theme = theme, .n_themes = 1};
    struct wh_legend legend = {0};
    *theme = (struct wh_theme_report){.theme = &town->theme, .previous_is_complete = true};
    wh_arena_init(&report.arena, town->ctx);
    enum wh_status status =
        wh_area_figures(town->ctx, &now, &before, &town->wards, &report.arena, theme, err);
    if (status == WH_OK) {
        status = wh_legend_breaks(town->ctx, &town->density[0], 5, &legend, err);
    }
    if (status == WH_OK) {
        status = wh_hotspots(town->ctx, &opt, &now, &before, &town->wards, &town->streets,
                             &town->places, &report.arena, theme, err);
    }
    if (status == WH_OK) {
        assert_true(theme->n_hotspots >= 3); /* two of now, one gone */
    }
    wh_report_finish(town->ctx, &report); /* what an error leaves is finished as what stands */
    *theme = (struct wh_theme_report){0};
    return status;
}

static void hot_spots_survive_every_failed_allocation(void **unused)
{
    (void)unused;
    if (!wh_fault_injection_built()) {
        print_message(
            "SKIPPED: this build has no fault injection (meson option fault_injection)\n");
        skip();
    }
    uint64_t seed = 21;
    struct town town;
    struct wh_error err = {0};
    const struct wh_hotspot_options opt = {.share = 0.5, .at_most = 1};
    town_open(&town, &seed);
    town_cluster(&town, &seed, 0, 600, 600, 60, 40);
    town_cluster(&town, &seed, 0, 1500, 1000, 200, 60);
    town_cluster(&town, &seed, 1, 2500, 1500, 60, 40);
    town_run(&town, 150, 20, &opt);
    for (size_t i = 0; i < town.report.n_hotspots; i++) { /* its own report is not needed */
        wh_hotspot_finish(town.ctx, &town.report.hotspot[i]);
    }
    town.report = (struct wh_theme_report){0};
    assert_wh_ok(find_hotspots(&town, &err));
    const size_t before = wh_alloc_in_use(town.ctx);
    for (unsigned sticky = 0; sticky < 2; sticky++) {
        enum wh_status status = WH_ERR_LIMIT;
        uint64_t n = 1;
        for (; status != WH_OK; n++) {
            err = (struct wh_error){0};
            wh_alloc_fail_at(town.ctx, n, sticky != 0);
            status = find_hotspots(&town, &err);
            wh_alloc_fail_at(town.ctx, 0, false);
            assert_int_equal(wh_alloc_in_use(town.ctx), before);
            assert_true(status == WH_OK || status == WH_ERR_LIMIT);
            assert_true(status == WH_OK || strstr(err.message, "memory") != NULL);
        }
        print_message("%u failures, %s\n", (unsigned)(n - 2), sticky != 0 ? "for good" : "once");
        assert_true(n > 20);
    }
    town_close(&town);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hot_spots_survive_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
