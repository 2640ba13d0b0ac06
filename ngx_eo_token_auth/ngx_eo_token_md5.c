
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * EdgeOne's methods A, B, C and D.
 */


#include "ngx_eo_token_part.h"


static ngx_uint_t ngx_eo_token_a_parse(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token);
static ngx_uint_t ngx_eo_token_a_formula(ngx_eo_token_key_t *key,
    ngx_eo_token_t *token, ngx_str_t *parts);
static const char *ngx_eo_token_a_prepare(ngx_eo_token_rule_t *rule,
    ngx_eo_token_link_t *link, ngx_eo_token_t *token);
static u_char *ngx_eo_token_a_write(ngx_eo_token_rule_t *rule,
    ngx_eo_token_t *token, ngx_str_t *origin, u_char *args, size_t args_len,
    u_char *dst);

static ngx_uint_t ngx_eo_token_b_parse(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token);
static ngx_uint_t ngx_eo_token_b_formula(ngx_eo_token_key_t *key,
    ngx_eo_token_t *token, ngx_str_t *parts);
static const char *ngx_eo_token_b_prepare(ngx_eo_token_rule_t *rule,
    ngx_eo_token_link_t *link, ngx_eo_token_t *token);
static u_char *ngx_eo_token_b_write(ngx_eo_token_rule_t *rule,
    ngx_eo_token_t *token, ngx_str_t *origin, u_char *args, size_t args_len,
    u_char *dst);

static ngx_uint_t ngx_eo_token_c_parse(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token);
static ngx_uint_t ngx_eo_token_c_formula(ngx_eo_token_key_t *key,
    ngx_eo_token_t *token, ngx_str_t *parts);
static const char *ngx_eo_token_c_prepare(ngx_eo_token_rule_t *rule,
    ngx_eo_token_link_t *link, ngx_eo_token_t *token);
static u_char *ngx_eo_token_c_write(ngx_eo_token_rule_t *rule,
    ngx_eo_token_t *token, ngx_str_t *origin, u_char *args, size_t args_len,
    u_char *dst);

static ngx_uint_t ngx_eo_token_d_parse(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token);
static const char *ngx_eo_token_d_prepare(ngx_eo_token_rule_t *rule,
    ngx_eo_token_link_t *link, ngx_eo_token_t *token);
static u_char *ngx_eo_token_d_write(ngx_eo_token_rule_t *rule,
    ngx_eo_token_t *token, ngx_str_t *origin, u_char *args, size_t args_len,
    u_char *dst);

static ngx_uint_t ngx_eo_token_path_parse(ngx_eo_token_request_t *request,
    ngx_eo_token_t *token, ngx_uint_t method, ngx_str_t *first,
    ngx_str_t *second);
static ngx_uint_t ngx_eo_token_looks(ngx_str_t *segment, ngx_uint_t method);
static ngx_int_t ngx_eo_token_field(u_char **p, u_char *last, size_t usual,
    ngx_str_t *field);
static u_char *ngx_eo_token_path_write(ngx_str_t *origin, ngx_str_t *first,
    ngx_str_t *second, ngx_str_t *path, u_char *args, size_t args_len,
    u_char *dst);


const ngx_eo_token_method_t  ngx_eo_token_method_a = {
    ngx_eo_token_a_parse,
    ngx_eo_token_a_formula,
    ngx_eo_token_md5_encode,
    NULL,
    ngx_eo_token_a_prepare,
    ngx_eo_token_a_write
};


const ngx_eo_token_method_t  ngx_eo_token_method_b = {
    ngx_eo_token_b_parse,
    ngx_eo_token_b_formula,
    ngx_eo_token_md5_encode,
    NULL,
    ngx_eo_token_b_prepare,
    ngx_eo_token_b_write
};


const ngx_eo_token_method_t  ngx_eo_token_method_c = {
    ngx_eo_token_c_parse,
    ngx_eo_token_c_formula,
    ngx_eo_token_md5_encode,
    NULL,
    ngx_eo_token_c_prepare,
    ngx_eo_token_c_write
};


/* D differs from C in where the parts stand, not in the formula */

const ngx_eo_token_method_t  ngx_eo_token_method_d = {
    ngx_eo_token_d_parse,
    ngx_eo_token_c_formula,
    ngx_eo_token_md5_encode,
    NULL,
    ngx_eo_token_d_prepare,
    ngx_eo_token_d_write
};


u_char *
ngx_eo_token_md5_encode(u_char *dst, const u_char *digest)
{
    return ngx_eo_token_encode_hex(dst, digest, NGX_EO_TOKEN_MD5_LEN);
}


/* A: /path?sign=timestamp-rand-uid-md5hash */

