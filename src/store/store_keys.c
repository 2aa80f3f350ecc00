/* store/store_keys.c: the keys of a source's requests, and the hashes that they are made of. */
#include "store/store_keys.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"

static size_t find_slot(const struct store_keys *keys, uint64_t key)
{
    size_t i = (size_t)key & (keys->n_slots - 1);
    while (keys->slot[i].at != 0 && keys->slot[i].key != key) {
        i = (i + 1) & (keys->n_slots - 1);
    }
    return i;
}

uint32_t wh_store_keys_find(const struct store_keys *keys, uint64_t key)
{
    if (keys->n_slots == 0) {
        return WH_NO_KEY;
    }
    const uint32_t found = keys->slot[find_slot(keys, key)].at;
    return found == 0 ? WH_NO_KEY : found - 1;
}

static enum wh_status make_slots(struct store_keys *keys, size_t n_slots, struct wh_error *err)
{
    struct store_slot *const slot = wh_alloc_array(keys->ctx, n_slots, sizeof *slot);
    struct store_slot *const old = keys->slot;
    const size_t n_old = keys->n_slots;
    if (slot == NULL) {
        return wh_fail_memory(keys->ctx, err);
    }
    keys->slot = slot;
    keys->n_slots = n_slots;
    for (size_t i = 0; i < n_old; i++) {
        if (old[i].at != 0) {
            slot[find_slot(keys, old[i].key)] = old[i];
        }
    }
    wh_free(keys->ctx, old);
    return WH_OK;
}

enum wh_status wh_store_keys_reserve(struct store_keys *keys, size_t n, struct wh_error *err)
{
    size_t n_slots = keys->n_slots == 0 ? 1024 : keys->n_slots;
    while (n_slots < 2 * (n + 1)) {
        n_slots *= 2;
    }
    return n_slots == keys->n_slots ? WH_OK : make_slots(keys, n_slots, err);
}

enum wh_status wh_store_keys_add(struct store_keys *keys, const struct store_key *key,
                                 struct wh_error *err)
{
    if (keys->n >= UINT32_MAX - 1) {
        return wh_fail(err, WH_ERR_LIMIT, "more than 4,294,967,294 requests in one source");
    }
    enum wh_status status = wh_store_keys_reserve(keys, keys->n + 1, err);
    if (status == WH_OK) {
        status = wh_grow(keys->ctx, (void **)&keys->at, keys->n, &keys->cap, sizeof *keys->at, err);
    }
    if (status != WH_OK) {
        return status;
    }
    keys->at[keys->n++] = *key;
    struct store_slot *const slot = &keys->slot[find_slot(keys, key->key)];
    if (slot->at == 0) {
        *slot = (struct store_slot){key->key, (uint32_t)keys->n};
    }
    return WH_OK;
}

void wh_store_keys_finish(struct store_keys *keys)
{
    wh_free(keys->ctx, keys->slot);
    wh_free(keys->ctx, keys->at);
    *keys = (struct store_keys){.ctx = keys->ctx};
}

uint64_t wh_store_mix(uint64_t hash, uint64_t value)
{
    uint64_t h = (((hash << 23) | (hash >> 41)) ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    h ^= h >> 33;
    h *= UINT64_C(0xFF51AFD7ED558CCD);
    h ^= h >> 33;
    return h;
}

/* One pattern for every NaN and for both zeros. */
static uint64_t bits_of(double value)
{
    if (isnan(value)) {
        return UINT64_C(0x7FF8000000000000);
    }
    const double plain = value + 0.0;
    uint64_t bits = 0;
    memcpy(&bits, &plain, sizeof bits);
    return bits == UINT64_C(0x8000000000000000) ? 0 : bits;
}

uint64_t wh_store_hash_request(const struct wh_request *request)
{
    const struct wh_str text[] = {request->reference, request->category, request->service_code,
                                  request->channel,   request->language, request->status,
                                  request->provider,  request->address,  request->postcode,
                                  request->ward};
    const uint64_t number[] = {(uint64_t)request->opened_at,
                               (uint64_t)request->opened_to,
                               (uint64_t)request->closed_at,
                               (uint64_t)request->due_at,
                               (uint64_t)request->updated_at,
                               bits_of(request->cost),
                               request->uprn,
                               request->usrn,
                               bits_of(request->given_x),
                               bits_of(request->given_y),
                               request->flags};
    uint64_t hash = 0;
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        hash = wh_store_mix(hash, wh_str_hash(text[i]));
    }
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++) {
        hash = wh_store_mix(hash, number[i]);
    }
    return hash;
}
