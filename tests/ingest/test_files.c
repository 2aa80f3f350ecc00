/* A source's files: which there are, their columns, keys across files and runs, what is kept of a
 * row that cannot be read, and what a wrong CRS looks like. */
#include "ingest_test.h"

static struct bench b;

#define WHEN "01/10/2026 09:30"

static void fresh_folder(const char *name)
{
    struct wh_error err = {0};
    assert_wh_ok(wh_io_remove_tree(b.ctx, name, &err));
    assert_int_equal(mkdir(name, 0700), 0);
}

/* "ref:type" in canonical order, joined by commas. */
static void expect_content(const char *wanted)
{
    char seen[1024];
    size_t len = 0;
    seen[0] = '\0';
    for (size_t i = 0; i < b.n; i++) {
        len += (size_t)snprintf(seen + len, sizeof seen - len, "%s%.*s:%.*s", i == 0 ? "" : ",",
                                (int)b.request[i].reference.len, b.request[i].reference.ptr,
                                (int)b.request[i].category.len, b.request[i].category.ptr);
    }
    assert_string_equal(seen, wanted);
}

/* ---- columns ---- */

static void a_column_that_is_missing_is_named_with_the_nearest(void **state)
{
    (void)state;
    open_bench(&b);
    write_text("rows.csv", "ref,openned,closed,type,e,n,pc\nA," WHEN ",,t,,,\n");
    refuse_source(
        &b, WH_ERR_INPUT,
        "rows.csv: no column \"opened\"; found: ref, openned, closed, type, e, n, pc (did "
        "you mean openned?)");
    write_text("rows.csv", "a,b\n1,2\n");
    refuse_source(&b, WH_ERR_INPUT, "rows.csv: no column \"ref\"; found: a, b");
    close_bench(&b);
}

static void a_column_that_nobody_reads_is_told_once_and_for_all(void **state)
{
    (void)state;
    open_bench(&b);
    b.source.pattern = "crm/*.csv";
    fresh_folder("crm");
    write_text("crm/1.csv", "ref,opened,closed,type,e,n,pc,phone\nA," WHEN ",,t,,,,1\n");
    write_text("crm/2.csv", "ref,opened,closed,type,e,n,pc,Phone,notes\nB," WHEN ",,t,,,,1,2\n");
    read_source(&b);
    assert_int_equal(b.report.n_warnings, 2);
    expect_warning(&b, "crm/1.csv: a column is not mapped, and not kept: phone");
    expect_warning(&b, "crm/2.csv: a column is not mapped, and not kept: notes");
    read_source(&b);
    assert_int_equal(b.report.n_warnings, 0);
    close_bench(&b);
}

/* The state and the unreadable rows hold nothing of a column that the config does not map. */
static void what_is_not_mapped_is_never_stored(void **state)
{
    (void)state;
    static const char *const kept[] = {"state.db", "state.db-wal", "state.db-journal",
                                       "unreadable/crm.csv"};
    open_bench(&b);
    write_text("rows.csv", "ref,opened,closed,type,e,n,pc,phone\n"
                           "REFERENCE-IS-KEPT," WHEN ",,t,,,,CANARY-07700900123\n"
                           "R2," WHEN ",,t,CANARY-is-no-number,5,,CANARY-07700900123\n"
                           "BAD-IS-KEPT,never,,t,,,,CANARY-07700900123\n");
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 3, .added = 2, .unreadable = 1);
    size_t n_found = 0;
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        struct wh_buf buf;
        struct wh_error err = {0};
        wh_buf_init(&buf, b.ctx);
        if (access(kept[i], F_OK) == 0) {
            assert_wh_ok(wh_io_read_all(b.ctx, kept[i], 1u << 24, &buf, &err));
        }
        if (buf.ptr != NULL && memmem(buf.ptr, buf.len, "CANARY", 6) != NULL) {
            fail_msg("%s holds what is not mapped", kept[i]);
        }
        n_found += buf.ptr != NULL && memmem(buf.ptr, buf.len, "IS-KEPT", 7) != NULL;
        wh_buf_finish(&buf);
    }
    assert_int_equal(n_found, 2); /* what is mapped can be found in this way */
    close_bench(&b);
}

/* ---- rows that cannot be read ---- */

