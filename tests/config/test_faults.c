/* Every kind of fault: one thing changed in a good config gives exactly one sentence, in its place.
 */
#include "config_test.h"

struct fault_case {
    const char *from, *to;
    uint32_t line;
    const char *message;
};

static const struct fault_case keys[] = {
    {"{to: publish/}", "{to: publish/, keep_relases: 3}", 4,
     "unknown key \"keep_relases\" (did you mean keep_releases?)"},
    {"title: Testham\n", "title: Testham\nbandwith_m: 3\n", 2, "unknown key \"bandwith_m\""},
    {"bandwidth_m: 400", "bandwith_m: 400", 16,
     "unknown key \"bandwith_m\" (did you mean bandwidth_m?)"},
    {"{share: 0.2}", "{share: 0.2, xyzzy: 1}", 17, "unknown key \"xyzzy\" in hotspots"},
    {"share: 0.2", "share: 0.2, share: 0.3", 17,
     "the key \"share\" stands twice: first on line 17"},
    {"title: Testham\n", "", 1, "the key \"title\" is missing"},
    {"crs: EPSG:27700\n", "", 1, "the key \"crs\" is missing"},
    {", code: code", "", 5, "the key \"code\" is missing in wards"},
    {"title: Noise, ", "", 15, "the key \"title\" is missing in themes[1]"},
    {"opened: opened, ", "", 12, "the key \"opened\" is missing in sources[1].fields"},
    {"type: postcode, ", "", 7, "the key \"type\" is missing in gazetteers[1]"},
};

static const struct fault_case types[] = {
    {"title: Testham", "title: [a, b]", 1,
     "title: expected one line of text, at most 1000 bytes without control characters"},
    {"title: Testham", "title: \"\\e[31m\"", 1,
     "title: expected one line of text, at most 1000 bytes without control characters"},
    {"title: Testham", "title: \"a\\0b\"", 1,
     "title: expected one line of text, at most 1000 bytes without control characters"},
    {"title: Testham", "title: \"\"", 1,
     "title: expected one line of text, at most 1000 bytes without control characters"},
    {"title: Testham", "title: !!binary Testham", 1, "tags (!name) are not read: leave it out"},
    {"title: Testham\nc", "title: &t Testham\nproj_data: *t\nc", 2,
     "aliases (*name) are not read: write the value out"},
    {"privacy: {hide_below: 5}", "privacy:", 18,
     "privacy: expected keys and values, as in {key: value}"},
    {"privacy: {hide_below: 5}", "privacy: 5", 18,
     "privacy: expected keys and values, as in {key: value}"},
    {"  - {id: police, path: police.csv, profile: police.uk}", "  - police.csv", 13,
     "sources[2]: expected keys and values, as in {key: value}"},
    {"  - {type: postcode, path: \"codepo/*.csv\", fields: {x: e, y: n}}", "  {type: postcode}", 7,
     "gazetteers: expected a list, each item after a \"- \""},
    {"category: noise", "category: [noise, [loud]]", 15,
     "themes[1].where.category: expected a text or a list of texts"},
    {"roads: roads.gpkg", "roads: [a]", 8,
     "basemap.roads: expected keys and values, as in {key: value}"},
    {"profile: police.uk", "profile: police.uk, required: maybe", 13,
     "sources[2].required: expected false or true, not \"maybe\""},
};

