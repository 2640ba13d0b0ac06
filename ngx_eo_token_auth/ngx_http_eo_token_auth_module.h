
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What the request-handling files of token authentication share.
 */


#ifndef _NGX_HTTP_EO_TOKEN_AUTH_MODULE_H_INCLUDED_
#define _NGX_HTTP_EO_TOKEN_AUTH_MODULE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_eo_core.h"
#include "ngx_eo_token.h"


/* rules that one request can meet on its way through locations */

#define NGX_EO_TOKEN_AUTH_RULES  8


typedef struct {
    ngx_array_t               rules;     /* of ngx_eo_token_rule_t *, unique */
    ngx_uint_t                prefixes;  /* some token is in a path */
    ngx_uint_t                refused;   /* somewhere a refusal is answered */
    ngx_int_t                 request_uri_index;
} ngx_http_eo_token_auth_main_conf_t;


typedef struct {
    ngx_uint_t                prefixes;  /* mask of methods in its locations */
} ngx_http_eo_token_auth_srv_conf_t;


typedef struct {
    ngx_eo_token_rule_t      *rule;      /* NULL where nothing is checked */

    ngx_uint_t                method;
    ngx_uint_t                hex;
    ngx_array_t              *keys;      /* of ngx_eo_token_key_t */
    time_t                    timeout;
    ngx_str_t                 param;
    ngx_str_t                 time_param;
    ngx_uint_t                folder;
    ngx_uint_t                any_us;
    ngx_flag_t                strip;

    ngx_uint_t                sign;      /* here links are made */

    /* where "eo_token_auth" stands, for messages of the merge */

    u_char                   *file;
    ngx_uint_t                line;
} ngx_http_eo_token_auth_loc_conf_t;


/* where the segments of a link with its token in the path are */

typedef enum {
    NGX_EO_TOKEN_PREFIX_NONE = 0,

    /* taken off to find the location, which has not been asked yet */

    NGX_EO_TOKEN_PREFIX_TRIED,

    /* taken off for good */

    NGX_EO_TOKEN_PREFIX_OFF,

    /* put back, as the location wants none */

    NGX_EO_TOKEN_PREFIX_BACK
} ngx_eo_token_prefix_e;


/* what is known of a client request, in its slot of the core module */

typedef struct {
    ngx_str_t                 target;    /* of the request line */
    ngx_eo_token_prefix_e     prefix;
    ngx_uint_t                checked;

    /* of the latest check, if there was one */

    ngx_eo_token_result_t     result;

    ngx_uint_t                nrules;
    ngx_eo_token_rule_t      *rules[NGX_EO_TOKEN_AUTH_RULES];
    ngx_eo_token_rule_t      *refused;   /* the latest one, if any */

    /* unless prefix is NGX_EO_TOKEN_PREFIX_NONE */

    ngx_uint_t                prefix_method;
    size_t                    prefix_len;
    ngx_str_t                 uri;       /* with the prefix */
    ngx_str_t                 args;
    ngx_uint_t                valid_unparsed_uri;
    ngx_int_t                 handler;   /* which took the prefix off */
} ngx_eo_token_auth_ctx_t;


extern ngx_module_t  ngx_http_eo_token_auth_module;


/* the state of a client request; NULL when out of memory */

ngx_eo_token_auth_ctx_t *ngx_eo_token_auth_ctx(ngx_http_request_t *r);


/* access phase: refuses what has no valid token */

ngx_int_t ngx_eo_token_access_handler(ngx_http_request_t *r);


/* content handler of what remote authentication has refused */

ngx_int_t ngx_eo_token_refused_handler(ngx_http_request_t *r);


/*
 * Server rewrite phase: takes the segments of a token in the path off the
 * URI, so that the location is that of the path which was signed.
 */

ngx_int_t ngx_eo_token_prefix_try_handler(ngx_http_request_t *r);


/*
 * Rewrite phase: puts them back where the location checks no such links, and
 * has nginx look for a location again, from the rewrites of the server on if
 * these have been at work.
 */

ngx_int_t ngx_eo_token_prefix_keep_handler(ngx_http_request_t *r);


/*
 * Takes a token that was found valid off the URI, the arguments and the
 * target of the request.  Returns NGX_OK, or NGX_ERROR when out of memory.
 *
 * request:  what was checked
 */

ngx_int_t ngx_eo_token_strip(ngx_http_request_t *r,
    ngx_eo_token_rule_t *rule, ngx_eo_token_request_t *request,
    ngx_eo_token_auth_ctx_t *ctx);


/* content handler of a location that makes links */

ngx_int_t ngx_eo_token_sign_handler(ngx_http_request_t *r);


#endif /* _NGX_HTTP_EO_TOKEN_AUTH_MODULE_H_INCLUDED_ */