static void the_unreadable_file_names_file_line_field_and_reason(void **state)
{
    (void)state;
    open_bench(&b);
    b.source.pattern = "crm/*.csv";
    fresh_folder("crm");
    write_text("crm/1.csv", HEADER "A," WHEN ",,t,,,\nB,never,,\"a \"\"b\"\", c\",-1.5,52,\n");
    write_text("crm/2.csv", HEADER "\"C\nC\"," WHEN ",,t,,,\n"
                                   "D," WHEN ",,t,,\n"
                                   "=2+2,,,\"x\ny\",,,\n"
                                   "E," WHEN ",,\"t\"t,,,\n");
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 6, .added = 2, .unreadable = 4);
    assert_string_equal(
        file_text(&b, "unreadable/crm.csv"),
        "file,line,field,reason,row\n"
        "1.csv,3,opened,not a date in the form %d/%m/%Y %H:%M,"
        "\"B,never,,\"\"a \"\"\"\"b\"\"\"\", c\"\",-1.5,52,\"\n"
        "2.csv,4,,\"6 fields, header has 7\",\"D,01/10/2026 09:30,,t,,\"\n"
        "2.csv,5,opened,no date,\"'=2+2,,,\"\"x\ny\"\",,,\"\n"
        "2.csv,7,type,text after the closing quote,\"E,01/10/2026 09:30,,\"\"t\"\"t,,,\"\n");
    struct stat info;
    assert_int_equal(stat("unreadable/crm.csv", &info), 0);
    assert_int_equal(info.st_mode & 07, 0); /* not for everybody */
    close_bench(&b);
}

static void the_unreadable_file_is_there_only_when_it_is_needed(void **state)
{
    (void)state;
    open_bench(&b);
    read_rows(&b, "A," WHEN ",,t,,,\n");
    assert_int_equal(access("unreadable/crm.csv", F_OK), -1);
    b.opt.unreadable_path = NULL;
    read_rows(&b, "A,never,,t,,,\n");
    EXPECT_LEDGER(&b, .read = 1, .unreadable = 1);
    expect_warning(&b, "rows.csv:2: field 2 (opened): not a date in the form %d/%m/%Y %H:%M (1 row "
                       "of source crm could not be read)");
    assert_int_equal(b.report.gone, 1);
    close_bench(&b);
}

/* A file fault takes the rows before it back, from the state and from the unreadable file. */
static void a_file_fault_leaves_the_state_as_it_was(void **state)
{
    (void)state;
    open_bench(&b);
    read_rows(&b, "A," WHEN ",,t,,,\n");
    write_text("rows.csv", HEADER "B," WHEN ",,t,,,\nC,never,,t,,,\nD," WHEN ",,\"t,,,\n");
    refuse_source(&b, WH_ERR_INPUT, "rows.csv:4: quote opened here is never closed");
    load_requests(&b);
    expect_content("A:t");
    close_bench(&b);
}

/* ---- keys ---- */

static void
a_later_row_of_a_reference_replaces_across_files_in_the_order_of_their_names(void **state)
{
    (void)state;
    open_bench(&b);
    b.source.pattern = "crm/*.csv";
    fresh_folder("crm");
    write_text("crm/b.csv", HEADER "A," WHEN ",,second,,,\nC," WHEN ",,c,,,\n");
    write_text("crm/a.csv", HEADER "A," WHEN ",,first,,,\nB," WHEN ",,b,,,\n");
    write_text("crm/c.csv", HEADER "C," WHEN ",,c,,,\n");
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 5, .added = 3, .updated = 1, .duplicate = 1);
    expect_content("A:second,B:b,C:c");
    assert_int_equal(b.report.n_files, 3);
    assert_string_equal(b.report.file[0].path, "crm/a.csv");
    assert_string_equal(b.report.file[2].path, "crm/c.csv");
    assert_int_equal(b.report.file[1].rows, 2);
    assert_int_equal(strlen(b.report.file[1].sha256), 64);
    b.source.key = WH_KEY_KEEP;
    (void)remove("state.db");
    wh_store_close(b.store);
    struct wh_error err = {0};
    assert_wh_ok(wh_store_open(b.ctx, "state.db", &b.store, &err));
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 5, .added = 4, .duplicate = 1);
    close_bench(&b);
}

static void the_next_run_tells_new_updated_unchanged_and_gone(void **state)
{
    (void)state;
    open_bench(&b);
    read_rows(&b, "A," WHEN ",,a,,,\nB," WHEN ",,b,,,\nC," WHEN ",,c,,,\n");
    EXPECT_LEDGER(&b, .read = 3, .added = 3);
    read_rows(&b, "A," WHEN ",,a,,,\nB," WHEN ",,changed,,,\nD," WHEN ",,d,,,\n");
    EXPECT_LEDGER(&b, .read = 3, .added = 1, .updated = 1, .unchanged = 1);
    assert_int_equal(b.report.gone, 1);
    expect_content("A:a,B:changed,D:d");
    b.source.key = WH_KEY_KEEP;
    read_rows(&b, "A," WHEN ",,a,,,\nA," WHEN ",,again,,,\nA," WHEN ",,again,,,\n");
    EXPECT_LEDGER(&b, .read = 3, .added = 1, .unchanged = 1, .duplicate = 1);
    assert_int_equal(b.report.gone, 2);
    close_bench(&b);
}

