
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * 418: the Host that a server was not configured for.
 */


#ifndef _NGX_EO_HOST_CHECK_H_INCLUDED_
#define _NGX_EO_HOST_CHECK_H_INCLUDED_


#include "ngx_http_eo_core_module.h"


/*
 * Prepares the names of every server; to be called from postconfiguration.
 */

ngx_int_t ngx_eo_host_check_init(ngx_conf_t *cf);


/*
 * Whether the server that takes the request names hosts of its own and the
 * request is for none of them.
 */

ngx_uint_t ngx_eo_host_unconfigured(ngx_http_request_t *r);


#endif /* _NGX_EO_HOST_CHECK_H_INCLUDED_ */
