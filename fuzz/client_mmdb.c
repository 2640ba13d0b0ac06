
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: MaxMind DB files.  What passes the examination is given to
 * libmaxminddb, which then has to look up any address and decode all of what
 * it finds without an error that tells of damage.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <maxminddb.h>

#include "ngx_eo_mmdb.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_client_look_up(MMDB_s *mmdb, uint32_t addr)
{
    int                     error;
    struct sockaddr_in      sin;
    MMDB_entry_data_s       data;
    MMDB_lookup_result_s    result;
    MMDB_entry_data_list_s  *list;

    ngx_memzero(&sin, sizeof(struct sockaddr_in));
    sin.sin_family = AF_INET;
    sin.sin_addr.s_addr = addr;

    error = MMDB_SUCCESS;
    result = MMDB_lookup_sockaddr(mmdb, (struct sockaddr *) &sin, &error);

    if (error != MMDB_SUCCESS || !result.found_entry) {
        return;
    }

    (void) MMDB_get_value(&result.entry, &data, "country", "iso_code", NULL);
    (void) MMDB_get_value(&result.entry, &data, "subdivisions", "0",
                          "iso_code", NULL);

    list = NULL;

    if (MMDB_get_entry_data_list(&result.entry, &list)
        == MMDB_OUT_OF_MEMORY_ERROR)
    {
        abort();
    }

    MMDB_free_entry_data_list(list);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char          path[64], *copy;
    MMDB_s          mmdb;
    ngx_fd_t        fd;
    ngx_uint_t      i;
    const char     *reason;
    ngx_eo_mmdb_t   db;

    /* of its own size, so that a read past it is seen */

    copy = malloc(size + (size == 0));
    ngx_memcpy(copy, data, size);

    reason = NULL;

    if (ngx_eo_mmdb_check(copy, size, &db, &reason, NULL) != NGX_OK) {

        if (reason == NULL) {
            abort();
        }

        free(copy);
        return 0;
    }

    free(copy);

    fd = memfd_create("fuzz", MFD_CLOEXEC);

    if (fd == -1 || write(fd, data, size) != (ssize_t) size) {
        abort();
    }

    (void) ngx_sprintf(path, "/proc/self/fd/%d%Z", fd);

    if (MMDB_open((char *) path, MMDB_MODE_MMAP, &mmdb) == MMDB_SUCCESS) {

        for (i = 0; i < 64; i++) {
            fuzz_client_look_up(&mmdb, (uint32_t) (i * 0x04081021));
        }

        MMDB_close(&mmdb);
    }

    (void) close(fd);

    return 0;
}