static const struct fault_case numbers[] = {
    {"bandwidth_m: 400", "bandwidth_m: 0", 16,
     "density.bandwidth_m: expected auto, auto: and a method as in auto:isj, or a number of metres "
     "from 1 to 50000, not \"0\""},
    {"bandwidth_m: 400", "bandwidth_m: -5", 16,
     "density.bandwidth_m: expected auto, auto: and a method as in auto:isj, or a number of metres "
     "from 1 to 50000, not \"-5\""},
    {"bandwidth_m: 400", "bandwidth_m: nan", 16,
     "density.bandwidth_m: expected auto, auto: and a method as in auto:isj, or a number of metres "
     "from 1 to 50000, not \"nan\""},
    {"bandwidth_m: 400", "bandwidth_m: 1e9", 16,
     "density.bandwidth_m: expected auto, auto: and a method as in auto:isj, or a number of metres "
     "from 1 to 50000, not \"1e9\""},
    {"bandwidth_m: 400", "bandwidth_m: 0x190", 16,
     "density.bandwidth_m: expected auto, auto: and a method as in auto:isj, or a number of metres "
     "from 1 to 50000, not \"0x190\""},
    {"bandwidth_m: 400", "bandwidth_m: auto:best", 16,
     "density.bandwidth_m: expected auto, auto: and a method as in auto:isj, or a number of metres "
     "from 1 to 50000, not \"auto:best\""},
    {"bandwidth_m: 400", "bandwidth_m: 10", 16,
     "density.bandwidth_m: 10 m is smaller than a cell (cell_m: 20)"},
    {"cell_m: 20", "cell_m: 1e-9", 16,
     "density.cell_m: expected a number from 1 to 10000, not \"1e-9\""},
    {"hide_below: 5", "hide_below: 101", 18,
     "privacy.hide_below: expected a whole number from 0 to 100, not \"101\""},
    {"hide_below: 5", "hide_below: 4.5", 18,
     "privacy.hide_below: expected a whole number from 0 to 100, not \"4.5\""},
    {"share: 0.2", "share: 20", 17,
     "hotspots.share: expected a number from 0.01 to 0.9, not \"20\""},
    {"{share: 0.2}", "{at_least: 0}", 17,
     "hotspots.at_least: expected a whole number from 1 to 1000000, not \"0\""},
    {"min_placed: 0.85", "min_placed: 85 %", 19,
     "quality.min_placed: expected a number from 0 to 1, not \"85 %\""},
    {"min_placed: 0.85", "default_location: {share: 2}", 19,
     "quality.default_location.share: expected a number from 0.0001 to 1, not \"2\""},
    {"zoom: [9, 16]", "zoom: [16, 9]", 20,
     "outputs.tiles.zoom: expected the lowest and the highest level, from 0 to 18, as in [9, 16]"},
    {"zoom: [9, 16]", "zoom: [9, 16.5]", 20,
     "outputs.tiles.zoom: expected the lowest and the highest level, from 0 to 18, as in [9, 16]"},
    {"zoom: [9, 16]", "zoom: [9, 19]", 20,
     "outputs.tiles.zoom: expected the lowest and the highest level, from 0 to 18, as in [9, 16]"},
    {"zoom: [9, 16]", "zoom: 16", 20,
     "outputs.tiles.zoom: expected the lowest and the highest level, from 0 to 18, as in [9, 16]"},
    {"window: 12w", "window: soon", 15,
     "themes[1].window: expected auto, or days or weeks, as in 90d or 12w (3660 days at most), not "
     "\"soon\""},
    {"window: 12w", "window: 0d", 15,
     "themes[1].window: expected auto, or days or weeks, as in 90d or 12w (3660 days at most), not "
     "\"0d\""},
    {"window: 12w", "window: 9223372036854775807w", 15,
     "themes[1].window: expected auto, or days or weeks, as in 90d or 12w (3660 days at most), not "
     "\"9223372036854775807w\""},
};

