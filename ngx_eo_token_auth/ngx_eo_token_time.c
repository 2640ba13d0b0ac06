
/*
 * Times as they are written in links.
 */


#include "ngx_eo_token_part.h"


#define NGX_EO_TOKEN_DEC_LEN     10
#define NGX_EO_TOKEN_HEX_LEN     8
#define NGX_EO_TOKEN_MINUTE_LEN  12

/* method B writes the time of UTC+8 */

#define NGX_EO_TOKEN_ZONE        (8 * 3600)


static ngx_int_t ngx_eo_token_digits(const u_char *p, ngx_uint_t n);
static u_char *ngx_eo_token_write_digits(u_char *dst, int64_t value,
    ngx_uint_t n);
static int64_t ngx_eo_token_days(ngx_int_t year, ngx_int_t month,
    ngx_int_t day);
static ngx_int_t ngx_eo_token_month_days(ngx_int_t year, ngx_int_t month);


ngx_int_t
ngx_eo_token_time_dec(ngx_str_t *text, int64_t *time)
{
    int64_t     value;
    ngx_uint_t  i;

    if (text->len != NGX_EO_TOKEN_DEC_LEN) {
        return NGX_ERROR;
    }

    value = 0;

    for (i = 0; i < NGX_EO_TOKEN_DEC_LEN; i++) {
        if (!ngx_eo_token_is_digit(text->data[i])) {
            return NGX_ERROR;
        }

        value = value * 10 + (text->data[i] - '0');
    }

    *time = value;

    return NGX_OK;
}


ngx_int_t
ngx_eo_token_time_hex(ngx_str_t *text, int64_t *time)
{
    int64_t     value;
    ngx_uint_t  i;

    if (!ngx_eo_token_hex(text, NGX_EO_TOKEN_HEX_LEN)) {
        return NGX_ERROR;
    }

    value = 0;

    for (i = 0; i < NGX_EO_TOKEN_HEX_LEN; i++) {
        value = value * 16 + ngx_eo_token_digits_of[text->data[i]];
    }

    *time = value;

    return NGX_OK;
}


ngx_int_t
ngx_eo_token_time_minute(ngx_str_t *text, int64_t *time)
{
    u_char     *p;
    ngx_int_t   year, month, day, hour, minute;

    if (text->len != NGX_EO_TOKEN_MINUTE_LEN) {
        return NGX_ERROR;
    }

    p = text->data;

    year = ngx_eo_token_digits(p, 4);
    month = ngx_eo_token_digits(p + 4, 2);
    day = ngx_eo_token_digits(p + 6, 2);
    hour = ngx_eo_token_digits(p + 8, 2);
    minute = ngx_eo_token_digits(p + 10, 2);

    if (year < 1970 || month < 1 || month > 12 || day < 1
        || day > ngx_eo_token_month_days(year, month)
        || hour == NGX_ERROR || hour > 23
        || minute == NGX_ERROR || minute > 59)
    {
        return NGX_ERROR;
    }

    *time = ngx_eo_token_days(year, month, day) * 86400
            + hour * 3600 + minute * 60 - NGX_EO_TOKEN_ZONE;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_token_digits(const u_char *p, ngx_uint_t n)
{
    ngx_int_t  value;

    for (value = 0; n; n--, p++) {
        if (!ngx_eo_token_is_digit(*p)) {
            return NGX_ERROR;
        }

        value = value * 10 + (*p - '0');
    }

    return value;
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
    ngx_int_t  shift;

    static const u_char  hex[] = "0123456789abcdef";

    if (time < 0 || time > 0xffffffffLL) {
        return NULL;
    }

    for (shift = 28; shift >= 0; shift -= 4) {
        *dst++ = hex[(time >> shift) & 0xf];
    }

    return dst;
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
