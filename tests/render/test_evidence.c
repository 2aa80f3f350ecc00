/* The page of a hot spot's evidence: every figure of the record, always on one page. */
#include <math.h>
#include <unistd.h>

#include "base/io.h"
#include "geo/geo.h"
#include "render/evidence.h"
#include "scene.h"
#include "wh_test_files.h"

#define MOST_TEXT (1 << 18)

static struct scene borough;
static struct wh_ctx *the_ctx;
static char pdf[64], text[MOST_TEXT];

static struct wh_evidence_action action[40];
static struct wh_spot_note note, done[40];
static const struct wh_spot_note *note_at = &note;
static struct wh_evidence_night night[120];
static const struct wh_target target = {.category = "noise: licensed premises",
                                        .owner = "Licensing Team of the Borough and its Partners",
                                        .contact = "licensing@example.org"};
static const struct wh_target *target_at = &target;

static int set_up(void **state)
{
    struct wh_error err = {0};
    (void)state;
    the_ctx = wh_test_ctx();
    assert_wh_ok(wh_geo_start(the_ctx, &err));
    scene_borough(&borough, the_ctx, WH_SOURCE_ROOT, true);
    borough.report.edition = WH_EDITION_OFFICER;
    snprintf(pdf, sizeof pdf, "evidence-%d.pdf", (int)getpid());
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)remove(pdf);
    scene_finish(&borough);
    wh_ctx_destroy(the_ctx);
    return 0;
}

/* A record with something of everything; `hotspot` is the caller's copy of one of the borough's. */
static struct wh_evidence_record full_record(struct wh_hotspot *hotspot)
{
    struct wh_theme_report *const theme = &borough.theme_report;
    const double h = theme->bandwidth_m;
    *hotspot = theme->hotspot[0];
    hotspot->evidence = (struct wh_evidence){.expected = 31.4,
                                             .ratio = 3.06,
                                             .ratio_low = 2.48,
                                             .ratio_high = 3.73,
                                             .p = 1e-9,
                                             .q = 0.0123};
    hotspot->firmness = WH_FIRM;
    hotspot->survival = 0.97;
    hotspot->since_day = borough.report.as_of_day - 60;
    theme->base =
        (struct wh_base_note){.kind = WH_BASE_ADDRESSES, .total = 90000, .requests = 1200};
    theme->n_draws = 200;
    theme->firm_share = 0.9;
    struct wh_evidence_record record = {
        .theme = theme,
        .hotspot = hotspot,
        .gi_z = 4.256,
        .gi_p = 0.00002,
        .gi_q = 0.0007,
        .n_periods = 24,
        .emerging = "intensifying hot spot",
        .emerging_words = "a hot spot that grows hotter",
        .scan_rank = 2,
        .scan_llr = 34.12,
        .scan_p = 0.001,
        .scan_relative_risk = 3.4,
        .verdict = "Simple counting foretold this window better than the map did.",
        .n_forecasts = 3,
        .width_cell_m = 25,
        .width = {{0.5 * h, 5.2, &theme->surface},
                  {h, 4.1, &theme->surface},
                  {2 * h, 2.75, &theme->surface}},
        .cell_m = {12.5, 50},
        .cell_pai = {4.0, 3.84},
        .cell_change = -0.0634,
        .cell_matters = true,
        .n_trials = 3,
        .trial = {{.kind = WH_BASE_AREA, .evidence = {.ratio = 8.14}, .stands = true},
                  {.kind = WH_BASE_POPULATION, .evidence = {.ratio = 1.21}},
                  {.kind = WH_BASE_HOUSEHOLDS, .evidence = {.ratio = (double)NAN}}},
        .n_streets = 2,
        .street = {{"Infirmary Street", 14}, {"North Place", 7}},
        .n_open = 9,
        .n_overdue = 4};
    static const char *const NAME[3] = {"counts", "map", "year"};
    for (int i = 0; i < 3; i++) {
        record.forecast[i] = (struct wh_evidence_forecast){.name = NAME[i],
                                                           .pai = {4 - 0.5 * i, 3.2 - 0.5 * i, 5},
                                                           .gain = {-0.5 * i, -1.1, 0.2},
                                                           .hit_share = 0.21,
                                                           .area_share = 0.05};
    }
    record.by_method[WH_METHOD_COORDINATE] = 60;
    record.by_method[WH_METHOD_POSTCODE] = 30;
    record.by_method[WH_METHOD_ENDED_POSTCODE] = 3;
    return record;
}

