# What "nginx -t" says of the directives of bot management.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use EO::Nginx;


my @wrong = (
    ['eo_bot yes;', '', 'invalid value "yes" in "eo_bot": it must be "on", '
     . '"off" or "monitor"'],
    ['eo_bot on; eo_bot off;', '', '"eo_bot" directive is duplicate'],
    ['eo_bot_category robots action=deny;', '', 'unknown category "robots"'],
    ['eo_bot_category tool;', '', 'invalid number of arguments'],
    ['eo_bot_category tool seo;', '', '"eo_bot_category" needs "action="'],
    ['eo_bot_category action=deny status=403;', '', 'needs names before its '
     . 'action'],
    ['eo_bot_category tool action=deny seo;', '', 'invalid parameter "seo"'],
    ['eo_bot_category tool action=forgive;', '', 'invalid value "forgive" of '
     . '"action"'],
    ['eo_bot_category tool action=deny; eo_bot_category tool action=allow;', '',
     'category "tool" has two actions'],
    ['eo_bot_category tool action=deny delay=long;', '', 'belongs to '
     . '"action=delay"'],
    ['eo_bot_category tool action=delay delay=1m;', '', 'invalid value "1m" of '
     . '"delay"'],
    ['eo_bot_category tool action=delay delay=3s-1s;', '', 'invalid value '
     . '"3s-1s" of "delay"'],
    ['eo_bot_category tool weights=deny:50,allow:40;', '', 'add up to 90'],
    ['eo_bot_category tool weights=deny:55,allow:45;', '', 'invalid "deny:55"'],
    ['eo_bot_category tool weights=deny,allow;', '', 'invalid "deny"'],
    ['eo_bot_category tool weights=deny:100 action=deny;', '', 'either '
     . '"action=" or "weights="'],
    ['eo_bot_category tool action=page status=403 page=none;', '',
     'unknown page "none"'],
    ['eo_bot_rating good action=allow;', '', 'unknown rating "good"'],
    ['eo_bot_rating human action=deny;', '', '"human" in "eo_bot_rating" can '
     . 'only have'],
    ['eo_bot_idc cloud action=deny;', '', 'unknown list "cloud" in '
     . '"eo_bot_idc": define it before by "eo_bot_idc_list"'],
    ['eo_bot_reputation x action=deny;', '', 'unknown list "x"'],
    ['eo_bot_rule r \'${x}\' action=deny;', '', 'wrong expression of "r"'],
    ['eo_bot_rule r "*" action=deny priority=0;', '', 'invalid "priority=0"'],
    ['eo_bot_rule r \'${http.request.body.form["a"]} in ["b"]\' action=deny;',
     '', 'only "eo_custom_rule" can'],
    ['eo_ai_crawlers indexing=deny;', '', 'invalid parameter "indexing=deny"'],
    ['eo_ai_crawlers search=deny search=allow;', '', 'is duplicate'],
    ['', 'eo_bot_ranges Googlebot missing.json;', 'missing.json'],
    ['', 'eo_bot_ranges Googlebot brace.json;', 'brace.json:1: "]" closes what '
     . 'is not open'],
    ['', 'eo_bot_ranges Googlebot empty.json;', 'without any prefix'],
    ['', 'eo_bot_ranges Googlebot wrong.json;', 'wrong.json:2: "192.0.2.300" '],
    ['', "eo_bot_ranges 'a\"b' 192.0.2.1;", 'invalid name'],
    ['', 'eo_bot_dns Googlebot com;', 'invalid domain "com"'],
    ['', 'eo_bot_dns Googlebot a..b;', 'invalid domain "a..b"'],
    ['eo_bot on;', 'eo_bot_dns Googlebot googlebot.com;',
     '"eo_bot_dns" needs a "resolver"'],
    ['', 'eo_bot_dns_zone 1k;', 'it must be a size of at least'],
    ['', 'eo_bot_idc_list a asn=x;', 'invalid value "x" of "asn"'],
    ['', 'eo_bot_idc_list a asn=1,0;', 'invalid value "1,0" of "asn"'],
    ['', 'eo_bot_reputation_list IPREP_BAD_HIGH 192.0.2.1;',
     'invalid name "IPREP_BAD_HIGH"'],
    ['', 'eo_bot_agents fields.tsv;', 'fields.tsv:2: "curl tool" has not '
     . 'three fields'],
    ['', 'eo_bot_agents category.tsv;', 'has an unknown category'],
    ['', 'eo_bot_agents short.tsv;', 'has a word of less than three bytes'],
    ['', 'eo_bot_agents nothing.tsv;', 'has no words'],
    ['eo_bot on; eo_bot_category tool action=deny;', 'none',
     '"eo_bot_category" needs a list of user agents'],
    ['eo_bot on; eo_ai_crawlers training=deny;', 'none',
     '"eo_ai_crawlers" needs a list of user agents'],
    ['eo_bot on; location = /robots.txt { eo_ai_robots_txt; }', 'none',
     'needs "eo_bot_agents" before it'],
    ['eo_exception e "*" skip=bots;', '', 'bots'],
);

my @right = (
    ['eo_bot on; eo_bot_category no-user-agent action=deny;', 'none'],
    ['eo_bot monitor; eo_bot_rating high_risk likely action=js_challenge;', ''],
    ['eo_bot on; eo_bot_category tool weights=deny:30,js_challenge:30,delay:20,'
     . 'allow:20 delay=long;', ''],
    ['eo_bot on; eo_ai_crawlers training=challenge search=allow user=deny;', ''],
    ['eo_bot on; eo_bot_idc * action=monitor;', ''],
    ['', 'eo_bot_ranges Googlebot good.json 2001:db8::/32;'],
    ['eo_exception e "*" skip=bot;', ''],
);

my %files = (
    'agents.tsv' => "# a comment\r\ncurl\ttool\tcURL\twith more\r\n\n",
    'fields.tsv' => "# x\ncurl\ttool\n",
    'category.tsv' => "curl\ttools\tcURL\n",
    'short.tsv' => "*cu*\ttool\tcURL\n",
    'nothing.tsv' => "# nothing\n",
    'brace.json' => '{"prefixes": {"ipv4Prefix": "192.0.2.1"]}',
    'empty.json' => '{"prefixes": [], "text": "192.0.2.1"}',
    'wrong.json' => "{\"prefixes\": [\n{\"ipv4Prefix\": \"192.0.2.300\"}]}",
    'good.json' => '{"a": [{"b": [1, 2.5e3, true, null]}], "values": [{'
        . '"addressPrefixes": ["192.0.2.0\/24", "2001:db8::/48"]}]}',
);


sub test {
    my ($server, $http) = @_;

    my $list = $http =~ /eo_bot_agents|none/ ? '' : 'eo_bot_agents agents.tsv;';
    $http =~ s/^none$//;

    my $nginx = EO::Nginx->new(<<"_EOC_");
events { }
http {
    access_log off;
    $list
    $http
    server { listen 127.0.0.1:%PORT%; eo_waf on; $server }
}
_EOC_

    $nginx->write_file($_, $files{$_}) for keys %files;

    return $nginx->test();
}


for my $case (@wrong) {
    my ($server, $http, $says) = @$case;
    my $out = test($server, $http);

    like($out, qr/\[emerg\].*\Q$says\E/, ($server . $http) =~ s/\s+/ /gr);
}

for my $case (@right) {
    like(test(@$case), qr/test is successful/, join ' ', @$case);
}

done_testing();
