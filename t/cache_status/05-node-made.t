# Responses that the node makes itself carry no EO-Cache-Status, and are
# "other" in the log.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;
use EO::CacheSteps;

EO::Origin->start();

our $page = ">>> page.html\nthe page\n";

run_tests();

__DATA__

=== TEST 1: refused before the cache is asked
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
["PURGE /c/1", "GET /c/1", "GET /c/1", "GET /c/1"]
--- more_headers eval
[map { "$_->[0]\nStep: $_->[1]\nDo: $::fresh" }
 ['A: b', 1], ['CDN-Loop: TencentEdgeOne; loops=16', 2],
 ['Range: bytes=5-2', 3], ['Host: other.example', 4]]
--- error_code eval
[400, 423, 416, 418]
--- response_headers eval
[('!EO-Cache-Status') x 4]
--- logged
- other
- other
- other
- other



=== TEST 2: refused though it is in the cache
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
["GET /c/2", "GET /c/2", "GET /c/2"]
--- more_headers eval
["Do: $::fresh\nStep: 1", "Do: $::fresh\nStep: 2\nRange: Bytes=0-1",
 "Do: $::fresh\nStep: 3\nCDN-Loop: TencentEdgeOne; loops=20"]
--- error_code eval
[200, 416, 423]
--- response_headers eval
["EO-Cache-Status: MISS", "!EO-Cache-Status", "!EO-Cache-Status"]
--- logged
MISS miss
- other
- other



=== TEST 3: the origin failed
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
[map { "GET /c/3-$_" } 1 .. 5]
--- more_headers eval
::steps('reset', 'close', 'silent', 'garbage', 'big-header')
--- error_code eval
[520, 520, 524, 520, 520]
--- response_headers eval
[('!EO-Cache-Status') x 5]
--- logged
MISS other
MISS other
MISS other
MISS other
MISS other



