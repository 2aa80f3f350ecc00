/* Reading after reading: what is gone and comes back, what is deleted for good, the states that a
 * request was in, and a state of an older wardheat. */
#include <sqlite3.h>

#include "../wh_test_ctx.h"
#include "base/str.h"
#include "store/store.h"
#include "store/store_keys.h"

#define DB "readings.db"
#define DAY_S INT64_C(86400)

static struct wh_store *store;
static struct wh_reading_end last_end;

static void open_store(void)
{
    struct wh_error err = {0};
    assert_wh_ok(wh_store_open(ctx, DB, &store, &err));
}

static void fresh_store(void)
{
    (void)remove(DB);
    open_store();
}

static void close_store(void)
{
    wh_store_close(store);
    store = NULL;
}

static int64_t ask(const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_open(DB, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    const int64_t number = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return number;
}

/* What a row says: "reference status", opened on `opened_day`. */
struct row {
    const char *reference, *status;
    int64_t opened_day, closed_day, updated_at; /* closed_day and updated_at 0: none */
};

#define AT(ref, state, day, at)                                                                    \
    {                                                                                              \
        ref, state, day, 0, at                                                                     \
    }
#define SHUT(ref, state, day, shut)                                                                \
    {                                                                                              \
        ref, state, day, shut, 0                                                                   \
    }
#define ROW(ref, state, day)                                                                       \
    {                                                                                              \
        ref, state, day, 0, 0                                                                      \
    }

static struct wh_request request_of(const struct row *row)
{
    return (struct wh_request){.reference = wh_str_c(row->reference),
                               .category = wh_str_c("Potholes"),
                               .status = wh_str_c(row->status),
                               .opened_at = row->opened_day * DAY_S,
                               .opened_to = row->opened_day * DAY_S,
                               .closed_at =
                                   row->closed_day == 0 ? WH_NO_TIME : row->closed_day * DAY_S,
                               .due_at = WH_NO_TIME,
                               .updated_at = row->updated_at == 0 ? WH_NO_TIME : row->updated_at,
                               .cost = (double)NAN,
                               .given_x = (double)NAN,
                               .given_y = (double)NAN};
}

/* One file, read on a day; a letter a row, as in test_store.c. */
static void read_rows(int64_t day, const struct row *row, size_t n, const char *letters)
{
    struct wh_error err = {0};
    const char *const name[] = {"rows.csv"};
    const bool skip[] = {false};
    const struct wh_reading reading = {.source_id = "crm",
                                       .key = WH_KEY_UPSERT,
                                       .rules = "1",
                                       .as_of_day = day,
                                       .as_of_utc = day * DAY_S};
    char seen[32] = "";
    assert_wh_ok(wh_store_begin(store, &err));
    assert_wh_ok(wh_store_source_begin(store, &reading, &err));
    assert_wh_ok(wh_store_source_files(store, name, skip, 1, &err));
    wh_store_file_begin(store, 0);
    for (size_t i = 0; i < n; i++) {
        enum wh_put put = WH_PUT_ADDED;
        struct wh_request request = request_of(&row[i]);
        request.line = i + 2;
        assert_wh_ok(wh_store_put(store, &request, &put, &err));
        seen[i] = "+~=d!"[put];
    }
    assert_wh_ok(wh_store_source_end(store, &last_end, &err));
    assert_wh_ok(wh_store_commit(store, &err));
    assert_string_equal(seen, letters);
}
#define READ(day, letters, ...)                                                                    \
    read_rows((day), (const struct row[]){__VA_ARGS__},                                            \
              sizeof((const struct row[]){__VA_ARGS__}) / sizeof(struct row), (letters))

/* References of the requests that stand, joined. */
static void expect_standing(const char *wanted)
{
    struct wh_unplaced loaded;
    struct wh_error err = {0};
    struct wh_arena arena;
    char seen[64] = "";
    wh_arena_init(&arena, ctx);
    assert_wh_ok(wh_store_load(store, &loaded, &err));
    for (size_t i = 0; i < loaded.requests.n; i++) {
        struct wh_request request;
        assert_wh_ok(wh_store_request(store, loaded.requests.row[i], &arena, &request, &err));
        strncat(seen, request.reference.ptr, request.reference.len);
    }
    wh_unplaced_finish(ctx, &loaded);
    wh_arena_finish(&arena);
    assert_string_equal(seen, wanted);
}

/* ---- gone ---- */

static void what_an_export_does_not_hold_is_kept_out_and_comes_back(void **state)
{
    (void)state;
    fresh_store();
    READ(100, "+++", ROW("A", "open", 90), ROW("B", "open", 91), ROW("C", "open", 92));
    assert_int_equal(last_end.held, 3);
    READ(101, "=", ROW("A", "open", 90));
    assert_int_equal(last_end.gone, 2);
    assert_int_equal(last_end.held_before, 3);
    assert_int_equal(last_end.held, 1);
    expect_standing("A");
    assert_int_equal(ask("SELECT count(*) FROM request"), 3);
    assert_int_equal(ask("SELECT gone FROM seen JOIN request USING (id) WHERE reference = 'B'"),
                     101);
    READ(102, "=", ROW("A", "open", 90));
    assert_int_equal(last_end.gone, 0); /* told once */
    assert_int_equal(ask("SELECT gone FROM seen JOIN request USING (id) WHERE reference = 'B'"),
                     101);
    READ(103, "=~", ROW("A", "open", 90), ROW("B", "open", 91)); /* B as it was, but it had gone */
    expect_standing("AB");
    assert_int_equal(ask("SELECT count(*) FROM seen WHERE gone IS NOT NULL"), 1);
    READ(104, "==", ROW("A", "open", 90), ROW("B", "open", 91));
    close_store();
}

static void what_is_gone_is_deleted_when_it_is_old(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_purged purged = {.n = 99};
    fresh_store();
    READ(100, "++++", ROW("A", "open", 10), ROW("B", "open", 10), SHUT("C", "shut", 10, 60),
         ROW("D", "open", 60));
    READ(101, "=", ROW("A", "open", 10));
    assert_wh_ok(wh_store_begin(store, &err));
    assert_wh_ok(wh_store_purge(store, "crm", false, 50 * DAY_S, &purged, &err));
    assert_wh_ok(wh_store_commit(store, &err));
    assert_int_equal(purged.n, 1); /* B: A is not gone, C was closed later, D opened later */
    assert_int_equal(ask("SELECT count(*) FROM request"), 3);
    assert_int_equal(ask("SELECT count(*) FROM request WHERE reference = 'B'"), 0);
    assert_wh_ok(wh_store_begin(store, &err));
    assert_wh_ok(wh_store_purge(store, "crm", true, 50 * DAY_S, &purged, &err));
    assert_wh_ok(wh_store_commit(store, &err));
    assert_int_equal(purged.n, 1); /* where nobody can say what is gone, age alone tells: A */
    assert_int_equal(ask("SELECT n_held FROM source"), 0);
    assert_int_equal(purged.held, 0);
    assert_true(purged.content == 0); /* nothing says nothing */
    close_store();
}

/* ---- states ---- */

/* "since status" of the only request, joined by commas. */
static void expect_history(const char *wanted)
{
    struct wh_status_change *change = NULL;
    struct wh_error err = {0};
    struct wh_arena arena;
    char seen[256] = "";
    size_t n = 0, len = 0;
    wh_arena_init(&arena, ctx);
    assert_wh_ok(wh_store_history(store, 1, &arena, &change, &n, &err));
    for (size_t i = 0; i < n; i++) {
        len += (size_t)snprintf(seen + len, sizeof seen - len, "%s%lld %.*s", i == 0 ? "" : ",",
                                (long long)(change[i].since_utc / DAY_S), (int)change[i].status.len,
                                change[i].status.ptr);
    }
    wh_arena_finish(&arena);
    assert_string_equal(seen, wanted);
}

static void states_are_remembered_with_the_night_that_learned_them(void **state)
{
    (void)state;
    fresh_store();
    READ(100, "+", ROW("A", "open", 90));
    expect_history("90 open");
    READ(101, "~", ROW("A", "scheduled", 90));
    READ(102, "=", ROW("A", "scheduled", 90));
    expect_history("90 open,101 scheduled");
    READ(105, "~", SHUT("A", "closed", 90, 104));
    READ(109, "~", ROW("A", "open", 90)); /* opened again */
    expect_history("90 open,101 scheduled,105 closed,109 open");
    READ(110, "~", SHUT("A", "open", 90, 109)); /* something else changes: the state is as it was */
    expect_history("90 open,101 scheduled,105 closed,109 open");
    close_store();
}

/* When the only request was opened again, as a day; -1: never. */
static int64_t day_reopened(void)
{
    struct wh_unplaced loaded = {0};
    struct wh_handling handling = {0};
    struct wh_error err = {0};
    assert_wh_ok(wh_store_load(store, &loaded, &err));
    assert_wh_ok(wh_store_load_handling(store, &loaded.requests, &handling, &err));
    assert_int_equal(handling.n, 1);
    const int64_t at = handling.reopened_at[0];
    wh_handling_finish(ctx, &handling);
    wh_unplaced_finish(ctx, &loaded);
    return at == WH_NO_TIME ? -1 : at / DAY_S;
}

static void what_was_closed_and_is_open_was_reopened(void **state)
{
    (void)state;
    fresh_store();
    READ(100, "+", ROW("A", "open", 90));
    READ(101, "~", ROW("A", "scheduled", 90));
    assert_int_equal(day_reopened(), -1);
    READ(105, "~", SHUT("A", "Closed", 90, 104));
    READ(106, "~", SHUT("A", "archived", 90, 104)); /* closed in other words */
    assert_int_equal(day_reopened(), -1);
    READ(109, "~", ROW("A", "open", 90));
    assert_int_equal(day_reopened(), 109);
    READ(112, "~", SHUT("A", "closed", 90, 112));
    assert_int_equal(day_reopened(), 109); /* and stays so */
    close_store();
}

static void handling_is_in_the_order_of_the_requests(void **state)
{
    (void)state;
    struct wh_unplaced loaded = {0};
    struct wh_handling handling = {0};
    struct wh_error err = {0};
    fresh_store();
    const char *const name[] = {"rows.csv"};
    const bool skip[] = {false};
    const struct wh_reading reading = {
        .source_id = "crm", .key = WH_KEY_UPSERT, .rules = "1", .as_of_day = 100};
    static const char *const row[3][3] = {
        {"C", "web", "Lumen"}, {"A", "phone", ""}, {"B", "web", "Greenway"}};
    assert_wh_ok(wh_store_begin(store, &err));
    assert_wh_ok(wh_store_source_begin(store, &reading, &err));
    assert_wh_ok(wh_store_source_files(store, name, skip, 1, &err));
    wh_store_file_begin(store, 0);
    for (size_t i = 0; i < 3; i++) {
        const struct row plain = ROW(row[i][0], "open", 90);
        struct wh_request request = request_of(&plain);
        enum wh_put put;
        request.channel = wh_str_c(row[i][1]);
        request.provider = wh_str_c(row[i][2]);
        request.cost = i == 1 ? 12.5 : (double)NAN;
        assert_wh_ok(wh_store_put(store, &request, &put, &err));
    }
    const struct wh_known_file file = {.name = name[0], .newest_utc = WH_NO_TIME};
    assert_wh_ok(wh_store_file_end(store, &file, &err));
    assert_wh_ok(wh_store_source_end(store, &last_end, &err));
    assert_wh_ok(wh_store_load(store, &loaded, &err));
    assert_wh_ok(wh_store_load_handling(store, &loaded.requests, &handling, &err));
    assert_int_equal(handling.n_channels, 3);
    assert_string_equal(handling.channel_name[0], "");
    assert_string_equal(handling.channel_name[handling.channel[0]], "phone"); /* A */
    assert_string_equal(handling.provider_name[handling.provider[0]], "");
    assert_string_equal(handling.provider_name[handling.provider[1]], "Greenway");
    assert_string_equal(handling.provider_name[handling.provider[2]], "Lumen");
    assert_true(handling.cost[0] > 12.4 && handling.cost[0] < 12.6 && isnan(handling.cost[1]));
    wh_handling_finish(ctx, &handling);
    wh_unplaced_finish(ctx, &loaded);
    close_store();
}

static void words_of_closed_states_are_known(void **state)
{
    (void)state;
    assert_int_equal(wh_standing_of(wh_str_c("")), WH_STANDING_NOT_SAID);
    assert_int_equal(wh_standing_of(wh_str_c("  FIXED - council ")), WH_STANDING_CLOSED);
    assert_int_equal(wh_standing_of(wh_str_c("No further action")), WH_STANDING_CLOSED);
    assert_int_equal(wh_standing_of(wh_str_c("in progress")), WH_STANDING_OPEN);
    assert_int_equal(wh_standing_of(wh_str_c("not closed")), WH_STANDING_OPEN);
}

static void a_source_that_says_when_is_believed(void **state)
{
    (void)state;
    fresh_store();
    READ(100, "+", AT("A", "open", 90, 90 * DAY_S));
    READ(105, "~", AT("A", "closed", 90, 103 * DAY_S));
    expect_history("90 open,103 closed");
    close_store();
}

/* A file of states: a row each. Reading it again every night adds nothing. */
static void several_rows_of_a_reference_are_its_history(void **state)
{
    (void)state;
    fresh_store();
    for (int night = 100; night < 103; night++) {
        READ(night, night == 100 ? "+~~" : "===", AT("A", "open", 90, 90 * DAY_S),
             AT("A", "scheduled", 90, 92 * DAY_S), AT("A", "closed", 90, 95 * DAY_S));
        expect_history("90 open,92 scheduled,95 closed");
    }
    READ(103, "===~", AT("A", "open", 90, 90 * DAY_S), AT("A", "scheduled", 90, 92 * DAY_S),
         AT("A", "closed", 90, 95 * DAY_S), AT("A", "open", 90, 99 * DAY_S));
    expect_history("90 open,92 scheduled,95 closed,99 open");
    close_store();
}

/* The same without times: each state since the night that brought it. */
static void rows_without_times_keep_the_nights_that_brought_them(void **state)
{
    (void)state;
    fresh_store();
    READ(100, "+", ROW("A", "open", 90));
    READ(101, "=~", ROW("A", "open", 90), ROW("A", "scheduled", 90));
    expect_history("90 open,101 scheduled");
    READ(102, "==", ROW("A", "open", 90), ROW("A", "scheduled", 90));
    READ(103, "==~", ROW("A", "open", 90), ROW("A", "scheduled", 90), ROW("A", "closed", 90));
    READ(104, "===", ROW("A", "open", 90), ROW("A", "scheduled", 90), ROW("A", "closed", 90));
    expect_history("90 open,101 scheduled,103 closed");
    close_store();
}

/* ---- schema 1 ---- */

static const char schema_1[] =
    "CREATE TABLE source(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    "CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT NOT NULL);"
    "CREATE TABLE request(id INTEGER PRIMARY KEY, source INTEGER NOT NULL, reference_hash INTEGER,"
    " hash INTEGER NOT NULL, occurrence INTEGER NOT NULL, file INTEGER NOT NULL,"
    " line INTEGER NOT NULL, reference TEXT, category INTEGER, opened INTEGER, closed INTEGER,"
    " given_x REAL, given_y REAL, postcode TEXT, flags INTEGER NOT NULL, due INTEGER,"
    " channel INTEGER, status INTEGER, provider INTEGER, cost TEXT, address TEXT, uprn TEXT);"
    "CREATE TABLE version(source INTEGER NOT NULL, reference_hash INTEGER NOT NULL,"
    " step INTEGER NOT NULL, hash INTEGER NOT NULL,"
    " PRIMARY KEY(source, reference_hash, step)) WITHOUT ROWID;"
    "CREATE TABLE place(id INTEGER PRIMARY KEY, x REAL, y REAL, precision_m REAL,"
    " method INTEGER NOT NULL, ward INTEGER NOT NULL, outcome INTEGER NOT NULL);"
    "CREATE TABLE choice(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "PRAGMA application_id=0x57484454; PRAGMA user_version=1;"
    "INSERT INTO source VALUES(1, 'crm');"
    "INSERT INTO word VALUES(1, 'Potholes'), (2, 'open');"
    "INSERT INTO request VALUES"
    "(1, 1, 11, 12, 0, 0, 2, 'A', 1, 7776000, NULL, 1.5, 2.5, 'BA1 1AA', 8, NULL, NULL, 2, NULL,"
    " '12.50', 'High Street', '000100010001'),"
    "(2, 1, 21, 22, 0, 0, 3, 'B', 1, 7862400, NULL, NULL, NULL, NULL, 0, NULL, NULL, 2, NULL,"
    " 'n/a', NULL, 'none'),"
    "(3, 1, NULL, 32, 0, 0, 4, NULL, 1, 7862400, NULL, NULL, NULL, NULL, 0, NULL, NULL, 2, NULL,"
    " NULL, NULL, NULL);"
    "INSERT INTO version VALUES(1, 11, 0, 12);"
    "INSERT INTO place VALUES(1, 1, 2, 3, 1, 1, 2);"
    "INSERT INTO choice VALUES('bandwidth.x', '400');";

