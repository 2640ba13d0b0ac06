
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Web protection in the filters of request bodies.
 */


#ifndef _NGX_EO_WAF_REQUEST_FILTER_H_INCLUDED_
#define _NGX_EO_WAF_REQUEST_FILTER_H_INCLUDED_


#include "request/ngx_eo_waf_state.h"


/*
 * Puts the filter in place; from postconfiguration, if bodies are watched, or
 * there is a defence against slow ones.
 */

void ngx_eo_waf_request_filter_init(void);


#endif /* _NGX_EO_WAF_REQUEST_FILTER_H_INCLUDED_ */
