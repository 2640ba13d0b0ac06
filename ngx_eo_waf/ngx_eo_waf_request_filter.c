
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The body of a request as it comes in: rules that only observe get their
 * copy of it, and slow attacks are told by its pace.
 */


#include "ngx_eo_waf_request_filter.h"
#include "ngx_eo_waf_access.h"
#include "ddos/ngx_eo_slow_attack.h"
#include "request/ngx_eo_waf_watch.h"


static ngx_int_t ngx_eo_waf_request_filter(ngx_http_request_t *r,
    ngx_chain_t *in);


static ngx_http_request_body_filter_pt  ngx_http_next_request_body_filter;


void
ngx_eo_waf_request_filter_init(void)
{
    ngx_http_next_request_body_filter = ngx_http_top_request_body_filter;
    ngx_http_top_request_body_filter = ngx_eo_waf_request_filter;
}


static ngx_int_t
ngx_eo_waf_request_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_int_t   rc;
    ngx_uint_t  seen;

    seen = ngx_eo_waf_watch_body(r, in);

    rc = ngx_eo_slow_attack_body(r, in);

    if (rc == NGX_OK) {
        rc = ngx_http_next_request_body_filter(r, in);
    }

    if (seen) {
        ngx_eo_waf_body_seen(r, ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF));
    }

    return rc;
}
