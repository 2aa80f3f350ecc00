/* config/section.c: one mapping: its keys, their places in the file, and what is wrong with them.
 */
#include "config/section.h"

#include <libfyaml.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

void *wh_config_keep(struct wh_config_reader *reader, void *memory)
{
    reader->is_out_of_memory = reader->is_out_of_memory || memory == NULL;
    return memory;
}

/* Where a node starts; a mapping or list starts where its first scalar does. */
static bool place_of(struct fy_node *node, uint32_t *ret_line, uint32_t *ret_column)
{
    for (int depth = 0; node != NULL && depth < 64; depth++) {
        void *at = NULL;
        if (fy_node_is_scalar(node)) {
            const struct fy_mark *mark = fy_token_start_mark(fy_node_get_scalar_token(node));
            if (mark == NULL) {
                return false;
            }
            *ret_line = (uint32_t)mark->line + 1;
            *ret_column = (uint32_t)mark->column + 1;
            return true;
        }
        if (fy_node_is_sequence(node)) {
            node = fy_node_sequence_iterate(node, &at);
        } else {
            struct fy_node_pair *pair = fy_node_mapping_iterate(node, &at);
            node = pair == NULL ? NULL : fy_node_pair_key(pair);
        }
    }
    return false;
}

static void add_fault(struct wh_config_reader *reader, uint32_t line, uint32_t column,
                      const char *key, const char *message)
{
    struct wh_config_faults *faults = reader->faults;
    struct wh_error ignored;
    if (faults->n > WH_CONFIG_MAX_FAULTS) {
        return;
    }
    if (faults->n == WH_CONFIG_MAX_FAULTS) {
        line = UINT32_MAX; /* sorts last; shown without a line */
        column = 0;
        key = "";
        message = "there is more that is wrong: it is listed once these are put right";
    }
    void *array = faults->fault;
    const enum wh_status status =
        wh_grow(reader->ctx, &array, faults->n, &faults->cap, sizeof *faults->fault, &ignored);
    faults->fault = array;
    const struct wh_config_fault fault = {
        .line = line,
        .column = column,
        .key = wh_config_keep(reader, wh_arena_c(&faults->arena, wh_str_c(key))),
        .message = wh_config_keep(reader, wh_arena_c(&faults->arena, wh_str_c(message))),
    };
    if (status != WH_OK || reader->is_out_of_memory) {
        reader->is_out_of_memory = true;
        return;
    }
    faults->fault[faults->n++] = fault;
}

void wh_config_fault(struct wh_config_reader *reader, uint32_t line, uint32_t column,
                     const char *message)
{
    add_fault(reader, line, column, "", message);
}

/* What no value of this file may be, whatever was expected; NULL when it is none of that. */
static const char *unusual(struct fy_node *node)
{
    size_t len = 0;
    if (node == NULL) {
        return NULL;
    }
    if (fy_node_is_alias(node)) {
        return "aliases (*name) are not read: write the value out";
    }
    return fy_node_get_tag(node, &len) != NULL ? "tags (!name) are not read: leave it out" : NULL;
}

/* Nothing stands where an empty value or list is: the key before it does. */
static struct fy_node *key_of(const struct wh_section *section, const struct fy_node *value)
{
    void *at = NULL;
    struct fy_node_pair *pair = NULL;
    while (section->node != NULL && (pair = fy_node_mapping_iterate(section->node, &at)) != NULL) {
        if (fy_node_pair_value(pair) == value) {
            return fy_node_pair_key(pair);
        }
    }
    return NULL;
}

/* A place for messages: the value, else its key, else where the section starts. */
static void fault_at(const struct wh_section *section, const char *key, struct fy_node *at,
                     const char *message)
{
    uint32_t line = 0, column = 0;
    char path[256];
    snprintf(path, sizeof path, "%s%s%s", section->path,
             section->path[0] != '\0' && key[0] != '\0' ? "." : "", key);
    if (!place_of(at, &line, &column) && !place_of(key_of(section, at), &line, &column)) {
        (void)place_of(section->node, &line, &column);
    }
    const char *other = unusual(at);
    add_fault(section->reader, line, column, path, other != NULL ? other : message);
}

