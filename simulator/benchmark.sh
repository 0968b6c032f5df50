#!/usr/bin/env bash
# Measures the simulator's explorer: recoveries and crash states a second and core, the standard first boot to its fixpoint.
# Needs a JDK 25 and Maven; takes about a minute.
set -euo pipefail
[ $# -eq 0 ] || { echo "usage: simulator/benchmark.sh" >&2; exit 2; }
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

mvn -B -q verify -DskipTests -pl simulator -am >&2
java=
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/*; do
  release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null || true)
  if [ -x "$home/bin/java" ] && [ "${release:-0}" -ge 25 ]; then java=$home/bin/java; break; fi
done
[ -n "$java" ] || { echo "benchmark: a JDK 25 is missing: point JAVA_HOME at it" >&2; exit 13; }
load() { cut -d' ' -f1-3 /proc/loadavg; }

echo "$(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1); $(date -u +%F); load $(load) at the beginning"
echo
printf '| what | measured | budget |\n|---|---|---|\n'
"$java" @.mvn/lockstep-jvm-flags -XX:+UseSerialGC -Xmx2g \
  -cp "simulator/target/classes:simulator/target/test-classes:simulator/target/lib/*" dev.lockstep.simulator.explore.ExplorerBenchmark
echo
echo "load $(load) at the end"
