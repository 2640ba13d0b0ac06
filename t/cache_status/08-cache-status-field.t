# eo_cache_status_header: Cache-Status, as RFC 9211 has it.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;
use EO::CacheSteps;

our $field = $EO::CacheSteps::server . "\n    eo_cache_status_header on;\n";

EO::Origin->start();

run_tests();

__DATA__

=== TEST 1: a miss, and a hit with the time that is left
--- http_config eval: $EO::CacheSteps::http
--- config eval: $::field
--- request eval
[('GET /c/1') x 2]
--- more_headers eval
::steps(($::fresh) x 2)
--- raw_response_headers_like eval
["\r\nCache-Status: EdgeOne; fwd=uri-miss; fwd-status=200; stored\r\n",
 "\r\nCache-Status: EdgeOne; hit; ttl=(?:60|[1-5][0-9])\r\n"]



=== TEST 2: what must not be kept, and a method that is not
--- http_config eval: $EO::CacheSteps::http
--- config eval: $::field
--- request eval
["GET /c/2", "POST /c/2\nx"]
--- more_headers eval
::steps(('fields?Cache-Control=no-store') x 2)
--- raw_response_headers_like eval
["\r\nCache-Status: EdgeOne; fwd=uri-miss; fwd-status=200\r\n",
 "\r\nCache-Status: EdgeOne; fwd=method; fwd-status=200\r\n"]



=== TEST 3: out of date: revalidated, another came, and the origin failed
--- http_config eval: $EO::CacheSteps::http
--- config eval
$::field . 'proxy_cache_revalidate on;'
         . 'proxy_cache_use_stale error timeout;'
--- request eval
[('GET /c/3') x 4]
--- more_headers eval
::steps($::stale, 'empty-304', $::stale, 'reset')
--- raw_response_headers_like eval
[map { "\r\nCache-Status: EdgeOne; $_\r\n" }
 'fwd=uri-miss; fwd-status=200; stored', 'fwd=stale; fwd-status=304',
 'fwd=stale; fwd-status=200; stored', 'hit; detail=stale']



=== TEST 4: round the cache
--- http_config eval: $EO::CacheSteps::http
--- config eval
$::field . 'proxy_cache_bypass $http_step;'
--- request
GET /c/4
--- more_headers eval
(::steps($::fresh))->[0]
--- raw_response_headers_like eval
"\r\nCache-Status: EdgeOne; fwd=bypass; fwd-status=200; stored\r\n"



=== TEST 5: behind those of caches nearer to the origin
--- http_config eval: $EO::CacheSteps::http
--- config eval: $::field
--- request eval
[('GET /c/5') x 2]
--- more_headers eval
::steps(('fields?X-Accel-Expires=60&Cache-Status=Origin') x 2)
--- raw_response_headers_like eval
["Cache-Status: Origin\r\n(?:.*\r\n)*Cache-Status: EdgeOne; fwd=uri-miss",
 "Cache-Status: Origin\r\n(?:.*\r\n)*Cache-Status: EdgeOne; hit"]



=== TEST 6: not for what the node answers, nor where it is off
--- http_config eval: $EO::CacheSteps::http
--- config eval
$::field . q{
    location = /own { return 200 x; }
    location /off/ {
        eo_cache_status_header off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
}
--- request eval
['GET /own', 'GET /off/6']
--- more_headers eval
::steps(($::fresh) x 2)
--- response_headers eval
[('!Cache-Status') x 2]
--- error_code eval
[200, 200]



=== TEST 7: without EO-Cache-Status
--- http_config eval: $EO::CacheSteps::http
--- config eval
$::field . 'eo_cache_status off;'
--- request
GET /c/7
--- more_headers eval
(::steps($::fresh))->[0]
--- response_headers
Cache-Status: EdgeOne; fwd=uri-miss; fwd-status=200; stored
!EO-Cache-Status