static void make_state_1(void)
{
    sqlite3 *db = NULL;
    (void)remove(DB);
    assert_int_equal(sqlite3_open(DB, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, schema_1, NULL, NULL, NULL), SQLITE_OK);
    /* As it hashed references, which has not changed since. */
    for (int i = 0; i < 2; i++) {
        char sql[128];
        const uint64_t hash = wh_store_mix(0, wh_str_hash(wh_str_c(i == 0 ? "A" : "B")));
        snprintf(sql, sizeof sql, "UPDATE request SET reference_hash = %lld WHERE id = %d",
                 (long long)hash, i + 1);
        assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    }
    sqlite3_close(db);
}

static void a_state_of_schema_1_is_brought_up_to_date(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_arena arena;
    struct wh_request request;
    const char *value = NULL;
    make_state_1();
    open_store();
    wh_arena_init(&arena, ctx);
    assert_int_equal(ask("PRAGMA user_version"), 5);
    assert_int_equal(ask("SELECT n_held FROM source"), 3);
    assert_wh_ok(wh_store_request(store, 1, &arena, &request, &err));
    assert_true(wh_str_eq_c(request.category, "Potholes") && wh_str_eq_c(request.status, "open"));
    assert_true(request.cost >= 12.5 && request.cost <= 12.5);
    assert_int_equal(request.uprn, 100010001);
    assert_int_equal(request.opened_at, 7776000);
    assert_int_equal(request.opened_to, 7776000);
    assert_int_equal(request.flags, 8);
    assert_wh_ok(wh_store_request(store, 2, &arena, &request, &err));
    assert_true(isnan(request.cost) && request.uprn == 0);
    assert_wh_ok(wh_store_get(store, "bandwidth.x", &arena, &value, &err));
    assert_string_equal(value, "400");
    assert_int_equal(ask("SELECT count(*) FROM place"), 0); /* every run makes them anew */
    wh_arena_finish(&arena);
    close_store();
    open_store(); /* once is enough */
    close_store();
}

