
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: what clients send to challenges.  The first byte chooses:
 *
 *     0  a Cookie header, with a pass of the client behind it, which has to be
 *        found whatever is in front; and what is kept of it for the next
 *        cookie
 *     1  an answer: a token and the numbers behind it
 *     2  an urlencoded form, and 3 a multipart one with the boundary "b"
 *     4  Accept, Accept-Language, Origin and Referer, a line each
 *     5  what a CAPTCHA provider says
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "challenge/ngx_eo_challenge_accept.h"
#include "challenge/ngx_eo_challenge_form.h"
#include "challenge/ngx_eo_challenge_pass.h"
#include "challenge/ngx_eo_challenge_verdict.h"
#include "challenge/ngx_eo_challenge_work.h"


#define FUZZ_NOW  1700000000


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static ngx_eo_challenge_keys_t    fuzz_keys;
static ngx_eo_challenge_client_t  fuzz_client;


/* a copy of the exact size shows what is read past the end */

static ngx_str_t
fuzz_challenge_copy(const uint8_t *data, size_t size)
{
    ngx_str_t  text;

    text.len = size;
    text.data = malloc(size + (size == 0));
    ngx_memcpy(text.data, data, size);

    return text;
}


static size_t
fuzz_challenge_pass(ngx_eo_challenge_jar_t *jar, u_char *dst)
{
    ngx_eo_challenge_token_t  token;

    ngx_memzero(&token, sizeof(ngx_eo_challenge_token_t));

    token.level = NGX_EO_CHALLENGE_JS;
    token.difficulty = 10;
    token.ttl = 1800;

    return ngx_eo_challenge_jar_write(jar, &fuzz_keys, &fuzz_client, &token,
                                      dst)
           - dst;
}


static ngx_int_t
fuzz_challenge_find(ngx_str_t *header, ngx_uint_t *checked)
{
    ngx_int_t                rc;
    ngx_eo_challenge_look_t  look;

    ngx_memzero(&look, sizeof(ngx_eo_challenge_look_t));

    look.keys = &fuzz_keys;
    look.client = &fuzz_client;
    ngx_str_set(&look.name, "eo_pass_1a");
    look.level = NGX_EO_CHALLENGE_JS;
    look.difficulty = 10;
    look.now = FUZZ_NOW;
    look.status = NGX_EO_CHALLENGE_MISSING;

    rc = ngx_eo_challenge_pass_find(&look, header);
    *checked = look.checked;

    if ((rc == NGX_OK) != (look.status == NGX_EO_CHALLENGE_OK)) {
        abort();
    }

    return rc;
}


static void
fuzz_challenge_cookie(const uint8_t *data, size_t size)
{
    size_t                  n;
    u_char                  value[NGX_EO_CHALLENGE_COOKIE_MAX], *p;
    ngx_str_t               header, next;
    ngx_uint_t              checked;
    ngx_eo_challenge_jar_t  jar;

    header = fuzz_challenge_copy(data, size);

    /* nobody guesses a pass */

    if (fuzz_challenge_find(&header, &checked) == NGX_OK || checked > 8) {
        abort();
    }

    ngx_memzero(&jar, sizeof(ngx_eo_challenge_jar_t));

    ngx_str_set(&jar.name, "eo_pass_1a");
    jar.now = FUZZ_NOW;

    ngx_eo_challenge_jar_read(&jar, &header);

    if (jar.n > NGX_EO_CHALLENGE_PASSES
        || ngx_eo_challenge_jar_count(&jar) > 15)
    {
        abort();
    }

    n = fuzz_challenge_pass(&jar, value);

    if (n > sizeof(value)) {
        abort();
    }

    next.data = malloc(size + n + 13);
    p = ngx_cpymem(next.data, data, size);
    p = ngx_cpymem(p, "; eo_pass_1a=", 13);
    p = ngx_cpymem(p, value, n);
    next.len = p - next.data;

    if (fuzz_challenge_find(&next, &checked) != NGX_OK && checked < 8) {
        abort();
    }

    free(next.data);
    free(header.data);
}


