
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Accept: who gets a page and who gets JSON.
 */


#include "ngx_eo_unit.h"
#include "ngx_eo_accept.h"


typedef struct {
    const char   *value;
    ngx_uint_t    html;
} accept_case_t;


static void accept_check(ngx_eo_unit_t *t, accept_case_t *cases,
    ngx_uint_t n);


static accept_case_t  accept_admits[] = {

    /* as browsers and tools send it */

    { "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
      "image/webp,*/*;q=0.8", 1 },
    { "*/*", 1 },
    { "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", 1 },

    { "text/html", 1 },
    { "TEXT/Html", 1 },
    { "text/*", 1 },
    { "Text/*", 1 },
    { " \t text/html \t ", 1 },
    { "application/json,text/html", 1 },
    { "application/json , text/html;q=0.1", 1 },
    { ",,, text/html", 1 },
    { "text/html;level=1", 1 },
    { "text/html ; charset=utf-8", 1 },
    { "text/html;q=1", 1 },
    { "text/html;q=1.000", 1 },
    { "text/html;q=0.001", 1 },
    { "text/html;q=0.5;x=0", 1 },
    { "text/html;xq=0", 1 },
    { "text/html;level=0", 1 },
    { "text/html; q=0.10", 1 },

    { "", 0 },
    { " ", 0 },
    { ",", 0 },
    { "application/json", 0 },
    { "application/json, image/*", 0 },
    { "text", 0 },
    { "text/", 0 },
    { "text/htm", 0 },
    { "text/html5", 0 },
    { "text/plain", 0 },
    { "xtext/html", 0 },
    { "*", 0 },
    { "*/html", 0 },
    { "application/*", 0 },
    { "application/json;x=text/html", 0 }
};


static accept_case_t  accept_weights[] = {

    { "text/html;q=0", 0 },
    { "text/html;Q=0", 0 },
    { "text/html;q=0.0", 0 },
    { "text/html;q=0.000", 0 },
    { "text/html; q=0 ", 0 },
    { "text/html ;\tq=0.0\t;x=1", 0 },
    { "text/html;level=1;q=0", 0 },
    { "text/*;q=0", 0 },
    { "*/*;q=0", 0 },

    /* the most specific one decides, wherever it stands */

    { "text/html;q=0, */*", 0 },
    { "*/*, text/html;q=0", 0 },
    { "text/html;q=0, text/*", 0 },
    { "text/*;q=0, */*", 0 },
    { "*/*, text/*;q=0", 0 },
    { "*/*;q=0, text/*", 1 },
    { "text/*, */*;q=0", 1 },
    { "text/*;q=0, text/html", 1 },
    { "*/*;q=0, text/*;q=0, text/html;q=0.1", 1 },
    { "application/json;q=0, text/html", 1 },

    /* a weight belongs to its own member */

    { "application/json, text/html, */*;q=0", 1 },
    { "text/html, application/json;q=0", 1 }
};


static void
accept_check(ngx_eo_unit_t *t, accept_case_t *cases, ngx_uint_t n)
{
    ngx_str_t   value;
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {

        /* of its own size, so that a sanitizer sees a read past the end */

        value.len = ngx_strlen(cases[i].value);
        value.data = ngx_pnalloc(t->pool, value.len + (value.len == 0));
        ngx_memcpy(value.data, cases[i].value, value.len);

        ngx_eo_is_int(ngx_eo_accept_html(&value), cases[i].html,
                      "\"%s\"", cases[i].value);
    }
}


ngx_eo_unit_test(core_accept_admits)
{
    accept_check(t, accept_admits,
                 sizeof(accept_admits) / sizeof(accept_case_t));
}


ngx_eo_unit_test(core_accept_weight)
{
    accept_check(t, accept_weights,
                 sizeof(accept_weights) / sizeof(accept_case_t));
}


ngx_eo_unit_test(core_accept_bytes)
{
    ngx_str_t  value;

    static u_char  zero[] = "\0\xff\x01, text/html\0;q=0, */*";

    value.data = zero;
    value.len = sizeof(zero) - 1;
    ngx_eo_is_int(ngx_eo_accept_html(&value), 1,
                  "a type with a zero byte is another type");

    value.data = (u_char *) "text/html;q=0.01";
    value.len = sizeof("text/html;q=0.0") - 1;
    ngx_eo_is_int(ngx_eo_accept_html(&value), 0,
                  "a value that ends within a number");

    value.len = 60 * 1024;
    value.data = ngx_pnalloc(t->pool, value.len);

    ngx_memset(value.data, ',', value.len);
    ngx_eo_is_int(ngx_eo_accept_html(&value), 0, "60K of commas");

    ngx_memset(value.data, ';', value.len);
    ngx_eo_is_int(ngx_eo_accept_html(&value), 0, "60K of semicolons");

    ngx_memcpy(value.data, "text/html;q=", sizeof("text/html;q=") - 1);
    ngx_memset(value.data + sizeof("text/html;q=") - 1, '0',
               value.len - (sizeof("text/html;q=") - 1));
    ngx_eo_is_int(ngx_eo_accept_html(&value), 0, "a weight of 60K of zeros");
}
