package dev.lockstep.initrd.cryptsetup;

/** What was found where a LUKS2 header would be. */
public sealed interface HeaderReading {
  /** Nothing that begins as a LUKS header does, in the place of neither copy. */
  record Absent() implements HeaderReading {}

  /** A header, or what is left of one, that must not be trusted. */
  record Damaged(String reason) implements HeaderReading {}

  /** A LUKS header of another version, sound or not. */
  record OtherVersion(int version) implements HeaderReading {}

  /** At least one copy is sound. */
  record Valid(Luks2Header header) implements HeaderReading {}
}
