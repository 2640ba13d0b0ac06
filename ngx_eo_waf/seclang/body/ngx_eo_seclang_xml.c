
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The XML body processor: a SAX2 parser of libxml2 that collects the text
 * of the document and the values of its attributes.  Nothing is fetched:
 * neither an external subset nor an external entity is ever loaded.
 */


#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/SAX2.h>
#include <libxml/xmlerror.h>
#include "ngx_eo_seclang_body.h"
#include "ngx_eo_seclang_xpath_walk.h"
#include "seclang/variable/ngx_eo_seclang_list.h"


#define NGX_EO_SECLANG_XML_DEPTH  256
#define NGX_EO_SECLANG_XML_NODES  65536


typedef struct {
    ngx_eo_seclang_tx_t  *tx;
    xmlParserCtxtPtr      parser;

    /* the text of the document so far */
    u_char               *text;
    size_t                len;
    size_t                size;

    ngx_uint_t            depth;
    ngx_uint_t            nodes;

    /* where text and attributes go; the lists follow each other */
    ngx_uint_t            list;

    ngx_eo_seclang_xpath_walk_t  walk;

    const char           *reason;
    unsigned              failed:1;
    unsigned              no_memory:1;
} ngx_eo_seclang_xml_t;


static void ngx_eo_seclang_xml_stop(ngx_eo_seclang_xml_t *xml,
    const char *reason);
static void ngx_eo_seclang_xml_append(ngx_eo_seclang_xml_t *xml,
    const xmlChar *data, size_t len);
static void ngx_eo_seclang_xml_characters(void *ctx, const xmlChar *data,
    int len);
static void ngx_eo_seclang_xml_reference(void *ctx, const xmlChar *name);
static size_t ngx_eo_seclang_xml_value(u_char *d, const xmlChar *data,
    size_t len);
static void ngx_eo_seclang_xml_attribute(ngx_eo_seclang_xml_t *xml,
    const xmlChar *data, size_t len);
static void ngx_eo_seclang_xml_start(void *ctx, const xmlChar *name,
    const xmlChar *prefix, const xmlChar *uri, int nnamespaces,
    const xmlChar **namespaces, int nattributes, int ndefaulted,
    const xmlChar **attributes);
static void ngx_eo_seclang_xml_end(void *ctx, const xmlChar *name,
    const xmlChar *prefix, const xmlChar *uri);
static xmlParserInputPtr ngx_eo_seclang_xml_resolve(void *ctx,
    const xmlChar *public_id, const xmlChar *system_id);
static void ngx_eo_seclang_xml_external(void *ctx, const xmlChar *name,
    const xmlChar *external_id, const xmlChar *system_id);
static void ngx_eo_seclang_xml_message(void *ctx, const char *msg, ...);
static void ngx_eo_seclang_xml_sax(xmlSAXHandler *sax);
static ngx_int_t ngx_eo_seclang_xml_parse(ngx_eo_seclang_xml_t *xml,
    ngx_str_t *body, ngx_uint_t complete);
static void ngx_eo_seclang_xml_walk(ngx_eo_seclang_xml_t *xml,
    const xmlChar *name, const xmlChar *uri, int nattributes,
    const xmlChar **attributes);


static ngx_str_t  ngx_eo_seclang_xml_text_name = ngx_string("/*");
static ngx_str_t  ngx_eo_seclang_xml_attribute_name = ngx_string("//@*");


/*
 * SAX2 functions that see our own context need libxml2's, too: ctx->_private
 * holds ours, and the functions of libxml2 get what they expect.
 */

#define ngx_eo_seclang_xml_ctx(ctx)                                           \
    ((ngx_eo_seclang_xml_t *) ((xmlParserCtxtPtr) (ctx))->_private)


static void
ngx_eo_seclang_xml_stop(ngx_eo_seclang_xml_t *xml, const char *reason)
{
    xml->failed = 1;
    xml->reason = reason;

    xmlStopParser(xml->parser);
}


static void
ngx_eo_seclang_xml_append(ngx_eo_seclang_xml_t *xml, const xmlChar *data,
    size_t len)
{
    size_t   size;
    u_char  *text;

    if (xml->len + len > xml->size) {
        size = ngx_max(xml->size * 2, xml->len + len);
        size = ngx_max(size, 256);

        text = ngx_eo_seclang_alloc(&xml->tx->arena, size);
        if (text == NULL) {
            xml->no_memory = 1;
            ngx_eo_seclang_xml_stop(xml, "out of memory");
            return;
        }

        if (xml->len) {
            ngx_memcpy(text, xml->text, xml->len);
        }

        xml->text = text;
        xml->size = size;
    }

    ngx_memcpy(xml->text + xml->len, data, len);
    xml->len += len;
}


