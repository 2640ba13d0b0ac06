
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Memory that is given back all at once, with a bound.
 */


#ifndef _NGX_EO_DNS_MEM_H_INCLUDED_
#define _NGX_EO_DNS_MEM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct ngx_eo_dns_chunk_s  ngx_eo_dns_chunk_t;


/* All zeros, but for the limit in bytes, is an empty one. */

typedef struct {
    ngx_eo_dns_chunk_t  *chunks;
    u_char              *last;
    u_char              *end;
    size_t               used;
    size_t               limit;
} ngx_eo_dns_mem_t;


/* Zeroed memory, or NULL where there is none or the limit is reached. */

void *ngx_eo_dns_alloc(ngx_eo_dns_mem_t *mem, size_t size);


/* A copy of len bytes, with a NUL behind it; NULL as above. */

u_char *ngx_eo_dns_copy(ngx_eo_dns_mem_t *mem, const void *data, size_t len);


/* Gives everything back. */

void ngx_eo_dns_mem_free(ngx_eo_dns_mem_t *mem);


#endif /* _NGX_EO_DNS_MEM_H_INCLUDED_ */

