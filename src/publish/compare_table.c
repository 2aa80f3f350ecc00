/* publish/compare_table.c: two tables, row by row; a row is called by the columns that say of what
 * it is. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/number.h"
#include "publish/compare_internal.h"
#include "publish/own_table.h"

/* Of what a row is, in the words of fields.csv. `value` is such a word beside `kind` only. */
static const char *const naming[] = {"file",  "field",     "id",      "theme",
                                     "level", "area_code", "metric",  "kind",
                                     "value", "ward_code", "weekday", "hour"};
enum { N_NAMING = sizeof naming / sizeof *naming, ID_BYTES = 256 };

struct pair {
    const struct wh_compared *file;
    struct wh_own_table published, again;
    int *of_again;        /* one a published column: that of the other table, or -1 */
    int by[N_NAMING];     /* columns that name a published row; -1: not there */
    char id[ID_BYTES];    /* of the row that is compared */
    char other[ID_BYTES]; /* of the other table's */
};

static void name_row(const struct pair *pair, const struct wh_own_table *table, bool is_published,
                     char id[ID_BYTES])
{
    size_t len = 0;
    id[0] = '\0';
    for (int i = 0; i < N_NAMING; i++) {
        const int column = pair->by[i] < 0 ? -1
                           : is_published  ? pair->by[i]
                                           : pair->of_again[pair->by[i]];
        if (column >= 0 && table->row.field[column].len > 0 && len < ID_BYTES) {
            const struct wh_str cell = table->row.field[column];
            len += (size_t)snprintf(id + len, ID_BYTES - len, "%s%.*s", len == 0 ? "" : " ",
                                    (int)(cell.len < 100 ? cell.len : 100), cell.ptr);
        }
    }
}

static void compare_row(struct pair *pair)
{
    struct wh_agreement *const agreement = pair->file->agreement;
    char field[80];
    for (size_t i = 0; i < wh_csv_columns(pair->published.csv); i++) {
        if (pair->of_again[i] < 0) {
            continue;
        }
        const struct wh_str theirs = pair->published.row.field[i];
        const struct wh_str ours = pair->again.row.field[pair->of_again[i]];
        double value = 0;
        if (!wh_str_eq(theirs, ours)) {
            wh_log_escape(wh_csv_column(pair->published.csv, i), field, sizeof field);
            wh_compare_tell(agreement, pair->file->name, field, pair->id, theirs, ours);
        } else if (wh_is_hidden_words(ours)) {
            agreement->n_hidden++;
        } else if (wh_parse_double(ours, &value)) {
            agreement->n_numbers++;
        }
    }
}

/* Columns that only one of them has are told; the rest is compared by name. */
static enum wh_status match_columns(struct pair *pair, struct wh_error *err)
{
    const struct wh_csv *const theirs = pair->published.csv, *const ours = pair->again.csv;
    struct wh_agreement *const agreement = pair->file->agreement;
    const size_t n = wh_csv_columns(theirs);
    char name[80];
    pair->of_again = wh_alloc_array(agreement->ctx, n + 1, sizeof *pair->of_again);
    if (pair->of_again == NULL) {
        return wh_fail_memory(agreement->ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        wh_log_escape(wh_csv_column(theirs, i), name, sizeof name);
        pair->of_again[i] = wh_csv_find(ours, name);
        if (pair->of_again[i] < 0) {
            wh_compare_tell(agreement, pair->file->name, name, "", wh_str_c("a column"),
                            wh_str_c("none"));
        }
    }
    for (size_t i = 0; i < wh_csv_columns(ours); i++) {
        wh_log_escape(wh_csv_column(ours, i), name, sizeof name);
        if (wh_csv_find(theirs, name) < 0) {
            wh_compare_tell(agreement, pair->file->name, name, "", wh_str_c("no column"),
                            wh_str_c("a column"));
        }
    }
    const bool has_kind = wh_csv_find(theirs, "kind") >= 0;
    for (int i = 0; i < N_NAMING; i++) {
        const bool is_named = strcmp(naming[i], "value") != 0 || has_kind;
        pair->by[i] = is_named ? wh_csv_find(theirs, naming[i]) : -1;
    }
    return WH_OK;
}

/* In order: both were sorted alike. Where they part the rest cannot be matched, and is one
 * difference. */
static enum wh_status compare_rows(struct pair *pair, struct wh_error *err)
{
    struct wh_agreement *const agreement = pair->file->agreement;
    for (;;) {
        bool is_end = false, is_other_end = false;
        enum wh_status status = wh_own_table_next(&pair->published, &is_end, err);
        if (status == WH_OK) {
            status = wh_own_table_next(&pair->again, &is_other_end, err);
        }
        if (status != WH_OK || (is_end && is_other_end)) {
            return status;
        }
        char field[48];
        pair->id[0] = pair->other[0] = '\0';
        if (!is_end) {
            name_row(pair, &pair->published, true, pair->id);
        }
        if (!is_other_end) {
            name_row(pair, &pair->again, false, pair->other);
        }
        if (is_end || is_other_end || strcmp(pair->id, pair->other) != 0) {
            (void)snprintf(
                field, sizeof field, "the row in line %llu",
                (unsigned long long)(is_end ? pair->again.row.line : pair->published.row.line));
            wh_compare_tell(agreement, pair->file->name, field, "",
                            wh_str_c(is_end ? "none" : pair->id),
                            wh_str_c(is_other_end ? "none" : pair->other));
            return WH_OK;
        }
        compare_row(pair);
    }
}

enum wh_status wh_compare_table(const struct wh_compared *file, struct wh_error *err)
{
    struct wh_agreement *const agreement = file->agreement;
    struct pair pair = {.file = file};
    enum wh_status status =
        wh_own_table_open(agreement->ctx, file->published, &pair.published, err);
    if (status == WH_OK) {
        status = wh_own_table_open(agreement->ctx, file->again, &pair.again, err);
    }
    if (status == WH_OK) {
        status = match_columns(&pair, err);
    }
    if (status == WH_OK) {
        status = compare_rows(&pair, err);
    }
    if (status == WH_ERR_INPUT) { /* damaged so that it is no table any more */
        char why[400];
        wh_compare_tell(agreement, file->name, "the table", "",
                        wh_str_c(wh_error_text(err, why, sizeof why)), wh_str_c("a table"));
        status = WH_OK;
    }
    wh_own_table_close(&pair.published);
    wh_own_table_close(&pair.again);
    wh_free(agreement->ctx, pair.of_again);
    return status;
}
