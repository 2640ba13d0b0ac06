
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Removal of tokens from a request.
 *
 * What names the resource from then on has no token: $uri, $args and
 * $request_uri, and by them keys of caches and the request to the origin.
 * The request line itself stays in $request.
 */


#include "ngx_http_eo_token_auth_module.h"


static void ngx_eo_token_prefix_relocate(ngx_http_request_t *r,
    ngx_eo_token_auth_ctx_t *ctx);
static void ngx_eo_token_prefix_restart(ngx_http_request_t *r,
    ngx_eo_token_auth_ctx_t *ctx);
static ngx_int_t ngx_eo_token_strip_path(ngx_http_request_t *r,
    ngx_eo_token_auth_ctx_t *ctx);
static ngx_int_t ngx_eo_token_strip_query(ngx_http_request_t *r,
    ngx_eo_token_rule_t *rule, ngx_eo_token_request_t *request,
    ngx_eo_token_auth_ctx_t *ctx);
static ngx_int_t ngx_eo_token_strip_own_args(ngx_http_request_t *r,
    ngx_eo_token_rule_t *rule, ngx_eo_token_auth_ctx_t *ctx);
static ngx_uint_t ngx_eo_token_uri_begins(ngx_str_t *uri,
    ngx_eo_token_auth_ctx_t *ctx, size_t len);
static void ngx_eo_token_forget_request_uri(ngx_http_request_t *r);


/*
 * The location of a link with its token in the path should be that of what
 * was signed, but it is the location that knows the rule.  So the segments
 * come off by their look alone; the check follows in the access phase, and
 * until then nothing has been read but configuration.
 */

ngx_int_t
ngx_eo_token_prefix_try_handler(ngx_http_request_t *r)
{
    size_t                              len;
    ngx_uint_t                          method;
    ngx_eo_token_auth_ctx_t            *ctx;
    ngx_http_eo_token_auth_srv_conf_t  *scf;

    scf = ngx_http_get_module_srv_conf(r, ngx_http_eo_token_auth_module);

    /* only the first pass has the URI of the request line */

    if (scf->prefixes == 0 || r != r->main || r->internal) {
        return NGX_DECLINED;
    }

    /* a query is too far off to be taken for a part of the segments */

    len = ngx_eo_token_prefix(&r->unparsed_uri, &method);

    if (len == 0 || !(scf->prefixes & ((ngx_uint_t) 1 << method))) {
        return NGX_DECLINED;
    }

    ctx = ngx_eo_token_auth_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /* a ".." may have led out of the path, and then it is refused later */

    if (ctx->prefix != NGX_EO_TOKEN_PREFIX_NONE
        || !ngx_eo_token_uri_begins(&r->uri, ctx, len))
    {
        return NGX_DECLINED;
    }

    ctx->uri = r->uri;
    ctx->args = r->args;
    ctx->valid_unparsed_uri = r->valid_unparsed_uri;
    ctx->handler = r->phase_handler;
    ctx->prefix = NGX_EO_TOKEN_PREFIX_TRIED;
    ctx->prefix_method = method;
    ctx->prefix_len = len;

    r->uri.data += len;
    r->uri.len -= len;

    return NGX_DECLINED;
}


ngx_int_t
ngx_eo_token_prefix_keep_handler(ngx_http_request_t *r)
{
    ngx_eo_token_auth_ctx_t            *ctx;
    ngx_http_eo_token_auth_loc_conf_t  *lcf;

    if (r != r->main) {
        return NGX_DECLINED;
    }

    ctx = ngx_eo_get_ctx(r, NGX_EO_SLOT_TOKEN_AUTH);

    if (ctx == NULL || ctx->prefix != NGX_EO_TOKEN_PREFIX_TRIED) {
        return NGX_DECLINED;
    }

    lcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_token_auth_module);

    if (lcf->rule && !lcf->sign && lcf->strip
        && lcf->rule->method == ctx->prefix_method
        && (ctx->prefix_method != NGX_EO_TOKEN_HMAC || lcf->rule->folder))
    {
        ctx->prefix = NGX_EO_TOKEN_PREFIX_OFF;
        return NGX_DECLINED;
    }

    ctx->prefix = NGX_EO_TOKEN_PREFIX_BACK;

    /* a rewrite of the server may have chosen a URI of its own */

    if (r->uri.data == ctx->uri.data + ctx->prefix_len
        && r->uri.len == ctx->uri.len - ctx->prefix_len)
    {
        ngx_eo_token_prefix_relocate(r, ctx);

    } else {
        ngx_eo_token_prefix_restart(r, ctx);
    }

    return NGX_DECLINED;
}


static void
ngx_eo_token_prefix_relocate(ngx_http_request_t *r,
    ngx_eo_token_auth_ctx_t *ctx)
{
    ngx_http_phase_handler_t   *ph;
    ngx_http_core_main_conf_t  *cmcf;

    r->uri = ctx->uri;

    /*
     * Straight to the post-rewrite phase, which sends a changed URI back to
     * the search for a location: rewrites of this one are not the request's.
     * The phase checker adds 1.
     */

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);
    ph = cmcf->phase_engine.handlers;

    r->uri_changed = 1;
    r->phase_handler = ph[r->phase_handler].next - 1;
}


