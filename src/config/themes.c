/* config/themes.c: `themes:`, what maps are about. */
#include <libfyaml.h>
#include <string.h>

#include "config/section.h"

#define DEFAULT_WINDOW_DAYS 90

static void read_theme(struct wh_section *section, struct wh_theme *theme)
{
    static const char *const base_word[] = {"none",      "area",         "population", "households",
                                            "addresses", "all-requests", NULL};
    static const struct wh_choice base = {base_word, NULL};
    theme->id = wh_section_id(section, "id");
    theme->title = wh_section_text(section, "title", true);
    struct wh_section where = wh_section_open(section, "where", false);
    theme->category = wh_section_texts(&where, "category", &theme->n_categories);
    theme->source = wh_section_texts(&where, "source", &theme->n_sources);
    wh_section_close(&where);
    theme->window_days =
        wh_section_days(section, "window", DEFAULT_WINDOW_DAYS, &theme->window_is_auto);
    theme->window_why = "set in the config";
    theme->relative_to =
        (enum wh_base)wh_section_choice(section, "relative_to", &base, WH_BASE_NONE);
    theme->owner = wh_section_text(section, "owner", false);
    theme->target_days = wh_section_whole(section, "target_days", 0, 0, 3660);
}

static bool is_source(const struct wh_config *config, const char *id)
{
    for (size_t i = 0; i < config->n_sources; i++) {
        if (config->source[i].id != NULL && strcmp(config->source[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

static void check_sources(struct wh_section *section, const struct wh_theme *theme)
{
    for (size_t i = 0; i < theme->n_sources; i++) {
        if (!is_source(section->reader->config, theme->source[i])) {
            char shown[128];
            wh_section_wrong(section, "where.source", wh_section_get(section, "where"),
                             "no source has the id \"%s\"",
                             wh_log_escape(wh_str_c(theme->source[i]), shown, sizeof shown));
        }
    }
}

static void check_id(struct wh_section *section, const struct wh_config *config)
{
    const char *id = config->theme[config->n_themes - 1].id;
    for (size_t i = 0; id != NULL && i + 1 < config->n_themes; i++) {
        if (config->theme[i].id != NULL && strcmp(config->theme[i].id, id) == 0) {
            wh_section_wrong(section, "id", wh_section_get(section, "id"),
                             "an earlier theme has the id \"%s\" already", id);
            return;
        }
    }
}

void wh_config_join_themes(struct wh_config *config)
{
    struct wh_theme all = {.id = "*", /* no theme of the file can have it */
                           .title = "",
                           .any = config->theme,
                           .n_any = config->n_themes,
                           .window_why = "the longest of the themes"};
    for (size_t i = 0; i < config->n_themes; i++) {
        const struct wh_theme *const theme = &config->theme[i];
        if (theme->window_days > all.window_days) {
            all.window_days = theme->window_days;
            all.window_is_lengthened = theme->window_is_lengthened;
        }
    }
    config->overall = all;
}

void wh_read_themes(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    size_t n = 0;
    struct fy_node *list = wh_section_list(root, "themes", true, &n), *item = NULL;
    void *at = NULL;
    if (list == NULL) {
        return;
    }
    config->theme =
        wh_config_keep(root->reader, wh_arena_alloc(&config->arena, n, sizeof *config->theme));
    for (size_t i = 0; config->theme != NULL && i < n; i++) {
        item = fy_node_sequence_iterate(list, &at);
        struct wh_section section = wh_section_at(root, "themes", i, item);
        config->n_themes++;
        if (section.node != NULL) {
            read_theme(&section, &config->theme[i]);
            check_sources(&section, &config->theme[i]);
            check_id(&section, config);
            wh_section_close(&section);
        }
    }
    wh_config_join_themes(config);
}
