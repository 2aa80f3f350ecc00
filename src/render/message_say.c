/* render/message_say.c: a compiled pattern and its arguments as text. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "render/message_internal.h"

/* One message on its way into the buffer. */
struct speech {
    struct wh_buf *buf;
    const struct wh_language *lang;
    const struct wh_message *message;
    const struct wh_arg *arg;
    size_t n_args;
};

struct wh_arg wh_arg_text(const char *name, const char *text)
{
    return (struct wh_arg){.name = name, .kind = WH_ARG_TEXT, .text = text != NULL ? text : ""};
}

struct wh_arg wh_arg_number(const char *name, double value, int decimals)
{
    const int most = decimals < 0 ? 0 : decimals > WH_MAX_DECIMALS ? WH_MAX_DECIMALS : decimals;
    return (struct wh_arg){.name = name, .kind = WH_ARG_NUMBER, .number = value, .decimals = most};
}

struct wh_arg wh_arg_fixed(const char *name, double value, int decimals)
{
    struct wh_arg arg = wh_arg_number(name, value, decimals);
    arg.is_fixed = true;
    return arg;
}

struct wh_arg wh_arg_count(const char *name, uint64_t n)
{
    return wh_arg_number(name, (double)n, 0);
}

struct wh_arg wh_arg_change(const char *name, int64_t n)
{
    struct wh_arg arg = wh_arg_number(name, (double)n, 0);
    arg.is_signed = true;
    return arg;
}

struct wh_arg wh_arg_day(const char *name, int64_t day)
{
    return (struct wh_arg){.name = name, .kind = WH_ARG_DAY, .day = day};
}

/* Is a letter of it written from right to left? */
static bool has_rtl(struct wh_str text)
{
    for (size_t at = 0; at < text.len;) {
        if ((unsigned char)text.ptr[at] < 0xc0) { /* no such letter begins with one byte */
            at++;
            continue;
        }
        const UCharDirection direction = u_charDirection((UChar32)wh_utf8_next(text, &at));
        if (direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC) {
            return true;
        }
    }
    return false;
}

/* A name of the other direction must not drag what stands beside it along. */
static void say_text(struct wh_buf *buf, const struct wh_language *lang, const char *text)
{
    const struct wh_str whole = wh_str_c(text);
    const bool is_good = wh_utf8_check(whole) == whole.len;
    const bool is_apart = whole.len > 0 && is_good && (lang->is_rtl || has_rtl(whole));
    wh_buf_c(buf, is_apart ? WH_ISOLATE : "");
    wh_buf_str(buf, whole);
    wh_buf_c(buf, is_apart ? WH_END_ISOLATE : "");
}

void wh_say_arg(struct wh_buf *buf, const struct wh_language *lang, struct wh_arg arg)
{
    switch (arg.kind) {
    case WH_ARG_TEXT:
        say_text(buf, lang, arg.text);
        return;
    case WH_ARG_NUMBER:
        wh_language_say_number(buf, lang, &arg);
        return;
    case WH_ARG_DAY:
        wh_language_say_day(buf, lang, 0, arg.day);
        return;
    }
}

static const struct wh_arg *find_arg(const struct speech *speech, uint32_t slot)
{
    const struct wh_str name = speech->message->slot[slot].name;
    for (size_t i = 0; i < speech->n_args; i++) {
        if (wh_str_eq_c(name, speech->arg[i].name)) {
            return &speech->arg[i];
        }
    }
    return NULL;
}

static const struct wh_branch *find_other(const struct wh_part *part)
{
    const struct wh_branch *b = part->branch;
    while (b != NULL && (b->is_exact || !wh_str_eq_c(b->word, "other"))) {
        b = b->next;
    }
    return b;
}

static const struct wh_branch *choose_plural(const struct speech *speech,
                                             const struct wh_part *part, const struct wh_arg *arg)
{
    char category[24];
    if (arg == NULL || arg->kind != WH_ARG_NUMBER) {
        return find_other(part);
    }
    for (const struct wh_branch *b = part->branch; b != NULL; b = b->next) {
        if (b->is_exact && fabs(b->exact - arg->number) < 1e-9) {
            return b;
        }
    }
    wh_language_plural(speech->lang, arg, category);
    for (const struct wh_branch *b = part->branch; b != NULL; b = b->next) {
        if (!b->is_exact && wh_str_eq_c(b->word, category)) {
            return b;
        }
    }
    return find_other(part);
}

