
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Signatures of robots: the vectors of the Web Bot Auth drafts, whose keys
 * are the public halves of RFC 9421, and what is no valid signature.
 */


#include "ngx_eo_unit.h"
#include "bot/ngx_eo_bot_jwks.h"
#include "bot/ngx_eo_bot_signature.h"


typedef struct {
    ngx_uint_t        ed25519;
    time_t            created;
    const char       *input;
    const char       *value;
    const char       *agent;
} ngx_eo_test_signature_t;


/* the request that they are of */

typedef struct {
    const char       *authority;
    const char       *agent;
} ngx_eo_test_request_t;


static void bot_signature_text(ngx_str_t *text, const char *value);
static ngx_int_t bot_signature_component(void *data, ngx_str_t *name,
    ngx_str_t *value);
static ngx_int_t bot_signature_parse(ngx_eo_bot_signature_t *s,
    const char *input, const char *value);


static const char  bot_signature_keys[] =
    "{\"keys\": [\n"
    " {\"kty\": \"RSA\", \"e\": \"AQAB\", \"n\": \"r4tm\"},\n"
    " {\"kty\": \"OKP\", \"crv\": \"Ed25519\", \"use\": \"sig\",\n"
    "  \"x\": \"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs\"}],\n"
    " \"purpose\": null}\n";


