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
    const struct wh_str word = wh_str_slice(wh_str_c(arg), 2, wh_str_find(wh_str_c(arg), '='));
    const char *best = NULL;
    size_t best_distance = 4;
    for (size_t i = 0; i < n_options; i++) {
        const size_t distance = wh_str_distance(word, wh_str_c(option[i].name));
        if (distance < best_distance) {
            best_distance = distance;
            best = option[i].name;
        }
    }
    char shown[128];
    wh_log_escape(wh_str_c(arg), shown, sizeof shown);
    if (best != NULL) {
        return wh_fail(err, WH_ERR_USAGE, "unknown option %s (did you mean --%s?)", shown, best);
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
        } else if (!is_only_arguments && strncmp(argv[i], "--", 2) == 0) {
            const enum wh_status status =
                read_option(command, argc, argv, &i, option, n_options, err);
            if (status != WH_OK) {
                return status;
            }
        } else if (n == command->n_arguments) {
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

void wh_args_help(FILE *out, const struct wh_command *command, const struct wh_option *option,
                  size_t n_options)
{
    fprintf(out, "wardheat %s: %s\n\nUsage: wardheat %s %s%s\n\n", command->name, command->summary,
            command->name, command->arguments, n_options > 0 ? " [options]" : "");
    for (size_t i = 0; i < n_options; i++) {
        char left[64];
        snprintf(left, sizeof left, "--%s %s", option[i].name,
                 option[i].value == NULL ? "" : option[i].value);
        fprintf(out, "  %-24s%s\n", left, option[i].help);
    }
    fprintf(out,
            "  --quiet                 warnings and errors only\n"
            "  --verbose               a line a stage and more\n"
            "  --jobs N                threads (default: one a core); never changes a result\n"
            "  --memory-limit MB       stop with exit code 7 rather than take more\n"
            "  --log-json              one JSON object a line on standard error\n\n%s\n%s",
            command->details, exit_codes);
}

bool wh_args_wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            return true;
        }
    }
    return false;
}

static enum wh_status read_count(const char *name, const char *text, int64_t low, int64_t high,
                                 int64_t *ret, struct wh_error *err)
{
    if (!wh_parse_int(wh_str_c(text), ret) || *ret < low || *ret > high) {
        char shown[128];
        return wh_fail(err, WH_ERR_USAGE, "--%s: expected a whole number from %lld to %lld, not %s",
                       name, (long long)low, (long long)high,
                       wh_log_escape(wh_str_c(text), shown, sizeof shown));
    }
    return WH_OK;
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
    for (int i = 0; i < *argc; i++) {
        bool is_global = false;
        const char *value = NULL;
        for (size_t j = 0; j < n_options; j++) {
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
        status = read_count("jobs", jobs, 1, 64, &n, err);
        global.ctx.jobs = (unsigned)n;
    }
    if (status == WH_OK && memory != NULL) {
        status = read_count("memory-limit", memory, 16, 1 << 20, &n, err);
        global.ctx.memory_limit_bytes = (size_t)n << 20;
    }
    *ret = global;
    return status;
}

enum wh_status wh_args_day(const char *text, int64_t *ret, struct wh_error *err)
{
    struct wh_civil civil;
    if (!wh_time_parse("%Y-%m-%d", wh_str_c(text), &civil)) {
        char shown[128];
        return wh_fail(err, WH_ERR_USAGE, "expected a date as in 2026-11-03, not %s",
                       wh_log_escape(wh_str_c(text), shown, sizeof shown));
    }
    *ret = wh_day_from_civil(civil.year, civil.month, civil.day);
    return WH_OK;
}
