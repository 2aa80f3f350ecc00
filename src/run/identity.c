/* run/identity.c: inputs by content, parameters, versions, and the id over all of them. */
#include "run/identity.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/sha256.h"
#include "base/time.h"
#include "geo/geo.h"
#include "render/page.h"
#include "run/run.h"

#define MAX_PARAMETERS 256u

/* The name as people know it: relative to the config's folder, never absolute. */
static const char *shown_name(struct wh_identity *identity, const struct wh_session *session,
                              const char *path)
{
    const char *folder = session->config.folder;
    const size_t len = strlen(folder);
    const char *name = path;
    if (len > 0 && strncmp(path, folder, len) == 0 && path[len] == '/') {
        name = path + len + 1;
    } else if (path[0] == '/') {
        const char *slash = strrchr(path, '/');
        name = slash + 1;
    }
    return wh_arena_c(&identity->arena, wh_str_c(name));
}

static enum wh_status add_input(struct wh_ctx *ctx, struct wh_identity *identity,
                                const struct wh_session *session, const char *role,
                                const char *path, const char *sha256, uint64_t rows, bool is_remote,
                                struct wh_error *err)
{
    struct wh_file_info info = {0};
    char own[65];
    if (!is_remote && !wh_io_stat(path, &info)) {
        return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0, "has gone while it was being used");
    }
    if (sha256 == NULL || sha256[0] == '\0') {
        const enum wh_status status = wh_sha256_file(ctx, path, own, err);
        if (status != WH_OK) {
            return status;
        }
        sha256 = own;
    }
    void *array = identity->input;
    const enum wh_status status = wh_grow(ctx, &array, identity->n_inputs, &identity->cap_inputs,
                                          sizeof *identity->input, err);
    identity->input = array;
    if (status != WH_OK) {
        return status;
    }
    const struct wh_manifest_input input = {
        .role = wh_arena_c(&identity->arena, wh_str_c(role)),
        .name = shown_name(identity, session, path),
        .sha256 = wh_arena_c(&identity->arena, wh_str_c(sha256)),
        .size_bytes = info.size_bytes,
        .rows = rows,
        .edition_day = WH_NO_DAY,
    };
    if (input.role == NULL || input.name == NULL || input.sha256 == NULL) {
        return wh_fail_memory(ctx, err);
    }
    identity->input[identity->n_inputs++] = input;
    return WH_OK;
}

/* A database's areas have no file: what they are is what was read. They are sorted by code. */
static void hash_areas(const struct wh_areas *areas, char ret_hex[65])
{
    struct wh_sha256 sha;
    wh_sha256_init(&sha);
    for (uint32_t i = 0; i < areas->n; i++) {
        const struct wh_shape *const shape = &areas->shape[i];
        wh_sha256_add(&sha, areas->code[i], strlen(areas->code[i]) + 1);
        wh_sha256_add(&sha, areas->name[i], strlen(areas->name[i]) + 1);
        wh_sha256_add(&sha, &areas->population[i], sizeof areas->population[i]);
        wh_sha256_add(&sha, &areas->households[i], sizeof areas->households[i]);
        wh_sha256_add(&sha, shape->x, shape->n_vertices * sizeof *shape->x);
        wh_sha256_add(&sha, shape->y, shape->n_vertices * sizeof *shape->y);
    }
    wh_sha256_hex(&sha, ret_hex);
}

static enum wh_status add_areas(struct wh_ctx *ctx, struct wh_identity *identity,
                                const struct wh_session *session, const char *role,
                                const struct wh_areas_spec *spec, const struct wh_areas *areas,
                                struct wh_error *err)
{
    char name[WH_POSTGIS_NAME], sha256[65];
    if (spec->postgis == NULL) {
        return add_input(ctx, identity, session, role, spec->path, NULL, areas->n, false, err);
    }
    hash_areas(areas, sha256);
    return add_input(ctx, identity, session, role,
                     wh_postgis_name(spec->postgis, name, sizeof name), sha256, areas->n, true,
                     err);
}

