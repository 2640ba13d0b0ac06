
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Makes the automaton of an expression, from its end to its beginning: each
 * piece is told where to go on.
 *
 * A repeat of something that may match nothing ends when a round has read
 * nothing, as in PCRE2; otherwise it would run in circles.  Such a repeat is
 * made twice: what goes on when nothing has been read in the round as yet,
 * and what goes on when something has.  Hence there are two ways out of
 * every piece.
 */


#include "ngx_eo_rx_program.h"


#define NGX_EO_RX_SETS_MAX   4096


typedef struct {
    ngx_uint_t              idle;      /* nothing has been read in a round */
    ngx_uint_t              busy;      /* something has */
} ngx_eo_rx_exit_t;


typedef struct {
    ngx_eo_rx_program_t    *program;
    ngx_pool_t             *pool;

    ngx_eo_rx_step_t       *steps;
    ngx_eo_rx_set_t        *sets;
    ngx_eo_rx_check_t      *checks;

    /* of steps, without which there is no going on */
    ngx_uint_t              max;
    ngx_uint_t              backwards;
    unsigned                full:1;
} ngx_eo_rx_builder_t;


static ngx_int_t ngx_eo_rx_builder_init(ngx_eo_rx_builder_t *b);
static ngx_uint_t ngx_eo_rx_build_step(ngx_eo_rx_builder_t *b,
    ngx_eo_rx_step_e kind, ngx_uint_t out, ngx_uint_t arg);
static ngx_uint_t ngx_eo_rx_build_split(ngx_eo_rx_builder_t *b,
    ngx_uint_t lazy, ngx_uint_t into, ngx_uint_t past);
static ngx_uint_t ngx_eo_rx_build_set(ngx_eo_rx_builder_t *b,
    ngx_eo_rx_set_t *set);
static ngx_uint_t ngx_eo_rx_build_check(ngx_eo_rx_builder_t *b,
    ngx_eo_rx_assert_t *assert);

static ngx_uint_t ngx_eo_rx_build(ngx_eo_rx_builder_t *b,
    ngx_eo_rx_node_t *node, ngx_eo_rx_exit_t exit);
static ngx_uint_t ngx_eo_rx_build_sequence(ngx_eo_rx_builder_t *b,
    ngx_eo_rx_node_t *node, ngx_eo_rx_exit_t exit);
static ngx_uint_t ngx_eo_rx_build_alternatives(ngx_eo_rx_builder_t *b,
    ngx_eo_rx_node_t *node, ngx_eo_rx_exit_t exit);
static ngx_uint_t ngx_eo_rx_build_repeat(ngx_eo_rx_builder_t *b,
    ngx_eo_rx_node_t *node, ngx_eo_rx_exit_t exit);
static ngx_uint_t ngx_eo_rx_build_loop(ngx_eo_rx_builder_t *b,
    ngx_eo_rx_node_t *node, ngx_eo_rx_exit_t exit);
static void ngx_eo_rx_build_before(ngx_eo_rx_builder_t *b,
    ngx_eo_rx_node_t *node, ngx_eo_rx_exit_t *exit);
static ngx_uint_t ngx_eo_rx_build_whole(ngx_eo_rx_builder_t *b,
    ngx_eo_rx_node_t *root, ngx_uint_t backwards);
static ngx_uint_t ngx_eo_rx_build_anywhere(ngx_eo_rx_builder_t *b);

static void ngx_eo_rx_build_classes(ngx_eo_rx_builder_t *b);
static ngx_int_t ngx_eo_rx_build_members(ngx_eo_rx_builder_t *b);
static ngx_int_t ngx_eo_rx_build_contexts(ngx_eo_rx_builder_t *b);
static ngx_uint_t ngx_eo_rx_build_same_context(ngx_eo_rx_program_t *program,
    ngx_uint_t a, ngx_uint_t c);
static ngx_uint_t ngx_eo_rx_build_anchored(ngx_eo_rx_node_t *node);