static ngx_uint_t
ngx_eo_token_a_parse(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token)
{
    u_char      *p, *last;
    int64_t      time;
    ngx_str_t    value, uid;
    ngx_uint_t   seen;

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

    p = value.data;
    last = p + value.len;

    if (ngx_eo_token_field(&p, last, NGX_EO_TOKEN_DEC_LEN, &token->time)
        != NGX_OK
        || ngx_eo_token_field(&p, last, 0, &token->rand) != NGX_OK
        || ngx_eo_token_field(&p, last, 1, &uid) != NGX_OK)
    {
        token->reason = "the token is not timestamp-rand-uid-digest";
        return NGX_EO_TOKEN_MALFORMED;
    }

    token->fields.data = value.data;
    token->fields.len = p - value.data;

    token->digest.data = p;
    token->digest.len = last - p;

    if (ngx_eo_token_chr(p, last, '-')) {
        token->reason = "rand or uid has a dash, which parts the fields of "
                        "a token: a UUID has to be written without";
        return NGX_EO_TOKEN_MALFORMED;
    }

    if (ngx_eo_token_time_dec(&token->time, &time) != NGX_OK) {
        token->reason = "the time is not 10 decimal digits";
        return NGX_EO_TOKEN_MALFORMED;
    }

    if (!ngx_eo_token_alnum(&token->rand, NGX_EO_TOKEN_MAX_RAND)) {
        token->reason = "rand is not up to 100 letters and digits";
        return NGX_EO_TOKEN_MALFORMED;
    }

    if (uid.len == 0 || !ngx_eo_token_alnum(&uid, NGX_EO_TOKEN_MAX_RAND)) {
        token->reason = "uid is not 1 to 100 letters and digits";
        return NGX_EO_TOKEN_MALFORMED;
    }

    if (ngx_eo_token_decode_hex(&token->digest, NGX_EO_TOKEN_MD5_TEXT_LEN,
                                token->sent)
        != NGX_OK)
    {
        token->reason = "the digest is not 32 hexadecimal digits";
        return NGX_EO_TOKEN_MALFORMED;
    }

    token->expires = time + rule->timeout;

    return NGX_EO_TOKEN_OK;
}


/*
 * A field up to its dash, which is first looked for where most links have it.
 * A field that has a dash itself is refused as one of other characters is.
 */

