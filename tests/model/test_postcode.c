/* British postcodes as people write them, and what is none. */
#include "base/str.h"
#include "model/postcode.h"
#include "wh_test_files.h"

static void what_people_write_is_written_one_way(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        /* one of each shape (BS 7666; Royal Mail's programmer's guide) */
        {"M1 1AE", "M1 1AE"},
        {"B33 8TH", "B33 8TH"},
        {"CR2 6XH", "CR2 6XH"},
        {"W1A 0AX", "W1A 0AX"},
        {"DN55 1PT", "DN55 1PT"},
        {"EC1A 1BB", "EC1A 1BB"},
        /* blanks, case, points, hyphens */
        {"ba11aa", "BA1 1AA"},
        {"  Ba1   1aA\t", "BA1 1AA"},
        {"BA1-1AA", "BA1 1AA"},
        {"B.A.1 1AA.", "BA1 1AA"},
        {"B A 1 1 A A", "BA1 1AA"},
        {"BA11 AA", "BA1 1AA"},
        {"dn551pt", "DN55 1PT"},
        /* O and 0, I and 1 where only one of them can stand */
        {"BA1 IAA", "BA1 1AA"},
        {"BA1 OAA", "BA1 0AA"},
        {"DN5O 1PT", "DN5O 1PT"}, /* a letter may stand there (AA9A): as it was written */
        {"0X1 1AA", "OX1 1AA"},
        {"1P1 1AA", "IP1 1AA"},
        {"S01 1AA", "S01 1AA"}, /* S01 has a shape (A99): as it was written */
        {"SO1 1AA", "SO1 1AA"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[9] = "";
        if (!wh_postcode_normalise(wh_str_c(cases[i][0]), out) || strcmp(out, cases[i][1]) != 0) {
            fail_msg("\"%s\" becomes \"%s\", not \"%s\"", cases[i][0], out, cases[i][1]);
        }
        char again[9] = "";
        assert_true(wh_postcode_normalise(wh_str_c(out), again));
        assert_string_equal(again, out);
    }
}

static void what_has_no_shape_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {"",
                                        " ",
                                        "BA1",
                                        "BA1 1A",
                                        "BA1 1AAA",
                                        "1AA",
                                        "12345",
                                        "BA11 1AAA",
                                        "AAA1 1AA",
                                        "BA 1AA",
                                        "BA1 1A1x",
                                        "BA1_1AA",
                                        "BA1/1AA",
                                        "BA1, 1AA",
                                        "SW1A 2AA UK",
                                        "XYZ 123",
                                        "B1A1 1AA",
                                        "99999",
                                        "BA1 1\xC3\x85"
                                        "A",
                                        "\xEF\xBC\xA2"
                                        "A1 1AA",
                                        "BA1\xC2\xA0"
                                        "1AA",
                                        "n/a",
                                        "unknown",
                                        "EC1AA 1BB",
                                        "A 9AA",
                                        "AA 9AA",
                                        "-- ---",
                                        "NOT ONE",
                                        "BAI IAA",
                                        "EC1A 1B0",
                                        "EC1A 11A"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[9] = "as-was";
        if (wh_postcode_normalise(wh_str_c(cases[i]), out)) {
            fail_msg("\"%s\" is taken for \"%s\"", cases[i], out);
        }
    }
    char out[9];
    assert_false(wh_postcode_normalise((struct wh_str){"BA1\0001AA", 7}, out));
    assert_false(wh_postcode_normalise((struct wh_str){NULL, 0}, out));
}

/* A table of the six shapes, tried one by one on every text: what is accepted has one of them. */
static bool has_a_shape(const char *text)
{
    static const char *const shapes[] = {"A9 9AA",  "A99 9AA",  "AA9 9AA",
                                         "A9A 9AA", "AA99 9AA", "AA9A 9AA"};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        bool fits = strlen(text) == strlen(shapes[s]);
        for (size_t i = 0; fits && text[i] != '\0'; i++) {
            const char c = text[i], want = shapes[s][i];
            fits = want == ' '   ? c == ' '
                   : want == '9' ? c >= '0' && c <= '9'
                                 : c >= 'A' && c <= 'Z';
        }
        if (fits) {
            return true;
        }
    }
    return false;
}

static void random_texts_come_out_in_a_shape_or_not_at_all(void **state)
{
    (void)state;
    static const char alphabet[] = "AB1OI0 9z-.x";
    uint64_t random = test_seed("postcodes");
    size_t n_good = 0;
    for (int i = 0; i < 200000; i++) {
        char text[12];
        const size_t len = random_below(&random, 11);
        for (size_t j = 0; j < len; j++) {
            text[j] = alphabet[random_below(&random, sizeof alphabet - 1)];
        }
        char out[9] = "";
        if (!wh_postcode_normalise((struct wh_str){text, len}, out)) {
            continue;
        }
        n_good++;
        if (!has_a_shape(out)) {
            fail_msg("%.*s becomes \"%s\"", (int)len, text, out);
        }
    }
    assert_true(n_good > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_people_write_is_written_one_way),
        cmocka_unit_test(what_has_no_shape_is_refused),
        cmocka_unit_test(random_texts_come_out_in_a_shape_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
