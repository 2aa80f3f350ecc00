/* render/style_expr.c: working expressions out. */
#include <math.h>
#include <string.h>

#include "render/style_expr_internal.h"

static const struct wh_value FAULT = {.kind = WH_VALUE_FAULT};

static struct wh_value of_bool(bool is_true)
{
    return (struct wh_value){.kind = WH_VALUE_BOOL, .is_true = is_true};
}

static bool are_equal(const struct wh_value *a, const struct wh_value *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    switch (a->kind) {
    case WH_VALUE_BOOL:
        return a->is_true == b->is_true;
    case WH_VALUE_NUMBER:
        return !(a->number < b->number) && !(a->number > b->number);
    case WH_VALUE_TEXT:
        return strcmp(a->text, b->text) == 0;
    case WH_VALUE_NULL:
        return true;
    case WH_VALUE_COLOUR: /* nothing compares colours */
    case WH_VALUE_FAULT:
        break;
    }
    return false;
}

/* Two numbers, or two texts by their bytes (which is the order of UTF-8's characters). */
static struct wh_value compare(enum wh_expr_op op, const struct wh_value *a,
                               const struct wh_value *b)
{
    double order;
    if (a->kind == WH_VALUE_NUMBER && b->kind == WH_VALUE_NUMBER) {
        order = a->number - b->number;
    } else if (a->kind == WH_VALUE_TEXT && b->kind == WH_VALUE_TEXT) {
        order = strcmp(a->text, b->text);
    } else {
        return FAULT;
    }
    return of_bool(op == WH_EXPR_LESS   ? order < 0
                   : op == WH_EXPR_MOST ? order <= 0
                   : op == WH_EXPR_MORE ? order > 0
                                        : order >= 0);
}

/* `all` ends at the first that is false, `any` at the first that is true. */
static struct wh_value join(const struct wh_expr *expr, double zoom,
                            const struct wh_subject *subject)
{
    const bool ends_at = expr->op == WH_EXPR_ANY;
    for (size_t i = 0; i < expr->n_args; i++) {
        const struct wh_value value = wh_expr_value(expr->arg[i], zoom, subject);
        if (value.kind != WH_VALUE_BOOL) {
            return FAULT;
        }
        if (value.is_true == ends_at) {
            return value;
        }
    }
    return of_bool(!ends_at);
}

static struct wh_value choose_case(const struct wh_expr *expr, double zoom,
                                   const struct wh_subject *subject)
{
    for (size_t i = 0; i + 1 < expr->n_args; i += 2) {
        const struct wh_value condition = wh_expr_value(expr->arg[i], zoom, subject);
        if (condition.kind != WH_VALUE_BOOL) {
            return FAULT;
        }
        if (condition.is_true) {
            return wh_expr_value(expr->arg[i + 1], zoom, subject);
        }
    }
    return wh_expr_value(expr->arg[expr->n_args - 1], zoom, subject);
}

static struct wh_value choose_match(const struct wh_expr *expr, double zoom,
                                    const struct wh_subject *subject)
{
    const struct wh_value input = wh_expr_value(expr->arg[0], zoom, subject);
    if (input.kind == WH_VALUE_FAULT) {
        return FAULT;
    }
    for (size_t i = 0; i < expr->n_labels; i++) {
        if (are_equal(&input, &expr->label[i])) {
            return wh_expr_value(expr->arg[1 + expr->of_label[i]], zoom, subject);
        }
    }
    return wh_expr_value(expr->arg[expr->n_args - 1], zoom, subject);
}

/* Index of the last stop that is at most `at`; 0 before the first. */
static size_t stop_before(const struct wh_expr *expr, double at)
{
    size_t low = 0;
    for (size_t i = 1; i + 1 < expr->n_args && expr->stop[i] <= at; i++) {
        low = i;
    }
    return low;
}

/* How far `at` is from one stop to the next: MapLibre's exponentialInterpolation. */
static double share_of_way(double base, double at, double from, double to)
{
    const double way = to - from, gone = at - from;
    return fabs(base - 1) < 1e-12 ? gone / way : (pow(base, gone) - 1) / (pow(base, way) - 1);
}

static struct wh_value interpolate(const struct wh_expr *expr, double at, double zoom,
                                   const struct wh_subject *subject)
{
    const size_t low = stop_before(expr, at), last = expr->n_args - 2;
    const struct wh_value a = wh_expr_value(expr->arg[1 + low], zoom, subject);
    if (low == last || at <= expr->stop[0]) {
        return a;
    }
    const struct wh_value b = wh_expr_value(expr->arg[2 + low], zoom, subject);
    const double t = share_of_way(expr->base, at, expr->stop[low], expr->stop[low + 1]);
    if (a.kind == WH_VALUE_NUMBER && b.kind == WH_VALUE_NUMBER) {
        return (struct wh_value){.kind = WH_VALUE_NUMBER,
                                 .number = a.number + t * (b.number - a.number)};
    }
    if (a.kind == WH_VALUE_COLOUR && b.kind == WH_VALUE_COLOUR) {
        return (struct wh_value){.kind = WH_VALUE_COLOUR,
                                 .colour = wh_colour_mix(a.colour, b.colour, t)};
    }
    return FAULT;
}

