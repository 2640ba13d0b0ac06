# eo_l4_rule: expressions about addresses, ports, countries, first bytes; what
# is logged; live address groups; monitor.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use EO::Stream;

my $origin = EO::Stream::echo();

my $nginx = EO::Stream::nginx(<<"END");
    log_format l4 escape=json '\$eo_l4_action|\$eo_l4_rule|'
        '\$eo_l4_disconnect_reason|\$eo_l4_client_country|'
        '\$eo_l4_client_asn|\$eo_l4_session_id|\$eo_l4_connect_time|'
        '\$eo_l4_time|\$eo_l4_packets|\$server_port';
    access_log %PREFIX%/logs/l4.log l4;

    geo \$country { default ""; 127.0.0.3 DE; 127.0.0.4 FR; }
    geo \$asn { default ""; 127.0.0.5 64500; }
    eo_l4_country \$country;
    eo_l4_asn \$asn;

    eo_l4_group office 127.0.0.2;
    eo_l4_group live %PREFIX%/live.txt;

    proxy_timeout 3s;

    server {
        listen 127.0.0.1:%PORT%;
        listen 127.0.0.1:%PORT% udp;
        proxy_pass 127.0.0.1:$origin;

        eo_l4_rule office '\${l4.client.ip} in
            [\${security.ip_group["office"]}]' action=allow priority=1;
        eo_l4_rule live '\${l4.client.ip} in
            [\${security.ip_group["live"]}]' action=block priority=2;
        eo_l4_rule country '\${l4.client.country} in ["DE"]' action=block
            priority=3;
        eo_l4_rule asn '\${l4.client.asn} in ["64500"]' action=block
            priority=4;
        eo_l4_rule watched '\${l4.client.ip} in ["127.0.0.6"]'
            action=monitor priority=5;
        eo_l4_rule all '\${l4.client.ip} in ["127.0.0.0/29"] and not
            \${l4.client.ip} in ["127.0.0.1", "127.0.0.6"]'
            action=block priority=9;
        eo_l4_rule port '\${l4.server.port} in ["%PORT%"] and
            \${l4.protocol} in ["UDP"] and \${l4.client.ip} in ["127.0.0.9"]'
            action=block;
    }

    server {
        listen 127.0.0.1:%PORT1%;
        proxy_pass 127.0.0.1:$origin;
        eo_l4_payload 5 wait=1s;
        eo_l4_rule ssh 'not \${l4.payload} matches "^SSH-2"' action=block;
        eo_l4_rule silent 'not \${l4.payload} exists' action=block;
    }

    server {
        listen 127.0.0.1:%PORT2%;
        listen 127.0.0.1:%PORT2% udp;
        proxy_pass 127.0.0.1:$origin;
        eo_l4_payload 4 wait=300ms;
        eo_l4_rule get '\${l4.payload} matches "^GET "' action=block;
    }

    server {
        listen 127.0.0.1:%PORT3%;
        proxy_pass 127.0.0.1:$origin;
        eo_l4 monitor;
        eo_l4_rule all '*' action=block;
    }

    server {
        listen 127.0.0.1:%PORT4%;
        proxy_pass 127.0.0.1:$origin;
        eo_l4 off;
        eo_l4_rule all '*' action=block;
    }

    server {
        listen 127.0.0.1:%PORT5%;
        proxy_pass 127.0.0.1:$origin;
    }

    server {
        listen 127.0.0.1:%PORT6%;
        proxy_pass 127.0.0.1:1;
        eo_l4_rule none '\${l4.client.ip} in ["192.0.2.1"]' action=block;
    }
END

$nginx->write_file('live.txt', "192.0.2.0/24\n");
is($nginx->test() =~ /successful/, 1, 'nginx accepts it');
$nginx->start();

my $port = $nginx->port;

sub from {
    my ($address, $at, $text) = @_;
    return EO::Stream::line(EO::Stream::tcp($at, LocalAddr => $address),
                            $text || "hello\n");
}

sub from_udp {
    my ($address, $at, $text, $seconds) = @_;
    return EO::Stream::line(EO::Stream::udp($at, LocalAddr => $address),
                            $text, $seconds);
}

sub logged {
    my ($like) = @_;
    return $nginx->wait_for(sub {
        $nginx->read_file('logs/l4.log') =~ $like });
}