static void
ngx_eo_seclang_xml_characters(void *ctx, const xmlChar *data, int len)
{
    ngx_eo_seclang_xml_t  *xml;

    xml = ngx_eo_seclang_xml_ctx(ctx);

    if (len > 0 && xml->depth > 0 && !xml->failed) {
        ngx_eo_seclang_xml_append(xml, data, len);
    }
}


/* a reference that is not replaced: its own text, if it has any, is seen */

static void
ngx_eo_seclang_xml_reference(void *ctx, const xmlChar *name)
{
    xmlEntityPtr           entity;
    ngx_eo_seclang_xml_t  *xml;

    xml = ngx_eo_seclang_xml_ctx(ctx);

    if (xml->failed || xml->depth == 0) {
        return;
    }

    if (++xml->nodes > NGX_EO_SECLANG_XML_NODES) {
        ngx_eo_seclang_xml_stop(xml, "too many elements");
        return;
    }

    entity = xmlSAX2GetEntity(ctx, name);

    if (entity != NULL && entity->content != NULL
        && entity->etype == XML_INTERNAL_GENERAL_ENTITY)
    {
        ngx_eo_seclang_xml_append(xml, entity->content,
                                  xmlStrlen(entity->content));
    }
}


/*
 * A parser that does not replace entities leaves an ampersand in a value as
 * a character reference.
 */

static size_t
ngx_eo_seclang_xml_value(u_char *d, const xmlChar *data, size_t len)
{
    size_t   i;
    u_char  *start;

    start = d;

    for (i = 0; i < len; i++) {
        *d++ = data[i];

        if (len - i >= 5 && ngx_memcmp(data + i, "&#38;", 5) == 0) {
            i += 4;
        }
    }

    return d - start;
}


static void
ngx_eo_seclang_xml_attribute(ngx_eo_seclang_xml_t *xml, const xmlChar *data,
    size_t len)
{
    u_char     *p;
    ngx_str_t   value;

    if (++xml->nodes > NGX_EO_SECLANG_XML_NODES) {
        ngx_eo_seclang_xml_stop(xml, "too many attributes");
        return;
    }

    p = ngx_eo_seclang_alloc(&xml->tx->arena, len);

    if (p != NULL) {
        value.data = p;
        value.len = ngx_eo_seclang_xml_value(p, data, len);

        if (ngx_eo_seclang_add(xml->tx, xml->list + 1,
                               &ngx_eo_seclang_xml_attribute_name, &value, 0)
            == NGX_OK)
        {
            return;
        }
    }

    xml->no_memory = 1;
    ngx_eo_seclang_xml_stop(xml, "out of memory");
}


/* looks for the paths that rules name; the values are in the list by now */

static void
ngx_eo_seclang_xml_walk(ngx_eo_seclang_xml_t *xml, const xmlChar *name,
    const xmlChar *uri, int nattributes, const xmlChar **attributes)
{
    ngx_int_t                       rc;
    ngx_eo_seclang_list_t          *values;
    ngx_eo_seclang_xpath_element_t  element;

    values = &xml->tx->lists[xml->list + 1];

    element.name = name;
    element.uri = uri;
    element.attributes = attributes;
    element.nattributes = nattributes;
    element.values = values->elts + values->nelts - nattributes;

    rc = ngx_eo_seclang_xpath_start(&xml->walk, &element, xml->depth,
                                    xml->len);

    if (rc == NGX_DECLINED) {
        ngx_eo_seclang_xml_stop(xml, "too many elements of paths");

    } else if (rc == NGX_ERROR) {
        xml->no_memory = 1;
        ngx_eo_seclang_xml_stop(xml, "out of memory");
    }
}


static void
ngx_eo_seclang_xml_start(void *ctx, const xmlChar *name,
    const xmlChar *prefix, const xmlChar *uri, int nnamespaces,
    const xmlChar **namespaces, int nattributes, int ndefaulted,
    const xmlChar **attributes)
{
    int                    i;
    ngx_eo_seclang_xml_t  *xml;

    xml = ngx_eo_seclang_xml_ctx(ctx);

    if (xml->failed) {
        return;
    }

    if (++xml->depth > NGX_EO_SECLANG_XML_DEPTH) {
        ngx_eo_seclang_xml_stop(xml, "nested too deeply");
        return;
    }

    if (++xml->nodes > NGX_EO_SECLANG_XML_NODES) {
        ngx_eo_seclang_xml_stop(xml, "too many elements");
        return;
    }

    /* five pointers each: name, prefix, URI, value and its end */

    for (i = 0; i < nattributes && !xml->failed; i++) {
        ngx_eo_seclang_xml_attribute(xml, attributes[i * 5 + 3],
                         attributes[i * 5 + 4] - attributes[i * 5 + 3]);
    }

    if (!xml->failed) {
        ngx_eo_seclang_xml_walk(xml, name, uri, nattributes, attributes);
    }
}


static void
ngx_eo_seclang_xml_end(void *ctx, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri)
{
    ngx_eo_seclang_xml_t  *xml;

    xml = ngx_eo_seclang_xml_ctx(ctx);

    if (xml->depth) {
        ngx_eo_seclang_xpath_end(&xml->walk, xml->depth, xml->len);
        xml->depth--;
    }
}


