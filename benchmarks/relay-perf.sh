#!/usr/bin/env bash
# Measures relay-perf beside jq and the runbook's shell, whole processes, on files it makes in a scratch folder.
# Needs jq, python3, and gcc or clang for the native program. Usage: benchmarks/relay-perf.sh [PAIRS] (default 5)
set -euo pipefail
cd "$(dirname "$0")/.."
pairs=${1:-5}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
linker=()
command -v clang > /dev/null || linker=(-p:CppCompilerAndLinker=gcc -p:LinkerFlavor=bfd)
jit=${RELAY_PERF_JIT:-$scratch/jit/relay-perf}
native=${RELAY_PERF_NATIVE:-$scratch/native/relay-perf}
[ -x "$jit" ] || dotnet publish src/CommitRelay.Performance.Tool -c Release -o "$scratch/jit" -nologo -v q
[ -x "$native" ] || dotnet publish src/CommitRelay.Performance.Tool -c Release -r "linux-$(uname -m | sed 's/x86_64/x64/;s/aarch64/arm64/')" -p:Native=true "${linker[@]}" -o "$scratch/native" -nologo -v q

python3 - "$scratch/queue.json" <<'P'
import json, sys
task = {"id": "", "title": "Rotate the logs of the coordinator", "type": "development", "priority": "medium", "status": "pending", "created_at": "2025-11-20T09:00:00-0600",
        "created_by": "coordinator", "context": {"status": "open", "files": ["src/a.cs", "src/b.cs"], "steps": [{"n": i, "text": "one of the steps of this task, in words"} for i in range(8)], "confidence": 0.85}}
statuses, priorities = ["pending", "assigned", "completed", "failed"], ["low", "medium", "high", "critical"]
with open(sys.argv[1], "w") as out:
    out.write('{\n  "version": "1.0",\n  "tasks": [\n')
    size = n = 0
    while size < 200_000_000:
        task.update(id=f"task-{n:06}", status=statuses[n % 4], priority=priorities[n // 4 % 4])
        text = (",\n" if n else "") + "    " + json.dumps(task, indent=2).replace("\n", "\n    ")
        out.write(text); size += len(text); n += 1
    out.write("\n  ]\n}\n")
P

# seconds COMMAND...: wall time of one run.
seconds() {
    local start=$EPOCHREALTIME
    "$@" > /dev/null
    echo "$start $EPOCHREALTIME" | awk '{printf "%.4f\n", $2 - $1}'
}

# compare NAME PEER-COMMAND -- OUR-COMMAND: alternating runs, the ratio of medians.
compare() {
    local name=$1; shift
    local peer=()
    while [ "$1" != "--" ]; do peer+=("$1"); shift; done
    shift
    : > "$scratch/peer"; : > "$scratch/ours"
    "$@" > /dev/null
    for ((i = 0; i < pairs; i++)); do
        seconds "${peer[@]}" >> "$scratch/peer"
        seconds "$@" >> "$scratch/ours"
    done
    paste <(sort -n "$scratch/peer" | sed -n "$(((pairs + 1) / 2))p") <(sort -n "$scratch/ours" | sed -n "$(((pairs + 1) / 2))p") |
        awk -v name="$name" '{printf "%-34s peer %8.3f s   relay-perf %8.3f s   %.1f x\n", name, $1, $2, $1 / $2}'
}

jq --version; "$jit" --version
compare "queue stats, 200 MB, JIT" jq '.tasks | length' "$scratch/queue.json" -- "$jit" queue stats "$scratch/queue.json" --json
compare "queue stats, 200 MB, native" jq '.tasks | length' "$scratch/queue.json" -- "$native" queue stats "$scratch/queue.json" --json
compare "start-up, native" jq --version -- "$native" --version

# The runbook's loop forks jq and date for each spec, so it is timed on few specs and the time of one is what counts.
home=$scratch/home/coordination
mkdir -p "$home/worker-specs/completed"
for ((i = 0; i < 300; i++)); do
    echo "{\"worker_id\":\"worker-$i\",\"worker_type\":\"scan-worker\",\"status\":\"completed\",\"created_at\":\"2025-11-20T09:00:00-0600\",\"completed_at\":\"2025-11-20T09:10:00-0600\"}" > "$home/worker-specs/completed/worker-$i.json"
done
cat > "$scratch/loop.sh" <<'S'
for f in "$1"/worker-*.json; do
    created=$(jq -r .created_at "$f"); completed=$(jq -r .completed_at "$f"); type=$(jq -r .worker_type "$f")
    echo "$type $(($(date -d "${completed%%.*}" +%s) - $(date -d "${created%%.*}" +%s)))"
done | sort -k2 -n -r | head -10
S
compare "worker durations, 300 specs, JIT" bash "$scratch/loop.sh" "$home/worker-specs/completed" -- "$jit" workers durations --home "$scratch/home" --json
compare "worker durations, 300 specs, native" bash "$scratch/loop.sh" "$home/worker-specs/completed" -- "$native" workers durations --home "$scratch/home" --json
