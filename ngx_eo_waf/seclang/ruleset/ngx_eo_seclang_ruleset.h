
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A compiled set of SecLang rules.
 *
 * Reading the files (ngx_eo_seclang_reader.c) fills the lists of a rule set;
 * linking it (ngx_eo_seclang_link.c) turns them into the plan of each phase.
 * Nothing of it changes afterwards, so that any number of servers and
 * transactions share one.
 */


#ifndef _NGX_EO_SECLANG_RULESET_H_INCLUDED_
#define _NGX_EO_SECLANG_RULESET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include "seclang/operator/ngx_eo_seclang_operator.h"
#include "seclang/prefilter/ngx_eo_seclang_prefilter.h"
#include "seclang/transform/ngx_eo_seclang_transform.h"
#include "ngx_eo_seclang_target.h"
#include "ngx_eo_seclang_xpath.h"


typedef struct ngx_eo_seclang_rule_s     ngx_eo_seclang_rule_t;
typedef struct ngx_eo_seclang_ruleset_s  ngx_eo_seclang_ruleset_t;
typedef struct ngx_eo_seclang_text_s     ngx_eo_seclang_text_t;


#define NGX_EO_SECLANG_REQUEST_HEADERS   1
#define NGX_EO_SECLANG_REQUEST_BODY      2
#define NGX_EO_SECLANG_RESPONSE_HEADERS  3
#define NGX_EO_SECLANG_RESPONSE_BODY     4
#define NGX_EO_SECLANG_LOGGING           5
#define NGX_EO_SECLANG_PHASES            6


typedef enum {
    NGX_EO_SECLANG_ENGINE_OFF = 0,
    NGX_EO_SECLANG_ENGINE_DETECTION,
    NGX_EO_SECLANG_ENGINE_ON
} ngx_eo_seclang_engine_e;


typedef enum {
    NGX_EO_SECLANG_BODY_NONE = 0,
    NGX_EO_SECLANG_BODY_URLENCODED,
    NGX_EO_SECLANG_BODY_MULTIPART,
    NGX_EO_SECLANG_BODY_JSON,
    NGX_EO_SECLANG_BODY_XML
} ngx_eo_seclang_body_e;


/* a text with %{...} in it; without parts it is its own value */

typedef struct {
    ngx_str_t                  literal;

    /* NULL for a literal */
    ngx_eo_seclang_target_t   *target;
} ngx_eo_seclang_macro_part_t;


typedef struct {
    ngx_str_t                  text;
    ngx_uint_t                 nparts;
    ngx_eo_seclang_macro_part_t     *parts;
} ngx_eo_seclang_macro_t;


typedef enum {
    NGX_EO_SECLANG_SET = 0,
    NGX_EO_SECLANG_ADD,
    NGX_EO_SECLANG_SUBTRACT,
    NGX_EO_SECLANG_UNSET
} ngx_eo_seclang_set_e;


/* setvar, expirevar and setenv */

typedef struct {
    ngx_eo_seclang_set_e       op;

    /* NGX_EO_SECLANG_VAR_TX or that of a persistent collection */
    ngx_uint_t                 variable;

    ngx_eo_seclang_macro_t     name;
    ngx_eo_seclang_macro_t     value;

    /* of a TX variable whose name has no macros, otherwise -1 */
    ngx_int_t                  slot;

    /* of a value without macros */
    ngx_int_t                  number;

    /* no TX variable with a slot has such a name */
    ngx_uint_t                 unnamed;

    /* what a TX variable with a slot is set to, if it is always the same */
    ngx_eo_seclang_text_t     *constant;
} ngx_eo_seclang_setvar_t;


/* initcol */

typedef struct {
    ngx_uint_t                 variable;
    ngx_eo_seclang_macro_t     key;
} ngx_eo_seclang_initcol_t;


