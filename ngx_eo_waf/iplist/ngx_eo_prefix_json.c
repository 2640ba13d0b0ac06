
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Address prefixes in JSON, a byte at a time and without recursion, so that a
 * file of any length needs no memory but for its prefixes.
 */


#include "ngx_eo_prefix_json.h"


/* what is open, on the stack */

#define NGX_EO_PREFIX_JSON_OBJECT  1
#define NGX_EO_PREFIX_JSON_COUNTS  2


static ngx_int_t ngx_eo_prefix_json_byte(ngx_eo_prefix_builder_t *b,
    ngx_eo_prefix_json_t *json, u_char c, ngx_eo_prefix_error_t *err);
static ngx_int_t ngx_eo_prefix_json_in_string(ngx_eo_prefix_builder_t *b,
    ngx_eo_prefix_json_t *json, u_char c, ngx_eo_prefix_error_t *err);
static ngx_int_t ngx_eo_prefix_json_string(ngx_eo_prefix_builder_t *b,
    ngx_eo_prefix_json_t *json, ngx_eo_prefix_error_t *err);
static ngx_int_t ngx_eo_prefix_json_value(ngx_eo_prefix_json_t *json,
    u_char c, ngx_eo_prefix_error_t *err);
static ngx_int_t ngx_eo_prefix_json_open(ngx_eo_prefix_json_t *json,
    ngx_uint_t object, ngx_eo_prefix_error_t *err);
static ngx_int_t ngx_eo_prefix_json_close(ngx_eo_prefix_json_t *json,
    u_char c, ngx_eo_prefix_error_t *err);
static ngx_uint_t ngx_eo_prefix_json_counts(u_char *name, size_t len);
static ngx_int_t ngx_eo_prefix_json_error(ngx_eo_prefix_json_t *json,
    ngx_eo_prefix_error_t *err, const char *reason);


ngx_uint_t
ngx_eo_prefix_is_json(const u_char *p, size_t len)
{
    const u_char  *end;

    for (end = p + len; p < end; p++) {

        if (*p != ' ' && *p != '\t' && *p != CR && *p != LF) {
            return *p == '{' || *p == '[';
        }
    }

    return 0;
}


