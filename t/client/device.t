# Variables and origin headers about the client's device; which User-Agent is
# what is tested in t/unit/client_user_agent_test.c.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

our $answer = q{
    location /t {
        return 200 "$eo_client_device|$eo_client_device_type|$eo_client_os|$eo_client_browser\n";
    }
};

our $origin = q{
    server {
        listen 127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
        location / {
            return 200 "$http_eo_client_device|$http_eo_client_os|$http_eo_client_browser\n";
        }
    }
};

our $proxy = q{
    proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
};

our $iphone = 'User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac '
    . 'OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 '
    . 'Mobile/15E148 Safari/604.1';

$ENV{TEST_NGINX_ORIGIN_PORT} = server_port() + 1;

run_tests();

__DATA__

=== TEST 1: a phone
--- config eval: $::answer
--- request
GET /t
--- more_headers eval: $::iphone
--- response_body
Mobile|Mobile|iOS|Safari



=== TEST 2: a television set, whose label differs in the log
--- config eval: $::answer
--- request
GET /t
--- more_headers
User-Agent: Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/6.0 TV Safari/537.36
--- response_body
SmartTV|TV|Tizen|Others



=== TEST 3: no User-Agent
--- config eval: $::answer
--- raw_request eval
"GET /t HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
--- response_body
Others|Other|Others|Others



=== TEST 4: an empty one, one of 8,000 bytes and one of invalid UTF-8
--- config eval: $::answer
--- pipelined_requests eval
["GET /t/a", "GET /t/b", "GET /t/c"]
--- more_headers eval
["User-Agent:", "User-Agent: " . "iPad" x 2000, "User-Agent: \xff\xfe\xc0"]
--- response_body eval
["Others|Other|Others|Others\n", "Tablet|Tablet|iOS|Others\n",
 "Others|Other|Others|Others\n"]



=== TEST 5: headers to the origin
--- http_config eval: $::origin
--- config eval
"location /t { eo_client_device_headers on; $::proxy }"
--- request
GET /t
--- more_headers eval: $::iphone
--- response_body
Mobile|iOS|Safari



=== TEST 6: in place of the client's own
--- http_config eval: $::origin
--- config eval
"location /t { eo_client_device_headers on; $::proxy }"
--- request
GET /t
--- more_headers eval
"$::iphone\nEO-Client-Device: Desktop\neo-client-os: Windows\n"
. "EO-CLIENT-BROWSER: Chrome"
--- response_body
Mobile|iOS|Safari



=== TEST 7: off by default, and where it is switched off
--- http_config eval: $::origin
--- config eval
"location /t { $::proxy }
 location /on/ {
     eo_client_device_headers on;
     location /on/off { eo_client_device_headers off; $::proxy }
     $::proxy
 }"
--- pipelined_requests eval
["GET /t", "GET /on/", "GET /on/off"]
--- more_headers eval: $::iphone
--- response_body eval
["||\n", "Mobile|iOS|Safari\n", "||\n"]



=== TEST 8: with the headers of the core module
--- http_config
server {
    listen 127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
    location / {
        return 200 "$http_eo_client_device|$http_eo_connecting_ip|$http_x_own\n";
    }
}
--- config eval
"eo on; location /t { eo_client_device_headers on; $::proxy }"
--- request
GET /t
--- more_headers eval: "$::iphone\nX-Own: kept"
--- response_body
Mobile|127.0.0.1|kept
