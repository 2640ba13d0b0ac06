
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Builds the prefilter: an Aho-Corasick automaton of the required literals,
 * and a table of bits for single bytes.
 */


#include "ngx_eo_seclang_prefilter_internal.h"


/* a word while the automaton is built */

typedef struct {
    ngx_str_t                   word;
    ngx_uint_t                  plane;
    ngx_uint_t                  operator;
    uint32_t                    state;
} ngx_eo_seclang_entry_t;


/* a state of the tree of words; 0 ends a list of states */

typedef struct {
    uint32_t                    child;
    uint32_t                    sibling;
    uint32_t                    class;
    uint32_t                    suffix;
    uint32_t                    found;
} ngx_eo_seclang_state_t;


typedef struct {
    ngx_eo_seclang_prefilter_t *prefilter;
    ngx_array_t                 entries;       /* ..._entry_t */
    ngx_array_t                 marks;         /* ..._mark_t */
    uint32_t                    nstates;
    ngx_eo_seclang_state_t     *states;
} ngx_eo_seclang_builder_t;


static ngx_int_t ngx_eo_seclang_mark_add(ngx_eo_seclang_builder_t *builder,
    uint32_t *list, uint32_t word, uint64_t bits);
static ngx_int_t ngx_eo_seclang_mark_byte(ngx_eo_seclang_builder_t *builder,
    ngx_eo_seclang_require_t *requires, ngx_uint_t n, ngx_uint_t c,
    uint32_t *list);
static ngx_uint_t ngx_eo_seclang_same_byte(ngx_eo_seclang_require_t *requires,
    ngx_uint_t n, ngx_uint_t a, ngx_uint_t b);
static ngx_int_t ngx_eo_seclang_build_signature(
    ngx_eo_seclang_builder_t *builder, ngx_eo_seclang_require_t *requires,
    ngx_uint_t n);
static ngx_int_t ngx_eo_seclang_collect_words(
    ngx_eo_seclang_builder_t *builder, ngx_eo_seclang_require_t *requires,
    ngx_uint_t n);
static void ngx_eo_seclang_build_classes(ngx_eo_seclang_builder_t *builder);
static uint32_t ngx_eo_seclang_state_child(ngx_eo_seclang_builder_t *builder,
    uint32_t state, uint32_t class);
static ngx_int_t ngx_eo_seclang_build_tree(ngx_eo_seclang_builder_t *builder,
    size_t depth);
static ngx_int_t ngx_eo_seclang_inherit(ngx_eo_seclang_builder_t *builder,
    uint32_t state);
static ngx_int_t ngx_eo_seclang_build_steps(ngx_eo_seclang_builder_t *builder);
static void ngx_eo_seclang_build_rows(ngx_eo_seclang_builder_t *builder);
static ngx_int_t ngx_eo_seclang_build_automaton(
    ngx_eo_seclang_builder_t *builder, ngx_pool_t *pool, ngx_pool_t *temp);
static ngx_int_t ngx_eo_seclang_build_planes(
    ngx_eo_seclang_prefilter_t *prefilter, ngx_pool_t *pool,
    ngx_eo_seclang_require_t *requires, ngx_uint_t n);
static ngx_int_t ngx_eo_seclang_build_kept(
    ngx_eo_seclang_prefilter_t *prefilter, ngx_pool_t *pool);
static ngx_int_t ngx_eo_seclang_build_texts(
    ngx_eo_seclang_prefilter_t *prefilter, ngx_pool_t *pool);
static ngx_int_t ngx_eo_seclang_build(ngx_eo_seclang_builder_t *builder,
    ngx_pool_t *pool, ngx_pool_t *temp, ngx_eo_seclang_require_t *requires,
    ngx_uint_t n);


/* sets one more bit in a list of marks */

static ngx_int_t
ngx_eo_seclang_mark_add(ngx_eo_seclang_builder_t *builder, uint32_t *list,
    uint32_t word, uint64_t bits)
{
    uint32_t                i, k;
    ngx_array_t            *marks;
    ngx_eo_seclang_mark_t  *mark;

    marks = &builder->marks;
    mark = marks->elts;

    for (i = *list; i; i = mark[i].next) {
        if (mark[i].word == word) {
            mark[i].bits |= bits;
            return NGX_OK;
        }
    }

    mark = ngx_array_push(marks);
    if (mark == NULL) {
        return NGX_ERROR;
    }

    k = word % builder->prefilter->nwords;

    mark->word = word;
    mark->bits = bits;
    mark->touched = (uint64_t) 1 << ngx_min(k, 63);
    mark->next = *list;

    *list = marks->nelts - 1;

    return NGX_OK;
}


