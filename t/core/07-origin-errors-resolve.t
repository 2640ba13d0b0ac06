# Origins whose name does not resolve: 523.

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

=== TEST 1: a name server that says "nx"
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    set $o nx.test;
    location /http/ { proxy_pass http://$o:$TEST_NGINX_ORIGIN_HTTP; }
    location /https/ { proxy_pass https://$o; }
    location /unbuffered/ { proxy_request_buffering off; proxy_pass http://$o; }
    location /grpc/ { grpc_pass grpc://$o:80; }
    location /fastcgi/ { fastcgi_pass $o:9000; }
    location /uwsgi/ { uwsgi_pass $o:9000; }
    location /scgi/ { scgi_pass $o:9000; }
--- request eval
["GET /http/t", "HEAD /http/t", "POST /http/t\nsome body",
 "GET /https/t", "HEAD /https/t", "POST /https/t\nsome body",
 "GET /unbuffered/t", "HEAD /unbuffered/t", "POST /unbuffered/t\nsome body",
 "GET /grpc/t", "HEAD /grpc/t", "POST /grpc/t\nsome body",
 "GET /fastcgi/t", "HEAD /fastcgi/t", "POST /fastcgi/t\nsome body",
 "GET /uwsgi/t", "HEAD /uwsgi/t", "POST /uwsgi/t\nsome body",
 "GET /scgi/t", "HEAD /scgi/t", "POST /scgi/t\nsome body"]
--- error_code eval: [(523) x 21]
--- access_log eval
qr/status=523 origin=resolve_none edge=edge_response_exception_domain_resolve_none upstream=/
--- no_access_log eval: qr/origin=(?!resolve_none )/
--- timeout: 5



=== TEST 2: "nx": one line in the error log
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    set $o nx.test;
    location / { proxy_pass http://$o; }
--- request
GET /t
--- error_code: 523
--- response_body_like: 523
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 523 "resolve_none"
--- timeout: 5



=== TEST 3: a name server that says "fail"
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    set $o fail.test;
    location /http/ { proxy_pass http://$o:$TEST_NGINX_ORIGIN_HTTP; }
    location /https/ { proxy_pass https://$o; }
    location /unbuffered/ { proxy_request_buffering off; proxy_pass http://$o; }
    location /grpc/ { grpc_pass grpc://$o:80; }
    location /fastcgi/ { fastcgi_pass $o:9000; }
    location /uwsgi/ { uwsgi_pass $o:9000; }
    location /scgi/ { scgi_pass $o:9000; }
--- request eval
["GET /http/t", "HEAD /http/t", "POST /http/t\nsome body",
 "GET /https/t", "HEAD /https/t", "POST /https/t\nsome body",
 "GET /unbuffered/t", "HEAD /unbuffered/t", "POST /unbuffered/t\nsome body",
 "GET /grpc/t", "HEAD /grpc/t", "POST /grpc/t\nsome body",
 "GET /fastcgi/t", "HEAD /fastcgi/t", "POST /fastcgi/t\nsome body",
 "GET /uwsgi/t", "HEAD /uwsgi/t", "POST /uwsgi/t\nsome body",
 "GET /scgi/t", "HEAD /scgi/t", "POST /scgi/t\nsome body"]
--- error_code eval: [(523) x 21]
--- access_log eval
qr/status=523 origin=resolve_failed edge=edge_response_exception_domain_resolve_failed upstream=/
--- no_access_log eval: qr/origin=(?!resolve_failed )/
--- timeout: 5



=== TEST 4: "fail": one line in the error log
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    set $o fail.test;
    location / { proxy_pass http://$o; }
--- request
GET /t
--- error_code: 523
--- response_body_like: 523
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 523 "resolve_failed"
--- timeout: 5



=== TEST 5: a name server that says "refused"
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    set $o refused.test;
    location /http/ { proxy_pass http://$o:$TEST_NGINX_ORIGIN_HTTP; }
    location /https/ { proxy_pass https://$o; }
    location /unbuffered/ { proxy_request_buffering off; proxy_pass http://$o; }
    location /grpc/ { grpc_pass grpc://$o:80; }
    location /fastcgi/ { fastcgi_pass $o:9000; }
    location /uwsgi/ { uwsgi_pass $o:9000; }
    location /scgi/ { scgi_pass $o:9000; }
--- request eval
["GET /http/t", "HEAD /http/t", "POST /http/t\nsome body",
 "GET /https/t", "HEAD /https/t", "POST /https/t\nsome body",
 "GET /unbuffered/t", "HEAD /unbuffered/t", "POST /unbuffered/t\nsome body",
 "GET /grpc/t", "HEAD /grpc/t", "POST /grpc/t\nsome body",
 "GET /fastcgi/t", "HEAD /fastcgi/t", "POST /fastcgi/t\nsome body",
 "GET /uwsgi/t", "HEAD /uwsgi/t", "POST /uwsgi/t\nsome body",
 "GET /scgi/t", "HEAD /scgi/t", "POST /scgi/t\nsome body"]
--- error_code eval: [(523) x 21]
--- access_log eval
qr/status=523 origin=resolve_failed edge=edge_response_exception_domain_resolve_failed upstream=/
--- no_access_log eval: qr/origin=(?!resolve_failed )/
--- timeout: 5



=== TEST 6: "refused": one line in the error log
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    set $o refused.test;
    location / { proxy_pass http://$o; }
--- request
GET /t
--- error_code: 523
--- response_body_like: 523
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 523 "resolve_failed"
--- timeout: 5



=== TEST 7: a name server that says "empty"
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    set $o empty.test;
    location /http/ { proxy_pass http://$o:$TEST_NGINX_ORIGIN_HTTP; }
    location /https/ { proxy_pass https://$o; }
    location /unbuffered/ { proxy_request_buffering off; proxy_pass http://$o; }
    location /grpc/ { grpc_pass grpc://$o:80; }
    location /fastcgi/ { fastcgi_pass $o:9000; }
    location /uwsgi/ { uwsgi_pass $o:9000; }
    location /scgi/ { scgi_pass $o:9000; }
--- request eval
["GET /http/t", "HEAD /http/t", "POST /http/t\nsome body",
 "GET /https/t", "HEAD /https/t", "POST /https/t\nsome body",
 "GET /unbuffered/t", "HEAD /unbuffered/t", "POST /unbuffered/t\nsome body",
 "GET /grpc/t", "HEAD /grpc/t", "POST /grpc/t\nsome body",
 "GET /fastcgi/t", "HEAD /fastcgi/t", "POST /fastcgi/t\nsome body",
 "GET /uwsgi/t", "HEAD /uwsgi/t", "POST /uwsgi/t\nsome body",
 "GET /scgi/t", "HEAD /scgi/t", "POST /scgi/t\nsome body"]
--- error_code eval: [(523) x 21]
--- access_log eval
qr/status=523 origin=resolve_none edge=edge_response_exception_domain_resolve_none upstream=/
--- no_access_log eval: qr/origin=(?!resolve_none )/
--- timeout: 5



=== TEST 8: "empty": one line in the error log
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    set $o empty.test;
    location / { proxy_pass http://$o; }
--- request
GET /t
--- error_code: 523
--- response_body_like: 523
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 523 "resolve_none"
--- timeout: 5



=== TEST 9: a name server that says "silent"
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    set $o silent.test;
    location /http/ { proxy_pass http://$o:$TEST_NGINX_ORIGIN_HTTP; }
    location /https/ { proxy_pass https://$o; }
    location /unbuffered/ { proxy_request_buffering off; proxy_pass http://$o; }
    location /grpc/ { grpc_pass grpc://$o:80; }
    location /fastcgi/ { fastcgi_pass $o:9000; }
    location /uwsgi/ { uwsgi_pass $o:9000; }
    location /scgi/ { scgi_pass $o:9000; }
--- request eval
["GET /http/t",
 "HEAD /https/t",
 "POST /unbuffered/t\nsome body",
 "GET /grpc/t",
 "HEAD /fastcgi/t",
 "POST /uwsgi/t\nsome body",
 "GET /scgi/t"]
--- error_code eval: [(523) x 7]
--- access_log eval
qr/status=523 origin=resolve_timeout edge=edge_response_exception_(?:domain_resolve_failed|timeout) upstream=/
--- no_access_log eval: qr/origin=(?!resolve_timeout )/
--- timeout: 5



=== TEST 10: "silent": one line in the error log
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    set $o silent.test;
    location / { proxy_pass http://$o; }
--- request
GET /t
--- error_code: 523
--- response_body_like: 523
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 523 "resolve_timeout"
--- timeout: 5



=== TEST 11: no resolver at all
--- config
    eo on;
    set $o good.test;
    location / { proxy_pass http://$o; }
--- request eval: ["GET /t", "POST /t\nbody"]
--- error_code eval: [(523) x 2]
--- response_body_like eval: [qr/523/, qr/523/]



=== TEST 12: HTTP/1.0
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    set $o nx.test;
    location / { proxy_pass http://$o; }
--- request
GET /t HTTP/1.0
--- error_code: 523
--- response_body_like: 523



=== TEST 13: HTTP/2
--- http2
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    set $o nx.test;
    location / { proxy_pass http://$o; }
--- request eval: ["GET /t", "POST /t\nsome body"]
--- error_code eval: [(523) x 2]
--- response_body_like eval: [qr/523/, qr/523/]



=== TEST 14: a name that resolves is served
--- http_config eval: $::why
--- config
    eo on;
    access_log logs/access.log why;
    set $o good.test;
    location / { proxy_pass http://$o:$TEST_NGINX_ORIGIN_HTTP; }
--- request eval: ["GET /t", "GET /reset", "GET /t"]
--- error_code eval: [200, 520, 200]
