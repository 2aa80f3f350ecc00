/* Words, house numbers, grid references: the parts of an address that need no gazetteer. */
#include "base/str.h"
#include "geocode/grid_ref.h"
#include "geocode/house.h"
#include "wh_test_files.h"

/* The words as one text, a bar before each new segment: "12 HIGH ST | BATH". */
static const char *split(const char *text)
{
    static char out[2048];
    static struct wh_words words;
    size_t used = 0;
    wh_words_split(wh_str_c(text), &words);
    out[0] = '\0';
    for (size_t i = 0; i < words.n; i++) {
        const bool begins = i > 0 && words.word[i].segment != words.word[i - 1].segment;
        used += (size_t)snprintf(out + used, sizeof out - used, "%s%s%.*s", i > 0 ? " " : "",
                                 begins ? "| " : "", (int)words.word[i].text.len,
                                 words.word[i].text.ptr);
    }
    return out;
}

static void every_spelling_is_one(void **state)
{
    (void)state;
    static const char *const same[][4] = {
        {"12 High Street", "12 HIGH ST", "12  high st.", "12 HighStreet"},
        {"St. John's Road", "Saint Johns Rd", "ST JOHN’S RD", "St Johns  Road"},
        {"King & Queen Gdns", "King and Queen Gardens", "KING AND QUEEN GRDNS",
         "King & Queen Gardens"},
        {"Wellsway", "Wells Way", "WELLS WAY", "wells way"},
        {"Upper Bristol Rd", "UPP. BRISTOL ROAD", "upper bristol road", "Upper-Bristol Road"},
        {"Café Élysée", "CAFE ELYSEE", "Cafe Elysee", "café élysée"},
        {"opp. 5 Mill Ln", "Opposite 5 Mill Lane", "OPP 5 MILL LN", "opposite 5 mill lane"},
        {"Straße Łódź", "STRASSE LODZ", "strasse lodz", "Strasse Lodz"}};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        char first[2048];
        (void)snprintf(first, sizeof first, "%s", split(same[i][0]));
        for (size_t k = 1; k < 4; k++) {
            assert_string_equal(split(same[i][k]), first);
        }
    }
}

static void commas_pipes_and_lines_part_segments(void **state)
{
    (void)state;
    assert_string_equal(split("Staunton Lane| Whitchurch| Bristol"),
                        "STAUNTON LN | WHITCHURCH | BRISTOL");
    assert_string_equal(split("Flat 2, 12 Mill Lane\nBath"), "FLAT 2 | 12 MILL LN | BATH");
    assert_string_equal(split("High St / Mill Ln"), "HIGH ST / MILL LN");
    assert_string_equal(split("O/S 12 Park Road"), "OUTSIDE 12 PK RD");
    assert_string_equal(split("R/O 4 Elm Close"), "REAR 4 ELM CL");
    assert_string_equal(split(""), "");
    assert_string_equal(split(" ,,| ;"), "");
}

static void assert_number(const char *text, size_t at, unsigned number, unsigned end, char suffix)
{
    struct wh_words words;
    wh_words_split(wh_str_c(text), &words);
    assert_true(at < words.n);
    assert_int_equal(words.word[at].kind, WH_WORD_NUMBER);
    assert_int_equal(words.word[at].number, number);
    assert_int_equal(words.word[at].number_end, end);
    assert_int_equal(words.word[at].suffix, suffix);
}

