/* Secondary suppression against an attacker who enumerates every table that agrees with what is
 * shown. */
#include <wardheat/disclose.h>

#include "disclose/table.h"
#include "wh_test.h"
#include "wh_test_files.h"

#define K 4u
#define MOST 9 /* largest hidden value that the enumeration tries */

static uint64_t state_of_draws;

static unsigned draw_below(unsigned n)
{
    return (unsigned)random_below(&state_of_draws, n);
}

static void add_totals(struct wh_table *table)
{
    for (size_t row = 0; row < table->n_rows; row++) {
        for (size_t col = 0; col < table->n_cols; col++) {
            const uint32_t n = wh_table_at(table, row, col)->n;
            wh_table_at(table, row, table->n_cols)->n += n;
            wh_table_at(table, table->n_rows, col)->n += n;
            wh_table_at(table, table->n_rows, table->n_cols)->n += n;
        }
    }
}

/* Does a trial of all inner cells agree with everything that is shown, and with "fewer than K"
 * where that is said? */
static bool agrees(const struct wh_table *table, const uint32_t trial[9])
{
    for (size_t row = 0; row <= table->n_rows; row++) {
        for (size_t col = 0; col <= table->n_cols; col++) {
            uint32_t sum = 0;
            for (size_t r = 0; r < table->n_rows; r++) {
                for (size_t c = 0; c < table->n_cols; c++) {
                    if ((row == table->n_rows || r == row) && (col == table->n_cols || c == col)) {
                        sum += trial[r * table->n_cols + c];
                    }
                }
            }
            const struct wh_count *count = wh_table_at(table, row, col);
            if ((count->shown == WH_SHOWN && sum != count->n) ||
                (count->shown == WH_FEW && (sum < 1 || sum >= K))) {
                return false;
            }
        }
    }
    return true;
}

/* Values that each inner cell takes over all tables that agree, as bits. */
static void enumerate(const struct wh_table *table, uint32_t *ret_seen)
{
    const size_t n = table->n_rows * table->n_cols;
    uint32_t trial[9] = {0};
    memset(ret_seen, 0, n * sizeof *ret_seen);
    for (;;) {
        if (agrees(table, trial)) {
            for (size_t i = 0; i < n; i++) {
                ret_seen[i] |= 1u << trial[i];
            }
        }
        size_t at = 0;
        while (at < n && trial[at] == MOST) {
            trial[at++] = 0;
        }
        if (at == n) {
            return;
        }
        trial[at]++;
    }
}

static void an_attacker_who_tries_every_table_learns_no_small_count(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct wh_ctx *ctx = wh_test_ctx();
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct wh_table table;
        uint32_t seen[9];
        uint64_t exposed = 0;
        state_of_draws = seed;
        assert_wh_ok(wh_table_init(ctx, &table, 2, 2, &err));
        for (size_t row = 0; row < 2; row++) {
            for (size_t col = 0; col < 2; col++) {
                wh_table_at(&table, row, col)->n = draw_below(7);
            }
        }
        add_totals(&table);
        assert_wh_ok(wh_table_protect(ctx, &table, K, &err));
        assert_wh_ok(wh_table_audit(ctx, &table, K, &exposed, &err));
        assert_int_equal(exposed, 0);
        enumerate(&table, seen);
        for (size_t i = 0; i < 4; i++) {
            const uint32_t n = wh_table_at(&table, i / 2, i % 2)->n;
            if (n > 0 && n < K && (seen[i] & 0xeu) != 0xeu) {
                fail_msg("seed %llu: cell %zu (%u) can only be one of bits %x",
                         (unsigned long long)seed, i, n, seen[i]);
            }
        }
        wh_table_finish(ctx, &table);
    }
    wh_ctx_destroy(ctx);
}

static void larger_tables_pass_the_audit_and_the_audit_can_fail(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    struct wh_ctx *ctx = wh_test_ctx();
    uint64_t n_shown = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct wh_table table;
        uint64_t exposed = 0;
        state_of_draws = 1000 + seed;
        assert_wh_ok(wh_table_init(ctx, &table, 20, 4, &err));
        for (size_t row = 0; row < 20; row++) {
            for (size_t col = 0; col < 4; col++) {
                wh_table_at(&table, row, col)->n = draw_below(draw_below(3) == 0 ? 7 : 60);
            }
        }
        add_totals(&table);
        for (size_t i = 0; i < 21 * 5; i++) { /* what naive suppression does: only the small ones */
            table.count[i].shown = table.count[i].n > 0 && table.count[i].n < 5 ? WH_FEW : WH_SHOWN;
        }
        uint64_t naive = 0;
        assert_wh_ok(wh_disclose_audit(ctx, table.count, 20, 4, 5, &naive, &err));
        assert_wh_ok(wh_table_protect(ctx, &table, 5, &err));
        assert_wh_ok(wh_disclose_audit(ctx, table.count, 20, 4, 5, &exposed, &err));
        assert_int_equal(exposed, 0);
        assert_true(seed > 20 || naive > 0);
        for (size_t i = 0; i < 21 * 5; i++) {
            n_shown += table.count[i].shown == WH_SHOWN;
        }
        wh_table_finish(ctx, &table);
    }
    assert_true(n_shown > 200 * 105 / 2); /* hiding everything would be safe too, and useless */
    wh_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_attacker_who_tries_every_table_learns_no_small_count),
        cmocka_unit_test(larger_tables_pass_the_audit_and_the_audit_can_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
