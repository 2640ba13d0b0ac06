
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The API: a location that takes tasks and tells of them.
 */


#ifndef _NGX_EO_PURGE_API_H_INCLUDED_
#define _NGX_EO_PURGE_API_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* the content handler of a location with "eo_cache_api" */

ngx_int_t ngx_eo_purge_api_handler(ngx_http_request_t *r);


#endif /* _NGX_EO_PURGE_API_H_INCLUDED_ */
