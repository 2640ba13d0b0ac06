
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The XML body processor: expat reads the document, and its text and the
 * values of its attributes are collected, entities replaced.  Nothing is
 * fetched, and what only something fetched could explain is refused, where
 * a parser that fetches nothing either would go on.
 */


/* expat.h declares its protection from entities that grow only with this */

#ifndef XML_DTD
#define XML_DTD  1
#endif

#include <expat.h>
#include "ngx_eo_seclang_body.h"
#include "ngx_eo_seclang_xml.h"
#include "ngx_eo_seclang_xpath_walk.h"
#include "seclang/variable/ngx_eo_seclang_list.h"


#define NGX_EO_SECLANG_XML_DEPTH     256
#define NGX_EO_SECLANG_XML_NODES     65536

/* expat replaces an entity within another by calling itself */
#define NGX_EO_SECLANG_XML_ENTITIES  256

/* namespaces that are declared at one place */
#define NGX_EO_SECLANG_XML_NAMESPACES  64

/* what entities and attributes with a default may make of a document */
#define NGX_EO_SECLANG_XML_GROWTH    8
#define NGX_EO_SECLANG_XML_FREE      65536


/* a namespace, and the depth of the element that declares it */

typedef struct {
    ngx_str_t             prefix;
    ngx_str_t             uri;
    ngx_uint_t            depth;
} ngx_eo_seclang_xml_namespace_t;


typedef struct {
    ngx_eo_seclang_tx_t  *tx;
    XML_Parser            parser;

    /* the text of the document so far */
    u_char               *text;
    size_t                len;
    size_t                size;

    /* bytes that may still be collected */
    size_t                room;

    ngx_uint_t            depth;
    ngx_uint_t            nodes;
    ngx_uint_t            entities;

    /* where text and attributes go; the lists follow each other */
    ngx_uint_t            list;

    /* paths of rules, and what their prefixes are compared with */
    ngx_eo_seclang_xpath_walk_t     walk;
    ngx_eo_seclang_xml_namespace_t  namespaces[NGX_EO_SECLANG_XML_NAMESPACES];
    ngx_uint_t                      nnamespaces;

    const char           *reason;
    unsigned              failed:1;
    unsigned              no_memory:1;
} ngx_eo_seclang_xml_t;


static void ngx_eo_seclang_xml_stop(ngx_eo_seclang_xml_t *xml,
    const char *reason);
static void ngx_eo_seclang_xml_no_memory(ngx_eo_seclang_xml_t *xml);
static ngx_uint_t ngx_eo_seclang_xml_take(ngx_eo_seclang_xml_t *xml,
    size_t len);
static void XMLCALL ngx_eo_seclang_xml_characters(void *data,
    const XML_Char *s, int len);
static ngx_uint_t ngx_eo_seclang_xml_is_namespace(const XML_Char *name);
static void ngx_eo_seclang_xml_attribute(ngx_eo_seclang_xml_t *xml,
    const XML_Char *text);
static void ngx_eo_seclang_xml_declare(ngx_eo_seclang_xml_t *xml,
    const XML_Char *name, const XML_Char *value);
static void ngx_eo_seclang_xml_resolve(ngx_eo_seclang_xml_t *xml,
    const XML_Char *text, ngx_uint_t attribute,
    ngx_eo_seclang_xpath_name_t *name);
static void ngx_eo_seclang_xml_walk(ngx_eo_seclang_xml_t *xml,
    const XML_Char *name, const XML_Char **attributes, ngx_uint_t n);
static void XMLCALL ngx_eo_seclang_xml_start(void *data, const XML_Char *name,
    const XML_Char **attributes);
static void XMLCALL ngx_eo_seclang_xml_end(void *data, const XML_Char *name);
static void XMLCALL ngx_eo_seclang_xml_entity(void *data, const XML_Char *name,
    int parameter, const XML_Char *value, int len, const XML_Char *base,
    const XML_Char *system_id, const XML_Char *public_id,
    const XML_Char *notation);
static void XMLCALL ngx_eo_seclang_xml_skipped(void *data,
    const XML_Char *name, int parameter);
static void ngx_eo_seclang_xml_handlers(ngx_eo_seclang_xml_t *xml,
    XML_Parser parser);
