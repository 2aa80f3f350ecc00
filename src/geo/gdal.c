/* geo/gdal.c: what every use of GDAL shares: messages, options, file types, CRS names. */
#include <stdio.h>
#include <string.h>

#include <cpl_conv.h>
#include <cpl_error.h>
#include <ogr_srs_api.h>

#include "base/error.h"
#include "base/io.h"
#include "geo/dataset_internal.h"
#include "geo/gdal_internal.h"

/* A match of GDAL's below this confidence (percent) is a guess. */
#define MIN_CONFIDENCE 90
#define HEAD_BYTES 512

/* Options of the thread while we talk to GDAL; the library must not change a host program's
 * process-wide ones. */
static const char *const options[][2] = {
    {"GDAL_PAM_ENABLED", "NO"},                  /* writes no .aux.xml */
    {"OGR_SQLITE_PRAGMA", "trusted_schema=OFF"}, /* RELIABILITY.md section 2, item 9 */
    {"GDAL_NUM_THREADS", "1"},
};

/* Warnings that say a geometry was changed or dropped; others (doubled ids, odd versions) cost
 * nothing. */
static bool is_about_geometry(const char *message)
{
    static const char *const words[] = {"ring",      "eometr", "olygon",
                                        "oordinate", "ertex",  "ertices"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strstr(message, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* One line of at most `size` bytes: GDAL quotes bytes of the file, and ends some sentences with a
 * point. */
static void keep(char *out, size_t size, const char *message)
{
    if (out[0] != '\0') {
        return;
    }
    size_t len = 0;
    for (; message[len] != '\0' && len + 1 < size; len++) {
        const unsigned char c = (unsigned char)message[len];
        out[len] = c == '\n' || c == '\r' || c == '\t' ? ' '
                   : c < 0x20 || c == 0x7f             ? '?'
                                                       : (char)c;
    }
    while (len > 0 && (out[len - 1] == '.' || out[len - 1] == ' ')) {
        len--;
    }
    out[len] = '\0';
}

static void CPL_STDCALL on_message(CPLErr level, CPLErrorNum number, const char *message)
{
    (void)number;
    struct wh_gdal *const gdal = CPLGetErrorHandlerUserData();
    if (level == CE_Failure || level == CE_Fatal) {
        keep(gdal->error, sizeof gdal->error, message);
    } else if (level == CE_Warning && is_about_geometry(message)) {
        keep(gdal->warning, sizeof gdal->warning, message);
    }
}

void wh_gdal_clear(struct wh_gdal *gdal)
{
    memset(gdal, 0, sizeof *gdal);
}

void wh_gdal_begin(struct wh_gdal *gdal)
{
    wh_gdal_clear(gdal);
    CPLPushErrorHandlerEx(on_message, gdal);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        CPLSetThreadLocalConfigOption(options[i][0], options[i][1]);
    }
    if (GDALGetDriverCount() == 0) {
        CPLSetThreadLocalConfigOption("GDAL_DRIVER_PATH", "disable"); /* no plug-ins */
        GDALAllRegister();
        CPLSetThreadLocalConfigOption("GDAL_DRIVER_PATH", NULL);
    }
}

void wh_gdal_end(struct wh_gdal *gdal)
{
    (void)gdal;
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        CPLSetThreadLocalConfigOption(options[i][0], NULL);
    }
    CPLPopErrorHandler();
}

enum wh_status wh_gdal_fail(const struct wh_gdal *gdal, enum wh_status status, const char *path,
                            const char *what, struct wh_error *err)
{
    const char *text = gdal->error[0] != '\0' ? gdal->error : gdal->warning;
    unsigned line = 0, character = 0;
    int used = 0;
    if (sscanf(text, "At line %u, character %u: %n", &line, &character, &used) == 2 && used > 0) {
        return wh_fail_at(err, status, path, line, character, "not valid %s: %s", what,
                          text + used);
    }
    if (strstr(text, "not recognized as a supported file format") != NULL) {
        return wh_fail_at(err, status, path, 0, 0, "not %s that can be read", what);
    }
    return wh_fail_at(err, status, path, 0, 0, "%s: %s", what,
                      text[0] != '\0' ? text : "GDAL gives no reason");
}

/* ---- file types ---- */

struct magic {
    enum wh_file_kind kind;
    const char *bytes;
    size_t len;
};

static const struct magic magics[] = {
    {WH_FILE_GEOPACKAGE, "SQLite format 3\0", 16},
    {WH_FILE_FLATGEOBUF, "fgb\x03", 4},
    {WH_FILE_SHAPEFILE, "\x00\x00\x27\x0a", 4},
    {WH_FILE_TIFF, "II*\0", 4},
    {WH_FILE_TIFF, "MM\0*", 4},
    {WH_FILE_TIFF, "II+\0", 4}, /* BigTIFF */
    {WH_FILE_TIFF, "MM\0+", 4},
};

static bool starts_with(struct wh_str head, const char *bytes, size_t len)
{
    return head.len >= len && memcmp(head.ptr, bytes, len) == 0;
}

static enum wh_status fail_kind(const char *path, struct wh_str head, const char *wanted,
                                struct wh_error *err)
{
    const char *looks = "";
    if (head.len == 0) {
        return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0, "empty file");
    }
    if (starts_with(head, "PK\x03\x04", 4)) {
        looks = "; it looks like a zip archive: unpack it first";
    } else if (starts_with(head, "\x1f\x8b", 2)) {
        looks = "; it looks like a gzip file: unpack it first";
    } else if (starts_with(head, "\xff\xfe", 2) || starts_with(head, "\xfe\xff", 2)) {
        looks = "; it is UTF-16: export it as UTF-8";
    } else if (head.ptr[0] == '<') {
        looks = "; it looks like XML";
    }
    return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0, "not %s%s", wanted, looks);
}

