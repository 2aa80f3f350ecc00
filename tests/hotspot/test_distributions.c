/* Tails and quantiles against R 4.2.2. */
#include "hotspot/distributions.h"
#include "wh_test.h"

static void near(double value, double expected)
{
    if (!(fabs(value - expected) <= 2e-12 * fmax(fabs(expected), 1e-30))) {
        fail_msg("%.15g, not %.15g", value, expected);
    }
}

static void tails_and_quantiles_are_those_of_r(void **unused)
{
    (void)unused;
    near(wh_normal_upper(1), 0.158655253931457);
    near(wh_normal_upper(5), 2.86651571879194e-07);
    near(wh_normal_upper(10), 7.61985302416053e-24);
    near(wh_normal_upper(-2), 0.977249868051821);
    near(wh_normal_two_sided(-5), 2 * 2.86651571879194e-07);
    near(wh_normal_quantile(1e-10), -6.36134090240406);
    near(wh_normal_quantile(0.025), -1.95996398454005);
    near(wh_normal_quantile(0.3), -0.524400512708041);
    near(wh_normal_quantile(0.999), 3.09023230616781);
    near(wh_gamma_upper(0.5, 0.1), 0.654720846018577);
    near(wh_gamma_upper(4, 3), 0.647231888782231);
    near(wh_gamma_upper(20, 30), 0.0218734684413909);
    near(wh_gamma_upper(520, 500), 0.8089125145327);
    near(wh_gamma_quantile(10, 0.025), 4.79538869613243);
    near(wh_gamma_quantile(11, 0.975), 18.3903560420178);
    near(wh_gamma_quantile(1, 0.001), 0.00100050033358353);
    near(wh_gamma_quantile(200, 0.999), 246.565879369974);
    near(wh_beta_lower(2, 3, 0.1), 0.0523);
    near(wh_beta_lower(10, 10, 0.5), 0.5);
    near(wh_beta_lower(0.5, 0.5, 0.99), 0.93623143914148);
    near(wh_beta_lower(100, 200, 0.3), 0.10884306564491);
    near(wh_beta_quantile(1, 10, 0.025), 0.00252857854446178);
    near(wh_beta_quantile(5, 6, 0.975), 0.737621923393055);
    near(wh_beta_quantile(0.5, 2, 0.5), 0.120614758428183);
    near(wh_beta_quantile(300, 30, 0.001), 0.853410453873106);
    near(wh_poisson_at_least(5, 3), 0.184736755476228);
    near(wh_poisson_at_least(1, 0.5), 0.393469340287367);
    near(wh_poisson_at_least(100, 80), 0.0171083130351331);
}

static void both_tails_make_one_and_quantiles_go_back(void **unused)
{
    (void)unused;
    for (double a = 0.3; a < 3000; a *= 1.7) {
        for (double p = 1e-9; p < 1; p = p < 0.5 ? p * 3 : 1 - (1 - p) / 3) {
            const double x = wh_gamma_quantile(a, p);
            const double back = wh_gamma_lower(a, x);
            assert_true(fabs(back - p) < 1e-9 * p + 1e-15 || !(x > 1e-290));
            assert_true(fabs(wh_gamma_lower(a, x) + wh_gamma_upper(a, x) - 1) < 1e-12);
            assert_true(fabs(wh_beta_lower(a, 3, wh_beta_quantile(a, 3, p)) - p) <
                        1e-9 * p + 1e-12);
            if (p > 1 - 1e-9) {
                break;
            }
        }
    }
}

static void what_is_not_defined_is_nan_or_an_end(void **unused)
{
    (void)unused;
    assert_true(isnan(wh_gamma_upper(0, 1)) && isnan(wh_gamma_lower(-1, 1)));
    assert_true(isnan(wh_gamma_quantile(1, -1)) && isnan(wh_gamma_quantile(1, (double)NAN)));
    assert_true(isnan(wh_beta_lower(0, 1, 0.5)) && isnan(wh_beta_quantile(1, 1, 2)));
    assert_true(isinf(wh_normal_quantile(0)) && isinf(wh_normal_quantile(1)));
    assert_true(isnan(wh_normal_quantile((double)NAN)));
    assert_true(wh_gamma_quantile(3, 0) <= 0 && isinf(wh_gamma_quantile(3, 1)));
    near(wh_gamma_upper(3, 0), 1);
    near(wh_beta_lower(2, 3, 1), 1);
    near(wh_poisson_at_least(0, 0), 1);
    assert_true(wh_poisson_at_least(1, 0) <= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tails_and_quantiles_are_those_of_r),
        cmocka_unit_test(both_tails_make_one_and_quantiles_go_back),
        cmocka_unit_test(what_is_not_defined_is_nan_or_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