/* the operators for which byte "c" is a clause of "plane" */

static ngx_int_t
ngx_eo_seclang_mark_byte(ngx_eo_seclang_builder_t *builder,
    ngx_eo_seclang_require_t *requires, ngx_uint_t n, ngx_uint_t c,
    uint32_t *list)
{
    ngx_uint_t                 i, k;
    ngx_eo_seclang_clause_t   *clause;

    for (i = 0; i < n; i++) {

        for (k = 0; k < requires[i].nclauses; k++) {
            clause = &requires[i].clauses[k];

            if (ngx_eo_seclang_byte_bit(clause->bytes, c)
                && ngx_eo_seclang_mark_add(builder, list,
                                    k * builder->prefilter->nwords + i / 64,
                                    (uint64_t) 1 << (i % 64))
                   != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_seclang_same_byte(ngx_eo_seclang_require_t *requires, ngx_uint_t n,
    ngx_uint_t a, ngx_uint_t b)
{
    ngx_uint_t  i, k;
    uint64_t   *bytes;

    for (i = 0; i < n; i++) {

        for (k = 0; k < requires[i].nclauses; k++) {
            bytes = requires[i].clauses[k].bytes;

            if ((ngx_eo_seclang_byte_bit(bytes, a) != 0)
                != (ngx_eo_seclang_byte_bit(bytes, b) != 0))
            {
                return 0;
            }
        }
    }

    return 1;
}


/*
 * Gives bytes their bits.  If these do not suffice, the last one is that of
 * several kinds of bytes and stands for what any of them fulfils.
 */

static ngx_int_t
ngx_eo_seclang_build_signature(ngx_eo_seclang_builder_t *builder,
    ngx_eo_seclang_require_t *requires, ngx_uint_t n)
{
    ngx_uint_t                   c, i, nkinds, kinds[NGX_EO_SECLANG_SIGNATURE];
    ngx_eo_seclang_prefilter_t  *prefilter;

    prefilter = builder->prefilter;
    nkinds = 0;

    for (c = 0; c < 256; c++) {

        if (c >= 'A' && c <= 'Z') {
            continue;
        }

        for (i = 0; i < nkinds; i++) {
            if (ngx_eo_seclang_same_byte(requires, n, kinds[i], c)) {
                break;
            }
        }

        if (i < nkinds) {
            prefilter->signature[c] = (uint64_t) 1 << i;
            continue;
        }

        if (nkinds < NGX_EO_SECLANG_SIGNATURE) {
            kinds[nkinds++] = c;
        }

        i = nkinds - 1;
        prefilter->signature[c] = (uint64_t) 1 << i;

        if (ngx_eo_seclang_mark_byte(builder, requires, n, c,
                                     &prefilter->byte_marks[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    for (c = 'A'; c <= 'Z'; c++) {
        prefilter->signature[c] = prefilter->signature[c | 0x20];
    }

    for (i = 0; i < nkinds; i++) {
        if (prefilter->byte_marks[i]) {
            prefilter->signature_marks |= (uint64_t) 1 << i;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_collect_words(ngx_eo_seclang_builder_t *builder,
    ngx_eo_seclang_require_t *requires, ngx_uint_t n)
{
    ngx_uint_t                i, k, m;
    ngx_eo_seclang_entry_t   *entry;
    ngx_eo_seclang_clause_t  *clause;

    for (i = 0; i < n; i++) {

        for (k = 0; k < requires[i].nclauses; k++) {
            clause = &requires[i].clauses[k];

            for (m = 0; m < clause->nwords; m++) {
                entry = ngx_array_push(&builder->entries);
                if (entry == NULL) {
                    return NGX_ERROR;
                }

                entry->word = clause->words[m];
                entry->word.len = ngx_min(entry->word.len,
                                          NGX_EO_SECLANG_WORD_LENGTH);
                entry->plane = k;
                entry->operator = i;
                entry->state = 0;
            }
        }
    }

    return NGX_OK;
}


static void
ngx_eo_seclang_build_classes(ngx_eo_seclang_builder_t *builder)
{
    size_t                       k;
    u_char                       c, used[256], *p;
    ngx_uint_t                   i;
    ngx_eo_seclang_entry_t      *entry;
    ngx_eo_seclang_prefilter_t  *prefilter;

    static u_char  common[] = " etaoinsrlcdpmhug/.=-0123";

    prefilter = builder->prefilter;
    entry = builder->entries.elts;

    ngx_memzero(used, sizeof(used));

    for (i = 0; i < builder->entries.nelts; i++) {
        for (k = 0; k < entry[i].word.len; k++) {
            used[entry[i].word.data[k]] = 1;
        }
    }

    /* without upper-case letters there is always room for a class */

    prefilter->nclasses = 1;

    for (p = common; *p; p++) {
        if (used[*p]) {
            prefilter->classes[*p] = (u_char) prefilter->nclasses++;
        }
    }

    for (i = 0; i < 256; i++) {
        if (used[i] && prefilter->classes[i] == 0) {
            prefilter->classes[i] = (u_char) prefilter->nclasses++;
        }
    }

    for (c = 'A'; c <= 'Z'; c++) {
        prefilter->classes[c] = prefilter->classes[c | 0x20];
    }

    prefilter->row_size = ngx_align(prefilter->nclasses,
                                    NGX_EO_SECLANG_LINE_STEPS);
}


static uint32_t
ngx_eo_seclang_state_child(ngx_eo_seclang_builder_t *builder, uint32_t state,
    uint32_t class)
{
    uint32_t                 i;
    ngx_eo_seclang_state_t  *states;

    states = builder->states;

    for (i = states[state].child; i; i = states[i].sibling) {
        if (states[i].class == class) {
            return i;
        }
    }

    i = builder->nstates++;

    states[i].class = class;
    states[i].sibling = states[state].child;
    states[state].child = i;

    return i;
}


/*
 * The states of one depth after the other, so that those which texts are in
 * most of the time are neighbours.
 */

static ngx_int_t
ngx_eo_seclang_build_tree(ngx_eo_seclang_builder_t *builder, size_t depth)
{
    u_char                       c;
    ngx_uint_t                   i;
    ngx_eo_seclang_entry_t      *entry;
    ngx_eo_seclang_prefilter_t  *prefilter;

    prefilter = builder->prefilter;
    entry = builder->entries.elts;

    for (i = 0; i < builder->entries.nelts; i++) {

        if (entry[i].word.len <= depth) {
            continue;
        }

        c = prefilter->classes[entry[i].word.data[depth]];

        entry[i].state = ngx_eo_seclang_state_child(builder, entry[i].state,
                                                    c);

        if (entry[i].word.len == depth + 1
            && ngx_eo_seclang_mark_add(builder,
                         &builder->states[entry[i].state].found,
                         entry[i].plane * prefilter->nwords
                         + entry[i].operator / 64,
                         (uint64_t) 1 << (entry[i].operator % 64))
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* what ends in the longest suffix of a state ends in the state as well */

static ngx_int_t
ngx_eo_seclang_inherit(ngx_eo_seclang_builder_t *builder, uint32_t state)
{
    uint32_t                 i;
    ngx_eo_seclang_mark_t    mark;
    ngx_eo_seclang_state_t  *states;

    states = builder->states;

    for (i = states[states[state].suffix].found; i; i = mark.next) {
        mark = ((ngx_eo_seclang_mark_t *) builder->marks.elts)[i];

        if (ngx_eo_seclang_mark_add(builder, &states[state].found,
                                    mark.word, mark.bits)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/*
 * The table of steps.  A state has the steps of its longest suffix besides
 * its own; that is shorter, and has a lower number and is done already.
 */

static ngx_int_t
ngx_eo_seclang_build_steps(ngx_eo_seclang_builder_t *builder)
{
    uint32_t                 s, i, size, *row, *table;
    ngx_eo_seclang_state_t  *states;

    states = builder->states;
    size = builder->prefilter->row_size;
    table = builder->prefilter->next;

    ngx_memzero(table, size * sizeof(uint32_t));

    for (s = 0; s < builder->nstates; s++) {
        row = &table[s * size];

        if (s) {
            ngx_memcpy(row, &table[states[s].suffix * size],
                       size * sizeof(uint32_t));

            if (ngx_eo_seclang_inherit(builder, s) != NGX_OK) {
                return NGX_ERROR;
            }
        }

        for (i = states[s].child; i; i = states[i].sibling) {
            states[i].suffix = s ? row[states[i].class] : 0;
            row[states[i].class] = i;
        }
    }

    return NGX_OK;
}


/* rows instead of states, with a bit where marks are */

static void
ngx_eo_seclang_build_rows(ngx_eo_seclang_builder_t *builder)
{
    size_t                       i, n;
    uint32_t                     s;
    ngx_eo_seclang_prefilter_t  *prefilter;

    prefilter = builder->prefilter;
    n = (size_t) builder->nstates * prefilter->row_size;

    for (i = 0; i < n; i++) {
        s = prefilter->next[i];

        prefilter->next[i] = s * prefilter->row_size
                             | (builder->states[s].found
                                ? NGX_EO_SECLANG_FOUND : 0);
    }

    for (s = 0; s < builder->nstates; s++) {
        i = (size_t) s * prefilter->row_size >> prefilter->found_shift;
        prefilter->found[i] = builder->states[s].found;
    }
}


static ngx_int_t
ngx_eo_seclang_build_automaton(ngx_eo_seclang_builder_t *builder,
    ngx_pool_t *pool, ngx_pool_t *temp)
{
    size_t                       k, n;
    ngx_uint_t                   i;
    ngx_eo_seclang_entry_t      *entry;
    ngx_eo_seclang_prefilter_t  *prefilter;

    ngx_eo_seclang_build_classes(builder);

    prefilter = builder->prefilter;
    entry = builder->entries.elts;
    n = 1;

    for (i = 0; i < builder->entries.nelts; i++) {
        n += entry[i].word.len;
    }

    builder->nstates = 1;
    builder->states = ngx_pcalloc(temp, n * sizeof(ngx_eo_seclang_state_t));

    if (builder->states == NULL) {
        return NGX_ERROR;
    }

    for (k = 0; k < NGX_EO_SECLANG_WORD_LENGTH; k++) {
        if (ngx_eo_seclang_build_tree(builder, k) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    n = (size_t) builder->nstates * prefilter->row_size;

    if (n >= NGX_EO_SECLANG_FOUND) {
        return NGX_ERROR;
    }

    prefilter->next = ngx_pmemalign(pool, n * sizeof(uint32_t),
                                    NGX_EO_SECLANG_LINE);

    while ((size_t) 2 << prefilter->found_shift <= prefilter->row_size) {
        prefilter->found_shift++;
    }

    prefilter->found = ngx_palloc(pool, ((n >> prefilter->found_shift) + 1)
                                        * sizeof(uint32_t));

    prefilter->noted_size = ((n >> prefilter->found_shift) / 64 + 1)
                            * sizeof(uint64_t);

    prefilter->noted = ngx_palloc(pool, prefilter->noted_size);

    if (prefilter->next == NULL || prefilter->found == NULL
        || prefilter->noted == NULL
        || ngx_eo_seclang_build_steps(builder) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_eo_seclang_build_rows(builder);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_build_planes(ngx_eo_seclang_prefilter_t *prefilter,
    ngx_pool_t *pool, ngx_eo_seclang_require_t *requires, ngx_uint_t n)
{
    size_t      size;
    ngx_uint_t  i, k;

    prefilter->nwords = (n + 63) / 64;
    prefilter->nplanes = NGX_EO_SECLANG_CLAUSES;

    size = prefilter->nplanes * prefilter->nwords * sizeof(uint64_t);

    prefilter->initial = ngx_pcalloc(pool, size + sizeof(uint64_t));
    prefilter->planes = ngx_pcalloc(pool, size + sizeof(uint64_t));

    if (prefilter->initial == NULL || prefilter->planes == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        for (k = requires[i].nclauses; k < NGX_EO_SECLANG_CLAUSES; k++) {
            prefilter->initial[k * prefilter->nwords + i / 64] |=
                                                 (uint64_t) 1 << (i % 64);
        }
    }

    return NGX_OK;
}


/* all places have the signature of a text without bytes at first */

static ngx_int_t
ngx_eo_seclang_build_kept(ngx_eo_seclang_prefilter_t *prefilter,
    ngx_pool_t *pool)
{
    ngx_uint_t  i;

    prefilter->kept_size = (prefilter->nplanes + 1) * prefilter->nwords;

    prefilter->kept_signatures = ngx_pcalloc(pool, NGX_EO_SECLANG_KEPT
                                                   * sizeof(uint64_t));
    prefilter->kept = ngx_palloc(pool, NGX_EO_SECLANG_KEPT
                                       * (prefilter->kept_size + 1)
                                       * sizeof(uint64_t));

    if (prefilter->kept_signatures == NULL || prefilter->kept == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < NGX_EO_SECLANG_KEPT; i++) {
        ngx_eo_seclang_keep_signature(prefilter,
                                      prefilter->kept
                                      + i * prefilter->kept_size, 0);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_build_texts(ngx_eo_seclang_prefilter_t *prefilter,
    ngx_pool_t *pool)
{
    size_t  size;

    size = (prefilter->nwords + 1) * sizeof(uint64_t)
           + NGX_EO_SECLANG_TEXT_MAX;

    prefilter->text_size = ngx_align(size, NGX_EO_SECLANG_LINE)
                           / sizeof(uint64_t);

    size = NGX_EO_SECLANG_TEXTS * prefilter->text_size * sizeof(uint64_t);

    prefilter->texts = ngx_pmemalign(pool, size, NGX_EO_SECLANG_LINE);
    if (prefilter->texts == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(prefilter->texts, size);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_build(ngx_eo_seclang_builder_t *builder, ngx_pool_t *pool,
    ngx_pool_t *temp, ngx_eo_seclang_require_t *requires, ngx_uint_t n)
{
    size_t                       size;
    ngx_eo_seclang_prefilter_t  *prefilter;

    prefilter = builder->prefilter;

    if (ngx_array_init(&builder->entries, temp, 1024,
                       sizeof(ngx_eo_seclang_entry_t))
        != NGX_OK
        || ngx_array_init(&builder->marks, temp, 1024,
                          sizeof(ngx_eo_seclang_mark_t))
           != NGX_OK
        /* the number 0 ends a list */
        || ngx_array_push(&builder->marks) == NULL
        || ngx_eo_seclang_build_planes(prefilter, pool, requires, n)
           != NGX_OK
        || ngx_eo_seclang_build_signature(builder, requires, n) != NGX_OK
        || ngx_eo_seclang_collect_words(builder, requires, n) != NGX_OK
        || ngx_eo_seclang_build_automaton(builder, pool, temp) != NGX_OK
        || ngx_eo_seclang_build_kept(prefilter, pool) != NGX_OK
        || ngx_eo_seclang_build_texts(prefilter, pool) != NGX_OK)
    {
        return NGX_ERROR;
    }

    size = builder->marks.nelts * sizeof(ngx_eo_seclang_mark_t);

    prefilter->marks = ngx_palloc(pool, size);
    if (prefilter->marks == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(prefilter->marks, builder->marks.elts, size);

    return NGX_OK;
}


ngx_eo_seclang_prefilter_t *
ngx_eo_seclang_prefilter_build(ngx_pool_t *pool,
    ngx_eo_seclang_require_t *requires, ngx_uint_t n)
{
    ngx_int_t                  rc;
    ngx_pool_t                *temp;
    ngx_eo_seclang_builder_t   builder;

    ngx_memzero(&builder, sizeof(ngx_eo_seclang_builder_t));

    builder.prefilter = ngx_pcalloc(pool, sizeof(ngx_eo_seclang_prefilter_t));
    temp = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, pool->log);

    if (builder.prefilter == NULL || temp == NULL) {
        if (temp != NULL) {
            ngx_destroy_pool(temp);
        }

        return NULL;
    }

    rc = ngx_eo_seclang_build(&builder, pool, temp, requires, n);

    ngx_destroy_pool(temp);

    return (rc == NGX_OK) ? builder.prefilter : NULL;
}
