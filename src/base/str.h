/* base/str.h: string slices, a growing buffer with a sticky failure, UTF-8, escaping for a log. */
#ifndef WH_BASE_STR_H
#define WH_BASE_STR_H

#include <wardheat/base.h>

struct wh_str wh_str_c(const char *text); /* NULL gives an empty slice */
bool wh_str_eq(struct wh_str a, struct wh_str b);
bool wh_str_eq_c(struct wh_str a, const char *b);
bool wh_str_eq_fold(struct wh_str a, struct wh_str b); /* ASCII case ignored */
int wh_str_compare(struct wh_str a, struct wh_str b);  /* by bytes */
struct wh_str wh_str_trim(struct wh_str text);         /* ASCII blanks at both ends */
struct wh_str wh_str_slice(struct wh_str text, size_t from, size_t to);
bool wh_str_has_prefix(struct wh_str text, const char *prefix);
bool wh_str_has_suffix(struct wh_str text, const char *suffix);
/* Index of the first occurrence of byte `c`, or text.len. */
size_t wh_str_find(struct wh_str text, char c);
/* Edit distance of two short ASCII-folded words (insert, delete, change, swap of neighbours). */
size_t wh_str_distance(struct wh_str a, struct wh_str b);
/* "Did you mean": of the words offered, the first of those that are nearest to `word`, if any is within `most` of it. */
struct wh_near_word {
    struct wh_str word;
    size_t most;
    struct wh_str best; /* ptr NULL: none */
};
void wh_near_word_offer(struct wh_near_word *nearest, struct wh_str candidate);
uint64_t wh_str_hash(struct wh_str text); /* FNV-1a, 64 bit: the same on every machine */
uint64_t wh_str_hash_fold(struct wh_str text); /* of the text with ASCII case ignored */

/* Offset of the first byte that is not well-formed UTF-8 (RFC 3629: no overlong, no surrogate), or text.len. */
size_t wh_utf8_check(struct wh_str text);
/* Decodes the character at *pos (text is well-formed UTF-8) and moves *pos past it. */
uint32_t wh_utf8_next(struct wh_str text, size_t *pos);

/*
 * Bytes that grow. After one failed allocation every later append is a no-op, so that ten appends need one
 * check at the end (wh_buf_ok). The content is always terminated.
 */
struct wh_buf {
    struct wh_ctx *ctx;
    char *ptr;
    size_t len, cap;
    bool failed;
};

/* No memory before the first append. finish() frees; clear() keeps the room. */
void wh_buf_init(struct wh_buf *buf, struct wh_ctx *ctx);
void wh_buf_finish(struct wh_buf *buf);
void wh_buf_clear(struct wh_buf *buf);
void wh_buf_add(struct wh_buf *buf, const void *bytes, size_t len);
void wh_buf_str(struct wh_buf *buf, struct wh_str text);
void wh_buf_c(struct wh_buf *buf, const char *text);
void wh_buf_char(struct wh_buf *buf, char c);
void wh_buf_printf(struct wh_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* At most `decimals` digits after the point, trailing zeros dropped, never "-0"; the C locale always. */
void wh_buf_number(struct wh_buf *buf, double value, int decimals);
/* Borrowed: valid until the next append. */
struct wh_str wh_buf_view(const struct wh_buf *buf);
/* WH_OK, or WH_ERR_LIMIT once an append has failed. */
WH_MUST_USE enum wh_status wh_buf_ok(const struct wh_buf *buf, struct wh_error *err);

/* Escapes for where the text goes. JSON: without the quotes; <, >, & and what
 * wh_utf8_is_treacherous() as \u escapes. */
void wh_buf_json(struct wh_buf *buf, struct wh_str text);
/* HTML and XML text and attributes: & < > " ' escaped, control characters,
 * line separators and bidi overrides dropped. */
void wh_buf_html(struct wh_buf *buf, struct wh_str text);
/* One CSV cell of text: quoted when needed; a cell that a spreadsheet would take for a formula gets a leading '. */
void wh_buf_csv(struct wh_buf *buf, struct wh_str text);

/*
 * User bytes for a message: control characters, bidi marks and bytes that are not UTF-8 as \x.., at most 80 bytes,
 * then "...". Always terminated; returns `out`.
 */
const char *wh_log_escape(struct wh_str text, char *out, size_t size);

#endif
