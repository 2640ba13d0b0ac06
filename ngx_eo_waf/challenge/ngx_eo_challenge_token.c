
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_challenge_token.h"


#define NGX_EO_CHALLENGE_VERSION      1
#define NGX_EO_CHALLENGE_TOKEN_LABEL  'c'


static ngx_int_t ngx_eo_challenge_token_read(const ngx_str_t *text,
    ngx_eo_challenge_token_t *token);


u_char *
ngx_eo_challenge_token_write(const ngx_eo_challenge_keys_t *keys,
    const ngx_eo_challenge_client_t *client,
    const ngx_eo_challenge_token_t *token, u_char *dst)
{
    ngx_str_t                  head;
    ngx_eo_challenge_client_t  bound;

    bound = *client;
    ngx_eo_challenge_bind(&bound, token->bind);

    head.data = dst;

    dst = ngx_sprintf(dst, "%01xd%08xD%01xd%01xd%02xd%01xd%01xd%08xD%016xL",
                      NGX_EO_CHALLENGE_VERSION, (uint32_t) token->expires,
                      (int) token->level, (int) token->step,
                      (int) token->difficulty, (int) token->bind,
                      (int) token->same_site, (uint32_t) token->ttl,
                      token->nonce);

    head.len = dst - head.data;

    ngx_eo_challenge_mac(&keys->key[0], NGX_EO_CHALLENGE_TOKEN_LABEL, &head,
                         &bound, dst);

    return dst + NGX_EO_CHALLENGE_MAC_TEXT;
}


ngx_eo_challenge_status_e
ngx_eo_challenge_token_check(const ngx_eo_challenge_keys_t *keys,
    const ngx_eo_challenge_client_t *client, const ngx_str_t *text,
    time_t now, ngx_eo_challenge_token_t *token)
{
    ngx_str_t                  head;
    ngx_eo_challenge_client_t  bound;

    if (text->len != NGX_EO_CHALLENGE_TOKEN_LEN
        || ngx_eo_challenge_token_read(text, token) != NGX_OK)
    {
        return NGX_EO_CHALLENGE_MALFORMED;
    }

    bound = *client;
    ngx_eo_challenge_bind(&bound, token->bind);

    head.data = text->data;
    head.len = NGX_EO_CHALLENGE_TOKEN_HEAD;

    if (!ngx_eo_challenge_mac_check(keys, NGX_EO_CHALLENGE_TOKEN_LABEL, &head,
                                    &bound, text->data + head.len))
    {
        return NGX_EO_CHALLENGE_FORGED;
    }

    return (token->expires < now) ? NGX_EO_CHALLENGE_EXPIRED
                                  : NGX_EO_CHALLENGE_OK;
}


static ngx_int_t
ngx_eo_challenge_token_read(const ngx_str_t *text,
    ngx_eo_challenge_token_t *token)
{
    u_char      *p;
    uint64_t     value[9];
    ngx_uint_t   i;

    static const size_t  widths[] = { 1, 8, 1, 1, 2, 1, 1, 8, 16 };

    p = text->data;

    for (i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {

        if (ngx_eo_challenge_hex(p, widths[i], &value[i]) != NGX_OK) {
            return NGX_DECLINED;
        }

        p += widths[i];
    }

    if (value[0] != NGX_EO_CHALLENGE_VERSION
        || value[2] < NGX_EO_CHALLENGE_JS
        || value[2] > NGX_EO_CHALLENGE_MANAGED
        || value[3] > NGX_EO_CHALLENGE_CAPTCHA
        || value[5] > NGX_EO_CHALLENGE_NONE)
    {
        return NGX_DECLINED;
    }

    token->expires = (time_t) value[1];
    token->level = (ngx_eo_challenge_level_e) value[2];
    token->step = (ngx_eo_challenge_step_e) value[3];
    token->difficulty = (ngx_uint_t) value[4];
    token->bind = (ngx_eo_challenge_bind_e) value[5];
    token->same_site = (ngx_uint_t) value[6];
    token->ttl = (time_t) value[7];
    token->nonce = value[8];

    return NGX_OK;
}


u_char *
ngx_eo_challenge_token_seed(const ngx_str_t *text)
{
    return text->data + NGX_EO_CHALLENGE_TOKEN_HEAD;
}


ngx_str_t *
ngx_eo_challenge_status_name(ngx_eo_challenge_status_e status)
{
    static ngx_str_t  names[] = {
        ngx_string("ok"),
        ngx_string("missing"),
        ngx_string("malformed"),
        ngx_string("forged"),
        ngx_string("expired"),
        ngx_string("weak"),
        ngx_string("wrong"),
        ngx_string("replayed"),
        ngx_string("unverified")
    };

    return &names[status];
}