static enum wh_status list_inputs(struct wh_ctx *ctx, struct wh_identity *identity,
                                  const struct wh_session *session, struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    enum wh_status status =
        add_input(ctx, identity, session, "config", config->path, config->sha256, 0, false, err);
    if (status == WH_OK) {
        status = add_areas(ctx, identity, session, "wards", &config->wards, &session->wards, err);
    }
    for (size_t i = 0; status == WH_OK && i < config->n_areas; i++) {
        const char *const role = wh_arena_printf(&identity->arena, "areas %s", config->areas[i].id);
        status = role == NULL ? wh_fail_memory(ctx, err)
                              : add_areas(ctx, identity, session, role, &config->areas[i].areas,
                                          &session->level[i + 1].layer, err);
    }
    if (status == WH_OK && config->targets != NULL) {
        status = add_input(ctx, identity, session, "targets", config->targets, NULL,
                           session->targets.n, false, err);
    }
    if (status == WH_OK && config->holidays != NULL) {
        status = add_input(ctx, identity, session, "holidays", config->holidays, NULL,
                           session->targets.n_holidays, false, err);
    }
    if (status == WH_OK && config->notes != NULL) {
        status = add_input(ctx, identity, session, "notes", config->notes, NULL, session->notes.n,
                           false, err);
    }
    if (status == WH_OK && config->actions != NULL) {
        status = add_input(ctx, identity, session, "actions", config->actions, NULL,
                           session->actions.n, false, err);
    }
    const char *basemap[WH_N_BASEMAP];
    const size_t n_basemap = wh_basemap_files(session->basemap, basemap);
    for (size_t i = 0; status == WH_OK && i < n_basemap; i++) {
        status = add_input(ctx, identity, session, "basemap", basemap[i], NULL, 0, false, err);
    }
    if (status == WH_OK && config->corrections.path != NULL) {
        status = add_input(ctx, identity, session, "corrections", config->corrections.path,
                           session->corrections.sha256, session->corrections.n, false, err);
    }
    size_t n_gazetteers = 0;
    const struct wh_gazetteer_note *gazetteer =
        session->gazetteers == NULL ? NULL
                                    : wh_gazetteers_files(session->gazetteers, &n_gazetteers);
    for (size_t i = 0; status == WH_OK && i < n_gazetteers; i++) {
        status = add_input(ctx, identity, session, "gazetteer", gazetteer[i].path,
                           gazetteer[i].sha256, gazetteer[i].rows, gazetteer[i].is_remote, err);
        if (status == WH_OK) {
            identity->input[identity->n_inputs - 1].edition_day = gazetteer[i].edition_day;
        }
    }
    /* Without a reading (`explain`) there is nothing to say of what was read. */
    for (size_t i = 0; status == WH_OK && session->ingest != NULL && i < config->n_sources; i++) {
        const struct wh_ingest_report *report = &session->ingest[i];
        const char *role = wh_arena_printf(&identity->arena, "source %s", config->source[i].id);
        if (role == NULL) {
            return wh_fail_memory(ctx, err);
        }
        if (report->categories_sha256[0] != '\0') {
            status = add_input(ctx, identity, session, "categories", config->source[i].categories,
                               report->categories_sha256, 0, false, err);
        }
        for (size_t j = 0; status == WH_OK && j < report->n_files; j++) {
            status = add_input(ctx, identity, session, role, report->file[j].path,
                               report->file[j].sha256, report->file[j].rows,
                               report->file[j].is_remote, err);
            if (status == WH_OK) {
                identity->input[identity->n_inputs - 1].is_answer =
                    config->source[i].open311 != NULL;
            }
        }
    }
    return status;
}

static enum wh_status list_transforms(struct wh_ctx *ctx, struct wh_identity *identity,
                                      const struct wh_session *session, struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    identity->transform =
        wh_arena_alloc(&identity->arena, config->n_sources + 1, sizeof *identity->transform);
    if (identity->transform == NULL) {
        return wh_fail_memory(ctx, err);
    }
    identity->transform[identity->n_transforms++] = (struct wh_manifest_transform){
        .what = wh_arena_printf(&identity->arena, "output: %s to EPSG:4326", config->crs),
        .info = *wh_transform_info(session->to_lonlat)};
    for (size_t i = 0; i < config->n_sources; i++) {
        identity->transform[identity->n_transforms++] = (struct wh_manifest_transform){
            .what = wh_arena_printf(&identity->arena, "source %s: %s to %s", config->source[i].id,
                                    config->source[i].crs, config->crs),
            .info = *wh_transform_info(session->source_transform[i])};
    }
    for (size_t i = 0; i < identity->n_transforms; i++) {
        if (identity->transform[i].what == NULL) {
            return wh_fail_memory(ctx, err);
        }
    }
    return WH_OK;
}

static bool add_parameter(struct wh_identity *identity, const char *name, const char *value)
{
    if (name == NULL || value == NULL || identity->n_parameters == MAX_PARAMETERS) {
        return false;
    }
    identity->parameter_name[identity->n_parameters] = name;
    identity->parameter_value[identity->n_parameters++] = value;
    return true;
}

