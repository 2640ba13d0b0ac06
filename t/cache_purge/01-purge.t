# Purging, with two workers: each kind of target, both methods, what an object
# can be (variants, slices, rewritten, of each protocol), tasks, and what a
# restart or a reload leaves.

use strict;
use warnings;

use lib 't/lib';
use File::Find ();
use Test::More;
use Time::HiRes qw(sleep time);

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
    eo_cache_zone purge 2m path=%PREFIX%/purge;
    proxy_cache_path %PREFIX%/cache/p levels=1:2 keys_zone=edge:1m;
    fastcgi_cache_path %PREFIX%/cache/f levels=1 keys_zone=fast:1m;
    uwsgi_cache_path %PREFIX%/cache/u keys_zone=uwsgi:1m;
    scgi_cache_path %PREFIX%/cache/s keys_zone=scgi:1m;

    proxy_cache_revalidate on;
    proxy_cache_valid 1h;
    fastcgi_cache_valid 1h;
    uwsgi_cache_valid 1h;
    scgi_cache_valid 1h;
    fastcgi_cache_key \$host\$request_uri;
    uwsgi_cache_key \$host\$request_uri;
    scgi_cache_key \$host\$request_uri;

    map \$arg_old \$expiry {
        1        1s;
        default  1h;
    }

    eo_cache_purge purge;
    eo_cache_status on;

    server {
        listen 127.0.0.1:%PORT%;

        location / {
            proxy_cache edge;
            proxy_pass http://127.0.0.1:%PORT1%;
        }

        location /bypassed/ {
            proxy_cache edge;
            proxy_cache_bypass \$arg_bypass;
            proxy_pass http://127.0.0.1:%PORT1%;
        }

        location /slices/ {
            slice 16;
            proxy_cache edge;
            proxy_cache_key \$uri\$slice_range;
            proxy_set_header Range \$slice_range;
            proxy_cache_valid 206 1h;
            proxy_pass http://127.0.0.1:%PORT1%;
        }

        location /rewritten/ {
            rewrite ^/rewritten/(.*) /inner/\$1 break;
            proxy_cache edge;
            proxy_pass http://127.0.0.1:%PORT1%;
        }

        location /kept/ {
            eo_cache_tags_to_client on;
            proxy_cache edge;
            proxy_pass http://127.0.0.1:%PORT1%;
        }

        location /unwatched/ {
            eo_cache_purge off;
            proxy_cache edge;
            proxy_pass http://127.0.0.1:%PORT1%;
        }

        location /fastcgi/ {
            fastcgi_cache fast;
            fastcgi_param REQUEST_URI \$request_uri;
            fastcgi_param REQUEST_METHOD \$request_method;
            fastcgi_pass 127.0.0.1:$ENV{TEST_NGINX_ORIGIN_FASTCGI};
        }

        location /uwsgi/ {
            uwsgi_cache uwsgi;
            uwsgi_param REQUEST_URI \$request_uri;
            uwsgi_param REQUEST_METHOD \$request_method;
            uwsgi_pass 127.0.0.1:$ENV{TEST_NGINX_ORIGIN_UWSGI};
        }

        location /scgi/ {
            scgi_cache scgi;
            scgi_param REQUEST_URI \$request_uri;
            scgi_param REQUEST_METHOD \$request_method;
            scgi_pass 127.0.0.1:$ENV{TEST_NGINX_ORIGIN_SCGI};
        }

        location /failing/ {
            proxy_cache edge;
            proxy_cache_valid 200 1h;
            proxy_pass http://127.0.0.1:%PORT1%;
        }

        location = /api {
            client_max_body_size 12m;
            eo_cache_api purge;
        }
    }

    server {
        listen 127.0.0.1:%PORT1%;

        location / {
            root %PREFIX%/html;
            try_files /page =404;
            add_header Cache-Tag \$arg_tag;
            add_header Vary Accept-Language;
        }

        location /failing/ {
            root %PREFIX%/html;

            if (-f %PREFIX%/html/failing) {
                return 500;
            }

            try_files /page =404;
            expires \$expiry;
        }
    }
}
_EOC_

