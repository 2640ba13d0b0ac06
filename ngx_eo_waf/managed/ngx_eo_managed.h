
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Managed rules as a part of web protection: the stage, the filters, the
 * log.
 */


#ifndef _NGX_EO_MANAGED_H_INCLUDED_
#define _NGX_EO_MANAGED_H_INCLUDED_


#include "ngx_eo_managed_conf.h"
#include "request/ngx_eo_waf_state.h"


/*
 * The turn of managed rules in the access phase, after custom rules.
 * Returns what the stage has to return, or NGX_AGAIN if the body is to be
 * watched: then the stage is to be called once more, when it was seen.
 */

ngx_int_t ngx_eo_managed_stage(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_eo_waf_loc_conf_t *wlcf);


/* how much of a body is looked at */

size_t ngx_eo_managed_body_limit(ngx_eo_managed_conf_t *conf);

/* their turn in the log phase, before the security log is written */

void ngx_eo_managed_log_stage(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state);


/*
 * Their turn when the header of a response is to be sent.  Returns
 * NGX_DECLINED if it is to go on, or what the filter has to return.
 */

ngx_int_t ngx_eo_managed_header_stage(ngx_http_request_t *r);

/*
 * Their turn with a part of the body of a response.  Returns NGX_DECLINED if
 * it is to go on, NGX_DONE if header and body were held back and both are to
 * go on now, or what the filter has to return.
 *
 * held:  with NGX_DONE, the body so far
 */

ngx_int_t ngx_eo_managed_body_stage(ngx_http_request_t *r, ngx_chain_t *in,
    ngx_chain_t **held);


/*
 * Adds $eo_env_NAME, what the action "setenv" has set; from
 * preconfiguration.
 */

ngx_int_t ngx_eo_managed_add_variables(ngx_conf_t *cf);


#endif /* _NGX_EO_MANAGED_H_INCLUDED_ */
