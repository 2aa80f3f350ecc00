/* config/config.c: the file as a whole: read, parsed, every section checked, faults by line. */
#include "config/config.h"

#include <libfyaml.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/sha256.h"
#include "config/section.h"

#define MAX_CONFIG_BYTES (1u << 20)

static const char *const datum_name[] = {"require", "coarse"};

static void read_head(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    config->title = wh_section_text(root, "title", true);
    config->crs = wh_section_crs(root, "crs", "EPSG:27700");
    config->crs_opt.datum =
        (enum wh_datum)wh_section_choice(root, "datum", datum_name, 2, WH_DATUM_REQUIRE);
    config->crs_opt.proj_data = wh_section_path(root, "proj_data", false);
    config->timezone = wh_section_text(root, "timezone", false);
    if (config->timezone == NULL) {
        config->timezone = "Europe/London";
    }
    config->state = wh_section_path(root, "state", true);
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

/* The parser's own complaint: the file is not YAML. Its words, in our place. */
static void add_parse_fault(struct wh_section *root, struct fy_diag *diag)
{
    void *at = NULL;
    struct fy_diag_error *error = fy_diag_errors_iterate(diag, &at);
    const char *words = error == NULL || error->msg == NULL ? "not YAML" : error->msg;
    char shown[128];
    wh_section_fault(root, "", NULL, "%s", wh_log_escape(wh_str_c(words), shown, sizeof shown));
    struct wh_config_faults *faults = root->reader->faults;
    if (error != NULL && faults->n > 0) {
        faults->fault[faults->n - 1].line = error->line > 0 ? (uint32_t)error->line : 1;
        faults->fault[faults->n - 1].column = error->column > 0 ? (uint32_t)error->column : 1;
    }
}

static void read_document(struct wh_section *root, struct fy_document *document)
{
    root->node = fy_document_root(document);
    if (root->node == NULL || !fy_node_is_mapping(root->node)) {
        wh_section_fault(root, "", root->node,
                         "expected keys and values, as in \"title: Northmere Borough Council\"");
        return;
    }
    read_head(root);
    wh_read_choices(root);
    wh_read_maps(root);
    wh_read_sources(root);
    wh_read_themes(root);
    wh_section_close(root);
}

static enum wh_status parse(struct wh_section *root, struct wh_str text, struct wh_error *err)
{
    const struct fy_diag_cfg diag_cfg = {.level = FYET_ERROR, .module_mask = ~0u};
    struct fy_diag *diag = fy_diag_create(&diag_cfg);
    if (diag == NULL) {
        return wh_fail_memory(root->reader->ctx, err);
    }
    fy_diag_set_collect_errors(diag, true);
    const struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG, .diag = diag};
    struct fy_document *document = fy_document_build_from_string(&cfg, text.ptr, text.len);
    if (document == NULL) {
        add_parse_fault(root, diag);
    } else {
        read_document(root, document);
        fy_document_destroy(document);
    }
    fy_diag_destroy(diag);
    return WH_OK;
}

/* What the parser would take for something else, or choke on. */
static bool check_bytes(struct wh_section *root, struct wh_str text)
{
    const char *wrong = NULL;
    size_t at = wh_utf8_check(text);
    if (at < text.len) {
        wrong = "a byte that is not UTF-8";
    } else if ((at = wh_str_find(text, '\0')) < text.len) {
        wrong = "a NUL byte";
    } else if (wh_str_trim(text).len == 0) {
        wrong = "empty file";
        at = 0;
    }
    if (wrong == NULL) {
        return true;
    }
    uint32_t line = 1;
    for (size_t i = 0; i < at && i < text.len; i++) {
        line += text.ptr[i] == '\n';
    }
    wh_section_fault(root, "", NULL, "%s", wrong);
    if (root->reader->faults->n > 0) {
        root->reader->faults->fault[root->reader->faults->n - 1].line = line;
    }
    return false;
}

enum wh_status wh_config_load(struct wh_ctx *ctx, const char *path, struct wh_config *ret,
                              struct wh_config_faults *faults, struct wh_error *err)
{
    struct wh_config_reader reader = {.ctx = ctx, .config = ret, .faults = faults};
    struct wh_section root = {.reader = &reader, .path = ""};
    struct wh_buf text;
    struct wh_sha256 sha;
    *ret = (struct wh_config){0};
    *faults = (struct wh_config_faults){0};
    wh_arena_init(&ret->arena, ctx);
    wh_arena_init(&faults->arena, ctx);
    wh_buf_init(&text, ctx);
    ret->path = wh_arena_c(&ret->arena, wh_str_c(path));
    ret->folder = folder_of(&ret->arena, path);
    enum wh_status status = ret->path == NULL || ret->folder == NULL
                                ? wh_fail_memory(ctx, err)
                                : wh_io_read_all(ctx, path, MAX_CONFIG_BYTES, &text, err);
    if (status == WH_ERR_INPUT || (status == WH_ERR_LIMIT && text.len >= MAX_CONFIG_BYTES)) {
        status = err->status = WH_ERR_CONFIG; /* of all inputs this one is the operator's own */
    }
    if (status == WH_OK && check_bytes(&root, wh_buf_view(&text))) {
        wh_sha256_init(&sha);
        wh_sha256_add(&sha, text.ptr, text.len);
        wh_sha256_hex(&sha, ret->sha256);
        status = parse(&root, wh_buf_view(&text), err);
    }
    wh_buf_finish(&text);
    if (status == WH_OK && reader.is_out_of_memory) {
        status = wh_fail_memory(ctx, err);
    }
    if (status == WH_OK && faults->n > 0) {
        qsort(faults->fault, faults->n, sizeof *faults->fault, compare_faults);
        status = wh_fail_at(err, WH_ERR_CONFIG, path, faults->fault[0].line, 0, "%s",
                            faults->fault[0].message);
    }
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
