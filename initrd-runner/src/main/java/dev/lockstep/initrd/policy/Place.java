package dev.lockstep.initrd.policy;

/**
 * Where a setting was given.
 *
 * @param source a file's name or an option's
 * @param line from 1; 0 where the source has no lines
 * @param column from 1; 0 likewise
 */
public record Place(String source, int line, int column) {

  /** An option of the command line, or a whole file. */
  static Place of(String source) {
    return new Place(source, 0, 0);
  }

  @Override
  public String toString() {
    return line == 0 ? source : source + ", line " + line + ", column " + column;
  }
}