typedef enum {
    NGX_EO_SECLANG_CTL_NONE = 0,
    NGX_EO_SECLANG_CTL_RULE_ENGINE,
    NGX_EO_SECLANG_CTL_REQUEST_BODY_ACCESS,
    NGX_EO_SECLANG_CTL_RESPONSE_BODY_ACCESS,
    NGX_EO_SECLANG_CTL_REQUEST_BODY_PROCESSOR,
    NGX_EO_SECLANG_CTL_RESPONSE_BODY_PROCESSOR,
    NGX_EO_SECLANG_CTL_FORCE_REQUEST_BODY,
    NGX_EO_SECLANG_CTL_REMOVE_BY_ID,
    NGX_EO_SECLANG_CTL_REMOVE_BY_TAG,
    NGX_EO_SECLANG_CTL_REMOVE_BY_MSG,
    NGX_EO_SECLANG_CTL_REMOVE_TARGET_BY_ID,
    NGX_EO_SECLANG_CTL_REMOVE_TARGET_BY_TAG,
    NGX_EO_SECLANG_CTL_REMOVE_TARGET_BY_MSG
} ngx_eo_seclang_ctl_e;


/* rules named by id, tag or message: one bit for each rule of the plan */

typedef uint64_t *ngx_eo_seclang_bitmap_t;

#define ngx_eo_seclang_bit(map, n)                                            \
    ((map)[(n) / 64] & ((uint64_t) 1 << ((n) % 64)))

#define ngx_eo_seclang_set_bit(map, n)                                        \
    ((map)[(n) / 64] |= ((uint64_t) 1 << ((n) % 64)))


typedef struct {
    ngx_eo_seclang_ctl_e       type;

    /* engine state, flag, or body processor */
    ngx_uint_t                 value;

    /* the rules as written; resolved when the set is linked */
    ngx_str_t                  which;
    ngx_eo_seclang_bitmap_t    rules;

    ngx_eo_seclang_target_t   *target;
} ngx_eo_seclang_ctl_t;


typedef enum {
    NGX_EO_SECLANG_PASS = 0,
    NGX_EO_SECLANG_BLOCK,
    NGX_EO_SECLANG_DENY,
    NGX_EO_SECLANG_DROP,
    NGX_EO_SECLANG_REDIRECT,
    NGX_EO_SECLANG_ALLOW,
    NGX_EO_SECLANG_ALLOW_PHASE,
    NGX_EO_SECLANG_ALLOW_REQUEST,
    NGX_EO_SECLANG_DISRUPTIVE_UNSET
} ngx_eo_seclang_disruptive_e;


/* statuses of a redirection; others are 302 */

#define ngx_eo_seclang_is_redirect(status)                                    \
    ((status) == 301 || (status) == 302 || (status) == 303                    \
     || (status) == 307 || (status) == 308)


#define NGX_EO_SECLANG_LOG_UNSET  2


/* the actions of a rule, or those that SecDefaultAction gives a phase */

typedef struct {
    ngx_uint_t                    id;
    ngx_uint_t                    phase;

    ngx_eo_seclang_disruptive_e   disruptive;
    ngx_uint_t                    status;
    ngx_eo_seclang_macro_t        redirect;

    ngx_uint_t                    log;
    ngx_uint_t                    severity;

    ngx_eo_seclang_macro_t        msg;
    ngx_eo_seclang_macro_t        logdata;
    ngx_str_t                     ver;
    ngx_str_t                     rev;
    ngx_str_t                     maturity;
    ngx_str_t                     accuracy;
    ngx_array_t                   tags;          /* ..._macro_t */

    ngx_array_t                   transforms;    /* ngx_uint_t */
    ngx_array_t                   setvars;       /* ..._setvar_t */
    ngx_array_t                   expires;       /* ..._setvar_t */
    ngx_array_t                   env;           /* ..._setvar_t */
    ngx_array_t                   initcols;      /* ..._initcol_t */
    ngx_array_t                   ctls;          /* ..._ctl_t */
    ngx_array_t                   namespaces;    /* ngx_keyval_t */

    ngx_uint_t                    skip;
    ngx_str_t                     skip_after;

    unsigned                      chain:1;
    unsigned                      capture:1;
    unsigned                      multi_match:1;
    unsigned                      no_transforms:1;
    unsigned                      msg_set:1;
    unsigned                      has_severity:1;
} ngx_eo_seclang_actions_t;


#define NGX_EO_SECLANG_END  NGX_MAX_INT_T_VALUE


struct ngx_eo_seclang_rule_s {
    ngx_str_t                     file;
    ngx_uint_t                    line;

    /* place in the plan; the bit of a bitmap */
    ngx_uint_t                    ordinal;

    ngx_eo_seclang_actions_t      actions;

    /* those of SecDefaultAction where the rule was read */
    ngx_eo_seclang_actions_t     *defaults;

