# Region databases that change while nginx runs: exchanged without a reload,
# the old one kept whatever is wrong with the new one, and nothing leaked.

use strict;
use warnings;

use lib 't/lib', 't/client/lib';
use Test::More;
use Time::HiRes qw(sleep time);

use EO::GeoDatabase;
use EO::Node;

plan skip_all => EO::GeoDatabase->missing unless EO::GeoDatabase->available;

my $FILES = 25;
my $ROUNDS = 8;
my $RELOADS = 200;

my $names = join ' ', map { "\$DIR/$_.mmdb" } 0 .. $FILES - 1;

my $node = EO::Node->new(qq{
    eo_geo_database $names;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Test-IP;
    server {
        listen 127.0.0.1:\$PORT;
        location / { return 200 "\$eo_client_country"; }
    }
});

my $dir = $node->dir;

# each database knows a network of its own, and the country of the round

sub database {
    my ($n, $country, %options) = @_;

    my %networks = ("10.$n.0.0/16" => { country => { iso_code => $country } });

    # other sizes from round to round
    for my $i (1 .. $options{more} || 0) {
        $networks{"172.$i.$n.0/24"} = { country => { iso_code => $country },
            city => { names => { en => "City $i of $country" } } };
    }

    EO::GeoDatabase->write("$dir/$n.mmdb", "Test-$n", \%networks);
}

sub country { $node->get('/', "X-Test-IP: 10.$_[0].1.1") }

sub count {
    my ($pattern) = @_;
    my $n = () = $node->log =~ /$pattern/g;
    return $n;
}

sub slurp {
    open my $handle, '<:raw', $_[0] or die "$_[0]: $!";
    local $/;
    return scalar <$handle>;
}

# in place, as a careless copy does it
sub overwrite {
    my ($path, $bytes) = @_;
    open my $handle, '+<:raw', $path or die "$path: $!";
    truncate $handle, 0;
    print $handle $bytes;
    close $handle;
}

database($_, 'AA') for 0 .. $FILES - 1;

ok($node->start, 'nginx starts');
is(country(3), 'AA', 'a country of the first database');


# the exchange

database(3, 'BB');
ok($node->wait_for(sub { country(3) eq 'BB' }), 'a database is exchanged');
is(country(4), 'AA', 'and only that one');
is(count(qr/region database .*3\.mmdb \(Test-3 of \d+-\d\d-\d\d, IPv6\), is in use/),
   1, 'the log says so');

sleep 1.5;
is_deeply([map { country(3) } 1 .. 20], [('BB') x 20], 'in all workers');


# bad ones, in place: workers have nothing of the file mapped

my $good = slurp("$dir/3.mmdb");
my $size = length $good;

overwrite("$dir/3.mmdb", '');
ok($node->wait_for(sub { count(qr/3\.mmdb is empty, the old one stays/) }),
   'an empty file is refused');

overwrite("$dir/3.mmdb", substr $good, 0, $size / 2);
ok($node->wait_for(sub { count(qr/3\.mmdb has no metadata/) }),
   'a file cut in half is refused');

overwrite("$dir/3.mmdb", substr $good, 100);
ok($node->wait_for(sub { count(qr/3\.mmdb (?:is damaged|is shorter)/) }),
   'a file without its beginning is refused');

my $bad = $good;
substr($bad, $_, 1) = chr(255 ^ ord substr $bad, $_, 1) for 10 .. 60;
overwrite("$dir/3.mmdb", $bad);
ok($node->wait_for(sub { count(qr/3\.mmdb is damaged/) == 2
                         || count(qr/3\.mmdb .*the old one stays/) == 4 }),
   'a file with damaged nodes is refused');

sleep 3;
is(count(qr/3\.mmdb .*the old one stays/), 4, 'each is logged once');
is(country(3), 'BB', 'the old database stays in use');

# what was copied of a large one does not stay in memory

sub shared {
    my $blocks = 0;

    for (glob '/proc/' . $node->pid() . '/fd/*') {
        next if (readlink || '') !~ /eo_live_slot/;
        $blocks += (stat)[12] || 0;
    }

    return $blocks * 512;
}

my $shared = shared();
cmp_ok($shared, '>', 0, 'the databases are in shared memory');

overwrite("$dir/3.mmdb", 'junk' x (8 * 1024 * 1024));
ok($node->wait_for(sub { count(qr/3\.mmdb .*the old one stays/) == 5 }),
   'a large file of junk is refused');
ok($node->wait_for(sub { shared() < $shared + 1024 * 1024 }),
   'and its memory is given back');
is(country(3), 'BB', 'the old database stays in use');

unlink "$dir/3.mmdb";
ok($node->wait_for(sub { count(qr/3\.mmdb" is gone, what it held stays/) }),
   'a file that is gone is logged');
sleep 2;
is(count(qr/is gone/), 1, 'once');
is(country(3), 'BB', 'and its database stays in use');

mkdir "$dir/3.mmdb";
ok($node->wait_for(sub { count(qr/3\.mmdb is not a regular file/) }),
   'a directory in its place is refused');
rmdir "$dir/3.mmdb";

database(3, 'CC');
ok($node->wait_for(sub { country(3) eq 'CC' }), 'a good one ends all this');


# a broken file does not pass for a configuration

overwrite("$dir/5.mmdb", 'junk');
ok(!$node->run('-t'), 'nginx -t refuses a broken database');
is(country(5), 'AA', 'and the running nginx keeps the old one');
database(5, 'AA');


# a reload keeps what has not changed

$node->wait_for(sub { count(qr/5\.mmdb .* is in use/) });
ok($node->reload, 'reload');
is(country(3), 'CC', 'an exchanged database after a reload');
is(country(4), 'AA', 'and one that never changed');


# many exchanges: the first one of each makes its two slots

sub settle {
    my ($country) = @_;

    return $node->wait_for(sub {
        !grep { country($_) ne $country } 0 .. $FILES - 1;
    });
}

my (%before, %after);

for my $round (1 .. $ROUNDS) {
    my $country = 'R' . chr(64 + $round);

    database($_, $country, more => 1 + ($round * 37 + $_ * 11) % 50)
        for 0 .. $FILES - 1;

    ok(settle($country), "round $round of $FILES exchanges") or last;

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

        cmp_ok($grown, '<', 512, "a worker's memory after "
               . $FILES * ($ROUNDS - 2) . " exchanges more ($grown kB)");
    }

    is($after{$pid}[1], $before{$pid}[1], "its descriptors");
}


# many reloads

$node->reload for 1 .. 10;

my $master = $node->pid;
my $memory = $node->memory($master, 'RssAnon');
my $descriptors = $node->descriptors($master);

my $failed = 0;

for (1 .. $RELOADS) {
    $node->reload or $failed++;
}

is($failed, 0, "$RELOADS reloads");

my $grown = $node->memory($master, 'RssAnon') - $memory;

SKIP: {
    skip 'memory under AddressSanitizer', 1 if defined $ENV{ASAN_OPTIONS};

    cmp_ok($grown, '<', 1024, "the master's memory after them ($grown kB)");
}

is($node->descriptors($master), $descriptors, 'its descriptors');
is(country(3), 'R' . chr(64 + $ROUNDS), 'and the databases are there');

is(count(qr/\[(?:alert|crit|emerg)\](?!.*5\.mmdb)/), 0, 'no alert in the log');
is(count(qr/exited on signal/), 0, 'no worker died');

done_testing();
