/*
 * render/message.h: what printed pages say, in the reader's language. styles/locale/<code>.json
 * holds a pattern for each key, in ICU's MessageFormat syntax: "{n, plural, one {# request} other
 * {# requests}}". docs/languages.md describes the files. A language is only read once it is loaded:
 * pages may use it in parallel.
 */
#ifndef WH_RENDER_MESSAGE_H
#define WH_RENDER_MESSAGE_H

#include "base/str.h"

struct wh_language;

/*
 * Loads <styles_dir>/locale/<code>.json and compiles its patterns. `own_dir` (or NULL) is a
 * council's own folder, whose <code>.json may hold any of the keys and wins; a language may be
 * there alone. Keys that a language lacks are said in English, and listed by wh_language_gap().
 * Caller destroys `*ret`.
 *
 * WH_ERR_CONFIG  not a language's code; no such file; not JSON; a pattern with a fault (file, key,
 * character)
 */
WH_MUST_USE enum wh_status wh_language_load(struct wh_ctx *ctx, const char *styles_dir,
                                            const char *own_dir, const char *code,
                                            struct wh_language **ret, struct wh_error *err);
void wh_language_destroy(struct wh_ctx *ctx, struct wh_language *lang); /* NULL is fine */

const char *wh_language_code(const struct wh_language *lang);  /* "cy": as in the config */
const char *wh_language_tag(const struct wh_language *lang);   /* "en-GB": BCP 47, for documents */
const char *wh_language_name(const struct wh_language *lang);  /* "Cymraeg": in itself */
const char *wh_language_fonts(const struct wh_language *lang); /* families with commas, or "" */
/* In sizes of the font; 0: the font's own. */
double wh_language_line_height(const struct wh_language *lang);
bool wh_language_is_rtl(const struct wh_language *lang);      /* written from right to left */
bool wh_language_is_reviewed(const struct wh_language *lang); /* by somebody who speaks it */

/* What the language leaves to English, a sentence each: "cy: ward.title is missing". NULL from the
 * end on. */
const char *wh_language_gap(const struct wh_language *lang, size_t idx);

/* A named argument of a pattern. Names and texts are borrowed. */
enum wh_arg_kind { WH_ARG_TEXT, WH_ARG_NUMBER, WH_ARG_DAY };
struct wh_arg {
    const char *name;
    enum wh_arg_kind kind;
    bool is_signed; /* numbers: "+12", "−3" */
    bool is_fixed;  /* numbers: with all their decimals */
    int decimals;
    double number;
    int64_t day;
    const char *text;
};
struct wh_arg wh_arg_text(const char *name, const char *text);
struct wh_arg wh_arg_count(const char *name, uint64_t n); /* "4,812" */
struct wh_arg wh_arg_change(const char *name, int64_t n); /* "+12", "−3" (U+2212), "0" */
/* At most `decimals` (to 9), trailing zeros dropped; rounded as wh_format_decimal() does. */
struct wh_arg wh_arg_number(const char *name, double value, int decimals);
struct wh_arg wh_arg_fixed(const char *name, double value, int decimals); /* "41.0" */
struct wh_arg wh_arg_day(const char *name, int64_t day); /* days since 1970-01-01 */

/*
 * Adds the message to `buf`. An argument that the pattern does not use is ignored; one that is not
 * given shows as its name in braces, and a key that no catalogue has as itself: the tests let
 * neither pass.
 */
void wh_say_args(struct wh_buf *buf, const struct wh_language *lang, const char *key,
                 const struct wh_arg *arg, size_t n_args);
/* One without arguments. */
void wh_say(struct wh_buf *buf, const struct wh_language *lang, const char *key);
/* wh_say_with(&buf, lang, "period.days", wh_arg_count("days", 90), ...) */
#define wh_say_with(buf, lang, key, ...)                                                           \
    wh_say_args(buf, lang, key, (const struct wh_arg[]){__VA_ARGS__},                              \
                sizeof((const struct wh_arg[]){__VA_ARGS__}) / sizeof(struct wh_arg))

/* An argument alone, as the language writes it: for cells of tables. */
void wh_say_arg(struct wh_buf *buf, const struct wh_language *lang, struct wh_arg arg);

/* Makes a capital of the first letter from `at` on: what was said begins a line. */
void wh_say_capital(struct wh_buf *buf, size_t at);

#endif
