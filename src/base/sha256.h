/* base/sha256.h: SHA-256 (FIPS 180-4), to name inputs and releases by their content. */
#ifndef WH_BASE_SHA256_H
#define WH_BASE_SHA256_H

#include <wardheat/base.h>

struct wh_sha256 {
    uint32_t state[8];
    uint64_t len_bytes;
    uint8_t block[64];
    bool has_instructions; /* of the processor's own; false gives the same, slowly */
};

/* init(), add() as often as there are pieces, hex() once. */
void wh_sha256_init(struct wh_sha256 *sha);
void wh_sha256_add(struct wh_sha256 *sha, const void *bytes, size_t len);
/* 64 lower-case hex digits and a NUL. */
void wh_sha256_hex(struct wh_sha256 *sha, char ret_hex[65]);
/*
 * Of rows that come in any order: the hashes of all, added word by word. It names what was read;
 * it is no proof against somebody who chooses rows so that they add up.
 */
struct wh_sha256_sum {
    uint32_t word[8];
};
/* Ends `row`, as wh_sha256_hex() does. */
void wh_sha256_sum_add(struct wh_sha256_sum *sum, struct wh_sha256 *row);
void wh_sha256_sum_hex(const struct wh_sha256_sum *sum, char ret_hex[65]);
/* Of a whole file; faults as wh_reader_open(). */
WH_MUST_USE enum wh_status wh_sha256_file(struct wh_ctx *ctx, const char *path, char ret_hex[65],
                                          struct wh_error *err);

#endif
