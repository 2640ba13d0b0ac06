# Origins that cannot be connected to: 521 and 522.

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

run_tests();

__DATA__

=== TEST 1: 521 for connect_refused, HTTP origins
--- http_config eval
$::why . q{
    upstream single { server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    upstream several {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
    }
    upstream alive { server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0; keepalive 4; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /single/ { proxy_pass http://single; }
    location /several/ { proxy_pass http://several; }
    location /alive/ {
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_pass http://alive;
    }
    location /name/ { set $o good.test; proxy_pass http://$o:$TEST_NGINX_ORIGIN_REFUSED; }
    location /address/ { set $o 127.0.0.1; proxy_pass http://$o:$TEST_NGINX_ORIGIN_REFUSED; }
    location /https/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /unbuffered/ {
        proxy_request_buffering off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED;
    }
    location /once/ { proxy_next_upstream off; proxy_pass http://several; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpc://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /fastcgi/ { fastcgi_connect_timeout 150ms; fastcgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /uwsgi/ { uwsgi_connect_timeout 150ms; uwsgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /scgi/ { scgi_connect_timeout 150ms; scgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- request eval
["GET /literal/", "HEAD /literal/", "POST /literal/\nsome body",
 "GET /single/", "HEAD /single/", "POST /single/\nsome body",
 "GET /several/", "HEAD /several/", "POST /several/\nsome body",
 "GET /alive/", "HEAD /alive/", "POST /alive/\nsome body",
 "GET /name/", "HEAD /name/", "POST /name/\nsome body",
 "GET /address/", "HEAD /address/", "POST /address/\nsome body",
 "GET /https/", "HEAD /https/", "POST /https/\nsome body",
 "GET /unbuffered/", "HEAD /unbuffered/", "POST /unbuffered/\nsome body",
 "GET /once/", "HEAD /once/", "POST /once/\nsome body"]
--- error_code eval: [(521) x 27]
--- access_log eval
qr/status=521 origin=connect_refused edge=edge_response_exception_upstream_failed /
--- no_access_log eval: qr/origin=(?!connect_refused )/
--- timeout: 5



=== TEST 2: 521 for connect_refused, other protocols
--- http_config eval
$::why . q{
    upstream single { server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    upstream several {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
    }
    upstream alive { server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0; keepalive 4; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /single/ { proxy_pass http://single; }
    location /several/ { proxy_pass http://several; }
    location /alive/ {
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_pass http://alive;
    }
    location /name/ { set $o good.test; proxy_pass http://$o:$TEST_NGINX_ORIGIN_REFUSED; }
    location /address/ { set $o 127.0.0.1; proxy_pass http://$o:$TEST_NGINX_ORIGIN_REFUSED; }
    location /https/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /unbuffered/ {
        proxy_request_buffering off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED;
    }
    location /once/ { proxy_next_upstream off; proxy_pass http://several; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpc://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /fastcgi/ { fastcgi_connect_timeout 150ms; fastcgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /uwsgi/ { uwsgi_connect_timeout 150ms; uwsgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /scgi/ { scgi_connect_timeout 150ms; scgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- request eval
["GET /grpc/", "HEAD /grpc/", "POST /grpc/\nsome body",
 "GET /fastcgi/", "HEAD /fastcgi/", "POST /fastcgi/\nsome body",
 "GET /uwsgi/", "HEAD /uwsgi/", "POST /uwsgi/\nsome body",
 "GET /scgi/", "HEAD /scgi/", "POST /scgi/\nsome body"]
--- error_code eval: [(521) x 12]
--- access_log eval
qr/status=521 origin=connect_refused edge=edge_response_exception_upstream_failed /
--- no_access_log eval: qr/origin=(?!connect_refused )/
--- timeout: 5



=== TEST 3: 521: one line in the error log, whatever the number of peers
--- http_config eval
$::why . q{
    upstream single { server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    upstream several {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
    }
    upstream alive { server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0; keepalive 4; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /single/ { proxy_pass http://single; }
    location /several/ { proxy_pass http://several; }
    location /alive/ {
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_pass http://alive;
    }
    location /name/ { set $o good.test; proxy_pass http://$o:$TEST_NGINX_ORIGIN_REFUSED; }
    location /address/ { set $o 127.0.0.1; proxy_pass http://$o:$TEST_NGINX_ORIGIN_REFUSED; }
    location /https/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /unbuffered/ {
        proxy_request_buffering off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED;
    }
    location /once/ { proxy_next_upstream off; proxy_pass http://several; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpc://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /fastcgi/ { fastcgi_connect_timeout 150ms; fastcgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /uwsgi/ { uwsgi_connect_timeout 150ms; uwsgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /scgi/ { scgi_connect_timeout 150ms; scgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- request
GET /several/t
--- error_code: 521
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 521 "connect_refused"



=== TEST 4: 521 to a client of HTTP/1.0
--- http_config eval
$::why . q{
    upstream single { server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    upstream several {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
    }
    upstream alive { server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0; keepalive 4; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /single/ { proxy_pass http://single; }
    location /several/ { proxy_pass http://several; }
    location /alive/ {
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_pass http://alive;
    }
    location /name/ { set $o good.test; proxy_pass http://$o:$TEST_NGINX_ORIGIN_REFUSED; }
    location /address/ { set $o 127.0.0.1; proxy_pass http://$o:$TEST_NGINX_ORIGIN_REFUSED; }
    location /https/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /unbuffered/ {
        proxy_request_buffering off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED;
    }
    location /once/ { proxy_next_upstream off; proxy_pass http://several; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpc://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /fastcgi/ { fastcgi_connect_timeout 150ms; fastcgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /uwsgi/ { uwsgi_connect_timeout 150ms; uwsgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /scgi/ { scgi_connect_timeout 150ms; scgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- request
GET /literal/t HTTP/1.0
--- error_code: 521
--- raw_response_headers_like: EO-LOG-UUID: \d+\r\n
--- response_body_like: 521



=== TEST 5: 521 to a client of HTTP/2
--- http2
--- http_config eval
$::why . q{
    upstream single { server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    upstream several {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
    }
    upstream alive { server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0; keepalive 4; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /single/ { proxy_pass http://single; }
    location /several/ { proxy_pass http://several; }
    location /alive/ {
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_pass http://alive;
    }
    location /name/ { set $o good.test; proxy_pass http://$o:$TEST_NGINX_ORIGIN_REFUSED; }
    location /address/ { set $o 127.0.0.1; proxy_pass http://$o:$TEST_NGINX_ORIGIN_REFUSED; }
    location /https/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /unbuffered/ {
        proxy_request_buffering off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED;
    }
    location /once/ { proxy_next_upstream off; proxy_pass http://several; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpc://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /fastcgi/ { fastcgi_connect_timeout 150ms; fastcgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /uwsgi/ { uwsgi_connect_timeout 150ms; uwsgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /scgi/ { scgi_connect_timeout 150ms; scgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- request eval
["GET /literal/t", "POST /several/t\nsome body", "GET /name/t"]
--- error_code eval: [(521) x 3]
--- response_body_like eval: [(qr/521/) x 3]



=== TEST 6: 522 for connect_timeout, HTTP origins
--- http_config eval
$::why . q{
    upstream single { server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    upstream several {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
    }
    upstream alive { server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0; keepalive 4; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /single/ { proxy_pass http://single; }
    location /several/ { proxy_pass http://several; }
    location /alive/ {
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_pass http://alive;
    }
    location /name/ { set $o good.test; proxy_pass http://$o:$TEST_NGINX_ORIGIN_FULL; }
    location /address/ { set $o 127.0.0.1; proxy_pass http://$o:$TEST_NGINX_ORIGIN_FULL; }
    location /https/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /unbuffered/ {
        proxy_request_buffering off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL;
    }
    location /once/ { proxy_next_upstream off; proxy_pass http://several; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpc://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /fastcgi/ { fastcgi_connect_timeout 150ms; fastcgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /uwsgi/ { uwsgi_connect_timeout 150ms; uwsgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /scgi/ { scgi_connect_timeout 150ms; scgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
--- request eval
["GET /literal/",
 "HEAD /single/",
 "POST /several/\nsome body",
 "GET /alive/",
 "HEAD /name/",
 "POST /address/\nsome body",
 "GET /https/",
 "HEAD /unbuffered/",
 "POST /once/\nsome body"]
--- error_code eval: [(522) x 9]
--- access_log eval
qr/status=522 origin=connect_timeout edge=edge_response_exception_timeout /
--- no_access_log eval: qr/origin=(?!connect_timeout )/
--- timeout: 5



=== TEST 7: 522 for connect_timeout, other protocols
--- http_config eval
$::why . q{
    upstream single { server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    upstream several {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
    }
    upstream alive { server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0; keepalive 4; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /single/ { proxy_pass http://single; }
    location /several/ { proxy_pass http://several; }
    location /alive/ {
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_pass http://alive;
    }
    location /name/ { set $o good.test; proxy_pass http://$o:$TEST_NGINX_ORIGIN_FULL; }
    location /address/ { set $o 127.0.0.1; proxy_pass http://$o:$TEST_NGINX_ORIGIN_FULL; }
    location /https/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /unbuffered/ {
        proxy_request_buffering off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL;
    }
    location /once/ { proxy_next_upstream off; proxy_pass http://several; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpc://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /fastcgi/ { fastcgi_connect_timeout 150ms; fastcgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /uwsgi/ { uwsgi_connect_timeout 150ms; uwsgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /scgi/ { scgi_connect_timeout 150ms; scgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
--- request eval
["GET /grpc/",
 "HEAD /fastcgi/",
 "POST /uwsgi/\nsome body",
 "GET /scgi/"]
--- error_code eval: [(522) x 4]
--- access_log eval
qr/status=522 origin=connect_timeout edge=edge_response_exception_timeout /
--- no_access_log eval: qr/origin=(?!connect_timeout )/
--- timeout: 5



=== TEST 8: 522: one line in the error log, whatever the number of peers
--- http_config eval
$::why . q{
    upstream single { server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    upstream several {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
    }
    upstream alive { server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0; keepalive 4; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /single/ { proxy_pass http://single; }
    location /several/ { proxy_pass http://several; }
    location /alive/ {
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_pass http://alive;
    }
    location /name/ { set $o good.test; proxy_pass http://$o:$TEST_NGINX_ORIGIN_FULL; }
    location /address/ { set $o 127.0.0.1; proxy_pass http://$o:$TEST_NGINX_ORIGIN_FULL; }
    location /https/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /unbuffered/ {
        proxy_request_buffering off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL;
    }
    location /once/ { proxy_next_upstream off; proxy_pass http://several; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpc://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /fastcgi/ { fastcgi_connect_timeout 150ms; fastcgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /uwsgi/ { uwsgi_connect_timeout 150ms; uwsgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /scgi/ { scgi_connect_timeout 150ms; scgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
--- request
GET /several/t
--- error_code: 522
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 522 "connect_timeout"



=== TEST 9: 522 to a client of HTTP/1.0
--- http_config eval
$::why . q{
    upstream single { server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    upstream several {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
    }
    upstream alive { server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0; keepalive 4; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /single/ { proxy_pass http://single; }
    location /several/ { proxy_pass http://several; }
    location /alive/ {
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_pass http://alive;
    }
    location /name/ { set $o good.test; proxy_pass http://$o:$TEST_NGINX_ORIGIN_FULL; }
    location /address/ { set $o 127.0.0.1; proxy_pass http://$o:$TEST_NGINX_ORIGIN_FULL; }
    location /https/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /unbuffered/ {
        proxy_request_buffering off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL;
    }
    location /once/ { proxy_next_upstream off; proxy_pass http://several; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpc://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /fastcgi/ { fastcgi_connect_timeout 150ms; fastcgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /uwsgi/ { uwsgi_connect_timeout 150ms; uwsgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /scgi/ { scgi_connect_timeout 150ms; scgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
--- request
GET /literal/t HTTP/1.0
--- error_code: 522
--- raw_response_headers_like: EO-LOG-UUID: \d+\r\n
--- response_body_like: 522



=== TEST 10: 522 to a client of HTTP/2
--- http2
--- http_config eval
$::why . q{
    upstream single { server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    upstream several {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
    }
    upstream alive { server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0; keepalive 4; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /single/ { proxy_pass http://single; }
    location /several/ { proxy_pass http://several; }
    location /alive/ {
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_pass http://alive;
    }
    location /name/ { set $o good.test; proxy_pass http://$o:$TEST_NGINX_ORIGIN_FULL; }
    location /address/ { set $o 127.0.0.1; proxy_pass http://$o:$TEST_NGINX_ORIGIN_FULL; }
    location /https/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /unbuffered/ {
        proxy_request_buffering off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL;
    }
    location /once/ { proxy_next_upstream off; proxy_pass http://several; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpc://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /fastcgi/ { fastcgi_connect_timeout 150ms; fastcgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /uwsgi/ { uwsgi_connect_timeout 150ms; uwsgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /scgi/ { scgi_connect_timeout 150ms; scgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
--- request eval
["GET /literal/t", "POST /several/t\nsome body", "GET /name/t"]
--- error_code eval: [(522) x 3]
--- response_body_like eval: [(qr/522/) x 3]



=== TEST 11: a socket that does not exist fails at once, and is 521
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    location / { proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/missing.sock; }
--- request eval: ["GET /t", "POST /t\nbody"]
--- error_code eval: [(521) x 2]
--- access_log
status=521 origin=connect_refused



=== TEST 12: no live peer
--- http_config eval
$::why . q{
    upstream dead { server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location / { proxy_pass http://dead; }
--- request eval: ["GET /t", "GET /t", "GET /t"]
--- error_code eval: [(521) x 3]
--- no_access_log
origin=-



=== TEST 13: no live peer, in the log
--- http_config eval
$::why . q{
    upstream dead { server 127.0.0.1:$TEST_NGINX_ORIGIN_HTTP down; server 127.0.0.1:$TEST_NGINX_ORIGIN_HTTP down; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location / { proxy_pass http://dead; }
--- request
GET /t
--- error_code: 521
--- access_log
status=521 origin=no_live_upstream edge=edge_response_exception_upstream_server_is_empty
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 521 "no_live_upstream"



=== TEST 14: another peer answers after one that refuses and one that is silent
--- http_config eval
$::why . q{
    upstream mixed {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_FULL max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_HTTP max_fails=0;
    }
}
--- config
    eo on;
    access_log logs/access.log why;
    location / { proxy_pass http://mixed; }
--- request eval: ["GET /t", "GET /t", "HEAD /t"]
--- error_code eval: [(200) x 3]
--- access_log
status=200 origin=- edge=no_exception
--- no_access_log eval: qr/origin=(?!-)/



=== TEST 15: of several failures the last one counts
--- http_config eval
$::why . q{
    upstream mixed {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED backup;
    }
    upstream turned {
        server 127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_HTTP backup;
    }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /mixed/ { proxy_pass http://mixed; }
    location /turned/ { proxy_pass http://turned; }
--- request eval: ["GET /mixed/reset", "GET /turned/reset"]
--- error_code eval: [521, 520]
