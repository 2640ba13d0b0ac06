
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: the records of a journal.  Whatever is read, it is within the
 * content and within its bounds; a record that has been made whole is read.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_eo_purge_journal.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static ngx_uint_t
fuzz_records(u_char *start, size_t size)
{
    u_char              *keys;
    size_t               i;
    ngx_str_t            content;
    ngx_uint_t           sum;
    ngx_eo_purge_job_t   job;

    content.data = start;
    content.len = size;
    sum = 0;

    while (ngx_eo_purge_journal_next(&content, &job, &keys) == NGX_OK) {

        if (job.targets > NGX_EO_PURGE_MAX_TARGETS
            || job.kind >= NGX_EO_PURGE_KINDS
            || job.sample_len > NGX_EO_PURGE_SAMPLE_LEN
            || keys < start
            || keys + job.targets * NGX_EO_PURGE_KEY_LEN != content.data
            || content.data + content.len != start + size)
        {
            abort();
        }

        /* so that a read past the end is seen */

        for (i = 0; i < job.targets * NGX_EO_PURGE_KEY_LEN; i++) {
            sum += keys[i];
        }
    }

    return sum;
}


/* gives a record the length and the checksum that it ought to have */

static void
fuzz_make_whole(u_char *p, size_t size)
{
    uint32_t  len, crc;

    if (size < 2 * sizeof(uint32_t)) {
        return;
    }

    len = (uint32_t) size;
    crc = ngx_crc32_long(p + 2 * sizeof(uint32_t),
                         size - 2 * sizeof(uint32_t));

    ngx_memcpy(p, &len, sizeof(uint32_t));
    ngx_memcpy(p + sizeof(uint32_t), &crc, sizeof(uint32_t));
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char  *copy;

    copy = malloc(size + (size == 0));
    ngx_memcpy(copy, data, size);

    (void) fuzz_records(copy, size);

    fuzz_make_whole(copy, size);

    (void) fuzz_records(copy, size);

    free(copy);

    return 0;
}
