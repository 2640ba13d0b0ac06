package EO::Origin;

# Origins that misbehave, for the tests of what an edge node does then.
#
#   use EO::Origin;
#   EO::Origin->start();
#
# One forked process serves every origin below until the test file ends, also
# when it dies or its process is killed.  Ports follow the server port of
# Test::Nginx; a block names them through the environment:
#
#   $TEST_NGINX_ORIGIN_HTTP          an HTTP/1.1 origin, see below
#   $TEST_NGINX_ORIGIN_RESET         resets every connection on accept
#   $TEST_NGINX_ORIGIN_CLOSE         closes every connection on accept
#   $TEST_NGINX_ORIGIN_FULL          lets every SYN go unanswered
#   $TEST_NGINX_ORIGIN_REFUSED       nobody listens
#   $TEST_NGINX_ORIGIN_TLS_ALERT     answers a ClientHello with an alert
#   $TEST_NGINX_ORIGIN_TLS_RESET     resets on a ClientHello
#   $TEST_NGINX_ORIGIN_TLS_CLOSE     closes on a ClientHello
#   $TEST_NGINX_ORIGIN_TLS_SILENT    reads a ClientHello and never answers
#   $TEST_NGINX_ORIGIN_TLS_PLAIN     answers a ClientHello in plain text
#   $TEST_NGINX_ORIGIN_FASTCGI       like HTTP, in the other protocols
#   $TEST_NGINX_ORIGIN_UWSGI
#   $TEST_NGINX_ORIGIN_SCGI
#   $TEST_NGINX_ORIGIN_DNS           a name server (UDP), see below
#   $TEST_NGINX_PORT_1 ... _9        free, for servers of the block itself
#
# The last segment of the request's path tells the HTTP-like origins what to
# do; anything else than the following is answered with 200 and the request
# head (or its parameters, one "NAME: value" a line) as the body:
#
#   reset         reset after the whole request was read
#   close         close after the whole request was read
#   silent        read and never answer
#   garbage       answer something that is no HTTP response
#   garbage-long  the same, several kilobytes
#   binary        the same, with NUL and control bytes
#   bad-status    answer a malformed status line
#   bad-header    answer a header with a NUL in it
#   big-header    answer more header than nginx has buffers for
#   stall-header, reset-header, close-header      half a header, then that
#   stall-body, reset-body, close-body            half a body, then that
#   close-chunked                 half a chunked body, then close
#   status-NNN                    answer that status
#   empty-NNN                     answer that status without a body
#   no-server                     as usual, without a Server header
#   fields                        with the response fields of the query, each
#                                 argument being "Name=value"
#
# The name server answers by the first label of the name: "good" with
# 127.0.0.1, "nx" with NXDOMAIN, "fail" with SERVFAIL, "refused" with
# REFUSED, "empty" with no record, "silent" not at all.

use strict;
use warnings;

use Errno qw(EAGAIN EWOULDBLOCK EINTR);
use IO::Select;
use IO::Socket::INET;
use POSIX ();
use Socket qw(SOL_SOCKET SO_LINGER INADDR_LOOPBACK);

use constant REQUEST_MAX => 16 * 1024 * 1024;

my %TCP_OFFSET = (
    HTTP       => 11,
    RESET      => 12,
    CLOSE      => 13,
    FULL       => 14,
    TLS_ALERT  => 15,
    TLS_RESET  => 16,
    TLS_CLOSE  => 17,
    TLS_SILENT => 18,
    TLS_PLAIN  => 19,
    FASTCGI    => 20,
    UWSGI      => 21,
    SCGI       => 22,
);

my $REFUSED_OFFSET = 10;
my $DNS_OFFSET = 23;

my ($daemon_pid, $owner_pid);


# Starts the origins and sets the environment.  Dies with the reason when a
# port is taken.

sub start {
    my ($class) = @_;

    my $base = server_port();
    $ENV{"TEST_NGINX_PORT_$_"} = $base + $_ for 1 .. 9;
    $ENV{TEST_NGINX_ORIGIN_REFUSED} = $base + $REFUSED_OFFSET;

    my %listener;
    for my $name (keys %TCP_OFFSET) {
        $ENV{"TEST_NGINX_ORIGIN_$name"} = $base + $TCP_OFFSET{$name};
        $listener{$name} = listen_on($base + $TCP_OFFSET{$name},
                                     $name eq 'FULL' ? 0 : 128);
    }

    $ENV{TEST_NGINX_ORIGIN_DNS} = $base + $DNS_OFFSET;
    my $dns = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
                                    LocalPort => $base + $DNS_OFFSET,
                                    Proto => 'udp')
        or die "origin DNS: cannot bind port ", $base + $DNS_OFFSET, ": $!\n";

    my $full = delete $listener{FULL};
    my @fillers = fill_backlog($full);

    $owner_pid = $$;
    $daemon_pid = fork();
    die "fork: $!\n" unless defined $daemon_pid;

    if ($daemon_pid == 0) {
        eval { serve($owner_pid, \%listener, $dns, $full, @fillers); 1 }
            or print STDERR "origin daemon: $@";
        POSIX::_exit(0);
    }

    return $class;
}


