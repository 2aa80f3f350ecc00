/* run/print_forms.c: the languages and editions that pages are printed in. */
#include "run/print_forms.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/log.h"
#include "run/run.h"
#include "run/session.h"

#define MOST_GAPS_SHOWN 3

/* What is on its way into forms. */
struct opening {
    struct wh_ctx *ctx;
    const struct wh_session *session;
    const struct wh_print_wishes *wishes;
    struct wh_print_forms *forms;
    char *styles_dir;
    struct wh_error *err;
};

static enum wh_status report_gaps(const struct opening *o, const struct wh_language *lang)
{
    size_t n = 0;
    while (wh_language_gap(lang, n) != NULL) {
        n++;
    }
    if (n > 0 && o->wishes->is_strict) {
        return wh_fail(o->err, WH_ERR_CONFIG, "%s (and %zu more that the language lacks)",
                       wh_language_gap(lang, 0), n - 1);
    }
    for (size_t i = 0; i < n && i < MOST_GAPS_SHOWN; i++) {
        wh_log(o->ctx, WH_LOG_WARNING, "%s", wh_language_gap(lang, i));
    }
    if (n > MOST_GAPS_SHOWN) {
        wh_log(o->ctx, WH_LOG_WARNING, "%s: %zu more are missing", wh_language_code(lang),
               n - MOST_GAPS_SHOWN);
    }
    return WH_OK;
}

static enum wh_status find_language(const struct opening *o, struct wh_str code,
                                    const struct wh_language **ret)
{
    struct wh_print_forms *const forms = o->forms;
    char text[16];
    snprintf(text, sizeof text, "%.*s", (int)code.len, code.ptr);
    for (size_t i = 0; i < forms->n_languages; i++) {
        if (strcmp(wh_language_code(forms->language[i]), text) == 0) {
            *ret = forms->language[i];
            return WH_OK;
        }
    }
    struct wh_language **const lang = &forms->language[forms->n_languages];
    enum wh_status status = wh_language_load(o->ctx, o->styles_dir,
                                             o->session->config.outputs.locale, text, lang, o->err);
    if (status == WH_OK) {
        forms->n_languages++;
        *ret = *lang;
        status = report_gaps(o, *lang);
    }
    return status;
}

static enum wh_status find_style(const struct opening *o, enum wh_print_edition edition,
                                 const struct wh_style **ret)
{
    struct wh_style **const style = &o->forms->style[edition];
    enum wh_status status = WH_OK;
    *ret = o->session->print_style;
    if (strcmp(wh_print_edition_style(edition), "standard") != 0) {
        if (*style == NULL) {
            status = wh_style_load(o->ctx, o->styles_dir, wh_print_edition_style(edition), style,
                                   o->err);
        }
        *ret = *style;
    }
    return status;
}

/* "", "cy", "large", "cy/large": the first pair is where readers look. */
static const char *folder_of(struct wh_arena *arena, const char *language, const char *edition,
                             bool is_first_language, bool is_standard)
{
    return wh_arena_printf(arena, "%s%s%s", is_first_language ? "" : language,
                           is_first_language || is_standard ? "" : "/", is_standard ? "" : edition);
}

static enum wh_status add_form(const struct opening *o, size_t language_idx, size_t edition_idx)
{
    const struct wh_print_wishes *const wishes = o->wishes;
    const struct wh_str both = wh_str_c(wishes->language[language_idx]);
    const size_t plus = wh_str_find(both, '+');
    struct wh_print_form *const form = &o->forms->form[o->forms->n];
    struct wh_page_options *const page = &form->page;
    enum wh_status status = WH_OK;
    *page = (struct wh_page_options){.paper = o->session->config.outputs.paper,
                                     .basemap = o->session->basemap,
                                     .layout = o->session->layout};
    if (!wh_print_edition_find(wishes->edition[edition_idx], &page->edition)) {
        status = wh_fail(o->err, WH_ERR_CONFIG,
                         "no edition \"%.40s\": expected standard, large, grey or high-contrast",
                         wishes->edition[edition_idx]);
    }
    if (page->edition == WH_PRINT_LARGE) {
        page->paper = WH_PAPER_A3; /* large print has no room on less */
    }
    if (status == WH_OK) {
        status = find_language(o, wh_str_slice(both, 0, plus), &page->language);
    }
    if (status == WH_OK && plus < both.len) {
        status = find_language(o, wh_str_slice(both, plus + 1, both.len), &page->second);
    }
    if (status == WH_OK) {
        status = find_style(o, page->edition, &page->style);
    }
    if (status == WH_OK) {
        form->folder = folder_of(&o->forms->arena, both.ptr, wishes->edition[edition_idx],
                                 language_idx == 0, edition_idx == 0);
        status = form->folder == NULL ? wh_fail_memory(o->ctx, o->err) : WH_OK;
        o->forms->n++;
    }
    return status;
}

enum wh_status wh_print_forms_open(struct wh_ctx *ctx, const struct wh_session *session,
                                   const struct wh_print_wishes *wishes, struct wh_print_forms *ret,
                                   struct wh_error *err)
{
    struct wh_print_forms forms = {0};
    wh_arena_init(&forms.arena, ctx);
    forms.form =
        wh_arena_alloc(&forms.arena, wishes->n_languages * wishes->n_editions, sizeof *forms.form);
    forms.language = wh_arena_alloc(&forms.arena, 2 * wishes->n_languages, sizeof *forms.language);
    const struct opening o = {.ctx = ctx,
                              .session = session,
                              .wishes = wishes,
                              .forms = &forms,
                              .styles_dir = wh_path_join(ctx, wh_run_assets_dir(), "styles"),
                              .err = err};
    enum wh_status status = forms.form == NULL || forms.language == NULL || o.styles_dir == NULL
                                ? wh_fail_memory(ctx, err)
                                : WH_OK;
    for (size_t i = 0; i < wishes->n_languages * wishes->n_editions && status == WH_OK; i++) {
        status = add_form(&o, i / wishes->n_editions, i % wishes->n_editions);
    }
    wh_free(ctx, o.styles_dir);
    if (status == WH_OK) {
        *ret = forms;
    } else {
        wh_print_forms_close(ctx, &forms);
    }
    return status;
}

void wh_print_forms_close(struct wh_ctx *ctx, struct wh_print_forms *forms)
{
    for (size_t i = 0; i < forms->n_languages; i++) {
        wh_language_destroy(ctx, forms->language[i]);
    }
    for (size_t i = 0; i < WH_N_PRINT_EDITIONS; i++) {
        wh_style_destroy(ctx, forms->style[i]);
    }
    wh_arena_finish(&forms->arena);
    *forms = (struct wh_print_forms){0};
}
