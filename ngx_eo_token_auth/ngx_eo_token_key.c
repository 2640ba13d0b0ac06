
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Keys: what may be one, and files of them.
 */


#include "ngx_eo_token_part.h"


#define NGX_EO_TOKEN_KEY_MIN       6
#define NGX_EO_TOKEN_KEY_MAX       40

#define NGX_EO_TOKEN_ID_MAX        32
#define NGX_EO_TOKEN_HMAC_KEY_MIN  16
#define NGX_EO_TOKEN_HMAC_KEY_MAX  256


static const char *ngx_eo_token_hmac_key_parse(ngx_str_t *text, u_char *colon,
    ngx_eo_token_key_t *key);


const char *
ngx_eo_token_key_parse(ngx_str_t *text, ngx_eo_token_key_t *key)
{
    u_char  *colon;

    colon = ngx_strlchr(text->data, text->data + text->len, ':');

    if (colon) {
        return ngx_eo_token_hmac_key_parse(text, colon, key);
    }

    if (text->len < NGX_EO_TOKEN_KEY_MIN
        || !ngx_eo_token_alnum(text, NGX_EO_TOKEN_KEY_MAX))
    {
        return "it must be 6 to 40 letters and digits, "
               "or \"ID:KEY\" for method HMAC";
    }

    ngx_str_null(&key->id);
    key->value = *text;

    return NULL;
}


static const char *
ngx_eo_token_hmac_key_parse(ngx_str_t *text, u_char *colon,
    ngx_eo_token_key_t *key)
{
    u_char  *p, *last;

    key->id.data = text->data;
    key->id.len = colon - text->data;

    last = text->data + text->len;

    key->value.data = colon + 1;
    key->value.len = last - key->value.data;

    if (key->id.len == 0 || key->id.len > NGX_EO_TOKEN_ID_MAX) {
        return "the id before \":\" must have 1 to 32 characters";
    }

    for (p = key->id.data; p < colon; p++) {
        if (!ngx_eo_token_is_alnum(*p) && *p != '-' && *p != '_') {
            return "the id before \":\" must be letters, digits, "
                   "\"-\" and \"_\"";
        }
    }

    if (key->value.len < NGX_EO_TOKEN_HMAC_KEY_MIN
        || key->value.len > NGX_EO_TOKEN_HMAC_KEY_MAX)
    {
        return "the key after \":\" must have 16 to 256 characters";
    }

    for (p = key->value.data; p < last; p++) {
        if (*p <= ' ' || *p >= 0x7f) {
            return "the key after \":\" must be printable ASCII "
                   "without spaces";
        }
    }

    ngx_eo_token_key_prepare(key);

    return NULL;
}


const char *
ngx_eo_token_key_file_parse(ngx_str_t *text, ngx_eo_token_key_t *keys,
    ngx_uint_t *nkeys, ngx_uint_t *line)
{
    u_char      *p, *last, *end;
    ngx_str_t    word;
    const char  *error;

    p = text->data;
    last = p + text->len;

    *nkeys = 0;
    *line = 0;

    while (p < last) {
        (*line)++;

        end = ngx_strlchr(p, last, '\n');
        if (end == NULL) {
            end = last;
        }

        word.data = p;
        word.len = end - p;

        p = (end < last) ? end + 1 : last;

        while (word.len && (word.data[word.len - 1] == ' '
                            || word.data[word.len - 1] == '\t'
                            || word.data[word.len - 1] == '\r'))
        {
            word.len--;
        }

        while (word.len && (word.data[0] == ' ' || word.data[0] == '\t')) {
            word.data++;
            word.len--;
        }

        if (word.len == 0 || word.data[0] == '#') {
            continue;
        }

        if (*nkeys == NGX_EO_TOKEN_MAX_KEYS) {
            return "there are more than 16 keys";
        }

        error = ngx_eo_token_key_parse(&word, &keys[*nkeys]);
        if (error) {
            return error;
        }

        (*nkeys)++;
    }

    if (*nkeys == 0) {
        return "there is no key in it";
    }

    return NULL;
}


ngx_uint_t
ngx_eo_token_param_valid(ngx_str_t *name)
{
    size_t  i;

    if (name->len == 0 || name->len > NGX_EO_TOKEN_MAX_PARAM) {
        return 0;
    }

    for (i = 0; i < name->len; i++) {
        if (!ngx_eo_token_is_alnum(name->data[i]) && name->data[i] != '_') {
            return 0;
        }
    }

    return 1;
}


const char *
ngx_eo_token_rule_check(ngx_eo_token_rule_t *rule)
{
    ngx_uint_t           i, j;
    ngx_eo_token_key_t  *keys;

    if (rule->nkeys == 0) {
        return "there is no key";
    }

    keys = rule->keys;

    for (i = 0; i < rule->nkeys; i++) {

        if (rule->method != NGX_EO_TOKEN_HMAC) {

            if (keys[i].id.len) {
                return "a key with an id is for method HMAC only";
            }

            continue;
        }

        if (keys[i].id.len == 0) {
            return "method HMAC needs keys of the form \"ID:KEY\"";
        }

        for (j = 0; j < i; j++) {
            if (keys[i].id.len == keys[j].id.len
                && ngx_memcmp(keys[i].id.data, keys[j].id.data,
                              keys[i].id.len) == 0)
            {
                return "two keys have the same id";
            }
        }
    }

    if (rule->folder && rule->method != NGX_EO_TOKEN_HMAC) {
        return "the scope \"prefix\" is for method HMAC only";
    }

    if (rule->timeout < NGX_EO_TOKEN_MIN_TIMEOUT
        || rule->timeout > NGX_EO_TOKEN_MAX_TIMEOUT)
    {
        return "the timeout must be 1 to 630720000 seconds";
    }

    if (!ngx_eo_token_param_valid(&rule->param)
        || !ngx_eo_token_param_valid(&rule->time_param))
    {
        return "the name of a parameter must be 1 to 100 letters, digits "
               "and underscores";
    }

    if (rule->method == NGX_EO_TOKEN_D
        && rule->param.len == rule->time_param.len
        && ngx_memcmp(rule->param.data, rule->time_param.data,
                      rule->param.len) == 0)
    {
        return "the digest and the time have the same parameter";
    }

    return NULL;
}
