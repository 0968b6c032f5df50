package dev.lockstep.simulator.firmware;

import java.util.Comparator;

/**
 * How a boot loader orders entries that have neither sort key nor version: by file name, newest
 * first, in the order of UAPI.10
 * (uapi-group.org/specifications/specs/version_format_specification).
 */
final class VersionOrder implements Comparator<String> {

  @Override
  public int compare(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() || j < b.length()) {
      i = skip(a, i);
      j = skip(b, j);
      for (char lowest : new char[] {'~', '-', '^', '.'}) {
        boolean inA = i < a.length() && a.charAt(i) == lowest;
        boolean inB = j < b.length() && b.charAt(j) == lowest;
        if (inA != inB && (lowest == '~' || (i < a.length() && j < b.length()))) {
          return inA ? -1 : 1;
        }
        if (inA) {
          i++;
          j++;
        }
      }
      if (i >= a.length() || j >= b.length()) {
        return Integer.compare(a.length() - i, b.length() - j);
      }
      boolean digits = isDigit(a.charAt(i)) || isDigit(b.charAt(j));
      int endA = run(a, i, digits);
      int endB = run(b, j, digits);
      int order =
          digits
              ? numbers(a.substring(i, endA), b.substring(j, endB))
              : a.substring(i, endA).compareTo(b.substring(j, endB));
      if (order != 0) {
        return order;
      }
      i = endA;
      j = endB;
    }
    return 0;
  }

  /** Everything but letters, digits and the four separators counts for nothing. */
  private static int skip(String text, int from) {
    int at = from;
    while (at < text.length() && !isPart(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static int run(String text, int from, boolean digits) {
    int at = from;
    while (at < text.length() && (digits ? isDigit(text.charAt(at)) : isLetter(text.charAt(at)))) {
      at++;
    }
    return at;
  }

  private static int numbers(String a, String b) {
    String shortA = a.replaceFirst("^0+", "");
    String shortB = b.replaceFirst("^0+", "");
    int order = Integer.compare(shortA.length(), shortB.length());
    return order != 0 ? order : shortA.compareTo(shortB);
  }

  private static boolean isPart(char c) {
    return isLetter(c) || isDigit(c) || "~-^.".indexOf(c) >= 0;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
