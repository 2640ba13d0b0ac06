
/*
 * Web protection: directives and wiring.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_eo_core.h"


static ngx_int_t ngx_http_eo_waf_preconfiguration(ngx_conf_t *cf);


static ngx_http_module_t  ngx_http_eo_waf_module_ctx = {
    ngx_http_eo_waf_preconfiguration,      /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_eo_waf_module = {
    NGX_MODULE_V1,
    &ngx_http_eo_waf_module_ctx,           /* module context */
    NULL,                                  /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_eo_waf_preconfiguration(ngx_conf_t *cf)
{
    return ngx_eo_core_require(cf, "ngx_http_eo_waf_module.so");
}
