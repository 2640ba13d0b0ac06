# Address lists (eo_ip_group) from files that change while nginx runs.  They
# share with the region databases how files are watched, read and exchanged,
# so their test is beside t/client/swap.t.

use strict;
use warnings;

use lib 't/lib', 't/client/lib';
use Test::More;
use Time::HiRes qw(sleep time);

use EO::Node;

my $modules = $ENV{TEST_NGINX_LOAD_MODULES} || '';

plan skip_all => 'the waf module is not in this build'
    if $modules ne '' && $modules !~ /eo_waf/;

my $FILES = 25;
my $ROUNDS = 8;
my $MILLION = 1_000_000;

my $groups = join "\n", map { "eo_ip_group many$_ \$DIR/$_.txt;" }
    1 .. $FILES - 1;

my $rules = join "\n", map {
    "location /many/$_ {
         eo_custom_rule r$_ '\${http.request.ip} in "
    . "[\${security.ip_group[\"many$_\"]}]' action=deny;
         proxy_pass http://127.0.0.1:\$PORT/open;
     }" } 1 .. $FILES - 1;

my $node = EO::Node->new(qq{
    eo_ip_group group 192.0.2.0/24 2001:db8::1 \$DIR/0.txt;
    $groups
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Test-IP;
    server {
        listen 127.0.0.1:\$PORT;
        eo_waf on;
        location = /open { eo_waf off; return 200 open; }
        location / {
            eo_custom_rule rule '\${http.request.ip} in [\${security.ip_group["group"]}]' action=deny;
            proxy_pass http://127.0.0.1:\$PORT/open;
        }
        $rules
    }
});

my $dir = $node->dir;

sub list {
    my ($n, $text) = @_;

    open my $handle, '>:raw', "$dir/$n.new" or die $!;
    print $handle $text;
    close $handle;
    rename "$dir/$n.new", "$dir/$n.txt" or die $!;
}

sub overwrite {
    my ($n, $text) = @_;

    open my $handle, '>:raw', "$dir/$n.txt" or die $!;
    print $handle $text;
    close $handle;
}

sub denied {
    my ($addr, $path) = @_;

    my $body = $node->get($path || '/', "X-Test-IP: $addr");

    return defined $body && $body ne 'open' ? 1 : 0;
}

sub count {
    my ($pattern) = @_;
    my $n = () = $node->log =~ /$pattern/g;
    return $n;
}

list($_, "10.0.0.0/8\n") for 0 .. $FILES - 1;

ok($node->start, 'nginx starts');

is(denied('192.0.2.9'), 1, 'an address of the configuration');
is(denied('2001:db8::1'), 1, 'an IPv6 one');
is(denied('10.1.2.3'), 1, 'one of the file');
is(denied('11.1.2.3'), 0, 'one of neither');


# the exchange

list(0, "\xef\xbb\xbf# comment\r\n\r\n11.0.0.0/8 # one\r\n11.1.0.0/16\r\n");
ok($node->wait_for(sub { denied('11.1.2.3') }), 'a list is exchanged');
sleep 1.5;
is_deeply([map { denied('11.1.2.3') } 1 .. 10], [(1) x 10],
          'in all workers');
is_deeply([map { denied('10.1.2.3') } 1 .. 10], [(0) x 10],
          'and the old one is gone');
is(denied('192.0.2.9'), 1, 'the addresses of the configuration stay');
is(count(qr{address list \S+/0\.txt of 1 prefixes in 2 lines, is in use}), 1,
   'the log says so');


# bad ones

overwrite(0, "12.0.0.0/8\n\n12.0.0.0/64\n");
ok($node->wait_for(sub { count(qr{/0\.txt:3: "12\.0\.0\.0/64" needs a prefix length from 0 to 32, the old one stays in use}) }),
   'a broken list is refused, with file, line and reason');

overwrite(0, "13.0.0.0/8\n\x00\xff\xfe\x1b[2J junk\n");
ok($node->wait_for(sub { count(qr{/0\.txt:2: "\?\?\?\?\[2J" is followed by more text}) }),
   'so is binary junk, shown without its control characters');

