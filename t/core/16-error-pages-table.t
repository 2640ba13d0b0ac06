# Every status that the suite makes with every form of error_page, over
# HTTP/1.0, HTTP/1.1 with a second request on the connection, and HTTP/2, from
# an origin, from the cache and stale: the cases are generated.  What has once
# ended a worker follows, each by its name.

use strict;
use warnings;
use lib 't/lib';

use IO::Socket::UNIX;
use Test::More;
use Time::HiRes qw(sleep);

use EO::HTTP2;
use EO::Nginx;
use EO::Origin;

EO::Origin->start();

my %port = map { $_ => $ENV{"TEST_NGINX_ORIGIN_$_"} }
    qw(HTTP REFUSED FULL TLS_ALERT RESET CLOSE DNS);

# a fault: the last digit of its status, nginx's status, how it is made

my @faults = (
    [reset => 0, 502, "proxy_pass http://127.0.0.1:$port{HTTP}/reset;"],
    [garbage => 0, 502, "proxy_pass http://127.0.0.1:$port{HTTP}/garbage;"],
    [refused => 1, 502, "proxy_pass http://127.0.0.1:$port{REFUSED};"],
    [unix => 1, 502, 'proxy_pass http://unix:%PREFIX%/none.sock;'],
    [variable => 1, 502, 'set $sock unix:%PREFIX%/none.sock;'
                         . ' proxy_pass http://$sock;'],
    [down => 1, 502, 'proxy_pass http://down;'],
    [full => 2, 504, "proxy_pass http://127.0.0.1:$port{FULL};"
                     . ' proxy_connect_timeout 60ms;'],
    [name => 3, 502, 'set $name nx.test; proxy_pass http://$name;'],
    [silent => 4, 504, "proxy_pass http://127.0.0.1:$port{HTTP}/silent;"
                       . ' proxy_read_timeout 60ms;'],
    [tls => 5, 502, "proxy_pass https://127.0.0.1:$port{TLS_ALERT};"],
    [tlsclose => 5, 502, "proxy_pass https://127.0.0.1:$port{CLOSE};"],
    [cached => 0, 502, "proxy_pass http://127.0.0.1:$port{HTTP}/reset;"
                       . ' proxy_cache c; proxy_cache_valid any 1m;'],
    [cachedtime => 4, 504, "proxy_pass http://127.0.0.1:$port{HTTP}/silent;"
                           . ' proxy_read_timeout 60ms;'
                           . ' proxy_cache c; proxy_cache_valid any 1m;'],
);

# what is refused before an origin is asked

my @refusals = (
    [400, '/ok', map { "X-$_: 1" } 1 .. 260],
    [403, '/token'],
    [413, '/ok', map { "X-$_: " . 'x' x 60_000 } 1 .. 3],
    [416, '/ok', 'Range: bytes=5'],
    [418, '/ok', 'Host: nobody.example'],
    [423, '/ok', 'CDN-Loop: TencentEdgeOne; loops=16'],
    [566, '/deny566'],
    [567, '/deny567'],
);

my $url = 'https://status.example.com/';

# a form: its name, the directives (CODES: all statuses of the suite, ORIGIN:
# those of a failed origin), and what comes of a status: the status, and a
# word of the body or the Location; the plain page where it is left out

