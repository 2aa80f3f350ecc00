/*
 * render/message_parse.c: a pattern in ICU's MessageFormat syntax as branches and parts. ICU's own
 * C functions take arguments by position from a variable list whose types the pattern decides, so
 * that a wrong file could crash the program; they also know no names. The syntax is theirs
 * (https://unicode-org.github.io/icu/userguide/format_parse/messages), without choice, ordinals,
 * offsets and number styles: how many decimals a number has is decided where it is measured, so
 * that a sentence and a table cannot differ.
 */
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "render/message_internal.h"

struct reader {
    struct wh_language *lang;
    struct wh_message *message;
    struct wh_str text;
    size_t pos;
    uint32_t depth, plurals; /* round what is being read */
    struct wh_error *err;
};

static enum wh_status read_parts(struct reader *reader, struct wh_part **ret);

static enum wh_status fault_at(const struct reader *reader, size_t pos, const char *expected)
{
    return wh_fail_at(reader->err, WH_ERR_CONFIG, "", 0, (uint32_t)pos + 1, "%s", expected);
}

static enum wh_status fault(const struct reader *reader, const char *expected)
{
    return fault_at(reader, reader->pos, expected);
}

static enum wh_status no_memory(const struct reader *reader)
{
    return wh_fail_memory(reader->lang->arena.ctx, reader->err);
}

/* The byte at an offset from the current one; 0 at the end: a pattern holds none. */
static char peek(const struct reader *reader, size_t ahead)
{
    return reader->pos + ahead < reader->text.len ? reader->text.ptr[reader->pos + ahead] : '\0';
}

static void skip_blanks(struct reader *reader)
{
    while (peek(reader, 0) != '\0' && strchr(" \t\r\n", peek(reader, 0)) != NULL) {
        reader->pos++;
    }
}

static bool take(struct reader *reader, char c)
{
    skip_blanks(reader);
    const bool is_there = peek(reader, 0) == c;
    reader->pos += is_there ? 1 : 0;
    return is_there;
}

/* Letters, digits, _ and -; empty where there are none. */
static struct wh_str take_word(struct reader *reader)
{
    skip_blanks(reader);
    const size_t from = reader->pos;
    while (reader->pos < reader->text.len) {
        const char c = peek(reader, 0);
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '-')) {
            break;
        }
        reader->pos++;
    }
    return wh_str_slice(reader->text, from, reader->pos);
}

/* Does an apostrophe here begin quoted text? Only before what has a meaning ("o'r" needs none). */
static bool begins_quote(const struct reader *reader)
{
    const char next = peek(reader, 1);
    return peek(reader, 0) == '\'' &&
           (next == '{' || next == '}' || (next == '#' && reader->plurals > 0));
}

/* Plain text up to a brace, a #, or the end, with its apostrophes resolved. */
static void take_text(struct reader *reader, struct wh_buf *buf)
{
    bool is_quoted = false;
    while (reader->pos < reader->text.len) {
        const char c = peek(reader, 0);
        if (c == '\'' && peek(reader, 1) == '\'') {
            wh_buf_char(buf, '\'');
            reader->pos += 2;
        } else if (is_quoted && c == '\'') {
            is_quoted = false;
            reader->pos++;
        } else if (!is_quoted && begins_quote(reader)) {
            is_quoted = true;
            reader->pos++;
        } else if (!is_quoted && (c == '{' || c == '}' || (c == '#' && reader->plurals > 0))) {
            return;
        } else {
            wh_buf_char(buf, c);
            reader->pos++;
        }
    }
}

static enum wh_status read_text(struct reader *reader, struct wh_part *part)
{
    struct wh_buf buf;
    enum wh_status status = WH_OK;
    wh_buf_init(&buf, reader->lang->arena.ctx);
    take_text(reader, &buf);
    part->kind = WH_PART_TEXT;
    part->text = wh_arena_str(&reader->lang->arena, wh_buf_view(&buf));
    if (buf.failed || part->text.ptr == NULL) {
        status = no_memory(reader);
    }
    wh_buf_finish(&buf);
    return status;
}

