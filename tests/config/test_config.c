/* The config: what is right comes through with its defaults; a whole file is told at once. */
#include <sys/stat.h>
#include <unistd.h>

#include "config_test.h"

static void a_good_config_comes_through_with_its_defaults(void **unused)
{
    (void)unused;
    struct loaded loaded;
    struct wh_error err = {0};
    load_text(&loaded, good_config);
    err = loaded.err;
    assert_wh_ok(loaded.status);
    const struct wh_config *config = &loaded.config;
    assert_string_equal(config->title, "Testham");
    assert_string_equal(config->timezone, "Europe/London");
    assert_int_equal(config->crs_opt.datum, WH_DATUM_REQUIRE);
    assert_string_equal(config->state, "conf/state");
    assert_string_equal(config->publish.to, "conf/publish");
    assert_int_equal(config->publish.public_every, WH_EVERY_MONTH);
    assert_int_equal(config->publish.keep_releases, 14);
    assert_int_equal(config->density.kernel, WH_KERNEL_QUARTIC);
    assert_int_equal(config->density.edge, WH_EDGE_DIGGLE);
    assert_false(config->density.max_error > 0);
    assert_false(config->density.bandwidth_is_auto);
    assert_int_equal((int)config->density.bandwidth_m, 400);
    assert_int_equal(config->hotspots.at_least, 10);
    assert_int_equal(config->hotspots.at_most, 15);
    assert_int_equal(config->privacy.hide_below, 5);
    assert_int_equal(config->privacy.n_sensitive, 0);
    assert_true(fabs(config->quality.max_unreadable - 0.05) < 1e-12);
    assert_true(fabs(config->quality.default_share - 0.02) < 1e-12);
    assert_int_equal(config->quality.default_at_least, 50);
    assert_true(fabs(config->repeats.distance_m - 50) < 1e-12);
    assert_int_equal(config->repeats.days, 30);
    assert_int_equal(config->outputs.zoom_min, 9);
    assert_string_equal(config->outputs.style, "standard");
    assert_string_equal(config->outputs.print_style, "standard");
    assert_false(config->outputs.whole_maps);
    assert_int_equal(config->outputs.zoom_max, 16);
    assert_true(config->outputs.tiles && config->outputs.print && config->outputs.geojson &&
                config->outputs.dashboard);
    assert_int_equal(strlen(config->sha256), 64);
    close_loaded(&loaded);
}

static void lists_keep_their_order_and_their_own_defaults(void **unused)
{
    (void)unused;
    struct loaded loaded;
    load_text(&loaded, good_config);
    const struct wh_config *config = &loaded.config;
    assert_int_equal(config->n_gazetteers, 1);
    assert_string_equal(config->gazetteer[0].pattern, "conf/codepo/*.csv");
    assert_string_equal(config->gazetteer[0].field[WH_GAZ_X], "e");
    assert_null(config->gazetteer[0].field[WH_GAZ_POSTCODE]);
    assert_string_equal(config->basemap.layer[WH_BASEMAP_ROADS].path, "conf/roads.gpkg");
    assert_string_equal(config->basemap.layer[WH_BASEMAP_WATER].layer, "lakes");
    assert_null(config->basemap.layer[WH_BASEMAP_RAIL].path);
    assert_int_equal(config->n_sources, 2);
    assert_string_equal(config->source[0].crs, "EPSG:27700");
    assert_string_equal(config->source[0].date_format, "iso");
    assert_string_equal(config->source[0].column[WH_FIELD_CATEGORY], "type");
    assert_int_equal(config->source[0].key, WH_KEY_UPSERT);
    assert_true(config->source[0].is_required);
    assert_string_equal(config->source[1].crs, "EPSG:4326");
    assert_int_equal(config->source[1].key, WH_KEY_KEEP);
    assert_string_equal(config->source[1].date_format, "%Y-%m");
    assert_string_equal(config->source[1].column[WH_FIELD_X], "Longitude");
    assert_int_equal(config->n_themes, 1);
    assert_int_equal(config->theme[0].window_days, 84);
    assert_string_equal(config->theme[0].category[0], "noise");
    close_loaded(&loaded);
}

