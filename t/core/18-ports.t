# Ports of a name: those of eo_ports serve it, others answer as for a host
# that is not configured.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use EO::Nginx;

my $nginx = EO::Nginx->new(<<'END');
events { }
http {
    log_format why '$server_port $status $eo_edge_exception';
    access_log %PREFIX%/logs/access.log why;

    server {
        listen 127.0.0.1:%PORT%;
        listen 127.0.0.1:%PORT1%;
        listen unix:%PREFIX%/http.sock;
        server_name open.test;
        eo_ports default %PORT%;
        location / { return 200 "served\n"; }
        location /own { eo_range_check on; return 200 "served\n"; }
    }

    server {
        listen 127.0.0.1:%PORT%;
        listen 127.0.0.1:%PORT1%;
        server_name any.test;
        return 200 "served\n";
    }

    server {
        listen 127.0.0.1:%PORT1%;
        server_name eo.test;
        eo on;
        eo_ports %PORT%;
        error_page 418 =404 /closed;
        location = /closed { return 404 "closed\n"; }
        location / { return 200 "served\n"; }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        server_name off.test;
        eo_ports off;
        return 200 "served\n";
    }
}
END

like($nginx->test(), qr/successful/, 'nginx accepts it');
$nginx->start();
my $port = $nginx->port;

sub status {
    my ($host, $at, $uri) = @_;
    my $answer = $nginx->request("GET " . ($uri || '/') . " HTTP/1.1\r\n"
        . "Host: $host\r\nConnection: close\r\n\r\n", $at) // '';
    return $answer =~ /^HTTP\/1.1 (\d+)/ ? $1 : $answer;
}

is(status('open.test', $port), 200, 'a port that is open');
is(status('open.test', $port + 1), 418, 'one that is not');
is(status('open.test:80', $port + 1), 418, 'whatever the Host says');
is(status('open.test', $port + 1, '/own'), 418,
   'for locations with checks of their own, too');
is(status('any.test', $port + 1), 200, 'a server without the directive');
is(status('eo.test', $port + 1), 404, 'an error_page for 418 is followed');
is(status('off.test', $port + 1), 200, 'off');
like($nginx->read_file('logs/access.log'),
     qr/^@{[$port + 1]} 418 client_request_exception_unconfigured_host$/m,
     'the access log says why');
like($nginx->read_file('logs/error.log'),
     qr/host "open\.test" is not open at port @{[$port + 1]} by "eo_ports"/,
     'and so does the error log');

SKIP: {
    skip 'curl cannot ask a socket of Unix', 1
        if system('curl --help all 2>/dev/null | grep -q unix-socket');
    my $socket = $nginx->prefix . '/http.sock';
    is(scalar(`curl -s --unix-socket $socket http://open.test/`),
       "served\n", 'a socket of Unix has no port and is open');
}

for my $value ('0', '65536', 'http', '-1', '80 off') {
    my $text = EO::Nginx->new("events { }\nhttp { eo_ports $value; }\n")
        ->test();
    like($text, qr/invalid value "(0|65536|http|-1|off)" in "eo_ports": it m/,
         "eo_ports $value");
}

like(EO::Nginx->new("events { }\nhttp { eo_ports 80; eo_ports 81; }\n")
     ->test(), qr/"eo_ports" directive is duplicate/, 'twice');

done_testing();
