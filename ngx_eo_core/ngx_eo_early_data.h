
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Requests in early data of TLS 1.3 (0-RTT), which whoever has recorded them
 * may send again: RFC 8470.
 */


#ifndef _NGX_EO_EARLY_DATA_H_INCLUDED_
#define _NGX_EO_EARLY_DATA_H_INCLUDED_


#include "ngx_eo_core.h"


/*
 * Whether a request came in early data, here or to whoever has passed it on
 * ("Early-Data: 1"), and has a method that is not safe (RFC 9110, 9.2.1).
 */

ngx_uint_t ngx_eo_early_data_unsafe(ngx_http_request_t *r);


#endif /* _NGX_EO_EARLY_DATA_H_INCLUDED_ */

