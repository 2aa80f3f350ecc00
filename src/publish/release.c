/* publish/release.c: staging, the rename that makes a release, the swap of `current`, and what is
 * deleted. */
#include "publish/release.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"
#include "publish/tree.h"

enum { PUBLIC_FOLDER = 0755, PUBLIC_FILE = 0644, OFFICER_FOLDER = 0750, OFFICER_FILE = 0640 };

/* Ids become names of folders: digits, small letters and hyphens only. */
static bool is_id(const char *id)
{
    const size_t len = strlen(id);
    return len > 0 && len < sizeof((struct wh_release *)0)->id &&
           strspn(id, "0123456789abcdefghijklmnopqrstuvwxyz-") == len;
}

/* "root/part" or "root/part/id" into `ret`; false when it does not fit. */
static bool make_path(char *ret, size_t size, const char *root, const char *part, const char *id)
{
    const int len = snprintf(ret, size, "%s/%s%s%s", root, part, id[0] != '\0' ? "/" : "", id);
    return len > 0 && (size_t)len < size;
}

static enum wh_status set_paths(const char *root, const char *id, struct wh_release *ret,
                                struct wh_error *err)
{
    if (!is_id(id)) {
        return wh_fail(err, WH_ERR_INTERNAL, "not the id of a release: \"%.40s\"", id);
    }
    struct wh_release release = {0};
    if (strlen(root) >= sizeof release.root ||
        !make_path(release.staging, sizeof release.staging, root, "staging", id) ||
        !make_path(release.final, sizeof release.final, root, "releases", id)) {
        return wh_fail(err, WH_ERR_CONFIG, "the path of the publish folder is too long");
    }
    memcpy(release.root, root, strlen(root) + 1);
    memcpy(release.id, id, strlen(id) + 1);
    *ret = release;
    return WH_OK;
}

/* Makes root/<part> and gives it the mode that lets a web server through. */
static enum wh_status make_part(const char *root, const char *part, unsigned mode,
                                uint64_t *ret_device, struct wh_error *err)
{
    char path[1100];
    struct wh_file_info info = {0};
    if (!make_path(path, sizeof path, root, part, "")) {
        return wh_fail(err, WH_ERR_CONFIG, "the path of the publish folder is too long");
    }
    const bool stood = wh_io_stat(path, &info);
    if (stood && !info.is_folder) {
        return wh_fail_at(err, WH_ERR_OUTPUT, path, 0, 0, "stands in the way: not a folder");
    }
    enum wh_status status = stood ? WH_OK : wh_io_make_folders(path, mode, err);
    if (status == WH_OK && !stood) {
        status = wh_io_set_mode(path, mode, err);
    }
    if (status == WH_OK && !wh_io_stat(path, &info)) {
        status = wh_fail_at(err, WH_ERR_OUTPUT, path, 0, 0, "cannot be looked at");
    }
    *ret_device = info.device;
    return status;
}

enum wh_status wh_release_tidy(struct wh_ctx *ctx, const char *root, struct wh_error *err)
{
    char staging[1100];
    struct wh_paths names = {0};
    struct wh_file_info info;
    if (!make_path(staging, sizeof staging, root, "staging", "")) {
        return wh_fail(err, WH_ERR_CONFIG, "the path of the publish folder is too long");
    }
    if (!wh_io_stat(staging, &info)) {
        return WH_OK;
    }
    enum wh_status status = wh_io_list(ctx, staging, &names, err);
    for (size_t i = 0; status == WH_OK && i < names.n; i++) {
        char *path = wh_path_join(ctx, staging, names.path[i]);
        status = path == NULL ? wh_fail_memory(ctx, err) : wh_io_remove_tree(ctx, path, err);
        wh_free(ctx, path);
    }
    wh_paths_finish(ctx, &names);
    return status;
}

