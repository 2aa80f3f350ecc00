/* Sentences of a report in English, and that its figures read there as they do in data files. */
#include "base/time.h"
#include "render/words.h"
#include "wh_test_ctx.h"

static struct wh_language *english;

static struct wh_figures figures(uint32_t now, uint32_t before)
{
    return (struct wh_figures){.count = {now, WH_SHOWN}, .previous = {before, WH_SHOWN}};
}

static double change_z = 1.96;

static void assert_ward_says(struct wh_figures its, bool previous_is_complete, const char *expected)
{
    const struct wh_theme theme = {.id = "potholes", .title = "Potholes", .window_days = 90};
    struct wh_figures ward[2] = {{{0}, {0}, 0, 0}, its};
    const struct wh_theme_report report_of = {.theme = &theme,
                                              .previous_is_complete = previous_is_complete,
                                              .ward = ward,
                                              .total = its,
                                              .change_z = change_z};
    const struct wh_report report = {.hide_below = 5};
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    wh_say_ward(&buf, english, &report, &report_of, 1);
    assert_string_equal(buf.ptr, expected);
    wh_buf_clear(&buf);
    wh_say_ward(&buf, english, &report, &report_of, -1); /* everywhere: from the total */
    assert_string_equal(buf.ptr, expected);
    wh_buf_finish(&buf);
}

static void a_ward_is_said_in_one_sentence(void **state)
{
    (void)state;
    assert_ward_says(figures(491, 584), true,
                     "491 requests, down from 584 in the 90 days before. A fall this large is "
                     "unlikely to be chance.");
    assert_ward_says(figures(1500, 1000), true,
                     "1,500 requests, up from 1,000 in the 90 days before. A rise this large is "
                     "unlikely to be chance.");
    assert_ward_says(figures(1, 0), true,
                     "1 request, about the same as in the 90 days before (0).");
    assert_ward_says(figures(12, 10), true,
                     "12 requests, about the same as in the 90 days before (10).");
    assert_ward_says(figures(12, 0), false, "12 requests.");
    struct wh_figures hidden = figures(12, 0);
    hidden.previous.shown = WH_WITHHELD;
    assert_ward_says(hidden, true, "12 requests.");
    hidden.count = (struct wh_count){0, WH_FEW};
    assert_ward_says(hidden, true, "Fewer than 5 requests.");
    hidden.count = (struct wh_count){0, WH_WITHHELD};
    assert_ward_says(hidden, true,
                     "The number of requests is not shown, to protect small numbers elsewhere.");
}

static void a_longer_period_is_said(void **state)
{
    (void)state;
    struct wh_theme theme = {.window_days = 365, .window_is_lengthened = true};
    const struct wh_theme_report report_of = {.theme = &theme, .total = figures(12, 0)};
    const struct wh_report report = {.hide_below = 5};
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    wh_say_ward(&buf, english, &report, &report_of, -1);
    assert_string_equal(buf.ptr, "12 requests. Over 365 days, since in shorter periods too many "
                                 "wards have too few requests to show.");
    wh_buf_clear(&buf);
    theme.n_any = 1;
    wh_say_window(&buf, english, &theme);
    assert_string_equal(buf.ptr, " Over 365 days, since in shorter periods one service or more has "
                                 "too few requests to show in too many wards.");
    wh_buf_finish(&buf);
}

/* The same z as trends: a page must not call a change both steady and unlikely to be chance. */
static void a_sentence_holds_to_the_change_that_counts(void **state)
{
    (void)state;
    change_z = 3;
    assert_ward_says(figures(491, 584), true,
                     "491 requests, about the same as in the 90 days before (584).");
    change_z = 1.96;
}

