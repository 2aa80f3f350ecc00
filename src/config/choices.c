/* config/choices.c: `publish:`, `density:`, `hotspots:`, `privacy:`, `quality:`, `outputs:`, with
 * DESIGN.md's defaults. */
#include <libfyaml.h>
#include <string.h>

#include "base/number.h"
#include "config/section.h"

static const char *const every_name[] = {"run", "day", "week", "month", "quarter"};
static const char *const kernel_name[] = {"quartic", "gaussian"};
static const char *const edge_name[] = {"diggle", "uniform", "none"};
static const char *const paper_name[] = {"A4", "A3"};
static const char *const format_name[] = {"pmtiles"};
static const char *const language_name[] = {"en"};

static void read_publish(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    struct wh_section section = wh_section_open(root, "publish", true);
    config->publish.to = wh_section_path(&section, "to", true);
    config->publish.public_every = (enum wh_public_every)wh_section_choice(
        &section, "public_every", every_name, 5, WH_EVERY_MONTH);
    config->publish.keep_releases =
        (uint32_t)wh_section_number(&section, "keep_releases", 14, 1, 10000);
    wh_section_close(&section);
}

static void read_density(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    struct wh_section section = wh_section_open(root, "density", false);
    config->density.kernel =
        (enum wh_kernel)wh_section_choice(&section, "kernel", kernel_name, 2, WH_KERNEL_QUARTIC);
    config->density.edge =
        (enum wh_edge)wh_section_choice(&section, "edge", edge_name, 3, WH_EDGE_DIGGLE);
    config->density.cell_m = wh_section_number(&section, "cell_m", 20, 1, 10000);
    struct fy_node *bandwidth = wh_section_get(&section, "bandwidth_m");
    const char *text = wh_node_text(section.reader, bandwidth);
    config->density.bandwidth_is_auto =
        bandwidth == NULL || (text != NULL && strcmp(text, "auto") == 0);
    if (!config->density.bandwidth_is_auto) {
        config->density.bandwidth_m = wh_section_number(&section, "bandwidth_m", 400, 1, 50000);
        if (config->density.bandwidth_m < config->density.cell_m) {
            wh_section_fault(&section, "bandwidth_m", bandwidth,
                             "bandwidth_m (%g) is smaller than cell_m (%g)",
                             config->density.bandwidth_m, config->density.cell_m);
        }
    }
    wh_section_close(&section);
}

static void read_hotspots(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    struct wh_section section = wh_section_open(root, "hotspots", false);
    config->hotspots.share = wh_section_number(&section, "share", 0.2, 0.01, 0.9);
    config->hotspots.at_least = (uint32_t)wh_section_number(&section, "at_least", 10, 1, 1e6);
    config->hotspots.min_area_km2 = wh_section_number(&section, "min_area_km2", 0.01, 0, 1000);
    config->hotspots.at_most = (uint32_t)wh_section_number(&section, "at_most", 15, 1, 100);
    config->hotspots.change_z = wh_section_number(&section, "change_z", 1.96, 0, 10);
    wh_section_later(&section, "method",
                     "hot spots are the densest places that hold a share of a theme's requests");
    wh_section_later(&section, "false_discovery", "hot spots are not tested against chance yet");
    wh_section_close(&section);
}

static void read_privacy(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    struct wh_section section = wh_section_open(root, "privacy", false);
    config->privacy.hide_below = (uint32_t)wh_section_number(&section, "hide_below", 5, 0, 100);
    config->privacy.sensitive =
        wh_section_texts(&section, "sensitive", &config->privacy.n_sensitive);
    wh_section_later(&section, "retain", "what a source no longer holds leaves the state at once");
    wh_section_close(&section);
}

static void read_quality(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    struct wh_section section = wh_section_open(root, "quality", false);
    config->quality.min_placed = wh_section_number(&section, "min_placed", 0.85, 0, 1);
    config->quality.max_unreadable = wh_section_number(&section, "max_unreadable", 0.05, 0, 1);
    struct wh_section defaults = wh_section_open(&section, "default_location", false);
    config->quality.default_share = wh_section_number(&defaults, "share", 0.02, 0.0001, 1);
    config->quality.default_at_least =
        (uint32_t)wh_section_number(&defaults, "at_least", 50, 0, 1e9);
    wh_section_close(&defaults);
    wh_section_later(&section, "min_placed_by_ward", "min_placed is for all wards together");
    wh_section_later(&section, "volume_change", "leave it out");
    wh_section_close(&section);
}

static void read_zoom(struct wh_section *tiles)
{
    struct wh_config *config = tiles->reader->config;
    struct fy_node *node = wh_section_get(tiles, "zoom");
    double value[2] = {9, 16};
    void *at = NULL;
    bool is_good = true;
    if (node != NULL) {
        is_good = fy_node_is_sequence(node) && fy_node_sequence_item_count(node) == 2;
        for (size_t i = 0; is_good && i < 2; i++) {
            const char *text = wh_node_text(tiles->reader, fy_node_sequence_iterate(node, &at));
            is_good = text != NULL && wh_parse_double(wh_str_c(text), &value[i]) && value[i] >= 0 &&
                      value[i] <= 18;
        }
    }
    if (!is_good || value[0] > value[1]) {
        wh_section_fault(tiles, "zoom", node,
                         "zoom: expected two levels from 0 to 18, as in [9, 16]");
        return;
    }
    config->outputs.zoom_min = (uint32_t)value[0];
    config->outputs.zoom_max = (uint32_t)value[1];
}

static void read_outputs(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    struct wh_section section = wh_section_open(root, "outputs", false);
    struct wh_section tiles = wh_section_open(&section, "tiles", false);
    read_zoom(&tiles);
    (void)wh_section_choice(&tiles, "format", format_name, 1, 0);
    wh_section_close(&tiles);
    struct wh_section print = wh_section_open(&section, "print", false);
    config->outputs.paper =
        (enum wh_paper)wh_section_choice(&print, "paper", paper_name, 2, WH_PAPER_A4);
    size_t n_languages = 0;
    const char **language = wh_section_texts(&print, "languages", &n_languages);
    for (size_t i = 0; i < n_languages; i++) {
        if (strcmp(language[i], language_name[0]) != 0) {
            wh_section_fault(&print, "languages", print.node,
                             "language \"%s\" is not in this version: en is", language[i]);
        }
    }
    wh_section_close(&print);
    const bool is_all = section.node == NULL;
    config->outputs.tiles = is_all || tiles.node != NULL;
    config->outputs.print = is_all || print.node != NULL;
    config->outputs.geojson = wh_section_bool(&section, "geojson", true);
    config->outputs.dashboard = wh_section_bool(&section, "dashboard", true);
    if (wh_section_bool(&section, "geopackage", false)) {
        wh_section_fault(&section, "geopackage", section.node,
                         "\"geopackage\" is not in this version: geojson is");
    }
    wh_section_close(&section);
}

void wh_read_choices(struct wh_section *root)
{
    read_publish(root);
    read_density(root);
    read_hotspots(root);
    read_privacy(root);
    read_quality(root);
    read_outputs(root);
}