static const struct fault_case names[] = {
    {"EPSG:27700", "https://example.org/crs", 2,
     "crs: expected an authority and a code, as in EPSG:27700, not \"https://example.org/crs\""},
    {"EPSG:27700", "'PROJCS[\"x\"]'", 2,
     "crs: expected an authority and a code, as in EPSG:27700, not \"PROJCS[\"x\"]\""},
    {"EPSG:27700", "+proj=utm", 2,
     "crs: expected an authority and a code, as in EPSG:27700, not \"+proj=utm\""},
    {"wards.geojson", "/vsicurl/http://example.org/w", 5,
     "wards.path: input must be a file path, not \"/vsicurl/http://example.org/w\""},
    {"wards.geojson", "\"PG:dbname=x\"", 5,
     "wards.path: input must be a file path, not \"PG:dbname=x\""},
    {"path: police.csv", "path: \"http://example.org/a.csv\"", 13,
     "sources[2].path: input must be a file path, not \"http://example.org/a.csv\""},
    {"roads: roads.gpkg", "roads: '{\"type\": \"FeatureCollection\"}'", 8,
     "basemap.roads: input must be a file path, not \"{\"type\": \"FeatureCollection\"}\""},
    {"roads: roads.gpkg", "roads: '<OGRVRTDataSource>'", 8,
     "basemap.roads: input must be a file path, not \"<OGRVRTDataSource>\""},
    {"state: state/", "state: publish/x/../state", 3,
     "state: it is private and must not be inside publish.to"},
    {"id: noise", "id: Noise!", 15,
     "themes[1].id: expected at most 64 of a-z, 0-9 and -, as in fly-tipping, not \"Noise!\""},
    {"id: noise", "id: ../../etc", 15,
     "themes[1].id: expected at most 64 of a-z, 0-9 and -, as in fly-tipping, not \"../../etc\""},
    {"id: police", "id: crm", 13, "sources[2].id: an earlier source has the id \"crm\" already"},
    {"category: noise", "source: crn", 15, "themes[1].where.source: no source has the id \"crn\""},
    {"title: Testham\n", "title: Testham\ntimezone: Europe/Londn\n", 2,
     "timezone: expected a time zone as in Europe/London, not \"Europe/Londn\""},
    {"profile: police.uk", "profile: police.uk, encoding: latin-9", 13,
     "sources[2].encoding: expected utf-8, windows-1252 or cp1252, not \"latin-9\""},
    {"profile: police.uk", "profile: police.uk, delimiter: xx", 13,
     "sources[2].delimiter: expected \",\", \";\", \"|\" or tab"},
    {"profile: police.uk", "profile: police.uk, date_format: \"%Q\"", 13,
     "sources[2].date_format: expected iso, or a form as in \"%d/%m/%Y %H:%M\""},
    {"x: e, y: n}\n  - {id: police", "x: e}\n  - {id: police", 12,
     "sources[1].fields.y: x and y go together: this one is missing"},
    {", x: e, y: n}\n  - {id: police", "}\n  - {id: police", 12,
     "sources[1].fields: no column says where a request is: name x and y, postcode, address, uprn, "
     "usrn or ward"},
    {"type: postcode", "type: postcod", 7,
     "gazetteers[1].type: expected uprn, address, postcode, street, junction or place, not "
     "\"postcod\""},
    {"type: postcode", "type: postcode, edition: May 2026", 7,
     "gazetteers[1].edition: expected a month or a day such as 2026-05 or 2026-05-01, not \"May "
     "2026\""},
    {"min_placed: 0.85", "conflict: {wins: street}", 19,
     "quality.conflict.wins: expected coordinate or postcode, not \"street\""},
    {"fields: {x: e, y: n}", "fields: {y: n}", 7,
     "gazetteers[1].fields.x: x and y go together: this one is missing"},
    {"profile: police.uk", "profile: police.uk, fresh_within: 4h", 13,
     "sources[2].fresh_within: expected days or weeks, as in 90d or 12w (3660 days at most), not "
     "\"4h\""},
    {"profile: police.uk", "profile: police.uk, history: some", 13,
     "sources[2].history: expected full or delta, not \"some\""},
    {"hide_below: 5", "retain: 90d", 18,
     "privacy.retain: expected months or years, as in 25 months (600 at most), not \"90d\""},
    {"min_placed: 0.85", "min_placed_by_ward: 70", 19,
     "quality.min_placed_by_ward: expected a number from 0 to 1, not \"70\""},
    {"path: police.csv", "postgis: {service: a, dsn: b, table: c}", 13,
     "sources[2].postgis: give one of service (of pg_service.conf) and dsn (\"host=... "
     "dbname=...\")"},
    {"path: police.csv", "postgis: {service: a, table: 'wards\"; DROP TABLE x; --'}", 13,
     "sources[2].postgis.table: expected table or schema.table, of letters, digits and _"},
    {"path: police.csv", "postgis: {service: a, table: b.c, where: 'true; DROP TABLE x'}", 13,
     "sources[2].postgis.where: expected one condition of SQL, without ; and --"},
    {"path: police.csv", "path: police.csv, postgis: {service: a, table: b}", 13,
     "sources[2].path: a source is files, a table or a server: give one of path, postgis and "
     "open311"},
    {"path: police.csv", "open311: {url: 'file:///etc/passwd'}", 13,
     "sources[2].open311.url: expected http://host/path or https://host/path, without a query, not "
     "\"file:///etc/passwd\""},
    {"wards: {path", "wards: {postgis: {service: a, table: b}, path", 5,
     "wards.path: files or a table: give one of path and postgis"},
    {"{type: postcode, path: \"codepo/*.csv\"", "{type: postcode", 7,
     "the key \"path\" is missing in gazetteers[1]"},
    {"{type: postcode, path: \"codepo/*.csv\"", "{type: postcode, postgis: {table: b}", 7,
     "gazetteers[1].postgis: give one of service (of pg_service.conf) and dsn (\"host=... "
     "dbname=...\")"},
    {"category: type", "category: []", 12,
     "sources[1].fields.category: expected from 1 to 9 columns"},
    {"outputs: {", "outputs: {style: ../dark, ", 20,
     "outputs.style: expected at most 64 of a-z, 0-9 and -, as in fly-tipping, not \"../dark\""},
    {"paper: A4", "paper: A5", 20, "outputs.print.paper: expected A4 or A3, not \"A5\""},
    {"density: {", "density: {kernel: round, ", 16,
     "density.kernel: expected quartic, gaussian, epanechnikov, triweight, uniform or triangular, "
     "not \"round\""},
    {"density: {", "density: {max_error: 1, ", 16,
     "density.max_error: expected a number from 0 to 0.5, not \"1\""},
    {"privacy: {", "repeats: {distance_m: 0}\nprivacy: {", 18,
     "repeats.distance_m: expected a number from 1 to 10000, not \"0\""},
    {"privacy: {", "repeats: {days: 0}\nprivacy: {", 18,
     "repeats.days: expected a whole number from 1 to 3660, not \"0\""},
};

