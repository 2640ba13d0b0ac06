
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * EdgeOne's method V (VOD): the link carries its own expiry and conditions.
 *
 * The digest is over a plain concatenation.  What a link may look like keeps
 * path and time apart; see docs/token-auth.md for what is left.
 */


#include "ngx_eo_token_part.h"


#define NGX_EO_TOKEN_EXPER_LEN  9


/* the order of ngx_eo_token_vod_names */

enum {
    NGX_EO_TOKEN_VOD_SIGN = 0,
    NGX_EO_TOKEN_VOD_T,
    NGX_EO_TOKEN_VOD_US,
    NGX_EO_TOKEN_VOD_EXPER_INDEX,
    NGX_EO_TOKEN_VOD_PLIVE,
    NGX_EO_TOKEN_VOD_WHREF,
    NGX_EO_TOKEN_VOD_BKREF,
    NGX_EO_TOKEN_VOD_WHIP,
    NGX_EO_TOKEN_VOD_BKIP
};


static ngx_uint_t ngx_eo_token_vod_parse(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token);
static const char *ngx_eo_token_vod_take(ngx_str_t *values, ngx_uint_t seen,
    ngx_eo_token_t *token);
static ngx_int_t ngx_eo_token_vod_time(ngx_str_t *text, int64_t now,
    int64_t *time);
static const char *ngx_eo_token_vod_apart(ngx_eo_token_rule_t *rule,
    ngx_eo_token_t *token);
static ngx_uint_t ngx_eo_token_vod_extension(ngx_str_t *path);
static const char *ngx_eo_token_vod_decode(ngx_str_t *values, ngx_uint_t seen,
    ngx_eo_token_t *token);
static const char *ngx_eo_token_vod_conditions(ngx_eo_token_t *token);
static ngx_int_t ngx_eo_token_unescape(ngx_str_t *value, u_char *dst);
static ngx_uint_t ngx_eo_token_vod_formula(ngx_eo_token_key_t *key,
    ngx_eo_token_t *token, ngx_str_t *parts);
static ngx_uint_t ngx_eo_token_vod_allow(ngx_eo_token_request_t *request,
    ngx_eo_token_t *token);
static ngx_uint_t ngx_eo_token_vod_allow_referer(
    ngx_eo_token_request_t *request, ngx_eo_token_t *token);
static ngx_uint_t ngx_eo_token_vod_allow_address(
    ngx_eo_token_request_t *request, ngx_eo_token_t *token);
static const char *ngx_eo_token_vod_prepare(ngx_eo_token_rule_t *rule,
    ngx_eo_token_link_t *link, ngx_eo_token_t *token);
static u_char *ngx_eo_token_vod_write(ngx_eo_token_rule_t *rule,
    ngx_eo_token_t *token, ngx_str_t *origin, u_char *args, size_t args_len,
    u_char *dst);
static u_char *ngx_eo_token_vod_arg(u_char *dst, ngx_uint_t index,
    ngx_str_t *value);


const ngx_str_t  ngx_eo_token_vod_names[] = {
    ngx_string("sign"),
    ngx_string("t"),
    ngx_string("us"),
    ngx_string("exper"),
    ngx_string("plive"),
    ngx_string("whref"),
    ngx_string("bkref"),
    ngx_string("whip"),
    ngx_string("bkip")
};


const ngx_eo_token_method_t  ngx_eo_token_method_vod = {
    ngx_eo_token_vod_parse,
    ngx_eo_token_vod_formula,
    ngx_eo_token_md5_encode,
    ngx_eo_token_vod_allow,
    ngx_eo_token_vod_prepare,
    ngx_eo_token_vod_write
};


static ngx_uint_t
ngx_eo_token_vod_parse(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token)
{
    int64_t     time;
    ngx_str_t   values[NGX_EO_TOKEN_MAX_NAMES];
    ngx_uint_t  i, seen;

    for (i = 0; i < NGX_EO_TOKEN_MAX_NAMES; i++) {
        ngx_str_null(&values[i]);
    }

    if (ngx_eo_token_args(&request->args, ngx_eo_token_vod_names,
                          NGX_EO_TOKEN_MAX_NAMES, values, &seen,
                          &token->others)
        != NGX_OK)
    {
        token->reason = "a parameter of the token is in the link twice";
        return NGX_EO_TOKEN_MALFORMED;
    }

    if (!(seen & (1 << NGX_EO_TOKEN_VOD_SIGN | 1 << NGX_EO_TOKEN_VOD_T))) {
        token->reason = "the link has no token";
        return NGX_EO_TOKEN_MISSING;
    }

    token->reason = ngx_eo_token_vod_take(values, seen, token);
    if (token->reason) {
        return NGX_EO_TOKEN_MALFORMED;
    }

    if (ngx_eo_token_vod_time(&token->time, request->now, &time) != NGX_OK) {
        token->reason = "t is not 8 lower-case hexadecimal digits of a time "
                        "within the next 20 years";
        return NGX_EO_TOKEN_MALFORMED;
    }

    token->reason = ngx_eo_token_vod_apart(rule, token);
    if (token->reason) {
        return NGX_EO_TOKEN_MALFORMED;
    }

    token->expires = time + NGX_EO_TOKEN_VOD_SKEW;

    return NGX_EO_TOKEN_OK;
}