static ngx_eo_test_signature_t  bot_signatures[] = {

    { 0, 1735689600,
      "sig1=(\"@authority\");created=1735689600;keyid=\"oD0HwocPBSfpNy5W3"
      "bpJeyFGY_IQ_YpqxSjQ3Yd-CLA\";alg=\"rsa-pss-sha512\";expires=173569"
      "3200;nonce=\"yT+sZR1glKOTemVLbmPDFwPScbB1Zj/sMNPEFZcjwJW5jK/taa7Hv"
      "iOXovVwiZOfrrLHS2SbLFUQBxPYZChf7g==\";tag=\"web-bot-auth\"",
      "sig1=:ppXhcGjVp7xaoHGIa7V+hsSxuRgFt8i04K4FWz9ORJtn57t8duD3cyavsnh9"
      "grdWWOJHER8ITNBaqe4mKmPq193S+7hSW31IzXSH4/9WfsdrjUBwyJ0fhBU7oNn3UG"
      "Dqwdhr5TMgVI2/EX8saV5GrOunM09zMEA+d4QWYyKRFJmg+asCs253l2IYPpVp4N55"
      "H0uRK7qhb7acng8LNiEPTQZD2s+Kha95LgeciKQSO0jgR/h59fX/dXqLdFIvRMn8Gg"
      "s2VUzF/f/MMEXH83gufVnh4SYl/rKMSKWDBsK+OiLpobAVIuIz+HLCVlMnxlkXkhCW"
      "2J/Pmo8jht9N5k/y1A==:",
      NULL },

    { 0, 1735689600,
      "sig2=(\"@authority\" \"signature-agent\");created=1735689600;keyid"
      "=\"oD0HwocPBSfpNy5W3bpJeyFGY_IQ_YpqxSjQ3Yd-CLA\";alg=\"rsa-pss-sha"
      "512\";expires=1735693200;nonce=\"XSHtZVCThSIAksXsH9WBs6AtxtXC0eQGi"
      "IcUGSoJstFs8lAWakjhrfwzLhyjtme5iXMZvmFWqDEs6cT3Jf+BbQ==\";tag=\"we"
      "b-bot-auth\"",
      "sig2=:I1QWNzGXdP1a4dSvOHLCVOOanEYHDk+ZsVxM9MLX/p4ko69ghKwR5EOtAD96"
      "g7g4GWP7lmpM/jFAf9q8EFRDTPLjUXySwMv4YPgabv2LQihTJG2y8a2m6IGltyruwQ"
      "NiqSJVUuRaG9+b17CGmAMFZh30X6GXLdQJrCARpeTqPwp2DC+a8haDE/VE5EruqzjA"
      "5/2mKwvrkzkSqeW5tOVtFwWRRHIOidquf/8Je6kM9mhgkg4arudLA5SL4wyyYE1jUR"
      "IgcOl8agrfdJ5Def23DIRtiOLRa8jT9cpTLFAuFHN+mrZA/LH9h0gSIg1cPb+0cMAS"
      "ee5uku1KjWcFer7jWA==:",
      "\"https://signature-agent.test\"" },

    { 1, 1735689600,
      "sig1=(\"@authority\");created=1735689600;keyid=\"poqkLGiymh_W0uP6P"
      "ZFw-dvez3QJT5SolqXBCW38r0U\";alg=\"ed25519\";expires=1735693200;no"
      "nce=\"mYotfW3CUjI68sbGw6oKd7kyXqPjZEtU8xFPGWFrqOAf5qC6MDe3pys3SWWC"
      "udB0MvwslHy32WXUpkR7u0lt/w==\";tag=\"web-bot-auth\"",
      "sig1=:+NA/cssf4Y2bQTMTkyvTGRCaVzp9quyUevdwwMtMOWhhOOZ2T1subBj0Btvd"
      "nrpDEuwSAbiTeElXDzHL3WWKCw==:",
      NULL },

    { 1, 1735689600,
      "sig2=(\"@authority\" \"signature-agent\");created=1735689600;keyid"
      "=\"poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U\";alg=\"ed25519\";e"
      "xpires=1735693200;nonce=\"e8N7S2MFd/qrd6T2R3tdfAuuANngKI7LFtKYI/vo"
      "wzk4lAZYadIX6wW25MwG7DCT9RUKAJ0qVkU0mEeLElW1qg==\";tag=\"web-bot-a"
      "uth\"",
      "sig2=:jdq0SqOwHdyHr9+r5jw3iYZH6aNGKijYp/EstF4RQTQdi5N5YYKrD+mCT1HA"
      "1nZDsi6nJKuHxUi/5Syp3rLWBA==:",
      "\"https://signature-agent.test\"" },

    { 0, 1735689600,
      "sig1=(\"@authority\");created=1735689600;keyid=\"oD0HwocPBSfpNy5W3"
      "bpJeyFGY_IQ_YpqxSjQ3Yd-CLA\";alg=\"rsa-pss-sha512\";expires=488928"
      "9600;nonce=\"JojDFWJ90jf+gZhdKeTyJYsu1XvNPZSFAGhvYq5SuV3gneOEUAhq+"
      "xl792WGuD1W+Dr6NRmx+m+t06NsYnL4iA==\";tag=\"web-bot-auth\"",
      "sig1=:hWPaj85MWQiRkzU4jnIKvdPQiDfMCPIoxOP8nZveNc3aFQ7r/UmXWCwGNImw"
      "588iRvTFey5TR3fVEgnXpcttlyK+u5pN831z9Wlr+IMNfub4uEM3SuO+SKFygJZyLG"
      "0pf7OAiRcU4C0gyx1BS/+z9ydQTRzDLr88wCkBBRqwGRrSi8HTwxkqg1jugobh93hc"
      "nU6gV8MK1n+VnhRprIgl2RQSO6q5cfbB4OS8C4t/8ndW0lYmP2SWzKZJXnpX5Wrj17"
      "PuLqnVW6MO8pJnLAMXNvxUdx32KHeq/cHFrzZazZsua3UOoP+k+niHwoQ8bBWj1Vi4"
      "mM1mYJK+fk366cCLsQ==:",
      NULL },

    { 0, 1735689600,
      "sig2=(\"@authority\" \"signature-agent\";key=\"agent2\");created=1"
      "735689600;keyid=\"oD0HwocPBSfpNy5W3bpJeyFGY_IQ_YpqxSjQ3Yd-CLA\";al"
      "g=\"rsa-pss-sha512\";expires=4889289600;nonce=\"wcfPQPh7SzkvrIVvhD"
      "00vNk9PkxJNY2NVbYl2PVBB4zmUoluSwE7W6bPtF60QA3k8g06FU7PPCD+J58YofY1"
      "zg==\";tag=\"web-bot-auth\"",
      "sig2=:gHzpLNeHaHIO19NaJH9YMW5dcVSi2s0wOMBr6p18vcofS106sfC4KBIS0/sz"
      "PlBBd1vIcyQ88B6CTEWIhRAiVrb9zfX0mx1aG12CSGWcYkSirHeyTxhbuJvXd27ed6"
      "skWoy4PjXItq38936ivUQjfdIwXh1aX6HxkAC3vRnEdSNfntkLWeEuIQ5BLIOBGE39"
      "fSwg27Qjq6OVWYas/9/aFUr3HA34MXWYdp+//cvlEKDp3kRoLOw9ro0AOr6srHrTeE"
      "txon2afcws1aZVSlPdd2fZSEIGmw9HAHLDCEkFTERu1gH2k/zIEqgy7CAYXI9E5slo"
      "g0cLg/Vc6+f8gih33g==:",
      "agent2=\"https://signature-agent.test\"" },

    { 1, 1735689600,
      "sig1=(\"@authority\");created=1735689600;keyid=\"poqkLGiymh_W0uP6P"
      "ZFw-dvez3QJT5SolqXBCW38r0U\";alg=\"ed25519\";expires=4889289600;no"
      "nce=\"zIW8+cdmA3vdYagbxojpONwa/l0EKJ/O3/wD486VvsQjO/RxPaSt6ZxvQaMc"
      "QzNnqKN/mQ6hpGiFro2L2qkz5A==\";tag=\"web-bot-auth\"",
      "sig1=:QKN4fTdIYfh82fvoZCQiQA1weuozfCS/Led2zTMbewMMqH8PI2Wsy/5c4ao6"
      "B6D09nraNQdBNOADg8aM1MqfCg==:",
      NULL },

    { 1, 1735689600,
      "sig2=(\"@authority\" \"signature-agent\";key=\"agent2\");created=1"
      "735689600;keyid=\"poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U\";al"
      "g=\"ed25519\";expires=4889289600;nonce=\"n9p433xm+NJ3ph3upfBIGmsuw"
      "Hw387YV7Q/F+6BSpGCVjYCqQw6rznNA8PVVLySrAWsv0hQtFioQb6E1YsauiA==\";"
      "tag=\"web-bot-auth\"",
      "sig2=:RdNFx5Bj6au3YgAMQL/RzmUlZE8QZLIaXGRpw985hWnwPfMxT228NMk6ehRS"
      "1PSl4e8PhbNZACSanGdhEwYCCg==:",
      "agent2=\"https://signature-agent.test\"" },
};


