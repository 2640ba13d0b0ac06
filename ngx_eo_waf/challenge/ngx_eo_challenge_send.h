
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Responses of challenges.
 */


#ifndef _NGX_EO_CHALLENGE_SEND_H_INCLUDED_
#define _NGX_EO_CHALLENGE_SEND_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include "ngx_eo_challenge_conf.h"


/*
 * Gives each location a second array like its loc_conf, in which nothing is
 * added to a response or changed in it.  From postconfiguration: the arrays
 * live as long as the configuration.
 *
 * conf:  the first of a list of locations
 */

ngx_int_t ngx_eo_challenge_plain(ngx_conf_t *cf,
    ngx_eo_challenge_conf_t *conf);

/*
 * Sends a response that nobody may store.  An operator's add_header,
 * sub_filter and the like are left out: a second Content-Security-Policy
 * would forbid the page its script.
 *
 * type:    of a text in UTF-8
 * policy:  Content-Security-Policy; empty: none
 * cookie:  Set-Cookie; empty: none
 *
 * Returns NGX_HTTP_OK once it is on its way, or what has failed: either ends
 * the request when a handler of a phase returns it, and "satisfy any" cannot
 * outvote it.
 */

ngx_int_t ngx_eo_challenge_send(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *type, ngx_str_t *body, ngx_str_t *policy, ngx_str_t *cookie);


#endif /* _NGX_EO_CHALLENGE_SEND_H_INCLUDED_ */
