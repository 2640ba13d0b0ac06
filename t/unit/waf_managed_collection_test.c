
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Persistent collections against a model of them, with a clock of the
 * test's own; and in a zone that is too small.
 */


#include "ngx_eo_unit.h"
#include "managed/ngx_eo_managed_collection.h"


#define NGX_EO_TEST_KEYS     24
#define NGX_EO_TEST_NAMES    6
#define NGX_EO_TEST_STEPS    30000
#define NGX_EO_TEST_TIMEOUT  40


/* what a variable of the model holds; the times are of ngx_current_msec */

typedef struct {
    ngx_uint_t               set;
    ngx_uint_t               expires;
    ngx_msec_t               until;
    size_t                   len;
    u_char                   value[64];
} ngx_eo_test_variable_t;


typedef struct {
    ngx_msec_t               until;
    ngx_eo_test_variable_t   variables[NGX_EO_TEST_NAMES];
} ngx_eo_test_collection_t;


static ngx_uint_t ngx_eo_test_random(ngx_uint_t n);
static ngx_int_t ngx_eo_test_zone(ngx_eo_unit_t *t, size_t size,
    ngx_eo_seclang_store_t *store);
static ngx_str_t *ngx_eo_test_load(ngx_eo_seclang_store_t *store,
    ngx_eo_seclang_tx_t *tx, ngx_str_t *key, ngx_str_t *name);
static ngx_uint_t ngx_eo_test_over(ngx_msec_t until);
static ngx_eo_test_variable_t *ngx_eo_test_variable(ngx_uint_t key,
    ngx_uint_t name);
static void ngx_eo_test_write(ngx_uint_t key,
    ngx_eo_test_variable_t *variable);
static ngx_uint_t ngx_eo_test_step(ngx_eo_seclang_store_t *store, ngx_uint_t k,
    ngx_str_t *key, ngx_uint_t n, ngx_str_t *name);


static ngx_eo_test_collection_t  ngx_eo_test_model[NGX_EO_TEST_KEYS];
static uint64_t                  ngx_eo_test_seed;


static ngx_uint_t
ngx_eo_test_random(ngx_uint_t n)
{
    ngx_eo_test_seed = ngx_eo_test_seed * 6364136223846793005ULL
                       + 1442695040888963407ULL;

    return (ngx_uint_t) ((ngx_eo_test_seed >> 33) % n);
}


/* a zone in memory of the test, as nginx makes it of shared memory */

