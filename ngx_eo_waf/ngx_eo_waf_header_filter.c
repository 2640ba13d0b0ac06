
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The header of a response: managed rules look at it and may hold it back,
 * and rate limits learn its status.
 */


#include "ngx_eo_waf_header_filter.h"
#include "managed/ngx_eo_managed.h"
#include "rate/ngx_eo_rate_limit.h"


static ngx_int_t ngx_eo_waf_header_filter(ngx_http_request_t *r);


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;


void
ngx_eo_waf_header_filter_init(void)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = ngx_eo_waf_header_filter;
}


ngx_int_t
ngx_eo_waf_header_filter_next(ngx_http_request_t *r)
{
    return ngx_http_next_header_filter(r);
}


static ngx_int_t
ngx_eo_waf_header_filter(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    rc = ngx_eo_managed_header_stage(r);

    return (rc == NGX_DECLINED) ? ngx_http_next_header_filter(r) : rc;
}


ngx_int_t
ngx_eo_waf_response_handler(ngx_http_request_t *r)
{
    ngx_eo_waf_state_t  *state;

    if (r == r->main) {
        state = ngx_eo_get_ctx(r, NGX_EO_SLOT_WAF);

        if (state) {
            ngx_eo_rate_response_stage(r, state);
        }
    }

    return NGX_DECLINED;
}
