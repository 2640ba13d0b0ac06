# ./build.sh bench: the programs of bench/.  A script (bench/NAME, any
# executable) is run with
#
#   EO_NGINX           nginx
#   EO_LOAD_MODULES    the suite's shared objects, core first
#   EO_BENCH_DIR       a folder to work in
#
# and a C program (bench/NAME.c) is linked with a static build of nginx and
# the suite.

bench_packages='wrk valgrind binutils curl'

all_benches() {
    local file

    for file in "$top"/bench/*; do
        if [ -f "$file" ] && { [ -x "$file" ] || [[ $file = *.c ]]; }; then
            basename "$file" .c
        fi
    done
}

# run_benches [NAME...]
run_benches() {
    local name names=("$@")

    [ $# -gt 0 ] || mapfile -t names < <(all_benches)
    [ ${#names[@]} -gt 0 ] || die "there is nothing in bench/"

    # shellcheck disable=SC2086
    need $bench_packages

    for name in "${names[@]}"; do
        if [ -f "$top/bench/$name.c" ]; then
            (bench_program "$name")
        elif [ -x "$top/bench/$name" ]; then
            (bench_script "$name")
        else
            die "there is no bench/$name" \
                "there are: $(all_benches | tr '\n' ' ')"
        fi
    done
}

bench_script() {
    build_nginx
    say "bench/$1"

    export EO_NGINX=$nginx_binary EO_BENCH_DIR=$build/bench/$1
    EO_LOAD_MODULES=$(printf "$out/%s " "${modules[@]}")
    export EO_LOAD_MODULES

    mkdir -p "$EO_BENCH_DIR"
    "$top/bench/$1"
}

bench_program() {
    static=1
    nginx_version=${nginx_version:-$(source_version)}
    build_nginx
    make_program "${CC:-cc}" "-O2 -g" "$top/bench/$1.c" "$out/bench/$1"

    say "bench/$1"
    "$out/bench/$1"
}
