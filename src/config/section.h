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
#define WH_CONFIG_MAX_ITEMS 1000 /* of a list or a mapping */
#define WH_CONFIG_MAX_FAULTS 200 /* listed in one go */
#define WH_CONFIG_MAX_TEXT 1000  /* bytes of one value */

struct wh_section {
    struct wh_config_reader *reader;
    struct fy_node *node; /* a mapping, or NULL: every getter gives its default */
    const char *path;     /* "sources[1]", or "" */
    size_t n_asked;
    const char *asked[WH_MAX_KEYS];
    bool is_later[WH_MAX_KEYS]; /* a key of a later version: never suggested */
};

/* ---- section.c: keys, places, faults ---- */

/* Adds a fault at a node (NULL: no place). The key path is section path + key. */
void wh_section_fault(const struct wh_section *section, const char *key, struct fy_node *at,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same about a value: the sentence gets its key path in front ("sources[1].crs: ..."). */
void wh_section_wrong(const struct wh_section *section, const char *key, struct fy_node *at,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same in the words of a stage that refused the value; running out of memory is no fault of it.
 */
void wh_section_refused(const struct wh_section *section, const char *key, struct fy_node *at,
                        const struct wh_error *why);
/* A fault of the file as a whole, at a line and column (0: unknown). */
void wh_config_fault(struct wh_config_reader *reader, uint32_t line, uint32_t column,
                     const char *message);

/* The value node of a key, or NULL; the key counts as asked for. */
struct fy_node *wh_section_get(struct wh_section *section, const char *key);
/* The same; a fault when it is not there. */
struct fy_node *wh_section_need(struct wh_section *section, const char *key);
/* Opens a mapping below; a missing one gives an empty section (a fault when required), another type
 * a fault. */
struct wh_section wh_section_open(struct wh_section *section, const char *key, bool is_required);
/* The mapping `node`, known as key[idx + 1] or, with idx SIZE_MAX, as key. */
struct wh_section wh_section_at(struct wh_section *section, const char *key, size_t idx,
                                struct fy_node *node);
/* Names the keys that nobody asked for. */
void wh_section_close(struct wh_section *section);
/*
 * A list of mappings: its node and number of items, or NULL with a fault (when it is required and
 * missing, empty, too long, or no list).
 */
struct fy_node *wh_section_list(struct wh_section *section, const char *key, bool is_required,
                                size_t *ret_n);
/* A key of a later version: a fault that says so, and what is possible, when it is there. */
void wh_section_later(struct wh_section *section, const char *key, const char *instead);

/* Remembers that an allocation failed; returns it. */
void *wh_config_keep(struct wh_config_reader *reader, void *memory);

/* ---- values.c: typed values; each a fault with what was expected when it is another ---- */

/* The text of a scalar in the config's arena; NULL when it is missing (a fault when required) or
 * wrong (always a fault). */
const char *wh_section_text(struct wh_section *section, const char *key, bool is_required);
const char *wh_section_id(struct wh_section *section, const char *key); /* [a-z0-9-]{1,64} */
const char *wh_section_crs(struct wh_section *section, const char *key, const char *fallback,
                           bool is_required);
double wh_section_number(struct wh_section *section, const char *key, double fallback, double low,
                         double high);
uint32_t wh_section_whole(struct wh_section *section, const char *key, uint32_t fallback,
                          uint32_t low, uint32_t high);
bool wh_section_bool(struct wh_section *section, const char *key, bool fallback);

/* Words of which one may stand; those of later versions are told apart from nonsense. */
struct wh_choice {
    const char *const *word;  /* ends with NULL */
    const char *const *later; /* the same, or NULL */
};
/* Index of the text in choice->word; `fallback` where it is missing or a fault. */
int wh_section_choice(struct wh_section *section, const char *key, const struct wh_choice *choice,
                      int fallback);
/* "90d" or "12w" as days; `fallback` where it is missing, and for "auto", which is a fault where
 * ret_is_auto is NULL. */
uint32_t wh_section_days(struct wh_section *section, const char *key, uint32_t fallback,
                         bool *ret_is_auto);
/* "25 months" or "2 years" as months; `fallback` where it is missing. */
uint32_t wh_section_months(struct wh_section *section, const char *key, uint32_t fallback);
/* A list of texts, or one text; NULL and 0 where it is missing. */
const char **wh_section_texts(struct wh_section *section, const char *key, size_t *ret_n);
/* The bytes of a scalar node, borrowed; empty for any other. */
struct wh_str wh_node_scalar(struct fy_node *node);
/* Text of a scalar node in the arena; NULL when it is none, or no plain line of text. */
const char *wh_node_text(struct wh_config_reader *reader, struct fy_node *node);
/* The text of a node for a message; returns `out`. */
const char *wh_node_shown(struct fy_node *node, char *out, size_t size);

/* ---- paths.c ---- */

/* A path as the config names it, made absolute or relative to the working folder; refuses what is
 * no file path. NULL where it is missing or a fault. */
const char *wh_section_path(struct wh_section *section, const char *key, bool is_required);
const char *wh_node_path(struct wh_section *section, const char *key, struct fy_node *node);
/* Is `path` the folder `folder` or below it? Both as wh_section_path() gives them. */
bool wh_path_is_within(const char *path, const char *folder);

/* ---- postgis.c ---- */

/* `postgis:` of a section, in the config's arena; NULL where it is missing or a fault. */
const struct wh_postgis *wh_section_postgis(struct wh_section *section);

/* ---- the parts of the file, one file of src/config each ---- */

void wh_read_sources(struct wh_section *root);
void wh_read_maps(struct wh_section *root); /* wards, gazetteers, basemap */
void wh_read_themes(struct wh_section *root);
void wh_read_choices(struct wh_section *root); /* publish, density, hotspots, privacy, quality */
void wh_read_outputs(struct wh_section *root);

/* yaml.c: text -> tree; calls `read` with the mapping at its root. What is no YAML is a fault. */
WH_MUST_USE enum wh_status wh_yaml_read(struct wh_section *root, struct wh_str text,
                                        void (*read)(struct wh_section *root),
                                        struct wh_error *err);

#endif
