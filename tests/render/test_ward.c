/* Ward sheets over all themes, and the layouts that say what stands on them. */
#include <jansson.h>
#include <math.h>

#include "base/io.h"
#include "base/time.h"
#include "geo/areas.h"
#include "geo/geo.h"
#include "geo/shape_ops.h"
#include "render/style_internal.h"
#include "render/ward_sheet.h"
#include "scene.h"
#include "wh_test_files.h"

static struct scene borough;
static struct wh_ctx *the_ctx;
static struct wh_layout *standard;
static char *standard_text;
static struct wh_theme everything = {.id = "*", .title = "", .window_days = 90};
static struct wh_theme_report overall;
static struct wh_count months[WH_MONTHS * 64];

static int set_up(void **state)
{
    struct wh_error err = {0};
    struct wh_buf text;
    (void)state;
    the_ctx = wh_test_ctx();
    assert_wh_ok(wh_geo_start(the_ctx, &err));
    scene_borough(&borough, the_ctx, WH_SOURCE_ROOT, true);
    assert_wh_ok(wh_layout_load(the_ctx, WH_SOURCE_ROOT "/styles", "standard", &standard, &err));
    wh_buf_init(&text, the_ctx);
    assert_wh_ok(wh_io_read_all(the_ctx, WH_SOURCE_ROOT "/styles/print/standard.json", 1 << 20,
                                &text, &err));
    standard_text = strdup(text.ptr);
    wh_buf_finish(&text);
    overall = borough.theme_report;
    overall.theme = &everything;
    overall.n_hotspots = 0;
    overall.months = (struct wh_months){
        .first_day = wh_day_from_civil(2024, 11, 1), .step = 1, .n_incomplete = 1, .count = months};
    for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
        months[i].n = (uint32_t)(20 + i % 7);
    }
    borough.report.overall = &overall;
    borough.report.themes_are_apart = true;
    borough.opt.layout = standard;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(standard_text);
    wh_layout_destroy(the_ctx, standard);
    scene_finish(&borough);
    wh_geo_stop();
    return wh_test_drop_ctx(the_ctx);
}

/* ---- layouts ---- */

static enum wh_status parse(const char *text, struct wh_error *err)
{
    struct wh_layout layout;
    struct wh_buf buf;
    wh_buf_init(&buf, the_ctx);
    wh_buf_c(&buf, text);
    *err = (struct wh_error){0};
    const enum wh_status status = wh_layout_parse("x.json", &buf, &layout, err);
    wh_buf_finish(&buf);
    return status;
}

/* Takes an element out of every list called "show". */
static void take_out(json_t *value, const char *element)
{
    const char *key;
    json_t *member;
    size_t i;
    if (json_is_object(value)) {
        json_object_foreach(value, key, member)
        {
            take_out(member, element);
        }
    }
    for (i = 0; json_is_array(value) && i < json_array_size(value);) {
        member = json_array_get(value, i);
        if (json_is_string(member) && strcmp(json_string_value(member), element) == 0) {
            json_array_remove(value, i);
        } else {
            take_out(member, element);
            i++;
        }
    }
}

/* Lists that became empty get something harmless. */
static void fill_empty(json_t *value)
{
    const char *key;
    json_t *member;
    size_t i;
    if (json_is_object(value)) {
        json_object_foreach(value, key, member)
        {
            if (strcmp(key, "show") == 0 && json_array_size(member) == 0) {
                json_array_append_new(member, json_string("notes"));
            }
            fill_empty(member);
        }
    }
    json_array_foreach(value, i, member)
    {
        fill_empty(member);
    }
}

