
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Memory of one transaction.
 */


#include "ngx_eo_seclang_arena.h"


#define NGX_EO_SECLANG_BLOCK_SIZE   16384
#define NGX_EO_SECLANG_BLOCK_KEEP   64


struct ngx_eo_seclang_arena_block_s {
    size_t                         size;
    ngx_eo_seclang_arena_block_t  *next;
};


static ngx_eo_seclang_arena_block_t *ngx_eo_seclang_arena_block_get(
    size_t size);


/*
 * Plain memory of this process without any content, so that it does not
 * matter that it outlives a configuration.
 */

static ngx_eo_seclang_arena_block_t  *ngx_eo_seclang_spare;
static ngx_uint_t                     ngx_eo_seclang_nspare;


static ngx_eo_seclang_arena_block_t *
ngx_eo_seclang_arena_block_get(size_t size)
{
    ngx_eo_seclang_arena_block_t  *block;

    if (size == NGX_EO_SECLANG_BLOCK_SIZE && ngx_eo_seclang_spare != NULL) {
        block = ngx_eo_seclang_spare;
        ngx_eo_seclang_spare = block->next;
        ngx_eo_seclang_nspare--;
        return block;
    }

    block = ngx_alloc(size, ngx_cycle->log);
    if (block == NULL) {
        return NULL;
    }

    block->size = size;

    return block;
}


void
ngx_eo_seclang_arena_init(ngx_eo_seclang_arena_t *arena, size_t limit)
{
    ngx_memzero(arena, sizeof(ngx_eo_seclang_arena_t));

    arena->limit = limit;
}


void
ngx_eo_seclang_arena_reset(ngx_eo_seclang_arena_t *arena)
{
    ngx_eo_seclang_arena_block_t  *block, *next;

    for (block = arena->blocks; block != NULL; block = next) {
        next = block->next;

        if (block->size == NGX_EO_SECLANG_BLOCK_SIZE
            && ngx_eo_seclang_nspare < NGX_EO_SECLANG_BLOCK_KEEP)
        {
            block->next = ngx_eo_seclang_spare;
            ngx_eo_seclang_spare = block;
            ngx_eo_seclang_nspare++;
            continue;
        }

        ngx_free(block);
    }

    ngx_eo_seclang_arena_init(arena, arena->limit);
}


void *
ngx_eo_seclang_arena_grow(ngx_eo_seclang_arena_t *arena, size_t size)
{
    size_t                   need;
    u_char                  *p;
    ngx_eo_seclang_arena_block_t  *block;

    if (size > arena->limit) {
        return NULL;
    }

    size = ngx_align(size, NGX_ALIGNMENT);
    need = ngx_align(sizeof(ngx_eo_seclang_arena_block_t), NGX_ALIGNMENT)
           + size;

    if (need < NGX_EO_SECLANG_BLOCK_SIZE) {
        need = NGX_EO_SECLANG_BLOCK_SIZE;
    }

    if (arena->size + need > arena->limit) {
        return NULL;
    }

    block = ngx_eo_seclang_arena_block_get(need);
    if (block == NULL) {
        return NULL;
    }

    arena->size += need;
    block->next = arena->blocks;
    arena->blocks = block;

    p = (u_char *) block
        + ngx_align(sizeof(ngx_eo_seclang_arena_block_t), NGX_ALIGNMENT);

    /* a large text must not throw away what is left of a common block */

    if (need > NGX_EO_SECLANG_BLOCK_SIZE && arena->last != NULL) {
        return p;
    }

    arena->last = p + size;
    arena->end = (u_char *) block + need;

    return p;
}
