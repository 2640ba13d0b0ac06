
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The JSON body processor: every scalar becomes an argument whose name is
 * its path, "json.user.roles.array_0".
 */


#include "ngx_eo_seclang_body.h"
#include "seclang/transform/ngx_eo_seclang_cut.h"
#include "seclang/variable/ngx_eo_seclang_argument.h"
#include "seclang/variable/ngx_eo_seclang_list.h"
#include "text/ngx_eo_text.h"


#define NGX_EO_SECLANG_JSON_PATH   16384
#define NGX_EO_SECLANG_JSON_LEVEL  64

/*
 * What all names together may take: they repeat what is above them, and so
 * could grow with the square of the body.
 */
#define NGX_EO_SECLANG_JSON_NAMES  65536
#define NGX_EO_SECLANG_JSON_RATIO  64

/* numbers and words in lists that are looked at */
#define NGX_EO_SECLANG_JSON_PLAIN  256


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

    /* what is left for names */
    size_t                        room;

    /* where arguments go */
    ngx_uint_t                    list;

    /* arguments, names of objects and arrays, and plain members of lists */
    ngx_uint_t                    arguments;
    ngx_uint_t                    containers;
    ngx_uint_t                    plain;

    /* the end of the body is not there */
    ngx_uint_t                    cut;

    ngx_str_t                    *error;
} ngx_eo_seclang_json_t;


static ngx_int_t ngx_eo_seclang_json_error(ngx_eo_seclang_json_t *json,
    const char *text);
static ngx_int_t ngx_eo_seclang_json_short(ngx_eo_seclang_json_t *json,
    const char *text);
static void ngx_eo_seclang_json_space(ngx_eo_seclang_json_t *json);
static ngx_int_t ngx_eo_seclang_json_path(ngx_eo_seclang_json_t *json,
    u_char *data, size_t len);
static ngx_int_t ngx_eo_seclang_json_add(ngx_eo_seclang_json_t *json,
    ngx_str_t *value, ngx_uint_t origin);
static ngx_uint_t ngx_eo_seclang_json_is_plain(ngx_eo_seclang_json_t *json);
static int32_t ngx_eo_seclang_json_hex(u_char *p, u_char *last);
static u_char *ngx_eo_seclang_json_utf8(u_char *d, uint32_t c);
static u_char *ngx_eo_seclang_json_escape(u_char **pos, u_char *last,
    u_char *d);
static ngx_uint_t ngx_eo_seclang_json_half_escape(ngx_eo_seclang_json_t *json,
    u_char *p);
static ngx_int_t ngx_eo_seclang_json_unescape(ngx_eo_seclang_json_t *json,
    u_char *end, ngx_str_t *value);
static ngx_int_t ngx_eo_seclang_json_string(ngx_eo_seclang_json_t *json,
    ngx_str_t *value);
static u_char *ngx_eo_seclang_json_digits(u_char *p, u_char *last);
static ngx_int_t ngx_eo_seclang_json_no_digit(ngx_eo_seclang_json_t *json,
    u_char *p);
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


static ngx_str_t  ngx_eo_seclang_json_no_value = ngx_null_string;


static ngx_int_t
ngx_eo_seclang_json_error(ngx_eo_seclang_json_t *json, const char *text)
{
    json->error->data = (u_char *) text;
    json->error->len = ngx_strlen(text);

    return NGX_DECLINED;
}


/*
 * The text ends where it must not.  Returns NGX_DONE if that is where it was
 * cut.
 */