static void draw(const struct wh_evidence_record *record)
{
    struct wh_sheet_file file;
    struct wh_error err = {0};
    (void)remove(pdf);
    assert_wh_ok(
        wh_render_evidence(the_ctx, &borough.report, 0, record, &borough.opt, &file, &err));
    assert_int_equal(file.n_pages, 1);
    assert_wh_ok(wh_sheet_file_write(the_ctx, &file, pdf, NULL, &err));
    wh_sheet_file_finish(the_ctx, &file);
    const char *const kept = getenv("WH_KEEP"); /* for a person to look at */
    if (kept != NULL) {
        char command[600];
        static int n;
        snprintf(command, sizeof command, "cp %s %s/evidence-%d.pdf", pdf, kept, n++);
        assert_int_equal(system(command), 0);
    }
}

/* What a program says of the page, blanks squeezed. */
static void read_page(const char *program)
{
    char command[200];
    snprintf(command, sizeof command, "%s %s - 2>&1", program, pdf);
    FILE *const pipe = popen(command, "r");
    assert_non_null(pipe);
    size_t n = 0;
    for (int c = fgetc(pipe); c != EOF && n + 1 < MOST_TEXT; c = fgetc(pipe)) {
        const bool is_blank = c == ' ' || c == '\n' || c == '\f';
        if (!is_blank || (n > 0 && text[n - 1] != ' ')) {
            text[n++] = is_blank ? ' ' : (char)c;
        }
    }
    text[n] = '\0';
    assert_int_equal(pclose(pipe), 0);
}

static bool has_poppler(void)
{
    return access("/usr/bin/pdftotext", X_OK) == 0;
}

static void the_page_says_every_figure_of_the_record(void **state)
{
    static const char *const SAID[] = {
        "Officer's edition: not for publication",
        "31.4 would be expected: 3.1 (95 %: 2.5 to 3.7)",
        "at most 1.23 % of them would be chance",
        "land 8.1, residents 1.2, households not known",
        "12.5 m PAI 4.0, 50 m 3.8 cell size matters here: PAI −6.3 %",
        "hot by land; not by residents, households",
        "97 % of 200 draws",
        "firm is 90 % or more",
        "Simple counting foretold this window better",
        "ratio 3.06, lowest p < 0.0001, q 0.0123",
        "z 4.26, p < 0.0001, q 0.0007",
        "rank 2, LLR 34.1, p 0.001",
        "beyond chance: 3.4 times the risk",
        "intensifying hot spot, 24 periods",
        "a hot spot that grows hotter",
        "PAI 4.0 (95 %: 3.2 to 5.0)",
        "21 % in 5 % of the area: the baseline",
        "against counting −0.5 (95 %: −1.1 to 0.2)",
        "Forecast by last year",
        "200 m, PAI 5.2",
        "400 m, PAI 4.1",
        "800 m, PAI 2.8",
        "PAI in squares of 25 m",
        "Infirmary Street 14, North Place 7",
        "coordinate 60, postcode 33.",
        "Open at the end of the period: 9, of them overdue: 4.",
        "noise: licensed premises: Licensing Team of the Borough and its Partners",
        "3 November 2026: Two visits by the night team (Community Safety)",
        "30 days before and after: 20 and 8 (elsewhere 300 and 310): fewer than before, 0.39 (95 %:"
        " 0.17 to 0.88) times the change elsewhere",
        "The landlord has been written to (Cllr Example)",
        "page 1 of 1"};
    struct wh_hotspot hotspot;
    struct wh_evidence_record record = full_record(&hotspot);
    (void)state;
    if (!has_poppler()) {
        skip();
    }
    done[0] = (struct wh_spot_note){.day = borough.report.as_of_day,
                                    .text = "Two visits by the night team",
                                    .by = "Community Safety"};
    action[0] = (struct wh_evidence_action){.note = &done[0],
                                            .days = 30,
                                            .before = 20,
                                            .after = 8,
                                            .before_elsewhere = 300,
                                            .after_elsewhere = 310,
                                            .ratio = {0.387, 0.17, 0.88},
                                            .words = "fewer than before"};
    note = (struct wh_spot_note){.day = borough.report.as_of_day - 3,
                                 .text = "The landlord has been written to",
                                 .by = "Cllr Example"};
    record.n_actions = 1;
    record.action = action;
    record.n_notes = 1;
    record.note = &note_at;
    record.n_targets = 1;
    record.target = &target_at;
    for (size_t i = 0; i < 120; i++) {
        night[i] = (struct wh_evidence_night){borough.report.as_of_day - 119 + (int64_t)i,
                                              (uint32_t)(20 + 10 * sin((double)i / 9))};
    }
    record.n_nights = 120;
    record.night = night;
    draw(&record);
    read_page("pdftotext -raw");
    for (size_t i = 0; i < sizeof SAID / sizeof SAID[0]; i++) {
        assert_text_has(text, SAID[i]);
    }
    read_page("pdftotext -layout");
    assert_text_has(text, hotspot.id);
}

