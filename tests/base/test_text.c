/* Text: slices, UTF-8 against a slow decoder, escapes for where text goes, errors as sentences. */
#include <errno.h>

#include "base/error.h"
#include "base/str.h"
#include "wh_test_ctx.h"

static void slices_are_cut_and_compared(void **state)
{
    (void)state;
    const struct wh_str text = wh_str_c("  \tMill Lane\r\n ");
    assert_true(wh_str_eq_c(wh_str_trim(text), "Mill Lane"));
    assert_int_equal(wh_str_trim(wh_str_c(" \n\t ")).len, 0);
    assert_int_equal(wh_str_c(NULL).len, 0);
    assert_true(wh_str_eq(wh_str_c(NULL), wh_str_c("")));
    assert_true(wh_str_eq_fold(wh_str_c("High STREET"), wh_str_c("hIGH street")));
    assert_false(wh_str_eq_fold(wh_str_c("\xC3\x89"), wh_str_c("\xC3\xA9"))); /* ASCII only */
    assert_false(wh_str_eq_fold(wh_str_c("@"), wh_str_c("`")));
    assert_true(wh_str_compare(wh_str_c("a"), wh_str_c("ab")) < 0);
    assert_true(wh_str_compare(wh_str_c("b"), wh_str_c("ab")) > 0);
    assert_true(wh_str_compare(wh_str_c("\xC3\xA9"), wh_str_c("z")) > 0); /* bytes are unsigned */
    assert_int_equal(wh_str_compare(wh_str_c(""), wh_str_c(NULL)), 0);
    const struct wh_str abc = wh_str_c("abc");
    assert_true(wh_str_eq_c(wh_str_slice(abc, 1, 99), "bc"));
    assert_int_equal(wh_str_slice(abc, 2, 2).len, 0);
    assert_int_equal(wh_str_slice(abc, 9, 3).len, 0);
    assert_true(wh_str_has_prefix(abc, "ab") && wh_str_has_prefix(abc, "") &&
                !wh_str_has_prefix(abc, "abcd") && !wh_str_has_prefix(abc, "b"));
    assert_true(wh_str_has_suffix(abc, "bc") && wh_str_has_suffix(abc, "") &&
                !wh_str_has_suffix(abc, "xabc") && !wh_str_has_suffix(abc, "b"));
    assert_int_equal(wh_str_find(abc, 'c'), 2);
    assert_int_equal(wh_str_find(abc, 'x'), 3);
    assert_int_equal(wh_str_find(wh_str_c(NULL), 'x'), 0);
}

static void words_are_as_far_apart_as_their_typos(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        size_t distance;
    } cases[] = {{"", "", 0},
                 {"", "abc", 3},
                 {"kitten", "sitting", 3},
                 {"bandwith_m", "bandwidth_m", 1},
                 {"teh", "the", 1}, /* a swap is one */
                 {"WARDS", "wards", 0},
                 {"ca", "abc", 3}, /* optimal string alignment, not the unrestricted distance (2) */
                 {"postcode", "postocde", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(wh_str_distance(wh_str_c(cases[i].a), wh_str_c(cases[i].b)),
                         cases[i].distance);
        assert_int_equal(wh_str_distance(wh_str_c(cases[i].b), wh_str_c(cases[i].a)),
                         cases[i].distance);
    }
    static char longer[500];
    memset(longer, 'a', sizeof longer);
    assert_int_equal(wh_str_distance((struct wh_str){longer, 500}, wh_str_c("a")), 500);
}

static void the_nearest_word_is_the_first_of_the_nearest_or_none(void **state)
{
    (void)state;
    struct wh_near_word near_word = {.word = wh_str_c("wrads"), .most = 2};
    wh_near_word_offer(&near_word, wh_str_c("roads"));
    assert_true(wh_str_eq_c(near_word.best, "roads")); /* 2, the most */
    wh_near_word_offer(&near_word, wh_str_c("wads"));
    wh_near_word_offer(&near_word, wh_str_c("wards")); /* as near as "wads", and later */
    assert_true(wh_str_eq_c(near_word.best, "wads"));
    struct wh_near_word far_word = {.word = wh_str_c("crs"), .most = 1};
    wh_near_word_offer(&far_word, wh_str_c("cell"));
    assert_null(far_word.best.ptr);
}

