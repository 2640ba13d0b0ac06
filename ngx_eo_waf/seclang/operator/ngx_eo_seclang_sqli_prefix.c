
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Texts that libinjection cannot take for SQL, found by their first tokens.
 *
 * libinjection makes a fingerprint of a text, a letter for each of its first
 * five tokens, and looks it up in a table.  It folds tokens meanwhile
 * ("a + 1" is "a"), but no folding changes, at the start of a fingerprint:
 *
 * - a word that is no keyword, begins no phrase ("GROUP BY") and names no
 *   function that may lack its parentheses; nor a number, nor a variable that
 *   is such a word.  They swallow what an operator or a comma ties to them;
 * - ":", "?" and "(" behind one of these;
 * - an operator of one byte that is not unary at the very start.
 *
 * So if no fingerprint of the table begins with the first of these tokens,
 * what follows does not matter, unless it is read in another way as well: as
 * if it began in quotes, or with a comment of MySQL in it.
 *
 * Words and fingerprints are those of the library's own table.
 */


#include "ngx_eo_seclang_operator.h"


#define NGX_EO_SECLANG_SQLI_WORDS   32768
#define NGX_EO_SECLANG_SQLI_LETTERS 32
#define NGX_EO_SECLANG_SQLI_TOKENS  3


/* what a token can begin with */

typedef enum {
    NGX_EO_SECLANG_SQLI_OTHER = 0,
    NGX_EO_SECLANG_SQLI_WHITE,
    NGX_EO_SECLANG_SQLI_WORD,
    NGX_EO_SECLANG_SQLI_DIGIT,

    /* operators, alone or with another byte; unary ones, "-" aside */
    NGX_EO_SECLANG_SQLI_OPERATOR,
    NGX_EO_SECLANG_SQLI_OPERATOR2,
    NGX_EO_SECLANG_SQLI_UNARY,
    NGX_EO_SECLANG_SQLI_UNARY2,
    NGX_EO_SECLANG_SQLI_DASH,
    NGX_EO_SECLANG_SQLI_SLASH,

    NGX_EO_SECLANG_SQLI_COLON,
    NGX_EO_SECLANG_SQLI_COMMA,
    NGX_EO_SECLANG_SQLI_PARENTHESIS,
    NGX_EO_SECLANG_SQLI_UNKNOWN,
    NGX_EO_SECLANG_SQLI_AT
} ngx_eo_seclang_sqli_kind_e;


typedef struct {
    u_char                   *pos;
    u_char                   *last;

    /* tokens that no folding changes any more */
    ngx_uint_t                ntokens;
    ngx_uint_t                tokens[NGX_EO_SECLANG_SQLI_TOKENS];
} ngx_eo_seclang_sqli_reader_t;


static ngx_uint_t ngx_eo_seclang_sqli_letter(u_char c);
static void ngx_eo_seclang_sqli_set_kinds(const char *bytes,
    ngx_eo_seclang_sqli_kind_e kind);
static void ngx_eo_seclang_sqli_add_word(const char *word, size_t len);
static ngx_inline ngx_uint_t ngx_eo_seclang_sqli_known(uint32_t hash);
static ngx_uint_t ngx_eo_seclang_sqli_word(
    ngx_eo_seclang_sqli_reader_t *reader);
static u_char *ngx_eo_seclang_sqli_digits(u_char *p, u_char *last);
static ngx_uint_t ngx_eo_seclang_sqli_radix(
    ngx_eo_seclang_sqli_reader_t *reader);
static ngx_uint_t ngx_eo_seclang_sqli_exponent(
    ngx_eo_seclang_sqli_reader_t *reader);
static ngx_uint_t ngx_eo_seclang_sqli_number(
    ngx_eo_seclang_sqli_reader_t *reader);
static ngx_inline ngx_uint_t ngx_eo_seclang_sqli_white(
    ngx_eo_seclang_sqli_reader_t *reader);
static ngx_inline ngx_uint_t ngx_eo_seclang_sqli_value(
    ngx_eo_seclang_sqli_reader_t *reader);
