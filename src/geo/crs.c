/* geo/crs.c: CRS names checked against PROJ's database; PROJ contexts that never leave the machine.
 */
#include "geo/crs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/str.h"
#include "geo/proj_internal.h"

/* Longest authority or code that we look up; EPSG's are 5 digits, IAU_2015's a little longer. */
#define MAX_NAME 32
#define MAX_PATHS 24

static const char *const usual_places[] = {"/usr/share/proj-ostn15", "/usr/local/share/proj",
                                           "/usr/share/proj"};

static void keep_message(void *app_data, int level, const char *message)
{
    struct wh_proj_log *log = app_data;
    if (level == PJ_LOG_ERROR) {
        (void)snprintf(log->text, sizeof log->text, "%s", message);
    }
}

struct search {
    struct wh_buf text; /* the paths, each terminated */
    size_t start[MAX_PATHS];
    int n;
};

static void search_add(struct search *search, struct wh_str path)
{
    if (path.len == 0 || search->n == MAX_PATHS) {
        return;
    }
    search->start[search->n++] = search->text.len;
    wh_buf_str(&search->text, path);
    wh_buf_char(&search->text, '\0');
}

/* The order is PROJ's own, with the config's folder first: then the operator's environment, home,
 * the system. */
static void search_fill(struct search *search, const char *proj_data, const char *home)
{
    search_add(search, wh_str_c(proj_data));
    struct wh_str env = wh_str_c(getenv("PROJ_DATA"));
    while (env.len > 0) {
        const size_t end = wh_str_find(env, ':');
        search_add(search, wh_str_slice(env, 0, end));
        env = wh_str_slice(env, end < env.len ? end + 1 : end, env.len);
    }
    search_add(search, wh_str_c(home));
    for (size_t i = 0; i < sizeof usual_places / sizeof usual_places[0]; i++) {
        search_add(search, wh_str_c(usual_places[i]));
    }
}

static enum wh_status set_paths(struct wh_ctx *ctx, PJ_CONTEXT *pj, const char *proj_data,
                                struct wh_error *err)
{
    struct search search = {0};
    wh_buf_init(&search.text, ctx);
    search_fill(&search, proj_data, proj_context_get_user_writable_directory(pj, 0));
    enum wh_status status = wh_buf_ok(&search.text, err);
    if (status == WH_OK) {
        const char *path[MAX_PATHS] = {0};
        for (int i = 0; i < search.n; i++) {
            path[i] = search.text.ptr + search.start[i];
        }
        proj_context_set_search_paths(pj, search.n, path);
    }
    wh_buf_finish(&search.text);
    return status;
}

enum wh_status wh_proj_open(struct wh_ctx *ctx, const char *proj_data, struct wh_proj_log *log,
                            PJ_CONTEXT **ret, struct wh_error *err)
{
    struct wh_file_info info;
    if (proj_data != NULL && proj_data[0] != '\0' &&
        (!wh_io_stat(proj_data, &info) || !info.is_folder)) {
        char shown[128];
        return wh_fail(err, WH_ERR_CONFIG, "proj_data: there is no folder \"%s\"",
                       wh_log_escape(wh_str_c(proj_data), shown, sizeof shown));
    }
    PJ_CONTEXT *pj = proj_context_create();
    if (pj == NULL) {
        return wh_fail_memory(ctx, err);
    }
    proj_log_func(pj, log, keep_message);
    proj_log_level(pj, PJ_LOG_ERROR);
    proj_context_set_enable_network(pj, 0);
    proj_context_use_proj4_init_rules(pj, 0);
    enum wh_status status = set_paths(ctx, pj, proj_data, err);
    if (status == WH_OK && proj_context_get_database_path(pj) == NULL) {
        status = wh_fail(err, WH_ERR_INTERNAL,
                         "PROJ's database proj.db was not found in /usr/share/proj");
    }
    if (status != WH_OK) {
        proj_context_destroy(pj);
        return status;
    }
    *ret = pj;
    return WH_OK;
}