static void a_hash_is_the_published_one(void **state)
{
    (void)state;
    /* Landon Curt Noll's FNV-1a test vectors. */
    assert_true(wh_str_hash(wh_str_c("")) == UINT64_C(0xcbf29ce484222325));
    assert_true(wh_str_hash(wh_str_c("a")) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(wh_str_hash(wh_str_c("foobar")) == UINT64_C(0x85944171f73967e8));
    assert_true(wh_str_hash_fold(wh_str_c("FooBAR")) == UINT64_C(0x85944171f73967e8));
}

/* RFC 3629 word by word: decode by the bit patterns, then refuse what is overlong, a surrogate, too
 * large. */
static size_t slow_utf8(const unsigned char *s, size_t left, uint32_t *ret)
{
    static const struct {
        unsigned mask, pattern;
        size_t len;
        uint32_t least;
    } shapes[] = {{0x80, 0x00, 1, 0},
                  {0xE0, 0xC0, 2, 0x80},
                  {0xF0, 0xE0, 3, 0x800},
                  {0xF8, 0xF0, 4, 0x10000}};
    for (size_t i = 0; i < 4; i++) {
        if ((s[0] & shapes[i].mask) != shapes[i].pattern || left < shapes[i].len) {
            continue;
        }
        uint32_t c = s[0] & (0xFFu ^ shapes[i].mask);
        for (size_t j = 1; j < shapes[i].len; j++) {
            if ((s[j] & 0xC0u) != 0x80u) {
                return 0;
            }
            c = c * 64 + (s[j] & 0x3Fu);
        }
        if (c < shapes[i].least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
            return 0;
        }
        *ret = c;
        return shapes[i].len;
    }
    return 0;
}

static void check_as_slow(const unsigned char *bytes, size_t len)
{
    const struct wh_str text = {(const char *)bytes, len};
    size_t good = 0;
    while (good < len) {
        uint32_t slow = 0;
        const size_t step = slow_utf8(bytes + good, len - good, &slow);
        if (step == 0) {
            break;
        }
        size_t pos = good;
        if (wh_utf8_next(text, &pos) != slow || pos != good + step) {
            fail_msg("byte %zu of %02x %02x %02x %02x", good, bytes[0], bytes[1], bytes[2],
                     bytes[3]);
        }
        good += step;
    }
    if (wh_utf8_check(text) != good) {
        fail_msg("%zu, not %zu good bytes of %02x %02x %02x %02x", wh_utf8_check(text), good,
                 bytes[0], bytes[1], bytes[2], bytes[3]);
    }
}

static void every_two_and_three_bytes_decode_as_a_slow_decoder_says(void **state)
{
    (void)state;
    unsigned char bytes[4] = {0};
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b++) {
            bytes[0] = (unsigned char)a;
            bytes[1] = (unsigned char)b;
            check_as_slow(bytes, 2);
            if (a < 0xC0) { /* then the rest has been seen as a pair */
                continue;
            }
            for (unsigned c = 0x70; c < 0xD0; c++) {
                bytes[2] = (unsigned char)c;
                check_as_slow(bytes, 3);
                bytes[3] = 0x80;
                check_as_slow(bytes, 4);
            }
        }
    }
}

static void every_code_point_is_read_back(void **state)
{
    (void)state;
    for (uint32_t c = 0x80; c <= 0x110000; c++) {
        unsigned char s[4];
        size_t n = 0;
        if (c < 0x800) {
            s[n++] = (unsigned char)(0xC0 | c >> 6);
        } else if (c < 0x10000) {
            s[n++] = (unsigned char)(0xE0 | c >> 12);
            s[n++] = (unsigned char)(0x80 | (c >> 6 & 63));
        } else {
            s[n++] = (unsigned char)(0xF0 | c >> 18);
            s[n++] = (unsigned char)(0x80 | (c >> 12 & 63));
            s[n++] = (unsigned char)(0x80 | (c >> 6 & 63));
        }
        s[n++] = (unsigned char)(0x80 | (c & 63));
        const struct wh_str text = {(const char *)s, n};
        const bool is_scalar = c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
        assert_int_equal(wh_utf8_check(text), is_scalar ? n : 0);
        if (is_scalar) {
            size_t pos = 0;
            assert_int_equal(wh_utf8_next(text, &pos), c);
            assert_int_equal(pos, n);
        }
    }
}

static void bytes_at_the_end_of_memory_are_not_read_over(void **state)
{
    (void)state;
    /* Exact-size copies, so that ASan sees a read behind the end. */
    static const char *const cut[] = {"\xC3", "\xE2\x82", "\xF0\x9F\x98", "a\xF4\x8F\xBF"};
    for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
        const size_t len = strlen(cut[i]);
        char *copy = malloc(len);
        assert_non_null(copy);
        memcpy(copy, cut[i], len);
        assert_true(wh_utf8_check((struct wh_str){copy, len}) < len);
        char shown[100];
        wh_log_escape((struct wh_str){copy, len}, shown, sizeof shown);
        free(copy);
    }
}

typedef void escape_fn(struct wh_buf *buf, struct wh_str text);

static void assert_escaped(escape_fn *escape, const char *text, size_t len, const char *expected)
{
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    escape(&buf, (struct wh_str){text, len});
    assert_string_equal(buf.ptr, expected);
    wh_buf_finish(&buf);
}