static const char *
ngx_eo_token_vod_take(ngx_str_t *values, ngx_uint_t seen,
    ngx_eo_token_t *token)
{
    const char  *reason;

    token->digest = values[NGX_EO_TOKEN_VOD_SIGN];
    token->time = values[NGX_EO_TOKEN_VOD_T];
    token->rand = values[NGX_EO_TOKEN_VOD_US];
    token->vod.exper = values[NGX_EO_TOKEN_VOD_EXPER_INDEX];
    token->vod.plive = values[NGX_EO_TOKEN_VOD_PLIVE];
    token->vod.whref = values[NGX_EO_TOKEN_VOD_WHREF];
    token->vod.bkref = values[NGX_EO_TOKEN_VOD_BKREF];
    token->vod.whip = values[NGX_EO_TOKEN_VOD_WHIP];
    token->vod.bkip = values[NGX_EO_TOKEN_VOD_BKIP];

    if (ngx_eo_token_decode_hex(&token->digest, NGX_EO_TOKEN_MD5_TEXT_LEN,
                                token->sent)
        != NGX_OK)
    {
        return "sign is not 32 hexadecimal digits";
    }

    /* most links have no conditions */

    if (seen >> NGX_EO_TOKEN_VOD_EXPER_INDEX) {
        reason = ngx_eo_token_vod_decode(values, seen, token);

        if (reason) {
            return reason;
        }
    }

    return ngx_eo_token_vod_conditions(token);
}


/* a time that has passed is one, too: the link has expired */

static ngx_int_t
ngx_eo_token_vod_time(ngx_str_t *text, int64_t now, int64_t *time)
{
    size_t  i;

    if (ngx_eo_token_time_hex(text, time) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < text->len; i++) {
        if (text->data[i] >= 'A' && text->data[i] <= 'F') {
            return NGX_ERROR;
        }
    }

    return (*time - now > NGX_EO_TOKEN_MAX_TIMEOUT) ? NGX_ERROR : NGX_OK;
}


/*
 * Nothing stands between path and t in the digest, nor between t and what
 * follows.  Where that begins with a hexadecimal digit, t could be read some
 * places further on, and its first digits as the end of another path; and the
 * other way about.  A path with an extension becomes none that exists by it.
 */

static const char *
ngx_eo_token_vod_apart(ngx_eo_token_rule_t *rule, ngx_eo_token_t *token)
{
    ngx_str_t   *part;
    ngx_uint_t   i;

    if (rule->any_us) {
        return NULL;
    }

    if (token->rand.len && ngx_eo_token_is_hex(token->rand.data[0])) {
        return "us begins with a hexadecimal digit, which could be a part "
               "of t; see eo_token_auth_vod_us";
    }

    if (token->rand.len && token->vod.exper.len == 0) {
        return NULL;
    }

    /* the first condition that there is; us has been seen */

    part = &token->vod.exper;

    for (i = 0; i < 5 && part[i].len == 0; i++) { /* void */ }

    if (part[i].len && ngx_eo_token_is_hex(part[i].data[0])
        && !ngx_eo_token_vod_extension(&token->path))
    {
        return "t is followed by a hexadecimal digit, and the path has no "
               "extension; see eo_token_auth_vod_us";
    }

    return NULL;
}


/* whether the last segment has a dot with a letter somewhere after it */

static ngx_uint_t
ngx_eo_token_vod_extension(ngx_str_t *path)
{
    size_t      i;
    u_char      c;
    ngx_uint_t  letter;

    letter = 0;

    for (i = path->len; i; i--) {
        c = path->data[i - 1];

        if (c == '.') {
            return letter;
        }

        if (c == '/') {
            return 0;
        }

        c |= 0x20;
        letter |= (c >= 'a' && c <= 'z');
    }

    return 0;
}


