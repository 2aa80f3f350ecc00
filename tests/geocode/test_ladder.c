/* The ladder over a small town: which rung holds, what ties, and that the order of rows is nothing
 * to it; its fast look-ups against plain ones. */
#include "base/str.h"
#include "geocode_test.h"
#include "wh_test_ctx.h"

/* ---- a town ---- */

struct town_row {
    enum wh_gazetteer_type type;
    const char *unit, *name, *number, *street, *locality, *town, *postcode, *uprn;
    double x, y;
    int32_t to;
    double line[4]; /* of a street: from, to */
};

#define HOUSE(number, street, locality, postcode, uprn, x, y)                                      \
    {                                                                                              \
        WH_GAZETTEER_ADDRESS, NULL, NULL, number, street, locality, "Bath", postcode, uprn, x, y,  \
            0,                                                                                     \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

/* Two Mill Lanes, 3 km apart; High Street crosses the first one at 375000, 165000. */
static const struct town_row town[] = {
    HOUSE("1", "Mill Lane", "Twerton", "BA2 1AA", "101", 375010, 165020),
    HOUSE("2", "Mill Lane", "Twerton", "BA2 1AA", "102", 374990, 165040),
    HOUSE("3", "Mill Lane", "Twerton", "BA2 1AB", "103", 375010, 165060),
    HOUSE("12A", "Mill Lane", "Twerton", "BA2 1AB", "104", 375010, 165200),
    HOUSE("12B", "Mill Lane", "Twerton", "BA2 1AB", "105", 375012, 165200),
    HOUSE("14-18", "Mill Lane", "Twerton", "BA2 1AB", "106", 374990, 165220),
    HOUSE("1", "Mill Lane", "Radford", "BA3 2BB", "201", 378000, 165010),
    HOUSE("5", "Mill Lane", "Radford", "BA3 2BB", "202", 378000, 165050),
    HOUSE("1", "High Street", "Twerton", "BA2 1AC", "301", 374900, 165010),
    HOUSE("7", "High Street", "Twerton", "BA2 1AC", "302", 375100, 165010),
    HOUSE("7", "Victoria Bridge Road", "Twerton", "BA2 1AD", "401", 375300, 164000),
    {WH_GAZETTEER_ADDRESS,
     "Flat 1",
     "Rose Court",
     "9",
     "High Street",
     "Twerton",
     "Bath",
     "BA2 1AC",
     "303",
     375120,
     165011,
     0,
     {0}},
    {WH_GAZETTEER_ADDRESS,
     "Flat 2",
     "Rose Court",
     "9",
     "High Street",
     "Twerton",
     "Bath",
     "BA2 1AC",
     "304",
     375121,
     165012,
     0,
     {0}},
    {WH_GAZETTEER_ADDRESS,
     NULL,
     "Royal Oak",
     NULL,
     "High Street",
     "Twerton",
     "Bath",
     "BA2 1AC",
     "305",
     375140,
     164990,
     0,
     {0}},
    {.type = WH_GAZETTEER_STREET, .street = "Mill Lane", .line = {375000, 165000, 375000, 165240}},
    {.type = WH_GAZETTEER_STREET, .street = "Mill Lane", .line = {378000, 165000, 378000, 165100}},
    {.type = WH_GAZETTEER_STREET,
     .street = "High Street",
     .line = {374880, 165000, 375200, 165000}},
    {.type = WH_GAZETTEER_STREET, .street = "The Avenue", .line = {376000, 166000, 376200, 166000}},
    {.type = WH_GAZETTEER_STREET,
     .street = "Junction Road",
     .line = {375800, 164400, 375900, 164400}},
    {.type = WH_GAZETTEER_UPRN, .uprn = "900", .x = 375555, .y = 165555},
    {.type = WH_GAZETTEER_POSTCODE, .postcode = "BA2 1AA", .x = 375000, .y = 165030},
    {.type = WH_GAZETTEER_POSTCODE, .postcode = "BA2 1AB", .x = 375000, .y = 165150},
    {.type = WH_GAZETTEER_POSTCODE, .postcode = "BA2 1AC", .x = 375000, .y = 165000},
    {.type = WH_GAZETTEER_POSTCODE, .postcode = "BA2 1AD", .x = 375300, .y = 164000},
    {.type = WH_GAZETTEER_POSTCODE, .postcode = "BA3 2BB", .x = 378000, .y = 165030},
    {.type = WH_GAZETTEER_POSTCODE, .postcode = "BA2 9ZZ", .x = 375700, .y = 165700, .to = 199606},
    {.type = WH_GAZETTEER_PLACE, .name = "Twerton", .x = 375000, .y = 165100},
    {.type = WH_GAZETTEER_PLACE, .name = "Radford", .x = 378000, .y = 165100},
    {.type = WH_GAZETTEER_PLACE, .name = "Twin Pools", .x = 371000, .y = 161000},
    {.type = WH_GAZETTEER_PLACE, .name = "Twin Pools", .x = 379000, .y = 169000},
    {.type = WH_GAZETTEER_PLACE, .name = "Chew Valley School", .x = 372000, .y = 163000}};
enum { TOWN = sizeof town / sizeof *town };

static void add_row(struct wh_index_builder *builder, size_t i)
{
    const struct town_row *from = &town[i];
    const bool is_line = from->line[0] > 0;
    struct wh_gazetteer_row row = {.type = from->type,
                                   .line = i + 2,
                                   .x = is_line ? from->line[0] : from->x,
                                   .y = is_line ? from->line[1] : from->y,
                                   .quality = 10,
                                   .to = from->to};
    struct wh_error err = {0};
    row.text[WH_GAZ_UNIT] = wh_str_c(from->unit);
    row.text[WH_GAZ_NAME] = wh_str_c(from->name);
    row.text[WH_GAZ_NUMBER] = wh_str_c(from->number);
    row.text[WH_GAZ_STREET] = wh_str_c(from->street);
    row.text[WH_GAZ_LOCALITY] = wh_str_c(from->locality);
    row.text[WH_GAZ_TOWN] = wh_str_c(from->town);
    row.text[WH_GAZ_POSTCODE] = wh_str_c(from->postcode);
    row.text[WH_GAZ_UPRN] = wh_str_c(from->uprn);
    if (is_line) {
        row.n_vertices = 2;
        row.vertex = from->line;
    }
    assert_wh_ok(wh_index_add(builder, &row, &err));
}

/* `order`: of the rows; NULL: as they stand. */
static struct wh_index *make_town(const size_t *order)
{
    struct wh_index_builder *builder = NULL;
    struct wh_index *index = NULL;
    struct wh_error err = {0};
    static const double box[4] = {374000, 164000, 376000, 166000};
    assert_wh_ok(wh_index_begin(ctx, &builder, &err));
    assert_wh_ok(wh_index_add_ward(builder, wh_str_c("Southdown"), box, &err));
    for (size_t i = 0; i < TOWN; i++) {
        add_row(builder, order == NULL ? i : order[i]);
    }
    assert_wh_ok(wh_index_make(builder, &index, &err));
    return index;
}

static struct wh_transform *same;

static struct wh_answer ask(const struct wh_index *index, const char *address, const char *postcode,
                            uint64_t uprn)
{
    const struct wh_ladder_options opt = {.conflict_m = 1000, .from_grid = same};
    const struct wh_question question = {.x = (double)NAN,
                                         .y = (double)NAN,
                                         .address = wh_str_c(address),
                                         .postcode = wh_str_c(postcode),
                                         .uprn = uprn};
    struct wh_answer answer;
    wh_ladder(index, &opt, &question, NULL, &answer);
    return answer;
}

/* ---- which rung ---- */

struct wanted {
    const char *address, *postcode;
    uint64_t uprn;
    enum wh_method method;
    double x, y; /* within 1 m, or within the precision that is told */
    bool is_tied;
};

static void assert_wanted(const struct wh_index *index, const struct wanted *w)
{
    const struct wh_answer a = ask(index, w->address, w->postcode, w->uprn);
    const bool has_point = a.method != WH_METHOD_NONE && a.method != WH_METHOD_WARD;
    if (a.method != w->method) {
        fail_msg("\"%s\" %s: by %s (%s), not %s", w->address == NULL ? "" : w->address,
                 w->postcode == NULL ? "" : w->postcode, wh_method_name(a.method),
                 wh_reason_name((enum wh_place_reason)a.placing.reason), wh_method_name(w->method));
    }
    assert_int_equal(has_point, isfinite(a.x));
    if (has_point && hypot(a.x - w->x, a.y - w->y) > 1) {
        fail_msg("\"%s\": at %.1f, %.1f, not %.1f, %.1f", w->address, a.x, a.y, w->x, w->y);
    }
    assert_int_equal((a.placing.flags & WH_PLACING_TIE) != 0, w->is_tied);
    assert_true(a.method == WH_METHOD_NONE || a.placing.score > 0.5F);
    assert_true(!has_point || a.precision_m > 0);
}

static void each_rung_holds_where_it_should(void **state)
{
    (void)state;
    struct wh_index *index = make_town(NULL);
    static const struct wanted wanted[] = {
        {NULL, NULL, 104, WH_METHOD_UPRN, 375010, 165200, false},
        {NULL, NULL, 900, WH_METHOD_UPRN, 375555, 165555, false},
        {"ST 7500 6503", NULL, 0, WH_METHOD_GRID_REFERENCE, 375005, 165035, false},
        {"by the gate at ST 75001 65032", NULL, 0, WH_METHOD_GRID_REFERENCE, 375001.5, 165032.5,
         false},
        {"3 Mill Lane", "BA2 1AB", 0, WH_METHOD_ADDRESS, 375010, 165060, false},
        {"3 MILL LN| TWERTON| BATH| BA2 1AB", NULL, 0, WH_METHOD_ADDRESS, 375010, 165060, false},
        {"3, Mill Lane, ba21ab", NULL, 0, WH_METHOD_ADDRESS, 375010, 165060, false},
        {"3 Mill Lane, BA2 1AA", NULL, 0, WH_METHOD_ADDRESS, 375010, 165060,
         false}, /* a letter off */
        {"outside 3 Mill Lane, near the shops, BA2 1AB", NULL, 0, WH_METHOD_ADDRESS, 375010, 165060,
         false},
        {"3 Mlil Lane", "BA2 1AB", 0, WH_METHOD_ADDRESS, 375010, 165060, false},
        {"3 Mill", "BA2 1AB", 0, WH_METHOD_ADDRESS, 375010, 165060, false},
        {"16 Mill Lane", "BA2 1AB", 0, WH_METHOD_ADDRESS, 374990, 165220, false}, /* in 14-18 */
        {"12B Mill Lane", "BA2 1AB", 0, WH_METHOD_ADDRESS, 375012, 165200, false},
        {"Flat B, 12 Mill Lane", "BA2 1AB", 0, WH_METHOD_ADDRESS, 375012, 165200, false},
        {"12 Mill Lane", "BA2 1AB", 0, WH_METHOD_ADDRESS, 375011, 165200, false}, /* both halves */
        {"Flat 2, Rose Court, High Street, Twerton", "BA2 1AC", 0, WH_METHOD_ADDRESS, 375121,
         165012, false},
        {"Flat 2, 9 High Street", "BA2 1AC", 0, WH_METHOD_ADDRESS, 375121, 165012, false},
        {"Royal Oak, High Street", "BA2 1AC", 0, WH_METHOD_ADDRESS, 375140, 164990, false},
        {"Royal Oak", "BA2 1AC", 0, WH_METHOD_ADDRESS, 375140, 164990, false},
        {"7 Victoria Brigde Rd", NULL, 0, WH_METHOD_ADDRESS_LOCALITY, 375300, 164000, false},
        {"1 Mill Lane, Twerton", NULL, 0, WH_METHOD_ADDRESS_LOCALITY, 375010, 165020, false},
        {"1 Mill Lane, Radford", NULL, 0, WH_METHOD_ADDRESS_LOCALITY, 378000, 165010, false},
        {"5 Mill Lane", NULL, 0, WH_METHOD_ADDRESS_LOCALITY, 378000, 165050,
         false}, /* only one has a 5 */
        {"High St / Mill Ln", NULL, 0, WH_METHOD_JUNCTION, 375000, 165000, false},
        {"corner of Mill Lane and High Street, Twerton", NULL, 0, WH_METHOD_JUNCTION, 375000,
         165000, false},
        {"Junction of High St with Mill Lane", NULL, 0, WH_METHOD_JUNCTION, 375000, 165000, false},
        {"High Street, Twerton", NULL, 0, WH_METHOD_STREET, 375040, 165000, false},
        {"Junction Road, Bath", NULL, 0, WH_METHOD_STREET, 375850, 164400, false},
        {"On or near The Avenue", NULL, 0, WH_METHOD_STREET, 376100, 166000, false},
        {"99 High Street", "BA2 1AC", 0, WH_METHOD_STREET, 375080, 165000, false},
        {"somewhere odd", "BA2 1AD", 0, WH_METHOD_POSTCODE, 375300, 164000, false},
        {NULL, "BA2 9ZZ", 0, WH_METHOD_ENDED_POSTCODE, 375700, 165700, false},
        {"Chew Valley School", NULL, 0, WH_METHOD_PLACE, 372000, 163000, false},
        {"Southdown", NULL, 0, WH_METHOD_WARD, 0, 0, false},
        /* Ties are told, and the next rung is tried; never the first of them. */
        {"1 Mill Lane", NULL, 0, WH_METHOD_NONE, 0, 0, true},
        {"Mill Lane", NULL, 0, WH_METHOD_NONE, 0, 0, true},
        {"Twin Pools", NULL, 0, WH_METHOD_NONE, 0, 0, true},
        {"Mill Lane, Southdown", NULL, 0, WH_METHOD_STREET, 375000, 165120, false},
        /* Nothing, or nothing known. */
        {NULL, NULL, 0, WH_METHOD_NONE, 0, 0, false},
        {"by the avenue of trees", NULL, 0, WH_METHOD_NONE, 0, 0, false},
        {"3 Nowhere Crescent", "ZZ9 9ZZ", 0, WH_METHOD_NONE, 0, 0, false}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_wanted(index, &wanted[i]);
    }
    wh_index_destroy(index);
}

static void reasons_say_why(void **state)
{
    (void)state;
    struct wh_index *index = make_town(NULL);
    static char longest[5001];
    memset(longest, '%', 5000);
    const struct {
        const char *address, *postcode;
        uint64_t uprn;
        enum wh_place_reason reason;
    } cases[] = {{NULL, NULL, 0, WH_REASON_NOTHING},
                 {NULL, NULL, 77, WH_REASON_UPRN_UNKNOWN},
                 {NULL, "ZZ9 9ZZ", 0, WH_REASON_POSTCODE_UNKNOWN},
                 {"12 Nowhere Crescent", NULL, 0, WH_REASON_STREET_UNKNOWN},
                 {"99 High Street, Twerton", NULL, 0, WH_REASON_HOUSE_UNKNOWN},
                 {"1 Mill Lane", NULL, 0, WH_REASON_TIE},
                 {longest, NULL, 0, WH_REASON_TOO_LONG},
                 {"3 Mill Lane", "BA2 1AB", 0, WH_REASON_NONE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct wh_answer a = ask(index, cases[i].address, cases[i].postcode, cases[i].uprn);
        if (a.placing.reason != cases[i].reason) {
            fail_msg("case %zu: %s, not %s", i,
                     wh_reason_name((enum wh_place_reason)a.placing.reason),
                     wh_reason_name(cases[i].reason));
        }
    }
    wh_index_destroy(index);
}

static void a_coordinate_far_from_its_postcode_is_flagged_and_the_config_decides(void **state)
{
    (void)state;
    struct wh_index *index = make_town(NULL);
    struct wh_ladder_options opt = {.conflict_m = 1000};
    struct wh_question question = {.x = 378000, .y = 165030, .postcode = wh_str_c("BA2 1AA")};
    struct wh_answer a;
    wh_ladder(index, &opt, &question, NULL, &a);
    assert_int_equal(a.method, WH_METHOD_COORDINATE);
    assert_true(a.placing.flags & WH_PLACING_CONFLICT);
    assert_true(a.placing.conflict_m > 2999 && a.placing.conflict_m < 3001);
    opt.postcode_wins = true;
    wh_ladder(index, &opt, &question, NULL, &a);
    assert_int_equal(a.method, WH_METHOD_POSTCODE);
    assert_true(a.placing.flags & WH_PLACING_CONFLICT);
    question.x = 375000;
    wh_ladder(index, &opt, &question, NULL, &a);
    assert_int_equal(a.method, WH_METHOD_COORDINATE);
    assert_int_equal(a.placing.flags, 0);
    wh_index_destroy(index);
}

static void beside_a_house_is_less_exact_than_at_it(void **state)
{
    (void)state;
    struct wh_index *index = make_town(NULL);
    const double at = ask(index, "3 Mill Lane", "BA2 1AB", 0).precision_m;
    const double opposite = ask(index, "opp 3 Mill Lane", "BA2 1AB", 0).precision_m;
    const double near = ask(index, "near 3 Mill Lane", "BA2 1AB", 0).precision_m;
    assert_true(at < opposite && opposite < near && near < 50);
    wh_index_destroy(index);
}

/* RELIABILITY.md 80: not matched, or matched honestly, and quick. */
static void hostile_texts_are_harmless(void **state)
{
    (void)state;
    struct wh_index *index = make_town(NULL);
    static char text[600];
    static const char *const pieces[] = {"%",         "_",        "(a+)+$",     "' OR 1=1 --",
                                         "\x80\xFF",  "1 1 1 1 ", "Mill Lane ", "/ / / ",
                                         "ST ST ST ", "A A A A "};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        size_t len = 0;
        while (len + strlen(pieces[i]) < 500) {
            memcpy(text + len, pieces[i], strlen(pieces[i]));
            len += strlen(pieces[i]);
        }
        text[len] = '\0';
        const struct wh_answer a = ask(index, text, NULL, 0);
        assert_true(a.method == WH_METHOD_NONE || isfinite(a.x));
    }
    wh_index_destroy(index);
}

/* ---- properties ---- */

static void the_order_of_rows_does_not_matter(void **state)
{
    (void)state;
    static const char *const questions[] = {"1 Mill Lane",
                                            "3 Mlil Ln, BA2 1AB",
                                            "12 Mill Lane, Twerton",
                                            "High St / Mill Lane",
                                            "9 High Street",
                                            "Mill Lane, BA3 2BB",
                                            "7 Vctoria Bridge Road",
                                            "Royal Oak, High St",
                                            "Hgih Street, Bath",
                                            "5 Mill",
                                            "Twerton",
                                            "2 Lane Mill, Twerton"};
    enum { QUESTIONS = sizeof questions / sizeof *questions };
    uint64_t random = test_seed("rows");
    struct wh_answer first[QUESTIONS];
    for (int round = 0; round < 12; round++) {
        size_t order[TOWN];
        for (size_t i = 0; i < TOWN; i++) {
            const size_t k = round == 0 ? i : random_below(&random, i + 1);
            order[i] = k == i ? i : order[k];
            order[k] = i;
        }
        struct wh_index *index = make_town(order);
        for (size_t i = 0; i < QUESTIONS; i++) {
            const struct wh_answer a = ask(index, questions[i], NULL, 0);
            if (round == 0) {
                first[i] = a;
                continue;
            }
            assert_int_equal(a.method, first[i].method);
            assert_int_equal(a.placing.reason, first[i].placing.reason);
            assert_int_equal(a.placing.flags, first[i].placing.flags);
            assert_true(!(fabs((double)(a.placing.score - first[i].placing.score)) > 1e-6));
            assert_true((isnan(a.x) && isnan(first[i].x)) ||
                        hypot(a.x - first[i].x, a.y - first[i].y) < 0.011);
        }
        wh_index_destroy(index);
    }
}

static int compare_like_words(const void *left, const void *right)
{
    const struct wh_like_word *a = left, *b = right;
    return (int)(a->word > b->word) - (int)(a->word < b->word);
}

/* Against trying every word of every street's name. */
static void near_words_are_those_that_a_search_of_all_finds(void **state)
{
    (void)state;
    struct wh_index_builder *builder = NULL;
    struct wh_index *index = NULL;
    struct wh_error err = {0};
    uint64_t random = test_seed("words");
    char text[32];
    assert_wh_ok(wh_index_begin(ctx, &builder, &err));
    for (size_t i = 0; i < 400; i++) { /* few letters, so that many are near */
        const size_t n = 3 + random_below(&random, 8);
        for (size_t k = 0; k < n; k++) {
            text[k] = (char)('A' + random_below(&random, 3));
        }
        text[n] = '\0';
        struct wh_gazetteer_row row = {
            .type = WH_GAZETTEER_STREET, .x = 375000 + (double)i, .y = 165000};
        row.text[WH_GAZ_STREET] = wh_str_c(text);
        assert_wh_ok(wh_index_add(builder, &row, &err));
    }
    assert_wh_ok(wh_index_make(builder, &index, &err));
    size_t n_found = 0;
    for (size_t i = 0; i < 500; i++) {
        const size_t n = 3 + random_below(&random, 8);
        for (size_t k = 0; k < n; k++) {
            text[k] = (char)('A' + random_below(&random, 3));
        }
        enum { MOST = 512 };
        static struct wh_like_word fast[MOST], slow[MOST];
        const struct wh_str word = {text, n};
        const size_t n_fast = wh_index_near_words(index, word, fast, MOST);
        size_t n_slow = 0;
        for (uint32_t w = 0; w < index->phrases.n_words; w++) {
            const double likeness = wh_word_likeness(word, index->phrases.word[w]);
            if (likeness > 0) {
                slow[n_slow++] = (struct wh_like_word){w, (float)likeness};
            }
        }
        for (size_t k = 1; k < n_fast; k++) { /* the nearest first */
            assert_true(fast[k - 1].likeness >= fast[k].likeness);
        }
        qsort(fast, n_fast, sizeof *fast, compare_like_words);
        assert_int_equal(n_fast, n_slow);
        assert_memory_equal(fast, slow, n_slow * sizeof *slow);
        n_found += n_slow;
    }
    assert_true(n_found > 1000);
    wh_index_destroy(index);
}

static void the_nearest_postcode_is_the_one_that_a_search_of_all_finds(void **state)
{
    (void)state;
    struct wh_index_builder *builder = NULL;
    struct wh_index *index = NULL;
    struct wh_error err = {0};
    uint64_t random = test_seed("postcodes");
    assert_wh_ok(wh_index_begin(ctx, &builder, &err));
    for (size_t i = 0; i < 300; i++) {
        char text[16];
        (void)snprintf(text, sizeof text, "BA%zu %zu%c%c", 1 + i / 100, i % 10, (char)('A' + i % 8),
                       (char)('P' + i % 7));
        struct wh_gazetteer_row row = {.type = WH_GAZETTEER_POSTCODE,
                                       .x = 370000 + (double)random_below(&random, 6000),
                                       .y = 160000 + (double)random_below(&random, 6000),
                                       .to = random_below(&random, 10) == 0 ? 199606 : 0};
        row.text[WH_GAZ_POSTCODE] = wh_str_c(text);
        assert_wh_ok(wh_index_add(builder, &row, &err));
    }
    assert_wh_ok(wh_index_make(builder, &index, &err));
    for (size_t i = 0; i < 2000; i++) {
        const double x = 369500 + (double)random_below(&random, 7000);
        const double y = 159500 + (double)random_below(&random, 7000);
        double nearest = 1e300;
        for (size_t k = 0; k < index->n_postcodes; k++) {
            const struct wh_index_postcode *p = &index->postcode[k];
            if (p->to == 0) {
                nearest = fmin(nearest, hypot(p->x_cm / 100.0 - x, p->y_cm / 100.0 - y));
            }
        }
        const uint32_t found = wh_nearest_postcode(index, x, y);
        if (found == UINT32_MAX) {
            assert_true(nearest > 750); /* beyond the cells that are looked at */
            continue;
        }
        const struct wh_index_postcode *p = &index->postcode[found];
        assert_int_equal(p->to, 0);
        assert_true(fabs(hypot(p->x_cm / 100.0 - x, p->y_cm / 100.0 - y) - nearest) < 1e-6);
    }
    wh_index_destroy(index);
}

static void an_index_that_finds_no_memory_leaves_none_behind(void **state)
{
    (void)state;
    if (!wh_fault_injection_built()) {
        skip();
    }
    const size_t before = wh_alloc_in_use(ctx);
    enum wh_status status = WH_ERR_LIMIT;
    for (uint64_t n = 1; status != WH_OK; n += 3) {
        struct wh_index_builder *builder = NULL;
        struct wh_index *index = NULL;
        struct wh_error err = {0};
        wh_alloc_fail_at(ctx, n, false);
        status = wh_index_begin(ctx, &builder, &err);
        for (size_t i = 0; status == WH_OK && i < TOWN; i++) {
            struct wh_gazetteer_row row = {.type = WH_GAZETTEER_ADDRESS, .x = 1, .y = 1};
            row.text[WH_GAZ_STREET] = wh_str_c(town[i].street);
            row.text[WH_GAZ_NUMBER] = wh_str_c(town[i].number);
            row.text[WH_GAZ_POSTCODE] = wh_str_c(town[i].postcode);
            status = wh_index_add(builder, &row, &err);
        }
        if (status == WH_OK) {
            status = wh_index_make(builder, &index, &err);
        } else {
            wh_index_abandon(builder);
        }
        wh_alloc_fail_at(ctx, 0, false);
        wh_index_destroy(index);
        assert_int_equal(wh_alloc_in_use(ctx), before);
    }
}

static int make_all(void **state)
{
    struct wh_error err = {0};
    (void)make_ctx(state);
    return wh_transform_create(ctx, "EPSG:27700", "EPSG:27700", &coarse, &same, &err) != WH_OK;
}

static int drop_all(void **state)
{
    wh_transform_destroy(ctx, same);
    return drop_ctx(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rung_holds_where_it_should),
        cmocka_unit_test(reasons_say_why),
        cmocka_unit_test(a_coordinate_far_from_its_postcode_is_flagged_and_the_config_decides),
        cmocka_unit_test(beside_a_house_is_less_exact_than_at_it),
        cmocka_unit_test(hostile_texts_are_harmless),
        cmocka_unit_test(the_order_of_rows_does_not_matter),
        cmocka_unit_test(near_words_are_those_that_a_search_of_all_finds),
        cmocka_unit_test(the_nearest_postcode_is_the_one_that_a_search_of_all_finds),
        cmocka_unit_test(an_index_that_finds_no_memory_leaves_none_behind),
    };
    return cmocka_run_group_tests(tests, make_all, drop_all);
}
