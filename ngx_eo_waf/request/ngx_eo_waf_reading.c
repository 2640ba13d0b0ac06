
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_fields.h"
#include "ngx_eo_waf_reading.h"


static void ngx_eo_waf_forget_form(ngx_eo_expr_ctx_t *ctx);


void
ngx_eo_waf_candidates(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf)
{
    uint64_t           *words;
    ngx_uint_t          i;
    ngx_eo_expr_ctx_t  *loose;

    ngx_eo_expr_index_match(mcf->index, &state->ctx, state->candidates);

    if (!state->differs) {
        return;
    }

    loose = ngx_eo_waf_loose(r, state, mcf);
    words = ngx_palloc(r->pool, mcf->nwords * sizeof(uint64_t));

    if (loose == NULL || words == NULL) {
        ngx_memset(state->candidates, 0xff, mcf->nwords * sizeof(uint64_t));
        return;
    }

    ngx_eo_expr_index_match(mcf->index, loose, words);

    for (i = 0; i < mcf->nwords; i++) {
        state->candidates[i] |= words[i];
    }
}


void
ngx_eo_waf_candidates_form(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf)
{
    if (!state->indexed) {
        return;
    }

    ngx_eo_waf_forget_form(&state->ctx);

    if (state->loose != NULL) {
        ngx_eo_waf_forget_form(state->loose);
    }

    ngx_eo_waf_candidates(r, state, mcf);
}


static void
ngx_eo_waf_forget_form(ngx_eo_expr_ctx_t *ctx)
{
    ngx_uint_t           i;
    ngx_eo_expr_slot_t  *slots;

    slots = ctx->env->slots.elts;

    for (i = 0; i < ctx->env->slots.nelts; i++) {
        if (slots[i].field->id == NGX_EO_FIELD_FORM) {
            ngx_memzero(&ctx->values[i], sizeof(ngx_eo_expr_value_t));
        }
    }
}


ngx_eo_expr_ctx_t *
ngx_eo_waf_loose(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_main_conf_t *mcf)
{
    ngx_eo_expr_ctx_t  *ctx;

    if (state->loose != NULL) {
        return state->loose;
    }

    ctx = ngx_palloc(r->pool, sizeof(ngx_eo_expr_ctx_t));

    if (ctx == NULL
        || ngx_eo_expr_ctx_init(ctx, mcf->env, r->pool, r,
                                ngx_eo_waf_field_loose)
           != NGX_OK)
    {
        return NULL;
    }

    state->loose = ctx;

    return ctx;
}
