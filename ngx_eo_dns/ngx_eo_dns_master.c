
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_dns_data.h"
#include "ngx_eo_dns_master.h"


#define NGX_EO_DNS_TTL       3600
#define NGX_EO_DNS_TTL_MAX   2147483647


/* wrong: the text that a reason is about */

typedef struct {
    ngx_eo_dns_zone_t         *zone;
    ngx_eo_dns_entry_t         entry;
    ngx_str_t                  origin;
    ngx_str_t                  owner;
    uint32_t                   ttl;          /* of $TTL, or the last one */
    const ngx_str_t           *wrong;
} ngx_eo_dns_master_t;


static const char *ngx_eo_dns_master_entry(ngx_eo_dns_master_t *master);
static const char *ngx_eo_dns_master_directive(ngx_eo_dns_master_t *master);
static const char *ngx_eo_dns_master_record(ngx_eo_dns_master_t *master,
    ngx_uint_t first);
static const char *ngx_eo_dns_master_type(ngx_eo_dns_master_t *master,
    ngx_eo_dns_record_t *record, ngx_uint_t *first);
static const char *ngx_eo_dns_master_class(const ngx_str_t *text);
static const char *ngx_eo_dns_master_name(ngx_eo_dns_master_t *master,
    ngx_str_t *name, const ngx_str_t *text);
static ngx_uint_t ngx_eo_dns_master_is(const ngx_str_t *text,
    const char *word);
static ngx_int_t ngx_eo_dns_master_ttl(uint32_t *ttl, const ngx_str_t *text);
static ngx_uint_t ngx_eo_dns_master_unit(u_char c);
static void ngx_eo_dns_master_comment(ngx_eo_dns_record_t *record,
    const ngx_str_t *comment);
static ngx_uint_t ngx_eo_dns_master_tag(const u_char **p, const u_char *end,
    ngx_str_t *tag);
static void ngx_eo_dns_master_weight(ngx_eo_dns_record_t *record,
    const ngx_str_t *tag);


ngx_uint_t
ngx_eo_dns_master_read(ngx_eo_dns_zone_t *zone, const ngx_str_t *text,
    const ngx_str_t *origin, ngx_eo_dns_error_pt error, void *data)
{
    ngx_int_t             rc;
    ngx_uint_t            errors;
    const char           *reason;
    ngx_eo_dns_master_t  *master;

    master = calloc(1, sizeof(ngx_eo_dns_master_t));

    if (master == NULL) {
        error(data, 0, NULL, "there is no memory left");
        return 1;
    }

    master->zone = zone;
    master->ttl = NGX_EO_DNS_TTL;

    if (origin) {
        master->origin = *origin;
    }

    ngx_eo_dns_entry_init(&master->entry, text);
    errors = 0;

    while (errors < NGX_EO_DNS_MAX_ERRORS) {
        master->wrong = NULL;

        rc = ngx_eo_dns_entry_next(&master->entry, &reason);
        if (rc == NGX_DONE) {
            break;
        }

        if (rc == NGX_OK) {
            reason = ngx_eo_dns_master_entry(master);
        }

        if (reason) {
            errors++;
            error(data, master->entry.started, master->wrong, reason);
        }
    }

    free(master);

    return errors;
}


static const char *
ngx_eo_dns_master_entry(ngx_eo_dns_master_t *master)
{
    ngx_str_t   *first;
    const char  *error;

    if (master->entry.indented) {

        if (master->owner.len == 0) {
            return "begins with a blank, and there is no name before it";
        }

        return ngx_eo_dns_master_record(master, 0);
    }

    first = &master->entry.words[0].text;

    if (first->len && first->data[0] == '$') {
        return ngx_eo_dns_master_directive(master);
    }

    error = ngx_eo_dns_master_name(master, &master->owner, first);
    if (error) {
        return error;
    }

    return ngx_eo_dns_master_record(master, 1);
}


static const char *
ngx_eo_dns_master_directive(ngx_eo_dns_master_t *master)
{
    ngx_str_t  *word, *value;

    word = &master->entry.words[0].text;
    master->wrong = word;

    if (ngx_eo_dns_master_is(word, "$INCLUDE")) {
        return "is not followed: put what is in the file in its place";
    }

    if (ngx_eo_dns_master_is(word, "$GENERATE")) {
        return "is not standard and not read: write the records out";
    }

    if (master->entry.nwords != 2) {
        return "has to be followed by one word";
    }

    value = &master->entry.words[1].text;

    if (ngx_eo_dns_master_is(word, "$ORIGIN")) {
        return ngx_eo_dns_master_name(master, &master->origin, value);
    }

    if (!ngx_eo_dns_master_is(word, "$TTL")) {
        return "is no directive of zone files";
    }

    if (ngx_eo_dns_master_ttl(&master->ttl, value) != NGX_OK) {
        master->wrong = value;
        return "is not a time to live";
    }

    return NULL;
}


/* first: the number of the word behind the owner */

static const char *
ngx_eo_dns_master_record(ngx_eo_dns_master_t *master, ngx_uint_t first)
{
    const char           *error;
    ngx_str_t            *origin;
    ngx_eo_dns_entry_t   *entry;
    ngx_eo_dns_record_t   record;

    entry = &master->entry;
    ngx_memzero(&record, sizeof(ngx_eo_dns_record_t));

    record.name = master->owner;
    record.line = entry->started;
    record.ttl = master->ttl;
    record.weight = NGX_EO_DNS_NO_WEIGHT;

    error = ngx_eo_dns_master_type(master, &record, &first);
    if (error) {
        return error;
    }

    origin = master->origin.len ? &master->origin : NULL;

    error = ngx_eo_dns_data_words(&master->zone->mem, &record,
                                  entry->words + first,
                                  entry->nwords - first, origin);
    if (error) {
        return error;
    }

    ngx_eo_dns_master_comment(&record, &entry->comment);

    return ngx_eo_dns_zone_add(master->zone, &record);
}


