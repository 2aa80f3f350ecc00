/* Pages in every language and edition that is shipped: nothing is clipped, too small or without
 * letters. */
#include <math.h>
#include <string.h>

#include "geo/geo.h"
#include "render/sheet.h"
#include "scene.h"
#include "wh_test_files.h"

#define N_WARDS 6u

static struct scene borough;
static struct wh_ctx *the_ctx;

static int set_up(void **state)
{
    struct wh_error err = {0};
    (void)state;
    the_ctx = wh_test_ctx();
    assert_wh_ok(wh_geo_start(the_ctx, &err));
    scene_borough(&borough, the_ctx, WH_SOURCE_ROOT, true);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scene_finish(&borough);
    wh_ctx_destroy(the_ctx);
    return 0;
}

static struct wh_language *load(const char *code)
{
    struct wh_error err = {0};
    struct wh_language *lang = NULL;
    assert_wh_ok(wh_language_load(the_ctx, WH_SOURCE_ROOT "/styles", NULL, code, &lang, &err));
    return lang;
}

/* All that a sheet drew lies on its paper, large enough, and in letters that are there. */
static void check_sheet(const struct wh_page_options *opt, int32_t ward)
{
    struct wh_error err = {0};
    struct wh_canvas canvas = {0};
    struct wh_rows rows = {0};
    double w, h;
    wh_paper_size(opt->paper, &w, &h);
    assert_wh_ok(wh_canvas_open_pdf(&canvas, the_ctx, opt->style, w, h, &err));
    wh_canvas_speak(&canvas, opt->language);
    struct wh_sheet sheet = wh_sheet_make(&canvas, &borough.report, 0, ward, opt);
    assert_wh_ok(wh_sheet_rows(&sheet, &rows, &err));
    const struct wh_sheet_plan plan = wh_sheet_make_plan(&sheet, &rows);
    if (plan.map_h < 0.17 * h) {
        fail_msg("%s, ward %d, %s: the map has %.0f of %.0f pt\n", wh_language_code(opt->language),
                 ward, wh_print_edition_name(opt->edition), plan.map_h, h);
    }
    assert_wh_ok(wh_sheet_draw(&sheet, &rows, &plan, &err));
    for (size_t i = 0; i < canvas.n_drawn; i++) {
        const struct wh_drawn *const drawn = &canvas.drawn[i];
        const double least = opt->edition == WH_PRINT_LARGE ? 16 : wh_text_least_pt(drawn->role);
        if (drawn->role != WH_TEXT_MAP &&
            (drawn->size < least - 1e-9 || drawn->box[0] < 20 || drawn->box[2] > w - 20 ||
             drawn->box[1] < 20 || drawn->box[3] > h - 20)) {
            fail_msg("%s, ward %d: %.1f pt at %.0f,%.0f to %.0f,%.0f: %.*s",
                     wh_language_code(opt->language), ward, drawn->size, drawn->box[0],
                     drawn->box[1], drawn->box[2], drawn->box[3], (int)drawn->text_len,
                     canvas.text.ptr + drawn->text_start);
        }
    }
    assert_null(strchr(wh_buf_view(&canvas.text).ptr, '{')); /* no argument is left unsaid */
    assert_wh_ok(wh_canvas_close(&canvas, &err));
    wh_rows_finish(the_ctx, &rows);
    wh_canvas_finish(&canvas);
}

static void pages_are_whole_in_every_language_and_in_large_print(void **state)
{
    static const char *const CODE[] = {"en", "cy", "ur"};
    (void)state;
    for (size_t i = 0; i < sizeof CODE / sizeof *CODE; i++) {
        struct wh_language *const lang = load(CODE[i]);
        struct wh_page_options opt = borough.opt;
        opt.language = lang;
        for (int32_t ward = -1; ward < (int32_t)N_WARDS; ward++) {
            check_sheet(&opt, ward);
        }
        opt.edition = WH_PRINT_LARGE;
        opt.paper = WH_PAPER_A3;
        for (int32_t ward = 0; ward < (int32_t)N_WARDS; ward += 2) {
            check_sheet(&opt, ward);
        }
        wh_language_destroy(the_ctx, lang);
    }
}

/* Legend, figures and discs change sides; the map, its scale and its numbers do not. */
static void blocks_stand_on_the_other_side_where_reading_begins_there(void **state)
{
    (void)state;
    struct wh_language *const urdu = load("ur");
    struct wh_page_options opt = borough.opt;
    struct wh_canvas canvas = {0};
    struct wh_error err = {0};
    assert_wh_ok(wh_canvas_open_pdf(&canvas, the_ctx, opt.style, 595, 842, &err));
    const struct wh_sheet english = wh_sheet_make(&canvas, &borough.report, 0, 0, &opt);
    opt.language = urdu;
    const struct wh_sheet mirrored = wh_sheet_make(&canvas, &borough.report, 0, 0, &opt);
    assert_true(fabs(wh_sheet_x(&english, 40, 100) - 40) < 1e-9);
    assert_true(fabs(wh_sheet_x(&mirrored, 40, 100) - (mirrored.w - 140)) < 1e-9);
    wh_canvas_finish(&canvas);
    wh_language_destroy(the_ctx, urdu);
}

static void a_sheet_in_two_languages_says_both(void **state)
{
    (void)state;
    struct wh_language *const welsh = load("cy");
    struct wh_page_options opt = borough.opt;
    struct wh_sheet_file file;
    struct wh_error err = {0};
    struct wh_buf text;
    wh_buf_init(&text, the_ctx);
    opt.second = welsh;
    assert_wh_ok(wh_render_sheet(the_ctx, &borough.report, 0, 3, &opt, false, &file, &text, &err));
    assert_int_equal(file.n_pages, 2);
    assert_text_has(text.ptr, "Requests per km² in 90 days");
    assert_text_has(text.ptr, "Ceisiadau fesul km² mewn 90 diwrnod");
    wh_sheet_file_finish(the_ctx, &file);
    wh_buf_finish(&text);
    wh_language_destroy(the_ctx, welsh);
}

static void a_character_that_no_font_has_is_named(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_sheet_file file;
    const char *const name = borough.wards.name[3];
    borough.wards.name[3] = "Abbey \uE0F1";
    assert_int_equal(
        wh_render_sheet(the_ctx, &borough.report, 0, 3, &borough.opt, false, &file, NULL, &err),
        WH_ERR_CONFIG);
    assert_text_has(err.message, "no font has the character U+E0F1 of \"Abbey ");
    borough.wards.name[3] = name;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_whole_in_every_language_and_in_large_print),
        cmocka_unit_test(blocks_stand_on_the_other_side_where_reading_begins_there),
        cmocka_unit_test(a_sheet_in_two_languages_says_both),
        cmocka_unit_test(a_character_that_no_font_has_is_named),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
