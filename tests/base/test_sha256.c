/* SHA-256: the published vectors; pieces of any size give the same. */
#include "base/sha256.h"
#include "wh_test_files.h"

static const char *hash_of(const void *bytes, size_t len)
{
    static char hex[65];
    struct wh_sha256 sha;
    wh_sha256_init(&sha);
    wh_sha256_add(&sha, bytes, len);
    wh_sha256_hex(&sha, hex);
    return hex;
}

static void the_published_vectors_come_out(void **state)
{
    (void)state;
    /* FIPS 180-4 examples, and NIST CAVP SHA256ShortMsg. */
    assert_string_equal(hash_of("", 0),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_string_equal(hash_of("abc", 3),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    assert_string_equal(hash_of(two_blocks, strlen(two_blocks)),
                        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_string_equal(hash_of("\xd3", 1),
                        "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1");
    assert_string_equal(hash_of("\x11\xaf", 2),
                        "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98");
    char *million = malloc(1000000);
    assert_non_null(million);
    memset(million, 'a', 1000000);
    assert_string_equal(hash_of(million, 1000000),
                        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

/* By the processor's instructions, where it has them, and without. */
static void both_ways_give_the_same(void **state)
{
    (void)state;
    uint64_t random = test_seed("both ways");
    unsigned char bytes[2000];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)next_random(&random);
    }
    for (size_t trial = 0; trial < 3000; trial++) {
        char with[65], without[65];
        struct wh_sha256 plain;
        const size_t from = random_below(&random, 64), len = random_below(&random, 1900);
        memcpy(with, hash_of(bytes + from, len), sizeof with);
        wh_sha256_init(&plain);
        plain.has_instructions = false;
        wh_sha256_add(&plain, bytes + from, len);
        wh_sha256_hex(&plain, without);
        assert_string_equal(with, without);
    }
}

static void pieces_of_any_size_give_the_same(void **state)
{
    (void)state;
    uint64_t random = test_seed("pieces");
    unsigned char bytes[700];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)next_random(&random);
    }
    for (size_t len = 0; len < 300; len++) { /* every length across the padding's edges */
        char whole[65], pieces[65];
        memcpy(whole, hash_of(bytes, len), sizeof whole);
        struct wh_sha256 sha;
        wh_sha256_init(&sha);
        for (size_t at = 0; at < len;) {
            size_t n = random_below(&random, 130);
            n = n < len - at ? n : len - at;
            wh_sha256_add(&sha, bytes + at, n);
            at += n;
        }
        wh_sha256_hex(&sha, pieces);
        assert_string_equal(whole, pieces);
    }
}

static void a_file_has_the_hash_of_its_bytes(void **state)
{
    (void)state;
    struct wh_ctx *ctx = wh_test_ctx();
    struct wh_error err = {0};
    enum { LEN = 200001 };
    char *bytes = malloc(LEN), hex[65];
    assert_non_null(bytes);
    memset(bytes, 'w', LEN);
    assert_wh_ok(wh_sha256_file(ctx, write_bytes("sha256.bin", bytes, LEN), hex, &err));
    assert_string_equal(hex, hash_of(bytes, LEN));
    assert_int_equal(wh_sha256_file(ctx, "sha256-none.bin", hex, &err), WH_ERR_INPUT);
    free(bytes);
    wh_test_drop_ctx(ctx);
}

static void sum_of(const char *const *row, size_t n, char ret_hex[65])
{
    struct wh_sha256_sum sum = {{0}};
    for (size_t i = 0; i < n; i++) {
        struct wh_sha256 sha;
        wh_sha256_init(&sha);
        wh_sha256_add(&sha, row[i], strlen(row[i]));
        wh_sha256_sum_add(&sum, &sha);
    }
    wh_sha256_sum_hex(&sum, ret_hex);
}

static void a_sum_does_not_depend_on_the_order_but_on_every_row(void **state)
{
    (void)state;
    char one[65], turned[65], twice[65], other[65];
    sum_of((const char *const[]){"a", "b", "b"}, 3, one);
    sum_of((const char *const[]){"b", "a", "b"}, 3, turned);
    sum_of((const char *const[]){"a", "b"}, 2, twice);
    sum_of((const char *const[]){"a", "b", "c"}, 3, other);
    assert_string_equal(one, turned);
    assert_string_not_equal(one, twice);
    assert_string_not_equal(one, other);
    sum_of((const char *const[]){"a"}, 1, one);
    assert_string_equal(one, hash_of("a", 1)); /* of one row it is the row's */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_vectors_come_out),
        cmocka_unit_test(both_ways_give_the_same),
        cmocka_unit_test(pieces_of_any_size_give_the_same),
        cmocka_unit_test(a_file_has_the_hash_of_its_bytes),
        cmocka_unit_test(a_sum_does_not_depend_on_the_order_but_on_every_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
