
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The expression language of web protection, for example
 *
 *     ${http.request.host} like ["*.example.com"] and not
 *     ${http.request.ip} in ["192.0.2.0/24", ${security.ip_group["office"]}]
 *
 * Expressions are compiled once, at configuration time, within one
 * environment; they read the request through slots, so that what several
 * expressions look at is fetched once a request.
 */


#ifndef _NGX_EO_EXPR_H_INCLUDED_
#define _NGX_EO_EXPR_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_EO_EXPR_MAX_SIZE      65536    /* bytes of an expression */
#define NGX_EO_EXPR_MAX_NESTING   100      /* parentheses and "not" */
#define NGX_EO_EXPR_MAX_LIST      4096     /* values of one list */
#define NGX_EO_EXPR_MAX_REGEX     4096     /* bytes of a regular expression */
#define NGX_EO_EXPR_MAX_GROUPS    8        /* address groups of one list */

/* steps of one regular expression over one value */
#define NGX_EO_EXPR_MATCH_LIMIT   100000

/* expressions that may run into the limit in one request, others not run */
#define NGX_EO_EXPR_MATCH_LIMITS  4

#define NGX_EO_EXPR_ERROR_LEN     512


/* what an expression says of a request */

typedef enum {
    NGX_EO_EXPR_FALSE = 0,

    /* it asks for the content of a header, argument or cookie not there */
    NGX_EO_EXPR_UNKNOWN,

    /*
     * a regular expression reached its limit, or a value can be read in more
     * than one way, and the rest did not decide
     */
    NGX_EO_EXPR_LIMIT,

    NGX_EO_EXPR_TRUE
} ngx_eo_expr_result_e;


typedef enum {
    NGX_EO_FIELD_SCHEME = 0,
    NGX_EO_FIELD_ZONE,
    NGX_EO_FIELD_HOST,
    NGX_EO_FIELD_FULL_URI,
    NGX_EO_FIELD_METHOD,
    NGX_EO_FIELD_URI,
    NGX_EO_FIELD_PATH,
    NGX_EO_FIELD_QUERY,
    NGX_EO_FIELD_FILE_EXTENSION,
    NGX_EO_FIELD_FILENAME,
    NGX_EO_FIELD_HEADER,
    NGX_EO_FIELD_ARG,
    NGX_EO_FIELD_COOKIE,
    NGX_EO_FIELD_FORM,
    NGX_EO_FIELD_VERSION,
    NGX_EO_FIELD_IP,
    NGX_EO_FIELD_PORT,
    NGX_EO_FIELD_XFF_IP,
    NGX_EO_FIELD_VARIABLE,
    NGX_EO_FIELD_MEMBER_KEY,
    NGX_EO_FIELD_MEMBER_VALUE,
    NGX_EO_FIELD_COUNTRY_CODE,
    NGX_EO_FIELD_ASN,
    NGX_EO_FIELD_SERVER_IP,
    NGX_EO_FIELD_SERVER_PORT,
    NGX_EO_FIELD_PROTOCOL,
    NGX_EO_FIELD_PAYLOAD
} ngx_eo_field_e;


#define NGX_EO_FIELD_KEYED     0x001  /* is written with ["key"] */
#define NGX_EO_FIELD_ADDRESS   0x002
#define NGX_EO_FIELD_NUMBER    0x004
#define NGX_EO_FIELD_OPTIONAL  0x008  /* without content nothing holds */
#define NGX_EO_FIELD_COMMON    0x010  /* a few values cover most requests */
#define NGX_EO_FIELD_NOCASE    0x020  /* its keys have no letter case */
#define NGX_EO_FIELD_DOTTED    0x040  /* values begin with a dot */
#define NGX_EO_FIELD_REFUSED   0x080  /* the text says why */
#define NGX_EO_FIELD_MEMBER    0x100  /* of a member, not of a request */
#define NGX_EO_FIELD_COUNTRY   0x200  /* values are codes of countries */
#define NGX_EO_FIELD_SESSION   0x400  /* of a TCP or UDP session */


typedef struct {
    ngx_str_t                  name;
    ngx_eo_field_e             id;
    ngx_uint_t                 flags;

    /* the nginx variable behind it, or why the field is refused */
    ngx_str_t                  text;
} ngx_eo_expr_field_t;


typedef struct {
    ngx_eo_expr_field_t       *field;
    ngx_str_t                  key;
    ngx_int_t                  variable;   /* for the owner of "get" */
} ngx_eo_expr_slot_t;


