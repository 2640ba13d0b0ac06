
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * ClientHellos and their fingerprints: recorded ones, and what no client
 * sends.
 */


#include "ngx_eo_unit.h"
#include "ngx_eo_fingerprint.h"
#include "client_hello_vectors.h"


/* bytes before the first extension, and before the first cipher */

#define NGX_EO_TEST_HELLO_FIXED    49
#define NGX_EO_TEST_HELLO_CIPHERS  41


typedef struct {
    u_char           *data;
    size_t            len;
} ngx_eo_test_message_t;


static void client_hello_unhex(ngx_eo_unit_t *t, const char *text,
    ngx_eo_test_message_t *m);
static void client_hello_make(ngx_eo_unit_t *t, ngx_uint_t version,
    const u_char *extensions, size_t len, ngx_eo_test_message_t *m);
static ngx_int_t client_hello_read(ngx_eo_client_hello_t *hello,
    ngx_eo_test_message_t *m);
static void client_hello_is_ja4(ngx_eo_unit_t *t, ngx_eo_test_message_t *m,
    const char *ja4, const char *name);
static void client_hello_groups(u_char *p, size_t len);


static uint16_t  ngx_eo_test_values[NGX_EO_CLIENT_HELLO_VALUES];


static void
client_hello_unhex(ngx_eo_unit_t *t, const char *text,
    ngx_eo_test_message_t *m)
{
    size_t  i;

    m->len = ngx_strlen(text) / 2;
    m->data = ngx_palloc(t->pool, m->len);

    for (i = 0; i < m->len; i++) {
        m->data[i] = (u_char) ngx_hextoi((u_char *) text + 2 * i, 2);
    }
}


/* a message of version, two ciphers and these bytes as its extensions */

static void
client_hello_make(ngx_eo_unit_t *t, ngx_uint_t version,
    const u_char *extensions, size_t len, ngx_eo_test_message_t *m)
{
    u_char  *p;

    m->data = ngx_pcalloc(t->pool, NGX_EO_TEST_HELLO_FIXED + len);
    p = m->data + 4;

    *p++ = (u_char) (version >> 8);
    *p++ = (u_char) version;
    p += 32;
    *p++ = 0;
    p = ngx_cpymem(p, "\0\4\x13\x01\xc0\x2f\1\0", 8);

    *p++ = (u_char) (len >> 8);
    *p++ = (u_char) len;
    p = ngx_cpymem(p, extensions, len);

    m->len = p - m->data;
    len = m->len - 4;

    m->data[0] = 1;
    m->data[1] = (u_char) (len >> 16);
    m->data[2] = (u_char) (len >> 8);
    m->data[3] = (u_char) len;
}


static ngx_int_t
client_hello_read(ngx_eo_client_hello_t *hello, ngx_eo_test_message_t *m)
{
    return ngx_eo_client_hello_parse(hello, m->data, m->len,
                                     ngx_eo_test_values);
}


static void
client_hello_is_ja4(ngx_eo_unit_t *t, ngx_eo_test_message_t *m,
    const char *ja4, const char *name)
{
    u_char                 got[NGX_EO_JA4_LEN];
    ngx_eo_client_hello_t  hello;

    if (!ngx_eo_is_int(client_hello_read(&hello, m), NGX_OK, "%s: read",
                       name))
    {
        return;
    }

    ngx_eo_ja4(&hello, NGX_EO_JA4_TCP, t->pool, got);
    ngx_eo_is_mem(got, ngx_strlen(ja4), ja4, ngx_strlen(ja4), "%s", name);
}


