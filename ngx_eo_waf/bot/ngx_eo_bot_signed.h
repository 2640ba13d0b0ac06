
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Whether a request is signed by a robot whose key is known.
 */


#ifndef _NGX_EO_BOT_SIGNED_H_INCLUDED_
#define _NGX_EO_BOT_SIGNED_H_INCLUDED_


#include "ngx_eo_bot_conf.h"


/*
 * name:    whose signature it is, if it is
 * reason:  a word for the log, a constant; empty without a signature
 *
 * Returns NGX_OK, NGX_DECLINED if nothing is known of who signed, or NGX_ERROR
 * if somebody signed with the name of a known key, and that was not its owner,
 * or not now.
 */

ngx_int_t ngx_eo_bot_signed(ngx_http_request_t *r,
    ngx_eo_bot_main_conf_t *main, ngx_str_t *name, const char **reason);


#endif /* _NGX_EO_BOT_SIGNED_H_INCLUDED_ */
