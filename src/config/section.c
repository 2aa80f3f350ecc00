/* config/section.c: typed values of one mapping, with places. */
#include "config/section.h"

#include <libfyaml.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/number.h"

#define NEAR_ENOUGH 3 /* edits between what was written and what was meant */

static void *keep(struct wh_config_reader *reader, void *memory)
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

static void add_fault(struct wh_config_reader *reader, struct fy_node *at, const char *key,
                      const char *message)
{
    struct wh_config_faults *faults = reader->faults;
    struct wh_config_fault fault = {0};
    struct wh_error ignored;
    (void)place_of(at, &fault.line, &fault.column);
    fault.key = keep(reader, wh_arena_c(&faults->arena, wh_str_c(key)));
    fault.message = keep(reader, wh_arena_c(&faults->arena, wh_str_c(message)));
    void *array = faults->fault;
    if (wh_grow(reader->ctx, &array, faults->n, &faults->cap, sizeof *faults->fault, &ignored) !=
        WH_OK) {
        reader->is_out_of_memory = true;
        return;
    }
    faults->fault = array;
    if (!reader->is_out_of_memory) {
        faults->fault[faults->n++] = fault;
    }
}

void wh_section_fault(const struct wh_section *section, const char *key, struct fy_node *at,
                      const char *format, ...)
{
    char message[768], path[256];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    snprintf(path, sizeof path, "%s%s%s", section->path,
             section->path[0] != '\0' && key[0] != '\0' ? "." : "", key);
    add_fault(section->reader, at, path, message);
}

static struct wh_str scalar(struct fy_node *node)
{
    size_t len = 0;
    const char *text = fy_node_get_scalar(node, &len);
    return (struct wh_str){.ptr = text, .len = text == NULL ? 0 : len};
}

static struct fy_node_pair *find_pair(const struct wh_section *section, const char *key)
{
    void *at = NULL;
    struct fy_node_pair *pair = NULL;
    while (section->node != NULL && (pair = fy_node_mapping_iterate(section->node, &at)) != NULL) {
        if (wh_str_eq_c(scalar(fy_node_pair_key(pair)), key)) {
            return pair;
        }
    }
    return NULL;
}

struct fy_node *wh_section_get(struct wh_section *section, const char *key)
{
    if (section->n_asked < WH_MAX_KEYS) {
        section->asked[section->n_asked++] = key;
    }
    struct fy_node_pair *pair = find_pair(section, key);
    return pair == NULL ? NULL : fy_node_pair_value(pair);
}

/* Place for messages about a key: its value, or where the section starts. */
static struct fy_node *place_for(const struct wh_section *section, struct fy_node *value)
{
    return value != NULL ? value : section->node;
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
    char *kept = keep(section->reader, wh_arena_c(&section->reader->faults->arena, wh_str_c(path)));
    below.path = kept == NULL ? "" : kept;
    if (node != NULL && !fy_node_is_mapping(node)) {
        wh_section_fault(&below, "", node, "%s: expected keys and values, as in {key: value}",
                         path);
        return below;
    }
    below.node = node;
    return below;
}

struct wh_section wh_section_open(struct wh_section *section, const char *key, bool is_required)
{
    struct fy_node *node = wh_section_get(section, key);
    if (node == NULL && is_required) {
        wh_section_fault(section, key, section->node, "the key \"%s\" is missing", key);
    }
    return wh_section_at(section, key, SIZE_MAX, node);
}

/* The nearest key that was asked for, or NULL. */
static const char *nearest(const struct wh_section *section, struct wh_str key)
{
    const char *best = NULL;
    size_t best_distance = NEAR_ENOUGH + 1;
    for (size_t i = 0; i < section->n_asked; i++) {
        const size_t distance = wh_str_distance(key, wh_str_c(section->asked[i]));
        if (distance < best_distance) {
            best_distance = distance;
            best = section->asked[i];
        }
    }
    return best;
}

