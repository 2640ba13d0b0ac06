
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * "eo_error_response": another page or code for a status of the suite.
 */


#ifndef _NGX_EO_ERROR_RESPONSE_H_INCLUDED_
#define _NGX_EO_ERROR_RESPONSE_H_INCLUDED_


#include "ngx_http_eo_core_module.h"


/* "eo_error_response STATUS ... [page=NAME] [code=STATUS]" */

char *ngx_eo_error_response_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/*
 * Looks up the pages by their names; they may be defined below the directive
 * that names them.  Returns NGX_ERROR, with a message, if one is not defined.
 *
 * responses: of ngx_eo_error_response_t, NULL for none
 */

ngx_int_t ngx_eo_error_response_find_pages(ngx_conf_t *cf,
    ngx_array_t *responses);


/* Returns what is configured for a status, NULL for nothing. */

ngx_eo_error_response_t *ngx_eo_error_response_find(ngx_array_t *responses,
    ngx_uint_t status);


#endif /* _NGX_EO_ERROR_RESPONSE_H_INCLUDED_ */
