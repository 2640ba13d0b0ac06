
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Bodies with a Content-Encoding, decoded to be looked at: by zlib, and by
 * brotli's own library where it was there when this was built.
 */


#include "ngx_eo_managed_decompress.h"
#include <zlib.h>

#if (NGX_EO_BROTLI)
#include <brotli/decode.h>
#endif


/*
 * gzip makes a thousandth of a body at best.  Lists of zeros come near a
 * hundredth; what is small is let be what it wants.
 */
#define NGX_EO_MANAGED_RATIO  200
#define NGX_EO_MANAGED_SMALL  65536


/* what comes out, in memory that grows with it */

typedef struct {
    ngx_pool_t  *pool;
    u_char      *data;
    size_t       len;
    size_t       size;

    /* one byte over the limit, which tells whether there is more */
    size_t       max;
} ngx_eo_managed_output_t;


static ngx_eo_managed_coding_e ngx_eo_managed_coding_find(u_char *p,
    size_t len);
static ngx_int_t ngx_eo_managed_output_room(ngx_eo_managed_output_t *output);
static ngx_uint_t ngx_eo_managed_output_grows(ngx_eo_managed_output_t *output,
    size_t taken);
static int ngx_eo_managed_window(ngx_eo_managed_coding_e coding,
    ngx_str_t *in);
static ngx_int_t ngx_eo_managed_inflate_end(z_stream *zs,
    ngx_eo_managed_coding_e coding, const char **reason);
static ngx_int_t ngx_eo_managed_inflate_run(z_stream *zs,
    ngx_eo_managed_coding_e coding, size_t len,
    ngx_eo_managed_output_t *output, const char **reason);
static ngx_int_t ngx_eo_managed_inflate(ngx_eo_managed_coding_e coding,
    ngx_str_t *in, ngx_eo_managed_output_t *output, const char **reason);
#if (NGX_EO_BROTLI)
static ngx_int_t ngx_eo_managed_brotli_run(BrotliDecoderState *state,
    ngx_str_t *in, ngx_eo_managed_output_t *output, const char **reason);
static ngx_int_t ngx_eo_managed_brotli(ngx_str_t *in,
    ngx_eo_managed_output_t *output, const char **reason);
#endif


static struct {
    ngx_str_t                name;
    ngx_eo_managed_coding_e  coding;
} ngx_eo_managed_codings[] = {
    { ngx_string("identity"), NGX_EO_MANAGED_IDENTITY },
    { ngx_string("gzip"), NGX_EO_MANAGED_GZIP },
    { ngx_string("x-gzip"), NGX_EO_MANAGED_GZIP },
    { ngx_string("deflate"), NGX_EO_MANAGED_DEFLATE },
#if (NGX_EO_BROTLI)
    { ngx_string("br"), NGX_EO_MANAGED_BROTLI },
#endif
    { ngx_null_string, NGX_EO_MANAGED_UNDECODABLE }
};


static ngx_eo_managed_coding_e
ngx_eo_managed_coding_find(u_char *p, size_t len)
{
    ngx_uint_t  i;

    for (i = 0; ngx_eo_managed_codings[i].name.len; i++) {
        if (ngx_eo_managed_codings[i].name.len == len
            && ngx_strncasecmp(ngx_eo_managed_codings[i].name.data, p, len)
               == 0)
        {
            break;
        }
    }

    return ngx_eo_managed_codings[i].coding;
}


ngx_eo_managed_coding_e
ngx_eo_managed_coding(ngx_eo_managed_coding_e before, ngx_str_t *value)
{
    u_char                   *p, *last, *start, *end;
    ngx_eo_managed_coding_e   coding;

    last = value->data + value->len;

    for (p = value->data; p < last; p++) {
        start = p;

        while (p < last && *p != ',') {
            p++;
        }

        end = p;

        while (start < end && (*start == ' ' || *start == '\t')) {
            start++;
        }

        while (end > start && (end[-1] == ' ' || end[-1] == '\t')) {
            end--;
        }

        if (start == end) {
            continue;
        }

        coding = ngx_eo_managed_coding_find(start, end - start);

        if (coding == NGX_EO_MANAGED_IDENTITY) {
            continue;
        }

        before = (before == NGX_EO_MANAGED_IDENTITY)
                 ? coding : NGX_EO_MANAGED_UNDECODABLE;
    }

    return before;
}


