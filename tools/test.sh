# Running the tests.

test_packages='perl curl openssl procps'

# first_test_port: one for each checkout, so that several can be tested at
# once: Test::Nginx has its port free between two blocks.  Each file takes 40,
# and all of them stay below 32768, where the ports of clients begin.
first_test_port() {
    local sum

    sum=$(cksum <<<"$top")
    echo $((12000 + ${sum%% *} % 1000 * 10))
}

need_test_nginx() {
    # shellcheck disable=SC2046,SC2086
    need $test_packages $(packages_of "$top/t/debian-packages")

    perl -MTest::Nginx::Socket -e 1 2>/dev/null && return

    on_debian || die "Test::Nginx is missing" \
        "install the Perl module Test::Nginx::Socket from CPAN"
    can_become_root || die "Test::Nginx is missing, and there is no sudo" \
        "as root: apt-get install libtest-nginx-perl (Debian 14 and later)"

    if known libtest-nginx-perl; then
        need libtest-nginx-perl
    else
        say "fetching libtest-nginx-perl from a later suite"
        install_later libtest-nginx-perl
    fi
}

# test_environment: what Test::Nginx is told; the user's own settings win
test_environment() {
    local module names=

    for module in "${modules[@]}"; do
        names+="$out/$module "
    done

    export TEST_NGINX_BINARY=${TEST_NGINX_BINARY:-$nginx_binary}
    export TEST_NGINX_LOAD_MODULES=${TEST_NGINX_LOAD_MODULES-$names}
    export TEST_NGINX_UNIT_MODULE=$out/ngx_http_eo_unit_module.so
    export TEST_NGINX_SERVROOT=${TEST_NGINX_SERVROOT:-$build/servroot}
    export TEST_NGINX_SERVER_PORT=${TEST_NGINX_SERVER_PORT:-$(
        free_ports "$(first_test_port)" 10)}

    export EO_BUILD_OPTIONS="${from_source:+--nginx${nginx_src:+-src} \
${nginx_src:-$nginx_version} }\
${asan:+--asan }${static:+--static}"

    stream_environment

    [ -z "$hup" ] || export TEST_NGINX_USE_HUP=1

    mkdir -p "$TEST_NGINX_SERVROOT"
}

# stream_environment: the modules of stream, nginx's own first; not set where
# there is none
stream_environment() {
    local file name

    if [ -n "$static" ]; then
        export EO_STREAM_MODULES=
        return
    fi

    if [ ${#stream_modules[@]} -eq 0 ] || ! file=$(nginx_stream); then
        note "left out: t/l4, as this nginx has no stream"
        return
    fi

    EO_STREAM_MODULES=$file

    for name in "${stream_modules[@]}"; do
        EO_STREAM_MODULES+=" $out/$name"
    done

    export EO_STREAM_MODULES
}

# sanitizer_environment: reports go to files, since nginx's workers have
# nobody to tell; the harness counts them.  Each dynamic module of nginx has
# a global ngx_module_names, which is no violation here; and nginx leaves the
# freeing of much to the end of the process.
sanitizer_environment() {
    export EO_SANITIZER_REPORTS=$TEST_NGINX_SERVROOT-sanitizer
    rm -rf "$EO_SANITIZER_REPORTS"
    mkdir -p "$EO_SANITIZER_REPORTS"

    local log=log_path=$EO_SANITIZER_REPORTS/report
    export ASAN_OPTIONS=detect_leaks=0,detect_odr_violation=0,$log
    export UBSAN_OPTIONS=print_stacktrace=1,$log
}

# test_jobs: how many test files run at once
test_jobs() {
    echo "${EO_TEST_JOBS:-$(($(nproc) + 1))}"
}

# expand_tests FILE...: the test files; all of them without arguments
expand_tests() {
    [ $# -gt 0 ] || set -- t
    find "$@" -name '*.t' -not -path '*/servroot*/*' | sort
}

run_tests() {
    local files

    mapfile -t files < <(cd "$top" && expand_tests "$@")
    [ ${#files[@]} -gt 0 ] || die "no test files: ${*:-t}"

    need_test_nginx
    test_environment

    exec 8>"$TEST_NGINX_SERVROOT.lock"
    flock -n 8 || die "tests run in $TEST_NGINX_SERVROOT already" \
        "for a second run at once: TEST_NGINX_SERVROOT=FOLDER"

    [ -z "$asan" ] || sanitizer_environment

    say "testing nginx $nginx_version, ports from $TEST_NGINX_SERVER_PORT, in \
$TEST_NGINX_SERVROOT"

    (
        cd "$top"
        PERL5LIB=$top/tools/lib:$top/t/lib${PERL5LIB:+:$PERL5LIB} \
        prove --harness EO::Harness --jobs "$(test_jobs)" \
            --norc --comments --failures "${files[@]}" 8>&-
    )
}
