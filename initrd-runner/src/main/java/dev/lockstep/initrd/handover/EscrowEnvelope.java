package dev.lockstep.initrd.handover;

import dev.lockstep.initrd.syscall.Secret;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret encrypted to the public key of a certificate, as CMS EnvelopedData (RFC 5652, 6) with
 * RSAES-OAEP (RFC 3560) and AES-256-CBC (RFC 3565), in PEM. {@code openssl cms -decrypt -inform PEM
 * -in FILE -inkey KEY.pem} gives the secret's bytes, and nothing else.
 *
 * <pre>
 *  ContentInfo   { id-envelopedData, [0] EnvelopedData }
 *  EnvelopedData { 0, { KeyTransRecipientInfo }, EncryptedContentInfo }
 *  KeyTransRecipientInfo { 0, { issuer, serial }, { id-RSAES-OAEP, parameters }, encrypted key }
 *  EncryptedContentInfo  { id-data, { aes256-CBC, initialisation vector }, [0] encrypted secret }
 * </pre>
 *
 * <p>CBC has no authentication: whoever can write the boot partition can damage or replace an
 * envelope, and then what comes out of it does not open the volume. It reveals nothing.
 */
final class EscrowEnvelope {

  private static final byte[] ENVELOPED_DATA = Der.identifier("1.2.840.113549.1.7.3");
  private static final byte[] DATA = Der.identifier("1.2.840.113549.1.7.1");
  private static final byte[] RSAES_OAEP = Der.identifier("1.2.840.113549.1.1.7");
  private static final byte[] MGF1 = Der.identifier("1.2.840.113549.1.1.8");
  private static final byte[] AES256_CBC = Der.identifier("2.16.840.1.101.3.4.1.42");
  private static final byte[] SHA256 =
      Der.sequence(Der.identifier("2.16.840.1.101.3.4.2.1"), Der.nothing());

  private static final byte ZERO = 0;
  private static final int KEY_BYTES = 32;
  private static final int BLOCK_BYTES = 16;

  private EscrowEnvelope() {}

  /** The message in PEM; the keys that it takes on the way are wiped. */
  static byte[] of(Secret secret, X509Certificate recipient) throws GeneralSecurityException {
    SecureRandom random = new SecureRandom();
    byte[] contentKey = new byte[KEY_BYTES];
    byte[] vector = new byte[BLOCK_BYTES];
    byte[] content = secret.bytes().toArray(ValueLayout.JAVA_BYTE);
    random.nextBytes(contentKey);
    random.nextBytes(vector);
    try {
      Cipher aes = Cipher.getInstance("AES/CBC/PKCS5Padding");
      aes.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(contentKey, "AES"), new IvParameterSpec(vector));
      byte[] encrypted =
          Der.sequence(
              DATA,
              Der.sequence(AES256_CBC, Der.octets(vector)),
              Der.implicitOctets(0, aes.doFinal(content)));
      byte[] enveloped =
          Der.sequence(
              Der.integer(ZERO), Der.setOf(recipientInfo(contentKey, recipient)), encrypted);
      return pem(Der.sequence(ENVELOPED_DATA, Der.explicit(0, enveloped)));
    } finally {
      Arrays.fill(contentKey, ZERO);
      Arrays.fill(content, ZERO);
    }
  }

  private static byte[] recipientInfo(byte[] contentKey, X509Certificate recipient)
      throws GeneralSecurityException {
    Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
    rsa.init(
        Cipher.ENCRYPT_MODE,
        recipient.getPublicKey(), // the key, not the certificate: a clock may be wrong in an initrd
        new OAEPParameterSpec(
            "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
    byte[] issuerAndSerial =
        Der.sequence(
            recipient.getIssuerX500Principal().getEncoded(),
            Der.integer(recipient.getSerialNumber().toByteArray()));
    byte[] algorithm =
        Der.sequence(
            RSAES_OAEP,
            Der.sequence(Der.explicit(0, SHA256), Der.explicit(1, Der.sequence(MGF1, SHA256))));
    return Der.sequence(
        Der.integer(ZERO), issuerAndSerial, algorithm, Der.octets(rsa.doFinal(contentKey)));
  }

  private static byte[] pem(byte[] der) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return ("-----BEGIN CMS-----\n" + lines + "\n-----END CMS-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
