
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: parts of a request as rules see them.  The input is a byte
 * whose lowest bit says whether slashes are merged, a request target, a line
 * feed, a name, a line feed, and a text: form, Cookie and X-Forwarded-For.
 *
 * What lies in a text must lie within it, and the path must be the one that
 * nginx looks its locations up with.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "request/ngx_eo_waf_parts.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


/* a copy of the exact size shows what is read past the end */

static ngx_str_t
fuzz_waf_parts_next(const uint8_t **p, const uint8_t *last)
{
    ngx_str_t       text;
    const uint8_t  *end;

    end = ngx_strlchr((u_char *) *p, (u_char *) last, LF);
    if (end == NULL) {
        end = last;
    }

    text.len = end - *p;
    text.data = malloc(text.len + (text.len == 0));
    ngx_memcpy(text.data, *p, text.len);

    *p = (end < last) ? end + 1 : last;

    return text;
}


static void
fuzz_waf_parts_within(ngx_str_t *part, ngx_str_t *text)
{
    if (part->len
        && (part->data < text->data
            || part->data + part->len > text->data + text->len))
    {
        abort();
    }
}


/* nginx reads one byte past the end, where a request line has a space */

static void
fuzz_waf_parts_nginx(ngx_pool_t *pool, ngx_str_t *target, ngx_uint_t merge,
    ngx_str_t *path)
{
    u_char              *line;
    ngx_http_request_t  *r;

    if (target->len == 0 || target->data[0] != '/') {
        return;
    }

    r = ngx_pcalloc(pool, sizeof(ngx_http_request_t));
    line = ngx_pnalloc(pool, target->len + 1);

    if (r == NULL || line == NULL) {
        return;
    }

    *ngx_cpymem(line, target->data, target->len) = ' ';

    r->connection = ngx_pcalloc(pool, sizeof(ngx_connection_t));
    r->uri.data = ngx_pnalloc(pool, target->len + 1);

    if (r->connection == NULL || r->uri.data == NULL) {
        return;
    }

    r->connection->log = pool->log;
    r->uri_start = line;
    r->uri_end = line + target->len;

    if (ngx_http_parse_complex_uri(r, merge) != NGX_OK) {
        return;
    }

    if (r->uri.len != path->len
        || ngx_memcmp(r->uri.data, path->data, path->len) != 0)
    {
        fprintf(stderr, "nginx: \"%.*s\", rules: \"%.*s\"\n",
                (int) r->uri.len, r->uri.data, (int) path->len, path->data);
        abort();
    }
}


static void
fuzz_waf_parts_target(ngx_pool_t *pool, ngx_str_t *target, ngx_uint_t merge)
{
    ngx_str_t  path, part;

    if (ngx_eo_waf_path(pool, target, merge, 1, &path) != NGX_OK
        || path.len > target->len)
    {
        abort();
    }

    ngx_eo_waf_query(target, 1, &part);
    fuzz_waf_parts_within(&part, target);

    if (ngx_eo_waf_path(pool, target, merge, 0, &path) != NGX_OK
        || path.len > target->len)
    {
        abort();
    }

    fuzz_waf_parts_nginx(pool, target, merge, &path);

    ngx_eo_waf_query(target, 0, &part);
    fuzz_waf_parts_within(&part, target);

    ngx_eo_waf_filename(&path, &part);
    fuzz_waf_parts_within(&part, &path);

    if (ngx_strlchr(part.data, part.data + part.len, '/')) {
        abort();
    }

    ngx_eo_waf_extension(&path, &part);
    fuzz_waf_parts_within(&part, &path);

    if (part.len && part.data[0] != '.') {
        abort();
    }
}


/* a name that is one is also one in the loose reading */

static void
fuzz_waf_parts_text(ngx_pool_t *pool, ngx_str_t *text, ngx_str_t *name)
{
    ngx_int_t  rc, loose_rc;
    ngx_str_t  value, loose;

    rc = ngx_eo_waf_arg(pool, text, name, 0, &value);
    loose_rc = ngx_eo_waf_arg(pool, text, name, 1, &loose);

    if (rc == NGX_ERROR || (rc == NGX_OK && value.len > text->len)
        || loose_rc == NGX_ERROR
        || (loose_rc == NGX_OK && loose.len > text->len)
        || (rc == NGX_OK && loose_rc != NGX_OK
            && !memchr(name->data, ';', name->len)))
    {
        abort();
    }

    if (ngx_eo_waf_args_plain(text)
        && (rc != loose_rc
            || (rc == NGX_OK
                && (value.len != loose.len
                    || ngx_memcmp(value.data, loose.data, value.len) != 0))))
    {
        abort();
    }

    rc = ngx_eo_waf_cookie(text, name, 0, &value);

    if (rc == NGX_OK) {
        fuzz_waf_parts_within(&value, text);
    }

    loose_rc = ngx_eo_waf_cookie(text, name, 1, &loose);

    if (loose_rc == NGX_OK) {
        fuzz_waf_parts_within(&loose, text);
    }

    if (ngx_eo_waf_forwarded(text, &value) == NGX_OK) {
        fuzz_waf_parts_within(&value, text);

        if (value.len == 0) {
            abort();
        }
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t          target, name, text;
    ngx_pool_t        *pool;
    const uint8_t     *p, *last;
    static ngx_log_t   log;

    if (size == 0) {
        return 0;
    }

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, &log);
    if (pool == NULL) {
        return 0;
    }

    p = data + 1;
    last = data + size;

    target = fuzz_waf_parts_next(&p, last);
    name = fuzz_waf_parts_next(&p, last);
    text = fuzz_waf_parts_next(&p, last);

    fuzz_waf_parts_target(pool, &target, data[0] & 1);
    fuzz_waf_parts_text(pool, &text, &name);

    free(target.data);
    free(name.data);
    free(text.data);

    ngx_destroy_pool(pool);

    return 0;
}
