/* Catalogues of messages: what patterns say, in each language; and the sentences for broken ones.
 */
#include <string.h>
#include <unicode/umsg.h>
#include <unicode/ustring.h>

#include "base/alloc.h"
#include "base/time.h"
#include "render/message_internal.h"
#include "wh_test_ctx.h"

#define STYLES WH_SOURCE_ROOT "/styles"

static enum wh_status add(struct wh_language *lang, const char *json, struct wh_error *err)
{
    struct wh_buf text;
    wh_buf_init(&text, ctx);
    wh_buf_c(&text, json);
    const enum wh_status status = wh_language_add(lang, "made.json", &text, err);
    wh_buf_finish(&text);
    return status;
}

/* A language of one message, "m"; as English, so that any arguments will do. */
static enum wh_status make(const char *locale, const char *pattern, struct wh_language **ret,
                           struct wh_error *err)
{
    struct wh_buf json;
    struct wh_language *lang = NULL;
    wh_buf_init(&json, ctx);
    wh_buf_printf(&json,
                  "{\"language\": {\"name\": \"x\", \"locale\": \"%s\"}, \"messages\": {\"m\": \"",
                  locale);
    wh_buf_json(&json, wh_str_c(pattern));
    wh_buf_c(&json, "\"}}");
    assert_int_equal(wh_language_create(ctx, "en", NULL, &lang, err), WH_OK);
    enum wh_status status = add(lang, wh_buf_view(&json).ptr, err);
    wh_buf_finish(&json);
    if (status == WH_OK) {
        *ret = lang;
    } else {
        wh_language_destroy(ctx, lang);
    }
    return status;
}

static void expect(const char *locale, const char *pattern, const struct wh_arg *arg, size_t n,
                   const char *expected)
{
    struct wh_error err = {0};
    struct wh_language *lang = NULL;
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    assert_wh_ok(make(locale, pattern, &lang, &err));
    wh_say_args(&buf, lang, "m", arg, n);
    assert_string_equal(wh_buf_view(&buf).ptr, expected);
    wh_buf_finish(&buf);
    wh_language_destroy(ctx, lang);
}

static void numbers_and_dates_follow_the_language(void **state)
{
    (void)state;
    const int64_t day = wh_day_from_civil(2026, 8, 5);
    const struct wh_arg n = wh_arg_count("n", 4812), big = wh_arg_number("n", 1234567.891, 2);
    const struct wh_arg tenth = wh_arg_fixed("n", 41, 1), down = wh_arg_change("n", -1212);
    const struct wh_arg up = wh_arg_change("n", 12), none = wh_arg_change("n", 0);
    const struct wh_arg date = wh_arg_day("d", day);
    expect("en-GB", "{n, number}", &n, 1, "4,812");
    expect("en-GB", "{n}", &big, 1, "1,234,567.89");
    expect("en-GB", "{n}", &tenth, 1, "41.0");
    expect("de", "{n}", &big, 1, "1.234.567,89");
    expect("cy", "{n}", &n, 1, "4,812");
    expect("en-GB", "{n}", &down, 1, "\u22121,212");
    expect("en-GB", "{n}", &up, 1, "+12");
    expect("en-GB", "{n}", &none, 1, "0");
    /* A sign stays at the left of its number among letters from right to left. */
    expect("ur", "{n}", &down, 1, "\u2068\u22121,212\u2069");
    expect("ar-EG", "{n}", &n, 1, "\u0664\u066c\u0668\u0661\u0662");
    expect("en-GB", "{d, date}", &date, 1, "5 August 2026");
    expect("en-GB", "{d, date, ::MMMMd}", &date, 1, "5 August");
    expect("en-GB", "{d, date, ::yMMM}", &date, 1, "Aug 2026");
    expect("cy", "{d, date}", &date, 1, "5 Awst 2026");
    expect("cy", "{d, date, d MMMM}", &date, 1, "5 Awst");
    expect("ur", "{d, date}", &date, 1, "5 \u0627\u06af\u0633\u062a\u060c 2026");
}

