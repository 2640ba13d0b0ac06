
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Signatures of robots.
 */


#include "ngx_eo_bot_signature.h"
#include "ngx_eo_bot_fields.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/sha.h>


/* the text that is signed, as it grows */

typedef struct {
    u_char                *pos;
    u_char                *last;
} ngx_eo_bot_base_t;


static ngx_int_t ngx_eo_bot_signature_input(ngx_eo_bot_signature_t *s,
    ngx_str_t *input, const char **reason);
static ngx_int_t ngx_eo_bot_signature_member(ngx_eo_bot_fields_t *f,
    ngx_eo_bot_signature_t *s);
static ngx_int_t ngx_eo_bot_signature_components(ngx_eo_bot_fields_t *f,
    ngx_eo_bot_signature_t *s);
static ngx_int_t ngx_eo_bot_signature_params(ngx_eo_bot_fields_t *f,
    ngx_eo_bot_signature_t *s);
static ngx_int_t ngx_eo_bot_signature_param(ngx_eo_bot_signature_t *s,
    ngx_str_t *name, ngx_eo_bot_item_t *item);
static ngx_int_t ngx_eo_bot_signature_value(ngx_eo_bot_signature_t *s,
    ngx_str_t *value, const char **reason);
static ngx_uint_t ngx_eo_bot_signature_is(ngx_str_t *text, const char *name);
static ngx_uint_t ngx_eo_bot_signature_covers(ngx_eo_bot_signature_t *s,
    const char *name);
static ngx_int_t ngx_eo_bot_signature_base(ngx_eo_bot_signature_t *s,
    ngx_eo_bot_component_pt component, void *data, ngx_eo_bot_base_t *base);
static ngx_int_t ngx_eo_bot_signature_member_of(ngx_str_t *value,
    ngx_str_t *key);
static ngx_int_t ngx_eo_bot_base_add(ngx_eo_bot_base_t *base,
    const char *text, size_t len);
static ngx_int_t ngx_eo_bot_signature_ed25519(const u_char *key,
    const u_char *signature, const u_char *text, size_t len);


#define ngx_eo_bot_base_add_str(base, str)                                    \
    ngx_eo_bot_base_add(base, (const char *) (str)->data, (str)->len)


ngx_int_t
ngx_eo_bot_signature_parse(ngx_eo_bot_signature_t *signature,
    ngx_str_t *input, ngx_str_t *value, const char **reason)
{
    ngx_int_t  rc;

    ngx_memzero(signature, sizeof(ngx_eo_bot_signature_t));

    if (input->len > NGX_EO_BOT_SIGNATURE_HEADER
        || value->len > NGX_EO_BOT_SIGNATURE_HEADER)
    {
        *reason = "header too long";
        return NGX_ERROR;
    }

    rc = ngx_eo_bot_signature_input(signature, input, reason);

    if (rc != NGX_OK) {
        return rc;
    }

    if (signature->alg.len
        && !ngx_eo_bot_signature_is(&signature->alg, "ed25519"))
    {
        *reason = "unknown algorithm";
        return NGX_ERROR;
    }

    return ngx_eo_bot_signature_value(signature, value, reason);
}


/* the one member with the tag, whose label no other has */

