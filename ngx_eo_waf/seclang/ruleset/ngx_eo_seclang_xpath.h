
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Paths into XML documents, as rules name them: "//name", "/a/b", "//a/@id".
 */


#ifndef _NGX_EO_SECLANG_XPATH_H_INCLUDED_
#define _NGX_EO_SECLANG_XPATH_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct {
    /* empty for any name, or any namespace if the name is empty, too */
    ngx_str_t                     name;
    ngx_str_t                     uri;

    /* behind "//": at any depth */
    ngx_uint_t                    anywhere;
} ngx_eo_seclang_xpath_step_t;


typedef struct {
    ngx_str_t                     text;
    ngx_eo_seclang_xpath_step_t  *steps;
    ngx_uint_t                    nsteps;

    /* the last step is one of attributes */
    ngx_uint_t                    attribute;
} ngx_eo_seclang_xpath_t;


/* whether a path is one that every document is asked for */

ngx_uint_t ngx_eo_seclang_xpath_is_plain(ngx_str_t *text);


/*
 * Compiles a path, if it is neither plain nor there already.
 *
 * pool:        takes what it needs
 * paths:       array of ngx_eo_seclang_xpath_t
 * namespaces:  array of ngx_keyval_t: prefixes and what they stand for
 * reason:      of NGX_MAX_CONF_ERRSTR bytes; what is wrong
 *
 * Returns NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_eo_seclang_xpath_add(ngx_pool_t *pool, ngx_array_t *paths,
    ngx_str_t *text, ngx_array_t *namespaces, u_char *reason);


#endif /* _NGX_EO_SECLANG_XPATH_H_INCLUDED_ */
