package dev.lockstep.journal.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lockstep.journal.chain.Ed25519Key;
import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.SignedHeads;
import io.vavr.control.Either;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The keys, from elsewhere than the journal, any of which must have signed a journal last. */
public record TrustedKeys(Set<Ed25519Key> keys) {
  private static final int MAX_FILE_BYTES = 64 << 20;

  public TrustedKeys {
    keys = Set.copyOf(keys);
  }

  /**
   * A key itself, or a file with one a line; blank lines and those that begin with # are passed by.
   *
   * @return on the left, in a sentence, why it is neither
   */
  public static Either<String, TrustedKeys> parse(String hexOrFile) {
    String hex = hexOrFile.toLowerCase(Locale.ROOT);
    return Ed25519Key.isHex(hex)
        ? Either.right(new TrustedKeys(Set.of(new Ed25519Key(hex))))
        : file(hexOrFile);
  }

  private static Either<String, TrustedKeys> file(String name) {
    try (InputStream in = Files.newInputStream(Path.of(name))) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      return bytes.length > MAX_FILE_BYTES
          ? Either.left("%s is longer than 64 MiB: it is no list of public keys".formatted(name))
          : lines(name, new String(bytes, UTF_8));
    } catch (InvalidPathException noPath) {
      return Either.left("--public-key wants 64 hexadecimal digits, or a file with one key a line");
    } catch (IOException failed) {
      return Either.left(
          "%s is no public key (64 hexadecimal digits), and no file that can be read: %s"
              .formatted(name, Failures.sentence(failed)));
    }
  }

  private static Either<String, TrustedKeys> lines(String name, String text) {
    Set<Ed25519Key> keys = new LinkedHashSet<>();
    int number = 0;
    for (String line : text.lines().map(String::strip).toList()) {
      number++;
      String hex = line.toLowerCase(Locale.ROOT);
      if (Ed25519Key.isHex(hex)) {
        keys.add(new Ed25519Key(hex));
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        return Either.left(
            "line %d of %s is no public key: it takes 64 hexadecimal digits"
                .formatted(number, name));
      }
    }
    return keys.isEmpty()
        ? Either.left("%s names no public key".formatted(name))
        : Either.right(new TrustedKeys(keys));
  }

  /** Empty if one of them signed last. */
  public Optional<Finding> objection(SignedHeads signed) {
    Optional<Ed25519Key> found = signed.last().map(SignedHead::publicKey);
    return found.filter(keys::contains).isPresent()
        ? Optional.empty()
        : Optional.of(new Finding.OtherSigner(found));
  }
}
