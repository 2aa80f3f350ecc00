/*
 * render/pdf_artifacts.c: what nobody needs to hear. cairo 1.16 cannot mark rules, boxes and frames
 * as artifacts; in a page's content they are all that stands outside of marked content.
 */
#include "base/error.h"
#include "render/pdf_internal.h"

static const char BEGIN[] = "/Artifact BMC\n", END[] = "EMC\n";

enum line { LINE_OTHER, LINE_TAG, LINE_SPAN, LINE_END };

/*
 * cairo ends these operators' lines with them, and breaks a long string by a backslash at the end
 * of the line, so that no line of a text can be taken for one. A tag's line is short; that of a
 * span with its own text may be broken before.
 */
static enum line line_kind(struct wh_str line)
{
    if (wh_str_eq_c(line, "EMC")) {
        return LINE_END;
    }
    if (!wh_str_has_suffix(line, " BDC") && !wh_str_eq_c(line, "BDC")) {
        return LINE_OTHER;
    }
    const struct wh_str tail = wh_str_slice(
        line, wh_str_find(line, ' ') < line.len ? wh_str_find(line, ' ') : line.len, line.len);
    return wh_str_has_prefix(tail, " << /MCID ") ? LINE_TAG : LINE_SPAN;
}

enum wh_status wh_pdf_mark_artifacts(struct wh_str content, struct wh_buf *ret,
                                     struct wh_error *err)
{
    unsigned depth = 0;
    bool is_tagged = false;
    wh_buf_c(ret, BEGIN);
    for (size_t from = 0; from < content.len;) {
        const struct wh_str rest = wh_str_slice(content, from, content.len);
        const struct wh_str line = wh_str_slice(rest, 0, wh_str_find(rest, '\n'));
        const enum line kind = line_kind(line);
        if ((kind == LINE_TAG && depth > 0) || (kind == LINE_END && depth == 0)) {
            return wh_fail(err, WH_ERR_INTERNAL, "the tags of a page are not balanced");
        }
        if (kind == LINE_TAG) {
            wh_buf_c(ret, END);
            is_tagged = true;
        }
        wh_buf_str(ret, line);
        wh_buf_char(ret, '\n');
        depth += kind == LINE_TAG || kind == LINE_SPAN;
        depth -= kind == LINE_END;
        if (is_tagged && depth == 0) {
            wh_buf_c(ret, BEGIN);
            is_tagged = false;
        }
        from += line.len + 1;
    }
    wh_buf_c(ret, END);
    return depth == 0 ? wh_buf_ok(ret, err)
                      : wh_fail(err, WH_ERR_INTERNAL, "the tags of a page are not balanced");
}
