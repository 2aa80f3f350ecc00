/* publish/tile_set.c: collects tiles, keeps equal ones once, and hands them to the writer of a form
 * in the order of the Hilbert curve. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/sha256.h"
#include "publish/tile_set_internal.h"

enum { MAX_ZOOM = 26 };
#define NO_BLOB UINT32_MAX

uint64_t wh_tile_id(uint32_t z, uint32_t x, uint32_t y)
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

bool wh_tile_form_of(const char *path, enum wh_tile_form *ret)
{
    static const char *const END[] = {
        [WH_TILES_PMTILES] = ".pmtiles", [WH_TILES_MBTILES] = ".mbtiles", [WH_TILES_FOLDER] = "/"};
    for (unsigned i = 0; i < sizeof END / sizeof *END; i++) {
        if (wh_str_has_suffix(wh_str_c(path), END[i])) {
            *ret = (enum wh_tile_form)i;
            return true;
        }
    }
    return false;
}

static char *copy_text(struct wh_ctx *ctx, const char *text)
{
    return wh_strdup(ctx, text == NULL ? "" : text);
}

enum wh_status wh_tile_set_create(struct wh_ctx *ctx, const struct wh_tile_meta *meta,
                                  struct wh_tile_set **ret, struct wh_error *err)
{
    if (meta->zoom_min > meta->zoom_max || meta->zoom_max > MAX_ZOOM) {
        return wh_fail(err, WH_ERR_INTERNAL, "zooms %u to %u do not fit into a tileset",
                       meta->zoom_min, meta->zoom_max);
    }
    struct wh_tile_set *set = wh_alloc(ctx, sizeof *set);
    if (set == NULL) {
        return wh_fail_memory(ctx, err);
    }
    set->ctx = ctx;
    wh_buf_init(&set->data, ctx);
    set->zoom_min = meta->zoom_min;
    set->zoom_max = meta->zoom_max;
    memcpy(set->box, meta->box, sizeof set->box);
    set->name = copy_text(ctx, meta->name);
    set->description = copy_text(ctx, meta->description);
    set->attribution = copy_text(ctx, meta->attribution);
    set->members = copy_text(ctx, meta->members);
    set->type = meta->type;
    if (set->members == NULL || set->name == NULL || set->description == NULL ||
        set->attribution == NULL) {
        wh_tile_set_destroy(set);
        return wh_fail_memory(ctx, err);
    }
    *ret = set;
    return WH_OK;
}

void wh_tile_set_destroy(struct wh_tile_set *set)
{
    if (set == NULL) {
        return;
    }
    struct wh_ctx *ctx = set->ctx;
    wh_buf_finish(&set->data);
    wh_free(ctx, set->blob);
    wh_free(ctx, set->tile);
    wh_free(ctx, set->slot);
    wh_free(ctx, set->name);
    wh_free(ctx, set->description);
    wh_free(ctx, set->attribution);
    wh_free(ctx, set->members);
    wh_free(ctx, set);
}

/* The slot of a content: where it stands, or the free one where it belongs. */
static size_t find_slot(const struct wh_tile_set *set, uint64_t hash, const uint8_t *png,
                        size_t len)
{
    const size_t mask = set->n_slots - 1;
    size_t at = (size_t)(hash ^ hash >> 32) & mask;
    for (; set->slot[at] != NO_BLOB; at = (at + 1) & mask) {
        const struct wh_tile_blob *blob = &set->blob[set->slot[at]];
        if (blob->hash == hash && blob->len == len &&
            memcmp(set->data.ptr + blob->at, png, len) == 0) {
            break;
        }
    }
    return at;
}

/* Keeps the table at most half full. */
static enum wh_status make_slots(struct wh_tile_set *set, struct wh_error *err)
{
    if (2 * (set->n_blobs + 1) <= set->n_slots) {
        return WH_OK;
    }
    const size_t n_slots = set->n_slots == 0 ? 1024 : 2 * set->n_slots;
    uint32_t *slot = wh_alloc_array(set->ctx, n_slots, sizeof *slot);
    if (slot == NULL) {
        return wh_fail_memory(set->ctx, err);
    }
    memset(slot, 0xFF, n_slots * sizeof *slot);
    wh_free(set->ctx, set->slot);
    set->slot = slot;
    set->n_slots = n_slots;
    for (size_t i = 0; i < set->n_blobs; i++) {
        const struct wh_tile_blob *blob = &set->blob[i];
        const uint8_t *bytes = (const uint8_t *)set->data.ptr + blob->at;
        slot[find_slot(set, blob->hash, bytes, blob->len)] = (uint32_t)i;
    }
    return WH_OK;
}