static void json_text_ends_no_script_and_no_line(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"plain \xC3\xA9 \xF0\x9F\x98\x80", "plain \xC3\xA9 \xF0\x9F\x98\x80"},
        {"a\"b\\c", "a\\\"b\\\\c"},
        {"\n\r\t\b\x1b\x7f", "\\n\\r\\t\\u0008\\u001b\\u007f"},
        {"</script>&", "\\u003c/script\\u003e\\u0026"},
        {"a\xE2\x80\xA8"
         "b\xE2\x80\xA9"
         "c\xE2\x80\xAA",
         "a\\u2028b\\u2029c\\u202a"},
        {"bad \xC3( \xED\xA0\x80", "bad \xEF\xBF\xBD( \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"${{x}}", "${{x}}"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_escaped(wh_buf_json, cases[i][0], strlen(cases[i][0]), cases[i][1]);
    }
    assert_escaped(wh_buf_json, "a\0b", 3, "a\\u0000b");
}

static void markup_is_shown_as_text(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"a & b", "a &amp; b"},
        {"\" onload='x'", "&quot; onload=&#39;x&#39;"},
        {"one\ttwo\nthree", "one\ttwo\nthree"},
        {"\x01\x1b[31m\x7f\xC2\x9B\xEF\xBF\xBF",
         "[31m"}, /* controls and non-characters are dropped */
        {"a\xE2\x80\xA8"
         "b\xE2\x80\xAE"
         "c\xE2\x81\xA7"
         "d\xE2\x80\x8D",
         "abcd\xE2\x80\x8D"}, /* line separator, override and isolate go, the joiner stays */
        {"\xC3", "\xEF\xBF\xBD"},
        {"&amp;", "&amp;amp;"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_escaped(wh_buf_html, cases[i][0], strlen(cases[i][0]), cases[i][1]);
    }
    assert_escaped(wh_buf_html, "a\0b", 3, "ab");
}

static void a_spreadsheet_takes_no_cell_for_a_formula(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"plain", "plain"},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {" blank", "\" blank\""},
        {"blank ", "\"blank \""},
        {"=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""},
        {"+1", "'+1"},
        {"-1", "'-1"},
        {"@x", "'@x"},
        {"\tx", "'\tx"},
        {"\rx", "\"'\rx\""},
        {"1+1", "1+1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_escaped(wh_buf_csv, cases[i][0], strlen(cases[i][0]), cases[i][1]);
    }
}

static void user_bytes_are_harmless_in_a_message(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"caf\xC3\xA9", "caf\xC3\xA9"},
        {"\x1b[2J", "\\x1b[2J"},
        {"a\nb\tc", "a\\x0ab\\x09c"},
        {"\xC2\x9B", "\\xc2\\x9b"},                /* the one-character CSI */
        {"\xE2\x80\xAEtxt", "\\xe2\\x80\\xaetxt"}, /* right-to-left override */
        {"a\xE2\x80\x8B"
         "b",
         "a\\xe2\\x80\\x8bb"},                        /* zero width */
        {"\xF3\xA0\x81\x81", "\\xf3\\xa0\\x81\\x81"}, /* a tag */
        {"5300\xD9\xA1", "5300\xD9\xA1"},             /* an Arabic digit is seen */
        {"\xE9t\xE9", "\\xe9t\\xe9"},
    };
    char out[128];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(wh_log_escape(wh_str_c(cases[i][0]), out, sizeof out), cases[i][1]);
    }
    char long_text[300];
    memset(long_text, 'a', sizeof long_text);
    wh_log_escape((struct wh_str){long_text, 300}, out, sizeof out);
    assert_int_equal(strlen(out), 83);
    assert_string_equal(out + 80, "...");
    assert_string_equal(wh_log_escape((struct wh_str){long_text, 80}, out, sizeof out) + 77, "aaa");
}

static void no_room_is_too_small_for_a_message(void **state)
{
    (void)state;
    static const char text[] =
        "a\x1b\xC3\xA9\xE2\x80\xAE\xF0\x9F\x98\x80 long enough to be cut somewhere";
    for (size_t size = 1; size < 100; size++) {
        char *out = malloc(size); /* exact, for ASan */
        assert_non_null(out);
        wh_log_escape(wh_str_c(text), out, size);
        const size_t len = strlen(out);
        assert_true(len < size);
        assert_int_equal(wh_utf8_check((struct wh_str){out, len}),
                         len); /* no character cut in two */
        free(out);
    }
}

