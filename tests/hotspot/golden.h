/* tests/hotspot/golden.h: reads ../shared/data/golden: tables of numbers and lists of neighbours.
 */
#ifndef HOTSPOT_GOLDEN_H
#define HOTSPOT_GOLDEN_H

#include <wardheat/statistics.h>
#include <zlib.h>

#include "wh_test_ctx.h"

#define GOLDEN_COLUMNS 8
#define GOLDEN_ROWS 20000

struct golden {
    size_t n;
    double value[GOLDEN_ROWS][GOLDEN_COLUMNS]; /* NaN where there is no number */
};

/* The whole of a file below golden/, gzipped or not; NULL where the real data is not: the test says
 * so and skips. Caller frees. */
static inline char *golden_text(const char *name)
{
    char path[512];
    if (wh_test_data() == NULL) {
        print_message("SKIPPED: WARDHEAT_DATA is not set: no values to compare with\n");
        return NULL;
    }
    (void)snprintf(path, sizeof path, "%s/golden/%s", wh_test_data(), name);
    gzFile file = gzopen(path, "rb");
    size_t n = 0, cap = 1 << 16;
    char *text = malloc(cap + 1);
    if (file == NULL || text == NULL) {
        fail_msg("cannot read %s", path);
    }
    for (;;) {
        const int got = gzread(file, text + n, (unsigned)(cap - n));
        assert_true(got >= 0);
        n += (size_t)got;
        if (n < cap) {
            break;
        }
        cap *= 2;
        text = realloc(text, cap + 1);
        assert_non_null(text);
    }
    text[n] = '\0';
    assert_int_equal(gzclose(file), Z_OK);
    return text;
}

static inline const char *golden_line(const char *at)
{
    const char *end = strchr(at, '\n');
    return end == NULL ? at + strlen(at) : end + 1;
}

/* Columns `first` and on of a CSV file with `heading` lines before the numbers; fields in quotes
 * may hold commas. */
static inline bool golden_table(const char *name, unsigned heading, unsigned first,
                                struct golden *ret)
{
    char *text = golden_text(name);
    if (text == NULL) {
        return false;
    }
    const char *at = text;
    for (unsigned i = 0; i < heading; i++) {
        at = golden_line(at);
    }
    for (ret->n = 0; *at != '\0'; at = golden_line(at), ret->n++) {
        assert_true(ret->n < GOLDEN_ROWS);
        const char *field = at;
        bool is_more = true;
        for (unsigned column = 0; column < first + GOLDEN_COLUMNS; column++) {
            const bool is_quoted = is_more && *field == '"';
            char *end = NULL;
            const double value = strtod(field + is_quoted, &end);
            if (column >= first) {
                ret->value[ret->n][column - first] =
                    is_more && end != field + is_quoted ? value : (double)NAN;
            }
            for (bool in = false;
                 is_more && *field != '\n' && *field != '\0' && (in || *field != ','); field++) {
                in = *field == '"' ? !in : in;
            }
            is_more = is_more && *field == ',';
            field += is_more;
        }
    }
    free(text);
    return true;
}

static inline int golden_compare(const void *left, const void *right)
{
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

/* A GAL file: n, then for each place its number from 1, how many neighbours, and which. */
static inline bool golden_gal(const char *name, struct wh_neighbours *ret)
{
    char *text = golden_text(name);
    if (text == NULL) {
        return false;
    }
    char *at = text;
    struct wh_neighbours lists = {.n = (uint32_t)strtoul(at, &at, 10)};
    lists.start = wh_alloc_array(ctx, lists.n + 1, sizeof *lists.start);
    lists.idx = wh_alloc_array(ctx, (size_t)lists.n * lists.n, sizeof *lists.idx);
    for (uint32_t i = 0; i < lists.n; i++) {
        assert_int_equal(strtoul(at, &at, 10), i + 1);
        const size_t n = strtoul(at, &at, 10);
        for (size_t j = 0; j < n; j++) {
            lists.idx[lists.start[i] + j] = (uint32_t)strtoul(at, &at, 10) - 1;
        }
        lists.start[i + 1] = lists.start[i] + n;
        qsort(lists.idx + lists.start[i], n, sizeof *lists.idx, golden_compare);
    }
    free(text);
    *ret = lists;
    return true;
}

/* Pairs (i, j) from 1, sorted by both, as CSV with a heading. */
static inline bool golden_pairs(const char *name, uint32_t n, struct golden *scratch,
                                struct wh_neighbours *ret)
{
    if (!golden_table(name, 1, 0, scratch)) {
        return false;
    }
    struct wh_neighbours lists = {.n = n};
    lists.start = wh_alloc_array(ctx, lists.n + 1, sizeof *lists.start);
    lists.idx = wh_alloc_array(ctx, scratch->n, sizeof *lists.idx);
    for (size_t row = 0; row < scratch->n; row++) {
        lists.start[(size_t)scratch->value[row][0]] = row + 1;
        lists.idx[row] = (uint32_t)scratch->value[row][1] - 1;
    }
    *ret = lists;
    return true;
}

static inline void golden_close(const char *what, double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance)) {
        fail_msg("%s: %.12g, not %.12g", what, value, expected);
    }
}

#endif
