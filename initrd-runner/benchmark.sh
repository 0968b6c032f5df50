#!/usr/bin/env bash
# Measures `lockstep firstboot run` beside raw `cryptsetup reencrypt` on the same image, taking turns; prints a table.
# Usage: initrd-runner/benchmark.sh [FOLDER [ROUNDS]]   FOLDER: where the images lie (default /var/tmp; some 40 GB are needed)
# Needs root, cryptsetup, swtpm, e2fsprogs. Takes some ten minutes a round.
set -euo pipefail
[ $# -le 2 ] || { echo "usage: initrd-runner/benchmark.sh [FOLDER [ROUNDS]]" >&2; exit 2; }
folder=$(readlink -f "${1:-/var/tmp}")
rounds=${2:-1}
[ -d "$folder" ] || { echo "benchmark: $folder is no folder" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "benchmark: loop devices need root" >&2; exit 13; }
for tool in cryptsetup swtpm losetup sfdisk mkfs.ext4; do
  command -v "$tool" >/dev/null || { echo "benchmark: $tool is missing" >&2; exit 13; }
done
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
./lockstep --help >/dev/null

work=$(mktemp -d "$folder/lockstep-benchmark.XXXXXX")
loop=
finish() {
  [ -z "$loop" ] || losetup -d "$loop" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# source MIB: a tree that is installed, random so that nothing is compressed or left out on the way.
source_tree() {
  mkdir -p "$work/source/usr/lib" "$work/source/boot" "$work/source/etc"
  echo 'ID=bench' >"$work/source/usr/lib/os-release"
  head -c 1M /dev/zero >"$work/source/boot/vmlinuz-1"
  head -c 1M /dev/zero >"$work/source/boot/initrd.img-1"
  rm -f "$work/source/usr/data"
  head -c "$1M" /dev/urandom >"$work/source/usr/data"
}
now() { date +%s.%N; }
minus() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a - b }'; }

# The same partition, whole, as cryptsetup's own user would do it.
raw() {
  cp --sparse=always "$work/installed.img" "$work/disk.img"
  local start size before
  read -r start size < <(sfdisk -J "$work/disk.img" | awk -F'[:,]' '/"start"/ { s = $2 } /"size"/ { z = $2 } END { print s * 512, z * 512 }')
  loop=$(losetup --find --show --direct-io=on --offset "$start" --sizelimit "$size" "$work/disk.img")
  head -c 32 /dev/urandom >"$work/key"
  sync "$work/disk.img"
  before=$(now)
  cryptsetup reencrypt --encrypt --type luks2 --reduce-device-size 32M --batch-mode --key-file "$work/key" \
    --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "$loop" >/dev/null 2>&1
  minus "$(now)" "$before"
  losetup -d "$loop"
  loop=
}

# Everything: the JVM's start, keys, TPM, header, conversion, proofs, boot entry. Also the peak of its resident memory, in MiB.
ours() {
  cp --sparse=always "$work/installed.img" "$work/disk.img"
  rm -rf "$work/tpm" "$work/recovery-key"
  mkdir "$work/tpm"
  sync "$work/disk.img"
  local before peak=0 kibibytes pid java
  before=$(now)
  ./lockstep firstboot run --disk "$work/disk.img" --tpm2-device "swtpm:$work/tpm" --recovery-key-out "$work/recovery-key" >"$work/log" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    for java in "$pid" $(pgrep -P "$pid" || true); do
      kibibytes=$(awk '/^VmHWM/ { print $2 }' "/proc/$java/status" 2>/dev/null || true)
      [ "${kibibytes:-0}" -le "$peak" ] || peak=$kibibytes
    done
    sleep 0.1
  done
  wait "$pid" || { cat "$work/log" >&2; exit 1; }
  echo "$(minus "$(now)" "$before") $((peak / 1024))"
}

compare() { # WHAT DISK-SIZE CONTENT-MIB EXTENT BUDGET
  source_tree "$3"
  rm -f "$work/installed.img"
  ./lockstep install to-disk --source "$work/source" --size "$2" --extent "$4" --bootloader none "$work/installed.img" >"$work/log" 2>&1 \
    || { cat "$work/log" >&2; exit 1; }
  local round theirs mine mebibytes
  for round in $(seq "$rounds"); do
    theirs=$(raw)
    read -r mine mebibytes < <(ours)
    awk -v what="$1" -v round="$round" -v t="$theirs" -v o="$mine" -v m="$mebibytes" -v b="$5" 'BEGIN {
      printf "| %s, round %d | %.1f s | %.1f s | %.2f × | %s × | %s | %d MiB |\n", what, round, t, o, o / t, b, (o / t <= b ? "met" : "**missed**"), m }'
  done
}

echo "$(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1); $(stat -f -c %T "$folder") on $(df --output=source "$folder" | tail -1); $(date -u +%F); load $(cut -d' ' -f1-3 /proc/loadavg) at the beginning"
echo
printf '| what | cryptsetup reencrypt | firstboot run | ratio | budget | | peak resident |\n|---|---|---|---|---|---|---|\n'
compare "512 MiB, filesystem over the whole partition" 700M 300 whole 1.10
compare "4 GiB, filesystem over the whole partition" 4400M 1000 whole 1.10
compare "1 GiB of data on 8 GiB" 8400M 1024 used 0.2
echo
echo "load $(cut -d' ' -f1-3 /proc/loadavg) at the end"
