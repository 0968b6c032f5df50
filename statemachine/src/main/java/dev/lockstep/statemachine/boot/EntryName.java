package dev.lockstep.statemachine.boot;

import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file name of a boot entry, {@code STEM[+LEFT[-DONE]].conf}: the loader counts the tries down
 * in the name itself, so the file is renamed at every boot, and an entry is known by its stem.
 * Source: systemd.io/AUTOMATIC_BOOT_ASSESSMENT.
 *
 * @param stem what names the entry; starts with a letter, digit or underscore, has no slash, does
 *     not itself end in a counter
 * @param tries the counter, where the entry has one
 */
public record EntryName(String stem, Option<Tries> tries) {
  private static final String SUFFIX = ".conf";
  private static final int MAX_FILE_NAME = 255;
  private static final Pattern STEM = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_+.@:~-]{0,239}");
  private static final Pattern WITH_TRIES = Pattern.compile("(.+?)(\\+[0-9]{1,9}(?:-[0-9]{1,9})?)");

  public EntryName {
    if (!STEM.matcher(stem).matches() || WITH_TRIES.matcher(stem).matches()) {
      throw new IllegalArgumentException("'" + stem + "' can't name a boot entry");
    }
  }

  /**
   * {@code +LEFT} or {@code +LEFT-DONE}, as written (loaders keep leading zeros).
   *
   * @param text the plus sign and up to nine digits each
   */
  public record Tries(String text) {
    private static final Pattern FORM = Pattern.compile("\\+([0-9]{1,9})(?:-([0-9]{1,9}))?");

    public Tries {
      if (!FORM.matcher(text).matches()) {
        throw new IllegalArgumentException("'" + text + "' is no boot counter");
      }
    }

    /** Tries left; at 0 the loader counts the entry as bad and prefers every other. */
    public int left() {
      return Integer.parseInt(match().group(1));
    }

    /** Tries that did not lead to a boot marked good. */
    public int done() {
      String done = match().group(2);
      return done == null ? 0 : Integer.parseInt(done);
    }

    private Matcher match() {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalStateException("a boot counter lost its form: " + text);
      }
      return matcher;
    }
  }

  /** Reads a file name; {@code parse(s).fileName()} is {@code s}. The left side is one sentence. */
  public static Either<String, EntryName> parse(String fileName) {
    if (!fileName.endsWith(SUFFIX) || fileName.length() > MAX_FILE_NAME) {
      return Either.left("a boot entry's file name ends in .conf and has at most 255 characters");
    }
    String body = fileName.substring(0, fileName.length() - SUFFIX.length());
    Matcher counted = WITH_TRIES.matcher(body);
    boolean hasTries = counted.matches();
    String stem = hasTries ? counted.group(1) : body;
    try {
      return Either.right(
          new EntryName(stem, hasTries ? Option.some(new Tries(counted.group(2))) : Option.none()));
    } catch (IllegalArgumentException e) {
      return Either.left(e.getMessage());
    }
  }

  public String fileName() {
    return stem + tries.map(Tries::text).getOrElse("") + SUFFIX;
  }

  /**
   * The same entry under a name that no loader counts down: what an entry marked good is called.
   */
  public EntryName withoutTries() {
    return new EntryName(stem, Option.none());
  }
}
