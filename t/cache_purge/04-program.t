# The eo-cache program.
#
#   EO_CACHE_PROGRAM   the program; by default it is looked for beside the
#                      first of TEST_NGINX_LOAD_MODULES

use strict;
use warnings;

use lib 't/lib';
use File::Basename qw(dirname);
use Test::More;

use EO::Nginx;

my ($module) = split ' ', $ENV{TEST_NGINX_LOAD_MODULES} || '';
my $program = $ENV{EO_CACHE_PROGRAM}
    || ($module ? dirname($module) . '/eo-cache' : 'eo-cache');

plan skip_all => "there is no $program" if !-x $program;

my $nginx = EO::Nginx->new(<<'_EOC_');
worker_processes 2;

events {
    worker_connections 256;
}

http {
    access_log off;
    eo_cache_zone purge 2m path=%PREFIX%/purge;
    eo_cache_prefetch purge http=127.0.0.1:%PORT%;
    proxy_cache_path %PREFIX%/cache keys_zone=edge:1m;
    proxy_cache_valid 200 1h;

    server {
        listen 127.0.0.1:%PORT%;
        eo_cache_status on;

        location / {
            proxy_cache edge;
            eo_cache_purge purge;
            proxy_pass http://127.0.0.1:%PORT1%;
        }

        location = /api {
            client_max_body_size 1m;
            eo_cache_api purge;
        }

        location = /no-json {
            return 200 "no JSON";
        }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        root %PREFIX%/html;
        add_header Cache-Tag $arg_tag;
        location / {
            try_files /page =404;
        }
        location /none/ {
            return 404;
        }
        location = /list.m3u8 { }
    }
}
_EOC_

$nginx->write_file('html/page', "a page\n");
$nginx->write_file('html/list.m3u8', "#EXTM3U\nmedia.ts\n");
$nginx->start();

my $prefix = $nginx->prefix();
my $port = $nginx->port();
my $www = "http://localhost:$port";


# run($input, @arguments): exit code, standard output, standard error

sub run {
    my ($input, @arguments) = @_;
    $nginx->write_file('in', $input);

    my $pid = fork;
    die "fork: $!" if !defined $pid;

    if (!$pid) {
        $ENV{EO_CACHE_API} = "http://127.0.0.1:$port/api";
        open STDIN, '<', "$prefix/in" or die;
        open STDOUT, '>', "$prefix/out" or die;
        open STDERR, '>', "$prefix/err" or die;
        exec $program, @arguments or die "$program: $!";
    }

    waitpid $pid, 0;
    return ($? >> 8, $nginx->read_file('out'), $nginx->read_file('err'));
}

sub status_of {
    my ($uri) = @_;
    my $answer = $nginx->request("GET $uri HTTP/1.1\r\nHost: localhost:$port"
                                 . "\r\nConnection: close\r\n\r\n") || '';
    return $answer =~ /^EO-Cache-Status: (\w+)/m ? $1 : $answer;
}


my ($code, $out, $err) = run('', '--help');
is($code, 0, '--help');
like($out, qr/^Usage: eo-cache .*Exit code: 0 /s, 'tells the rest');

for (['purge-url', "$www/x?tag=t"], ['purge-prefix', "$www/", '-m', 'delete'],
     ['purge-host', 'localhost', '--method', 'delete'],
     ['purge-tag', 'T'], ['purge-tag', 'T', '--domain', 'localhost'],
     ['purge-all', '--method=delete'])
{
    my @command = @$_;
    status_of('/x?tag=t');
    is(status_of('/x?tag=t'), 'HIT', "@command: cached");
    ($code, $out, $err) = run('', @command);
    is($code, 0, "@command") or diag($err);
    like($out, qr/^[0-9a-f]{20}\n\z/, '... prints an id');
    is(status_of('/x?tag=t'), 'MISS', '... and purges');
}

($code, $out) = run('', 'purge-tag', 'T', '--domain', 'other');
is(status_of('/x?tag=t'), 'HIT', 'a tag of another host');

($code, $out, $err) = run('', 'purge-tag', 'T', '--wait');
is($code, 0, '--wait');
like($out, qr/purge_cache_tag success .* delete targets=1 objects=1 T$/m,
     '... tells the end');

($code, $out, $err) = run("# urls\n$www/p1\n\n$www/p2\r\n", 'prefetch',
                          "$www/p3", '-f', '-', '--wait');
is($code, 0, 'prefetch, with a list') or diag($err);
like($out, qr/prefetch_url +success .* urls=3 succeeded=3 failed=0/,
     '... tells the end');
is(status_of("/p$_"), 'HIT', "... p$_") for 1 .. 3;
my ($job) = $out =~ /^(\w+)/;

($code, $out) = run('', 'prefetch', "$www/list.m3u8", '--media', '--wait',
                    '-H', 'Accept-Language: de');
like($out, qr/urls=2 succeeded=2/, 'a playlist');
is(status_of('/media.ts'), 'HIT', '... and its media');

($code, $out) = run('', 'status', $job);
like($out, qr{^\Q$job\E .*^  success  200 MISS       \Q$www\E/p1$}ms,
     'status tells results');
($code, $out) = run('', '--json', 'status', $job);
like($out, qr/^\{.*"Succeeded": 3,.*"Results": \[/s, '... as JSON');

($code, $out) = run('', 'list');
like($out, qr/purge_all.*prefetch_url/s, 'list');

($code, $out) = run('', 'prefetch', "$www/none/x", '--wait');
is($code, 1, 'a URL that is not there');
like($out, qr/failed .*invalid=1/, '... is told');
($job) = $out =~ /^(\w+)/;
($code) = run('', 'retry', $job, '--wait');
is($code, 1, '... and a retry fails as well');
($code, $out, $err) = run('', 'cancel', $job);
is($code, 2, 'what has ended cannot be canceled');
like($err, qr/OperationDenied: the task has ended/, '... which is told');

($code, $out, $err) = run('', 'purge-url', 'nix', "$www/a");
is($code, 1, 'a target that is none');
like($err, qr/"nix" begins neither/, '... with words');

for ([['purge-everything'] => 'is no command'], [[] => 'Usage'],
     [['purge-url'] => 'InvalidParameter'], [['status'] => 'one JOB'],
     [['status', '../x'] => 'one JOB'], [['--x', 'list'] => 'Usage'],
     [['-f', '/none/x', 'prefetch'] => 'No such file'],
     [['-H', 'x', 'prefetch'] => 'Name: value'],
     [['--api', 'ftp://x', 'list'] => 'and not at "ftp'],
     [['--api', "http://127.0.0.1:$port/no-json", 'list'] => 'status 200'],
     [['--api', "http://127.0.0.1:@{[$port + 9]}/", 'list']
      => 'no connection'],
     [['purge-url', '-f', '-'] => 'client_max_body_size'])
{
    my ($command, $message) = @$_;
    ($code, $out, $err) = run("http://a/@{['x' x 1000]}\n" x 2000, @$command);
    is($code, 2, "eo-cache @$command");
    like($err, qr/\Q$message/, '... says why');
}

done_testing();