/* Keys whose only possible value is what this version does anyway. */
static void keys_that_equal_what_this_version_does_are_accepted(void **unused)
{
    (void)unused;
    static const char *const same[][2] = {
        {"profile: police.uk", "profile: police.uk, history: full"},
        {"paper: A4", "paper: A4, languages: [en]"},
        {"zoom: [9, 16]", "zoom: [9, 16], format: pmtiles"},
        {"outputs: {", "outputs: {geopackage: false, "},
        {"window: 12w", "window: 84d, relative_to: addresses"},
        {"title: Testham\n", "title: Testham\ntimezone: Pacific/Auckland\n"},
        {"bandwidth_m: 400", "bandwidth_m: auto"},
        {"tiles: {zoom: [9, 16]}", "tiles: true"},
        {"path: police.csv", "path: ./a:b.csv"},
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        char text[4096];
        struct loaded loaded;
        change(text, sizeof text, same[i][0], same[i][1]);
        load_text(&loaded, text);
        if (loaded.status != WH_OK) {
            fail_msg("%s: %s", same[i][1], loaded.err.message);
        }
        close_loaded(&loaded);
    }
}

static void a_window_may_be_left_to_the_requests(void **unused)
{
    (void)unused;
    char text[4096];
    struct loaded loaded;
    change(text, sizeof text, "window: 12w", "window: auto");
    load_text(&loaded, text);
    struct wh_error err = loaded.err;
    assert_wh_ok(loaded.status);
    assert_true(loaded.config.theme[0].window_is_auto);
    assert_int_equal(loaded.config.theme[0].window_days, 90); /* until requests are at hand */
    assert_int_equal(loaded.config.overall.window_days, 90);
    assert_false(loaded.config.overall.window_is_lengthened);
    close_loaded(&loaded);
}

static void a_bandwidth_may_be_chosen_by_a_method(void **unused)
{
    (void)unused;
    char text[4096];
    struct loaded loaded;
    change(text, sizeof text, "bandwidth_m: 400", "bandwidth_m: auto:next-pai");
    load_text(&loaded, text);
    assert_int_equal(loaded.status, WH_OK);
    assert_true(loaded.config.density.bandwidth_is_auto && loaded.config.density.has_selector);
    assert_int_equal(loaded.config.density.selector, WH_SELECT_NEXT_PAI);
    close_loaded(&loaded);
    change(text, sizeof text, "bandwidth_m: 400", "bandwidth_m: auto");
    load_text(&loaded, text);
    assert_true(loaded.config.density.bandwidth_is_auto && !loaded.config.density.has_selector);
    close_loaded(&loaded);
}

static void a_density_has_any_kernel_and_may_be_a_little_wrong(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < WH_N_KERNELS; i++) {
        char text[4096], keys[96];
        struct loaded loaded;
        snprintf(keys, sizeof keys, "density: {kernel: %s, max_error: 0.002, ",
                 wh_kernel_name((enum wh_kernel)i));
        change(text, sizeof text, "density: {", keys);
        load_text(&loaded, text);
        assert_int_equal(loaded.status, WH_OK);
        assert_int_equal(loaded.config.density.kernel, i);
        assert_true(fabs(loaded.config.density.max_error - 0.002) < 1e-15);
        close_loaded(&loaded);
    }
}

static void a_source_may_say_how_fresh_it_must_be(void **unused)
{
    (void)unused;
    char text[4096];
    struct loaded loaded;
    change(text, sizeof text, "profile: police.uk", "profile: police.uk, fresh_within: 2w");
    load_text(&loaded, text);
    assert_int_equal(loaded.status, WH_OK);
    assert_int_equal(loaded.config.source[0].fresh_within_days, 0);
    assert_int_equal(loaded.config.source[1].fresh_within_days, 14);
    close_loaded(&loaded);
}

static void lists_gates_and_retention_have_defaults_and_may_be_set(void **unused)
{
    (void)unused;
    char text[4096];
    struct loaded loaded;
    load_text(&loaded, good_config);
    assert_int_equal(loaded.status, WH_OK);
    assert_null(loaded.config.targets);
    assert_null(loaded.config.source[0].categories);
    assert_false(loaded.config.source[0].is_delta);
    assert_int_equal(loaded.config.privacy.retain_months, 25);
    assert_true(fabs(loaded.config.quality.min_placed_by_ward - 0.7) < 1e-9);
    assert_true(fabs(loaded.config.quality.unmapped - 0.01) < 1e-9);
    assert_true(fabs(loaded.config.quality.volume_change - 0.4) < 1e-9);
    close_loaded(&loaded);
    change(text, sizeof text, "title: Testham\n",
           "title: Testham\ntargets: t.csv\nholidays: h.csv\n");
    load_text(&loaded, text);
    assert_int_equal(loaded.status, WH_OK);
    assert_string_equal(loaded.config.targets, "conf/t.csv");
    assert_string_equal(loaded.config.holidays, "conf/h.csv");
    close_loaded(&loaded);
    change(text, sizeof text, "hide_below: 5", "retain: 2 years");
    load_text(&loaded, text);
    assert_int_equal(loaded.status, WH_OK);
    assert_int_equal(loaded.config.privacy.retain_months, 24);
    close_loaded(&loaded);
    change(text, sizeof text, "min_placed: 0.85",
           "min_placed_by_ward: 0.5, unmapped: 0.2, volume_change: 0");
    load_text(&loaded, text);
    assert_int_equal(loaded.status, WH_OK);
    assert_true(loaded.config.quality.volume_change <= 0);
    close_loaded(&loaded);
    change(text, sizeof text, "profile: police.uk",
           "profile: police.uk, history: delta, categories: lists/c.csv");
    load_text(&loaded, text);
    assert_int_equal(loaded.status, WH_OK);
    assert_true(loaded.config.source[1].is_delta);
    assert_string_equal(loaded.config.source[1].categories, "conf/lists/c.csv");
    close_loaded(&loaded);
}