/* Keys and values of DESIGN.md that later versions bring: never ignored in silence. */
static const struct fault_case later[] = {
    {"share: 0.2", "method: magic", 17,
     "hotspots.method: expected densest or relative-risk, not \"magic\""},
    {"share: 0.2", "false_discovery: 5", 17,
     "hotspots.false_discovery: expected a number from 0.0001 to 0.5, not \"5\""},
    {"share: 0.2", "ratio: 0.5", 17,
     "hotspots.ratio: expected a number from 1 to 100, not \"0.5\""},
    {"outputs: {", "outputs: {cells_m: 20, ", 20,
     "outputs.cells_m: expected a number from 50 to 10000, not \"20\""},
    {"zoom: [9, 16]", "format: mbtile", 20,
     "outputs.tiles.format: expected pmtiles, mbtiles or xyz, not \"mbtile\""},
    {"paper: A4", "languages: [en, ../cy]", 20,
     "outputs.print.languages: expected codes of languages, as in [en, cy], or two on the same "
     "sheet, as in [en+cy]: \"../cy\""},
    {"paper: A4", "languages: [en+cy+ur]", 20,
     "outputs.print.languages: expected codes of languages, as in [en, cy], or two on the same "
     "sheet, as in [en+cy]: \"en+cy+ur\""},
    {"paper: A4", "editions: [standard, huge]", 20,
     "outputs.print.editions: expected standard, large, grey or high-contrast: \"huge\""},
};

/* What is no YAML, or no text. */
static const struct fault_case bytes[] = {
    {"title: Testham", "title: \xff", 1, "a byte that is not UTF-8"},
    {"crs: EPSG", "\tcrs: EPSG", 2, "a tab stands where only blanks may: indent with blanks"},
    {"  - id: crm", "\t- id: crm", 10, "a tab stands where only blanks may: indent with blanks"},
    {"title: Testham", "title: [Testham", 3, NULL},
    {"hotspots: {share: 0.2}", "---\ntitle: x", 18,
     "a second document begins here: one file holds one config"},
};

