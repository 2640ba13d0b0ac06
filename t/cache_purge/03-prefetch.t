# Prefetch: what was fetched is a hit for visitors, by HTTP and HTTPS, with
# request headers and through playlists; results, cancelling, retrying, bounds,
# and what a reload, a kill and a restart leave.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Time::HiRes qw(sleep time);

use EO::Certificate;
use EO::Nginx;

my $config = <<'_EOC_';
worker_processes 2;

events {
    worker_connections 256;
    accept_mutex off;
}

http {
    log_format origin '$uri "$http_origin" $http_x_extra "$http_user_agent"';
    access_log off;

    eo_cache_zone purge 2m path=%PREFIX%/purge;
    eo_cache_prefetch purge http=127.0.0.1:%PORT% https=127.0.0.1:%PORT2%
                      concurrency=4 rate=%RATE%r/s timeout=20s;
    eo_cache_zone bare 1m;

    proxy_cache_path %PREFIX%/cache levels=1:2 keys_zone=edge:1m;
    proxy_cache_valid 200 1h;

    server {
        listen 127.0.0.1:%PORT%;
        listen 127.0.0.1:%PORT2% ssl;
        server_name www.example.com;
        ssl_certificate %CERTS%/good.crt;
        ssl_certificate_key %CERTS%/good.key;

        eo_cache_status on;
        eo_cache_purge purge;
        proxy_cache edge;
        proxy_cache_key $scheme$host$request_uri;

        location / {
            proxy_pass http://127.0.0.1:%PORT1%;
        }
    }

    server {
        listen 127.0.0.1:%PORT%;
        server_name localhost;

        location = /api {
            client_max_body_size 12m;
            eo_cache_api purge;
        }

        location = /bare {
            eo_cache_api bare;
        }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        root %PREFIX%/html;
        access_log %PREFIX%/logs/origin.log origin;
        types { application/vnd.apple.mpegurl list; }

        location / {
            try_files $uri =404;
        }

        location /any/ {
            try_files /page =404;
        }

        location /broken/ {
            if (-f %PREFIX%/html/mended) {
                rewrite .* /page last;
            }
            return 503;
        }

        location /denied/ {
            return 403;
        }

        location /slow/ {
            limit_rate 1;
            try_files /page =404;
        }
    }
}
_EOC_

sub configured {
    my ($rate) = @_;
    (my $text = $config) =~ s/%RATE%/$rate/;
    $text =~ s/%CERTS%/$ENV{TEST_NGINX_CERTS}/g;
    return $text;
}

EO::Certificate->make();

my $nginx = EO::Nginx->new(configured(1000));
my $prefix = $nginx->prefix();
mkdir "$prefix/html/$_" for qw(hls hls/low hls/high);
$nginx->write_file('html/page', "a page of the origin\n");


sub get {
    my ($uri, @headers) = @_;
    return $nginx->request(join "\r\n", "GET $uri HTTP/1.1",
                           'Host: www.example.com', 'Connection: close',
                           @headers, '', '') || '';
}

sub status_of {
    my $answer = get(@_);
    return $answer =~ /^EO-Cache-Status: (\w+)/m ? $1 : $answer;
}

sub post {
    my ($body, $uri, @headers) = @_;
    my $answer = $nginx->request(join "\r\n",
        'POST ' . ($uri || '/api') . ' HTTP/1.1', 'Host: localhost',
        'Connection: close', 'Content-Length: ' . length $body, @headers, '',
        $body) || '';
    my ($id) = $answer =~ /"JobId":\s*"(\w+)"/;
    my ($status) = $answer =~ m{^HTTP/1.1 (\d+)};
    return ($status, $id, $answer);
}

sub prefetch {
    my ($urls, $more, @headers) = @_;
    return post('{"Type":"prefetch_url","Targets":['
                . join(',', map { qq("$_") } @$urls) . ']'
                . ($more ? ",$more" : '') . '}', undef, @headers);
}

sub task {
    my ($id, $more) = @_;
    return $nginx->get("/api?JobId=$id" . ($more || '')) || '';
}

sub ends {
    my ($id) = @_;
    my $task = '';
    $nginx->wait_for(sub {
        $task = task($id);
        return $task =~ /"Status":"(?:success|failed|canceled)"/;
    }, 60);
    return $task;
}

sub origin_log { return $nginx->read_file('logs/origin.log') }

$nginx->start();
$nginx->wait_for(sub { $nginx->workers() == 2 });

