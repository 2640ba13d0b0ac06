
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Counting requests: their bytes every second while they are under way, and
 * the rest when they end.
 */


#ifndef _NGX_EO_METRICS_RECORD_H_INCLUDED_
#define _NGX_EO_METRICS_RECORD_H_INCLUDED_


#include "ngx_http_eo_metrics_module.h"


/* Hands the handlers to their stages; for postconfiguration. */

ngx_int_t ngx_eo_metrics_record_init(ngx_conf_t *cf,
    ngx_eo_metrics_main_conf_t *mcf);


/* Starts what a worker does every second. */

ngx_int_t ngx_eo_metrics_record_start(ngx_cycle_t *cycle);


#endif /* _NGX_EO_METRICS_RECORD_H_INCLUDED_ */
