/* publish/pmtiles_directory.c: varint columns (PMTiles v3, section 4), gzip, and the split into
 * leaves. */
#include "publish/pmtiles_directory.h"

#include <libdeflate.h>

#include "base/alloc.h"
#include "base/error.h"

#define MAX_ROOT_BYTES 16257u /* 16,384 less the header's 127 */
#define FIRST_LEAF_ENTRIES 4096u
#define GZIP_LEVEL 9

enum wh_status wh_pmtiles_gzip(struct wh_ctx *ctx, struct wh_str bytes, struct wh_buf *ret,
                               struct wh_error *err)
{
    enum wh_status status = WH_OK;
    uint8_t *packed = NULL;
    struct libdeflate_compressor *gzip = libdeflate_alloc_compressor(GZIP_LEVEL);
    if (gzip == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const size_t bound = libdeflate_gzip_compress_bound(gzip, bytes.len);
    packed = wh_alloc(ctx, bound);
    if (packed == NULL) {
        status = wh_fail_memory(ctx, err);
        goto out;
    }
    const size_t len = libdeflate_gzip_compress(gzip, bytes.ptr, bytes.len, packed, bound);
    if (len == 0) {
        status = wh_fail(err, WH_ERR_INTERNAL, "libdeflate could not pack a directory");
        goto out;
    }
    wh_buf_add(ret, packed, len);
    status = wh_buf_ok(ret, err);
out:
    wh_free(ctx, packed);
    libdeflate_free_compressor(gzip);
    return status;
}

static void add_varint(struct wh_buf *buf, uint64_t n)
{
    while (n >= 0x80) {
        wh_buf_char(buf, (char)(unsigned char)(n | 0x80));
        n >>= 7;
    }
    wh_buf_char(buf, (char)(unsigned char)n);
}

/* Number of entries, then a column each: ids as differences, run lengths, lengths, offsets. */
static void add_directory(struct wh_buf *buf, const struct wh_pmtiles_entry *entry, size_t n)
{
    uint64_t last_id = 0;
    add_varint(buf, n);
    for (size_t i = 0; i < n; i++) {
        add_varint(buf, entry[i].id - last_id);
        last_id = entry[i].id;
    }
    for (size_t i = 0; i < n; i++) {
        add_varint(buf, entry[i].run_length);
    }
    for (size_t i = 0; i < n; i++) {
        add_varint(buf, entry[i].length);
    }
    for (size_t i = 0; i < n; i++) {
        const bool follows = i > 0 && entry[i].offset == entry[i - 1].offset + entry[i - 1].length;
        add_varint(buf, follows ? 0 : entry[i].offset + 1);
    }
}

static enum wh_status pack_directory(struct wh_ctx *ctx, const struct wh_pmtiles_entry *entry,
                                     size_t n, struct wh_buf *ret, struct wh_error *err)
{
    struct wh_buf plain;
    wh_buf_init(&plain, ctx);
    add_directory(&plain, entry, n);
    enum wh_status status = wh_buf_ok(&plain, err);
    if (status == WH_OK) {
        status = wh_pmtiles_gzip(ctx, wh_buf_view(&plain), ret, err);
    }
    wh_buf_finish(&plain);
    return status;
}

/* Leaves of `size` entries each, and a root that points at them. */
static enum wh_status split(struct wh_ctx *ctx, const struct wh_pmtiles_entry *entry, size_t n,
                            size_t size, struct wh_buf *ret_root, struct wh_buf *ret_leaves,
                            struct wh_error *err)
{
    const size_t n_leaves = (n + size - 1) / size;
    struct wh_pmtiles_entry *leaf = wh_alloc_array(ctx, n_leaves, sizeof *leaf);
    if (leaf == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < n_leaves; i++) {
        const size_t from = i * size;
        const size_t count = n - from < size ? n - from : size;
        const size_t offset = ret_leaves->len;
        status = pack_directory(ctx, entry + from, count, ret_leaves, err);
        leaf[i] = (struct wh_pmtiles_entry){
            .id = entry[from].id, .offset = offset, .length = (uint32_t)(ret_leaves->len - offset)};
    }
    if (status == WH_OK) {
        status = pack_directory(ctx, leaf, n_leaves, ret_root, err);
    }
    wh_free(ctx, leaf);
    return status;
}

enum wh_status wh_pmtiles_directories(struct wh_ctx *ctx, const struct wh_pmtiles_entry *entry,
                                      size_t n, struct wh_buf *ret_root, struct wh_buf *ret_leaves,
                                      struct wh_error *err)
{
    enum wh_status status = pack_directory(ctx, entry, n, ret_root, err);
    for (size_t size = FIRST_LEAF_ENTRIES; status == WH_OK && ret_root->len > MAX_ROOT_BYTES;
         size += size / 2) {
        wh_buf_clear(ret_root);
        wh_buf_clear(ret_leaves);
        status = split(ctx, entry, n, size, ret_root, ret_leaves, err);
    }
    return status;
}
