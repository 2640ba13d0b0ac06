
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * 520 to 525, 550 to 555: an origin that failed.
 */


#ifndef _NGX_EO_ORIGIN_ERROR_H_INCLUDED_
#define _NGX_EO_ORIGIN_ERROR_H_INCLUDED_


#include "ngx_eo_request.h"


/*
 * Notes the cause of a failure, writes it to the log, and where nginx is going
 * to answer it with the status expected (0: it cannot any more), chooses what
 * is to be sent in its place.
 */

void ngx_eo_origin_note_failure(ngx_http_request_t *r, ngx_eo_request_t *ctx,
    ngx_eo_origin_cause_e cause, ngx_int_t expected);


/*
 * Whether status, with which nginx is about to answer, is that of an origin's
 * failure: returns the status of ours, 0 if it is not.
 */

ngx_uint_t ngx_eo_origin_failure(ngx_http_request_t *r, ngx_int_t status);


/* The operator has answered it. */

void ngx_eo_origin_failure_answered(ngx_http_request_t *r);


/*
 * Returns the cause of the last failure of an origin, NGX_EO_ORIGIN_OK if
 * there was none.
 */

ngx_eo_origin_cause_e ngx_eo_origin_error(ngx_http_request_t *r);


/* The handler of NGX_EO_STAGE_ORIGIN_ERROR. */

ngx_int_t ngx_eo_origin_error_header_filter(ngx_http_request_t *r);


#endif /* _NGX_EO_ORIGIN_ERROR_H_INCLUDED_ */
