/* wardheat/base.h: what every call needs: the context, errors, borrowed strings. */
#ifndef WARDHEAT_BASE_H
#define WARDHEAT_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define WH_MUST_USE __attribute__((warn_unused_result))
#else
#define WH_MUST_USE
#endif

/* What went wrong, in the order of the exit codes (DESIGN.md section 4): the value is the exit code. */
enum wh_status {
    WH_OK = 0,           /* published, or nothing new to publish */
    WH_ERR_INTERNAL = 1, /* a fault of ours */
    WH_ERR_USAGE = 2,    /* the command line is wrong */
    WH_ERR_CONFIG = 3,   /* the config file is wrong */
    WH_ERR_INPUT = 4,    /* input could not be read */
    WH_ERR_OUTPUT = 5,   /* output could not be written */
    WH_ERR_BUSY = 6,     /* another run holds the lock */
    WH_ERR_LIMIT = 7,    /* out of memory or over a limit */
    WH_ERR_GATE = 8      /* held back by a quality gate */
};

/*
 * An error with its place, on the caller's stack; filling it never allocates. `where` is a file or a
 * stage, `line` and `column` count from 1 (0: unknown). wh_error_text() joins them to one sentence.
 */
struct wh_error {
    enum wh_status status;
    int sys_errno;
    uint64_t line;
    uint32_t column;
    char where[256];
    char message[1024];
};

/* Borrowed UTF-8 text; not terminated; may be empty (ptr may then be NULL). */
struct wh_str {
    const char *ptr;
    size_t len;
};

struct wh_ctx;

struct wh_ctx_options {
    size_t memory_limit_bytes; /* cap on our own allocations; 0: none */
    unsigned jobs;             /* threads of a parallel loop; 0: one a core; never changes a result */
    uint64_t seed;             /* of every random draw */
    int64_t as_of_day;         /* the run's date, in days since 1970-01-01 */
    bool quiet;                /* errors and warnings only */
    bool verbose;              /* one line a stage and more */
    bool log_json;             /* one JSON object a line on standard error */
    bool show_progress;        /* a bar on standard error, where that is a terminal */
};

/* Makes a context, the first parameter of every stage. Caller owns it: wh_ctx_destroy(). NULL `opt`: defaults. */
WH_MUST_USE enum wh_status wh_ctx_create(const struct wh_ctx_options *opt, struct wh_ctx **ret,
                                         struct wh_error *err);
void wh_ctx_destroy(struct wh_ctx *ctx);

/* Writes "where:line: message" (what is unknown is left out) to `buf`, always terminated; returns `buf`. */
const char *wh_error_text(const struct wh_error *err, char *buf, size_t size);

/* One word for a status, as in "config". */
const char *wh_status_name(enum wh_status status);

/* "1.0.0"; static. */
const char *wh_version(void);

#ifdef __cplusplus
}
#endif
#endif
