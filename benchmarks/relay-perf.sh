#!/usr/bin/env bash
# Measures relay-perf beside jq and the runbook's shell (runbook.sh), whole processes in alternation, on homes it makes in a scratch folder.
# Needs jq, GNU time, and gcc or clang for the native program. Usage: benchmarks/relay-perf.sh [PART] [PAIRS] [STEPS]
#   large     queue stats of 200 MB, the start, 100 worker specs; JIT, JIT with code compiled before (ReadyToRun) and native (the default)
#   runbook   every step of the runbook that has a shell version, on a home of 10,000 specs, a 20 MB queue, 100 MB of events; native program;
#             STEPS is an extended regular expression that picks some of them
#   diagnose  the whole diagnosis on a home of 100,000 specs, a 200 MB queue, 1 GB of events, and on a tenth of it: time and peak memory
#   watch     what the dashboard uses of a processor between its second look and its last, on a terminal of 100 columns (needs script(1))
# RELAY_PERF_HOMES keeps the homes for the next run; RELAY_PERF_JIT, RELAY_PERF_READY and RELAY_PERF_NATIVE name programs
# that are built already.
set -euo pipefail
cd "$(dirname "$0")/.."
part=${1:-large}
pairs=${2:-3}
steps=${3:-.}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
homes=${RELAY_PERF_HOMES:-$scratch/homes}
mkdir -p "$homes"
linker=()
command -v clang > /dev/null || linker=(-p:CppCompilerAndLinker=gcc -p:LinkerFlavor=bfd)
jit=${RELAY_PERF_JIT:-$scratch/jit/relay-perf}
ready=${RELAY_PERF_READY:-$scratch/ready/relay-perf}
native=${RELAY_PERF_NATIVE:-$scratch/native/relay-perf}
platform=linux-$(uname -m | sed 's/x86_64/x64/;s/aarch64/arm64/')
[ -x "$jit" ] || dotnet publish src/CommitRelay.Performance.Tool -c Release -o "$scratch/jit" -nologo -v q
[ -x "$ready" ] || dotnet publish src/CommitRelay.Performance.Tool -c Release -r "$platform" --self-contained false -o "$scratch/ready" -nologo -v q
[ -x "$native" ] || dotnet publish src/CommitRelay.Performance.Tool -c Release -r "$platform" -p:PublishAot=true -p:IlcInstructionSet=native "${linker[@]}" -o "$scratch/native" -nologo -v q

# home SPECS QUEUE_MB EVENTS_MB: the folder of such a home, made when it is not there.
home() {
    local folder=$homes/$1-$2-$3
    [ -d "$folder" ] || dotnet run --project benchmarks/CommitRelay.Performance.Benchmarks -c Release -- make-home "$folder" --specs "$1" --queue "$2" --events "$3" >&2
    echo "$folder"
}

# timed COMMAND...: its seconds and its peak memory in KiB, whatever its exit code.
timed() {
    local start=${EPOCHREALTIME/./} end
    command time -q -o "$scratch/time" -f '%M' "$@" > /dev/null 2> "$scratch/errors" || [ $? -lt 2 ] || { cat "$scratch/errors" >&2; return 1; }
    end=${EPOCHREALTIME/./}
    echo "$(((end - start) / 1000000)).$(printf '%06d' $(((end - start) % 1000000))) $(tail -n 1 "$scratch/time")"
}

# median FILE: the row with the median of the first column.
median() { sort -n "$1" | sed -n "$(((pairs + 1) / 2))p"; }

# compare NAME SHELL-COMMAND... -- OUR-COMMAND...: alternating runs, medians and their ratio. What prepare does is not timed.
prepare() { :; }
compare() {
    local name=$1; shift
    [[ $name =~ $steps ]] || return 0
    local shell=()
    while [ "$1" != "--" ]; do shell+=("$1"); shift; done
    shift
    : > "$scratch/shell"; : > "$scratch/ours"
    prepare; timed "$@" > /dev/null
    for ((i = 0; i < pairs; i++)); do
        prepare; timed "${shell[@]}" >> "$scratch/shell"
        prepare; timed "$@" >> "$scratch/ours"
    done
    paste -d' ' <(median "$scratch/shell") <(median "$scratch/ours") |
        awk -v name="$name" '{r = $1 / $3; printf "%-40s shell %9.3f s   relay-perf %7.3f s, %4.0f MiB   %s x\n", name, $1, $3, $4 / 1024, (r < 10 ? sprintf("%.1f", r) : sprintf("%.0f", r))}'
}

large() {
    local queue
    queue=$(home 100 200 1)/coordination/task-queue.json
    jq --version; "$jit" --version
    compare "queue stats, 200 MB, JIT" jq '.tasks | length' "$queue" -- "$jit" queue stats "$queue" --json
    compare "queue stats, 200 MB, ReadyToRun" jq '.tasks | length' "$queue" -- "$ready" queue stats "$queue" --json
    compare "queue stats, 200 MB, native" jq '.tasks | length' "$queue" -- "$native" queue stats "$queue" --json
    for program in "$jit" "$native"; do
        # The loop forks jq and date for each spec.
        compare "durations of 100 specs, $(basename "$(dirname "$program")")" benchmarks/runbook.sh durations "$(home 100 200 1)" -- "$program" workers durations --home "$(home 100 200 1)" --json
    done
    # Too short for one run each.
    repeat='for ((i = 0; i < 100; i++)); do "$0" --version > /dev/null; done'
    compare "100 starts, native beside jq" bash -c "$repeat" jq -- bash -c "$repeat" "$native"
}

