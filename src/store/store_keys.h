/* store/store_keys.h: which requests of a source the state holds, in memory, by what makes each one
 * itself. */
#ifndef WH_STORE_STORE_KEYS_H
#define WH_STORE_STORE_KEYS_H

#include "model/requests.h"

#define WH_NO_KEY UINT32_MAX

/*
 * One request. `key` is the hash of its reference (key: upsert), or of its content and occurrence.
 * Of two million requests a pair shares a 64-bit key with a probability of one in ten million.
 */
struct store_key {
    uint64_t key, hash;      /* hash: of the content that the state holds now */
    uint64_t reference_hash; /* 0: no reference */
    int64_t row;
    uint64_t place;       /* wh_store_pack_place() */
    uint32_t occurrence;  /* among rows alike */
    uint32_t n_seen;      /* versions (upsert), or rows alike (no reference), in this reading */
    uint32_t version_pos; /* in the versions of the last reading: where to look next */
    bool was_known;       /* before this reading */
    bool is_by_content;   /* not by its reference */
    bool is_seen;         /* in this reading */
    bool is_changed;      /* counted as updated in this reading */
    bool is_gone;         /* the source did not hold it any more */
    bool is_standing;     /* in a file that is not read this time, and holds what it held */
    bool is_dirty;        /* to be written when the reading ends */
};

/* Of the hash table: the key beside its index, so that a look-up touches one place. */
struct store_slot {
    uint64_t key;
    uint32_t at; /* index + 1; 0: free */
};

struct store_keys {
    struct wh_ctx *ctx;
    size_t n, cap;
    struct store_key *at;
    struct store_slot *slot;
    size_t n_slots;
};

/* Index of a key, or WH_NO_KEY. */
uint32_t wh_store_keys_find(const struct store_keys *keys, uint64_t key);
/* Makes room for so many, so that adding them moves nothing. */
WH_MUST_USE enum wh_status wh_store_keys_reserve(struct store_keys *keys, size_t n,
                                                 struct wh_error *err);
/* Appends; a key that is there already is appended but not found (a leftover of another `key:`
 * setting). */
WH_MUST_USE enum wh_status wh_store_keys_add(struct store_keys *keys, const struct store_key *key,
                                             struct wh_error *err);
void wh_store_keys_finish(struct store_keys *keys);

/* Mixes a value into a hash (the multiplier is 2^64 divided by the golden ratio; the finish is
 * Murmur3's). */
uint64_t wh_store_mix(uint64_t hash, uint64_t value);
/* Of every mapped field, not of file and line. */
uint64_t wh_store_hash_request(const struct wh_request *request);

#endif
