
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The stage table.  nginx runs the handlers of a phase, and the filters, in
 * the reverse order of their registration; the core module therefore has one
 * handler a phase and one header filter, which run the stages in the order
 * of ngx_eo_stage_e.  A phase that no stage asks for gets no handler, and one
 * with a single stage has the stage for its handler.
 */


#include "ngx_eo_request.h"
#include "ngx_eo_response.h"


#define NGX_EO_HEADER_FILTER  NGX_HTTP_LOG_PHASE + 1


typedef struct {
    ngx_uint_t            phase;
    ngx_eo_stage_e        first;
    ngx_eo_stage_e        last;
    ngx_http_handler_pt   handler;
    ngx_uint_t            late;      /* after nginx's own handlers */
} ngx_eo_phase_t;


static ngx_int_t ngx_eo_stage_set(ngx_conf_t *cf,
    ngx_eo_core_main_conf_t *mcf, ngx_eo_stage_e stage,
    ngx_http_handler_pt handler);
static ngx_uint_t ngx_eo_stage_is_used(ngx_eo_core_main_conf_t *mcf,
    ngx_eo_phase_t *phase);
static ngx_eo_phase_t *ngx_eo_stage_phase(ngx_eo_stage_e stage);
static ngx_int_t ngx_eo_stage_register(ngx_conf_t *cf, ngx_eo_phase_t *phase,
    ngx_http_handler_pt handler);
static ngx_int_t ngx_eo_stage_install_filters(ngx_conf_t *cf,
    ngx_eo_core_main_conf_t *mcf);
static ngx_inline ngx_int_t ngx_eo_stage_run(ngx_http_request_t *r,
    ngx_eo_stage_e first, ngx_eo_stage_e last);
static ngx_int_t ngx_eo_stage_post_read(ngx_http_request_t *r);
static ngx_int_t ngx_eo_stage_access(ngx_http_request_t *r);
static ngx_int_t ngx_eo_stage_precontent(ngx_http_request_t *r);
static ngx_int_t ngx_eo_stage_log(ngx_http_request_t *r);
static ngx_int_t ngx_eo_stage_header_filter(ngx_http_request_t *r);


static ngx_eo_phase_t  ngx_eo_phases[] = {

    { NGX_HTTP_POST_READ_PHASE,
      NGX_EO_STAGE_REQUEST, NGX_EO_STAGE_REQUEST,
      NULL, 0 },

    { NGX_HTTP_POST_READ_PHASE,
      NGX_EO_STAGE_METRICS_BEGIN, NGX_EO_STAGE_WAF_AHEAD,
      ngx_eo_stage_post_read, 1 },

    { NGX_HTTP_REWRITE_PHASE,
      NGX_EO_STAGE_EDGE_CHECK_LOCATION, NGX_EO_STAGE_EDGE_CHECK_LOCATION,
      NULL, 0 },

    { NGX_HTTP_ACCESS_PHASE,
      NGX_EO_STAGE_WAF, NGX_EO_STAGE_TOKEN_AUTH,
      ngx_eo_stage_access, 0 },

    { NGX_HTTP_PRECONTENT_PHASE,
      NGX_EO_STAGE_ORIGIN_HEADERS, NGX_EO_STAGE_ORIGIN_PROBE,
      ngx_eo_stage_precontent, 0 },

    { NGX_EO_HEADER_FILTER,
      NGX_EO_STAGE_ORIGIN_ERROR, NGX_EO_STAGE_RANGE_CHECK,
      NULL, 0 },

    { NGX_HTTP_LOG_PHASE,
      NGX_EO_STAGE_WAF_LOG, NGX_EO_STAGE_METRICS_LOG,
      ngx_eo_stage_log, 0 }
};


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;


ngx_int_t
ngx_eo_stage_add(ngx_conf_t *cf, ngx_eo_stage_e stage,
    ngx_http_handler_pt handler)
{
    ngx_eo_core_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_core_module);

    if (ngx_eo_stage_install_filters(cf, mcf) != NGX_OK
        || ngx_eo_stage_set(cf, mcf, NGX_EO_STAGE_REQUEST,
                            ngx_eo_request_handler)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_stage_set(cf, mcf, stage, handler);
}


