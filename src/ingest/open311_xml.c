/* ingest/open311_xml.c: <service_requests><request>...</request></service_requests>, piece by
 * piece: the parser stops after each request. */
#include <expat.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "ingest/open311.h"

#define CHUNK_BYTES 65536
#define MOST_DEPTH 64
#define MOST_TEXT (1u << 20) /* bytes of one request, as of a CSV's line */
#define MOST_NAME 128u

enum level { LEVEL_ROOT = 1, LEVEL_REQUEST, LEVEL_FIELD, LEVEL_PART };

struct span {
    size_t start, len;
    bool is_set;
};

struct xml_document {
    struct open311_document base;
    XML_Parser parser;
    bool is_suspended, is_last; /* after a request; the last piece has been given */
    unsigned depth;
    bool is_errors; /* the server says what is wrong */
    bool has_request;
    uint64_t line;         /* of the request in hand */
    char field[MOST_NAME]; /* name of the element at LEVEL_FIELD */
    size_t taking;         /* index of the wanted name whose text is met; SIZE_MAX: none */
    struct wh_buf text;
    struct span *span;
    uint32_t fault_column;
    const char *fault;    /* of the request in hand: static text */
    const char *stop;     /* why the parser was stopped for good: static text */
    struct wh_buf errors; /* text of <errors> */
};

static struct xml_document *xml_of(void *user)
{
    return user;
}

static void stop(struct xml_document *xml, const char *why)
{
    if (xml->stop == NULL) {
        xml->stop = why;
        (void)XML_StopParser(xml->parser, XML_FALSE);
    }
}

/* ---- what expat meets ---- */

/* Without a DTD there are no entities but the five of XML. */
static void XMLCALL on_doctype(void *user, const XML_Char *name, const XML_Char *system_id,
                               const XML_Char *public_id, int has_internal_subset)
{
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_internal_subset;
    stop(xml_of(user), "it has a DTD, which no Open311 answer needs");
}

static void begin_request(struct xml_document *xml)
{
    wh_buf_clear(&xml->text);
    memset(xml->span, 0, (xml->base.source.n_wanted + 1) * sizeof *xml->span);
    xml->fault = NULL;
    xml->fault_column = 0;
    xml->line = XML_GetCurrentLineNumber(xml->parser);
}

static void begin_field(struct xml_document *xml, const char *name)
{
    char full[2 * MOST_NAME + 2];
    if (xml->depth == LEVEL_FIELD) {
        snprintf(xml->field, sizeof xml->field, "%s", name);
        snprintf(full, sizeof full, "%s", name);
    } else {
        snprintf(full, sizeof full, "%s.%s", xml->field, name);
    }
    const size_t found = wh_open311_find(&xml->base.source, full);
    if (found == SIZE_MAX) {
        xml->taking = SIZE_MAX;
        return;
    }
    if (xml->span[found].is_set) {
        xml->fault = "stands twice in one request";
        xml->fault_column = (uint32_t)found + 1;
    }
    xml->span[found] = (struct span){xml->text.len, 0, true};
    xml->taking = found;
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct xml_document *const xml = xml_of(user);
    (void)attributes;
    xml->depth++;
    if (xml->depth > MOST_DEPTH) {
        stop(xml, "elements are nested more than 64 deep");
    } else if (xml->depth == LEVEL_ROOT) {
        xml->is_errors = strcmp(name, "errors") == 0;
        if (!xml->is_errors && strcmp(name, "service_requests") != 0) {
            stop(xml, "not a list of requests: the first element is not <service_requests>");
        }
    } else if (xml->is_errors) {
        return;
    } else if (xml->depth == LEVEL_REQUEST) {
        if (strcmp(name, "request") != 0) {
            stop(xml, "not a list of requests: it holds something other than <request>");
            return;
        }
        begin_request(xml);
    } else if (xml->depth == LEVEL_FIELD || xml->depth == LEVEL_PART) {
        begin_field(xml, name);
    }
}

static void XMLCALL on_end(void *user, const XML_Char *name)
{
    struct xml_document *const xml = xml_of(user);
    (void)name;
    xml->depth--;
    xml->taking = SIZE_MAX;
    if (!xml->is_errors && xml->depth == LEVEL_ROOT && xml->stop == NULL) {
        xml->has_request = true;
        (void)XML_StopParser(xml->parser, XML_TRUE);
    }
}

static void XMLCALL on_text(void *user, const XML_Char *text, int len)
{
    struct xml_document *const xml = xml_of(user);
    for (int i = 0; xml->is_errors && i < len && xml->errors.len < MOST_NAME; i++) {
        const bool is_blank = (unsigned char)text[i] <= ' ';
        if (!is_blank || (xml->errors.len > 0 && xml->errors.ptr[xml->errors.len - 1] != ' ')) {
            wh_buf_char(&xml->errors, is_blank ? ' ' : text[i]);
        }
    }
    if (xml->taking == SIZE_MAX || xml->depth < LEVEL_FIELD) {
        return;
    }
    if (xml->text.len + (size_t)len > MOST_TEXT) {
        xml->fault = "longer than 1 MiB";
        xml->fault_column = 0;
        return;
    }
    wh_buf_add(&xml->text, text, (size_t)len);
    xml->span[xml->taking].len += (size_t)len;
}

