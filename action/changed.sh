# The scenarios that are looked at, one a line: those that $SCENARIOS matches, and of these only the changed ones where
# $BASE names a commit. Sourced by the other steps.
changed() {
    local file
    # shellcheck disable=SC2086 # the patterns are expanded here
    for file in ${SCENARIOS:?}; do
        [ -f "$file" ] || continue
        if [ -z "${BASE:-}" ] || ! git diff --quiet "$BASE" -- "$file" 2>/dev/null; then
            echo "$file"
        fi
    done
}
