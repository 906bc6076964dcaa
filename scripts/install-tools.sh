#!/bin/sh
# Installs development tools that are missing.
#
# usage: scripts/install-tools.sh NAME...
#
# Cargo's tools are built from source with the versions they were released with; the others
# come from apt.
set -eu

usage() {
    echo "usage: $0 NAME...   (cargo-nextest, cargo-deny, wrk, mydumper, mariadb-dump, sysbench, time)" >&2
    exit 2
}

from_apt() { # PACKAGE
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "install-tools: this machine has no apt-get; install $1 by its own means" >&2
        exit 1
    fi
    if [ "$(id -u)" = 0 ]; then
        as_root=''
    elif command -v sudo >/dev/null 2>&1; then
        as_root='sudo'
    else
        echo "install-tools: installing $1 needs root, and there is no sudo" >&2
        exit 1
    fi
    $as_root apt-get -qq update
    DEBIAN_FRONTEND=noninteractive $as_root apt-get -qq install -y --no-install-recommends "$1" >&2
}

[ $# -gt 0 ] || usage
for tool; do
    case $tool in
    cargo-nextest | cargo-deny | wrk | mydumper | mariadb-dump | sysbench | time) ;;
    *) usage ;;
    esac
done

for tool; do
    # Cargo also finds its tools where `cargo install` puts them.
    # `time` is also a word of some shells, which `command -v` answers without a path.
    if [ -x "$(command -v "$tool" 2>/dev/null)" ] || [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/$tool" ]; then
        continue
    fi
    echo "install-tools: installing $tool" >&2
    case $tool in
    wrk | mydumper | sysbench | time) from_apt "$tool" ;;
    mariadb-dump) from_apt mariadb-client ;;
    cargo-nextest) cargo install --locked --quiet --version 0.9.143 "$tool" ;;
    cargo-deny) cargo install --locked --quiet --version 0.20.2 "$tool" ;;
    esac
done
