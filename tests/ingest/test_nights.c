/* Night after night: whatever changes in the files, what the state then holds is what a reading
 * from scratch holds, although files that have not changed are passed over. WARDHEAT_SEED repeats a
 * run. */
#include "base/ctx.h"
#include "ingest_test.h"

enum { MOST_FILES = 5, MOST_ROWS = 8, N_NIGHTS = 6, CONTENT_BYTES = 1 << 16 };

static struct bench b, fresh;

struct row {
    unsigned ref, type; /* ref 0: none */
};
struct file {
    bool is_there;
    size_t n;
    struct row row[MOST_ROWS];
};
struct folder {
    struct file file[MOST_FILES];
};

static void write_file(const struct file *file, size_t idx)
{
    struct wh_buf text;
    char path[32];
    snprintf(path, sizeof path, "crm/%zu.csv", idx);
    (void)remove(path);
    if (!file->is_there) {
        return;
    }
    wh_buf_init(&text, b.ctx);
    wh_buf_c(&text, HEADER);
    for (size_t i = 0; i < file->n; i++) {
        char ref[16] = "";
        if (file->row[i].ref > 0) {
            snprintf(ref, sizeof ref, "R%u", file->row[i].ref);
        }
        wh_buf_printf(&text, "%s,01/10/2026 09:30,,type %u,375000,165000,\n", ref,
                      file->row[i].type);
    }
    write_bytes(path, text.ptr, text.len);
    wh_buf_finish(&text);
}

/* `apart`: files have references of their own. */
static struct file random_file(uint64_t *seed, size_t idx, bool is_apart)
{
    struct file file = {.is_there = true, .n = 1 + random_below(seed, MOST_ROWS)};
    for (size_t i = 0; i < file.n; i++) {
        const unsigned ref = (unsigned)random_below(seed, 6);
        file.row[i] =
            (struct row){.ref = ref > 0 && is_apart ? 10 * (unsigned)(idx + 1) + ref : ref,
                         .type = (unsigned)random_below(seed, 3)};
        if (ref == 0 && is_apart) {
            file.row[i].type += 10 * (unsigned)(idx + 1);
        }
    }
    return file;
}

/* Every request of a state, by its content. */
static void list_content(const struct bench *bench, char *text)
{
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < bench->n; i++) {
        const struct wh_request *const r = &bench->request[i];
        len +=
            (size_t)snprintf(text + len, CONTENT_BYTES - len, "%.*s:%.*s\n", (int)r->reference.len,
                             r->reference.ptr, (int)r->category.len, r->category.ptr);
    }
}

/* The same files, read into a state that knows nothing. */
static void read_from_scratch(void)
{
    struct wh_error err = {0};
    wh_store_close(fresh.store);
    (void)remove("fresh.db");
    assert_wh_ok(wh_store_open(fresh.ctx, "fresh.db", &fresh.store, &err));
    fresh.source = b.source;
    read_source(&fresh);
}

static void expect_same(int trial, int night)
{
    static char seen[CONTENT_BYTES], wanted[CONTENT_BYTES];
    read_from_scratch();
    list_content(&b, seen);
    list_content(&fresh, wanted);
    if (strcmp(seen, wanted) != 0) {
        fail_msg("trial %d, night %d: the state holds\n%sfrom scratch it is\n%s", trial, night,
                 seen, wanted);
    }
    assert_int_equal(b.report.held, b.n);
}

static size_t count_skipped(void)
{
    size_t n = 0;
    for (size_t i = 0; i < b.report.n_files; i++) {
        n += b.report.file[i].is_skipped;
    }
    return n;
}

static size_t run_nights(uint64_t *seed, int trial, bool is_delta)
{
    const bool is_apart = trial % 4 < 2;
    struct folder folder = {0};
    size_t n_skipped = 0;
    struct wh_error err = {0};
    open_bench(&fresh);
    wh_store_close(fresh.store);
    fresh.store = NULL;
    open_bench(&b);
    b.source.pattern = "crm/*.csv";
    b.source.key = trial % 2 == 0 ? WH_KEY_UPSERT : WH_KEY_KEEP;
    b.source.is_delta = is_delta;
    assert_wh_ok(wh_io_remove_tree(b.ctx, "crm", &err));
    assert_int_equal(mkdir("crm", 0700), 0);
    for (int night = 0; night < N_NIGHTS; night++) {
        size_t n_there = 0;
        for (size_t i = 0; i < MOST_FILES; i++) {
            struct file *const file = &folder.file[i];
            const size_t dice = random_below(seed, 6);
            if (is_delta ? !file->is_there && dice < 2 : dice < 2) {
                *file = random_file(seed, i, is_apart);
                write_file(file, i);
            } else if (dice == 2 && !is_delta) {
                file->is_there = false;
                write_file(file, i);
            }
            n_there += file->is_there;
        }
        if (n_there == 0) {
            folder.file[0] = random_file(seed, 0, is_apart);
            write_file(&folder.file[0], 0);
        }
        read_source(&b);
        n_skipped += count_skipped();
        expect_same(trial, night);
    }
    close_bench(&fresh);
    close_bench(&b);
    return n_skipped;
}

static void full_exports_hold_what_a_reading_from_scratch_holds(void **state)
{
    (void)state;
    uint64_t seed = test_seed("full");
    size_t n_skipped = 0;
    for (int trial = 0; trial < 16; trial++) {
        n_skipped += run_nights(&seed, trial, false);
    }
    print_message("%zu files passed over\n", n_skipped);
    assert_true(n_skipped > 30);
}

static void files_that_add_to_each_other_hold_what_a_reading_from_scratch_holds(void **state)
{
    (void)state;
    uint64_t seed = test_seed("delta");
    size_t n_skipped = 0;
    for (int trial = 0; trial < 16; trial++) {
        n_skipped += run_nights(&seed, trial, true);
    }
    print_message("%zu files passed over\n", n_skipped);
    assert_true(n_skipped > 100);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_exports_hold_what_a_reading_from_scratch_holds),
        cmocka_unit_test(files_that_add_to_each_other_hold_what_a_reading_from_scratch_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return run_in_folder(run);
}
