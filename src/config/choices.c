/* config/choices.c: `publish:`, `density:`, `hotspots:`, `privacy:`, `quality:`, with DESIGN.md's
 * defaults. */
#include <libfyaml.h>
#include <string.h>

#include "base/number.h"
#include "config/section.h"

#define MIN_BANDWIDTH_M 1.0
#define MAX_BANDWIDTH_M 50000.0

static void read_publish(struct wh_section *root)
{
    static const char *const word[] = {"run", "day", "week", "month", "quarter", NULL};
    static const struct wh_choice every = {word, NULL};
    struct wh_config *config = root->reader->config;
    struct wh_section section = wh_section_open(root, "publish", true);
    config->publish.to = wh_section_path(&section, "to", true);
    config->publish.public_every =
        (enum wh_public_every)wh_section_choice(&section, "public_every", &every, WH_EVERY_MONTH);
    config->publish.keep_releases = wh_section_whole(&section, "keep_releases", 14, 1, 10000);
    wh_section_close(&section);
}

/* A number of metres, auto, or auto:METHOD. */
static void read_bandwidth(struct wh_section *section)
{
    struct wh_config *config = section->reader->config;
    struct fy_node *node = wh_section_get(section, "bandwidth_m");
    const char *text = wh_node_text(section->reader, node);
    double value = 0;
    char shown[128];
    config->density.bandwidth_is_auto = node == NULL || (text != NULL && !strcmp(text, "auto"));
    if (text != NULL && strncmp(text, "auto:", 5) == 0 &&
        wh_selector_from_name(text + 5, &config->density.selector)) {
        config->density.bandwidth_is_auto = config->density.has_selector = true;
    }
    if (config->density.bandwidth_is_auto) {
        return;
    }
    if (text == NULL || !wh_parse_double(wh_str_c(text), &value) ||
        !(value >= MIN_BANDWIDTH_M && value <= MAX_BANDWIDTH_M)) {
        wh_section_wrong(
            section, "bandwidth_m", node,
            "expected auto, auto: and a method as in auto:isj, or a number of metres from "
            "%.0f to %.0f, not \"%s\"",
            MIN_BANDWIDTH_M, MAX_BANDWIDTH_M, wh_node_shown(node, shown, sizeof shown));
        return;
    }
    config->density.bandwidth_m = value;
    if (value < config->density.cell_m) {
        wh_section_wrong(section, "bandwidth_m", node, "%g m is smaller than a cell (cell_m: %g)",
                         value, config->density.cell_m);
    }
}

static void read_density(struct wh_section *root)
{
    const char *kernel_word[WH_N_KERNELS + 1] = {NULL}, *edge_word[WH_N_EDGES + 1] = {NULL};
    const struct wh_choice kernel = {kernel_word, NULL}, edge = {edge_word, NULL};
    struct wh_config *config = root->reader->config;
    for (unsigned i = 0; i < WH_N_KERNELS; i++) {
        kernel_word[i] = wh_kernel_name((enum wh_kernel)i);
    }
    for (unsigned i = 0; i < WH_N_EDGES; i++) {
        edge_word[i] = wh_edge_name((enum wh_edge)i);
    }
    struct wh_section section = wh_section_open(root, "density", false);
    config->density.kernel =
        (enum wh_kernel)wh_section_choice(&section, "kernel", &kernel, WH_KERNEL_QUARTIC);
    config->density.edge = (enum wh_edge)wh_section_choice(&section, "edge", &edge, WH_EDGE_DIGGLE);
    config->density.cell_m = wh_section_number(&section, "cell_m", 20, 1, 10000);
    config->density.max_error = wh_section_number(&section, "max_error", 0, 0, WH_MOST_ERROR);
    read_bandwidth(&section);
    wh_section_close(&section);
}

