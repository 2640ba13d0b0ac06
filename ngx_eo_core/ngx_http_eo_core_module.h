
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What the files of ngx_eo_core share; siblings see ngx_eo_core.h only.
 */


#ifndef _NGX_HTTP_EO_CORE_MODULE_H_INCLUDED_
#define _NGX_HTTP_EO_CORE_MODULE_H_INCLUDED_


#define NGX_EO_CORE_IMPLEMENTATION  1

#include "ngx_eo_core.h"


typedef struct {
    ngx_uint_t                  known;       /* NGX_HTTP_GET and so on */
    ngx_array_t                 names;       /* ngx_str_t, unknown to nginx */
} ngx_eo_methods_t;


/* what the edge checks go by; compared as a whole, so zeroed first */

typedef struct {
    ngx_flag_t                  cdn_loop;
    ngx_uint_t                  cdn_loop_limit;
    ngx_str_t                   cdn_loop_name;
    ngx_eo_methods_t           *methods;     /* NULL for any */
    ngx_uint_t                  max_headers;
    size_t                      max_size;
    ngx_flag_t                  range;
    ngx_flag_t                  early_data;
} ngx_eo_edge_conf_t;


typedef struct {
    ngx_uint_t                  status;
    ngx_uint_t                  code;        /* 0 to keep the status */
    ngx_eo_response_page_t     *page;        /* NULL for the built-in one */
    ngx_str_t                   page_name;
    ngx_str_t                   file;        /* where it was configured */
    ngx_uint_t                  line;
} ngx_eo_error_response_t;


/* a list of error_page, and the same with the pages of 502 and 504 chosen */

typedef struct {
    ngx_array_t                *operators;   /* ngx_http_err_page_t */
    ngx_array_t                *chosen;      /* ngx_http_err_page_t */
} ngx_eo_error_pages_t;


typedef struct {
    ngx_http_handler_pt         handlers[NGX_EO_STAGE_MAX];
    ngx_array_t                 pages;       /* ngx_eo_response_page_t * */
    ngx_array_t                 error_pages; /* ngx_eo_error_pages_t */
    ngx_array_t                 peers;       /* ngx_eo_origin_peer_t */
    ngx_eo_response_page_t     *html_page;
    ngx_eo_response_page_t     *json_page;
    ngx_eo_methods_t           *default_methods;
    ngx_http_get_variable_pt    header_variable; /* nginx's "$http_" */
    ngx_int_t                   unconfigured_host;
    unsigned                    filters:1;   /* are in nginx's chains */

    /* asked for somewhere in the configuration */

    unsigned                    edge_check:1;
    unsigned                    location_check:1;
    unsigned                    range_check:1;
    unsigned                    origin_headers:1;
    unsigned                    origin_errors:1;
    unsigned                    response_headers:1;
} ngx_eo_core_main_conf_t;


typedef struct {
    ngx_hash_combined_t         names;
    ngx_array_t                *regexes;     /* ngx_http_regex_t * */
    ngx_array_t                *ports;       /* in_port_t, NULL for any */
    ngx_str_t                   alt_svc;     /* empty where no QUIC listens */
    ngx_uint_t                  quic_port;
    unsigned                    catch_all:1;
    unsigned                    location_check:1;
} ngx_eo_core_srv_conf_t;


typedef struct {

    /* as configured, NGX_CONF_UNSET where it is left to "eo" */

    ngx_flag_t                  eo;
    ngx_flag_t                  log_uuid_flag;
    ngx_flag_t                  cdn_loop_flag;
    ngx_flag_t                  range_check_flag;
    ngx_flag_t                  early_data_flag;
    ngx_flag_t                  alt_svc_flag;
    ngx_flag_t                  origin_headers_flag;
    ngx_uint_t                  origin_errors_series;
    ngx_eo_methods_t           *allowed_methods;
    ngx_uint_t                  max_headers;
    size_t                      max_size;
    ngx_str_t                   server_header_name;

    ngx_str_t                   cdn_loop_name;
    ngx_uint_t                  cdn_loop_limit;
    ngx_uint_t                  log_sample;      /* of 1000 requests */
    ngx_str_t                   client_ip_header;
    ngx_array_t                *proto_from;      /* ngx_cidr_t, or NULL */
    ngx_array_t                *error_responses; /* ngx_eo_error_response_t */

    /* in force */

    ngx_eo_edge_conf_t          edge;
    ngx_uint_t                  origin_errors;   /* 0, 520 or 550 */
    ngx_array_t                *error_pages;     /* as the operator's */
    ngx_str_t                   server_header;   /* empty for off */
    ngx_str_t                   cdn_loop_first;  /* of a first pass */
    u_char                     *client_ip_lowcase;
    ngx_table_elt_t            *origin_template; /* headers to the origin */
    ngx_uint_t                  origin_template_n;
    unsigned                    alt_svc:1;
    unsigned                    log_uuid:1;
    unsigned                    origin_headers:1;
    unsigned                    pages:1;         /* for nginx's own errors */
    unsigned                    node_date:1;     /* in place of the origin's */

} ngx_eo_core_loc_conf_t;


extern ngx_module_t  ngx_http_eo_core_module;


#endif /* _NGX_HTTP_EO_CORE_MODULE_H_INCLUDED_ */
