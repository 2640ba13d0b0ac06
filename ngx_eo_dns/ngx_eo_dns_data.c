
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_dns_data.h"

#include <arpa/inet.h>


#define NGX_EO_DNS_DATA_MAX  65535


static const char *ngx_eo_dns_data_address(ngx_eo_dns_mem_t *mem,
    ngx_eo_dns_record_t *record, const ngx_eo_dns_word_t *words,
    ngx_uint_t nwords);
static const char *ngx_eo_dns_data_named(ngx_eo_dns_mem_t *mem,
    ngx_eo_dns_record_t *record, const ngx_eo_dns_type_t *type,
    const ngx_eo_dns_word_t *words, ngx_uint_t nwords,
    const ngx_str_t *origin);
static const char *ngx_eo_dns_data_number(uint32_t *number,
    const ngx_str_t *text);
static const char *ngx_eo_dns_data_join(ngx_eo_dns_mem_t *mem,
    ngx_str_t *joined, const ngx_eo_dns_word_t *words, ngx_uint_t nwords);
static const char *ngx_eo_dns_data_generic(ngx_eo_dns_mem_t *mem,
    ngx_eo_dns_record_t *record, const ngx_eo_dns_word_t *words,
    ngx_uint_t nwords);
static ngx_int_t ngx_eo_dns_data_hex(u_char c);
static const char *ngx_eo_dns_data_bytes_address(ngx_eo_dns_mem_t *mem,
    ngx_eo_dns_record_t *record, const u_char *data, size_t len);
static const char *ngx_eo_dns_data_bytes_named(ngx_eo_dns_mem_t *mem,
    ngx_eo_dns_record_t *record, const ngx_eo_dns_type_t *type,
    const u_char *data, size_t len);
static size_t ngx_eo_dns_data_bytes_name(u_char *name, const u_char *data,
    size_t len);
static const char *ngx_eo_dns_data_text(ngx_eo_dns_mem_t *mem,
    ngx_eo_dns_record_t *record, const u_char *rest, size_t len);
static void ngx_eo_dns_data_print(ngx_eo_dns_record_t *record,
    const u_char *rest, size_t len);


static const char  ngx_eo_dns_no_memory[] = "takes more memory than there is";


const char *
ngx_eo_dns_data_words(ngx_eo_dns_mem_t *mem, ngx_eo_dns_record_t *record,
    const ngx_eo_dns_word_t *words, ngx_uint_t nwords,
    const ngx_str_t *origin)
{
    const ngx_eo_dns_type_t  *type;

    if (nwords == 0) {
        return "has no data";
    }

    if (!words[0].quoted && words[0].text.len == 2
        && ngx_memcmp(words[0].text.data, "\\#", 2) == 0)
    {
        return ngx_eo_dns_data_generic(mem, record, words + 1, nwords - 1);
    }

    if (record->type == NGX_EO_DNS_A || record->type == NGX_EO_DNS_AAAA) {
        return ngx_eo_dns_data_address(mem, record, words, nwords);
    }

    type = ngx_eo_dns_type(record->type);

    if (type == NULL) {
        return "is of a type whose data has to be written with \\#";
    }

    if (type->target) {
        return ngx_eo_dns_data_named(mem, record, type, words, nwords,
                                     origin);
    }

    return ngx_eo_dns_data_join(mem, &record->text, words, nwords);
}


static const char *
ngx_eo_dns_data_address(ngx_eo_dns_mem_t *mem, ngx_eo_dns_record_t *record,
    const ngx_eo_dns_word_t *words, ngx_uint_t nwords)
{
    int   family;
    char  text[INET6_ADDRSTRLEN];

    family = record->type == NGX_EO_DNS_A ? AF_INET : AF_INET6;

    if (nwords != 1 || words[0].text.len >= sizeof(text)) {
        return "has no address";
    }

    ngx_memcpy(text, words[0].text.data, words[0].text.len);
    text[words[0].text.len] = '\0';

    if (inet_pton(family, text, record->addr) != 1) {
        return family == AF_INET ? "has no IPv4 address"
                                 : "has no IPv6 address";
    }

    return ngx_eo_dns_data_text(mem, record, NULL, 0);
}


