
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Finds literals that a regular expression cannot match without, so that an
 * index can leave out expressions whose literals are not in the text.  It
 * understands the plain part of the syntax and gives up on the rest, since
 * "nothing is known" is always a correct answer.
 */


#include "ngx_eo_expr_internal.h"


#define NGX_EO_LITERALS_MAX      64
#define NGX_EO_LITERALS_NESTING  16


typedef struct {
    ngx_pool_t                *pool;
    u_char                    *pos;
    u_char                    *end;
    ngx_uint_t                 nesting;
} ngx_eo_literal_parser_t;


/* a branch of an alternation while it is read */

typedef struct {
    ngx_str_t                  run;        /* literal bytes in a row */
    ngx_eo_literals_t          best;
} ngx_eo_literal_branch_t;


typedef enum {
    NGX_EO_ATOM_BYTE = 0,      /* one known byte */
    NGX_EO_ATOM_OTHER,         /* something unknown, of any length */
    NGX_EO_ATOM_EMPTY,         /* an assertion: no length, breaks no run */
    NGX_EO_ATOM_GROUP
} ngx_eo_atom_e;


static ngx_int_t ngx_eo_literal_alternation(ngx_eo_literal_parser_t *parser,
    ngx_eo_literals_t *literals);
static ngx_int_t ngx_eo_literal_sequence(ngx_eo_literal_parser_t *parser,
    ngx_eo_literals_t *literals);
static ngx_int_t ngx_eo_literal_atom(ngx_eo_literal_parser_t *parser,
    ngx_eo_atom_e *type, u_char *byte, ngx_eo_literals_t *group);
static ngx_int_t ngx_eo_literal_escape(ngx_eo_literal_parser_t *parser,
    ngx_eo_atom_e *type, u_char *byte);
static ngx_int_t ngx_eo_literal_class(ngx_eo_literal_parser_t *parser);
static ngx_int_t ngx_eo_literal_group(ngx_eo_literal_parser_t *parser,
    ngx_eo_literals_t *group);
static ngx_int_t ngx_eo_literal_quantifier(ngx_eo_literal_parser_t *parser,
    ngx_uint_t *min, ngx_uint_t *quantified);
static ngx_int_t ngx_eo_literal_flush(ngx_eo_literal_parser_t *parser,
    ngx_eo_literal_branch_t *branch);
static void ngx_eo_literal_better(ngx_eo_literals_t *best,
    ngx_eo_literals_t *other);
static size_t ngx_eo_literal_shortest(ngx_eo_literals_t *literals);


ngx_int_t
ngx_eo_regex_literals(ngx_pool_t *pool, ngx_str_t *pattern,
    ngx_eo_literals_t *literals)
{
    ngx_int_t                rc;
    ngx_eo_literal_parser_t  parser;

    parser.pool = pool;
    parser.pos = pattern->data;
    parser.end = pattern->data + pattern->len;
    parser.nesting = 0;

    rc = ngx_eo_literal_alternation(&parser, literals);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED || parser.pos != parser.end) {
        literals->nelts = 0;
    }

    return NGX_OK;
}


/*
 * All of these return NGX_DECLINED at syntax that is not understood, which
 * ends the search, and NGX_ERROR when out of memory.
 */

