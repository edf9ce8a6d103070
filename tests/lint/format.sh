#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every .c file is as .clang-format would write it.  Headers are laid out by hand: declarations as tables, their comments
# beside them.
set -eu
cd "${BW_LINT_ROOT:-$(dirname "$0")/../..}"
list=$(find server include tests \( -name build -o -name node_modules \) -prune -o -name '*.c' -print 2>/dev/null | sort || true)
[ -n "$list" ] || { echo "clean: no C file yet"; exit 0; }
# shellcheck disable=SC2086 # paths of the tree hold no blanks
clang-format --dry-run -Werror $list
echo "clean: $(echo "$list" | wc -l) files"
