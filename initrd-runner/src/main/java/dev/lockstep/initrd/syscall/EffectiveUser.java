package dev.lockstep.initrd.syscall;

/**
 * Who the kernel takes this process for. The JVM's own {@code user.name} is no answer: it comes
 * from /etc/passwd, which the initrd of initramfs-tools does not have.
 */
public final class EffectiveUser {

  private EffectiveUser() {}

  public static boolean isRoot() {
    return Libc.GETEUID.call() == 0;
  }
}
