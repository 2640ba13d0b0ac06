
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target of the prefilter of managed rules.  The first line of the input
 * is an expression, the rest a text: where PCRE2 finds a match, the prefilter
 * must not have ruled it out.  Nor must it find less where the text is part of
 * a long one, which is read in another way.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "seclang/prefilter/ngx_eo_seclang_prefilter.h"


#define FUZZ_LIMIT  10000

#define FUZZ_LONG   6144


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* puts a text in a place of a long one that depends on its bytes */

static void
fuzz_waf_managed_prefilter_long(ngx_pool_t *pool,
    ngx_eo_seclang_prefilter_t *prefilter, ngx_str_t *text, uint64_t bits)
{
    u_char     *p;
    uint64_t    more;
    ngx_str_t   part;

    p = ngx_pnalloc(pool, FUZZ_LONG);
    if (p == NULL) {
        return;
    }

    ngx_memset(p, '\0', FUZZ_LONG);
    ngx_memcpy(p + ngx_crc32_short(text->data, text->len)
                   % (FUZZ_LONG - text->len),
               text->data, text->len);

    part.data = p;
    part.len = FUZZ_LONG;

    ngx_eo_seclang_prefilter_scan(prefilter, &part, &more);

    if (bits & ~more) {
        abort();
    }
}


static void
fuzz_waf_managed_prefilter_run(ngx_pool_t *pool, ngx_str_t *pattern,
    ngx_str_t *text)
{
    u_char                       errstr[NGX_MAX_CONF_ERRSTR];
    uint64_t                     bits;
    ngx_eo_seclang_regex_t      *re;
    ngx_eo_seclang_require_t     require;
    ngx_eo_seclang_prefilter_t  *prefilter;

    if (ngx_eo_seclang_require_rx(pool, pattern, &require) != NGX_OK) {
        return;
    }

    prefilter = ngx_eo_seclang_prefilter_build(pool, &require, 1);
    re = ngx_eo_seclang_regex_compile(pool, pattern, 0, FUZZ_LIMIT, errstr);

    if (prefilter == NULL || re == NULL) {
        return;
    }

    ngx_eo_seclang_prefilter_scan(prefilter, text, &bits);

    if (!(bits & 1)
        && ngx_eo_seclang_regex_match(re, text, NULL, NULL)
           == NGX_EO_SECLANG_MATCH)
    {
        abort();
    }

    fuzz_waf_managed_prefilter_long(pool, prefilter, text, bits);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char      *p, *lf;
    ngx_str_t    pattern, text;
    ngx_pool_t  *pool;

    pool = ngx_create_pool(4096, ngx_cycle->log);
    if (pool == NULL) {
        return 0;
    }

    p = ngx_pnalloc(pool, size ? size : 1);

    if (p != NULL && size < 4096) {
        ngx_memcpy(p, data, size);

        lf = ngx_strlchr(p, p + size, '\n');

        if (lf != NULL) {
            pattern.data = p;
            pattern.len = lf - p;
            text.data = lf + 1;
            text.len = p + size - text.data;

            fuzz_waf_managed_prefilter_run(pool, &pattern, &text);
        }
    }

    ngx_destroy_pool(pool);

    return 0;
}
