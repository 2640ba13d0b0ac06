# The directive eo_cache_status, the variables, and what an origin says in
# the header itself.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;
use EO::CacheSteps;

EO::Origin->start();

run_tests();

__DATA__

=== TEST 1: not asked for, the header is not sent
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::proxy . 'access_log logs/access.log combined;'
--- request eval
[('GET /c/1') x 2]
--- more_headers eval
::steps($::fresh, $::fresh)
--- response_headers eval
[('!EO-Cache-Status') x 2]



=== TEST 2: without the rest of the node
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::proxy . q{
    eo_cache_status on;
    access_log logs/access.log step;
}
--- request eval
[('GET /c/2') x 2, 'GET /c/2-fails']
--- more_headers eval
::steps($::fresh, $::fresh, 'reset')
--- error_code eval
[200, 200, 502]
--- response_headers eval
["EO-Cache-Status: MISS\n!EO-LOG-UUID", "EO-Cache-Status: HIT",
 "!EO-Cache-Status"]
--- logged
MISS miss
HIT hit
MISS other



=== TEST 3: off in a location, on below it
--- http_config eval: $EO::CacheSteps::http
--- config
    eo on;
    access_log logs/access.log step;
    proxy_cache c;
    proxy_cache_key $uri;

    location /off/ {
        eo_cache_status off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;

        location /off/on/ {
            eo_cache_status on;
            proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
        }
        location /off/same/ {
            proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
        }
    }
--- request eval
["GET /off/3", "GET /off/3", "GET /off/on/3", "GET /off/same/3"]
--- more_headers eval
::steps(($::fresh) x 4)
--- response_headers eval
['!EO-Cache-Status', '!EO-Cache-Status', 'EO-Cache-Status: MISS',
 '!EO-Cache-Status']
--- logged
MISS miss
HIT hit
MISS miss
MISS miss



=== TEST 4: "eo on" of a location, and its absence elsewhere
--- http_config eval: $EO::CacheSteps::http
--- config
    access_log logs/access.log step;
    proxy_cache c;
    proxy_cache_key $uri;

    location /node/ {
        eo on;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;

        location /node/not/ {
            eo off;
            proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
        }
    }
    location /plain/ {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
--- request eval
["GET /node/4", "GET /node/not/4", "GET /plain/4"]
--- more_headers eval
::steps(($::fresh) x 3)
--- response_headers eval
['EO-Cache-Status: MISS', '!EO-Cache-Status', '!EO-Cache-Status']
--- logged
MISS miss
MISS miss
MISS miss



=== TEST 5: on for the whole of http, off in the server
--- http_config eval: $EO::CacheSteps::http . 'eo_cache_status on; eo on;'
--- config eval: $EO::CacheSteps::server . 'eo_cache_status off;'
--- request
GET /c/5
--- more_headers eval
::steps($::fresh)->[0]
--- response_headers
!EO-Cache-Status
--- logged
MISS miss



=== TEST 6: an origin's own header is replaced, kept with the object or not
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
[('GET /c/6') x 2, 'GET /c/6-not']
--- more_headers eval
::steps("$::fresh&EO-Cache-Status=HIT&eo-cache-status=RefreshHit",
        'reset', 'fields?Cache-Control=no-store&EO-CACHE-STATUS=HIT')
--- raw_response_headers_like eval
[map { qr/\A(?!.*EO-Cache-Status:.*EO-Cache-Status:).*\r\n
          EO-Cache-Status:\ $_\r\n/six } qw(MISS HIT MISS)]



=== TEST 7: where the header is off, the origin's passes as any other does
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server . 'eo_cache_status off;'
--- request
GET /c/7
--- more_headers eval
"Do: $::fresh&EO-Cache-Status=HIT"
--- response_headers
EO-Cache-Status: HIT



=== TEST 8: with a failure of the origin no header of the origin is left
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
["GET /c/8", "GET /c/8"]
--- more_headers eval
["Do: $::fresh&EO-Cache-Status=HIT",
 "Do: $::fresh\nRange: bytes=1000000-"]
--- error_code eval
[200, 416]
--- response_headers eval
["EO-Cache-Status: MISS", "!EO-Cache-Status"]



=== TEST 9: $eo_cache_status reads as the header, and is empty without one
--- http_config eval: $EO::CacheSteps::http
--- config
    eo on;
    proxy_cache c;
    proxy_cache_key $uri;
    add_header X-Status "[$eo_cache_status] $eo_edge_cache_status" always;

    location /c/ {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
    location /return {
        return 200 "[$eo_cache_status] $eo_edge_cache_status";
    }
--- request eval
["GET /c/9", "GET /c/9", "GET /return", "GET /c/9-fails"]
--- more_headers eval
::steps($::fresh, $::fresh, '', 'reset')
--- error_code eval
[200, 200, 200, 520]
--- response_headers eval
["X-Status: [MISS] miss", "X-Status: [HIT] hit", "X-Status: [] other",
 "X-Status: [] other"]



=== TEST 10: a log that names a variable is enough
--- http_config eval
$EO::CacheSteps::http . 'log_format short "$http_step $eo_cache_status.";'
--- config eval
$EO::CacheSteps::proxy . 'access_log logs/access.log short;'
--- request eval
[('GET /c/10') x 2]
--- more_headers eval
::steps($::fresh, $::fresh)
--- response_headers eval
[('!EO-Cache-Status') x 2]
--- logged
MISS
HIT



=== TEST 11: a wrong value
--- config
    eo_cache_status sometimes;
--- must_die
--- error_log
invalid value "sometimes" in "eo_cache_status" directive, it must be "on" or "off"



=== TEST 12: given twice
--- config
    eo_cache_status on;
    eo_cache_status on;
--- must_die
--- error_log
"eo_cache_status" directive is duplicate
