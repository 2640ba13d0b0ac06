# What the client sent stays what it is for variables; the origin gets the
# node's headers, and a balancer's word where that is trusted.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;

EO::Origin->start();

our $format = q{
    log_format seen 'proto=$http_x_forwarded_proto uuid=$http_eo_log_uuid '
                    'loop=$http_cdn_loop peer=$http_eo_connecting_ip '
                    'own=$http_eo_client_ip kept=$http_x_kept end';
    map $http_x_forwarded_proto $scheme_seen { https tls; default plain; }
};

our $client = join "\n", 'X-Forwarded-Proto: https', 'EO-LOG-UUID: 66',
    'CDN-Loop: other', 'EO-Connecting-IP: 192.0.2.66',
    'EO-Client-IP: 192.0.2.67', 'X-Kept: kept';

run_tests();

__DATA__

=== TEST 1: behind a balancer, as applications have it
--- config
    eo on;
    location / {
        proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
--- request
GET /t
--- more_headers
X-Forwarded-Proto: https
--- response_body_like eval
qr/^X-Forwarded-Proto: https\r$/m
--- response_body_unlike eval
qr/X-Forwarded-Proto:.*X-Forwarded-Proto:/s



=== TEST 2: maps, logs and other headers see the client's, the origin the node's
--- http_config eval: $::format
--- config
    eo on;
    eo_client_ip_header EO-Client-IP;
    access_log logs/access.log seen;
    location / {
        proxy_set_header X-Seen "$scheme_seen $http_eo_log_uuid $http_eo_client_ip";
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
--- request
GET /t
--- more_headers eval: $::client
--- response_body_like eval
qr/\A(?=.*^X-Seen: tls 66 192\.0\.2\.67\r$)(?=.*^X-Forwarded-Proto: http\r$)(?=.*^EO-Connecting-IP: 127\.0\.0\.1\r$)(?=.*^EO-Client-IP: 127\.0\.0\.1\r$)(?=.*^X-Kept: kept\r$)/ms
--- access_log
proto=https uuid=66 loop=other peer=192.0.2.66 own=192.0.2.67 kept=kept end



=== TEST 3: nothing is seen that the client did not send
--- http_config eval: $::format
--- config
    eo on;
    eo_client_ip_header EO-Client-IP;
    access_log logs/access.log seen;
    location / {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
--- request
GET /t
--- access_log
proto=- uuid=- loop=- peer=- own=- kept=- end



=== TEST 4: after an internal redirect and in a subrequest
--- http_config eval: $::format
--- config
    eo on;
    access_log logs/access.log seen;
    location / {
        error_page 502 = @next;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/reset;
    }
    location @next {
        add_before_body /sub;
        addition_types *;
        proxy_set_header X-Seen "$http_x_forwarded_proto";
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
    location /sub {
        return 200 "sub=$http_x_forwarded_proto\n";
    }
--- request
GET /reset
--- more_headers eval: $::client
--- error_code_like: ^\d+$
--- access_log
proto=https uuid=66



=== TEST 5: where the node adds nothing
--- http_config eval: $::format
--- config
    access_log logs/access.log seen;
    location / {
        return 200 "$http_x_forwarded_proto $scheme_seen\n";
    }
--- request
GET /t
--- more_headers eval: $::client
--- response_body
https tls
--- access_log
proto=https uuid=66 loop=other peer=192.0.2.66 own=192.0.2.67 kept=kept end



=== TEST 6: a balancer that is trusted
--- config
    eo on;
    eo_forwarded_proto_from 192.0.2.0/24 127.0.0.1 unix:;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    location / {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
--- request eval
[('GET /t') x 7]
--- more_headers eval
["X-Forwarded-Proto: https", "X-Forwarded-Proto: HTTPS",
 "X-Forwarded-Proto: http", "X-Forwarded-Proto: ftp",
 "X-Forwarded-Proto: https\nX-Forwarded-Proto: https", "X-Other: x",
 "X-Forwarded-Proto: https\nX-Real-IP: 198.51.100.1"]
--- response_body_like eval
[map { qr/\A(?!.*^X-Forwarded-Proto:.*^X-Forwarded-Proto:).*^X-Forwarded-Proto: $_\r$/ms }
 qw(https https http http http http https)]



=== TEST 7: who is not in the list is not trusted, whatever realip says
--- config
    eo on;
    eo_forwarded_proto_from 192.0.2.0/24;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    location /off {
        eo_forwarded_proto_from off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
    location / {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
--- request eval
["GET /t", "GET /off"]
--- more_headers eval
[("X-Forwarded-Proto: https\nX-Real-IP: 192.0.2.1") x 2]
--- response_body_like eval
[(qr/^X-Forwarded-Proto: http\r$/m) x 2]



=== TEST 8: a wrong address
--- config
    eo_forwarded_proto_from 192.0.2.0/24 balancer;
--- must_die
--- error_log
invalid value "balancer" in "eo_forwarded_proto_from" directive, it must be "off" alone, or addresses, prefixes and "unix:"
