# Bandwidth abuse: what a client has been sent, while it is sent and after.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use IO::Socket::INET;
use JSON::PP;
use Time::HiRes qw(sleep);
use EO::Nginx;
use EO::HTTP2;
use EO::SlowClients;


my ($minor, $patch) = `"@{[$ENV{TEST_NGINX_BINARY} || 'nginx']}" -v 2>&1`
    =~ m{nginx/\d+\.(\d+)\.(\d+)};
my $http2_on = $minor > 25 || ($minor == 25 && $patch >= 1);


my $nginx = EO::Nginx->new(<<"_EOC_");
worker_processes 2;

events { }

http {
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    proxy_temp_path %PREFIX%/proxy;

    log_format traffic '\$status \$eo_security_module \$eo_security_action '
                       '\$eo_security_rule_id';
    access_log %PREFIX%/logs/access.log traffic;
    eo_security_log %PREFIX%/logs/security.log;

    add_header X-Traffic \$eo_bandwidth_traffic always;

    eo_rate_zone clients 1m;
    eo_waf on;

    server {
        listen 127.0.0.1:%PORT%;
        listen 127.0.0.1:%PORT1% @{[$http2_on ? '' : 'http2']};
        @{[$http2_on ? 'http2 on;' : '']}
        server_name www.example.com;
        root %PREFIX%/html;

        eo_bandwidth_abuse traffic=1m period=10m action=deny;
        eo_exception spared '\${http.request.ip} in ["192.0.2.7"]'
                     skip=adaptive-control;

        location /short/ {
            alias %PREFIX%/html/;
            eo_bandwidth_abuse traffic=1m period=2s zone=clients action=deny;
        }

        location /off/ { alias %PREFIX%/html/; eo_bandwidth_abuse off; }

        location /monitor/ { alias %PREFIX%/html/; eo_waf monitor; }

        location /slow/ { alias %PREFIX%/html/; limit_rate 2m; }

        location /proxy/ {
            eo_bandwidth_abuse off;
            proxy_set_header X-Real-IP \$http_x_client;
            proxy_pass http://127.0.0.1:%PORT2%/;
        }

        location /ssi.html { ssi on; }
    }

    server {
        listen 127.0.0.1:%PORT2%;
        server_name ban.example.com;
        root %PREFIX%/html;
        eo_bandwidth_abuse traffic=1m action=block_ip duration=1m;
    }
}
_EOC_

$nginx->write_file('html/small', 'x' x 100);
$nginx->write_file('html/half', 'x' x (512 * 1024));
$nginx->write_file('html/big', 'x' x (4 * 1024 * 1024));
$nginx->write_file('html/ssi.html',
                   '<!--#include virtual="/half" -->' x 3);
$nginx->start();


sub get {
    my ($addr, $uri, @headers) = @_;

    return $nginx->get($uri, "X-Real-IP: $addr", @headers);
}


sub status {
    my ($answer) = @_;

    return $answer && $answer =~ m{\AHTTP/1\.1 (\d+)} ? $1 : 'closed';
}


sub traffic {
    my ($addr) = @_;

    return get($addr, '/small') =~ /^X-Traffic: (\d+)/m ? $1 : -1;
}


# --- over HTTP/1.1 ----------------------------------------------------------

is(status(get('192.0.2.1', '/half')), 200, 'half of it');
is(status(get('192.0.2.1', '/half')), 200, 'the other half');

my $traffic = traffic('192.0.2.1');
ok($traffic > 1024 * 1024 && $traffic < 1024 * 1024 + 4096,
   'header and body are counted') or diag $traffic;

my $answer = get('192.0.2.1', '/half');

is(status($answer), 567, 'and no more');
ok($answer =~ /^Retry-After: [1-9]/m, 'Retry-After');
is(status(get('192.0.2.1', '/small')), 567, 'not even a little');
is(status(get('192.0.2.1', '/off/small')), 200, 'off');
is(status(get('192.0.2.1', '/monitor/small')), 200, 'eo_waf monitor');
is(status(get('192.0.2.2', '/small')), 200, 'another client');

is(status(get('192.0.2.7', '/big')), 200, 'an exception');
is(status(get('192.0.2.7', '/small')), 200, 'an exception, again');

is(status(get('192.0.2.3', '/off/big')), 200, 'where it is off ...');
is(traffic('192.0.2.3'), 0, '... nothing is counted');

