
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Variables of request headers where the list of headers has been replaced by
 * one for the origin.
 */


#ifndef _NGX_EO_HEADER_VARIABLES_H_INCLUDED_
#define _NGX_EO_HEADER_VARIABLES_H_INCLUDED_


#include "ngx_http_eo_core_module.h"


/* To be called before nginx looks its variables up: from postconfiguration. */

void ngx_eo_header_variables_init(ngx_conf_t *cf);


#endif /* _NGX_EO_HEADER_VARIABLES_H_INCLUDED_ */
