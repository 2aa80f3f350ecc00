/* ingest/ingest_columns.c: which columns of a file are which fields. */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "ingest/ingest_internal.h"

enum { MOST_NAMED = 8 };

/* The names that there are, as in: "ref", "opened", ... */
static void list_columns(const struct ingest *in, struct wh_buf *buf)
{
    char name[96];
    const size_t n = in->records->n_columns;
    for (size_t i = 0; i < n && buf->len < 600; i++) {
        wh_buf_printf(buf, "%s%s", i == 0 ? "" : ", ",
                      wh_log_escape(in->records->column[i], name, sizeof name));
    }
    if (buf->len >= 600) {
        wh_buf_c(buf, ", ...");
    }
}

static enum wh_status fail_missing(struct ingest *in, const char *wanted, struct wh_error *err)
{
    struct wh_buf buf;
    char name[96], hint[160] = "";
    const struct wh_str text = wh_str_c(wanted);
    struct wh_near_word nearest = {.word = text, .most = 1 + text.len / 3};
    for (size_t i = 0; i < in->records->n_columns; i++) {
        wh_near_word_offer(&nearest, in->records->column[i]);
    }
    wh_buf_init(&buf, in->ctx);
    wh_buf_printf(&buf, "no column \"%s\"; found: ", wh_log_escape(text, name, sizeof name));
    list_columns(in, &buf);
    if (nearest.best.ptr != NULL) {
        wh_buf_printf(&buf, " (did you mean %s?)", wh_log_escape(nearest.best, hint, sizeof hint));
    }
    const enum wh_status status =
        buf.failed ? wh_fail_memory(in->ctx, err)
                   : wh_fail_at(err, WH_ERR_INPUT, in->path, 0, 0, "%s", buf.ptr);
    wh_buf_finish(&buf);
    return status;
}

bool wh_ingest_is_mapped(const struct ingest *in, int column)
{
    for (size_t i = 0; i < WH_N_FIELDS; i++) {
        bool is_here = in->column[i] == column;
        for (size_t k = 0; k < WH_MOST_COLUMNS && in->more[i][k] >= 0; k++) {
            is_here = is_here || in->more[i][k] == column;
        }
        if (is_here) {
            return true;
        }
    }
    return false;
}

/* Adds "name\n" unless it is there, in any case; true when it was new. */
static bool is_news(struct ingest *in, struct wh_str name)
{
    char text[96], key[100];
    key[0] = '\n';
    wh_log_escape(name, text, sizeof text);
    const size_t len = strlen(text);
    for (size_t i = 0; i < len; i++) {
        key[i + 1] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    }
    key[len + 1] = '\n';
    key[len + 2] = '\0';
    if (in->columns_seen.len == 0) {
        wh_buf_char(&in->columns_seen, '\n');
    }
    if (in->columns_seen.failed || strstr(in->columns_seen.ptr, key) != NULL) {
        return false;
    }
    wh_buf_c(&in->columns_seen, key + 1);
    return true;
}

/* One warning about columns that nobody reads; a column that was told in an earlier run is not told
 * again. */
static enum wh_status tell_unmapped(struct ingest *in, struct wh_error *err)
{
    struct wh_buf buf;
    char name[96];
    size_t n = 0;
    wh_buf_init(&buf, in->ctx);
    for (size_t i = 0; i < in->records->n_columns; i++) {
        const struct wh_str column = in->records->column[i];
        if (wh_ingest_is_mapped(in, (int)i) || !is_news(in, column)) {
            continue;
        }
        if (n++ < MOST_NAMED) {
            wh_buf_printf(&buf, "%s%s", n == 1 ? "" : ", ",
                          wh_log_escape(column, name, sizeof name));
        }
    }
    if (n > MOST_NAMED) {
        wh_buf_printf(&buf, " and %zu more", n - MOST_NAMED);
    }
    enum wh_status status = buf.failed ? wh_fail_memory(in->ctx, err) : WH_OK;
    if (status == WH_OK && n > 0) {
        status = wh_ingest_warn(in, err, "%s: %s not mapped, and not kept: %s", in->path,
                                n == 1 ? "a column is" : "columns are", buf.ptr);
    }
    wh_buf_finish(&buf);
    return status;
}

size_t wh_ingest_wanted(const struct wh_source *source, const char **ret)
{
    size_t n = 0;
    for (size_t i = 0; i < WH_N_FIELDS; i++) {
        for (size_t k = 0; k <= WH_MOST_COLUMNS; k++) {
            const char *const name = k == 0 ? source->column[i] : source->more[i][k - 1];
            size_t known = 0;
            while (name != NULL && known < n && strcmp(ret[known], name) != 0) {
                known++;
            }
            if (name != NULL && known == n) {
                ret[n++] = name;
            }
        }
    }
    return n;
}

