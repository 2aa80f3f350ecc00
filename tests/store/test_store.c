/* The state: what a row is (new, changed, known, doubled, gone), canonical order, and what opening
 * refuses. */
#include <sys/stat.h>

#include <sqlite3.h>

#include "../wh_test_ctx.h"
#include "base/alloc.h"
#include "base/io.h"
#include "base/str.h"
#include "store/store.h"

static struct wh_store *open_store(const char *path)
{
    struct wh_store *store = NULL;
    struct wh_error err = {0};
    assert_wh_ok(wh_store_open(ctx, path, &store, &err));
    return store;
}

static struct wh_store *fresh_store(void)
{
    (void)remove("state.db");
    return open_store("state.db");
}

/* A request of reference `ref` whose content is told by `note`. */
static struct wh_request request_of(const char *ref, const char *note)
{
    return (struct wh_request){.reference = wh_str_c(ref),
                               .category = wh_str_c("Fly tipping"),
                               .address = wh_str_c(note),
                               .opened_at = 1700000000,
                               .opened_to = 1700000000,
                               .closed_at = WH_NO_TIME,
                               .due_at = WH_NO_TIME,
                               .updated_at = WH_NO_TIME,
                               .cost = (double)NAN,
                               .given_x = 370000.5,
                               .given_y = (double)NAN,
                               .line = 2};
}

/* Begins a reading of a source's only file. */
static void begin_reading(struct wh_store *store, const char *source_id, enum wh_key key)
{
    struct wh_error err = {0};
    const char *const name[] = {"rows.csv"};
    const bool skip[] = {false};
    const struct wh_reading reading = {
        .source_id = source_id, .key = key, .rules = "1", .as_of_day = 20000};
    assert_wh_ok(wh_store_source_begin(store, &reading, &err));
    assert_wh_ok(wh_store_source_files(store, name, skip, 1, &err));
    wh_store_file_begin(store, 0);
}

static struct wh_reading_end last_end;

static void end_reading(struct wh_store *store)
{
    struct wh_error err = {0};
    assert_wh_ok(wh_store_source_end(store, &last_end, &err));
}

/* One reading: rows as "ref note", told as a letter each: + added, ~ updated, = unchanged, d
 * duplicate. */
static void expect_reading(struct wh_store *store, enum wh_key key, const char *const (*row)[2],
                           size_t n, const char *letters, uint64_t gone)
{
    struct wh_error err = {0};
    char seen[64] = "";
    assert_wh_ok(wh_store_begin(store, &err));
    begin_reading(store, "crm", key);
    for (size_t i = 0; i < n; i++) {
        enum wh_put put = WH_PUT_ADDED;
        struct wh_request request = request_of(row[i][0], row[i][1]);
        request.line = i + 2;
        assert_wh_ok(wh_store_put(store, &request, &put, &err));
        seen[i] = "+~=d"[put];
    }
    end_reading(store);
    assert_wh_ok(wh_store_commit(store, &err));
    assert_string_equal(seen, letters);
    assert_int_equal(last_end.gone, gone);
}
#define READING(store, key, letters, gone, ...)                                                    \
    expect_reading((store), (key), (const char *const[][2]){__VA_ARGS__},                          \
                   sizeof((const char *const[][2]){__VA_ARGS__}) / sizeof(char *[2]), (letters),   \
                   (gone))

/* "reference:address" in canonical order, joined by commas. */
static void list_content(struct wh_store *store, char *seen, size_t size)
{
    struct wh_unplaced loaded;
    struct wh_error err = {0};
    struct wh_arena arena;
    size_t len = 0;
    seen[0] = '\0';
    wh_arena_init(&arena, ctx);
    assert_wh_ok(wh_store_load(store, &loaded, &err));
    for (size_t i = 0; i < loaded.requests.n; i++) {
        struct wh_request request;
        assert_wh_ok(wh_store_request(store, loaded.requests.row[i], &arena, &request, &err));
        len += (size_t)snprintf(seen + len, size - len, "%s%.*s:%.*s", i == 0 ? "" : ",",
                                (int)request.reference.len, request.reference.ptr,
                                (int)request.address.len, request.address.ptr);
    }
    wh_unplaced_finish(ctx, &loaded);
    wh_arena_finish(&arena);
}

