
/*
 * Fuzz target: fields of multipart forms.  The input is a Content-Type, a
 * line feed, a name, a line feed, and a body.
 *
 * A value lies within the body, and the part that it belongs to with its
 * name; what the same reader makes of a body made of the value is the value.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "request/ngx_eo_waf_multipart.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* a copy of the exact size shows what is read past the end */

static ngx_str_t
fuzz_waf_multipart_copy(const uint8_t *p, const uint8_t *last)
{
    ngx_str_t  text;

    text.len = last - p;
    text.data = malloc(text.len + (text.len == 0));

    if (text.len) {
        ngx_memcpy(text.data, p, text.len);
    }

    return text;
}


static ngx_str_t
fuzz_waf_multipart_line(const uint8_t **p, const uint8_t *last)
{
    ngx_str_t       text;
    const uint8_t  *end;

    end = ngx_strlchr((u_char *) *p, (u_char *) last, LF);
    if (end == NULL) {
        end = last;
    }

    text = fuzz_waf_multipart_copy(*p, end);

    *p = (end < last) ? end + 1 : last;

    return text;
}


/* a form of that one field */

static void
fuzz_waf_multipart_again(ngx_str_t *boundary, ngx_str_t *value)
{
    u_char     *p;
    ngx_str_t   body, name, again;

    ngx_str_set(&name, "n");

    body.len = 2 * boundary->len + value->len
               + sizeof("--\r\nContent-Disposition: form-data; name=n\r\n\r\n"
                        "\r\n----\r\n") - 1;
    body.data = malloc(body.len);

    p = ngx_sprintf(body.data, "--%V\r\n"
                    "Content-Disposition: form-data; name=n\r\n\r\n",
                    boundary);
    p = ngx_cpymem(p, value->data, value->len);
    p = ngx_sprintf(p, "\r\n--%V--\r\n", boundary);

    if (p != body.data + body.len
        || ngx_eo_waf_multipart_field(&body, boundary, &name, &again)
           != NGX_OK
        || again.len != value->len
        || ngx_memcmp(again.data, value->data, value->len) != 0)
    {
        abort();
    }

    free(body.data);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t       type, name, body, boundary, value;
    const uint8_t  *p, *last;

    p = data;
    last = data + size;

    type = fuzz_waf_multipart_line(&p, last);
    name = fuzz_waf_multipart_line(&p, last);
    body = fuzz_waf_multipart_copy(p, last);

    if (ngx_eo_waf_multipart_boundary(&type, &boundary) == NGX_OK
        && ngx_eo_waf_multipart_field(&body, &boundary, &name, &value)
           == NGX_OK)
    {
        if (value.data < body.data
            || value.data + value.len > body.data + body.len)
        {
            abort();
        }

        fuzz_waf_multipart_again(&boundary, &value);
    }

    free(type.data);
    free(name.data);
    free(body.data);

    return 0;
}
