
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The check of a request.
 *
 * A rule is evaluated once for a client request, against the target of its
 * request line.  An internal redirect of a request that has passed it meets
 * it no second time, and another location adds the rule that only it has.  A
 * request that was refused stays so, wherever an error page leads it.
 */


#include "ngx_http_eo_token_auth_module.h"


static ngx_uint_t ngx_eo_token_access_met(ngx_eo_token_auth_ctx_t *ctx,
    ngx_eo_token_rule_t *rule);
static void ngx_eo_token_access_meet(ngx_eo_token_auth_ctx_t *ctx,
    ngx_eo_token_rule_t *rule);
static void ngx_eo_token_access_request(ngx_http_request_t *r,
    ngx_eo_token_auth_ctx_t *ctx, ngx_eo_token_request_t *request);
static void ngx_eo_token_access_address(ngx_http_request_t *r,
    ngx_eo_token_request_t *request);
static ngx_uint_t ngx_eo_token_access_cookie(ngx_http_request_t *r,
    ngx_eo_token_rule_t *rule);
static ngx_int_t ngx_eo_token_access_refuse(ngx_http_request_t *r,
    ngx_eo_token_rule_t *rule, ngx_eo_token_auth_ctx_t *ctx, int64_t now);


ngx_eo_token_auth_ctx_t *
ngx_eo_token_auth_ctx(ngx_http_request_t *r)
{
    ngx_eo_token_auth_ctx_t  *ctx;

    ctx = ngx_eo_get_ctx(r, NGX_EO_SLOT_TOKEN_AUTH);

    if (ctx) {
        return ctx;
    }

    /* most of it is set before it is read */

    ctx = ngx_palloc(r->pool, sizeof(ngx_eo_token_auth_ctx_t));
    if (ctx == NULL) {
        return NULL;
    }

    ctx->target = r->unparsed_uri;
    ctx->prefix = NGX_EO_TOKEN_PREFIX_NONE;
    ctx->nrules = 0;
    ctx->refused = NULL;
    ctx->checked = 0;

    if (ngx_eo_set_ctx(r, NGX_EO_SLOT_TOKEN_AUTH, ctx) != NGX_OK) {
        return NULL;
    }

    return ctx;
}


