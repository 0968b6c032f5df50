package dev.lockstep.installer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.DecryptedVolume;
import dev.lockstep.initrd.cryptsetup.HeaderReading;
import dev.lockstep.initrd.cryptsetup.Luks2HeaderReader;
import dev.lockstep.initrd.runner.Disk;
import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.runner.FirstBootSession;
import dev.lockstep.initrd.runner.FirstBootSession.Request;
import dev.lockstep.initrd.runner.PartitionBytes;
import dev.lockstep.initrd.runner.SwapSession;
import dev.lockstep.initrd.runner.VolumeSession;
import dev.lockstep.initrd.runner.VolumesInTurn;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.initrd.tpm.TpmDevice;
import dev.lockstep.initrd.volume.PartitionName;
import dev.lockstep.initrd.volume.VolumeWish;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.firstboot.Policy;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.loop.Witness;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapOutcome;
import dev.lockstep.statemachine.swap.SwapPhase;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An installed disk to which a partition for home and an empty one were added. */
record ManyVolumesImage(InstalledImage image) {

  static final VolumeWish HOME = wish("home", false);
  static final VolumeWish OWN_HOME = wish("home", true);

  private static final long MEBIBYTE = 1 << 20;
  private static final long HOME_FILESYSTEM_BYTES = 24 * MEBIBYTE;
  static final int EDITED_AT = 1_000_000;
  static final long SWAP_BYTES = 8 * MEBIBYTE;
  static final String SWAP_UUID = "5a5a5a5a-1111-4222-8333-444444444444";
  static final String FSTAB =
      "PARTLABEL=home /home ext4 defaults 0 2\nPARTLABEL=empty /empty ext4 noauto 0 0\n"
          + "UUID=%s none swap sw 0 0\n".formatted(SWAP_UUID);
  static final VolumeWish SWAP = swap("swap");

  static VolumeWish swap(String name) {
    return new VolumeWish(
        name, new PartitionName.Label(name), VolumeWish.Kind.SWAP, VolumeWish.RecoveryKey.SHARED);
  }

  private static VolumeWish wish(String name, boolean own) {
    return new VolumeWish(
        name,
        new PartitionName.Label(name),
        VolumeWish.Kind.FILESYSTEM,
        own ? VolumeWish.RecoveryKey.OWN : VolumeWish.RecoveryKey.SHARED);
  }

  static ManyVolumesImage install(Path folder) throws Exception {
    return install(folder, FSTAB);
  }

  static ManyVolumesImage install(Path folder, String fstab) throws Exception {
    ManyVolumesImage made = new ManyVolumesImage(new InstalledImage(folder));
    Files.writeString(made.image.source().resolve("etc/fstab"), fstab);
    assertThat(made.image.install(320 * MEBIBYTE)).isEqualTo(new Ending.Finished());
    try (RandomAccessFile disk = new RandomAccessFile(made.image.disk().toFile(), "rw")) {
      disk.setLength(disk.length() + 96 * MEBIBYTE);
    }
    sh(
        "sfdisk --quiet --relocate gpt-bak-std %1$s && printf 'size=64M,name=home\\nsize=16M,name=empty\\nsize=8M,name=swap,type=0657FD6D-A4AB-43C4-84E5-0933C84B4F4F\\n' | sfdisk --quiet --append --no-reread %1$s"
            .formatted(made.image.disk()));
    Path files = Files.createDirectories(folder.resolve("files"));
    Files.writeString(files.resolve("letter"), InstalledImage.KNOWN_PLAINTEXT.repeat(1000));
    sh(
        "mke2fs -q -t ext4 -b 4096 -d %s -E offset=%d %s %dk"
            .formatted(
                files,
                made.place("home").offsetBytes(),
                made.image.disk(),
                HOME_FILESYSTEM_BYTES / 1024));
    made.makeSwap(folder.resolve("swap"));
    return made;
  }

  /** With something in it that an earlier system wrote there. */
  private void makeSwap(Path file) throws Exception {
    byte[] old = new byte[Math.toIntExact(SWAP_BYTES)];
    byte[] secret = InstalledImage.KNOWN_PLAINTEXT.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(secret, 0, old, 5_000_000, secret.length);
    Files.write(file, old);
    sh("mkswap -q -L old-swap -U %s %s".formatted(SWAP_UUID, file));
    try (RandomAccessFile disk = new RandomAccessFile(image.disk().toFile(), "rw")) {
      disk.seek(place("swap").offsetBytes());
      disk.write(Files.readAllBytes(file));
    }
  }

  /** As a person does in the installed root. */
  void writeCrypttab(String text) throws Exception {
    Path file = Files.writeString(image.folder().resolve("crypttab"), text);
    String root = image.disk() + "?offset=" + place("root").offsetBytes();
    GrownByHandTest.run("debugfs", "-w", "-R", "rm /etc/crypttab", root);
    GrownByHandTest.run("debugfs", "-w", "-R", "write " + file + " /etc/crypttab", root);
  }

  private static void sh(String command) throws Exception {
    GrownByHandTest.run("sh", "-c", command);
  }

  DiskPartitions.Place place(String name) throws IOException {
    try (Disk disk = Disk.open(image.disk()).get()) {
      return name.equals("root")
          ? disk.partitions().root()
          : disk.partitions().find(new PartitionName.Label(name)).get().place();
    }
  }

  /** One bit of the head's copy, whose place is the window's last 16 MiB. */
  void overwriteTailOfHome() throws IOException {
    try (RandomAccessFile disk = new RandomAccessFile(image.disk().toFile(), "rw")) {
      long at = place("home").offsetBytes() + HOME_FILESYSTEM_BYTES + 16 * MEBIBYTE + EDITED_AT;
      disk.seek(at);
      int old = disk.read();
      disk.seek(at);
      disk.write(old ^ 1);
    }
  }

