package EO::Stream;

# Servers of TCP and UDP under test, and clients of theirs.
#
#   use EO::Stream;                  # skips all where nginx has no stream
#   my $nginx = EO::Stream::nginx($configuration_of_stream);

use strict;
use warnings;

use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(sleep time);

use EO::Nginx;

# the modules of stream, nginx's own first where it is one of its own

sub modules {
    return grep { length } split ' ', $ENV{EO_STREAM_MODULES} || '';
}

sub import {
    plan skip_all => 'this nginx has no stream, or no ngx_eo_l4'
        if !defined $ENV{EO_STREAM_MODULES};
}

# nginx(STREAM, OPTION...): workers => N, http => '...'; nothing is started
sub nginx {
    my ($stream, %option) = @_;
    my $workers = $option{workers} || 1;
    my $http = $option{http} || '';

    return EO::Nginx->new(<<"END", modules => [EO::Nginx->modules, modules()]);
worker_processes $workers;
events { worker_connections 512; }
$http
stream {
    $stream
}
END
}

# says(STREAM): what "nginx -t" prints of it
sub says {
    return nginx(@_)->test();
}

sub tcp {
    my ($port, @options) = @_;
    return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port,
                                 Proto => 'tcp', @options);
}

sub udp {
    my ($port, @options) = @_;
    return IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port,
                                 Proto => 'udp', @options);
}

# answer(SOCKET, TEXT, SECONDS): sends the text, and what comes until the
# other side closes or the time is over; undef if nothing came and it is open
sub answer {
    my ($socket, $text, $seconds) = @_;
    my $end = time + ($seconds || 10);
    my $got = '';

    return '' if !$socket;
    local $SIG{PIPE} = 'IGNORE';
    syswrite $socket, $text if length $text;

    while ((my $left = $end - time) > 0) {
        vec(my $in = '', fileno $socket, 1) = 1;
        next if !select $in, undef, undef, $left;
        my $n = sysread $socket, my $part, 65536;
        return $got if !$n;
        $got .= $part;
    }

    return length $got ? $got : undef;
}

# line(SOCKET, TEXT): the text is sent, and one answer taken; '' if closed
sub line {
    my ($socket, $text, $seconds) = @_;

    return '' if !$socket;
    local $SIG{PIPE} = 'IGNORE';
    syswrite $socket, $text if length $text;
    vec(my $in = '', fileno $socket, 1) = 1;
    return undef if !select $in, undef, undef, $seconds || 10;
    my $n = sysread $socket, my $part, 65536;
    return $n ? $part : '';
}

# echo(): a port of an echo server for TCP and UDP, which ends with the test
my @children;
my $owner = $$;

sub echo {
    my $tcp = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 128,
                                    Proto => 'tcp') or die "tcp: $!";
    my $udp = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Proto => 'udp',
                                    LocalPort => $tcp->sockport)
        or die "udp: $!";
    my $pid = fork;
    die "fork: $!" if !defined $pid;

    if ($pid) {
        push @children, $pid;
        return $tcp->sockport;
    }

    $SIG{PIPE} = 'IGNORE';
    $SIG{TERM} = 'DEFAULT';
    alarm 300;
    my %open;

    while (1) {
        my $in = '';
        vec($in, fileno $_, 1) = 1 for $tcp, $udp, values %open;
        select $in, undef, undef, undef;

        if (vec $in, fileno $tcp, 1) {
            my $new = $tcp->accept;
            $open{fileno $new} = $new if $new;
        }

        if (vec $in, fileno $udp, 1) {
            my $peer = $udp->recv(my $data, 65536);
            $udp->send($data, 0, $peer) if $peer;
        }

        for my $fd (keys %open) {
            next if !vec $in, $fd, 1;
            my $n = sysread $open{$fd}, my $data, 65536;
            if ($n) { syswrite $open{$fd}, $data } else { delete $open{$fd} }
        }
    }
}

END {
    local $?;
    if ($$ == $owner) { kill 'KILL', $_ for @children }
}

1;
