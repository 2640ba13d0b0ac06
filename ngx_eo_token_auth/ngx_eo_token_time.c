
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Times as they are written in links.
 */


#include "ngx_eo_token_part.h"


/* method B writes the time of UTC+8 */

#define NGX_EO_TOKEN_ZONE  (8 * 3600)

/* one of the four numbers of ngx_eo_token_pairs() */

#define ngx_eo_token_pair(pairs, n)                                          \
    ((ngx_int_t) ((pairs) >> 16 * (n) & 0xff))


static ngx_inline uint64_t ngx_eo_token_pairs(const u_char *p,
    uint64_t *wrong);
static u_char *ngx_eo_token_write_digits(u_char *dst, int64_t value,
    ngx_uint_t n);
static int64_t ngx_eo_token_days(ngx_int_t year, ngx_int_t month,
    ngx_int_t day);
static ngx_int_t ngx_eo_token_month_days(ngx_int_t year, ngx_int_t month);


ngx_int_t
ngx_eo_token_time_dec(ngx_str_t *text, int64_t *time)
{
    uint64_t  first, rest, wrong;

    if (text->len != NGX_EO_TOKEN_DEC_LEN) {
        return NGX_ERROR;
    }

    wrong = 0;

    first = ngx_eo_token_pairs(text->data, &wrong);
    rest = ngx_eo_token_pairs(text->data + 2, &wrong);

    if (wrong) {
        return NGX_ERROR;
    }

    /* four numbers of two digits become two of four, and one of eight */

    rest = (rest * 100 + (rest >> 16)) & 0x0000ffff0000ffffULL;
    rest = (rest * 10000 + (rest >> 32)) & 0xffffffffULL;

    *time = (int64_t) (ngx_eo_token_pair(first, 0) * 100000000 + rest);

    return NGX_OK;
}


ngx_int_t
ngx_eo_token_time_hex(ngx_str_t *text, int64_t *time)
{
    u_char  bytes[NGX_EO_TOKEN_HEX_LEN / 2];

    if (ngx_eo_token_decode_hex(text, NGX_EO_TOKEN_HEX_LEN, bytes)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    *time = (int64_t) bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8
            | bytes[3];

    return NGX_OK;
}


ngx_int_t
ngx_eo_token_time_minute(ngx_str_t *text, int64_t *time)
{
    uint64_t   first, rest, wrong;
    ngx_int_t  year, month, day, hour, minute;

    if (text->len != NGX_EO_TOKEN_MINUTE_LEN) {
        return NGX_ERROR;
    }

    wrong = 0;

    first = ngx_eo_token_pairs(text->data, &wrong);
    rest = ngx_eo_token_pairs(text->data + 4, &wrong);

    year = ngx_eo_token_pair(first, 0) * 100 + ngx_eo_token_pair(first, 1);
    month = ngx_eo_token_pair(rest, 0);
    day = ngx_eo_token_pair(rest, 1);
    hour = ngx_eo_token_pair(rest, 2);
    minute = ngx_eo_token_pair(rest, 3);

    if (wrong || year < 1970 || month < 1 || month > 12 || day < 1
        || day > ngx_eo_token_month_days(year, month)
        || hour > 23 || minute > 59)
    {
        return NGX_ERROR;
    }

    *time = ngx_eo_token_days(year, month, day) * 86400
            + hour * 3600 + minute * 60 - NGX_EO_TOKEN_ZONE;

    return NGX_OK;
}


/*
 * Reads eight decimal digits as four numbers of two, in 16 bits each; what is
 * no digit sets bits of wrong.  No byte of a sum overflows: it has no bit 7
 * before, and gets it if it is at least the first of a range.
 */

static ngx_inline uint64_t
ngx_eo_token_pairs(const u_char *p, uint64_t *wrong)
{
    uint64_t  word, ascii;

    word = ngx_eo_token_word(p);
    ascii = word & 0x7f7f7f7f7f7f7f7fULL;

    *wrong |= (~(ascii + 0x5050505050505050ULL)     /* 0x80 - '0' */
               | (ascii + 0x4646464646464646ULL)    /* 0x80 - '9' - 1 */
               | word)
              & 0x8080808080808080ULL;

    word &= 0x0f0f0f0f0f0f0f0fULL;

    return (word * 10 + (word >> 8)) & 0x00ff00ff00ff00ffULL;
}


u_char *
ngx_eo_token_write_dec(u_char *dst, int64_t time)
{
    if (time < 0 || time > 9999999999LL) {
        return NULL;
    }

    return ngx_eo_token_write_digits(dst, time, NGX_EO_TOKEN_DEC_LEN);
}


u_char *
ngx_eo_token_write_hex(u_char *dst, int64_t time)
{
    u_char      bytes[4];
    ngx_uint_t  i;

    if (time < 0 || time > 0xffffffffLL) {
        return NULL;
    }

    for (i = 0; i < 4; i++) {
        bytes[i] = (u_char) (time >> (24 - 8 * i));
    }

    return ngx_eo_token_encode_hex(dst, bytes, 4);
}


u_char *
ngx_eo_token_write_minute(u_char *dst, int64_t time)
{
    int64_t    days, rest;
    ngx_int_t  year, month;

    time += NGX_EO_TOKEN_ZONE;

    /* up to the end of the year 9999 */

    if (time < 0 || time >= 253402300800LL) {
        return NULL;
    }

    days = time / 86400;
    rest = time % 86400;

    /* never above the year sought, and at most a few below it */

    year = 1970 + days / 366;

    while (ngx_eo_token_days(year + 1, 1, 1) <= days) {
        year++;
    }

    days -= ngx_eo_token_days(year, 1, 1);

    for (month = 1; days >= ngx_eo_token_month_days(year, month); month++) {
        days -= ngx_eo_token_month_days(year, month);
    }

    dst = ngx_eo_token_write_digits(dst, year, 4);
    dst = ngx_eo_token_write_digits(dst, month, 2);
    dst = ngx_eo_token_write_digits(dst, days + 1, 2);
    dst = ngx_eo_token_write_digits(dst, rest / 3600, 2);

    return ngx_eo_token_write_digits(dst, rest % 3600 / 60, 2);
}


static u_char *
ngx_eo_token_write_digits(u_char *dst, int64_t value, ngx_uint_t n)
{
    ngx_uint_t  i;

    for (i = n; i; i--) {
        dst[i - 1] = (u_char) ('0' + value % 10);
        value /= 10;
    }

    return dst + n;
}


/* days since 1970-01-01 in the Gregorian calendar */

static int64_t
ngx_eo_token_days(ngx_int_t year, ngx_int_t month, ngx_int_t day)
{
    int64_t  days, past;

    static const ngx_int_t  before[] = {
        0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334
    };

    /* February has its last day in the months after it */

    past = (month > 2) ? year : year - 1;
    days = 365 * (year - 1970) + (past / 4 - past / 100 + past / 400)
           - (1969 / 4 - 1969 / 100 + 1969 / 400);

    return days + before[month - 1] + day - 1;
}


static ngx_int_t
ngx_eo_token_month_days(ngx_int_t year, ngx_int_t month)
{
    static const u_char  days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

    if (month == 2
        && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
    {
        return 29;
    }

    return days[month - 1];
}
