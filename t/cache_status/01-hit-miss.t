# EO-Cache-Status and $eo_edge_cache_status: found, not found, not cacheable;
# methods, ranges and conditional requests.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;
use EO::CacheSteps;

EO::Origin->start();

run_tests();

__DATA__

=== TEST 1: not in the cache, then in it
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
[('GET /c/1') x 3]
--- more_headers eval
::steps(($::fresh) x 3)
--- response_headers eval
["EO-Cache-Status: MISS", "EO-Cache-Status: HIT", "EO-Cache-Status: HIT"]
--- logged
MISS miss
HIT hit
HIT hit



=== TEST 2: one header only, of this spelling
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request
GET /c/2
--- more_headers eval
(::steps($::fresh))->[0]
--- raw_response_headers_like eval
qr/\A(?!.*EO-Cache-Status:.*EO-Cache-Status:).*\r\nEO-Cache-Status: MISS\r\n/s



=== TEST 3: the origin says that it must not be kept
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
[map { "GET /c/3-$_" } 1, 1, 2, 2, 3, 3, 4, 4]
--- more_headers eval
::steps(map { $_, $_ } 'fields?Cache-Control=no-store',
      'fields?Cache-Control=private,max-age=60', 'fields?X-Accel-Expires=0',
      'fields?Cache-Control=max-age=60&Set-Cookie=a=b')
--- response_headers eval
[('EO-Cache-Status: MISS') x 8]
--- logged
MISS dynamic
MISS dynamic
MISS dynamic
MISS dynamic
MISS dynamic
MISS dynamic
MISS dynamic
MISS dynamic



=== TEST 4: a status that is not kept
--- http_config eval: $EO::CacheSteps::http
--- config
    eo on;
    access_log logs/access.log step;
    proxy_cache c;
    proxy_cache_key $uri;
    proxy_cache_valid 200 1m;

    location /c/ {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
--- request eval
[('GET /c/4') x 2]
--- more_headers eval
::steps('status-404', 'status-404')
--- error_code eval
[404, 404]
--- response_headers eval
["EO-Cache-Status: MISS", "EO-Cache-Status: MISS"]
--- logged
MISS dynamic
MISS dynamic



=== TEST 5: an origin's 404 and 500 that are kept
--- http_config eval: $EO::CacheSteps::http
--- config
    eo on;
    access_log logs/access.log step;
    proxy_cache c;
    proxy_cache_key $uri;
    proxy_cache_valid 404 500 10s;

    location /c/ {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
--- request eval
["GET /c/5-a", "GET /c/5-a", "GET /c/5-b", "GET /c/5-b"]
--- more_headers eval
::steps('status-404', 'status-200', 'status-500', 'status-200')
--- error_code eval
[404, 404, 500, 500]
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS HIT MISS HIT)]
--- logged
MISS miss
HIT hit
MISS miss
HIT hit



=== TEST 6: no cache is configured
--- http_config eval: $EO::CacheSteps::http
--- config
    eo on;
    access_log logs/access.log step;

    location /c/ {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
--- request eval
[('GET /c/6') x 2]
--- more_headers eval
::steps($::fresh, $::fresh)
--- response_headers eval
["EO-Cache-Status: MISS", "EO-Cache-Status: MISS"]
--- logged
- dynamic
- dynamic



=== TEST 7: the location goes round the cache
--- http_config eval: $EO::CacheSteps::http
--- config
    eo on;
    access_log logs/access.log step;
    proxy_cache c;
    proxy_cache_key $uri;

    location /c/ {
        proxy_cache_bypass $arg_bypass;
        proxy_no_cache $arg_keep_not;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
--- request eval
["GET /c/7", "GET /c/7?bypass=1&keep_not=1", "GET /c/7", "GET /c/7b?keep_not=1",
 "GET /c/7b"]
--- more_headers eval
::steps(($::fresh) x 5)
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS MISS HIT MISS MISS)]
--- logged
MISS miss
BYPASS dynamic
HIT hit
MISS dynamic
MISS miss



=== TEST 8: not often enough asked for
--- http_config eval: $EO::CacheSteps::http
--- config
    eo on;
    access_log logs/access.log step;
    proxy_cache c;
    proxy_cache_key $uri;
    proxy_cache_min_uses 3;

    location /c/ {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
--- request eval
[('GET /c/8') x 4]
--- more_headers eval
::steps(($::fresh) x 4)
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS MISS MISS HIT)]
--- logged
*
*
MISS miss
HIT hit



=== TEST 9: methods
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
["POST /c/9\nbody", "PUT /c/9\nbody", "HEAD /c/9", "GET /c/9", "HEAD /c/9",
 "POST /c/9\nbody", "DELETE /c/9", "OPTIONS /c/9"]
--- more_headers eval
::steps(($::fresh) x 8)
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS MISS MISS HIT HIT MISS MISS MISS)]
--- logged
- dynamic
- dynamic
MISS miss
HIT hit
HIT hit
- dynamic
- dynamic
- dynamic



=== TEST 10: a part of an object
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
[('GET /c/10') x 3]
--- more_headers eval
[map { "$_->[1]\n$_->[0]" }
 ['Accept: */*', ::steps($::fresh)->[0]],
 ['Range: bytes=0-3', "Step: 2\nDo: $::fresh"],
 ['Range: bytes=1000000-', "Step: 3\nDo: $::fresh"]]
--- error_code eval
[200, 206, 416]
--- response_headers eval
["EO-Cache-Status: MISS", "EO-Cache-Status: HIT", "!EO-Cache-Status"]
--- logged
MISS miss
HIT hit
HIT other



=== TEST 11: the client has it already
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
[('GET /c/11') x 3]
--- more_headers eval
[map { "$_\nIf-None-Match: \"a\"" } @{::steps(($::fresh) x 3)}]
--- error_code eval
[304, 304, 304]
--- response_headers eval
["EO-Cache-Status: MISS", "EO-Cache-Status: HIT", "EO-Cache-Status: HIT"]
--- logged
MISS miss
HIT hit
HIT hit



=== TEST 12: HTTP/1.0
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
[("GET /c/12 HTTP/1.0\r\n") x 2]
--- more_headers eval
::steps($::fresh, $::fresh)
--- response_headers eval
["EO-Cache-Status: MISS", "EO-Cache-Status: HIT"]



=== TEST 13: variants by Vary
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
[('GET /c/13') x 4]
--- more_headers eval
[map { "Do: fields?X-Accel-Expires=60&Vary=X-Kind\nX-Kind: $_" }
 'a', 'b', 'b', 'a']
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS MISS HIT HIT)]



=== TEST 14: HTTP/2
--- http2
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
["GET /c/14", "GET /c/14", "HEAD /c/14", "GET /c/14-fails"]
--- more_headers eval
::steps($::fresh, $::fresh, $::fresh, 'reset')
--- error_code eval
[200, 200, 200, 520]
--- raw_response_headers_like eval
[qr/^eo-cache-status: MISS\r$/m, (qr/^eo-cache-status: HIT\r$/m) x 2,
 qr/\AHTTP\/2 520(?!.*eo-cache-status)/s]
--- logged
MISS miss
HIT hit
HIT hit
MISS other
