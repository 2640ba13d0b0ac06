
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * "eo_metrics_page": the page, and what it and other tools read.
 */


#ifndef _NGX_EO_METRICS_PAGE_H_INCLUDED_
#define _NGX_EO_METRICS_PAGE_H_INCLUDED_


#include "ngx_http_eo_metrics_module.h"


/* The content handler. */

ngx_int_t ngx_eo_metrics_page_handler(ngx_http_request_t *r);


/* Finds a format by its name; NGX_DECLINED if there is none. */

ngx_int_t ngx_eo_metrics_page_format(ngx_str_t *name,
    ngx_eo_metrics_format_e *format);

#define NGX_EO_METRICS_FORMATS_KNOWN  "html, json, prometheus or vts"


#endif /* _NGX_EO_METRICS_PAGE_H_INCLUDED_ */