  byte[] plainHome() throws IOException {
    return bytes("home", 0, HOME_FILESYSTEM_BYTES);
  }

  byte[] bytes(String name, long from, long sizeBytes) throws IOException {
    byte[] bytes = new byte[Math.toIntExact(sizeBytes)];
    try (RandomAccessFile disk = new RandomAccessFile(image.disk().toFile(), "r")) {
      disk.seek(place(name).offsetBytes() + from);
      disk.readFully(bytes);
    }
    return bytes;
  }

  /** Cut once this intent of the swap partition is durable, and before its effect. */
  Ending cutAfterSwaps(List<VolumeWish> wishes, String intent) throws IOException {
    return run(
        Goal.ENCRYPT,
        wishes,
        Brake.never(),
        Witness.none(),
        (event, _) -> {
          if (event instanceof Event.Intended<SwapIntent, SwapOutcome>(SwapIntent begun, String _)
              && begun.getClass().getSimpleName().equals(intent)) {
            throw new InstalledImage.PowerCut();
          }
        });
  }

  Ending run(Goal goal, List<VolumeWish> wishes, Brake<Phase, Intent> brake) throws IOException {
    return run(goal, wishes, brake, Witness.none());
  }

  /** Cut once this volume's intent is durable, and before its effect. */
  Ending cutAfter(List<VolumeWish> wishes, String volume, String intent) throws IOException {
    String[] now = new String[1];
    return run(
        Goal.ENCRYPT,
        wishes,
        Brake.never(),
        (event, after) -> {
          if (after.phase() instanceof Phase.InTheClear plain) {
            now[0] = plain.job().volumeRole().name();
          } else if (after.phase() instanceof Phase.UnderLuks under) {
            now[0] = under.job().volumeRole().name();
          }
          boolean here = (volume.equals("root") ? "ROOT" : "DATA").equals(now[0]);
          if (here
              && event instanceof Event.Intended<Intent, Outcome>(Intent intended, String _)
              && intended.getClass().getSimpleName().equals(intent)) {
            throw new InstalledImage.PowerCut();
          }
        });
  }

  private Ending run(
      Goal goal,
      List<VolumeWish> wishes,
      Brake<Phase, Intent> brake,
      Witness<Phase, Intent, Outcome> witness)
      throws IOException {
    return run(goal, wishes, brake, witness, Witness.none());
  }

  private Ending run(
      Goal goal,
      List<VolumeWish> wishes,
      Brake<Phase, Intent> brake,
      Witness<Phase, Intent, Outcome> witness,
      Witness<SwapPhase, SwapIntent, SwapOutcome> ofSwap)
      throws IOException {
    Request request =
        new Request(
                image.disk(),
                new TpmDevice.Software(image.folder().resolve("tpm")),
                Option.some(image.recoveryKey()),
                Option.none(),
                Policy.STANDARD.with(goal))
            .withVolumes(wishes)
            .withoutGrowth();
    Either<Refusal, FirstBootSession> opened = FirstBootSession.open(request, (_, _) -> true);
    if (opened.isLeft()) {
      return new Ending.Stopped(opened.getLeft());
    }
    try (FirstBootSession session = opened.get()) {
      VolumesInTurn volumes = new VolumesInTurn(session);
      VolumesInTurn.Each each =
          new VolumesInTurn.Each() {
            @Override
            public Ending with(VolumeSession volume) throws IOException {
              return volume.run(brake, witness);
            }

            @Override
            public Ending with(SwapSession swap) throws IOException {
              return swap.run(Brake.never(), ofSwap);
            }
          };
      return goal == Goal.UNDO ? volumes.undo(each) : volumes.encrypt(each);
    }
  }

  /** The first bytes of what is in the finished volume. */
  byte[] decrypted(String name, Path recoveryKey, long sizeBytes) throws IOException {
    DiskPartitions.Place place = place(name);
    byte[] bytes = new byte[Math.toIntExact(sizeBytes)];
    try (LoopDevice loop =
            LoopDevice.attach(
                image.disk(), new LoopDevice.Window(place.offsetBytes(), place.sizeBytes()));
        CryptDevice device = CryptDevice.open(loop.path()).load();
        Secret recovery = Secret.readFrom(recoveryKey, 4096);
        Secret key = device.keyslots().volumeKey(recovery);
        BlockDeviceFile file =
            BlockDeviceFile.open(image.disk(), BlockDeviceFile.Access.READ_ONLY)) {
      PartitionBytes partition = new PartitionBytes(file, place.offsetBytes(), place.sizeBytes());
      if (!(Luks2HeaderReader.read(partition) instanceof HeaderReading.Valid(var header))) {
        throw new IOException(name + " has no header");
      }
      DecryptedVolume.open(partition, header, key).readFully(0, ByteBuffer.wrap(bytes));
    }
    return bytes;
  }

  byte[] decryptedHome(Path recoveryKey) throws IOException {
    return decrypted("home", recoveryKey, HOME_FILESYSTEM_BYTES);
  }

  /** A file of the root, encrypted or not. */
  String rootFile(String path, boolean encrypted) throws Exception {
    Path copy = image.folder().resolve("root.copy");
    DiskPartitions.Place root = place("root");
    long size = root.sizeBytes() - 16 * MEBIBYTE;
    Files.write(
        copy,
        encrypted
            ? decrypted("root", image.recoveryKey(), size)
            : bytes("root", 0, root.sizeBytes()));
    String said = GrownByHandTest.run("debugfs", "-R", "cat " + path, copy.toString());
    return said.lines().skip(1).map(line -> line + "\n").reduce("", String::concat);
  }
}
