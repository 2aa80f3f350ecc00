/* What those who listen to a page get: its structure, read back by qpdf and jansson. */
#include <jansson.h>
#include <unistd.h>

#include "base/io.h"
#include "geo/geo.h"
#include "render/canvas.h"
#include "render/pdf_internal.h"
#include "render/words.h"
#include "scene.h"
#include "wh_test_files.h"

static struct scene borough;
static struct wh_ctx *the_ctx;
static char pdf[64];

static int set_up(void **state)
{
    struct wh_error err = {0};
    (void)state;
    the_ctx = wh_test_ctx();
    assert_wh_ok(wh_geo_start(the_ctx, &err));
    scene_borough(&borough, the_ctx, WH_SOURCE_ROOT, true);
    snprintf(pdf, sizeof pdf, "accessible-%d.pdf", (int)getpid());
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

/* ---- qpdf's JSON of a file, version 2 ---- */

static json_t *read_objects(json_t **ret_document)
{
    char command[200];
    snprintf(command, sizeof command, "qpdf --json=2 --json-key=qpdf %s 2>&1", pdf);
    FILE *const pipe = popen(command, "r");
    json_error_t fault;
    assert_non_null(pipe);
    *ret_document = json_loadf(pipe, 0, &fault);
    assert_int_equal(pclose(pipe), 0);
    if (*ret_document == NULL) {
        fail_msg("qpdf's JSON: %s", fault.text);
    }
    return json_array_get(json_object_get(*ret_document, "qpdf"), 1);
}

/* What a value stands for: the object itself where it is a reference. */
static const json_t *resolve(const json_t *objects, const json_t *value)
{
    char key[80];
    const char *const text = json_string_value(value);
    if (text == NULL || strlen(text) < 3 || strcmp(text + strlen(text) - 2, " R") != 0) {
        return value;
    }
    snprintf(key, sizeof key, "obj:%s", text);
    return json_object_get(json_object_get(objects, key), "value");
}

static const json_t *get(const json_t *objects, const json_t *dict, const char *key)
{
    return resolve(objects, json_object_get(dict, key));
}

/* A name as it is, or a string without qpdf's "u:". */
static const char *text_of(const json_t *value)
{
    const char *const text = json_string_value(value);
    return text != NULL && strncmp(text, "u:", 2) == 0 ? text + 2 : text;
}

static const json_t *catalog_of(const json_t *objects)
{
    return get(objects, json_object_get(json_object_get(objects, "trailer"), "value"), "/Root");
}

/* ---- the structure ---- */

struct seen {
    const json_t *objects;
    size_t n_of[8], n_marked; /* by ROLE; pieces of marked content */
    char figure[4][4096];     /* their words */
};
static const char *const ROLE[8] = {"/Document", "/Sect",  "/H1", "/P",
                                    "/Figure",   "/Table", "/TH", "/TD"};
enum { DOCUMENT, SECT, H1, P, FIGURE, TABLE, TH, TD };

static void see(struct seen *seen, const json_t *element, const char *parent)
{
    const char *const role = json_string_value(json_object_get(element, "/S"));
    const json_t *const kids = get(seen->objects, element, "/K");
    assert_non_null(role);
    for (size_t i = 0; i < sizeof ROLE / sizeof ROLE[0]; i++) {
        if (strcmp(role, ROLE[i]) == 0) {
            seen->n_of[i]++;
        }
    }
    if (strcmp(role, "/Figure") == 0) {
        const char *const alt = text_of(json_object_get(element, "/Alt"));
        assert_non_null(alt);
        assert_true(strlen(alt) > 20);
        if (seen->n_of[FIGURE] <= 4) {
            snprintf(seen->figure[seen->n_of[FIGURE] - 1], sizeof seen->figure[0], "%s", alt);
        }
    }
    if (strcmp(role, "/TR") == 0) {
        assert_string_equal(parent, "/Table");
    }
    if (strcmp(role, "/TH") == 0 || strcmp(role, "/TD") == 0) {
        assert_string_equal(parent, "/TR");
    }
    if (strcmp(role, "/TH") == 0) {
        const json_t *const attributes = get(seen->objects, element, "/A");
        assert_string_equal(json_string_value(json_object_get(attributes, "/Scope")), "/Column");
    }
    const size_t n = json_is_array(kids) ? json_array_size(kids) : 1;
    for (size_t i = 0; i < n; i++) {
        const json_t *const kid =
            json_is_array(kids) ? resolve(seen->objects, json_array_get(kids, i)) : kids;
        if (json_is_integer(kid)) {
            seen->n_marked++;
        } else {
            see(seen, kid, role);
        }
    }
}

static struct seen see_document(const json_t *objects)
{
    struct seen seen = {.objects = objects};
    const json_t *const root = get(objects, catalog_of(objects), "/StructTreeRoot");
    const json_t *const kids = get(objects, root, "/K");
    assert_non_null(kids);
    const json_t *const document =
        json_is_array(kids) ? resolve(objects, json_array_get(kids, 0)) : kids;
    assert_string_equal(json_string_value(json_object_get(document, "/S")), "/Document");
    see(&seen, document, "");
    return seen;
}

/* Pieces of marked content by the pages' parent tree. */
static size_t count_pieces(const json_t *objects)
{
    const json_t *const numbers = json_object_get(
        get(objects, get(objects, catalog_of(objects), "/StructTreeRoot"), "/ParentTree"), "/Nums");
    size_t n = 0;
    for (size_t i = 1; i < json_array_size(numbers); i += 2) {
        assert_int_equal(json_integer_value(json_array_get(numbers, i - 1)), i / 2);
        n += json_array_size(resolve(objects, json_array_get(numbers, i)));
    }
    return n;
}

static uint32_t ward_with_hotspots(void)
{
    return borough.theme_report.hotspot[0].part[0].ward;
}

static void draw_ward(uint32_t ward)
{
    (void)remove(pdf);
    scene_draw_sheet(&borough, (int32_t)ward, pdf, NULL, NULL);
}

static bool has_qpdf(void)
{
    return access("/usr/bin/qpdf", X_OK) == 0;
}

static void a_page_has_heading_figures_in_words_and_a_table(void **state)
{
    json_t *document;
    (void)state;
    if (!has_qpdf()) {
        skip();
    }
    draw_ward(ward_with_hotspots());
    const json_t *const objects = read_objects(&document);
    const json_t *const catalog = catalog_of(objects);
    assert_string_equal(text_of(json_object_get(catalog, "/Lang")), "en-GB");
    assert_true(json_is_true(
        json_object_get(get(objects, catalog, "/ViewerPreferences"), "/DisplayDocTitle")));
    assert_true(json_is_true(json_object_get(get(objects, catalog, "/MarkInfo"), "/Marked")));
    const json_t *const page =
        resolve(objects, json_array_get(get(objects, get(objects, catalog, "/Pages"), "/Kids"), 0));
    assert_string_equal(json_string_value(json_object_get(page, "/Tabs")), "/S");
    const struct seen seen = see_document(objects);
    assert_int_equal(seen.n_of[DOCUMENT], 1);
    assert_int_equal(seen.n_of[H1], 1);
    assert_true(seen.n_of[P] > 4);
    assert_true(seen.n_of[FIGURE] >= 2); /* map and legend */
    assert_true(seen.n_of[TABLE] >= 1 && seen.n_of[TH] > 0 && seen.n_of[TD] > 0);
    /* Each marked piece of content has its place in the structure. */
    assert_int_equal(seen.n_marked, count_pieces(objects));
    json_decref(document);
}

static void the_map_in_words_has_the_numbers_of_the_table(void **state)
{
    const uint32_t ward = ward_with_hotspots();
    const struct wh_theme_report *const theme = &borough.theme_report;
    struct wh_buf words;
    json_t *document;
    (void)state;
    if (!has_qpdf()) {
        skip();
    }
    draw_ward(ward);
    const struct seen seen = see_document(read_objects(&document));
    wh_buf_init(&words, the_ctx);
    wh_map_alt_text(&words, borough.language, &borough.report, 0, (int32_t)ward);
    assert_string_equal(seen.figure[0], wh_buf_view(&words).ptr);
    wh_buf_clear(&words);
    wh_say_ward(&words, borough.language, &borough.report, theme, (int32_t)ward);
    assert_text_has(seen.figure[0], wh_buf_view(&words).ptr);
    for (uint32_t i = 1; i <= theme->legend.n; i++) {
        char class_words[96];
        assert_text_has(seen.figure[1],
                        wh_class_words(&theme->legend, i, class_words, sizeof class_words));
    }
    for (size_t i = 0; i < theme->n_hotspots; i++) {
        char count[64], said[400];
        if (theme->hotspot[i].part[0].ward == ward) {
            snprintf(said, sizeof said, " %u: %s, %s requests,", theme->hotspot[i].rank,
                     theme->hotspot[i].name,
                     wh_count_words(&theme->hotspot[i].figures.count, 5, count, sizeof count));
            assert_text_has(seen.figure[0], said);
        }
    }
    wh_buf_finish(&words);
    json_decref(document);
}

static void an_atlas_has_one_structure_of_all_its_sheets(void **state)
{
    struct wh_error err = {0};
    json_t *document;
    (void)state;
    if (!has_qpdf()) {
        skip();
    }
    (void)remove(pdf);
    assert_wh_ok(wh_render_atlas(the_ctx, &borough.report, -1, -1, &borough.opt, pdf, &err));
    const json_t *const objects = read_objects(&document);
    const json_t *const catalog = catalog_of(objects);
    assert_string_equal(text_of(json_object_get(catalog, "/Lang")), "en-GB");
    assert_true(json_is_true(
        json_object_get(get(objects, catalog, "/ViewerPreferences"), "/DisplayDocTitle")));
    const struct seen seen = see_document(objects);
    assert_int_equal(seen.n_of[DOCUMENT], 1);
    assert_int_equal(seen.n_of[SECT], borough.wards.n + 1);
    assert_int_equal(seen.n_of[H1], borough.wards.n + 1);
    assert_int_equal(seen.n_marked, count_pieces(objects));
    /* Each page knows its row in the tree. */
    const json_t *const pages = get(objects, get(objects, catalog, "/Pages"), "/Kids");
    for (size_t i = 0; i < json_array_size(pages); i++) {
        const json_t *const page = resolve(objects, json_array_get(pages, i));
        assert_int_equal(json_integer_value(json_object_get(page, "/StructParents")), i);
        assert_string_equal(json_string_value(json_object_get(page, "/Tabs")), "/S");
    }
    json_decref(document);
}

static void fonts_are_embedded_and_read_back_as_text(void **state)
{
    char line[200], command[200];
    size_t n = 0;
    (void)state;
    if (access("/usr/bin/pdffonts", X_OK) != 0) {
        skip();
    }
    draw_ward(0);
    snprintf(command, sizeof command, "pdffonts %s", pdf);
    FILE *const pipe = popen(command, "r");
    assert_non_null(pipe);
    for (; fgets(line, sizeof line, pipe) != NULL; n++) {
        if (n >= 2) { /* below the two lines of the head: embedded, subset, Unicode */
            assert_text_has(line, "yes yes yes");
        }
    }
    assert_true(n > 3);
    assert_int_equal(pclose(pipe), 0);
}

static void a_reader_of_structures_gets_whole_sentences(void **state)
{
    static char text[1 << 17];
    char command[200];
    (void)state;
    if (access("/usr/bin/pdfinfo", X_OK) != 0) {
        skip();
    }
    draw_ward(0);
    snprintf(command, sizeof command, "pdfinfo -struct-text %s", pdf);
    FILE *const pipe = popen(command, "r");
    assert_non_null(pipe);
    text[fread(text, 1, sizeof text - 1, pipe)] = '\0';
    assert_int_equal(pclose(pipe), 0);
    assert_text_has(text, "H1 (block)");
    /* These are broken into lines, and no word runs into the next. */
    assert_text_has(text, "The bandwidth: Scott's rule, chosen on 2026-11-03");
    assert_text_has(text, "they are not compared with how many people live there");
    assert_text_has(text, "Numbers under 5 are hidden, and so are others that would give them away.");
}

/* ---- decoration ---- */

static void what_is_outside_of_tags_is_an_artifact(void **state)
{
    struct wh_buf ret;
    struct wh_error err = {0};
    (void)state;
    wh_buf_init(&ret, the_ctx);
    assert_wh_ok(wh_pdf_mark_artifacts(wh_str_c("q\n0 0 9 9 re f\n"
                                                "/P << /MCID 0 >> BDC\n"
                                                "(a BDC\\\nEMC\\\n) Tj\n"
                                                "/Span << /ActualText <feff0020> >> BDC\nEMC\n"
                                                "EMC\n"
                                                "/Span << /ActualText\n<feff0020> >> BDC\nEMC\n"
                                                "Q\n"),
                                       &ret, &err));
    assert_string_equal(ret.ptr, "/Artifact BMC\n"
                                 "q\n0 0 9 9 re f\n"
                                 "EMC\n"
                                 "/P << /MCID 0 >> BDC\n"
                                 "(a BDC\\\nEMC\\\n) Tj\n"
                                 "/Span << /ActualText <feff0020> >> BDC\nEMC\n"
                                 "EMC\n"
                                 "/Artifact BMC\n"
                                 "/Span << /ActualText\n<feff0020> >> BDC\nEMC\n"
                                 "Q\n"
                                 "EMC\n");
    static const char *const UNBALANCED[] = {"EMC\n", "/P << /MCID 0 >> BDC\n",
                                             "/P << /MCID 0 >> BDC\n/P << /MCID 1 >> BDC\nEMC\n"};
    for (size_t i = 0; i < sizeof UNBALANCED / sizeof UNBALANCED[0]; i++) {
        assert_int_equal(wh_pdf_mark_artifacts(wh_str_c(UNBALANCED[i]), &ret, &err),
                         WH_ERR_INTERNAL);
    }
    wh_buf_finish(&ret);
}

/* ---- languages, and a structure that is not what was drawn ---- */

/* A page of an English and a Welsh paragraph, and a figure. */
static void draw_two_languages(struct wh_canvas *canvas)
{
    const struct wh_font font = {.role = WH_TEXT_SENTENCE, .size = 12};
    struct wh_error err = {0};
    assert_wh_ok(wh_canvas_open_pdf(canvas, the_ctx, borough.style, 300, 200, &err));
    wh_canvas_tag_begin(canvas, "Document", "");
    wh_canvas_tag_begin(canvas, "P", NULL);
    wh_text_draw(canvas, &font, "Fly-tipping", 10, 10, 0, WH_ALIGN_LEFT);
    wh_canvas_tag_end(canvas, "P");
    wh_canvas_set_language(canvas, "cy");
    wh_canvas_tag_begin(canvas, "P", NULL);
    wh_text_draw(canvas, &font, "Tipio anghyfreithlon", 10, 40, 0, WH_ALIGN_LEFT);
    wh_canvas_tag_end(canvas, "P");
    wh_canvas_tag_begin(canvas, "Figure", "Tŷ (\\ and a bracket");
    cairo_rectangle(canvas->cr, 10, 90, 30, 30);
    cairo_fill(canvas->cr);
    wh_canvas_tag_end(canvas, "Figure");
    wh_canvas_tag_end(canvas, "Document");
    assert_wh_ok(wh_canvas_close(canvas, &err));
}

static void words_in_another_language_say_so(void **state)
{
    struct wh_canvas canvas = {0};
    struct wh_error err = {0};
    struct wh_buf bytes;
    json_t *document;
    (void)state;
    if (!has_qpdf()) {
        skip();
    }
    wh_buf_init(&bytes, the_ctx);
    draw_two_languages(&canvas);
    assert_wh_ok(wh_pdf_finish(the_ctx, wh_buf_view(&canvas.bytes), canvas.tag, canvas.n_tags,
                               wh_buf_view(&canvas.alt), &bytes, &err));
    (void)remove(pdf);
    assert_wh_ok(wh_io_write_all(the_ctx, pdf, wh_buf_view(&bytes), &err));
    const json_t *const objects = read_objects(&document);
    const json_t *const root = get(objects, catalog_of(objects), "/StructTreeRoot");
    const json_t *const kids =
        get(objects, resolve(objects, json_array_get(get(objects, root, "/K"), 0)), "/K");
    static const char *const LANGUAGE[3] = {NULL, "cy", "cy"};
    for (size_t i = 0; i < 3; i++) {
        const json_t *const element = resolve(objects, json_array_get(kids, i));
        const char *const language = text_of(json_object_get(element, "/Lang"));
        if (LANGUAGE[i] == NULL) {
            assert_null(language);
        } else {
            assert_string_equal(language, LANGUAGE[i]);
        }
    }
    assert_string_equal(text_of(json_object_get(resolve(objects, json_array_get(kids, 2)), "/Alt")),
                        "Tŷ (\\ and a bracket");
    json_decref(document);
    wh_buf_finish(&bytes);
    wh_canvas_finish(&canvas);
}

static void a_structure_that_was_not_drawn_is_refused(void **state)
{
    struct wh_canvas canvas = {0};
    struct wh_error err = {0};
    struct wh_buf bytes;
    (void)state;
    wh_buf_init(&bytes, the_ctx);
    draw_two_languages(&canvas);
    const struct wh_str file = wh_buf_view(&canvas.bytes), alt = wh_buf_view(&canvas.alt);
    assert_int_equal(wh_pdf_finish(the_ctx, file, canvas.tag, canvas.n_tags - 1, alt, &bytes, &err),
                     WH_ERR_INTERNAL);
    canvas.tag[2].role = "H1";
    assert_int_equal(wh_pdf_finish(the_ctx, file, canvas.tag, canvas.n_tags, alt, &bytes, &err),
                     WH_ERR_INTERNAL);
    assert_text_has(err.message, "element 3");
    assert_int_equal(wh_pdf_finish(the_ctx, wh_str_slice(file, 0, file.len / 2), canvas.tag,
                                   canvas.n_tags, alt, &bytes, &err),
                     WH_ERR_INTERNAL);
    assert_int_equal(bytes.len, 0);
    wh_buf_finish(&bytes);
    wh_canvas_finish(&canvas);
}

static void a_page_without_memory_fails_and_leaks_nothing(void **state)
{
    struct wh_canvas canvas = {0};
    struct wh_error err = {0};
    (void)state;
    if (!wh_fault_injection_built()) {
        skip();
    }
    draw_two_languages(&canvas);
    enum wh_status status = WH_ERR_LIMIT;
    unsigned n = 0;
    for (; status == WH_ERR_LIMIT; n++) {
        struct wh_buf bytes;
        wh_buf_init(&bytes, the_ctx);
        const size_t before = wh_alloc_in_use(the_ctx);
        wh_alloc_fail_at(the_ctx, n + 1, false);
        status = wh_pdf_finish(the_ctx, wh_buf_view(&canvas.bytes), canvas.tag, canvas.n_tags,
                               wh_buf_view(&canvas.alt), &bytes, &err);
        wh_alloc_fail_at(the_ctx, 0, false);
        wh_buf_finish(&bytes);
        assert_int_equal(wh_alloc_in_use(the_ctx), before);
    }
    assert_wh_ok(status);
    assert_true(n > 2);
    wh_canvas_finish(&canvas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_has_heading_figures_in_words_and_a_table),
        cmocka_unit_test(the_map_in_words_has_the_numbers_of_the_table),
        cmocka_unit_test(an_atlas_has_one_structure_of_all_its_sheets),
        cmocka_unit_test(fonts_are_embedded_and_read_back_as_text),
        cmocka_unit_test(a_reader_of_structures_gets_whole_sentences),
        cmocka_unit_test(what_is_outside_of_tags_is_an_artifact),
        cmocka_unit_test(words_in_another_language_say_so),
        cmocka_unit_test(a_structure_that_was_not_drawn_is_refused),
        cmocka_unit_test(a_page_without_memory_fails_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
