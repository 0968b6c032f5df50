package dev.lockstep.initrd.cryptsetup;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A LUKS2 header whose checksum fits and whose JSON is understood: the newer of its two copies.
 *
 * <pre>
 *  byte 0                hdr_size              2 · hdr_size
 *  | binary 4 KiB | JSON | binary 4 KiB | JSON | keyslots area … | data (segments' offsets) …
 *    first copy            second copy
 * </pre>
 */
public final class Luks2Header {
  /** How the two copies stand to each other. */
  public enum Copies {
    /** Both valid, with the same sequence number and the same JSON. */
    EQUAL,
    /** Only the first is valid, or it is newer: a cut fell between the two writes. */
    FIRST_IS_CURRENT,
    /** The second is newer, or the first is damaged: a cut tore the first. */
    SECOND_IS_CURRENT
  }

  private final Luks2BinaryHeader current;
  private final Copies copies;
  private final ObjectNode json;
  private final Luks2Metadata metadata;

  Luks2Header(Luks2BinaryHeader current, Copies copies, ObjectNode json, Luks2Metadata metadata) {
    this.current = current;
    this.copies = copies;
    this.json = json;
    this.metadata = metadata;
  }

  /** The number of the last update, unsigned in theory, never near its end in practice. */
  public long seqid() {
    return current.seqid();
  }

  /** In the canonical form of 36 characters. */
  public String uuid() {
    return current.uuid().toString();
  }

  public String label() {
    return current.label();
  }

  /** Bytes of one copy, JSON area included. */
  public int headerBytes() {
    return Math.toIntExact(current.headerBytes());
  }

  public Copies copies() {
    return copies;
  }

  public Luks2Metadata metadata() {
    return metadata;
  }

  /** The JSON area as a tree, unknown fields included; the caller's own copy. */
  public ObjectNode json() {
    return json.deepCopy();
  }

  Luks2BinaryHeader binary() {
    return current;
  }

  @Override
  public String toString() {
    return "Luks2Header[uuid=" + uuid() + ", seqid=" + seqid() + ", copies=" + copies + "]";
  }
}
