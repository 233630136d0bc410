#!/usr/bin/env bash
# The audit step of action.yml: reports to files, annotations to the log, a summary to the job's page.
set -uo pipefail
mkdir -p auditor-report
# Both are lists of words on purpose: paths and arguments as the workflow wrote them.
read -r -a paths <<<"$AUDITOR_PATHS"
read -r -a arguments <<<"${AUDITOR_ARGUMENTS:-}"
auditor gate "${paths[@]}" "${arguments[@]+"${arguments[@]}"}" --no-progress \
    --report json=auditor-report/audit.json --report html=auditor-report/audit.html \
    --report sarif=auditor-report/audit.sarif --report markdown=auditor-report/summary.md \
    --report github=auditor-report/annotations.txt
status=$?
[ -f auditor-report/annotations.txt ] && cat auditor-report/annotations.txt
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f auditor-report/summary.md ]; then
    cat auditor-report/summary.md >>"$GITHUB_STEP_SUMMARY"
fi
exit $status