static void expect_content(struct wh_store *store, const char *wanted)
{
    char seen[256];
    list_content(store, seen, sizeof seen);
    assert_string_equal(seen, wanted);
}

/* ---- key: upsert ---- */

static void upsert_replaces_what_differs_and_drops_what_is_equal(void **state)
{
    (void)state;
    struct wh_store *store = fresh_store();
    READING(store, WH_KEY_UPSERT, "++d~+", 0, {"1", "a"}, {"2", "b"}, {"1", "a"}, {"2", "c"},
            {"3", "d"});
    expect_content(store, "1:a,2:c,3:d");
    /* The same file again: nothing is new. */
    READING(store, WH_KEY_UPSERT, "==d==", 0, {"1", "a"}, {"2", "b"}, {"1", "a"}, {"2", "c"},
            {"3", "d"});
    expect_content(store, "1:a,2:c,3:d");
    READING(store, WH_KEY_UPSERT, "~+", 2, {"1", "z"}, {"4", "e"});
    expect_content(store, "1:z,4:e");
    wh_store_close(store);
}

static void a_version_that_comes_back_is_an_update(void **state)
{
    (void)state;
    struct wh_store *store = fresh_store();
    /* Opened, closed, opened again: three exports of one request. */
    READING(store, WH_KEY_UPSERT, "+~~", 0, {"1", "open"}, {"1", "shut"}, {"1", "open"});
    expect_content(store, "1:open");
    READING(store, WH_KEY_UPSERT, "===", 0, {"1", "open"}, {"1", "shut"}, {"1", "open"});
    expect_content(store, "1:open");
    READING(store, WH_KEY_UPSERT, "===~", 0, {"1", "open"}, {"1", "shut"}, {"1", "open"},
            {"1", "shut"});
    expect_content(store, "1:shut");
    READING(store, WH_KEY_UPSERT, "=", 0, {"1", "shut"});
    expect_content(store, "1:shut");
    READING(store, WH_KEY_UPSERT, "=~", 0, {"1", "shut"}, {"1", "open"});
    expect_content(store, "1:open");
    wh_store_close(store);
}

static void a_last_version_that_is_gone_brings_the_older_one_back(void **state)
{
    (void)state;
    struct wh_store *store = fresh_store();
    READING(store, WH_KEY_UPSERT, "+~", 0, {"1", "a"}, {"1", "b"});
    assert_int_equal(last_end.reverted, 0);
    READING(store, WH_KEY_UPSERT, "=", 0, {"1", "a"});
    assert_int_equal(last_end.reverted, 1);
    expect_content(store, "1:a");
    READING(store, WH_KEY_UPSERT, "=", 0, {"1", "a"});
    assert_int_equal(last_end.reverted, 0);
    wh_store_close(store);
}

/* ---- key: keep ---- */

static void keep_holds_every_content_once_a_reference(void **state)
{
    (void)state;
    struct wh_store *store = fresh_store();
    READING(store, WH_KEY_KEEP, "++d+", 0, {"1", "a"}, {"1", "b"}, {"1", "a"}, {"2", "a"});
    READING(store, WH_KEY_KEEP, "==d=", 0, {"1", "a"}, {"1", "b"}, {"1", "a"}, {"2", "a"});
    READING(store, WH_KEY_KEEP, "=+", 2, {"1", "b"}, {"1", "c"});
    wh_store_close(store);
}

