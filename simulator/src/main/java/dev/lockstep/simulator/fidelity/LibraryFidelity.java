package dev.lockstep.simulator.fidelity;

import dev.lockstep.initrd.cryptsetup.LibraryVersion;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What came of holding the model against the libcryptsetup of this machine.
 *
 * @param version of the library
 * @param recorded each write and barrier of its, a line each
 * @param difference the first, if there is one
 */
public record LibraryFidelity(String version, List<String> recorded, Optional<String> difference) {

  public LibraryFidelity {
    recorded = List.copyOf(recorded);
  }

  /**
   * Records the library and compares. Needs root, loop devices and strace.
   *
   * @param folder empty, on a filesystem with room for 100 MiB
   */
  public static LibraryFidelity measured(Path folder) throws IOException {
    Flow recorded = LibraryFlow.recorded(folder.toRealPath());
    return new LibraryFidelity(
        LibraryVersion.loaded().map(LibraryVersion::toString).orElse("of no known version"),
        recorded.lines(),
        model().firstDifference(recorded));
  }

  private static Flow model() throws IOException {
    try {
      return ModelFlow.taken();
    } catch (KeyRefused impossible) {
      throw new IllegalStateException("the model refuses its own key", impossible);
    }
  }
}
