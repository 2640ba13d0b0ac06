
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Follows the paths of rules through an XML document while it is parsed, so
 * that no tree of it is kept.
 */


#ifndef _NGX_EO_SECLANG_XPATH_WALK_H_INCLUDED_
#define _NGX_EO_SECLANG_XPATH_WALK_H_INCLUDED_


#include "seclang/variable/ngx_eo_seclang_tx.h"


typedef struct ngx_eo_seclang_xpath_hit_s  ngx_eo_seclang_xpath_hit_t;


/* of an element or an attribute; uri.data is NULL in no namespace */

typedef struct {
    ngx_str_t                         local;
    ngx_str_t                         uri;
} ngx_eo_seclang_xpath_name_t;


typedef struct {
    ngx_eo_seclang_xpath_name_t       name;
    ngx_eo_seclang_xpath_name_t      *attributes;
    ngx_uint_t                        nattributes;

    /* what the attributes' values have become */
    ngx_eo_seclang_member_t         **values;
} ngx_eo_seclang_xpath_element_t;


typedef struct {
    /* the list of the transaction that takes what is found */
    ngx_eo_seclang_tx_t          *tx;
    ngx_uint_t                    list;

    ngx_eo_seclang_xpath_t       *paths;
    ngx_uint_t                    npaths;

    /* steps that may be met below an element, by its depth and by path */
    uint64_t                     *states;

    /* elements and attributes that were found */
    ngx_uint_t                    nhits;

    /* the elements, and the innermost that has not ended */
    ngx_eo_seclang_xpath_hit_t   *hits;
    ngx_uint_t                    nfound;
    ngx_uint_t                    nalloc;
    ngx_uint_t                    open;
} ngx_eo_seclang_xpath_walk_t;


/*
 * Follows all paths of a rule set through a document.
 *
 * depth:   of an element; that of the outermost is 1, and none is more than
 *          what ngx_eo_seclang_xpath_walk() was told
 * offset:  how much text of the document was before it
 *
 * ngx_eo_seclang_xpath_start() returns NGX_DECLINED if too much is found; all
 * return NGX_ERROR when out of memory.  ngx_eo_seclang_xpath_finish() is given
 * the text of the whole document, and adds that of the elements to the list.
 */

ngx_int_t ngx_eo_seclang_xpath_walk(ngx_eo_seclang_xpath_walk_t *walk,
    ngx_eo_seclang_tx_t *tx, ngx_uint_t list, ngx_uint_t depth);
ngx_int_t ngx_eo_seclang_xpath_start(ngx_eo_seclang_xpath_walk_t *walk,
    ngx_eo_seclang_xpath_element_t *element, ngx_uint_t depth, size_t offset);
void ngx_eo_seclang_xpath_end(ngx_eo_seclang_xpath_walk_t *walk,
    ngx_uint_t depth, size_t offset);
ngx_int_t ngx_eo_seclang_xpath_finish(ngx_eo_seclang_xpath_walk_t *walk,
    ngx_str_t *text);


#endif /* _NGX_EO_SECLANG_XPATH_WALK_H_INCLUDED_ */
