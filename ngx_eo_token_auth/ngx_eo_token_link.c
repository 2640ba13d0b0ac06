
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Making links.
 */


#include "ngx_eo_token_part.h"

#include <openssl/rand.h>


static const char *ngx_eo_token_url_check(ngx_str_t *url);
static size_t ngx_eo_token_scheme(ngx_str_t *url);


size_t
ngx_eo_token_sign_size(ngx_eo_token_rule_t *rule, ngx_eo_token_link_t *link)
{
    ngx_eo_token_vod_t  *vod;

    vod = &link->vod;

    /*
     * The query is held a second time while it is rewritten.  Beside what is
     * counted there are the slash of an empty path, separators, time, VOD's
     * names.
     */

    return 2 * link->url.len + rule->param.len + rule->time_param.len
           + rule->keys[0].id.len + link->rand.len
           + vod->exper.len + vod->plive.len + vod->whref.len
           + vod->bkref.len + vod->whip.len + vod->bkip.len
           + NGX_EO_TOKEN_DIGEST_SIZE + 128;
}


const char *
ngx_eo_token_sign(ngx_eo_token_rule_t *rule, ngx_eo_token_link_t *link,
    u_char *buf, ngx_str_t *url, int64_t *expires)
{
    size_t                        len;
    u_char                       *args_data, *p;
    u_char                        digest[NGX_EO_TOKEN_BINARY_SIZE];
    u_char                        text[NGX_EO_TOKEN_DIGEST_SIZE];
    ngx_str_t                     origin, args;
    ngx_str_t                     parts[NGX_EO_TOKEN_MAX_PARTS];
    ngx_uint_t                    n;
    const char                   *error;
    ngx_eo_token_t                token;
    const ngx_eo_token_method_t  *method;

    ngx_memzero(&token, offsetof(ngx_eo_token_t, path));

    error = ngx_eo_token_url_split(&link->url, &origin, &token.path, &args);
    if (error) {
        return error;
    }

    if (link->time < 0
        || link->timeout < NGX_EO_TOKEN_MIN_TIMEOUT
        || link->timeout > NGX_EO_TOKEN_MAX_TIMEOUT)
    {
        return "the time or the timeout is out of range";
    }

    method = ngx_eo_token_method_of(rule);

    error = method->prepare(rule, link, &token);
    if (error) {
        return error;
    }

    n = method->formula(&rule->keys[0], &token, parts);

    if (rule->method == NGX_EO_TOKEN_HMAC) {
        ngx_eo_token_hmac(&rule->keys[0].hmac, parts, n, digest);

    } else {
        ngx_eo_token_md5(parts, n, digest);
    }

    token.digest.data = text;
    token.digest.len = method->encode(text, digest) - text;

    /* a token that the URL has already is replaced */

    p = buf + ngx_eo_token_sign_size(rule, link) - args.len;
    args_data = p;
    len = ngx_eo_token_strip_args(rule, 0, &args, args_data);

    url->data = buf;
    url->len = method->write(rule, &token, &origin, args_data, len, buf)
               - buf;

    *expires = token.expires;

    return NULL;
}


const char *
ngx_eo_token_url_split(ngx_str_t *url, ngx_str_t *origin, ngx_str_t *path,
    ngx_str_t *args)
{
    size_t       scheme;
    u_char      *p, *last;
    ngx_str_t    rest;
    const char  *error;

    static ngx_str_t  root = ngx_string("/");

    error = ngx_eo_token_url_check(url);
    if (error) {
        return error;
    }

    p = url->data;
    last = p + url->len;

    scheme = ngx_eo_token_scheme(url);

    if (scheme) {
        p += scheme;

        while (p < last && *p != '/' && *p != '?') {
            p++;
        }

        if (p == url->data + scheme) {
            return "the URL has no host";
        }

    } else if (*p != '/' || (url->len > 1 && p[1] == '/')) {
        return "the URL must begin with \"/\", \"http://\" or \"https://\"";
    }

    origin->data = url->data;
    origin->len = p - url->data;

    rest.data = p;
    rest.len = last - p;

    ngx_eo_token_split(&rest, path, args);

    if (path->len == 0) {
        *path = root;
    }

    error = ngx_eo_token_path_check(path);

    return error;
}


static const char *
ngx_eo_token_url_check(ngx_str_t *url)
{
    u_char  *p, *last;

    if (url->len == 0) {
        return "the URL is empty";
    }

    last = url->data + url->len;

    for (p = url->data; p < last; p++) {

        if (*p <= ' ' || *p >= 0x7f) {
            return "the URL has a character that must be percent-encoded";
        }

        if (*p == '#') {
            return "the URL has a fragment, which no server sees";
        }
    }

    return NULL;
}


static size_t
ngx_eo_token_scheme(ngx_str_t *url)
{
    size_t      len;
    ngx_uint_t  i, j;

    static ngx_str_t  schemes[] = {
        ngx_string("http://"),
        ngx_string("https://")
    };

    for (i = 0; i < 2; i++) {
        len = schemes[i].len;

        if (url->len < len) {
            continue;
        }

        for (j = 0; j < len; j++) {
            if (ngx_tolower(url->data[j]) != schemes[i].data[j]) {
                break;
            }
        }

        if (j == len) {
            return len;
        }
    }

    return 0;
}


ngx_int_t
ngx_eo_token_random(u_char *dst, size_t len)
{
    size_t  i, n;
    u_char  random[64];

    static const u_char  alphabet[] =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    n = sizeof(random);

    for (i = 0; i < len; n++) {

        if (n >= sizeof(random)) {

            if (RAND_bytes(random, sizeof(random)) != 1) {
                return NGX_ERROR;
            }

            n = 0;
        }

        /* the largest multiple of 62 below 256 keeps the letters even */

        if (random[n] < 248
            && (i || !ngx_eo_token_is_hex(alphabet[random[n] % 62])))
        {
            dst[i++] = alphabet[random[n] % 62];
        }
    }

    return NGX_OK;
}
