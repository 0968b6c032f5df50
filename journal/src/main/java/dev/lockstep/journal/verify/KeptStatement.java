package dev.lockstep.journal.verify;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.journal.chain.SignedHead;
import io.vavr.control.Either;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads a signed head that was kept outside the journal: the object that {@code verify --json} has
 * under {@value #MEMBER}, or all of what it printed.
 */
public final class KeptStatement {
  /** Where it stands in a verdict. */
  public static final String MEMBER = "signedHead";

  /** A verdict may name many findings; a statement alone has some 400 bytes. */
  private static final int MAX_BYTES = 16 << 20;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private KeptStatement() {}

  /** On the left, in a sentence, why it is no statement that anything can be held against. */
  public static Either<String, SignedHead> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        return Either.left("%s is longer than 16 MiB: it is no signed head".formatted(file));
      }
      JsonNode node = JSON.readTree(bytes);
      return checked(
          file, SignedHead.read(node.path(MEMBER).isObject() ? node.path(MEMBER) : node));
    } catch (JacksonException noJson) {
      return Either.left("%s is no JSON object, so it is no signed head".formatted(file));
    } catch (IOException failed) {
      return Either.left("the signed head can't be read: %s".formatted(Failures.sentence(failed)));
    }
  }

  private static Either<String, SignedHead> checked(Path file, Optional<SignedHead> read) {
    if (read.isEmpty()) {
      return Either.left(
          "%s is no signed head: it takes sequence, hash, root, publicKey and signature, as `journal verify --json` prints them"
              .formatted(file));
    }
    return read.get().isSignatureRight()
        ? Either.right(read.get())
        : Either.left(
            "the signed head in %s is itself bad: its signature is not by the key that it names"
                .formatted(file));
  }
}
