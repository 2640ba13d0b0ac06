
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Digests, against values of Python's hashlib and hmac, and the texts that
 * they are written as.
 */


#include "token_auth_test.h"


#define SECRET  "0123456789abcdef"


static void hex_is(const u_char *got, size_t len, const char *expected,
    const char *name);


static void
hex_is(const u_char *got, size_t len, const char *expected, const char *name)
{
    char    text[2 * NGX_EO_TOKEN_HMAC_LEN + 1];
    size_t  i;

    for (i = 0; i < len; i++) {
        sprintf(text + 2 * i, "%02x", got[i]);
    }

    ngx_eo_ok(strcmp(text, expected) == 0, "%s", name);
}


/*
 * Over all lengths up to three blocks and more: each digest goes into that of
 * all of them, cut into two parts and an absent one at places that differ.
 */

ngx_eo_unit_test(token_auth_digests)
{
    size_t                   n;
    u_char                   text[200];
    u_char                   one[NGX_EO_TOKEN_HMAC_LEN];
    u_char                   all[NGX_EO_TOKEN_HMAC_LEN];
    ngx_str_t                parts[4], secret;
    ngx_eo_token_hmac_key_t  key;

    for (n = 0; n < sizeof(text); n++) {
        text[n] = (u_char) (n * 7 + 1);
    }

    secret = token_str(SECRET);
    ngx_eo_token_hmac_key(&secret, &key);

    parts[2].len = 0;
    parts[2].data = NULL;

    for (n = 0; n <= sizeof(text); n++) {
        parts[0] = secret;
        parts[1].data = text;
        parts[1].len = n / 3;
        parts[3].data = text + n / 3;
        parts[3].len = n - n / 3;

        ngx_eo_token_md5(parts, 4, one);

        parts[0].data = all;
        parts[0].len = n ? NGX_EO_TOKEN_MD5_LEN : 0;
        parts[1].data = one;
        parts[1].len = NGX_EO_TOKEN_MD5_LEN;

        ngx_eo_token_md5(parts, 2, all);
    }

    hex_is(all, NGX_EO_TOKEN_MD5_LEN, "1bf52ca4e3c29bc062c6bc2a655a46c5",
           "MD5 over 16 to 216 bytes");

    for (n = 0; n <= sizeof(text); n++) {
        parts[1].data = text;
        parts[1].len = n / 3;
        parts[3].data = text + n / 3;
        parts[3].len = n - n / 3;

        ngx_eo_token_hmac(&key, parts + 1, 3, one);

        parts[0].data = all;
        parts[0].len = n ? NGX_EO_TOKEN_HMAC_LEN : 0;
        parts[1].data = one;
        parts[1].len = NGX_EO_TOKEN_HMAC_LEN;

        ngx_eo_token_hmac(&key, parts, 2, all);
    }

    hex_is(all, NGX_EO_TOKEN_HMAC_LEN,
           "3e626816ba95514cf5638dbae4dba3b5"
           "b07ce4be71a94616f414a2373450ef11",
           "HMAC-SHA-256 over 0 to 200 bytes");
}


/*
 * The check meets the digest that was sent halfway: it has to agree with the
 * computed one, over lengths up to three blocks, and no bit may differ.
 */

ngx_eo_unit_test(token_auth_md5_fits)
{
    size_t      n;
    u_char      text[150], digest[NGX_EO_TOKEN_MD5_LEN];
    ngx_str_t   parts[3];
    ngx_uint_t  i, refused, accepted, other;

    for (n = 0; n < sizeof(text); n++) {
        text[n] = (u_char) (n * 11 + 5);
    }

    parts[1].len = 0;
    parts[1].data = NULL;

    refused = 0;
    accepted = 0;
    other = 0;

    for (n = 0; n < sizeof(text); n++) {
        parts[0].data = text;
        parts[0].len = n / 4;
        parts[2].data = text + n / 4;
        parts[2].len = n - n / 4;

        ngx_eo_token_md5(parts, 3, digest);

        refused += !ngx_eo_token_md5_fits(parts, 3, digest);

        for (i = 0; i < 8 * sizeof(digest); i++) {
            digest[i / 8] ^= (u_char) (1 << i % 8);
            accepted += ngx_eo_token_md5_fits(parts, 3, digest);
            digest[i / 8] ^= (u_char) (1 << i % 8);
        }

        for (i = 0; i < 8 * n; i++) {
            text[i / 8] ^= (u_char) (1 << i % 8);
            other += ngx_eo_token_md5_fits(parts, 3, digest);
            text[i / 8] ^= (u_char) (1 << i % 8);
        }
    }

    ngx_eo_ok(refused == 0, "a digest fits what it was computed of");
    ngx_eo_ok(accepted == 0, "no bit of it may differ");
    ngx_eo_ok(other == 0, "and it fits no other text");
}


