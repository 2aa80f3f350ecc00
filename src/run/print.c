/* run/print.c: `wardheat print`: pages from the state that the last run left, without reading
 * sources again. */
#include <string.h>

#include "base/error.h"
#include "render/evidence.h"
#include "run/edition.h"
#include "run/evidence_record.h"
#include "run/run.h"

static enum wh_status find_ward(const struct wh_session *session, const char *code, int32_t *ret,
                                struct wh_error *err)
{
    if (code == NULL) {
        *ret = -1;
        return WH_OK;
    }
    const int32_t ward = wh_areas_find_code(&session->wards, code);
    if (ward < 0) {
        return wh_fail(err, WH_ERR_USAGE, "no ward has the code \"%s\"; the first is %s", code,
                       session->wards.code[0]);
    }
    *ret = ward;
    return WH_OK;
}

/* The page of evidence of the one hot spot with this id. */
static enum wh_status print_evidence(struct wh_ctx *ctx, const struct wh_session *session,
                                     const struct wh_edition_report *edition, const char *id,
                                     const struct wh_page_options *page, const char *out_path,
                                     struct wh_error *err)
{
    const struct wh_report *const report = edition->body;
    const char *first = NULL;
    for (size_t t = 0; t < report->n_themes; t++) {
        for (size_t i = 0; i < report->theme[t].n_hotspots; i++) {
            struct wh_evidence_theme evidence;
            struct wh_bases bases = {0};
            struct wh_sheet_file file;
            first = first == NULL ? report->theme[t].hotspot[i].id : first;
            if (strcmp(report->theme[t].hotspot[i].id, id) != 0) {
                continue;
            }
            enum wh_status status = wh_evidence_theme_make(
                ctx, session, &report->theme[t], &edition->patterns[t], id, true, &bases, &evidence, err);
            wh_bases_finish(ctx, &bases);
            if (status != WH_OK) {
                return status;
            }
            status = wh_render_evidence(ctx, report, t, &evidence.record[0], page, &file, err);
            if (status == WH_OK) {
                status = wh_sheet_file_write(ctx, &file, out_path, NULL, err);
            }
            wh_sheet_file_finish(ctx, &file);
            wh_evidence_theme_finish(ctx, &evidence);
            return status;
        }
    }
    return wh_fail(err, WH_ERR_USAGE, "no hot spot has the id \"%s\" on that day; %s%s", id,
                   first == NULL ? "there is none" : "the first is ", first == NULL ? "" : first);
}

static bool is_svg(const char *path)
{
    return wh_str_has_suffix(wh_str_c(path), ".svg");
}

/* Drawings of one sheet: the overview of a theme, or a ward's. */
static enum wh_status print_svg(struct wh_ctx *ctx, const struct wh_report *report,
                                size_t theme_idx, int32_t ward_idx,
                                const struct wh_page_options *page, const char *out_path,
                                struct wh_error *err)
{
    struct wh_sheet_file file;
    enum wh_status status = wh_render_sheet_svg(ctx, report, theme_idx, ward_idx, page, &file, err);
    if (status == WH_OK) {
        status = wh_sheet_file_write_svg(ctx, &file, out_path, err);
    }
    wh_sheet_file_finish(ctx, &file);
    return status;
}

/* What was asked for, as a file of the kind that its name says. */
static enum wh_status print_edition(struct wh_ctx *ctx, const struct wh_session *session,
                                    const struct wh_edition_report *edition,
                                    const struct wh_run_print_options *opt,
                                    const struct wh_page_options *form, int32_t theme, int32_t ward,
                                    const char *out_path, struct wh_error *err)
{
    struct wh_page_options page = *form;
    page.layout = session->layout;
    if (opt->has_paper && page.edition != WH_PRINT_LARGE) {
        page.paper = opt->paper;
    }
    page.style = opt->style != NULL ? session->print_style : page.style;
    if (opt->hotspot_id != NULL) {
        return print_evidence(ctx, session, edition, opt->hotspot_id, &page, out_path, err);
    }
    return is_svg(out_path)
               ? print_svg(ctx, edition->body, (size_t)theme, ward, &page, out_path, err)
               : wh_render_atlas(ctx, edition->body, theme, ward, &page, out_path, err);
}

/* The one language and edition asked for, else the config's first. */
static enum wh_status open_form(struct wh_ctx *ctx, const struct wh_session *session,
                                const struct wh_run_print_options *opt, struct wh_print_forms *ret,
                                struct wh_error *err)
{
    const struct wh_config *const config = &session->config;
    const struct wh_print_wishes wishes = {
        .language = opt->language != NULL ? &opt->language : config->outputs.language,
        .n_languages = 1,
        .edition = opt->edition != NULL ? &opt->edition : config->outputs.edition,
        .n_editions = 1,
        .is_strict = opt->is_strict};
    if (opt->has_paper && opt->paper == WH_PAPER_A4 && strcmp(wishes.edition[0], "large") == 0) {
        return wh_fail(err, WH_ERR_USAGE, "--edition large is printed on A3: leave --paper A4 out");
    }
    const enum wh_status status = wh_print_forms_open(ctx, session, &wishes, ret, err);
    /* Named by hand. */
    return status == WH_ERR_CONFIG && (opt->language != NULL || opt->edition != NULL)
               ? err->status = WH_ERR_USAGE
               : status;
}

enum wh_status wh_run_print(struct wh_ctx *ctx, const char *config_path,
                            const struct wh_run_print_options *opt, const char *out_path,
                            struct wh_error *err)
{
    struct wh_session session = {0};
    struct wh_edition_report edition = {0};
    const struct wh_edition_options which = {.is_officer =
                                                 opt->is_officer || opt->hotspot_id != NULL,
                                             .wants_evidence = opt->hotspot_id != NULL};
    struct wh_print_forms forms = {0};
    int32_t ward = -1, theme = -1;
    if (is_svg(out_path) &&
        (opt->hotspot_id != NULL || (opt->theme_id == NULL && opt->ward_code == NULL))) {
        return wh_fail(err, WH_ERR_USAGE,
                       "%s: a drawing holds one sheet: name it with --theme, and --ward; or write "
                       "a .pdf",
                       out_path);
    }
    enum wh_status status =
        wh_session_reopen(ctx, config_path, opt->has_as_of, opt->as_of_day, &session, err);
    if (status == WH_OK && opt->style != NULL) {
        status = wh_session_set_print_style(ctx, &session, opt->style, err);
        status = status == WH_ERR_CONFIG ? err->status = WH_ERR_USAGE : status; /* named by hand */
    }
    if (status == WH_OK && opt->layout != NULL) {
        status = wh_session_set_layout(ctx, &session, opt->layout, err);
        status = status == WH_ERR_CONFIG ? err->status = WH_ERR_USAGE : status;
    }
    if (status == WH_OK) {
        status = open_form(ctx, &session, opt, &forms, err);
    }
    if (status == WH_OK) {
        status = find_ward(&session, opt->ward_code, &ward, err);
    }
    if (status == WH_OK) {
        status = wh_session_find_theme(&session, opt->theme_id, &theme, err);
    }
    if (status == WH_OK) {
        status = wh_edition_build(ctx, &session, &which, &edition, err);
    }
    if (status == WH_OK) {
        status = print_edition(ctx, &session, &edition, opt, &forms.form[0].page, theme, ward,
                               out_path, err);
    }
    wh_edition_finish(ctx, &edition);
    wh_print_forms_close(ctx, &forms);
    wh_session_close(ctx, &session);
    return status;
}