static void text_between_apostrophes_and_braces_is_taken_as_icu_takes_it(void **state)
{
    (void)state;
    const struct wh_arg name = wh_arg_text("name", "Kingsmead"), n = wh_arg_count("n", 1);
    expect("cy", "o'r {name}, i''r", &name, 1, "o'r Kingsmead, i'r");
    expect("en", "'{name}' is '{'{name}'}'", &name, 1, "{name} is {Kingsmead}");
    expect("en", "# {n, plural, one {#'#' '{'#'}'} other {#}} #", &n, 1, "# 1# {1} #");
    expect("en", "{ n , plural , =1 { one {name} } other {x}}", &n, 1, " one {name} ");
    /* A name in another direction stands apart; nobody else's bytes change. */
    const struct wh_arg hebrew = wh_arg_text("name", "\u05d0\u05d1");
    expect("en", "in {name} 3", &hebrew, 1, "in \u2068\u05d0\u05d1\u2069 3");
    const struct wh_arg bad = wh_arg_text("name", "a\xff");
    expect("en", "in {name}", &bad, 1, "in a\xff");
}

static void words_choose_cases_and_numbers_choose_plurals(void **state)
{
    (void)state;
    static const char PATTERN[] =
        "{way, select, up {{n, plural, =0 {none} one {# rise} other {# rises}}} "
        "other {{n, plural, one {# fall} other {# falls}}}}";
    const struct wh_arg a[] = {wh_arg_text("way", "up"), wh_arg_count("n", 1)};
    const struct wh_arg b[] = {wh_arg_text("way", "down"), wh_arg_count("n", 1200)};
    const struct wh_arg c[] = {wh_arg_text("way", "up"), wh_arg_count("n", 0)};
    const struct wh_arg d[] = {wh_arg_text("way", "up"), wh_arg_number("n", 1.5, 1)};
    const struct wh_arg wrong[] = {wh_arg_count("way", 3), wh_arg_text("n", "many")};
    expect("en", PATTERN, a, 2, "1 rise");
    expect("en", PATTERN, b, 2, "1,200 falls");
    expect("en", PATTERN, c, 2, "none");
    expect("en", PATTERN, d, 2, "1.5 rises");
    expect("en", PATTERN, wrong, 2,
           "many falls"); /* arguments of the wrong kind are said, not read */
    expect("en", PATTERN, NULL, 0, "{n} falls");
}

/* ICU's own formatter on the same plural of one number. */
static void icu_says(const char *locale, const char *pattern, double n, char out[200])
{
    UChar units[400], said[200];
    UErrorCode code = U_ZERO_ERROR;
    int32_t len = 0;
    u_strFromUTF8(units, 400, &len, pattern, -1, &code);
    UMessageFormat *const format = umsg_open(units, len, locale, NULL, &code);
    assert_true(U_SUCCESS(code));
    len = umsg_format(format, said, 200, &code, n);
    assert_true(U_SUCCESS(code));
    u_strToUTF8(out, 200, NULL, said, len, &code);
    assert_true(U_SUCCESS(code));
    umsg_close(format);
}

static void plurals_are_those_of_icu(void **state)
{
    (void)state;
    static const char *const LOCALE[] = {"en", "cy", "ur", "ar", "ru", "pl", "ga"};
    uint64_t seed = test_seed("plurals");
    for (size_t i = 0; i < sizeof LOCALE / sizeof *LOCALE; i++) {
        struct wh_error err = {0};
        struct wh_language *lang = NULL;
        struct wh_buf pattern, said;
        wh_buf_init(&pattern, ctx);
        wh_buf_init(&said, ctx);
        assert_wh_ok(make(LOCALE[i], "x", &lang, &err));
        wh_buf_c(&pattern, "it''s {0, plural, =7 {seven}");
        const char *category;
        for (size_t c = 0; (category = wh_language_category(c)) != NULL; c++) {
            if (wh_language_uses_category(lang, category)) {
                wh_buf_printf(&pattern, " %s {%s: # '{#}'}", category, category);
            }
        }
        wh_buf_c(&pattern, "}!");
        wh_language_destroy(ctx, lang);
        assert_wh_ok(make(LOCALE[i], pattern.ptr, &lang, &err));
        for (uint64_t k = 0; k < 300; k++) {
            char expected[200];
            const uint64_t n = k < 130 ? k : random_below(&seed, 3000000);
            wh_buf_clear(&said);
            wh_say_with(&said, lang, "m", wh_arg_count("0", n));
            icu_says(LOCALE[i], pattern.ptr, (double)n, expected);
            assert_string_equal(said.ptr, expected);
        }
        wh_language_destroy(ctx, lang);
        wh_buf_finish(&pattern);
        wh_buf_finish(&said);
    }
}

