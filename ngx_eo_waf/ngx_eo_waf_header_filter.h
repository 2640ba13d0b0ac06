
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Web protection in the header filters.
 */


#ifndef _NGX_EO_WAF_HEADER_FILTER_H_INCLUDED_
#define _NGX_EO_WAF_HEADER_FILTER_H_INCLUDED_


#include "request/ngx_eo_waf_state.h"


/* Puts the filter in place; from postconfiguration, if rules need it. */

void ngx_eo_waf_header_filter_init(void);

/* Sends the header of a response that was held back, on to other filters. */

ngx_int_t ngx_eo_waf_header_filter_next(ngx_http_request_t *r);

/* The handler of the stage for limits that count responses. */

ngx_int_t ngx_eo_waf_response_handler(ngx_http_request_t *r);


#endif /* _NGX_EO_WAF_HEADER_FILTER_H_INCLUDED_ */