static void an_output_is_made_unless_it_is_switched_off(void **unused)
{
    (void)unused;
    char text[4096];
    struct loaded loaded;
    change(text, sizeof text, "tiles: {zoom: [9, 16]}, print: {paper: A4}", "tiles: false");
    load_text(&loaded, text);
    assert_int_equal(loaded.status, WH_OK);
    assert_false(loaded.config.outputs.tiles);
    assert_true(loaded.config.outputs.print);
    close_loaded(&loaded);
}

struct wanted_fault {
    uint32_t line, column;
    const char *key, *message;
};

static void expect_faults(const struct loaded *loaded, const struct wanted_fault *wanted, size_t n)
{
    assert_int_equal(loaded->status, WH_ERR_CONFIG);
    size_t wrong = loaded->faults.n == n ? 0 : 1;
    for (size_t i = 0; i < loaded->faults.n; i++) {
        const struct wh_config_fault *fault = &loaded->faults.fault[i];
        if (i >= n || strcmp(fault->message, wanted[i].message) != 0 ||
            strcmp(fault->key, wanted[i].key) != 0 || fault->line != wanted[i].line ||
            fault->column != wanted[i].column) {
            print_message("%zu: %u:%u [%s] %s\n", i, fault->line, fault->column, fault->key,
                          fault->message);
            wrong++;
        }
    }
    if (wrong > 0) {
        fail_msg("%zu faults, %zu expected", loaded->faults.n, n);
    }
    assert_int_equal(loaded->err.line, wanted[0].line);
    assert_int_equal(loaded->err.column, wanted[0].column);
    assert_string_equal(loaded->err.message, wanted[0].message);
}

/* The example of DESIGN.md section 3, word for word. */
static void every_key_of_the_design_is_read(void **unused)
{
    (void)unused;
    struct loaded loaded;
    load_file(&loaded, WH_SOURCE_ROOT "/tests/config/design.yaml");
    assert_int_equal(loaded.status, WH_OK);
    assert_int_equal(loaded.config.outputs.tile_form, WH_TILES_PMTILES);
    assert_true(loaded.config.outputs.geopackage);
    close_loaded(&loaded);
}

static void tiles_come_in_three_forms(void **unused)
{
    (void)unused;
    static const char *const form[] = {"pmtiles", "mbtiles", "xyz"};
    for (unsigned i = 0; i < 3; i++) {
        struct loaded loaded;
        char text[4096], key[64];
        snprintf(key, sizeof key, "zoom: [9, 16], format: %s", form[i]);
        change(text, sizeof text, "zoom: [9, 16]", key);
        load_text(&loaded, text);
        assert_int_equal(loaded.status, WH_OK);
        assert_int_equal(loaded.config.outputs.tile_form, i);
        close_loaded(&loaded);
    }
}

static void everything_that_is_wrong_is_listed_in_one_go_by_line(void **unused)
{
    (void)unused;
    static const char text[] = "title: Testham\n"
                               "crs: nowhere\n"
                               "datum: maybe\n"
                               "timezone: Mars/Olympus\n"
                               "state: publish/state\n"
                               "publish: {to: publish, keep_relases: 3}\n"
                               "wards: {path: w.geojson}\n"
                               "sources: []\n"
                               "title: Again\n"
                               "quality: {min_placed: 85}\n";
    static const struct wanted_fault wanted[] = {
        {1, 1, "themes", "the key \"themes\" is missing"},
        {2, 6, "crs", "crs: expected an authority and a code, as in EPSG:27700, not \"nowhere\""},
        {3, 8, "datum", "datum: expected require or coarse, not \"maybe\""},
        {4, 11, "timezone",
         "timezone: expected a time zone as in Europe/London, not \"Mars/Olympus\""},
        {5, 8, "state", "state: it is private and must not be inside publish.to"},
        {6, 24, "publish.keep_relases",
         "unknown key \"keep_relases\" (did you mean keep_releases?)"},
        {7, 9, "wards.code", "the key \"code\" is missing in wards"},
        {8, 1, "sources",
         "sources: expected a list with at least one item, each item after a \"- \""},
        {9, 1, "", "the key \"title\" stands twice: first on line 1"},
        {10, 23, "quality.min_placed",
         "quality.min_placed: expected a number from 0 to 1, not \"85\""},
    };
    struct loaded loaded;
    load_text(&loaded, text);
    expect_faults(&loaded, wanted, sizeof wanted / sizeof *wanted);
    assert_string_equal(loaded.err.where, "conf/council.yaml");
    close_loaded(&loaded);
}