static const char *
ngx_eo_token_vod_decode(ngx_str_t *values, ngx_uint_t seen,
    ngx_eo_token_t *token)
{
    u_char      *scratch;
    ngx_str_t   *list;
    ngx_uint_t   i;

    /* a parameter that is there has to say something */

    for (i = NGX_EO_TOKEN_VOD_EXPER_INDEX; i < NGX_EO_TOKEN_MAX_NAMES; i++) {
        if ((seen & ((ngx_uint_t) 1 << i)) && values[i].len == 0) {
            return "a parameter of the token is empty";
        }
    }

    /* clients may have encoded commas, colons and slashes of the lists */

    list = &token->vod.whref;
    scratch = token->scratch;

    for (i = 0; i < 4; i++) {
        if (ngx_eo_token_unescape(&list[i], scratch) != NGX_OK) {
            return "a list of the token is too long or badly encoded";
        }

        scratch += NGX_EO_TOKEN_MAX_LIST_SIZE;
    }

    return NULL;
}


static const char *
ngx_eo_token_vod_conditions(ngx_eo_token_t *token)
{
    u_char              *p;
    ngx_uint_t           i;
    ngx_eo_token_vod_t  *vod;

    vod = &token->vod;

    if (!ngx_eo_token_alnum(&token->rand, NGX_EO_TOKEN_MAX_RAND)) {
        return "us is not up to 100 letters and digits";
    }

    if (vod->exper.len > NGX_EO_TOKEN_EXPER_LEN) {
        return "exper is not up to 9 decimal digits";
    }

    token->preview = 0;
    p = vod->exper.data;

    for (i = 0; i < vod->exper.len; i++) {
        if (!ngx_eo_token_is_digit(p[i])) {
            return "exper is not up to 9 decimal digits";
        }

        token->preview = token->preview * 10 + (p[i] - '0');
    }

    token->start = 0;

    if (vod->plive.len
        && ngx_eo_token_time_hex(&vod->plive, &token->start) != NGX_OK)
    {
        return "plive is not 8 hexadecimal digits";
    }

    if ((vod->whref.len && !ngx_eo_token_referer_list_valid(&vod->whref))
        || (vod->bkref.len && !ngx_eo_token_referer_list_valid(&vod->bkref)))
    {
        return "a referer list is not 1 to 10 hosts or \"*.\" wildcards";
    }

    if ((vod->whip.len && !ngx_eo_token_address_list_valid(&vod->whip))
        || (vod->bkip.len && !ngx_eo_token_address_list_valid(&vod->bkip)))
    {
        return "an address list is not 1 to 10 addresses or prefixes";
    }

    return NULL;
}


