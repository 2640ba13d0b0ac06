
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Operators that check numbers which an expression has found.
 */


#include "ngx_eo_seclang_operator.h"


/* more digits than any of the numbers has */

#define NGX_EO_SECLANG_DIGITS  24


typedef struct {
    ngx_uint_t  value[NGX_EO_SECLANG_DIGITS];
    ngx_uint_t  n;
} ngx_eo_seclang_digits_t;


typedef ngx_uint_t (*ngx_eo_seclang_verify_pt)(ngx_eo_seclang_digits_t *d);


static ngx_uint_t ngx_eo_seclang_read_digits(ngx_str_t *text,
    ngx_eo_seclang_digits_t *d);
static ngx_uint_t ngx_eo_seclang_is_placeholder(ngx_eo_seclang_digits_t *d);
static ngx_uint_t ngx_eo_seclang_is_cc(ngx_eo_seclang_digits_t *d);
static ngx_uint_t ngx_eo_seclang_cpf_digit(ngx_eo_seclang_digits_t *d,
    ngx_uint_t n);
static ngx_uint_t ngx_eo_seclang_is_cpf(ngx_eo_seclang_digits_t *d);
static ngx_uint_t ngx_eo_seclang_is_ssn(ngx_eo_seclang_digits_t *d);
static ngx_uint_t ngx_eo_seclang_is_svnr(ngx_eo_seclang_digits_t *d);
static ngx_int_t ngx_eo_seclang_verify(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand, ngx_eo_seclang_verify_pt is_valid);


ngx_int_t
ngx_eo_seclang_init_verify(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_t *op)
{
    if (conf->argument.len == 0) {
        conf->errlen = ngx_snprintf(conf->errstr, NGX_MAX_CONF_ERRSTR,
                                    "it needs an expression that finds the "
                                    "number")
                       - conf->errstr;
        return NGX_ERROR;
    }

    return ngx_eo_seclang_init_rx(conf, op);
}


/* the digits of a text, whatever separates them; 0 if they are too many */

static ngx_uint_t
ngx_eo_seclang_read_digits(ngx_str_t *text, ngx_eo_seclang_digits_t *d)
{
    size_t  i;

    d->n = 0;

    for (i = 0; i < text->len; i++) {

        if (text->data[i] < '0' || text->data[i] > '9') {
            continue;
        }

        if (d->n == NGX_EO_SECLANG_DIGITS) {
            return 0;
        }

        d->value[d->n++] = text->data[i] - '0';
    }

    return 1;
}


/* digits that are all the same, or count upwards, are nobody's number */

static ngx_uint_t
ngx_eo_seclang_is_placeholder(ngx_eo_seclang_digits_t *d)
{
    ngx_uint_t  i, same, upwards;

    same = 1;
    upwards = 1;

    for (i = 1; i < d->n; i++) {
        same &= (d->value[i] == d->value[0]);
        upwards &= (d->value[i] == d->value[i - 1] + 1);
    }

    return same || upwards;
}


/* the check digit of Luhn */

static ngx_uint_t
ngx_eo_seclang_is_cc(ngx_eo_seclang_digits_t *d)
{
    ngx_uint_t  i, n, sum;

    sum = 0;

    for (i = 0; i < d->n; i++) {
        n = d->value[d->n - 1 - i] << (i % 2);
        sum += n / 10 + n % 10;
    }

    return d->n != 0 && sum % 10 == 0;
}


/* the digit of CPF that follows the first "n" */

static ngx_uint_t
ngx_eo_seclang_cpf_digit(ngx_eo_seclang_digits_t *d, ngx_uint_t n)
{
    ngx_uint_t  i, sum;

    sum = 0;

    for (i = 0; i < n; i++) {
        sum += d->value[i] * (n + 1 - i);
    }

    sum = sum * 10 % 11;

    return (sum == 10) ? 0 : sum;
}


static ngx_uint_t
ngx_eo_seclang_is_cpf(ngx_eo_seclang_digits_t *d)
{
    return d->n == 11
           && !ngx_eo_seclang_is_placeholder(d)
           && d->value[9] == ngx_eo_seclang_cpf_digit(d, 9)
           && d->value[10] == ngx_eo_seclang_cpf_digit(d, 10);
}


/* area, group and serial number: none is zero, and some areas do not exist */

static ngx_uint_t
ngx_eo_seclang_is_ssn(ngx_eo_seclang_digits_t *d)
{
    ngx_uint_t  *v, area, serial;

    if (d->n != 9 || ngx_eo_seclang_is_placeholder(d)) {
        return 0;
    }

    v = d->value;
    area = v[0] * 100 + v[1] * 10 + v[2];
    serial = v[5] + v[6] + v[7] + v[8];

    return area != 0 && area != 666 && area < 740
           && v[3] + v[4] != 0 && serial != 0;
}


/* the fourth digit checks the others */

static ngx_uint_t
ngx_eo_seclang_is_svnr(ngx_eo_seclang_digits_t *d)
{
    ngx_uint_t  i, sum;

    static ngx_uint_t  weights[] = { 3, 7, 9, 0, 5, 8, 4, 2, 1, 6 };

    if (d->n != 10 || ngx_eo_seclang_is_placeholder(d)) {
        return 0;
    }

    sum = 0;

    for (i = 0; i < 10; i++) {
        sum += d->value[i] * weights[i];
    }

    return sum % 11 == d->value[3];
}


/* tries what the expression finds until one is a number */

static ngx_int_t
ngx_eo_seclang_verify(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand, ngx_eo_seclang_verify_pt is_valid)
{
    size_t                   from;
    ngx_int_t                rc;
    ngx_str_t               *found;
    ngx_eo_seclang_digits_t  digits;

    found = &operand->captures[0];

    for (from = 0; /* void */ ; from = found->data + 1 - operand->input.data)
    {
        rc = ngx_eo_seclang_regex_match_from(op->data, &operand->input, from,
                                             operand->captures,
                                             &operand->ncaptures);

        if (rc != NGX_EO_SECLANG_MATCH) {
            operand->ncaptures = 0;
            return rc;
        }

        if (ngx_eo_seclang_read_digits(found, &digits) && is_valid(&digits)) {
            return NGX_EO_SECLANG_MATCH;
        }
    }
}


ngx_int_t
ngx_eo_seclang_op_verify_cc(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    return ngx_eo_seclang_verify(op, operand, ngx_eo_seclang_is_cc);
}


ngx_int_t
ngx_eo_seclang_op_verify_cpf(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    return ngx_eo_seclang_verify(op, operand, ngx_eo_seclang_is_cpf);
}


ngx_int_t
ngx_eo_seclang_op_verify_ssn(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    return ngx_eo_seclang_verify(op, operand, ngx_eo_seclang_is_ssn);
}


ngx_int_t
ngx_eo_seclang_op_verify_svnr(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    return ngx_eo_seclang_verify(op, operand, ngx_eo_seclang_is_svnr);
}
