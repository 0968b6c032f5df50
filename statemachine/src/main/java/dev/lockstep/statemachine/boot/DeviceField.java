package dev.lockstep.statemachine.boot;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How fstab(5), crypttab(5) and udev write the name of a block device. */
final class DeviceField {

  /** What a partition is called after its disk's turn, which another boot may change. */
  static final String KERNEL_NAME =
      "/dev/(?:(?:[hsv]|xv)d[a-z]+\\d+|(?:nvme\\d+n|mmcblk|loop|md)\\d+p\\d+)";

  private static final Pattern OCTAL = Pattern.compile("\\\\([0-3][0-7]{2})");
  private static final Pattern HEXADECIMAL = Pattern.compile("\\\\x([0-9a-fA-F]{2})");

  private DeviceField() {}

  /**
   * As it stands; as fstab(5) means it, where {@code \040} is a blank; and where it is a name, as
   * udev means it, where {@code \x20} is one.
   */
  static Set<String> spellings(String field) {
    String plain = unescaped(field, OCTAL, 8);
    boolean name = plain.matches("(?s)(PART)?LABEL=.*|/dev/disk/by-(part)?label/.*");
    return name
        ? Set.copyOf(List.of(field, plain, unescaped(plain, HEXADECIMAL, 16)))
        : Set.copyOf(List.of(field, plain));
  }

  /** Each escape is a byte of UTF-8: so it is done in bytes, one to a character. */
  private static String unescaped(String text, Pattern escape, int radix) {
    String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    String plain =
        escape
            .matcher(bytes)
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(
                        String.valueOf((char) Integer.parseInt(found.group(1), radix))));
    return new String(plain.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** As udev writes a name into a link: what is no plain word or letter is {@code \x20}. */
  static String asLink(String name) {
    StringBuilder link = new StringBuilder();
    name.codePoints()
        .forEach(
            point -> {
              boolean kept =
                  point > 0x7f
                      || Character.isLetterOrDigit(point)
                      || "#+-.:=@_".indexOf(point) >= 0;
              link.append(kept ? Character.toString(point) : "\\x%02x".formatted(point));
            });
    return link.toString();
  }
}
