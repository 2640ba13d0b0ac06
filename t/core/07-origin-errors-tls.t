# Origins that fail at TLS: 525.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Certificate;
use EO::Origin;

EO::Origin->start();
EO::Certificate->make();

our $why = q{
    log_format why "status=$status origin=$eo_origin_error "
                   "edge=$eo_edge_exception upstream=$upstream_status.";
    proxy_connect_timeout 150ms;
    proxy_read_timeout 150ms;
    resolver 127.0.0.1:$TEST_NGINX_ORIGIN_DNS ipv6=off;
    resolver_timeout 150ms;
};

our $line = qr/eo origin error \d+ "\w+"/;

# TLS servers with each of the certificates, on ports 1 to 5

our $servers = join '', $why, map {
    my ($port, $name) = @$_;
    qq{
    server {
        listen 127.0.0.1:\$TEST_NGINX_PORT_$port ssl http2;
        ssl_certificate \$TEST_NGINX_CERTS/$name.crt;
        ssl_certificate_key \$TEST_NGINX_CERTS/$name.key;
        access_log off;
        reset_timedout_connection on;
        location / { return 200 "$name\n"; }
        location = /close { return 444; }
        location = /silent {
            proxy_read_timeout 10s;
            proxy_pass http://127.0.0.1:\$TEST_NGINX_ORIGIN_HTTP;
        }
    }
    upstream $name {
        server 127.0.0.1:\$TEST_NGINX_PORT_$port max_fails=0;
        server 127.0.0.1:\$TEST_NGINX_PORT_$port max_fails=0;
    }
    }
} [1, 'good'], [2, 'expired'], [3, 'not-yet'], [4, 'stranger'];

run_tests();

__DATA__

