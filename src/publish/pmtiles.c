/* publish/pmtiles.c: collects tiles, keeps equal ones once, and writes the archive in the order of
 * the Hilbert curve. */
#include "publish/pmtiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "publish/emit.h"
#include "publish/pmtiles_directory.h"

enum { HEADER_BYTES = 127, MAX_ZOOM = 26 };
enum { COMPRESSION_NONE = 1, COMPRESSION_GZIP = 2, TYPE_PNG = 2 };
#define NO_BLOB UINT32_MAX

/* One content: bytes in `data`. */
struct blob {
    size_t at;
    uint32_t len;
    uint64_t hash;
    uint64_t offset; /* in the archive; set when it is written */
    bool is_placed;
};

struct tile {
    uint64_t id;
    uint32_t blob;
};

struct wh_pmtiles {
    struct wh_ctx *ctx;
    char *name, *description, *attribution;
    double box[4];
    uint32_t zoom_min, zoom_max;
    struct wh_buf data;
    size_t n_blobs, blob_cap;
    struct blob *blob;
    size_t n_tiles, tile_cap;
    struct tile *tile;
    size_t n_slots; /* of the table from content to blob: a power of two */
    uint32_t *slot;
};

uint64_t wh_pmtiles_id(uint32_t z, uint32_t x, uint32_t y)
{
    uint64_t before = 0; /* tiles on all lower zooms */
    for (uint32_t i = 0; i < z; i++) {
        before += (uint64_t)1 << (2 * i);
    }
    uint64_t distance = 0;
    for (uint64_t side = z == 0 ? 0 : (uint64_t)1 << (z - 1); side > 0; side /= 2) {
        const bool right = (x & side) != 0, low = (y & side) != 0;
        distance += side * side * ((3u * right) ^ (unsigned)low);
        /* Turns the quadrant so that the curve enters and leaves where its neighbours do. */
        if (!low) {
            if (right) {
                x = (uint32_t)(side - 1) - (x & (uint32_t)(side - 1));
                y = (uint32_t)(side - 1) - (y & (uint32_t)(side - 1));
            }
            const uint32_t swapped = x;
            x = y;
            y = swapped;
        }
    }
    return before + distance;
}

static char *copy_text(struct wh_ctx *ctx, const char *text)
{
    return wh_strdup(ctx, text == NULL ? "" : text);
}

enum wh_status wh_pmtiles_open(struct wh_ctx *ctx, const struct wh_pmtiles_meta *meta,
                               struct wh_pmtiles **ret, struct wh_error *err)
{
    if (meta->zoom_min > meta->zoom_max || meta->zoom_max > MAX_ZOOM) {
        return wh_fail(err, WH_ERR_INTERNAL, "zooms %u to %u do not fit into PMTiles",
                       meta->zoom_min, meta->zoom_max);
    }
    struct wh_pmtiles *pmtiles = wh_alloc(ctx, sizeof *pmtiles);
    if (pmtiles == NULL) {
        return wh_fail_memory(ctx, err);
    }
    pmtiles->ctx = ctx;
    wh_buf_init(&pmtiles->data, ctx);
    pmtiles->zoom_min = meta->zoom_min;
    pmtiles->zoom_max = meta->zoom_max;
    memcpy(pmtiles->box, meta->box, sizeof pmtiles->box);
    pmtiles->name = copy_text(ctx, meta->name);
    pmtiles->description = copy_text(ctx, meta->description);
    pmtiles->attribution = copy_text(ctx, meta->attribution);
    if (pmtiles->name == NULL || pmtiles->description == NULL || pmtiles->attribution == NULL) {
        wh_pmtiles_abandon(pmtiles);
        return wh_fail_memory(ctx, err);
    }
    *ret = pmtiles;
    return WH_OK;
}

void wh_pmtiles_abandon(struct wh_pmtiles *pmtiles)
{
    if (pmtiles == NULL) {
        return;
    }
    struct wh_ctx *ctx = pmtiles->ctx;
    wh_buf_finish(&pmtiles->data);
    wh_free(ctx, pmtiles->blob);
    wh_free(ctx, pmtiles->tile);
    wh_free(ctx, pmtiles->slot);
    wh_free(ctx, pmtiles->name);
    wh_free(ctx, pmtiles->description);
    wh_free(ctx, pmtiles->attribution);
    wh_free(ctx, pmtiles);
}

