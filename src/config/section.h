/*
 * config/section.h: one mapping of the config, read key by key. Every getter remembers the key that
 * it was asked for; wh_section_close() then names every key that nobody asked for, with the nearest
 * that somebody did. Faults go to a list; reading goes on.
 */
#ifndef WH_CONFIG_SECTION_H
#define WH_CONFIG_SECTION_H

#include "config/config.h"

struct fy_node;

struct wh_config_reader {
    struct wh_ctx *ctx;
    struct wh_config *config;
    struct wh_config_faults *faults;
    bool is_out_of_memory;
};

#define WH_MAX_KEYS 32

struct wh_section {
    struct wh_config_reader *reader;
    struct fy_node *node; /* a mapping, or NULL: every getter gives its default */
    const char *path;     /* "sources[1]", or "" */
    size_t n_asked;
    const char *asked[WH_MAX_KEYS];
};

/* Adds a fault at a node (NULL: no place); the key path is section path + key. */
void wh_section_fault(const struct wh_section *section, const char *key, struct fy_node *at,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The value node of a key, or NULL; the key counts as asked for. */
struct fy_node *wh_section_get(struct wh_section *section, const char *key);
/* Opens a mapping below; a missing one gives an empty section, another type a fault. */
struct wh_section wh_section_open(struct wh_section *section, const char *key, bool is_required);
struct wh_section wh_section_at(struct wh_section *section, const char *key, size_t idx,
                                struct fy_node *node);
void wh_section_close(struct wh_section *section);

/* Text of a scalar in the config's arena; NULL where it is missing (a fault when required). */
const char *wh_section_text(struct wh_section *section, const char *key, bool is_required);
/* A path as the config names it, made absolute or relative to the working folder; refuses what is
 * no file path. */
const char *wh_section_path(struct wh_section *section, const char *key, bool is_required);
const char *wh_section_id(struct wh_section *section, const char *key); /* [a-z0-9-]{1,64} */
const char *wh_section_crs(struct wh_section *section, const char *key, const char *fallback);
double wh_section_number(struct wh_section *section, const char *key, double fallback, double low,
                         double high);
bool wh_section_bool(struct wh_section *section, const char *key, bool fallback);
/* Index of the text in `choice` (n texts); `fallback` where it is missing or a fault. */
int wh_section_choice(struct wh_section *section, const char *key, const char *const *choice,
                      size_t n, int fallback);
/* "90d" or "12w" as days; `fallback` where it is missing. */
uint32_t wh_section_days(struct wh_section *section, const char *key, uint32_t fallback);
/* A list of texts, or one text; NULL and 0 where it is missing. */
const char **wh_section_texts(struct wh_section *section, const char *key, size_t *ret_n);
/* A key of a later version: a fault that says so when it is there. */
void wh_section_later(struct wh_section *section, const char *key, const char *instead);

/* Text of any scalar node in the arena; NULL when it is none. */
const char *wh_node_text(struct wh_config_reader *reader, struct fy_node *node);
/* A path as found in the config -> one that can be opened; NULL with a fault when it is no file
 * path. */
const char *wh_node_path(struct wh_section *section, const char *key, struct fy_node *node);

/* The parts of the file, one file of src/config each. */
void wh_read_sources(struct wh_section *root);
void wh_read_maps(struct wh_section *root); /* wards, gazetteers, basemap */
void wh_read_themes(struct wh_section *root);
void wh_read_choices(
    struct wh_section *root); /* density, hotspots, privacy, quality, outputs, publish */

#endif