static ngx_int_t
ngx_eo_token_field(u_char **p, u_char *last, size_t usual, ngx_str_t *field)
{
    u_char  *dash;

    if ((size_t) (last - *p) > usual && (*p)[usual] == '-') {
        dash = *p + usual;

    } else {
        dash = ngx_eo_token_chr(*p, last, '-');
        if (dash == NULL) {
            return NGX_ERROR;
        }
    }

    field->data = *p;
    field->len = dash - *p;

    *p = dash + 1;

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_token_a_formula(ngx_eo_token_key_t *key, ngx_eo_token_t *token,
    ngx_str_t *parts)
{
    static ngx_str_t  dash = ngx_string("-");

    parts[0] = token->path;
    parts[1] = dash;
    parts[2] = token->fields;
    parts[3] = key->value;

    return 4;
}


static const char *
ngx_eo_token_a_prepare(ngx_eo_token_rule_t *rule, ngx_eo_token_link_t *link,
    ngx_eo_token_t *token)
{
    u_char  *p;

    if (!ngx_eo_token_alnum(&link->rand, NGX_EO_TOKEN_MAX_RAND)) {
        return "rand may have up to 100 letters and digits";
    }

    p = ngx_eo_token_write_dec(token->scratch, link->time);
    if (p == NULL) {
        return "the time is out of range";
    }

    *p++ = '-';
    p = ngx_eo_token_put(p, &link->rand);
    p = ngx_cpymem(p, "-0-", 3);

    token->fields.data = token->scratch;
    token->fields.len = p - token->scratch;

    token->expires = link->time + rule->timeout;

    return NULL;
}


static u_char *
ngx_eo_token_a_write(ngx_eo_token_rule_t *rule, ngx_eo_token_t *token,
    ngx_str_t *origin, u_char *args, size_t args_len, u_char *dst)
{
    dst = ngx_eo_token_put(dst, origin);
    dst = ngx_eo_token_put(dst, &token->path);
    *dst++ = '?';

    if (args_len) {
        dst = ngx_cpymem(dst, args, args_len);
        *dst++ = '&';
    }

    dst = ngx_eo_token_put(dst, &rule->param);
    *dst++ = '=';
    dst = ngx_eo_token_put(dst, &token->fields);

    return ngx_eo_token_put(dst, &token->digest);
}


/* B: /timestamp/md5hash/path */

static ngx_uint_t
ngx_eo_token_b_parse(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token)
{
    int64_t     time;
    ngx_uint_t  status;

    status = ngx_eo_token_path_parse(request, token, NGX_EO_TOKEN_B,
                                     &token->time, &token->digest);

    if (status != NGX_EO_TOKEN_OK) {
        return status;
    }

    if (ngx_eo_token_time_minute(&token->time, &time) != NGX_OK) {
        token->reason = "the time is not YYYYMMDDHHMM";
        return NGX_EO_TOKEN_MALFORMED;
    }

    token->prefix = token->path.data - request->path.data;
    token->expires = time + rule->timeout;

    return NGX_EO_TOKEN_OK;
}


static ngx_uint_t
ngx_eo_token_b_formula(ngx_eo_token_key_t *key, ngx_eo_token_t *token,
    ngx_str_t *parts)
{
    parts[0] = key->value;
    parts[1] = token->time;
    parts[2] = token->path;

    return 3;
}


static const char *
ngx_eo_token_b_prepare(ngx_eo_token_rule_t *rule, ngx_eo_token_link_t *link,
    ngx_eo_token_t *token)
{
    u_char   *p;
    int64_t   time;

    p = ngx_eo_token_write_minute(token->scratch, link->time);
    if (p == NULL) {
        return "the time is out of range";
    }

    token->time.data = token->scratch;
    token->time.len = p - token->scratch;

    /* the seconds that the minute has lost are lost to the lifetime, too */

    if (ngx_eo_token_time_minute(&token->time, &time) != NGX_OK) {
        return "the time is out of range";
    }

    token->expires = time + rule->timeout;

    return NULL;
}


static u_char *
ngx_eo_token_b_write(ngx_eo_token_rule_t *rule, ngx_eo_token_t *token,
    ngx_str_t *origin, u_char *args, size_t args_len, u_char *dst)
{
    return ngx_eo_token_path_write(origin, &token->time, &token->digest,
                                   &token->path, args, args_len, dst);
}


/* C: /md5hash/timestamp/path */

static ngx_uint_t
ngx_eo_token_c_parse(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token)
{
    int64_t     time;
    ngx_uint_t  status;

    status = ngx_eo_token_path_parse(request, token, NGX_EO_TOKEN_C,
                                     &token->digest, &token->time);

    if (status != NGX_EO_TOKEN_OK) {
        return status;
    }

    if (ngx_eo_token_time_hex(&token->time, &time) != NGX_OK) {
        token->reason = "the time is not 8 hexadecimal digits";
        return NGX_EO_TOKEN_MALFORMED;
    }

    token->prefix = token->path.data - request->path.data;
    token->expires = time + rule->timeout;

    return NGX_EO_TOKEN_OK;
}


static ngx_uint_t
ngx_eo_token_c_formula(ngx_eo_token_key_t *key, ngx_eo_token_t *token,
    ngx_str_t *parts)
{
    parts[0] = key->value;
    parts[1] = token->path;
    parts[2] = token->time;

    return 3;
}


static const char *
ngx_eo_token_c_prepare(ngx_eo_token_rule_t *rule, ngx_eo_token_link_t *link,
    ngx_eo_token_t *token)
{
    u_char  *p;

    p = ngx_eo_token_write_hex(token->scratch, link->time);
    if (p == NULL) {
        return "the time is out of range";
    }

    token->time.data = token->scratch;
    token->time.len = p - token->scratch;

    token->expires = link->time + rule->timeout;

    return NULL;
}


static u_char *
ngx_eo_token_c_write(ngx_eo_token_rule_t *rule, ngx_eo_token_t *token,
    ngx_str_t *origin, u_char *args, size_t args_len, u_char *dst)
{
    return ngx_eo_token_path_write(origin, &token->digest, &token->time,
                                   &token->path, args, args_len, dst);
}


/* D: /path?sign=md5hash&t=timestamp */

static ngx_uint_t
ngx_eo_token_d_parse(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token)
{
    int64_t     time;
    ngx_int_t   rc;
    ngx_str_t   names[2], values[2];
    ngx_uint_t  seen;

    names[0] = rule->param;
    names[1] = rule->time_param;

    if (ngx_eo_token_args(&request->args, names, 2, values, &seen,
                          &token->others)
        != NGX_OK)
    {
        token->reason = "a parameter of the token is in the link twice";
        return NGX_EO_TOKEN_MALFORMED;
    }

    if (seen == 0) {
        token->reason = "the link has no token";
        return NGX_EO_TOKEN_MISSING;
    }

    if (seen != 3) {
        token->reason = "the token is not complete";
        return NGX_EO_TOKEN_MALFORMED;
    }

    token->digest = values[0];
    token->time = values[1];

    if (ngx_eo_token_decode_hex(&token->digest, NGX_EO_TOKEN_MD5_TEXT_LEN,
                                token->sent)
        != NGX_OK)
    {
        token->reason = "the digest is not 32 hexadecimal digits";
        return NGX_EO_TOKEN_MALFORMED;
    }

    if (rule->hex) {

        if (token->time.len > 2 && token->time.data[0] == '0'
            && (token->time.data[1] | 0x20) == 'x')
        {
            token->time.len -= 2;
            token->time.data += 2;
        }

        rc = ngx_eo_token_time_hex(&token->time, &time);

    } else {
        rc = ngx_eo_token_time_dec(&token->time, &time);
    }

    if (rc != NGX_OK) {
        token->reason = rule->hex ? "the time is not 8 hexadecimal digits"
                                  : "the time is not 10 decimal digits";
        return NGX_EO_TOKEN_MALFORMED;
    }

    token->expires = time + rule->timeout;

    return NGX_EO_TOKEN_OK;
}


static const char *
ngx_eo_token_d_prepare(ngx_eo_token_rule_t *rule, ngx_eo_token_link_t *link,
    ngx_eo_token_t *token)
{
    u_char  *p;

    p = rule->hex ? ngx_eo_token_write_hex(token->scratch, link->time)
                  : ngx_eo_token_write_dec(token->scratch, link->time);

    if (p == NULL) {
        return "the time is out of range";
    }

    token->time.data = token->scratch;
    token->time.len = p - token->scratch;

    token->expires = link->time + rule->timeout;

    return NULL;
}


static u_char *
ngx_eo_token_d_write(ngx_eo_token_rule_t *rule, ngx_eo_token_t *token,
    ngx_str_t *origin, u_char *args, size_t args_len, u_char *dst)
{
    dst = ngx_eo_token_put(dst, origin);
    dst = ngx_eo_token_put(dst, &token->path);
    *dst++ = '?';

    if (args_len) {
        dst = ngx_cpymem(dst, args, args_len);
        *dst++ = '&';
    }

    dst = ngx_eo_token_put(dst, &rule->param);
    *dst++ = '=';
    dst = ngx_eo_token_put(dst, &token->digest);
    *dst++ = '&';
    dst = ngx_eo_token_put(dst, &rule->time_param);
    *dst++ = '=';

    return ngx_eo_token_put(dst, &token->time);
}


/*
 * Splits a path of method B or C into its two segments and the path that was
 * signed.  A path that has neither segment is a link without a token.
 */

static ngx_uint_t
ngx_eo_token_path_parse(ngx_eo_token_request_t *request,
    ngx_eo_token_t *token, ngx_uint_t method, ngx_str_t *first,
    ngx_str_t *second)
{
    u_char     *slash, *end, *last;
    ngx_str_t  *digest;

    last = request->path.data + request->path.len;

    first->data = request->path.data + 1;

    slash = ngx_eo_token_chr(first->data, last, '/');
    if (slash == NULL) {
        slash = last;
    }

    first->len = slash - first->data;

    second->data = slash < last ? slash + 1 : last;

    end = ngx_eo_token_chr(second->data, last, '/');
    if (end == NULL) {
        end = last;
    }

    second->len = end - second->data;

    digest = (method == NGX_EO_TOKEN_B) ? second : first;

    if (ngx_eo_token_decode_hex(digest, NGX_EO_TOKEN_MD5_TEXT_LEN,
                                token->sent)
        != NGX_OK)
    {

        if (!ngx_eo_token_looks(first, method)
            && !ngx_eo_token_looks(second, method))
        {
            token->reason = "the path does not begin with a token";
            return NGX_EO_TOKEN_MISSING;
        }

        token->reason = "the digest is not 32 hexadecimal digits";
        return NGX_EO_TOKEN_MALFORMED;
    }

    if (end == last) {
        token->reason = "there is no path after the token";
        return NGX_EO_TOKEN_MALFORMED;
    }

    token->path.data = end;
    token->path.len = last - end;

    return NGX_EO_TOKEN_OK;
}


/* whether a segment of a path could be meant as a part of a token */

static ngx_uint_t
ngx_eo_token_looks(ngx_str_t *segment, ngx_uint_t method)
{
    if (segment->len >= NGX_EO_TOKEN_MD5_TEXT_LEN) {
        return ngx_eo_token_alnum(segment, segment->len);
    }

    return ngx_eo_token_hex(segment, method == NGX_EO_TOKEN_B ? 12 : 8);
}


static u_char *
ngx_eo_token_path_write(ngx_str_t *origin, ngx_str_t *first,
    ngx_str_t *second, ngx_str_t *path, u_char *args, size_t args_len,
    u_char *dst)
{
    dst = ngx_eo_token_put(dst, origin);
    *dst++ = '/';
    dst = ngx_eo_token_put(dst, first);
    *dst++ = '/';
    dst = ngx_eo_token_put(dst, second);
    dst = ngx_eo_token_put(dst, path);

    if (args_len) {
        *dst++ = '?';
        dst = ngx_cpymem(dst, args, args_len);
    }

    return dst;
}
