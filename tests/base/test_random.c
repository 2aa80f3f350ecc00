/* Random numbers: known answers of Philox, and moments of what is drawn. */
#include "base/random.h"
#include "wh_test.h"
#include "wh_test_files.h"

/* Random123's kat_vectors, philox4x32 10: counter, key, output. */
static void philox_gives_its_published_answers(void **unused)
{
    (void)unused;
    static const struct {
        uint64_t seed, stream, counter;
        uint64_t expected[2];
    } CASES[] = {
        {0, 0, 0, {UINT64_C(0xe169c58d6627e8d5), UINT64_C(0x9b00dbd8bc57ac4c)}},
        {UINT64_MAX,
         UINT64_MAX,
         UINT64_MAX,
         {UINT64_C(0x41c83b0e408f276d), UINT64_C(0x6d5451fda20bc7c6)}},
        {UINT64_C(0x299f31d0a4093822),
         UINT64_C(0x0370734413198a2e),
         UINT64_C(0x85a308d3243f6a88),
         {UINT64_C(0x94fdccebd16cfe09), UINT64_C(0x24126ea15001e420)}},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct wh_random random;
        wh_random_init(&random, CASES[i].seed, CASES[i].stream);
        random.counter = CASES[i].counter;
        assert_int_equal(wh_random_bits(&random), CASES[i].expected[0]);
        assert_int_equal(wh_random_bits(&random), CASES[i].expected[1]);
    }
}

static void draws_have_their_moments(void **unused)
{
    (void)unused;
    enum { N = 200000 };
    const uint64_t seed = test_seed("random");
    struct wh_random random;
    double gamma[2] = {0}, gamma2[2] = {0};
    double sum = 0, sum2 = 0, normal = 0, normal2 = 0, poisson = 0, poisson2 = 0;
    unsigned face[6] = {0};
    wh_random_init(&random, seed, 7);
    for (unsigned i = 0; i < N; i++) {
        const double u = wh_random_unit(&random), z = wh_random_normal(&random);
        const double k = (double)wh_random_poisson(&random, 23.5);
        assert_true(u >= 0 && u < 1 && isfinite(z));
        for (unsigned j = 0; j < 2; j++) {
            const double g = wh_random_gamma(&random, j == 0 ? 0.5 : 7);
            gamma[j] += g;
            gamma2[j] += g * g;
        }
        sum += u;
        sum2 += u * u;
        normal += z;
        normal2 += z * z;
        poisson += k;
        poisson2 += k * k;
        face[wh_random_below(&random, 6)]++;
    }
    assert_true(fabs(sum / N - 0.5) < 0.004);
    assert_true(fabs(sum2 / N - 1 / 3.0) < 0.004);
    assert_true(fabs(normal / N) < 0.012);
    assert_true(fabs(normal2 / N - 1) < 0.02);
    assert_true(fabs(poisson / N - 23.5) < 0.06);
    assert_true(fabs(poisson2 / N - 23.5 * 23.5 - 23.5) < 3.5);
    for (unsigned j = 0; j < 2; j++) { /* mean a, variance a */
        const double a = j == 0 ? 0.5 : 7, mean = gamma[j] / N;
        assert_true(fabs(mean / a - 1) < 0.02);
        assert_true(fabs((gamma2[j] / N - mean * mean) / a - 1) < 0.04);
    }
    for (unsigned i = 0; i < 6; i++) {
        assert_true(abs((int)face[i] - N / 6) < 900);
    }
    assert_int_equal(wh_random_poisson(&random, 0), 0);
    assert_int_equal(wh_random_below(&random, 1), 0);
}

/* Against the chances by their recurrence: p(k + 1) = p(k) (n - k) / (k + 1) p / (1 - p). */
static void binomials_have_their_chances(void **unused)
{
    (void)unused;
    enum { N = 30000, MOST = 300 };
    static const struct {
        unsigned n;
        double p;
    } CASES[] = {{5, 0.3}, {12, 0.5}, {13, 0.5}, {40, 0.07}, {300, 0.9}, {299, 0.41}};
    struct wh_random random;
    wh_random_init(&random, test_seed("binomial"), 7);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const unsigned n = CASES[i].n;
        const double p = CASES[i].p;
        static unsigned seen[MOST + 1];
        memset(seen, 0, sizeof seen);
        for (unsigned j = 0; j < N; j++) {
            const uint64_t k = wh_random_binomial(&random, n, p);
            assert_true(k <= n);
            seen[k]++;
        }
        double chance = pow(1 - p, n), chi2 = 0;
        unsigned freedom = 0;
        for (unsigned k = 0; k <= n; k++) {
            if (chance * N >= 5) {
                chi2 += (seen[k] - chance * N) * (seen[k] - chance * N) / (chance * N);
                freedom++;
            }
            chance *= (double)(n - k) / (k + 1) * p / (1 - p);
        }
        /* Mean f, variance 2 f: five standard errors. */
        assert_true(chi2 < freedom + 5 * sqrt(2.0 * freedom));
    }
    double sum = 0, sum2 = 0;
    for (unsigned j = 0; j < 2000; j++) {
        const double z = ((double)wh_random_binomial(&random, 1000000, 0.2) - 2e5) / 400;
        sum += z;
        sum2 += z * z;
    }
    assert_true(fabs(sum / 2000) < 0.11 && fabs(sum2 / 2000 - 1) < 0.16);
    assert_int_equal(wh_random_binomial(&random, 0, 0.5), 0);
    assert_int_equal(wh_random_binomial(&random, 100, 0), 0);
    assert_int_equal(wh_random_binomial(&random, 100, -0.1), 0);
    assert_int_equal(wh_random_binomial(&random, 100, 1), 100);
    assert_int_equal(wh_random_binomial(&random, 100, 1.1), 100);
}

static void a_stream_does_not_depend_on_others(void **unused)
{
    (void)unused;
    struct wh_random one, other;
    wh_random_init(&one, 5, 9);
    const uint64_t first = wh_random_bits(&one), second = wh_random_bits(&one);
    wh_random_init(&other, 5, 8);
    (void)wh_random_bits(&other);
    wh_random_init(&other, 5, 9);
    assert_int_equal(wh_random_bits(&other), first);
    assert_int_equal(wh_random_bits(&other), second);
    assert_true(first != second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_its_published_answers),
        cmocka_unit_test(draws_have_their_moments),
        cmocka_unit_test(binomials_have_their_chances),
        cmocka_unit_test(a_stream_does_not_depend_on_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
