# Rate limits and what Test::Nginx has no section for: several workers at
# once, time that passes, reloads, zones that are full, workers that die.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use IO::Socket::INET;
use POSIX ();
use Time::HiRes qw(sleep time);

use EO::Nginx;

my $CLIENTS = 4;


# of the rules of most tests: each path has counters of its own

my $limits = <<'_EOC_';
    eo_rate_limit block '${http.request.uri.path} like ["/block*"]'
                  zone=rates by=http.request.uri.path threshold=1000
                  period=10m action=deny;
    eo_rate_limit throttle '${http.request.uri.path} like ["/throttle*"]'
                  zone=rates by=http.request.uri.path threshold=1000
                  period=10m mode=throttle action=deny;
    eo_rate_limit count '${http.request.uri.path} like ["/count*"]'
                  zone=rates by=http.request.uri.path threshold=100000
                  period=1h action=deny;
    eo_rate_limit second '${http.request.uri.path} like ["/second*"]'
                  zone=rates by=http.request.uri.path threshold=2
                  period=1s mode=throttle action=deny;
    eo_rate_limit penalty '${http.request.uri.path} like ["/penalty*"]'
                  zone=rates by=http.request.uri.path threshold=2
                  period=1s duration=2s action=deny;
    eo_rate_limit stall '${http.request.uri.path} like ["/stall*"]'
                  zone=rates by=http.request.uri.path threshold=1
                  period=10s action=stall;
    eo_rate_limit status '${http.request.uri.path} like ["/status*"]'
                  zone=rates by=http.request.uri.path threshold=500
                  period=1h count=status:404 action=deny;
    eo_rate_limit full '${http.request.uri.path} like ["/full*"]'
                  zone=small by=http.request.uri.args['k'] threshold=3
                  period=1h action=deny;
_EOC_

sub configuration {
    my ($zone_size, $rules) = @_;

    return <<"_EOC_";
worker_processes 4;

events {
    worker_connections 256;
    accept_mutex off;
}

http {
    access_log off;
    eo_rate_zone rates $zone_size;
    eo_rate_zone small 64k;

    eo_waf on;
    $rules

    server {
        listen 127.0.0.1:%PORT% reuseport;
        add_header X-Worker \$pid always;
        add_header X-Count \$eo_rate_count always;
        root %PREFIX%/html;
        location / { try_files /index.html =404; }
        location /status { try_files \$uri =404; }
    }
}
_EOC_
}

my $nginx = EO::Nginx->new(configuration('1m', $limits));

$nginx->write_file('html/index.html', "served\n");
$nginx->start();


sub answer {
    my ($uri) = @_;

    my $answer = $nginx->get($uri);

    return defined $answer ? $answer : '';
}


sub status {
    return answer(@_) =~ m{^HTTP/1\.1 (\d+)} ? $1 : 0;
}


sub count {
    return answer(@_) =~ m{^X-Count: (\d+)}m ? $1 : undef;
}


# start_clients(EACH, URI): processes that make so many requests, one
# connection each; end_clients() tells how often each status came, 0 being
# no answer

sub start_clients {
    my ($each, $uri) = @_;

    my @clients;

    for (1 .. $CLIENTS) {
        my $pid = open(my $from, '-|') // die "fork: $!\n";

        if ($pid == 0) {
            my (%seen, %workers);

            for (1 .. $each) {
                my $answer = answer($uri);
                $seen{$answer =~ m{^HTTP/1\.1 (\d+)} ? $1 : 0}++;
                $workers{$1} = 1 if $answer =~ /^X-Worker: (\d+)/m;
            }

            print map({ "$_ $seen{$_}\n" } keys %seen),
                map({ "worker $_\n" } keys %workers);
            close STDOUT;
            POSIX::_exit(0);
        }

        push @clients, $from;
    }

    return \@clients;
}


sub end_clients {
    my ($clients) = @_;

    my (%seen, %workers);

    for my $from (@$clients) {
        while (<$from>) {
            if (/^worker (\d+)/) {
                $workers{$1} = 1;

            } elsif (/^(\d+) (\d+)/) {
                $seen{$1} += $2;
            }
        }

        close $from;
    }

    return (\%seen, scalar keys %workers);
}


sub clients {
    return end_clients(start_clients(@_));
}


# --- to the digit ------------------------------------------------------------

my ($seen, $workers) = clients(500, '/block');

cmp_ok($workers, '>', 1, 'several workers serve');
is_deeply($seen, { 200 => 1000, 567 => $CLIENTS * 500 - 1000 },
          'block: the threshold passes, and nothing more');

($seen) = clients(500, '/throttle');
is_deeply($seen, { 200 => 1000, 567 => $CLIENTS * 500 - 1000 },
          'throttle: the same');

($seen) = clients(500, '/count');
is_deeply($seen, { 200 => $CLIENTS * 500 }, 'below the threshold all pass');
is(count('/count'), $CLIENTS * 500 + 1, 'and all are counted');

