
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The JSON body processor: every scalar becomes an argument whose name is
 * its path, "json.user.roles.array_0".
 */


#include "ngx_eo_seclang_body.h"
#include "seclang/variable/ngx_eo_seclang_argument.h"
#include "text/ngx_eo_text.h"


#define NGX_EO_SECLANG_JSON_PATH   16384
#define NGX_EO_SECLANG_JSON_LEVEL  64


typedef struct {
    /* length of the path without what belongs to the current member */
    size_t                     path;

    /* number of the current element; of arrays only */
    ngx_uint_t                 element;
    ngx_uint_t                 array;
} ngx_eo_seclang_json_level_t;


typedef struct {
    ngx_eo_seclang_tx_t          *tx;
    u_char                       *pos;
    u_char                       *last;

    u_char                       *path;
    size_t                        len;

    ngx_eo_seclang_json_level_t  *levels;
    ngx_uint_t                    depth;
    ngx_uint_t                    nlevels;

    ngx_str_t                    *error;
} ngx_eo_seclang_json_t;


static ngx_int_t ngx_eo_seclang_json_error(ngx_eo_seclang_json_t *json,
    const char *text);
static void ngx_eo_seclang_json_space(ngx_eo_seclang_json_t *json);
static ngx_int_t ngx_eo_seclang_json_path(ngx_eo_seclang_json_t *json,
    u_char *data, size_t len);
static ngx_int_t ngx_eo_seclang_json_add(ngx_eo_seclang_json_t *json,
    ngx_str_t *value);
static int32_t ngx_eo_seclang_json_hex(u_char *p, u_char *last);
static u_char *ngx_eo_seclang_json_utf8(u_char *d, uint32_t c);
static u_char *ngx_eo_seclang_json_escape(u_char **pos, u_char *last,
    u_char *d);
static ngx_int_t ngx_eo_seclang_json_string(ngx_eo_seclang_json_t *json,
    ngx_str_t *value);
static u_char *ngx_eo_seclang_json_digits(u_char *p, u_char *last);
static ngx_int_t ngx_eo_seclang_json_number(ngx_eo_seclang_json_t *json,
    ngx_str_t *value);
static ngx_int_t ngx_eo_seclang_json_word(ngx_eo_seclang_json_t *json,
    ngx_str_t *value);
static ngx_int_t ngx_eo_seclang_json_open(ngx_eo_seclang_json_t *json,
    ngx_uint_t array);
static ngx_int_t ngx_eo_seclang_json_member(ngx_eo_seclang_json_t *json);
static ngx_int_t ngx_eo_seclang_json_value(ngx_eo_seclang_json_t *json);
static ngx_int_t ngx_eo_seclang_json_next(ngx_eo_seclang_json_t *json,
    ngx_uint_t opened);


static ngx_int_t
ngx_eo_seclang_json_error(ngx_eo_seclang_json_t *json, const char *text)
{
    json->error->data = (u_char *) text;
    json->error->len = ngx_strlen(text);

    return NGX_DECLINED;
}


static void
ngx_eo_seclang_json_space(ngx_eo_seclang_json_t *json)
{
    u_char  c;

    while (json->pos < json->last) {
        c = *json->pos;

        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            return;
        }

        json->pos++;
    }
}


