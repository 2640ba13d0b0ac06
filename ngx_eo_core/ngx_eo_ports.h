
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Ports that a server is open at: "eo_ports".
 */


#ifndef _NGX_EO_PORTS_H_INCLUDED_
#define _NGX_EO_PORTS_H_INCLUDED_


#include "ngx_eo_core.h"


/*
 * Reads the arguments of the directive.
 *
 * ports:  receives an array of in_port_t, or NULL for "off"
 *
 * Returns NGX_CONF_OK, or NGX_CONF_ERROR with a message.
 */

char *ngx_eo_ports_read(ngx_conf_t *cf, ngx_array_t **ports);


/*
 * Whether the request came in at a port that is not open.  A socket of Unix
 * has none and is always open.
 */

ngx_uint_t ngx_eo_port_closed(ngx_http_request_t *r, ngx_array_t *ports);


#endif /* _NGX_EO_PORTS_H_INCLUDED_ */

