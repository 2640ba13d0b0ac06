#!/usr/bin/perl

# The part of the demo origin that nginx cannot play, on 127.0.0.1:
#
#   echo=PORT      answers a request with the request as it came
#   silent=PORT    accepts, reads, and never answers
#   full=PORT      a listening socket with no room for one more connection
#   closed=PORT    a port that is taken but refuses connections
#   dns=PORT       over UDP: no name exists
#
# Prints a line when all are there, and runs until it is killed.

use strict;
use warnings;

use IO::Select;
use IO::Socket::INET;
use Socket;

use constant MAX_REQUEST => 262144;

my %port = map { split /=/, $_, 2 } @ARGV;

$SIG{PIPE} = 'IGNORE';
$| = 1;

my $echo = listener($port{echo}, 128);
my $silent = listener($port{silent}, 128);
my @held = (full_listener($port{full}), bound($port{closed}));
my $dns = IO::Socket::INET->new(
    Proto => 'udp', LocalAddr => '127.0.0.1', LocalPort => $port{dns})
    or die "port $port{dns}: $!\n";

my $select = IO::Select->new($echo, $silent, $dns);
my %request;

print "ready\n";

while (1) {
    for my $socket ($select->can_read()) {
        if ($socket == $echo || $socket == $silent) {
            my $client = $socket->accept() or next;
            $client->blocking(0);
            $request{$client} = $socket == $echo ? '' : undef;
            $select->add($client);

        } elsif ($socket == $dns) {
            answer_nxdomain($dns);

        } else {
            serve($socket);
        }
    }
}

sub serve {
    my ($client) = @_;

    my $n = sysread $client, my $data, 65536;

    if (!$n) {
        forget($client);

    } elsif (defined $request{$client}) {
        $request{$client} .= $data;

        if ($request{$client} =~ /\r\n\r\n/) {
            answer_echo($client, substr $request{$client}, 0, $+[0]);
            forget($client);

        } elsif (length $request{$client} > MAX_REQUEST) {
            forget($client);
        }
    }
}

sub answer_echo {
    my ($client, $body) = @_;

    $body =~ tr/\r//d;
    $client->blocking(1);

    print $client "HTTP/1.1 200 OK\r\nServer: demo-origin\r\n",
        "Content-Type: text/plain\r\nCache-Control: no-store\r\n",
        'Content-Length: ', length $body, "\r\nConnection: close\r\n\r\n",
        $body;
}

sub forget {
    my ($client) = @_;

    $select->remove($client);
    delete $request{$client};
    close $client;
}

# a reply to any query: the query's id and question, "no such name"
sub answer_nxdomain {
    my ($socket) = @_;

    my $from = recv $socket, my $query, 4096, 0;
    return if !defined $from || length $query < 12;

    my ($id, $flags, $questions) = unpack 'n3', $query;
    return if $flags & 0x8000 || $questions != 1;

    send $socket, pack('n6', $id, 0x8183 | $flags & 0x0100, 1, 0, 0, 0)
        . substr($query, 12), 0, $from;
}

sub listener {
    my ($number, $backlog) = @_;

    return IO::Socket::INET->new(
        LocalAddr => '127.0.0.1', LocalPort => $number, ReuseAddr => 1,
        Listen => $backlog) || die "port $number: $!\n";
}

sub bound {
    my ($number) = @_;

    socket my $socket, PF_INET, SOCK_STREAM, 0 or die "socket: $!\n";
    bind $socket, pack_sockaddr_in($number, INADDR_LOOPBACK)
        or die "port $number: $!\n";

    return $socket;
}

# the kernel drops SYN when as many connections wait as the backlog allows;
# connections of our own that nobody accepts make it so
sub full_listener {
    my ($number) = @_;

    my $socket = bound($number);
    listen $socket, 0 or die "listen: $!\n";

    my @waiting = map {
        IO::Socket::INET->new(
            PeerAddr => '127.0.0.1', PeerPort => $number, Blocking => 0)
    } 1 .. 4;

    return ($socket, @waiting);
}
