
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * proxy, grpc, fastcgi, uwsgi and scgi all pass on r->headers_in.headers, so
 * that list is replaced by one with the node's headers first and the client's
 * behind them: shared where all of them go on, else copied.  What
 * r->headers_in points to besides, such as x_forwarded_for, stays with the
 * client's list: an operator's $proxy_add_x_forwarded_for, which nginx makes
 * of that, does not get the address twice.
 *
 * A subrequest, and the target of an internal redirect, begins with the list
 * of the node: it is known by its first element, and made anew from the
 * client's.
 */


#include "ngx_eo_origin_headers.h"
#include "ngx_eo_edge_check.h"
#include "ngx_eo_header.h"


/* room for our own headers, and for those that siblings set */

#define NGX_EO_ORIGIN_HEADERS_OWN       6
#define NGX_EO_ORIGIN_HEADERS_SIBLINGS  16


typedef struct {
    ngx_str_t    name;
    u_char      *lowcase;
} ngx_eo_origin_header_t;


static ngx_uint_t ngx_eo_origin_headers_owned(ngx_list_t *list);
static void ngx_eo_origin_headers_keep(ngx_http_request_t *r,
    ngx_eo_request_t *ctx);
static void ngx_eo_origin_headers_restore(ngx_http_request_t *r,
    ngx_eo_request_t *ctx);
static ngx_uint_t ngx_eo_origin_headers_shared(ngx_list_t *client,
    ngx_eo_core_loc_conf_t *lcf);
static ngx_uint_t ngx_eo_origin_headers_count(ngx_list_t *list);
static ngx_int_t ngx_eo_origin_headers_add(ngx_http_request_t *r,
    ngx_eo_request_t *ctx, ngx_eo_core_loc_conf_t *lcf, ngx_uint_t shared);
static void ngx_eo_origin_headers_share(ngx_http_request_t *r,
    ngx_list_t *client);
static ngx_int_t ngx_eo_origin_headers_copy(ngx_http_request_t *r,
    ngx_list_t *client, ngx_eo_core_loc_conf_t *lcf);
static ngx_inline ngx_uint_t ngx_eo_origin_header_dropped(ngx_table_elt_t *h,
    ngx_eo_core_loc_conf_t *lcf);
static ngx_uint_t ngx_eo_origin_header_named(ngx_table_elt_t *h,
    ngx_eo_core_loc_conf_t *lcf);
static ngx_int_t ngx_eo_origin_forwarded_for(ngx_http_request_t *r,
    ngx_eo_request_t *ctx, ngx_str_t *value);
static ngx_int_t ngx_eo_origin_forwarded_proto(ngx_http_request_t *r,
    ngx_eo_request_t *ctx, ngx_eo_core_loc_conf_t *lcf, ngx_str_t *value);
static ngx_int_t ngx_eo_origin_proto_trusted(ngx_http_request_t *r,
    ngx_eo_request_t *ctx, ngx_array_t *cidrs);
static void ngx_eo_origin_proto_read(ngx_list_t *client, ngx_str_t *value);
static ngx_int_t ngx_eo_origin_header_push(ngx_http_request_t *r,
    ngx_eo_origin_header_t *header, ngx_str_t *value);
static void ngx_eo_origin_header_fill(ngx_table_elt_t *h,
    ngx_eo_origin_header_t *header, ngx_str_t *value);


enum {
    NGX_EO_HEADER_LOG_UUID = 0,
    NGX_EO_HEADER_CDN_LOOP,
    NGX_EO_HEADER_CONNECTING_IP,
    NGX_EO_HEADER_FORWARDED_FOR,
    NGX_EO_HEADER_FORWARDED_PROTO,
    NGX_EO_HEADER_MAX
};


static ngx_eo_origin_header_t  ngx_eo_origin_header_names[] = {
    { ngx_string("EO-LOG-UUID"), (u_char *) "eo-log-uuid" },
    { ngx_string("CDN-Loop"), (u_char *) "cdn-loop" },
    { ngx_string("EO-Connecting-IP"), (u_char *) "eo-connecting-ip" },
    { ngx_string("X-Forwarded-For"), (u_char *) "x-forwarded-for" },
    { ngx_string("X-Forwarded-Proto"), (u_char *) "x-forwarded-proto" }
};


#define ngx_eo_origin_header_is(h, i)                                         \
    ngx_eo_header_equal((h)->lowcase_key, (h)->key.len,                       \
                        ngx_eo_origin_header_names[i].lowcase,                \
                        ngx_eo_origin_header_names[i].name.len)


