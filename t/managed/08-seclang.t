# What rules of SecLang can say: operators, transformations, paths into XML,
# variables, actions; and what the log says of it.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('user_files', ">>> rules.conf\n" . $block->rules
                                    . ($block->files || ''));
    $block->set_value('http_config', q{
        log_format waf "$eo_security_module $eo_security_action "
                       "$eo_security_rule_id $status";
        access_log logs/access.log waf;
    } . ($block->more_http || ''));
    $block->set_value('config', q{
        eo_waf on;
        eo_managed_rules on;
        eo_managed_rules_file ../html/rules.conf;
    } . ($block->locations || q{
        location / { error_page 405 =200 /ok; root html; }
        location = /ok { return 200; }
    }));
});

no_root_location();
run_tests();

__DATA__

=== TEST 1: rules that log after a verdict do not replace it
--- rules
SecRule ARGS:a "@streq evil" "id:1,phase:1,deny"
SecRule ARGS:a "@streq watched" "id:2,phase:1,pass,log"
SecAction "id:3,phase:5,pass,log"
--- request
GET /?a=evil
--- error_code: 566
--- access_log
ManagedRule Deny 1 566
--- error_log: [id "3"]



=== TEST 2: the event of a request tells the verdict, too
--- more_http
    eo_security_log logs/security.log;
--- rules
SecRule ARGS:a "@streq evil" "id:1,phase:1,deny"
SecAction "id:3,phase:5,pass,log"
--- locations
    location / { root html; }
    location = /security.log { eo_waf off; root logs/..; rewrite ^ /logs/security.log break; }
--- request eval
["GET /?a=evil", "GET /security.log"]
--- error_code eval
[566, 200]
--- response_body_like eval
["Blocked", qr/"DisposalMethod":"Deny".*"RuleId":"1".*"Action":"Deny".*"RuleId":"3".*"Action":"Monitor"/]