# The port that Test::Nginx gives to its server.

sub server_port {
    return $ENV{TEST_NGINX_SERVER_PORT} || $ENV{TEST_NGINX_PORT} || 1984;
}


END {
    if (defined $daemon_pid && $daemon_pid && $owner_pid == $$) {
        local $?;
        kill 'KILL', $daemon_pid;
        waitpid $daemon_pid, 0;
    }
}


sub listen_on {
    my ($port, $backlog) = @_;

    my $deadline = time + 5;

    while (1) {
        my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
                                           LocalPort => $port,
                                           Listen => $backlog || 1,
                                           ReuseAddr => 1,
                                           Proto => 'tcp');
        if ($socket) {
            listen $socket, $backlog;
            return $socket;
        }

        die "origin: cannot listen on port $port: $!\n" if time > $deadline;
        select undef, undef, undef, 0.1;
    }
}


# Fills the accept queue of a listener, after which the kernel drops SYNs.

sub fill_backlog {
    my ($listener) = @_;

    my @fillers;
    for (1 .. 4) {
        socket my $socket, Socket::PF_INET(), Socket::SOCK_STREAM(), 0
            or die "socket: $!\n";
        IO::Handle::blocking($socket, 0);
        connect $socket, Socket::pack_sockaddr_in($listener->sockport,
                                                  INADDR_LOOPBACK);
        push @fillers, $socket;
        select undef, undef, undef, 0.02;
    }

    return @fillers;
}


# --- the process that serves ------------------------------------------------

sub serve {
    my ($parent, $listeners, $dns) = @_;

    $SIG{PIPE} = 'IGNORE';
    $SIG{$_} = sub { POSIX::_exit(0) } for qw(INT TERM HUP);
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', '/dev/null';

    my $select = IO::Select->new($dns, values %$listeners);
    my %kind = map { fileno($listeners->{$_}) => $_ } keys %$listeners;
    my %connection;

    while (getppid() == $parent) {
        for my $socket ($select->can_read(0.5)) {
            my $fd = fileno $socket;

            if ($socket == $dns) {
                answer_dns($dns);

            } elsif (exists $kind{$fd}) {
                my $client = $socket->accept or next;
                my $name = $kind{$fd};

                if ($name eq 'RESET') {
                    reset_connection($client);
                    next;
                }

                if ($name eq 'CLOSE') {
                    close $client;
                    next;
                }

                $client->blocking(0);
                $connection{fileno $client} = {
                    socket => $client, origin => $name, in => '',
                };
                $select->add($client);

            } else {
                next if read_connection($connection{$fd});
                $select->remove($socket);
                delete $connection{$fd};
                close $socket;
            }
        }
    }
}


# Returns true as long as the connection stays open.

sub read_connection {
    my ($c) = @_;

    my $n = sysread $c->{socket}, my $data, 65536;

    if (!defined $n) {
        return $! == EAGAIN || $! == EWOULDBLOCK || $! == EINTR;
    }

    return 0 if $n == 0;

    # a connection that has become silent still has to read

    return 1 if $c->{silent};

    $c->{in} .= $data;
    return 0 if length $c->{in} > REQUEST_MAX;

    return on_client_hello($c) if $c->{origin} =~ /^TLS_/;

    my $parse = {
        HTTP => \&parse_http, FASTCGI => \&parse_fastcgi,
        UWSGI => \&parse_uwsgi, SCGI => \&parse_scgi,
    }->{$c->{origin}};

    while (!$c->{silent} && length $c->{in}) {
        my $request = $parse->($c) or return 1;
        return 0 unless act($c, $request);
    }

    return 1;
}


sub on_client_hello {
    my ($c) = @_;

    my $origin = $c->{origin};

    if ($origin eq 'TLS_ALERT') {
        # alert record: fatal, handshake_failure
        syswrite $c->{socket}, "\x15\x03\x03\x00\x02\x02\x28";
        return 0;
    }

    if ($origin eq 'TLS_PLAIN') {
        syswrite $c->{socket},
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
        return 0;
    }

    if ($origin eq 'TLS_RESET') {
        set_reset($c->{socket});
        return 0;
    }

    return 0 if $origin eq 'TLS_CLOSE';

    $c->{silent} = 1;
    return 1;
}


