# Forward-confirmed reverse DNS: names that prove who a robot is, those that
# do not, and name servers that do not answer.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use IO::Socket::INET;
use POSIX ();
use EO::Nginx;


my $port = EO::Origin::server_port();
my $dns;

my $robot = 'User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1)';


# names of 100.64.2.N, and the addresses of names
# (UndefinedBehaviorSanitizer ends nginx's resolver at one above 127.0.0.0)

my %pointer = (
    1 => 'crawl-1.googlebot.com',
    2 => 'crawl-2.googlebot.com',
    3 => 'googlebot.com.evil.example',
    4 => 'evilgooglebot.com',
    5 => "crawl\0.googlebot.com",
    6 => 'CRAWL-6.GoogleBot.com',
    7 => 'nowhere.googlebot.com',
    8 => 'googlebot.com',
);

my %address = (
    'crawl-1.googlebot.com' => '100.64.2.1',
    'crawl-2.googlebot.com' => '100.64.2.99',
    'crawl-6.googlebot.com' => '100.64.2.6',
    'googlebot.com' => '100.64.2.8',
    'googlebot.com.evil.example' => '100.64.2.3',
    'evilgooglebot.com' => '100.64.2.4',
);


sub name_server {
    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
                                       LocalPort => $port + 5,
                                       Proto => 'udp') or die "dns: $!\n";
    my $parent = $$;
    my $pid = fork;
    die "fork: $!\n" unless defined $pid;
    return $pid if $pid;

    $dns = 0;

    while (getppid() == $parent) {
        my $in = '';
        vec($in, fileno $socket, 1) = 1;
        next unless select $in, undef, undef, 0.5;

        my $peer = $socket->recv(my $query, 4096) or next;
        my $answer = answer($query);
        $socket->send($answer, 0, $peer) if defined $answer;
    }

    POSIX::_exit(0);
}


sub answer {
    my ($query) = @_;

    my $id = unpack 'n', $query;
    my ($at, @labels) = (12);

    while ((my $length = ord substr $query, $at, 1)) {
        push @labels, substr $query, $at + 1, $length;
        $at += 1 + $length;
    }

    my $question = substr $query, 12, $at + 5 - 12;
    my $type = unpack 'n', substr $query, $at + 1, 2;
    my $name = lc join '.', @labels;
    my $data;

    if ($type == 12) {
        my $n = $labels[0];

        return if $n == 20;                          # no answer at all
        return pack('n6', $id, 0x8182, 1, 0, 0, 0) . $question if $n == 21;

        $data = join('', map { pack 'C/a', $_ } split /\./, $pointer{$n})
                . "\0" if $pointer{$n};

    } elsif ($type == 1 && $address{$name}) {
        $data = pack 'C4', split /\./, $address{$name};
    }

    my $found = defined $data;
    my $known = $type == 28 || $found;

    return pack('n6', $id, $known ? 0x8180 : 0x8183, 1, $found ? 1 : 0, 0, 0)
        . $question
        . ($found ? pack('n n n N n/a', 0xc00c, $type, 1, 60, $data) : '');
}


sub node {
    my ($resolver) = @_;

    my $nginx = EO::Nginx->new(<<"_EOC_");
worker_processes 2;
events { }

http {
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    log_format bots '\$remote_addr|\$status|\$eo_bot_proof|\$eo_bot_rating';
    access_log %PREFIX%/logs/access.log bots;
    resolver $resolver ipv6=off;
    resolver_timeout 1s;

    eo_bot_agents agents.tsv;
    eo_bot_dns Googlebot .googlebot.com google.com;
    eo_bot_ranges Googlebot 198.51.100.0/24;
    eo_bot_dns_zone 64k;

    server {
        listen 127.0.0.1:%PORT%;
        eo_waf on;
        eo_bot on;
        eo_bot_category impersonated action=deny;
        location / { empty_gif; }
    }
}
_EOC_

    $nginx->write_file('agents.tsv', "Googlebot\tsearch-engine\tGooglebot\n"
                       . "bingbot\tsearch-engine\tBingbot\n");
    $nginx->start();

    return $nginx;
}


sub status {
    my ($nginx, $address, $agent) = @_;

    my $answer = $nginx->get('/', $agent || $robot, "X-Real-IP: $address");

    return defined $answer && $answer =~ m{\AHTTP/1\.1 (\d+)} ? $1 : 'closed';
}


sub becomes {
    my ($nginx, $address, $status, $proof) = @_;

    return $nginx->wait_for(sub {
        return status($nginx, $address) == $status
               && $nginx->read_file('logs/access.log')
                  =~ /^\Q$address\E\|$status\|$proof\|/m;
    });
}


$dns = name_server();

my $nginx = node("127.0.0.1:" . ($port + 5));

is(status($nginx, '100.64.2.2'), 200,
   'the first request of a forged one is not held, and goes on');
ok($nginx->wait_for(sub {
    return $nginx->read_file('logs/access.log')
           =~ /^100\.64\.2\.2\|200\|pending\|likely$/m;
}), 'as one that nothing has proven');
ok(becomes($nginx, '100.64.2.2', 567, 'refuted'),
   'later ones are refused: the name has another address');

ok(becomes($nginx, '100.64.2.1', 200, 'dns'), 'a name with its address');
ok(becomes($nginx, '100.64.2.6', 200, 'dns'), 'in capitals');
ok(becomes($nginx, '100.64.2.8', 200, 'dns'), 'the domain itself');
ok(becomes($nginx, '100.64.2.3', 567, 'refuted'), 'a name that begins so');
ok(becomes($nginx, '100.64.2.4', 567, 'refuted'), 'one that only ends so');
ok(becomes($nginx, '100.64.2.5', 567, 'refuted'), 'one with a NUL');
ok(becomes($nginx, '100.64.2.7', 567, 'refuted'), 'one without address');
ok(becomes($nginx, '100.64.2.9', 567, 'refuted'), 'no name');
ok(becomes($nginx, '100.64.2.20', 567, 'refuted'),
   'a name server that is silent proves nothing');
ok(becomes($nginx, '100.64.2.21', 567, 'refuted'), 'nor one that fails');
is(status($nginx, '198.51.100.1'), 200, 'ranges need no name');

ok(becomes($nginx, '2001:db8:1::1', 567, 'refuted'), 'an address of IPv6');
is(status($nginx, '2001:db8:1::2'), 567,
   'its neighbours are not let pass once each');
is(status($nginx, '2001:db8:2::1'), 200, 'others are not of its network');
is(status($nginx, '100.64.2.2', 'User-Agent: bingbot/2.0'), 200,
   'a robot of which nothing is known');

kill 'KILL', $dns;
waitpid $dns, 0;
$dns = 0;

is(status($nginx, '100.64.2.1'), 200, 'what was proven is kept');
is(status($nginx, '100.64.2.2'), 567, 'and what was refuted');

ok($nginx->reload(), 'a reload');
is(status($nginx, '100.64.2.1'), 200, 'keeps it too');

# far more addresses than there is room for, each of them asked for once

status($nginx, "203.0.113.$_") for 1 .. 200;
is(status($nginx, '198.51.100.1'), 200, 'many that are pending do no harm');

unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg)\]|signal 11/,
       'and no worker minds');

$nginx->stop();

done_testing();


END {
    local $?;
    kill 'KILL', $dns if $dns;
}