ngx_eo_unit_test(client_fingerprint_recorded)
{
    u_char                  ja3[NGX_EO_JA3_LEN], ja4[NGX_EO_JA4_LEN];
    ngx_str_t               text;
    ngx_uint_t              i;
    ngx_eo_test_hello_t    *v;
    ngx_eo_client_hello_t   hello;
    ngx_eo_test_message_t   m;

    for (i = 0; i < NGX_EO_TEST_HELLOS; i++) {
        v = &ngx_eo_test_hellos[i];

        client_hello_unhex(t, v->hello, &m);

        if (!ngx_eo_is_int(client_hello_read(&hello, &m), NGX_OK,
                           "%s: read", v->source))
        {
            continue;
        }

        ngx_eo_ja3_text(&hello, t->pool, &text);
        ngx_eo_is_str(&text, v->ja3_text, "%s: text of JA3", v->source);

        ngx_eo_ja3(&hello, t->pool, ja3);
        ngx_eo_is_mem(ja3, sizeof(ja3), v->ja3, ngx_strlen(v->ja3),
                      "%s: JA3", v->source);

        ngx_eo_ja4_raw(&hello, NGX_EO_JA4_TCP, t->pool, &text);
        ngx_eo_is_str(&text, v->ja4_raw, "%s: raw JA4", v->source);

        ngx_eo_ja4(&hello, NGX_EO_JA4_TCP, t->pool, ja4);
        ngx_eo_is_mem(ja4, sizeof(ja4), v->ja4, ngx_strlen(v->ja4),
                      "%s: JA4", v->source);

        ngx_eo_ja4(&hello, NGX_EO_JA4_QUIC, t->pool, ja4);
        ngx_eo_ok(ja4[0] == 'q' && ngx_memcmp(ja4 + 1, v->ja4 + 1, 35) == 0,
                  "%s: JA4 over QUIC", v->source);
    }
}


/* extensions may be left out: a message may end where they would begin */

ngx_eo_unit_test(client_fingerprint_cut)
{
    size_t                  len, read, whole;
    u_char                 *cut;
    ngx_uint_t              i;
    ngx_eo_client_hello_t   hello;
    ngx_eo_test_message_t   m;

    for (i = 0; i < NGX_EO_TEST_HELLOS; i++) {
        client_hello_unhex(t, ngx_eo_test_hellos[i].hello, &m);

        read = 0;
        whole = 0;

        for (len = 0; len < m.len; len++) {
            cut = ngx_alloc(len + 1, t->log);
            ngx_memcpy(cut, m.data, len);

            if (ngx_eo_client_hello_parse(&hello, cut, len,
                                          ngx_eo_test_values)
                == NGX_OK)
            {
                read++;
            }

            if (len > 4) {
                cut[2] = (u_char) ((len - 4) >> 8);
                cut[3] = (u_char) (len - 4);

                if (ngx_eo_client_hello_parse(&hello, cut, len,
                                              ngx_eo_test_values)
                    == NGX_OK)
                {
                    whole++;
                }
            }

            ngx_free(cut);
        }

        ngx_eo_is_int(read, 0, "hello %d cut anywhere", (int) i);
        ngx_eo_is_int(whole, 1, "hello %d cut, and its length true", (int) i);
    }
}