my $nginx = EO::Nginx->new($config);
$nginx->write_file('html/page', "a page of the origin, with forty bytes...\n");
$nginx->start();

ok($nginx->wait_for(sub { $nginx->workers() == 2 }), 'two workers');


sub status_of {
    my ($uri, @headers) = @_;
    my $answer = $nginx->get($uri, @headers) || '';
    return $answer =~ /^EO-Cache-Status: (\w+)/m ? $1 : $answer;
}

# asks as often as both workers need to be met
sub statuses_of {
    my ($uri, @headers) = @_;
    return join ' ', map { status_of($uri, @headers) } 1 .. 6;
}

sub api {
    my ($body, @headers) = @_;
    my $answer = $nginx->request(join "\r\n", 'POST /api HTTP/1.1',
        'Host: localhost', 'Connection: close',
        'Content-Length: ' . length $body, @headers, '', $body) || '';
    my ($id) = $answer =~ /"JobId":\s*"(\w+)"/;
    my ($status) = $answer =~ m{^HTTP/1.1 (\d+)};
    return ($status, $id, $answer);
}

sub purge {
    my ($type, $targets, $method, @more) = @_;
    my $list = join ',', map { qq("$_") } @$targets;
    return api(qq({"Type":"$type","Targets":[$list])
               . ($method ? qq(,"Method":"$method") : '') . join('', @more)
               . '}');
}

my $hits = 'HIT HIT HIT HIT HIT HIT';
my $again = 'MISS HIT HIT HIT HIT HIT';
my $fresh = 'RefreshHit HIT HIT HIT HIT HIT';

sub warm {
    my ($uri, @headers) = @_;
    status_of($uri, @headers);
    return statuses_of($uri, @headers);
}

sub gone_by {
    my ($name, $uri, $type, $targets, @more) = @_;
    is(warm($uri), $hits, "$name: cached");
    my ($status, $id, $answer) = purge($type, $targets, @more);
    is($status, 200, "$name: accepted") or diag($answer);
    my $method = $more[0] || ($type =~ /url|tag/ ? 'delete' : 'invalidate');
    is(statuses_of($uri), $method eq 'delete' ? $again : $fresh,
       "$name: $type $method");
    return $id;
}

# each kind of target

gone_by('a URL', '/url?a=1', 'purge_url', ['http://localhost/url?a=1']);
gone_by('https, port, letters, encoding', '/u%72l/x/../y', 'purge_url',
        ['https://LOCALHOST:8443/ur%6c//y']);
gone_by('a URL is marked stale', '/url', 'purge_url',
        ['http://localhost/url'], 'invalidate');
gone_by('a folder', '/dir/a/b', 'purge_prefix', ['http://localhost/dir/'],
        'delete');
gone_by('a folder is marked stale', '/dir/a/b', 'purge_prefix',
        ['http://localhost/dir/a/']);
gone_by('the root', '/dir/c', 'purge_prefix', ['http://localhost/'],
        'delete');
gone_by('a host', '/host', 'purge_host', ['localhost'], 'delete');
gone_by('a host is marked stale', '/host', 'purge_host', ['localhost']);
gone_by('everything', '/all', 'purge_all', [], 'delete');
gone_by('everything is marked stale', '/all', 'purge_all', []);
gone_by('a tag', '/tagged?tag=news,Sport', 'purge_cache_tag', ['sport']);
gone_by('a tag is marked stale', '/tagged?tag=news,Sport',
        'purge_cache_tag', ['NEWS'], 'invalidate');
gone_by('a tag of a host', '/tagged?tag=a1', 'purge_cache_tag', ['a1'], '',
        ',"CacheTag":{"Domains":["localhost"]}');

# what is not meant stays

warm($_) for '/dir', '/directory/x', '/url?a=2', '/tagged?tag=new';
purge('purge_prefix', ['http://localhost/dir/', 'http://other/'], 'delete');
purge('purge_url', ['http://localhost/url?a=1', 'http://localhost/url?',
                    'http://other/url?a=2']);
purge('purge_host', ['other', 'localhost.other'], 'delete');
purge('purge_cache_tag', ['news', 'ne']);
purge('purge_cache_tag', ['new'], 'delete',
      ',"CacheTag":{"Domains":["other"]}');
is(statuses_of($_), $hits, "$_ stays")
    for '/dir', '/directory/x', '/url?a=2', '/tagged?tag=new';

# what an object can be

warm('/vary', "Accept-Language: $_") for qw(en zh);
purge('purge_url', ['http://localhost/vary']);
is(statuses_of('/vary', "Accept-Language: $_"), $again, "variant $_")
    for qw(en zh);

gone_by('an object that bypasses', '/bypassed/x', 'purge_url',
        ['http://localhost/bypassed/x']);
gone_by('a rewritten one', '/rewritten/x', 'purge_url',
        ['http://localhost/rewritten/x']);
gone_by('a rewritten one, by its inner URL', '/rewritten/x', 'purge_url',
        ['http://localhost/inner/x']);
gone_by('of FastCGI', '/fastcgi/fields?Cache-Tag=f1', 'purge_cache_tag',
        ['f1']);
gone_by('of FastCGI, by URL', '/fastcgi/a', 'purge_url',
        ['http://localhost/fastcgi/a']);
gone_by('of uwsgi', '/uwsgi/a', 'purge_prefix', ['http://localhost/uwsgi/'],
        'delete');
gone_by('of SCGI', '/scgi/a', 'purge_prefix', ['http://localhost/scgi/'],
        'delete');

is(warm('/slices/a', 'Range: bytes=10-25'), $hits, 'slices: cached');
purge('purge_url', ['http://localhost/slices/a']);
like(statuses_of('/slices/a', 'Range: bytes=10-25'), qr/^MISS HIT HIT/,
     'slices');

warm('/unwatched/x');
purge('purge_all', [], 'delete');
is(statuses_of('/unwatched/x'), $hits, 'eo_cache_purge off');

# headers

my $tagged = '/tagged?tag=t1';
for ('MISS', 'HIT') {
    my $answer = $nginx->get($tagged);
    like($answer, qr/^EO-Cache-Status: $_/m, "headers, $_");
    unlike($answer, qr/^(?:Cache-Tag|EO-Cache-Object):/mi,
           "headers for caches alone stay here, $_");
}

like($nginx->get('/kept/x?tag=t1'), qr/^Cache-Tag: t1\r$/m,
     'eo_cache_tags_to_client on');
unlike($nginx->get('/kept/x?tag=t1'), qr/^EO-Cache-Object/mi,
       "... and not the suite's own");

# the disk, and the tasks' ends

sub files {
    my $n = 0;
    File::Find::find(sub { $n++ if -f && /^[0-9a-f]{32}$/ },
                     $nginx->prefix() . '/cache/p');
    return $n;
}

sub task {
    my ($id) = @_;
    return $nginx->get("/api?JobId=$id");
}

sub ends {
    my ($id) = @_;
    my $task;
    $nginx->wait_for(sub { $task = task($id); $task =~ /"success"/ }, 20);
    return $task;
}

my (undef, $earlier) = purge('purge_all', [], 'delete');
ends($earlier);
warm("/swept/$_") for 1 .. 5;
my $before = files();
my ($status, $id) = purge('purge_prefix', ['http://localhost/swept/'],
                          'delete');
my $task = ends($id);
like($task, qr/"Objects":5,/, 'a task counts the objects that it met');
is(files(), $before - 5, '... whose files are gone');

($status, $id) = purge('purge_prefix', ['http://localhost/none/']);
like(ends($id), qr/"Status":"success","Objects":0,/,
     'a task that meets nothing is a success');

warm('/expired/1');
($status, $id) = purge('purge_prefix', ['http://localhost/expired/']);
like(ends($id), qr/"Objects":1,/, 'what is marked stale is counted, too');
is(statuses_of('/expired/1'), $fresh, '... and is revalidated');

# an object is counted once, however often it is asked for meanwhile

for my $method ('delete', 'invalidate') {
    for my $age ('', '-old') {
        my $uri = "/failing/$method$age" . ($age ? '?old=1' : '');
        status_of($uri);
        sleep 1.1 if $age;
        $nginx->write_file('html/failing', '');
        ($status, $id) = purge('purge_url', ["http://localhost$uri"], $method);
        status_of($uri) for 1 .. 6;
        like(ends($id), qr/"Objects":1,/,
             "$method, an object$age that cannot be fetched counts once");
        unlink $nginx->prefix() . '/html/failing';
    }
}

like($nginx->get('/api?Limit=2'), qr/"TotalCount":2,/, 'a list of tasks');
like($nginx->get("/api?JobId=$id"), qr/"TotalCount":1,.*"JobId":"$id"/,
     'a task by its id');
like($nginx->get('/api?JobId=nix'), qr/^HTTP\S+ 404 .*ResourceNotFound/s,
     'no such task');
like($nginx->get('/api?Limit=nix'), qr/^HTTP\S+ 400 .*"Limit\\" is a/s,
     'a wrong limit');

# a key of the client's own

($status, $id) = api('{"Type":"purge_all"}', 'Idempotency-Key: k-1');
is((api('{"Type":"purge_all"}', 'Idempotency-Key: k-1'))[1], $id,
   'the same Idempotency-Key: the same task');
isnt((api('{"Type":"purge_all"}', 'Idempotency-Key: k-2'))[1], $id,
     'another key: another task');

# bad input

my @bad = (
    ['' => 'is no JSON'],
    ['{"Type":"purge_all"' => 'is no JSON: line 1'],
    ['[]' => 'no JSON object'],
    ['{"Type":"purge_everything"}' => 'has to be purge_url'],
    ['{"Type":7}' => 'has to be purge_url'],
    ['{"Type":"purge_url","Method":"soft","Targets":["http://a/"]}'
     => 'has to be delete or'],
    ['{"Type":"purge_url"}' => '1 to 5000'],
    ['{"Type":"purge_url","Targets":"http://a/"}' => '1 to 5000'],
    ['{"Type":"purge_url","Targets":["/x"]}' => 'neither with http'],
    ['{"Type":"purge_url","Targets":[7]}' => 'no string'],
    ['{"Type":"purge_url","Targets":["http:///x"]}' => 'no host name'],
    ['{"Type":"purge_url","Targets":["http://a/%zz"]}' => 'wrong percent'],
    ['{"Type":"purge_url","Targets":["http://a/../x"]}' => 'above'],
    ['{"Type":"purge_url","Targets":["http://a/\r\nx"]}' => 'control'],
    ['{"Type":"purge_prefix","Targets":["http://a/b"]}' => 'ends with'],
    ['{"Type":"purge_prefix","Targets":["http://a/?b"]}' => 'no query'],
    ['{"Type":"purge_prefix","Targets":["http://a' . '/b' x 40 . '/"]}'
     => '32 folders'],
    ['{"Type":"purge_url","Targets":["http://u:p@a/"]}' => 'no port'],
    ['{"Type":"purge_host","Targets":["a:x"]}' => 'no port'],
    ['{"Type":"purge_host","Targets":["*.a"]}' => 'wildcards'],
    ['{"Type":"purge_host","Targets":["a b"]}' => 'no host name has'],
    ['{"Type":"purge_cache_tag","Targets":["a b"]}' => 'no blanks'],
    ['{"Type":"purge_cache_tag","Targets":["a"],"CacheTag":{"Domain":["b"]}}'
     => 'object of one member'],
    ['{"Type":"purge_cache_tag","Targets":["a"],"CacheTag":{"Domains":"b"}}'
     => 'object of one member'],
    ['{"Type":"purge_cache_tag","Targets":["a"],"CacheTag":["b"]}'
     => 'object of one member'],
    ['{"Type":"purge_all","Targets":["a"]}' => 'no \\"Targets'],
    ['{"Type":"purge_url","Targets":[' . join(',', ('"http://a/"') x 5001)
     . ']}' => '1 to 5000'],
    ['{"Type":"purge_host","Targets":[' . join(',', ('"a"') x 1001) . ']}'
     => '1 to 1000'],
    ['[' x 100000 => 'no JSON'],
);

for my $case (@bad) {
    my ($body, $message) = @$case;
    my ($status, undef, $answer) = api($body);
    my $name = 'refused: ' . substr $body, 0, 60;
    is($status, 400, $name);
    like($answer, qr/"Code":"InvalidParameter","Message":".*\Q$message/,
         '... with words') or diag($answer);
}

my (undef, undef, $partly) = purge('purge_url', ['http://a/', 'b', 'c']);
like($partly, qr/"FailedList":\[\{"Reason":"begins[^"]*",
                 "Targets":\["b","c"\]\}\]/x,
     'what cannot be purged is told, the rest is');