/* ---- pieces ---- */

static enum wh_status fail_xml(const struct xml_document *xml, struct wh_error *err)
{
    const char *const path = xml->base.source.path;
    const enum XML_Error code = XML_GetErrorCode(xml->parser);
    const uint64_t line = XML_GetCurrentLineNumber(xml->parser);
    if (code == XML_ERROR_NO_MEMORY) {
        return wh_fail_memory(xml->base.source.ctx, err);
    }
    if (xml->stop != NULL) {
        return wh_fail_at(err, WH_ERR_INPUT, path, line, 0, "%s", xml->stop);
    }
    return wh_fail_at(err, WH_ERR_INPUT, path, line,
                      (uint32_t)XML_GetCurrentColumnNumber(xml->parser) + 1,
                      "not well-formed XML: %s", XML_ErrorString(code));
}

static enum wh_status fail_told(const struct xml_document *xml, struct wh_error *err)
{
    char shown[96];
    return wh_fail_at(err, WH_ERR_INPUT, xml->base.source.path, 0, 0,
                      "an error instead of requests: %s",
                      wh_log_escape(wh_str_trim(wh_buf_view(&xml->errors)), shown, sizeof shown));
}

/* Goes on after a request, or gives the parser the next piece. */
static enum wh_status parse_on(struct xml_document *xml, struct wh_error *err)
{
    enum XML_Status parsed = XML_STATUS_OK;
    if (xml->is_suspended) {
        parsed = XML_ResumeParser(xml->parser);
    } else {
        void *const bytes = XML_GetBuffer(xml->parser, CHUNK_BYTES);
        size_t n = 0;
        if (bytes == NULL) {
            return wh_fail_memory(xml->base.source.ctx, err);
        }
        const enum wh_status status =
            xml->base.source.read(xml->base.source.user, bytes, CHUNK_BYTES, &n, err);
        if (status != WH_OK) {
            return status;
        }
        xml->is_last = n == 0;
        parsed = XML_ParseBuffer(xml->parser, (int)n, n == 0);
    }
    if (parsed == XML_STATUS_ERROR) {
        return fail_xml(xml, err);
    }
    xml->is_suspended = parsed == XML_STATUS_SUSPENDED;
    return wh_buf_ok(&xml->text, err);
}

static void give(struct xml_document *xml, struct open311_request *ret)
{
    *ret = (struct open311_request){
        .line = xml->line, .value = xml->base.value, .fault_column = xml->fault_column};
    if (xml->fault != NULL) {
        snprintf(ret->fault, sizeof ret->fault, "%s", xml->fault);
    }
    for (size_t i = 0; i < xml->base.source.n_wanted; i++) {
        const struct span *const span = &xml->span[i];
        xml->base.value[i] =
            wh_str_slice(wh_buf_view(&xml->text), span->start, span->start + span->len);
    }
}

static enum wh_status next_xml(struct open311_document *document, struct open311_request *ret,
                               bool *ret_end, struct wh_error *err)
{
    struct xml_document *const xml = (struct xml_document *)document;
    xml->has_request = false;
    while (!xml->has_request) {
        if (xml->is_last && !xml->is_suspended) {
            *ret_end = true;
            return xml->is_errors ? fail_told(xml, err) : WH_OK;
        }
        const enum wh_status status = parse_on(xml, err);
        if (status != WH_OK) {
            return status;
        }
    }
    *ret_end = false;
    give(xml, ret);
    return WH_OK;
}

static void close_xml(struct open311_document *document)
{
    struct xml_document *const xml = (struct xml_document *)document;
    struct wh_ctx *const ctx = document->source.ctx;
    if (xml->parser != NULL) {
        XML_ParserFree(xml->parser);
    }
    wh_buf_finish(&xml->text);
    wh_buf_finish(&xml->errors);
    wh_free(ctx, xml->span);
    wh_free(ctx, document->value);
    wh_free(ctx, xml);
}

enum wh_status wh_open311_xml_open(const struct open311_source *source,
                                   struct open311_document **ret, struct wh_error *err)
{
    struct xml_document *const xml = wh_alloc(source->ctx, sizeof *xml);
    if (xml == NULL) {
        return wh_fail_memory(source->ctx, err);
    }
    xml->base = (struct open311_document){.source = *source, .next = next_xml, .close = close_xml};
    xml->taking = SIZE_MAX;
    wh_buf_init(&xml->text, source->ctx);
    wh_buf_init(&xml->errors, source->ctx);
    xml->base.value = wh_alloc_array(source->ctx, source->n_wanted + 1, sizeof(struct wh_str));
    xml->span = wh_alloc_array(source->ctx, source->n_wanted + 1, sizeof *xml->span);
    xml->parser = XML_ParserCreate(NULL);
    if (xml->base.value == NULL || xml->span == NULL || xml->parser == NULL) {
        close_xml(&xml->base);
        return wh_fail_memory(source->ctx, err);
    }
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_start, on_end);
    XML_SetCharacterDataHandler(xml->parser, on_text);
    XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);
    *ret = &xml->base;
    return WH_OK;
}
