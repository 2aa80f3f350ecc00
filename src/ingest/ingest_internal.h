/* ingest/ingest_internal.h: what the files of one reading of a source share. */
#ifndef WH_INGEST_INGEST_INTERNAL_H
#define WH_INGEST_INGEST_INTERNAL_H

#include "ingest/ingest.h"
#include "ingest/lists.h"
#include "ingest/records.h"

/* What may be wrong with a field while its row is kept. */
enum field_fault {
    FIELD_NOT_FINITE,
    FIELD_DECIMAL_COMMA,
    FIELD_NOT_NUMBER,
    FIELD_HALF,
    FIELD_ZERO,
    FIELD_SWAPPED,
    FIELD_FAR,
    FIELD_BAD_TIME,
    FIELD_NO_SUCH_TIME,
    FIELD_CLOSED_EARLY,
    FIELD_SPAN_BACKWARDS,
    FIELD_TWICE,
    FIELD_BAD_POSTCODE,
    FIELD_BAD_UPRN,
    FIELD_BAD_USRN,
    FIELD_BAD_COST,
    N_FIELD_FAULTS
};

/* The first of a kind, and how many. */
struct fault_note {
    uint64_t n;
    char *where; /* "requests.csv:12: field 5 (easting)" */
};

/* Why a row cannot be read. */
struct row_fault {
    uint32_t column; /* from 1; 0: the whole row */
    char reason[192];
};

enum time_kind { TIME_NONE, TIME_ONCE, TIME_TWICE, TIME_NEVER, TIME_BAD };

/* The last text of a time field and what it meant: months and days come in long runs. */
struct time_memo {
    char text[40];
    size_t len;
    enum time_kind kind;
    int64_t utc, to_utc; /* equal, or apart by the day or month that the text names */
    bool is_midnight;    /* or no time of day at all */
};
enum time_slot { SLOT_OPENED, SLOT_OPENED_TO, SLOT_CLOSED, SLOT_DUE, SLOT_UPDATED, N_TIME_SLOTS };

/* How the coordinates of a file lie to the area, to what is near it, and to the control area. */
struct box_count {
    uint64_t n, in_area, in_area_exchanged, near, inside, inside_exchanged;
};

struct ingest {
    struct wh_ctx *ctx;
    const struct wh_source *source;
    const struct wh_ingest_options *opt;
    struct wh_store *store;        /* NULL: only looking */
    struct wh_arena arena;         /* of lists */
    struct wh_crosswalk crosswalk; /* empty: the source's names are the categories */
    bool reads_all;                /* files that have not changed, too */
    struct wh_ingest_report report;
    size_t cap_warnings;
    char *folder; /* input folder: the pattern up to its first wildcard */
    struct fault_note note[N_FIELD_FAULTS];
    struct fault_note unreadable;
    uint64_t alike;           /* rows without a reference that say what an earlier row says */
    struct wh_writer *writer; /* of unreadable rows; opened with the first */
    struct wh_buf line, row;
    struct box_count box_of_all; /* of the files before the one in hand */
    struct wh_buf columns_seen;  /* "\n" name "\n" ...: not mapped, and told before */

    /* of the file in hand */
    struct records *records;
    const char *wanted[WH_N_FIELDS * (1 + WH_MOST_COLUMNS)]; /* names of columns */
    uint64_t shown_kb;                                       /* of it, by the bar */
    const char *path;
    int column[WH_N_FIELDS];                /* index of the first that is there, or -1 */
    int more[WH_N_FIELDS][WH_MOST_COLUMNS]; /* of the others; -1 after the last */
    struct box_count box;
    struct time_memo memo[N_TIME_SLOTS];
    struct wh_buf address; /* joined of several columns */
    char postcode[9];
    int64_t newest_utc;        /* opened */
    int64_t newest_change_utc; /* updated */
    bool has_future;           /* a row was unreadable for its date in the future */
    bool has_clash;            /* a row belongs to a file that was passed over: read every file */
};

/* ---- ingest_time.c ---- */

