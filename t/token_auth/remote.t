use Test::Nginx::Socket 'no_plan';

# Remote authentication as conf.d/remote-auth.conf sets it up.

our $http = <<'END';
    server {
        listen 127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
        location / {
            if ($http_x_original_uri ~ open) {
                return 204;
            }
            if ($http_x_original_uri ~ login) {
                return 401;
            }
            return 403;
        }
    }
END

our $config = <<'END';
    location /members/ {
        auth_request /eo-remote-auth;
        error_page 401 403 = @eo_remote_auth_refused;
        alias html/;
        add_header X-Exception $eo_edge_exception always;
    }
    location = /eo-remote-auth {
        internal;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT/check;
        proxy_pass_request_body off;
        proxy_set_header Content-Length "";
        proxy_set_header X-Original-URI $request_uri;
    }
    location @eo_remote_auth_refused {
        eo_remote_auth_refused;
        add_header X-Exception $eo_edge_exception always;
    }
END

$ENV{TEST_NGINX_ORIGIN_PORT} ||=
    ($ENV{TEST_NGINX_SERVER_PORT} || 1984) + 1;

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('http_config', $main::http);
    $block->set_value('config', $main::config);
    $block->set_value('user_files', ">>> open.txt\nwelcome\n");
    $block->set_value('no_error_log', "[alert]");
});

no_long_string();
no_shuffle();
run_tests();

__DATA__

=== TEST 1: the server lets a request pass
--- request
GET /members/open.txt
--- response_body
welcome
--- response_headers
X-Exception: no_exception


=== TEST 2: 403 of the server is 403 with our page
--- request
GET /members/closed.txt
--- more_headers
Accept: application/json
--- error_code: 403
--- response_headers
X-Exception: client_request_exception_remote_auth
Content-Type: application/json
Cache-Control: no-store
--- response_body_like: "status": *403


=== TEST 3: and 401, too
--- request
GET /members/login.txt
--- error_code: 403
--- response_headers
X-Exception: client_request_exception_remote_auth


=== TEST 4: HEAD
--- request
HEAD /members/closed.txt
--- error_code: 403
--- response_body


=== TEST 5: POST with a body
--- request
POST /members/closed.txt
body
--- error_code: 403
--- response_headers
X-Exception: client_request_exception_remote_auth
