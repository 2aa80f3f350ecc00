/* render/style_expr_compile.c: JSON to expressions; what is not taken is refused with its place. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "render/style_expr_internal.h"
#include "render/style_json.h"

#define DEEPEST 16U
#define MOST_ARGS 128U
#define ANY WH_VALUE_NULL /* as what is wanted: whatever comes */

struct compiler {
    const struct wh_expr_want *want; /* of the whole */
    struct wh_arena *arena;
    unsigned depth;
};

struct op {
    const char *name;
    enum wh_expr_op op;
    size_t least, most; /* arguments in the JSON */
};

static const struct op OPS[] = {
    {"get", WH_EXPR_GET, 1, 1},
    {"has", WH_EXPR_HAS, 1, 1},
    {"zoom", WH_EXPR_ZOOM, 0, 0},
    {"geometry-type", WH_EXPR_GEOMETRY, 0, 0},
    {"==", WH_EXPR_EQUAL, 2, 2},
    {"!=", WH_EXPR_DIFFERENT, 2, 2},
    {"<", WH_EXPR_LESS, 2, 2},
    {"<=", WH_EXPR_MOST, 2, 2},
    {">", WH_EXPR_MORE, 2, 2},
    {">=", WH_EXPR_LEAST, 2, 2},
    {"!", WH_EXPR_NOT, 1, 1},
    {"all", WH_EXPR_ALL, 1, MOST_ARGS},
    {"any", WH_EXPR_ANY, 1, MOST_ARGS},
    {"in", WH_EXPR_IN, 2, 2},
    {"case", WH_EXPR_CASE, 3, MOST_ARGS},
    {"match", WH_EXPR_MATCH, 4, MOST_ARGS},
    {"step", WH_EXPR_STEP, 4, MOST_ARGS},
    {"interpolate", WH_EXPR_INTERPOLATE, 4, MOST_ARGS},
    {"coalesce", WH_EXPR_COALESCE, 1, MOST_ARGS},
};

static enum wh_status compile(struct compiler *c, const struct wh_json *at, enum wh_value_kind kind,
                              const struct wh_expr **ret, struct wh_error *err);

static enum wh_status room_for(struct compiler *c, struct wh_expr *expr, size_t n_args,
                               struct wh_error *err)
{
    expr->arg = wh_arena_alloc(c->arena, n_args, sizeof *expr->arg);
    expr->n_args = n_args;
    return expr->arg == NULL ? wh_fail_memory(c->arena->ctx, err) : WH_OK;
}

/* Compiles argument `from` of the JSON into expr->arg[to]. */
static enum wh_status take_arg(struct compiler *c, const struct wh_json *at, size_t from,
                               enum wh_value_kind kind, struct wh_expr *expr, size_t to,
                               struct wh_error *err)
{
    const struct wh_json one = wh_json_element(at, from);
    const enum wh_status status = compile(c, &one, kind, &expr->arg[to], err);
    expr->asks_feature |= status == WH_OK && expr->arg[to]->asks_feature;
    return status;
}

static bool is_one_of(const char *text, const char *const *word, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(text, word[i]) == 0) {
            return true;
        }
    }
    return false;
}

static enum wh_status keep_text(struct compiler *c, const char *text, struct wh_value *ret,
                                struct wh_error *err)
{
    const char *const kept = wh_arena_c(c->arena, wh_str_c(text));
    if (kept == NULL) {
        return wh_fail_memory(c->arena->ctx, err);
    }
    *ret = (struct wh_value){.kind = WH_VALUE_TEXT, .text = kept};
    return WH_OK;
}

/* A text, number or truth of its own, of whatever kind. */
static enum wh_status read_plain(struct compiler *c, const struct wh_json *at, struct wh_value *ret,
                                 struct wh_error *err)
{
    if (json_is_string(at->value)) {
        return keep_text(c, json_string_value(at->value), ret, err);
    }
    if (json_is_number(at->value)) {
        *ret = (struct wh_value){.kind = WH_VALUE_NUMBER, .number = json_number_value(at->value)};
        return WH_OK;
    }
    if (json_is_boolean(at->value)) {
        *ret = (struct wh_value){.kind = WH_VALUE_BOOL, .is_true = json_is_true(at->value)};
        return WH_OK;
    }
    return wh_json_fail(at, err, "expected a text, a number, true or false");
}

