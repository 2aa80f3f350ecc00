/* base/sha256_internal.h: the two ways to digest blocks. */
#ifndef WH_BASE_SHA256_INTERNAL_H
#define WH_BASE_SHA256_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern const uint32_t wh_sha256_round_constant[64];

/* Has this processor instructions for it? */
bool wh_sha256_has_instructions(void);
/* n blocks of 64 bytes into the state; only where it has. */
void wh_sha256_digest_x86(uint32_t state[8], const uint8_t *block, size_t n);

#endif
