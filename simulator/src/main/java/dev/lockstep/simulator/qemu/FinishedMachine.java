package dev.lockstep.simulator.qemu;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.DecryptedVolume;
import dev.lockstep.initrd.cryptsetup.HeaderReading;
import dev.lockstep.initrd.cryptsetup.Luks2Header;
import dev.lockstep.initrd.cryptsetup.Luks2HeaderReader;
import dev.lockstep.initrd.cryptsetup.Luks2State;
import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.runner.PartitionBytes;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Mounts;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.journal.verify.JournalSource;
import dev.lockstep.journal.verify.Verification;
import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.HostTool;
import dev.lockstep.statemachine.boot.BootEntry;
import dev.lockstep.statemachine.boot.KernelCommandLine;
import dev.lockstep.statemachine.boot.Trigger;
import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The disk of a machine that is off, looked at from outside. */
record FinishedMachine(Machine.Parts parts, Path source, Path work) {

  private static final int LONGEST_KEY_BYTES = 4096;
  private static final int STEP_BYTES = 1 << 20;
  private static final String KEY_NAME = "lockstep-recovery-key-";

  /**
   * Checks it all.
   *
   * @param reported whether the boot that ended the first boot came up: no other tells of it
   * @return a sentence each
   * @throws DemoFailed at the first thing that is not as it should be
   */
  List<String> check(boolean reported) throws IOException, DemoFailed {
    List<String> found = new ArrayList<>();
    try (BlockDeviceFile disk = BlockDeviceFile.open(parts.disk(), Access.READ_ONLY)) {
      DiskPartitions partitions =
          DiskPartitions.read(disk).getOrElseThrow(wrong -> new DemoFailed(30, wrong));
      found.add(journal(partitions));
      found.add(entry(partitions));
      found.addAll(content(disk, partitions.root(), reported));
    }
    return found;
  }

  /** The boot partition is FAT, which this machine's kernel need not know. */
  private static String image(Path disk, DiskPartitions partitions) {
    return disk + "@@" + partitions.boot().offsetBytes();
  }

  private String journal(DiskPartitions partitions) throws IOException, DemoFailed {
    String image = image(parts.disk(), partitions);
    tool("mcopy", "-s", "-n", "-i", image, "::/lockstep/journal", work.toString());
    Verification verification = JournalSource.verify(work.resolve("journal"));
    if (verification.exitCode() != Verification.EXIT_SOUND) {
      throw new DemoFailed(30, "The journal: " + verification.sentences().getFirst());
    }
    return "The journal verifies: " + verification.sentences().getFirst();
  }

  private String entry(DiskPartitions partitions) throws IOException, DemoFailed {
    String image = image(parts.disk(), partitions);
    List<String> names =
        tool("mdir", "-b", "-i", image, "::/loader/entries")
            .lines()
            .filter(line -> line.endsWith(".conf"))
            .toList();
    if (names.size() != 1) {
      throw new DemoFailed(30, "There is not exactly one boot entry: " + names);
    }
    BootEntry entry =
        BootEntry.parse(tool("mtype", "-i", image, names.getFirst()))
            .getOrElseThrow(wrong -> new DemoFailed(30, names.getFirst() + ": " + wrong));
    KernelCommandLine line = entry.kernelCommandLine();
    if (line.arguments().stream().anyMatch(Trigger::is)
        || line.lastValue("rd.luks.name").isEmpty()) {
      throw new DemoFailed(30, names.getFirst() + " is not switched: " + line.text());
    }
    return "The boot entry is switched: "
        + names.getFirst().replaceFirst(".*/", "")
        + " is the only one";
  }

  private List<String> content(BlockDeviceFile disk, DiskPartitions.Place place, boolean reported)
      throws IOException, DemoFailed {
    PartitionBytes root = new PartitionBytes(disk, place.offsetBytes(), place.sizeBytes());
    if (!(Luks2State.read(root) instanceof Luks2State.Encrypted)
        || !(Luks2HeaderReader.read(root) instanceof HeaderReading.Valid(Luks2Header header))) {
      throw new DemoFailed(30, "The root partition is not wholly encrypted.");
    }
    Path plain = work.resolve("decrypted.img");
    try {
      decrypt(root, header, plain);
      sound(plain);
      return inside(plain, reported);
    } finally {
      Files.deleteIfExists(plain);
    }
  }

