package dev.lockstep.initrd.cryptsetup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** Both copies of a header of 16 KiB, made by this project's own writer. */
record HeaderBuilder(String json, long number, String name) {
  static final int HEADER_BYTES = 16 * 1024;

  static HeaderBuilder converting() throws IOException {
    return withJson(
        Optional.ofNullable(HeaderBuilder.class.getResourceAsStream("converting.json"))
            .map(HeaderBuilder::text)
            .orElseThrow());
  }

  static HeaderBuilder withJson(String json) {
    return new HeaderBuilder(json, 7, "");
  }

  HeaderBuilder seqid(long seqid) {
    return new HeaderBuilder(json, seqid, name);
  }

  HeaderBuilder label(String label) {
    return new HeaderBuilder(json, number, label);
  }

  byte[] build() {
    byte[] disk = Arrays.copyOf(copy(true), 2 * HEADER_BYTES);
    System.arraycopy(copy(false), 0, disk, HEADER_BYTES, HEADER_BYTES);
    return disk;
  }

  private byte[] copy(boolean primary) {
    return new Luks2BinaryHeader(
            primary,
            HEADER_BYTES,
            number,
            name,
            "sha256",
            new UUID(1, 2),
            "",
            primary ? 0 : HEADER_BYTES)
        .write(new byte[Luks2BinaryHeader.SALT_BYTES], json.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