sub set_reset {
    my ($socket) = @_;

    setsockopt $socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0);
}


sub reset_connection {
    my ($socket) = @_;

    set_reset($socket);
    close $socket;
}


# --- requests: each parser takes one whole request off $c->{in} -------------

sub parse_http {
    my ($c) = @_;

    return unless $c->{in} =~ /^(.*?\r\n)\r\n/s;

    my $head = $1;
    my $length = length($head) + 2;
    my $body_length = $head =~ /^Content-Length:\s*(\d+)/mi ? $1 : 0;
    my $body;

    if ($head =~ /^Transfer-Encoding:\s*chunked/mi) {
        return unless substr($c->{in}, $length)
            =~ /^((?:[0-9a-f]+\r\n.*?\r\n)*?0\r\n\r\n)/si;
        $body = $1;

    } else {
        return if length($c->{in}) < $length + $body_length;
        $body = substr $c->{in}, $length, $body_length;
    }

    substr($c->{in}, 0, $length + length $body) = '';

    my ($uri) = $head =~ /^\S+ (\S+)/;
    my $close = $head =~ m{\A[^\r\n]* HTTP/1\.0}
                || $head =~ /^Connection:\s*close/mi;

    return { uri => $uri, text => $head, body => $body, close => $close };
}


sub parse_fastcgi {
    my ($c) = @_;

    my ($params, $stdin, $offset) = ('', '', 0);

    while (length($c->{in}) >= $offset + 8) {
        my (undef, $type, undef, $length, $padding) =
            unpack 'CCnnC', substr $c->{in}, $offset, 8;
        last if length($c->{in}) < $offset + 8 + $length + $padding;

        my $content = substr $c->{in}, $offset + 8, $length;
        $offset += 8 + $length + $padding;

        if ($type == 4) {
            $params .= $content;

        } elsif ($type == 5) {
            $stdin .= $content;

            if ($length == 0) {
                substr($c->{in}, 0, $offset) = '';
                return request_of_params(fastcgi_params($params), $stdin);
            }
        }
    }

    return;
}


sub fastcgi_params {
    my ($data) = @_;

    my ($offset, @params) = (0);
    my $length = sub {
        my $n = unpack 'C', substr $data, $offset, 1;

        if ($n < 128) {
            $offset += 1;
            return $n;
        }

        $n = unpack('N', substr $data, $offset, 4) & 0x7fffffff;
        $offset += 4;
        return $n;
    };

    while ($offset < length $data) {
        my $name_length = $length->();
        my $value_length = $length->();
        push @params, [substr($data, $offset, $name_length),
                       substr($data, $offset + $name_length, $value_length)];
        $offset += $name_length + $value_length;
    }

    return @params;
}


sub parse_uwsgi {
    my ($c) = @_;

    return if length $c->{in} < 4;

    my (undef, $size) = unpack 'Cv', $c->{in};
    return if length $c->{in} < 4 + $size;

    my $data = substr $c->{in}, 4, $size;
    my ($offset, @params) = (0);

    while ($offset < $size) {
        my ($name, $value) = unpack 'v/a v/a', substr $data, $offset;
        push @params, [$name, $value];
        $offset += 4 + length($name) + length $value;
    }

    my ($length) = map { $_->[1] } grep { $_->[0] eq 'CONTENT_LENGTH' } @params;
    $length ||= 0;
    return if length $c->{in} < 4 + $size + $length;

    my $body = substr $c->{in}, 4 + $size, $length;
    $c->{in} = '';

    return request_of_params(@params, $body);
}


sub parse_scgi {
    my ($c) = @_;

    return unless $c->{in} =~ /^(\d+):/;

    my ($size, $start) = ($1, 1 + length $1);
    return if length $c->{in} < $start + $size + 1;

    my @words = split /\0/, substr($c->{in}, $start, $size), -1;
    my @params;
    push @params, [splice @words, 0, 2] while @words > 1;

    my ($length) = map { $_->[1] } grep { $_->[0] eq 'CONTENT_LENGTH' } @params;
    $length ||= 0;
    return if length $c->{in} < $start + $size + 1 + $length;

    my $body = substr $c->{in}, $start + $size + 1, $length;
    $c->{in} = '';

    return request_of_params(@params, $body);
}


sub request_of_params {
    my $body = pop;
    my @params = @_;

    my ($uri) = map { $_->[1] } grep { $_->[0] eq 'REQUEST_URI' } @params;
    my $text = join '', map { "$_->[0]: $_->[1]\r\n" } @params;

    return { uri => $uri || '/', text => $text, body => $body, close => 1 };
}


# --- what to do with a request; true keeps the connection -------------------