static void broken_patterns_are_refused_with_their_place(void **state)
{
    (void)state;
    static const char *const CASES[][2] = {
        {"{", "name of an argument"},
        {"a {", "at its end"},
        {"{}", "at byte 2, \"}\": expected the name"},
        {"{n", "expected } or a comma"},
        {"{n, }", "expected number, date, plural or select"},
        {"{n, choice, 0#none}", "at byte 5, \"choice, 0#none}\": expected number"},
        {"{n, number, ::compact}", "expected }"},
        {"{n, plural}", "expected a comma and the cases"},
        {"{n, plural, }", "other {...}"},
        {"{n, plural, one {x}}", "other {...}"},
        {"{n, plural, few {x} other {y}}", "at byte 13, \"few {x} other {y}}\": not a plural"},
        {"{n, plural, =x {x} other {y}}", "a number after ="},
        {"{n, plural, offset:1 other {y}}", "not a plural category"},
        {"{n, plural, other {y} other {z}}", "twice"},
        {"{n, plural, other y}", "expected { and the text"},
        {"{n, plural, other {y}", "expected a word and its text"},
        {"{n, plural, other {y", "expected }"},
        {"{n, select, =1 {x} other {y}}", "expected a word"},
        {"{n, date, short}", "fields of a date"},
        {"{n, date, ::}", "fields of a date"},
        {"{n, date, ::HHmm}", "fields of a date"},
        {"{n, date, ::yyyyyyyyyyyyyyyyyyyy}", "fields of a date"},
        {"x } y", "closes nothing"},
        {"{n, date} {n, number}", "one kind for this argument"},
        {"{a}{b}{c}{d}{e}{f}{g}{h}{i}{j}{k}{l}{m}", "at most 12"},
        {"{a, select, other {{b, select, other {{c, select, other {{d, select, other {{e, select, "
         "other "
         "{{f, select, other {{g, select, other {}}}}}}}}}}}}}}",
         "at most 6 deep"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct wh_error err = {0};
        struct wh_language *lang = NULL;
        assert_int_equal(make("en", CASES[i][0], &lang, &err), WH_ERR_CONFIG);
        assert_string_equal(err.where, "made.json");
        assert_text_has(err.message, "messages.m: at ");
        assert_text_has(err.message, CASES[i][1]);
    }
}

static void every_cut_and_every_changed_byte_of_a_pattern_is_said_or_refused(void **state)
{
    (void)state;
    static const char WHOLE[] =
        "{way, select, up {{n, plural, =0 {none} one {# '{'}} other {#}}} other {o''r "
        "{d, date, ::MMMd} {t}}} '}' {n}";
    uint64_t seed = test_seed("patterns");
    struct wh_error err = {0};
    struct wh_language *lang = NULL;
    struct wh_buf said;
    wh_buf_init(&said, ctx);
    assert_wh_ok(make("en", "x", &lang, &err));
    for (size_t i = 0; i < 20000; i++) {
        char pattern[sizeof WHOLE];
        memcpy(pattern, WHOLE, sizeof WHOLE);
        if (i < sizeof WHOLE) {
            pattern[i] = '\0';
        }
        for (size_t k = random_below(&seed, 3); k-- > 0;) {
            pattern[random_below(&seed, sizeof WHOLE - 1)] =
                "{}#',:=n dox"[random_below(&seed, 12)];
        }
        lang->message[0] = (struct wh_message){.key = "m", .pattern = pattern};
        err = (struct wh_error){0};
        if (wh_message_parse(lang, &lang->message[0], &err) == WH_OK) {
            wh_buf_clear(&said);
            wh_say_with(&said, lang, "m", wh_arg_text("way", "up"), wh_arg_count("n", 3),
                        wh_arg_day("d", 20000), wh_arg_text("t", "t"));
            assert_false(said.failed);
        } else {
            assert_int_equal(err.status, WH_ERR_CONFIG);
            assert_true(err.message[0] != '\0' && err.column <= strlen(pattern) + 1);
        }
    }
    wh_buf_finish(&said);
    wh_language_destroy(ctx, lang);
}

/* A second language over an English of two messages. */
static enum wh_status translate(const char *json, struct wh_language **ret, struct wh_error *err)
{
    static struct wh_language *english;
    if (english == NULL) {
        assert_int_equal(wh_language_create(ctx, "en", NULL, &english, err), WH_OK);
        assert_int_equal(
            add(english,
                "{\"language\": {\"name\": \"English\", \"locale\": \"en-GB\"}, \"messages\": {"
                "\"b\": \"{n, plural, one {# request} other {# requests}} in {ward}\","
                "\"a\": \"{way, select, up {up} down {down} other {same}}\"}}",
                err),
            WH_OK);
    }
    if (json == NULL) {
        wh_language_destroy(ctx, english);
        english = NULL;
        return WH_OK;
    }
    assert_int_equal(wh_language_create(ctx, "cy", english, ret, err), WH_OK);
    const enum wh_status status = add(*ret, json, err);
    return status == WH_OK ? wh_language_list_gaps(*ret, err) : status;
}

static void a_translation_has_the_arguments_of_the_english(void **state)
{
    (void)state;
#define CY "{\"language\": {\"name\": \"Cymraeg\", \"locale\": \"cy\"}, \"messages\": {"
    static const char *const CASES[][2] = {
        {CY "\"b\": \"{n, number} yn {place}\"}}",
         "messages.b: at byte 17, \"place}\": an argument that the English does not have"},
        {CY "\"b\": \"{n, number}\"}}", "{ward}, which the English says, is missing"},
        {CY "\"b\": \"{n, date} yn {ward}\"}}", "not the kind of argument"},
        {CY "\"b\": \"{n} {ward, select, other {x}}\"}}", "not the kind of argument"},
        {CY "\"a\": \"{way, select, lan {lan} other {x}}\"}}", "a case that the English lacks"},
        {CY "\"c\": \"x\"}}", "messages.c: not understood, expected one of the keys"},
        {CY "\"a\": 3}}", "messages.a: not understood, expected a text"},
        {CY "\"a\": \"\"}}", "messages.a: not understood, expected a text"},
        {CY "\"a\": \"x\", \"a\": \"y\"}}", "not JSON: duplicate"},
        {"{\"messages\": {}}", "language: "},
        {"{\"language\": {\"name\": \"x\", \"locale\": \"../cy\"}, \"messages\": {}}",
         "language.locale: not understood, expected a language"},
        {"{\"language\": {\"name\": \"x\", \"locale\": \"cy\", \"fonts\": [\"a,b\"]}, "
         "\"messages\": {}}",
         "expected the name of a font family"},
        {"[]", "the whole file: not understood, expected an object"},
        {"{\"language\": {\"name\": \"x\", \"locale\": \"cy\"}, \"messages\": [1]}",
         "expected an object"},
    };
#undef CY
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct wh_error err = {0};
        struct wh_language *lang = NULL;
        assert_int_equal(translate(CASES[i][0], &lang, &err), WH_ERR_CONFIG);
        assert_text_has(err.message, CASES[i][1]);
        wh_language_destroy(ctx, lang);
    }
    (void)translate(NULL, NULL, NULL);
}

