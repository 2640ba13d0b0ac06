
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What main() of nginx prepares for the rest of nginx, for the fuzz targets.
 */


#include <ngx_config.h>
#include <ngx_core.h>


int LLVMFuzzerInitialize(int *argc, char ***argv);


static ngx_log_t        ngx_eo_fuzz_log;
static ngx_open_file_t  ngx_eo_fuzz_log_file;


int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    ngx_uint_t          n;
    static ngx_cycle_t  cycle;

    ngx_pagesize = getpagesize();
    ngx_cacheline_size = NGX_CPU_CACHE_LINE;

    for (n = ngx_pagesize; n >>= 1; ngx_pagesize_shift++) { /* void */ }

    ngx_eo_fuzz_log_file.fd = ngx_stderr;
    ngx_eo_fuzz_log.file = &ngx_eo_fuzz_log_file;
    ngx_eo_fuzz_log.log_level = NGX_LOG_EMERG;

    cycle.log = &ngx_eo_fuzz_log;
    cycle.pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, cycle.log);

    if (cycle.pool == NULL) {
        return 1;
    }

    ngx_cycle = &cycle;

    ngx_time_init();
    ngx_regex_init();

    ngx_pid = ngx_getpid();

    if (ngx_ssl_init(cycle.log) != NGX_OK
        || ngx_crc32_table_init() != NGX_OK)
    {
        return 1;
    }

    ngx_slab_sizes_init();

    return 0;
}
