
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target of the SecLang reader.  The input is a rule file; what
 * compiles is run against a small request.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "seclang/variable/ngx_eo_seclang_tx.h"
#include "seclang/body/ngx_eo_seclang_body.h"
#include "seclang/parse/ngx_eo_seclang_parse.h"
#include "seclang/plan/ngx_eo_seclang_plan.h"
#include "seclang/run/ngx_eo_seclang_fill.h"
#include "seclang/run/ngx_eo_seclang_run.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_waf_managed_rules_run(ngx_eo_seclang_ruleset_t *set)
{
    ngx_str_t                 name, value, body;
    ngx_uint_t                phase;
    ngx_eo_seclang_tx_t       tx;
    ngx_eo_seclang_request_t  request;

    ngx_memzero(&tx, sizeof(ngx_eo_seclang_tx_t));
    ngx_memzero(&request, sizeof(ngx_eo_seclang_request_t));

    ngx_str_set(&request.method, "POST");
    ngx_str_set(&request.uri, "/a%20b/c.php?x=%41&y=<script>");
    ngx_str_set(&request.protocol, "HTTP/1.1");
    ngx_str_set(&request.remote_addr, "192.0.2.1");
    ngx_str_set(&name, "Cookie");
    ngx_str_set(&value, "a=b; c");
    ngx_str_set(&body, "a=1&b=2");

    if (ngx_eo_seclang_tx_init(&tx, set, 4 * 1024 * 1024) == NGX_OK
        && ngx_eo_seclang_tx_request(&tx, &request) == NGX_OK
        && ngx_eo_seclang_tx_header(&tx, &name, &value) == NGX_OK)
    {
        for (phase = 1; phase < NGX_EO_SECLANG_PHASES; phase++) {

            if (phase == NGX_EO_SECLANG_REQUEST_BODY
                && ngx_eo_seclang_tx_body(&tx, &body, 1) != NGX_OK)
            {
                break;
            }

            if (ngx_eo_seclang_run(&tx, phase) != NGX_DECLINED) {
                break;
            }
        }
    }

    ngx_eo_seclang_tx_done(&tx);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char                     errstr[NGX_MAX_CONF_ERRSTR];
    ngx_str_t                  name, text;
    ngx_pool_t                *pool;
    ngx_eo_seclang_ruleset_t  *set;

    pool = ngx_create_pool(16384, ngx_cycle->log);
    if (pool == NULL) {
        return 0;
    }

    /* a folder without files, so that no input reads any */

    ngx_str_set(&name, "/nonexistent/fuzz.conf");

    text.len = size;
    text.data = ngx_pnalloc(pool, size ? size : 1);
    set = ngx_eo_seclang_create(pool);

    if (text.data != NULL && set != NULL
        && ngx_strlchr((u_char *) data, (u_char *) data + size, '/') == NULL)
    {
        ngx_memcpy(text.data, data, size);
        set->match_limit = 1000;

        if (ngx_eo_seclang_read_text(set, &name, &text, errstr) == NGX_OK
            && ngx_eo_seclang_link(set, errstr) == NGX_OK)
        {
            set->engine = NGX_EO_SECLANG_ENGINE_ON;
            fuzz_waf_managed_rules_run(set);
        }
    }

    ngx_destroy_pool(pool);

    return 0;
}