sleep 3;
is(count(qr{/0\.txt:.*the old one stays}), 2, 'each is logged once');
is(denied('11.1.2.3'), 1, 'the old list stays in use');
is(denied('12.1.2.3'), 0, 'and nothing of the broken one is');

unlink "$dir/0.txt";
ok($node->wait_for(sub { count(qr{/0\.txt" is gone}) }), 'gone');
is(denied('11.1.2.3'), 1, 'a list that is gone stays in use');

ok(!$node->run('-t'), 'nginx -t refuses a configuration without its list');


# growing and shrinking all the time: as a whole or not at all

my $stop = time + 5;

while (time < $stop) {
    overwrite(0, "14.0.0.0/8\n" x (1 + rand 20_000));
    sleep 0.02;
    truncate "$dir/0.txt", 11 * int rand 500;
    is(denied('11.1.2.3') + denied('14.1.2.3'), 1, 'one list is in use')
        if rand() < 0.05;
}

list(0, "15.0.0.0/8\n");
ok($node->wait_for(sub { denied('15.1.2.3') }), 'at last a whole one');
is(denied('14.1.2.3'), 0, 'in place of the others');


# a million lines, while requests go on

my $text = join '', map {
    sprintf "10.%d.%d.%d\n", $_ >> 16 & 255, $_ >> 8 & 255, $_ & 255
} 0 .. $MILLION - 1;

list(0, $text);

my ($slowest, $changed) = (0, 0);
my $until = time + 20;

while (time < $until) {
    my $started = time;
    my $new = denied('10.1.2.3');
    my $took = time - $started;

    $slowest = $took if $took > $slowest;
    last if $changed && time > $changed + 1;
    $changed ||= time if $new;
    sleep 0.002;
}

ok($changed, 'a million lines are in use');
cmp_ok($slowest, '<', 0.25,
       sprintf 'no request waited for them (%.0f ms at most)', $slowest * 1e3);
is(denied('10.15.66.63'), 1, 'the last line');
is(denied('10.15.66.64'), 0, 'the address after it');

my $started = time;
ok($node->reload, 'a reload with them');
is(denied('10.15.66.63'), 1, 'keeps them');
is(count(qr{/0\.txt of 1000000 prefixes}), 1, 'and does not read them again');

for my $pid ($node->workers) {
    my $memory = $node->memory($pid, 'RssAnon');

    SKIP: {
        skip 'memory under AddressSanitizer', 1 if defined $ENV{ASAN_OPTIONS};

        cmp_ok($memory, '<', 16 * 1024,
               "a worker has none of it for itself ($memory kB)");
    }
}


# many exchanges

list(0, "10.0.0.0/8\n");

my (%before, %after);

for my $round (1 .. $ROUNDS) {

    list($_, join '', "20.$round.0.0/16\n",
         map { "30.$round.$_.0/24\n" } 0 .. ($round * 37) % 200)
        for 1 .. $FILES - 1;

    ok($node->wait_for(sub {
        !grep { !denied("20.$round.0.1", "/many/$_") } 1 .. $FILES - 1
    }), "round $round of " . ($FILES - 1) . ' exchanges') or last;

    if ($round == 2) {
        sleep 4;
        %before = map { $_ => [$node->memory($_, 'RssAnon'),
                               $node->descriptors($_)] } $node->workers;
    }
}

sleep 4;
%after = map { $_ => [$node->memory($_, 'RssAnon'),
                      $node->descriptors($_)] } $node->workers;

is_deeply([sort keys %after], [sort keys %before],
          'the workers are the same ones');

for my $pid (sort keys %before) {
    my $grown = $after{$pid}[0] - $before{$pid}[0];

    SKIP: {
        skip 'memory under AddressSanitizer', 1 if defined $ENV{ASAN_OPTIONS};

        cmp_ok($grown, '<', 512, "a worker's memory after the exchanges "
               . "($grown kB)");
    }

    is($after{$pid}[1], $before{$pid}[1], 'its descriptors');
}

is(count(qr/exited on signal/), 0, 'no worker died');

done_testing();
