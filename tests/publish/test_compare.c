/* tests/publish/test_compare.c: what differs between a published file and the same one made again
 * is named by file, field, id and both values. */
#include <unistd.h>

#include <sqlite3.h>

#include "base/str.h"
#include "fixture.h"
#include "publish/compare.h"
#include "wh_test_ctx.h"

static char folder[512];
static struct wh_buf told;

/* Compares two contents of a file of this name; `told` has the lines. */
static struct wh_agreement compare(const char *name, const char *published, const char *again,
                                   const char *const *ignored)
{
    char theirs[1024], ours[1024], other[128];
    struct wh_error err = {0};
    struct wh_agreement agreement = {.ctx = ctx, .told = &told};
    snprintf(other, sizeof other, "again-%s", name);
    fixture_write(folder, name, published);
    fixture_write(folder, other, again);
    snprintf(theirs, sizeof theirs, "%s/%s", folder, name);
    snprintf(ours, sizeof ours, "%s/%s", folder, other);
    wh_buf_clear(&told);
    assert_wh_ok(wh_compare_file(&agreement, name, theirs, ours, ignored, &err));
    return agreement;
}

static void assert_told(const char *name, const char *published, const char *again,
                        const char *line)
{
    const struct wh_agreement found = compare(name, published, again, NULL);
    assert_int_equal(found.n_different, 1);
    assert_string_equal(found.first, line);
    assert_memory_equal(told.ptr, line, strlen(line));
    assert_string_equal(told.ptr + strlen(line), "\n");
}

static const char table[] = "theme,area_code,metric,value,words\r\n"
                            "noise,E1,requests,12,12\r\n"
                            "noise,E2,requests,,fewer than 5\r\n"
                            "noise,E2,per_km2,3.4,3.4\r\n";
static const char document[] =
    "{\n  \"release\": \"a\",\n  \"features\": [\n"
    "    {\"id\": \"E1\", \"properties\": {\"count\": 12, \"rate\": 1.50}},\n"
    "    {\"id\": \"E2\", \"properties\": {\"count\": null, \"shown\": \"not shown\"}}\n  ]\n}\n";

static void equal_files_agree_number_by_number(void **state)
{
    (void)state;
    struct wh_agreement found = compare("a.csv", table, table, NULL);
    assert_int_equal(found.n_different, 0);
    assert_int_equal(found.n_numbers, 4);
    assert_int_equal(found.n_hidden, 1);
    assert_int_equal(found.n_files, 1);
    found = compare("a.json", document, document, NULL);
    assert_int_equal(found.n_different, 0);
    assert_int_equal(found.n_numbers, 2);
    assert_int_equal(found.n_hidden, 1);
    assert_int_equal(compare("a.qml", "<qml/>", "<qml/>", NULL).n_different, 0);
}

static void what_differs_in_a_table_is_named(void **state)
{
    (void)state;
    assert_told("a.csv", "theme,area_code,value\nnoise,E1,12\n",
                "theme,area_code,value\nnoise,E1,13\n",
                "a.csv: value of noise E1: published \"12\", worked out again \"13\"");
    assert_told("a.csv", "kind,value,requests\nchannel,Phone,12\n",
                "kind,value,requests\nchannel,Phone,fewer than 5\n",
                "a.csv: requests of channel Phone: published \"12\", worked out again \"fewer than "
                "5\"");
    assert_told("a.csv", "id,count\na,1\n", "id,count\na,1\nb,2\n",
                "a.csv: the row in line 3: published \"none\", worked out again \"b\"");
    assert_told("a.csv", "id,count\na,1\nc,2\n", "id,count\na,1\nb,2\n",
                "a.csv: the row in line 3: published \"c\", worked out again \"b\"");
    assert_told("a.csv", "id,count\na,1\n", "id,count,q\na,1,0.2\n",
                "a.csv: q: published \"no column\", worked out again \"a column\"");
    assert_told("a.csv", "id,count,q\na,1,0.2\n", "id,count\na,1\n",
                "a.csv: q: published \"a column\", worked out again \"none\"");
}