static ngx_int_t
ngx_eo_seclang_json_path(ngx_eo_seclang_json_t *json, u_char *data,
    size_t len)
{
    if (json->len + len > NGX_EO_SECLANG_JSON_PATH) {
        return ngx_eo_seclang_json_error(json, "names of members are too "
                                         "long");
    }

    ngx_memcpy(json->path + json->len, data, len);
    json->len += len;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_json_add(ngx_eo_seclang_json_t *json, ngx_str_t *value)
{
    ngx_int_t  rc;
    ngx_str_t  name;

    name.len = json->len;
    name.data = ngx_eo_seclang_alloc(&json->tx->arena, json->len);

    if (name.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(name.data, json->path, json->len);

    rc = ngx_eo_seclang_add_argument(json->tx, &name, value,
                                     NGX_EO_SECLANG_FROM_DATA);

    if (rc == NGX_DECLINED) {
        return ngx_eo_seclang_json_error(json, "too many members");
    }

    return rc;
}


/* four hexadecimal digits, or -1 */

static int32_t
ngx_eo_seclang_json_hex(u_char *p, u_char *last)
{
    int32_t     n;
    ngx_uint_t  i;

    if (last - p < 4) {
        return -1;
    }

    n = 0;

    for (i = 0; i < 4; i++) {
        if (ngx_eo_hex[p[i]] < 0) {
            return -1;
        }

        n = n * 16 + ngx_eo_hex[p[i]];
    }

    return n;
}


static u_char *
ngx_eo_seclang_json_utf8(u_char *d, uint32_t c)
{
    if (c < 0x80) {
        *d++ = (u_char) c;

    } else if (c < 0x800) {
        *d++ = (u_char) (0xc0 | (c >> 6));
        *d++ = (u_char) (0x80 | (c & 0x3f));

    } else if (c < 0x10000) {
        *d++ = (u_char) (0xe0 | (c >> 12));
        *d++ = (u_char) (0x80 | ((c >> 6) & 0x3f));
        *d++ = (u_char) (0x80 | (c & 0x3f));

    } else {
        *d++ = (u_char) (0xf0 | (c >> 18));
        *d++ = (u_char) (0x80 | ((c >> 12) & 0x3f));
        *d++ = (u_char) (0x80 | ((c >> 6) & 0x3f));
        *d++ = (u_char) (0x80 | (c & 0x3f));
    }

    return d;
}


/*
 * Decodes the escape behind the backslash at "*pos" - 1.  Returns NULL if it
 * is none.
 */

static u_char *
ngx_eo_seclang_json_escape(u_char **pos, u_char *last, u_char *d)
{
    u_char   *p;
    int32_t   c, low;

    p = *pos;

    if (p == last) {
        return NULL;
    }

    switch (*p) {
    case '"':
    case '\\':
    case '/':
        *d++ = *p;
        break;
    case 'b':
        *d++ = '\b';
        break;
    case 'f':
        *d++ = '\f';
        break;
    case 'n':
        *d++ = '\n';
        break;
    case 'r':
        *d++ = '\r';
        break;
    case 't':
        *d++ = '\t';
        break;

    case 'u':
        c = ngx_eo_seclang_json_hex(p + 1, last);
        if (c < 0) {
            return NULL;
        }

        p += 4;

        if (c >= 0xd800 && c <= 0xdbff
            && last - p > 6 && p[1] == '\\' && p[2] == 'u')
        {
            low = ngx_eo_seclang_json_hex(p + 3, last);

            if (low >= 0xdc00 && low <= 0xdfff) {
                c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                p += 6;
            }
        }

        if (c >= 0xd800 && c <= 0xdfff) {
            c = '?';
        }

        d = ngx_eo_seclang_json_utf8(d, c);
        break;

    default:
        return NULL;
    }

    *pos = p + 1;

    return d;
}


/*
 * Reads a string whose first quote is at json->pos.  A string that the end
 * of the body cuts short is returned as far as it goes, with NGX_DECLINED.
 */

static ngx_int_t
ngx_eo_seclang_json_string(ngx_eo_seclang_json_t *json, ngx_str_t *value)
{
    u_char  *p, *d, *start;

    start = ++json->pos;

    for (p = start; p < json->last && *p != '"' && *p != '\\'; p++) {
        if (*p < ' ') {
            return ngx_eo_seclang_json_error(json, "control character in a "
                                             "string");
        }
    }

    value->data = start;
    value->len = p - start;

    if (p < json->last && *p == '"') {
        json->pos = p + 1;
        return NGX_OK;
    }

    d = ngx_eo_seclang_alloc(&json->tx->arena, json->last - start);
    if (d == NULL) {
        return NGX_ERROR;
    }

    value->data = d;
    d = ngx_cpymem(d, start, p - start);

    while (p < json->last && *p != '"') {

        if (*p < ' ') {
            return ngx_eo_seclang_json_error(json, "control character in a "
                                             "string");
        }

        if (*p != '\\') {
            *d++ = *p++;
            continue;
        }

        p++;
        start = d;
        d = ngx_eo_seclang_json_escape(&p, json->last, d);

        if (d == NULL) {
            value->len = start - value->data;
            json->pos = json->last;
            return ngx_eo_seclang_json_error(json, "bad escape in a string");
        }
    }

    value->len = d - value->data;

    if (p == json->last) {
        json->pos = p;
        return ngx_eo_seclang_json_error(json, "a string does not end");
    }

    json->pos = p + 1;

    return NGX_OK;
}


static u_char *
ngx_eo_seclang_json_digits(u_char *p, u_char *last)
{
    while (p < last && *p >= '0' && *p <= '9') {
        p++;
    }

    return p;
}


static ngx_int_t
ngx_eo_seclang_json_number(ngx_eo_seclang_json_t *json, ngx_str_t *value)
{
    u_char  *p, *digits, *last;

    last = json->last;
    value->data = json->pos;
    p = json->pos + (*json->pos == '-');

    digits = p;
    p = ngx_eo_seclang_json_digits(p, last);

    if (p == digits || (*digits == '0' && p - digits > 1)) {
        return ngx_eo_seclang_json_error(json, "bad number");
    }

    if (p < last && *p == '.') {
        digits = ++p;
        p = ngx_eo_seclang_json_digits(p, last);

        if (p == digits) {
            return ngx_eo_seclang_json_error(json, "bad number");
        }
    }

    if (p < last && (*p | 0x20) == 'e') {
        p++;

        if (p < last && (*p == '+' || *p == '-')) {
            p++;
        }

        digits = p;
        p = ngx_eo_seclang_json_digits(p, last);

        if (p == digits) {
            return ngx_eo_seclang_json_error(json, "bad number");
        }
    }

    value->len = p - value->data;
    json->pos = p;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_json_word(ngx_eo_seclang_json_t *json, ngx_str_t *value)
{
    ngx_uint_t  i;

    static ngx_str_t  words[] = {
        ngx_string("true"),
        ngx_string("false"),
        ngx_string("null")
    };

    for (i = 0; i < 3; i++) {
        if ((size_t) (json->last - json->pos) >= words[i].len
            && ngx_memcmp(json->pos, words[i].data, words[i].len) == 0)
        {
            json->pos += words[i].len;
            *value = words[i];

            if (i == 2) {
                ngx_str_null(value);
            }

            return NGX_OK;
        }
    }

    return ngx_eo_seclang_json_error(json, "no value where one has to be");
}


static ngx_int_t
ngx_eo_seclang_json_open(ngx_eo_seclang_json_t *json, ngx_uint_t array)
{
    ngx_uint_t                    n;
    ngx_eo_seclang_json_level_t  *levels;

    if (json->depth >= json->tx->set->json_depth_limit) {
        return ngx_eo_seclang_json_error(json, "nested too deeply");
    }

    if (json->depth == json->nlevels) {
        n = json->nlevels ? json->nlevels * 2 : NGX_EO_SECLANG_JSON_LEVEL;

        levels = ngx_eo_seclang_alloc(&json->tx->arena,
                                  n * sizeof(ngx_eo_seclang_json_level_t));
        if (levels == NULL) {
            return NGX_ERROR;
        }

        if (json->depth) {
            ngx_memcpy(levels, json->levels,
                       json->depth * sizeof(ngx_eo_seclang_json_level_t));
        }

        json->levels = levels;
        json->nlevels = n;
    }

    json->pos++;
    json->levels[json->depth].path = json->len;
    json->levels[json->depth].element = 0;
    json->levels[json->depth].array = array;
    json->depth++;

    return NGX_OK;
}


/* puts the name of the next member on the path */

static ngx_int_t
ngx_eo_seclang_json_member(ngx_eo_seclang_json_t *json)
{
    u_char                        buf[NGX_INT_T_LEN + sizeof(".array_")];
    ngx_int_t                     rc;
    ngx_str_t                     key;
    ngx_eo_seclang_json_level_t  *level;

    level = &json->levels[json->depth - 1];
    json->len = level->path;

    if (level->array) {
        return ngx_eo_seclang_json_path(json, buf,
                         ngx_sprintf(buf, ".array_%ui", level->element++)
                         - buf);
    }

    if (json->pos == json->last || *json->pos != '"') {
        return ngx_eo_seclang_json_error(json, "no name of a member");
    }

    rc = ngx_eo_seclang_json_string(json, &key);
    if (rc != NGX_OK) {
        return rc;
    }

    ngx_eo_seclang_json_space(json);

    if (json->pos == json->last || *json->pos != ':') {
        return ngx_eo_seclang_json_error(json, "no colon after a name");
    }

    json->pos++;
    ngx_eo_seclang_json_space(json);

    rc = ngx_eo_seclang_json_path(json, (u_char *) ".", 1);
    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_eo_seclang_json_path(json, key.data, key.len);
}


/* a value: a scalar is added, a container is opened */

static ngx_int_t
ngx_eo_seclang_json_value(ngx_eo_seclang_json_t *json)
{
    ngx_int_t  rc;
    ngx_str_t  value;

    if (json->pos == json->last) {
        return ngx_eo_seclang_json_error(json, "the text does not end");
    }

    ngx_str_null(&value);

    switch (*json->pos) {

    case '{':
        return ngx_eo_seclang_json_open(json, 0);

    case '[':
        return ngx_eo_seclang_json_open(json, 1);

    case '"':
        rc = ngx_eo_seclang_json_string(json, &value);

        if (rc == NGX_DECLINED) {
            /* whatever there is of it is looked at */
            (void) ngx_eo_seclang_json_add(json, &value);
        }

        break;

    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        rc = ngx_eo_seclang_json_number(json, &value);
        break;

    default:
        rc = ngx_eo_seclang_json_word(json, &value);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_eo_seclang_json_add(json, &value);
}


/*
 * What follows a value: closes containers, and finds the next member.
 * Returns NGX_DONE at the end of the text.
 */

static ngx_int_t
ngx_eo_seclang_json_next(ngx_eo_seclang_json_t *json, ngx_uint_t opened)
{
    u_char                        c;
    ngx_eo_seclang_json_level_t  *level;

    for ( ;; ) {
        ngx_eo_seclang_json_space(json);

        if (json->depth == 0) {

            if (json->pos < json->last) {
                return ngx_eo_seclang_json_error(json, "garbage after the "
                                                 "text");
            }

            return NGX_DONE;
        }

        if (json->pos == json->last) {
            return ngx_eo_seclang_json_error(json, "the text does not end");
        }

        level = &json->levels[json->depth - 1];
        c = *json->pos;

        if (c == (level->array ? ']' : '}')) {
            json->pos++;
            json->depth--;
            json->len = level->path;
            opened = 0;
            continue;
        }

        if (!opened) {

            if (c != ',') {
                return ngx_eo_seclang_json_error(json, "no comma between "
                                                 "members");
            }

            json->pos++;
            ngx_eo_seclang_json_space(json);
        }

        return ngx_eo_seclang_json_member(json);
    }
}


ngx_int_t
ngx_eo_seclang_body_json(ngx_eo_seclang_tx_t *tx, ngx_str_t *body,
    ngx_str_t *error)
{
    ngx_int_t               rc;
    ngx_uint_t              depth;
    ngx_eo_seclang_json_t   json;

    ngx_memzero(&json, sizeof(ngx_eo_seclang_json_t));

    json.tx = tx;
    json.pos = body->data;
    json.last = body->data + body->len;
    json.error = error;

    json.path = ngx_eo_seclang_alloc(&tx->arena, NGX_EO_SECLANG_JSON_PATH);
    if (json.path == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_eo_seclang_json_path(&json, (u_char *) "json", 4);

    /* a byte order mark is no value */

    if (body->len >= 3 && ngx_memcmp(body->data, "\xef\xbb\xbf", 3) == 0) {
        json.pos += 3;
    }

    ngx_eo_seclang_json_space(&json);

    do {
        depth = json.depth;

        rc = ngx_eo_seclang_json_value(&json);

        if (rc == NGX_OK) {
            rc = ngx_eo_seclang_json_next(&json, json.depth > depth);
        }

    } while (rc == NGX_OK);

    return (rc == NGX_DONE) ? NGX_OK : rc;
}
