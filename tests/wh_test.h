/* tests/wh_test.h: cmocka with the headers that it needs before it, and what every test uses. */
#ifndef WH_TEST_H
#define WH_TEST_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wardheat/base.h>

#include "base/alloc.h"

#include <cmocka.h>

/* The caller has a `struct wh_error err`; a failure shows its sentence. */
#define assert_wh_ok(call)                                                                         \
    do {                                                                                           \
        char wh_text_[1400];                                                                       \
        if ((call) != WH_OK) {                                                                     \
            fail_msg("%s: %s", #call, wh_error_text(&err, wh_text_, sizeof wh_text_));             \
        }                                                                                          \
    } while (0)

/* Folder of the real data, or NULL: then the test says so and skips. */
static inline const char *wh_test_data(void)
{
    const char *dir = getenv("WARDHEAT_DATA");
    return dir != NULL && dir[0] != '\0' ? dir : NULL;
}

/* A context for a test; ends the test when there is none. */
static inline struct wh_ctx *wh_test_ctx(void)
{
    struct wh_ctx *ctx = NULL;
    struct wh_error err = {0};
    const struct wh_ctx_options opt = {.quiet = true, .jobs = 2, .seed = 1};
    if (wh_ctx_create(&opt, &ctx, &err) != WH_OK) {
        fail_msg("no context: %s", err.message);
    }
    return ctx;
}

/*
 * Destroys a context at the end of a group. Memory that is still in use ends the program: cmocka only mentions a group
 * teardown that fails, and calls the group passed.
 */
static inline int wh_test_drop_ctx(struct wh_ctx *ctx)
{
    const size_t left_bytes = wh_alloc_in_use(ctx);
    wh_ctx_destroy(ctx);
    if (left_bytes > 0) {
        (void)fprintf(stderr, "%zu bytes were not freed\n", left_bytes);
        exit(1);
    }
    return 0;
}

#endif
