
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The data of a record, from the words of a master file or from the bytes of
 * a message.
 */


#ifndef _NGX_EO_DNS_DATA_H_INCLUDED_
#define _NGX_EO_DNS_DATA_H_INCLUDED_


#include "ngx_eo_dns_entry.h"
#include "ngx_eo_dns_zone.h"


/*
 * Fills in number, target, addr and text of a record whose type is set.
 *
 * words:   what follows the type; "\#" of RFC 3597 as well
 * origin:  for relative names; NULL where there is none
 *
 * Returns NULL, or what is wrong, as the rest of a sentence about the record.
 */

const char *ngx_eo_dns_data_words(ngx_eo_dns_mem_t *mem,
    ngx_eo_dns_record_t *record, const ngx_eo_dns_word_t *words,
    ngx_uint_t nwords, const ngx_str_t *origin);


/*
 * The same of bytes in which names are not compressed.
 */

const char *ngx_eo_dns_data_bytes(ngx_eo_dns_mem_t *mem,
    ngx_eo_dns_record_t *record, const u_char *data, size_t len);


#endif /* _NGX_EO_DNS_DATA_H_INCLUDED_ */

