/* ingest/ingest_files.c: which files a source has, and which of their columns are read. */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "ingest/ingest_internal.h"

enum { MOST_LINKS = 8, MOST_NAMED = 8 };

/* ---- links ---- */

/* Takes "." and ".." out of a path, by its text alone; ".." that lead above its start stay. */
static void tidy_path(char *path)
{
    char *const start = path + (path[0] == '/' ? 1 : 0);
    char *out = start;
    size_t depth = 0; /* folders in `out` that ".." can take back */
    for (const char *part = start; *part != '\0';) {
        const size_t len = strcspn(part, "/");
        const char *const next = part + len + (part[len] == '/' ? 1 : 0);
        const bool is_up = len == 2 && part[0] == '.' && part[1] == '.';
        if (is_up && depth > 0) {
            while (out > start && *--out != '/') {
            }
            depth--;
        } else if (len > 0 && !(len == 1 && part[0] == '.')) {
            if (out > start) { /* then a slash of the text has been passed: there is room */
                *out++ = '/';
            }
            memmove(out, part, len);
            out += len;
            depth += is_up ? 0 : 1;
        }
        part = next;
    }
    *out = '\0';
}

static bool is_below(const char *path, const char *folder)
{
    const size_t len = strlen(folder);
    if (len == 0) { /* the working folder */
        return path[0] != '/' && strncmp(path, "../", 3) != 0 && strcmp(path, "..") != 0;
    }
    return strncmp(path, folder, len) == 0 && (path[len] == '/' || folder[len - 1] == '/');
}

/* Where a link leads, as a path; wh_alloc'ed. */
static enum wh_status follow_link(struct ingest *in, const char *link, char **ret,
                                  struct wh_error *err)
{
    char *target = NULL;
    enum wh_status status = wh_io_read_link(in->ctx, link, &target, err);
    if (status != WH_OK) {
        return status;
    }
    const char *const slash = strrchr(link, '/');
    char *const folder =
        wh_str_to_c(in->ctx, (struct wh_str){link, slash == NULL ? 0 : (size_t)(slash - link)});
    char *const path =
        folder == NULL || target == NULL ? NULL : wh_path_join(in->ctx, folder, target);
    wh_free(in->ctx, folder);
    wh_free(in->ctx, target);
    if (path == NULL) {
        return wh_fail_memory(in->ctx, err);
    }
    *ret = path;
    return WH_OK;
}

static enum wh_status fail_leaves(const char *path, struct wh_error *err)
{
    return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0,
                      "leaves the input folder: a link leads out of it");
}

/* Follows one name, link by link, as long as it stays below the input folder. */
static enum wh_status check_link(struct ingest *in, const char *name, const char *tidy_folder,
                                 struct wh_error *err)
{
    struct wh_file_info info;
    char *path = wh_strdup(in->ctx, name);
    enum wh_status status = path != NULL ? WH_OK : wh_fail_memory(in->ctx, err);
    for (int i = 0; status == WH_OK && wh_io_stat(path, &info) && info.is_link; i++) {
        char *next = NULL;
        status = follow_link(in, path, &next, err);
        if (status != WH_OK) {
            break;
        }
        tidy_path(next);
        wh_free(in->ctx, path);
        path = next;
        if (i == MOST_LINKS || !is_below(path, tidy_folder)) {
            status = fail_leaves(name, err);
        }
    }
    wh_free(in->ctx, path);
    return status;
}

/* Every part of the path below the input folder may be a link. */
static enum wh_status check_links(struct ingest *in, const char *path, struct wh_error *err)
{
    char *const copy = wh_strdup(in->ctx, path);
    char *const folder = wh_strdup(in->ctx, in->folder);
    enum wh_status status = copy != NULL && folder != NULL ? WH_OK : wh_fail_memory(in->ctx, err);
    if (status == WH_OK) {
        tidy_path(folder);
    }
    const size_t len = strlen(path);
    for (size_t i = strlen(in->folder) + 1; status == WH_OK && i <= len; i++) {
        if (path[i] == '/' || path[i] == '\0') {
            copy[i] = '\0';
            status = check_link(in, copy, folder, err);
            copy[i] = path[i];
        }
    }
    wh_free(in->ctx, folder);
    wh_free(in->ctx, copy);
    return status;
}