static void expect_fault(const struct fault_case *wanted)
{
    char text[4096];
    struct loaded loaded;
    change(text, sizeof text, wanted->from, wanted->to);
    load_text(&loaded, text);
    assert_int_equal(loaded.status, WH_ERR_CONFIG);
    const struct wh_config_fault *found = NULL;
    for (size_t i = 0; i < loaded.faults.n; i++) {
        if (loaded.faults.fault[i].line == wanted->line &&
            (wanted->message == NULL ||
             strcmp(loaded.faults.fault[i].message, wanted->message) == 0)) {
            found = &loaded.faults.fault[i];
        }
    }
    if (loaded.faults.n != 1 || found == NULL) {
        for (size_t i = 0; i < loaded.faults.n; i++) {
            print_message("  line %u: %s\n", loaded.faults.fault[i].line,
                          loaded.faults.fault[i].message);
        }
        fail_msg("expected one fault, on line %u: %s", wanted->line,
                 wanted->message == NULL ? "(any)" : wanted->message);
    }
    assert_true(found->column > 0);
    close_loaded(&loaded);
}

#define EXPECT_ALL(table)                                                                          \
    for (size_t i = 0; i < sizeof(table) / sizeof *(table); i++) {                                 \
        expect_fault(&(table)[i]);                                                                 \
    }

static void unknown_doubled_and_missing_keys_are_named(void **unused)
{
    (void)unused;
    EXPECT_ALL(keys)
}

static void a_value_of_the_wrong_type_says_which_type_was_expected(void **unused)
{
    (void)unused;
    EXPECT_ALL(types)
}

static void a_number_out_of_its_range_says_the_range(void **unused)
{
    (void)unused;
    EXPECT_ALL(numbers)
}

static void ids_paths_codes_and_words_are_held_to_their_form(void **unused)
{
    (void)unused;
    EXPECT_ALL(names)
}

static void what_later_versions_bring_is_refused_and_says_what_is_possible(void **unused)
{
    (void)unused;
    EXPECT_ALL(later)
}

static void what_is_no_yaml_says_where(void **unused)
{
    (void)unused;
    EXPECT_ALL(bytes)
}

static void nul_bytes_and_empty_files_have_their_own_sentences(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        size_t len;
        uint32_t line;
        const char *message;
    } odd[] = {
        {"title: a\0b\n", 11, 1, "a NUL byte"},
        {"title: x\ncrs: \0", 15, 2, "a NUL byte"},
        {"", 0, 1, "empty file"},
        {" \n\n", 3, 1, "empty file"},
        {"# nothing\n", 10, 1, "empty file: nothing but comments"},
        {"a b c", 5, 1, "expected keys and values, as in \"title: Northmere Borough Council\""},
        {"- a\n", 4, 1, "expected keys and values, as in \"title: Northmere Borough Council\""},
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct loaded loaded;
        load_bytes(&loaded, odd[i].text, odd[i].len);
        assert_int_equal(loaded.status, WH_ERR_CONFIG);
        assert_int_equal(loaded.faults.n, 1);
        assert_string_equal(loaded.faults.fault[0].message, odd[i].message);
        assert_int_equal(loaded.faults.fault[0].line, odd[i].line);
        close_loaded(&loaded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_doubled_and_missing_keys_are_named),
        cmocka_unit_test(a_value_of_the_wrong_type_says_which_type_was_expected),
        cmocka_unit_test(a_number_out_of_its_range_says_the_range),
        cmocka_unit_test(ids_paths_codes_and_words_are_held_to_their_form),
        cmocka_unit_test(what_later_versions_bring_is_refused_and_says_what_is_possible),
        cmocka_unit_test(what_is_no_yaml_says_where),
        cmocka_unit_test(nul_bytes_and_empty_files_have_their_own_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