static void what_is_not_known_is_said_to_be_so(void **state)
{
    struct wh_hotspot hotspot;
    struct wh_evidence_record record = full_record(&hotspot);
    const double nan = (double)NAN;
    (void)state;
    if (!has_poppler()) {
        skip();
    }
    borough.theme_report.base.kind = WH_BASE_NONE;
    hotspot.evidence = (struct wh_evidence){nan, nan, nan, nan, nan, nan, nan};
    hotspot.firmness = WH_FIRMNESS_UNKNOWN;
    hotspot.survival = nan;
    record.gi_z = record.gi_p = record.gi_q = nan;
    record.emerging = record.emerging_words = NULL;
    record.n_periods = 0;
    record.scan_rank = 0;
    record.n_forecasts = 0;
    record.n_streets = 0;
    record.width[0].surface = NULL;
    for (int i = 0; i < 3; i++) {
        record.width[i].pai = nan;
    }
    record.width_cell_m = record.cell_change = nan;
    draw(&record);
    read_page("pdftotext -raw");
    static const char *const SAID[] = {"marks the densest places",
                                       "no complete period yet",
                                       "fewer than two complete periods",
                                       "no cluster here",
                                       "no second night",
                                       "No action or note is recorded",
                                       "none with a name within 50 m",
                                       "200 m: under a cell"};
    for (size_t i = 0; i < sizeof SAID / sizeof SAID[0]; i++) {
        assert_text_has(text, SAID[i]);
    }
    assert_null(strstr(text, "nan"));
}

/* Top of the first word, and bottom of the last, that reads so. */
static void find_word(const char *word, double *ret_top, double *ret_bottom)
{
    char tail[64];
    snprintf(tail, sizeof tail, ">%s</word>", word);
    const char *const at = strstr(text, tail);
    assert_non_null(at);
    const char *start = at;
    while (start > text && strncmp(start, "<word", 5) != 0) {
        start--;
    }
    assert_int_equal(sscanf(start, "<word xMin=\"%*f\" yMin=\"%lf\" xMax=\"%*f\" yMax=\"%lf\"",
                            ret_top, ret_bottom),
                     2);
}

static void many_actions_and_long_names_stay_on_the_page(void **state)
{
    struct wh_hotspot hotspot;
    struct wh_evidence_record record = full_record(&hotspot);
    double top, bottom, foot_top, foot_bottom;
    (void)state;
    if (!has_poppler()) {
        skip();
    }
    for (size_t i = 0; i < 40; i++) {
        done[i] = (struct wh_spot_note){
            .day = borough.report.as_of_day - 40 + (int64_t)i,
            .text =
                "The gully was cleared, the verge cut and a letter put through every door of the"
                " street, with a second visit promised for the week after the school holidays",
            .by = "Neighbourhood Operations and Environmental Enforcement (North and East)"};
        action[i] = (struct wh_evidence_action){.note = &done[i]};
    }
    record.n_actions = 40;
    record.action = action;
    hotspot.name = "around Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Terrace and"
                   " The Old Cattle Market Multi-Storey Car Park Approach Road (North)";
    record.street[0].name =
        "The Old Cattle Market Multi-Storey Car Park Approach Road (North), Upper Level";
    record.n_targets = 1;
    record.target = &target_at;
    draw(&record);
    read_page("pdftotext -bbox");
    find_word("earlier:", &top, &bottom);
    find_word("Who", &foot_top, &foot_bottom);
    assert_true(bottom <= foot_top);
    find_word("Release", &foot_top, &foot_bottom);
    assert_true(foot_bottom < 842 - 14);
}

static void the_same_record_gives_the_same_bytes(void **state)
{
    struct wh_hotspot hotspot;
    const struct wh_evidence_record record = full_record(&hotspot);
    struct wh_buf bytes[2];
    struct wh_error err = {0};
    (void)state;
    for (int i = 0; i < 2; i++) {
        wh_buf_init(&bytes[i], the_ctx);
        draw(&record);
        assert_wh_ok(wh_io_read_all(the_ctx, pdf, 1 << 24, &bytes[i], &err));
    }
    assert_int_equal(bytes[0].len, bytes[1].len);
    assert_memory_equal(bytes[0].ptr, bytes[1].ptr, bytes[0].len);
    wh_buf_finish(&bytes[0]);
    wh_buf_finish(&bytes[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_says_every_figure_of_the_record),
        cmocka_unit_test(what_is_not_known_is_said_to_be_so),
        cmocka_unit_test(many_actions_and_long_names_stay_on_the_page),
        cmocka_unit_test(the_same_record_gives_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
