#!/usr/bin/env bash
# The whole first boot inside a virtual machine that has device-mapper, so that the filesystem grows on the opened volume;
# the machine is killed while it grows, again and again, and of what was not flushed by then any mixture of sectors is kept
# (CutDisk); once only the runner is killed, which leaves its volume open. Each time the next run must end, and the disk,
# looked at from outside, must hold every file in a sound filesystem that reaches to the volume's end.
# Takes the filesystem (ext4, xfs, btrfs), how often to kill (3), and a seed. KEEP=1 leaves the working folder.
# Needs root for loop devices, QEMU, busybox, a kernel with its modules, the filesystem's tools.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
filesystem=${1:-ext4}
count=${2:-3}
seed=${3:-$(date +%s)}
say() { echo "qemu-growth: $*" >&2; }
case $filesystem in ext4 | xfs | btrfs) ;; *) say "ext4, xfs or btrfs, not $filesystem"; exit 2 ;; esac
[[ $count =~ ^[0-9]{1,4}$ && $seed =~ ^[0-9]{1,12}$ ]] || { say "the count is 0 to 9999, the seed a number"; exit 2; }
[ "$(id -u)" = 0 ] || { say "loop devices need root"; exit 13; }
PATH=$PATH:/usr/sbin:/sbin
missing() { say "$1 is missing: apt-get install --no-install-recommends $2"; exit 13; }
command -v qemu-system-x86_64 >/dev/null || missing QEMU qemu-system-x86
command -v busybox >/dev/null || missing busybox busybox-static
command -v cpio >/dev/null || missing cpio cpio
command -v "mkfs.$filesystem" >/dev/null || missing "mkfs.$filesystem" "e2fsprogs xfsprogs btrfs-progs"
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
[ -n "$java" ] || { say "a JDK 25 with jlink is missing: point JAVA_HOME at it"; exit 13; }
cryptsetup=$(ldconfig -p | awk '/libcryptsetup.so.12 .*x86-64/ { print $NF; exit }')
[ -n "$cryptsetup" ] || missing libcryptsetup.so.12 libcryptsetup12

