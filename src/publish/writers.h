/*
 * publish/writers.h: the files of a release from a report. Public writers take only the public
 * report's type; officers' writers take the officer's. Every file is fsynced; bytes are
 * deterministic. Folders exist already.
 */
#ifndef WH_PUBLISH_WRITERS_H
#define WH_PUBLISH_WRITERS_H

#include "geo/crs.h"
#include "publish/tile_set.h"
#include "render/page.h"
#include "render/tiles.h"

/* A language and an edition of printed pages, and the folder below print/ that they go to:
 * "cy/large". */
struct wh_print_form {
    const char *folder; /* "" of the first */
    struct wh_page_options page;
};

/* What all writers share. */
struct wh_publish_options {
    struct wh_transform *to_lonlat;    /* working CRS -> EPSG:4326 */
    const struct wh_style *style;      /* of tiles and of the dashboard's pictures */
    const struct wh_language *english; /* what the dashboard, files and pages say */
    const struct wh_basemap *basemap;  /* or NULL */
    const struct wh_print_form *form;  /* of printed pages */
    size_t n_forms;
    bool wants_print_by_theme; /* sheets of each ward and theme, beside those over all themes */
    uint32_t zoom_min, zoom_max;
    enum wh_tile_form tile_form;
    bool wants_whole_maps; /* tiles with density and base map in one picture, too */
    bool wants_geojson, wants_geopackage, wants_tiles, wants_print, wants_dashboard;
    bool is_numbers_only; /* of what is wanted, leaves out what is drawn: tiles, prints, pages */
    const char *dashboard_dir; /* the site's sources: dashboard/ */
    uint32_t basemap_zoom_max; /* of base-map tiles for the dashboard: 0 none */
};

/* Fills `folder` (public/ or officer/ of a staged release). `ret_text` gets all text drawn into
 * PDFs and pictures, for the leak check; may be NULL. */
WH_MUST_USE enum wh_status wh_publish_public(struct wh_ctx *ctx,
                                             const struct wh_public_report *report,
                                             const struct wh_publish_options *opt,
                                             const char *folder, struct wh_buf *ret_text,
                                             struct wh_error *err);
/* The same, unsuppressed, and density/<theme>.tif as floats, and requests.geojson with the placed
 * requests (index, place, category, method; reference where the store has one is the conductor's to
 * add). */
WH_MUST_USE enum wh_status wh_publish_officer(struct wh_ctx *ctx,
                                              const struct wh_officer_report *report,
                                              const struct wh_publish_options *opt,
                                              const char *folder, struct wh_error *err);

#endif