/*
 * What the rewrites of the server have made of the path without its prefix
 * was not meant for this request.  They run again, on the path as it came,
 * from behind the handler that had taken the prefix off; the phase checker
 * adds 1.
 */

static void
ngx_eo_token_prefix_restart(ngx_http_request_t *r,
    ngx_eo_token_auth_ctx_t *ctx)
{
    ngx_http_core_srv_conf_t   *cscf;
    ngx_http_core_main_conf_t  *cmcf;

    r->uri = ctx->uri;
    r->args = ctx->args;

    ngx_http_set_exten(r);

    r->internal = 0;
    r->valid_location = 1;
    r->valid_unparsed_uri = ctx->valid_unparsed_uri;

    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);

    r->loc_conf = cscf->ctx->loc_conf;
    ngx_http_update_location_config(r);

    /* variables that were evaluated may tell of the other path */

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);

    ngx_memzero(r->variables,
                cmcf->variables.nelts * sizeof(ngx_http_variable_value_t));

    r->phase_handler = ctx->handler;
}


ngx_int_t
ngx_eo_token_strip(ngx_http_request_t *r, ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_auth_ctx_t *ctx)
{
    ngx_int_t  rc;

    if (ctx->result.prefix) {
        rc = ngx_eo_token_strip_path(r, ctx);

    } else {
        rc = ngx_eo_token_strip_query(r, rule, request, ctx);
    }

    ngx_eo_token_forget_request_uri(r);

    return rc;
}


static ngx_int_t
ngx_eo_token_strip_path(ngx_http_request_t *r, ngx_eo_token_auth_ctx_t *ctx)
{
    size_t                     len;
    ngx_http_core_loc_conf_t  *clcf;

    len = ctx->result.prefix;

    if (ngx_eo_token_uri_begins(&r->unparsed_uri, ctx, len)) {
        r->unparsed_uri.data += len;
        r->unparsed_uri.len -= len;
    }

    if (ctx->prefix == NGX_EO_TOKEN_PREFIX_OFF
        || !ngx_eo_token_uri_begins(&r->uri, ctx, len))
    {
        return NGX_OK;
    }

    r->uri.data += len;
    r->uri.len -= len;

    ctx->prefix = NGX_EO_TOKEN_PREFIX_OFF;

    /*
     * The location was found by the prefix.  Where its name is no part of
     * the URI any more nothing may be put in place of it, as after a rewrite.
     */

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

#if (NGX_PCRE)
    if (clcf->regex) {
        return NGX_OK;
    }
#endif

    if (r->uri.len < clcf->name.len
        || ngx_memcmp(r->uri.data, clcf->name.data, clcf->name.len) != 0)
    {
        r->valid_location = 0;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_token_strip_query(ngx_http_request_t *r, ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_auth_ctx_t *ctx)
{
    u_char     *p;
    ngx_str_t   path, args, stripped;

    path = request->path;
    args = request->args;

    /* another rule may have taken its token off before */

    if (r->unparsed_uri.data != ctx->target.data
        || r->unparsed_uri.len != ctx->target.len)
    {
        ngx_eo_token_split(&r->unparsed_uri, &path, &args);
    }

    ngx_str_null(&stripped);

    if (ctx->result.others || ctx->result.preview) {

        p = ngx_pnalloc(r->pool, r->unparsed_uri.len + 1);
        if (p == NULL) {
            return NGX_ERROR;
        }

        path.data = ngx_cpymem(p, path.data, path.len) - path.len;

        stripped.data = p + path.len + 1;
        stripped.len = ngx_eo_token_strip_args(rule, ctx->result.preview,
                                               &args, stripped.data);
    }

    if (r->args.len == args.len
        && (r->args.data == args.data
            || ngx_memcmp(r->args.data, args.data, args.len) == 0))
    {
        r->args = stripped;

    } else if (ngx_eo_token_strip_own_args(r, rule, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    r->unparsed_uri = path;

    if (stripped.len) {
        path.data[path.len] = '?';
        r->unparsed_uri.len += 1 + stripped.len;
    }

    return NGX_OK;
}


/* the arguments that a rewrite or an internal redirect has made */

static ngx_int_t
ngx_eo_token_strip_own_args(ngx_http_request_t *r, ngx_eo_token_rule_t *rule,
    ngx_eo_token_auth_ctx_t *ctx)
{
    u_char  *p;

    if (r->args.len == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, r->args.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    r->args.len = ngx_eo_token_strip_args(rule, ctx->result.preview, &r->args,
                                          p);
    r->args.data = p;

    return NGX_OK;
}


/* whether a URI begins with the first len bytes of the request's target */

static ngx_uint_t
ngx_eo_token_uri_begins(ngx_str_t *uri, ngx_eo_token_auth_ctx_t *ctx,
    size_t len)
{
    return uri->len > len && uri->data[len] == '/'
           && (uri->data == ctx->target.data
               || ngx_memcmp(uri->data, ctx->target.data, len) == 0);
}


/* $request_uri is kept once it was evaluated */

static void
ngx_eo_token_forget_request_uri(ngx_http_request_t *r)
{
    ngx_http_variable_value_t           *vv;
    ngx_http_eo_token_auth_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_token_auth_module);

    vv = &r->variables[mcf->request_uri_index];

    vv->valid = 0;
    vv->not_found = 0;
}