/* Only mapped fields are compared: a note that differs makes no other request. */
static void a_row_that_differs_only_in_what_is_not_mapped_is_a_duplicate(void **state)
{
    (void)state;
    open_bench(&b);
    write_text("rows.csv", "ref,opened,closed,type,e,n,pc,note\n"
                           "A," WHEN ",,t,5,6,,one\nA," WHEN ", , t ,5,6,,two\n");
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 2, .added = 1, .duplicate = 1);
    close_bench(&b);
}

/* ---- which files ---- */

static void links_may_not_lead_out_of_the_input_folder(void **state)
{
    (void)state;
    open_bench(&b);
    b.source.pattern = "in/*.csv";
    fresh_folder("in");
    fresh_folder("out");
    write_text("out/a.csv", HEADER "A," WHEN ",,t,,,\n");
    write_text("in/real", HEADER "B," WHEN ",,t,,,\n");
    assert_int_equal(symlink("real", "in/b.csv"), 0);
    read_source(&b);
    expect_content("B:t");
    assert_int_equal(symlink("../out/a.csv", "in/a.csv"), 0);
    refuse_source(&b, WH_ERR_INPUT, "in/a.csv: leaves the input folder: a link leads out of it");
    (void)remove("in/a.csv");
    assert_int_equal(symlink("c2.csv", "in/c1.csv"), 0);
    assert_int_equal(symlink("../out/a.csv", "in/c2.csv"), 0);
    refuse_source(&b, WH_ERR_INPUT, "in/c1.csv: leaves the input folder: a link leads out of it");
    close_bench(&b);
}

static void a_pattern_that_meets_nothing_is_named(void **state)
{
    (void)state;
    open_bench(&b);
    b.source.pattern = "nowhere/*.csv";
    refuse_source(&b, WH_ERR_INPUT, "nowhere/*.csv: no file matches");
    b.source.pattern = "nowhere.csv";
    refuse_source(&b, WH_ERR_INPUT, "nowhere.csv: No such file or directory");
    close_bench(&b);
}

static void looking_stores_nothing_and_reads_the_start_of_each_file(void **state)
{
    (void)state;
    struct wh_ingest_report report = {0};
    struct wh_error err = {0};
    struct wh_buf text;
    open_bench(&b);
    wh_buf_init(&text, b.ctx);
    wh_buf_c(&text, HEADER "A,never,,t,,,\n");
    for (int i = 0; i < 1500; i++) {
        wh_buf_printf(&text, "R%d," WHEN ",,t,,,\n", i);
    }
    wh_buf_c(&text, "Z," WHEN ",,\"never closed\n");
    write_bytes("rows.csv", text.ptr, text.len);
    wh_buf_finish(&text);
    assert_wh_ok(wh_ingest_check(b.ctx, &b.source, &b.opt, &report, &err));
    assert_int_equal(report.ledger.read, 1000);
    assert_int_equal(report.ledger.unreadable, 1);
    assert_int_equal(report.n_warnings, 1);
    assert_int_equal(access("unreadable/crm.csv", F_OK), -1);
    wh_ingest_report_finish(b.ctx, &report);
    load_requests(&b);
    assert_int_equal(b.n, 0);
    refuse_source(&b, WH_ERR_INPUT, "rows.csv:1503: quote opened here is never closed");
    close_bench(&b);
}

/* ---- coordinates as a whole ---- */

/* `n` rows, the i-th at (x + i, y + i); of the first `n_right` with the two exchanged. */
static void write_mixed(const char *path, size_t n, size_t n_right, double x, double y)
{
    struct wh_buf text;
    wh_buf_init(&text, b.ctx);
    wh_buf_c(&text, HEADER);
    for (size_t i = 0; i < n; i++) {
        const double add = (double)i;
        wh_buf_printf(&text, "%s%zu," WHEN ",,t,%.6f,%.6f,\n", path, i, (i < n_right ? y : x) + add,
                      (i < n_right ? x : y) + add);
    }
    write_bytes(path, text.ptr, text.len);
    wh_buf_finish(&text);
}

static void write_points(const char *path, size_t n, double x, double y)
{
    write_mixed(path, n, 0, x, y);
}

/* A council of 10 km in the middle of England, where eastings and northings are much alike. */
static void set_area(void)
{
    const double area[4] = {430000, 380000, 440000, 390000},
                 box[4] = {230000, 180000, 640000, 590000};
    memcpy(b.opt.area, area, sizeof area);
    memcpy(b.opt.box, box, sizeof box);
    b.opt.has_box = true;
}

