# Origins that fail after they were connected to: 520 and 524; those that
# fail within their answer; and those whose own answer is an error.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;

EO::Origin->start();

our $why = q{
    log_format why "status=$status origin=$eo_origin_error "
                   "edge=$eo_edge_exception upstream=$upstream_status.";
    proxy_connect_timeout 150ms;
    proxy_read_timeout 150ms;
    resolver 127.0.0.1:$TEST_NGINX_ORIGIN_DNS ipv6=off;
    resolver_timeout 150ms;
};

our $line = qr/eo origin error \d+ "\w+"/;

our $http = $why . q{
    upstream single { server 127.0.0.1:$TEST_NGINX_ORIGIN_HTTP max_fails=0; }
    upstream several {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_HTTP max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_HTTP max_fails=0;
    }
    upstream alive { server 127.0.0.1:$TEST_NGINX_ORIGIN_HTTP max_fails=0; keepalive 4; }
};

our $config = q{
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    location /single/ { proxy_pass http://single; }
    location /several/ { proxy_pass http://several; }
    location /alive/ {
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_pass http://alive;
    }
    location /name/ { set $o good.test; proxy_pass http://$o:$TEST_NGINX_ORIGIN_HTTP; }
    location /unbuffered/ {
        proxy_request_buffering off;
        proxy_buffering off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
    location /fastcgi/ {
        fastcgi_read_timeout 150ms;
        fastcgi_param REQUEST_URI $request_uri;
        fastcgi_param REQUEST_METHOD $request_method;
        fastcgi_param CONTENT_LENGTH $content_length;
        fastcgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FASTCGI;
    }
    location /uwsgi/ {
        uwsgi_read_timeout 150ms;
        uwsgi_param REQUEST_URI $request_uri;
        uwsgi_param CONTENT_LENGTH $content_length;
        uwsgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_UWSGI;
    }
    location /scgi/ {
        scgi_read_timeout 150ms;
        scgi_param REQUEST_URI $request_uri;
        scgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_SCGI;
    }
};

run_tests();

__DATA__

=== TEST 1: 520 for an origin that resets after the request
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/reset", "HEAD /literal/reset", "POST /literal/reset\nsome body",
 "GET /single/reset", "HEAD /single/reset", "POST /single/reset\nsome body",
 "GET /several/reset", "HEAD /several/reset", "POST /several/reset\nsome body",
 "GET /alive/reset", "HEAD /alive/reset", "POST /alive/reset\nsome body",
 "GET /name/reset", "HEAD /name/reset", "POST /name/reset\nsome body",
 "GET /unbuffered/reset", "HEAD /unbuffered/reset", "POST /unbuffered/reset\nsome body"]
--- error_code eval: [(520) x 18]
--- access_log eval
qr/status=520 origin=response_reset edge=edge_response_exception_peer_error /
--- no_access_log eval: qr/origin=(?!response_reset )/
--- timeout: 5



=== TEST 2: the same in FastCGI, uwsgi and SCGI
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /fastcgi/reset", "HEAD /fastcgi/reset", "POST /fastcgi/reset\nsome body",
 "GET /uwsgi/reset", "HEAD /uwsgi/reset", "POST /uwsgi/reset\nsome body",
 "GET /scgi/reset", "HEAD /scgi/reset", "POST /scgi/reset\nsome body"]
--- error_code eval: [(520) x 9]
--- access_log eval
qr/status=520 origin=response_reset edge=edge_response_exception_peer_error /
--- no_access_log eval: qr/origin=(?!response_reset )/
--- timeout: 5



=== TEST 3: and one line in the error log
--- http_config eval: $::http
--- config eval: $::config
--- request
GET /several/reset
--- error_code: 520
--- response_body_like: 520
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 520 "response_reset"
--- timeout: 5



=== TEST 4: 520 for an origin that closes after the request
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/close", "HEAD /literal/close", "POST /literal/close\nsome body",
 "GET /single/close", "HEAD /single/close", "POST /single/close\nsome body",
 "GET /several/close", "HEAD /several/close", "POST /several/close\nsome body",
 "GET /alive/close", "HEAD /alive/close", "POST /alive/close\nsome body",
 "GET /name/close", "HEAD /name/close", "POST /name/close\nsome body",
 "GET /unbuffered/close", "HEAD /unbuffered/close", "POST /unbuffered/close\nsome body"]
--- error_code eval: [(520) x 18]
--- access_log eval
qr/status=520 origin=response_closed edge=edge_response_exception_peer_close /
--- no_access_log eval: qr/origin=(?!response_closed )/
--- timeout: 5



=== TEST 5: the same in FastCGI, uwsgi and SCGI
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /fastcgi/close", "HEAD /fastcgi/close", "POST /fastcgi/close\nsome body",
 "GET /uwsgi/close", "HEAD /uwsgi/close", "POST /uwsgi/close\nsome body",
 "GET /scgi/close", "HEAD /scgi/close", "POST /scgi/close\nsome body"]
