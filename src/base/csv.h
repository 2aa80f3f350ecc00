/* base/csv.h: a strict CSV reader (RFC 4180) that names the line and goes on after a bad row. */
#ifndef WH_BASE_CSV_H
#define WH_BASE_CSV_H

#include "base/io.h"

#define WH_CSV_MAX_LINE (1u << 20) /* bytes of one record */
#define WH_CSV_MAX_FIELDS 1024u

struct wh_sha256;
/* Reads on as wh_reader_read() does, unpacking on the way; adds the file's own bytes to `sha`. */
typedef enum wh_status wh_csv_read_fn(void *user, struct wh_reader *reader, struct wh_sha256 *sha,
                                      void *bytes, size_t size, size_t *ret_len,
                                      struct wh_error *err);

struct wh_csv_options {
    wh_csv_read_fn *read; /* NULL: the file is not packed */
    void *user;
    char delimiter;
    bool is_cp1252; /* recode to UTF-8; otherwise bytes that are not UTF-8 are a row fault */
    bool needs_final_newline;
    bool may_be_empty; /* a header alone is no fault */
    const char *header; /* names of the columns, with commas between, of a file that has no header;
                           NULL: its first record names them */
};

struct wh_csv;

/*
 * Opens a file and reads its header (BOM dropped). File faults are WH_ERR_INPUT with the sentences
 * of RELIABILITY.md section 6: missing, empty, header only, UTF-16, zip or gzip bytes, XML, another
 * delimiter, too many columns, a column named twice, NUL-filled tail, quote never closed.
 */
WH_MUST_USE enum wh_status wh_csv_open(struct wh_ctx *ctx, const char *path,
                                       const struct wh_csv_options *opt, struct wh_csv **ret,
                                       struct wh_error *err);
void wh_csv_close(struct wh_csv *csv); /* NULL is fine */

/* How many columns the header names, and their names (blanks at both ends taken off). */
size_t wh_csv_columns(const struct wh_csv *csv);
struct wh_str wh_csv_column(const struct wh_csv *csv, size_t column_idx);
/* Index of a column by name (outer blanks and ASCII case ignored), or -1. */
int wh_csv_find(const struct wh_csv *csv, const char *name);

struct wh_csv_row {
    uint64_t line;              /* of the record's first line, from 1 */
    const struct wh_str *field; /* wh_csv_columns() of them; valid until the next call */
    bool is_bad;                /* a row fault: `fault` says what; field is not valid */
    uint32_t fault_column;      /* from 1; 0: the whole row */
    char fault[160];
    struct wh_str raw; /* the record as it stands in the file (recoded, escaped as needed) */
};

/* The next record; *ret_end true after the last. Only file faults are errors. */
WH_MUST_USE enum wh_status wh_csv_next(struct wh_csv *csv, struct wh_csv_row *ret, bool *ret_end,
                                       struct wh_error *err);
/* Sentence about the file as a whole ("last line has no line end"), or NULL. */
const char *wh_csv_note(const struct wh_csv *csv);
/* SHA-256 of what was read, once the end was reached. */
void wh_csv_sha256(const struct wh_csv *csv, char ret_hex[65]);
/* So far, for progress. */
uint64_t wh_csv_bytes_read(const struct wh_csv *csv);

#endif