void wh_section_fault(const struct wh_section *section, const char *key, struct fy_node *at,
                      const char *format, ...)
{
    char message[768];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    fault_at(section, key, at, message);
}

void wh_section_wrong(const struct wh_section *section, const char *key, struct fy_node *at,
                      const char *format, ...)
{
    char message[768];
    const bool has_path = section->path[0] != '\0' || key[0] != '\0';
    int len =
        snprintf(message, sizeof message / 2, "%s%s%s%s", section->path,
                 section->path[0] != '\0' && key[0] != '\0' ? "." : "", key, has_path ? ": " : "");
    if (len < 0 || len >= (int)(sizeof message / 2)) {
        len = 0;
    }
    va_list args;
    va_start(args, format);
    vsnprintf(message + len, sizeof message - (size_t)len, format, args);
    va_end(args);
    fault_at(section, key, at, message);
}

void wh_section_refused(const struct wh_section *section, const char *key, struct fy_node *at,
                        const struct wh_error *why)
{
    if (why->status == WH_ERR_LIMIT) {
        section->reader->is_out_of_memory = true;
    } else {
        wh_section_wrong(section, key, at, "%s", why->message);
    }
}

static void ask(struct wh_section *section, const char *key, bool is_later)
{
    for (size_t i = 0; i < section->n_asked; i++) {
        if (strcmp(section->asked[i], key) == 0) {
            return;
        }
    }
    if (section->n_asked < WH_MAX_KEYS) {
        section->is_later[section->n_asked] = is_later;
        section->asked[section->n_asked++] = key;
    }
}

static struct fy_node_pair *find_pair(const struct wh_section *section, const char *key)
{
    void *at = NULL;
    struct fy_node_pair *pair = NULL;
    while (section->node != NULL && (pair = fy_node_mapping_iterate(section->node, &at)) != NULL) {
        if (wh_str_eq_c(wh_node_scalar(fy_node_pair_key(pair)), key)) {
            return pair;
        }
    }
    return NULL;
}

struct fy_node *wh_section_get(struct wh_section *section, const char *key)
{
    ask(section, key, false);
    struct fy_node_pair *pair = find_pair(section, key);
    return pair == NULL ? NULL : fy_node_pair_value(pair);
}

struct fy_node *wh_section_need(struct wh_section *section, const char *key)
{
    struct fy_node *node = wh_section_get(section, key);
    if (node == NULL && section->node != NULL) {
        wh_section_fault(section, key, section->node, "the key \"%s\" is missing%s%s", key,
                         section->path[0] == '\0' ? "" : " in ", section->path);
    }
    return node;
}

/* A key that stands twice: one of them would be ignored in silence. */
static void check_doubled(const struct wh_section *section)
{
    void *at = NULL;
    struct fy_node_pair *pair = NULL;
    while ((pair = fy_node_mapping_iterate(section->node, &at)) != NULL) {
        const struct wh_str key = wh_node_scalar(fy_node_pair_key(pair));
        void *first_at = NULL;
        struct fy_node_pair *first = fy_node_mapping_iterate(section->node, &first_at);
        while (first != pair && !wh_str_eq(wh_node_scalar(fy_node_pair_key(first)), key)) {
            first = fy_node_mapping_iterate(section->node, &first_at);
        }
        if (first != pair) {
            char shown[128];
            uint32_t line = 0, column = 0;
            (void)place_of(fy_node_pair_key(first), &line, &column);
            wh_section_fault(section, "", fy_node_pair_key(pair),
                             "the key \"%s\" stands twice: first on line %u",
                             wh_log_escape(key, shown, sizeof shown), line);
        }
    }
}

