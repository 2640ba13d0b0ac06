# Challenges in real browsers: Debian's chromium by way of playwright-core, its
# firefox-esr by way of WebDriver BiDi and puppeteer-core, axe-core on what
# they show.  The npm packages are fetched once into build/browser;
# EO_BROWSER_MODULES names a folder that has them already.

use strict;
use warnings;

use lib 't/lib';
use Cwd qw(abs_path);
use Test::More;

use EO::Challenge;
use EO::Nginx;

my @PACKAGES = qw(playwright-core puppeteer-core axe-core);

my $folder = $ENV{EO_BROWSER_MODULES} || 'build/browser';

my %browsers = (
    chromium => $ENV{EO_CHROMIUM} || '/usr/bin/chromium',
    firefox => $ENV{EO_FIREFOX} || '/usr/bin/firefox-esr'
);

sub fetch {
    return 1 unless grep { !-d "$folder/node_modules/$_" } @PACKAGES;
    return 0 if $ENV{EO_BROWSER_MODULES};

    mkdir 'build';
    mkdir $folder;

    return system("cd $folder && timeout 300 npm install --silent --no-audit "
                  . "--no-fund --prefix . @PACKAGES >npm.log 2>&1") == 0;
}

my @found = grep { -x $browsers{$_} } sort keys %browsers;

plan skip_all => 'there is no browser' unless @found;
plan skip_all => "the npm packages @PACKAGES cannot be had" unless fetch();

$folder = abs_path($folder);

# the lines of the documentation are those that are tested

my $fetch = do {
    open my $in, '<', 'docs/challenge-fetch.md' or die "challenge-fetch.md: $!";
    local $/;
    my ($code) = <$in> =~ /```js\n(.*?)```/s;
    $code;
};

