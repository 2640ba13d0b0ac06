
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Zones of shared memory with a table of counters.
 */


#ifndef _NGX_EO_RATE_ZONE_H_INCLUDED_
#define _NGX_EO_RATE_ZONE_H_INCLUDED_


#include "ngx_eo_rate_table.h"


/* the smallest zone that is of any use */

#define NGX_EO_RATE_ZONE_MIN  (16 * ngx_pagesize)


/*
 * Declares a zone, or finds the one of that name.
 *
 * name:  not copied
 * size:  bytes, at least NGX_EO_RATE_ZONE_MIN; 0 to find a zone that may be
 *        declared later
 *
 * The counters outlive a reload, unless the size is another one.  Returns
 * NULL with a message.
 */

ngx_shm_zone_t *ngx_eo_rate_zone_add(ngx_conf_t *cf, ngx_str_t *name,
    size_t size);

/* the table of a zone; once the configuration is in use */

#define ngx_eo_rate_zone_table(zone)  ((ngx_eo_rate_table_t *) (zone)->data)


#endif /* _NGX_EO_RATE_ZONE_H_INCLUDED_ */