#define NGX_EO_TEST_SIGNATURES                                                \
    (sizeof(bot_signatures) / sizeof(bot_signatures[0]))

/* the first one of Ed25519 without Signature-Agent, and with it */

#define NGX_EO_TEST_PLAIN  (&bot_signatures[2])
#define NGX_EO_TEST_AGENT  (&bot_signatures[3])


static void
bot_signature_text(ngx_str_t *text, const char *value)
{
    text->data = (u_char *) value;
    text->len = ngx_strlen(value);
}


static ngx_int_t
bot_signature_component(void *data, ngx_str_t *name, ngx_str_t *value)
{
    ngx_eo_test_request_t  *request = data;

    if (name->len == 10 && ngx_memcmp(name->data, "@authority", 10) == 0) {
        bot_signature_text(value, request->authority);
        return NGX_OK;
    }

    if (request->agent && name->len == 15
        && ngx_memcmp(name->data, "signature-agent", 15) == 0)
    {
        bot_signature_text(value, request->agent);
        return NGX_OK;
    }

    return NGX_DECLINED;
}


static ngx_int_t
bot_signature_parse(ngx_eo_bot_signature_t *s, const char *input,
    const char *value)
{
    ngx_str_t    one, two;
    const char  *reason;

    bot_signature_text(&one, input);
    bot_signature_text(&two, value);

    return ngx_eo_bot_signature_parse(s, &one, &two, &reason);
}