static void rows_without_a_reference_are_never_duplicates(void **state)
{
    (void)state;
    const enum wh_key keys[] = {WH_KEY_KEEP, WH_KEY_UPSERT};
    for (size_t k = 0; k < 2; k++) {
        struct wh_store *store = fresh_store();
        READING(store, keys[k], "++++", 0, {"", "a"}, {"", "a"}, {"", "b"}, {"", "a"});
        READING(store, keys[k], "====", 0, {"", "a"}, {"", "a"}, {"", "b"}, {"", "a"});
        READING(store, keys[k], "===", 1, {"", "b"}, {"", "a"}, {"", "a"});
        expect_content(store, ":b,:a,:a"); /* by hash */
        READING(store, keys[k], "==~=", 0, {"", "a"}, {"", "a"}, {"", "a"}, {"", "b"});
        wh_store_close(store);
    }
}

static void another_key_setting_leaves_one_row_a_reference(void **state)
{
    (void)state;
    struct wh_store *store = fresh_store();
    READING(store, WH_KEY_KEEP, "+++", 0, {"1", "a"}, {"1", "b"}, {"2", "c"});
    READING(store, WH_KEY_UPSERT, "=~=", 0, {"1", "a"}, {"1", "b"}, {"2", "c"});
    expect_content(store, "1:b,2:c");
    READING(store, WH_KEY_KEEP, "+==", 0, {"1", "a"}, {"1", "b"}, {"2", "c"});
    wh_store_close(store);
}

/* ---- loading ---- */

static void what_is_loaded_does_not_depend_on_the_order_of_rows(void **state)
{
    (void)state;
    static const char *const row[][2] = {{"b", "1"},
                                         {"a", "2"},
                                         {"a", "3"},
                                         {"", "4"},
                                         {"longer than eight", "5"},
                                         {"longer than eighty", "6"},
                                         {"", "4"},
                                         {"longer th", "7"}};
    enum { N = sizeof row / sizeof row[0] };
    char first[256] = "", content[256];
    uint64_t seed = 1;
    for (int trial = 0; trial < 20; trial++) {
        const char *shuffled[N][2];
        memcpy(shuffled, row, sizeof row);
        for (size_t i = N - 1; i > 0 && trial > 0; i--) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
            const size_t k = (size_t)(seed >> 33) % (i + 1);
            const char *const kept[2] = {shuffled[i][0], shuffled[i][1]};
            memcpy(shuffled[i], shuffled[k], sizeof kept);
            memcpy(shuffled[k], kept, sizeof kept);
        }
        struct wh_store *store = fresh_store();
        expect_reading(store, WH_KEY_KEEP, (const char *const(*)[2])shuffled, N, "++++++++", 0);
        list_content(store, content, sizeof content);
        if (trial == 0) {
            memcpy(first, content, sizeof first);
        }
        assert_string_equal(content, first);
        wh_store_close(store);
    }
    assert_non_null(strstr(first, "b:1,longer th:7,longer than eight:5,longer than eighty:6"));
    assert_memory_equal(first, ":4,:4,a:", 8);
}

