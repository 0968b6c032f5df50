package dev.lockstep.initrd.handover;

import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.statemachine.port.BootPartition;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;

/**
 * A copy for who keeps the keys of a fleet: encrypted to that office's certificate, beside the
 * journal, where it is of no use to anybody else.
 *
 * @param certificate X.509 in PEM or DER, with an RSA key
 */
record Escrow(Path certificate, BootPartition boot) implements Recipient {

  /** On the boot partition. */
  static final String FILE = "lockstep/recovery-key.cms";

  private static final int MOST_BYTES = 64 * 1024;
  private static final int LEAST_BITS = 2048;
  private static final int MOST_BITS = 16384;

  @Override
  public Option<String> objection() {
    return read().swap().toOption();
  }

  @Override
  public String take(Secret key) throws IOException {
    X509Certificate office = read().getOrElseThrow(why -> new IOException(why));
    try {
      byte[] envelope = EscrowEnvelope.of(key, office);
      boot.write(FILE, envelope);
      boot.sync(FILE);
      if (!boot.read(FILE).exists(written -> Arrays.equals(written, envelope))) {
        throw new IOException(FILE + " on the boot partition reads back otherwise");
      }
      return "escrow " + FILE + " to the certificate with SHA-256 " + fingerprint(office);
    } catch (GeneralSecurityException unusable) {
      throw new IOException("the recovery key can't be encrypted to " + certificate, unusable);
    }
  }

  private static String fingerprint(X509Certificate office) throws GeneralSecurityException {
    return HexFormat.of()
        .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(office.getEncoded()));
  }

  /** On the left why it can't be used; the file may be anything. */
  private Either<String, X509Certificate> read() {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(certificate)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (IOException unreadable) {
      return refuse("can't be read; check the path");
    }
    if (bytes.length > MOST_BYTES) {
      return refuse("is longer than any certificate; name the certificate alone");
    }
    Collection<? extends Certificate> found;
    try {
      found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes));
    } catch (CertificateException notOne) {
      return refuse("is no X.509 certificate in PEM or DER");
    }
    if (found.size() != 1 || !(found.iterator().next() instanceof X509Certificate only)) {
      return refuse("must hold exactly one X.509 certificate, in PEM or DER");
    }
    return only.getPublicKey() instanceof RSAPublicKey key
            && key.getModulus().bitLength() >= LEAST_BITS
            && key.getModulus().bitLength() <= MOST_BITS
        ? Either.right(only)
        : refuse("must have an RSA key of 2048 to 16384 bits");
  }

  private Either<String, X509Certificate> refuse(String what) {
    return Either.left("The escrow certificate " + certificate + " " + what + ".");
  }
}
