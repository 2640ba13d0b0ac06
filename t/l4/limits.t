# eo_l4_limit: connections, rates, datagrams and bytes, by address, prefix and
# port; block, throttle and monitor; workers that die.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Time::HiRes qw(sleep time);
use EO::Stream;

my $origin = EO::Stream::echo();

my $nginx = EO::Stream::nginx(<<"END", workers => 2);
    log_format l4 '\$eo_l4_action|\$eo_l4_rule|\$server_port|\$eo_l4_packets';
    access_log %PREFIX%/logs/l4.log l4;

    eo_l4_zone l4 1m;
    proxy_pass 127.0.0.1:$origin;

    server {
        listen 127.0.0.1:%PORT%;
        proxy_pass 127.0.0.1:$origin;
        eo_l4_limit conns zone=l4 by=address connections=2 action=block;
    }

    server {
        listen 127.0.0.1:%PORT1%;
        proxy_pass 127.0.0.1:$origin;
        eo_l4_limit prefix zone=l4 by=prefix/24/56 connections=1
            action=block;
    }

    server {
        listen 127.0.0.1:%PORT2%;
        proxy_pass 127.0.0.1:$origin;
        eo_l4_limit port zone=l4 by=port connections=1 action=block;
    }

    server {
        listen 127.0.0.1:%PORT3%;
        proxy_pass 127.0.0.1:$origin;
        eo_l4_limit rate zone=l4 by=address rate=3 period=1m action=block;
    }

    server {
        listen 127.0.0.1:%PORT4%;
        proxy_pass 127.0.0.1:$origin;
        eo_l4_limit slow zone=l4 by=address rate=1 period=400ms delay=20s
            action=throttle;
    }

    server {
        listen 127.0.0.1:%PORT5% udp;
        proxy_pass 127.0.0.1:$origin;
        proxy_timeout 2s;
        eo_l4_limit packets zone=l4 by=address packets=5 period=1m
            action=block;
    }

    server {
        listen 127.0.0.1:%PORT6%;
        proxy_pass 127.0.0.1:$origin;
        eo_l4_limit bytes zone=l4 by=address bytes=100k period=1m
            action=block;
    }

    server {
        listen 127.0.0.1:%PORT7%;
        proxy_pass 127.0.0.1:$origin;
        eo_l4 monitor;
        eo_l4_limit watched zone=l4 by=address connections=1 rate=1
            bytes=1k period=1m action=block;
        eo_l4_limit watched_slow zone=l4 by=address rate=1 period=1m
            action=throttle;
    }

    server {
        listen 127.0.0.1:%PORT8%;
        proxy_pass 127.0.0.1:$origin;
        eo_l4_rule known '\${l4.client.ip} in ["127.0.0.7"]' action=allow;
        eo_l4_limit few zone=l4 by=address rate=1 period=1m delay=1ms
            action=throttle;
    }
END

# the http proxy_pass of the level above is none of stream's
$nginx->write_file('nginx.conf', do {
    my $text = $nginx->read_file('nginx.conf');
    $text =~ s/^    proxy_pass .*\n//m;
    $text;
});

like($nginx->test(), qr/successful/, 'nginx accepts it');
$nginx->start();
my $port = $nginx->port;

sub open_one {
    my ($at, $from) = @_;
    my $socket = EO::Stream::tcp($at, LocalAddr => $from || '127.0.0.1');
    my $got = EO::Stream::line($socket, "x");
    return defined $got && $got eq 'x' ? $socket : undef;
}

sub logged {
    my ($like) = @_;
    return $nginx->wait_for(sub {
        $nginx->read_file('logs/l4.log') =~ $like });
}

# connections

my @open = map { open_one($port) } 1 .. 3;
ok($open[0] && $open[1], 'as many connections as allowed');
ok(!$open[2], 'and not one more');
ok(logged(qr/^Block\|conns\|$port\|/m), 'which is logged');
ok(open_one($port, '127.0.0.2'), 'another address has its own');
undef $open[0];
ok($nginx->wait_for(sub { open_one($port) }, 20),
   'one that is closed makes room');