--- error_code eval: [(520) x 9]
--- access_log eval
qr/status=520 origin=response_closed edge=edge_response_exception_peer_close /
--- no_access_log eval: qr/origin=(?!response_closed )/
--- timeout: 5



=== TEST 6: and one line in the error log
--- http_config eval: $::http
--- config eval: $::config
--- request
GET /several/close
--- error_code: 520
--- response_body_like: 520
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 520 "response_closed"
--- timeout: 5



=== TEST 7: 520 for an origin that resets within the header
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/reset-header",
 "HEAD /single/reset-header",
 "POST /several/reset-header\nsome body",
 "GET /alive/reset-header",
 "HEAD /name/reset-header",
 "POST /unbuffered/reset-header\nsome body"]
--- error_code eval: [(520) x 6]
--- access_log eval
qr/status=520 origin=response_reset edge=edge_response_exception_peer_error /
--- no_access_log eval: qr/origin=(?!response_reset )/
--- timeout: 5



=== TEST 8: the same in FastCGI, uwsgi and SCGI
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /fastcgi/reset-header",
 "HEAD /uwsgi/reset-header",
 "POST /scgi/reset-header\nsome body"]
--- error_code eval: [(520) x 3]
--- access_log eval
qr/status=520 origin=response_reset edge=edge_response_exception_peer_error /
--- no_access_log eval: qr/origin=(?!response_reset )/
--- timeout: 5



=== TEST 9: and one line in the error log
--- http_config eval: $::http
--- config eval: $::config
--- request
GET /several/reset-header
--- error_code: 520
--- response_body_like: 520
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 520 "response_reset"
--- timeout: 5



=== TEST 10: 520 for an origin that closes within the header
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/close-header",
 "HEAD /single/close-header",
 "POST /several/close-header\nsome body",
 "GET /alive/close-header",
 "HEAD /name/close-header",
 "POST /unbuffered/close-header\nsome body"]
--- error_code eval: [(520) x 6]
--- access_log eval
qr/status=520 origin=response_closed edge=edge_response_exception_peer_close /
--- no_access_log eval: qr/origin=(?!response_closed )/
--- timeout: 5



=== TEST 11: the same in FastCGI, uwsgi and SCGI
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /fastcgi/close-header",
 "HEAD /uwsgi/close-header",
 "POST /scgi/close-header\nsome body"]
--- error_code eval: [(520) x 3]
--- access_log eval
qr/status=520 origin=response_closed edge=edge_response_exception_peer_close /
--- no_access_log eval: qr/origin=(?!response_closed )/
--- timeout: 5



=== TEST 12: and one line in the error log
--- http_config eval: $::http
--- config eval: $::config
--- request
GET /several/close-header
--- error_code: 520
--- response_body_like: 520
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 520 "response_closed"
--- timeout: 5



=== TEST 13: 524 for an origin that never answers
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/silent",
 "HEAD /single/silent",
 "POST /several/silent\nsome body",
 "GET /alive/silent",
 "HEAD /name/silent",
 "POST /unbuffered/silent\nsome body"]
--- error_code eval: [(524) x 6]
--- access_log eval
qr/status=524 origin=response_timeout edge=edge_response_exception_timeout /
--- no_access_log eval: qr/origin=(?!response_timeout )/
--- timeout: 5



=== TEST 14: the same in FastCGI, uwsgi and SCGI
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /fastcgi/silent",
 "HEAD /uwsgi/silent",
 "POST /scgi/silent\nsome body"]
--- error_code eval: [(524) x 3]
--- access_log eval
qr/status=524 origin=response_timeout edge=edge_response_exception_timeout /
--- no_access_log eval: qr/origin=(?!response_timeout )/
--- timeout: 5



