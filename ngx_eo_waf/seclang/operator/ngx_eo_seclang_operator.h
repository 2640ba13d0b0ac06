
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Operators of SecLang ("@rx", "@pm", "@eq").
 */


#ifndef _NGX_EO_SECLANG_OPERATOR_H_INCLUDED_
#define _NGX_EO_SECLANG_OPERATOR_H_INCLUDED_


#include "seclang/base/ngx_eo_seclang_arena.h"


#define NGX_EO_SECLANG_CAPTURES  10


/* an operator's answer */

#define NGX_EO_SECLANG_NO_MATCH  0
#define NGX_EO_SECLANG_MATCH     1

/* the limit of an expression was reached: a match, to be noted */
#define NGX_EO_SECLANG_LIMIT     2


typedef struct ngx_eo_seclang_operator_s  ngx_eo_seclang_operator_t;


/* what an operator looks at, and what it has found */

typedef struct {
    ngx_str_t                 input;

    /* argument of the operator, its macros expanded */
    ngx_str_t                 argument;

    /* "input" as a number, as far as it is one; set for numeric operators */
    ngx_int_t                 number;

    /* what was matched, and the groups of the expression */
    ngx_uint_t                ncaptures;
    ngx_str_t                 captures[NGX_EO_SECLANG_CAPTURES];

    ngx_eo_seclang_arena_t   *arena;
} ngx_eo_seclang_operand_t;


/* compiling an operator */

typedef struct {
    ngx_pool_t               *pool;
    ngx_log_t                *log;

    /* argument as written, or with macros in it if "macro" is set */
    ngx_str_t                 argument;
    ngx_uint_t                macro;

    /* folder of the rule file, where data files are looked for */
    ngx_str_t                 directory;

    /* limit of matching steps of an expression */
    ngx_uint_t                match_limit;

    /* what is wrong, without file and line */
    u_char                   *errstr;
    size_t                    errlen;
} ngx_eo_seclang_operator_conf_t;


typedef ngx_int_t (*ngx_eo_seclang_operator_init_pt)(
    ngx_eo_seclang_operator_conf_t *conf, ngx_eo_seclang_operator_t *op);
typedef ngx_int_t (*ngx_eo_seclang_operator_pt)(
    ngx_eo_seclang_operator_t *op, ngx_eo_seclang_operand_t *operand);


typedef struct {
    ngx_str_t                         name;
    ngx_eo_seclang_operator_init_pt   init;
    ngx_eo_seclang_operator_pt        handler;
    ngx_uint_t                        flags;
} ngx_eo_seclang_operator_def_t;


#define NGX_EO_SECLANG_OP_NUMERIC   0x01
/* macros in the argument are allowed */
#define NGX_EO_SECLANG_OP_MACRO     0x02
/* needs no input: the rule matches without looking at it */
#define NGX_EO_SECLANG_OP_GEO       0x04
#define NGX_EO_SECLANG_OP_RBL       0x08
#define NGX_EO_SECLANG_OP_RX        0x10
#define NGX_EO_SECLANG_OP_PM        0x20
/* a text that matches contains the argument */
#define NGX_EO_SECLANG_OP_ARGUMENT  0x40
/* ... a byte that is not in the table of the operator */
#define NGX_EO_SECLANG_OP_BYTES     0x80
/* ... "<", or "=" behind the name of an attribute */
#define NGX_EO_SECLANG_OP_XSS       0x100
/* ... a percent sign */
#define NGX_EO_SECLANG_OP_PERCENT   0x200
/* ... more than one word: libinjection knows no attack of a single token */
#define NGX_EO_SECLANG_OP_SQLI      0x400

/* a numeric operator matches what is less than its argument, and so on */
#define NGX_EO_SECLANG_OP_LESS      0x1000
#define NGX_EO_SECLANG_OP_EQUAL     0x2000
#define NGX_EO_SECLANG_OP_GREATER   0x4000
#define NGX_EO_SECLANG_OP_ORDER                                               \
    (NGX_EO_SECLANG_OP_LESS|NGX_EO_SECLANG_OP_EQUAL|NGX_EO_SECLANG_OP_GREATER)