/* The slot of a content: where it stands, or the free one where it belongs. */
static size_t find_slot(const struct wh_pmtiles *pmtiles, uint64_t hash, const uint8_t *png,
                        size_t len)
{
    const size_t mask = pmtiles->n_slots - 1;
    size_t at = (size_t)(hash ^ hash >> 32) & mask;
    for (; pmtiles->slot[at] != NO_BLOB; at = (at + 1) & mask) {
        const struct blob *blob = &pmtiles->blob[pmtiles->slot[at]];
        if (blob->hash == hash && blob->len == len &&
            memcmp(pmtiles->data.ptr + blob->at, png, len) == 0) {
            break;
        }
    }
    return at;
}

/* Keeps the table at most half full. */
static enum wh_status make_slots(struct wh_pmtiles *pmtiles, struct wh_error *err)
{
    if (2 * (pmtiles->n_blobs + 1) <= pmtiles->n_slots) {
        return WH_OK;
    }
    const size_t n_slots = pmtiles->n_slots == 0 ? 1024 : 2 * pmtiles->n_slots;
    uint32_t *slot = wh_alloc_array(pmtiles->ctx, n_slots, sizeof *slot);
    if (slot == NULL) {
        return wh_fail_memory(pmtiles->ctx, err);
    }
    memset(slot, 0xFF, n_slots * sizeof *slot);
    wh_free(pmtiles->ctx, pmtiles->slot);
    pmtiles->slot = slot;
    pmtiles->n_slots = n_slots;
    for (size_t i = 0; i < pmtiles->n_blobs; i++) {
        const struct blob *blob = &pmtiles->blob[i];
        const uint8_t *bytes = (const uint8_t *)pmtiles->data.ptr + blob->at;
        slot[find_slot(pmtiles, blob->hash, bytes, blob->len)] = (uint32_t)i;
    }
    return WH_OK;
}

/* The blob of this content, made when it is new. */
static enum wh_status intern(struct wh_pmtiles *pmtiles, const uint8_t *png, size_t len,
                             uint32_t *ret, struct wh_error *err)
{
    enum wh_status status = make_slots(pmtiles, err);
    if (status != WH_OK) {
        return status;
    }
    const uint64_t hash = wh_str_hash((struct wh_str){(const char *)png, len});
    const size_t at = find_slot(pmtiles, hash, png, len);
    if (pmtiles->slot[at] != NO_BLOB) {
        *ret = pmtiles->slot[at];
        return WH_OK;
    }
    status = wh_grow(pmtiles->ctx, (void **)&pmtiles->blob, pmtiles->n_blobs, &pmtiles->blob_cap,
                     sizeof *pmtiles->blob, err);
    if (status != WH_OK) {
        return status;
    }
    const struct blob blob = {.at = pmtiles->data.len, .len = (uint32_t)len, .hash = hash};
    wh_buf_add(&pmtiles->data, png, len);
    status = wh_buf_ok(&pmtiles->data, err);
    if (status != WH_OK) {
        return status;
    }
    pmtiles->slot[at] = (uint32_t)pmtiles->n_blobs;
    *ret = (uint32_t)pmtiles->n_blobs;
    pmtiles->blob[pmtiles->n_blobs++] = blob;
    return WH_OK;
}

enum wh_status wh_pmtiles_add(struct wh_pmtiles *pmtiles, uint32_t z, uint32_t x, uint32_t y,
                              const uint8_t *png, size_t len, struct wh_error *err)
{
    if (z < pmtiles->zoom_min || z > pmtiles->zoom_max || x >> z != 0 || y >> z != 0 || len == 0 ||
        len > UINT32_MAX || pmtiles->n_blobs >= NO_BLOB - 1) {
        return wh_fail(err, WH_ERR_INTERNAL, "tile %u/%u/%u does not belong into the archive", z, x,
                       y);
    }
    uint32_t blob = 0;
    enum wh_status status = intern(pmtiles, png, len, &blob, err);
    if (status == WH_OK) {
        status = wh_grow(pmtiles->ctx, (void **)&pmtiles->tile, pmtiles->n_tiles,
                         &pmtiles->tile_cap, sizeof *pmtiles->tile, err);
    }
    if (status == WH_OK) {
        pmtiles->tile[pmtiles->n_tiles++] =
            (struct tile){.id = wh_pmtiles_id(z, x, y), .blob = blob};
    }
    return status;
}

