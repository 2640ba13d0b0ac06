
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Persistent collections in shared memory.
 *
 * A collection is a node of a tree, by its variable and key, and has a queue
 * of variables.  Collections are also in the order in which they were last
 * asked for: if the zone is full, those that were not for longest make room.
 */


#include "ngx_eo_managed_collection.h"
#include "shm/ngx_eo_waf_zone.h"
#include "seclang/variable/ngx_eo_seclang_list.h"
#include "seclang/variable/ngx_eo_seclang_variable.h"
#include <ngx_sha1.h>


/* what lies in the zone; raised with any change of it */

#define NGX_EO_COLLECTION_VERSION  1

/* a longer key is stood for by its digest */

#define NGX_EO_COLLECTION_MAX_KEY  64

/* collections that one call removes at most: expired, and to make room */

#define NGX_EO_COLLECTION_SWEEP    4
#define NGX_EO_COLLECTION_EVICT    256


typedef struct {
    ngx_queue_t                 queue;
    ngx_msec_t                  until;       /* of expirevar */
    uint16_t                    name_len;
    uint16_t                    len;
    uint16_t                    size;        /* room for the value */
    uint16_t                    expires;
    u_char                      data[1];     /* the name, then the value */
} ngx_eo_collected_t;


typedef struct {
    ngx_rbtree_node_t           node;
    ngx_queue_t                 queue;       /* by last use */
    ngx_queue_t                 variables;
    ngx_msec_t                  until;
    uint32_t                    nvariables;
    uint16_t                    variable;    /* NGX_EO_SECLANG_VAR_IP ... */
    uint16_t                    len;
    u_char                      key[1];
} ngx_eo_collection_t;


typedef struct {
    ngx_uint_t                  version;
    ngx_rbtree_t                rbtree;
    ngx_rbtree_node_t           sentinel;
    ngx_queue_t                 queue;
    ngx_atomic_t                count;
} ngx_eo_collection_shctx_t;


/* which collection is asked for, and where */

typedef struct {
    ngx_shm_zone_t             *zone;
    ngx_slab_pool_t            *shpool;
    ngx_eo_collection_shctx_t  *sh;

    ngx_uint_t                  variable;
    ngx_str_t                   key;
    ngx_rbtree_key_t            hash;
    u_char                      digest[20];
} ngx_eo_collection_ref_t;


static ngx_int_t ngx_eo_collection_init_zone(ngx_shm_zone_t *zone,
    void *data);
static void ngx_eo_collection_insert_value(ngx_rbtree_node_t *temp,
    ngx_rbtree_node_t *node, ngx_rbtree_node_t *sentinel);
static ngx_int_t ngx_eo_collection_load(ngx_eo_seclang_store_t *store,
    ngx_eo_seclang_tx_t *tx, ngx_uint_t variable, ngx_str_t *key);
static void ngx_eo_collection_set(ngx_eo_seclang_store_t *store,
    ngx_uint_t variable, ngx_str_t *key, ngx_str_t *name, ngx_str_t *value,
    ngx_uint_t timeout);
static ngx_int_t ngx_eo_collection_add(ngx_eo_seclang_store_t *store,
    ngx_uint_t variable, ngx_str_t *key, ngx_str_t *name, ngx_int_t number,
    ngx_uint_t timeout);
static void ngx_eo_collection_unset(ngx_eo_seclang_store_t *store,
    ngx_uint_t variable, ngx_str_t *key, ngx_str_t *name);
static void ngx_eo_collection_expire(ngx_eo_seclang_store_t *store,
    ngx_uint_t variable, ngx_str_t *key, ngx_str_t *name,
    ngx_uint_t seconds);
static ngx_int_t ngx_eo_collection_cmp(ngx_eo_collection_t *collection,
    ngx_uint_t variable, u_char *key, size_t len);
static void ngx_eo_collection_ref(ngx_eo_collection_ref_t *ref,
    ngx_eo_seclang_store_t *store, ngx_uint_t variable, ngx_str_t *key);
