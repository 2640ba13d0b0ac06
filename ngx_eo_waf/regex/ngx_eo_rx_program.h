
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * An expression as an automaton that may be in several states at once, and
 * how it goes on with a symbol.
 */


#ifndef _NGX_EO_RX_PROGRAM_H_INCLUDED_
#define _NGX_EO_RX_PROGRAM_H_INCLUDED_


#include "ngx_eo_rx_tree.h"


/* a larger one is not taken; repeats with bounds make as many copies */
#define NGX_EO_RX_STEPS_MAX   30000

/* the step that ends a match */
#define NGX_EO_RX_MATCH_STEP  0


typedef enum {
    NGX_EO_RX_MATCH = 0,

    /* reads a symbol of the set "arg" */
    NGX_EO_RX_READ,

    /* goes on at "out", or, with less priority, at "arg" */
    NGX_EO_RX_SPLIT,

    /* goes on if the condition "arg" holds */
    NGX_EO_RX_CHECK
} ngx_eo_rx_step_e;


typedef struct {
    uint16_t                kind;
    uint16_t                out;
    uint16_t                arg;
} ngx_eo_rx_step_t;


/* sets, as in ngx_eo_rx_assert_t */

typedef struct {
    uint16_t                before[2];
    uint16_t                after[2];

    /* no need to know what comes after: the first, the second, or both */
    unsigned                any0:1;
    unsigned                any1:1;
    unsigned                any:1;
} ngx_eo_rx_check_t;


typedef struct {
    ngx_eo_rx_step_t       *steps;
    ngx_uint_t              nsteps;

    ngx_eo_rx_check_t      *checks;
    ngx_uint_t              nchecks;

    /* where reading begins: at one place, at any place, backwards */
    ngx_uint_t              here;
    ngx_uint_t              anywhere;
    ngx_uint_t              backwards;

    /*
     * Symbols that no set tells apart are of one class.  "members" has a row
     * of bits for each class: the sets that it is in.
     */

    uint16_t                classes[NGX_EO_RX_SYMBOLS];
    ngx_uint_t              nclasses;
    uint32_t               *members;
    ngx_uint_t              words;
    ngx_uint_t              nsets;

    /* classes that no condition on what is before tells apart */
    uint16_t               *contexts;

    /* starts at the beginning of a text or nowhere */
    unsigned                anchored:1;

    /* the last line feed differs from others */
    unsigned                last:1;
} ngx_eo_rx_program_t;


#define ngx_eo_rx_member(program, class, set)                                 \
    (((program)->members[(class) * (program)->words + ((set) >> 5)]           \
      >> ((set) & 31)) & 1)


/* Returns NGX_OK, NGX_DECLINED with the reason, or NGX_ERROR */
ngx_int_t ngx_eo_rx_program(ngx_pool_t *pool, ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_node_t *root, ngx_eo_rx_program_t *program);


/* which of the matches that there are is looked for */

typedef enum {

    /* any: yes or no */
    NGX_EO_RX_ANY = 0,

    /* the one that comes first in the expression */
    NGX_EO_RX_FIRST,

    /* the longest */
    NGX_EO_RX_LONGEST
} ngx_eo_rx_mode_e;


/*
 * The steps that are waiting for a symbol, in order of priority.  Conditions
 * that depend on the next symbol are among them.
 */

typedef struct {
    uint16_t               *steps;
    ngx_uint_t              n;

    /* the class before, as far as the conditions tell it apart */
    uint16_t                context;

    /* a match ended before the last symbol */
    unsigned                match:1;

    /* conditions are among the steps */
    unsigned                waiting:1;
} ngx_eo_rx_list_t;


/* memory to work in; one in a process is enough */

typedef struct {
    uint16_t               *seen;
    uint16_t               *place;
    uint16_t               *stack;
    uint16_t               *resolved;
    uint16_t               *lists[2];
    ngx_uint_t              size;
} ngx_eo_rx_scratch_t;


ngx_eo_rx_scratch_t *ngx_eo_rx_scratch(ngx_eo_rx_program_t *program);

/*
 * The list to begin with, after a symbol of a class.  Both return NGX_OK, or
 * NGX_DONE if there is a match and any will do.
 */
ngx_int_t ngx_eo_rx_begin_list(ngx_eo_rx_program_t *program,
    ngx_eo_rx_mode_e mode, ngx_uint_t start, ngx_uint_t before,
    ngx_eo_rx_list_t *list);
ngx_int_t ngx_eo_rx_advance(ngx_eo_rx_program_t *program,
    ngx_eo_rx_mode_e mode, ngx_eo_rx_list_t *from, ngx_uint_t class,
    ngx_eo_rx_list_t *list);


#endif /* _NGX_EO_RX_PROGRAM_H_INCLUDED_ */
