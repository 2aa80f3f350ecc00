/* config/maps.c: `wards:`, `gazetteers:`, `corrections:`, `basemap:`. */
#include <libfyaml.h>
#include <string.h>

#include "base/time.h"
#include "config/section.h"

/* Files, where there is no table of a database; not both. */
static const char *read_path(struct wh_section *section, const struct wh_postgis *postgis)
{
    const bool is_remote = wh_section_get(section, "postgis") != NULL;
    const char *const path = wh_section_path(section, "path", !is_remote);
    if (path != NULL && postgis != NULL) {
        wh_section_wrong(section, "path", section->node,
                         "files or a table: give one of path and postgis");
    }
    return path;
}

/* A layer of areas: where it is, and what its attributes are called. */
static void read_areas_spec(struct wh_section *section, struct wh_areas_spec *areas)
{
    areas->postgis = wh_section_postgis(section);
    areas->path = read_path(section, areas->postgis);
    areas->layer = wh_section_text(section, "layer", false);
    areas->code = wh_section_text(section, "code", true);
    areas->name = wh_section_text(section, "name", false);
    areas->population = wh_section_text(section, "population", false);
    areas->households = wh_section_text(section, "households", false);
    areas->from = wh_section_crs(section, "crs", NULL, false);
}

static void read_wards(struct wh_section *root)
{
    struct wh_section section = wh_section_open(root, "wards", true);
    read_areas_spec(&section, &root->reader->config->wards);
    wh_section_close(&section);
}

static void read_area_layer(struct wh_section *section, struct wh_area_layer *layer)
{
    static const char *const share_word[] = {"public", "officer", NULL};
    static const struct wh_choice share = {share_word, NULL};
    layer->id = wh_section_id(section, "id");
    layer->title = wh_section_text(section, "title", false);
    layer->title = layer->title == NULL ? layer->id : layer->title;
    read_areas_spec(section, &layer->areas);
    const char *const segment = wh_section_text(section, "segment", false);
    if (segment != NULL && layer->areas.name != NULL) {
        wh_section_wrong(section, "name", wh_section_get(section, "name"),
                         "areas that are grouped by a segment have no names of their own");
    }
    layer->is_segments = segment != NULL;
    layer->areas.name = segment != NULL ? segment : layer->areas.name;
    layer->is_officer_only = wh_section_choice(section, "share", &share, 0) == 1;
}

static void check_area_id(struct wh_section *section, const struct wh_config *config)
{
    /* Words that files and metrics have their own use for. */
    static const char *const taken[] = {"wards", "themes", "hotspots", "channel", "provider"};
    const char *const id = config->areas[config->n_areas - 1].id;
    bool is_taken = false;
    for (size_t i = 0; id != NULL && i + 1 < config->n_areas; i++) {
        is_taken =
            is_taken || (config->areas[i].id != NULL && strcmp(config->areas[i].id, id) == 0);
    }
    for (size_t i = 0; id != NULL && i < sizeof taken / sizeof *taken; i++) {
        is_taken = is_taken || strcmp(taken[i], id) == 0;
    }
    if (is_taken) {
        wh_section_wrong(section, "id", wh_section_get(section, "id"),
                         "\"%s\" is taken: give the areas another id", id);
    }
}

/* `areas:` further levels and overlays. */
static void read_areas(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    size_t n = 0;
    struct fy_node *list = wh_section_list(root, "areas", false, &n), *item = NULL;
    void *at = NULL;
    if (list == NULL) {
        return;
    }
    config->areas =
        wh_config_keep(root->reader, wh_arena_alloc(&config->arena, n, sizeof *config->areas));
    for (size_t i = 0; config->areas != NULL && i < n; i++) {
        item = fy_node_sequence_iterate(list, &at);
        struct wh_section section = wh_section_at(root, "areas", i, item);
        if (section.node != NULL) {
            read_area_layer(&section, &config->areas[config->n_areas++]);
            check_area_id(&section, config);
            wh_section_close(&section);
        }
    }
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
    gazetteer->postgis = wh_section_postgis(section);
    gazetteer->pattern = read_path(section, gazetteer->postgis);
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
    static const char *const layer_key[WH_N_BASEMAP] = {"water", "green", "woodland", "buildings",
                                                        "rail",  "roads", "places",   "boundaries"};
    struct wh_config *config = root->reader->config;
    read_wards(root);
    read_areas(root);
    read_gazetteers(root);
    read_corrections(root);
    struct wh_section basemap = wh_section_open(root, "basemap", false);
    for (size_t i = 0; i < WH_N_BASEMAP; i++) {
        read_basemap_layer(&basemap, layer_key[i], &config->basemap.layer[i]);
    }
    config->basemap.crs = config->crs;
    config->basemap.crs_opt = config->crs_opt;
    wh_section_close(&basemap);
}
