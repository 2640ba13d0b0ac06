
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
 * Slow attacks: the filter of request bodies, and requests whose header never
 * came, in the log phase.
 */

void ngx_eo_slow_attack_init_filter(void);
void ngx_eo_slow_attack_log(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf);


#endif /* _NGX_EO_SLOW_ATTACK_H_INCLUDED_ */