static void exchanged_axes_are_told_even_where_the_numbers_are_alike(void **state)
{
    (void)state;
    open_bench(&b);
    set_area();
    write_points("rows.csv", 50, 385000, 435000);
    refuse_source(&b, WH_ERR_INPUT, "rows.csv: 100% inside the area if x and y are exchanged");
    write_mixed("rows.csv", 50, 2, 385000, 435000);
    refuse_source(&b, WH_ERR_INPUT, "rows.csv: 96% inside the area if x and y are exchanged");
    write_points("rows.csv", 19, 385000, 435000); /* too few to say */
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 19, .added = 19);
    close_bench(&b);
}

static void values_of_another_crs_are_told(void **state)
{
    (void)state;
    open_bench(&b);
    set_area();
    write_points("rows.csv", 50, -1.5, 53.4);
    refuse_source(&b, WH_ERR_INPUT,
                  "rows.csv: values do not fit EPSG:27700: 0 of 50 coordinates are anywhere near "
                  "the area");
    write_points("rows.csv", 50, 320000, 240000); /* inside the control area, and nowhere near */
    refuse_source(
        &b, WH_ERR_INPUT,
        "rows.csv: values do not fit EPSG:27700: none of 50 coordinates is near the area");
    close_bench(&b);
}

/* The police report for a county, a file a force: one file may be all elsewhere. */
static void a_file_of_the_neighbours_is_fine_beside_one_of_our_own(void **state)
{
    (void)state;
    open_bench(&b);
    set_area();
    b.source.pattern = "crm/*.csv";
    fresh_folder("crm");
    write_points("crm/1.csv", 50, 320000, 240000);
    write_points("crm/2.csv", 50, 435000, 385000);
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 100, .added = 100);
    assert_int_equal(b.report.bad_coordinates, 0); /* outside is an outcome, not a fault */
    close_bench(&b);
}

static void a_single_row_may_be_exchanged_or_have_a_digit_too_many(void **state)
{
    (void)state;
    open_bench(&b);
    const double area[4] = {-2.5, 51.3, -2.3, 51.5}, box[4] = {-5.5, 49.5, 0.6, 53.3};
    memcpy(b.opt.area, area, sizeof area);
    memcpy(b.opt.box, box, sizeof box);
    b.opt.has_box = true;
    read_rows(&b, "A," WHEN ",,t,-2.4,51.4,\nB," WHEN ",,t,51.4,-2.4,\nC," WHEN ",,t,-24.0,51.4,\n"
                  "D," WHEN ",,t,-1.0,52.0,\n");
    EXPECT_LEDGER(&b, .read = 4, .added = 4);
    assert_int_equal(b.report.bad_coordinates, 2);
    expect_warning(&b, "rows.csv:3: field 5 (e): far outside the area; x and y swapped?");
    expect_warning(&b,
                   "rows.csv:4: field 5 (e): so far outside the area that a digit must be wrong");
    assert_true(!isnan(b.request[0].given_x));
    assert_true(isnan(b.request[1].given_x) && isnan(b.request[2].given_x));
    assert_true(!isnan(b.request[3].given_x)); /* of another town */
    close_bench(&b);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_that_is_missing_is_named_with_the_nearest),
        cmocka_unit_test(a_column_that_nobody_reads_is_told_once_and_for_all),
        cmocka_unit_test(what_is_not_mapped_is_never_stored),
        cmocka_unit_test(the_unreadable_file_names_file_line_field_and_reason),
        cmocka_unit_test(the_unreadable_file_is_there_only_when_it_is_needed),
        cmocka_unit_test(a_file_fault_leaves_the_state_as_it_was),
        cmocka_unit_test(
            a_later_row_of_a_reference_replaces_across_files_in_the_order_of_their_names),
        cmocka_unit_test(the_next_run_tells_new_updated_unchanged_and_gone),
        cmocka_unit_test(a_row_that_differs_only_in_what_is_not_mapped_is_a_duplicate),
        cmocka_unit_test(links_may_not_lead_out_of_the_input_folder),
        cmocka_unit_test(a_pattern_that_meets_nothing_is_named),
        cmocka_unit_test(looking_stores_nothing_and_reads_the_start_of_each_file),
        cmocka_unit_test(exchanged_axes_are_told_even_where_the_numbers_are_alike),
        cmocka_unit_test(values_of_another_crs_are_told),
        cmocka_unit_test(a_file_of_the_neighbours_is_fine_beside_one_of_our_own),
        cmocka_unit_test(a_single_row_may_be_exchanged_or_have_a_digit_too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return run_in_folder(run);
}
