#!/usr/bin/env bash
# What an initrd with Lockstep costs, option by option, side by side: the time from the start of the process to the first durable
# record of a real first boot, its memory, and the bytes added to an initrd. Prints two tables.
# Usage: initrd-runner/runtime-benchmark.sh [ROUNDS]     9 unless told
# Needs root, the tools of a first boot, strace, zstd, cpio; an idle machine; 1 GB in /var/tmp. Takes some six minutes.
set -euo pipefail
rounds=${1:-9}
[[ $# -le 1 && $rounds =~ ^[1-9][0-9]?$ ]] || { echo "usage: initrd-runner/runtime-benchmark.sh [ROUNDS]   (1 to 99)" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "runtime-benchmark: loop devices need root" >&2; exit 13; }
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
for tool in mvn strace zstd cpio mkfs.ext4 strip; do
  command -v "$tool" >/dev/null || { echo "runtime-benchmark: $tool is missing" >&2; exit 13; }
done
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
tree=$PWD/initrd-runner/target/system-tree
mvn -B -q -Pruntime package -pl initrd-runner -am -DskipTests >&2
./lockstep doctor >/dev/null || true # builds the installer

work=$(mktemp -d /var/tmp/lockstep-runtime-benchmark.XXXXXX)
trap 'rm -rf "$work"' EXIT
jdk=$(readlink -f "${JAVA_HOME:-$(ls -d /usr/lib/jvm/*25* | head -1)}")
lib=$tree/usr/lib/lockstep
main=(-cp "$lib/jars/lockstep.jar" dev.lockstep.initrd.cli.InstalledMain)
with_flags=("@$lib/jvm-flags" "@$lib/first-boot-jvm-flags")

# ---------------------------------------------------------------- a disk, installed once

mkdir -p "$work"/source/{usr/lib,boot,etc}
echo 'ID=bench' >"$work/source/usr/lib/os-release"
head -c 4096 /dev/zero | tee "$work/source/boot/vmlinuz-1" >"$work/source/boot/initrd.img-1"
./lockstep install to-disk --source "$work/source" --size 256M --bootloader none "$work/installed.img" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
head -c 64 /dev/urandom >"$work/keyfile"
printf '[tpm2]\nenrol = false\n[keyfile]\npath = "%s"\n' "$work/keyfile" >"$work/policy.toml"
# Without a TPM: how long a software one takes to start is no matter of ours.
first_boot=(firstboot run --disk "$work/disk.img" --tpm2-device none --policy "$work/policy.toml" --recovery-key-out "$work/recovery-key")
fresh_disk() {
  rm -f "$work/recovery-key"
  cp --sparse=always "$work/installed.img" "$work/disk.img"
  sync -f "$work/disk.img"
}

# ---------------------------------------------------------------- starts

declare -A options=(
  [1]="the JDK, as it starts by itself"
  [2]="the JDK, with the launcher's options (one compiler, serial collector, small heap)"
  [3]="the runtime of jlink, the same options"
  [4]="the same, and the AOT cache: **as shipped**"
  [5]="the same, the cache checked whole at each start"
)
start() { # OPTION ARGUMENT...
  local option=$1
  shift
  case $option in
    1) "${prefix[@]}" "$jdk/bin/java" "@$lib/jvm-flags" "${main[@]}" "$@" ;;
    2) "${prefix[@]}" "$jdk/bin/java" "${with_flags[@]}" "${main[@]}" "$@" ;;
    3) "${prefix[@]}" "$lib/runtime/bin/java" "${with_flags[@]}" -XX:AOTMode=off "${main[@]}" "$@" ;;
    4) "${prefix[@]}" "$tree/usr/bin/lockstep" "$@" ;;
    5) "${prefix[@]}" "$lib/runtime/bin/java" "${with_flags[@]}" "-XX:AOTCache=$lib/lockstep.aot" -XX:+VerifySharedSpaces "${main[@]}" "$@" ;;
  esac
}

# Milliseconds to the first msync that succeeds: only the journal calls it, once a record. By seccomp nothing else is slowed down.
first_record() {
  local prefix=(strace -f --seccomp-bpf -ttt -e trace=execve,msync -e signal=none -o "$work/trace") code=0
  fresh_disk
  start "$1" "${first_boot[@]}" --stop-after Cleared >"$work/log" 2>&1 || code=$?
  [ "$code" = 10 ] || { cat "$work/log" >&2; exit 1; }
  awk 'NR == 1 { begin = $2 } /msync/ && / = 0$/ { printf "%.0f\n", ($2 - begin) * 1000; exit }' "$work/trace"
}

