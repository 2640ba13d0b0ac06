
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The "eo_cache_prefetch" directive.
 */


#ifndef _NGX_EO_PREFETCH_CONF_H_INCLUDED_
#define _NGX_EO_PREFETCH_CONF_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* eo_cache_prefetch ZONE http=ADDRESS [https=ADDRESS] [concurrency=N] ... */

char *ngx_eo_prefetch_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


#endif /* _NGX_EO_PREFETCH_CONF_H_INCLUDED_ */
