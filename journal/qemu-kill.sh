#!/usr/bin/env bash
# Kills a whole machine in the midst of its appends, again and again: QEMU boots Linux and a journal on a virtio disk,
# and gets SIGKILL at a random moment. Of what the guest had not flushed by then any mixture of sectors is kept
# (CutDisk), so that a missing flush shows. The next boot must find every record that was acknowledged. The cut is laid
# between any two writes or flushes of the last 0.3 s, as kills by the clock nearly always come when all is flushed.
# Takes the filesystem (ext4 or vfat), how often to kill (20), and a seed. KEEP=1 leaves the working folder.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
filesystem=${1:-ext4}
count=${2:-20}
seed=${3:-$(date +%s)}
case $filesystem in ext4 | vfat) ;; *) echo "qemu-kill: ext4 or vfat, not $filesystem" >&2; exit 2 ;; esac
[[ $count =~ ^[1-9][0-9]{0,4}$ && $seed =~ ^[0-9]{1,12}$ ]] || { echo "qemu-kill: the count is 1 to 99999, the seed a number" >&2; exit 2; }

missing() { echo "qemu-kill: $1 is missing: apt-get install --no-install-recommends $2" >&2; exit 13; }
command -v qemu-system-x86_64 >/dev/null || missing "QEMU" qemu-system-x86
command -v busybox >/dev/null || missing "busybox" busybox-static
command -v cpio >/dev/null || missing "cpio" cpio
PATH=$PATH:/usr/sbin:/sbin
command -v "mkfs.$filesystem" >/dev/null || missing "mkfs.$filesystem" "e2fsprogs dosfstools"
kernel=
for image in /boot/vmlinuz-*; do
  [ -r "$image" ] && [ -d "/lib/modules/${image#/boot/vmlinuz-}" ] && kernel=${image#/boot/vmlinuz-}
done
[ -n "$kernel" ] || missing "a kernel with its modules" linux-image-cloud-amd64
java=
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/*; do
  release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release" 2>/dev/null || true)
  if [ -x "$home/bin/jlink" ] && [ "${release:-0}" -ge 25 ]; then java=$home; break; fi
done
[ -n "$java" ] || { echo "qemu-kill: a JDK 25 with jlink is missing: point JAVA_HOME at it" >&2; exit 13; }

mvn -B -q package -DskipTests -pl journal -am >&2
work=$(mktemp -d "${TMPDIR:-/tmp}/lockstep-qemu-kill.XXXXXX")
qemu=
clean() {
  [ -z "$qemu" ] || kill -KILL "$qemu" 2>/dev/null || true
  [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

# The guest: busybox, a Java runtime, the journal and its tests' program.
root=$work/root
mkdir -p "$root"/{bin,lib,proc,sys,dev,mnt,run,tmp,app/lib}
"$java/bin/jlink" --output "$root/jdk" --add-modules java.base,java.logging,java.management,java.naming,jdk.unsupported,java.xml \
  --strip-debug --no-header-files --no-man-pages
cp "$(command -v busybox)" "$root/bin/busybox"
copy_library() { mkdir -p "$root$(dirname "$1")"; cp -L "$1" "$root$1"; }
while read -r library; do copy_library "$library"; done < <(
  ldd "$root/jdk/bin/java" "$root"/jdk/lib/*.so "$root/jdk/lib/server/libjvm.so" 2>/dev/null | grep -oE '/[^ ]+\.so[.0-9]*' | grep -v "^$root" | grep -v ':$' | sort -u)
cp -r journal/target/classes "$root/app/journal"
cp -r journal/target/test-classes "$root/app/tests"
cp -r statemachine/target/classes "$root/app/statemachine"
cp journal/target/lib/*.jar "$root/app/lib/"
grep -v ErrorFile .mvn/lockstep-jvm-flags >"$root/app/flags"
modules=()
for module in virtio_pci virtio_blk nls_cp437 nls_ascii "$filesystem"; do
  while read -r what file _; do
    [ "$what" = insmod ] || continue
    name=$(basename "$file")
    [ -e "$root/lib/$name" ] || modules+=("$name")
    cp "$file" "$root/lib/$name"
  done < <(modprobe -S "$kernel" --show-depends "$module")
done
{
  cat <<'INIT'
#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t tmpfs tmpfs /run
INIT
  for module in "${modules[@]}"; do echo "/bin/busybox insmod /lib/$module"; done
  cat <<INIT
exec >/dev/ttyS1 2>&1
/bin/busybox stty raw -F /dev/ttyS1
/bin/busybox mount -t $filesystem /dev/vda /mnt || echo "failed to mount"
/jdk/bin/java @/app/flags -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -Xmx128m \
  -cp "/app/journal:/app/tests:/app/statemachine:/app/lib/*" \
  dev.lockstep.journal.generation.BootLoopProcess /mnt/journal /run/scratch 1000000
echo "failed: the program ended"
/bin/busybox sleep 1000
INIT
} >"$root/init"
chmod +x "$root/init"
(cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) >"$work/initrd"

truncate -s 48M "$work/disk"
case $filesystem in
  ext4) mkfs.ext4 -q -F "$work/disk" ;;
  vfat) mkfs.vfat "$work/disk" >/dev/null ;;
esac

# Every acknowledged record of the last 300 must be there (older ones were looked at by earlier boots, and may be folded).
check() {
  tr -d '\r' <"$work/serial" | grep -aE '^has [0-9]+ [0-9a-f]{64}$' | cut -c5- | sort >"$work/has" || true
  tail -n 300 "$work/acknowledged" | sort >"$work/wanted"
  lost=$(comm -23 "$work/wanted" "$work/has" | wc -l)
  if [ "$lost" -gt 0 ]; then
    echo "kill $1: $lost acknowledged records are lost, the first: $(comm -23 "$work/wanted" "$work/has" | sort -n | head -1)" >&2
    exit 30
  fi
  if grep -a '^damage' "$work/serial" >&2; then exit 30; fi
}

RANDOM=$((seed % 32768))
: >"$work/acknowledged"
checked=0
began=$SECONDS
for ((number = 1; number <= count + 1; number++)); do
  cp --sparse=always "$work/disk" "$work/running"
  rm -f "$work/log"
  : >"$work/log"
  : >"$work/serial"
  qemu-system-x86_64 -accel tcg -cpu max -m 512 -nodefaults -display none -no-reboot \
    -kernel "/boot/vmlinuz-$kernel" -initrd "$work/initrd" -append "console=ttyS0 quiet loglevel=1 panic=-1 rdinit=/init" \
    -serial "file:$work/console" -serial "file:$work/serial" \
    -blockdev "driver=file,filename=$work/running,node-name=f0" -blockdev "driver=file,filename=$work/log,node-name=l0" \
    -blockdev driver=blklogwrites,node-name=w0,file=f0,log=l0,log-sector-size=512 \
    -device virtio-blk-pci,drive=w0 &
  qemu=$!
  # One kill in four may hit the first opening after a cut; the others come while it appends, opens and folds.
  moment=opened
  if [ $((RANDOM % 4)) -eq 0 ] && [ "$number" -le "$count" ]; then moment=starting; fi
  for ((tenth = 0; tenth < 1200; tenth++)); do
    if grep -aqE "^($moment|failed)" "$work/serial"; then break; fi
    kill -0 "$qemu" 2>/dev/null || { echo "qemu-kill: QEMU ended by itself; its console: $(tail -n 5 "$work/console")" >&2; exit 1; }
    sleep 0.1
  done
  [ "$tenth" -lt 1200 ] || { echo "qemu-kill: the guest did not start within two minutes; its console: $(tail -n 5 "$work/console")" >&2; exit 1; }
  wait_ms=$((RANDOM % 3000))
  sleep "$((wait_ms / 1000)).$(printf %03d $((wait_ms % 1000)))"
  cp "$work/serial" "$work/told" # before the log's size: what was acknowledged by then lies within it
  logged=$(stat -c %s "$work/log")
  sleep 0.3
  kill -KILL "$qemu"
  wait "$qemu" 2>/dev/null || true
  qemu=
  if grep -a '^failed' "$work/serial" >&2; then exit 30; fi
  if grep -aq '^opened' "$work/serial"; then
    check "$number"
    checked=$((checked + 1))
  fi
  tr -d '\r' <"$work/told" | grep -aE '^ack [0-9]+ [0-9a-f]{64}$' | cut -c5- >>"$work/acknowledged" || true
  echo "kill $number at $moment + $wait_ms ms: $(wc -l <"$work/acknowledged") acknowledged; $("$java/bin/java" -cp journal/target/test-classes \
    dev.lockstep.journal.generation.CutDisk "$work/disk" "$work/log" "$((seed + number))" "$logged")"
done
echo "$filesystem: $count machines killed, and one more to look; $checked openings checked, $(wc -l <"$work/acknowledged") records acknowledged, none lost; $((SECONDS - began)) s; seed $seed"
