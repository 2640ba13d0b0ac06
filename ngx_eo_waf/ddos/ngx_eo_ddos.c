
/*
 * HTTP DDoS defence as a part of web protection.
 */


#include "ngx_eo_ddos.h"
#include "ngx_eo_client_signals.h"
#include "action/ngx_eo_waf_action.h"
#include "request/ngx_eo_waf_fields.h"


/* what a variable reads */

#define NGX_EO_DDOS_COUNT    0
#define NGX_EO_DDOS_LIMIT    1
#define NGX_EO_DDOS_TRAFFIC  2


static ngx_int_t ngx_eo_ddos_filter_client(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_ddos_ctx_t *ctx,
    ngx_eo_waf_loc_conf_t *wlcf);
static ngx_uint_t ngx_eo_ddos_signals(ngx_http_request_t *r);
static ngx_uint_t ngx_eo_ddos_version(ngx_http_request_t *r);
static ngx_int_t ngx_eo_ddos_note(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_rule_t *rule, ngx_eo_action_e type);
static ngx_int_t ngx_eo_ddos_retry_after(ngx_http_request_t *r,
    ngx_msec_t wait);
static ngx_int_t ngx_eo_ddos_number_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_eo_ddos_filter_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


static ngx_str_t  ngx_eo_ddos_module = ngx_string("L7DDoS");


/* as the log names them; in the order of ngx_eo_ddos_function_e */

static ngx_eo_rule_t  ngx_eo_ddos_functions[] = {
    { .name = ngx_string("adaptive-frequency-control"),
      .type = NGX_EO_RULE_DDOS },
    { .name = ngx_string("bandwidth-abuse-defense"),
      .type = NGX_EO_RULE_DDOS },
    { .name = ngx_string("client-filtering"),
      .type = NGX_EO_RULE_DDOS },
    { .name = ngx_string("slow-attack-defense"),
      .type = NGX_EO_RULE_DDOS }
};


