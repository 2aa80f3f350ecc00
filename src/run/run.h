/* run/run.h: what the command line asks of the conductor beside wh_run() (<wardheat/run.h>). */
#ifndef WH_RUN_RUN_H
#define WH_RUN_RUN_H

#include <wardheat/run.h>

#include "base/str.h"
#include "render/page.h"

/* Everything that is wrong with the config and its inputs, and what a run would do, as text for
 * people. Changes nothing. */
WH_MUST_USE enum wh_status wh_run_check(struct wh_ctx *ctx, const char *config_path,
                                        struct wh_buf *ret_report, struct wh_error *err);

struct wh_run_print_options {
    const char *ward_code, *theme_id; /* NULL: all */
    const char *hotspot_id;           /* its evidence, exact figures; NULL: ward maps */
    const char *style;                /* NULL: the edition's */
    const char *language;             /* "cy", "en+cy"; NULL: the config's first */
    const char *edition;              /* "large"; NULL: the config's first */
    bool is_strict;                   /* a language that lacks a message is refused */
    const char *layout;               /* of ward sheets; NULL: the config's */
    bool is_officer;                  /* exact figures, not for publication */
    bool has_paper;                   /* false: the config's */
    enum wh_paper paper;
    bool has_as_of; /* false: today in the config's zone */
    int64_t as_of_day;
};
/* Pages as one PDF from the state that the last run left. */
WH_MUST_USE enum wh_status wh_run_print(struct wh_ctx *ctx, const char *config_path,
                                        const struct wh_run_print_options *opt,
                                        const char *out_path, struct wh_error *err);

struct wh_run_tiles_options {
    bool is_officer; /* exact figures, not for publication */
    bool has_as_of;  /* false: today in the config's zone */
    int64_t as_of_day;
};
/* Every theme's archives of tiles and legend.json into `out_folder`, which is made. */
WH_MUST_USE enum wh_status wh_run_tiles(struct wh_ctx *ctx, const char *config_path,
                                        const struct wh_run_tiles_options *opt,
                                        const char *out_folder, struct wh_error *err);

/* The base map of a config, in another CRS; not NULL, but perhaps empty. Caller destroys. */
struct wh_basemap;
WH_MUST_USE enum wh_status wh_run_load_basemap(struct wh_ctx *ctx, const char *config_path,
                                               const char *crs, struct wh_basemap **ret,
                                               struct wh_error *err);
/* Folder that holds styles/ and dashboard/. */
const char *wh_run_assets_dir(void);

#endif
