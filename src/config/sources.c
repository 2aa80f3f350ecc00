/* config/sources.c: `sources:`, where requests come from and which column is which. */
#include <libfyaml.h>
#include <stdio.h>
#include <string.h>

#include "config/section.h"

static const char *const profile_name[] = {"generic", "police.uk"};
static const char *const encoding_name[] = {"utf-8", "windows-1252"};
static const char *const key_name[] = {"upsert", "keep"};
static const char *const share_name[] = {"public", "officer"};
static const char *const history_name[] = {"full"};

/* The config's names of fields, in the order of enum wh_field. */
static const char *const field_key[WH_N_FIELDS] = {
    "reference", "category", "channel", "opened",   "closed", "due", "status",
    "provider",  "cost",     "address", "postcode", "uprn",   "x",   "y"};

static void read_fields(struct wh_section *section, struct wh_source *source)
{
    const bool is_required = source->profile == WH_PROFILE_GENERIC;
    struct wh_section fields = wh_section_open(section, "fields", is_required);
    for (size_t i = 0; i < WH_N_FIELDS; i++) {
        const bool is_needed = is_required && (i == WH_FIELD_OPENED || i == WH_FIELD_CATEGORY);
        source->column[i] = wh_section_text(&fields, field_key[i], is_needed);
    }
    if (fields.node != NULL &&
        (source->column[WH_FIELD_X] == NULL) != (source->column[WH_FIELD_Y] == NULL)) {
        wh_section_fault(&fields, "x", fields.node, "x and y go together: one of them is missing");
    }
    if (is_required && fields.node != NULL && source->column[WH_FIELD_X] == NULL &&
        source->column[WH_FIELD_POSTCODE] == NULL) {
        wh_section_fault(&fields, "x", fields.node,
                         "no column says where a request is: name x and y, or postcode");
    }
    wh_section_close(&fields);
}

static void read_delimiter(struct wh_section *section, struct wh_source *source)
{
    source->delimiter = ',';
    const char *text = wh_section_text(section, "delimiter", false);
    if (text == NULL) {
        return;
    }
    if (strcmp(text, "tab") == 0 || strcmp(text, "\t") == 0) {
        source->delimiter = '\t';
    } else if (strlen(text) == 1 && strchr(",;|", text[0]) != NULL) {
        source->delimiter = text[0];
    } else {
        wh_section_fault(section, "delimiter", section->node,
                         "delimiter: expected \",\", \";\", \"|\" or \"tab\"");
    }
}

static void read_source(struct wh_section *section, struct wh_source *source)
{
    source->id = wh_section_id(section, "id");
    source->pattern = wh_section_path(section, "path", true);
    source->profile =
        (enum wh_profile)wh_section_choice(section, "profile", profile_name, 2, WH_PROFILE_GENERIC);
    source->crs = wh_section_crs(
        section, "crs",
        source->profile == WH_PROFILE_POLICE_UK ? "EPSG:4326" : section->reader->config->crs);
    source->encoding = (enum wh_encoding)wh_section_choice(section, "encoding", encoding_name, 2,
                                                           WH_ENCODING_UTF8);
    read_delimiter(section, source);
    source->date_format = wh_section_text(section, "date_format", false);
    if (source->date_format == NULL && source->profile == WH_PROFILE_GENERIC) {
        source->date_format = "iso";
    }
    if (source->date_format != NULL && !wh_time_format_is_valid(source->date_format)) {
        wh_section_fault(section, "date_format", section->node,
                         "date_format: expected iso or a form as in \"%%d/%%m/%%Y %%H:%%M\"");
    }
    source->key = (enum wh_key)wh_section_choice(
        section, "key", key_name, 2,
        source->profile == WH_PROFILE_POLICE_UK ? WH_KEY_KEEP : WH_KEY_UPSERT);
    (void)wh_section_choice(section, "history", history_name, 1, 0);
    source->is_required = wh_section_bool(section, "required", true);
    source->is_officer_only = wh_section_choice(section, "share", share_name, 2, 0) == 1;
    source->needs_final_newline = wh_section_bool(section, "require_final_newline", false);
    source->attribution = wh_section_text(section, "attribution", false);
    wh_section_later(section, "postgis", "give a CSV file with path");
    wh_section_later(section, "open311", "give a CSV file with path");
    wh_section_later(section, "fresh_within", "leave it out");
    read_fields(section, source);
}

void wh_read_sources(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    struct fy_node *list = wh_section_get(root, "sources");
    void *at = NULL;
    struct fy_node *item = NULL;
    if (list == NULL || !fy_node_is_sequence(list) || fy_node_sequence_item_count(list) == 0) {
        wh_section_fault(root, "sources", list != NULL ? list : root->node,
                         "sources: expected a list with at least one source");
        return;
    }
    config->source = wh_arena_alloc(&config->arena, (size_t)fy_node_sequence_item_count(list),
                                    sizeof *config->source);
    while (config->source != NULL && (item = fy_node_sequence_iterate(list, &at)) != NULL) {
        struct wh_section section = wh_section_at(root, "sources", config->n_sources, item);
        struct wh_source *source = &config->source[config->n_sources++];
        if (section.node != NULL) {
            read_source(&section, source);
            wh_section_close(&section);
        }
        for (size_t i = 0; source->id != NULL && i + 1 < config->n_sources; i++) {
            if (config->source[i].id != NULL && strcmp(config->source[i].id, source->id) == 0) {
                wh_section_fault(&section, "id", item, "two sources have the id \"%s\"",
                                 source->id);
            }
        }
    }
}