/* The blob of this content, made when it is new. */
static enum wh_status intern(struct wh_tile_set *set, const uint8_t *png, size_t len, uint32_t *ret,
                             struct wh_error *err)
{
    enum wh_status status = make_slots(set, err);
    if (status != WH_OK) {
        return status;
    }
    const uint64_t hash = wh_str_hash((struct wh_str){(const char *)png, len});
    const size_t at = find_slot(set, hash, png, len);
    if (set->slot[at] != NO_BLOB) {
        *ret = set->slot[at];
        return WH_OK;
    }
    status = wh_grow(set->ctx, (void **)&set->blob, set->n_blobs, &set->blob_cap, sizeof *set->blob,
                     err);
    if (status != WH_OK) {
        return status;
    }
    const struct wh_tile_blob blob = {.at = set->data.len, .len = (uint32_t)len, .hash = hash};
    wh_buf_add(&set->data, png, len);
    status = wh_buf_ok(&set->data, err);
    if (status != WH_OK) {
        return status;
    }
    set->slot[at] = (uint32_t)set->n_blobs;
    *ret = (uint32_t)set->n_blobs;
    set->blob[set->n_blobs++] = blob;
    return WH_OK;
}

enum wh_status wh_tile_set_add(struct wh_tile_set *set, uint32_t z, uint32_t x, uint32_t y,
                               const uint8_t *png, size_t len, struct wh_error *err)
{
    if (z < set->zoom_min || z > set->zoom_max || x >> z != 0 || y >> z != 0 || len == 0 ||
        len > UINT32_MAX || set->n_blobs >= NO_BLOB - 1) {
        return wh_fail(err, WH_ERR_INTERNAL, "tile %u/%u/%u does not belong into the tileset", z, x,
                       y);
    }
    uint32_t blob = 0;
    enum wh_status status = intern(set, png, len, &blob, err);
    if (status == WH_OK) {
        status = wh_grow(set->ctx, (void **)&set->tile, set->n_tiles, &set->tile_cap,
                         sizeof *set->tile, err);
    }
    if (status == WH_OK) {
        set->tile[set->n_tiles++] = (struct wh_tile_entry){wh_tile_id(z, x, y), z, x, y, blob};
    }
    return status;
}

static int compare_tiles(const void *a, const void *b)
{
    const struct wh_tile_entry *one = a, *other = b;
    return one->id < other->id ? -1 : one->id > other->id ? 1 : 0;
}

/* Contents in the order of first use; the table of slots is of no use after that. */
static enum wh_status sort_blobs(struct wh_tile_set *set, struct wh_error *err)
{
    uint32_t *const rank = wh_alloc_array(set->ctx, set->n_blobs, sizeof *rank);
    struct wh_tile_blob *const blob = wh_alloc_array(set->ctx, set->n_blobs, sizeof *blob);
    enum wh_status status = WH_OK;
    uint32_t n = 0;
    if (rank == NULL || blob == NULL) {
        wh_free(set->ctx, blob);
        status = wh_fail_memory(set->ctx, err);
        goto out;
    }
    memset(rank, 0xFF, set->n_blobs * sizeof *rank);
    for (size_t i = 0; i < set->n_tiles; i++) {
        uint32_t *const at = &rank[set->tile[i].blob];
        if (*at == NO_BLOB) {
            blob[n] = set->blob[set->tile[i].blob];
            *at = n++;
        }
        set->tile[i].blob = *at;
    }
    wh_free(set->ctx, set->blob);
    set->blob = blob;
out:
    wh_free(set->ctx, rank);
    return status;
}