ngx_int_t
ngx_eo_rx_program(ngx_pool_t *pool, ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_node_t *root, ngx_eo_rx_program_t *program)
{
    ngx_eo_rx_builder_t  b;

    ngx_memzero(&b, sizeof(ngx_eo_rx_builder_t));

    b.program = program;
    b.pool = parser->pool;

    if (ngx_eo_rx_builder_init(&b) != NGX_OK) {
        return NGX_ERROR;
    }

    program->anchored = ngx_eo_rx_build_anchored(root);
    program->here = ngx_eo_rx_build_whole(&b, root, 0);
    program->anywhere = ngx_eo_rx_build_anywhere(&b);
    program->backwards = ngx_eo_rx_build_whole(&b, root, 1);

    if (b.full) {
        parser->reason = "it has too many states";
        return NGX_DECLINED;
    }

    b.pool = pool;

    program->steps = ngx_palloc(pool, program->nsteps
                                      * sizeof(ngx_eo_rx_step_t));
    program->checks = ngx_palloc(pool, (program->nchecks + 1)
                                       * sizeof(ngx_eo_rx_check_t));

    if (program->steps == NULL || program->checks == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(program->steps, b.steps,
               program->nsteps * sizeof(ngx_eo_rx_step_t));
    ngx_memcpy(program->checks, b.checks,
               program->nchecks * sizeof(ngx_eo_rx_check_t));

    ngx_eo_rx_build_classes(&b);

    if (ngx_eo_rx_build_members(&b) != NGX_OK
        || ngx_eo_rx_build_contexts(&b) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_rx_builder_init(ngx_eo_rx_builder_t *b)
{
    b->max = NGX_EO_RX_STEPS_MAX;

    b->steps = ngx_palloc(b->pool,
                          (2 * b->max + 2) * sizeof(ngx_eo_rx_step_t));
    b->sets = ngx_palloc(b->pool,
                         NGX_EO_RX_SETS_MAX * sizeof(ngx_eo_rx_set_t));
    b->checks = ngx_palloc(b->pool,
                           NGX_EO_RX_SETS_MAX * sizeof(ngx_eo_rx_check_t));

    if (b->steps == NULL || b->sets == NULL || b->checks == NULL) {
        return NGX_ERROR;
    }

    b->steps[NGX_EO_RX_MATCH_STEP].kind = NGX_EO_RX_MATCH;
    b->steps[NGX_EO_RX_MATCH_STEP].out = 0;
    b->steps[NGX_EO_RX_MATCH_STEP].arg = 0;
    b->program->nsteps = 1;

    return NGX_OK;
}


/* once too many are asked for, the number of a step means nothing any more */

static ngx_uint_t
ngx_eo_rx_build_step(ngx_eo_rx_builder_t *b, ngx_eo_rx_step_e kind,
    ngx_uint_t out, ngx_uint_t arg)
{
    ngx_eo_rx_step_t  *step;

    if (b->full || b->program->nsteps >= b->max) {
        b->full = 1;
        return 0;
    }

    step = &b->steps[b->program->nsteps];

    step->kind = kind;
    step->out = (uint16_t) out;
    step->arg = (uint16_t) arg;

    return b->program->nsteps++;
}


/* whether to repeat, or to go past it */

static ngx_uint_t
ngx_eo_rx_build_split(ngx_eo_rx_builder_t *b, ngx_uint_t lazy,
    ngx_uint_t into, ngx_uint_t past)
{
    if (lazy) {
        return ngx_eo_rx_build_step(b, NGX_EO_RX_SPLIT, past, into);
    }

    return ngx_eo_rx_build_step(b, NGX_EO_RX_SPLIT, into, past);
}


static ngx_uint_t
ngx_eo_rx_build_set(ngx_eo_rx_builder_t *b, ngx_eo_rx_set_t *set)
{
    ngx_uint_t  i;

    for (i = 0; i < b->program->nsets; i++) {
        if (ngx_eo_rx_set_is_equal(&b->sets[i], set)) {
            return i;
        }
    }

    if (i == NGX_EO_RX_SETS_MAX) {
        b->full = 1;
        return 0;
    }

    b->sets[i] = *set;
    b->program->nsets++;

    return i;
}


static ngx_uint_t
ngx_eo_rx_build_check(ngx_eo_rx_builder_t *b, ngx_eo_rx_assert_t *assert)
{
    ngx_uint_t          i, n;
    ngx_eo_rx_set_t     all, after[2], both, *before;
    ngx_eo_rx_check_t  *check;

    n = b->program->nchecks;

    if (n == NGX_EO_RX_SETS_MAX) {
        b->full = 1;
        return 0;
    }

    check = &b->checks[n];

    for (i = 0; i < 2; i++) {
        before = b->backwards ? assert->after : assert->before;
        after[i] = b->backwards ? assert->before[i] : assert->after[i];

        check->before[i] = ngx_eo_rx_build_set(b, &before[i]);
        check->after[i] = ngx_eo_rx_build_set(b, &after[i]);
    }

    ngx_eo_rx_set_clear(&all);
    ngx_eo_rx_set_invert(&all);

    both = after[0];
    ngx_eo_rx_set_add(&both, &after[1]);

    check->any0 = (ngx_eo_rx_set_is_equal(&after[0], &all) != 0);
    check->any1 = (ngx_eo_rx_set_is_equal(&after[1], &all) != 0);
    check->any = (ngx_eo_rx_set_is_equal(&both, &all) != 0);

    b->program->nchecks++;

    return n;
}


/*
 * Returns the step to begin with, where nothing has been read in the round.
 */

static ngx_uint_t
ngx_eo_rx_build(ngx_eo_rx_builder_t *b, ngx_eo_rx_node_t *node,
    ngx_eo_rx_exit_t exit)
{
    if (b->full) {
        return 0;
    }

    switch (node->kind) {

    case NGX_EO_RX_SET:

        if (node->id[0] == 0) {
            node->id[0] = ngx_eo_rx_build_set(b, node->set) + 1;
        }

        return ngx_eo_rx_build_step(b, NGX_EO_RX_READ, exit.busy,
                                    node->id[0] - 1);

    case NGX_EO_RX_ASSERT:

        if (node->id[b->backwards] == 0) {
            node->id[b->backwards] = ngx_eo_rx_build_check(b, node->assert)
                                     + 1;
        }

        return ngx_eo_rx_build_step(b, NGX_EO_RX_CHECK, exit.idle,
                                    node->id[b->backwards] - 1);

    case NGX_EO_RX_CAT:
        return ngx_eo_rx_build_sequence(b, node, exit);

    case NGX_EO_RX_ALT:
        return ngx_eo_rx_build_alternatives(b, node, exit);

    case NGX_EO_RX_REPEAT:
        return ngx_eo_rx_build_repeat(b, node, exit);

    default: /* NGX_EO_RX_EMPTY */
        return exit.idle;
    }
}


/* puts a piece before what has been built */

static void
ngx_eo_rx_build_before(ngx_eo_rx_builder_t *b, ngx_eo_rx_node_t *node,
    ngx_eo_rx_exit_t *exit)
{
    ngx_eo_rx_exit_t  busy;

    if (exit->idle == exit->busy || !node->nullable) {
        exit->idle = exit->busy;
        exit->idle = ngx_eo_rx_build(b, node, *exit);
        exit->busy = exit->idle;
        return;
    }

    busy.idle = exit->busy;
    busy.busy = exit->busy;

    busy.idle = ngx_eo_rx_build(b, node, busy);
    exit->idle = ngx_eo_rx_build(b, node, *exit);
    exit->busy = busy.idle;
}


static ngx_uint_t
ngx_eo_rx_build_sequence(ngx_eo_rx_builder_t *b, ngx_eo_rx_node_t *node,
    ngx_eo_rx_exit_t exit)
{
    ngx_uint_t          i, n;
    ngx_eo_rx_node_t   *child, **children;

    n = 0;

    for (child = node->first; child; child = child->next) {
        n++;
    }

    children = ngx_palloc(b->pool, n * sizeof(ngx_eo_rx_node_t *));

    if (children == NULL) {
        b->full = 1;
        return 0;
    }

    i = b->backwards ? 0 : n;

    for (child = node->first; child; child = child->next) {
        children[b->backwards ? i++ : --i] = child;
    }

    /* the last one is put first */

    for (i = 0; i < n; i++) {
        ngx_eo_rx_build_before(b, children[i], &exit);
    }

    (void) ngx_pfree(b->pool, children);

    return exit.idle;
}


static ngx_uint_t
ngx_eo_rx_build_alternatives(ngx_eo_rx_builder_t *b, ngx_eo_rx_node_t *node,
    ngx_eo_rx_exit_t exit)
{
    ngx_uint_t         step, last, first;
    ngx_eo_rx_node_t  *child;

    first = 0;
    last = 0;

    for (child = node->first; child; child = child->next) {
        step = ngx_eo_rx_build(b, child, exit);

        if (child->next) {
            step = ngx_eo_rx_build_step(b, NGX_EO_RX_SPLIT, step, 0);
        }

        if (b->full) {
            return 0;
        }

        if (child == node->first) {
            first = step;

        } else {
            b->steps[last].arg = (uint16_t) step;
        }

        last = step;
    }

    return first;
}


/*
 * "x{2,4}" is "xx(?:x(?:x)?)?", "x{2,}" is "xx+", "x*" is "(?:x+)?".
 */

static ngx_uint_t
ngx_eo_rx_build_repeat(ngx_eo_rx_builder_t *b, ngx_eo_rx_node_t *node,
    ngx_eo_rx_exit_t exit)
{
    ngx_uint_t         i, copies;
    ngx_eo_rx_exit_t   past;
    ngx_eo_rx_node_t  *child;

    child = node->first;
    past = exit;
    copies = node->min;

    if (node->max == NGX_EO_RX_UNBOUNDED) {

        if (node->min == 0 && exit.idle == exit.busy && !child->nullable) {
            i = ngx_eo_rx_build_split(b, node->lazy, 0, exit.busy);
            exit.idle = i;
            exit.busy = i;
            exit.idle = ngx_eo_rx_build(b, child, exit);

            if (!b->full) {
                *(node->lazy ? &b->steps[i].arg : &b->steps[i].out) =
                                                       (uint16_t) exit.idle;
            }

            return i;
        }

        past.idle = ngx_eo_rx_build_loop(b, node, exit);

        if (node->min == 0) {
            return ngx_eo_rx_build_split(b, node->lazy, past.idle,
                                         exit.idle);
        }

        if (exit.idle != exit.busy && child->nullable && copies > 1) {
            exit.idle = exit.busy;
            past.busy = ngx_eo_rx_build_loop(b, node, exit);

        } else {
            past.busy = past.idle;
        }

        exit = past;
        copies--;

    } else {

        for (i = node->min; i < node->max && !b->full; i++) {
            ngx_eo_rx_build_before(b, child, &exit);

            exit.idle = ngx_eo_rx_build_split(b, node->lazy, exit.idle,
                                              past.idle);

            if (past.idle == past.busy) {
                exit.busy = exit.idle;

            } else {
                exit.busy = ngx_eo_rx_build_split(b, node->lazy, exit.busy,
                                                  past.busy);
            }
        }
    }

    for (i = 0; i < copies && !b->full; i++) {
        ngx_eo_rx_build_before(b, child, &exit);
    }

    return exit.idle;
}


/* "x+": the first round is one of its own where a round may read nothing */

static ngx_uint_t
ngx_eo_rx_build_loop(ngx_eo_rx_builder_t *b, ngx_eo_rx_node_t *node,
    ngx_eo_rx_exit_t exit)
{
    ngx_uint_t         again, round;
    ngx_eo_rx_exit_t   inner;
    ngx_eo_rx_node_t  *child;

    child = node->first;

    again = ngx_eo_rx_build_split(b, node->lazy, 0, exit.busy);

    inner.idle = exit.busy;
    inner.busy = again;

    round = ngx_eo_rx_build(b, child, inner);

    if (b->full) {
        return 0;
    }

    *(node->lazy ? &b->steps[again].arg : &b->steps[again].out) =
                                                           (uint16_t) round;

    if (exit.idle == exit.busy || !child->nullable) {
        return round;
    }

    inner.idle = exit.idle;

    return ngx_eo_rx_build(b, child, inner);
}


static ngx_uint_t
ngx_eo_rx_build_whole(ngx_eo_rx_builder_t *b, ngx_eo_rx_node_t *root,
    ngx_uint_t backwards)
{
    ngx_eo_rx_exit_t  exit;

    exit.idle = NGX_EO_RX_MATCH_STEP;
    exit.busy = NGX_EO_RX_MATCH_STEP;

    b->backwards = backwards;

    if (backwards) {
        b->max = 2 * NGX_EO_RX_STEPS_MAX;
    }

    return ngx_eo_rx_build(b, root, exit);
}


/* a later place has less priority */

static ngx_uint_t
ngx_eo_rx_build_anywhere(ngx_eo_rx_builder_t *b)
{
    ngx_uint_t        start, read;
    ngx_eo_rx_set_t   any;

    if (b->program->anchored) {
        return b->program->here;
    }

    ngx_eo_rx_set_clear(&any);
    ngx_eo_rx_set_invert_bytes(&any);
    ngx_eo_rx_set_settle(&any);

    b->max += 2;

    start = ngx_eo_rx_build_step(b, NGX_EO_RX_SPLIT, b->program->here, 0);
    read = ngx_eo_rx_build_step(b, NGX_EO_RX_READ, start,
                                ngx_eo_rx_build_set(b, &any));
    if (!b->full) {
        b->steps[start].arg = (uint16_t) read;
    }

    return start;
}


/* all that there is to match begins with "^" */

static ngx_uint_t
ngx_eo_rx_build_anchored(ngx_eo_rx_node_t *node)
{
    ngx_eo_rx_set_t    edge;
    ngx_eo_rx_node_t  *child;

    switch (node->kind) {

    case NGX_EO_RX_ASSERT:
        ngx_eo_rx_set_clear(&edge);
        ngx_eo_rx_set_put(&edge, NGX_EO_RX_EDGE);

        return ngx_eo_rx_set_is_equal(&node->assert->before[0], &edge)
               && ngx_eo_rx_set_is_empty(&node->assert->before[1]);

    case NGX_EO_RX_CAT:

        for (child = node->first; child; child = child->next) {

            if (ngx_eo_rx_build_anchored(child)) {
                return 1;
            }

            if (child->kind != NGX_EO_RX_ASSERT
                && child->kind != NGX_EO_RX_EMPTY)
            {
                return 0;
            }
        }

        return 0;

    case NGX_EO_RX_ALT:

        for (child = node->first; child; child = child->next) {
            if (!ngx_eo_rx_build_anchored(child)) {
                return 0;
            }
        }

        return 1;

    case NGX_EO_RX_REPEAT:
        return node->min > 0 && ngx_eo_rx_build_anchored(node->first);

    default:
        return 0;
    }
}


/* one set after another tells symbols of a class apart */

static void
ngx_eo_rx_build_classes(ngx_eo_rx_builder_t *b)
{
    uint16_t              split[2][NGX_EO_RX_SYMBOLS];
    ngx_uint_t            i, c, n, in;
    ngx_eo_rx_program_t  *program;

    program = b->program;

    ngx_memzero(program->classes, sizeof(program->classes));
    program->classes[NGX_EO_RX_EDGE] = 1;
    n = 2;

    for (i = 0; i < program->nsets; i++) {
        ngx_memset(split, 0xff, sizeof(split));
        n = 0;

        for (c = 0; c < NGX_EO_RX_SYMBOLS; c++) {
            in = ngx_eo_rx_set_has(&b->sets[i], c);

            if (split[in][program->classes[c]] == 0xffff) {
                split[in][program->classes[c]] = (uint16_t) n++;
            }

            program->classes[c] = split[in][program->classes[c]];
        }
    }

    program->nclasses = n;
    program->last = (program->classes[NGX_EO_RX_LAST]
                     != program->classes['\n']);
}


static ngx_int_t
ngx_eo_rx_build_members(ngx_eo_rx_builder_t *b)
{
    ngx_uint_t            i, c;
    ngx_eo_rx_program_t  *program;

    program = b->program;

    program->words = program->nsets / 32 + 1;
    program->members = ngx_pcalloc(b->pool, program->nclasses
                                            * program->words
                                            * sizeof(uint32_t));
    if (program->members == NULL) {
        return NGX_ERROR;
    }

    for (c = 0; c < NGX_EO_RX_SYMBOLS; c++) {

        for (i = 0; i < program->nsets; i++) {

            if (ngx_eo_rx_set_has(&b->sets[i], c)) {
                program->members[program->classes[c] * program->words
                                 + (i >> 5)] |= (uint32_t) 1 << (i & 31);
            }
        }
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_rx_build_same_context(ngx_eo_rx_program_t *program, ngx_uint_t a,
    ngx_uint_t c)
{
    ngx_uint_t          i, set;

    for (i = 0; i < program->nchecks * 2; i++) {
        set = program->checks[i / 2].before[i & 1];

        if (ngx_eo_rx_member(program, a, set)
            != ngx_eo_rx_member(program, c, set))
        {
            return 0;
        }
    }

    return 1;
}


static ngx_int_t
ngx_eo_rx_build_contexts(ngx_eo_rx_builder_t *b)
{
    ngx_uint_t            a, c;
    ngx_eo_rx_program_t  *program;

    program = b->program;

    program->contexts = ngx_palloc(b->pool,
                                   program->nclasses * sizeof(uint16_t));
    if (program->contexts == NULL) {
        return NGX_ERROR;
    }

    for (c = 0; c < program->nclasses; c++) {

        for (a = 0; !ngx_eo_rx_build_same_context(program, a, c); a++) {
            /* void */
        }

        program->contexts[c] = (uint16_t) a;
    }

    return NGX_OK;
}
