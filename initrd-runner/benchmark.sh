#!/usr/bin/env bash
# Measures `lockstep firstboot run` beside raw `cryptsetup reencrypt` on the same image, taking turns; prints a table.
# Usage: initrd-runner/benchmark.sh [FOLDER [ROUNDS]]   FOLDER: where the images lie (default /var/tmp); ROUNDS: 5 unless told
# Needs root, cryptsetup, swtpm, e2fsprogs, 20 GB. Takes about a minute a round on a fast disk.
set -euo pipefail
[ $# -le 2 ] || { echo "usage: initrd-runner/benchmark.sh [FOLDER [ROUNDS]]" >&2; exit 2; }
folder=$(readlink -f "${1:-/var/tmp}")
rounds=${2:-5}
needed_bytes=20000000000 # the installed image, and a copy that every block of is there
export PATH=$PATH:/usr/sbin:/sbin
[ -d "$folder" ] || { echo "benchmark: $folder is no folder" >&2; exit 2; }
[[ $rounds =~ ^[1-9][0-9]?$ ]] || { echo "benchmark: ROUNDS is 1 to 99, not $rounds" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "benchmark: loop devices need root" >&2; exit 13; }
for tool in cryptsetup swtpm losetup sfdisk mkfs.ext4; do
  command -v "$tool" >/dev/null || { echo "benchmark: $tool is missing" >&2; exit 13; }
done
free_bytes=$(df --output=avail -B1 "$folder" | tail -1)
[ "$free_bytes" -ge "$needed_bytes" ] || { echo "benchmark: $folder has $free_bytes bytes free, $needed_bytes are needed" >&2; exit 13; }
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
./lockstep doctor >/dev/null || true # builds what is missing, before anything is measured

work=$(mktemp -d "$folder/lockstep-benchmark.XXXXXX")
loop=
finish() {
  [ -z "$loop" ] || losetup -d "$loop" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
TIMEFORMAT='%R %U %S' # seconds by the clock, of the processor, of the kernel; those of all children too

# source_tree MIB: a tree that is installed, random so that nothing is compressed or left out on the way.
source_tree() {
  mkdir -p "$work/source/usr/lib" "$work/source/boot" "$work/source/etc"
  echo 'ID=bench' >"$work/source/usr/lib/os-release"
  head -c 1M /dev/zero >"$work/source/boot/vmlinuz-1"
  head -c 1M /dev/zero >"$work/source/boot/initrd.img-1"
  rm -f "$work/source/usr/data"
  head -c "$1M" /dev/urandom >"$work/source/usr/data"
}

# Every block written, as on a disk, and nothing of it left to be written while we measure.
fresh_disk() {
  cp --sparse=never "$work/installed.img" "$work/disk.img"
  sync -f "$work/disk.img"
}

# The same partition, whole, as cryptsetup's own user would do it, but without a slow key derivation.
raw() {
  local start size
  fresh_disk
  read -r start size < <(sfdisk -J "$work/disk.img" | awk -F'[:,]' '/"start"/ { s = $2 } /"size"/ { z = $2 } END { printf "%.0f %.0f\n", s * 512, z * 512 }')
  loop=$(losetup --find --show --direct-io=on --offset "$start" --sizelimit "$size" "$work/disk.img")
  head -c 32 /dev/urandom >"$work/key"
  { time cryptsetup reencrypt --encrypt --type luks2 --reduce-device-size 32M --batch-mode --key-file "$work/key" \
    --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "$loop" >/dev/null 2>"$work/log" || failed; } 2>"$work/times"
  losetup -d "$loop"
  loop=
  cat "$work/times"
}

# Everything: the launcher, the JVM's start, keys, TPM, header, conversion, proofs, boot entry.
first_boot() {
  ./lockstep firstboot run --disk "$work/disk.img" --tpm2-device "swtpm:$work/tpm" --recovery-key-out "$work/recovery-key" >"$work/log" 2>&1
}
ours() {
  fresh_disk
  rm -rf "$work/tpm" "$work/recovery-key"
  mkdir "$work/tpm"
  { time first_boot || failed; } 2>"$work/times"
  cat "$work/times"
}
failed() {
  cat "$work/log" >/dev/tty 2>/dev/null || true
  kill $$
}

# The peak resident memory of the JVM and of the largest other process, in MiB: a run of its own, for looking costs time.
memory() {
  fresh_disk
  rm -rf "$work/tpm" "$work/recovery-key"
  mkdir "$work/tpm"
  first_boot &
  local pid=$!
  : >"$work/memory"
  while kill -0 "$pid" 2>/dev/null; do
    { echo "$pid"; pgrep -f "$work" || true; pgrep -P "$(pgrep -d, -f "$work" || echo "$pid")" || true; } | sort -u | while read -r each; do
      awk '/^Name/ { n = $2 } /^VmHWM/ { print n, $2 }' "/proc/$each/status" 2>/dev/null || true
    done >>"$work/memory"
    sleep 0.02
  done
  wait "$pid" || failed
  awk '$1 == "java" { if ($2 > j) j = $2; next } $1 ~ /^(swtpm|systemd|setpriv)/ { if ($2 > c) { c = $2; n = $1 } }
    END { printf "%d MiB; %s %d MiB\n", j / 1024, n, c / 1024 }' "$work/memory"
}

median() { sort -n | awk '{ v[NR] = $1 } END { m = int((NR + 1) / 2); printf "%.2f", NR % 2 ? v[m] : (v[m] + v[m + 1]) / 2 }'; }

compare() { # WHAT DISK-SIZE CONTENT-MIB EXTENT BUDGET
  source_tree "$3"
  rm -f "$work/installed.img"
  ./lockstep install to-disk --source "$work/source" --size "$2" --extent "$4" --bootloader none "$work/installed.img" >"$work/log" 2>&1 \
    || { cat "$work/log" >&2; exit 1; }
  local round t tu ts o ou os ratio
  : >"$work/rounds"
  for round in $(seq "$rounds"); do
    if ((round % 2)); then
      read -r t tu ts < <(raw)
      read -r o ou os < <(ours)
    else # the other way round: who comes second finds another disk
      read -r o ou os < <(ours)
      read -r t tu ts < <(raw)
    fi
    awk -v t="$t" -v o="$o" -v tc="$tu" -v ts="$ts" -v oc="$ou" -v os="$os" 'BEGIN { print t, o, tc + ts, oc + os, o / t, o - t }' >>"$work/rounds"
  done
  column() { cut -d' ' -f"$1" "$work/rounds" | median; }
  ratio=$(column 5)
  printf '| %s | %s s | %s s | %s × (%s) | %s × | %s | %s s, %s s | %s |\n' "$1" "$(column 1)" "$(column 2)" "$ratio" \
    "$(cut -d' ' -f5 "$work/rounds" | sort -n | awk '{ v[NR] = $1 } END { printf "%.2f to %.2f", v[1], v[NR] }')" "$5" \
    "$(awk -v r="$ratio" -v b="$5" 'BEGIN { print r <= b ? "met" : "**missed**" }')" "$(column 3)" "$(column 4)" "$(memory)"
}

echo "$(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1); $(stat -f -c %T "$folder") on $(df --output=source "$folder" | tail -1); $(date -u +%F); $rounds rounds; load $(cut -d' ' -f1-3 /proc/loadavg) at the beginning"
echo
echo '| what | cryptsetup reencrypt | firstboot run | ratio (from, to) | budget | | processor: theirs, ours | peak resident: JVM; largest other |'
echo '|---|---|---|---|---|---|---|---|'
compare "512 MiB, filesystem over the whole partition" 700M 300 whole 1.10
compare "4 GiB, filesystem over the whole partition" 4400M 1000 whole 1.10
compare "1 GiB of data on 8 GiB" 8400M 1024 used 0.2
echo
echo "medians; load $(cut -d' ' -f1-3 /proc/loadavg) at the end"
