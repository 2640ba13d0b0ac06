
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The operator's error_page for a failed origin.
 */


#ifndef _NGX_EO_ERROR_PAGE_H_INCLUDED_
#define _NGX_EO_ERROR_PAGE_H_INCLUDED_


#include "ngx_eo_request.h"


/*
 * Gives a location whose origins are watched its own error_page list, in
 * which those of 502 and 504 are chosen when they are asked for.  To be
 * called at merging, when the list is complete.
 */

ngx_int_t ngx_eo_error_page_prepare(ngx_conf_t *cf,
    ngx_eo_core_loc_conf_t *conf);


/*
 * From the header filter of the special response that nginx is about to send
 * of a failed origin: follows the error_page that the operator has for code.
 * Returns NGX_DECLINED if there is none, NGX_DONE if nothing is to be sent.
 */

ngx_int_t ngx_eo_error_page_follow(ngx_http_request_t *r,
    ngx_eo_request_t *ctx, ngx_uint_t code);


#endif /* _NGX_EO_ERROR_PAGE_H_INCLUDED_ */
