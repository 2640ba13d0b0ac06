
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The statuses that the suite answers with, in words.
 */


#ifndef _NGX_EO_STATUS_H_INCLUDED_
#define _NGX_EO_STATUS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct {
    ngx_uint_t   status;
    ngx_str_t    line;      /* status code and reason phrase */
    ngx_str_t    message;   /* for the visitor */
} ngx_eo_status_t;


/*
 * Returns the entry for a status; for one that the suite has no words for,
 * NULL.
 */

const ngx_eo_status_t *ngx_eo_status_find(ngx_uint_t status);


/* Returns the reason phrase of an entry; it points into the entry. */

ngx_str_t ngx_eo_status_reason(const ngx_eo_status_t *status);


#endif /* _NGX_EO_STATUS_H_INCLUDED_ */