static enum wh_status sort(struct wh_tile_set *set, struct wh_error *err)
{
    if (set->n_tiles > 0) {
        qsort(set->tile, set->n_tiles, sizeof *set->tile, compare_tiles);
    }
    for (size_t i = 1; i < set->n_tiles; i++) {
        if (set->tile[i].id == set->tile[i - 1].id) {
            return wh_fail(err, WH_ERR_INTERNAL, "a tile was added twice");
        }
    }
    return sort_blobs(set, err);
}

/* Under a name of its own first. */
static enum wh_status write_file(const struct wh_tile_set *set, enum wh_tile_form form,
                                 const char *part, const char *path, struct wh_error *err)
{
    enum wh_status status = form == WH_TILES_PMTILES ? wh_pmtiles_write(set, part, err)
                                                     : wh_mbtiles_write(set, part, err);
    if (status != WH_OK) {
        return status;
    }
    status = wh_io_rename_over(set->ctx, part, path, err);
    if (status != WH_OK) {
        struct wh_error ignored;
        (void)!wh_io_remove_file(part, &ignored);
    }
    return status;
}

/* A folder may hold anything, other tiles too: nothing is taken away or mixed. */
static enum wh_status check_empty(const struct wh_tile_set *set, const char *path,
                                  struct wh_error *err)
{
    struct wh_paths names = {0};
    struct wh_file_info info;
    if (!wh_io_stat(path, &info)) {
        return WH_OK;
    }
    enum wh_status status = wh_io_list(set->ctx, path, &names, err);
    if (status == WH_OK && names.n > 0) {
        status = wh_fail_at(err, WH_ERR_OUTPUT, path, 0, 0,
                            "the folder is not empty: name a new one, or remove it first");
    }
    if (status == WH_OK) {
        status = wh_io_remove_tree(set->ctx, path, err); /* makes room for the new one */
    }
    wh_paths_finish(set->ctx, &names);
    return status;
}

static enum wh_status write_folder(const struct wh_tile_set *set, const char *part,
                                   const char *path, struct wh_error *err)
{
    enum wh_status status = check_empty(set, path, err);
    if (status == WH_OK) {
        status = wh_io_remove_tree(set->ctx, part, err); /* of a run that was killed */
    }
    if (status == WH_OK) {
        status = wh_tile_folder_write(set, part, err);
    }
    if (status == WH_OK) {
        status = wh_io_rename_new(part, path, err);
    }
    if (status != WH_OK) {
        struct wh_error ignored;
        (void)!wh_io_remove_tree(set->ctx, part, &ignored);
    }
    return status;
}

enum wh_status wh_tile_set_write(struct wh_tile_set *set, enum wh_tile_form form, const char *path,
                                 struct wh_error *err)
{
    struct wh_str whole = wh_str_c(path);
    struct wh_buf name, part;
    while (form == WH_TILES_FOLDER && whole.len > 1 && whole.ptr[whole.len - 1] == '/') {
        whole.len--;
    }
    wh_buf_init(&name, set->ctx);
    wh_buf_init(&part, set->ctx);
    wh_buf_str(&name, whole);
    wh_buf_str(&part, whole);
    wh_buf_c(&part, ".part");
    enum wh_status status = wh_buf_ok(&name, err);
    if (status == WH_OK) {
        status = wh_buf_ok(&part, err);
    }
    if (status == WH_OK) {
        status = sort(set, err);
    }
    if (status == WH_OK) {
        status = form == WH_TILES_FOLDER ? write_folder(set, part.ptr, name.ptr, err)
                                         : write_file(set, form, part.ptr, name.ptr, err);
    }
    wh_buf_finish(&name);
    wh_buf_finish(&part);
    return status;
}

void wh_tile_set_hash(const struct wh_tile_set *set, char ret_hex[65])
{
    struct wh_sha256 sha;
    wh_sha256_init(&sha);
    for (size_t i = 0; i < set->n_tiles; i++) {
        const struct wh_tile_entry *const tile = &set->tile[i];
        const struct wh_tile_blob *const blob = &set->blob[tile->blob];
        char head[64];
        const int len =
            snprintf(head, sizeof head, "%u/%u/%u %u\n", tile->z, tile->x, tile->y, blob->len);
        wh_sha256_add(&sha, head, (size_t)len);
        wh_sha256_add(&sha, set->data.ptr + blob->at, blob->len);
    }
    wh_sha256_hex(&sha, ret_hex);
}
