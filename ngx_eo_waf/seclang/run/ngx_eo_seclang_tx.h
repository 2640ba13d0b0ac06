
/*
 * A transaction: a request and its response as the rules see them.
 *
 * All texts that are handed in are referred to, not copied, and have to
 * live as long as the transaction.
 */


#ifndef _NGX_EO_SECLANG_TX_H_INCLUDED_
#define _NGX_EO_SECLANG_TX_H_INCLUDED_


#include "seclang/ruleset/ngx_eo_seclang.h"
#include "seclang/base/ngx_eo_seclang_budget.h"


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


#define NGX_EO_SECLANG_FROM_QUERY  1
#define NGX_EO_SECLANG_FROM_BODY   2
#define NGX_EO_SECLANG_FROM_DATA   3


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


/* what a rule that matched in full reports */

typedef struct {
    ngx_eo_seclang_rule_t     *rule;
    ngx_str_t                  msg;
    ngx_str_t                  data;

    /* last value that matched: "ARGS:foo" and the text */
    ngx_str_t                  name;
    ngx_str_t                  value;

    /* the limit of an expression was reached */
    ngx_uint_t                 limit;

    /* the rule ends the request */
    ngx_uint_t                 disruptive;
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
    NGX_EO_SECLANG_LIST_PART_HEADERS,
    NGX_EO_SECLANG_LIST_PART_NAMES,
    NGX_EO_SECLANG_LIST_PART_FILENAMES,
    NGX_EO_SECLANG_LIST_XML_TEXT,
    NGX_EO_SECLANG_LIST_XML_ATTRIBUTES,
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

    ngx_str_t                   content_type;
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


/* the request line and the connection; what is unknown is left empty */

typedef struct {
    ngx_str_t                   method;
    ngx_str_t                   uri;           /* as on the request line */
    ngx_str_t                   protocol;      /* "HTTP/1.1" */
    ngx_str_t                   request_line;
    ngx_str_t                   remote_addr;
    ngx_str_t                   remote_port;
    ngx_str_t                   remote_user;
    ngx_str_t                   server_addr;
    ngx_str_t                   server_port;
    ngx_str_t                   unique_id;
} ngx_eo_seclang_request_t;


/*
 * Starts a transaction.
 *
 * tx:     zeroed memory of the caller, with data, log, report, geo, store,
 *         start, prefilter and time set as wanted
 * set:    a linked rule set
 * limit:  bytes that the transaction may take
 *
 * Returns NGX_OK, or NGX_ERROR when out of memory; ngx_eo_seclang_tx_done()
 * has to be called in both cases.
 */

ngx_int_t ngx_eo_seclang_tx_init(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_ruleset_t *set, size_t limit);


/* gives all memory of a transaction back */

void ngx_eo_seclang_tx_done(ngx_eo_seclang_tx_t *tx);


/*
 * Sets the request line and the connection, and parses path and arguments.
 */

ngx_int_t ngx_eo_seclang_tx_request(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_request_t *request);


/*
 * Adds a request header; cookies and the content type are taken from it.
 */

ngx_int_t ngx_eo_seclang_tx_header(ngx_eo_seclang_tx_t *tx, ngx_str_t *name,
    ngx_str_t *value);


/*
 * Sets and parses the request body.
 *
 * body:      as much of it as is to be looked at, in one piece
 * complete:  whether that is all of it
 */

ngx_int_t ngx_eo_seclang_tx_body(ngx_eo_seclang_tx_t *tx, ngx_str_t *body,
    ngx_uint_t complete);


ngx_int_t ngx_eo_seclang_tx_response_header(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *name, ngx_str_t *value);
ngx_int_t ngx_eo_seclang_tx_response_status(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t status, ngx_str_t *protocol);
ngx_int_t ngx_eo_seclang_tx_response_body(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *body, ngx_uint_t complete);


/*
 * Runs a phase.
 *
 * Returns NGX_DECLINED to go on; NGX_DONE with tx->verdict, action, status
 * and url set if a rule ends the request; NGX_BUSY if the time is used up,
 * at tx->rule if that is not NULL; NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_seclang_run(ngx_eo_seclang_tx_t *tx, ngx_uint_t phase);


/*
 * Takes rules out of a transaction, or only a target of theirs.
 *
 * rules:   a bitmap over the plan that lives as long as the transaction
 * target:  what the rules do not look at; NULL for the rules themselves
 */

ngx_int_t ngx_eo_seclang_tx_remove(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_bitmap_t rules, ngx_eo_seclang_target_t *target);


/*
 * Keeps rules from one text of a transaction.
 *
 * rules:  a bitmap over the plan that lives as long as the transaction
 */

ngx_int_t ngx_eo_seclang_text_except(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text, ngx_eo_seclang_bitmap_t rules);


/* reads a TX variable; NGX_DECLINED if it is not set */

ngx_int_t ngx_eo_seclang_tx_get(ngx_eo_seclang_tx_t *tx, ngx_str_t *name,
    ngx_str_t *value);


/* for what fills transactions: body processors and the geo database */

ngx_int_t ngx_eo_seclang_add(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_list_e list, ngx_str_t *name, ngx_str_t *value,
    ngx_uint_t origin);

/*
 * Finds a member of TX, ENV or a persistent collection by its name, letter
 * case aside.  Returns its number, or NGX_DECLINED if there is none.
 */

ngx_int_t ngx_eo_seclang_list_find(ngx_eo_seclang_list_t *list,
    ngx_str_t *name);

ngx_int_t ngx_eo_seclang_add_argument(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *name, ngx_str_t *value, ngx_uint_t origin);
ngx_int_t ngx_eo_seclang_set_scalar(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable, ngx_str_t *value);
ngx_int_t ngx_eo_seclang_set_scalar_number(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable, ngx_int_t number);
ngx_int_t ngx_eo_seclang_parse_arguments(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *text, ngx_uint_t origin);


/* texts */

ngx_eo_seclang_text_t *ngx_eo_seclang_text(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *str);
ngx_eo_seclang_text_t *ngx_eo_seclang_text_from_number(
    ngx_eo_seclang_tx_t *tx, ngx_int_t number);

/* one that all transactions may have; it lives as long as the pool */

ngx_eo_seclang_text_t *ngx_eo_seclang_text_constant(ngx_pool_t *pool,
    ngx_str_t *str);

ngx_int_t ngx_eo_seclang_text_number(ngx_eo_seclang_text_t *text);
ngx_str_t *ngx_eo_seclang_text_string(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text);

/* transformations that may change a text */

static ngx_inline uint64_t
ngx_eo_seclang_text_classes(ngx_eo_seclang_text_t *text)
{
    if (!text->classified) {
        text->classes = ngx_eo_seclang_transform_classes(&text->str);
        text->classified = 1;
    }

    return text->classes;
}

/* what the transformations of a node make of a text */

ngx_eo_seclang_text_t *ngx_eo_seclang_derive_slow(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text, ngx_uint_t node);


static ngx_inline ngx_eo_seclang_text_t *
ngx_eo_seclang_derive(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_text_t *text,
    ngx_uint_t node)
{
    ngx_eo_seclang_node_t  *nodes;

    if (text->classified) {
        nodes = tx->set->nodes.elts;

        if (!(text->classes & nodes[node].classes)) {
            return text;
        }

        if (text->derived != NULL && text->derived[node] != NULL) {
            return text->derived[node];
        }
    }

    return ngx_eo_seclang_derive_slow(tx, text, node);
}


/*
 * All members of a variable.  Returns NULL when out of memory.
 */

ngx_eo_seclang_view_t *ngx_eo_seclang_view(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable);

/* the members of a variable that a target may select */

ngx_eo_seclang_view_t *ngx_eo_seclang_target_view(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_target_t *target);

/* what was known of arguments, files and the like has changed */

void ngx_eo_seclang_forget_views(ngx_eo_seclang_tx_t *tx);

/* the one member that a target without a pattern selects, or NULL */

ngx_eo_seclang_text_t *ngx_eo_seclang_first(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_target_t *target);


/*
 * Starts a phase: variables may have changed.  Returns NGX_ERROR when out of
 * memory.
 */

ngx_int_t ngx_eo_seclang_forget_candidates(ngx_eo_seclang_tx_t *tx);


/*
 * Says whether the prefilter lets a rule pass: 0 if its operator matches none
 * of its texts; NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_seclang_is_candidate(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *rule);


/* whether two texts of eight bytes at least differ by letter case at most */

ngx_uint_t ngx_eo_seclang_same_but_case(ngx_str_t *a, ngx_str_t *b);


/* the rules of a block that the prefilter lets pass, as bits */

ngx_int_t ngx_eo_seclang_block_candidates(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_block_t *block, uint64_t *bits);


/*
 * The value of a macro; "out" refers to memory of the set or of the arena.
 */

ngx_int_t ngx_eo_seclang_expand(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_macro_t *macro, ngx_str_t *out);


/* "ARGS:foo" in memory of the arena */

ngx_int_t ngx_eo_seclang_full_name(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable, ngx_str_t *name, ngx_str_t *out);


/* actions of a rule: at each match, and when it has matched in full */

ngx_int_t ngx_eo_seclang_at_match(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *rule);
ngx_int_t ngx_eo_seclang_at_end(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *rule);


/* the list of a persistent collection, and its number */

#define ngx_eo_seclang_is_collection(variable)                                \
    ((variable) == NGX_EO_SECLANG_VAR_IP                                      \
     || (variable) == NGX_EO_SECLANG_VAR_GLOBAL                               \
     || (variable) == NGX_EO_SECLANG_VAR_SESSION                              \
     || (variable) == NGX_EO_SECLANG_VAR_USER                                 \
     || (variable) == NGX_EO_SECLANG_VAR_RESOURCE)

ngx_uint_t ngx_eo_seclang_collection_list(ngx_uint_t variable);


/*
 * Body processors.  Each fills the transaction; NGX_DECLINED with "error"
 * set to a constant sentence says that the body is not well-formed.
 */

ngx_int_t ngx_eo_seclang_body_json(ngx_eo_seclang_tx_t *tx, ngx_str_t *body,
    ngx_str_t *error);
ngx_int_t ngx_eo_seclang_body_xml(ngx_eo_seclang_tx_t *tx, ngx_str_t *body,
    ngx_uint_t complete, ngx_str_t *error);
ngx_int_t ngx_eo_seclang_body_multipart(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *body, ngx_uint_t complete, ngx_str_t *error,
    size_t *no_files_len);


/*
 * The log line of a rule that matched, without what nginx puts before it.
 *
 * buf, last:  where to write; control characters and quotes are escaped
 *
 * Returns the end of what was written.
 */

u_char *ngx_eo_seclang_log_line(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report, u_char *buf, u_char *last);


#endif /* _NGX_EO_SECLANG_TX_H_INCLUDED_ */
