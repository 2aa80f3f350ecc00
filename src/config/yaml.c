/* config/yaml.c: the text of a config -> a tree, or one clear sentence with its place. */
#include <libfyaml.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "config/section.h"

/* What the parser would take for something else, or choke on. */
static bool check_bytes(struct wh_config_reader *reader, struct wh_str text)
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
    uint32_t line = 1, column = 1;
    for (size_t i = 0; i < at && i < text.len; i++) {
        column = text.ptr[i] == '\n' ? 1 : column + 1;
        line += text.ptr[i] == '\n';
    }
    wh_config_fault(reader, line, column, wrong);
    return false;
}

/* YAML forbids tabs where it counts blanks, and parsers complain about something else then. */
static bool find_tab(struct wh_str text, uint32_t line, uint32_t *ret_column)
{
    size_t start = 0;
    for (uint32_t i = 1; i < line && start < text.len; i++) {
        start += wh_str_find(wh_str_slice(text, start, text.len), '\n') + 1;
    }
    for (size_t i = start; i < text.len && (text.ptr[i] == ' ' || text.ptr[i] == '\t'); i++) {
        if (text.ptr[i] == '\t') {
            *ret_column = (uint32_t)(i - start) + 1;
            return true;
        }
    }
    return false;
}

/* The parser's own complaint: the file is not YAML. Its words, in our place. */
static void add_parse_fault(struct wh_config_reader *reader, struct fy_diag *diag,
                            struct wh_str text)
{
    void *at = NULL;
    char shown[128], message[256];
    struct fy_diag_error *error = fy_diag_errors_iterate(diag, &at);
    const uint32_t line = error != NULL && error->line > 0 ? (uint32_t)error->line : 1;
    uint32_t column = error != NULL && error->column > 0 ? (uint32_t)error->column : 1;
    for (uint32_t near = line > 1 ? line - 1 : line; near <= line + 1; near++) {
        if (find_tab(text, near, &column)) {
            wh_config_fault(reader, near, column,
                            "a tab stands where only blanks may: indent with blanks");
            return;
        }
    }
    const char *words = error == NULL || error->msg == NULL ? "it cannot be read" : error->msg;
    snprintf(message, sizeof message, "not YAML: %s",
             wh_log_escape(wh_str_c(words), shown, sizeof shown));
    wh_config_fault(reader, line, column, message);
}

static void read_root(struct wh_section *root, struct fy_document *document,
                      void (*read)(struct wh_section *root))
{
    struct fy_node *node = fy_document_root(document);
    if (node == NULL || !fy_node_is_mapping(node)) {
        wh_section_fault(root, "", node,
                         "expected keys and values, as in \"title: Northmere Borough Council\"");
        return;
    }
    struct wh_section whole = wh_section_at(root, "", SIZE_MAX, node);
    if (whole.node != NULL) {
        whole.path = "";
        read(&whole);
    }
}

enum wh_status wh_yaml_read(struct wh_section *root, struct wh_str text,
                            void (*read)(struct wh_section *root), struct wh_error *err)
{
    struct wh_config_reader *reader = root->reader;
    struct fy_document *document = NULL, *second = NULL;
    struct fy_parser *parser = NULL;
    if (!check_bytes(reader, text)) {
        return WH_OK;
    }
    const struct fy_diag_cfg diag_cfg = {.level = FYET_ERROR, .module_mask = ~0u};
    struct fy_diag *diag = fy_diag_create(&diag_cfg);
    if (diag == NULL) {
        return wh_fail_memory(reader->ctx, err);
    }
    fy_diag_set_collect_errors(diag, true);
    /* Doubled keys pass here, so that all of them are told with everything else. Aliases stay what
     * they are: none is followed, so none can grow. */
    const struct fy_parse_cfg cfg = {
        .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_ALLOW_DUPLICATE_KEYS, .diag = diag};
    parser = fy_parser_create(&cfg);
    if (parser == NULL || fy_parser_set_string(parser, text.ptr, text.len) != 0) {
        fy_parser_destroy(parser);
        fy_diag_destroy(diag);
        return wh_fail_memory(reader->ctx, err);
    }
    document = fy_parse_load_document(parser);
    if (document == NULL) {
        if (fy_diag_got_error(diag)) {
            add_parse_fault(reader, diag, text);
        } else {
            wh_config_fault(reader, 1, 1, "empty file: nothing but comments");
        }
    } else {
        read_root(root, document, read);
        second = fy_parse_load_document(parser);
        if (second != NULL) {
            wh_section_fault(root, "", fy_document_root(second),
                             "a second document begins here: one file holds one config");
        } else if (fy_diag_got_error(diag)) {
            add_parse_fault(reader, diag, text);
        }
    }
    fy_parse_document_destroy(parser, second);
    fy_parse_document_destroy(parser, document);
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    return WH_OK;
}
