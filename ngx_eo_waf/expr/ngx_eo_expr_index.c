
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The index over a set of expressions.  Every distinct trigger is one entry
 * with the expressions that it makes candidates; entries are found by a hash
 * (values, numbers, prefixes), by one scan of a field for all its literals,
 * or one by one (groups, presence).
 */


#include "ngx_eo_expr_internal.h"
#include "ngx_eo_expr_cover.h"


#define NGX_EO_INDEX_BITS  64


typedef struct {
    ngx_eo_trigger_t           trigger;
    uint32_t                   hash;
    uint32_t                   nexprs;
    uint32_t                  *exprs;
} ngx_eo_index_entry_t;


typedef struct {
    ngx_uint_t                 slot;
    ngx_eo_index_entry_t      *exists;

    ngx_eo_scan_t             *scan;
    ngx_eo_index_entry_t     **literals;   /* by number of the pattern */
    ngx_uint_t                 nliterals;

    ngx_eo_index_entry_t     **groups;
    ngx_uint_t                 ngroups;

    uint64_t                   lengths[3]; /* of the prefixes, bit by bit */

    unsigned                   optional:1;
    unsigned                   values:1;
    unsigned                   numbers:1;
    unsigned                   prefixes:1;
} ngx_eo_index_slot_t;


struct ngx_eo_expr_index_s {
    ngx_uint_t                 nwords;
    ngx_uint_t                 nalways;
    uint64_t                  *always;

    ngx_eo_index_slot_t       *slots;
    ngx_uint_t                 nslots;

    ngx_eo_index_entry_t      *entries;
    ngx_uint_t                 nentries;

    uint32_t                  *table;      /* number of an entry and 1 */
    uint32_t                   mask;

    /* literals that the scan of a field has met, to take each but once */

    uint64_t                  *seen;
};


/* an expression under a trigger, while the index is built */

typedef struct {
    ngx_eo_trigger_t           trigger;
    uint32_t                   expr;
    uint32_t                   entry;
} ngx_eo_index_pair_t;


typedef struct {
    ngx_eo_expr_index_t       *index;
    uint64_t                  *words;
    ngx_eo_index_slot_t       *slot;
} ngx_eo_index_run_t;


static ngx_int_t ngx_eo_index_pairs(ngx_eo_expr_env_t *env,
    ngx_eo_expr_index_t *index, ngx_eo_expr_t **exprs, ngx_uint_t n,
    ngx_pool_t *temp, ngx_array_t *pairs);
static ngx_int_t ngx_eo_index_entries(ngx_eo_expr_env_t *env,
    ngx_eo_expr_index_t *index, ngx_array_t *pairs);
static ngx_int_t ngx_eo_index_lists(ngx_eo_expr_env_t *env,
    ngx_eo_expr_index_t *index, ngx_array_t *pairs);
static ngx_int_t ngx_eo_index_slots(ngx_eo_expr_env_t *env,
    ngx_eo_expr_index_t *index, ngx_pool_t *temp);
static ngx_int_t ngx_eo_index_slot(ngx_eo_expr_env_t *env,
    ngx_eo_expr_index_t *index, ngx_eo_index_slot_t *slot, ngx_pool_t *temp,
    uint32_t *numbers, ngx_uint_t n);
static ngx_int_t ngx_eo_index_scan(ngx_eo_expr_env_t *env,
    ngx_eo_index_slot_t *slot, ngx_pool_t *temp);
static ngx_eo_index_entry_t *ngx_eo_index_find(ngx_eo_expr_index_t *index,
    ngx_eo_trigger_e type, ngx_uint_t slot, ngx_uint_t bits, ngx_str_t *key,
    uint32_t *place);
static uint32_t ngx_eo_index_hash(ngx_eo_trigger_e type, ngx_uint_t slot,
    ngx_uint_t bits, ngx_str_t *key);
static void ngx_eo_index_match_slot(ngx_eo_index_run_t *run,
    ngx_eo_expr_ctx_t *ctx);
static void ngx_eo_index_match_number(ngx_eo_index_run_t *run,
    ngx_str_t *text);
static void ngx_eo_index_match_addr(ngx_eo_index_run_t *run,
    ngx_eo_expr_ctx_t *ctx);