void wh_section_close(struct wh_section *section)
{
    void *at = NULL;
    struct fy_node_pair *pair = NULL;
    while (section->node != NULL && (pair = fy_node_mapping_iterate(section->node, &at)) != NULL) {
        const struct wh_str key = scalar(fy_node_pair_key(pair));
        bool is_known = false;
        for (size_t i = 0; i < section->n_asked; i++) {
            is_known = is_known || wh_str_eq_c(key, section->asked[i]);
        }
        if (is_known) {
            continue;
        }
        char shown[128];
        const char *meant = nearest(section, key);
        wh_log_escape(key, shown, sizeof shown);
        if (meant != NULL) {
            wh_section_fault(section, "", fy_node_pair_key(pair),
                             "unknown key \"%s\" (did you mean %s?)", shown, meant);
        } else {
            wh_section_fault(section, "", fy_node_pair_key(pair), "unknown key \"%s\"", shown);
        }
    }
}

const char *wh_node_text(struct wh_config_reader *reader, struct fy_node *node)
{
    if (node == NULL || !fy_node_is_scalar(node) || fy_node_is_alias(node)) {
        return NULL;
    }
    return keep(reader, wh_arena_c(&reader->config->arena, scalar(node)));
}

/* The text of a scalar that must have one; faults are added. */
static const char *get_text(struct wh_section *section, const char *key, bool is_required,
                            struct fy_node **ret_node)
{
    struct fy_node *node = wh_section_get(section, key);
    *ret_node = node;
    if (node == NULL) {
        if (is_required && section->node != NULL) {
            wh_section_fault(section, key, section->node, "the key \"%s\" is missing", key);
        }
        return NULL;
    }
    const char *text = wh_node_text(section->reader, node);
    if (text == NULL || text[0] == '\0') {
        wh_section_fault(section, key, place_for(section, node), "%s: expected a text", key);
        return NULL;
    }
    return text;
}

const char *wh_section_text(struct wh_section *section, const char *key, bool is_required)
{
    struct fy_node *node = NULL;
    return get_text(section, key, is_required, &node);
}

const char *wh_node_path(struct wh_section *section, const char *key, struct fy_node *node)
{
    const char *text = wh_node_text(section->reader, node);
    struct wh_config *config = section->reader->config;
    if (text == NULL || text[0] == '\0') {
        wh_section_fault(section, key, place_for(section, node), "%s: expected a file path", key);
        return NULL;
    }
    const char *colon = strchr(text, ':'), *slash = strchr(text, '/');
    if (text[0] == '{' || text[0] == '<' || strncmp(text, "/vsi", 4) == 0 ||
        (colon != NULL && (slash == NULL || colon < slash))) {
        char shown[128];
        wh_section_fault(section, key, node, "%s: input must be a file path, not \"%s\"", key,
                         wh_log_escape(wh_str_c(text), shown, sizeof shown));
        return NULL;
    }
    if (text[0] == '/' || config->folder[0] == '\0') {
        return text;
    }
    return keep(section->reader, wh_arena_printf(&config->arena, "%s/%s", config->folder, text));
}

const char *wh_section_path(struct wh_section *section, const char *key, bool is_required)
{
    struct fy_node *node = NULL;
    const char *text = get_text(section, key, is_required, &node);
    return text == NULL ? NULL : wh_node_path(section, key, node);
}

const char *wh_section_id(struct wh_section *section, const char *key)
{
    struct fy_node *node = NULL;
    const char *text = get_text(section, key, true, &node);
    char slug[80];
    if (text == NULL) {
        return NULL;
    }
    if (strlen(text) > 64 || strcmp(wh_slug(wh_str_c(text), slug, sizeof slug), text) != 0) {
        wh_section_fault(section, key, node,
                         "%s: expected at most 64 of a-z, 0-9 and -, as in \"fly-tipping\"", key);
        return NULL;
    }
    return text;
}

const char *wh_section_crs(struct wh_section *section, const char *key, const char *fallback)
{
    struct fy_node *node = NULL;
    const char *text = get_text(section, key, false, &node);
    if (text == NULL) {
        return fallback;
    }
    const struct wh_str all = wh_str_c(text);
    const size_t colon = wh_str_find(all, ':');
    int64_t code = 0;
    bool is_good = colon > 0 && colon < all.len &&
                   wh_parse_int(wh_str_slice(all, colon + 1, all.len), &code) && code > 0;
    for (size_t i = 0; i < colon && is_good; i++) {
        is_good = (text[i] >= 'A' && text[i] <= 'Z') || (text[i] >= 'a' && text[i] <= 'z');
    }
    if (!is_good) {
        char shown[128];
        wh_section_fault(section, key, node, "%s: expected a code as in EPSG:27700, not \"%s\"",
                         key, wh_log_escape(all, shown, sizeof shown));
        return fallback;
    }
    return text;
}

