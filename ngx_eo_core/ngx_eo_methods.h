
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The request methods that a node lets through.
 */


#ifndef _NGX_EO_METHODS_H_INCLUDED_
#define _NGX_EO_METHODS_H_INCLUDED_


#include "ngx_http_eo_core_module.h"


/* "eo_allowed_methods off | default | METHOD ..." */

char *ngx_eo_methods_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/*
 * Returns the sixteen methods of an EdgeOne node (docs/behaviour.md, 10), or
 * NULL when out of memory.
 */

ngx_eo_methods_t *ngx_eo_methods_default(ngx_conf_t *cf);


/*
 * Whether a method is among those allowed.
 *
 * method:  r->method
 * name:    r->method_name, which counts where nginx has no number for it
 */

ngx_uint_t ngx_eo_methods_allow(ngx_eo_methods_t *methods, ngx_uint_t method,
    ngx_str_t *name);


#endif /* _NGX_EO_METHODS_H_INCLUDED_ */
