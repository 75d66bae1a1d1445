#!/bin/sh
# Make the lock files again: requirements/lock.sh [uv's own options, such as --upgrade or --upgrade-package NAME].
#
# uv has to see the CPU build of torch, which is not on the usual index: name a folder that holds its wheel in
# UV_FIND_LINKS, or the index that has it in UV_EXTRA_INDEX_URL. Versions that stand in the locks are kept.
set -eu
cd "$(dirname "$0")"

lock() {
    output=$1 excludes=$2
    shift 2
    uv pip compile "$@" --output-file "$output" --quiet \
        --excludes "$excludes" --only-binary :all: --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate
}

refuse() {
    echo "$1" >&2
    exit 1
}

# Where a wheel came from is the installer's business: no line may name a place, and no GPU build may slip in.
examine() {
    grep -q '^torch==[^ ]*+cpu' "$1" || refuse "$1: torch is not the CPU build; set UV_FIND_LINKS"
    ! grep -Eq '^(nvidia-|cuda-|triton)' "$1" || refuse "$1: holds packages of the GPU build"
    ! grep -Eqi '://|^-' "$1" || refuse "$1: names a place or an option"
}

lock cpu.lock excludes.txt base.in cpu.in "$@"
lock gpu.lock excludes-gpu.txt base.in gpu.in "$@"
lock dev.lock excludes.txt base.in cpu.in dev.in --constraint cpu.lock "$@"
lock compare.lock excludes.txt compare.in --constraint dev.lock "$@"
examine cpu.lock
examine dev.lock
echo "cpu.lock: $(grep -c '^[a-z].*==' cpu.lock) packages, dev.lock: $(grep -c '^[a-z].*==' dev.lock) packages"
