
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Region databases: MaxMind DB files that are proven, kept in memory once for
 * all workers, and exchanged when the file changes.
 */


#ifndef _NGX_EO_GEO_DATABASE_H_INCLUDED_
#define _NGX_EO_GEO_DATABASE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_eo_live_file.h"


typedef enum {
    NGX_EO_GEO_COUNTRY = 0,
    NGX_EO_GEO_CONTINENT,
    NGX_EO_GEO_REGION,
    NGX_EO_GEO_CITY,
    NGX_EO_GEO_ASN,
    NGX_EO_GEO_ISP,
    NGX_EO_GEO_REGISTERED,       /* where the network is registered */
    NGX_EO_GEO_FIELDS
} ngx_eo_geo_field_e;


/* what is known of an address; what is not has a length of 0 */

typedef struct {
    ngx_str_t                 fields[NGX_EO_GEO_FIELDS];
} ngx_eo_geo_t;


/*
 * Takes a database into the configuration; arguments and result are those of
 * ngx_eo_live_file_add().
 */

ngx_eo_live_file_t *ngx_eo_geo_database_add(ngx_conf_t *cf,
    ngx_array_t *files, ngx_str_t *path);


/*
 * Fills in those fields that are still empty and that the database knows.
 *
 * pool:      the strings are copied to it, as the database may be exchanged
 * sockaddr:  of an address without one (UNIX-domain sockets) nothing is known
 *
 * Returns NGX_OK, also if nothing is known, or NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_geo_database_look_up(ngx_eo_live_file_t *file,
    ngx_pool_t *pool, const struct sockaddr *sockaddr, ngx_eo_geo_t *geo);


#endif /* _NGX_EO_GEO_DATABASE_H_INCLUDED_ */
