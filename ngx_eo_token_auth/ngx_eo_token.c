
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Verification of a token by the rule of a location: shape, then time, then
 * digest, then the conditions that the link carries.
 */


#include "ngx_eo_token_part.h"


static ngx_uint_t ngx_eo_token_check(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token);
static ngx_uint_t ngx_eo_token_match(ngx_eo_token_rule_t *rule,
    const ngx_eo_token_method_t *method, ngx_eo_token_t *token);
static ngx_uint_t ngx_eo_token_fits(ngx_eo_token_rule_t *rule,
    const ngx_eo_token_method_t *method, ngx_eo_token_key_t *key,
    ngx_eo_token_t *token);
static ngx_uint_t ngx_eo_token_dots(u_char *p, u_char *last);
static ngx_inline ngx_uint_t ngx_eo_token_segments(ngx_str_t *path,
    ngx_str_t *first, ngx_str_t *second);


const char  *ngx_eo_token_method_names[] = {
    "off", "A", "B", "C", "D", "VOD", "HMAC"
};


const char  *ngx_eo_token_status_names[] = {
    "ok", "missing", "malformed", "expired", "mismatch", "denied"
};


const ngx_eo_token_method_t *
ngx_eo_token_method_of(ngx_eo_token_rule_t *rule)
{
    static const ngx_eo_token_method_t  *methods[] = {
        NULL,
        &ngx_eo_token_method_a,
        &ngx_eo_token_method_b,
        &ngx_eo_token_method_c,
        &ngx_eo_token_method_d,
        &ngx_eo_token_method_vod,
        &ngx_eo_token_method_hmac
    };

    return methods[rule->method];
}


ngx_uint_t
ngx_eo_token_method(ngx_str_t *name)
{
    size_t      len;
    ngx_uint_t  i;

    for (i = 0; i < NGX_EO_TOKEN_METHODS; i++) {
        len = ngx_strlen(ngx_eo_token_method_names[i]);

        if (name->len == len
            && ngx_memcmp(name->data, ngx_eo_token_method_names[i], len) == 0)
        {
            break;
        }
    }

    return i;
}


ngx_uint_t
ngx_eo_token_verify(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_result_t *result)
{
    ngx_eo_token_t  token;

    /* the methods set the rest, if they have it */

    ngx_str_null(&token.id);
    ngx_str_null(&token.folder);
    ngx_memzero(token.sent, sizeof(token.sent));

    token.expires = 0;
    token.prefix = 0;
    token.preview = 0;
    token.others = 0;
    token.reason = NULL;

    result->status = ngx_eo_token_check(rule, request, &token);
    result->reason = token.reason;
    result->prefix = token.prefix;
    result->expires = token.expires;
    result->preview = token.preview;
    result->others = token.others;

    return result->status;
}


static ngx_uint_t
ngx_eo_token_check(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token)
{
    ngx_str_t                     path;
    ngx_uint_t                    status;
    const char                   *reason;
    const ngx_eo_token_method_t  *method;

    method = ngx_eo_token_method_of(rule);

    token->path = request->path;

    status = NGX_EO_TOKEN_MALFORMED;

    if (request->path.len && request->path.data[0] == '/') {
        status = method->parse(rule, request, token);
    }

    /* of the path, what has not just been found well-formed */

    path.data = request->path.data + token->prefix;
    path.len = request->path.len - token->prefix;

    reason = ngx_eo_token_path_check(&path);

    if (reason) {
        token->reason = reason;
        token->expires = 0;
        token->preview = 0;

        return NGX_EO_TOKEN_MALFORMED;
    }

    if (status != NGX_EO_TOKEN_OK) {
        return status;
    }

    /* expires itself is the last second of validity */

    if (request->now > token->expires) {
        token->reason = "the time of the link is over";
        return NGX_EO_TOKEN_EXPIRED;
    }

    status = ngx_eo_token_match(rule, method, token);
    if (status != NGX_EO_TOKEN_OK) {
        return status;
    }

    if (method->allow) {
        return method->allow(request, token);
    }

    return NGX_EO_TOKEN_OK;
}


static ngx_uint_t
ngx_eo_token_match(ngx_eo_token_rule_t *rule,
    const ngx_eo_token_method_t *method, ngx_eo_token_t *token)
{
    ngx_uint_t           i, known;
    ngx_eo_token_key_t  *key;

    known = 0;

    for (i = 0; i < rule->nkeys; i++) {
        key = &rule->keys[i];

        if (key->id.len != token->id.len
            || (key->id.len
                && ngx_memcmp(key->id.data, token->id.data, key->id.len) != 0))
        {
            continue;
        }

        known = 1;

        if (ngx_eo_token_fits(rule, method, key, token)) {
            return NGX_EO_TOKEN_OK;
        }
    }

    token->reason = known ? "the digest fits none of the keys"
                          : "there is no key with the id in the link";

    return NGX_EO_TOKEN_MISMATCH;
}


