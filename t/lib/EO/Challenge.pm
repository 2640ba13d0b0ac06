package EO::Challenge;

# What a browser does with a challenge, without one.
#
#   use EO::Challenge;
#   my $client = EO::Challenge->new($port, host => 'example.com', ...);
#   my $answer = $client->get('/path');        # { status, head, body, data }
#   my $reply = $client->answer($answer->{data});
#   $client->get('/path');                     # with the cookie
#
# A client is an address that X-Real-IP names (ip), a host, an agent and a jar
# of cookies.  "data" of an answer is what the page tells its script, or undef.

use strict;
use warnings;

use Digest::SHA qw(sha256);
use IO::Socket::INET;
use JSON::PP ();


sub new {
    my ($class, $port, %option) = @_;

    return bless {
        port => $port,
        host => 'www.example.com',
        agent => 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0',
        ip => '192.0.2.1',
        accept => 'text/html,application/xhtml+xml,*/*;q=0.8',
        cookies => {},
        %option
    }, $class;
}


# A client that differs from another one, with the same cookies.

sub like {
    my ($self, %option) = @_;

    return bless { %$self, %option }, ref $self;
}


sub cookie {
    my ($self) = @_;

    return join '; ', map { "$_=$self->{cookies}{$_}" }
                      sort keys %{$self->{cookies}};
}


sub get {
    my ($self, $path, %headers) = @_;

    return $self->request('GET', $path, undef, %headers);
}


sub post {
    my ($self, $path, $body, %headers) = @_;

    return $self->request('POST', $path, $body,
        'Content-Type' => 'application/x-www-form-urlencoded',
        'Content-Length' => length $body,
        'Sec-Fetch-Mode' => 'navigate', 'Sec-Fetch-Site' => 'same-origin',
        %headers);
}


# Headers that are undef are not sent.

sub request {
    my ($self, $method, $path, $body, %headers) = @_;

    %headers = (
        'Host' => $self->{host},
        'User-Agent' => $self->{agent},
        'Accept' => $self->{accept},
        'X-Real-IP' => $self->{ip},
        'Cookie' => (%{$self->{cookies}} ? $self->cookie() : undef),
        'Connection' => 'close',
        %headers
    );

    my $text = "$method $path HTTP/1.1\r\n"
        . join('', map { "$_: $headers{$_}\r\n" }
                   grep { defined $headers{$_} } sort keys %headers)
        . "\r\n" . ($body // '');

    my $socket = IO::Socket::INET->new(
        PeerAddr => "127.0.0.1:$self->{port}", Timeout => 10)
        or die "connect: $!\n";

    local $SIG{PIPE} = 'IGNORE';
    local $SIG{ALRM} = sub { die "no answer to $method $path\n" };

    alarm 20;
    print $socket $text;
    my $answer = do { local $/; <$socket> } // '';
    alarm 0;

    return $self->read_answer($answer);
}


sub read_answer {
    my ($self, $text) = @_;

    my ($head, $body) = split /\r\n\r\n/, $text, 2;
    my ($status) = ($head // '') =~ m{\AHTTP/1\.1 (\d+)};

    $body = unchunk($body) if ($head // '') =~ /^Transfer-Encoding: chunked/mi;

    while (($head // '') =~ /^Set-Cookie: ([^=\s]+)=([^;\r\n]*)/mig) {
        $self->{cookies}{$1} = $2;
    }

    my %answer = (status => $status // 0, head => $head // '',
                  body => $body // '');

    if ($answer{body} =~ /data-challenge="([^"]*)"/) {
        $answer{data} = JSON::PP->new->utf8->decode(unescape($1));
    }

    return \%answer;
}


sub unchunk {
    my ($text) = @_;
    my $whole = '';

    while ($text =~ s/\A([0-9a-f]+)\r\n//i && hex $1) {
        $whole .= substr $text, 0, hex $1, '';
        $text =~ s/\A\r\n//;
    }

    return $whole;
}


sub unescape {
    my ($text) = @_;
    my %char = (quot => '"', amp => '&', lt => '<', gt => '>');

    $text =~ s/&(?:(quot|amp|lt|gt)|#(\d+));/$1 ? $char{$1} : chr $2/ge;

    return $text;
}


sub solve {
    my ($data) = @_;

    my $seed = substr $data->{token}, -32;
    my $bits = $data->{difficulty} - 3;
    my $numbers = '';

    for my $part (0 .. 7) {
        my $n = 0;
        $n++ while unpack('N', sha256(sprintf '%s000%d%08x', $seed, $part, $n))
                   >> 32 - $bits;
        $numbers .= sprintf '%08x', $n;
    }

    return "$data->{token}.$numbers";
}


sub answer {
    my ($self, $data, %headers) = @_;

    my $reply = $self->send_answer(solve($data), %headers);
    my $json = $reply->{json};

    return $json && $json->{puzzle}
        ? $self->send_answer("$json->{token}." . choose($json->{puzzle}),
                             %headers)
        : $reply;
}


# The words of the questions of a puzzle, and which of them are right.

my %kinds;

sub choose {
    my ($puzzle) = @_;

    read_kinds() unless %kinds;

    return join '', map {
        my ($question, $words) = @$_;
        grep { $kinds{$question}{$words->[$_]} } 0 .. $#$words;
    } @$puzzle;
}


sub words {
    read_kinds() unless %kinds;

    return JSON::PP->new->utf8->encode(\%kinds);
}


sub read_kinds {
    my $file = 'ngx_eo_waf/challenge/ngx_eo_challenge_puzzle.c';

    open my $in, '<:encoding(UTF-8)', $file or die "$file: $!\n";
    my $text = do { local $/; <$in> };

    while ($text =~ /\{ \{ "([^"]+)", "([^"]+)" \},(.*?)\} \} \}/sg) {
        my ($english, $chinese, $words) = ($1, $2, $3);

        while ($words =~ /\{ "([^"]+)", "([^"]+)"/g) {
            $kinds{$english}{$1} = 1;
            $kinds{$chinese}{$2} = 1;
        }
    }
}


sub send_answer {
    my ($self, $text, %headers) = @_;

    my $answer = $self->get("/.well-known/eo-challenge?a=$text", %headers);

    $answer->{json} = eval { JSON::PP->new->utf8->decode($answer->{body}) };

    return $answer;
}


# Asks for a path, and solves the challenge that comes; dies without one.

sub pass {
    my ($self, $path, %headers) = @_;

    my $answer = $self->get($path, %headers);
    die "no challenge: $answer->{status}\n" unless $answer->{data};

    my $reply = $self->answer($answer->{data}, %headers);
    die "refused: $reply->{body}\n" unless $reply->{status} == 200;

    return $self;
}


1;
