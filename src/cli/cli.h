/* cli/cli.h: arguments in, exit code out; the only folder that prints. */
#ifndef WH_CLI_CLI_H
#define WH_CLI_CLI_H

#include <stdio.h>
#include <wardheat/base.h>

/* An option of a subcommand: --name VALUE, or a flag. */
struct wh_option {
    const char *name;      /* without the dashes */
    const char *value;     /* what the value is called in the help; NULL: a flag */
    const char *help;      /* with unit and default; further lines are indented */
    const char **ret_text; /* gets the value; */
    bool *ret_flag;        /* or is set */
};

struct wh_command {
    const char *name;
    const char *arguments;  /* "CONFIG", for the usage line */
    const char *summary;    /* one line */
    const char *details;    /* some lines: what it teaches, with examples */
    size_t n_arguments;     /* positional ones that are required */
    size_t n_optional;      /* positional ones after them that may be missing (NULL then) */
    const char *more_usage; /* a second form: "CONFIG --explain ADDRESS"; or NULL */
    enum wh_status (*run)(struct wh_ctx *ctx, const struct wh_command *command, int argc,
                          char **argv, struct wh_error *err);
};

/* What is everywhere: --quiet, --verbose, --jobs, --memory-limit, --log-json; read before a command
 * sees the rest. */
struct wh_global_options {
    struct wh_ctx_options ctx;
    bool wants_help, wants_version;
};

/*
 * Sorts argv into options and positional arguments (pointers into argv). WH_ERR_USAGE: an unknown
 * option (with the nearest), a missing value, too few or too many arguments. `n_options` options
 * end the table.
 */
WH_MUST_USE enum wh_status wh_args_read(const struct wh_command *command, int argc, char **argv,
                                        const struct wh_option *option, size_t n_options,
                                        const char **ret_argument, struct wh_error *err);
/* Prints usage, options, examples and exit codes. */
void wh_args_help(FILE *out, const struct wh_command *command, const struct wh_option *option,
                  size_t n_options);
/* Takes the global options out of argv. */
WH_MUST_USE enum wh_status wh_args_globals(int *argc, char **argv, struct wh_global_options *ret,
                                           struct wh_error *err);
/* True when --help is among them: the command prints its help and is done. */
bool wh_args_wants_help(int argc, char **argv);
/* "2026-11-03" as a day number. */
WH_MUST_USE enum wh_status wh_args_day(const char *name, const char *text, int64_t *ret,
                                       struct wh_error *err);
/* A number, or a whole number, within bounds: "--cell: expected metres from 1 to 1000, not x". */
WH_MUST_USE enum wh_status wh_args_number(const char *name, const char *text, double low,
                                          double high, const char *unit, double *ret,
                                          struct wh_error *err);
WH_MUST_USE enum wh_status wh_args_whole(const char *name, const char *text, int64_t low,
                                         int64_t high, int64_t *ret, struct wh_error *err);
/* Without a config file, what a stage calls a wrong config is a wrong argument: WH_ERR_USAGE. */
enum wh_status wh_args_blame(enum wh_status status, struct wh_error *err);

/* One file a subcommand. */
extern const struct wh_command wh_command_run, wh_command_check, wh_command_geocode,
    wh_command_density, wh_command_hotspots, wh_command_tiles, wh_command_print, wh_command_explain,
    wh_command_serve;

#endif
