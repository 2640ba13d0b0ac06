# The Core Rule Set's own regression tests against nginx with managed rules in
# monitor mode at paranoia level 4.  The few tests that expect a status and
# nothing in the log run against a server that blocks.  Tests are read in the
# forms of version 3 and 4; what they send to "/reflect" is the answer that the
# origin is to give.
#
# Each request is made twice, with the prefilter and without it: the same rules
# have to match for the same reasons.  Only an expression that gives up at its
# limit, which counts as a match, may not have been run with it.

package EO::CRS;

use strict;
use warnings;

use Test::More;
use File::Find qw(find);
use IO::Select;
use IO::Socket::INET;
use JSON::PP ();
use MIME::Base64 qw(decode_base64);
use POSIX ();
use Time::HiRes qw(time);

use EO::Nginx;

my $owner = $$;
my ($nginx, $log, $reflector, $version, %conf, %known, %overrides);

END {
    my $status = $?;
    kill 'TERM', $reflector if $reflector && $$ == $owner;
    $? = $status;
}


# run(KEY => VALUE...): "tests", "rules" and "setup" name the folders and the
# file; "misses" the file of tests that do not pass, with the reasons;
# "known_for" the version that it is complete for; "at_least" how many have to
# pass, of rules whose version begins with "major"; and "overrides", which may
# be left out, a file of what the rule set's authors expect in nginx instead.
#
# Returns nothing and skips all tests if something is missing.

sub run {
    %conf = @_;

    return skip_tests('no folder of tests is named')
        unless length $conf{tests} && -d $conf{tests};
    return skip_tests("no rules in $conf{rules}")
        unless -f $conf{setup} && glob "$conf{rules}/*.conf";
    return skip_tests('the Perl module YAML::XS is missing (libyaml-libyaml-perl)')
        unless eval { require YAML::XS; 1 };

    $version = version_of("$conf{rules}/REQUEST-920-PROTOCOL-ENFORCEMENT.conf");

    return skip_tests("the rules are of version $version")
        if $conf{only} && $version !~ /^\Q$conf{major}\E/;

    %known = known_misses();
    %overrides = read_overrides();

    start();

    my ($passed, $failed) = (0, 0);

    for my $file (test_files()) {
        my $loaded = YAML::XS::LoadFile($file);

        for my $test (@{$loaded->{tests}}) {
            $test->{test_title} ||= "$loaded->{rule_id}-$test->{test_id}";
            run_test($test) ? $passed++ : $failed++;
        }
    }

    note("$passed of " . ($passed + $failed) . " passed, rules $version");
    cmp_ok($passed, '>=', $conf{at_least}, "at least $conf{at_least} pass")
        if $version =~ /^\Q$conf{major}\E/;

    $nginx->stop();
    done_testing();
}


sub skip_tests {
    my ($reason) = @_;

    plan(skip_all => $reason);
}