static ngx_uint_t ngx_eo_seclang_sqli_operator(
    ngx_eo_seclang_sqli_reader_t *reader);
static ngx_uint_t ngx_eo_seclang_sqli_mark(
    ngx_eo_seclang_sqli_reader_t *reader);
static void ngx_eo_seclang_sqli_skip(ngx_eo_seclang_sqli_reader_t *reader);
static ngx_inline ngx_uint_t ngx_eo_seclang_sqli_begins(
    ngx_eo_seclang_sqli_reader_t *reader, ngx_uint_t token);
static ngx_uint_t ngx_eo_seclang_sqli_is_fingerprint(
    ngx_eo_seclang_sqli_reader_t *reader);
static ngx_uint_t ngx_eo_seclang_sqli_prefix(
    ngx_eo_seclang_sqli_reader_t *reader);
static ngx_uint_t ngx_eo_seclang_sqli_reread(ngx_str_t *text);


/*
 * All of these depend on nothing that is configured.  A byte that continues a
 * word is there in upper case, one that ends it is 0.
 */

static u_char    ngx_eo_seclang_sqli_kinds[256];
static u_char    ngx_eo_seclang_sqli_upper[256];

/* words that are not ordinary, by their hash */
static uint64_t  ngx_eo_seclang_sqli_words[NGX_EO_SECLANG_SQLI_WORDS / 64];

/* letters that come third in fingerprints, by the two before */
static uint32_t  ngx_eo_seclang_sqli_third[NGX_EO_SECLANG_SQLI_LETTERS]
                                          [NGX_EO_SECLANG_SQLI_LETTERS];

/* letters that come second, and those of fingerprints that end there */
static uint32_t  ngx_eo_seclang_sqli_second[NGX_EO_SECLANG_SQLI_LETTERS];
static uint32_t  ngx_eo_seclang_sqli_ends[NGX_EO_SECLANG_SQLI_LETTERS];

static uint32_t  ngx_eo_seclang_sqli_first;
static uint32_t  ngx_eo_seclang_sqli_single;

/* the table has what is unknown here */
static ngx_uint_t  ngx_eo_seclang_sqli_strange;


/*
 * Letters of fingerprints go by their place here, from 1 on; those of tokens
 * that are read here come first, and 0 is none.
 */

static u_char  ngx_eo_seclang_sqli_letters[] = "N1VO:?(&),;ABCEFKSTUX";

typedef enum {
    NGX_EO_SECLANG_SQLI_T_NONE = 0,
    NGX_EO_SECLANG_SQLI_T_WORD,
    NGX_EO_SECLANG_SQLI_T_NUMBER,
    NGX_EO_SECLANG_SQLI_T_VARIABLE,
    NGX_EO_SECLANG_SQLI_T_OPERATOR,
    NGX_EO_SECLANG_SQLI_T_COLON,
    NGX_EO_SECLANG_SQLI_T_UNKNOWN,
    NGX_EO_SECLANG_SQLI_T_PARENTHESIS
} ngx_eo_seclang_sqli_token_e;


static ngx_uint_t
ngx_eo_seclang_sqli_letter(u_char c)
{
    ngx_uint_t  i;

    for (i = 0; ngx_eo_seclang_sqli_letters[i]; i++) {
        if (ngx_eo_seclang_sqli_letters[i] == c) {
            return i + 1;
        }
    }

    return 0;
}


static void
ngx_eo_seclang_sqli_set_kinds(const char *bytes,
    ngx_eo_seclang_sqli_kind_e kind)
{
    for ( /* void */ ; *bytes; bytes++) {
        ngx_eo_seclang_sqli_kinds[(u_char) *bytes] = kind;
        ngx_eo_seclang_sqli_upper[(u_char) *bytes] = '\0';
    }
}