static ngx_int_t
ngx_eo_token_unescape(ngx_str_t *value, u_char *dst)
{
    u_char     *p, *last, *out, hex[8];
    int64_t     c;
    ngx_str_t   digits;

    ngx_memset(hex, '0', sizeof(hex));

    if (value->len == 0) {
        return NGX_OK;
    }

    out = dst;
    last = value->data + value->len;

    for (p = value->data; p < last; p++) {

        if (out == dst + NGX_EO_TOKEN_MAX_LIST_SIZE) {
            return NGX_ERROR;
        }

        if (*p != '%') {
            *out++ = *p;
            continue;
        }

        if (last - p < 3) {
            return NGX_ERROR;
        }

        hex[6] = p[1];
        hex[7] = p[2];

        digits.data = hex;
        digits.len = sizeof(hex);

        if (ngx_eo_token_time_hex(&digits, &c) != NGX_OK) {
            return NGX_ERROR;
        }

        *out++ = (u_char) c;
        p += 2;
    }

    value->data = dst;
    value->len = out - dst;

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_token_vod_formula(ngx_eo_token_key_t *key, ngx_eo_token_t *token,
    ngx_str_t *parts)
{
    parts[0] = key->value;
    parts[1] = token->path;
    parts[2] = token->time;
    parts[3] = token->vod.exper;
    parts[4] = token->rand;
    parts[5] = token->vod.plive;
    parts[6] = token->vod.whref;
    parts[7] = token->vod.bkref;
    parts[8] = token->vod.whip;
    parts[9] = token->vod.bkip;

    return 10;
}


static ngx_uint_t
ngx_eo_token_vod_allow(ngx_eo_token_request_t *request, ngx_eo_token_t *token)
{
    ngx_uint_t  status;

    if (request->now < token->start) {
        token->reason = "the time of the link (plive) has not come yet";
        return NGX_EO_TOKEN_DENIED;
    }

    status = ngx_eo_token_vod_allow_referer(request, token);
    if (status != NGX_EO_TOKEN_OK) {
        return status;
    }

    return ngx_eo_token_vod_allow_address(request, token);
}


static ngx_uint_t
ngx_eo_token_vod_allow_referer(ngx_eo_token_request_t *request,
    ngx_eo_token_t *token)
{
    ngx_str_t            host;
    ngx_uint_t           named;
    ngx_eo_token_vod_t  *vod;

    vod = &token->vod;

    if (vod->whref.len == 0 && vod->bkref.len == 0) {
        return NGX_EO_TOKEN_OK;
    }

    named = (ngx_eo_token_referer_host(&request->referer, &host) == NGX_OK);

    if (vod->whref.len
        && (!named || !ngx_eo_token_referer_listed(&vod->whref, &host)))
    {
        token->reason = "the Referer is not in the link's list (whref)";
        return NGX_EO_TOKEN_DENIED;
    }

    if (vod->bkref.len
        && named && ngx_eo_token_referer_listed(&vod->bkref, &host))
    {
        token->reason = "the Referer is in the link's deny list (bkref)";
        return NGX_EO_TOKEN_DENIED;
    }

    return NGX_EO_TOKEN_OK;
}


static ngx_uint_t
ngx_eo_token_vod_allow_address(ngx_eo_token_request_t *request,
    ngx_eo_token_t *token)
{
    ngx_eo_token_vod_t  *vod;

    vod = &token->vod;

    if (vod->whip.len
        && !ngx_eo_token_address_listed(&vod->whip, request->address,
                                        request->address_len))
    {
        token->reason = "the address is not in the link's list (whip)";
        return NGX_EO_TOKEN_DENIED;
    }

    if (vod->bkip.len
        && ngx_eo_token_address_listed(&vod->bkip, request->address,
                                       request->address_len))
    {
        token->reason = "the address is in the link's deny list (bkip)";
        return NGX_EO_TOKEN_DENIED;
    }

    return NGX_EO_TOKEN_OK;
}


static const char *
ngx_eo_token_vod_prepare(ngx_eo_token_rule_t *rule,
    ngx_eo_token_link_t *link, ngx_eo_token_t *token)
{
    u_char      *p;
    ngx_str_t   *list;
    ngx_uint_t   i;
    const char  *error;

    token->rand = link->rand;
    token->vod = link->vod;

    list = &token->vod.whref;

    for (i = 0; i < 4; i++) {
        if (list[i].len > NGX_EO_TOKEN_MAX_LIST_SIZE) {
            return "a list is longer than 1024 characters";
        }
    }

    error = ngx_eo_token_vod_conditions(token);
    if (error) {
        return error;
    }

    error = ngx_eo_token_vod_apart(rule, token);
    if (error) {
        return error;
    }

    token->expires = link->time + link->timeout;

    p = ngx_eo_token_write_hex(token->scratch, token->expires);
    if (p == NULL) {
        return "the time is out of range";
    }

    token->time.data = token->scratch;
    token->time.len = p - token->scratch;

    return NULL;
}


static u_char *
ngx_eo_token_vod_write(ngx_eo_token_rule_t *rule, ngx_eo_token_t *token,
    ngx_str_t *origin, u_char *args, size_t args_len, u_char *dst)
{
    ngx_eo_token_vod_t  *vod;

    vod = &token->vod;

    dst = ngx_eo_token_put(dst, origin);
    dst = ngx_eo_token_put(dst, &token->path);
    *dst++ = '?';

    if (args_len) {
        dst = ngx_cpymem(dst, args, args_len);
        *dst++ = '&';
    }

    dst = ngx_cpymem(dst, "t=", 2);
    dst = ngx_eo_token_put(dst, &token->time);

    dst = ngx_eo_token_vod_arg(dst, NGX_EO_TOKEN_VOD_EXPER_INDEX,
                               &vod->exper);
    dst = ngx_eo_token_vod_arg(dst, NGX_EO_TOKEN_VOD_US, &token->rand);
    dst = ngx_eo_token_vod_arg(dst, NGX_EO_TOKEN_VOD_PLIVE, &vod->plive);
    dst = ngx_eo_token_vod_arg(dst, NGX_EO_TOKEN_VOD_WHREF, &vod->whref);
    dst = ngx_eo_token_vod_arg(dst, NGX_EO_TOKEN_VOD_BKREF, &vod->bkref);
    dst = ngx_eo_token_vod_arg(dst, NGX_EO_TOKEN_VOD_WHIP, &vod->whip);
    dst = ngx_eo_token_vod_arg(dst, NGX_EO_TOKEN_VOD_BKIP, &vod->bkip);

    return ngx_eo_token_vod_arg(dst, NGX_EO_TOKEN_VOD_SIGN, &token->digest);
}


static u_char *
ngx_eo_token_vod_arg(u_char *dst, ngx_uint_t index, ngx_str_t *value)
{
    const ngx_str_t  *name;

    if (value->len == 0) {
        return dst;
    }

    name = &ngx_eo_token_vod_names[index];

    *dst++ = '&';
    dst = ngx_eo_token_put(dst, name);
    *dst++ = '=';

    return ngx_eo_token_put(dst, value);
}