static void what_differs_in_a_document_is_named(void **state)
{
    (void)state;
    assert_told("a.json", "{\"features\": [{\"id\": \"E1\", \"properties\": {\"count\": 12}}]}",
                "{\"features\": [{\"id\": \"E1\", \"properties\": {\"count\": 13}}]}",
                "a.json: features[0].properties.count of E1: published \"12\", worked out again "
                "\"13\"");
    assert_told("a.json", "{\"n\": 0.1}", "{\"n\": 0.10000000000000002}",
                "a.json: n: published \"0.1\", worked out again \"0.10000000000000002\"");
    assert_told("a.json", "{\"n\": null}", "{\"n\": 3}",
                "a.json: n: published \"null\", worked out again \"3\"");
    assert_told("a.json", "{\"n\": [1, 2]}", "{\"n\": [1]}",
                "a.json: n[1]: published \"2\", worked out again \"nothing\"");
    assert_told("a.json", "{}", "{\"n\": {}}",
                "a.json: n: published \"nothing\", worked out again \"an object\"");
    assert_told("a.json", "{\"m\": true}", "{}",
                "a.json: m: published \"true\", worked out again \"nothing\"");
    static const char *const ignored[] = {"n", NULL};
    assert_int_equal(
        compare("a.json", "{\"n\": 1, \"m\": 2}", "{\"n\": 7, \"m\": 2}", ignored).n_different, 0);
}

/* Whatever byte is changed, to a digit or away from one: it is told. (Every third is tried: files
 * are slow to make.) */
static void no_changed_byte_goes_unseen(void **state)
{
    (void)state;
    char damaged[sizeof table + sizeof document];
    for (size_t i = 0; i + 1 < sizeof table; i += 3) {
        memcpy(damaged, table, sizeof table);
        damaged[i] = table[i] == '7' ? '8' : '7';
        assert_true(compare("a.csv", damaged, table, NULL).n_different > 0);
    }
    for (size_t i = 0; i + 1 < sizeof document; i += 3) {
        memcpy(damaged, document, sizeof document);
        damaged[i] = document[i] == '7' ? '8' : '7';
        /* 1.50 is 1.57 then; a digit where a blank was is no JSON. */
        assert_true(compare("a.json", damaged, document, NULL).n_different > 0);
    }
}

static void a_missing_file_and_other_bytes_are_told(void **state)
{
    (void)state;
    char ours[1024];
    struct wh_error err = {0};
    struct wh_agreement agreement = {.ctx = ctx, .told = &told};
    assert_told("a.qml", "<qml n=\"1\"/>", "<qml n=\"22\"/>",
                "a.qml: byte 9: published \"12 bytes\", worked out again \"13 bytes\"");
    snprintf(ours, sizeof ours, "%s/a.qml", folder);
    assert_wh_ok(wh_compare_file(&agreement, "b.csv", "/nowhere/b.csv", ours, NULL, &err));
    assert_string_equal(agreement.first,
                        "b.csv: the file: published \"missing\", worked out again \"there\"");
}

