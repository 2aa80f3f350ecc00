/* Numbers as text: against the C library in the C locale; what is no number; numbers written. */
#include <inttypes.h>

#include "base/number.h"
#include "base/str.h"
#include "wh_test_files.h"

static uint64_t bits_of(double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void assert_reads_as_strtod(const char *text)
{
    double value = 0;
    const double expected = strtod(text, NULL); /* no test sets a locale: it is "C" */
    if (!isfinite(expected)) {
        value = 7;
        assert_false(wh_parse_double(wh_str_c(text), &value));
        assert_true(bits_of(value) == bits_of(7));
        return;
    }
    if (!wh_parse_double(wh_str_c(text), &value)) {
        fail_msg("\"%s\" is refused", text);
    }
    if (bits_of(value) != bits_of(expected)) {
        fail_msg("\"%s\" is read as %a, not %a", text, value, expected);
    }
}

static void hard_cases_are_correctly_rounded(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "0",
        "-0",
        "0.0",
        "+5",
        ".5",
        "1e5",
        "1E+5",
        "1e-5",
        "00012.500",
        "9007199254740993",
        "9007199254740992.5",
        "9007199254740993e0",
        "18014398509481985",
        /* halfway cases and the ends of the range (David Gay, Vern Paxson) */
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "2.2250738585072014e-308",
        "2.2250738585072011e-308",
        "2.2250738585072012e-308",
        "4.9406564584124654e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "6.9294956446009195e15",
        "8.5e-320",
        "1e23",
        "8.41e21",
        "9e-265",
        "5e-324",
        "1e-400",
        "1e308",
        "1e309",
        "1e999",
        "-1e999",
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "0e99999999999999999999",
        "100000000000000000000000000000000000000000",
        "0.000000000000000000000000000000000000000000000000000000000001",
        "530047.123456789012345678901234567890",
        "-0.1278",
        "51.5072",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_reads_as_strtod(cases[i]);
    }
}

static void hundreds_of_digits_are_rounded_once(void **state)
{
    (void)state;
    char text[2000];
    memset(text, '7', 400);
    text[400] = '\0';
    double value = 0;
    assert_false(wh_parse_double(wh_str_c(text), &value)); /* beyond every double */
    text[1] = '.';
    assert_reads_as_strtod(text);
    memset(text, '0', 1200); /* the last digit of a long tail decides a tie */
    memcpy(text, "9007199254740993.", 17);
    text[1200] = '\0';
    assert_reads_as_strtod(text);
    text[1199] = '1';
    assert_reads_as_strtod(text);
    memset(text, '0', 1500);
    memcpy(text + 1500, "1e1400", 7);
    text[1] = '.';
    assert_reads_as_strtod(text);
}

static void random_decimals_read_as_the_c_library_reads_them(void **state)
{
    (void)state;
    uint64_t random = test_seed("random decimals");
    for (int i = 0; i < 200000; i++) {
        char text[64];
        const uint64_t mantissa = next_random(&random) >> random_below(&random, 64);
        const int exponent = (int)random_below(&random, 660) - 340;
        switch (random_below(&random, 4)) {
        case 0:
            snprintf(text, sizeof text, "%" PRIu64 "e%d", mantissa, exponent);
            break;
        case 1: /* as coordinates are written */
            snprintf(text, sizeof text, "%s%" PRIu64 ".%0*" PRIu64, mantissa & 1 ? "-" : "",
                     mantissa % 1000000, (int)random_below(&random, 15) + 1, mantissa % 10);
            break;
        case 2:
            snprintf(text, sizeof text, "%" PRIu64 ".%" PRIu64 "E%+d", mantissa % 1000,
                     next_random(&random), exponent);
            break;
        default: { /* a double as its 17 digits is read back as itself */
            double value = 0;
            uint64_t bits = next_random(&random);
            memcpy(&value, &bits, sizeof value);
            if (!isfinite(value)) {
                continue;
            }
            snprintf(text, sizeof text, "%.17g", value);
            double back = 0;
            assert_true(wh_parse_double(wh_str_c(text), &back));
            assert_true(bits_of(back) == bits);
        }
        }
        assert_reads_as_strtod(text);
    }
}

