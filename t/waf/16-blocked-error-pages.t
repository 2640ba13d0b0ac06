# What an error_page does with a request that web protection has refused: it
# shows a page, and does not open what was refused.  Each verdict with each
# form of error_page; the cases are generated.

use strict;
use warnings;

use lib 't/lib';
use IO::Socket::UNIX;
use Test::More;

use EO::HTTP2;
use EO::Nginx;

my $chrome = 'User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) '
    . 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';
my $form = 'Content-Type: application/x-www-form-urlencoded';

# a verdict: its status, directives of the server, the query of a request
# that meets it, more fields and a body

my %verdict = (
    custom => [567, q{eo_custom_rule c '${http.request.uri.args["a"]} in
                      ["evil"]' action=deny;}, 'a=evil'],
    custom403 => [403, q{eo_block_response other=403;
                         eo_custom_rule c '${http.request.uri.args["a"]} in
                         ["evil"]' action=deny;}, 'a=evil'],
    status => [404, q{eo_custom_rule c '${http.request.uri.args["a"]} in
                      ["evil"]' action=deny status=404;}, 'a=evil'],
    page => [567, q{eo_custom_rule c '${http.request.uri.args["a"]} in
                    ["evil"]' action=page page=own;}, 'a=evil'],
    redirect => [302, q{eo_custom_rule c '${http.request.uri.args["a"]} in
                        ["evil"]' action=redirect url=/elsewhere;},
                 'a=evil'],
    basic => [567, q{eo_user_agent match *evil* action=deny;}, '',
              ['User-Agent: evil']],
    field => [567, q{eo_custom_rule c '${http.request.body.form["a"]} in
                     ["evil"]' action=deny;}, '', [$form], 'a=evil'],
    rate => [567, q{eo_rate_limit r '${http.request.uri.args["rate"]} exists'
                    zone=rates by=http.request.uri.args['rate'] threshold=1
                    period=1h action=deny;}, 'rate=NUMBER'],
    managed => [566, q{eo_managed_rules on;
                       eo_managed_rules_file %PREFIX%/rules.conf;}, 'b=evil'],
    managedbody => [566, q{eo_managed_rules on;
                           eo_managed_rules_file %PREFIX%/rules.conf;}, '',
                    [$form], 'b=evil'],
    response => [566, q{eo_managed_rules on;
                        eo_managed_rules_file %PREFIX%/rules.conf;}, 'leak'],
    broken => [400, q{eo_managed_rules on;
                      eo_managed_rules_file %PREFIX%/rules.conf;}, 'b=evil',
               [$form, 'Transfer-Encoding: chunked'], "zz\r\n"],
    bot => [567, q{eo_bot on;
                   eo_bot_rule b '${http.request.uri.args["a"]} in ["evil"]'
                               action=deny;}, 'a=evil'],
    client => [567, 'eo_client_filter on action=deny;', '', [$chrome]],
);

my @codes = (302, 400, 403, 404, 566, 567);

# a form of error_page: its directives, and what comes of it: the status (0:
# that of the verdict) and a word of the answer; SECRET must never be in it

my %form = (
    none => ['', 0, ''],
    named => ['error_page CODES @app;', 0, ''],
    named200 => ['error_page CODES =200 @app;', 0, ''],
    namedas => ['error_page CODES = @app;', 0, ''],
    files => ['error_page CODES =200 @files;', 0, ''],
    recursive => ['recursive_error_pages on; error_page CODES @app;', 0, ''],
    proxied => ['error_page CODES /app/page;', 0, ''],
    proxied200 => ['error_page CODES =200 /app/page;', 0, ''],
    same => ['error_page CODES =200 $uri;', 0, ''],
    handler => ['error_page CODES =200 /app$uri;', 0, ''],
    fallback => ['error_page CODES =200 /pages/try;', 0, ''],
    rewritten => ['error_page CODES =200 /pages/rewritten;', 0, ''],
    server => ['satisfy any; allow all; error_page CODES =200 @app;', 0, ''],
    page => ['error_page CODES /pages/page.html;', 0, 'the page'],
    page200 => ['error_page CODES =200 /pages/page.html;', 200, 'the page'],
    index => ['error_page CODES =200 /pages/;', 200, 'the page'],
    return => ['error_page CODES @return;', 0, 'returned'],
    url => ['error_page CODES https://other.example/;', 302,
            'https://other.example/'],
    open => ['error_page CODES =200 @open;', 200, 'the app'],
    openproxied => ['error_page CODES =200 /open/;', 200, 'the app'],
);

my $nginx = EO::Nginx->new(configuration());

mkdir $nginx->prefix() . "/html/$_" for qw(pages);
$nginx->write_file('html/secret.html', "SECRET file\n");
$nginx->write_file('html/leak.html', "SECRET leaks\n");
$nginx->write_file('html/pages/page.html', "the page\n");
$nginx->write_file('html/pages/index.html', "the page\n");
$nginx->write_file('own.html', "our own\n");
$nginx->write_file('rules.conf', <<'END');
SecRequestBodyAccess On
SecResponseBodyAccess On
SecResponseBodyMimeType text/html
SecRule ARGS:b "@contains evil" "id:1,phase:2,deny"
SecRule REQUEST_URI "@contains leak" "id:2,phase:1,pass,nolog,setvar:tx.leak=1"
SecRule TX:leak "@eq 1" "id:3,phase:4,chain,deny"
    SecRule RESPONSE_BODY "@contains SECRET" "t:none"
END
$nginx->start();

my $number = 0;
my ($worker) = $nginx->workers();

for my $verdict (sort keys %verdict) {

    for my $form (sort keys %form) {
        my @wrong = map { check($verdict, $form, $_) } '1.1', '2';

        ok(!@wrong, "$verdict, error_page $form") or diag(join "\n", @wrong);
    }
}

# what is no verdict, and who only watches

for my $form (sort keys %form) {
    my ($status, $text) = ask("custom-$form", '1.1', '/secret.html');

    like("$status $text", qr/\A200 .*SECRET file/s,
         "$form: who is not refused has what is there");

    ($status, $text) = ask("custom-$form", '1.1',
                           '/monitor/secret.html?a=evil');

    like("$status $text", qr/\A200 .*SECRET file/s,
         "$form: and who is only watched");
}

# a page that is refused with everything else is not shown

for my $request (['/pages/page.html?a=evil', 567]) {
    my ($status, $text) = ask('custom-page', '1.1', $request->[0]);

    is($status, 567, 'the page itself is refused');
    unlike($text, qr/the page/, 'and not shown');
}

# a rule of one location, and an error_page that leads out of it

{
    my ($status, $text) = ask('custom-none', '1.1', '/inner/x?inner');

    like("$status $text", qr/\A200 .*the app, \/inner\/x\?inner/s,
         'where the rule does not hold the error_page is followed');
}

is_deeply([$nginx->workers()], [$worker], 'the worker is the same');

like($nginx->read_file('logs/error.log'),
     qr/an error_page of 567 leads a request that was refused to what is p/,
     'the log says how to mend it');
unlike($nginx->read_file('logs/error.log'),
       qr/exited on signal|AddressSanitizer|\[alert\]|runtime error/,
       'nothing has gone wrong by the log');

done_testing();


# what is wrong with the answer to a request that meets a verdict

sub check {
    my ($verdict, $form, $http) = @_;

    my ($code, undef, $query, $fields, $body) = @{$verdict{$verdict}};
    my (undef, $expect, $word) = @{$form{$form}};
    my $server = "$verdict-$form";
    my $path = $verdict eq 'response' ? '/leak.html' : '/secret.html';

    # HTTP/2 has no chunks to be broken

    return if $http eq '2' && $verdict eq 'broken';

    $number++;
    $query =~ s/NUMBER/$number/;
    $path .= "?$query" if $query;

    ask($server, $http, $path) if $verdict eq 'rate';

    my ($status, $text) = ask($server, $http, $path, $fields, $body);
    my @wrong;

    $expect ||= $code;

    # nginx has no answer where the page for what a body filter refuses is
    # proxied, which image_filter shows as well

    ($expect, $word) = ('none', '')
        if $verdict eq 'response' && $form =~ /^open/;

    push @wrong, "HTTP/$http: $status and not $expect" if $status ne $expect;
    push @wrong, "HTTP/$http: SECRET" if $text =~ /SECRET/;
    push @wrong, "HTTP/$http: the app was asked"
        if $text =~ /the app/ && $word ne 'the app';
    push @wrong, "HTTP/$http: no $word" if index($text, $word) < 0
        && !($http eq '2' && $status eq '302');
    push @wrong, "HTTP/$http: not the page of the rule"
        if $verdict eq 'page' && !$word && $text !~ /our own/;

    return @wrong;
}


sub ask {
    my ($server, $http, $path, $fields, $body) = @_;

    my @fields = @{$fields || []};
    my $method = defined $body ? 'POST' : 'GET';
    my $chunked = grep { /chunked/ } @fields;

    push @fields, 'Content-Length: ' . length $body
        if defined $body && !$chunked;

    my $socket = IO::Socket::UNIX->new(
        Peer => $nginx->prefix() . "/edge-$http.sock") || die "$!\n";

    local $SIG{PIPE} = 'IGNORE';
    local $SIG{ALRM} = sub { die "no answer\n" };
    alarm 20;

    if ($http eq '2') {
        my @named = map { /^(.*?): (.*)/; (lc $1, $2) } @fields;
        my ($bytes, %answer) = ('');

        print $socket EO::HTTP2::preface(),
            EO::HTTP2::headers(1, !defined $body, ':method' => $method,
                               ':scheme' => 'http', ':path' => $path,
                               ':authority' => $server, @named),
            defined $body ? EO::HTTP2::data(1, 1, $body) : '';
        $socket->flush();

        until ($answer{1}{end} || defined $answer{1}{reset}) {
            sysread $socket, $bytes, 65536, length $bytes or last;
            %answer = EO::HTTP2::answers($bytes);
        }

        alarm 0;
        return ($answer{1}{status} || 'none', $answer{1}{body} || '');
    }

    print $socket join "\r\n", "$method $path HTTP/1.1", "Host: $server",
        'Connection: close', @fields, '', defined $body ? $body : '';
    $socket->flush();

    my $text = do { local $/; <$socket> };
    alarm 0;

    $text = '' unless defined $text;

    return ($text =~ m{\AHTTP/1\.1 (\d+)} ? $1 : 'none', $text);
}


sub configuration {
    my $config = <<'END';
events { worker_connections 256; }
http {
    root %PREFIX%/html;
    access_log off;
    server_names_hash_max_size 8192;
    server_names_hash_bucket_size 64;
    eo_response_page own %PREFIX%/own.html;
    eo_rate_zone rates 1m;
    eo_waf on;
END

    for my $verdict (sort keys %verdict) {
        $config .= server($verdict, $_) for sort keys %form;
    }

    return $config . <<'END' . "}\n";
    server {
        listen unix:%PREFIX%/app.sock;
        eo_waf off;
        location / { return 200 "the app, $request_uri: SECRET\n"; }
        location /inner/ { return 200 "the app, $request_uri\n"; }
    }
    server {
        listen unix:%PREFIX%/open.sock;
        eo_waf off;
        location / { return 200 "the app\n"; }
    }
END
}


sub server {
    my ($verdict, $form) = @_;

    my $name = "$verdict-$form";
    my ($pages) = $form{$form}[0];
    my $codes = join ' ', @codes;

    $pages =~ s/CODES/$codes/;

    return <<"END";
    server {
        listen unix:%PREFIX%/edge-1.1.sock;
        listen unix:%PREFIX%/edge-2.sock http2;
        server_name $name;
        $verdict{$verdict}[1]
        $pages
        location / { }
        location /monitor/ { eo_waf monitor; alias %PREFIX%/html/; }
        location \@app { proxy_pass http://unix:%PREFIX%/app.sock; }
        location \@files { }
        location \@return { return 403 "returned\\n"; }
        location \@open {
            eo_waf off;
            proxy_pass http://unix:%PREFIX%/open.sock;
        }
        location /app/ { proxy_pass http://unix:%PREFIX%/app.sock:/; }
        location /open/ {
            eo_waf off;
            proxy_pass http://unix:%PREFIX%/open.sock;
        }
        location /pages/ { }
        location = /pages/try { try_files /none \@app; }
        location = /pages/rewritten { rewrite ^ /app/x last; }
        location /inner/ {
            eo_custom_rule i '\${http.request.uri.args["inner"]} exists'
                           action=deny;
            error_page 567 =200 \@app;
        }
    }
END
}
