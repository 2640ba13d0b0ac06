
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Managed rules on a request and its response.
 */


#ifndef _NGX_EO_MANAGED_REQUEST_H_INCLUDED_
#define _NGX_EO_MANAGED_REQUEST_H_INCLUDED_


#include "ngx_eo_managed_conf.h"
#include "request/ngx_eo_waf_state.h"


/*
 * The ids under which a request is logged whose time is used up, and one that
 * there is no memory for.
 */

extern ngx_str_t  ngx_eo_managed_time_name;
extern ngx_str_t  ngx_eo_managed_memory_name;


/*
 * Told of each rule that matches.
 *
 * id:    of the rule, in memory of the request
 * deny:  whether the rule ends the request
 */

typedef void (*ngx_eo_managed_match_pt)(ngx_http_request_t *r,
    ngx_str_t *id, ngx_uint_t deny);


struct ngx_eo_managed_ctx_s {
    ngx_http_request_t         *request;
    ngx_eo_managed_conf_t      *conf;
    ngx_eo_managed_match_pt     match;
    ngx_eo_seclang_tx_t         tx;

    /* the request body that was watched, and all there was of it */
    ngx_str_t                   body;
    off_t                       body_size;

    /* the response while it is looked at */
    ngx_chain_t                *held;

    unsigned                    monitor:1;
    unsigned                    started:1;
    unsigned                    reading:1;
    unsigned                    watching:1;  /* for the request body */
    unsigned                    watched:1;
    unsigned                    body_complete:1;
    unsigned                    request_done:1;
    unsigned                    response_started:1;
    unsigned                    holding:1;
    unsigned                    ended:1;     /* by a verdict */
    unsigned                    timed_out:1;
    unsigned                    too_large:1; /* the body; it has been said */
};


/*
 * The phases of the request, in the access phase; to be called again until
 * it returns something else than NGX_DONE.  NGX_AGAIN asks for the body to
 * be watched, and for a call with "watched" and "body" set.
 *
 * ctx:      zeroed memory of the request's pool, the same at each call, with
 *           "match" set
 * conf:     what holds here
 * monitor:  nothing is blocked, whatever the configuration says
 *
 * Returns NGX_DECLINED to pass the request on; NGX_DONE while the body is
 * read; NGX_ABORT if a rule ends the request, with ctx->tx.action saying how
 * and ctx->tx.url where to; or a status.
 */

ngx_int_t ngx_eo_managed_access(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx, ngx_eo_managed_conf_t *conf,
    ngx_uint_t monitor);


/*
 * The response: headers, a piece of the body, the log.  The filters of the
 * module call them for main requests that have a started context.
 *
 * ngx_eo_managed_header() returns NGX_DECLINED to pass the header on; NGX_OK
 * if it is held until the body has been seen; NGX_ABORT or NGX_ERROR.
 *
 * ngx_eo_managed_response() takes a piece of the body that is held.  Returns
 * NGX_AGAIN if more is needed; NGX_DECLINED when header and ctx->held are to
 * be sent; NGX_ABORT or NGX_ERROR.
 */

ngx_int_t ngx_eo_managed_header(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx);
ngx_int_t ngx_eo_managed_response(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx, ngx_chain_t *in);
void ngx_eo_managed_log(ngx_http_request_t *r, ngx_eo_managed_ctx_t *ctx);


/*
 * For the parts of this: a request that could not be looked at is not passed
 * on, unless rules only watch.
 *
 * name:    what it is in the security log
 * reason:  what is wrong with it, for the error log
 *
 * Returns NGX_OK to go on, or NGX_ABORT.
 */

ngx_int_t ngx_eo_managed_refuse(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx, ngx_str_t *name, const char *reason);


/* marks what exceptions take out of what is known of the request by now */

ngx_int_t ngx_eo_managed_excepts(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx);


#endif /* _NGX_EO_MANAGED_REQUEST_H_INCLUDED_ */