static void the_fixture_borough_and_a_bom_are_fine(void **unused)
{
    (void)unused;
    struct loaded loaded;
    load_file(&loaded, WH_SOURCE_ROOT "/fixtures/borough/council.yaml");
    if (loaded.status != WH_OK) {
        fail_msg("line %u: %s", (unsigned)loaded.err.line, loaded.err.message);
    }
    assert_int_equal(loaded.config.n_sources, 3);
    close_loaded(&loaded);
    char text[4096];
    snprintf(text, sizeof text, "\xEF\xBB\xBF%s", good_config);
    load_text(&loaded, text);
    assert_int_equal(loaded.status, WH_OK);
    assert_string_equal(loaded.config.title, "Testham");
    close_loaded(&loaded);
}

static void expect_refusal(const char *path, const char *message)
{
    struct loaded loaded;
    load_file(&loaded, path);
    assert_int_equal(loaded.status, WH_ERR_CONFIG);
    assert_string_equal(loaded.err.message, message);
    close_loaded(&loaded);
}

static void a_file_that_is_no_config_is_refused_by_name(void **unused)
{
    (void)unused;
    char folder[] = "/tmp/wh-config-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    expect_refusal(folder, "not a regular file");
    snprintf(path, sizeof path, "%s/missing.yaml", folder);
    expect_refusal(path, "No such file or directory");
    snprintf(path, sizeof path, "%s/fifo.yaml", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_refusal(path, "not a regular file");
    unlink(path);
    snprintf(path, sizeof path, "%s/big.yaml", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fseek(file, 10000000, SEEK_SET), 0);
    assert_int_equal(fputc('x', file), 'x');
    fclose(file);
    expect_refusal(path, "larger than 1 MiB: this is not a config file");
    unlink(path);
    rmdir(folder);
}

/* The list of faults has an end, and so does the time that it takes. */
static void a_file_full_of_faults_is_cut_with_a_sentence(void **unused)
{
    (void)unused;
    enum { N = 900 };
    char *text = malloc(N * 8 + sizeof good_config);
    assert_non_null(text);
    size_t len = sizeof good_config - 1;
    memcpy(text, good_config, len);
    for (int i = 0; i < N; i++) {
        len += (size_t)snprintf(text + len, 9, "k%04d: 1", i);
        text[len - 1] = '\n';
        text[len - 2] = ' ';
    }
    struct loaded loaded;
    load_bytes(&loaded, text, len);
    assert_int_equal(loaded.status, WH_ERR_CONFIG);
    assert_int_equal(loaded.faults.n, 201);
    assert_string_equal(loaded.faults.fault[200].message,
                        "there is more that is wrong: it is listed once these are put right");
    assert_int_equal(loaded.faults.fault[200].line, 0);
    close_loaded(&loaded);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_config_comes_through_with_its_defaults),
        cmocka_unit_test(lists_keep_their_order_and_their_own_defaults),
        cmocka_unit_test(keys_that_equal_what_this_version_does_are_accepted),
        cmocka_unit_test(a_window_may_be_left_to_the_requests),
        cmocka_unit_test(a_bandwidth_may_be_chosen_by_a_method),
        cmocka_unit_test(a_density_has_any_kernel_and_may_be_a_little_wrong),
        cmocka_unit_test(a_source_may_say_how_fresh_it_must_be),
        cmocka_unit_test(lists_gates_and_retention_have_defaults_and_may_be_set),
        cmocka_unit_test(an_output_is_made_unless_it_is_switched_off),
        cmocka_unit_test(every_key_of_the_design_is_read),
        cmocka_unit_test(tiles_come_in_three_forms),
        cmocka_unit_test(everything_that_is_wrong_is_listed_in_one_go_by_line),
        cmocka_unit_test(the_fixture_borough_and_a_bom_are_fine),
        cmocka_unit_test(a_file_that_is_no_config_is_refused_by_name),
        cmocka_unit_test(a_file_full_of_faults_is_cut_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