typedef struct {
    size_t       len;
    const char  *hmac;
} secret_case_t;


static secret_case_t  secret_cases[] = {
    { 63, "23670528b6b8c55d2f8ef2f36c1f000cec7c23ec76881c485f2e89b5fe705cca" },
    { 64, "ae0c0e4a2340cf50185eb46aaa8723f4769153661612e212fb0d1fa3170c6202" },
    { 65, "ed378e5dfa30dc98814ba09b2e610d9b6af66054922ceef9480da094a3f11b2d" },
    { 131, "9e8f3782f349f42411b8e7e0546210f6ae2b0a54c05cf4e33e3aabc55c66fb15" }
};


ngx_eo_unit_test(token_auth_secrets)
{
    size_t                   i;
    u_char                   text[131], hmac[NGX_EO_TOKEN_HMAC_LEN];
    ngx_str_t                secret, abc;
    ngx_eo_token_hmac_key_t  key;

    memset(text, 'k', sizeof(text));
    abc = token_str("abc");

    for (i = 0; i < sizeof(secret_cases) / sizeof(secret_cases[0]); i++) {
        secret.data = text;
        secret.len = secret_cases[i].len;

        ngx_eo_token_hmac_key(&secret, &key);
        ngx_eo_token_hmac(&key, &abc, 1, hmac);

        hex_is(hmac, sizeof(hmac), secret_cases[i].hmac,
               "a secret about as long as a block, or longer");
    }
}


/* every byte at every place */

ngx_eo_unit_test(token_auth_hexadecimal)
{
    int         c;
    u_char      text[16], bytes[8];
    int64_t     time;
    ngx_str_t   s;
    ngx_uint_t  i, value, wrong;

    s.data = text;
    wrong = 0;

    for (i = 0; i < 16; i++) {
        for (c = 0; c < 256; c++) {
            memcpy(text, "0123456789aBcDeF", 16);
            text[i] = (u_char) c;
            s.len = 16;

            /* isxdigit() would look at the locale */

            value = c >= '0' && c <= '9' ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;

            wrong += (ngx_eo_token_hex(&s, 16) != (value < 16));
            wrong += (ngx_eo_token_decode_hex(&s, 16, bytes)
                      != (value < 16 ? NGX_OK : NGX_ERROR));
            wrong += (value < 16
                      && (bytes[i / 2] >> (i % 2 ? 0 : 4) & 0xf) != value);
            wrong += (value < 16
                      && (bytes[(i + 8) % 16 / 2] >> (i % 2 ? 0 : 4) & 0xf)
                         != (i + 8) % 16);

            s.len = 12;
            wrong += (ngx_eo_token_hex(&s, 12) != (value < 16 || i >= 12));

            s.len = 10;
            wrong += (i < 10
                      && (ngx_eo_token_time_dec(&s, &time)
                          != (value < 10 ? NGX_OK : NGX_ERROR)));
        }
    }

    ngx_eo_ok(wrong == 0, "hexadecimal and decimal digits, and nothing else");

    ngx_eo_ok(ngx_eo_token_encode_hex(text, (u_char *) "\0\x7f\xab\xff", 4)
              == text + 8
              && memcmp(text, "007fabff", 8) == 0, "writes hexadecimal");

    s = token_str("9876543210");
    ngx_eo_ok(ngx_eo_token_time_dec(&s, &time) == NGX_OK
              && time == 9876543210LL, "all decimal digits");
}


/* 32 digits are read in one piece, and as the words that 16 of them are */

