
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_challenge_pass.h"


#define NGX_EO_CHALLENGE_PASS_LABEL  'p'
#define NGX_EO_CHALLENGE_MAX_CHECKS  8
#define NGX_EO_CHALLENGE_MAX_COUNT   15


static ngx_int_t ngx_eo_challenge_cookie_next(const ngx_str_t *header,
    const ngx_str_t *name, u_char **place, ngx_str_t *value);
static ngx_int_t ngx_eo_challenge_pass_next(const ngx_str_t *value,
    u_char **place, u_char **pass);
static ngx_int_t ngx_eo_challenge_pass_look(ngx_eo_challenge_look_t *look,
    u_char *pass);
static ngx_uint_t ngx_eo_challenge_pass_mine(ngx_eo_challenge_look_t *look,
    uint32_t tag);
static void ngx_eo_challenge_jar_add(ngx_eo_challenge_jar_t *jar,
    u_char *pass);
static u_char *ngx_eo_challenge_pass_write(
    const ngx_eo_challenge_keys_t *keys,
    const ngx_eo_challenge_client_t *client,
    const ngx_eo_challenge_token_t *token, time_t now, u_char *dst);


ngx_int_t
ngx_eo_challenge_pass_find(ngx_eo_challenge_look_t *look,
    const ngx_str_t *header)
{
    u_char     *place, *next, *pass;
    ngx_str_t   value;

    place = header->data;

    while (ngx_eo_challenge_cookie_next(header, &look->name, &place, &value)
           == NGX_OK)
    {
        if (look->status == NGX_EO_CHALLENGE_MISSING) {
            look->status = NGX_EO_CHALLENGE_MALFORMED;
        }

        next = NULL;

        while (ngx_eo_challenge_pass_next(&value, &next, &pass) == NGX_OK) {

            if (ngx_eo_challenge_pass_look(look, pass) == NGX_OK) {
                look->status = NGX_EO_CHALLENGE_OK;
                return NGX_OK;
            }
        }
    }

    return NGX_DECLINED;
}


/* RFC 6265, 4.2.1; an empty header has no address */

static ngx_int_t
ngx_eo_challenge_cookie_next(const ngx_str_t *header, const ngx_str_t *name,
    u_char **place, ngx_str_t *value)
{
    u_char  *p, *end, *last;

    last = header->data + header->len;

    for (p = *place; p < last; p = end + 1) {

        while (p < last && (*p == ' ' || *p == '\t')) {
            p++;
        }

        end = ngx_strlchr(p, last, ';');

        if (end == NULL) {
            end = last;
        }

        if ((size_t) (end - p) <= name->len
            || p[name->len] != '='
            || ngx_memcmp(p, name->data, name->len) != 0)
        {
            continue;
        }

        value->data = p + name->len + 1;
        value->len = end - value->data;

        while (value->len && (value->data[value->len - 1] == ' '
                              || value->data[value->len - 1] == '\t'))
        {
            value->len--;
        }

        *place = (end < last) ? end + 1 : last;

        return NGX_OK;
    }

    *place = last;

    return NGX_DECLINED;
}


/* place: NULL at first */

