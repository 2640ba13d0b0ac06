
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * nginx hands a request whose Host matches no server_name to the default
 * server of the address.  Which of the two happened it does not tell, and
 * where an address has one server only it does not even compare; so each
 * server's own names are kept here in the form that nginx uses for them.
 */


#include "ngx_eo_host_check.h"


static ngx_int_t ngx_eo_host_check_server(ngx_conf_t *cf,
    ngx_http_core_srv_conf_t *cscf, ngx_eo_core_srv_conf_t *scf);
static ngx_uint_t ngx_eo_host_catch_all(ngx_http_core_srv_conf_t *cscf);
static ngx_int_t ngx_eo_host_add(ngx_conf_t *cf, ngx_hash_keys_arrays_t *ha,
    ngx_http_server_name_t *sn, ngx_eo_core_srv_conf_t *scf);
static ngx_int_t ngx_eo_host_hash(ngx_conf_t *cf, ngx_hash_keys_arrays_t *ha,
    ngx_hash_combined_t *names, ngx_pool_t *temp_pool);
static ngx_uint_t ngx_eo_host_bucket(ngx_hash_keys_arrays_t *ha,
    ngx_uint_t bucket);
static int ngx_libc_cdecl ngx_eo_host_compare_wildcards(const void *one,
    const void *two);


