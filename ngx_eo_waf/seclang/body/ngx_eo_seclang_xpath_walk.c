
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Follows the paths of rules through an XML document.
 */


#include "ngx_eo_seclang_xpath_walk.h"
#include "seclang/variable/ngx_eo_seclang_list.h"


#define NGX_EO_SECLANG_XPATH_HITS  65536
#define NGX_EO_SECLANG_XPATH_NONE  NGX_MAX_INT_T_VALUE


/* an element whose text is wanted; "outer" is the one that it is within */

struct ngx_eo_seclang_xpath_hit_s {
    ngx_eo_seclang_xpath_t       *path;
    size_t                        start;
    size_t                        end;
    ngx_uint_t                    depth;
    ngx_uint_t                    outer;
};


static ngx_uint_t ngx_eo_seclang_xpath_equals(ngx_str_t *text,
    ngx_str_t *name);
static ngx_uint_t ngx_eo_seclang_xpath_is(ngx_eo_seclang_xpath_step_t *step,
    ngx_eo_seclang_xpath_name_t *name);
static ngx_int_t ngx_eo_seclang_xpath_attributes(
    ngx_eo_seclang_xpath_walk_t *walk, ngx_eo_seclang_xpath_t *path,
    ngx_eo_seclang_xpath_element_t *element);
static ngx_eo_seclang_xpath_hit_t *ngx_eo_seclang_xpath_push(
    ngx_eo_seclang_xpath_walk_t *walk);
static ngx_int_t ngx_eo_seclang_xpath_find(
    ngx_eo_seclang_xpath_walk_t *walk, ngx_eo_seclang_xpath_t *path,
    ngx_eo_seclang_xpath_element_t *element, uint64_t matched,
    ngx_uint_t depth, size_t offset);


