/* Printed pages as other programs read them: poppler, qpdf. */
#include <stdarg.h>
#include <unistd.h>

#include "base/io.h"
#include "geo/geo.h"
#include "model/report.h"
#include "render/page.h"
#include "render/svg.h"
#include "render/words.h"
#include "scene.h"
#include "wh_test_files.h"

/* LeakSanitizer's hook: cairo 1.16's SVG surface never lets go of the snapshot of a recording that
 * was drawn on it (472 bytes; ten lines of cairo alone show it), and no frame but the library's is
 * seen. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libcairo.so\n";
}

static struct scene borough;
static struct wh_ctx *the_ctx;
static char pdf[600], png[600];

static bool is_there(const char *program)
{
    char path[64];
    snprintf(path, sizeof path, "/usr/bin/%s", program);
    return access(path, X_OK) == 0;
}

/* Output of a command, terminated; free(). */
__attribute__((format(printf, 1, 2))) static char *output_of(const char *format, ...)
{
    enum { MOST = 1 << 20 };
    char command[1600];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    FILE *const pipe = popen(command, "r");
    assert_non_null(pipe);
    char *const ret = malloc(MOST);
    assert_non_null(ret);
    const size_t n = fread(ret, 1, MOST - 1, pipe);
    ret[n] = '\0';
    const int code = pclose(pipe);
    if (code != 0) {
        fail_msg("%s: exit code %d: %s", command, code, ret);
    }
    return ret;
}

/* Runs of blanks and line ends become one blank: a page may break a sentence anywhere. */
static void squeeze(char *text)
{
    size_t n = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        const bool is_blank = text[i] == ' ' || text[i] == '\n' || text[i] == '\f';
        if (!is_blank || (n > 0 && text[n - 1] != ' ')) {
            text[n++] = is_blank ? ' ' : text[i];
        }
    }
    text[n] = '\0';
}

static int set_up(void **state)
{
    struct wh_error err = {0};
    (void)state;
    the_ctx = wh_test_ctx();
    assert_wh_ok(wh_geo_start(the_ctx, &err));
    scene_borough(&borough, the_ctx, WH_SOURCE_ROOT, true);
    snprintf(pdf, sizeof pdf, "page-%d.pdf", (int)getpid());
    snprintf(png, sizeof png, "page-%d.png", (int)getpid());
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)remove(pdf);
    (void)remove(png);
    scene_finish(&borough);
    wh_ctx_destroy(the_ctx);
    return 0;
}

static void draw_ward(uint32_t ward, struct wh_buf *text)
{
    (void)remove(pdf);
    (void)remove(png);
    scene_draw_sheet(&borough, (int32_t)ward, pdf, png, text);
}

/* The ward with the most hot spots, and one without any. */
static uint32_t ward_with_hotspots(bool wants_many)
{
    uint32_t best = 0;
    size_t best_n = wants_many ? 0 : SIZE_MAX;
    for (uint32_t w = 0; w < borough.wards.n; w++) {
        size_t n = 0;
        for (size_t i = 0; i < borough.theme_report.n_hotspots; i++) {
            for (size_t k = 0; k < borough.theme_report.hotspot[i].n_parts; k++) {
                n += borough.theme_report.hotspot[i].part[k].ward == w;
            }
        }
        if (wants_many ? n > best_n : n < best_n) {
            best = w;
            best_n = n;
        }
    }
    return best;
}

static void a_page_is_a4_tagged_and_sound(void **state)
{
    (void)state;
    if (!is_there("qpdf") || !is_there("pdfinfo")) {
        skip();
    }
    draw_ward(ward_with_hotspots(true), NULL);
    free(output_of("qpdf --check %s 2>&1", pdf));
    char *const info = output_of("pdfinfo %s 2>&1", pdf);
    assert_text_has(info, "595.276 x 841.89 pts (A4)");
    squeeze(info);
    assert_text_has(info, "Tagged: yes");
    assert_text_has(info, "Author: Northmere Borough Council");
    assert_text_has(info, " ward: noise complaints");
    assert_text_has(info, "Encrypted: no");
    assert_text_has(info, "CreationDate: Tue Nov 3"); /* the run's day, not today */
    free(info);
}

