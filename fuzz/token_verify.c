
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: what a client sends to a location with token authentication.
 *
 * The first byte chooses the method, the second one the order of what
 * follows: target, referer and cookie, one a line.
 */


#include "ngx_eo_token_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static ngx_eo_token_key_t  keys[2];


static void
line(const uint8_t **data, size_t *size, ngx_str_t *text)
{
    size_t          len;
    const uint8_t  *lf;

    lf = memchr(*data, '\n', *size);
    len = lf ? (size_t) (lf - *data) : *size;

    /* of its own size, so that a read past it is seen */

    text->len = len;
    text->data = malloc(len ? len : 1);
    memcpy(text->data, *data, len);

    if (lf) {
        len++;
    }

    *data += len;
    *size -= len;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char                  *buf;
    int64_t                  expires;
    ngx_str_t                target, cookie, out;
    ngx_uint_t               method;
    ngx_eo_token_link_t      link;
    ngx_eo_token_rule_t      rule;
    ngx_eo_token_result_t    result;
    ngx_eo_token_request_t   request;

    if (size < 2) {
        return 0;
    }

    memset(&rule, 0, sizeof(rule));
    memset(&request, 0, sizeof(request));
    memset(&link, 0, sizeof(link));

    rule.method = 1 + data[0] % (NGX_EO_TOKEN_METHODS - 1);
    rule.hex = data[1] & 1;
    rule.keys = keys;
    rule.nkeys = 2;
    rule.timeout = 600;
    ngx_str_set(&rule.param, "sign");
    ngx_str_set(&rule.time_param, "t");

    ngx_str_set(&keys[0].value, "DvYmqE81E1F9R791H6lmht");
    ngx_str_set(&keys[1].value, "BCChgIM4o0k08Uk0Jgi3f27ir3");
    ngx_str_null(&keys[0].id);
    ngx_str_null(&keys[1].id);

    if (rule.method == NGX_EO_TOKEN_HMAC) {
        ngx_str_set(&keys[0].id, "k1");
        ngx_str_set(&keys[1].id, "k2");
        ngx_eo_token_key_prepare(&keys[0]);
        ngx_eo_token_key_prepare(&keys[1]);
    }

    data += 2;
    size -= 2;

    line(&data, &size, &target);
    line(&data, &size, &request.referer);
    line(&data, &size, &cookie);

    request.now = 1721028437;
    request.address_len = 4;

    ngx_eo_token_split(&target, &request.path, &request.args);
    ngx_eo_token_verify(&rule, &request, &result);

    if ((result.status == NGX_EO_TOKEN_OK) != (result.reason == NULL)
        || result.prefix > request.path.len)
    {
        abort();
    }

    (void) ngx_eo_token_prefix(&request.path, &method);
    (void) ngx_eo_token_in_cookie(&rule, &cookie);

    buf = malloc(request.args.len + 1);

    if (ngx_eo_token_strip_args(&rule, 1, &request.args, buf)
        > request.args.len)
    {
        abort();
    }

    free(buf);

    /* what can be signed is accepted */

    link.url = target;
    link.time = request.now;
    link.timeout = 600;
    link.rand = cookie;

    buf = malloc(ngx_eo_token_sign_size(&rule, &link));

    if (ngx_eo_token_sign(&rule, &link, buf, &out, &expires) == NULL
        && target.data[0] == '/')
    {
        ngx_eo_token_split(&out, &request.path, &request.args);

        if (ngx_eo_token_verify(&rule, &request, &result) != NGX_EO_TOKEN_OK) {
            abort();
        }
    }

    free(buf);
    free(target.data);
    free(request.referer.data);
    free(cookie.data);

    return 0;
}
