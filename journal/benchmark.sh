#!/usr/bin/env bash
# Measures the journal on the filesystem of FOLDER (default: /var/tmp), both sides of each comparison in one go.
# Needs a JDK 25 and Maven, which fetches JMH and SQLite's driver once. Takes some three minutes.
set -euo pipefail
[ $# -le 1 ] || { echo "usage: journal/benchmark.sh [FOLDER]" >&2; exit 2; }
folder=$(readlink -f "${1:-/var/tmp}")
[ -d "$folder" ] || { echo "benchmark: $folder is no folder" >&2; exit 2; }
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

mvn -B -q -Pbenchmark verify -DskipTests -pl journal,journal/benchmark -am >&2
java=
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/*; do
  release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null || true)
  if [ -x "$home/bin/java" ] && [ "${release:-0}" -ge 25 ]; then java=$home/bin/java; break; fi
done
[ -n "$java" ] || { echo "benchmark: a JDK 25 is missing: point JAVA_HOME at it" >&2; exit 13; }

work=$(mktemp -d "$folder/lockstep-benchmark.XXXXXX")
scratch=$(mktemp -d /dev/shm/lockstep-benchmark.XXXXXX)
slow=/sys/fs/cgroup/blkio/lockstep-benchmark.$$
trap 'rm -rf "$work" "$scratch"; [ ! -d "$slow" ] || rmdir "$slow"' EXIT
run() { # MAIN ARGUMENT...
  "$java" @.mvn/lockstep-jvm-flags -XX:+UseSerialGC "-Djava.io.tmpdir=$scratch" \
    -cp "journal/target/classes:journal/target/test-classes:journal/benchmark/target/classes:journal/benchmark/target/lib/*" "$@"
}
load() { cut -d' ' -f1-3 /proc/loadavg; }

echo "$(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1); $(stat -f -c %T "$folder") on $(df --output=source "$folder" | tail -1); $(date -u +%F); load $(load) at the beginning"
echo
printf '| what | measured | budget | |\n|---|---|---|---|\n'
run dev.lockstep.journal.bench.AppendBenchmark "$work" "$scratch/append" 4
# The same on a medium where each write costs: the kernel lets this disk take 400 a second from us.
source=$(df --output=source "$folder" | tail -1)
disk=$(lsblk -ndo PKNAME "$source" 2>/dev/null || true)
number=$(stat -c '%Hr:%Lr' "/dev/${disk:-${source#/dev/}}" 2>/dev/null || true)
if [ -n "$number" ] && mkdir "$slow" 2>/dev/null && echo "$number 400" >"$slow/blkio.throttle.write_iops_device" 2>/dev/null; then
  echo "| **each write takes 2.5 ms** (blkio, 400 writes a second): means are compared | | | |"
  mkdir "$work/slow"
  (echo "$BASHPID" >"$slow/cgroup.procs"; run dev.lockstep.journal.bench.AppendBenchmark "$work/slow" "$scratch/slow" 1 400)
else
  echo "| a medium where each write costs: not measured, the kernel has no blkio controller (cgroup v1) here | | | |"
fi
run dev.lockstep.journal.bench.JournalBenchmark "$work" "$scratch/journals"
if ! run dev.lockstep.journal.benchmark.BenchmarkMain "$work" "$scratch/open" "$scratch/jmh.log"; then
  cat "$scratch/jmh.log" >&2
  exit 1
fi
echo
echo "load $(load) at the end"