ngx_int_t
ngx_eo_seclang_xpath_walk(ngx_eo_seclang_xpath_walk_t *walk,
    ngx_eo_seclang_tx_t *tx, ngx_uint_t list, ngx_uint_t depth)
{
    ngx_uint_t  i;

    ngx_memzero(walk, sizeof(ngx_eo_seclang_xpath_walk_t));

    walk->tx = tx;
    walk->list = list;
    walk->paths = tx->set->xpaths.elts;
    walk->npaths = tx->set->xpaths.nelts;
    walk->open = NGX_EO_SECLANG_XPATH_NONE;

    if (walk->npaths == 0) {
        return NGX_OK;
    }

    walk->states = ngx_eo_seclang_alloc(&tx->arena,
                              (depth + 1) * walk->npaths * sizeof(uint64_t));
    if (walk->states == NULL) {
        return NGX_ERROR;
    }

    /* the first step of each may be met at the document */

    for (i = 0; i < walk->npaths; i++) {
        walk->states[i] = 1;
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_seclang_xpath_equals(ngx_str_t *text, ngx_str_t *name)
{
    return text->len == name->len
           && ngx_memcmp(text->data, name->data, text->len) == 0;
}


/* "*" is of any namespace, a name without a prefix is of none */

static ngx_uint_t
ngx_eo_seclang_xpath_is(ngx_eo_seclang_xpath_step_t *step,
    ngx_eo_seclang_xpath_name_t *name)
{
    if (step->name.len
        && !ngx_eo_seclang_xpath_equals(&step->name, &name->local))
    {
        return 0;
    }

    if (step->uri.len) {
        return ngx_eo_seclang_xpath_equals(&step->uri, &name->uri);
    }

    return step->name.len == 0 || name->uri.len == 0;
}


ngx_int_t
ngx_eo_seclang_xpath_start(ngx_eo_seclang_xpath_walk_t *walk,
    ngx_eo_seclang_xpath_element_t *element, ngx_uint_t depth, size_t offset)
{
    uint64_t                 bits, before, matched, *state;
    ngx_int_t                rc;
    ngx_uint_t               i, step;
    ngx_eo_seclang_xpath_t  *path;

    for (i = 0; i < walk->npaths; i++) {
        path = &walk->paths[i];
        state = &walk->states[depth * walk->npaths + i];
        before = walk->states[(depth - 1) * walk->npaths + i];

        matched = 0;
        *state = 0;

        for (bits = before; bits; bits &= bits - 1) {
            step = __builtin_ctzll(bits);

            if (path->steps[step].anywhere) {
                *state |= (uint64_t) 1 << step;
            }

            if ((!path->attribute || step + 1 < path->nsteps)
                && ngx_eo_seclang_xpath_is(&path->steps[step],
                                           &element->name))
            {
                matched |= (uint64_t) 1 << step;
            }
        }

        *state |= matched << 1;

        rc = ngx_eo_seclang_xpath_find(walk, path, element, matched, depth,
                                       offset);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_xpath_attributes(ngx_eo_seclang_xpath_walk_t *walk,
    ngx_eo_seclang_xpath_t *path, ngx_eo_seclang_xpath_element_t *element)
{
    ngx_uint_t                    i;
    ngx_eo_seclang_xpath_step_t  *step;

    step = &path->steps[path->nsteps - 1];

    for (i = 0; i < element->nattributes; i++) {
        if (!ngx_eo_seclang_xpath_is(step, &element->attributes[i])) {
            continue;
        }

        if (++walk->nhits > NGX_EO_SECLANG_XPATH_HITS) {
            return NGX_DECLINED;
        }

        if (ngx_eo_seclang_add(walk->tx, walk->list, &path->text,
                               &element->values[i]->value.str, 0)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_eo_seclang_xpath_hit_t *
ngx_eo_seclang_xpath_push(ngx_eo_seclang_xpath_walk_t *walk)
{
    ngx_uint_t                   n;
    ngx_eo_seclang_xpath_hit_t  *hits;

    if (walk->nfound == walk->nalloc) {
        n = walk->nalloc ? walk->nalloc * 2 : 16;

        hits = ngx_eo_seclang_alloc(&walk->tx->arena,
                                    n * sizeof(ngx_eo_seclang_xpath_hit_t));
        if (hits == NULL) {
            return NULL;
        }

        if (walk->nfound) {
            ngx_memcpy(hits, walk->hits,
                       walk->nfound * sizeof(ngx_eo_seclang_xpath_hit_t));
        }

        walk->hits = hits;
        walk->nalloc = n;
    }

    return &walk->hits[walk->nfound++];
}


static ngx_int_t
ngx_eo_seclang_xpath_find(ngx_eo_seclang_xpath_walk_t *walk,
    ngx_eo_seclang_xpath_t *path, ngx_eo_seclang_xpath_element_t *element,
    uint64_t matched, ngx_uint_t depth, size_t offset)
{
    uint64_t                      last, *state;
    ngx_eo_seclang_xpath_hit_t  *hit;

    last = (uint64_t) 1 << (path->nsteps - 1);

    if (path->attribute) {

        /* attributes are those of an element that may be a parent of theirs */

        state = &walk->states[depth * walk->npaths + (path - walk->paths)];

        return (*state & last)
               ? ngx_eo_seclang_xpath_attributes(walk, path, element)
               : NGX_OK;
    }

    if (!(matched & last)) {
        return NGX_OK;
    }

    if (++walk->nhits > NGX_EO_SECLANG_XPATH_HITS) {
        return NGX_DECLINED;
    }

    hit = ngx_eo_seclang_xpath_push(walk);
    if (hit == NULL) {
        return NGX_ERROR;
    }

    hit->path = path;
    hit->start = offset;
    hit->end = NGX_MAX_SIZE_T_VALUE;
    hit->depth = depth;
    hit->outer = walk->open;

    walk->open = walk->nfound - 1;

    return NGX_OK;
}


void
ngx_eo_seclang_xpath_end(ngx_eo_seclang_xpath_walk_t *walk, ngx_uint_t depth,
    size_t offset)
{
    ngx_eo_seclang_xpath_hit_t  *hit;

    while (walk->open != NGX_EO_SECLANG_XPATH_NONE) {
        hit = &walk->hits[walk->open];

        if (hit->depth < depth) {
            return;
        }

        hit->end = offset;
        walk->open = hit->outer;
    }
}


ngx_int_t
ngx_eo_seclang_xpath_finish(ngx_eo_seclang_xpath_walk_t *walk,
    ngx_str_t *text)
{
    ngx_str_t                    value;
    ngx_uint_t                   i;
    ngx_eo_seclang_xpath_hit_t  *hit;

    for (i = 0; i < walk->nfound; i++) {
        hit = &walk->hits[i];

        value.data = text->data + hit->start;
        value.len = ngx_min(hit->end, text->len) - hit->start;

        if (ngx_eo_seclang_add(walk->tx, walk->list, &hit->path->text, &value,
                               0)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