/* makes room for more; NGX_DONE if there may be no more */

static ngx_int_t
ngx_eo_managed_output_room(ngx_eo_managed_output_t *output)
{
    size_t   size;
    u_char  *data;

    if (output->len < output->size) {
        return NGX_OK;
    }

    if (output->size == output->max) {
        return NGX_DONE;
    }

    size = ngx_min(ngx_max(output->size * 2, 4096), output->max);

    data = ngx_palloc(output->pool, size);
    if (data == NULL) {
        return NGX_ERROR;
    }

    if (output->len) {
        ngx_memcpy(data, output->data, output->len);
        (void) ngx_pfree(output->pool, output->data);
    }

    output->data = data;
    output->size = size;

    return NGX_OK;
}


/* whether so much has come out of so little that it is no body, but a bomb */

static ngx_uint_t
ngx_eo_managed_output_grows(ngx_eo_managed_output_t *output, size_t taken)
{
    return output->len > NGX_EO_MANAGED_SMALL
           && output->len / NGX_EO_MANAGED_RATIO > taken;
}


/*
 * The window that zlib is told: with a header of gzip, of zlib, or with none,
 * which is what some call deflate.
 */

static int
ngx_eo_managed_window(ngx_eo_managed_coding_e coding, ngx_str_t *in)
{
    if (coding == NGX_EO_MANAGED_GZIP) {
        return MAX_WBITS + 16;
    }

    if (in->len >= 2
        && (in->data[0] & 0x0f) == Z_DEFLATED
        && ((in->data[0] << 8) + in->data[1]) % 31 == 0)
    {
        return MAX_WBITS;
    }

    return -MAX_WBITS;
}


/* the end of a stream: gzip may have another one behind it */

static ngx_int_t
ngx_eo_managed_inflate_end(z_stream *zs, ngx_eo_managed_coding_e coding,
    const char **reason)
{
    if (zs->avail_in == 0) {
        return NGX_DONE;
    }

    if (coding == NGX_EO_MANAGED_GZIP && zs->next_in[0] == 0x1f
        && inflateReset(zs) == Z_OK)
    {
        return NGX_OK;
    }

    *reason = "something follows its end";

    return NGX_DECLINED;
}


/* returns NGX_DONE at the end of the body, NGX_OK where there is no more in */

static ngx_int_t
ngx_eo_managed_inflate_run(z_stream *zs, ngx_eo_managed_coding_e coding,
    size_t len, ngx_eo_managed_output_t *output, const char **reason)
{
    int        status;
    ngx_int_t  rc;

    for ( ;; ) {
        rc = ngx_eo_managed_output_room(output);

        if (rc != NGX_OK) {
            return (rc == NGX_DONE) ? NGX_OK : rc;
        }

        zs->next_out = output->data + output->len;
        zs->avail_out = (uInt) (output->size - output->len);

        status = inflate(zs, Z_NO_FLUSH);

        output->len = output->size - zs->avail_out;

        if (ngx_eo_managed_output_grows(output, len - zs->avail_in)) {
            *reason = "it grows to more than 200 times its size";
            return NGX_DECLINED;
        }

        switch (status) {

        case Z_OK:
            if (zs->avail_in == 0 && zs->avail_out != 0) {
                return NGX_OK;
            }

            break;

        case Z_STREAM_END:
            rc = ngx_eo_managed_inflate_end(zs, coding, reason);

            if (rc != NGX_OK) {
                return rc;
            }

            break;

        case Z_BUF_ERROR:
            return NGX_OK;

        case Z_MEM_ERROR:
            return NGX_ERROR;

        default:
            *reason = "it is broken";
            return NGX_DECLINED;
        }
    }
}


