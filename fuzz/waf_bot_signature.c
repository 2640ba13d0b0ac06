
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: headers of signatures and directories of keys.  The input is
 * Signature-Input, a zero byte and Signature; and as a whole a directory.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "bot/ngx_eo_bot_jwks.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static ngx_int_t
fuzz_bot_component(void *data, ngx_str_t *name, ngx_str_t *value)
{
    *value = *(ngx_str_t *) data;

    return NGX_OK;
}


/* what was read lies within the header */

static void
fuzz_bot_within(ngx_str_t *text, ngx_str_t *header)
{
    if (text->len
        && (text->data < header->data
            || text->data + text->len > header->data + header->len))
    {
        abort();
    }
}


static void
fuzz_bot_signature(u_char *text, size_t size)
{
    u_char                   key[NGX_EO_BOT_ED25519_KEY];
    ngx_str_t                input, value;
    const char              *reason;
    ngx_eo_bot_signature_t   s;

    input.data = text;
    value.data = ngx_strlchr(text, text + size, '\0');

    if (value.data == NULL) {
        return;
    }

    input.len = value.data - text;
    value.data++;
    value.len = text + size - value.data;

    if (ngx_eo_bot_signature_parse(&s, &input, &value, &reason) != NGX_OK) {
        return;
    }

    fuzz_bot_within(&s.label, &input);
    fuzz_bot_within(&s.params, &input);
    fuzz_bot_within(&s.keyid, &input);
    fuzz_bot_within(&s.nonce, &input);

    (void) ngx_eo_bot_signature_check(&s, 1735689601, 1, &reason);

    ngx_memset(key, 'k', sizeof(key));

    if (ngx_eo_bot_signature_verify(&s, key, fuzz_bot_component, &value,
                                    &reason)
        == NGX_OK)
    {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char            *text;
    ngx_int_t          n;
    const char        *reason;
    ngx_eo_bot_key_t  *keys;

    text = malloc(size + (size == 0));
    keys = malloc(NGX_EO_BOT_JWKS_KEYS * sizeof(ngx_eo_bot_key_t));
    ngx_memcpy(text, data, size);

    fuzz_bot_signature(text, size);

    n = ngx_eo_bot_jwks_parse(text, size, keys, &reason);

    if (n == 0 || n > NGX_EO_BOT_JWKS_KEYS) {
        abort();
    }

    free(keys);
    free(text);

    return 0;
}
