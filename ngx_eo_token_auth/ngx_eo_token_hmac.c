
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The suite's own method: HMAC-SHA-256 over fields that cannot run into each
 * other.
 *
 *   /path?sign=ID.EXPIRES.DIGEST
 *
 * DIGEST is base64url without padding of the HMAC over
 *
 *   "eo-token-1" LF ID LF EXPIRES LF PATH
 *
 * or, of a token for a folder, which may stand in front of the path as well,
 *
 *   "eo-token-1" LF ID LF EXPIRES LF "prefix:" FOLDER
 *
 * None of the fields can hold a line feed: an id has letters, digits, "-" and
 * "_", EXPIRES has 10 decimal digits, and a path comes from a request line.
 * Its slash keeps it apart from "prefix:".
 */


#include "ngx_eo_token_part.h"


static ngx_uint_t ngx_eo_token_hmac_parse(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token);
static ngx_uint_t ngx_eo_token_hmac_fields(ngx_eo_token_rule_t *rule,
    ngx_str_t *value, ngx_eo_token_t *token);
static ngx_uint_t ngx_eo_token_hmac_formula(ngx_eo_token_key_t *key,
    ngx_eo_token_t *token, ngx_str_t *parts);
static u_char *ngx_eo_token_hmac_encode(u_char *dst, const u_char *digest);
static const char *ngx_eo_token_hmac_prepare(ngx_eo_token_rule_t *rule,
    ngx_eo_token_link_t *link, ngx_eo_token_t *token);
static u_char *ngx_eo_token_hmac_write(ngx_eo_token_rule_t *rule,
    ngx_eo_token_t *token, ngx_str_t *origin, u_char *args, size_t args_len,
    u_char *dst);
static u_char *ngx_eo_token_hmac_put(u_char *dst, ngx_eo_token_t *token);


const ngx_eo_token_method_t  ngx_eo_token_method_hmac = {
    ngx_eo_token_hmac_parse,
    ngx_eo_token_hmac_formula,
    ngx_eo_token_hmac_encode,
    NULL,
    ngx_eo_token_hmac_prepare,
    ngx_eo_token_hmac_write
};


static ngx_uint_t
ngx_eo_token_hmac_parse(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token)
{
    ngx_str_t   value;
    ngx_uint_t  seen;

    if (rule->folder) {
        value.data = request->path.data + 1;
        value.len = ngx_eo_token_folder_segment(&request->path);

        if (value.len) {
            token->prefix = 1 + value.len;
            token->path.data += token->prefix;
            token->path.len -= token->prefix;

            token->others = 1;

            return ngx_eo_token_hmac_fields(rule, &value, token);
        }
    }

    if (ngx_eo_token_args(&request->args, &rule->param, 1, &value, &seen,
                          &token->others)
        != NGX_OK)
    {
        token->reason = "the token is in the link twice";
        return NGX_EO_TOKEN_MALFORMED;
    }

    if (!seen) {
        token->reason = "the link has no token";
        return NGX_EO_TOKEN_MISSING;
    }

    return ngx_eo_token_hmac_fields(rule, &value, token);
}


/* id.expires.digest, and id.expires.depth.digest of a folder */

static ngx_uint_t
ngx_eo_token_hmac_fields(ngx_eo_token_rule_t *rule, ngx_str_t *value,
    ngx_eo_token_t *token)
{
    u_char     *p, *last, *dot;
    ngx_str_t   depth;

    p = value->data;
    last = p + value->len;

    dot = ngx_eo_token_chr(p, last, '.');

    if (dot) {
        token->id.data = p;
        token->id.len = dot - p;

        p = dot + 1;
        dot = ngx_eo_token_chr(p, last, '.');
    }

    if (dot == NULL) {
        token->reason = "the token is not id.expires.digest";
        return NGX_EO_TOKEN_MALFORMED;
    }

    token->time.data = p;
    token->time.len = dot - p;

    p = dot + 1;
    dot = ngx_eo_token_chr(p, last, '.');

    ngx_str_null(&depth);

    if (dot) {
        depth.data = p;
        depth.len = dot - p;

        p = dot + 1;
    }

    token->digest.data = p;
    token->digest.len = last - p;

    if (ngx_eo_token_time_dec(&token->time, &token->expires) != NGX_OK) {
        token->reason = "the expiry is not 10 decimal digits";
        return NGX_EO_TOKEN_MALFORMED;
    }

    if (token->digest.len != NGX_EO_TOKEN_HMAC_TEXT_LEN
        || ngx_eo_token_decode_base64url(token->digest.data,
                                         NGX_EO_TOKEN_HMAC_TEXT_LEN,
                                         token->sent)
           != NGX_OK)
    {
        token->reason = "the digest is not 43 characters of base64url";
        return NGX_EO_TOKEN_MALFORMED;
    }

    if (depth.data == NULL) {
        return NGX_EO_TOKEN_OK;
    }

    if (!rule->folder) {
        token->reason = "the token is that of a folder; see "
                        "eo_token_auth_scope";
        return NGX_EO_TOKEN_MALFORMED;
    }

    token->reason = ngx_eo_token_folder(&token->path, &depth, &token->folder);

    return token->reason ? NGX_EO_TOKEN_MALFORMED : NGX_EO_TOKEN_OK;
}


