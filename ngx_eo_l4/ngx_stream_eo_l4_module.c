
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_core.h"

#include "ngx_eo_l4_conf.h"
#include "ngx_eo_l4_phase.h"
#include "ngx_eo_l4_variables.h"
#include "ngx_eo_l4_zone.h"


static void *ngx_eo_l4_core_create_conf(ngx_cycle_t *cycle);
static ngx_int_t ngx_eo_l4_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_eo_l4_postconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_eo_l4_init_process(ngx_cycle_t *cycle);


static ngx_conf_enum_t  ngx_eo_l4_modes[] = {
    { ngx_string("off"), NGX_EO_L4_OFF },
    { ngx_string("on"), NGX_EO_L4_ON },
    { ngx_string("monitor"), NGX_EO_L4_MONITORED },
    { ngx_null_string, 0 }
};


static ngx_command_t  ngx_eo_l4_commands[] = {

    { ngx_string("eo_l4"),
      NGX_STREAM_MAIN_CONF|NGX_STREAM_SRV_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_STREAM_SRV_CONF_OFFSET,
      offsetof(ngx_eo_l4_srv_conf_t, mode),
      &ngx_eo_l4_modes },

    { ngx_string("eo_l4_group"),
      NGX_STREAM_MAIN_CONF|NGX_CONF_2MORE,
      ngx_eo_l4_set_group,
      NGX_STREAM_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_l4_zone"),
      NGX_STREAM_MAIN_CONF|NGX_CONF_TAKE2,
      ngx_eo_l4_set_zone,
      NGX_STREAM_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_l4_rule"),
      NGX_STREAM_MAIN_CONF|NGX_STREAM_SRV_CONF|NGX_CONF_TAKE3|NGX_CONF_TAKE4,
      ngx_eo_l4_set_rule,
      NGX_STREAM_SRV_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_l4_limit"),
      NGX_STREAM_MAIN_CONF|NGX_STREAM_SRV_CONF|NGX_CONF_2MORE,
      ngx_eo_l4_set_limit,
      NGX_STREAM_SRV_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_l4_payload"),
      NGX_STREAM_MAIN_CONF|NGX_STREAM_SRV_CONF|NGX_CONF_TAKE12,
      ngx_eo_l4_set_payload,
      NGX_STREAM_SRV_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_l4_country"),
      NGX_STREAM_MAIN_CONF|NGX_STREAM_SRV_CONF|NGX_CONF_TAKE1,
      ngx_stream_set_complex_value_slot,
      NGX_STREAM_SRV_CONF_OFFSET,
      offsetof(ngx_eo_l4_srv_conf_t, country),
      NULL },

    { ngx_string("eo_l4_asn"),
      NGX_STREAM_MAIN_CONF|NGX_STREAM_SRV_CONF|NGX_CONF_TAKE1,
      ngx_stream_set_complex_value_slot,
      NGX_STREAM_SRV_CONF_OFFSET,
      offsetof(ngx_eo_l4_srv_conf_t, asn),
      NULL },

      ngx_null_command
};


static ngx_stream_module_t  ngx_eo_l4_module_ctx = {
    ngx_eo_l4_preconfiguration,            /* preconfiguration */
    ngx_eo_l4_postconfiguration,           /* postconfiguration */

    ngx_eo_l4_create_main_conf,            /* create main configuration */
    ngx_eo_l4_init_main_conf,              /* init main configuration */

    ngx_eo_l4_create_srv_conf,             /* create server configuration */
    ngx_eo_l4_merge_srv_conf               /* merge server configuration */
};


ngx_module_t  ngx_stream_eo_l4_module = {
    NGX_MODULE_V1,
    &ngx_eo_l4_module_ctx,                 /* module context */
    ngx_eo_l4_commands,                    /* module directives */
    NGX_STREAM_MODULE,                     /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_eo_l4_init_process,                /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


/* is asked by nginx as soon as it is loaded */

static ngx_core_module_t  ngx_eo_l4_core_module_ctx = {
    ngx_string("eo_l4"),
    ngx_eo_l4_core_create_conf,
    NULL
};


ngx_module_t  ngx_eo_l4_core_module = {
    NGX_MODULE_V1,
    &ngx_eo_l4_core_module_ctx,            /* module context */
    NULL,                                  /* module directives */
    NGX_CORE_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static void *
ngx_eo_l4_core_create_conf(ngx_cycle_t *cycle)
{
    static ngx_uint_t  conf;

    if (&ngx_stream_core_module == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, 0,
                      "ngx_stream_eo_l4_module.so needs nginx's stream: put "
                      "the \"load_module\" line of ngx_stream_module.so "
                      "(Debian: libnginx-mod-stream) before its own");
        return NULL;
    }

    return &conf;
}


static ngx_int_t
ngx_eo_l4_preconfiguration(ngx_conf_t *cf)
{
    if (ngx_eo_core_require(cf, "ngx_stream_eo_l4_module.so") != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_l4_add_variables(cf);
}


/* what is not used costs nothing */

static ngx_int_t
ngx_eo_l4_postconfiguration(ngx_conf_t *cf)
{
    ngx_eo_l4_main_conf_t  *mcf;

    mcf = ngx_stream_conf_get_module_main_conf(cf, ngx_stream_eo_l4_module);

    return mcf->active ? ngx_eo_l4_phases_add(cf) : NGX_OK;
}


static ngx_int_t
ngx_eo_l4_init_process(ngx_cycle_t *cycle)
{
    ngx_eo_l4_main_conf_t  *mcf;

    mcf = ngx_stream_cycle_get_module_main_conf(cycle,
                                                ngx_stream_eo_l4_module);
    if (mcf == NULL) {
        return NGX_OK;
    }

    if (ngx_process == NGX_PROCESS_WORKER) {
        ngx_eo_l4_zones_sweep(cycle);
    }

    if (mcf->lists.files == NULL) {
        return NGX_OK;
    }

    return ngx_eo_ip_list_init_process(cycle, &mcf->lists);
}