/*
 * The value of a slot in one request.  "get" sets text, and of an address
 * that it has in binary form addr and has_addr as well; all else is derived.
 */

typedef struct {
    ngx_str_t                  text;
    ngx_str_t                  lower;
    u_char                     addr[16];   /* IPv4 as ::ffff:a.b.c.d */

    unsigned                   known:1;
    unsigned                   present:1;
    unsigned                   undecided:1;
    unsigned                   lowered:1;
    unsigned                   addr_known:1;
    unsigned                   has_addr:1;
} ngx_eo_expr_value_t;


/*
 * Finds the address group that an expression names.  A group may be defined
 * after its use, so the owner may create it here and check it at the end.
 * Returns NULL when out of memory.
 */

typedef void *(*ngx_eo_expr_group_pt)(void *data, ngx_str_t *name);

/*
 * Whether an address is in a group: family is AF_INET with 4 bytes or
 * AF_INET6 with 16, in network order.
 */

typedef ngx_uint_t (*ngx_eo_expr_group_match_pt)(void *group, ngx_int_t family,
    u_char *addr);

/*
 * Fetches the value of a slot.  Returns NGX_OK, NGX_DECLINED if the request
 * has no such thing, NGX_ABORT if it cannot be told whether and what it has,
 * or NGX_ERROR when out of memory.  The text has to live as long as the
 * context.
 */

typedef ngx_int_t (*ngx_eo_expr_get_pt)(void *data, ngx_eo_expr_slot_t *slot,
    ngx_eo_expr_value_t *value);


typedef struct ngx_eo_expr_s        ngx_eo_expr_t;
typedef struct ngx_eo_expr_regex_s  ngx_eo_expr_regex_t;
typedef struct ngx_eo_expr_index_s  ngx_eo_expr_index_t;
typedef struct ngx_eo_regex_env_s   ngx_eo_regex_env_t;


typedef struct {
    ngx_pool_t                *pool;
    ngx_array_t                slots;      /* of ngx_eo_expr_slot_t */
    ngx_eo_regex_env_t        *regex;

    void                      *data;
    ngx_eo_expr_group_pt       group;
    ngx_eo_expr_group_match_pt group_match;

    /* expressions look at one member, such as a cookie: key and value */
    ngx_uint_t                 members;

    /* expressions look at a session of TCP or UDP, and not at a request */
    ngx_uint_t                 sessions;
} ngx_eo_expr_env_t;


typedef struct {
    size_t                     column;     /* from 1 */
    size_t                     len;
    u_char                     text[NGX_EO_EXPR_ERROR_LEN];
} ngx_eo_expr_error_t;


/* one request under evaluation */

typedef struct {
    ngx_eo_expr_env_t         *env;
    ngx_pool_t                *pool;
    ngx_eo_expr_value_t       *values;     /* one a slot */
    void                      *data;
    ngx_eo_expr_get_pt         get;
    ngx_uint_t                 limits;     /* regex limits reached so far */
    ngx_uint_t                 failed;     /* out of memory */
    ngx_uint_t                 undecided;  /* a value is */
} ngx_eo_expr_ctx_t;


/*
 * Creates an environment.
 *
 * pool:   owns the environment and all that is compiled in it
 * data:   handed to group()
 * group:  see above; may be NULL where no group can be named
 *
 * Returns NULL when out of memory.
 */

ngx_eo_expr_env_t *ngx_eo_expr_env_create(ngx_pool_t *pool, void *data,
    ngx_eo_expr_group_pt group, ngx_eo_expr_group_match_pt match);

/*
 * Compiles an expression.
 *
 * text:   is copied as far as needed
 * error:  receives the message and its column when NULL is returned
 */

ngx_eo_expr_t *ngx_eo_expr_compile(ngx_eo_expr_env_t *env, ngx_str_t *text,
    ngx_eo_expr_error_t *error);

/*
 * Finds or adds the slot of a field.
 *
 * name:  such as "http.request.headers"
 * key:   such as "user-agent", or an empty string
 *
 * Returns its number, or NGX_ERROR with a message.
 */

ngx_int_t ngx_eo_expr_slot(ngx_eo_expr_env_t *env, ngx_str_t *name,
    ngx_str_t *key, ngx_eo_expr_error_t *error);

