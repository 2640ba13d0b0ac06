
/*
 * The request body, for rules that look at form fields.
 */


#ifndef _NGX_EO_WAF_BODY_H_INCLUDED_
#define _NGX_EO_WAF_BODY_H_INCLUDED_


#include "ngx_eo_waf_state.h"


/* bytes of a body that are looked at */

#define NGX_EO_WAF_BODY_MAX  131072


/*
 * Reads the body if it is a form, and sets state->form to its beginning.
 *
 * Returns NGX_OK when that is done or there is nothing to read, NGX_DONE
 * while it is read (the stage is called again), or a status.
 */

ngx_int_t ngx_eo_waf_body_read(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state);


#endif /* _NGX_EO_WAF_BODY_H_INCLUDED_ */
