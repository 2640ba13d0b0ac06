
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Structured fields (RFC 9651), as much of them as signatures of requests
 * need: dictionaries whose members are items or lists of items.
 */


#ifndef _NGX_EO_BOT_FIELDS_H_INCLUDED_
#define _NGX_EO_BOT_FIELDS_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef enum {
    NGX_EO_BOT_FIELD_STRING = 0,
    NGX_EO_BOT_FIELD_BYTES,
    NGX_EO_BOT_FIELD_INTEGER,
    NGX_EO_BOT_FIELD_OTHER                   /* tokens, booleans, decimals */
} ngx_eo_bot_field_e;


/*
 * text:  of a string what is between the quotes, and of bytes between the
 *        colons; strings with escapes are refused
 */

typedef struct {
    ngx_eo_bot_field_e     type;
    ngx_str_t              text;
} ngx_eo_bot_item_t;


typedef struct {
    u_char                *pos;
    u_char                *last;
    ngx_uint_t             members;     /* so far; 0 at first */
} ngx_eo_bot_fields_t;


/*
 * Each takes something off the text and returns NGX_OK, or NGX_DECLINED if
 * something else is there, or NGX_ERROR if it is malformed.
 *
 * _member:  of a dictionary: its key; _value is to be called next, or, if the
 *           character is a parenthesis, _open
 * _open:    the beginning of a list
 * _string:  one of its strings
 * _close:   its end
 * _param:   ";name" with its value, which is "true" without one
 */

ngx_int_t ngx_eo_bot_fields_member(ngx_eo_bot_fields_t *f, ngx_str_t *key);
ngx_int_t ngx_eo_bot_fields_value(ngx_eo_bot_fields_t *f,
    ngx_eo_bot_item_t *item);
ngx_int_t ngx_eo_bot_fields_open(ngx_eo_bot_fields_t *f);
ngx_int_t ngx_eo_bot_fields_string(ngx_eo_bot_fields_t *f, ngx_str_t *text);
ngx_int_t ngx_eo_bot_fields_close(ngx_eo_bot_fields_t *f);
ngx_int_t ngx_eo_bot_fields_param(ngx_eo_bot_fields_t *f, ngx_str_t *name,
    ngx_eo_bot_item_t *item);


#endif /* _NGX_EO_BOT_FIELDS_H_INCLUDED_ */
