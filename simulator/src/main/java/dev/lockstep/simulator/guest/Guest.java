package dev.lockstep.simulator.guest;

import dev.lockstep.simulator.explore.Image;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import io.vavr.control.Option;
import java.io.IOException;

/**
 * A machine under test: what it does at each boot, and what must not happen. It may keep nothing in
 * memory from one boot to the next; what it wrote and did not flush, a cut may take in any subset.
 */
public interface Guest {

  String name();

  /** What is on the media before the first boot. */
  Image start();

  /**
   * One boot, to its end.
   *
   * @throws IOException where the machine gives up; the next boot begins anew
   * @throws KeyRefused the same
   */
  void boot(Hardware hardware) throws IOException, KeyRefused;

  /**
   * Judges what a power cut, or the last boot, left.
   *
   * @return what is lost for good, in a sentence that is the same for the same kind of loss
   */
  Option<String> lost(Image left);

  /**
   * Judges what is left after boots with no cut: is all done that should be?
   *
   * @return what is not, in a sentence that is the same for the same kind
   */
  Option<String> unfinished(Image left);
}
