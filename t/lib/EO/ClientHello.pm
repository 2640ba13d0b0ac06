package EO::ClientHello;

# What a TLS client has sent first, and its JA3 and JA4 worked out anew, for
# comparison with what the server says.
#
#   my ($out, @hellos) = EO::ClientHello::record($port, $to, $size, @command);
#   my %print = EO::ClientHello::fingerprint($hellos[0]);
#
# record() runs a client that connects to $port, passes all it sends on to
# $to, and returns what the client has printed and the ClientHellos (two after
# a HelloRetryRequest).  $size puts the first one into records of so many
# bytes; 0 leaves it as it is.

use strict;
use warnings;

use Digest::MD5 qw(md5_hex);
use Digest::SHA qw(sha256_hex);
use IO::Select;
use IO::Socket::INET;
use Time::HiRes qw(time);

my $SECONDS = 20;


sub record {
    my ($port, $to, $size, @command) = @_;

    my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
                                       LocalPort => $port, Listen => 5,
                                       ReuseAddr => 1)
        or die "listen on $port: $!\n";

    my $pid = open my $out, '-|';
    die "fork: $!\n" unless defined $pid;

    if ($pid == 0) {
        close $listen;
        open STDIN, '<', '/dev/null';
        open STDERR, '>&', \*STDOUT;
        exec @command or die "$command[0]: $!\n";
    }

    my ($text, $sent) = relay($listen, $to, $size, $out);

    kill 'KILL', $pid;
    close $out;

    return ($text, hellos($sent));
}


# Returns what the client has printed, and what it has sent to the server.

sub relay {
    my ($listen, $to, $size, $out) = @_;

    my ($text, $sent, %peer, %first) = ('', '');
    my $select = IO::Select->new($listen, $out);
    my $deadline = time + $SECONDS;

    local $SIG{PIPE} = 'IGNORE';

    while (time < $deadline) {
        for my $from ($select->can_read(0.5)) {

            if ($from == $listen) {
                my $client = $listen->accept or next;
                my $server = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                                   PeerPort => $to)
                    or die "connect to $to: $!\n";

                @peer{$client, $server} = ($server, $client);
                $first{$client} = 1;
                $select->add($client, $server);
                next;
            }

            my $n = sysread $from, my $part, 65536;

            if (!$n) {
                return ($text, $sent) if $from == $out;

                $select->remove($from);
                shutdown $peer{$from}, 1;
                next;
            }

            if ($from == $out) {
                $text .= $part;
                next;
            }

            if (exists $first{$from}) {
                $sent .= $part;
                $part = in_records($part, $size) if $size && $first{$from};
                $first{$from} = 0;
            }

            syswrite $peer{$from}, $part;
        }
    }

    die "the client has not ended within $SECONDS s: $text\n";
}


# The records of one write, each as several of so many bytes.

sub in_records {
    my ($bytes, $size) = @_;

    my $out = '';

    while ($bytes =~ s/\A(\x16..)//s) {
        my $head = $1;
        my $body = unpack 'n/a', $bytes;

        substr($bytes, 0, 2 + length $body) = '';
        $out .= join '', map { $head . pack 'n/a', $_ }
                             unpack "(a$size)*", $body;
    }

    return $out . $bytes;
}


# ClientHellos among the plain handshake messages of a client.

sub hellos {
    my ($bytes) = @_;

    my ($messages, @hellos) = ('');

    while (length $bytes >= 5) {
        my ($type, undef, $body) = unpack 'C n n/a', $bytes;

        $messages .= $body if $type == 22;
        substr($bytes, 0, 5 + length $body) = '';
    }

    while (length $messages >= 4) {
        my $length = unpack 'N', "\0" . substr $messages, 1, 3;

        push @hellos, substr $messages, 0, 4 + $length
            if $messages =~ /\A\x01/;
        last if length $messages < 4 + $length;
        substr($messages, 0, 4 + $length) = '';
    }

    return @hellos;
}


sub is_grease {
    my ($value) = @_;

    return ($value & 0x0f0f) == 0x0a0a && $value >> 8 == ($value & 0xff);
}


# ja3, ja3_text, ja4 and ja4_raw of a handshake message.

sub fingerprint {
    my ($hello) = @_;

    my (undef, $version, undef, undef, $ciphers, undef, $rest)
        = unpack 'a4 n a32 C/a n/a C/a a*', $hello;
    my ($extensions) = length $rest ? unpack('n/a', $rest) : '';

    my @ciphers = grep { !is_grease($_) } unpack 'n*', $ciphers;
    my (@types, %body);

    while (length $extensions) {
        my ($type, $body) = unpack 'n n/a', $extensions;

        substr($extensions, 0, 4 + length $body) = '';
        next if is_grease($type);

        push @types, $type;
        $body{$type} = $body;
    }

    my $list = sub { grep { !is_grease($_) }
                     map { defined $_ ? unpack 'x2 n*', $_ : () }
                     $body{$_[0]} };
    my @groups = $list->(10);
    my @signatures = $list->(13);
    my @formats = defined $body{11} ? unpack 'x C*', $body{11} : ();

    my $text = join ',', $version, map { join '-', @$_ }
                                       \@ciphers, \@types, \@groups, \@formats;

    my ($highest) = sort { $b <=> $a } grep { !is_grease($_) }
                    defined $body{43} ? unpack 'x n*', $body{43} : $version;
    my ($protocol) = defined $body{16} ? unpack 'x2 C/a', $body{16} : '00';

    my $head = 't'
        . ({ 0x304 => 13, 0x303 => 12, 0x302 => 11, 0x301 => 10 }->{$highest})
        . (exists $body{0} ? 'd' : 'i')
        . sprintf('%02d%02d', scalar @ciphers, scalar @types)
        . substr($protocol, 0, 1) . substr($protocol, -1);

    my $hex = sub { join ',', map { sprintf '%04x', $_ } @_ };
    my $second = $hex->(sort { $a <=> $b } @ciphers);
    my $third = $hex->(sort { $a <=> $b }
                       grep { $_ != 0 && $_ != 16 } @types);

    $third .= '_' . $hex->(@signatures) if @signatures;

    return (ja3_text => $text, ja3 => md5_hex($text),
            ja4_raw => join('_', $head, $second, $third),
            ja4 => join('_', $head, map { substr sha256_hex($_), 0, 12 }
                                        $second, $third));
}

1;
