
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Directories of public keys.  The members that count are strings of one
 * object, so that it is enough to know the innermost one and how deep it is.
 */


#include "ngx_eo_bot_jwks.h"


#define NGX_EO_BOT_JWKS_DEPTH  16


typedef enum {
    NGX_EO_BOT_JWKS_VALUE = 0,
    NGX_EO_BOT_JWKS_FIRST,               /* or the end of what is open */
    NGX_EO_BOT_JWKS_NEXT,                /* a comma, or the end */
    NGX_EO_BOT_JWKS_MEMBER
} ngx_eo_bot_jwks_e;


/* a text as it is read, and the key of the innermost object */

typedef struct {
    const u_char          *pos;
    const u_char          *last;
    ngx_eo_bot_jwks_e      state;
    u_char                 open[NGX_EO_BOT_JWKS_DEPTH];
    ngx_uint_t             depth;
    ngx_str_t              name;         /* of the member being read */
    ngx_str_t              kty;
    ngx_str_t              crv;
    ngx_str_t              x;
    ngx_eo_bot_key_t      *keys;
    ngx_uint_t             nkeys;
} ngx_eo_bot_jwks_t;


static ngx_int_t ngx_eo_bot_jwks_step(ngx_eo_bot_jwks_t *j);
static ngx_int_t ngx_eo_bot_jwks_value(ngx_eo_bot_jwks_t *j);
static ngx_int_t ngx_eo_bot_jwks_literal(ngx_eo_bot_jwks_t *j);
static ngx_int_t ngx_eo_bot_jwks_member(ngx_eo_bot_jwks_t *j);
static ngx_int_t ngx_eo_bot_jwks_close(ngx_eo_bot_jwks_t *j);
static void ngx_eo_bot_jwks_set(ngx_eo_bot_jwks_t *j, ngx_str_t *value);
static ngx_int_t ngx_eo_bot_jwks_add(ngx_eo_bot_jwks_t *j);
static ngx_int_t ngx_eo_bot_jwks_string(ngx_eo_bot_jwks_t *j,
    ngx_str_t *text);
static void ngx_eo_bot_jwks_blanks(ngx_eo_bot_jwks_t *j);
static ngx_uint_t ngx_eo_bot_jwks_is(ngx_str_t *text, const char *name);


ngx_int_t
ngx_eo_bot_jwks_parse(const u_char *text, size_t len, ngx_eo_bot_key_t *keys,
    const char **reason)
{
    ngx_eo_bot_jwks_t  j;

    ngx_memzero(&j, sizeof(ngx_eo_bot_jwks_t));

    j.pos = text;
    j.last = text + len;
    j.keys = keys;

    *reason = "is no JSON, or has more than 256 keys";

    do {
        ngx_eo_bot_jwks_blanks(&j);

        if (j.pos == j.last || ngx_eo_bot_jwks_step(&j) != NGX_OK) {
            return NGX_ERROR;
        }

    } while (j.depth);

    ngx_eo_bot_jwks_blanks(&j);

    if (j.pos != j.last) {
        return NGX_ERROR;
    }

    if (j.nkeys == 0) {
        *reason = "has no key for Ed25519";
        return NGX_ERROR;
    }

    return j.nkeys;
}


static ngx_int_t
ngx_eo_bot_jwks_step(ngx_eo_bot_jwks_t *j)
{
    u_char  c;

    c = *j->pos;

    switch (j->state) {

    case NGX_EO_BOT_JWKS_VALUE:
        return ngx_eo_bot_jwks_value(j);

    case NGX_EO_BOT_JWKS_FIRST:

        if (c == '}' || c == ']') {
            return ngx_eo_bot_jwks_close(j);
        }

        return (j->open[j->depth - 1] == '{') ? ngx_eo_bot_jwks_member(j)
                                              : ngx_eo_bot_jwks_value(j);

    case NGX_EO_BOT_JWKS_NEXT:

        if (c != ',') {
            return ngx_eo_bot_jwks_close(j);
        }

        j->pos++;
        j->state = (j->open[j->depth - 1] == '{') ? NGX_EO_BOT_JWKS_MEMBER
                                                  : NGX_EO_BOT_JWKS_VALUE;
        return NGX_OK;

    default: /* NGX_EO_BOT_JWKS_MEMBER */
        return ngx_eo_bot_jwks_member(j);
    }
}