=== TEST 3: rules on the response's body, of a response that is not held
--- rules
SecResponseBodyAccess Off
SecRule RESPONSE_STATUS "@rx ^5" "id:1,phase:4,deny"
SecRule RESPONSE_BODY "@contains secret" "id:2,phase:4,deny"
SecRule RESPONSE_HEADERS:X-Not "@streq 1" "id:3,phase:4,deny"
--- locations
    location / { proxy_pass http://127.0.0.1:$server_port/origin$uri; }
    location /origin/ { eo_waf off; return 404; }
    location /origin/503 { eo_waf off; return 503; }
    location /origin/json { eo_waf off; default_type application/json; return 500 '{}'; }
    location /origin/not { eo_waf off; add_header X-Not 1; return 204; }
    location /origin/well { eo_waf off; return 200 "a secret\n"; }
--- request eval
["GET /503", "GET /json", "GET /not", "GET /well", "HEAD /well", "HEAD /503"]
--- error_code eval
[566, 566, 566, 200, 200, 566]
--- response_body_like eval
["Blocked", "Blocked", "Blocked", "^a secret\n\$", "^\$", "^\$"]



=== TEST 4: the same, with bodies that are held for their type only
--- rules
SecResponseBodyAccess On
SecResponseBodyMimeType text/html
SecRule RESPONSE_STATUS "@rx ^5" "id:1,phase:4,deny"
SecRule RESPONSE_BODY "@contains secret" "id:2,phase:4,deny"
--- locations
    location / { proxy_pass http://127.0.0.1:$server_port/origin$uri; }
    location /origin/json { eo_waf off; default_type application/json; return 500 '{}'; }
    location /origin/fine { eo_waf off; default_type application/json; return 200 "a secret\n"; }
    location /origin/html { eo_waf off; default_type text/html; return 200 "a secret\n"; }
--- request eval
["GET /json", "GET /fine", "GET /html"]
--- error_code eval
[566, 200, 566]



=== TEST 5: under monitor nothing changes
--- rules
SecRule RESPONSE_STATUS "@rx ^5" "id:1,phase:4,deny"
--- locations
    location / { eo_managed_rules monitor; proxy_pass http://127.0.0.1:$server_port/origin; }
    location /origin { eo_waf off; return 503 "busy\n"; }
--- request
GET /
--- error_code: 503
--- response_body
busy
--- error_log: [id "1"]



=== TEST 6: a collection begins before its own rule sets a variable
--- rules
SecRule ARGS:n "@rx ." "id:1,phase:1,pass,nolog,\
    initcol:ip=six-%{REQUEST_HEADERS.X-Who},setvar:ip.n=+1"
SecAction "id:2,phase:1,pass,nolog,setuid:'six-%{REQUEST_HEADERS.X-Who}',\
    setvar:user.n=+1"
SecRule IP:n "@ge 3" "id:3,phase:1,deny"
SecRule USER:n "@ge 5" "id:4,phase:1,redirect:/five"
--- request eval
["GET /?n=1", "GET /?n=1", "GET /", "GET /?n=1", "GET /", "GET /?n=1"]
--- more_headers eval
[("X-Who: a") x 5, "X-Who: b"]
--- error_code eval
[200, 200, 200, 566, 302, 200]



=== TEST 7: a collection that begins again keeps what the request has made of it
--- rules
SecAction "id:1,phase:1,pass,nolog,initcol:ip=seven,setvar:ip.n=+1"
SecAction "id:2,phase:1,pass,nolog,initcol:ip=seven,setvar:ip.n=+1"
SecRule IP:n "@eq 4" "id:3,phase:1,deny"
--- request eval
["GET /", "GET /"]
--- error_code eval
[200, 566]



=== TEST 8: redirections of each status
--- rules
SecRule ARGS:s "@eq 301" "id:301,phase:1,redirect:https://example.com/a,status:301"
SecRule ARGS:s "@eq 302" "id:302,phase:1,status:302,redirect:https://example.com/a"
SecRule ARGS:s "@eq 303" "id:303,phase:1,redirect:https://example.com/a,status:303"
SecRule ARGS:s "@eq 307" "id:307,phase:1,redirect:https://example.com/a,status:307"
SecRule ARGS:s "@eq 308" "id:308,phase:1,redirect:https://example.com/a,status:308"
SecRule ARGS:s "@eq 403" "id:403,phase:1,redirect:https://example.com/a,status:403"
SecRule ARGS:s "@eq 0" "id:1,phase:1,redirect:https://example.com/a"
SecRule RESPONSE_STATUS "@eq 200" "id:2,phase:3,redirect:https://example.com/a,status:303"
--- request eval
[map { "GET /?s=$_" } 301, 302, 303, 307, 308, 403, 0, 1]
--- error_code eval
[301, 302, 303, 307, 308, 302, 302, 303]
--- response_headers eval
[("Location: https://example.com/a") x 8]



=== TEST 9: the log of a redirection, and of a connection that is closed
--- rules
SecRule ARGS:a "@streq go" "id:1,phase:1,redirect:'https://example.com/%{ARGS.b}',status:307"
SecRule ARGS:a "@streq close" "id:2,phase:1,drop"
--- request eval
["GET /?a=go&b=x%22y"]
--- error_code eval
[307]
--- access_log
ManagedRule Redirect 1 307
--- error_log
Access denied with redirection to https://example.com/x\x22y using status 307 (phase 1).
--- no_error_log
with code



=== TEST 10: a connection that is closed
--- rules
SecRule REQUEST_HEADERS:X-Drop "@streq 1" "id:2,phase:1,drop"
--- locations
    location /t { eo_managed_rules off; proxy_set_header X-Drop 1;
                  proxy_pass http://127.0.0.1:$server_port/dropped; }
--- request
GET /t
--- error_code: 502
--- error_log
Access denied with connection close (phase 1).
--- no_error_log
with code



=== TEST 11: macros of operators and tags in the log
--- rules
SecAction "id:1,phase:1,pass,nolog,setvar:'tx.allowed=GET HEAD',setvar:tx.kind=method"
SecRule REQUEST_METHOD "!@within %{tx.allowed}" "id:2,phase:1,deny,\
    tag:'kind/%{tx.kind}',tag:'plain',msg:'not one of %{tx.allowed}'"
--- request
POST /
--- error_code: 566
--- error_log
with parameter `GET HEAD' against variable `REQUEST_METHOD'
[tag "kind/method"] [tag "plain"]
[msg "not one of GET HEAD"]



=== TEST 12: rules are still named by tags with macros
--- rules
SecRule ARGS:a "@streq 1" "id:1,phase:1,deny,tag:'kind/%{tx.kind}'"
SecRule ARGS:a "@streq 2" "id:2,phase:1,deny,tag:'other'"
SecRuleRemoveByTag "kind/%{tx.kind}"
--- request eval
["GET /?a=1", "GET /?a=2"]
--- error_code eval
[200, 566]



=== TEST 13: a rule that is not logged ends the request all the same
--- rules
SecRule ARGS:a "@streq evil" "id:1,phase:1,deny,nolog"
--- request
GET /?a=evil
--- error_code: 566
--- access_log
ManagedRule Deny 1 566
--- no_error_log
[id "1"]



=== TEST 14: messages of the rules of a chain
--- rules
SecRule ARGS:a "@rx ^(e)" "id:1,phase:1,deny,msg:'first',logdata:'one',chain"
    SecRule ARGS:b "@rx ^(f)" "chain,capture,msg:'second %{tx.1}'"
        SecRule ARGS:c "@rx ." "logdata:'third %{MATCHED_VAR_NAME}'"
--- request
GET /?a=evil&b=foul&c=x
--- error_code: 566
--- error_log
[msg "first"] [data "one"] [msg "second f"] [data "third ARGS:c"] [severity



=== TEST 15: the status of a blocked request, for rules that log
--- rules
SecRule ARGS:a "@streq evil" "id:1,phase:1,deny"
SecAction "id:3,phase:5,pass,log,msg:'ended as %{RESPONSE_STATUS}, %{STATUS_LINE}'"
--- request
GET /?a=evil
--- error_code: 566
--- error_log
[msg "ended as 566, HTTP/1.1 566"]



=== TEST 16: and of one that the response's rules have ended
--- rules
SecRule RESPONSE_STATUS "@eq 200" "id:1,phase:3,redirect:/there,status:303"
SecRule RESPONSE_STATUS "@eq 303" "id:3,phase:5,pass,log,msg:'ended as %{RESPONSE_STATUS}'"
--- request
GET /
--- error_code: 303
--- error_log
[msg "ended as 303"]



=== TEST 17: flags that are not set are 0
--- rules
SecRule URLENCODED_ERROR "@streq 0" "id:1,phase:1,pass,nolog,setvar:tx.n=+1"
SecRule REQBODY_ERROR "@streq 0" "id:2,phase:1,pass,nolog,setvar:tx.n=+1"
SecRule MULTIPART_STRICT_ERROR "@streq 0" "id:3,phase:1,pass,nolog,setvar:tx.n=+1"
SecRule MULTIPART_UNMATCHED_BOUNDARY "@streq 0" "id:4,phase:1,pass,nolog,setvar:tx.n=+1"
SecRule INBOUND_DATA_ERROR|OUTBOUND_DATA_ERROR|FILES_COMBINED_SIZE "@streq 0" \
    "id:5,phase:1,pass,nolog,setvar:tx.n=+1"
SecRule MSC_PCRE_LIMITS_EXCEEDED "@streq 0" "id:6,phase:1,pass,nolog,setvar:tx.n=+1"
SecRule WEBAPPID "@streq default" "id:7,phase:1,pass,nolog,setvar:tx.n=+1"
SecRule URLENCODED_ERROR "@streq 1" "id:8,phase:1,deny"
SecRule TX:n "@eq 9" "id:9,phase:1,redirect:/nine"
--- request eval
["GET /", "GET /?a=%zz"]
--- error_code eval
[302, 566]



=== TEST 18: the name of the application
--- rules
SecWebAppId shop
SecRule WEBAPPID "@streq shop" "id:1,phase:1,deny"
--- request
GET /
--- error_code: 566



=== TEST 19: a request in full
--- rules
SecRequestBodyAccess On
SecRule REQUEST_HEADERS:Content-Type "@contains json" "id:1,phase:1,pass,nolog,\
    ctl:requestBodyProcessor=JSON"
SecRule FULL_REQUEST "@rx ^POST /\?q=1 HTTP/1\.1\n[\s\S]*\nX-Last: 7\n[\s\S]*\n\n\n?[\s\S]*\{\"a\":\"body\"\}$" \
    "id:2,phase:2,deny"
SecRule FULL_REQUEST "@rx ^GET / HTTP/1\.1\n" "id:3,phase:1,redirect:/get"
--- request eval
["POST /?q=1\n{\"a\":\"body\"}", "GET /", "GET /x"]
--- more_headers
X-Last: 7
Content-Type: application/json
--- error_code eval
[566, 302, 404]



=== TEST 20: what is in files
--- rules
SecRequestBodyAccess On
SecRule FILES_TMP_CONTENT "@contains <?php" "id:1,phase:2,deny,log"
SecRule FILES_TMP_CONTENT:b "@streq two" "id:2,phase:2,redirect:/two"
--- request eval
my $body = sub { join '', (map { "--x\r\nContent-Disposition: form-data; name=\"$_->[0]\""
    . ($_->[2] ? "; filename=\"f\"" : '') . "\r\n\r\n$_->[1]\r\n" } @_), "--x--\r\n" };
["POST /\n" . $body->(['a', 'one <?php x', 1]),
 "POST /\n" . $body->(['a', 'one', 1], ['b', 'two', 1]),
 "POST /\n" . $body->(['a', 'two', 1], ['b', 'one <?phq', 1]),
 "POST /\n" . $body->(['a', 'a field <?php x', 0])]
--- more_headers
Content-Type: multipart/form-data; boundary=x
--- error_code eval
[566, 302, 200, 200]



=== TEST 21: an expression that reaches its limit
--- rules
SecRule ARGS:a "@rx ^(?:a+)+$|^(a|aa)+b" "id:1,phase:1,pass,log"
SecRule TX:/^MSC_/ "!@streq 0" "id:2,phase:1,redirect:/limit"
--- request eval
"GET /?a=" . "a" x 63 . "x"
--- error_code: 302
--- error_log
Match limit of the expression



=== TEST 22: and the variable of the same name
--- rules
SecRule ARGS:a "@rx ^(?:a+)+$|^(a|aa)+b" "id:1,phase:1,pass,nolog"
SecRule TX:MSC_PCRE_LIMITS_EXCEEDED "@eq 1" "id:2,phase:1,pass,nolog,setvar:tx.both=1"
SecRule MSC_PCRE_LIMITS_EXCEEDED "@eq 1" "id:3,phase:2,deny,chain"
    SecRule TX:both "@eq 1"
--- request eval
["GET /?a=" . "a" x 63 . "x", "GET /?a=aaaa"]
--- error_code eval
[566, 200]



=== TEST 23: all matches of an expression
--- rules
SecRule ARGS:a "@rxGlobal (\w)=(\d+)" "id:1,phase:1,pass,capture,nolog,chain"
    SecRule TX:1 "@streq z" "chain"
        SecRule TX:2 "@streq 26" "chain"
            SecRule TX:0 "@streq z=26" "t:none,setvar:tx.last=1"
SecRule TX:last "@eq 1" "id:2,phase:1,deny"
SecRule ARGS:a "@rxGlobal ^a|x*" "id:3,phase:1,pass,capture,nolog,chain"
    SecRule TX:0 "@streq xx" "t:none,setvar:tx.end=1"
SecRule TX:end "@eq 1" "id:4,phase:1,redirect:/end"
SecRule ARGS:a "!@rxGlobal %{tx.1}" "id:5,phase:1,redirect:/none,chain"
    SecRule ARGS:a "@streq never"
--- request eval
["GET /?a=a%3D1+b%3D2+z%3D26", "GET /?a=z%3D26+b%3D2", "GET /?a=aaxx", "GET /?a="]
--- error_code eval
[566, 200, 200, 200]



=== TEST 24: numbers of cards
--- rules
SecRule ARGS "@verifyCC (?<!\d)\d{13,16}(?!\d)" "id:1,phase:1,deny"
SecRule REQUEST_HEADERS:X-Card "@verifyCC (?<!\d)(?:\d[ -]?){13,16}(?!\d)" "id:2,phase:1,deny,capture,\
    msg:'card %{TX.0}'"
--- request eval
["GET /?a=5484605089158216", "GET /?a=4111111111111112", "GET /?a=x4111111111111112+4111111111111111",
 "GET /?a=411111111111", "GET /", "GET /"]
--- more_headers eval
[("X-Card: none") x 4, "X-Card: 4111-1111-1111-1111 ", "X-Card: 4111-1111-1111-1112 "]
--- error_code eval
[566, 200, 566, 200, 566, 200]



=== TEST 25: Brazilian, American and Austrian numbers
--- rules
SecRule ARGS:cpf "@verifyCPF \d{3}\.?\d{3}\.?\d{3}-?\d{2}" "id:1,phase:1,deny"
SecRule ARGS:ssn "@verifySSN \d{3}-?\d{2}-?\d{4}" "id:2,phase:1,deny"
SecRule ARGS:svnr "@verifySVNR \d{10}" "id:3,phase:1,deny"
--- request eval
[map { "GET /?$_" } 'cpf=529.982.247-25', 'cpf=52998224724', 'cpf=11111111111',
 'ssn=078-05-1120', 'ssn=000-05-1120', 'ssn=666-05-1120', 'ssn=078-00-1120', 'ssn=078-05-0000',
 'ssn=111-11-1111', 'ssn=740-05-1120', 'svnr=1237010180', 'svnr=1237010181']
--- error_code eval
[566, 200, 200, 566, 200, 200, 200, 200, 200, 200, 566, 200]



=== TEST 26: parity
--- rules
SecRule ARGS:even "@streq %{tx.even}" "id:4,phase:1,pass,nolog"
SecRule ARGS:zero "@streq abc" "id:1,phase:1,deny,t:parityZero7bit"
SecRule ARGS:even "@rx ^\xe1\xe2c$" "id:2,phase:1,deny,t:parityEven7bit"
SecRule ARGS:odd "@rx ^ab\xe3$" "id:3,phase:1,deny,t:parityOdd7bit"
--- request eval
["GET /?zero=%e1b%e3", "GET /?even=abc", "GET /?odd=%e1bc", "GET /?zero=abd&even=abd&odd=abd"]
--- error_code eval
[566, 566, 566, 200]



=== TEST 27: addresses of every form
--- rules
SecRule ARGS:a "@ipMatch 1:2:3:4:5:6:7::,2001:db8::/33,10.0.0.0/8,::ffff:192.0.2.1" "id:1,phase:1,deny"
SecRule ARGS:a "@ipMatch a:b:c:d:e:f:0::/127" "id:2,phase:1,redirect:/two"
--- request eval
[map { "GET /?a=$_" } '1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:1', '2001:db8:7fff::1',
 '2001:db8:8000::', '10.1.2.3', '::ffff:192.0.2.1', '::ffff:c000:201', 'a:b:c:d:e:f:0::',
 'a:b:c:d:e:f:0:1', 'a:b:c:d:e:f:0:2', '1:2:3:4:5:6:7:8::', 'x', ('1:' x 40)]
--- error_code eval
[566, 566, 200, 566, 200, 566, 566, 566, 302, 302, 200, 200, 200, 200]



=== TEST 28: paths into XML
--- rules
SecRequestBodyAccess On
SecAction "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule XML://name "@streq evil" "id:2,phase:2,deny"
SecRule XML:/a/b "@streq evil" "id:3,phase:2,redirect:/ab"
SecRule XML:/a/*/c/@id "@streq evil" "id:4,phase:2,status:303,redirect:/id"
SecRule XML://@only "@streq evil" "id:5,phase:2,status:307,redirect:/only"
SecRule XML:/a//@deep|XML://c//d "@streq evil" "id:6,phase:2,status:301,redirect:/deep"
--- request eval
[map { "POST /\n$_" } '<a><x><name>evil</name></x></a>', '<name>ev<i>il</i></name>',
 '<a><name>good</name><nam>evil</nam></a>',
 '<a><b>evil</b></a>', '<a><x><b>evil</b></x></a>', '<b>evil</b>', '<a><b>good</b><b>evil</b></a>',
 '<a><y><c id="evil" x="1"/></y></a>', '<a><c id="evil"/></a>', '<a><y><c id="good" od="evil"/></y></a>',
 '<z><y only="evil"/></z>', '<a deep="evil"/>', '<a><x><y deep="evil"/></x></a>', '<x deep="evil"/>',
 '<c><x><d>evil</d></x></c>', '<c><d>x</d></c><d>evil</d>', '<d>evil</d>']
--- error_code eval
[566, 566, 200, 302, 200, 200, 302, 303, 200, 200, 307, 301, 301, 200, 301, 200, 200]



=== TEST 29: paths with namespaces, and the log of them
--- rules
SecRequestBodyAccess On
SecAction "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule XML:/soap:Envelope/soap:Body//q:name|ARGS:x "@streq evil" "id:2,phase:2,deny,\
    xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\",xmlns:q='urn:q'"
SecRule XML://@q:id "@streq evil" "id:3,phase:2,redirect:/id,xmlns:q=urn:q"
SecRule XML://q:* "@streq any" "id:4,phase:2,status:303,redirect:/any,xmlns:q=urn:q"
SecRule XML://item "@streq evil" "id:5,phase:2,status:307,redirect:/plain"
--- request eval
my $soap = sub { "POST /\n<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>$_[0]"
    . "</s:Body></s:Envelope>" };
[$soap->("<x><name xmlns='urn:q'>evil</name></x>"), $soap->("<name>evil</name>"),
 "POST /\n<a xmlns:p='urn:q' p:id='evil'/>", "POST /\n<a id='evil'/>",
 "POST /\n<q xmlns='urn:q'>any</q>", "POST /\n<q>any</q>",
 "POST /\n<a><item>evil</item></a>", "POST /\n<a xmlns='urn:q'><item>evil</item></a>"]
--- error_code eval
[566, 200, 302, 200, 303, 200, 307, 200]



=== TEST 30: the path in the log
--- rules
SecRequestBodyAccess On
SecAction "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule XML:/a//@id "@streq evil" "id:2,phase:2,deny"
--- request
POST /
<a><b id="evil"/></a>
--- error_code: 566
--- error_log
against variable `XML:/a//@id' (Value: `evil' )



=== TEST 31: a rule set takes a path off a rule
--- rules
SecRequestBodyAccess On
SecAction "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule ARGS:q "@eq 1" "id:2,phase:1,pass,nolog,ctl:ruleRemoveTargetById=3;XML://name"
SecRule XML://name "@streq evil" "id:3,phase:2,deny"
--- request eval
["POST /\n<name>evil</name>", "POST /?q=1\n<name>evil</name>"]
--- error_code eval
[566, 200]



=== TEST 32: more elements than are kept
--- rules
SecRequestBodyAccess On
SecAction "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule XML://*|XML://x|XML:/a/x "@streq evil" "id:2,phase:2,deny"
SecRule REQBODY_ERROR "@eq 1" "id:3,phase:2,redirect:/error"
--- locations
    eo_managed_rules_body 1m;
    eo_managed_rules_time off;
    location / { error_page 405 =200 /ok; root html; }
    location = /ok { return 200; }
--- request eval
["POST /\n<a>" . "<x/>" x 40000 . "</a>", "POST /\n<a>" . "<x/>" x 4000 . "</a>"]
--- error_code eval
[302, 200]



=== TEST 33: a response that is taken apart
--- rules
SecResponseBodyAccess On
SecResponseBodyMimeType application/json text/xml
SecRule RESPONSE_HEADERS:Content-Type "@beginsWith application/json" "id:1,phase:3,pass,nolog,\
    ctl:responseBodyProcessor=JSON"
SecRule RESPONSE_HEADERS:Content-Type "@beginsWith text/xml" "id:2,phase:3,pass,nolog,\
    ctl:responseBodyProcessor=XML"
SecRule RESPONSE_ARGS:json.user.pin "@rx ^\d+$" "id:3,phase:4,deny"
SecRule RESPONSE_XML://pin|RESPONSE_XML://@pin "@rx ^\d+$" "id:4,phase:4,redirect:/xml"
SecRule RESPONSE_XML:/* "@contains hidden" "id:5,phase:4,status:303,redirect:/text"
SecRule RES_BODY_PROCESSOR_ERROR "@eq 1" "id:6,phase:4,status:307,redirect:/broken"
SecRule ARGS|XML:/* "@rx ." "id:7,phase:4,status:308,redirect:/never"
--- locations
    location / { proxy_pass http://127.0.0.1:$server_port/origin$uri; }
    location /origin/a { eo_waf off; default_type application/json; return 200 '{"user":{"pin":1234}}'; }
    location /origin/b { eo_waf off; default_type application/json; return 200 '{"user":{"pin":"no"}}'; }
    location /origin/c { eo_waf off; default_type text/xml; return 200 '<a><pin>99</pin></a>'; }
    location /origin/d { eo_waf off; default_type text/xml; return 200 '<a pin="99"/>'; }
    location /origin/e { eo_waf off; default_type text/xml; return 200 '<a>it is hidden</a>'; }
    location /origin/f { eo_waf off; default_type text/xml; return 200 '<a>it is'; }
    location /origin/g { eo_waf off; default_type text/xml; return 200 '<a>it is</a>'; }
--- request eval
[map { "GET /$_" } qw(a b c d e f g)]
--- error_code eval
[566, 200, 302, 302, 303, 307, 200]



=== TEST 34: what is refused, with the reason
--- rules
SecRule ARGS "@inspectFile /bin/true" "id:1,deny"
--- must_die
--- error_log: the operator "@inspectFile" is not supported: no program is run for a request



=== TEST 35: an action
--- rules
SecRule ARGS "@rx a" "id:1,proxy:http://127.0.0.1/"
--- must_die
--- error_log: the action "proxy" is not supported: where requests go is up to nginx.conf



=== TEST 36: a directive
--- rules
SecRuleScript /bin/true.lua
--- must_die
--- error_log: the directive "SecRuleScript" is not supported: no script is run for a request



=== TEST 37: a variable that could never be set
--- rules
SecRule FILES_TMPNAMES "@rx a" "id:1,deny"
--- must_die
--- error_log: the variable "FILES_TMPNAMES" is not supported: files are looked at as FILES_TMP_CONTENT



=== TEST 38: an option of a rule
--- rules
SecAction "id:1,pass,ctl:hashEngine=On"
--- must_die
--- error_log: the option of "ctl" "hashEngine" is not supported



=== TEST 39: a path that is none
--- rules
SecRule XML:/a/b[1] "@rx a" "id:1,deny"
--- must_die
--- error_log eval
qr{"/a/b\[1\]" of the rule in \S+rules\.conf:1: it has to be of the form "/a/b"}



=== TEST 40: a namespace that is not declared
--- rules
SecRule XML://soap:Body "@rx a" "id:1,deny"
--- must_die
--- error_log: the rule has no "xmlns:soap=URI"



=== TEST 41: an action "xmlns" without a name
--- rules
SecRule XML://a "@rx a" "id:1,deny,xmlns:=urn:a"
--- must_die
--- error_log: it has to be PREFIX=URI



=== TEST 42: a path in a macro
--- rules
SecRule ARGS "@rx a" "id:1,deny,msg:'%{XML://a}'"
--- must_die
--- error_log: in a macro it has to be "/*" or "//@*"



=== TEST 43: a processor of responses that there is not
--- rules
SecAction "id:1,phase:3,pass,ctl:responseBodyProcessor=URLENCODED"
--- must_die
--- error_log: it has to be JSON or XML



=== TEST 44: a number without an expression that finds it
--- rules
SecRule ARGS "@verifySSN" "id:1,deny"
--- must_die
--- error_log: it needs an expression that finds the number



=== TEST 45: no address
--- rules
SecRule REMOTE_ADDR "@ipMatch 1:2:3:4:5:6:7:8::/64" "id:1,deny"
--- must_die
--- error_log: no address or prefix: "1:2:3:4:5:6:7:8::/64"



=== TEST 46: a prefix that is too long
--- rules
SecRule REMOTE_ADDR "@ipMatch a:b:c:d:e:f:0::/129" "id:1,deny"
--- must_die
--- error_log: no address or prefix
