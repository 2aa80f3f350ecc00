/* cli/check.c: wardheat check. */
#include "base/str.h"
#include "cli/cli.h"
#include "run/run.h"

static enum wh_status check(struct wh_ctx *ctx, const struct wh_command *command, int argc,
                            char **argv, struct wh_error *err)
{
    const char *config = NULL;
    struct wh_buf report;
    if (wh_args_wants_help(argc, argv)) {
        wh_args_help(stdout, command, NULL, 0);
        return WH_OK;
    }
    enum wh_status status = wh_args_read(command, argc, argv, NULL, 0, &config, err);
    if (status != WH_OK) {
        return status;
    }
    wh_buf_init(&report, ctx);
    status = wh_run_check(ctx, config, &report, err);
    if (report.len > 0) {
        fwrite(report.ptr, 1, report.len, stdout);
    }
    wh_buf_finish(&report);
    return status;
}

const struct wh_command wh_command_check = {
    .name = "check",
    .arguments = "CONFIG",
    .summary = "lists everything that is wrong, and what a run would do; changes nothing",
    .details = "Reads CONFIG and looks at every file that it names; the list goes to standard "
               "output.\n"
               "Exit code 3 when the config is wrong, 4 when an input cannot be read, 5 when a "
               "folder\n"
               "cannot be written; with several of them, that of the first.\n\n"
               "Examples:\n"
               "  wardheat check council.yaml\n"
               "  wardheat check council.yaml && wardheat run council.yaml\n",
    .n_arguments = 1,
    .run = check,
};
