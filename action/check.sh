#!/usr/bin/env bash
# Checks the changed scenarios; each problem becomes an annotation at its line.
set -euo pipefail
# shellcheck source=action/changed.sh
source "$(dirname "$0")/changed.sh"
failed=0
while IFS= read -r file; do
    if ! "${UPDRAFT:-updraft}" check --quiet --format concise "$file" 2>problems.txt; then
        failed=1
        # FILE:LINE:COLUMN: MESSAGE, as `--format concise` writes it.
        sed -nE 's/^([^:]+):([0-9]+):([0-9]+): (.*)$/::error file=\1,line=\2,col=\3::\4/p' problems.txt
        grep -vE '^[^:]+:[0-9]+:[0-9]+: ' problems.txt || true
    fi
    rm -f problems.txt
done < <(changed)
exit "$failed"
