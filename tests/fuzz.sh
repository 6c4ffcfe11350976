#!/usr/bin/env bash
# Fuzzes queue reading for so many minutes (default 5) from the seeds in the repository, on one core.
# Prints how many texts were tried; a text that breaks something is saved, its path printed, and the exit code is 1.
set -euo pipefail
cd "$(dirname "$0")"
dotnet build -c Release -v q --nologo CommitRelay.Performance.Child
dotnet CommitRelay.Performance.Child/bin/Release/net10.0/CommitRelay.Performance.Child.dll fuzz-queues CommitRelay.Performance.Tests/Queues/FuzzSeeds "${1:-5}"
