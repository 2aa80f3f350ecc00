/* Memory: the cap, the failing call, what is in use; arenas; buffers. */
#include "base/arena.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/str.h"
#include "wh_test_files.h"

static struct wh_ctx *limited(size_t bytes)
{
    struct wh_ctx *made = NULL;
    struct wh_error err = {0};
    const struct wh_ctx_options opt = {.quiet = true, .jobs = 1, .memory_limit_bytes = bytes};
    assert_wh_ok(wh_ctx_create(&opt, &made, &err));
    return made;
}

static void memory_is_zeroed_aligned_and_counted(void **state)
{
    (void)state;
    struct wh_ctx *ctx = wh_test_ctx();
    unsigned char *bytes[64];
    size_t before = wh_alloc_in_use(ctx);
    assert_int_equal(before, 0);
    for (size_t n = 0; n < 64; n++) {
        bytes[n] = wh_alloc(ctx, n);
        assert_non_null(bytes[n]); /* size 0 too */
        assert_int_equal((uintptr_t)bytes[n] % 16, 0);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(bytes[n][i], 0);
        }
        memset(bytes[n], 0xA5, n);
        assert_true(wh_alloc_in_use(ctx) >= before + n);
        before = wh_alloc_in_use(ctx);
    }
    const size_t peak = wh_alloc_peak(ctx);
    assert_int_equal(peak, before);
    for (size_t n = 0; n < 64; n++) {
        wh_free(ctx, bytes[n]);
    }
    wh_free(ctx, NULL);
    assert_int_equal(wh_alloc_peak(ctx), peak);
    wh_test_drop_ctx(ctx);
}

static void the_cap_holds_and_is_given_back(void **state)
{
    (void)state;
    struct wh_ctx *ctx = limited(10000);
    assert_null(wh_alloc(ctx, 10000)); /* the header counts too */
    char *some = wh_alloc(ctx, 6000);
    assert_non_null(some);
    assert_null(wh_alloc(ctx, 6000));
    some[5999] = 'x';
    assert_null(wh_realloc_array(ctx, some, 11000, 1));
    assert_int_equal(some[5999], 'x'); /* as it was */
    char *more = wh_realloc_array(ctx, some, 9000, 1);
    assert_non_null(more);
    assert_int_equal(more[5999], 'x');
    char *less = wh_realloc_array(ctx, more, 100, 1);
    assert_non_null(less);
    char *other = wh_alloc(ctx, 9000); /* what was given back can be had again */
    assert_non_null(other);
    assert_true(wh_alloc_peak(ctx) <= 10000);
    wh_free(ctx, other);
    wh_free(ctx, less);
    wh_test_drop_ctx(ctx);
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    struct wh_ctx *ctx = wh_test_ctx();
    assert_null(wh_alloc_array(ctx, SIZE_MAX / 2, 3));
    assert_null(wh_alloc_array(ctx, SIZE_MAX, SIZE_MAX));
    assert_null(wh_alloc(ctx, SIZE_MAX));
    assert_null(wh_alloc(ctx, PTRDIFF_MAX));
    char *some = wh_alloc(ctx, 8);
    assert_null(wh_realloc_array(ctx, some, SIZE_MAX / 2, 3));
    assert_null(wh_realloc_array(ctx, some, SIZE_MAX, 1));
    wh_free(ctx, some);
    wh_test_drop_ctx(ctx);
}

static void a_failing_call_fails_once_or_from_there_on(void **state)
{
    (void)state;
    if (!wh_fault_injection_built()) {
        skip();
    }
    struct wh_ctx *ctx = wh_test_ctx();
    void *kept[6];
    wh_alloc_fail_at(ctx, 3, false);
    for (size_t i = 0; i < 6; i++) {
        kept[i] = wh_alloc(ctx, 1);
        assert_true((kept[i] == NULL) == (i == 2));
    }
    wh_alloc_fail_at(ctx, 2, true);
    void *last = wh_alloc(ctx, 1);
    assert_non_null(last);
    for (size_t i = 0; i < 3; i++) {
        assert_null(wh_alloc(ctx, 1));
        assert_null(wh_realloc_array(ctx, last, 20, 1));
    }
    wh_alloc_fail_at(ctx, 0, false); /* no more */
    void *again = wh_alloc(ctx, 1);
    assert_non_null(again);
    wh_free(ctx, again);
    wh_free(ctx, last);
    for (size_t i = 0; i < 6; i++) {
        wh_free(ctx, kept[i]);
    }
    assert_true(wh_alloc_calls(ctx) >= 12);
    wh_test_drop_ctx(ctx);
}

