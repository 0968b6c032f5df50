package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a boot entry so that the loader never picks half of one. It prefers the old entry, but not
 * for good: once the old one's tries are used up, by as many cuts, whatever else is an entry comes
 * first. So the file is made with its kernel's line commented out, which no loader takes for an
 * entry; once that is on the medium, one byte makes it one.
 */
record EntryWriting(BootPartition boot, String path) {

  /** What starts something (uapi-group.org/specifications/specs/boot_loader_specification). */
  private static final Pattern KERNEL =
      Pattern.compile("(?m)^[ \\t]*(linux|efi|uki|uki-url)[ \\t]");

  private static final byte COMMENT = '#';

  /** Makes it durable, and returns whether it reads back so. */
  boolean write(byte[] content) throws IOException {
    if (!isThere(content)) {
      List<Integer> keys = keys(content);
      byte[] draft = content.clone();
      keys.forEach(at -> draft[at] = COMMENT);
      boot.write(path, draft);
      boot.sync(path); // a cut before leaves any part of it: none of them names a kernel
      if (!isThere(draft)) {
        return false;
      }
      for (int at : keys) {
        boot.writeByte(path, at, content[at]);
      }
    }
    boot.sync(path); // before the old one goes: never zero valid entries
    return isThere(content);
  }

  private boolean isThere(byte[] content) throws IOException {
    return boot.read(path).map(Digest::of).contains(Digest.of(content));
  }

  /** Where the keys begin, in bytes. */
  private static List<Integer> keys(byte[] content) {
    // One character a byte, so that the places are the bytes'.
    Matcher matcher = KERNEL.matcher(new String(content, StandardCharsets.ISO_8859_1));
    List<Integer> keys = new ArrayList<>();
    while (matcher.find()) {
      keys.add(matcher.start(1));
    }
    return keys;
  }
}
