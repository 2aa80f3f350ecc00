/* render/png_indexed.c: libpng, four bits a pixel, no filter, no time stamp: the same bytes every
 * night. */
#include "render/png_indexed.h"

#include <png.h>
#include <string.h>

#include "base/error.h"

#define MAX_SIZE_PX 1024u

struct sink {
    struct wh_buf *buf;
};

static void write_bytes(png_structp png, png_bytep bytes, png_size_t len)
{
    const struct sink *sink = png_get_io_ptr(png);
    wh_buf_add(sink->buf, bytes, len);
}

static void flush_bytes(png_structp png)
{
    (void)png;
}

static void ignore_message(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

/* Everything that libpng may leave by longjmp; its locals are not read after one. */
static bool encode(png_structp png, png_infop info, struct sink *sink, const uint8_t *pixel,
                   uint32_t size_px, const struct wh_png_palette *palette)
{
    if (setjmp(png_jmpbuf(png)) != 0) {
        return false;
    }
    png_color colour[WH_PNG_COLOURS];
    png_byte alpha[WH_PNG_COLOURS];
    for (uint32_t i = 0; i < palette->n; i++) {
        colour[i] = (png_color){palette->rgb[i][0], palette->rgb[i][1], palette->rgb[i][2]};
        alpha[i] = palette->alpha[i];
    }
    png_set_write_fn(png, sink, write_bytes, flush_bytes);
    png_set_IHDR(png, info, size_px, size_px, 4, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_PLTE(png, info, colour, (int)palette->n);
    png_set_tRNS(png, info, alpha, (int)palette->n, NULL);
    png_set_compression_level(png, 9);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    png_write_info(png, info);
    for (uint32_t row = 0; row < size_px; row++) {
        png_byte packed[MAX_SIZE_PX / 2];
        const uint8_t *at = pixel + (size_t)row * size_px;
        for (uint32_t i = 0; i < size_px / 2; i++) {
            packed[i] = (png_byte)(at[2 * i] << 4 | at[2 * i + 1]);
        }
        png_write_row(png, packed);
    }
    png_write_end(png, NULL);
    return true;
}

enum wh_status wh_png_indexed(struct wh_buf *buf, const uint8_t *pixel, uint32_t size_px,
                              const struct wh_png_palette *palette, struct wh_error *err)
{
    struct sink sink = {.buf = buf};
    wh_buf_clear(buf);
    if (size_px == 0 || size_px > MAX_SIZE_PX || size_px % 2 != 0) {
        return wh_fail(err, WH_ERR_INTERNAL, "a tile of %u pixels", size_px);
    }
    png_structp png =
        png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, ignore_message, ignore_message);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    const bool is_ok =
        info != NULL && encode(png, info, &sink, pixel, size_px, palette) && !buf->failed;
    png_destroy_write_struct(&png, &info);
    return is_ok ? WH_OK : wh_fail(err, WH_ERR_LIMIT, "a tile could not be encoded as PNG");
}
