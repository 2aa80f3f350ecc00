/* store/store_reading.h: one reading of a source: its files, the requests that the state holds of
 * it, and which of them have been seen. For the files of src/store. */
#ifndef WH_STORE_STORE_READING_H
#define WH_STORE_STORE_READING_H

#include <sqlite3.h>

#include "store/store.h"
#include "store/store_keys.h"

/* A reference that had several versions in one reading: its step-th. Sorted by reference, then
 * step. */
struct store_version {
    uint64_t reference_hash, hash;
    uint32_t step;
};

struct store_versions {
    size_t n, cap;
    struct store_version *at;
};

/* A file of this reading, or of an earlier one. In the order of names, which is that of time where
 * files add to each other. */
struct store_file {
    struct wh_known_file known; /* of the last reading; name always */
    int64_t id;                 /* 0: not in the state yet */
    bool is_known, is_present, is_skipped;
};

/* Of `request`, but for its id. */
#define WH_STORE_N_COLUMNS 23

struct store_reading {
    int64_t source;
    uint64_t n_held, content; /* of requests that are not gone, when it began */
    uint64_t n_alike; /* rows so far without a reference that say what an earlier one says */
    struct wh_reading how;
    bool is_same_rules, was_apart, is_apart; /* apart: no reference stands in two files */
    bool has_savepoint, has_deleted;
    struct wh_arena arena; /* names of files, rules */
    size_t n_files, n_given;
    struct store_file *file;
    uint32_t *given;  /* by the caller's index: index into `file` */
    uint32_t current; /* index into `file` */
    struct store_keys keys;
    struct store_versions before, now;
    uint8_t inserted[WH_STORE_N_COLUMNS]; /* columns that a new request may fill */
    size_t n_inserted;
    sqlite3_stmt *insert, *update, *old_status, *add_history, *find_history;
};

/* Where a row stands: files in order, then lines. */
static inline uint64_t wh_store_pack_place(uint32_t file, uint64_t line)
{
    return ((uint64_t)file << 40) | (line & ((UINT64_C(1) << 40) - 1));
}
static inline uint32_t wh_store_place_file(uint64_t place)
{
    return (uint32_t)(place >> 40);
}

static inline uint64_t wh_store_place_line(uint64_t place)
{
    return place & ((UINT64_C(1) << 40) - 1);
}

/* Keys: of a request that is known by its reference, or by its content (which then has none, or
 * references are not unique). They cannot meet. */
uint64_t wh_store_reference_key(struct wh_str reference);
uint64_t wh_store_content_key(uint64_t hash, uint64_t occurrence);

WH_MUST_USE enum wh_status wh_store_push_version(struct wh_store *store,
                                                 struct store_versions *versions,
                                                 const struct store_version *version,
                                                 struct wh_error *err);
/* First of the versions of a reference, or where it would stand. */
size_t wh_store_find_versions(const struct store_versions *versions, uint64_t reference_hash);
WH_MUST_USE enum wh_status wh_store_load_versions(struct wh_store *store, struct wh_error *err);
/* Those of this reading, and earlier ones of requests that were not read now. */
WH_MUST_USE enum wh_status wh_store_save_versions(struct wh_store *store, struct wh_error *err);
/* References whose last version is gone, so that an older one, which was known, stands again. */
uint64_t wh_store_count_reverted(const struct store_reading *reading);

/* Prepares what wh_store_put() needs. */
WH_MUST_USE enum wh_status wh_store_prepare_put(struct wh_store *store, struct wh_error *err);

#endif