static ngx_int_t
ngx_eo_literal_alternation(ngx_eo_literal_parser_t *parser,
    ngx_eo_literals_t *literals)
{
    ngx_int_t          rc;
    ngx_str_t         *elts;
    ngx_uint_t         known;
    ngx_eo_literals_t  branch;

    literals->nelts = 0;
    literals->elts = ngx_palloc(parser->pool,
                                NGX_EO_LITERALS_MAX * sizeof(ngx_str_t));
    if (literals->elts == NULL) {
        return NGX_ERROR;
    }

    elts = literals->elts;
    known = 1;

    for ( ;; ) {
        rc = ngx_eo_literal_sequence(parser, &branch);

        if (rc != NGX_OK) {
            return rc;
        }

        if (branch.nelts == 0
            || literals->nelts + branch.nelts > NGX_EO_LITERALS_MAX)
        {
            known = 0;

        } else if (known) {
            ngx_memcpy(&elts[literals->nelts], branch.elts,
                       branch.nelts * sizeof(ngx_str_t));
            literals->nelts += branch.nelts;
        }

        if (parser->pos == parser->end || *parser->pos != '|') {
            break;
        }

        parser->pos++;
    }

    if (!known) {
        literals->nelts = 0;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_literal_sequence(ngx_eo_literal_parser_t *parser,
    ngx_eo_literals_t *literals)
{
    u_char                   byte;
    ngx_int_t                rc;
    ngx_uint_t               min, quantified;
    ngx_eo_atom_e            type;
    ngx_eo_literals_t        group;
    ngx_eo_literal_branch_t  branch;

    ngx_memzero(&branch, sizeof(ngx_eo_literal_branch_t));

    branch.run.data = ngx_pnalloc(parser->pool,
                                  parser->end - parser->pos + 1);
    if (branch.run.data == NULL) {
        return NGX_ERROR;
    }

    while (parser->pos < parser->end
           && *parser->pos != '|' && *parser->pos != ')')
    {
        rc = ngx_eo_literal_atom(parser, &type, &byte, &group);

        if (rc != NGX_OK) {
            return rc;
        }

        rc = ngx_eo_literal_quantifier(parser, &min, &quantified);

        if (rc != NGX_OK) {
            return rc;
        }

        if (type == NGX_EO_ATOM_EMPTY) {
            continue;
        }

        if (type == NGX_EO_ATOM_BYTE && min > 0) {
            branch.run.data[branch.run.len++] = ngx_tolower(byte);

            if (!quantified) {
                continue;
            }
        }

        if (ngx_eo_literal_flush(parser, &branch) != NGX_OK) {
            return NGX_ERROR;
        }

        if (type == NGX_EO_ATOM_GROUP && min > 0) {
            ngx_eo_literal_better(&branch.best, &group);
        }
    }

    if (ngx_eo_literal_flush(parser, &branch) != NGX_OK) {
        return NGX_ERROR;
    }

    *literals = branch.best;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_literal_atom(ngx_eo_literal_parser_t *parser, ngx_eo_atom_e *type,
    u_char *byte, ngx_eo_literals_t *group)
{
    u_char  ch;

    ch = *parser->pos++;

    *byte = ch;

    switch (ch) {

    case '\\':
        return ngx_eo_literal_escape(parser, type, byte);

    case '[':
        *type = NGX_EO_ATOM_OTHER;
        return ngx_eo_literal_class(parser);

    case '(':
        *type = NGX_EO_ATOM_GROUP;
        return ngx_eo_literal_group(parser, group);

    case '.':
        *type = NGX_EO_ATOM_OTHER;
        return NGX_OK;

    case '^':
    case '$':
        *type = NGX_EO_ATOM_EMPTY;
        return NGX_OK;

    case '*':
    case '+':
    case '?':
        return NGX_DECLINED;

    default:
        *type = NGX_EO_ATOM_BYTE;
        return NGX_OK;
    }
}


static ngx_int_t
ngx_eo_literal_escape(ngx_eo_literal_parser_t *parser, ngx_eo_atom_e *type,
    u_char *byte)
{
    u_char  ch;

    if (parser->pos == parser->end) {
        return NGX_DECLINED;
    }

    ch = *parser->pos++;

    *byte = ch;
    *type = NGX_EO_ATOM_OTHER;

    switch (ch) {

    case 'd':
    case 'D':
    case 'w':
    case 'W':
    case 's':
    case 'S':
    case 'h':
    case 'H':
    case 'v':
    case 'V':
    case 'R':
    case 'N':
        break;

    case 'b':
    case 'B':
    case 'A':
    case 'z':
    case 'Z':
        *type = NGX_EO_ATOM_EMPTY;
        break;

    case 't':
        *byte = '\t';
        *type = NGX_EO_ATOM_BYTE;
        break;

    case 'n':
        *byte = LF;
        *type = NGX_EO_ATOM_BYTE;
        break;

    case 'r':
        *byte = CR;
        *type = NGX_EO_ATOM_BYTE;
        break;

    default:

        if ((ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z')
            || (ch >= 'A' && ch <= 'Z') || ch >= 0x80)
        {
            return NGX_DECLINED;
        }

        *type = NGX_EO_ATOM_BYTE;
    }

    /* \N{...} is something else than \N with a quantifier */

    if (ch == 'N' && parser->pos < parser->end && *parser->pos == '{') {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/* skips the rest of a character class; posix names in it are not read */

static ngx_int_t
ngx_eo_literal_class(ngx_eo_literal_parser_t *parser)
{
    u_char  *p;

    p = parser->pos;

    if (p < parser->end && *p == '^') {
        p++;
    }

    if (p < parser->end && *p == ']') {
        p++;
    }

    while (p < parser->end) {

        switch (*p) {

        case ']':
            parser->pos = p + 1;
            return NGX_OK;

        case '[':

            if (p + 1 < parser->end
                && (p[1] == ':' || p[1] == '.' || p[1] == '='))
            {
                return NGX_DECLINED;
            }

            break;

        case '\\':

            if (p + 1 < parser->end && (p[1] == 'Q' || p[1] == 'E')) {
                return NGX_DECLINED;
            }

            p++;
            break;
        }

        p++;
    }

    return NGX_DECLINED;
}


static ngx_int_t
ngx_eo_literal_group(ngx_eo_literal_parser_t *parser,
    ngx_eo_literals_t *group)
{
    ngx_int_t  rc;

    if (parser->pos < parser->end && *parser->pos == '*') {
        return NGX_DECLINED;
    }

    if (parser->pos < parser->end && *parser->pos == '?') {

        /* of what "(?" can begin, only the plain group is read */

        if (parser->end - parser->pos < 2 || parser->pos[1] != ':') {
            return NGX_DECLINED;
        }

        parser->pos += 2;
    }

    if (parser->nesting == NGX_EO_LITERALS_NESTING) {
        return NGX_DECLINED;
    }

    parser->nesting++;

    rc = ngx_eo_literal_alternation(parser, group);

    parser->nesting--;

    if (rc != NGX_OK) {
        return rc;
    }

    if (parser->pos == parser->end || *parser->pos != ')') {
        return NGX_DECLINED;
    }

    parser->pos++;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_literal_quantifier(ngx_eo_literal_parser_t *parser, ngx_uint_t *min,
    ngx_uint_t *quantified)
{
    u_char  *p;

    *min = 1;
    *quantified = 0;

    p = parser->pos;

    if (p == parser->end) {
        return NGX_OK;
    }

    switch (*p) {

    case '*':
    case '?':
        *min = 0;
        break;

    case '+':
        break;

    case '{':

        /* anything but the usual form may be literal: it is not read */

        if (++p == parser->end || *p < '0' || *p > '9') {
            return NGX_DECLINED;
        }

        for (*min = 0; p < parser->end && *p >= '0' && *p <= '9'; p++) {
            *min |= *p - '0';
        }

        while (p < parser->end && (*p == ',' || (*p >= '0' && *p <= '9'))) {
            p++;
        }

        if (p == parser->end || *p != '}') {
            return NGX_DECLINED;
        }

        break;

    default:
        return NGX_OK;
    }

    *quantified = 1;
    p++;

    /* lazy or possessive */

    if (p < parser->end && (*p == '?' || *p == '+')) {
        p++;
    }

    parser->pos = p;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_literal_flush(ngx_eo_literal_parser_t *parser,
    ngx_eo_literal_branch_t *branch)
{
    ngx_str_t          *literal;
    ngx_eo_literals_t   run;

    if (branch->run.len == 0) {
        return NGX_OK;
    }

    literal = ngx_palloc(parser->pool, sizeof(ngx_str_t));
    if (literal == NULL) {
        return NGX_ERROR;
    }

    *literal = branch->run;

    run.elts = literal;
    run.nelts = 1;

    ngx_eo_literal_better(&branch->best, &run);

    /* the next run goes behind this one */

    branch->run.data += branch->run.len;
    branch->run.len = 0;

    return NGX_OK;
}


/* longer literals are rarer; of equal ones the fewer */

static void
ngx_eo_literal_better(ngx_eo_literals_t *best, ngx_eo_literals_t *other)
{
    size_t  a, b;

    a = ngx_eo_literal_shortest(best);
    b = ngx_eo_literal_shortest(other);

    if (b > a || (b == a && b && other->nelts < best->nelts)) {
        *best = *other;
    }
}


static size_t
ngx_eo_literal_shortest(ngx_eo_literals_t *literals)
{
    size_t      len;
    ngx_uint_t  i;

    if (literals->nelts == 0) {
        return 0;
    }

    len = literals->elts[0].len;

    for (i = 1; i < literals->nelts; i++) {
        len = ngx_min(len, literals->elts[i].len);
    }

    return len;
}


ngx_str_t
ngx_eo_like_literal(ngx_str_t *pattern, ngx_uint_t *exact)
{
    u_char     *p, *last, *start;
    ngx_str_t   best;

    best.len = 0;
    best.data = pattern->data;

    *exact = 1;

    last = pattern->data + pattern->len;

    for (p = start = pattern->data; p <= last; p++) {

        if (p < last && *p != '*' && *p != '?') {
            continue;
        }

        if (p < last) {
            *exact = 0;
        }

        if ((size_t) (p - start) > best.len) {
            best.data = start;
            best.len = p - start;
        }

        start = p + 1;
    }

    return best;
}


/*
 * Wildcards: "*" is any number of bytes, "?" exactly one.  Going back to the
 * last "*" only is enough, so the work is bounded by the product of the
 * lengths.
 */

ngx_uint_t
ngx_eo_like_match(ngx_str_t *pattern, ngx_str_t *text)
{
    u_char  *p, *pend, *t, *tend, *star, *retry;

    p = pattern->data;
    pend = p + pattern->len;
    t = text->data;
    tend = t + text->len;

    star = NULL;
    retry = NULL;

    while (t < tend) {

        if (p < pend && *p == '*') {
            star = ++p;
            retry = t;
            continue;
        }

        if (p < pend && (*p == '?' || *p == *t)) {
            p++;
            t++;
            continue;
        }

        if (star == NULL) {
            return 0;
        }

        p = star;
        t = ++retry;
    }

    while (p < pend && *p == '*') {
        p++;
    }

    return p == pend;
}
