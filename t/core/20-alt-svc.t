# Alt-Svc where QUIC listens, without being written by hand.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use EO::Certificate;
use EO::Nginx;

my $binary = $ENV{TEST_NGINX_BINARY} || 'nginx';

if (`$binary -V 2>&1` !~ /with-http_v3_module/) {
    like(EO::Nginx->new("events { }\nhttp { eo_alt_svc on; }\n")->test(),
         qr/"eo_alt_svc on" needs an nginx with HTTP\/3/,
         'nginx without HTTP/3 says that it needs it');
    like(EO::Nginx->new("events { }\nhttp { eo_alt_svc off; eo on; }\n")
         ->test(), qr/successful/, 'off, and eo on, are fine');
    note 'left out: this nginx has no HTTP/3';
    done_testing();
    exit;
}

my $certs = EO::Certificate::make();

my $nginx = EO::Nginx->new(<<"END");
events { }
http {
    ssl_certificate $certs/good.crt;
    ssl_certificate_key $certs/good.key;
    server {
        listen 127.0.0.1:%PORT% ssl;
        listen 127.0.0.1:%PORT% quic;
        server_name quic.test;
        eo on;
        location / { return 200 "ok\\n"; }
        location /off { eo_alt_svc off; return 200 "ok\\n"; }
        location /origin { proxy_pass http://127.0.0.1:%PORT2%; }
    }
    server {
        listen 127.0.0.1:%PORT% ssl;
        server_name tcp.test;
        eo on;
        return 200 "ok\\n";
    }
    server {
        listen 127.0.0.1:%PORT1% ssl;
        listen 127.0.0.1:%PORT% quic;
        listen 127.0.0.1:%PORT3% quic;
        listen 127.0.0.1:%PORT2%;
        server_name other.test;
        eo_alt_svc on;
        add_header X-Test 1;
        return 200 "ok\\n";
    }
}
END

like($nginx->test(), qr/successful/, 'nginx accepts it');
$nginx->start();
my $port = $nginx->port;

sub headers {
    my ($host, $at, $uri) = @_;
    return scalar `curl -sk -D - -o /dev/null --resolve $host:$at:127.0.0.1 \\
        https://$host:$at$uri`;
}

my $value = qr/^alt-svc: h3=":$port"; ma=86400\r$/mi;

like(headers('quic.test', $port, '/'), $value, 'where QUIC listens');
unlike(headers('quic.test', $port, '/off'), qr/alt-svc/i, 'off');
unlike(headers('tcp.test', $port, '/'), qr/alt-svc/i,
       'not for another server of the port');
like(headers('other.test', $port + 1, '/'), $value,
     'the lowest of several ports');
unlike($nginx->get('/'), qr/alt-svc/i, 'plain HTTP on the port of TLS');
unlike($nginx->request("GET / HTTP/1.1\r\nHost: other.test\r\n"
                       . "Connection: close\r\n\r\n", $port + 2),
       qr/alt-svc/i, 'not over plain HTTP');

done_testing();
