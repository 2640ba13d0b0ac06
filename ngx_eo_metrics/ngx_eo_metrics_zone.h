
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * "eo_metrics_zone": memory that all workers share, or a file of which all
 * have a mapping, and which therefore outlives them.
 */


#ifndef _NGX_EO_METRICS_ZONE_H_INCLUDED_
#define _NGX_EO_METRICS_ZONE_H_INCLUDED_


#include "ngx_http_eo_metrics_module.h"


/* The handler of the directive. */

char *ngx_eo_metrics_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


/* Finds a zone; NULL, with a message, if there is none of that name. */

ngx_eo_metrics_zone_t *ngx_eo_metrics_zone_find(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_str_t *name);


/*
 * Gives the names of a new configuration their places in each zone.  To be
 * called before the workers are forked.
 */

ngx_int_t ngx_eo_metrics_zones_attach(ngx_cycle_t *cycle,
    ngx_eo_metrics_main_conf_t *mcf);


#endif /* _NGX_EO_METRICS_ZONE_H_INCLUDED_ */
