
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Variables for logs.
 */


#ifndef _NGX_EO_L4_VARIABLES_H_INCLUDED_
#define _NGX_EO_L4_VARIABLES_H_INCLUDED_


#include "ngx_eo_l4_conf.h"


/* To be called from preconfiguration. */

ngx_int_t ngx_eo_l4_add_variables(ngx_conf_t *cf);


#endif /* _NGX_EO_L4_VARIABLES_H_INCLUDED_ */