static ngx_int_t
ngx_eo_managed_inflate(ngx_eo_managed_coding_e coding, ngx_str_t *in,
    ngx_eo_managed_output_t *output, const char **reason)
{
    z_stream   zs;
    ngx_int_t  rc;

    ngx_memzero(&zs, sizeof(z_stream));

    zs.next_in = in->data;
    zs.avail_in = (uInt) in->len;

    if (inflateInit2(&zs, ngx_eo_managed_window(coding, in)) != Z_OK) {
        return NGX_ERROR;
    }

    rc = ngx_eo_managed_inflate_run(&zs, coding, in->len, output, reason);

    (void) inflateEnd(&zs);

    return rc;
}


#if (NGX_EO_BROTLI)

static ngx_int_t
ngx_eo_managed_brotli_run(BrotliDecoderState *state, ngx_str_t *in,
    ngx_eo_managed_output_t *output, const char **reason)
{
    size_t                left, room;
    uint8_t              *to;
    ngx_int_t             rc;
    const uint8_t        *from;
    BrotliDecoderResult   result;

    from = in->data;
    left = in->len;

    for ( ;; ) {
        rc = ngx_eo_managed_output_room(output);

        if (rc != NGX_OK) {
            return (rc == NGX_DONE) ? NGX_OK : rc;
        }

        to = output->data + output->len;
        room = output->size - output->len;

        result = BrotliDecoderDecompressStream(state, &left, &from, &room,
                                               &to, NULL);

        output->len = output->size - room;

        if (ngx_eo_managed_output_grows(output, in->len - left)) {
            *reason = "it grows to more than 200 times its size";
            return NGX_DECLINED;
        }

        switch (result) {

        case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
            break;

        case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT:
            return NGX_OK;

        case BROTLI_DECODER_RESULT_SUCCESS:
            if (left == 0) {
                return NGX_DONE;
            }

            *reason = "something follows its end";
            return NGX_DECLINED;

        default:
            *reason = "it is broken";
            return NGX_DECLINED;
        }
    }
}


static ngx_int_t
ngx_eo_managed_brotli(ngx_str_t *in, ngx_eo_managed_output_t *output,
    const char **reason)
{
    ngx_int_t            rc;
    BrotliDecoderState  *state;

    state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    if (state == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_eo_managed_brotli_run(state, in, output, reason);

    BrotliDecoderDestroyInstance(state);

    return rc;
}

#endif


ngx_int_t
ngx_eo_managed_decompress(ngx_pool_t *pool, ngx_eo_managed_coding_e coding,
    ngx_str_t *in, size_t limit, ngx_uint_t *complete, ngx_str_t *out,
    const char **reason)
{
    ngx_int_t                rc;
    ngx_eo_managed_output_t  output;

    ngx_memzero(&output, sizeof(ngx_eo_managed_output_t));

    output.pool = pool;
    output.max = limit + 1;

    switch (coding) {

    case NGX_EO_MANAGED_GZIP:
    case NGX_EO_MANAGED_DEFLATE:
        rc = ngx_eo_managed_inflate(coding, in, &output, reason);
        break;

#if (NGX_EO_BROTLI)
    case NGX_EO_MANAGED_BROTLI:
        rc = ngx_eo_managed_brotli(in, &output, reason);
        break;
#endif

    default:
        *reason = "it is not one of those that are known";
        return NGX_DECLINED;
    }

    if (rc == NGX_ERROR || rc == NGX_DECLINED) {
        return rc;
    }

    out->data = output.data;
    out->len = ngx_min(output.len, limit);

    if (output.len > limit) {
        *complete = 0;
        return NGX_OK;
    }

    if (rc != NGX_DONE && *complete) {
        *reason = "it ends early";
        return NGX_DECLINED;
    }

    if (rc != NGX_DONE) {
        *complete = 0;
    }

    return NGX_OK;
}