ngx_eo_unit_test(client_fingerprint_none_and_grease)
{
    ngx_eo_client_hello_t  hello;
    ngx_eo_test_message_t  m;

    static u_char  grease[] =
        "\x0a\x0a\0\0"
        "\0\x0d\0\x06\0\x04\x1a\x1a\x04\x03"
        "\0\x0a\0\x06\0\x04\x2a\x2a\0\x1d"
        "\0\x2b\0\x05\x04\xfa\xfa\x03\x04"
        "\xfa\xfa\0\1\0";

    static u_char  only[] =
        "\x0a\x0a\0\0"
        "\0\x0d\0\x04\0\x02\x1a\x1a"
        "\0\x0a\0\x04\0\x02\x2a\x2a"
        "\0\x2b\0\x03\x02\xfa\xfa";

    client_hello_make(t, 0x0303, (u_char *) "", 0, &m);
    client_hello_is_ja4(t, &m, "t12i020000_c1929292aa6b_000000000000",
                        "an empty list of extensions");

    m.len -= 2;
    m.data[3] -= 2;
    client_hello_is_ja4(t, &m, "t12i020000_c1929292aa6b_000000000000",
                        "no list of extensions");

    client_hello_make(t, 0x0303, grease, sizeof(grease) - 1, &m);
    ngx_eo_is_int(client_hello_read(&hello, &m), NGX_OK, "with GREASE");
    ngx_eo_is_int(hello.nextensions, 3, "extensions but for GREASE");
    ngx_eo_is_int(hello.ngroups, 1, "groups but for GREASE");
    ngx_eo_is_int(hello.nsignatures, 1, "signatures but for GREASE");
    ngx_eo_is_int(hello.supported, 0x0304, "versions but for GREASE");

    client_hello_make(t, 0x0303, only, sizeof(only) - 1, &m);
    ngx_eo_is_int(client_hello_read(&hello, &m), NGX_OK, "but GREASE");
    ngx_eo_is_int(hello.ngroups + hello.nsignatures, 0, "nothing but GREASE");
    ngx_eo_is_int(hello.supported, 0, "no version but GREASE");

    ngx_memcpy(m.data + NGX_EO_TEST_HELLO_CIPHERS, "\x0a\x0a\xfa\xfa", 4);
    client_hello_is_ja4(t, &m, "t12i000300_000000000000",
                        "no cipher but GREASE");
}


ngx_eo_unit_test(client_fingerprint_versions)
{
    ngx_uint_t             i;
    ngx_eo_test_message_t  m;

    static struct {
        ngx_uint_t   version;
        const char  *ja4;
    } rows[] = {
        { 0x0300, "ts3i0200" },
        { 0x0301, "t10i0200" },
        { 0x0302, "t11i0200" },
        { 0x0303, "t12i0200" },
        { 0x0304, "t13i0200" },
        { 0x0505, "t00i0200" }
    };

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        client_hello_make(t, rows[i].version, (u_char *) "", 0, &m);
        client_hello_is_ja4(t, &m, rows[i].ja4, rows[i].ja4);
    }
}


ngx_eo_unit_test(client_fingerprint_protocols)
{
    u_char                 *p, extension[64];
    size_t                  len;
    ngx_uint_t              i;
    ngx_eo_client_hello_t   hello;
    ngx_eo_test_message_t   m;

    static struct {
        const char  *name;
        const char  *ja4;
    } rows[] = {
        { "h2", "t12i0201h2" },
        { "http/1.1", "t12i0201h1" },
        { "http/1.0", "t12i0201h0" },
        { "h", "t12i0201hh" },
        { "H3x", "t12i0201Hx" },
        { "\x0a\x0a", "t12i02010a" },
        { "-0", "t12i020120" },
        { "0\xcd", "t12i020199" },
        { "\xba\xad", "t12i020199" }
    };

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        len = ngx_strlen(rows[i].name);

        p = ngx_cpymem(extension, "\0\x10\0", 3);
        *p++ = (u_char) (len + 3);
        *p++ = 0;
        *p++ = (u_char) (len + 1);
        *p++ = (u_char) len;
        p = ngx_cpymem(p, rows[i].name, len);

        client_hello_make(t, 0x0303, extension, p - extension, &m);
        client_hello_is_ja4(t, &m, rows[i].ja4, rows[i].ja4);
    }

    client_hello_make(t, 0x0303, (u_char *) "\0\x10\0\3\0\1\0", 7, &m);
    ngx_eo_is_int(client_hello_read(&hello, &m), NGX_ERROR,
                  "a protocol without a name");
}


