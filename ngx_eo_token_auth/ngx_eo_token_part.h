
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What the files that ngx_eo_token.h is made of share among themselves.
 */


#ifndef _NGX_EO_TOKEN_PART_H_INCLUDED_
#define _NGX_EO_TOKEN_PART_H_INCLUDED_


#include "ngx_eo_token.h"


/*
 * What a byte is: the value of a base64url digit, of which the letters and
 * digits come first, or NGX_EO_TOKEN_NO_BASE64URL; NGX_EO_TOKEN_IN_PATH marks
 * what a path cannot have, or not everywhere.
 */

#define NGX_EO_TOKEN_NO_BASE64URL  0x40
#define NGX_EO_TOKEN_IN_PATH       0x80

extern const u_char  ngx_eo_token_class_of[256];


#define ngx_eo_token_is_digit(c)  ((u_char) ((c) - '0') <= 9)

#define ngx_eo_token_is_hex(c)                                               \
    (ngx_eo_token_is_digit(c) || (u_char) (((c) | 0x20) - 'a') <= 5)

#define ngx_eo_token_is_alnum(c)  (ngx_eo_token_class_of[(u_char) (c)] < 62)


/* ngx_strlchr() by the C library, which looks at many bytes at a time */

static ngx_inline u_char *
ngx_eo_token_chr(u_char *p, u_char *last, u_char ch)
{
    return (p < last) ? memchr(p, ch, last - p) : NULL;
}


/* eight bytes, the first one lowest, to look at all of them at once */

static ngx_inline uint64_t
ngx_eo_token_word(const u_char *p)
{
    return (uint64_t) p[0] | (uint64_t) p[1] << 8
           | (uint64_t) p[2] << 16 | (uint64_t) p[3] << 24
           | (uint64_t) p[4] << 32 | (uint64_t) p[5] << 40
           | (uint64_t) p[6] << 48 | (uint64_t) p[7] << 56;
}


#define NGX_EO_TOKEN_MAX_PARTS  10


/*
 * One method.
 *
 * parse:   takes a token out of a request, its digest into token->sent;
 *          returns NGX_EO_TOKEN_OK, _MISSING or _MALFORMED and sets
 *          token->reason; token->prefix is set only if the part of the path
 *          which it tells of is well-formed
 * formula: sets what the digest is over, one after another; room for
 *          NGX_EO_TOKEN_MAX_PARTS, returns their number
 * encode:  writes a digest as text; returns the end
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
    ngx_uint_t   (*formula)(ngx_eo_token_key_t *key, ngx_eo_token_t *token,
                            ngx_str_t *parts);
    u_char      *(*encode)(u_char *dst, const u_char *digest);
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


/* what encodes the digests of all methods but HMAC */

u_char *ngx_eo_token_md5_encode(u_char *dst, const u_char *digest);


/* the table of methods; rule->method is in range and not "off" */

const ngx_eo_token_method_t *ngx_eo_token_method_of(
    ngx_eo_token_rule_t *rule);


/*
 * Reads the named parameters of a query in one pass.
 *
 * names, n:  what to look for, none of them empty; at most 32
 * values:    set to the raw values, left alone where there is none
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
 * Times have a fixed width, so that nothing of the path that stands beside
 * them in a digest can be taken for a part of them.  The readers return
 * NGX_ERROR for anything else.
 */

#define NGX_EO_TOKEN_DEC_LEN     10
#define NGX_EO_TOKEN_HEX_LEN     8
#define NGX_EO_TOKEN_MINUTE_LEN  12

ngx_int_t ngx_eo_token_time_dec(ngx_str_t *text, int64_t *time);
ngx_int_t ngx_eo_token_time_hex(ngx_str_t *text, int64_t *time);

/* YYYYMMDDHHMM in UTC+8 */

ngx_int_t ngx_eo_token_time_minute(ngx_str_t *text, int64_t *time);

/* the writers return the end of the text, or NULL if time is out of range */

u_char *ngx_eo_token_write_dec(u_char *dst, int64_t time);
u_char *ngx_eo_token_write_hex(u_char *dst, int64_t time);
u_char *ngx_eo_token_write_minute(u_char *dst, int64_t time);


#define NGX_EO_TOKEN_MD5_LEN        16
#define NGX_EO_TOKEN_HMAC_LEN       32

