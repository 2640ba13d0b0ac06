
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_metrics_name.h"


static ngx_int_t ngx_eo_metrics_name_add(ngx_conf_t *cf,
    ngx_eo_metrics_main_conf_t *mcf, ngx_eo_metrics_srv_conf_t *scf,
    ngx_http_server_name_t *sn);
static ngx_int_t ngx_eo_metrics_name_number(ngx_conf_t *cf,
    ngx_eo_metrics_main_conf_t *mcf, ngx_str_t *name, ngx_uint_t *number);
static ngx_uint_t ngx_eo_metrics_name_matches(ngx_eo_metrics_name_t *pattern,
    ngx_str_t *host);
static ngx_uint_t ngx_eo_metrics_name_ends(ngx_str_t *host, u_char *end,
    size_t len);
static int ngx_libc_cdecl ngx_eo_metrics_name_compare(const void *one,
    const void *two);
static ngx_int_t ngx_eo_metrics_name_order(ngx_str_t *one, ngx_str_t *two);


ngx_int_t
ngx_eo_metrics_names_init(ngx_conf_t *cf, ngx_eo_metrics_main_conf_t *mcf)
{
    ngx_uint_t                   s, i;
    ngx_http_server_name_t      *sn;
    ngx_http_core_srv_conf_t   **cscfp;
    ngx_http_core_main_conf_t   *cmcf;
    ngx_eo_metrics_srv_conf_t   *scf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    cscfp = cmcf->servers.elts;

    for (s = 0; s < cmcf->servers.nelts; s++) {
        scf = cscfp[s]->ctx->srv_conf[ngx_http_eo_metrics_module.ctx_index];
        sn = cscfp[s]->server_names.elts;

        for (i = 0; i < cscfp[s]->server_names.nelts; i++) {

            if (ngx_eo_metrics_name_add(cf, mcf, scf, &sn[i]) != NGX_OK) {
                return NGX_ERROR;
            }
        }

        if (scf->exact.nelts) {
            ngx_qsort(scf->exact.elts, scf->exact.nelts,
                      sizeof(ngx_eo_metrics_name_t),
                      ngx_eo_metrics_name_compare);
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_metrics_name_add(ngx_conf_t *cf, ngx_eo_metrics_main_conf_t *mcf,
    ngx_eo_metrics_srv_conf_t *scf, ngx_http_server_name_t *sn)
{
    ngx_uint_t              pattern;
    ngx_eo_metrics_name_t  *name;

    /* "_" is what people write for any */

    if (sn->name.len == 0 || (sn->name.len == 1 && sn->name.data[0] == '_')) {
        return NGX_OK;
    }

    pattern = sn->name.data[0] == '.'
              || ngx_strlchr(sn->name.data, sn->name.data + sn->name.len, '*');

#if (NGX_PCRE)
    pattern = pattern || sn->regex;
#endif

    name = ngx_array_push(pattern ? &scf->patterns : &scf->exact);
    if (name == NULL) {
        return NGX_ERROR;
    }

    name->name = sn->name;

#if (NGX_PCRE)
    name->regex = sn->regex;
#endif

    return ngx_eo_metrics_name_number(cf, mcf, &sn->name, &name->number);
}


/* the same name at several addresses is one domain */

static ngx_int_t
ngx_eo_metrics_name_number(ngx_conf_t *cf, ngx_eo_metrics_main_conf_t *mcf,
    ngx_str_t *name, ngx_uint_t *number)
{
    uint32_t          hash;
    ngx_str_t        *text;
    ngx_str_node_t   *node;

    typedef struct {
        ngx_str_node_t   node;
        ngx_uint_t       number;
    } numbered_t;

    numbered_t       *new;

    hash = ngx_crc32_long(name->data, name->len);

    node = ngx_str_rbtree_lookup(&mcf->tree, name, hash);

    if (node) {
        *number = ((numbered_t *) node)->number;
        return NGX_OK;
    }

    new = ngx_pcalloc(cf->pool, sizeof(numbered_t));
    text = ngx_array_push(&mcf->names);

    if (new == NULL || text == NULL) {
        return NGX_ERROR;
    }

    *text = *name;
    *number = mcf->names.nelts - 1;

    new->node.node.key = hash;
    new->node.str = *name;
    new->number = *number;

    ngx_rbtree_insert(&mcf->tree, &new->node.node);

    return NGX_OK;
}


ngx_int_t
ngx_eo_metrics_name(ngx_http_request_t *r)
{
    ngx_int_t                   rc;
    ngx_str_t                  *host;
    ngx_uint_t                  low, high, i;
    ngx_eo_metrics_name_t      *names;
    ngx_eo_metrics_srv_conf_t  *scf;

    scf = ngx_http_get_module_srv_conf(r, ngx_http_eo_metrics_module);

    /* lower-cased, without port and trailing dot */

    host = &r->headers_in.server;

    if (host->len == 0) {
        return NGX_DECLINED;
    }

    names = scf->exact.elts;
    low = 0;
    high = scf->exact.nelts;

    while (low < high) {
        i = low + (high - low) / 2;

        rc = ngx_eo_metrics_name_order(host, &names[i].name);

        if (rc == 0) {
            return names[i].number;
        }

        if (rc < 0) {
            high = i;

        } else {
            low = i + 1;
        }
    }

    names = scf->patterns.elts;

    for (i = 0; i < scf->patterns.nelts; i++) {

        if (ngx_eo_metrics_name_matches(&names[i], host)) {
            return names[i].number;
        }
    }

    return NGX_DECLINED;
}


static ngx_uint_t
ngx_eo_metrics_name_matches(ngx_eo_metrics_name_t *pattern, ngx_str_t *host)
{
    size_t      len;
    ngx_str_t  *name;

#if (NGX_PCRE)

    if (pattern->regex) {
        return ngx_regex_exec(pattern->regex->regex, host, NULL, 0) >= 0;
    }

#endif

    name = &pattern->name;

    /* ".example.com" is the name itself, too */

    if (name->data[0] == '.') {
        return ngx_eo_metrics_name_ends(host, name->data, name->len)
               || (host->len == name->len - 1
                   && ngx_memcmp(host->data, name->data + 1, host->len) == 0);
    }

    if (name->data[0] == '*') {
        return ngx_eo_metrics_name_ends(host, name->data + 1, name->len - 1);
    }

    /* "www.example.*" */

    len = name->len - 1;

    return host->len > len && ngx_memcmp(host->data, name->data, len) == 0;
}


static ngx_uint_t
ngx_eo_metrics_name_ends(ngx_str_t *host, u_char *end, size_t len)
{
    return host->len > len
           && ngx_memcmp(host->data + host->len - len, end, len) == 0;
}


static int ngx_libc_cdecl
ngx_eo_metrics_name_compare(const void *one, const void *two)
{
    ngx_eo_metrics_name_t  *first, *second;

    first = (ngx_eo_metrics_name_t *) one;
    second = (ngx_eo_metrics_name_t *) two;

    return (int) ngx_eo_metrics_name_order(&first->name, &second->name);
}


static ngx_int_t
ngx_eo_metrics_name_order(ngx_str_t *one, ngx_str_t *two)
{
    if (one->len != two->len) {
        return one->len < two->len ? -1 : 1;
    }

    return ngx_memcmp(one->data, two->data, one->len);
}