void
ngx_eo_seclang_sqli_prefix_init(void)
{
    ngx_uint_t  c, kind;

    for (c = 0; c < 256; c++) {
        ngx_eo_seclang_sqli_upper[c] = ngx_toupper(c);

        if (c <= ' ' || c == 0x7f || c == 0xa0) {
            kind = NGX_EO_SECLANG_SQLI_WHITE;

        } else if (c >= '0' && c <= '9') {
            kind = NGX_EO_SECLANG_SQLI_DIGIT;

        } else if (ngx_toupper(c) >= 'A' && ngx_toupper(c) <= 'Z') {
            kind = NGX_EO_SECLANG_SQLI_WORD;

        } else {
            kind = (c > 0x7f) ? NGX_EO_SECLANG_SQLI_WORD
                              : NGX_EO_SECLANG_SQLI_OTHER;
        }

        ngx_eo_seclang_sqli_kinds[c] = kind;
    }

    /* control characters that are not here continue a word */

    ngx_eo_seclang_sqli_set_kinds(" \t\n\v\f\r\xa0",
                                  NGX_EO_SECLANG_SQLI_WHITE);
    ngx_eo_seclang_sqli_set_kinds("[]{}\\#'\"`;", NGX_EO_SECLANG_SQLI_OTHER);
    ngx_eo_seclang_sqli_set_kinds("%^", NGX_EO_SECLANG_SQLI_OPERATOR);
    ngx_eo_seclang_sqli_set_kinds("&*<=>|", NGX_EO_SECLANG_SQLI_OPERATOR2);
    ngx_eo_seclang_sqli_set_kinds("+~", NGX_EO_SECLANG_SQLI_UNARY);
    ngx_eo_seclang_sqli_set_kinds("!", NGX_EO_SECLANG_SQLI_UNARY2);
    ngx_eo_seclang_sqli_set_kinds("-", NGX_EO_SECLANG_SQLI_DASH);
    ngx_eo_seclang_sqli_set_kinds("/", NGX_EO_SECLANG_SQLI_SLASH);
    ngx_eo_seclang_sqli_set_kinds(":", NGX_EO_SECLANG_SQLI_COLON);
    ngx_eo_seclang_sqli_set_kinds(",", NGX_EO_SECLANG_SQLI_COMMA);
    ngx_eo_seclang_sqli_set_kinds("(", NGX_EO_SECLANG_SQLI_PARENTHESIS);
    ngx_eo_seclang_sqli_set_kinds(")", NGX_EO_SECLANG_SQLI_OTHER);
    ngx_eo_seclang_sqli_set_kinds("?", NGX_EO_SECLANG_SQLI_UNKNOWN);
    ngx_eo_seclang_sqli_set_kinds("@", NGX_EO_SECLANG_SQLI_AT);

    ngx_eo_seclang_sqli_upper[0] = '\0';
    ngx_eo_seclang_sqli_kinds['_'] = NGX_EO_SECLANG_SQLI_WORD;
}


#define ngx_eo_seclang_sqli_hash_byte(hash, c)  ((hash) * 9 + (c))

/* two bits for a word, so that hardly any other has both */

#define ngx_eo_seclang_sqli_bit1(hash)                                        \
    ((uint32_t) ((hash) * 0x85ebca6b) / (uint32_t) 0x20000)
#define ngx_eo_seclang_sqli_bit2(hash)                                        \
    ((uint32_t) ((hash) * 0x9e3779b1) / (uint32_t) 0x20000)


static void
ngx_eo_seclang_sqli_add_word(const char *word, size_t len)
{
    size_t    i;
    uint32_t  hash, bit;

    hash = 0;

    for (i = 0; i < len; i++) {
        hash = ngx_eo_seclang_sqli_hash_byte(hash,
                                            ngx_toupper((u_char) word[i]));
    }

    bit = ngx_eo_seclang_sqli_bit1(hash);
    ngx_eo_seclang_sqli_words[bit / 64] |= (uint64_t) 1 << (bit % 64);

    bit = ngx_eo_seclang_sqli_bit2(hash);
    ngx_eo_seclang_sqli_words[bit / 64] |= (uint64_t) 1 << (bit % 64);
}