static ngx_uint_t
ngx_eo_token_fits(ngx_eo_token_rule_t *rule,
    const ngx_eo_token_method_t *method, ngx_eo_token_key_t *key,
    ngx_eo_token_t *token)
{
    u_char      digest[NGX_EO_TOKEN_BINARY_SIZE];
    ngx_str_t   parts[NGX_EO_TOKEN_MAX_PARTS];
    ngx_uint_t  n;

    n = method->formula(key, token, parts);

    if (rule->method != NGX_EO_TOKEN_HMAC) {
        return ngx_eo_token_md5_fits(parts, n, token->sent);
    }

    /* the rest of a digest is zero, as bits that were sent past it must be */

    ngx_memzero(digest, sizeof(digest));

    ngx_eo_token_hmac(&key->hmac, parts, n, digest);

    return ngx_eo_token_equal(token->sent, digest);
}


const char *
ngx_eo_token_path_check(ngx_str_t *path)
{
    u_char  *p, *last;

    p = path->data;
    last = p + path->len;

    if (p == last || *p != '/') {
        return "the path is empty or does not begin with a slash";
    }

    for ( /* void */ ; p < last; p++) {

        if (!(ngx_eo_token_class_of[*p] & NGX_EO_TOKEN_IN_PATH)) {
            continue;
        }

        if (*p == '/') {
            if (last - p > 2 && (p[1] == '.' || p[1] == '%')
                && ngx_eo_token_dots(p + 1, last) == 2)
            {
                return "there is a \"..\" in the path";
            }

            continue;
        }

        if (*p == '%') {
            if (last - p > 2 && p[1] == '2' && (p[2] | 0x20) == 'f') {
                return "there is an encoded slash in the path";
            }

            continue;
        }

        if (*p == '#') {
            return "there is a fragment in the request line";
        }

        return "there is a space or a control character in the path";
    }

    return NULL;
}


/* the number of dots, plain or encoded, if a segment is nothing else, or 0 */

static ngx_uint_t
ngx_eo_token_dots(u_char *p, u_char *last)
{
    ngx_uint_t  dots;

    for (dots = 0; p < last && *p != '/'; dots++) {

        if (*p == '.') {
            p++;

        } else if (last - p > 2 && p[0] == '%' && p[1] == '2'
                   && (p[2] | 0x20) == 'e')
        {
            p += 3;

        } else {
            return 0;
        }
    }

    return dots;
}


/* the segments have a fixed width, so that it is known where slashes are */

size_t
ngx_eo_token_prefix(ngx_str_t *path, ngx_uint_t *method)
{
    size_t     len;
    int64_t    time;
    ngx_str_t  first, second;

    first.len = NGX_EO_TOKEN_MINUTE_LEN;
    second.len = NGX_EO_TOKEN_MD5_TEXT_LEN;

    if (ngx_eo_token_segments(path, &first, &second)
        && ngx_eo_token_hex(&second, NGX_EO_TOKEN_MD5_TEXT_LEN)
        && ngx_eo_token_time_minute(&first, &time) == NGX_OK)
    {
        *method = NGX_EO_TOKEN_B;
        return NGX_EO_TOKEN_PREFIX_B;
    }

    first.len = NGX_EO_TOKEN_MD5_TEXT_LEN;
    second.len = NGX_EO_TOKEN_HEX_LEN;

    if (ngx_eo_token_segments(path, &first, &second)
        && ngx_eo_token_hex(&first, NGX_EO_TOKEN_MD5_TEXT_LEN)
        && ngx_eo_token_hex(&second, NGX_EO_TOKEN_HEX_LEN))
    {
        *method = NGX_EO_TOKEN_C;
        return NGX_EO_TOKEN_PREFIX_C;
    }

    len = ngx_eo_token_folder_segment(path);

    if (len) {
        *method = NGX_EO_TOKEN_HMAC;
        return 1 + len;
    }

    return 0;
}


/* takes two segments of a known length off a path, if slashes follow both */

static ngx_inline ngx_uint_t
ngx_eo_token_segments(ngx_str_t *path, ngx_str_t *first, ngx_str_t *second)
{
    size_t  one, two;

    one = 1 + first->len;
    two = one + 1 + second->len;

    if (path->len <= two
        || path->data[two] != '/' || path->data[one] != '/')
    {
        return 0;
    }

    first->data = path->data + 1;
    second->data = path->data + one + 1;

    return 1;
}