ngx_eo_unit_test(waf_bot_signature_vectors)
{
    ngx_int_t                 rc;
    ngx_uint_t                i;
    const char               *reason;
    ngx_eo_bot_key_t          keys[NGX_EO_BOT_JWKS_KEYS];
    ngx_eo_test_request_t     request;
    ngx_eo_bot_signature_t    s;
    ngx_eo_test_signature_t  *v;

    rc = ngx_eo_bot_jwks_parse((u_char *) bot_signature_keys,
                               sizeof(bot_signature_keys) - 1, keys, &reason);

    if (!ngx_eo_is_int(rc, 1, "keys of the directory")) {
        return;
    }

    ngx_eo_is_mem(keys[0].thumbprint, NGX_EO_BOT_THUMBPRINT,
                  "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U",
                  NGX_EO_BOT_THUMBPRINT, "thumbprint of RFC 8037's kind");

    for (i = 0; i < NGX_EO_TEST_SIGNATURES; i++) {
        v = &bot_signatures[i];

        rc = bot_signature_parse(&s, v->input, v->value);

        if (!v->ed25519) {
            ngx_eo_is_int(rc, NGX_ERROR, "vector %d is of another kind",
                          (int) i);
            continue;
        }

        if (!ngx_eo_is_int(rc, NGX_OK, "vector %d is read", (int) i)) {
            continue;
        }

        request.authority = "example.com";
        request.agent = v->agent;

        ngx_eo_is_int(ngx_eo_bot_signature_check(&s, v->created + 1,
                                                 v->agent != NULL, &reason),
                      NGX_OK, "vector %d is good", (int) i);
        ngx_eo_is_int(ngx_eo_bot_signature_verify(&s, keys[0].key,
                                                  bot_signature_component,
                                                  &request, &reason),
                      NGX_OK, "vector %d holds", (int) i);

        request.authority = "example.org";
        ngx_eo_is_int(ngx_eo_bot_signature_verify(&s, keys[0].key,
                                                  bot_signature_component,
                                                  &request, &reason),
                      NGX_ERROR, "vector %d of another host", (int) i);

        request.authority = "example.com";
        s.value[10] ^= 1;
        ngx_eo_is_int(ngx_eo_bot_signature_verify(&s, keys[0].key,
                                                  bot_signature_component,
                                                  &request, &reason),
                      NGX_ERROR, "vector %d with a wrong bit", (int) i);

        s.value[10] ^= 1;
        keys[0].key[3] ^= 1;
        ngx_eo_is_int(ngx_eo_bot_signature_verify(&s, keys[0].key,
                                                  bot_signature_component,
                                                  &request, &reason),
                      NGX_ERROR, "vector %d with another key", (int) i);
        keys[0].key[3] ^= 1;

        if (v->agent) {
            request.agent = "\"https://other.test\"";
            ngx_eo_is_int(ngx_eo_bot_signature_verify(&s, keys[0].key,
                                                      bot_signature_component,
                                                      &request, &reason),
                          NGX_ERROR, "vector %d of another agent", (int) i);
        }
    }
}


ngx_eo_unit_test(waf_bot_signature_times)
{
    const char               *reason;
    ngx_eo_bot_signature_t    s;
    ngx_eo_test_signature_t  *v;

    v = NGX_EO_TEST_PLAIN;

    if (!ngx_eo_is_int(bot_signature_parse(&s, v->input, v->value), NGX_OK,
                       "is read"))
    {
        return;
    }

    ngx_eo_is_int(ngx_eo_bot_signature_check(&s, s.expires - 1, 0, &reason),
                  NGX_OK, "in its last second");
    ngx_eo_is_int(ngx_eo_bot_signature_check(&s, s.expires, 0, &reason),
                  NGX_ERROR, "expired");
    ngx_eo_is_int(ngx_eo_bot_signature_check(&s, s.created - 60, 0, &reason),
                  NGX_OK, "by a clock that is ahead");
    ngx_eo_is_int(ngx_eo_bot_signature_check(&s, s.created - 61, 0, &reason),
                  NGX_ERROR, "created in the future");
    ngx_eo_is_int(ngx_eo_bot_signature_check(&s, s.created, 1, &reason),
                  NGX_ERROR, "a Signature-Agent that is not signed");

    s.expires = 0;
    ngx_eo_is_int(ngx_eo_bot_signature_check(&s, s.created, 0, &reason),
                  NGX_ERROR, "for ever");

    s.expires = s.created;
    ngx_eo_is_int(ngx_eo_bot_signature_check(&s, s.created - 1, 0, &reason),
                  NGX_ERROR, "for no time");

    s.expires = s.created + 1;
    ngx_str_set(&s.components[0].name, "@method");
    ngx_eo_is_int(ngx_eo_bot_signature_check(&s, s.created, 0, &reason),
                  NGX_ERROR, "for any host");

    ngx_str_set(&s.components[0].name, "@target-uri");
    ngx_eo_is_int(ngx_eo_bot_signature_check(&s, s.created, 0, &reason),
                  NGX_OK, "for one address");
}


#define NGX_EO_TEST_VALUE                                                     \
    "sig1=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"      \
    "AAAAAAAAAAAAAAAAAAAAAAAAA==:"