static void what_is_missing_is_said_in_english_and_listed(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_language *lang = NULL;
    struct wh_buf said;
    wh_buf_init(&said, ctx);
    assert_wh_ok(translate(
        "{\"language\": {\"name\": \"Cymraeg\", \"locale\": \"cy\", \"fonts\": [\"A\", \"B C\"]}, "
        "\"messages\": {\"b\": \"{n, plural, one {# cais} other {# cais}} yn {ward}\"}}",
        &lang, &err));
    assert_string_equal(wh_language_gap(lang, 0), "cy: a is missing, and said in English");
    assert_string_equal(wh_language_gap(lang, 1), "cy: b has no plural for \"zero\"");
    assert_string_equal(wh_language_gap(lang, 4), "cy: b has no plural for \"many\"");
    assert_null(wh_language_gap(lang, 5));
    assert_string_equal(wh_language_fonts(lang), "A, B C");
    assert_string_equal(wh_language_name(lang), "Cymraeg");
    assert_false(wh_language_is_reviewed(lang));
    wh_say_with(&said, lang, "a", wh_arg_text("way", "down"));
    assert_string_equal(said.ptr, "down");
    wh_buf_clear(&said);
    wh_say(&said, lang, "no.such.key");
    assert_string_equal(said.ptr, "no.such.key");
    wh_buf_finish(&said);
    wh_language_destroy(ctx, lang);
    (void)translate(NULL, NULL, NULL);
}

