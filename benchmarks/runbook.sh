#!/usr/bin/env bash
# The runbook's shell, a step a word: runbook.sh STEP HOME [SPECS]. What relay-perf is measured beside.
# The wait query has its missing parentheses here, and what replaces a file works on the file it is given.
set -uo pipefail
home=$2/coordination specs=${3:-1000000}
queue=$home/task-queue.json events=$home/dashboard-events.jsonl
export LC_ALL=C

# durations FROM TO: the loop over completed specs, the first $specs of them.
durations() {
    find "$home/worker-specs/completed" -name 'worker-*.json' | sort | head -n "$specs" | while read -r f; do
        from=$(jq -r "$1" "$f"); to=$(jq -r "$2" "$f"); type=$(jq -r .worker_type "$f")
        echo "$type $(($(date -d "${to%%.*}" +%s) - $(date -d "${from%%.*}" +%s)))"
    done | sort -k2 -n -r | head -10
}

case $1 in
    resources) top -bn1 | head -15; vmstat 1 2; df -h "$home"; df -i "$home"; lsof 2> /dev/null | wc -l ;;
    processes) ps aux --sort=-%cpu | head -11 ;;
    files) find "$2" -type f | wc -l; find "$2" -type f -size +10M; du -sh "$2"; ls "$home/worker-specs/active" | wc -l; wc -l "$events"; cat "$queue" > /dev/null ;;
    stats) jq '.tasks | length' "$queue"; jq '.tasks | group_by(.status) | map({status: .[0].status, count: length})' "$queue" ;;
    length) jq '.tasks | length' "$queue" ;;
    waits) jq '[.tasks[] | select(.started_at != null) | {task_id, wait: ((.started_at | fromdateiso8601) - (.created_at | fromdateiso8601))}] | sort_by(.wait) | reverse | .[:5]' "$queue" ;;
    read) grep -c '"status":"queued"' "$queue"; jq -c '.tasks[] | select(.status == "queued")' "$queue" ;;
    durations) durations .created_at .completed_at ;;
    spawn-times) durations .created_at .execution.started_at ;;
    stale) for f in "$home"/worker-specs/active/*.json; do pid=$(jq -r '.pid // empty' "$f"); [ -n "$pid" ] && kill -0 "$pid" 2> /dev/null || echo "$f"; done ;;
    events-stats) wc -l "$events"; jq -r .type "$events" | sort | uniq -c ;;
    events-read) grep '"type":"task_failed"' "$events" | tail -n 20 | jq -c . ;;
    rate-limits) grep -rniE 'rate.*limit|429|too many' "$2" | tail -n 20 ;;
    errors) grep -rniE 'error|timeout' "$2" | tail -n 20 ;;
    tokens) jq '{total_budget, in_use, available}' "$home/token-budget.json" ;;
    diagnose) for step in resources processes files stats waits read rate-limits errors tokens events-read; do "$0" "$step" "$2"; done; wc -l "$events" ;;
    prioritize) jq '.tasks |= sort_by(.priority)' "$queue" > "$queue.tmp" && mv "$queue.tmp" "$queue" ;;
    split) jq -c '.tasks[]' "$queue" | split -C 10M - "$queue.part-" ;;
    archive) jq -c '.tasks[] | select(.status == "completed")' "$queue" > "$home/archive.jsonl"; jq '.tasks |= map(select(.status != "completed"))' "$queue" > "$queue.tmp" && mv "$queue.tmp" "$queue" ;;
    add) jq '.tasks += [{"id":"task-new","title":"new","status":"pending","priority":"high"}]' "$queue" > "$queue.tmp" && mv "$queue.tmp" "$queue" ;;
    append) while read -r line; do echo "$line" | jq -c '. + {"timestamp": (now | todate)}' >> "$events"; done ;;
    trim) tail -n 5000 "$events" > "$events.tmp" && mv "$events.tmp" "$events" ;;
    compress) gzip "$2/part.jsonl" ;;
    workers-archive) mkdir -p "$home/worker-specs/old" && find "$home/worker-specs/completed" -name '*.json' -exec mv {} "$home/worker-specs/old/" \; ;;
    clean-logs) find "$2/agents/logs" -name '*.log' -mtime +7 -delete ;;
    config) jq '.total_budget = 600000' "$home/token-budget.json" > "$home/t" && mv "$home/t" "$home/token-budget.json" ;;
    *) echo "no step $1" >&2; exit 2 ;;
esac