static void ngx_eo_collection_free_variable(ngx_eo_collection_ref_t *ref,
    ngx_eo_collection_t *collection, ngx_eo_collected_t *variable);
static void ngx_eo_collection_free(ngx_eo_collection_ref_t *ref,
    ngx_eo_collection_t *collection);
static ngx_eo_collection_t *ngx_eo_collection_lookup(
    ngx_eo_collection_ref_t *ref);
static void ngx_eo_collection_sweep(ngx_eo_collection_ref_t *ref);
static void *ngx_eo_collection_alloc(ngx_eo_collection_ref_t *ref, size_t size,
    ngx_eo_collection_t *keep);
static ngx_eo_collection_t *ngx_eo_collection_create(
    ngx_eo_collection_ref_t *ref);
static ngx_eo_collected_t *ngx_eo_collection_variable(
    ngx_eo_collection_ref_t *ref, ngx_eo_collection_t *collection,
    ngx_str_t *name);
static ngx_eo_collected_t *ngx_eo_collection_create_variable(
    ngx_eo_collection_ref_t *ref, ngx_eo_collection_t *collection,
    ngx_str_t *name, size_t size);
static ngx_int_t ngx_eo_collection_write(ngx_eo_collection_ref_t *ref,
    ngx_eo_collection_t *collection, ngx_str_t *name, ngx_str_t *value);
static ngx_eo_collection_t *ngx_eo_collection_to_write(
    ngx_eo_collection_ref_t *ref, ngx_uint_t timeout);
static void ngx_eo_collection_no_room(ngx_eo_collection_ref_t *ref,
    ngx_str_t *name);
static ngx_int_t ngx_eo_collection_copy(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t list, ngx_eo_collected_t *variable);


#define ngx_eo_collection_over(until)                                         \
    ((ngx_msec_int_t) ((until) - ngx_current_msec) <= 0)


ngx_shm_zone_t *
ngx_eo_managed_collections(ngx_conf_t *cf, size_t size, void *tag,
    ngx_eo_seclang_store_t *store)
{
    ngx_shm_zone_t  *zone;

    static ngx_str_t  name = ngx_string("eo_managed_rules");

    zone = ngx_shared_memory_add(cf, &name, size, tag);

    if (zone == NULL) {
        return NULL;
    }

    zone->init = ngx_eo_collection_init_zone;

    store->data = zone;
    store->load = ngx_eo_collection_load;
    store->set = ngx_eo_collection_set;
    store->add = ngx_eo_collection_add;
    store->unset = ngx_eo_collection_unset;
    store->expire = ngx_eo_collection_expire;

    return zone;
}


