
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The state of a request.
 */


#include "ngx_eo_waf_state.h"
#include "ngx_eo_waf_fields.h"


ngx_eo_waf_state_t *
ngx_eo_waf_state(ngx_http_request_t *r)
{
    size_t                   size;
    ngx_eo_waf_state_t      *state;
    ngx_eo_expr_value_t     *values;
    ngx_eo_waf_main_conf_t  *mcf;

    state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

    if (state) {
        return state;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    size = sizeof(ngx_eo_waf_state_t)
           + mcf->env->slots.nelts * sizeof(ngx_eo_expr_value_t)
           + mcf->nwords * 2 * sizeof(uint64_t);

    state = ngx_eo_new_ctx(r, NGX_EO_SLOT_WAF, size);
    if (state == NULL) {
        return NULL;
    }

    values = (ngx_eo_expr_value_t *) (state + 1);

    ngx_eo_expr_ctx_set(&state->ctx, mcf->env, r->pool, r, ngx_eo_waf_field,
                        values);

    /* a fragment is one for nginx, but is passed on to back ends */

    state->differs = (ngx_strlchr(r->unparsed_uri.data,
                                  r->unparsed_uri.data + r->unparsed_uri.len,
                                  '#')
                      != NULL);

    state->candidates = (uint64_t *) (values + mcf->env->slots.nelts);
    state->evaluated = state->candidates + mcf->nwords;

    return state;
}


ngx_int_t
ngx_eo_waf_refused(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_int_t rc)
{
    if (rc >= NGX_HTTP_SPECIAL_RESPONSE && state->refused == 0) {
        state->refused = rc;
        state->refused_uri = r->uri;
    }

    return rc;
}
