
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: files of operators, which are lists of addresses in JSON and
 * lists of user agents.  In pieces of any size the first are the same.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "bot/ngx_eo_bot_agents.h"
#include "iplist/ngx_eo_prefix_json.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static ngx_int_t
fuzz_bot_json(const u_char *text, size_t size, size_t piece, size_t *n)
{
    size_t                    at;
    ngx_int_t                 rc;
    ngx_eo_prefix_json_t      json;
    ngx_eo_prefix_error_t     err;
    ngx_eo_prefix_builder_t   b;

    ngx_memzero(&json, sizeof(ngx_eo_prefix_json_t));
    ngx_eo_prefix_builder_init(&b);

    rc = NGX_OK;

    for (at = 0; rc == NGX_OK && at < size; at += piece) {
        rc = ngx_eo_prefix_json_feed(&b, &json, text + at,
                                     ngx_min(piece, size - at), &err);
    }

    if (rc == NGX_OK) {
        rc = ngx_eo_prefix_json_end(&json, &err);
    }

    if (rc != NGX_OK
        && (err.line == 0 || ngx_strlen(err.text) > NGX_EO_PREFIX_TEXT_LEN))
    {
        abort();
    }

    *n = b.ipv4.nelts + b.ipv6.nelts;
    ngx_eo_prefix_builder_free(&b);

    return rc;
}


static void
fuzz_bot_agents(const u_char *text, size_t size)
{
    ngx_uint_t                  i;
    ngx_eo_bot_agents_t        *agents;
    ngx_eo_bot_agents_error_t   err;
    ngx_eo_bot_agents_found_t   found;

    agents = ngx_eo_bot_agents_parse(text, size, &err);

    if (agents == NULL) {

        if (err.line == 0
            || ngx_strlen(err.text) > NGX_EO_BOT_AGENTS_TEXT)
        {
            abort();
        }

        return;
    }

    ngx_eo_bot_agents_search(agents, text, size, &found);

    for (i = 1; i < found.nfound; i++) {
        if (found.found[i]->word.len > found.found[0]->word.len) {
            abort();
        }
    }

    ngx_eo_bot_agents_free(agents);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char     *text;
    size_t      whole, parts;
    ngx_int_t   rc;

    text = malloc(size + (size == 0));
    ngx_memcpy(text, data, size);

    rc = fuzz_bot_json(text, size, size + 1, &whole);

    if (fuzz_bot_json(text, size, 3, &parts) != rc || whole != parts) {
        abort();
    }

    fuzz_bot_agents(text, size);

    free(text);

    return 0;
}
