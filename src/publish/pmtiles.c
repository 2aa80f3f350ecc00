/* publish/pmtiles.c: a PMTiles v3 archive, clustered (spec: protomaps/PMTiles v3). */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "publish/emit.h"
#include "publish/pmtiles_directory.h"
#include "publish/tile_set_internal.h"

enum { HEADER_BYTES = 127 };
enum { COMPRESSION_NONE = 1, COMPRESSION_GZIP = 2, TYPE_MVT = 1, TYPE_PNG = 2 };

/* What the archive is made of, beside the tiles' bytes. */
struct layout {
    struct wh_pmtiles_entry *entry;
    size_t n_entries;
    uint64_t *offset; /* of each content in the data section */
    uint64_t data_bytes;
    struct wh_buf root, leaves, metadata;
};

/* Joins neighbours on the curve that share a content. */
static void make_entries(const struct wh_tile_set *set, struct layout *layout)
{
    for (size_t i = 0; i < set->n_tiles; i++) {
        const struct wh_tile_entry *tile = &set->tile[i];
        struct wh_pmtiles_entry *last =
            layout->n_entries > 0 ? &layout->entry[layout->n_entries - 1] : NULL;
        if (last != NULL && last->id + last->run_length == tile->id &&
            set->tile[i - 1].blob == tile->blob) {
            last->run_length++;
            continue;
        }
        layout->entry[layout->n_entries++] =
            (struct wh_pmtiles_entry){.id = tile->id,
                                      .offset = layout->offset[tile->blob],
                                      .length = set->blob[tile->blob].len,
                                      .run_length = 1};
    }
}

static enum wh_status make_metadata(const struct wh_tile_set *set, struct wh_buf *ret,
                                    struct wh_error *err)
{
    struct wh_buf text;
    wh_buf_init(&text, set->ctx);
    struct wh_emitter emit = {.buf = &text, .is_compact = true};
    wh_emit_object(&emit, NULL);
    wh_emit_text(&emit, "name", set->name);
    wh_emit_text(&emit, "description", set->description);
    wh_emit_text(&emit, "attribution", set->attribution);
    wh_emit_text(&emit, "type", "overlay");
    wh_emit_text(&emit, "format", set->type == WH_TILE_PNG ? "png" : "pbf");
    if (set->members[0] != '\0') {
        wh_buf_char(&text, ',');
        wh_buf_c(&text, set->members);
    }
    wh_emit_object_end(&emit);
    enum wh_status status = wh_buf_ok(&text, err);
    if (status == WH_OK) {
        status = wh_pmtiles_gzip(set->ctx, wh_buf_view(&text), ret, err);
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
static void make_header(const struct wh_tile_set *set, const struct layout *layout,
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
    put_u64(header + 72, set->n_tiles);
    put_u64(header + 80, layout->n_entries);
    put_u64(header + 88, set->n_blobs);
    header[96] = 1; /* clustered */
    header[97] = COMPRESSION_GZIP;
    const bool is_png = set->type == WH_TILE_PNG; /* packed already */
    header[98] = is_png ? COMPRESSION_NONE : COMPRESSION_GZIP;
    header[99] = is_png ? TYPE_PNG : TYPE_MVT;
    header[100] = (uint8_t)set->zoom_min;
    header[101] = (uint8_t)set->zoom_max;
    for (unsigned i = 0; i < 4; i++) {
        put_degrees(header + 102 + 4 * i, set->box[i]);
    }
    header[118] = (uint8_t)set->zoom_min;
    put_degrees(header + 119, (set->box[0] + set->box[2]) / 2);
    put_degrees(header + 123, (set->box[1] + set->box[3]) / 2);
}

static enum wh_status write_str(struct wh_writer *writer, const struct wh_buf *buf,
                                struct wh_error *err)
{
    return wh_writer_write(writer, buf->ptr, buf->len, err);
}

static enum wh_status write_archive(const struct wh_tile_set *set, const struct layout *layout,
                                    const char *path, struct wh_error *err)
{
    uint8_t header[HEADER_BYTES];
    struct wh_writer *writer = NULL;
    make_header(set, layout, header);
    enum wh_status status = wh_writer_open(set->ctx, path, &writer, err);
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
    for (size_t i = 0; status == WH_OK && i < set->n_blobs; i++) {
        const struct wh_tile_blob *const blob = &set->blob[i];
        status = wh_writer_write(writer, set->data.ptr + blob->at, blob->len, err);
    }
    if (status != WH_OK) {
        wh_writer_abandon(writer);
        return status;
    }
    return wh_writer_close(writer, err);
}

static enum wh_status lay_out(const struct wh_tile_set *set, struct layout *layout,
                              struct wh_error *err)
{
    layout->entry = wh_alloc_array(set->ctx, set->n_tiles, sizeof *layout->entry);
    layout->offset = wh_alloc_array(set->ctx, set->n_blobs, sizeof *layout->offset);
    if (layout->entry == NULL || layout->offset == NULL) {
        return wh_fail_memory(set->ctx, err);
    }
    for (size_t i = 0; i < set->n_blobs; i++) {
        layout->offset[i] = layout->data_bytes;
        layout->data_bytes += set->blob[i].len;
    }
    make_entries(set, layout);
    const enum wh_status status = wh_pmtiles_directories(set->ctx, layout->entry, layout->n_entries,
                                                         &layout->root, &layout->leaves, err);
    return status == WH_OK ? make_metadata(set, &layout->metadata, err) : status;
}

enum wh_status wh_pmtiles_write(const struct wh_tile_set *set, const char *path,
                                struct wh_error *err)
{
    struct layout layout = {0};
    wh_buf_init(&layout.root, set->ctx);
    wh_buf_init(&layout.leaves, set->ctx);
    wh_buf_init(&layout.metadata, set->ctx);
    enum wh_status status = lay_out(set, &layout, err);
    if (status == WH_OK) {
        status = write_archive(set, &layout, path, err);
    }
    wh_buf_finish(&layout.root);
    wh_buf_finish(&layout.leaves);
    wh_buf_finish(&layout.metadata);
    wh_free(set->ctx, layout.entry);
    wh_free(set->ctx, layout.offset);
    return status;
}
