/* geo/shapefile.c: do the parts of a Shapefile belong together? (ESRI Shapefile Technical
 * Description, 1998: a row of the .dbf for each record of the .shx, in its order.) */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "geo/dataset_internal.h"

enum { SHX_HEAD = 100, SHX_RECORD = 8, DBF_HEAD = 32, MOST_HEAD = 100 };

/* "wards.dbf" of "wards.shp", and WARDS.DBF of WARDS.SHP; wh_alloc'ed. */
static char *part_of(struct wh_ctx *ctx, const char *path, const char *lower, const char *upper)
{
    char *const part = wh_strdup(ctx, path);
    const size_t len = strlen(path);
    if (part != NULL && len > 3) {
        memcpy(part + len - 3, path[len - 1] == 'P' ? upper : lower, 3);
    }
    return part;
}

static enum wh_status read_head(struct wh_ctx *ctx, const char *path, uint8_t *ret, size_t size,
                                struct wh_error *err)
{
    struct wh_reader *reader = NULL;
    enum wh_status status = wh_reader_open(ctx, path, &reader, err);
    size_t len = 0, got = 1;
    while (status == WH_OK && len < size && got > 0) {
        status = wh_reader_read(reader, ret + len, size - len, &got, err);
        len += got;
    }
    wh_reader_close(reader);
    return status == WH_OK && len < size
               ? wh_fail_at(err, WH_ERR_INPUT, path, 0, 0, "cut off: it has no whole header")
               : status;
}

/* Fails where the part is not there. */
static enum wh_status read_part(struct wh_ctx *ctx, const char *path, const char *lower,
                                const char *upper, uint8_t *ret, size_t size, struct wh_error *err)
{
    struct wh_file_info info;
    char *const part = part_of(ctx, path, lower, upper);
    enum wh_status status = WH_OK;
    if (part == NULL) {
        return wh_fail_memory(ctx, err);
    }
    if (!wh_io_stat(part, &info)) {
        status = wh_fail_at(err, WH_ERR_INPUT, path, 0, 0,
                            "its .%s is missing: a Shapefile is .shp, .shx, .dbf and .prj together",
                            lower);
    } else {
        status = read_head(ctx, part, ret, size, err);
    }
    wh_free(ctx, part);
    return status;
}

enum wh_status wh_shapefile_check(struct wh_ctx *ctx, const char *path, struct wh_error *err)
{
    uint8_t shx[MOST_HEAD] = {0}, dbf[MOST_HEAD] = {0};
    enum wh_status status = read_part(ctx, path, "shx", "SHX", shx, SHX_HEAD, err);
    if (status == WH_OK) {
        status = read_part(ctx, path, "dbf", "DBF", dbf, DBF_HEAD, err);
    }
    if (status != WH_OK) {
        return status;
    }
    /* The length of the file in 16-bit words, big-endian; the number of rows, little-endian. */
    const uint64_t bytes = 2 * ((uint64_t)shx[24] << 24 | (uint64_t)shx[25] << 16 |
                                (uint64_t)shx[26] << 8 | (uint64_t)shx[27]);
    const uint64_t shapes = bytes < SHX_HEAD ? 0 : (bytes - SHX_HEAD) / SHX_RECORD;
    const uint64_t rows =
        (uint64_t)dbf[7] << 24 | (uint64_t)dbf[6] << 16 | (uint64_t)dbf[5] << 8 | (uint64_t)dbf[4];
    return shapes == rows
               ? WH_OK
               : wh_fail_at(err, WH_ERR_INPUT, path, 0, 0,
                            "%llu shapes, and %llu rows in its .dbf: they are not of one export",
                            (unsigned long long)shapes, (unsigned long long)rows);
}