static const struct wh_branch *choose_word(const struct wh_part *part, const struct wh_arg *arg)
{
    for (const struct wh_branch *b = part->branch; arg != NULL && b != NULL; b = b->next) {
        if (arg->kind == WH_ARG_TEXT && wh_str_eq_c(b->word, arg->text)) {
            return b;
        }
    }
    return find_other(part);
}

static void say_missing(const struct speech *speech, uint32_t slot)
{
    wh_buf_char(speech->buf, '{');
    wh_buf_str(speech->buf, speech->message->slot[slot].name);
    wh_buf_char(speech->buf, '}');
}

/* `hash` is the number of the plural round the parts; the parser bounds the depth. */
static void say_parts(const struct speech *speech, const struct wh_part *part,
                      const struct wh_arg *hash)
{
    for (; part != NULL; part = part->next) {
        const struct wh_arg *const arg = part->kind == WH_PART_TEXT ? NULL
                                         : part->kind == WH_PART_HASH
                                             ? hash
                                             : find_arg(speech, part->slot);
        const struct wh_branch *branch;
        switch (part->kind) {
        case WH_PART_TEXT:
            wh_buf_str(speech->buf, part->text);
            break;
        case WH_PART_PLURAL:
            branch = choose_plural(speech, part, arg);
            say_parts(speech, branch != NULL ? branch->part : NULL, arg);
            break;
        case WH_PART_SELECT:
            branch = choose_word(part, arg);
            say_parts(speech, branch != NULL ? branch->part : NULL, hash);
            break;
        case WH_PART_HASH:
        case WH_PART_ARG:
        case WH_PART_DATE:
            if (arg == NULL) {
                say_missing(speech, part->slot);
            } else if (part->kind == WH_PART_DATE && arg->kind == WH_ARG_DAY) {
                wh_language_say_day(speech->buf, speech->lang, part->date_style, arg->day);
            } else {
                wh_say_arg(speech->buf, speech->lang, *arg);
            }
            break;
        }
    }
}

void wh_say_args(struct wh_buf *buf, const struct wh_language *lang, const char *key,
                 const struct wh_arg *arg, size_t n_args)
{
    struct speech speech = {.buf = buf, .arg = arg, .n_args = n_args};
    speech.message = wh_language_message(lang, key, &speech.lang);
    if (speech.message == NULL) {
        wh_buf_c(buf, key);
        return;
    }
    say_parts(&speech, speech.message->part, NULL);
}

void wh_say(struct wh_buf *buf, const struct wh_language *lang, const char *key)
{
    wh_say_args(buf, lang, key, NULL, 0);
}

void wh_say_capital(struct wh_buf *buf, size_t at)
{
    const struct wh_str rest = wh_str_slice(wh_buf_view(buf), at, buf->len);
    struct wh_buf said;
    size_t next = 0;
    if (rest.len == 0 || wh_utf8_check(rest) != rest.len) {
        return;
    }
    const uint32_t letter = (uint32_t)u_totitle((UChar32)wh_utf8_next(rest, &next));
    char bytes[U8_MAX_LENGTH];
    int32_t n = 0;
    UBool has_failed = false;
    U8_APPEND((uint8_t *)bytes, n, U8_MAX_LENGTH, letter, has_failed);
    if (has_failed || (size_t)n == next) { /* as long as before: nearly always */
        memcpy(buf->ptr + at, bytes, has_failed ? 0 : (size_t)n);
        return;
    }
    wh_buf_init(&said, buf->ctx);
    wh_buf_add(&said, bytes, (size_t)n);
    wh_buf_str(&said, wh_str_slice(rest, next, rest.len));
    buf->len = at;
    wh_buf_str(buf, wh_buf_view(&said));
    buf->failed |= said.failed;
    wh_buf_finish(&said);
}
