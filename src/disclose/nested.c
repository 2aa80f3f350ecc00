/*
 * disclose/nested.c: slices within slices. "All requests" less "fly-tipping" and "noise" is the
 * rest; 90 days less the last 30 are the 60 before. Wards by such parts, with their rest, are one
 * more table whose row totals are the whole's wards.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "disclose/disclose_internal.h"

static bool has(const char *const *list, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++) {
        if (wh_str_eq_fold(wh_str_trim(wh_str_c(list[i])), wh_str_trim(wh_str_c(text)))) {
            return true;
        }
    }
    return false;
}

/* Is each of `some` in `all`? An empty list is everything. */
static bool is_subset(const char *const *some, size_t n_some, const char *const *all, size_t n_all)
{
    if (n_all == 0) {
        return true;
    }
    for (size_t i = 0; i < n_some; i++) {
        if (!has(all, n_all, some[i])) {
            return false;
        }
    }
    return n_some > 0;
}

static bool is_disjoint(const char *const *a, size_t n_a, const char *const *b, size_t n_b)
{
    for (size_t i = 0; i < n_a; i++) {
        if (has(b, n_b, a[i])) {
            return false;
        }
    }
    return n_a > 0 && n_b > 0;
}

/* Is each request of `a` one of `b`? */
static bool is_theme_within(const struct wh_theme *a, const struct wh_theme *b)
{
    bool is_all_within = a->n_any > 0, is_within_one = false;
    for (size_t i = 0; i < a->n_any; i++) {
        is_all_within = is_all_within && is_theme_within(&a->any[i], b);
    }
    for (size_t i = 0; a->n_any == 0 && i < b->n_any; i++) {
        is_within_one = is_within_one || is_theme_within(a, &b->any[i]);
    }
    if (a->n_any > 0 || b->n_any > 0) {
        return is_all_within || is_within_one;
    }
    return is_subset(a->category, a->n_categories, b->category, b->n_categories) &&
           is_subset(a->source, a->n_sources, b->source, b->n_sources);
}

static bool is_within(const struct wh_slice *part, const struct wh_slice *whole)
{
    return part->period.from_day >= whole->period.from_day &&
           part->period.to_day <= whole->period.to_day &&
           is_theme_within(part->theme, whole->theme);
}

bool wh_themes_are_apart(const struct wh_theme *a, const struct wh_theme *b)
{
    for (size_t i = 0; i < a->n_any + b->n_any; i++) {
        if (i < a->n_any ? !wh_themes_are_apart(&a->any[i], b)
                         : !wh_themes_are_apart(a, &b->any[i - a->n_any])) {
            return false;
        }
    }
    if (a->n_any > 0 || b->n_any > 0) {
        return true;
    }
    return is_disjoint(a->category, a->n_categories, b->category, b->n_categories) ||
           is_disjoint(a->source, a->n_sources, b->source, b->n_sources);
}

static bool is_apart(const struct wh_slice *one, const struct wh_slice *other)
{
    return one->period.from_day >= other->period.to_day ||
           other->period.from_day >= one->period.to_day ||
           wh_themes_are_apart(one->theme, other->theme);
}

/* Slices within `whole` that share nothing with each other: `first`, then what fits beside it. */
static size_t choose_parts(const struct wh_slice *slice, size_t n, size_t whole, size_t first,
                           size_t *ret_part)
{
    size_t n_parts = 0;
    ret_part[n_parts++] = first;
    for (size_t i = 0; i < n; i++) {
        bool is_in = i != whole && is_within(&slice[i], &slice[whole]);
        for (size_t j = 0; is_in && j < n_parts; j++) {
            is_in = is_apart(&slice[i], &slice[ret_part[j]]);
        }
        if (is_in) {
            ret_part[n_parts++] = i;
        }
    }
    return n_parts;
}

/* Wards by parts and rest, rows adding up to the whole. False when they do not: then the slices are
 * not what their definitions say, and nothing follows from them. */
static bool fill_table(const struct wh_slice *slice, size_t whole, const size_t *part,
                       struct wh_table *table)
{
    const size_t rest = table->n_cols - 1;
    for (size_t row = 0; row <= table->n_rows; row++) {
        uint64_t sum = 0;
        for (size_t col = 0; col < rest; col++) {
            *wh_table_at(table, row, col) = *wh_slice_ward(&slice[part[col]], row);
            sum += wh_table_at(table, row, col)->n;
        }
        *wh_table_at(table, row, rest + 1) = *wh_slice_ward(&slice[whole], row);
        const uint32_t total = wh_table_at(table, row, rest + 1)->n;
        if (sum > total) {
            return false;
        }
        wh_table_at(table, row, rest)->n = total - (uint32_t)sum;
        table->rule[row * (table->n_cols + 1) + rest] = WH_CELL_UNPUBLISHED;
    }
    return true;
}

static void hide_more(struct wh_count *count, const struct wh_count *decided)
{
    count->shown = decided->shown > count->shown ? decided->shown : count->shown;
}

static enum wh_status protect_whole(struct wh_ctx *ctx, const struct wh_slice *slice, size_t whole,
                                    const size_t *part, size_t n_parts, uint32_t k,
                                    struct wh_error *err)
{
    struct wh_table table = {0};
    const size_t n_wards = slice[whole].n_wards;
    enum wh_status status = wh_table_init(ctx, &table, n_wards, n_parts + 1, err);
    const bool is_told = status == WH_OK && fill_table(slice, whole, part, &table);
    if (is_told) {
        status = wh_table_protect(ctx, &table, k, err);
    }
    for (size_t row = 0; is_told && status == WH_OK && row <= n_wards; row++) {
        hide_more(wh_slice_ward(&slice[whole], row), wh_table_at(&table, row, n_parts + 1));
        for (size_t col = 0; col < n_parts; col++) {
            hide_more(wh_slice_ward(&slice[part[col]], row), wh_table_at(&table, row, col));
        }
    }
    wh_table_finish(ctx, &table);
    return status;
}

enum wh_status wh_nested_protect(struct wh_ctx *ctx, const struct wh_slice *slice, size_t n,
                                 uint32_t k, struct wh_error *err)
{
    size_t *part = wh_alloc_array(ctx, n + 1, sizeof *part);
    bool *is_done = wh_alloc_array(ctx, n + 1, sizeof *is_done);
    enum wh_status status = part == NULL || is_done == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    for (size_t whole = 0; status == WH_OK && whole < n; whole++) {
        memset(is_done, 0, n * sizeof *is_done);
        for (size_t i = 0; status == WH_OK && i < n; i++) {
            if (i == whole || is_done[i] || !is_within(&slice[i], &slice[whole])) {
                continue;
            }
            const size_t n_parts = choose_parts(slice, n, whole, i, part);
            for (size_t j = 0; j < n_parts; j++) {
                is_done[part[j]] = true;
            }
            status = protect_whole(ctx, slice, whole, part, n_parts, k, err);
        }
    }
    wh_free(ctx, part);
    wh_free(ctx, is_done);
    return status;
}