=== TEST 15: and one line in the error log
--- http_config eval: $::http
--- config eval: $::config
--- request
GET /several/silent
--- error_code: 524
--- response_body_like: 524
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 524 "response_timeout"
--- timeout: 5



=== TEST 16: 524 for an origin that stops within the header
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/stall-header",
 "HEAD /single/stall-header",
 "POST /several/stall-header\nsome body",
 "GET /alive/stall-header",
 "HEAD /name/stall-header",
 "POST /unbuffered/stall-header\nsome body"]
--- error_code eval: [(524) x 6]
--- access_log eval
qr/status=524 origin=response_timeout edge=edge_response_exception_timeout /
--- no_access_log eval: qr/origin=(?!response_timeout )/
--- timeout: 5



=== TEST 17: the same in FastCGI, uwsgi and SCGI
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /fastcgi/stall-header",
 "HEAD /uwsgi/stall-header",
 "POST /scgi/stall-header\nsome body"]
--- error_code eval: [(524) x 3]
--- access_log eval
qr/status=524 origin=response_timeout edge=edge_response_exception_timeout /
--- no_access_log eval: qr/origin=(?!response_timeout )/
--- timeout: 5



=== TEST 18: and one line in the error log
--- http_config eval: $::http
--- config eval: $::config
--- request
GET /several/stall-header
--- error_code: 524
--- response_body_like: 524
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 524 "response_timeout"
--- timeout: 5



=== TEST 19: 520 for a line that is no HTTP
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/garbage", "GET /single/garbage", "GET /several/garbage", "GET /alive/garbage", "GET /name/garbage", "GET /unbuffered/garbage", "POST /literal/garbage\nsome body", "GET /literal/garbage HTTP/1.0"]
--- error_code eval: [(520) x 8]
--- access_log eval
qr/status=520 origin=response_invalid edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!response_invalid )/
--- timeout: 5



=== TEST 20: 520 for many such lines
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/garbage-long", "GET /single/garbage-long", "GET /several/garbage-long", "GET /alive/garbage-long", "GET /name/garbage-long", "GET /unbuffered/garbage-long", "POST /literal/garbage-long\nsome body", "GET /literal/garbage-long HTTP/1.0"]
--- error_code eval: [(520) x 8]
--- access_log eval
qr/status=520 origin=response_invalid edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!response_invalid )/
--- timeout: 5



=== TEST 21: 520 for binary data
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/binary", "GET /single/binary", "GET /several/binary", "GET /alive/binary", "GET /name/binary", "GET /unbuffered/binary", "POST /literal/binary\nsome body", "GET /literal/binary HTTP/1.0"]
--- error_code eval: [(520) x 8]
--- access_log eval
qr/status=520 origin=response_invalid edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!response_invalid )/
--- timeout: 5



=== TEST 22: 520 for a malformed status line
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/bad-status", "GET /single/bad-status", "GET /several/bad-status", "GET /alive/bad-status", "GET /name/bad-status", "GET /unbuffered/bad-status", "POST /literal/bad-status\nsome body", "GET /literal/bad-status HTTP/1.0"]
--- error_code eval: [(520) x 8]
--- access_log eval
qr/status=520 origin=response_invalid edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!response_invalid )/
--- timeout: 5



=== TEST 23: 520 for a header with a NUL
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/bad-header", "GET /single/bad-header", "GET /several/bad-header", "GET /alive/bad-header", "GET /name/bad-header", "GET /unbuffered/bad-header", "POST /literal/bad-header\nsome body", "GET /literal/bad-header HTTP/1.0"]
--- error_code eval: [(520) x 8]
--- access_log eval
qr/status=520 origin=response_invalid edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!response_invalid )/
--- timeout: 5



=== TEST 24: 520 for more header than fits
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/big-header", "GET /single/big-header", "GET /several/big-header", "GET /alive/big-header", "GET /name/big-header", "GET /unbuffered/big-header", "POST /literal/big-header\nsome body", "GET /literal/big-header HTTP/1.0"]
--- error_code eval: [(520) x 8]
--- access_log eval
qr/status=520 origin=response_invalid edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!response_invalid )/
--- timeout: 5



=== TEST 25: 520 for garbage, to HEAD
--- http_config eval: $::http
--- config eval: $::config
--- request
HEAD /literal/garbage
--- error_code: 520
--- response_body



