# Two hundred reloads under load: no request is lost, no id is given twice,
# and the memory of the processes does not grow.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Time::HiRes qw(sleep time);
use POSIX ();

use EO::Nginx;

my $RELOADS = 200;
my $CLIENTS = 2;

# What 150 reloads may add to a process, in KB: a leak of one page of memory
# a reload is 600.

my $GROWTH_MAX = 512;

my $nginx = EO::Nginx->new(<<'_EOC_');
worker_processes 1;

events {
    worker_connections 256;
}

http {
    access_log off;
    proxy_cache_path %PREFIX%/cache keys_zone=c:1m;
    eo_response_page sorry %PREFIX%/html/sorry.html;
    eo on;

    server {
        listen 127.0.0.1:%PORT%;
        server_name localhost;
        eo_client_ip_header EO-Client-IP;
        eo_error_response 423 page=sorry;

        location /proxied { proxy_pass http://127.0.0.1:%PORT1%; }
        location /cached {
            proxy_cache c;
            proxy_cache_valid 200 1h;
            proxy_pass http://127.0.0.1:%PORT1%;
        }
        location /failed { proxy_pass http://127.0.0.1:%PORT2%; }
        location /page { error_page 502 = @page; proxy_pass http://127.0.0.1:%PORT2%; }
        location @page { return 200 "page\n"; }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        eo off;
        location / { return 200 "origin\n"; }
    }
}
_EOC_

$nginx->write_file('html/sorry.html', 'sorry $status $eo_log_uuid');
$nginx->start();

my @requests = (
    ['/proxied', qr/\AHTTP\/1\.1 200 .*\r\n\r\norigin\n\z/s],
    ['/cached', qr/\AHTTP\/1\.1 200 .*\r\n\r\norigin\n\z/s],
    ['/failed', qr/\AHTTP\/1\.1 521 .*\r\n\r\n.*<\/html>\s*\z/s],
    ['/page', qr/\AHTTP\/1\.1 200 .*\r\n\r\npage\n\z/s],
    ['/proxied', qr/\AHTTP\/1\.1 423 .*\r\n\r\nsorry 423 \d+/s,
     'CDN-Loop: TencentEdgeOne; loops=16'],
);


# Asks until the file "stop" is there; writes what went wrong, the ids and
# the number of answers.

sub client {
    my ($number) = @_;

    open my $ids, '>', $nginx->prefix() . "/ids.$number" or die $!;
    open my $faults, '>', $nginx->prefix() . "/faults.$number" or die $!;

    until (-e $nginx->prefix() . '/stop') {
        for (@requests) {
            my ($uri, $expected, @headers) = @$_;
            my $answer = $nginx->get($uri, @headers);

            if (defined $answer && $answer =~ $expected
                && $answer =~ /\r\nEO-LOG-UUID: (\d+)\r\n/)
            {
                print $ids "$1\n";
                next;
            }

            $answer = 'nothing' unless defined $answer;
            print $faults "$uri: ", substr($answer, 0, 300), "\n";
        }

        sleep 0.001;
    }

    close $ids;
    close $faults;
}


my @clients;
for my $number (1 .. $CLIENTS) {
    my $pid = fork();
    die "fork: $!" unless defined $pid;

    if ($pid == 0) {
        eval { client($number) };
        POSIX::_exit($@ ? 1 : 0);
    }

    push @clients, $pid;
}

my ($done, $master_before, $worker_before) = (0);

for my $i (1 .. $RELOADS) {
    $done++ if $nginx->reload();
    sleep 0.03;

    if ($i == 50) {
        $master_before = $nginx->memory($nginx->pid());
        $worker_before = $nginx->memory(($nginx->workers())[0]);
    }
}

my $master_after = $nginx->memory($nginx->pid());
my $worker_after = $nginx->memory(($nginx->workers())[0]);

$nginx->write_file('stop', '');
my $failed_clients = 0;
for (@clients) {
    waitpid $_, 0;
    $failed_clients++ if $?;
}

is($done, $RELOADS, "$RELOADS reloads");
is($failed_clients, 0, 'the clients ran to their end');

my $faults = join '', map { $nginx->read_file("faults.$_") } 1 .. $CLIENTS;
is($faults, '', 'no request was lost');

my @ids = split ' ', join '', map { $nginx->read_file("ids.$_") } 1 .. $CLIENTS;
my %seen;
my @twice = grep { $seen{$_}++ } @ids;
cmp_ok(scalar @ids, '>=', 5 * $RELOADS, 'there was load: ' . @ids . ' answers');
is("@twice", '', 'no EO-LOG-UUID was given twice');

check_growth('the master', $master_before, $master_after, $GROWTH_MAX);
check_growth('the worker', $worker_before, $worker_after, $GROWTH_MAX);

# and within one worker

my ($worker) = $nginx->workers();
ask(200);
my $before = $nginx->memory($worker);
ask(600);
my $after = $nginx->memory($worker);

check_growth('3,000 requests', $before, $after, 256);
is(($nginx->workers())[0], $worker, 'by one and the same worker');

my $log = $nginx->read_file('logs/error.log');
unlike($log, qr/\[alert\]|\[emerg\]|exited on signal/, 'no alert in the log');

$nginx->stop();
done_testing();


sub ask {
    my ($rounds) = @_;

    for (1 .. $rounds) {
        for (@requests) {
            my ($uri, $expected, @headers) = @$_;
            $nginx->get($uri, @headers);
        }
    }
}


# AddressSanitizer keeps what is freed for a while, on purpose.

sub check_growth {
    my ($what, $before, $after, $max) = @_;

    SKIP: {
        skip "memory of $what under AddressSanitizer", 1
            if defined $ENV{ASAN_OPTIONS};

        cmp_ok($after - $before, '<', $max,
               "memory, $what: $before KB, then $after KB");
    }
}
