/* ingest/ingest_files.c: which files a source has. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "ingest/ingest_internal.h"

enum { MOST_LINKS = 8, MOST_NAME = 1024 };

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

/* A table of a database, or a server, stands for a file. */
static enum wh_status name_remote(struct ingest *in, struct wh_paths *ret, struct wh_error *err)
{
    char name[MOST_NAME];
    if (in->source->postgis != NULL) {
        wh_postgis_name(in->source->postgis, name, sizeof name);
    } else {
        snprintf(name, sizeof name, "%s", in->source->open311->url);
    }
    in->folder = wh_strdup(in->ctx, "");
    return in->folder != NULL ? wh_paths_push(in->ctx, ret, name, err)
                              : wh_fail_memory(in->ctx, err);
}

enum wh_status wh_ingest_find_files(struct ingest *in, struct wh_paths *ret, struct wh_error *err)
{
    struct wh_paths paths = {0};
    if (wh_source_is_remote(in->source)) {
        return name_remote(in, ret, err);
    }
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
