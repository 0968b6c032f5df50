package dev.lockstep.statemachine.boot;

import io.vavr.control.Option;

/**
 * One argument of the kernel command line, exactly as written: {@code quiet}, {@code root=UUID=…},
 * {@code foo="a b"}, {@code "foo=a b"}.
 *
 * <p>Quoting follows the kernel's own {@code next_arg()} (lib/cmdline.c): only double quotes count,
 * and they keep blanks together. As everywhere on the command line, {@code -} and {@code _} in a
 * key mean the same.
 *
 * @param text not empty, quotes balanced, no blank outside quotes, no control character
 */
public record KernelArgument(String text) {
  public KernelArgument {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a kernel argument can't be empty");
    }
    boolean quoted = false;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      quoted ^= c == '"';
      if (Character.isISOControl(c) || (c == ' ' && !quoted)) {
        throw new IllegalArgumentException(
            "kernel argument '"
                + printable(text)
                + "' has a blank outside quotes or a control character");
      }
    }
    if (quoted) {
      throw new IllegalArgumentException(
          "kernel argument '" + text + "' has an unclosed double quote");
    }
  }

  /**
   * {@code key=value}, quoted where the value has blanks; the value can't itself hold a double
   * quote.
   */
  public static KernelArgument of(String key, String value) {
    if (value.indexOf('"') >= 0) {
      throw new IllegalArgumentException(
          "the value of kernel argument '"
              + key
              + "' holds a double quote, which can't be written");
    }
    return new KernelArgument(
        value.indexOf(' ') < 0 ? key + "=" + value : key + "=\"" + value + "\"");
  }

  /**
   * What stands before the first {@code =}, without quotes; the whole argument where there is none.
   */
  public String key() {
    String plain = unquoted();
    int equals = plain.indexOf('=', 1);
    return equals < 0 ? plain : plain.substring(0, equals);
  }

  /** What stands behind the first {@code =}, without quotes. */
  public Option<String> value() {
    String plain = unquoted();
    int equals = plain.indexOf('=', 1);
    return equals < 0 ? Option.none() : Option.some(stripQuotes(plain.substring(equals + 1)));
  }

  /** Whether this argument's key is the given one, {@code -} and {@code _} being the same. */
  public boolean hasKey(String key) {
    return key().replace('-', '_').equals(key.replace('-', '_'));
  }

  @Override
  public String toString() {
    return text;
  }

  private String unquoted() {
    return text.startsWith("\"") ? stripQuotes(text) : text;
  }

  private static String stripQuotes(String value) {
    if (!value.startsWith("\"")) {
      return value;
    }
    int end = value.length() > 1 && value.endsWith("\"") ? value.length() - 1 : value.length();
    return value.substring(1, end);
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
