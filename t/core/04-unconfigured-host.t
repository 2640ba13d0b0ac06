# 418 for a Host that no server of this address names, unless the operator
# has set up a server to take it.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;

EO::Origin->start();

# the default server of the tested address, with these lines in it

sub default_server {
    my ($lines) = @_;

    return qq{
        eo on;
        log_format why "status=\$status why=\$eo_edge_exception.";
        access_log logs/access.log why;

        server {
            listen \$TEST_NGINX_SERVER_PORT default_server;
            $lines
            location / { return 200 "default\n"; }
        }
    };
}

our $ok = q{location / { return 200 "localhost\n"; }};

run_tests();

__DATA__

=== TEST 1: names of this address are served, others are not
--- http_config eval: ::default_server('server_name one.example two.example;')
--- config eval: $::ok
--- request eval
[('GET /') x 5]
--- more_headers eval
[map { "Host: $_" } qw(one.example two.example localhost three.example
                       one.example.evil)]
--- error_code eval
[200, 200, 200, 418, 418]
--- response_body_like eval
[qr/default/, qr/default/, qr/localhost/, qr/418/, qr/418/]



=== TEST 2: the log says why
--- http_config eval: ::default_server('server_name one.example;')
--- config eval: $::ok
--- request
GET /
--- more_headers
Host: nowhere.example
--- error_code: 418
--- raw_response_headers_like chomp
EO-LOG-UUID: \d{1,20}\r\n
--- access_log
status=418 why=client_request_exception_unconfigured_host.



=== TEST 3: a default server without a server_name is the catch-all
--- http_config eval: ::default_server('')
--- config eval: $::ok
--- request eval
["GET /", "GET /"]
--- more_headers eval
["Host: nowhere.example", "Host: localhost"]
--- response_body eval
["default\n", "localhost\n"]



=== TEST 4: so is one with an empty name or an underscore
--- http_config eval: ::default_server('server_name "" _;')
--- config eval: $::ok
--- request
GET /
--- more_headers
Host: nowhere.example
--- response_body
default



=== TEST 5: or with just the underscore
--- http_config eval: ::default_server('server_name _;')
--- config eval: $::ok
--- request
GET /
--- more_headers
Host: nowhere.example
--- response_body
default



=== TEST 6: wildcard names
--- http_config eval: ::default_server('server_name *.one.example .two.example www.three.*;')
--- config eval: $::ok
--- request eval
[('GET /') x 8]
--- more_headers eval
[map { "Host: $_" } qw(a.one.example a.b.one.example two.example a.two.example
                       www.three.org one.example three.org www.three)]
--- error_code eval
[200, 200, 200, 200, 200, 418, 418, 418]



=== TEST 7: regular expression names
--- http_config eval: ::default_server('server_name "~^www\d+\.one\.example$";')
--- config eval: $::ok
--- request eval
[('GET /') x 3]
--- more_headers eval
[map { "Host: $_" } qw(www1.one.example www1.one.example.org www.one.example)]
--- error_code eval
[200, 418, 418]



=== TEST 8: letter case, port and trailing dot do not matter
--- http_config eval: ::default_server('server_name one.example;')
--- config eval: $::ok
--- request eval
[('GET /') x 6]
--- more_headers eval
[map { "Host: $_" } qw(ONE.Example one.example:8080 one.example.
                       one.example.:443 TWO.example two.example:80)]
--- error_code eval
[200, 200, 200, 200, 418, 418]



=== TEST 9: addresses are hosts like others
--- http_config eval: ::default_server('server_name one.example 192.0.2.1;')
--- config eval: $::ok
--- request eval
[('GET /') x 5]
--- more_headers eval
[map { "Host: $_" } '192.0.2.1', '192.0.2.1:80', '127.0.0.1', '[::1]',
                    '[::1]:80']
--- error_code eval
[200, 200, 418, 418, 418]



=== TEST 10: no Host at all
--- http_config eval: ::default_server('server_name one.example;')
--- config eval: $::ok
--- raw_request eval
"GET / HTTP/1.0\r\n\r\n"
--- error_code: 418



=== TEST 11: no Host, and a server that takes it
--- http_config eval: ::default_server('server_name one.example;')
--- server_name
--- config eval: $::ok
--- raw_request eval
"GET / HTTP/1.0\r\n\r\n"
--- error_code: 200



=== TEST 12: an absolute request target names the host
--- http_config eval: ::default_server('server_name one.example;')
--- config eval: $::ok
--- raw_request eval
["GET http://one.example/ HTTP/1.1\r\nHost: nowhere.example\r\nConnection: close\r\n\r\n"]
--- error_code: 200