static const char *
ngx_eo_dns_data_named(ngx_eo_dns_mem_t *mem, ngx_eo_dns_record_t *record,
    const ngx_eo_dns_type_t *type, const ngx_eo_dns_word_t *words,
    ngx_uint_t nwords, const ngx_str_t *origin)
{
    u_char       buf[NGX_EO_DNS_NAME_MAX];
    uint32_t     number;
    ngx_str_t    name, rest;
    ngx_uint_t   i;
    const char  *error;

    if (nwords < (ngx_uint_t) type->numbers + 1) {
        return "has too little data";
    }

    if (nwords > (ngx_uint_t) type->numbers + 1 && !type->rest) {
        return "has more data than its type has room for";
    }

    for (i = 0; i < type->numbers; i++) {
        error = ngx_eo_dns_data_number(&number, &words[i].text);
        if (error) {
            return error;
        }

        if (i == 0) {
            record->number = number;
        }
    }

    error = ngx_eo_dns_name_parse(&name, buf, &words[i].text, origin);
    if (error) {
        return error;
    }

    record->target.len = name.len;
    record->target.data = ngx_eo_dns_copy(mem, name.data, name.len);
    if (record->target.data == NULL) {
        return ngx_eo_dns_no_memory;
    }

    /* of SRV, the numbers after the first */

    if (type->numbers > 1) {
        error = ngx_eo_dns_data_join(mem, &rest, words + 1,
                                     type->numbers - 1);

    } else {
        error = ngx_eo_dns_data_join(mem, &rest, words + i + 1,
                                     nwords - i - 1);
    }

    if (error) {
        return error;
    }

    return ngx_eo_dns_data_text(mem, record, rest.data, rest.len);
}


static const char *
ngx_eo_dns_data_number(uint32_t *number, const ngx_str_t *text)
{
    size_t  i;

    *number = 0;

    for (i = 0; i < text->len; i++) {

        if (text->data[i] < '0' || text->data[i] > '9') {
            return "has something else where a number belongs";
        }

        *number = *number * 10 + (text->data[i] - '0');

        if (*number > 65535) {
            return "has a number above 65535";
        }
    }

    return text->len ? NULL : "has something else where a number belongs";
}


static const char *
ngx_eo_dns_data_join(ngx_eo_dns_mem_t *mem, ngx_str_t *joined,
    const ngx_eo_dns_word_t *words, ngx_uint_t nwords)
{
    u_char      *p;
    size_t       len;
    ngx_uint_t   i;

    len = 0;

    for (i = 0; i < nwords; i++) {
        len += words[i].text.len + sizeof(" \"\"") - 1;
    }

    if (len > NGX_EO_DNS_DATA_MAX * 4) {
        return "has more data than a record can have";
    }

    p = ngx_eo_dns_alloc(mem, len + 1);
    if (p == NULL) {
        return ngx_eo_dns_no_memory;
    }

    joined->data = p;

    for (i = 0; i < nwords; i++) {

        if (i) {
            *p++ = ' ';
        }

        if (words[i].quoted) {
            *p++ = '"';
        }

        p = ngx_cpymem(p, words[i].text.data, words[i].text.len);

        if (words[i].quoted) {
            *p++ = '"';
        }
    }

    joined->len = p - joined->data;

    return NULL;
}


/* RFC 3597, 5: "\# LENGTH HEX..." */

static const char *
ngx_eo_dns_data_generic(ngx_eo_dns_mem_t *mem, ngx_eo_dns_record_t *record,
    const ngx_eo_dns_word_t *words, ngx_uint_t nwords)
{
    size_t       j;
    u_char      *data, *p;
    uint32_t     length;
    ngx_int_t    digit;
    ngx_uint_t   i, half;
    const char  *error;

    if (nwords == 0) {
        return "has no length after \\#";
    }

    error = ngx_eo_dns_data_number(&length, &words[0].text);
    if (error) {
        return error;
    }

    data = ngx_eo_dns_alloc(mem, length + 1);
    if (data == NULL) {
        return ngx_eo_dns_no_memory;
    }

    p = data;
    half = 0;

    for (i = 1; i < nwords; i++) {
        for (j = 0; j < words[i].text.len; j++) {

            digit = ngx_eo_dns_data_hex(words[i].text.data[j]);
            if (digit == NGX_ERROR) {
                return "has something else than hexadecimal digits";
            }

            if ((size_t) (p - data) == length) {
                return "has more data than it says";
            }

            *p = (u_char) (*p << 4 | digit);
            p += half;
            half ^= 1;
        }
    }

    if ((size_t) (p - data) != length || half) {
        return "has less data than it says";
    }

    return ngx_eo_dns_data_bytes(mem, record, data, length);
}


static ngx_int_t
ngx_eo_dns_data_hex(u_char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : NGX_ERROR;
}


