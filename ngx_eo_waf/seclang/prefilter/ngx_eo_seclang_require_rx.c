
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What an expression requires of a text.  It is read once, from left to
 * right: neighbouring atoms that match a few known words only are multiplied
 * out to longer words, and where that has to end, the words so far become a
 * clause.  Letter case, anchors and look-arounds are left out, since they
 * only restrict what matches; syntax that is not understood ends the search.
 */


#include "ngx_eo_seclang_require.h"


/* words that neighbouring atoms are multiplied out to, and their length */

#define NGX_EO_SECLANG_EXACT_WORDS   256
#define NGX_EO_SECLANG_EXACT_LENGTH  24

/* bytes of a class that is taken apart */

#define NGX_EO_SECLANG_EXACT_CLASS   32

/* estimate up to which bytes are rare */

#define NGX_EO_SECLANG_SHARE_SIGN    0.15

#define NGX_EO_SECLANG_UNION_WORDS   8192
#define NGX_EO_SECLANG_NESTING       64


/* what is known of a part of an expression */

typedef struct {
    /* the words are all that the part matches, letter case aside */
    ngx_uint_t                  exact;
    ngx_uint_t                  nwords;
    ngx_str_t                  *words;

    /* ... but for texts with one of these bytes, of which nothing is known */
    uint64_t                    escape[4];

    /* otherwise */
    ngx_eo_seclang_require_t    require;
} ngx_eo_seclang_rx_part_t;


typedef struct {
    ngx_uint_t                  min;
    ngx_uint_t                  max;
} ngx_eo_seclang_repeat_t;


#define NGX_EO_SECLANG_UNBOUNDED  NGX_MAX_INT_T_VALUE


static ngx_int_t ngx_eo_seclang_rx_alternation(
    ngx_eo_seclang_rx_reader_t *reader, ngx_eo_seclang_rx_part_t *part);
static ngx_int_t ngx_eo_seclang_rx_braces(ngx_eo_seclang_rx_reader_t *reader,
    u_char *p, ngx_eo_seclang_repeat_t *repeat);
static void ngx_eo_seclang_part_unknown(ngx_eo_seclang_rx_part_t *part);
static void ngx_eo_seclang_part_empty(ngx_eo_seclang_rx_part_t *part);
static ngx_int_t ngx_eo_seclang_part_flush(ngx_pool_t *pool,
    ngx_eo_seclang_rx_part_t *part, ngx_eo_seclang_require_t *require);
static ngx_int_t ngx_eo_seclang_part_multiply(ngx_pool_t *pool,
    ngx_eo_seclang_rx_part_t *a, ngx_eo_seclang_rx_part_t *b);
static ngx_int_t ngx_eo_seclang_part_bytes(ngx_pool_t *pool, uint64_t *bytes,
    ngx_eo_seclang_rx_part_t *part);
static ngx_int_t ngx_eo_seclang_rx_flags(ngx_eo_seclang_rx_reader_t *reader);
static ngx_int_t ngx_eo_seclang_rx_extension(
    ngx_eo_seclang_rx_reader_t *reader);
static ngx_int_t ngx_eo_seclang_rx_group(ngx_eo_seclang_rx_reader_t *reader,
    ngx_eo_seclang_rx_part_t *part);
static ngx_int_t ngx_eo_seclang_rx_atom(ngx_eo_seclang_rx_reader_t *reader,
    ngx_eo_seclang_rx_part_t *part);
static u_char *ngx_eo_seclang_rx_number(u_char *p, u_char *last,
    ngx_uint_t *n);
static ngx_int_t ngx_eo_seclang_rx_repeat(ngx_eo_seclang_rx_reader_t *reader,
    ngx_eo_seclang_repeat_t *repeat);
static ngx_int_t ngx_eo_seclang_rx_sign(ngx_pool_t *pool,
    ngx_eo_seclang_rx_part_t *part, uint64_t *bytes);
static ngx_int_t ngx_eo_seclang_rx_optional(ngx_pool_t *pool,
    ngx_eo_seclang_rx_part_t *part);
