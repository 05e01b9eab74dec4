#!/usr/bin/env bash
# Compares the options of each changed scenario and writes the summary in Markdown; a missed threshold is an error.
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
    "$updraft" compare "$file" -o "$folder" --no-progress --color never ${ARGUMENTS:-} >"$folder.txt" || code=$?
    case $code in
    0) verdict="all thresholds hold" ;;
    4)
        verdict="**a threshold is missed**"
        echo "::error file=$file::a threshold is missed, see the summary"
        failed=1
        ;;
    *)
        echo "::error file=$file::updraft compare ended with exit code $code"
        exit "$code"
        ;;
    esac
    # The tilde fence holds whatever a scenario's title contains.
    printf '\n### %s: %s\n\n~~~~text\n%s\n~~~~\n' "$file" "$verdict" "$(cat "$folder.txt")" >>"$summary"
    if [ -n "${BASE:-}" ] && git show "$BASE:$file" >"$results/base.toml" 2>/dev/null; then
        if "$updraft" diff "$results/base.toml" "$file" >"$results/diff.txt" 2>/dev/null; then
            printf '\nAgainst the base branch:\n\n~~~~text\n%s\n~~~~\n' "$(cat "$results/diff.txt")" >>"$summary"
        fi
    fi
done < <(changed)
[ "$compared" -gt 0 ] || printf '\nNo scenario was changed.\n' >>"$summary"
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$summary" >>"$GITHUB_STEP_SUMMARY"
[ -z "${GITHUB_OUTPUT:-}" ] || echo "summary=$summary" >>"$GITHUB_OUTPUT"
exit "$failed"
