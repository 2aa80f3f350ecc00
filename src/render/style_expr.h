/*
 * render/style_expr.h: MapLibre style expressions: compiled once, then worked out for a zoom and a
 * feature. What they mean is MapLibre's (tests/render/expressions.mjs compares the two); which of
 * them we take is in docs/styles.md.
 */
#ifndef WH_RENDER_STYLE_EXPR_H
#define WH_RENDER_STYLE_EXPR_H

#include "geo/layer.h"
#include "render/colour.h"

struct wh_json;
struct wh_arena;

enum wh_value_kind {
    WH_VALUE_NULL,
    WH_VALUE_BOOL,
    WH_VALUE_NUMBER,
    WH_VALUE_TEXT,
    WH_VALUE_COLOUR,
    WH_VALUE_FAULT /* a value of the wrong kind came up: the property's default stands */
};

struct wh_value {
    enum wh_value_kind kind;
    union {
        bool is_true;
        double number;
        const char *text; /* borrowed, from the style or the feature */
        struct wh_colour colour;
    };
};

/* What a feature of some source can be asked for. */
struct wh_vocabulary {
    const char *name; /* "roads" */
    const char *const *property;
    size_t n_properties;
    const char *const *class_word; /* all values of the property "class"; NULL: anything */
    size_t n_class_words;
};

/* A feature, as an expression sees it. */
struct wh_subject {
    const void *feature;
    struct wh_value (*get)(const void *feature, const char *property); /* NULL kind: has it not */
    enum wh_geometry geometry;
};

struct wh_expr;

/* What the place where an expression stands asks of it. */
struct wh_expr_want {
    enum wh_value_kind kind;                /* BOOL, NUMBER, TEXT or COLOUR */
    double low, high;                       /* of NUMBER */
    bool may_zoom;                          /* as the input of an outermost step or interpolate */
    const struct wh_vocabulary *vocabulary; /* NULL: there is no feature to ask */
    const char *const *word;                /* of TEXT: the only ones allowed; NULL: any */
    size_t n_words;
};

/* Compiles into `arena`. WH_ERR_CONFIG names the place in the JSON and what was expected there. */
WH_MUST_USE enum wh_status wh_expr_compile(const struct wh_json *at,
                                           const struct wh_expr_want *want, struct wh_arena *arena,
                                           const struct wh_expr **ret, struct wh_error *err);

/* `subject` NULL: nothing is known of the feature. Pure; no allocation; linear in the expression.
 */
struct wh_value wh_expr_value(const struct wh_expr *expr, double zoom,
                              const struct wh_subject *subject);
/* Does the value depend on the feature? */
bool wh_expr_asks_feature(const struct wh_expr *expr);

#endif
