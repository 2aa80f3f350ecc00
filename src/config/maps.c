/* config/maps.c: `wards:`, `gazetteers:`, `corrections:`, `basemap:`. */
#include <libfyaml.h>
#include <string.h>

#include "base/time.h"
#include "config/section.h"

static void read_wards(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    struct wh_section section = wh_section_open(root, "wards", true);
    config->wards.path = wh_section_path(&section, "path", true);
    config->wards.layer = wh_section_text(&section, "layer", false);
    config->wards.code = wh_section_text(&section, "code", true);
    config->wards.name = wh_section_text(&section, "name", false);
    config->wards.population = wh_section_text(&section, "population", false);
    config->wards.households = wh_section_text(&section, "households", false);
    config->wards.from = wh_section_crs(&section, "crs", NULL, false);
    wh_section_later(&section, "postgis", "give a file with path");
    wh_section_close(&section);
}

/* "2026-05" or "2026-05-01"; WH_NO_DAY where it is missing or a fault. */
static int64_t read_edition(struct wh_section *gazetteer)
{
    struct fy_node *node = wh_section_get(gazetteer, "edition");
    const char *text = wh_node_text(gazetteer->reader, node);
    struct wh_civil civil;
    char shown[128];
    if (node == NULL) {
        return WH_NO_DAY;
    }
    if (text == NULL || (!wh_time_parse("%Y-%m-%d", wh_str_c(text), &civil) &&
                         !wh_time_parse("%Y-%m", wh_str_c(text), &civil))) {
        wh_section_wrong(gazetteer, "edition", node,
                         "expected a month or a day such as 2026-05 or 2026-05-01, not \"%s\"",
                         wh_node_shown(node, shown, sizeof shown));
        return WH_NO_DAY;
    }
    return wh_day_from_civil(civil.year, civil.month, civil.day);
}

static void read_gazetteer(struct wh_section *section, struct wh_gazetteer *gazetteer)
{
    const char *type_word[WH_N_GAZETTEER_TYPES + 1] = {NULL};
    for (size_t i = 0; i < WH_N_GAZETTEER_TYPES; i++) {
        type_word[i] = wh_gazetteer_type_name((enum wh_gazetteer_type)i);
    }
    const struct wh_choice type = {type_word, NULL};
    (void)wh_section_need(section, "type");
    gazetteer->type =
        (enum wh_gazetteer_type)wh_section_choice(section, "type", &type, WH_GAZETTEER_POSTCODE);
    gazetteer->pattern = wh_section_path(section, "path", true);
    gazetteer->layer = wh_section_text(section, "layer", false);
    gazetteer->crs = wh_section_crs(section, "crs", NULL, false);
    gazetteer->edition_day = read_edition(section);
    struct wh_section fields = wh_section_open(section, "fields", false);
    for (size_t i = 0; i < WH_N_GAZETTEER_FIELDS; i++) {
        gazetteer->field[i] =
            wh_section_text(&fields, wh_gazetteer_field_name((enum wh_gazetteer_field)i), false);
    }
    const char *x = gazetteer->field[WH_GAZ_X], *y = gazetteer->field[WH_GAZ_Y];
    if ((x == NULL) != (y == NULL)) {
        wh_section_wrong(&fields, x == NULL ? "x" : "y", fields.node,
                         "x and y go together: this one is missing");
    }
    wh_section_close(&fields);
}

static void read_gazetteers(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    size_t n = 0;
    struct fy_node *list = wh_section_list(root, "gazetteers", false, &n), *item = NULL;
    void *at = NULL;
    if (list == NULL) {
        return;
    }
    config->gazetteer = wh_config_keep(
        root->reader, wh_arena_alloc(&config->arena, n + 1, sizeof *config->gazetteer));
    for (size_t i = 0; config->gazetteer != NULL && i < n; i++) {
        item = fy_node_sequence_iterate(list, &at);
        struct wh_section section = wh_section_at(root, "gazetteers", i, item);
        if (section.node != NULL) {
            read_gazetteer(&section, &config->gazetteer[config->n_gazetteers++]);
            wh_section_close(&section);
        }
    }
}

/* A path, or a mapping that says more of the file. */
static void read_corrections(struct wh_section *root)
{
    struct wh_corrections_spec *corrections = &root->reader->config->corrections;
    struct fy_node *node = wh_section_get(root, "corrections");
    if (node == NULL) {
        return;
    }
    if (fy_node_is_scalar(node)) {
        corrections->path = wh_node_path(root, "corrections", node);
        return;
    }
    struct wh_section section = wh_section_at(root, "corrections", SIZE_MAX, node);
    corrections->path = wh_section_path(&section, "path", true);
    corrections->layer = wh_section_text(&section, "layer", false);
    corrections->crs = wh_section_crs(&section, "crs", NULL, false);
    wh_section_close(&section);
}

static void read_basemap_layer(struct wh_section *basemap, const char *key,
                               struct wh_basemap_layer *layer)
{
    struct fy_node *node = wh_section_get(basemap, key);
    if (node == NULL) {
        return;
    }
    if (fy_node_is_scalar(node)) {
        layer->path = wh_node_path(basemap, key, node);
        return;
    }
    struct wh_section section = wh_section_at(basemap, key, SIZE_MAX, node);
    layer->path = wh_section_path(&section, "path", true);
    layer->layer = wh_section_text(&section, "layer", false);
    layer->name = wh_section_text(&section, "name", false);
    layer->class_of = wh_section_text(&section, "class", false);
    layer->number = wh_section_text(&section, "number", false);
    layer->from = wh_section_crs(&section, "crs", NULL, false);
    wh_section_close(&section);
}

void wh_read_maps(struct wh_section *root)
{
    /* Key of each base-map layer, in the order of enum wh_basemap_kind. */
    static const char *const layer_key[WH_N_BASEMAP] = {"water", "green", "buildings",
                                                        "rail",  "roads", "places"};
    struct wh_config *config = root->reader->config;
    read_wards(root);
    read_gazetteers(root);
    read_corrections(root);
    struct wh_section basemap = wh_section_open(root, "basemap", false);
    for (size_t i = 0; i < WH_N_BASEMAP; i++) {
        read_basemap_layer(&basemap, layer_key[i], &config->basemap.layer[i]);
    }
    config->basemap.crs = config->crs;
    config->basemap.crs_opt = config->crs_opt;
    wh_section_close(&basemap);
    wh_section_later(root, "areas", "wards are the only area layer; leave it out");
}
