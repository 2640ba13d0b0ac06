# Loaded and not switched on, nothing changes.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Certificate;
use EO::Origin;

EO::Origin->start();
EO::Certificate->make();

run_tests();

__DATA__

=== TEST 1: requests reach the origin as nginx sends them
--- config
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request
GET /t
--- more_headers
EO-LOG-UUID: 66
EO-Connecting-IP: 192.0.2.66
X-Forwarded-For: 192.168.1.1
CDN-Loop: TencentEdgeOne; loops=16
--- response_body_like eval
qr/\A(?!.*X-Forwarded-Proto)GET \/t HTTP.*EO-LOG-UUID: 66\r\nEO-Connecting-IP: 192\.0\.2\.66\r\nX-Forwarded-For: 192\.168\.1\.1\r\nCDN-Loop: TencentEdgeOne; loops=16\r\n\z/s
--- raw_response_headers_unlike: (?i)\nEO-|TencentEdgeOne



=== TEST 2: methods, ranges and numbers of headers are nginx's business
--- config
    location /p { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    location /r { return 200 ok; }
--- user_files
>>> f
0123456789
--- request eval
["PURGE /p", "FOO /r", "GET /f", "GET /f", "GET /r"]
--- more_headers eval
["X: y", "X: y", "Range: Bytes=0-3", "Range: items=0-3",
 CORE::join("\n", map { "X-$_: v" } 1 .. 400)]
--- error_code eval
[200, 200, 206, 200, 200]



=== TEST 3: hosts too
--- http_config
    server {
        listen $TEST_NGINX_SERVER_PORT default_server;
        server_name one.example;
        location / { return 200 "default\n"; }
    }
--- config
--- request
GET /
--- more_headers
Host: nowhere.example
--- response_body
default



=== TEST 4: origin errors are 502 and 504, with nginx's page
--- config
    proxy_connect_timeout 300ms;
    resolver 127.0.0.1:$TEST_NGINX_ORIGIN_DNS ipv6=off;
    location /refused { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
    location /full { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_FULL; }
    location /reset { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    location /nx { set $o nx.test; proxy_pass http://$o; }
    location /tls { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT; }
--- request eval
["GET /refused", "GET /full", "GET /reset", "GET /nx", "GET /tls"]
--- error_code eval
[502, 504, 502, 502, 502]
--- response_body_like eval
[(qr/<center>nginx/) x 5]
--- response_headers_like eval
[("Server: nginx/.*\nContent-Type: text/html") x 5]
--- no_error_log
eo origin error
[alert]



=== TEST 5: an expired certificate of an origin does not matter
--- http_config
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_1 ssl;
        ssl_certificate $TEST_NGINX_CERTS/expired.crt;
        ssl_certificate_key $TEST_NGINX_CERTS/expired.key;
        location / { return 200 "served\n"; }
    }
--- config
    location / { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_1; }
--- request
GET /t
--- response_body
served



=== TEST 6: garbage is passed on as nginx does
--- config
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request
GET /garbage
--- http09
--- response_body_like chomp
This is no HTTP



=== TEST 7: nginx's own 400 and 413
--- config
    location /small { client_max_body_size 1; root html; }
--- request eval
["GET /", "POST /small\n12345"]
--- more_headers eval
["X: " . 'v' x 9000, "X: y"]
--- error_code eval
[400, 413]
--- response_body_like eval
[(qr/<center>nginx/) x 2]
--- raw_response_headers_unlike eval
[(qr/EO-/) x 2]



=== TEST 8: the variables can be read all the same
--- http_config
    log_format all "[$eo_log_uuid][$eo_cdn_loop][$eo_edge_exception][$eo_origin_error][$eo_security_module][$eo_security_action][$eo_security_rule_id]";
--- config
    access_log logs/access.log all;
    location / { return 200 "[$eo_log_uuid][$eo_cdn_loop][$eo_edge_exception][$eo_origin_error]"; }
--- request
GET /
--- response_body_like chomp
\A\[[^\]]*\]\[[^\]]*\]\[no_exception\]\[-?\]\z
--- access_log eval
qr/^\[[^\]]*\]\[[^\]]*\]\[no_exception\]\[-\]\[-\]\[-\]\[-\]$/



=== TEST 9: "eo off" in a server or a location is off
--- http_config
    eo on;
    eo_unconfigured_host off;
--- config
    eo off;
    location /on { eo on; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request eval
["GET /t", "PURGE /t", "PURGE /on", "GET /on"]
--- error_code eval
[200, 200, 400, 200]
--- raw_response_headers_like eval
[qr/\A(?!.*\nEO-)/s, qr/\A(?!.*\nEO-)/s, qr/\nEO-LOG-UUID/, qr/\nEO-LOG-UUID/]
--- response_body_like eval
[qr/\A(?!.*EO-)/s, qr/\A(?!.*EO-)/s, qr/400/, qr/EO-Connecting-IP/]