static void read_hotspots(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    static const char *const method_word[] = {"densest", "relative-risk", NULL};
    static const struct wh_choice method = {method_word, NULL};
    struct wh_section section = wh_section_open(root, "hotspots", false);
    config->hotspots.method = (enum wh_hotspot_method)wh_section_choice(&section, "method", &method,
                                                                        WH_HOTSPOT_RELATIVE_RISK);
    config->hotspots.false_discovery =
        wh_section_number(&section, "false_discovery", 0.05, 0.0001, 0.5);
    config->hotspots.ratio = wh_section_number(&section, "ratio", 1.3, 1, 100);
    config->hotspots.share = wh_section_number(&section, "share", 0.2, 0.01, 0.9);
    config->hotspots.at_least = wh_section_whole(&section, "at_least", 10, 1, 1000000);
    config->hotspots.min_area_km2 = wh_section_number(&section, "min_area_km2", 0.01, 0, 1000);
    config->hotspots.at_most = wh_section_whole(&section, "at_most", 15, 1, 100);
    config->hotspots.change_z = wh_section_number(&section, "change_z", 1.96, 0, 10);
    wh_section_close(&section);
}

static void read_privacy(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    struct wh_section section = wh_section_open(root, "privacy", false);
    config->privacy.hide_below = wh_section_whole(&section, "hide_below", 5, 0, 100);
    config->privacy.sensitive =
        wh_section_texts(&section, "sensitive", &config->privacy.n_sensitive);
    config->privacy.retain_months = wh_section_months(&section, "retain", 25);
    wh_section_close(&section);
}

/* A given coordinate far from its own postcode: how far, and which is believed. */
static void read_conflict(struct wh_section *quality)
{
    static const char *const word[] = {"coordinate", "postcode", NULL};
    static const struct wh_choice wins = {word, NULL};
    struct wh_config *config = quality->reader->config;
    struct wh_section section = wh_section_open(quality, "conflict", false);
    config->quality.conflict_m = wh_section_number(&section, "further_than_m", 1000, 10, 1000000);
    config->quality.postcode_wins = wh_section_choice(&section, "wins", &wins, 0) == 1;
    wh_section_close(&section);
}

static void read_quality(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    struct wh_section section = wh_section_open(root, "quality", false);
    config->quality.min_placed = wh_section_number(&section, "min_placed", 0.85, 0, 1);
    config->quality.min_placed_by_ward =
        wh_section_number(&section, "min_placed_by_ward", 0.7, 0, 1);
    config->quality.unmapped = wh_section_number(&section, "unmapped", 0.01, 0, 1);
    config->quality.volume_change = wh_section_number(&section, "volume_change", 0.4, 0, 100);
    config->quality.max_unreadable = wh_section_number(&section, "max_unreadable", 0.05, 0, 1);
    struct wh_section defaults = wh_section_open(&section, "default_location", false);
    config->quality.default_share = wh_section_number(&defaults, "share", 0.02, 0.0001, 1);
    config->quality.default_category_share =
        wh_section_number(&defaults, "category_share", 0.1, 0.0001, 1);
    config->quality.default_at_least = wh_section_whole(&defaults, "at_least", 50, 0, 1000000000);
    config->quality.default_is_kept = !wh_section_bool(&defaults, "exclude", true);
    wh_section_close(&defaults);
    config->quality.gazetteer_days = wh_section_days(&section, "gazetteer_age", 16 * 7, NULL);
    config->quality.coarsest_m = wh_section_number(&section, "coarsest_m", 1000, 0, 1000000);
    read_conflict(&section);
    wh_section_close(&section);
}

/* How near and how soon a report tells of the same problem again. */
static void read_repeats(struct wh_section *root)
{
    struct wh_repeat_options *const repeats = &root->reader->config->repeats;
    struct wh_section section = wh_section_open(root, "repeats", false);
    repeats->distance_m = wh_section_number(&section, "distance_m", 50, 1, 10000);
    repeats->days = wh_section_whole(&section, "days", 30, 1, 3660);
    wh_section_close(&section);
}

void wh_read_choices(struct wh_section *root)
{
    read_publish(root);
    read_density(root);
    read_hotspots(root);
    read_privacy(root);
    read_quality(root);
    read_repeats(root);
}