/* The slot of an argument; one that was plain becomes what it is now used as. */
static enum wh_status find_slot(struct reader *reader, struct wh_str name, size_t at,
                                enum wh_slot_kind kind, uint32_t *ret)
{
    struct wh_message *const message = reader->message;
    uint32_t i = 0;
    while (i < message->n_slots && !wh_str_eq(message->slot[i].name, name)) {
        i++;
    }
    if (i == WH_MESSAGE_SLOTS) {
        return fault_at(reader, at, "expected at most 12 different arguments");
    }
    if (i == message->n_slots) {
        message->slot[message->n_slots++] = (struct wh_message_slot){name, WH_SLOT_PLAIN};
    }
    struct wh_message_slot *const slot = &message->slot[i];
    if (kind != WH_SLOT_PLAIN && slot->kind != WH_SLOT_PLAIN && slot->kind != kind) {
        return fault_at(reader, at, "expected one kind for this argument: number, date or word");
    }
    slot->kind = kind != WH_SLOT_PLAIN ? kind : slot->kind;
    *ret = i;
    return WH_OK;
}

/* "one", "other" or "=2" of a plural, a word of a select. */
static enum wh_status read_word(struct reader *reader, bool is_plural, struct wh_branch *branch)
{
    skip_blanks(reader);
    branch->at = reader->pos;
    branch->is_exact = is_plural && take(reader, '=');
    branch->word = take_word(reader);
    if (branch->word.len == 0 || branch->word.len > 32) {
        return fault(reader, "expected a word and its text in braces, as in other {...}");
    }
    if (branch->is_exact && !wh_parse_double(branch->word, &branch->exact)) {
        return fault_at(reader, branch->at, "expected a number after =");
    }
    if (is_plural && !branch->is_exact && !wh_language_has_category(reader->lang, branch->word)) {
        return fault_at(reader, branch->at, "not a plural category of this language");
    }
    return WH_OK;
}

static enum wh_status read_branch(struct reader *reader, bool is_plural, struct wh_branch **ret)
{
    struct wh_branch *const branch = wh_arena_alloc(&reader->lang->arena, 1, sizeof *branch);
    if (branch == NULL) {
        return no_memory(reader);
    }
    enum wh_status status = read_word(reader, is_plural, branch);
    if (status == WH_OK && !take(reader, '{')) {
        status = fault(reader, "expected { and the text of this case");
    }
    if (status == WH_OK && reader->depth == WH_MESSAGE_DEPTH) {
        status = fault(reader, "expected cases within cases to be at most 6 deep");
    }
    if (status == WH_OK) {
        reader->depth++;
        reader->plurals += is_plural;
        status = read_parts(reader, &branch->part);
        reader->plurals -= is_plural;
        reader->depth--;
    }
    if (status == WH_OK && !take(reader, '}')) {
        status = fault(reader, "expected }");
    }
    *ret = branch;
    return status;
}

static enum wh_status read_branches(struct reader *reader, bool is_plural, struct wh_part *part)
{
    struct wh_branch **end = &part->branch;
    bool has_other = false;
    while (!take(reader, '}')) {
        struct wh_branch *branch = NULL;
        const enum wh_status status = read_branch(reader, is_plural, &branch);
        if (status != WH_OK) {
            return status;
        }
        for (const struct wh_branch *b = part->branch; b != NULL; b = b->next) {
            if (b->is_exact == branch->is_exact && wh_str_eq(b->word, branch->word)) {
                return fault_at(reader, branch->at, "this case is there twice");
            }
        }
        has_other |= !branch->is_exact && wh_str_eq_c(branch->word, "other");
        *end = branch;
        end = &branch->next;
    }
    return has_other ? WH_OK : fault(reader, "expected a case for all else: other {...}");
}

static enum wh_status read_date_style(struct reader *reader, struct wh_part *part)
{
    skip_blanks(reader);
    const size_t at = reader->pos;
    while (peek(reader, 0) != '}' && peek(reader, 0) != '\0') {
        reader->pos++;
    }
    const struct wh_str style = wh_str_trim(wh_str_slice(reader->text, at, reader->pos));
    const enum wh_status status =
        wh_language_date_style(reader->lang, style, &part->date_style, reader->err);
    if (status == WH_ERR_CONFIG) {
        return fault_at(reader, at,
                        "expected the fields of a date, as in {day, date, ::yMMMMd}, or a pattern "
                        "of them, as in {day, date, d MMMM}");
    }
    return status;
}

