
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Signed URLs: formulas, signing and verification.  Everything here works on
 * strings and plain structures and needs no request, so that the module, the
 * eo-token program, the unit tests and the fuzz target share it.  Of nginx it
 * takes types and macros only.
 */


#ifndef _NGX_EO_TOKEN_H_INCLUDED_
#define _NGX_EO_TOKEN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_EO_TOKEN_MAX_KEYS        16

#define NGX_EO_TOKEN_MIN_TIMEOUT     1
#define NGX_EO_TOKEN_MAX_TIMEOUT     630720000
#define NGX_EO_TOKEN_DEFAULT_TIMEOUT 1800

/* what a node grants past the "t" of method VOD, in seconds */

#define NGX_EO_TOKEN_VOD_SKEW        300

/* limits of a parameter name and of the random part of a link */

#define NGX_EO_TOKEN_MAX_PARAM       100
#define NGX_EO_TOKEN_MAX_RAND        100

/* of an address or referer list after percent-decoding */

#define NGX_EO_TOKEN_MAX_LIST        10
#define NGX_EO_TOKEN_MAX_LIST_SIZE   1024

/* of the text that a digest is written as: 32 or 43 characters */

#define NGX_EO_TOKEN_DIGEST_SIZE     43

/* of the bytes that it stands for: 16 or 32, and zeros up to this */

#define NGX_EO_TOKEN_BINARY_SIZE     40

/* of what precedes the fields of HMAC: 13 characters and an id of up to 32 */

#define NGX_EO_TOKEN_HEAD_SIZE       48


typedef enum {
    NGX_EO_TOKEN_OFF = 0,
    NGX_EO_TOKEN_A,
    NGX_EO_TOKEN_B,
    NGX_EO_TOKEN_C,
    NGX_EO_TOKEN_D,
    NGX_EO_TOKEN_VOD,
    NGX_EO_TOKEN_HMAC,
    NGX_EO_TOKEN_METHODS
} ngx_eo_token_method_e;


typedef enum {
    NGX_EO_TOKEN_OK = 0,
    NGX_EO_TOKEN_MISSING,
    NGX_EO_TOKEN_MALFORMED,
    NGX_EO_TOKEN_EXPIRED,
    NGX_EO_TOKEN_MISMATCH,
    NGX_EO_TOKEN_DENIED,
    NGX_EO_TOKEN_STATUSES
} ngx_eo_token_status_e;


/* what a secret comes to in HMAC-SHA-256, as secret as that itself */

typedef struct {
    uint32_t                  inner[8];
    uint32_t                  outer[8];
} ngx_eo_token_hmac_key_t;


typedef struct {
    ngx_str_t                 id;        /* empty but for HMAC */
    ngx_str_t                 value;

    /* of HMAC, by ngx_eo_token_key_prepare() */

    ngx_eo_token_hmac_key_t   hmac;
    size_t                    head_len;
    u_char                    head[NGX_EO_TOKEN_HEAD_SIZE];
} ngx_eo_token_key_t;


typedef struct {
    ngx_uint_t                method;    /* ngx_eo_token_method_e */
    ngx_uint_t                hex;       /* D: time is hexadecimal */
    ngx_uint_t                folder;    /* HMAC: links of folders, too */
    ngx_uint_t                any_us;    /* VOD: us may begin as t ends */
    ngx_uint_t                nkeys;
    ngx_eo_token_key_t       *keys;      /* the first one signs */
    int64_t                   timeout;   /* seconds */
    ngx_str_t                 param;     /* A, D, HMAC */
    ngx_str_t                 time_param; /* D */
} ngx_eo_token_rule_t;


/* conditions that a link of method VOD carries, as written in it */

typedef struct {
    ngx_str_t                 exper;
    ngx_str_t                 plive;
    ngx_str_t                 whref;
    ngx_str_t                 bkref;
    ngx_str_t                 whip;
    ngx_str_t                 bkip;
} ngx_eo_token_vod_t;


