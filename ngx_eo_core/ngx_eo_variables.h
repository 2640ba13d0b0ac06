
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The variables of the core module.
 */


#ifndef _NGX_EO_VARIABLES_H_INCLUDED_
#define _NGX_EO_VARIABLES_H_INCLUDED_


#include "ngx_eo_request.h"


/* Adds the variables; to be called from preconfiguration. */

ngx_int_t ngx_eo_variables_add(ngx_conf_t *cf);


#endif /* _NGX_EO_VARIABLES_H_INCLUDED_ */
