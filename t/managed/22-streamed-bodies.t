# Request bodies on their way: what managed rules that block have to hold, and
# what they let stream; and bodies over HTTP/2 under monitor, where nothing is
# held.

use strict;
use warnings;

use lib 't/lib';
use IO::Select;
use IO::Socket::UNIX;
use Test::More;

use EO::HTTP2;
use EO::Nginx;

my $form = 'application/x-www-form-urlencoded';
my $nginx = EO::Nginx->new(configuration());

my $rules = <<'END';
SecRequestBodyAccess On
SecRequestBodyLimitAction ProcessPartial
SecRule REQUEST_HEADERS:Content-Type "@contains json" "id:90,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule REQUEST_HEADERS:X-Force "@rx ." "id:91,phase:1,pass,nolog,ctl:forceRequestBodyVariable=On"
SecRule REQUEST_HEADERS:X-Evil "@rx ." "id:92,phase:2,deny"
SecRule ARGS|REQUEST_BODY "@contains evil" "id:100,phase:2,deny,msg:'evil'"
END

$nginx->write_file('rules.conf', $rules);
$nginx->write_file('limit.conf', $rules =~ s/ProcessPartial/Reject/r
                                 . "SecRequestBodyLimit 100000\n");
$nginx->write_file('length.conf', $rules
                   . 'SecRule REQUEST_BODY_LENGTH "@gt 50" '
                   . "\"id:101,phase:2,deny\"\n");
$nginx->start();

# an answer that comes before the body has ended has not waited for it

for my $case (
    ['gRPC', '/grpc', 'application/grpc'],
    ['gRPC with a message format', '/grpc', 'application/grpc+proto'],
    ['an upload', '/stream', 'application/octet-stream'],
    ['a tus upload', '/stream', 'application/offset+octet-stream'],
    ['a video', '/stream', 'video/mp4'],
    ['a body of no type', '/stream', ''],
) {
    my ($name, $path, $type) = @$case;

    for my $http ($path eq '/grpc' ? '2' : ('1.1', '2')) {
        my $stream = begin($http, $path, $type);

        $stream->{send}->('a message', 0);
        is($stream->{answer}->(), 200, "HTTP/$http: $name streams");
    }
}

# and what rules take apart is there before the origin is asked

for my $case (
    ['a form', '/stream', $form, 'a=1&b='],
    ['JSON', '/stream', 'application/json', '{"a":"'],
    ['a form to a gRPC service', '/grpc', $form, 'a=1&b='],
    ['what a rule wants as text', '/stream', 'text/plain', 'text ',
     'X-Force: 1'],
) {
    my ($name, $path, $type, $first, @fields) = @$case;

    for my $http ($path eq '/grpc' ? '2' : ('1.1', '2')) {
        for my $rest (['evil', 566], ['good', 200]) {
            my ($word, $status) = @$rest;
            my $stream = begin($http, $path, $type, @fields);

            $stream->{send}->($first, 0);
            ok($stream->{silent}->(), "HTTP/$http: $name is waited for");

            $stream->{send}->($word . ($type =~ /json/ ? '"}' : ''), 1);
            is($stream->{answer}->(), $status, "HTTP/$http: $name, $word");
        }
    }
}

# rules of the body's phase still see everything else of a body that streams

for my $http ('1.1', '2') {
    my $stream = begin($http, '/stream', 'video/mp4', 'X-Evil: 1');

    $stream->{send}->('a message', 0);
    is($stream->{answer}->(), 566, "HTTP/$http: the header of a stream");
}

# who counts has to wait: a length in a rule, and a limit without a length

for my $case (
    ['the length in a rule', '/length', 'x' x 60, 566],
    ['the length in a rule', '/length', 'x' x 40, 200],
    ['a limit', '/limit', 'x' x 100_001, 566],
    ['a limit', '/limit', 'x' x 100_000, 200],
) {
    my ($name, $path, $body, $status) = @$case;

    for my $http ('1.1', '2') {
        my $stream = begin($http, $path, 'video/mp4');

        $stream->{send}->(substr($body, 0, 20), 0);
        ok($stream->{silent}->(), "HTTP/$http: $name has to wait");

        $stream->{send}->(substr($body, 20), 1);
        is($stream->{answer}->(), $status,
           "HTTP/$http: $name, " . length $body);
    }
}

# a form of any length is looked at as far as the limit says, and arrives

for my $http ('1.1', '2') {
    for my $size (10, 1000, 60_000) {
        for my $case (['monitor', 'evil', 200], ['monitor', 'good', 200],
                      ['block', 'evil', 566], ['block', 'good', 200])
        {
            my ($mode, $word, $status) = @$case;
            my $name = "HTTP/$http, $mode, $size bytes, $word";
            my $body = "a=$word&b=" . 'x' x $size;
            my $id = "$http-$mode-$size-$word";
            my $stream = begin($http, "/$mode/$id", $form);

            for my $part (unpack '(a7000)*', $body) {
                $stream->{send}->($part, 0);
            }

            $stream->{send}->('', 1);
            is($stream->{answer}->(), $status, $name);

            my $length = length $body;

            next if $status != 200;

            ok($nginx->wait_for(sub {
                $nginx->read_file('logs/origin.log') =~ m{^/$mode/\Q$id\E
                                                         \ $length$}mx;
            }), "$name: the origin has all of it");

            my $event = qr{^/$mode/\Q$id\E 200 ManagedRule Monitor 100$}m;

            if ($word eq 'evil') {
                ok($nginx->wait_for(sub {
                    $nginx->read_file('logs/access.log') =~ $event;
                }), "$name: which was noted");

            } else {
                unlike($nginx->read_file('logs/access.log'), $event, $name);
            }
        }
    }
}