struct wh_section wh_section_at(struct wh_section *section, const char *key, size_t idx,
                                struct fy_node *node)
{
    char path[256];
    struct wh_section below = {.reader = section->reader, .path = ""};
    snprintf(path, sizeof path, "%s%s%s", section->path, section->path[0] == '\0' ? "" : ".", key);
    if (idx != SIZE_MAX) {
        const size_t len = strlen(path);
        snprintf(path + len, sizeof path - len, "[%zu]", idx + 1);
    }
    const size_t skip = strlen(section->path) + (section->path[0] != '\0');
    char *kept = wh_config_keep(section->reader,
                                wh_arena_c(&section->reader->faults->arena, wh_str_c(path)));
    below.path = kept == NULL ? "" : kept;
    if (node == NULL) {
        return below;
    }
    if (!fy_node_is_mapping(node)) {
        wh_section_wrong(section, path + skip, node,
                         "expected keys and values, as in {key: value}");
        return below;
    }
    below.node = node;
    if (fy_node_mapping_item_count(node) > WH_CONFIG_MAX_ITEMS) {
        wh_section_wrong(section, path + skip, node, "more than %d keys", WH_CONFIG_MAX_ITEMS);
        below.node = NULL;
    } else {
        check_doubled(&below);
    }
    return below;
}

struct wh_section wh_section_open(struct wh_section *section, const char *key, bool is_required)
{
    struct fy_node *node =
        is_required ? wh_section_need(section, key) : wh_section_get(section, key);
    return wh_section_at(section, key, SIZE_MAX, node);
}

struct fy_node *wh_section_list(struct wh_section *section, const char *key, bool is_required,
                                size_t *ret_n)
{
    struct fy_node *list =
        is_required ? wh_section_need(section, key) : wh_section_get(section, key);
    *ret_n = 0;
    if (list == NULL) {
        return NULL;
    }
    const int n = fy_node_is_sequence(list) ? fy_node_sequence_item_count(list) : 0;
    if (!fy_node_is_sequence(list) || (is_required && n < 1)) {
        wh_section_wrong(section, key, list, "expected a list%s, each item after a \"- \"",
                         is_required ? " with at least one item" : "");
        return NULL;
    }
    if (n > WH_CONFIG_MAX_ITEMS) {
        wh_section_wrong(section, key, list, "more than %d items", WH_CONFIG_MAX_ITEMS);
        return NULL;
    }
    *ret_n = (size_t)n;
    return list;
}

/* The nearest key that was asked for, or NULL: a word may differ in a third of its letters. */
static const char *nearest_key(const struct wh_section *section, struct wh_str key)
{
    const size_t third = (key.len + 1) / 3;
    struct wh_near_word nearest = {.word = key, .most = third < 3 ? third : 3};
    for (size_t i = 0; i < section->n_asked; i++) {
        if (!section->is_later[i]) {
            wh_near_word_offer(&nearest, wh_str_c(section->asked[i]));
        }
    }
    return nearest.best.ptr;
}

void wh_section_close(struct wh_section *section)
{
    void *at = NULL;
    struct fy_node_pair *pair = NULL;
    while (section->node != NULL && (pair = fy_node_mapping_iterate(section->node, &at)) != NULL) {
        const struct wh_str key = wh_node_scalar(fy_node_pair_key(pair));
        bool is_known = false;
        for (size_t i = 0; i < section->n_asked; i++) {
            is_known = is_known || wh_str_eq_c(key, section->asked[i]);
        }
        if (is_known) {
            continue;
        }
        char shown[128], name[128];
        const char *meant = nearest_key(section, key);
        wh_log_escape(key, shown, sizeof shown);
        wh_log_escape(key, name, sizeof name);
        if (meant != NULL) {
            wh_section_fault(section, name, fy_node_pair_key(pair),
                             "unknown key \"%s\" (did you mean %s?)", shown, meant);
        } else {
            wh_section_fault(section, name, fy_node_pair_key(pair), "unknown key \"%s\"%s%s", shown,
                             section->path[0] == '\0' ? "" : " in ", section->path);
        }
    }
}

void wh_section_later(struct wh_section *section, const char *key, const char *instead)
{
    struct fy_node_pair *pair = find_pair(section, key);
    ask(section, key, true);
    if (pair != NULL) {
        wh_section_fault(section, key, fy_node_pair_key(pair), "\"%s\" is not in this version: %s",
                         key, instead);
    }
}
