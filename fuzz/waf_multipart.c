
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: fields of multipart forms.  The input is a Content-Type, a
 * line feed, a name, a line feed, and a body.
 *
 * A value lies within the body, and the part that it belongs to with its
 * name; what the same reader makes of a body made of the value is the value,
 * unless that is ambiguous, for which there is a reason.
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
    u_char             *p;
    ngx_int_t           rc;
    ngx_str_t           body, name, again;
    ngx_eo_waf_form_t   form;

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

    ngx_memzero(&form, sizeof(ngx_eo_waf_form_t));
    form.boundary = *boundary;

    rc = ngx_eo_waf_multipart_field(&form, &body, &name, &again);

    if (rc == NGX_ABORT && form.why != NULL) {
        free(body.data);
        return;
    }

    if (p != body.data + body.len
        || rc != NGX_OK
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
    ngx_int_t           rc;
    ngx_str_t           type, name, body, value;
    const uint8_t      *p, *last;
    ngx_eo_waf_form_t   form;

    p = data;
    last = data + size;

    type = fuzz_waf_multipart_line(&p, last);
    name = fuzz_waf_multipart_line(&p, last);
    body = fuzz_waf_multipart_copy(p, last);

    ngx_eo_waf_form_type(&type, &form);

    if (form.kind == NGX_EO_WAF_FORM_AMBIGUOUS && form.why == NULL) {
        abort();
    }

    if (form.kind == NGX_EO_WAF_FORM_MULTIPART) {

        if (form.boundary.len == 0
            || form.boundary.data < type.data
            || form.boundary.data + form.boundary.len > type.data + type.len)
        {
            abort();
        }

        rc = ngx_eo_waf_multipart_field(&form, &body, &name, &value);

        if (rc == NGX_ABORT && form.why == NULL) {
            abort();
        }

        if (rc == NGX_OK) {

            if (value.data < body.data
                || value.data + value.len > body.data + body.len)
            {
                abort();
            }

            fuzz_waf_multipart_again(&form.boundary, &value);
        }
    }

    free(type.data);
    free(name.data);
    free(body.data);

    return 0;
}
