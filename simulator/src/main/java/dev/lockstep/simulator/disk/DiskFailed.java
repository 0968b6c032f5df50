package dev.lockstep.simulator.disk;

import dev.lockstep.simulator.disk.Luck.Call;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/** A disk said that a call failed. Ends the run as any {@link IOException} does. */
public final class DiskFailed extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  DiskFailed(Call call, Domain domain) {
    super(
        new IOException(
            "the %s of %s failed"
                .formatted(
                    call.name().toLowerCase(Locale.ROOT), domain.name().toLowerCase(Locale.ROOT))));
  }
}