static void house_numbers_have_ranges_and_letters(void **state)
{
    (void)state;
    assert_number("12 Mill Lane", 0, 12, 12, 0);
    assert_number("12A Mill Lane", 0, 12, 12, 'A');
    assert_number("12 a Mill Lane", 0, 12, 12, 'A');
    assert_number("12-14 Mill Lane", 0, 12, 14, 0);
    assert_number("5 - 10 James Street West", 0, 5, 10, 0);
    assert_number("106 /108 Mount Road", 0, 106, 108, 0);
    assert_number("12A-C Mill Lane", 0, 12, 12, 'A');
    assert_number("Flat 3 - 12 Mill Lane", 1, 3, 3, 0); /* a flat's number begins no range */
    assert_number("Flat 3 - 12 Mill Lane", 2, 12, 12, 0);
    struct wh_words words;
    static const char *const none[] = {"1st Avenue", "12345 Road", "B3123", "0 Road", "12AB Road"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        wh_words_split(wh_str_c(none[i]), &words);
        assert_int_equal(words.word[0].kind, WH_WORD);
    }
}

static void longer_than_an_address_is_none(void **state)
{
    (void)state;
    static char text[6000];
    struct wh_words words;
    memset(text, 'a', 5000);
    wh_words_split(wh_str_c(text), &words);
    assert_true(words.is_too_long && words.n == 0);
    for (size_t i = 0; i < WH_MAX_ADDRESS_BYTES; i++) { /* more words than are kept */
        text[i] = i % 2 == 0 ? '&' : 'x';
    }
    text[WH_MAX_ADDRESS_BYTES] = '\0';
    wh_words_split(wh_str_c(text), &words);
    assert_true(!words.is_too_long && words.n == WH_MAX_WORDS);
}

static void distance_is_that_of_one_edit_at_a_time(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        unsigned distance;
    } cases[] = {{"", "", 0},
                 {"MILL", "MILL", 0},
                 {"MILL", "MIL", 1},
                 {"MILL", "MLIL", 1},
                 {"MILL", "HILL", 1},
                 {"MILL", "MILLS", 1},
                 {"VICTORIA", "VICTOIRA", 1},
                 {"VICTORIA", "VCTORAI", 2},
                 {"KITTEN", "SITTING", 3},
                 {"CA", "ABC", 3} /* no part is edited twice: 2 without that rule */};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct wh_str a = wh_str_c(cases[i].a), b = wh_str_c(cases[i].b);
        assert_int_equal(wh_word_distance(a, b, 9), cases[i].distance);
        assert_int_equal(wh_word_distance(b, a, 9), cases[i].distance);
        if (cases[i].distance > 0) {
            assert_int_equal(wh_word_distance(a, b, cases[i].distance - 1), cases[i].distance);
        }
    }
}

static void a_misspelled_kind_of_street_is_known(void **state)
{
    (void)state;
    double likeness = 0;
    assert_true(wh_str_eq_c(wh_word_near_type(wh_str_c("AVENEU"), &likeness), "AVE"));
    assert_true(likeness > 0.7 && likeness < 1);
    assert_true(wh_str_eq_c(wh_word_near_type(wh_str_c("CLSOE"), &likeness), "CL"));
    (void)wh_word_near_type(wh_str_c("VICTORIA"), &likeness);
    assert_true(!(likeness > 0));
}

