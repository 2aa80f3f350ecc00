/*
 * Are the ramps told apart in grey, and by eyes that see two kinds of light only (ACCEPTANCE.md
 * A4)? Lightness is CIE 1976 L*; differences of colour are CIEDE2000 (Sharma, Wu, Dalal 2005);
 * protan, deutan and tritan vision is simulated after Machado, Oliveira, Fernandes 2009 at
 * severity 1.
 */
#include "perceive.h"
#include "render/colour.h"
#include "render/style_internal.h"
#include "wh_test_files.h"

enum eye { NORMAL, PROTAN, DEUTAN, TRITAN, GREY, N_EYES };
static const char *const EYES[N_EYES] = {"normal", "protan", "deutan", "tritan", "grey"};

/* Machado et al. 2009, table 1, severity 1.0, on linear RGB. */
static const double SIMULATION[3][9] = {
    {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
    {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
    {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900}};

/* What an eye sees of sRGB values 0..255. */
static struct lab seen(const double rgb[3], enum eye eye)
{
    double linear[3];
    for (int i = 0; i < 3; i++) {
        linear[i] = to_linear(rgb[i] / 255.0);
    }
    if (eye == GREY) { /* a photocopy: light alone */
        const double y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
        linear[0] = linear[1] = linear[2] = y;
    } else if (eye != NORMAL) {
        double v[3];
        times(SIMULATION[eye - PROTAN], linear, v);
        for (int i = 0; i < 3; i++) {
            linear[i] = fmin(fmax(v[i], 0), 1);
        }
    }
    return lab_of_linear(linear);
}

/* Pairs 1, 7, 14 and 25 of the authors' test data: the formula is theirs. */
static void the_difference_is_ciede2000(void **state)
{
    static const double PAIR[][7] = {
        {50.0000, 2.6772, -79.7751, 50.0000, 0.0000, -82.7485, 2.0425},
        {50.0000, 0.0000, 0.0000, 50.0000, -1.0000, 2.0000, 2.3669},
        {50.0000, 2.5000, 0.0000, 50.0000, 0.0000, -2.5000, 4.3065},
        {60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644}};
    (void)state;
    for (size_t i = 0; i < sizeof PAIR / sizeof PAIR[0]; i++) {
        const double *const v = PAIR[i];
        const struct lab p = {v[0], v[1], v[2]}, q = {v[3], v[4], v[5]};
        assert_true(fabs(difference(p, q) - v[6]) < 1e-4);
    }
}

struct look {
    struct wh_ctx *ctx;
    struct wh_style *style;
    const char *name;
};

static const char *const STYLES[] = {"standard", "grey", "high-contrast", "dark"};
enum { N_STYLES = 4 };

static void each_style(void (*check)(const struct look *look))
{
    for (size_t i = 0; i < N_STYLES; i++) {
        struct look look = {.ctx = wh_test_ctx(), .name = STYLES[i]};
        struct wh_error err = {0};
        assert_wh_ok(
            wh_style_load(look.ctx, WH_SOURCE_ROOT "/styles", STYLES[i], &look.style, &err));
        check(&look);
        wh_style_destroy(look.ctx, look.style);
        wh_ctx_destroy(look.ctx);
    }
}

/* As printed, or as it lies over the land with the density's opacity. */
static struct lab class_seen(const struct look *look, enum wh_ramp_kind kind, uint32_t i,
                             uint32_t n, bool on_land, enum eye eye)
{
    const struct wh_rgb rgb = wh_style_ramp(look->style, kind, i, n);
    const struct wh_rgb land = wh_style_land(look->style);
    const double alpha = on_land ? wh_style_class_alpha(look->style) : 1;
    const double over[3] = {alpha * rgb.r + (1 - alpha) * land.r,
                            alpha * rgb.g + (1 - alpha) * land.g,
                            alpha * rgb.b + (1 - alpha) * land.b};
    return seen(over, eye);
}

/* Sequential and diverging: in one order for every eye, neighbours at least this far apart. */
static void check_order(const struct look *look)
{
    for (int kind = WH_RAMP_SEQUENTIAL; kind <= WH_RAMP_DIVERGING; kind++) {
        for (uint32_t n = WH_RAMP_LEAST; n <= WH_MAX_CLASSES; n++) {
            for (int eye = 0; eye < N_EYES; eye++) {
                double least_step = 100, least_difference = 100, most_difference = 0;
                double way = 0;
                for (uint32_t i = 2; i <= n; i++) {
                    const struct lab a =
                        class_seen(look, (enum wh_ramp_kind)kind, i - 1, n, false, (enum eye)eye);
                    const struct lab b =
                        class_seen(look, (enum wh_ramp_kind)kind, i, n, false, (enum eye)eye);
                    way = i == 2 ? copysign(1, b.l - a.l) : way;
                    least_step = fmin(least_step, way * (b.l - a.l));
                    least_difference = fmin(least_difference, difference(a, b));
                    most_difference = fmax(most_difference, difference(a, b));
                }
                print_message("%s ramp %d of %u, %s: L* steps of at least %.1f, CIEDE2000 %.1f to "
                              "%.1f\n",
                              look->name, kind, n, EYES[eye], least_step, least_difference,
                              most_difference);
                assert_true(least_step >= (eye == NORMAL || eye == GREY ? 8 : 7));
                assert_true(least_difference >= 6);
                /* Perceptually uniform: no step of how much looks twice another. */
                assert_true(eye != NORMAL || kind != WH_RAMP_SEQUENTIAL ||
                            most_difference < 1.6 * least_difference);
            }
        }
    }
}

static void classes_keep_their_order_in_every_eye(void **state)
{
    (void)state;
    each_style(check_order);
}

static void check_on_land(const struct look *look)
{
    for (uint32_t n = WH_RAMP_LEAST; n <= WH_MAX_CLASSES; n++) {
        for (int eye = 0; eye < N_EYES; eye++) {
            for (uint32_t i = 2; i <= n; i++) {
                const struct lab a =
                    class_seen(look, WH_RAMP_SEQUENTIAL, i - 1, n, true, (enum eye)eye);
                const struct lab b =
                    class_seen(look, WH_RAMP_SEQUENTIAL, i, n, true, (enum eye)eye);
                assert_true(fabs(b.l - a.l) >= 5.5);
                assert_true(difference(a, b) >= 4);
            }
            const double land[3] = {wh_style_land(look->style).r, wh_style_land(look->style).g,
                                    wh_style_land(look->style).b};
            assert_true(difference(seen(land, (enum eye)eye),
                                   class_seen(look, WH_RAMP_SEQUENTIAL, 1, n, true,
                                              (enum eye)eye)) >= (eye == GREY ? 2 : 3));
        }
    }
}

static void classes_differ_on_the_map_too(void **state)
{
    (void)state;
    each_style(check_on_land);
}

static void check_kinds(const struct look *look)
{
    for (uint32_t n = WH_RAMP_LEAST; n <= WH_MAX_CLASSES; n++) {
        for (int eye = 0; eye < N_EYES; eye++) {
            for (uint32_t i = 2; i <= n; i++) {
                for (uint32_t k = 1; k < i; k++) {
                    const struct lab a =
                        class_seen(look, WH_RAMP_CATEGORICAL, k, n, false, (enum eye)eye);
                    const struct lab b =
                        class_seen(look, WH_RAMP_CATEGORICAL, i, n, false, (enum eye)eye);
                    assert_true(difference(a, b) >= (eye == GREY ? 6 : 8));
                }
            }
        }
    }
}

static void kinds_differ_from_one_another_in_every_eye(void **state)
{
    (void)state;
    each_style(check_kinds);
}

static void fewer_classes_take_the_ends(void **state)
{
    struct wh_ctx *const ctx = wh_test_ctx();
    struct wh_error err = {0};
    struct wh_style *style = NULL;
    (void)state;
    assert_wh_ok(wh_style_load(ctx, WH_SOURCE_ROOT "/styles", "standard", &style, &err));
    const struct wh_rgb first = wh_style_class(style, 1, 5), last = wh_style_class(style, 5, 5);
    for (uint32_t n = 2; n <= 4; n++) {
        const struct wh_rgb low = wh_style_class(style, 1, n), high = wh_style_class(style, n, n);
        assert_memory_equal(&low, &first, sizeof low);
        assert_memory_equal(&high, &last, sizeof high);
    }
    wh_style_destroy(ctx, style);
    wh_ctx_destroy(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_difference_is_ciede2000),
        cmocka_unit_test(classes_keep_their_order_in_every_eye),
        cmocka_unit_test(classes_differ_on_the_map_too),
        cmocka_unit_test(kinds_differ_from_one_another_in_every_eye),
        cmocka_unit_test(fewer_classes_take_the_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
