/* render/message_internal.h: a compiled pattern, between the files of message.h. */
#ifndef WH_RENDER_MESSAGE_INTERNAL_H
#define WH_RENDER_MESSAGE_INTERNAL_H

#include <unicode/unumberformatter.h>
#include <unicode/upluralrules.h>

#include "base/arena.h"
#include "render/message.h"

#define WH_MESSAGE_BYTES 2000u /* of a pattern, at most */
#define WH_MESSAGE_DEPTH 6     /* of branches in branches */
#define WH_MESSAGE_SLOTS 12    /* different arguments of a pattern */
#define WH_MAX_DATE_STYLES 16
#define WH_MAX_DECIMALS 9

/* U+2068 and U+2069: what stands between keeps its own direction (UAX 9). */
#define WH_ISOLATE "\u2068"
#define WH_END_ISOLATE "\u2069"

/* What a pattern does with an argument; PLAIN takes any. */
enum wh_slot_kind { WH_SLOT_PLAIN, WH_SLOT_NUMBER, WH_SLOT_DATE, WH_SLOT_SELECT };
struct wh_message_slot {
    struct wh_str name;
    enum wh_slot_kind kind;
};

enum wh_part_kind {
    WH_PART_TEXT,
    WH_PART_ARG,
    WH_PART_DATE,   /* an argument, with `date_style` */
    WH_PART_PLURAL, /* branches by number */
    WH_PART_SELECT, /* branches by word */
    WH_PART_HASH    /* the number of the plural round it */
};
struct wh_part {
    enum wh_part_kind kind;
    uint32_t slot, date_style;
    size_t at;          /* offset in the pattern */
    struct wh_str text; /* TEXT */
    struct wh_branch *branch;
    struct wh_part *next;
};
struct wh_branch {
    struct wh_str word; /* "one", "other"; of "=0" the digits */
    bool is_exact;
    double exact;
    size_t at;
    struct wh_part *part;
    struct wh_branch *next;
};

struct wh_message {
    const char *key, *pattern; /* pattern NULL: the language lacks it */
    struct wh_part *part;
    struct wh_message_slot slot[WH_MESSAGE_SLOTS];
    uint32_t n_slots;
};

struct wh_language {
    struct wh_arena arena;
    char code[16], tag[32], locale[32];
    const char *name, *fonts;
    bool is_rtl, is_reviewed;
    double line_height;
    const struct wh_language *english; /* whose keys it has; itself where it is English */
    struct wh_language *owned_english; /* the same where it goes with this one, or NULL */
    size_t n_messages;
    struct wh_message *message; /* by key; as many as the English has, in its order */
    size_t n_gaps, cap_gaps;
    const char **gap; /* owned by wh_alloc */
    UPluralRules *plural;
    UNumberFormatter *number[WH_MAX_DECIMALS + 1]; /* with as many decimals */
    size_t n_date_styles;
    struct wh_date_style *date_style; /* 0: "5 August 2026" */
};

/* A language without a word; `english` (or NULL: this is it) is borrowed. Caller destroys it. */
WH_MUST_USE enum wh_status wh_language_create(struct wh_ctx *ctx, const char *code,
                                              const struct wh_language *english,
                                              struct wh_language **ret, struct wh_error *err);
/* One catalogue; what it says wins over what earlier ones said. */
WH_MUST_USE enum wh_status wh_language_add(struct wh_language *lang, const char *file,
                                           const struct wh_buf *text, struct wh_error *err);
/* After the last catalogue. */
WH_MUST_USE enum wh_status wh_language_list_gaps(struct wh_language *lang, struct wh_error *err);

/* The language's message or else the English one, and which of them speaks; NULL: no such key. */
const struct wh_message *wh_language_message(const struct wh_language *lang, const char *key,
                                             const struct wh_language **ret_speaker);

/* Compiles `message->pattern`. The fault's place is in err->column, from 1, in bytes. */
WH_MUST_USE enum wh_status wh_message_parse(struct wh_language *lang, struct wh_message *message,
                                            struct wh_error *err);

/* ICU's formatters of lang->locale. */
WH_MUST_USE enum wh_status wh_language_open_icu(struct wh_language *lang, struct wh_error *err);
void wh_language_close_icu(struct wh_language *lang);
/* The style of a date by its text: "::yMMM", "d MMMM". */
WH_MUST_USE enum wh_status wh_language_date_style(struct wh_language *lang, struct wh_str text,
                                                  uint32_t *ret, struct wh_error *err);
/* Is `word` a plural category of the language: "one", "few", ...? */
bool wh_language_has_category(const struct wh_language *lang, struct wh_str word);
bool wh_language_uses_category(const struct wh_language *lang, const char *category);
/* Every plural category that there is; NULL from the end on. */
const char *wh_language_category(size_t idx);

/* The category of a number as it is written: 1 and 1.0 may differ. */
void wh_language_plural(const struct wh_language *lang, const struct wh_arg *arg, char ret[24]);
void wh_language_say_number(struct wh_buf *buf, const struct wh_language *lang,
                            const struct wh_arg *arg);
void wh_language_say_day(struct wh_buf *buf, const struct wh_language *lang, uint32_t date_style,
                         int64_t day);

#endif
