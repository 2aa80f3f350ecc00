/* store/store_internal.h: what the files of src/store share. */
#ifndef WH_STORE_STORE_INTERNAL_H
#define WH_STORE_STORE_INTERNAL_H

#include <sqlite3.h>

#include "base/arena.h"
#include "store/store.h"

struct store_reading; /* store_reading.h */

/* Short texts that come again and again (categories, states, ward codes), each kept once; ids are
 * rowids of `word`. */
struct store_words {
    struct wh_arena arena;
    size_t n, cap;
    struct wh_str *text; /* by id - 1; NULL ptr: no such id */
    uint32_t *slot;      /* hash table of ids; 0: free */
    size_t n_slots;
};

struct wh_store {
    struct wh_ctx *ctx;
    char *path;
    sqlite3 *db;
    struct store_words words;
    bool has_words;
    sqlite3_stmt *add_word;
    sqlite3_stmt *get_request;
    sqlite3_stmt *put_gazetteer; /* while a gazetteer is read; else NULL */
    struct store_reading *reading;
    bool in_transaction;
    bool is_whole; /* its file has been checked, and every change to it since was ours */
};

/* SQLite's last error as ours, with its text kept. */
enum wh_status wh_store_fail(const struct wh_store *store, struct wh_error *err);
WH_MUST_USE enum wh_status wh_store_exec(const struct wh_store *store, const char *sql,
                                         struct wh_error *err);
WH_MUST_USE enum wh_status wh_store_prepare(const struct wh_store *store, const char *sql,
                                            sqlite3_stmt **ret, struct wh_error *err);
/* Runs a statement that gives no rows and readies it for the next time. */
WH_MUST_USE enum wh_status wh_store_step(const struct wh_store *store, sqlite3_stmt *stmt,
                                         struct wh_error *err);
/* The next row: *ret_row false after the last. */
WH_MUST_USE enum wh_status wh_store_row(const struct wh_store *store, sqlite3_stmt *stmt,
                                        bool *ret_row, struct wh_error *err);
/* One number that a query without parameters gives; 0 when it gives no row. */
WH_MUST_USE enum wh_status wh_store_number(const struct wh_store *store, const char *sql,
                                           int64_t *ret, struct wh_error *err);

/* Binding: the text must outlive the step; empty text and WH_NO_TIME are NULL. */
void wh_store_bind_text(sqlite3_stmt *stmt, int at, struct wh_str text);
void wh_store_bind_time(sqlite3_stmt *stmt, int at, int64_t utc);
void wh_store_bind_number(sqlite3_stmt *stmt, int at, uint64_t value); /* 0: NULL */
struct wh_str wh_store_column_text(sqlite3_stmt *stmt, int at); /* valid until the next step */
int64_t wh_store_column_time(sqlite3_stmt *stmt, int at);
double wh_store_column_double(sqlite3_stmt *stmt, int at); /* NULL: NaN */

/* Makes the tables of a new state, or brings an older one's up to date. WH_ERR_INPUT: not a state
 * of ours, of a newer wardheat, or damaged. */
WH_MUST_USE enum wh_status wh_store_check_schema(const struct wh_store *store,
                                                 struct wh_error *err);

/* Is the file as wh_store_remember_as_left() last saw it? */
bool wh_store_is_as_left(struct wh_ctx *ctx, const char *path);
void wh_store_remember_as_left(struct wh_ctx *ctx, const char *path);

/* The id of a text, made when it is new; 0 of the empty text. */
WH_MUST_USE enum wh_status wh_store_word(struct wh_store *store, struct wh_str text, uint32_t *ret,
                                         struct wh_error *err);
WH_MUST_USE enum wh_status wh_store_load_words(struct wh_store *store, struct wh_error *err);
/* The text of an id; empty for 0. */
struct wh_str wh_store_word_text(const struct wh_store *store, int64_t id);
/* Forgets them: they are loaded anew when one is asked for. */
void wh_store_words_finish(struct wh_store *store);

/* Ids of deleted requests are given out anew: nothing may be left under them. */
WH_MUST_USE enum wh_status wh_store_drop_orphans(struct wh_store *store, struct wh_error *err);

void wh_store_reading_finish(struct wh_store *store);

#endif