static bool is_name_byte(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

/* Splits "epsg:27700" into "EPSG" and "27700"; false when it is anything else. */
static bool split_name(const char *crs, char authority[MAX_NAME], char code[MAX_NAME])
{
    const struct wh_str text = wh_str_c(crs);
    const size_t colon = wh_str_find(text, ':');
    if (colon == 0 || colon >= MAX_NAME || colon + 1 >= text.len ||
        text.len - colon - 1 >= MAX_NAME) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (i != colon && !is_name_byte(text.ptr[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < colon; i++) {
        const char c = text.ptr[i];
        authority[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    authority[colon] = '\0';
    memcpy(code, text.ptr + colon + 1, text.len - colon); /* with its NUL */
    return true;
}

enum wh_status wh_proj_crs(PJ_CONTEXT *pj, const char *crs, PJ **ret, struct wh_error *err)
{
    char authority[MAX_NAME], code[MAX_NAME], shown[128];
    if (crs == NULL || !split_name(crs, authority, code)) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "\"%s\" is not a CRS: expected an authority and a code, as in EPSG:27700",
                       wh_log_escape(wh_str_c(crs), shown, sizeof shown));
    }
    PJ *const found = proj_create_from_database(pj, authority, code, PJ_CATEGORY_CRS, 0, NULL);
    if (found == NULL) {
        return wh_fail(err, WH_ERR_CONFIG, "%s:%s is not a CRS that PROJ's database knows",
                       authority, code);
    }
    *ret = found;
    return WH_OK;
}

bool wh_proj_is_geographic(const PJ *crs)
{
    const PJ_TYPE type = proj_get_type(crs);
    return type == PJ_TYPE_GEOGRAPHIC_2D_CRS || type == PJ_TYPE_GEOGRAPHIC_3D_CRS;
}

PJ *wh_proj_own_conversion(PJ_CONTEXT *pj, const PJ *crs)
{
    PJ *const geodetic = proj_crs_get_geodetic_crs(pj, crs);
    if (geodetic == NULL) {
        return NULL;
    }
    PJ *const raw = proj_create_crs_to_crs_from_pj(pj, geodetic, crs, NULL, NULL);
    PJ *const normal = raw != NULL ? proj_normalize_for_visualization(pj, raw) : NULL;
    proj_destroy(raw);
    proj_destroy(geodetic);
    return normal;
}

void wh_proj_area(PJ_CONTEXT *pj, const PJ *crs, double ret_box[4])
{
    double w = -180, s = -90, e = 180, n = 90;
    const bool is_known = proj_get_area_of_use(pj, crs, &w, &s, &e, &n, NULL) != 0;
    if (!is_known || w < -180 || w > e || s < -90 || s >= n) {
        w = -180, s = -90, e = 180, n = 90;
    }
    ret_box[0] = w;
    ret_box[1] = s;
    ret_box[2] = e;
    ret_box[3] = n;
}

/* Opens a context and one CRS for the two questions below. */
static enum wh_status open_one(struct wh_ctx *ctx, const char *crs, struct wh_proj_log *log,
                               PJ_CONTEXT **ret_pj, PJ **ret_crs, struct wh_error *err)
{
    const enum wh_status status = wh_proj_open(ctx, NULL, log, ret_pj, err);
    return status == WH_OK ? wh_proj_crs(*ret_pj, crs, ret_crs, err) : status;
}

/* Metres on both axes? */
static bool is_in_metres(PJ_CONTEXT *pj, const PJ *crs)
{
    PJ *const cs = proj_crs_get_coordinate_system(pj, crs);
    if (cs == NULL) {
        return false;
    }
    bool is_metre = proj_cs_get_axis_count(pj, cs) >= 2;
    for (int i = 0; i < 2 && is_metre; i++) {
        double factor = 0.0;
        is_metre = proj_cs_get_axis_info(pj, cs, i, NULL, NULL, NULL, &factor, NULL, NULL, NULL) &&
                   factor > 0.999999999 && factor < 1.000000001;
    }
    proj_destroy(cs);
    return is_metre;
}

/* Its metres are not ground metres; DESIGN.md section 2 promises those. */
static bool is_web_mercator(const PJ *crs)
{
    const char *const code = proj_get_id_code(crs, 0);
    return code != NULL && strcmp(code, "3857") == 0;
}

enum wh_status wh_crs_check_working(struct wh_ctx *ctx, const char *crs, struct wh_error *err)
{
    struct wh_proj_log log = {{0}};
    PJ_CONTEXT *pj = NULL;
    PJ *found = NULL;
    enum wh_status status = open_one(ctx, crs, &log, &pj, &found, err);
    if (status != WH_OK) {
        goto out;
    }
    if (wh_proj_is_geographic(found)) {
        status = wh_fail(err, WH_ERR_CONFIG,
                         "%s (%s) is in degrees: the working CRS must be projected, in metres, as "
                         "EPSG:27700 is",
                         crs, proj_get_name(found));
    } else if (proj_get_type(found) != PJ_TYPE_PROJECTED_CRS) {
        status = wh_fail(err, WH_ERR_CONFIG,
                         "%s (%s) is not a projected CRS: the working CRS must be projected, in "
                         "metres, as EPSG:27700 is",
                         crs, proj_get_name(found));
    } else if (!is_in_metres(pj, found)) {
        status = wh_fail(err, WH_ERR_CONFIG,
                         "%s (%s) is not in metres: the working CRS must be projected, in metres, "
                         "as EPSG:27700 is",
                         crs, proj_get_name(found));
    } else if (is_web_mercator(found)) {
        status = wh_fail(err, WH_ERR_CONFIG,
                         "%s (%s) stretches distances (1.6 times at 51 degrees north), so it "
                         "cannot be the working CRS: choose the national grid or a UTM zone",
                         crs, proj_get_name(found));
    }
out:
    proj_destroy(found);
    proj_context_destroy(pj);
    return status;
}

enum wh_status wh_crs_is_geographic(struct wh_ctx *ctx, const char *crs, bool *ret,
                                    struct wh_error *err)
{
    struct wh_proj_log log = {{0}};
    PJ_CONTEXT *pj = NULL;
    PJ *found = NULL;
    const enum wh_status status = open_one(ctx, crs, &log, &pj, &found, err);
    if (status == WH_OK) {
        *ret = wh_proj_is_geographic(found);
    }
    proj_destroy(found);
    proj_context_destroy(pj);
    return status;
}