void
ngx_eo_seclang_sqli_prefix_word(const char *word)
{
    size_t  len;
    u_char  first, second;

    for (len = 0; word[len]; len++) {
        if (word[len] == ' ') {
            ngx_eo_seclang_sqli_add_word(word, len);
        }
    }

    ngx_eo_seclang_sqli_add_word(word, len);

    first = (u_char) word[0];
    second = len ? (u_char) word[1] : '\0';

    if (ngx_eo_seclang_sqli_kinds[first] == NGX_EO_SECLANG_SQLI_WORD) {
        return;
    }

    /* phrases begin with a word, and operators are of punctuation */

    switch (ngx_eo_seclang_sqli_kinds[second]) {

    case NGX_EO_SECLANG_SQLI_WHITE:
    case NGX_EO_SECLANG_SQLI_WORD:
    case NGX_EO_SECLANG_SQLI_DIGIT:
        ngx_eo_seclang_sqli_strange = 1;
        break;

    case NGX_EO_SECLANG_SQLI_SLASH:
        ngx_eo_seclang_sqli_strange |= (first == ':');
        break;

    default:
        ngx_eo_seclang_sqli_strange |= (strchr(word, ' ') != NULL);
        break;
    }
}


void
ngx_eo_seclang_sqli_prefix_fingerprint(const char *fingerprint)
{
    size_t      i, len;
    uint32_t    bit[NGX_EO_SECLANG_SQLI_TOKENS];
    ngx_uint_t  letter[NGX_EO_SECLANG_SQLI_TOKENS];

    len = ngx_strlen(fingerprint);

    for (i = 0; i < NGX_EO_SECLANG_SQLI_TOKENS && i < len; i++) {
        letter[i] = ngx_eo_seclang_sqli_letter((u_char) fingerprint[i]);
        bit[i] = (uint32_t) 1 << letter[i];

        if (letter[i] == 0) {
            ngx_eo_seclang_sqli_strange = 1;
        }
    }

    if (len == 0) {
        ngx_eo_seclang_sqli_strange = 1;
        return;
    }

    ngx_eo_seclang_sqli_first |= bit[0];

    if (len == 1) {
        ngx_eo_seclang_sqli_single |= bit[0];
        return;
    }

    ngx_eo_seclang_sqli_second[letter[0]] |= bit[1];

    if (len == 2) {
        ngx_eo_seclang_sqli_ends[letter[0]] |= bit[1];
        return;
    }

    ngx_eo_seclang_sqli_third[letter[0]][letter[1]] |= bit[2];
}


static ngx_inline ngx_uint_t
ngx_eo_seclang_sqli_known(uint32_t hash)
{
    uint32_t  a, b;

    a = ngx_eo_seclang_sqli_bit1(hash);
    b = ngx_eo_seclang_sqli_bit2(hash);

    return (ngx_eo_seclang_sqli_words[a / 64] >> (a % 64))
           & (ngx_eo_seclang_sqli_words[b / 64] >> (b % 64)) & 1;
}


/*
 * Reads a word, and says whether it is an ordinary one: none of the keywords,
 * which may also end in front of a dot.
 */

static ngx_uint_t
ngx_eo_seclang_sqli_word(ngx_eo_seclang_sqli_reader_t *reader)
{
    u_char    *p, *last, c;
    uint32_t   hash;

    p = reader->pos;
    last = reader->last;
    hash = 0;

    for ( ;; ) {
        c = '\0';

        while (p < last) {
            c = ngx_eo_seclang_sqli_upper[*p];

            if (c <= '.') {
                break;
            }

            hash = ngx_eo_seclang_sqli_hash_byte(hash, c);
            p++;
        }

        reader->pos = p;

        if (ngx_eo_seclang_sqli_known(hash)) {
            return 0;
        }

        if (p == last || c == '\0') {
            return 1;
        }

        hash = ngx_eo_seclang_sqli_hash_byte(hash, c);
        p++;
    }
}