static void a_layout_without_what_every_sheet_has_is_refused_by_name(void **state)
{
    static const char *const NEEDED[] = {"title", "period",   "map",     "legend", "scale",
                                         "north", "locator",  "mapped",  "method", "data-through",
                                         "made",  "licences", "release", "page"};
    struct wh_error err;
    (void)state;
    assert_int_equal(parse(standard_text, &err), WH_OK);
    for (size_t i = 0; i < sizeof NEEDED / sizeof *NEEDED; i++) {
        char name[40];
        json_t *const root = json_loads(standard_text, 0, NULL);
        take_out(root, NEEDED[i]);
        fill_empty(root);
        char *const text = json_dumps(root, 0);
        snprintf(name, sizeof name, "\"%s\"", NEEDED[i]);
        assert_int_equal(parse(text, &err), WH_ERR_CONFIG);
        if (strstr(err.message, name) == NULL || strstr(err.message, "rows") == NULL) {
            fail_msg("without %s: %s", name, err.message);
        }
        free(text);
        json_decref(root);
    }
}

static void hostile_layouts_are_refused_with_their_place(void **state)
{
    static const char *const CASE[][3] = {
        {"\"frame\": [12, 11, 186, 277]", "\"frame\": [12, 11, 199, 277]", "front.frame[2]"},
        {"\"frame\": [12, 11, 186, 277]", "\"frame\": [-5, 11, 186, 277]", "front.frame[0]"},
        {"\"frame\": [12, 11, 186, 277]", "\"frame\": [12, 290, 186, 277]", "front.frame[3]"},
        {"\"frame\": [12, 11, 186, 277]", "\"frame\": [12, 11, 186, 1e308]", "front.frame[3]"},
        {"\"frame\": [12, 11, 186, 277]", "\"frame\": [12, 11, 10, 277]", "front.frame[2]"},
        {"\"frame\": [12, 11, 186, 277]", "\"frame\": [12, 11]", "front.frame"},
        {"\"sentence\": 12", "\"sentence\": 11.9", "sizes.sentence"},
        {"\"small\": 8", "\"small\": 7", "sizes.small"},
        {"\"table\": 10", "\"table\": 1e9", "sizes.table"},
        {"\"small\": 8", "\"small\": NaN", ""},
        {"\"small\": 8", "\"small\": \"8\"", "sizes.small"},
        {"\"ink\": \"#141a2c\"", "\"ink\": \"dark\"", "colours.ink"},
        {"\"sentences\": 4", "\"sentences\": 4000", "sentences"},
        {"\"least-map\": 0.44", "\"least-map\": -1", "least-map"},
        {"[\"services\"]", "[\"service\"]", "back.rows[2].show[0]"},
        {"[\"services\"]", "[]", "back.rows[2].show"},
        {"\"width\": 0.62", "\"width\": 0.9", "front.rows[3].cells"},
        {"\"map-grid\": true", "\"map-grid\": 1", "map-grid"},
        {"\"map-grid\": true", "\"shadow\": true", "shadow"},
        {"\"services\"]", "\"map\"]", "back"},
    };
    struct wh_error err;
    (void)state;
    for (size_t i = 0; i < sizeof CASE / sizeof *CASE; i++) {
        const char *const at = strstr(standard_text, CASE[i][0]);
        char *const text = malloc(strlen(standard_text) + 64);
        assert_true(at != NULL && text != NULL);
        sprintf(text, "%.*s%s%s", (int)(at - standard_text), standard_text, CASE[i][1],
                at + strlen(CASE[i][0]));
        assert_int_equal(parse(text, &err), WH_ERR_CONFIG);
        if (strstr(err.message, CASE[i][2]) == NULL) {
            fail_msg("%s: %s", CASE[i][1], err.message);
        }
        free(text);
    }
}

/* ---- sheets ---- */

struct drawn {
    struct wh_canvas canvas;
    struct wh_ward_sheet ward;
    uint32_t n_pages;
};

