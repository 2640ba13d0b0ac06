
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Defence against slow attacks.
 */


#ifndef _NGX_EO_SLOW_ATTACK_H_INCLUDED_
#define _NGX_EO_SLOW_ATTACK_H_INCLUDED_


#include "ngx_eo_ddos_act.h"


/*
 * Takes note of a part of a request body, in the filter of request bodies.
 * Returns NGX_OK, or what the filter has to return.
 */

ngx_int_t ngx_eo_slow_attack_body(ngx_http_request_t *r, ngx_chain_t *in);

/* requests whose header never came; in the log phase */

void ngx_eo_slow_attack_log(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf);


#endif /* _NGX_EO_SLOW_ATTACK_H_INCLUDED_ */