sub act {
    my ($c, $request) = @_;

    my ($path, $query) = split /\?/, $request->{uri}, 2;
    my ($word) = $path =~ m{([^/]*)$};
    my $socket = $c->{socket};

    return 0 if $word eq 'close';

    if ($word eq 'reset') {
        set_reset($socket);
        return 0;
    }

    if ($word eq 'silent') {
        return $c->{silent} = 1;
    }

    if ($word =~ /^(?:garbage|garbage-long|binary|bad-status)$/) {
        my $line = { 'garbage' => "This is no HTTP\r\n",
                     'garbage-long' => "No HTTP at all\r\n" x 300,
                     'binary' => "\0\1\2\3\xff\xfe\r\n\r\n",
                     'bad-status' => "HTTP/1.1 abc OK\r\n\r\nbody" }->{$word};
        syswrite $socket, $line;
        return 0;
    }

    if ($word eq 'bad-header' || $word eq 'big-header') {
        my $value = $word eq 'bad-header' ? "a\0b" : 'x' x 40_000;
        syswrite $socket, head($c) . "X-Bad: $value\r\n\r\n";
        return 0;
    }

    if ($word =~ /^(stall|reset|close)-(header|body)$/) {
        my ($then, $where) = ($1, $2);
        my $part = $where eq 'header'
            ? head($c) . 'Content-Ty'
            : head($c) . "Content-Length: 100\r\n\r\nhalf";
        syswrite $socket, framed($c, $part);

        if ($then eq 'stall') {
            return $c->{silent} = 1;
        }

        # the peer has to have read what was written

        select undef, undef, undef, 0.1;
        set_reset($socket) if $then eq 'reset';
        return 0;
    }

    if ($word eq 'close-chunked') {
        syswrite $socket,
            head($c) . "Transfer-Encoding: chunked\r\n\r\n64\r\nhalf";
        return 0;
    }

    my $status = $word =~ /^(?:status|empty)-(\d+)$/ ? $1 : 200;
    my $body = $word =~ /^empty-/ ? ''
        : $status == 200 ? $request->{text} : "origin says $status\n";
    my $fields = '';

    if ($word eq 'fields') {
        for my $field (split /&/, defined $query ? $query : '') {
            my ($name, $value) = split /=/, $field, 2;
            $value =~ s/\+/ /g;
            $value =~ s/%([0-9a-fA-F]{2})/chr hex $1/ge;
            $fields .= "$name: $value\r\n";
        }
    }

    $body .= "Body: $request->{body}\r\n"
        if length $request->{body} && $status == 200;
    my $connection = $request->{close} ? 'close' : 'keep-alive';
    my $length = $status == 304 || $status == 204 ? ''
        : 'Content-Length: ' . length($body) . "\r\n";
    $body = '' if $request->{text} =~ /^HEAD /;

    syswrite $socket, framed($c, head($c, $status)
        . "Content-Type: text/plain\r\n${length}"
        . ($c->{origin} =~ /HTTP/ ? "Connection: $connection\r\n" : '')
        . "$fields\r\n$body", 1);

    return !$request->{close};
}


sub head {
    my ($c, $status) = @_;

    $status ||= 200;

    return $c->{origin} eq 'FASTCGI' || $c->{origin} eq 'SCGI'
        ? "Status: $status Whatever\r\n" : "HTTP/1.1 $status Whatever\r\n";
}


# FastCGI answers travel in records.

sub framed {
    my ($c, $data, $end) = @_;

    return $data unless $c->{origin} eq 'FASTCGI';

    my $out = join '', map { pack('CCnnCC', 1, 6, 1, length, 0, 0) . $_ }
                           $data =~ /(.{1,32000})/gs;
    $out .= pack('CCnnCC', 1, 6, 1, 0, 0, 0)
        . pack('CCnnCC', 1, 3, 1, 8, 0, 0) . "\0" x 8 if $end;

    return $out;
}


# --- DNS --------------------------------------------------------------------

sub answer_dns {
    my ($dns) = @_;

    my $peer = $dns->recv(my $query, 4096);
    return unless defined $peer && length $query > 12;

    my $id = unpack 'n', $query;
    my ($label) = unpack 'x12 C/a', $query;
    my ($question) = substr($query, 12) =~ /^((?:[^\0].*?)?\0.{4})/s;
    my $rcode = { nx => 3, fail => 2, refused => 5 }->{$label} || 0;

    return if $label eq 'silent';

    my $answer = $label =~ /^(?:nx|fail|refused|empty)$/ ? ''
        : pack 'n n n N n C4', 0xc00c, 1, 1, 60, 4, 127, 0, 0, 1;

    $dns->send(pack('n6', $id, 0x8180 | $rcode, 1, $answer eq '' ? 0 : 1, 0, 0)
               . $question . $answer, 0, $peer);
}

1;