static void a_request_comes_back_as_it_went_in(void **state)
{
    (void)state;
    struct wh_store *store = fresh_store();
    struct wh_error err = {0};
    struct wh_arena arena;
    struct wh_unplaced loaded;
    enum wh_put put;
    const struct wh_request in = {.reference = wh_str_c("R-1"),
                                  .category = wh_str_c("Graffiti"),
                                  .channel = wh_str_c("web"),
                                  .status = wh_str_c("open"),
                                  .provider = wh_str_c("Veolia"),
                                  .cost = 12.5,
                                  .service_code = wh_str_c("G1"),
                                  .language = wh_str_c("cy"),
                                  .ward = wh_str_c("E05001935"),
                                  .address = wh_str_c("High Street, caf\xC3\xA9"),
                                  .postcode = wh_str_c("BA1 1AA"),
                                  .uprn = 100010001,
                                  .usrn = 4500123,
                                  .opened_at = 1700000000,
                                  .opened_to = 1700003600,
                                  .updated_at = 1700080000,
                                  .closed_at = WH_NO_TIME,
                                  .due_at = 1700086400,
                                  .given_x = -2.25,
                                  .given_y = 51.125,
                                  .line = 1042,
                                  .flags = WH_FLAG_AMBIGUOUS_TIME};
    wh_arena_init(&arena, ctx);
    assert_wh_ok(wh_store_begin(store, &err));
    begin_reading(store, "web", WH_KEY_UPSERT);
    assert_wh_ok(wh_store_put(store, &in, &put, &err));
    end_reading(store);
    assert_wh_ok(wh_store_commit(store, &err));
    assert_wh_ok(wh_store_load(store, &loaded, &err));
    assert_int_equal(loaded.requests.n, 1);
    assert_string_equal(loaded.requests.category_name[loaded.requests.category[0]], "Graffiti");
    assert_string_equal(loaded.requests.source_id[loaded.requests.source[0]], "web");
    assert_string_equal(loaded.postcode[0], "BA1 1AA");
    assert_string_equal(loaded.address[0], "High Street, caf\xC3\xA9");
    assert_string_equal(loaded.ward[0], "E05001935");
    assert_int_equal(loaded.uprn[0], in.uprn);
    assert_int_equal(loaded.usrn[0], in.usrn);
    assert_int_equal(loaded.requests.opened_to[0], in.opened_to);
    assert_int_equal(loaded.requests.due_at[0], in.due_at);
    assert_memory_equal(loaded.given_x, &in.given_x, sizeof in.given_x);
    assert_memory_equal(loaded.given_y, &in.given_y, sizeof in.given_y);
    assert_true(isnan(loaded.requests.x[0]) && isnan(loaded.requests.y[0]));
    assert_int_equal(loaded.requests.ward[0], -1);
    assert_int_equal(loaded.requests.outcome[0], WH_OUTCOME_NOT_PLACED);
    struct wh_request out;
    assert_wh_ok(wh_store_request(store, loaded.requests.row[0], &arena, &out, &err));
    assert_true(wh_str_eq(in.reference, out.reference) && wh_str_eq(in.category, out.category) &&
                wh_str_eq(in.channel, out.channel) && wh_str_eq(in.status, out.status) &&
                wh_str_eq(in.provider, out.provider) && wh_str_eq(in.ward, out.ward) &&
                wh_str_eq(in.service_code, out.service_code) &&
                wh_str_eq(in.language, out.language) && wh_str_eq(in.address, out.address) &&
                wh_str_eq(in.postcode, out.postcode));
    assert_memory_equal(&in.cost, &out.cost, sizeof in.cost);
    assert_int_equal(out.uprn, in.uprn);
    assert_int_equal(out.usrn, in.usrn);
    assert_int_equal(out.opened_to, in.opened_to);
    assert_int_equal(out.updated_at, in.updated_at);
    assert_int_equal(out.opened_at, in.opened_at);
    assert_true(out.closed_at == WH_NO_TIME);
    assert_int_equal(out.due_at, in.due_at);
    assert_int_equal(out.line, 1042);
    assert_int_equal(out.flags, in.flags);
    assert_int_equal(wh_store_request(store, 77, &arena, &out, &err), WH_ERR_INTERNAL);
    wh_unplaced_finish(ctx, &loaded);
    wh_arena_finish(&arena);
    wh_store_close(store);
}

static void an_empty_state_loads_as_nothing(void **state)
{
    (void)state;
    struct wh_store *store = fresh_store();
    struct wh_unplaced loaded;
    struct wh_error err = {0};
    assert_wh_ok(wh_store_load(store, &loaded, &err));
    assert_int_equal(loaded.requests.n, 0);
    assert_int_equal(loaded.requests.n_sources, 0);
    wh_unplaced_finish(ctx, &loaded);
    wh_store_close(store);
}

/* ---- places, secrets, sources, choices ---- */

static enum wh_status count_secret(void *user, const struct wh_secret *secret, struct wh_error *err)
{
    (void)err;
    uint64_t *const sum = user;
    sum[0]++;
    sum[1] += secret->address.len + secret->reference.len;
    sum[2] += isnan(secret->given_y) ? 1 : 0;
    return WH_OK;
}

