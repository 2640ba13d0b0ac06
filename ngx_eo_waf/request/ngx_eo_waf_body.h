
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The request body, for rules that look at form fields.
 */


#ifndef _NGX_EO_WAF_BODY_H_INCLUDED_
#define _NGX_EO_WAF_BODY_H_INCLUDED_


#include "ngx_eo_waf_state.h"


/* bytes of a body that are looked at */

#define NGX_EO_WAF_BODY_MAX  131072


/* What form the headers announce; NGX_EO_WAF_FORM_NONE without a body. */

void ngx_eo_waf_body_form(ngx_http_request_t *r, ngx_eo_waf_form_t *form);

/*
 * Reads the body, and sets state->body to its beginning.
 *
 * Returns NGX_OK when that is done, NGX_DONE while it is read (the stage is
 * called again), or a status.
 */

ngx_int_t ngx_eo_waf_body_read(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state);

/*
 * To be called before a body is read ahead of its turn: sees to it that a
 * content handler finds it in the form that it would have asked for.
 */

void ngx_eo_waf_body_prepare(ngx_http_request_t *r);


/*
 * What ngx_http_read_client_request_body() calls: goes on with the phases,
 * and keeps the body for whoever comes next.
 */

void ngx_eo_waf_body_handler(ngx_http_request_t *r);


/*
 * The beginning of the body that was read, in one piece, whether nginx has it
 * in memory or in a file.  A body in one buffer in memory is not copied.
 *
 * limit:     bytes at the most
 * body:      empty if there is none
 * complete:  whether that is all of it
 *
 * Returns NGX_ERROR when out of memory, or when the file cannot be read.
 */

ngx_int_t ngx_eo_waf_body_join(ngx_http_request_t *r, size_t limit,
    ngx_str_t *body, ngx_uint_t *complete);


#endif /* _NGX_EO_WAF_BODY_H_INCLUDED_ */
