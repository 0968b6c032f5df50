package dev.lockstep.simulator.demo;

import dev.lockstep.initrd.cryptsetup.DecryptedVolume;
import dev.lockstep.initrd.cryptsetup.KeyTest;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.journal.scan.Scan;
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
  private final PlainSnapshot snapshot;
  private final Check.Log log;

  Verification(DemoFolder folder, PlainSnapshot snapshot, Check.Log log) {
    this.folder = folder;
    this.snapshot = snapshot;
    this.log = log;
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
      List<String> keys = VolumeChecks.metadata(log, disk);
      recoveryKey(disk);
      VolumeChecks.tpm(log, disk, folder);
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
          "Every byte of the filesystem is as it was",
          () -> {
            decrypt(disk.decrypted(volumeKey), plain);
            return "%d bytes decrypted and compared, MiB by MiB, by SHA-256: all equal"
                .formatted(snapshot.bytes());
          });
      log.prove(
          "The filesystem is sound",
          () -> {
            HostTool fsck = HostTool.run(List.of("e2fsck", "-fn", plain.toString()));
            Check.require(
                fsck.exitCode() == 0,
                "e2fsck found the decrypted filesystem damaged: " + fsck.printed());
            return "e2fsck -fn found nothing to mend";
          });
      log.prove(
          "Every file is as it was installed",
          () -> {
            compared[0] =
                FinishedDisk.mounted(
                    plain,
                    LoopDevice.Window.WHOLE,
                    folder.mountedRoot(),
                    root -> TreeComparison.compare(folder.source(), root));
            return ("%d files, folders and links, %d bytes: type, mode, owner, time, content, links"
                    + " and attributes")
                .formatted(compared[0].files(), compared[0].bytes());
          });
    } finally {
      Files.deleteIfExists(plain);
    }
    return compared[0];
  }

  private void decrypt(DecryptedVolume volume, Path target) throws IOException, DemoFailed {
    try (FileChannel out =
        FileChannel.open(
            target,
            java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      byte[] chunk = new byte[PlainSnapshot.CHUNK_BYTES];
      for (int number = 0; number < snapshot.digests().size(); number++) {
        long at = (long) number * PlainSnapshot.CHUNK_BYTES;
        int length = (int) Math.min(PlainSnapshot.CHUNK_BYTES, snapshot.bytes() - at);
        volume.readFully(at, ByteBuffer.wrap(chunk, 0, length));
        Check.require(
            snapshot.holds(number, chunk, length),
            "The filesystem differs from what was installed within bytes %d to %d."
                .formatted(at, at + length));
        ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, length);
        while (bytes.hasRemaining()) {
          int _ = out.write(bytes);
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
