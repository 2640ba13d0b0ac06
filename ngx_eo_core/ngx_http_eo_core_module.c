
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Directives, merging and wiring of the core module.
 */


#include "ngx_http_eo_core_module.h"
#include "ngx_eo_alt_svc.h"
#include "ngx_eo_edge_check.h"
#include "ngx_eo_error_page.h"
#include "ngx_eo_error_response.h"
#include "ngx_eo_header_variables.h"
#include "ngx_eo_host_check.h"
#include "ngx_eo_log_variables.h"
#include "ngx_eo_methods.h"
#include "ngx_eo_origin_error.h"
#include "ngx_eo_origin_headers.h"
#include "ngx_eo_origin_peer.h"
#include "ngx_eo_origin_probe.h"
#include "ngx_eo_ports.h"
#include "ngx_eo_response_headers.h"
#include "ngx_eo_response_page.h"
#include "ngx_eo_variables.h"


#define NGX_EO_NAME          "TencentEdgeOne"
#define NGX_EO_NAME_MAX      128
#define NGX_EO_HEADER_MAX    100

#define NGX_EO_LOOPS         16
#define NGX_EO_LOOPS_MAX     1000000

#define NGX_EO_VARIABLES_BUCKET  128

#define NGX_EO_MAX_HEADERS   256
#define NGX_EO_MAX_SIZE      (128 * 1024)


