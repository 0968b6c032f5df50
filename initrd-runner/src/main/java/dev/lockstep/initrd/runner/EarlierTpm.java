package dev.lockstep.initrd.runner;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.Luks2Header;
import dev.lockstep.initrd.cryptsetup.Token;
import java.io.IOException;
import java.util.List;

/**
 * The slots of a TPM that is gone. Their tokens get a type that no tool for TPMs looks for, all
 * else in them stays: who needs them after all gives them the old type back.
 *
 * <pre>
 *   {"type": "systemd-tpm2", "keyslots": ["1"], "tpm2-blob": …}
 *   {"type": "lockstep-earlier-tpm2", "keyslots": ["1"], "tpm2-blob": …}
 * </pre>
 */
final class EarlierTpm {

  private static final String IN_USE = "systemd-tpm2";
  private static final String SET_ASIDE = "lockstep-earlier-tpm2";

  private EarlierTpm() {}

  /** Each token in one update of the header: a cut leaves it as it was or set aside. */
  static void setAside(CryptDevice device, Luks2Header header) throws IOException {
    for (Token token : of(header, IN_USE)) {
      if (header.json().path("tokens").path(token.id() + "") instanceof ObjectNode json) {
        int _ = device.tokens().set(token.id(), json.deepCopy().put("type", SET_ASIDE).toString());
      }
    }
  }

  static boolean isSetAside(Luks2Header header) {
    return !of(header, SET_ASIDE).isEmpty();
  }

  /** The slot goes first: a token without one is found again. */
  static void remove(CryptDevice device, Luks2Header header) throws IOException {
    for (Token token : of(header, SET_ASIDE)) {
      for (int keyslot : token.keyslots()) {
        device.keyslots().destroy(keyslot);
      }
      device.tokens().remove(token.id());
    }
  }

  private static List<Token> of(Luks2Header header, String type) {
    return header.metadata().tokens().stream().filter(token -> token.type().equals(type)).toList();
  }
}
