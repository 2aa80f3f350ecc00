/* render/colour.c: the arithmetic of colours. */
#include "render/colour.h"

#include <math.h>
#include <string.h>

static int hex_digit(char c)
{
    static const char DIGITS[] = "0123456789abcdefABCDEF";
    const char *const at = c == '\0' ? NULL : strchr(DIGITS, c);
    if (at == NULL) {
        return -1;
    }
    return at - DIGITS < 16 ? (int)(at - DIGITS) : (int)(at - DIGITS) - 6;
}

bool wh_colour_parse(const char *text, struct wh_colour *ret)
{
    const size_t len = strlen(text);
    double channel[4] = {0, 0, 0, 1};
    if (text[0] != '#' || (len != 4 && len != 5 && len != 7 && len != 9)) {
        return false;
    }
    const bool is_short = len <= 5;
    const size_t n = is_short ? len - 1 : (len - 1) / 2;
    for (size_t i = 0; i < n; i++) {
        const int high = hex_digit(text[is_short ? 1 + i : 1 + 2 * i]);
        const int low = hex_digit(text[is_short ? 1 + i : 2 + 2 * i]);
        if (high < 0 || low < 0) {
            return false;
        }
        channel[i] = (high * 16 + low) / 255.0;
    }
    *ret = (struct wh_colour){channel[0], channel[1], channel[2], channel[3]};
    return true;
}

static uint8_t to_byte(double channel)
{
    return (uint8_t)lround(255 * fmin(fmax(channel, 0), 1));
}

struct wh_rgb wh_colour_rgb(struct wh_colour colour)
{
    return (struct wh_rgb){to_byte(colour.r), to_byte(colour.g), to_byte(colour.b)};
}

struct wh_colour wh_colour_mix(struct wh_colour a, struct wh_colour b, double t)
{
    return (struct wh_colour){a.r + t * (b.r - a.r), a.g + t * (b.g - a.g), a.b + t * (b.b - a.b),
                              a.a + t * (b.a - a.a)};
}

static uint8_t mix_byte(uint8_t a, uint8_t b, double t)
{
    return (uint8_t)lround((1.0 - t) * a + t * b);
}

struct wh_rgb wh_rgb_mix(struct wh_rgb a, struct wh_rgb b, double t)
{
    return (struct wh_rgb){mix_byte(a.r, b.r, t), mix_byte(a.g, b.g, t), mix_byte(a.b, b.b, t)};
}

double wh_rgb_lightness(struct wh_rgb colour)
{
    /* IEC 61966-2-1 to linear light, then CIE 1976 L*. */
    const double channel[3] = {colour.r / 255.0, colour.g / 255.0, colour.b / 255.0};
    const double weight[3] = {0.2126, 0.7152, 0.0722};
    double y = 0;
    for (int i = 0; i < 3; i++) {
        y += weight[i] *
             (channel[i] <= 0.04045 ? channel[i] / 12.92 : pow((channel[i] + 0.055) / 1.055, 2.4));
    }
    return y > 216.0 / 24389.0 ? 116.0 * cbrt(y) - 16.0 : y * 24389.0 / 27.0;
}