/*
 * All that is constant of a location's headers to the origin, in the order of
 * the enumeration and with the header of the client's address behind.
 */

ngx_int_t
ngx_eo_origin_headers_prepare(ngx_conf_t *cf, ngx_eo_core_loc_conf_t *lcf)
{
    ngx_str_t                value;
    ngx_uint_t               i;
    ngx_table_elt_t         *h;
    ngx_eo_origin_header_t   client_ip;

    ngx_uint_t  wanted[NGX_EO_HEADER_MAX] = {
        lcf->log_uuid,
        lcf->edge.cdn_loop,
        lcf->origin_headers,
        lcf->origin_headers,
        lcf->origin_headers
    };

    h = ngx_pcalloc(cf->pool,
                    NGX_EO_ORIGIN_HEADERS_OWN * sizeof(ngx_table_elt_t));
    if (h == NULL) {
        return NGX_ERROR;
    }

    lcf->origin_template = h;

    for (i = 0; i < NGX_EO_HEADER_MAX; i++) {

        if (wanted[i]) {
            ngx_eo_origin_header_fill(h++, &ngx_eo_origin_header_names[i],
                                      &lcf->cdn_loop_first);
        }
    }

    if (lcf->origin_headers && lcf->client_ip_header.len) {
        client_ip.name = lcf->client_ip_header;
        client_ip.lowcase = lcf->client_ip_lowcase;
        ngx_str_null(&value);

        ngx_eo_origin_header_fill(h++, &client_ip, &value);
    }

    lcf->origin_template_n = h - lcf->origin_template;

    return NGX_OK;
}


ngx_int_t
ngx_eo_origin_headers_handler(ngx_http_request_t *r)
{
    ngx_list_t              *client;
    ngx_uint_t               n, shared;
    ngx_eo_request_t        *ctx;
    ngx_eo_core_loc_conf_t  *lcf;

    if (r->content_handler == NULL) {
        return NGX_DECLINED;
    }

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_eo_origin_headers_keep(r, ctx);

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    if (!lcf->origin_headers && !lcf->log_uuid && !lcf->edge.cdn_loop) {
        ngx_eo_origin_headers_restore(r, ctx);
        return NGX_DECLINED;
    }

    client = &ctx->client_headers;
    n = ngx_eo_origin_headers_count(client);

    shared = (n == ctx->plain_headers && lcf->client_ip_header.len == 0)
             || ngx_eo_origin_headers_shared(client, lcf);

    n = NGX_EO_ORIGIN_HEADERS_OWN + (shared ? 0 : n);

    if (ngx_list_init(&r->headers_in.headers, r->pool, n,
                      sizeof(ngx_table_elt_t))
        != NGX_OK
        || ngx_eo_origin_headers_add(r, ctx, lcf, shared) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (shared) {
        ngx_eo_origin_headers_share(r, client);
        return NGX_DECLINED;
    }

    return ngx_eo_origin_headers_copy(r, client, lcf) == NGX_OK
           ? NGX_DECLINED : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


static ngx_uint_t
ngx_eo_origin_headers_owned(ngx_list_t *list)
{
    ngx_uint_t        i;
    ngx_table_elt_t  *h;

    if (list->part.nelts == 0) {
        return 0;
    }

    h = list->part.elts;

    for (i = 0; i < NGX_EO_HEADER_MAX; i++) {

        if (h->lowcase_key == ngx_eo_origin_header_names[i].lowcase) {
            return 1;
        }
    }

    return 0;
}


static void
ngx_eo_origin_headers_keep(ngx_http_request_t *r, ngx_eo_request_t *ctx)
{
    if (!ngx_eo_origin_headers_owned(&r->headers_in.headers)) {
        ctx->client_headers = r->headers_in.headers;
        ctx->headers_kept = 1;
    }
}


static void
ngx_eo_origin_headers_restore(ngx_http_request_t *r, ngx_eo_request_t *ctx)
{
    r->headers_in.headers = ctx->client_headers;

    if (r->headers_in.headers.part.next == NULL) {
        r->headers_in.headers.last = &r->headers_in.headers.part;
    }
}


/* whether all of the client's headers go on */

static ngx_uint_t
ngx_eo_origin_headers_shared(ngx_list_t *client, ngx_eo_core_loc_conf_t *lcf)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &client->part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_eo_origin_header_dropped(&h[i], lcf)) {
                return 0;
            }
        }
    }

    return 1;
}


static ngx_uint_t
ngx_eo_origin_headers_count(ngx_list_t *list)
{
    ngx_uint_t        n;
    ngx_list_part_t  *part;

    n = 0;

    for (part = &list->part; part; part = part->next) {
        n += part->nelts;
    }

    return n;
}