static bool add_theme_parameters(struct wh_identity *identity, const struct wh_theme_report *theme)
{
    struct wh_arena *arena = &identity->arena;
    const char *id = theme->theme->id;
    char breaks[256] = "";
    size_t len = 0;
    for (uint32_t i = 0; i < theme->legend.n && len < sizeof breaks; i++) {
        len += (size_t)snprintf(breaks + len, sizeof breaks - len, "%s%.6g", i == 0 ? "" : " ",
                                theme->legend.break_at[i]);
    }
    return add_parameter(identity, wh_arena_printf(arena, "%s.window_days", id),
                         wh_arena_printf(arena, "%u", theme->theme->window_days)) &&
           add_parameter(identity, wh_arena_printf(arena, "%s.window_why", id),
                         wh_arena_printf(arena, "%s", theme->theme->window_why)) &&
           add_parameter(identity, wh_arena_printf(arena, "%s.bandwidth_m", id),
                         wh_arena_printf(arena, "%.3f", theme->bandwidth_m)) &&
           add_parameter(identity, wh_arena_printf(arena, "%s.bandwidth_why", id),
                         wh_arena_printf(arena, "%s", theme->bandwidth_why)) &&
           add_parameter(identity, wh_arena_printf(arena, "%s.class_breaks", id),
                         wh_arena_printf(arena, "%s", breaks));
}

static enum wh_status list_parameters(struct wh_ctx *ctx, struct wh_identity *identity,
                                      const struct wh_session *session,
                                      const struct wh_report *officer, int64_t public_end_day,
                                      struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    struct wh_arena *arena = &identity->arena;
    char day[16];
    identity->parameter_name = wh_arena_alloc(arena, MAX_PARAMETERS, sizeof(char *));
    identity->parameter_value = wh_arena_alloc(arena, MAX_PARAMETERS, sizeof(char *));
    if (identity->parameter_name == NULL || identity->parameter_value == NULL) {
        return wh_fail_memory(ctx, err);
    }
    bool is_ok =
        add_parameter(identity, "crs", config->crs) &&
        add_parameter(identity, "timezone", config->timezone) &&
        add_parameter(identity, "density.kernel", wh_kernel_name(config->density.kernel)) &&
        add_parameter(identity, "density.edge", wh_edge_name(config->density.edge)) &&
        add_parameter(identity, "density.cell_m",
                      wh_arena_printf(arena, "%.3f", config->density.cell_m)) &&
        add_parameter(identity, "density.max_error",
                      wh_arena_printf(arena, "%.6g", config->density.max_error)) &&
        add_parameter(identity, "repeats.distance_m",
                      wh_arena_printf(arena, "%.3f", config->repeats.distance_m)) &&
        add_parameter(identity, "repeats.days",
                      wh_arena_printf(arena, "%u", config->repeats.days)) &&
        add_parameter(identity, "privacy.hide_below",
                      wh_arena_printf(arena, "%u", config->privacy.hide_below)) &&
        add_parameter(
            identity, "public.last_day",
            wh_arena_printf(arena, "%s", wh_format_day(public_end_day - 1, day, sizeof day)));
    const size_t most = MAX_PARAMETERS / 5 - 4;
    for (size_t i = 0; is_ok && i < officer->n_themes && i < most; i++) {
        is_ok = add_theme_parameters(identity, &officer->theme[i]);
    }
    return is_ok ? WH_OK : wh_fail_memory(ctx, err);
}

static void list_versions(struct wh_identity *identity)
{
    const char *const version[][2] = {
        {"wardheat", wh_version()},      {"GDAL", wh_geo_version_gdal()},
        {"PROJ", wh_geo_version_proj()}, {"GEOS", wh_geo_version_geos()},
        {"SQLite", wh_store_version()},  {"drawing", wh_render_version()},
    };
    identity->n_versions = sizeof version / sizeof *version;
    for (size_t i = 0; i < identity->n_versions; i++) {
        identity->version_name[i] = version[i][0];
        identity->version_value[i] = version[i][1];
    }
}

static void add_line(struct wh_sha256 *sha, const char *name, const char *value)
{
    wh_sha256_add(sha, name, strlen(name));
    wh_sha256_add(sha, "=", 1);
    wh_sha256_add(sha, value, strlen(value));
    wh_sha256_add(sha, "\n", 1);
}

/* What the state holds of each source: of a server, or of files that add to each other, tonight's
 * inputs are only a part. */
static void add_holdings(struct wh_sha256 *sha, const struct wh_session *session)
{
    for (size_t i = 0; session->ingest != NULL && i < session->config.n_sources; i++) {
        char content[24];
        snprintf(content, sizeof content, "%016llx",
                 (unsigned long long)session->ingest[i].content);
        add_line(sha, session->config.source[i].id, content);
    }
}