# under monitor a form streams as well, and its attack is seen at its end

for my $http ('1.1', '2') {
    my $stream = begin($http, '/watched', $form);

    $stream->{send}->('a=ev', 0);
    is($stream->{answer}->(), 200, "HTTP/$http: a form under monitor streams");
}

unlike($nginx->read_file('logs/error.log'),
       qr/exited on signal|AddressSanitizer|\[alert\]|runtime error/,
       'nothing has gone wrong by the log');

done_testing();


# A POST of which the body comes in pieces: send (bytes, whether they are the
# last), answer (the status, at last), silent (no answer for a moment).

sub begin {
    my ($http, $path, $type, @fields) = @_;

    my $socket = IO::Socket::UNIX->new(
        Peer => $nginx->prefix() . "/edge-$http.sock") || die "$!\n";
    $socket->autoflush(1);

    push @fields, "Content-Type: $type" if $type;

    my ($bytes, %answer) = ('');

    if ($http eq '2') {
        my @named = map { /^(.*?): (.*)/; (lc $1, $2) } @fields;

        print $socket EO::HTTP2::preface(),
            EO::HTTP2::headers(1, 0, ':method' => 'POST', ':scheme' => 'http',
                               ':path' => $path, ':authority' => 'localhost',
                               te => 'trailers', @named);

    } else {
        print $socket join "\r\n", "POST $path HTTP/1.1", 'Host: localhost',
            'Transfer-Encoding: chunked', @fields, '', '';
    }

    my $status = sub {
        return $bytes =~ m{\AHTTP/1\.1 (\d+)} && $1 if $http ne '2';

        %answer = EO::HTTP2::answers($bytes);
        return $answer{1}{status}
               || (defined $answer{1}{reset} ? 'reset' : undef);
    };

    return {
        send => sub {
            my ($data, $last) = @_;

            local $SIG{PIPE} = 'IGNORE';

            # what nginx grants a stream before it says more is 65,535 bytes

            if ($http eq '2') {
                print $socket EO::HTTP2::data(1, $last, $data);
                return;
            }

            printf $socket "%x\r\n%s\r\n", length $data, $data
                if length $data;
            print $socket "0\r\n\r\n" if $last;
        },
        answer => sub {
            local $SIG{ALRM} = sub { die "$path: no answer\n" };
            alarm 20;

            until ($status->()) {
                sysread $socket, $bytes, 65536, length $bytes or last;
            }

            alarm 0;
            return $status->() || 'none';
        },
        silent => sub {
            my $select = IO::Select->new($socket);

            while ($select->can_read(0.1)) {
                sysread $socket, $bytes, 65536, length $bytes or last;
                return 0 if $status->();
            }

            return !$status->();
        },
    };
}


sub configuration {
    return <<'END';
events { worker_connections 256; }
http {
    log_format event '$request_uri $status $eo_security_module '
                     '$eo_security_action $eo_security_rule_id';
    log_format origin '$request_uri $http_x_length';
    access_log off;
    client_max_body_size 0;
    http2_body_preread_size 65535;
    proxy_http_version 1.1;

    server {
        listen unix:%PREFIX%/edge-1.1.sock;
        listen unix:%PREFIX%/edge-2.sock http2;
        access_log %PREFIX%/logs/access.log event;
        eo_waf on;
        eo_managed_rules on;
        eo_managed_rules_file %PREFIX%/rules.conf;

        location /grpc { grpc_pass grpc://unix:%PREFIX%/answers-2.sock; }
        location /stream {
            proxy_request_buffering off;
            proxy_pass http://unix:%PREFIX%/answers.sock;
        }
        location /watched {
            eo_managed_rules monitor;
            proxy_request_buffering off;
            proxy_pass http://unix:%PREFIX%/answers.sock;
        }
        location /length {
            eo_managed_rules_file %PREFIX%/length.conf;
            proxy_request_buffering off;
            proxy_pass http://unix:%PREFIX%/answers.sock;
        }
        location /limit {
            eo_managed_rules_file %PREFIX%/limit.conf;
            proxy_request_buffering off;
            proxy_pass http://unix:%PREFIX%/answers.sock;
        }
        location /monitor {
            eo_managed_rules monitor;
            proxy_request_buffering off;
            proxy_pass http://unix:%PREFIX%/reads.sock;
        }
        location /block {
            proxy_request_buffering off;
            proxy_pass http://unix:%PREFIX%/reads.sock;
        }
    }

    # origins that answer at once, or when they have read all

    server {
        listen unix:%PREFIX%/answers.sock;
        listen unix:%PREFIX%/answers-2.sock http2;
        location / { return 200; }
    }
    server {
        listen unix:%PREFIX%/reads.sock;
        location / {
            proxy_pass http://unix:%PREFIX%/answered.sock;
            proxy_set_header X-Length $content_length;
        }
    }
    server {
        listen unix:%PREFIX%/answered.sock;
        access_log %PREFIX%/logs/origin.log origin;
        location / { return 200; }
    }
}
END
}
