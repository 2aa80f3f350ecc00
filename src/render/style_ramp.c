/* render/style_ramp.c: ramps of colours, and the promise that they are told apart without colour.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "render/style_json.h"

#define LEAST_STEP 8.0 /* L*, ACCEPTANCE.md A4 */

static const char *const KINDS[WH_N_RAMPS] = {"sequential", "diverging", "categorical"};

static enum wh_status check_lightness(const struct wh_json *at, const struct wh_ramp *ramp,
                                      size_t n, size_t i, struct wh_error *err)
{
    const struct wh_rgb *const colour = ramp->colour[n];
    const double here = wh_rgb_lightness(colour[i]);
    if (ramp->kind == WH_RAMP_CATEGORICAL) {
        for (size_t k = 0; k < i; k++) {
            if (fabs(wh_rgb_lightness(colour[k]) - here) < LEAST_STEP) {
                return wh_json_fail(at, err,
                                    "expected a colour that differs from all before by at least 8 "
                                    "L*, so that classes differ in grey too");
            }
        }
        return WH_OK;
    }
    const double way = wh_rgb_lightness(colour[1]) > wh_rgb_lightness(colour[0]) ? 1 : -1;
    if (i > 0 && way * (here - wh_rgb_lightness(colour[i - 1])) < LEAST_STEP) {
        return wh_json_fail(at, err,
                            "expected a colour that differs from the one before by at least 8 L*, "
                            "always the same way, so that classes differ in grey too");
    }
    return WH_OK;
}

static enum wh_status read_colours(const struct wh_json *at, struct wh_ramp *ramp, size_t n,
                                   struct wh_error *err)
{
    enum wh_status status = WH_OK;
    if (json_array_size(at->value) != n) {
        return wh_json_fail(at, err, "expected a list of as many colours as its name says");
    }
    for (size_t i = 0; i < n && status == WH_OK; i++) {
        const struct wh_json one = wh_json_element(at, i);
        status = wh_json_colour(&one, &ramp->colour[n][i], err);
    }
    for (size_t i = 1; i < n && status == WH_OK; i++) {
        const struct wh_json one = wh_json_element(at, i);
        status = check_lightness(&one, ramp, n, i, err);
    }
    return status;
}

/* Fewer classes than a ramp has: spread over the shortest one. */
static void fill_short_ones(struct wh_ramp *ramp)
{
    const struct wh_rgb *const from = ramp->colour[WH_RAMP_LEAST];
    ramp->colour[1][0] = from[WH_RAMP_LEAST / 2];
    for (uint32_t n = 2; n < WH_RAMP_LEAST; n++) {
        for (uint32_t i = 0; i < n; i++) {
            const double at = (double)i * (WH_RAMP_LEAST - 1) / (n - 1);
            const uint32_t low = at >= WH_RAMP_LEAST - 1 ? WH_RAMP_LEAST - 2 : (uint32_t)at;
            ramp->colour[n][i] = ramp->kind == WH_RAMP_CATEGORICAL
                                     ? from[i]
                                     : wh_rgb_mix(from[low], from[low + 1], at - low);
        }
    }
}

enum wh_status wh_ramp_read(const struct wh_json *at, enum wh_ramp_kind kind, struct wh_ramp *ret,
                            struct wh_error *err)
{
    static const char *const KNOWN[] = {"name", "kind", "about", "colours"};
    static const char *const SIZES[] = {"5", "6", "7"};
    const struct wh_json kind_at = wh_json_member(at, "kind");
    const struct wh_json colours = wh_json_member(at, "colours");
    struct wh_ramp ramp = *ret;
    size_t which = 0;
    enum wh_status status = wh_json_only(at, KNOWN, sizeof KNOWN / sizeof KNOWN[0], err);
    if (status == WH_OK) {
        status = wh_json_word(&kind_at, KINDS, WH_N_RAMPS, &which, err);
    }
    if (status == WH_OK && which != (size_t)kind) {
        status = wh_json_fail_words(&kind_at, &KINDS[kind], 1, err);
    }
    if (status == WH_OK) {
        status = wh_json_only(&colours, SIZES, sizeof SIZES / sizeof SIZES[0], err);
    }
    ramp.kind = kind;
    for (size_t n = WH_RAMP_LEAST; n <= WH_MAX_CLASSES && status == WH_OK; n++) {
        const struct wh_json list = wh_json_member(&colours, SIZES[n - WH_RAMP_LEAST]);
        status = read_colours(&list, &ramp, n, err);
    }
    if (status == WH_OK) {
        fill_short_ones(&ramp);
        *ret = ramp;
    }
    return status;
}

struct wh_rgb wh_style_ramp(const struct wh_style *style, enum wh_ramp_kind kind,
                            uint32_t class_idx, uint32_t n_classes)
{
    const uint32_t n = n_classes < 1 ? 1 : n_classes > WH_MAX_CLASSES ? WH_MAX_CLASSES : n_classes;
    const uint32_t i = class_idx < 1 ? 1 : class_idx > n ? n : class_idx;
    return style->ramp[kind].colour[n][i - 1];
}
