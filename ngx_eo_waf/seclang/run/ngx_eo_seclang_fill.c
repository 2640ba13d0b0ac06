
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fills a transaction: request line, headers, cookies, response.
 */


#include "ngx_eo_seclang_fill.h"
#include "seclang/body/ngx_eo_seclang_body.h"
#include "seclang/variable/ngx_eo_seclang_argument.h"
#include "seclang/variable/ngx_eo_seclang_list.h"
#include "seclang/variable/ngx_eo_seclang_text.h"
#include "seclang/variable/ngx_eo_seclang_view.h"
#include "text/ngx_eo_text.h"


#define NGX_EO_SECLANG_NO_SEVERITY  255


static ngx_int_t ngx_eo_seclang_set_fragment(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *raw, u_char *hash, u_char *query);


#define ngx_eo_seclang_name_is(name, s)                                       \
    ((name)->len == sizeof(s) - 1                                             \
     && ngx_strncasecmp((name)->data, (u_char *) s, sizeof(s) - 1) == 0)

#define ngx_eo_seclang_starts(text, s)                                        \
    ((text)->len >= sizeof(s) - 1                                             \
     && ngx_strncasecmp((text)->data, (u_char *) s, sizeof(s) - 1) == 0)


static ngx_int_t ngx_eo_seclang_decode_path(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *in, ngx_str_t *out);
static void ngx_eo_seclang_strip_origin(ngx_str_t *uri);
static ngx_int_t ngx_eo_seclang_set_path(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *decoded);
static ngx_int_t ngx_eo_seclang_set_uri(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *raw);
static ngx_int_t ngx_eo_seclang_add_cookie(ngx_eo_seclang_tx_t *tx, u_char *p,
    u_char *end);
static ngx_int_t ngx_eo_seclang_parse_cookies(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *header);
static ngx_int_t ngx_eo_seclang_set_content_type(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *value);


ngx_int_t
ngx_eo_seclang_tx_init(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_ruleset_t *set, size_t limit)
{
    ngx_eo_seclang_arena_init(&tx->arena, limit);

    tx->set = set;
    tx->engine = set->engine;
    tx->request_body_access = set->request_body_access;
    tx->response_body_access = set->response_body_access;
    tx->highest_severity = NGX_EO_SECLANG_NO_SEVERITY;
    tx->now = ngx_time();

    if (tx->time == 0) {
        tx->time = NGX_EO_SECLANG_NO_BUDGET;
    }

    tx->budget.left = tx->time;

    tx->slots = ngx_eo_seclang_calloc(&tx->arena,
                                      set->slots.nelts * sizeof(void *));

    return (tx->slots == NULL) ? NGX_ERROR : NGX_OK;
}


void
ngx_eo_seclang_tx_done(ngx_eo_seclang_tx_t *tx)
{
    ngx_eo_seclang_arena_reset(&tx->arena);
}


/* undoes "%XX" and, unlike in arguments, leaves a plus as it is */

static ngx_int_t
ngx_eo_seclang_decode_path(ngx_eo_seclang_tx_t *tx, ngx_str_t *in,
    ngx_str_t *out)
{
    u_char  *d;

    *out = *in;

    if (ngx_strlchr(in->data, in->data + in->len, '%') == NULL) {
        return NGX_OK;
    }

    d = ngx_eo_seclang_alloc(&tx->arena, in->len);
    if (d == NULL) {
        return NGX_ERROR;
    }

    out->data = d;
    out->len = ngx_eo_percent_decode(d, in->data, in->data + in->len, 0, NULL)
               - d;

    return NGX_OK;
}


/* the path and all behind it, of an URI with a scheme and a host */

static void
ngx_eo_seclang_strip_origin(ngx_str_t *uri)
{
    u_char  *p, *last;

    if (uri->len == 0 || uri->data[0] == '/') {
        return;
    }

    last = uri->data + uri->len;
    p = ngx_strlchr(uri->data, last, ':');

    if (p == NULL || last - p < 3 || p[1] != '/' || p[2] != '/') {
        return;
    }

    p = ngx_strlchr(p + 3, last, '/');

    if (p != NULL) {
        uri->data = p;
        uri->len = last - p;
    }
}