/*
 * Whether the expression reads a field; for what has to be prepared, such
 * as the request body.
 */

ngx_uint_t ngx_eo_expr_reads(ngx_eo_expr_env_t *env, ngx_eo_expr_t *expr,
    ngx_eo_field_e id);

/*
 * Hands the texts of "in" and "like" that a field is compared with to a
 * handler, in lower case.  It may cut them, and what it returns other than
 * NGX_OK ends this and is returned.
 */

typedef ngx_int_t (*ngx_eo_expr_text_pt)(void *data, ngx_str_t *text);

ngx_int_t ngx_eo_expr_texts(ngx_eo_expr_env_t *env, ngx_eo_expr_t *expr,
    ngx_eo_field_e id, ngx_eo_expr_text_pt handler, void *data);

/* Whether the expression is "*", which holds for every request. */

ngx_uint_t ngx_eo_expr_always(ngx_eo_expr_t *expr);

/*
 * Begins the evaluation of a request; all expressions of the environment
 * have to be compiled by then.
 *
 * pool:  owns derived values and the table of slots
 * data:  handed to get()
 */

ngx_int_t ngx_eo_expr_ctx_init(ngx_eo_expr_ctx_t *ctx,
    ngx_eo_expr_env_t *env, ngx_pool_t *pool, void *data,
    ngx_eo_expr_get_pt get);

/* The same with a zeroed table of the caller's: a value for each slot. */

static ngx_inline void
ngx_eo_expr_ctx_set(ngx_eo_expr_ctx_t *ctx, ngx_eo_expr_env_t *env,
    ngx_pool_t *pool, void *data, ngx_eo_expr_get_pt get,
    ngx_eo_expr_value_t *values)
{
    ctx->env = env;
    ctx->pool = pool;
    ctx->values = values;
    ctx->data = data;
    ctx->get = get;
    ctx->limits = 0;
    ctx->failed = 0;
    ctx->undecided = 0;
}

/*
 * Evaluates an expression.  ctx->limits counts the regular expressions that
 * reached their limit, ctx->failed is set when memory ran out (the result is
 * NGX_EO_EXPR_LIMIT then, unless the rest decides).
 */

ngx_eo_expr_result_e ngx_eo_expr_eval(ngx_eo_expr_ctx_t *ctx,
    ngx_eo_expr_t *expr);

/*
 * The value of a slot, or NULL if the request has none (or, with
 * ctx->failed, memory ran out, or it is undecided).  The second form has
 * letters in lower case, the third gives the 16 bytes of an address.
 */

ngx_str_t *ngx_eo_expr_text(ngx_eo_expr_ctx_t *ctx, ngx_uint_t slot);
ngx_str_t *ngx_eo_expr_lower(ngx_eo_expr_ctx_t *ctx, ngx_uint_t slot);
u_char *ngx_eo_expr_addr(ngx_eo_expr_ctx_t *ctx, ngx_uint_t slot);

/* Whether it cannot be told what the value of a slot is. */

ngx_uint_t ngx_eo_expr_undecided(ngx_eo_expr_ctx_t *ctx, ngx_uint_t slot);


/*
 * An index over many expressions: it names those that can hold for a
 * request, so that the others cost nothing.
 *
 * exprs:  array of nelts pointers; their numbers are places in this array
 * temp:   pool for what only the construction needs
 *
 * Returns NULL when out of memory.
 */

ngx_eo_expr_index_t *ngx_eo_expr_index_create(ngx_eo_expr_env_t *env,
    ngx_eo_expr_t **exprs, ngx_uint_t nelts, ngx_pool_t *temp);

/*
 * Marks the candidates of a request.
 *
 * words:  ngx_eo_expr_index_words() words, overwritten; bit n % 64 of word
 *         n / 64 stands for expression n
 */

void ngx_eo_expr_index_match(ngx_eo_expr_index_t *index,
    ngx_eo_expr_ctx_t *ctx, uint64_t *words);
ngx_uint_t ngx_eo_expr_index_words(ngx_eo_expr_index_t *index);

/* how many of the expressions have to be evaluated for every request */

ngx_uint_t ngx_eo_expr_index_always(ngx_eo_expr_index_t *index);


/*
 * Whether text is the code of a country, in any letter case.  Returns NULL,
 * or what is expected instead.
 */

const char *ngx_eo_expr_country(ngx_str_t *text);


#endif /* _NGX_EO_EXPR_H_INCLUDED_ */
