/* tests/ingest/ingest_test.h: a source of a few rows, read into a fresh state. */
#ifndef WH_INGEST_TEST_H
#define WH_INGEST_TEST_H

#include <sys/stat.h>
#include <unistd.h>

#include "../wh_test_files.h"
#include "base/alloc.h"
#include "base/str.h"
#include "ingest/ingest.h"

#define MOST_REQUESTS 4096
#define HEADER "ref,opened,closed,type,e,n,pc\n"

/* A source, its state, and what the last reading gave. */
struct bench {
    struct wh_ctx *ctx;
    struct wh_zone *zone;
    struct wh_source source;
    struct wh_ingest_options opt;
    struct wh_store *store;
    struct wh_ingest_report report;
    struct wh_arena arena;
    size_t n; /* requests in the state, in canonical order */
    struct wh_request request[MOST_REQUESTS];
};

static inline void set_zone(struct bench *b, const char *name)
{
    struct wh_error err = {0};
    wh_zone_destroy(b->ctx, b->zone);
    b->zone = NULL;
    assert_wh_ok(wh_zone_open(b->ctx, name, &b->zone, &err));
    b->opt.zone = b->zone;
}

/* A fresh state, and a source of rows under HEADER in rows.csv. */
static inline void open_bench(struct bench *b)
{
    struct wh_error err = {0};
    *b = (struct bench){.ctx = wh_test_ctx(),
                        .source = {.id = "crm",
                                   .pattern = "rows.csv",
                                   .crs = "EPSG:27700",
                                   .delimiter = ',',
                                   .date_format = "%d/%m/%Y %H:%M",
                                   .key = WH_KEY_UPSERT,
                                   .is_required = true,
                                   .column = {[WH_FIELD_REFERENCE] = "ref",
                                              [WH_FIELD_OPENED] = "opened",
                                              [WH_FIELD_CLOSED] = "closed",
                                              [WH_FIELD_CATEGORY] = "type",
                                              [WH_FIELD_X] = "e",
                                              [WH_FIELD_Y] = "n",
                                              [WH_FIELD_POSTCODE] = "pc"}},
                        .opt = {.unreadable_path = "unreadable/crm.csv",
                                .zone_name = "Europe/London",
                                .latest_utc = 1793836800, /* 2026-11-05 */
                                .as_of_day = 20761,       /* 2026-11-04 */
                                .as_of_utc = 1793750400,
                                .retain_from_utc = WH_NO_TIME}};
    wh_arena_init(&b->arena, b->ctx);
    set_zone(b, "Europe/London");
    (void)remove("state.db");
    (void)remove("unreadable/crm.csv");
    assert_wh_ok(wh_store_open(b->ctx, "state.db", &b->store, &err));
}

static inline void close_bench(struct bench *b)
{
    wh_ingest_report_finish(b->ctx, &b->report);
    wh_store_close(b->store);
    wh_arena_finish(&b->arena);
    wh_zone_destroy(b->ctx, b->zone);
    assert_int_equal(wh_alloc_in_use(b->ctx), 0);
    wh_ctx_destroy(b->ctx);
}

static inline void load_requests(struct bench *b)
{
    struct wh_unplaced loaded;
    struct wh_error err = {0};
    assert_wh_ok(wh_store_load(b->store, &loaded, &err));
    b->n = loaded.requests.n;
    assert_true(b->n <= MOST_REQUESTS);
    for (size_t i = 0; i < b->n; i++) {
        assert_wh_ok(
            wh_store_request(b->store, loaded.requests.row[i], &b->arena, &b->request[i], &err));
    }
    wh_unplaced_finish(b->ctx, &loaded);
}

