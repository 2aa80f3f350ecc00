/* Random files: the ledger says what a plain model says, whatever the rows and however they are
 * spread over files. WARDHEAT_SEED repeats a run. */
#include "base/ctx.h"
#include "ingest_test.h"

#define MOST_ROWS 60

static struct bench b;

enum kind { GOOD, BAD_DATE, BAD_SHAPE };

/* What a row says; the text follows from it. */
struct row {
    enum kind kind;
    unsigned ref, type; /* ref 0: none */
};

static void add_row(struct wh_buf *text, const struct row *row)
{
    char ref[16] = "";
    if (row->ref > 0) {
        snprintf(ref, sizeof ref, "R%u", row->ref);
    }
    switch (row->kind) {
    case GOOD:
        wh_buf_printf(text, "%s,01/10/2026 09:30,,\"type, %u\",375000,165000,\n", ref, row->type);
        break;
    case BAD_DATE:
        wh_buf_printf(text, "%s,31/02/2026 09:30,,%u,375000,165000,\n", ref, row->type);
        break;
    case BAD_SHAPE:
        wh_buf_printf(text, "%s,01/10/2026 09:30,%u\n", ref, row->type);
        break;
    }
}

/* `n_blank` blank lines at the end: the same rows, and another file. */
static void write_rows(const char *path, const struct row *row, size_t n, int n_blank)
{
    struct wh_buf text;
    wh_buf_init(&text, b.ctx);
    wh_buf_c(&text, HEADER);
    for (size_t i = 0; i < n; i++) {
        add_row(&text, &row[i]);
    }
    for (int i = 0; i < n_blank; i++) {
        wh_buf_c(&text, "\n");
    }
    write_bytes(path, text.ptr, text.len);
    wh_buf_finish(&text);
}

static size_t random_rows(uint64_t *seed, struct row *row, unsigned n_refs)
{
    const size_t n = 1 + random_below(seed, MOST_ROWS);
    for (size_t i = 0; i < n; i++) {
        const size_t dice = random_below(seed, 10);
        row[i] = (struct row){.kind = dice == 0   ? BAD_DATE
                                      : dice == 1 ? BAD_SHAPE
                                                  : GOOD,
                              .ref = (unsigned)random_below(seed, n_refs + 1),
                              .type = (unsigned)random_below(seed, 3)};
    }
    return n;
}

static bool is_same_content(const struct row *a, const struct row *z)
{
    return a->ref == z->ref && a->type == z->type;
}

/* The rules of DESIGN.md section 5 for a first reading, by comparing each row with all before it.
 * Fills what is then in the state. */
static struct wh_ledger model(const struct row *row, size_t n, enum wh_key key, size_t *ret_stored)
{
    struct wh_ledger l = {.read = n};
    *ret_stored = 0;
    for (size_t i = 0; i < n; i++) {
        const struct row *last = NULL; /* good row of this reference before it */
        bool is_known = false;         /* one of them has the same content */
        if (row[i].kind != GOOD) {
            l.unreadable++;
            continue;
        }
        for (size_t k = 0; row[i].ref > 0 && k < i; k++) {
            if (row[k].kind == GOOD && row[k].ref == row[i].ref) {
                last = &row[k];
                is_known = is_known || is_same_content(&row[k], &row[i]);
            }
        }
        if (last == NULL || (key == WH_KEY_KEEP && !is_known)) {
            l.added++;
            ++*ret_stored;
        } else if (key == WH_KEY_KEEP || is_same_content(last, &row[i])) {
            l.duplicate++;
        } else {
            l.updated++;
        }
    }
    return l;
}

static uint64_t content_hash(void)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < b.n; i++) {
        const uint64_t parts[] = {wh_str_hash(b.request[i].reference),
                                  wh_str_hash(b.request[i].category),
                                  (uint64_t)b.request[i].opened_at, i};
        sum ^= wh_str_hash((struct wh_str){(const char *)parts, sizeof parts});
    }
    return sum;
}

static void the_ledger_of_any_file_is_that_of_a_plain_model(void **state)
{
    (void)state;
    uint64_t seed = test_seed("ledger");
    for (int trial = 0; trial < 60; trial++) {
        struct row row[MOST_ROWS];
        size_t stored = 0;
        open_bench(&b);
        b.source.key = trial % 2 == 0 ? WH_KEY_UPSERT : WH_KEY_KEEP;
        const size_t n = random_rows(&seed, row, 1 + (unsigned)random_below(&seed, 20));
        const struct wh_ledger wanted = model(row, n, b.source.key, &stored);
        write_rows("rows.csv", row, n, 0);
        read_source(&b);
        expect_ledger(&b, wanted);
        assert_int_equal(b.n, stored);
        /* The same file again is not read; written anew, what was new or an update is as it was. */
        read_source(&b);
        EXPECT_LEDGER(&b, .read = 0);
        assert_int_equal(b.n, stored);
        write_rows("rows.csv", row, n, 1);
        read_source(&b);
        EXPECT_LEDGER(&b, .read = n, .unchanged = wanted.added + wanted.updated,
                      .duplicate = wanted.duplicate, .unreadable = wanted.unreadable);
        assert_int_equal(b.n, stored);
        assert_int_equal(b.report.gone, 0);
        close_bench(&b);
    }
}

