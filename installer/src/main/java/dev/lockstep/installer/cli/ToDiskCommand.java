package dev.lockstep.installer.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lockstep.installer.filesystem.BootImage;
import dev.lockstep.installer.filesystem.RootFilesystem;
import dev.lockstep.installer.filesystem.RootImage;
import dev.lockstep.installer.install.InstallRequest;
import dev.lockstep.installer.install.InstallSession;
import dev.lockstep.journal.event.Sentences;
import dev.lockstep.statemachine.boot.KernelArgument;
import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallOutcome;
import dev.lockstep.statemachine.install.InstallPlan;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Onto a disk, or into an image file without root. */
@Command(
    name = "to-disk",
    mixinStandardHelpOptions = true,
    description = "Installs a folder onto a disk or into an image file.")
final class ToDiskCommand implements Callable<Integer> {

  /** How the root is set up. */
  enum BlockSetup {
    DIRECT,
    TPM2_LUKS
  }

  /** What the firmware starts. */
  enum Bootloader {
    SYSTEMD,
    NONE
  }

  @Parameters(paramLabel = "DISK", description = "A block device or an image file.")
  private Path disk;

  @CommandLine.Option(
      names = "--source",
      required = true,
      paramLabel = "DIR",
      description = "A folder that holds an operating system.")
  private Path source;

  @CommandLine.Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description = "Makes an image file of this size, for example 4G.")
  private Long size;

  @CommandLine.Option(
      names = "--root-size",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description = "Size of the root partition. Default: all the rest.")
  private Long rootSize;

  @CommandLine.Option(
      names = "--block-setup",
      defaultValue = "tpm2-luks",
      converter = BlockSetupName.class,
      paramLabel = "direct|tpm2-luks",
      description = "Whether the first boot encrypts. Default: tpm2-luks.")
  private BlockSetup blockSetup;

  @CommandLine.Option(
      names = "--bootloader",
      defaultValue = "systemd",
      description =
          "systemd: systemd-boot, with the boot partition as vfat. none: no loader, ext4.")
  private Bootloader bootloader;

  @CommandLine.Option(
      names = "--filesystem",
      defaultValue = "ext4",
      converter = FilesystemName.class,
      paramLabel = "ext4|xfs|btrfs",
      description =
          "Of the root. xfs and btrfs are filled through a loop device and need root; xfs has 300 MiB"
              + " at least. Default: ext4.")
  private RootFilesystem filesystem;

  @CommandLine.Option(
      names = "--extent",
      defaultValue = "used",
      description = "Size of the filesystem: used (grows later) or whole. Default: used.")
  private RootImage.Size extent;

  @CommandLine.Option(
      names = "--karg",
      paramLabel = "ARG",
      description = "A kernel argument to add; may repeat.")
  private List<String> kernelArguments = List.of();

  @CommandLine.Option(
      names = "--karg-delete",
      paramLabel = "KEY",
      description = "A kernel argument to leave out; may repeat.")
  private List<String> deletedArguments = List.of();

  @CommandLine.Option(names = "--wipe", description = "Destroy what is on the disk.")
  private boolean wipe;

  @CommandLine.Option(names = "--dry-run", description = "Print the plan; write nothing.")
  private boolean dryRun;

  @CommandLine.Option(names = "--json", description = "The plan as JSON.")
  private boolean json;

  /** {@code tpm2-luks} as an enum's name. */
  static final class BlockSetupName implements CommandLine.ITypeConverter<BlockSetup> {
    @Override
    public BlockSetup convert(String text) {
      return switch (text) {
        case "direct" -> BlockSetup.DIRECT;
        case "tpm2-luks" -> BlockSetup.TPM2_LUKS;
        default ->
            throw new CommandLine.TypeConversionException(
                "'" + text + "' is neither direct nor tpm2-luks");
      };
    }
  }

  @Override
  public Integer call() throws IOException {
    InstallSession session = new InstallSession(request(), (event, _) -> tell(event));
    if (dryRun) {
      Either<Refusal, InstallPlan> plan = session.dryRun();
      if (plan.isLeft()) {
        return ended(new Ending.Stopped(plan.getLeft()));
      }
      System.out.println(json ? new JsonMapper().valueToTree(plan.get()) : text(plan.get()));
      return 0;
    }
    return ended(session.run());
  }

  private InstallRequest request() {
    return new InstallRequest(
        source,
        disk,
        Option.of(size),
        wipe,
        blockSetup == BlockSetup.TPM2_LUKS,
        bootloader == Bootloader.SYSTEMD,
        bootloader == Bootloader.SYSTEMD ? BootImage.Type.VFAT : BootImage.Type.EXT4,
        filesystem,
        extent,
        Option.of(rootSize),
        kernelArguments.stream().map(KernelArgument::new).toList(),
        deletedArguments);
  }

  private static void tell(Event<InstallIntent, InstallOutcome> event) {
    switch (event) {
      case Event.Intended<InstallIntent, InstallOutcome>(InstallIntent intent, String _) ->
          System.err.println("→ " + Sentences.of(intent));
      case Event.Completed<InstallIntent, InstallOutcome>(InstallOutcome outcome) ->
          System.err.println("✓ " + Sentences.of(outcome));
      case Event.Adopted<InstallIntent, InstallOutcome>(InstallOutcome outcome, String _) ->
          System.err.println("✓ " + Sentences.of(outcome));
      case Event.BootStarted<InstallIntent, InstallOutcome> _,
          Event.Stopped<InstallIntent, InstallOutcome> _ -> {}
    }
  }

  private static String text(InstallPlan plan) {
    StringBuilder text = new StringBuilder();
    for (InstallPlan.Partition partition : plan.partitions()) {
      text.append(
          "%-5s %s  bytes %d to %d%n"
              .formatted(
                  partition.role(),
                  partition.partitionUuid(),
                  partition.offsetBytes(),
                  partition.offsetBytes() + partition.sizeBytes()));
    }
    return text.append("root filesystem: %d bytes".formatted(plan.rootFilesystemBytes()))
        .toString();
  }

  private static int ended(Ending ending) {
    return switch (ending) {
      case Ending.Finished() -> 0;
      case Ending.Stopped(Refusal refusal) -> {
        System.err.println("lockstep: " + refusal.sentence());
        yield refusal.kind().exitCode();
      }
    };
  }
}