/* RELIABILITY.md section 3, step 2: room for twice the last release and a tenth. */
static enum wh_status check_room(struct wh_ctx *ctx, const char *root, struct wh_error *err)
{
    char current[32], last[1100];
    enum wh_status status = wh_release_current(ctx, root, current, err);
    if (status != WH_OK || current[0] == '\0') {
        return status;
    }
    uint64_t bytes = 0;
    if (!make_path(last, sizeof last, root, "releases", current)) {
        return wh_fail(err, WH_ERR_CONFIG, "the path of the publish folder is too long");
    }
    status = wh_tree_size(ctx, last, &bytes, err);
    const uint64_t needed = 2 * bytes + bytes / 10;
    const uint64_t there = wh_io_free_bytes(root);
    if (status == WH_OK && there < needed) {
        return wh_fail_at(err, WH_ERR_OUTPUT, root, 0, 0,
                          "no room: %llu MB are free, a release needs %llu MB (twice the last one)",
                          (unsigned long long)(there / 1000000),
                          (unsigned long long)(needed / 1000000 + 1));
    }
    return status;
}

static enum wh_status make_staging(const struct wh_release *release, struct wh_error *err)
{
    char path[1200];
    static const struct {
        const char *name;
        unsigned mode;
    } part[] = {{"public", PUBLIC_FOLDER}, {"officer", OFFICER_FOLDER}};
    enum wh_status status = wh_io_make_folders(release->staging, PUBLIC_FOLDER, err);
    if (status == WH_OK) {
        status = wh_io_set_mode(release->staging, PUBLIC_FOLDER, err);
    }
    for (size_t i = 0; status == WH_OK && i < 2; i++) {
        if (!make_path(path, sizeof path, release->staging, part[i].name, "")) {
            return wh_fail(err, WH_ERR_CONFIG, "the path of the publish folder is too long");
        }
        status = wh_io_make_folders(path, part[i].mode, err);
        if (status == WH_OK) {
            status = wh_io_set_mode(path, part[i].mode, err);
        }
    }
    return status;
}

enum wh_status wh_release_begin(struct wh_ctx *ctx, const char *publish_root, const char *id,
                                struct wh_release *ret, struct wh_error *err)
{
    struct wh_release release;
    uint64_t staging_device = 0, releases_device = 0;
    enum wh_status status = set_paths(publish_root, id, &release, err);
    if (status == WH_OK) {
        status = make_part(publish_root, "releases", PUBLIC_FOLDER, &releases_device, err);
    }
    if (status == WH_OK) {
        status = make_part(publish_root, "staging", PUBLIC_FOLDER, &staging_device, err);
    }
    if (status != WH_OK) {
        return status;
    }
    if (staging_device != releases_device) {
        return wh_fail_at(err, WH_ERR_CONFIG, publish_root, 0, 0,
                          "staging/ and releases/ must be on one file system");
    }
    status = wh_release_tidy(ctx, publish_root, err);
    if (status == WH_OK) {
        status = check_room(ctx, publish_root, err);
    }
    if (status == WH_OK) {
        status = make_staging(&release, err);
    }
    if (status == WH_OK) {
        *ret = release;
    }
    return status;
}

enum wh_status wh_release_current(struct wh_ctx *ctx, const char *publish_root, char ret[32],
                                  struct wh_error *err)
{
    static const char prefix[] = "releases/";
    char path[1100];
    char *target = NULL;
    struct wh_file_info info = {0};
    ret[0] = '\0';
    if (!make_path(path, sizeof path, publish_root, "current", "")) {
        return wh_fail(err, WH_ERR_CONFIG, "the path of the publish folder is too long");
    }
    const enum wh_status status = wh_io_read_link(ctx, path, &target, err);
    /* A link that leads nowhere is as good as none: the next run makes it anew. */
    if (status == WH_OK && target != NULL && strncmp(target, prefix, strlen(prefix)) == 0 &&
        is_id(target + strlen(prefix)) && wh_io_stat(path, &info) && info.is_folder) {
        memcpy(ret, target + strlen(prefix), strlen(target + strlen(prefix)) + 1);
    }
    wh_free(ctx, target);
    return status;
}

/* Makes the folders that `path` stands in. */
static enum wh_status make_parent(struct wh_ctx *ctx, const char *path, struct wh_error *err)
{
    const char *slash = strrchr(path, '/');
    char *parent =
        slash == NULL ? NULL : wh_str_to_c(ctx, (struct wh_str){path, (size_t)(slash - path)});
    const enum wh_status status =
        parent == NULL ? wh_fail_memory(ctx, err) : wh_io_make_folders(parent, PUBLIC_FOLDER, err);
    wh_free(ctx, parent);
    return status;
}

