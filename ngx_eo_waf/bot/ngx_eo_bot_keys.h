
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Public keys of robots, in files that may change.
 */


#ifndef _NGX_EO_BOT_KEYS_H_INCLUDED_
#define _NGX_EO_BOT_KEYS_H_INCLUDED_


#include "ngx_eo_live_file.h"
#include "ngx_eo_bot_jwks.h"


/* a file, and whose keys are in it */

typedef struct {
    ngx_eo_live_file_t     *file;
    ngx_str_t               name;
} ngx_eo_bot_key_file_t;


extern const ngx_eo_live_file_type_t  ngx_eo_bot_keys_file_type;


/*
 * Finds a key by its thumbprint.
 *
 * files:  an array of ngx_eo_bot_key_file_t
 * key:    room for NGX_EO_BOT_ED25519_KEY bytes
 *
 * Returns whose it is, or NULL.
 */

ngx_str_t *ngx_eo_bot_keys_find(ngx_array_t *files, ngx_str_t *keyid,
    u_char *key);


#endif /* _NGX_EO_BOT_KEYS_H_INCLUDED_ */