/* [TTL] [class] type, or [class] [TTL] type */

static const char *
ngx_eo_dns_master_type(ngx_eo_dns_master_t *master,
    ngx_eo_dns_record_t *record, ngx_uint_t *first)
{
    ngx_str_t   *word;
    ngx_uint_t   i;
    const char  *error;

    for (i = *first; i < master->entry.nwords; i++) {
        word = &master->entry.words[i].text;
        master->wrong = word;

        if (i < *first + 2) {

            if (ngx_eo_dns_master_ttl(&record->ttl, word) == NGX_OK) {
                master->ttl = record->ttl;
                continue;
            }

            if (ngx_eo_dns_master_is(word, "IN")
                || ngx_eo_dns_master_is(word, "CLASS1"))
            {
                continue;
            }

            error = ngx_eo_dns_master_class(word);
            if (error) {
                return error;
            }
        }

        record->type = ngx_eo_dns_type_parse(word);

        if (record->type == 0) {
            return "is no type of record";
        }

        master->wrong = NULL;
        *first = i + 1;

        return NULL;
    }

    master->wrong = NULL;

    return "is not a record: it has no type";
}


static const char *
ngx_eo_dns_master_class(const ngx_str_t *text)
{
    if (ngx_eo_dns_master_is(text, "CH") || ngx_eo_dns_master_is(text, "HS")
        || ngx_eo_dns_master_is(text, "CS")
        || ngx_eo_dns_master_is(text, "ANY"))
    {
        return "is another class than IN";
    }

    return NULL;
}


/* a name that lives as long as the zone */

static const char *
ngx_eo_dns_master_name(ngx_eo_dns_master_t *master, ngx_str_t *name,
    const ngx_str_t *text)
{
    u_char       buf[NGX_EO_DNS_NAME_MAX];
    ngx_str_t    parsed;
    const char  *error;

    error = ngx_eo_dns_name_parse(&parsed, buf, text,
                                master->origin.len ? &master->origin : NULL);
    if (error) {
        master->wrong = text;
        return error;
    }

    if (parsed.len == name->len
        && ngx_memcmp(parsed.data, name->data, name->len) == 0)
    {
        return NULL;
    }

    name->data = ngx_eo_dns_copy(&master->zone->mem, parsed.data,
                                 parsed.len);
    if (name->data == NULL) {
        name->len = 0;
        return "takes more memory than there is";
    }

    name->len = parsed.len;

    return NULL;
}


static ngx_uint_t
ngx_eo_dns_master_is(const ngx_str_t *text, const char *word)
{
    return text->len == ngx_strlen(word)
           && strncasecmp((char *) text->data, word, text->len) == 0;
}


/* "3600", or "1h30m" */

static ngx_int_t
ngx_eo_dns_master_ttl(uint32_t *ttl, const ngx_str_t *text)
{
    size_t      i;
    uint64_t    sum, n;
    ngx_uint_t  digits, unit;

    sum = 0;
    n = 0;
    digits = 0;

    for (i = 0; i < text->len; i++) {

        if (text->data[i] >= '0' && text->data[i] <= '9') {
            n = n * 10 + (text->data[i] - '0');
            digits = 1;

        } else {
            unit = ngx_eo_dns_master_unit(text->data[i]);

            if (unit == 0 || !digits) {
                return NGX_ERROR;
            }

            sum += n * unit;
            n = 0;
            digits = 0;
        }

        if (n > NGX_EO_DNS_TTL_MAX || sum > NGX_EO_DNS_TTL_MAX) {
            return NGX_ERROR;
        }
    }

    sum += n;

    if (text->len == 0 || sum > NGX_EO_DNS_TTL_MAX) {
        return NGX_ERROR;
    }

    *ttl = (uint32_t) sum;

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_dns_master_unit(u_char c)
{
    switch (ngx_tolower(c)) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return 3600;
    case 'd': return 86400;
    case 'w': return 604800;
    default: return 0;
    }
}


/* words of a comment that are not ours mean nothing */

static void
ngx_eo_dns_master_comment(ngx_eo_dns_record_t *record,
    const ngx_str_t *comment)
{
    ngx_str_t      tag;
    const u_char  *p, *end;

    p = comment->data;
    end = p + comment->len;

    while (comment->len && ngx_eo_dns_master_tag(&p, end, &tag)) {

        if (ngx_eo_dns_master_is(&tag, "eo=accelerated")) {
            record->accelerated = 1;

        } else if (tag.len > 7
                   && strncasecmp((char *) tag.data, "weight=", 7) == 0)
        {
            ngx_eo_dns_master_weight(record, &tag);
        }
    }
}


static ngx_uint_t
ngx_eo_dns_master_tag(const u_char **p, const u_char *end, ngx_str_t *tag)
{
    while (*p < end && **p <= ' ') {
        (*p)++;
    }

    tag->data = (u_char *) *p;

    while (*p < end && **p > ' ') {
        (*p)++;
    }

    tag->len = *p - tag->data;

    return tag->len != 0;
}


static void
ngx_eo_dns_master_weight(ngx_eo_dns_record_t *record, const ngx_str_t *tag)
{
    size_t     i;
    ngx_int_t  weight;

    weight = 0;

    for (i = 7; i < tag->len; i++) {

        if (tag->data[i] < '0' || tag->data[i] > '9' || weight > 1000) {
            return;
        }

        weight = weight * 10 + (tag->data[i] - '0');
    }

    record->weight = weight;
}

