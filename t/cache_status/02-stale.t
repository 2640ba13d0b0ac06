# EO-Cache-Status of objects that are out of date: revalidated, replaced,
# served all the same.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;
use EO::CacheSteps;

EO::Origin->start();

our $forgiving = $EO::CacheSteps::server . q{
    proxy_cache_use_stale error timeout invalid_header updating
                          http_500 http_502 http_503 http_504 http_404;
};

run_tests();

__DATA__

=== TEST 1: the origin says that the object has not changed
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . 'proxy_cache_revalidate on;'
--- request eval
[('GET /c/1') x 3]
--- more_headers eval
::steps($::stale, 'empty-304', 'empty-304')
--- error_code eval
[200, 200, 200]
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS RefreshHit RefreshHit)]
--- logged
MISS miss
REVALIDATED hit
REVALIDATED hit



=== TEST 2: a part of an object that has not changed
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . 'proxy_cache_revalidate on;'
--- request eval
[('GET /c/2') x 2]
--- more_headers eval
["Do: $::stale", "Do: empty-304\nRange: bytes=0-3"]
--- error_code eval
[200, 206]
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS RefreshHit)]



=== TEST 3: asked for what has changed, the origin sends another object
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . 'proxy_cache_revalidate on;'
--- request eval
[('GET /c/3') x 3]
--- more_headers eval
::steps($::stale, $::fresh, 'reset')
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS MISS HIT)]
--- logged
MISS miss
EXPIRED miss
HIT hit



=== TEST 4: fetched again without asking what has changed
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
[('GET /c/4') x 3]
--- more_headers eval
::steps($::stale, $::fresh, 'reset')
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS MISS HIT)]
--- logged
MISS miss
EXPIRED miss
HIT hit



=== TEST 5: what replaces an object must not be kept
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
[('GET /c/5') x 2]
--- more_headers eval
::steps($::stale, 'fields?Cache-Control=no-store')
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS MISS)]
--- logged
MISS miss
EXPIRED dynamic



=== TEST 6: a stale copy while the origin fails
--- http_config eval: $EO::CacheSteps::http
--- config eval: $::forgiving
--- request eval
[('GET /c/6') x 9]
--- more_headers eval
::steps($::stale, 'reset', 'close', 'silent', 'garbage', 'status-500',
      'status-503', 'status-404', 'big-header')
--- error_code eval
[(200) x 9]
--- response_headers eval
["EO-Cache-Status: MISS", ('EO-Cache-Status: HIT') x 8]
--- logged
MISS miss
STALE hit
STALE hit
STALE hit
STALE hit
STALE hit
STALE hit
STALE hit
STALE hit



=== TEST 7: an origin that refuses connections
--- http_config eval: $EO::CacheSteps::http
--- config
    eo on;
    access_log logs/access.log step;
    proxy_cache c;
    proxy_cache_key $uri;
    proxy_cache_use_stale error timeout;

    location /c/ {
        proxy_pass http://127.0.0.1:$http_port/$http_do;
    }
--- request eval
[('GET /c/7') x 2, 'GET /c/7-never']
--- more_headers eval
[map { "$_->[0]\nPort: $_->[1]" }
 ["Step: 1\nDo: $::stale", $ENV{TEST_NGINX_ORIGIN_HTTP}],
 ["Step: 2\nDo: $::stale", $ENV{TEST_NGINX_ORIGIN_REFUSED}],
 ["Step: 3\nDo: $::stale", $ENV{TEST_NGINX_ORIGIN_REFUSED}]]
--- error_code eval
[200, 200, 521]
--- response_headers eval
["EO-Cache-Status: MISS", "EO-Cache-Status: HIT", "!EO-Cache-Status"]
--- logged
MISS miss
STALE hit
MISS other



=== TEST 8: without leave to serve stale copies, the failure
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
[('GET /c/8') x 3]
--- more_headers eval
::steps($::stale, 'reset', 'silent')
--- error_code eval
[200, 520, 524]
--- response_headers eval
["EO-Cache-Status: MISS", "!EO-Cache-Status", "!EO-Cache-Status"]
--- logged
MISS miss
EXPIRED other
EXPIRED other



=== TEST 9: a stale copy at once, and the update in the background
--- http_config eval: $EO::CacheSteps::http
--- config eval
$::forgiving . 'proxy_cache_background_update on;'
--- request eval
[('GET /c/9') x 3]
--- more_headers eval
::steps($::stale, $::fresh, 'reset')
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS HIT HIT)]
--- logged
MISS miss
STALE hit
HIT hit



=== TEST 10: the update in the background fails
--- http_config eval: $EO::CacheSteps::http
--- config eval
$::forgiving . 'proxy_cache_background_update on;'
--- request eval
[('GET /c/10') x 3]
--- more_headers eval
::steps($::stale, 'reset', 'status-500')
--- error_code eval
[200, 200, 200]
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS HIT HIT)]
--- logged
MISS miss
STALE hit
STALE hit



=== TEST 11: a stale copy while another request fetches a new one
--- http_config eval: $EO::CacheSteps::http
--- config eval
$::forgiving . q{
    location = /front {
        eo_cache_status off;
        access_log off;
        mirror /mirror;
        proxy_cache off;
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/c/11;
    }

    location = /mirror {
        internal;
        proxy_cache_key /c/11;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_mirror_do;
    }
}
--- request eval
['GET /c/11', 'GET /front']
--- more_headers eval
["Step: 1\nDo: $::stale", "Step: 2\nDo: $::fresh\nMirror-Do: silent"]
--- error_code eval
[200, 200]
--- response_headers eval
["EO-Cache-Status: MISS", "EO-Cache-Status: HIT"]
--- logged
MISS miss
UPDATING hit



=== TEST 12: the origin allows stale copies
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
[('GET /c/12') x 4]
--- more_headers eval
["Do: fields?Cache-Control=max-age=1,stale-if-error=60",
 "Do: reset\nStep: 2", "Do: reset\nStep: 3", "Do: reset\nStep: 4"]
--- wait: 1
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS HIT HIT HIT)]
--- logged
*
*
*
STALE hit
