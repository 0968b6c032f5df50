#!/usr/bin/env bash
# Measures the journal on the filesystem of FOLDER (default: /var/tmp), both sides of each comparison in one go.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
folder=${1:-/var/tmp}
[ -d "$folder" ] || { echo "benchmark: $folder is no folder" >&2; exit 2; }

mvn -B -q verify -DskipTests -pl journal -am >&2
java=
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/*; do
  release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null || true)
  if [ -x "$home/bin/java" ] && [ "${release:-0}" -ge 25 ]; then java=$home/bin/java; break; fi
done
[ -n "$java" ] || { echo "benchmark: a JDK 25 is missing: point JAVA_HOME at it" >&2; exit 13; }

echo "$(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1); $(stat -f -c %T "$folder") on $(df --output=source "$folder" | tail -1); $(date -u +%F); load $(cut -d' ' -f1 /proc/loadavg)"
work=$(mktemp -d "$folder/lockstep-benchmark.XXXXXX")
scratch=$(mktemp -d /dev/shm/lockstep-benchmark.XXXXXX)
trap 'rm -rf "$work" "$scratch"' EXIT
"$java" @.mvn/lockstep-jvm-flags -cp "journal/target/classes:journal/target/test-classes:statemachine/target/classes:journal/target/lib/*" \
  dev.lockstep.journal.bench.JournalBenchmark "$work" "$scratch"