static ngx_int_t ngx_eo_seclang_xml_parse(ngx_eo_seclang_xml_t *xml,
    ngx_str_t *body, ngx_uint_t complete);


static ngx_str_t  ngx_eo_seclang_xml_text_name = ngx_string("/*");
static ngx_str_t  ngx_eo_seclang_xml_attribute_name = ngx_string("//@*");


static void
ngx_eo_seclang_xml_stop(ngx_eo_seclang_xml_t *xml, const char *reason)
{
    if (xml->failed) {
        return;
    }

    xml->failed = 1;
    xml->reason = reason;

    (void) XML_StopParser(xml->parser, XML_FALSE);
}


static void
ngx_eo_seclang_xml_no_memory(ngx_eo_seclang_xml_t *xml)
{
    xml->no_memory = 1;
    ngx_eo_seclang_xml_stop(xml, "out of memory");
}


/* whether so many bytes may be collected; what they are is counted */

static ngx_uint_t
ngx_eo_seclang_xml_take(ngx_eo_seclang_xml_t *xml, size_t len)
{
    if (len > xml->room) {
        ngx_eo_seclang_xml_stop(xml, "entities grow too much");
        return 0;
    }

    xml->room -= len;

    return 1;
}


static void XMLCALL
ngx_eo_seclang_xml_characters(void *data, const XML_Char *s, int len)
{
    size_t                 size, need;
    u_char                *text;
    ngx_eo_seclang_xml_t  *xml = data;

    if (xml->failed || len <= 0 || !ngx_eo_seclang_xml_take(xml, len)) {
        return;
    }

    need = xml->len + len;

    if (need > xml->size) {
        size = ngx_max(ngx_max(xml->size * 2, need), 256);

        text = ngx_eo_seclang_alloc(&xml->tx->arena, size);
        if (text == NULL) {
            ngx_eo_seclang_xml_no_memory(xml);
            return;
        }

        if (xml->len) {
            ngx_memcpy(text, xml->text, xml->len);
        }

        xml->text = text;
        xml->size = size;
    }

    ngx_memcpy(xml->text + xml->len, s, len);
    xml->len = need;
}


/* namespaces are declared in what looks like attributes */

static ngx_uint_t
ngx_eo_seclang_xml_is_namespace(const XML_Char *name)
{
    return ngx_strncmp(name, "xmlns", 5) == 0
           && (name[5] == '\0' || name[5] == ':');
}


static void
ngx_eo_seclang_xml_attribute(ngx_eo_seclang_xml_t *xml, const XML_Char *text)
{
    ngx_str_t  value;

    value.len = ngx_strlen(text);

    if (!ngx_eo_seclang_xml_take(xml, value.len)) {
        return;
    }

    value.data = ngx_eo_seclang_alloc(&xml->tx->arena, value.len);

    if (value.data == NULL) {
        ngx_eo_seclang_xml_no_memory(xml);
        return;
    }

    ngx_memcpy(value.data, text, value.len);

    if (ngx_eo_seclang_add(xml->tx, xml->list + 1,
                           &ngx_eo_seclang_xml_attribute_name, &value, 0)
        != NGX_OK)
    {
        ngx_eo_seclang_xml_no_memory(xml);
    }
}


/* "xmlns", or "xmlns:prefix" */

static void
ngx_eo_seclang_xml_declare(ngx_eo_seclang_xml_t *xml, const XML_Char *name,
    const XML_Char *value)
{
    ngx_str_t                        uri;
    ngx_eo_seclang_xml_namespace_t  *space;

    if (xml->nnamespaces == NGX_EO_SECLANG_XML_NAMESPACES) {
        ngx_eo_seclang_xml_stop(xml, "too many namespaces");
        return;
    }

    name += (name[5] == ':') ? 6 : 5;

    uri.len = ngx_strlen(value);

    if (!ngx_eo_seclang_xml_take(xml, ngx_strlen(name) + uri.len)) {
        return;
    }

    space = &xml->namespaces[xml->nnamespaces++];

    space->depth = xml->depth;
    space->prefix.len = ngx_strlen(name);
    space->prefix.data = ngx_eo_seclang_alloc(&xml->tx->arena,
                                              space->prefix.len + uri.len);
    if (space->prefix.data == NULL) {
        ngx_eo_seclang_xml_no_memory(xml);
        return;
    }

    uri.data = ngx_cpymem(space->prefix.data, name, space->prefix.len);
    ngx_memcpy(uri.data, value, uri.len);

    space->uri = uri;
}


