/* cli/args.c: options by table, and the help that the same table makes. */
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "base/str.h"
#include "base/time.h"
#include "cli/cli.h"

static const char exit_codes[] =
    "Exit codes:\n"
    "  0  published, or nothing new to publish    5  output could not be written\n"
    "  1  internal error                          6  another run holds the lock\n"
    "  2  usage                                   7  out of memory or over a limit\n"
    "  3  config                                  8  held back by a quality gate\n"
    "  4  input could not be read\n"
    "Whatever is not 0 leaves the last release standing.\n";

/* If `arg` is --name or --name=value: true, and the value (NULL: none given). */
static bool is_option(const char *arg, const char *name, const char **ret_value)
{
    const size_t len = strlen(name);
    if (strncmp(arg, "--", 2) != 0 || strncmp(arg + 2, name, len) != 0) {
        return false;
    }
    const char after = arg[2 + len];
    *ret_value = after == '=' ? arg + 3 + len : NULL;
    return after == '\0' || after == '=';
}

static enum wh_status fail_unknown(const struct wh_command *command, const char *arg,
                                   const struct wh_option *option, size_t n_options,
                                   struct wh_error *err)
{
    const size_t n_dashes = strncmp(arg, "--", 2) == 0 ? 2 : 1;
    const struct wh_str word =
        wh_str_slice(wh_str_c(arg), n_dashes, wh_str_find(wh_str_c(arg), '='));
    struct wh_near_word nearest = {.word = word, .most = 3};
    for (size_t i = 0; i < n_options; i++) {
        wh_near_word_offer(&nearest, wh_str_c(option[i].name));
    }
    char shown[128];
    wh_log_escape(wh_str_c(arg), shown, sizeof shown);
    if (nearest.best.ptr != NULL) {
        return wh_fail(err, WH_ERR_USAGE, "unknown option %s (did you mean --%s?)", shown,
                       nearest.best.ptr);
    }
    return wh_fail(err, WH_ERR_USAGE, "unknown option %s; see wardheat %s --help", shown,
                   command->name);
}

static enum wh_status read_option(const struct wh_command *command, int argc, char **argv, int *at,
                                  const struct wh_option *option, size_t n_options,
                                  struct wh_error *err)
{
    for (size_t i = 0; i < n_options; i++) {
        const char *value = NULL;
        if (!is_option(argv[*at], option[i].name, &value)) {
            continue;
        }
        if (option[i].value == NULL) {
            if (value != NULL) {
                return wh_fail(err, WH_ERR_USAGE, "--%s takes no value", option[i].name);
            }
            *option[i].ret_flag = true;
            return WH_OK;
        }
        if (value == NULL && *at + 1 < argc) {
            value = argv[++*at];
        }
        if (value == NULL || value[0] == '\0') {
            return wh_fail(err, WH_ERR_USAGE, "--%s needs a value: --%s %s", option[i].name,
                           option[i].name, option[i].value);
        }
        *option[i].ret_text = value;
        return WH_OK;
    }
    return fail_unknown(command, argv[*at], option, n_options, err);
}

enum wh_status wh_args_read(const struct wh_command *command, int argc, char **argv,
                            const struct wh_option *option, size_t n_options,
                            const char **ret_argument, struct wh_error *err)
{
    size_t n = 0;
    bool is_only_arguments = false;
    for (int i = 0; i < argc; i++) {
        if (!is_only_arguments && strcmp(argv[i], "--") == 0) {
            is_only_arguments = true;
        } else if (!is_only_arguments && argv[i][0] == '-' && argv[i][1] != '\0') {
            const enum wh_status status =
                read_option(command, argc, argv, &i, option, n_options, err);
            if (status != WH_OK) {
                return status;
            }
        } else if (argv[i][0] == '\0') {
            return wh_fail(err, WH_ERR_USAGE, "an argument is empty; usage: wardheat %s %s",
                           command->name, command->arguments);
        } else if (n == command->n_arguments + command->n_optional) {
            char shown[128];
            return wh_fail(err, WH_ERR_USAGE, "one argument too many: %s; usage: wardheat %s %s",
                           wh_log_escape(wh_str_c(argv[i]), shown, sizeof shown), command->name,
                           command->arguments);
        } else {
            ret_argument[n++] = argv[i];
        }
    }
    if (n < command->n_arguments) {
        return wh_fail(err, WH_ERR_USAGE, "too few arguments; usage: wardheat %s %s", command->name,
                       command->arguments);
    }
    return WH_OK;
}

/* One option: its help beside it, or below where it is long; further lines of the help below. */
static void print_option(FILE *out, const char *name, const char *value, const char *help)
{
    enum { INDENT = 26 };
    char left[80];
    const int len = snprintf(left, sizeof left, "--%s%s%s", name, value == NULL ? "" : " ",
                             value == NULL ? "" : value);
    fprintf(out, "  %s%*s", left, len < INDENT - 3 ? INDENT - 2 - len : 0, "");
    if (len >= INDENT - 3) {
        fprintf(out, "\n%*s", INDENT, "");
    }
    for (; *help != '\0'; help++) {
        fputc(*help, out);
        if (*help == '\n') {
            fprintf(out, "%*s", INDENT, "");
        }
    }
    fputc('\n', out);
}