/* A constant where `kind` is wanted. */
static enum wh_status read_constant(struct compiler *c, const struct wh_json *at,
                                    enum wh_value_kind kind, struct wh_value *ret,
                                    struct wh_error *err)
{
    const struct wh_expr_want *const want = c->want;
    struct wh_value value = {.kind = kind};
    enum wh_status status = WH_OK;
    switch (kind) {
    case WH_VALUE_COLOUR:
        if (!json_is_string(at->value) ||
            !wh_colour_parse(json_string_value(at->value), &value.colour)) {
            return wh_json_fail(at, err, "expected a colour like \"#c64632\"");
        }
        break;
    case WH_VALUE_NUMBER:
        status = kind == want->kind ? wh_json_number(at, want->low, want->high, &value.number, err)
                                    : wh_json_number(at, -HUGE_VAL, HUGE_VAL, &value.number, err);
        break;
    case WH_VALUE_TEXT:
        if (!json_is_string(at->value)) {
            return wh_json_fail(at, err, "expected a text");
        }
        if (want->word != NULL &&
            !is_one_of(json_string_value(at->value), want->word, want->n_words)) {
            return wh_json_fail_words(at, want->word, want->n_words, err);
        }
        status = keep_text(c, json_string_value(at->value), &value, err);
        break;
    case WH_VALUE_BOOL:
        if (!json_is_boolean(at->value)) {
            return wh_json_fail(at, err, "expected true, false or a condition");
        }
        value.is_true = json_is_true(at->value);
        break;
    case ANY:
        status = read_plain(c, at, &value, err);
        break;
    case WH_VALUE_FAULT:
        break;
    }
    if (status == WH_OK) {
        *ret = value;
    }
    return status;
}

static enum wh_status compile_get(struct compiler *c, const struct wh_json *at,
                                  enum wh_value_kind kind, struct wh_expr *expr,
                                  struct wh_error *err)
{
    const struct wh_json name = wh_json_element(at, 1);
    const struct wh_vocabulary *const words = c->want->vocabulary;
    if (words == NULL) {
        return wh_json_fail(at, err, "expected no \"get\" or \"has\": there is no feature here");
    }
    if (!json_is_string(name.value) ||
        !is_one_of(json_string_value(name.value), words->property, words->n_properties)) {
        return wh_json_fail_words(&name, words->property, words->n_properties, err);
    }
    if (kind == WH_VALUE_COLOUR) {
        return wh_json_fail(at, err, "expected a colour like \"#c64632\": no feature has any");
    }
    expr->asks_feature = true;
    return keep_text(c, json_string_value(name.value), &expr->constant, err);
}

/* A text that is compared with the property "class" must be one that can come up. */
static enum wh_status check_class(const struct compiler *c, const struct wh_expr *asked,
                                  const struct wh_value *label, const struct wh_json *at,
                                  struct wh_error *err)
{
    const struct wh_vocabulary *const words = c->want->vocabulary;
    if (asked->op != WH_EXPR_GET || strcmp(asked->constant.text, "class") != 0 ||
        words->class_word == NULL ||
        (label->kind == WH_VALUE_TEXT &&
         is_one_of(label->text, words->class_word, words->n_class_words))) {
        return WH_OK;
    }
    return wh_json_fail_words(at, words->class_word, words->n_class_words, err);
}

static enum wh_status compile_compare(struct compiler *c, const struct wh_json *at,
                                      struct wh_expr *expr, struct wh_error *err)
{
    enum wh_status status = room_for(c, expr, 2, err);
    for (size_t i = 0; i < 2 && status == WH_OK; i++) {
        status = take_arg(c, at, i + 1, ANY, expr, i, err);
    }
    if (status != WH_OK) {
        return status;
    }
    if (expr->arg[0]->op == WH_EXPR_CONSTANT && expr->arg[1]->op == WH_EXPR_CONSTANT) {
        return wh_json_fail(at, err,
                            "expected something like [\"==\", [\"get\", \"class\"], \"a word\"]: "
                            "two constants are always the same");
    }
    for (size_t i = 0; i < 2 && status == WH_OK; i++) {
        const struct wh_json one = wh_json_element(at, i + 1);
        if (expr->arg[i]->op == WH_EXPR_CONSTANT) {
            status = check_class(c, expr->arg[1 - i], &expr->arg[i]->constant, &one, err);
        }
    }
    return status;
}