static ngx_int_t
ngx_eo_collection_init_zone(ngx_shm_zone_t *zone, void *data)
{
    ngx_int_t                   rc;
    ngx_slab_pool_t            *shpool;
    ngx_eo_collection_shctx_t  *sh;

    shpool = (ngx_slab_pool_t *) zone->shm.addr;

    rc = ngx_eo_waf_zone_reuse(zone, data, NGX_EO_COLLECTION_VERSION);

    if (rc != NGX_DECLINED) {
        return rc;
    }

    sh = ngx_slab_calloc(shpool, sizeof(ngx_eo_collection_shctx_t));
    if (sh == NULL) {
        return NGX_ERROR;
    }

    sh->version = NGX_EO_COLLECTION_VERSION;

    ngx_rbtree_init(&sh->rbtree, &sh->sentinel,
                    ngx_eo_collection_insert_value);
    ngx_queue_init(&sh->queue);

    shpool->log_nomem = 0;

    ngx_eo_waf_zone_keep(zone, sh);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_collection_cmp(ngx_eo_collection_t *collection, ngx_uint_t variable,
    u_char *key, size_t len)
{
    if (variable != collection->variable) {
        return (variable < collection->variable) ? -1 : 1;
    }

    return ngx_memn2cmp(key, collection->key, len, collection->len);
}


static void
ngx_eo_collection_insert_value(ngx_rbtree_node_t *temp,
    ngx_rbtree_node_t *node, ngx_rbtree_node_t *sentinel)
{
    ngx_rbtree_node_t    **p;
    ngx_eo_collection_t   *collection;

    collection = (ngx_eo_collection_t *) node;

    for ( ;; ) {

        if (node->key != temp->key) {
            p = (node->key < temp->key) ? &temp->left : &temp->right;

        } else {
            p = (ngx_eo_collection_cmp((ngx_eo_collection_t *) temp,
                                       collection->variable, collection->key,
                                       collection->len)
                 < 0)
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


static void
ngx_eo_collection_ref(ngx_eo_collection_ref_t *ref,
    ngx_eo_seclang_store_t *store, ngx_uint_t variable, ngx_str_t *key)
{
    ngx_sha1_t  sha1;

    ref->zone = store->data;
    ref->shpool = (ngx_slab_pool_t *) ref->zone->shm.addr;
    ref->sh = ref->zone->data;

    ref->variable = variable;
    ref->key = *key;

    if (key->len > NGX_EO_COLLECTION_MAX_KEY) {
        ngx_sha1_init(&sha1);
        ngx_sha1_update(&sha1, key->data, key->len);
        ngx_sha1_final(ref->digest, &sha1);

        ref->key.data = ref->digest;
        ref->key.len = sizeof(ref->digest);
    }

    ref->hash = ngx_crc32_short(ref->key.data, ref->key.len);
}


static void
ngx_eo_collection_free_variable(ngx_eo_collection_ref_t *ref,
    ngx_eo_collection_t *collection, ngx_eo_collected_t *variable)
{
    ngx_queue_remove(&variable->queue);
    ngx_slab_free_locked(ref->shpool, variable);
    collection->nvariables--;
}


static void
ngx_eo_collection_free(ngx_eo_collection_ref_t *ref,
    ngx_eo_collection_t *collection)
{
    ngx_queue_t  *q;

    while (!ngx_queue_empty(&collection->variables)) {
        q = ngx_queue_head(&collection->variables);
        ngx_eo_collection_free_variable(ref, collection,
                                        ngx_queue_data(q, ngx_eo_collected_t,
                                                       queue));
    }

    ngx_queue_remove(&collection->queue);
    ngx_rbtree_delete(&ref->sh->rbtree, &collection->node);
    ngx_slab_free_locked(ref->shpool, collection);
    ref->sh->count--;
}


/* NULL if it is not there, or its time is over */

static ngx_eo_collection_t *
ngx_eo_collection_lookup(ngx_eo_collection_ref_t *ref)
{
    ngx_int_t             cmp;
    ngx_rbtree_node_t    *node, *sentinel;
    ngx_eo_collection_t  *collection;

    node = ref->sh->rbtree.root;
    sentinel = ref->sh->rbtree.sentinel;

    while (node != sentinel) {

        if (ref->hash != node->key) {
            node = (ref->hash < node->key) ? node->left : node->right;
            continue;
        }

        collection = (ngx_eo_collection_t *) node;
        cmp = ngx_eo_collection_cmp(collection, ref->variable, ref->key.data,
                                    ref->key.len);

        if (cmp != 0) {
            node = (cmp < 0) ? node->left : node->right;
            continue;
        }

        if (ngx_eo_collection_over(collection->until)) {
            ngx_eo_collection_free(ref, collection);
            return NULL;
        }

        ngx_queue_remove(&collection->queue);
        ngx_queue_insert_head(&ref->sh->queue, &collection->queue);

        return collection;
    }

    return NULL;
}


/* removes some that were not asked for lately, if their time is over */

static void
ngx_eo_collection_sweep(ngx_eo_collection_ref_t *ref)
{
    ngx_uint_t            n;
    ngx_queue_t          *q;
    ngx_eo_collection_t  *collection;

    for (n = 0; n < NGX_EO_COLLECTION_SWEEP; n++) {

        if (ngx_queue_empty(&ref->sh->queue)) {
            return;
        }

        q = ngx_queue_last(&ref->sh->queue);
        collection = ngx_queue_data(q, ngx_eo_collection_t, queue);

        if (!ngx_eo_collection_over(collection->until)) {
            return;
        }

        ngx_eo_collection_free(ref, collection);
    }
}


/* "keep" is the collection that the room is for, or NULL */

static void *
ngx_eo_collection_alloc(ngx_eo_collection_ref_t *ref, size_t size,
    ngx_eo_collection_t *keep)
{
    void                 *p;
    ngx_uint_t            n;
    ngx_queue_t          *q;
    ngx_eo_collection_t  *collection;

    for (n = 0; n < NGX_EO_COLLECTION_EVICT; n++) {

        p = ngx_slab_alloc_locked(ref->shpool, size);

        if (p != NULL || ngx_queue_empty(&ref->sh->queue)) {
            return p;
        }

        q = ngx_queue_last(&ref->sh->queue);
        collection = ngx_queue_data(q, ngx_eo_collection_t, queue);

        if (collection == keep) {
            return NULL;
        }

        ngx_eo_collection_free(ref, collection);
    }

    return ngx_slab_alloc_locked(ref->shpool, size);
}


static ngx_eo_collection_t *
ngx_eo_collection_create(ngx_eo_collection_ref_t *ref)
{
    ngx_eo_collection_t  *collection;

    ngx_eo_collection_sweep(ref);

    collection = ngx_eo_collection_alloc(ref,
                                         offsetof(ngx_eo_collection_t, key)
                                         + ref->key.len,
                                         NULL);
    if (collection == NULL) {
        return NULL;
    }

    collection->node.key = ref->hash;
    collection->nvariables = 0;
    collection->variable = (uint16_t) ref->variable;
    collection->len = (uint16_t) ref->key.len;
    ngx_memcpy(collection->key, ref->key.data, ref->key.len);

    ngx_queue_init(&collection->variables);

    ngx_rbtree_insert(&ref->sh->rbtree, &collection->node);
    ngx_queue_insert_head(&ref->sh->queue, &collection->queue);
    ref->sh->count++;

    return collection;
}


/* NULL if it is not there, or its time is over */

static ngx_eo_collected_t *
ngx_eo_collection_variable(ngx_eo_collection_ref_t *ref,
    ngx_eo_collection_t *collection, ngx_str_t *name)
{
    ngx_queue_t         *q;
    ngx_eo_collected_t  *variable;

    for (q = ngx_queue_head(&collection->variables);
         q != ngx_queue_sentinel(&collection->variables);
         q = ngx_queue_next(q))
    {
        variable = ngx_queue_data(q, ngx_eo_collected_t, queue);

        if (variable->name_len != name->len
            || ngx_strncasecmp(variable->data, name->data, name->len) != 0)
        {
            continue;
        }

        if (variable->expires && ngx_eo_collection_over(variable->until)) {
            ngx_eo_collection_free_variable(ref, collection, variable);
            return NULL;
        }

        return variable;
    }

    return NULL;
}


static ngx_eo_collected_t *
ngx_eo_collection_create_variable(ngx_eo_collection_ref_t *ref,
    ngx_eo_collection_t *collection, ngx_str_t *name, size_t size)
{
    ngx_eo_collected_t  *variable;

    variable = ngx_eo_collection_alloc(ref, offsetof(ngx_eo_collected_t, data)
                                            + name->len + size,
                                       collection);
    if (variable == NULL) {
        return NULL;
    }

    variable->name_len = (uint16_t) name->len;
    variable->len = 0;
    variable->size = (uint16_t) size;
    variable->expires = 0;
    ngx_memcpy(variable->data, name->data, name->len);

    ngx_queue_insert_tail(&collection->variables, &variable->queue);
    collection->nvariables++;

    return variable;
}


/* returns NGX_ERROR if there is no room */

static ngx_int_t
ngx_eo_collection_write(ngx_eo_collection_ref_t *ref,
    ngx_eo_collection_t *collection, ngx_str_t *name, ngx_str_t *value)
{
    size_t               len;
    ngx_eo_collected_t  *old, *variable;

    len = ngx_min(value->len, NGX_EO_COLLECTION_MAX_VALUE);

    old = ngx_eo_collection_variable(ref, collection, name);
    variable = old;

    if (old == NULL
        && collection->nvariables >= NGX_EO_COLLECTION_MAX_VARIABLES)
    {
        return NGX_ERROR;
    }

    if (old == NULL || old->size < len) {

        /* a number may grow a little */

        variable = ngx_eo_collection_create_variable(ref, collection, name,
                                                     ngx_max(len, 8));
        if (variable == NULL) {
            return NGX_ERROR;
        }

        if (old != NULL) {
            variable->expires = old->expires;
            variable->until = old->until;
            ngx_eo_collection_free_variable(ref, collection, old);
        }
    }

    ngx_memcpy(variable->data + variable->name_len, value->data, len);
    variable->len = (uint16_t) len;

    return NGX_OK;
}


static ngx_eo_collection_t *
ngx_eo_collection_to_write(ngx_eo_collection_ref_t *ref, ngx_uint_t timeout)
{
    ngx_eo_collection_t  *collection;

    collection = ngx_eo_collection_lookup(ref);

    if (collection == NULL) {
        collection = ngx_eo_collection_create(ref);
    }

    if (collection != NULL) {
        collection->until = ngx_current_msec + (ngx_msec_t) timeout * 1000;
    }

    return collection;
}


static void
ngx_eo_collection_no_room(ngx_eo_collection_ref_t *ref, ngx_str_t *name)
{
    static time_t  logged;

    /* once a second at most: every request may come here */

    if (logged == ngx_time()) {
        return;
    }

    logged = ngx_time();

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "managed rules: no room for the variable \"%V\" in a "
                  "collection of the zone \"%V\"", name,
                  &ref->zone->shm.name);
}


static ngx_int_t
ngx_eo_collection_copy(ngx_eo_seclang_tx_t *tx, ngx_uint_t list,
    ngx_eo_collected_t *variable)
{
    u_char     *p;
    ngx_str_t   name, value;

    p = ngx_eo_seclang_alloc(&tx->arena, variable->name_len + variable->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, variable->data, variable->name_len + variable->len);

    name.data = p;
    name.len = variable->name_len;
    value.data = p + name.len;
    value.len = variable->len;

    return ngx_eo_seclang_add(tx, list, &name, &value, 0);
}


static ngx_int_t
ngx_eo_collection_load(ngx_eo_seclang_store_t *store,
    ngx_eo_seclang_tx_t *tx, ngx_uint_t variable, ngx_str_t *key)
{
    ngx_int_t                 rc;
    ngx_uint_t                list;
    ngx_queue_t              *q, *next;
    ngx_eo_collected_t       *collected;
    ngx_eo_collection_t      *collection;
    ngx_eo_collection_ref_t   ref;

    ngx_eo_collection_ref(&ref, store, variable, key);

    /* mostly nothing is kept of anybody, and then no lock is needed */

    if (ref.sh->count == 0) {
        return NGX_OK;
    }

    rc = NGX_OK;
    list = ngx_eo_seclang_collection_list(variable);

    ngx_shmtx_lock(&ref.shpool->mutex);

    collection = ngx_eo_collection_lookup(&ref);

    if (collection != NULL) {

        for (q = ngx_queue_head(&collection->variables);
             q != ngx_queue_sentinel(&collection->variables) && rc == NGX_OK;
             q = next)
        {
            next = ngx_queue_next(q);
            collected = ngx_queue_data(q, ngx_eo_collected_t, queue);

            if (collected->expires
                && ngx_eo_collection_over(collected->until))
            {
                ngx_eo_collection_free_variable(&ref, collection, collected);
                continue;
            }

            rc = ngx_eo_collection_copy(tx, list, collected);
        }
    }

    ngx_shmtx_unlock(&ref.shpool->mutex);

    return rc;
}


static void
ngx_eo_collection_set(ngx_eo_seclang_store_t *store, ngx_uint_t variable,
    ngx_str_t *key, ngx_str_t *name, ngx_str_t *value, ngx_uint_t timeout)
{
    ngx_int_t                 rc;
    ngx_eo_collection_t      *collection;
    ngx_eo_collection_ref_t   ref;

    ngx_eo_collection_ref(&ref, store, variable, key);

    rc = NGX_ERROR;

    if (name->len <= NGX_EO_COLLECTION_MAX_NAME) {

        ngx_shmtx_lock(&ref.shpool->mutex);

        collection = ngx_eo_collection_to_write(&ref, timeout);

        if (collection != NULL) {
            rc = ngx_eo_collection_write(&ref, collection, name, value);
        }

        ngx_shmtx_unlock(&ref.shpool->mutex);
    }

    if (rc != NGX_OK) {
        ngx_eo_collection_no_room(&ref, name);
    }
}


static ngx_int_t
ngx_eo_collection_add(ngx_eo_seclang_store_t *store, ngx_uint_t variable,
    ngx_str_t *key, ngx_str_t *name, ngx_int_t number, ngx_uint_t timeout)
{
    u_char                    digits[NGX_INT_T_LEN];
    ngx_int_t                 rc;
    ngx_str_t                 value;
    ngx_eo_collected_t       *collected;
    ngx_eo_collection_t      *collection;
    ngx_eo_collection_ref_t   ref;

    ngx_eo_collection_ref(&ref, store, variable, key);

    rc = NGX_ERROR;

    if (name->len <= NGX_EO_COLLECTION_MAX_NAME) {

        ngx_shmtx_lock(&ref.shpool->mutex);

        collection = ngx_eo_collection_to_write(&ref, timeout);

        if (collection != NULL) {
            collected = ngx_eo_collection_variable(&ref, collection, name);

            if (collected != NULL) {
                value.data = collected->data + collected->name_len;
                value.len = collected->len;
                number = (ngx_int_t) ((ngx_uint_t) number
                                      + ngx_eo_seclang_number(&value));
            }

            number = ngx_min(number, NGX_MAX_INT32_VALUE);

            value.data = digits;
            value.len = ngx_sprintf(digits, "%i", number) - digits;

            rc = ngx_eo_collection_write(&ref, collection, name, &value);
        }

        ngx_shmtx_unlock(&ref.shpool->mutex);
    }

    if (rc != NGX_OK) {
        ngx_eo_collection_no_room(&ref, name);
    }

    return number;
}


static void
ngx_eo_collection_unset(ngx_eo_seclang_store_t *store, ngx_uint_t variable,
    ngx_str_t *key, ngx_str_t *name)
{
    ngx_eo_collected_t       *collected;
    ngx_eo_collection_t      *collection;
    ngx_eo_collection_ref_t   ref;

    ngx_eo_collection_ref(&ref, store, variable, key);

    ngx_shmtx_lock(&ref.shpool->mutex);

    collection = ngx_eo_collection_lookup(&ref);

    if (collection != NULL) {
        collected = ngx_eo_collection_variable(&ref, collection, name);

        if (collected != NULL) {
            ngx_eo_collection_free_variable(&ref, collection, collected);
        }
    }

    ngx_shmtx_unlock(&ref.shpool->mutex);
}


static void
ngx_eo_collection_expire(ngx_eo_seclang_store_t *store, ngx_uint_t variable,
    ngx_str_t *key, ngx_str_t *name, ngx_uint_t seconds)
{
    ngx_eo_collected_t       *collected;
    ngx_eo_collection_t      *collection;
    ngx_eo_collection_ref_t   ref;

    ngx_eo_collection_ref(&ref, store, variable, key);

    ngx_shmtx_lock(&ref.shpool->mutex);

    collection = ngx_eo_collection_lookup(&ref);

    if (collection != NULL) {
        collected = ngx_eo_collection_variable(&ref, collection, name);

        if (collected != NULL) {
            collected->expires = 1;
            collected->until = ngx_current_msec + (ngx_msec_t) seconds * 1000;
        }
    }

    ngx_shmtx_unlock(&ref.shpool->mutex);
}
