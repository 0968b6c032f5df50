package dev.lockstep.simulator.demo;

import dev.lockstep.initrd.cryptsetup.LibraryVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * On what the demo ran.
 *
 * @param entries name and version, in the order of the report
 */
record Environment(List<Entry> entries) {

  /** One part of it. */
  record Entry(String name, String version) {}

  Environment {
    entries = List.copyOf(entries);
  }

  static Environment look() throws IOException {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry("System", operatingSystem()));
    entries.add(
        new Entry(
            "Kernel",
            "%s %s, %s"
                .formatted(
                    System.getProperty("os.name"),
                    System.getProperty("os.version"),
                    System.getProperty("os.arch"))));
    entries.add(
        new Entry(
            "Java",
            System.getProperty("java.runtime.version")
                + ", "
                + System.getProperty("java.vm.vendor")));
    entries.add(
        new Entry(
            "libcryptsetup", LibraryVersion.loaded().map(Object::toString).orElse("missing")));
    entries.add(new Entry("systemd", firstLine("systemd-cryptenroll", "--version")));
    entries.add(new Entry("swtpm", firstLine("swtpm", "--version")));
    entries.add(new Entry("e2fsprogs", firstLine("e2fsck", "-V")));
    return new Environment(entries);
  }

  private static String operatingSystem() throws IOException {
    Path release = Path.of("/etc/os-release");
    if (!Files.isReadable(release)) {
      return "unknown";
    }
    return Files.readAllLines(release).stream()
        .filter(line -> line.startsWith("PRETTY_NAME="))
        .map(line -> line.substring("PRETTY_NAME=".length()).replace("\"", ""))
        .findFirst()
        .orElse("unknown");
  }

  private static String firstLine(String... command) throws IOException {
    return HostTool.run(List.of(command)).firstLine();
  }
}
