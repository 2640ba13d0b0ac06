
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_l4_conns.h"


/* numbers of entries and tickets begin with 1, and 0 is none */

typedef struct {
    uint64_t                key;
    uint32_t                count;
    uint32_t                next;        /* in the bucket, or of those free */
} ngx_eo_l4_entry_t;


typedef struct {
    uint32_t                entry;       /* 0 if it is free */
    uint32_t                next;        /* of those free */
    int64_t                 pid;
} ngx_eo_l4_ticket_t;


struct ngx_eo_l4_conns_s {
    uint32_t                n;
    uint32_t                free_entry;
    uint32_t                free_ticket;
    uint32_t                padding;
    /* n entries, n tickets, n buckets */
};


static ngx_eo_l4_entry_t *ngx_eo_l4_entries(ngx_eo_l4_conns_t *conns);
static ngx_eo_l4_ticket_t *ngx_eo_l4_tickets(ngx_eo_l4_conns_t *conns);
static uint32_t *ngx_eo_l4_bucket(ngx_eo_l4_conns_t *conns, uint64_t key);
static uint32_t ngx_eo_l4_entry(ngx_eo_l4_conns_t *conns, uint64_t key,
    ngx_uint_t create);
static void ngx_eo_l4_entry_free(ngx_eo_l4_conns_t *conns, uint32_t number);


ngx_eo_l4_conns_t *
ngx_eo_l4_conns_init(void *memory, size_t size)
{
    uint32_t             i;
    ngx_eo_l4_entry_t   *entries;
    ngx_eo_l4_conns_t   *conns;
    ngx_eo_l4_ticket_t  *tickets;

    conns = memory;

    size = (size - sizeof(ngx_eo_l4_conns_t))
           / (sizeof(ngx_eo_l4_entry_t) + sizeof(ngx_eo_l4_ticket_t)
              + sizeof(uint32_t));

    conns->n = (uint32_t) ngx_min(size, 100000000);
    conns->free_entry = 1;
    conns->free_ticket = 1;

    entries = ngx_eo_l4_entries(conns);
    tickets = ngx_eo_l4_tickets(conns);

    for (i = 1; i < conns->n; i++) {
        entries[i - 1].next = i + 1;
        tickets[i - 1].next = i + 1;
    }

    return conns;
}


ngx_uint_t
ngx_eo_l4_conns_capacity(const ngx_eo_l4_conns_t *conns)
{
    return conns->n;
}


static ngx_eo_l4_entry_t *
ngx_eo_l4_entries(ngx_eo_l4_conns_t *conns)
{
    return (ngx_eo_l4_entry_t *) (conns + 1);
}


static ngx_eo_l4_ticket_t *
ngx_eo_l4_tickets(ngx_eo_l4_conns_t *conns)
{
    return (ngx_eo_l4_ticket_t *) (ngx_eo_l4_entries(conns) + conns->n);
}


/* keys are hashes already */

static uint32_t *
ngx_eo_l4_bucket(ngx_eo_l4_conns_t *conns, uint64_t key)
{
    uint32_t  *buckets;

    buckets = (uint32_t *) (ngx_eo_l4_tickets(conns) + conns->n);

    return &buckets[key % conns->n];
}


ngx_int_t
ngx_eo_l4_conns_open(ngx_eo_l4_conns_t *conns, uint64_t key, ngx_uint_t most,
    ngx_pid_t pid, ngx_uint_t *ticket, ngx_uint_t *count)
{
    uint32_t             number;
    ngx_eo_l4_entry_t   *entries;
    ngx_eo_l4_ticket_t  *tickets;

    *count = 0;
    entries = ngx_eo_l4_entries(conns);
    tickets = ngx_eo_l4_tickets(conns);

    number = ngx_eo_l4_entry(conns, key, 0);

    if (number) {
        *count = entries[number - 1].count;

        if (most && *count >= most) {
            return NGX_BUSY;
        }
    }

    if (conns->free_ticket == 0) {
        return NGX_DECLINED;
    }

    /* every entry in use has a ticket, so that one is free as well */

    if (number == 0) {
        number = ngx_eo_l4_entry(conns, key, 1);
    }

    *ticket = conns->free_ticket;
    tickets += *ticket - 1;

    conns->free_ticket = tickets->next;
    tickets->entry = number;
    tickets->pid = pid;

    *count = ++entries[number - 1].count;

    return NGX_OK;
}


void
ngx_eo_l4_conns_close(ngx_eo_l4_conns_t *conns, ngx_uint_t number)
{
    ngx_eo_l4_entry_t   *entry;
    ngx_eo_l4_ticket_t  *ticket;

    ticket = ngx_eo_l4_tickets(conns) + number - 1;

    if (ticket->entry == 0) {
        return;
    }

    entry = ngx_eo_l4_entries(conns) + ticket->entry - 1;

    if (--entry->count == 0) {
        ngx_eo_l4_entry_free(conns, ticket->entry);
    }

    ticket->entry = 0;
    ticket->next = conns->free_ticket;
    conns->free_ticket = (uint32_t) number;
}


static uint32_t
ngx_eo_l4_entry(ngx_eo_l4_conns_t *conns, uint64_t key, ngx_uint_t create)
{
    uint32_t            number, *bucket;
    ngx_eo_l4_entry_t  *entries;

    entries = ngx_eo_l4_entries(conns);
    bucket = ngx_eo_l4_bucket(conns, key);

    if (!create) {
        for (number = *bucket; number; number = entries[number - 1].next) {
            if (entries[number - 1].key == key) {
                break;
            }
        }

        return number;
    }

    number = conns->free_entry;
    conns->free_entry = entries[number - 1].next;

    entries[number - 1].key = key;
    entries[number - 1].count = 0;
    entries[number - 1].next = *bucket;

    *bucket = number;

    return number;
}


static void
ngx_eo_l4_entry_free(ngx_eo_l4_conns_t *conns, uint32_t number)
{
    uint32_t           *p;
    ngx_eo_l4_entry_t  *entries;

    entries = ngx_eo_l4_entries(conns);

    for (p = ngx_eo_l4_bucket(conns, entries[number - 1].key); *p;
         p = &entries[*p - 1].next)
    {
        if (*p == number) {
            *p = entries[number - 1].next;
            break;
        }
    }

    entries[number - 1].next = conns->free_entry;
    conns->free_entry = number;
}


ngx_uint_t
ngx_eo_l4_conns_sweep(ngx_eo_l4_conns_t *conns,
    ngx_uint_t (*alive)(ngx_pid_t pid))
{
    int64_t              last;
    uint32_t             i;
    ngx_uint_t           n, living;
    ngx_eo_l4_ticket_t  *tickets;

    tickets = ngx_eo_l4_tickets(conns);
    last = 0;
    living = 1;
    n = 0;

    for (i = 0; i < conns->n; i++) {

        if (tickets[i].entry == 0) {
            continue;
        }

        if (tickets[i].pid != last) {
            last = tickets[i].pid;
            living = alive((ngx_pid_t) last);
        }

        if (!living) {
            ngx_eo_l4_conns_close(conns, i + 1);
            n++;
        }
    }

    return n;
}