static ngx_http_variable_t  ngx_eo_ddos_variables[] = {

    { ngx_string("eo_adaptive_count"), NULL, ngx_eo_ddos_number_variable,
      NGX_EO_DDOS_COUNT, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_adaptive_limit"), NULL, ngx_eo_ddos_number_variable,
      NGX_EO_DDOS_LIMIT, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_bandwidth_traffic"), NULL, ngx_eo_ddos_number_variable,
      NGX_EO_DDOS_TRAFFIC, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_client_filter"), NULL, ngx_eo_ddos_filter_variable, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


ngx_eo_ddos_ctx_t *
ngx_eo_ddos_ctx(ngx_http_request_t *r, ngx_eo_waf_state_t *state)
{
    if (state->ddos == NULL) {
        state->ddos = ngx_pcalloc(r->pool, sizeof(ngx_eo_ddos_ctx_t));
    }

    return state->ddos;
}


ngx_int_t
ngx_eo_ddos_stage(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf)
{
    ngx_int_t           rc;
    ngx_eo_ddos_ctx_t  *ctx;

    if (state->done
        || (state->skip & NGX_EO_WAF_ADAPTIVE_CONTROL)
        || !wlcf->ddos.access)
    {
        return NGX_DECLINED;
    }

    ctx = ngx_eo_ddos_ctx(r, state);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_eo_ddos_filter_client(r, state, ctx, wlcf);

    if (rc == NGX_DECLINED) {
        rc = ngx_eo_bandwidth_stage(r, state, ctx, wlcf);
    }

    if (rc == NGX_DECLINED) {
        rc = ngx_eo_adaptive_stage(r, state, ctx, wlcf);
    }

    return rc;
}


ngx_int_t
ngx_eo_ddos_client(ngx_http_request_t *r, u_char *addr)
{
    static u_char  mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

    if (ngx_eo_waf_client_addr(r, addr) != NGX_OK) {
        return NGX_DECLINED;
    }

    /* a client has all of its /64 to choose an address from */

    if (ngx_memcmp(addr, mapped, 12) != 0) {
        ngx_memzero(addr + 8, 8);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_ddos_filter_client(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_ddos_ctx_t *ctx, ngx_eo_waf_loc_conf_t *wlcf)
{
    if (wlcf->ddos.filter == NULL || ctx->filtered) {
        return NGX_DECLINED;
    }

    ctx->filtered = 1;
    ctx->signals = ngx_eo_ddos_signals(r);

    if (ngx_eo_client_score(ctx->signals) < NGX_EO_SIGNALS_LIMIT) {
        return NGX_DECLINED;
    }

    return ngx_eo_ddos_act(r, state, wlcf, NGX_EO_DDOS_CLIENT_FILTERING,
                           &wlcf->ddos.filter->action, 0);
}


static ngx_uint_t
ngx_eo_ddos_signals(ngx_http_request_t *r)
{
    ngx_str_t                 name;
    ngx_uint_t                i;
    ngx_list_part_t          *part;
    ngx_table_elt_t          *h;
    ngx_eo_client_headers_t   headers;

    ngx_memzero(&headers, sizeof(ngx_eo_client_headers_t));

    part = &r->headers_in.headers.part;
    h = part->elts;

    for (i = 0; /* void */ ; i++) {

        if (i >= part->nelts) {
            if (part->next == NULL) {
                break;
            }

            part = part->next;
            h = part->elts;
            i = 0;
        }

        if (h[i].hash == 0) {
            continue;
        }

        name.data = h[i].lowcase_key;
        name.len = h[i].key.len;

        ngx_eo_client_header(&headers, &name, &h[i].value);
    }

    return ngx_eo_client_signals(&headers, ngx_eo_ddos_version(r),
                                 r->method == NGX_HTTP_GET
                                 || r->method == NGX_HTTP_HEAD);
}


static ngx_uint_t
ngx_eo_ddos_version(ngx_http_request_t *r)
{
    return r->http_version / 1000 * 10 + r->http_version % 1000;
}


ngx_int_t
ngx_eo_ddos_act(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_ddos_function_e function,
    ngx_eo_action_t *action, ngx_msec_t wait)
{
    ngx_eo_action_e  type;

    type = (wlcf->mode == NGX_EO_WAF_MONITOR) ? NGX_EO_ACTION_MONITOR
                                              : action->type;

    if (ngx_eo_ddos_note(r, state, wlcf, &ngx_eo_ddos_functions[function],
                         type)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (type == NGX_EO_ACTION_MONITOR) {
        return NGX_DECLINED;
    }

    state->done = 1;

    if (wait && (type == NGX_EO_ACTION_DENY || type == NGX_EO_ACTION_PAGE)
        && ngx_eo_ddos_retry_after(r, wait) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_eo_action_run(r, wlcf, action);
}


static ngx_int_t
ngx_eo_ddos_retry_after(ngx_http_request_t *r, ngx_msec_t wait)
{
    ngx_str_t  value;

    static ngx_str_t  name = ngx_string("Retry-After");

    value.data = ngx_pnalloc(r->pool, NGX_INT64_LEN);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_sprintf(value.data, "%M", (wait + 999) / 1000)
                - value.data;

    return ngx_eo_set_response_header(r, &name, &value);
}


static ngx_int_t
ngx_eo_ddos_note(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_rule_t *rule, ngx_eo_action_e type)
{
    ngx_eo_waf_match_t  *match;

    if (state->matches == NULL) {
        state->matches = ngx_array_create(r->pool, 2,
                                          sizeof(ngx_eo_waf_match_t));
        if (state->matches == NULL) {
            return NGX_ERROR;
        }
    }

    match = ngx_array_push(state->matches);
    if (match == NULL) {
        return NGX_ERROR;
    }

    match->rule = rule;
    match->action = ngx_eo_action_log_name(type);

    state->conf = wlcf;

    return ngx_eo_set_security(r, &ngx_eo_ddos_module, match->action,
                               &rule->name);
}


void
ngx_eo_ddos_log_stage(ngx_http_request_t *r)
{
    ngx_eo_waf_loc_conf_t  *wlcf;

    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);

    ngx_eo_slow_attack_log(r, wlcf);
    ngx_eo_bandwidth_log(r);
}


ngx_int_t
ngx_eo_ddos_add_variables(ngx_conf_t *cf)
{
    return ngx_eo_add_variables(cf, ngx_eo_ddos_variables);
}


ngx_eo_ddos_ctx_t *
ngx_eo_ddos_find_ctx(ngx_http_request_t *r)
{
    ngx_eo_waf_state_t  *state;

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    return state ? state->ddos : NULL;
}


/* not found where the function has not had its turn */

static ngx_int_t
ngx_eo_ddos_number_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    off_t               n;
    ngx_eo_ddos_ctx_t  *ctx;

    ctx = ngx_eo_ddos_find_ctx(r);

    if (ctx == NULL
        || (data == NGX_EO_DDOS_TRAFFIC ? ctx->bandwidth == NULL
                                        : !ctx->counted))
    {
        v->not_found = 1;
        return NGX_OK;
    }

    switch (data) {

    case NGX_EO_DDOS_COUNT:
        n = ctx->count;
        break;

    case NGX_EO_DDOS_LIMIT:
        n = ctx->limit;
        break;

    default: /* NGX_EO_DDOS_TRAFFIC */
        n = ctx->traffic;
    }

    v->data = ngx_pnalloc(r->pool, NGX_OFF_T_LEN);
    if (v->data == NULL) {
        return NGX_ERROR;
    }

    v->len = ngx_sprintf(v->data, "%O", n) - v->data;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


/* the signals found; not found where the filter has not looked */

static ngx_int_t
ngx_eo_ddos_filter_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char             *p;
    ngx_eo_ddos_ctx_t  *ctx;

    ctx = ngx_eo_ddos_find_ctx(r);

    if (ctx == NULL || !ctx->filtered || ctx->signals == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, NGX_EO_SIGNALS_TEXT_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    v->data = p;
    v->len = ngx_eo_client_signals_text(p, ctx->signals) - p;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}
