/* base/sha256.c: FIPS 180-4, section 6.2. */
#include "base/sha256.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/sha256_internal.h"

const uint32_t wh_sha256_round_constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static void digest_block(uint32_t state[8], const uint8_t block[64])
{
    uint32_t w[64];
    for (size_t i = 0; i < 16; i++) {
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    }
    for (size_t i = 16; i < 64; i++) {
        const uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
        const uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (size_t i = 0; i < 64; i++) {
        const uint32_t s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
        const uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + wh_sha256_round_constant[i] + w[i];
        const uint32_t s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
        const uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    const uint32_t add[8] = {a, b, c, d, e, f, g, h};
    for (size_t i = 0; i < 8; i++) {
        state[i] += add[i];
    }
}

static void digest_blocks(struct wh_sha256 *sha, const uint8_t *block, size_t n)
{
    if (sha->has_instructions) {
        wh_sha256_digest_x86(sha->state, block, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        digest_block(sha->state, block + 64 * i);
    }
}

void wh_sha256_init(struct wh_sha256 *sha)
{
    *sha = (struct wh_sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                                        0x9b05688c, 0x1f83d9ab, 0x5be0cd19},
                              .has_instructions = wh_sha256_has_instructions()};
}

void wh_sha256_add(struct wh_sha256 *sha, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    size_t filled = sha->len_bytes % 64;
    sha->len_bytes += len;
    while (len > 0) {
        if (filled == 0 && len >= 64) {
            digest_blocks(sha, p, len / 64);
            p += len - len % 64;
            len %= 64;
            continue;
        }
        const size_t n = len < 64 - filled ? len : 64 - filled;
        memcpy(sha->block + filled, p, n);
        p += n;
        len -= n;
        filled = (filled + n) % 64;
        if (filled == 0) {
            digest_blocks(sha, sha->block, 1);
        }
    }
}

static void finish(struct wh_sha256 *sha)
{
    const uint64_t bits = sha->len_bytes * 8;
    static const uint8_t padding[64] = {0x80};
    const size_t filled = sha->len_bytes % 64;
    wh_sha256_add(sha, padding, filled < 56 ? 56 - filled : 120 - filled);
    uint8_t length[8];
    for (unsigned i = 0; i < 8; i++) {
        length[i] = (uint8_t)(bits >> (56 - 8 * i));
    }
    wh_sha256_add(sha, length, sizeof length);
}

static void write_hex(const uint32_t word[8], char ret_hex[65])
{
    static const char hex[] = "0123456789abcdef";
    for (unsigned i = 0; i < 64; i++) {
        ret_hex[i] = hex[word[i / 8] >> (28 - 4 * (i % 8)) & 15];
    }
    ret_hex[64] = '\0';
}

void wh_sha256_hex(struct wh_sha256 *sha, char ret_hex[65])
{
    finish(sha);
    write_hex(sha->state, ret_hex);
}

void wh_sha256_sum_add(struct wh_sha256_sum *sum, struct wh_sha256 *row)
{
    finish(row);
    for (unsigned i = 0; i < 8; i++) {
        sum->word[i] += row->state[i];
    }
}

void wh_sha256_sum_hex(const struct wh_sha256_sum *sum, char ret_hex[65])
{
    write_hex(sum->word, ret_hex);
}

enum wh_status wh_sha256_file(struct wh_ctx *ctx, const char *path, char ret_hex[65],
                              struct wh_error *err)
{
    enum { CHUNK = 1 << 16 };
    struct wh_reader *reader = NULL;
    enum wh_status status = wh_reader_open(ctx, path, &reader, err);
    if (status != WH_OK) {
        return status;
    }
    struct wh_sha256 sha;
    wh_sha256_init(&sha);
    size_t len = 0;
    uint8_t *chunk = wh_alloc(ctx, CHUNK);
    if (chunk == NULL) {
        status = wh_fail_memory(ctx, err);
        goto out;
    }
    do {
        status = wh_reader_read(reader, chunk, CHUNK, &len, err);
        if (status != WH_OK) {
            goto out;
        }
        wh_sha256_add(&sha, chunk, len);
    } while (len > 0);
    wh_sha256_hex(&sha, ret_hex);
out:
    wh_free(ctx, chunk);
    wh_reader_close(reader);
    return status;
}