ngx_eo_unit_test(client_fingerprint_wrong)
{
    ngx_uint_t             i;
    ngx_eo_client_hello_t  hello;
    ngx_eo_test_message_t  m;

    static struct {
        const char  *name;
        const char  *extensions;
        size_t       len;
    } rows[] = {
        { "half a type", "\0", 1 },
        { "a type alone", "\0\x0a", 2 },
        { "longer than the message", "\0\x0a\0\5\0\2\0", 7 },
        { "half a group", "\0\x0a\0\5\0\3\0\x1d\0", 9 },
        { "more than the groups", "\0\x0a\0\5\0\2\0\x1d\0", 9 },
        { "no length of groups", "\0\x0a\0\1\0", 5 },
        { "groups twice", "\0\x0a\0\4\0\2\0\x1d\0\x0a\0\4\0\2\0\x1d", 16 },
        { "half a signature", "\0\x0d\0\3\0\1\4", 7 },
        { "no formats", "\0\x0b\0\0", 4 },
        { "half a version", "\0\x2b\0\2\1\3", 6 },
        { "protocols twice",
          "\0\x10\0\5\0\3\2h2\0\x10\0\5\0\3\2h2", 18 }
    };

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        client_hello_make(t, 0x0303, (u_char *) rows[i].extensions,
                          rows[i].len, &m);
        ngx_eo_is_int(client_hello_read(&hello, &m), NGX_ERROR, "%s",
                      rows[i].name);
    }

    client_hello_make(t, 0x0303, (u_char *) "", 0, &m);
    m.data[0] = 2;
    ngx_eo_is_int(client_hello_read(&hello, &m), NGX_ERROR,
                  "another message");
}


/* an extension of so many bytes */

static void
client_hello_groups(u_char *p, size_t len)
{
    *p++ = 0;
    *p++ = 10;
    *p++ = (u_char) ((len - 4) >> 8);
    *p++ = (u_char) (len - 4);
    *p++ = (u_char) ((len - 6) >> 8);
    *p = (u_char) (len - 6);
}


/* at the bound and beyond it */

ngx_eo_unit_test(client_fingerprint_large)
{
    size_t                  len;
    u_char                 *extensions, ja4[NGX_EO_JA4_LEN];
    ngx_str_t               text;
    ngx_uint_t              i;
    ngx_eo_client_hello_t   hello;
    ngx_eo_test_message_t   m;

    extensions = ngx_pcalloc(t->pool, NGX_EO_CLIENT_HELLO_MAX + 2);

    for (i = 0; i < 1000; i++) {
        extensions[4 * i] = (u_char) (i >> 8 | 0x40);
        extensions[4 * i + 1] = (u_char) i;
    }

    client_hello_make(t, 0x0303, extensions, 4000, &m);
    client_hello_is_ja4(t, &m, "t12i029900_c1929292aa6b_",
                        "1,000 extensions");

    /* groups up to the end */

    len = (NGX_EO_CLIENT_HELLO_MAX - NGX_EO_TEST_HELLO_FIXED) & ~1;

    ngx_memset(extensions, 0xff, NGX_EO_CLIENT_HELLO_MAX);
    client_hello_groups(extensions, len);

    client_hello_make(t, 0x0303, extensions, len, &m);

    if (ngx_eo_is_int(client_hello_read(&hello, &m), NGX_OK, "is read")) {
        ngx_eo_is_int(hello.ngroups, (len - 6) / 2, "groups of 16 KB");

        ngx_eo_ja3_text(&hello, t->pool, &text);
        ngx_eo_is_int(text.len, sizeof("771,4865-49199,10,,") - 1
                                + hello.ngroups * 6 - 1,
                      "text of JA3");
        ngx_eo_is_int(ngx_eo_ja4(&hello, NGX_EO_JA4_TCP, t->pool, ja4),
                      NGX_OK, "JA4");
    }

    client_hello_groups(extensions, len + 2);
    client_hello_make(t, 0x0303, extensions, len + 2, &m);
    ngx_eo_is_int(client_hello_read(&hello, &m), NGX_ERROR, "more is not");
}
