
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Web protection in the body filters.
 */


#ifndef _NGX_EO_WAF_BODY_FILTER_H_INCLUDED_
#define _NGX_EO_WAF_BODY_FILTER_H_INCLUDED_


#include "request/ngx_eo_waf_state.h"


/*
 * Puts the filter in place; from postconfiguration, if managed rules look at
 * responses, or bandwidth is counted.
 */

void ngx_eo_waf_body_filter_init(void);


#endif /* _NGX_EO_WAF_BODY_FILTER_H_INCLUDED_ */
