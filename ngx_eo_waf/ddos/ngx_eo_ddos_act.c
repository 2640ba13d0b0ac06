
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What the functions of the defence share.
 */


#include "ngx_eo_ddos_act.h"
#include "request/ngx_eo_waf_fields.h"
#include "rule/ngx_eo_waf_match.h"


static ngx_int_t ngx_eo_ddos_retry_after(ngx_http_request_t *r,
    ngx_msec_t wait);


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


ngx_eo_ddos_ctx_t *
ngx_eo_ddos_ctx(ngx_http_request_t *r, ngx_eo_waf_state_t *state)
{
    if (state->ddos_ctx == NULL) {
        state->ddos_ctx = ngx_pcalloc(r->pool, sizeof(ngx_eo_ddos_ctx_t));
    }

    return state->ddos_ctx;
}


ngx_eo_ddos_ctx_t *
ngx_eo_ddos_find_ctx(ngx_http_request_t *r)
{
    ngx_eo_waf_state_t  *state;

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    return state ? state->ddos_ctx : NULL;
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


ngx_int_t
ngx_eo_ddos_act(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_ddos_function_e function,
    ngx_eo_action_t *action, ngx_msec_t wait)
{
    ngx_eo_rule_t    *rule;
    ngx_eo_action_e   type;

    type = (wlcf->mode == NGX_EO_WAF_MONITOR) ? NGX_EO_ACTION_MONITOR
                                              : action->type;

    if (ngx_eo_action_passed(r, wlcf, type)) {
        return NGX_DECLINED;
    }

    if (ngx_eo_waf_note(r, state, wlcf, &ngx_eo_ddos_functions[function],
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

    rule = &ngx_eo_ddos_functions[function];

    return ngx_eo_action_run(r, wlcf, action, rule->type, &rule->name);
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