#define ngx_eo_seclang_order(n, argument)                                     \
    (((n) < (argument)) ? NGX_EO_SECLANG_OP_LESS                              \
     : ((n) > (argument)) ? NGX_EO_SECLANG_OP_GREATER                         \
                          : NGX_EO_SECLANG_OP_EQUAL)


struct ngx_eo_seclang_operator_s {
    ngx_eo_seclang_operator_def_t  *def;

    ngx_eo_seclang_operator_pt      handler;
    void                           *data;

    /* of @pm, as they are written */
    ngx_array_t                    *words;       /* ngx_str_t */

    /* argument without macros, as a number too */
    ngx_str_t                       argument;
    ngx_int_t                       number;

    unsigned                        negated:1;
    unsigned                        macro:1;
};


/* the argument as a number, read once if it has no macros */

#define ngx_eo_seclang_operand_number(op, operand)                            \
    ((op)->macro ? ngx_eo_seclang_number(&(operand)->argument)                \
                 : (op)->number)


/*
 * Finds an operator by its name, letter case aside.  Returns NULL if there
 * is none.
 */

ngx_eo_seclang_operator_def_t *ngx_eo_seclang_operator_find(ngx_str_t *name);


/*
 * Compiles an operator into "op", whose memory is the caller's; everything
 * it needs is allocated from conf->pool and freed with it.
 *
 * Returns NGX_OK, or NGX_ERROR with conf->errstr and conf->errlen set.
 */

ngx_int_t ngx_eo_seclang_operator_init(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_def_t *def, ngx_eo_seclang_operator_t *op);


/*
 * Runs an operator, its negation aside.
 *
 * Returns one of the answers above, or NGX_ERROR when out of memory or time.
 */

static ngx_inline ngx_int_t
ngx_eo_seclang_operate(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    operand->ncaptures = 0;

    return op->handler(op, operand);
}


/*
 * Reads a number as far as the text is one: white space, a sign, digits.
 * Returns 0 if there are no digits, or more than an int holds.
 */

ngx_int_t ngx_eo_seclang_number(ngx_str_t *text);


/* expressions */

typedef struct ngx_eo_seclang_regex_s  ngx_eo_seclang_regex_t;


/*
 * Compiles an expression.
 *
 * pool:     owns the result
 * pattern:  the expression; "." is any byte, "^" and "$" are the ends of the
 *           text, whatever lines it has
 * nocase:   letter case does not matter
 * limit:    of matching steps
 * errstr:   of NGX_MAX_CONF_ERRSTR bytes, for what is wrong
 *
 * Returns NULL with errstr set as a null-terminated sentence.
 */

ngx_eo_seclang_regex_t *ngx_eo_seclang_regex_compile(ngx_pool_t *pool,
    ngx_str_t *pattern, ngx_uint_t nocase, ngx_uint_t limit, u_char *errstr);


/*
 * Matches an expression against a text.
 *
 * captures:  NULL, or room for NGX_EO_SECLANG_CAPTURES strings, which point
 *            into the text
 * n:         how many of them were set
 *
 * Returns one of the answers above, or NGX_ERROR when the time for the
 * request is used up (ngx_eo_seclang_budget.h).
 */

ngx_int_t ngx_eo_seclang_regex_match(ngx_eo_seclang_regex_t *re,
    ngx_str_t *text, ngx_str_t *captures, ngx_uint_t *n);


/*
 * The same for matches that start at "from" or behind it; what is before it is
 * still a part of the text.
 */

ngx_int_t ngx_eo_seclang_regex_match_from(ngx_eo_seclang_regex_t *re,
    ngx_str_t *text, size_t from, ngx_str_t *captures, ngx_uint_t *n);


/* the pattern as written, for messages and prefilters */

ngx_str_t *ngx_eo_seclang_regex_pattern(ngx_eo_seclang_regex_t *re);


/* sets of words */

typedef struct ngx_eo_seclang_words_s  ngx_eo_seclang_words_t;


