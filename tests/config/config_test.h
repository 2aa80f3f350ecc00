/* tests/config/config_test.h: a small good config, and loading text. */
#ifndef WH_CONFIG_TEST_H
#define WH_CONFIG_TEST_H

#include "config/config.h"
#include "wh_test.h"

/* Each key on its own line or in its own braces, so that tests can change one thing. */
static const char good_config[] =
    "title: Testham\n"                                                       /*  1 */
    "crs: EPSG:27700\n"                                                      /*  2 */
    "state: state/\n"                                                        /*  3 */
    "publish: {to: publish/}\n"                                              /*  4 */
    "wards: {path: wards.geojson, code: code}\n"                             /*  5 */
    "gazetteers:\n"                                                          /*  6 */
    "  - {type: postcode, path: \"codepo/*.csv\", fields: {x: e, y: n}}\n"   /*  7 */
    "basemap: {roads: roads.gpkg, water: {path: w.gpkg, layer: lakes}}\n"    /*  8 */
    "sources:\n"                                                             /*  9 */
    "  - id: crm\n"                                                          /* 10 */
    "    path: \"crm/*.csv\"\n"                                              /* 11 */
    "    fields: {opened: opened, category: type, x: e, y: n}\n"             /* 12 */
    "  - {id: police, path: police.csv, profile: police.uk}\n"               /* 13 */
    "themes:\n"                                                              /* 14 */
    "  - {id: noise, title: Noise, where: {category: noise}, window: 12w}\n" /* 15 */
    "density: {bandwidth_m: 400, cell_m: 20}\n"                              /* 16 */
    "hotspots: {share: 0.2}\n"                                               /* 17 */
    "privacy: {hide_below: 5}\n"                                             /* 18 */
    "quality: {min_placed: 0.85}\n"                                          /* 19 */
    "outputs: {tiles: {zoom: [9, 16]}, print: {paper: A4}}\n";               /* 20 */

struct loaded {
    struct wh_ctx *ctx;
    struct wh_config config;
    struct wh_config_faults faults;
    enum wh_status status;
    struct wh_error err;
};

static inline void load_bytes(struct loaded *loaded, const char *text, size_t len)
{
    *loaded = (struct loaded){.ctx = wh_test_ctx()};
    loaded->status =
        wh_config_read(loaded->ctx, "conf/council.yaml", (struct wh_str){.ptr = text, .len = len},
                       &loaded->config, &loaded->faults, &loaded->err);
}

static inline void load_text(struct loaded *loaded, const char *text)
{
    load_bytes(loaded, text, strlen(text));
}

static inline void load_file(struct loaded *loaded, const char *path)
{
    *loaded = (struct loaded){.ctx = wh_test_ctx()};
    loaded->status =
        wh_config_load(loaded->ctx, path, &loaded->config, &loaded->faults, &loaded->err);
}

static inline void close_loaded(struct loaded *loaded)
{
    wh_config_faults_finish(loaded->ctx, &loaded->faults);
    wh_config_finish(loaded->ctx, &loaded->config);
    wh_ctx_destroy(loaded->ctx);
}

/* Copies the good config with the first `from` replaced by `to`. */
static inline void change(char *text, size_t size, const char *from, const char *to)
{
    const char *at = strstr(good_config, from);
    if (at == NULL) {
        fail_msg("the good config does not hold \"%s\"", from);
        return;
    }
    snprintf(text, size, "%.*s%s%s", (int)(at - good_config), good_config, to, at + strlen(from));
}

#endif
