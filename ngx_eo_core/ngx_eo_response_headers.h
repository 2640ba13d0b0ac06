
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Response headers of a node: EO-LOG-UUID and Server (docs/behaviour.md, 2.4).
 */


#ifndef _NGX_EO_RESPONSE_HEADERS_H_INCLUDED_
#define _NGX_EO_RESPONSE_HEADERS_H_INCLUDED_


#include "ngx_eo_request.h"


/* The handler of NGX_EO_STAGE_RESPONSE_HEADERS. */

ngx_int_t ngx_eo_response_headers_filter(ngx_http_request_t *r);


#endif /* _NGX_EO_RESPONSE_HEADERS_H_INCLUDED_ */