like($nginx->request("DELETE /api HTTP/1.1\r\nHost: localhost\r\n"
                     . "Connection: close\r\n\r\n"),
     qr/^HTTP\S+ 405 .*InvalidMethod/s, 'another method');

# reload, restart, and what a kill leaves

warm("/kept-by-reload/$_") for 1, 2;
purge('purge_url', ['http://localhost/kept-by-reload/1']);
$nginx->reload();
is(statuses_of('/kept-by-reload/1'), $again, 'a purge outlives a reload');
is(statuses_of('/kept-by-reload/2'), $hits, '... which purges nothing');

warm("/restart/$_") for 1, 2;
my ($ok, $job) = purge('purge_url', ['http://localhost/restart/1']);
my $master = $nginx->pid();
my @workers = $nginx->workers();
kill 'KILL', $master, @workers;
$nginx->wait_for(sub { !kill 0, $master, @workers });
$nginx->start();

is(statuses_of('/restart/1'), $again, 'a purge outlives kill -9');
is(statuses_of('/restart/2'), $hits, '... which purges nothing');
like(task($job), qr/"JobId":"$job"/, '... and its task is known');

# a journal whose end is cut

my $journal = $nginx->prefix() . '/purge/purge.journal';
warm('/cut');
purge('purge_url', ['http://localhost/cut']);
$nginx->stop();
my $size = -s $journal;
open my $out, '>>', $journal or die;
print $out "\x20\x02\0\0torn";
close $out;
$nginx->start();
like($nginx->read_file('logs/error.log'), qr/8 bytes that are no whole task/,
     'a torn end is told');
is(-s $journal, $size, '... and cut off');
is(statuses_of('/cut'), $again, '... and what was whole holds');

# one that is damaged in the middle

warm('/damaged');
$nginx->stop();
open $out, '+<', $journal or die;
seek $out, 60, 0;
print $out "\xff" x 20;
close $out;
truncate $journal, -s $journal;
open $out, '>>', $journal or die;
print $out "\0" x 200000;
close $out;
$nginx->start();
like($nginx->read_file('logs/error.log'), qr/is damaged: all objects are/,
     'a damaged journal is told');
is(statuses_of('/damaged'), $fresh, '... and everything is revalidated');

unlike($nginx->read_file('logs/error.log'),
       qr/\[(?:alert|emerg)\]|contains invalid header/,
       'nothing alarming is logged');

done_testing();