my @forms = (
    [none => ''],
    [local => 'error_page CODES /p/new.html;', sub { $_[0], 'new page' }],
    [named => 'error_page CODES @named;', sub { $_[0], 'named page' }],
    [ok => 'error_page CODES =200 /p/new.html;', sub { 200, 'new page' }],
    [asis => 'error_page CODES = /p/new.html;', sub { 200, 'new page' }],
    [url => "error_page CODES $url;", sub { 302, $url }],
    [url302 => "error_page CODES =302 $url;", sub { 302, $url }],
    [url301 => "error_page CODES =301 $url;", sub { 301, $url }],
    [variable => 'error_page CODES /p/$page?a=b;',
     sub { $_[0], 'new page' }],
    [proxied => 'error_page CODES /p/proxied;', sub { $_[0], 'proxied page' }],
    [gif => 'error_page CODES = /p/gif;', sub { 200, 'GIF89a' }],
    [failing => 'error_page CODES /p/failing;', sub { $_[1] + 1, 'own' }],
    [recursive => 'recursive_error_pages on; error_page CODES /p/recursive;',
     sub { $_[1] + 1, 'new page' }],
    [intercept => 'proxy_intercept_errors on; error_page CODES /p/new.html;'
                  . ' error_page 404 500 /p/old.html;',
     sub { $_[0], 'new page' }],
    [nginx => 'error_page 502 504 /p/old.html;', undef,
     sub { $_[0], 'old page' }],
    [nginxurl => "error_page 502 504 $url;", undef, sub { 302, $url }],
    [nginx302 => "error_page 502 504 =302 $url;", undef, sub { 302, $url }],
    [nginx503 => 'error_page 502 504 =503 /p/old.html;', undef,
     sub { 503, 'old page' }],
    [nginxnamed => 'error_page 502 504 = @fallback;', undef,
     sub { 200, 'proxied page' }],
    [nginxfailing => 'error_page 502 504 /p/failing;', undef,
     sub { $_[1] + 1, 'own' }],
    [both => 'error_page 502 504 /p/old.html; error_page ORIGIN /p/new.html;',
     undef, sub { $_[0], 'new page' }],
    [mixed => "error_page 502 504 =301 $url; error_page ORIGIN =404 \@named;",
     undef, sub { 404, 'named page' }],
    [mixedurl => "error_page 502 504 =200 /p/old.html;"
                 . " error_page ORIGIN =307 $url;",
     undef, sub { 307, $url }],
    [some => 'error_page SERIES1 SERIES4 /p/new.html;', undef,
     sub { $_[0] % 10 == 1 || $_[0] % 10 == 4 ? ($_[0], 'new page')
                                              : ($_[0], 'own') }],
    [502 => 'error_page 502 /p/old.html; error_page SERIES1 /p/new.html;',
     undef,
     sub { $_[0], $_[0] % 10 == 1 ? 'new page'
                  : $_[2] == 502 ? 'old page' : 'own' }],
);

my @series = (520, 550);

# nginx's own, where Debian has it for the nginx that is tested

my $image_filter = '/usr/lib/nginx/modules/ngx_http_image_filter_module.so';

undef $image_filter
    unless -e $image_filter
    && EO::Nginx->new("events { }\n", modules => [$image_filter])->test()
       =~ /test is successful/;

my $nginx = EO::Nginx->new(configuration(), modules => [
    EO::Nginx->modules(), $image_filter || ()]);
$nginx->write_file("html/$_.html", "$_ page\n") for qw(old new);
$nginx->write_file('html/ok', "fine\n");
$nginx->write_file('html/blocked.html', "blocked, \$eo_log_uuid \$status\n");
$nginx->write_file('html/large', 'x' x 20_000_000);
$nginx->start();

my ($worker) = $nginx->workers();
my $log_read = 0;

