package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.statemachine.boot.Opener;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.RootConfiguration;
import java.io.IOException;
import java.util.UUID;

/**
 * The configuration in the modelled root filesystem, one block of it.
 *
 * <p><b>The fault contract.</b> The root filesystem has a journal of its own, so a file that is
 * replaced by rename is the old one or the new one after any cut; the block stands for that. It is
 * durable when {@link #stage} returns.
 */
public record ModelRoot(Layout layout, ModelDisk disk) implements RootConfiguration {

  @Override
  public Digest stage(UUID luksUuid, Opener opener) throws IOException {
    int sector = layout.crypttabSector();
    disk.write(sector, PlainFilesystem.crypttab(luksUuid));
    disk.flush();
    return Digest.of(disk.sector(sector).bytes());
  }

  /**
   * Nothing is to be done here: the one modelled volume holds its own crypttab, and is behind LUKS2
   * by now. In a real root the line is another partition's, old or new after any cut like the
   * staged one, and what comes before and after it in this step is modelled.
   */
  @Override
  public void activate(UUID luksUuid) {}

  @Override
  public void unstage() {
    int sector = layout.crypttabSector();
    disk.write(sector, PlainFilesystem.original(layout, sector));
    disk.flush();
  }
}
