#!/bin/sh
# Installs what building and testing needs and this machine lacks. Repeating it is free.
#
# Debian and its relatives only; on others install a C compiler and linker, GNU make, libpq, the
# MySQL client library (both with headers), python3 with pip, and CA certificates by hand.
#
# Rust comes from rustup, which Debian has from version 13 on; before that, rustup.rs tells how to
# get it. Debian's own cargo is older than this project needs.
set -eu

# What is asked for, the sign that it is there, and the Debian package that brings it.
missing=''
need_program() { # PROGRAM PACKAGE
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need_file() { # PACKAGE FILE...: the first that exists will do
    package=$1
    shift
    for file; do
        [ -e "$file" ] && return
    done
    missing="$missing $package"
}

need_program cc gcc
need_program curl curl
need_program cargo rustup
need_program make make
need_program pkg-config pkg-config
need_program setpriv util-linux
need_program python3 python3
need_file libc6-dev /usr/include/stdio.h
need_file libpq-dev /usr/include/postgresql/libpq-fe.h /usr/include/libpq-fe.h
need_file default-libmysqlclient-dev /usr/include/mysql/mysql.h /usr/include/mariadb/mysql.h
need_file ca-certificates /etc/ssl/certs/ca-certificates.crt
# Starting pip to see whether it is there takes a quarter of a second: look for it instead.
if ! command -v pip3 >/dev/null 2>&1 && ! command -v pip >/dev/null 2>&1; then
    need_file python3-pip /usr/lib/python3/dist-packages/pip
fi

[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "install-build-deps: this machine has no apt-get; install by its own means:$missing" >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    as_root=''
elif command -v sudo >/dev/null 2>&1; then
    as_root='sudo'
else
    echo "install-build-deps: installing needs root, and there is no sudo; as root run:" >&2
    echo "  apt-get install --no-install-recommends$missing" >&2
    exit 1
fi

if [ "${missing#* rustup}" != "$missing" ] && ! apt-cache show rustup >/dev/null 2>&1; then
    echo 'install-build-deps: Rust 1.95 or later is missing, and apt does not have rustup here;' >&2
    echo 'install it as https://rustup.rs tells, with rustfmt and clippy, then run this again' >&2
    exit 1
fi
echo "install-build-deps: installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# A fresh machine has no package lists; one with old lists may point to files that are gone.
# shellcheck disable=SC2086 # both are lists of words
$as_root apt-get -qq update
# shellcheck disable=SC2086
$as_root apt-get -qq install -y --no-install-recommends $missing >&2
case $missing in
*' rustup'*) rustup default 1.95 >&2 && rustup component add rustfmt clippy >&2 ;;
esac
