/* config/config.h: the config file (YAML) -> the stages' own option structs, checked as a whole,
 * with places. */
#ifndef WH_CONFIG_CONFIG_H
#define WH_CONFIG_CONFIG_H

#include <wardheat/bandwidth.h>
#include <wardheat/disclose.h>
#include <wardheat/hotspot.h>
#include <wardheat/repeats.h>

#include "geo/areas.h"
#include "geocode/geocode.h"
#include "ingest/ingest.h"
#include "publish/tile_set.h"
#include "render/basemap.h"
#include "render/page.h"

enum wh_public_every {
    WH_EVERY_RUN,
    WH_EVERY_DAY,
    WH_EVERY_WEEK,
    WH_EVERY_MONTH,
    WH_EVERY_QUARTER
};

/* One of `areas:`. Of segments, `areas.name` is the attribute that groups them. */
struct wh_area_layer {
    const char *id, *title;
    struct wh_areas_spec areas;
    bool is_segments, is_officer_only;
};

/* Everything in it lives in `arena`. Paths are absolute, or relative to the working folder like the
 * config's own path; `*_name` twins hold what the config said. */
struct wh_config {
    struct wh_arena arena;
    const char *path, *folder;
    char sha256[65];
    const char *title, *crs, *timezone, *state;
    struct wh_crs_options crs_opt;
    struct {
        const char *to;
        enum wh_public_every public_every;
        uint32_t keep_releases;
    } publish;
    struct wh_areas_spec wards;
    size_t n_areas;
    struct wh_area_layer *areas;
    size_t n_gazetteers;
    struct wh_gazetteer *gazetteer;
    struct wh_corrections_spec corrections;
    struct wh_basemap_options basemap;
    size_t n_sources;
    struct wh_source *source;
    const char *notes, *actions;    /* of hot spots: the same */
    const char *targets, *holidays; /* paths of lists (ingest/lists.h), or NULL */
    size_t n_themes;
    struct wh_theme *theme;
    struct wh_theme overall; /* any of them, over the longest of their windows; its id is "*" */
    struct {
        enum wh_kernel kernel;
        enum wh_edge edge;
        bool bandwidth_is_auto;
        bool has_selector; /* auto:METHOD */
        enum wh_selector selector;
        double bandwidth_m, cell_m;
        double max_error; /* of the surface's maximum; 0: exact */
    } density;
    struct wh_hotspot_options hotspots;
    struct {
        uint32_t hide_below;
        const char **sensitive;
        size_t n_sensitive;
        uint32_t retain_months; /* of requests that their source does not hold any more */
    } privacy;
    struct {
        double min_placed, min_placed_by_ward, max_unreadable, unmapped;
        double volume_change; /* 0: not looked at */
        double default_share, default_category_share;
        uint32_t default_at_least;
        bool default_is_kept;
        uint32_t gazetteer_days; /* older editions are warned about */
        double coarsest_m;       /* less exact places are not drawn; 0: all are */
        double conflict_m;       /* between a given coordinate and its own postcode */
        bool postcode_wins;
    } quality;
    struct wh_repeat_options repeats;
    struct {
        const char *style, *print_style; /* of styles/; that of pages */
        bool tiles, print, geojson, geopackage, dashboard;
        bool whole_maps; /* tiles with density and base map in one picture, too */
        uint32_t zoom_min, zoom_max;
        enum wh_tile_form tile_form;
        double cells_m; /* side of the squares that requests are counted by */
        const char *const *language; /* of printed pages: "cy", "en+cy" */
        size_t n_languages;
        const char *const *edition; /* of each: names of enum wh_print_edition */
        size_t n_editions;
        const char *locale; /* the council's own folder of catalogues, or NULL */
        enum wh_paper paper;
        const char *layout;  /* of styles/print/, or a path that ends in .json */
        bool print_by_theme; /* sheets of each ward and theme, too */
    } outputs;
};

/* One thing that is wrong. Text is in the list's arena. */
struct wh_config_fault {
    uint32_t line, column; /* from 1; 0: unknown */
    const char *key;       /* "sources[1].crs", or "" */
    const char *message;   /* one sentence */
};
struct wh_config_faults {
    size_t n, cap;
    struct wh_config_fault *fault; /* by line */
    struct wh_arena arena;
};
void wh_config_faults_finish(struct wh_ctx *ctx, struct wh_config_faults *faults);

/* The most that a config file may hold, in bytes. */
#define WH_CONFIG_MAX_BYTES (1u << 20)

/*
 * Loads and checks the whole file. On WH_ERR_CONFIG `faults` lists everything that is wrong and
 * `err` holds the first with its place
 * ("council.yaml:14:3: unknown key "bandwith_m" (did you mean bandwidth_m?)"). Files that the
 * config names are not opened here. Caller finishes both.
 */
WH_MUST_USE enum wh_status wh_config_load(struct wh_ctx *ctx, const char *path,
                                          struct wh_config *ret, struct wh_config_faults *faults,
                                          struct wh_error *err);
/* The same from text in memory, as if it stood in the file `path`, which is not looked at. */
WH_MUST_USE enum wh_status wh_config_read(struct wh_ctx *ctx, const char *path, struct wh_str text,
                                          struct wh_config *ret, struct wh_config_faults *faults,
                                          struct wh_error *err);
/* Makes `overall` of the themes as they are now, once a window is chosen (run/window.h). */
void wh_config_join_themes(struct wh_config *config);
void wh_config_finish(struct wh_ctx *ctx, struct wh_config *config);

#endif
