package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.initrd.tpm.TokenWishes;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keys that the operator brings, each a file that is read when it is needed and never kept.
 *
 * @param password one newline at its end does not belong to it
 * @param keyFile every byte of it counts
 * @param pin for the TPM; one newline at its end does not belong to it
 * @param asksPassword whether the password is typed by whoever is there, and kept in memory only
 * @param tokens what slots that a device opens are made of
 */
public record OperatorKeys(
    Option<Path> password,
    Option<Path> keyFile,
    Option<Path> pin,
    boolean asksPassword,
    TokenWishes tokens) {

  /** None are brought. */
  public static final OperatorKeys NONE =
      new OperatorKeys(Option.none(), Option.none(), Option.none());

  private static final int LONGEST_KEY_BYTES = 4096;

  /** Each from a file. */
  public OperatorKeys(Option<Path> password, Option<Path> keyFile, Option<Path> pin) {
    this(password, keyFile, pin, false, TokenWishes.NONE);
  }

  /** The password, where its file is there now; the caller closes it. */
  Option<Secret> readPassword() throws IOException {
    return readLine(password);
  }

  /** The TPM's PIN, where its file is there now; the caller closes it. */
  Option<Secret> readPin() throws IOException {
    return readLine(pin);
  }

  /** The smart card's PIN, where its file is there now; the caller closes it. */
  Option<Secret> readCardPin() throws IOException {
    return readLine(tokens.cardPin());
  }

  private static Option<Secret> readLine(Option<Path> file) throws IOException {
    for (Secret whole : read(file)) {
      int length = whole.length();
      boolean newline = length > 0 && whole.buffer().get(length - 1) == '\n';
      if (newline) {
        try (whole) {
          return Option.some(whole.slice(0, length - 1));
        }
      }
      return Option.some(whole);
    }
    return Option.none();
  }

  /** The key file's content, where it is there now; the caller closes it. */
  Option<Secret> readKeyFile() throws IOException {
    return read(keyFile);
  }

  private static Option<Secret> read(Option<Path> file) throws IOException {
    return file.isDefined() && Files.isRegularFile(file.get())
        ? Option.some(Secret.readFrom(file.get(), LONGEST_KEY_BYTES))
        : Option.none();
  }
}
