
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


typedef void (*ngx_eo_waf_seen_pt)(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state);


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
 * Does not wait any longer, as the request ends.  A line in the error log
 * tells what was not seen.
 */

void ngx_eo_waf_watch_end(ngx_http_request_t *r, ngx_eo_waf_state_t *state);

/*
 * Puts the filter in place; from postconfiguration.
 *
 * seen:  called once a request: at the end of its body, or by
 *        ngx_eo_waf_watch_end()
 */

void ngx_eo_waf_watch_init(ngx_eo_waf_seen_pt seen);


#endif /* _NGX_EO_WAF_WATCH_H_INCLUDED_ */