void wh_args_help(FILE *out, const struct wh_command *command, const struct wh_option *option,
                  size_t n_options)
{
    fprintf(out, "wardheat %s: %s\n\nUsage: wardheat %s %s%s\n", command->name, command->summary,
            command->name, command->arguments, n_options > 0 ? " [options]" : "");
    if (command->more_usage != NULL) {
        fprintf(out, "       wardheat %s %s\n", command->name, command->more_usage);
    }
    fprintf(out, "\n%s\n", command->details);
    if (n_options > 0) {
        fprintf(out, "Options:\n");
    }
    for (size_t i = 0; i < n_options; i++) {
        print_option(out, option[i].name, option[i].value, option[i].help);
    }
    fprintf(out, "%sOptions of every command:\n", n_options > 0 ? "\n" : "");
    print_option(out, "help", NULL, "this text");
    print_option(out, "quiet", NULL, "warnings and errors only");
    print_option(out, "verbose", NULL, "a line a stage and more");
    print_option(out, "jobs", "N",
                 "threads, 1 to 64 (default: one a core); never changes a result");
    print_option(out, "memory-limit", "MB",
                 "stop with exit code 7 rather than take more (default: none)");
    print_option(out, "log-json", NULL, "one JSON object a line on standard error");
    fprintf(out, "\n%s", exit_codes);
}

bool wh_args_wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            return true;
        }
    }
    return false;
}

enum wh_status wh_args_globals(int *argc, char **argv, struct wh_global_options *ret,
                               struct wh_error *err)
{
    static const struct wh_command program = {.name = "COMMAND"};
    const char *jobs = NULL, *memory = NULL;
    struct wh_global_options global = {.ctx = {.seed = 1, .show_progress = true}};
    const struct wh_option option[] = {
        {"quiet", NULL, NULL, NULL, &global.ctx.quiet},
        {"verbose", NULL, NULL, NULL, &global.ctx.verbose},
        {"log-json", NULL, NULL, NULL, &global.ctx.log_json},
        {"jobs", "N", NULL, &jobs, NULL},
        {"memory-limit", "MB", NULL, &memory, NULL},
        {"version", NULL, NULL, NULL, &global.wants_version},
    };
    const size_t n_options = sizeof option / sizeof *option;
    int kept = 0;
    bool is_only_arguments = false;
    for (int i = 0; i < *argc; i++) {
        bool is_global = false;
        const char *value = NULL;
        is_only_arguments = is_only_arguments || strcmp(argv[i], "--") == 0;
        for (size_t j = 0; j < n_options && !is_only_arguments; j++) {
            is_global = is_global || is_option(argv[i], option[j].name, &value);
        }
        if (!is_global) {
            argv[kept++] = argv[i];
            continue;
        }
        const enum wh_status status =
            read_option(&program, *argc, argv, &i, option, n_options, err);
        if (status != WH_OK) {
            return status;
        }
    }
    *argc = kept;
    int64_t n = 0;
    enum wh_status status = WH_OK;
    if (jobs != NULL) {
        status = wh_args_whole("jobs", jobs, 1, 64, &n, err);
        global.ctx.jobs = (unsigned)n;
    }
    if (status == WH_OK && memory != NULL) {
        status = wh_args_whole("memory-limit", memory, 16, 1 << 20, &n, err);
        global.ctx.memory_limit_bytes = (size_t)n << 20;
    }
    *ret = global;
    return status;
}

enum wh_status wh_args_day(const char *name, const char *text, int64_t *ret, struct wh_error *err)
{
    struct wh_civil civil;
    if (!wh_time_parse("%Y-%m-%d", wh_str_c(text), &civil)) {
        char shown[128];
        return wh_fail(err, WH_ERR_USAGE, "--%s: expected a date as in 2026-11-03, not %s", name,
                       wh_log_escape(wh_str_c(text), shown, sizeof shown));
    }
    *ret = wh_day_from_civil(civil.year, civil.month, civil.day);
    return WH_OK;
}

enum wh_status wh_args_number(const char *name, const char *text, double low, double high,
                              const char *unit, double *ret, struct wh_error *err)
{
    double value = 0;
    if (!wh_parse_double(wh_str_c(text), &value) || value < low || value > high) {
        char shown[128], from[32], to[32];
        return wh_fail(err, WH_ERR_USAGE, "--%s: expected %s from %s to %s, not %s", name, unit,
                       wh_format_decimal(low, 6, from, sizeof from),
                       wh_format_decimal(high, 6, to, sizeof to),
                       wh_log_escape(wh_str_c(text), shown, sizeof shown));
    }
    *ret = value;
    return WH_OK;
}

enum wh_status wh_args_whole(const char *name, const char *text, int64_t low, int64_t high,
                             int64_t *ret, struct wh_error *err)
{
    int64_t value = 0;
    if (!wh_parse_int(wh_str_c(text), &value) || value < low || value > high) {
        char shown[128];
        return wh_fail(err, WH_ERR_USAGE, "--%s: expected a whole number from %lld to %lld, not %s",
                       name, (long long)low, (long long)high,
                       wh_log_escape(wh_str_c(text), shown, sizeof shown));
    }
    *ret = value;
    return WH_OK;
}

enum wh_status wh_args_blame(enum wh_status status, struct wh_error *err)
{
    if (status == WH_ERR_CONFIG) {
        err->status = WH_ERR_USAGE;
        return WH_ERR_USAGE;
    }
    return status;
}