/* Draws a ward's sheet, and keeps the canvas for what was drawn where. */
static void draw(struct drawn *drawn, uint32_t ward)
{
    struct wh_error err = {0};
    double w, h;
    *drawn = (struct drawn){0};
    wh_paper_size(borough.opt.paper, &w, &h);
    assert_wh_ok(wh_canvas_open_pdf(&drawn->canvas, the_ctx, borough.opt.style, w, h, &err));
    wh_canvas_speak(&drawn->canvas, borough.opt.language);
    wh_canvas_tag_begin(&drawn->canvas, "Document", "");
    assert_wh_ok(wh_ward_sheet_open(&drawn->ward, &drawn->canvas, &borough.report, ward,
                                    &borough.opt, &err));
    assert_wh_ok(wh_ward_sheet_draw(&drawn->ward, &err));
    drawn->n_pages = drawn->ward.sheet.n_pages;
    wh_canvas_tag_end(&drawn->canvas, "Document");
    assert_int_equal(drawn->canvas.page, drawn->n_pages);
    assert_wh_ok(wh_canvas_close(&drawn->canvas, &err));
}

static void finish(struct drawn *drawn)
{
    wh_ward_sheet_finish(&drawn->ward);
    wh_canvas_finish(&drawn->canvas);
}

static const char *text_of(const struct drawn *drawn)
{
    return wh_buf_view(&drawn->canvas.text).ptr;
}

/* Large enough for who reads it, on the paper, and clear of each other. */
static void assert_tidy(const struct drawn *drawn)
{
    const struct wh_canvas *const canvas = &drawn->canvas;
    double w, h;
    wh_paper_size(borough.opt.paper, &w, &h);
    for (size_t i = 0; i < canvas->n_drawn; i++) {
        const struct wh_drawn *const a = &canvas->drawn[i];
        const char *const words = canvas->text.ptr + a->text_start;
        assert_true(a->size >= wh_text_least_pt(a->role) - 1e-9);
        if (a->role == WH_TEXT_MAP) {
            continue;
        }
        if (a->box[0] < 12 || a->box[1] < 12 || a->box[2] > w - 12 || a->box[3] > h - 12) {
            fail_msg("page %u: off the page: %.*s", a->page, (int)a->text_len, words);
        }
        for (size_t j = 0; j < i; j++) {
            const struct wh_drawn *const b = &canvas->drawn[j];
            const double slack = 1.6; /* line boxes are higher than their letters */
            if (b->role != WH_TEXT_MAP && a->page == b->page && a->box[0] + slack < b->box[2] &&
                b->box[0] + slack < a->box[2] && a->box[1] + slack < b->box[3] &&
                b->box[1] + slack < a->box[3]) {
                fail_msg("page %u: \"%.*s\" lies on \"%.*s\"", a->page, (int)a->text_len, words,
                         (int)b->text_len, canvas->text.ptr + b->text_start);
            }
        }
    }
}

static void assert_says(const struct drawn *drawn, const char *words)
{
    if (strstr(text_of(drawn), words) == NULL) {
        fail_msg("\"%s\" is not on the sheet: %s", words, text_of(drawn));
    }
}

static void every_ward_has_a_tidy_sheet_with_all_that_it_needs(void **state)
{
    static const char *const SAID[] = {" ward",
                                       "Requests per km\u00b2 in 90 days",
                                       "This shows the number of requests",
                                       " : ",
                                       "Data through",
                                       "Made ",
                                       "could be placed on the map",
                                       "Method: density with",
                                       "edge correction",
                                       "Page\u00a01\u00a0of\u00a0",
                                       "Release ",
                                       "Hatched: not complete yet.",
                                       "What came in, and what became of it",
                                       "Streets, and their squares on the map",
                                       "Notes"};
    (void)state;
    for (uint32_t ward = 0; ward < borough.wards.n; ward += 3) {
        struct drawn drawn;
        draw(&drawn, ward);
        assert_tidy(&drawn);
        for (size_t i = 0; i < sizeof SAID / sizeof *SAID; i++) {
            assert_says(&drawn, SAID[i]);
        }
        for (size_t i = 0; i < borough.report.n_licences; i++) {
            assert_says(&drawn, borough.report.licence[i]);
        }
        finish(&drawn);
    }
}