static u_char *
ngx_eo_seclang_sqli_digits(u_char *p, u_char *last)
{
    while (p < last && *p >= '0' && *p <= '9') {
        p++;
    }

    return p;
}


/*
 * "0x1f" and "0b11"; without digits they are words.  libinjection takes
 * null bytes for digits.
 */

static ngx_uint_t
ngx_eo_seclang_sqli_radix(ngx_eo_seclang_sqli_reader_t *reader)
{
    u_char      *p, c;
    ngx_uint_t   token;

    p = reader->pos + 2;

    for ( /* void */ ; p < reader->last; p++) {
        c = *p | 0x20;

        if (*p != '0' && *p != '1' && *p != '\0'
            && ((reader->pos[1] | 0x20) == 'b'
                || !((*p >= '2' && *p <= '9') || (c >= 'a' && c <= 'f'))))
        {
            break;
        }
    }

    token = (p - reader->pos == 2) ? NGX_EO_SECLANG_SQLI_T_WORD
                                   : NGX_EO_SECLANG_SQLI_T_NUMBER;
    reader->pos = p;

    return token;
}


/* what comes behind "1.5" in "1.5e-3" and "1.5f"; "1.5e" is a word */

static ngx_uint_t
ngx_eo_seclang_sqli_exponent(ngx_eo_seclang_sqli_reader_t *reader)
{
    u_char      *p, *last, *digits, c;
    ngx_uint_t   token;

    p = reader->pos;
    last = reader->last;
    token = NGX_EO_SECLANG_SQLI_T_NUMBER;

    if (p < last && (*p | 0x20) == 'e') {
        p++;

        if (p < last && (*p == '+' || *p == '-')) {
            p++;
        }

        digits = p;
        p = ngx_eo_seclang_sqli_digits(p, last);

        if (p == digits) {
            token = NGX_EO_SECLANG_SQLI_T_WORD;
        }
    }

    if (p < last && ((*p | 0x20) == 'd' || (*p | 0x20) == 'f')) {
        c = (p + 1 < last) ? p[1] : '\0';

        if (c == '\0' || c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0
            || c == ';' || (c | 0x20) == 'u')
        {
            p++;
        }
    }

    reader->pos = p;

    return token;
}


static ngx_uint_t
ngx_eo_seclang_sqli_number(ngx_eo_seclang_sqli_reader_t *reader)
{
    u_char  *p, *last, c;

    p = reader->pos;
    last = reader->last;

    if (*p == '0' && p + 1 < last) {
        c = p[1] | 0x20;

        if (c == 'x' || c == 'b') {
            return ngx_eo_seclang_sqli_radix(reader);
        }
    }

    p = ngx_eo_seclang_sqli_digits(p, last);

    if (p < last && *p == '.') {
        p = ngx_eo_seclang_sqli_digits(p + 1, last);
    }

    reader->pos = p;

    return ngx_eo_seclang_sqli_exponent(reader);
}


static ngx_inline ngx_uint_t
ngx_eo_seclang_sqli_white(ngx_eo_seclang_sqli_reader_t *reader)
{
    while (reader->pos < reader->last) {

        if (ngx_eo_seclang_sqli_kinds[*reader->pos]
            != NGX_EO_SECLANG_SQLI_WHITE)
        {
            return 1;
        }

        reader->pos++;
    }

    return 0;
}


#define ngx_eo_seclang_sqli_is_value(c)                                       \
    (ngx_eo_seclang_sqli_kinds[c] == NGX_EO_SECLANG_SQLI_WORD                 \
     || ngx_eo_seclang_sqli_kinds[c] == NGX_EO_SECLANG_SQLI_DIGIT)


/* a word or a number, or none for a word that is not ordinary */

static ngx_inline ngx_uint_t
ngx_eo_seclang_sqli_value(ngx_eo_seclang_sqli_reader_t *reader)
{
    if (ngx_eo_seclang_sqli_kinds[*reader->pos] == NGX_EO_SECLANG_SQLI_DIGIT)
    {
        return ngx_eo_seclang_sqli_number(reader);
    }

    return ngx_eo_seclang_sqli_word(reader) ? NGX_EO_SECLANG_SQLI_T_WORD
                                            : NGX_EO_SECLANG_SQLI_T_NONE;
}