./lockstep install --help >/dev/null # builds what is missing
work=$(mktemp -d "${TMPDIR:-/tmp}/lockstep-qemu-growth.XXXXXX")
qemu=
clean() {
  [ -z "$qemu" ] || kill -KILL "$qemu" 2>/dev/null || true
  [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

# ---------------------------------------------------------------- the guest: busybox, a Java runtime, the runner

root=$work/root
mkdir -p "$root"/{bin,etc,lib,proc,sys,dev,keys,run,tmp,app}
"$java/bin/jlink" --output "$root/jdk" --add-modules java.base,java.logging,java.management,java.naming,jdk.unsupported,java.xml \
  --strip-debug --no-header-files --no-man-pages
cp "$(command -v busybox)" "$root/bin/busybox"
echo 'root:x:0:0:root:/:/bin/sh' >"$root/etc/passwd"
copy_library() { mkdir -p "$root$(dirname "$1")"; cp -L "$1" "$root$1"; }
copy_library "$cryptsetup"
while read -r library; do copy_library "$library"; done < <(
  ldd "$cryptsetup" "$root/jdk/bin/java" "$root"/jdk/lib/*.so "$root/jdk/lib/server/libjvm.so" 2>/dev/null |
    grep -oE '/[^ ]+\.so[.0-9]*' | grep -v "^$root" | grep -v ':$' | sort -u)
cp initrd-runner/target/initrd-runner-*.jar "$root/app/runner.jar"
cp -r initrd-runner/target/lib "$root/app/lib"
grep -v ErrorFile .mvn/lockstep-jvm-flags >"$root/app/flags"
printf '[tpm2]\nenrol = false\n[keyfile]\npath = "/keys/keyfile"\n' >"$root/app/policy.toml"
modules=()
for module in virtio_pci virtio_blk loop dm_crypt aesni_intel xts algif_skcipher ext4 crc32c_intel "$filesystem"; do
  while read -r what file _; do
    [ "$what" = insmod ] || continue
    name=$(basename "$file")
    [ -e "$root/lib/$name" ] || modules+=("$name")
    cp "$file" "$root/lib/$name"
  done < <(modprobe -S "$kernel" --show-depends "$module" 2>/dev/null || true)
done
{
  cat <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin LC_ALL=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
INIT
  for module in "${modules[@]}"; do echo "insmod /lib/$module 2>/dev/null"; done
  cat <<'INIT'
exec >/dev/ttyS1 2>&1
stty raw -F /dev/ttyS1
mount -t ext4 /dev/vdb /keys || echo "failed to mount the keys"
argument() { sed -n "s/.*lockstep\.$1=\([^ ]*\).*/\1/p" /proc/cmdline; }
first_boot() {
  if [ -s /keys/recovery-key ]; then set -- "$@" --key-file /keys/recovery-key; fi
  exec /jdk/bin/java @/app/flags -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -Xmx192m -cp "/app/runner.jar:/app/lib/*" \
    dev.lockstep.initrd.cli.RunnerMain firstboot run --disk /dev/vda --tpm2-device none --policy /app/policy.toml \
    --recovery-key-out /keys/recovery-key --json "$@"
}
if [ -n "$(argument killer)" ]; then
  for number in 1 2 3 4 5 6; do
    (first_boot) >/run/out 2>&1 &
    runner=$!
    until grep -q settle-growth /run/out; do kill -0 $runner 2>/dev/null || break; usleep 20000; done
    for tenth in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
      [ -z "$(ls /dev/mapper | grep -v control)" ] || break
      usleep 100000
    done
    usleep $((number * 60000))
    kill -KILL $runner
    wait $runner
    left=$(ls /dev/mapper | grep -v control)
    echo "killed the runner; left open: ${left:-nothing}"
    [ -z "$left" ] || break
  done
fi
stop=$(argument stop)
if [ -n "$stop" ]; then (first_boot --stop-after "$stop"); else (first_boot); fi
echo "ended: $?; open: $(ls /dev/mapper | grep -v control)"
umount /keys
sync
reboot -f
INIT
} >"$root/init"
chmod +x "$root/init"
(cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) >"$work/initrd"

# ---------------------------------------------------------------- the disk

source=$work/source
mkdir -p "$source"/{usr/lib,usr/bin,boot,etc,home}
echo 'ID=tiny' >"$source/usr/lib/os-release"
head -c 1M /dev/urandom >"$source/boot/vmlinuz-1"
head -c 1M /dev/urandom >"$source/boot/initrd.img-1"
head -c 12M /dev/urandom >"$source/usr/bin/program"
ln "$source/usr/bin/program" "$source/usr/bin/same"
ln -s usr/bin "$source/bin"
for ((file = 0; file < 200; file++)); do head -c $((file * 61)) /dev/urandom >"$source/home/$file"; done
./lockstep install to-disk --source "$source" --size 1536M --filesystem "$filesystem" --bootloader none "$work/installed" >&2
truncate -s 32M "$work/keys"
mkdir "$work/at-first"
head -c 64 /dev/urandom >"$work/at-first/keyfile"
mkfs.ext4 -q -d "$work/at-first" "$work/keys"

# boot DISK LOG KERNEL-ARGUMENT...: starts the machine; LOG is empty where nothing is to be logged
boot() {
  local disk=$1 log=$2 drive=()
  shift 2
  : >"$work/serial"
  if [ -n "$log" ]; then
    rm -f "$log"
    : >"$log"
    drive=(-blockdev "driver=file,filename=$log,node-name=l0"
      -blockdev driver=blklogwrites,node-name=w0,file=f0,log=l0,log-sector-size=512 -device virtio-blk-pci,drive=w0)
  else
    drive=(-device virtio-blk-pci,drive=f0)
  fi
  qemu-system-x86_64 -accel tcg -cpu max,-avx,-avx2 -m 2048 -nodefaults -display none -no-reboot \
    -kernel "/boot/vmlinuz-$kernel" -initrd "$work/initrd" -append "console=ttyS0 quiet loglevel=3 panic=-1 rdinit=/init $*" \
    -serial "file:$work/console" -serial "file:$work/serial" \
    -blockdev "driver=file,filename=$disk,node-name=f0" "${drive[@]}" \
    -blockdev "driver=file,filename=$work/keys,node-name=k0" -device virtio-blk-pci,drive=k0 &
  qemu=$!
}
gone() { say "$1; the guest said: $(tail -n 5 "$work/serial"; tail -n 5 "$work/console")"; exit "${2:-1}"; }
finished() {
  local second
  for ((second = 0; second < 600; second++)); do
    kill -0 "$qemu" 2>/dev/null || break
    sleep 1
  done
  [ "$second" -lt 600 ] || gone "the machine did not end within ten minutes"
  wait "$qemu" || true
  qemu=
  grep -aq "^ended: $1; open: *.\?$" "$work/serial" || gone "the first boot did not end with exit code $1" 30
}
# From outside: sound, every file, and no room left behind.
look() {
  local type size volume
  "$java/bin/java" @.mvn/lockstep-jvm-flags -cp "initrd-runner/target/test-classes:initrd-runner/target/classes:initrd-runner/target/lib/*" \
    dev.lockstep.initrd.runner.DecryptedCopy "$1" "$work/recovery-key" "$work/plain" >"$work/told" || { say "it can't be decrypted"; exit 30; }
  read -r type size volume <"$work/told"
  [ "$type" = "$filesystem" ] || { say "the volume holds $type"; exit 30; }
  [ $((volume - size)) -lt $((128 << 20)) ] || { say "it has $size of $volume bytes: it did not grow"; exit 30; }
  case $type in
    ext4) e2fsck -fn "$work/plain" ;;
    xfs) xfs_repair -n -f "$work/plain" ;;
    btrfs) btrfs check --readonly "$work/plain" ;;
  esac >"$work/fsck" 2>&1 || { say "it is damaged: $(tail -n 5 "$work/fsck")"; exit 30; }
  mkdir -p "$work/mounted"
  # shellcheck disable=SC2016
  unshare -m sh -c 'mount -o ro,loop "$0" "$1" || echo "it can not be mounted"; diff -r --no-dereference --exclude=boot --exclude=lost+found --exclude=efi "$2" "$1" | grep -vE "^Only in $1/etc: (crypttab|fstab|systemd)$"' \
    "$work/plain" "$work/mounted" "$source" >"$work/differences" || true
  [ ! -s "$work/differences" ] || { say "files differ: $(head -n 3 "$work/differences")"; exit 30; }
  ./lockstep journal show "$1" >"$work/journal"
  grep -q 'grown from .* on the opened volume' "$work/journal" || { say "the journal does not tell of growth: $(grep -i grow "$work/journal" || true)"; exit 30; }
  told="$((size >> 20)) of $((volume >> 20)) MiB, every file there; $(grep -o 'grown from .* MiB' "$work/journal")"
}