int64_t wh_release_day(const char *id)
{
    struct wh_civil civil;
    return wh_time_parse("%Y-%m-%d", wh_str_slice(wh_str_c(id), 0, 10), &civil)
               ? wh_day_from_civil(civil.year, civil.month, civil.day)
               : WH_NO_DAY;
}

enum wh_status wh_release_carry_public(struct wh_ctx *ctx, const struct wh_release *release,
                                       const char *from_id, struct wh_error *err)
{
    char from[1200], to[1200];
    struct wh_paths files = {0};
    struct wh_release old;
    enum wh_status status = set_paths(release->root, from_id, &old, err);
    if (status != WH_OK) {
        return status;
    }
    if (!make_path(from, sizeof from, old.final, "public", "") ||
        !make_path(to, sizeof to, release->staging, "public", "")) {
        return wh_fail(err, WH_ERR_CONFIG, "the path of the publish folder is too long");
    }
    status = wh_io_walk(ctx, from, &files, err);
    for (size_t i = 0; status == WH_OK && i < files.n; i++) {
        char *old_path = wh_path_join(ctx, from, files.path[i]);
        char *new_path = wh_path_join(ctx, to, files.path[i]);
        if (old_path == NULL || new_path == NULL) {
            status = wh_fail_memory(ctx, err);
        } else {
            status = make_parent(ctx, new_path, err);
        }
        if (status == WH_OK) {
            status = wh_io_link_or_copy(ctx, old_path, new_path, err);
        }
        wh_free(ctx, old_path);
        wh_free(ctx, new_path);
    }
    wh_paths_finish(ctx, &files);
    return status;
}

void wh_release_abandon(struct wh_ctx *ctx, const struct wh_release *release)
{
    struct wh_error ignored = {0}; /* the next run clears staging/ again */
    if (release->staging[0] != '\0' &&
        wh_io_remove_tree(ctx, release->staging, &ignored) != WH_OK) {
        return;
    }
}

/* Modes and fsync of everything in staging/<id>. */
static enum wh_status settle(struct wh_ctx *ctx, const struct wh_release *release,
                             struct wh_error *err)
{
    char part[1200];
    if (!make_path(part, sizeof part, release->staging, "public", "")) {
        return wh_fail(err, WH_ERR_CONFIG, "the path of the publish folder is too long");
    }
    enum wh_status status = wh_tree_set_modes(ctx, part, PUBLIC_FOLDER, PUBLIC_FILE, err);
    if (status == WH_OK && make_path(part, sizeof part, release->staging, "officer", "")) {
        status = wh_tree_set_modes(ctx, part, OFFICER_FOLDER, OFFICER_FILE, err);
    }
    if (status == WH_OK) {
        status = wh_tree_sync(ctx, release->staging, err);
    }
    return status;
}

static enum wh_status sync_part(const struct wh_release *release, const char *part,
                                struct wh_error *err)
{
    char path[1100];
    if (!make_path(path, sizeof path, release->root, part, "")) {
        return wh_fail(err, WH_ERR_CONFIG, "the path of the publish folder is too long");
    }
    return wh_io_sync_folder(path, err);
}

/* Takes a release out of sight in one step, then deletes it: releases/ never holds half of one. */
static enum wh_status remove_release(struct wh_ctx *ctx, const struct wh_release *release,
                                     const char *id, struct wh_error *err)
{
    char from[1100], name[48], to[1200];
    snprintf(name, sizeof name, "old-%s", id);
    if (!make_path(from, sizeof from, release->root, "releases", id) ||
        !make_path(to, sizeof to, release->root, "staging", name)) {
        return wh_fail(err, WH_ERR_CONFIG, "the path of the publish folder is too long");
    }
    enum wh_status status = wh_io_remove_tree(ctx, to, err);
    if (status == WH_OK) {
        status = wh_io_rename_new(from, to, err);
    }
    if (status == WH_OK) {
        status = wh_io_remove_tree(ctx, to, err);
    }
    return status;
}

