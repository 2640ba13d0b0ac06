
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A strict reader for the little JSON that a signing request needs: one
 * value after another, strings decoded in place, no nesting of its own.
 */


#ifndef _NGX_EO_TOKEN_JSON_H_INCLUDED_
#define _NGX_EO_TOKEN_JSON_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct {
    u_char      *pos;
    u_char      *last;
    const char  *error;          /* a sentence once a call has failed */
} ngx_eo_token_json_t;


/*
 * The first character of what comes next, after white space, without taking
 * it; 0 at the end.
 */

u_char ngx_eo_token_json_peek(ngx_eo_token_json_t *json);


/*
 * Takes one character of punctuation.  Returns NGX_OK, or NGX_ERROR if
 * something else comes.
 */

ngx_int_t ngx_eo_token_json_take(ngx_eo_token_json_t *json, u_char c);


/*
 * Takes a string, decodes it where it lies, as UTF-8.
 *
 * value:  set to the decoded string, part of the text
 *
 * Returns NGX_OK, or NGX_ERROR if there is no string, an escape is wrong, or
 * the string has a control character or a lone surrogate.
 */

ngx_int_t ngx_eo_token_json_string(ngx_eo_token_json_t *json,
    ngx_str_t *value);


/*
 * Takes a whole number, 0 to 999999999999999, without sign, fraction or
 * exponent.  Returns NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_eo_token_json_number(ngx_eo_token_json_t *json,
    int64_t *value);


#endif /* _NGX_EO_TOKEN_JSON_H_INCLUDED_ */
