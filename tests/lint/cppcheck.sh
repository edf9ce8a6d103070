#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# cppcheck over the product's C; what is suppressed stands with its reason in cppcheck.txt.
set -eu
here=$(readlink -f "$(dirname "$0")")
cd "${BW_LINT_ROOT:-$here/../..}"
ls server/*/*.c server/*.c >/dev/null 2>&1 || [ -n "$(find server -name '*.c' 2>/dev/null)" ] || { echo "clean: no C file yet"; exit 0; }
grep -v '^#' "$here/cppcheck.txt" | sed 's/ *#.*//' | grep . >"${TMPDIR:-/tmp}/bw-cppcheck.$$" || true
trap 'rm -f "${TMPDIR:-/tmp}/bw-cppcheck.$$"' EXIT
cppcheck --quiet --std=c11 -D_GNU_SOURCE -DBW_TEST_CLOCK=1 --enable=warning,performance,portability --inline-suppr \
    --error-exitcode=1 --suppressions-list="${TMPDIR:-/tmp}/bw-cppcheck.$$" --library=posix -j "$(getconf _NPROCESSORS_ONLN)" \
    --max-configs=4 -I include server
echo "clean: $(find server -name '*.c' | wc -l) files"