static int compare_tiles(const void *a, const void *b)
{
    const struct tile *one = a, *other = b;
    return one->id < other->id ? -1 : one->id > other->id ? 1 : 0;
}

/* What the archive is made of, beside the tiles' bytes. */
struct layout {
    struct wh_pmtiles_entry *entry;
    size_t n_entries;
    uint64_t data_bytes;
    struct wh_buf root, leaves, metadata;
};

/* Places the contents in the order of first use and joins neighbours on the curve that share one.
 */
static enum wh_status make_entries(struct wh_pmtiles *pmtiles, struct layout *layout,
                                   struct wh_error *err)
{
    if (pmtiles->n_tiles > 0) {
        qsort(pmtiles->tile, pmtiles->n_tiles, sizeof *pmtiles->tile, compare_tiles);
    }
    layout->entry = wh_alloc_array(pmtiles->ctx, pmtiles->n_tiles, sizeof *layout->entry);
    if (layout->entry == NULL) {
        return wh_fail_memory(pmtiles->ctx, err);
    }
    for (size_t i = 0; i < pmtiles->n_tiles; i++) {
        const struct tile *tile = &pmtiles->tile[i];
        struct blob *blob = &pmtiles->blob[tile->blob];
        struct wh_pmtiles_entry *last =
            layout->n_entries > 0 ? &layout->entry[layout->n_entries - 1] : NULL;
        if (i > 0 && tile->id == pmtiles->tile[i - 1].id) {
            return wh_fail(err, WH_ERR_INTERNAL, "a tile was added twice");
        }
        if (!blob->is_placed) {
            blob->is_placed = true;
            blob->offset = layout->data_bytes;
            layout->data_bytes += blob->len;
        }
        if (last != NULL && last->id + last->run_length == tile->id &&
            pmtiles->tile[i - 1].blob == tile->blob) {
            last->run_length++;
            continue;
        }
        layout->entry[layout->n_entries++] = (struct wh_pmtiles_entry){
            .id = tile->id, .offset = blob->offset, .length = blob->len, .run_length = 1};
    }
    return WH_OK;
}

static enum wh_status make_metadata(const struct wh_pmtiles *pmtiles, struct wh_buf *ret,
                                    struct wh_error *err)
{
    struct wh_buf text;
    wh_buf_init(&text, pmtiles->ctx);
    struct wh_emitter emit = {.buf = &text, .is_compact = true};
    wh_emit_object(&emit, NULL);
    wh_emit_text(&emit, "name", pmtiles->name);
    wh_emit_text(&emit, "description", pmtiles->description);
    wh_emit_text(&emit, "attribution", pmtiles->attribution);
    wh_emit_text(&emit, "type", "overlay");
    wh_emit_text(&emit, "format", "png");
    wh_emit_object_end(&emit);
    enum wh_status status = wh_buf_ok(&text, err);
    if (status == WH_OK) {
        status = wh_pmtiles_gzip(pmtiles->ctx, wh_buf_view(&text), ret, err);
    }
    wh_buf_finish(&text);
    return status;
}

static void put_u64(uint8_t *to, uint64_t n)
{
    for (unsigned i = 0; i < 8; i++) {
        to[i] = (uint8_t)(n >> (8 * i));
    }
}

/* Degrees as a 32-bit integer of 1e-7. */
static void put_degrees(uint8_t *to, double degrees)
{
    const uint32_t n = (uint32_t)(int32_t)lrint(degrees * 1e7);
    for (unsigned i = 0; i < 4; i++) {
        to[i] = (uint8_t)(n >> (8 * i));
    }
}

