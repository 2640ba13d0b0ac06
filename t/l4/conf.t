# conf.d/l4.conf as it is, but for folders and ports: nginx accepts it, and it
# does what it says.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use JSON::PP;
use EO::Stream;

my $origin = EO::Stream::echo();

open my $in, '<', 'conf.d/l4.conf' or die "conf.d/l4.conf: $!\n";
my $text = do { local $/; <$in> };

my %replace = (
    '/var/log/nginx' => '%PREFIX%/logs', '/etc/nginx/eo' => '%PREFIX%',
    'listen 2222' => 'listen 127.0.0.1:%PORT%',
    'listen 3307' => 'listen 127.0.0.1:%PORT1%',
    'listen 5353' => 'listen 127.0.0.1:%PORT2%',
    'listen 27015' => 'listen 127.0.0.1:%PORT3%',
    '127.0.0.1:22;' => "127.0.0.1:$origin;",
    '127.0.0.1:3306' => "127.0.0.1:$origin",
    '127.0.0.1:53;' => "127.0.0.1:$origin;",
    '127.0.0.1:27016' => "127.0.0.1:$origin",
    'wait=5s' => 'wait=200ms', 'packets=500' => 'packets=5',
    'duration=1m' => 'period=1m',
);

for my $from (sort keys %replace) {
    $text =~ s/\Q$from\E/$replace{$from}/g or die "l4.conf: no $from\n";
}

my $nginx = EO::Stream::nginx($text);
$nginx->write_file('blocked-addresses.txt', "# none yet\n127.0.0.66\n");
like($nginx->test(), qr/successful/, 'nginx accepts it');
$nginx->start();
my $port = $nginx->port;

sub ask {
    my ($at, $bytes, $from) = @_;
    return EO::Stream::line(EO::Stream::tcp($at, LocalAddr => $from
                                                 || '127.0.0.1'), $bytes);
}

is(ask($port, "SSH-2.0-OpenSSH\r\n"), "SSH-2.0-OpenSSH\r\n", 'SSH');
is(ask($port, "GET / HTTP/1.1\r\n\r\n"), '', 'HTTP on the port of SSH');
is(ask($port, "SSH-2.0-OpenSSH\r\n", '127.0.0.66'), '', 'a blocked address');
is(ask($port + 1, 'x'), 'x', 'MySQL');
is(EO::Stream::line(EO::Stream::udp($port + 2), "question"), 'question',
   'DNS');

my $game = EO::Stream::udp($port + 3);
is((join ' ', map { EO::Stream::line($game, "m$_") // '' } 1 .. 5),
   'm1 m2 m3 m4 m5', 'a game');
is(EO::Stream::line($game, 'm6', 0.5), undef, 'with too many datagrams');

ok($nginx->wait_for(sub {
    my @lines = split /\n/, $nginx->read_file('logs/l4.log');
    return @lines >= 6 && grep { /game-datagrams/ } @lines;
}), 'a record a session');

my @records = map { decode_json($_) } split /\n/,
    $nginx->read_file('logs/l4.log');
my ($ssh) = grep { $_->{ForwardPort} == $port
                   && $_->{SecurityAction} eq '-' } @records;
is($ssh->{ForwardProtocol}, 'TCP', 'is JSON: the protocol');
is($ssh->{ClientRealIP}, '127.0.0.1', 'the client');
is($ssh->{SentBytes}, 17, 'what it has sent');
is($ssh->{ReceivedBytes}, 17, 'and received');
is($ssh->{ClientRegion}, '-', 'a region that is not known');
like($ssh->{SessionID}, qr/^\d{1,20}$/, 'its number');

my ($blocked) = grep { $_->{SecurityRuleID} eq 'blocked' } @records;
is($blocked->{ClientRealIP}, '127.0.0.66', 'who was blocked');
is($blocked->{DisconnetReason}, 'down:net_exception_closed', 'and why');
is($blocked->{SentBytes}, 0, 'with nothing read');

my ($dns) = grep { $_->{ForwardProtocol} eq 'UDP'
                   && $_->{ForwardPort} == $port + 2 } @records;
is($dns->{SentBytes}, 8, 'a session of UDP');

done_testing();
