/* Every allocation fails once, and from there on: disclosure ends with a sentence, without a
 * report, and leaves nothing behind. */
#include "attack.h"

static void disclosure_survives_every_failed_allocation(void **unused)
{
    (void)unused;
    if (!wh_fault_injection_built()) {
        print_message(
            "SKIPPED: this build has no fault injection (meson option fault_injection)\n");
        skip();
    }
    struct council council;
    struct truth truth;
    struct wh_disclose_stats stats;
    const struct wh_disclose_options opt = {.hide_below = 5};
    uint64_t seed = 4;
    council_open(&council, 4, 2);
    council.theme[0].n_categories = 0; /* nested, if the numbers are */
    for (size_t i = 0; i < 2; i++) {
        truth_draw(&truth, &seed, 4, 2, i == 0 ? 90 : 9);
        council_tell(&council, i, &truth);
    }
    const size_t before = wh_alloc_in_use(council.ctx);
    for (unsigned sticky = 0; sticky < 2; sticky++) {
        enum wh_status status = WH_ERR_LIMIT;
        uint64_t n = 1;
        for (; status != WH_OK; n++) {
            struct wh_public_report report = {0};
            struct wh_error err = {0};
            wh_alloc_fail_at(council.ctx, n, sticky != 0);
            status = wh_disclose(council.ctx, &council.officer, &opt, &report, &stats, &err);
            wh_alloc_fail_at(council.ctx, 0, false);
            if (status == WH_OK) {
                assert_int_equal(report.body.n_themes, 2);
                wh_public_report_finish(council.ctx, &report);
            } else {
                assert_int_equal(status, WH_ERR_LIMIT);
                assert_text_has(err.message, "memory");
                assert_null(report.body.theme);
            }
            assert_int_equal(wh_alloc_in_use(council.ctx), before);
        }
        print_message("%u failures, %s\n", (unsigned)(n - 2), sticky != 0 ? "for good" : "once");
        assert_true(n > 20);
    }
    council_close(&council);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(disclosure_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
