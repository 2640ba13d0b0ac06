# 425 for unsafe methods in early data of TLS 1.3, sent by openssl; and of
# whoever says to have got the request so.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use EO::Certificate;
use EO::Nginx;

my $certs = EO::Certificate::make();

my $nginx = EO::Nginx->new(<<"END");
events { }
http {
    log_format early '\$request_method \$status \$eo_edge_exception '
                     'early=\$ssl_early_data';
    access_log %PREFIX%/logs/access.log early;
    ssl_certificate $certs/good.crt;
    ssl_certificate_key $certs/good.key;
    ssl_protocols TLSv1.3;
    ssl_early_data on;
    ssl_session_cache shared:tls:1m;

    server {
        listen 127.0.0.1:%PORT% ssl;
        eo_reject_early_data on;
        location / { return 200 "served\\n"; }
        location /off { eo_reject_early_data off; return 200 "served\\n"; }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        eo_reject_early_data on;
        return 200 "served\\n";
    }

    server {
        listen 127.0.0.1:%PORT2%;
        eo on;
        return 200 "served\\n";
    }
}
END

like($nginx->test(), qr/successful/, 'nginx accepts it');
$nginx->start();
my $port = $nginx->port;

# said(METHOD, EARLY, PORT): status of a request with that header

sub said {
    my ($method, $early, $at) = @_;
    my $answer = $nginx->request("$method / HTTP/1.1\r\nHost: a\r\n"
        . (defined $early ? "Early-Data: $early\r\n" : '')
        . "Content-Length: 0\r\nConnection: close\r\n\r\n", $at) // '';
    return $answer =~ /^HTTP\/1.1 (\d+ [^\r]*)/ ? $1 : $answer;
}

is(said('POST', '1', $port + 1), '425 Too Early', 'POST, said to be early');
is(said('DELETE', '1', $port + 1), '425 Too Early', 'DELETE');
is(said($_, '1', $port + 1), '200 OK', "$_ may be early")
    for qw(GET HEAD OPTIONS PROPFIND);
is(said('POST', undef, $port + 1), '200 OK', 'POST that is not');
is(said('POST', '0', $port + 1), '200 OK', 'Early-Data of another value');
is(said('POST', '1', $port + 2), '200 OK', 'off by default');

# early(METHOD, URI): what a request in early data is answered; undef if this
# openssl sends none

sub early {
    my ($method, $uri) = @_;
    my $dir = $nginx->prefix;
    my $to = "openssl s_client -connect 127.0.0.1:$port -tls1_3 -quiet";

    # a request first, as tickets come behind the handshake

    my $ask = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    open my $in, '>', "$dir/first" or die;
    print $in $ask;
    close $in;
    system("timeout 10 $to -sess_out $dir/session <$dir/first "
           . ">/dev/null 2>&1");

    open $in, '>', "$dir/early" or die;
    print $in "$method $uri HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
        . "Connection: close\r\n\r\n";
    close $in;

    my $out = `timeout 10 $to -sess_in $dir/session \\
        -early_data $dir/early 2>/dev/null </dev/null`;

    return $out =~ /HTTP\/1\.1 (\d+)/ ? $1 : undef;
}

SKIP: {
    my $got = early('GET', '/');
    skip 'this openssl sends no early data', 4
        if !defined $got
           || $nginx->read_file('logs/access.log') !~ /early=1$/m;

    is($got, 200, 'GET in early data');
    is(early('POST', '/'), 425, 'POST in early data');
    is(early('POST', '/off'), 200, 'where it is allowed');
    like($nginx->read_file('logs/access.log'),
         qr/^POST 425 client_request_exception_early_data/m, 'is logged');
}

done_testing();