    ngx_array_t                   targets;       /* ..._target_t */
    ngx_array_t                   exclusions;    /* ..._target_t */

    /* the argument of the operator, if it has macros */
    ngx_eo_seclang_operator_t     op;
    ngx_eo_seclang_macro_t        argument;

    /* node of the last transformation, and those of each for multiMatch */
    ngx_uint_t                    node;
    ngx_uint_t                    nnodes;
    ngx_uint_t                   *nodes;

    /*
     * Feeds of all texts to look at, NULL if they are not known: one for each
     * target, or with multiMatch for each target and transformation.
     */
    ngx_uint_t                   *feeds;
    ngx_uint_t                    nfeeds;

    /* number in the prefilter */
    ngx_uint_t                    unit;

    /* nodes of the texts that the prefilter looks at, likewise */
    ngx_uint_t                    scan_node;
    ngx_uint_t                   *scan_nodes;

    /* next rule of the chain */
    ngx_eo_seclang_rule_t        *next;

    /* where the phase goes on when the rule matches */
    ngx_uint_t                    jump;

    /* SecMarker */
    ngx_str_t                     marker;

    unsigned                      is_marker:1;
    /* SecAction: matches without targets and operator */
    unsigned                      unconditional:1;
    unsigned                      removed:1;
    /* has actions at a match besides the log */
    unsigned                      has_effects:1;
};


/*
 * A transformation applied to the result of another: what rules share, and
 * what a value is transformed to, is such a node.  Node 0 is the value.
 */

typedef struct {
    ngx_uint_t                    parent;
    ngx_uint_t                    transform;

    /* transformations on the way from node 0, as bits */
    uint64_t                      classes;
} ngx_eo_seclang_node_t;


/* what a target yields, transformed */

typedef struct {
    ngx_eo_seclang_target_t       target;
    ngx_uint_t                    node;

    /* the feed of the same target that is not transformed */
    ngx_uint_t                    base;

    /* of the request line or its headers, which no later phase changes */
    ngx_uint_t                    fixed;

    /* some rule that looks at it requires something of a text */
    ngx_uint_t                    scanned;
} ngx_eo_seclang_feed_t;


/* a directive that changes rules read before or after it */

typedef enum {
    NGX_EO_SECLANG_REMOVE_BY_ID = 0,
    NGX_EO_SECLANG_REMOVE_BY_TAG,
    NGX_EO_SECLANG_REMOVE_BY_MSG,
    NGX_EO_SECLANG_UPDATE_TARGET_BY_ID,
    NGX_EO_SECLANG_UPDATE_TARGET_BY_TAG,
    NGX_EO_SECLANG_UPDATE_TARGET_BY_MSG,
    NGX_EO_SECLANG_UPDATE_ACTION_BY_ID
} ngx_eo_seclang_update_e;


typedef struct {
    ngx_eo_seclang_update_e       type;
    ngx_str_t                     which;
    ngx_array_t                   targets;
    ngx_array_t                   exclusions;
    ngx_eo_seclang_actions_t      actions;
    ngx_str_t                     file;
    ngx_uint_t                    line;
} ngx_eo_seclang_update_t;


/* what is asked of each rule of a phase, in one place */

typedef struct {
    ngx_eo_seclang_rule_t        *rule;
    uint32_t                      block;

    /* where the phase goes on when the rule matches */
    uint32_t                      jump;

    /* orders of the variable and the number that match */
    unsigned                      orders:16;

    /* compares TX variables with a number; others of a chain may follow */
    unsigned                      compare:1;

    /* a match sets TX variables at most, besides where the phase goes on */
    unsigned                      plain:1;

    /* compares, and a match changes where the phase goes on alone */
    unsigned                      gate:1;
} ngx_eo_seclang_step_t;


/* a feed, and the rules of a block that look at it */

typedef struct {
    ngx_uint_t                    feed;
    uint64_t                      rules;
} ngx_eo_seclang_look_t;


/*
 * Rules of a phase that are run one after the other: nothing leads into
 * their midst, and only the last one may lead elsewhere.  The prefilter has a
 * say in all of them, and their bits are those of one word, or in none.
 */

