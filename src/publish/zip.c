/* publish/zip.c: APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16: a local header, the bytes, the
 * directory and its end. */
#include "publish/zip.h"

#include <libdeflate.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"

enum { LEVEL = 9, VERSION = 20, DEFLATED = 8 };

static void put(struct wh_buf *buf, uint32_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) {
        wh_buf_char(buf, (char)(value >> (8 * i) & 0xFF));
    }
}

/* What both headers say: version to flags, method, date, sizes, length of the name. */
static void put_facts(struct wh_buf *buf, const char *name, uint32_t date, uint32_t crc,
                      size_t packed, size_t plain)
{
    put(buf, VERSION, 2);
    put(buf, 0, 2);
    put(buf, DEFLATED, 2);
    put(buf, 0, 2); /* midnight */
    put(buf, date, 2);
    put(buf, crc, 4);
    put(buf, (uint32_t)packed, 4);
    put(buf, (uint32_t)plain, 4);
    put(buf, (uint32_t)strlen(name), 2);
    put(buf, 0, 2);
}

static void put_archive(struct wh_buf *buf, const char *name, uint32_t date, uint32_t crc,
                        struct wh_str packed, size_t plain)
{
    const size_t start = buf->len;
    put(buf, 0x04034b50, 4);
    put_facts(buf, name, date, crc, packed.len, plain);
    wh_buf_c(buf, name);
    wh_buf_str(buf, packed);
    const size_t directory = buf->len;
    put(buf, 0x02014b50, 4);
    put(buf, VERSION, 2);
    put_facts(buf, name, date, crc, packed.len, plain);
    put(buf, 0, 2); /* no comment, disk 0, no attributes, at 0 */
    put(buf, 0, 2);
    put(buf, 0, 2);
    put(buf, 0, 4);
    put(buf, 0, 4);
    wh_buf_c(buf, name);
    const size_t end = buf->len;
    put(buf, 0x06054b50, 4);
    put(buf, 0, 4);
    put(buf, 1, 2);
    put(buf, 1, 2);
    put(buf, (uint32_t)(end - directory), 4);
    put(buf, (uint32_t)(directory - start), 4);
    put(buf, 0, 2);
}

enum wh_status wh_zip_one(struct wh_ctx *ctx, const char *name, int64_t day, struct wh_str content,
                          struct wh_buf *ret, struct wh_error *err)
{
    struct wh_civil civil;
    wh_civil_from_day(day, &civil);
    const uint32_t date = (uint32_t)((civil.year - 1980) << 9 | civil.month << 5 | civil.day);
    struct libdeflate_compressor *const deflate = libdeflate_alloc_compressor(LEVEL);
    if (deflate == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const size_t bound = libdeflate_deflate_compress_bound(deflate, content.len);
    char *const packed = wh_alloc(ctx, bound);
    enum wh_status status = packed == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    if (status == WH_OK) {
        const size_t len =
            libdeflate_deflate_compress(deflate, content.ptr, content.len, packed, bound);
        put_archive(ret, name, date, libdeflate_crc32(0, content.ptr, content.len),
                    (struct wh_str){packed, len}, content.len);
        status = len == 0 ? wh_fail(err, WH_ERR_INTERNAL, "libdeflate could not pack %s", name)
                          : wh_buf_ok(ret, err);
    }
    wh_free(ctx, packed);
    libdeflate_free_compressor(deflate);
    return status;
}
