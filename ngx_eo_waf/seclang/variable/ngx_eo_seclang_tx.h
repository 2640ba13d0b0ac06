
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A transaction: a request and its response as the rules see them.
 *
 * All texts that are handed in are referred to, not copied, and have to
 * live as long as the transaction.
 */


#ifndef _NGX_EO_SECLANG_TX_H_INCLUDED_
#define _NGX_EO_SECLANG_TX_H_INCLUDED_


#include "seclang/base/ngx_eo_seclang_budget.h"
#include "seclang/ruleset/ngx_eo_seclang_ruleset.h"


typedef struct ngx_eo_seclang_tx_s  ngx_eo_seclang_tx_t;


/* what a transformation has made of a text */

typedef struct ngx_eo_seclang_result_s  ngx_eo_seclang_result_t;

struct ngx_eo_seclang_result_s {
    ngx_uint_t                 transform;
    ngx_eo_seclang_text_t     *text;
    ngx_eo_seclang_result_t   *next;
};


/*
 * A text that operators look at.  What transformations make of it is kept,
 * so that each is computed at most once; a text that a transformation leaves
 * as it is stands for the result, too.
 */

struct ngx_eo_seclang_text_s {
    ngx_str_t                  str;
    ngx_int_t                  number;

    /* transformations that may change the text */
    uint64_t                   classes;

    /* by transformations that have changed it */
    ngx_eo_seclang_result_t   *results;

    /* results by node; NULL as long as there are none */
    ngx_eo_seclang_text_t    **derived;

    /* rules of the plan that do not look at it, or NULL */
    ngx_eo_seclang_bitmap_t    excepted;

    /* what the prefilter says of it; NULL if it was not asked */
    uint64_t                  *candidates;

    unsigned                   is_string:1;
    unsigned                   is_number:1;
    unsigned                   classified:1;

    /* of the rule set: nothing that belongs to a transaction is kept here */
    unsigned                   constant:1;
};


/* a member of a collection, with its name as a text of its own */

typedef struct {
    ngx_eo_seclang_text_t      name;
    ngx_eo_seclang_text_t      value;
    ngx_uint_t                 origin;

    /* of the name, in lists that are searched by it */
    uint64_t                   hash;
} ngx_eo_seclang_member_t;


#define NGX_EO_SECLANG_FROM_ANY    0
#define NGX_EO_SECLANG_FROM_QUERY  1
#define NGX_EO_SECLANG_FROM_BODY   2
#define NGX_EO_SECLANG_FROM_DATA   3

/* a name only: that of an object or an array */
#define NGX_EO_SECLANG_FROM_NAME   4


typedef struct {
    ngx_eo_seclang_member_t  **elts;
    ngx_uint_t                 nelts;
    ngx_uint_t                 nalloc;
} ngx_eo_seclang_list_t;


/* what the prefilter says of all texts of a feed */

typedef struct {
    /* NULL if there are no texts */
    uint64_t                  *bits;

    /* transformations that may change some text */
    uint64_t                   classes;
} ngx_eo_seclang_feed_bits_t;


/* what a variable yields: names and texts */

typedef struct {
    ngx_str_t                 *name;
    ngx_eo_seclang_text_t     *text;
} ngx_eo_seclang_item_t;


typedef struct {
    ngx_eo_seclang_item_t     *items;
    ngx_uint_t                 nitems;
    ngx_uint_t                 valid;
} ngx_eo_seclang_view_t;


typedef struct {
    ngx_uint_t                 variable;
    ngx_str_t                 *name;
    ngx_eo_seclang_text_t     *text;
} ngx_eo_seclang_matched_t;


typedef struct {
    ngx_eo_seclang_bitmap_t    rules;
    ngx_eo_seclang_target_t   *target;
} ngx_eo_seclang_removal_t;


/*
 * Variables that outlive a transaction, in collections that have a key.
 * Names, keys and values are copied.  "variable" is that of the collection.
 */

typedef struct ngx_eo_seclang_store_s  ngx_eo_seclang_store_t;

struct ngx_eo_seclang_store_s {

    /* of the store */
    void  *data;

    /* adds what there is to the list; NGX_ERROR when out of memory */
    ngx_int_t  (*load)(ngx_eo_seclang_store_t *store,
        ngx_eo_seclang_tx_t *tx, ngx_uint_t variable, ngx_str_t *key);

    /* the timeout, in seconds, is that of the collection */
    void  (*set)(ngx_eo_seclang_store_t *store, ngx_uint_t variable,
        ngx_str_t *key, ngx_str_t *name, ngx_str_t *value,
        ngx_uint_t timeout);

    /* at once for all who do so; returns the sum */
    ngx_int_t  (*add)(ngx_eo_seclang_store_t *store, ngx_uint_t variable,
        ngx_str_t *key, ngx_str_t *name, ngx_int_t number,
        ngx_uint_t timeout);

    void  (*unset)(ngx_eo_seclang_store_t *store, ngx_uint_t variable,
        ngx_str_t *key, ngx_str_t *name);

    void  (*expire)(ngx_eo_seclang_store_t *store, ngx_uint_t variable,
        ngx_str_t *key, ngx_str_t *name, ngx_uint_t seconds);
};


/* what a rule of a chain says, with its macros replaced */

typedef struct {
    ngx_str_t                  msg;
    ngx_str_t                  data;
} ngx_eo_seclang_note_t;


/* what a rule that matched in full reports */

