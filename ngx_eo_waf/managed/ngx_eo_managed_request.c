
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Managed rules on a request: fills the transaction and runs its phases.
 */


#include "ngx_eo_core.h"
#include "ngx_eo_managed_body.h"
#include "ngx_eo_managed_charset.h"
#include "ngx_eo_managed_field.h"
#include "ngx_eo_managed_request.h"
#include "seclang/run/ngx_eo_seclang_effect.h"
#include "seclang/run/ngx_eo_seclang_fill.h"
#include "seclang/run/ngx_eo_seclang_log.h"
#include "seclang/run/ngx_eo_seclang_run.h"
#include "seclang/variable/ngx_eo_seclang_list.h"


#define NGX_EO_MANAGED_MEMORY  (64 * 1024 * 1024)
#define NGX_EO_MANAGED_LINE    1800


static ngx_int_t ngx_eo_managed_no_start(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx);
static void ngx_eo_managed_cleanup(void *data);
static ngx_int_t ngx_eo_managed_start(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx);
static ngx_int_t ngx_eo_managed_port(ngx_http_request_t *r,
    struct sockaddr *sockaddr, ngx_str_t *text);
static ngx_int_t ngx_eo_managed_request(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx);
static ngx_int_t ngx_eo_managed_headers(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx);
static void ngx_eo_managed_time_out(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx, ngx_uint_t phase, ngx_uint_t deny);
static ngx_int_t ngx_eo_managed_run(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx, ngx_uint_t phase);
static void ngx_eo_managed_report(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report);
static ngx_int_t ngx_eo_managed_geo_member(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *name, ngx_str_t *variable);
static ngx_int_t ngx_eo_managed_geo(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *address);
static ngx_int_t ngx_eo_managed_response_headers(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx);
static ngx_uint_t ngx_eo_managed_wants_response(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx);
static ngx_uint_t ngx_eo_managed_response_cut(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_eo_managed_hold(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx, ngx_chain_t *in, ngx_uint_t *last);
static ngx_int_t ngx_eo_managed_response_text(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx, size_t total, ngx_str_t *text);
static ngx_int_t ngx_eo_managed_final_response(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx);


ngx_str_t  ngx_eo_managed_time_name = ngx_string("inspection-time");
ngx_str_t  ngx_eo_managed_memory_name = ngx_string("inspection-memory");

static ngx_str_t  ngx_eo_managed_response_name =
    ngx_string("response-body-size");


ngx_int_t
ngx_eo_managed_access(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx,
    ngx_eo_managed_conf_t *conf, ngx_uint_t monitor)
{
    ngx_int_t  rc;

    /* after a redirect the rules of the request have had their turn */

    if (ctx->request_done) {
        return NGX_DECLINED;
    }

    if (!ctx->started) {
        ctx->conf = conf;
        ctx->monitor = (monitor || conf->mode == NGX_EO_MANAGED_MONITOR);

        if (ngx_eo_managed_start(r, ctx) != NGX_OK) {
            return ngx_eo_managed_no_start(r, ctx);
        }

        rc = ngx_eo_managed_run(r, ctx, NGX_EO_SECLANG_REQUEST_HEADERS);

        if (rc != NGX_DECLINED) {
            ctx->request_done = 1;
            return rc;
        }
    }

    /* under monitor a body is only watched, so that nothing is held */

    if (ctx->monitor && !ctx->watched && r->request_body == NULL
        && ngx_eo_managed_wants_body(r, ctx))
    {
        ctx->watching = 1;
        return NGX_AGAIN;
    }

    if (!ctx->watched) {
        rc = ngx_eo_managed_read_body(r, ctx);

        /* the body was there at once, and the request may be gone */

        if (rc == NGX_DONE) {
            return rc;
        }

        if (rc != NGX_OK) {
            ctx->request_done = 1;
            return rc;
        }
    }

    ctx->request_done = 1;

    rc = ngx_eo_managed_set_body(r, ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_eo_managed_run(r, ctx, NGX_EO_SECLANG_REQUEST_BODY);
}


/* there is no transaction whose rules could be run */

static ngx_int_t
ngx_eo_managed_no_start(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx)
{
    ctx->started = 0;
    ctx->request_done = 1;

    ctx->tx.engine = ctx->monitor ? NGX_EO_SECLANG_ENGINE_DETECTION
                                  : NGX_EO_SECLANG_ENGINE_ON;

    return (ngx_eo_managed_refuse(r, ctx, &ngx_eo_managed_memory_name,
                                  "out of memory for the request")
            == NGX_OK)
           ? NGX_DECLINED : NGX_ABORT;
}


ngx_int_t
ngx_eo_managed_refuse(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx,
    ngx_str_t *name, const char *reason)
{
    ngx_uint_t  deny, level;

    if (ctx->tx.engine == NGX_EO_SECLANG_ENGINE_OFF) {
        return NGX_OK;
    }

    deny = (ctx->tx.engine == NGX_EO_SECLANG_ENGINE_ON);

    level = deny ? NGX_LOG_ERR : NGX_LOG_WARN;

    ngx_log_error(level, r->connection->log, 0, "managed rules: %s: %s",
                  deny ? "refused" : "not refused, as rules only watch",
                  reason);

    if (ctx->match != NULL) {
        ctx->match(r, name, deny);
    }

    if (!deny) {
        return NGX_OK;
    }

    ctx->ended = 1;
    ctx->tx.action = NGX_EO_SECLANG_DENY;

    return NGX_ABORT;
}


static void
ngx_eo_managed_cleanup(void *data)
{
    ngx_eo_seclang_tx_t  *tx = data;

    ngx_eo_seclang_tx_done(tx);
}


static ngx_int_t
ngx_eo_managed_start(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx)
{
    ngx_uint_t              i;
    ngx_time_t             *tp;
    ngx_pool_cleanup_t     *cln;
    ngx_eo_seclang_tx_t    *tx;
    ngx_eo_managed_conf_t  *conf;

    conf = ctx->conf;
    tx = &ctx->tx;

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    ctx->request = r;
    ctx->started = 1;

    tx->data = ctx;
    tx->log = r->connection->log;
    tx->report = ngx_eo_managed_report;
    tx->geo = ngx_eo_managed_geo;
    tx->prefilter = conf->prefilter;
    tx->time = (int64_t) conf->time * 1000000;

    /* the clock of ngx_current_msec has nothing to do with that of r */

    tp = ngx_timeofday();
    tx->start = ngx_current_msec
                - (ngx_msec_t) ((tp->sec - r->start_sec) * 1000
                                + ((ngx_msec_int_t) tp->msec
                                   - (ngx_msec_int_t) r->start_msec));

    cln->handler = ngx_eo_managed_cleanup;
    cln->data = tx;

    if (ngx_eo_seclang_tx_init(tx, conf->set, NGX_EO_MANAGED_MEMORY)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    tx->monitor = ctx->monitor;
    tx->engine = ctx->monitor ? NGX_EO_SECLANG_ENGINE_DETECTION
                              : NGX_EO_SECLANG_ENGINE_ON;
    tx->monitored = conf->monitored;

    if (conf->disabled != NULL
        && ngx_eo_seclang_tx_remove(tx, conf->disabled, NULL) != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < conf->npresets; i++) {
        tx->slots[conf->presets[i].slot] = conf->presets[i].text;
    }

    if (ngx_eo_managed_request(r, ctx) != NGX_OK
        || ngx_eo_managed_headers(r, ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_managed_excepts(r, ctx);
}


ngx_int_t
ngx_eo_managed_excepts(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx)
{
    if (ctx->conf->excepts == NULL) {
        return NGX_OK;
    }

    return ngx_eo_managed_fields_mark(&ctx->tx, ctx->conf->excepts,
                                      ctx->conf->excepts_env, r->pool);
}


static ngx_int_t
ngx_eo_managed_port(ngx_http_request_t *r, struct sockaddr *sockaddr,
    ngx_str_t *text)
{
    text->data = ngx_pnalloc(r->pool, sizeof("65535") - 1);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    text->len = ngx_sprintf(text->data, "%ui",
                            (ngx_uint_t) ngx_inet_get_port(sockaddr))
                - text->data;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_managed_request(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx)
{
    u_char                    *used, addr[NGX_SOCKADDR_STRLEN];
    ngx_str_t                 *uuid, local;
    ngx_eo_seclang_request_t   request;

    ngx_memzero(&request, sizeof(ngx_eo_seclang_request_t));

    used = ctx->conf->set->used;

    request.method = r->method_name;
    request.uri = r->unparsed_uri;
    request.protocol = r->http_protocol;
    request.request_line = r->request_line;
    request.remote_addr = r->connection->addr_text;

    uuid = ngx_eo_log_uuid(r);
    if (uuid == NULL) {
        return NGX_ERROR;
    }

    request.unique_id = *uuid;

    /* what costs something is done only if a rule asks for it */

    if (used[NGX_EO_SECLANG_VAR_REMOTE_PORT]
        && ngx_eo_managed_port(r, r->connection->sockaddr,
                               &request.remote_port)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (used[NGX_EO_SECLANG_VAR_SERVER_ADDR]
        || used[NGX_EO_SECLANG_VAR_SERVER_PORT])
    {
        local.data = addr;
        local.len = NGX_SOCKADDR_STRLEN;

        if (ngx_connection_local_sockaddr(r->connection, &local, 0) != NGX_OK
            || ngx_eo_managed_port(r, r->connection->local_sockaddr,
                                   &request.server_port)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        request.server_addr.len = local.len;
        request.server_addr.data = ngx_pstrdup(r->pool, &local);

        if (request.server_addr.data == NULL) {
            return NGX_ERROR;
        }
    }

    if (used[NGX_EO_SECLANG_VAR_REMOTE_USER]
        && ngx_http_auth_basic_user(r) == NGX_OK)
    {
        request.remote_user = r->headers_in.user;
    }

    return ngx_eo_seclang_tx_request(&ctx->tx, &request);
}


static ngx_int_t
ngx_eo_managed_headers(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    i = 0;
    part = &r->headers_in.headers.part;

    while ((h = ngx_eo_next_header(&part, &i)) != NULL) {

        if (ngx_eo_seclang_tx_header(&ctx->tx, &h->key, &h->value) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static void
ngx_eo_managed_time_out(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx,
    ngx_uint_t phase, ngx_uint_t deny)
{
    ngx_uint_t              level;
    ngx_eo_seclang_rule_t  *rule;

    rule = ctx->tx.rule;
    level = deny ? NGX_LOG_ERR : NGX_LOG_WARN;

    ngx_log_error(level, r->connection->log, 0,
                  "managed rules: %s: it takes more than the %Mms of "
                  "\"eo_managed_rules_time\" in phase %ui, last at rule %ui",
                  deny ? "refused" : "no further rules in this phase",
                  ctx->conf->time, phase,
                  (rule != NULL) ? rule->actions.id : 0);

    ctx->timed_out = 1;

    if (ctx->match != NULL) {
        ctx->match(r, &ngx_eo_managed_time_name, deny);
    }
}


static ngx_int_t
ngx_eo_managed_run(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx,
    ngx_uint_t phase)
{
    ngx_int_t   rc;
    ngx_uint_t  deny;

    rc = ngx_eo_seclang_run(&ctx->tx, phase);

    if (rc == NGX_DECLINED) {
        return NGX_DECLINED;
    }

    if (rc == NGX_DONE) {
        ctx->ended = 1;
        return NGX_ABORT;
    }

    deny = (ctx->tx.engine == NGX_EO_SECLANG_ENGINE_ON);

    if (rc == NGX_ERROR) {
        return (ngx_eo_managed_refuse(r, ctx, &ngx_eo_managed_memory_name,
                                      "out of memory for the rules")
                == NGX_OK)
               ? NGX_DECLINED : NGX_ABORT;
    }

    ngx_eo_managed_time_out(r, ctx, phase, deny);

    if (!deny) {
        return NGX_DECLINED;
    }

    /* what could not be looked at is not passed on unseen */

    ctx->ended = 1;
    ctx->tx.action = NGX_EO_SECLANG_DENY;

    return NGX_ABORT;
}


static void
ngx_eo_managed_report(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report)
{
    u_char                 line[NGX_EO_MANAGED_LINE], *p;
    ngx_str_t              id;
    ngx_uint_t             level;
    ngx_http_request_t    *r;
    ngx_eo_managed_ctx_t  *ctx;

    ctx = tx->data;
    r = ctx->request;

    if (report->log) {
        p = ngx_eo_seclang_log_line(tx, report, line, line + sizeof(line));

        level = report->disruptive ? NGX_LOG_ERR : NGX_LOG_WARN;

        ngx_log_error(level, r->connection->log, 0, "managed rules: %*s",
                      (size_t) (p - line), line);
    }

    if (ctx->match == NULL) {
        return;
    }

    id.data = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
    if (id.data == NULL) {
        return;
    }

    id.len = ngx_sprintf(id.data, "%ui", report->rule->actions.id) - id.data;

    ctx->match(r, &id, report->disruptive);
}


static ngx_int_t
ngx_eo_managed_geo_member(ngx_eo_seclang_tx_t *tx, ngx_str_t *name,
    ngx_str_t *variable)
{
    ngx_str_t                   value;
    ngx_uint_t                  key;
    ngx_eo_managed_ctx_t       *ctx;
    ngx_http_variable_value_t  *v;

    ctx = tx->data;

    key = ngx_hash_key(variable->data, variable->len);
    v = ngx_http_get_variable(ctx->request, variable, key);

    if (v == NULL || v->not_found || v->len == 0) {
        return NGX_DECLINED;
    }

    value.data = v->data;
    value.len = v->len;

    return ngx_eo_seclang_add(tx, NGX_EO_SECLANG_LIST_GEO, name, &value, 0);
}


/*
 * Where the client is, from the variables of a module that knows it.
 */

static ngx_int_t
ngx_eo_managed_geo(ngx_eo_seclang_tx_t *tx, ngx_str_t *address)
{
    ngx_int_t              rc;
    ngx_uint_t             i;
    ngx_http_request_t    *r;
    ngx_eo_managed_ctx_t  *ctx;

    /* the first one decides whether the address was found */

    static struct {
        ngx_str_t  name;
        ngx_str_t  variable;
    } members[] = {
        { ngx_string("COUNTRY_CODE"), ngx_string("eo_client_country") },
        { ngx_string("COUNTRY_CONTINENT"),
          ngx_string("eo_client_continent") },
        { ngx_string("CITY"), ngx_string("eo_client_city") }
    };

    ctx = tx->data;
    r = ctx->request;

    if (address->len != r->connection->addr_text.len
        || ngx_memcmp(address->data, r->connection->addr_text.data,
                      address->len)
           != 0)
    {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    /* a second look-up finds the same */

    tx->lists[NGX_EO_SECLANG_LIST_GEO].nelts = 0;
    tx->views[NGX_EO_SECLANG_VAR_GEO].valid = 0;

    for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        rc = ngx_eo_managed_geo_member(tx, &members[i].name,
                                       &members[i].variable);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED && i == 0) {
            return NGX_EO_SECLANG_NO_MATCH;
        }
    }

    return NGX_EO_SECLANG_MATCH;
}


static ngx_int_t
ngx_eo_managed_response_headers(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx)
{
    ngx_str_t         name, value;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    if (ngx_eo_seclang_tx_response_status(&ctx->tx, r->headers_out.status,
                                          &r->http_protocol)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (r->headers_out.content_type.len) {
        ngx_str_set(&name, "Content-Type");

        if (ngx_eo_seclang_tx_response_header(&ctx->tx, &name,
                                              &r->headers_out.content_type)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (r->headers_out.content_length_n >= 0) {
        ngx_str_set(&name, "Content-Length");

        value.data = ngx_pnalloc(r->pool, NGX_OFF_T_LEN);
        if (value.data == NULL) {
            return NGX_ERROR;
        }

        value.len = ngx_sprintf(value.data, "%O",
                                r->headers_out.content_length_n)
                    - value.data;

        if (ngx_eo_seclang_tx_response_header(&ctx->tx, &name, &value)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    i = 0;
    part = &r->headers_out.headers.part;

    while ((h = ngx_eo_next_header(&part, &i)) != NULL) {

        if (ngx_eo_seclang_tx_response_header(&ctx->tx, &h->key, &h->value)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* whether the body of this response is one that rules may hold back */

static ngx_uint_t
ngx_eo_managed_wants_response(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx)
{
    ngx_str_t                 *type, *types;
    ngx_uint_t                 i, n;
    ngx_eo_seclang_ruleset_t  *set;

    static ngx_str_t  defaults[] = {
        ngx_string("text/plain"),
        ngx_string("text/html")
    };

    set = ctx->conf->set;

    if (!ctx->tx.response_body_access
        || set->phases[NGX_EO_SECLANG_RESPONSE_BODY].nrules == 0
        || r->header_only
        || r->subrequest_ranges
        || r->method == NGX_HTTP_HEAD
        || r->headers_out.status < NGX_HTTP_OK
        || r->headers_out.status == NGX_HTTP_NO_CONTENT
        || r->headers_out.status == NGX_HTTP_NOT_MODIFIED
        || (r->upstream && r->upstream->upgrade)
        || (r->headers_out.content_encoding
            && r->headers_out.content_encoding->value.len))
    {
        return 0;
    }

    types = set->response_mime_types.elts;
    n = set->response_mime_types.nelts;

    if (n == 0 && !set->response_mime_types_set) {
        types = defaults;
        n = 2;
    }

    type = &r->headers_out.content_type;

    for (i = 0; i < n; i++) {
        if (type->len >= types[i].len
            && ngx_strncasecmp(type->data, types[i].data, types[i].len) == 0
            && (type->len == types[i].len
                || type->data[types[i].len] == ';'
                || type->data[types[i].len] == ' '))
        {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_eo_managed_header(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx)
{
    ngx_int_t  rc;

    if (ctx->response_started || ctx->ended
        || !(ctx->request_done || ctx->watching))
    {
        return NGX_DECLINED;
    }

    ctx->response_started = 1;

    if (ngx_eo_managed_response_headers(r, ctx) != NGX_OK) {
        return (ngx_eo_managed_refuse(r, ctx, &ngx_eo_managed_memory_name,
                                      "out of memory for the response")
                == NGX_OK)
               ? NGX_DECLINED : NGX_ABORT;
    }

    rc = ngx_eo_managed_run(r, ctx, NGX_EO_SECLANG_RESPONSE_HEADERS);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    /* rules on the body have their turn without it, too */

    if (!ngx_eo_managed_wants_response(r, ctx)) {
        return ngx_eo_managed_run(r, ctx, NGX_EO_SECLANG_RESPONSE_BODY);
    }

    ctx->holding = 1;

    /*
     * The filter that cuts ranges out of a body has its turn before ours,
     * and that which tells it to comes after.
     */

    ngx_http_clear_accept_ranges(r);

    ngx_eo_managed_charset_set(r);

    /* what is sent from a file has to be seen, too */

    r->filter_need_in_memory = 1;

    return NGX_OK;
}


/*
 * Whether no more of a response comes, though it has not ended: an upstream
 * that is done sends the last buffer, or, if its origin has failed, asks to
 * flush what there is (see ngx_http_upstream_finalize_request()).
 */

static ngx_uint_t
ngx_eo_managed_response_cut(ngx_http_request_t *r, ngx_chain_t *in)
{
    if (r->upstream == NULL || r->upstream->cleanup != NULL) {
        return 0;
    }

    for ( /* void */ ; in; in = in->next) {
        if (in->buf->flush && ngx_buf_special(in->buf)) {
            return 1;
        }
    }

    return 0;
}


/*
 * Copies a piece of the response, since nginx wants its buffers back before
 * it reads on.  "last" is set if it is the end.
 */

static ngx_int_t
ngx_eo_managed_hold(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx,
    ngx_chain_t *in, ngx_uint_t *last)
{
    size_t        size;
    ngx_buf_t    *b, *copy;
    ngx_chain_t  *cl, **ll;

    for (ll = &ctx->held; *ll; ll = &(*ll)->next) { /* void */ }

    *last = 0;

    for ( /* void */ ; in; in = in->next) {
        b = in->buf;
        size = ngx_buf_in_memory(b) ? (size_t) (b->last - b->pos) : 0;

        if (b->last_buf) {
            *last = 1;
        }

        if (size == 0 && !b->last_buf && !b->last_in_chain && !b->flush) {
            continue;
        }

        cl = ngx_alloc_chain_link(r->pool);
        copy = ngx_create_temp_buf(r->pool, size ? size : 1);

        if (cl == NULL || copy == NULL) {
            return NGX_ERROR;
        }

        copy->last = ngx_cpymem(copy->pos, b->pos, size);
        copy->temporary = (size != 0);
        copy->last_buf = b->last_buf;
        copy->last_in_chain = b->last_in_chain;
        copy->flush = b->flush;
        copy->sync = (size == 0 && !b->last_buf);

        b->pos = b->last;

        cl->buf = copy;
        cl->next = NULL;
        *ll = cl;
        ll = &cl->next;
    }

    return NGX_OK;
}


/* the beginning of the held response in one piece */

static ngx_int_t
ngx_eo_managed_response_text(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx, size_t total, ngx_str_t *text)
{
    size_t        size;
    u_char       *p, *last;
    ngx_chain_t  *cl;

    text->len = ngx_min(total, ctx->conf->set->response_body_limit);
    text->data = ngx_pnalloc(r->pool, text->len + 1);

    if (text->data == NULL) {
        return NGX_ERROR;
    }

    p = text->data;
    last = p + text->len;

    for (cl = ctx->held; cl && p < last; cl = cl->next) {
        size = ngx_min((size_t) (cl->buf->last - cl->buf->pos),
                       (size_t) (last - p));
        p = ngx_cpymem(p, cl->buf->pos, size);
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_managed_response(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx,
    ngx_chain_t *in)
{
    size_t                     total;
    ngx_str_t                  text;
    ngx_uint_t                 last, cut;
    ngx_chain_t               *cl;
    ngx_eo_seclang_ruleset_t  *set;

    set = ctx->conf->set;
    cut = ngx_eo_managed_response_cut(r, in);

    if (ngx_eo_managed_hold(r, ctx, in, &last) != NGX_OK) {
        return NGX_ERROR;
    }

    total = 0;

    for (cl = ctx->held; cl; cl = cl->next) {
        total += cl->buf->last - cl->buf->pos;
    }

    if (!last && !cut
        && total < set->response_body_limit + set->response_body_reject)
    {
        return NGX_AGAIN;
    }

    ctx->holding = 0;

    ngx_eo_managed_charset_unset(r);

    if (set->response_body_reject && total > set->response_body_limit
        && ngx_eo_managed_refuse(r, ctx, &ngx_eo_managed_response_name,
                                 "the response body is longer than "
                                 "\"SecResponseBodyLimit\" allows")
           != NGX_OK)
    {
        return NGX_ABORT;
    }

    if (ngx_eo_managed_response_text(r, ctx, total, &text) != NGX_OK
        || ngx_eo_seclang_tx_response_body(&ctx->tx, &text,
                                           last && text.len == total)
           != NGX_OK)
    {
        return (ngx_eo_managed_refuse(r, ctx, &ngx_eo_managed_memory_name,
                                      "out of memory for the response")
                == NGX_OK)
               ? NGX_DECLINED : NGX_ABORT;
    }

    return ngx_eo_managed_run(r, ctx, NGX_EO_SECLANG_RESPONSE_BODY);
}


/* what has been answered, for the rules of the last phase */

static ngx_int_t
ngx_eo_managed_final_response(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx)
{
    ngx_uint_t                 status;
    ngx_eo_seclang_ruleset_t  *set;

    set = ctx->conf->set;

    if (set->phases[NGX_EO_SECLANG_LOGGING].nrules == 0) {
        return NGX_OK;
    }

    if (!ctx->response_started) {
        ctx->response_started = 1;

        if (ngx_eo_managed_response_headers(r, ctx) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (!set->used[NGX_EO_SECLANG_VAR_RESPONSE_STATUS]
        && !set->used[NGX_EO_SECLANG_VAR_STATUS_LINE])
    {
        return NGX_OK;
    }

    status = r->err_status ? r->err_status : r->headers_out.status;

    return ngx_eo_seclang_tx_response_status(&ctx->tx, status,
                                             &r->http_protocol);
}


void
ngx_eo_managed_log(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx)
{
    if (!ctx->started || ngx_eo_managed_final_response(r, ctx) != NGX_OK) {
        return;
    }

    /* the rules of this phase count and report; they end nothing */

    ctx->tx.monitor = 1;

    if (ctx->tx.engine == NGX_EO_SECLANG_ENGINE_ON) {
        ctx->tx.engine = NGX_EO_SECLANG_ENGINE_DETECTION;
    }

    (void) ngx_eo_seclang_run(&ctx->tx, NGX_EO_SECLANG_LOGGING);
}