static ngx_int_t
ngx_eo_bot_jwks_value(ngx_eo_bot_jwks_t *j)
{
    u_char     c;
    ngx_str_t  text;

    c = *j->pos;

    if (c == '{' || c == '[') {

        if (j->depth == NGX_EO_BOT_JWKS_DEPTH) {
            return NGX_ERROR;
        }

        j->open[j->depth++] = c;
        j->pos++;
        j->state = NGX_EO_BOT_JWKS_FIRST;

        ngx_str_null(&j->kty);
        ngx_str_null(&j->crv);
        ngx_str_null(&j->x);

        return NGX_OK;
    }

    j->state = NGX_EO_BOT_JWKS_NEXT;

    if (c != '"') {
        return ngx_eo_bot_jwks_literal(j);
    }

    if (ngx_eo_bot_jwks_string(j, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    if (j->depth && j->open[j->depth - 1] == '{') {
        ngx_eo_bot_jwks_set(j, &text);
    }

    return NGX_OK;
}


/* a number, true, false or null: none of them counts */

static ngx_int_t
ngx_eo_bot_jwks_literal(ngx_eo_bot_jwks_t *j)
{
    u_char         c;
    const u_char  *start;

    for (start = j->pos; j->pos < j->last; j->pos++) {
        c = *j->pos;

        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') && c != '-'
            && c != '+' && c != '.' && c != 'E')
        {
            break;
        }
    }

    return (j->pos == start) ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ngx_eo_bot_jwks_member(ngx_eo_bot_jwks_t *j)
{
    if (ngx_eo_bot_jwks_string(j, &j->name) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_eo_bot_jwks_blanks(j);

    if (j->pos == j->last || *j->pos != ':') {
        return NGX_ERROR;
    }

    j->pos++;
    j->state = NGX_EO_BOT_JWKS_VALUE;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_bot_jwks_close(ngx_eo_bot_jwks_t *j)
{
    u_char  c, open;

    c = *j->pos++;
    open = j->open[j->depth - 1];

    if (!(c == '}' && open == '{') && !(c == ']' && open == '[')) {
        return NGX_ERROR;
    }

    j->depth--;
    j->state = NGX_EO_BOT_JWKS_NEXT;

    if (c == '}' && ngx_eo_bot_jwks_add(j) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_str_null(&j->kty);
    ngx_str_null(&j->crv);
    ngx_str_null(&j->x);

    return NGX_OK;
}


static void
ngx_eo_bot_jwks_set(ngx_eo_bot_jwks_t *j, ngx_str_t *value)
{
    if (ngx_eo_bot_jwks_is(&j->name, "kty")) {
        j->kty = *value;

    } else if (ngx_eo_bot_jwks_is(&j->name, "crv")) {
        j->crv = *value;

    } else if (ngx_eo_bot_jwks_is(&j->name, "x")) {
        j->x = *value;
    }
}


static ngx_int_t
ngx_eo_bot_jwks_add(ngx_eo_bot_jwks_t *j)
{
    u_char             bytes[NGX_EO_BOT_ED25519_KEY + 3];
    ngx_str_t          decoded;
    ngx_eo_bot_key_t  *key;

    if (!ngx_eo_bot_jwks_is(&j->kty, "OKP")
        || !ngx_eo_bot_jwks_is(&j->crv, "Ed25519")
        || j->x.len > 4 * (NGX_EO_BOT_ED25519_KEY + 1) / 3)
    {
        return NGX_OK;
    }

    decoded.data = bytes;

    if (ngx_decode_base64url(&decoded, &j->x) != NGX_OK
        || decoded.len != NGX_EO_BOT_ED25519_KEY)
    {
        return NGX_OK;
    }

    if (j->nkeys == NGX_EO_BOT_JWKS_KEYS) {
        return NGX_ERROR;
    }

    key = &j->keys[j->nkeys++];

    ngx_memcpy(key->key, bytes, NGX_EO_BOT_ED25519_KEY);
    ngx_eo_bot_thumbprint(key->thumbprint, key->key);

    return NGX_OK;
}


/* escapes stay as they are: nothing that counts has any */

static ngx_int_t
ngx_eo_bot_jwks_string(ngx_eo_bot_jwks_t *j, ngx_str_t *text)
{
    if (*j->pos != '"') {
        return NGX_ERROR;
    }

    text->data = (u_char *) ++j->pos;

    while (j->pos < j->last) {

        if (*j->pos == '"') {
            text->len = j->pos++ - text->data;
            return NGX_OK;
        }

        if (*j->pos < ' ') {
            return NGX_ERROR;
        }

        j->pos += (*j->pos == '\\' && j->last - j->pos > 1) ? 2 : 1;
    }

    return NGX_ERROR;
}


static void
ngx_eo_bot_jwks_blanks(ngx_eo_bot_jwks_t *j)
{
    while (j->pos < j->last
           && (*j->pos == ' ' || *j->pos == '\t' || *j->pos == CR
               || *j->pos == LF))
    {
        j->pos++;
    }
}


static ngx_uint_t
ngx_eo_bot_jwks_is(ngx_str_t *text, const char *name)
{
    return text->len == ngx_strlen(name)
           && ngx_memcmp(text->data, name, text->len) == 0;
}