static struct wh_value follow_curve(const struct wh_expr *expr, double zoom,
                                    const struct wh_subject *subject)
{
    if (expr->n_args == 2) { /* a single stop is asked nothing */
        return wh_expr_value(expr->arg[1], zoom, subject);
    }
    const struct wh_value input = wh_expr_value(expr->arg[0], zoom, subject);
    if (input.kind != WH_VALUE_NUMBER || isnan(input.number)) {
        return FAULT;
    }
    return expr->op == WH_EXPR_STEP
               ? wh_expr_value(expr->arg[1 + stop_before(expr, input.number)], zoom, subject)
               : interpolate(expr, input.number, zoom, subject);
}

static struct wh_value is_in(const struct wh_expr *expr, double zoom,
                             const struct wh_subject *subject)
{
    const struct wh_value needle = wh_expr_value(expr->arg[0], zoom, subject);
    bool is_found = false;
    for (size_t i = 0; i < expr->n_labels && !is_found; i++) {
        is_found = are_equal(&needle, &expr->label[i]);
    }
    return needle.kind == WH_VALUE_FAULT ? FAULT : of_bool(is_found);
}

static struct wh_value first_there(const struct wh_expr *expr, double zoom,
                                   const struct wh_subject *subject)
{
    struct wh_value value = {.kind = WH_VALUE_NULL};
    for (size_t i = 0; i < expr->n_args && value.kind == WH_VALUE_NULL; i++) {
        value = wh_expr_value(expr->arg[i], zoom, subject);
    }
    return value;
}

static struct wh_value property_of(const struct wh_expr *expr, const struct wh_subject *subject)
{
    return subject == NULL ? (struct wh_value){.kind = WH_VALUE_NULL}
                           : subject->get(subject->feature, expr->constant.text);
}

static struct wh_value geometry_of(const struct wh_subject *subject)
{
    const struct wh_value none = {.kind = WH_VALUE_NULL};
    if (subject == NULL) {
        return none;
    }
    switch (subject->geometry) {
    case WH_GEOMETRY_POINT:
        return (struct wh_value){.kind = WH_VALUE_TEXT, .text = "Point"};
    case WH_GEOMETRY_LINE:
        return (struct wh_value){.kind = WH_VALUE_TEXT, .text = "LineString"};
    case WH_GEOMETRY_POLYGON:
        return (struct wh_value){.kind = WH_VALUE_TEXT, .text = "Polygon"};
    case WH_GEOMETRY_NONE:
        break;
    }
    return none;
}

static struct wh_value two_sided(const struct wh_expr *expr, double zoom,
                                 const struct wh_subject *subject)
{
    const struct wh_value a = wh_expr_value(expr->arg[0], zoom, subject);
    const struct wh_value b = wh_expr_value(expr->arg[1], zoom, subject);
    if (a.kind == WH_VALUE_FAULT || b.kind == WH_VALUE_FAULT) {
        return FAULT;
    }
    if (expr->op == WH_EXPR_EQUAL || expr->op == WH_EXPR_DIFFERENT) {
        return of_bool(are_equal(&a, &b) == (expr->op == WH_EXPR_EQUAL));
    }
    return compare(expr->op, &a, &b);
}

/* Recursion is as deep as the compiler lets expressions be. */
struct wh_value wh_expr_value(const struct wh_expr *expr, double zoom,
                              const struct wh_subject *subject)
{
    switch (expr->op) {
    case WH_EXPR_CONSTANT:
        return expr->constant;
    case WH_EXPR_GET:
        return property_of(expr, subject);
    case WH_EXPR_HAS:
        return of_bool(property_of(expr, subject).kind != WH_VALUE_NULL);
    case WH_EXPR_ZOOM:
        return (struct wh_value){.kind = WH_VALUE_NUMBER, .number = zoom};
    case WH_EXPR_GEOMETRY:
        return geometry_of(subject);
    case WH_EXPR_EQUAL:
    case WH_EXPR_DIFFERENT:
    case WH_EXPR_LESS:
    case WH_EXPR_MOST:
    case WH_EXPR_MORE:
    case WH_EXPR_LEAST:
        return two_sided(expr, zoom, subject);
    case WH_EXPR_NOT: {
        const struct wh_value value = wh_expr_value(expr->arg[0], zoom, subject);
        return value.kind == WH_VALUE_BOOL ? of_bool(!value.is_true) : FAULT;
    }
    case WH_EXPR_ALL:
    case WH_EXPR_ANY:
        return join(expr, zoom, subject);
    case WH_EXPR_IN:
        return is_in(expr, zoom, subject);
    case WH_EXPR_CASE:
        return choose_case(expr, zoom, subject);
    case WH_EXPR_MATCH:
        return choose_match(expr, zoom, subject);
    case WH_EXPR_STEP:
    case WH_EXPR_INTERPOLATE:
        return follow_curve(expr, zoom, subject);
    case WH_EXPR_COALESCE:
        return first_there(expr, zoom, subject);
    }
    return FAULT;
}

bool wh_expr_asks_feature(const struct wh_expr *expr)
{
    return expr->asks_feature;
}
