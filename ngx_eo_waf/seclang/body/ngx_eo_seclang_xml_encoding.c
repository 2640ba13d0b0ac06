
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Encodings of XML documents besides those that expat knows, by iconv(3):
 * windows-1252, GB18030, Shift_JIS and the like.
 */


#include <iconv.h>
#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_eo_seclang_xml.h"


/* what a document is looked at with where expat has no way to say it */
#define NGX_EO_SECLANG_XML_REPLACEMENT  0xfffd


typedef struct {
    iconv_t  cd;

    /* bytes of a character, by the first of them */
    u_char   lengths[256];
} ngx_eo_seclang_xml_encoding_t;


static int ngx_eo_seclang_xml_decode(iconv_t cd, const char *bytes,
    size_t len);
static int ngx_eo_seclang_xml_first(iconv_t cd, u_char first);
static int XMLCALL ngx_eo_seclang_xml_convert(void *data, const char *bytes);
static void XMLCALL ngx_eo_seclang_xml_release(void *data);


/*
 * The character that some bytes are.  Returns -1 if they are none, and -2 if
 * they are only the beginning of one.
 */

static int
ngx_eo_seclang_xml_decode(iconv_t cd, const char *bytes, size_t len)
{
    char      *in, *out;
    size_t     left, room;
    uint32_t   c;

    c = 0;
    in = (char *) bytes;
    left = len;
    out = (char *) &c;
    room = sizeof(uint32_t);

    (void) iconv(cd, NULL, NULL, NULL, NULL);

    if (iconv(cd, &in, &left, &out, &room) == (size_t) -1) {
        return (errno == EINVAL) ? -2 : -1;
    }

    if (left || room || c > 0x10ffff) {
        return -1;
    }

    return (c > 0xffff) ? NGX_EO_SECLANG_XML_REPLACEMENT : (int) c;
}


/*
 * A first byte as expat wants it: the character that it is, or minus the
 * number of bytes that it begins.
 */

static int
ngx_eo_seclang_xml_first(iconv_t cd, u_char first)
{
    int   c, n;
    char  bytes[4];

    bytes[0] = (char) first;
    ngx_memset(bytes + 1, 0xa1, sizeof(bytes) - 1);

    c = ngx_eo_seclang_xml_decode(cd, bytes, 1);

    if (c != -2) {
        return c;
    }

    for (n = 2; n < 4; n++) {
        if (ngx_eo_seclang_xml_decode(cd, bytes, n) != -2) {
            return -n;
        }
    }

    return -4;
}


static int XMLCALL
ngx_eo_seclang_xml_convert(void *data, const char *bytes)
{
    int                             c;
    ngx_eo_seclang_xml_encoding_t  *encoding = data;

    c = ngx_eo_seclang_xml_decode(encoding->cd, bytes,
                                  encoding->lengths[(u_char) bytes[0]]);

    /* longer than its like, as some of GB18030: its halves come one by one */

    return (c == -2) ? NGX_EO_SECLANG_XML_REPLACEMENT : c;
}


static void XMLCALL
ngx_eo_seclang_xml_release(void *data)
{
    ngx_eo_seclang_xml_encoding_t  *encoding = data;

    (void) iconv_close(encoding->cd);
    ngx_free(encoding);
}


int XMLCALL
ngx_eo_seclang_xml_encoding(void *data, const XML_Char *name,
    XML_Encoding *info)
{
    ngx_uint_t                      i;
    ngx_eo_seclang_xml_encoding_t  *encoding;

    encoding = ngx_alloc(sizeof(ngx_eo_seclang_xml_encoding_t),
                         ngx_cycle->log);
    if (encoding == NULL) {
        return XML_STATUS_ERROR;
    }

#if (NGX_HAVE_LITTLE_ENDIAN)
    encoding->cd = iconv_open("UTF-32LE", name);
#else
    encoding->cd = iconv_open("UTF-32BE", name);
#endif

    if (encoding->cd == (iconv_t) -1) {
        ngx_free(encoding);
        return XML_STATUS_ERROR;
    }

    for (i = 0; i < 256; i++) {
        info->map[i] = ngx_eo_seclang_xml_first(encoding->cd, (u_char) i);
        encoding->lengths[i] = (u_char) (info->map[i] < -1 ? -info->map[i]
                                                           : 1);
    }

    info->data = encoding;
    info->convert = ngx_eo_seclang_xml_convert;
    info->release = ngx_eo_seclang_xml_release;

    return XML_STATUS_OK;
}
