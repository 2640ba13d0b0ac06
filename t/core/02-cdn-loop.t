# CDN-Loop: counting our member, keeping those of others, 423.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;

EO::Origin->start();

our $proxy = q{
    eo on;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
};

# what the origin got: one CDN-Loop line with this value

our $sent = sub {
    my ($value) = @_;

    return qr/\A(?!.*\r\nCDN-Loop:.*\r\nCDN-Loop:).*\r\nCDN-Loop: $value\r\n/si;
};

run_tests();

__DATA__

=== TEST 1: the first pass
--- config eval: $::proxy
--- request
GET /t
--- response_body_like eval
$::sent->('TencentEdgeOne; loops=1')



=== TEST 2: one more with each pass
--- config eval: $::proxy
--- request eval
[('GET /t') x 4]
--- more_headers eval
[map { "CDN-Loop: TencentEdgeOne; loops=$_" } 0, 1, 3, 15]
--- response_body_like eval
[map { $::sent->("TencentEdgeOne; loops=$_") } 1, 2, 4, 16]



=== TEST 3: at the limit and above, 423
--- config eval: $::proxy
--- request eval
[('GET /t') x 6]
--- more_headers eval
[map { "CDN-Loop: TencentEdgeOne; loops=$_" }
 16, 17, 255, 65536, 2147483647, 999999999999999]
--- error_code eval
[(423) x 6]



=== TEST 4: values that are no number count as looped
--- config eval: $::proxy
--- request eval
[('GET /t') x 9]
--- more_headers eval
[map { "CDN-Loop: TencentEdgeOne; loops=$_" }
 '-1', '+3', 'abc', '3x', '0x3', '1.5', '4294967297000000',
 '18446744073709551617', '9' x 2000]
--- error_code eval
[(423) x 9]



=== TEST 5: sixteen digits count as looped though they be zeros
--- config eval: $::proxy
--- request
GET /t
--- more_headers
CDN-Loop: TencentEdgeOne; loops=0000000000000001
--- error_code: 423



=== TEST 6: without the parameter, as if it were 0
--- config eval: $::proxy
--- request eval
[('GET /t') x 3]
--- more_headers eval
["CDN-Loop: TencentEdgeOne", "CDN-Loop: TencentEdgeOne; trace=a",
 "CDN-Loop: TencentEdgeOne;"]
--- response_body_like eval
[qr/\r\nCDN-Loop: TencentEdgeOne; (?:trace=a; )?loops=1(?:; trace=a)?\r\n/,
 qr/\r\nCDN-Loop: TencentEdgeOne; (?:trace=a; )?loops=1(?:; trace=a)?\r\n/,
 $::sent->('TencentEdgeOne; loops=1')]



=== TEST 7: spaces, tabs, a quoted value and leading zeros
--- config eval: $::proxy
--- request eval
[('GET /t') x 7]
--- more_headers eval
[map { "CDN-Loop: $_" }
 'TencentEdgeOne;loops=3', 'TencentEdgeOne ; loops=3',
 "TencentEdgeOne\t;\tloops=3", 'TencentEdgeOne; loops="3"',
 'TencentEdgeOne; loops=003', ' , ,TencentEdgeOne; loops=3 , ',
 'TencentEdgeOne; LOOPS=3']
--- response_body_like eval
[(qr/\r\nCDN-Loop: TencentEdgeOne; loops=4\r\n/) x 7]



=== TEST 8: a quoted value at the limit
--- config eval: $::proxy
--- request eval
[('GET /t') x 2]
--- more_headers eval
['CDN-Loop: TencentEdgeOne; loops="16"', 'CDN-Loop: TencentEdgeOne; loops="1\6"']
--- error_code eval
[423, 423]



=== TEST 9: members of other networks are kept in their order
--- config eval: $::proxy
--- request eval
[('GET /t') x 4]
--- more_headers eval
['CDN-Loop: cloudflare', 'CDN-Loop: cloudflare; loops=1, fastly',
 'CDN-Loop: cloudflare, TencentEdgeOne; loops=2, "f,g"; a="b;c"',
 'CDN-Loop: TencentEdgeOne; loops=2, cloudflare; loops=99, 192.0.2.1:80']
--- response_body_like eval
[qr/\r\nCDN-Loop: (?=[^\r]*TencentEdgeOne; loops=1\b)[^\r]*\bcloudflare\b/,
 qr/\r\nCDN-Loop: (?=[^\r]*TencentEdgeOne; loops=1\b)[^\r]*cloudflare; loops=1,[^\r]*fastly/,
 qr/\r\nCDN-Loop: (?=[^\r]*TencentEdgeOne; loops=3\b)[^\r]*cloudflare,[^\r]*"f,g"; a="b;c"/,
 qr/\r\nCDN-Loop: (?=[^\r]*TencentEdgeOne; loops=3\b)[^\r]*cloudflare; loops=99,[^\r]*192\.0\.2\.1:80/]



=== TEST 10: our name inside another name or a quoted string is not ours
--- config eval: $::proxy
--- request eval
[('GET /t') x 4]
--- more_headers eval
[map { "CDN-Loop: $_" }
 'TencentEdgeOneX; loops=16', 'xTencentEdgeOne; loops=16',
 'cdn.example; a="x, TencentEdgeOne; loops=16"',
 'cdn.example; a="\", TencentEdgeOne; loops=16"']