static xmlParserInputPtr
ngx_eo_seclang_xml_resolve(void *ctx, const xmlChar *public_id,
    const xmlChar *system_id)
{
    return NULL;
}


static void
ngx_eo_seclang_xml_external(void *ctx, const xmlChar *name,
    const xmlChar *external_id, const xmlChar *system_id)
{
    /* the external subset is not read */
}


static void
ngx_eo_seclang_xml_message(void *ctx, const char *msg, ...)
{
    /* what is wrong is seen from the state of the parser */
}


static void
ngx_eo_seclang_xml_sax(xmlSAXHandler *sax)
{
    ngx_memzero(sax, sizeof(xmlSAXHandler));

    sax->initialized = XML_SAX2_MAGIC;

    /* declarations are kept, so that references to them are well-formed */

    sax->startDocument = xmlSAX2StartDocument;
    sax->internalSubset = xmlSAX2InternalSubset;
    sax->getEntity = xmlSAX2GetEntity;
    sax->getParameterEntity = xmlSAX2GetParameterEntity;
    sax->entityDecl = xmlSAX2EntityDecl;
    sax->unparsedEntityDecl = xmlSAX2UnparsedEntityDecl;
    sax->hasInternalSubset = xmlSAX2HasInternalSubset;
    sax->hasExternalSubset = xmlSAX2HasExternalSubset;

    sax->resolveEntity = ngx_eo_seclang_xml_resolve;
    sax->externalSubset = ngx_eo_seclang_xml_external;

    sax->startElementNs = ngx_eo_seclang_xml_start;
    sax->endElementNs = ngx_eo_seclang_xml_end;
    sax->characters = ngx_eo_seclang_xml_characters;
    sax->ignorableWhitespace = ngx_eo_seclang_xml_characters;
    sax->cdataBlock = ngx_eo_seclang_xml_characters;
    sax->reference = ngx_eo_seclang_xml_reference;

    sax->warning = ngx_eo_seclang_xml_message;
    sax->error = ngx_eo_seclang_xml_message;
}


static ngx_int_t
ngx_eo_seclang_xml_parse(ngx_eo_seclang_xml_t *xml, ngx_str_t *body,
    ngx_uint_t complete)
{
    xmlSAXHandler     sax;
    xmlParserCtxtPtr  parser;

    ngx_eo_seclang_xml_sax(&sax);

    parser = xmlCreatePushParserCtxt(&sax, NULL, NULL, 0, NULL);
    if (parser == NULL) {
        return NGX_ERROR;
    }

    xml->parser = parser;
    parser->_private = xml;

    xmlCtxtUseOptions(parser, XML_PARSE_NONET|XML_PARSE_NOERROR
                              |XML_PARSE_NOWARNING);

    xmlParseChunk(parser, (const char *) body->data, (int) body->len, 0);

    if (complete && !xml->failed) {
        xmlParseChunk(parser, NULL, 0, 1);
    }

    if (!xml->failed && !parser->wellFormed) {
        xml->failed = 1;
        xml->reason = "the document is not well-formed";
    }

    if (parser->myDoc != NULL) {
        xmlFreeDoc(parser->myDoc);
        parser->myDoc = NULL;
    }

    xmlFreeParserCtxt(parser);

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_body_xml(ngx_eo_seclang_tx_t *tx, ngx_str_t *body,
    ngx_uint_t complete, ngx_str_t *error)
{
    ngx_str_t             text;
    ngx_eo_seclang_xml_t  xml;

    ngx_memzero(&xml, sizeof(ngx_eo_seclang_xml_t));

    xml.tx = tx;
    xml.list = tx->in_response ? NGX_EO_SECLANG_LIST_RESPONSE_XML_TEXT
                               : NGX_EO_SECLANG_LIST_XML_TEXT;

    if (ngx_eo_seclang_xpath_walk(&xml.walk, tx, xml.list,
                                  NGX_EO_SECLANG_XML_DEPTH)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (body->len > NGX_MAX_INT32_VALUE
        || ngx_eo_seclang_xml_parse(&xml, body, complete) != NGX_OK
        || xml.no_memory)
    {
        return NGX_ERROR;
    }

    /* text of a document that is cut short or broken is looked at, too */

    if (xml.len) {
        text.data = xml.text;
        text.len = xml.len;

        if (ngx_eo_seclang_add(tx, xml.list,
                               &ngx_eo_seclang_xml_text_name, &text, 0)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    text.data = xml.text;
    text.len = xml.len;

    if (ngx_eo_seclang_xpath_finish(&xml.walk, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    if (xml.failed) {
        error->data = (u_char *) xml.reason;
        error->len = ngx_strlen(xml.reason);
        return NGX_DECLINED;
    }

    return NGX_OK;
}
