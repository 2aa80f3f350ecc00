/* Lists that a council keeps by hand, and what becomes of categories that are in none. */
#include "ingest/lists.h"
#include "ingest_test.h"

static struct bench b;

#define WHEN "01/10/2026 09:30"

static enum wh_status read_crosswalk(const char *text, struct wh_crosswalk *ret,
                                     struct wh_error *err)
{
    return wh_crosswalk_read(b.ctx, write_text("categories.csv", text), &b.arena, ret, err);
}

static void refuse_crosswalk(const char *text, const char *sentence)
{
    struct wh_crosswalk crosswalk;
    struct wh_error err = {0};
    char shown[1400];
    assert_int_equal(read_crosswalk(text, &crosswalk, &err), WH_ERR_INPUT);
    assert_string_equal(wh_error_text(&err, shown, sizeof shown), sentence);
}

static void codes_are_found_whatever_their_case_and_blanks(void **state)
{
    (void)state;
    struct wh_crosswalk crosswalk;
    struct wh_error err = {0};
    struct wh_buf text;
    char code[32];
    open_bench(&b);
    wh_buf_init(&text, b.ctx);
    wh_buf_c(&text, "note,Category,Code\n,Fly tipping, FT-1 \n");
    for (int i = 0; i < 1000; i++) {
        wh_buf_printf(&text, ",c%d,x%d\n", i, i);
    }
    assert_wh_ok(read_crosswalk(text.ptr, &crosswalk, &err));
    assert_int_equal(crosswalk.n, 1001);
    assert_string_equal(wh_crosswalk_find(&crosswalk, wh_str_c("ft-1")), "Fly tipping");
    assert_null(wh_crosswalk_find(&crosswalk, wh_str_c("FT-2")));
    assert_null(wh_crosswalk_find(&crosswalk, wh_str_c("")));
    for (int i = 0; i < 1000; i++) {
        snprintf(code, sizeof code, " X%d", i);
        assert_int_equal(wh_crosswalk_find(&crosswalk, wh_str_c(code))[1] - '0', (i >= 100 ? i / 100
                                                                                  : i >= 10 ? i / 10
                                                                                            : i));
    }
    wh_buf_finish(&text);
    close_bench(&b);
}

static void a_list_that_is_wrong_is_refused_with_its_line(void **state)
{
    (void)state;
    open_bench(&b);
    refuse_crosswalk("code,category\na,x\nA ,y\n", "categories.csv:3: \"A\" stands here again");
    refuse_crosswalk("code,category\na,x\n,y\n", "categories.csv:3: no code");
    refuse_crosswalk("code,category\na,\n", "categories.csv:2: no category");
    refuse_crosswalk("code,kind\na,x\n",
                     "categories.csv:1: no column \"category\": this list needs it");
    refuse_crosswalk("code,category\na\n", "categories.csv:2: 1 field, header has 2");
    close_bench(&b);
}

static void expect_category(size_t i, const char *category, const char *code, uint32_t flags)
{
    if (!wh_str_eq_c(b.request[i].category, category) ||
        !wh_str_eq_c(b.request[i].service_code, code)) {
        fail_msg("request %zu is \"%.*s\", code \"%.*s\"", i, (int)b.request[i].category.len,
                 b.request[i].category.ptr, (int)b.request[i].service_code.len,
                 b.request[i].service_code.ptr);
    }
    assert_int_equal(b.request[i].flags, flags);
}

static void a_category_in_no_list_is_other_and_counted(void **state)
{
    (void)state;
    struct wh_name_count *count = NULL;
    struct wh_error err = {0};
    size_t n = 0;
    open_bench(&b);
    write_text("categories.csv", "code,category\nT1,Fly tipping\nNoise,Noise nuisance\n");
    b.source.categories = "categories.csv";
    read_rows(&b, "A," WHEN ",,t1,,,\nB," WHEN ",,NOISE,,,\nC," WHEN ",,Bins,,,\n"
                  "D," WHEN ",,Bins,,,\nE," WHEN ",,,,,\n");
    assert_int_equal(strlen(b.report.categories_sha256), 64);
    expect_category(0, "Fly tipping", "t1", 0);
    expect_category(1, "Noise nuisance", "NOISE", 0);
    expect_category(2, "other", "Bins", WH_FLAG_UNMAPPED);
    expect_category(4, "other", "", WH_FLAG_UNMAPPED);
    assert_wh_ok(wh_store_unmapped(b.store, "crm", &b.arena, &count, &n, &err));
    assert_int_equal(n, 2);
    assert_string_equal(count[0].name, "");
    assert_int_equal(count[0].n, 1);
    assert_string_equal(count[1].name, "Bins");
    assert_int_equal(count[1].n, 2);
    /* Another list: the same file is read again, and its requests change. */
    write_text("categories.csv", "code,category\nT1,Fly tipping\nBins,Missed bins\n");
    read_source(&b);
    EXPECT_LEDGER(&b, .read = 5, .updated = 3, .unchanged = 2);
    expect_category(1, "other", "NOISE", WH_FLAG_UNMAPPED);
    expect_category(2, "Missed bins", "Bins", 0);
    close_bench(&b);
}