ngx_eo_unit_test(token_auth_md5_hexadecimal)
{
    int         c;
    u_char      text[32], all[17], halves[16];
    ngx_str_t   s, half;
    ngx_int_t   rc;
    ngx_uint_t  i, accepted, wrong;

    s.data = text;
    s.len = 32;
    half.len = 16;

    accepted = 0;
    wrong = 0;

    for (i = 0; i < 32; i++) {
        for (c = 0; c < 256; c++) {
            memcpy(text, "0123456789aBcDeFfEdCbA9876543210", 32);
            text[i] = (u_char) c;
            all[16] = 0x5a;

            half.data = text;
            rc = ngx_eo_token_decode_hex(&half, 16, halves);

            half.data = text + 16;
            rc |= ngx_eo_token_decode_hex(&half, 16, halves + 8);

            wrong += (ngx_eo_token_decode_hex(&s, 32, all) != rc);

            if (rc == NGX_OK) {
                accepted++;
                wrong += (memcmp(all, halves, 16) != 0);
            }

            wrong += (all[16] != 0x5a);
        }
    }

    ngx_eo_ok(accepted == 32 * 22, "22 digits at every place");
    ngx_eo_ok(wrong == 0, "and they mean the same");

    s.len = 31;
    ngx_eo_ok(ngx_eo_token_decode_hex(&s, 32, all) == NGX_ERROR,
              "31 digits are not enough");
}


/* every byte at every place of texts of all lengths up to 40 */

ngx_eo_unit_test(token_auth_alnum)
{
    int         c;
    u_char      text[40];
    size_t      len;
    ngx_str_t   s;
    ngx_uint_t  i, right, wrong;

    s.data = text;
    wrong = 0;

    for (len = 1; len <= sizeof(text); len++) {
        s.len = len;

        for (i = 0; i < len; i++) {
            for (c = 0; c < 256; c++) {
                memset(text, 'z', sizeof(text));
                text[i] = (u_char) c;

                right = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
                        || (c >= 'a' && c <= 'z');

                wrong += (ngx_eo_token_alnum(&s, len) != right);
                wrong += ngx_eo_token_alnum(&s, len - 1);
            }
        }
    }

    ngx_eo_ok(wrong == 0, "letters and digits, and no more than allowed");
}


ngx_eo_unit_test(token_auth_base64url)
{
    int         c;
    u_char      text[43], bytes[33], back[43];
    ngx_uint_t  i, wrong, accepted;

    static const u_char  sample[] =
        "-_AZaz09bcdefghijklmnopqrstuvwxyBCDEFGHIJK0";

    wrong = 0;
    accepted = 0;

    for (i = 0; i < 43; i++) {
        for (c = 0; c < 256; c++) {
            memcpy(text, sample, 43);
            text[i] = (u_char) c;

            if (ngx_eo_token_decode_base64url(text, 43, bytes) != NGX_OK) {
                continue;
            }

            accepted++;

            ngx_eo_token_encode_base64url(back, bytes, 32);

            /* the last character has two bits more than the bytes */

            wrong += (memcmp(back, text, i == 42 ? 42 : 43) != 0);
            wrong += (i == 42
                      && (bytes[32] == 0) != (memcmp(back, text, 43) == 0));
        }
    }

    ngx_eo_ok(accepted == 43 * 64, "64 characters at every place");
    ngx_eo_ok(wrong == 0, "and they mean what they do when written");

    ngx_eo_ok(ngx_eo_token_decode_base64url(sample, 41, bytes) == NGX_ERROR
              && ngx_eo_token_decode_base64url(sample, 42, bytes) == NGX_ERROR,
              "lengths that are no digest's");
}


ngx_eo_unit_test(token_auth_equality)
{
    u_char      one[NGX_EO_TOKEN_BINARY_SIZE], two[NGX_EO_TOKEN_BINARY_SIZE];
    ngx_uint_t  i, wrong;

    memset(one, 0x5a, sizeof(one));
    memset(two, 0x5a, sizeof(two));

    ngx_eo_ok(ngx_eo_token_equal(one, two), "the same bytes");

    wrong = 0;

    for (i = 0; i < 8 * sizeof(one); i++) {
        two[i / 8] ^= (u_char) (1 << i % 8);
        wrong += ngx_eo_token_equal(one, two);
        two[i / 8] ^= (u_char) (1 << i % 8);
    }

    ngx_eo_ok(wrong == 0, "no bit may differ");
}
