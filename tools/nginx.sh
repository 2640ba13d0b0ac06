# Which nginx the modules are built for, and its source tree.
#
#   build/modules/                          the nginx found on the machine
#   build/nginx-VERSION[-asan][-static]/    one built from source
#   build/nginx-VERSION-fuzz/               one for the fuzz targets
#
# In each: src/ (the configured tree), the shared objects, load_module.conf
# with their load_module lines in the right order, and, when built from
# source, nginx itself.

nginx_version=
nginx_src=
asan=
static=
fuzz=

# system_nginx: path of the nginx found, empty if there is none
system_nginx() {
    command -v nginx || true
}

# version_of BINARY: as in 1.22.1
version_of() {
    "$1" -v 2>&1 | sed -n 's,^nginx version: [^/]*/\([0-9.]*\).*,\1,p'
}

# version_of_tree DIR
version_of_tree() {
    sed -n 's/^#define NGINX_VERSION *"\([^"]*\)".*/\1/p' \
        "$1/src/core/nginx.h" 2>/dev/null || true
}

# source_version: of the system's nginx, or of that which apt would install,
# if Debian is known to have its source; else of one that it has
source_version() {
    local binary version
    binary=$(system_nginx)

    if [ -n "$binary" ]; then
        version=$(version_of "$binary")
    else
        version=$(LC_ALL=C apt-cache policy nginx 2>/dev/null \
            | sed -n 's/^  Candidate: \([0-9]*:\)*\([0-9.]*\).*/\2/p')
    fi

    case $version in
        1.22.1 | 1.26.3) echo "$version" ;;
        *) echo 1.26.3 ;;
    esac
}

# choose_nginx: sets out, tree, nginx_binary and from_source by the options
choose_nginx() {
    from_source=

    if [ -n "$nginx_src" ]; then
        nginx_src=$(cd "$nginx_src" && pwd) || die "no folder $nginx_src"
        nginx_version=$(version_of_tree "$nginx_src")
        [ -n "$nginx_version" ] && [ -f "$nginx_src/src/core/nginx.c" ] \
            || die "$nginx_src is not a full source tree of nginx"

    elif [ -z "$nginx_version" ] && [ -n "$asan$static" ]; then
        nginx_version=$(source_version)
    fi

    if [ -n "$nginx_version" ]; then
        from_source=1
        out=$build/nginx-$nginx_version${asan:+-asan}${static:+-static}
        [ -z "$fuzz" ] || out=$build/nginx-$nginx_version-fuzz
        nginx_binary=$out/nginx

    else
        need_system_nginx
        nginx_version=$(version_of "$(system_nginx)")
        out=$build/modules
        nginx_binary=$(system_nginx)
    fi

    tree=$out/src
}

# need_system_nginx: installs nginx and its headers unless they are there
# and belong together
need_system_nginx() {
    local binary headers
    binary=$(system_nginx)

    if [ -z "$binary" ]; then
        need nginx nginx-dev
        note "Debian's nginx service was left stopped"
    else
        need nginx-dev
    fi

    binary=$(system_nginx)
    headers=$(version_of_tree /usr/share/nginx/src)

    [ "$(version_of "$binary")" = "$headers" ] \
        || die "$binary is nginx $(version_of "$binary"), the headers of \
nginx-dev are of $headers" \
               "give the source of your nginx: ./build.sh build \
--nginx-src DIR" \
               "or build one from source: ./build.sh build --nginx VERSION"
}

# suites_with VERSION: Debian suites, the likeliest first
suites_with() {
    case $1 in
        1.22.*) echo bookworm trixie forky sid ;;
        1.26.*) echo trixie forky sid bookworm ;;
        *) echo sid forky trixie bookworm ;;
    esac
}

# prepare_tree: the source tree, unless there is one from the same place
prepare_tree() {
    local origin

    if [ -n "$nginx_src" ]; then
        origin="$nginx_src $nginx_version"
    elif [ -n "$from_source" ]; then
        origin="Debian $nginx_version"
    else
        origin="system $("$nginx_binary" -V 2>&1 | sha256sum)"
    fi

    if [ -f "$out/origin" ] && [ "$(<"$out/origin")" = "$origin" ]; then
        return
    fi

    rm -rf "$out"
    mkdir -p "$out"

    if [ -n "$nginx_src" ]; then
        cp -rL --preserve=timestamps "$nginx_src" "$tree"
        rm -rf "$tree/objs" "$tree/Makefile"

    elif [ -n "$from_source" ]; then
        # shellcheck disable=SC2046
        source_package nginx "$nginx_version" "$tree" src/core/nginx.c \
            $(suites_with "$nginx_version")

    else
        cp -rL --preserve=timestamps /usr/share/nginx/src "$tree"
    fi

    echo "$origin" >"$out/origin"
}
