# What a node refuses before it looks for an answer: methods, number and
# size of headers, ranges, malformed requests.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Certificate;
use EO::Origin;

EO::Origin->start();
EO::Certificate->make();

our $proxy = q{
    eo on;
    large_client_header_buffers 40 8k;
    access_log logs/access.log why;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
};

our $why = q{
    log_format why "status=$status why=$eo_edge_exception.";
};

# header lines that, with "Host: localhost" and "Connection: close", make up
# so many headers

sub headers {
    my ($number) = @_;

    return join "\n", map { "X-$_: v" } 1 .. $number - 2;
}


# the same for so many bytes of names and values, in lines of at most 8,000

sub header_bytes {
    my ($bytes) = @_;

    $bytes -= length('Hostlocalhost') + length('Connectionclose');

    my @lines;
    while ($bytes > 0) {
        my $value = $bytes > 8_001 ? 8_000 : $bytes - 1;
        $value-- if $bytes - $value - 1 == 1;
        push @lines, 'X: ' . 'v' x $value;
        $bytes -= $value + 1;
    }

    return join "\n", @lines;
}

run_tests();

__DATA__

=== TEST 1: the methods that pass
--- http_config eval: $::why
--- config eval: $::proxy
--- request eval
[map { "$_ /t" } qw(GET POST PUT DELETE OPTIONS PATCH COPY LOCK MKCOL MOVE
                    PROPFIND PROPPATCH UNLOCK)]
--- response_body_like eval
[map { qr/\A$_ / } qw(GET POST PUT DELETE OPTIONS PATCH COPY LOCK MKCOL MOVE
                      PROPFIND PROPPATCH UNLOCK)]



=== TEST 2: HEAD
--- http_config eval: $::why
--- config eval: $::proxy
--- request
HEAD /t
--- response_body



=== TEST 3: the methods that nginx itself answers
--- http_config eval: $::why
--- config eval: $::proxy
--- request eval
["TRACE /t", "CONNECT /t"]
--- error_code_like eval
[qr/405/, qr/40[05]/]



=== TEST 4: all others
--- http_config eval: $::why
--- config eval: $::proxy
--- request eval
[map { "$_ /t" } qw(PURGE SEARCH LINK UNLINK REPORT FOO GETT XGET M-SEARCH
                    MKCALENDAR), 'A' x 1000]
--- error_code eval
[(400) x 11]
--- access_log
status=400 why=client_request_exception_method.



=== TEST 5: a list of one's own
--- config
    eo on;
    eo_allowed_methods GET PURGE;
    location / { return 200 ok; }
--- request eval
["GET /t", "PURGE /t", "POST /t", "HEAD /t", "FOO /t"]
--- error_code eval
[200, 200, 400, 400, 400]



=== TEST 6: a list of one's own in a location, back to the default in another
--- config
    eo on;
    eo_allowed_methods GET;
    location /post { eo_allowed_methods POST; return 200 post; }
    location /purge { eo_allowed_methods PURGE GET; return 200 purge; }
    location /default { eo_allowed_methods default; return 200 default; }
    location / { return 200 ok; }
--- request eval
["GET /t", "POST /t", "POST /post", "GET /post", "PURGE /purge",
 "DELETE /default", "PURGE /default"]
--- error_code eval
[200, 400, 200, 400, 200, 200, 400]



=== TEST 7: without the rest of the node
--- config
    eo_allowed_methods default;
    location / { return 200 ok; }
--- request eval
["PROPFIND /t", "PURGE /t"]
--- error_code eval
[200, 400]



=== TEST 8: 256 headers pass, one more does not
--- http_config eval: $::why
--- config eval: $::proxy
--- request eval
["GET /t", "GET /t"]
--- more_headers eval
[::headers(256), ::headers(257)]
--- error_code eval
[200, 400]
--- no_access_log
why=client_request_exception_header_size



=== TEST 9: the log tells what was wrong with 257 headers
--- http_config eval: $::why
--- config eval: $::proxy
--- request
GET /t
--- more_headers eval: ::headers(257)
--- error_code: 400
--- access_log
status=400 why=client_request_exception_header_count.



=== TEST 10: 128 KB of names and values pass, one byte more does not
--- http_config eval: $::why
--- config eval: $::proxy
--- request eval
["GET /t", "GET /t"]
--- more_headers eval
[::header_bytes(131072), ::header_bytes(131073)]
--- error_code eval
[200, 413]



=== TEST 11: the log tells what was wrong with 128 KB
--- http_config eval: $::why
--- config eval: $::proxy
--- request
GET /t
--- more_headers eval: ::header_bytes(131073)
--- error_code: 413
--- access_log
status=413 why=client_request_exception_header_size.



=== TEST 12: limits of one's own
--- config
    eo on;
    eo_request_limits headers=10 size=1k;
    location / { return 200 ok; }
