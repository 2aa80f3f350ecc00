/* cli/main.c: which command, and how it ended. */
#include <string.h>
#include <wardheat/base.h>

#include "base/error.h"
#include "base/io_process.h"
#include "base/log.h"
#include "base/str.h"
#include "cli/cli.h"
#include "geo/geo.h"

static const struct wh_command *const command_table[] = {
    &wh_command_run,     &wh_command_check,    &wh_command_geocode,
    &wh_command_density, &wh_command_hotspots, &wh_command_tiles,
    &wh_command_print,   &wh_command_explain,  &wh_command_serve,
};
#define N_COMMANDS (sizeof command_table / sizeof *command_table)

static void print_commands(FILE *out)
{
    fprintf(out,
            "wardheat %s: maps where people need their council\n\n"
            "Usage: wardheat COMMAND [--help]\n\n",
            wh_version());
    for (size_t i = 0; i < N_COMMANDS; i++) {
        fprintf(out, "  %-10s%s\n", command_table[i]->name, command_table[i]->summary);
    }
    fprintf(out, "\nBegin with: wardheat check CONFIG\n");
}

static enum wh_status find_command(const char *name, const struct wh_command **ret,
                                   struct wh_error *err)
{
    struct wh_near_word nearest = {.word = wh_str_c(name), .most = 2};
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(command_table[i]->name, name) == 0) {
            *ret = command_table[i];
            return WH_OK;
        }
        wh_near_word_offer(&nearest, wh_str_c(command_table[i]->name));
    }
    char shown[128];
    wh_log_escape(wh_str_c(name), shown, sizeof shown);
    if (nearest.best.ptr != NULL) {
        return wh_fail(err, WH_ERR_USAGE, "no command \"%s\" (did you mean %s?)", shown,
                       nearest.best.ptr);
    }
    return wh_fail(err, WH_ERR_USAGE, "no command \"%s\"; wardheat help lists them", shown);
}

static bool is_help(const char *name)
{
    return strcmp(name, "help") == 0 || strcmp(name, "--help") == 0;
}

static enum wh_status run_command(struct wh_ctx *ctx, int argc, char **argv, struct wh_error *err)
{
    const struct wh_command *command = NULL;
    char help[] = "--help";
    if (is_help(argv[0])) { /* "help density" is "density --help" */
        argv[0] = argv[1];
        argv[1] = help;
    }
    enum wh_status status = find_command(argv[0], &command, err);
    if (status == WH_OK) {
        status = wh_geo_start(ctx, err);
    }
    if (status == WH_OK) {
        status = command->run(ctx, command, argc - 1, argv + 1, err);
        wh_geo_stop();
    }
    return status;
}

static int fail_early(const struct wh_error *err)
{
    char text[1400];
    fprintf(stderr, "wardheat: %s\n", wh_error_text(err, text, sizeof text));
    return (int)err->status;
}

int main(int argc, char **argv)
{
    struct wh_error err = {0};
    struct wh_global_options global;
    struct wh_ctx *ctx = NULL;
    argc--;
    argv++;
    if (wh_process_guard_streams(&err) != WH_OK) {
        return (int)err.status;
    }
    if (wh_args_globals(&argc, argv, &global, &err) != WH_OK) {
        return fail_early(&err);
    }
    if (wh_ctx_create(&global.ctx, &ctx, &err) != WH_OK) {
        return fail_early(&err);
    }
    enum wh_status status = WH_OK;
    if (global.wants_version) {
        printf("wardheat %s\n", wh_version());
    } else if (argc == 0) {
        print_commands(stderr);
        status = WH_ERR_USAGE;
    } else if (is_help(argv[0]) && argc == 1) {
        print_commands(stdout);
    } else {
        status = run_command(ctx, argc, argv, &err);
        if (status != WH_OK) {
            char text[1400];
            wh_log(ctx, WH_LOG_ERROR, "%s", wh_error_text(&err, text, sizeof text));
        }
    }
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == WH_OK) {
        wh_log(ctx, WH_LOG_ERROR, "standard output could not be written");
        status = WH_ERR_OUTPUT;
    }
    wh_ctx_destroy(ctx);
    return (int)status;
}