/* Spec section 3.1. */
static void make_header(const struct wh_pmtiles *pmtiles, const struct layout *layout,
                        uint8_t header[HEADER_BYTES])
{
    const uint64_t metadata_at = HEADER_BYTES + layout->root.len;
    const uint64_t leaves_at = metadata_at + layout->metadata.len;
    memset(header, 0, HEADER_BYTES);
    memcpy(header, "PMTiles\003", 8);
    put_u64(header + 8, HEADER_BYTES);
    put_u64(header + 16, layout->root.len);
    put_u64(header + 24, metadata_at);
    put_u64(header + 32, layout->metadata.len);
    put_u64(header + 40, leaves_at);
    put_u64(header + 48, layout->leaves.len);
    put_u64(header + 56, leaves_at + layout->leaves.len);
    put_u64(header + 64, layout->data_bytes);
    put_u64(header + 72, pmtiles->n_tiles);
    put_u64(header + 80, layout->n_entries);
    put_u64(header + 88, pmtiles->n_blobs);
    header[96] = 1; /* clustered */
    header[97] = COMPRESSION_GZIP;
    header[98] = COMPRESSION_NONE; /* PNG is packed already */
    header[99] = TYPE_PNG;
    header[100] = (uint8_t)pmtiles->zoom_min;
    header[101] = (uint8_t)pmtiles->zoom_max;
    for (unsigned i = 0; i < 4; i++) {
        put_degrees(header + 102 + 4 * i, pmtiles->box[i]);
    }
    header[118] = (uint8_t)pmtiles->zoom_min;
    put_degrees(header + 119, (pmtiles->box[0] + pmtiles->box[2]) / 2);
    put_degrees(header + 123, (pmtiles->box[1] + pmtiles->box[3]) / 2);
}

static enum wh_status write_str(struct wh_writer *writer, const struct wh_buf *buf,
                                struct wh_error *err)
{
    return wh_writer_write(writer, buf->ptr, buf->len, err);
}

static enum wh_status write_archive(const struct wh_pmtiles *pmtiles, const struct layout *layout,
                                    const char *path, struct wh_error *err)
{
    uint8_t header[HEADER_BYTES];
    struct wh_writer *writer = NULL;
    make_header(pmtiles, layout, header);
    enum wh_status status = wh_writer_open(pmtiles->ctx, path, &writer, err);
    if (status != WH_OK) {
        return status;
    }
    status = wh_writer_write(writer, header, sizeof header, err);
    if (status == WH_OK) {
        status = write_str(writer, &layout->root, err);
    }
    if (status == WH_OK) {
        status = write_str(writer, &layout->metadata, err);
    }
    if (status == WH_OK) {
        status = write_str(writer, &layout->leaves, err);
    }
    uint64_t written = 0; /* a content is due when its offset is reached for the first time */
    for (size_t i = 0; status == WH_OK && i < pmtiles->n_tiles; i++) {
        const struct blob *blob = &pmtiles->blob[pmtiles->tile[i].blob];
        if (blob->offset == written) {
            status = wh_writer_write(writer, pmtiles->data.ptr + blob->at, blob->len, err);
            written += blob->len;
        }
    }
    if (status != WH_OK) {
        wh_writer_abandon(writer);
        return status;
    }
    return wh_writer_close(writer, err);
}

enum wh_status wh_pmtiles_close(struct wh_pmtiles *pmtiles, const char *path, struct wh_error *err)
{
    struct layout layout = {0};
    wh_buf_init(&layout.root, pmtiles->ctx);
    wh_buf_init(&layout.leaves, pmtiles->ctx);
    wh_buf_init(&layout.metadata, pmtiles->ctx);
    enum wh_status status = make_entries(pmtiles, &layout, err);
    if (status == WH_OK) {
        status = wh_pmtiles_directories(pmtiles->ctx, layout.entry, layout.n_entries, &layout.root,
                                        &layout.leaves, err);
    }
    if (status == WH_OK) {
        status = make_metadata(pmtiles, &layout.metadata, err);
    }
    if (status == WH_OK) {
        status = write_archive(pmtiles, &layout, path, err);
    }
    wh_buf_finish(&layout.root);
    wh_buf_finish(&layout.leaves);
    wh_buf_finish(&layout.metadata);
    wh_free(pmtiles->ctx, layout.entry);
    wh_pmtiles_abandon(pmtiles);
    return status;
}
