/* run/print_forms.h: the languages and editions that pages are printed in. */
#ifndef WH_RUN_PRINT_FORMS_H
#define WH_RUN_PRINT_FORMS_H

#include "base/arena.h"
#include "publish/writers.h"

struct wh_session;

/* What was asked for, as in the config: "cy" or "en+cy"; names of editions. Borrowed. */
struct wh_print_wishes {
    const char *const *language;
    size_t n_languages;
    const char *const *edition;
    size_t n_editions;
    bool is_strict; /* a language that lacks something is refused */
};

struct wh_print_forms {
    struct wh_arena arena;
    size_t n;
    struct wh_print_form *form; /* the first has no folder */
    size_t n_languages;
    struct wh_language **language;
    struct wh_style *style[WH_N_PRINT_EDITIONS]; /* NULL: not asked for */
};

/*
 * Loads what is asked for; the session outlives it. What a language leaves to English is a warning,
 * or with `is_strict` WH_ERR_CONFIG. Caller closes.
 */
WH_MUST_USE enum wh_status wh_print_forms_open(struct wh_ctx *ctx, const struct wh_session *session,
                                               const struct wh_print_wishes *wishes,
                                               struct wh_print_forms *ret, struct wh_error *err);
/* Zeroed is fine. */
void wh_print_forms_close(struct wh_ctx *ctx, struct wh_print_forms *forms);

#endif
