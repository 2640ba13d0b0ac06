# Web Bot Auth: requests signed by robots (RFC 9421, Ed25519).  Keys and
# signatures are made by the program openssl, as another implementation.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use File::Temp qw(tempdir);
use MIME::Base64 qw(encode_base64 encode_base64url);
use Digest::SHA qw(sha256);
use EO::Certificate;
use EO::Nginx;


my $dir = tempdir('eo-keys-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $port = EO::Origin::server_port();
my $certs = EO::Certificate->make();

my $agent = '"https://agent.example"';
my $nonce = 0;


sub write_file {
    my ($name, $text) = @_;

    open my $out, '>', "$dir/$name" or die "$name: $!\n";
    binmode $out;
    print $out $text;
    close $out or die "$name: $!\n";
}


sub openssl {
    my $out = `openssl @_ 2>&1`;
    die "openssl @_ failed: $out" if $?;
    return $out;
}


# a key pair: the public half as "x" of its JWK, and its thumbprint

sub new_key {
    my ($name) = @_;

    openssl("genpkey -algorithm ed25519 -out $dir/$name.pem");
    openssl("pkey -in $dir/$name.pem -pubout -outform DER -out $dir/$name.der");

    open my $in, '<', "$dir/$name.der" or die "$name.der: $!\n";
    binmode $in;
    my $der = do { local $/; <$in> };

    my $x = encode_base64url(substr $der, -32);
    my $jwk = '{"crv":"Ed25519","kty":"OKP","x":"' . $x . '"}';

    return { name => $name, jwk => $jwk, keyid => encode_base64url(sha256($jwk)),
             x => $x };
}


# Headers of a signed request for "/"; whatever is in %with is another way.

sub signed {
    my ($key, %with) = @_;

    my $now = time;
    my $host = $with{host} || 'www.example.com';
    my $covers = $with{covers} || '("@authority" "signature-agent")';
    my $params = $covers . ';created=' . ($with{created} || $now)
        . ";keyid=\"" . ($with{keyid} || $key->{keyid}) . '";alg="ed25519"'
        . ';expires=' . ($with{expires} || $now + 300)
        . ';nonce="' . ($with{nonce} || 'n' . $nonce++ . $now) . '"'
        . ';tag="' . ($with{tag} || 'web-bot-auth') . '"';

    my %value = ('@authority' => $host, 'signature-agent' => $agent,
                 '@method' => 'GET', '@path' => '/', '@query' => '?a=1&b',
                 '@target-uri' => "http://$host/?a=1&b", '@scheme' => 'http',
                 'user-agent' => 'Agent/1.0', 'accept' => 'a, b',
                 %{$with{values} || {}});

    my $base = join '', map { "\"$_\": $value{$_}\n" } $covers =~ /"([^"]+)"/g;
    write_file('base', $base . "\"\@signature-params\": $params");
    openssl("pkeyutl -sign -rawin -inkey $dir/$key->{name}.pem -in $dir/base "
            . "-out $dir/signature");

    open my $in, '<', "$dir/signature" or die "signature: $!\n";
    binmode $in;
    my $signature = encode_base64(do { local $/; <$in> }, '');

    my $label = $with{label} || 'sig1';

    return ("Host: $host", "Signature-Agent: $agent",
            "Signature-Input: $label=$params",
            "Signature: $label=:$signature:");
}


sub status {
    my ($nginx, $uri, @headers) = @_;

    my $answer = $nginx->request(join("\r\n", "GET $uri HTTP/1.1",
                                      'Connection: close', @headers, '', ''));

    return defined $answer && $answer =~ m{\AHTTP/1\.1 (\d+)} ? $1 : 'closed';
}


sub said {
    my ($nginx, $pattern, $name) = @_;

    ok($nginx->wait_for(sub {
        return $nginx->read_file('logs/access.log') =~ $pattern;
    }), $name) or diag $nginx->read_file('logs/access.log');
    $nginx->write_file('logs/access.log', '');
}


plan skip_all => 'openssl makes no signatures of Ed25519'
    unless eval { signed(new_key('probe')); 1 };

my $key = new_key('agent');
my $other = new_key('other');

my $nginx = EO::Nginx->new(<<"_EOC_");
worker_processes 2;
events { }

http {
    log_format bots '\$status|\$eo_bot_name|\$eo_bot_proof|\$eo_bot_rating|'
                    '\$eo_bot_signature';
    access_log %PREFIX%/logs/access.log bots;

    eo_bot_agents agents.tsv;
    eo_bot_keys acme.json;
    eo_bot_keys other.json name=GPTBot;

    server {
        listen 127.0.0.1:%PORT%;
        eo_waf on;
        eo_bot on;
        eo_bot_category impersonated action=deny;
        eo_bot_rating verified action=allow;
        eo_bot_rating likely high_risk action=deny status=403;
        location / { empty_gif; }
    }
}
_EOC_