--- request eval
[('GET /t') x 4]
--- more_headers eval
[::headers(10), ::headers(11), ::header_bytes(1024), ::header_bytes(1025)]
--- error_code eval
[200, 400, 200, 413]



=== TEST 13: one of the two limits alone, the other keeps its default
--- config
    eo_request_limits headers=10;
    large_client_header_buffers 8 8k;
    location /size { eo_request_limits size=1k; return 200 ok; }
    location / { return 200 ok; }
--- request eval
[('GET /t') x 3, ('GET /size') x 2]
--- more_headers eval
[::headers(10), ::headers(11), ::header_bytes(20000),
 ::headers(11), ::header_bytes(1025)]
--- error_code eval
[200, 400, 200, 200, 413]



=== TEST 14: limits of a location, checked before its "return"
--- config
    eo on;
    location /strict { eo_request_limits headers=3; return 200 strict; }
    location /loose { eo_request_limits headers=300; return 200 loose; }
--- request eval
["GET /strict", "GET /strict", "GET /loose", "GET /loose"]
--- more_headers eval
[::headers(3), ::headers(4), ::headers(300), ::headers(301)]
--- error_code eval
[200, 400, 200, 400]



=== TEST 15: nginx's own limit on header buffers is still 400, with our page
--- config
    eo on;
    location / { return 200 ok; }
--- request
GET /t
--- more_headers eval
"X: " . 'v' x 9000
--- error_code: 400
--- response_headers_like
EO-LOG-UUID: \d{1,20}



=== TEST 16: ranges of a file
--- config
    eo on;
--- user_files
>>> f
0123456789
--- request eval
[('GET /f') x 8]
--- more_headers eval
[map { "Range: $_" } 'bytes=0-3', 'bytes=4-', 'bytes=-3', 'bytes=10-10',
                     'bytes=0-100', 'bytes= 0-3', 'bytes=-100',
                     'bytes=00000000000000000000000000-3']
--- error_code eval
[(206) x 8]
--- response_body eval
["0123", "456789\n", "89\n", "\n", "0123456789\n", "0123", "0123456789\n",
 "0123"]



=== TEST 17: the four faults
--- http_config eval: $::why
--- config
    eo on;
--- user_files
>>> f
0123456789
--- request eval
[('GET /f') x 14]
--- more_headers eval
[map { "Range: $_" } 'bytes=-1-3', 'bytes=--1', 'bytes=5-2', 'bytes=11-',
                     'bytes=12-20', 'bytes=100-', 'Bytes=0-3', 'BYTES=0-3',
                     'items=0-3', 'seconds=1-2', 'bytes', 'bytes=', 'bytes=-',
                     'bytes=a-b']
--- error_code eval
[(416) x 14]



=== TEST 18: where a range starts at the very end of the file
--- config
    eo on;
--- user_files
>>> f
0123456789
--- request
GET /f
--- more_headers
Range: bytes=11-
--- error_code: 416



=== TEST 19: several ranges, one of them wrong
--- config
    eo on;
--- user_files
>>> f
0123456789
--- request eval
[('GET /f') x 5]
--- more_headers eval
[map { "Range: $_" } 'bytes=0-1,3-4', 'bytes=0-1,5-2', 'bytes=5-2,0-1',
                     'bytes=0-1, ,', 'bytes=0-1,x']
--- error_code_like eval
[qr/206/, qr/416/, qr/416/, qr/206|416/, qr/416/]



=== TEST 20: numbers that overflow
--- http_config eval: $::why
--- config eval: $::proxy
--- request eval
[('GET /t') x 5]
--- more_headers eval
[map { "Range: bytes=$_" } '18446744073709551617-1', '9223372036854775808-1',
                           '99999999999999999999999999-5',
                           '9' x 7000 . '-5', '5-4']
--- error_code eval
[(416) x 5]



=== TEST 21: a range of a proxied object is the origin's to answer
--- http_config
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_1;
        location / { root html; }
    }
--- config
    eo on;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1; }
--- user_files
>>> f
0123456789
--- request eval
[('GET /f') x 5]
--- more_headers eval
[map { "Range: $_" } 'bytes=0-3', 'bytes=5-2', 'bytes=100-', 'Bytes=0-3',
                     'bytes=-1-3']
--- error_code eval
[206, 416, 416, 416, 416]



=== TEST 22: a wrong range of a proxied object does not reach the origin
--- http_config eval
$::why . q{
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_1;
        access_log logs/access.log combined;
        location / { return 200 origin; }
    }
}
--- config
    eo on;
    access_log logs/access.log why;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1; }
--- request
GET /t
--- more_headers
Range: bytes=5-2
--- error_code: 416
--- access_log
status=416 why=client_request_exception_range.
--- no_access_log
"GET /t



