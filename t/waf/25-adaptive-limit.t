# Adaptive frequency control: the limits while it learns, the ones that it has
# learned, and who does not get to teach it.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use IO::Socket::INET;
use JSON::PP;
use Time::HiRes qw(sleep time);
use EO::Nginx;


sub node {
    my ($servers, %option) = @_;

    my $nginx = EO::Nginx->new(<<"_EOC_");
worker_processes @{[$option{workers} || 1]};

events { }

http {
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    keepalive_requests 100000;

    log_format control '\$status \$eo_security_module \$eo_security_action '
                       '\$eo_security_rule_id \$eo_adaptive_count/'
                       '\$eo_adaptive_limit';
    access_log %PREFIX%/logs/access.log control;
    eo_security_log %PREFIX%/logs/security.log;

    add_header X-Limit \$eo_adaptive_limit always;
    add_header X-Count \$eo_adaptive_count always;

    eo_waf on;
    $servers
}
_EOC_

    mkdir "$nginx->{prefix}/html/$_" for qw(once later other off waf-off
                                            monitor noted moderate loose);
    $nginx->write_file($_, "served\n")
        for qw(html/index.html html/once/index.html html/later/index.html
               html/other/index.html html/off/index.html
               html/waf-off/index.html html/monitor/index.html
               html/noted/index.html html/moderate/index.html
               html/loose/index.html);
    $nginx->write_file('html/ssi.html',
                       '<!--#include virtual="/" -->' x 5);

    $nginx->start();

    return $nginx;
}


# The answers to so many requests of an address, over one connection.

sub burst {
    my ($nginx, $addr, $count, $uri, $host, $server) = @_;

    $uri //= '/';
    $host //= 'www.example.com';

    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                       PeerPort => $nginx->port()
                                                   + ($server || 0))
        or die "connect: $!\n";

    my @answers;
    local $SIG{ALRM} = sub { die "timeout\n" };
    alarm 20;

    for my $i (1 .. $count) {
        print $socket "GET $uri HTTP/1.1\r\nHost: $host\r\n"
            . "X-Real-IP: $addr\r\n"
            . ($i == $count ? "Connection: close\r\n" : '') . "\r\n";
        $socket->flush();

        my ($head, $length) = ('', 0);

        while (defined(my $line = <$socket>)) {
            $head .= $line;
            $length = $1 if $line =~ /^Content-Length: (\d+)/i;
            last if $line eq "\r\n";
        }

        read $socket, my $body, $length if $length;
        push @answers, $head;
    }

    alarm 0;

    return @answers;
}


sub statuses {
    my %seen;

    $seen{$_}++ for map { m{^HTTP/1\.1 (\d+)} ? $1 : 'closed' } @_;

    return join ' ', map { "$_:$seen{$_}" } sort keys %seen;
}


sub header {
    my ($answer, $name) = @_;

    return $answer =~ /^\Q$name\E: (.*)\r$/mi ? $1 : undef;
}


# --- while it learns: periods of 10 seconds, so that none ends meanwhile ----

my $nginx = node(<<'_EOC_');
    server {
        listen 127.0.0.1:%PORT%;
        server_name www.example.com;
        root %PREFIX%/html;

        eo_adaptive_limit strict action=deny;
        eo_exception spared '${http.request.ip} in ["192.0.2.7"]'
                     skip=adaptive-control;

        location /ssi.html { ssi on; }
        location /moderate/ { eo_adaptive_limit moderate action=deny; }
        location /loose/ { eo_adaptive_limit loose action=deny; }
        location /off/ { eo_adaptive_limit off; }
        location /waf-off/ { eo_waf off; }
        location /monitor/ { eo_waf monitor; }
        location /noted/ { eo_adaptive_limit strict action=monitor; }
        location /once/ { rewrite ^ /later/index.html last; }
        location /later/ { error_page 404 /other/index.html; }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        server_name www.example.com;
        root %PREFIX%/html;
        eo_adaptive_limit strict action=deny;
    }

    server {
        listen 127.0.0.1:%PORT%;
        server_name other.example.com;
        root %PREFIX%/html;
        eo_adaptive_limit strict minimum=600 action=deny;
    }
