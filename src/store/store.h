/* store/store.h: the embedded state (SQLite, state/wardheat.db): requests, files read, frozen
 * choices, runs. */
#ifndef WH_STORE_STORE_H
#define WH_STORE_STORE_H

#include "model/gazetteer.h"
#include "model/handling.h"
#include "model/requests.h"

struct wh_store;

/* Opens or makes the state; migrates an older schema, refuses a newer one. WH_ERR_INPUT: not a
 * database, or damaged (quick_check). */
WH_MUST_USE enum wh_status wh_store_open(struct wh_ctx *ctx, const char *path,
                                         struct wh_store **ret, struct wh_error *err);
/* Rolls back what is not committed. NULL is fine. */
void wh_store_close(struct wh_store *store);
WH_MUST_USE enum wh_status wh_store_begin(struct wh_store *store, struct wh_error *err);
/* Writes what has changed to disk, still to be rolled back: what lies between this and
 * wh_store_commit() stands or falls without a full disk in the second. WH_ERR_OUTPUT. */
WH_MUST_USE enum wh_status wh_store_flush(struct wh_store *store, struct wh_error *err);
WH_MUST_USE enum wh_status wh_store_commit(struct wh_store *store, struct wh_error *err);

/*
 * One reading of a source, inside a transaction: begin, files, then file_begin, put, file_end for
 * each file that is read, then end.
 */
enum wh_key { WH_KEY_UPSERT, WH_KEY_KEEP };
struct wh_reading {
    const char *source_id;
    enum wh_key key;
    bool is_delta;      /* files add to what is known; false: together they are everything */
    const char *rules;  /* says all that decides what a row becomes; once it changes, every file is
                           read again */
    uint32_t fields;    /* 1 << enum wh_field, or-ed: what its requests may say; 0: anything */
    bool can_be_undone; /* by wh_store_source_undo(), whatever happens */
    int64_t as_of_day;  /* on which what is gone is gone */
    int64_t as_of_utc;  /* when a state was learned whose time the source does not say */
};
/* What the last reading knew of a file. */
struct wh_known_file {
    const char *name;
    char sha256[65];
    uint64_t size_bytes, rows;
    int64_t newest_utc; /* newest opened; WH_NO_TIME: none */
    bool has_future;    /* holds rows that were in the future then: to be read again */
};
WH_MUST_USE enum wh_status wh_store_source_begin(struct wh_store *store,
                                                 const struct wh_reading *reading,
                                                 struct wh_error *err);
/* NULL: not read last time, or by other rules. Valid until the reading ends. */
const struct wh_known_file *wh_store_known_file(const struct wh_store *store, const char *name);
/* Do the names hold every file of the last reading? */
bool wh_store_knows_no_other(const struct wh_store *store, const char *const *name, size_t n);
/* May a file that has not changed be passed over while others are read? Yes where files add to each
 * other, or have had no reference in common so far. */
bool wh_store_may_skip(const struct wh_store *store);
/* The files there are, sorted by name, and which of them are passed over: what they held stands. */
WH_MUST_USE enum wh_status wh_store_source_files(struct wh_store *store, const char *const *name,
                                                 const bool *is_skipped, size_t n,
                                                 struct wh_error *err);
void wh_store_file_begin(struct wh_store *store, size_t file_idx);
/* What is to be known of it next time; but for its name. */
WH_MUST_USE enum wh_status
wh_store_file_end(struct wh_store *store, const struct wh_known_file *file, struct wh_error *err);
/*
 * put() tells what the row was: added, updated (upsert: another row of this reference had other
 * content, or the request was gone), unchanged (as in the state before this reading, or older than
 * what a later file said), duplicate (every mapped field equals an earlier row's of this reading).
 * CLASH: it belongs to a request of a file that is passed over; nothing can be said: undo, and read
 * every file. `request->file` is not looked at.
 */
enum wh_put { WH_PUT_ADDED, WH_PUT_UPDATED, WH_PUT_UNCHANGED, WH_PUT_DUPLICATE, WH_PUT_CLASH };
WH_MUST_USE enum wh_status wh_store_put(struct wh_store *store, const struct wh_request *request,
                                        enum wh_put *ret, struct wh_error *err);
/* After a clash: everything is as it was before the reading began. */
WH_MUST_USE enum wh_status wh_store_source_undo(struct wh_store *store, struct wh_error *err);
struct wh_reading_end {
    uint64_t gone; /* that the source no longer holds: marked so, and left out of figures */
    uint64_t held_before, held; /* requests that are not gone, before and after */
    uint64_t content;           /* of those after: a hash that does not depend on their order */
    uint64_t reverted; /* rows told as unchanged that brought an older version of their reference
                          back, because its last one is gone: updated, in truth */
    uint64_t alike;    /* rows without a reference that say what an earlier row says */
};
WH_MUST_USE enum wh_status wh_store_source_end(struct wh_store *store, struct wh_reading_end *ret,
                                               struct wh_error *err);