static int64_t ask(const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_open("state.db", &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    const int64_t value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return value;
}

static void save_places(struct wh_store *store, int32_t ward_of_first)
{
    static const char *const ward_code[] = {"E01", "E02"};
    struct wh_unplaced loaded;
    struct wh_error err = {0};
    assert_wh_ok(wh_store_begin(store, &err));
    assert_wh_ok(wh_store_load(store, &loaded, &err));
    struct wh_requests *const requests = &loaded.requests;
    for (size_t i = 0; i < requests->n; i++) {
        requests->ward[i] = i == 0 ? ward_of_first : -1;
        requests->x[i] = i == 0 ? 1.5 : (double)NAN;
        requests->outcome[i] = i == 0 ? WH_OUTCOME_MAPPED : WH_OUTCOME_NOT_PLACED;
    }
    assert_wh_ok(wh_store_save_places(store, requests, ward_code, &err));
    assert_wh_ok(wh_store_commit(store, &err));
    wh_unplaced_finish(ctx, &loaded);
}

static void places_follow_their_requests(void **state)
{
    (void)state;
    struct wh_store *store = fresh_store();
    READING(store, WH_KEY_UPSERT, "+++", 0, {"1", "a"}, {"2", "b"}, {"3", "c"});
    save_places(store, 1);
    assert_int_equal(ask("SELECT count(*) FROM place"), 3);
    assert_int_equal(ask("SELECT count(*) FROM place JOIN word ON word.id = ward"
                         " WHERE text = 'E02' AND x = 1.5 AND outcome = 2"),
                     1);
    save_places(store, 0);
    assert_int_equal(ask("SELECT count(*) FROM place JOIN word ON word.id = ward"
                         " WHERE text = 'E01'"),
                     1);
    READING(store, WH_KEY_UPSERT, "=", 2, {"3", "c"});
    assert_int_equal(ask("SELECT count(*) FROM place"), 1);
    wh_store_close(store);
}

static void every_secret_is_told_once(void **state)
{
    (void)state;
    struct wh_store *store = fresh_store();
    struct wh_error err = {0};
    uint64_t sum[3] = {0};
    READING(store, WH_KEY_UPSERT, "++", 0, {"1", "abc"}, {"22", "defg"});
    assert_wh_ok(wh_store_each_secret(store, count_secret, sum, &err));
    assert_int_equal(sum[0], 2);
    assert_int_equal(sum[1], 10);
    assert_int_equal(sum[2], 2);
    wh_store_close(store);
}

static void sources_that_nobody_names_are_taken_away(void **state)
{
    (void)state;
    struct wh_store *store = fresh_store();
    struct wh_error err = {0};
    const char *const kept[] = {"web"};
    uint64_t gone = 0;
    READING(store, WH_KEY_UPSERT, "++", 0, {"1", "a"}, {"2", "b"});
    assert_wh_ok(wh_store_begin(store, &err));
    assert_wh_ok(wh_store_keep_sources(store, kept, 1, &gone, &err));
    assert_wh_ok(wh_store_commit(store, &err));
    assert_int_equal(gone, 2);
    expect_content(store, "");
    assert_int_equal(ask("SELECT count(*) FROM source"), 0);
    wh_store_close(store);
}

static void choices_stay_until_they_are_made_anew(void **state)
{
    (void)state;
    struct wh_store *store = fresh_store();
    struct wh_error err = {0};
    struct wh_arena arena;
    const char *value = "untouched";
    wh_arena_init(&arena, ctx);
    assert_wh_ok(wh_store_get(store, "bandwidth.x'; DROP TABLE choice; --", &arena, &value, &err));
    assert_null(value);
    assert_wh_ok(wh_store_set(store, "bandwidth.x", "400", &err));
    assert_wh_ok(wh_store_set(store, "bandwidth.x", "500", &err));
    wh_store_close(store);
    store = open_store("state.db");
    assert_wh_ok(wh_store_get(store, "bandwidth.x", &arena, &value, &err));
    assert_string_equal(value, "500");
    wh_arena_finish(&arena);
    wh_store_close(store);
}

/* ---- the file ---- */

static void what_is_not_committed_is_not_there(void **state)
{
    (void)state;
    struct wh_store *store = fresh_store();
    struct wh_error err = {0};
    enum wh_put put;
    READING(store, WH_KEY_UPSERT, "+", 0, {"1", "a"});
    assert_wh_ok(wh_store_begin(store, &err));
    begin_reading(store, "crm", WH_KEY_UPSERT);
    const struct wh_request request = request_of("2", "b");
    assert_wh_ok(wh_store_put(store, &request, &put, &err));
    wh_store_close(store);
    store = open_store("state.db");
    expect_content(store, "1:a");
    wh_store_close(store);
}

static void the_file_is_not_for_everybody(void **state)
{
    (void)state;
    struct stat st;
    wh_store_close(fresh_store());
    assert_int_equal(stat("state.db", &st), 0);
    assert_int_equal(st.st_mode & 0777 & ~0640u, 0);
}

static void run_sql(const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open("state.db", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void refuse(const char *sentence)
{
    struct wh_store *store = NULL;
    struct wh_error err = {0};
    assert_int_equal(wh_store_open(ctx, "state.db", &store, &err), WH_ERR_INPUT);
    if (strstr(err.message, sentence) == NULL) {
        fail_msg("\"%s\" has no \"%s\"", err.message, sentence);
    }
}

static void what_is_no_state_is_refused(void **state)
{
    (void)state;
    FILE *const file = fopen("state.db", "wb");
    assert_non_null(file);
    fputs("This is no database, although it is long enough to hold a header of one, and more than "
          "that.\n",
          file);
    fclose(file);
    refuse("not a database");
    wh_store_close(fresh_store());
    run_sql("PRAGMA user_version = 7");
    refuse("the state is of a newer wardheat (schema 7, this one knows 5)");
    (void)remove("state.db");
    run_sql("CREATE TABLE other(x)");
    refuse("not a wardheat state");
}

static void a_damaged_state_is_refused(void **state)
{
    (void)state;
    struct wh_store *store = fresh_store();
    struct wh_error err = {0};
    assert_wh_ok(wh_store_begin(store, &err));
    begin_reading(store, "crm", WH_KEY_UPSERT);
    for (int i = 0; i < 3000; i++) {
        enum wh_put put;
        char ref[32];
        snprintf(ref, sizeof ref, "reference %d", i);
        const struct wh_request request = request_of(ref, ref);
        assert_wh_ok(wh_store_put(store, &request, &put, &err));
    }
    end_reading(store);
    assert_wh_ok(wh_store_commit(store, &err));
    wh_store_close(store);
    FILE *const file = fopen("state.db", "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 4096 * 20, SEEK_SET), 0);
    for (int i = 0; i < 4096; i++) {
        fputc(0xA5, file);
    }
    fclose(file);
    refuse("the state");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(upsert_replaces_what_differs_and_drops_what_is_equal),
        cmocka_unit_test(a_version_that_comes_back_is_an_update),
        cmocka_unit_test(a_last_version_that_is_gone_brings_the_older_one_back),
        cmocka_unit_test(keep_holds_every_content_once_a_reference),
        cmocka_unit_test(rows_without_a_reference_are_never_duplicates),
        cmocka_unit_test(another_key_setting_leaves_one_row_a_reference),
        cmocka_unit_test(what_is_loaded_does_not_depend_on_the_order_of_rows),
        cmocka_unit_test(a_request_comes_back_as_it_went_in),
        cmocka_unit_test(an_empty_state_loads_as_nothing),
        cmocka_unit_test(places_follow_their_requests),
        cmocka_unit_test(every_secret_is_told_once),
        cmocka_unit_test(sources_that_nobody_names_are_taken_away),
        cmocka_unit_test(choices_stay_until_they_are_made_anew),
        cmocka_unit_test(what_is_not_committed_is_not_there),
        cmocka_unit_test(the_file_is_not_for_everybody),
        cmocka_unit_test(what_is_no_state_is_refused),
        cmocka_unit_test(a_damaged_state_is_refused),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