typedef struct {
    ngx_eo_seclang_rule_t     *rule;

    /* of the rule, and of those behind it in its chain that say something */
    ngx_eo_seclang_note_t     *notes;
    ngx_uint_t                 nnotes;

    /* as many as the rule has */
    ngx_str_t                 *tags;

    /* of the operator of the last rule */
    ngx_str_t                  argument;

    /* last value that matched: "ARGS:foo" and the text */
    ngx_str_t                  name;
    ngx_str_t                  value;

    /* the limit of an expression was reached */
    ngx_uint_t                 limit;

    /* the rule ends the request */
    ngx_uint_t                 disruptive;

    /* the rule asks for a line */
    ngx_uint_t                 log;
} ngx_eo_seclang_report_t;


typedef void (*ngx_eo_seclang_report_pt)(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report);


/* looks an address up for @geoLookup; sets members by ..._geo_set() */

typedef ngx_int_t (*ngx_eo_seclang_geo_pt)(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *address);


typedef enum {
    NGX_EO_SECLANG_LIST_ARGS = 0,
    NGX_EO_SECLANG_LIST_COOKIES,
    NGX_EO_SECLANG_LIST_HEADERS,
    NGX_EO_SECLANG_LIST_RESPONSE_HEADERS,
    NGX_EO_SECLANG_LIST_FILES,
    NGX_EO_SECLANG_LIST_FILE_SIZES,
    NGX_EO_SECLANG_LIST_FILE_CONTENTS,
    NGX_EO_SECLANG_LIST_PART_HEADERS,
    NGX_EO_SECLANG_LIST_PART_NAMES,
    NGX_EO_SECLANG_LIST_PART_FILENAMES,
    NGX_EO_SECLANG_LIST_XML_TEXT,
    NGX_EO_SECLANG_LIST_XML_ATTRIBUTES,
    NGX_EO_SECLANG_LIST_RESPONSE_ARGS,
    NGX_EO_SECLANG_LIST_RESPONSE_XML_TEXT,
    NGX_EO_SECLANG_LIST_RESPONSE_XML_ATTRIBUTES,
    NGX_EO_SECLANG_LIST_TX,
    NGX_EO_SECLANG_LIST_ENV,
    NGX_EO_SECLANG_LIST_GEO,
    NGX_EO_SECLANG_LIST_IP,
    NGX_EO_SECLANG_LIST_GLOBAL,
    NGX_EO_SECLANG_LIST_SESSION,
    NGX_EO_SECLANG_LIST_USER,
    NGX_EO_SECLANG_LIST_RESOURCE,
    NGX_EO_SECLANG_LISTS
} ngx_eo_seclang_list_e;


#define NGX_EO_SECLANG_COLLECTIONS  5


struct ngx_eo_seclang_tx_s {
    ngx_eo_seclang_ruleset_t   *set;
    ngx_eo_seclang_arena_t      arena;

    /* of the caller */
    void                       *data;
    ngx_log_t                  *log;
    ngx_eo_seclang_report_pt    report;
    ngx_eo_seclang_geo_pt       geo;
    ngx_eo_seclang_store_t     *store;
    time_t                      now;
    ngx_msec_t                  start;

    /* rules of the plan left out for this transaction, or NULL */
    ngx_eo_seclang_bitmap_t     skipped;

    /* rules that are only watched: they add to no score and end nothing */
    ngx_eo_seclang_bitmap_t     monitored;

    ngx_uint_t                  nremovals;
    ngx_uint_t                  nremovals_alloc;
    ngx_eo_seclang_removal_t   *removals;

    ngx_eo_seclang_engine_e     engine;

    /* no rule can make more of it than DetectionOnly */
    ngx_uint_t                  monitor;

    ngx_uint_t                  request_body_access;
    ngx_uint_t                  response_body_access;
    ngx_uint_t                  force_body;
    ngx_eo_seclang_body_e       body_processor;
    ngx_eo_seclang_body_e       response_processor;

    /* what body processors find is of the response */
    ngx_uint_t                  in_response;

    ngx_str_t                   content_type;

    /* headers that say so, and differ */
    ngx_uint_t                  body_types;

    /* of the request, as far as it is looked at */
    ngx_str_t                   body;
    size_t                      arguments_size;

    ngx_eo_seclang_list_t       lists[NGX_EO_SECLANG_LISTS];
    ngx_eo_seclang_text_t      *scalars[NGX_EO_SECLANG_VARIABLES];
    ngx_eo_seclang_view_t       views[NGX_EO_SECLANG_VARIABLES];

    /* TX variables that rules name */
    ngx_eo_seclang_text_t     **slots;

    /* rules that can match are looked for first */
    ngx_uint_t                  prefilter;

    /* nanoseconds for the request, and for the response; 0: no limit */
    int64_t                     time;
    ngx_eo_seclang_budget_t     budget;

    ngx_uint_t                  nwords;
    uint64_t                   *candidates;
    ngx_eo_seclang_feed_bits_t *feeds;

    /* which of them are known in this phase */
    u_char                     *feeds_done;

    /* keys of initcol; empty for a collection that is not there */
    ngx_str_t                   keys[NGX_EO_SECLANG_COLLECTIONS];

    /* state of the rule being evaluated */
    ngx_uint_t                  phase;
    ngx_eo_seclang_rule_t      *rule;       /* or the one that was the last */
    ngx_uint_t                  nmatched;
    ngx_uint_t                  nmatched_alloc;
    ngx_eo_seclang_matched_t   *matched;
    ngx_uint_t                  limit;
    ngx_uint_t                  highest_severity;
    ngx_eo_seclang_disruptive_e allow;

    /* status of blocked requests, for the log; 0: that of the rule */
    ngx_uint_t                  block_status;

    /* verdict */
    ngx_eo_seclang_rule_t      *verdict;
    ngx_eo_seclang_disruptive_e action;
    ngx_uint_t                  status;
    ngx_str_t                   url;
};


#endif /* _NGX_EO_SECLANG_TX_H_INCLUDED_ */
