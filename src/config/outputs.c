/* config/outputs.c: `outputs:`, what a release holds. Everything is made unless it is switched off.
 */
#include <libfyaml.h>
#include <string.h>

#include "base/number.h"
#include "config/section.h"

#define MAX_ZOOM 18
#define DEFAULT_CELLS_M 500.0
#define LEAST_CELLS_M 50.0
#define MOST_CELLS_M 10000.0

static void read_zoom(struct wh_section *tiles)
{
    struct wh_config *config = tiles->reader->config;
    struct fy_node *node = wh_section_get(tiles, "zoom");
    int64_t level[2] = {9, 16};
    void *at = NULL;
    bool is_good = true;
    if (node != NULL) {
        is_good = fy_node_is_sequence(node) && fy_node_sequence_item_count(node) == 2;
        for (size_t i = 0; is_good && i < 2; i++) {
            const char *text = wh_node_text(tiles->reader, fy_node_sequence_iterate(node, &at));
            is_good = text != NULL && wh_parse_int(wh_str_c(text), &level[i]) && level[i] >= 0 &&
                      level[i] <= MAX_ZOOM;
        }
    }
    if (!is_good || level[0] > level[1]) {
        wh_section_wrong(tiles, "zoom", node,
                         "expected the lowest and the highest level, from 0 to %d, as in [9, 16]",
                         MAX_ZOOM);
        return;
    }
    config->outputs.zoom_min = (uint32_t)level[0];
    config->outputs.zoom_max = (uint32_t)level[1];
}

/* `tiles: false`, or `tiles: true`, or `tiles: {...}`; true where it is missing. */
static struct wh_section open_output(struct wh_section *outputs, const char *key, bool *ret_is_on)
{
    struct fy_node *node = wh_section_get(outputs, key);
    const char *text = wh_node_text(outputs->reader, node);
    *ret_is_on = text == NULL || strcmp(text, "false") != 0;
    if (text != NULL && (!*ret_is_on || strcmp(text, "true") == 0)) {
        node = NULL;
    }
    return wh_section_at(outputs, key, SIZE_MAX, node);
}

/* "cy"; or "en+cy": both in one file. What there is to load tells the rest. */
static bool is_language(const char *text)
{
    const size_t len = strlen(text), first = strcspn(text, "+");
    const struct wh_str part[2] = {wh_str_slice(wh_str_c(text), 0, first),
                                   wh_str_slice(wh_str_c(text), first + 1, len)};
    for (size_t i = 0; i < (first < len ? 2 : 1); i++) {
        for (size_t at = 0; at < part[i].len; at++) {
            const char c = part[i].ptr[at];
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-')) {
                return false;
            }
        }
        if (part[i].len < 2 || part[i].len > 12) {
            return false;
        }
    }
    return true;
}

static bool is_edition(const char *word)
{
    static const char *const EDITION[WH_N_PRINT_EDITIONS] = {"standard", "large", "grey",
                                                             "high-contrast"};
    bool is_known = false;
    for (size_t i = 0; i < WH_N_PRINT_EDITIONS; i++) {
        is_known |= strcmp(word, EDITION[i]) == 0;
    }
    return is_known;
}

/* `languages: [en, cy]`, `editions: [standard, large]`: a file for each pair of them. */
static void read_forms(struct wh_section *print)
{
    struct wh_config *const config = print->reader->config;
    static const char *const english[] = {"en"}, *const standard[] = {"standard"};
    char shown[128];
    size_t n = 0;
    const char **const language = wh_section_texts(print, "languages", &n);
    config->outputs.language = n > 0 ? (const char *const *)language : english;
    config->outputs.n_languages = n > 0 ? n : 1;
    for (size_t i = 0; i < n; i++) {
        if (!is_language(language[i])) {
            wh_section_wrong(print, "languages", wh_section_get(print, "languages"),
                             "expected codes of languages, as in [en, cy], or two on the same "
                             "sheet, as in [en+cy]: \"%s\"",
                             wh_log_escape(wh_str_c(language[i]), shown, sizeof shown));
        }
    }
    const char **const edition = wh_section_texts(print, "editions", &n);
    config->outputs.edition = n > 0 ? (const char *const *)edition : standard;
    config->outputs.n_editions = n > 0 ? n : 1;
    for (size_t i = 0; i < n; i++) {
        if (!is_edition(edition[i])) {
            wh_section_wrong(print, "editions", wh_section_get(print, "editions"),
                             "expected standard, large, grey or high-contrast: \"%s\"",
                             wh_log_escape(wh_str_c(edition[i]), shown, sizeof shown));
        }
    }
    config->outputs.locale = wh_section_path(print, "locale", false);
}

/* The name of a file in styles/; that there is one is for whoever loads it to say. */
static const char *read_style(struct wh_section *section, const char *fallback)
{
    const char *const name =
        wh_section_get(section, "style") == NULL ? NULL : wh_section_id(section, "style");
    return name == NULL ? fallback : name;
}

/* A name of styles/print/, or the council's own file beside the config. */
static void read_layout(struct wh_section *print)
{
    const char *const name = wh_section_text(print, "layout", false);
    const size_t len = name == NULL ? 0 : strlen(name);
    const bool is_file = len > 5 && strcmp(name + len - 5, ".json") == 0;
    print->reader->config->outputs.layout = is_file        ? wh_section_path(print, "layout", true)
                                            : name != NULL ? name
                                                           : "standard";
}

void wh_read_outputs(struct wh_section *root)
{
    static const char *const format_word[] = {[WH_TILES_PMTILES] = "pmtiles",
                                              [WH_TILES_MBTILES] = "mbtiles",
                                              [WH_TILES_FOLDER] = "xyz",
                                              NULL};
    static const char *const paper_word[] = {"A4", "A3", NULL};
    static const struct wh_choice format = {format_word, NULL}, paper = {paper_word, NULL};
    struct wh_config *config = root->reader->config;
    struct wh_section section = wh_section_open(root, "outputs", false);
    config->outputs.style = read_style(&section, "standard");
    struct wh_section tiles = open_output(&section, "tiles", &config->outputs.tiles);
    read_zoom(&tiles);
    config->outputs.whole_maps = wh_section_bool(&tiles, "whole_maps", false);
    config->outputs.tile_form =
        (enum wh_tile_form)wh_section_choice(&tiles, "format", &format, WH_TILES_PMTILES);
    wh_section_close(&tiles);
    struct wh_section print = open_output(&section, "print", &config->outputs.print);
    config->outputs.paper = (enum wh_paper)wh_section_choice(&print, "paper", &paper, WH_PAPER_A4);
    config->outputs.print_style = read_style(&print, config->outputs.style);
    read_forms(&print);
    read_layout(&print);
    config->outputs.print_by_theme = wh_section_bool(&print, "by_theme", false);
    wh_section_close(&print);
    config->outputs.geojson = wh_section_bool(&section, "geojson", true);
    config->outputs.dashboard = wh_section_bool(&section, "dashboard", true);
    config->outputs.geopackage = wh_section_bool(&section, "geopackage", true);
    config->outputs.cells_m =
        wh_section_number(&section, "cells_m", DEFAULT_CELLS_M, LEAST_CELLS_M, MOST_CELLS_M);
    wh_section_close(&section);
}