const char *
ngx_eo_dns_data_bytes(ngx_eo_dns_mem_t *mem, ngx_eo_dns_record_t *record,
    const u_char *data, size_t len)
{
    const ngx_eo_dns_type_t  *type;

    if (record->type == NGX_EO_DNS_A || record->type == NGX_EO_DNS_AAAA) {
        return ngx_eo_dns_data_bytes_address(mem, record, data, len);
    }

    type = ngx_eo_dns_type(record->type);

    if (type && type->target) {
        return ngx_eo_dns_data_bytes_named(mem, record, type, data, len);
    }

    return ngx_eo_dns_data_text(mem, record, data, len);
}


static const char *
ngx_eo_dns_data_bytes_address(ngx_eo_dns_mem_t *mem,
    ngx_eo_dns_record_t *record, const u_char *data, size_t len)
{
    if (len != (record->type == NGX_EO_DNS_A ? 4 : 16)) {
        return "has no address";
    }

    ngx_memcpy(record->addr, data, len);

    return ngx_eo_dns_data_text(mem, record, NULL, 0);
}


static const char *
ngx_eo_dns_data_bytes_named(ngx_eo_dns_mem_t *mem,
    ngx_eo_dns_record_t *record, const ngx_eo_dns_type_t *type,
    const u_char *data, size_t len)
{
    char    numbers[16];
    size_t  used, ahead;
    u_char  name[NGX_EO_DNS_NAME_MAX];

    ahead = type->numbers * 2;

    if (len < ahead) {
        return "has too little data";
    }

    if (ahead) {
        record->number = data[0] << 8 | data[1];
    }

    used = ngx_eo_dns_data_bytes_name(name, data + ahead, len - ahead);

    if (used == 0 || (used != len - ahead && !type->rest)) {
        return "has no proper name in its data";
    }

    record->target.len = used;
    record->target.data = ngx_eo_dns_copy(mem, name, used);
    if (record->target.data == NULL) {
        return ngx_eo_dns_no_memory;
    }

    if (ahead > 2) {
        used = snprintf(numbers, sizeof(numbers), "%u %u",
                        (unsigned) (data[2] << 8 | data[3]),
                        (unsigned) (data[4] << 8 | data[5]));

        return ngx_eo_dns_data_text(mem, record, (u_char *) numbers, used);
    }

    return ngx_eo_dns_data_text(mem, record, data + ahead + used,
                                len - ahead - used);
}


/* returns its length, or 0 if it is none; lengths are no letters */

static size_t
ngx_eo_dns_data_bytes_name(u_char *name, const u_char *data, size_t len)
{
    size_t  i, next;

    next = 0;

    for (i = 0; i < len && i < NGX_EO_DNS_NAME_MAX; i++) {
        name[i] = data[i];

        if (i != next) {
            name[i] = ngx_tolower(name[i]);
            continue;
        }

        if (data[i] == 0) {
            return i + 1;
        }

        if (data[i] > NGX_EO_DNS_LABEL_MAX) {
            return 0;
        }

        next = i + 1 + data[i];
    }

    return 0;
}


/* rest: what is neither the number, nor the name, nor the address */

static const char *
ngx_eo_dns_data_text(ngx_eo_dns_mem_t *mem, ngx_eo_dns_record_t *record,
    const u_char *rest, size_t len)
{
    record->text.data = ngx_eo_dns_alloc(mem, NGX_EO_DNS_TEXT_MAX + 16
                                              + len * 4);
    if (record->text.data == NULL) {
        return ngx_eo_dns_no_memory;
    }

    ngx_eo_dns_data_print(record, rest, len);

    return NULL;
}


static void
ngx_eo_dns_data_print(ngx_eo_dns_record_t *record, const u_char *rest,
    size_t len)
{
    char                     *p;
    size_t                    i;
    const ngx_eo_dns_type_t  *type;

    p = (char *) record->text.data;
    type = ngx_eo_dns_type(record->type);

    if (record->type == NGX_EO_DNS_A || record->type == NGX_EO_DNS_AAAA) {
        (void) inet_ntop(record->type == NGX_EO_DNS_A ? AF_INET : AF_INET6,
                         record->addr, p, INET6_ADDRSTRLEN);
        record->text.len = ngx_strlen(p);
        return;
    }

    if (type && type->numbers) {
        p += sprintf(p, "%u ", (unsigned) record->number);
    }

    if (record->target.len) {
        p += ngx_strlen(ngx_eo_dns_name_text(p, &record->target));
        p += sprintf(p, "%s", len ? " " : "");
    }

    for (i = 0; i < len; i++) {

        if (rest[i] < 0x20 || rest[i] >= 0x7f) {
            p += sprintf(p, "\\%03d", rest[i]);

        } else {
            *p++ = (char) rest[i];
        }
    }

    record->text.len = p - (char *) record->text.data;
}

