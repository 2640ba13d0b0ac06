
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The suite's own responses: a page in place of what nginx would have sent.
 */


#ifndef _NGX_EO_RESPONSE_H_INCLUDED_
#define _NGX_EO_RESPONSE_H_INCLUDED_


#include "ngx_eo_request.h"


/*
 * Prepares the response that takes the place of nginx's own.
 *
 * status:    why the node answers itself
 * expected:  the status with which nginx will call the header filter, or 0
 *            if that is the one returned
 * page:      NULL for what the configuration says
 *
 * Returns the status that the client will get.
 */

ngx_uint_t ngx_eo_response_prepare(ngx_http_request_t *r,
    ngx_eo_request_t *ctx, ngx_uint_t status, ngx_uint_t expected,
    ngx_eo_response_page_t *page);


/* The handler of NGX_EO_STAGE_RESPONSE_PAGE. */

ngx_int_t ngx_eo_response_header_filter(ngx_http_request_t *r);


/* Puts the body filter into nginx's chain. */

void ngx_eo_response_install_body_filter(void);


#endif /* _NGX_EO_RESPONSE_H_INCLUDED_ */
