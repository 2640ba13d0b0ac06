# ./build.sh fuzz: libFuzzer on fuzz/*.c, each linked with a whole nginx
# under sanitizers.

fuzz_packages='clang binutils'

# parse_fuzz [SECONDS] [TARGET...]
parse_fuzz() {
    fuzz_seconds=20

    if [[ ${1:-} =~ ^[0-9]+$ ]]; then
        fuzz_seconds=$1
        shift
    fi

    fuzz_targets=("$@")

    if [ $# -eq 0 ]; then
        mapfile -t fuzz_targets < <(all_fuzz_targets)
    fi

    [ ${#fuzz_targets[@]} -gt 0 ] || die "there are no targets in fuzz/"
}

# a file in fuzz/ is a target if it has the entry point
all_fuzz_targets() {
    local file

    for file in "$top"/fuzz/*.c; do
        if grep -qs '^LLVMFuzzerTestOneInput' "$file"; then
            basename "$file" .c
        fi
    done
}

build_fuzz() {
    fuzz=1
    asan=1
    static=1
    nginx_version=${nginx_version:-$(source_version)}

    # shellcheck disable=SC2086
    need $fuzz_packages
    export CC=clang
    build_nginx
}

run_fuzz() {
    local target failed=0

    for target in "${fuzz_targets[@]}"; do
        fuzz_one "$target" || failed=$((failed + 1))
    done

    say "${#fuzz_targets[@]} targets fuzzed, $failed failed"
    [ "$failed" -eq 0 ]
}

# fuzz_one TARGET: on a corpus that grows under build/fuzz, seeded from
# fuzz/corpus
fuzz_one() {
    local target=$1 dir=$build/fuzz/$1 program=$out/fuzz/$1 options=()
    local sources=()

    [ -f "$top/fuzz/$target.c" ] || die "there is no fuzz/$target.c" \
        "targets: $(all_fuzz_targets | tr '\n' ' ')"

    # what is in no module is in no object of nginx

    if [ -d "$top/ngx_eo_${target%%_*}" ] \
        && [ ! -f "$top/ngx_eo_${target%%_*}/module.config" ]
    then
        sources=("$top/ngx_eo_${target%%_*}"/ngx_eo_*.c)
    fi

    make_program clang "$fuzz_sanitizers -fsanitize=fuzzer" \
        "$top/fuzz/$target.c" "$top/fuzz/ngx_eo_fuzz.c" "${sources[@]}" \
        "$program"

    mkdir -p "$dir/corpus" "$dir/found"

    if [ -f "$top/fuzz/$target.dict" ]; then
        options+=("-dict=$top/fuzz/$target.dict")
    fi

    options+=("$dir/corpus")

    if [ -d "$top/fuzz/corpus/$target" ]; then
        options+=("$top/fuzz/corpus/$target")
    fi

    say "fuzzing $target for $fuzz_seconds s"

    if ! ASAN_OPTIONS=detect_leaks=0 "$program" \
        "-max_total_time=$fuzz_seconds" -timeout=10 -rss_limit_mb=2048 \
        "-artifact_prefix=$dir/found/" -print_final_stats=1 \
        "${options[@]}" >"$dir/log" 2>&1
    then
        grep -vE '^#[0-9]+' "$dir/log" | tail -n 60 >&2
        note "failed; to see it again: $program $dir/found/..."
        return 1
    fi

    note "$(sed -n 's/^stat::number_of_executed_units: */runs: /p' \
        "$dir/log"), $(find "$dir/corpus" -type f | wc -l) inputs kept in \
${dir#"$top/"}/corpus"
}