/* fills in, in the order of the template, what differs from its values */

static ngx_int_t
ngx_eo_origin_headers_add(ngx_http_request_t *r, ngx_eo_request_t *ctx,
    ngx_eo_core_loc_conf_t *lcf, ngx_uint_t shared)
{
    ngx_table_elt_t  *h;

    h = r->headers_in.headers.part.elts;
    r->headers_in.headers.part.nelts = lcf->origin_template_n;

    ngx_memcpy(h, lcf->origin_template,
               lcf->origin_template_n * sizeof(ngx_table_elt_t));

    if (lcf->log_uuid) {
        h->value = *ngx_eo_log_uuid(r);
        h++;
    }

    if (lcf->edge.cdn_loop) {

        if (ngx_eo_origin_cdn_loop(r, &ctx->client_headers, &h->value)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        h++;
    }

    if (!lcf->origin_headers) {
        return NGX_OK;
    }

    h->value = ctx->peer_addr;
    h++;

    /* where nothing of the client's is dropped, there is none of these */

    h->value = ctx->peer_addr;

    if (!shared
        && ngx_eo_origin_forwarded_for(r, ctx, &h->value) != NGX_OK)
    {
        return NGX_ERROR;
    }

    h++;

    if (ngx_eo_origin_forwarded_proto(r, ctx, lcf, &h->value) != NGX_OK) {
        return NGX_ERROR;
    }

    h++;

    if (lcf->client_ip_header.len) {
        h->value = r->connection->addr_text;
    }

    return NGX_OK;
}


/*
 * Appends the client's parts.  The list is said to be full, so that nobody's
 * ngx_list_push() writes into the room that the client's last part has.
 */

static void
ngx_eo_origin_headers_share(ngx_http_request_t *r, ngx_list_t *client)
{
    ngx_list_t       *list;
    ngx_list_part_t  *part;

    part = &client->part;

    /* nginx's loops over lists cannot stand an empty part */

    if (part->nelts == 0) {
        return;
    }

    list = &r->headers_in.headers;
    list->part.next = part;

    while (part->next) {
        part = part->next;
    }

    list->last = part;
    list->nalloc = part->nelts;
}


/* lcf: of which headers are dropped, NULL for none */

static ngx_int_t
ngx_eo_origin_headers_copy(ngx_http_request_t *r, ngx_list_t *client,
    ngx_eo_core_loc_conf_t *lcf)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *copy;

    for (part = &client->part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (lcf && ngx_eo_origin_header_dropped(&h[i], lcf)) {
                continue;
            }

            copy = ngx_list_push(&r->headers_in.headers);
            if (copy == NULL) {
                return NGX_ERROR;
            }

            *copy = h[i];
        }
    }

    return NGX_OK;
}


/* the client's own copies of what the node says; few begin like them */

static ngx_inline ngx_uint_t
ngx_eo_origin_header_dropped(ngx_table_elt_t *h, ngx_eo_core_loc_conf_t *lcf)
{
    switch (h->lowcase_key[0]) {

    case 'c':
    case 'e':
    case 'x':
        return ngx_eo_origin_header_named(h, lcf);

    default:
        return lcf->client_ip_header.len
               && ngx_eo_origin_header_named(h, lcf);
    }
}


static ngx_uint_t
ngx_eo_origin_header_named(ngx_table_elt_t *h, ngx_eo_core_loc_conf_t *lcf)
{
    if (lcf->edge.cdn_loop
        && ngx_eo_origin_header_is(h, NGX_EO_HEADER_CDN_LOOP))
    {
        return 1;
    }

    if (lcf->log_uuid && ngx_eo_origin_header_is(h, NGX_EO_HEADER_LOG_UUID)) {
        return 1;
    }

    if (!lcf->origin_headers) {
        return 0;
    }

    if (h->key.len >= sizeof("eo-") - 1
        && ngx_eo_header_equal(h->lowcase_key, sizeof("eo-") - 1,
                               (u_char *) "eo-", sizeof("eo-") - 1))
    {
        return 1;
    }

    return ngx_eo_origin_header_is(h, NGX_EO_HEADER_FORWARDED_FOR)
           || ngx_eo_origin_header_is(h, NGX_EO_HEADER_FORWARDED_PROTO)
           || ngx_eo_header_equal(h->lowcase_key, h->key.len,
                                  lcf->client_ip_lowcase,
                                  lcf->client_ip_header.len);
}


