
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The table of operators, and those that compare strings and numbers.
 */


#include "ngx_eo_seclang_operator.h"


static ngx_int_t ngx_eo_seclang_op_begins_with(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
static ngx_int_t ngx_eo_seclang_op_contains(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
static ngx_int_t ngx_eo_seclang_op_contains_word(
    ngx_eo_seclang_operator_t *op, ngx_eo_seclang_operand_t *operand);
static ngx_int_t ngx_eo_seclang_op_ends_with(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
static ngx_int_t ngx_eo_seclang_op_streq(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
static ngx_int_t ngx_eo_seclang_op_within(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
static ngx_int_t ngx_eo_seclang_op_order(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
static ngx_int_t ngx_eo_seclang_op_match(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
static ngx_int_t ngx_eo_seclang_op_no_match(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand);
static u_char *ngx_eo_seclang_find(ngx_str_t *text, ngx_str_t *what,
    size_t from);
static ngx_int_t ngx_eo_seclang_found(ngx_eo_seclang_operand_t *operand,
    u_char *p, size_t len);
static ngx_uint_t ngx_eo_seclang_is_letter(u_char *p, u_char *start,
    u_char *last);


#define NGX_EO_SECLANG_OP_COMPARE                                             \
    (NGX_EO_SECLANG_OP_NUMERIC|NGX_EO_SECLANG_OP_MACRO)


#define NGX_EO_SECLANG_OP_STRING                                              \
    (NGX_EO_SECLANG_OP_MACRO|NGX_EO_SECLANG_OP_ARGUMENT)


static ngx_eo_seclang_operator_def_t  ngx_eo_seclang_operators[] = {

    { ngx_string("beginsWith"), NULL,
      ngx_eo_seclang_op_begins_with, NGX_EO_SECLANG_OP_STRING },

    { ngx_string("contains"), NULL,
      ngx_eo_seclang_op_contains, NGX_EO_SECLANG_OP_STRING },

    { ngx_string("containsWord"), NULL,
      ngx_eo_seclang_op_contains_word, NGX_EO_SECLANG_OP_STRING },

    { ngx_string("detectSQLi"), ngx_eo_seclang_init_detect_sqli,
      ngx_eo_seclang_op_detect_sqli, NGX_EO_SECLANG_OP_SQLI },

    { ngx_string("detectXSS"), NULL,
      ngx_eo_seclang_op_detect_xss, NGX_EO_SECLANG_OP_XSS },

    { ngx_string("endsWith"), NULL,
      ngx_eo_seclang_op_ends_with, NGX_EO_SECLANG_OP_STRING },

    { ngx_string("eq"), NULL,
      ngx_eo_seclang_op_order,
      NGX_EO_SECLANG_OP_COMPARE|NGX_EO_SECLANG_OP_EQUAL },

    { ngx_string("ge"), NULL,
      ngx_eo_seclang_op_order,
      NGX_EO_SECLANG_OP_COMPARE|NGX_EO_SECLANG_OP_GREATER
      |NGX_EO_SECLANG_OP_EQUAL },

    { ngx_string("geoLookup"), NULL,
      ngx_eo_seclang_op_no_match, NGX_EO_SECLANG_OP_GEO },

    { ngx_string("gt"), NULL,
      ngx_eo_seclang_op_order,
      NGX_EO_SECLANG_OP_COMPARE|NGX_EO_SECLANG_OP_GREATER },

    { ngx_string("ipMatch"), ngx_eo_seclang_init_ip_match,
      ngx_eo_seclang_op_ip_match, 0 },

    { ngx_string("ipMatchF"), ngx_eo_seclang_init_ip_match_from_file,
      ngx_eo_seclang_op_ip_match, 0 },

    { ngx_string("ipMatchFromFile"), ngx_eo_seclang_init_ip_match_from_file,
      ngx_eo_seclang_op_ip_match, 0 },

    { ngx_string("le"), NULL,
      ngx_eo_seclang_op_order,
      NGX_EO_SECLANG_OP_COMPARE|NGX_EO_SECLANG_OP_LESS
      |NGX_EO_SECLANG_OP_EQUAL },

    { ngx_string("lt"), NULL,
      ngx_eo_seclang_op_order,
      NGX_EO_SECLANG_OP_COMPARE|NGX_EO_SECLANG_OP_LESS },

    { ngx_string("noMatch"), NULL,
      ngx_eo_seclang_op_no_match, 0 },

    { ngx_string("pm"), ngx_eo_seclang_init_pm,
      ngx_eo_seclang_op_pm, NGX_EO_SECLANG_OP_PM },

    { ngx_string("pmf"), ngx_eo_seclang_init_pm_from_file,
      ngx_eo_seclang_op_pm, NGX_EO_SECLANG_OP_PM },

    { ngx_string("pmFromFile"), ngx_eo_seclang_init_pm_from_file,
      ngx_eo_seclang_op_pm, NGX_EO_SECLANG_OP_PM },

    { ngx_string("rbl"), NULL,
      ngx_eo_seclang_op_no_match, NGX_EO_SECLANG_OP_RBL },

    { ngx_string("rx"), ngx_eo_seclang_init_rx,
      ngx_eo_seclang_op_rx, NGX_EO_SECLANG_OP_RX|NGX_EO_SECLANG_OP_MACRO },

    { ngx_string("rxGlobal"), ngx_eo_seclang_init_rx,
      ngx_eo_seclang_op_rx_global,
      NGX_EO_SECLANG_OP_RX|NGX_EO_SECLANG_OP_MACRO },

    { ngx_string("streq"), NULL,
      ngx_eo_seclang_op_streq, NGX_EO_SECLANG_OP_STRING },

    { ngx_string("strmatch"), NULL,
      ngx_eo_seclang_op_contains, NGX_EO_SECLANG_OP_STRING },

    { ngx_string("unconditionalMatch"), NULL,
      ngx_eo_seclang_op_match, 0 },

    { ngx_string("validateByteRange"), ngx_eo_seclang_init_byte_range,
      ngx_eo_seclang_op_byte_range, NGX_EO_SECLANG_OP_BYTES },

    { ngx_string("validateUrlEncoding"), NULL,
      ngx_eo_seclang_op_url_encoding, NGX_EO_SECLANG_OP_PERCENT },

    { ngx_string("validateUtf8Encoding"), NULL,
      ngx_eo_seclang_op_utf8_encoding, 0 },

    { ngx_string("verifyCC"), ngx_eo_seclang_init_verify,
      ngx_eo_seclang_op_verify_cc, NGX_EO_SECLANG_OP_RX },

    { ngx_string("verifyCPF"), ngx_eo_seclang_init_verify,
      ngx_eo_seclang_op_verify_cpf, NGX_EO_SECLANG_OP_RX },

    { ngx_string("verifySSN"), ngx_eo_seclang_init_verify,
      ngx_eo_seclang_op_verify_ssn, NGX_EO_SECLANG_OP_RX },

    { ngx_string("verifySVNR"), ngx_eo_seclang_init_verify,
      ngx_eo_seclang_op_verify_svnr, NGX_EO_SECLANG_OP_RX },

    { ngx_string("within"), NULL,
      ngx_eo_seclang_op_within, NGX_EO_SECLANG_OP_MACRO },

    { ngx_null_string, NULL, NULL, 0 }
};


ngx_eo_seclang_operator_def_t *
ngx_eo_seclang_operator_find(ngx_str_t *name)
{
    ngx_eo_seclang_operator_def_t  *def;

    for (def = ngx_eo_seclang_operators; def->handler != NULL; def++) {
        if (def->name.len == name->len
            && ngx_strncasecmp(def->name.data, name->data, name->len) == 0)
        {
            return def;
        }
    }

    return NULL;
}


ngx_int_t
ngx_eo_seclang_operator_init(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_def_t *def, ngx_eo_seclang_operator_t *op)
{
    op->def = def;
    op->handler = def->handler;
    op->argument = conf->argument;
    op->macro = (conf->macro != 0);

    if (!conf->macro) {
        op->number = ngx_eo_seclang_number(&conf->argument);
    }

    if (def->init == NULL) {
        return NGX_OK;
    }

    return def->init(conf, op);
}


ngx_int_t
ngx_eo_seclang_number(ngx_str_t *text)
{
    u_char      *p, *last, *digits;
    int64_t      n;
    ngx_uint_t   negative;

    p = text->data;
    last = p + text->len;

    while (p < last && (*p == ' ' || (*p >= '\t' && *p <= '\r'))) {
        p++;
    }

    negative = 0;

    if (p < last && (*p == '-' || *p == '+')) {
        negative = (*p++ == '-');
    }

    n = 0;

    for (digits = p; p < last && *p >= '0' && *p <= '9'; p++) {
        n = n * 10 + (*p - '0');

        if (n > (int64_t) NGX_MAX_INT32_VALUE + (int64_t) negative) {
            return 0;
        }
    }

    if (p == digits) {
        return 0;
    }

    return (ngx_int_t) (negative ? -n : n);
}


/* memmem() with the capture of what it has found */

static u_char *
ngx_eo_seclang_find(ngx_str_t *text, ngx_str_t *what, size_t from)
{
    u_char  *p, *last;

    if (what->len > text->len) {
        return NULL;
    }

    if (what->len == 0) {
        return text->data + from;
    }

    p = text->data + from;
    last = text->data + text->len - what->len + 1;

    while (p < last) {
        p = memchr(p, what->data[0], last - p);

        if (p == NULL) {
            return NULL;
        }

        /* the first byte is often that of a separator */

        if ((what->len == 1 || p[1] == what->data[1])
            && ngx_memcmp(p, what->data, what->len) == 0)
        {
            return p;
        }

        p++;
    }

    return NULL;
}


static ngx_int_t
ngx_eo_seclang_found(ngx_eo_seclang_operand_t *operand, u_char *p, size_t len)
{
    operand->captures[0].data = p;
    operand->captures[0].len = len;
    operand->ncaptures = 1;

    return NGX_EO_SECLANG_MATCH;
}


static ngx_int_t
ngx_eo_seclang_op_begins_with(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    ngx_str_t  *text, *what;

    text = &operand->input;
    what = &operand->argument;

    if (text->len < what->len
        || ngx_memcmp(text->data, what->data, what->len) != 0)
    {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    return ngx_eo_seclang_found(operand, text->data, what->len);
}


static ngx_int_t
ngx_eo_seclang_op_ends_with(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    u_char     *p;
    ngx_str_t  *text, *what;

    text = &operand->input;
    what = &operand->argument;

    if (text->len < what->len) {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    p = text->data + text->len - what->len;

    if (ngx_memcmp(p, what->data, what->len) != 0) {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    return ngx_eo_seclang_found(operand, p, what->len);
}


static ngx_int_t
ngx_eo_seclang_op_contains(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    u_char  *p;

    p = ngx_eo_seclang_find(&operand->input, &operand->argument, 0);
    if (p == NULL) {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    return ngx_eo_seclang_found(operand, p, operand->argument.len);
}


static ngx_uint_t
ngx_eo_seclang_is_letter(u_char *p, u_char *start, u_char *last)
{
    u_char  c;

    if (p < start || p >= last) {
        return 0;
    }

    c = (u_char) (*p | 0x20);

    return c >= 'a' && c <= 'z';
}


static ngx_int_t
ngx_eo_seclang_op_contains_word(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    u_char     *p, *last;
    size_t      from;
    ngx_str_t  *text, *what;

    text = &operand->input;
    what = &operand->argument;

    if (what->len == 0) {
        return NGX_EO_SECLANG_MATCH;
    }

    last = text->data + text->len;

    for (from = 0; /* void */ ; from = p - text->data + 1) {
        p = ngx_eo_seclang_find(text, what, from);

        if (p == NULL) {
            return NGX_EO_SECLANG_NO_MATCH;
        }

        if (!ngx_eo_seclang_is_letter(p - 1, text->data, last)
            && !ngx_eo_seclang_is_letter(p + what->len, text->data, last))
        {
            return ngx_eo_seclang_found(operand, p, what->len);
        }
    }
}


static ngx_int_t
ngx_eo_seclang_op_streq(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    if (operand->input.len != operand->argument.len
        || ngx_memcmp(operand->input.data, operand->argument.data,
                      operand->argument.len)
           != 0)
    {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    return ngx_eo_seclang_found(operand, operand->input.data,
                                operand->input.len);
}


static ngx_int_t
ngx_eo_seclang_op_within(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    if (operand->input.len == 0) {
        return NGX_EO_SECLANG_MATCH;
    }

    if (ngx_eo_seclang_find(&operand->argument, &operand->input, 0) == NULL) {
        return NGX_EO_SECLANG_NO_MATCH;
    }

    return ngx_eo_seclang_found(operand, operand->input.data,
                                operand->input.len);
}


/* the caller has read both numbers, so that counts need not become text */

static ngx_int_t
ngx_eo_seclang_op_order(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    return (op->def->flags
            & ngx_eo_seclang_order(operand->number,
                                   ngx_eo_seclang_operand_number(op, operand)))
           != 0;
}


static ngx_int_t
ngx_eo_seclang_op_match(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    return NGX_EO_SECLANG_MATCH;
}


static ngx_int_t
ngx_eo_seclang_op_no_match(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    return NGX_EO_SECLANG_NO_MATCH;
}
