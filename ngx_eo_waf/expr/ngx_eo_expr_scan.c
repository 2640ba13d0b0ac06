
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The automaton of Aho and Corasick.  States are numbered by their depth:
 * those of depth 0 and 1, where ordinary text stays, have a full table; the
 * deeper ones have their few edges only, and a link to the longest suffix
 * to try instead.  So it stays small with 100,000 patterns, and a byte costs
 * two steps on average at worst.  Where no pattern is under way, a bitmap of
 * the pairs of bytes that patterns begin with is asked first: it needs no
 * result of the byte before.
 */


#include "ngx_eo_expr_internal.h"


/* set in a transition if some pattern ends in its target */

#define NGX_EO_SCAN_FOUND  0x80000000
#define NGX_EO_SCAN_NONE   0xffffffff

#define NGX_EO_SCAN_PAIRS  65536


typedef struct {
    uint32_t                   fail;
    uint32_t                   edges;      /* first of them */
    uint32_t                   pattern;    /* that ends here */
    uint32_t                   suffix;     /* next state with a pattern */
} ngx_eo_scan_state_t;


typedef struct {
    uint32_t                   target;
    u_char                     class;
} ngx_eo_scan_edge_t;


struct ngx_eo_scan_s {
    u_char                     class[256]; /* 0: in no pattern */
    ngx_uint_t                 nclasses;
    uint32_t                   ndense;
    uint32_t                  *dense;
    ngx_eo_scan_state_t       *states;     /* and one more to end the edges */
    ngx_eo_scan_edge_t        *edges;

    /* pairs of bytes that patterns begin with; NULL if one is shorter */

    uint64_t                  *pairs;
};


/* the tree of the patterns while it is built */

typedef struct {
    uint32_t                   child;
    uint32_t                   next;
    uint32_t                   pattern;
    uint32_t                   number;
    u_char                     class;
} ngx_eo_scan_node_t;


typedef struct {
    ngx_eo_scan_node_t        *nodes;
    uint32_t                   nnodes;
    uint32_t                  *queue;
} ngx_eo_scan_tree_t;


static void ngx_eo_scan_classes(ngx_eo_scan_t *scan, ngx_str_t *patterns,
    ngx_uint_t n);
static ngx_int_t ngx_eo_scan_tree(ngx_eo_scan_t *scan, ngx_pool_t *temp,
    ngx_str_t *patterns, ngx_uint_t n, ngx_eo_scan_tree_t *tree);
static ngx_int_t ngx_eo_scan_pairs(ngx_eo_scan_t *scan, ngx_pool_t *pool,
    ngx_str_t *patterns, ngx_uint_t n);
static uint32_t ngx_eo_scan_insert(ngx_eo_scan_tree_t *tree, uint32_t node,
    u_char class);
static ngx_int_t ngx_eo_scan_states(ngx_eo_scan_t *scan, ngx_pool_t *pool,
    ngx_eo_scan_tree_t *tree);
static void ngx_eo_scan_links(ngx_eo_scan_t *scan, uint32_t nstates);
static ngx_int_t ngx_eo_scan_dense(ngx_eo_scan_t *scan, ngx_pool_t *pool);
static ngx_inline uint32_t ngx_eo_scan_edge(ngx_eo_scan_t *scan,
    uint32_t state, u_char class);
static ngx_inline uint32_t ngx_eo_scan_step(ngx_eo_scan_t *scan,
    uint32_t state, u_char class);
static ngx_inline u_char *ngx_eo_scan_skip(ngx_eo_scan_t *scan, u_char *p,
    u_char *last);


ngx_eo_scan_t *
ngx_eo_scan_create(ngx_pool_t *pool, ngx_pool_t *temp, ngx_str_t *patterns,
    ngx_uint_t n)
{
    ngx_eo_scan_t       *scan;
    ngx_eo_scan_tree_t   tree;

    scan = ngx_pcalloc(pool, sizeof(ngx_eo_scan_t));
    if (scan == NULL) {
        return NULL;
    }

    ngx_eo_scan_classes(scan, patterns, n);

    if (ngx_eo_scan_pairs(scan, pool, patterns, n) != NGX_OK
        || ngx_eo_scan_tree(scan, temp, patterns, n, &tree) != NGX_OK
        || ngx_eo_scan_states(scan, pool, &tree) != NGX_OK)
    {
        return NULL;
    }

    ngx_eo_scan_links(scan, tree.nnodes);

    if (ngx_eo_scan_dense(scan, pool) != NGX_OK) {
        return NULL;
    }

    return scan;
}