($seen) = clients(200, '/status');
cmp_ok($seen->{404}, '>=', 501, 'by status, the threshold passes');
cmp_ok($seen->{404}, '<=', 501 + $CLIENTS,
       'and what was under way when it was exceeded');


# --- time --------------------------------------------------------------------

is_deeply([map { status('/second') } 1 .. 3], [200, 200, 567],
          'a second of two requests');
sleep 1.6;
is(status('/second'), 200, 'in the next there is room again');
sleep 2.1;
is_deeply([map { status('/second') } 1 .. 3], [200, 200, 567],
          'and after two seconds as much as before');

is_deeply([map { status('/penalty') } 1 .. 3], [200, 200, 567],
          'a penalty of two seconds');
sleep 1.5;
is(status('/penalty'), 567, 'it holds when the period is over');
sleep 0.7;
is(status('/penalty'), 200, 'and then ends');


# --- stalled: no answer, and the connection stays -----------------------------

is(status('/stall'), 200, 'one request');

{
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                       PeerPort => $nginx->port(),
                                       Proto => 'tcp') or die "connect: $!\n";
    print $socket "GET /stall HTTP/1.1\r\nHost: localhost\r\n\r\n";

    my $read = '';
    vec($read, fileno $socket, 1) = 1;

    is(select($read, undef, undef, 1.5), 0, 'and the second is stalled');
}


# --- reloads -----------------------------------------------------------------

is(status('/block'), 567, 'a key that is blocked');
ok($nginx->reload(), 'a reload');
is(status('/block'), 567, 'and it is still');
is(count('/count'), $CLIENTS * 500 + 2, 'counts go on where they were');

my $clients = start_clients(500, '/throttle-reload');
my $reloads = 0;

for (1 .. 3) {
    sleep 0.1;
    $reloads++ if $nginx->reload();
}

($seen) = end_clients($clients);

is($reloads, 3, 'reloads while clients come');
is($seen->{200}, 1000, 'and still the threshold passes, and nothing more');


sub reload_with {
    my ($conf) = @_;

    my $text = $nginx->read_file('nginx.conf');
    my ($head) = $text =~ /\A(.*?)worker_processes/s;

    $conf =~ s/%PREFIX%/$nginx->prefix()/ge;
    $conf =~ s/%PORT%/$nginx->port()/ge;
    $nginx->write_file('nginx.conf', $head . $conf);

    return $nginx->reload();
}


my $changed = $limits;
$changed =~ s/(block .*?threshold=)1000/${1}900/s or die;
$changed = "    # the rules are on other lines\n\n$changed";

ok(reload_with(configuration('1m', $changed)), 'a rule is changed');
is(status('/block'), 200, 'that one begins anew');
is(count('/count'), $CLIENTS * 500 + 3, 'the others do not');

ok(reload_with(configuration('2m', $changed)), 'a zone of another size');
is(count('/count'), 1, 'is empty');


# --- a zone that is full -----------------------------------------------------

# keepalive(URI...): the statuses of requests on one connection, one after
# the other

sub keepalive {
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                       PeerPort => $nginx->port(),
                                       Proto => 'tcp') or die "connect: $!\n";
    my @statuses;

    local $SIG{ALRM} = sub { die "timeout\n" };
    alarm 20;

    for my $uri (@_) {
        print $socket "HEAD $uri HTTP/1.1\r\nHost: localhost\r\n\r\n";

        my $head = '';

        while ($head !~ /\r\n\r\n\z/) {
            sysread $socket, $head, 4096, length $head or last;
        }

        push @statuses, $head =~ m{^HTTP/1\.1 (\d+)};
    }

    alarm 0;

    return @statuses;
}


is_deeply([map { status('/full?k=attacker') } 1 .. 4], [200, 200, 200, 567],
          'a key is blocked');

my @statuses = map { my $n = $_;
                     keepalive(map { "/full?k=$n-$_" } 1 .. 400) } 1 .. 20;

is(scalar(grep { $_ == 200 } @statuses), 8000,
   'many more keys than there is room for');
is(status('/full?k=attacker'), 567, 'the key is blocked all the same');
like($nginx->read_file('logs/error.log'),
     qr/\[warn\].* the rate zone "small" is full: counters that were in use /,
     'and the log says that the zone is full');

my %lines;
$lines{$_}++ for $nginx->read_file('logs/error.log')
    =~ /(\d+)#\d+: .* is full/g;

is_deeply([grep { $_ != 1 } values %lines], [], 'once in each worker');


# --- workers that die --------------------------------------------------------

is(count('/count-killed'), 1, 'a counter');

$clients = start_clients(1000, '/count-killed');
my $killed = 0;

for (1 .. 15) {
    sleep 0.04;
    my @workers = $nginx->workers();
    $killed += kill 'KILL', $workers[rand @workers] if @workers;
}

