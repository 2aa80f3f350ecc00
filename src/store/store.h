/* store/store.h: the embedded state (SQLite, state/wardheat.db): requests, files read, frozen
 * choices, runs. */
#ifndef WH_STORE_STORE_H
#define WH_STORE_STORE_H

#include "model/requests.h"

struct wh_store;

/* Opens or makes the state; migrates an older schema, refuses a newer one. WH_ERR_INPUT: not a
 * database, or damaged (quick_check). */
WH_MUST_USE enum wh_status wh_store_open(struct wh_ctx *ctx, const char *path,
                                         struct wh_store **ret, struct wh_error *err);
/* Rolls back what is not committed. NULL is fine. */
void wh_store_close(struct wh_store *store);
WH_MUST_USE enum wh_status wh_store_begin(struct wh_store *store, struct wh_error *err);
WH_MUST_USE enum wh_status wh_store_commit(struct wh_store *store, struct wh_error *err);

/*
 * One whole reading of a source (history: full), inside a transaction. put() tells what the row
 * was: added, updated (upsert: another row of this reference had other content), unchanged (as in
 * the state before this run), duplicate (every mapped field equals an earlier row's of this run).
 * end() takes away what the source no longer holds and says how many.
 */
enum wh_key { WH_KEY_UPSERT, WH_KEY_KEEP };
enum wh_put { WH_PUT_ADDED, WH_PUT_UPDATED, WH_PUT_UNCHANGED, WH_PUT_DUPLICATE };
WH_MUST_USE enum wh_status wh_store_source_begin(struct wh_store *store, const char *source_id,
                                                 enum wh_key key, struct wh_error *err);
WH_MUST_USE enum wh_status wh_store_put(struct wh_store *store, const struct wh_request *request,
                                        enum wh_put *ret, struct wh_error *err);
WH_MUST_USE enum wh_status wh_store_source_end(struct wh_store *store, uint64_t *ret_gone,
                                               struct wh_error *err);
/* Of the last source_end(): rows told as unchanged that brought an older version of their reference
 * back, because its last one is gone: updated, in truth. */
uint64_t wh_store_source_reverted(const struct wh_store *store);
/* Takes away sources that the config no longer names, with all their requests; says how many
 * requests. In a transaction. */
WH_MUST_USE enum wh_status wh_store_keep_sources(struct wh_store *store,
                                                 const char *const *source_id, size_t n,
                                                 uint64_t *ret_gone, struct wh_error *err);

/* Small named choices that are frozen once made ("bandwidth.fly-tipping"): bandwidths, class
 * breaks, the public period. *ret is in `arena`, or NULL. */
WH_MUST_USE enum wh_status wh_store_get(struct wh_store *store, const char *key,
                                        struct wh_arena *arena, const char **ret,
                                        struct wh_error *err);
WH_MUST_USE enum wh_status wh_store_set(struct wh_store *store, const char *key, const char *value,
                                        struct wh_error *err);

/* Every request in canonical order, with what geocode needs: given coordinates, postcode, category,
 * source. Text in ret->arena. */
struct wh_unplaced {
    struct wh_requests requests; /* x, y NaN; ward -1; outcome NOT_PLACED */
    double *given_x, *given_y;   /* in the source's CRS; NaN: none */
    const char **postcode;       /* normalised "BA1 1AA", or NULL */
};
WH_MUST_USE enum wh_status wh_store_load(struct wh_store *store, struct wh_unplaced *ret,
                                         struct wh_error *err);
/* Frees what is left after the requests were moved out. */
void wh_unplaced_finish(struct wh_ctx *ctx, struct wh_unplaced *unplaced);
/* Keeps place, precision, method, ward code and outcome of every request. */
WH_MUST_USE enum wh_status wh_store_save_places(struct wh_store *store,
                                                const struct wh_requests *requests,
                                                const char *const *ward_code, struct wh_error *err);

/* What must never be public, one call a request: reference, location text, postcode, given
 * coordinates (NaN: none), place. */
struct wh_secret {
    struct wh_str reference, address, uprn;
    double given_x, given_y;
};
typedef enum wh_status wh_secret_fn(void *user, const struct wh_secret *secret,
                                    struct wh_error *err);
WH_MUST_USE enum wh_status wh_store_each_secret(struct wh_store *store, wh_secret_fn *fn,
                                                void *user, struct wh_error *err);

/* One request in full, for officers' files: text in `arena`. */
WH_MUST_USE enum wh_status wh_store_request(struct wh_store *store, int64_t row,
                                            struct wh_arena *arena, struct wh_request *ret,
                                            struct wh_error *err);

const char *wh_store_version(void); /* "SQLite 3.40.1" */

#endif