#define NGX_EO_TOKEN_MD5_TEXT_LEN   32
#define NGX_EO_TOKEN_HMAC_TEXT_LEN  43

/* of "/YYYYMMDDHHMM/digest" and of "/digest/timestamp" */

#define NGX_EO_TOKEN_PREFIX_B                                                \
    (1 + NGX_EO_TOKEN_MINUTE_LEN + 1 + NGX_EO_TOKEN_MD5_TEXT_LEN)

#define NGX_EO_TOKEN_PREFIX_C                                                \
    (1 + NGX_EO_TOKEN_MD5_TEXT_LEN + 1 + NGX_EO_TOKEN_HEX_LEN)


/* MD5 over the concatenation of parts: NGX_EO_TOKEN_MD5_LEN bytes */

void ngx_eo_token_md5(const ngx_str_t *parts, ngx_uint_t n, u_char *dst);


/*
 * Whether that is what was sent, NGX_EO_TOKEN_MD5_LEN bytes, in a time that
 * does not depend on them.
 */

ngx_uint_t ngx_eo_token_md5_fits(const ngx_str_t *parts, ngx_uint_t n,
    const u_char *sent);


/* MD5 of one block: takes the 4 words of state on by 16 words */

void ngx_eo_token_md5_block(uint32_t *state, const uint32_t *words);


/*
 * HMAC-SHA-256 over the concatenation of parts: NGX_EO_TOKEN_HMAC_LEN bytes.
 *
 * key:  of ngx_eo_token_hmac_key(), which takes a secret of any length
 */

void ngx_eo_token_hmac_key(ngx_str_t *key, ngx_eo_token_hmac_key_t *chaining);
void ngx_eo_token_hmac(const ngx_eo_token_hmac_key_t *key,
    const ngx_str_t *parts, ngx_uint_t n, u_char *dst);


/*
 * Compares a digest that was sent with one that was computed, both of
 * NGX_EO_TOKEN_BINARY_SIZE bytes, in a time that does not depend on them.
 */

ngx_uint_t ngx_eo_token_equal(const u_char *sent, const u_char *computed);


/*
 * The length of the first segment of a path if it looks like the token of a
 * folder and something follows it, or 0.
 */

size_t ngx_eo_token_folder_segment(ngx_str_t *path);


/*
 * Takes the folder that a token tells of off a path, both with their slashes.
 *
 * depth:   as text, unchecked
 * folder:  set to the beginning of path
 *
 * Returns NULL, or a sentence if the path may not stand in a signed folder.
 */

#define NGX_EO_TOKEN_DEPTH_LEN  2

const char *ngx_eo_token_folder(ngx_str_t *path, ngx_str_t *depth,
    ngx_str_t *folder);


/*
 * The folder that a path is in, to be signed.
 *
 * text:   room for NGX_EO_TOKEN_DEPTH_LEN bytes
 * depth:  set to what was written there
 */

const char *ngx_eo_token_folder_of(ngx_str_t *path, ngx_str_t *folder,
    u_char *text, ngx_str_t *depth);


/* appends text, which may be empty; returns the end */

u_char *ngx_eo_token_put(u_char *dst, const ngx_str_t *text);


/* whether all characters are letters and digits, and at most max of them */

ngx_uint_t ngx_eo_token_alnum(ngx_str_t *text, size_t max);


/* whether text is len hexadecimal digits of either case */

ngx_uint_t ngx_eo_token_hex(ngx_str_t *text, size_t len);


/*
 * Reads len hexadecimal digits, a multiple of 8; dst has room for len / 2
 * bytes, whatever the text is.  Returns NGX_ERROR if it is anything else.
 */

ngx_int_t ngx_eo_token_decode_hex(ngx_str_t *text, size_t len, u_char *dst);

/* the end of what was written, in lower case */

u_char *ngx_eo_token_encode_hex(u_char *dst, const u_char *src, size_t len);


/*
 * Reads base64url without padding.  Bits that are left when the bytes are
 * full become a byte of their own, so that no two texts give the same: dst has
 * room for len * 3 / 4 + 1 bytes.  Returns NGX_ERROR for another alphabet, or
 * a length that no bytes have.
 */

ngx_int_t ngx_eo_token_decode_base64url(const u_char *p, size_t len,
    u_char *dst);

/* the end of what was written */

u_char *ngx_eo_token_encode_base64url(u_char *dst, const u_char *src,
    size_t len);


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
