#!/bin/bash
# The one build script of the suite: ./build.sh help

set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$top/build
mkdir -p "$build/log"

# Debian keeps nginx where only root's PATH leads
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

for part in common packages later-suite nginx modules programs check test \
    run install fuzz bench
do
    # shellcheck source=/dev/null
    . "$top/tools/$part.sh"
done

usage() {
    echo "EdgeOne modules for nginx, $(suite_version)"
    cat <<'END'

./build.sh COMMAND [OPTIONS]

  run [ORIGIN_URL]   build, and start an edge on 127.0.0.1:8080 in front of
                     ORIGIN_URL, or of a demo origin with good and faulty
                     pages; Ctrl-C ends it
                       PORT=8080      where to listen; PORT+1 and up serve
                                      TLS and the demo origin
                       MANAGED_RULES=monitor
                                      report attacks; "on" blocks them, and
                                      "off" looks at nothing
  test [FILE...]     build, and run the unit tests and t/**/*.t, or the
                     named files and folders
                       --hup          reload nginx between test blocks
                                      instead of starting it anew
  check              the order of the rooms (tools/rooms), the style, and
                     what shellcheck and cppcheck find; "test" without files
                     begins with it
  build              build the shared objects: into build/modules/ for the
                     nginx found, or into build/nginx-VERSION/
  install            copy the shared objects and conf.d/ to where the nginx
                     found has its own (DESTDIR= goes before)
  fuzz [SECONDS] [TARGET...]
                     libFuzzer on the targets of fuzz/, 20 s each
  bench [NAME...]    the programs of bench/
  help               this text

For run, test, build, fuzz and bench:

  --nginx VERSION    an nginx built from Debian's source package (1.22.1 and
                     1.26.3 at least), with the whole tree
  --nginx-src DIR    an nginx built from a copy of this source tree
  --asan             with AddressSanitizer and UndefinedBehaviorSanitizer,
                     nginx too: build/nginx-VERSION-asan/
  --static           the modules compiled into nginx:
                     build/nginx-VERSION-static/

Environment: CC, EO_CC_OPT and EO_LD_OPT (more options for the compiler and
the linker), EO_MODULES="token_auth waf" (core and these only), EO_JOBS
(compilers at once), EO_TEST_JOBS (test files at once), TEST_NGINX_* (as
Test::Nginx documents them).
END
}

# suite_version: as in 1.2.3
suite_version() {
    sed -n 's/^#define NGX_EO_VERSION *"\(.*\)"$/\1/p' \
        "$top/ngx_eo_core/ngx_eo_core.h"
}

# at_exit COMMAND: runs it when the script ends, however it ends
exit_commands=()

at_exit() {
    exit_commands=("$1" "${exit_commands[@]}")
}

run_exit_commands() {
    local command

    for command in "${exit_commands[@]}"; do
        $command || true
    done
}

trap run_exit_commands EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 141' PIPE
trap 'exit 143' TERM

# parse_options ARGUMENT...: sets the options and leaves the rest in
# arguments
parse_options() {
    hup=
    arguments=()

    while [ $# -gt 0 ]; do
        case $1 in
            --nginx | --nginx-src)
                [ $# -gt 1 ] || die "$1 needs a value" "see ./build.sh help"
                if [ "$1" = --nginx ]; then
                    nginx_version=$2
                else
                    nginx_src=$2
                fi
                shift
                ;;
            --asan) asan=1 ;;
            --static) static=1 ;;
            --hup) hup=1 ;;
            -*) die "unknown option $1" "see ./build.sh help" ;;
            *) arguments+=("$1") ;;
        esac
        shift
    done
}

no_arguments() {
    [ ${#arguments[@]} -eq 0 ] \
        || die "unexpected: ${arguments[*]}" "see ./build.sh help"
}

command=${1:-help}
[ $# -eq 0 ] || shift

parse_options "$@"

case $command in
    build)
        no_arguments
        build_nginx
        say "built for nginx $nginx_version: ${out#"$top/"}/"
        # shellcheck disable=SC2046
        note $(short_module_names)
        ;;
    check)
        no_arguments
        run_check
        ;;
    test)
        [ ${#arguments[@]} -gt 0 ] || run_check
        build_nginx
        run_tests "${arguments[@]}"
        ;;
    run)
        check_run "${arguments[@]}"
        build_nginx
        run_edge
        ;;
    install)
        no_arguments
        build_nginx
        install_modules
        ;;
    fuzz)
        parse_fuzz "${arguments[@]}"
        build_fuzz
        run_fuzz
        ;;
    bench)
        run_benches "${arguments[@]}"
        ;;
    help | --help | -h)
        usage
        ;;
    *)
        die "unknown command $command" "see ./build.sh help"
        ;;
esac