static ngx_int_t ngx_eo_seclang_rx_skip(ngx_pool_t *pool,
    ngx_eo_seclang_rx_part_t *part, ngx_eo_seclang_repeat_t *repeat);
static ngx_int_t ngx_eo_seclang_rx_break(ngx_pool_t *pool,
    ngx_eo_seclang_rx_part_t *run, ngx_eo_seclang_require_t *require,
    ngx_eo_seclang_rx_part_t *next);
static ngx_int_t ngx_eo_seclang_rx_append(ngx_eo_seclang_rx_reader_t *reader,
    ngx_eo_seclang_rx_part_t *run, ngx_eo_seclang_require_t *require,
    ngx_eo_seclang_rx_part_t *part, ngx_eo_seclang_repeat_t *repeat,
    ngx_uint_t *broken);
static ngx_int_t ngx_eo_seclang_rx_sequence(ngx_eo_seclang_rx_reader_t *reader,
    ngx_eo_seclang_rx_part_t *part);
static ngx_int_t ngx_eo_seclang_rx_merge(ngx_pool_t *pool,
    ngx_eo_seclang_clause_t *to, ngx_eo_seclang_clause_t *from);
static ngx_int_t ngx_eo_seclang_rx_union(ngx_eo_seclang_rx_reader_t *reader,
    ngx_eo_seclang_require_t *branches, ngx_uint_t n,
    ngx_eo_seclang_rx_part_t *part);
static ngx_int_t ngx_eo_seclang_rx_join(ngx_pool_t *pool,
    ngx_eo_seclang_rx_part_t *all, ngx_eo_seclang_rx_part_t *branch);


static void
ngx_eo_seclang_part_unknown(ngx_eo_seclang_rx_part_t *part)
{
    ngx_memzero(part, sizeof(ngx_eo_seclang_rx_part_t));
}


/* the empty word: what neither takes a byte nor breaks a word */

static void
ngx_eo_seclang_part_empty(ngx_eo_seclang_rx_part_t *part)
{
    static ngx_str_t  empty = ngx_null_string;

    ngx_eo_seclang_part_unknown(part);

    part->exact = 1;
    part->nwords = 1;
    part->words = &empty;
}


/*
 * Adds that one of the words is there, or a byte of which nothing is known;
 * nothing follows from an empty word.
 */

static ngx_int_t
ngx_eo_seclang_part_flush(ngx_pool_t *pool, ngx_eo_seclang_rx_part_t *part,
    ngx_eo_seclang_require_t *require)
{
    ngx_str_t                *words;
    ngx_uint_t                i, n;
    ngx_eo_seclang_clause_t   clause;

    words = part->words;
    n = part->nwords;

    ngx_memzero(&clause, sizeof(ngx_eo_seclang_clause_t));
    ngx_memcpy(clause.bytes, part->escape, sizeof(clause.bytes));

    clause.words = ngx_palloc(pool, (n + 1) * sizeof(ngx_str_t));
    if (clause.words == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        if (words[i].len == 0) {
            return NGX_OK;
        }

        if (words[i].len == 1) {
            ngx_eo_seclang_set_byte(clause.bytes, words[i].data[0]);

        } else {
            clause.words[clause.nwords++] = words[i];
        }
    }

    if (n) {
        ngx_eo_seclang_require_add(require, &clause);
    }

    return NGX_OK;
}


/* all words of "a", each followed by each of "b"; NGX_DECLINED: too many */

