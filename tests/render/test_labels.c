/* Names on a map: they keep apart, stay inside, and can be read without turning the page. */
#include "geo/geo.h"
#include "render/labels.h"
#include "render/mapframe.h"
#include "scene.h"
#include "wh_test_files.h"

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

static void place(const struct wh_view *view, struct wh_labels *labels)
{
    struct wh_canvas canvas = {0};
    struct wh_error err = {0};
    assert_wh_ok(wh_labels_init(labels, the_ctx, view, &err));
    assert_wh_ok(wh_canvas_open_clear(&canvas, the_ctx, borough.style, 8, 8, 1, &err));
    assert_wh_ok(wh_labels_add_basemap(labels, &canvas, borough.basemap, borough.style, &err));
    assert_wh_ok(wh_canvas_close(&canvas, &err));
    wh_canvas_finish(&canvas);
}

static struct wh_view view_of_ward(uint32_t ward)
{
    const struct wh_map_spec spec = {.report = &borough.report,
                                     .ward_idx = (int32_t)ward,
                                     .style = borough.style,
                                     .w = 900,
                                     .h = 700,
                                     .px = 1};
    return wh_map_view(&spec);
}

static void names_keep_apart_inside_the_map_and_upright(void **state)
{
    size_t n = 0;
    (void)state;
    for (uint32_t ward = 0; ward < borough.wards.n; ward++) {
        const struct wh_view view = view_of_ward(ward);
        struct wh_labels labels = {0};
        place(&view, &labels);
        for (size_t i = 0; i < labels.n; i++) {
            const struct wh_label *const a = &labels.label[i];
            double b[4];
            wh_turned_box_bounds(&a->box, b);
            assert_true(b[0] >= 0 && b[1] >= 0 && b[2] <= 900 && b[3] <= 700);
            assert_true(fabs(a->angle_rad) < 1.5708 + 0.03);
            assert_true(a->font.size >= 10);
            for (size_t k = 0; k < i; k++) {
                if (wh_turned_boxes_overlap(&a->box, &labels.label[k].box)) {
                    fail_msg("%s and %s overlap in %s", a->text, labels.label[k].text,
                             borough.wards.name[ward]);
                }
            }
        }
        n += labels.n;
        wh_labels_finish(&labels);
    }
    assert_true(n > 15 * borough.wards.n / 2);
}

static void a_name_is_not_repeated_near_itself(void **state)
{
    const struct wh_view view = view_of_ward(1);
    struct wh_labels labels = {0};
    (void)state;
    place(&view, &labels);
    for (size_t i = 0; i < labels.n; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct wh_label *const a = &labels.label[i], *const b = &labels.label[k];
            assert_true(strcmp(a->name, b->name) != 0 ||
                        hypot(a->box.x - b->box.x, a->box.y - b->box.y) > 250);
        }
    }
    wh_labels_finish(&labels);
}

/* The topmost symbol layer has the first choice: a town comes first, and once. */
static void a_map_of_all_wards_names_the_town(void **state)
{
    const struct wh_view view = view_of_ward(UINT32_MAX); /* -1: all wards */
    struct wh_labels labels = {.ctx = NULL};
    size_t n_towns = 0;
    (void)state;
    place(&view, &labels);
    assert_true(labels.n > 3);
    assert_string_equal(labels.label[0].name, "Northmere");
    for (size_t i = 0; i < labels.n; i++) {
        n_towns += strcmp(labels.label[i].name, "Northmere") == 0;
    }
    assert_int_equal(n_towns, 1);
    wh_labels_finish(&labels);
}

static void a_place_without_a_kind_is_a_town_in_capitals(void **state)
{
    (void)state;
    assert_int_equal(wh_place_from_words(NULL, "MIDSOMER NORTON"), WH_PLACE_TOWN);
    assert_int_equal(wh_place_from_words(NULL, "Norton"), WH_PLACE_VILLAGE);
    assert_int_equal(wh_place_from_words(NULL, NULL), WH_PLACE_VILLAGE);
    assert_int_equal(wh_place_from_words(NULL, "12"), WH_PLACE_VILLAGE);
    assert_int_equal(wh_place_from_words("hamlet", "NORTON"), WH_PLACE_HAMLET);
}