static char *ngx_http_eo_cdn_loop_name(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_cdn_loop_limit(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_origin_errors(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_request_limits(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_alt_svc(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_ports(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_unconfigured_host(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_client_ip_header(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_server_header(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

static ngx_int_t ngx_http_eo_core_preconfiguration(ngx_conf_t *cf);
static void *ngx_http_eo_core_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_eo_core_init_main_conf(ngx_conf_t *cf, void *conf);
static void *ngx_http_eo_core_create_srv_conf(ngx_conf_t *cf);
static char *ngx_http_eo_core_merge_srv_conf(ngx_conf_t *cf, void *parent,
    void *child);
static void *ngx_http_eo_core_create_loc_conf(ngx_conf_t *cf);
static void ngx_http_eo_inherit(ngx_eo_core_loc_conf_t *prev,
    ngx_eo_core_loc_conf_t *conf);
static char *ngx_http_eo_core_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static ngx_flag_t ngx_http_eo_flag(ngx_eo_core_loc_conf_t *conf,
    ngx_flag_t flag);
static ngx_int_t ngx_http_eo_merge_cdn_loop(ngx_conf_t *cf,
    ngx_eo_core_loc_conf_t *prev, ngx_eo_core_loc_conf_t *conf);
static void ngx_http_eo_merge_edge(ngx_conf_t *cf,
    ngx_eo_core_loc_conf_t *conf);
static void ngx_http_eo_note_use(ngx_conf_t *cf, ngx_eo_core_loc_conf_t *conf);
static void ngx_http_eo_core_make_room(ngx_conf_t *cf);
static ngx_int_t ngx_http_eo_core_init(ngx_conf_t *cf);
static ngx_int_t ngx_http_eo_core_init_module(ngx_cycle_t *cycle);
static ngx_int_t ngx_http_eo_core_init_process(ngx_cycle_t *cycle);


/* what the node itself says of a request must not be taken for the client */

static ngx_str_t  ngx_http_eo_reserved_headers[] = {
    ngx_string("X-Forwarded-For"), ngx_string("X-Forwarded-Proto"),
    ngx_string("EO-Connecting-IP"), ngx_string("EO-LOG-UUID"),
    ngx_string("CDN-Loop"),
    ngx_null_string
};


static ngx_command_t  ngx_http_eo_core_commands[] = {

    { ngx_string("eo"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_core_loc_conf_t, eo),
      NULL },

    { ngx_string("eo_log_uuid"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_core_loc_conf_t, log_uuid_flag),
      NULL },

    { ngx_string("eo_cdn_loop"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_core_loc_conf_t, cdn_loop_flag),
      NULL },

    { ngx_string("eo_cdn_loop_name"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_cdn_loop_name,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_log_sample"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_eo_log_sample,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_cdn_loop_limit"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_cdn_loop_limit,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_allowed_methods"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_eo_methods_directive,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_request_limits"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_eo_request_limits,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_range_check"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_core_loc_conf_t, range_check_flag),
      NULL },

    { ngx_string("eo_reject_early_data"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_core_loc_conf_t, early_data_flag),
      NULL },

    { ngx_string("eo_alt_svc"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_http_eo_alt_svc,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_core_loc_conf_t, alt_svc_flag),
      NULL },

    { ngx_string("eo_ports"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_CONF_1MORE,
      ngx_http_eo_ports,
      NGX_HTTP_SRV_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_unconfigured_host"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_unconfigured_host,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_origin_headers"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_core_loc_conf_t, origin_headers_flag),
      NULL },

    { ngx_string("eo_forwarded_proto_from"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_eo_forwarded_proto_directive,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_eo_core_loc_conf_t, proto_from),
      NULL },

    { ngx_string("eo_client_ip_header"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_client_ip_header,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_origin_errors"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_origin_errors,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_server_header"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_server_header,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_response_page"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE23,
      ngx_eo_response_page_directive,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_error_response"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_eo_error_response_directive,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_eo_core_module_ctx = {
    ngx_http_eo_core_preconfiguration,     /* preconfiguration */
    ngx_http_eo_core_init,                 /* postconfiguration */

    ngx_http_eo_core_create_main_conf,     /* create main configuration */
    ngx_http_eo_core_init_main_conf,       /* init main configuration */

    ngx_http_eo_core_create_srv_conf,      /* create server configuration */
    ngx_http_eo_core_merge_srv_conf,       /* merge server configuration */

    ngx_http_eo_core_create_loc_conf,      /* create location configuration */
    ngx_http_eo_core_merge_loc_conf        /* merge location configuration */
};


ngx_module_t  ngx_http_eo_core_module = {
    NGX_MODULE_V1,
    &ngx_http_eo_core_module_ctx,          /* module context */
    ngx_http_eo_core_commands,             /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_eo_core_init_module,          /* init module */
    ngx_http_eo_core_init_process,         /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static char *
ngx_http_eo_cdn_loop_name(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_core_loc_conf_t *lcf = conf;

    u_char      ch;
    size_t      i;
    ngx_str_t  *value;

    if (lcf->cdn_loop_name.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (i = 0; i < value[1].len; i++) {
        ch = value[1].data[i] | 0x20;

        if (!(ch >= 'a' && ch <= 'z')
            && !(value[1].data[i] >= '0' && value[1].data[i] <= '9')
            && ngx_strchr(".-_:", value[1].data[i]) == NULL)
        {
            break;
        }
    }

    if (i < value[1].len || i == 0 || i > NGX_EO_NAME_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be 1 to "
                           "%d letters, digits, \".\", \"-\", \"_\" or \":\"",
                           &value[1], &cmd->name, NGX_EO_NAME_MAX);
        return NGX_CONF_ERROR;
    }

    lcf->cdn_loop_name = value[1];

    return NGX_CONF_OK;
}


static char *
ngx_http_eo_cdn_loop_limit(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_core_loc_conf_t *lcf = conf;

    ngx_int_t   n;
    ngx_str_t  *value;

    if (lcf->cdn_loop_limit != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    n = ngx_atoi(value[1].data, value[1].len);

    if (n < 1 || n > NGX_EO_LOOPS_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be "
                           "between 1 and %d",
                           &value[1], &cmd->name, NGX_EO_LOOPS_MAX);
        return NGX_CONF_ERROR;
    }

    lcf->cdn_loop_limit = n;

    return NGX_CONF_OK;
}


static char *
ngx_http_eo_origin_errors(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_core_loc_conf_t *lcf = conf;

    ngx_str_t  *value;

    if (lcf->origin_errors_series != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        lcf->origin_errors_series = 0;

    } else if (ngx_strcmp(value[1].data, "520") == 0) {
        lcf->origin_errors_series = 520;

    } else if (ngx_strcmp(value[1].data, "550") == 0) {
        lcf->origin_errors_series = 550;

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be "
                           "\"520\", \"550\" or \"off\"",
                           &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_eo_request_limits(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_core_loc_conf_t *lcf = conf;

    ssize_t     size;
    ngx_int_t   headers;
    ngx_str_t  *value, s;
    ngx_uint_t  i;

    if (lcf->max_headers != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    size = 0;
    headers = 0;
    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        lcf->max_headers = 0;
        lcf->max_size = 0;
        return NGX_CONF_OK;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        if (headers == 0 && ngx_strncmp(value[i].data, "headers=", 8) == 0) {
            headers = ngx_atoi(value[i].data + 8, value[i].len - 8);

            if (headers > 0) {
                continue;
            }
        }

        if (size == 0 && ngx_strncmp(value[i].data, "size=", 5) == 0) {
            s.data = value[i].data + 5;
            s.len = value[i].len - 5;
            size = ngx_parse_size(&s);

            if (size > 0) {
                continue;
            }
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"%V\": it must be "
                           "\"off\" alone, or \"headers=NUMBER\" and "
                           "\"size=SIZE\", each once and above zero",
                           &value[i], &cmd->name);
        return NGX_CONF_ERROR;
    }

    lcf->max_headers = headers ? (ngx_uint_t) headers : NGX_EO_MAX_HEADERS;
    lcf->max_size = size ? (size_t) size : NGX_EO_MAX_SIZE;

    return NGX_CONF_OK;
}


static char *
ngx_http_eo_alt_svc(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *rv;

    rv = ngx_conf_set_flag_slot(cf, cmd, conf);

#if !(NGX_HTTP_V3)
    {
    ngx_eo_core_loc_conf_t  *lcf = conf;

    if (rv == NGX_CONF_OK && lcf->alt_svc_flag == 1) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"eo_alt_svc on\" needs an nginx with HTTP/3 "
                           "(1.25 and later, --with-http_v3_module)");
        return NGX_CONF_ERROR;
    }
    }
#endif

    return rv;
}


static char *
ngx_http_eo_ports(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_core_srv_conf_t *scf = conf;

    ngx_eo_core_main_conf_t  *mcf;

    if (scf->ports != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_core_module);
    mcf->edge_check = 1;

    return ngx_eo_ports_read(cf, &scf->ports);
}


static char *
ngx_http_eo_unconfigured_host(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_core_main_conf_t *mcf = conf;

    ngx_int_t   n;
    ngx_str_t  *value;

    if (mcf->unconfigured_host != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        mcf->unconfigured_host = 0;
        return NGX_CONF_OK;
    }

    n = ngx_atoi(value[1].data, value[1].len);

    if (!ngx_eo_status_allowed(n)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be \"off\" "
                           "or a status " NGX_EO_STATUS_ALLOWED,
                           &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    mcf->unconfigured_host = n;

    return NGX_CONF_OK;
}


static char *
ngx_http_eo_client_ip_header(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_core_loc_conf_t *lcf = conf;

    size_t      i;
    u_char      ch;
    ngx_str_t  *value, *reserved;

    if (lcf->client_ip_header.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        ngx_str_set(&lcf->client_ip_header, "");
        return NGX_CONF_OK;
    }

    for (i = 0; i < value[1].len; i++) {
        ch = value[1].data[i] | 0x20;

        if (!(ch >= 'a' && ch <= 'z')
            && !(value[1].data[i] >= '0' && value[1].data[i] <= '9')
            && value[1].data[i] != '-')
        {
            break;
        }
    }

    if (i < value[1].len || i == 0 || i > NGX_EO_HEADER_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid header name \"%V\" in \"%V\": it must be "
                           "\"off\", or 1 to %d letters, digits and \"-\"",
                           &value[1], &cmd->name, NGX_EO_HEADER_MAX);
        return NGX_CONF_ERROR;
    }

    for (reserved = ngx_http_eo_reserved_headers; reserved->len; reserved++) {

        if (reserved->len == value[1].len
            && ngx_strncasecmp(reserved->data, value[1].data, value[1].len)
               == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid header name \"%V\" in \"%V\": "
                               "\"eo_origin_headers\" sets this one itself, "
                               "choose another such as \"EO-Client-IP\"",
                               &value[1], &cmd->name);
            return NGX_CONF_ERROR;
        }
    }

    lcf->client_ip_header = value[1];

    lcf->client_ip_lowcase = ngx_pnalloc(cf->pool, value[1].len);
    if (lcf->client_ip_lowcase == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_strlow(lcf->client_ip_lowcase, value[1].data, value[1].len);

    return NGX_CONF_OK;
}


static char *
ngx_http_eo_server_header(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_core_loc_conf_t *lcf = conf;

    size_t      i;
    ngx_str_t  *value;

    if (lcf->server_header_name.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        ngx_str_set(&lcf->server_header_name, "");
        return NGX_CONF_OK;
    }

    for (i = 0; i < value[1].len; i++) {

        if (value[1].data[i] < 0x20 || value[1].data[i] > 0x7e) {
            break;
        }
    }

    if (i < value[1].len || i == 0 || i > NGX_EO_NAME_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be "
                           "\"off\", or 1 to %d printable ASCII characters",
                           &value[1], &cmd->name, NGX_EO_NAME_MAX);
        return NGX_CONF_ERROR;
    }

    lcf->server_header_name = value[1];

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_eo_core_preconfiguration(ngx_conf_t *cf)
{
    if (ngx_eo_variables_add(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_log_variables_add(cf);
}


static void *
ngx_http_eo_core_create_main_conf(ngx_conf_t *cf)
{
    ngx_eo_core_main_conf_t  *mcf;

    mcf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_core_main_conf_t));
    if (mcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&mcf->pages, cf->pool, 4,
                       sizeof(ngx_eo_response_page_t *))
        != NGX_OK
        || ngx_array_init(&mcf->error_pages, cf->pool, 4,
                          sizeof(ngx_eo_error_pages_t))
           != NGX_OK)
    {
        return NULL;
    }

    mcf->default_methods = ngx_eo_methods_default(cf);
    if (mcf->default_methods == NULL) {
        return NULL;
    }

    mcf->unconfigured_host = NGX_CONF_UNSET;

    return mcf;
}


static char *
ngx_http_eo_core_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_eo_core_main_conf_t *mcf = conf;

    if (ngx_eo_response_page_init(cf, mcf) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static void *
ngx_http_eo_core_create_srv_conf(ngx_conf_t *cf)
{
    ngx_eo_core_srv_conf_t  *scf;

    scf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_core_srv_conf_t));

    if (scf) {
        scf->ports = NGX_CONF_UNSET_PTR;
    }

    return scf;
}


static char *
ngx_http_eo_core_merge_srv_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_eo_core_srv_conf_t *prev = parent;
    ngx_eo_core_srv_conf_t *conf = child;

    ngx_conf_merge_ptr_value(conf->ports, prev->ports, NULL);

    return NGX_CONF_OK;
}


static void *
ngx_http_eo_core_create_loc_conf(ngx_conf_t *cf)
{
    ngx_eo_core_loc_conf_t  *lcf;

    lcf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_core_loc_conf_t));
    if (lcf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     lcf->server_header_name = { 0, NULL };
     *     lcf->cdn_loop_name = { 0, NULL };
     *     lcf->client_ip_header = { 0, NULL };
     *     lcf->error_responses = NULL;
     *     and all that merging puts in force
     */

    lcf->eo = NGX_CONF_UNSET;
    lcf->log_uuid_flag = NGX_CONF_UNSET;
    lcf->cdn_loop_flag = NGX_CONF_UNSET;
    lcf->range_check_flag = NGX_CONF_UNSET;
    lcf->early_data_flag = NGX_CONF_UNSET;
    lcf->alt_svc_flag = NGX_CONF_UNSET;
    lcf->origin_headers_flag = NGX_CONF_UNSET;
    lcf->origin_errors_series = NGX_CONF_UNSET_UINT;
    lcf->allowed_methods = NGX_CONF_UNSET_PTR;
    lcf->proto_from = NGX_CONF_UNSET_PTR;
    lcf->max_headers = NGX_CONF_UNSET_UINT;
    lcf->cdn_loop_limit = NGX_CONF_UNSET_UINT;
    lcf->log_sample = NGX_CONF_UNSET_UINT;

    return lcf;
}


/* what is left to "eo" stays unset, for the levels below have their own */

static void
ngx_http_eo_inherit(ngx_eo_core_loc_conf_t *prev, ngx_eo_core_loc_conf_t *conf)
{
    if (conf->log_uuid_flag == NGX_CONF_UNSET) {
        conf->log_uuid_flag = prev->log_uuid_flag;
    }

    if (conf->cdn_loop_flag == NGX_CONF_UNSET) {
        conf->cdn_loop_flag = prev->cdn_loop_flag;
    }

    if (conf->range_check_flag == NGX_CONF_UNSET) {
        conf->range_check_flag = prev->range_check_flag;
    }

    if (conf->early_data_flag == NGX_CONF_UNSET) {
        conf->early_data_flag = prev->early_data_flag;
    }

    if (conf->alt_svc_flag == NGX_CONF_UNSET) {
        conf->alt_svc_flag = prev->alt_svc_flag;
    }

    if (conf->origin_headers_flag == NGX_CONF_UNSET) {
        conf->origin_headers_flag = prev->origin_headers_flag;
    }

    if (conf->origin_errors_series == NGX_CONF_UNSET_UINT) {
        conf->origin_errors_series = prev->origin_errors_series;
    }

    if (conf->allowed_methods == NGX_CONF_UNSET_PTR) {
        conf->allowed_methods = prev->allowed_methods;
    }

    if (conf->max_headers == NGX_CONF_UNSET_UINT) {
        conf->max_headers = prev->max_headers;
        conf->max_size = prev->max_size;
    }

    if (conf->server_header_name.data == NULL) {
        conf->server_header_name = prev->server_header_name;
    }

    if (conf->client_ip_header.data == NULL) {
        conf->client_ip_header = prev->client_ip_header;
        conf->client_ip_lowcase = prev->client_ip_lowcase;
    }

    if (conf->error_responses == NULL) {
        conf->error_responses = prev->error_responses;
    }
}


static ngx_flag_t
ngx_http_eo_flag(ngx_eo_core_loc_conf_t *conf, ngx_flag_t flag)
{
    return (flag == NGX_CONF_UNSET) ? conf->eo : flag;
}


static char *
ngx_http_eo_core_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_eo_core_loc_conf_t *prev = parent;
    ngx_eo_core_loc_conf_t *conf = child;

    ngx_conf_merge_value(conf->eo, prev->eo, 0);
    ngx_conf_merge_str_value(conf->cdn_loop_name, prev->cdn_loop_name,
                             NGX_EO_NAME);
    ngx_conf_merge_uint_value(conf->log_sample, prev->log_sample, 1000);

    ngx_conf_merge_uint_value(conf->cdn_loop_limit, prev->cdn_loop_limit,
                              NGX_EO_LOOPS);

    ngx_conf_merge_ptr_value(conf->proto_from, prev->proto_from, NULL);

    ngx_http_eo_inherit(prev, conf);

    conf->log_uuid = ngx_http_eo_flag(conf, conf->log_uuid_flag);
    conf->alt_svc = ngx_http_eo_flag(conf, conf->alt_svc_flag);
    conf->origin_headers = ngx_http_eo_flag(conf, conf->origin_headers_flag);
    conf->pages = conf->eo;
    conf->node_date = conf->eo;

    if (conf->origin_errors_series != NGX_CONF_UNSET_UINT) {
        conf->origin_errors = conf->origin_errors_series;

    } else if (conf->eo) {
        conf->origin_errors = 520;
    }

    if (conf->server_header_name.data) {
        conf->server_header = conf->server_header_name;

    } else if (conf->eo) {
        ngx_str_set(&conf->server_header, NGX_EO_NAME);
    }

    if (ngx_http_eo_merge_cdn_loop(cf, prev, conf) != NGX_OK
        || ngx_eo_error_response_find_pages(cf, conf->error_responses)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    ngx_http_eo_merge_edge(cf, conf);
    ngx_http_eo_note_use(cf, conf);

    if (ngx_eo_origin_headers_prepare(cf, conf) != NGX_OK
        || ngx_eo_error_page_prepare(cf, conf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_eo_merge_cdn_loop(ngx_conf_t *cf, ngx_eo_core_loc_conf_t *prev,
    ngx_eo_core_loc_conf_t *conf)
{
    u_char  *p;

    if (conf->cdn_loop_name.data == prev->cdn_loop_name.data
        && prev->cdn_loop_first.len)
    {
        conf->cdn_loop_first = prev->cdn_loop_first;
        return NGX_OK;
    }

    p = ngx_pnalloc(cf->pool,
                    conf->cdn_loop_name.len + sizeof("; loops=1") - 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    conf->cdn_loop_first.data = p;
    conf->cdn_loop_first.len = ngx_sprintf(p, "%V; loops=1",
                                           &conf->cdn_loop_name)
                               - p;

    return NGX_OK;
}


static void
ngx_http_eo_merge_edge(ngx_conf_t *cf, ngx_eo_core_loc_conf_t *conf)
{
    ngx_eo_edge_conf_t       *edge;
    ngx_eo_core_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_core_module);

    edge = &conf->edge;

    edge->cdn_loop = ngx_http_eo_flag(conf, conf->cdn_loop_flag);
    edge->cdn_loop_name = conf->cdn_loop_name;
    edge->cdn_loop_limit = conf->cdn_loop_limit;
    edge->range = ngx_http_eo_flag(conf, conf->range_check_flag);
    edge->early_data = (conf->early_data_flag == 1);

    if (conf->allowed_methods != NGX_CONF_UNSET_PTR) {
        edge->methods = conf->allowed_methods;

    } else if (conf->eo) {
        edge->methods = mcf->default_methods;
    }

    if (conf->max_headers != NGX_CONF_UNSET_UINT) {
        edge->max_headers = conf->max_headers;
        edge->max_size = conf->max_size;

    } else if (conf->eo) {
        edge->max_headers = NGX_EO_MAX_HEADERS;
        edge->max_size = NGX_EO_MAX_SIZE;
    }
}


/* stages are registered only for what some part of the configuration uses */

static void
ngx_http_eo_note_use(ngx_conf_t *cf, ngx_eo_core_loc_conf_t *conf)
{
    ngx_eo_edge_conf_t        *edge;
    ngx_eo_core_srv_conf_t    *scf;
    ngx_eo_core_loc_conf_t    *server;
    ngx_eo_core_main_conf_t   *mcf;
    ngx_http_core_srv_conf_t  *cscf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_core_module);

    edge = &conf->edge;

    if (edge->cdn_loop || edge->methods || edge->max_headers || edge->max_size
        || edge->range || edge->early_data || conf->eo
        || mcf->unconfigured_host > 0)
    {
        mcf->edge_check = 1;
    }

    mcf->range_check |= edge->range;
    mcf->origin_headers |= (conf->origin_headers || conf->log_uuid
                            || edge->cdn_loop);
    mcf->origin_errors |= (conf->origin_errors != 0);
    mcf->response_headers |= (conf->log_uuid || conf->server_header.len
                              || conf->node_date || conf->alt_svc);

    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);
    server = cscf->ctx->loc_conf[ngx_http_eo_core_module.ctx_index];

    if (ngx_memcmp(edge, &server->edge, sizeof(ngx_eo_edge_conf_t)) != 0) {
        scf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_eo_core_module);

        scf->location_check = 1;
        mcf->location_check = 1;
    }
}


ngx_flag_t
ngx_eo_enabled(ngx_conf_t *cf)
{
    ngx_eo_core_loc_conf_t  *lcf;

    lcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_eo_core_module);

    return lcf->eo;
}


/*
 * The suite has so many variables that nginx would warn of its default of one
 * cache line, 64 bytes, for a bucket of their hash.
 */

static void
ngx_http_eo_core_make_room(ngx_conf_t *cf)
{
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    cmcf->variables_hash_bucket_size =
               ngx_max(cmcf->variables_hash_bucket_size,
                       ngx_align(NGX_EO_VARIABLES_BUCKET, ngx_cacheline_size));
}


static ngx_int_t
ngx_http_eo_core_init(ngx_conf_t *cf)
{
    ngx_uint_t                i, wanted;
    ngx_eo_core_main_conf_t  *mcf;

    struct {
        ngx_uint_t            wanted;
        ngx_eo_stage_e        stage;
        ngx_http_handler_pt   handler;
    } stages[] = {
        { 0, NGX_EO_STAGE_EDGE_CHECK, ngx_eo_edge_check_handler },
        { 0, NGX_EO_STAGE_EDGE_CHECK_LOCATION,
          ngx_eo_edge_check_location_handler },
        { 0, NGX_EO_STAGE_ORIGIN_HEADERS, ngx_eo_origin_headers_handler },
        { 0, NGX_EO_STAGE_ORIGIN_PROBE, ngx_eo_origin_probe_handler },
        { 0, NGX_EO_STAGE_RANGE_CHECK, ngx_eo_range_check_header_filter },
        { 0, NGX_EO_STAGE_ORIGIN_ERROR, ngx_eo_origin_error_header_filter },
        { 0, NGX_EO_STAGE_RESPONSE_HEADERS, ngx_eo_response_headers_filter }
    };

    ngx_http_eo_core_make_room(cf);

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_core_module);

    stages[0].wanted = mcf->edge_check;
    stages[1].wanted = mcf->location_check;
    stages[2].wanted = mcf->origin_headers;
    stages[3].wanted = mcf->origin_errors;
    stages[4].wanted = mcf->range_check;
    stages[5].wanted = mcf->origin_errors;
    stages[6].wanted = mcf->response_headers;

    ngx_eo_header_variables_init(cf);

    wanted = 0;

    for (i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {

        if (stages[i].wanted
            && ngx_eo_stage_add(cf, stages[i].stage, stages[i].handler)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        wanted |= stages[i].wanted;
    }

    if (mcf->origin_errors && ngx_eo_origin_peer_init(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_eo_alt_svc_init(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    return wanted ? ngx_eo_host_check_init(cf) : NGX_OK;
}


static ngx_int_t
ngx_http_eo_core_init_module(ngx_cycle_t *cycle)
{
    ngx_log_debug1(NGX_LOG_DEBUG_CORE, cycle->log, 0,
                   "EdgeOne modules, version %s", NGX_EO_VERSION);

    return NGX_OK;
}


static ngx_int_t
ngx_http_eo_core_init_process(ngx_cycle_t *cycle)
{
    if (ngx_eo_log_variables_init_process() != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_request_init_process(cycle);
}