# Milliseconds of processor time of a run that ends soon after that record, its tools' among them.
processor() {
  local prefix=() TIMEFORMAT='%U %S'
  fresh_disk
  { time start "$1" "${first_boot[@]}" --stop-after Cleared >/dev/null 2>&1 || true; } 2>&1 | awk '{ printf "%.0f\n", ($1 + $2) * 1000 }'
}

# MiB at most resident in a whole first boot with keys of random bits.
resident() {
  local prefix=() pid
  fresh_disk
  mkdir -p "$work/tpm"
  start "$1" firstboot run --disk "$work/disk.img" --tpm2-device "swtpm:$work/tpm" --recovery-key-out "$work/recovery-key" >"$work/log" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    for each in "$pid" $(pgrep -P "$pid" || true); do cat "/proc/$each/status" 2>/dev/null || true; done
    sleep 0.02
  done | awk '/^Name:/ { java = $2 == "java" } java && /^VmHWM:/ && $2 > most { most = $2 } END { printf "%d\n", most / 1024 }'
  wait "$pid" || { cat "$work/log" >&2; exit 1; }
  rm -rf "$work/tpm"
}

spread() { sort -n | awk '{ v[NR] = $1 } END { m = int((NR + 1) / 2); printf "%d ms (%d to %d)", NR % 2 ? v[m] : (v[m] + v[m + 1]) / 2, v[1], v[NR] }'; }

for round in $(seq "$rounds"); do
  for turn in $(seq ${#options[@]}); do
    option=$(((turn + round) % ${#options[@]} + 1)) # turns at being first
    first_record "$option" >>"$work/record.$option"
    processor "$option" >>"$work/processor.$option"
  done
done
echo "$(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1); $(date -u +%F); $rounds rounds, medians (least to most); load $(cut -d' ' -f1-3 /proc/loadavg)"
echo
echo '| started with | first durable record, by the clock | processor time | resident at most |'
echo '|---|---|---|---|'
for option in $(seq ${#options[@]}); do
  printf '| %s | %s | %s | %s MiB |\n' "${options[$option]}" "$(spread <"$work/record.$option")" "$(spread <"$work/processor.$option")" "$(resident "$option")"
done

# ---------------------------------------------------------------- bytes

added() { # what a folder adds to an initrd
  (cd "$1" && find . -print0 | LC_ALL=C sort -z | cpio --null --quiet --reproducible -o -H newc | zstd -q -19 -T2 -c | wc -c) | awk '{ printf "%.1f MB", $1 / 1e6 }'
}
modules=$("$lib/runtime/bin/java" --list-modules | sed 's/@.*//' | paste -sd,)
variant() { # NAME: a copy of the tree to be changed
  rm -rf "$work/variant"
  cp -a "$tree" "$work/variant"
}
link() { # JLINK-OPTION...
  rm -rf "$work/variant/usr/lib/lockstep/runtime"
  "$jdk/bin/jlink" --add-modules "$modules" --no-header-files --no-man-pages "$@" --output "$work/variant/usr/lib/lockstep/runtime"
}
row() { printf '| %s | %s | %s MB |\n' "$1" "$(added "$work/variant")" "$(du -sm --apparent-size "$work/variant" | cut -f1)"; }
echo
echo '| in the tree | added to an initrd (cpio, zstd -19) | unpacked |'
echo '|---|---|---|'
variant; row '**as shipped**'
variant; rm "$work/variant/usr/lib/lockstep/lockstep.aot"; row 'without the AOT cache'
variant; link --strip-debug; row "jlink's own: unstripped libjvm, nothing left out"
variant; link; row 'the same with debug information'
variant; link --strip-debug --compress zip-6; row 'the same with jlink --compress zip-6'
variant; link --strip-debug --generate-cds-archive; row "the same with the JDK's own archive of classes"
variant; for jar in "$work"/variant/usr/lib/lockstep/jars/*.jar; do
  mkdir "$work/unpacked"; (cd "$work/unpacked" && "$jdk/bin/jar" xf "$jar" && rm "$jar" && "$jdk/bin/jar" cfM "$jar" .); rm -rf "$work/unpacked"
done; row 'as shipped, but jars deflated'