for my $series (@series) {

    for my $form (@forms) {
        my @wrong;

        push @wrong, origin_cases($series, $form);
        push @wrong, refusal_cases($series, $form) if $series == 520;

        ok(!@wrong, "$series, error_page: $form->[0]")
            or diag(join "\n", @wrong[0 .. ($#wrong < 9 ? $#wrong : 9)]);
    }
}

named_cases();

is_deeply([$nginx->workers()], [$worker], 'the worker is the same');
unlike($nginx->read_file('logs/error.log'),
       qr/exited on signal|AddressSanitizer|\[alert\]|runtime error/,
       'nothing has gone wrong by the log');

done_testing();


sub origin_cases {
    my ($series, $form) = @_;

    my @wrong;
    my $expect = $form->[3] || $form->[2] || sub { $_[0], 'own' };

    for my $fault (@faults) {
        my ($name, $digit, $native) = @$fault;

        my $code = $series + $digit;
        my ($status, $word) = $expect->($code, $series, $native);
        my $lines = $form->[0] =~ /failing|recursive/ ? 2 : 1;

        # the second and third from the cache, where there is one

        for my $http ($series == 520 ? qw(1.1 1.0 2) : '1.1') {
            push @wrong, map { "$name, HTTP/$http: $_" }
                check("$form->[0]-$series", $http, "/f/$name",
                      $status, $word, $code, $lines);
        }
    }

    return @wrong;
}


sub refusal_cases {
    my ($series, $form) = @_;

    my @wrong;
    my $expect = $form->[2] || sub { $_[0], 'own' };

    for my $refusal (@refusals) {
        my ($code, $path, @fields) = @$refusal;
        my ($status, $word) = $expect->($code, $series, $code);

        # as ever, nginx refuses the range of the page as well

        next if $code == 416 && $status == 200;

        for my $http (qw(1.1 1.0 2)) {
            push @wrong, map { "$code, HTTP/$http: $_" }
                check("$form->[0]-$series", $http, $path, $status, $word,
                      0, $form->[0] =~ /^(?:failing|recursive)/ ? 1 : 0,
                      @fields);
        }
    }

    return @wrong;
}


# What is wrong with one answer, with the one that follows it, and with the
# log: code is that of the first line, if there has to be one.

sub check {
    my ($server, $http, $path, $status, $word, $code, $lines, @fields) = @_;

    my @wrong;

    unshift @fields, 'Host: localhost' unless grep { /^Host:/ } @fields;

    my ($got, $text, $second) = ask($server, $http, $path, @fields);

    push @wrong, "$got and not $status" if $got ne $status;

    if ($word eq 'own') {
        push @wrong, 'not our page'
            if $text !~ m{<h1><span>$status</span>|blocked, \d+ $status};

    } elsif (index($text, $word) < 0) {
        push @wrong, "no \"$word\"";
    }

    push @wrong, "then: $second" if $second;

    my @lines = log_lines();

    push @wrong, 'the log has: ' . join '', @lines
        if @lines != $lines
           || ($code && $lines[0] !~ /eo origin error $code "/);

    return @wrong;
}


sub log_lines {
    open my $log, '<', $nginx->prefix() . '/logs/error.log' or die;
    seek $log, $log_read, 0;
    my @lines = grep { /eo origin error/ } <$log>;
    $log_read = tell $log;
    return @lines;
}


sub connect_to {
    my ($server) = @_;

    return IO::Socket::UNIX->new(Peer => $nginx->prefix() . "/$server.sock")
        || die "$server: $!\n";
}


# The status, the head and body, and what is wrong with a second request.

sub ask {
    my ($server, $http, $path, @fields) = @_;

    return ask_http2($server, $path, @fields) if $http eq '2';

    my $socket = connect_to($server);
    local $SIG{PIPE} = 'IGNORE';

    print $socket join "\r\n", "GET $path HTTP/$http", @fields, '', '';
    $socket->flush();

    my ($status, $text, $open) = read_answer($socket);

    return ($status, $text, '') if $http eq '1.0' || !$open;

    print $socket "GET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n";
    $socket->flush();

    my ($next, $body) = read_answer($socket);

    return ($status, $text, $next eq '200' && $body =~ /fine/ ? '' : $next);
}


# The status, head and body of one answer; whether the connection stays.

sub read_answer {
    my ($socket) = @_;

    my $text = '';

    local $SIG{ALRM} = sub { die "no answer\n" };
    alarm 10;

    while ($text !~ /\r\n\r\n/) {
        sysread $socket, $text, 65536, length $text
            or return ('none', $text, 0);
    }

    my ($head) = $text =~ /\A(.*?\r\n\r\n)/s;
    my ($status) = $head =~ m{\AHTTP/1\.1 (\d+)};
    my ($length) = $head =~ /^Content-Length: (\d+)/mi;
    my $stays = $head !~ /^Connection: close/mi;

    while (defined $length ? length $text < $length + length $head
           : $stays ? $text !~ /\r\n0\r\n\r\n\z/ : 1)
    {
        sysread $socket, $text, 65536, length $text or last;
    }

    alarm 0;

    return ($status, $text, $stays);
}


sub ask_http2 {
    my ($server, $path, @fields) = @_;

    my $socket = connect_to("$server-h2");
    my $bytes = '';
    my @head = (':method' => 'GET', ':scheme' => 'http');
    my @named = map { /^(.*?): (.*)/s; (lc $1, $2) } @fields;

    $named[0] = ':authority';

    local $SIG{PIPE} = 'IGNORE';
    local $SIG{ALRM} = sub { die "no answer\n" };
    alarm 10;

    print $socket EO::HTTP2::preface(),
        EO::HTTP2::headers(1, 1, @head, ':path' => $path, @named);
    $socket->flush();

    my %answer;
    my $next = 1;

    for my $stream (1, 3) {

        if ($stream == 3) {
            print $socket EO::HTTP2::headers(3, 1, @head, ':path' => '/ok',
                                             ':authority' => 'localhost');
            $socket->flush();
        }

        until ($answer{$stream}{end} || defined $answer{$stream}{reset}) {
            sysread $socket, $bytes, 65536, length $bytes or last;
            %answer = EO::HTTP2::answers($bytes);
        }
    }

    alarm 0;

    my $status = $answer{1}{status} || 'none';

    # a Location is packed, so that it is taken for granted

    return ($status,
            "HTTP/2 $status\n" . ($status =~ /^3/ ? $url : '')
            . ($answer{1}{body} || ''),
            ($answer{3}{status} || '') eq '200' ? ''
                : 'stream 3: ' . ($answer{3}{status} || 'none'));
}


sub configuration {
    my $config = <<"END";
events { worker_connections 512; }
worker_processes 1;
http {
    eo on;
    root %PREFIX%/html;
    access_log off;
    log_format why '\$request_uri status=\$status cause=\$eo_origin_error '
                   'ip=\$eo_origin_ip';
    resolver 127.0.0.1:$port{DNS} ipv6=off;
    resolver_timeout 5s;
    keepalive_timeout 60s;
    large_client_header_buffers 4 128k;
    proxy_cache_path %PREFIX%/cache keys_zone=c:1m;
    proxy_cache_key \$server_addr\$document_uri\$is_args\$args;
    eo_response_page blocked %PREFIX%/html/blocked.html;
    upstream down { server 127.0.0.1:$port{REFUSED} down; }
    map \$uri \$page { default new.html; }
END

    for my $series (@series) {
        my $codes = join ' ', 400, 403, 413, 416, 418, 423, 566, 567,
            map { $series + $_ } 0 .. 5;
        my $origin = join ' ', map { $series + $_ } 0 .. 5;

        for my $form (@forms) {
            my ($name, $directives) = @$form;

            $directives =~ s/CODES/$codes/g;
            $directives =~ s/ORIGIN/$origin/g;
            $directives =~ s/SERIES(\d)/$series + $1/ge;

            $config .= server("$name-$series",
                              "eo_origin_errors $series; $directives");
        }
    }

    return $config . extra_servers() . "}\n";
}


sub server {
    my ($name, $directives, $locations) = @_;

    my $faults = join '', map {
        "        location /f/$_->[0] {"
        . " proxy_cache_key $name\$uri; $_->[3] }\n"
    } @faults;

    return <<"END" . ($locations || '') . "    }\n";
    server {
        listen unix:%PREFIX%/$name.sock;
        listen unix:%PREFIX%/$name-h2.sock http2;
        server_name localhost;
        $directives
$faults
        location = /ok { }
        location = /token { eo_token_auth A; eo_token_auth_key S3cretKey1; }
        location = /deny566 {
            eo_waf on;
            eo_custom_rule a '\${http.request.uri.path} exists'
                action=page page=blocked status=566;
        }
        location = /deny567 {
            eo_waf on;
            eo_custom_rule a '\${http.request.uri.path} exists' action=deny;
        }
        location /p/ { alias %PREFIX%/html/; eo_waf off; }
        location = /p/proxied {
            proxy_pass http://unix:%PREFIX%/pages.sock;
        }
        location = /p/gif { empty_gif; }
        location = /p/failing { proxy_pass http://127.0.0.1:$port{REFUSED}; }
        location = /p/recursive {
            proxy_pass http://127.0.0.1:$port{REFUSED};
            error_page 521 551 /p/new.html;
        }
        location \@named { eo_waf off; return 200 "named page\\n"; }
        location \@fallback { proxy_pass http://unix:%PREFIX%/pages.sock; }
END
}


sub extra_servers {
    my $pages = 'http://unix:%PREFIX%/pages.sock:';
    my $precondition = "proxy_pass $pages/object; proxy_cache c;"
                       . ' proxy_cache_valid 200 1m;'
                       . ' proxy_cache_key $request_uri;';
    my %page = (none => '', static => '/p/new.html', return => '/p/return',
                gif => '/p/gif', proxied => '/p/proxied',
                failing => '/p/failing', named => '@named', url => $url);

    my $locations = join '', map {
        "location = /412/$_ { $precondition "
        . ($page{$_} ? "error_page 412 $page{$_};" : '') . " }\n"
    } keys %page;

    $locations .= join '', map {
        "location = /415/$_ { $precondition image_filter test; "
        . ($page{$_} ? "error_page 415 $page{$_};" : '') . " }\n"
    } $image_filter ? keys %page : ();

    $locations .= join '', map {
        "location /peers-$_/ { proxy_pass http://peers-$_/;"
        . " proxy_read_timeout 100ms; }\n"
    } qw(reset silent);

    $locations .= <<"END";
        location = /p/return { return 200 "returned\n"; }
        location = /404/failing {
            proxy_pass $pages/404;
            proxy_intercept_errors on;
            error_page 404 /p/failing;
        }
        location = /404/cached {
            proxy_pass $pages/404;
            proxy_cache c;
            proxy_cache_valid any 1m;
            proxy_cache_key \$uri;
            proxy_intercept_errors on;
            error_page 404 /p/new.html;
        }
        location = /502/cached {
            proxy_pass $pages/502;
            proxy_cache c;
            proxy_cache_valid any 1m;
            proxy_cache_key \$uri;
            proxy_intercept_errors on;
            error_page 502 /p/new.html;
        }
        location = /range/ {
            proxy_pass $pages/object;
            proxy_cache c;
            proxy_cache_valid any 1m;
            proxy_cache_key \$uri;
            error_page 416 /p/new.html;
        }
        location = /late/ { set \$name nx.test; proxy_pass http://\$name; }
        location = /accept-reset/ {
            proxy_pass http://127.0.0.1:$port{RESET};
        }
        location = /accept-reset-tls/ {
            proxy_pass https://127.0.0.1:$port{RESET};
        }
        location = /accept-close-tls/ {
            proxy_pass https://127.0.0.1:$port{CLOSE};
        }
        location = /stream/ {
            proxy_pass $pages/large;
            proxy_buffering off;
            proxy_ignore_client_abort on;
        }
        location = /large {
            slice 1m;
            proxy_set_header Range \$slice_range;
            proxy_http_version 1.1;
            proxy_pass http://unix:%PREFIX%/pages.sock;
        }
        location = /if/large {
            slice 1m;
            proxy_set_header Range \$slice_range;
            proxy_http_version 1.1;
            set \$yes 1;
            if (\$yes) { set \$no 0; }
            proxy_pass http://unix:%PREFIX%/pages.sock;
        }
        location = /stale/ {
            proxy_pass http://unix:%PREFIX%/flip.sock;
            proxy_cache c;
            proxy_cache_valid 200 1s;
            proxy_cache_key \$uri;
            proxy_cache_use_stale error;
        }
END

    my $peers = join '', map { <<"END" } qw(reset silent);
    upstream peers-$_ {
        server 127.0.0.1:$port{HTTP} max_fails=1 fail_timeout=60s;
        server 127.0.0.1:$port{REFUSED} max_fails=1 fail_timeout=60s;
    }
END

    return $peers . server('named', 'access_log %PREFIX%/logs/access.log why;',
                           $locations) . <<'END';
    server {
        listen unix:%PREFIX%/pages.sock;
        eo off;
        location / { return 200 "proxied page\n"; }
        location /object { default_type image/png; add_header ETag '"a"';
                           return 200 "object\n"; }
        location /404 { return 404 "origin's 404\n"; }
        location /502 { return 502 "origin's 502\n"; }
        location ~ ^(?:/if)?/large {
            if ($http_range = "bytes=1048576-2097151") { return 444; }
            alias %PREFIX%/html/large;
        }
    }
END
}



# What has once ended a worker, or gone wrong beside it.

sub named_cases {
    my $server = 'named';

    for my $page (qw(none static return gif proxied failing named url)) {
        my $status = $page eq 'url' ? 302 : $page eq 'failing' ? 521 : 412;

        for my $field ('If-Match: "x"',
                       'If-Unmodified-Since: Mon, 01 Jan 1990 00:00:00 GMT')
        {
            my ($got, $text) = ask($server, '1.1', "/412/$page?" . rand,
                                   'Host: localhost', $field);

            is($got, $status, "a filter's 412 of a cacheable miss, error_page"
               . " $page, $field");
            unlike($text, qr/^EO-Cache-Status:/mi, 'which is the node\'s own')
                if $page =~ /static|return|named|url|none/;
        }

        SKIP: {
            skip('no image filter for this nginx', 3) unless $image_filter;

            # a body filter's; nginx itself has no answer where the page for
            # it is proxied

            my $expect = $page =~ /proxied|failing/ ? 'none'
                : $page eq 'url' ? 302 : 415;

            for my $http ('1.1', '1.0', '2') {
                my ($got) = ask($server, $http, "/415/$page?" . rand,
                                'Host: localhost');

                is($got, $expect,
                   "what is no image, error_page $page, HTTP/$http");
            }
        }
    }

    for my $http ('1.1', '1.0', '2') {
        answers($server, $http, '/404/failing', 521, '<span>521</span>',
                'a page of a 404 that fails');
    }

    for my $time (1, 2) {
        answers($server, '1.1', '/404/cached', 404, 'new page',
                "the page of an intercepted 404, time $time");
        answers($server, '1.1', '/range/', 416, 'new page',
                "the page of a range of a cached object, time $time",
                'Range: bytes=1000-');
        answers($server, '1.1', '/502/cached', 502, 'new page',
                "the page of an intercepted 502, time $time");
    }

    log_lines();

    peers($server);
    late_body($server);
    resets($server);
    client_aborts($server);
    stale($server);
    slices($server);
}


sub answers {
    my ($server, $http, $path, $status, $word, $name, @fields) = @_;

    my ($got, $text, $second) = ask($server, $http, $path, 'Host: localhost',
                                    @fields);

    is($got, $status, "$name, HTTP/$http");
    like($text, qr/\Q$word\E/, 'the right page');
    is($second, '', 'and the connection goes on');
}


sub access_line {
    my ($path) = @_;

    $nginx->wait_for(sub {
        $nginx->read_file('logs/access.log') =~ /^\Q$path\E /m;
    });

    my @lines = grep { /^\Q$path\E / }
        split /\n/, $nginx->read_file('logs/access.log');

    return $lines[-1] || '';
}


# One peer is out already; the other has had the request.

sub peers {
    my ($server) = @_;

    for my $case ([reset => 520, 'response_reset'],
                  [silent => 524, 'response_timeout'])
    {
        my ($name, $code, $cause) = @$case;

        answers($server, '1.1', "/peers-$name/ok", 200, 'GET', 'a good peer')
            for 1, 2;

        my ($got) = ask($server, '1.1', "/peers-$name/$name",
                        'Host: localhost');

        is($got, $code, "no peer is left after one was $name");
        like(access_line("/peers-$name/$name"),
             qr/ cause=$cause ip=127\.0\.0\.1\z/, 'and the log tells of it');
    }

    log_lines();
}


sub late_body {
    my ($server) = @_;

    my $socket = connect_to($server);

    print $socket "POST /late/ HTTP/1.1\r\nHost: localhost\r\n"
        . "Content-Length: 4\r\n\r\n";
    $socket->flush();
    sleep 0.2;
    print $socket 'body';
    $socket->flush();

    my ($got) = read_answer($socket);

    is($got, 523, 'a name that is resolved after the body');
    like(access_line('/late/'), qr/ cause=resolve_none /, 'and its cause');
    log_lines();
}


sub resets {
    my ($server) = @_;

    for my $case (['/accept-reset/', 520], ['/accept-reset-tls/', 525],
                  ['/accept-close-tls/', 525])
    {
        my %seen;

        $seen{(ask($server, '1.1', $case->[0], 'Host: localhost'))[0]}++
            for 1 .. 20;

        is_deeply(\%seen, { $case->[1] => 20 }, "20 times $case->[0]");
    }

    log_lines();
}


sub client_aborts {
    my ($server) = @_;

    my $socket = connect_to($server);

    print $socket "GET /stream/ HTTP/1.1\r\nHost: localhost\r\n\r\n";
    $socket->flush();
    sysread $socket, my $part, 1000;
    close $socket;

    like(access_line('/stream/'), qr/ cause=- /,
         'a client that goes is no failure of the origin');
    is_deeply([log_lines()], [], 'nor is there a line in the log');
}


# The second slice is a subrequest, which the node does not answer for.

sub slices {
    my ($server) = @_;

    for my $path ('/large', '/if/large') {
        my $socket = connect_to($server);
        print $socket "GET $path HTTP/1.1\r\nHost: localhost\r\n\r\n";
        $socket->flush();

        my ($got, $text) = read_answer($socket);

        is($got, 200, "$path: the first slice");
        cmp_ok(length $text, '<', 1_050_000, 'the second is missing');
        is_deeply([log_lines()], [], 'and is no failure of the request');
    }
}


sub stale {
    my ($server) = @_;

    my $path = $nginx->prefix() . '/flip.sock';
    my $flip = IO::Socket::UNIX->new(Local => $path, Listen => 5) or die;
    chmod 0777, $path;

    my $client = connect_to($server);
    print $client "GET /stale/ HTTP/1.0\r\nHost: localhost\r\n\r\n";
    $client->flush();

    my $origin = $flip->accept();
    sysread $origin, my $request, 65536;
    print $origin "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nfresh once\n";
    close $origin;

    is((read_answer($client))[0], 200, 'an object for the cache');

    close $flip;
    unlink $path;
    sleep 2.2;

    my ($got, $text) = ask($server, '1.1', '/stale/', 'Host: localhost');

    is($got, 200, 'the origin is gone, and its object is stale');
    like($text, qr/fresh once/, 'which is sent');
    is_deeply([log_lines()], [], 'and is no failure');
}
