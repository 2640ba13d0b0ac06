
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * SecUnicodeMapFile: lines of a code page, each followed by its table of
 * best fits, "00a0:20 00a1:21 ...".
 */


#include "ngx_eo_seclang_reader.h"


#define NGX_EO_SECLANG_CODE_PAGE  20127


static ngx_int_t ngx_eo_seclang_unicode_pair(ngx_eo_seclang_unicode_map_t *map,
    u_char *p, u_char *last);
static ngx_int_t ngx_eo_seclang_unicode_parse(
    ngx_eo_seclang_unicode_map_t *map, ngx_str_t *content, ngx_uint_t page);


static ngx_int_t
ngx_eo_seclang_unicode_pair(ngx_eo_seclang_unicode_map_t *map, u_char *p,
    u_char *last)
{
    u_char     *colon;
    ngx_int_t   code, to;

    colon = ngx_strlchr(p, last, ':');
    if (colon == NULL) {
        return NGX_DECLINED;
    }

    code = ngx_hextoi(p, colon - p);
    to = ngx_hextoi(colon + 1, last - colon - 1);

    if (code < 0 || code >= NGX_EO_SECLANG_UNICODE_MAP_SIZE
        || to < 0 || to > 255)
    {
        return NGX_ERROR;
    }

    map->to[code] = (int16_t) to;

    return NGX_OK;
}


/*
 * Takes the words of the table of one code page; a line that starts with a
 * decimal number and has no colon in its first word opens a table.
 */

static ngx_int_t
ngx_eo_seclang_unicode_parse(ngx_eo_seclang_unicode_map_t *map,
    ngx_str_t *content, ngx_uint_t page)
{
    u_char      *p, *last, *word;
    ngx_int_t    rc;
    ngx_uint_t   found, inside, first;

    p = content->data;
    last = p + content->len;
    found = 0;
    inside = 0;
    first = 1;

    while (p < last) {

        if (*p <= ' ') {
            first = (*p == '\n') ? 1 : first;
            p++;
            continue;
        }

        if (first && *p == '#') {
            while (p < last && *p != '\n') {
                p++;
            }

            continue;
        }

        word = p;

        while (p < last && *p > ' ') {
            p++;
        }

        if (first && ngx_strlchr(word, p, ':') == NULL) {
            inside = (ngx_atoi(word, p - word) == (ngx_int_t) page);
            found |= inside;

        } else if (inside) {
            rc = ngx_eo_seclang_unicode_pair(map, word, p);

            if (rc == NGX_ERROR) {
                return NGX_ERROR;
            }
        }

        first = 0;
    }

    return found ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_eo_seclang_sec_unicode_map(ngx_eo_seclang_reader_t *reader)
{
    u_char                           errstr[NGX_MAX_CONF_ERRSTR];
    ngx_int_t                        page, rc;
    ngx_str_t                        content;
    ngx_eo_seclang_unicode_map_t    *map;
    ngx_eo_seclang_operator_conf_t   conf;

    page = NGX_EO_SECLANG_CODE_PAGE;

    if (reader->nargs > 2) {
        page = ngx_atoi(reader->args[2].data, reader->args[2].len);

        if (page == NGX_ERROR) {
            return ngx_eo_seclang_error(reader, "\"SecUnicodeMapFile\": no "
                                        "code page \"%V\"", &reader->args[2]);
        }
    }

    ngx_memzero(&conf, sizeof(ngx_eo_seclang_operator_conf_t));

    conf.pool = reader->pool;
    conf.directory = reader->directory;
    conf.errstr = errstr;

    if (ngx_eo_seclang_read_data(&conf, &reader->args[1], &content)
        != NGX_OK)
    {
        return ngx_eo_seclang_error(reader, "\"SecUnicodeMapFile\": %*s",
                                    conf.errlen, errstr);
    }

    map = ngx_palloc(reader->pool, sizeof(ngx_eo_seclang_unicode_map_t));
    if (map == NULL) {
        return NGX_ERROR;
    }

    ngx_memset(map, 0xff, sizeof(ngx_eo_seclang_unicode_map_t));

    rc = ngx_eo_seclang_unicode_parse(map, &content, page);

    if (rc != NGX_OK) {
        return ngx_eo_seclang_error(reader, rc == NGX_DECLINED
                                    ? "no table of code page %i in \"%V\""
                                    : "the table of code page %i in \"%V\" "
                                      "is damaged",
                                    page, &reader->args[1]);
    }

    reader->set->unicode_map = map;

    return NGX_OK;
}
