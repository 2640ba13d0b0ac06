# Programs around nginx's own objects: fuzz targets and the C programs of
# bench/.  Each is linked with everything that a static build has, modules
# included, except that main() is the program's.

# objects_without_main: prints the objects of $tree; ngx_main() is nginx's
objects_without_main() {
    local main=$tree/objs/ngx_main.o

    objcopy --redefine-sym main=ngx_main "$tree/objs/src/core/nginx.o" "$main"

    echo "$main"
    link_rule | tr -s ' \t\\' '\n' | grep '\.o$' \
        | grep -v '^objs/src/core/nginx\.o$' | sed "s,^,$tree/,"
}

# link_options: prints what nginx is linked with beside its objects
link_options() {
    link_rule | sed 1d | tr -s ' \t\\' '\n' | grep -v '\.o$' | grep . || true
}

link_rule() {
    sed -n '/-o objs\/nginx /,/^$/p' "$tree/objs/Makefile"
}

# include_options: prints -I for what nginx and the modules name, and for all
# folders of the modules
include_options() {
    find "$top"/ngx_eo_* -type d ! -name pages | sort | sed 's/^/-I/'

    sed -n '/^ALL_INCS/,/^$/p' "$tree/objs/Makefile" \
        | sed 's/^ALL_INCS *=//' | tr -s ' \t\\' '\n' | grep -v '^-I$' \
        | grep . | while read -r path; do
              case $path in
                  /*) echo "-I$path" ;;
                  *) echo "-I$tree/$path" ;;
              esac
          done
}

# make_program COMPILER FLAGS SOURCE... TARGET: unless TARGET is newer than
# its sources and nginx
make_program() {
    local compiler=$1 target=${*: -1} source stale=
    local flags objects includes options
    mapfile -t flags < <(tr -s ' \n' '\n' <<<"$2")
    local sources=("${@:3:$#-3}")

    for source in "${sources[@]}" "$nginx_binary" "$out/configured"; do
        [ "$target" -nt "$source" ] || stale=1
    done

    [ -n "$stale" ] || return 0

    mapfile -t objects < <(objects_without_main)
    mapfile -t includes < <(include_options)
    mapfile -t options < <(link_options)

    mkdir -p "${target%/*}"
    logged "program-${target##*/}" "$compiler" "${flags[@]}" \
        "${includes[@]}" -o "$target" "${sources[@]}" "${objects[@]}" \
        "${options[@]}"
}