static enum wh_status compile_all(struct compiler *c, const struct wh_json *at,
                                  enum wh_value_kind kind, struct wh_expr *expr,
                                  struct wh_error *err)
{
    const size_t n = json_array_size(at->value) - 1;
    enum wh_status status = room_for(c, expr, n, err);
    for (size_t i = 0; i < n && status == WH_OK; i++) {
        status = take_arg(c, at, i + 1, kind, expr, i, err);
    }
    return status;
}

/* One label or a list of them, for output `output`. */
static enum wh_status take_labels(struct compiler *c, const struct wh_json *at, uint32_t output,
                                  struct wh_expr *expr, size_t room, struct wh_error *err)
{
    const bool is_list = json_is_array(at->value);
    const size_t n = is_list ? json_array_size(at->value) : 1;
    if (n == 0) {
        return wh_json_fail(at, err, "expected a text, a number, or a list of them");
    }
    for (size_t i = 0; i < n; i++) {
        const struct wh_json one = is_list ? wh_json_element(at, i) : *at;
        struct wh_value label;
        if (expr->n_labels >= room) {
            return wh_json_fail(at, err, "expected at most 128 labels");
        }
        enum wh_status status = read_plain(c, &one, &label, err);
        if (status == WH_OK && expr->arg[0] != NULL) {
            status = check_class(c, expr->arg[0], &label, &one, err);
        }
        if (status != WH_OK) {
            return status;
        }
        if (expr->op == WH_EXPR_MATCH &&
            (label.kind == WH_VALUE_BOOL ||
             (label.kind == WH_VALUE_NUMBER && fabs(label.number - rint(label.number)) > 0) ||
             (expr->n_labels > 0 && label.kind != expr->label[0].kind))) {
            return wh_json_fail(&one, err, "expected labels that are all texts or whole numbers");
        }
        expr->label[expr->n_labels] = label;
        expr->of_label[expr->n_labels++] = output;
    }
    return WH_OK;
}

static enum wh_status room_for_labels(struct compiler *c, struct wh_expr *expr,
                                      struct wh_error *err)
{
    expr->label = wh_arena_alloc(c->arena, MOST_ARGS, sizeof *expr->label);
    expr->of_label = wh_arena_alloc(c->arena, MOST_ARGS, sizeof *expr->of_label);
    return expr->label == NULL || expr->of_label == NULL ? wh_fail_memory(c->arena->ctx, err)
                                                         : WH_OK;
}

/* ["in", needle, ["literal", [...]]] */
static enum wh_status compile_in(struct compiler *c, const struct wh_json *at, struct wh_expr *expr,
                                 struct wh_error *err)
{
    const struct wh_json hay = wh_json_element(at, 2), list = wh_json_element(&hay, 1);
    const struct wh_json word = wh_json_element(&hay, 0);
    if (json_array_size(hay.value) != 2 || !json_is_string(word.value) ||
        strcmp(json_string_value(word.value), "literal") != 0 || !json_is_array(list.value)) {
        return wh_json_fail(&hay, err, "expected [\"literal\", [\"a word\", ...]]");
    }
    enum wh_status status = room_for(c, expr, 1, err);
    if (status == WH_OK) {
        status = take_arg(c, at, 1, ANY, expr, 0, err);
    }
    if (status == WH_OK && expr->arg[0]->op == WH_EXPR_CONSTANT) {
        return wh_json_fail(at, err, "expected something like [\"in\", [\"get\", \"class\"], ...]");
    }
    if (status == WH_OK) {
        status = room_for_labels(c, expr, err);
    }
    return status == WH_OK ? take_labels(c, &list, 0, expr, MOST_ARGS, err) : status;
}

