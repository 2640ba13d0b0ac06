
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Challenges: tokens, proofs of work, passes in cookies, what was spent, and
 * what a CAPTCHA provider says.
 */


#include "ngx_eo_unit.h"
#include "challenge/ngx_eo_challenge_behaviour.h"
#include "challenge/ngx_eo_challenge_pass.h"
#include "challenge/ngx_eo_challenge_puzzle.h"
#include "challenge/ngx_eo_challenge_spent.h"
#include "challenge/ngx_eo_challenge_verdict.h"
#include "challenge/ngx_eo_challenge_work.h"


#define NGX_EO_TEST_NOW  1700000000


static void ngx_eo_test_keys(ngx_eo_challenge_keys_t *keys, const char *first,
    const char *second);
static void ngx_eo_test_client(ngx_eo_challenge_client_t *client,
    u_char last, const char *host, const char *agent);
static void ngx_eo_test_client6(ngx_eo_challenge_client_t *client,
    u_char network, u_char last);
static void ngx_eo_test_token(ngx_eo_challenge_token_t *token);
static ngx_uint_t ngx_eo_test_check(ngx_eo_challenge_keys_t *keys,
    ngx_eo_challenge_client_t *client, ngx_str_t *text, time_t now);
static ngx_uint_t ngx_eo_test_solve(const u_char *seed, u_char *answer,
    ngx_uint_t difficulty);
static ngx_uint_t ngx_eo_test_find(ngx_eo_challenge_keys_t *keys,
    ngx_eo_challenge_client_t *client, ngx_uint_t bind, ngx_uint_t level,
    ngx_uint_t difficulty, const char *header, ngx_uint_t *checked);
static void ngx_eo_test_cookie(ngx_eo_challenge_keys_t *keys,
    ngx_eo_challenge_client_t *client, ngx_uint_t bind, time_t now,
    char *header);


static void
ngx_eo_test_keys(ngx_eo_challenge_keys_t *keys, const char *first,
    const char *second)
{
    keys->n = 1;
    ngx_eo_challenge_key(&keys->key[0], (u_char *) first,
                         ngx_strlen(first));

    if (second) {
        keys->n = 2;
        ngx_eo_challenge_key(&keys->key[1], (u_char *) second,
                             ngx_strlen(second));
    }
}


static void
ngx_eo_test_client(ngx_eo_challenge_client_t *client, u_char last,
    const char *host, const char *agent)
{
    ngx_memzero(client->addr, 10);
    client->addr[10] = 0xff;
    client->addr[11] = 0xff;
    client->addr[12] = 192;
    client->addr[13] = 0;
    client->addr[14] = 2;
    client->addr[15] = last;

    client->host.data = (u_char *) host;
    client->host.len = ngx_strlen(host);
    client->agent.data = (u_char *) agent;
    client->agent.len = ngx_strlen(agent);
}


static void
ngx_eo_test_client6(ngx_eo_challenge_client_t *client, u_char network,
    u_char last)
{
    ngx_eo_test_client(client, 0, "www.example.com", "Firefox");

    ngx_memzero(client->addr, 16);
    client->addr[0] = 0x20;
    client->addr[1] = 0x01;
    client->addr[7] = network;
    client->addr[15] = last;
}


static void
ngx_eo_test_token(ngx_eo_challenge_token_t *token)
{
    ngx_memzero(token, sizeof(ngx_eo_challenge_token_t));

    token->expires = NGX_EO_TEST_NOW + 60;
    token->level = NGX_EO_CHALLENGE_JS;
    token->difficulty = 10;
    token->ttl = 1800;
    token->nonce = 0x0123456789abcdefULL;
}


static ngx_uint_t
ngx_eo_test_check(ngx_eo_challenge_keys_t *keys,
    ngx_eo_challenge_client_t *client, ngx_str_t *text, time_t now)
{
    ngx_eo_challenge_token_t  token;

    return ngx_eo_challenge_token_check(keys, client, text, now, &token);
}


ngx_eo_unit_test(waf_challenge_mac)
{
    u_char                     mac[NGX_EO_CHALLENGE_MAC_TEXT], *p;
    ngx_str_t                  text;
    ngx_eo_challenge_key_t     key;
    ngx_eo_challenge_client_t  client;

    /* RFC 4231's key of test case 6 is longer than a block */

    p = ngx_pnalloc(t->pool, 131);
    ngx_memset(p, 0xaa, 131);

    ngx_eo_test_client(&client, 1, "www.example.com", "Firefox");

    ngx_str_set(&text, "text");

    ngx_eo_challenge_key(&key, (u_char *) "0123456789abcdef", 16);
    ngx_eo_challenge_mac(&key, 'x', &text, &client, mac);

    ngx_eo_is_mem(mac, sizeof(mac), "0a79252504734b4aca54c73cc1ea3c39", 32,
                  "HMAC-SHA-256 of OpenSSL's command");

    ngx_eo_challenge_key(&key, p, 131);
    ngx_eo_challenge_mac(&key, 'x', &text, &client, mac);

    ngx_eo_is_mem(mac, sizeof(mac), "7953171f5800e0a279c131b59c3902b3", 32,
                  "with a key that is longer than a block");
}


