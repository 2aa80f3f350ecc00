/* ingest/ingest_skip.c: which files need not be read again. */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/sha256.h"
#include "ingest/ingest_internal.h"

/* Raised when the same row would become another request than before. */
#define RULES_VERSION "2"

static void add_text(struct wh_sha256 *sha, const char *text)
{
    const char *const known = text != NULL ? text : "";
    wh_sha256_add(sha, known, strlen(known) + 1);
}

enum wh_status wh_ingest_rules(const struct ingest *in, char **ret, struct wh_error *err)
{
    const struct wh_source *const source = in->source;
    const struct wh_ingest_options *const opt = in->opt;
    const unsigned char switches[] = {(unsigned char)source->profile,
                                      (unsigned char)source->encoding,
                                      (unsigned char)source->delimiter,
                                      (unsigned char)source->key,
                                      source->is_delta,
                                      source->updated_is_closed,
                                      opt->has_box};
    struct wh_sha256 sha;
    char hex[65];
    wh_sha256_init(&sha);
    add_text(&sha, RULES_VERSION);
    add_text(&sha, source->crs);
    add_text(&sha, source->date_format);
    add_text(&sha, source->other_format);
    add_text(&sha, source->layer);
    add_text(&sha, source->postgis != NULL ? source->postgis->table : NULL);
    add_text(&sha, source->postgis != NULL ? source->postgis->where : NULL);
    add_text(&sha, source->open311 != NULL ? source->open311->url : NULL);
    add_text(&sha, opt->zone_name);
    add_text(&sha, in->crosswalk.sha256);
    for (size_t i = 0; i < WH_N_FIELDS; i++) {
        add_text(&sha, source->column[i]);
        for (size_t k = 0; k < WH_MOST_COLUMNS; k++) {
            add_text(&sha, source->more[i][k]);
        }
    }
    wh_sha256_add(&sha, switches, sizeof switches);
    if (opt->has_box) {
        wh_sha256_add(&sha, opt->area, sizeof opt->area);
        wh_sha256_add(&sha, opt->box, sizeof opt->box);
    }
    wh_sha256_hex(&sha, hex);
    *ret = wh_strdup(in->ctx, hex);
    return *ret != NULL ? WH_OK : wh_fail_memory(in->ctx, err);
}

/* Of a file that is as large as it was, only its content tells whether it has changed. */
static enum wh_status is_unchanged(struct ingest *in, const char *path, bool *ret,
                                   struct wh_error *err)
{
    const struct wh_known_file *const known =
        wh_store_known_file(in->store, wh_ingest_short_path(in, path));
    struct wh_file_info info;
    char hex[65];
    *ret = false;
    /* Of a shapefile the rows stand in another file. */
    if (known == NULL || wh_records_has_ending(path, ".shp") || known->has_future ||
        known->newest_utc > in->opt->latest_utc || !wh_io_stat(path, &info) ||
        info.size_bytes != known->size_bytes) {
        return WH_OK;
    }
    const enum wh_status status = wh_sha256_file(in->ctx, path, hex, err);
    *ret = status == WH_OK && strcmp(hex, known->sha256) == 0;
    return status;
}

enum wh_status wh_ingest_find_unchanged(struct ingest *in, const struct wh_paths *paths,
                                        bool *ret_skip, struct wh_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < paths->n; i++) {
        const enum wh_status status = is_unchanged(in, paths->path[i], &ret_skip[i], err);
        if (status != WH_OK) {
            return status;
        }
        n += ret_skip[i];
    }
    if (n < paths->n && !wh_store_may_skip(in->store)) {
        memset(ret_skip, 0, paths->n * sizeof *ret_skip);
    }
    return WH_OK;
}
