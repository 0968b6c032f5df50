package dev.lockstep.simulator.demo;

import dev.lockstep.initrd.cryptsetup.DecryptedVolume;
import dev.lockstep.initrd.cryptsetup.KeyTest;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.statemachine.geometry.BtrfsGeometry;
import dev.lockstep.statemachine.geometry.Ext4Geometry;
import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import dev.lockstep.statemachine.geometry.XfsGeometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All that is proved about the finished disk, one check after the other. */
final class Verification {

  private static final int LONGEST_KEY_BYTES = 4096;

  private final DemoFolder folder;
  private final Optional<PlainSnapshot> snapshot;
  private final boolean refusalsToo;
  private final int keysOfOthers;
  private final Check.Log log;

  Verification(DemoFolder folder, PlainSnapshot snapshot, Check.Log log) {
    this(folder, Optional.of(snapshot), true, 0, log);
  }

  private Verification(
      DemoFolder folder,
      Optional<PlainSnapshot> snapshot,
      boolean refusalsToo,
      int keysOfOthers,
      Check.Log log) {
    this.refusalsToo = refusalsToo;
    this.keysOfOthers = keysOfOthers;
    this.folder = folder;
    this.snapshot = snapshot;
    this.log = log;
  }

  /**
   * For one of many: what a TPM refuses is left out. Where a cut came before the plain bytes could
   * be noted, they are compared file by file only.
   *
   * @param keysOfOthers keyslots that another tool made
   */
  static Verification ofOneOfMany(
      DemoFolder folder, Optional<PlainSnapshot> snapshot, int keysOfOthers, Check.Log log) {
    return new Verification(folder, snapshot, false, keysOfOthers, log);
  }

  /**
   * What was found, for the summary and the report.
   *
   * @param keys the keyslots, in words
   */
  record Proof(TreeComparison.Result tree, List<String> keys, Scan journal) {}

  /**
   * Checks it all.
   *
   * @throws DemoFailed at the first thing that is not as it should be
   */
  Proof run() throws IOException, DemoFailed {
    try (FinishedDisk disk = FinishedDisk.open(folder.disk())) {
      List<String> keys = VolumeChecks.metadata(log, disk, keysOfOthers);
      recoveryKey(disk);
      VolumeChecks.opensByTpm(log, disk, folder);
      if (refusalsToo) {
        VolumeChecks.refusesOthers(log, disk, folder);
      }
      TreeComparison.Result tree;
      Secret volumeKey = disk.volumeKey(folder.recoveryKey());
      try (volumeKey) {
        tree = content(disk, volumeKey);
      }
      Scan journal = JournalChecks.run(log, disk, folder);
      BootChecks.run(log, disk, folder.mountedBoot());
      secrets(disk);
      return new Proof(tree, keys, journal);
    }
  }

  private void recoveryKey(FinishedDisk disk) throws IOException, DemoFailed {
    log.prove(
        "The recovery key opens the volume",
        () -> {
          Check.require(
              Files.getPosixFilePermissions(folder.recoveryKey())
                  .equals(PosixFilePermissions.fromString("rw-------")),
              "The file of the recovery key can be read by others.");
          try (Secret key = Secret.readFrom(folder.recoveryKey(), LONGEST_KEY_BYTES)) {
            KeyTest test = disk.withCryptsetup(device -> device.keyslots().test(key));
            return switch (test) {
              case KeyTest.Opens(int slot) ->
                  "keyslot " + slot + "; its file is readable by its owner only";
              case KeyTest.WrongKey _, KeyTest.NoSuchSlot _ ->
                  throw new DemoFailed(1, "The recovery key does not open the volume.");
            };
          }
        });
  }

  private TreeComparison.Result content(FinishedDisk disk, Secret volumeKey)
      throws IOException, DemoFailed {
    Path plain = folder.work().resolve("decrypted.img");
    TreeComparison.Result[] compared = new TreeComparison.Result[1];
    try {
      log.prove(
          snapshot.isPresent()
              ? "Every byte of the filesystem is as it was"
              : "The filesystem is decrypted",
          () -> {
            DecryptedVolume volume = disk.decrypted(volumeKey);
            long bytes = filesystemBytes(volume);
            decrypt(volume, bytes, plain);
            return snapshot.isPresent()
                ? "%d bytes decrypted and compared, MiB by MiB, by SHA-256: all equal"
                    .formatted(bytes)
                : "%d bytes".formatted(bytes);
          });
      log.prove(
          "The filesystem is sound",
          () -> {
            List<String> fsck = fsck(plain);
            HostTool done = HostTool.run(fsck);
            Check.require(
                done.exitCode() == 0,
                fsck.getFirst() + " found the decrypted filesystem damaged: " + done.printed());
            return String.join(" ", fsck.subList(0, fsck.size() - 1)) + " found nothing to mend";
          });
      log.prove(
          "Every file is as it was installed",
          () -> {
            compared[0] =
                FinishedDisk.mounted(
                    plain,
                    LoopDevice.Window.WHOLE,
                    folder.mountedRoot(),
                    root -> TreeComparison.compare(folder.source().toRealPath(), root));
            return ("%d files, folders and links, %d bytes: type, mode, owner, time, content, links"
                    + " and attributes")
                .formatted(compared[0].files(), compared[0].bytes());
          });
    } finally {
      Files.deleteIfExists(plain);
    }
    return compared[0];
  }

