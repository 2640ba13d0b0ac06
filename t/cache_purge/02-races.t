# What happens at the same time as a purge: fetches that began before it, and
# the end of a process.  EO_PURGE_ROUNDS is how often each is tried.

use strict;
use warnings;

use lib 't/lib';
use IO::Select;
use IO::Socket::INET;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);

use EO::Nginx;
use EO::Origin;

my $FETCHES = 200;
my $AT_ONCE = 20;
my $KILLS = $ENV{EO_PURGE_ROUNDS} || 10;

my $config = <<"_EOC_";
worker_processes 2;

events {
    worker_connections 256;
    accept_mutex off;
}

http {
    access_log off;
    eo_cache_zone purge 2m path=%PREFIX%/purge;
    proxy_cache_path %PREFIX%/cache levels=1:2 keys_zone=edge:1m
                     use_temp_path=off;

    server {
        listen 127.0.0.1:%PORT%;
        eo_cache_status on;
        eo_cache_purge purge;

        location / {
            proxy_cache edge;
            proxy_cache_valid 1h;
            proxy_pass http://127.0.0.1:%PORT1%;
        }

        location /waiting/ {
            proxy_cache edge;
            proxy_cache_valid 1h;
            proxy_cache_lock on;
            proxy_pass http://127.0.0.1:%PORT1%;
        }

        location = /api {
            eo_cache_api purge;
        }
    }
}
_EOC_

my $nginx = EO::Nginx->new($config);
my $prefix = $nginx->prefix();
mkdir "$prefix/new";


# An origin that takes its time: it looks at the beginning of a request whether
# there is a file of the path's last segment, sends the header after the first
# number of the query, in ms, and the body after the second.

sub origin {
    my ($port) = @_;

    my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
                                         LocalPort => $port, Listen => 128,
                                         ReuseAddr => 1) or die "origin: $!";
    my $pid = fork();
    die "fork: $!" unless defined $pid;
    return $pid if $pid;

    my $select = IO::Select->new($listener);
    my @answers;

    while (getppid() != 1) {

        for my $socket ($select->can_read(0.002)) {

            if ($socket == $listener) {
                my $client = $listener->accept() or next;
                $select->add($client);
                next;
            }

            $select->remove($socket);
            sysread($socket, my $request, 65536) or next;
            my ($name, $header, $body) =
                $request =~ m{/([^/?\s]+)(?:\?(\d+)-(\d+))?\s};
            my $text = -e "$prefix/new/$name" ? "new\n" : "old\n";
            push @answers,
                [time + ($header || 0) / 1000, $socket,
                 "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"
                 . "Connection: close\r\n\r\n"],
                [time + (($header || 0) + ($body || 0)) / 1000, $socket,
                 $text];
        }

        my @later;
        for (sort { $a->[0] <=> $b->[0] } @answers) {
            my ($when, $socket, $text) = @$_;
            if ($when > time) { push @later, $_ }
            else { syswrite $socket, $text }
        }
        @answers = @later;
    }

    POSIX::_exit(0);
}

my $origin = origin($nginx->port() + 1);
$nginx->start();


sub begin {
    my ($uri) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                       PeerPort => $nginx->port()) or die;
    print $socket "GET $uri HTTP/1.1\r\nHost: localhost\r\n"
                  . "Connection: close\r\n\r\n";
    $socket->flush();
    return $socket;
}

sub rest {
    my ($socket) = @_;
    local $/;
    return scalar <$socket>;
}

sub purge {
    my (@targets) = @_;
    my $body = '{"Type":"purge_url","Method":"delete","Targets":['
               . join(',', map { qq("http://localhost$_") } @targets) . ']}';
    my $answer = $nginx->request(join "\r\n", 'POST /api HTTP/1.1',
        'Host: localhost', 'Connection: close',
        'Content-Length: ' . length $body, '', $body);
    return ($answer || '') =~ m{^HTTP/1.1 200};
}


# fetches that began before a purge, at any distance

for my $folder ('', '/waiting') {
    my ($stale, $old, $n, $hits) = (0, 0, 0, 0);

    for my $batch (1 .. $FETCHES / $AT_ONCE) {
        my @uris = map { my $d = int rand 80; my $e = int rand 80;
                         $n++; "$folder/race" . length($folder) . "-$n?$d-$e" } 1 .. $AT_ONCE;
        my @fetches = map { begin($_) } @uris;
        push @fetches, map { begin($_) } @uris if $folder;

        sleep rand 0.12;

        for (@uris) {
            my ($name) = m{([^/]+)\?};
            $nginx->write_file("new/$name", '');
        }
        purge(@uris) or die 'not accepted';

        my @answers = map { rest($_) } @fetches;
        $old += grep { /^old$/m } @answers;

        for my $uri (@uris) {
            my $answer = rest(begin($uri));
            $stale++ if $answer =~ /^old$/m;
            $hits++ if rest(begin($uri)) =~ /^EO-Cache-Status: HIT/m;
        }
    }

    is($stale, 0, "$n fetches$folder: what was fetched before the purge is "
       . 'never served after it');
    cmp_ok($old, '>', 0, '... and there were such fetches');
    is($hits, $n, '... and what was fetched after it is served');
}


# a process that dies right after it has answered

my ($lost, $answered) = (0, 0);

for my $round (1 .. $KILLS) {
    my @uris = map { "/kill-$round-$_" } 1 .. 30;
    rest(begin($_)) for @uris;

    pipe my $in, my $out or die;
    my $child = fork();
    die unless defined $child;

    if (!$child) {
        close $in;
        $out->autoflush(1);
        for (@uris) {
            purge($_) or last;
            print $out "$_\n";
        }
        POSIX::_exit(0);
    }

    close $out;
    my $first = <$in>;
    sleep rand 0.05;

    my @processes = $round % 2 ? ($nginx->pid(), $nginx->workers())
                               : ($nginx->workers())[0];
    kill 'KILL', @processes;
    chomp(my @done = ($first, <$in>));
    waitpid $child, 0;

    if ($round % 2) {
        $nginx->wait_for(sub { !kill 0, @processes });
        $nginx->start();

    } else {
        $nginx->wait_for(sub { $nginx->workers() == 2 });
    }

    $answered += @done;
    for (@done) {
        $lost++ if rest(begin($_)) =~ /^EO-Cache-Status: HIT/m;
    }
}

is($lost, 0, "$answered purges, $KILLS kills: none that was answered is lost");
cmp_ok($answered, '>=', $KILLS, '... and some were answered');

kill 'TERM', $origin;
waitpid $origin, 0;

done_testing();