/* A profile knows several publishers, who write "Created Date" and created_date. */
static int find_loosely(const struct records *records, const char *name)
{
    const size_t len = strlen(name);
    for (size_t i = 0; i < records->n_columns; i++) {
        const struct wh_str column = records->column[i];
        size_t k = 0;
        while (column.len == len && k < len) {
            const char a = column.ptr[k] == ' ' ? '_' : column.ptr[k];
            const char b = name[k] == ' ' ? '_' : name[k];
            if (!wh_str_eq_fold((struct wh_str){&a, 1}, (struct wh_str){&b, 1})) {
                break;
            }
            k++;
        }
        if (column.len == len && k == len) {
            return (int)i;
        }
    }
    return -1;
}

/* Adds the column to those of a field, if it is there and new. */
static void add_column(struct ingest *in, size_t field, int found)
{
    if (found < 0 || found == in->column[field]) {
        return;
    }
    if (in->column[field] < 0) {
        in->column[field] = found;
        return;
    }
    for (size_t k = 0; k < WH_MOST_COLUMNS && in->more[field][k] != found; k++) {
        if (in->more[field][k] < 0) {
            in->more[field][k] = found;
            break;
        }
    }
}

static enum wh_status map_field(struct ingest *in, size_t field, struct wh_error *err)
{
    const struct wh_source *const source = in->source;
    in->column[field] = -1;
    for (size_t k = 0; k < WH_MOST_COLUMNS; k++) {
        in->more[field][k] = -1;
    }
    for (size_t k = 0; k <= WH_MOST_COLUMNS; k++) {
        const char *const name = k == 0 ? source->column[field] : source->more[field][k - 1];
        if (name == NULL) {
            continue;
        }
        const int found = source->is_of_profile[field] ? find_loosely(in->records, name)
                                                       : wh_records_find(in->records, name);
        if (found < 0 && !source->is_of_profile[field]) {
            return fail_missing(in, name, err);
        }
        add_column(in, field, found);
    }
    const bool is_needed = field == WH_FIELD_OPENED || field == WH_FIELD_CATEGORY;
    return is_needed && source->column[field] != NULL && in->column[field] < 0
               ? fail_missing(in, source->column[field], err)
               : WH_OK;
}

enum wh_status wh_ingest_map_columns(struct ingest *in, struct wh_error *err)
{
    for (size_t i = 0; i < WH_N_FIELDS; i++) {
        const enum wh_status status = map_field(in, i, err);
        if (status != WH_OK) {
            return status;
        }
    }
    /* What a profile's publisher adds is not the operator's to explain. */
    return in->source->profile == WH_PROFILE_GENERIC ? tell_unmapped(in, err) : WH_OK;
}

static char *columns_key(const struct ingest *in)
{
    struct wh_buf buf;
    wh_buf_init(&buf, in->ctx);
    wh_buf_printf(&buf, "columns.%s", in->source->id);
    char *const key = buf.failed ? NULL : wh_strdup(in->ctx, buf.ptr);
    wh_buf_finish(&buf);
    return key;
}

enum wh_status wh_ingest_load_columns(struct ingest *in, struct wh_error *err)
{
    struct wh_arena arena;
    const char *known = NULL;
    if (in->store == NULL) {
        return WH_OK;
    }
    char *const key = columns_key(in);
    if (key == NULL) {
        return wh_fail_memory(in->ctx, err);
    }
    wh_arena_init(&arena, in->ctx);
    enum wh_status status = wh_store_get(in->store, key, &arena, &known, err);
    if (status == WH_OK && known != NULL) {
        wh_buf_c(&in->columns_seen, known);
    }
    wh_arena_finish(&arena);
    wh_free(in->ctx, key);
    return status;
}

enum wh_status wh_ingest_save_columns(struct ingest *in, struct wh_error *err)
{
    if (in->store == NULL || in->columns_seen.len == 0) {
        return WH_OK;
    }
    char *const key = columns_key(in);
    if (key == NULL || in->columns_seen.failed) {
        wh_free(in->ctx, key);
        return wh_fail_memory(in->ctx, err);
    }
    enum wh_status status = wh_store_set(in->store, key, in->columns_seen.ptr, err);
    wh_free(in->ctx, key);
    return status;
}