ngx_int_t
ngx_eo_token_access_handler(ngx_http_request_t *r)
{
    ngx_eo_token_rule_t                *rule;
    ngx_eo_token_request_t              request;
    ngx_eo_token_auth_ctx_t            *ctx;
    ngx_http_eo_token_auth_loc_conf_t  *lcf;

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_token_auth_module);

    rule = lcf->rule;

    if (rule == NULL || lcf->sign) {
        return NGX_DECLINED;
    }

    ctx = ngx_eo_token_auth_ctx(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    if (ngx_eo_token_access_met(ctx, rule)) {
        return NGX_DECLINED;
    }

    /* what it was refused for holds for the page in place of it as well */

    if (ctx->refused == rule) {
        ngx_log_error(NGX_LOG_NOTICE, r->connection->log, 0,
                      "the page in place of a refused link is refused, too: "
                      "\"eo_token_auth off\" belongs into its location if "
                      "everybody may see it");

        return ngx_eo_respond(r, NGX_HTTP_FORBIDDEN, NULL,
                              "client_request_exception_token_auth");
    }

    ngx_eo_token_access_request(r, ctx, &request);

    ctx->checked = 1;

    if (ngx_eo_token_verify(rule, &request, &ctx->result) != NGX_EO_TOKEN_OK) {
        ctx->refused = rule;
        return ngx_eo_token_access_refuse(r, rule, ctx, request.now);
    }

    ngx_eo_token_access_meet(ctx, rule);

    if (lcf->strip && ngx_eo_token_strip(r, rule, &request, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_DECLINED;
}


static ngx_uint_t
ngx_eo_token_access_met(ngx_eo_token_auth_ctx_t *ctx,
    ngx_eo_token_rule_t *rule)
{
    ngx_uint_t  i;

    for (i = 0; i < ctx->nrules; i++) {
        if (ctx->rules[i] == rule) {
            return 1;
        }
    }

    return 0;
}


/* a request that meets too many rules has the last ones checked anew */

static void
ngx_eo_token_access_meet(ngx_eo_token_auth_ctx_t *ctx,
    ngx_eo_token_rule_t *rule)
{
    if (ctx->nrules < NGX_EO_TOKEN_AUTH_RULES) {
        ctx->rules[ctx->nrules++] = rule;
    }
}


static void
ngx_eo_token_access_request(ngx_http_request_t *r,
    ngx_eo_token_auth_ctx_t *ctx, ngx_eo_token_request_t *request)
{
    ngx_eo_token_split(&ctx->target, &request->path, &request->args);

    request->now = ngx_time();

    ngx_str_null(&request->referer);

    if (r->headers_in.referer) {
        request->referer = r->headers_in.referer->value;
    }

    ngx_eo_token_access_address(r, request);
}


static void
ngx_eo_token_access_address(ngx_http_request_t *r,
    ngx_eo_token_request_t *request)
{
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    u_char               *p;
    struct sockaddr_in6  *sin6;
#endif

    request->address_len = 0;

    switch (r->connection->sockaddr->sa_family) {

    case AF_INET:
        sin = (struct sockaddr_in *) r->connection->sockaddr;

        request->address_len = 4;
        ngx_memcpy(request->address, &sin->sin_addr, 4);
        break;

#if (NGX_HAVE_INET6)

    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) r->connection->sockaddr;
        p = sin6->sin6_addr.s6_addr;

        if (IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr)) {
            request->address_len = 4;
            ngx_memcpy(request->address, p + 12, 4);
            break;
        }

        request->address_len = 16;
        ngx_memcpy(request->address, p, 16);
        break;

#endif

    default: /* AF_UNIX */
        break;
    }
}


static ngx_uint_t
ngx_eo_token_access_cookie(ngx_http_request_t *r, ngx_eo_token_rule_t *rule)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    i = 0;
    part = &r->headers_in.headers.part;

    while ((h = ngx_eo_next_header(&part, &i)) != NULL) {

        if (h->key.len == sizeof("cookie") - 1
            && ngx_strncasecmp(h->key.data, (u_char *) "cookie",
                               sizeof("cookie") - 1)
               == 0
            && ngx_eo_token_in_cookie(rule, &h->value))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_eo_token_access_refuse(ngx_http_request_t *r, ngx_eo_token_rule_t *rule,
    ngx_eo_token_auth_ctx_t *ctx, int64_t now)
{
    u_char                  since[sizeof(" for  s") + NGX_INT64_LEN], *p;
    ngx_eo_token_result_t  *result;

    result = &ctx->result;
    p = since;

    if (result->status == NGX_EO_TOKEN_MISSING
        && ngx_eo_token_access_cookie(r, rule))
    {
        result->status = NGX_EO_TOKEN_MALFORMED;
        result->reason = "the token is in a cookie, not in the link";
    }

    if (result->status == NGX_EO_TOKEN_EXPIRED) {
        p = ngx_sprintf(since, " for %L s", now - result->expires);
    }

    ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                  "link refused by token authentication, method %s: "
                  "%s (%s%*s)",
                  ngx_eo_token_method_names[rule->method],
                  ngx_eo_token_status_names[result->status],
                  result->reason, (size_t) (p - since), since);

    return ngx_eo_respond(r, NGX_HTTP_FORBIDDEN, NULL,
                          "client_request_exception_token_auth");
}


ngx_int_t
ngx_eo_token_refused_handler(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_eo_respond(r, NGX_HTTP_FORBIDDEN, NULL,
                          "client_request_exception_remote_auth");
}
