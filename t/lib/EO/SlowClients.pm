package EO::SlowClients;

# Clients that send in their own time, all at once.
#
#   my %answer = EO::SlowClients::run($port, $seconds,
#       name => [ 'first bytes', 0.5, 'more bytes, half a second later' ],
#       ...);
#
# A plan is bytes and waits (numbers) in turn.  Each client has an address of
# its own, from 127.0.1.1 on.  A client is done when the
# server closes the connection, or when the seconds are over.  Of each:
#
#   answer   all that came
#   closed   after how many seconds the server closed, or undef
#   first    after how many seconds the first bytes came
#   unsent   bytes of the plan that could not be sent any more

use strict;
use warnings;

use IO::Socket::INET;
use Time::HiRes qw(sleep time);


sub run {
    my ($port, $seconds, @plans) = @_;

    local $SIG{PIPE} = 'IGNORE';

    my %result;
    my @clients;
    my $start = time;

    while (my ($name, $plan) = splice @plans, 0, 2) {
        my $socket = IO::Socket::INET->new(LocalAddr => address(scalar @clients),
                                           PeerAddr => '127.0.0.1',
                                           PeerPort => $port,
                                           Proto => 'tcp')
            or die "connect: $!\n";
        $socket->blocking(0);

        $result{$name} = { answer => '' };
        push @clients, { socket => $socket, plan => [schedule(@$plan)],
                         out => '', result => $result{$name} };
    }

    while (time - $start < $seconds) {
        my @open = grep { !defined $_->{result}{closed} } @clients;
        last unless @open;

        step($_, time - $start) for @open;
        sleep 0.005;
    }

    for my $client (@clients) {
        $client->{result}{unsent} = length join '', $client->{out},
            map { $_->[1] } @{$client->{plan}};
    }

    return %result;
}


# an address for each, as they are counted, logged and banned by it

sub address {
    my ($n) = @_;

    return sprintf '127.0.%d.%d', 1 + int($n / 250), 1 + $n % 250;
}


# waits and bytes as points of time and bytes

sub schedule {
    my @plan = @_;

    my $at = 0;
    my @schedule;

    for my $item (@plan) {
        if ($item =~ /\A\d+(?:\.\d+)?\z/) {
            $at += $item;
        } else {
            push @schedule, [$at, $item];
        }
    }

    return @schedule;
}


sub step {
    my ($client, $now) = @_;

    my $plan = $client->{plan};

    $client->{out} .= (shift @$plan)->[1]
        while @$plan && $plan->[0][0] <= $now;

    if (length $client->{out}) {
        my $n = syswrite $client->{socket}, $client->{out};
        substr $client->{out}, 0, $n, '' if $n;
    }

    my $n = sysread $client->{socket}, my $part, 65536;

    if ($n) {
        $client->{result}{first} = $now unless length $client->{result}{answer};
        $client->{result}{answer} .= $part;

    } elsif (defined $n || !$!{EAGAIN}) {
        $client->{result}{closed} = $now;
    }
}

1;