static enum wh_status read_head(struct wh_ctx *ctx, const char *path, char *head, size_t *ret_len,
                                struct wh_error *err)
{
    struct wh_reader *reader = NULL;
    enum wh_status status = wh_reader_open(ctx, path, &reader, err);
    if (status == WH_OK) {
        status = wh_reader_read(reader, head, HEAD_BYTES, ret_len, err);
    }
    wh_reader_close(reader);
    return status;
}

/* Spreadsheets are zip files; the standards say which entry tells them. */
static bool is_sheet(const char *path, struct wh_str head, enum wh_file_kind *ret)
{
    static const char ods[] = "mimetypeapplication/vnd.oasis.opendocument.spreadsheet";
    const size_t at = 30; /* of the first entry's name in a zip file */
    if (!starts_with(head, "PK\x03\x04", 4)) {
        return false;
    }
    if (head.len > at && starts_with(wh_str_slice(head, at, head.len), ods, sizeof ods - 1)) {
        *ret = WH_FILE_ODS;
        return true;
    }
    *ret = WH_FILE_XLSX;
    return wh_zip_has(path, "xl/workbook.xml");
}

enum wh_status wh_gdal_kind(struct wh_ctx *ctx, const char *path, const char *wanted,
                            enum wh_file_kind *ret, struct wh_error *err)
{
    char bytes[HEAD_BYTES];
    size_t len = 0;
    const enum wh_status status = read_head(ctx, path, bytes, &len, err);
    if (status != WH_OK) {
        return status;
    }
    struct wh_str head = {bytes, len};
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        if (starts_with(head, magics[i].bytes, magics[i].len)) {
            *ret = magics[i].kind;
            return WH_OK;
        }
    }
    if (is_sheet(path, head, ret)) {
        return WH_OK;
    }
    if (starts_with(head, "\xef\xbb\xbf", 3)) {
        head = wh_str_slice(head, 3, head.len);
    }
    head = wh_str_trim(head);
    if (head.len > 0 && head.ptr[0] == '{') {
        *ret = WH_FILE_GEOJSON;
        return WH_OK;
    }
    return fail_kind(path, len > 0 && head.len == 0 ? (struct wh_str){bytes, 1} : head, wanted,
                     err);
}

/* ---- CRS names ---- */

static bool authority_name(OGRSpatialReferenceH srs, char *out, size_t size)
{
    const char *const authority = OSRGetAuthorityName(srs, NULL);
    const char *const code = OSRGetAuthorityCode(srs, NULL);
    return authority != NULL && code != NULL &&
           (size_t)snprintf(out, size, "%s:%s", authority, code) < size;
}

static bool matched_name(OGRSpatialReferenceH srs, char *out, size_t size)
{
    int n = 0, *confidence = NULL;
    OGRSpatialReferenceH *const match = OSRFindMatches(srs, NULL, &n, &confidence);
    const bool is_found =
        n > 0 && confidence[0] >= MIN_CONFIDENCE && authority_name(match[0], out, size);
    OSRFreeSRSArray(match);
    CPLFree(confidence);
    return is_found;
}

bool wh_gdal_crs_name(OGRSpatialReferenceH srs, char *out, size_t size)
{
    if (srs == NULL) {
        return false;
    }
    OGRSpatialReferenceH flat = OSRClone(srs);
    if (flat == NULL) {
        return false;
    }
    (void)OSRStripVertical(flat);
    const bool is_found = authority_name(flat, out, size) || matched_name(flat, out, size);
    OSRDestroySpatialReference(flat);
    return is_found;
}
