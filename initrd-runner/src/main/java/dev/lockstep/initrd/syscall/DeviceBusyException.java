package dev.lockstep.initrd.syscall;

import java.io.IOException;
import java.nio.file.Path;

/** A device could not be had exclusively: it is mounted, mapped, or claimed by another process. */
public final class DeviceBusyException extends IOException {
  private static final long serialVersionUID = 1L;

  DeviceBusyException(Path device, ErrnoException cause) {
    super(
        device + " is in use (mounted, mapped or claimed): free it first, see lsblk " + device,
        cause);
  }
}
