# The headers that a node adds to what it sends to an origin.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Certificate;
use EO::Origin;

EO::Origin->start();
EO::Certificate->make();

our $proxy = q{
    eo on;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
};

our $ipv6 = do {
    my $socket = eval {
        require IO::Socket::IP;
        IO::Socket::IP->new(LocalHost => '::1', LocalPort => 0, Listen => 1)
    };
    defined $socket;
};


# The origin's echo has each of these lines once, and none else of the name.

sub once {
    my %field = @_;

    my $pattern = '\A';
    for my $name (sort keys %field) {
        $pattern .= "(?!.*^$name:.*^$name:)" if defined $field{$name};
        $pattern .= defined $field{$name}
            ? "(?=.*^$name: (?:$field{$name})\\r\$)" : "(?!.*^$name:)";
    }

    return qr/$pattern/smi;
}


# The same for parameters of FastCGI and the like.

sub param_once {
    my %field = @_;

    return once(map {
        (my $name = uc "HTTP_$_") =~ tr/-/_/;
        $name => $field{$_};
    } keys %field);
}

our $client = join "\n", 'EO-Connecting-IP: 192.0.2.66', 'EO-LOG-UUID: 66',
    'EO-Client-IP: 192.0.2.66', 'EO-Bot-Tag: good_bot', 'eo-anything: 66',
    'X-Forwarded-For: 192.0.2.1', 'X-Forwarded-Proto: https', 'X-Kept: kept';

run_tests();

__DATA__

=== TEST 1: the headers of every request
--- config eval: $::proxy
--- request
GET /t
--- response_body_like eval
::once('EO-Connecting-IP' => '127\.0\.0\.1', 'X-Forwarded-For' => '127\.0\.0\.1',
       'X-Forwarded-Proto' => 'http', 'CDN-Loop' => 'TencentEdgeOne; loops=1',
       'EO-LOG-UUID' => '\d{1,20}')



=== TEST 2: the peer is appended to X-Forwarded-For, with a comma and no space
--- config eval: $::proxy
--- request eval
[('GET /t') x 4]
--- more_headers eval
["X-Forwarded-For: 192.168.1.1", "X-Forwarded-For: 192.0.2.1, 192.0.2.2",
 "X-Forwarded-For: 192.0.2.1\nx-forwarded-for: 192.0.2.2", "X-Forwarded-For:"]
--- response_body_like eval
[::once('X-Forwarded-For' => '192\.168\.1\.1,127\.0\.0\.1'),
 ::once('X-Forwarded-For' => '192\.0\.2\.1, 192\.0\.2\.2,127\.0\.0\.1'),
 ::once('X-Forwarded-For' => '192\.0\.2\.1, ?192\.0\.2\.2,127\.0\.0\.1'),
 ::once('X-Forwarded-For' => '127\.0\.0\.1')]



=== TEST 3: the client's own EO headers and protocol do not pass
--- config eval: $::proxy
--- request
GET /t
--- more_headers eval: $::client
--- response_body_like eval
::once('EO-Connecting-IP' => '127\.0\.0\.1', 'EO-LOG-UUID' => '(?!66\r)\d{1,20}',
       'EO-Client-IP' => undef, 'EO-Bot-Tag' => undef, 'EO-Anything' => undef,
       'X-Forwarded-For' => '192\.0\.2\.1,127\.0\.0\.1',
       'X-Forwarded-Proto' => 'http', 'X-Kept' => 'kept')



=== TEST 4: nor in another letter case or several times
--- config eval: $::proxy
--- request
GET /t
--- more_headers
eo-connecting-ip: 192.0.2.66
EO-CONNECTING-IP: 192.0.2.66
Eo-Connecting-Ip: 192.0.2.66
x-forwarded-proto: https
X-FORWARDED-PROTO: https
--- response_body_like eval
::once('EO-Connecting-IP' => '127\.0\.0\.1', 'X-Forwarded-Proto' => 'http')



