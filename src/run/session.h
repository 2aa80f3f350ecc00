/* run/session.h: what is opened once for a run: config, wards, transforms, gazetteers, base map,
 * state. */
#ifndef WH_RUN_SESSION_H
#define WH_RUN_SESSION_H

#include "config/config.h"
#include "geo/areas.h"
#include "ingest/lists.h"
#include "model/level.h"
#include "run/print_forms.h"
#include "store/store.h"

/* One of `areas:`, and in which of its areas each request lies. */
struct wh_session_level {
    struct wh_level level;
    struct wh_areas layer;  /* as it was read; wards' own is the session's */
    struct wh_areas groups; /* those that count, or segments; in the session's arena */
    uint32_t *group_of;     /* one a layer's area: index into the groups; groups.n: none */
    int32_t *area_of;       /* one a request; level.areas->n: elsewhere */
};

struct wh_session {
    struct wh_config config;
    struct wh_config_faults faults;
    struct wh_arena arena; /* as long as the session */
    const char *state;     /* the state's folder, no slash at its end */
    struct wh_zone *zone;
    struct wh_areas wards;
    struct wh_targets targets;           /* in `arena` */
    struct wh_spot_notes notes, actions; /* of hot spots; in `arena` */
    struct wh_shape area;                /* union of the wards */
    size_t n_levels;
    struct wh_session_level *level; /* wards, then those of `areas:` */
    struct wh_transform *to_lonlat;
    struct wh_transform **source_transform; /* one a source: its CRS -> working CRS */
    struct wh_transform *from_grid; /* British National Grid -> working CRS; NULL: none there is */
    struct wh_gazetteers *gazetteers;
    struct wh_corrections corrections;
    struct wh_basemap *basemap;
    struct wh_style *style, *print_style; /* the latter of pages */
    struct wh_language *english;
    struct wh_print_forms forms; /* of printed pages, as in the config */
    struct wh_layout *layout;    /* of ward sheets */
    struct wh_lock *lock;
    struct wh_store *store;
    struct wh_ingest_report *ingest; /* one a source */
    struct wh_unplaced unplaced;     /* .requests is placed by wh_session_place() */
    uint32_t *problem;               /* one a request: the request that its problem begins with */
    struct wh_handling handling;     /* of the same requests */
    struct wh_geocode_report geocode;
    struct wh_geocoding geocoding; /* of the officers' report */
};

/* Loads the config only; faults are in the session. */
WH_MUST_USE enum wh_status wh_session_open_config(struct wh_ctx *ctx, const char *config_path,
                                                  struct wh_session *session, struct wh_error *err);
/* Sets the run's date: the one given, or today in the config's zone. */
void wh_session_set_as_of(struct wh_ctx *ctx, const struct wh_session *session, bool has_as_of,
                          int64_t as_of_day);
/* Wards, transforms, gazetteers, base map, style: all that is read but requests. */
WH_MUST_USE enum wh_status wh_session_open_maps(struct wh_ctx *ctx, struct wh_session *session,
                                                struct wh_error *err);
/* The config's styles; part of wh_session_open_maps(). */
WH_MUST_USE enum wh_status wh_session_open_styles(struct wh_ctx *ctx, struct wh_session *session,
                                                  struct wh_error *err);
/* Takes another style of styles/ for pages in place of the config's, which stays on failure. */
WH_MUST_USE enum wh_status wh_session_set_print_style(struct wh_ctx *ctx,
                                                      struct wh_session *session, const char *name,
                                                      struct wh_error *err);
/* The same of a layout of ward sheets: a name of styles/print/, or a file. */
WH_MUST_USE enum wh_status wh_session_set_layout(struct wh_ctx *ctx, struct wh_session *session,
                                                 const char *name, struct wh_error *err);
/* Makes state/, takes the lock (WH_ERR_BUSY), opens the store. */
WH_MUST_USE enum wh_status wh_session_open_state(struct wh_ctx *ctx, struct wh_session *session,
                                                 struct wh_error *err);
/* Every source into the store; a missing optional source is a warning; requests of a source that
 * the config does not name any more go. `run_name` names the folder of unreadable rows; NULL: none
 * kept.
 */
WH_MUST_USE enum wh_status wh_session_ingest(struct wh_ctx *ctx, struct wh_session *session,
                                             const char *run_name, struct wh_error *err);
/* Loads every request and places it; `unplaced_folder` gets a list of what has no place, a file a
 * source (NULL: none is written). */
WH_MUST_USE enum wh_status wh_session_place(struct wh_ctx *ctx, struct wh_session *session,
                                            const char *unplaced_folder, struct wh_error *err);
/* repeats.c: which of the mapped requests tell of the same problem. */
WH_MUST_USE enum wh_status wh_session_link_repeats(struct wh_ctx *ctx, struct wh_session *session,
                                                   struct wh_error *err);
/* gates.c: WH_ERR_GATE with the figure and the floor in one sentence; `unmapped_folder` gets a list
 * of the names that are in no list of categories (NULL: none is written). */
WH_MUST_USE enum wh_status wh_session_check_gates(struct wh_ctx *ctx,
                                                  const struct wh_session *session,
                                                  const char *unmapped_folder,
                                                  struct wh_error *err);
/* How a theme's surfaces are estimated, as the config says. */
struct wh_density_options wh_session_density(const struct wh_session *session, double bandwidth_m);
/* How the ladder is climbed, as the config says. */
struct wh_ladder_options wh_session_ladder(const struct wh_session *session);
/* Index of the theme with this id; NULL: -1, all of them. WH_ERR_USAGE: there is none; the themes
 * are named. */
WH_MUST_USE enum wh_status wh_session_find_theme(const struct wh_session *session, const char *id,
                                                 int32_t *ret, struct wh_error *err);
/* A source that need not be there, and is not. */
bool wh_session_may_skip(struct wh_ctx *ctx, const struct wh_source *source);
/* Options of reading source `source_idx`; used by check as well, where wards and transforms may be
 * missing: then there is no control area. */
struct wh_ingest_options wh_session_ingest_options(const struct wh_ctx *ctx,
                                                   const struct wh_session *session,
                                                   size_t source_idx, const char *unreadable_path);
void wh_session_close(struct wh_ctx *ctx, struct wh_session *session);

#endif
