/* ingest/gunzip.c: a gzip file unpacked on the way, as long as it does not grow beyond reason. */
#include <string.h>
#include <zlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/sha256.h"
#include "ingest/records.h"

#define CHUNK_BYTES 65536u
#define MOST_RATIO 100u /* RELIABILITY.md section 2, item 6: text packs 5 to 20 times smaller */
#define MOST_BYTES (8ull << 30)
#define SMALL_BYTES (1ull << 20) /* whatever the ratio */
#define GZIP_ONLY 16             /* zlib: gzip's header and no other */

struct gunzip {
    struct wh_ctx *ctx;
    const char *path;
    z_stream stream;
    uint64_t n_in, n_out;
    bool is_open, is_between; /* between two members, or before the first */
    unsigned char chunk[CHUNK_BYTES];
};

static void *take_memory(void *ctx, unsigned n, unsigned size)
{
    return wh_alloc_array(ctx, n, size);
}

static void give_memory(void *ctx, void *memory)
{
    wh_free(ctx, memory);
}

enum wh_status wh_gunzip_create(struct wh_ctx *ctx, const char *path, struct gunzip **ret,
                                struct wh_error *err)
{
    struct gunzip *const gunzip = wh_alloc(ctx, sizeof *gunzip);
    if (gunzip == NULL) {
        return wh_fail_memory(ctx, err);
    }
    gunzip->ctx = ctx;
    gunzip->path = path;
    gunzip->is_between = true;
    gunzip->stream.zalloc = take_memory;
    gunzip->stream.zfree = give_memory;
    gunzip->stream.opaque = ctx;
    gunzip->is_open = inflateInit2(&gunzip->stream, GZIP_ONLY + MAX_WBITS) == Z_OK;
    if (!gunzip->is_open) {
        wh_gunzip_destroy(gunzip);
        return wh_fail_memory(ctx, err);
    }
    *ret = gunzip;
    return WH_OK;
}

void wh_gunzip_destroy(struct gunzip *gunzip)
{
    if (gunzip == NULL) {
        return;
    }
    if (gunzip->is_open) {
        inflateEnd(&gunzip->stream);
    }
    wh_free(gunzip->ctx, gunzip);
}

static enum wh_status refill(struct gunzip *gunzip, struct wh_reader *reader, struct wh_sha256 *sha,
                             bool *ret_end, struct wh_error *err)
{
    size_t n = 0;
    const enum wh_status status =
        wh_reader_read(reader, gunzip->chunk, sizeof gunzip->chunk, &n, err);
    if (status == WH_OK) {
        wh_sha256_add(sha, gunzip->chunk, n);
        gunzip->n_in += n;
        gunzip->stream.next_in = gunzip->chunk;
        gunzip->stream.avail_in = (uInt)n;
        *ret_end = n == 0;
    }
    return status;
}

static enum wh_status check_ratio(const struct gunzip *gunzip, struct wh_error *err)
{
    if (gunzip->n_out > MOST_BYTES) {
        return wh_fail_at(err, WH_ERR_INPUT, gunzip->path, 0, 0,
                          "unpacks to more than 8 GiB: unpack it, and split it");
    }
    if (gunzip->n_out > SMALL_BYTES && gunzip->n_out / MOST_RATIO > gunzip->n_in) {
        return wh_fail_at(err, WH_ERR_INPUT, gunzip->path, 0, 0,
                          "unpacks to more than a hundred times its size, which no list of "
                          "requests does");
    }
    return WH_OK;
}

/* One step: Z_STREAM_END at the end of a member; another may follow (RFC 1952, section 2.2). */
static enum wh_status inflate_some(struct gunzip *gunzip, struct wh_error *err)
{
    const int code = inflate(&gunzip->stream, Z_NO_FLUSH);
    gunzip->is_between = code == Z_STREAM_END;
    if (code == Z_STREAM_END) {
        return inflateReset(&gunzip->stream) == Z_OK
                   ? WH_OK
                   : wh_fail(err, WH_ERR_INTERNAL, "zlib cannot begin again");
    }
    if (code == Z_MEM_ERROR) {
        return wh_fail_memory(gunzip->ctx, err);
    }
    if (code != Z_OK && code != Z_BUF_ERROR) {
        return wh_fail_at(err, WH_ERR_INPUT, gunzip->path, 0, 0, "not a gzip file, or damaged");
    }
    return WH_OK;
}

enum wh_status wh_gunzip_read(void *user, struct wh_reader *reader, struct wh_sha256 *sha,
                              void *bytes, size_t size, size_t *ret_len, struct wh_error *err)
{
    struct gunzip *const gunzip = user;
    z_stream *const stream = &gunzip->stream;
    enum wh_status status = WH_OK;
    bool is_end = false;
    stream->next_out = bytes;
    stream->avail_out = (uInt)size;
    while (status == WH_OK && stream->avail_out > 0 && !is_end) {
        if (stream->avail_in == 0) {
            status = refill(gunzip, reader, sha, &is_end, err);
        }
        if (status == WH_OK && !is_end) {
            const uInt before = stream->avail_out;
            status = inflate_some(gunzip, err);
            gunzip->n_out += before - stream->avail_out;
        }
        if (status == WH_OK) {
            status = check_ratio(gunzip, err);
        }
    }
    if (status == WH_OK && is_end && !gunzip->is_between) {
        status = wh_fail_at(err, WH_ERR_INPUT, gunzip->path, 0, 0, "the gzip file is cut off");
    }
    if (status == WH_OK) {
        *ret_len = size - stream->avail_out;
    }
    return status;
}
