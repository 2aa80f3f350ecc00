/* cli/run.c: wardheat run. */
#include <wardheat/run.h>

#include "base/log.h"
#include "base/number.h"
#include "cli/cli.h"

static void say(struct wh_ctx *ctx, const struct wh_run_summary *summary, bool is_dry_run)
{
    char read[32];
    wh_format_count(summary->read, read, sizeof read);
    if (!summary->is_new) {
        wh_log_result(ctx, "nothing new to publish: %s stands (%s read, %.1f %% placed, %.0f s)",
                      summary->release_id, read, 100 * summary->placed_share, summary->seconds);
        return;
    }
    wh_log_result(ctx, "%s %s: %s read, %.1f %% placed, gates ok, %.0f s%s",
                  is_dry_run ? "would publish" : "published", summary->release_id, read,
                  100 * summary->placed_share, summary->seconds,
                  summary->public_is_new ? "" : "; the public part is carried over");
}

static enum wh_status run(struct wh_ctx *ctx, const struct wh_command *command, int argc,
                          char **argv, struct wh_error *err)
{
    const char *as_of = NULL, *config = NULL;
    struct wh_run_options opt = {0};
    struct wh_run_summary summary;
    const struct wh_option option[] = {
        {"as-of", "DATE", "the run's date, as in 2026-11-03 (default: today in the config's zone)",
         &as_of, NULL},
        {"dry-run", NULL, "does everything but publish (default: publishes)", NULL,
         &opt.is_dry_run},
    };
    const size_t n_options = sizeof option / sizeof *option;
    if (wh_args_wants_help(argc, argv)) {
        wh_args_help(stdout, command, option, n_options);
        return WH_OK;
    }
    enum wh_status status = wh_args_read(command, argc, argv, option, n_options, &config, err);
    if (status == WH_OK && as_of != NULL) {
        opt.has_as_of = true;
        status = wh_args_day("as-of", as_of, &opt.as_of_day, err);
    }
    if (status == WH_OK) {
        status = wh_run(ctx, config, &opt, &summary, err);
    }
    if (status == WH_OK) {
        say(ctx, &summary, opt.is_dry_run);
    }
    return status;
}

const struct wh_command wh_command_run = {
    .name = "run",
    .arguments = "CONFIG",
    .summary = "the nightly job: reads, places, maps, publishes",
    .details = "Reads every source that CONFIG names, places each request, estimates densities, "
               "finds hot\n"
               "spots, hides small numbers, and publishes one whole release (or leaves the last "
               "one). Ends\n"
               "with one line on standard error:\n"
               "  published 2026-11-03-1a2b3c4d: 4,812 read, 97.1 % placed, gates ok, 41 s\n\n"
               "Examples:\n"
               "  wardheat run council.yaml\n"
               "  wardheat run council.yaml --as-of 2026-11-03 --dry-run\n",
    .n_arguments = 1,
    .run = run,
};