/* Makes a database of these statements. */
static void make_database(const char *name, const char *sql)
{
    char path[1024];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    (void)unlink(path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static struct wh_agreement compare_databases(const char *published, const char *again,
                                             const char *const *ignored)
{
    char theirs[1024], ours[1024];
    struct wh_error err = {0};
    struct wh_agreement agreement = {.ctx = ctx, .told = &told};
    make_database("a.gpkg", published);
    make_database("again.gpkg", again);
    snprintf(theirs, sizeof theirs, "%s/a.gpkg", folder);
    snprintf(ours, sizeof ours, "%s/again.gpkg", folder);
    wh_buf_clear(&told);
    assert_wh_ok(wh_compare_file(&agreement, "a.gpkg", theirs, ours, ignored, &err));
    return agreement;
}

static void what_differs_in_a_geopackage_is_named(void **state)
{
    (void)state;
    static const char again[] =
        "CREATE TABLE wards(fid INTEGER PRIMARY KEY, geom BLOB, code TEXT, n INTEGER, rate REAL, "
        "shown TEXT); INSERT INTO wards VALUES(1, x'0102', 'E1', 12, 1.5, '12'), "
        "(2, x'0103', 'E2', NULL, NULL, 'fewer than 5'); CREATE TABLE runs(read INTEGER); INSERT "
        "INTO runs VALUES(7);";
    static const struct {
        const char *change, *line;
    } damage[] = {
        {"UPDATE wards SET n = 13 WHERE fid = 1",
         "a.gpkg: wards.n of E1: published \"13\", worked out again \"12\""},
        {"UPDATE wards SET rate = 1.6 WHERE fid = 1",
         "a.gpkg: wards.rate of E1: published \"1.6\", worked out again \"1.5\""},
        {"UPDATE wards SET n = 3 WHERE fid = 2",
         "a.gpkg: wards.n of E2: published \"3\", worked out again \"null\""},
        {"UPDATE wards SET geom = x'010203' WHERE fid = 2",
         "a.gpkg: wards.geom of E2: published \"3 bytes\", worked out again \"2 bytes\""},
        {"DELETE FROM wards WHERE fid = 2",
         "a.gpkg: wards: published \"fewer rows\", worked out again \"its rows\""},
        {"ALTER TABLE wards RENAME COLUMN n TO m",
         "a.gpkg: wards: published \"other columns\", worked out again \"its columns\""},
        {"DROP TABLE runs", "a.gpkg: runs: published \"no such table: runs\", worked out again \"a "
                            "table\""},
    };
    const struct wh_agreement equal = compare_databases(again, again, NULL);
    assert_int_equal(equal.n_different, 0);
    assert_int_equal(equal.n_numbers, 5);
    assert_int_equal(equal.n_hidden, 1);
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        char published[1024];
        snprintf(published, sizeof published, "%s %s", again, damage[i].change);
        const struct wh_agreement found = compare_databases(published, again, NULL);
        assert_int_equal(found.n_different, 1);
        assert_string_equal(found.first, damage[i].line);
    }
    static const char *const ignored[] = {"runs", NULL};
    char published[1024];
    snprintf(published, sizeof published, "%s DROP TABLE runs", again);
    assert_int_equal(compare_databases(published, again, ignored).n_different, 0);
}

static void a_geopackage_that_is_none_is_told(void **state)
{
    (void)state;
    char theirs[1024], ours[1024];
    struct wh_error err = {0};
    struct wh_agreement agreement = {.ctx = ctx, .told = &told};
    make_database("again.gpkg", "CREATE TABLE a(n INTEGER)");
    fixture_write(folder, "b.gpkg", "This is no database, and long enough to have had a header.");
    snprintf(theirs, sizeof theirs, "%s/b.gpkg", folder);
    snprintf(ours, sizeof ours, "%s/again.gpkg", folder);
    assert_wh_ok(wh_compare_file(&agreement, "b.gpkg", theirs, ours, NULL, &err));
    assert_int_equal(agreement.n_different, 1);
}

static void only_the_first_differences_are_told_but_all_are_counted(void **state)
{
    (void)state;
    struct wh_buf theirs, ours;
    wh_buf_init(&theirs, ctx);
    wh_buf_init(&ours, ctx);
    wh_buf_c(&theirs, "id,count\n");
    wh_buf_c(&ours, "id,count\n");
    for (int i = 0; i < 50; i++) {
        wh_buf_printf(&theirs, "%d,1\n", i);
        wh_buf_printf(&ours, "%d,2\n", i);
    }
    assert_int_equal(compare("a.csv", theirs.ptr, ours.ptr, NULL).n_different, 50);
    size_t n_lines = 0;
    for (size_t i = 0; i < told.len; i++) {
        n_lines += told.ptr[i] == '\n';
    }
    assert_int_equal(n_lines, WH_MOST_TOLD);
    wh_buf_finish(&theirs);
    wh_buf_finish(&ours);
}

static int begin(void **state)
{
    const int status = make_ctx(state);
    fixture_folder(folder, sizeof folder, "compare");
    wh_buf_init(&told, ctx);
    return status;
}

static int end(void **state)
{
    wh_buf_finish(&told);
    return drop_ctx(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_files_agree_number_by_number),
        cmocka_unit_test(what_differs_in_a_table_is_named),
        cmocka_unit_test(what_differs_in_a_document_is_named),
        cmocka_unit_test(no_changed_byte_goes_unseen),
        cmocka_unit_test(what_differs_in_a_geopackage_is_named),
        cmocka_unit_test(a_geopackage_that_is_none_is_told),
        cmocka_unit_test(a_missing_file_and_other_bytes_are_told),
        cmocka_unit_test(only_the_first_differences_are_told_but_all_are_counted),
    };
    return cmocka_run_group_tests_name("publish compare", tests, begin, end);
}