my $www = 'http://www.example.com';


# what was fetched is a hit

my ($status, $id, $answer) = prefetch([map { "$www/any/$_" } 1 .. 30]);
is($status, 200, 'accepted') or diag($answer);
like(ends($id), qr/"Status":"success","Targets":30,"Urls":30,"Succeeded":30,
                   "Failed":0,"Invalid":0,"Bytes":630,/x,
     'thirty URLs, and their counts');
is(join(' ', map { status_of("/any/$_") } 1 .. 30), join(' ', ('HIT') x 30),
   'each is a hit for a visitor');
like(origin_log(), qr{^/page "-" - "EO-Prefetch"$}m,
     'without Origin, and by a name of its own');

my $results = task($id, '&Results=1&Limit=100');
is(() = $results =~ /"HttpStatus":200,"Status":"success",
                     "CacheStatus":"MISS","Bytes":21,"Depth":0/xg, 30,
   'a result for each URL');
is(() = task($id, '&Results=1&Limit=5&Offset=28') =~ /"Depth"/g, 2,
   '... in pages');

($status, $id) = prefetch(["$www/any/1"]);
ends($id);
like(task($id, '&Results=1'), qr/"CacheStatus":"HIT"/,
     'what is there already is a hit for a prefetch, too');

($status, $id) = prefetch(['https://www.example.com/any/tls?x=1#frag']);
like(ends($id), qr/"Status":"success"/, 'https');
is(status_of('/any/tls?x=1'), 'MISS', '... is not what http has');
like(task($id, '&Results=1'), qr{"Target":"https://www.example.com/any/tls\?},
     '... and is told as it was given');

($status, $id) = prefetch(["$www/any/extra"],
    '"Headers":[{"Name":"X-Extra","Value":"seven"},'
    . '{"Name":"User-Agent","Value":"mine"}]');
ends($id);
like(origin_log(), qr{^/page "-" seven "mine"$}m, 'request headers');


# what cannot be fetched

($status, $id) = prefetch(["$www/none", "$www/denied/x", "$www/any/good"]);
like(ends($id), qr/"Status":"failed","Targets":3,"Urls":3,"Succeeded":1,
                   "Failed":0,"Invalid":2,/x, 'URLs of which some fail');
$results = task($id, '&Results=1');
like($results, qr/"HttpStatus":404,"Status":"invalid",
                  "FailType":"originPullFailed"/x, '... 404');
like($results, qr/"HttpStatus":403,"Status":"invalid",
                  "FailType":"accessDenied"/x, '... 403');

($status, $id) = prefetch(["$www/broken/x", "$www/any/whole"]);
like(ends($id), qr/"Succeeded":1,"Failed":0,"Invalid":1/,
     'an origin that fails');
is(() = origin_log() =~ m{^/broken/x }mg, 3, '... is tried three times');
$nginx->write_file('html/mended', '');
is((post(qq({"Type":"prefetch_retry","JobId":"$id"})))[0], 200, 'a retry');
like(ends($id), qr/"Status":"success","Targets":2,"Urls":2,"Succeeded":2,
                   "Failed":0,"Invalid":0/x, '... succeeds');
is(() = task($id, '&Results=1') =~ /"Target":/g, 2 + 1,
   '... and each URL has one result');
is((post(qq({"Type":"prefetch_retry","JobId":"none"})))[0], 404,
   'a retry of nothing');
is((post(qq({"Type":"prefetch_cancel","JobId":"$id"})))[0], 409,
   'what has ended cannot be canceled');


# playlists: the master has two variants and an audio list, one of them by a
# path from the root; each has segments; one names itself and its master

$nginx->write_file('html/hls/master.m3u8', <<'_EOC_');
#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",URI="low/audio.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1
low/index.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=2
/hls/high/index.m3u8?q=1
http://other.example.com/not/ours.m3u8
_EOC_
$nginx->write_file('html/hls/low/index.m3u8', <<'_EOC_');
#EXTM3U
#EXT-X-MAP:URI="../../any/init.mp4"
#EXTINF:4,
../../any/l1.ts
#EXTINF:4,
../../any/l2.ts
index.m3u8
../master.m3u8
_EOC_
$nginx->write_file('html/hls/low/audio.m3u8', "#EXTM3U\r\n/any/a1.aac\r\n");
$nginx->write_file('html/hls/high/index.m3u8', "#EXTM3U\n/any/h1.ts?b=2\n");
$nginx->write_file('html/hls/page.m3u8', "<html>\n");
$nginx->write_file('html/hls/deep.m3u8', "#EXTM3U\ndeep1.m3u8\n");
$nginx->write_file("html/hls/deep$_.m3u8",
                   "#EXTM3U\ndeep" . ($_ + 1) . ".m3u8\n") for 1 .. 6;

($status, $id) = prefetch(["$www/hls/master.m3u8"],
                          '"PrefetchMediaSegments":"on"');
like(ends($id), qr/"Status":"success","Targets":1,"Urls":9,"Succeeded":9,/,
     'a playlist, and all that it leads to');
is(status_of($_), 'HIT', "... $_")
    for '/hls/low/index.m3u8', '/hls/high/index.m3u8?q=1',
        '/hls/low/audio.m3u8', '/any/init.mp4', '/any/l1.ts', '/any/l2.ts',
        '/any/a1.aac', '/any/h1.ts?b=2';
unlike(origin_log(), qr/ours/, '... but not of another host');

($status, $id) = prefetch(["$www/hls/deep.m3u8"],
                          '"PrefetchMediaSegments":"on"');
like(ends($id), qr/"Urls":4,/, 'three playlists deep');
is(status_of('/hls/deep4.m3u8'), 'MISS', '... and no deeper');

($status, $id) = prefetch(["$www/hls/page.m3u8"],
                          '"PrefetchMediaSegments":"on"');
ends($id);
like(task($id, '&Results=1'), qr/"FailType":"downloadManifestFailed"/,
     'a page that is called a playlist');

($status, $id) = prefetch(["$www/hls/deep5.m3u8"]);
like(ends($id), qr/"Urls":1,/, 'playlists are followed only if asked for');


# bad input

my @bad = (
    ['"Targets":[]' => '1 to 5000'],
    ['"Targets":"x"' => '1 to 5000'],
    ['"Targets":[' . join(',', ('"http://a/"') x 5001) . ']' => '1 to 5000'],
    ['"Targets":["/x"]' => 'neither with http'],
    ['"Targets":[7]' => 'no string'],
    ['"Targets":["http://*.a/"]' => 'wildcards'],
    ['"Targets":["http://a/*"]' => 'wildcards'],
    ['"Targets":["http://a/\r\nX: y"]' => 'control'],
    ['"Targets":["http://a/' . 'x' x 8000 . '"]' => '8000 bytes'],
    ['"Targets":["http://u:p@a/"]' => 'no port'],
    ['"Targets":["http://a/"],"Mode":"all"' => 'default or edge'],
    ['"Targets":["http://a/"],"PrefetchMediaSegments":true' => 'on or off'],
    ['"Targets":["http://a/"],"Headers":{}' => 'an array of up'],
    map { ["\"Targets\":[\"http://a/\"],\"Headers\":[$$_[0]]" => $$_[1]] }
        ['{"Name":"Host","Value":"x"}' => 'does not send'],
        ['{"Name":"origin","Value":"x"}' => 'does not send'],
        ['{"Name":"A B","Value":"x"}' => 'letters, digits'],
        ['{"Name":"A","Value":"x\r\nHost: y"}' => 'no control'],
        ['{"Value":"x"}' => '1 to 100'],
        ['7' => '1 to 100'],
        [join(',', map { qq({"Name":"A","Value":"@{['x' x 900]}"}) } 1 .. 12)
         => '8192 bytes'],
        [join(',', ('{"Name":"A","Value":"x"}') x 21) => 'up to 20'],
);

for (@bad) {
    my ($body, $message) = @$_;
    my ($status, undef, $answer) = post("{\"Type\":\"prefetch_url\",$body}");
    my $name = 'refused: ' . substr $body, 0, 60;
    is($status, 400, $name);
    like($answer, qr/"Code":"InvalidParameter","Message":".*\Q$message/,
         '... with words') or diag($answer);
}

like((post('{"Type":"prefetch_url","Targets":["http://a/"]}', '/bare'))[2],
     qr/^HTTP\S+ 400 .*does not prefetch/s, 'a zone without prefetch');

($status, $id, $answer) = prefetch(["$www/any/partly", 'x', "$www/*"]);
like($answer, qr/"FailedList":\[\{"Reason":"begins.*"Targets":\["x"\]/,
     'what cannot be fetched is told, the rest is');
like(ends($id), qr/"Targets":1,/, '... fetched');

($status, $id) = prefetch(["$www/any/k"], undef, 'Idempotency-Key: k-1');
is((prefetch(["$www/any/k"], undef, 'Idempotency-Key: k-1'))[1], $id,
   'the same Idempotency-Key: the same task');


# listing

like($nginx->get('/api?Type=prefetch_url&Limit=2'),
     qr/"TotalCount":2,"Tasks":\[\{"JobId":"$id","Type":"prefetch_url"/,
     'a list, the newest first');
unlike($nginx->get('/api'), qr/prefetch_url/, '... which purges are not in');


# cancelling, and what a slow origin holds

($status, $id) = prefetch([map { "$www/slow/$_" } 1 .. 9]);
ok($nginx->wait_for(sub { origin_log(); task($id) =~ /"processing"/ }),
   'a slow one is under way');
my (undef, $next) = prefetch(["$www/any/after"]);
like(task($next), qr/"processing","Targets":1,"Urls":1,"Succeeded":0/,
     '... and another waits');
is((post(qq({"Type":"prefetch_retry","JobId":"$id"})))[0], 409,
   'what has not ended cannot be tried again');
is((post(qq({"Type":"prefetch_cancel","JobId":"$id"})))[0], 200,
   'it is canceled');
like(ends($id), qr/"canceled"/, '... which is its state');
like(ends($next), qr/"success"/, '... and the next one is run');


# a reload, a worker that dies, and a restart

$nginx->write_file('nginx.conf',
    $nginx->read_file('nginx.conf') =~ s/rate=1000r/rate=20r/r);
$nginx->reload();

sub count { return task($_[0]) =~ /"Succeeded":(\d+)/ ? $1 : 0 }

($status, $id) = prefetch([map { "$www/any/r$_" } 1 .. 60]);
$nginx->wait_for(sub { count($id) > 5 });
cmp_ok(count($id), '<', 60, 'so many a second and no more');
$nginx->reload();
$nginx->wait_for(sub { count($id) > 25 });
kill 'KILL', $nginx->workers();
$nginx->wait_for(sub { $nginx->workers() == 2 });
like(ends($id), qr/"Status":"success","Targets":60,"Urls":60,"Succeeded":60,
                   "Failed":0/x, 'a task outlives a reload and its process');

my @urls = map { "$www/any/s$_" } 1 .. 60;
($status, $id) = prefetch(\@urls, '"PrefetchMediaSegments":"on"');
$nginx->wait_for(sub { count($id) > 5 });
my $master = $nginx->pid();
my @workers = $nginx->workers();
kill 'KILL', $master, @workers;
$nginx->wait_for(sub { !kill 0, $master, @workers });
$nginx->start();
like(task($id), qr/"processing"/, 'a restart finds it unfinished');
like(ends($id), qr/"Status":"success","Targets":60,"Urls":60,"Succeeded":60,
                   "Failed":0/x, '... and ends it');
like(ends($next), qr/"JobId":"$next",.*"success","Targets":1,"Urls":1,
                     "Succeeded":1/x, 'what had ended has');


# configuration

my @wrong = (
    ['none http=127.0.0.1:1' => 'unknown zone "none"'],
    ['bare http=127.0.0.1:1' => 'path=FOLDER'],
    ['purge http=localhost:1' => 'numeric address'],
    ['purge http=127.0.0.1' => 'with a port'],
    ['purge rate=1r/s' => 'needs http=ADDRESS'],
    ['purge http=127.0.0.1:1 rate=5' => 'rate=100r/s'],
    ['purge http=127.0.0.1:1 rate=0r/s' => '1 to 10000'],
    ['purge http=127.0.0.1:1 concurrency=257' => '1 to 256'],
    ['purge http=127.0.0.1:1 timeout=0' => 'one hour'],
    ['purge http=127.0.0.1:1 x=1' => 'there are http='],
);

for (@wrong) {
    my ($line, $message) = @$_;
    my $other = EO::Nginx->new(<<"_EOT_");
events { }
http {
    eo_cache_zone purge 1m path=%PREFIX%/purge;
    eo_cache_zone bare 1m;
    eo_cache_prefetch $line;
}
_EOT_
    like($other->test(), qr/\Q$message/, "nginx -t: $line");
}

unlike($nginx->read_file('logs/error.log') =~ s/.*exited on signal 9//rg,
       qr/\[(?:alert|emerg)\]/,
       'nothing alarming is logged');

done_testing();
