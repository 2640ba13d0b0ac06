
# The response of a request that a stage has ended: managed rules see it before
# core puts its page in its place, whether core has stages of its own or not.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

our $config = q{
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
};

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('user_files', q{>>> rules.conf
SecResponseBodyAccess On
SecResponseBodyMimeType text/html text/plain
SecRule RESPONSE_BODY "@contains Request ID" "id:201,phase:4,deny"
SecRule RESPONSE_BODY "@contains secret" "id:202,phase:4,deny"
>>> secret.txt
a secret
});
    $block->set_value('config', $::config . ($block->config || ''));
});

no_root_location();
run_tests();

__DATA__

=== TEST 1: core has stages of its own
--- config
    eo on;
    location = /closed { eo_token_auth A; eo_token_auth_key key12345; }
--- request eval
["GET /closed", "GET /secret.txt"]
--- error_code eval
[403, 566]
--- response_body_like eval
["Request ID", "566"]



=== TEST 2: core has none
--- config
    location = /closed { eo_token_auth A; eo_token_auth_key key12345; }
--- request eval
["GET /closed", "GET /secret.txt"]
--- error_code eval
[403, 566]
--- response_body_like eval
["Request ID", "566"]