static void
fuzz_challenge_answer(const uint8_t *data, size_t size)
{
    ngx_str_t                  text, head, answer;
    ngx_eo_challenge_token_t   token;
    ngx_eo_challenge_status_e  status;

    text = fuzz_challenge_copy(data, size);

    head.data = text.data;
    head.len = ngx_min(size, NGX_EO_CHALLENGE_TOKEN_LEN);

    answer.data = text.data + head.len;
    answer.len = size - head.len;

    status = ngx_eo_challenge_token_check(&fuzz_keys, &fuzz_client, &head,
                                          FUZZ_NOW, &token);

    if (status == NGX_EO_CHALLENGE_OK || status == NGX_EO_CHALLENGE_EXPIRED) {
        abort();
    }

    if (head.len == NGX_EO_CHALLENGE_TOKEN_LEN) {
        (void) ngx_eo_challenge_work_check(ngx_eo_challenge_token_seed(&head),
                                           &answer, 8 + data[0] % 20);
    }

    free(text.data);
}


static void
fuzz_challenge_form(const uint8_t *data, size_t size, const char *boundary)
{
    ngx_str_t    body, name, json;
    ngx_pool_t  *pool;

    pool = ngx_create_pool(4096, ngx_cycle->log);
    body = fuzz_challenge_copy(data, size);

    name.data = (u_char *) boundary;
    name.len = ngx_strlen(boundary);

    if (ngx_eo_challenge_form(pool, &body, &name, &json) == NGX_OK
        && (json.len < 2 || json.data[0] != '['
            || json.data[json.len - 1] != ']'))
    {
        abort();
    }

    free(body.data);
    ngx_destroy_pool(pool);
}


static void
fuzz_challenge_headers(const uint8_t *data, size_t size)
{
    u_char                      *p, *end, *last;
    ngx_str_t                    text, line[4], scheme, host;
    ngx_uint_t                   i;
    ngx_eo_challenge_headers_t   headers;

    text = fuzz_challenge_copy(data, size);
    p = text.data;
    last = p + size;

    for (i = 0; i < 4; i++) {
        end = ngx_strlchr(p, last, LF);

        if (end == NULL) {
            end = last;
        }

        line[i] = fuzz_challenge_copy(p, end - p);
        p = (end < last) ? end + 1 : last;
    }

    ngx_memzero(&headers, sizeof(ngx_eo_challenge_headers_t));

    headers.accept = line[0];
    headers.origin = line[2];
    headers.referer = line[3];

    ngx_str_set(&scheme, "http");
    ngx_str_set(&host, "a.example");

    (void) ngx_eo_challenge_navigates(&headers);
    (void) ngx_eo_challenge_chinese(&line[1]);
    (void) ngx_eo_challenge_same_origin(&headers, &scheme, &host);

    for (i = 0; i < 4; i++) {
        free(line[i].data);
    }

    free(text.data);
}


static void
fuzz_challenge_verdict(const uint8_t *data, size_t size)
{
    ngx_str_t  text;

    text = fuzz_challenge_copy(data, size);

    if (ngx_eo_challenge_verdict(&text) != NGX_ERROR
        && ngx_strnstr(text.data, "\"success\"", text.len) == NULL)
    {
        abort();
    }

    free(text.data);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 70000) {
        return 0;
    }

    if (fuzz_keys.n == 0) {
        fuzz_keys.n = 1;
        ngx_eo_challenge_key(&fuzz_keys.key[0],
                             (u_char *) "0123456789abcdef", 16);
        ngx_str_set(&fuzz_client.host, "a.example");
        ngx_str_set(&fuzz_client.agent, "Firefox");
    }

    switch (data[0] % 6) {

    case 0:
        fuzz_challenge_cookie(data + 1, size - 1);
        break;

    case 1:
        fuzz_challenge_answer(data + 1, size - 1);
        break;

    case 2:
        fuzz_challenge_form(data + 1, size - 1, "");
        break;

    case 3:
        fuzz_challenge_form(data + 1, size - 1, "b");
        break;

    case 4:
        fuzz_challenge_headers(data + 1, size - 1);
        break;

    default:
        fuzz_challenge_verdict(data + 1, size - 1);
    }

    return 0;
}
