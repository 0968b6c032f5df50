package dev.lockstep.installer.filesystem;

import dev.lockstep.installer.config.Fstab;
import dev.lockstep.installer.loader.InstalledEntry;
import dev.lockstep.installer.loader.SystemdBoot;
import dev.lockstep.installer.partition.DiskIds;
import dev.lockstep.installer.partition.DiskLayout;
import dev.lockstep.installer.partition.GptDisk;
import dev.lockstep.installer.partition.Medium;
import dev.lockstep.installer.partition.SignatureWipe;
import dev.lockstep.installer.source.SourceTree;
import dev.lockstep.statemachine.boot.KernelArgument;
import dev.lockstep.statemachine.boot.Trigger;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A whole installation, part after part, without the journal around it. */
record Assembly(
    SourceTree tree,
    DiskLayout layout,
    DiskIds ids,
    InstalledEntry entry,
    Tools tools,
    BootImage.Type bootType,
    RootFilesystem rootFilesystem) {
  static final Instant TIMESTAMP = Instant.parse("2026-01-02T03:04:05Z");

  static Assembly plan(
      Path source,
      long diskBytes,
      DiskIds ids,
      Path workDirectory,
      BootImage.Type bootType,
      RootFilesystem rootFilesystem)
      throws IOException {
    SourceTree tree = SourceTree.open(source).get();
    long boot =
        BootImage.neededBytes(
            Files.size(tree.kernel().image())
                + Files.size(tree.kernel().initrd())
                + 48 * DiskLayout.MIB);
    DiskLayout layout =
        DiskLayout.plan(
                new DiskLayout.Wish(
                    diskBytes,
                    512,
                    Option.none(),
                    Option.none(),
                    Option.none(),
                    boot,
                    RootImage.neededBytes(tree.content(), rootFilesystem)))
            .get();
    InstalledEntry entry =
        InstalledEntry.compose(
            tree,
            ids.rootPartition(),
            Option.some(Trigger.tpm2()),
            List.of(new KernelArgument("console=ttyS0")),
            List.of());
    return new Assembly(
        tree, layout, ids, entry, new Tools(workDirectory, TIMESTAMP), bootType, rootFilesystem);
  }

  List<Placement> install(Medium medium, RootImage.Size size) throws IOException {
    Path work = tools.workDirectory();
    SignatureWipe.wipe(medium, layout);
    Path fstab =
        Files.writeString(
            work.resolve("fstab"),
            Fstab.parse(tree.text("/etc/fstab").getOrElse(""))
                .get()
                .with(Fstab.Mount.root(ids.rootFilesystem(), rootFilesystem.mountType()))
                .with(Fstab.Mount.boot(ids.bootPartition(), bootType.mountType()))
                .text());
    Placement root =
        right(
            RootImage.install(
                tree,
                layout,
                ids,
                size,
                rootFilesystem,
                List.of(new FileToInstall("/etc/fstab", fstab, 0644)),
                medium,
                tools));
    Placement boot =
        right(BootImage.installBoot(bootFiles(work), bootType, layout, ids, medium, tools));
    List<FileToInstall> espFiles = new ArrayList<>();
    espFiles.add(
        new FileToInstall(
            SystemdBoot.CONFIGURATION_PATH,
            Files.writeString(work.resolve("loader.conf"), SystemdBoot.CONFIGURATION),
            0644));
    SystemdBoot.find(tree)
        .forEach(
            binary -> espFiles.add(new FileToInstall(SystemdBoot.FALLBACK_PATH, binary, 0644)));
    Placement esp = right(BootImage.installEsp(espFiles, layout, ids, medium, tools));
    GptDisk.write(medium, layout.gpt(ids));
    return List.of(esp, boot, root);
  }

  List<FileToInstall> bootFiles(Path work) throws IOException {
    Path journal = work.resolve("genesis");
    Files.write(journal, new byte[640 * 1024]);
    return List.of(
        new FileToInstall(entry.kernelPath(), tree.kernel().image(), 0644),
        new FileToInstall(entry.initrdPath(), tree.kernel().initrd(), 0600),
        new FileToInstall(
            entry.path(),
            Files.writeString(work.resolve("entry.conf"), entry.entry().text()),
            0644),
        new FileToInstall("/lockstep/journal/gen000.cq4", journal, 0600));
  }

  private static <T> T right(io.vavr.control.Either<String, T> result) {
    return result.getOrElseThrow(sentence -> new AssertionError(sentence));
  }
}