ngx_int_t
ngx_eo_prefix_json_feed(ngx_eo_prefix_builder_t *b,
    ngx_eo_prefix_json_t *json, const u_char *p, size_t len,
    ngx_eo_prefix_error_t *err)
{
    ngx_int_t      rc;
    const u_char  *end;

    for (end = p + len; p < end; p++) {

        rc = json->string ? ngx_eo_prefix_json_in_string(b, json, *p, err)
                          : ngx_eo_prefix_json_byte(b, json, *p, err);

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }

        if (*p == LF) {
            json->lines++;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_prefix_json_end(ngx_eo_prefix_json_t *json, ngx_eo_prefix_error_t *err)
{
    if (json->state != NGX_EO_PREFIX_JSON_END) {
        return ngx_eo_prefix_json_error(json, err, "ends before the JSON "
                                                   "does");
    }

    if (json->found == 0) {
        return ngx_eo_prefix_json_error(json, err, "is the end of JSON "
                                                   "without any prefix");
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_prefix_json_byte(ngx_eo_prefix_builder_t *b,
    ngx_eo_prefix_json_t *json, u_char c, ngx_eo_prefix_error_t *err)
{
    if (json->state == NGX_EO_PREFIX_JSON_LITERAL) {

        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.'
            || c == '-' || c == '+' || c == 'E')
        {
            return NGX_OK;
        }

        json->state = json->depth ? NGX_EO_PREFIX_JSON_NEXT
                                  : NGX_EO_PREFIX_JSON_END;
    }

    if (c == ' ' || c == '\t' || c == CR || c == LF) {
        return NGX_OK;
    }

    switch (json->state) {

    case NGX_EO_PREFIX_JSON_VALUE:
        return ngx_eo_prefix_json_value(json, c, err);

    case NGX_EO_PREFIX_JSON_KEY:

        if (c == '"') {
            json->string = 1;
            json->len = 0;
            json->cut = 0;
            return NGX_OK;
        }

        if (c == '}' && json->first) {
            return ngx_eo_prefix_json_close(json, c, err);
        }

        break;

    case NGX_EO_PREFIX_JSON_COLON:

        if (c == ':') {
            json->state = NGX_EO_PREFIX_JSON_VALUE;
            json->first = 0;
            return NGX_OK;
        }

        break;

    case NGX_EO_PREFIX_JSON_NEXT:

        if (c == ',') {
            json->first = 0;
            json->state = (json->stack[json->depth - 1]
                           & NGX_EO_PREFIX_JSON_OBJECT)
                          ? NGX_EO_PREFIX_JSON_KEY : NGX_EO_PREFIX_JSON_VALUE;
            return NGX_OK;
        }

        if (c == '}' || c == ']') {
            return ngx_eo_prefix_json_close(json, c, err);
        }

        break;

    default: /* NGX_EO_PREFIX_JSON_END */
        break;
    }

    json->text[0] = c;
    json->len = 1;

    return ngx_eo_prefix_json_error(json, err, "is not what JSON has there");
}


static ngx_int_t
ngx_eo_prefix_json_in_string(ngx_eo_prefix_builder_t *b,
    ngx_eo_prefix_json_t *json, u_char c, ngx_eo_prefix_error_t *err)
{
    if (!json->escape) {

        if (c == '"') {
            return ngx_eo_prefix_json_string(b, json, err);
        }

        if (c == '\\') {
            json->escape = 1;
            return NGX_OK;
        }

        if (c < ' ') {
            return ngx_eo_prefix_json_error(json, err, "is a string that "
                                            "does not end on its line");
        }
    }

    /* the only escape that a prefix may have is that of a slash */

    if (json->escape && c != '/') {
        json->cut = 1;
    }

    json->escape = 0;

    if (json->len == NGX_EO_PREFIX_TEXT_LEN) {
        json->cut = 1;
        return NGX_OK;
    }

    json->text[json->len++] = c;

    return NGX_OK;
}


/* the end of a string */

static ngx_int_t
ngx_eo_prefix_json_string(ngx_eo_prefix_builder_t *b,
    ngx_eo_prefix_json_t *json, ngx_eo_prefix_error_t *err)
{
    ngx_uint_t   open;
    const char  *reason;

    json->string = 0;

    if (json->state == NGX_EO_PREFIX_JSON_KEY) {
        json->counts = (!json->cut
                        && ngx_eo_prefix_json_counts(json->text, json->len));
        json->state = NGX_EO_PREFIX_JSON_COLON;
        return NGX_OK;
    }

    if (json->depth == 0) {
        json->state = NGX_EO_PREFIX_JSON_END;
        return NGX_OK;
    }

    json->state = NGX_EO_PREFIX_JSON_NEXT;

    open = json->stack[json->depth - 1];

    if (!((open & NGX_EO_PREFIX_JSON_OBJECT) ? json->counts
                                             : open
                                               & NGX_EO_PREFIX_JSON_COUNTS))
    {
        return NGX_OK;
    }

    if (json->cut) {
        return ngx_eo_prefix_json_error(json, err, "is longer than any "
                                                   "address");
    }

    if (ngx_eo_prefix_builder_add(b, json->text, json->len, &reason)
        != NGX_OK)
    {
        return ngx_eo_prefix_json_error(json, err, reason);
    }

    json->found++;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_prefix_json_value(ngx_eo_prefix_json_t *json, u_char c,
    ngx_eo_prefix_error_t *err)
{
    if (c == '{') {
        return ngx_eo_prefix_json_open(json, NGX_EO_PREFIX_JSON_OBJECT, err);
    }

    if (c == '[') {
        return ngx_eo_prefix_json_open(json, 0, err);
    }

    if (c == ']' && json->first) {
        return ngx_eo_prefix_json_close(json, c, err);
    }

    json->first = 0;

    if (c == '"') {
        json->string = 1;
        json->len = 0;
        json->cut = 0;
        return NGX_OK;
    }

    if ((c >= '0' && c <= '9') || c == '-' || c == 't' || c == 'f'
        || c == 'n')
    {
        json->state = NGX_EO_PREFIX_JSON_LITERAL;
        return NGX_OK;
    }

    json->text[0] = c;
    json->len = 1;

    return ngx_eo_prefix_json_error(json, err, "begins no value of JSON");
}


static ngx_int_t
ngx_eo_prefix_json_open(ngx_eo_prefix_json_t *json, ngx_uint_t object,
    ngx_eo_prefix_error_t *err)
{
    ngx_uint_t  open;

    if (json->depth == NGX_EO_PREFIX_JSON_DEPTH) {
        return ngx_eo_prefix_json_error(json, err, "is nested too deeply");
    }

    open = object;

    if (!object) {

        if (json->depth == 0) {
            open |= NGX_EO_PREFIX_JSON_COUNTS;

        } else if (json->stack[json->depth - 1] & NGX_EO_PREFIX_JSON_OBJECT) {
            open |= json->counts ? NGX_EO_PREFIX_JSON_COUNTS : 0;

        } else {
            open |= json->stack[json->depth - 1];
        }
    }

    json->stack[json->depth++] = (u_char) open;
    json->first = 1;
    json->state = object ? NGX_EO_PREFIX_JSON_KEY : NGX_EO_PREFIX_JSON_VALUE;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_prefix_json_close(ngx_eo_prefix_json_t *json, u_char c,
    ngx_eo_prefix_error_t *err)
{
    ngx_uint_t  object;

    object = json->stack[json->depth - 1] & NGX_EO_PREFIX_JSON_OBJECT;

    if (object != (c == '}')) {
        json->text[0] = c;
        json->len = 1;

        return ngx_eo_prefix_json_error(json, err, "closes what is not open");
    }

    json->depth--;
    json->first = 0;
    json->state = json->depth ? NGX_EO_PREFIX_JSON_NEXT
                              : NGX_EO_PREFIX_JSON_END;

    return NGX_OK;
}


/* "ipv4Prefix", "ip_prefix", "addressPrefixes", "ipv4_cidrs", "ip_address" */

static ngx_uint_t
ngx_eo_prefix_json_counts(u_char *name, size_t len)
{
    ngx_uint_t  i;

    static ngx_str_t  parts[] = {
        ngx_string("prefix"),
        ngx_string("cidr"),
        ngx_string("addresses")
    };

    static ngx_str_t  names[] = {
        ngx_string("ip"),
        ngx_string("ips"),
        ngx_string("ipv4"),
        ngx_string("ipv6"),
        ngx_string("ip_address"),
        ngx_string("ip_ranges")
    };

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].len == len
            && ngx_strncasecmp(names[i].data, name, len) == 0)
        {
            return 1;
        }
    }

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (ngx_strlcasestrn(name, name + len, parts[i].data,
                             parts[i].len - 1))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_eo_prefix_json_error(ngx_eo_prefix_json_t *json,
    ngx_eo_prefix_error_t *err, const char *reason)
{
    size_t  i;

    for (i = 0; i < json->len; i++) {
        err->text[i] = (json->text[i] < ' ' || json->text[i] > '~')
                       ? '?' : json->text[i];
    }

    err->text[json->len] = '\0';
    err->line = json->lines + 1;
    err->code = 0;
    err->reason = reason;

    return NGX_ERROR;
}
