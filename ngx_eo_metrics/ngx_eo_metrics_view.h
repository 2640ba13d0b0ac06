
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What a client of the page has asked for, and the formats it can have.
 */


#ifndef _NGX_EO_METRICS_VIEW_H_INCLUDED_
#define _NGX_EO_METRICS_VIEW_H_INCLUDED_


#include "ngx_http_eo_metrics_module.h"
#include "ngx_eo_metrics_history.h"
#include "ngx_eo_metrics_output.h"


/* raised when a member of the JSON changes its meaning or goes */

#define NGX_EO_METRICS_JSON_VERSION  1


typedef struct {
    ngx_eo_metrics_output_t    out;
    ngx_eo_metrics_zone_t     *zone;
    ngx_eo_metrics_store_t    *store;
    ngx_pool_t                *pool;
    time_t                     now;
    ngx_uint_t                 domain;       /* or NGX_EO_METRICS_ALL */
    ngx_eo_metrics_level_e     level;
    ngx_uint_t                 domains;      /* that are told one by one */

    /* where a format that is made in steps has got to */

    ngx_uint_t                 stage;
    ngx_uint_t                 position;
    ngx_uint_t                 lines;
    uint64_t                  *rest;         /* of domains that are not told */
    uint64_t                  *rest_pairs;
} ngx_eo_metrics_view_t;


/*
 * Appends to view->out.  Each returns NGX_AGAIN if it wants to be called once
 * more, which is after a millisecond's work; NGX_OK when it has done; or
 * NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_metrics_json(ngx_eo_metrics_view_t *view);
ngx_int_t ngx_eo_metrics_prometheus(ngx_eo_metrics_view_t *view);
ngx_int_t ngx_eo_metrics_vts(ngx_eo_metrics_view_t *view);


/* A domain's name; empty for a place that is free. */

static ngx_inline ngx_str_t
ngx_eo_metrics_view_name(ngx_eo_metrics_store_t *store, ngx_uint_t domain)
{
    ngx_str_t  name;

    name.data = store->domains[domain].name;
    name.len = ngx_min(store->domains[domain].name_len, NGX_EO_METRICS_NAME);

    return name;
}


static ngx_inline ngx_uint_t
ngx_eo_metrics_view_domains(ngx_eo_metrics_store_t *store)
{
    return ngx_min(store->head->domains_used, store->ndomains);
}


#endif /* _NGX_EO_METRICS_VIEW_H_INCLUDED_ */