is(from('127.0.0.1', $port), "hello\n", 'an ordinary client');
ok(logged(qr/^-\|-\|down:net_exception_peer_close\|-\|-\|\d{1,20}\|
             \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\|\d{4}-[\d:TZ-]+\|0\|$port$/mx),
   'its record: nothing decided, closed by the client');
is(from('127.0.0.2', $port), "hello\n", 'a group that is allowed');
ok(logged(qr/^Allow\|office\|/m), 'is logged as such');
is(from('127.0.0.3', $port), '', 'a country');
ok(logged(qr/^Block\|country\|down:net_exception_closed\|DE\|-\|/m),
   'is logged, with the country');
is(from('127.0.0.4', $port), '', 'another country, by the last rule');
is(from('127.0.0.5', $port), '', 'an ASN');
ok(logged(qr/^Block\|asn\|[^|]*\|-\|64500\|/m), 'is logged');
is(from('127.0.0.6', $port), "hello\n", 'who is watched is served');
ok(logged(qr/^Monitor\|watched\|/m), 'and logged');
is(from('127.0.0.9', $port), "hello\n", 'TCP where UDP is blocked');
is(from_udp('127.0.0.9', $port, 'x', 0.5), undef, 'UDP');
is(from_udp('127.0.0.1', $port, 'datagram'), 'datagram', 'UDP otherwise');
like($nginx->read_file('logs/error.log'),
     qr/\[warn\].*eo_l4_rule "country" blocks the session.*: 127\.0\.0\.3/,
     'the error log says which, and whom');

# a list that changes, without a reload

is(from('127.0.0.8', $port), "hello\n", 'an address that is not in the list');
$nginx->write_file('live.txt', "192.0.2.0/24\n127.0.0.8\n");
ok($nginx->wait_for(sub { (from('127.0.0.8', $port) // '') eq '' }, 30),
   'is blocked when it is in the file');
$nginx->write_file('live.txt', "192.0.2.0/24\n");
ok($nginx->wait_for(sub { (from('127.0.0.8', $port) // '') eq "hello\n" },
                    30), 'and served again when it is not');

# first bytes

is(from('127.0.0.1', $port + 1, "SSH-2.0-x\r\n"), "SSH-2.0-x\r\n",
   'SSH on a port of SSH');
is(from('127.0.0.1', $port + 1, "GET / HTTP/1.0\r\n\r\n"), '',
   'what is not SSH');
is(EO::Stream::answer(EO::Stream::tcp($port + 1), ''), '',
   'who says nothing is blocked when the time is over');
ok(logged(qr/^Block\|silent\|/m), 'by the rule for that');

my $slow = EO::Stream::tcp($port + 1);
syswrite $slow, 'SS';
is(EO::Stream::answer($slow, ''), '', 'two bytes are judged as they are');

$slow = EO::Stream::tcp($port + 1);
syswrite $slow, $_ for split //, 'SSH-';
is(EO::Stream::line($slow, "2.0\n"), "SSH-2.0\n", 'byte by byte')
    if $slow;

is(from('127.0.0.1', $port + 2, "GET / HTTP/1.0\r\n\r\n"), '',
   'a pattern that is blocked');
is(from('127.0.0.1', $port + 2, "POST / HTTP/1.0\r\n\r\n"),
   "POST / HTTP/1.0\r\n\r\n", 'and one that is not');
is(from_udp('127.0.0.1', $port + 2, 'GET /', 0.5), undef,
   'the first datagram of a session');
is(from_udp('127.0.0.1', $port + 2, 'GE'), 'GE',
   'a short datagram does not wait');
is(EO::Stream::line(EO::Stream::tcp($port + 2), 'x'), 'x',
   'a short text of TCP is passed on when the time is over');

# modes

is(from('127.0.0.1', $port + 3), "hello\n", 'eo_l4 monitor blocks nobody');
ok(logged(qr/^Monitor\|all\|/m), 'and logs');
is(from('127.0.0.1', $port + 4), "hello\n", 'eo_l4 off');
is(from('127.0.0.1', $port + 5), "hello\n", 'a server without rules');
is(from('127.0.0.1', $port + 6), '', 'an origin that is not there');
ok(logged(qr/^-\|-\|up:create_peer_channel_exception\|/m), 'is the reason');

# reload

ok($nginx->reload(), 'reload');
is(from('127.0.0.3', $port), '', 'rules hold on');
unlike($nginx->read_file('logs/error.log'), qr/\[alert\]/, 'no alert');

done_testing();
