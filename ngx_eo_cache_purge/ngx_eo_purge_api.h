
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


/*
 * For handlers of the API.
 *
 * ngx_eo_purge_api_defer() has a function called in a thread and another one
 * after it, whose result the request is finalized with; it returns NGX_AGAIN.
 * ngx_eo_purge_api_number() reads an argument: a number up to max, NGX_ERROR if
 * it is none.  ngx_eo_purge_api_request_key() makes a key of the request's
 * Idempotency-Key, and returns 0 if it has none.
 */

ngx_uint_t ngx_eo_purge_api_request_key(ngx_http_request_t *r, u_char *key);
ngx_int_t ngx_eo_purge_api_error(ngx_http_request_t *r, ngx_uint_t status,
    const char *code, const char *message);
ngx_int_t ngx_eo_purge_api_send(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *answer);
ngx_int_t ngx_eo_purge_api_defer(ngx_http_request_t *r,
    void (*thread)(void *data, ngx_log_t *log),
    ngx_int_t (*answer)(void *data), void *data);
ngx_int_t ngx_eo_purge_api_number(ngx_http_request_t *r, const char *name,
    size_t len, ngx_int_t value, ngx_int_t max);


#endif /* _NGX_EO_PURGE_API_H_INCLUDED_ */
