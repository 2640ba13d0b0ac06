# Two hundred reloads with the Core Rule Set in use: every request is
# answered, and memory does not grow; servers that name the same files share
# what they say.

use strict;
use warnings;

use lib 't/lib';
use Test::More;

use EO::Nginx;

my $rules = $ENV{CRS_RULES} || '/usr/share/modsecurity-crs/rules';
my $setup = $ENV{CRS_SETUP} || '/etc/modsecurity/crs/crs-setup.conf';

plan skip_all => "no rules in $rules (Debian's package modsecurity-crs)"
    unless -f $setup && glob "$rules/*.conf";

my $RELOADS = 200;

# Memory that two rule sets have shared with the rest of a configuration is
# not given back at once; with these settings malloc() does it sooner.  What
# there is then goes up and down by half a megabyte in some hundred reloads,
# so that the most there was in the first half of them is compared with the
# most there was in the second one: what is allowed is about 6 KB a reload,
# where one rule set is more than 10 MB.

$ENV{MALLOC_MMAP_THRESHOLD_} = 16384;
$ENV{MALLOC_TRIM_THRESHOLD_} = 0;

my $EVERY = 10;
my $GROWTH_MAX = 640;

# What nineteen more servers may add to a process, in KB.

my $SERVERS_MAX = 2048;

my $one = nginx_with(1);
my $many = nginx_with(20);

$one->start();
is(answer($one), 566, 'one server blocks');
my ($worker) = $one->workers();
my $of_one = $one->memory($worker);
$one->stop();

$many->start();
is(answer($many), 566, 'twenty servers block');
($worker) = $many->workers();
my $of_many = $many->memory($worker);

SKIP: {
    skip 'memory of a sanitizer says nothing', 1 if $ENV{EO_SANITIZER_REPORTS};

    cmp_ok($of_many - $of_one, '<', $SERVERS_MAX,
           "twenty servers ($of_many KB) cost no more than one ($of_one KB)");
}

my ($lost, @most) = (0);

for my $n (1 .. $RELOADS) {
    $many->reload() or $lost++;
    $lost++ unless answer($many) == 566;

    note_memory($n) if $n % $EVERY == 0;
}

is($lost, 0, "each of $RELOADS reloads leaves a worker that blocks");

SKIP: for my $i (0, 1) {
    skip 'memory of a sanitizer says nothing', 2 if $ENV{EO_SANITIZER_REPORTS};

    my ($before, $after) = map { $_->[$i] } @most;

    cmp_ok($after - $before, '<', $GROWTH_MAX,
           ($i ? 'worker' : 'master') . ": $before KB at most, then $after");
}

$many->stop();
done_testing();


# the most KB of master and worker, in the first half and in the second

sub note_memory {
    my ($n) = @_;
    my ($worker) = $many->workers();
    my $half = $most[$n > $RELOADS / 2] //= [0, 0];
    my @now = ($many->memory($many->pid()), $many->memory($worker));

    for my $i (0, 1) {
        $half->[$i] = $now[$i] if $now[$i] > $half->[$i];
    }
}

sub nginx_with {
    my ($servers) = @_;

    my $server = join '', map { <<"_EOC_" } 1 .. $servers;
    server {
        listen 127.0.0.1:%PORT%;
        server_name s$_.example.com;
        location / { root html; }
    }
_EOC_

    my $nginx = EO::Nginx->new(<<"_EOC_");
worker_processes 1;

events {
    worker_connections 64;
}

http {
    access_log off;
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file %PREFIX%/rules.conf;
$server
}
_EOC_

    $nginx->write_file('rules.conf',
                       "Include $setup\nInclude $rules/*.conf\n");

    return $nginx;
}


sub answer {
    my ($nginx) = @_;

    my $answer = $nginx->get("/?id=1'+or+'1'%3D'1", 'User-Agent: x',
                             'Accept: */*');
    my ($status) = ($answer || '') =~ m{^HTTP/1\.1 (\d+)};

    return $status || 0;
}
