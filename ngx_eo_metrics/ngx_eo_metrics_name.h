
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Under which name a request is counted: that of "server_name" which its Host
 * has matched, so that no client can make one up.
 */


#ifndef _NGX_EO_METRICS_NAME_H_INCLUDED_
#define _NGX_EO_METRICS_NAME_H_INCLUDED_


#include "ngx_http_eo_metrics_module.h"


/* Collects the names of all servers; for postconfiguration. */

ngx_int_t ngx_eo_metrics_names_init(ngx_conf_t *cf,
    ngx_eo_metrics_main_conf_t *mcf);


/*
 * Returns the number of the name in the main configuration, or NGX_DECLINED
 * where the request's Host is none of its server's names.
 */

ngx_int_t ngx_eo_metrics_name(ngx_http_request_t *r);


#endif /* _NGX_EO_METRICS_NAME_H_INCLUDED_ */