static void a_service_code_comes_before_the_name(void **state)
{
    (void)state;
    open_bench(&b);
    write_text("categories.csv", "code,category\n1,One\n2,Two\nName,By name\n");
    b.source.categories = "categories.csv";
    b.source.column[WH_FIELD_SERVICE_CODE] = "pc";
    b.source.column[WH_FIELD_POSTCODE] = NULL;
    read_rows(&b, "A," WHEN ",,Name,,,2\nB," WHEN ",,Name,,,3\nC," WHEN ",,Name,,,\n");
    expect_category(0, "Two", "2", 0);
    expect_category(1, "By name", "3", 0);
    expect_category(2, "By name", "Name", 0);
    close_bench(&b);
}

/* ---- targets ---- */

static void targets_and_holidays_are_read(void **state)
{
    (void)state;
    struct wh_targets targets;
    struct wh_error err = {0};
    open_bench(&b);
    write_text("targets.csv", "category,working_days,owner,contact\nGraffiti,10,Clean Team,01225 "
                              "000000\nabandoned vehicle,0,,\nBins,,Waste,\n");
    write_text("holidays.csv", "date,name\n2026-12-28,Boxing Day\n2026-12-25,Christmas Day\n");
    assert_wh_ok(wh_targets_read(b.ctx, "targets.csv", "holidays.csv", &b.arena, &targets, &err));
    assert_int_equal(targets.n, 3);
    const struct wh_target *target = wh_targets_find(&targets, wh_str_c("GRAFFITI "));
    assert_non_null(target);
    assert_int_equal(target->working_days, 10);
    assert_string_equal(target->owner, "Clean Team");
    assert_string_equal(target->contact, "01225 000000");
    target = wh_targets_find(&targets, wh_str_c("Abandoned Vehicle"));
    assert_true(target != NULL && target->has_days && target->working_days == 0);
    assert_null(target->owner);
    target = wh_targets_find(&targets, wh_str_c("bins"));
    assert_true(target != NULL && !target->has_days);
    assert_null(wh_targets_find(&targets, wh_str_c("noise")));
    const int64_t christmas = wh_day_from_civil(2026, 12, 25);
    assert_false(wh_is_working_day(&targets, christmas));
    assert_true(wh_is_working_day(&targets, christmas - 1));
    assert_wh_ok(wh_targets_read(b.ctx, NULL, NULL, &b.arena, &targets, &err));
    assert_int_equal(targets.n, 0);
    close_bench(&b);
}

static void refuse_lists(const char *targets, const char *holidays, const char *sentence)
{
    struct wh_targets ret;
    struct wh_error err = {0};
    char shown[1400];
    write_text("targets.csv", targets);
    write_text("holidays.csv", holidays);
    assert_int_equal(wh_targets_read(b.ctx, "targets.csv", "holidays.csv", &b.arena, &ret, &err),
                     WH_ERR_INPUT);
    assert_string_equal(wh_error_text(&err, shown, sizeof shown), sentence);
}

static void wrong_targets_and_holidays_are_named(void **state)
{
    (void)state;
    open_bench(&b);
    refuse_lists("category,working_days\na,soon\n", "date\n2026-12-25\n",
                 "targets.csv:2: working_days: expected a whole number from 0 to 3660, or nothing");
    refuse_lists("category,working_days\na,5\nA,6\n", "date\n2026-12-25\n",
                 "targets.csv:3: \"A\" stands here again");
    refuse_lists("category,working_days\na,5\n,6\n", "date\n2026-12-25\n",
                 "targets.csv:3: no category");
    refuse_lists("category,working_days\na,5\n", "date\n25/12/2026\n",
                 "holidays.csv:2: date: expected a day, as in 2026-12-25");
    refuse_lists("category,working_days\na,5\n", "date\n2026-02-30\n",
                 "holidays.csv:2: date: expected a day, as in 2026-12-25");
    close_bench(&b);
}