static void ngx_eo_index_match_literal(void *data, ngx_uint_t pattern);
static void ngx_eo_index_mark(ngx_eo_index_run_t *run,
    ngx_eo_index_entry_t *entry);


ngx_eo_expr_index_t *
ngx_eo_expr_index_create(ngx_eo_expr_env_t *env, ngx_eo_expr_t **exprs,
    ngx_uint_t nelts, ngx_pool_t *temp)
{
    ngx_array_t           pairs;
    ngx_eo_expr_index_t  *index;

    index = ngx_pcalloc(env->pool, sizeof(ngx_eo_expr_index_t));
    if (index == NULL) {
        return NULL;
    }

    index->nwords = (nelts + NGX_EO_INDEX_BITS - 1) / NGX_EO_INDEX_BITS;

    index->always = ngx_pcalloc(env->pool,
                                (index->nwords + 1) * sizeof(uint64_t));

    if (index->always == NULL
        || ngx_array_init(&pairs, temp, nelts + 1,
                          sizeof(ngx_eo_index_pair_t))
           != NGX_OK
        || ngx_eo_index_pairs(env, index, exprs, nelts, temp, &pairs)
           != NGX_OK
        || ngx_eo_index_entries(env, index, &pairs) != NGX_OK
        || ngx_eo_index_lists(env, index, &pairs) != NGX_OK
        || ngx_eo_index_slots(env, index, temp) != NGX_OK)
    {
        return NULL;
    }

    return index;
}


