
/*
 * Verification of a token by the rule of a location: shape, then time, then
 * digest, then the conditions that the link carries.
 */


#include "ngx_eo_token_part.h"


static ngx_uint_t ngx_eo_token_check(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token);
static ngx_uint_t ngx_eo_token_match(ngx_eo_token_rule_t *rule,
    ngx_eo_token_t *token);
static size_t ngx_eo_token_segment(ngx_str_t *path, size_t pos,
    ngx_str_t *segment);


const char  *ngx_eo_token_method_names[] = {
    "off", "A", "B", "C", "D", "VOD", "HMAC"
};


const char  *ngx_eo_token_status_names[] = {
    "ok", "missing", "malformed", "expired", "mismatch", "denied"
};


const u_char  ngx_eo_token_digits_of[256] = {
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
     0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 16, 16, 16, 16, 16, 16,
    16, 10, 11, 12, 13, 14, 15, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 10, 11, 12, 13, 14, 15, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16
};


const ngx_eo_token_method_t *
ngx_eo_token_method_of(ngx_eo_token_rule_t *rule)
{
    static const ngx_eo_token_method_t  *methods[] = {
        NULL,
        &ngx_eo_token_method_a,
        &ngx_eo_token_method_b,
        &ngx_eo_token_method_c,
        &ngx_eo_token_method_d,
        &ngx_eo_token_method_vod,
        &ngx_eo_token_method_hmac
    };

    return methods[rule->method];
}


ngx_uint_t
ngx_eo_token_method(ngx_str_t *name)
{
    size_t      len;
    ngx_uint_t  i;

    for (i = 0; i < NGX_EO_TOKEN_METHODS; i++) {
        len = ngx_strlen(ngx_eo_token_method_names[i]);

        if (name->len == len
            && ngx_memcmp(name->data, ngx_eo_token_method_names[i], len) == 0)
        {
            break;
        }
    }

    return i;
}


ngx_uint_t
ngx_eo_token_verify(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_result_t *result)
{
    ngx_eo_token_t  token;

    /* all but the scratch area */

    ngx_memzero(&token, offsetof(ngx_eo_token_t, scratch));

    result->status = ngx_eo_token_check(rule, request, &token);
    result->reason = token.reason;
    result->prefix = token.prefix;
    result->expires = token.expires;
    result->preview = token.preview;
    result->others = token.others;

    return result->status;
}


static ngx_uint_t
ngx_eo_token_check(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_t *token)
{
    ngx_uint_t                    status;
    const ngx_eo_token_method_t  *method;

    method = ngx_eo_token_method_of(rule);

    token->path = request->path;

    token->reason = ngx_eo_token_path_check(&request->path);
    if (token->reason) {
        return NGX_EO_TOKEN_MALFORMED;
    }

    status = method->parse(rule, request, token);
    if (status != NGX_EO_TOKEN_OK) {
        return status;
    }

    /* expires itself is the last second of validity */

    if (request->now > token->expires) {
        token->reason = "the time of the link is over";
        return NGX_EO_TOKEN_EXPIRED;
    }

    status = ngx_eo_token_match(rule, token);
    if (status != NGX_EO_TOKEN_OK) {
        return status;
    }

    if (method->allow) {
        return method->allow(request, token);
    }

    return NGX_EO_TOKEN_OK;
}


static ngx_uint_t
ngx_eo_token_match(ngx_eo_token_rule_t *rule, ngx_eo_token_t *token)
{
    size_t                        len;
    u_char                        digest[NGX_EO_TOKEN_DIGEST_SIZE];
    ngx_uint_t                    i, fold, known;
    ngx_eo_token_key_t           *key;
    const ngx_eo_token_method_t  *method;

    method = ngx_eo_token_method_of(rule);
    fold = (rule->method != NGX_EO_TOKEN_HMAC);
    known = 0;

    for (i = 0; i < rule->nkeys; i++) {
        key = &rule->keys[i];

        if (key->id.len != token->id.len
            || (key->id.len
                && ngx_memcmp(key->id.data, token->id.data, key->id.len) != 0))
        {
            continue;
        }

        known = 1;

        len = method->digest(key, token, digest);

        if (len == token->digest.len && len
            && ngx_eo_token_equal(token->digest.data, digest, len, fold))
        {
            return NGX_EO_TOKEN_OK;
        }
    }

    token->reason = known ? "the digest fits none of the keys"
                          : "there is no key with the id in the link";

    return NGX_EO_TOKEN_MISMATCH;
}


/*
 * What is nothing but itself in a path: all but control characters, space,
 * "#", "%", ".", "/" and 0x7f
 */