$nginx->write_file('agents.tsv', "GPTBot\tai-training\tGPTBot\n"
                   . "Agent/\ttool\tAgent\n");
$nginx->write_file('acme.json', "{\"keys\": [{\"kty\": \"RSA\", \"n\": \"x\"}, "
                   . "$key->{jwk}]}");
$nginx->write_file('other.json', $other->{jwk});
$nginx->start();

my @agent = ('User-Agent: Agent/1.0');

is(status($nginx, '/', 'Host: a', @agent), 403, 'a tool without a signature');
is(status($nginx, '/', signed($key), @agent), 200, 'a signed one');
said($nginx, qr/^200\|acme\|signature\|verified\|ok$/m, 'which the log knows');
is(status($nginx, '/', signed($key)), 200, 'and without a User-Agent');
is(status($nginx, '/?a=1&b', signed($key, covers => '("@method" "@path" '
          . '"@query" "@target-uri" "@scheme" "user-agent" "accept" '
          . '"signature-agent")'), @agent, 'Accept: a', 'Accept: b'), 200,
   'everything signed, and a header of two lines');
is(status($nginx, '/', (map { s/^Host: .*/Host: WWW.example.com:80/r }
                        signed($key)), @agent), 200,
   'capitals and the port of the scheme in Host');

my @once = signed($key, nonce => 'once');
is(status($nginx, '/', @once), 200, 'a nonce');
is(status($nginx, '/', @once), 567, 'counts once, in all workers');
said($nginx, qr/^567\|-\|refuted\|high_risk\|nonce was used before$/m,
     'as the log says');

for my $case (
    ['of another host', [map { s/^Host: .*/Host: other.example/r }
                         signed($key)], 'wrong signature'],
    ['by another key', [signed($other, keyid => $key->{keyid})],
     'wrong signature'],
    ['that has expired', [signed($key, created => time - 600,
                                 expires => time - 1)], 'expired'],
    ['of the future', [signed($key, created => time + 600,
                              expires => time + 900)],
     'created in the future'],
    ['for any host', [signed($key, covers => '("@method" "signature-agent")')],
     'neither @authority nor @target-uri is signed'],
    ['without the agent', [signed($key, covers => '("@authority")')],
     'Signature-Agent is not signed'],
    ['of a header that is not there', [signed($key, covers => '("@authority" '
     . '"signature-agent" "x-none")', values => { 'x-none' => '' })],
     'signed components are not all there or known'],
)
{
    my ($name, $headers, $reason) = @$case;

    is(status($nginx, '/', @$headers, @agent), 567, "a signature $name");
    said($nginx, qr/^567\|[^|]*\|refuted\|high_risk\|\Q$reason\E$/m, $reason);
}

for my $case (
    ['of a key that nobody knows', [signed(new_key('stranger'))],
     'unknown key'],
    ['with another tag', [signed($key, tag => 'other')], ''],
    ['with two labels', [map { s/^(Signature-Input: )(.*)/$1$2, $2/r }
                         signed($key)],
     'a label in Signature-Input is there twice'],
    ['that is none', ['Host: a', 'Signature-Input: sig1=(',
                      'Signature: sig1=:AA=:'], 'malformed Signature-Input'],
    ['of 6 KB', ['Host: a', 'Signature-Input: sig1=(' . '"a" ' x 1500 . ')',
                 'Signature: sig1=:AA=:'], 'malformed Signature-Input'],
)
{
    my ($name, $headers, $reason) = @$case;

    is(status($nginx, '/', @$headers, @agent), 403,
       "a signature $name is as none");
    said($nginx, qr/^403\|Agent\|-\|likely\|\Q@{[$reason || '-']}\E$/m,
         $reason || 'nothing is said');
}

is(status($nginx, '/', 'Host: a', 'User-Agent: GPTBot/1.0'), 567,
   'a robot that signs, and did not');
is(status($nginx, '/', signed($other), 'User-Agent: GPTBot/1.0'), 200,
   'and did');
said($nginx, qr/^200\|GPTBot\|signature\|verified\|ok$/m, 'under its name');
is(status($nginx, '/', signed($key), 'User-Agent: GPTBot/1.0'), 567,
   "another's signature under its name");

$nginx->write_file('acme.new', "{\"keys\": [$other->{jwk}]}");
rename $nginx->prefix() . '/acme.new', $nginx->prefix() . '/acme.json';
ok($nginx->wait_for(sub { status($nginx, '/', signed($key), @agent) == 403 }),
   'a key that is withdrawn');

unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg)\]|signal 11/,
       'and no worker minds');

$nginx->stop();

done_testing();