static void an_error_is_one_sentence_with_its_place(void **state)
{
    (void)state;
    struct wh_error err = {0};
    char text[1400];
    assert_int_equal(wh_fail(&err, WH_ERR_INPUT, "%d rows", 3), WH_ERR_INPUT);
    assert_string_equal(wh_error_text(&err, text, sizeof text), "3 rows");
    assert_int_equal(wh_fail_in(&err, "requests.csv"), WH_ERR_INPUT);
    assert_string_equal(wh_error_text(&err, text, sizeof text), "requests.csv: 3 rows");
    assert_int_equal(wh_fail_in(&err, "elsewhere"), WH_ERR_INPUT); /* the first place stays */
    assert_string_equal(wh_error_text(&err, text, sizeof text), "requests.csv: 3 rows");
    assert_int_equal(wh_fail_at(&err, WH_ERR_CONFIG, "council.yaml", 14, 3, "unknown key"),
                     WH_ERR_CONFIG);
    assert_string_equal(wh_error_text(&err, text, sizeof text), "council.yaml:14:3: unknown key");
    (void)wh_fail_at(&err, WH_ERR_CONFIG, "council.yaml", 14, 0, "unknown key");
    assert_string_equal(wh_error_text(&err, text, sizeof text), "council.yaml:14: unknown key");
    (void)wh_fail_at(&err, WH_ERR_CONFIG, NULL, 14, 0, "unknown key");
    assert_string_equal(wh_error_text(&err, text, sizeof text), "line 14: unknown key");
    (void)wh_fail_errno(&err, WH_ERR_OUTPUT, ENOENT, "a/b");
    assert_int_equal(err.sys_errno, ENOENT);
    assert_string_equal(wh_error_text(&err, text, sizeof text), "a/b: No such file or directory");
    (void)wh_fail_errno(&err, WH_ERR_OUTPUT, 99999, "a/b");
    assert_string_equal(wh_error_text(&err, text, sizeof text), "a/b: system error 99999");
    assert_int_equal(wh_fail(NULL, WH_ERR_GATE, "nobody listens"), WH_ERR_GATE);
    assert_int_equal(wh_fail_in(NULL, "x"), WH_ERR_INTERNAL);
    char tiny[6];
    assert_string_equal(wh_error_text(&err, tiny, sizeof tiny), "a/b: ");
}

static void an_error_that_is_too_long_is_cut_between_characters(void **state)
{
    (void)state;
    struct wh_error err = {0};
    char text[4000];
    for (size_t i = 0; i + 2 < sizeof text; i += 2) {
        memcpy(text + i, "\xC3\xA9", 3);
    }
    for (size_t shift = 0; shift < 2; shift++) {
        (void)wh_fail_at(&err, WH_ERR_INPUT, text, 1, 0, "%s%s", shift == 1 ? "x" : "", text);
        assert_int_equal(wh_utf8_check(wh_str_c(err.message)), strlen(err.message));
        assert_true(strlen(err.message) > sizeof err.message - 4);
        assert_int_equal(wh_utf8_check(wh_str_c(err.where)), strlen(err.where));
        assert_memory_equal(err.where, "...", 3); /* the end of a path is worth more */
    }
    /* A caller may wrap an older message in a new one. */
    (void)wh_fail(&err, WH_ERR_INPUT, "inner");
    (void)wh_fail_at(&err, WH_ERR_INPUT, "outer", 0, 0, "while reading: %s", err.message);
    assert_string_equal(wh_error_text(&err, text, sizeof text), "outer: while reading: inner");
}

static void each_status_has_its_word(void **state)
{
    (void)state;
    static const char *const names[] = {"ok",     "internal", "usage", "config", "input",
                                        "output", "busy",     "limit", "gate"};
    for (int i = WH_OK; i <= WH_ERR_GATE; i++) {
        assert_string_equal(wh_status_name((enum wh_status)i), names[i]);
    }
    assert_true(wh_version()[0] >= '0' && wh_version()[0] <= '9');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_are_cut_and_compared),
        cmocka_unit_test(words_are_as_far_apart_as_their_typos),
        cmocka_unit_test(the_nearest_word_is_the_first_of_the_nearest_or_none),
        cmocka_unit_test(a_hash_is_the_published_one),
        cmocka_unit_test(every_two_and_three_bytes_decode_as_a_slow_decoder_says),
        cmocka_unit_test(every_code_point_is_read_back),
        cmocka_unit_test(bytes_at_the_end_of_memory_are_not_read_over),
        cmocka_unit_test(json_text_ends_no_script_and_no_line),
        cmocka_unit_test(markup_is_shown_as_text),
        cmocka_unit_test(a_spreadsheet_takes_no_cell_for_a_formula),
        cmocka_unit_test(user_bytes_are_harmless_in_a_message),
        cmocka_unit_test(no_room_is_too_small_for_a_message),
        cmocka_unit_test(an_error_is_one_sentence_with_its_place),
        cmocka_unit_test(an_error_that_is_too_long_is_cut_between_characters),
        cmocka_unit_test(each_status_has_its_word),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