/* reads an operator of one byte, if there is one */

static ngx_uint_t
ngx_eo_seclang_sqli_operator(ngx_eo_seclang_sqli_reader_t *reader)
{
    u_char      *p, next;
    ngx_uint_t   kind;

    p = reader->pos;
    next = (p + 1 < reader->last) ? p[1] : ' ';
    kind = ngx_eo_seclang_sqli_kinds[next];

    switch (ngx_eo_seclang_sqli_kinds[*p]) {

    case NGX_EO_SECLANG_SQLI_OPERATOR:
    case NGX_EO_SECLANG_SQLI_UNARY:
        break;

    case NGX_EO_SECLANG_SQLI_OPERATOR2:
    case NGX_EO_SECLANG_SQLI_UNARY2:

        if (kind != NGX_EO_SECLANG_SQLI_WHITE
            && kind != NGX_EO_SECLANG_SQLI_WORD
            && kind != NGX_EO_SECLANG_SQLI_DIGIT)
        {
            return 0;
        }

        break;

    case NGX_EO_SECLANG_SQLI_DASH:

        if (next == '-') {
            return 0;
        }

        break;

    case NGX_EO_SECLANG_SQLI_SLASH:

        if (next == '*') {
            return 0;
        }

        break;

    default:
        return 0;
    }

    reader->pos++;

    return 1;
}


/* ":", "?", "(" and variables, or none of these */

static ngx_uint_t
ngx_eo_seclang_sqli_mark(ngx_eo_seclang_sqli_reader_t *reader)
{
    u_char      *p;
    ngx_uint_t   kind;

    p = reader->pos++;

    kind = (p + 1 < reader->last) ? ngx_eo_seclang_sqli_kinds[p[1]]
                                  : NGX_EO_SECLANG_SQLI_OTHER;

    switch (ngx_eo_seclang_sqli_kinds[*p]) {

    case NGX_EO_SECLANG_SQLI_PARENTHESIS:
        return NGX_EO_SECLANG_SQLI_T_PARENTHESIS;

    case NGX_EO_SECLANG_SQLI_UNKNOWN:
        return NGX_EO_SECLANG_SQLI_T_UNKNOWN;

    case NGX_EO_SECLANG_SQLI_COLON:
        return (kind == NGX_EO_SECLANG_SQLI_WHITE
                || kind == NGX_EO_SECLANG_SQLI_WORD
                || kind == NGX_EO_SECLANG_SQLI_DIGIT
                || kind == NGX_EO_SECLANG_SQLI_SLASH)
               ? NGX_EO_SECLANG_SQLI_T_COLON : NGX_EO_SECLANG_SQLI_T_NONE;

    case NGX_EO_SECLANG_SQLI_AT:
        return (kind == NGX_EO_SECLANG_SQLI_WORD
                && ngx_eo_seclang_sqli_word(reader))
               ? NGX_EO_SECLANG_SQLI_T_VARIABLE
               : NGX_EO_SECLANG_SQLI_T_NONE;

    default:
        return NGX_EO_SECLANG_SQLI_T_NONE;
    }
}


/* what the library skips: white space, parentheses and unary operators */

static void
ngx_eo_seclang_sqli_skip(ngx_eo_seclang_sqli_reader_t *reader)
{
    while (ngx_eo_seclang_sqli_white(reader)) {

        switch (ngx_eo_seclang_sqli_kinds[*reader->pos]) {

        case NGX_EO_SECLANG_SQLI_PARENTHESIS:
            reader->pos++;
            break;

        case NGX_EO_SECLANG_SQLI_UNARY:
        case NGX_EO_SECLANG_SQLI_UNARY2:
        case NGX_EO_SECLANG_SQLI_DASH:

            if (!ngx_eo_seclang_sqli_operator(reader)) {
                return;
            }

            break;

        default:
            return;
        }
    }
}


