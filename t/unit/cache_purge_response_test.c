
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Responses to a prefetch, whole and in pieces of each size.
 */


#include "ngx_eo_unit.h"
#include "ngx_eo_prefetch_response.h"


typedef struct {
    const char   *text;
    ngx_int_t     rc;
    ngx_int_t     closed;       /* and then */
    ngx_uint_t    status;
    off_t         received;
    const char   *cache;
} response_case_t;


static void response_body(void *data, u_char *p, size_t len);
static void response_check(ngx_eo_unit_t *t, response_case_t *c,
    size_t piece);


static response_case_t  response_cases[] = {
    { "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nEO-Cache-Status: HIT\r\n\r\n"
      "abc", NGX_OK, NGX_OK, 200, 3, "HIT" },
    { "HTTP/1.1 200 OK\nContent-Length: 3\n\nabc", NGX_OK, NGX_OK, 200, 3,
      "" },
    { "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", NGX_AGAIN,
      NGX_ERROR, 200, 3, "" },
    { "HTTP/1.1 200\r\n\r\nabc", NGX_AGAIN, NGX_OK, 200, 3, "" },
    { "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", NGX_OK, NGX_OK,
      404, 0, "" },
    { "HTTP/1.1 204 No Content\r\n\r\n", NGX_OK, NGX_OK, 204, 0, "" },
    { "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", NGX_OK, NGX_OK, 200,
      1, "" },
    { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: v\r\n\r\n", NGX_OK,
      NGX_OK, 200, 13, "" },
    { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
      NGX_AGAIN, NGX_ERROR, 200, 3, "" },
    { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n",
      NGX_ERROR, NGX_ERROR, 200, 3, "" },
    { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
      NGX_ERROR, NGX_ERROR, 200, 0, "" },
    { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "7fffffffffffffff0\r\n", NGX_ERROR, NGX_ERROR, 200, 0, "" },
    { "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", NGX_ERROR, NGX_ERROR,
      200, 0, "" },
    { "HTTP/1.1 200 OK\r\nno field\r\n\r\n", NGX_ERROR, NGX_ERROR, 200, 0,
      "" },
    { "\x15\x03\x01\x02\x02\n", NGX_ERROR, NGX_ERROR, 0, 0, "" },
    { "HTTP/1.1 abc\r\n", NGX_ERROR, NGX_ERROR, 0, 0, "" },
    { "HTTP/1.1 200 OK\r\nEO-Cache-Status: a value that is far too long\r\n"
      "Content-Length: 0\r\n\r\n", NGX_OK, NGX_OK, 200, 0,
      "a value that is" },
    { "", NGX_AGAIN, NGX_ERROR, 0, 0, "" },
};


static void
response_body(void *data, u_char *p, size_t len)
{
    size_t *total = data;

    *total += len;
}


static void
response_check(ngx_eo_unit_t *t, response_case_t *c, size_t piece)
{
    size_t                       n, len, total;
    u_char                      *copy;
    ngx_int_t                    rc, closed;
    ngx_eo_prefetch_response_t  *response;

    response = ngx_palloc(t->pool, sizeof(ngx_eo_prefetch_response_t));
    ngx_memset(response, 0xa5, sizeof(ngx_eo_prefetch_response_t));

    ngx_eo_prefetch_response_init(response);

    len = ngx_strlen(c->text);
    rc = NGX_AGAIN;
    total = 0;

    for (n = 0; n < len && rc == NGX_AGAIN; n += piece) {
        piece = ngx_min(piece, len - n);

        copy = ngx_pnalloc(t->pool, piece);
        ngx_memcpy(copy, c->text + n, piece);

        rc = ngx_eo_prefetch_response_read(response, copy, piece,
                                           response_body, &total);
    }

    closed = (rc == NGX_ERROR) ? NGX_ERROR
                               : ngx_eo_prefetch_response_end(response);

    ngx_eo_is_int(rc == c->rc && closed == c->closed
                  && response->status == c->status
                  && response->received == c->received
                  && (off_t) total == c->received
                  && ngx_strcmp(response->cache, c->cache) == 0, 1,
                  "pieces of %zu: %s", piece, c->text);
}


ngx_eo_unit_test(cache_purge_response)
{
    size_t      piece;
    ngx_uint_t  i;

    for (i = 0; i < sizeof(response_cases) / sizeof(response_case_t); i++) {

        for (piece = 1; piece < 4; piece++) {
            response_check(t, &response_cases[i], piece);
        }

        response_check(t, &response_cases[i], 4096);
    }
}
