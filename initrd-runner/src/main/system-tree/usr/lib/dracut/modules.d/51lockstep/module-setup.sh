#!/bin/bash
# dracut's side of Lockstep: puts the first-boot runner, and what it calls, into the initrd. All logic is in the runner.

lockstep_runtime=/usr/lib/lockstep

# Called by dracut: 0 puts the module in, 255 only where something asks for it, 1 never.
check() {
    if [[ ! -x "${dracutsysrootdir-}$lockstep_runtime/runtime/bin/java" ]]; then
        derror "lockstep: $lockstep_runtime/runtime is missing, so this initrd could not encrypt the disk; copy Lockstep's system tree again."
        return 1
    fi
    # Each is named, with the package that has it in Debian: an initrd without it would refuse on the machine, where nobody can mend it.
    local missing=0 tool
    for tool in systemd-creds:systemd systemd-cryptenroll:systemd setpriv:util-linux udevadm:udev; do
        if ! find_binary "${tool%%:*}" > /dev/null; then
            derror "lockstep: ${tool%%:*} is missing; install the package ${tool#*:}."
            missing=1
        fi
    done
    if [[ ! -x "${dracutsysrootdir-}$systemdutildir/systemd-cryptsetup" ]]; then
        derror "lockstep: $systemdutildir/systemd-cryptsetup is missing; install the package that has it (Debian 12: systemd; Debian 13: systemd-cryptsetup)."
        missing=1
    fi
    local library
    for library in libcryptsetup.so.12:libcryptsetup12 libtss2-esys.so.0:libtss2-esys-3.0.2-0 libtss2-rc.so.0:libtss2-rc0 \
        libtss2-mu.so.0:libtss2-mu0 libtss2-tcti-device.so.0:libtss2-tcti-device0; do
        if ! lockstep_has_library "${library%%:*}"; then
            derror "lockstep: ${library%%:*} is missing; install the package ${library#*:}."
            missing=1
        fi
    done
    return "$missing"
}

lockstep_has_library() {
    local folder
    for folder in $libdirs /usr/lib/*-linux-gnu /lib/*-linux-gnu; do
        [[ -e "${dracutsysrootdir-}$folder/$1" ]] && return 0
    done
    return 1
}

depends() {
    local all="systemd systemd-initrd rootfs-block dm crypt udev-rules kernel-modules fs-lib"
    # A boot splash shows the progress where the system has one.
    [[ -x "${dracutsysrootdir-}/usr/sbin/plymouthd" || -x "${dracutsysrootdir-}/sbin/plymouthd" ]] && all+=" plymouth"
    echo "$all"
}

# Not only what this machine uses: the first boot is another machine's, and the disk becomes what it is not yet.
installkernel() {
    hostonly='' instmods dm_mod dm_crypt loop ext4 xfs btrfs vfat exfat nls_cp437 nls_ascii nls_iso8859_1 nls_utf8 \
        aesni_intel xts sha256_generic algif_skcipher algif_hash crc32c_intel efivarfs \
        usb_storage uas sd_mod xhci_pci ehci_pci ohci_pci uhci_hcd mmc_block virtio_scsi
    hostonly='' instmods '=drivers/char/tpm'
}

install() {
    local file libraries=()
    inst_multiple systemd-creds systemd-cryptenroll setpriv udevadm systemctl modprobe
    inst_multiple -o systemd-ask-password blkdiscard "$systemdutildir/systemd-cryptsetup" "$systemdutildir/systemd-fsck" \
        fsck.ext4 e2fsck
    while IFS= read -r -d '' file; do
        inst_simple "${file#"${dracutsysrootdir-}"}"
        [[ $file == *.so || $file == */bin/java || $file == */jspawnhelper ]] && libraries+=("$file")
    done < <(find "${dracutsysrootdir-}$lockstep_runtime" -type f -print0)
    inst /usr/bin/lockstep
    # The runtime reads file names as UTF-8 only where the C library knows such a locale.
    for file in "${dracutsysrootdir-}"/usr/lib/locale/C.utf8/LC_* "${dracutsysrootdir-}"/usr/lib/locale/C.utf8/LC_MESSAGES/*; do
        [[ -f $file ]] && inst_simple "${file#"${dracutsysrootdir-}"}"
    done

    # Opened at run time by systemd's tools and by the runner, so that nothing is linked to them.
    local folder
    for folder in $libdirs /usr/lib/*-linux-gnu; do
        for file in "${dracutsysrootdir-}$folder"/libcryptsetup.so.12* "${dracutsysrootdir-}$folder"/cryptsetup/libcryptsetup-token-systemd-*.so \
            "${dracutsysrootdir-}$folder"/libtss2-{esys,sys,mu,rc,tcti-device}.so.* "${dracutsysrootdir-}$folder"/libfido2.so.1*; do
            [[ -e $file ]] && inst "${file#"${dracutsysrootdir-}"}" && libraries+=("$file")
        done
    done
    # dracut looks for the libraries of programs in the end, and not for those of libraries.
    while IFS= read -r file; do
        inst "$file"
    done < <("${DRACUT_LDD:-ldd}" "${libraries[@]}" 2> /dev/null | grep -oE '(=> |^[[:space:]])/[^ ]+' | grep -oE '/.*' | sort -u)

    # Policy and public keys only: an initrd is not encrypted, so a PIN or a password file has no place in it.
    for file in "${dracutsysrootdir-}"/etc/lockstep/policy.toml "${dracutsysrootdir-}"/etc/lockstep/*.pem; do
        [[ -e $file ]] || continue
        if grep -q "PRIVATE KEY" "$file"; then
            dfatal "lockstep: $file holds a private key, which an initrd can't keep; put the public part alone there."
            exit 1
        fi
        inst "${file#"${dracutsysrootdir-}"}"
    done

    inst_simple "$moddir/lockstep-firstboot.service" "$systemdsystemunitdir/lockstep-firstboot.service"
    $SYSTEMCTL -q --root "$initdir" add-requires initrd-root-device.target lockstep-firstboot.service
    local unit
    for unit in sysroot.mount systemd-fsck-root.service systemd-fsck@.service; do
        inst_simple "$moddir/after-firstboot.conf" "$systemdsystemunitdir/$unit.d/50-lockstep.conf"
    done
    inst_simple "$moddir/emergency.txt" "$lockstep_runtime/emergency.txt"
    inst_hook emergency 10 "$moddir/emergency.sh"
    dracut_need_initqueue
}