/* ---- files ---- */

/* "/data/crm" of "/data/crm/2026-*.csv". */
static enum wh_status find_folder(struct ingest *in, struct wh_error *err)
{
    const char *const pattern = in->source->pattern;
    size_t len = strcspn(pattern, "*?");
    while (len > 0 && pattern[len - 1] != '/') {
        len--;
    }
    while (len > 1 && pattern[len - 1] == '/') {
        len--;
    }
    in->folder = wh_str_to_c(in->ctx, (struct wh_str){pattern, len});
    return in->folder != NULL ? WH_OK : wh_fail_memory(in->ctx, err);
}

enum wh_status wh_ingest_find_files(struct ingest *in, struct wh_paths *ret, struct wh_error *err)
{
    struct wh_paths paths = {0};
    enum wh_status status = find_folder(in, err);
    if (status == WH_OK) {
        status = wh_io_glob(in->ctx, in->source->pattern, &paths, err);
    }
    if (status == WH_OK && paths.n == 0) {
        status = wh_fail_at(err, WH_ERR_INPUT, in->source->pattern, 0, 0, "no file matches");
    }
    for (size_t i = 0; status == WH_OK && i < paths.n; i++) {
        status = check_links(in, paths.path[i], err);
    }
    if (status != WH_OK) {
        wh_paths_finish(in->ctx, &paths);
        return status;
    }
    *ret = paths;
    return WH_OK;
}

const char *wh_ingest_short_path(const struct ingest *in, const char *path)
{
    const size_t len = strlen(in->folder);
    if (len > 0 && strncmp(path, in->folder, len) == 0) {
        return path[len] == '/' ? path + len + 1 : path + len;
    }
    return path;
}

/* ---- columns ---- */

/* Columns that a profile knows and has no use for: not worth a warning. */
static bool is_expected(const struct ingest *in, struct wh_str name)
{
    static const char *const police[] = {"Reported by", "Falls within", "LSOA code", "LSOA name",
                                         "Context"};
    for (size_t i = 0; i < sizeof police / sizeof police[0]; i++) {
        if (in->source->profile == WH_PROFILE_POLICE_UK &&
            wh_str_eq_fold(name, wh_str_c(police[i]))) {
            return true;
        }
    }
    return false;
}

/* The names that there are, as in: "ref", "opened", ... */
static void list_columns(const struct ingest *in, struct wh_buf *buf)
{
    char name[96];
    const size_t n = wh_csv_columns(in->csv);
    for (size_t i = 0; i < n && buf->len < 600; i++) {
        wh_buf_printf(buf, "%s%s", i == 0 ? "" : ", ",
                      wh_log_escape(wh_csv_column(in->csv, i), name, sizeof name));
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
    for (size_t i = 0; i < wh_csv_columns(in->csv); i++) {
        wh_near_word_offer(&nearest, wh_csv_column(in->csv, i));
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
        if (in->column[i] == column) {
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
    for (size_t i = 0; i < wh_csv_columns(in->csv); i++) {
        const struct wh_str column = wh_csv_column(in->csv, i);
        if (wh_ingest_is_mapped(in, (int)i) || is_expected(in, column) || !is_news(in, column)) {
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

enum wh_status wh_ingest_map_columns(struct ingest *in, struct wh_error *err)
{
    for (size_t i = 0; i < WH_N_FIELDS; i++) {
        const char *const name = in->source->column[i];
        in->column[i] = name == NULL ? -1 : wh_csv_find(in->csv, name);
        if (name != NULL && in->column[i] < 0) {
            return fail_missing(in, name, err);
        }
    }
    return tell_unmapped(in, err);
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
