/* config/values.c: typed values of a mapping: texts, numbers, words, periods. */
#include <libfyaml.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "config/section.h"

#define MAX_WINDOW_DAYS 3660 /* ten years */
#define MAX_RETAIN_MONTHS 600

struct wh_str wh_node_scalar(struct fy_node *node)
{
    size_t len = 0;
    const char *text =
        node == NULL || !fy_node_is_scalar(node) ? NULL : fy_node_get_scalar(node, &len);
    return (struct wh_str){.ptr = text, .len = text == NULL ? 0 : len};
}

/* One line without control characters; a tab may stand, because delimiters are texts too. */
static bool is_plain_line(struct wh_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.ptr[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return false;
        }
    }
    return text.len <= WH_CONFIG_MAX_TEXT;
}

const char *wh_node_text(struct wh_config_reader *reader, struct fy_node *node)
{
    size_t len = 0;
    if (node == NULL || !fy_node_is_scalar(node) || fy_node_is_alias(node) ||
        fy_node_get_tag(node, &len) != NULL || !is_plain_line(wh_node_scalar(node))) {
        return NULL;
    }
    return wh_config_keep(reader, wh_arena_c(&reader->config->arena, wh_node_scalar(node)));
}

const char *wh_node_shown(struct fy_node *node, char *out, size_t size)
{
    return wh_log_escape(wh_node_scalar(node), out, size);
}

/* The text of a scalar that must have one; faults are added. */
static const char *get_text(struct wh_section *section, const char *key, bool is_required,
                            struct fy_node **ret_node)
{
    struct fy_node *node =
        is_required ? wh_section_need(section, key) : wh_section_get(section, key);
    *ret_node = node;
    if (node == NULL) {
        return NULL;
    }
    const char *text = wh_node_text(section->reader, node);
    if (text == NULL || text[0] == '\0') {
        wh_section_wrong(section, key, node,
                         "expected one line of text, at most %d bytes without control characters",
                         WH_CONFIG_MAX_TEXT);
        return NULL;
    }
    return text;
}

const char *wh_section_text(struct wh_section *section, const char *key, bool is_required)
{
    struct fy_node *node = NULL;
    return get_text(section, key, is_required, &node);
}

const char *wh_section_id(struct wh_section *section, const char *key)
{
    struct fy_node *node = NULL;
    const char *text = get_text(section, key, true, &node);
    if (text == NULL) {
        return NULL;
    }
    const size_t len = strlen(text);
    if (len > 64 || strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != len) {
        char shown[128];
        wh_section_wrong(section, key, node,
                         "expected at most 64 of a-z, 0-9 and -, as in fly-tipping, not \"%s\"",
                         wh_node_shown(node, shown, sizeof shown));
        return NULL;
    }
    return text;
}

/* AUTHORITY:CODE and nothing else: never a URL, WKT or the name of a file. */
static bool is_crs(const char *text)
{
    const size_t letters = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    const char *code = text + letters + 1;
    const size_t digits =
        letters == 0 || letters > 10 || text[letters] != ':' ? 0 : strspn(code, "0123456789");
    return digits >= 1 && digits <= 7 && code[digits] == '\0';
}

const char *wh_section_crs(struct wh_section *section, const char *key, const char *fallback,
                           bool is_required)
{
    struct fy_node *node = NULL;
    struct wh_error why = {0};
    bool is_in_degrees = false;
    const char *text = get_text(section, key, is_required, &node);
    if (text == NULL) {
        return fallback;
    }
    if (!is_crs(text)) {
        char shown[128];
        wh_section_wrong(section, key, node,
                         "expected an authority and a code, as in EPSG:27700, not \"%s\"",
                         wh_node_shown(node, shown, sizeof shown));
        return fallback;
    }
    if (wh_crs_is_geographic(section->reader->ctx, text, &is_in_degrees, &why) != WH_OK) {
        wh_section_refused(section, key, node, &why);
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
        wh_section_wrong(section, key, node, "expected a number from %.10g to %.10g, not \"%s\"",
                         low, high, wh_node_shown(node, shown, sizeof shown));
        return fallback;
    }
    return value;
}

uint32_t wh_section_whole(struct wh_section *section, const char *key, uint32_t fallback,
                          uint32_t low, uint32_t high)
{
    struct fy_node *node = NULL;
    int64_t value = 0;
    const char *text = get_text(section, key, false, &node);
    if (text == NULL) {
        return fallback;
    }
    if (!wh_parse_int(wh_str_c(text), &value) || value < low || value > high) {
        char shown[128];
        wh_section_wrong(section, key, node, "expected a whole number from %u to %u, not \"%s\"",
                         low, high, wh_node_shown(node, shown, sizeof shown));
        return fallback;
    }
    return (uint32_t)value;
}