ngx_int_t
ngx_eo_origin_cdn_loop(ngx_http_request_t *r, ngx_list_t *client,
    ngx_str_t *value)
{
    u_char                  *p;
    ngx_uint_t               i;
    ngx_list_part_t         *part;
    ngx_table_elt_t         *h;
    ngx_eo_request_t        *ctx;
    ngx_eo_cdn_loop_t       *loop;
    ngx_eo_header_scan_t     scan;
    ngx_eo_core_loc_conf_t  *lcf;

    ctx = ngx_eo_request(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_core_module);

    if (ctx->first_pass) {
        *value = lcf->cdn_loop_first;
        return NGX_OK;
    }

    if (client == NULL) {
        client = ctx->headers_kept ? &ctx->client_headers
                                   : &r->headers_in.headers;
    }

    ngx_eo_header_scan(client, &lcf->edge.cdn_loop_name, &scan);

    loop = &scan.loop;

    p = ngx_pnalloc(r->pool, loop->foreign + loop->name.len
                             + sizeof("; loops=") - 1 + NGX_INT_T_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value->data = p;

    for (part = &client->part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_eo_origin_header_is(&h[i], NGX_EO_HEADER_CDN_LOOP)) {
                p = ngx_eo_cdn_loop_copy_foreign(p, loop, &h[i].value);
            }
        }
    }

    p = ngx_sprintf(p, "%V; loops=%ui", &loop->name, loop->loops + 1);

    value->len = p - value->data;

    return NGX_OK;
}


/* all of the client's lines and the peer, without spaces */

static ngx_int_t
ngx_eo_origin_forwarded_for(ngx_http_request_t *r, ngx_eo_request_t *ctx,
    ngx_str_t *value)
{
    u_char           *p;
    size_t            len;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    len = 0;

    for (part = &ctx->client_headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_eo_origin_header_is(&h[i], NGX_EO_HEADER_FORWARDED_FOR)
                && h[i].value.len)
            {
                len += h[i].value.len + 1;
            }
        }
    }

    if (len == 0) {
        *value = ctx->peer_addr;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, len + ctx->peer_addr.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value->data = p;
    value->len = len + ctx->peer_addr.len;

    for (part = &ctx->client_headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_eo_origin_header_is(&h[i], NGX_EO_HEADER_FORWARDED_FOR)
                && h[i].value.len)
            {
                p = ngx_cpymem(p, h[i].value.data, h[i].value.len);
                *p++ = ',';
            }
        }
    }

    ngx_memcpy(p, ctx->peer_addr.data, ctx->peer_addr.len);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_origin_forwarded_proto(ngx_http_request_t *r, ngx_eo_request_t *ctx,
    ngx_eo_core_loc_conf_t *lcf, ngx_str_t *value)
{
    ngx_int_t  rc;

    ngx_str_set(value, "http");

#if (NGX_HTTP_SSL)

    if (r->connection->ssl) {
        ngx_str_set(value, "https");
    }

#endif

#if (NGX_HTTP_V3)

    if (r->connection->quic) {
        ngx_str_set(value, "quic");
    }

#endif

    if (lcf->proto_from == NULL) {
        return NGX_OK;
    }

    rc = ngx_eo_origin_proto_trusted(r, ctx, lcf->proto_from);

    if (rc == NGX_OK) {
        ngx_eo_origin_proto_read(&ctx->client_headers, value);
    }

    return (rc == NGX_ERROR) ? NGX_ERROR : NGX_OK;
}


/* by the peer's own address, which a realip module may have replaced since */

static ngx_int_t
ngx_eo_origin_proto_trusted(ngx_http_request_t *r, ngx_eo_request_t *ctx,
    ngx_array_t *cidrs)
{
    ngx_int_t        rc;
    ngx_addr_t       addr;
    struct sockaddr  local;

    if (ctx->peer_addr.len == sizeof("unix:") - 1
        && ngx_strncmp(ctx->peer_addr.data, "unix:", sizeof("unix:") - 1) == 0)
    {
        ngx_memzero(&local, sizeof(struct sockaddr));
        local.sa_family = AF_UNIX;

        return ngx_cidr_match(&local, cidrs);
    }

    rc = ngx_parse_addr(r->pool, &addr, ctx->peer_addr.data,
                        ctx->peer_addr.len);

    return (rc == NGX_OK) ? ngx_cidr_match(addr.sockaddr, cidrs) : rc;
}


/* "http" or "https" in one line; anything else leaves the node's word */

