
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Prefetch in the API.
 */


#ifndef _NGX_EO_PREFETCH_API_H_INCLUDED_
#define _NGX_EO_PREFETCH_API_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include <jansson.h>
#include "ngx_eo_purge_zone.h"


/* whether a submission, and a question, is of prefetch */

ngx_uint_t ngx_eo_prefetch_is_submission(json_t *root);
ngx_uint_t ngx_eo_prefetch_is_asked_for(ngx_http_request_t *r,
    ngx_eo_purge_zone_t *zone);


/*
 * Takes a submission; returns NGX_DECLINED with an error, or what the request
 * is to be finalized with, NGX_AGAIN if a thread does.
 */

ngx_int_t ngx_eo_prefetch_api_submit(ngx_http_request_t *r, json_t *root,
    ngx_str_t *error);


/* answers with tasks, or with the results of one */

ngx_int_t ngx_eo_prefetch_api_list(ngx_http_request_t *r,
    ngx_eo_purge_zone_t *zone, ngx_uint_t limit, ngx_uint_t offset);


#endif /* _NGX_EO_PREFETCH_API_H_INCLUDED_ */