static enum wh_status compile_case(struct compiler *c, const struct wh_json *at,
                                   enum wh_value_kind kind, struct wh_expr *expr,
                                   struct wh_error *err)
{
    const size_t n = json_array_size(at->value) - 1;
    if (n % 2 == 0) {
        return wh_json_fail(at, err,
                            "expected [\"case\", condition, output, ..., output if none holds]");
    }
    enum wh_status status = room_for(c, expr, n, err);
    for (size_t i = 0; i < n && status == WH_OK; i++) {
        const bool is_condition = i % 2 == 0 && i + 1 < n;
        status = take_arg(c, at, i + 1, is_condition ? WH_VALUE_BOOL : kind, expr, i, err);
    }
    return status;
}

static enum wh_status compile_match(struct compiler *c, const struct wh_json *at,
                                    enum wh_value_kind kind, struct wh_expr *expr,
                                    struct wh_error *err)
{
    const size_t n = json_array_size(at->value) - 1, n_outputs = (n - 2) / 2;
    if (n % 2 != 0) {
        return wh_json_fail(at, err,
                            "expected [\"match\", input, label, output, ..., output if none fits]");
    }
    enum wh_status status = room_for(c, expr, n_outputs + 2, err);
    if (status == WH_OK) {
        status = room_for_labels(c, expr, err);
    }
    if (status == WH_OK) {
        status = take_arg(c, at, 1, ANY, expr, 0, err);
    }
    for (size_t i = 0; i < n_outputs && status == WH_OK; i++) {
        const struct wh_json labels = wh_json_element(at, 2 + 2 * i);
        status = take_labels(c, &labels, (uint32_t)i, expr, MOST_ARGS, err);
        if (status == WH_OK) {
            status = take_arg(c, at, 3 + 2 * i, kind, expr, 1 + i, err);
        }
    }
    return status == WH_OK ? take_arg(c, at, n, kind, expr, 1 + n_outputs, err) : status;
}

/* The curve's input: a number, or the zoom where that may be asked. */
static enum wh_status take_input(struct compiler *c, const struct wh_json *at, size_t from,
                                 struct wh_expr *expr, struct wh_error *err)
{
    const struct wh_json one = wh_json_element(at, from);
    const char *const op = json_string_value(json_array_get(one.value, 0));
    if (op == NULL || strcmp(op, "zoom") != 0) {
        return json_is_array(one.value)
                   ? take_arg(c, at, from, ANY, expr, 0, err)
                   : wh_json_fail(&one, err, "expected [\"zoom\"] or an expression of a number");
    }
    if (!c->want->may_zoom || c->depth > 1 || json_array_size(one.value) != 1) {
        return wh_json_fail(&one, err,
                            "expected [\"zoom\"] only as the input of an outermost step or "
                            "interpolate of paint or layout (layers have minzoom and maxzoom)");
    }
    struct wh_expr *const zoom = wh_arena_alloc(c->arena, 1, sizeof *zoom);
    if (zoom == NULL) {
        return wh_fail_memory(c->arena->ctx, err);
    }
    *zoom = (struct wh_expr){.op = WH_EXPR_ZOOM};
    expr->arg[0] = zoom;
    return WH_OK;
}

/* Stops from JSON argument `first` on: input, output, input, output, ... */
static enum wh_status take_stops(struct compiler *c, const struct wh_json *at, size_t first,
                                 enum wh_value_kind kind, struct wh_expr *expr, size_t to,
                                 struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = first; i + 1 < json_array_size(at->value) && status == WH_OK; i += 2, to++) {
        const struct wh_json stop = wh_json_element(at, i);
        status = wh_json_number(&stop, -HUGE_VAL, HUGE_VAL, &expr->stop[to], err);
        if (status == WH_OK && to > 0 && !(expr->stop[to] > expr->stop[to - 1])) {
            return wh_json_fail(&stop, err, "expected stops that rise");
        }
        if (status == WH_OK) {
            status = take_arg(c, at, i + 1, kind, expr, 1 + to, err);
        }
    }
    return status;
}

