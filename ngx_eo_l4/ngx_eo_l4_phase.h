
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Where rules and limits are asked: the access and preread phases, and the
 * filter that sees what goes through.
 */


#ifndef _NGX_EO_L4_PHASE_H_INCLUDED_
#define _NGX_EO_L4_PHASE_H_INCLUDED_


#include "ngx_eo_l4_conf.h"


/* Registers them; to be called from postconfiguration. */

ngx_int_t ngx_eo_l4_phases_add(ngx_conf_t *cf);


#endif /* _NGX_EO_L4_PHASE_H_INCLUDED_ */