static void a_hot_spot_is_said_by_its_name(void **state)
{
    (void)state;
    const struct wh_theme theme = {.window_days = 90};
    const struct wh_theme_report report_of = {
        .theme = &theme, .previous_is_complete = true, .change_z = 1.96};
    const struct wh_report report = {.hide_below = 5};
    struct wh_hotspot hotspot = {.name = "around Mill Lane",
                                 .figures = figures(96, 40),
                                 .trend = WH_TREND_GROWING,
                                 .since_day = WH_NO_DAY};
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    wh_say_hotspot(&buf, english, &report, &report_of, &hotspot);
    assert_string_equal(
        buf.ptr,
        "Around Mill Lane: 96 requests, up from 40 in the 90 days before. A rise this large "
        "is unlikely to be chance.");
    struct wh_theme_report compared = report_of;
    compared.base =
        (struct wh_base_note){.kind = WH_BASE_HOUSEHOLDS, .false_discovery = 0.05, .ratio = 1.3};
    hotspot.evidence.expected = 12.6;
    wh_buf_clear(&buf);
    wh_say_hotspot(&buf, english, &report, &compared, &hotspot);
    assert_string_equal(
        buf.ptr,
        "Around Mill Lane: 96 requests (a typical area with as many homes would have 13), up from "
        "40 in the 90 days before. A rise this large is unlikely to be chance.");
    compared.period.to_day = 20000;
    hotspot.since_day = 20000; /* tonight */
    wh_buf_clear(&buf);
    wh_say_hotspot(&buf, english, &report, &compared, &hotspot);
    assert_null(strstr(buf.ptr, "since"));
    hotspot.since_day = 19967;
    wh_buf_clear(&buf);
    wh_say_hotspot(&buf, english, &report, &compared, &hotspot);
    assert_non_null(strstr(buf.ptr, " A hot spot since 1 September 2024."));
    hotspot.since_day = WH_NO_DAY;
    hotspot.evidence.expected = (double)NAN; /* not said, or hidden */
    wh_buf_clear(&buf);
    wh_say_hotspot(&buf, english, &report, &compared, &hotspot);
    assert_null(strstr(buf.ptr, "typical"));
    wh_buf_clear(&buf);
    wh_say_hotspot_method(&buf, english, &compared);
    assert_string_equal(buf.ptr,
                        "A hot spot is where there are at least 1.3 times the requests that a "
                        "typical area with as many homes has, and where that is unlikely to be "
                        "chance (false-discovery rate 5 %).");
    hotspot.trend = WH_TREND_NEW;
    hotspot.figures = figures(9, 8);
    hotspot.name = "High Street";
    wh_buf_clear(&buf);
    wh_say_hotspot(&buf, english, &report, &report_of, &hotspot);
    assert_string_equal(
        buf.ptr, "High Street: 9 requests, about the same as in the 90 days before (8). New.");
    hotspot.trend = WH_TREND_GONE;
    hotspot.figures.count = (struct wh_count){0, WH_FEW};
    wh_buf_clear(&buf);
    wh_say_hotspot(&buf, english, &report, &report_of, &hotspot);
    assert_string_equal(buf.ptr, "High Street: fewer than 5 requests. No longer a hot spot.");
    wh_buf_finish(&buf);
}

/* What was said into `buf` is what the data files' words are. */
static void assert_same(struct wh_buf *buf, const char *words)
{
    assert_string_equal(wh_buf_view(buf).ptr, words);
    wh_buf_clear(buf);
}