static ngx_int_t
ngx_eo_challenge_pass_next(const ngx_str_t *value, u_char **place,
    u_char **pass)
{
    u_char  *p, *last;

    if (value->len > NGX_EO_CHALLENGE_COOKIE_MAX) {
        return NGX_DECLINED;
    }

    p = *place ? *place : value->data + NGX_EO_CHALLENGE_COUNT_LEN;
    last = value->data + value->len;

    if (last - p < 1 + NGX_EO_CHALLENGE_PASS_LEN || *p != '-') {
        return NGX_DECLINED;
    }

    *pass = p + 1;
    *place = p + 1 + NGX_EO_CHALLENGE_PASS_LEN;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_challenge_pass_look(ngx_eo_challenge_look_t *look, u_char *pass)
{
    uint64_t   tag, expires, level, difficulty;
    ngx_str_t  head;

    if (ngx_eo_challenge_hex(pass, 8, &tag) != NGX_OK
        || ngx_eo_challenge_hex(pass + 8, 8, &expires) != NGX_OK
        || ngx_eo_challenge_hex(pass + 16, 1, &level) != NGX_OK
        || ngx_eo_challenge_hex(pass + 17, 2, &difficulty) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    if (!ngx_eo_challenge_pass_mine(look, (uint32_t) tag)) {

        if (look->status == NGX_EO_CHALLENGE_MALFORMED) {
            look->status = NGX_EO_CHALLENGE_FORGED;
        }

        return NGX_DECLINED;
    }

    if ((time_t) expires <= look->now) {
        look->status = NGX_EO_CHALLENGE_EXPIRED;
        return NGX_DECLINED;
    }

    if (level < look->level || difficulty < look->difficulty) {
        look->status = NGX_EO_CHALLENGE_WEAK;
        return NGX_DECLINED;
    }

    if (look->checked == NGX_EO_CHALLENGE_MAX_CHECKS) {
        return NGX_DECLINED;
    }

    look->checked++;

    head.data = pass;
    head.len = NGX_EO_CHALLENGE_PASS_HEAD;

    if (!ngx_eo_challenge_mac_check(look->keys, NGX_EO_CHALLENGE_PASS_LABEL,
                                    &head, look->client, pass + head.len))
    {
        look->status = NGX_EO_CHALLENGE_FORGED;
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_challenge_pass_mine(ngx_eo_challenge_look_t *look, uint32_t tag)
{
    ngx_uint_t  i;

    if (!look->tagged) {
        look->tagged = 1;

        for (i = 0; i < look->keys->n; i++) {
            look->tags[i] = ngx_eo_challenge_tag(&look->keys->key[i],
                                                 look->client);
        }
    }

    for (i = 0; i < look->keys->n; i++) {
        if (look->tags[i] == tag) {
            return 1;
        }
    }

    return 0;
}


void
ngx_eo_challenge_jar_read(ngx_eo_challenge_jar_t *jar,
    const ngx_str_t *header)
{
    u_char     *place, *next, *pass;
    uint64_t    stamp, count;
    ngx_str_t   value;

    place = header->data;

    while (ngx_eo_challenge_cookie_next(header, &jar->name, &place, &value)
           == NGX_OK)
    {
        if (value.len >= NGX_EO_CHALLENGE_COUNT_LEN
            && ngx_eo_challenge_hex(value.data, 8, &stamp) == NGX_OK
            && ngx_eo_challenge_hex(value.data + 8, 1, &count) == NGX_OK
            && stamp <= (uint64_t) jar->now
            && (stamp > jar->stamp
                || (stamp == jar->stamp && count > jar->count)))
        {
            jar->stamp = stamp;
            jar->count = (ngx_uint_t) count;
        }

        next = NULL;

        while (ngx_eo_challenge_pass_next(&value, &next, &pass) == NGX_OK) {
            ngx_eo_challenge_jar_add(jar, pass);
        }
    }
}


static void
ngx_eo_challenge_jar_add(ngx_eo_challenge_jar_t *jar, u_char *pass)
{
    uint64_t    number, expires;
    ngx_uint_t  i, place;

    /* digits throughout: it is sent back as it is */

    if (ngx_eo_challenge_hex(pass, NGX_EO_CHALLENGE_PASS_LEN, &number)
        != NGX_OK)
    {
        return;
    }

    (void) ngx_eo_challenge_hex(pass + 8, 8, &expires);

    if (expires <= (uint64_t) jar->now
        || expires > (uint64_t) jar->now + NGX_EO_CHALLENGE_MAX_TTL)
    {
        return;
    }

    place = jar->n;

    for (i = 0; i < jar->n; i++) {

        if (ngx_memcmp(jar->passes[i], pass, 8) == 0) {
            place = i;
            break;
        }

        if (jar->n == NGX_EO_CHALLENGE_PASSES
            && (place == jar->n || jar->expires[i] < jar->expires[place]))
        {
            place = i;
        }
    }

    if (place < jar->n) {

        if (expires <= jar->expires[place]) {
            return;
        }

    } else {
        jar->n++;
    }

    jar->passes[place] = pass;
    jar->expires[place] = expires;
}


ngx_uint_t
ngx_eo_challenge_jar_count(const ngx_eo_challenge_jar_t *jar)
{
    return (jar->stamp + NGX_EO_CHALLENGE_COUNT_TIME > (uint64_t) jar->now)
           ? jar->count : 0;
}


u_char *
ngx_eo_challenge_jar_write(const ngx_eo_challenge_jar_t *jar,
    const ngx_eo_challenge_keys_t *keys,
    const ngx_eo_challenge_client_t *client,
    const ngx_eo_challenge_token_t *token, u_char *dst)
{
    u_char      *pass;
    uint64_t     stamp;
    ngx_uint_t   i, n, count, least;

    count = ngx_eo_challenge_jar_count(jar);
    stamp = count ? jar->stamp : (uint64_t) jar->now;
    count = ngx_min(count + 1, NGX_EO_CHALLENGE_MAX_COUNT);

    dst = ngx_sprintf(dst, "%08xD%01xd", (uint32_t) stamp, (int) count);

    n = NGX_EO_CHALLENGE_PASSES;
    pass = NULL;

    if (token) {
        *dst++ = '-';
        pass = dst;
        dst = ngx_eo_challenge_pass_write(keys, client, token, jar->now, dst);
        n--;
    }

    /* of four others the one that is good shortest makes room */

    least = NGX_EO_CHALLENGE_PASSES;

    if (jar->n > n) {
        least = 0;

        for (i = 0; i < jar->n; i++) {

            if (ngx_memcmp(jar->passes[i], pass, 8) == 0) {
                least = i;
                break;
            }

            if (jar->expires[i] < jar->expires[least]) {
                least = i;
            }
        }
    }

    for (i = 0; i < jar->n; i++) {

        if (i == least
            || (pass && ngx_memcmp(jar->passes[i], pass, 8) == 0))
        {
            continue;
        }

        *dst++ = '-';
        dst = ngx_cpymem(dst, jar->passes[i], NGX_EO_CHALLENGE_PASS_LEN);
    }

    return dst;
}


static u_char *
ngx_eo_challenge_pass_write(const ngx_eo_challenge_keys_t *keys,
    const ngx_eo_challenge_client_t *client,
    const ngx_eo_challenge_token_t *token, time_t now, u_char *dst)
{
    ngx_str_t                  head;
    ngx_eo_challenge_client_t  bound;

    bound = *client;
    ngx_eo_challenge_bind(&bound, token->bind);

    head.data = dst;

    dst = ngx_sprintf(dst, "%08xD%08xD%01xd%02xd",
                      ngx_eo_challenge_tag(&keys->key[0], &bound),
                      (uint32_t) (now + token->ttl), (int) token->level,
                      (int) token->difficulty);

    head.len = dst - head.data;

    ngx_eo_challenge_mac(&keys->key[0], NGX_EO_CHALLENGE_PASS_LABEL, &head,
                         &bound, dst);

    return dst + NGX_EO_CHALLENGE_MAC_TEXT;
}
