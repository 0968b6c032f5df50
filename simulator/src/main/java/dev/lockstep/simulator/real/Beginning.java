package dev.lockstep.simulator.real;

import dev.lockstep.initrd.cryptsetup.Luks2State;
import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.runner.PartitionBytes;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.FinishedFolder;
import dev.lockstep.simulator.demo.HostTool;
import dev.lockstep.simulator.real.Laboratory.Begun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a run finds in place of a disk that was just installed. */
public enum Beginning {

  /** A finished machine, whose TPM was taken away; its recovery key is at hand. */
  EXCHANGED_TPM {
    @Override
    Begun of(Laboratory installed) throws IOException {
      Path machine = installed.installed("finished");
      Runner.Ended first = new ProcessRunner(installed).run(machine);
      if (first.exitCode() != 0) {
        throw new IOException(first.sentence());
      }
      FinishedFolder.delete(FinishedFolder.tpm(machine));
      return new Begun(machine, Optional.empty(), 0);
    }

    @Override
    String words() {
      return "a finished machine has got another TPM";
    }
  },

  /** cryptsetup's own command line has begun the conversion, and was killed in its midst. */
  BEGUN_BY_CRYPTSETUP {
    @Override
    Begun of(Laboratory installed) throws IOException, DemoFailed {
      Path key = Files.writeString(installed.folder().resolve("key-of-cryptsetup"), "not ours");
      for (int killedAt = FIRST_KILL; killedAt < LAST_KILL; killedAt++) {
        Path machine = installed.installed("begun");
        convertUntilFsync(killedAt, FinishedFolder.disk(machine), key);
        if (state(FinishedFolder.disk(machine)) instanceof Luks2State.Converting) {
          return new Begun(machine, Optional.of(key), 1);
        }
      }
      throw new IOException("no fsync of cryptsetup's leaves a conversion in its midst");
    }

    @Override
    String words() {
      return "cryptsetup was killed in the midst of a conversion";
    }
  };

  /** Behind the placing of its header. */
  private static final int FIRST_KILL = 10;

  private static final int LAST_KILL = 100;

  /** cryptsetup leaves a temporary header in its working directory. */
  private static final String CONVERT =
      "cd \"$1\" && exec strace -f -o /dev/null -e trace=fsync -e inject=fsync:signal=KILL:when=\"$2\""
          + " cryptsetup reencrypt --encrypt --type luks2 -q --reduce-device-size 32M --pbkdf pbkdf2"
          + " --pbkdf-force-iterations 1000 --key-file \"$3\" \"$4\"";

  /** Makes it out of an installed disk. */
  abstract Begun of(Laboratory installed) throws IOException, DemoFailed;

  abstract String words();

  private static void convertUntilFsync(int number, Path disk, Path key)
      throws IOException, DemoFailed {
    try (BlockDeviceFile file = BlockDeviceFile.open(disk, Access.READ_ONLY);
        LoopDevice loop = LoopDevice.attach(disk, window(root(file)))) {
      HostTool _ =
          HostTool.run(
              List.of(
                  "sh",
                  "-c",
                  CONVERT,
                  "sh",
                  disk.getParent().toString(),
                  Integer.toString(number),
                  key.toString(),
                  loop.path().toString()));
    }
  }

  private static Luks2State state(Path disk) throws IOException, DemoFailed {
    try (BlockDeviceFile file = BlockDeviceFile.open(disk, Access.READ_ONLY)) {
      DiskPartitions.Place root = root(file);
      return Luks2State.read(new PartitionBytes(file, root.offsetBytes(), root.sizeBytes()));
    }
  }

  private static LoopDevice.Window window(DiskPartitions.Place place) {
    return new LoopDevice.Window(place.offsetBytes(), place.sizeBytes());
  }

  private static DiskPartitions.Place root(BlockDeviceFile disk) throws IOException, DemoFailed {
    return DiskPartitions.read(disk).getOrElseThrow(wrong -> new DemoFailed(1, wrong)).root();
  }
}