static void the_map_takes_the_front_and_its_scale_is_true(void **state)
{
    struct drawn drawn;
    (void)state;
    draw(&drawn, 0);
    const struct wh_view *const view = &drawn.ward.view;
    const struct wh_scale_bar bar = wh_scale_bar_size(view, 80);
    const double paper_m = bar.drawn * 0.0254 / 72;
    assert_true(fabs(paper_m * wh_view_scale_number(view) / bar.length_m - 1) < 1e-9);
    /* Both ways and at both ends of the frame a unit of ground is as long: k is one for all. */
    assert_true(fabs((wh_view_x(view, view->ground[2]) - wh_view_x(view, view->ground[0])) /
                         ((view->ground[2] - view->ground[0]) * view->k) -
                     1) < 1e-9);
    assert_true(fabs((wh_view_y(view, view->ground[1]) - wh_view_y(view, view->ground[3])) /
                         ((view->ground[3] - view->ground[1]) * view->k) -
                     1) < 1e-9);
    assert_true(drawn.ward.map_h > 0.44 * 277 / 25.4 * 72);
    finish(&drawn);
}

static void fifteen_hot_spots_go_on_without_running_off(void **state)
{
    static struct wh_hotspot many[15];
    struct wh_theme_report *const theme = &borough.theme_report;
    const struct wh_theme_report kept = *theme;
    (void)state;
    for (size_t i = 0; i < 15; i++) {
        many[i] = (struct wh_hotspot){
            .id = "x",
            .name = "around Constitution Hill Upper Terrace and Saint Bartholomew's Churchyard",
            .rank = (uint32_t)i + 1,
            .trend = WH_TREND_STEADY,
            .peak_x = 0,
            .figures = {.count = {(uint32_t)(90 - i), WH_SHOWN}, .previous = {80, WH_SHOWN}},
            .evidence = {.expected = 11.4, .ratio = 3},
            .handling = {.closed = {60, WH_SHOWN},
                         .open = {7, WH_SHOWN},
                         .days_median = 4,
                         .oldest_open_day = wh_day_from_civil(2026, 8, 4)},
            .since_day = WH_NO_DAY};
        double x = 0, y = 0;
        struct wh_error err;
        assert_wh_ok(wh_shape_label_point(the_ctx, &borough.wards.shape[1], &x, &y, &err));
        many[i].peak_x = x + 12.0 * (double)i;
        many[i].peak_y = y;
    }
    theme->hotspot = many;
    theme->n_hotspots = 15;
    theme->base.kind = WH_BASE_ADDRESSES;
    struct drawn drawn;
    draw(&drawn, 1);
    assert_tidy(&drawn);
    assert_int_equal(drawn.ward.n_spots, 15);
    assert_true(drawn.ward.n_sentences >= 1 && drawn.ward.n_sentences <= 4);
    assert_says(&drawn, "are on the map and in the table overleaf");
    assert_says(&drawn, "60 closed, usually in 4 days; 7 are waiting, the oldest since 4 August.");
    assert_says(&drawn, "A typical area with as many addresses would have 11");
    size_t n = 0;
    for (const char *at = text_of(&drawn); (at = strstr(at, "Churchyard\n")) != NULL; at++) {
        n++;
    }
    assert_int_equal(n, 15); /* a row each */
    *theme = kept;
    finish(&drawn);
}

static void long_names_shrink_or_wrap(void **state)
{
    const char *const kept = borough.wards.name[2];
    struct drawn drawn;
    (void)state;
    borough.wards.name[2] =
        "Saint Bartholomew without the Walls, Upper and Lower Constitution Hill and Quayside North";
    draw(&drawn, 2);
    assert_tidy(&drawn);
    borough.wards.name[2] = kept;
    finish(&drawn);
}

