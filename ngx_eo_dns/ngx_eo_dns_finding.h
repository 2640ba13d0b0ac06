
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What was found in a zone: a list, in the order in which it was found.
 */


#ifndef _NGX_EO_DNS_FINDING_H_INCLUDED_
#define _NGX_EO_DNS_FINDING_H_INCLUDED_


#include "ngx_eo_dns_mem.h"


/* findings of one kind that are kept; the others are counted */

#define NGX_EO_DNS_KEPT       1000

#define NGX_EO_DNS_SENTENCE   4096


typedef enum {
    NGX_EO_DNS_NOTE = 0,
    NGX_EO_DNS_WARNING,
    NGX_EO_DNS_CONFLICT
} ngx_eo_dns_severity_e;


/*
 * code:   for programs: "cname-and-mx"
 * name:   the name it is about, as the bytes of a name
 * lines:  of the two records it is about, 0 for none
 * text:   a sentence, or some
 */

typedef struct ngx_eo_dns_finding_s  ngx_eo_dns_finding_t;

struct ngx_eo_dns_finding_s {
    ngx_eo_dns_severity_e   severity;
    const char             *code;
    ngx_str_t               name;
    ngx_uint_t              lines[2];
    const char             *text;
    ngx_eo_dns_finding_t   *next;
};


/* strict: what is against the standards is a conflict, too */

typedef struct {
    ngx_eo_dns_mem_t        mem;
    ngx_eo_dns_finding_t   *first;
    ngx_eo_dns_finding_t   *last;
    ngx_uint_t              counts[NGX_EO_DNS_CONFLICT + 1];
    ngx_uint_t              left_out;
    ngx_uint_t              strict;
    ngx_uint_t              failed;     /* out of memory */
} ngx_eo_dns_findings_t;


void ngx_eo_dns_findings_init(ngx_eo_dns_findings_t *findings);
void ngx_eo_dns_findings_free(ngx_eo_dns_findings_t *findings);


/*
 * Adds one.
 *
 * code:  a constant
 * name:  has to live as long as the list
 */

void ngx_eo_dns_find(ngx_eo_dns_findings_t *findings,
    ngx_eo_dns_severity_e severity, const char *code, const ngx_str_t *name,
    ngx_uint_t line, ngx_uint_t other, const char *fmt, ...)
    __attribute__((format(printf, 7, 8)));


/* The severity of what only the standards forbid. */

ngx_eo_dns_severity_e ngx_eo_dns_standard(
    const ngx_eo_dns_findings_t *findings);


#endif /* _NGX_EO_DNS_FINDING_H_INCLUDED_ */

