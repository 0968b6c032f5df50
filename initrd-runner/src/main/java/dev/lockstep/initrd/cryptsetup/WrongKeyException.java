package dev.lockstep.initrd.cryptsetup;

import java.util.List;

/** The key given opens no keyslot. */
public final class WrongKeyException extends CryptException {
  private static final long serialVersionUID = 1L;

  WrongKeyException(String call, int errno, List<String> libraryLog) {
    super(call, errno, libraryLog);
  }
}
