
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_eo_accept.h"


static ngx_uint_t ngx_eo_accept_specificity(u_char *p, u_char *last);
static ngx_uint_t ngx_eo_accept_excludes(u_char *p, u_char *last);


ngx_uint_t
ngx_eo_accept_html(ngx_str_t *value)
{
    u_char      *p, *last, *end, *type_end;
    ngx_uint_t   admitted, best, specificity;

    best = 0;
    admitted = 0;

    p = value->data;
    last = p + value->len;

    while (p < last) {

        while (p < last && (*p == ' ' || *p == '\t' || *p == ',')) {
            p++;
        }

        end = ngx_strlchr(p, last, ',');
        if (end == NULL) {
            end = last;
        }

        type_end = p;

        while (type_end < end && *type_end != ';' && *type_end != ' '
               && *type_end != '\t')
        {
            type_end++;
        }

        specificity = ngx_eo_accept_specificity(p, type_end);

        if (specificity > best) {
            best = specificity;
            admitted = !ngx_eo_accept_excludes(type_end, end);
        }

        p = end;
    }

    return admitted;
}


static ngx_uint_t
ngx_eo_accept_specificity(u_char *p, u_char *last)
{
    size_t  len;

    len = last - p;

    if (len == 9 && ngx_strncasecmp(p, (u_char *) "text/html", 9) == 0) {
        return 3;
    }

    if (len == 6 && ngx_strncasecmp(p, (u_char *) "text/*", 6) == 0) {
        return 2;
    }

    if (len == 3 && ngx_strncmp(p, "*/*", 3) == 0) {
        return 1;
    }

    return 0;
}


/* looks for a weight of zero among the parameters: q=0, q=0. up to q=0.000 */

static ngx_uint_t
ngx_eo_accept_excludes(u_char *p, u_char *last)
{
    while (p < last) {

        if (*p == ';' || *p == ' ' || *p == '\t') {
            p++;
            continue;
        }

        if (last - p >= 3 && (p[0] == 'q' || p[0] == 'Q') && p[1] == '='
            && p[2] == '0')
        {
            for (p += 3; p < last && (*p == '0' || *p == '.'); p++) {
                /* void */
            }

            return p == last || *p == ';' || *p == ' ' || *p == '\t';
        }

        while (p < last && *p != ';') {
            p++;
        }
    }

    return 0;
}