  private static List<String> fsck(Path image) throws IOException, DemoFailed {
    String file = image.toString();
    return switch (FinishedDisk.filesystem(image, LoopDevice.Window.WHOLE)) {
      case Ext4Geometry _ -> List.of("e2fsck", "-fn", file);
      case XfsGeometry _ -> List.of("xfs_repair", "-n", "-f", file);
      case BtrfsGeometry _ -> List.of("btrfs", "check", "--readonly", file);
    };
  }

  private long filesystemBytes(DecryptedVolume volume) throws IOException, DemoFailed {
    if (snapshot.isPresent()) {
      return snapshot.get().bytes();
    }
    byte[] head = new byte[FilesystemGeometry.HEAD_BYTES];
    volume.readFully(0, ByteBuffer.wrap(head));
    if (FilesystemGeometry.read(head) instanceof FilesystemGeometry.Known known
        && known.sizeBytes() <= volume.sizeBytes()) {
      return known.sizeBytes();
    }
    throw new DemoFailed(1, "What the volume decrypts to is no filesystem.");
  }

  private void decrypt(DecryptedVolume volume, long bytes, Path target)
      throws IOException, DemoFailed {
    try (FileChannel out =
        FileChannel.open(
            target,
            java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      byte[] chunk = new byte[PlainSnapshot.CHUNK_BYTES];
      for (long at = 0; at < bytes; at += PlainSnapshot.CHUNK_BYTES) {
        int number = (int) (at / PlainSnapshot.CHUNK_BYTES);
        int length = (int) Math.min(PlainSnapshot.CHUNK_BYTES, bytes - at);
        volume.readFully(at, ByteBuffer.wrap(chunk, 0, length));
        Check.require(
            snapshot.isEmpty() || snapshot.get().holds(number, chunk, length),
            "The filesystem differs from what was installed within bytes %d to %d."
                .formatted(at, at + length));
        ByteBuffer decrypted = ByteBuffer.wrap(chunk, 0, length);
        while (decrypted.hasRemaining()) {
          int _ = out.write(decrypted);
        }
      }
    }
  }

  private void secrets(FinishedDisk disk) throws IOException, DemoFailed {
    log.prove(
        "No plaintext is left in the root partition",
        () -> {
          try (SecretSearch search =
              new SecretSearch()
                  .forBytes(
                      "the known plaintext",
                      SourceMaker.MARKER.getBytes(StandardCharsets.US_ASCII))) {
            Optional<String> found = search.findIn(disk.root());
            Check.require(
                found.isEmpty(), "The root partition holds " + found.orElse("") + " of it.");
            return "the marker of every text file occurs nowhere in %d bytes"
                .formatted(disk.root().sizeBytes());
          }
        });
    log.prove("No key was written anywhere else", () -> noKeys(disk));
  }

  private String noKeys(FinishedDisk disk) throws IOException, DemoFailed {
    try (SecretSearch search = new SecretSearch();
        Secret recoveryKey = Secret.readFrom(folder.recoveryKey(), LONGEST_KEY_BYTES);
        Secret volumeKey = disk.volumeKey(folder.recoveryKey())) {
      search.forRecoveryKey(recoveryKey).forSecret("the volume key", volumeKey);
      int files = 0;
      for (Path file : filesOf(folder.path())) {
        try (BlockDeviceFile open = BlockDeviceFile.open(file, Access.READ_ONLY)) {
          Optional<String> found = search.findIn(open);
          Check.require(found.isEmpty(), file + " holds " + found.orElse("") + " of it.");
          files++;
        }
      }
      return "recovery key and volume key, in %d forms, occur in none of %d files"
          .formatted(search.forms(), files);
    }
  }

  private List<Path> filesOf(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .filter(file -> !file.equals(folder.recoveryKey()))
          .toList();
    }
  }
}
