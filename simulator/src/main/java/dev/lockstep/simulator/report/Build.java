package dev.lockstep.simulator.report;

import dev.lockstep.simulator.explore.Explorer;
import dev.lockstep.statemachine.firstboot.FirstBoot;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Names the code that runs, by its bytes: reports of two builds that differ must not be put
 * together, and a version number does not tell them apart.
 */
public final class Build {

  private static final int HEX_DIGITS = 16;

  private Build() {}

  /**
   * The first 64 bits of SHA-256 over the class files of simulator and state machine, in the order
   * of their names. The same sources and the same JDK give the same.
   */
  public static String id() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Class<?> type : List.of(FirstBoot.class, Explorer.class)) {
        Path place = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(place)) {
          addClasses(place, digest);
        } else {
          try (FileSystem jar = FileSystems.newFileSystem(place)) {
            addClasses(jar.getPath("/"), digest);
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, HEX_DIGITS);
    } catch (NoSuchAlgorithmException | URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void addClasses(Path root, MessageDigest digest) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      List<Path> classes =
          all.filter(file -> file.toString().endsWith(".class"))
              .sorted((one, other) -> named(root, one).compareTo(named(root, other)))
              .toList();
      for (Path file : classes) {
        digest.update(named(root, file).getBytes(StandardCharsets.UTF_8));
        try (InputStream in = Files.newInputStream(file)) {
          digest.update(in.readAllBytes());
        }
      }
    }
  }

  private static String named(Path root, Path file) {
    return root.relativize(file).toString();
  }
}