static void an_array_grows_by_half_and_keeps_what_is_in_it(void **state)
{
    (void)state;
    struct wh_ctx *ctx = wh_test_ctx();
    struct wh_error err = {0};
    uint32_t *array = NULL;
    size_t cap = 0, n_growths = 0;
    for (size_t n = 0; n < 10000; n++) {
        const size_t before = cap;
        void *as_void = array;
        assert_wh_ok(wh_grow(ctx, &as_void, n, &cap, sizeof *array, &err));
        array = as_void;
        assert_true(cap > n);
        n_growths += cap != before;
        array[n] = (uint32_t)(n * 7);
    }
    assert_true(n_growths < 30);
    for (size_t n = 0; n < 10000; n++) {
        assert_int_equal(array[n], n * 7);
    }
    wh_free(ctx, array);
    wh_test_drop_ctx(ctx);
}

static void an_array_that_cannot_grow_stays(void **state)
{
    (void)state;
    struct wh_ctx *ctx = limited(4096);
    struct wh_error err = {0};
    void *array = NULL;
    size_t cap = 0, n = 0;
    while (wh_grow(ctx, &array, n, &cap, 8, &err) == WH_OK) {
        n = cap;
    }
    assert_int_equal(err.status, WH_ERR_LIMIT);
    assert_string_equal(err.message, "out of memory (the limit is 4096 bytes)");
    assert_non_null(array);
    assert_int_equal(cap, n);
    wh_free(ctx, array);
    wh_test_drop_ctx(ctx);
}

static void an_arena_gives_zeroed_aligned_pieces_that_do_not_overlap(void **state)
{
    (void)state;
    struct wh_ctx *ctx = wh_test_ctx();
    struct wh_arena arena;
    enum { N = 2000 };
    static unsigned char *piece[N];
    static size_t size[N];
    uint64_t random = test_seed("arena pieces");
    wh_arena_init(&arena, ctx);
    for (size_t i = 0; i < N; i++) {
        size[i] = random_below(&random, i % 100 == 0 ? 100000 : 200);
        piece[i] = wh_arena_alloc(&arena, size[i], 1);
        assert_non_null(piece[i]);
        assert_int_equal((uintptr_t)piece[i] % 16, 0);
        for (size_t j = 0; j < size[i]; j++) {
            assert_int_equal(piece[i][j], 0);
        }
        memset(piece[i], (int)(i % 251 + 1), size[i]);
    }
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < size[i]; j++) {
            assert_int_equal(piece[i][j], i % 251 + 1);
        }
    }
    assert_null(wh_arena_alloc(&arena, SIZE_MAX, 2));
    assert_null(wh_arena_alloc(&arena, SIZE_MAX, 1));
    wh_arena_finish(&arena);
    wh_arena_finish(&arena); /* twice does no harm */
    wh_test_drop_ctx(ctx);
}

static void an_arena_copies_text_and_ends_it(void **state)
{
    (void)state;
    struct wh_ctx *ctx = wh_test_ctx();
    struct wh_arena arena;
    wh_arena_init(&arena, ctx);
    const struct wh_str middle = {&"High Street"[5], 3};
    assert_string_equal(wh_arena_c(&arena, middle), "Str");
    const struct wh_str copy = wh_arena_str(&arena, middle);
    assert_int_equal(copy.len, 3);
    assert_string_equal(copy.ptr, "Str");
    assert_string_equal(wh_arena_c(&arena, (struct wh_str){NULL, 0}), "");
    assert_string_equal(wh_arena_printf(&arena, "%s-%d", "a", 7), "a-7");
    char *const longer = wh_arena_printf(&arena, "%9000d", 5);
    assert_int_equal(strlen(longer), 9000);
    wh_arena_finish(&arena);
    wh_test_drop_ctx(ctx);
}