static void what_is_no_plain_decimal_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        " ",
        "+",
        "-",
        ".",
        "-.",
        "e5",
        ".e5",
        "5.",
        "5e",
        "5e+",
        "5e+-1",
        "1.2.3",
        "--1",
        "+-1",
        " 5",
        "5 ",
        " 5 ",
        "5 m",
        "nan",
        "NaN",
        "-nan",
        "nan(1)",
        "inf",
        "-inf",
        "Infinity",
        "0x10",
        "0x1p3",
        "1_000",
        "1,234.5",
        "51,5",
        "1 000",
        "1'000",
        "5300O1",
        "1e5.5",
        "\xD9\xA1\xD9\xA2",
        "\xEF\xBC\x91",
        "1\xC2\xA0"
        "000",
        "1d5",
        "1f",
        "\xE2\x88\x92"
        "5",
        "#1",
        "5\n",
        "0b1",
        "$5",
        "5%",
        "1e999",
        "-1e999",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = 7;
        if (wh_parse_double(wh_str_c(cases[i]), &value) || bits_of(value) != bits_of(7)) {
            fail_msg("\"%s\" is read as %g", cases[i], value);
        }
    }
    double value = 7;
    assert_false(wh_parse_double((struct wh_str){"5\0", 2}, &value));
    assert_false(wh_parse_double((struct wh_str){"\0", 1}, &value));
    assert_false(wh_parse_double((struct wh_str){NULL, 0}, &value));
    assert_true(wh_parse_double((struct wh_str){"12345", 2}, &value)); /* not a byte more */
    assert_true(bits_of(value) == bits_of(12));
}

static void whole_numbers_are_read_to_the_last_one(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"0", 0},
                {"-0", 0},
                {"+7", 7},
                {"007", 7},
                {"9223372036854775807", INT64_MAX},
                {"-9223372036854775808", INT64_MIN}};
    static const char *const bad[] = {"",
                                      "-",
                                      "+",
                                      "1.0",
                                      "1e3",
                                      " 1",
                                      "1 ",
                                      "0x1",
                                      "--1",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999",
                                      "\xD9\xA1"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t value = 99;
        assert_true(wh_parse_int(wh_str_c(good[i].text), &value));
        assert_true(value == good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t value = 99;
        assert_false(wh_parse_int(wh_str_c(bad[i]), &value));
        assert_int_equal(value, 99);
    }
}

static void counts_are_set_in_threes(void **state)
{
    (void)state;
    char out[32];
    assert_string_equal(wh_format_count(0, out, sizeof out), "0");
    assert_string_equal(wh_format_count(999, out, sizeof out), "999");
    assert_string_equal(wh_format_count(1000, out, sizeof out), "1,000");
    assert_string_equal(wh_format_count(4812345, out, sizeof out), "4,812,345");
    assert_string_equal(wh_format_count(UINT64_MAX, out, sizeof out), "18,446,744,073,709,551,615");
    assert_string_equal(wh_format_count(1234567, out, 4), "1,2"); /* cut, never over the end */
}

static void decimals_are_written_short_and_read_back(void **state)
{
    (void)state;
    static const struct {
        double value;
        int decimals;
        const char *text;
    } cases[] = {{0, 3, "0"},
                 {-0.0, 3, "0"},
                 {-0.0004, 3, "0"},
                 {0.0005001, 3, "0.001"},
                 {1.50, 6, "1.5"},
                 {-1.25, 2, "-1.25"},
                 {100, 0, "100"},
                 {1e15, 2, "1000000000000000"},
                 {0.1, 17, "0.10000000000000001"},
                 {2.5, -4, "2"},
                 {(double)NAN, 2, "null"},
                 {(double)INFINITY, 2, "null"},
                 {999.9996, 3, "1000"}};
    char out[400];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(wh_format_decimal(cases[i].value, cases[i].decimals, out, sizeof out),
                            cases[i].text);
    }
    uint64_t random = test_seed("decimals written");
    for (int i = 0; i < 20000; i++) {
        const int decimals = (int)random_below(&random, 10);
        const double value = ((double)(int64_t)next_random(&random)) / 1e12;
        double back = 0;
        assert_true(
            wh_parse_double(wh_str_c(wh_format_decimal(value, decimals, out, sizeof out)), &back));
        assert_true(fabs(back - value) <= 0.5000001 * pow(10, -decimals) + fabs(value) * 1e-15);
        const size_t len = strlen(out);
        assert_true(strchr(out, '.') == NULL || out[len - 1] != '0');
    }
    wh_format_decimal(1e300, 2, out, sizeof out);
    assert_int_equal(strlen(out), 301);
    assert_string_equal(wh_format_decimal(1234.5, 1, out, 4), "123");
    struct wh_ctx *ctx = wh_test_ctx();
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    wh_buf_number(&buf, -3.140, 4);
    assert_string_equal(buf.ptr, "-3.14");
    wh_buf_finish(&buf);
    wh_test_drop_ctx(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hard_cases_are_correctly_rounded),
        cmocka_unit_test(hundreds_of_digits_are_rounded_once),
        cmocka_unit_test(random_decimals_read_as_the_c_library_reads_them),
        cmocka_unit_test(what_is_no_plain_decimal_is_refused),
        cmocka_unit_test(whole_numbers_are_read_to_the_last_one),
        cmocka_unit_test(counts_are_set_in_threes),
        cmocka_unit_test(decimals_are_written_short_and_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