_EOC_

my @answers = burst($nginx, '192.0.2.1', 520);

is(statuses(@answers), '200:500 567:20', 'learning: 500 in 10 seconds');
is(header($answers[0], 'X-Limit'), 500, 'the limit is in a variable');
is(header($answers[0], 'X-Count'), 1, 'and so is the count');
is(header($answers[519], 'X-Count'), 520, 'which goes on');
ok(header($answers[519], 'Retry-After') >= 1
   && header($answers[519], 'Retry-After') <= 20, 'Retry-After')
    or diag $answers[519];
is(header($answers[0], 'Retry-After'), undef, 'Retry-After: only of denials');

is(statuses(burst($nginx, '192.0.2.1', 3, '/', 'www.example.com', 1)), '567:3',
   'another server of the same name shares the counters');
is(statuses(burst($nginx, '192.0.2.1', 520, '/', 'other.example.com')),
   '200:520', 'one of another name has its own, and a minimum of its own');
is(statuses(burst($nginx, '192.0.2.1', 3, '/off/')), '200:3', 'off');
is(statuses(burst($nginx, '192.0.2.1', 3, '/waf-off/')), '200:3', 'eo_waf off');
is(statuses(burst($nginx, '192.0.2.1', 1, '/moderate/')), '200:1',
   'moderate: 1000');
is(statuses(burst($nginx, '192.0.2.1', 1, '/loose/')), '200:1',
   'loose: 2000');
is(statuses(burst($nginx, '192.0.2.1', 1, '/monitor/')), '200:1',
   'eo_waf monitor');
is(statuses(burst($nginx, '192.0.2.1', 1, '/noted/')), '200:1',
   'action=monitor');
is(statuses(burst($nginx, '192.0.2.2', 500)), '200:500', 'another client');
is(statuses(burst($nginx, '192.0.2.7', 520)), '200:520', 'an exception');

@answers = burst($nginx, '192.0.2.3', 10, '/once/');
is(header($answers[9], 'X-Count'), 10, 'once a request, if it is redirected');

burst($nginx, '192.0.2.4', 1, '/ssi.html');
@answers = burst($nginx, '192.0.2.4', 1, '/ssi.html');
is(header($answers[0], 'X-Count'), 2, 'and not by its subrequests');

@answers = burst($nginx, '2001:db8::1', 300);
is(header($answers[299], 'X-Count'), 300, 'IPv6');
@answers = burst($nginx, '2001:db8::ffff:1', 1);
is(header($answers[0], 'X-Count'), 301, 'a /64 is one client');
@answers = burst($nginx, '2001:db8:0:1::1', 1);
is(header($answers[0], 'X-Count'), 1, 'another /64 is another');

my @lines = split /\n/, $nginx->read_file('logs/access.log');

is($lines[519], '567 L7DDoS Deny adaptive-frequency-control 520/500',
   'the access log');

my ($event) = map { JSON::PP->new->utf8->decode($_) }
              split /\n/, $nginx->read_file('logs/security.log');

is_deeply($event->{RuleDetailList},
          [{ RuleId => 'adaptive-frequency-control', RuleTypeName => 'L7DDoS',
             Action => 'Deny' }], 'the security log');

$nginx->stop();


# --- learned: periods of a second -------------------------------------------

$nginx = node(<<'_EOC_', workers => 2);
    eo_rate_zone clients 1m;

    server {
        listen 127.0.0.1:%PORT%;
        server_name www.example.com;
        root %PREFIX%/html;

        eo_adaptive_limit strict period=1s learn=10s zone=clients action=deny;
        location /loose/ {
            eo_adaptive_limit loose period=1s learn=10s zone=clients action=deny;
        }
    }
_EOC_

# 60 clients with up to 3 requests a second, and one with 150

my $limit = 50;
my $attack = '';
my $start = time;
my %denied;

