#!/usr/bin/env bash
# Compares the options of each changed scenario, and the scenario with that of the base commit, and writes the summary in
# Markdown; a missed threshold is an error, and with $FAIL_ON=worse a metric that is worse than in the base is, too.
set -euo pipefail
# shellcheck source=action/changed.sh
source "$(dirname "$0")/changed.sh"
updraft=${UPDRAFT:-updraft}
results=${RESULTS:-updraft-results}
summary=$results/summary.md
mkdir -p "$results"
printf '## updraft\n' >"$summary"
failed=0
compared=0
while IFS= read -r file; do
    compared=$((compared + 1))
    folder=$results/$(basename "$file" .toml)
    code=0
    # shellcheck disable=SC2086 # the arguments are words
    "$updraft" compare "$file" -o "$folder" --format markdown --annotations --no-progress ${ARGUMENTS:-} >"$folder.md" || code=$?
    case $code in
    0) verdict="all thresholds hold" ;;
    4)
        verdict="**a threshold is missed**"
        failed=1
        ;;
    *)
        echo "::error file=$file::updraft compare ended with exit code $code"
        exit "$code"
        ;;
    esac
    # shellcheck disable=SC2016 # backticks of Markdown
    printf '\n`%s`: %s\n\n' "$file" "$verdict" >>"$summary"
    cat "$folder.md" >>"$summary"
    if [ -n "${BASE:-}" ] && git show "$BASE:$file" >"$results/base.toml" 2>/dev/null; then
        code=0
        "$updraft" diff "$results/base.toml" "$file" --format markdown --annotations --no-progress \
            ${FAIL_ON:+--fail-on "$FAIL_ON"} >"$results/diff.md" || code=$?
        case $code in
        0) ;;
        4) failed=1 ;;
        # The scenario of the base may be none that this version reads.
        *) echo "::warning file=$file::it cannot be compared with the base: updraft diff ended with exit code $code" ;;
        esac
        printf '\n' >>"$summary"
        cat "$results/diff.md" >>"$summary"
    fi
done < <(changed)
[ "$compared" -gt 0 ] || printf '\nNo scenario was changed.\n' >>"$summary"
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$summary" >>"$GITHUB_STEP_SUMMARY"
[ -z "${GITHUB_OUTPUT:-}" ] || echo "summary=$summary" >>"$GITHUB_OUTPUT"
exit "$failed"
