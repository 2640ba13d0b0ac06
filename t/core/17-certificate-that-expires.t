# A certificate that expires while nginx runs and keeps its TLS sessions, over
# TCP and over a Unix socket; and what the node says of itself: the header of
# a range that it refuses, the time of a request that nginx could not read.

use strict;
use warnings;
use lib 't/lib';

use Test::More;
use Time::HiRes qw(sleep time);

use EO::Certificate;
use EO::Nginx;
use EO::Origin;

EO::Origin->start();

my $http = $ENV{TEST_NGINX_ORIGIN_HTTP};
my $certs = EO::Certificate::make();

my $nginx = EO::Nginx->new(<<"END");
events { }
worker_processes 1;
http {
    log_format what '\$request status=\$status time=\$eo_edge_internal_time '
                    'cause=\$eo_origin_error';
    log_format reused '\$ssl_session_reused';
    access_log %PREFIX%/logs/access.log what;

    server {
        listen 127.0.0.1:%PORT%;
        eo on;
        server_name localhost;
        location /tcp { proxy_pass https://127.0.0.1:%PORT1%/; }
        location /unix { proxy_pass https://unix:%PREFIX%/tls.sock:/; }
        location /range { proxy_pass http://127.0.0.1:$http/fields; }
    }

    server {
        listen 127.0.0.1:%PORT1% ssl;
        listen unix:%PREFIX%/tls.sock ssl;
        access_log %PREFIX%/logs/reused.log reused;
        ssl_certificate $certs/short.crt;
        ssl_certificate_key $certs/short.key;
        ssl_session_cache shared:tls:1m;
        ssl_session_timeout 10m;
        return 200 "from the origin\\n";
    }
}
END

# loaded at once, and valid for some seconds more

my $until = time + 12;
EO::Certificate::issue($certs, 'short', time - 86400, $until);

$nginx->start();

for my $path ('/tcp', '/unix') {
    for my $time (1 .. 3) {
        like($nginx->get($path), qr{^HTTP/1\.1 200 },
             "$path, a certificate that is valid, time $time");
    }
}

my $reused = $nginx->read_file('logs/reused.log');

SKIP: {
    skip 'the machine is too slow', 5 if time > $until - 1;

    like($reused, qr/^r$/m, 'sessions are resumed');

    sleep 0.2 while time < $until + 1.5;

    for my $path ('/tcp', '/unix') {
        for my $time (1, 2) {
            like($nginx->get($path), qr{^HTTP/1\.1 525 },
                 "$path, the certificate has expired, time $time");
        }
    }
}

is(length $nginx->read_file('logs/reused.log'), length $reused,
   'and the origin has had no request');

my $answer = $nginx->get('/range?Content-Range=bytes%200-1/9',
                         'Range: bytes=999999-');
my @fields = $answer =~ /^Content-Range: .*$/mg;

like($answer, qr{^HTTP/1\.1 416 }, 'a range behind the end');
is(scalar @fields, 1, 'one Content-Range') or diag($answer);

$nginx->request("GARBAGE\x01\r\n\r\n");
$nginx->wait_for(sub { $nginx->read_file('logs/access.log') =~ /status=400/ });
like($nginx->read_file('logs/access.log'), qr/status=400 time=\d/,
     'the time of a request that cannot be read');

done_testing();
