
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Memory of one transaction: a bump allocator whose blocks are kept by the
 * worker for the next transaction, and which has an upper bound.
 */


#ifndef _NGX_EO_SECLANG_ARENA_H_INCLUDED_
#define _NGX_EO_SECLANG_ARENA_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct ngx_eo_seclang_arena_block_s  ngx_eo_seclang_arena_block_t;


typedef struct {
    u_char                  *last;
    u_char                  *end;
    size_t                   size;
    size_t                   limit;
    ngx_eo_seclang_arena_block_t  *blocks;
} ngx_eo_seclang_arena_t;


/*
 * Prepares an arena that has no memory yet.
 *
 * limit:  bytes that may be taken from it altogether; an allocation beyond
 *         fails
 */

void ngx_eo_seclang_arena_init(ngx_eo_seclang_arena_t *arena, size_t limit);


/*
 * Gives all memory of the arena back; it may be used again afterwards.
 */

void ngx_eo_seclang_arena_reset(ngx_eo_seclang_arena_t *arena);


/* the slow path of the two functions below */

void *ngx_eo_seclang_arena_grow(ngx_eo_seclang_arena_t *arena, size_t size);


/*
 * Returns "size" bytes aligned for any type and not zeroed, or NULL if
 * memory or the limit is exhausted.
 */

static ngx_inline void *
ngx_eo_seclang_alloc(ngx_eo_seclang_arena_t *arena, size_t size)
{
    u_char  *p;
    size_t   aligned;

    aligned = ngx_align(size, NGX_ALIGNMENT);
    p = arena->last;

    if (p != NULL && aligned >= size && (size_t) (arena->end - p) >= aligned)
    {
        arena->last = p + aligned;
        return p;
    }

    return ngx_eo_seclang_arena_grow(arena, size);
}


static ngx_inline void *
ngx_eo_seclang_calloc(ngx_eo_seclang_arena_t *arena, size_t size)
{
    void  *p;

    p = ngx_eo_seclang_alloc(arena, size);
    if (p != NULL) {
        ngx_memzero(p, size);
    }

    return p;
}


#endif /* _NGX_EO_SECLANG_ARENA_H_INCLUDED_ */
