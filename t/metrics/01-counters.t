# What is counted, to the digit, with two workers: by domain, through a reload
# and a killed worker; bytes as they leave.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP ();
use Test::More;

use EO::Nginx;
use EO::Origin;

EO::Origin->start();

my $config = <<"_EOC_";
worker_processes 2;

events {
    worker_connections 256;
    accept_mutex off;
}

http {
    access_log off;
    proxy_read_timeout 200ms;
    proxy_cache_path %PREFIX%/cache keys_zone=edge:1m;
    proxy_cache_valid 1h;

    eo_metrics_zone node 4m FILE;
    eo_metrics node;
    eo on;

    server {
        listen 127.0.0.1:%PORT%;
        server_name other.example;
        location / { return 200 unmatched; }
    }

    server {
        listen 127.0.0.1:%PORT%;
        server_name a.example www.a.example .wild.example pre.* "~^r(\\d)\\.example\$";

        location / { return 200 "0123456789"; }
        location = /204 { return 204; }
        location = /404 { return 404; }
        location = /post { proxy_pass http://127.0.0.1:$ENV{TEST_NGINX_ORIGIN_HTTP}/echo; }
        location = /refused { proxy_pass http://127.0.0.1:$ENV{TEST_NGINX_ORIGIN_REFUSED}; }
        location = /silent { proxy_pass http://127.0.0.1:$ENV{TEST_NGINX_ORIGIN_HTTP}; }
        location = /cached {
            proxy_cache edge;
            proxy_ignore_headers Cache-Control Expires;
            proxy_pass http://127.0.0.1:$ENV{TEST_NGINX_ORIGIN_HTTP}/echo;
        }
        location = /slow { limit_rate 20k; root %PREFIX%/html; }
        location /off/ { eo_metrics off; return 200 off; }
        location /inner/ { rewrite ^ /404 last; }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        server_name page.example;
        eo_metrics off;
        location = /metrics { eo_metrics_page node; }
    }
}
_EOC_

sub nginx_of {
    my ($file) = @_;
    return EO::Nginx->new($config =~ s/FILE/$file/r);
}

my $nginx = nginx_of('');
$nginx->write_file('html/slow', 'x' x 80_000);
$nginx->start();
ok($nginx->wait_for(sub { $nginx->workers() == 2 }), 'two workers');

my $port = $nginx->port();


sub get {
    my ($host, $uri, $method, $body) = @_;

    $method ||= 'GET';
    my $length = defined $body ? 'Content-Length: ' . length($body) . "\r\n" : '';
    my $request = "$method $uri HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n"
                  . "$length\r\n" . ($body // '');
    my $answer = $nginx->request($request);

    return { sent => length $request, got => length($answer // ''), text => $answer };
}

sub numbers {
    my ($query) = @_;
    my $answer = $nginx->request("GET /metrics?format=json" . ($query // '')
                                 . " HTTP/1.1\r\nHost: page.example\r\n"
                                 . "Connection: close\r\n\r\n", $port + 1);
    my ($head, $body) = split /\r\n\r\n/, $answer, 2;
    return eval { JSON::PP->new->utf8->decode($body) } || { head => $head };
}

# a client has an answer a moment before the request is counted

sub numbers_when {
    my ($requests, $query) = @_;
    my $numbers;
    $nginx->wait_for(sub {
        $numbers = numbers($query);
        return $numbers->{totals}{requests} >= $requests;
    });
    return $numbers;
}


# one domain, by what the client counts itself

my ($in, $out, $n) = (0, 0, 0);

for my $uri (('/') x 5, ('/204') x 3, ('/404') x 2, '/inner/x', '/off/x') {
    my $r = get('a.example', $uri);
    next if $uri =~ m{^/off/};
    $in += $r->{sent};
    $out += $r->{got};
    $n++;
}

my $r = get('a.example', '/post', 'POST', 'b' x 5000);
$in += $r->{sent};
$out += $r->{got};
$n++;

my $a = numbers_when($n, '&domain=a.example');
my $t = $a->{totals};

is($a->{version}, 1, 'the version of the JSON');
is($a->{domain}, 'a.example', 'one domain');
is($t->{requests}, $n, 'requests, without those of a location that is off');
is($t->{bytes_in}, $in, 'bytes in, as the client has sent');
is($t->{bytes_out}, $out, 'bytes out, as the client has got');
is($t->{status_2xx}, 9, '2xx');
is($t->{status_4xx}, 3, '4xx');
is_deeply($a->{statuses}, { 200 => 6, 204 => 3, 404 => 3 }, 'statuses');
is($t->{origin_requests}, 1, 'a request to the origin');
cmp_ok($t->{origin_bytes_out}, '>', 5000, 'bytes to the origin');
cmp_ok($t->{origin_bytes_in}, '>', 0, 'bytes from the origin');
is($t->{first_bytes}, $n, 'each had a first byte');

my $sum = 0;
$sum += $_ for @{ $a->{histograms}{response} };
is($sum, $n, 'each is in a bucket');
is_deeply($a->{running}, $t, 'nothing is folded yet, or all is in the history')
    if !@{ $a->{history}{time} };


# causes and cache

get('a.example', '/refused') for 1 .. 2;
get('a.example', '/silent');
get('a.example', '/cached') for 1 .. 3;
$a = numbers_when($n + 6, '&domain=a.example');

is_deeply($a->{origin_errors}, { connect_refused => 2, response_timeout => 1 },
          'origin errors by cause');
is($a->{totals}{origin_errors}, 3, '... and together');

SKIP: {
    skip 'no cache_status in this build', 2
        unless grep { /cache_status/ } EO::Nginx->modules();
    is($a->{totals}{cache_hit}, 2, 'hits');
    is($a->{totals}{cache_miss}, 1, 'a miss');
}


# names: those of the configuration, and no others

get($_, '/') for qw(www.a.example x.wild.example y.wild.example wild.example
                    pre.anything r1.example r2.example other.example);
get("host$_.invalid", '/') for 1 .. 50;
get('A.EXAMPLE:80', '/');
$nginx->request("GET / HTTP/1.0\r\n\r\n");
$nginx->request("nonsense\r\n\r\n");

my $all = numbers_when($n + 6 + 8 + 50 + 1 + 2);
my %of = map { $_->{name} => $_->{totals}{requests} } @{ $all->{domains} };

is($all->{domain}, '*', 'all domains');
is_deeply(\%of, {
    'a.example' => $n + 7, 'www.a.example' => 1, '.wild.example' => 3,
    'pre.*' => 1, '^r(\d)\.example$' => 2, 'other.example' => 1,
    'page.example' => 0, 'other' => 52,
}, 'names of servers; the rest is "other"');
is($all->{totals}{requests}, $n + 6 + 8 + 50 + 1 + 2, 'the sum');
like(numbers('&domain=host1.invalid')->{head}, qr/^HTTP\S+ 404 /,
     'a Host that matches none made no entry');


# bytes as they leave

my $before = $all->{totals};
my $slow = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port") or die "$!\n";
print $slow "GET /slow HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n";
$slow->flush();

my ($middle, $got) = (undef, 0);
$nginx->wait_for(sub {
    sysread $slow, my $part, 65536;
    $got += length($part // '');
    $middle = numbers()->{totals};
    return $middle->{bytes_out} - $before->{bytes_out} > 30_000;
}, 20);

is($middle->{requests}, $before->{requests}, 'a download under way');
cmp_ok($middle->{bytes_out} - $before->{bytes_out}, '>', 30_000,
       '... whose bytes are counted');

$got += length($_) while sysread $slow, $_, 65536;
my $after = numbers_when($before->{requests} + 1)->{totals};
is($after->{bytes_out} - $before->{bytes_out}, $got, '... each once');


# a reload and a killed worker

$nginx->reload();
is_deeply(numbers()->{totals}, $after, 'a reload keeps what was counted');

my ($victim) = $nginx->workers();
kill 'KILL', $victim;
ok($nginx->wait_for(sub {
    my @workers = $nginx->workers();
    return @workers == 2 && !grep { $_ == $victim } @workers;
}), 'a worker was killed and is back');
is_deeply(numbers()->{totals}, $after, '... which changes no count');

get('a.example', '/') for 1 .. 20;
is(numbers_when($after->{requests} + 20)->{totals}{requests}, $after->{requests} + 20,
   '... and counting goes on');

# another list of names, and other buckets

my $changed = $nginx->read_file('nginx.conf');
$changed =~ s/www\.a\.example/new.example/;
$changed =~ s/(eo_metrics node;)/$1 eo_metrics_buckets 1s 2s;/;
$nginx->write_file('nginx.conf', $changed);
$nginx->reload();
get('new.example', '/');
my $new = numbers_when($after->{requests} + 21);
my ($entry) = grep { $_->{name} eq 'new.example' } @{ $new->{domains} };
is($entry->{totals}{requests}, 1, 'a name that is new');
is_deeply($new->{histograms}{limits_ms}, [1000, 2000], 'other buckets');
is_deeply($new->{histograms}{response}, [1, 0, 0], '... begin anew');
$nginx->stop();
unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg)\](?!.*signal 9)/,
       'no alert in the log');


# a file outlives nginx

$nginx = nginx_of('file=%PREFIX%/node.metrics');
$nginx->start();
get('a.example', '/') for 1 .. 7;
is(numbers_when(7)->{totals}{requests}, 7, 'counted into a file');
my $since = numbers()->{since};
like($nginx->test(), qr/successful/, 'nginx -t beside it');
$nginx->stop();
$nginx->start();
my $again = numbers();
is($again->{totals}{requests}, 7, '... which a new nginx goes on with');
is($again->{since}, $since, '... since when');
$nginx->reload();
get('a.example', '/');
is(numbers_when(8)->{totals}{requests}, 8, '... and after a reload');
$nginx->stop();

$nginx->write_file('node.metrics', 'not a store');
$nginx->start();
get('a.example', '/');
is(numbers_when(1)->{totals}{requests}, 1, 'what is no store begins anew');
like($nginx->read_file('logs/error.log'), qr/\[warn\].*node\.metrics" .*another size/,
     '... and the log says so');
$nginx->stop();

done_testing();
