
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Looks at a request body while it goes by, on its way to whoever reads it,
 * so that nothing of it is held, and nothing read that would not be.
 */


#ifndef _NGX_EO_WAF_WATCH_H_INCLUDED_
#define _NGX_EO_WAF_WATCH_H_INCLUDED_


#include "ngx_eo_waf_state.h"


/*
 * Begins to watch, in the access phase; may be called again, for more.
 *
 * limit:  bytes of the beginning that are kept
 *
 * Returns NGX_OK, NGX_DECLINED if the body has been read already, or if
 * there is none, or NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_waf_watch(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    size_t limit);

/*
 * Looks at a part of the body, in the filter of request bodies.  Returns 1
 * once a request, when all of a watched body has gone by.
 */

ngx_uint_t ngx_eo_waf_watch_body(ngx_http_request_t *r, ngx_chain_t *in);

/*
 * Does not wait any longer, as the request ends.  Returns 1 if a body was
 * waited for; then a line in the error log tells what was not seen.
 */

ngx_uint_t ngx_eo_waf_watch_end(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state);


#endif /* _NGX_EO_WAF_WATCH_H_INCLUDED_ */