static ngx_int_t
ngx_eo_bot_signature_input(ngx_eo_bot_signature_t *s, ngx_str_t *input,
    const char **reason)
{
    ngx_int_t                rc;
    ngx_uint_t               found;
    ngx_eo_bot_fields_t      f;
    ngx_eo_bot_signature_t   one;

    ngx_memzero(&f, sizeof(ngx_eo_bot_fields_t));
    f.pos = input->data;
    f.last = input->data + input->len;

    found = 0;
    *reason = "malformed Signature-Input";

    for ( ;; ) {
        ngx_memzero(&one, sizeof(ngx_eo_bot_signature_t));

        rc = ngx_eo_bot_fields_member(&f, &one.label);

        if (rc == NGX_DECLINED) {
            break;
        }

        if (rc != NGX_OK || ngx_eo_bot_signature_member(&f, &one) != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (found && one.label.len == s->label.len
            && ngx_memcmp(one.label.data, s->label.data, s->label.len) == 0)
        {
            *reason = "a label in Signature-Input is there twice";
            return NGX_ERROR;
        }

        if (ngx_eo_bot_signature_is(&one.tag, "web-bot-auth")) {

            if (found) {
                *reason = "two signatures with the tag web-bot-auth";
                return NGX_ERROR;
            }

            *s = one;
            found = 1;
        }
    }

    return found ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_eo_bot_signature_member(ngx_eo_bot_fields_t *f, ngx_eo_bot_signature_t *s)
{
    if (ngx_eo_bot_fields_open(f) != NGX_OK) {
        return NGX_ERROR;
    }

    s->params.data = f->pos - 1;

    if (ngx_eo_bot_signature_components(f, s) != NGX_OK
        || ngx_eo_bot_signature_params(f, s) != NGX_OK)
    {
        return NGX_ERROR;
    }

    s->params.len = f->pos - s->params.data;

    return NGX_OK;
}


/* of parameters of a component only that which names a member is known */

static ngx_int_t
ngx_eo_bot_signature_components(ngx_eo_bot_fields_t *f,
    ngx_eo_bot_signature_t *s)
{
    ngx_int_t                rc;
    ngx_str_t                name;
    ngx_eo_bot_item_t        item;
    ngx_eo_bot_component_t  *component;

    while ((rc = ngx_eo_bot_fields_close(f)) == NGX_DECLINED) {

        if (s->ncomponents == NGX_EO_BOT_SIGNATURE_COMPONENTS) {
            return NGX_ERROR;
        }

        component = &s->components[s->ncomponents++];

        if (ngx_eo_bot_fields_string(f, &component->name) != NGX_OK
            || component->name.len == 0)
        {
            return NGX_ERROR;
        }

        while ((rc = ngx_eo_bot_fields_param(f, &name, &item)) == NGX_OK) {

            if (!ngx_eo_bot_signature_is(&name, "key")
                || item.type != NGX_EO_BOT_FIELD_STRING
                || item.text.len == 0 || component->key.len)
            {
                return NGX_ERROR;
            }

            component->key = item.text;
        }

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }
    }

    return rc;
}


static ngx_int_t
ngx_eo_bot_signature_params(ngx_eo_bot_fields_t *f, ngx_eo_bot_signature_t *s)
{
    ngx_int_t          rc;
    ngx_str_t          name;
    ngx_eo_bot_item_t  item;

    while ((rc = ngx_eo_bot_fields_param(f, &name, &item)) == NGX_OK) {

        if (ngx_eo_bot_signature_param(s, &name, &item) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return (rc == NGX_DECLINED) ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_eo_bot_signature_param(ngx_eo_bot_signature_t *s, ngx_str_t *name,
    ngx_eo_bot_item_t *item)
{
    time_t      *time;
    ngx_str_t   *text;

    time = NULL;
    text = NULL;

    if (ngx_eo_bot_signature_is(name, "created")) {
        time = &s->created;

    } else if (ngx_eo_bot_signature_is(name, "expires")) {
        time = &s->expires;

    } else if (ngx_eo_bot_signature_is(name, "keyid")) {
        text = &s->keyid;

    } else if (ngx_eo_bot_signature_is(name, "nonce")) {
        text = &s->nonce;

    } else if (ngx_eo_bot_signature_is(name, "alg")) {
        text = &s->alg;

    } else if (ngx_eo_bot_signature_is(name, "tag")) {
        text = &s->tag;

    } else {
        return NGX_OK;
    }

    if (text) {

        if (item->type != NGX_EO_BOT_FIELD_STRING || text->len
            || item->text.len == 0)
        {
            return NGX_ERROR;
        }

        *text = item->text;

        return NGX_OK;
    }

    if (item->type != NGX_EO_BOT_FIELD_INTEGER || *time
        || item->text.len > 15)
    {
        return NGX_ERROR;
    }

    *time = ngx_atotm(item->text.data, item->text.len);

    return (*time > 0) ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_eo_bot_signature_value(ngx_eo_bot_signature_t *s, ngx_str_t *value,
    const char **reason)
{
    u_char               bytes[NGX_EO_BOT_ED25519_SIGNATURE + 3];
    ngx_int_t            rc;
    ngx_str_t            key, name, decoded;
    ngx_uint_t           found;
    ngx_eo_bot_item_t    item, param;
    ngx_eo_bot_fields_t  f;

    ngx_memzero(&f, sizeof(ngx_eo_bot_fields_t));
    f.pos = value->data;
    f.last = value->data + value->len;

    found = 0;
    *reason = "malformed Signature";

    for ( ;; ) {
        rc = ngx_eo_bot_fields_member(&f, &key);

        if (rc == NGX_DECLINED) {
            break;
        }

        if (rc != NGX_OK || ngx_eo_bot_fields_value(&f, &item) != NGX_OK) {
            return NGX_ERROR;
        }

        while ((rc = ngx_eo_bot_fields_param(&f, &name, &param)) == NGX_OK) {
            /* void */
        }

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (key.len != s->label.len
            || ngx_memcmp(key.data, s->label.data, key.len) != 0)
        {
            continue;
        }

        if (found++ || item.type != NGX_EO_BOT_FIELD_BYTES
            || item.text.len > 4 * (NGX_EO_BOT_ED25519_SIGNATURE + 2) / 3)
        {
            return NGX_ERROR;
        }

        decoded.data = bytes;

        if (ngx_decode_base64(&decoded, &item.text) != NGX_OK
            || decoded.len != NGX_EO_BOT_ED25519_SIGNATURE)
        {
            return NGX_ERROR;
        }

        ngx_memcpy(s->value, bytes, NGX_EO_BOT_ED25519_SIGNATURE);
    }

    if (!found) {
        *reason = "no signature with that label";
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_bot_signature_check(ngx_eo_bot_signature_t *signature, time_t now,
    ngx_uint_t agent, const char **reason)
{
    if (!ngx_eo_bot_signature_covers(signature, "@authority")
        && !ngx_eo_bot_signature_covers(signature, "@target-uri"))
    {
        *reason = "neither @authority nor @target-uri is signed";
        return NGX_ERROR;
    }

    if (agent && !ngx_eo_bot_signature_covers(signature, "signature-agent")) {
        *reason = "Signature-Agent is not signed";
        return NGX_ERROR;
    }

    if (signature->keyid.len == 0 || signature->created == 0
        || signature->expires == 0)
    {
        *reason = "keyid, created or expires is missing";
        return NGX_ERROR;
    }

    if (signature->created > now + NGX_EO_BOT_SIGNATURE_SKEW) {
        *reason = "created in the future";
        return NGX_ERROR;
    }

    if (signature->expires <= now
        || signature->expires <= signature->created)
    {
        *reason = "expired";
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_bot_signature_verify(ngx_eo_bot_signature_t *signature,
    const u_char *key, ngx_eo_bot_component_pt component, void *data,
    const char **reason)
{
    u_char             *text;
    ngx_int_t           rc;
    ngx_eo_bot_base_t   base;

    text = ngx_alloc(NGX_EO_BOT_SIGNATURE_BASE, ngx_cycle->log);
    if (text == NULL) {
        *reason = "out of memory";
        return NGX_ERROR;
    }

    base.pos = text;
    base.last = text + NGX_EO_BOT_SIGNATURE_BASE;

    rc = ngx_eo_bot_signature_base(signature, component, data, &base);

    if (rc != NGX_OK) {
        *reason = "signed components are not all there or known";

    } else {
        *reason = "wrong signature";
        rc = ngx_eo_bot_signature_ed25519(key, signature->value, text,
                                          base.pos - text);
    }

    ngx_free(text);

    return rc;
}


static ngx_uint_t
ngx_eo_bot_signature_is(ngx_str_t *text, const char *name)
{
    return text->len == ngx_strlen(name)
           && ngx_memcmp(text->data, name, text->len) == 0;
}


static ngx_uint_t
ngx_eo_bot_signature_covers(ngx_eo_bot_signature_t *s, const char *name)
{
    ngx_uint_t  i;

    for (i = 0; i < s->ncomponents; i++) {
        if (ngx_eo_bot_signature_is(&s->components[i].name, name)) {
            return 1;
        }
    }

    return 0;
}


/* RFC 9421, 2.5; components that are there twice are refused */

static ngx_int_t
ngx_eo_bot_signature_base(ngx_eo_bot_signature_t *s,
    ngx_eo_bot_component_pt component, void *data, ngx_eo_bot_base_t *base)
{
    ngx_str_t                value;
    ngx_uint_t               i, k;
    ngx_eo_bot_component_t  *c;

    for (i = 0; i < s->ncomponents; i++) {
        c = &s->components[i];

        for (k = 0; k < i; k++) {
            if (s->components[k].name.len == c->name.len
                && ngx_memcmp(s->components[k].name.data, c->name.data,
                              c->name.len)
                   == 0
                && s->components[k].key.len == c->key.len
                && ngx_memcmp(s->components[k].key.data, c->key.data,
                              c->key.len)
                   == 0)
            {
                return NGX_ERROR;
            }
        }

        if (component(data, &c->name, &value) != NGX_OK
            || (c->key.len
                && (c->name.data[0] == '@'
                    || ngx_eo_bot_signature_member_of(&value, &c->key)
                       != NGX_OK)))
        {
            return NGX_ERROR;
        }

        if (ngx_eo_bot_base_add(base, "\"", 1) != NGX_OK
            || ngx_eo_bot_base_add_str(base, &c->name) != NGX_OK
            || ngx_eo_bot_base_add(base, "\"", 1) != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (c->key.len
            && (ngx_eo_bot_base_add(base, ";key=\"", 6) != NGX_OK
                || ngx_eo_bot_base_add_str(base, &c->key) != NGX_OK
                || ngx_eo_bot_base_add(base, "\"", 1) != NGX_OK))
        {
            return NGX_ERROR;
        }

        if (ngx_eo_bot_base_add(base, ": ", 2) != NGX_OK
            || ngx_eo_bot_base_add_str(base, &value) != NGX_OK
            || ngx_eo_bot_base_add(base, "\n", 1) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (ngx_eo_bot_base_add(base, "\"@signature-params\": ", 21) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_bot_base_add_str(base, &s->params);
}


/*
 * Of a dictionary, the value of a member with what belongs to it, of those
 * with the same key the last (RFC 9651, 4.2.2).
 */

static ngx_int_t
ngx_eo_bot_signature_member_of(ngx_str_t *value, ngx_str_t *key)
{
    u_char               *start;
    ngx_int_t             rc;
    ngx_str_t             name, found;
    ngx_eo_bot_item_t     item;
    ngx_eo_bot_fields_t   f;

    ngx_memzero(&f, sizeof(ngx_eo_bot_fields_t));
    f.pos = value->data;
    f.last = value->data + value->len;

    ngx_str_null(&found);

    for ( ;; ) {
        rc = ngx_eo_bot_fields_member(&f, &name);

        if (rc == NGX_DECLINED) {
            break;
        }

        start = f.pos + 1;

        if (rc != NGX_OK || f.pos == f.last || *f.pos != '='
            || ngx_eo_bot_fields_value(&f, &item) != NGX_OK)
        {
            return NGX_ERROR;
        }

        do {
            ngx_str_t  param;

            rc = ngx_eo_bot_fields_param(&f, &param, &item);
        } while (rc == NGX_OK);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (name.len == key->len
            && ngx_memcmp(name.data, key->data, key->len) == 0)
        {
            found.data = start;
            found.len = f.pos - start;
        }
    }

    *value = found;

    return found.len ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_eo_bot_base_add(ngx_eo_bot_base_t *base, const char *text, size_t len)
{
    if ((size_t) (base->last - base->pos) < len) {
        return NGX_ERROR;
    }

    base->pos = ngx_cpymem(base->pos, text, len);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_bot_signature_ed25519(const u_char *key, const u_char *signature,
    const u_char *text, size_t len)
{
    int          ok;
    EVP_PKEY    *pkey;
    EVP_MD_CTX  *ctx;

    pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key,
                                       NGX_EO_BOT_ED25519_KEY);
    ctx = EVP_MD_CTX_new();

    ok = (pkey && ctx
          && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1
          && EVP_DigestVerify(ctx, signature, NGX_EO_BOT_ED25519_SIGNATURE,
                              text, len)
             == 1);

    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(pkey);

    /* what has failed is of no other's concern */

    ERR_clear_error();

    return ok ? NGX_OK : NGX_ERROR;
}


void
ngx_eo_bot_thumbprint(u_char *dst, const u_char *key)
{
    u_char     *p, text[128], hash[SHA256_DIGEST_LENGTH];
    ngx_str_t   src, out;

    p = ngx_cpymem(text, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"", 34);

    src.data = (u_char *) key;
    src.len = NGX_EO_BOT_ED25519_KEY;
    out.data = p;

    ngx_encode_base64url(&out, &src);

    p += out.len;
    p = ngx_cpymem(p, "\"}", 2);

    (void) SHA256(text, p - text, hash);

    src.data = hash;
    src.len = sizeof(hash);
    out.data = dst;

    ngx_encode_base64url(&out, &src);
}
