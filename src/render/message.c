/* render/message.c: catalogues of messages: loading, checking against the English, looking up. */
#include "render/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "render/message_internal.h"
#include "render/style_json.h"

#define CATALOGUE_LIMIT_BYTES (1U << 20)
#define MOST_MESSAGES 2000u

static const char ENGLISH[] = "en";

/* A language and its regions: "cy", "en-GB", "zh-Hant"; never a path. */
static bool is_code(const char *code)
{
    const size_t len = strlen(code);
    const size_t first = strspn(code, "abcdefghijklmnopqrstuvwxyz");
    return len <= 12 && (first == 2 || first == 3) && (code[first] == '\0' || code[first] == '-') &&
           strspn(code + first,
                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") ==
               len - first &&
           code[len - 1] != '-';
}

static enum wh_status fail_in_message(const char *file, const struct wh_message *message, size_t at,
                                      struct wh_error *err, const char *expected)
{
    char shown[96], key[96];
    const struct wh_str pattern = wh_str_c(message->pattern);
    const size_t from = at < pattern.len ? at : pattern.len;
    wh_log_escape(wh_str_c(message->key), key, sizeof key);
    if (from == pattern.len) {
        return wh_fail_at(err, WH_ERR_CONFIG, file, 0, 0, "messages.%s: at its end: %s", key,
                          expected);
    }
    return wh_fail_at(
        err, WH_ERR_CONFIG, file, 0, 0, "messages.%s: at byte %zu, \"%s\": %s", key, from + 1,
        wh_log_escape(wh_str_slice(pattern, from, from + 24), shown, sizeof shown), expected);
}

static enum wh_status compile(struct wh_language *lang, const char *file,
                              struct wh_message *message, struct wh_error *err)
{
    struct wh_error fault = {0};
    const enum wh_status status = wh_message_parse(lang, message, &fault);
    if (status == WH_ERR_CONFIG) {
        return fail_in_message(file, message, fault.column - 1, err, fault.message);
    }
    if (status != WH_OK && err != NULL) {
        *err = fault;
    }
    return status;
}

static int compare_messages(const void *a, const void *b)
{
    return strcmp(((const struct wh_message *)a)->key, ((const struct wh_message *)b)->key);
}

static struct wh_message *find_message(const struct wh_language *lang, const char *key)
{
    const struct wh_message wanted = {.key = key};
    return lang->n_messages == 0
               ? NULL
               : bsearch(&wanted, lang->message, lang->n_messages, sizeof wanted, compare_messages);
}

static const struct wh_message_slot *find_slot(const struct wh_message *message, struct wh_str name)
{
    for (uint32_t i = 0; i < message->n_slots; i++) {
        if (wh_str_eq(message->slot[i].name, name)) {
            return &message->slot[i];
        }
    }
    return NULL;
}

/* Do the English's cases of `name` know this word? Looks into the cases, too. */
static bool has_case(const struct wh_message *english, const struct wh_part *part,
                     struct wh_str name, struct wh_str word)
{
    for (; part != NULL; part = part->next) {
        const bool is_it =
            part->kind == WH_PART_SELECT && wh_str_eq(english->slot[part->slot].name, name);
        for (const struct wh_branch *b = part->branch; b != NULL; b = b->next) {
            if ((is_it && wh_str_eq(b->word, word)) || has_case(english, b->part, name, word)) {
                return true;
            }
        }
    }
    return false;
}

static enum wh_status check_cases(const char *file, const struct wh_message *english,
                                  const struct wh_message *message, const struct wh_part *part,
                                  struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (; part != NULL && status == WH_OK; part = part->next) {
        for (const struct wh_branch *b = part->branch; b != NULL && status == WH_OK; b = b->next) {
            if (part->kind == WH_PART_SELECT &&
                !has_case(english, english->part, message->slot[part->slot].name, b->word)) {
                return fail_in_message(file, message, b->at, err, "a case that the English lacks");
            }
            status = check_cases(file, english, message, b->part, err);
        }
    }
    return status;
}

/* The same arguments as the English, of the same kinds. */
static enum wh_status check_slots(const char *file, const struct wh_message *english,
                                  const struct wh_message *message, struct wh_error *err)
{
    char expected[160], shown[64];
    for (uint32_t i = 0; i < message->n_slots; i++) {
        const struct wh_message_slot *const slot = &message->slot[i];
        const struct wh_message_slot *const known = find_slot(english, slot->name);
        const size_t at = (size_t)(slot->name.ptr - message->pattern);
        if (known == NULL) {
            return fail_in_message(file, message, at, err,
                                   "an argument that the English does not have");
        }
        if (slot->kind != WH_SLOT_PLAIN && slot->kind != known->kind) {
            return fail_in_message(file, message, at, err,
                                   "not the kind of argument that it is in the English");
        }
    }
    for (uint32_t i = 0; i < english->n_slots; i++) {
        const struct wh_str name = english->slot[i].name;
        if (find_slot(message, name) == NULL) {
            snprintf(expected, sizeof expected, "{%s}, which the English says, is missing",
                     wh_log_escape(name, shown, sizeof shown));
            return fail_in_message(file, message, SIZE_MAX, err, expected);
        }
    }
    return check_cases(file, english, message, message->part, err);
}

/* Room for the English's keys; of English itself the file's own. */
static enum wh_status make_messages(struct wh_language *lang, const struct wh_json *messages,
                                    struct wh_error *err)
{
    const bool is_first = lang->english == lang;
    const size_t n = is_first ? json_object_size(messages->value) : lang->english->n_messages;
    if (n == 0 || n > MOST_MESSAGES) {
        return wh_json_fail(messages, err, "expected 1 to 2,000 messages");
    }
    lang->message = wh_arena_alloc(&lang->arena, n, sizeof *lang->message);
    if (lang->message == NULL) {
        return wh_fail_memory(lang->arena.ctx, err);
    }
    for (size_t i = 0; !is_first && i < n; i++) {
        lang->message[i].key = lang->english->message[i].key;
    }
    lang->n_messages = is_first ? 0 : n;
    return WH_OK;
}

static enum wh_status add_message(struct wh_language *lang, const struct wh_json *at,
                                  const char *key, bool is_first, struct wh_error *err)
{
    const char *text = NULL;
    enum wh_status status = wh_json_text(at, WH_MESSAGE_BYTES, &text, err);
    if (status != WH_OK) {
        return status;
    }
    struct wh_message *message =
        is_first ? &lang->message[lang->n_messages++] : find_message(lang, key);
    if (message == NULL) {
        return wh_json_fail(at, err, "expected one of the keys of styles/locale/en.json");
    }
    const struct wh_message known = *message;
    *message = (struct wh_message){.key = wh_arena_c(&lang->arena, wh_str_c(key)),
                                   .pattern = wh_arena_c(&lang->arena, wh_str_c(text))};
    if (message->key == NULL || message->pattern == NULL) {
        return wh_fail_memory(lang->arena.ctx, err);
    }
    status = compile(lang, at->file, message, err);
    if (status == WH_OK && !is_first) {
        const struct wh_message *const english =
            lang->english == lang ? &known : find_message(lang->english, key);
        status = check_slots(at->file, english, message, err);
    }
    return status;
}

static enum wh_status read_messages(struct wh_language *lang, const struct wh_json *at,
                                    struct wh_error *err)
{
    const char *key;
    json_t *value;
    /* The first English file says which keys there are. */
    const bool is_first = lang->english == lang && lang->message == NULL;
    enum wh_status status = json_is_object(at->value)
                                ? WH_OK
                                : wh_json_fail(at, err, "expected an object of messages by key");
    if (status == WH_OK && lang->message == NULL) {
        status = make_messages(lang, at, err);
    }
    if (status != WH_OK) {
        return status;
    }
    json_object_foreach(at->value, key, value)
    {
        const struct wh_json one = wh_json_member(at, key);
        status = add_message(lang, &one, key, is_first, err);
        if (status != WH_OK) {
            return status;
        }
    }
    qsort(lang->message, lang->n_messages, sizeof *lang->message, compare_messages);
    return WH_OK;
}

static enum wh_status read_text(struct wh_language *lang, const struct wh_json *at,
                                const char **ret, struct wh_error *err)
{
    const char *text = NULL;
    const enum wh_status status = wh_json_text(at, 200, &text, err);
    if (status == WH_OK) {
        *ret = wh_arena_c(&lang->arena, wh_str_c(text));
    }
    return status == WH_OK && *ret == NULL ? wh_fail_memory(lang->arena.ctx, err) : status;
}

static enum wh_status read_fonts(struct wh_language *lang, const struct wh_json *at,
                                 struct wh_error *err)
{
    struct wh_buf families;
    enum wh_status status = WH_OK;
    wh_buf_init(&families, lang->arena.ctx);
    for (size_t i = 0; i < json_array_size(at->value) && status == WH_OK; i++) {
        const struct wh_json one = wh_json_element(at, i);
        const char *family = NULL;
        status = wh_json_text(&one, 60, &family, err);
        if (status == WH_OK && (strchr(family, ',') != NULL || i > 7)) {
            status = wh_json_fail(&one, err, "expected the name of a font family, at most 8");
        }
        if (status == WH_OK) {
            wh_buf_printf(&families, "%s%s", i > 0 ? ", " : "", family);
        }
    }
    lang->fonts = wh_arena_c(&lang->arena, wh_buf_view(&families));
    if (status == WH_OK && (families.failed || lang->fonts == NULL)) {
        status = wh_fail_memory(lang->arena.ctx, err);
    }
    wh_buf_finish(&families);
    return status;
}

/* "language": what it is called, CLDR's locale, its fonts, and whether a speaker has read it. */
static enum wh_status read_language(struct wh_language *lang, const struct wh_json *at,
                                    struct wh_error *err)
{
    static const char *const KNOWN[] = {"name", "locale", "reviewed", "fonts", "line_height"};
    const struct wh_json name = wh_json_member(at, KNOWN[0]), locale = wh_json_member(at, KNOWN[1]);
    const struct wh_json reviewed = wh_json_member(at, KNOWN[2]);
    const struct wh_json fonts = wh_json_member(at, KNOWN[3]);
    const struct wh_json line_height = wh_json_member(at, KNOWN[4]);
    const char *tag = NULL;
    enum wh_status status = wh_json_only(at, KNOWN, 5, err);
    if (status == WH_OK) {
        status = read_text(lang, &name, &lang->name, err);
    }
    if (status == WH_OK) {
        status = wh_json_text(&locale, 30, &tag, err);
    }
    if (status == WH_OK && !is_code(tag)) {
        status = wh_json_fail(&locale, err, "expected a language like \"cy\" or \"en-GB\"");
    }
    if (status == WH_OK) {
        status = read_fonts(lang, &fonts, err);
    }
    if (status == WH_OK && line_height.value != NULL) {
        status = wh_json_number(&line_height, 1, 3, &lang->line_height, err);
    }
    if (status != WH_OK || lang->plural != NULL) {
        return status;
    }
    lang->is_reviewed = json_is_true(reviewed.value);
    snprintf(lang->tag, sizeof lang->tag, "%s", tag);
    snprintf(lang->locale, sizeof lang->locale, "%s", tag);
    for (char *c = lang->locale; *c != '\0'; c++) {
        *c = *c == '-' ? '_' : *c;
    }
    return wh_language_open_icu(lang, err);
}

enum wh_status wh_language_add(struct wh_language *lang, const char *file,
                               const struct wh_buf *text, struct wh_error *err)
{
    static const char *const KNOWN[] = {"language", "messages"};
    struct wh_json root = {0};
    enum wh_status status = wh_json_parse(file, text, &root, err);
    if (status != WH_OK) {
        return status;
    }
    const struct wh_json language = wh_json_member(&root, KNOWN[0]);
    const struct wh_json messages = wh_json_member(&root, KNOWN[1]);
    status = wh_json_only(&root, KNOWN, 2, err);
    /* A council's own file may leave the language's facts to ours. */
    if (status == WH_OK && (language.value != NULL || lang->plural == NULL)) {
        status = read_language(lang, &language, err);
    }
    if (status == WH_OK) {
        status = read_messages(lang, &messages, err);
    }
    json_decref(root.value);
    return status;
}

/* One file of a folder; *ret_is_there stays as it was where there is none. */
static enum wh_status add_folder(struct wh_language *lang, const char *folder, bool *ret_is_there,
                                 struct wh_error *err)
{
    char name[32];
    struct wh_buf text;
    struct wh_file_info info;
    struct wh_ctx *const ctx = lang->arena.ctx;
    snprintf(name, sizeof name, "%s.json", lang->code);
    char *const path = wh_path_join(ctx, folder, name);
    if (path == NULL) {
        return wh_fail_memory(ctx, err);
    }
    wh_buf_init(&text, ctx);
    enum wh_status status = WH_OK;
    if (wh_io_stat(path, &info)) {
        status = wh_io_read_all(ctx, path, CATALOGUE_LIMIT_BYTES, &text, err);
        if (status == WH_ERR_INPUT && err != NULL) {
            err->status = WH_ERR_CONFIG;
        }
        status = status == WH_ERR_INPUT ? WH_ERR_CONFIG : status;
        if (status == WH_OK) {
            status = wh_language_add(lang, path, &text, err);
        }
        *ret_is_there = true;
    }
    wh_free(ctx, path);
    wh_buf_finish(&text);
    return status;
}

static void add_gap(struct wh_language *lang, const char *text, bool *has_failed)
{
    struct wh_error ignored;
    void *array = lang->gap;
    if (text == NULL || wh_grow(lang->arena.ctx, &array, lang->n_gaps, &lang->cap_gaps,
                                sizeof *lang->gap, &ignored) != WH_OK) {
        *has_failed = true;
        return;
    }
    lang->gap = array;
    lang->gap[lang->n_gaps++] = text;
}

/* Plurals without a case for each category of the language: they fall to "other". */
static void list_categories(struct wh_language *lang, const struct wh_message *message,
                            const struct wh_part *part, bool *has_failed)
{
    for (; part != NULL; part = part->next) {
        const char *category;
        for (size_t i = 0;
             part->kind == WH_PART_PLURAL && (category = wh_language_category(i)) != NULL; i++) {
            bool is_there = !wh_language_uses_category(lang, category);
            for (const struct wh_branch *b = part->branch; b != NULL && !is_there; b = b->next) {
                is_there = !b->is_exact && wh_str_eq_c(b->word, category);
            }
            if (!is_there) {
                add_gap(lang,
                        wh_arena_printf(&lang->arena, "%s: %s has no plural for \"%s\"", lang->code,
                                        message->key, category),
                        has_failed);
            }
        }
        for (const struct wh_branch *b = part->branch; b != NULL; b = b->next) {
            list_categories(lang, message, b->part, has_failed);
        }
    }
}

enum wh_status wh_language_list_gaps(struct wh_language *lang, struct wh_error *err)
{
    bool has_failed = false;
    for (size_t i = 0; i < lang->n_messages; i++) {
        const struct wh_message *const message = &lang->message[i];
        if (message->pattern == NULL) {
            add_gap(lang,
                    wh_arena_printf(&lang->arena, "%s: %s is missing, and said in English",
                                    lang->code, message->key),
                    &has_failed);
        }
        list_categories(lang, message, message->part, &has_failed);
    }
    return has_failed ? wh_fail_memory(lang->arena.ctx, err) : WH_OK;
}

enum wh_status wh_language_create(struct wh_ctx *ctx, const char *code,
                                  const struct wh_language *english, struct wh_language **ret,
                                  struct wh_error *err)
{
    char shown[96];
    if (!is_code(code)) {
        return wh_fail(err, WH_ERR_CONFIG, "not the code of a language, like \"cy\": \"%s\"",
                       wh_log_escape(wh_str_c(code), shown, sizeof shown));
    }
    struct wh_language *const lang = wh_alloc(ctx, sizeof *lang);
    if (lang == NULL) {
        return wh_fail_memory(ctx, err);
    }
    wh_arena_init(&lang->arena, ctx);
    snprintf(lang->code, sizeof lang->code, "%s", code);
    lang->english = english != NULL ? english : lang;
    *ret = lang;
    return WH_OK;
}

static enum wh_status add_folders(struct wh_language *lang, const char *styles_dir,
                                  const char *own_dir, struct wh_error *err)
{
    bool is_there = false;
    struct wh_ctx *const ctx = lang->arena.ctx;
    char *const folder = wh_path_join(ctx, styles_dir, "locale");
    enum wh_status status =
        folder == NULL ? wh_fail_memory(ctx, err) : add_folder(lang, folder, &is_there, err);
    if (status == WH_OK && own_dir != NULL) {
        status = add_folder(lang, own_dir, &is_there, err);
    }
    if (status == WH_OK && !is_there) {
        status = wh_fail(err, WH_ERR_CONFIG, "there is no %s/%s.json: pages cannot speak \"%s\"",
                         own_dir != NULL ? own_dir : folder, lang->code, lang->code);
    }
    wh_free(ctx, folder);
    return status == WH_OK ? wh_language_list_gaps(lang, err) : status;
}

enum wh_status wh_language_load(struct wh_ctx *ctx, const char *styles_dir, const char *own_dir,
                                const char *code, struct wh_language **ret, struct wh_error *err)
{
    struct wh_language *english = NULL, *lang = NULL;
    enum wh_status status = wh_language_create(ctx, ENGLISH, NULL, &english, err);
    if (status == WH_OK) {
        status = add_folders(english, styles_dir, own_dir, err);
    }
    if (status == WH_OK && strcmp(code, ENGLISH) != 0) {
        status = wh_language_create(ctx, code, english, &lang, err);
        if (status == WH_OK) {
            lang->owned_english = english;
            english = NULL;
            status = add_folders(lang, styles_dir, own_dir, err);
        }
    } else {
        lang = english;
        english = NULL;
    }
    wh_language_destroy(ctx, english);
    if (status != WH_OK) {
        wh_language_destroy(ctx, lang);
        return status;
    }
    *ret = lang;
    return WH_OK;
}

void wh_language_destroy(struct wh_ctx *ctx, struct wh_language *lang)
{
    if (lang != NULL) {
        wh_language_destroy(ctx, lang->owned_english);
        wh_language_close_icu(lang);
        wh_free(ctx, lang->gap);
        wh_arena_finish(&lang->arena);
        wh_free(ctx, lang);
    }
}

const char *wh_language_code(const struct wh_language *lang)
{
    return lang->code;
}

const char *wh_language_tag(const struct wh_language *lang)
{
    return lang->tag;
}

const char *wh_language_name(const struct wh_language *lang)
{
    return lang->name;
}

const char *wh_language_fonts(const struct wh_language *lang)
{
    return lang->fonts;
}

double wh_language_line_height(const struct wh_language *lang)
{
    return lang->line_height;
}

bool wh_language_is_rtl(const struct wh_language *lang)
{
    return lang->is_rtl;
}

bool wh_language_is_reviewed(const struct wh_language *lang)
{
    return lang->is_reviewed;
}

const char *wh_language_gap(const struct wh_language *lang, size_t idx)
{
    return idx < lang->n_gaps ? lang->gap[idx] : NULL;
}

const struct wh_message *wh_language_message(const struct wh_language *lang, const char *key,
                                             const struct wh_language **ret_speaker)
{
    const struct wh_message *message = find_message(lang, key);
    *ret_speaker = lang;
    if (message != NULL && message->pattern == NULL) {
        *ret_speaker = lang->english;
        message = find_message(lang->english, key);
    }
    return message;
}
