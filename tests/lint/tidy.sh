#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over every C file of the build's compile database, as many at once as there are cores.  What passed is
# remembered in the build folder by the hash of the file, all headers and the profiles, so a second run looks only at
# what changed.
set -eu
self=$(readlink -f "$0")
cd "${BW_LINT_ROOT:-$(dirname "$0")/../..}"
build=${BW_BUILD:-build/dev}

if [ "${1:-}" = --one ]; then
    stamp=$build/lint-tidy/$(cat "$2" "$build/lint-tidy/headers" | sha256sum | cut -c 1-40)
    [ ! -e "$stamp" ] || exit 0
    # The database holds gcc's flags; clang must not stumble over those it lacks.
    if out=$(clang-tidy -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-error "$2" 2>&1); then
        touch "$stamp"
    else
        printf '%s\n' "$out" | grep -v 'warnings generated' | sed "s|$PWD/||g"
        exit 1
    fi
    exit 0
fi

[ -e "$build/compile_commands.json" ] || { echo "no compile database in $build: build first"; exit 1; }
mkdir -p "$build/lint-tidy"
find include server tests .clang-tidy \( -name '*.h' -o -name '*.def' -o -name .clang-tidy \) -exec cat {} + 2>/dev/null |
    sha256sum >"$build/lint-tidy/headers"
files=$(sed -n 's/^ *"file": "\(.*\)",*$/\1/p' "$build/compile_commands.json" | sed "s|^$PWD/||" |
    grep -E '^(server|tests)/.*\.c$' | sort -u || true)
[ -n "$files" ] || { echo "clean: no C file yet"; exit 0; }
if echo "$files" | xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 1 sh "$self" --one; then
    echo "clean: $(echo "$files" | wc -l) files"
else
    echo "clang-tidy found faults"
    exit 1
fi
