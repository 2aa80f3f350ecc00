/* base/csv_internal.h: what csv.c (files, rows) and csv_scan.c (bytes to records) share. */
#ifndef WH_BASE_CSV_INTERNAL_H
#define WH_BASE_CSV_INTERNAL_H

#include "base/arena.h"
#include "base/sha256.h"
#include "base/csv.h"

/* Twice the longest record, so that a record fits however the reads fall. */
#define WH_CSV_BUFFER (2u * WH_CSV_MAX_LINE)

enum csv_fault {
    CSV_FAULT_NONE,
    CSV_FAULT_QUOTE_INSIDE, /* a quote in a field that does not begin with one */
    CSV_FAULT_TEXT_AFTER,   /* "a"b */
    CSV_FAULT_TOO_MANY      /* more fields than anyone needs; only of a header */
};

/* A field as bytes of the record, without its quotes. */
struct csv_span {
    uint32_t start, len;
    bool has_escapes; /* "" stands for " */
};

/* One record as found; offsets count from csv->pos. */
struct csv_record {
    size_t len,
        end_len;     /* without its line end; of the line end: 0 at the end of the file, 1 or 2 */
    size_t n_fields; /* counted to the end; the first WH_CSV_MAX_FIELDS are in csv->span */
    uint64_t n_inner_lines; /* line ends inside quotes */
    bool has_escapes;
    enum csv_fault fault; /* then len is that of the first line only */
    uint32_t fault_column;
};

struct wh_csv {
    struct wh_ctx *ctx;
    struct wh_csv_options opt;
    char *path;
    struct wh_reader *reader;
    struct wh_sha256 sha;
    struct wh_arena arena; /* column names */

    char *bytes; /* [pos, len) is not yet taken */
    size_t pos, len;
    uint64_t bytes_read;
    bool is_eof;
    uint64_t line;    /* of byte pos */
    uint64_t n_blank; /* blank lines before byte pos that have not been told */
    bool stops[256];  /* bytes that end the scan of an unquoted field */

    size_t n_columns; /* 0 while the header is read */
    struct wh_str *column;
    struct csv_span span[WH_CSV_MAX_FIELDS];
    struct wh_str field[WH_CSV_MAX_FIELDS];
    char *text; /* fields that do not stand in `bytes` as they are: room for a recoded record */
    size_t text_len;
    struct wh_buf raw; /* of a row that is not clean UTF-8 */
    bool lacks_final_newline;
};

/* Reads on until the buffer is full or the file ends; WH_ERR_INPUT when the file changed meanwhile.
 */
WH_MUST_USE enum wh_status wh_csv_fill(struct wh_csv *csv, struct wh_error *err);
/* Steps over line ends, counting them in n_blank. */
WH_MUST_USE enum wh_status wh_csv_skip_blank(struct wh_csv *csv, struct wh_error *err);
/* Finds the record at pos (there is one); does not move. File faults: too long, quote never closed,
 * NULs to the end. */
WH_MUST_USE enum wh_status wh_csv_scan(struct wh_csv *csv, struct csv_record *ret,
                                       struct wh_error *err);

#endif