=== TEST 26: 520 for garbage, one line in the error log
--- http_config eval: $::http
--- config eval: $::config
--- request
GET /literal/garbage
--- error_code: 520
--- response_body_like: 520
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 520 "response_invalid"



=== TEST 27: 520 for garbage in FastCGI and uwsgi
--- http_config eval: $::http
--- config eval: $::config
--- request eval: ["GET /fastcgi/binary", "GET /uwsgi/binary"]
--- error_code eval: [(520) x 2]



=== TEST 28: an origin that closes as soon as it accepts
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    location /http/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_CLOSE; }
    location /grpc/ { grpc_pass grpc://127.0.0.1:$TEST_NGINX_ORIGIN_CLOSE; }
--- request eval
["GET /http/t", "HEAD /http/t", "POST /http/t\nsome body",
 "GET /grpc/t", "HEAD /grpc/t", "POST /grpc/t\nsome body"]
--- error_code eval: [(520) x 6]
--- access_log eval: qr/status=520 origin=response_(?:closed|reset) /
--- no_access_log eval: qr/origin=(?!response_)/



=== TEST 29: a gRPC origin that is silent
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    grpc_read_timeout 150ms;
    location / { grpc_pass grpc://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_SILENT; }
--- request eval: ["GET /t", "POST /t\nsome body"]
--- error_code eval: [(524) x 2]
--- access_log
status=524 origin=response_timeout



=== TEST 30: a gRPC origin that speaks something else
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    location / { grpc_pass grpc://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_PLAIN; }
--- request eval: ["GET /t", "POST /t\nsome body"]
--- error_code eval: [(520) x 2]
--- access_log
status=520 origin=response_invalid



=== TEST 31: a kept connection that fails
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /alive/t", "GET /alive/reset", "GET /alive/t", "GET /alive/close", "GET /alive/t", "GET /alive/silent", "GET /alive/t"]
--- error_code eval: [200, 520, 200, 520, 200, 524, 200]
--- timeout: 5



=== TEST 32: another peer answers after one that fails
--- http_config eval
$::why . q{
    upstream mixed {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_CLOSE max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_HTTP max_fails=0;
    }
}
--- config
    eo on;
    access_log logs/access.log why;
    location / { proxy_pass http://mixed; }
--- request eval: ["GET /t", "GET /t", "HEAD /t"]
--- error_code eval: [(200) x 3]
--- no_access_log eval: qr/origin=(?!-)/



=== TEST 33: a POST is not tried again
--- http_config eval
$::why . q{
    upstream mixed {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
        server 127.0.0.1:$TEST_NGINX_PORT_9 backup;
    }

    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_9;
        return 200 again;
    }
}
--- config
    eo on;
    access_log logs/access.log why;
    location / { proxy_pass http://mixed; }
--- request eval
["POST /close\nsome body", "GET /close"]
--- error_code eval
[520, 200]



=== TEST 34: a body of many buffers
--- http_config eval: $::http
--- config eval: q{client_body_buffer_size 1k;} . $::config
--- request eval
["POST /literal/reset\n" . "x" x 300_000, "POST /unbuffered/reset\n" . "x" x 300_000, "POST /several/close\n" . "x" x 300_000]
--- error_code eval: [(520) x 3]
--- timeout: 5



=== TEST 35: a chunked body
--- http_config eval: $::http
--- config eval: $::config
--- raw_request eval
"POST /literal/close HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
--- error_code: 520



=== TEST 36: HTTP/1.0
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/reset HTTP/1.0", "GET /several/silent HTTP/1.0"]
--- error_code eval: [520, 524]
--- response_body_like eval: [qr/520/, qr/524/]
--- timeout: 5



=== TEST 37: HTTP/2
--- http2
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/reset", "POST /literal/close\nsome body", "GET /several/silent", "GET /name/garbage"]
--- error_code eval: [520, 520, 524, 520]
--- response_body_like eval: [qr/520/, qr/520/, qr/524/, qr/520/]
--- timeout: 5



=== TEST 38: HTTP/2, HEAD
--- http2
--- http_config eval: $::http
--- config eval: $::config
--- request
HEAD /literal/reset
--- error_code: 520



=== TEST 39: after the header it is too late for a status: stall-body
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/stall-body", "GET /several/stall-body", "GET /unbuffered/stall-body", "GET /name/stall-body"]
--- error_code eval: [(200) x 4]
--- response_body_like eval: [(qr/\A(?:half)?\z/) x 4]
--- access_log eval
qr/status=200 origin=response_stalled edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!response_stalled )/
--- timeout: 5



=== TEST 40: and the error log says so: stall-body
--- http_config eval: $::http
--- config eval: $::config
--- request
GET /literal/stall-body
--- error_code: 200
--- response_body_like: \A(?:half)?\z
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 524 "response_stalled"
--- timeout: 5



=== TEST 41: after the header it is too late for a status: reset-body
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/reset-body", "GET /several/reset-body", "GET /unbuffered/reset-body", "GET /name/reset-body"]
--- error_code eval: [(200) x 4]
--- response_body_like eval: [(qr/\A(?:half)?\z/) x 4]
--- access_log eval
qr/status=200 origin=response_truncated edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!response_truncated )/
--- timeout: 5



=== TEST 42: and the error log says so: reset-body
--- http_config eval: $::http
--- config eval: $::config
--- request
GET /literal/reset-body
--- error_code: 200
--- response_body_like: \A(?:half)?\z
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 520 "response_truncated"
--- timeout: 5



=== TEST 43: after the header it is too late for a status: close-body
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /literal/close-body", "GET /several/close-body", "GET /unbuffered/close-body", "GET /name/close-body"]
--- error_code eval: [(200) x 4]
--- response_body_like eval: [(qr/\A(?:half)?\z/) x 4]
--- access_log eval
qr/status=200 origin=response_truncated edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!response_truncated )/
--- timeout: 5



=== TEST 44: and the error log says so: close-body
--- http_config eval: $::http
--- config eval: $::config
--- request
GET /literal/close-body
--- error_code: 200
--- response_body_like: \A(?:half)?\z
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 520 "response_truncated"
--- timeout: 5



=== TEST 45: a chunked body that ends early
--- http_config eval: $::http
--- config eval: $::config
--- request
GET /literal/close-chunked HTTP/1.0
--- error_code: 200
--- response_body_like: \A(?:half)?\z
--- access_log
status=200 origin=response_truncated



=== TEST 46: an origin's own errors pass untouched
--- http_config eval: $::http
--- config eval: $::config
--- request eval
[map { "GET /literal/status-$_" } 500, 502, 503, 504, 520 .. 525, 550 .. 555, 599]
--- error_code eval: [500, 502, 503, 504, 520 .. 525, 550 .. 555, 599]
--- response_body eval
[map { "origin says $_\n" } 500, 502, 503, 504, 520 .. 525, 550 .. 555, 599]
--- no_access_log eval: qr/origin=(?!- )|edge=(?!no_exception )/



=== TEST 47: and those without a body
--- http_config eval: $::http
--- config eval: $::config
--- request eval
["GET /several/empty-502", "GET /name/empty-504", "HEAD /literal/status-502", "GET /alive/status-504", "GET /fastcgi/status-502", "GET /uwsgi/status-504", "GET /scgi/status-502"]
--- error_code eval: [502, 504, 502, 504, 502, 504, 502]
--- response_body eval
["", "", "", "origin says 504\n", "origin says 502\n", "origin says 504\n", "origin says 502\n"]
--- no_access_log eval: qr/origin=(?!- )/



=== TEST 48: also where nginx tried other peers for them
--- http_config eval: $::http
--- config eval
q{proxy_next_upstream error timeout http_502 http_504;} . $::config
--- request eval: ["GET /several/status-502", "GET /several/status-504"]
--- error_code eval: [502, 504]
--- response_body eval: ["origin says 502\n", "origin says 504\n"]
--- no_access_log eval: qr/origin=(?!- )/



=== TEST 49: no line in the error log about an origin's own errors
--- http_config eval: $::http
--- config eval: $::config
--- request
GET /literal/status-502
--- error_code: 502
--- grep_error_log eval: $::line
--- grep_error_log_out



=== TEST 50: nor about an answer that is good
--- http_config eval: $::http
--- config eval: $::config
--- request
GET /literal/t
--- error_code: 200
--- access_log
status=200 origin=- edge=no_exception upstream=200.
--- grep_error_log eval: $::line
--- grep_error_log_out



=== TEST 51: a protocol switch and informational answers pass
--- http_config eval: $::http
--- config eval: $::config
--- request
GET /literal/status-204
--- error_code: 204