static const uint32_t  ngx_eo_token_plain[] = {
    0x00000000, /* 0000 0000 0000 0000  0000 0000 0000 0000 */

                /* ?>=< ;:98 7654 3210  /.-, +*)( '&%$ #"!  */
    0xffff3fd6, /* 1111 1111 1111 1111  0011 1111 1101 0110 */

                /* _^]\ [ZYX WVUT SRQP  ONML KJIH GFED CBA@ */
    0xffffffff, /* 1111 1111 1111 1111  1111 1111 1111 1111 */

                /*  ~}| {zyx wvut srqp  onml kjih gfed cba` */
    0x7fffffff, /* 0111 1111 1111 1111  1111 1111 1111 1111 */

    0xffffffff, /* 1111 1111 1111 1111  1111 1111 1111 1111 */
    0xffffffff, /* 1111 1111 1111 1111  1111 1111 1111 1111 */
    0xffffffff, /* 1111 1111 1111 1111  1111 1111 1111 1111 */
    0xffffffff  /* 1111 1111 1111 1111  1111 1111 1111 1111 */
};


const char *
ngx_eo_token_path_check(ngx_str_t *path)
{
    u_char      *p, *last;
    ngx_uint_t   dots;

    p = path->data;
    last = p + path->len;

    if (p == last || *p != '/') {
        return "the path is empty or does not begin with a slash";
    }

    /* dots: of the segment so far, or 3 once it has anything else */

    dots = 0;

    for ( /* void */ ; p < last; p++) {

        if (ngx_eo_token_plain[*p >> 5] & (uint32_t) 1 << (*p & 0x1f)) {
            dots = 3;
            continue;
        }

        if (*p == '/') {
            if (dots == 2) {
                break;
            }

            dots = 0;
            continue;
        }

        if (*p == '.') {
            dots = ngx_min(dots + 1, 3);
            continue;
        }

        if (*p == '%' && last - p > 2) {

            if (p[1] == '2' && (p[2] | 0x20) == 'f') {
                return "there is an encoded slash in the path";
            }

            if (p[1] == '2' && (p[2] | 0x20) == 'e') {
                dots = ngx_min(dots + 1, 3);
                p += 2;
                continue;
            }
        }

        if (*p <= ' ' || *p == 0x7f) {
            return "there is a space or a control character in the path";
        }

        if (*p == '#') {
            return "there is a fragment in the request line";
        }

        dots = 3;
    }

    return dots == 2 ? "there is a \"..\" in the path" : NULL;
}


size_t
ngx_eo_token_prefix(ngx_str_t *path, ngx_uint_t *method)
{
    size_t     pos;
    int64_t    time;
    ngx_str_t  first, second;

    pos = ngx_eo_token_segment(path, 0, &first);
    pos = ngx_eo_token_segment(path, pos, &second);

    /* what follows is the path that was signed */

    if (pos >= path->len) {
        return 0;
    }

    if (ngx_eo_token_hex(&second, 32)
        && ngx_eo_token_time_minute(&first, &time) == NGX_OK)
    {
        *method = NGX_EO_TOKEN_B;
        return pos;
    }

    if (ngx_eo_token_hex(&first, 32) && ngx_eo_token_hex(&second, 8)) {
        *method = NGX_EO_TOKEN_C;
        return pos;
    }

    return 0;
}


/*
 * Takes the segment after the slash at pos; returns the position of the slash
 * that ends it, or the length of the path.
 */

static size_t
ngx_eo_token_segment(ngx_str_t *path, size_t pos, ngx_str_t *segment)
{
    u_char  *p, *last, *end;

    last = path->data + path->len;
    p = path->data + ngx_min(pos + 1, path->len);

    end = ngx_eo_token_chr(p, last, '/');
    if (end == NULL) {
        end = last;
    }

    segment->data = p;
    segment->len = end - p;

    return end - path->data;
}


u_char *
ngx_eo_token_put(u_char *dst, const ngx_str_t *text)
{
    /* absent parts have no address, which memcpy() must not see */

    if (text->len == 0) {
        return dst;
    }

    return ngx_cpymem(dst, text->data, text->len);
}


ngx_uint_t
ngx_eo_token_alnum(ngx_str_t *text, size_t max)
{
    size_t  i;

    if (text->len > max) {
        return 0;
    }

    for (i = 0; i < text->len; i++) {
        if (!ngx_eo_token_is_alnum(text->data[i])) {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_eo_token_hex(ngx_str_t *text, size_t n)
{
    size_t  i;
    u_char  digits;

    if (text->len != n) {
        return 0;
    }

    digits = 0;

    for (i = 0; i < n; i++) {
        digits |= ngx_eo_token_digits_of[text->data[i]];
    }

    return digits < NGX_EO_TOKEN_NO_DIGIT;
}