/* References are known again; a row without one cannot be, and is not kept beside its new self. */
static void the_first_reading_after_it_compares_everything(void **state)
{
    (void)state;
    make_state_1();
    open_store();
    READ(100, "~+", ROW("A", "open", 90), ROW("", "open", 91));
    assert_int_equal(last_end.held_before, 3);
    assert_int_equal(last_end.gone, 2);
    expect_standing("A");
    assert_int_equal(ask("SELECT count(*) FROM request"), 3);
    assert_int_equal(ask("SELECT count(*) FROM seen WHERE gone IS NOT NULL"), 1);
    READ(101, "==", ROW("A", "open", 90), ROW("", "open", 91));
    close_store();
}

/* A state that cannot be changed half-way: it is as it was. */
static void a_broken_migration_leaves_the_state_as_it_was(void **state)
{
    (void)state;
    struct wh_error err = {0};
    sqlite3 *db = NULL;
    make_state_1();
    assert_int_equal(sqlite3_open(DB, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE history(x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_not_equal(wh_store_open(ctx, DB, &store, &err), WH_OK);
    assert_int_equal(ask("PRAGMA user_version"), 1);
    assert_int_equal(ask("SELECT count(*) FROM request WHERE uprn = '000100010001'"), 1);
    assert_int_equal(ask("SELECT count(*) FROM version"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_export_does_not_hold_is_kept_out_and_comes_back),
        cmocka_unit_test(what_is_gone_is_deleted_when_it_is_old),
        cmocka_unit_test(states_are_remembered_with_the_night_that_learned_them),
        cmocka_unit_test(what_was_closed_and_is_open_was_reopened),
        cmocka_unit_test(handling_is_in_the_order_of_the_requests),
        cmocka_unit_test(words_of_closed_states_are_known),
        cmocka_unit_test(a_source_that_says_when_is_believed),
        cmocka_unit_test(several_rows_of_a_reference_are_its_history),
        cmocka_unit_test(rows_without_times_keep_the_nights_that_brought_them),
        cmocka_unit_test(a_state_of_schema_1_is_brought_up_to_date),
        cmocka_unit_test(the_first_reading_after_it_compares_everything),
        cmocka_unit_test(a_broken_migration_leaves_the_state_as_it_was),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
