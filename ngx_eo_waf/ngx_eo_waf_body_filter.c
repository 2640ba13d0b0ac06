
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The body of a response: managed rules may hold it back until they have
 * seen it, and what goes out is counted.
 */


#include "ngx_eo_waf_body_filter.h"
#include "ngx_eo_waf_header_filter.h"
#include "ddos/ngx_eo_bandwidth.h"
#include "managed/ngx_eo_managed.h"


static ngx_int_t ngx_eo_waf_body_filter(ngx_http_request_t *r,
    ngx_chain_t *in);
static ngx_int_t ngx_eo_waf_body_send(ngx_http_request_t *r,
    ngx_chain_t *in);


static ngx_http_output_body_filter_pt  ngx_http_next_body_filter;


void
ngx_eo_waf_body_filter_init(void)
{
    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_eo_waf_body_filter;
}


static ngx_int_t
ngx_eo_waf_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_int_t  rc;

    rc = ngx_eo_waf_body_send(r, in);

    ngx_eo_bandwidth_sent(r);

    return rc;
}


static ngx_int_t
ngx_eo_waf_body_send(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_int_t     rc;
    ngx_chain_t  *held;

    rc = ngx_eo_managed_body_stage(r, in, &held);

    if (rc == NGX_DECLINED) {
        return ngx_http_next_body_filter(r, in);
    }

    if (rc != NGX_DONE) {
        return rc;
    }

    /* the header was held back as well */

    rc = ngx_eo_waf_header_filter_next(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    return ngx_http_next_body_filter(r, held);
}
