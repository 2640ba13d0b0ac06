
/*
 * What the files that ngx_eo_token.h is made of share among themselves.
 */


#ifndef _NGX_EO_TOKEN_PART_H_INCLUDED_
#define _NGX_EO_TOKEN_PART_H_INCLUDED_


#include "ngx_eo_token.h"


#define ngx_eo_token_is_digit(c)  ((u_char) ((c) - '0') <= 9)

#define ngx_eo_token_is_alnum(c)                                             \
    (ngx_eo_token_is_digit(c) || (u_char) (((c) | 0x20) - 'a') <= 25)


/* ngx_strlchr() by the C library, which looks at many bytes at a time */

static ngx_inline u_char *
ngx_eo_token_chr(u_char *p, u_char *last, u_char ch)
{
    return (p < last) ? memchr(p, ch, last - p) : NULL;
}


/*
 * One method.
 *
 * parse:   takes a token out of a request; returns NGX_EO_TOKEN_OK,
 *          _MISSING or _MALFORMED and sets token->reason
 * digest:  writes the digest over the parts of a token as text; returns its
 *          length, or 0 if it cannot be computed
 * allow:   conditions beside time and digest, or NULL; returns
 *          NGX_EO_TOKEN_OK or _DENIED and sets token->reason
 * prepare: checks and formats the parts of a token to be signed; NULL or a
 *          sentence
 * write:   writes the signed URL from its three parts
 */

typedef struct {
    ngx_uint_t   (*parse)(ngx_eo_token_rule_t *rule,
                          ngx_eo_token_request_t *request,
                          ngx_eo_token_t *token);
    size_t       (*digest)(ngx_eo_token_key_t *key, ngx_eo_token_t *token,
                           u_char *dst);
    ngx_uint_t   (*allow)(ngx_eo_token_request_t *request,
                          ngx_eo_token_t *token);
    const char  *(*prepare)(ngx_eo_token_rule_t *rule,
                            ngx_eo_token_link_t *link,
                            ngx_eo_token_t *token);
    u_char      *(*write)(ngx_eo_token_rule_t *rule, ngx_eo_token_t *token,
                          ngx_str_t *origin, u_char *args, size_t args_len,
                          u_char *dst);
} ngx_eo_token_method_t;


extern const ngx_eo_token_method_t  ngx_eo_token_method_a;
extern const ngx_eo_token_method_t  ngx_eo_token_method_b;
extern const ngx_eo_token_method_t  ngx_eo_token_method_c;
extern const ngx_eo_token_method_t  ngx_eo_token_method_d;
extern const ngx_eo_token_method_t  ngx_eo_token_method_vod;
extern const ngx_eo_token_method_t  ngx_eo_token_method_hmac;


/* the table of methods; rule->method is in range and not "off" */

const ngx_eo_token_method_t *ngx_eo_token_method_of(
    ngx_eo_token_rule_t *rule);


/*
 * Reads the named parameters of a query in one pass.
 *
 * names, n:  what to look for; at most 32
 * values:    set to the raw values, empty where there is none
 * seen:      set to a mask of the names that are there
 * others:    set to whether there are other parameters
 *
 * Returns NGX_OK, or NGX_ERROR if one of them is there twice.
 */

ngx_int_t ngx_eo_token_args(ngx_str_t *args, const ngx_str_t *names,
    ngx_uint_t n, ngx_str_t *values, ngx_uint_t *seen, ngx_uint_t *others);


/*
 * Parameters that belong to the token of a rule.  Returns their number.
 *
 * names:  room for NGX_EO_TOKEN_MAX_NAMES
 */

#define NGX_EO_TOKEN_MAX_NAMES  9

#define NGX_EO_TOKEN_VOD_EXPER  3

extern const ngx_str_t  ngx_eo_token_vod_names[];

ngx_uint_t ngx_eo_token_names(ngx_eo_token_rule_t *rule, ngx_str_t *names);


/*
 * Times have a fixed width, 10 decimal or 8 hexadecimal digits, so that
 * nothing of the path that stands beside them in a digest can be taken for a
 * part of them.  The readers return NGX_ERROR for anything else.
 */

ngx_int_t ngx_eo_token_time_dec(ngx_str_t *text, int64_t *time);
ngx_int_t ngx_eo_token_time_hex(ngx_str_t *text, int64_t *time);

/* YYYYMMDDHHMM in UTC+8 */

ngx_int_t ngx_eo_token_time_minute(ngx_str_t *text, int64_t *time);

/* the writers return the end of the text, or NULL if time is out of range */

u_char *ngx_eo_token_write_dec(u_char *dst, int64_t time);
u_char *ngx_eo_token_write_hex(u_char *dst, int64_t time);
u_char *ngx_eo_token_write_minute(u_char *dst, int64_t time);


/*
 * MD5 over the concatenation of parts, as 32 lower-case digits.
 * Returns the length, or 0 on a failure of the library.
 */

size_t ngx_eo_token_md5(const ngx_str_t *parts, ngx_uint_t n, u_char *dst);


/*
 * HMAC-SHA-256 over the concatenation of parts, as 43 characters of
 * base64url.  Returns the length, or 0 on a failure of the library.
 */

size_t ngx_eo_token_hmac(ngx_str_t *key, const ngx_str_t *parts,
    ngx_uint_t n, u_char *dst);


/*
 * Compares a digest that was sent with one that was computed, in a time that
 * depends on len only.
 *
 * fold:  whether the letters' case is ignored
 */

ngx_uint_t ngx_eo_token_equal(const u_char *sent, const u_char *computed,
    size_t len, ngx_uint_t fold);


/* appends text, which may be empty; returns the end */

u_char *ngx_eo_token_put(u_char *dst, const ngx_str_t *text);


/* whether all characters are letters and digits, and at most max of them */

ngx_uint_t ngx_eo_token_alnum(ngx_str_t *text, size_t max);

/* whether text is n hexadecimal digits */

ngx_uint_t ngx_eo_token_hex(ngx_str_t *text, size_t n);

/* values of hexadecimal digits, NGX_EO_TOKEN_NO_DIGIT for what is none */

#define NGX_EO_TOKEN_NO_DIGIT  0x10

extern const u_char  ngx_eo_token_digits_of[256];


/*
 * Whether a path can be signed: begins with a slash, has no ".." segment, no
 * encoded slash, no fragment and no byte that cannot be on a request line.
 * Returns NULL, or a sentence.
 */

const char *ngx_eo_token_path_check(ngx_str_t *path);


/*
 * The conditions of method VOD.  A list holds 1 to 10 members separated by
 * commas.
 */

ngx_uint_t ngx_eo_token_referer_list_valid(ngx_str_t *list);
ngx_uint_t ngx_eo_token_address_list_valid(ngx_str_t *list);

/* host of a Referer header; NGX_DECLINED if it names none */

ngx_int_t ngx_eo_token_referer_host(ngx_str_t *referer, ngx_str_t *host);

ngx_uint_t ngx_eo_token_referer_listed(ngx_str_t *list, ngx_str_t *host);
ngx_uint_t ngx_eo_token_address_listed(ngx_str_t *list, const u_char *address,
    ngx_uint_t len);


#endif /* _NGX_EO_TOKEN_PART_H_INCLUDED_ */