ngx_eo_unit_test(waf_bot_signature_wrong)
{
    ngx_str_t                input, value;
    ngx_uint_t               i;
    const char              *reason;
    ngx_eo_bot_signature_t   s;

    static struct {
        ngx_int_t    rc;
        const char  *input;
        const char  *value;
    } rows[] = {
        { NGX_OK, "sig1=(\"@authority\");tag=\"web-bot-auth\"",
          NGX_EO_TEST_VALUE },
        { NGX_OK, "a=(), sig1=();x=?0;tag=\"web-bot-auth\";y, b=()",
          "a=:AA==:, " NGX_EO_TEST_VALUE },
        { NGX_DECLINED, "", "" },
        { NGX_DECLINED, "sig1=(\"@authority\")", NGX_EO_TEST_VALUE },
        { NGX_DECLINED, "sig1=(\"@authority\");tag=\"other\"",
          NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1", NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=", NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=\"x\";tag=\"web-bot-auth\"", NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=(\"@authority\"", NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=(@authority);tag=\"web-bot-auth\"",
          NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=(\"\");tag=\"web-bot-auth\"", NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=(\"a\";sf);tag=\"web-bot-auth\"",
          NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=(\"a\";key=\"b\";key=\"c\");"
          "tag=\"web-bot-auth\"",
          NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=();tag=\"web-bot-auth\" sig2=()",
          NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=();tag=\"web-bot-auth\",", NGX_EO_TEST_VALUE },
        { NGX_ERROR, ",sig1=();tag=\"web-bot-auth\"", NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=();tag=\"web-bot-auth\", sig1=()",
          NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=();tag=\"web-bot-auth\", "
          "sig2=();tag=\"web-bot-auth\"", NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=();tag=\"web-bot-auth\";tag=\"web-bot-auth\"",
          NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=();created=\"1\";tag=\"web-bot-auth\"",
          NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=();created=-1;tag=\"web-bot-auth\"",
          NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=();created=99999999999999999999;"
          "tag=\"web-bot-auth\"", NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=();keyid=x;tag=\"web-bot-auth\"",
          NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=();alg=\"hmac-sha256\";tag=\"web-bot-auth\"",
          NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=();nonce=\"a\\\"b\";tag=\"web-bot-auth\"",
          NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig1=();tag=\"web-bot-auth\"", "" },
        { NGX_ERROR, "sig1=();tag=\"web-bot-auth\"", "sig1=:AAAA:" },
        { NGX_ERROR, "sig1=();tag=\"web-bot-auth\"", "sig1=\"AAAA\"" },
        { NGX_ERROR, "sig1=();tag=\"web-bot-auth\"", "sig1=:!:" },
        { NGX_ERROR, "sig1=();tag=\"web-bot-auth\"",
          NGX_EO_TEST_VALUE ", " NGX_EO_TEST_VALUE },
        { NGX_ERROR, "sig2=();tag=\"web-bot-auth\"", NGX_EO_TEST_VALUE }
    };

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ngx_eo_is_int(bot_signature_parse(&s, rows[i].input, rows[i].value),
                      rows[i].rc, "%s", rows[i].input);
    }

    /* more than anybody sends */

    input.len = 65536;
    input.data = ngx_palloc(t->pool, input.len);
    ngx_memset(input.data, 'a', input.len);
    ngx_str_set(&value, NGX_EO_TEST_VALUE);

    ngx_eo_is_int(ngx_eo_bot_signature_parse(&s, &input, &value, &reason),
                  NGX_ERROR, "64 KB");
    ngx_eo_is_int(ngx_eo_bot_signature_parse(&s, &value, &input, &reason),
                  NGX_ERROR, "64 KB the other way round");
}


ngx_eo_unit_test(waf_bot_jwks_wrong)
{
    size_t             len;
    ngx_int_t          rc;
    ngx_uint_t         i, read;
    const char        *reason;
    ngx_eo_bot_key_t   keys[NGX_EO_BOT_JWKS_KEYS];

    static const char  *rows[] = {
        "", "{", "[", "{\"keys\": []}", "[]", "{}", "x", "\"",
        "{\"keys\": [}", "{\"keys\": []]", "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}", "[1,]", "[1 2]", "{} {}",
        "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}",
        "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":"
        "\"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"a\":{\"x\":"
        "\"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs\"}}"
    };

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        rc = ngx_eo_bot_jwks_parse((u_char *) rows[i], ngx_strlen(rows[i]),
                                   keys, &reason);
        ngx_eo_is_int(rc, NGX_ERROR, "%s", rows[i]);
    }

    read = 0;

    for (len = 0; len < ngx_strlen(bot_signature_keys) - 1; len++) {
        rc = ngx_eo_bot_jwks_parse((u_char *) bot_signature_keys, len, keys,
                                   &reason);
        read += (rc != NGX_ERROR);
    }

    ngx_eo_is_int(read, 0, "a directory that is cut anywhere");
}