static void an_arena_at_the_cap_says_so_and_goes_on(void **state)
{
    (void)state;
    struct wh_ctx *ctx = limited(20000);
    struct wh_arena arena;
    wh_arena_init(&arena, ctx);
    char *const first = wh_arena_alloc(&arena, 100, 1);
    assert_non_null(first);
    assert_null(wh_arena_alloc(&arena, 50000, 1));
    assert_null(wh_arena_str(&arena, (struct wh_str){first, 50000}).ptr);
    assert_non_null(wh_arena_alloc(&arena, 100, 1));
    wh_arena_finish(&arena);
    wh_test_drop_ctx(ctx);
}

static void a_buffer_grows_and_is_always_terminated(void **state)
{
    (void)state;
    struct wh_ctx *ctx = wh_test_ctx();
    struct wh_error err = {0};
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    assert_string_equal(buf.ptr, "");
    assert_int_equal(wh_alloc_in_use(ctx), 0); /* an empty one costs nothing */
    char expected[3000] = "";
    size_t len = 0;
    for (int i = 0; i < 300; i++) {
        wh_buf_printf(&buf, "%d,", i);
        wh_buf_char(&buf, 'x');
        len += (size_t)snprintf(expected + len, sizeof expected - len, "%d,x", i);
        assert_int_equal(buf.len, len);
        assert_int_equal(buf.ptr[len], '\0');
    }
    assert_string_equal(buf.ptr, expected);
    assert_wh_ok(wh_buf_ok(&buf, &err));
    wh_buf_clear(&buf);
    assert_string_equal(buf.ptr, "");
    wh_buf_str(&buf, (struct wh_str){NULL, 0});
    wh_buf_c(&buf, "again");
    assert_true(wh_str_eq_c(wh_buf_view(&buf), "again"));
    wh_buf_finish(&buf);
    wh_buf_finish(&buf);
    wh_test_drop_ctx(ctx);
}

static void a_buffer_that_failed_stays_failed(void **state)
{
    (void)state;
    struct wh_ctx *ctx = limited(1000);
    struct wh_error err = {0};
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    wh_buf_c(&buf, "kept");
    wh_buf_printf(&buf, "%5000d", 1);
    wh_buf_c(&buf, "dropped");
    assert_true(buf.failed);
    assert_string_equal(buf.ptr, "kept");
    assert_int_equal(wh_buf_ok(&buf, &err), WH_ERR_LIMIT);
    wh_buf_finish(&buf);
    wh_test_drop_ctx(ctx);
}

static void a_context_keeps_what_it_was_told(void **state)
{
    (void)state;
    struct wh_ctx *ctx = NULL;
    struct wh_error err = {0};
    const struct wh_ctx_options opt = {
        .jobs = 3, .seed = 42, .as_of_day = 20760, .memory_limit_bytes = 5, .quiet = true};
    assert_wh_ok(wh_ctx_create(&opt, &ctx, &err));
    assert_int_equal(wh_ctx_jobs(ctx), 3);
    assert_int_equal(wh_ctx_seed(ctx), 42);
    assert_int_equal(wh_ctx_as_of_day(ctx), 20760);
    assert_int_equal(wh_ctx_memory_limit(ctx), 5);
    wh_ctx_set_as_of_day(ctx, -1);
    assert_int_equal(wh_ctx_as_of_day(ctx), -1);
    wh_test_drop_ctx(ctx);
    assert_wh_ok(wh_ctx_create(NULL, &ctx, &err));
    assert_in_range(wh_ctx_jobs(ctx), 1, 64);
    assert_int_equal(wh_ctx_memory_limit(ctx), 0);
    wh_test_drop_ctx(ctx);
    wh_ctx_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_counted),
        cmocka_unit_test(the_cap_holds_and_is_given_back),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(a_failing_call_fails_once_or_from_there_on),
        cmocka_unit_test(an_array_grows_by_half_and_keeps_what_is_in_it),
        cmocka_unit_test(an_array_that_cannot_grow_stays),
        cmocka_unit_test(an_arena_gives_zeroed_aligned_pieces_that_do_not_overlap),
        cmocka_unit_test(an_arena_copies_text_and_ends_it),
        cmocka_unit_test(an_arena_at_the_cap_says_so_and_goes_on),
        cmocka_unit_test(a_buffer_grows_and_is_always_terminated),
        cmocka_unit_test(a_buffer_that_failed_stays_failed),
        cmocka_unit_test(a_context_keeps_what_it_was_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
