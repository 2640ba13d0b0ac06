
/*
 * 520 to 525, 550 to 555: an origin that failed (facts, 5.2).
 */


#ifndef _NGX_EO_ORIGIN_ERROR_H_INCLUDED_
#define _NGX_EO_ORIGIN_ERROR_H_INCLUDED_


#include "ngx_eo_request.h"


/* The handler of NGX_EO_STAGE_ORIGIN_PROBE. */

ngx_int_t ngx_eo_origin_probe_handler(ngx_http_request_t *r);


/*
 * Returns the cause of the last failure of an origin, NGX_EO_ORIGIN_OK if
 * there was none.
 */

ngx_eo_origin_cause_e ngx_eo_origin_error(ngx_http_request_t *r);


/* The handler of NGX_EO_STAGE_ORIGIN_ERROR. */

ngx_int_t ngx_eo_origin_error_header_filter(ngx_http_request_t *r);


#endif /* _NGX_EO_ORIGIN_ERROR_H_INCLUDED_ */
