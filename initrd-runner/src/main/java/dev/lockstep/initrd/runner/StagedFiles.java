package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.Directories;
import dev.lockstep.statemachine.boot.Crypttab;
import dev.lockstep.statemachine.boot.Opener;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.UUID;

/**
 * What the first boot puts into the plain root: a line of crypttab, and a unit that grows the
 * filesystem afterwards. Both can be put in twice, and taken out again.
 */
final class StagedFiles implements Staging {

  /** Grows the filesystem behind the window; does nothing while the root is still in the clear. */
  private static final String GROWTH_UNIT =
      """
      [Unit]
      Description=Grow the root filesystem into the room that encryption left behind it
      ConditionPathExists=/dev/mapper/root

      [Service]
      Type=oneshot
      ExecStart=/usr/lib/systemd/systemd-growfs /

      [Install]
      WantedBy=multi-user.target
      """;

  private static final String UNIT_NAME = "lockstep-grow.service";
  private static final Path UNITS = Path.of("etc", "systemd", "system");
  private static final Path WANTS = UNITS.resolve("multi-user.target.wants");

  @Override
  public Option<String> objection(Path root) {
    return Option.none(); // the boot entry opens the root, whatever its files say
  }

  @Override
  public Digest putInto(Path root, UUID luksUuid, Opener opener) throws IOException {
    RootFiles.makeFolders(root, WANTS);
    Crypttab wanted = RootFiles.crypttab(root).with(Crypttab.Volume.root(luksUuid, opener));
    RootFiles.replace(root.resolve(RootFiles.CRYPTTAB), wanted.text());
    RootFiles.replace(root.resolve(UNITS).resolve(UNIT_NAME), GROWTH_UNIT);
    Path link = root.resolve(WANTS).resolve(UNIT_NAME);
    if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
      Files.createSymbolicLink(link, Path.of("..", UNIT_NAME));
      Directories.fsync(link.getParent());
    }
    byte[] read = Files.readAllBytes(root.resolve(RootFiles.CRYPTTAB));
    if (!wanted.text().equals(new String(read, StandardCharsets.UTF_8))) {
      throw new IOException("/etc/crypttab reads back otherwise than it was written");
    }
    return Digest.of(read);
  }

  @Override
  public Option<Crypttab> activated(Path root, UUID luksUuid) {
    return Option.none(); // live from the beginning: a root whose head is torn boots nothing
  }

  @Override
  public boolean isIn(Path root) throws IOException {
    return hasOurLine(RootFiles.crypttab(root))
        || Files.exists(
            RootFiles.fresh(root.resolve(RootFiles.CRYPTTAB)), LinkOption.NOFOLLOW_LINKS)
        || Files.exists(root.resolve(UNITS).resolve(UNIT_NAME), LinkOption.NOFOLLOW_LINKS)
        || Files.exists(
            RootFiles.fresh(root.resolve(UNITS).resolve(UNIT_NAME)), LinkOption.NOFOLLOW_LINKS)
        || Files.exists(root.resolve(WANTS).resolve(UNIT_NAME), LinkOption.NOFOLLOW_LINKS);
  }

  /** Folders and a crypttab that are empty afterwards were made by us, and go too. */
  @Override
  public void removeFrom(Path root) throws IOException {
    RootFiles.remove(root.resolve(WANTS).resolve(UNIT_NAME));
    RootFiles.remove(root.resolve(UNITS).resolve(UNIT_NAME));
    RootFiles.remove(RootFiles.fresh(root.resolve(UNITS).resolve(UNIT_NAME)));
    RootFiles.remove(RootFiles.fresh(root.resolve(RootFiles.CRYPTTAB)));
    for (Path folder = WANTS; folder.getNameCount() > 1; folder = folder.getParent()) {
      RootFiles.removeIfEmpty(root.resolve(folder));
    }
    Crypttab present = RootFiles.crypttab(root);
    if (!hasOurLine(present)) {
      return;
    }
    String text = present.without(Crypttab.ROOT).text();
    if (text.isEmpty()) {
      RootFiles.remove(root.resolve(RootFiles.CRYPTTAB));
    } else {
      RootFiles.replace(root.resolve(RootFiles.CRYPTTAB), text);
    }
  }

  private static boolean hasOurLine(Crypttab crypttab) {
    return crypttab.volumes().stream().anyMatch(Crypttab.Volume::isRoot);
  }
}
