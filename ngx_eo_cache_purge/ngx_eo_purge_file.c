
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Deleting and expiring the files of cached objects.
 */


#include "ngx_eo_purge_file.h"


#define NGX_EO_PURGE_VALID_SEC                                                \
    offsetof(ngx_http_file_cache_header_t, valid_sec)


static ngx_http_file_cache_node_t *ngx_eo_purge_node(
    ngx_http_file_cache_t *cache, u_char *key);


ngx_int_t
ngx_eo_purge_file_delete(ngx_http_file_cache_t *cache, u_char *key,
    ngx_file_uniq_t uniq, ngx_str_t *name, ngx_log_t *log)
{
    ngx_http_file_cache_node_t  *node;

    ngx_shmtx_lock(&cache->shpool->mutex);

    node = ngx_eo_purge_node(cache, key);

    /* the cache loader knows no uniq */

    if (node && node->exists && node->uniq && node->uniq != uniq) {
        ngx_shmtx_unlock(&cache->shpool->mutex);
        return NGX_DECLINED;
    }

    if (node && node->exists) {
        cache->sh->size -= node->fs_size;
        node->fs_size = 0;
        node->exists = 0;
        node->valid_sec = 0;
        node->uniq = 0;
    }

    ngx_shmtx_unlock(&cache->shpool->mutex);

    if (ngx_delete_file(name->data) != NGX_FILE_ERROR) {
        return NGX_OK;
    }

    if (ngx_errno == NGX_ENOENT) {
        return NGX_DECLINED;
    }

    ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                  ngx_delete_file_n " \"%s\" failed", name->data);

    return NGX_ERROR;
}


/* as ngx_http_file_cache_lookup(), which is nginx's own */

static ngx_http_file_cache_node_t *
ngx_eo_purge_node(ngx_http_file_cache_t *cache, u_char *key)
{
    ngx_int_t                    rc;
    ngx_rbtree_key_t             node_key;
    ngx_rbtree_node_t           *node, *sentinel;
    ngx_http_file_cache_node_t  *fcn;

    ngx_memcpy(&node_key, key, sizeof(ngx_rbtree_key_t));

    node = cache->sh->rbtree.root;
    sentinel = cache->sh->rbtree.sentinel;

    while (node != sentinel) {

        if (node_key != node->key) {
            node = (node_key < node->key) ? node->left : node->right;
            continue;
        }

        fcn = (ngx_http_file_cache_node_t *) node;

        rc = ngx_memcmp(&key[sizeof(ngx_rbtree_key_t)], fcn->key,
                        NGX_HTTP_CACHE_KEY_LEN - sizeof(ngx_rbtree_key_t));

        if (rc == 0) {
            return fcn;
        }

        node = (rc < 0) ? node->left : node->right;
    }

    return NULL;
}


ngx_int_t
ngx_eo_purge_file_expire(ngx_str_t *name, ngx_file_uniq_t uniq,
    ngx_log_t *log)
{
    time_t           valid_sec, now;
    ngx_fd_t         fd;
    ngx_int_t        rc;
    ngx_file_info_t  fi;

    fd = ngx_open_file(name->data, NGX_FILE_RDWR, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        return NGX_DECLINED;
    }

    rc = NGX_DECLINED;
    now = ngx_time();

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR
        || ngx_file_uniq(&fi) != uniq
        || pread(fd, &valid_sec, sizeof(time_t), NGX_EO_PURGE_VALID_SEC)
           != sizeof(time_t)
        || valid_sec < now)
    {
        goto done;
    }

    valid_sec = now - 1;

    if (pwrite(fd, &valid_sec, sizeof(time_t), NGX_EO_PURGE_VALID_SEC)
        == sizeof(time_t))
    {
        rc = NGX_OK;

    } else {
        ngx_log_error(NGX_LOG_CRIT, log, ngx_errno,
                      "pwrite() \"%s\" failed", name->data);
        rc = NGX_ERROR;
    }

done:

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_ALERT, log, ngx_errno,
                      ngx_close_file_n " \"%s\" failed", name->data);
    }

    return rc;
}