=== TEST 23: a cached object
--- http_config
    proxy_cache_path $TEST_NGINX_SERVER_ROOT/cache keys_zone=c:1m;
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_1;
        location / { root html; }
    }
--- config
    eo on;
    location / {
        proxy_cache c;
        proxy_cache_valid 200 1h;
        add_header X-Cache $upstream_cache_status always;
        proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1;
    }
--- user_files
>>> f
0123456789
--- request eval
[('GET /f') x 7]
--- more_headers eval
["X: y", map { "Range: $_" } 'bytes=0-3', 'bytes=-2', 'bytes=5-2', 'bytes=11-',
                             'bytes=100-', 'Bytes=0-3']
--- error_code eval
[200, 206, 206, 416, 416, 416, 416]
--- raw_response_headers_like eval
[qr/X-Cache: MISS/, qr/X-Cache: HIT/, qr/X-Cache: HIT/, (qr/416/) x 4]



=== TEST 24: off, nginx's own rules
--- config
    eo on;
    eo_range_check off;
--- user_files
>>> f
0123456789
--- request eval
[('GET /f') x 3]
--- more_headers eval
[map { "Range: $_" } 'Bytes=0-3', 'items=0-3', 'bytes=100-']
--- error_code eval
[206, 200, 416]



=== TEST 25: on or off in a location
--- config
    eo on;
    location /off/ { eo_range_check off; root html; }
    location /on/ { root html; }
--- user_files
>>> off/f
0123456789
>>> on/f
0123456789
--- request eval
["GET /off/f", "GET /on/f"]
--- more_headers
Range: Bytes=0-3
--- error_code eval
[206, 416]



=== TEST 26: the range check alone
--- config
    eo_range_check on;
--- user_files
>>> f
0123456789
--- request eval
["GET /f", "PURGE /f"]
--- more_headers
Range: Bytes=0-3
--- error_code eval
[416, 405]
--- raw_response_headers_unlike eval
[(qr/EO-LOG-UUID/) x 2]



=== TEST 27: the order of the verdicts
--- http_config
    eo on;
    server {
        listen $TEST_NGINX_SERVER_PORT default_server;
        server_name known.example;
    }
--- config
    eo_request_limits headers=6 size=1k;
--- request eval
["PURGE /t", "PURGE /t", "PURGE /t", "GET /t", "GET /t", "GET /t"]
--- more_headers eval
my $big = "X-Big: " . 'v' x 1100;
my $range = "Range: Bytes=0-1";
["Host: other.example\nCDN-Loop: TencentEdgeOne; loops=16\n$big\n$range",
 "Host: other.example\n$big\n$range",
 "$big\n$range",
 "A: b\nC: d\nE: f\n$big\n$range",
 "$big\n$range",
 $range]
--- error_code eval
[423, 418, 400, 400, 413, 416]



=== TEST 28: a malformed request gets our page
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
--- raw_request eval
"GET /t HTTP/1.1\r\nHost: localhost\r\nHost: again\r\nConnection: close\r\n\r\n"
--- error_code: 400
--- raw_response_headers_like chomp
EO-LOG-UUID: \d{1,20}\r\n
--- response_body_like chomp
400
--- access_log
status=400 why=client_request_exception_bad_request.



=== TEST 29: malformed in other ways
--- config
    eo on;
--- raw_request eval
"GET /t HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n"
--- error_code: 400
--- raw_response_headers_like chomp
EO-LOG-UUID: \d{1,20}\r\n



=== TEST 30: a request line that is none
--- config
    eo on;
--- raw_request eval
"GET\0/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
--- error_code: 400
--- response_body_like chomp
400



=== TEST 31: a body that is too large
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    location /t { client_max_body_size 1; root html; }
--- request
POST /t
12345
--- error_code: 413
--- raw_response_headers_like chomp
EO-LOG-UUID: \d{1,20}\r\n
--- response_body_like chomp
413.*\d
--- access_log
status=413 why=client_request_exception_body_size.



=== TEST 32: plain HTTP on a TLS port
--- http_config
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_1 ssl;
        ssl_certificate $TEST_NGINX_CERTS/good.crt;
        ssl_certificate_key $TEST_NGINX_CERTS/good.key;
        eo on;
        location / { return 200 ok; }
    }
--- config
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1; }
--- request
GET /t
--- error_code: 400
--- raw_response_headers_like chomp
EO-LOG-UUID: \d{1,20}\r\n
--- response_body_like chomp
400



=== TEST 33: over HTTP/2
--- http2
--- config
    eo on;
    eo_request_limits headers=20;
    location / { root html; }
--- user_files
>>> f
0123456789
--- request eval
["GET /f", "GET /f", "PURGE /f", "GET /f"]
--- more_headers eval
["Range: bytes=0-3", "Range: Bytes=0-3", "X: y", ::headers(30)]
--- error_code eval
[206, 416, 400, 400]
