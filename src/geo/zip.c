/* geo/zip.c: zip files that GDAL unpacks (XLSX, ODS): not before it is known how much comes out. */
#include <stdio.h>
#include <string.h>

#include <cpl_string.h>
#include <cpl_vsi.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/number.h"
#include "base/str.h"
#include "geo/dataset_internal.h"

#define MOST_BYTES (1ull << 30)
#define MOST_RATIO 100u           /* RELIABILITY.md section 2, item 6 */
#define SMALL_BYTES (16ull << 20) /* whatever the ratio */
#define MOST_ENTRIES 10000
#define CHUNK_BYTES 65536u
#define MOST_SEARCHED (1u << 20)

/* The braces keep GDAL from taking a part of the path for the archive. */
static char *entry_name(struct wh_ctx *ctx, const char *path, const char *name)
{
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    wh_buf_printf(&buf, "/vsizip/{%s}/%s", path, name);
    char *const copy = buf.failed ? NULL : wh_strdup(ctx, buf.ptr);
    wh_buf_finish(&buf);
    return copy;
}

bool wh_zip_has(const char *path, const char *name)
{
    char full[4200];
    VSIStatBufL info;
    const int len = snprintf(full, sizeof full, "/vsizip/{%s}/%s", path, name);
    return len > 0 && (size_t)len < sizeof full && VSIStatL(full, &info) == 0;
}

bool wh_zip_holds(struct wh_ctx *ctx, const char *path, const char *name, const char *text)
{
    char *const entry = entry_name(ctx, path, name);
    char *const bytes = wh_alloc(ctx, MOST_SEARCHED);
    VSILFILE *const file = entry == NULL || bytes == NULL ? NULL : VSIFOpenL(entry, "rb");
    bool is_found = false;
    if (file != NULL) {
        const struct wh_str read = {bytes, VSIFReadL(bytes, 1, MOST_SEARCHED, file)};
        is_found = memmem(read.ptr, read.len, text, strlen(text)) != NULL;
        VSIFCloseL(file);
    }
    wh_free(ctx, bytes);
    wh_free(ctx, entry);
    return is_found;
}

static enum wh_status fail_too_much(const char *path, const char *format, uint64_t most,
                                    struct wh_error *err)
{
    char n[32];
    return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0,
                      "this %s unpacks to more than %s MB, which no sheet of requests needs",
                      format, wh_format_count(most >> 20, n, sizeof n));
}

/* What an entry says of itself need not be true: it is unpacked and counted. */
static enum wh_status count_entry(const char *path, const char *entry, const char *format,
                                  uint64_t most, uint64_t *total, struct wh_error *err)
{
    char chunk[CHUNK_BYTES];
    VSILFILE *const file = VSIFOpenL(entry, "rb");
    enum wh_status status = WH_OK;
    size_t n = 0;
    if (file == NULL) {
        return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0, "this %s is damaged", format);
    }
    while (status == WH_OK && (n = VSIFReadL(chunk, 1, sizeof chunk, file)) > 0) {
        *total += n;
        if (*total > most) {
            status = fail_too_much(path, format, most, err);
        }
    }
    VSIFCloseL(file);
    return status;
}

static enum wh_status check_entries(struct wh_ctx *ctx, const char *path, const char *format,
                                    char **names, uint64_t most, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    uint64_t total = 0, claimed = 0;
    const int n = CSLCount((CSLConstList)names);
    if (n == 0 || n > MOST_ENTRIES) {
        return wh_fail_at(err, WH_ERR_INPUT, path, 0, 0, "this %s is damaged", format);
    }
    for (int pass = 0; pass < 2; pass++) { /* first what is claimed, for that costs nothing */
        for (int i = 0; status == WH_OK && i < n; i++) {
            VSIStatBufL info;
            char *const entry = entry_name(ctx, path, names[i]);
            if (entry == NULL) {
                return wh_fail_memory(ctx, err);
            }
            const bool is_file = VSIStatL(entry, &info) == 0 && !VSI_ISDIR(info.st_mode);
            if (is_file && pass == 0) {
                claimed += (uint64_t)info.st_size;
                status = claimed > most ? fail_too_much(path, format, most, err) : WH_OK;
            } else if (is_file) {
                status = count_entry(path, entry, format, most, &total, err);
            }
            wh_free(ctx, entry);
        }
    }
    return status;
}

enum wh_status wh_zip_check(struct wh_ctx *ctx, const char *path, const char *format,
                            struct wh_error *err)
{
    struct wh_file_info info = {0};
    char *const folder = entry_name(ctx, path, "");
    if (folder == NULL) {
        return wh_fail_memory(ctx, err);
    }
    (void)wh_io_stat(path, &info);
    uint64_t most = MOST_RATIO * info.size_bytes;
    most = most < SMALL_BYTES ? SMALL_BYTES : most > MOST_BYTES ? MOST_BYTES : most;
    folder[strlen(folder) - 1] = '\0'; /* without its slash */
    char **const names = VSIReadDirRecursive(folder);
    const enum wh_status status = check_entries(ctx, path, format, names, most, err);
    CSLDestroy(names);
    wh_free(ctx, folder);
    return status;
}