my @prefix = (open_one($port + 1, '127.0.1.1'),
              open_one($port + 1, '127.0.1.2'),
              open_one($port + 1, '127.0.2.1'));
ok($prefix[0] && !$prefix[1] && $prefix[2], 'by prefix');

my @port = (open_one($port + 2, '127.0.0.1'), open_one($port + 2,
                                                       '127.0.0.2'));
ok($port[0] && !$port[1], 'by port: all clients together');

# a worker that is killed: what it held is given back

kill 'KILL', $nginx->workers();
ok($nginx->wait_for(sub { open_one($port + 2) }, 20),
   'connections of workers that died are not counted any more');
like($nginx->read_file('logs/error.log'),
     qr/connections of processes that ended early are no longer counted/,
     'and the log says so');

# a reload: what the old workers hold is counted on

my $held = open_one($port + 1, '127.0.3.1');
ok($held, 'a connection before a reload');
ok($nginx->reload(), 'reload');
ok(!open_one($port + 1, '127.0.3.2'), 'is counted after it');
is(EO::Stream::line($held, 'y'), 'y', 'and goes on');
undef $held;
ok($nginx->wait_for(sub { open_one($port + 1, '127.0.3.2') }, 20),
   'until it ends');

# new connections

is(scalar(grep { open_one($port + 3) } 1 .. 5), 3, 'new connections: three');
ok(open_one($port + 3, '127.0.0.2'), 'and those of others');

my $begin = time;
is(scalar(grep { open_one($port + 4) } 1 .. 3), 3, 'all are served');
cmp_ok(time - $begin, '>', 0.35, 'but throttled');
ok(logged(qr/^Throttle\|slow\|/m), 'which is logged');

ok(open_one($port + 8), 'throttled without a delay: the first');
ok(!open_one($port + 8), 'and no other');
is(scalar(grep { open_one($port + 8, '127.0.0.7') } 1 .. 4), 4,
   'who is allowed by a rule has no limit');

# datagrams

my $udp = EO::Stream::udp($port + 5);
my $answers = 0;
for (1 .. 5) {
    $answers++ if (EO::Stream::line($udp, "d$_") // '') eq "d$_";
}
is($answers, 5, 'as many datagrams as allowed');
is(EO::Stream::line($udp, 'd6', 0.5), undef, 'and not one more');
ok(logged(qr/^Block\|packets\|\d+\|\d+$/m), 'which ends the session');
is(EO::Stream::line(EO::Stream::udp($port + 5), 'd7', 0.5), undef,
   'from another port as well');

# bytes

my $text = 'b' x 20000;
my $socket = EO::Stream::tcp($port + 6);
my $got = EO::Stream::answer($socket, $text, 1);
is(length($got // ''), 20000, 'some bytes there and back');
$socket = EO::Stream::tcp($port + 6);
$got = EO::Stream::answer($socket, $text x 10, 10);
cmp_ok(length($got // ''), '<', 200000, 'more than allowed ends the session');
ok(logged(qr/^Block\|bytes\|/m), 'which is logged');

# monitor changes nothing

is(scalar(grep { defined } map { open_one($port + 7) } 1 .. 3), 3,
   'monitor lets every connection through');
$socket = EO::Stream::tcp($port + 7);
syswrite $socket, 'm' x 5000;
my $length = 0;
while ($length < 5000) {
    my $part = EO::Stream::line($socket, '') or last;
    $length += length $part;
}
is($length, 5000, 'and every byte');
undef $socket;
ok(logged(qr/^Monitor\|watched/m), 'and logs');
unlike($nginx->read_file('logs/l4.log'), qr/^(Block|Throttle)\|watched/m,
       'without a verdict');
unlike($nginx->read_file('logs/error.log'),
       qr/\[alert\] .*(?<!exited on signal 9)$/m, 'no alert of ours');

done_testing();