=== TEST 1: 525 for an alert
--- http_config eval
$::why . q{
    upstream several { server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT max_fails=0; server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT max_fails=0; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT; }
    location /several/ { proxy_pass https://several; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_ORIGIN_TLS_ALERT; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpcs://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT; }
--- request eval
["GET /literal/t", "HEAD /literal/t", "POST /literal/t\nsome body",
 "GET /several/t", "HEAD /several/t", "POST /several/t\nsome body",
 "GET /name/t", "HEAD /name/t", "POST /name/t\nsome body",
 "GET /grpc/t", "HEAD /grpc/t", "POST /grpc/t\nsome body"]
--- error_code eval: [(525) x 12]
--- access_log eval
qr/status=525 origin=tls_handshake_failed edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!tls_handshake_failed )/
--- timeout: 5



=== TEST 2: and one line in the error log
--- http_config eval
$::why . q{
    upstream several { server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT max_fails=0; server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT max_fails=0; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT; }
    location /several/ { proxy_pass https://several; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_ORIGIN_TLS_ALERT; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpcs://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT; }
--- request
GET /several/t
--- error_code: 525
--- response_body_like: 525
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 525 "tls_handshake_failed"
--- timeout: 5



=== TEST 3: 525 for a connection closed in the handshake
--- http_config eval
$::why . q{
    upstream several { server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_CLOSE max_fails=0; server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_CLOSE max_fails=0; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_CLOSE; }
    location /several/ { proxy_pass https://several; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_ORIGIN_TLS_CLOSE; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpcs://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_CLOSE; }
--- request eval
["GET /literal/t", "HEAD /literal/t", "POST /literal/t\nsome body",
 "GET /several/t", "HEAD /several/t", "POST /several/t\nsome body",
 "GET /name/t", "HEAD /name/t", "POST /name/t\nsome body",
 "GET /grpc/t", "HEAD /grpc/t", "POST /grpc/t\nsome body"]
--- error_code eval: [(525) x 12]
--- access_log eval
qr/status=525 origin=tls_handshake_failed edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!tls_handshake_failed )/
--- timeout: 5



=== TEST 4: and one line in the error log
--- http_config eval
$::why . q{
    upstream several { server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_CLOSE max_fails=0; server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_CLOSE max_fails=0; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_CLOSE; }
    location /several/ { proxy_pass https://several; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_ORIGIN_TLS_CLOSE; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpcs://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_CLOSE; }
--- request
GET /several/t
--- error_code: 525
--- response_body_like: 525
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 525 "tls_handshake_failed"
--- timeout: 5



=== TEST 5: 525 for a connection reset in the handshake
--- http_config eval
$::why . q{
    upstream several { server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_RESET max_fails=0; server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_RESET max_fails=0; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_RESET; }
    location /several/ { proxy_pass https://several; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_ORIGIN_TLS_RESET; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpcs://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_RESET; }
--- request eval
["GET /literal/t", "HEAD /literal/t", "POST /literal/t\nsome body",
 "GET /several/t", "HEAD /several/t", "POST /several/t\nsome body",
 "GET /name/t", "HEAD /name/t", "POST /name/t\nsome body",
 "GET /grpc/t", "HEAD /grpc/t", "POST /grpc/t\nsome body"]
--- error_code eval: [(525) x 12]
--- access_log eval
qr/status=525 origin=tls_handshake_failed edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!tls_handshake_failed )/
--- timeout: 5



=== TEST 6: and one line in the error log
--- http_config eval
$::why . q{
    upstream several { server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_RESET max_fails=0; server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_RESET max_fails=0; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_RESET; }
    location /several/ { proxy_pass https://several; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_ORIGIN_TLS_RESET; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpcs://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_RESET; }
--- request
GET /several/t
--- error_code: 525
--- response_body_like: 525
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 525 "tls_handshake_failed"
--- timeout: 5



=== TEST 7: 525 for plain text on the TLS port
--- http_config eval
$::why . q{
    upstream several { server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_PLAIN max_fails=0; server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_PLAIN max_fails=0; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_PLAIN; }
    location /several/ { proxy_pass https://several; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_ORIGIN_TLS_PLAIN; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpcs://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_PLAIN; }
--- request eval
["GET /literal/t", "HEAD /literal/t", "POST /literal/t\nsome body",
 "GET /several/t", "HEAD /several/t", "POST /several/t\nsome body",
 "GET /name/t", "HEAD /name/t", "POST /name/t\nsome body",
 "GET /grpc/t", "HEAD /grpc/t", "POST /grpc/t\nsome body"]
--- error_code eval: [(525) x 12]
--- access_log eval
qr/status=525 origin=tls_handshake_failed edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!tls_handshake_failed )/
--- timeout: 5



=== TEST 8: and one line in the error log
--- http_config eval
$::why . q{
    upstream several { server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_PLAIN max_fails=0; server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_PLAIN max_fails=0; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_PLAIN; }
    location /several/ { proxy_pass https://several; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_ORIGIN_TLS_PLAIN; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpcs://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_PLAIN; }
--- request
GET /several/t
--- error_code: 525
--- response_body_like: 525
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 525 "tls_handshake_failed"
--- timeout: 5



=== TEST 9: 525 for silence in the handshake
--- http_config eval
$::why . q{
    upstream several { server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_SILENT max_fails=0; server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_SILENT max_fails=0; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_SILENT; }
    location /several/ { proxy_pass https://several; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_ORIGIN_TLS_SILENT; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpcs://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_SILENT; }
--- request eval
["GET /literal/t",
 "HEAD /several/t",
 "POST /name/t\nsome body",
 "GET /grpc/t"]
--- error_code eval: [(525) x 4]
--- access_log eval
qr/status=525 origin=tls_handshake_timeout edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!tls_handshake_timeout )/
--- timeout: 5



=== TEST 10: and one line in the error log
--- http_config eval
$::why . q{
    upstream several { server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_SILENT max_fails=0; server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_SILENT max_fails=0; }
}
--- config
    eo on;
    access_log logs/access.log why;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_SILENT; }
    location /several/ { proxy_pass https://several; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_ORIGIN_TLS_SILENT; }
    location /grpc/ { grpc_connect_timeout 150ms; grpc_pass grpcs://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_SILENT; }
--- request
GET /several/t
--- error_code: 525
--- response_body_like: 525
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 525 "tls_handshake_timeout"
--- timeout: 5



=== TEST 11: 525 for a certificate that is expired, proxy_ssl_verify off
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    proxy_ssl_verify off;
    proxy_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    proxy_ssl_name origin.test;
    grpc_ssl_verify off;
    grpc_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    grpc_ssl_name origin.test;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_2; }
    location /several/ { proxy_pass https://expired; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_PORT_2; }
    location /grpc/ { grpc_pass grpcs://127.0.0.1:$TEST_NGINX_PORT_2; }
--- request eval
["GET /literal/t", "HEAD /literal/t", "POST /literal/t\nsome body",
 "GET /several/t", "HEAD /several/t", "POST /several/t\nsome body",
 "GET /name/t", "HEAD /name/t", "POST /name/t\nsome body",
 "GET /grpc/t", "HEAD /grpc/t", "POST /grpc/t\nsome body"]
--- error_code eval: [(525) x 12]
--- access_log eval
qr/status=525 origin=tls_certificate_expired edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!tls_certificate_expired )/



=== TEST 12: and one line in the error log
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    proxy_ssl_verify off;
    proxy_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    proxy_ssl_name origin.test;
    grpc_ssl_verify off;
    grpc_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    grpc_ssl_name origin.test;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_2; }
    location /several/ { proxy_pass https://expired; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_PORT_2; }
    location /grpc/ { grpc_pass grpcs://127.0.0.1:$TEST_NGINX_PORT_2; }
--- request
GET /several/t
--- error_code: 525
--- response_body_like: 525
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 525 "tls_certificate_expired"



=== TEST 13: 525 for a certificate that is expired, proxy_ssl_verify on
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    proxy_ssl_name origin.test;
    grpc_ssl_verify on;
    grpc_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    grpc_ssl_name origin.test;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_2; }
    location /several/ { proxy_pass https://expired; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_PORT_2; }
    location /grpc/ { grpc_pass grpcs://127.0.0.1:$TEST_NGINX_PORT_2; }
--- request eval
["GET /literal/t", "HEAD /literal/t", "POST /literal/t\nsome body",
 "GET /several/t", "HEAD /several/t", "POST /several/t\nsome body",
 "GET /name/t", "HEAD /name/t", "POST /name/t\nsome body",
 "GET /grpc/t", "HEAD /grpc/t", "POST /grpc/t\nsome body"]
--- error_code eval: [(525) x 12]
--- access_log eval
qr/status=525 origin=tls_certificate_expired edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!tls_certificate_expired )/



=== TEST 14: and one line in the error log
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    proxy_ssl_name origin.test;
    grpc_ssl_verify on;
    grpc_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    grpc_ssl_name origin.test;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_2; }
    location /several/ { proxy_pass https://expired; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_PORT_2; }
    location /grpc/ { grpc_pass grpcs://127.0.0.1:$TEST_NGINX_PORT_2; }
--- request
GET /several/t
--- error_code: 525
--- response_body_like: 525
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 525 "tls_certificate_expired"



=== TEST 15: 525 for a certificate that is not-yet, proxy_ssl_verify off
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    proxy_ssl_verify off;
    proxy_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    proxy_ssl_name origin.test;
    grpc_ssl_verify off;
    grpc_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    grpc_ssl_name origin.test;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_3; }
    location /several/ { proxy_pass https://not-yet; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_PORT_3; }
    location /grpc/ { grpc_pass grpcs://127.0.0.1:$TEST_NGINX_PORT_3; }
--- request eval
["GET /literal/t", "HEAD /literal/t", "POST /literal/t\nsome body",
 "GET /several/t", "HEAD /several/t", "POST /several/t\nsome body",
 "GET /name/t", "HEAD /name/t", "POST /name/t\nsome body",
 "GET /grpc/t", "HEAD /grpc/t", "POST /grpc/t\nsome body"]
--- error_code eval: [(525) x 12]
--- access_log eval
qr/status=525 origin=tls_certificate_not_yet_valid edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!tls_certificate_not_yet_valid )/



=== TEST 16: and one line in the error log
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    proxy_ssl_verify off;
    proxy_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    proxy_ssl_name origin.test;
    grpc_ssl_verify off;
    grpc_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    grpc_ssl_name origin.test;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_3; }
    location /several/ { proxy_pass https://not-yet; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_PORT_3; }
    location /grpc/ { grpc_pass grpcs://127.0.0.1:$TEST_NGINX_PORT_3; }
--- request
GET /several/t
--- error_code: 525
--- response_body_like: 525
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 525 "tls_certificate_not_yet_valid"



=== TEST 17: 525 for a certificate that is not-yet, proxy_ssl_verify on
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    proxy_ssl_name origin.test;
    grpc_ssl_verify on;
    grpc_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    grpc_ssl_name origin.test;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_3; }
    location /several/ { proxy_pass https://not-yet; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_PORT_3; }
    location /grpc/ { grpc_pass grpcs://127.0.0.1:$TEST_NGINX_PORT_3; }
--- request eval
["GET /literal/t", "HEAD /literal/t", "POST /literal/t\nsome body",
 "GET /several/t", "HEAD /several/t", "POST /several/t\nsome body",
 "GET /name/t", "HEAD /name/t", "POST /name/t\nsome body",
 "GET /grpc/t", "HEAD /grpc/t", "POST /grpc/t\nsome body"]
--- error_code eval: [(525) x 12]
--- access_log eval
qr/status=525 origin=tls_certificate_not_yet_valid edge=edge_response_exception_\w+ /
--- no_access_log eval: qr/origin=(?!tls_certificate_not_yet_valid )/



=== TEST 18: and one line in the error log
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    proxy_ssl_name origin.test;
    grpc_ssl_verify on;
    grpc_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    grpc_ssl_name origin.test;
    location /literal/ { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_3; }
    location /several/ { proxy_pass https://not-yet; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_PORT_3; }
    location /grpc/ { grpc_pass grpcs://127.0.0.1:$TEST_NGINX_PORT_3; }
--- request
GET /several/t
--- error_code: 525
--- response_body_like: 525
--- grep_error_log eval: $::line
--- grep_error_log_out
eo origin error 525 "tls_certificate_not_yet_valid"



=== TEST 19: a certificate that is good is not asked for more where proxy_ssl_verify is off
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    location /good/ { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_1; }
    location /stranger/ { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_4; }
    location /name/ { set $o good.test; proxy_pass https://$o:$TEST_NGINX_PORT_1; }
    location /several/ { proxy_pass https://good; }
--- request eval
["GET /good/t", "GET /stranger/t", "GET /name/t", "GET /several/t", "GET /good/t", "POST /good/t\nsome body"]
--- error_code eval: [(200) x 6]
--- no_access_log eval: qr/origin=(?!- )/



=== TEST 20: nor is the time of any certificate where origin errors are off
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    eo_origin_errors off;
    location /expired/ { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_2; }
    location /not-yet/ { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_3; }
--- request eval: ["GET /expired/t", "GET /not-yet/t"]
--- error_code eval: [(200) x 2]



=== TEST 21: nor without the modules switched on
--- http_config eval: $::servers
--- config
    location /expired/ { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_2; }
    location /not-yet/ { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_3; }
--- request eval: ["GET /expired/t", "GET /not-yet/t"]
--- error_code eval: [(200) x 2]



=== TEST 22: an unknown authority, another name: verification failed
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    location /stranger/ { proxy_ssl_name origin.test; proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_4; }
    location /name/ { proxy_ssl_name other.test; proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_1; }
--- request eval
["GET /stranger/t", "HEAD /stranger/t", "POST /stranger/t\nsome body",
 "GET /name/t", "HEAD /name/t", "POST /name/t\nsome body"]
--- error_code eval: [(525) x 6]
--- access_log
status=525 origin=tls_verify_failed
--- no_access_log eval: qr/origin=(?!tls_verify_failed )/



=== TEST 23: a verified origin is served
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate $TEST_NGINX_CERTS/ca.crt;
    proxy_ssl_name origin.test;
    location / { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_1; }
--- request eval: ["GET /t", "GET /t"]
--- response_body eval: ["good\n", "good\n"]
--- access_log
status=200 origin=-
--- no_access_log eval: qr/origin=(?!- )/



=== TEST 24: the certificate of a resumed session is looked at again
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    proxy_ssl_session_reuse on;
    location / { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_2; }
--- request eval: [("GET /t") x 4]
--- error_code eval: [(525) x 4]



=== TEST 25: of several peers the one with a good certificate answers
--- http_config eval
$::servers . q{
    upstream mixed {
        server 127.0.0.1:$TEST_NGINX_PORT_2 max_fails=0;
        server 127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT max_fails=0;
        server 127.0.0.1:$TEST_NGINX_PORT_1 max_fails=0;
    }
}
--- config
    eo on;
    access_log logs/access.log why;
    location / { proxy_pass https://mixed; }
--- request eval: [("GET /t") x 4]
--- error_code eval: [(200) x 4]
--- response_body eval: [("good\n") x 4]
--- no_access_log eval: qr/origin=(?!- )/



=== TEST 26: an origin that closes after the handshake is 520, one that is silent 524
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    location / { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_1; }
--- request eval: ["GET /close", "POST /close\nsome body", "GET /silent"]
--- error_code eval: [520, 520, 524]
--- timeout: 5



=== TEST 27: no protocol in common
--- http_config eval
$::why . q{
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_1 ssl;
        ssl_certificate $TEST_NGINX_CERTS/good.crt;
        ssl_certificate_key $TEST_NGINX_CERTS/good.key;
        ssl_protocols TLSv1.3;
    }
}
--- config
    eo on;
    access_log logs/access.log why;
    proxy_ssl_protocols TLSv1.2;
    location / { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_1; }
--- request
GET /t
--- error_code: 525
--- access_log
status=525 origin=tls_handshake_failed



=== TEST 28: HTTP/1.0
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    location / { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_2; }
--- request
GET /t HTTP/1.0
--- error_code: 525
--- response_body_like: 525



=== TEST 29: HTTP/2
--- http2
--- http_config eval: $::servers
--- config
    eo on;
    access_log logs/access.log why;
    location / { proxy_pass https://127.0.0.1:$TEST_NGINX_PORT_2; }
    location /alert { proxy_pass https://127.0.0.1:$TEST_NGINX_ORIGIN_TLS_ALERT; }
--- request eval: ["GET /t", "POST /t\nsome body", "GET /alert"]
--- error_code eval: [(525) x 3]
--- response_body_like eval: [(qr/525/) x 3]