while ($limit == 50 && time - $start < 40) {
    my $second = time;

    for my $i (1 .. 60) {
        @answers = burst($nginx, "198.51.100.$i", 1 + $i % 3);
        $denied{$_}++ for split / /, statuses(@answers);
        $limit = header($answers[0], 'X-Limit');
    }

    $attack = statuses(burst($nginx, '203.0.113.1', 150));

    sleep 0.05 while time - $second < 1;
}

# a period of the server may hold what are two here

ok($limit >= 9 && $limit <= 18,
   'learned: three times what 99 of 100 clients make') or diag $limit;
is(join(' ', sort grep { !/^200/ } keys %denied), '',
   'none of them was ever denied');
like($attack, qr/567:14\d|567:150/, 'the attacker is') or diag $attack;

my $loose = header((burst($nginx, '198.51.100.1', 1, '/loose/'))[0], 'X-Limit');

ok($loose >= 30 && $loose <= 60, 'loose: ten times') or diag $loose;

sleep 2;

like(statuses(burst($nginx, '203.0.113.2', 40)), qr/^200:(?:9|1\d) 567:/,
     'a client that comes at once is held to it');

ok($nginx->reload(), 'the new configuration is in force');

sub still {
    my $now = header((burst($nginx, '198.51.100.1', 1))[0], 'X-Limit');

    return abs($now - $limit) <= 1 ? 'still' : $now;
}

is(still(), 'still', 'a reload forgets nothing');

my @before = $nginx->workers();

kill 'KILL', $before[0];
$nginx->wait_for(sub {
    my @now = $nginx->workers();
    return @now == 2 && !grep { $_ == $before[0] } @now;
});

is(still(), 'still', 'nor does a worker that is killed');

$nginx->stop();


# --- a zone that is full: who floods is not forgotten -----------------------

$nginx = node(<<'_EOC_');
    eo_rate_zone small 64k;

    server {
        listen 127.0.0.1:%PORT%;
        server_name www.example.com;
        root %PREFIX%/html;
        eo_adaptive_limit strict zone=small action=deny;
    }
_EOC_

burst($nginx, '203.0.113.1', 510);

burst($nginx, sprintf('10.%d.%d.1', $_ / 250, $_ % 250), 1) for 1 .. 3000;

is(statuses(burst($nginx, '203.0.113.1', 1)), '567:1',
   '3000 others do not make a full zone forget');

unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg|crit)\]/,
       'no alert');

$nginx->stop();


# --- more domains than there is room for: 18 names by 60 periods -------------

my $servers = '';

for my $n (1 .. 18) {
    my $locations = join '', map {
        "        location /$_/ { eo_adaptive_limit strict period=${_}s action=deny; }\n"
    } 1 .. 60;

    $servers .= "    server {\n        listen 127.0.0.1:%PORT%;\n"
        . "        server_name d$n.example.com;\n$locations"
        . "        location / { return 204; }\n    }\n";
}

$nginx = node($servers);

# of the names all requests came from one address

sub visit_all {
    my ($times) = @_;

    for my $n (1 .. 18) {
        for my $period (1 .. 60) {
            burst($nginx, '192.0.2.1', $times, "/$period/x",
                  "d$n.example.com");
        }
    }
}

sub full {
    my @lines = $nginx->read_file('logs/error.log')
        =~ /\[warn\] .* no room for the baseline of "d\d+\.example\.com"/g;

    return scalar @lines;
}

visit_all(2);
is(full(), 1, 'a zone of baselines that is full is logged once');
visit_all(1);
is(full(), 1, 'and not for every request, or domain');

@answers = burst($nginx, '192.0.2.2', 51, '/1/x', 'd18.example.com');
is(header($answers[50], 'X-Limit'), 50, 'the limit is that of learning');
like(statuses(@answers), qr/567:1$/, 'and is held to');

ok($nginx->reload(), 'a reload');
visit_all(1);
is(full(), 2, 'after a reload it is logged again');

$nginx->stop();

done_testing();