($seen) = end_clients($clients);

cmp_ok($killed, '>=', 10, "$killed workers were killed");

my $answered = $seen->{200} || 0;
my $unanswered = $seen->{0} || 0;

is($answered + $unanswered, $CLIENTS * 1000, 'while clients came');

ok($nginx->wait_for(sub { $nginx->workers() == 4 }), 'there are new ones');

my $now = count('/count-killed');

cmp_ok($now, '>=', $answered + 2, 'all that were answered had been counted');
cmp_ok($now, '<=', $answered + $unanswered + 2, 'and each of them once');

# every counter can still be counted

my $began = time;

($seen) = clients(100, '/count-after');
is_deeply($seen, { 200 => $CLIENTS * 100 }, 'all workers count');
cmp_ok(time - $began, '<', 5, 'and none waits for the dead');

$nginx->stop();


# --- requests that wait between their phases ---------------------------------

# "limit_req" holds them back before they are counted, while others come

$nginx = EO::Nginx->new(<<'_EOC_');
worker_processes 1;

events { }

http {
    limit_req_zone $server_name zone=slow:1m rate=8r/s;
    eo_rate_zone rates 1m;
    eo_waf on;
    eo_rate_limit all '*' zone=rates by=$arg_k threshold=2 period=10m
                  action=deny;

    server {
        listen 127.0.0.1:%PORT%;
        root %PREFIX%/html;
        location / {
            limit_req zone=slow burst=20;
            try_files /index.html =404;
        }
    }
}
_EOC_

$nginx->write_file('html/index.html', "served\n");
$nginx->start();

my @both = map { start_clients(1, "/?k=$_") } qw(a b);

is_deeply([map { (end_clients($_))[0] } @both],
          [({ 200 => 2, 567 => $CLIENTS - 2 }) x 2],
          'each is counted by its own key');

$nginx->stop();


# --- the time waited for a lock ----------------------------------------------

# For the workers this test is another process that holds the locks: it writes
# its number into all of them, in the memory of the zone.  It never lets go, so
# that a worker has to wait until it takes the lock away, after a second.

$nginx = EO::Nginx->new(<<'_EOC_');
worker_processes 2;

events { }

http {
    eo_rate_zone rates 64k;
    eo_waf on;
    eo_rate_limit all '*' zone=rates by=http.request.uri.path
                  threshold=1000 period=1h action=deny;

    server {
        listen 127.0.0.1:%PORT%;
        add_header X-Waited "$eo_rate_count $eo_rate_lock_wait" always;
        root %PREFIX%/html;
        location / { try_files /index.html =404; }
    }
}
_EOC_

$nginx->write_file('html/index.html', "served\n");
$nginx->start();


# hold_locks(): how many there are; undef without the right to write there

sub hold_locks {
    my ($pid) = $nginx->workers();

    open my $maps, '<', "/proc/$pid/maps" or return;
    my ($from, $to);

    while (<$maps>) {
        ($from, $to) = (hex $1, hex $2)
            if m{^([0-9a-f]+)-([0-9a-f]+) rw-s .*/dev/zero}
               && hex($2) - hex($1) == 65536;
    }

    return if !$from;

    open my $memory, '+<:raw', "/proc/$pid/mem" or return;

    sysseek $memory, $from, 0 or return;
    (sysread($memory, my $zone, $to - $from) // 0) == $to - $from or return;

    # the table begins with its version and the number of its buckets, and
    # ends with where they are; each begins with its lock

    for (my $at = 0; $at < $to - $from - 40; $at += 64) {
        my ($version, $count, undef, undef, $buckets)
            = unpack 'Q5', substr $zone, $at, 40;

        next unless $version == 2 && $count
            && $buckets == $from + $at + 64
            && $buckets + 1024 * $count <= $to;

        for my $n (0 .. $count - 1) {
            sysseek $memory, $buckets + 1024 * $n, 0 or return;
            (syswrite($memory, pack 'Q', $$) // 0) == 8 or return;
        }

        return $count;
    }

    return 0;
}


sub waited {
    return answer(@_) =~ /^X-Waited: (\d+) (\d+)/m ? ($1, $2) : ();
}


is_deeply([waited('/wait')], [1, 0], 'nobody waits for nobody');

SKIP: {
    my $locks = hold_locks();

    skip 'no right to write to the memory of a worker', 5
        unless defined $locks;

    cmp_ok($locks, '>', 10, 'another process has the locks');

    $began = time;
    my ($count, $microseconds) = waited('/wait');

    is($count, 2, 'it goes on counting');
    cmp_ok(time - $began, '>=', 1, 'but waits for them');
    cmp_ok($microseconds, '>=', 1_000_000, 'by its own account, too');

    $began = time;
    waited('/wait');
    cmp_ok(time - $began, '<', 0.9, 'and not again');
}

$nginx->stop();

done_testing();
