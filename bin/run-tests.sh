# Sourced by test and sanitize, after prepare.sh: checks the format, runs the tests, and counts their results.

status=0

# The suites of these targets run one after another, after all others have ended; bin/test says why.
serial='(ClockTests|LineServerTests|SinksTests)\.'

check_format() {
    swift format lint --strict --recursive Sources Tests >&2 && return 0
    complain "the format is wrong; \`swift format --in-place --recursive Sources Tests\` repairs most of it"
    status=1 # The tests run all the same: both results are useful.
}

# run_part ARGUMENT…  runs a part of the tests; the log collects what both parts print.
run_part() {
    : >"$log.part"
    # The pipe would hide the status of the tests from the shell; a file keeps it.
    {
        swift test --configuration release --skip-build "$@" 2>&1 || echo $? >"$log.status"
    } | tee "$log.part"
    # A filter may choose tests of the other part only, which is no failure.
    if [ -e "$log.status" ] && ! grep -q 'Test run with 0 tests' "$log.part"; then status=1; fi
    grep -q 'Test run with' "$log.part" || {
        complain "the tests ended before their summary"
        status=1
    }
    cat "$log.part" >>"$log"
    rm -f "$log.status"
}

# run_tests ARGUMENT…  runs all tests, or those that a --filter chooses, prints the counts, and ends with the status.
run_tests() {
    log=$(mktemp)
    trap 'rm -f "$log" "$log".*' EXIT
    run_part --skip "^$serial" "$@"
    run_part --no-parallel --skip "^(?!$serial)" "$@"
    # ThreadSanitizer's reports.
    for file in "${scratch:-none}"/report.*; do
        [ -e "$file" ] || continue
        cat "$file"
        status=1
    done
    # The summaries count every test; single lines may be torn where tests print at once.
    total=$(sed -n 's/^.*Test run with \([0-9]*\) tests* in .*/\1/p' "$log" | awk '{ sum += $1 } END { print sum + 0 }')
    failed=$(grep -v 'Test run with' "$log" | grep -c ' Test .* failed after' || true)
    skipped=$(grep -cE ' Test .* skipped(: ".*")?\.?$' "$log" || true)
    if [ "$total" -eq 0 ]; then
        complain "no test was run"
        status=1
    fi
    [ "$failed" -eq 0 ] || status=1
    [ "$status" -eq 0 ] || complain "not everything passed; look above for \"failed\" and \"error\""
    summary="$((total - failed - skipped)) passed, $failed failed"
    [ "$skipped" -eq 0 ] || summary="$summary, $skipped skipped"
    echo "$summary"
    exit "$status"
}
