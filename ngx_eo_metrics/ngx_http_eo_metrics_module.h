
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#ifndef _NGX_HTTP_EO_METRICS_MODULE_H_INCLUDED_
#define _NGX_HTTP_EO_METRICS_MODULE_H_INCLUDED_


#include "ngx_eo_core.h"
#include "ngx_eo_metrics_store.h"


#define NGX_EO_METRICS_NO_VARIABLE  (-2)


/* a name of the configuration that is counted under */

typedef struct {
    ngx_str_t                  name;
    ngx_uint_t                 number;       /* in the main configuration */
#if (NGX_PCRE)
    ngx_http_regex_t          *regex;
#endif
} ngx_eo_metrics_name_t;


typedef struct {
    ngx_str_t                  name;
    size_t                     size;
    ngx_str_t                  file;         /* empty for none */
    void                      *memory;
    ngx_eo_metrics_store_t     store;
    ngx_uint_t                *places;       /* by the number of a name */
} ngx_eo_metrics_zone_t;


/* indexes of variables, or NGX_EO_METRICS_NO_VARIABLE */

typedef struct {
    ngx_int_t                  cache_status;
    ngx_int_t                  origin_error;
    ngx_int_t                  security_module;
    ngx_int_t                  security_action;
    ngx_int_t                  security_rule;
} ngx_eo_metrics_variables_t;


typedef struct {
    ngx_array_t                zones;        /* ngx_eo_metrics_zone_t * */
    ngx_array_t                names;        /* ngx_str_t */
    ngx_rbtree_t               tree;         /* of the same */
    ngx_rbtree_node_t          sentinel;
    ngx_eo_metrics_limits_t    limits;
    ngx_eo_metrics_variables_t variables;
    unsigned                   wanted:1;     /* counted somewhere */
} ngx_eo_metrics_main_conf_t;


typedef struct {
    ngx_array_t                exact;        /* ngx_eo_metrics_name_t */
    ngx_array_t                patterns;     /* the same */
} ngx_eo_metrics_srv_conf_t;


typedef enum {
    NGX_EO_METRICS_HTML = 0,
    NGX_EO_METRICS_JSON,
    NGX_EO_METRICS_PROMETHEUS,
    NGX_EO_METRICS_VTS
} ngx_eo_metrics_format_e;


typedef struct {
    ngx_eo_metrics_zone_t     *zone;         /* NULL for off */

    ngx_eo_metrics_zone_t     *page;
    ngx_eo_metrics_format_e    format;
    ngx_uint_t                 domains;      /* that are told one by one */
} ngx_eo_metrics_loc_conf_t;


extern ngx_module_t  ngx_http_eo_metrics_module;


#endif /* _NGX_HTTP_EO_METRICS_MODULE_H_INCLUDED_ */
