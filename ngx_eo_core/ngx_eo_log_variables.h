
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Variables that are there for logs only: docs/logs.md.
 */


#ifndef _NGX_EO_LOG_VARIABLES_H_INCLUDED_
#define _NGX_EO_LOG_VARIABLES_H_INCLUDED_


#include "ngx_http_eo_core_module.h"


/* To be called from preconfiguration. */

ngx_int_t ngx_eo_log_variables_add(ngx_conf_t *cf);


/* The handler of "eo_log_sample". */

char *ngx_eo_log_sample(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


/* Chooses what connections of this worker are numbered from. */

ngx_int_t ngx_eo_log_variables_init_process(void);


#endif /* _NGX_EO_LOG_VARIABLES_H_INCLUDED_ */
