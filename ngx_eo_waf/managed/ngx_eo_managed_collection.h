
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Persistent collections (IP, GLOBAL, SESSION, USER, RESOURCE) in a zone
 * that all workers share and that outlives reloads.
 */


#ifndef _NGX_EO_MANAGED_COLLECTION_H_INCLUDED_
#define _NGX_EO_MANAGED_COLLECTION_H_INCLUDED_


#include "seclang/variable/ngx_eo_seclang_tx.h"


/* what a collection holds at most; a longer value is cut */

#define NGX_EO_COLLECTION_MAX_VARIABLES  64
#define NGX_EO_COLLECTION_MAX_NAME       128
#define NGX_EO_COLLECTION_MAX_VALUE      1024


/*
 * Makes the zone.
 *
 * size:   in bytes, at least eight pages
 * tag:    of the module
 * store:  is set up to be that of transactions
 *
 * Returns NULL with a message.
 */

ngx_shm_zone_t *ngx_eo_managed_collections(ngx_conf_t *cf, size_t size,
    void *tag, ngx_eo_seclang_store_t *store);


#endif /* _NGX_EO_MANAGED_COLLECTION_H_INCLUDED_ */