sub start {
    $nginx = EO::Nginx->new(<<'_EOC_');
worker_processes 1;

events {
    worker_connections 256;
}

http {
    access_log off;
    client_max_body_size 10m;

    # nginx drops X_Filename and X.Filename otherwise

    underscores_in_headers on;
    ignore_invalid_headers off;

    eo_waf on;
    eo_managed_rules_body 1m;

    # both paths have to come to the end, however long they take

    eo_managed_rules_time off;

    server {
        listen 127.0.0.1:%PORT%;
        server_name localhost;

        eo_managed_rules monitor;
        eo_managed_rules_file %PREFIX%/before.conf %PREFIX%/monitor.conf
                              %PREFIX%/after.conf;

        location / { proxy_pass http://127.0.0.1:%PORT1%; }
    }

    server {
        listen 127.0.0.1:%PORT2%;
        server_name localhost;

        eo_managed_rules on;
        eo_managed_rules_file %PREFIX%/before.conf %PREFIX%/block.conf
                              %PREFIX%/after.conf;
        eo_managed_rules_time 7ms;
        eo_block_response managed=403;

        location / { proxy_pass http://127.0.0.1:%PORT1%; }
    }

    server {
        listen 127.0.0.1:%PORT3%;
        server_name localhost;

        eo_managed_rules monitor;
        eo_managed_rules_prefilter off;
        eo_managed_rules_file %PREFIX%/before.conf %PREFIX%/monitor.conf
                              %PREFIX%/after.conf;

        location / { proxy_pass http://127.0.0.1:%PORT1%; }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        location / { return 200 "hello\n"; }
        location = /reflect { proxy_pass http://127.0.0.1:%PORT4%; }
    }
}
_EOC_

    my $setvar = 'setvar:tx.crs_validate_utf8_encoding=1,setvar:tx.arg_name_length=100,setvar:tx.arg_length=400,setvar:tx.total_arg_length=64000,setvar:tx.max_num_args=255,setvar:tx.max_file_size=64100,setvar:tx.combined_file_sizes=65535';

    $nginx->write_file('before.conf', <<"_EOC_");
SecRule REQUEST_HEADERS:Content-Type "^(?:application(?:/soap\\+|/)|text/)xml" \\
    "id:'200000',phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule REQUEST_HEADERS:Content-Type "^application/json" \\
    "id:'200001',phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRequestBodyAccess On
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain text/html text/xml
SecRuleEngine DetectionOnly
Include $conf{setup}
SecAction "id:900000,phase:1,pass,t:none,nolog,setvar:tx.paranoia_level=4,setvar:tx.blocking_paranoia_level=4"
_EOC_

    $nginx->write_file('monitor.conf',
        qq{SecAction "id:900005,phase:1,pass,nolog,ctl:ruleEngine=DetectionOnly,}
        . qq{ctl:ruleRemoveById=910000,$setvar"\n});
    $nginx->write_file('block.conf',
        qq{SecAction "id:900005,phase:1,pass,nolog,ctl:ruleRemoveById=910000,}
        . qq{$setvar"\n});
    $nginx->write_file('after.conf', "Include $conf{rules}/*.conf\n");

    $reflector = start_reflector($nginx->port() + 4);

    $nginx->start();
    open $log, '<', $nginx->prefix() . '/logs/error.log' or die "$!\n";
}


sub known_misses {
    my %reasons;

    my $name = $conf{misses};
    open my $in, '<', $name or die "$name: $!\n";

    while (<$in>) {
        next if /^\s*(?:#|$)/;
        my ($titles, $later, $reason) = /^([^:(]+?)( \(later\))?:\s*(.*)$/
            or die "$name: $_";
        next if $later && $version eq $conf{known_for};
        $reasons{$_} = $reason for split ' ', $titles;
    }

    return %reasons;
}


# What is expected in nginx instead, by title: a test passes as it is written
# or like this.

sub read_overrides {
    my %expected;

    return () unless $conf{overrides} && -f $conf{overrides};

    my $loaded = YAML::XS::LoadFile($conf{overrides});

    for my $entry (@{$loaded->{test_overrides}}) {
        next unless ref $entry->{output} eq 'HASH';
        $expected{"$entry->{rule_id}-$_"} = $entry for @{$entry->{test_ids}};
    }

    return %expected;
}


sub version_of {
    my ($name) = @_;

    open my $in, '<', $name or die "$name: $!\n";
    local $/;
    my ($found) = <$in> =~ m{ver:'OWASP_CRS/([0-9.]+[^']*)'};

    return $found || 'unknown';
}


sub test_files {
    my @files;

    find({ no_chdir => 1,
           wanted => sub { push @files, $_ if /\.ya?ml$/ } }, $conf{tests});

    return sort @files;
}


sub run_test {
    my ($test) = @_;
    my $title = $test->{test_title};
    my $why = run_stages($test);
    my $instead = $overrides{$title};

    $why = run_stages($test, $instead) if length $why && $instead;

    TODO: {
        local $TODO = $known{$title} if exists $known{$title};
        ok(!length $why, $title) or diag($why);
    }

    return !length $why;
}


sub run_stages {
    my ($test, $instead) = @_;
    my $why = '';

    for my $entry (@{$test->{stages}}) {
        my $stage = $entry->{stage} || $entry;
        my $input = $stage->{input};
        $input = $input->[0] if ref $input eq 'ARRAY';

        my $output = $instead ? $instead->{output} : $stage->{output};

        $why ||= run_stage($input, $output);
    }

    return $why;
}


# Returns what is wrong, or nothing.

sub run_stage {
    my ($input, $output) = @_;

    my $request = request_of($input);

    my ($wanted, $unwanted) = patterns_of($output);

    return run_blocked($request, $output) unless @$wanted || @$unwanted;

    my $lines = log_of($request, $nginx->port());
    my $plain = log_of($request, $nginx->port() + 3);

    return "without the prefilter:\n" . matches($plain) . "with it:\n"
        . matches($lines)
        if matches($plain) ne matches($lines)
           && $plain !~ /Match limit of the expression reached/;

    for my $pattern (@$wanted) {
        return "no match for $pattern" if $lines !~ /$pattern/;
    }

    for my $pattern (@$unwanted) {
        return "matched $pattern" if $lines =~ /$pattern/;
    }

    return '';
}


# What the log has to contain, and what not: in version 4 by id as well.

sub patterns_of {
    my ($output) = @_;

    my $log = $output->{log} || {};

    return map {
        my ($contains, $regex, $ids) = @$_;
        [(grep { defined } $output->{$contains}, $log->{$regex}),
         map { qq{\\[id "$_"\\]} } @{$log->{$ids} || []}];
    } ['log_contains', 'match_regex', 'expect_ids'],
      ['no_log_contains', 'no_match_regex', 'no_expect_ids'];
}


# log_of(REQUEST, PORT): the lines that a request causes

sub log_of {
    my ($request, $port) = @_;

    read_log();
    exchange($request, $port);

    # everything of the test is in the log once a later request is answered

    $nginx->request("GET / HTTP/1.0\r\n\r\n", $nginx->port() + 1);

    return read_log();
}


# Ids, variables, messages and scores of the rules that matched; those of the
# logging phase may come after what a later request causes.

sub matches {
    my ($lines) = @_;

    return join '', map { "$_\n" } grep { !/RESPONSE-980-CORRELATION/ }
        $lines =~ /managed rules: (.*?) \[unique_id/g;
}


sub run_blocked {
    my ($request, $output) = @_;

    my $answer = exchange($request, $nginx->port() + 2);
    my ($status) = $answer =~ m{^HTTP/\d\S* (\d+)};

    return '' if $output->{expect_error} && !defined $status;

    my $allowed = $output->{status};
    my @allowed = ref $allowed ? @$allowed : defined $allowed ? $allowed : ();

    return '' if defined $status && grep { $_ == $status } @allowed;
    return 'status ' . ($status || 'none') . ", wanted @allowed";
}


sub read_log {
    seek $log, 0, 1;
    local $/;
    my $text = <$log>;

    return defined $text ? $text : '';
}


sub request_of {
    my ($input) = @_;

    return decode_base64($input->{encoded_request})
        if defined $input->{encoded_request};
    return bytes_of($input->{raw_request}) if defined $input->{raw_request};

    my $headers = $input->{headers} || {};
    my %named = map { lc $_ => $_ } keys %$headers;
    my @lines = map { "$_: " . (defined $headers->{$_} ? $headers->{$_} : '') }
                    sort keys %$headers;

    my $data = $input->{data};
    $data = join "\r\n", @$data if ref $data eq 'ARRAY';
    $data = '' unless defined $data;
    $data = bytes_of($data);

    my $complete = $input->{autocomplete_headers};

    unless ($input->{stop_magic} || defined $complete && !$complete) {
        my $type = $named{'content-type'};

        $data =~ s/\r?\n/\r\n/g
            if defined $type && $headers->{$type} =~ /multipart/;

        push @lines, 'Content-Type: application/x-www-form-urlencoded'
            if length $data && !defined $type;
        push @lines, 'Content-Length: ' . length $data
            if length $data && !exists $named{'content-length'};
        push @lines, 'Connection: close' unless exists $named{connection};
    }

    my $head = join "\r\n",
        join(' ', map { defined $_->[0] ? $_->[0] : $_->[1] }
             [$input->{method}, 'GET'], [$input->{uri}, '/'],
             [$input->{version}, 'HTTP/1.1']), @lines, '', '';

    return bytes_of($head) . $data;
}


sub bytes_of {
    my ($text) = @_;

    utf8::encode($text) if utf8::is_utf8($text);
    return $text;
}


# Sends bytes as they are and returns what comes within two seconds of
# silence; a connection that stays open is closed.

sub exchange {
    my ($request, $port) = @_;

    local $SIG{PIPE} = 'IGNORE';

    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                       PeerPort => $port,
                                       Proto => 'tcp') or return '';
    syswrite $socket, $request;

    my $select = IO::Select->new($socket);
    my $answer = '';

    while ($select->can_read(2)) {
        last unless sysread $socket, my $part, 65536;
        $answer .= $part;
        last if complete($answer);
    }

    return $answer;
}


sub complete {
    my ($answer) = @_;

    my ($head, $body) = $answer =~ /^(.*?\r\n\r\n)(.*)$/s or return 0;
    my ($length) = $head =~ /^Content-Length:\s*(\d+)/mi;

    return defined $length && length $body >= $length;
}


# start_reflector(PORT): the process of an origin that answers as the JSON of
# a request says: "status", "headers", and "body" or, in base64, "encodedBody".

sub start_reflector {
    my ($port) = @_;

    my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
                                       LocalPort => $port, Listen => 8,
                                       ReuseAddr => 1)
        or die "port $port: $!\n";

    my $pid = fork;
    die "fork: $!\n" unless defined $pid;
    return $pid if $pid;

    while (my $socket = $listen->accept()) {
        my $request = '';

        until (complete($request)) {
            last unless sysread $socket, $request, 65536, length $request;
        }

        print $socket reflected($request =~ /\r\n\r\n(.*)$/s);
        close $socket;
    }

    POSIX::_exit(0);
}


sub reflected {
    my ($json) = @_;

    my $answer = eval { JSON::PP->new->utf8->decode($json) };
    $answer = { body => $json } unless ref $answer eq 'HASH';

    my $body = defined $answer->{encodedBody}
        ? decode_base64($answer->{encodedBody}) : $answer->{body};
    $body = bytes_of(defined $body ? $body : '');

    my $headers = $answer->{headers} || {};

    return join "\r\n", 'HTTP/1.1 ' . ($answer->{status} || 200) . ' OK',
        (map { "$_: $headers->{$_}" } sort keys %$headers),
        (grep { lc eq 'content-type' } keys %$headers)
            ? () : 'Content-Type: text/plain',
        'Content-Length: ' . length $body, 'Connection: close', '', $body;
}

1;
