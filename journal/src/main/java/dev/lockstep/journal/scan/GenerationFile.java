package dev.lockstep.journal.scan;

import java.util.function.Consumer;

/**
 * One generation's file, wherever it lies, not read yet: a reader that goes from one to the next
 * holds one of them in memory, however many there are.
 */
public interface GenerationFile {
  int generation();

  /**
   * The first bytes of the file.
   *
   * @param atMostBytes up to {@link GenerationLayout#FILE_BYTES}
   * @param trouble gets a finding for each part that can't be read; it is taken for zeroes
   */
  GenerationBytes read(int atMostBytes, Consumer<Finding> trouble);

  /** All of the file that a generation may have. */
  default GenerationBytes read(Consumer<Finding> trouble) {
    return read(GenerationLayout.FILE_BYTES, trouble);
  }

  /** One that was read before. */
  static GenerationFile of(GenerationBytes bytes) {
    return new GenerationFile() {
      @Override
      public int generation() {
        return bytes.generation();
      }

      @Override
      public GenerationBytes read(int atMostBytes, Consumer<Finding> trouble) {
        return bytes;
      }
    };
  }
}