=== TEST 5: an extra header with the client's address
--- config
    eo on;
    eo_client_ip_header EO-Client-IP;
    location /own { eo_client_ip_header True-Client-IP; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request eval
["GET /t", "GET /own"]
--- more_headers
EO-Client-IP: 192.0.2.66
True-Client-IP: 192.0.2.67
--- response_body_like eval
[::once('EO-Client-IP' => '127\.0\.0\.1', 'True-Client-IP' => '192\.0\.2\.67'),
 ::once('EO-Client-IP' => undef, 'True-Client-IP' => '127\.0\.0\.1')]



=== TEST 6: beside what an operator sets, nothing is sent twice
--- config
    eo on;
    location / {
        proxy_set_header Host $host;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header EO-LOG-UUID $eo_log_uuid;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
--- request eval
["GET /t", "GET /t"]
--- more_headers eval
["X: y", "X-Forwarded-For: 192.168.1.1"]
--- response_body_like eval
[::once('X-Forwarded-For' => '127\.0\.0\.1', 'X-Forwarded-Proto' => 'http',
        'X-Real-IP' => '127\.0\.0\.1', 'EO-Connecting-IP' => '127\.0\.0\.1',
        'EO-LOG-UUID' => '\d{1,20}'),
 ::once('X-Forwarded-For' => '192\.168\.1\.1, ?127\.0\.0\.1')]



=== TEST 7: what an operator sets to something of his own stands
--- config
    eo on;
    location / {
        proxy_set_header X-Forwarded-For fixed;
        proxy_set_header X-Forwarded-Proto "";
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
--- request
GET /t
--- more_headers
X-Forwarded-For: 192.168.1.1
--- response_body_like eval
::once('X-Forwarded-For' => 'fixed', 'X-Forwarded-Proto' => undef)



=== TEST 8: behind another proxy, with realip
--- config
    eo on;
    eo_client_ip_header EO-Client-IP;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request
GET /t
--- more_headers
X-Real-IP: 203.0.113.9
X-Forwarded-For: 203.0.113.9
--- response_body_like eval
::once('EO-Connecting-IP' => '127\.0\.0\.1', 'EO-Client-IP' => '203\.0\.113\.9',
       'X-Forwarded-For' => '203\.0\.113\.9,127\.0\.0\.1')



=== TEST 9: the same where realip is set up in the location
--- config
    eo on;
    eo_client_ip_header EO-Client-IP;
    location / {
        set_real_ip_from 127.0.0.1;
        real_ip_header X-Forwarded-For;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
--- request
GET /t
--- more_headers
X-Forwarded-For: 203.0.113.9
--- response_body_like eval
::once('EO-Connecting-IP' => '127\.0\.0\.1', 'EO-Client-IP' => '203\.0\.113\.9',
       'X-Forwarded-For' => '203\.0\.113\.9,127\.0\.0\.1')



=== TEST 10: TLS to the node
--- http_config
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_1 ssl;
        ssl_certificate $TEST_NGINX_CERTS/good.crt;
        ssl_certificate_key $TEST_NGINX_CERTS/good.key;
        eo on;
        location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    }
--- config
    location / {
        proxy_set_header X-Forwarded-Proto http;
        proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_1;
    }
--- request
GET /t
--- response_body_like eval
::once('X-Forwarded-Proto' => 'https', 'EO-Connecting-IP' => '127\.0\.0\.1')



=== TEST 11: an IPv6 peer
--- skip_eval: 4: !$main::ipv6
--- http_config
    server {
        listen [::1]:$TEST_NGINX_PORT_1;
        eo on;
        location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    }
--- config
    location / { proxy_pass http://[::1]:$TEST_NGINX_PORT_1; }
--- request
GET /t
--- response_body_like eval
::once('EO-Connecting-IP' => '::1', 'X-Forwarded-For' => '::1')



=== TEST 12: a peer at a unix socket
--- http_config
    server {
        listen unix:$TEST_NGINX_SERVER_ROOT/edge.sock;
        eo on;
        location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    }
--- config
    location / { proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/edge.sock; }
--- request
GET /t
--- more_headers
EO-Connecting-IP: 192.0.2.66
--- response_body_like eval
::once('EO-LOG-UUID' => '\d+', 'EO-Connecting-IP' => 'unix:')



=== TEST 13: FastCGI
--- config
    eo on;
    eo_client_ip_header EO-Client-IP;
    location / {
        fastcgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FASTCGI;
        fastcgi_param REQUEST_URI $request_uri;
        fastcgi_param CONTENT_LENGTH $content_length;
    }
--- request
GET /t
--- more_headers eval: $::client
--- response_body_like eval
::param_once('EO-Connecting-IP' => '127\.0\.0\.1',
             'EO-LOG-UUID' => '(?!66\r)\d{1,20}',
             'EO-Client-IP' => '127\.0\.0\.1', 'EO-Bot-Tag' => undef,
             'EO-Anything' => undef,
             'X-Forwarded-For' => '192\.0\.2\.1,127\.0\.0\.1',
             'X-Forwarded-Proto' => 'http', 'X-Kept' => 'kept',
             'CDN-Loop' => 'TencentEdgeOne; loops=1')



=== TEST 14: uwsgi
--- config
    eo on;
    eo_client_ip_header EO-Client-IP;
    location / {
        uwsgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_UWSGI;
        uwsgi_param REQUEST_URI $request_uri;
        uwsgi_param CONTENT_LENGTH $content_length;
    }
--- request
GET /t
--- more_headers eval: $::client
--- response_body_like eval
::param_once('EO-Connecting-IP' => '127\.0\.0\.1',
             'EO-LOG-UUID' => '(?!66\r)\d{1,20}',
             'EO-Client-IP' => '127\.0\.0\.1', 'EO-Bot-Tag' => undef,
             'EO-Anything' => undef,
             'X-Forwarded-For' => '192\.0\.2\.1,127\.0\.0\.1',
             'X-Forwarded-Proto' => 'http', 'X-Kept' => 'kept',
             'CDN-Loop' => 'TencentEdgeOne; loops=1')



=== TEST 15: SCGI
--- config
    eo on;
    eo_client_ip_header EO-Client-IP;
    location / {
        scgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_SCGI;
        scgi_param REQUEST_URI $request_uri;
    }
--- request
POST /t
some body
--- more_headers eval: $::client
--- response_body_like eval
my $fields = ::param_once('EO-Connecting-IP' => '127\.0\.0\.1',
             'EO-LOG-UUID' => '(?!66\r)\d{1,20}',
             'EO-Client-IP' => '127\.0\.0\.1', 'EO-Bot-Tag' => undef,
             'EO-Anything' => undef,
             'X-Forwarded-For' => '192\.0\.2\.1,127\.0\.0\.1',
             'X-Forwarded-Proto' => 'http', 'X-Kept' => 'kept',
             'CDN-Loop' => 'TencentEdgeOne; loops=1');
qr/$fields.*^Body: some body/sm



=== TEST 16: underscores for dashes do not smuggle parameters in
--- http_config
    underscores_in_headers on;
--- config
    eo on;
    location / {
        fastcgi_pass 127.0.0.1:$TEST_NGINX_ORIGIN_FASTCGI;
        fastcgi_param REQUEST_URI $request_uri;
    }
--- request
GET /t
--- more_headers
EO_Connecting_IP: 192.0.2.66
EO-Connecting_IP: 192.0.2.66
EO_LOG_UUID: 66
EO_Anything: 66
--- response_body_like eval
::param_once('EO-Connecting-IP' => '127\.0\.0\.1',
             'EO-LOG-UUID' => '(?!66\r)\d{1,20}', 'EO-Anything' => undef)



=== TEST 17: gRPC
--- http_config
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_1 http2;
        location / {
            return 200 "IP: $http_eo_connecting_ip\r\nXFF: $http_x_forwarded_for\r\nProto: $http_x_forwarded_proto\r\nLoop: $http_cdn_loop\r\nUUID: $http_eo_log_uuid\r\nClient: $http_eo_client_ip\r\nTag: $http_eo_bot_tag.\r\nKept: $http_x_kept\r\n";
        }
    }
--- config
    eo on;
    eo_client_ip_header EO-Client-IP;
    location / { grpc_pass grpc://127.0.0.1:$TEST_NGINX_PORT_1; }
--- request
GET /t
--- more_headers eval: $::client
--- response_body_like eval
qr/\AIP: 127\.0\.0\.1\r\nXFF: 192\.0\.2\.1,127\.0\.0\.1\r\nProto: http\r\nLoop: TencentEdgeOne; loops=1\r\nUUID: (?!66\r)\d{1,20}\r\nClient: 127\.0\.0\.1\r\nTag: \.\r\nKept: kept\r\n\z/



=== TEST 18: the headers of a subrequest are those of its main request
--- config
    eo on;
    location = /t {
        auth_request /auth;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
    location = /auth {
        internal;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
--- request
GET /t
--- more_headers
X-Forwarded-For: 192.168.1.1
--- response_body_like eval
::once('X-Forwarded-For' => '192\.168\.1\.1,127\.0\.0\.1',
       'EO-Connecting-IP' => '127\.0\.0\.1', 'EO-LOG-UUID' => '\d+')



=== TEST 19: what a subrequest fetches has them too
--- config
    eo on;
    location = /page { add_after_body /after; addition_types text/plain; root html; }
    location = /after { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- user_files
>>> page
page
--- request
GET /page
--- more_headers
X-Forwarded-For: 192.168.1.1
--- response_body_like eval
my $fields = ::once('X-Forwarded-For' => '192\.168\.1\.1,127\.0\.0\.1',
       'EO-Connecting-IP' => '127\.0\.0\.1', 'X-Forwarded-Proto' => 'http',
       'CDN-Loop' => 'TencentEdgeOne; loops=1');
qr/$fields\Apage/



=== TEST 20: only once after an error page, a rewrite and try_files
--- config
    eo on;
    location = /t { rewrite ^ /two last; }
    location = /two { try_files /missing /three; }
    location = /three {
        proxy_intercept_errors on;
        error_page 404 = /four;
        rewrite ^ /status-404 break;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
    location = /four { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request
GET /t
--- more_headers
X-Forwarded-For: 192.168.1.1
--- response_body_like eval
::once('X-Forwarded-For' => '192\.168\.1\.1,127\.0\.0\.1',
       'EO-Connecting-IP' => '127\.0\.0\.1', 'X-Forwarded-Proto' => 'http',
       'CDN-Loop' => 'TencentEdgeOne; loops=1', 'EO-LOG-UUID' => '\d+')



=== TEST 21: off
--- config
    eo on;
    eo_origin_headers off;
    eo_log_uuid off;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request
GET /t
--- more_headers
X-Forwarded-For: 192.168.1.1
--- response_body_like eval
::once('X-Forwarded-For' => '192\.168\.1\.1', 'EO-Connecting-IP' => undef,
       'X-Forwarded-Proto' => undef, 'EO-LOG-UUID' => undef)



=== TEST 22: alone
--- config
    eo_origin_headers on;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request
GET /t
--- response_body_like eval
::once('X-Forwarded-For' => '127\.0\.0\.1', 'EO-Connecting-IP' => '127\.0\.0\.1',
       'X-Forwarded-Proto' => 'http', 'EO-LOG-UUID' => undef, 'CDN-Loop' => undef)



=== TEST 23: in one location only
--- config
    location /on { eo_origin_headers on; proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request eval
["GET /on", "GET /t"]
--- response_body_like eval
[::once('EO-Connecting-IP' => '127\.0\.0\.1'),
 ::once('EO-Connecting-IP' => undef, 'X-Forwarded-For' => undef)]



=== TEST 24: a POST with a body, to a name resolved at run time
--- config
    eo on;
    resolver 127.0.0.1:$TEST_NGINX_ORIGIN_DNS ipv6=off;
    set $origin good.test;
    location / { proxy_pass http://$origin:$TEST_NGINX_ORIGIN_HTTP; }
--- request
POST /t
some body
--- response_body_like eval
my $fields = ::once('EO-Connecting-IP' => '127\.0\.0\.1', 'X-Forwarded-Proto' => 'http');
qr/$fields.*^Body: some body/sm



=== TEST 25: over HTTP/2
--- http2
--- config eval: $::proxy
--- request
GET /t
--- more_headers eval: $::client
--- response_body_like eval
::once('EO-Connecting-IP' => '127\.0\.0\.1', 'EO-LOG-UUID' => '(?!66\r)\d{1,20}',
       'EO-Client-IP' => undef, 'EO-Bot-Tag' => undef, 'EO-Anything' => undef,
       'X-Forwarded-For' => '192\.0\.2\.1,127\.0\.0\.1',
       'X-Forwarded-Proto' => 'http', 'X-Kept' => 'kept')



=== TEST 26: a client's headers are as they were for the log and for variables
--- http_config
    log_format xff "xff=$http_x_forwarded_for.";
--- config
    eo on;
    access_log logs/access.log xff;
    location / { return 200 "$http_x_forwarded_for $http_x_forwarded_proto"; }
--- request
GET /t
--- more_headers
X-Forwarded-For: 192.168.1.1
X-Forwarded-Proto: https
--- response_body: 192.168.1.1 https
--- access_log
xff=192.168.1.1.