static void a_month_that_is_not_whole_is_no_fall(void **state)
{
    const struct wh_theme_report kept = overall;
    struct wh_figures *const figures = &overall.ward[3], was = *figures;
    struct drawn drawn;
    (void)state;
    figures->count = (struct wh_count){20, WH_SHOWN};
    figures->previous = (struct wh_count){200, WH_SHOWN};
    overall.change_z = 1.96;
    overall.previous_is_complete = true;
    draw(&drawn, 3);
    assert_says(&drawn, "Better than the 90 days before");
    finish(&drawn);
    overall.months.is_lagging = true;
    draw(&drawn, 3);
    assert_null(strstr(text_of(&drawn), "Better"));
    assert_says(&drawn, "do not reach to the end");
    finish(&drawn);
    overall = kept;
    overall.ward[3] = was;
}

static void what_is_hidden_is_fewer_than_five(void **state)
{
    struct wh_figures *const figures = &overall.ward[4], was = *figures;
    struct drawn drawn;
    (void)state;
    borough.report.hide_below = 5;
    figures->count = (struct wh_count){0, WH_FEW};
    for (size_t m = 0; m < WH_MONTHS; m++) {
        months[4 * WH_MONTHS + m] = (struct wh_count){0, m % 2 == 0 ? WH_FEW : WH_WITHHELD};
    }
    draw(&drawn, 4);
    assert_says(&drawn, "fewer than 5");
    assert_says(&drawn, "<5");
    assert_says(&drawn, "Outlined: fewer than 5.");
    assert_says(&drawn, "Left out: hidden");
    *figures = was;
    finish(&drawn);
}

/* ---- crest, paper, and places that are not everyday ---- */

static void a_crest_stands_where_the_layout_says(void **state)
{
    static const char *const path = "crest-of-test.json", *const image = "crest-of-test.png";
    struct wh_error err = {0};
    struct wh_layout *layout = NULL;
    (void)state;
    cairo_surface_t *const red = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 8, 16);
    cairo_t *const cr = cairo_create(red);
    cairo_set_source_rgb(cr, 1, 0, 0);
    cairo_paint(cr);
    cairo_destroy(cr);
    assert_int_equal(cairo_surface_write_to_png(red, image), CAIRO_STATUS_SUCCESS);
    cairo_surface_destroy(red);
    json_t *const root = json_loads(standard_text, 0, NULL);
    json_object_set_new(
        root, "crest",
        json_pack("{s:s, s:[i, i, i, i]}", "image", image, "frame", 170, 20, 20, 20));
    assert_int_equal(json_dump_file(root, path, 0), 0);
    json_decref(root);
    assert_wh_ok(wh_layout_load(the_ctx, WH_SOURCE_ROOT "/styles", path, &layout, &err));

    struct wh_canvas canvas = {0};
    struct wh_ward_sheet ward;
    double w, h;
    borough.opt.layout = layout;
    wh_paper_size(borough.opt.paper, &w, &h);
    assert_wh_ok(wh_canvas_open_image(&canvas, the_ctx, borough.opt.style, (uint32_t)w, (uint32_t)h,
                                      1, &err));
    assert_wh_ok(wh_ward_sheet_open(&ward, &canvas, &borough.report, 0, &borough.opt, &err));
    ward.sheet.n_pages = 1; /* an image holds one */
    assert_wh_ok(wh_ward_sheet_draw(&ward, &err));
    cairo_surface_flush(canvas.surface);
    /* Its middle: half as wide as high, from the frame's corner on. */
    const double mm = 72 / 25.4;
    const unsigned char *const pixels = cairo_image_surface_get_data(canvas.surface);
    const int stride = cairo_image_surface_get_stride(canvas.surface);
    const struct {
        double x, y;
        bool is_red;
    } at[] = {
        {175, 30, true}, {171, 21, true}, {179, 39, true}, {182, 30, false}, {175, 18, false}};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        uint32_t pixel;
        memcpy(&pixel,
               pixels + (size_t)(at[i].y * mm) * (size_t)stride + (size_t)(at[i].x * mm) * 4,
               sizeof pixel);
        assert_int_equal((pixel & 0xffffff) == 0xff0000, at[i].is_red);
    }
    wh_ward_sheet_finish(&ward);
    wh_canvas_finish(&canvas);
    borough.opt.layout = standard;
    wh_layout_destroy(the_ctx, layout);

    assert_int_equal(remove(image), 0);
    assert_int_equal(wh_layout_load(the_ctx, WH_SOURCE_ROOT "/styles", path, &layout, &err),
                     WH_ERR_CONFIG);
    assert_non_null(strstr(err.message, "crest.image"));
    assert_int_equal(remove(path), 0);
}