static ngx_int_t
ngx_eo_seclang_json_short(ngx_eo_seclang_json_t *json, const char *text)
{
    return json->cut ? NGX_DONE : ngx_eo_seclang_json_error(json, text);
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
ngx_eo_seclang_json_add(ngx_eo_seclang_json_t *json, ngx_str_t *value,
    ngx_uint_t origin)
{
    ngx_str_t    name;
    ngx_uint_t  *n;

    n = (origin == NGX_EO_SECLANG_FROM_NAME) ? &json->containers
                                             : &json->arguments;

    if (*n >= json->tx->set->arguments_limit) {
        return ngx_eo_seclang_json_error(json, "too many members");
    }

    if (json->len > json->room) {
        return ngx_eo_seclang_json_error(json, "names of members are too "
                                         "long altogether");
    }

    (*n)++;
    json->room -= json->len;

    if (origin != NGX_EO_SECLANG_FROM_NAME && !json->tx->in_response) {
        json->tx->arguments_size += json->len + value->len;
    }

    name.len = json->len;
    name.data = ngx_eo_seclang_alloc(&json->tx->arena, json->len);

    if (name.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(name.data, json->path, json->len);

    return ngx_eo_seclang_add(json->tx, json->list, &name, value, origin);
}


/*
 * Whether a number, or a word, is one of many in lists.  No more is in it than
 * that, and its name is that of its place: thousands of them, in charts and
 * maps, are not worth the time.
 */

static ngx_uint_t
ngx_eo_seclang_json_is_plain(ngx_eo_seclang_json_t *json)
{
    return json->depth && json->levels[json->depth - 1].array
           && ++json->plain > NGX_EO_SECLANG_JSON_PLAIN;
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


/* whether what begins with the backslash at "p" may be half an escape */

static ngx_uint_t
ngx_eo_seclang_json_half_escape(ngx_eo_seclang_json_t *json, u_char *p)
{
    if (!json->cut || json->last - p >= 6) {
        return 0;
    }

    if (++p == json->last) {
        return 1;
    }

    if (*p != 'u') {
        return 0;
    }

    while (++p < json->last) {
        if (ngx_eo_hex[*p] < 0) {
            return 0;
        }
    }

    return 1;
}


/*
 * Undoes the escapes between json->pos and "end".  What precedes one that is
 * none is returned with NGX_DECLINED, or NGX_DONE if it was cut.
 */

static ngx_int_t
ngx_eo_seclang_json_unescape(ngx_eo_seclang_json_t *json, u_char *end,
    ngx_str_t *value)
{
    u_char  *p, *d, *next;

    d = ngx_eo_seclang_alloc(&json->tx->arena, end - json->pos);
    if (d == NULL) {
        return NGX_ERROR;
    }

    value->data = d;

    for (p = json->pos; p < end; /* void */ ) {

        if (*p != '\\') {
            *d++ = *p++;
            continue;
        }

        value->len = d - value->data;

        next = p + 1;
        d = ngx_eo_seclang_json_escape(&next, end, d);

        if (d == NULL) {
            return ngx_eo_seclang_json_half_escape(json, p)
                   ? NGX_DONE
                   : ngx_eo_seclang_json_error(json, "bad escape in a "
                                               "string");
        }

        p = next;
    }

    value->len = d - value->data;

    return NGX_OK;
}


/*
 * Reads a string whose first quote is at json->pos.  What there is of one
 * that is broken is returned with NGX_DECLINED, and of one that was cut, up
 * to its last whole character, with NGX_DONE.
 */

static ngx_int_t
ngx_eo_seclang_json_string(ngx_eo_seclang_json_t *json, ngx_str_t *value)
{
    u_char      *p;
    ngx_int_t    rc;
    ngx_uint_t   escapes;

    escapes = 0;
    json->pos++;

    for (p = json->pos; p < json->last && *p != '"'; p++) {

        if (*p < ' ') {
            value->data = json->pos;
            value->len = p - json->pos;
            return ngx_eo_seclang_json_error(json, "control character in a "
                                             "string");
        }

        if (*p == '\\') {
            escapes = 1;

            if (p + 1 < json->last && p[1] >= ' ') {
                p++;
            }
        }
    }

    value->data = json->pos;
    value->len = p - json->pos;
    rc = NGX_OK;

    if (escapes) {
        rc = ngx_eo_seclang_json_unescape(json, p, value);
    }

    json->pos = p;

    if (rc == NGX_OK && p == json->last) {
        rc = ngx_eo_seclang_json_short(json, "a string does not end");
    }

    if (rc == NGX_DONE) {
        value->len = ngx_eo_seclang_cut_utf8(value);
    }

    if (rc == NGX_OK) {
        json->pos++;
    }

    return rc;
}


static u_char *
ngx_eo_seclang_json_digits(u_char *p, u_char *last)
{
    while (p < last && *p >= '0' && *p <= '9') {
        p++;
    }

    return p;
}


/* there is no digit at "p", where one has to be */

static ngx_int_t
ngx_eo_seclang_json_no_digit(ngx_eo_seclang_json_t *json, u_char *p)
{
    return (p == json->last)
           ? ngx_eo_seclang_json_short(json, "bad number")
           : ngx_eo_seclang_json_error(json, "bad number");
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

    if (p == digits) {
        return ngx_eo_seclang_json_no_digit(json, p);
    }

    if (*digits == '0' && p - digits > 1) {
        return ngx_eo_seclang_json_error(json, "bad number");
    }

    if (p < last && *p == '.') {
        digits = ++p;
        p = ngx_eo_seclang_json_digits(p, last);

        if (p == digits) {
            return ngx_eo_seclang_json_no_digit(json, p);
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
            return ngx_eo_seclang_json_no_digit(json, p);
        }
    }

    value->len = p - value->data;
    json->pos = p;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_json_word(ngx_eo_seclang_json_t *json, ngx_str_t *value)
{
    size_t      left;
    ngx_uint_t  i;

    static ngx_str_t  words[] = {
        ngx_string("true"),
        ngx_string("false"),
        ngx_string("null")
    };

    left = json->last - json->pos;

    for (i = 0; i < 3; i++) {

        if (left < words[i].len
            && ngx_memcmp(json->pos, words[i].data, left) == 0)
        {
            return ngx_eo_seclang_json_short(json, "no value where one has "
                                             "to be");
        }

        if (left >= words[i].len
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
    ngx_int_t                     rc;
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

    /* rules look for the end of a name, which a member's goes on behind */

    if (json->depth && !json->levels[json->depth - 1].array) {
        rc = ngx_eo_seclang_json_add(json, &ngx_eo_seclang_json_no_value,
                                     NGX_EO_SECLANG_FROM_NAME);
        if (rc != NGX_OK) {
            return rc;
        }
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

    if (json->pos == json->last) {
        return ngx_eo_seclang_json_short(json, "no name of a member");
    }

    if (*json->pos != '"') {
        return ngx_eo_seclang_json_error(json, "no name of a member");
    }

    rc = ngx_eo_seclang_json_string(json, &key);
    if (rc != NGX_OK) {
        return rc;
    }

    ngx_eo_seclang_json_space(json);

    if (json->pos == json->last) {
        return ngx_eo_seclang_json_short(json, "no colon after a name");
    }

    if (*json->pos != ':') {
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
    ngx_int_t   rc;
    ngx_str_t   value;
    ngx_uint_t  plain;

    if (json->pos == json->last) {
        return ngx_eo_seclang_json_short(json, "the text does not end");
    }

    ngx_str_null(&value);
    plain = (*json->pos != '"');

    switch (*json->pos) {

    case '{':
        return ngx_eo_seclang_json_open(json, 0);

    case '[':
        return ngx_eo_seclang_json_open(json, 1);

    case '"':
        rc = ngx_eo_seclang_json_string(json, &value);

        if (rc == NGX_DECLINED || rc == NGX_DONE) {
            /* whatever there is of it is looked at */
            if (ngx_eo_seclang_json_add(json, &value,
                                        NGX_EO_SECLANG_FROM_DATA)
                == NGX_ERROR)
            {
                return NGX_ERROR;
            }
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

    if (rc != NGX_OK || (plain && ngx_eo_seclang_json_is_plain(json))) {
        return rc;
    }

    return ngx_eo_seclang_json_add(json, &value, NGX_EO_SECLANG_FROM_DATA);
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
            return ngx_eo_seclang_json_short(json, "the text does not end");
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
    ngx_uint_t complete, ngx_str_t *error)
{
    ngx_int_t               rc;
    ngx_uint_t              depth;
    ngx_eo_seclang_json_t   json;

    ngx_memzero(&json, sizeof(ngx_eo_seclang_json_t));

    json.tx = tx;
    json.pos = body->data;
    json.last = body->data + body->len;
    json.room = NGX_EO_SECLANG_JSON_NAMES
                + body->len * NGX_EO_SECLANG_JSON_RATIO;
    json.list = tx->in_response ? NGX_EO_SECLANG_LIST_RESPONSE_ARGS
                                : NGX_EO_SECLANG_LIST_ARGS;
    json.arguments = tx->lists[json.list].nelts;
    json.cut = !complete;
    json.error = error;

    json.path = ngx_eo_seclang_alloc(&tx->arena, NGX_EO_SECLANG_JSON_PATH);
    if (json.path == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_eo_seclang_json_path(&json, (u_char *) "json", 4);

    /* a byte order mark is no value */

    if (ngx_memcmp(body->data, "\xef\xbb\xbf", ngx_min(body->len, 3)) == 0) {

        if (body->len < 3 && json.cut) {
            return NGX_OK;
        }

        json.pos += ngx_min(body->len, 3);
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
