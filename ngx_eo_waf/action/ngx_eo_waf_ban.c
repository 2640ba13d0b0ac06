
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_ban.h"
#include "shm/ngx_eo_waf_zone.h"


/* what lies in the zone; raised with any change of it */

#define NGX_EO_BAN_VERSION   2

/* expired bans that one call removes at most */

#define NGX_EO_BAN_SWEEP     4


/* 128 bytes, which is what the slab allocator would give to a shorter one */

typedef struct {
    ngx_rbtree_node_t           node;
    ngx_queue_t                 queue;       /* by the time of the ban */
    ngx_msec_t                  until;
    u_char                      addr[16];
    uint32_t                    told;        /* the second of the last line */
    u_char                      type;
    u_char                      len;
    u_char                      name[NGX_EO_BAN_NAME];
} ngx_eo_ban_node_t;


typedef struct {
    ngx_uint_t                  version;
    ngx_rbtree_t                rbtree;
    ngx_rbtree_node_t           sentinel;
    ngx_queue_t                 queue;
    ngx_atomic_t                count;
} ngx_eo_ban_shctx_t;


static ngx_int_t ngx_eo_ban_init_zone(ngx_shm_zone_t *zone, void *data);
static void ngx_eo_ban_insert_value(ngx_rbtree_node_t *temp,
    ngx_rbtree_node_t *node, ngx_rbtree_node_t *sentinel);
static void ngx_eo_ban_key(u_char *addr, u_char *key);
static ngx_eo_ban_node_t *ngx_eo_ban_lookup(ngx_eo_ban_shctx_t *sh,
    u_char *key);
static void ngx_eo_ban_cause(ngx_eo_ban_node_t *ban, ngx_uint_t type,
    ngx_str_t *name);
static void ngx_eo_ban_sweep(ngx_slab_pool_t *shpool, ngx_eo_ban_shctx_t *sh,
    ngx_uint_t force);


ngx_shm_zone_t *
ngx_eo_ban_zone(ngx_conf_t *cf, size_t size, void *tag)
{
    ngx_shm_zone_t  *zone;

    static ngx_str_t  name = ngx_string("eo_waf_bans");

    zone = ngx_shared_memory_add(cf, &name, size, tag);

    if (zone) {
        zone->init = ngx_eo_ban_init_zone;
    }

    return zone;
}


static ngx_int_t
ngx_eo_ban_init_zone(ngx_shm_zone_t *zone, void *data)
{
    ngx_int_t            rc;
    ngx_slab_pool_t     *shpool;
    ngx_eo_ban_shctx_t  *sh;

    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    rc = ngx_eo_waf_zone_reuse(zone, data, NGX_EO_BAN_VERSION);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    sh = ngx_slab_calloc(shpool, sizeof(ngx_eo_ban_shctx_t));
    if (sh == NULL) {
        return NGX_ERROR;
    }

    sh->version = NGX_EO_BAN_VERSION;

    ngx_rbtree_init(&sh->rbtree, &sh->sentinel, ngx_eo_ban_insert_value);
    ngx_queue_init(&sh->queue);

    shpool->log_nomem = 0;

    ngx_eo_waf_zone_keep(zone, sh);

    return NGX_OK;
}


static void
ngx_eo_ban_insert_value(ngx_rbtree_node_t *temp, ngx_rbtree_node_t *node,
    ngx_rbtree_node_t *sentinel)
{
    ngx_eo_ban_node_t   *ban, *other;
    ngx_rbtree_node_t  **p;

    for ( ;; ) {

        if (node->key != temp->key) {
            p = (node->key < temp->key) ? &temp->left : &temp->right;

        } else {
            ban = (ngx_eo_ban_node_t *) node;
            other = (ngx_eo_ban_node_t *) temp;

            p = (ngx_memcmp(ban->addr, other->addr, 16) < 0)
                ? &temp->left : &temp->right;
        }

        if (*p == sentinel) {
            break;
        }

        temp = *p;
    }

    *p = node;
    node->parent = temp;
    node->left = sentinel;
    node->right = sentinel;
    ngx_rbt_red(node);
}


/* a client has all of its /64 to choose an address from */

static void
ngx_eo_ban_key(u_char *addr, u_char *key)
{
    static u_char  mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

    ngx_memcpy(key, addr, 16);

    if (ngx_memcmp(addr, mapped, 12) != 0) {
        ngx_memzero(key + 8, 8);
    }
}


static ngx_eo_ban_node_t *
ngx_eo_ban_lookup(ngx_eo_ban_shctx_t *sh, u_char *key)
{
    ngx_int_t           cmp;
    ngx_rbtree_key_t    hash;
    ngx_eo_ban_node_t  *ban;
    ngx_rbtree_node_t  *node;

    hash = ngx_crc32_short(key, 16);
    node = sh->rbtree.root;

    while (node != sh->rbtree.sentinel) {

        if (hash != node->key) {
            node = (hash < node->key) ? node->left : node->right;
            continue;
        }

        ban = (ngx_eo_ban_node_t *) node;
        cmp = ngx_memcmp(key, ban->addr, 16);

        if (cmp == 0) {
            return ban;
        }

        node = (cmp < 0) ? node->left : node->right;
    }

    return NULL;
}