static void figures_read_as_in_data_files(void **state)
{
    (void)state;
    static const double RATE[] = {0,     0.04,  0.05,  41.34,  41,
                                  99.94, 99.96, 100.4, 1234.5, (double)NAN};
    static const uint32_t COUNT[] = {0, 1, 4, 999, 4812, 1234567, UINT32_MAX};
    const struct wh_legend legend[] = {{.n = 4, .break_at = {0.5, 12.5, 80, 12000}},
                                       {.n = 3, .break_at = {0.00123, 9.996, 999.6}},
                                       {.n = 0}};
    const struct wh_period period[] = {{.from_day = 20670, .to_day = 20760},
                                       {.from_day = 20400, .to_day = 20760},
                                       {.from_day = 20759, .to_day = 20760}};
    char words[96];
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    for (size_t i = 0; i < sizeof COUNT / sizeof *COUNT; i++) {
        for (uint8_t shown = WH_SHOWN; shown <= WH_UNDEFINED; shown++) {
            struct wh_figures f = figures(COUNT[i], 1000);
            f.count.shown = shown;
            wh_say_count(&buf, english, &f.count, 5);
            assert_same(&buf, wh_count_words(&f.count, 5, words, sizeof words));
            wh_say_change(&buf, english, &f, i % 2 == 0);
            assert_same(&buf, wh_change_words(&f, i % 2 == 0, words, sizeof words));
            for (size_t r = 0; r < sizeof RATE / sizeof *RATE; r++) {
                wh_say_rate(&buf, english, RATE[r], &f.count);
                assert_same(&buf, wh_rate_words(RATE[r], &f.count, words, sizeof words));
            }
        }
    }
    for (size_t i = 0; i < sizeof legend / sizeof *legend; i++) {
        for (uint32_t c = 0; c < 6; c++) {
            wh_say_class(&buf, english, &legend[i], c);
            assert_same(&buf, wh_class_words(&legend[i], c, words, sizeof words));
        }
        wh_say_period(&buf, english, &period[i]);
        assert_same(&buf, wh_period_words(&period[i], words, sizeof words));
    }
    for (int trend = WH_TREND_NEW; trend <= WH_TREND_UNKNOWN; trend++) {
        wh_say_trend(&buf, english, (enum wh_trend)trend);
        assert_same(&buf, wh_trend_words((enum wh_trend)trend));
    }
    wh_buf_finish(&buf);
}

static void a_place_is_said_as_it_is_named(void **state)
{
    (void)state;
    static const struct {
        struct wh_spot_place place;
        const char *said;
    } CASES[] = {
        {{WH_PLACE_NAMED, NULL, NULL, 0}, "by the old mill"},
        {{WH_PLACE_AROUND, "Mill Lane", NULL, 0}, "around Mill Lane"},
        {{WH_PLACE_AROUND_TWO, "Mill Lane", "Bath and Wells Road", 0},
         "around Mill Lane and Bath and Wells Road"},
        {{WH_PLACE_AROUND_NEAR, "Mill Lane", "Thornley", 0}, "around Mill Lane near Thornley"},
        {{WH_PLACE_NEAR, "Thornley", NULL, 0}, "near Thornley"},
        {{WH_PLACE_IN, "Minster", NULL, 0}, "in Minster"},
        {{WH_PLACE_IN_TWO, "Minster", "Castle", 0}, "in Minster and Castle"},
        {{WH_PLACE_IN_NUMBERED, "Minster", NULL, 3}, "in Minster (3)"},
        {{WH_PLACE_SQUARE, "412", "345", 3}, "near grid square 412 345 (3)"},
    };
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const struct wh_hotspot hotspot = {.name = "by the old mill", .place = CASES[i].place};
        wh_say_place(&buf, english, &hotspot);
        assert_same(&buf, CASES[i].said);
    }
    wh_buf_finish(&buf);
}

static int load(void **state)
{
    struct wh_error err;
    (void)make_ctx(state);
    return wh_language_load(ctx, WH_SOURCE_ROOT "/styles", NULL, "en", &english, &err) == WH_OK
               ? 0
               : -1;
}

static int unload(void **state)
{
    wh_language_destroy(ctx, english);
    return drop_ctx(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ward_is_said_in_one_sentence),
        cmocka_unit_test(a_longer_period_is_said),
        cmocka_unit_test(a_sentence_holds_to_the_change_that_counts),
        cmocka_unit_test(a_hot_spot_is_said_by_its_name),
        cmocka_unit_test(figures_read_as_in_data_files),
        cmocka_unit_test(a_place_is_said_as_it_is_named),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