static void every_number_of_the_table_can_be_copied_from_the_page(void **state)
{
    (void)state;
    if (!is_there("pdftotext")) {
        skip();
    }
    for (int many = 0; many < 2; many++) {
        const uint32_t ward = ward_with_hotspots(many == 1);
        const struct wh_theme_report *const t = &borough.theme_report;
        char words[64], title[200];
        struct wh_buf sentence;
        size_t n_named = 0;
        draw_ward(ward, NULL);
        char *const text = output_of("pdftotext -layout %s - 2>&1", pdf);
        squeeze(text);
        snprintf(title, sizeof title, "%s ward: noise complaints", borough.wards.name[ward]);
        assert_text_has(text, title);
        assert_text_has(text, "Northmere Borough Council");
        assert_text_has(text, wh_period_words(&t->period, words, sizeof words));
        assert_text_has(text, "Requests per km");
        assert_text_has(text, wh_class_words(&t->legend, 1, words, sizeof words));
        assert_text_has(text, "Contains OS data © Crown copyright");
        assert_text_has(text, "page 1 of 1");
        wh_buf_init(&sentence, the_ctx);
        wh_say_ward(&sentence, borough.language, &borough.report, t, (int32_t)ward);
        assert_text_has(text, sentence.ptr);
        wh_buf_finish(&sentence);
        for (size_t i = 0; i < t->n_hotspots; i++) {
            for (size_t k = 0; k < t->hotspot[i].n_parts; k++) {
                if (t->hotspot[i].part[k].ward == ward) {
                    assert_text_has(
                        text, wh_count_words(&t->hotspot[i].figures.count, 5, words, sizeof words));
                    n_named++;
                }
            }
        }
        assert_int_equal(n_named > 0, many);
        free(text);
    }
}

static void the_record_of_a_page_is_what_it_says(void **state)
{
    struct wh_buf text;
    (void)state;
    if (!is_there("pdftotext")) {
        skip();
    }
    wh_buf_init(&text, the_ctx);
    draw_ward(0, &text);
    char *const page = output_of("pdftotext -raw %s - 2>&1", pdf);
    squeeze(page);
    /* Each line that was recorded and is not a name on the map (those are turned) is on the page.
     */
    char *line = text.ptr;
    size_t n = 0, n_found = 0;
    for (char *end = strchr(line, '\n'); end != NULL; line = end + 1, end = strchr(line, '\n')) {
        *end = '\0';
        n++;
        n_found += strstr(page, line) != NULL;
    }
    assert_true(n > 30);
    assert_true(n_found * 10 > n * 6);
    free(page);
    wh_buf_finish(&text);
}

static void the_same_report_gives_the_same_bytes(void **state)
{
    struct wh_buf first[2], second[2];
    struct wh_error err = {0};
    (void)state;
    for (int i = 0; i < 2; i++) {
        wh_buf_init(&first[i], the_ctx);
        wh_buf_init(&second[i], the_ctx);
    }
    draw_ward(3, NULL);
    assert_wh_ok(wh_io_read_all(the_ctx, pdf, 1 << 24, &first[0], &err));
    assert_wh_ok(wh_io_read_all(the_ctx, png, 1 << 24, &first[1], &err));
    draw_ward(4, NULL); /* what was drawn before must not matter */
    draw_ward(3, NULL);
    assert_wh_ok(wh_io_read_all(the_ctx, pdf, 1 << 24, &second[0], &err));
    assert_wh_ok(wh_io_read_all(the_ctx, png, 1 << 24, &second[1], &err));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(first[i].len, second[i].len);
        assert_memory_equal(first[i].ptr, second[i].ptr, first[i].len);
        wh_buf_finish(&first[i]);
        wh_buf_finish(&second[i]);
    }
}

