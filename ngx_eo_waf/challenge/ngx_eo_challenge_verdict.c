
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_challenge_verdict.h"


#define NGX_EO_CHALLENGE_VERDICT_NAME  "success"


static u_char *ngx_eo_challenge_verdict_blanks(u_char *p, u_char *last);
static u_char *ngx_eo_challenge_verdict_string(u_char *p, u_char *last);
static ngx_int_t ngx_eo_challenge_verdict_value(u_char *p, u_char *last);


/* of all else in the text only its brackets and strings are looked at */

ngx_int_t
ngx_eo_challenge_verdict(const ngx_str_t *json)
{
    u_char      *p, *end, *last;
    ngx_int_t    verdict;
    ngx_uint_t   depth, found;

    last = json->data + json->len;
    p = ngx_eo_challenge_verdict_blanks(json->data, last);

    if (p == last || *p != '{') {
        return NGX_ERROR;
    }

    verdict = NGX_ERROR;
    found = 0;
    depth = 0;

    while (p < last) {

        switch (*p) {

        case '{':
        case '[':
            depth++;
            break;

        case '}':
        case ']':

            if (--depth == 0) {
                p = ngx_eo_challenge_verdict_blanks(p + 1, last);

                return (p == last && found == 1) ? verdict : NGX_ERROR;
            }

            break;

        case '"':
            end = ngx_eo_challenge_verdict_string(p, last);

            if (end == NULL) {
                return NGX_ERROR;
            }

            /* as a value it has no colon behind it */

            if (depth == 1
                && end - p == sizeof(NGX_EO_CHALLENGE_VERDICT_NAME) + 1
                && ngx_memcmp(p + 1, NGX_EO_CHALLENGE_VERDICT_NAME,
                              sizeof(NGX_EO_CHALLENGE_VERDICT_NAME) - 1)
                   == 0)
            {
                p = ngx_eo_challenge_verdict_blanks(end, last);

                if (p < last && *p == ':') {
                    verdict = ngx_eo_challenge_verdict_value(p + 1, last);
                    found++;
                }
            }

            p = end;
            continue;
        }

        p++;
    }

    return NGX_ERROR;
}


static u_char *
ngx_eo_challenge_verdict_blanks(u_char *p, u_char *last)
{
    while (p < last && (*p == ' ' || *p == '\t' || *p == CR || *p == LF)) {
        p++;
    }

    return p;
}


/* the end of a string, behind its quote; NULL: it has none */

static u_char *
ngx_eo_challenge_verdict_string(u_char *p, u_char *last)
{
    for (p++; p < last; p++) {

        if (*p == '"') {
            return p + 1;
        }

        if (*p == '\\') {
            p++;
        }
    }

    return NULL;
}


static ngx_int_t
ngx_eo_challenge_verdict_value(u_char *p, u_char *last)
{
    size_t     len;
    ngx_int_t  verdict;

    p = ngx_eo_challenge_verdict_blanks(p, last);

    if (last - p >= 4 && ngx_memcmp(p, "true", 4) == 0) {
        verdict = NGX_OK;
        len = 4;

    } else if (last - p >= 5 && ngx_memcmp(p, "false", 5) == 0) {
        verdict = NGX_DECLINED;
        len = 5;

    } else {
        return NGX_ERROR;
    }

    p = ngx_eo_challenge_verdict_blanks(p + len, last);

    return (p < last && (*p == ',' || *p == '}')) ? verdict : NGX_ERROR;
}
