
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What submissions and answers of the API have in common.
 */


#ifndef _NGX_EO_PURGE_JSON_H_INCLUDED_
#define _NGX_EO_PURGE_JSON_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <jansson.h>


/* bytes of a target that a message quotes */

#define NGX_EO_PURGE_QUOTE  200


typedef struct {
    ngx_str_t             target;
    const char           *reason;
} ngx_eo_purge_refused_t;


/*
 * Reads a JSON object, to be given back with json_decref().
 *
 * error:  what is wrong with it, allocated from the pool; empty when out of
 *         memory
 */

json_t *ngx_eo_purge_json_parse(ngx_pool_t *pool, ngx_str_t *body,
    ngx_str_t *error);


/*
 * A copy of a string, from the pool; NGX_DECLINED, with an empty text, for
 * anything else.
 */

ngx_int_t ngx_eo_purge_json_string(ngx_pool_t *pool, json_t *value,
    ngx_str_t *text);


/* puts a message together; returns NGX_DECLINED, or NGX_ERROR */

ngx_int_t ngx_eo_purge_json_error(ngx_pool_t *pool, ngx_str_t *error,
    const char *fmt, ...);


/*
 * Parts of answers: a time in UTC, a text, and targets that were refused, as
 * EdgeOne has them: a list for each reason.
 *
 * all:  of ngx_eo_purge_refused_t
 */

json_t *ngx_eo_purge_json_time(time_t t);
json_t *ngx_eo_purge_json_text(u_char *data, size_t len);
json_t *ngx_eo_purge_json_refused(ngx_array_t *all);


/*
 * An answer as text from the pool, of an object that is given back; its data
 * is NULL when out of memory.
 *
 * uuid:  EO-LOG-UUID of the request, or NULL
 */

void ngx_eo_purge_json_answer(ngx_pool_t *pool, json_t *root,
    ngx_str_t *uuid, ngx_str_t *answer);


#endif /* _NGX_EO_PURGE_JSON_H_INCLUDED_ */