static ngx_int_t
ngx_eo_test_zone(ngx_eo_unit_t *t, size_t size,
    ngx_eo_seclang_store_t *store)
{
    u_char           *memory;
    ngx_conf_t        cf;
    ngx_cycle_t       cycle;
    ngx_shm_zone_t   *zone;
    ngx_slab_pool_t  *sp;

    ngx_memzero(&cycle, sizeof(ngx_cycle_t));

    cf = *t->cf;
    cf.cycle = &cycle;
    cf.pool = t->pool;

    if (ngx_list_init(&cycle.shared_memory, t->pool, 1,
                      sizeof(ngx_shm_zone_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    zone = ngx_eo_managed_collections(&cf, size, NULL, store);
    memory = ngx_pmemalign(t->pool, size, ngx_pagesize);

    if (zone == NULL || memory == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(memory, size);

    sp = (ngx_slab_pool_t *) memory;

    sp->end = memory + size;
    sp->min_shift = 3;
    sp->addr = memory;

    if (ngx_shmtx_create(&sp->mutex, &sp->lock, NULL) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_slab_init(sp);

    zone->shm.addr = memory;
    zone->shm.size = size;
    zone->shm.log = t->log;

    return zone->init(zone, NULL);
}


/* the value of a variable, in memory of the arena, or NULL */

static ngx_str_t *
ngx_eo_test_load(ngx_eo_seclang_store_t *store, ngx_eo_seclang_tx_t *tx,
    ngx_str_t *key, ngx_str_t *name)
{
    ngx_uint_t              i;
    ngx_eo_seclang_list_t  *list;

    ngx_memzero(tx, sizeof(ngx_eo_seclang_tx_t));
    ngx_eo_seclang_arena_init(&tx->arena, 1024 * 1024);

    if (store->load(store, tx, NGX_EO_SECLANG_VAR_IP, key) != NGX_OK) {
        return NULL;
    }

    list = &tx->lists[NGX_EO_SECLANG_LIST_IP];

    for (i = 0; i < list->nelts; i++) {
        if (list->elts[i]->name.str.len == name->len
            && ngx_memcmp(list->elts[i]->name.str.data, name->data,
                          name->len)
               == 0)
        {
            return &list->elts[i]->value.str;
        }
    }

    return NULL;
}


static ngx_uint_t
ngx_eo_test_over(ngx_msec_t until)
{
    return (ngx_msec_int_t) (until - ngx_current_msec) <= 0;
}


static ngx_eo_test_variable_t *
ngx_eo_test_variable(ngx_uint_t key, ngx_uint_t name)
{
    ngx_eo_test_variable_t    *variable;
    ngx_eo_test_collection_t  *collection;

    collection = &ngx_eo_test_model[key];

    if (ngx_eo_test_over(collection->until)) {
        ngx_memzero(collection, sizeof(ngx_eo_test_collection_t));
        collection->until = ngx_current_msec;
    }

    variable = &collection->variables[name];

    if (variable->expires && ngx_eo_test_over(variable->until)) {
        ngx_memzero(variable, sizeof(ngx_eo_test_variable_t));
    }

    return variable;
}


static void
ngx_eo_test_write(ngx_uint_t key, ngx_eo_test_variable_t *variable)
{
    variable->set = 1;
    ngx_eo_test_model[key].until = ngx_current_msec
                                   + NGX_EO_TEST_TIMEOUT * 1000;
}


/* one random change, of the store and of the model */

static ngx_uint_t
ngx_eo_test_step(ngx_eo_seclang_store_t *store, ngx_uint_t k, ngx_str_t *key,
    ngx_uint_t n, ngx_str_t *name)
{
    ngx_int_t                sum, number;
    ngx_str_t                value;
    ngx_uint_t               seconds;
    ngx_eo_test_variable_t  *variable;

    variable = ngx_eo_test_variable(k, n);

    switch (ngx_eo_test_random(6)) {

    case 0:
        value.len = ngx_eo_test_random(64);
        value.data = variable->value;
        ngx_memset(value.data, 'a' + (int) ngx_eo_test_random(26), value.len);

        store->set(store, NGX_EO_SECLANG_VAR_IP, key, name, &value,
                   NGX_EO_TEST_TIMEOUT);

        variable->len = value.len;
        ngx_eo_test_write(k, variable);
        return 1;

    case 1:
    case 2:
        value.len = variable->len;
        value.data = variable->value;

        number = (ngx_int_t) ngx_eo_test_random(2000) - 1000;
        sum = ngx_eo_seclang_number(&value) + number;

        variable->len = ngx_sprintf(variable->value, "%i", sum)
                        - variable->value;
        ngx_eo_test_write(k, variable);

        return store->add(store, NGX_EO_SECLANG_VAR_IP, key, name, number,
                          NGX_EO_TEST_TIMEOUT)
               == sum;

    case 3:
        store->unset(store, NGX_EO_SECLANG_VAR_IP, key, name);
        ngx_memzero(variable, sizeof(ngx_eo_test_variable_t));
        return 1;

    case 4:
        seconds = ngx_eo_test_random(60);

        store->expire(store, NGX_EO_SECLANG_VAR_IP, key, name, seconds);

        if (variable->set) {
            variable->expires = 1;
            variable->until = ngx_current_msec + seconds * 1000;
        }

        return 1;

    default:
        ngx_current_msec += ngx_eo_test_random(700);
        return 1;
    }
}


ngx_eo_unit_test(waf_managed_collection)
{
    u_char                   text[128];
    ngx_str_t                key, name, *value;
    ngx_msec_t               saved;
    ngx_uint_t               i, k, n, wrong, steps;
    ngx_eo_seclang_tx_t      tx;
    ngx_eo_seclang_store_t   store;
    ngx_eo_test_variable_t  *variable;

    static u_char  names[] = "abcdef";

    if (!ngx_eo_is_int(ngx_eo_test_zone(t, 1024 * 1024, &store), NGX_OK,
                       "a zone"))
    {
        return;
    }

    saved = ngx_current_msec;
    ngx_eo_test_seed = 1;
    wrong = 0;
    steps = 0;

    /* the clock begins near the end of its range */

    ngx_current_msec = (ngx_msec_t) -100000;

    for (k = 0; k < NGX_EO_TEST_KEYS; k++) {
        ngx_memzero(&ngx_eo_test_model[k], sizeof(ngx_eo_test_collection_t));
        ngx_eo_test_model[k].until = ngx_current_msec;
    }

    for (i = 0; i < NGX_EO_TEST_STEPS; i++) {
        k = ngx_eo_test_random(NGX_EO_TEST_KEYS);
        n = ngx_eo_test_random(NGX_EO_TEST_NAMES);

        /* some keys are longer than a collection's own */

        ngx_memset(text, 'k', sizeof(text));
        text[0] = (u_char) k;
        key.data = text;
        key.len = (k & 1) ? sizeof(text) : 1 + k;

        name.data = &names[n];
        name.len = 1;

        wrong += !ngx_eo_test_step(&store, k, &key, n, &name);

        variable = ngx_eo_test_variable(k, n);
        value = ngx_eo_test_load(&store, &tx, &key, &name);

        if (value == NULL) {
            wrong += variable->set;

        } else {
            wrong += (!variable->set || value->len != variable->len
                      || ngx_memcmp(value->data, variable->value, value->len)
                         != 0);
            steps++;
        }

        ngx_eo_seclang_arena_reset(&tx.arena);
    }

    ngx_current_msec = saved;

    ngx_eo_is_int(wrong, 0, "the store holds what the model does");
    ngx_eo_ok(steps > NGX_EO_TEST_STEPS / 4, "which is something, mostly");
}


ngx_eo_unit_test(waf_managed_collection_full)
{
    u_char                   text[32], large[2048];
    ngx_str_t                key, name, value, *got;
    ngx_msec_t               saved;
    ngx_uint_t               i, wrong;
    ngx_eo_seclang_tx_t      tx;
    ngx_eo_seclang_store_t   store;

    if (!ngx_eo_is_int(ngx_eo_test_zone(t, 16 * ngx_pagesize, &store), NGX_OK,
                       "a small zone"))
    {
        return;
    }

    saved = ngx_current_msec;
    ngx_eo_test_seed = 2;
    wrong = 0;

    ngx_memset(large, 'v', sizeof(large));
    ngx_str_set(&name, "n");
    key.data = text;
    value.data = large;

    for (i = 0; i < 20000; i++) {
        key.len = ngx_sprintf(text, "key %ui", i) - text;
        value.len = ngx_eo_test_random(sizeof(large));

        store.set(&store, NGX_EO_SECLANG_VAR_IP, &key, &name, &value, 3600);

        got = ngx_eo_test_load(&store, &tx, &key, &name);

        wrong += (got == NULL
                  || got->len != ngx_min(value.len,
                                         NGX_EO_COLLECTION_MAX_VALUE));

        ngx_eo_seclang_arena_reset(&tx.arena);
        ngx_current_msec += ngx_eo_test_random(10);
    }

    ngx_eo_is_int(wrong, 0, "what is written last is there");

    key.len = ngx_sprintf(text, "key %ui", (ngx_uint_t) 0) - text;

    ngx_eo_ok(ngx_eo_test_load(&store, &tx, &key, &name) == NULL,
              "and what was written first is not");

    ngx_eo_seclang_arena_reset(&tx.arena);
    ngx_current_msec = saved;
}