static void
ngx_eo_scan_classes(ngx_eo_scan_t *scan, ngx_str_t *patterns, ngx_uint_t n)
{
    size_t      k;
    u_char      ch;
    ngx_uint_t  i, nclasses;

    nclasses = 1;

    for (i = 0; i < n; i++) {

        for (k = 0; k < patterns[i].len; k++) {
            ch = patterns[i].data[k];

            /* letters are lowered, so there is always room for a class */

            if (scan->class[ch] == 0 && nclasses < 256) {
                scan->class[ch] = nclasses++;
            }
        }
    }

    /* text is scanned as it is */

    for (ch = 'A'; ch <= 'Z'; ch++) {
        scan->class[ch] = scan->class[ch | 0x20];
    }

    scan->nclasses = nclasses;
}


/* in either letter case, as the text is scanned as it is */

static ngx_int_t
ngx_eo_scan_pairs(ngx_eo_scan_t *scan, ngx_pool_t *pool, ngx_str_t *patterns,
    ngx_uint_t n)
{
    u_char      one, two;
    ngx_uint_t  i, k, pair;

    for (i = 0; i < n; i++) {
        if (patterns[i].len < 2) {
            return NGX_OK;
        }
    }

    scan->pairs = ngx_pcalloc(pool, NGX_EO_SCAN_PAIRS / 8);
    if (scan->pairs == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        for (k = 0; k < 4; k++) {
            one = patterns[i].data[0];
            two = patterns[i].data[1];

            one = (k & 1) ? ngx_toupper(one) : one;
            two = (k & 2) ? ngx_toupper(two) : two;

            pair = one << 8 | two;
            scan->pairs[pair / 64] |= (uint64_t) 1 << pair % 64;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_scan_tree(ngx_eo_scan_t *scan, ngx_pool_t *temp, ngx_str_t *patterns,
    ngx_uint_t n, ngx_eo_scan_tree_t *tree)
{
    size_t      k, size;
    uint32_t    node;
    ngx_uint_t  i;

    size = 1;

    for (i = 0; i < n; i++) {
        size += patterns[i].len;
    }

    if (size >= NGX_EO_SCAN_FOUND) {
        return NGX_ERROR;
    }

    tree->nodes = ngx_palloc(temp, size * sizeof(ngx_eo_scan_node_t));
    tree->queue = ngx_palloc(temp, size * sizeof(uint32_t));

    if (tree->nodes == NULL || tree->queue == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(tree->nodes, sizeof(ngx_eo_scan_node_t));
    tree->nodes[0].pattern = NGX_EO_SCAN_NONE;
    tree->nnodes = 1;

    for (i = 0; i < n; i++) {
        node = 0;

        for (k = 0; k < patterns[i].len; k++) {
            node = ngx_eo_scan_insert(tree, node,
                                      scan->class[patterns[i].data[k]]);
        }

        tree->nodes[node].pattern = i;
    }

    return NGX_OK;
}


static uint32_t
ngx_eo_scan_insert(ngx_eo_scan_tree_t *tree, uint32_t node, u_char class)
{
    uint32_t             i;
    ngx_eo_scan_node_t  *nodes;

    nodes = tree->nodes;

    for (i = nodes[node].child; i; i = nodes[i].next) {
        if (nodes[i].class == class) {
            return i;
        }
    }

    i = tree->nnodes++;

    nodes[i].child = 0;
    nodes[i].next = nodes[node].child;
    nodes[i].pattern = NGX_EO_SCAN_NONE;
    nodes[i].class = class;
    nodes[node].child = i;

    return i;
}


/* numbers the states in breadth and lays their edges out in this order */

static ngx_int_t
ngx_eo_scan_states(ngx_eo_scan_t *scan, ngx_pool_t *pool,
    ngx_eo_scan_tree_t *tree)
{
    uint32_t              i, n, head, tail, nedges, second;
    ngx_eo_scan_node_t   *nodes;
    ngx_eo_scan_state_t  *states;

    states = ngx_pcalloc(pool,
                         (tree->nnodes + 1) * sizeof(ngx_eo_scan_state_t));
    scan->edges = ngx_palloc(pool, tree->nnodes * sizeof(ngx_eo_scan_edge_t));

    if (states == NULL || scan->edges == NULL) {
        return NGX_ERROR;
    }

    nodes = tree->nodes;
    nodes[0].number = 0;
    tree->queue[0] = 0;

    nedges = 0;
    second = 1;
    tail = 1;

    for (head = 0; head < tail; head++) {
        n = tree->queue[head];

        states[head].pattern = nodes[n].pattern;
        states[head].edges = nedges;

        for (i = nodes[n].child; i; i = nodes[i].next) {
            nodes[i].number = tail;
            tree->queue[tail] = i;

            scan->edges[nedges].target = tail++;
            scan->edges[nedges++].class = nodes[i].class;
        }

        if (head == 0) {
            second = tail;
        }
    }

    states[tail].edges = nedges;

    scan->states = states;
    scan->ndense = second;

    return NGX_OK;
}


static void
ngx_eo_scan_links(ngx_eo_scan_t *scan, uint32_t nstates)
{
    uint32_t              s, f, e, t;
    ngx_eo_scan_state_t  *states;

    states = scan->states;

    /* a parent has the lower number, so its links are there already */

    for (s = 0; s < nstates; s++) {

        for (e = states[s].edges; e < states[s + 1].edges; e++) {
            t = scan->edges[e].target;
            f = states[s].fail;

            if (s == 0) {
                states[t].fail = 0;

            } else {
                while (f
                       && ngx_eo_scan_edge(scan, f, scan->edges[e].class)
                          == NGX_EO_SCAN_NONE)
                {
                    f = states[f].fail;
                }

                f = ngx_eo_scan_edge(scan, f, scan->edges[e].class);
                states[t].fail = (f == NGX_EO_SCAN_NONE) ? 0 : f;
            }

            f = states[t].fail;
            states[t].suffix = (states[f].pattern != NGX_EO_SCAN_NONE)
                               ? f : states[f].suffix;
        }
    }

    for (e = 0; e < states[nstates].edges; e++) {
        t = scan->edges[e].target;

        if (states[t].pattern != NGX_EO_SCAN_NONE || states[t].suffix) {
            scan->edges[e].target |= NGX_EO_SCAN_FOUND;
        }
    }
}


static ngx_int_t
ngx_eo_scan_dense(ngx_eo_scan_t *scan, ngx_pool_t *pool)
{
    uint32_t    s, t, *row;
    ngx_uint_t  c;

    scan->dense = ngx_pcalloc(pool, scan->ndense * scan->nclasses
                                    * sizeof(uint32_t));
    if (scan->dense == NULL) {
        return NGX_ERROR;
    }

    for (s = 0; s < scan->ndense; s++) {
        row = &scan->dense[s * scan->nclasses];

        for (c = 1; c < scan->nclasses; c++) {
            t = ngx_eo_scan_edge(scan, s, c);

            if (t == NGX_EO_SCAN_NONE) {
                t = s ? scan->dense[c] : 0;
            }

            row[c] = t;
        }
    }

    return NGX_OK;
}


static ngx_inline uint32_t
ngx_eo_scan_edge(ngx_eo_scan_t *scan, uint32_t state, u_char class)
{
    uint32_t  e, last;

    last = scan->states[state + 1].edges;

    for (e = scan->states[state].edges; e < last; e++) {
        if (scan->edges[e].class == class) {
            return scan->edges[e].target;
        }
    }

    return NGX_EO_SCAN_NONE;
}


static ngx_inline uint32_t
ngx_eo_scan_step(ngx_eo_scan_t *scan, uint32_t state, u_char class)
{
    uint32_t  target;

    while (state >= scan->ndense) {
        target = ngx_eo_scan_edge(scan, state, class);

        if (target != NGX_EO_SCAN_NONE) {
            return target;
        }

        state = scan->states[state].fail;
    }

    return scan->dense[state * scan->nclasses + class];
}


/* the next place where a pattern can begin; last if there is none */

static ngx_inline u_char *
ngx_eo_scan_skip(ngx_eo_scan_t *scan, u_char *p, u_char *last)
{
    ngx_uint_t  pair;

    for ( /* void */ ; p + 1 < last; p++) {
        pair = p[0] << 8 | p[1];

        if (scan->pairs[pair / 64] >> pair % 64 & 1) {
            return p;
        }
    }

    return last;
}


void
ngx_eo_scan_run(ngx_eo_scan_t *scan, ngx_str_t *text, void *data,
    ngx_eo_scan_found_pt found)
{
    u_char    *p, *last;
    uint32_t   state, out;

    state = 0;
    last = text->data + text->len;

    for (p = text->data; p < last; p++) {

        if (state == 0 && scan->pairs) {
            p = ngx_eo_scan_skip(scan, p, last);

            if (p == last) {
                return;
            }
        }

        state = ngx_eo_scan_step(scan, state, scan->class[*p]);

        if (!(state & NGX_EO_SCAN_FOUND)) {
            continue;
        }

        state &= ~NGX_EO_SCAN_FOUND;

        out = (scan->states[state].pattern != NGX_EO_SCAN_NONE)
              ? state : scan->states[state].suffix;

        for ( /* void */ ; out; out = scan->states[out].suffix) {
            found(data, scan->states[out].pattern);
        }
    }
}