ngx_int_t
ngx_eo_host_check_init(ngx_conf_t *cf)
{
    ngx_uint_t                  s;
    ngx_eo_core_srv_conf_t     *scf;
    ngx_http_core_srv_conf_t  **cscfp;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    cscfp = cmcf->servers.elts;

    for (s = 0; s < cmcf->servers.nelts; s++) {
        scf = cscfp[s]->ctx->srv_conf[ngx_http_eo_core_module.ctx_index];

        if (ngx_eo_host_check_server(cf, cscfp[s], scf) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_host_check_server(ngx_conf_t *cf, ngx_http_core_srv_conf_t *cscf,
    ngx_eo_core_srv_conf_t *scf)
{
    ngx_int_t                rc;
    ngx_uint_t               i;
    ngx_http_server_name_t  *sn;
    ngx_hash_keys_arrays_t   ha;

    if (ngx_eo_host_catch_all(cscf)) {
        scf->catch_all = 1;
        return NGX_OK;
    }

    ngx_memzero(&ha, sizeof(ngx_hash_keys_arrays_t));

    ha.temp_pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, cf->log);
    if (ha.temp_pool == NULL) {
        return NGX_ERROR;
    }

    ha.pool = cf->pool;

    rc = ngx_hash_keys_array_init(&ha, NGX_HASH_SMALL);

    sn = cscf->server_names.elts;

    for (i = 0; rc == NGX_OK && i < cscf->server_names.nelts; i++) {
        rc = ngx_eo_host_add(cf, &ha, &sn[i], scf);
    }

    if (rc == NGX_OK) {
        rc = ngx_eo_host_hash(cf, &ha, &scf->names, ha.temp_pool);
    }

    ngx_destroy_pool(ha.temp_pool);

    return rc;
}


/* no server_name leaves one empty name; "_" is what people write for any */

static ngx_uint_t
ngx_eo_host_catch_all(ngx_http_core_srv_conf_t *cscf)
{
    ngx_uint_t               i;
    ngx_http_server_name_t  *sn;

    sn = cscf->server_names.elts;

    for (i = 0; i < cscf->server_names.nelts; i++) {

        if (sn[i].name.len == 1 && sn[i].name.data[0] == '_') {
            return 1;
        }
    }

    return cscf->server_names.nelts == 0
           || (cscf->server_names.nelts == 1 && sn[0].name.len == 0);
}


static ngx_int_t
ngx_eo_host_add(ngx_conf_t *cf, ngx_hash_keys_arrays_t *ha,
    ngx_http_server_name_t *sn, ngx_eo_core_srv_conf_t *scf)
{
    ngx_int_t           rc;
    ngx_str_t           name;
#if (NGX_PCRE)
    ngx_http_regex_t  **regex;

    if (sn->regex) {

        if (scf->regexes == NULL) {
            scf->regexes = ngx_array_create(cf->pool, 2,
                                            sizeof(ngx_http_regex_t *));
            if (scf->regexes == NULL) {
                return NGX_ERROR;
            }
        }

        regex = ngx_array_push(scf->regexes);
        if (regex == NULL) {
            return NGX_ERROR;
        }

        *regex = sn->regex;

        return NGX_OK;
    }
#endif

    /* the hash keeps and may change the name, which belongs to nginx */

    name.len = sn->name.len;
    name.data = ngx_pstrdup(cf->pool, &sn->name);
    if (name.data == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_hash_add_key(ha, &name, scf, NGX_HASH_WILDCARD_KEY);

    /* nginx itself complains of names that are given twice or invalid */

    return (rc == NGX_ERROR) ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ngx_eo_host_hash(ngx_conf_t *cf, ngx_hash_keys_arrays_t *ha,
    ngx_hash_combined_t *names, ngx_pool_t *temp_pool)
{
    ngx_hash_init_t             hash;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    hash.key = ngx_hash_key_lc;
    hash.max_size = cmcf->server_names_hash_max_size;
    hash.bucket_size = ngx_eo_host_bucket(ha,
                                       cmcf->server_names_hash_bucket_size);
    hash.name = "server_names_hash";
    hash.pool = cf->pool;

    if (ha->keys.nelts) {
        hash.hash = &names->hash;
        hash.temp_pool = NULL;

        if (ngx_hash_init(&hash, ha->keys.elts, ha->keys.nelts) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (ha->dns_wc_head.nelts) {
        ngx_qsort(ha->dns_wc_head.elts, (size_t) ha->dns_wc_head.nelts,
                  sizeof(ngx_hash_key_t), ngx_eo_host_compare_wildcards);

        hash.hash = NULL;
        hash.temp_pool = temp_pool;

        if (ngx_hash_wildcard_init(&hash, ha->dns_wc_head.elts,
                                   ha->dns_wc_head.nelts)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        names->wc_head = (ngx_hash_wildcard_t *) hash.hash;
    }

    if (ha->dns_wc_tail.nelts) {
        ngx_qsort(ha->dns_wc_tail.elts, (size_t) ha->dns_wc_tail.nelts,
                  sizeof(ngx_hash_key_t), ngx_eo_host_compare_wildcards);

        hash.hash = NULL;
        hash.temp_pool = temp_pool;

        if (ngx_hash_wildcard_init(&hash, ha->dns_wc_tail.elts,
                                   ha->dns_wc_tail.nelts)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        names->wc_tail = (ngx_hash_wildcard_t *) hash.hash;
    }

    return NGX_OK;
}


/*
 * nginx makes no hash of the names where an address has one server, so that
 * its setting of the size need not do for them.
 */

static ngx_uint_t
ngx_eo_host_bucket(ngx_hash_keys_arrays_t *ha, ngx_uint_t bucket)
{
    size_t          size;
    ngx_uint_t      i, n;
    ngx_array_t    *lists[] = { &ha->keys, &ha->dns_wc_head, &ha->dns_wc_tail };
    ngx_hash_key_t *key;

    for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        key = lists[i]->elts;

        for (n = 0; n < lists[i]->nelts; n++) {

            /* an element as hashed, and the pointer that ends a bucket */

            size = sizeof(void *) + ngx_align(key[n].key.len + 2,
                                              sizeof(void *))
                   + sizeof(void *);

            bucket = ngx_max(bucket, size);
        }
    }

    return ngx_align(bucket, ngx_cacheline_size);
}


static int ngx_libc_cdecl
ngx_eo_host_compare_wildcards(const void *one, const void *two)
{
    ngx_hash_key_t  *first, *second;

    first = (ngx_hash_key_t *) one;
    second = (ngx_hash_key_t *) two;

    return ngx_dns_strcmp(first->key.data, second->key.data);
}


ngx_uint_t
ngx_eo_host_unconfigured(ngx_http_request_t *r)
{
    ngx_str_t                  *host;
#if (NGX_PCRE)
    ngx_uint_t                  i;
    ngx_http_regex_t          **regex;
#endif
    ngx_eo_core_srv_conf_t     *scf;
    ngx_http_core_srv_conf_t   *cscf;

    scf = ngx_http_get_module_srv_conf(r, ngx_http_eo_core_module);

    if (scf->catch_all) {
        return 0;
    }

    /* lower-cased, without port and trailing dot */

    host = &r->headers_in.server;

    /* most servers have one name */

    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);

    if (host->len == cscf->server_name.len
        && ngx_memcmp(host->data, cscf->server_name.data, host->len) == 0)
    {
        return 0;
    }

    if (ngx_hash_find_combined(&scf->names,
                               ngx_hash_key(host->data, host->len),
                               host->data, host->len))
    {
        return 0;
    }

#if (NGX_PCRE)

    if (scf->regexes) {
        regex = scf->regexes->elts;

        for (i = 0; i < scf->regexes->nelts; i++) {

            if (ngx_regex_exec(regex[i]->regex, host, NULL, 0) >= 0) {
                return 0;
            }
        }
    }

#endif

    return 1;
}