=== TEST 4: the origin failed, without a cache
--- http_config eval
$EO::CacheSteps::http . 'upstream down { server 127.0.0.1:1 down; }'
--- config
    eo on;
    access_log logs/access.log step;

    location /c/ {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
    location /refused {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED;
    }
    location /unknown {
        set $origin nx.test;
        resolver 127.0.0.1:$TEST_NGINX_ORIGIN_DNS ipv6=off;
        proxy_pass http://$origin;
    }
    location /empty {
        proxy_pass http://down;
    }
--- request eval
["GET /c/4", "GET /refused", "GET /unknown", "GET /empty"]
--- more_headers eval
::steps(('reset') x 4)
--- error_code eval
[520, 521, 523, 521]
--- response_headers eval
[('!EO-Cache-Status') x 4]
--- logged
- other
- other
- other
- other



=== TEST 5: the node's pages for nginx's 502 and 504 without EdgeOne's codes
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . 'eo_origin_errors off;'
--- request eval
[map { "GET /c/5-$_" } 1 .. 2]
--- more_headers eval
::steps('reset', 'silent')
--- error_code eval
[502, 504]
--- response_headers eval
[('!EO-Cache-Status') x 2]
--- logged
MISS other
MISS other



=== TEST 6: an operator's page after the origin has failed
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . q{
    error_page 520 524 /page.html;
}
--- user_files eval: $::page
--- request eval
[map { "GET /c/6-$_" } 1 .. 2]
--- more_headers eval
::steps('reset', 'silent')
--- error_code eval
[520, 524]
--- response_headers eval
[('!EO-Cache-Status') x 2]
--- response_body eval
["the page\n", "the page\n"]
--- logged
MISS other
MISS other



=== TEST 7: an operator's page with a status of its own
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . q{
    error_page 520 =200 /page.html;
    error_page 524 = /page.html;
}
--- user_files eval: $::page
--- request eval
[map { "GET /c/7-$_" } 1 .. 2]
--- more_headers eval
::steps('reset', 'silent')
--- error_code eval
[200, 200]
--- response_headers eval
[('!EO-Cache-Status') x 2]
--- logged
MISS other
MISS other



=== TEST 8: an operator's page in place of what the origin answered
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . q{
    proxy_intercept_errors on;
    error_page 404 /page.html;
}
--- user_files eval: $::page
--- request
GET /c/8
--- more_headers eval
::steps('status-404')->[0]
--- error_code: 404
--- response_headers
!EO-Cache-Status
--- response_body
the page
--- logged
MISS other



=== TEST 9: the same where the origin's answer comes from the cache
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . q{
    proxy_intercept_errors on;
    proxy_cache_valid 404 1m;
    error_page 404 /page.html;
}
--- user_files eval: $::page
--- request eval
[('GET /c/9') x 2]
--- more_headers eval
::steps('status-404', 'reset')
--- error_code eval
[404, 404]
--- response_headers eval
[('!EO-Cache-Status') x 2]
--- logged
MISS other
HIT other



=== TEST 10: the same with the status of the page
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . q{
    proxy_intercept_errors on;
    proxy_cache_valid 404 1m;
    error_page 404 = /page.html;
}
--- user_files eval: $::page
--- request eval
[('GET /c/10') x 2]
--- more_headers eval
::steps('status-404', 'reset')
--- error_code eval
[200, 200]
--- response_headers eval
[('!EO-Cache-Status') x 2]
--- logged
MISS other
HIT other



=== TEST 11: a file that the origin names
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server . 'location /file/ { alias html/; }'
--- user_files eval: $::page
--- request eval
[('GET /c/11') x 2]
--- more_headers eval
::steps(('fields?X-Accel-Redirect=/file/page.html') x 2)
--- error_code eval
[200, 200]
--- response_headers eval
[('!EO-Cache-Status') x 2]
--- response_body eval
["the page\n", "the page\n"]
--- logged
MISS other
MISS other



=== TEST 12: files, returns and redirects
--- http_config eval: $EO::CacheSteps::http
--- config
    eo on;
    access_log logs/access.log step;

    location /page.html { root html; }
    location /return { return 200 ok; }
    location /redirect { return 302 /elsewhere; }
    location /empty { empty_gif; }
    location /deny { deny all; }
--- user_files eval: $::page
--- request eval
[map { "GET $_" } qw(/page.html /return /redirect /empty /deny)]
--- more_headers eval
::steps(('') x 5)
--- error_code eval
[200, 200, 302, 200, 403]
--- response_headers eval
[('!EO-Cache-Status') x 5]
--- logged
- other
- other
- other
- other
- other



=== TEST 13: a body that is too large for the node
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . q{
    location = /c/13 {
        client_max_body_size 10;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
}
--- request eval
"POST /c/13\n" . 'x' x 100
--- more_headers eval
::steps($::fresh)->[0]
--- error_code: 413
--- response_headers
!EO-Cache-Status
--- logged
- other



=== TEST 14: a request that nginx cannot read
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- raw_request eval
"GET /c/14 HTTP/1.1\r\nHost: local\0host\r\n\r\n"
--- error_code: 400
--- response_headers
!EO-Cache-Status



=== TEST 15: the node's answer may still name a status that was kept
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . 'proxy_cache_valid any 1m;'
--- request eval
[('GET /c/15') x 2]
--- more_headers eval
::steps('reset', $::fresh)
--- error_code eval
[520, 520]
--- response_headers eval
[('!EO-Cache-Status') x 2]



=== TEST 16: the file that the origin names is not looked for
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . 'proxy_ignore_headers X-Accel-Redirect;'
--- request eval
[('GET /c/12') x 2]
--- more_headers eval
::steps(('fields?X-Accel-Redirect=/file/page.html&X-Accel-Expires=60') x 2)
--- error_code eval
[200, 200]
--- response_headers eval
['EO-Cache-Status: MISS', 'EO-Cache-Status: HIT']
--- logged
MISS miss
HIT hit



=== TEST 17: the node's own 412 of a miss, a hit and an uncached response
--- http_config eval: $EO::CacheSteps::http
--- config eval: $EO::CacheSteps::server
--- request eval
[('GET /c/412') x 4]
--- more_headers eval
my @step = @{::steps(($::fresh) x 4)};
["$step[0]\nIf-Match: \"x\"", $step[1], $step[2], "$step[3]\nIf-Match: \"x\""]
--- error_code eval
[412, 200, 200, 412]
--- response_headers eval
['!EO-Cache-Status', 'EO-Cache-Status: MISS', 'EO-Cache-Status: HIT',
 '!EO-Cache-Status']