static void a_page_with_and_without_its_preview_is_the_same(void **state)
{
    struct wh_buf with, without;
    struct wh_error err = {0};
    (void)state;
    wh_buf_init(&with, the_ctx);
    wh_buf_init(&without, the_ctx);
    draw_ward(3, NULL);
    assert_wh_ok(wh_io_read_all(the_ctx, pdf, 1 << 24, &with, &err));
    (void)remove(pdf);
    scene_draw_sheet(&borough, 3, pdf, NULL, NULL);
    assert_wh_ok(wh_io_read_all(the_ctx, pdf, 1 << 24, &without, &err));
    assert_int_equal(with.len, without.len);
    assert_memory_equal(with.ptr, without.ptr, with.len);
    wh_buf_finish(&with);
    wh_buf_finish(&without);
}

static void the_atlas_has_an_overview_every_ward_and_bookmarks(void **state)
{
    struct wh_error err = {0};
    (void)state;
    if (!is_there("qpdf") || !is_there("pdftotext") || !is_there("pdfinfo")) {
        skip();
    }
    (void)remove(pdf);
    assert_wh_ok(wh_render_atlas(the_ctx, &borough.report, -1, -1, &borough.opt, pdf, &err));
    free(output_of("qpdf --check %s 2>&1", pdf));
    char *const text = output_of("pdftotext -layout %s - 2>&1", pdf);
    squeeze(text);
    for (uint32_t w = 0; w < borough.wards.n; w++) {
        char title[200];
        snprintf(title, sizeof title, "%s ward: noise complaints", borough.wards.name[w]);
        assert_text_has(text, title);
    }
    assert_text_has(text, "Ward Requests Change Per 1,000"); /* the overview's table */
    char last[64];
    char *const info = output_of("pdfinfo %s 2>&1", pdf);
    const unsigned n_pages = (unsigned)atoi(strstr(info, "Pages:") + 6);
    assert_true(n_pages > borough.wards.n);
    snprintf(last, sizeof last, "Atlas page %u of %u", n_pages, n_pages);
    assert_text_has(text, "Atlas page 1 of ");
    assert_text_has(text, last);
    assert_text_has(info, "Northmere Borough Council: ward maps");
    free(info);
    free(text);
    char *const outline = output_of("qpdf --json --json-key=outlines %s 2>&1", pdf);
    for (uint32_t w = 0; w < borough.wards.n; w++) {
        assert_text_has(outline, borough.wards.name[w]);
    }
    free(outline);
}

static void an_atlas_is_the_same_for_any_number_of_threads(void **state)
{
    struct wh_buf bytes[2];
    struct wh_error err = {0};
    const uint32_t n_wards = borough.wards.n;
    (void)state;
    borough.wards.n = 4; /* enough for two threads to be out of step */
    for (unsigned i = 0; i < 2; i++) {
        const struct wh_ctx_options opt = {.quiet = true, .jobs = 1 + 2 * i};
        struct wh_ctx *ctx = NULL;
        wh_buf_init(&bytes[i], the_ctx);
        assert_wh_ok(wh_ctx_create(&opt, &ctx, &err));
        draw_ward(i, NULL); /* what was drawn before must not matter */
        (void)remove(pdf);
        assert_wh_ok(wh_render_atlas(ctx, &borough.report, 0, -1, &borough.opt, pdf, &err));
        assert_wh_ok(wh_io_read_all(the_ctx, pdf, 1 << 26, &bytes[i], &err));
        wh_ctx_destroy(ctx);
    }
    borough.wards.n = n_wards;
    assert_int_equal(bytes[0].len, bytes[1].len);
    assert_memory_equal(bytes[0].ptr, bytes[1].ptr, bytes[0].len);
    wh_buf_finish(&bytes[0]);
    wh_buf_finish(&bytes[1]);
}