static void a_council_may_change_a_few_words(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_language *lang = NULL;
    struct wh_buf said;
    wh_buf_init(&said, ctx);
    write_text("en.json", "{\"messages\": {\"hotspot.new\": \"This one is new.\"}}");
    assert_wh_ok(wh_language_load(ctx, STYLES, ".", "en", &lang, &err));
    wh_say(&said, lang, "hotspot.new");
    wh_say(&said, lang, "comparison.none");
    assert_string_equal(said.ptr, "This one is new..");
    wh_language_destroy(ctx, lang);
    write_text("en.json", "{\"messages\": {\"hotspot.since\": \"Since some day.\"}}");
    assert_int_equal(wh_language_load(ctx, STYLES, ".", "en", &lang, &err), WH_ERR_CONFIG);
    assert_text_has(err.message, "{day}, which the English says, is missing");
    write_text("en.json", "{\"messages\": {\"hotspot.sinc\": \"Since some day.\"}}");
    assert_int_equal(wh_language_load(ctx, STYLES, ".", "en", &lang, &err), WH_ERR_CONFIG);
    wh_buf_finish(&said);
}

static void only_languages_that_are_there_are_loaded(void **state)
{
    (void)state;
    static const char *const CASES[][2] = {{"xx", "there is no "},
                                           {"../en", "not the code"},
                                           {"", "not the code"},
                                           {"EN", "not the code"},
                                           {"en-", "not the code"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct wh_error err = {0};
        struct wh_language *lang = NULL;
        assert_int_equal(wh_language_load(ctx, STYLES, NULL, CASES[i][0], &lang, &err),
                         WH_ERR_CONFIG);
        assert_text_has(err.message, CASES[i][1]);
        assert_null(lang);
    }
}

/* Every key of every language, said with arguments of every name that it has. */
static void say_all(const struct wh_language *lang, uint64_t n, struct wh_buf *said)
{
    for (size_t i = 0; i < lang->n_messages; i++) {
        const struct wh_language *speaker;
        const struct wh_message *const m =
            wh_language_message(lang, lang->message[i].key, &speaker);
        struct wh_arg arg[WH_MESSAGE_SLOTS];
        char name[WH_MESSAGE_SLOTS][40];
        for (uint32_t k = 0; k < m->n_slots; k++) {
            snprintf(name[k], sizeof name[k], "%.*s", (int)m->slot[k].name.len,
                     m->slot[k].name.ptr);
            arg[k] = m->slot[k].kind == WH_SLOT_NUMBER ? wh_arg_count(name[k], n)
                     : m->slot[k].kind == WH_SLOT_DATE ? wh_arg_day(name[k], (int64_t)n)
                                                       : wh_arg_text(name[k], "Kingsmead");
        }
        wh_say_args(said, lang, m->key, arg, m->n_slots);
        wh_buf_char(said, '\n');
    }
}

static const char *const SHIPPED[] = {"en", "cy", "ur"};

static void the_shipped_languages_lack_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SHIPPED / sizeof *SHIPPED; i++) {
        struct wh_error err = {0};
        struct wh_language *lang = NULL;
        struct wh_buf said;
        wh_buf_init(&said, ctx);
        assert_wh_ok(wh_language_load(ctx, STYLES, NULL, SHIPPED[i], &lang, &err));
        if (wh_language_gap(lang, 0) != NULL) {
            fail_msg("%s", wh_language_gap(lang, 0));
        }
        for (uint64_t n = 0; n < 8; n++) {
            say_all(lang, n, &said);
        }
        assert_false(said.failed);
        assert_null(strchr(said.ptr, '{')); /* no argument is left unsaid */
        wh_buf_finish(&said);
        wh_language_destroy(ctx, lang);
    }
}