/* Two corners of the ward lie as far apart on A3 as the bar under the map says. */
static void the_scale_is_true_on_both_papers(void **state)
{
    (void)state;
    for (int paper = 0; paper < 2; paper++) {
        struct drawn drawn;
        borough.opt.paper = paper == 0 ? WH_PAPER_A4 : WH_PAPER_A3;
        draw(&drawn, 2);
        assert_tidy(&drawn);
        const struct wh_view *const view = &drawn.ward.view;
        const struct wh_shape *const shape = &borough.wards.shape[2];
        const struct wh_scale_bar bar = wh_scale_bar_size(view, 80);
        const uint32_t far = shape->n_vertices / 2;
        const double ground_m = hypot(shape->x[far] - shape->x[0], shape->y[far] - shape->y[0]);
        const double paper_pt =
            hypot(wh_view_x(view, shape->x[far]) - wh_view_x(view, shape->x[0]),
                  wh_view_y(view, shape->y[far]) - wh_view_y(view, shape->y[0]));
        char said[40];
        assert_true(ground_m > 100);
        assert_true(fabs(paper_pt / ground_m / (bar.drawn / bar.length_m) - 1) < 0.001);
        /* 1 : n in points of 1/72 inch */
        const double number = ground_m / (paper_pt * 0.0254 / 72);
        snprintf(said, sizeof said, "1 : %d,%03d on %s", (int)round(number) / 1000,
                 (int)round(number) % 1000, paper == 0 ? "A4" : "A3");
        assert_says(&drawn, said);
        finish(&drawn);
    }
    borough.opt.paper = WH_PAPER_A4;
}

/* An outline that reaches into a ward where nothing was reported is not among its hot spots. */
static void only_a_wards_own_hot_spots_are_numbered(void **state)
{
    struct wh_theme_report *const theme = &borough.theme_report;
    const struct wh_theme_report kept = *theme;
    struct wh_hotspot_part part[2] = {{.ward = 1, .figures = {.count = {40, WH_SHOWN}}},
                                      {.ward = 0, .figures = {.count = {0, WH_SHOWN}}}};
    struct wh_hotspot spot = {.id = "x",
                              .name = "around Mill Lane",
                              .rank = 1,
                              .trend = WH_TREND_STEADY,
                              .firmness = WH_TENTATIVE,
                              .figures = {.count = {40, WH_SHOWN}},
                              .evidence = {.expected = 9},
                              .since_day = WH_NO_DAY,
                              .n_parts = 2,
                              .part = part};
    struct wh_error err = {0};
    struct drawn drawn;
    (void)state;
    assert_wh_ok(
        wh_shape_label_point(the_ctx, &borough.wards.shape[1], &spot.peak_x, &spot.peak_y, &err));
    theme->hotspot = &spot;
    theme->n_hotspots = 1;
    draw(&drawn, 0);
    assert_int_equal(drawn.ward.n_spots, 0);
    finish(&drawn);
    draw(&drawn, 1);
    assert_int_equal(drawn.ward.n_spots, 1);
    assert_says(&drawn, "tentative hot spot");
    finish(&drawn);
    part[1].figures.count = (struct wh_count){0, WH_FEW}; /* hidden, so it may be some */
    draw(&drawn, 0);
    assert_int_equal(drawn.ward.n_spots, 1);
    assert_says(&drawn, "(in this ward: <5)");
    finish(&drawn);
    *theme = kept;
}

