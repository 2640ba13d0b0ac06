
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * JA3 is the MD5 of five lists as they were sent.  JA4 counts, sorts and
 * hashes, so that clients that shuffle their extensions keep theirs.
 */


#include "ngx_eo_fingerprint.h"

#include <ngx_md5.h>
#include <openssl/sha.h>


/* of a value: five digits, or four hexadecimal ones, and what parts it */

#define NGX_EO_FINGERPRINT_VALUE   6
#define NGX_EO_FINGERPRINT_FIXED   32

#define NGX_EO_JA4_HASH            12
#define NGX_EO_JA4_HEAD            10

#define NGX_EO_JA4_SERVER_NAME     0x0000
#define NGX_EO_JA4_ALPN            0x0010


/* where the parts of a raw JA4 begin */

typedef struct {
    ngx_str_t         text;
    u_char           *ciphers;
    u_char           *extensions;
} ngx_eo_ja4_parts_t;


static u_char *ngx_eo_ja3_list(u_char *p, const uint16_t *values, size_t n);
static ngx_int_t ngx_eo_ja4_parts(const ngx_eo_client_hello_t *hello,
    u_char transport, ngx_pool_t *pool, ngx_eo_ja4_parts_t *parts);
static u_char *ngx_eo_ja4_head(const ngx_eo_client_hello_t *hello,
    u_char transport, u_char *p);
static u_char *ngx_eo_ja4_version(u_char *p, ngx_uint_t version);
static u_char *ngx_eo_ja4_protocol(u_char *p,
    const ngx_eo_client_hello_t *hello);
static u_char *ngx_eo_ja4_list(u_char *p, const uint16_t *values, size_t n);
static u_char *ngx_eo_ja4_hash(u_char *p, u_char *text, u_char *last);
static int ngx_libc_cdecl ngx_eo_ja4_cmp(const void *one, const void *two);


ngx_int_t
ngx_eo_ja3_text(const ngx_eo_client_hello_t *hello, ngx_pool_t *pool,
    ngx_str_t *text)
{
    u_char  *p;

    p = ngx_pnalloc(pool, hello->nvalues * NGX_EO_FINGERPRINT_VALUE
                          + NGX_EO_FINGERPRINT_FIXED);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    p = ngx_sprintf(p, "%ui,", (ngx_uint_t) hello->version);

    p = ngx_eo_ja3_list(p, ngx_eo_hello_ciphers(hello), hello->nciphers);
    *p++ = ',';
    p = ngx_eo_ja3_list(p, ngx_eo_hello_extensions(hello),
                        hello->nextensions);
    *p++ = ',';
    p = ngx_eo_ja3_list(p, ngx_eo_hello_groups(hello), hello->ngroups);
    *p++ = ',';
    p = ngx_eo_ja3_list(p, ngx_eo_hello_formats(hello), hello->nformats);

    text->len = p - text->data;

    return NGX_OK;
}


static u_char *
ngx_eo_ja3_list(u_char *p, const uint16_t *values, size_t n)
{
    size_t      i;
    u_char      digits[5], *d;
    ngx_uint_t  value;

    for (i = 0; i < n; i++) {

        if (i) {
            *p++ = '-';
        }

        d = digits + sizeof(digits);
        value = values[i];

        do {
            *--d = (u_char) (value % 10 + '0');
            value /= 10;
        } while (value);

        p = ngx_cpymem(p, d, digits + sizeof(digits) - d);
    }

    return p;
}


