/* config/config.c: the file as a whole: read, parsed, every section checked, faults by line. */
#include "config/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/sha256.h"
#include "config/section.h"

static void read_timezone(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    struct wh_zone *zone = NULL;
    struct wh_error why = {0};
    config->timezone = wh_section_text(root, "timezone", false);
    if (config->timezone == NULL) {
        config->timezone = "Europe/London";
    }
    const enum wh_status status = wh_zone_open(root->reader->ctx, config->timezone, &zone, &why);
    if (status == WH_ERR_LIMIT) {
        root->reader->is_out_of_memory = true;
    } else if (status != WH_OK) {
        char shown[128];
        wh_section_wrong(root, "timezone", wh_section_get(root, "timezone"),
                         "expected a time zone as in Europe/London, not \"%s\"",
                         wh_log_escape(wh_str_c(config->timezone), shown, sizeof shown));
    }
    wh_zone_destroy(root->reader->ctx, zone);
}

static void read_working_crs(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    struct wh_error why = {0};
    config->crs = wh_section_crs(root, "crs", NULL, true);
    if (config->crs != NULL &&
        wh_crs_check_working(root->reader->ctx, config->crs, &why) != WH_OK) {
        wh_section_refused(root, "crs", wh_section_get(root, "crs"), &why);
    }
}

static void read_head(struct wh_section *root)
{
    static const char *const datum_word[] = {"require", "coarse", NULL};
    static const struct wh_choice datum = {datum_word, NULL};
    struct wh_config *config = root->reader->config;
    config->title = wh_section_text(root, "title", true);
    read_working_crs(root);
    config->crs_opt.datum =
        (enum wh_datum)wh_section_choice(root, "datum", &datum, WH_DATUM_REQUIRE);
    config->crs_opt.proj_data = wh_section_path(root, "proj_data", false);
    read_timezone(root);
    config->state = wh_section_path(root, "state", true);
    config->targets = wh_section_path(root, "targets", false);
    config->holidays = wh_section_path(root, "holidays", false);
    config->notes = wh_section_path(root, "notes", false);
    config->actions = wh_section_path(root, "actions", false);
}

/* What only the whole can tell. */
static void check_folders(struct wh_section *root)
{
    const struct wh_config *config = root->reader->config;
    if (config->state != NULL && config->publish.to != NULL &&
        wh_path_is_within(config->state, config->publish.to)) {
        wh_section_wrong(root, "state", wh_section_get(root, "state"),
                         "it is private and must not be inside publish.to");
    }
}

static void read_root(struct wh_section *root)
{
    read_head(root);
    wh_read_choices(root);
    wh_read_outputs(root);
    wh_read_maps(root);
    wh_read_sources(root);
    wh_read_themes(root);
    check_folders(root);
    wh_section_close(root);
}

/* "a/b/council.yaml" -> "a/b"; "council.yaml" -> "". */
static const char *folder_of(struct wh_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    const size_t len = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    return wh_arena_c(arena, (struct wh_str){.ptr = path, .len = len});
}

static int compare_faults(const void *left, const void *right)
{
    const struct wh_config_fault *a = left, *b = right;
    if (a->line != b->line) {
        return a->line < b->line ? -1 : 1;
    }
    if (a->column != b->column) {
        return a->column < b->column ? -1 : 1;
    }
    return strcmp(a->message, b->message);
}

static void sort_faults(struct wh_config_faults *faults)
{
    qsort(faults->fault, faults->n, sizeof *faults->fault, compare_faults);
    if (faults->fault[faults->n - 1].line == UINT32_MAX) { /* "there is more": about no line */
        faults->fault[faults->n - 1].line = 0;
    }
}

static enum wh_status start(struct wh_ctx *ctx, const char *path, struct wh_config *ret,
                            struct wh_config_faults *faults, struct wh_error *err)
{
    *ret = (struct wh_config){0};
    *faults = (struct wh_config_faults){0};
    wh_arena_init(&ret->arena, ctx);
    wh_arena_init(&faults->arena, ctx);
    ret->path = wh_arena_c(&ret->arena, wh_str_c(path));
    ret->folder = folder_of(&ret->arena, path);
    return ret->path == NULL || ret->folder == NULL ? wh_fail_memory(ctx, err) : WH_OK;
}

static enum wh_status fail_too_large(const char *path, struct wh_error *err)
{
    return wh_fail_at(err, WH_ERR_CONFIG, path, 0, 0,
                      "larger than 1 MiB: this is not a config file");
}

enum wh_status wh_config_read(struct wh_ctx *ctx, const char *path, struct wh_str text,
                              struct wh_config *ret, struct wh_config_faults *faults,
                              struct wh_error *err)
{
    struct wh_config_reader reader = {.ctx = ctx, .config = ret, .faults = faults};
    struct wh_section root = {.reader = &reader, .path = ""};
    struct wh_sha256 sha;
    enum wh_status status = start(ctx, path, ret, faults, err);
    if (status == WH_OK && text.len > WH_CONFIG_MAX_BYTES) {
        status = fail_too_large(path, err);
    }
    if (status == WH_OK) {
        wh_sha256_init(&sha);
        wh_sha256_add(&sha, text.ptr, text.len);
        wh_sha256_hex(&sha, ret->sha256);
        status = wh_yaml_read(&root, text, read_root, err);
    }
    if (status == WH_OK && reader.is_out_of_memory) {
        status = wh_fail_memory(ctx, err);
    }
    if (status == WH_OK && faults->n > 0) {
        sort_faults(faults);
        const struct wh_config_fault *first = &faults->fault[0];
        status =
            wh_fail_at(err, WH_ERR_CONFIG, path, first->line, first->column, "%s", first->message);
    }
    return status;
}

enum wh_status wh_config_load(struct wh_ctx *ctx, const char *path, struct wh_config *ret,
                              struct wh_config_faults *faults, struct wh_error *err)
{
    struct wh_buf text;
    struct wh_file_info info;
    wh_buf_init(&text, ctx);
    enum wh_status status = wh_io_check_input(path, &info, err);
    if (status == WH_OK && info.size_bytes > WH_CONFIG_MAX_BYTES) {
        status = fail_too_large(path, err);
    }
    if (status == WH_OK) {
        status = wh_io_read_all(ctx, path, WH_CONFIG_MAX_BYTES, &text, err);
    }
    if (status == WH_OK) {
        status = wh_config_read(ctx, path, wh_buf_view(&text), ret, faults, err);
    } else {
        if (status == WH_ERR_INPUT) { /* of all inputs this one is the operator's own */
            status = err->status = WH_ERR_CONFIG;
        }
        struct wh_error ignored = {0};
        (void)!start(ctx, path, ret, faults, &ignored);
    }
    wh_buf_finish(&text);
    return status;
}

void wh_config_finish(struct wh_ctx *ctx, struct wh_config *config)
{
    (void)ctx;
    wh_arena_finish(&config->arena);
    *config = (struct wh_config){0};
}

void wh_config_faults_finish(struct wh_ctx *ctx, struct wh_config_faults *faults)
{
    wh_free(ctx, faults->fault);
    wh_arena_finish(&faults->arena);
    *faults = (struct wh_config_faults){0};
}
