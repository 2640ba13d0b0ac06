
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Classes of devices, operating systems and browsers by the User-Agent.
 */


#ifndef _NGX_EO_USER_AGENT_H_INCLUDED_
#define _NGX_EO_USER_AGENT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* how much of a User-Agent is looked at; those of browsers have up to 300 */

#define NGX_EO_USER_AGENT_MAX  1024


/*
 * device:       Mobile, Desktop, SmartTV, Tablet or Others, as in headers
 * device_type:  Mobile, Desktop, TV, Tablet or Other, as in logs
 * os, browser:  a name of the table in ngx_eo_user_agent.c, or Others
 *
 * The strings are constants.
 */

typedef struct {
    ngx_str_t         device;
    ngx_str_t         device_type;
    ngx_str_t         os;
    ngx_str_t         browser;
} ngx_eo_user_agent_t;


/*
 * Classifies a User-Agent, which may be of any content and length; one of
 * length 0 stands for a request without the header.
 */

void ngx_eo_user_agent_parse(ngx_eo_user_agent_t *ua, const u_char *text,
    size_t len);


#endif /* _NGX_EO_USER_AGENT_H_INCLUDED_ */