=== TEST 13: and the other way round
--- http_config eval: ::default_server('server_name one.example;')
--- config eval: $::ok
--- raw_request eval
["GET http://nowhere.example/ HTTP/1.1\r\nHost: one.example\r\nConnection: close\r\n\r\n"]
--- error_code: 418



=== TEST 14: absurd hosts
--- http_config eval
::default_server('server_name one.example; large_client_header_buffers 4 64k;')
--- config eval: $::ok
--- request eval
[('GET /') x 9]
--- more_headers eval
[map { "Host: $_" } 'x' x 250, 'x' x 20_000, 'a.' x 10_000 . 'b', '<script>',
                    '%00', "\xff\xfe\x80", '*', '_', '$host']
--- error_code_like eval
[(qr/\A(?:418|400)\z/) x 9]



=== TEST 15: hosts that nginx itself refuses stay 400
--- http_config eval: ::default_server('server_name one.example;')
--- config eval: $::ok
--- request eval
[('GET /') x 4]
--- more_headers eval
[map { "Host: $_" } '..', 'a..b', '../../etc/passwd', 'a/b']
--- error_code eval
[(400) x 4]



=== TEST 16: another status
--- http_config eval: ::default_server('server_name one.example;') . 'eo_unconfigured_host 421;'
--- config eval: $::ok
--- request
GET /
--- more_headers
Host: nowhere.example
--- error_code: 421
--- response_body_like: 421



=== TEST 17: off
--- http_config eval: ::default_server('server_name one.example;') . 'eo_unconfigured_host off;'
--- config eval: $::ok
--- request
GET /
--- more_headers
Host: nowhere.example
--- response_body
default



=== TEST 18: alone, without the rest of the node
--- http_config
    eo_unconfigured_host 418;
    server {
        listen $TEST_NGINX_SERVER_PORT default_server;
        server_name one.example;
        location / { return 200 "default\n"; }
    }
--- config eval: $::ok
--- request eval
["GET /", "PURGE /", "GET /"]
--- more_headers eval
["Host: nowhere.example", "Host: one.example", "Host: one.example"]
--- error_code eval
[418, 200, 200]
--- raw_response_headers_unlike eval
[(qr/EO-LOG-UUID/) x 3]



=== TEST 19: a name counts at the addresses where its server listens
--- http_config eval
::default_server('server_name one.example;') . q{
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_1;
        server_name elsewhere.example;
        location / { return 200 "elsewhere\n"; }
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_2;
        listen 127.0.0.1:$TEST_NGINX_PORT_3;
        server_name both.example;
        location / { return 200 "both\n"; }
    }
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_3 default_server;
        location / { return 200 "catch-all\n"; }
    }
}
--- config
    location / { return 200 "localhost\n"; }
    location /1/ {
        proxy_set_header Host $arg_host;
        proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1/;
    }
    location /2/ {
        proxy_set_header Host $arg_host;
        proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_2/;
    }
    location /3/ {
        proxy_set_header Host $arg_host;
        proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_3/;
    }
--- request eval
["GET /", "GET /1/?host=elsewhere.example", "GET /1/?host=one.example",
 "GET /2/?host=both.example", "GET /2/?host=elsewhere.example",
 "GET /3/?host=both.example", "GET /3/?host=elsewhere.example"]
--- more_headers eval
["Host: elsewhere.example", ('Host: localhost') x 6]
--- error_code eval
[418, 200, 418, 200, 418, 200, 200]



=== TEST 20: an address of one server only
--- http_config
    eo on;
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_1;
        server_name one.example;
        location / { return 200 "one\n"; }
    }
--- config
    location / {
        proxy_set_header Host $arg_host;
        proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1;
    }
--- request eval
["GET /?host=one.example", "GET /?host=two.example"]
--- error_code eval
[200, 418]



=== TEST 21: a server reached by its name is not asked again after a redirect
--- http_config eval: ::default_server('server_name one.example; error_page 404 /e; location = /m { return 404; } location = /e { return 200 page; }')
--- config eval: $::ok
--- request
GET /m
--- more_headers
Host: one.example
--- error_code: 404
--- response_body: page



=== TEST 22: over HTTP/2
--- http2
--- http_config eval
my $config = ::default_server('server_name one.example;');
$config =~ s/default_server/http2 default_server/;
$config
--- config eval: $::ok
--- request eval
["GET /", "GET /", "GET /"]
--- more_headers eval
["Host: one.example", "Host: nowhere.example", "Host: localhost"]
--- error_code eval
[200, 418, 200]