static ngx_int_t
ngx_eo_seclang_part_multiply(ngx_pool_t *pool, ngx_eo_seclang_rx_part_t *a,
    ngx_eo_seclang_rx_part_t *b)
{
    u_char      *p;
    ngx_str_t   *words, *word;
    ngx_uint_t   i, k;

    if (b->nwords == 1 && b->words[0].len == 0) {
        ngx_eo_seclang_add_bytes(a->escape, b->escape);
        return NGX_OK;
    }

    if (a->nwords * b->nwords > NGX_EO_SECLANG_EXACT_WORDS) {
        return NGX_DECLINED;
    }

    words = ngx_palloc(pool, (a->nwords * b->nwords + 1) * sizeof(ngx_str_t));
    if (words == NULL) {
        return NGX_ERROR;
    }

    word = words;

    for (i = 0; i < a->nwords; i++) {
        for (k = 0; k < b->nwords; k++) {
            word->len = a->words[i].len + b->words[k].len;

            if (word->len > NGX_EO_SECLANG_EXACT_LENGTH) {
                return NGX_DECLINED;
            }

            p = ngx_pnalloc(pool, word->len + 1);
            if (p == NULL) {
                return NGX_ERROR;
            }

            word->data = p;
            p = ngx_cpymem(p, a->words[i].data, a->words[i].len);
            ngx_memcpy(p, b->words[k].data, b->words[k].len);
            word++;
        }
    }

    a->words = words;
    a->nwords = word - words;

    ngx_eo_seclang_add_bytes(a->escape, b->escape);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_part_bytes(ngx_pool_t *pool, uint64_t *bytes,
    ngx_eo_seclang_rx_part_t *part)
{
    u_char                    *p;
    ngx_uint_t                 c, n;
    ngx_eo_seclang_clause_t    clause;

    ngx_eo_seclang_part_unknown(part);

    /* the case of letters does not matter from here on */

    for (c = 'A'; c <= 'Z'; c++) {
        if (ngx_eo_seclang_byte_bit(bytes, c)) {
            ngx_eo_seclang_set_byte(bytes, c | 0x20);
            bytes[c / 64] &= ~((uint64_t) 1 << (c % 64));
        }
    }

    n = 0;

    for (c = 0; c < 256; c++) {
        n += (ngx_eo_seclang_byte_bit(bytes, c) != 0);
    }

    if (n == 0) {
        return NGX_OK;
    }

    if (n > NGX_EO_SECLANG_EXACT_CLASS) {
        ngx_memzero(&clause, sizeof(ngx_eo_seclang_clause_t));
        ngx_memcpy(clause.bytes, bytes, sizeof(clause.bytes));
        ngx_eo_seclang_require_add(&part->require, &clause);
        return NGX_OK;
    }

    part->words = ngx_palloc(pool, n * sizeof(ngx_str_t));
    p = ngx_pnalloc(pool, n);

    if (part->words == NULL || p == NULL) {
        return NGX_ERROR;
    }

    for (c = 0; c < 256; c++) {
        if (ngx_eo_seclang_byte_bit(bytes, c)) {
            *p = (u_char) c;
            part->words[part->nwords].len = 1;
            part->words[part->nwords++].data = p++;
        }
    }

    part->exact = 1;

    return NGX_OK;
}


/* "(?i)" and "(?i:": flags that change nothing of what is read here */

static ngx_int_t
ngx_eo_seclang_rx_flags(ngx_eo_seclang_rx_reader_t *reader)
{
    while (reader->pos < reader->last) {

        switch (*reader->pos++) {

        case 'i':
        case 'm':
        case 's':
        case '-':
            break;

        case ')':
            return NGX_DONE;

        case ':':
            return NGX_OK;

        default:
            return NGX_DECLINED;
        }
    }

    return NGX_DECLINED;
}


/*
 * Behind "(?".  NGX_OK: a group follows; NGX_DONE: nothing does; NGX_AGAIN: a
 * group that is only looked at.
 */

static ngx_int_t
ngx_eo_seclang_rx_extension(ngx_eo_seclang_rx_reader_t *reader)
{
    u_char  *p;

    p = reader->pos;

    if (reader->last - p < 2) {
        return NGX_DECLINED;
    }

    switch (*p) {

    case ':':
    case '>':
    case '|':
        reader->pos = p + 1;
        return NGX_OK;

    case '=':
    case '!':
        reader->pos = p + 1;
        return NGX_AGAIN;

    case '<':
        if (p[1] == '=' || p[1] == '!') {
            reader->pos = p + 2;
            return NGX_AGAIN;
        }

        return NGX_DECLINED;

    default:
        return ngx_eo_seclang_rx_flags(reader);
    }
}


/* behind the parenthesis */

static ngx_int_t
ngx_eo_seclang_rx_group(ngx_eo_seclang_rx_reader_t *reader,
    ngx_eo_seclang_rx_part_t *part)
{
    ngx_int_t  rc, kind;

    if (reader->pos == reader->last || *reader->pos == '*'
        || reader->nesting == NGX_EO_SECLANG_NESTING)
    {
        return NGX_DECLINED;
    }

    kind = NGX_OK;

    if (*reader->pos == '?') {
        reader->pos++;

        kind = ngx_eo_seclang_rx_extension(reader);

        if (kind == NGX_DECLINED) {
            return NGX_DECLINED;
        }

        if (kind == NGX_DONE) {
            ngx_eo_seclang_part_empty(part);
            return NGX_OK;
        }
    }

    reader->nesting++;
    rc = ngx_eo_seclang_rx_alternation(reader, part);
    reader->nesting--;

    if (rc != NGX_OK) {
        return rc;
    }

    if (reader->pos == reader->last || *reader->pos++ != ')') {
        return NGX_DECLINED;
    }

    if (kind == NGX_AGAIN) {
        ngx_eo_seclang_part_empty(part);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_rx_atom(ngx_eo_seclang_rx_reader_t *reader,
    ngx_eo_seclang_rx_part_t *part)
{
    u_char                    c;
    uint64_t                  bytes[4];
    ngx_int_t                 rc;
    ngx_eo_seclang_repeat_t   repeat;

    ngx_memzero(bytes, sizeof(bytes));

    c = *reader->pos++;

    switch (c) {

    case '(':
        return ngx_eo_seclang_rx_group(reader, part);

    case '{':

        /* a second quantifier is not read, only the byte */

        if (ngx_eo_seclang_rx_braces(reader, reader->pos, &repeat)
            != NGX_DONE)
        {
            return NGX_DECLINED;
        }

        ngx_eo_seclang_set_byte(bytes, c);
        rc = NGX_OK;
        break;

    case '^':
    case '$':
        ngx_eo_seclang_part_empty(part);
        return NGX_OK;

    case '*':
    case '+':
    case '?':
        return NGX_DECLINED;

    case '.':
        ngx_eo_seclang_part_unknown(part);
        return NGX_OK;

    case '[':
        rc = ngx_eo_seclang_rx_class(reader, bytes);
        break;

    case '\\':

        /* a group once more, or a byte in octal digits */

        if (reader->pos < reader->last
            && *reader->pos >= '1' && *reader->pos <= '9')
        {
            while (reader->pos < reader->last
                   && *reader->pos >= '0' && *reader->pos <= '9')
            {
                reader->pos++;
            }

            ngx_eo_seclang_part_unknown(part);
            return NGX_OK;
        }

        rc = ngx_eo_seclang_rx_escape(reader, 0, bytes);
        break;

    default:
        ngx_eo_seclang_set_byte(bytes, c);
        rc = NGX_OK;
    }

    if (rc == NGX_DONE) {
        ngx_eo_seclang_part_empty(part);
        return NGX_OK;
    }

    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_eo_seclang_part_bytes(reader->pool, bytes, part);
}


static u_char *
ngx_eo_seclang_rx_number(u_char *p, u_char *last, ngx_uint_t *n)
{
    for (*n = 0; p < last && *p >= '0' && *p <= '9'; p++) {
        *n = ngx_min(*n * 10 + (*p - '0'), 65536);
    }

    return p;
}


/* behind the brace; NGX_DONE: it is no more than a brace */

static ngx_int_t
ngx_eo_seclang_rx_braces(ngx_eo_seclang_rx_reader_t *reader, u_char *p,
    ngx_eo_seclang_repeat_t *repeat)
{
    u_char  *last;

    last = reader->last;

    if (p == last || !((*p >= '0' && *p <= '9') || *p == ',' || *p == ' '
                       || *p == '\t'))
    {
        return NGX_DONE;
    }

    /* with blanks, or without a first number: versions of PCRE2 differ */

    if (*p < '0' || *p > '9') {
        return NGX_DECLINED;
    }

    p = ngx_eo_seclang_rx_number(p, last, &repeat->min);
    repeat->max = repeat->min;

    if (p < last && *p == ',') {
        p++;
        repeat->max = NGX_EO_SECLANG_UNBOUNDED;

        if (p < last && *p >= '0' && *p <= '9') {
            p = ngx_eo_seclang_rx_number(p, last, &repeat->max);
        }
    }

    if (p == last || *p != '}') {
        return NGX_DECLINED;
    }

    reader->pos = p + 1;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_rx_repeat(ngx_eo_seclang_rx_reader_t *reader,
    ngx_eo_seclang_repeat_t *repeat)
{
    ngx_int_t  rc;

    repeat->min = 1;
    repeat->max = 1;

    if (reader->pos == reader->last) {
        return NGX_OK;
    }

    switch (*reader->pos) {

    case '?':
        repeat->min = 0;
        reader->pos++;
        break;

    case '*':
        repeat->min = 0;
        repeat->max = NGX_EO_SECLANG_UNBOUNDED;
        reader->pos++;
        break;

    case '+':
        repeat->max = NGX_EO_SECLANG_UNBOUNDED;
        reader->pos++;
        break;

    case '{':
        rc = ngx_eo_seclang_rx_braces(reader, reader->pos + 1, repeat);

        if (rc == NGX_DECLINED) {
            return NGX_DECLINED;
        }

        if (rc == NGX_DONE) {
            return NGX_OK;
        }

        break;

    default:
        return NGX_OK;
    }

    /* lazy or possessive */

    if (reader->pos < reader->last
        && (*reader->pos == '?' || *reader->pos == '+'))
    {
        reader->pos++;
    }

    return NGX_OK;
}


/*
 * Bytes one of which is there if a part takes any: those of its rarest clause
 * of bytes only.  NGX_DECLINED if they are not rare.
 */

static ngx_int_t
ngx_eo_seclang_rx_sign(ngx_pool_t *pool, ngx_eo_seclang_rx_part_t *part,
    uint64_t *bytes)
{
    ngx_uint_t                 i;
    ngx_eo_seclang_require_t   require;

    require = part->require;

    if (part->exact) {
        require.nclauses = 0;

        if (ngx_eo_seclang_part_flush(pool, part, &require) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < require.nclauses; i++) {

        if (require.clauses[i].nwords == 0
            && require.clauses[i].share < NGX_EO_SECLANG_SHARE_SIGN)
        {
            ngx_memcpy(bytes, require.clauses[i].bytes, 4 * sizeof(uint64_t));
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


/* what is known of "part?" */

static ngx_int_t
ngx_eo_seclang_rx_optional(ngx_pool_t *pool, ngx_eo_seclang_rx_part_t *part)
{
    ngx_str_t  *words;

    words = ngx_palloc(pool, (part->nwords + 1) * sizeof(ngx_str_t));
    if (words == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(words, part->words, part->nwords * sizeof(ngx_str_t));
    ngx_str_null(&words[part->nwords]);

    part->words = words;
    part->nwords++;

    return NGX_OK;
}


/*
 * A part that may be missing.  If it leaves rare bytes where it is not, texts
 * without these are looked at as if it were not there at all.
 */

static ngx_int_t
ngx_eo_seclang_rx_skip(ngx_pool_t *pool, ngx_eo_seclang_rx_part_t *part,
    ngx_eo_seclang_repeat_t *repeat)
{
    uint64_t   bytes[4];
    ngx_int_t  rc;

    rc = ngx_eo_seclang_rx_sign(pool, part, bytes);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_OK) {
        ngx_eo_seclang_part_empty(part);
        ngx_eo_seclang_add_bytes(part->escape, bytes);

        repeat->max = 1;

        return NGX_OK;
    }

    if (part->exact && repeat->max == 1) {
        return ngx_eo_seclang_rx_optional(pool, part);
    }

    ngx_eo_seclang_part_unknown(part);

    return NGX_OK;
}


/* ends the words of a sequence and starts with those of "next" anew */

static ngx_int_t
ngx_eo_seclang_rx_break(ngx_pool_t *pool, ngx_eo_seclang_rx_part_t *run,
    ngx_eo_seclang_require_t *require, ngx_eo_seclang_rx_part_t *next)
{
    if (ngx_eo_seclang_part_flush(pool, run, require) != NGX_OK) {
        return NGX_ERROR;
    }

    if (next != NULL) {
        *run = *next;

    } else {
        ngx_eo_seclang_part_empty(run);
    }

    return NGX_OK;
}


/*
 * Appends a part with its quantifier to a sequence.  Words that are repeated
 * are known at both ends of the repetition only.
 */

static ngx_int_t
ngx_eo_seclang_rx_append(ngx_eo_seclang_rx_reader_t *reader,
    ngx_eo_seclang_rx_part_t *run, ngx_eo_seclang_require_t *require,
    ngx_eo_seclang_rx_part_t *part, ngx_eo_seclang_repeat_t *repeat,
    ngx_uint_t *broken)
{
    ngx_int_t    rc;
    ngx_uint_t   i;
    ngx_pool_t  *pool;

    pool = reader->pool;

    if (repeat->min == 0) {
        rc = ngx_eo_seclang_rx_skip(pool, part, repeat);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (!part->exact) {
        *broken = 1;

        for (i = 0; i < part->require.nclauses; i++) {
            ngx_eo_seclang_require_add(require, &part->require.clauses[i]);
        }

        return ngx_eo_seclang_rx_break(pool, run, require, NULL);
    }

    rc = ngx_eo_seclang_part_multiply(pool, run, part);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED
        && ngx_eo_seclang_rx_break(pool, run, require, part) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED) {
        *broken = 1;
    }

    if (repeat->max > 1) {
        *broken = 1;
        return ngx_eo_seclang_rx_break(pool, run, require, part);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_rx_sequence(ngx_eo_seclang_rx_reader_t *reader,
    ngx_eo_seclang_rx_part_t *part)
{
    ngx_int_t                 rc;
    ngx_uint_t                broken;
    ngx_eo_seclang_rx_part_t  run, atom;
    ngx_eo_seclang_repeat_t   repeat;
    ngx_eo_seclang_require_t  require;

    ngx_eo_seclang_part_empty(&run);
    require.nclauses = 0;
    broken = 0;

    while (reader->pos < reader->last
           && *reader->pos != '|' && *reader->pos != ')')
    {
        rc = ngx_eo_seclang_rx_atom(reader, &atom);

        if (rc == NGX_OK) {
            rc = ngx_eo_seclang_rx_repeat(reader, &repeat);
        }

        if (rc == NGX_OK) {
            rc = ngx_eo_seclang_rx_append(reader, &run, &require, &atom,
                                          &repeat, &broken);
        }

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (!broken) {
        *part = run;
        return NGX_OK;
    }

    ngx_eo_seclang_part_unknown(part);
    part->require = require;

    return ngx_eo_seclang_part_flush(reader->pool, &run, &part->require);
}


/* adds to a clause of an alternation what one branch requires */

static ngx_int_t
ngx_eo_seclang_rx_merge(ngx_pool_t *pool, ngx_eo_seclang_clause_t *to,
    ngx_eo_seclang_clause_t *from)
{
    ngx_str_t  *words;

    ngx_eo_seclang_add_bytes(to->bytes, from->bytes);

    if (from->nwords == 0) {
        return NGX_OK;
    }

    if (to->nwords + from->nwords > NGX_EO_SECLANG_UNION_WORDS) {
        return NGX_DECLINED;
    }

    words = ngx_palloc(pool, (to->nwords + from->nwords)
                             * sizeof(ngx_str_t));
    if (words == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(words, to->words, to->nwords * sizeof(ngx_str_t));
    ngx_memcpy(words + to->nwords, from->words,
               from->nwords * sizeof(ngx_str_t));

    to->words = words;
    to->nwords += from->nwords;

    return NGX_OK;
}


/*
 * Branches that require something each: one of their best clauses holds,
 * and one of their second best, and so on.
 */

static ngx_int_t
ngx_eo_seclang_rx_union(ngx_eo_seclang_rx_reader_t *reader,
    ngx_eo_seclang_require_t *branches, ngx_uint_t n,
    ngx_eo_seclang_rx_part_t *part)
{
    ngx_int_t                 rc;
    ngx_uint_t                i, k, most, nth;
    ngx_eo_seclang_clause_t   clause;

    ngx_eo_seclang_part_unknown(part);
    most = 0;

    for (i = 0; i < n; i++) {
        if (branches[i].nclauses == 0) {
            return NGX_OK;
        }

        most = ngx_max(most, branches[i].nclauses);
    }

    for (k = 0; k < most; k++) {
        ngx_memzero(&clause, sizeof(ngx_eo_seclang_clause_t));
        rc = NGX_OK;

        for (i = 0; i < n && rc == NGX_OK; i++) {
            nth = ngx_min(k, branches[i].nclauses - 1);
            rc = ngx_eo_seclang_rx_merge(reader->pool, &clause,
                                         &branches[i].clauses[nth]);
        }

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_OK) {
            ngx_eo_seclang_require_add(&part->require, &clause);
        }
    }

    return NGX_OK;
}


/* words of all branches, as long as these are known by their words only */

static ngx_int_t
ngx_eo_seclang_rx_join(ngx_pool_t *pool, ngx_eo_seclang_rx_part_t *all,
    ngx_eo_seclang_rx_part_t *branch)
{
    ngx_str_t  *words;

    if (!all->exact || !branch->exact
        || all->nwords + branch->nwords > NGX_EO_SECLANG_EXACT_WORDS)
    {
        all->exact = 0;
        return NGX_OK;
    }

    words = ngx_palloc(pool, (all->nwords + branch->nwords)
                             * sizeof(ngx_str_t));
    if (words == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(words, all->words, all->nwords * sizeof(ngx_str_t));
    ngx_memcpy(words + all->nwords, branch->words,
               branch->nwords * sizeof(ngx_str_t));

    all->words = words;
    all->nwords += branch->nwords;

    ngx_eo_seclang_add_bytes(all->escape, branch->escape);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_rx_alternation(ngx_eo_seclang_rx_reader_t *reader,
    ngx_eo_seclang_rx_part_t *part)
{
    ngx_int_t                  rc;
    ngx_array_t                branches;
    ngx_eo_seclang_rx_part_t   branch, all;
    ngx_eo_seclang_require_t  *require;

    ngx_eo_seclang_part_unknown(&all);
    all.exact = 1;

    if (ngx_array_init(&branches, reader->pool, 4,
                       sizeof(ngx_eo_seclang_require_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for ( ;; ) {
        rc = ngx_eo_seclang_rx_sequence(reader, &branch);

        if (rc != NGX_OK) {
            return rc;
        }

        require = ngx_array_push(&branches);

        if (require == NULL
            || ngx_eo_seclang_rx_join(reader->pool, &all, &branch) != NGX_OK)
        {
            return NGX_ERROR;
        }

        *require = branch.require;

        if (branch.exact
            && ngx_eo_seclang_part_flush(reader->pool, &branch, require)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (reader->pos == reader->last || *reader->pos != '|') {
            break;
        }

        reader->pos++;
    }

    if (branches.nelts == 1) {
        *part = branch;
        return NGX_OK;
    }

    if (all.exact) {
        *part = all;
        return NGX_OK;
    }

    return ngx_eo_seclang_rx_union(reader, branches.elts, branches.nelts,
                                   part);
}


ngx_int_t
ngx_eo_seclang_require_rx(ngx_pool_t *pool, ngx_str_t *pattern,
    ngx_eo_seclang_require_t *require)
{
    ngx_int_t                   rc;
    ngx_eo_seclang_rx_part_t    part;
    ngx_eo_seclang_rx_reader_t  reader;

    require->nclauses = 0;

    reader.pool = pool;
    reader.pos = pattern->data;
    reader.last = pattern->data + pattern->len;
    reader.nesting = 0;

    rc = ngx_eo_seclang_rx_alternation(&reader, &part);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED || reader.pos != reader.last) {
        return NGX_OK;
    }

    *require = part.require;

    if (!part.exact) {
        return NGX_OK;
    }

    return ngx_eo_seclang_part_flush(pool, &part, require);
}