void
ngx_eo_ban_add(ngx_shm_zone_t *zone, u_char *addr, ngx_msec_t time,
    ngx_uint_t type, ngx_str_t *name)
{
    u_char               key[16];
    ngx_slab_pool_t     *shpool;
    ngx_eo_ban_node_t   *ban;
    ngx_eo_ban_shctx_t  *sh;

    ngx_eo_ban_key(addr, key);

    sh = zone->data;
    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    ngx_shmtx_lock(&shpool->mutex);

    ban = ngx_eo_ban_lookup(sh, key);

    if (ban) {

        if ((ngx_msec_int_t) (ban->until - ngx_current_msec - time) < 0) {
            ban->until = ngx_current_msec + time;
            ngx_eo_ban_cause(ban, type, name);
        }

        ngx_shmtx_unlock(&shpool->mutex);
        return;
    }

    ngx_eo_ban_sweep(shpool, sh, 0);

    ban = ngx_slab_alloc_locked(shpool, sizeof(ngx_eo_ban_node_t));

    if (ban == NULL) {
        ngx_eo_ban_sweep(shpool, sh, 1);
        ban = ngx_slab_alloc_locked(shpool, sizeof(ngx_eo_ban_node_t));
    }

    if (ban) {
        ngx_memcpy(ban->addr, key, 16);
        ban->until = ngx_current_msec + time;
        ban->told = 0;
        ngx_eo_ban_cause(ban, type, name);
        ban->node.key = ngx_crc32_short(key, 16);

        ngx_rbtree_insert(&sh->rbtree, &ban->node);
        ngx_queue_insert_head(&sh->queue, &ban->queue);
        sh->count++;
    }

    ngx_shmtx_unlock(&shpool->mutex);

    if (ban == NULL) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "no room for a ban in the zone \"%V\"",
                      &zone->shm.name);
    }
}


/* a name that is cut ends with a whole character, if it is UTF-8 */

static void
ngx_eo_ban_cause(ngx_eo_ban_node_t *ban, ngx_uint_t type, ngx_str_t *name)
{
    size_t  len;

    len = name->len;

    if (len > NGX_EO_BAN_NAME) {
        len = NGX_EO_BAN_NAME;

        while (len && (name->data[len] & 0xc0) == 0x80) {
            len--;
        }
    }

    ngx_memcpy(ban->name, name->data, len);

    ban->len = (u_char) len;
    ban->type = (u_char) type;
}


/* removes some of the oldest bans: those expired, or one in any case */

static void
ngx_eo_ban_sweep(ngx_slab_pool_t *shpool, ngx_eo_ban_shctx_t *sh,
    ngx_uint_t force)
{
    ngx_uint_t          n;
    ngx_queue_t        *q;
    ngx_eo_ban_node_t  *ban;

    for (n = 0; n < NGX_EO_BAN_SWEEP; n++) {

        if (ngx_queue_empty(&sh->queue)) {
            return;
        }

        q = ngx_queue_last(&sh->queue);
        ban = ngx_queue_data(q, ngx_eo_ban_node_t, queue);

        if (!force
            && (ngx_msec_int_t) (ban->until - ngx_current_msec) > 0)
        {
            return;
        }

        force = 0;

        ngx_queue_remove(q);
        ngx_rbtree_delete(&sh->rbtree, &ban->node);
        ngx_slab_free_locked(shpool, ban);
        sh->count--;
    }
}


ngx_uint_t
ngx_eo_ban_find(ngx_shm_zone_t *zone, u_char *addr, ngx_eo_ban_t *found)
{
    u_char               key[16];
    ngx_msec_int_t       left;
    ngx_slab_pool_t     *shpool;
    ngx_eo_ban_node_t   *ban;
    ngx_eo_ban_shctx_t  *sh;

    sh = zone->data;

    /* mostly nobody is banned, and then no lock is needed */

    if (sh->count == 0) {
        return 0;
    }

    ngx_eo_ban_key(addr, key);

    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    ngx_shmtx_lock(&shpool->mutex);

    ban = ngx_eo_ban_lookup(sh, key);

    left = ban ? (ngx_msec_int_t) (ban->until - ngx_current_msec) : 0;

    if (left > 0 && found) {
        found->left = left;
        found->type = ban->type;
        found->len = ban->len;
        ngx_memcpy(found->name, ban->name, ban->len);

        found->tell = (ban->told != (uint32_t) ngx_time());
        ban->told = (uint32_t) ngx_time();
    }

    ngx_shmtx_unlock(&shpool->mutex);

    return left > 0;
}