my $nginx = EO::Nginx->new(<<'_EOC_');
worker_processes 2;
events {}
http {
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    eo_challenge_secret 0123456789abcdef0123456789abcdef;
    ssl_certificate %PREFIX%/cert.pem;
    ssl_certificate_key %PREFIX%/cert.key;
    default_type text/html;
    server {
        listen 127.0.0.1:%PORT%;
        listen 127.0.0.1:%PORT1% ssl;
        listen 127.0.0.1:%PORT2% ssl http2;
        root %PREFIX%/html;
        eo_waf on;
        eo_custom_rule js '${http.request.uri.path} like ["/js*", "/strict*/send", "/endless*"]'
                       action=js_challenge;
        eo_custom_rule managed '${http.request.uri.path} like ["/managed*"]'
                       action=managed_challenge;
        location / { proxy_pass http://127.0.0.1:%PORT3%; }
        location /js {
            add_header Content-Security-Policy "script-src 'none'" always;
            proxy_pass http://127.0.0.1:%PORT3%;
        }
        location /js9 { eo_challenge_difficulty 18; proxy_pass http://127.0.0.1:%PORT3%; }
        location /strict { eo_challenge_difficulty 17; proxy_pass http://127.0.0.1:%PORT3%; }
        location /strict2 { eo_challenge_bind prefix; proxy_pass http://127.0.0.1:%PORT3%; }
        location /endless { eo_challenge_difficulty 24; proxy_pass http://127.0.0.1:%PORT3%; }
        location ~ /form$ { root %PREFIX%/html; }
        location = /app { root %PREFIX%/html; }
        location = /favicon.ico { return 204; }
    }
    server {
        listen 127.0.0.1:%PORT5%;
        eo_waf on;
        eo_challenge_captcha turnstile site_key=1x00 secret=provider.key
            verify=/verify script=http://127.0.0.1:%PORT6%/api.js;
        eo_custom_rule managed '*' action=managed_challenge;
        location / { proxy_pass http://127.0.0.1:%PORT3%; }
        location = /verify {
            internal;
            proxy_pass http://127.0.0.1:%PORT6%/siteverify;
        }
    }
    server {
        listen 127.0.0.1:%PORT6%;
        root %PREFIX%/html;
        location = /api.js { default_type text/javascript; }
        location = /siteverify { return 200 '{"success":true}'; }
    }
    server {
        listen 127.0.0.1:%PORT3%;
        client_body_in_single_buffer on;
        client_body_buffer_size 64k;
        location / { proxy_pass http://127.0.0.1:%PORT4%; }
    }
}
_EOC_

$ENV{EO_PUZZLE_WORDS} = EO::Challenge::words();

my $base = $nginx->port();
my $origin = origin($base + 4);

END { kill 'TERM', $origin if $origin && $origin > 0 }

# answers with what it was sent

sub origin {
    my ($port) = @_;

    my $listen = IO::Socket::INET->new(Listen => 128, ReuseAddr => 1,
        LocalAddr => "127.0.0.1:$port") or die "port $port: $!\n";

    my $pid = fork() // die "fork: $!\n";
    return $pid if $pid;

    local $SIG{PIPE} = 'IGNORE';

    while (my $client = $listen->accept()) {
        my $head = '';
        while (defined(my $line = <$client>)) {
            last if $line =~ /\A\r?\n\z/;
            $head .= $line;
        }

        my $body = '';
        read $client, $body, $1 if $head =~ /^Content-Length: (\d+)/mi;

        my ($line) = $head =~ /\A(\S+ \S+)/;
        my $text = "origin $line $body\n";
        print $client "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n"
            . 'Content-Length: ' . length($text) . "\r\n\r\n$text";
        close $client;
    }

    require POSIX;
    POSIX::_exit(0);
}

system('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2',
       '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1',
       '-keyout', $nginx->prefix() . '/cert.key',
       '-out', $nginx->prefix() . '/cert.pem') == 0
    or die "openssl failed\n";

for my $name ('strict', 'strict2') {
    mkdir $nginx->prefix() . "/html/$name";
    my $type = $name eq 'strict2' ? ' enctype="multipart/form-data"' : '';

    # a field that is named like a method of the form
    $nginx->write_file("html/$name/form", <<"_EOC_");
<!doctype html><meta charset="utf-8"><title>form</title>
<form method="post" action="/$name/send"$type><textarea name="t"></textarea>
<input type="hidden" name="submit" value="x"></form>
_EOC_
}

$nginx->write_file('html/app', <<"_EOC_");
<!doctype html><meta charset="utf-8"><title>app</title><body><p>loading</p><script>
$fetch
challengedFetch('/js9/api').then(r => r.text()).then(t => document.querySelector('p').textContent = 'fetched ' + t,
  e => document.querySelector('p').textContent = 'failed ' + e);
</script>
_EOC_

# what Turnstile's script does, as far as the page is concerned

$nginx->write_file('provider.key', "secret\n");
$nginx->write_file('html/api.js', <<'_EOC_');
window.turnstile = {
  render: function (place, options) {
    var button = document.createElement('button');
    button.textContent = 'I am ' + options.sitekey;
    button.onclick = function () { options.callback('a.b-c_d'); };
    place.appendChild(button);
  }
};
window[/onload=([^&]+)/.exec(document.querySelector('script[src]').src)[1]]();
_EOC_

$nginx->start();

my $urls = sprintf '{"http":"http://127.0.0.1:%d","https":"https://127.0.0.1:%d",'
    . '"http2":"https://127.0.0.1:%d","captcha":"http://127.0.0.1:%d"}',
    $base, $base + 1, $base + 2, $base + 5;

for my $browser (@found) {
    my $n = 0;

    open my $out, '-|', 'timeout', '500', 'node', 't/lib/browser/challenge.js',
        $browser, $folder, $urls or die "node: $!\n";

    while (my $line = <$out>) {
        chomp $line;

        if ($line =~ /\A(not )?ok - (.*)/) {
            ok(!$1, $2);
            $n++;

        } else {
            diag $line =~ s/\A# //r;
        }
    }

    close $out;
    cmp_ok($n, '>', 10, "$browser was there");
}

like(scalar `curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:$base/js`,
     qr/\A567\z/, 'curl gets 567');

unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg|crit|error)\]/,
       'nothing bad in the log');

done_testing();
