
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The request body of managed rules.
 */


#ifndef _NGX_EO_MANAGED_BODY_H_INCLUDED_
#define _NGX_EO_MANAGED_BODY_H_INCLUDED_


#include "ngx_eo_managed_request.h"


/* whether the rules want the body, and there is one */

ngx_uint_t ngx_eo_managed_wants_body(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx);


/*
 * Reads the body if the rules want it.
 *
 * Returns NGX_OK; NGX_DONE while it is read; NGX_ABORT if it is refused for
 * its size; or a status.
 */

ngx_int_t ngx_eo_managed_read_body(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx);


/*
 * Hands the body to the transaction, decoded where that is asked for.
 *
 * Returns NGX_OK, or NGX_ABORT if it is refused.
 */

ngx_int_t ngx_eo_managed_set_body(ngx_http_request_t *r,
    ngx_eo_managed_ctx_t *ctx);


#endif /* _NGX_EO_MANAGED_BODY_H_INCLUDED_ */