/* What follows "{name,": a kind, and what it takes. */
static enum wh_status read_kind(struct reader *reader, struct wh_part *part,
                                enum wh_slot_kind *ret_kind)
{
    skip_blanks(reader);
    const size_t at = reader->pos;
    const struct wh_str kind = take_word(reader);
    enum wh_status status = WH_OK;
    if (wh_str_eq_c(kind, "number")) {
        *ret_kind = WH_SLOT_NUMBER;
    } else if (wh_str_eq_c(kind, "date")) {
        *ret_kind = WH_SLOT_DATE;
        part->kind = WH_PART_DATE;
        status = take(reader, ',') ? read_date_style(reader, part) : WH_OK;
    } else if (wh_str_eq_c(kind, "plural") || wh_str_eq_c(kind, "select")) {
        const bool is_plural = kind.ptr[0] == 'p';
        *ret_kind = is_plural ? WH_SLOT_NUMBER : WH_SLOT_SELECT;
        part->kind = is_plural ? WH_PART_PLURAL : WH_PART_SELECT;
        return take(reader, ',') ? read_branches(reader, is_plural, part)
                                 : fault(reader, "expected a comma and the cases");
    } else {
        return fault_at(reader, at, "expected number, date, plural or select");
    }
    return status == WH_OK && !take(reader, '}') ? fault(reader, "expected }") : status;
}

static enum wh_status read_argument(struct reader *reader, struct wh_part *part)
{
    enum wh_slot_kind kind = WH_SLOT_PLAIN;
    enum wh_status status = WH_OK;
    reader->pos++; /* { */
    part->kind = WH_PART_ARG;
    skip_blanks(reader);
    const size_t at = reader->pos;
    const struct wh_str name = take_word(reader);
    if (name.len == 0 || name.len > 32) {
        return fault(reader, "expected the name of an argument");
    }
    if (take(reader, ',')) {
        status = read_kind(reader, part, &kind);
    } else if (!take(reader, '}')) {
        status = fault(reader, "expected } or a comma");
    }
    return status != WH_OK ? status : find_slot(reader, name, at, kind, &part->slot);
}

static enum wh_status read_part(struct reader *reader, struct wh_part **ret)
{
    struct wh_part *const part = wh_arena_alloc(&reader->lang->arena, 1, sizeof *part);
    if (part == NULL) {
        return no_memory(reader);
    }
    *ret = part;
    part->at = reader->pos;
    if (peek(reader, 0) == '{') {
        return read_argument(reader, part);
    }
    if (peek(reader, 0) == '#' && reader->plurals > 0) {
        part->kind = WH_PART_HASH;
        reader->pos++;
        return WH_OK;
    }
    return read_text(reader, part);
}

/* Up to the end, or the } of the case that they are in. */
static enum wh_status read_parts(struct reader *reader, struct wh_part **ret)
{
    struct wh_part **end = ret;
    while (reader->pos < reader->text.len && peek(reader, 0) != '}') {
        const enum wh_status status = read_part(reader, end);
        if (status != WH_OK) {
            return status;
        }
        end = &(*end)->next;
    }
    return WH_OK;
}

enum wh_status wh_message_parse(struct wh_language *lang, struct wh_message *message,
                                struct wh_error *err)
{
    struct reader reader = {
        .lang = lang, .message = message, .text = wh_str_c(message->pattern), .err = err};
    if (reader.text.len > WH_MESSAGE_BYTES) {
        return fault(&reader, "expected a pattern of at most 2,000 bytes");
    }
    const enum wh_status status = read_parts(&reader, &message->part);
    if (status == WH_OK && reader.pos < reader.text.len) {
        return fault(&reader, "this } closes nothing; write '}' for the sign itself");
    }
    return status;
}
