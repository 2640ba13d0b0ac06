# Ordinary requests and configurations that checks of a node must not stand in
# the way of.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;

EO::Origin->start();

our $long = 'a' x 60 . '.example';
our $longest = join '.', 'b' x 60, 'c' x 60, 'd' x 60, 'e' x 60, 'example';

our $times = q{
    log_format times 'status=$status internal=$eo_edge_internal_time end';
};

run_tests();

__DATA__

=== TEST 1: ranges of an empty file
--- config
    eo on;
    location / { root html; }
--- user_files
>>> empty
--- request eval
[('GET /empty') x 6]
--- more_headers eval
[map { "Range: bytes=$_" } qw(0- -5 0-0 5-,0- 0-499,-5 5-)]
--- error_code eval
[200, 200, 200, 200, 200, 416]



=== TEST 2: the same from an origin and from a cache
--- http_config
    proxy_cache_path $TEST_NGINX_SERVER_ROOT/cache keys_zone=empty:1m;
--- config
    eo on;
    location / {
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/origin/;
        proxy_set_header Host localhost;
        proxy_cache empty;
        proxy_cache_valid 200 1m;
        add_header X-Cache $upstream_cache_status;
    }
    location /origin/ { eo off; empty_gif; }
    location = /origin/empty { eo off; alias html/empty; }
--- user_files
>>> empty
--- request eval
[('GET /empty') x 4, 'GET /gif', 'GET /gif']
--- more_headers eval
[map { "Range: bytes=$_" } qw(0- 0- -5 5- 0- 99-)]
--- error_code eval
[200, 200, 200, 416, 200, 416]



=== TEST 3: ranges of what is not empty
--- config
    eo on;
    location / { root html; }
--- user_files
>>> five
1234
--- request eval
[('GET /five') x 6]
--- more_headers eval
[map { "Range: bytes=$_" } qw(0- -5 0-0 -1 5- -0)]
--- error_code eval
[206, 206, 206, 206, 416, 416]



=== TEST 4: one Content-Range, though the origin has sent one
--- config
    eo on;
    location / {
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/origin/;
        proxy_set_header Host localhost;
    }
    location /origin/ {
        eo off;
        add_header Content-Range "bytes 0-1/2";
        return 200 abc;
    }
--- request
GET /t
--- more_headers
Range: bytes=10-
--- error_code: 416
--- raw_response_headers_like eval
qr{Content-Range: bytes \*/3\r\n}
--- raw_response_headers_unlike eval
qr{Content-Range:.*Content-Range:}s



=== TEST 5: a server with a long name starts
--- config eval
"eo on; server_name $::long *.$::longest $::longest.*;
    location / { return 200 ok; }"
--- request eval
[('GET /') x 4]
--- more_headers eval
["Host: $::long", "Host: www.$::longest", "Host: $::longest.uk",
 "Host: x$::long"]
--- error_code eval
[200, 200, 200, 418]



=== TEST 6: more methods than those of a node
--- config
    eo on;
    eo_allowed_methods default +REPORT +SEARCH +M-SEARCH;
    location / { return 200 ok; }
--- request eval
["REPORT /", "SEARCH /", "M-SEARCH /", "PROPFIND /", "GET /", "POST /",
 "PURGE /"]
--- error_code eval
[200, 200, 200, 200, 200, 200, 400]



=== TEST 7: a method without its plus
--- config
    eo_allowed_methods default REPORT;
--- must_die
--- error_log
invalid method "REPORT" in "eo_allowed_methods": it must be "off", "default", "default" with more as in "default +REPORT +SEARCH", or methods in capital letters such as "GET HEAD POST"



=== TEST 8: a plus without "default"
--- config
    eo_allowed_methods +REPORT;
--- must_die
--- error_log
invalid method "+REPORT" in "eo_allowed_methods"



=== TEST 9: a plus alone
--- config
    eo_allowed_methods default +;
--- must_die
--- error_log
invalid method "+" in "eo_allowed_methods"



=== TEST 10: the time of what nginx refuses for its form
--- http_config eval: $::times
--- config
    eo on;
    access_log logs/access.log times;
    location / { return 200 ok; }
--- raw_request eval
"GET /t HTTP/1.1\r\nHost: a\0b\r\n\r\n"
--- error_code: 400
--- access_log eval
qr/status=400 internal=\d+ end/



=== TEST 11: the same with a page of the operator
--- http_config eval: $::times
--- config
    eo on;
    error_page 400 /page;
    access_log logs/access.log times;
    location / { return 200 ok; }
--- raw_request eval
"GET /t HTTP/1.1\r\n\r\n"
--- error_code: 400
--- access_log eval
qr/status=400 internal=\d+ end/



=== TEST 12: a request line that is too long
--- http_config eval: $::times
--- config
    eo on;
    access_log logs/access.log times;
    location / { return 200 ok; }
--- raw_request eval
"GET /" . 'a' x 40000 . " HTTP/1.1\r\nHost: localhost\r\n\r\n"
--- error_code: 414
--- access_log eval
qr/status=414 internal=\d+ end/