static ngx_uint_t
ngx_eo_token_hmac_formula(ngx_eo_token_key_t *key, ngx_eo_token_t *token,
    ngx_str_t *parts)
{
    static ngx_str_t  lf = ngx_string("\n");
    static ngx_str_t  prefix = ngx_string("\nprefix:");

    parts[0].len = key->head_len;
    parts[0].data = key->head;
    parts[1] = token->time;
    parts[2] = token->folder.len ? prefix : lf;
    parts[3] = token->folder.len ? token->folder : token->path;

    return 4;
}


static u_char *
ngx_eo_token_hmac_encode(u_char *dst, const u_char *digest)
{
    return ngx_eo_token_encode_base64url(dst, digest, NGX_EO_TOKEN_HMAC_LEN);
}


void
ngx_eo_token_key_prepare(ngx_eo_token_key_t *key)
{
    u_char  *p;

    p = ngx_cpymem(key->head, "eo-token-1\n", sizeof("eo-token-1\n") - 1);
    p = ngx_eo_token_put(p, &key->id);
    *p++ = '\n';

    key->head_len = p - key->head;

    ngx_eo_token_hmac_key(&key->value, &key->hmac);
}


static const char *
ngx_eo_token_hmac_prepare(ngx_eo_token_rule_t *rule,
    ngx_eo_token_link_t *link, ngx_eo_token_t *token)
{
    u_char      *p;
    const char  *error;

    if (rule->folder) {
        error = ngx_eo_token_folder_of(&token->path, &token->folder,
                                       token->scratch + 32, &token->depth);
        if (error) {
            return error;
        }
    }

    token->expires = link->time + link->timeout;

    p = ngx_eo_token_write_dec(token->scratch, token->expires);
    if (p == NULL) {
        return "the time is out of range";
    }

    token->time.data = token->scratch;
    token->time.len = p - token->scratch;

    token->id = rule->keys[0].id;

    return NULL;
}


static u_char *
ngx_eo_token_hmac_write(ngx_eo_token_rule_t *rule, ngx_eo_token_t *token,
    ngx_str_t *origin, u_char *args, size_t args_len, u_char *dst)
{
    dst = ngx_eo_token_put(dst, origin);

    if (token->folder.len) {
        *dst++ = '/';
        dst = ngx_eo_token_hmac_put(dst, token);
        dst = ngx_eo_token_put(dst, &token->path);

        if (args_len) {
            *dst++ = '?';
            dst = ngx_cpymem(dst, args, args_len);
        }

        return dst;
    }

    dst = ngx_eo_token_put(dst, &token->path);
    *dst++ = '?';

    if (args_len) {
        dst = ngx_cpymem(dst, args, args_len);
        *dst++ = '&';
    }

    dst = ngx_eo_token_put(dst, &rule->param);
    *dst++ = '=';

    return ngx_eo_token_hmac_put(dst, token);
}


static u_char *
ngx_eo_token_hmac_put(u_char *dst, ngx_eo_token_t *token)
{
    dst = ngx_eo_token_put(dst, &token->id);
    *dst++ = '.';
    dst = ngx_eo_token_put(dst, &token->time);
    *dst++ = '.';

    if (token->folder.len) {
        dst = ngx_eo_token_put(dst, &token->depth);
        *dst++ = '.';
    }

    return ngx_eo_token_put(dst, &token->digest);
}