--- response_body_like eval
[qr/TencentEdgeOneX; loops=16/, qr/xTencentEdgeOne; loops=16/,
 qr/cdn\.example; a="x, TencentEdgeOne; loops=16"/,
 qr/cdn\.example; a="\\", TencentEdgeOne; loops=16"/]



=== TEST 11: several lines are one list
--- config eval: $::proxy
--- request eval
["GET /t", "GET /t"]
--- more_headers eval
["CDN-Loop: cloudflare\nCDN-Loop: TencentEdgeOne; loops=5\ncdn-loop: fastly",
 "CDN-Loop: cloudflare\nCDN-Loop: TencentEdgeOne; loops=16"]
--- error_code eval
[200, 423]
--- response_body_like eval
[qr/\A(?!.*CDN-Loop:.*CDN-Loop:).*\r\nCDN-Loop: (?=[^\r]*TencentEdgeOne; loops=6\b)[^\r]*cloudflare[^\r]*,[^\r]*fastly/is,
 qr/423/]



=== TEST 12: several members of ours count with the highest value
--- config eval: $::proxy
--- request eval
["GET /t", "GET /t"]
--- more_headers eval
["CDN-Loop: TencentEdgeOne; loops=2, a, TencentEdgeOne; loops=7, TencentEdgeOne; loops=3",
 "CDN-Loop: TencentEdgeOne; loops=2, a, TencentEdgeOne; loops=16, TencentEdgeOne"]
--- error_code eval
[200, 423]
--- response_body_like eval
[qr/\A(?!.*TencentEdgeOne.*TencentEdgeOne).*\r\nCDN-Loop: [^\r]*TencentEdgeOne; loops=8\b/s,
 qr/423/]



=== TEST 13: a refused request never reaches the origin, the log says why
--- http_config
    log_format why "status=$status why=$eo_edge_exception";
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_1;
        access_log logs/access.log combined;
        location / { return 200 origin; }
    }
--- config
    eo on;
    access_log logs/access.log why;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1; }
--- request
GET /t
--- more_headers
CDN-Loop: TencentEdgeOne; loops=16
--- error_code: 423
--- access_log
status=423 why=client_request_exception_cdn_loop
--- no_access_log
"GET /t



=== TEST 14: a real loop ends
--- http_config
    log_format loop "status=$status loop=$http_cdn_loop.";
--- config
    eo on;
    access_log logs/access.log loop;
    location / {
        proxy_set_header Host localhost;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT;
    }
--- request
GET /t
--- error_code: 423
--- access_log eval
[qr/status=423 loop=TencentEdgeOne; loops=16\./,
 qr/status=423 loop=TencentEdgeOne; loops=15\./]
--- no_access_log
loops=17



=== TEST 15: one more only once over internal redirects and subrequests
--- config
    eo on;
    location = /t {
        auth_request /auth;
        error_page 404 = @second;
        proxy_intercept_errors on;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/status-404;
    }
    location = /auth { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    location @second { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request
GET /t
--- more_headers
CDN-Loop: a, TencentEdgeOne; loops=4
--- response_body_like eval
qr/\A(?!.*TencentEdgeOne.*TencentEdgeOne).*\r\nCDN-Loop: [^\r]*TencentEdgeOne; loops=5\b/s



=== TEST 16: another name, and TencentEdgeOne is then a stranger's
--- config
    eo on;
    eo_cdn_loop_name my-edge;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request eval
[('GET /t') x 3]
--- more_headers eval
['X: y', 'CDN-Loop: TencentEdgeOne; loops=16', 'CDN-Loop: my-edge; loops=16']
--- error_code eval
[200, 200, 423]
--- response_body_like eval
[$::sent->('my-edge; loops=1'),
 qr/CDN-Loop: (?=[^\r]*TencentEdgeOne; loops=16)[^\r]*my-edge; loops=1\b/,
 qr/423/]



=== TEST 17: another limit
--- config
    eo on;
    eo_cdn_loop_limit 3;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request eval
[('GET /t') x 2]
--- more_headers eval
['CDN-Loop: TencentEdgeOne; loops=2', 'CDN-Loop: TencentEdgeOne; loops=3']
--- error_code eval
[200, 423]



=== TEST 18: off, the header is a header like others
--- config
    eo on;
    eo_cdn_loop off;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request eval
["GET /t", "GET /t"]
--- more_headers eval
["CDN-Loop: TencentEdgeOne; loops=16", "X: y"]
--- response_body_like eval
[qr/\r\nCDN-Loop: TencentEdgeOne; loops=16\r\n/, qr/\A(?!.*CDN-Loop)/s]



=== TEST 19: alone, without the rest of the node
--- config
    eo_cdn_loop on;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request eval
["GET /t", "GET /t"]
--- more_headers eval
["CDN-Loop: TencentEdgeOne; loops=16", "X: y"]
--- error_code eval
[423, 200]
--- response_body_like eval
[qr/423/, qr/\A(?!.*(?:EO-|X-Forwarded)).*\r\nCDN-Loop: TencentEdgeOne; loops=1\r\n/s]



=== TEST 20: another limit in a location, checked before its "return"
--- config
    eo on;
    location /strict { eo_cdn_loop_limit 2; return 200 strict; }
    location /loose { eo_cdn_loop_limit 30; return 200 loose; }
    location /off { eo_cdn_loop off; return 200 off; }
    location / { return 200 server; }
--- request eval
["GET /strict", "GET /strict", "GET /loose", "GET /loose", "GET /off", "GET /t"]
--- more_headers eval
[map { "CDN-Loop: TencentEdgeOne; loops=$_" } 1, 2, 29, 30, 16, 16]
--- error_code eval
[200, 423, 200, 423, 200, 423]



=== TEST 21: over HTTP/2
--- http2
--- config eval: $::proxy
--- request eval
["GET /t", "GET /t"]
--- more_headers eval
["CDN-Loop: TencentEdgeOne; loops=16", "CDN-Loop: TencentEdgeOne; loops=2"]
--- error_code eval
[423, 200]
--- response_body_like eval
[qr/423/, $::sent->('TencentEdgeOne; loops=3')]
