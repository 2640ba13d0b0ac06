
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_dns_name.h"


#define NGX_EO_DNS_LABELS  128


static const char *ngx_eo_dns_name_labels(u_char *buf, size_t *used,
    const ngx_str_t *text, ngx_uint_t *absolute);
static const char *ngx_eo_dns_name_escape(const u_char **p,
    const u_char *end, u_char *c);
static ngx_uint_t ngx_eo_dns_name_offsets(const ngx_str_t *name,
    u_char *offsets);
static int ngx_eo_dns_label_cmp(const u_char *a, const u_char *b);


const char *
ngx_eo_dns_name_parse(ngx_str_t *name, u_char *buf, const ngx_str_t *text,
    const ngx_str_t *origin)
{
    size_t       used;
    const char  *error;
    ngx_uint_t   absolute;

    used = 0;
    absolute = 0;

    if (text->len == 0) {
        return "is empty";
    }

    if (text->len == 1 && text->data[0] == '.') {
        buf[0] = 0;
        name->data = buf;
        name->len = 1;
        return NULL;
    }

    if (text->len != 1 || text->data[0] != '@') {
        error = ngx_eo_dns_name_labels(buf, &used, text, &absolute);
        if (error) {
            return error;
        }
    }

    if (absolute) {
        buf[used++] = 0;

    } else if (origin == NULL) {
        return "is relative, and there is no $ORIGIN before it";

    } else if (used + origin->len > NGX_EO_DNS_NAME_MAX) {
        return "is longer than 255 bytes with its origin";

    } else {
        ngx_memcpy(buf + used, origin->data, origin->len);
        used += origin->len;
    }

    name->data = buf;
    name->len = used;

    return NULL;
}


/* leaves room for the root's zero */

static const char *
ngx_eo_dns_name_labels(u_char *buf, size_t *used, const ngx_str_t *text,
    ngx_uint_t *absolute)
{
    u_char         c, *length;
    const char    *error;
    const u_char  *p, *end;

    p = text->data;
    end = p + text->len;

    length = buf;
    *length = 0;
    *used = 1;

    while (p < end) {
        c = *p++;

        if (c == '.') {

            if (*length == 0) {
                return "has an empty label";
            }

            if (p == end) {
                *absolute = 1;
                return NULL;
            }

            length = buf + *used;

            if (++*used > NGX_EO_DNS_NAME_MAX - 1) {
                return "is longer than 255 bytes";
            }

            *length = 0;
            continue;
        }

        if (c == '\\') {
            error = ngx_eo_dns_name_escape(&p, end, &c);
            if (error) {
                return error;
            }
        }

        if (*length == NGX_EO_DNS_LABEL_MAX) {
            return "has a label of more than 63 bytes";
        }

        if (*used == NGX_EO_DNS_NAME_MAX - 1) {
            return "is longer than 255 bytes";
        }

        buf[(*used)++] = ngx_tolower(c);
        (*length)++;
    }

    return NULL;
}


/* RFC 1035, 5.1: \DDD is a byte, \X is X */

static const char *
ngx_eo_dns_name_escape(const u_char **p, const u_char *end, u_char *c)
{
    ngx_uint_t     i, n;
    const u_char  *d;

    d = *p;

    if (d == end) {
        return "ends in a backslash";
    }

    if (*d < '0' || *d > '9') {
        *c = *d;
        *p = d + 1;
        return NULL;
    }

    if (end - d < 3) {
        return "has an escape of fewer than three digits";
    }

    n = 0;

    for (i = 0; i < 3; i++) {

        if (d[i] < '0' || d[i] > '9') {
            return "has an escape of fewer than three digits";
        }

        n = n * 10 + (d[i] - '0');
    }

    if (n > 255) {
        return "has an escape above \\255";
    }

    *c = (u_char) n;
    *p = d + 3;

    return NULL;
}


char *
ngx_eo_dns_name_text(char *buf, const ngx_str_t *name)
{
    char        *d;
    u_char       c;
    size_t       i, length;

    d = buf;
    i = 0;

    while (i < name->len && name->data[i]) {

        if (d != buf) {
            *d++ = '.';
        }

        for (length = name->data[i++]; length && i < name->len; length--) {
            c = name->data[i++];

            if (c <= 0x20 || c >= 0x7f) {
                d += sprintf(d, "\\%03d", c);
                continue;
            }

            if (ngx_strchr("\\.\";()@$", c)) {
                *d++ = '\\';
            }

            *d++ = (char) c;
        }
    }

    if (d == buf) {
        *d++ = '.';
    }

    *d = '\0';

    return buf;
}


int
ngx_eo_dns_name_cmp(const ngx_str_t *a, const ngx_str_t *b)
{
    int         rc;
    u_char      of_a[NGX_EO_DNS_LABELS], of_b[NGX_EO_DNS_LABELS];
    ngx_uint_t  na, nb;

    na = ngx_eo_dns_name_offsets(a, of_a);
    nb = ngx_eo_dns_name_offsets(b, of_b);

    while (na && nb) {
        rc = ngx_eo_dns_label_cmp(a->data + of_a[--na],
                                  b->data + of_b[--nb]);
        if (rc) {
            return rc;
        }
    }

    return (na > nb) - (na < nb);
}


static ngx_uint_t
ngx_eo_dns_name_offsets(const ngx_str_t *name, u_char *offsets)
{
    size_t      i;
    ngx_uint_t  n;

    n = 0;

    for (i = 0; i < name->len && name->data[i]; i += name->data[i] + 1) {
        offsets[n++] = (u_char) i;
    }

    return n;
}


static int
ngx_eo_dns_label_cmp(const u_char *a, const u_char *b)
{
    int  rc;

    rc = ngx_memcmp(a + 1, b + 1, ngx_min(a[0], b[0]));

    return rc ? rc : a[0] - b[0];
}


ngx_uint_t
ngx_eo_dns_name_within(const ngx_str_t *name, const ngx_str_t *parent)
{
    ngx_str_t  rest;

    rest = *name;

    while (rest.len > parent->len) {
        (void) ngx_eo_dns_name_parent(&rest, &rest);
    }

    return rest.len == parent->len
           && ngx_memcmp(rest.data, parent->data, rest.len) == 0;
}


ngx_uint_t
ngx_eo_dns_name_parent(ngx_str_t *parent, const ngx_str_t *name)
{
    size_t  length;

    if (name->len <= 1) {
        return 0;
    }

    length = name->data[0] + 1;

    parent->data = name->data + length;
    parent->len = name->len - length;

    return 1;
}

