package dev.lockstep.initrd.cli;

import dev.lockstep.initrd.boot.InitrdBoot;
import dev.lockstep.initrd.boot.RootReport;
import java.io.IOException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** What the units of initrd and real root call; nobody needs to type it. */
@Command(
    name = "boot",
    description = "What systemd's units call while the machine starts.",
    mixinStandardHelpOptions = true)
final class BootCommand {

  @Command(
      name = "initrd",
      mixinStandardHelpOptions = true,
      description =
          "In an initrd: runs the first boot of the disk that root= names, and lets the boot go on with"
              + " what is there then. Not 0: the boot must not go on.")
  int initrd() throws IOException {
    return new InitrdBoot(
            arguments ->
                RunnerMain.execute(
                    Stream.concat(Stream.of("firstboot", "run"), Stream.of(arguments))
                        .toArray(String[]::new)),
            System.err)
        .call();
  }

  @Command(
      name = "report",
      mixinStandardHelpOptions = true,
      description =
          "In the real root: keeps a copy of the journal in /var/log/lockstep, tells its records to"
              + " systemd's log, and puts up the notice about the recovery key.")
  int report() throws IOException {
    RootReport.OF_MACHINE.make();
    return 0;
  }

  @Command(
      name = "acknowledge",
      mixinStandardHelpOptions = true,
      description = "Takes the notice about the recovery key away, for good.")
  int acknowledge() throws IOException {
    RootReport.OF_MACHINE.acknowledge();
    return 0;
  }
}