runbook() {
    local kept small
    kept=$(home 10000 20 100)
    small=$(home 100 20 1)
    step() { local name=$1; shift; compare "$name" benchmarks/runbook.sh "$name" "$@"; }
    for program in resources processes files; do step $program "$kept" -- "$native" $program --home "$kept"; done
    compare "processes-once" benchmarks/runbook.sh processes "$kept" -- "$native" processes --interval 0s --home "$kept"
    step stats "$kept" -- "$native" queue stats --home "$kept"
    step waits "$kept" -- "$native" queue waits --home "$kept"
    step read "$kept" -- "$native" queue read --status queued --home "$kept"
    step durations "$small" -- "$native" workers durations --home "$small"
    step stale "$kept" -- "$native" workers stale --home "$kept"
    step events-stats "$kept" -- "$native" events stats --home "$kept"
    step events-read "$kept" -- "$native" events read --type task_failed --last 20 --home "$kept"
    step rate-limits "$kept" -- "$native" logs rate-limits --home "$kept"
    step errors "$kept" -- "$native" logs errors --home "$kept"
    step tokens "$kept" -- "$native" tokens --home "$kept"

    # Cures work on a copy that is fresh for each run.
    local work=$scratch/scratch-home events=$scratch/scratch-home/coordination/dashboard-events.jsonl queue=$scratch/scratch-home/coordination/task-queue.json
    prepare() {
        rm -rf "$work"
        mkdir -p "$work/agents" "$work/coordination/worker-specs"
        cp -r "$kept/agents/logs" "$work/agents/"
        cp "$kept"/coordination/*.json* "$work/coordination/"
        cp -r "$small/coordination/worker-specs/completed" "$work/coordination/worker-specs/"
        touch -d '10 days ago' "$work"/agents/logs/*
        cp "$events" "$work/part.jsonl"
        # What events compress looks for: a rolled part, a day old.
        [ -z "${rolls:-}" ] || { "$native" events roll "$events" > /dev/null; }
    }
    head -n 300 "$kept/coordination/dashboard-events.jsonl" | jq -c 'del(.timestamp)' > "$scratch/new-events"
    step prioritize "$work" -- "$native" queue prioritize --home "$work"
    step split "$work" -- "$native" queue split "$queue" --max-size 10MB
    step archive "$work" -- "$native" queue archive --older-than 0s --home "$work"
    step add "$work" -- "$native" queue add --description new --priority high --home "$work"
    compare "append 300 events" bash -c 'benchmarks/runbook.sh append "$0" < "$1"' "$work" "$scratch/new-events" -- bash -c '"$0" events append "$1" < "$2"' "$native" "$events" "$scratch/new-events"
    step trim "$work" -- "$native" events trim "$events" --keep 5000
    rolls=1 step compress "$work" -- "$native" events compress --older-than 0s --home "$work"
    step workers-archive "$work" -- "$native" workers archive --older-than 1d --home "$work"
    step clean-logs "$work" -- "$native" clean logs --older-than 7d --home "$work"
    step config "$work" -- "$native" config set "$work/coordination/token-budget.json" total_budget 600000
}

diagnose() {
    local kept small
    # The loop over all specs would take hours, so 100 of them are timed and the rest is multiplied.
    for size in "10000 20 100" "100000 200 1000"; do
        # shellcheck disable=SC2086
        kept=$(home $size)
        small=$(home 100 20 1)
        echo "home of ${size%% *} specs, queue and events of ${size#* } MB:"
        compare "  all but the two loops over specs" benchmarks/runbook.sh diagnose "$kept" -- "$jit" diagnose --home "$kept" --json
        timed "$native" diagnose --home "$kept" --json | awk '{printf "  relay-perf, native: %.2f s, %.0f MiB\n", $1, $2 / 1024}'
        timed benchmarks/runbook.sh durations "$small" | awk -v specs="${size%% *}" '{printf "  the two loops over completed specs (88 in 100) would take %.0f s: one over 88 took %.2f s\n", 2 * $1 * specs / 100, $1}'
    done
}

watch() {
    local kept program looks
    kept=$(home 10000 20 100)
    for program in "$jit" "$native"; do
        for looks in 1 21; do
            script -qec "stty cols 100 rows 30; command time -q -o '$scratch/looks.$looks' -f '%U %S' '$program' watch --interval 2s --samples $looks --home '$kept'" /dev/null > /dev/null
        done
        paste "$scratch/looks.1" "$scratch/looks.21" | awk -v name="$(basename "$(dirname "$program")")" '{printf "watch, %s: %.2f %% of a core\n", name, 100 * ($3 + $4 - $1 - $2) / 40}'
    done
}

"$part"