/* an attribute without a prefix is in no namespace, an element may be */

static void
ngx_eo_seclang_xml_resolve(ngx_eo_seclang_xml_t *xml, const XML_Char *text,
    ngx_uint_t attribute, ngx_eo_seclang_xpath_name_t *name)
{
    u_char      *colon;
    ngx_str_t    prefix;
    ngx_uint_t   i;

    colon = (u_char *) ngx_strchr(text, ':');

    name->local.data = (colon != NULL) ? colon + 1 : (u_char *) text;
    name->local.len = ngx_strlen(name->local.data);
    ngx_str_null(&name->uri);

    if (colon == NULL && attribute) {
        return;
    }

    prefix.data = (u_char *) text;
    prefix.len = (colon != NULL) ? (size_t) (colon - prefix.data) : 0;

    for (i = xml->nnamespaces; i > 0; i--) {
        if (xml->namespaces[i - 1].prefix.len == prefix.len
            && ngx_memcmp(xml->namespaces[i - 1].prefix.data, prefix.data,
                          prefix.len)
               == 0)
        {
            name->uri = xml->namespaces[i - 1].uri;
            return;
        }
    }
}


/* looks for the paths that rules name; the values are in the list by now */

static void
ngx_eo_seclang_xml_walk(ngx_eo_seclang_xml_t *xml, const XML_Char *name,
    const XML_Char **attributes, ngx_uint_t n)
{
    ngx_int_t                        rc;
    ngx_eo_seclang_list_t           *values;
    ngx_eo_seclang_xpath_name_t     *names;
    ngx_eo_seclang_xpath_element_t   element;

    names = ngx_eo_seclang_alloc(&xml->tx->arena,
                                 n * sizeof(ngx_eo_seclang_xpath_name_t));
    if (names == NULL) {
        ngx_eo_seclang_xml_no_memory(xml);
        return;
    }

    values = &xml->tx->lists[xml->list + 1];

    ngx_eo_seclang_xml_resolve(xml, name, 0, &element.name);

    element.attributes = names;
    element.nattributes = n;
    element.values = values->elts + values->nelts - n;

    for ( /* void */ ; *attributes != NULL; attributes += 2) {
        if (!ngx_eo_seclang_xml_is_namespace(attributes[0])) {
            ngx_eo_seclang_xml_resolve(xml, attributes[0], 1, names++);
        }
    }

    rc = ngx_eo_seclang_xpath_start(&xml->walk, &element, xml->depth,
                                    xml->len);

    if (rc == NGX_DECLINED) {
        ngx_eo_seclang_xml_stop(xml, "too many elements of paths");

    } else if (rc == NGX_ERROR) {
        ngx_eo_seclang_xml_no_memory(xml);
    }
}


static void XMLCALL
ngx_eo_seclang_xml_start(void *data, const XML_Char *name,
    const XML_Char **attributes)
{
    ngx_uint_t             i, n;
    ngx_eo_seclang_xml_t  *xml = data;

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

    /* names and values in turn */

    n = 0;

    for (i = 0; attributes[i] != NULL && !xml->failed; i += 2) {

        if (++xml->nodes > NGX_EO_SECLANG_XML_NODES) {
            ngx_eo_seclang_xml_stop(xml, "too many attributes");
            return;
        }

        if (!ngx_eo_seclang_xml_is_namespace(attributes[i])) {
            ngx_eo_seclang_xml_attribute(xml, attributes[i + 1]);
            n++;

        } else if (xml->walk.npaths) {
            ngx_eo_seclang_xml_declare(xml, attributes[i], attributes[i + 1]);
        }
    }

    if (!xml->failed && xml->walk.npaths) {
        ngx_eo_seclang_xml_walk(xml, name, attributes, n);
    }
}