static void what_is_hidden_is_nowhere_on_the_page(void **state)
{
    struct wh_figures *const figures = &borough.theme_report.ward[5];
    const struct wh_figures was = *figures;
    (void)state;
    if (!is_there("pdftotext")) {
        skip();
    }
    figures->count = (struct wh_count){0, WH_FEW};
    figures->previous = (struct wh_count){0, WH_WITHHELD};
    figures->per_km2 = figures->per_1000 = (double)NAN;
    draw_ward(5, NULL);
    *figures = was;
    char *const text = output_of("pdftotext -layout %s - 2>&1", pdf);
    squeeze(text);
    assert_text_has(text, "fewer than 5");
    assert_text_has(text, "requests in 90 days"); /* not broken within a word */
    assert_null(strstr(text, "nan"));
    free(text);
}

static void a_ward_layer_without_residents_has_no_rates_of_them(void **state)
{
    double unknown[64];
    double *const population = borough.wards.population;
    (void)state;
    if (!is_there("pdftotext")) {
        skip();
    }
    assert_true(borough.wards.n <= sizeof unknown / sizeof unknown[0]);
    for (size_t i = 0; i < borough.wards.n; i++) {
        unknown[i] = (double)NAN;
    }
    for (int is_known = 0; is_known < 2; is_known++) {
        borough.wards.population = is_known == 1 ? population : unknown;
        draw_ward(0, NULL);
        char *const text = output_of("pdftotext -layout %s - 2>&1", pdf);
        squeeze(text);
        assert_int_equal(strstr(text, "per 1,000") != NULL, is_known);
        free(text);
    }
    borough.wards.population = population;
}

static void ranks_of_wards_are_ranges(void **state)
{
    static struct wh_metric_value metric[64][WH_N_METRICS];
    struct wh_level_figures level = {.base = WH_BASE_ADDRESSES, .metric = metric};
    (void)state;
    if (!is_there("pdftotext")) {
        skip();
    }
    assert_true(borough.wards.n + 2 <= 64);
    for (uint32_t w = 0; w < borough.wards.n; w++) {
        metric[w][WH_METRIC_RANK] =
            (struct wh_metric_value){w + 1, w > 1 ? w - 1 : 1, w + 3, WH_SHOWN};
    }
    metric[3][WH_METRIC_RANK] =
        (struct wh_metric_value){(double)NAN, (double)NAN, (double)NAN, WH_WITHHELD};
    borough.theme_report.n_levels = 1;
    borough.theme_report.level = &level;
    (void)remove(pdf);
    scene_draw_sheet(&borough, -1, pdf, NULL, NULL);
    borough.theme_report.n_levels = 0;
    borough.theme_report.level = NULL;
    char *const text = output_of("pdftotext -layout %s - 2>&1", pdf);
    squeeze(text);
    assert_text_has(text, "Ward Requests Change Per 1,000 Rank");
    assert_text_has(text, "1–4"); /* of the first ward */
    assert_text_has(text, "5–9"); /* of the seventh */
    assert_text_has(text, "not shown");
    assert_text_has(text, "wards whose ranks overlap need not differ");
    free(text);
}

static void names_in_a_drawing_are_numbered_as_they_come(void **state)
{
    struct wh_buf ret;
    struct wh_error err = {0};
    (void)state;
    wh_buf_init(&ret, the_ctx);
    assert_wh_ok(wh_svg_number_ids(
        the_ctx,
        wh_str_c("<g id=\"clip77\" clip-path=\"url(#clip9)\"/><use xlink:href=\"#clip77\"/>"
                 "<image width=\"3\" id=\"surface123\"/><g style=\"fill:url(#surface123)\"/>"),
        &ret, &err));
    assert_string_equal(ret.ptr, "<g id=\"i1\" clip-path=\"url(#i2)\"/><use xlink:href=\"#i1\"/>"
                                 "<image width=\"3\" id=\"i3\"/><g style=\"fill:url(#i3)\"/>");
    wh_buf_clear(&ret);
    assert_int_equal(wh_svg_finish(the_ctx, wh_str_c("no drawing"), "en", wh_str_c("t"),
                                   wh_str_c("w"), &ret, &err),
                     WH_ERR_INTERNAL);
    wh_buf_finish(&ret);
}