bool wh_section_bool(struct wh_section *section, const char *key, bool fallback)
{
    static const char *const word[] = {"false", "true", NULL};
    static const struct wh_choice choice = {word, NULL};
    return wh_section_choice(section, key, &choice, fallback) == 1;
}

/* "pmtiles", "A4 or A3", "run, day or week"; the nearest is what was meant, if any is near. */
static const char *list_words(const char *const *word, char *out, size_t size)
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; word[i] != NULL && len < size; i++) {
        const char *between = i == 0 ? "" : word[i + 1] == NULL ? " or " : ", ";
        len += (size_t)snprintf(out + len, size - len, "%s%s", between, word[i]);
    }
    return out;
}

int wh_section_choice(struct wh_section *section, const char *key, const struct wh_choice *choice,
                      int fallback)
{
    struct fy_node *node = NULL;
    const char *text = get_text(section, key, false, &node);
    char list[256], shown[128];
    if (text == NULL) {
        return fallback;
    }
    for (int i = 0; choice->word[i] != NULL; i++) {
        if (strcmp(choice->word[i], text) == 0) {
            return i;
        }
    }
    list_words(choice->word, list, sizeof list);
    for (size_t i = 0; choice->later != NULL && choice->later[i] != NULL; i++) {
        if (strcmp(choice->later[i], text) == 0) {
            wh_section_wrong(section, key, node, "\"%s\" is not in this version: give %s", text,
                             list);
            return fallback;
        }
    }
    wh_section_wrong(section, key, node, "expected %s, not \"%s\"", list,
                     wh_node_shown(node, shown, sizeof shown));
    return fallback;
}

uint32_t wh_section_days(struct wh_section *section, const char *key, uint32_t fallback,
                         bool *ret_is_auto)
{
    struct fy_node *node = NULL;
    const char *text = get_text(section, key, false, &node);
    if (text == NULL) {
        return fallback;
    }
    if (ret_is_auto != NULL && strcmp(text, "auto") == 0) {
        *ret_is_auto = true;
        return fallback;
    }
    int64_t n = 0;
    const size_t len = strlen(text);
    const char unit = text[len - 1];
    const int64_t days = unit == 'w' ? 7 : 1;
    if ((unit != 'd' && unit != 'w') ||
        !wh_parse_int(wh_str_slice(wh_str_c(text), 0, len - 1), &n) || n < 1 ||
        n > MAX_WINDOW_DAYS / days) {
        char shown[128];
        wh_section_wrong(section, key, node,
                         "expected %sdays or weeks, as in 90d or 12w (%d days at most), not \"%s\"",
                         ret_is_auto == NULL ? "" : "auto, or ", MAX_WINDOW_DAYS,
                         wh_node_shown(node, shown, sizeof shown));
        return fallback;
    }
    return (uint32_t)(n * days);
}

uint32_t wh_section_months(struct wh_section *section, const char *key, uint32_t fallback)
{
    static const struct {
        const char *word;
        uint32_t months;
    } unit[] = {{" months", 1}, {" month", 1}, {" years", 12}, {" year", 12}};
    struct fy_node *node = NULL;
    const char *text = get_text(section, key, false, &node);
    char shown[128];
    if (text == NULL) {
        return fallback;
    }
    for (size_t i = 0; i < sizeof unit / sizeof unit[0]; i++) {
        const struct wh_str all = wh_str_c(text);
        int64_t n = 0;
        if (wh_str_has_suffix(all, unit[i].word) &&
            wh_parse_int(wh_str_slice(all, 0, all.len - strlen(unit[i].word)), &n) && n >= 1 &&
            n <= MAX_RETAIN_MONTHS / unit[i].months) {
            return (uint32_t)n * unit[i].months;
        }
    }
    wh_section_wrong(section, key, node,
                     "expected months or years, as in 25 months (%d at most), not \"%s\"",
                     MAX_RETAIN_MONTHS, wh_node_shown(node, shown, sizeof shown));
    return fallback;
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
    if (most > WH_CONFIG_MAX_ITEMS) {
        wh_section_wrong(section, key, node, "more than %d items", WH_CONFIG_MAX_ITEMS);
        return NULL;
    }
    const char **text = wh_config_keep(
        section->reader, wh_arena_alloc(&section->reader->config->arena, most + 1, sizeof *text));
    void *at = NULL;
    struct fy_node *item = is_list ? fy_node_sequence_iterate(node, &at) : node;
    while (text != NULL && item != NULL) {
        const char *one = wh_node_text(section->reader, item);
        if (one == NULL || one[0] == '\0') {
            wh_section_wrong(section, key, item, "expected a text or a list of texts");
        } else {
            text[(*ret_n)++] = one;
        }
        item = is_list ? fy_node_sequence_iterate(node, &at) : NULL;
    }
    return text;
}