static enum wh_status room_for_stops(struct compiler *c, struct wh_expr *expr, size_t n,
                                     struct wh_error *err)
{
    expr->stop = wh_arena_alloc(c->arena, n, sizeof *expr->stop);
    return expr->stop == NULL ? wh_fail_memory(c->arena->ctx, err) : room_for(c, expr, n + 1, err);
}

/* ["step", input, output, stop, output, ...] */
static enum wh_status compile_step(struct compiler *c, const struct wh_json *at,
                                   enum wh_value_kind kind, struct wh_expr *expr,
                                   struct wh_error *err)
{
    const size_t n = json_array_size(at->value);
    if (n % 2 == 0) {
        return wh_json_fail(at, err, "expected [\"step\", input, output, stop, output, ...]");
    }
    enum wh_status status = room_for_stops(c, expr, (n - 1) / 2, err);
    if (status == WH_OK) {
        expr->stop[0] = -HUGE_VAL;
        status = take_input(c, at, 1, expr, err);
    }
    if (status == WH_OK) {
        status = take_arg(c, at, 2, kind, expr, 1, err);
    }
    return status == WH_OK ? take_stops(c, at, 3, kind, expr, 1, err) : status;
}

static enum wh_status read_base(const struct wh_json *at, double *ret, struct wh_error *err)
{
    const char *const word = json_string_value(json_array_get(at->value, 0));
    const size_t n = json_array_size(at->value);
    *ret = 1;
    if (word != NULL && strcmp(word, "linear") == 0 && n == 1) {
        return WH_OK;
    }
    if (word != NULL && strcmp(word, "exponential") == 0 && n == 2) {
        const struct wh_json base = wh_json_element(at, 1);
        return wh_json_number(&base, 0.01, 100, ret, err);
    }
    return wh_json_fail(at, err, "expected [\"linear\"] or [\"exponential\", base]");
}

/* ["interpolate", ["linear"], input, stop, output, ...] */
static enum wh_status compile_interpolate(struct compiler *c, const struct wh_json *at,
                                          enum wh_value_kind kind, struct wh_expr *expr,
                                          struct wh_error *err)
{
    const size_t n = json_array_size(at->value);
    const struct wh_json how = wh_json_element(at, 1);
    if (n % 2 == 0) {
        return wh_json_fail(at, err,
                            "expected [\"interpolate\", [\"linear\"], input, stop, output, ...]");
    }
    if (kind != WH_VALUE_NUMBER && kind != WH_VALUE_COLOUR) {
        return wh_json_fail(at, err,
                            "expected no \"interpolate\": only numbers and colours have "
                            "something between them");
    }
    enum wh_status status = read_base(&how, &expr->base, err);
    if (status == WH_OK) {
        status = room_for_stops(c, expr, (n - 3) / 2, err);
    }
    if (status == WH_OK) {
        status = take_input(c, at, 2, expr, err);
    }
    return status == WH_OK ? take_stops(c, at, 3, kind, expr, 0, err) : status;
}

static enum wh_status compile_op(struct compiler *c, const struct wh_json *at,
                                 enum wh_value_kind kind, struct wh_expr *expr,
                                 struct wh_error *err)
{
    switch (expr->op) {
    case WH_EXPR_GET:
    case WH_EXPR_HAS:
        return compile_get(c, at, expr->op == WH_EXPR_GET ? kind : ANY, expr, err);
    case WH_EXPR_GEOMETRY:
        if (c->want->vocabulary == NULL) {
            return wh_json_fail(at, err, "expected no \"geometry-type\": there is no feature here");
        }
        expr->asks_feature = true;
        return WH_OK;
    case WH_EXPR_EQUAL:
    case WH_EXPR_DIFFERENT:
    case WH_EXPR_LESS:
    case WH_EXPR_MOST:
    case WH_EXPR_MORE:
    case WH_EXPR_LEAST:
        return compile_compare(c, at, expr, err);
    case WH_EXPR_NOT:
    case WH_EXPR_ALL:
    case WH_EXPR_ANY:
        return compile_all(c, at, WH_VALUE_BOOL, expr, err);
    case WH_EXPR_IN:
        return compile_in(c, at, expr, err);
    case WH_EXPR_CASE:
        return compile_case(c, at, kind, expr, err);
    case WH_EXPR_MATCH:
        return compile_match(c, at, kind, expr, err);
    case WH_EXPR_STEP:
        return compile_step(c, at, kind, expr, err);
    case WH_EXPR_INTERPOLATE:
        return compile_interpolate(c, at, kind, expr, err);
    case WH_EXPR_COALESCE:
        return compile_all(c, at, kind, expr, err);
    case WH_EXPR_ZOOM: /* taken by take_input() where it may stand */
    case WH_EXPR_CONSTANT:
        break;
    }
    return wh_json_fail(at, err,
                        "expected [\"zoom\"] only as the input of an outermost step or interpolate "
                        "of paint or layout (layers have minzoom and maxzoom)");
}

