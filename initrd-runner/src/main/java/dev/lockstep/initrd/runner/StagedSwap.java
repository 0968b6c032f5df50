package dev.lockstep.initrd.runner;

import dev.lockstep.statemachine.boot.Crypttab;
import dev.lockstep.statemachine.boot.Fstab;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.SwapLines;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The root's lines for a swap partition: crypttab makes a mapping of it with a random key and a
 * fresh swap area at each boot, fstab uses that.
 */
final class StagedSwap implements SwapLines {

  private final SwapVolume volume;
  private final ForeignLines foreign;
  private final RunResources resources;

  /**
   * @param foreign lines for its partition that are not ours
   */
  StagedSwap(SwapVolume volume, ForeignLines foreign, RunResources resources) {
    this.volume = volume;
    this.foreign = foreign;
    this.resources = resources;
  }

  private Crypttab.Volume line() {
    return Crypttab.Volume.randomSwap(volume.name(), volume.partition().place().partitionUuid());
  }

  private String mapped() {
    return "/dev/mapper/" + volume.name();
  }

  @Override
  public boolean arePossible() throws IOException {
    return resources.rootIsSurelyPlain();
  }

  @Override
  public Option<String> objection(Set<String> names) throws IOException {
    return resources.mountedRoot().with(root -> objection(root.path(), names));
  }

  @Override
  public boolean areIn() throws IOException {
    return resources
        .mountedRoot()
        .with(
            root -> {
              Crypttab crypttab = RootFiles.crypttab(root.path());
              return crypttab.volumes().contains(line())
                  && foreignLine(crypttab, Set.of()).isEmpty();
            });
  }

  private Option<String> foreignLine(Crypttab crypttab, Set<String> names) {
    return foreign.objection(
        crypttab, volume.name(), line()::equals, names, "the volume out of the policy");
  }

  private Option<String> objection(Path root, Set<String> names) throws IOException {
    Option<String> objection = foreignLine(RootFiles.crypttab(root), names);
    if (objection.isDefined()) {
      return objection;
    }
    Fstab fstab = RootFiles.fstab(root);
    List<String> changing = fstab.changingNames(true);
    boolean surelyOthers =
        foreign.node().isDefined() || fstab.names(stable(names)) || fstab.names(Set.of(mapped()));
    return Option.when(
        !changing.isEmpty() && !surelyOthers,
        () ->
            "/etc/fstab of the root names "
                + String.join(", ", changing)
                + ", which may be this swap partition; write UUID=… or PARTUUID=… there.");
  }

  private Set<String> stable(Set<String> names) {
    Set<String> all = new HashSet<>(volume.partition().devices());
    all.addAll(names);
    return all;
  }

  @Override
  public Digest stage(Set<String> names) throws IOException {
    return resources.mountedRoot().with(root -> put(root.makeWritable().path(), names));
  }

  private Digest put(Path root, Set<String> names) throws IOException {
    for (String objection : objection(root, names)) {
      throw new IOException(objection); // the root was changed since that was asked first
    }
    RootFiles.makeFolders(root, RootFiles.CRYPTTAB.getParent());
    Set<String> replaced = stable(names);
    foreign.node().forEach(replaced::add);
    Fstab pointed = RootFiles.fstab(root).pointed(volume.name(), replaced, mapped());
    Fstab wanted =
        pointed.names(Set.of(mapped()))
            ? pointed
            : pointed.added(volume.name(), mapped() + " none swap defaults 0 0");
    // A boot between the two has no swap, and goes on; the other way round it would have two.
    RootFiles.put(root, RootFiles.FSTAB, wanted.text());
    Crypttab crypttab = RootFiles.crypttab(root).with(line());
    RootFiles.put(root, RootFiles.CRYPTTAB, crypttab.text());
    return Digest.of(crypttab.text().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void unstage() throws IOException {
    boolean _ =
        resources
            .mountedRoot()
            .with(
                root -> {
                  boolean any = isIn(root.path());
                  if (any) { // a root that was never written to stays as it is, to the byte
                    removeFrom(root.makeWritable().path());
                  }
                  return any;
                });
  }

  private boolean isIn(Path root) throws IOException {
    return RootFiles.crypttab(root).volumes().contains(line())
        || RootFiles.fstab(root).isChangedFor(volume.name())
        || isThere(RootFiles.fresh(root.resolve(RootFiles.CRYPTTAB)))
        || isThere(RootFiles.fresh(root.resolve(RootFiles.FSTAB)));
  }

  private static boolean isThere(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  private void removeFrom(Path root) throws IOException {
    RootFiles.remove(RootFiles.fresh(root.resolve(RootFiles.CRYPTTAB)));
    RootFiles.remove(RootFiles.fresh(root.resolve(RootFiles.FSTAB)));
    Crypttab crypttab = RootFiles.crypttab(root);
    if (crypttab.volumes().contains(line())) { // first: it overwrites the partition at each boot
      RootFiles.putBack(root, RootFiles.CRYPTTAB, crypttab.without(volume.name()).text());
    }
    Fstab fstab = RootFiles.fstab(root);
    if (fstab.isChangedFor(volume.name())) {
      RootFiles.putBack(root, RootFiles.FSTAB, fstab.restored(volume.name()).text());
    }
  }
}