static void XMLCALL
ngx_eo_seclang_xml_end(void *data, const XML_Char *name)
{
    ngx_eo_seclang_xml_t  *xml = data;

    if (xml->depth == 0 || xml->failed) {
        return;
    }

    while (xml->nnamespaces
           && xml->namespaces[xml->nnamespaces - 1].depth == xml->depth)
    {
        xml->nnamespaces--;
    }

    ngx_eo_seclang_xpath_end(&xml->walk, xml->depth, xml->len);
    xml->depth--;
}


/*
 * What a parameter entity brings in is not read, and expat ignores all
 * declarations behind a reference to one; others do not.
 */

static void XMLCALL
ngx_eo_seclang_xml_entity(void *data, const XML_Char *name, int parameter,
    const XML_Char *value, int len, const XML_Char *base,
    const XML_Char *system_id, const XML_Char *public_id,
    const XML_Char *notation)
{
    ngx_eo_seclang_xml_t  *xml = data;

    if (parameter) {
        ngx_eo_seclang_xml_stop(xml, "a parameter entity");
        return;
    }

    if (++xml->entities > NGX_EO_SECLANG_XML_ENTITIES) {
        ngx_eo_seclang_xml_stop(xml, "too many entities");
    }
}


static void XMLCALL
ngx_eo_seclang_xml_skipped(void *data, const XML_Char *name, int parameter)
{
    if (parameter) {
        ngx_eo_seclang_xml_stop(data, "a parameter entity");
    }
}


static void
ngx_eo_seclang_xml_handlers(ngx_eo_seclang_xml_t *xml, XML_Parser parser)
{
    xml->parser = parser;

    XML_SetUserData(parser, xml);
    XML_SetElementHandler(parser, ngx_eo_seclang_xml_start,
                          ngx_eo_seclang_xml_end);
    XML_SetCharacterDataHandler(parser, ngx_eo_seclang_xml_characters);
    XML_SetEntityDeclHandler(parser, ngx_eo_seclang_xml_entity);
    XML_SetSkippedEntityHandler(parser, ngx_eo_seclang_xml_skipped);
    XML_SetUnknownEncodingHandler(parser, ngx_eo_seclang_xml_encoding, NULL);

    /* so that a reference to one is told of; nothing is fetched by that */

    (void) XML_SetParamEntityParsing(parser, XML_PARAM_ENTITY_PARSING_ALWAYS);

    (void) XML_SetBillionLaughsAttackProtectionMaximumAmplification(parser,
                                          (float) NGX_EO_SECLANG_XML_GROWTH);
    (void) XML_SetBillionLaughsAttackProtectionActivationThreshold(parser,
                                                    NGX_EO_SECLANG_XML_FREE);
}


static ngx_int_t
ngx_eo_seclang_xml_parse(ngx_eo_seclang_xml_t *xml, ngx_str_t *body,
    ngx_uint_t complete)
{
    XML_Parser       parser;
    enum XML_Error   error;
    enum XML_Status  status;

    parser = XML_ParserCreate(NULL);
    if (parser == NULL) {
        return NGX_ERROR;
    }

    ngx_eo_seclang_xml_handlers(xml, parser);

    status = XML_Parse(parser, (const char *) body->data, (int) body->len,
                       complete ? XML_TRUE : XML_FALSE);
    error = XML_GetErrorCode(parser);

    XML_ParserFree(parser);

    if (status != XML_STATUS_ERROR || xml->failed) {
        return NGX_OK;
    }

    xml->failed = 1;

    switch (error) {

    case XML_ERROR_NO_MEMORY:
        return NGX_ERROR;

    case XML_ERROR_AMPLIFICATION_LIMIT_BREACH:
        xml->reason = "entities grow too much";
        return NGX_OK;

    default:
        xml->reason = "the document is not well-formed";
        return NGX_OK;
    }
}


ngx_int_t
ngx_eo_seclang_body_xml(ngx_eo_seclang_tx_t *tx, ngx_str_t *body,
    ngx_uint_t complete, ngx_str_t *error)
{
    ngx_str_t             text;
    ngx_eo_seclang_xml_t  xml;

    ngx_memzero(&xml, sizeof(ngx_eo_seclang_xml_t));

    xml.tx = tx;
    xml.room = NGX_EO_SECLANG_XML_FREE
               + body->len * NGX_EO_SECLANG_XML_GROWTH;

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
