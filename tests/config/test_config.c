/* The config: everything that is wrong in one go, each with its line; what is right comes through.
 */
#include <unistd.h>

#include "config/config.h"
#include "wh_test.h"

static const char good[] = "title: Testham\n"
                           "crs: EPSG:27700\n"
                           "state: state/\n"
                           "publish: {to: publish/}\n"
                           "wards: {path: wards.geojson, code: code}\n"
                           "sources:\n"
                           "  - id: crm\n"
                           "    path: \"crm/*.csv\"\n"
                           "    fields: {opened: opened, category: type, x: e, y: n}\n"
                           "themes:\n"
                           "  - {id: noise, title: Noise, where: {category: noise}, window: 12w}\n";

struct loaded {
    struct wh_ctx *ctx;
    struct wh_config config;
    struct wh_config_faults faults;
    enum wh_status status;
    struct wh_error err;
};

static void load_text(struct loaded *loaded, const char *text, size_t len)
{
    char path[] = "/tmp/wh-config-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), (ssize_t)len);
    close(fd);
    *loaded = (struct loaded){.ctx = wh_test_ctx()};
    loaded->status =
        wh_config_load(loaded->ctx, path, &loaded->config, &loaded->faults, &loaded->err);
    unlink(path);
}

static void close_loaded(struct loaded *loaded)
{
    wh_config_faults_finish(loaded->ctx, &loaded->faults);
    wh_config_finish(loaded->ctx, &loaded->config);
    wh_ctx_destroy(loaded->ctx);
}

/* Loads `good` with one line changed, and expects exactly one fault on `line`. */
static void expect_fault(const char *from, const char *to, uint32_t line, const char *message)
{
    char text[4096];
    struct loaded loaded;
    const char *at = strstr(good, from);
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
    load_text(&loaded, text, strlen(text));
    assert_int_equal(loaded.status, WH_ERR_CONFIG);
    if (loaded.faults.n != 1 || strstr(loaded.faults.fault[0].message, message) == NULL ||
        loaded.faults.fault[0].line != line) {
        for (size_t i = 0; i < loaded.faults.n; i++) {
            print_message("%u: %s\n", loaded.faults.fault[i].line, loaded.faults.fault[i].message);
        }
        fail_msg("expected line %u: %s", line, message);
    }
    close_loaded(&loaded);
}

static void a_good_config_comes_through_with_its_defaults(void **unused)
{
    (void)unused;
    struct loaded loaded;
    load_text(&loaded, good, strlen(good));
    assert_int_equal(loaded.status, WH_OK);
    assert_string_equal(loaded.config.title, "Testham");
    assert_int_equal(loaded.config.theme[0].window_days, 84);
    assert_string_equal(loaded.config.source[0].column[WH_FIELD_X], "e");
    assert_int_equal(loaded.config.privacy.hide_below, 5);
    assert_int_equal(loaded.config.outputs.zoom_max, 16);
    assert_true(loaded.config.density.bandwidth_is_auto);
    close_loaded(&loaded);
}

static void each_fault_names_its_line_and_what_was_expected(void **unused)
{
    (void)unused;
    expect_fault("publish: {to: publish/}", "publish: {to: publish/, keep_relases: 3}", 4,
                 "unknown key \"keep_relases\" (did you mean keep_releases?)");
    expect_fault("EPSG:27700", "https://example.org/crs", 2, "expected a code as in EPSG:27700");
    expect_fault("wards.geojson", "/vsicurl/http://example.org/w", 5, "input must be a file path");
    expect_fault("id: noise", "id: Noise!", 11, "expected at most 64 of a-z, 0-9 and -");
    expect_fault("window: 12w", "window: soon", 11, "expected days or weeks");
    expect_fault("x: e, y: n", "x: e", 9, "x and y go together");
    expect_fault("title: Testham\n", "title: Testham\ndensity: {bandwidth_m: -5}\n", 2,
                 "expected a number from 1 to 50000, not \"-5\"");
    expect_fault("title: Testham\n", "title: Testham\ndensity: {bandwidth_m: nan}\n", 2,
                 "expected a number from 1 to 50000");
    expect_fault("title: Testham\n", "title: Testham\nhotspots: {method: gi-star}\n", 2,
                 "is not in this version");
    expect_fault("title: Testham\n", "title: \"\xff\"\n", 1, "not UTF-8");
}

static void everything_that_is_wrong_is_listed_in_one_go(void **unused)
{
    (void)unused;
    static const char text[] = "title: Testham\ncrs: nowhere\ndatum: maybe\nstate: s\n"
                               "publish: {to: p}\nwards: {path: w.geojson}\nsources: []\n";
    struct loaded loaded;
    load_text(&loaded, text, strlen(text));
    assert_int_equal(loaded.status, WH_ERR_CONFIG);
    assert_int_equal(loaded.faults.n, 5); /* crs, datum, wards.code, sources, themes */
    for (size_t i = 1; i < loaded.faults.n; i++) {
        assert_true(loaded.faults.fault[i - 1].line <= loaded.faults.fault[i].line);
    }
    close_loaded(&loaded);
}

static void damaged_files_never_crash_and_always_say_why(void **unused)
{
    (void)unused;
    uint64_t state = 20261103; /* seed */
    for (int round = 0; round < 3000; round++) {
        char text[sizeof good];
        struct loaded loaded;
        memcpy(text, good, sizeof good);
        for (int change = 0; change < 3; change++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            text[(state >> 33) % (sizeof good - 1)] = (char)(state >> 56);
        }
        load_text(&loaded, text, sizeof good - 1);
        if (loaded.status != WH_OK && loaded.err.message[0] == '\0') {
            fail_msg("round %d of seed 20261103: no sentence", round);
        }
        close_loaded(&loaded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_config_comes_through_with_its_defaults),
        cmocka_unit_test(each_fault_names_its_line_and_what_was_expected),
        cmocka_unit_test(everything_that_is_wrong_is_listed_in_one_go),
        cmocka_unit_test(damaged_files_never_crash_and_always_say_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