double wh_section_number(struct wh_section *section, const char *key, double fallback, double low,
                         double high)
{
    struct fy_node *node = NULL;
    double value = 0;
    const char *text = get_text(section, key, false, &node);
    if (text == NULL) {
        return fallback;
    }
    if (!wh_parse_double(wh_str_c(text), &value) || !(value >= low && value <= high)) {
        char shown[128];
        wh_section_fault(section, key, node, "%s: expected a number from %g to %g, not \"%s\"", key,
                         low, high, wh_log_escape(wh_str_c(text), shown, sizeof shown));
        return fallback;
    }
    return value;
}

bool wh_section_bool(struct wh_section *section, const char *key, bool fallback)
{
    static const char *const choice[] = {"false", "true", "no", "yes"};
    return wh_section_choice(section, key, choice, 4, fallback) % 2 == 1;
}

int wh_section_choice(struct wh_section *section, const char *key, const char *const *choice,
                      size_t n, int fallback)
{
    struct fy_node *node = NULL;
    const char *text = get_text(section, key, false, &node);
    if (text == NULL) {
        return fallback;
    }
    char list[256] = "";
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(choice[i], text) == 0) {
            return (int)i;
        }
        if (len < sizeof list) {
            len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", i == 0 ? "" : ", ",
                                    choice[i]);
        }
    }
    char shown[128];
    wh_section_fault(section, key, node, "%s: expected one of %s, not \"%s\"", key, list,
                     wh_log_escape(wh_str_c(text), shown, sizeof shown));
    return fallback;
}

uint32_t wh_section_days(struct wh_section *section, const char *key, uint32_t fallback)
{
    struct fy_node *node = NULL;
    const char *text = get_text(section, key, false, &node);
    if (text == NULL) {
        return fallback;
    }
    int64_t n = 0;
    const size_t len = strlen(text);
    const char unit = text[len - 1];
    const uint32_t days = unit == 'w' ? 7 : 1;
    if ((unit != 'd' && unit != 'w') ||
        !wh_parse_int(wh_str_slice(wh_str_c(text), 0, len - 1), &n) || n < 1 || n * days > 3660) {
        char shown[128];
        wh_section_fault(section, key, node,
                         "%s: expected days or weeks, as in 90d or 12w (10 years at most), not "
                         "\"%s\"",
                         key, wh_log_escape(wh_str_c(text), shown, sizeof shown));
        return fallback;
    }
    return (uint32_t)n * days;
}

const char **wh_section_texts(struct wh_section *section, const char *key, size_t *ret_n)
{
    struct fy_node *node = wh_section_get(section, key);
    *ret_n = 0;
    if (node == NULL) {
        return NULL;
    }
    const bool is_list = fy_node_is_sequence(node);
    const size_t most = is_list ? (size_t)fy_node_sequence_item_count(node) : 1;
    const char **text = keep(
        section->reader, wh_arena_alloc(&section->reader->config->arena, most + 1, sizeof *text));
    void *at = NULL;
    struct fy_node *item = is_list ? fy_node_sequence_iterate(node, &at) : node;
    while (text != NULL && item != NULL) {
        const char *one = wh_node_text(section->reader, item);
        if (one == NULL || one[0] == '\0') {
            wh_section_fault(section, key, item, "%s: expected a text or a list of texts", key);
        } else {
            text[(*ret_n)++] = one;
        }
        item = is_list ? fy_node_sequence_iterate(node, &at) : NULL;
    }
    return text;
}

void wh_section_later(struct wh_section *section, const char *key, const char *instead)
{
    struct fy_node_pair *pair = find_pair(section, key);
    if (section->n_asked < WH_MAX_KEYS) {
        section->asked[section->n_asked++] = key;
    }
    if (pair != NULL) {
        wh_section_fault(section, key, fy_node_pair_key(pair), "\"%s\" is not in this version: %s",
                         key, instead);
    }
}