/*
 * Deletes, for good, requests of a source that were opened, and closed if they were, before
 * `before_utc`: those that are gone, and with `is_delta` any, for such a source cannot say what is
 * gone.
 */
struct wh_purged {
    uint64_t n;
    uint64_t held, content; /* as in struct wh_reading_end, after it */
};
WH_MUST_USE enum wh_status wh_store_purge(struct wh_store *store, const char *source_id,
                                          bool is_delta, int64_t before_utc, struct wh_purged *ret,
                                          struct wh_error *err);
/* What a source holds that is not gone: how many requests, and a hash of what they say that does
 * not depend on their order; 0 of one that was never read. */
WH_MUST_USE enum wh_status wh_store_held(struct wh_store *store, const char *source_id,
                                         uint64_t *ret_held, uint64_t *ret_content,
                                         struct wh_error *err);
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

/* Every request that is not gone, in canonical order, with what geocode needs. Text in ret->arena;
 * NULL: none. */
struct wh_unplaced {
    struct wh_requests requests; /* x, y NaN; ward -1; outcome NOT_PLACED; of the placing only
                                    whether a given coordinate was a fault */
    double *given_x, *given_y;   /* in the source's CRS; NaN: none */
    const char **postcode;       /* normalised "BA1 1AA" */
    const char **address;        /* as it came; equal texts share one pointer */
    const char **ward;           /* code or name, as the source says it; shared too */
    const char **channel;        /* shared too */
    uint64_t *uprn, *usrn;       /* 0: none */
};
WH_MUST_USE enum wh_status wh_store_load(struct wh_store *store, struct wh_unplaced *ret,
                                         struct wh_error *err);
/* How they came in and were dealt with; `requests` as loaded. Caller finishes. */
WH_MUST_USE enum wh_status wh_store_load_handling(struct wh_store *store,
                                                  const struct wh_requests *requests,
                                                  struct wh_handling *ret, struct wh_error *err);
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

/* Finds the requests of references (none that are gone): one call for each, with the reference's
 * index; those that share a reference are all found. */
struct wh_reference {
    const char *source_id;
    struct wh_str reference;
};
typedef enum wh_status wh_reference_fn(void *user, size_t reference_idx, int64_t row,
                                       struct wh_error *err);
WH_MUST_USE enum wh_status wh_store_find_references(struct wh_store *store,
                                                    const struct wh_reference *reference, size_t n,
                                                    wh_reference_fn *fn, void *user,
                                                    struct wh_error *err);

/* The states that a request has been in, by time; the last is the one that it is in. */
struct wh_status_change {
    int64_t since_utc; /* WH_NO_TIME: unknown */
    struct wh_str status;
};
WH_MUST_USE enum wh_status wh_store_history(struct wh_store *store, int64_t row,
                                            struct wh_arena *arena, struct wh_status_change **ret,
                                            size_t *ret_n, struct wh_error *err);
/* How often each name stands among requests of a source whose category is not in its list; sorted
 * by name. */
struct wh_name_count {
    const char *name;
    uint64_t n;
};
WH_MUST_USE enum wh_status wh_store_unmapped(struct wh_store *store, const char *source_id,
                                             struct wh_arena *arena, struct wh_name_count **ret,
                                             size_t *ret_n, struct wh_error *err);

/*
 * Rows of gazetteer files, so that a file that has not changed need not be read again; in a
 * transaction. `name` is the file's path, `recipe` says all else that decides what its rows become.
 * find() gives 0 where the file is new, has changed (by sha256) or is read in another way; then
 * begin(), put() for each row, end(). keep() forgets all gazetteers but those of the ids.
 */
WH_MUST_USE enum wh_status wh_store_gazetteer_find(struct wh_store *store, const char *name,
                                                   const char *recipe, const char *sha256,
                                                   int64_t *ret_id, struct wh_gazetteer_note *ret,
                                                   struct wh_error *err);
WH_MUST_USE enum wh_status wh_store_gazetteer_begin(struct wh_store *store, const char *name,
                                                    const char *recipe, int64_t *ret_id,
                                                    struct wh_error *err);
WH_MUST_USE enum wh_status wh_store_gazetteer_put(struct wh_store *store, int64_t id,
                                                  const struct wh_gazetteer_row *row,
                                                  struct wh_error *err);
WH_MUST_USE enum wh_status wh_store_gazetteer_end(struct wh_store *store, int64_t id,
                                                  const struct wh_gazetteer_note *note,
                                                  struct wh_error *err);
/* Every row that was put, in that order; `file` is theirs from now on. */
WH_MUST_USE enum wh_status wh_store_gazetteer_each(struct wh_store *store, int64_t id,
                                                   uint16_t file, wh_gazetteer_row_fn *fn,
                                                   void *user, struct wh_error *err);
WH_MUST_USE enum wh_status wh_store_gazetteers_keep(struct wh_store *store, const int64_t *id,
                                                    size_t n, struct wh_error *err);

const char *wh_store_version(void); /* "SQLite 3.40.1" */

#endif
