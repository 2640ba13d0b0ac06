
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target of the body processors.  The first byte of the input says
 * which of them, the second whether the body is complete; for multipart the
 * Content-Type is what stands before the first line feed.
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


static ngx_eo_seclang_ruleset_t  *fuzz_waf_managed_set;


static ngx_int_t
fuzz_waf_managed_body_init(void)
{
    u_char       errstr[NGX_MAX_CONF_ERRSTR];
    ngx_str_t    name, text;
    ngx_pool_t  *pool;

    if (fuzz_waf_managed_set != NULL) {
        return NGX_OK;
    }

    ngx_str_set(&name, "fuzz.conf");
    ngx_str_set(&text,
                "SecRuleEngine On\n"
                "SecRule ARGS|ARGS_NAMES|FILES|FILES_NAMES|XML:/*|XML://@*"
                "|MULTIPART_PART_HEADERS|REQUEST_BODY \"@rx <script\""
                " \"id:1,phase:2,pass,nolog,t:none,t:urlDecodeUni,"
                "t:htmlEntityDecode,t:jsDecode,t:cssDecode\"\n");

    pool = ngx_create_pool(16384, ngx_cycle->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    fuzz_waf_managed_set = ngx_eo_seclang_create(pool);

    if (fuzz_waf_managed_set == NULL
        || ngx_eo_seclang_read_text(fuzz_waf_managed_set, &name, &text,
                                    errstr)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_link(fuzz_waf_managed_set, errstr);
}


static void
fuzz_waf_managed_body_run(uint8_t kind, ngx_uint_t complete, ngx_str_t *type,
    ngx_str_t *body)
{
    ngx_str_t            name;
    ngx_eo_seclang_tx_t  tx;

    ngx_memzero(&tx, sizeof(ngx_eo_seclang_tx_t));
    ngx_str_set(&name, "Content-Type");

    if (ngx_eo_seclang_tx_init(&tx, fuzz_waf_managed_set, 16 * 1024 * 1024)
        == NGX_OK
        && ngx_eo_seclang_tx_header(&tx, &name, type) == NGX_OK)
    {
        tx.body_processor = kind % (NGX_EO_SECLANG_BODY_XML + 1);

        if (ngx_eo_seclang_tx_body(&tx, body, complete) == NGX_OK) {
            (void) ngx_eo_seclang_run(&tx, NGX_EO_SECLANG_REQUEST_BODY);
        }
    }

    ngx_eo_seclang_tx_done(&tx);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char     *copy, *p, *last;
    ngx_str_t   type, body;

    if (size < 2 || fuzz_waf_managed_body_init() != NGX_OK) {
        return 0;
    }

    copy = malloc(size - 2 ? size - 2 : 1);
    if (copy == NULL) {
        return 0;
    }

    ngx_memcpy(copy, data + 2, size - 2);
    last = copy + size - 2;

    ngx_str_set(&type, "multipart/form-data; boundary=b");
    body.data = copy;
    body.len = size - 2;

    if (data[0] % (NGX_EO_SECLANG_BODY_XML + 1)
        == NGX_EO_SECLANG_BODY_MULTIPART)
    {
        p = ngx_strlchr(copy, last, '\n');

        if (p != NULL && p > copy) {
            type.data = copy;
            type.len = p - copy;
            body.data = p + 1;
            body.len = last - body.data;
        }
    }

    fuzz_waf_managed_body_run(data[0], data[1] & 1, &type, &body);

    free(copy);

    return 0;
}
