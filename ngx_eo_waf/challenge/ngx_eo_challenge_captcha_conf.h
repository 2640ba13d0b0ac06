
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The CAPTCHA provider of a server.
 */


#ifndef _NGX_EO_CHALLENGE_CAPTCHA_CONF_H_INCLUDED_
#define _NGX_EO_CHALLENGE_CAPTCHA_CONF_H_INCLUDED_


#include "ngx_eo_challenge_conf.h"


/*
 * script, sources:  what the page loads, and from where more may come
 * name:             of the provider's object in the browser
 * secret:           escaped for a form
 * verify:           URI of the location that passes answers to the provider
 */

struct ngx_eo_challenge_captcha_s {
    ngx_str_t                   name;
    ngx_str_t                   script;
    ngx_str_t                   sources;
    ngx_str_t                   site_key;
    ngx_str_t                   secret;
    ngx_str_t                   verify;
    ngx_uint_t                  fail_open;
};


char *ngx_eo_challenge_captcha(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


#endif /* _NGX_EO_CHALLENGE_CAPTCHA_CONF_H_INCLUDED_ */