typedef struct {
    ngx_uint_t                    word;

    /* the rule of bit 0, which may be before the first one of the phase */
    ngx_int_t                     base;

    /* the rule after the block */
    ngx_uint_t                    end;

    uint64_t                      all;

    /* none if the prefilter has no say */
    ngx_eo_seclang_look_t        *looks;
    ngx_uint_t                    nlooks;
} ngx_eo_seclang_block_t;


typedef struct {
    ngx_eo_seclang_rule_t       **rules;
    ngx_eo_seclang_step_t        *steps;
    ngx_uint_t                    nrules;
    ngx_array_t                   blocks;        /* ..._block_t */
} ngx_eo_seclang_phase_t;


struct ngx_eo_seclang_ruleset_s {
    ngx_pool_t                   *pool;

    /* settings, as SecLang's directives have them */

    ngx_eo_seclang_engine_e       engine;
    ngx_uint_t                    request_body_access;
    ngx_uint_t                    response_body_access;
    size_t                        request_body_limit;
    size_t                        request_body_no_files_limit;
    size_t                        response_body_limit;
    ngx_uint_t                    request_body_reject;
    ngx_uint_t                    response_body_reject;
    ngx_uint_t                    json_depth_limit;
    ngx_uint_t                    arguments_limit;
    ngx_uint_t                    upload_file_limit;
    ngx_uint_t                    collection_timeout;
    ngx_uint_t                    match_limit;
    u_char                        argument_separator;
    ngx_str_t                     component;
    ngx_str_t                     geo_database;
    ngx_str_t                     web_app_id;
    ngx_array_t                   response_mime_types;    /* ngx_str_t */
    ngx_uint_t                    response_mime_types_set;
    ngx_eo_seclang_unicode_map_t *unicode_map;

    /* what was read */

    ngx_array_t                   all;           /* ..._rule_t * */
    ngx_array_t                   updates;       /* ..._update_t */
    ngx_eo_seclang_actions_t     *defaults[NGX_EO_SECLANG_PHASES];

    /* the plan */

    ngx_eo_seclang_phase_t        phases[NGX_EO_SECLANG_PHASES];
    ngx_array_t                   plan;          /* ..._rule_t *, ordinals */
    ngx_array_t                   nodes;         /* ..._node_t */
    ngx_array_t                   feeds;         /* ..._feed_t */
    ngx_eo_seclang_prefilter_t   *prefilter;

    /* what the prefilter says of a text that it does not look at */
    uint64_t                     *unscanned;

    /* 0xff for feeds that are fixed, in words of eight */
    uint64_t                     *fixed;
    ngx_uint_t                    nfixed;
    ngx_array_t                   slots;         /* ngx_str_t, TX names */
    ngx_array_t                   warnings;      /* ngx_str_t */
    ngx_array_t                   xpaths;        /* ..._xpath_t */

    /* what TX:MSC_PCRE_LIMITS_EXCEEDED is set to */
    ngx_eo_seclang_text_t        *exceeded;

    /* variables that some rule or macro names */
    u_char                        used[NGX_EO_SECLANG_VARIABLES];
};


/* the first ten slots of TX are those of captures: TX:0 to TX:9 */

#define NGX_EO_SECLANG_CAPTURE_SLOTS  10

/* the one behind them is that of MSC_PCRE_LIMITS_EXCEEDED */

#define NGX_EO_SECLANG_LIMIT_SLOT     NGX_EO_SECLANG_CAPTURE_SLOTS


/*
 * Creates an empty rule set with ModSecurity's defaults.
 *
 * pool:  owns the set and all that is read into it
 *
 * Returns NULL when out of memory.
 */

ngx_eo_seclang_ruleset_t *ngx_eo_seclang_create(ngx_pool_t *pool);


/*
 * Prepares actions that say nothing.
 */

ngx_int_t ngx_eo_seclang_actions_init(ngx_pool_t *pool,
    ngx_eo_seclang_actions_t *actions);


/*
 * Finds the slot of a TX variable, letter case aside.
 *
 * Returns -1 if no rule names the variable.
 */

ngx_int_t ngx_eo_seclang_slot_find(ngx_eo_seclang_ruleset_t *set,
    ngx_str_t *name);


/* the same, with a new slot for a new name; NGX_ERROR when out of memory */

ngx_int_t ngx_eo_seclang_slot_add(ngx_eo_seclang_ruleset_t *set,
    ngx_str_t *name);


#endif /* _NGX_EO_SECLANG_RULESET_H_INCLUDED_ */