static void notes_and_actions_are_read(void **state)
{
    (void)state;
    struct wh_spot_notes notes;
    struct wh_error err = {0};
    char shown[1400];
    open_bench(&b);
    write_text("notes.csv",
               "by,hotspot,note\nCllr Jones,noise-e1-n2,\"Two houses, we think\"\n,x,y\n");
    assert_wh_ok(wh_spot_notes_read(b.ctx, "notes.csv", false, &b.arena, &notes, &err));
    assert_int_equal(notes.n, 2);
    assert_string_equal(notes.note[0].hotspot, "noise-e1-n2");
    assert_string_equal(notes.note[0].text, "Two houses, we think");
    assert_string_equal(notes.note[0].by, "Cllr Jones");
    assert_true(notes.note[0].day == WH_NO_DAY);
    assert_null(notes.note[1].by);
    write_text("actions.csv", "hotspot,date,action\nnoise-e1-n2,1970-01-11,Letters\n");
    assert_wh_ok(wh_spot_notes_read(b.ctx, "actions.csv", true, &b.arena, &notes, &err));
    assert_int_equal(notes.n, 1);
    assert_int_equal(notes.note[0].day, 10);
    assert_false(notes.note[0].is_public);
    write_text("actions.csv", "hotspot,date,action,share\nnoise-e1-n2,1970-01-11,Letters,public\n"
                              "noise-e1-n2,1970-01-11,Visits,officer\n");
    assert_wh_ok(wh_spot_notes_read(b.ctx, "actions.csv", true, &b.arena, &notes, &err));
    assert_true(notes.note[0].is_public && !notes.note[1].is_public);
    write_text("actions.csv", "hotspot,date,action,share\nnoise-e1-n2,1970-01-11,Letters,all\n");
    assert_int_equal(wh_spot_notes_read(b.ctx, "actions.csv", true, &b.arena, &notes, &err),
                     WH_ERR_INPUT);
    assert_string_equal(wh_error_text(&err, shown, sizeof shown),
                        "actions.csv:2: share: expected public or officer");
    write_text("actions.csv", "hotspot,date,action\n"); /* nothing has been done, so far */
    assert_wh_ok(wh_spot_notes_read(b.ctx, "actions.csv", true, &b.arena, &notes, &err));
    assert_int_equal(notes.n, 0);
    write_text("actions.csv", "hotspot,date,action\nnoise-e1-n2,,Letters\n");
    assert_int_equal(wh_spot_notes_read(b.ctx, "actions.csv", true, &b.arena, &notes, &err),
                     WH_ERR_INPUT);
    assert_string_equal(wh_error_text(&err, shown, sizeof shown),
                        "actions.csv:2: no date: on which it was done");
    write_text("actions.csv", "hotspot,date,action\nnoise-e1-n2,soon,Letters\n");
    assert_int_equal(wh_spot_notes_read(b.ctx, "actions.csv", true, &b.arena, &notes, &err),
                     WH_ERR_INPUT);
    assert_string_equal(wh_error_text(&err, shown, sizeof shown),
                        "actions.csv:2: date: expected a day, as in 2026-12-25");
    write_text("notes.csv", "hotspot,text\na,b\n");
    assert_int_equal(wh_spot_notes_read(b.ctx, "notes.csv", false, &b.arena, &notes, &err),
                     WH_ERR_INPUT);
    assert_string_equal(wh_error_text(&err, shown, sizeof shown),
                        "notes.csv:1: no column \"note\": this list needs it");
    close_bench(&b);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_found_whatever_their_case_and_blanks),
        cmocka_unit_test(a_list_that_is_wrong_is_refused_with_its_line),
        cmocka_unit_test(a_category_in_no_list_is_other_and_counted),
        cmocka_unit_test(a_service_code_comes_before_the_name),
        cmocka_unit_test(notes_and_actions_are_read),
        cmocka_unit_test(targets_and_holidays_are_read),
        cmocka_unit_test(wrong_targets_and_holidays_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return run_in_folder(run);
}
