
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_dns_mem.h"


#define NGX_EO_DNS_CHUNK  65536


struct ngx_eo_dns_chunk_s {
    ngx_eo_dns_chunk_t  *next;
    u_char               data[];
};


static u_char *ngx_eo_dns_chunk(ngx_eo_dns_mem_t *mem, size_t size);


void *
ngx_eo_dns_alloc(ngx_eo_dns_mem_t *mem, size_t size)
{
    u_char  *p;

    size = ngx_align(size, sizeof(void *));

    if (mem->chunks == NULL || size > (size_t) (mem->end - mem->last)) {

        if (size > NGX_EO_DNS_CHUNK / 4) {
            return ngx_eo_dns_chunk(mem, size);
        }

        p = ngx_eo_dns_chunk(mem, NGX_EO_DNS_CHUNK);
        if (p == NULL) {
            return NULL;
        }

        mem->last = p;
        mem->end = p + NGX_EO_DNS_CHUNK;
    }

    p = mem->last;
    mem->last += size;

    return p;
}


static u_char *
ngx_eo_dns_chunk(ngx_eo_dns_mem_t *mem, size_t size)
{
    ngx_eo_dns_chunk_t  *chunk;

    if (size > mem->limit || mem->used > mem->limit - size) {
        return NULL;
    }

    chunk = calloc(1, sizeof(ngx_eo_dns_chunk_t) + size);
    if (chunk == NULL) {
        return NULL;
    }

    /* last and end point into a chunk, and stay set for the next small one */

    if (mem->chunks == NULL) {
        mem->last = chunk->data;
        mem->end = chunk->data;
    }

    chunk->next = mem->chunks;
    mem->chunks = chunk;
    mem->used += size;

    return chunk->data;
}


u_char *
ngx_eo_dns_copy(ngx_eo_dns_mem_t *mem, const void *data, size_t len)
{
    u_char  *p;

    p = ngx_eo_dns_alloc(mem, len + 1);

    if (p && len) {
        ngx_memcpy(p, data, len);
    }

    return p;
}


void
ngx_eo_dns_mem_free(ngx_eo_dns_mem_t *mem)
{
    ngx_eo_dns_chunk_t  *chunk;

    while (mem->chunks) {
        chunk = mem->chunks;
        mem->chunks = chunk->next;
        free(chunk);
    }

    mem->last = NULL;
    mem->end = NULL;
    mem->used = 0;
}