/* Styles and pages are inputs of ours: a changed template makes a new release. */
static enum wh_status add_assets(struct wh_ctx *ctx, struct wh_sha256 *sha, const char *folder_name,
                                 struct wh_error *err)
{
    struct wh_paths paths = {0};
    char *folder = wh_path_join(ctx, wh_run_assets_dir(), folder_name);
    if (folder == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = wh_io_walk(ctx, folder, &paths, err);
    for (size_t i = 0; status == WH_OK && i < paths.n; i++) {
        char hex[65];
        if (wh_str_has_prefix(wh_str_c(paths.path[i]), "node_modules/")) {
            continue; /* pinned by the lock file, which is read */
        }
        char *path = wh_path_join(ctx, folder, paths.path[i]);
        status = path == NULL ? wh_fail_memory(ctx, err) : wh_sha256_file(ctx, path, hex, err);
        if (status == WH_OK) {
            add_line(sha, paths.path[i], hex);
        }
        wh_free(ctx, path);
    }
    wh_paths_finish(ctx, &paths);
    wh_free(ctx, folder);
    return status;
}

static enum wh_status hash_content(struct wh_ctx *ctx, struct wh_identity *identity,
                                   const struct wh_session *session, struct wh_error *err)
{
    struct wh_sha256 sha;
    char hex[65], day[16];
    wh_sha256_init(&sha);
    for (size_t i = 0; i < identity->n_inputs; i++) {
        if (!identity->input[i].is_answer) {
            add_line(&sha, identity->input[i].role, identity->input[i].sha256);
        }
    }
    for (size_t i = 0; i < identity->n_parameters; i++) {
        add_line(&sha, identity->parameter_name[i], identity->parameter_value[i]);
    }
    for (size_t i = 0; i < identity->n_transforms; i++) {
        add_line(&sha, identity->transform[i].what, identity->transform[i].info.operation);
    }
    for (size_t i = 0; i < identity->n_versions; i++) {
        add_line(&sha, identity->version_name[i], identity->version_value[i]);
    }
    add_holdings(&sha, session);
    /* The program itself: "byte-identical with the same binary" is the promise. */
    enum wh_status status = wh_sha256_file(ctx, "/proc/self/exe", hex, err);
    if (status == WH_OK) {
        add_line(&sha, "program", hex);
        status = add_assets(ctx, &sha, "styles", err);
    }
    if (status == WH_OK) {
        status = add_assets(ctx, &sha, "dashboard", err);
    }
    if (status == WH_OK) {
        add_line(&sha, "as_of", wh_format_day(wh_ctx_as_of_day(ctx), day, sizeof day));
        wh_sha256_hex(&sha, identity->content);
    }
    return status;
}

static void name_release(const struct wh_ctx *ctx, const char *public_made_from,
                         struct wh_identity *identity)
{
    struct wh_sha256 sha;
    char hex[65], day[16];
    wh_sha256_init(&sha);
    add_line(&sha, "content", identity->content);
    add_line(&sha, "public", public_made_from == NULL ? identity->content : public_made_from);
    wh_sha256_hex(&sha, hex);
    snprintf(identity->id, sizeof identity->id, "%s-%.8s",
             wh_format_day(wh_ctx_as_of_day(ctx), day, sizeof day), hex);
}

enum wh_status wh_identity_make(struct wh_ctx *ctx, const struct wh_session *session,
                                const struct wh_report *officer, int64_t public_end_day,
                                const char *public_made_from, struct wh_identity *ret,
                                struct wh_error *err)
{
    struct wh_identity identity = {0};
    wh_arena_init(&identity.arena, ctx);
    enum wh_status status = list_inputs(ctx, &identity, session, err);
    if (status == WH_OK) {
        status = list_transforms(ctx, &identity, session, err);
    }
    if (status == WH_OK) {
        status = list_parameters(ctx, &identity, session, officer, public_end_day, err);
    }
    if (status == WH_OK) {
        list_versions(&identity);
        status = hash_content(ctx, &identity, session, err);
    }
    if (status != WH_OK) {
        wh_identity_finish(ctx, &identity);
        return status;
    }
    name_release(ctx, public_made_from, &identity);
    *ret = identity;
    return WH_OK;
}

void wh_identity_finish(struct wh_ctx *ctx, struct wh_identity *identity)
{
    wh_free(ctx, identity->input);
    wh_arena_finish(&identity->arena);
    *identity = (struct wh_identity){0};
}

struct wh_manifest wh_identity_manifest(const struct wh_identity *identity)
{
    return (struct wh_manifest){
        .n_inputs = identity->n_inputs,
        .input = identity->input,
        .n_transforms = identity->n_transforms,
        .transform = identity->transform,
        .n_parameters = identity->n_parameters,
        .parameter_name = identity->parameter_name,
        .parameter_value = identity->parameter_value,
        .n_versions = identity->n_versions,
        .version_name = identity->version_name,
        .version_value = identity->version_value,
        .gates = "ok",
    };
}