static ngx_int_t
ngx_eo_index_pairs(ngx_eo_expr_env_t *env, ngx_eo_expr_index_t *index,
    ngx_eo_expr_t **exprs, ngx_uint_t n, ngx_pool_t *temp,
    ngx_array_t *pairs)
{
    ngx_int_t             rc;
    ngx_uint_t            i, k;
    ngx_eo_cover_t        cover;
    ngx_eo_trigger_t     *trigger;
    ngx_eo_index_pair_t  *pair;

    for (i = 0; i < n; i++) {
        rc = ngx_eo_cover(env, temp, exprs[i], &cover);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_DECLINED) {
            index->always[i / NGX_EO_INDEX_BITS] |=
                                        (uint64_t) 1 << i % NGX_EO_INDEX_BITS;
            index->nalways++;
            continue;
        }

        trigger = cover.triggers.elts;

        for (k = 0; k < cover.triggers.nelts; k++) {
            pair = ngx_array_push(pairs);
            if (pair == NULL) {
                return NGX_ERROR;
            }

            pair->trigger = trigger[k];
            pair->expr = i;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_index_entries(ngx_eo_expr_env_t *env, ngx_eo_expr_index_t *index,
    ngx_array_t *pairs)
{
    uint32_t               size, place;
    ngx_uint_t             i;
    ngx_eo_trigger_t      *trigger;
    ngx_eo_index_pair_t   *pair;
    ngx_eo_index_entry_t  *entry;

    for (size = 2; size < pairs->nelts * 2; size *= 2) { /* void */ }

    index->mask = size - 1;
    index->table = ngx_pcalloc(env->pool, size * sizeof(uint32_t));
    index->entries = ngx_pcalloc(env->pool, (pairs->nelts + 1)
                                            * sizeof(ngx_eo_index_entry_t));

    if (index->table == NULL || index->entries == NULL) {
        return NGX_ERROR;
    }

    pair = pairs->elts;

    for (i = 0; i < pairs->nelts; i++) {
        trigger = &pair[i].trigger;

        entry = ngx_eo_index_find(index, trigger->type, trigger->slot,
                                  trigger->bits, &trigger->key, &place);

        if (entry == NULL) {
            entry = &index->entries[index->nentries++];
            entry->trigger = *trigger;
            entry->hash = ngx_eo_index_hash(trigger->type, trigger->slot,
                                            trigger->bits, &trigger->key);
            index->table[place] = index->nentries;

            /* a key may be of the temporary pool */

            entry->trigger.key.data = ngx_pnalloc(env->pool,
                                                  trigger->key.len + 1);
            if (entry->trigger.key.data == NULL) {
                return NGX_ERROR;
            }

            ngx_memcpy(entry->trigger.key.data, trigger->key.data,
                       trigger->key.len);
        }

        entry->nexprs++;
        pair[i].entry = entry - index->entries;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_index_lists(ngx_eo_expr_env_t *env, ngx_eo_expr_index_t *index,
    ngx_array_t *pairs)
{
    uint32_t              *exprs;
    ngx_uint_t             i;
    ngx_eo_index_pair_t   *pair;
    ngx_eo_index_entry_t  *entry;

    exprs = ngx_palloc(env->pool, (pairs->nelts + 1) * sizeof(uint32_t));
    if (exprs == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < index->nentries; i++) {
        entry = &index->entries[i];

        entry->exprs = exprs;
        exprs += entry->nexprs;
        entry->nexprs = 0;
    }

    pair = pairs->elts;

    for (i = 0; i < pairs->nelts; i++) {
        entry = &index->entries[pair[i].entry];
        entry->exprs[entry->nexprs++] = pair[i].expr;
    }

    return NGX_OK;
}


/* sorts the entries by slot, so that each slot sees only its own */

static ngx_int_t
ngx_eo_index_slots(ngx_eo_expr_env_t *env, ngx_eo_expr_index_t *index,
    ngx_pool_t *temp)
{
    uint32_t    *numbers, *counts;
    ngx_uint_t   i, s, n, nslots;

    nslots = env->slots.nelts;

    numbers = ngx_palloc(temp, (index->nentries + 1) * sizeof(uint32_t));
    counts = ngx_pcalloc(temp, (nslots + 1) * sizeof(uint32_t));
    index->slots = ngx_pcalloc(env->pool,
                               (nslots + 1) * sizeof(ngx_eo_index_slot_t));

    if (numbers == NULL || counts == NULL || index->slots == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < index->nentries; i++) {
        counts[index->entries[i].trigger.slot + 1]++;
    }

    for (s = 0; s < nslots; s++) {
        counts[s + 1] += counts[s];
    }

    for (i = 0; i < index->nentries; i++) {
        numbers[counts[index->entries[i].trigger.slot]++] = i;
    }

    index->seen = ngx_palloc(env->pool, (index->nentries / NGX_EO_INDEX_BITS
                                         + 1) * sizeof(uint64_t));
    if (index->seen == NULL) {
        return NGX_ERROR;
    }

    for (s = 0, n = 0; s < nslots; s++) {

        if (counts[s] == n) {
            continue;
        }

        index->slots[index->nslots].slot = s;

        if (ngx_eo_index_slot(env, index, &index->slots[index->nslots++],
                              temp, &numbers[n], counts[s] - n)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        n = counts[s];
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_index_slot(ngx_eo_expr_env_t *env, ngx_eo_expr_index_t *index,
    ngx_eo_index_slot_t *slot, ngx_pool_t *temp, uint32_t *numbers,
    ngx_uint_t n)
{
    ngx_uint_t             i;
    ngx_eo_expr_slot_t    *slots;
    ngx_eo_index_entry_t  *entry;

    slots = env->slots.elts;

    slot->optional = (slots[slot->slot].field->flags & NGX_EO_FIELD_OPTIONAL)
                     != 0;

    slot->literals = ngx_palloc(env->pool,
                                n * sizeof(ngx_eo_index_entry_t *));
    slot->groups = ngx_palloc(env->pool, n * sizeof(ngx_eo_index_entry_t *));

    if (slot->literals == NULL || slot->groups == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        entry = &index->entries[numbers[i]];

        switch (entry->trigger.type) {

        case NGX_EO_TRIGGER_VALUE:
            slot->values = 1;
            break;

        case NGX_EO_TRIGGER_NUMBER:
            slot->numbers = 1;
            break;

        case NGX_EO_TRIGGER_PREFIX:
            slot->prefixes = 1;
            slot->lengths[entry->trigger.bits / NGX_EO_INDEX_BITS] |=
                    (uint64_t) 1 << entry->trigger.bits % NGX_EO_INDEX_BITS;
            break;

        case NGX_EO_TRIGGER_LITERAL:
            slot->literals[slot->nliterals++] = entry;
            break;

        case NGX_EO_TRIGGER_GROUP:
            slot->groups[slot->ngroups++] = entry;
            break;

        default: /* NGX_EO_TRIGGER_EXISTS */
            slot->exists = entry;
        }
    }

    return ngx_eo_index_scan(env, slot, temp);
}


static ngx_int_t
ngx_eo_index_scan(ngx_eo_expr_env_t *env, ngx_eo_index_slot_t *slot,
    ngx_pool_t *temp)
{
    ngx_str_t   *patterns;
    ngx_uint_t   i;

    if (slot->nliterals == 0) {
        return NGX_OK;
    }

    patterns = ngx_palloc(temp, slot->nliterals * sizeof(ngx_str_t));
    if (patterns == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < slot->nliterals; i++) {
        patterns[i] = slot->literals[i]->trigger.key;
    }

    slot->scan = ngx_eo_scan_create(env->pool, temp, patterns,
                                    slot->nliterals);

    return slot->scan ? NGX_OK : NGX_ERROR;
}


static ngx_eo_index_entry_t *
ngx_eo_index_find(ngx_eo_expr_index_t *index, ngx_eo_trigger_e type,
    ngx_uint_t slot, ngx_uint_t bits, ngx_str_t *key, uint32_t *place)
{
    uint32_t               hash, i;
    ngx_eo_index_entry_t  *entry;

    hash = ngx_eo_index_hash(type, slot, bits, key);

    /* the table is at most half full */

    for (i = hash & index->mask; index->table[i]; i = (i + 1) & index->mask) {
        entry = &index->entries[index->table[i] - 1];

        if (entry->hash == hash
            && entry->trigger.type == type
            && entry->trigger.slot == slot
            && entry->trigger.bits == bits
            && entry->trigger.key.len == key->len
            && ngx_memcmp(entry->trigger.key.data, key->data, key->len) == 0)
        {
            return entry;
        }
    }

    if (place) {
        *place = i;
    }

    return NULL;
}


static uint32_t
ngx_eo_index_hash(ngx_eo_trigger_e type, ngx_uint_t slot, ngx_uint_t bits,
    ngx_str_t *key)
{
    size_t    i;
    uint32_t  hash;

    /* FNV-1a; the keys come from the configuration, not from a client */

    hash = 2166136261u ^ (uint32_t) ((slot * 8 + type) * 256 + bits);

    for (i = 0; i < key->len; i++) {
        hash = (hash ^ key->data[i]) * 16777619u;
    }

    return hash ^ hash >> 15;
}


ngx_uint_t
ngx_eo_expr_index_words(ngx_eo_expr_index_t *index)
{
    return index->nwords;
}


ngx_uint_t
ngx_eo_expr_index_always(ngx_eo_expr_index_t *index)
{
    return index->nalways;
}


void
ngx_eo_expr_index_match(ngx_eo_expr_index_t *index, ngx_eo_expr_ctx_t *ctx,
    uint64_t *words)
{
    ngx_uint_t          i;
    ngx_eo_index_run_t  run;

    ngx_memcpy(words, index->always, index->nwords * sizeof(uint64_t));

    run.index = index;
    run.words = words;

    for (i = 0; i < index->nslots; i++) {
        run.slot = &index->slots[i];
        ngx_eo_index_match_slot(&run, ctx);
    }

    /* nothing may be left out for lack of memory, or of a value */

    if (ctx->failed || ctx->undecided) {
        ngx_memset(words, 0xff, index->nwords * sizeof(uint64_t));
    }
}


static void
ngx_eo_index_match_slot(ngx_eo_index_run_t *run, ngx_eo_expr_ctx_t *ctx)
{
    ngx_str_t             *text, empty;
    ngx_eo_index_slot_t   *slot;
    ngx_eo_index_entry_t  *entry;

    slot = run->slot;
    text = ngx_eo_expr_text(ctx, slot->slot);

    if (text == NULL) {

        if (slot->optional) {
            return;
        }

        ngx_str_set(&empty, "");
        text = &empty;

    } else if (slot->exists) {
        ngx_eo_index_mark(run, slot->exists);
    }

    if (slot->scan) {
        ngx_memzero(run->index->seen, (slot->nliterals / NGX_EO_INDEX_BITS + 1)
                                      * sizeof(uint64_t));
        ngx_eo_scan_run(slot->scan, text, run, ngx_eo_index_match_literal);
    }

    if (slot->values) {

        if (text->len) {
            text = ngx_eo_expr_lower(ctx, slot->slot);

            if (text == NULL) {
                return;
            }
        }

        entry = ngx_eo_index_find(run->index, NGX_EO_TRIGGER_VALUE,
                                  slot->slot, 0, text, NULL);
        if (entry) {
            ngx_eo_index_mark(run, entry);
        }
    }

    if (slot->numbers) {
        ngx_eo_index_match_number(run, text);
    }

    if (slot->prefixes || slot->ngroups) {
        ngx_eo_index_match_addr(run, ctx);
    }
}


static void
ngx_eo_index_match_number(ngx_eo_index_run_t *run, ngx_str_t *text)
{
    uint64_t               n;
    ngx_str_t              key, digits;
    ngx_eo_index_entry_t  *entry;

    digits = *text;

    if (digits.len > 2
        && ngx_strncasecmp(digits.data, (u_char *) "AS", 2) == 0)
    {
        digits.data += 2;
        digits.len -= 2;
    }

    if (ngx_eo_expr_number(&digits, &n) != NGX_OK) {
        return;
    }

    key.data = (u_char *) &n;
    key.len = sizeof(uint64_t);

    entry = ngx_eo_index_find(run->index, NGX_EO_TRIGGER_NUMBER,
                              run->slot->slot, 0, &key, NULL);
    if (entry) {
        ngx_eo_index_mark(run, entry);
    }
}


static void
ngx_eo_index_match_addr(ngx_eo_index_run_t *run, ngx_eo_expr_ctx_t *ctx)
{
    u_char                *addr, *bytes, masked[16];
    uint64_t               lengths;
    ngx_int_t              family;
    ngx_str_t              key;
    ngx_uint_t             i, k, bits;
    ngx_eo_index_slot_t   *slot;
    ngx_eo_index_entry_t  *entry;

    slot = run->slot;
    addr = ngx_eo_expr_addr(ctx, slot->slot);

    if (addr == NULL) {
        return;
    }

    key.data = masked;
    key.len = 16;

    for (k = 0; k < 3; k++) {
        bits = k * NGX_EO_INDEX_BITS;

        for (lengths = slot->lengths[k]; lengths; lengths >>= 1, bits++) {

            if (!(lengths & 1)) {
                continue;
            }

            ngx_memcpy(masked, addr, 16);
            ngx_eo_expr_mask(masked, bits);

            entry = ngx_eo_index_find(run->index, NGX_EO_TRIGGER_PREFIX,
                                      slot->slot, bits, &key, NULL);
            if (entry) {
                ngx_eo_index_mark(run, entry);
            }
        }
    }

    bytes = ngx_eo_expr_addr_bytes(addr, &family);

    for (i = 0; i < slot->ngroups; i++) {

        if (ctx->env->group_match(slot->groups[i]->trigger.group, family,
                                  bytes))
        {
            ngx_eo_index_mark(run, slot->groups[i]);
        }
    }
}


static void
ngx_eo_index_match_literal(void *data, ngx_uint_t pattern)
{
    ngx_eo_index_run_t  *run = data;

    uint64_t  *word, bit;

    word = &run->index->seen[pattern / NGX_EO_INDEX_BITS];
    bit = (uint64_t) 1 << pattern % NGX_EO_INDEX_BITS;

    if (*word & bit) {
        return;
    }

    *word |= bit;

    ngx_eo_index_mark(run, run->slot->literals[pattern]);
}


static void
ngx_eo_index_mark(ngx_eo_index_run_t *run, ngx_eo_index_entry_t *entry)
{
    uint32_t    expr;
    ngx_uint_t  i;

    for (i = 0; i < entry->nexprs; i++) {
        expr = entry->exprs[i];
        run->words[expr / NGX_EO_INDEX_BITS] |=
                                     (uint64_t) 1 << expr % NGX_EO_INDEX_BITS;
    }
}
