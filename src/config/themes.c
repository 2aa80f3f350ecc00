/* config/themes.c: `themes:`, what maps are about. */
#include <libfyaml.h>
#include <string.h>

#include "config/section.h"

#define DEFAULT_WINDOW_DAYS 90

static const char *const base_name[] = {"none",       "area",      "population",
                                        "households", "addresses", "all-requests"};

static void read_theme(struct wh_section *section, struct wh_theme *theme)
{
    theme->id = wh_section_id(section, "id");
    theme->title = wh_section_text(section, "title", true);
    struct wh_section where = wh_section_open(section, "where", false);
    theme->category = wh_section_texts(&where, "category", &theme->n_categories);
    theme->source = wh_section_texts(&where, "source", &theme->n_sources);
    wh_section_close(&where);
    theme->window_days = wh_section_days(section, "window", DEFAULT_WINDOW_DAYS);
    theme->relative_to =
        (enum wh_base)wh_section_choice(section, "relative_to", base_name, 6, WH_BASE_NONE);
    theme->owner = wh_section_text(section, "owner", false);
    theme->target_days = (uint32_t)wh_section_number(section, "target_days", 0, 0, 3660);
}

static void check_sources(const struct wh_section *section, const struct wh_theme *theme,
                          struct fy_node *at)
{
    const struct wh_config *config = section->reader->config;
    for (size_t i = 0; i < theme->n_sources; i++) {
        bool is_known = false;
        for (size_t j = 0; j < config->n_sources; j++) {
            is_known = is_known || (config->source[j].id != NULL &&
                                    strcmp(config->source[j].id, theme->source[i]) == 0);
        }
        if (!is_known) {
            wh_section_fault(section, "where.source", at, "no source has the id \"%s\"",
                             theme->source[i]);
        }
    }
}

void wh_read_themes(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    struct fy_node *list = wh_section_get(root, "themes");
    void *at = NULL;
    struct fy_node *item = NULL;
    if (list == NULL || !fy_node_is_sequence(list) || fy_node_sequence_item_count(list) == 0) {
        wh_section_fault(root, "themes", list != NULL ? list : root->node,
                         "themes: expected a list with at least one theme");
        return;
    }
    config->theme = wh_arena_alloc(&config->arena, (size_t)fy_node_sequence_item_count(list),
                                   sizeof *config->theme);
    while (config->theme != NULL && (item = fy_node_sequence_iterate(list, &at)) != NULL) {
        struct wh_section section = wh_section_at(root, "themes", config->n_themes, item);
        struct wh_theme *theme = &config->theme[config->n_themes++];
        if (section.node != NULL) {
            read_theme(&section, theme);
            check_sources(&section, theme, item);
            wh_section_close(&section);
        }
        for (size_t i = 0; theme->id != NULL && i + 1 < config->n_themes; i++) {
            if (config->theme[i].id != NULL && strcmp(config->theme[i].id, theme->id) == 0) {
                wh_section_fault(&section, "id", item, "two themes have the id \"%s\"", theme->id);
            }
        }
    }
}