/* staging/<id> becomes releases/<id>, unless a whole release of that id stands there. */
static enum wh_status place(struct wh_ctx *ctx, const struct wh_release *release,
                            struct wh_error *err)
{
    struct wh_error damage = {0};
    struct wh_file_info info = {0};
    enum wh_status status = WH_OK;
    if (wh_io_stat(release->final, &info)) {
        if (wh_release_verify(ctx, release->final, &damage) == WH_OK) {
            return wh_io_remove_tree(ctx, release->staging, err);
        }
        status = remove_release(ctx, release, release->id, err);
    }
    if (status == WH_OK) {
        status = wh_io_rename_new(release->staging, release->final, err);
    }
    if (status != WH_OK && err != NULL && err->sys_errno == EXDEV) {
        return wh_fail_at(err, WH_ERR_CONFIG, release->root, 0, 0,
                          "staging/ and releases/ must be on one file system");
    }
    if (status == WH_OK) {
        status = sync_part(release, "releases", err);
    }
    return status == WH_OK ? sync_part(release, "staging", err) : status;
}

/* A release for the choice of what to delete. */
struct kept {
    const char *id;
    int64_t modified_ns;
};

/* Newest first: the date that an id begins with, then the time at which it was made. */
static bool is_newer(const struct kept *a, const struct kept *b)
{
    enum { DATE_LEN = 10 };
    const int order = strncmp(a->id, b->id, DATE_LEN);
    if (order != 0) {
        return order > 0;
    }
    return a->modified_ns != b->modified_ns ? a->modified_ns > b->modified_ns
                                            : strcmp(a->id, b->id) > 0;
}

/* By insertion: there are a dozen or two. */
static void sort_newest_first(struct kept *kept, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const struct kept one = kept[i];
        size_t at = i;
        for (; at > 0 && is_newer(&one, &kept[at - 1]); at--) {
            kept[at] = kept[at - 1];
        }
        kept[at] = one;
    }
}

/* Deletes what is beyond `keep`, never the current release nor the one that it replaced. */
static enum wh_status prune(struct wh_ctx *ctx, const struct wh_release *release, uint32_t keep,
                            const char *replaced_id, struct wh_error *err)
{
    char folder[1100];
    struct wh_paths names = {0};
    struct kept *kept = NULL;
    size_t n = 0;
    if (!make_path(folder, sizeof folder, release->root, "releases", "")) {
        return wh_fail(err, WH_ERR_CONFIG, "the path of the publish folder is too long");
    }
    enum wh_status status = wh_io_list(ctx, folder, &names, err);
    if (status == WH_OK) {
        kept = wh_alloc_array(ctx, names.n, sizeof *kept);
        status = kept == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    }
    for (size_t i = 0; status == WH_OK && i < names.n; i++) {
        struct wh_file_info info = {0};
        char path[1200];
        if (is_id(names.path[i]) && make_path(path, sizeof path, folder, names.path[i], "") &&
            wh_io_stat(path, &info) && info.is_folder && !info.is_link) {
            kept[n++] = (struct kept){.id = names.path[i], .modified_ns = info.modified_ns};
        }
    }
    if (status == WH_OK) {
        sort_newest_first(kept, n);
    }
    for (size_t i = keep; status == WH_OK && i < n; i++) {
        if (strcmp(kept[i].id, release->id) != 0 && strcmp(kept[i].id, replaced_id) != 0) {
            status = remove_release(ctx, release, kept[i].id, err);
        }
    }
    wh_free(ctx, kept);
    wh_paths_finish(ctx, &names);
    return status;
}

enum wh_status wh_release_publish(struct wh_ctx *ctx, const struct wh_release *release,
                                  uint32_t keep, struct wh_error *err)
{
    char current[1100], target[64], replaced_id[32];
    struct wh_error ignored = {0};
    if (!make_path(current, sizeof current, release->root, "current", "")) {
        return wh_fail(err, WH_ERR_CONFIG, "the path of the publish folder is too long");
    }
    snprintf(target, sizeof target, "releases/%s", release->id);
    enum wh_status status = wh_release_current(ctx, release->root, replaced_id, err);
    if (status == WH_OK) {
        status = settle(ctx, release, err);
    }
    if (status == WH_OK) {
        status = wh_release_verify(ctx, release->staging, err);
    }
    if (status == WH_OK) {
        status = place(ctx, release, err);
    }
    if (status == WH_OK) {
        status = wh_io_swap_link(current, target, err);
    }
    /* The release is out: an old one that cannot be deleted now is no reason to call the run
     * failed; the next run tries again. */
    if (status == WH_OK && prune(ctx, release, keep, replaced_id, &ignored) != WH_OK) {
        return WH_OK;
    }
    return status;
}
