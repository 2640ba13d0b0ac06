
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A signing request in JSON.
 */


#ifndef _NGX_EO_TOKEN_BATCH_H_INCLUDED_
#define _NGX_EO_TOKEN_BATCH_H_INCLUDED_


#include "ngx_eo_token.h"


#define NGX_EO_TOKEN_BATCH_URLS  5000


typedef struct {
    ngx_str_t             *urls;
    ngx_uint_t             nurls;
    ngx_uint_t             list;     /* asked for as a list */
    ngx_uint_t             too_many; /* more than NGX_EO_TOKEN_BATCH_URLS */
    ngx_eo_token_link_t    link;     /* what holds for all of them */
} ngx_eo_token_batch_t;


/*
 * Reads a signing request: a list of URLs, or an object with "url" or "urls"
 * and the parameters "time", "timeout", "rand", "exper", "plive", "whref",
 * "bkref", "whip" and "bkip".
 *
 * text:   decoded in place; strings of the result are parts of it
 * batch:  its urls point to room for NGX_EO_TOKEN_BATCH_URLS strings, and its
 *         link holds what is to be taken where the request says nothing
 *
 * Returns NULL, or a sentence that says what is wrong.
 */

const char *ngx_eo_token_batch_parse(ngx_str_t *text,
    ngx_eo_token_batch_t *batch);


/*
 * Sets one parameter of a link by its name, from text as in a query.
 *
 * Returns NULL or a sentence; known is cleared if there is no such parameter.
 */

const char *ngx_eo_token_link_set(ngx_eo_token_link_t *link, ngx_str_t *name,
    ngx_str_t *value, ngx_uint_t *known);


#endif /* _NGX_EO_TOKEN_BATCH_H_INCLUDED_ */
