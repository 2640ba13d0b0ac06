# ./build.sh check: what no compiler tells.

check_packages='perl shellcheck cppcheck'

# what shellcheck is told to let pass: variables that another part of build.sh
# sets or reads; what sed, perl or nginx has to see, in single quotes; "A && B
# || die"; a cd without "|| exit", for build.sh has "set -e"
shellcheck_exceptions=SC2034,SC2154,SC1003,SC2016,SC2015,SC2164

# shell_scripts: those of the suite, whatever they are called
shell_scripts() {
    local file

    for file in "$top"/build.sh "$top"/.ci/* "$top"/tools/*.sh "$top"/bench/* \
        "$top"/ngx_eo_*/*.sh
    do
        if [[ $file = *.sh ]] || grep -qs '^#!/bin/bash' "$file"; then
            echo "$file"
        fi
    done
}

check_shell() {
    local scripts

    mapfile -t scripts < <(shell_scripts)
    shellcheck --shell=bash --exclude="$shellcheck_exceptions" --format=gcc \
        "${scripts[@]}"
}

# the version of cppcheck that the exceptions were written for: others find
# other things, and not all of them are there
cppcheck_version=2.10

check_c() {
    local folders version

    version=$(cppcheck --version)
    version=${version#* }

    case $version in
        "$cppcheck_version" | "$cppcheck_version".*) ;;
        *)
            note "left out: this is cppcheck $version, not $cppcheck_version"
            return
            ;;
    esac

    mapfile -t folders < <(cd "$top" && printf '%s\n' ngx_eo_*)

    (
        cd "$top"
        cppcheck --quiet --std=c99 --enable=warning,performance,portability \
            --suppress=missingInclude --suppress=toomanyconfigs \
            --suppressions-list=tools/cppcheck.exceptions \
            --max-configs=1 --error-exitcode=1 --template=gcc \
            -j "$(jobs_at_once)" --cppcheck-build-dir="$build/cppcheck" \
            -D 'ngx_value(n)="n"' -I ngx_eo_core -I ngx_eo_waf "${folders[@]}"
    )
}

# run_check: says what is wrong, and fails if anything is
run_check() {
    local failed=

    # shellcheck disable=SC2086
    need $check_packages
    mkdir -p "$build/cppcheck"

    say "checking the order of the rooms, and the style"
    perl "$top/tools/check.pl" "$top" || failed=1
    say "checking the shell scripts"
    check_shell || failed=1
    say "checking the C files"
    check_c || failed=1

    [ -z "$failed" ] || die "the check failed"
}
