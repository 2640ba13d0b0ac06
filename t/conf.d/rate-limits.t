# conf.d/rate-limits.conf as it is, but for folders, and with "on": nginx
# accepts it, and its limits do what they say.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use IO::Socket::INET;
use EO::Nginx;


# the file for EO::Nginx; every replacement has to find its place

sub configuration {
    my (%replace) = @_;

    my $name = 'conf.d/rate-limits.conf';
    open my $in, '<', $name or die "$name: $!\n";
    my $text = do { local $/; <$in> };

    for my $from (sort keys %replace) {
        $text =~ s/\Q$from\E/$replace{$from}/g or die "$name: no $from\n";
    }

    return $text;
}


my $limits = configuration(
    '/var/log/nginx' => '%PREFIX%/logs',
    'eo_waf monitor' => 'eo_waf on',
);

my $nginx = EO::Nginx->new(<<"_EOC_");
events { }

http {
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;

    $limits

    server {
        listen 127.0.0.1:%PORT%;
        location / { proxy_pass http://127.0.0.1:%PORT1%; }
        location = /file { root %PREFIX%/html; }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        eo_waf off;
        location / { return 200; }
        location /missing { return 404; }
    }
}
_EOC_

$nginx->write_file('html/file', "served\n");

my $said = $nginx->test();

is($?, 0, 'accepted') or diag $said;
unlike($said, qr/\[(?:warn|emerg|alert|error)\]/, 'without a warning');

$nginx->start();


# statuses(COUNT, ADDRESS, LINE [, HEADERS [, BODY]]): how often each status
# came, of requests on one connection, one after the other

sub statuses {
    my ($count, $addr, $line, $headers, $body) = @_;

    $body = '' unless defined $body;

    my $request = join "\r\n", "$line HTTP/1.1", 'Host: www.example.com',
        "X-Real-IP: $addr", 'Content-Length: ' . length $body,
        @{$headers || []}, '', $body;

    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                       PeerPort => $nginx->port(),
                                       Proto => 'tcp') or die "connect: $!\n";
    my %seen;

    local $SIG{PIPE} = 'IGNORE';
    local $SIG{ALRM} = sub { die "timeout\n" };
    alarm 20;

    for (1 .. $count) {
        syswrite $socket, $request;

        # of a connection that was closed there is none

        my $answer = answer($socket) or last;
        $seen{$1}++ if $answer =~ m{^HTTP/1\.1 (\d+) };
    }

    alarm 0;

    return \%seen;
}


# the head of a response; its body is read, too

sub answer {
    my ($socket) = @_;

    my $text = '';

    while ($text !~ /\r\n\r\n/) {
        sysread $socket, $text, 65536, length $text or return;
    }

    my ($head, $body) = split /\r\n\r\n/, $text, 2;
    my ($length) = $head =~ /^Content-Length: (\d+)/mi;

    while (length $body < ($length || 0)) {
        sysread $socket, $body, 65536, length $body or return;
    }

    return $head;
}


my $form = ['Content-Type: application/x-www-form-urlencoded'];

my $passed = statuses(250, '198.51.100.1', 'GET /file')->{200};

# more than that only if the machine stood still for a while

ok($passed >= 200 && $passed < 250, '200 requests a second')
    or diag "passed: $passed";
is_deeply(statuses(5, '198.51.100.2', 'GET /file'), { 200 => 5 },
          'another address has its own');
is_deeply(statuses(400, '192.0.2.33', 'GET /file'), { 200 => 400 },
          'the monitoring is not limited');

is_deeply(statuses(25, '198.51.100.3', 'POST /login', $form, 'user=a'),
          { 200 => 20, 567 => 5 }, 'logins of an address');

my $noted = 0;

for my $n (10 .. 14) {
    my $seen = statuses(15, "198.51.100.$n", 'POST /login', $form, 'user=b');
    $noted += $seen->{200};
}

is($noted, 75, 'logins of a user are all let through');

ok($nginx->wait_for(sub {
    $nginx->read_file('logs/security.log')
        =~ /"RuleId":"logins-of-a-user"[^}]*"Action":"Monitor"/;
}), 'and noted');

is_deeply(statuses(100, '198.51.100.20', 'GET /api/x', ['X-API-Key: a']),
          { 200 => 100 }, 'an interface with a key');
is_deeply(statuses(70, '198.51.100.21', 'GET /api/x')->{200}, 60,
          'and without one');

my $misses = statuses(105, '198.51.100.30', 'GET /missing');

is_deeply($misses, { 404 => 101 }, 'a hundred errors, and one more');
is_deeply(statuses(1, '198.51.100.30', 'GET /file'), {}, 'are a ban');

done_testing();