static void names_keep_off_what_they_are_told_to(void **state)
{
    const struct wh_view view = view_of_ward(2);
    const struct wh_turned_box disc = {450, 350, 150, 150, 1, 0};
    struct wh_labels free_ones = {0}, kept_off = {0};
    struct wh_canvas canvas = {0};
    struct wh_error err = {0};
    size_t n_there = 0;
    (void)state;
    place(&view, &free_ones);
    for (size_t i = 0; i < free_ones.n; i++) {
        n_there += wh_turned_boxes_overlap(&free_ones.label[i].box, &disc);
    }
    assert_true(n_there > 0);
    assert_wh_ok(wh_labels_init(&kept_off, the_ctx, &view, &err));
    assert_wh_ok(wh_labels_keep_off_box(&kept_off, 450, 350, 150, 150, &err));
    assert_wh_ok(wh_canvas_open_clear(&canvas, the_ctx, borough.style, 8, 8, 1, &err));
    assert_wh_ok(wh_labels_add_basemap(&kept_off, &canvas, borough.basemap, borough.style, &err));
    for (size_t i = 0; i < kept_off.n; i++) {
        assert_false(wh_turned_boxes_overlap(&kept_off.label[i].box, &disc));
    }
    wh_canvas_finish(&canvas);
    wh_labels_finish(&free_ones);
    wh_labels_finish(&kept_off);
}

static void the_scale_bar_is_as_long_as_it_says(void **state)
{
    (void)state;
    for (uint32_t ward = 0; ward < borough.wards.n; ward++) {
        const struct wh_view view = view_of_ward(ward);
        const struct wh_scale_bar bar = wh_scale_bar_size(&view, 180);
        /* From one end of the bar to the other on the ground. */
        const double ground = bar.drawn / view.w * (view.ground[2] - view.ground[0]);
        const double decade = pow(10, floor(log10(bar.length_m) + 1e-9));
        assert_true(fabs(ground - bar.length_m) < 1e-6 * bar.length_m);
        assert_true(bar.drawn <= 180 && bar.drawn > 60);
        assert_true(
            fabs(bar.length_m / decade - 1) < 1e-9 || fabs(bar.length_m / decade - 2) < 1e-9 ||
            fabs(bar.length_m / decade - 4) < 1e-9 || fabs(bar.length_m / decade - 5) < 1e-9);
    }
}

static void paper_has_a_round_scale(void **state)
{
    (void)state;
    for (int32_t ward = -1; ward < (int32_t)borough.wards.n; ward++) {
        const struct wh_map_spec spec = {.report = &borough.report,
                                         .ward_idx = ward,
                                         .style = borough.style,
                                         .w = 530,
                                         .h = 400,
                                         .px = 0.75,
                                         .is_paper = true};
        const struct wh_view view = wh_map_view(&spec);
        const double scale = wh_view_scale_number(&view);
        /* 72 points are an inch: the ground under one, over 25.4 mm. */
        const double by_hand = (view.ground[2] - view.ground[0]) / (530.0 / 72 * 0.0254);
        double box[4];
        assert_true(fabs(scale - by_hand) < 1e-6 * scale);
        const double step = ward < 0 ? pow(10, floor(log10(scale)) - 1) : 250;
        assert_true(fabs(scale / step - round(scale / step)) < 1e-9);
        wh_shape_box(ward < 0 ? &borough.area : &borough.wards.shape[ward], box);
        assert_true(view.ground[0] <= box[0] && view.ground[1] <= box[1] &&
                    view.ground[2] >= box[2] && view.ground[3] >= box[3]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_keep_apart_inside_the_map_and_upright),
        cmocka_unit_test(a_name_is_not_repeated_near_itself),
        cmocka_unit_test(a_map_of_all_wards_names_the_town),
        cmocka_unit_test(a_place_without_a_kind_is_a_town_in_capitals),
        cmocka_unit_test(names_keep_off_what_they_are_told_to),
        cmocka_unit_test(the_scale_bar_is_as_long_as_it_says),
        cmocka_unit_test(paper_has_a_round_scale),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
