package dev.lockstep.initrd.runtime;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Attributes.Name;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/**
 * Jars whose entries are stored and not deflated: the initrd is compressed as a whole, and better
 * so; and the JVM needs not inflate a class before it can read it.
 */
final class StoredJars {
  private static final LocalDateTime OLDEST = LocalDateTime.of(1980, 1, 1, 0, 0, 0);
  private static final int MAX_ENTRY_BYTES = 16 << 20;

  static final String INDEX = "lockstep.jar";

  private StoredJars() {}

  /**
   * Copies jars into a folder that is there, and makes an index of them.
   *
   * @param arguments the folder, then the jars in the order of the class path
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    List<Path> jars = Stream.of(arguments).skip(1).map(Path::of).toList();
    for (Path jar : jars) {
      copy(jar, folder.resolve(jar.getFileName()));
    }
    index(folder.resolve(INDEX), jars);
  }

  /** Copies a jar; classes too old for the AOT cache in today's format. */
  static void copy(Path from, Path to) throws IOException {
    try (JarFile source = new JarFile(from.toFile());
        OutputStream file = Files.newOutputStream(to);
        JarOutputStream target = new JarOutputStream(file)) {
      OldClasses old = new OldClasses(source);
      for (JarEntry entry : (Iterable<JarEntry>) source.stream()::iterator) {
        if (!entry.isDirectory()) {
          try (var content = source.getInputStream(entry)) {
            byte[] bytes = content.readNBytes(MAX_ENTRY_BYTES);
            boolean isClass = entry.getName().endsWith(".class");
            put(target, entry.getName(), isClass ? old.upgraded(bytes) : bytes);
          }
        }
      }
    }
  }

  /** A jar without content that stands for the others: the order is the class path's. */
  static void index(Path to, List<Path> jars) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Name.MANIFEST_VERSION, "1.0");
    main.put(
        Name.CLASS_PATH,
        jars.stream().map(jar -> jar.getFileName().toString()).collect(Collectors.joining(" ")));
    try (OutputStream file = Files.newOutputStream(to);
        JarOutputStream target = new JarOutputStream(file)) {
      var bytes = new java.io.ByteArrayOutputStream();
      manifest.write(bytes);
      put(target, JarFile.MANIFEST_NAME, bytes.toByteArray());
    }
  }

  private static void put(JarOutputStream target, String name, byte[] content) throws IOException {
    ZipEntry stored = new ZipEntry(name);
    CRC32 checksum = new CRC32();
    checksum.update(content);
    stored.setMethod(ZipEntry.STORED);
    stored.setSize(content.length);
    stored.setCrc(checksum.getValue());
    stored.setTimeLocal(OLDEST); // in no time zone: two builds are to be alike
    target.putNextEntry(stored);
    target.write(content);
    target.closeEntry();
  }
}
