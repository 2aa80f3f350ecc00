/* tests/render/perceive.h: colours as people see them: CIE 1976 L*a*b* of sRGB (D65), and how far
 * two are apart by CIEDE2000 (Sharma, Wu, Dalal 2005). */
#ifndef WH_TEST_PERCEIVE_H
#define WH_TEST_PERCEIVE_H

#include <math.h>
#include <stdbool.h>

struct lab {
    double l, a, b;
};

static inline double to_linear(double c)
{
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static inline void times(const double m[9], const double v[3], double ret[3])
{
    for (int i = 0; i < 3; i++) {
        ret[i] = m[3 * i] * v[0] + m[3 * i + 1] * v[1] + m[3 * i + 2] * v[2];
    }
}

static const double TO_XYZ[9] = {0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522,
                                 0.0721750, 0.0193339, 0.1191920, 0.9503041};

static inline double lab_f(double t)
{
    return t > 216.0 / 24389.0 ? cbrt(t) : (24389.0 / 27.0 * t + 16.0) / 116.0;
}

/* Of linear light, 0..1. */
static inline struct lab lab_of_linear(const double linear[3])
{
    double xyz[3];
    times(TO_XYZ, linear, xyz);
    const double fx = lab_f(xyz[0] / 0.95047), fy = lab_f(xyz[1]), fz = lab_f(xyz[2] / 1.08883);
    return (struct lab){116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)};
}

static inline double degrees(double rad)
{
    return fmod(rad * 180 / 3.141592653589793 + 360, 360);
}

static inline double cosine(double deg)
{
    return cos(deg * 3.141592653589793 / 180);
}

/* Sharma, Wu, Dalal 2005, equations 2 to 22. */
static inline double difference(struct lab p, struct lab q)
{
    const double c_mean = 0.5 * (hypot(p.a, p.b) + hypot(q.a, q.b));
    const double g = 0.5 * (1 - sqrt(pow(c_mean, 7) / (pow(c_mean, 7) + pow(25, 7))));
    const double a1 = (1 + g) * p.a, a2 = (1 + g) * q.a;
    const double c1 = hypot(a1, p.b), c2 = hypot(a2, q.b);
    const double h1 = c1 > 0 ? degrees(atan2(p.b, a1)) : 0;
    const double h2 = c2 > 0 ? degrees(atan2(q.b, a2)) : 0;
    const bool has_hue = c1 * c2 > 0;
    double dh = has_hue ? h2 - h1 : 0;
    dh += dh > 180 ? -360 : dh < -180 ? 360 : 0;
    const double d_hue = 2 * sqrt(c1 * c2) * sin(dh / 2 * 3.141592653589793 / 180);
    const double l = 0.5 * (p.l + q.l), c = 0.5 * (c1 + c2);
    double h = h1 + h2;
    if (has_hue) {
        h = fabs(h1 - h2) <= 180 ? h / 2 : h < 360 ? (h + 360) / 2 : (h - 360) / 2;
    }
    const double t = 1 - 0.17 * cosine(h - 30) + 0.24 * cosine(2 * h) + 0.32 * cosine(3 * h + 6) -
                     0.20 * cosine(4 * h - 63);
    const double turn = 30 * exp(-pow((h - 275) / 25, 2));
    const double r_c = 2 * sqrt(pow(c, 7) / (pow(c, 7) + pow(25, 7)));
    const double s_l = 1 + 0.015 * pow(l - 50, 2) / sqrt(20 + pow(l - 50, 2));
    const double s_c = 1 + 0.045 * c, s_h = 1 + 0.015 * c * t;
    const double r_t = -sin(2 * turn * 3.141592653589793 / 180) * r_c;
    const double dl = (q.l - p.l) / s_l, dc = (c2 - c1) / s_c, dhue = d_hue / s_h;
    return sqrt(dl * dl + dc * dc + dhue * dhue + r_t * dc * dhue);
}

#endif
