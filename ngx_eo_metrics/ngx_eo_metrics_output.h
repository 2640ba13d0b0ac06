
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A text that grows, in buffers of a pool.
 */


#ifndef _NGX_EO_METRICS_OUTPUT_H_INCLUDED_
#define _NGX_EO_METRICS_OUTPUT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct {
    ngx_pool_t                *pool;
    ngx_chain_t               *chain;
    ngx_chain_t               *last;
    off_t                      length;
    unsigned                   failed:1;     /* out of memory */
} ngx_eo_metrics_output_t;


/* the longest text of one call of ngx_eo_metrics_print() */

#define NGX_EO_METRICS_PRINT  1024


/* Begins an empty text. */

void ngx_eo_metrics_output_init(ngx_eo_metrics_output_t *out,
    ngx_pool_t *pool);


/*
 * Appends, in the format of ngx_sprintf().  No more than NGX_EO_METRICS_PRINT
 * bytes, so that texts from outside go through the functions below.
 */

void ngx_eo_metrics_print(ngx_eo_metrics_output_t *out, const char *fmt, ...);


/* Appends as it is. */

void ngx_eo_metrics_put(ngx_eo_metrics_output_t *out, const void *data,
    size_t len);


/* Appends as a string of JSON, in its quotes. */

void ngx_eo_metrics_put_json(ngx_eo_metrics_output_t *out, u_char *data,
    size_t len);


/* Appends as a label's value of Prometheus, in its quotes. */

void ngx_eo_metrics_put_label(ngx_eo_metrics_output_t *out, u_char *data,
    size_t len);


#endif /* _NGX_EO_METRICS_OUTPUT_H_INCLUDED_ */