ngx_int_t
ngx_eo_ja3(const ngx_eo_client_hello_t *hello, ngx_pool_t *pool, u_char *ja3)
{
    u_char     hash[16];
    ngx_str_t  text;
    ngx_md5_t  md5;

    if (ngx_eo_ja3_text(hello, pool, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_md5_init(&md5);
    ngx_md5_update(&md5, text.data, text.len);
    ngx_md5_final(hash, &md5);

    ngx_hex_dump(ja3, hash, sizeof(hash));

    return NGX_OK;
}


ngx_int_t
ngx_eo_ja4_raw(const ngx_eo_client_hello_t *hello, u_char transport,
    ngx_pool_t *pool, ngx_str_t *text)
{
    ngx_eo_ja4_parts_t  parts;

    if (ngx_eo_ja4_parts(hello, transport, pool, &parts) != NGX_OK) {
        return NGX_ERROR;
    }

    *text = parts.text;

    return NGX_OK;
}


ngx_int_t
ngx_eo_ja4(const ngx_eo_client_hello_t *hello, u_char transport,
    ngx_pool_t *pool, u_char *ja4)
{
    u_char              *p;
    ngx_eo_ja4_parts_t   parts;

    if (ngx_eo_ja4_parts(hello, transport, pool, &parts) != NGX_OK) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(ja4, parts.text.data, NGX_EO_JA4_HEAD);
    *p++ = '_';
    p = ngx_eo_ja4_hash(p, parts.ciphers, parts.extensions - 1);
    *p++ = '_';
    ngx_eo_ja4_hash(p, parts.extensions, parts.text.data + parts.text.len);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_ja4_parts(const ngx_eo_client_hello_t *hello, u_char transport,
    ngx_pool_t *pool, ngx_eo_ja4_parts_t *parts)
{
    size_t           i, n;
    u_char          *p;
    uint16_t        *sorted;
    const uint16_t  *extensions, *signatures;

    sorted = ngx_palloc(pool, (hello->nciphers + hello->nextensions + 1)
                              * sizeof(uint16_t));
    p = ngx_pnalloc(pool, hello->nvalues * NGX_EO_FINGERPRINT_VALUE
                          + NGX_EO_FINGERPRINT_FIXED);

    if (sorted == NULL || p == NULL) {
        return NGX_ERROR;
    }

    parts->text.data = p;

    p = ngx_eo_ja4_head(hello, transport, p);
    *p++ = '_';
    parts->ciphers = p;

    n = hello->nciphers;
    ngx_memcpy(sorted, ngx_eo_hello_ciphers(hello), n * sizeof(uint16_t));
    ngx_qsort(sorted, n, sizeof(uint16_t), ngx_eo_ja4_cmp);

    p = ngx_eo_ja4_list(p, sorted, n);
    *p++ = '_';
    parts->extensions = p;

    extensions = ngx_eo_hello_extensions(hello);
    n = 0;

    for (i = 0; i < hello->nextensions; i++) {
        if (extensions[i] != NGX_EO_JA4_SERVER_NAME
            && extensions[i] != NGX_EO_JA4_ALPN)
        {
            sorted[n++] = extensions[i];
        }
    }

    ngx_qsort(sorted, n, sizeof(uint16_t), ngx_eo_ja4_cmp);

    p = ngx_eo_ja4_list(p, sorted, n);

    signatures = ngx_eo_hello_signatures(hello);

    if (hello->nsignatures) {
        *p++ = '_';
        p = ngx_eo_ja4_list(p, signatures, hello->nsignatures);
    }

    parts->text.len = p - parts->text.data;

    return NGX_OK;
}


/* NGX_EO_JA4_HEAD bytes: "t13d1516h2" */

static u_char *
ngx_eo_ja4_head(const ngx_eo_client_hello_t *hello, u_char transport,
    u_char *p)
{
    *p++ = transport;

    p = ngx_eo_ja4_version(p, hello->supported ? hello->supported
                                               : hello->version);

    *p++ = hello->server_name ? 'd' : 'i';

    p = ngx_sprintf(p, "%02ui%02ui",
                    (ngx_uint_t) ngx_min(hello->nciphers, 99),
                    (ngx_uint_t) ngx_min(hello->nextensions, 99));

    return ngx_eo_ja4_protocol(p, hello);
}


static u_char *
ngx_eo_ja4_version(u_char *p, ngx_uint_t version)
{
    ngx_uint_t  i;

    static struct {
        ngx_uint_t   version;
        const char  *text;
    } versions[] = {
        { 0x0304, "13" },
        { 0x0303, "12" },
        { 0x0302, "11" },
        { 0x0301, "10" },
        { 0x0300, "s3" },
        { 0x0002, "s2" }
    };

    for (i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        if (versions[i].version == version) {
            return ngx_cpymem(p, versions[i].text, 2);
        }
    }

    return ngx_cpymem(p, "00", 2);
}


/* "99" is what tools write of names that are no ASCII */

static u_char *
ngx_eo_ja4_protocol(u_char *p, const ngx_eo_client_hello_t *hello)
{
    u_char         c;
    ngx_uint_t     i, plain;
    static u_char  hex[] = "0123456789abcdef";

    if (!hello->has_alpn) {
        return ngx_cpymem(p, "00", 2);
    }

    if (hello->alpn[0] > 0x7f || hello->alpn[1] > 0x7f) {
        return ngx_cpymem(p, "99", 2);
    }

    plain = 1;

    for (i = 0; i < 2; i++) {
        c = hello->alpn[i];

        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z')
            && !(c >= 'A' && c <= 'Z'))
        {
            plain = 0;
        }
    }

    if (plain) {
        return ngx_cpymem(p, hello->alpn, 2);
    }

    *p++ = hex[hello->alpn[0] >> 4];
    *p++ = hex[hello->alpn[1] & 0xf];

    return p;
}


static u_char *
ngx_eo_ja4_list(u_char *p, const uint16_t *values, size_t n)
{
    size_t  i;
    u_char  bytes[2];

    for (i = 0; i < n; i++) {

        if (i) {
            *p++ = ',';
        }

        bytes[0] = (u_char) (values[i] >> 8);
        bytes[1] = (u_char) values[i];

        p = ngx_hex_dump(p, bytes, 2);
    }

    return p;
}


static u_char *
ngx_eo_ja4_hash(u_char *p, u_char *text, u_char *last)
{
    u_char  hash[SHA256_DIGEST_LENGTH];

    if (text == last) {
        ngx_memset(p, '0', NGX_EO_JA4_HASH);
        return p + NGX_EO_JA4_HASH;
    }

    (void) SHA256(text, last - text, hash);

    return ngx_hex_dump(p, hash, NGX_EO_JA4_HASH / 2);
}


static int ngx_libc_cdecl
ngx_eo_ja4_cmp(const void *one, const void *two)
{
    return (int) *(const uint16_t *) one - (int) *(const uint16_t *) two;
}