/* whether a fingerprint begins with the tokens that were read, and "token" */

static ngx_inline ngx_uint_t
ngx_eo_seclang_sqli_begins(ngx_eo_seclang_sqli_reader_t *reader,
    ngx_uint_t token)
{
    uint32_t     followed;
    ngx_uint_t  *tokens;

    tokens = reader->tokens;

    switch (reader->ntokens) {

    case 0:
        followed = ngx_eo_seclang_sqli_first;
        break;

    case 1:
        followed = ngx_eo_seclang_sqli_second[tokens[0]];
        break;

    default:
        followed = ngx_eo_seclang_sqli_third[tokens[0]][tokens[1]];
        break;
    }

    tokens[reader->ntokens++] = token;

    return (followed >> token) & 1;
}


/* whether the tokens are a fingerprint; of three it is not known here */

static ngx_uint_t
ngx_eo_seclang_sqli_is_fingerprint(ngx_eo_seclang_sqli_reader_t *reader)
{
    ngx_uint_t  *tokens;

    tokens = reader->tokens;

    switch (reader->ntokens) {

    case 1:
        return (ngx_eo_seclang_sqli_single >> tokens[0]) & 1;

    case 2:
        return (ngx_eo_seclang_sqli_ends[tokens[0]] >> tokens[1]) & 1;

    default:
        return 1;
    }
}


/* whether the text may get a fingerprint of the table, read as it is */

static ngx_uint_t
ngx_eo_seclang_sqli_prefix(ngx_eo_seclang_sqli_reader_t *reader)
{
    ngx_uint_t  token, tied;

    ngx_eo_seclang_sqli_skip(reader);

    if (reader->pos < reader->last && ngx_eo_seclang_sqli_operator(reader)) {
        return ngx_eo_seclang_sqli_begins(reader,
                                          NGX_EO_SECLANG_SQLI_T_OPERATOR);
    }

    tied = 0;

    while (ngx_eo_seclang_sqli_white(reader)) {

        if (ngx_eo_seclang_sqli_is_value(*reader->pos)) {
            token = ngx_eo_seclang_sqli_value(reader);

            if (!token) {
                return 1;
            }

            if (!tied && !ngx_eo_seclang_sqli_begins(reader, token)) {
                return 0;
            }

            if (reader->ntokens == NGX_EO_SECLANG_SQLI_TOKENS) {
                return 1;
            }

            tied = 0;
            continue;
        }

        if (tied || reader->ntokens == 0) {
            return 1;
        }

        tied = 1;

        if (*reader->pos == ',') {
            reader->pos++;

        } else if (!ngx_eo_seclang_sqli_operator(reader)) {
            token = ngx_eo_seclang_sqli_mark(reader);

            return !token || ngx_eo_seclang_sqli_begins(reader, token);
        }
    }

    return tied || ngx_eo_seclang_sqli_is_fingerprint(reader);
}


/* whether the text may be read as anything else than its first tokens */

static ngx_uint_t
ngx_eo_seclang_sqli_reread(ngx_str_t *text)
{
    u_char  *p, *last;

    p = text->data;
    last = p + text->len;

    if (memchr(p, '\'', text->len) || memchr(p, '"', text->len)
        || memchr(p, '`', text->len))
    {
        return 1;
    }

    while ((p = memchr(p, '*', last - p)) != NULL) {

        if (p > text->data && p[-1] == '/') {
            return 1;
        }

        p++;
    }

    return 0;
}


ngx_uint_t
ngx_eo_seclang_sqli_never(ngx_str_t *text)
{
    ngx_eo_seclang_sqli_reader_t  reader;

    reader.pos = text->data;
    reader.last = text->data + text->len;
    reader.ntokens = 0;

    return !ngx_eo_seclang_sqli_strange
           && !ngx_eo_seclang_sqli_prefix(&reader)
           && !ngx_eo_seclang_sqli_reread(text);
}