/* what a client has sent */

typedef struct {
    ngx_str_t                 path;      /* raw, without the query */
    ngx_str_t                 args;      /* raw, without the "?" */
    ngx_str_t                 referer;   /* empty if there is none */
    ngx_uint_t                address_len;  /* 4, 16, or 0 if unknown */
    u_char                    address[16];  /* in network byte order */
    int64_t                   now;       /* Unix seconds */
} ngx_eo_token_request_t;


typedef struct {
    ngx_uint_t                status;    /* ngx_eo_token_status_e */
    const char               *reason;    /* a sentence for the log */
    size_t                    prefix;    /* length of a token in the path */
    int64_t                   expires;   /* last second of validity */
    ngx_uint_t                preview;   /* VOD: seconds, 0 is all of it */
    ngx_uint_t                others;    /* parameters beside the token's */
} ngx_eo_token_result_t;


/* what is to be signed */

typedef struct {
    ngx_str_t                 url;       /* "/path?args" or "http://..." */
    int64_t                   time;      /* Unix seconds, start of validity */
    int64_t                   timeout;   /* VOD, HMAC: lifetime in seconds */
    ngx_str_t                 rand;      /* A: rand, VOD: us */
    ngx_eo_token_vod_t        vod;
} ngx_eo_token_link_t;


/*
 * The parts of one token while it is made or checked.  What comes before path
 * is set from the start; the rest by the methods that have it, when they have
 * found all of a token.
 */

typedef struct {
    ngx_str_t                 id;
    ngx_str_t                 folder;    /* HMAC: what was signed of path */
    u_char                    sent[NGX_EO_TOKEN_BINARY_SIZE];
    int64_t                   expires;
    size_t                    prefix;
    ngx_uint_t                preview;
    ngx_uint_t                others;
    const char               *reason;

    ngx_str_t                 path;
    ngx_str_t                 fields;    /* A: all before the digest */
    ngx_str_t                 time;
    ngx_str_t                 rand;
    ngx_str_t                 digest;    /* as text */
    ngx_eo_token_vod_t        vod;
    ngx_str_t                 depth;     /* HMAC: of folder, as text */
    int64_t                   start;
    u_char                    scratch[4 * NGX_EO_TOKEN_MAX_LIST_SIZE];
} ngx_eo_token_t;


extern const char  *ngx_eo_token_method_names[];
extern const char  *ngx_eo_token_status_names[];


/*
 * Finds a method by its name ("A", ... "HMAC"; "off" is one too).
 * Returns an ngx_eo_token_method_e, or NGX_EO_TOKEN_METHODS if unknown.
 */

ngx_uint_t ngx_eo_token_method(ngx_str_t *name);


/*
 * Verifies what a client has sent against a rule.
 *
 * rule:     its method is not NGX_EO_TOKEN_OFF and it has at least one key
 * request:  borrowed for the call
 * result:   filled in; "reason" is a constant
 *
 * Returns result->status.
 */

ngx_uint_t ngx_eo_token_verify(ngx_eo_token_rule_t *rule,
    ngx_eo_token_request_t *request, ngx_eo_token_result_t *result);


/*
 * Splits the target of a request line into path and query.
 */

void ngx_eo_token_split(ngx_str_t *target, ngx_str_t *path, ngx_str_t *args);


/*
 * Splits a URL of the form "/path?args" or "http(s)://host/path?args" and
 * checks that it can stand on a request line as it is.
 *
 * origin:  set to scheme and host, or empty
 * path:    set to the path, "/" if there is none
 *
 * Returns NULL, or a sentence that says what is wrong.
 */

const char *ngx_eo_token_url_split(ngx_str_t *url, ngx_str_t *origin,
    ngx_str_t *path, ngx_str_t *args);