/* The times of a row into `r`, whose status is read; false: `fault` says why there is none. */
bool wh_ingest_times(struct ingest *in, const struct wh_csv_row *row, struct wh_request *r,
                     struct row_fault *fault);

/* ---- ingest_row.c ---- */

/* A field's text without outer blanks; empty where it is not mapped. */
struct wh_str wh_ingest_text(const struct ingest *in, const struct wh_csv_row *row,
                             enum wh_field field);
/* Says which column (-1: the whole row) and why; gives false. */
bool wh_ingest_fail_row(struct row_fault *fault, int column, const char *reason);

/* A row of the file in hand as a request; false: `fault` says why not. Text lives until the next
 * row. */
bool wh_ingest_row(struct ingest *in, const struct wh_csv_row *row, struct wh_request *ret,
                   struct row_fault *fault);

/* ---- ingest_notes.c ---- */

/* Counts a field fault and keeps the place of the first. */
void wh_ingest_note(struct ingest *in, enum field_fault fault, const struct wh_csv_row *row,
                    int column);
/* Appends a sentence to the report's warnings. */
WH_MUST_USE enum wh_status wh_ingest_warn(struct ingest *in, struct wh_error *err,
                                          const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* One warning a kind of fault. */
WH_MUST_USE enum wh_status wh_ingest_tell_notes(struct ingest *in, struct wh_error *err);
/* Counts an unreadable row and writes it beside the state: as it stands in the file when it has no
 * fields, else without the columns that are not mapped, which are never kept. */
WH_MUST_USE enum wh_status wh_ingest_unreadable(struct ingest *in, const struct wh_csv_row *row,
                                                const struct row_fault *fault,
                                                struct wh_error *err);

/* ---- ingest_skip.c ---- */

/* All that decides what a row of the source becomes, as a hash; wh_alloc'ed. */
WH_MUST_USE enum wh_status wh_ingest_rules(const struct ingest *in, char **ret,
                                           struct wh_error *err);
/* Marks the files that need not be read, for they hold what they held when they were read by the
 * same rules; `ret_skip` has paths->n elements. */
WH_MUST_USE enum wh_status wh_ingest_find_unchanged(struct ingest *in, const struct wh_paths *paths,
                                                    bool *ret_skip, struct wh_error *err);

/* ---- ingest_feed.c ---- */

/* Opens the source's server for what has changed since the last night; in->records. */
WH_MUST_USE enum wh_status wh_ingest_open_feed(struct ingest *in, const struct records_options *opt,
                                               struct wh_error *err);
/* Remembers how far the changes go that were met, for the next night. */
WH_MUST_USE enum wh_status wh_ingest_keep_cursor(struct ingest *in, struct wh_error *err);

/* ---- ingest_files.c ---- */

/* The source's files, sorted; WH_ERR_INPUT when there are none, or one leaves the input folder. */
WH_MUST_USE enum wh_status wh_ingest_find_files(struct ingest *in, struct wh_paths *ret,
                                                struct wh_error *err);
/* The file as the input folder names it: the same on every machine. Points into `path`. */
const char *wh_ingest_short_path(const struct ingest *in, const char *path);
/* The columns that the source names, each once; `ret` has room for WH_N_FIELDS * (1 +
 * WH_MOST_COLUMNS). */
size_t wh_ingest_wanted(const struct wh_source *source, const char **ret);
/* Fills in->column and in->more; WH_ERR_INPUT naming a column that is missing. Warns of columns
 * that nobody reads, once. */
WH_MUST_USE enum wh_status wh_ingest_map_columns(struct ingest *in, struct wh_error *err);
/* Is the column one that the source maps to a field? */
bool wh_ingest_is_mapped(const struct ingest *in, int column);
/* The columns that were told, from and to the state. */
WH_MUST_USE enum wh_status wh_ingest_load_columns(struct ingest *in, struct wh_error *err);
WH_MUST_USE enum wh_status wh_ingest_save_columns(struct ingest *in, struct wh_error *err);

#endif
