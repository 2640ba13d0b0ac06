
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Protection from frequent scanning: a client of whom managed rules have
 * blocked too many requests is kept out for a time.
 */


#ifndef _NGX_EO_MANAGED_SCANNING_H_INCLUDED_
#define _NGX_EO_MANAGED_SCANNING_H_INCLUDED_


#include "ngx_eo_managed_conf.h"
#include "action/ngx_eo_waf_action.h"
#include "request/ngx_eo_waf_state.h"


struct ngx_eo_managed_scanning_s {
    ngx_shm_zone_t             *zone;
    ngx_eo_action_e             action;      /* deny, a challenge, monitor */
    ngx_uint_t                  threshold;
    ngx_msec_t                  period;
    ngx_msec_t                  duration;

    /* of the address by which clients are told apart */
    ngx_uint_t                  slot;
};


/* what the log and $eo_security_rule_id call it */

extern ngx_str_t  ngx_eo_managed_scanning_name;


/* Whether the client of a request is kept out. */

ngx_uint_t ngx_eo_managed_scanning_banned(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_managed_scanning_t *scanning);


/* Counts a request that managed rules have blocked. */

void ngx_eo_managed_scanning_count(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_managed_scanning_t *scanning);


#endif /* _NGX_EO_MANAGED_SCANNING_H_INCLUDED_ */
