package dev.lockstep.initrd.runner;

import dev.lockstep.statemachine.boot.Crypttab;
import dev.lockstep.statemachine.boot.Opener;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.RootConfiguration;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.UUID;

/**
 * Writes into the plain root.
 *
 * @param staging what whichever volume it is wants the root to know
 */
record MountedRootConfiguration(MountedRoot root, Staging staging) implements RootConfiguration {

  /** Why nothing can be put into it, in a sentence. Reads only. */
  Option<String> objection() throws IOException {
    return root.with(mounted -> staging.objection(mounted.path()));
  }

  @Override
  public Digest stage(UUID luksUuid, Opener opener) throws IOException {
    return root.with(mounted -> staging.putInto(mounted.makeWritable().path(), luksUuid, opener));
  }

  @Override
  public void activate(UUID luksUuid) throws IOException {
    if (!root.isInTheClear()) {
      return; // begun when this volume was complete
    }
    boolean _ =
        root.with(
            mounted -> {
              Option<Crypttab> live = staging.activated(mounted.path(), luksUuid);
              for (Crypttab wanted : live) {
                RootFiles.put(mounted.makeWritable().path(), RootFiles.CRYPTTAB, wanted.text());
              }
              return live.isDefined();
            });
  }

  @Override
  public void unstage() throws IOException {
    boolean _ =
        root.with(
            mounted -> {
              boolean any = staging.isIn(mounted.path());
              if (any) { // a root that was never written to stays as it is, to the byte
                staging.removeFrom(mounted.makeWritable().path());
              }
              return any;
            });
  }
}