get('192.0.2.4', '/half', 'Range: bytes=0-9999');
$traffic = traffic('192.0.2.4');
ok($traffic > 10000 && $traffic < 12000, 'a range counts as what was sent')
    or diag $traffic;

get('192.0.2.5', '/ssi.html');
is(status(get('192.0.2.5', '/small')), 567,
   'what subrequests have sent counts');


# --- refusals are not counted, or they would never end ----------------------

get('192.0.2.6', '/half') for 1 .. 3;
get('192.0.2.6', '/small') for 1 .. 50;

my ($before) = get('192.0.2.6', '/small') =~ /^X-Traffic: (\d+)/m;
ok($before < 1024 * 1024 + 8192, 'refusals are not counted') or diag $before;


# --- a period slides --------------------------------------------------------

is(status(get('192.0.2.10', '/short/big')), 200, 'a short period');
is(status(get('192.0.2.10', '/short/small')), 567, 'a short period: full');

sleep 4.2;

is(status(get('192.0.2.10', '/short/small')), 200, 'a short period: over');


# --- it counts while it is sent, not only at the end ------------------------

my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                   PeerPort => $nginx->port())
    or die "connect: $!\n";

print $socket join "\r\n", 'GET /slow/big HTTP/1.1', 'Host: www.example.com',
    'X-Real-IP: 192.0.2.11', '', '';
$socket->flush();

my $read = 0;

while ($read < 1024 * 1024 * 1.5) {
    my $n = sysread $socket, my $part, 65536;
    last unless $n;
    $read += $n;
}

is(status(get('192.0.2.11', '/small')), 567, 'counted while it is sent');

while (my $n = sysread $socket, my $part, 65536) {
    $read += $n;
    last if $read >= 4 * 1024 * 1024;
}

ok($read >= 4 * 1024 * 1024, 'what runs is not cut');
close $socket;


# a client that goes away is charged what it got

$socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                PeerPort => $nginx->port())
    or die "connect: $!\n";

print $socket join "\r\n", 'GET /slow/big HTTP/1.1', 'Host: www.example.com',
    'X-Real-IP: 192.0.2.12', '', '';
$socket->flush();
sysread $socket, my $part, 1000;
close $socket;
sleep 0.5;

$traffic = traffic('192.0.2.12');
ok($traffic < 4 * 1024 * 1024, 'a client that goes away is not charged all')
    or diag $traffic;


# --- block_ip ---------------------------------------------------------------

is(status(get('192.0.2.19', '/proxy/half', 'X-Client: 192.0.2.20')), 200,
   'block_ip: half') for 1 .. 2;
is(status(get('192.0.2.19', '/proxy/small', 'X-Client: 192.0.2.20')), 502,
   'block_ip: closed');
is(status(get('192.0.2.19', '/proxy/small', 'X-Client: 192.0.2.21')), 200,
   'block_ip: another client');


# --- HTTP/2 -----------------------------------------------------------------

sub get2 {
    my (@uris) = @_;

    my $stream = -1;
    my $request = EO::HTTP2::preface()
        . EO::HTTP2::frame(8, 0, 0, pack 'N', 0x7fff0000 - 65535)
        . EO::HTTP2::frame(4, 0, 0, pack 'nN', 4, 0x7fff0000);

    $request .= EO::HTTP2::headers($stream += 2, 1, ':method' => 'GET',
                                   ':path' => $_, ':scheme' => 'http',
                                   ':authority' => 'www.example.com',
                                   'x-real-ip' => '192.0.2.30')
        for @uris;

    my %case = EO::SlowClients::run($nginx->port() + 1, 2, get => [$request]);

    return EO::HTTP2::answers($case{get}{answer});
}

my %answer = get2('/big');

is(length $answer{1}{body}, 4 * 1024 * 1024,
   'HTTP/2: what runs is not cut');

%answer = get2('/small', '/off/small');

is($answer{1}{status}, 567, 'HTTP/2: streams count together');
is($answer{3}{status}, 200, 'HTTP/2: off');


# --- logs, reload -----------------------------------------------------------

like($nginx->read_file('logs/access.log'),
     qr/^567 L7DDoS Deny bandwidth-abuse-defense$/m, 'the access log');
like($nginx->read_file('logs/security.log'),
     qr/"RuleId":"bandwidth-abuse-defense","RuleTypeName":"L7DDoS"/,
     'the security log');

$nginx->reload();

is(status(get('192.0.2.1', '/small')), 567, 'a reload forgets nothing');

unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg|crit)\]/,
       'no alert');

done_testing();
