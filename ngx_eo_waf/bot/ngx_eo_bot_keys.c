
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Public keys of robots: a slot holds the keys, which each process copies.
 */


#include "ngx_eo_bot_keys.h"


typedef struct {
    ngx_uint_t              nkeys;
    ngx_eo_bot_key_t        keys[NGX_EO_BOT_JWKS_KEYS];
} ngx_eo_bot_keys_t;


static ngx_int_t ngx_eo_bot_keys_build(ngx_eo_live_build_t *build);
static ngx_int_t ngx_eo_bot_keys_read(ngx_eo_live_build_t *build,
    u_char *text, ngx_eo_bot_keys_t *keys);
static void *ngx_eo_bot_keys_attach(ngx_fd_t slot, size_t size);
static void ngx_eo_bot_keys_detach(void *object);


const ngx_eo_live_file_type_t  ngx_eo_bot_keys_file_type = {
    "directory of keys",
    ngx_eo_bot_keys_build,
    ngx_eo_bot_keys_attach,
    ngx_eo_bot_keys_detach
};


static ngx_int_t
ngx_eo_bot_keys_build(ngx_eo_live_build_t *build)
{
    u_char             *text;
    ngx_int_t           rc;
    ngx_eo_bot_keys_t  *keys;

    text = malloc(NGX_EO_BOT_JWKS_SIZE + 1);
    keys = calloc(1, sizeof(ngx_eo_bot_keys_t));

    if (text && keys) {
        rc = ngx_eo_bot_keys_read(build, text, keys);

    } else {
        (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE,
                            " does not fit into memory%Z");
        rc = NGX_ERROR;
    }

    free(text);
    free(keys);

    return rc;
}


static ngx_int_t
ngx_eo_bot_keys_read(ngx_eo_live_build_t *build, u_char *text,
    ngx_eo_bot_keys_t *keys)
{
    size_t       len;
    ssize_t      n;
    ngx_int_t    nkeys;
    const char  *reason;

    reason = "cannot be read";
    nkeys = NGX_ERROR;

    for (len = 0; len <= NGX_EO_BOT_JWKS_SIZE; len += n) {
        n = read(build->source, text + len, NGX_EO_BOT_JWKS_SIZE + 1 - len);

        if (n == -1 && errno == EINTR) {
            n = 0;
            continue;
        }

        if (n <= 0) {
            break;
        }
    }

    if (len > NGX_EO_BOT_JWKS_SIZE) {
        reason = "is longer than 256 KB";

    } else if (n == 0) {
        nkeys = ngx_eo_bot_jwks_parse(text, len, keys->keys, &reason);
    }

    if (nkeys == NGX_ERROR) {
        (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE,
                            " %s%Z", reason);
        return NGX_ERROR;
    }

    keys->nkeys = nkeys;

    if (ngx_eo_live_build_reserve(build, sizeof(ngx_eo_bot_keys_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (pwrite(build->target, keys, sizeof(ngx_eo_bot_keys_t), 0)
        != (ssize_t) sizeof(ngx_eo_bot_keys_t))
    {
        (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE,
                            " does not fit into memory%Z");
        return NGX_ERROR;
    }

    (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE,
                        " of %ui keys%Z", keys->nkeys);

    return NGX_OK;
}


static void *
ngx_eo_bot_keys_attach(ngx_fd_t slot, size_t size)
{
    ngx_eo_bot_keys_t  *keys;

    if (size != sizeof(ngx_eo_bot_keys_t)) {
        return NULL;
    }

    keys = malloc(size);
    if (keys == NULL) {
        return NULL;
    }

    if (pread(slot, keys, size, 0) != (ssize_t) size
        || keys->nkeys > NGX_EO_BOT_JWKS_KEYS)
    {
        free(keys);
        return NULL;
    }

    return keys;
}


static void
ngx_eo_bot_keys_detach(void *object)
{
    free(object);
}


ngx_str_t *
ngx_eo_bot_keys_find(ngx_array_t *files, ngx_str_t *keyid, u_char *key)
{
    ngx_uint_t              i, k;
    ngx_eo_bot_keys_t      *keys;
    ngx_eo_bot_key_file_t  *file;

    if (keyid->len != NGX_EO_BOT_THUMBPRINT) {
        return NULL;
    }

    file = files->elts;

    for (i = 0; i < files->nelts; i++) {
        keys = ngx_eo_live_file_get(file[i].file);

        for (k = 0; k < keys->nkeys; k++) {

            if (ngx_memcmp(keys->keys[k].thumbprint, keyid->data,
                           NGX_EO_BOT_THUMBPRINT)
                == 0)
            {
                ngx_memcpy(key, keys->keys[k].key, NGX_EO_BOT_ED25519_KEY);
                return &file[i].name;
            }
        }
    }

    return NULL;
}