static void threads_say_the_same(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_language *lang = NULL;
    struct wh_buf alone;
    int n_wrong = 0;
    wh_buf_init(&alone, ctx);
    assert_wh_ok(wh_language_load(ctx, STYLES, NULL, SHIPPED[sizeof SHIPPED / sizeof *SHIPPED - 1],
                                  &lang, &err));
    say_all(lang, 4812, &alone);
#pragma omp parallel for num_threads(4) reduction(+ : n_wrong)
    for (int i = 0; i < 40; i++) {
        struct wh_buf said;
        wh_buf_init(&said, ctx);
        say_all(lang, 4812, &said);
        n_wrong += said.failed || !wh_str_eq(wh_buf_view(&said), wh_buf_view(&alone));
        wh_buf_finish(&said);
    }
    assert_int_equal(n_wrong, 0);
    wh_buf_finish(&alone);
    wh_language_destroy(ctx, lang);
}

static void a_language_without_memory_fails_and_leaks_nothing(void **state)
{
    (void)state;
    if (!wh_fault_injection_built()) {
        skip();
    }
    enum wh_status status = WH_ERR_LIMIT;
    for (uint64_t n = 1; status != WH_OK; n += n < 60 ? 1 : 23) {
        struct wh_error err = {0};
        struct wh_language *lang = NULL;
        wh_alloc_fail_at(ctx, n, true);
        status = wh_language_load(ctx, STYLES, NULL, "ur", &lang, &err);
        wh_alloc_fail_at(ctx, 0, false);
        assert_true(status == WH_OK || status == WH_ERR_LIMIT);
        assert_true((status == WH_OK) == (lang != NULL));
        assert_true(n < 100000);
        wh_language_destroy(ctx, lang);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_dates_follow_the_language),
        cmocka_unit_test(text_between_apostrophes_and_braces_is_taken_as_icu_takes_it),
        cmocka_unit_test(words_choose_cases_and_numbers_choose_plurals),
        cmocka_unit_test(plurals_are_those_of_icu),
        cmocka_unit_test(broken_patterns_are_refused_with_their_place),
        cmocka_unit_test(every_cut_and_every_changed_byte_of_a_pattern_is_said_or_refused),
        cmocka_unit_test(a_translation_has_the_arguments_of_the_english),
        cmocka_unit_test(what_is_missing_is_said_in_english_and_listed),
        cmocka_unit_test(a_council_may_change_a_few_words),
        cmocka_unit_test(only_languages_that_are_there_are_loaded),
        cmocka_unit_test(the_shipped_languages_lack_nothing),
        cmocka_unit_test(threads_say_the_same),
        cmocka_unit_test(a_language_without_memory_fails_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