static void postcodes_are_found_in_a_text(void **state)
{
    (void)state;
    static const struct {
        const char *text, *postcode; /* NULL: none */
    } cases[] = {{"12 Mill Lane, Bath BA1 1AA", "BA1 1AA"},
                 {"Bristol| BS14  0QF", "BS14 0QF"},
                 {"ba11aa", "BA1 1AA"},
                 {"12 Kite Grove, Elliswick", NULL},
                 {"BAI 1AA Bath", "BA1 1AA"},
                 {"Flat 1 2ND Floor", NULL},
                 {"BA2", NULL},
                 {"", NULL},
                 {"EC1A 1BB and SW1A 2AA", "SW1A 2AA"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wh_words words;
        char found[9] = "";
        size_t at = 0, n = 0;
        wh_words_split(wh_str_c(cases[i].text), &words);
        const bool is_found = wh_find_postcode(&words, 0, words.n, &at, &n, found);
        assert_int_equal(is_found, cases[i].postcode != NULL);
        if (is_found) {
            assert_string_equal(found, cases[i].postcode);
        }
    }
}

static void assert_grid(const char *text, double x, double y, double size_m)
{
    struct wh_grid_ref found;
    if (!wh_grid_ref_read(wh_str_c(text), &found)) {
        fail_msg("\"%s\" is no grid reference", text);
    }
    assert_true(fabs(found.x - x) < 1e-6 && fabs(found.y - y) < 1e-6);
    assert_true(fabs(found.size_m - size_m) < 1e-9);
}

static void grid_references_are_squares_of_the_national_grid(void **state)
{
    (void)state;
    assert_grid("ST 7478 6486", 374785, 164865, 10);
    assert_grid("ST74786486", 374785, 164865, 10);
    assert_grid(" st 747 648 ", 374750, 164850, 100);
    assert_grid("TQ 30080 80505", 530080.5, 180505.5, 1);
    assert_grid("TQ3080", 530500, 180500, 1000);
    assert_grid("NN 166 712", 216650, 771250, 100); /* Ben Nevis */
    assert_grid("HP 6000 1800", 460005, 1218005, 10);
    assert_grid("SV0000000000", 0.5, 0.5, 1);
    struct wh_grid_ref found;
    static const char *const none[] = {"",
                                       "ST",
                                       "ST 74",
                                       "ST 747 64",
                                       "ST 747 6486",
                                       "IT 7478 6486",
                                       "AA 7478 6486",
                                       "ST 7478 6486 1",
                                       "ST 7478,6486",
                                       "S 7478 6486",
                                       "ST 747864867",
                                       "ST 7478648600001",
                                       "12 Mill Lane",
                                       "ST-7478-6486",
                                       "ZZ 7478 6486"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        if (wh_grid_ref_read(wh_str_c(none[i]), &found)) {
            fail_msg("\"%s\" was read as a grid reference", none[i]);
        }
    }
}

static void an_address_in_one_column_has_its_parts(void **state)
{
    (void)state;
    struct wh_words words;
    struct wh_line line;
    wh_words_split(wh_str_c("FLAT 2, 12A, MILL LANE, TWERTON, BATH, BA2 1DB"), &words);
    wh_line_read(&words, &line);
    assert_string_equal(line.postcode, "BA2 1DB");
    assert_int_equal(line.house.number, 12);
    assert_int_equal(line.house.suffix, 'A');
    assert_true(wh_str_eq_c(words.word[line.house.unit_from].text, "2"));
    assert_true(wh_str_eq_c(words.word[line.street_from].text, "MILL"));
    assert_int_equal(line.street_to - line.street_from, 2);
    assert_true(wh_str_eq_c(words.word[line.locality_from].text, "TWERTON"));
    assert_true(wh_str_eq_c(words.word[line.town_from].text, "BATH"));
    wh_words_split(wh_str_c("Rose Cottage, Church Lane, Priston"), &words);
    wh_line_read(&words, &line);
    assert_int_equal(line.house.number, 0);
    assert_true(wh_str_eq_c(words.word[line.house.name_from].text, "ROSE"));
    assert_true(wh_str_eq_c(words.word[line.street_from].text, "CHURCH"));
    wh_words_split(wh_str_c(""), &words);
    wh_line_read(&words, &line);
    assert_int_equal(line.street_to - line.street_from, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_is_one),
        cmocka_unit_test(commas_pipes_and_lines_part_segments),
        cmocka_unit_test(house_numbers_have_ranges_and_letters),
        cmocka_unit_test(longer_than_an_address_is_none),
        cmocka_unit_test(distance_is_that_of_one_edit_at_a_time),
        cmocka_unit_test(a_misspelled_kind_of_street_is_known),
        cmocka_unit_test(postcodes_are_found_in_a_text),
        cmocka_unit_test(grid_references_are_squares_of_the_national_grid),
        cmocka_unit_test(an_address_in_one_column_has_its_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