static struct wh_sheet_file draw_svg(int32_t ward)
{
    struct wh_sheet_file file;
    struct wh_error err = {0};
    assert_wh_ok(wh_render_sheet_svg(the_ctx, &borough.report, 0, ward, &borough.opt, &file, &err));
    return file;
}

static void a_drawing_is_the_same_whatever_was_drawn_before(void **state)
{
    struct wh_sheet_file first = draw_svg(-1), other = draw_svg(4);
    draw_ward(1, NULL);
    struct wh_sheet_file second = draw_svg(-1);
    (void)state;
    assert_true(first.n_pages > 1); /* an overview has a page for the rest of its table */
    assert_int_equal(first.n_pages, second.n_pages);
    for (uint32_t i = 0; i < first.n_pages; i++) {
        assert_int_equal(first.svg[i].len, second.svg[i].len);
        assert_memory_equal(first.svg[i].ptr, second.svg[i].ptr, first.svg[i].len);
        assert_text_has(first.svg[i].ptr,
                        "<title>Northmere Borough Council: noise complaints</title>");
        assert_text_has(first.svg[i].ptr, "</svg>");
    }
    assert_text_has(first.svg[0].ptr, "<desc>Map. Northmere Borough Council: noise complaints");
    assert_text_has(other.svg[0].ptr, "width=\"595.27");
    /* Every name that is used is there. */
    for (const char *at = strstr(other.svg[0].ptr, "url(#i"); at != NULL;
         at = strstr(at + 1, "url(#i")) {
        char name[40];
        snprintf(name, sizeof name, "id=\"i%d\"", atoi(at + 6));
        assert_text_has(other.svg[0].ptr, name);
    }
    wh_sheet_file_finish(the_ctx, &first);
    wh_sheet_file_finish(the_ctx, &other);
    wh_sheet_file_finish(the_ctx, &second);
}

static void a_sheet_on_a3_has_its_box(void **state)
{
    (void)state;
    if (!is_there("pdfinfo")) {
        skip();
    }
    borough.opt.paper = WH_PAPER_A3;
    draw_ward(2, NULL);
    borough.opt.paper = WH_PAPER_A4;
    char *const info = output_of("pdfinfo %s 2>&1", pdf);
    assert_text_has(info, "841.89 x 1190.55 pts (A3)");
    free(info);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_a4_tagged_and_sound),
        cmocka_unit_test(every_number_of_the_table_can_be_copied_from_the_page),
        cmocka_unit_test(the_record_of_a_page_is_what_it_says),
        cmocka_unit_test(the_same_report_gives_the_same_bytes),
        cmocka_unit_test(a_page_with_and_without_its_preview_is_the_same),
        cmocka_unit_test(the_atlas_has_an_overview_every_ward_and_bookmarks),
        cmocka_unit_test(an_atlas_is_the_same_for_any_number_of_threads),
        cmocka_unit_test(ranks_of_wards_are_ranges),
        cmocka_unit_test(names_in_a_drawing_are_numbered_as_they_come),
        cmocka_unit_test(a_drawing_is_the_same_whatever_was_drawn_before),
        cmocka_unit_test(a_sheet_on_a3_has_its_box),
        cmocka_unit_test(what_is_hidden_is_nowhere_on_the_page),
        cmocka_unit_test(a_ward_layer_without_residents_has_no_rates_of_them),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