/*
 * Builds an automaton that finds any of a set of words, letter case aside.
 *
 * pool:   owns the result
 * words:  array of ngx_str_t; empty words are left out
 *
 * Returns NULL when out of memory or if there are too many words.
 */

ngx_eo_seclang_words_t *ngx_eo_seclang_words_build(ngx_pool_t *pool,
    ngx_array_t *words);


/*
 * Finds the first word that ends in a text.
 *
 * match:  set to the longest word that ends there, as in the text
 *
 * Returns 1 if there is one, 0 otherwise.
 */

ngx_uint_t ngx_eo_seclang_words_find(ngx_eo_seclang_words_t *words,
    ngx_str_t *text, ngx_str_t *match);


ngx_int_t ngx_eo_seclang_init_rx(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_t *op);
ngx_int_t ngx_eo_seclang_init_verify(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_t *op);
ngx_int_t ngx_eo_seclang_init_pm(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_t *op);
ngx_int_t ngx_eo_seclang_init_pm_from_file(
    ngx_eo_seclang_operator_conf_t *conf, ngx_eo_seclang_operator_t *op);
ngx_int_t ngx_eo_seclang_init_ip_match(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_t *op);
ngx_int_t ngx_eo_seclang_init_ip_match_from_file(
    ngx_eo_seclang_operator_conf_t *conf, ngx_eo_seclang_operator_t *op);
ngx_int_t ngx_eo_seclang_init_byte_range(
    ngx_eo_seclang_operator_conf_t *conf, ngx_eo_seclang_operator_t *op);

ngx_int_t ngx_eo_seclang_init_detect_sqli(
    ngx_eo_seclang_operator_conf_t *conf, ngx_eo_seclang_operator_t *op);

ngx_int_t ngx_eo_seclang_op_rx_global(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
ngx_int_t ngx_eo_seclang_op_verify_cc(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
ngx_int_t ngx_eo_seclang_op_verify_cpf(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
ngx_int_t ngx_eo_seclang_op_verify_ssn(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
ngx_int_t ngx_eo_seclang_op_verify_svnr(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
ngx_int_t ngx_eo_seclang_op_rx(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
ngx_int_t ngx_eo_seclang_op_pm(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
ngx_int_t ngx_eo_seclang_op_ip_match(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
ngx_int_t ngx_eo_seclang_op_detect_sqli(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
ngx_int_t ngx_eo_seclang_op_detect_xss(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
ngx_int_t ngx_eo_seclang_op_byte_range(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
ngx_int_t ngx_eo_seclang_op_url_encoding(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
ngx_int_t ngx_eo_seclang_op_utf8_encoding(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);


/*
 * Says whether libinjection takes a text for SQL; to be called once that
 * operator has been initialized.
 *
 * fingerprint:  room for NGX_EO_SECLANG_FINGERPRINT bytes, set to what it
 *               recognized, null-terminated
 */

#define NGX_EO_SECLANG_FINGERPRINT  16

ngx_uint_t ngx_eo_seclang_sqli(ngx_str_t *text, char *fingerprint);


/*
 * Says whether libinjection certainly does not take a text for SQL, in far
 * less time; to be called once that operator has been initialized.
 */

ngx_uint_t ngx_eo_seclang_sqli_never(ngx_str_t *text);


/*
 * What that knows of libinjection: to be called once, then with each of its
 * keywords and with each fingerprint, null-terminated in upper case.
 */

void ngx_eo_seclang_sqli_prefix_init(void);
void ngx_eo_seclang_sqli_prefix_word(const char *word);
void ngx_eo_seclang_sqli_prefix_fingerprint(const char *fingerprint);


/*
 * Reads a whole file.
 *
 * conf:  pool, folder and, on failure, the sentence
 * name:  as written in the rule
 *
 * Returns NGX_ERROR with conf->errlen set if it is not there or larger than
 * 64 MB.
 */

ngx_int_t ngx_eo_seclang_read_data(ngx_eo_seclang_operator_conf_t *conf,
    ngx_str_t *name, ngx_str_t *content);


#endif /* _NGX_EO_SECLANG_OPERATOR_H_INCLUDED_ */