static void a_long_index_fills_the_back_and_goes_on_under_the_wards_name(void **state)
{
    struct drawn drawn;
    (void)state;
    borough.opt.edition = WH_PRINT_LARGE;
    borough.opt.paper = WH_PAPER_A3;
    draw(&drawn, 7);
    assert_tidy(&drawn);
    assert_true(drawn.n_pages > 2);
    assert_says(&drawn, "in figures (continued)");
    double lowest = 0, foot = HUGE_VAL; /* on the first page of figures */
    for (size_t i = 0; i < drawn.canvas.n_drawn; i++) {
        const struct wh_drawn *const text = &drawn.canvas.drawn[i];
        const bool is_foot = strncmp(drawn.canvas.text.ptr + text->text_start, "Method", 6) == 0;
        if (text->page == 2 && is_foot) {
            foot = text->box[1];
        } else if (text->page == 2) {
            lowest = fmax(lowest, text->box[3]);
        }
    }
    assert_true(lowest > 0.8 * foot && lowest <= foot);
    finish(&drawn);
    borough.opt.edition = WH_PRINT_STANDARD;
    borough.opt.paper = WH_PAPER_A4;
}

/* A ward of two islands, one with a hole that is another ward. */
static void islands_and_holes_are_drawn(void **state)
{
    struct wh_shape *const shape = &borough.wards.shape[5], kept = *shape;
    double box[4];
    struct drawn drawn;
    (void)state;
    wh_shape_box(shape, box);
    const double w = box[2] - box[0], h = box[3] - box[1];
    static const double X[] = {0, 0.6, 0.6, 0, 0, 0.2, 0.2, 0.4, 0.4, 0.2, 0.8, 1, 1, 0.8, 0.8};
    static const double Y[] = {0, 0, 1, 1, 0, 0.3, 0.6, 0.6, 0.3, 0.3, 0.7, 0.7, 0.9, 0.9, 0.7};
    double x[15], y[15];
    uint32_t part_start[] = {0, 2, 3}, ring_start[] = {0, 5, 10, 15};
    for (int i = 0; i < 15; i++) {
        x[i] = box[0] + X[i] * w;
        y[i] = box[1] + Y[i] * h;
    }
    *shape = (struct wh_shape){.n_parts = 2,
                               .n_rings = 3,
                               .n_vertices = 15,
                               .part_start = part_start,
                               .ring_start = ring_start,
                               .x = x,
                               .y = y};
    draw(&drawn, 5);
    assert_tidy(&drawn);
    for (int i = 0; i < 15; i++) { /* all of it is in the frame */
        const struct wh_view *const view = &drawn.ward.view;
        assert_in_range((int)wh_view_x(view, x[i]), (int)view->x, (int)(view->x + view->w));
        assert_in_range((int)wh_view_y(view, y[i]), (int)view->y, (int)(view->y + view->h));
    }
    *shape = kept;
    finish(&drawn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_layout_without_what_every_sheet_has_is_refused_by_name),
        cmocka_unit_test(hostile_layouts_are_refused_with_their_place),
        cmocka_unit_test(every_ward_has_a_tidy_sheet_with_all_that_it_needs),
        cmocka_unit_test(the_map_takes_the_front_and_its_scale_is_true),
        cmocka_unit_test(fifteen_hot_spots_go_on_without_running_off),
        cmocka_unit_test(long_names_shrink_or_wrap),
        cmocka_unit_test(a_month_that_is_not_whole_is_no_fall),
        cmocka_unit_test(what_is_hidden_is_fewer_than_five),
        cmocka_unit_test(a_crest_stands_where_the_layout_says),
        cmocka_unit_test(the_scale_is_true_on_both_papers),
        cmocka_unit_test(only_a_wards_own_hot_spots_are_numbered),
        cmocka_unit_test(a_long_index_fills_the_back_and_goes_on_under_the_wards_name),
        cmocka_unit_test(islands_and_holes_are_drawn),
    };
    return cmocka_run_group_tests_name("render ward", tests, set_up, tear_down);
}
