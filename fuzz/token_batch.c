
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: a signing request in JSON, and a file of keys.
 */


#include "ngx_eo_token_batch.h"

#include <stdlib.h>
#include <string.h>


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char                *copy, *buf;
    int64_t                expires;
    ngx_str_t              text, out;
    ngx_uint_t             i, nkeys, line;
    const char            *error;
    ngx_eo_token_key_t     keys[NGX_EO_TOKEN_MAX_KEYS];
    ngx_eo_token_rule_t    rule;
    ngx_eo_token_batch_t   batch;

    static ngx_str_t  urls[NGX_EO_TOKEN_BATCH_URLS];

    copy = malloc(size ? size : 1);
    memcpy(copy, data, size);

    text.data = copy;
    text.len = size;

    (void) ngx_eo_token_key_file_parse(&text, keys, &nkeys, &line);

    memset(&batch, 0, sizeof(batch));
    batch.urls = urls;
    batch.link.timeout = 600;

    error = ngx_eo_token_batch_parse(&text, &batch);

    memset(&rule, 0, sizeof(rule));
    rule.method = NGX_EO_TOKEN_VOD;
    rule.keys = keys;
    rule.nkeys = 1;
    rule.timeout = 600;
    ngx_str_null(&keys[0].id);
    ngx_str_set(&keys[0].value, "DvYmqE81E1F9R791H6lmht");

    for (i = 0; error == NULL && i < batch.nurls; i++) {
        batch.link.url = urls[i];

        buf = malloc(ngx_eo_token_sign_size(&rule, &batch.link));
        (void) ngx_eo_token_sign(&rule, &batch.link, buf, &out, &expires);
        free(buf);
    }

    free(copy);

    return 0;
}