static ngx_int_t
ngx_eo_stage_set(ngx_conf_t *cf, ngx_eo_core_main_conf_t *mcf,
    ngx_eo_stage_e stage, ngx_http_handler_pt handler)
{
    ngx_eo_phase_t  *phase;

    if (mcf->handlers[stage] && mcf->handlers[stage] != handler) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "two handlers for stage %d of a request", stage);
        return NGX_ERROR;
    }

    phase = ngx_eo_stage_phase(stage);

    if (!ngx_eo_stage_is_used(mcf, phase)
        && phase->phase != NGX_EO_HEADER_FILTER
        && ngx_eo_stage_register(cf, phase,
                                 phase->handler ? phase->handler : handler)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    mcf->handlers[stage] = handler;

    return NGX_OK;
}


/* whether some stage of a phase has a handler already */

static ngx_uint_t
ngx_eo_stage_is_used(ngx_eo_core_main_conf_t *mcf, ngx_eo_phase_t *phase)
{
    ngx_uint_t  i;

    for (i = phase->first; i <= phase->last; i++) {

        if (mcf->handlers[i]) {
            return 1;
        }
    }

    return 0;
}


static ngx_eo_phase_t *
ngx_eo_stage_phase(ngx_eo_stage_e stage)
{
    ngx_eo_phase_t  *phase;

    phase = ngx_eo_phases;

    while (stage > phase->last) {
        phase++;
    }

    return phase;
}


static ngx_int_t
ngx_eo_stage_register(ngx_conf_t *cf, ngx_eo_phase_t *phase,
    ngx_http_handler_pt handler)
{
    ngx_http_handler_pt        *h, *handlers;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[phase->phase].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    if (phase->late) {
        handlers = cmcf->phases[phase->phase].handlers.elts;

        ngx_memmove(&handlers[1], &handlers[0],
                    (h - handlers) * sizeof(ngx_http_handler_pt));

        h = &handlers[0];
    }

    *h = handler;

    return NGX_OK;
}


/* any stage may end a request, and that needs a page */

static ngx_int_t
ngx_eo_stage_install_filters(ngx_conf_t *cf, ngx_eo_core_main_conf_t *mcf)
{
    if (mcf->filters) {
        return NGX_OK;
    }

    mcf->filters = 1;

    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_eo_stage_header_filter;

    ngx_eo_response_install_body_filter();

    return ngx_eo_stage_set(cf, mcf, NGX_EO_STAGE_RESPONSE_PAGE,
                            ngx_eo_response_header_filter);
}


static ngx_inline ngx_int_t
ngx_eo_stage_run(ngx_http_request_t *r, ngx_eo_stage_e first,
    ngx_eo_stage_e last)
{
    ngx_int_t                 rc;
    ngx_uint_t                i;
    ngx_eo_core_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_core_module);

    for (i = first; i <= last; i++) {

        if (mcf->handlers[i] == NULL) {
            continue;
        }

        rc = mcf->handlers[i](r);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_eo_stage_post_read(ngx_http_request_t *r)
{
    return ngx_eo_stage_run(r, NGX_EO_STAGE_METRICS_BEGIN,
                            NGX_EO_STAGE_WAF_AHEAD);
}


/*
 * "satisfy any" lets another access handler outvote a 401 or 403 that a
 * handler returns, so a final status does not go through the phase checker.
 */

static ngx_int_t
ngx_eo_stage_access(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    rc = ngx_eo_stage_run(r, NGX_EO_STAGE_WAF, NGX_EO_STAGE_TOKEN_AUTH);

    if (rc == NGX_HTTP_FORBIDDEN || rc == NGX_HTTP_UNAUTHORIZED) {
        ngx_http_finalize_request(r, rc);
        return NGX_DONE;
    }

    return rc;
}


static ngx_int_t
ngx_eo_stage_precontent(ngx_http_request_t *r)
{
    return ngx_eo_stage_run(r, NGX_EO_STAGE_ORIGIN_HEADERS,
                            NGX_EO_STAGE_ORIGIN_PROBE);
}


static ngx_int_t
ngx_eo_stage_header_filter(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    rc = ngx_eo_stage_run(r, NGX_EO_STAGE_ORIGIN_ERROR,
                          NGX_EO_STAGE_RANGE_CHECK);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    return ngx_http_next_header_filter(r);
}


static ngx_int_t
ngx_eo_stage_log(ngx_http_request_t *r)
{
    ngx_uint_t                i;
    ngx_eo_core_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_core_module);

    for (i = NGX_EO_STAGE_WAF_LOG; i <= NGX_EO_STAGE_METRICS_LOG; i++) {

        if (mcf->handlers[i]) {
            (void) mcf->handlers[i](r);
        }
    }

    return NGX_OK;
}
