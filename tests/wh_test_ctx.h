/* One context for all tests of a program; include once, in its only file. */
#ifndef WH_TEST_CTX_H
#define WH_TEST_CTX_H

#include "wh_test_files.h"

static struct wh_ctx *ctx;

static inline int make_ctx(void **state)
{
    (void)state;
    ctx = wh_test_ctx();
    return 0;
}

/* What tests have left in use ends the program: see wh_test_drop_ctx(). */
static inline int drop_ctx(void **state)
{
    (void)state;
    return wh_test_drop_ctx(ctx);
}

#endif
