#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every shell script is plain POSIX (dash reads it) and clean to shellcheck; .ci/run is bash and says so.
set -eu
cd "${BW_LINT_ROOT:-$(dirname "$0")/../..}"
status=0
count=0
for script in bagwatch .ci/run tests/lint/requirements $(find tests docker server schema -name node_modules -prune -o -name '*.sh' -print 2>/dev/null | sort); do
    [ -e "$script" ] || continue
    count=$((count + 1))
    case $(head -n 1 "$script") in
    '#!/bin/sh') dash -n "$script" || status=1 ;;
    '#!/bin/bash') ;;
    *)
        echo "$script: the first line must be #!/bin/sh (or bash where it must)"
        status=1
        ;;
    esac
    shellcheck "$script" || status=1
done
[ "$status" -ne 0 ] || echo "clean: $count scripts"
exit "$status"