/* Reads the source, committed, and lists what the state then holds; the ledger must balance. */
static inline void read_source(struct bench *b)
{
    struct wh_error err = {0};
    wh_ingest_report_finish(b->ctx, &b->report);
    assert_wh_ok(wh_store_begin(b->store, &err));
    assert_wh_ok(wh_ingest(b->ctx, &b->source, &b->opt, b->store, &b->report, &err));
    assert_wh_ok(wh_store_commit(b->store, &err));
    const struct wh_ledger *const l = &b->report.ledger;
    assert_int_equal(l->read, l->added + l->updated + l->unchanged + l->duplicate + l->unreadable);
    load_requests(b);
}

static inline void read_rows(struct bench *b, const char *rows)
{
    char text[16384];
    snprintf(text, sizeof text, "%s%s", HEADER, rows);
    write_text("rows.csv", text);
    read_source(b);
}

/* Reading fails as said, and leaves nothing behind. */
static inline void refuse_source(struct bench *b, enum wh_status wanted, const char *sentence)
{
    struct wh_error err = {0};
    struct wh_ingest_report report = {0};
    char text[1400];
    assert_wh_ok(wh_store_begin(b->store, &err));
    assert_int_equal(wh_ingest(b->ctx, &b->source, &b->opt, b->store, &report, &err), wanted);
    assert_string_equal(wh_error_text(&err, text, sizeof text), sentence);
    assert_int_equal(report.n_files, 0);
    assert_int_equal(access("unreadable/crm.csv", F_OK), -1);
    /* What was put is rolled back when the state is closed, as a run does. */
    wh_store_close(b->store);
    b->store = NULL;
    assert_wh_ok(wh_store_open(b->ctx, "state.db", &b->store, &err));
}

static inline void expect_ledger(const struct bench *b, struct wh_ledger wanted)
{
    const struct wh_ledger *const l = &b->report.ledger;
    if (memcmp(l, &wanted, sizeof wanted) != 0) {
        fail_msg("read %llu = new %llu + updated %llu + unchanged %llu + duplicate %llu + "
                 "unreadable %llu",
                 (unsigned long long)l->read, (unsigned long long)l->added,
                 (unsigned long long)l->updated, (unsigned long long)l->unchanged,
                 (unsigned long long)l->duplicate, (unsigned long long)l->unreadable);
    }
}
#define EXPECT_LEDGER(b, ...) expect_ledger((b), (struct wh_ledger){__VA_ARGS__})

static inline bool is_warned(const struct bench *b, const char *sentence)
{
    for (size_t i = 0; i < b->report.n_warnings; i++) {
        if (strcmp(b->report.warning[i], sentence) == 0) {
            return true;
        }
    }
    return false;
}

static inline void expect_warning(const struct bench *b, const char *sentence)
{
    if (!is_warned(b, sentence)) {
        for (size_t i = 0; i < b->report.n_warnings; i++) {
            print_message("  warned: %s\n", b->report.warning[i]);
        }
        fail_msg("no warning: %s", sentence);
    }
}

/* The file as text, terminated; freed with the arena. "" when there is none. */
static inline const char *file_text(struct bench *b, const char *path)
{
    struct wh_buf buf;
    struct wh_error err = {0};
    wh_buf_init(&buf, b->ctx);
    const char *text = "";
    if (access(path, F_OK) == 0) {
        assert_wh_ok(wh_io_read_all(b->ctx, path, 1u << 24, &buf, &err));
        text = wh_arena_str(&b->arena, wh_buf_view(&buf)).ptr;
    }
    wh_buf_finish(&buf);
    return text != NULL ? text : "";
}

/* Tests run in a folder of their own: several programs of this folder run at once. */
static inline int run_in_folder(int (*run)(void))
{
    char folder[] = "/tmp/wh-ingest-XXXXXX";
    struct wh_ctx *ctx = wh_test_ctx();
    struct wh_error err = {0};
    if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
        return 1;
    }
    const int failed = run();
    if (chdir("/") != 0 || wh_io_remove_tree(ctx, folder, &err) != WH_OK) {
        fprintf(stderr, "%s stays behind\n", folder);
    }
    wh_ctx_destroy(ctx);
    return failed;
}

#endif