static void
ngx_eo_origin_proto_read(ngx_list_t *client, ngx_str_t *value)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *found;

    found = NULL;

    for (part = &client->part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (!ngx_eo_origin_header_is(&h[i],
                                         NGX_EO_HEADER_FORWARDED_PROTO))
            {
                continue;
            }

            if (found) {
                return;
            }

            found = &h[i];
        }
    }

    if (found == NULL) {
        return;
    }

    if (found->value.len == 4
        && ngx_strncasecmp(found->value.data, (u_char *) "http", 4) == 0)
    {
        ngx_str_set(value, "http");

    } else if (found->value.len == 5
               && ngx_strncasecmp(found->value.data, (u_char *) "https", 5)
                  == 0)
    {
        ngx_str_set(value, "https");
    }
}


char *
ngx_eo_forwarded_proto_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_int_t      rc;
    ngx_str_t     *value;
    ngx_uint_t     i;
    ngx_cidr_t    *cidr;
    ngx_array_t  **cidrs;

    cidrs = (ngx_array_t **) ((u_char *) conf + cmd->offset);

    if (*cidrs != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        *cidrs = NULL;
        return NGX_CONF_OK;
    }

    *cidrs = ngx_array_create(cf->pool, cf->args->nelts, sizeof(ngx_cidr_t));
    if (*cidrs == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        cidr = ngx_array_push(*cidrs);
        if (cidr == NULL) {
            return NGX_CONF_ERROR;
        }

        ngx_memzero(cidr, sizeof(ngx_cidr_t));

        if (ngx_strcmp(value[i].data, "unix:") == 0) {
            cidr->family = AF_UNIX;
            continue;
        }

        rc = ngx_ptocidr(&value[i], cidr);

        if (rc == NGX_ERROR) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid value \"%V\" in \"%V\" directive, it "
                               "must be \"off\" alone, or addresses, "
                               "prefixes and \"unix:\"",
                               &value[i], &cmd->name);
            return NGX_CONF_ERROR;
        }

        if (rc == NGX_DONE) {
            ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                               "low address bits of %V are meaningless",
                               &value[i]);
        }
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_eo_origin_header_push(ngx_http_request_t *r,
    ngx_eo_origin_header_t *header, ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_in.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_eo_origin_header_fill(h, header, value);

    return NGX_OK;
}


static void
ngx_eo_origin_header_fill(ngx_table_elt_t *h, ngx_eo_origin_header_t *header,
    ngx_str_t *value)
{
    h->hash = ngx_hash_key(header->lowcase, header->name.len);
    h->key = header->name;
    h->lowcase_key = header->lowcase;
    h->value = *value;

#if (nginx_version >= 1023000)
    h->next = NULL;
#endif
}


ngx_int_t
ngx_eo_set_origin_header(ngx_http_request_t *r, ngx_str_t *name,
    ngx_str_t *value)
{
    ngx_list_t              client;
    ngx_uint_t              i, n;
    ngx_list_part_t        *part;
    ngx_table_elt_t        *h, *found;
    ngx_eo_request_t       *ctx;
    ngx_eo_origin_header_t  header;

    /* a list that is not this request's own must not be written to */

    if (!ngx_eo_origin_headers_owned(&r->headers_in.headers)
        || r->headers_in.headers.last != &r->headers_in.headers.part)
    {
        ctx = ngx_eo_request(r);
        if (ctx == NULL) {
            return NGX_ERROR;
        }

        if (!ctx->headers_kept) {
            ngx_eo_origin_headers_keep(r, ctx);
        }

        client = r->headers_in.headers;

        n = ngx_eo_origin_headers_count(&client)
            + NGX_EO_ORIGIN_HEADERS_SIBLINGS;

        if (ngx_list_init(&r->headers_in.headers, r->pool, n,
                          sizeof(ngx_table_elt_t))
            != NGX_OK
            || ngx_eo_origin_headers_copy(r, &client, NULL) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    header.name = *name;
    header.lowcase = ngx_pnalloc(r->pool, name->len);
    if (header.lowcase == NULL) {
        return NGX_ERROR;
    }

    ngx_strlow(header.lowcase, name->data, name->len);

    found = NULL;

    for (part = &r->headers_in.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; /* void */) {

            if (!ngx_eo_header_equal(h[i].lowcase_key, h[i].key.len,
                                     header.lowcase, name->len))
            {
                i++;
                continue;
            }

            if (found == NULL && value->len) {
                found = &h[i++];
                ngx_eo_origin_header_fill(found, &header, value);
                continue;
            }

            ngx_memmove(&h[i], &h[i + 1],
                        (part->nelts - i - 1) * sizeof(ngx_table_elt_t));
            part->nelts--;
        }
    }

    if (found || value->len == 0) {
        return NGX_OK;
    }

    return ngx_eo_origin_header_push(r, &header, value);
}