RANDOM=$((seed % 32768))
began=$SECONDS
cp --sparse=always "$work/installed" "$work/converted"
boot "$work/converted" "" lockstep.stop=MovedSegmentWiped
finished 10
debugfs -R "dump /recovery-key $work/recovery-key" "$work/keys" 2>/dev/null
chmod 600 "$work/recovery-key"
say "$filesystem: converted in the guest, $((SECONDS - began)) s"

cp --sparse=always "$work/converted" "$work/disk"
boot "$work/disk" "" lockstep.killer=1
finished 0
look "$work/disk"
echo "$filesystem: $(grep -a '^killed' "$work/serial" | tr -d '\r' | tr '\n' ';') next run: $told"

for ((number = 1; number <= count; number++)); do
  cp --sparse=always "$work/converted" "$work/disk"
  cp --sparse=always "$work/disk" "$work/running"
  boot "$work/running" "$work/log"
  for ((tenth = 0; tenth < 3000; tenth++)); do
    if grep -aq 'intended.settle-growth' "$work/serial"; then break; fi
    kill -0 "$qemu" 2>/dev/null || gone "the machine ended by itself"
    sleep 0.1
  done
  wait_ms=$((RANDOM % 2500))
  sleep "$((wait_ms / 1000)).$(printf %03d $((wait_ms % 1000)))"
  logged=$(stat -c %s "$work/log")
  sleep 0.3
  kill -KILL "$qemu"
  wait "$qemu" 2>/dev/null || true
  qemu=
  grown=$(grep -ac 'completed.growth-settled' "$work/serial" || true)
  cut=$("$java/bin/java" -cp journal/target/test-classes dev.lockstep.journal.generation.CutDisk "$work/disk" "$work/log" "$((seed + number))" "$logged")
  boot "$work/disk" ""
  finished 0
  look "$work/disk"
  echo "$filesystem: kill $number $wait_ms ms into the growth (outcome told: $grown); $cut; next boot: $told"
done
echo "$filesystem: grown, and $count machines killed in it, none lost; $((SECONDS - began)) s; seed $seed"