/* Rows of references of their own: without k of them everything is less by exactly those k. */
static void without_k_rows_the_counts_fall_by_exactly_k(void **state)
{
    (void)state;
    uint64_t seed = test_seed("metamorphic");
    for (int trial = 0; trial < 60; trial++) {
        struct row row[MOST_ROWS], left[MOST_ROWS];
        size_t n_left = 0, good_gone = 0, bad_gone = 0;
        open_bench(&b);
        const size_t n = random_rows(&seed, row, 1);
        for (size_t i = 0; i < n; i++) {
            row[i].ref = (unsigned)i + 1;
        }
        write_rows("rows.csv", row, n, 0);
        read_source(&b);
        const struct wh_ledger before = b.report.ledger;
        const size_t stored = b.n;
        for (size_t i = 0; i < n; i++) {
            if (i > 0 && random_below(&seed, 3) == 0) { /* a file without rows is refused */
                good_gone += row[i].kind == GOOD;
                bad_gone += row[i].kind != GOOD;
            } else {
                left[n_left++] = row[i];
            }
        }
        write_rows("rows.csv", left, n_left, 1);
        read_source(&b);
        EXPECT_LEDGER(&b, .read = before.read - good_gone - bad_gone,
                      .unchanged = before.added - good_gone,
                      .unreadable = before.unreadable - bad_gone);
        assert_int_equal(b.n, stored - good_gone);
        assert_int_equal(b.report.gone, good_gone);
        close_bench(&b);
    }
}

/* A permutation of rows of distinct content, in any number of files. */
static void the_order_of_rows_and_files_changes_nothing(void **state)
{
    (void)state;
    uint64_t seed = test_seed("order");
    struct row row[MOST_ROWS];
    uint64_t wanted = 0;
    for (int trial = 0; trial < 20; trial++) {
        struct wh_error err = {0};
        size_t from = 0;
        open_bench(&b);
        b.source.key = WH_KEY_KEEP;
        b.source.pattern = "crm/*.csv";
        for (size_t i = 0; trial == 0 && i < MOST_ROWS; i++) {
            row[i] = (struct row){.kind = i % 9 == 8 ? BAD_DATE : GOOD,
                                  .ref = (unsigned)(i / 2),
                                  .type = (unsigned)i};
        }
        for (size_t i = MOST_ROWS - 1; trial > 0 && i > 0; i--) {
            const size_t other = random_below(&seed, i + 1);
            const struct row swap = row[i];
            row[i] = row[other];
            row[other] = swap;
        }
        assert_wh_ok(wh_io_remove_tree(b.ctx, "crm", &err));
        assert_int_equal(mkdir("crm", 0700), 0);
        for (int file = 0; from < MOST_ROWS; file++) {
            char path[32];
            const size_t left = MOST_ROWS - from;
            const size_t n = trial == 0 ? left : 1 + random_below(&seed, left);
            snprintf(path, sizeof path, "crm/%c%d.csv", 'a' + (int)random_below(&seed, 26), file);
            write_rows(path, &row[from], n, 0);
            from += n;
        }
        read_source(&b);
        assert_int_equal(b.report.ledger.read, MOST_ROWS);
        assert_int_equal(b.report.ledger.unreadable, MOST_ROWS / 9);
        assert_int_equal(b.n, MOST_ROWS - MOST_ROWS / 9);
        wanted = trial == 0 ? content_hash() : wanted;
        assert_true(content_hash() == wanted);
        close_bench(&b);
    }
}

/* Allocation after allocation fails: a sentence each time, and nothing is left behind. */
static void running_out_of_memory_is_told_and_leaks_nothing(void **state)
{
    (void)state;
    if (!wh_fault_injection_built()) {
        print_message("this build has no fault injection\n");
        skip();
    }
    struct row row[12];
    for (size_t i = 0; i < 12; i++) {
        row[i] = (struct row){.kind = i % 4 == 3 ? BAD_DATE : GOOD, .ref = (unsigned)i};
    }
    open_bench(&b);
    write_rows("rows.csv", row, 12, 0);
    bool is_done = false;
    uint64_t n = 0;
    while (!is_done) {
        struct wh_ingest_report report = {0};
        struct wh_error err = {0};
        assert_wh_ok(wh_store_begin(b.store, &err));
        wh_alloc_fail_at(b.ctx, ++n, true);
        const enum wh_status status = wh_ingest(b.ctx, &b.source, &b.opt, b.store, &report, &err);
        wh_alloc_fail_at(b.ctx, 0, false);
        is_done = status == WH_OK;
        if (!is_done) {
            assert_int_equal(status, WH_ERR_LIMIT);
            assert_text_has(err.message, "out of memory");
            assert_int_equal(access("unreadable/crm.csv", F_OK), -1);
        }
        wh_ingest_report_finish(b.ctx, &report);
        wh_store_close(b.store);
        b.store = NULL;
        assert_int_equal(wh_alloc_in_use(b.ctx) > 0, 1); /* the zone */
        assert_wh_ok(wh_store_open(b.ctx, "state.db", &b.store, &err));
    }
    print_message("%llu allocations failed in turn\n", (unsigned long long)(n - 1));
    assert_true(n > 20);
    close_bench(&b);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ledger_of_any_file_is_that_of_a_plain_model),
        cmocka_unit_test(without_k_rows_the_counts_fall_by_exactly_k),
        cmocka_unit_test(the_order_of_rows_and_files_changes_nothing),
        cmocka_unit_test(running_out_of_memory_is_told_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return run_in_folder(run);
}