  private void decrypt(PartitionBytes root, Luks2Header header, Path plain)
      throws IOException, DemoFailed {
    LoopDevice.Window window = new LoopDevice.Window(root.offsetBytes(), root.sizeBytes());
    try (Secret key = recoveryKey();
        LoopDevice loop = LoopDevice.attach(parts.disk(), window);
        CryptDevice device = CryptDevice.open(loop.path()).load();
        Secret volumeKey = device.keyslots().volumeKey(key)) {
      copy(DecryptedVolume.open(root, header, volumeKey), plain);
    }
  }

  /** As whoever finds the stick would: the machine wrote it there. */
  private Secret recoveryKey() throws IOException, DemoFailed {
    String stick = parts.stick().toString();
    String name =
        tool("mdir", "-b", "-i", stick, "::/")
            .lines()
            .filter(line -> line.contains(KEY_NAME))
            .findFirst()
            .orElseThrow(() -> new DemoFailed(30, "There is no recovery key on the stick."));
    Path file = work.resolve("recovery-key");
    try {
      tool("mcopy", "-n", "-i", stick, name, file.toString());
      return Secret.readFrom(file, LONGEST_KEY_BYTES);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static void copy(DecryptedVolume volume, Path plain) throws IOException, DemoFailed {
    byte[] head = new byte[FilesystemGeometry.HEAD_BYTES];
    volume.readFully(0, ByteBuffer.wrap(head));
    if (!(FilesystemGeometry.read(head) instanceof FilesystemGeometry.Known known)) {
      throw new DemoFailed(30, "What the volume decrypts to is no filesystem.");
    }
    try (RandomAccessFile out = new RandomAccessFile(plain.toFile(), "rw")) {
      out.setLength(known.sizeBytes());
      byte[] zeros = new byte[STEP_BYTES];
      for (long at = 0; at < known.sizeBytes(); at += STEP_BYTES) {
        byte[] step = new byte[(int) Math.min(STEP_BYTES, known.sizeBytes() - at)];
        volume.readFully(at, ByteBuffer.wrap(step));
        if (!Arrays.equals(step, 0, step.length, zeros, 0, step.length)) {
          out.seek(at);
          out.write(step);
        }
      }
    }
  }

  /** The machine was switched off while it ran: first its filesystem's own log is replayed. */
  private static void sound(Path plain) throws IOException, DemoFailed {
    HostTool _ = HostTool.run(List.of("e2fsck", "-p", "-E", "journal_only", plain.toString()));
    HostTool looked = HostTool.run(List.of("e2fsck", "-f", "-n", plain.toString()));
    if (looked.exitCode() != 0) {
      throw new DemoFailed(30, "e2fsck finds the root damaged: " + looked.printed());
    }
  }

  private List<String> inside(Path plain, boolean reported) throws IOException, DemoFailed {
    Path folder = Files.createDirectories(work.resolve("decrypted"));
    try (LoopDevice loop = LoopDevice.attach(plain, LoopDevice.Window.WHOLE)) {
      Mounts.mount(loop.path(), folder, "ext4", Set.of(Mounts.Flag.READ_ONLY), "");
    }
    try {
      InstalledFiles.Result compared = InstalledFiles.compare(source, folder);
      String same =
          "Every file is as it was installed: %d files, folders and links, %d bytes, decrypted with the recovery key"
              .formatted(compared.files(), compared.bytes());
      return reported ? List.of(same, SystemReport.check(folder)) : List.of(same);
    } finally {
      Mounts.unmount(folder);
    }
  }

  private static String tool(String... words) throws IOException, DemoFailed {
    HostTool done = HostTool.run(List.of(words));
    if (done.exitCode() != 0) {
      throw new DemoFailed(30, words[0] + " failed: " + done.firstLine());
    }
    return done.printed();
  }
}
