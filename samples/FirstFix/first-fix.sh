#!/usr/bin/env bash
# Measures the sample, applies every fix that the rules offer, and measures again. A copy is fixed: the sample keeps its mistakes.
set -euo pipefail
cd "$(dirname "$0")"
copy=../../artifacts/FirstFix
rm -rf "$copy"
mkdir -p "$copy"
cp ./*.cs ./*.csproj "$copy"
cd "$copy"

echo "== what the rules say"
dotnet build -c Release -v q --nologo -clp:NoSummary 2>&1 | grep -oE '[A-Za-z]+\.cs\([0-9,]+\): (warning|error) [A-Z]+[0-9]+: .*' | sed 's/ \[.*//' | sort -u || true
echo "== before"
dotnet run -c Release --no-build -- before.json
echo "== dotnet format analyzers"
# The workspace loads the analyzers of its own configuration: those that were built above.
Configuration=Release dotnet format analyzers --severity info --diagnostics CRP0001 CRP0010 CRP0012 CRP0014 CRP0020 CRP0021 CRP0022 --no-restore
diff -ru ../../samples/FirstFix . --exclude=bin --exclude=obj --exclude='*.json' --exclude='*.sh' | grep -E '^[-+]' || true
dotnet build -c Release -v q --nologo -clp:ErrorsOnly
echo "== before and after"
dotnet run -c Release --no-build -- after.json before.json
