/* render/style_expr_internal.h: a compiled expression, between its compiler and its evaluator. */
#ifndef WH_RENDER_STYLE_EXPR_INTERNAL_H
#define WH_RENDER_STYLE_EXPR_INTERNAL_H

#include "render/style_expr.h"

enum wh_expr_op {
    WH_EXPR_CONSTANT,
    WH_EXPR_GET,
    WH_EXPR_HAS,
    WH_EXPR_ZOOM,
    WH_EXPR_GEOMETRY,
    WH_EXPR_EQUAL,
    WH_EXPR_DIFFERENT,
    WH_EXPR_LESS,
    WH_EXPR_MOST, /* <= */
    WH_EXPR_MORE,
    WH_EXPR_LEAST, /* >= */
    WH_EXPR_NOT,
    WH_EXPR_ALL,
    WH_EXPR_ANY,
    WH_EXPR_IN,
    WH_EXPR_CASE,
    WH_EXPR_MATCH,
    WH_EXPR_STEP,
    WH_EXPR_INTERPOLATE,
    WH_EXPR_COALESCE
};

/*
 * arg[] by op: `case` condition, output, ..., fallback; `match` input, outputs, fallback (label i
 * leads to arg[1 + of_label[i]]); `step` input, outputs; `interpolate` input, outputs; `in` the
 * needle. `stop` is n_args - 1 long: where each output begins (-inf of a step's first).
 */
struct wh_expr {
    enum wh_expr_op op;
    size_t n_args, n_labels;
    const struct wh_expr **arg;
    struct wh_value constant; /* of CONSTANT; of GET and HAS the property's name */
    struct wh_value *label;   /* of IN and MATCH */
    uint32_t *of_label;       /* of MATCH */
    double *stop;
    double base; /* of INTERPOLATE: 1 is linear */
    bool asks_feature;
};

#endif
