
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: lists of address prefixes.  The input is a list.  What the
 * set says of an address has to be what a walk over the lines says, and a
 * block that was damaged must not be left.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "iplist/ngx_eo_prefix_parse.h"
#include "iplist/ngx_eo_prefix_set.h"


#define FUZZ_WAF_PREFIXES  64


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static ngx_uint_t
fuzz_waf_prefix_contains(const ngx_eo_prefix_t *p, const ngx_eo_prefix_t *a)
{
    ngx_uint_t  bit, length;

    if (p->ipv6 != a->ipv6) {
        return 0;
    }

    /* bit by bit: slow, and of another kind than what is tested */

    length = p->length + (p->ipv6 ? 0 : 96);

    for (bit = p->ipv6 ? 0 : 96; bit < length; bit++) {

        if (bit < 64) {
            if ((p->hi ^ a->hi) >> (63 - bit) & 1) {
                return 0;
            }

        } else if ((p->lo ^ a->lo) >> (127 - bit) & 1) {
            return 0;
        }
    }

    return 1;
}


static ngx_uint_t
fuzz_waf_prefix_match(const ngx_eo_prefix_set_t *set,
    const ngx_eo_prefix_t *addr)
{
    u_char      bytes[16];
    ngx_uint_t  i;

    for (i = 0; i < 8; i++) {
        bytes[i] = (u_char) (addr->hi >> (56 - 8 * i));
        bytes[8 + i] = (u_char) (addr->lo >> (56 - 8 * i));
    }

    return addr->ipv6 ? ngx_eo_prefix_set_match(set, AF_INET6, bytes)
                      : ngx_eo_prefix_set_match(set, AF_INET, bytes + 12);
}


static ngx_uint_t
fuzz_waf_prefix_mapped(const ngx_eo_prefix_t *addr)
{
    return addr->ipv6 && addr->hi == 0 && addr->lo >> 32 == 0xffff;
}


static void
fuzz_waf_prefix_compare(const ngx_eo_prefix_set_t *set,
    const ngx_eo_prefix_t *prefixes, ngx_uint_t n)
{
    ngx_uint_t       i, k, expected;
    ngx_eo_prefix_t  addr;

    for (i = 0; i < 3 * n; i++) {

        /* the first address of each prefix, and those around it */

        addr = prefixes[i / 3];

        if (addr.ipv6) {
            addr.lo += i % 3 - 1;

        } else {
            addr.lo = (uint32_t) (addr.lo + i % 3 - 1);
        }

        if (fuzz_waf_prefix_mapped(&addr)) {
            continue;
        }

        expected = 0;

        for (k = 0; k < n; k++) {
            expected |= fuzz_waf_prefix_contains(&prefixes[k], &addr);
        }

        if (fuzz_waf_prefix_match(set, &addr) != expected) {
            abort();
        }
    }
}


/* each line for itself; more than there is room for are left out */

static ngx_uint_t
fuzz_waf_prefix_lines(const u_char *p, size_t size,
    ngx_eo_prefix_t *prefixes, ngx_eo_prefix_builder_t *b)
{
    ngx_uint_t     n;
    const char    *reason;
    const u_char  *line, *last;

    last = p + size;

    for (n = 0; p < last && n < FUZZ_WAF_PREFIXES; p++) {

        line = p;

        while (p < last && *p != '\n') {
            p++;
        }

        if (ngx_eo_prefix_parse(&prefixes[n], line, p - line, &reason)
            == NGX_OK)
        {
            if (ngx_eo_prefix_builder_add(b, line, p - line, &reason)
                != NGX_OK)
            {
                abort();
            }

            n++;
        }
    }

    return n;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char                   *text, *block;
    size_t                    len, i;
    ngx_uint_t                n;
    ngx_eo_prefix_t           prefixes[FUZZ_WAF_PREFIXES];
    ngx_eo_prefix_set_t       set;
    ngx_eo_prefix_error_t     err;
    ngx_eo_prefix_builder_t   b;

    /* of its own size, so that a read past it is seen */

    text = malloc(size + (size == 0));
    ngx_memcpy(text, data, size);

    ngx_eo_prefix_builder_init(&b);

    if (ngx_eo_prefix_builder_add_text(&b, text, size, &err) != NGX_OK
        && (err.line == 0 || err.reason == NULL
            || ngx_strlen(err.text) > NGX_EO_PREFIX_TEXT_LEN))
    {
        abort();
    }

    ngx_eo_prefix_builder_free(&b);

    n = fuzz_waf_prefix_lines(text, size, prefixes, &b);

    if (ngx_eo_prefix_builder_finish(&b) != NGX_OK) {
        abort();
    }

    len = ngx_eo_prefix_builder_size(&b);
    block = malloc(len);
    ngx_eo_prefix_builder_write(&b, block);
    ngx_eo_prefix_builder_free(&b);

    if (ngx_eo_prefix_set_attach(&set, block, len) != NGX_OK) {
        abort();
    }

    fuzz_waf_prefix_compare(&set, prefixes, n);

    /* the input doubles as damage to everything behind the header */

    for (i = 0; i < size && len > 256 + i; i++) {
        block[256 + i] ^= text[i];
    }

    for (i = 0; i < n; i++) {
        (void) fuzz_waf_prefix_match(&set, &prefixes[i]);
    }

    /* and to the header */

    for (i = 0; i < size && i < len; i++) {
        block[len - 1 - i] ^= text[i];
        block[8 + i % 112] ^= text[i];
    }

    if (ngx_eo_prefix_set_attach(&set, block, len) == NGX_OK) {
        for (i = 0; i < n; i++) {
            (void) fuzz_waf_prefix_match(&set, &prefixes[i]);
        }
    }

    free(block);
    free(text);

    return 0;
}
