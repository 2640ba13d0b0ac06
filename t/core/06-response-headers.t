# What a node does to the headers of a response: Server, Date, EO-LOG-UUID.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;

EO::Origin->start();

our $proxy = q{
    eo on;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
};

our $fastcgi = q{
    eo on;
    location / {
        fastcgi_param REQUEST_URI $request_uri;
        fastcgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FASTCGI;
    }
};

# exactly one Date, and not of 1970

our $now = qr/\A(?!.*\nDate:.*\nDate:)(?!.* 1970 ).*\nDate: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r/si;

run_tests();

__DATA__

=== TEST 1: the origin's Server passes, once
--- config eval: $::proxy
--- request
GET /fields?Server=Apache/2.4+(Debian)
--- response_headers
Server: Apache/2.4 (Debian)
--- raw_response_headers_unlike: \nServer:.*\nServer:



=== TEST 2: ours where the origin sent none
--- config eval: $::proxy
--- request
GET /no-server
--- response_headers
Server: TencentEdgeOne
--- raw_response_headers_unlike: \nServer:.*\nServer:



=== TEST 3: and on what the node answers itself
--- config
    eo on;
    location /return { return 200 ok; }
    location /301 { return 301 /; }
    location /proxy { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED; }
--- user_files
>>> f
file
--- request eval
["GET /return", "GET /301", "GET /missing", "GET /f", "PURGE /f", "GET /proxy"]
--- error_code eval
[200, 301, 404, 200, 400, 521]
--- response_headers eval
[("Server: TencentEdgeOne") x 6]



=== TEST 4: an operator's "proxy_pass_header Server" does no harm
--- config
    eo on;
    proxy_pass_header Server;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request eval
["GET /fields?Server=Apache", "GET /no-server"]
--- response_headers eval
["Server: Apache", "Server: TencentEdgeOne"]
--- raw_response_headers_unlike eval
[(qr/\nServer:.*\nServer:/s) x 2]



=== TEST 5: an operator's "proxy_hide_header Server" hides the origin's
--- config
    eo on;
    proxy_hide_header Server;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request
GET /fields?Server=Apache
--- raw_response_headers_unlike: Server:.*Server:



=== TEST 6: another name, or none
--- config
    eo on;
    eo_server_header "My Edge/1";
    location /off/ {
        eo_server_header off;
        server_tokens off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request eval
["GET /t", "GET /fields?Server=Apache", "GET /off/t",
 "GET /off/fields?Server=Apache"]
--- response_headers eval
["Server: My Edge/1", "Server: Apache", "Server: nginx", "Server: nginx"]



=== TEST 7: alone, without the rest of the node
--- config
    eo_server_header TencentEdgeOne;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request eval
["GET /t", "GET /fields?Server=Apache"]
--- response_headers eval
["Server: TencentEdgeOne", "Server: Apache"]
--- raw_response_headers_unlike eval
[(qr/EO-LOG-UUID/) x 2]



=== TEST 8: the Server of an origin's error passes too
--- config eval: $::proxy
--- request
GET /status-502
--- error_code: 502
--- response_headers
Server: TencentEdgeOne



=== TEST 9: the Date is the node's
--- config eval: $::proxy
--- request eval
["GET /fields?Date=Thu,+01+Jan+1970+00:00:00+GMT", "GET /fields?Date=garbage",
 "GET /t"]
--- raw_response_headers_like eval
[($::now) x 3]



=== TEST 10: also where the operator passes the origin's
--- config
    eo on;
    proxy_pass_header Date;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request
GET /fields?Date=Thu,+01+Jan+1970+00:00:00+GMT
--- raw_response_headers_like eval: $::now



=== TEST 11: FastCGI
--- config eval: $::fastcgi
--- request eval
["GET /fields?Date=Thu,+01+Jan+1970+00:00:00+GMT&Server=php", "GET /t"]
--- raw_response_headers_like eval
[$::now, $::now]
--- response_headers eval
["Server: php", "Server: TencentEdgeOne"]
--- raw_response_headers_unlike eval
[(qr/\nServer:.*\nServer:/s) x 2]



=== TEST 12: a cached answer keeps the origin's Server and gets the node's Date
--- http_config
    proxy_cache_path $TEST_NGINX_SERVER_ROOT/cache keys_zone=c:1m;
--- config
    eo on;
    proxy_cache c;
    proxy_cache_valid 200 1h;
    add_header X-Cache $upstream_cache_status;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request eval
[("GET /fields?Server=Apache&Date=Thu,+01+Jan+1970+00:00:00+GMT") x 2,
 ("GET /t") x 2]
--- response_headers eval
["Server: Apache\nX-Cache: MISS", "Server: Apache\nX-Cache: HIT",
 "Server: TencentEdgeOne\nX-Cache: MISS", "Server: TencentEdgeOne\nX-Cache: HIT"]
--- raw_response_headers_like eval
[($::now) x 4]



=== TEST 13: other headers of the origin pass as they are
--- config eval: $::proxy
--- request
GET /fields?X-A=one&X-A=two&Set-Cookie=a=b&Set-Cookie=c=d&ETag=%22x%22&Vary=Accept
--- raw_response_headers_like eval
qr/X-A: one\r\nX-A: two\r\n.*Set-Cookie: a=b\r\nSet-Cookie: c=d\r\n/s
--- response_headers
ETag: "x"
Vary: Accept



=== TEST 14: "add_header" adds to what the node sets
--- config
    eo on;
    location / {
        add_header X-Id $eo_log_uuid always;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_REFUSED;
    }
--- request
GET /t
--- error_code: 521
--- raw_response_headers_like chomp
EO-LOG-UUID: (\d+)\r\n.*X-Id: \1\r\n



=== TEST 15: over HTTP/2
--- http2
--- config eval: $::proxy
--- request eval
["GET /fields?Server=Apache&Date=Thu,+01+Jan+1970+00:00:00+GMT", "GET /t"]
--- response_headers eval
["Server: Apache", "Server: TencentEdgeOne"]
--- raw_response_headers_like eval
[$::now, $::now]