ngx_eo_unit_test(waf_challenge_token)
{
    u_char                     buf[NGX_EO_CHALLENGE_TOKEN_LEN + 1], *p;
    ngx_str_t                  text;
    ngx_uint_t                 i;
    ngx_eo_challenge_keys_t    keys, others, rotated;
    ngx_eo_challenge_token_t   token, read;
    ngx_eo_challenge_client_t  client, other;

    ngx_eo_test_keys(&keys, "0123456789abcdef", NULL);
    ngx_eo_test_keys(&others, "fedcba9876543210", NULL);
    ngx_eo_test_keys(&rotated, "fedcba9876543210", "0123456789abcdef");
    ngx_eo_test_client(&client, 1, "www.example.com", "Firefox");
    ngx_eo_test_token(&token);

    p = ngx_eo_challenge_token_write(&keys, &client, &token, buf);

    ngx_eo_is_int(p - buf, NGX_EO_CHALLENGE_TOKEN_LEN, "its length");

    text.data = buf;
    text.len = p - buf;

    ngx_eo_is_int(ngx_eo_challenge_token_check(&keys, &client, &text,
                                               NGX_EO_TEST_NOW, &read),
                  NGX_EO_CHALLENGE_OK, "a token comes back");
    ngx_eo_ok(read.expires == token.expires && read.level == token.level
              && read.step == token.step && read.ttl == token.ttl
              && read.difficulty == token.difficulty
              && read.nonce == token.nonce, "with all that is in it");

    ngx_eo_is_int(ngx_eo_test_check(&keys, &client, &text,
                                    NGX_EO_TEST_NOW + 60),
                  NGX_EO_CHALLENGE_OK, "good in its last second");
    ngx_eo_is_int(ngx_eo_test_check(&keys, &client, &text,
                                    NGX_EO_TEST_NOW + 61),
                  NGX_EO_CHALLENGE_EXPIRED, "and no longer");

    ngx_eo_is_int(ngx_eo_test_check(&others, &client, &text,
                                    NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_FORGED, "another secret");
    ngx_eo_is_int(ngx_eo_test_check(&rotated, &client, &text,
                                    NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_OK, "a secret that was rotated");

    ngx_eo_test_client(&other, 2, "www.example.com", "Firefox");
    ngx_eo_is_int(ngx_eo_test_check(&keys, &other, &text, NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_FORGED, "another address");

    ngx_eo_test_client(&other, 1, "example.com", "Firefox");
    ngx_eo_is_int(ngx_eo_test_check(&keys, &other, &text, NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_FORGED, "another host");

    ngx_eo_test_client(&other, 1, "www.example.com", "Chrome");
    ngx_eo_is_int(ngx_eo_test_check(&keys, &other, &text, NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_FORGED, "another User-Agent");

    ngx_eo_test_client(&other, 1, "www.example.comF", "irefox");
    ngx_eo_is_int(ngx_eo_test_check(&keys, &other, &text, NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_FORGED, "host and User-Agent moved");

    for (i = 0; i < text.len; i++) {
        buf[i] ^= 1;

        if (ngx_eo_test_check(&keys, &client, &text, NGX_EO_TEST_NOW)
            == NGX_EO_CHALLENGE_OK)
        {
            break;
        }

        buf[i] ^= 1;
    }

    ngx_eo_is_int(i, text.len, "no bit of it can be changed");

    for (text.len = 0; text.len < NGX_EO_CHALLENGE_TOKEN_LEN; text.len++) {

        if (ngx_eo_test_check(&keys, &client, &text, NGX_EO_TEST_NOW)
            != NGX_EO_CHALLENGE_MALFORMED)
        {
            break;
        }
    }

    ngx_eo_is_int(text.len, NGX_EO_CHALLENGE_TOKEN_LEN, "truncated ones");

    buf[text.len++] = '0';
    ngx_eo_is_int(ngx_eo_test_check(&keys, &client, &text, NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_MALFORMED, "one digit more");
}


ngx_eo_unit_test(waf_challenge_bind)
{
    u_char                     buf[NGX_EO_CHALLENGE_TOKEN_LEN];
    ngx_str_t                  text;
    ngx_eo_challenge_keys_t    keys;
    ngx_eo_challenge_token_t   token;
    ngx_eo_challenge_client_t  client;

    ngx_eo_test_keys(&keys, "0123456789abcdef", NULL);
    ngx_eo_test_token(&token);

    text.data = buf;
    text.len = sizeof(buf);

    ngx_eo_test_client6(&client, 1, 1);
    (void) ngx_eo_challenge_token_write(&keys, &client, &token, buf);

    ngx_eo_test_client6(&client, 1, 2);
    ngx_eo_is_int(ngx_eo_test_check(&keys, &client, &text, NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_OK, "addresses of one /64 are one");

    ngx_eo_test_client6(&client, 2, 1);
    ngx_eo_is_int(ngx_eo_test_check(&keys, &client, &text, NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_FORGED, "those of two are not");

    token.bind = NGX_EO_CHALLENGE_PREFIX;
    ngx_eo_test_client6(&client, 1, 1);
    (void) ngx_eo_challenge_token_write(&keys, &client, &token, buf);

    ngx_eo_test_client6(&client, 2, 1);
    ngx_eo_is_int(ngx_eo_test_check(&keys, &client, &text, NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_OK, "prefix: those of one /48");

    ngx_eo_test_client(&client, 1, "www.example.com", "Firefox");
    ngx_eo_is_int(ngx_eo_test_check(&keys, &client, &text, NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_FORGED, "but no IPv4");

    (void) ngx_eo_challenge_token_write(&keys, &client, &token, buf);
    client.addr[15] = 77;
    ngx_eo_is_int(ngx_eo_test_check(&keys, &client, &text, NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_OK, "prefix: those of one /24");
    client.addr[14] = 77;
    ngx_eo_is_int(ngx_eo_test_check(&keys, &client, &text, NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_FORGED, "those of two are not");

    token.bind = NGX_EO_CHALLENGE_NONE;
    (void) ngx_eo_challenge_token_write(&keys, &client, &token, buf);
    ngx_eo_test_client6(&client, 2, 1);
    ngx_eo_is_int(ngx_eo_test_check(&keys, &client, &text, NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_OK, "none: any address");
}


static ngx_uint_t
ngx_eo_test_solve(const u_char *seed, u_char *answer, ngx_uint_t difficulty)
{
    u_char      probe[NGX_EO_CHALLENGE_WORK_LEN];
    uint32_t    n;
    ngx_str_t   text;
    ngx_uint_t  i, tries;

    /* each part is looked for with the parts before it */

    text.data = probe;
    text.len = sizeof(probe);
    tries = 0;

    ngx_memset(probe, '0', sizeof(probe));

    for (i = 0; i < NGX_EO_CHALLENGE_PARTS; i++) {

        for (n = 0; /* void */ ; n++) {
            (void) ngx_sprintf(probe + 8 * i, "%08xD", n);
            tries++;

            if (ngx_eo_challenge_work_parts(seed, &text, difficulty) > i) {
                break;
            }
        }
    }

    ngx_memcpy(answer, probe, sizeof(probe));

    return tries;
}


ngx_eo_unit_test(waf_challenge_work)
{
    u_char            answer[NGX_EO_CHALLENGE_WORK_LEN], seed[33];
    ngx_str_t         text;
    ngx_uint_t        i, n, tries;

    text.data = answer;
    text.len = sizeof(answer);

    tries = 0;

    for (i = 0; i < 32; i++) {
        (void) ngx_sprintf(seed, "%032xi", i);
        tries += ngx_eo_test_solve(seed, answer, 10);
        n = ngx_eo_challenge_work_check(seed, &text, 10);

        if (!n) {
            break;
        }
    }

    ngx_eo_is_int(i, 32, "what was found is right");
    ngx_eo_ok(tries > 32 * 700 && tries < 32 * 1400,
              "a difficulty of 10 takes about 1024 hashes, not %d",
              (int) (tries / 32));

    ngx_eo_is_int(ngx_eo_challenge_work_check(seed, &text, 24), 0,
                  "but not for another difficulty");
    ngx_eo_is_int(ngx_eo_challenge_work_check(seed, &text, 0), 0,
                  "nor for one that cannot be");
    ngx_eo_is_int(ngx_eo_challenge_work_check(seed, &text, 255), 0,
                  "or that is huge");

    seed[31] ^= 1;
    ngx_eo_is_int(ngx_eo_challenge_work_check(seed, &text, 10), 0,
                  "nor for another token");
    seed[31] ^= 1;

    text.len--;
    ngx_eo_is_int(ngx_eo_challenge_work_check(seed, &text, 10), 0,
                  "not if a digit is missing");
    text.len++;

    answer[63] = 'G';
    ngx_eo_is_int(ngx_eo_challenge_work_check(seed, &text, 10), 0,
                  "not if a digit is none");
    answer[63] = 0xff;
    ngx_eo_is_int(ngx_eo_challenge_work_check(seed, &text, 10), 0,
                  "nor is a byte");

    /* what the page of challenges finds, too */

    ngx_memcpy(seed, "00112233445566778899aabbccddeeff", 32);
    (void) ngx_eo_test_solve(seed, answer, 12);

    ngx_eo_is_mem(answer, sizeof(answer),
                  "000001070000093d0000009000000411"
                  "000001b000000079000002c30000045a", 64,
                  "a known answer");
}


static ngx_uint_t
ngx_eo_test_find(ngx_eo_challenge_keys_t *keys,
    ngx_eo_challenge_client_t *client, ngx_uint_t bind, ngx_uint_t level,
    ngx_uint_t difficulty, const char *header, ngx_uint_t *checked)
{
    ngx_int_t                  rc;
    ngx_str_t                  text;
    ngx_eo_challenge_look_t    look;
    ngx_eo_challenge_client_t  bound;

    bound = *client;
    ngx_eo_challenge_bind(&bound, bind);

    ngx_memzero(&look, sizeof(ngx_eo_challenge_look_t));

    look.keys = keys;
    look.client = &bound;
    ngx_str_set(&look.name, "eo_pass");
    look.level = level;
    look.difficulty = difficulty;
    look.now = NGX_EO_TEST_NOW;
    look.status = NGX_EO_CHALLENGE_MISSING;

    text.data = (u_char *) header;
    text.len = ngx_strlen(header);

    rc = ngx_eo_challenge_pass_find(&look, &text);

    if (checked) {
        *checked = look.checked;
    }

    if ((rc == NGX_OK) != (look.status == NGX_EO_CHALLENGE_OK)) {
        return 99;
    }

    return look.status;
}


/* header: a cookie that a browser sends, replaced by the next one */

static void
ngx_eo_test_cookie(ngx_eo_challenge_keys_t *keys,
    ngx_eo_challenge_client_t *client, ngx_uint_t bind, time_t now,
    char *header)
{
    u_char                   *p, value[NGX_EO_CHALLENGE_COOKIE_MAX];
    ngx_str_t                 text;
    ngx_eo_challenge_jar_t    jar;
    ngx_eo_challenge_token_t  token;

    ngx_eo_test_token(&token);
    token.bind = bind;

    ngx_memzero(&jar, sizeof(ngx_eo_challenge_jar_t));

    ngx_str_set(&jar.name, "eo_pass");
    jar.now = now;

    text.data = (u_char *) header;
    text.len = ngx_strlen(header);

    ngx_eo_challenge_jar_read(&jar, &text);

    p = ngx_eo_challenge_jar_write(&jar, keys, client, &token, value);

    (void) ngx_sprintf((u_char *) header, "eo_pass=%*s%Z",
                       (size_t) (p - value), value);
}


ngx_eo_unit_test(waf_challenge_pass)
{
    char                       header[4096], copy[4096];
    u_char                    *p;
    ngx_uint_t                 i, n, checked;
    ngx_eo_challenge_keys_t    keys, others, rotated;
    ngx_eo_challenge_client_t  client, other;

    ngx_eo_test_keys(&keys, "0123456789abcdef", NULL);
    ngx_eo_test_keys(&others, "fedcba9876543210", NULL);
    ngx_eo_test_keys(&rotated, "fedcba9876543210", "0123456789abcdef");
    ngx_eo_test_client(&client, 1, "www.example.com", "Firefox");

    ngx_eo_is_int(ngx_eo_test_find(&keys, &client, 0, 1, 10, "", NULL),
                  NGX_EO_CHALLENGE_MISSING, "no cookie");
    ngx_eo_is_int(ngx_eo_test_find(&keys, &client, 0, 1, 10,
                                   "eo_pas=1; eo_passe=2; a=eo_pass=3", NULL),
                  NGX_EO_CHALLENGE_MISSING, "others of a like name");
    ngx_eo_is_int(ngx_eo_test_find(&keys, &client, 0, 1, 10,
                                   "eo_pass=", NULL),
                  NGX_EO_CHALLENGE_MALFORMED, "an empty one");

    header[0] = '\0';
    ngx_eo_test_cookie(&keys, &client, 0, NGX_EO_TEST_NOW, header);

    ngx_eo_is_int(ngx_eo_test_find(&keys, &client, 0, 1, 10, header,
                                   &checked),
                  NGX_EO_CHALLENGE_OK, "a pass");
    ngx_eo_is_int(checked, 1, "takes one digest");

    ngx_eo_is_int(ngx_eo_test_find(&keys, &client, 0, 1, 11, header, NULL),
                  NGX_EO_CHALLENGE_WEAK, "more was asked for");
    ngx_eo_is_int(ngx_eo_test_find(&keys, &client, 0, 2, 10, header, NULL),
                  NGX_EO_CHALLENGE_WEAK, "or the other kind");
    ngx_eo_is_int(ngx_eo_test_find(&keys, &client, 0, 1, 8, header, NULL),
                  NGX_EO_CHALLENGE_OK, "or less");
    ngx_eo_is_int(ngx_eo_test_find(&others, &client, 0, 1, 10, header, NULL),
                  NGX_EO_CHALLENGE_FORGED, "another secret");
    ngx_eo_is_int(ngx_eo_test_find(&rotated, &client, 0, 1, 10, header,
                                   NULL),
                  NGX_EO_CHALLENGE_OK, "the secret was rotated");

    ngx_eo_test_client(&other, 2, "www.example.com", "Firefox");
    ngx_eo_is_int(ngx_eo_test_find(&keys, &other, 0, 1, 10, header, NULL),
                  NGX_EO_CHALLENGE_FORGED, "another address");

    ngx_eo_test_client(&other, 1, "example.com", "Firefox");
    ngx_eo_is_int(ngx_eo_test_find(&keys, &other, 0, 1, 10, header, NULL),
                  NGX_EO_CHALLENGE_FORGED, "another host");

    ngx_eo_test_client(&other, 1, "www.example.com", "Chrome");
    ngx_eo_is_int(ngx_eo_test_find(&keys, &other, 0, 1, 10, header, NULL),
                  NGX_EO_CHALLENGE_FORGED, "another User-Agent");

    ngx_memcpy(copy, header, sizeof(copy));

    for (i = 8; header[i]; i++) {
        copy[i] ^= 1;
        n = ngx_eo_test_find(&keys, &client, 0, 1, 10, copy, NULL);

        /* stamp and count are not signed: the client could clear them */

        if (n == NGX_EO_CHALLENGE_OK && i >= 8 + 9) {
            break;
        }

        copy[i] ^= 1;
    }

    ngx_eo_ok(header[i] == '\0', "no bit of a pass can be changed: %d",
              (int) i);

    for (i = 8; header[i]; i++) {
        copy[i] = '\0';

        if (ngx_eo_test_find(&keys, &client, 0, 1, 10, copy, NULL)
            == NGX_EO_CHALLENGE_OK)
        {
            break;
        }

        copy[i] = header[i];
    }

    ngx_eo_ok(header[i] == '\0', "nor can it be cut: %d", (int) i);

    (void) ngx_sprintf((u_char *) copy, "a=b;%s ; c=d%Z", header);
    ngx_eo_is_int(ngx_eo_test_find(&keys, &client, 0, 1, 10, copy, NULL),
                  NGX_EO_CHALLENGE_OK, "among others, without blanks");

    ngx_memzero(header, sizeof(header));
    ngx_eo_test_cookie(&keys, &client, 0, NGX_EO_TEST_NOW - 1800, header);
    ngx_eo_is_int(ngx_eo_test_find(&keys, &client, 0, 1, 10, header, NULL),
                  NGX_EO_CHALLENGE_EXPIRED, "one that has expired");

    /* what is no good does not hide what is */

    p = ngx_pnalloc(t->pool, 70000);
    n = 0;

    for (i = 0; i < 100; i++) {
        n = ngx_sprintf(p + n, "eo_pass=%08xi%01xi-%051xi; ", i, i % 16, i)
            - p;
    }

    header[0] = '\0';
    ngx_eo_test_cookie(&keys, &client, 0, NGX_EO_TEST_NOW, header);
    (void) ngx_sprintf(p + n, "%s%Z", header);

    ngx_eo_is_int(ngx_eo_test_find(&keys, &client, 0, 1, 10, (char *) p,
                                   &checked),
                  NGX_EO_CHALLENGE_OK, "behind a hundred bad ones");
    ngx_eo_is_int(checked, 1, "which are not worth a digest");

    /* with the right tag, as only a client itself could send them */

    header[8 + 9 + 1 + 51 - 1] ^= 1;
    n = 0;

    for (i = 0; i < 500; i++) {
        n = ngx_sprintf(p + n, "%s; ", header) - p;
    }

    p[n] = '\0';

    ngx_eo_is_int(ngx_eo_test_find(&keys, &client, 0, 1, 10, (char *) p,
                                   &checked),
                  NGX_EO_CHALLENGE_FORGED, "500 forged ones");
    ngx_eo_is_int(checked, 8, "and no more digests than eight");

    ngx_memset(p, 'a', 65536);
    ngx_memcpy(p, "eo_pass=", 8);
    p[65536] = '\0';

    ngx_eo_is_int(ngx_eo_test_find(&keys, &client, 0, 1, 10, (char *) p,
                                   &checked),
                  NGX_EO_CHALLENGE_MALFORMED, "64 KB");
}


ngx_eo_unit_test(waf_challenge_jar)
{
    char                       header[4096];
    ngx_str_t                  text;
    ngx_uint_t                 i, n;
    ngx_eo_challenge_jar_t     jar;
    ngx_eo_challenge_keys_t    keys;
    ngx_eo_challenge_client_t  client, six;

    ngx_eo_test_keys(&keys, "0123456789abcdef", NULL);
    ngx_eo_test_client(&client, 1, "www.example.com", "Firefox");
    ngx_eo_test_client6(&six, 1, 1);

    header[0] = '\0';
    ngx_eo_test_cookie(&keys, &client, 0, NGX_EO_TEST_NOW, header);
    ngx_eo_test_cookie(&keys, &six, 0, NGX_EO_TEST_NOW + 1, header);

    ngx_eo_ok(ngx_eo_test_find(&keys, &client, 0, 1, 10, header, NULL) == 0
              && ngx_eo_test_find(&keys, &six, 0, 1, 10, header, NULL) == 0,
              "an IPv4 and an IPv6 address in one cookie");

    n = ngx_strlen(header);
    ngx_eo_test_cookie(&keys, &six, 0, NGX_EO_TEST_NOW + 2, header);
    ngx_eo_is_int(ngx_strlen(header), n, "one pass for each client");
    ngx_eo_ok(ngx_eo_test_find(&keys, &client, 0, 1, 10, header, NULL) == 0
              && ngx_eo_test_find(&keys, &six, 0, 1, 10, header, NULL) == 0,
              "both still there");

    for (i = 2; i < 6; i++) {
        client.addr[15] = i;
        ngx_eo_test_cookie(&keys, &client, 0, NGX_EO_TEST_NOW + 3 + i,
                           header);
    }

    ngx_eo_is_int(ngx_strlen(header), 8 + NGX_EO_CHALLENGE_COOKIE_MAX,
                  "no more than four");

    for (n = 0, i = 1; i < 6; i++) {
        client.addr[15] = i;
        n = n * 10 + ngx_eo_test_find(&keys, &client, 0, 1, 10, header, NULL);
    }

    ngx_eo_is_int(n, NGX_EO_CHALLENGE_FORGED * 10000, "the last ones");

    text.data = (u_char *) header;
    text.len = ngx_strlen(header);

    ngx_memzero(&jar, sizeof(ngx_eo_challenge_jar_t));
    ngx_str_set(&jar.name, "eo_pass");
    jar.now = NGX_EO_TEST_NOW + 119;

    ngx_eo_challenge_jar_read(&jar, &text);
    ngx_eo_is_int(ngx_eo_challenge_jar_count(&jar), 7, "answers counted");

    jar.now = NGX_EO_TEST_NOW + 120;
    ngx_eo_is_int(ngx_eo_challenge_jar_count(&jar), 0, "for two minutes");

    for (i = 0; i < 30; i++) {
        ngx_eo_test_cookie(&keys, &client, 0, NGX_EO_TEST_NOW + 20, header);
    }

    jar.now = NGX_EO_TEST_NOW + 20;
    ngx_eo_challenge_jar_read(&jar, &text);
    ngx_eo_is_int(ngx_eo_challenge_jar_count(&jar), 15, "up to a digit");

    jar.n = 0;
    jar.now = NGX_EO_TEST_NOW + 100000;
    ngx_eo_challenge_jar_read(&jar, &text);
    ngx_eo_is_int(jar.n, 0, "what has expired is not kept");

    ngx_str_set(&text, "eo_pass=zzzzzzzz9-00000000ffffffff100"
                       "00000000000000000000000000000000; "
                       "eo_pass=ffffffff9-; eo_pass; =; ;;");
    ngx_memzero(&jar, sizeof(ngx_eo_challenge_jar_t));
    ngx_str_set(&jar.name, "eo_pass");
    jar.now = NGX_EO_TEST_NOW;
    ngx_eo_challenge_jar_read(&jar, &text);
    ngx_eo_is_int(jar.n, 0, "nor is what can be good for years");
    ngx_eo_is_int(ngx_eo_challenge_jar_count(&jar), 0, "nor a future stamp");
}


ngx_eo_unit_test(waf_challenge_spent)
{
    ngx_uint_t                 i, n, evicted, lost;
    ngx_eo_challenge_spent_t  *table;

    table = ngx_pcalloc(t->pool, 64 * sizeof(ngx_eo_challenge_spent_t));

    ngx_eo_is_int(ngx_eo_challenge_spend(table, 64, 7, 160, 100, &evicted), 1,
                  "the first time");
    ngx_eo_is_int(ngx_eo_challenge_spend(table, 64, 7, 160, 101, &evicted), 0,
                  "the second");
    ngx_eo_is_int(ngx_eo_challenge_spend(table, 64, 7, 160, 160, &evicted), 0,
                  "up to the last second");
    ngx_eo_is_int(ngx_eo_challenge_spend(table, 64, 0, 160, 100, &evicted), 1,
                  "a nonce of 0");
    ngx_eo_is_int(ngx_eo_challenge_spend(table, 64, 0, 160, 100, &evicted), 0,
                  "is one like others");

    lost = 0;

    for (i = 0; i < 100000; i++) {
        n = ngx_eo_challenge_spend(table, 64, i * 0x9e3779b97f4a7c15ULL,
                                   1000, 200, &evicted);
        lost += evicted;

        if (!n) {
            break;
        }
    }

    ngx_eo_is_int(i, 100000, "a full table takes new ones");
    ngx_eo_is_int(lost, 100000 - 64, "and says that old ones are lost");
}


ngx_eo_unit_test(waf_challenge_behaviour)
{
    ngx_uint_t                     i, steps, grown;
    ngx_eo_challenge_behaviour_t  *table;

    table = ngx_pcalloc(t->pool, 64 * sizeof(ngx_eo_challenge_behaviour_t));

    for (i = 0, steps = 0; i < 16; i++) {
        steps += ngx_eo_challenge_behave(table, 64, 7, 1, NGX_EO_TEST_NOW);
    }

    ngx_eo_is_int(steps, 0, "16 points are free");
    ngx_eo_is_int(ngx_eo_challenge_behave(table, 64, 7, 1, NGX_EO_TEST_NOW),
                  1, "more are not");
    ngx_eo_is_int(ngx_eo_challenge_behave(table, 64, 7, 16,
                                          NGX_EO_TEST_NOW),
                  2, "each doubling is a step");
    ngx_eo_is_int(ngx_eo_challenge_behave(table, 64, 7, 1000000,
                                          NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_STEPS, "up to six");
    ngx_eo_is_int(ngx_eo_challenge_behave(table, 64, 8, 1, NGX_EO_TEST_NOW),
                  0, "another client has none");

    (void) ngx_eo_challenge_behave(table, 64, 9, 64, NGX_EO_TEST_NOW);

    ngx_eo_is_int(ngx_eo_challenge_behave(table, 64, 9, 0,
                                          NGX_EO_TEST_NOW + 60),
                  1, "a minute halves them");
    ngx_eo_is_int(ngx_eo_challenge_behave(table, 64, 9, 0,
                                          NGX_EO_TEST_NOW + 7200),
                  0, "and they are forgotten");
    ngx_eo_is_int(ngx_eo_challenge_behave(table, 64, 7, 0,
                                          NGX_EO_TEST_NOW - 100),
                  NGX_EO_CHALLENGE_STEPS, "a clock that goes back");

    grown = 0;

    for (i = 100; i < 100000; i++) {
        grown += ngx_eo_challenge_behave(table, 64, i, 1, NGX_EO_TEST_NOW);
    }

    ngx_eo_is_int(grown, 0, "a full table takes new ones");
    ngx_eo_is_int(ngx_eo_challenge_behave(table, 64, 7, 0, NGX_EO_TEST_NOW),
                  NGX_EO_CHALLENGE_STEPS, "and keeps who has many");
}


ngx_eo_unit_test(waf_challenge_puzzle)
{
    u_char                    text[NGX_EO_CHALLENGE_PUZZLE_MAX], *p, digits[2];
    uint64_t                  nonce;
    ngx_str_t                 answer;
    ngx_uint_t                i, n, right, most, seen[25];
    ngx_eo_challenge_keys_t   keys, rotated, others;

    ngx_eo_test_keys(&keys, "0123456789abcdef", NULL);
    ngx_eo_test_keys(&rotated, "fedcba9876543210", "0123456789abcdef");
    ngx_eo_test_keys(&others, "fedcba9876543210", NULL);

    answer.data = digits;
    answer.len = 2;

    ngx_memzero(seen, sizeof(seen));
    right = 0;
    most = 0;

    for (nonce = 0; nonce < 2500; nonce++) {
        n = 0;

        for (i = 0; i < 25; i++) {
            digits[0] = (u_char) ('0' + i / 5);
            digits[1] = (u_char) ('0' + i % 5);

            if (ngx_eo_challenge_puzzle_check(&keys, nonce, &answer)) {
                seen[i]++;
                n++;
            }
        }

        right += (n == 1);

        p = ngx_eo_challenge_puzzle_write(&keys.key[0], nonce, nonce % 2,
                                          text);
        most = ngx_max(most, (ngx_uint_t) (p - text));
    }

    ngx_eo_is_int(right, 2500, "one answer of 25 is right");
    ngx_eo_ok(most < NGX_EO_CHALLENGE_PUZZLE_MAX / 2, "room: %d bytes",
              (int) most);

    for (i = 0; i < 25; i++) {
        if (seen[i] < 50 || seen[i] > 200) {
            break;
        }
    }

    ngx_eo_is_int(i, 25, "none more often than others");

    for (i = 0; i < 25; i++) {
        digits[0] = (u_char) ('0' + i / 5);
        digits[1] = (u_char) ('0' + i % 5);

        if (ngx_eo_challenge_puzzle_check(&keys, 7, &answer)) {
            break;
        }
    }

    ngx_eo_ok(ngx_eo_challenge_puzzle_check(&rotated, 7, &answer),
              "after a rotation");

    n = 0;

    for (nonce = 7; nonce < 1007; nonce++) {
        n += ngx_eo_challenge_puzzle_check(&others, nonce, &answer);
    }

    ngx_eo_ok(n > 10 && n < 100, "another secret asks otherwise: %d",
              (int) n);

    answer.len = 1;
    ngx_eo_is_int(ngx_eo_challenge_puzzle_check(&keys, 7, &answer), 0,
                  "half an answer");
}


ngx_eo_unit_test(waf_challenge_verdict)
{
    size_t       len;
    ngx_str_t    text;
    ngx_uint_t   i;

    static struct {
        const char  *text;
        ngx_int_t    verdict;
    } tests[] = {
        { "{\"success\":true}", NGX_OK },
        { " {\r\n\t\"success\" : true , \"hostname\":\"a\"} \n", NGX_OK },
        { "{\"error-codes\":[],\"success\":true}", NGX_OK },
        { "{\"a\":{\"success\":false},\"success\":true}", NGX_OK },
        { "{\"a\":\"success\",\"success\":true}", NGX_OK },
        { "{\"a\":\"\\\"success\\\":false\",\"success\":true}", NGX_OK },
        { "{\"a\":\"}\\\\\",\"success\":true}", NGX_OK },
        { "{\"success\":false}", NGX_DECLINED },
        { "{\"success\":false,\"error-codes\":[\"x\"]}", NGX_DECLINED },
        { "", NGX_ERROR },
        { "{}", NGX_ERROR },
        { "true", NGX_ERROR },
        { "[{\"success\":true}]", NGX_ERROR },
        { "{\"success\":true", NGX_ERROR },
        { "{\"success\":true} x", NGX_ERROR },
        { "{\"success\":true}}", NGX_ERROR },
        { "{\"success\":truest}", NGX_ERROR },
        { "{\"success\":\"true\"}", NGX_ERROR },
        { "{\"success\":1}", NGX_ERROR },
        { "{\"success\":null}", NGX_ERROR },
        { "{\"success\"}", NGX_ERROR },
        { "{\"success\":", NGX_ERROR },
        { "{\"Success\":true}", NGX_ERROR },
        { "{\"successful\":true}", NGX_ERROR },
        { "{\"success\":true,\"success\":true}", NGX_ERROR },
        { "{\"success\":true,\"success\":false}", NGX_ERROR },
        { "{\"a\":{\"success\":true}}", NGX_ERROR },
        { "{\"a\":[\"success\",true]}", NGX_ERROR },
        { "{\"a\":\"success\":true", NGX_ERROR },
        { "<html>{\"success\":true}</html>", NGX_ERROR }
    };

    for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        text.data = (u_char *) tests[i].text;
        text.len = ngx_strlen(tests[i].text);

        ngx_eo_ok(ngx_eo_challenge_verdict(&text) == tests[i].verdict,
                  "verdict: %s", tests[i].text);
    }

    /* whatever its end, a text that was cut says nothing */

    text.data = (u_char *) tests[4].text;

    for (len = 0; len < ngx_strlen(tests[4].text); len++) {
        text.len = len;

        if (ngx_eo_challenge_verdict(&text) != NGX_ERROR) {
            break;
        }
    }

    ngx_eo_is_int(len, ngx_strlen(tests[4].text), "verdict: cut anywhere");
}
