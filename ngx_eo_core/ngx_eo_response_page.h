
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Pages: text with nginx variables in it.
 */


#ifndef _NGX_EO_RESPONSE_PAGE_H_INCLUDED_
#define _NGX_EO_RESPONSE_PAGE_H_INCLUDED_


#include "ngx_http_eo_core_module.h"
#include "ngx_eo_escape.h"


struct ngx_eo_response_page_s {
    ngx_str_t          name;
    ngx_str_t          type;
    ngx_eo_escape_e    escape;
    ngx_array_t        parts;    /* ngx_eo_page_part_t */
};


/* "eo_response_page NAME FILE [type=MIME]" */

char *ngx_eo_response_page_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


/* Compiles the built-in pages into the main configuration. */

ngx_int_t ngx_eo_response_page_init(ngx_conf_t *cf,
    ngx_eo_core_main_conf_t *mcf);


#endif /* _NGX_EO_RESPONSE_PAGE_H_INCLUDED_ */
