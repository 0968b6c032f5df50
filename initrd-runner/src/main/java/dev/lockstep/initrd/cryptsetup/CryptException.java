package dev.lockstep.initrd.cryptsetup;

import dev.lockstep.initrd.syscall.Errno;
import java.io.IOException;
import java.util.List;

/**
 * A libcryptsetup call failed: which, its error, and what the library logged meanwhile. The library
 * logs no key, and no key is put in here.
 */
public class CryptException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final int errno;
  private final List<String> libraryLog;

  CryptException(String call, int errno, List<String> libraryLog) {
    super(
        call
            + ": "
            + Errno.text(errno)
            + " (errno "
            + errno
            + ")"
            + (libraryLog.isEmpty() ? "" : "; cryptsetup said: " + String.join(" ", libraryLog)));
    this.call = call;
    this.errno = errno;
    this.libraryLog = List.copyOf(libraryLog);
  }

  /** The function of libcryptsetup.h. */
  public String call() {
    return call;
  }

  /** The positive error number, see {@link Errno}. */
  public int errno() {
    return errno;
  }

  /** The library's messages during the call, oldest first, bounded. */
  public List<String> libraryLog() {
    return libraryLog;
  }
}