/*
 * The path is what stands before "?" or "#" as they were sent: "%3f" is one
 * of its characters.
 */

static ngx_int_t
ngx_eo_seclang_set_path(ngx_eo_seclang_tx_t *tx, ngx_str_t *raw)
{
    u_char     *p, *last;
    ngx_str_t   sent, path, base;

    last = raw->data + raw->len;

    for (p = raw->data; p < last && *p != '?' && *p != '#'; p++) {
        /* void */
    }

    sent.data = raw->data;
    sent.len = p - raw->data;

    if (ngx_eo_seclang_decode_path(tx, &sent, &path) != NGX_OK) {
        return NGX_ERROR;
    }

    base.data = path.data + path.len;
    base.len = 0;

    while (base.data > path.data
           && base.data[-1] != '/' && base.data[-1] != '\\')
    {
        base.data--;
        base.len++;
    }

    if (base.data == path.data) {
        base.len = 0;
    }

    if (ngx_eo_seclang_set_scalar(tx, NGX_EO_SECLANG_VAR_PATH_INFO, &path)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* one text for both, so that what is made of it is, too */

    tx->scalars[NGX_EO_SECLANG_VAR_REQUEST_FILENAME] =
                                 tx->scalars[NGX_EO_SECLANG_VAR_PATH_INFO];

    return ngx_eo_seclang_set_scalar(tx, NGX_EO_SECLANG_VAR_REQUEST_BASENAME,
                                     &base);
}


/*
 * A fragment ends nothing but the path: nginx passes it on, and not all back
 * ends know what it is.
 */

static ngx_int_t
ngx_eo_seclang_set_uri(ngx_eo_seclang_tx_t *tx, ngx_str_t *raw)
{
    u_char     *p, *hash;
    ngx_str_t   query, decoded;

    if (ngx_eo_seclang_set_path(tx, raw) != NGX_OK
        || ngx_eo_seclang_decode_path(tx, raw, &decoded) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_eo_seclang_strip_origin(&decoded);

    if (ngx_eo_seclang_set_scalar(tx, NGX_EO_SECLANG_VAR_REQUEST_URI,
                                  &decoded)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (decoded.data == raw->data && decoded.len == raw->len) {
        tx->scalars[NGX_EO_SECLANG_VAR_REQUEST_URI_RAW] =
                                  tx->scalars[NGX_EO_SECLANG_VAR_REQUEST_URI];

    } else if (ngx_eo_seclang_set_scalar(tx,
                                         NGX_EO_SECLANG_VAR_REQUEST_URI_RAW,
                                         raw)
               != NGX_OK)
    {
        return NGX_ERROR;
    }

    hash = ngx_strlchr(raw->data, raw->data + raw->len, '#');
    p = ngx_strlchr(raw->data, raw->data + raw->len, '?');

    if (hash != NULL
        && ngx_eo_seclang_set_fragment(tx, raw, hash, p) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (p == NULL) {
        return NGX_OK;
    }

    query.data = p + 1;
    query.len = raw->data + raw->len - query.data;

    if (ngx_eo_seclang_set_scalar(tx, NGX_EO_SECLANG_VAR_QUERY_STRING, &query)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_parse_arguments(tx, &query,
                                          NGX_EO_SECLANG_FROM_QUERY);
}


/*
 * With a fragment an argument has two readings, and the one without it is
 * that of nginx.  Before the query a fragment is path to some: it is looked
 * at as if it were an argument without a name.
 */

static ngx_int_t
ngx_eo_seclang_set_fragment(ngx_eo_seclang_tx_t *tx, ngx_str_t *raw,
    u_char *hash, u_char *query)
{
    u_char     *p, *last;
    ngx_int_t   rc;
    ngx_str_t   text, name, value;

    if (query != NULL && query < hash) {

        for (p = hash;
             p > query + 1 && p[-1] != tx->set->argument_separator;
             p--)
        {
            /* void */
        }

        text.data = p;
        text.len = hash - p;

        return ngx_eo_seclang_parse_arguments(tx, &text,
                                              NGX_EO_SECLANG_FROM_QUERY);
    }

    last = query ? query : raw->data + raw->len;

    text.data = hash + 1;
    text.len = last - text.data;

    if (ngx_eo_seclang_decode_path(tx, &text, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_str_set(&name, "");

    rc = ngx_eo_seclang_add_argument(tx, &name, &value,
                                     NGX_EO_SECLANG_FROM_QUERY);

    return (rc == NGX_ERROR) ? NGX_ERROR : NGX_OK;
}


ngx_int_t
ngx_eo_seclang_tx_request(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_request_t *request)
{
    ngx_uint_t  i;

    struct {
        ngx_uint_t   variable;
        ngx_str_t   *value;
    } scalars[] = {
        { NGX_EO_SECLANG_VAR_REQUEST_METHOD, &request->method },
        { NGX_EO_SECLANG_VAR_REQUEST_PROTOCOL, &request->protocol },
        { NGX_EO_SECLANG_VAR_REQUEST_LINE, &request->request_line },
        { NGX_EO_SECLANG_VAR_REMOTE_ADDR, &request->remote_addr },
        { NGX_EO_SECLANG_VAR_REMOTE_HOST, &request->remote_addr },
        { NGX_EO_SECLANG_VAR_REMOTE_PORT, &request->remote_port },
        { NGX_EO_SECLANG_VAR_REMOTE_USER, &request->remote_user },
        { NGX_EO_SECLANG_VAR_SERVER_ADDR, &request->server_addr },
        { NGX_EO_SECLANG_VAR_SERVER_PORT, &request->server_port },
        { NGX_EO_SECLANG_VAR_UNIQUE_ID, &request->unique_id }
    };

    for (i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++) {
        if (ngx_eo_seclang_set_scalar(tx, scalars[i].variable,
                                      scalars[i].value)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return ngx_eo_seclang_set_uri(tx, &request->uri);
}


static ngx_int_t
ngx_eo_seclang_add_cookie(ngx_eo_seclang_tx_t *tx, u_char *p, u_char *end)
{
    u_char     *equal;
    ngx_str_t   name, value;

    equal = ngx_strlchr(p, end, '=');

    ngx_str_null(&value);
    name.data = p;
    name.len = end - p;

    if (equal != NULL) {
        name.len = equal - p;
        value.data = equal + 1;
        value.len = end - value.data;
    }

    while (name.len && ngx_eo_seclang_space(name.data[0])) {
        name.data++;
        name.len--;
    }

    if (name.len == 0) {
        return NGX_OK;
    }

    return ngx_eo_seclang_add(tx, NGX_EO_SECLANG_LIST_COOKIES, &name, &value,
                              0);
}


static ngx_int_t
ngx_eo_seclang_parse_cookies(ngx_eo_seclang_tx_t *tx, ngx_str_t *header)
{
    u_char  *p, *last, *end;

    p = header->data;
    last = p + header->len;

    while (last > p && ngx_eo_seclang_space(last[-1])) {
        last--;
    }

    for ( /* void */ ; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, ';');
        if (end == NULL) {
            end = last;
        }

        if (ngx_eo_seclang_add_cookie(tx, p, end) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_set_content_type(ngx_eo_seclang_tx_t *tx, ngx_str_t *value)
{
    ngx_str_t  processor;

    /* what is said twice is no contradiction */

    if (tx->body_types == 0
        || value->len != tx->content_type.len
        || ngx_memcmp(value->data, tx->content_type.data, value->len) != 0)
    {
        tx->body_types++;
    }

    tx->content_type = *value;

    if (ngx_eo_seclang_starts(value, "multipart/form-data")) {
        tx->body_processor = NGX_EO_SECLANG_BODY_MULTIPART;
        ngx_str_set(&processor, "MULTIPART");

    } else if (ngx_eo_seclang_starts(value,
                                     "application/x-www-form-urlencoded"))
    {
        tx->body_processor = NGX_EO_SECLANG_BODY_URLENCODED;
        ngx_str_set(&processor, "URLENCODED");

    } else {
        return NGX_OK;
    }

    return ngx_eo_seclang_set_scalar(tx, NGX_EO_SECLANG_VAR_REQBODY_PROCESSOR,
                                     &processor);
}


ngx_int_t
ngx_eo_seclang_tx_header(ngx_eo_seclang_tx_t *tx, ngx_str_t *name,
    ngx_str_t *value)
{
    u_char     *p;
    ngx_str_t   part;

    if (ngx_eo_seclang_add(tx, NGX_EO_SECLANG_LIST_HEADERS, name, value, 0)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_eo_seclang_name_is(name, "cookie")) {
        return ngx_eo_seclang_parse_cookies(tx, value);
    }

    if (ngx_eo_seclang_name_is(name, "content-type")) {
        return ngx_eo_seclang_set_content_type(tx, value);
    }

    part = *value;

    if (ngx_eo_seclang_name_is(name, "host")) {
        p = ngx_strlchr(part.data, part.data + part.len, ':');

        if (p != NULL) {
            part.len = p - part.data;
        }

        return ngx_eo_seclang_set_scalar(tx, NGX_EO_SECLANG_VAR_SERVER_NAME,
                                         &part);
    }

    if (ngx_eo_seclang_name_is(name, "authorization")) {
        p = ngx_strlchr(part.data, part.data + part.len, ' ');

        if (p != NULL) {
            part.len = p - part.data;
        }

        return ngx_eo_seclang_set_scalar(tx, NGX_EO_SECLANG_VAR_AUTH_TYPE,
                                         &part);
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_tx_response_header(ngx_eo_seclang_tx_t *tx, ngx_str_t *name,
    ngx_str_t *value)
{
    if (ngx_eo_seclang_add(tx, NGX_EO_SECLANG_LIST_RESPONSE_HEADERS, name,
                           value, 0)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_eo_seclang_name_is(name, "content-type")) {
        return ngx_eo_seclang_set_scalar(tx,
                            NGX_EO_SECLANG_VAR_RESPONSE_CONTENT_TYPE, value);
    }

    if (ngx_eo_seclang_name_is(name, "content-length")) {
        return ngx_eo_seclang_set_scalar(tx,
                          NGX_EO_SECLANG_VAR_RESPONSE_CONTENT_LENGTH, value);
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_tx_response_status(ngx_eo_seclang_tx_t *tx, ngx_uint_t status,
    ngx_str_t *protocol)
{
    if (ngx_eo_seclang_set_scalar_number(tx,
                                  NGX_EO_SECLANG_VAR_RESPONSE_STATUS, status)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_set_scalar(tx, NGX_EO_SECLANG_VAR_RESPONSE_PROTOCOL,
                                     protocol);
}


ngx_int_t
ngx_eo_seclang_tx_response_body(ngx_eo_seclang_tx_t *tx, ngx_str_t *body,
    ngx_uint_t complete)
{
    if (ngx_eo_seclang_set_scalar_number(tx,
                                 NGX_EO_SECLANG_VAR_OUTBOUND_DATA_ERROR,
                                 !complete)
        != NGX_OK
        || ngx_eo_seclang_set_scalar_number(tx,
                                NGX_EO_SECLANG_VAR_RESPONSE_CONTENT_LENGTH,
                                body->len)
           != NGX_OK
        || ngx_eo_seclang_tx_response_parts(tx, body, complete) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_set_scalar(tx, NGX_EO_SECLANG_VAR_RESPONSE_BODY,
                                     body);
}
