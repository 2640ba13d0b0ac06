
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The fields of an expression out of a request.
 */


#ifndef _NGX_EO_WAF_FIELDS_H_INCLUDED_
#define _NGX_EO_WAF_FIELDS_H_INCLUDED_


#include "ngx_eo_waf_state.h"


/* An ngx_eo_expr_get_pt; data is the request. */

ngx_int_t ngx_eo_waf_field(void *data, ngx_eo_expr_slot_t *slot,
    ngx_eo_expr_value_t *value);

/*
 * The same in the loose reading.  The first one sets state->differs where
 * that is another one.
 */

ngx_int_t ngx_eo_waf_field_loose(void *data, ngx_eo_expr_slot_t *slot,
    ngx_eo_expr_value_t *value);

/*
 * Finds the nginx variables behind fields; to be called when all variables
 * are known.  Returns NGX_ERROR with a message if one is missing.
 */

ngx_int_t ngx_eo_waf_fields_init(ngx_conf_t *cf, ngx_eo_expr_env_t *env);

/* The client's address, as nginx's realip module has it. */

ngx_int_t ngx_eo_waf_client_addr(ngx_http_request_t *r, u_char *addr);


#endif /* _NGX_EO_WAF_FIELDS_H_INCLUDED_ */
