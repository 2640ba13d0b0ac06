
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What is watched of an origin request that is under way.
 */


#ifndef _NGX_EO_ORIGIN_PROBE_H_INCLUDED_
#define _NGX_EO_ORIGIN_PROBE_H_INCLUDED_


#include "ngx_eo_request.h"


/* The handler of NGX_EO_STAGE_ORIGIN_PROBE. */

ngx_int_t ngx_eo_origin_probe_handler(ngx_http_request_t *r);


/*
 * Puts our callbacks before those that the request's upstream has by now; to
 * be called as often as there may be more of them.
 */

void ngx_eo_origin_watch(ngx_http_request_t *r);


/*
 * Returns the cause of a failure of the upstream as its state is now; rc is
 * the status that nginx has for it.
 */

ngx_eo_origin_cause_e ngx_eo_origin_examine(ngx_http_upstream_t *u,
    ngx_eo_origin_probe_t *probe, ngx_int_t rc);


#endif /* _NGX_EO_ORIGIN_PROBE_H_INCLUDED_ */
