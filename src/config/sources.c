/* config/sources.c: `sources:`, where requests come from and which column is which. */
#include <libfyaml.h>
#include <string.h>

#include "config/section.h"

/* One column, or a list of them: the first that is not empty counts, of an address all do. */
static void read_field(struct wh_section *fields, struct wh_source *source, size_t field,
                       bool is_needed)
{
    const char *const key = wh_field_name((enum wh_field)field);
    struct fy_node *node = wh_section_get(fields, key);
    if (node == NULL || !fy_node_is_sequence(node)) {
        source->column[field] = wh_section_text(fields, key, is_needed);
        return;
    }
    size_t n = 0;
    const char **const name = wh_section_texts(fields, key, &n);
    if (n == 0 || n > 1 + WH_MOST_COLUMNS) {
        wh_section_wrong(fields, key, node, "expected from 1 to %u columns", 1 + WH_MOST_COLUMNS);
        return;
    }
    source->column[field] = name[0];
    for (size_t i = 1; i < n; i++) {
        source->more[field][i - 1] = name[i];
    }
}

/* Anything that a rung of the ladder can stand on. */
static bool says_where(const struct wh_source *source)
{
    static const enum wh_field field[] = {WH_FIELD_POSTCODE, WH_FIELD_ADDRESS, WH_FIELD_UPRN,
                                          WH_FIELD_USRN, WH_FIELD_WARD};
    for (size_t i = 0; i < sizeof field / sizeof *field; i++) {
        if (source->column[field[i]] != NULL) {
            return true;
        }
    }
    return false;
}

static void read_fields(struct wh_section *section, struct wh_source *source)
{
    const bool is_required = source->profile == WH_PROFILE_GENERIC;
    struct wh_section fields = wh_section_open(section, "fields", is_required);
    for (size_t i = 0; i < WH_N_FIELDS; i++) {
        read_field(&fields, source, i,
                   is_required && (i == WH_FIELD_OPENED || i == WH_FIELD_CATEGORY));
    }
    const bool has_x = source->column[WH_FIELD_X] != NULL;
    if (fields.node != NULL && has_x != (source->column[WH_FIELD_Y] != NULL)) {
        wh_section_wrong(&fields, has_x ? "y" : "x", fields.node,
                         "x and y go together: this one is missing");
    } else if (is_required && fields.node != NULL && !has_x && !wh_source_is_vector(source) &&
               !says_where(source)) {
        wh_section_wrong(
            &fields, "", fields.node,
            "no column says where a request is: name x and y, postcode, address, uprn, "
            "usrn or ward");
    }
    wh_section_close(&fields);
}

static void read_delimiter(struct wh_section *section, struct wh_source *source)
{
    const char *text = wh_section_text(section, "delimiter", false);
    if (text == NULL) {
        return;
    }
    if (strcmp(text, "tab") == 0 || strcmp(text, "\t") == 0) {
        source->delimiter = '\t';
    } else if (strlen(text) == 1 && strchr(",;|", text[0]) != NULL) {
        source->delimiter = text[0];
    } else {
        wh_section_wrong(section, "delimiter", wh_section_get(section, "delimiter"),
                         "expected \",\", \";\", \"|\" or tab");
    }
}

static void read_date_format(struct wh_section *section, struct wh_source *source)
{
    source->date_format = wh_section_text(section, "date_format", false);
    if (source->date_format != NULL && !wh_time_format_is_valid(source->date_format)) {
        wh_section_wrong(section, "date_format", wh_section_get(section, "date_format"),
                         "expected iso, or a form as in \"%%d/%%m/%%Y %%H:%%M\"");
    }
}

static void read_encoding(struct wh_section *section, struct wh_source *source)
{
    static const char *const word[] = {"utf-8", "windows-1252", "cp1252", NULL};
    static const struct wh_choice encoding = {word, NULL};
    source->encoding = wh_section_choice(section, "encoding", &encoding, 0) == 0
                           ? WH_ENCODING_UTF8
                           : WH_ENCODING_CP1252;
}

/* http(s)://host/path, without a query, a password or blanks. */
static bool is_url(const char *text)
{
    const char *const host = strncmp(text, "https://", 8) == 0  ? text + 8
                             : strncmp(text, "http://", 7) == 0 ? text + 7
                                                                : "";
    return host[0] != '\0' && host[0] != '/' && strpbrk(host, "?#@ \"'<>\\") == NULL &&
           strlen(text) < 1000;
}

