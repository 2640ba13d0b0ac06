# Bot management: categories, networks, reputation, ratings, rules, what is
# done and what logs and origins are told.  Names of addresses are in
# 41-bots-dns.t.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use JSON::PP;
use Time::HiRes qw(time);
use EO::Nginx;


my $chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 '
    . '(KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
my $googlebot = 'Mozilla/5.0 (compatible; Googlebot/2.1; '
    . '+http://www.google.com/bot.html)';
my @browser = ("User-Agent: $chrome", 'Accept: text/html,*/*;q=0.8',
               'Accept-Language: en', 'Accept-Encoding: gzip');


sub agents {
    open my $in, '<', 'conf.d/bots/agents.tsv' or die "agents.tsv: $!\n";
    local $/;
    return scalar <$in>;
}


# http: for the http block, server: for the server that is asked

sub node {
    my (%option) = @_;

    my $nginx = EO::Nginx->new(<<"_EOC_");
worker_processes @{[$option{workers} || 1]};
events { }

http {
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    map \$http_x_asn \$eo_client_asn { default \$http_x_asn; }
    map \$http_x_ja4 \$eo_client_ja4 { default \$http_x_ja4; }
    map \$http_x_ja4 \$eo_client_ja3 { default \$http_x_ja4; }

    log_format bots '\$request_uri|\$status|\$eo_security_module|'
                    '\$eo_security_action|\$eo_security_rule_id|\$eo_bot_tag|'
                    '\$eo_bot_name|\$eo_bot_category|\$eo_bot_proof|'
                    '\$eo_bot_rating|\$eo_bot_score';
    access_log %PREFIX%/logs/access.log bots;

    eo_bot_agents agents.tsv;
    $option{http}

    server {
        listen 127.0.0.1:%PORT%;
        eo_waf @{[$option{waf} || 'on']};
        $option{server}
        location / { proxy_pass http://127.0.0.1:%PORT1%; }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        access_log off;
        location / {
            return 200 'tag=\$http_eo_bot_tag
fingerprint=\$http_eo_bot_fingerprint
search=\$http_eo_bot_search_engine
tool=\$http_eo_bot_known_tool
idc=\$http_eo_bot_source_idc
reputation=\$http_eo_bot_ip_reputation
intelligence=\$http_eo_bot_intelligence
other=\$http_eo_bot_botnet_id
';
        }
    }
}
_EOC_

    $nginx->write_file('agents.tsv', $option{agents} || agents());
    $nginx->write_file($_, $option{files}{$_}) for keys %{$option{files}};

    return $nginx if $option{only_test};

    $nginx->start();

    return $nginx;
}


sub ask {
    my ($nginx, $uri, @headers) = @_;

    my $answer = $nginx->get($uri, @headers);
    my ($status) = defined $answer ? $answer =~ m{\AHTTP/1\.1 (\d+)} : ();
    my %line = map { /^(\w+)=(.*)/ ? ($1, $2) : () }
                   split /\r?\n/, defined $answer ? $answer : '';

    return ($status || 'closed', \%line);
}


sub status { return (ask(@_))[0] }


sub logged {
    my ($nginx, $uri) = @_;

    my @fields;

    $nginx->wait_for(sub {
        my ($line) = grep { /^\Q$uri\E\|/ }
                          reverse split /\n/,
                                  $nginx->read_file('logs/access.log');
        @fields = split /\|/, $line, -1 if defined $line;
        return @fields;
    });

    return join '|', map { $_ eq '-' ? '' : $_ } @fields[1 .. $#fields];
}


# --- categories -------------------------------------------------------------

my $nginx = node(
    http => '',
    server => <<'_EOC_');
        eo_bot on;
        eo_bot_category scanner no-user-agent action=deny;
        eo_bot_category tool headless action=deny status=403;
        eo_bot_category seo action=redirect url=/elsewhere;
        eo_bot_category feed action=monitor;
        eo_bot_category search-engine action=allow;
        location /location {
            eo_bot_category tool action=allow;
            proxy_pass http://127.0.0.1:%PORT1%;
        }
        location /off {
            eo_bot off;
            proxy_pass http://127.0.0.1:%PORT1%;
        }
_EOC_

is(status($nginx, '/', @browser), 200, 'a browser');
is(status($nginx, '/', 'User-Agent: sqlmap/1.8#stable (https://sqlmap.org)'),
   567, 'a scanner');
is(status($nginx, '/', 'User-Agent:'), 567, 'an empty User-Agent');
is(status($nginx, '/none'), 567, 'no User-Agent');
is(status($nginx, '/curl', 'User-Agent: curl/8.5.0'), 403, 'a tool');
is(status($nginx, '/', 'User-Agent: CURL/8.5.0'), 403, 'in capitals');
is(status($nginx, '/', 'User-Agent: MyApp/1.0 (curlie)'), 200,
   'a word that only begins so');
is(status($nginx, '/', 'User-Agent: '
          . $chrome =~ s/Chrome/HeadlessChrome/r), 403, 'a headless browser');
is(status($nginx, '/seo', 'User-Agent: Mozilla/5.0 (compatible; AhrefsBot/7.0;'
          . ' +http://ahrefs.com/robot/)'), 302, 'sent elsewhere');
is(status($nginx, '/feed', 'User-Agent: Feedly/1.0'), 200, 'only noted');
is(status($nginx, '/google', "User-Agent: $googlebot"), 200, 'let pass');
is(status($nginx, '/location', 'User-Agent: curl/8.5.0'), 200,
   'another action in a location');
is(status($nginx, '/location', 'User-Agent: Nikto/2.5'), 567,
   'which inherits the rest');
is(status($nginx, '/off', 'User-Agent: Nikto/2.5'), 200, 'off in another');

is(logged($nginx, '/curl'), '403|BotManagement|Deny|tool|suspect_bot|cURL|tool'
   . '||likely|40=tool:40',
   'the log has the module, the tool and its rating');
is(logged($nginx, '/feed'), '200|BotManagement|Monitor|feed|suspect_bot|Feedly'
   . '|feed||likely|40=declared:40', 'and what was only noted');
is(logged($nginx, '/google'), '200|BotManagement|Allow|search-engine|'
   . 'suspect_bot|Googlebot|search-engine||likely|40=declared:40',
   'and what was let pass, which nothing has proven');
is(logged($nginx, '/none'), '567|BotManagement|Deny|no-user-agent|suspect_bot'
   . '||no-user-agent||likely|40=no-user-agent:40', 'and who has no name');

for my $agent ('Mozilla/5.0 (Linux; Android 9; CUBOT_X19 Build/PPR1.180610.011)'
               . ' AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 '
               . 'Mobile Safari/537.36',
               'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) '
               . 'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 '
               . 'Safari/605.1.15',
               'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 '
               . 'Firefox/133.0')
{
    status($nginx, '/ordinary', "User-Agent: $agent", @browser[1 .. 3]);
    is(logged($nginx, '/ordinary'), '200||||normal||||human|0',
       'a human: ' . substr $agent, 0, 40);
    $nginx->write_file('logs/access.log', '');
}

$nginx->stop();


# --- ranges, and who is not there -------------------------------------------

my $json = '{"creationTime": "2026-11-29T00:00:00", "prefixes": ['
    . '{"ipv4Prefix": "192.0.2.0/28"}, {"ipv6Prefix": "2001:db8:66::/48"}]}';

$nginx = node(
    workers => 2,
    files => { 'google.json' => $json, 'plain.txt' => "198.51.100.7\n" },
    http => <<'_EOC_',
    eo_bot_ranges Googlebot google.json plain.txt;
    eo_bot_ranges GPTBot 203.0.113.0/24;
_EOC_
    server => <<'_EOC_');
        eo_bot on;
        eo_bot_category impersonated action=deny;
        eo_bot_rating verified action=allow;
        eo_bot_rating high_risk action=deny;
_EOC_

my @google = ("User-Agent: $googlebot");

is(status($nginx, '/real', @google, 'X-Real-IP: 192.0.2.3'), 200,
   'the real one');
is(logged($nginx, '/real'), '200|BotBehaviorAnalysis|Allow|verified|good_bot|'
   . 'Googlebot|search-engine|ranges|verified|40=declared:40',
   'is known by its address');
is(status($nginx, '/', @google, 'X-Real-IP: 2001:db8:66::1'), 200,
   'and by one of IPv6');
is(status($nginx, '/', @google, 'X-Real-IP: 198.51.100.7'), 200,
   'and by one of a plain list');
is(status($nginx, '/forged', @google, 'X-Real-IP: 192.0.2.16'), 567,
   'a forged one');
is(logged($nginx, '/forged'), '567|BotManagement|Deny|impersonated|evil_bot|'
   . 'Googlebot|impersonated|refuted|high_risk|100=impersonated:100',
   'is one that impersonates');
is(status($nginx, '/', 'X-Real-IP: 192.0.2.3', 'User-Agent: GPTBot/1.1 '
          . '(compatible; Googlebot/2.1)'), 200, 'two names, one of them true');
is(status($nginx, '/', 'X-Real-IP: 192.0.2.99', 'User-Agent: GPTBot/1.1 '
          . '(compatible; Googlebot/2.1)'), 567, 'two names, none true');
is(status($nginx, '/', 'User-Agent: Feedly/1.0', 'X-Real-IP: 192.0.2.99'),
   200, 'a name of which nothing is known');

$nginx->write_file('google.new', $json =~ s{192\.0\.2\.0/28}{192.0.2.16/28}r);
rename $nginx->prefix() . '/google.new', $nginx->prefix() . '/google.json';

ok($nginx->wait_for(sub {
    return status($nginx, '/', @google, 'X-Real-IP: 192.0.2.16') == 200
           && status($nginx, '/', @google, 'X-Real-IP: 192.0.2.3') == 567;
}), 'a new file counts without a reload');

$nginx->write_file('google.new', substr $json, 0, -1);
rename $nginx->prefix() . '/google.new', $nginx->prefix() . '/google.json';

ok($nginx->wait_for(sub {
    return $nginx->read_file('logs/error.log') =~ /ends before the JSON does/;
}), 'a wrong brace is told');
is(status($nginx, '/', @google, 'X-Real-IP: 192.0.2.16'), 200,
   'and the old content counts');

$nginx->stop();


# --- networks and reputation ------------------------------------------------

$nginx = node(
    http => <<'_EOC_',
    eo_bot_idc_list cloud.example asn=64496,AS64497 192.0.2.0/24;
    eo_bot_idc_list other.example 198.51.100.0/24;
    eo_bot_reputation_list IPREP_WEB_SCRAPERS_AND_TRAFFIC_BOTS_MID
                           203.0.113.0/24;
    eo_bot_reputation_list IPREP_SCANNING_TOOLS_HIGH 203.0.113.128/25;
    eo_bot_reputation_list IPREP_PROXIES_AND_ANONYMIZERS_LOW 203.0.113.0/25;
    log_format classes '$eo_bot_class_attacker|$eo_bot_class_proxy|'
                       '$eo_bot_class_scanner|$eo_bot_class_account_takeover|'
                       '$eo_bot_class_malicious_bot|$eo_bot_idc';
_EOC_
    server => <<'_EOC_');
        access_log %PREFIX%/logs/classes.log classes;
        access_log %PREFIX%/logs/access.log bots;
        eo_bot on;
        eo_bot_idc cloud.example action=deny status=403;
        eo_bot_reputation IPREP_SCANNING_TOOLS_HIGH action=deny;
        eo_bot_reputation * action=monitor;
_EOC_

is(status($nginx, '/', @browser, 'X-Real-IP: 192.0.2.1'), 403,
   'a network by its addresses');
is(status($nginx, '/', @browser, 'X-ASN: 64497'), 403, 'and by its number');
is(status($nginx, '/', @browser, 'X-ASN: 64498'), 200, 'not another one');
is(status($nginx, '/', @browser, 'X-Real-IP: 203.0.113.200'), 567,
   'an address of bad reputation');

my ($code, $line) = ask($nginx, '/', @browser, 'X-Real-IP: 203.0.113.1');

is($code, 200, 'one of a better one');
is($line->{reputation}, 'type="bot", credibility="medium"',
   'which the origin is told');
is_deeply(JSON::PP->new->decode($line->{tag})->{category},
          { client_reputation => [{ type => 'bot', credibility => 'medium' }] },
          'in both ways');

($code, $line) = ask($nginx, '/', @browser, 'X-Real-IP: 198.51.100.1');
is($line->{idc}, 'name="other.example"', 'and the network');
is_deeply(JSON::PP->new->decode($line->{tag})->{category},
          { idc => { name => 'other.example' } }, 'in both ways');

ok($nginx->wait_for(sub {
    my $log = $nginx->read_file('logs/classes.log');
    return $log =~ /^-\|-\|high\|-\|medium\|-$/m
           && $log =~ /^-\|low\|-\|-\|medium\|-$/m
           && $log =~ /^-\|-\|-\|-\|-\|cloud\.example$/m;
}), 'the log has the classes') or diag $nginx->read_file('logs/classes.log');

$nginx->stop();


# --- ratings ----------------------------------------------------------------

$nginx = node(
    files => { 'likely.html' => '<p>likely</p>' },
    http => 'eo_response_page likely likely.html;',
    server => <<'_EOC_');
        eo_bot on;
        eo_bot_rating high_risk action=deny;
        eo_bot_rating likely action=page status=403 page=likely;
        eo_bot_rating human action=allow;
_EOC_

my $ja4 = 't13d1516h2_8daaf6152771_e5627efa2ab1';

is(status($nginx, '/', @browser, "X-JA4: $ja4"), 200,
   'a browser with the fingerprint of one');
is(status($nginx, '/tls', @browser,
          'X-JA4: t13d3112h2_e8f1e7e78f70_6fa1c6077631'), 403,
   'one with that of a library');
is(logged($nginx, '/tls'), '403|BotBehaviorAnalysis|ReturnCustomPage|likely|'
   . 'suspect_bot||||likely|50=tls-unlike-browser:50', 'which the log explains');
is(status($nginx, '/', @browser, 'X-JA4: t12d1909h2_d83cc789557e_7af1ed941c26'),
   403, 'one without TLS 1.3');
is(status($nginx, '/', @browser, 'X-JA4: t13d1516h1_8daaf6152771_e5627efa2ab1'),
   403, 'one without HTTP/2');
is(status($nginx, '/', @browser, 'Upgrade: websocket',
          'X-JA4: t13d1516h1_8daaf6152771_e5627efa2ab1'), 200,
   'a WebSocket of a browser');
is(status($nginx, '/', "User-Agent: $chrome"), 403,
   'one without the headers of a browser');
is(status($nginx, '/sum', "User-Agent: $chrome",
          'X-JA4: t13d3112h2_e8f1e7e78f70_6fa1c6077631'), 567,
   'and with both the sum is high');
is(logged($nginx, '/sum'), '567|BotBehaviorAnalysis|Deny|high_risk|evil_bot|'
   . '|||high_risk|90=tls-unlike-browser:50+headers:40', 'as the log says');

$nginx->stop();


# --- rules ------------------------------------------------------------------

$nginx = node(
    http => <<'_EOC_',
    eo_bot_rule http '${http.request.uri.path} like "*/http"'
                action=deny status=403;
_EOC_
    server => <<'_EOC_');
        eo_bot on;
        eo_bot_category tool action=deny;
        eo_bot_rule second '${http.request.uri.path} like "/both*"'
                    action=deny status=403 priority=60;
        eo_bot_rule first '${http.request.uri.path} like "/both*"'
                    action=deny status=404;
        eo_bot_rule api '${http.request.uri.path} like "/api/*"' action=allow
                    priority=1;
        eo_bot_rule tools '${http.request.bot.user_agent_feature_id}
                           in ["monitoring"]' action=deny status=410;
        eo_bot_rule slow '${http.request.uri.path} like "/slow*"' action=delay
                    delay=300ms-400ms;
        eo_bot_rule some '${http.request.uri.path} like "/some*"'
                    weights=deny:50,monitor:50;
        eo_bot_rule quiet '${http.request.uri.path} like "/stall*"'
                    action=stall duration=1s;
        eo_exception spared '${http.request.headers["x-spare"]} in ["bot"]'
                     skip=bot;
        eo_exception part '${http.request.headers["x-spare"]} in ["rules"]'
                     skip=bot/custom-rules;
        eo_exception part '${http.request.headers["x-spare"]} in ["basic"]'
                     skip=bot/basic-feature;
_EOC_

is(status($nginx, '/both', @browser), 404, 'the smaller priority first');
is(logged($nginx, '/both'), '404|BotCustomRule|Deny|first|normal||||human|0',
   'and its name in the log');
is(status($nginx, '/api/http', @browser), 200, 'what lets pass ends the rest');
is(status($nginx, '/x/http', @browser), 403, 'a rule of the level above');
is(status($nginx, '/api/x', 'User-Agent: curl/8'), 200, 'and categories too');
is(status($nginx, '/', 'User-Agent: UptimeRobot/2.0'), 410,
   'a rule by what is known of the sender');
is(status($nginx, '/both', @browser, 'X-Spare: bot'), 200,
   'an exception from all of it');
is(status($nginx, '/both', @browser, 'X-Spare: rules'), 200,
   'an exception from rules');
is(status($nginx, '/', 'User-Agent: curl/8', 'X-Spare: rules'), 567,
   'which are not all');
is(status($nginx, '/', 'User-Agent: curl/8', 'X-Spare: basic'), 200,
   'an exception from categories');

my $start = time;
($code, $line) = ask($nginx, '/slow', @browser);
is($code, 200, 'a delayed request is answered');
cmp_ok(time - $start, '>=', 0.29, 'later');
like($line->{tag}, qr/"applied action":"delay"/, 'which the origin is told');
like(logged($nginx, '/slow'), qr/^200\|BotCustomRule\|ShortDelay\|slow\|/,
     'and the log');

my %times;
$times{status($nginx, '/some', @browser)}++ for 1 .. 60;
is_deeply([sort keys %times], [200, 567], 'each of two actions by chance')
    or diag explain \%times;
is(status($nginx, '/stall', @browser), 'closed', 'stalled');

$nginx->stop();


# --- AI crawlers ------------------------------------------------------------

$nginx = node(
    http => '',
    server => <<'_EOC_');
        eo_bot on;
        eo_ai_crawlers training=deny search=allow user=monitor;
        location = /robots.txt { eo_ai_robots_txt; }
_EOC_

is(status($nginx, '/', 'User-Agent: Mozilla/5.0 (compatible; GPTBot/1.2)'),
   567, 'training');
is(status($nginx, '/', 'User-Agent: OAI-SearchBot/1.0'), 200, 'search');
is(status($nginx, '/user', 'User-Agent: ChatGPT-User/1.0'), 200, 'a user');
like(logged($nginx, '/user'), qr/^200\|BotManagement\|Monitor\|ai-user\|/,
     'is noted');

my $robots = $nginx->get('/robots.txt', 'User-Agent: GPTBot/1.2');
like($robots, qr{\AHTTP/1\.1 200}, 'robots.txt is for all of them');
like($robots, qr{Content-Type: text/plain}, 'as text');
like($robots, qr{^User-agent: gptbot\n.*^Disallow: /\n}ms, 'names those denied');
unlike($robots, qr{oai-searchbot|chatgpt-user}, 'and no other');
like($robots, qr{^User-agent: \*\nDisallow:\n\z}m, 'and lets the rest');

$nginx->stop();


# --- headers to the origin --------------------------------------------------

$nginx = node(http => '', server => 'eo_bot on;');

($code, $line) = ask($nginx, '/', @google, "X-JA4: $ja4", 'EO-Bot-Tag: mine',
                     'EO-Bot-Botnet-ID: mine', 'eo-bot-source-idc: mine');
is($line->{tag}, '{"bot type":"Search Engine","bot name":"Googlebot",'
   . '"botnetID":"","JA3 signature":"' . $ja4 . '","applied action":"trans",'
   . '"category":{},"behavior":"suspect_bot"}', 'EO-Bot-Tag');
is($line->{fingerprint}, qq{ja3="$ja4", ja4="$ja4"}, 'the fingerprint');
is($line->{search}, 'category_name="search-engine", name="Googlebot"',
   'the search engine');
is($line->{intelligence}, 'rating="likely", score=40', 'the rating');
is("$line->{other}$line->{idc}", '', "the client's own do not get through");

($code, $line) = ask($nginx, '/', 'User-Agent: curl/8');
is($line->{tool}, 'category_name="tool", name="cURL"', 'a tool');
is($line->{fingerprint}, '', 'no fingerprint without TLS');

($code, $line) = ask($nginx, '/', 'User-Agent: curl/8', 'X-JA4: a","b":"c');
like($line->{tag}, qr/"JA3 signature":"",/, 'what is no fingerprint is none');
is($line->{fingerprint}, '', 'in both ways');

$nginx->stop();


# --- monitor, off, and without ----------------------------------------------

for my $option ([server => 'eo_bot monitor;'],
                [server => 'eo_bot on;', waf => 'monitor'])
{
    my %option = @$option;
    $option{server} .= ' eo_bot_category tool action=deny;'
        . ' eo_bot_rating likely action=block_ip duration=60s;'
        . ' eo_bot_rule slow "*" action=delay delay=long;';

    $nginx = node(http => '', %option);

    ($code, $line) = ask($nginx, '/', 'User-Agent: curl/8',
                         'EO-Bot-Tag: mine');
    is($code, 200, "nothing is done: $option->[1]");
    is("$line->{tag}$line->{intelligence}", 'mine', 'no header is touched');
    like(logged($nginx, '/'), qr/^200\|Bot\w+\|Monitor\|/, 'but noted');
    is(status($nginx, '/', @browser), 200, 'nobody is banned');

    $nginx->stop();
}

$nginx = node(http => '', waf => 'off',
              server => 'eo_bot on; eo_bot_category tool action=deny;');
is(status($nginx, '/', 'User-Agent: curl/8'), 200, 'eo_waf off');
$nginx->stop();


# --- a form that is challenged, and the connection kept ----------------------
#
# The body comes with the header, so that the request is over before the stage
# of bots is.

for my $server ('eo_bot_category tool action=js_challenge;',
                'eo_bot_rating likely high_risk action=js_challenge;')
{
    $nginx = node(http => '', server => "eo_bot on; $server");

    my $host = '127.0.0.1:' . $nginx->port;
    my $post = "POST /form HTTP/1.1\r\nHost: $host\r\n"
        . "User-Agent: curl/8\r\nAccept: text/html\r\n"
        . "Origin: http://$host\r\n"
        . "Content-Type: application/x-www-form-urlencoded\r\n"
        . "Content-Length: 3\r\n";

    my $answer = $nginx->request("$post\r\na=1$post"
                                 . "Connection: close\r\n\r\na=1");

    is(() = $answer =~ m{^HTTP/1\.1 567 }mg, 2, "$server: both forms")
        or diag($answer);
    like($answer, qr/data-challenge="[^"]*&#34;form&#34;/,
         '... are kept for later');

    $nginx->stop();
}


# --- reload, and a worker that dies -----------------------------------------

$nginx = node(http => 'eo_bot_ranges Googlebot 192.0.2.0/24;', workers => 2,
              server => 'eo_bot on; eo_bot_category impersonated action=deny;');

ok($nginx->reload(), 'a reload');
is(status($nginx, '/', @google, 'X-Real-IP: 192.0.2.3'), 200, 'after it');

my ($worker) = $nginx->workers();
kill 'KILL', $worker;
ok($nginx->wait_for(sub {
    my @workers = $nginx->workers();
    return @workers == 2 && !grep { $_ == $worker } @workers;
}), 'a worker is killed');
is(status($nginx, '/', @google, 'X-Real-IP: 198.51.100.3'), 567, 'after that');

$nginx->write_file('agents.new', "Mozilla\ttool\tEverybody\n");
rename $nginx->prefix() . '/agents.new', $nginx->prefix() . '/agents.tsv';
ok($nginx->wait_for(sub {
    status($nginx, '/swapped', @google);
    return $nginx->read_file('logs/access.log') =~ m{^/swapped\|.*Everybody}m;
}), 'a new list of agents counts without a reload');

$nginx->stop();

done_testing();