/*
 * Whether a raw path begins as a link of method B or C does, or as that of a
 * folder by method HMAC: characters of the right number and kind, whatever
 * their value.
 *
 * path:    as on the request line
 * method:  set to NGX_EO_TOKEN_B, NGX_EO_TOKEN_C or NGX_EO_TOKEN_HMAC
 *
 * Returns the length of the segments with their slashes (the rest begins with
 * a slash), or 0.
 */

size_t ngx_eo_token_prefix(ngx_str_t *path, ngx_uint_t *method);


/*
 * Copies a query without the parameters that belong to the token.
 *
 * preview:  VOD: keep "exper", which says how much may be played
 * args:     without the "?"
 * dst:      room for args->len bytes; may be args->data
 *
 * Returns the new length.
 */

size_t ngx_eo_token_strip_args(ngx_eo_token_rule_t *rule, ngx_uint_t preview,
    ngx_str_t *args, u_char *dst);


/*
 * Whether one of the cookies in a Cookie header has the name of the
 * parameter in which the rule expects its token.
 */

ngx_uint_t ngx_eo_token_in_cookie(ngx_eo_token_rule_t *rule,
    ngx_str_t *cookie);


/*
 * An upper bound of the length of the URL that ngx_eo_token_sign() writes.
 */

size_t ngx_eo_token_sign_size(ngx_eo_token_rule_t *rule,
    ngx_eo_token_link_t *link);


/*
 * Signs a URL with the first key of a rule.
 *
 * link:     borrowed for the call; an empty rand stays empty
 * buf:      room for ngx_eo_token_sign_size() bytes
 * url:      set to the signed URL, in buf
 * expires:  set to its last valid second, without the skew of method VOD
 *
 * Returns NULL, or a sentence that says what is wrong with the link.
 */

const char *ngx_eo_token_sign(ngx_eo_token_rule_t *rule,
    ngx_eo_token_link_t *link, u_char *buf, ngx_str_t *url, int64_t *expires);


/*
 * Fills rand with random letters and digits, of which the first one is no
 * hexadecimal digit.
 * Returns NGX_OK, or NGX_ERROR if the system has no entropy to give.
 */

ngx_int_t ngx_eo_token_random(u_char *dst, size_t len);


/*
 * Reads a key as it is written in a directive: letters and digits, or
 * "ID:KEY" for method HMAC.
 *
 * key:  set to parts of text
 *
 * Returns NULL, or a sentence that says what is allowed.
 */

const char *ngx_eo_token_key_parse(ngx_str_t *text, ngx_eo_token_key_t *key);


/*
 * Computes what method HMAC needs of a key with a valid id and a value that
 * were not read by ngx_eo_token_key_parse(), which does so itself.
 */

void ngx_eo_token_key_prepare(ngx_eo_token_key_t *key);


/*
 * Reads a file of keys: one a line, the first one signs; empty lines and
 * lines that begin with "#" are skipped.
 *
 * text:   content of the file; keys are parts of it
 * keys:   room for NGX_EO_TOKEN_MAX_KEYS
 * nkeys:  set to their number
 * line:   set to the number of the line at fault, from 1
 *
 * Returns NULL, or a sentence that says what is wrong; it never quotes the
 * file.
 */

const char *ngx_eo_token_key_file_parse(ngx_str_t *text,
    ngx_eo_token_key_t *keys, ngx_uint_t *nkeys, ngx_uint_t *line);


/*
 * Checks a rule as a whole: keys against the method, names of parameters,
 * timeout.  Returns NULL, or a sentence that says what is wrong.
 */

const char *ngx_eo_token_rule_check(ngx_eo_token_rule_t *rule);


/*
 * Whether a name can be that of a parameter: 1 to 100 letters, digits and
 * underscores.
 */

ngx_uint_t ngx_eo_token_param_valid(ngx_str_t *name);


#endif /* _NGX_EO_TOKEN_H_INCLUDED_ */