/* `open311:` of a source: a server that is asked for what has changed. */
static const struct wh_open311_feed *read_open311(struct wh_section *section)
{
    static const char *const format_word[] = {"json", "xml", NULL};
    static const char *const changes_word[] = {"updated_after", "start_date", "window", NULL};
    static const struct wh_choice format = {format_word, NULL}, changes = {changes_word, NULL};
    if (wh_section_get(section, "open311") == NULL) {
        return NULL;
    }
    struct wh_open311_feed *const feed = wh_config_keep(
        section->reader, wh_arena_alloc(&section->reader->config->arena, 1, sizeof *feed));
    struct wh_section own = wh_section_open(section, "open311", true);
    if (feed == NULL || own.node == NULL) {
        return NULL;
    }
    feed->url = wh_section_text(&own, "url", true);
    feed->jurisdiction = wh_section_text(&own, "jurisdiction_id", false);
    feed->is_xml = wh_section_choice(&own, "format", &format, 0) == 1;
    feed->changes =
        (enum wh_changes)wh_section_choice(&own, "changes", &changes, WH_CHANGES_UPDATED_AFTER);
    feed->page_size = wh_section_whole(&own, "page_size", 100, 1, 10000);
    feed->window_days = wh_section_days(&own, "window", 90, NULL);
    if (feed->url != NULL && !is_url(feed->url)) {
        char shown[128];
        struct fy_node *const node = wh_section_get(&own, "url");
        wh_section_wrong(&own, "url", node,
                         "expected http://host/path or https://host/path, without a query, not "
                         "\"%s\"",
                         wh_node_shown(node, shown, sizeof shown));
    }
    wh_section_close(&own);
    return feed;
}

/* Where its rows are: files, a table of a database, or a server. */
static void read_place(struct wh_section *section, struct wh_source *source)
{
    source->postgis = wh_section_postgis(section);
    source->open311 = read_open311(section);
    source->pattern = wh_section_path(section, "path", !wh_source_is_remote(source));
    source->layer = wh_section_text(section, "layer", false);
    const int n = (source->postgis != NULL) + (source->open311 != NULL) + (source->pattern != NULL);
    if (n > 1) {
        wh_section_wrong(section, "path", section->node,
                         "a source is files, a table or a server: give one of path, postgis and "
                         "open311");
    }
}

static void read_source(struct wh_section *section, struct wh_source *source)
{
    static const char *const profile_word[] = {"generic", "police.uk",   "fixmystreet",
                                               "open311", "socrata-311", NULL};
    static const char *const key_word[] = {"upsert", "keep", NULL};
    static const char *const share_word[] = {"public", "officer", NULL};
    static const char *const history_word[] = {"full", "delta", NULL};
    static const struct wh_choice profile = {profile_word, NULL}, key = {key_word, NULL},
                                  share = {share_word, NULL}, history = {history_word, NULL};
    source->id = wh_section_id(section, "id");
    read_place(section, source);
    source->profile = (enum wh_profile)wh_section_choice(
        section, "profile", &profile,
        source->open311 != NULL ? WH_PROFILE_OPEN311 : WH_PROFILE_GENERIC);
    const bool is_police = source->profile == WH_PROFILE_POLICE_UK;
    source->crs = wh_section_crs(section, "crs", NULL, false);
    read_encoding(section, source);
    read_delimiter(section, source);
    read_date_format(section, source);
    source->key = (enum wh_key)wh_section_choice(section, "key", &key,
                                                 is_police ? WH_KEY_KEEP : WH_KEY_UPSERT);
    source->is_delta = wh_section_choice(section, "history", &history, 0) == 1;
    source->is_required = wh_section_bool(section, "required", true);
    source->is_officer_only = wh_section_choice(section, "share", &share, 0) == 1;
    source->needs_final_newline = wh_section_bool(section, "require_final_newline", false);
    source->fresh_within_days = wh_section_days(section, "fresh_within", 0, NULL);
    source->categories = wh_section_path(section, "categories", false);
    source->attribution = wh_section_text(section, "attribution", false);
    read_fields(section, source);
    wh_source_apply_profile(source);
    source->crs = source->crs != NULL ? source->crs : section->reader->config->crs;
}

static void check_id(struct wh_section *section, const struct wh_config *config)
{
    const char *id = config->source[config->n_sources - 1].id;
    for (size_t i = 0; id != NULL && i + 1 < config->n_sources; i++) {
        if (config->source[i].id != NULL && strcmp(config->source[i].id, id) == 0) {
            wh_section_wrong(section, "id", wh_section_get(section, "id"),
                             "an earlier source has the id \"%s\" already", id);
            return;
        }
    }
}

void wh_read_sources(struct wh_section *root)
{
    struct wh_config *config = root->reader->config;
    size_t n = 0;
    struct fy_node *list = wh_section_list(root, "sources", true, &n), *item = NULL;
    void *at = NULL;
    if (list == NULL) {
        return;
    }
    config->source =
        wh_config_keep(root->reader, wh_arena_alloc(&config->arena, n, sizeof *config->source));
    for (size_t i = 0; config->source != NULL && i < n; i++) {
        item = fy_node_sequence_iterate(list, &at);
        struct wh_section section = wh_section_at(root, "sources", i, item);
        config->n_sources++;
        if (section.node != NULL) {
            read_source(&section, &config->source[i]);
            check_id(&section, config);
            wh_section_close(&section);
        }
    }
}
