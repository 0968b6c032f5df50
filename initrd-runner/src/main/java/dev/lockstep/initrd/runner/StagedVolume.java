package dev.lockstep.initrd.runner;

import dev.lockstep.statemachine.boot.Crypttab;
import dev.lockstep.statemachine.boot.Fstab;
import dev.lockstep.statemachine.boot.Opener;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What the root has to know of a data volume: a line of crypttab that opens it once it is proven,
 * and an fstab that names its filesystem by the filesystem's own UUID. That is the same in the
 * clear and behind LUKS2, so it is right in either.
 */
final class StagedVolume implements Staging {

  private final String name;
  private final ForeignLines foreign;
  private final HeaderLook headerLook;

  /**
   * @param name of the mapping
   * @param foreign lines for its partition that are not ours
   * @param bytes the volume's, whose filesystem is looked at while it is plain
   */
  StagedVolume(String name, ForeignLines foreign, PartitionBytes bytes) {
    this.name = name;
    this.foreign = foreign;
    this.headerLook = new HeaderLook(bytes);
  }

  @Override
  public Option<String> objection(Path root) throws IOException {
    Set<String> names = stableNames(plain().uuid());
    Option<String> objection =
        foreign.objection(
            RootFiles.crypttab(root),
            name,
            Crypttab.Volume::isData,
            names,
            "give the volume another name in the policy");
    if (objection.isDefined()) {
      return objection;
    }
    Fstab fstab = RootFiles.fstab(root);
    List<String> changing = fstab.changingNames(false);
    // What the kernel calls the partition here and now tells nothing of the root's own boots.
    boolean surelyOthers = fstab.names(names);
    return Option.when(
        !changing.isEmpty() && !surelyOthers,
        () ->
            "/etc/fstab of the root names "
                + String.join(", ", changing)
                + ", which may be this volume, and would not be it any more; write UUID=… or"
                + " PARTUUID=… there.");
  }

  private Set<String> stableNames(String filesystemUuid) {
    Set<String> names = new HashSet<>(foreign.partition().devices());
    names.add("UUID=" + filesystemUuid);
    names.add("/dev/disk/by-uuid/" + filesystemUuid);
    return names;
  }

  private VolumeState.Plain plain() throws IOException {
    if (headerLook.look() instanceof VolumeState.Plain plain) {
      return plain;
    }
    throw new IOException("volume " + name + " is not in the clear any more");
  }

  @Override
  public Digest putInto(Path root, UUID luksUuid, Opener opener) throws IOException {
    for (String objection : objection(root)) {
      throw new IOException(objection); // the root was changed since that was asked first
    }
    RootFiles.makeFolders(root, RootFiles.CRYPTTAB.getParent());
    Fstab pointed =
        RootFiles.fstab(root)
            .pointed(name, foreign.partition().devices(), "UUID=" + plain().uuid());
    // Right in the clear, too: so a cut between the two leaves a system that boots.
    RootFiles.put(root, RootFiles.FSTAB, pointed.text());
    Crypttab wanted =
        RootFiles.crypttab(root).with(Crypttab.Volume.stagedData(name, luksUuid, opener));
    RootFiles.put(root, RootFiles.CRYPTTAB, wanted.text());
    return Digest.of(wanted.text().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Option<Crypttab> activated(Path root, UUID luksUuid) throws IOException {
    Crypttab present = RootFiles.crypttab(root);
    return Option.ofOptional(
        present.volumes().stream()
            .filter(volume -> volume.name().equals(name) && volume.isStagedData())
            .filter(volume -> volume.device().equals("UUID=" + luksUuid))
            .map(volume -> present.with(volume.live()))
            .findFirst());
  }

  private boolean isOurs(Crypttab crypttab) {
    return crypttab.volumes().stream()
        .anyMatch(volume -> volume.name().equals(name) && volume.isData());
  }

  @Override
  public boolean isIn(Path root) throws IOException {
    return isOurs(RootFiles.crypttab(root))
        || RootFiles.fstab(root).isChangedFor(name)
        || isThere(RootFiles.fresh(root.resolve(RootFiles.CRYPTTAB)))
        || isThere(RootFiles.fresh(root.resolve(RootFiles.FSTAB)));
  }

  private static boolean isThere(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void removeFrom(Path root) throws IOException {
    RootFiles.remove(RootFiles.fresh(root.resolve(RootFiles.CRYPTTAB)));
    RootFiles.remove(RootFiles.fresh(root.resolve(RootFiles.FSTAB)));
    Crypttab present = RootFiles.crypttab(root);
    if (isOurs(present)) { // first, or a cut would leave a line that nothing opens
      RootFiles.putBack(root, RootFiles.CRYPTTAB, present.without(name).text());
    }
    Fstab fstab = RootFiles.fstab(root);
    if (fstab.isChangedFor(name)) {
      RootFiles.put(root, RootFiles.FSTAB, fstab.restored(name).text());
    }
  }
}