/* What an operator gives; ANY: what its arguments give. */
static enum wh_value_kind kind_of(enum wh_expr_op op)
{
    if (op == WH_EXPR_HAS || (op >= WH_EXPR_EQUAL && op <= WH_EXPR_IN)) {
        return WH_VALUE_BOOL;
    }
    return op == WH_EXPR_GEOMETRY ? WH_VALUE_TEXT : ANY;
}

static const struct op *find_op(const struct wh_json *at)
{
    const char *const name = json_string_value(json_array_get(at->value, 0));
    for (size_t i = 0; name != NULL && i < sizeof OPS / sizeof OPS[0]; i++) {
        if (strcmp(name, OPS[i].name) == 0) {
            return &OPS[i];
        }
    }
    return NULL;
}

static enum wh_status fail_kind(const struct wh_json *at, enum wh_value_kind kind,
                                struct wh_error *err)
{
    return wh_json_fail(at, err,
                        kind == WH_VALUE_BOOL     ? "expected a condition"
                        : kind == WH_VALUE_NUMBER ? "expected a number"
                        : kind == WH_VALUE_COLOUR ? "expected a colour"
                                                  : "expected a text");
}

static enum wh_status compile(struct compiler *c, const struct wh_json *at, enum wh_value_kind kind,
                              const struct wh_expr **ret, struct wh_error *err)
{
    struct wh_expr *const expr = wh_arena_alloc(c->arena, 1, sizeof *expr);
    enum wh_status status = WH_OK;
    if (expr == NULL) {
        return wh_fail_memory(c->arena->ctx, err);
    }
    *expr = (struct wh_expr){.op = WH_EXPR_CONSTANT};
    if (!json_is_array(at->value)) {
        status = read_constant(c, at, kind, &expr->constant, err);
    } else {
        const struct op *const op = find_op(at);
        const size_t n = json_array_size(at->value) - 1; /* what has an operator is not empty */
        if (op == NULL) {
            return wh_json_fail(at, err,
                                "expected an expression: get, has, geometry-type, ==, !=, <, <=, "
                                ">, >=, !, all, any, in, case, match, step, interpolate or "
                                "coalesce");
        }
        if (n < op->least || n > op->most) {
            return wh_json_fail(at, err, "expected another number of arguments");
        }
        if (c->depth >= DEEPEST) {
            return wh_json_fail(at, err, "expected at most 16 expressions inside each other");
        }
        if (kind != ANY && kind_of(op->op) != ANY && kind_of(op->op) != kind) {
            return fail_kind(at, kind, err);
        }
        if (kind == ANY && op->op >= WH_EXPR_CASE) {
            return wh_json_fail(at, err,
                                "expected a property or a constant to compare or look up: what "
                                "chooses goes outside");
        }
        expr->op = op->op;
        c->depth++;
        status = compile_op(c, at, kind, expr, err);
        c->depth--;
    }
    if (status == WH_OK) {
        *ret = expr;
    }
    return status;
}

enum wh_status wh_expr_compile(const struct wh_json *at, const struct wh_expr_want *want,
                               struct wh_arena *arena, const struct wh_expr **ret,
                               struct wh_error *err)
{
    struct compiler c = {.want = want, .arena = arena};
    return compile(&c, at, want->kind, ret, err);
}
